"""What is odd in accepted rows and not wrong: warnings, never rejects."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.events.faults import Fault, FaultLog
from geo.places.radii import COUNTRY_POINT_M, DISTRICT_M, LARGEST_TOWN_M, NEAR_M, PROVINCE_POINT_M, SITE_M
from geo.places.unit_names import country_code, province_code
from geo.sources.values.coordinates import decimals_of
from geo.types import GEOD
from geo.vocab import WHERE_PRECISIONS

__all__ = ["check_rows"]

# How far outside the stated unit a point of each precision may lie, metres: the locus of the precision (the
# radius of the disc), for coarse ones the error of a stand-in point. Where nothing can be said, no check.
_ALLOWED_M: Final = {
    "site": SITE_M,
    "town": LARGEST_TOWN_M,
    "near": NEAR_M,
    "district": DISTRICT_M,
    "province": PROVINCE_POINT_M,
    "country": COUNTRY_POINT_M,
}
# Decimals of a degree beyond which a coordinate says more than the precision: 3 decimals are 110 m.
_DECIMALS: Final = {"site": 6, "town": 5, "near": 3, "district": 3, "province": 2, "border": 2, "country": 1}
_LOOKED_AT: Final = (
    *("lon", "lat", "where_precision", "coord_source", "country_source", "adm1_source", "date_start"),
    *("deaths_low", "deaths_best", "deaths_high"),
)
_CENTROID_M: Final = 1_000


def check_rows(table: pd.DataFrame, *, today: dt.date, stack: int = 10) -> list[Fault]:
    """Look for what is odd.

    Parameters
    ----------
    table : pandas.DataFrame
        Accepted rows in our columns with `lon` and `lat`; index: number of the row.
    today : date
        Days after it are in the future.
    stack : int
        How many events may lie on one coordinate.

    Returns
    -------
    list of (row, column, value, reason)
        A line for each event; one for each coordinate with a stack, and one for each precision with too many
        digits, the row being the first of them.
    """
    log = FaultLog()
    # Rows are taken out below, which copies every column that is there.
    table = table[list(_LOOKED_AT)]
    low, best, high = (table[f"deaths_{part}"] for part in ("low", "best", "high"))
    for name, values, odd, reason in (
        ("deaths_low", low, low > best, "low is more than best"),
        ("deaths_best", best, best > high, "best is more than high"),
        ("deaths_low", low, (low > high) & best.isna(), "low is more than high"),
    ):
        found = values[odd.fillna(False)]
        log.add(pd.Series(True, index=found.index), name, found.astype("str"), reason)
    late = table["date_start"][table["date_start"] > pd.Timestamp(today)]
    log.add(
        pd.Series(True, index=late.index),
        "date_start",
        late.dt.strftime("%Y-%m-%d"),
        f"in the future (today is {today})",
    )
    if table.empty:
        return log.lines
    at = _Coordinates(table)
    _stacks(table, at, stack, log)
    _stock(table, at, log)
    _digits(table, at, log)
    _centroids(table, at, log)
    _outside(table, at, log)
    return log.lines


class _Coordinates:
    """The different coordinates of a table, and which of them each row has: each is looked at once."""

    def __init__(self, table: pd.DataFrame) -> None:
        x, xs = pd.factorize(table["lon"].to_numpy(), use_na_sentinel=False)
        y, ys = pd.factorize(table["lat"].to_numpy(), use_na_sentinel=False)
        self.code, pairs = pd.factorize(x.astype("int64") * len(ys) + y)
        self.lon, self.lat = xs[pairs // len(ys)], ys[pairs % len(ys)]

    def rows(self, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Rows on one of the chosen coordinates."""
        return np.asarray(chosen[self.code])


def _stacks(table: pd.DataFrame, at: _Coordinates, stack: int, log: FaultLog) -> None:
    # Rows without a point are no stack.
    counts = np.bincount(at.code) * np.isfinite(at.lon + at.lat)
    first = np.full(len(counts), np.iinfo("int64").max)
    np.minimum.at(first, at.code, table.index.to_numpy())
    for code in np.flatnonzero(counts > stack):
        reason = (
            f"{counts[code]} events on this coordinate (more than {stack}): it may stand for a wider area"
        )
        where = f"{at.lon[code]:g}, {at.lat[code]:g}"
        log.lines.append((int(first[code]), "geometry", where, reason))


def _stock(table: pd.DataFrame, at: _Coordinates, log: FaultLog) -> None:
    """Coordinates that sources use for a whole area, on rows that claim to know the place better."""
    from geo.places.stock_points import KNOWN_STOCK_POINTS

    for point in KNOWN_STOCK_POINTS:
        near = (np.abs(at.lon - point.lon) < 1e-3) & (np.abs(at.lat - point.lat) < 1e-3)
        if not near.any():
            continue
        precisions = table["where_precision"][at.rows(near)]
        order = list(WHERE_PRECISIONS)
        finer = precisions[precisions.isin(order[: order.index(point.level)])]
        for row, precision in finer.items():
            reason = (
                f"a known stock point that stands for {point.name!r} ({point.stated}); the row says "
                f"{precision!r}: if nobody knows better, its precision is {point.level!r}"
            )
            log.lines.append((int(row), "geometry", f"{point.lat:g}, {point.lon:g}", reason))


def _by_precision(table: pd.DataFrame, values: Mapping[str, float]) -> npt.NDArray[np.float64]:
    """A figure for each row by its precision; NaN where there is none."""
    precisions = table["where_precision"].astype("category").cat
    figures = np.array([*(values.get(name, np.nan) for name in precisions.categories), np.nan])
    return np.asarray(figures[precisions.codes.to_numpy()])


def _digits(table: pd.DataFrame, at: _Coordinates, log: FaultLog) -> None:
    found = np.maximum(decimals_of(at.lon), decimals_of(at.lat))[at.code]
    allowed = np.nan_to_num(_by_precision(table, _DECIMALS), nan=99)
    # The digits of a gazetteer are not the source's.
    over = (found > allowed) & table["coord_source"].isna().to_numpy()
    for precision, limit in _DECIMALS.items():
        rows = table.index[over & table["where_precision"].eq(precision).to_numpy()]
        if len(rows):
            reason = (
                f"{len(rows)} rows of precision {precision!r} have coordinates of more than {limit} "
                "decimals: the digits say more "
                "than is known"
            )
            log.lines.append((int(rows.min()), "geometry", None, reason))


@functools.cache
def _centres() -> tuple[np.ndarray, list[str]]:
    """Points that stand for a unit: its centroid in degrees, as programs give it, and in equal area."""
    import geopandas as gpd

    from geo.boundaries.layers import read_units

    points, names = [], []
    for level in (0, 1):
        units = read_units(level)
        units = units[units["adm0"].isin(["AF", "PK"])] if "adm0" in units else units
        shapes = units.geometry
        plane = "+proj=laea +lat_0=33 +lon_0=68 +datum=WGS84"
        true = gpd.GeoSeries(shapes.to_crs(plane).centroid, crs=plane).to_crs("EPSG:4326")
        flat = shapely.centroid(shapes.to_numpy())
        for group in (true.to_numpy(), flat):
            points.append(np.column_stack([shapely.get_x(group), shapely.get_y(group)]))
            names += units["name"].tolist()
    return np.concatenate(points), names


def _centroids(table: pd.DataFrame, at: _Coordinates, log: FaultLog) -> None:
    region = (at.lon >= 59) & (at.lon <= 79) & (at.lat >= 22) & (at.lat <= 40)
    fine = at.rows(region) & table["where_precision"].isin(["site", "town", "near"]).to_numpy()
    if not fine.any():
        return
    centres, names = _centres()
    # 1 km in degrees, wide enough; which unit it is, is told by the nearest.
    for (x, y), name in dict(zip(map(tuple, centres), names, strict=True)).items():
        near = np.hypot((at.lon - x) * np.cos(np.radians(y)), at.lat - y) * 111_320 < _CENTROID_M
        if not near.any():
            continue
        rows = table[at.rows(near) & fine]
        for row, lon, lat, precision in rows[["lon", "lat", "where_precision"]].itertuples():
            reason = f"on the centroid of {name}: it may stand for the whole unit and not for a {precision}"
            log.lines.append((int(row), "geometry", f"{lon:g}, {lat:g}", reason))


@functools.cache
def _shapes() -> dict[str, tuple[shapely.Geometry, float, str]]:
    from geo.boundaries.layers import read_units

    shapes = {}
    for level in (0, 1):
        units = read_units(level)
        for unit in units.itertuples(index=False):
            code = unit.iso3166_2 if level else unit.adm0
            if str(unit.adm0) in ("AF", "PK"):
                shapes[str(code)] = (unit.geometry, float(unit.accuracy_m), str(unit.name))
    return shapes


@functools.cache
def _unit_code(country: str, adm1: str) -> str | None:
    from geo.errors import PlaceError, SchemaError
    from geo.places.gazetteer import resolve_place

    if adm1 in _shapes():
        return adm1
    # The names of the provinces on the line and their usual spellings need no search of the gazetteer.
    if (code := province_code(adm1)) is not None and code[:2] == country:
        return code
    try:
        place = resolve_place(adm1, country=country, kind="province")
    except (PlaceError, SchemaError):
        # Not a province, or no name at all: a mark, or a sentence.
        return None
    return place.adm1 or place.place_id


@functools.cache
def _country_of(adm1: str) -> str | None:
    """The country of a province of the two named, None where it has none or the name has several."""
    code = province_code(adm1)
    return None if code is None else code[:2]


def _outside(table: pd.DataFrame, at: _Coordinates, log: FaultLog) -> None:
    """Points outside the country or the province that the row states, by more than its precision allows."""
    country_codes, countries = table["country_source"].fillna("").factorize()
    province_codes, provinces = table["adm1_source"].fillna("").factorize()
    pair, stated = pd.factorize(country_codes.astype("int64") * len(provinces) + province_codes)
    # The country and the province that each pair of texts states, None where it states none of the two.
    nations, units = [], []
    for code in stated:
        country, adm1 = countries[code // len(provinces)], provinces[code % len(provinces)]
        # A row that names a province and no country states a country too.
        nation = country_code(country) if country else _country_of(adm1) if adm1 else None
        nations.append(nation)
        units.append(_unit_code(nation, adm1) if nation and adm1 else None)
    allowed = _by_precision(table, _ALLOWED_M)
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    told: set[int] = set()
    for column, said in (("adm1_source", units), ("country_source", nations)):
        for code in dict.fromkeys(unit for unit in said if unit is not None):
            if code not in _shapes():
                continue
            shape, accuracy_m, name = _shapes()[code]
            rows = np.array([unit == code for unit in said])[pair] & np.isfinite(allowed)
            shapely.prepare(shape)
            asked = np.unique(at.code[rows])
            out = np.zeros(len(at.lon), dtype=bool)
            out[asked] = ~shapely.intersects_xy(shape, at.lon[asked], at.lat[asked])
            away: dict[tuple[float, float], float] = {}
            for place in np.flatnonzero(rows & out[at.code]):
                point, row = (float(lon[place]), float(lat[place])), int(table.index[place])
                if point not in away:
                    away[point] = _distance_m(shape, *point)
                reach = allowed[place] + accuracy_m
                if away[point] > reach and row not in told:
                    told.add(row)
                    precision = table["where_precision"].iloc[place]
                    reason = (
                        f"{away[point] / 1000:.0f} km outside {name}, which the row states; a row of "
                        f"precision {precision!r} may lie {reach / 1000:.0f} km off"
                    )
                    log.lines.append((row, column, f"{point[0]:g}, {point[1]:g}", reason))


def _distance_m(shape: shapely.Geometry, lon: float, lat: float) -> float:
    """Metres from a point to an area, along the geodesic to the nearest point of its outline."""
    # Degrees of longitude shrunk to those of latitude, so that the nearest is the nearest on the ground.
    shrink = np.cos(np.radians(lat))
    scaled = shapely.transform(shape, lambda xy: xy * [shrink, 1.0])
    foot = shapely.shortest_line(scaled, shapely.Point(lon * shrink, lat)).coords[0]
    return float(GEOD.inv(lon, lat, foot[0] / shrink, foot[1])[2])
