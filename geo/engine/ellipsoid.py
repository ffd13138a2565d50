"""The WGS 84 ellipsoid in earth-centred coordinates: points, arcs, and what a chord says of the ground.

Only ``+ - * /``, square roots and rounding stand here, which IEEE 754 fixes to the last bit, so that NumPy
and compiled code (geo/compiled.py) give the same bits; arctangents are in ``to_degrees`` alone.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from geo.types import GEOD, Floats

__all__ = [
    "ARC_M",
    "GEOD",
    "REACH_M",
    "arc",
    "earth_centred",
    "long_arc",
    "longest_rival",
    "sin_cos",
    "to_degrees",
]


A: Final = float(GEOD.a)
ES: Final = float(GEOD.es)
STRETCH: Final = 1 / (1 - ES)
RADIAN: Final = math.pi / 180
HALF: Final = 0.5 / A

REACH_M: Final = 1_500_000.0
"""What is said here of chords holds up to this length."""
ARC_M: Final = 500_000.0
"""Up to here the arc is within 1 mm of the geodesic; beyond, long_arc takes its place."""
SLACK_M: Final = 0.0101
"""Covers how far chords of a line run under the surface, and rounding."""
CUBIC: Final = 1.1 * (1 / (GEOD.a * (1 - GEOD.es)) ** 2 - (GEOD.b / GEOD.a**2) ** 2) / 24
"""Of a chord's cube: how far apart its arcs for the least and the greatest curvature are, and a tenth."""

SIN: Final = tuple((-1) ** n / math.factorial(2 * n + 1) for n in range(8))
COS: Final = tuple((-1) ** n / math.factorial(2 * n) for n in range(9))
"""Taylor's coefficients: to 5e-17 within 45 degrees."""


def sin_cos(degrees: Floats) -> tuple[Floats, Floats]:
    """Sine and cosine of degrees, to the last bit or two: what is left of right angles is exact."""
    turns = np.rint(degrees / 90)
    angle = (degrees - 90 * turns) * RADIAN
    square = angle * angle
    sine = np.full_like(angle, SIN[7])
    for factor in SIN[6::-1]:
        sine *= square
        sine += factor
    sine *= angle
    cosine = np.full_like(angle, COS[8])
    for factor in COS[7::-1]:
        cosine *= square
        cosine += factor
    quadrant = turns.astype(np.int64) & 3
    if quadrant.any():
        odd = (quadrant & 1) == 1
        sine, cosine = np.where(odd, cosine, sine), np.where(odd, sine, cosine)
        sine = np.where(quadrant >= 2, -sine, sine)
        cosine = np.where((quadrant == 1) | (quadrant == 2), -cosine, cosine)
    return sine, cosine


def earth_centred(lon: Floats, lat: Floats) -> Floats:
    """Earth-centred coordinates of points of the ellipsoid in metres, shape (3, n)."""
    sin_lon, cos_lon = sin_cos(lon)
    sin_lat, cos_lat = sin_cos(lat)
    normal = A / np.sqrt(1 - ES * (sin_lat * sin_lat))
    level = normal * cos_lat
    return np.array((level * cos_lon, level * sin_lon, normal * (1 - ES) * sin_lat))


def to_degrees(x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude of points on (or a few millimetres under) the ellipsoid."""
    lon = np.arctan2(y, x)
    lat = np.arctan2(z, (1 - ES) * np.sqrt(x * x + y * y))
    lon *= 180 / math.pi
    lat *= 180 / math.pi
    return lon, lat


def longest_rival(chord: Any) -> Any:
    """The longest chord that on the ground may be as short as one of this length, up to REACH_M."""
    return chord + SLACK_M + CUBIC * chord * chord * chord


def arc(x: Any, y: Any, z: Any, fx: Any, fy: Any, fz: Any) -> Any:
    """Length of the normal section between two points, from its curvature at the middle.

    With ``A = diag(1, 1, a**2 / b**2) / a**2`` the curvature in the direction ``d`` at ``m`` is
    ``d'Ad / |Am|``. It is within ``3e-32 s**5`` m of the geodesic (0.1 mm at 300 km). The arcsine is its
    series: to 1e-13 for chords up to 1,500 km.
    """
    gx, gy, gz = fx - x, fy - y, fz - z
    mx, my, mz = (fx + x) / 2, (fy + y) / 2, (fz + z) / 2
    flat = gx * gx + gy * gy
    squared = flat + gz * gz
    chord = np.sqrt(squared)
    level = mx * mx + my * my
    steep = mz * STRETCH
    scale = np.sqrt((level + mz * steep) / (level + steep * steep))
    curvature = (flat + gz * gz * STRETCH) / (squared + 1e-300) * scale
    half = chord * curvature * HALF
    h = half * half
    series = 1 + h * (1 / 6 + h * (3 / 40 + h * (15 / 336 + h * (105 / 3456 + h * (945 / 42240)))))
    return chord * series


def long_arc(x: Any, y: Any, z: Any, fx: Any, fy: Any, fz: Any) -> Any:
    """As arc, within 0.01 mm of the geodesic up to 1,000 km and 0.2 mm up to 1,500 km.

    Of the chord's middle the point of the ellipsoid over it is taken, and the arcs to it added. They have a
    sixteenth of the error of the whole arc, which Richardson's extrapolation takes away.
    """
    mx, my, mz = (fx + x) / 2, (fy + y) / 2, (fz + z) / 2
    nz = mz * STRETCH
    size = np.sqrt(mx * mx + my * my + nz * nz)
    ux, uy, uz = mx / size, my / size, nz / size
    # Where (m + h u)' A (m + h u) = 1, by the smaller root.
    square = ux * ux + uy * uy + uz * uz * STRETCH
    half = ux * mx + uy * my + uz * mz * STRETCH
    rest = A * A - (mx * mx + my * my + mz * mz * STRETCH)
    height = rest / (half + np.sqrt(half * half + square * rest))
    px, py, pz = mx + height * ux, my + height * uy, mz + height * uz
    halves = arc(x, y, z, px, py, pz) + arc(px, py, pz, fx, fy, fz)
    whole = arc(x, y, z, fx, fy, fz)
    return halves + (halves - whole) / 15
