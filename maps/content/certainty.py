"""How sure an account is, as it is drawn and said: one table for page and print."""

from __future__ import annotations

from typing import Final

from geo.vocab import VERIFICATIONS

__all__ = ["FILLED", "FILLED_CODES", "FILLED_ORDER", "filled_of"]

FILLED: Final = {
    "reported": "filled",
    "verified": "filled",
    "claimed": "hollow",
    "disputed": "hollow",
    None: "not said",
}
"""By media or several sides; by one side, or disputed; the table does not say. The words for the
three are those of the key, under the same names."""

FILLED_ORDER: Final = ("filled", "hollow", "not said")

FILLED_CODES: Final = tuple(FILLED[name] for name in (*VERIFICATIONS, None))
"""The same by the number of the verification in the columns of a map."""


def filled_of(verification: str | None) -> str:
    """How a verification is drawn; what is not in the vocabulary says as little as nothing.

    Examples
    --------
    >>> [filled_of(one) for one in ("verified", "claimed", None)]
    ['filled', 'hollow', 'not said']
    """
    return FILLED.get(verification, "not said")
