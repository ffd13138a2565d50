"""Types and constants that every room shares: arrays, the ellipsoid, the CRS of what is stored."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyproj

__all__ = ["EPSG", "GEOD", "REGION", "AnyArray", "Bools", "Bounds", "Floats", "Indices"]

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
