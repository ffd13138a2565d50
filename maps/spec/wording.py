"""Words of the key that a map or a house has of its own: its title and its types.

How sure an account is keeps its words: they say what a symbol means.
"""

from __future__ import annotations

from typing import Final

from geo.vocab import EVENT_TYPES

__all__ = ["KEY_TITLE", "WORDED", "wording_faults"]

KEY_TITLE: Final = "key"
"""What stands for the title of the key, which it has none of otherwise."""

WORDED: Final = (KEY_TITLE, *EVENT_TYPES)
"""What a map or a house may word anew."""

LONGEST: Final = 60
"""Characters of a word of the key."""


def wording_faults(wording: dict[str, str]) -> list[str]:
    """What is wrong with words for the key.

    Examples
    --------
    >>> wording_faults({"airstrike": "Air raid", "raid": ""})
    ["no word of the key 'raid'; there are: key, armed clash, ..."]
    """
    faults = []
    for name, text in wording.items():
        if name not in WORDED:
            faults.append(f"no word of the key {name!r}; there are: {', '.join(WORDED)}")
        elif not text.strip():
            faults.append(f"the word of the key for {name!r} is empty")
        elif len(text) > LONGEST:
            faults.append(f"the word of the key for {name!r} has {len(text)} characters; at most {LONGEST}")
    return faults
