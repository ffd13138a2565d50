"""What lies on the two sides of the Durand Line: the provinces, which together are the two countries."""

from __future__ import annotations

import functools

import numpy as np
import shapely

from geo.boundaries.layers import read_units
from geo.boundaries.units import provinces
from geo.engine.sides import Sides

__all__ = ["CountrySides"]


class CountrySides(Sides):
    """The provinces: those of a country together are its outline, vertex for vertex."""

    def __init__(self) -> None:
        index = provinces()
        left = index.texts("adm0") == "PK"
        super().__init__(index, np.where(left, 1, -1).astype(np.int8), clean=True, tiled=True)

    @functools.cached_property
    def areas(self) -> tuple[shapely.Geometry | None, shapely.Geometry | None]:
        """The outlines of Pakistan (left) and Afghanistan (right)."""
        outlines = read_units(0).set_index("adm0").geometry
        return outlines["PK"], outlines["AF"]
