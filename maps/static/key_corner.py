"""The corner of a map in which its key stands, and where the events stand beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from maps.static.base import read_ground
from maps.static.projection import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from maps.content.marks import MarkGroup
    from maps.static.placement import Box

__all__ = ["key_corner"]

Extent = tuple[float, float, float, float]

MOST_KEY: Final = 0.3
"""Share of the map that a key in its corner may take."""

MOST_HIGH: Final = 0.7
"""Share of the map's height that it may take."""

GAP: Final = 8.0
"""Units between the key and the rim of the map."""

EACH_CORNER: Final = 12.0
"""Units that the next best of the corners, as they are usual, must be further from marks."""

HIDDEN: Final = 60.0
"""The same for each name that a key or the rim would be in the way of."""

ASIDE: Final = 40.0
"""The same for an extent at the very side of its map."""

SHARES: Final = (0.5, 0.25, 0.75, 0.0, 1.0)
"""Parts of the room that an extent leaves free which it has at its west."""

SPARE: Final = 0.06
"""Part of its width that an extent leaves free, from which on it may stand aside."""

MARK_OFF: Final = 24.0
LINE_OFF: Final = 10.0
"""Units that a key keeps off marks and off the line."""

LETTER: Final = 0.55
"""Width of a letter, about, to its size."""


def key_corner(
    extent: Extent,
    box: Box,
    size: tuple[float, float],
    marks: Sequence[MarkGroup],
    letters: float,
    *,
    aside: bool = True,
) -> tuple[Box, Extent] | None:
    """The emptiest corner of a map, if a key hides nothing there, and the extent that the map then shows.

    Where the map has more room than its extent needs, that goes to the side on which the key and the names
    want it.

    Parameters
    ----------
    extent
        What the map must show, in degrees.
    box, size
        The map, and width and height of the key, in units.
    letters
        Size of the names, in units.
    aside
        Whether the extent may stand aside.
    """
    left, top, right, bottom = box
    wide, tall = size
    if wide * tall > MOST_KEY * (right - left) * (bottom - top) or tall > MOST_HIGH * (bottom - top):
        return None
    known = [one for one in marks if one.lon is not None]
    west, north = left + GAP, top + GAP
    east, south = right - GAP - wide, bottom - GAP - tall
    corners: list[Box] = [
        (x, y, x + wide, y + tall) for x, y in ((east, south), (west, north), (west, south), (east, north))
    ]
    best: tuple[float, Box, Extent] | None = None
    for far, shown in _shown(extent, box) if aside else [(0.0, extent)]:
        view = View.fit(shown, box)
        at = view.points([(one.lon, one.lat) for one in known])
        line = shapely.transform(read_ground().durand, view.points)
        names = _name_boxes(known, at, letters)
        cut = int((~shapely.covered_by(names, view.frame())).sum())
        for n, corner in enumerate(corners):
            face = shapely.box(*corner)
            if line.intersects(face.buffer(LINE_OFF)) or _near(corner, at):
                continue
            middle = ((corner[0] + corner[2]) / 2, (corner[1] + corner[3]) / 2)
            away = float(np.hypot(*(at - middle).T).min()) if len(at) else 0.0
            hidden = int(shapely.intersects(names, face).sum())
            cost = n * EACH_CORNER + HIDDEN * (hidden + cut) + ASIDE * far - away
            if best is None or cost < best[0]:
                best = (cost, corner, shown)
    return None if best is None else best[1:]


def _shown(extent: Extent, box: Box) -> list[tuple[float, Extent]]:
    """An extent with the room that a map leaves it, in the middle or nearer to a side; how far aside."""
    west, south, east, north = extent
    needed = (box[3] - box[1]) / View.aspect(extent)
    spare = ((box[2] - box[0]) / needed - 1) * (east - west)
    if spare < SPARE * (east - west):
        return [(0.0, extent)]
    return [
        (abs(share - 0.5), (west - spare * share, south, east + spare * (1 - share), north))
        for share in SHARES
    ]


def _near(corner: Box, at: NDArray[np.float64]) -> bool:
    """Whether a mark stands in a corner, or near it."""
    left, top, right, bottom = corner
    far = np.hypot(
        np.maximum(np.maximum(left - at[:, 0], at[:, 0] - right), 0.0),
        np.maximum(np.maximum(top - at[:, 1], at[:, 1] - bottom), 0.0),
    )
    return bool((far < MARK_OFF).any())


def _name_boxes(marks: Sequence[MarkGroup], at: NDArray[np.float64], letters: float) -> NDArray[np.object_]:
    """Where the names of marks will stand, about: in Afghanistan left of the symbols, else right of them."""
    wide = np.array([LETTER * letters * len(one.tag or one.name) for one in marks])
    west = np.array([one.side == "AF" for one in marks], dtype=bool)
    left, right = at[:, 0] - np.where(west, wide, 0.0), at[:, 0] + np.where(west, 0.0, wide)
    return np.asarray(shapely.box(left, at[:, 1] - letters, right, at[:, 1] + letters))
