"""The room that a mark keeps round its symbols and its name: what another's would be read as its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from maps.static.choices import ends_of
from maps.static.rivals import JOINED_COST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maps.static.placement import Box, Item

__all__ = [
    "barred",
    "beside_names",
    "beside_symbols",
    "dearer_by_names",
    "level_with",
    "off_foot",
    "off_names",
    "off_symbols",
    "wanted",
    "with_ends",
]

NAMES_APART: Final = 6.0
"""Units between the end of a mark and the name of a town or of land beside it."""

NAMES_ASIDE: Final = 8.0
"""Units between the names of two marks that are level."""

ROWS_APART: Final = 0.6
"""Symbols that fit between a row and what stands level with it: nearer they are read as one row."""

LEVEL: Final = 0.1
"""Part of its height by which two rows overlap at least if they are level, beyond half of it."""

LEAST_OVER: Final = 0.15
OVER: Final = 0.6
"""Symbols that fit between two rows one over the other, at least and where there is room: nearer the lower
is read as the second line of the upper one."""

NEARER: Final = 1.5
NEARER_BY: Final = 4.5
"""Units over and under a name in which no symbol of another mark stands, at least and where there is room:
its own must be nearer."""

NAMES_LEVEL: Final = 2.0
"""Symbols between the name of an event and one of the base level with it."""

NAMES_OVER: Final = 9.0
"""Units between the name of an event and one of the base over or under it: nearer it is its second line."""


UNDER: Final = 0.5
"""Symbols that fit between a name of the base and a symbol above or below it."""

ASKED: Final = 70.0
"""Weight of a name of the base from which on it is one that the user asks for."""


FOOT_BESIDE: Final = 6.0
FOOT_OVER: Final = 3.0
"""Units beside, and over and under, the dot at the end of a line to a place in which no name of another had
better stand: nearer it is read as the name of the dot."""


def off_foot(at: tuple[float, float]) -> Box:
    """Where no name of another mark had better stand, round the dot at which a line to a place ends."""
    x, y = at
    return x - FOOT_BESIDE, y - FOOT_OVER, x + FOOT_BESIDE, y + FOOT_OVER


def _over_under(box: Box, gap: float) -> Box:
    return box[0], box[1] - gap, box[2], box[3] + gap


def barred(row: Box, texts: Sequence[Box], size: float) -> list[Box]:
    """Where no symbol of another mark may stand, round a row of symbols of a size and its name."""
    found = ends_of(_level_band(row), "lr", ROWS_APART * 2 * size)
    found.append(_over_under(row, LEAST_OVER * 2 * size))
    return found + [_over_under(text, NEARER) for text in texts]


def wanted(row: Box, texts: Sequence[Box], size: float) -> list[Box]:
    """Where none had better stand."""
    return [_over_under(row, OVER * 2 * size), *(_over_under(text, NEARER_BY) for text in texts)]


def level_with(words: Box) -> Box:
    """Where no name of another mark had better stand, level with a name: they are read as one."""
    left, _, right, _ = words
    _, top, _, bottom = _level_band(words)
    return left - NAMES_ASIDE, top, right + NAMES_ASIDE, bottom


def _level_band(row: Box) -> Box:
    """The middle of a row: what it meets stands level with it."""
    middle, half = (row[1] + row[3]) / 2, (row[3] - row[1]) * LEVEL
    return row[0], middle - half - 1, row[2], middle + half + 1


def beside_names(box: Box, size: float) -> Box:
    """Where no name of an event had better stand, round a name of the base."""
    wide = NAMES_LEVEL * 2 * size
    return box[0] - wide, box[1] - NAMES_OVER, box[2] + wide, box[3] + NAMES_OVER


def beside_symbols(box: Box, size: float) -> Box:
    """Where no symbol of an event had better stand, round a name of the base."""
    wide, tall = NAMES_LEVEL * 2 * size, UNDER * 2 * size
    return box[0] - wide, box[1] - tall, box[2] + wide, box[3] + tall


def off_symbols(items: Sequence[Item], symbols: Sequence[Box], size: float) -> list[Item]:
    """Names of the base as far from symbols that stand already; without room they go."""
    return _kept(items, symbols, lambda box: beside_symbols(box, size))


def off_names(items: Sequence[Item], names: Sequence[Box], size: float) -> list[Item]:
    """Names of the base that keep clear of those of events, which stand already; without room they go.

    What the user asks for stays.

    Parameters
    ----------
    size
        Of symbols.
    """
    asked = [item for item in items if item.weight >= ASKED]
    others = [item for item in items if item.weight < ASKED]
    return asked + _kept(others, names, lambda box: beside_names(box, size))


def dearer_by_names(item: Item, names: Sequence[Box], size: float) -> Item:
    """A name of the base that must stand: dearer where it would be read as part of an event's."""
    far = _far(item, names, lambda box: beside_names(box, size))
    dearer = [
        one if ok else replace(one, cost=one.cost + JOINED_COST)
        for one, ok in zip(item.candidates, far, strict=True)
    ]
    return replace(item, candidates=dearer)


def _kept(items: Sequence[Item], there: Sequence[Box], room: Callable[[Box], Box]) -> list[Item]:
    """Items with those of their positions whose room is free."""
    found = []
    for item in items:
        far = _far(item, there, room)
        kept = [one for one, free in zip(item.candidates, far, strict=True) if free]
        if kept:
            found.append(replace(item, candidates=kept))
    return found


def _far(item: Item, there: Sequence[Box], room: Callable[[Box], Box]) -> list[bool]:
    """Which positions of an item have the room round them free of some boxes."""
    boxes = [room(box) for one in item.candidates for box in one.boxes]
    if not boxes or not there:
        return [True] * len(item.candidates)
    asked, held = np.array(boxes, dtype=float)[:, None], np.asarray(there, dtype=float)[None]
    wide = np.minimum(asked[..., 2], held[..., 2]) - np.maximum(asked[..., 0], held[..., 0])
    tall = np.minimum(asked[..., 3], held[..., 3]) - np.maximum(asked[..., 1], held[..., 1])
    met = ((wide > 0) & (tall > 0)).any(axis=1)
    number = np.repeat(np.arange(len(item.candidates)), [len(one.boxes) for one in item.candidates])
    free: list[bool] = (np.bincount(number, weights=met, minlength=len(item.candidates)) == 0).tolist()
    return free


def with_ends(box: Box) -> Box:
    """What a chosen candidate covers, with the room that keeps two names in a row from being read as one."""
    return box[0] - NAMES_APART, box[1], box[2] + NAMES_APART, box[3]
