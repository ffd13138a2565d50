"""To which of the two states a table ascribes an event, by the name of the actor."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["state_of"]

STATES: Final = {
    "PK": r"(?:government of |military forces of )?(?:the )?(?:islamic republic of )?pakistan"
    r"(?: armed forces| military| army| air force)?",
    "AF": r"(?:government of |military forces of )?(?:the )?(?:islamic emirate of )?afghanistan"
    r"(?: armed forces)?|(?:afghan )?taliban government(?: forces)?",
}
"""What the forces of each are called in our table, by UCDP ("Government of Pakistan") and by ACLED ("Military
Forces of Pakistan (2024-)"). A name with the country's in it ("Tehreek-e-Taliban Pakistan") is none."""

_WHOLE: Final = {code: re.compile(pattern) for code, pattern in STATES.items()}
_ASIDE: Final = re.compile(r"\s*\([^)]*\)")


def state_of(actor: object) -> str | None:
    """The state whose forces an actor is, or nothing.

    Parameters
    ----------
    actor
        Its name in the table; what stands in brackets (years, "alleged") is left aside.

    Returns
    -------
    str or None
        ``"AF"`` or ``"PK"``.

    Examples
    --------
    >>> [state_of(name) for name in ("Pakistan (alleged)", "Military Forces of Pakistan (2024-)")]
    ['PK', 'PK']
    >>> state_of("Afghan Taliban government forces")
    'AF'
    >>> [state_of(name) for name in ("Tehreek-e-Taliban Pakistan", "Pakistan or TTP", None)]
    [None, None, None]
    """
    if not isinstance(actor, str):
        return None
    name = _ASIDE.sub("", actor).strip().casefold()
    return next((code for code, whole in _WHOLE.items() if whole.fullmatch(name)), None)
