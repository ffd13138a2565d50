"""Which area holds a point, read from a table of cells, and from the edges near it where there are any.

The cells are 0.01 degree wide. One that no edge touches lies in one area as a whole; one look tells which.
One that an edge touches is a block of 4 x 4 finer cells. In a finer cell with edges, the segment from the
point to the cell's centre, of which the area is known, is followed: the first edge that it crosses says what
lies on the point's side of it, and if it crosses none, the point lies where the centre does. Whether a point
is on the left or on the right of a line is asked only as far as rounding cannot decide it (J. R. Shewchuk,
Adaptive precision floating-point arithmetic and fast robust geometric predicates, 1997: bound A); what is
doubtful by that, such as a point on an edge, is left to the exact test.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from geo.engine.index_cache import Arrays, Form, digest_of, find_stored, stored
from geo.types import Floats, Indices

__all__ = ["DOUBT", "UnitCells", "UnitTable", "look", "table_digest"]

Exact = Callable[[Floats, Floats], Indices]

CELL_DEGREES: Final = 0.01
MOST_CELLS: Final = 6_000_000
FINER: Final = 4
TOUCH: Final = 1e-6
"""In cells. An edge touches from this far, so that no rounding of a coordinate can pass one by."""
MIXED: Final = -2
DOUBT: Final = -2
"""What look says where it can't tell."""
ORIENTATION_ERROR: Final = 1e-15
"""Three times the bound of rounding in a determinant of differences, (3 + 16 u) u with u = 2**-53."""
APART: Final = 1e-9
"""Two crossings nearer than this, as part of the segment, are not put in an order."""
KIND: Final = "units-2"
FORM: Final[Form] = {
    "frame": ("f", 1),
    "shape": ("i", 1),
    "ends": ("f", 2),
    **dict.fromkeys(("coarse", "fine", "centre", "first", "edge", "left", "right"), ("i", 1)),
}


class UnitTable(NamedTuple):
    """The arrays of a table."""

    west: float
    south: float
    per_degree: float
    rows: int
    columns: int
    coarse: npt.NDArray[np.int32]
    """Of each cell: the row of its area, -1 for none, or MIXED less the number of its block."""
    fine: npt.NDArray[np.int32]
    """Of each finer cell: likewise, or MIXED less the number of its list of edges."""
    centre: npt.NDArray[np.int16]
    """Of each list: the area of the cell's centre."""
    first: npt.NDArray[np.int32]
    """Of each list: where it begins in edge; one more at the end."""
    edge: npt.NDArray[np.int32]
    ends: Floats
    """Of each edge: x, y, x, y in degrees."""
    left: npt.NDArray[np.int16]
    right: npt.NDArray[np.int16]


class UnitCells:
    """The table of a set of areas.

    Parameters
    ----------
    digest
        Of the areas (:func:`table_digest`).
    geometry
        Gives the areas in EPSG:4326, fewer than 32,000; asked only if the table is not on disk.
    exact
        Row of the area that holds each point, -1 for none: what the table stands for.
    """

    def __init__(self, digest: str, geometry: Callable[[], npt.NDArray[np.object_]], exact: Exact) -> None:
        self.exact = exact
        self.table = _table(stored(KIND, digest, lambda: _build(geometry(), exact), form=FORM))

    @classmethod
    def from_disk(cls, digest: str, exact: Exact) -> UnitCells | None:
        """The table if it has been built before."""
        arrays = find_stored(KIND, digest, form=FORM)
        if arrays is None:
            return None
        cells = cls.__new__(cls)
        cells.exact = exact
        cells.table = _table(arrays)
        return cells


def table_digest(made_of: list[bytes]) -> str:
    """Key of the table of areas that are told from others by these bytes."""
    return digest_of([f"{CELL_DEGREES} {MOST_CELLS} {FINER} {TOUCH}".encode(), *made_of])


def look(lon: Floats, lat: Floats, table: UnitTable) -> npt.NDArray[np.int16]:
    """Row of the area that holds each point, -1 for none or where a coordinate is missing, DOUBT."""
    x = (lon - table.west) * table.per_degree
    y = (lat - table.south) * table.per_degree
    # Written so that a missing coordinate falls outside.
    inside = (x >= 0) & (x < table.columns) & (y >= 0) & (y < table.rows)
    all_inside = bool(inside.all())
    if not all_inside:
        x, y = np.where(inside, x, 0.0), np.where(inside, y, 0.0)
    column, row = x.astype(np.int32), y.astype(np.int32)
    code = table.coarse.take(row * np.int32(table.columns) + column)
    if not all_inside:
        code[~inside] = -1
    found = code.astype(np.int16)
    edged = np.flatnonzero(code <= MIXED)
    if len(edged):
        column, row = column[edged], row[edged]
        within_column = np.minimum(((x[edged] - column) * FINER).astype(np.int32), FINER - 1)
        within_row = np.minimum(((y[edged] - row) * FINER).astype(np.int32), FINER - 1)
        block = (MIXED - code[edged]) * np.int32(FINER * FINER)
        code = table.fine.take(block + within_row * FINER + within_column)
        found[edged] = code
        at = np.flatnonzero(code <= MIXED)
        if len(at):
            centre_x, centre_y = _centre(table, column[at], row[at], within_column[at], within_row[at])
            some = edged[at]
            found[some] = _by_edges(lon[some], lat[some], centre_x, centre_y, MIXED - code[at], table)
    return found


def _centre(table: UnitTable, column: Any, row: Any, within_column: Any, within_row: Any) -> tuple[Any, Any]:
    """Of finer cells, in degrees; the compiled search has the same operations."""
    return (
        table.west + (column + (within_column + 0.5) / FINER) / table.per_degree,
        table.south + (row + (within_row + 0.5) / FINER) / table.per_degree,
    )


def _by_edges(
    x: Floats, y: Floats, centre_x: Floats, centre_y: Floats, number: Indices, table: UnitTable
) -> npt.NDArray[np.int16]:
    """Follow the segment from each point to the centre of its cell."""
    first = table.first.take(number)
    count = table.first.take(number + 1) - first
    found = table.centre.take(number)
    doubt = np.zeros(len(x), dtype=bool)
    who = np.repeat(np.arange(len(x)), count)
    place = np.arange(len(who)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    edge = table.edge.take(place)
    ax, ay, bx, by = table.ends[edge].T
    px, py, cx, cy = x[who], y[who], centre_x[who], centre_y[who]
    of_point, sure_point = _turn(ax, ay, bx, by, px, py)
    of_centre, sure_centre = _turn(ax, ay, bx, by, cx, cy)
    doubt[who[~(sure_point & sure_centre)]] = True
    parted = np.flatnonzero((of_point > 0) != (of_centre > 0))
    who, edge, of_point, of_centre = who[parted], edge[parted], of_point[parted], of_centre[parted]
    px, py, cx, cy = px[parted], py[parted], cx[parted], cy[parted]
    of_start, sure_start = _turn(px, py, cx, cy, ax[parted], ay[parted])
    of_end, sure_end = _turn(px, py, cx, cy, bx[parted], by[parted])
    doubt[who[~(sure_start & sure_end)]] = True
    crossed = np.flatnonzero((of_start > 0) != (of_end > 0))
    who, edge, of_point, of_centre = who[crossed], edge[crossed], of_point[crossed], of_centre[crossed]
    if len(who):
        # A doubtful one may divide by nothing; what comes of it is not used.
        part = of_point / np.where(of_point == of_centre, 1.0, of_point - of_centre)
        order = np.lexsort((part, who))
        who, edge, part, of_point = who[order], edge[order], part[order], of_point[order]
        start = np.append(True, who[1:] != who[:-1])
        close = np.flatnonzero((part[1:] - part[:-1] < APART) & ~start[1:] & start[:-1])
        doubt[who[close]] = True
        start = np.flatnonzero(start)
        edge = edge[start]
        found[who[start]] = np.where(of_point[start] > 0, table.left[edge], table.right[edge])
    found[doubt] = DOUBT
    return np.asarray(found)


def _turn(
    ax: Floats, ay: Floats, bx: Floats, by: Floats, px: Floats, py: Floats
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """More than 0 where p is on the left of a line from a to b; and whether that is sure."""
    one = (bx - ax) * (py - ay)
    other = (by - ay) * (px - ax)
    turn = one - other
    return turn, np.abs(turn) > ORIENTATION_ERROR * (np.abs(one) + np.abs(other))


def _table(arrays: Arrays) -> UnitTable:
    west, south, per_degree = (float(value) for value in arrays["frame"])
    rows, columns = (int(value) for value in arrays["shape"])
    names = ("coarse", "fine", "centre", "first", "edge", "ends", "left", "right")
    return UnitTable(west, south, per_degree, rows, columns, *(arrays[name] for name in names))


def _build(geometry: npt.NDArray[np.object_], exact: Exact) -> Arrays:
    west, south, east, north = shapely.total_bounds(geometry)
    size = CELL_DEGREES
    while (east - west) / size * (north - south) / size > MOST_CELLS:
        size *= 2
    west, south = np.floor(west / size - 1) * size, np.floor(south / size - 1) * size
    columns, rows = (int(np.ceil((high - low) / size)) + 1 for high, low in ((east, west), (north, south)))
    per_degree = 1 / size
    ends, left, right = _edges(geometry)
    scaled = (ends - np.array([west, south, west, south])) * per_degree
    touched = np.zeros((rows, columns), dtype=bool)
    row, column, _ = _cells_touched(scaled)
    touched[row, column] = True
    blocks = np.flatnonzero(touched.ravel())
    block_row, block_column = blocks // columns, blocks % columns
    number = np.full(rows * columns, -1, dtype=np.int64)
    number[blocks] = np.arange(len(blocks))
    row, column, edge = _cells_touched(scaled * FINER)
    # Within a rounding of a coarse edge a finer cell may belong to a block that was not touched: none is
    # lost, as the coarse touch reaches four times as far.
    inside = (row >= 0) & (row < rows * FINER) & (column >= 0) & (column < columns * FINER)
    row, column, edge = row[inside], column[inside], edge[inside]
    block = number[(row // FINER) * columns + column // FINER]
    here = block >= 0
    cell = (block[here] * FINER + row[here] % FINER) * FINER + column[here] % FINER
    pair = np.unique(cell * len(ends) + edge[here])
    cell, edge = pair // len(ends), pair % len(ends)
    lists, first = np.unique(cell, return_index=True)
    fine_touched = np.zeros(len(blocks) * FINER * FINER, dtype=bool)
    fine_touched[lists] = True

    part = UnitTable(west, south, per_degree, rows, columns, *([np.empty(0)] * 8))  # type: ignore[arg-type]
    coarse = _filled(
        touched[None],
        lambda _, row, column: exact(west + (column + 0.5) / per_degree, south + (row + 0.5) / per_degree),
    ).ravel()
    coarse = coarse.astype(np.int32)
    coarse[blocks] = MIXED - np.arange(len(blocks))

    def fine_code(block: Indices, row: Indices, column: Indices) -> Indices:
        return exact(*_centre(part, block_column[block], block_row[block], column, row))

    fine = _filled(fine_touched.reshape(-1, FINER, FINER), fine_code).ravel().astype(np.int32)
    fine[lists] = MIXED - np.arange(len(lists))
    block, within = lists // (FINER * FINER), lists % (FINER * FINER)
    centre = fine_code(block, within // FINER, within % FINER)
    return {
        "frame": np.array([west, south, per_degree]),
        "shape": np.array([rows, columns]),
        "coarse": coarse,
        "fine": fine,
        "centre": centre.astype(np.int16),
        "first": np.append(first, len(edge)).astype(np.int32),
        "edge": edge.astype(np.int32),
        "ends": ends,
        "left": left,
        "right": right,
    }


def _edges(
    geometry: npt.NDArray[np.object_],
) -> tuple[Floats, npt.NDArray[np.int16], npt.NDArray[np.int16]]:
    """Every edge once as x, y, x, y, and the areas on its left and right.

    Where the areas are no clean coverage an edge may have more than one area on a side: all edges then have
    DOUBT on both sides, so that whatever is near one is tested exactly.
    """
    turned = shapely.orient_polygons(geometry)
    parts, unit_of_part = shapely.get_parts(turned, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[:-1] == ring[1:]
    ends = np.hstack((xy[:-1], xy[1:]))[same]
    # Exterior rings run anticlockwise and holes clockwise: the area is on the left.
    unit = unit_of_part[part_of_ring[ring[:-1][same]]]
    moved = (ends[:, :2] != ends[:, 2:]).any(axis=1)
    ends, unit = ends[moved], unit[moved]
    back = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[back] = ends[back][:, [2, 3, 0, 1]]
    order = np.lexsort(ends.T)
    ends, unit, back = ends[order], unit[order], back[order]
    new = np.append(True, (ends[1:] != ends[:-1]).any(axis=1))
    number = np.cumsum(new) - 1
    ends = ends[new]
    left, right = (np.full(len(ends), -1, dtype=np.int16) for _ in range(2))
    left[number[~back]] = unit[~back]
    right[number[back]] = unit[back]
    if not shapely.coverage_is_valid(geometry):
        left[:], right[:] = DOUBT, DOUBT
    return ends, left, right


def _cells_touched(edges: Floats) -> tuple[Indices, Indices, Indices]:
    """Row and column of cells that edges touch or nearly touch, and of a few beside them; which edge."""
    run = np.maximum(np.abs(edges[:, 2] - edges[:, 0]), np.abs(edges[:, 3] - edges[:, 1]))
    pieces = np.maximum(np.ceil(run * 1.02), 1).astype(np.intp)
    edge = np.repeat(np.arange(len(edges)), pieces)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    along = edges[:, 2:] - edges[:, :2]
    ends = [(edges[edge, :2] + (part / pieces[edge])[:, None] * along[edge]).T for part in (step, step + 1)]
    # A piece is shorter than a cell in both directions: the corners of its box lie in all cells it touches.
    found = []
    for axis in (1, 0):
        low = np.minimum(ends[0][axis], ends[1][axis]) - TOUCH
        high = np.maximum(ends[0][axis], ends[1][axis]) + TOUCH
        found.append((np.floor(low).astype(np.intp), np.floor(high).astype(np.intp)))
    (low_row, high_row), (low_column, high_column) = found
    row = np.concatenate((low_row, low_row, high_row, high_row))
    column = np.concatenate((low_column, high_column, low_column, high_column))
    return row, column, np.tile(edge, 4)


def _filled(
    touched: npt.NDArray[np.bool_], code_of: Callable[[Indices, Indices, Indices], Indices]
) -> npt.NDArray[np.int16]:
    """Codes of grids of cells, shape (grids, rows, columns); MIXED where touched.

    Between two cells of a row with no touched one between them there is no edge: one test serves the run.
    """
    starts = ~touched
    starts[:, :, 1:] &= touched[:, :, :-1]
    grid, row, column = np.nonzero(starts)
    first = code_of(grid, row, column)
    run = np.cumsum(starts.ravel()).reshape(touched.shape) - 1
    codes = first[np.maximum(run, 0)].astype(np.int16) if len(first) else np.full(touched.shape, -1, np.int16)
    codes[touched] = MIXED
    return codes
