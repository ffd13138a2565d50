"""The areas of the content as geometry again."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely

from geo.types import GEOD
from maps.content.steps import STEPS_A_DEGREE

__all__ = ["decode_area"]

DISC_POINTS: Final = 96


def decode_area(shape: dict[str, Any]) -> shapely.Geometry:
    """The geometry, in degrees, of an area of the content: a polygon, a disc, or a stretch of the line."""
    if shape["kind"] == "disc":
        lon, lat = shape["at"]
        turn = np.linspace(0, 360, DISC_POINTS, endpoint=False)
        x, y, _ = GEOD.fwd(
            np.full(DISC_POINTS, lon), np.full(DISC_POINTS, lat), turn, np.full(DISC_POINTS, shape["m"])
        )
        return shapely.Polygon(np.column_stack([x, y]))
    rings = [np.cumsum(np.asarray(ring).reshape(-1, 2), axis=0) / STEPS_A_DEGREE for ring in shape["rings"]]
    if shape["kind"] == "line":
        return shapely.MultiLineString([ring for ring in rings if len(ring) > 1])
    # Rings come without nesting: a ring inside another is a hole of it.
    area: shapely.Geometry = shapely.Polygon()
    for ring in rings:
        if len(ring) > 3:
            area = shapely.symmetric_difference(area, shapely.make_valid(shapely.Polygon(ring)))
    return area
