"""What is odd in accepted rows and not wrong: warnings, never rejects."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geo.schema import Fault
from geo.sources.columns import fold
from geo.sources.mapping import FaultLog

__all__ = ["check_rows"]

# How far outside the stated unit a point of each precision may lie, metres: the locus of the precision (the
# radius of the disc), for coarse ones the error of a stand-in point. Where nothing can be said, no check.
_ALLOWED_M: Final = {
    "site": 500,
    "town": 10_000,
    "near": 25_000,
    "district": 25_000,
    "province": 25_000,
    "country": 50_000,
}
# Decimals of a degree beyond which a coordinate says more than the precision: 3 decimals are 110 m.
_DECIMALS: Final = {"site": 6, "town": 5, "near": 3, "district": 3, "province": 2, "border": 2, "country": 1}
_LOOKED_AT: Final = (
    *("lon", "lat", "where_precision", "coord_source", "country_source", "adm1_source", "date_start"),
    *("deaths_low", "deaths_best", "deaths_high"),
)
_CENTROID_M: Final = 1_000
_COUNTRIES: Final = {"afghanistan": "AF", "pakistan": "PK", "af": "AF", "pk": "PK", "afg": "AF", "pak": "PK"}


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
    log.add((low > best).fillna(False), "deaths_low", low.astype("str"), "low is more than best")
    log.add((best > high).fillna(False), "deaths_best", best.astype("str"), "best is more than high")
    log.add(
        (low > high).fillna(False) & best.isna(), "deaths_low", low.astype("str"), "low is more than high"
    )
    late = table["date_start"] > pd.Timestamp(today)
    log.add(
        late, "date_start", table["date_start"].dt.strftime("%Y-%m-%d"), f"in the future (today is {today})"
    )
    _stacks(table, stack, log)
    _stock(table, log)
    _digits(table, log)
    near = table[table["lon"].between(59, 79) & table["lat"].between(22, 40)]
    if len(near):
        _centroids(near, log)
    if len(table):
        _outside(table, log)
    return log.lines


def _stacks(table: pd.DataFrame, stack: int, log: FaultLog) -> None:
    groups = table.groupby(["lon", "lat"], sort=False)["date_start"]
    sizes = groups.size()
    many = sizes[sizes > stack]
    if many.empty:
        return
    first = pd.Series(table.index, index=table.index).groupby([table["lon"], table["lat"]], sort=False).min()
    for (lon, lat), count in many.items():
        reason = f"{count} events on this coordinate (more than {stack}): it may stand for a wider area"
        log.lines.append((int(first[(lon, lat)]), "geometry", f"{lon:g}, {lat:g}", reason))


def _stock(table: pd.DataFrame, log: FaultLog) -> None:
    """Coordinates that sources use for a whole area, on rows that claim to know the place better."""
    from geo.stock import KNOWN_STOCK_POINTS

    for lon, lat, stands_for, stated in KNOWN_STOCK_POINTS:
        at = table[(table["lon"] - lon).abs().lt(1e-4) & (table["lat"] - lat).abs().lt(1e-4)]
        at = at[at["where_precision"].isin(["site", "town", "near", "district", "province"])]
        for row, precision in at["where_precision"].items():
            reason = (
                f"a known stock point that stands for {stands_for!r} ({stated}); the row says "
                f"{precision!r}: if nobody knows better, its precision is 'border' or 'country'"
            )
            log.lines.append((int(row), "geometry", f"{lat:g}, {lon:g}", reason))


def _decimals(values: pd.Series) -> np.ndarray:
    numbers = values.to_numpy()
    count = np.full(len(numbers), 9, dtype="int8")
    for places in range(8, -1, -1):
        count[np.isclose(np.round(numbers, places), numbers, rtol=0, atol=1e-10)] = places
    return count


def _digits(table: pd.DataFrame, log: FaultLog) -> None:
    if table.empty:
        return
    found = np.maximum(_decimals(table["lon"]), _decimals(table["lat"]))
    allowed = table["where_precision"].astype("object").map(_DECIMALS).fillna(99).to_numpy()
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

    from geo.boundaries import read_units

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


def _centroids(table: pd.DataFrame, log: FaultLog) -> None:
    centres, names = _centres()
    fine = table[table["where_precision"].isin(["site", "town", "near"])]
    if fine.empty:
        return
    lon, lat = fine["lon"].to_numpy(), fine["lat"].to_numpy()
    # 1 km in degrees, wide enough; which unit it is, is told by the nearest.
    for (x, y), name in dict(zip(map(tuple, centres), names, strict=True)).items():
        near = np.hypot((lon - x) * np.cos(np.radians(y)), lat - y) * 111_320 < _CENTROID_M
        for row in fine.index[near]:
            value = f"{fine.loc[row, 'lon']:g}, {fine.loc[row, 'lat']:g}"
            reason = (
                f"on the centroid of {name}: it may stand for the whole unit and not for a "
                f"{fine.loc[row, 'where_precision']}"
            )
            log.lines.append((int(row), "geometry", value, reason))


@functools.cache
def _shapes() -> dict[str, tuple[shapely.Geometry, float, str]]:
    from geo.boundaries import read_units

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
    from geo.errors import PlaceError
    from geo.gazetteer import resolve_place

    if adm1 in _shapes():
        return adm1
    try:
        place = resolve_place(adm1, country=country, kind="province")
    except PlaceError:
        return None
    return place.adm1 or place.place_id


@functools.cache
def _country_of(adm1: str) -> str | None:
    """The country of a province of the two named, None where it has none or the name has several."""
    from geo.units import province_code

    code = province_code(adm1)
    return None if code is None else code[:2]


def _outside(table: pd.DataFrame, log: FaultLog) -> None:
    """Points outside the country or the province that the row states, by more than its precision allows."""
    import pyproj

    country = table["country_source"].fillna("")
    codes = country.map(
        {name: _COUNTRIES[fold(name)] for name in country.unique() if fold(name) in _COUNTRIES}
    )
    provinces = table["adm1_source"].fillna("")
    # A row that names a province and no country states a country too.
    inferred = provinces.map({name: _country_of(name) for name in provinces.unique() if name})
    codes = codes.where(codes.notna() | country.ne(""), inferred)
    table = table.assign(unit=codes)[codes.notna()]
    if table.empty:
        return
    allowed = table["where_precision"].astype("object").map(_ALLOWED_M)
    pairs = table[["unit", "adm1_source"]].fillna("").drop_duplicates()
    units = {(c, a): _unit_code(c, a) if a else None for c, a in pairs.itertuples(index=False)}
    adm1 = pd.Series(
        [units[pair] for pair in zip(table["unit"], table["adm1_source"].fillna(""), strict=True)],
        index=table.index,
        dtype="object",
    )
    geod = pyproj.Geod(ellps="WGS84")
    told: set[int] = set()
    for column, stated in (("adm1_source", adm1), ("country_source", table["unit"])):
        for code in stated.dropna().unique():
            if code not in _shapes():
                continue
            shape, accuracy_m, name = _shapes()[code]
            rows = table[stated.eq(code) & allowed.notna()]
            shapely.prepare(shape)
            out = rows[~shapely.intersects_xy(shape, rows["lon"].to_numpy(), rows["lat"].to_numpy())]
            for row, lon, lat in out[["lon", "lat"]].itertuples():
                # Degrees of longitude shrunk to those of latitude, so that the nearest is the nearest on the
                # ground.
                shrink = np.cos(np.radians(lat))
                scaled = shapely.transform(shape, lambda xy, s=shrink: xy * [s, 1.0])
                foot = shapely.shortest_line(scaled, shapely.Point(lon * shrink, lat)).coords[0]
                distance_m = geod.inv(lon, lat, foot[0] / shrink, foot[1])[2]
                if distance_m > allowed[row] + accuracy_m and row not in told:
                    told.add(row)
                    reason = (
                        f"{distance_m / 1000:.0f} km outside {name}, which the row states; a row of "
                        "precision "
                        f"{table.loc[row, 'where_precision']!r} may lie "
                        f"{(allowed[row] + accuracy_m) / 1000:.0f} km off"
                    )
                    log.lines.append((int(row), column, f"{lon:g}, {lat:g}", reason))
