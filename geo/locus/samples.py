"""Points spread evenly over a locus."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Final

import numpy as np
import pyproj
import shapely

from geo.types import Floats

__all__ = ["SAMPLES_AREA", "SAMPLES_DISC", "samples"]

if TYPE_CHECKING:
    from geo.locus.record import Locus

SAMPLES_DISC: Final = 1000


SAMPLES_AREA: Final = 8000


@functools.lru_cache(maxsize=256)
def samples(locus: Locus) -> tuple[Floats, Floats]:
    """Points spread evenly over a locus, each standing for the same area."""
    from geo.boundaries.units import EQUAL_AREA, flatten
    from geo.locus.shapes import draw

    area = flatten(draw(locus))
    wanted = SAMPLES_DISC if locus.kind == "disc" else SAMPLES_AREA
    gap = math.sqrt(shapely.area(area) / wanted)
    west, south, east, north = shapely.bounds(area)
    x, y = np.meshgrid(np.arange(west + gap / 2, east, gap), np.arange(south + gap / 2, north, gap))
    shapely.prepare(area)
    inside = shapely.intersects_xy(area, x.ravel(), y.ravel())
    there = pyproj.Transformer.from_crs("EPSG:4326", EQUAL_AREA, always_xy=True)
    lon, lat = there.transform(x.ravel()[inside], y.ravel()[inside], direction="INVERSE")
    return np.asarray(lon), np.asarray(lat)
