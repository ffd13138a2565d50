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
        self.line = shapely.simplify(shapely.intersection(flat, view.frame(60.0)), HAIR)
        xy = [shapely.get_coordinates(part) for part in shapely.get_parts(self.line)]
        xy = [part for part in xy if len(part) > 1]
        segments = [np.stack([part[:-1], part[1:]], axis=1) for part in xy]
        self._tree = shapely.STRtree(shapely.linestrings(np.concatenate(segments)) if segments else [])
        self._countries: dict[str, shapely.Geometry] = {}
        self._provinces: dict[str, shapely.Geometry] = {}

    def country(self, code: str) -> shapely.Geometry:
        """A country in units, cut to the panel."""
        if code not in self._countries:
            shape = self.view.shape(self.ground.areas[code], room=60.0)
            shapely.prepare(shape)
            self._countries[code] = shape
        return self._countries[code]

    def province(self, code: str) -> shapely.Geometry:
        """A province in units, cut to the panel; empty where the base has none of that code."""
        if code not in self._provinces:
            known = self.ground.provinces.get(code)
            shape = shapely.Polygon() if known is None else self.view.shape(known, room=60.0)
            shapely.prepare(shape)
            self._provinces[code] = shape
        return self._provinces[code]

    def crossed(self, boxes: Any) -> Mask:  # noqa: ANN401 - (n, 4) numbers
        """Which boxes the whole line runs through."""
        boxes = np.asarray(boxes, dtype=float).reshape(-1, 4)
        found = np.zeros(len(boxes), dtype=bool)
        if len(boxes) and len(self._tree.geometries):
            hit, _ = self._tree.query(shapely.box(*boxes.T), predicate="intersects")
            found[hit] = True
        return found

    def cut(self, begins: Any, ends: Any) -> Mask:  # noqa: ANN401 - (n, 2) numbers
        """Which straight ways cross the whole line."""
        ways = shapely.linestrings(np.stack([np.asarray(begins), np.asarray(ends)], axis=1))
        found = np.zeros(len(ways), dtype=bool)
        if len(ways) and len(self._tree.geometries):
            hit, _ = self._tree.query(ways, predicate="intersects")
            found[hit] = True
        return found

    def on_side(self, side: str | None, boxes: Any) -> Mask:  # noqa: ANN401 - (n, 4) numbers
        """Which boxes lie wholly on a side of the line; all of them where no side is told."""
        boxes = np.asarray(boxes, dtype=float).reshape(-1, 4)
        if side not in ("AF", "PK"):
            return np.ones(len(boxes), dtype=bool)
        x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
        inside = np.asarray(shapely.contains_xy(self.country(side), x, y))
        other = self.country("PK" if side == "AF" else "AF")
        # Where the panel shows a third country a name may run on into it, never into the one across.
        inside |= ~np.asarray(shapely.contains_xy(other, x, y)) & self._near(side, x, y)
        return inside & ~self.crossed(boxes)

    def _near(self, side: str, x: Any, y: Any) -> Mask:  # noqa: ANN401 - arrays
        country = self.country(side)
        return np.asarray(shapely.dwithin(country, shapely.points(x, y), 24.0))

    def in_province(self, code: str | None, x: Any, y: Any) -> Mask:  # noqa: ANN401 - arrays
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
