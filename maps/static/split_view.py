"""Two frames for one crowded map: north and south at nearly one scale."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from maps.static.projection import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.content.marks import MarkGroup

__all__ = ["Half", "is_crowded", "panels", "split", "stacked"]

CROWD: Final = 30
"""More events than this within a quarter of the frame are crowded."""

ROOM_DEG: Final = (0.42, 0.3)
"""Degrees of longitude and latitude round the events of a half."""

WEST_DEG: Final = 0.8
"""The same on the Afghan side, where the names of what lies along the line stand left of their symbols."""

NEAREST_SCALES: Final = 1.25
"""The scales of the two halves differ by this factor at most."""

Extent = tuple[float, float, float, float]


@dataclass(frozen=True)
class Half:
    """One of the two frames: the key of its words, its extent, the latitudes of its events."""

    key: str
    extent: Extent
    south: float
    north: float

    def holds(self, group: MarkGroup) -> bool:
        """Whether a group belongs to this half: each belongs to one."""
        lat = group.lat if group.lat is not None else 90.0
        return self.south <= lat < self.north


def _points(groups: Sequence[MarkGroup]) -> tuple[np.ndarray, np.ndarray]:
    known = [g for g in groups if g.lon is not None and g.level in ("town", "near", "district")]
    at = np.array([(g.lon, g.lat) for g in known], dtype=float).reshape(-1, 2)
    return at, np.array([len(g.events) for g in known], dtype=float)


def is_crowded(groups: Sequence[MarkGroup], extent: Extent) -> bool:
    """Whether more than 30 events lie within a quarter of the frame."""
    at, events = _points(groups)
    west, south, east, north = extent
    wide, tall = (east - west) / 2, (north - south) / 2
    for x in np.linspace(west, east - wide, 9):
        for y in np.linspace(south, north - tall, 9):
            inside = (at[:, 0] >= x) & (at[:, 0] <= x + wide) & (at[:, 1] >= y) & (at[:, 1] <= y + tall)
            if events[inside].sum() > CROWD:
                return True
    return False


def split(groups: Sequence[MarkGroup], extent: Extent) -> tuple[Half, Half] | None:
    """Cut a frame in two by latitude where that draws both largest; nothing where that gains little."""
    at, _ = _points(groups)
    west, south, east, north = extent
    keep = (at[:, 0] > west) & (at[:, 0] < east) & (at[:, 1] > south) & (at[:, 1] < north)
    at = at[keep]
    levels = np.unique(np.round(at[:, 1], 3))
    best: tuple[float, Half, Half] | None = None
    for low, high in itertools.pairwise(levels):
        if high - low < 0.12:
            continue
        upper, lower = at[at[:, 1] >= high], at[at[:, 1] <= low]
        if len(upper) < 3 or len(lower) < 3:
            continue
        halves = _alike(_bounds(upper), _bounds(lower))
        wide = max(_metres(one) for one in halves)
        if best is None or wide < best[0] * 0.999:
            cut = float(low + high) / 2
            first, second = (
                Half("north events", halves[0], cut, 91.0),
                Half("south events", halves[1], -91.0, cut),
            )
            best = (wide, first, second)
    if best is None or best[0] > 0.78 * _metres(extent):
        return None
    return best[1], best[2]


def _bounds(at: np.ndarray) -> Extent:
    (west, south), (east, north) = at.min(axis=0), at.max(axis=0)
    x, y = ROOM_DEG
    return float(west - WEST_DEG), float(south - y), float(east + x), float(north + y)


def _metres(extent: Extent) -> float:
    """Width of an extent, about, in metres."""
    west, south, east, north = extent
    return float((east - west) * 111_320 * np.cos(np.radians((south + north) / 2)))


def _alike(one: Extent, other: Extent) -> tuple[Extent, Extent]:
    """Two extents, the narrower widened until the scales are nearly the same."""
    first, second = _metres(one), _metres(other)
    least = max(first, second) / NEAREST_SCALES
    return _widened(one, max(first, least)), _widened(other, max(second, least))


def _widened(extent: Extent, metres: float) -> Extent:
    west, south, east, north = extent
    more = (metres / _metres(extent) - 1) * (east - west) / 2
    return west - more, south, east + more, north


def stacked(halves: tuple[Half, Half], wide: float) -> tuple[float, float]:
    """Heights, in units, of two frames of one width above each other."""
    north, south = (View.aspect(one.extent) * wide for one in halves)
    return min(max(north, wide * 0.45), wide * 1.25), min(max(south, wide * 0.4), wide * 0.9)


def panels(
    halves: tuple[Half, Half], box: tuple[float, float, float, float], gap: float
) -> tuple[tuple[float, float, float, float], tuple[float, float, float, float]]:
    """Where the two frames stand in a box: above each other, or abreast if that draws them larger.

    Abreast, the one that lies further west is at the left, as on any map.
    """
    left, top, right, bottom = box
    wide, tall = right - left, bottom - top
    high = stacked(halves, wide)
    cut = top + (tall - gap) * high[0] / sum(high)
    above = ((left, top, right, cut), (left, cut + gap, right, bottom))
    each = [_metres(half.extent) for half in halves]
    share = (wide - gap) * each[0] / sum(each)
    if halves[0].extent[0] < halves[1].extent[0]:
        beside = ((left, top, left + share, bottom), (left + share + gap, top, right, bottom))
    else:
        beside = ((right - share, top, right, bottom), (left, top, right - share - gap, bottom))

    def metres(places: tuple[tuple[float, float, float, float], ...]) -> float:
        return max(View.fit(half.extent, one).metres for half, one in zip(halves, places, strict=True))

    return beside if metres(beside) < metres(above) else above
