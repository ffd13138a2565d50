"""What lies within so many kilometres of a place."""

from __future__ import annotations

import math
import numbers
from typing import Annotated, Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arguments import TOLD_BY_THE_FUNCTION, checked
from geo.border.crossings import crossing_called
from geo.errors import PlaceError, SchemaError
from geo.events.points import points_of
from geo.files.notices import tell_once
from geo.locus.areas import AreaUnits
from geo.locus.resolve import Trust, loci_of
from geo.locus.shapes import disc
from geo.places.point import how_read, named_point, town_within
from geo.places.record import Place
from geo.sources.given import Events, as_points
from geo.sources.values.coordinates import SWAPPED, looks_swapped
from geo.types import CERTAIN_SHARE, EPSG, GEOD

__all__ = ["Spot", "around", "near"]

Spot: TypeAlias = Annotated[str | tuple[float, float] | shapely.Point, TOLD_BY_THE_FUNCTION]
"""A place: the name of a crossing, site or town, (lon, lat) in degrees, or a point of them."""

WIDEST_KM: Final = 1000.0


@checked
def around(where: Spot, km: float) -> gpd.GeoDataFrame:
    """The ground within so many kilometres of a place, for :func:`geo.count` and :func:`geo.shares`.

    Parameters
    ----------
    where
        A crossing by name in any of its languages, or a place of the gazetteer; (lon, lat) in degrees; or a
        point in EPSG:4326.
    km
        Geodesic distance, up to 1,000.

    Returns
    -------
    GeoDataFrame
        One row, EPSG:4326: ``unit``, ``name`` (str), ``km`` (float64), and a geodesic circle of 128 corners,
        as large as the true one to 0.04 %.

    Raises
    ------
    PlaceError
        If the name means no place, or more than one.
    SchemaError
        If `where` or `km` is not as described.

    Examples
    --------
    >>> import geo
    >>> geo.around("Torkham", 25)["unit"].item()
    'Torkham, 25 km'
    """
    if not (isinstance(km, (int, float)) and math.isfinite(km) and 0 < km <= WIDEST_KM):
        raise SchemaError(f"km is a distance of more than 0 and up to {WIDEST_KM:g}; got {km!r}")
    name, lon, lat = _spot(where)
    title = f"{name}, {km:g} km"
    frame = {"unit": [title], "name": [title], "km": [float(km)]}
    return gpd.GeoDataFrame(frame, geometry=[disc(lon, lat, km * 1000)], crs=EPSG).astype(
        {"unit": "str", "name": "str"}
    )


@checked
def near(events: Events, where: Spot, km: float, *, trust: Trust = "stated") -> gpd.GeoDataFrame:
    """The events that may have happened within so many kilometres of a place.

    Parameters
    ----------
    events
        As for :func:`geo.loci`.
    where, km
        As for :func:`around`.
    trust
        ``stated``: the province, district and country that the source names bound what lies about its point;
        ``point``: they say nothing.

    Returns
    -------
    GeoDataFrame
        The events of which any part of the locus lies there, with their columns, index and order, and:
        ``near_share`` (float64): that part, 0 to 1; their sum is the number to expect; ``near`` (category):
        ``certain`` from 0.95 on, else ``possible``; ``near_km`` (float64): geodesic distance of the stored
        point, whatever that is worth.

    Raises
    ------
    PlaceError, SchemaError, CrsError
        As for :func:`around` and :func:`geo.loci`.

    Examples
    --------
    >>> import geo
    >>> events = geo.near(geo.read_events(), "Torkham", 25)
    >>> events["near"].value_counts().to_dict()
    {'possible': 10, 'certain': 6}
    """
    points = as_points(events)
    _, lon, lat = _spot(where)
    at = points_of(points)
    parts = AreaUnits(around(where, km)).parts(loci_of(points, at, trust=trust))
    share = np.zeros(len(points))
    inside = parts.unit == 0
    share[parts.row[inside]] = parts.share[inside]
    kept = np.flatnonzero(share > 0)
    found = points.iloc[kept].copy()
    found["near_share"] = share[kept]
    words = np.where(share[kept] >= CERTAIN_SHARE, "certain", "possible")
    found["near"] = pd.Categorical(words, categories=["certain", "possible"])
    away = np.full(len(kept), np.nan)
    known = at.known[kept]
    rows = kept[known]
    n = len(rows)
    away[known] = np.asarray(GEOD.inv(np.full(n, lon), np.full(n, lat), at.lon[rows], at.lat[rows])[2]) / 1000
    found["near_km"] = away
    return found


def _spot(where: Spot) -> tuple[str, float, float]:
    """Name and position of a place."""
    if isinstance(where, str):
        crossing = crossing_called(where)
        if crossing is not None:
            return crossing
        place = _point_called(where)
        return place.name, place.lon, place.lat
    if isinstance(where, shapely.Point) and not where.is_empty:
        where = (where.x, where.y)
    if isinstance(where, tuple) and len(where) == 2 and all(isinstance(one, numbers.Real) for one in where):
        lon, lat = map(float, where)
        if looks_swapped([lon], [lat]).any():
            raise SchemaError(f"where is (lon, lat), and ({lon:g}, {lat:g}): {SWAPPED}")
        if abs(lon) <= 180 and abs(lat) <= 90:
            return f"{lon:g}, {lat:g}", lon, lat
    raise SchemaError(f"where is the name of a place, (lon, lat) in degrees, or a Point; got {where!r}")


def _point_called(name: str) -> Place:
    """The site or town of that name; the middle of a district or province is no place to measure from."""
    place = named_point(name, sites=True)
    if place.units:
        raise PlaceError(
            f"{name!r} is no one place: {place.note}; name a town or crossing, or give (lon, lat)"
        )
    if place.kind not in ("town", "site"):
        inner = town_within(name, place)
        if inner is None:
            raise PlaceError(
                f"{name!r} is a {place.kind}, and kilometres from its middle say little; name a town or "
                "crossing, give (lon, lat), or count by the area itself",
            )
        place = inner
    if said := how_read(name, place):
        tell_once(said)
    return place
