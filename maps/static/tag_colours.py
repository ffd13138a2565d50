"""The colour of the words of a tag: that of its events, dark enough to read."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.colors import to_hex, to_rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.spec.house_style import House

__all__ = ["contrast", "tag_colour"]

READABLE: Final = 4.5
"""Least contrast of small text on its ground (WCAG 2.2, 1.4.3)."""


def contrast(one: str, other: str) -> float:
    """Contrast of two colours after WCAG 2.2.

    Examples
    --------
    >>> round(contrast("#000000", "#FFFFFF"), 1)
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = np.array(to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


@functools.lru_cache(maxsize=64)
def _readable(colour: str, ground: str) -> str:
    """A colour darkened until it can be read on a ground."""
    parts = np.array(to_rgb(colour))
    for share in np.arange(0.0, 1.0, 0.05):
        darker = str(to_hex(tuple((parts * (1 - share)).tolist())))
        if contrast(darker, ground) >= READABLE:
            return darker
    return "#000000"


def tag_colour(house: House, types: Sequence[str]) -> str:
    """The colour of a tag's words: its events' where they are of one colour, else the grey of notes."""
    colours = {house.types[name] for name in types}
    ground = house.colours["pakistan"] if "pakistan" in house.colours else house.colours["focus"]
    return _readable(colours.pop(), ground) if len(colours) == 1 else house.colours["ink-2"]
