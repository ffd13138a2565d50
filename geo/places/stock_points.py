"""Stock points: coordinates that stand for "somewhere here" in many rows, and are no place of any event."""

from __future__ import annotations

import functools
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.boundaries.layers import read_places, read_units
from geo.errors import SchemaError
from geo.events.points import points_of
from geo.places.name_index import read_districts
from geo.types import GEOD

__all__ = ["KNOWN_STOCK_POINTS", "STACK_SIZE", "stock_points"]


KNOWN_STOCK_POINTS: Final = (
    (
        68.051427,
        31.689623,
        "Afghanistan-Pakistan border",
        "UCDP GED: the point of every event coded as on the border of the two countries (where_prec 5)",
    ),
    (
        66.0,
        33.0,
        "Afghanistan",
        "GeoNames 1149361, from general knowledge: the point of the country",
    ),
    (
        70.0,
        30.0,
        "Pakistan",
        "GeoNames 1168579, from general knowledge: the point of the country",
    ),
)
"""Longitude, latitude, what the point stands for, and where that is stated."""

COARSE: Final = ("district", "province", "border", "country", "unknown")
STACK_SIZE: Final = 3
"""Rows on one coordinate from which it is a stack: two events can happen to share a village."""
COARSE_PART: Final = 0.5
"""Part of a stack's rows of coarse precision from which the coordinate stands for an area."""
SAME_M: Final = 1_500.0
"""A point this close to a centroid is one, given that outlines and their centroids differ by source."""
DISTRICT_SAME_M: Final = 5_000.0
"""The same for districts, whose outlines differ more."""
PLACE_M: Final = 200.0
"""A point this close to a town's is the town's."""
FAR_FROM_PLACES_M: Final = 15_000.0
ROUND_DIGITS: Final = 1
"""A coordinate with no more decimals than this in both parts is rounded to 10 km, or not measured at all."""


def stock_points(events: gpd.GeoDataFrame, *, min_events: int = STACK_SIZE) -> gpd.GeoDataFrame:
    """Coordinates that look like stand-ins for an area, with the reasons.

    A coordinate is listed for any of these reasons: it is in the table of known stock points; it is the
    centroid of a country or province; at least ``min_events`` rows share it and at least half of them are of
    coarse precision (district, province, border, country, unknown); a coarse row lies on a district's
    centroid, on the very point of a town, or on a coordinate with at most one decimal; ``min_events`` rows
    share a coordinate that has at most one decimal, or that no place of the gazetteer is near although they
    claim a site or town.

    Parameters
    ----------
    events
        Points in any CRS; ``where_precision`` is used if there.
    min_events
        Rows on one coordinate that make a stack.

    Returns
    -------
    GeoDataFrame
        One row for each suspect coordinate, the most used first: ``lon``, ``lat``, ``n`` (int64),
        ``precisions`` ("district 3; near 1"), ``coarse`` (float64, part of the rows), ``known_as``, ``unit``,
        ``level`` and ``unit_m`` (whose centroid it is and how many metres off), ``nearest_place``,
        ``nearest_place_m``, ``why`` (reasons separated by "; "), ``source``, point in EPSG:4326. Rows without
        a point are not counted.

    Raises
    ------
    CrsError
        If the frame has no CRS.
    SchemaError
        If a geometry is no point, a precision is not in the vocabulary, or ``min_events`` is below 2.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> events = gpd.GeoDataFrame(
    ...     {"where_precision": ["border"] * 4},
    ...     geometry=gpd.points_from_xy([68.051427] * 4, [31.689623] * 4), crs=4326,
    ... )
    >>> geo.stock_points(events)[["n", "known_as"]].to_dict("list")
    {'n': [4], 'known_as': ['Afghanistan-Pakistan border']}
    """
    if not isinstance(min_events, int) or isinstance(min_events, bool) or min_events < 2:
        raise SchemaError(f"min_events is a whole number of 2 or more, not {min_events!r}")
    where = points_of(events)
    rows = pd.DataFrame(
        # Six decimals are 0.1 m: the same point written by two programs.
        {"lon": where.lon.round(6), "lat": where.lat.round(6), "precision": where.precision}
    )[where.known]
    has_precision = "where_precision" in events.columns
    found = []
    for (lon, lat), group in rows.groupby(["lon", "lat"], sort=True):
        entry = _examine(float(lon), float(lat), group["precision"], min_events, has_precision=has_precision)
        if entry is not None:
            found.append(entry)

    kinds = {
        "lon": "float64", "lat": "float64", "n": "int64", "precisions": "str", "coarse": "float64",
        "known_as": "str", "unit": "str", "level": "str", "unit_m": "float64", "nearest_place": "str",
        "nearest_place_m": "float64", "why": "str", "source": "str",
    }  # fmt: skip
    table = pd.DataFrame({column: [entry[column] for entry in found] for column in kinds}).astype(kinds)
    table = table.sort_values(["n", "lon", "lat"], ascending=[False, True, True], ignore_index=True)
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs="EPSG:4326")


def _examine(
    lon: float, lat: float, precision: pd.Series, min_events: int, *, has_precision: bool
) -> dict[str, object] | None:
    """The row of one coordinate, or None if nothing about it is suspect."""
    n = len(precision)
    count = precision.value_counts()
    coarse = float(precision.isin(COARSE).mean()) if has_precision else 0.0
    reasons, known_as, source = [], None, None
    for at_lon, at_lat, name, stated in KNOWN_STOCK_POINTS:
        if _apart_m(lon, lat, np.array([at_lon]), np.array([at_lat]))[0] < 100:
            known_as, source = name, stated
            reasons.append(f"known stock point: {name}")
    unit, level, off = _nearest_centroid(lon, lat)
    place, place_m = _nearest_place(lon, lat)
    if level == "district":
        # A town that lies at its district's centre is no stand-in for it, unless a row says district.
        on_unit = off <= DISTRICT_SAME_M and bool((precision == "district").any()) and off < place_m
    else:
        on_unit = off <= SAME_M
    if on_unit:
        reasons.append(f"centroid of {unit} ({level}), {off:.0f} m off")
    if coarse > 0 and place_m < PLACE_M and not on_unit:
        reasons.append(f"rows of coarse precision on the point of {place}, {place_m:.0f} m off")
    if n >= min_events and coarse >= COARSE_PART:
        reasons.append(f"{n} rows, {coarse:.0%} of coarse precision")
    digits = max(_decimals(lon), _decimals(lat))
    if digits <= ROUND_DIGITS and (n >= min_events or coarse > 0):
        reasons.append(f"coordinate rounded to {digits} decimals")
    exact = int(precision.isin(("site", "town")).sum()) if has_precision else 0
    if exact >= min_events and place_m > FAR_FROM_PLACES_M:
        reasons.append(
            f"{exact} rows claim a site or town, no known place within {FAR_FROM_PLACES_M / 1000:.0f} km"
        )
    if not reasons:
        return None
    mix = "; ".join(f"{word} {number}" for word, number in sorted(count.items(), key=lambda i: (-i[1], i[0])))
    return {
        "lon": lon,
        "lat": lat,
        "n": n,
        "precisions": mix if has_precision else "not stated",
        "coarse": coarse,
        "known_as": known_as,
        "unit": unit if on_unit else None,
        "level": level if on_unit else None,
        "unit_m": round(off) if on_unit else np.nan,
        "nearest_place": place,
        "nearest_place_m": round(place_m),
        "why": "; ".join(reasons),
        "source": source,
    }


@functools.cache
def _centroids() -> tuple[npt.NDArray[np.str_], npt.NDArray[np.str_], npt.NDArray[np.float64]]:
    """Names, levels and positions of what a stock point may stand for: centroids and inner points."""
    names, levels, points = [], [], []
    for level, number in (("country", 0), ("province", 1)):
        units = read_units(number)  # type: ignore[arg-type]
        units = units[units["adm0"].isin(("AF", "PK"))]
        for name, area in zip(units["name"], units.geometry, strict=True):
            # Sources use either: the mean of an area in degrees, or a point sure to lie inside it.
            for point in (shapely.centroid(area), shapely.point_on_surface(area)):
                names.append(name)
                levels.append(level)
                points.append((point.x, point.y))
    for row in read_districts().itertuples():
        names.append(row.name)
        levels.append("district")
        points.append((row.geometry.x, row.geometry.y))
    return np.array(names), np.array(levels), np.array(points)


def _nearest_centroid(lon: float, lat: float) -> tuple[str, str, float]:
    names, levels, points = _centroids()
    away = _apart_m(lon, lat, points[:, 0], points[:, 1])
    # A country or province on the spot explains more than a district that happens to lie there.
    for level, reach in (("country", SAME_M), ("province", SAME_M), ("district", np.inf)):
        at = np.flatnonzero(levels == level)
        best = at[np.argmin(away[at])]
        if away[best] <= reach:
            break
    return str(names[best]), level, float(away[best])


@functools.cache
def _places() -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    places = read_places()
    return places["label"].to_numpy(), places.geometry.x.to_numpy(), places.geometry.y.to_numpy()


def _nearest_place(lon: float, lat: float) -> tuple[str, float]:
    labels, x, y = _places()
    away = _apart_m(lon, lat, x, y)
    best = int(np.argmin(away))
    return str(labels[best]), float(away[best])


def _apart_m(
    lon: float, lat: float, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    _, _, away = GEOD.inv(np.full(len(x), lon), np.full(len(y), lat), x, y)
    return np.asarray(away)


def _decimals(value: float) -> int:
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])
