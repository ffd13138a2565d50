"""What lies on the two sides of a line."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
import shapely

from geo.engine.area_grid import table_digest
from geo.engine.areas import Areas
from geo.types import Floats

__all__ = ["Sides"]


class Sides:
    """Areas of which each lies on one side of a line.

    Attributes
    ----------
    index
        The areas.
    of_area
        1 for each on the left, -1 for each on the right.
    known
        Whether both sides have areas: then outside of all of them there is no side.
    clean
        Whether the areas neither overlap nor leave gaps, so that their table can be asked.
    tiled
        Whether the areas of a side are many and together its outline, vertex for vertex.
    """

    def __init__(
        self, index: Areas, of_area: npt.NDArray[np.int8], *, clean: bool, tiled: bool = False
    ) -> None:
        self.index = index
        self.of_area = of_area
        self.known = len(set(of_area.tolist())) == 2
        self.clean = clean
        self.tiled = tiled

    @classmethod
    def of_areas(cls, areas: list[tuple[shapely.Geometry, int]]) -> Sides:
        """One area on each side, or on one of them."""
        shapes = np.array([area for area, _ in areas], dtype=object)
        clean = len(areas) == 1 or bool(shapely.coverage_is_valid(shapes))
        index = Areas(lambda: shapes, table_digest(shapely.to_wkb(shapes).tolist()))
        return cls(index, np.array([side for _, side in areas], dtype=np.int8), clean=clean)

    @functools.cached_property
    def areas(self) -> tuple[shapely.Geometry | None, shapely.Geometry | None]:
        """What lies on the left, and what on the right."""
        by_side = dict(zip(self.of_area.tolist(), self.index.geometry, strict=True))
        return by_side.get(1), by_side.get(-1)

    def covers(self, lon: Floats, lat: Floats) -> list[npt.NDArray[np.bool_]]:
        """Whether each point lies in the area on the left, and in that on the right, edges included."""
        found = []
        for area in self.areas:
            if area is None:
                found.append(np.zeros(len(lon), dtype=bool))
                continue
            shapely.prepare(area)
            found.append(np.asarray(shapely.intersects_xy(area, lon, lat)))
        return found
