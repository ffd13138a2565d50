"""Which area holds a point, read from a table of cells; only cells that an edge may touch need a test.

Cells of 0.01 degree that no edge touches lie in one unit as a whole. A cell that an edge touches is a block
of 8 x 8 smaller ones, and only in those of them that an edge touches is the point itself tested.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from geo.index_store import has_stored, stored

__all__ = ["TABLE_FROM", "UnitCells"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Exact = Callable[[Floats, Floats], Indices]

TABLE_FROM: Final = 20_000
"""So many points at once are worth a table of cells: a second or more to build, then on disk."""
CELL_DEGREES: Final = 0.01
MOST_CELLS: Final = 6_000_000
FINER: Final = 8
TOUCH: Final = 1e-6
"""In cells. An edge touches from this far, so that no rounding of a coordinate can pass one by."""
MIXED: Final = -2
POINTS_AT_ONCE: Final = 65_536
KIND: Final = "units-1"


class UnitCells:
    """The table of a set of areas.

    Parameters
    ----------
    geometry
        Areas in EPSG:4326, fewer than 32,000.
    exact
        Row of the area that holds each point, -1 for none: what the table stands for.
    """

    def __init__(self, geometry: npt.NDArray[np.object_], exact: Exact) -> None:
        self._exact = exact
        arrays = stored(KIND, _key(geometry), lambda: _build(geometry, exact))
        self._west, self._south, self._per_degree = arrays["frame"]
        self._rows, self._columns = (int(n) for n in arrays["shape"])
        self._coarse = arrays["coarse"]
        self._fine = arrays["fine"]

    @staticmethod
    def on_disk(geometry: npt.NDArray[np.object_]) -> bool:
        """Whether the table has been built before."""
        return has_stored(KIND, _key(geometry))

    def find(self, lon: Floats, lat: Floats) -> Indices:
        """Row of the area that holds each point, -1 for none or where a coordinate is missing."""
        found, mixed = self.look(lon, lat)
        if len(mixed):
            found[mixed] = self._exact(lon[mixed], lat[mixed])
        return found

    def look(self, lon: Floats, lat: Floats) -> tuple[Indices, Indices]:
        """As find, but without the tests: which rows (positions) still need one."""
        found = np.empty(len(lon), dtype=np.intp)
        untold = []
        # Piece by piece everything stays in the processor's cache.
        for first in range(0, len(lon), POINTS_AT_ONCE):
            part = slice(first, first + POINTS_AT_ONCE)
            x = (lon[part] - self._west) * self._per_degree
            y = (lat[part] - self._south) * self._per_degree
            # Written so that a missing coordinate falls outside.
            inside = (x >= 0) & (x < self._columns) & (y >= 0) & (y < self._rows)
            all_inside = bool(inside.all())
            if not all_inside:
                x, y = np.where(inside, x, 0.0), np.where(inside, y, 0.0)
            cell = y.astype(np.int32) * np.int32(self._columns) + x.astype(np.int32)
            code = self._coarse.take(cell)
            if not all_inside:
                code[~inside] = -1
            edge = np.flatnonzero(code <= MIXED)
            if len(edge):
                fx, fy = x[edge], y[edge]
                column = ((fx - np.floor(fx)) * FINER).astype(np.int32)
                row = ((fy - np.floor(fy)) * FINER).astype(np.int32)
                block = (MIXED - code[edge]).astype(np.int64) * (FINER * FINER)
                finer = self._fine.take(block + row * FINER + column)
                code[edge] = finer
                untold.append(edge[finer == MIXED] + first)
            found[part] = code
        return found, np.concatenate(untold) if untold else np.empty(0, dtype=np.intp)


def _key(geometry: npt.NDArray[np.object_]) -> list[bytes]:
    return [f"{CELL_DEGREES} {MOST_CELLS} {FINER} {TOUCH}".encode(), *shapely.to_wkb(geometry)]


def _build(geometry: npt.NDArray[np.object_], exact: Exact) -> dict[str, npt.NDArray[Any]]:
    west, south, east, north = shapely.total_bounds(geometry)
    size = CELL_DEGREES
    while (east - west) / size * (north - south) / size > MOST_CELLS:
        size *= 2
    west, south = np.floor(west / size - 1) * size, np.floor(south / size - 1) * size
    columns, rows = (int(np.ceil((high - low) / size)) + 1 for high, low in ((east, west), (north, south)))
    per_degree = 1 / size
    edges = _edges(geometry)
    edges = (edges - np.array([west, south, west, south])) * per_degree
    touched = np.zeros((rows, columns), dtype=bool)
    row, column = _cells_touched(edges)
    touched[row, column] = True

    def centre(row: Indices, column: Indices) -> tuple[Floats, Floats]:
        return west + (column + 0.5) / per_degree, south + (row + 0.5) / per_degree

    coarse = _filled(touched[None], lambda _, row, column: exact(*centre(row, column)))[0]
    blocks = np.flatnonzero(touched.ravel())
    number = np.full(rows * columns, -1, dtype=np.int64)
    number[blocks] = np.arange(len(blocks))
    row, column = _cells_touched(edges * FINER)
    # Within a rounding of the coarse edge a finer cell may belong to a block that was not touched: none is
    # lost, as the coarse touch reaches eight times as far.
    inner = number[(row // FINER) * columns + column // FINER]
    here = inner >= 0
    fine_touched = np.zeros((len(blocks), FINER, FINER), dtype=bool)
    fine_touched[inner[here], row[here] % FINER, column[here] % FINER] = True
    block_row, block_column = blocks // columns, blocks % columns

    def fine_code(block: Indices, row: Indices, column: Indices) -> Indices:
        return exact(
            west + (block_column[block] + (column + 0.5) / FINER) / per_degree,
            south + (block_row[block] + (row + 0.5) / FINER) / per_degree,
        )

    fine = _filled(fine_touched, fine_code)
    coarse = coarse.astype(np.int32).ravel()
    coarse[blocks] = MIXED - np.arange(len(blocks))
    return {
        "frame": np.array([west, south, per_degree]),
        "shape": np.array([rows, columns]),
        "coarse": coarse,
        "fine": fine.ravel(),
    }


def _edges(geometry: npt.NDArray[np.object_]) -> Floats:
    """Every edge of every ring as x, y, x, y."""
    rings = shapely.get_rings(shapely.get_parts(geometry))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    return np.hstack((xy[:-1], xy[1:]))[ring[:-1] == ring[1:]]


def _cells_touched(edges: Floats) -> tuple[Indices, Indices]:
    """Row and column of each cell that an edge touches or nearly touches, and of a few beside them."""
    run = np.maximum(np.abs(edges[:, 2] - edges[:, 0]), np.abs(edges[:, 3] - edges[:, 1]))
    pieces = np.maximum(np.ceil(run * 1.02), 1).astype(np.intp)
    edge = np.repeat(np.arange(len(edges)), pieces)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    ends = []
    for part in (step / pieces[edge], (step + 1) / pieces[edge]):
        ends.append(
            (
                edges[edge, 0] + part * (edges[edge, 2] - edges[edge, 0]),
                edges[edge, 1] + part * (edges[edge, 3] - edges[edge, 1]),
            )
        )
    # A piece is shorter than a cell in both directions: the corners of its box lie in all cells it touches.
    found = []
    for axis in (1, 0):
        low = np.minimum(ends[0][axis], ends[1][axis]) - TOUCH
        high = np.maximum(ends[0][axis], ends[1][axis]) + TOUCH
        found.append((np.floor(low).astype(np.intp), np.floor(high).astype(np.intp)))
    (low_row, high_row), (low_column, high_column) = found
    row = np.concatenate((low_row, low_row, high_row, high_row))
    column = np.concatenate((low_column, high_column, low_column, high_column))
    return row, column


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
