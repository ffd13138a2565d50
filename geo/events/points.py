"""Points of a frame, and how exactly each is known."""

from __future__ import annotations

import functools
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.errors import CrsError, SchemaError
from geo.types import Floats
from geo.vocab import WHERE_PRECISIONS

__all__ = ["RADIUS_RULE", "Where", "degrees_of", "is_radius", "own_radii", "points_of", "precision_of"]

WIDEST_M: Final = 1_000_000.0
"""Of a radius of the user's."""

RADIUS_RULE: Final = f"radius_m is metres of more than 0 and up to {WIDEST_M:,.0f}"
"""What is said of a radius that is none."""


class Where:
    """Points of a frame in degrees, and how exactly each is known.

    Attributes
    ----------
    lon, lat
        Degrees; NaN where a row has no point.
    known
        Whether it has one.
    bare
        Whether no column states a precision, so that all are sites.
    """

    def __init__(
        self,
        lon: Floats,
        lat: Floats,
        known: npt.NDArray[np.bool_],
        precision: npt.NDArray[np.str_] | None,
    ) -> None:
        self.lon, self.lat, self.known = lon, lat, known
        self.bare = precision is None
        self._stated = precision

    @functools.cached_property
    def precision(self) -> npt.NDArray[np.str_]:
        """Of each row, in the words of the vocabulary."""
        return np.full(len(self.lon), "site") if self._stated is None else self._stated

    def within(self, bounds: tuple[float, float, float, float]) -> Where:
        """The same, as if rows whose point lies outside a box (west, south, east, north) had none."""
        west, south, east, north = bounds
        inside = (self.lon >= west) & (self.lon <= east) & (self.lat >= south) & (self.lat <= north)
        if inside[self.known].all():
            return self
        lon, lat = (np.where(inside, axis, np.nan) for axis in (self.lon, self.lat))
        return Where(lon, lat, self.known & inside, self._stated)


def degrees_of(events: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    """Longitude and latitude of each row as its point has them; NaN where it is missing or empty.

    Raises
    ------
    CrsError
        If the frame has no CRS.
    SchemaError
        If a geometry is no point.
    """
    if events.crs is None:
        raise CrsError("the points have no CRS; set it, for degrees with points.set_crs('EPSG:4326')")
    series = events.geometry if events.crs.to_epsg() == 4326 else events.geometry.to_crs("EPSG:4326")
    geometry = series.to_numpy()
    try:
        lon, lat = shapely.get_x(geometry), shapely.get_y(geometry)
    except shapely.errors.GEOSException:
        # Some versions of GEOS have no coordinates, not even NaN, of an empty point.
        there = np.where(shapely.is_empty(geometry), None, geometry)
        lon, lat = shapely.get_x(there), shapely.get_y(there)
    absent = np.isnan(lon) | np.isnan(lat)
    if absent.any():
        # An empty geometry of any type says as much as a missing one.
        odd = geometry[absent]
        odd = odd[~(shapely.is_missing(odd) | shapely.is_empty(odd))]
        strange = odd[shapely.get_type_id(odd) != 0]
        if len(strange):
            raise SchemaError(
                f"events are points; {len(strange)} of {len(geometry)} geometries are of another type, such "
                f"as {strange[0].geom_type}; take a point of each first, as by representative_point()"
            )
        lon, lat = (np.where(absent, np.nan, axis) for axis in (lon, lat))
    return lon, lat


def points_of(events: gpd.GeoDataFrame) -> Where:
    """Coordinates in degrees and precision of each row; NaN where a geometry is missing, empty or off."""
    lon, lat = degrees_of(events)
    known = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    if not known.all():
        lon, lat = (np.where(known, axis, np.nan) for axis in (lon, lat))
    return Where(lon, lat, known, precision_of(events))


def is_radius(metres: Floats) -> npt.NDArray[np.bool_]:
    """Which numbers can be a radius of the user's (:data:`RADIUS_RULE`); NaN is none."""
    return np.asarray((metres > 0) & (metres <= WIDEST_M))


def own_radii(events: pd.DataFrame) -> Floats:
    """Metres within which the user says that each event lies (``radius_m``); NaN where nothing is said."""
    if "radius_m" not in events.columns:
        return np.full(len(events), np.nan)
    try:
        radius = np.asarray(pd.to_numeric(events["radius_m"]).to_numpy(dtype=np.float64, na_value=np.nan))
    except (ValueError, TypeError) as err:
        raise SchemaError(f"radius_m is a number of metres: {err}") from err
    strange = radius[~np.isnan(radius) & ~is_radius(radius)]
    if len(strange):
        raise SchemaError(f"{RADIUS_RULE}; {len(strange)} rows have another, such as {strange[0]:g}")
    return radius


def precision_of(events: pd.DataFrame) -> npt.NDArray[np.str_] | None:
    """What each row states of its precision, in the words of the vocabulary; None without such a column.

    A row with a radius of its own is ``near``. One that states nothing where the column is there is
    ``unknown``, whatever the other rows say.
    """
    own = ~np.isnan(own_radii(events))
    if "where_precision" not in events.columns:
        return np.where(own, "near", "site") if own.any() else None
    stated = pd.Categorical(events["where_precision"])
    unheard = sorted(
        set(stated.categories[np.unique(stated.codes[stated.codes >= 0])]) - set(WHERE_PRECISIONS)
    )
    if unheard:
        raise SchemaError(
            f"where_precision has {', '.join(map(repr, unheard))}; allowed: {', '.join(WHERE_PRECISIONS)}"
        )
    precision = np.array([*stated.categories, "unknown"], dtype="U8")[stated.codes]
    return np.where(own, "near", precision) if own.any() else precision
