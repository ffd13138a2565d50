"""How much ground areas hold on the ellipsoid."""

from __future__ import annotations

import numpy as np
import shapely

from geo.types import GEOD, AnyArray, Floats

__all__ = ["ground_km2"]


def ground_km2(shapes: AnyArray) -> Floats:
    """Geodesic area of each of some areas in degrees, in km2.

    Holes count off whichever way their rings run, and rings that cross themselves are areas as drawn.

    Examples
    --------
    >>> outer, hole = shapely.box(70, 33, 72, 35), shapely.box(70.5, 33.5, 71, 34)
    >>> holed = shapely.Polygon(outer.exterior.coords, [hole.exterior.coords])
    >>> whole, cut, rest = ground_km2(np.array([outer, hole, holed])).round(3).tolist()
    >>> round(whole - cut, 3) == rest
    True
    """
    mended = np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))
    turned = shapely.orient_polygons(mended)
    return np.array([abs(GEOD.geometry_area_perimeter(one)[0]) / 1e6 for one in turned], dtype=np.float64)
