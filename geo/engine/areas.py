"""Areas prepared for points: which of them holds each one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geo.engine.area_grid import DOUBT, UnitCells, look
from geo.engine.numba_switch import compiled_loops
from geo.types import Floats, Indices

__all__ = ["POINTS_AT_ONCE", "Areas"]

Codes = npt.NDArray[np.int16]

TABLE_FROM: Final = 20_000
"""So many points at once are worth building a table of cells; once it is on disk it serves any number."""
POINTS_AT_ONCE: Final = 16_384
"""Piece by piece everything stays in the processor's cache."""
PREPARED_FROM: Final = 4


class Areas:
    """Areas that do not overlap, in an order.

    Parameters
    ----------
    geometry
        Gives them, in EPSG:4326, when they are first needed.
    digest
        Tells them from others, for the table on disk.
    """

    def __init__(self, geometry: Callable[[], npt.NDArray[np.object_]], digest: str) -> None:
        self._load = geometry
        self.digest = digest
        self._cells: UnitCells | None = None
        self._looked = False

    @functools.cached_property
    def geometry(self) -> npt.NDArray[np.object_]:
        """The areas."""
        return self._load()

    @functools.cached_property
    def _tree(self) -> shapely.STRtree:
        """Over their boxes."""
        return shapely.STRtree(self.geometry)

    def prepare(self, count: int) -> None:
        """Get the table of cells where it is worth it for so many points, or is at hand."""
        if self._cells is not None:
            return
        if not self._looked:
            self._looked = True
            self._cells = UnitCells.from_disk(self.digest, self.find_exactly)
        if self._cells is None and count >= TABLE_FROM:
            self._cells = UnitCells(self.digest, lambda: self.geometry, self.find_exactly)

    def find(self, lon: Floats, lat: Floats) -> Indices:
        """Row of the area that holds each point, -1 where none does or a coordinate is missing.

        A point on an edge that several areas share belongs to the first of them.
        """
        self.prepare(len(lon))
        found = np.empty(len(lon), dtype=np.intp)
        for first in range(0, len(lon), POINTS_AT_ONCE):
            part = slice(first, first + POINTS_AT_ONCE)
            codes, doubt = self.codes(lon[part], lat[part])
            if len(doubt):
                codes[doubt] = self.find_exactly(lon[part][doubt], lat[part][doubt])
            found[part] = codes
        return found

    def codes(self, lon: Floats, lat: Floats) -> tuple[Codes, Indices]:
        """As find, for some ten thousand points at once, but for those returned second, which need a test.

        Those are all of them as long as there is no table (:meth:`prepare`).
        """
        codes = np.empty(len(lon), dtype=np.int16)
        if self._cells is None:
            codes[:] = DOUBT
            return codes, np.arange(len(lon))
        compiled = compiled_loops(len(lon), load=False)
        if compiled is None:
            codes = look(lon, lat, self._cells.table)
        else:
            compiled.look(lon, lat, self._cells.table, codes)
        return codes, np.flatnonzero(codes == DOUBT)

    def find_exactly(self, lon: Floats, lat: Floats) -> Indices:
        """As find, by testing every point: what the table of cells is built from and held to."""
        found = np.full(len(lon), -1, dtype=np.intp)
        known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        if not len(known):
            return found
        x, y = lon[known], lat[known]
        point, unit = self._tree.query(shapely.points(x, y))
        # Area by area, the lowest last, so that one prepared geometry at a time is in the processor's cache.
        order = np.argsort(unit, kind="stable")[::-1]
        point, unit = point[order], unit[order]
        often = np.flatnonzero(np.bincount(unit, minlength=1) >= PREPARED_FROM)
        shapely.prepare(self.geometry[often])
        held = shapely.intersects_xy(self.geometry[unit], x[point], y[point])
        found[known[point[held]]] = unit[held]
        return found
