"""Whether a house's colours can be read: contrast of words with their grounds, of symbols with theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from maps.spec.house_style import House

__all__ = ["LEAST_SYMBOL", "LEAST_TEXT", "contrast", "contrast_faults"]

LEAST_TEXT: Final = 4.5
"""WCAG 2.2, success criterion 1.4.3."""

LEAST_SYMBOL: Final = 3.0
"""WCAG 2.2, success criterion 1.4.11."""

LANDS: Final = ("afghanistan", "pakistan")
TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "ink": ("page", "panel", *LANDS),
    "ink-2": ("page", "panel", *LANDS),
    "link": ("page", "panel"),
    "place": LANDS,
    "place-minor": LANDS,
    "province-name": LANDS,
    "country-name": (*LANDS, "neighbours"),
    "river-name": LANDS,
    "durand": LANDS,
    "crossing": LANDS,
}
"""Colours of words, and the grounds that they stand on."""

GROUNDS: Final = (*LANDS, "focus")
"""What a symbol stands on."""


def contrast(first: str, second: str) -> float:
    """Contrast of two colours, from 1 to 21 (WCAG 2.2, definition of contrast ratio).

    Examples
    --------
    >>> contrast("#FFFFFF", "#000000"), round(contrast("#777777", "#FFFFFF"), 2)
    (21.0, 4.48)
    """
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (IEC 61966-2-1)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_faults(house: House) -> list[str]:
    """Words and symbols of a house that are hard to see, each with its contrast and what it should have.

    The weakest ground of each is named. A type with an outline is as clear as its outline.

    Examples
    --------
    >>> from maps.spec.house_style import read_house
    >>> contrast_faults(read_house("neutral"))
    []
    """
    faults = []

    def check(what: str, colour: str, grounds: tuple[str, ...], least: float) -> None:
        found = {ground: contrast(colour, house.colours[ground]) for ground in grounds}
        weakest = min(found, key=lambda ground: found[ground])
        if found[weakest] < least:
            ground = f"{weakest} {house.colours[weakest]}"
            faults.append(f"{what} {colour} on {ground}: {found[weakest]:.1f}:1, not {least:g}:1")

    for name, grounds in TEXTS.items():
        check(f"words in {name}", house.colours[name], grounds, LEAST_TEXT)
    for name, colour in house.types.items():
        check(f"symbols of {name}", house.edges.get(name, colour), GROUNDS, LEAST_SYMBOL)
    for name, colour in house.marks.items():
        check(f"marks in {name}", colour, GROUNDS, LEAST_SYMBOL)
    return faults
