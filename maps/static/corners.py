"""The corners of a map in which its key and its notes stand, and where the events stand beside them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from maps.static.base import read_ground
from maps.static.projection import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from maps.content.marks import MarkGroup
    from maps.static.placement import Box

__all__ = ["in_corners", "less_high", "padded", "within"]

Extent = tuple[float, float, float, float]
Priced = tuple[float, int, Extent]
"""What a piece costs in a corner, how many names it hides, and its place."""

CORNERS: Final = ("se", "nw", "sw", "ne")
"""As they are usual."""

MOST_KEY: Final = 0.3
"""Share of the map that a piece in its corner may take."""

MOST_HIGH: Final = 0.7
"""Share of the map's height that it may take."""

PAD: Final = 8.0
"""Units between the frame of a piece and its words, over and under them; two more beside them."""

GAP: Final = 8.0
"""Units between a piece and the rim of the map, or another piece."""

EACH_CORNER: Final = 12.0
"""Units that the next of the corners must be further from names."""

EACH_SIZE: Final = 40.0
"""The same for the next of its sizes."""

HIDDEN: Final = 60.0
"""The same for each name that a piece or the rim would be in the way of."""

MOST_HIDDEN: Final = 0.05
"""Part of all names that pieces may be in the way of: so many find another place."""

ASIDE: Final = 40.0
"""The same for an extent at the very side of its map."""

SHARES: Final = (0.5, 0.25, 0.75, 0.0, 1.0)
SHARES_UP: Final = (0.5, 0.0, 1.0)
"""Parts of the room that an extent leaves free which it has at its west, and at its south."""

SPARE: Final = 0.06
"""Part of its width or height that an extent leaves free, from which on it may stand aside."""

GROWN: Final = (1.0, 1.05, 1.1, 1.2, 1.3)
"""By how much wider and higher than its extent a map may be, so that corners and names have room; a tenth
is worth a tenth of the names."""

AWAY: Final = 16.0
"""Units from which on it doesn't matter how far off a piece the names are."""

MARK_OFF: Final = 24.0
LINE_OFF: Final = 10.0
"""Units that a piece keeps off marks and off the line."""

LETTER: Final = 0.55
"""Width of a letter, about, to its size."""

LONG: Final = 13
"""Letters from which on a name stands on two lines where it must."""


def in_corners(
    extent: Extent,
    box: Box,
    pieces: Sequence[Sequence[tuple[float, float]]],
    marks: Sequence[MarkGroup],
    letters: float,
    *,
    aside: bool = True,
) -> tuple[list[Box], Extent] | None:
    """The emptiest corners of a map, if nothing is hidden there, and the extent that the map then shows.

    Where the map has more room than its extent needs, that goes to the side on which the pieces and the names
    want it.

    Parameters
    ----------
    extent
        What the map must show, in degrees.
    box
        The map, in units.
    pieces
        What stands in corners; of each the sizes that it can have, the best first, width and height in units.
    letters
        Size of the names, in units.
    aside
        Whether the extent may stand aside.
    """
    left, top, right, bottom = box
    room = (right - left) * (bottom - top)
    fitting = [
        [
            (wide, tall)
            for wide, tall in sizes
            if wide * tall <= MOST_KEY * room and tall <= MOST_HIGH * (bottom - top)
        ]
        for sizes in pieces
    ]
    if not all(fitting):
        return None
    known = [one for one in marks if one.lon is not None]
    view = View.fit(extent, box)
    at = view.points([(one.lon, one.lat) for one in known])
    line = shapely.transform(read_ground().durand, view.points)
    shapely.prepare(line)
    rooms = _name_rooms(known, letters)
    found: list[tuple[float, list[Box], Extent]] = []
    for grown in GROWN if aside else (1.0,):
        tried: list[tuple[float, int, list[Box], Extent]] = []
        for window in _windows(extent, box, grown, aside=aside):
            stand = np.tile(window.points(at), 2)
            names = stand + rooms
            cut = int(((names[:, :2] < box[:2]) | (names[:, 2:] > box[2:])).any(axis=1).sum())
            around = _Around(box, window, stand, line, names)
            priced = [
                [around.cheapest(corner, n, sizes) for n, corner in enumerate(CORNERS)] for sizes in fitting
            ]
            for chosen in _together(priced):
                hidden = sum(one[1] for one in chosen)
                if hidden <= MOST_HIDDEN * len(known):
                    cost = sum(one[0] for one in chosen) + HIDDEN * (hidden + cut) + ASIDE * window.aside
                    tried.append((cost, hidden + cut, [one[2] for one in chosen], window.extent))
        tried.sort(key=lambda one: one[0])
        for _, lost, spots, shown in tried:
            # Its edges are not straight: what was moved and scaled is nearly where it will be.
            if all(_is_free(spot, View.fit(shown, box), known) for spot in spots):
                found.append((lost / max(1, len(known)) + grown, spots, shown))
                break
        if found and found[-1][0] == grown:
            break
    return min(found, key=lambda one: one[0])[1:] if found else None


def _is_free(spot: Box, view: View, marks: Sequence[MarkGroup]) -> bool:
    """Whether a piece keeps off marks and line, on the map as it will be drawn."""
    at = view.points([(one.lon, one.lat) for one in marks])
    line = shapely.transform(read_ground().durand, view.points)
    return not (
        (_off(spot, np.tile(at, 2)) < MARK_OFF).any() or line.intersects(shapely.box(*spot).buffer(LINE_OFF))
    )


def _together(priced: Sequence[Sequence[Priced | None]]) -> Iterator[list[Priced]]:
    """Each choice of a corner for every piece, where they keep off each other."""
    for order in itertools.permutations(range(len(CORNERS)), len(priced)):
        chosen = [of_piece[n] for of_piece, n in zip(priced, order, strict=True)]
        standing = [one for one in chosen if one is not None]
        if len(standing) == len(priced) and not _meet([spot for *_, spot in standing]):
            yield standing


class _Window(NamedTuple):
    """What a map may show of which an extent is a part.

    Attributes
    ----------
    aside
        How far the extent is off the middle, in parts of the room that it leaves free.
    grown, moved
        A point stands where it did on the map of the extent alone, over the first, and the second.
    """

    extent: Extent
    aside: float
    grown: float
    moved: NDArray[np.float64]

    def points(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points of the map of the extent alone stand."""
        return at / self.grown + self.moved

    def on_extent(self, spot: Box) -> shapely.Geometry:
        """A place as on the map of the extent alone."""
        corners = (np.reshape(spot, (2, 2)) - self.moved) * self.grown
        return shapely.box(*corners.ravel())


class _Around(NamedTuple):
    """What is round a corner: marks and names as boxes, and the line as on the map of the extent alone."""

    box: Box
    window: _Window
    marks: NDArray[np.float64]
    line: shapely.Geometry
    names: NDArray[np.float64]

    def cheapest(self, corner: str, rank: int, sizes: Sequence[tuple[float, float]]) -> Priced | None:
        """A piece in a corner, in the best of its sizes; None if it can't stand there."""
        left, top, right, bottom = self.box
        best: Priced | None = None
        for n, (wide, tall) in enumerate(sizes):
            x = left + GAP if "w" in corner else right - GAP - wide
            y = top + GAP if "n" in corner else bottom - GAP - tall
            spot: Box = (x, y, x + wide, y + tall)
            if (_off(spot, self.marks) < MARK_OFF).any():
                continue
            off = LINE_OFF * self.window.grown
            if self.line.intersects(self.window.on_extent(spot).buffer(off)):
                continue
            to_names = _off(spot, self.names)
            hidden = int((to_names == 0.0).sum())
            cost = rank * EACH_CORNER + n * EACH_SIZE - min(float(to_names.min(initial=AWAY)), AWAY)
            if best is None or cost + HIDDEN * hidden < best[0] + HIDDEN * best[1]:
                best = (cost, hidden, spot)
        return best


def _meet(spots: Sequence[Box]) -> bool:
    """Whether two of some pieces come nearer to each other than they may."""
    return any(
        one[0] < other[2] + GAP
        and other[0] < one[2] + GAP
        and one[1] < other[3] + GAP
        and other[1] < one[3] + GAP
        for one, other in itertools.combinations(spots, 2)
    )


def _windows(extent: Extent, box: Box, grown: float, *, aside: bool) -> list[_Window]:
    """An extent in the middle of its map, and nearer to its sides.

    Parameters
    ----------
    grown
        By how much wider and higher the map is than where the extent just has room.
    """
    west, south, east, north = extent
    size, first = np.array([box[2] - box[0], box[3] - box[1]]), np.array(box[:2])
    shape = View.aspect(extent) * size[0] / size[1]
    free = grown * np.array([max(shape, 1.0), max(1.0 / shape, 1.0)]) - 1.0
    spare = free * (east - west, north - south)
    found = []
    for x in SHARES if aside and free[0] > SPARE else (0.5,):
        for y in SHARES_UP if aside and free[1] > SPARE else (0.5,):
            shown = extent
            if aside:
                shown = (
                    west - spare[0] * x, south - spare[1] * y,
                    east + spare[0] * (1 - x), north + spare[1] * (1 - y),
                )  # fmt: skip
            # Parts of the map's size that are free before and after the extent.
            middle = first + size * (free * (x, 1 - y) + 0.5) / (1 + free)
            moved = middle - (first + size / 2) / grown
            found.append(_Window(shown, abs(x - 0.5) + abs(y - 0.5), grown, moved))
    return found


def _off(spot: Box, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far boxes, or points as boxes, are off a place."""
    left, top, right, bottom = spot
    across = np.maximum(np.maximum(left - boxes[:, 2], boxes[:, 0] - right), 0.0)
    along = np.maximum(np.maximum(top - boxes[:, 3], boxes[:, 1] - bottom), 0.0)
    return np.asarray(np.hypot(across, along))


def _name_rooms(marks: Sequence[MarkGroup], letters: float) -> NDArray[np.float64]:
    """Room of names, about, from their marks: in Afghanistan left of the symbols, else right of them."""
    long = [len(one.tag or one.name) for one in marks]
    wide = LETTER * letters * np.array([n if n <= LONG else max(n / 2, LONG) for n in long], dtype=float)
    west = np.array([one.side == "AF" for one in marks], dtype=bool)
    tall = np.full(len(wide), letters)
    return np.column_stack([-np.where(west, wide, 0.0), -tall, np.where(west, 0.0, wide), tall])


def padded(wide: float, tall: float) -> tuple[float, float]:
    """Size of a box in a corner that holds so much; see `within`."""
    return wide + 2 * PAD + 4.0, tall + 2 * PAD


def within(box: Box) -> Box:
    """What a box in a corner holds."""
    left, top, right, bottom = box
    return left + PAD + 2.0, top + PAD, right - PAD - 2.0, bottom - PAD


def less_high(piece: Box, tall: float, box: Box) -> Box:
    """A piece that holds what is so high, in the same corner of a map."""
    left, top, right, bottom = piece
    spare = bottom - top - padded(0.0, tall)[1]
    at_foot = box[3] - bottom < top - box[1]
    return (left, top + spare, right, bottom) if at_foot else (left, top, right, bottom - spare)
