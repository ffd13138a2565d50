"""From degrees to the units of a panel, in a Lambert conformal conic projection chosen for the extent."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

from geo.types import GEOD

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["View", "conic", "project_extent"]

Extent = tuple[float, float, float, float]


@functools.lru_cache(maxsize=64)
def _there(extent: Extent) -> tuple[pyproj.CRS, pyproj.Transformer]:
    """The projection of an extent, and the way to it from degrees."""
    crs = conic(extent)
    return crs, pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def conic(extent: Extent) -> pyproj.CRS:
    """The Lambert conformal conic with standard parallels a sixth of the height inside the extent.

    That rule keeps the scale within the extent almost constant: J. P. Snyder, Map Projections: A Working
    Manual (USGS Professional Paper 1395, 1987), section 15.

    Examples
    --------
    >>> conic((60, 29, 75, 37)).coordinate_operation.method_name
    'Lambert Conic Conformal (2SP)'
    """
    west, south, east, north = extent
    inset = (north - south) / 6
    middle = (south + north) / 2
    return pyproj.CRS.from_dict(
        {
            "proj": "lcc",
            "lat_1": round(south + inset, 4),
            "lat_2": round(north - inset, 4),
            "lat_0": round(middle, 4),
            "lon_0": round((west + east) / 2, 4),
            "datum": "WGS84",
            "units": "m",
        }
    )


def project_extent(extent: Extent, there: pyproj.Transformer) -> tuple[float, float, float, float]:
    """Bounds in metres of an extent whose edges are followed, not only its corners."""
    west, south, east, north = extent
    share = np.linspace(0, 1, 41)
    lon = np.concatenate([west + share * (east - west)] * 2 + [np.full(41, west), np.full(41, east)])
    lat = np.concatenate([np.full(41, south), np.full(41, north), *[south + share * (north - south)] * 2])
    x, y = there.transform(lon, lat)
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


@dataclass(frozen=True)
class View:
    """A panel and the part of the earth that it shows.

    Attributes
    ----------
    box
        (left, top, right, bottom) of the panel in units; y grows downwards.
    metres
        Metres to a unit at the standard parallels.
    """

    box: tuple[float, float, float, float]
    crs: pyproj.CRS
    metres: float
    centre: tuple[float, float]
    there: pyproj.Transformer

    @classmethod
    def fit(cls, extent: Extent, box: tuple[float, float, float, float]) -> View:
        """The view that shows the whole extent in the middle of a panel, as large as goes."""
        crs, there = _there(tuple(extent))
        west, south, east, north = project_extent(extent, there)
        left, top, right, bottom = box
        metres = max((east - west) / (right - left), (north - south) / (bottom - top))
        return cls(box, crs, metres, ((west + east) / 2, (south + north) / 2), there)

    @staticmethod
    def aspect(extent: Extent) -> float:
        """Height of an extent over its width, projected."""
        west, south, east, north = project_extent(extent, _there(tuple(extent))[1])
        return (north - south) / (east - west)

    def points(self, lonlat: Any) -> NDArray[np.float64]:
        """Units of points given as (n, 2) degrees."""
        lonlat = np.asarray(lonlat, dtype=float).reshape(-1, 2)
        x, y = self.there.transform(lonlat[:, 0], lonlat[:, 1])
        left, top, right, bottom = self.box
        return np.column_stack(
            [
                (np.asarray(x) - self.centre[0]) / self.metres + (left + right) / 2,
                (self.centre[1] - np.asarray(y)) / self.metres + (top + bottom) / 2,
            ]
        )

    def degrees(self, xy: Any) -> NDArray[np.float64]:
        """Degrees of points given as (n, 2) units."""
        xy = np.asarray(xy, dtype=float).reshape(-1, 2)
        left, top, right, bottom = self.box
        x = (xy[:, 0] - (left + right) / 2) * self.metres + self.centre[0]
        y = self.centre[1] - (xy[:, 1] - (top + bottom) / 2) * self.metres
        return np.column_stack(self.there.transform(x, y, direction="INVERSE"))

    def shape(self, geometry: shapely.Geometry, *, room: float = 6.0) -> shapely.Geometry:
        """A geometry in units, cut to the panel and a little room round it."""
        flat = shapely.transform(geometry, self.points)
        if not flat.is_valid:
            flat = shapely.make_valid(flat)
        return shapely.intersection(flat, self.frame(room))

    def frame(self, room: float = 0.0) -> shapely.Polygon:
        """The panel as a rectangle, widened by some room."""
        left, top, right, bottom = self.box
        return shapely.box(left - room, top - room, right + room, bottom + room)

    def ground_m(self, x: float, y: float, length_u: float) -> float:
        """Geodesic metres of a level stretch that begins at (x, y): what a scale bar there must say."""
        ends = self.degrees([[x, y], [x + length_u, y]])
        _, _, metres = GEOD.inv(*ends[0], *ends[1])
        return float(metres)

    def visible_ring(self) -> NDArray[np.float64]:
        """The rim of the panel in degrees, in order."""
        left, top, right, bottom = self.box
        share = np.linspace(0, 1, 21)
        across, down = left + share * (right - left), top + share * (bottom - top)
        rim = np.vstack(
            [
                np.column_stack([across, np.full(21, top)]),
                np.column_stack([np.full(21, right), down]),
                np.column_stack([across[::-1], np.full(21, bottom)]),
                np.column_stack([np.full(21, left), down[::-1]]),
            ]
        )
        return self.degrees(rim)

    def visible(self) -> Extent:
        """Bounds in degrees of what the panel shows."""
        at = self.visible_ring()
        return float(at[:, 0].min()), float(at[:, 1].min()), float(at[:, 0].max()), float(at[:, 1].max())
