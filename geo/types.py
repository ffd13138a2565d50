"""Types and constants that every room shares: arrays, the ellipsoid, the CRS of what is stored."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyproj

__all__ = [
    "CERTAIN",
    "CERTAIN_SHARE",
    "EPSG",
    "GEOD",
    "POSSIBLE_SHARE",
    "REGION",
    "AnyArray",
    "Bools",
    "Bounds",
    "Floats",
    "Indices",
]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]
AnyArray = npt.NDArray[Any]
Bounds = tuple[float, float, float, float]
"""A box in degrees: west, south, east, north."""

GEOD: Final = pyproj.Geod(ellps="WGS84")
"""The reference of every distance, length and area (WGS 84)."""
EPSG: Final = "EPSG:4326"
"""The CRS of every table and layer: longitude and latitude in degrees."""

REGION: Final = (60.0, 23.0, 78.0, 39.0)
"""A box in degrees (west, south, east, north) that holds both countries. No longitude in it is a latitude
in it, so that coordinates that were exchanged show; what lies outside lies in neither country."""

CERTAIN: Final = 0.95
"""A side is certain from this probability on."""

CERTAIN_SHARE: Final = CERTAIN
"""An event is in a unit for certain from this share of its locus on, as it is on a side of the line."""

POSSIBLE_SHARE: Final = 0.001
"""An event may be in a unit that holds this share of its locus; smaller ones are errors of edges."""
