"""Where an event may have happened: its locus.

======== ===================================================================================================
site     disc of 0.5 km
town     disc of 2 km; 5 km in a place of more than 100,000 people, 10 km in one of more than a million (its
         coordinate is the centre, not the place hit)
near     disc of 25 km (UCDP GED codebook 26.0, where_prec 2); 15 km in data of ACLED
district the district, where districts have been added (:func:`geo.add_boundaries`): the one of the province
         named that ``adm2_source`` names, or else the one that holds the point. Without them a disc of 25 km
         within one province: the one that ``adm1_source`` names, or else the one that holds the point. If the
         point lies more than 3 km from the province named, the two contradict each other and the whole disc
         counts
province the province that ``adm1_source`` names, or else ``place``, or else the one that holds the point; all
         of them where several are named ("Khost and Paktika"), and the former F.A.T.A. where a source is coded
         on it
border   what lies within 10 km of a stretch of the line: along the provinces named in ``border_units`` (ISO
         3166-2 codes, separated by ``;``), or in the text of ``place``, or as "X to Y" in ``summary``; the
         whole line if none is named
country  the country that ``country_source`` names, or else the one that holds the point
unknown  none
======== ===================================================================================================

A frame that states no precision at all has bare points, each a
``site``; where others are stated, one left empty is ``unknown``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.border.durand import Stretches
from geo.border.spans import named_span, named_units, stretches_along
from geo.boundaries.layers import read_places
from geo.boundaries.units import UnitIndex, districts, districts_added, flatten, provinces
from geo.errors import SchemaError
from geo.events.points import Where, points_of
from geo.locus.radii import CONTRADICTION_M, DISTRICT_M, NEAR_ACLED_M, NEAR_M, SITE_M, TOWN_M
from geo.locus.record import Locus
from geo.locus.shapes import draw
from geo.places.unit_names import FORMER_AREAS, area_codes, country_code, name_key, province_code
from geo.types import GEOD, Floats

__all__ = ["loci", "loci_of"]


def loci(events: gpd.GeoDataFrame, *, level: Literal[1, 2] = 2) -> gpd.GeoSeries:
    """The area within which each event may have happened.

    Parameters
    ----------
    events
        Points in any CRS. Columns used where they exist: ``where_precision``, ``dataset``, ``adm1_source``,
        ``adm2_source``, ``country_source``, ``border_units``, ``place``, ``summary``.
    level
        The finest units that a locus is made of: 2 districts, where they have been added; 1 provinces, so
        that two installations with and without districts say the same.

    Returns
    -------
    GeoSeries
        Polygons in EPSG:4326 with the index of ``events``; missing where nothing is known. Discs are geodesic
        circles of 128 corners; the strip along the line is within 40 m of a geodesic one.

    Raises
    ------
    CrsError
        If the frame has no CRS.
    SchemaError
        If a geometry is no point, a precision is not in the vocabulary, or the level is neither 1 nor 2.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> torkham = gpd.GeoDataFrame(
    ...     {"where_precision": ["site"]}, geometry=gpd.points_from_xy([71.0847], [34.1147]), crs=4326
    ... )
    >>> round(geo.loci(torkham).to_crs("ESRI:54034").area.item() / 1e6, 2)
    0.79
    """
    if level not in (1, 2):
        raise SchemaError(
            f"level is 1 (provinces) or 2 (districts where they have been added), not {level!r}"
        )
    found = loci_of(events, points_of(events), level=level)
    geometry = [None if locus is None else draw(locus) for locus in found]
    return gpd.GeoSeries(geometry, index=events.index, crs="EPSG:4326", name="locus")


def loci_of(
    events: pd.DataFrame, where: Where, rows: npt.NDArray[np.bool_] | None = None, *, level: int = 2
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
    areas = _areas(events, where.precision == "province")
    index = districts() if level > 1 else None
    cell = np.full(len(events), -1, dtype=np.intp)
    if index is not None:
        cell[areal] = index.find(where.lon[areal], where.lat[areal])
    country = _resolved(events, "country_source", country_code)
    for row in np.flatnonzero(asked):
        precision = where.precision[row]
        at = (float(where.lon[row]), float(where.lat[row]))
        holds = str(codes[holder[row]]) if holder[row] >= 0 else None
        if precision == "border":
            found[row] = Locus("strip", stretches=_stretches(events, int(row)))
        elif areas[row]:
            found[row] = _of_areas(areas[row])
        elif precision == "province" and (named[row] or holds):
            found[row] = Locus("province", within=named[row] or holds, stated=named[row] is not None)
        elif precision == "country" and (country[row] or holds):
            found[row] = Locus("country", within=country[row] or (holds or "")[:2], stated=True)
        elif precision in ("site", "town", "near") and where.known[row]:
            found[row] = Locus("disc", *at, radius_m=float(radius[row]))
        elif precision == "district" and where.known[row]:
            unit = _unit_named(index, _text(events, "adm2_source", int(row)), named[row], int(cell[row]))
            if unit is not None:
                stated = named[row] is not None
                found[row] = Locus("district", *at, radius_m=DISTRICT_M, within=unit, stated=stated)
            else:
                found[row] = _district(at, named[row], holds)
    return found


def _areas(events: pd.DataFrame, asked: npt.NDArray[np.bool_]) -> list[tuple[str, ...]]:
    """Codes of the provinces and former areas that each row known to those names, none for other rows."""
    found: list[tuple[str, ...]] = [()] * len(events)
    for column in ("adm1_source", "place"):
        if column not in events.columns:
            continue
        texts = events[column].to_numpy(dtype=object)
        for row in np.flatnonzero(asked):
            if not found[row] and isinstance(texts[row], str):
                found[row] = _area_codes(texts[row])
    return found


@functools.lru_cache(maxsize=4096)
def _area_codes(text: str) -> tuple[str, ...]:
    return area_codes(text)


def _of_areas(codes: tuple[str, ...]) -> Locus:
    """The locus of an event known to one province, one former area, or any of several."""
    if len(codes) > 1:
        return Locus("provinces", units=codes)
    code = codes[0]
    if code in FORMER_AREAS:
        return Locus("former", within=FORMER_AREAS[code], stated=True, units=codes)
    return Locus("province", within=code, stated=True)


def _unit_named(index: UnitIndex | None, name: str, province: str | None, holds: int) -> str | None:
    """The ``boundary_id`` of the district meant: of the province named, by name or else by the point."""
    if index is None:
        return None
    if province is not None and name:
        same = _district_names(districts_added()).get((province, name_key(name)), ())
        if len(same) == 1:
            return same[0]
    if holds < 0 or province not in (None, index.frame["adm1"].iloc[holds]):
        return None
    return str(index.frame["boundary_id"].iloc[holds])


@functools.lru_cache(maxsize=2)
def _district_names(_: tuple[str, ...]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Districts by province and name."""
    index = districts()
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    if index is not None:
        frame = index.frame
        for unit, province, name in zip(frame["boundary_id"], frame["adm1"], frame["name"], strict=True):
            key = (str(province), name_key(name))
            found[key] = (*found.get(key, ()), str(unit))
    return found


def _district(at: tuple[float, float], named: str | None, holds: str | None) -> Locus:
    if named is None or named == holds:
        return Locus("disc", *at, radius_m=DISTRICT_M, within=holds, stated=named is not None)
    province = provinces().flat[provinces().row(named)]
    near = shapely.dwithin(province, flatten(shapely.Point(at)), CONTRADICTION_M)
    return Locus("disc", *at, radius_m=DISTRICT_M, within=named if near else None, stated=bool(near))


def _radii(events: pd.DataFrame, where: Where) -> Floats:
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


def _resolved(events: pd.DataFrame, column: str, resolve: Callable[[object], str | None]) -> list[str | None]:
    """Codes that the texts of a column name; each different text is read once."""
    if column not in events.columns:
        return [None] * len(events)
    texts = events[column].astype("object")
    codes = {text: resolve(text) for text in set(texts[texts.notna()])}
    return [codes.get(text) if isinstance(text, str) else None for text in texts]


def _stretches(events: pd.DataFrame, row: int) -> Stretches:
    """Chainages of the stretch that a border event names, from the column meant for it or from words."""
    listed, place, summary = (_text(events, column, row) for column in ("border_units", "place", "summary"))
    units = [code for code in map(province_code, listed.split(";")) if code]
    for words, whole in ((place, True), (summary, False)):
        if not units:
            span = named_span(words)
            if span is not None:
                return (span,)
            # A summary tells what happened elsewhere too; only its "from X to Y" states an extent.
            units = named_units(words) if whole else []
    return stretches_along(tuple(sorted(set(units))))


def _text(events: pd.DataFrame, column: str, row: int) -> str:
    value = events[column].iloc[row] if column in events.columns else None
    return value if isinstance(value, str) else ""
