"""Which side of the Durand Line, which province: where on a panel something may stand."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

import geo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maps.static.base import Ground
    from maps.static.projection import View

    Mask = NDArray[np.bool_]

__all__ = ["Sides"]

MARGIN: Final = 60.0
"""Units round the panel in which the line and the countries are known."""

CELL: Final = 2.5
"""Side of the cells in which countries are looked up, in units: less than half the height of a name."""

ABROAD: Final = 24.0
"""Units that the middle of a name may lie outside its country, in one that is not across the line."""

HAIR: Final = 0.02
"""Detail of the whole line, in units, that no paper shows."""


@functools.cache
def _whole_line() -> shapely.LineString:
    return geo.read_line().geometry.iloc[0]


class Sides:
    """The whole line and the provinces on a panel.

    Parameters
    ----------
    view
        The panel.
    ground
        The base, for the outlines of countries and provinces.
    """

    def __init__(self, view: View, ground: Ground) -> None:
        self.view = view
        self.ground = ground
        flat = shapely.transform(_whole_line(), view.points)
        seen = shapely.intersection(flat, view.frame(MARGIN))
        # A line encloses nothing that could be turned inside out: to see to that takes ten times as long.
        self.line = shapely.simplify(seen, HAIR, preserve_topology=False)
        xy = [shapely.get_coordinates(part) for part in shapely.get_parts(self.line)]
        xy = [part for part in xy if len(part) > 1]
        segments = [np.stack([part[:-1], part[1:]], axis=1) for part in xy]
        self._tree = shapely.STRtree(shapely.linestrings(np.concatenate(segments)) if segments else [])
        self._countries: dict[str, shapely.Geometry] = {}
        self._provinces: dict[str, shapely.Geometry] = {}

    def country(self, code: str) -> shapely.Geometry:
        """A country in units, cut to the panel."""
        if code not in self._countries:
            shape = self.view.shape(self.ground.areas[code], room=MARGIN)
            shapely.prepare(shape)
            self._countries[code] = shape
        return self._countries[code]

    def province(self, code: str) -> shapely.Geometry:
        """A province in units, cut to the panel; empty where the base has none of that code."""
        if code not in self._provinces:
            known = self.ground.provinces.get(code)
            shape = shapely.Polygon() if known is None else self.view.shape(known, room=MARGIN)
            shapely.prepare(shape)
            self._provinces[code] = shape
        return self._provinces[code]

    def crossed(self, boxes: Any) -> Mask:
        """Which boxes the whole line runs through, or comes nearer than a cell of the grid."""
        boxes = np.asarray(boxes, dtype=float).reshape(-1, 4)
        sums, (left, top) = self._line_sums
        tall, wide = sums.shape
        x0 = np.clip(np.floor(boxes[:, 0] - left).astype(int), 0, wide - 1)
        x1 = np.clip(np.ceil(boxes[:, 2] - left).astype(int), 0, wide - 1)
        y0 = np.clip(np.floor(boxes[:, 1] - top).astype(int), 0, tall - 1)
        y1 = np.clip(np.ceil(boxes[:, 3] - top).astype(int), 0, tall - 1)
        return np.asarray(sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0] > 0)

    @functools.cached_property
    def _line_sums(self) -> tuple[NDArray[np.int32], tuple[float, float]]:
        """Cells of one unit that the line touches, summed from the left upper corner; and that corner."""
        left, top, right, bottom = self.view.box
        left, top = left - MARGIN, top - MARGIN
        wide, tall = int(right + MARGIN - left) + 1, int(bottom + MARGIN - top) + 1
        cells = np.zeros((tall, wide), dtype=bool)
        for part in shapely.get_parts(self.line):
            if part.geom_type != "LineString":
                continue
            xy = shapely.get_coordinates(shapely.segmentize(part, 0.4))
            x, y = (xy[:, 0] - left).astype(int), (xy[:, 1] - top).astype(int)
            inside = (x >= 0) & (y >= 0) & (x < wide) & (y < tall)
            cells[y[inside], x[inside]] = True
        sums = np.zeros((tall + 1, wide + 1), dtype=np.int32)
        sums[1:, 1:] = cells.cumsum(axis=0).cumsum(axis=1)
        return sums, (left, top)

    @functools.cached_property
    def _country_grid(self) -> tuple[NDArray[np.int8], tuple[float, float]]:
        """The country of the middle of each cell of some units: 1 Afghanistan, 2 Pakistan, 0 another."""
        left, top, right, bottom = self.view.box
        left, top = left - MARGIN, top - MARGIN
        xs, ys = np.meshgrid(
            np.arange(left + CELL / 2, right + MARGIN, CELL), np.arange(top + CELL / 2, bottom + MARGIN, CELL)
        )
        found = np.zeros(xs.shape, dtype=np.int8)
        for number, code in ((1, "AF"), (2, "PK")):
            found[np.asarray(shapely.contains_xy(self.country(code), xs, ys))] = number
        return found, (left, top)

    def cut(self, begins: Any, ends: Any) -> Mask:
        """Which straight ways cross the whole line."""
        ways = shapely.linestrings(np.stack([np.asarray(begins), np.asarray(ends)], axis=1))
        found = np.zeros(len(ways), dtype=bool)
        if len(ways) and len(self._tree.geometries):
            hit, _ = self._tree.query(ways, predicate="intersects")
            found[hit] = True
        return found

    def on_side(self, side: str | None, boxes: Any) -> Mask:
        """Which boxes lie wholly on a side of the line; all of them where no side is told."""
        boxes = np.asarray(boxes, dtype=float).reshape(-1, 4)
        if side not in ("AF", "PK"):
            return np.ones(len(boxes), dtype=bool)
        x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
        held = self._held(x, y)
        # Where the panel shows a third country a name may run on into it, never into the one across.
        inside = held != (2 if side == "AF" else 1)
        far = np.flatnonzero(inside & (held == 0))
        inside[far] = shapely.dwithin(self.country(side), shapely.points(x[far], y[far]), ABROAD)
        return np.asarray(inside & ~self.crossed(boxes))

    def _held(self, x: Any, y: Any) -> NDArray[np.int8]:
        """The number of the country of some points, to a cell of the grid."""
        countries, (left, top) = self._country_grid
        column = np.clip(((x - left) / CELL).astype(int), 0, countries.shape[1] - 1)
        row = np.clip(((y - top) / CELL).astype(int), 0, countries.shape[0] - 1)
        held: NDArray[np.int8] = countries[row, column]
        return held

    def in_country(self, side: str | None, x: Any, y: Any) -> Mask:
        """Which points lie in the country of a side, to a cell; all of them where no side is told."""
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        if side not in ("AF", "PK"):
            return np.ones(len(x), dtype=bool)
        return np.asarray(self._held(x, y) == (1 if side == "AF" else 2))

    def in_province(self, code: str | None, x: Any, y: Any) -> Mask:
        """Which points lie in a province; all of them where none is told."""
        x = np.asarray(x, dtype=float)
        if code is None or self.province(code).is_empty:
            return np.ones(len(x), dtype=bool)
        return np.asarray(shapely.contains_xy(self.province(code), x, y))

    def side_at(self, x: float, y: float) -> str | None:
        """The country of a point in units, of the two."""
        for code in ("AF", "PK"):
            if bool(shapely.contains_xy(self.country(code), x, y)):
                return code
        return None
