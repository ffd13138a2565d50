"""Where an event may have happened: its locus, and how that divides among provinces and sides.

======== ===================================================================================================
site     disc of 0.5 km
town     disc of 2 km; 5 km in a place of more than 100,000 people, 10 km in one of more than a million (its
         coordinate is the centre, not the place hit)
near     disc of 25 km (UCDP GED codebook 26.0, where_prec 2); 15 km in data of ACLED
district disc of 25 km within one province: the one that ``adm1_source`` names, or else the one that holds the
         point. If the point lies more than 3 km from the province named, the two contradict each other and
         the whole disc counts
province the province that ``adm1_source`` names, or else the one that holds the point
border   a stretch of the line, 10 km to each side, along the provinces named in ``border_units`` (ISO 3166-2
         codes, separated by ``;``) or in the text of ``place``, or "from X to Y" in ``summary``; the whole
         line if none is named
country  the country that ``country_source`` names, or else the one that holds the point
unknown  none
======== ===================================================================================================

Within its locus an event is taken to be equally likely everywhere. A row without ``where_precision`` in a frame
that has the column is ``unknown``; in a frame without that column every point is a ``site``.
"""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from geo.border import Border, side_probability
from geo.boundaries import LCC, read_places
from geo.errors import CrsError, SchemaError
from geo.units import country_code, province_code, province_names, provinces
from geo.vocab import WHERE_PRECISIONS

__all__ = [
    "Locus",
    "Where",
    "draw",
    "loci",
    "loci_of",
    "points_of",
    "shares",
    "side_shares",
]

Floats = npt.NDArray[np.float64]

GEOD: Final = pyproj.Geod(ellps="WGS84")
EQUAL_AREA: Final = "+proj=aea +lat_1=28 +lat_2=36 +lat_0=32 +lon_0=68 +datum=WGS84"
"""Albers: areas are those of the ellipsoid; edges of at most a few kilometres are straight to centimetres."""

SITE_M: Final = 500.0
NEAR_M: Final = 25_000.0
NEAR_ACLED_M: Final = 15_000.0
DISTRICT_M: Final = 25_000.0
STRIP_M: Final = 10_000.0
TOWN_M: Final = ((0, 2_000.0), (100_000, 5_000.0), (1_000_000, 10_000.0))
"""Radius of a town by the number of people that it has more than."""
CONTRADICTION_M: Final = 3_000.0
"""Accuracy of province lines: a point that far from the province named is not in it."""

CORNERS: Final = 128
SAMPLES: Final = 400
"""Points of equal weight in a disc; a share found by them is within about half a per cent."""

OUTSIDE: Final = "outside"


@dataclass(frozen=True)
class Locus:
    """What is known of one event's place. Equal ones are measured once.

    Attributes
    ----------
    kind
        ``disc``, ``province``, ``country`` or ``strip``.
    lon, lat, radius_m
        Centre and radius of a disc.
    within
        ISO 3166-2 code of the province that bounds a disc, or is the locus; code of a country that is.
    stated
        Whether ``within`` comes from the source's words, not from the point.
    stretches
        Chainages (from, to) in km of a strip along the line.
    """

    kind: str
    lon: float = math.nan
    lat: float = math.nan
    radius_m: float = 0.0
    within: str | None = None
    stated: bool = False
    stretches: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Where:
    """Points of a frame in degrees, and how exactly each is known."""

    lon: Floats
    lat: Floats
    precision: npt.NDArray[np.str_]
    known: npt.NDArray[np.bool_]


def loci(events: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """The area within which each event may have happened.

    Parameters
    ----------
    events
        Points in any CRS. Columns used where they exist: ``where_precision``, ``dataset``, ``adm1_source``,
        ``country_source``, ``border_units``, ``place``, ``summary``.

    Returns
    -------
    GeoSeries
        Polygons in EPSG:4326 with the index of ``events``; missing where nothing is known. Discs are geodesic
        circles of 128 corners; the strip along the line is within 15 m of a geodesic one.

    Raises
    ------
    CrsError
        If the frame has no CRS.
    SchemaError
        If a geometry is no point or a precision is not in the vocabulary.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> torkham = gpd.GeoDataFrame(
    ...     {"where_precision": ["site"]}, geometry=gpd.points_from_xy([71.0847], [34.1147]), crs=4326
    ... )
    >>> round(geo.loci(torkham).to_crs(geo.locus.EQUAL_AREA).area.item() / 1e6, 2)
    0.78
    """
    geometry = [None if locus is None else draw(locus) for locus in loci_of(events, points_of(events))]
    return gpd.GeoSeries(geometry, index=events.index, crs="EPSG:4326", name="locus")


def shares(events: gpd.GeoDataFrame) -> pd.DataFrame:
    """How each event's locus divides among countries, provinces and sides of the line.

    Parameters
    ----------
    events
        As for :func:`geo.loci`. ``event_id`` names the events; without it the index does.

    Returns
    -------
    DataFrame
        ``event_id``, ``level`` (``adm0``, ``adm1``, ``side``), ``unit`` and ``share`` (0 to 1, by area in
        Albers' equal-area projection, below 1e-5 wrong by the straight edges between corners). The part in
        neither country is the unit ``outside``, so that the shares of a level sum to 1. Events in the order of
        the frame, in a level the largest share first; an event without a locus has no rows. The shares of
        ``side`` are probabilities that count the line's own error: in a disc, the mean of
        :func:`geo.side_probability`; where the source names the province or country, its side is certain.

    Raises
    ------
    CrsError, SchemaError
        As for :func:`geo.loci`.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> event = gpd.GeoDataFrame(
    ...     {"event_id": ["own:1"], "where_precision": ["near"]},
    ...     geometry=gpd.points_from_xy([69.27], [32.60]), crs=4326,
    ... )
    >>> geo.shares(event).query("level == 'adm1'")[["unit", "share"]].round(2).to_dict("list")
    {'unit': ['AF-PKA', 'PK-KP'], 'share': [0.66, 0.34]}
    """
    found = loci_of(events, points_of(events))
    names = events["event_id"] if "event_id" in events.columns else events.index
    measured = {locus: _measure(locus) for locus in dict.fromkeys(found) if locus is not None}
    rows = [
        (name, level, unit, share)
        for name, locus in zip(names, found, strict=True)
        if locus is not None
        for level, parts in measured[locus].items()
        for unit, share in sorted(parts.items(), key=lambda part: (-part[1], part[0]))
    ]
    table = pd.DataFrame(rows, columns=["event_id", "level", "unit", "share"])
    return table.astype({"event_id": names.dtype, "level": "str", "unit": "str", "share": "float64"})


def points_of(events: gpd.GeoDataFrame) -> Where:
    """Coordinates in degrees and precision of each row; NaN where a geometry is missing, empty or off."""
    if events.crs is None:
        raise CrsError("the points have no CRS; set it, for degrees with points.set_crs('EPSG:4326')")
    series = events.geometry if events.crs.to_epsg() == 4326 else events.geometry.to_crs("EPSG:4326")
    geometry = series.to_numpy()
    # An empty geometry of any type says as much as a missing one.
    strange = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry) | (shapely.get_type_id(geometry) == 0))
    if strange.any():
        raise SchemaError(
            f"events are points; {strange.sum()} of {len(strange)} geometries are of another type, such as "
            f"{geometry[strange][0].geom_type}; take a point of each first, as by representative_point()"
        )
    point = shapely.get_type_id(geometry) == 0
    lon, lat = (np.where(point, get(geometry), np.nan) for get in (shapely.get_x, shapely.get_y))
    known = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    lon, lat = np.where(known, lon, np.nan), np.where(known, lat, np.nan)
    if "where_precision" in events.columns:
        stated = events["where_precision"].astype("object")
        precision = np.asarray(stated.where(stated.notna(), "unknown"), dtype="U8")
        unheard = sorted(set(stated.dropna()) - set(WHERE_PRECISIONS))
        if unheard:
            raise SchemaError(
                f"where_precision has {', '.join(map(repr, unheard))}; allowed: {', '.join(WHERE_PRECISIONS)}"
            )
    else:
        precision = np.full(len(events), "site")
    return Where(lon, lat, precision, known)


def loci_of(
    events: gpd.GeoDataFrame, where: Where, rows: npt.NDArray[np.bool_] | None = None
) -> list[Locus | None]:
    """The locus of each row, or of some: those of ``rows`` that are not asked for come back as None."""
    asked = np.ones(len(events), dtype=bool) if rows is None else rows
    found: list[Locus | None] = [None] * len(events)
    radius = _radii(events, where)
    holder = np.full(len(events), -1, dtype=np.intp)
    areal = asked & np.isin(where.precision, ("district", "province", "country"))
    holder[areal] = provinces().find(where.lon[areal], where.lat[areal])
    codes = provinces().frame["iso3166_2"].to_numpy()
    named = _resolved(events, "adm1_source", province_code)
    country = _resolved(events, "country_source", country_code)
    for row in np.flatnonzero(asked):
        precision = where.precision[row]
        at = (float(where.lon[row]), float(where.lat[row]))
        holds = str(codes[holder[row]]) if holder[row] >= 0 else None
        if precision == "border":
            found[row] = Locus("strip", stretches=_stretches(events, int(row)))
        elif precision == "province" and (named[row] or holds):
            found[row] = Locus("province", within=named[row] or holds, stated=named[row] is not None)
        elif precision == "country" and (country[row] or holds):
            found[row] = Locus("country", within=country[row] or (holds or "")[:2], stated=True)
        elif precision in ("site", "town", "near") and where.known[row]:
            found[row] = Locus("disc", *at, radius_m=float(radius[row]))
        elif precision == "district" and where.known[row]:
            found[row] = _district(at, named[row], holds)
    return found


def _district(at: tuple[float, float], named: str | None, holds: str | None) -> Locus:
    if named is None or named == holds:
        return Locus("disc", *at, radius_m=DISTRICT_M, within=holds, stated=named is not None)
    near = shapely.dwithin(_province_flat(named), shapely.Point(_flat_xy(*at)), CONTRADICTION_M)
    return Locus("disc", *at, radius_m=DISTRICT_M, within=named if near else None, stated=bool(near))


def _radii(events: gpd.GeoDataFrame, where: Where) -> Floats:
    """Radius of the disc of each row in metres; 0 where the locus is none."""
    radius = np.zeros(len(events))
    radius[where.precision == "site"] = SITE_M
    radius[where.precision == "near"] = NEAR_M
    radius[where.precision == "district"] = DISTRICT_M
    if "dataset" in events.columns:
        acled = events["dataset"].astype("str").str.casefold().str.startswith("acled").to_numpy(bool)
        radius[(where.precision == "near") & acled] = NEAR_ACLED_M
    towns = np.flatnonzero((where.precision == "town") & where.known)
    radius[towns] = TOWN_M[0][1]
    if len(towns):
        at, back = np.unique(
            np.column_stack((where.lon[towns], where.lat[towns])), axis=0, return_inverse=True
        )
        radius[towns] = _town_radii(at)[back.ravel()]
    return radius


def _town_radii(at: Floats) -> Floats:
    """Radius of the largest place that reaches each point: one that lies within its own radius of it."""
    places = read_places()
    radius = np.full(len(at), TOWN_M[0][1])
    for people, reach in TOWN_M[1:]:
        large = places[places["population"] > people].geometry
        for lon, lat in zip(large.x, large.y, strict=True):
            # Only what is within a degree and a half can be within ten kilometres, at these latitudes.
            close = np.flatnonzero((np.abs(at[:, 1] - lat) < 0.2) & (np.abs(at[:, 0] - lon) < 1.5))
            _, _, away = GEOD.inv(
                np.full(len(close), lon), np.full(len(close), lat), at[close, 0], at[close, 1]
            )
            radius[close[np.asarray(away) <= reach]] = reach
    return radius


def _resolved(events: gpd.GeoDataFrame, column: str, resolve: object) -> list[str | None]:
    """Codes that the texts of a column name; each different text is read once."""
    if column not in events.columns:
        return [None] * len(events)
    texts = events[column].astype("object")
    codes = {text: resolve(text) for text in set(texts[texts.notna()])}  # type: ignore[operator]
    return [codes.get(text) if isinstance(text, str) else None for text in texts]


def _stretches(events: gpd.GeoDataFrame, row: int) -> tuple[tuple[float, float], ...]:
    """Chainages of the stretch that a border event names, from the column meant for it or from words."""
    text = {
        column: events[column].iloc[row] if column in events.columns else None
        for column in ("border_units", "place", "summary")
    }
    text = {column: value if isinstance(value, str) else "" for column, value in text.items()}
    listed = [province_code(part) for part in text["border_units"].split(";")]
    units = [code for code in listed if code]
    for words, whole in ((text["place"], True), (text["summary"], False)):
        if not units:
            span = _named_span(words)
            if span is not None:
                return (span,)
            # A summary tells what happened elsewhere too; only its "from X to Y" states an extent.
            units = _named_units(words) if whole else []
    return stretches_along(tuple(sorted(set(units))))


@functools.lru_cache(maxsize=1024)
def stretches_along(units: tuple[str, ...]) -> tuple[tuple[float, float], ...]:
    """Chainages (km) where the line runs along the units; the whole line for none of them on it.

    Afghan and Pakistani units together mean where one of each meet, if they do anywhere.
    """
    along = _unit_chainages()
    there = [unit for unit in units if unit in along]
    by_country = {
        country: _joined([part for unit in there if unit.startswith(country) for part in along[unit]])
        for country in ("AF", "PK")
    }
    if by_country["AF"] and by_country["PK"]:
        both = _common(by_country["AF"], by_country["PK"])
        if both:
            return both
    parts = _joined([*by_country["AF"], *by_country["PK"]])
    return parts or ((0.0, Border.durand().length_km),)


def _named_span(words: str) -> tuple[float, float] | None:
    """Chainage from the first to the last of two provinces in "X to Y"."""
    along = _unit_chainages()
    for match in re.finditer(r"([\w.'-]+(?: [\w.'-]+)?) (?:to|through|until) ([\w.'-]+(?: [\w.'-]+)?)", words):
        ends = []
        for side, pick in ((match[1], -1), (match[2], 0)):
            whole = province_code(side) or province_code(side.split(" ")[pick])
            ends.append(along.get(whole or ""))
        if ends[0] and ends[1]:
            chainages = [end for parts in ends if parts for part in parts for end in part]
            return min(chainages), max(chainages)
    return None


def _named_units(words: str) -> list[str]:
    """Codes of the provinces that a text names."""
    names = province_names()
    parts = re.findall(r"[\w.'’]+", words)
    found = []
    for size in (3, 2, 1):
        for first in range(len(parts) - size + 1):
            code = province_code(" ".join(parts[first : first + size]))
            # "ICT" and the like are too short to be sure of in running text.
            if code and len("".join(parts[first : first + size])) > 3 and names:
                found.append(code)
    return found


@functools.cache
def _unit_chainages() -> dict[str, tuple[tuple[float, float], ...]]:
    """For each province on the line, the chainages (km) along which it meets it."""
    border = Border.durand()
    line = shapely.get_coordinates(border.geometry)
    along = border.chainage_km()
    # The provinces share the line vertex for vertex, so its segments are edges of theirs.
    steps = _edges(line[:-1], line[1:])
    found = {}
    frame = provinces().frame
    for code, geometry in zip(frame["iso3166_2"], frame.geometry, strict=True):
        on_line = np.zeros(len(steps), dtype=bool)
        for ring in shapely.get_rings(shapely.get_parts(geometry)):
            xy = shapely.get_coordinates(ring)
            on_line |= steps.isin(_edges(xy[:-1], xy[1:]))
        if on_line.any():
            edges = np.flatnonzero(np.diff(np.concatenate(([False], on_line, [False])).astype(np.int8)))
            found[str(code)] = tuple(
                (float(along[first]), float(along[last]))
                for first, last in zip(edges[::2], edges[1::2], strict=True)
            )
    return found


def _edges(start: Floats, end: Floats) -> pd.MultiIndex:
    """Edges by their two ends, the western one first, so that their direction does not matter."""
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    west = np.where(turned[:, None], end, start)
    east = np.where(turned[:, None], start, end)
    return pd.MultiIndex.from_arrays([west[:, 0], west[:, 1], east[:, 0], east[:, 1]])


def _joined(parts: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    merged: list[tuple[float, float]] = []
    for first, last in sorted(parts):
        if merged and first <= merged[-1][1] + 1e-6:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def _common(
    some: tuple[tuple[float, float], ...], others: tuple[tuple[float, float], ...]
) -> tuple[tuple[float, float], ...]:
    overlaps = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return _joined([(first, last) for first, last in overlaps if last > first])


@functools.lru_cache(maxsize=4096)
def draw(locus: Locus) -> shapely.Geometry:
    """A locus as a polygon in EPSG:4326."""
    if locus.kind == "province":
        return _province(locus.within)
    if locus.kind == "country":
        return _country(locus.within)
    if locus.kind == "strip":
        return _strip(locus.stretches)
    disc = _disc(locus.lon, locus.lat, locus.radius_m)
    if locus.within is None:
        return disc
    return shapely.intersection(disc, _near_part(_province(locus.within), disc))


def _disc(lon: float, lat: float, radius_m: float) -> shapely.Polygon:
    azimuth = np.linspace(360, 0, CORNERS, endpoint=False)
    x, y, _ = GEOD.fwd(
        np.full(CORNERS, lon), np.full(CORNERS, lat), azimuth, np.full(CORNERS, radius_m)
    )
    # Across 180 degrees the ring runs on instead of round the earth.
    x = lon + (np.asarray(x) - lon + 180) % 360 - 180
    return shapely.Polygon(np.column_stack((x, y)))


def _near_part(geometry: shapely.Geometry, around: shapely.Geometry) -> shapely.Geometry:
    """What of a large geometry can meet a small one; far cheaper to intersect than the whole."""
    part = shapely.clip_by_rect(geometry, *shapely.bounds(around))
    return part if shapely.is_valid(part) else shapely.make_valid(part)


@functools.lru_cache(maxsize=256)
def _strip(stretches: tuple[tuple[float, float], ...]) -> shapely.Geometry:
    """A band of 10 km on each side of stretches of the line.

    Buffered in a Lambert conformal conic whose scale along the line is within 0.15 % of true: 15 m in 10 km.
    """
    border = Border.durand()
    along = border.chainage_km()
    line = shapely.get_coordinates(border.geometry)
    there = pyproj.Transformer.from_crs("EPSG:4326", LCC, always_xy=True)
    pieces = []
    for first, last in stretches:
        inside = (along > first) & (along < last)
        ends = [np.array([np.interp(km, along, line[:, axis]) for axis in (0, 1)]) for km in (first, last)]
        xy = np.vstack((ends[0], line[inside], ends[1]))
        pieces.append(shapely.LineString(np.column_stack(there.transform(xy[:, 0], xy[:, 1]))))
    # A vertex moved by 20 m moves the band's edge by less than that.
    band = shapely.union_all([shapely.buffer(shapely.simplify(piece, 20), STRIP_M, cap_style="flat") for piece in pieces])
    return shapely.transform(
        band, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))
    )


@functools.lru_cache(maxsize=65_536)
def _measure(locus: Locus) -> dict[str, dict[str, float]]:
    """Shares of a locus by level and unit."""
    if locus.within is not None and locus.kind != "country":
        adm1 = {locus.within: 1.0}
    elif locus.kind == "country":
        adm1 = _country_parts(locus.within)
    else:
        adm1 = _parts(draw(locus))
    adm0: dict[str, float] = {}
    for unit, share in adm1.items():
        country = unit if unit == OUTSIDE else unit[:2]
        adm0[country] = adm0.get(country, 0.0) + share
    return {"adm0": adm0, "adm1": adm1, "side": side_shares(locus, adm0)}


def side_shares(locus: Locus, adm0: dict[str, float] | None = None) -> dict[str, float]:
    """Probability of each side for a locus, the line's error counted in.

    Parameters
    ----------
    adm0
        Its shares by country, if they are known already.
    """
    if locus.kind in ("province", "country") or locus.stated:
        return {str(locus.within)[:2]: 1.0}
    if locus.kind == "disc":
        border = Border.durand()
        at = border.locate([locus.lon], [locus.lat]).iloc[0]
        if locus.within is not None:
            # The province is the one that holds the point, and is no surer than the point's own side.
            left = float(side_probability(at["signed_m"], at["accuracy_m"]))
            return _nonzero({"PK": left, "AF": 1 - left})
        if at["distance_m"] < locus.radius_m + border.reach_m:
            return _disc_sides(locus)
    return dict(adm0 if adm0 is not None else _measure(locus)["adm0"])


def _disc_sides(locus: Locus) -> dict[str, float]:
    """Sides of a disc that reaches the line, by points spread evenly over it."""
    border = Border.durand()
    if locus.radius_m <= SITE_M:
        at = border.locate([locus.lon], [locus.lat])
        if at["side"].isna().item():
            return {OUTSIDE: 1.0}
        left = side_probability(at["signed_m"], at["accuracy_m"], radius_m=locus.radius_m).item()
        return _nonzero({"PK": left, "AF": 1 - left})
    # A sunflower: turns of the golden angle, radii that give every point the same area.
    number = np.arange(SAMPLES)
    azimuth = number * 180 * (3 - math.sqrt(5))
    away = locus.radius_m * np.sqrt((number + 0.5) / SAMPLES)
    lon, lat, _ = GEOD.fwd(np.full(SAMPLES, locus.lon), np.full(SAMPLES, locus.lat), azimuth, away)
    at = border.locate(lon, lat)
    inside = at["side"].notna().to_numpy()
    left = side_probability(at["signed_m"], at["accuracy_m"])
    return _nonzero(
        {
            "PK": float(np.mean(np.where(inside, left, 0))),
            "AF": float(np.mean(np.where(inside, 1 - left, 0))),
            OUTSIDE: float(np.mean(~inside)),
        }
    )


def _nonzero(parts: dict[str, float]) -> dict[str, float]:
    """Parts without those that are nothing beside the error of the method, made to sum to 1 again."""
    kept = {unit: share for unit, share in parts.items() if share > 1e-6}
    total = sum(kept.values())
    return {unit: share / total for unit, share in kept.items()}


def _parts(area: shapely.Geometry) -> dict[str, float]:
    """Shares of an area by province and outside."""
    flat = _flat(area)
    tree, geometry = _flat_provinces()
    codes = provinces().frame["iso3166_2"]
    whole = float(shapely.area(flat))
    parts: dict[str, float] = {}
    for row in np.sort(tree.query(flat)):
        if shapely.contains_properly(geometry[row], flat):
            return {str(codes[row]): 1.0}
        common = shapely.area(shapely.intersection(_near_part(geometry[row], flat), flat))
        parts[str(codes[row])] = float(common) / whole
    parts[OUTSIDE] = max(1 - sum(parts.values()), 0.0)
    return _nonzero(parts)


@functools.cache
def _country_parts(country: str | None) -> dict[str, float]:
    frame = provinces().frame
    area = shapely.area(_flat_provinces()[1])
    own = (frame["adm0"] == country).to_numpy()
    return {
        str(code): float(share)
        for code, share in zip(frame["iso3166_2"][own], area[own] / area[own].sum(), strict=True)
    }


@functools.cache
def _flat_provinces() -> tuple[shapely.STRtree, npt.NDArray[np.object_]]:
    """The provinces in the equal-area projection, prepared."""
    geometry = np.array([_flat(shape) for shape in provinces().frame.geometry])
    shapely.prepare(geometry)
    return shapely.STRtree(geometry), geometry


@functools.cache
def _to_flat() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", EQUAL_AREA, always_xy=True)


def _flat(geometry: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(geometry, lambda xy: np.column_stack(_to_flat().transform(xy[:, 0], xy[:, 1])))


def _flat_xy(lon: float, lat: float) -> tuple[float, float]:
    x, y = _to_flat().transform(lon, lat)
    return float(x), float(y)


def _province_flat(code: str) -> shapely.Geometry:
    return _flat_provinces()[1][np.flatnonzero(provinces().frame["iso3166_2"] == code)[0]]


def _province(code: str | None) -> shapely.Geometry:
    frame = provinces().frame
    return frame.geometry[frame["iso3166_2"] == code].iloc[0]


@functools.cache
def _country(code: str | None) -> shapely.Geometry:
    frame = provinces().frame
    return shapely.coverage_union_all(frame.geometry[frame["adm0"] == code].to_numpy())
