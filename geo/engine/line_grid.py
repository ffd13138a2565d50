"""For each place near a line, the few chords that can hold the nearest point of it.

Cells of longitude and latitude are cut in sixteen until ten chords or fewer are left to each, so that the
cells are small along the line and large where only its bends can be nearest. What is struck from a cell's
list is proven not to be nearest from anywhere in it. With ``c`` the cell's centre and ``r`` the chord from
it to the farthest corner, ``b`` the chord nearest to ``c`` at the distance ``D`` and ``k`` another at ``d``:

- a distance changes by at most ``r`` within the cell, so ``k`` stays farther than ``b`` if ``d - D > 2 r``;
- with ``f`` the foot on ``b``, for any point ``q`` of ``k`` the difference ``|p - q|**2 - |p - f|**2`` is
  linear in ``p``. So in a convex body it is least at a corner, and ``k`` stays farther than ``f`` if it does
  so from the eight corners of a body round the cell. This leaves hardly more than what is nearest from
  somewhere.

Both count in by how much a longer chord may be the shorter way on the ground (``longest_rival``).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geo.engine.ellipsoid import earth_centred, longest_rival
from geo.engine.index_cache import Arrays, Form, asked_so_far, digest_of, find_stored, stored
from geo.engine.line_table import SPLIT, LineTable
from geo.types import GEOD, Bounds, Floats, Indices

__all__ = ["asked_of_line", "candidates", "find_table", "leaves", "made_table", "suits"]

MARGIN_DEGREES: Final = 8.0
WIDEST_DEGREES: Final = 60.0
COARSEST_DEGREES: Final = 5.12
BASE_LEVEL: Final = 2
"""Levels 0 and 1 only build; the table begins with cells of 0.32 degree."""
DEEPEST_LEVEL: Final = 5
ENOUGH: Final = 10
BEYOND: Final = 1.03
"""A body on corners this much farther out holds the cell's curved edges: on a parallel, s**2 / 16 R."""
SMALLEST_RATIO: Final = 0.04
"""Of a cell's radius to its distance from the line: smaller cells would have lists hardly shorter."""
MANY: Final = 32
SMALLEST_RATIO_OF_MANY: Final = 0.004
"""With more chords than MANY: where the line runs round a place at one distance, smaller cells do help."""
PAIRS_AT_ONCE: Final = 400_000
KIND: Final = "line-3"
FORM: Final[Form] = {
    "frame": ("f", 1),
    "shape": ("i", 1),
    **dict.fromkeys(("base", "child", "offset", "chord"), ("i", 1)),
}


def suits(bounds: Bounds) -> bool:
    """Whether a line is small enough for a table, and away from the poles and from 180 degrees."""
    west, south, east, north = bounds
    return (
        east - west <= WIDEST_DEGREES
        and west - MARGIN_DEGREES >= -170
        and east + MARGIN_DEGREES <= 170
        and south - MARGIN_DEGREES >= -75
        and north + MARGIN_DEGREES <= 75
    )


def find_table(digest: str) -> LineTable | None:
    """The table of a line if it has been built before."""
    arrays = find_stored(KIND, _key(digest), form=FORM)
    return None if arrays is None else _table(arrays)


def asked_of_line(digest: str, count: int) -> int:
    """How many points the table of a line would have served so far, with so many more."""
    return asked_so_far(KIND, _key(digest), count)


def made_table(digest: str, start: Floats, step: Floats, bounds: Bounds) -> LineTable:
    """The table of a line, from disk or built.

    Parameters
    ----------
    digest
        Tells the line from others.
    start, step
        Chords in earth-centred coordinates, shape (n, 3), metres.
    bounds
        West, south, east, north of the line.
    """
    return _table(stored(KIND, _key(digest), lambda: _Build(start, step, bounds).arrays(), form=FORM))


def leaves(lon: Floats, lat: Floats, table: LineTable) -> npt.NDArray[np.int32]:
    """Number of the list that serves each point, -1 outside the table."""
    x = (lon - table.west) / table.size
    y = (lat - table.south) / table.size
    inside = (x >= 0) & (x < table.columns) & (y >= 0) & (y < table.rows)
    if not inside.all():
        x, y = np.where(inside, x, 0.0), np.where(inside, y, 0.0)
    column, row = x.astype(np.int32), y.astype(np.int32)
    leaf = table.base.take(row * np.int32(table.columns) + column)
    leaf[~inside] = -1
    child = table.child.take(np.maximum(leaf, 0))
    deeper = np.flatnonzero((child >= 0) & inside)
    if len(deeper):
        child = child[deeper]
        x, y = x[deeper] - column[deeper], y[deeper] - row[deeper]
        while len(deeper):
            x, y = x * SPLIT, y * SPLIT
            column, row = x.astype(np.int32), y.astype(np.int32)
            x -= column
            y -= row
            node = child + (row * SPLIT + column)
            leaf[deeper] = node
            child = table.child.take(node)
            at = np.flatnonzero(child >= 0)
            deeper, child, x, y = deeper[at], child[at], x[at], y[at]
    return np.asarray(leaf)


def candidates(leaf: npt.NDArray[np.int32], table: LineTable) -> tuple[Indices, Indices]:
    """Pairs of a point and a chord that may hold its nearest one, sorted by point, then by chord."""
    first = table.offset.take(leaf)
    count = table.offset.take(leaf + 1) - first
    who = np.repeat(np.arange(len(leaf)), count)
    before = np.cumsum(count) - count
    place = np.arange(len(who)) + np.repeat(first - before, count)
    return who, table.chord.take(place).astype(np.intp)


def _key(digest: str) -> str:
    form = (MARGIN_DEGREES, COARSEST_DEGREES, BASE_LEVEL, DEEPEST_LEVEL, ENOUGH, SPLIT)
    ratios = (SMALLEST_RATIO, MANY, SMALLEST_RATIO_OF_MANY)
    return digest_of([repr((form, ratios)).encode(), digest.encode()])


def _table(arrays: Arrays) -> LineTable:
    west, south, size = (float(value) for value in arrays["frame"])
    rows, columns, longest = (int(value) for value in arrays["shape"])
    return LineTable(
        west,
        south,
        size,
        rows,
        columns,
        longest,
        *(arrays[name] for name in ("base", "child", "offset", "chord")),
    )


class _Build:
    """Builds the table, level by level."""

    def __init__(self, start: Floats, step: Floats, bounds: Bounds) -> None:
        self.start, self.step = start, step
        self.squared = np.einsum("ij,ij->i", step, step)
        west, south, east, north = bounds
        self.west, self.south = west - MARGIN_DEGREES, south - MARGIN_DEGREES
        self.columns, self.rows = (
            int(np.ceil((high - low + 2 * MARGIN_DEGREES) / COARSEST_DEGREES))
            for high, low in ((east, west), (north, south))
        )

    def arrays(self) -> Arrays:
        cells = self.columns * self.rows
        column, row = np.arange(cells) % self.columns, np.arange(cells) // self.columns
        offset = np.arange(cells + 1) * len(self.start)
        chord = np.tile(np.arange(len(self.start), dtype=np.int32), cells)
        wide, high = self.columns * SPLIT**BASE_LEVEL, self.rows * SPLIT**BASE_LEVEL
        base = np.zeros(wide * high, dtype=np.int32)
        child: list[npt.NDArray[np.int32]] = []
        counts: list[Indices] = []
        lists: list[npt.NDArray[np.int32]] = []
        parents: Indices = np.empty(0, dtype=np.intp)
        nodes = 0
        size = COARSEST_DEGREES
        for level in range(DEEPEST_LEVEL + 1):
            offset, chord, ratio = self._struck(column, row, size, offset, chord)
            count = np.diff(offset)
            split = np.full(len(count), level < BASE_LEVEL)
            if BASE_LEVEL <= level < DEEPEST_LEVEL:
                least = np.where(count > MANY, SMALLEST_RATIO_OF_MANY, SMALLEST_RATIO)
                split = (count > ENOUGH) & (ratio > least)
            if level >= BASE_LEVEL:
                number = np.arange(nodes, nodes + len(count), dtype=np.int32)
                if level == BASE_LEVEL:
                    base[row * wide + column] = number
                else:
                    # The sixteen parts of a cell follow one another.
                    child[-1][parents] = number[:: SPLIT * SPLIT]
                nodes += len(count)
                child.append(np.full(len(count), -1, dtype=np.int32))
                counts.append(np.where(split, 0, count))
                lists.append(chord[np.repeat(~split, count)])
            parents = np.flatnonzero(split)
            if not len(parents):
                break
            part = np.arange(SPLIT * SPLIT)
            column, row = (
                (np.repeat(of[parents] * SPLIT, SPLIT * SPLIT) + np.tile(within, len(parents)))
                for of, within in ((column, part % SPLIT), (row, part // SPLIT))
            )
            again = np.repeat(parents, SPLIT * SPLIT)
            chord, offset = _lists(chord, offset, again), np.append(0, np.cumsum(count[again]))
            size /= SPLIT
        return {
            "frame": np.array([self.west, self.south, COARSEST_DEGREES / SPLIT**BASE_LEVEL]),
            "shape": np.array([high, wide, max(int(count.max()) for count in counts)]),
            "base": base,
            "child": np.concatenate(child),
            "offset": np.append(0, np.cumsum(np.concatenate(counts))).astype(np.int32),
            "chord": np.concatenate(lists),
        }

    def _struck(
        self, column: Indices, row: Indices, size: float, offset: Indices, chord: npt.NDArray[np.int32]
    ) -> tuple[Indices, npt.NDArray[np.int32], Floats]:
        """The lists of cells without what can't be nearest, and the radius of each by its distance."""
        from geo.engine.numba_switch import compiled_loops

        compiled = compiled_loops(len(chord))
        lon = np.asarray(self.west + (column + 0.5) * size, np.float64)
        lat = np.asarray(self.south + (row + 0.5) * size, np.float64)
        centre = np.ascontiguousarray(earth_centred(lon, lat).T)
        radius = np.zeros(len(column))
        for east, north in ((-0.5, -0.5), (-0.5, 0.5), (0.5, -0.5), (0.5, 0.5)):
            gap = earth_centred(lon + east * size, lat + north * size).T - centre
            radius = np.maximum(radius, np.sqrt(np.einsum("ij,ij->i", gap, gap)))
        # On the sphere a corner is the farthest point; one per cent is more than the flattening changes.
        radius = radius * 1.01 + 0.01
        half = size * 0.5 * BEYOND
        lift = 1 + 1.2 * (radius / GEOD.b) ** 2 / 2
        corners = np.empty((8, len(column), 3))
        for number, (east, north) in enumerate(((-half, -half), (-half, half), (half, -half), (half, half))):
            ground = earth_centred(lon + east, lat + north).T
            corners[2 * number] = ground * (1 - 1e-9)
            corners[2 * number + 1] = ground * lift[:, None]
        kept = np.empty(len(chord), dtype=bool)
        least = np.empty(len(column))
        if compiled is not None:
            compiled.may_be_nearest(
                centre, radius, corners, self.start, self.step, self.squared, offset, chord, kept, least
            )
        else:
            first = 0
            while first < len(column):
                last = max(
                    int(np.searchsorted(offset, offset[first] + PAIRS_AT_ONCE, side="right")) - 1, first + 1
                )
                some, pairs = slice(first, last), slice(int(offset[first]), int(offset[last]))
                cell = np.repeat(np.arange(last - first), np.diff(offset[first : last + 1]))
                kept[pairs], least[some] = self._may_be_nearest(
                    centre[some], radius[some], corners[:, some], cell, chord[pairs]
                )
                first = last
        left = np.add.reduceat(kept, offset[:-1], dtype=np.intp)
        return np.append(0, np.cumsum(left)), chord[kept], radius / np.maximum(least, 1e-9)

    def _may_be_nearest(
        self, centre: Floats, radius: Floats, corners: Floats, cell: Indices, chord: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.bool_], Floats]:
        """Which chords stay, and how far each cell's centre is from the line."""
        gap = centre[cell] - self.start[chord]
        t = np.einsum("ij,ij->i", gap, self.step[chord]) / self.squared[chord]
        gap -= np.clip(t, 0.0, 1.0)[:, None] * self.step[chord]
        away = np.sqrt(np.einsum("ij,ij->i", gap, gap))
        starts = np.flatnonzero(np.append(True, np.diff(cell) != 0))
        least = np.minimum.reduceat(away, starts)
        is_least = np.flatnonzero(away == least[cell])
        nearest = np.empty(len(centre), dtype=np.intp)
        nearest[cell[is_least[::-1]]] = is_least[::-1]
        farthest = least + radius
        rival = (longest_rival(farthest) - farthest)[cell]
        keep = np.asarray(away - least[cell] <= 2 * radius[cell] + rival + 0.01)
        left = np.flatnonzero(keep)
        foot = centre[cell[nearest]] - gap[nearest]
        cell, chord, rival = cell[left], chord[left], rival[left]
        # What a rival's square may be more: (d + rival)**2 - d**2.
        more = 2 * farthest[cell] * (rival + 0.01) + (rival + 0.01) ** 2
        start, step, squared = self.start[chord], self.step[chord], self.squared[chord]
        near = np.zeros(len(left), dtype=bool)
        for corner in corners:
            to_foot = corner - foot
            reach = np.einsum("ij,ij->i", to_foot, to_foot)[cell] + more
            gap = corner[cell] - start
            t = np.einsum("ij,ij->i", gap, step) / squared
            gap -= np.clip(t, 0.0, 1.0)[:, None] * step
            near |= np.einsum("ij,ij->i", gap, gap) <= reach
        keep[left] = near
        return keep, least


def _lists(values: npt.NDArray[np.int32], offset: Indices, which: Indices) -> Any:
    """Lists one after another, each as often as asked."""
    count = np.diff(offset)[which]
    before = np.cumsum(count) - count
    return values[np.arange(int(count.sum())) + np.repeat(offset[:-1][which] - before, count)]
