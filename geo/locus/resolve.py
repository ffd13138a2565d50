"""Where an event may have happened: its locus.

======== ===================================================================================================
site     disc of 0.5 km
town     disc of 2 km; 5 km in a place of more than 100,000 people, 10 km in one of more than a million (its
         coordinate is the centre, not the place hit)
near     disc of 25 km (UCDP GED codebook 26.0, where_prec 2; ACLED gives its own no distance)
district the district, where districts have been added (:func:`geo.add_boundaries`): the one of the province
         named that ``adm2_source`` names, or else the one that holds the point. Without outlines a disc that
         holds the whole district: as far about its middle as it reaches (:func:`geo.read_districts`), within
         its province. Where no name says which, the one to whose middle the point is nearest, of the province
         named or else of the one that holds the point; 25 km where none is
province the province that ``adm1_source`` names, or else ``place``, or else the one that holds the point; all
         of them where several are named ("Khost and Paktika"); the former F.A.T.A. where rows are coded on it
border   what lies within 10 km of a stretch of the line: along the provinces named in ``border_units`` (ISO
         3166-2 codes, separated by ``;``), or in the text of ``place``, or as "X to Y" in ``summary``; the
         whole line if none is named; of that, what a district named in ``adm2_source`` or ``place`` reaches
country  the country that ``country_source`` names, or else the one that holds the point
unknown  none
======== ===================================================================================================

The disc of a town or of near is cut to the province that ``adm1_source`` names, or else to the country of
``country_source``, if the point is at most 3 km outside it; if it is farther, the two contradict each
other and the whole disc counts. Any disc is cut to land. A radius of the user's (``radius_m``, metres) goes
before the words: such a row is near, with that radius. With ``trust="point"`` nothing is cut or chosen by
what the source states of province, district or country.

A frame without a column ``where_precision`` has bare points, each a ``site``; where the column is there, a
row that leaves it empty is ``unknown``, whatever the others say.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.border.durand import Stretches
from geo.border.spans import common_stretches, named_span, stretches_along, stretches_near
from geo.boundaries.layers import read_places
from geo.boundaries.units import UnitIndex, districts, districts_added, kept_with_provinces, provinces
from geo.errors import SchemaError
from geo.events.points import Where, own_radii
from geo.locus.boxes import can_meet
from geo.locus.district_reach import Reach, district_called, districts_at, districts_in_words
from geo.locus.record import Loci, Locus
from geo.locus.shapes import reaches
from geo.places.radii import CONTRADICTION_M, DISTRICT_M, LARGEST_TOWN_M, NEAR_M, SITE_M, TOWN_M
from geo.places.unit_names import (
    FORMER_AREAS,
    area_codes,
    country_code,
    name_key,
    named_units,
    province_code,
)
from geo.types import GEOD, REGION, Bools, Bounds, Floats, Indices

__all__ = ["Trust", "check_trust", "loci_of"]

Trust = Literal["stated", "point"]
"""Whether what the source states of province, district and country counts, or the point alone."""

Texts = dict[str, npt.NDArray[np.object_]]
"""Columns of what is told, by name."""

DISCS: Final = ("site", "town", "near", "district")
"""Precisions whose locus is about the point, if nothing more is told."""

_OF_POINTS: Final = ("town", "near", "district", "province", "country")

TOLD: Final = {
    "adm1_source": _OF_POINTS,
    "country_source": _OF_POINTS,
    "adm2_source": ("district", "border"),
    "place": ("province", "border"),
    "border_units": ("border",),
    "summary": ("border",),
}
"""Columns of what is told of a place, each with the precisions of the rows in which it is listened to."""


def loci_of(
    events: pd.DataFrame,
    where: Where,
    rows: Bools | None = None,
    *,
    level: int = 2,
    trust: Trust = "stated",
    about: Bounds | None = None,
) -> Loci:
    """The locus of each row, or of some: those of ``rows`` that are not asked for come back as None.

    Where all that is asked lies in the box ``about`` (west, south, east, north), rows whose locus reaches
    neither it nor the two countries may come back with the locus of another such row.
    """
    check_trust(trust)
    asked = np.ones(len(events), dtype=bool) if rows is None else rows
    told = [name for name in TOLD if name in events.columns]
    radius = own_radii(events)
    group, first = _alike(events[told], where, radius, asked, about)
    rows = pd.RangeIndex(len(first))
    some = pd.DataFrame({name: events[name].array[first] for name in told}, index=rows)
    if "radius_m" in events.columns:
        some["radius_m"] = radius[first]
    at = Where(where.lon[first], where.lat[first], where.known[first], where.precision[first])
    number = np.full(len(events), -1, dtype=np.intp)
    number[asked] = group
    return Loci(_loci_of_each(some, at, level, trust), number)


def _alike(
    told: pd.DataFrame, where: Where, radius: Floats, asked: Bools, about: Bounds | None
) -> tuple[Indices, Indices]:
    """Numbers of groups of the rows asked for, of one place and told of alike, and a row of each group.

    Texts that say nothing of the place of such a row don't set it apart, and nothing does those out of reach.
    """
    at = np.flatnonzero(asked)
    lon, lat = where.lon[at], where.lat[at]
    # What is far from both countries is a disc, whatever is told of it.
    widest = np.fmax(np.fmax(radius[at], NEAR_M), DISTRICT_M)
    far = np.isin(where.precision[at], DISCS) & where.known[at] & ~can_meet(REGION, lon, lat, widest)
    out = np.zeros(len(at), dtype=bool) if about is None else far & ~can_meet(about, lon, lat, widest)
    if not out.any():
        return _groups(told, where, radius, at, far)
    near = np.flatnonzero(~out)
    groups, first = _groups(told, where, radius, at[near], far[near])
    group = np.full(len(at), len(first), dtype=np.intp)
    group[near] = groups
    return group, np.append(first, at[int(np.argmax(out))])


def _groups(
    told: pd.DataFrame, where: Where, radius: Floats, at: Indices, far: Bools
) -> tuple[Indices, Indices]:
    """The same for the rows of those numbers."""
    precision, words = pd.factorize(where.precision[at])
    group = np.asarray(precision)
    for values in (where.lon[at], where.lat[at], radius[at]):
        group = _together(group, pd.factorize(values)[0])
    for name in told.columns:
        heard = np.flatnonzero(np.isin(words, TOLD[name])[precision] & ~far)
        if len(heard):
            codes = np.full(len(at), -1, dtype=np.intp)
            codes[heard] = pd.factorize(told[name].array[at[heard]])[0]
            group = _together(group, codes)
    _, first = np.unique(group, return_index=True)
    return group, at[first]


def _together(one: Indices, two: Indices) -> Indices:
    """Numbers, from 0 without gaps, of pairs of numbers from -1 up."""
    return np.asarray(pd.factorize(one * (int(two.max(initial=0)) + 2) + two + 1)[0], dtype=np.intp)


def check_trust(trust: Trust) -> None:
    """Refuse what is no word of whether the source's names count.

    Raises
    ------
    SchemaError
        With the two that are.
    """
    if not isinstance(trust, str) or trust not in get_args(Trust):
        raise SchemaError(f"trust is 'stated' or 'point', not {trust!r}")


def _loci_of_each(events: pd.DataFrame, where: Where, level: int, trust: Trust) -> list[Locus | None]:
    """Loci of rows; whatever names say of those far from both countries, they mean places elsewhere."""
    radius = _radii(events, where)
    is_town = where.precision == "town"
    widest = np.fmax(np.where(is_town, LARGEST_TOWN_M, radius), CONTRADICTION_M)
    far = np.isin(where.precision, DISCS) & where.known & ~can_meet(REGION, where.lon, where.lat, widest)
    found: list[Locus | None] = [None] * len(events)
    columns = (np.flatnonzero(far), where.lon[far], where.lat[far], radius[far])
    for row, lon, lat, metres in zip(*(one.tolist() for one in columns), strict=True):
        found[row] = Locus("disc", lon, lat, metres)
    near = np.flatnonzero(~far)
    some = Where(where.lon[near], where.lat[near], where.known[near], where.precision[near])
    for row, locus in zip(near.tolist(), _loci_near(events.iloc[near], some, level, trust), strict=True):
        found[row] = locus
    return found


def _loci_near(events: pd.DataFrame, where: Where, level: int, trust: Trust) -> list[Locus | None]:
    """Loci of rows that may have to do with the two countries."""
    found: list[Locus | None] = [None] * len(events)
    radius = _radii(events, where)
    towns = np.flatnonzero((where.precision == "town") & where.known)
    if len(towns):
        points, back = np.unique(
            np.column_stack((where.lon[towns], where.lat[towns])), axis=0, return_inverse=True
        )
        radius[towns] = _town_radii(points)[back.ravel()]
    holder = np.full(len(events), -1, dtype=np.intp)
    told = events if trust == "stated" else events[[]]
    named = _resolved(told, "adm1_source", province_code)
    country = _resolved(told, "country_source", country_code)
    said = np.array([one is not None or two is not None for one, two in zip(named, country, strict=True)])
    said = said.astype(bool)
    areal = np.isin(where.precision, ("district", "province", "country"))
    areal |= said & np.isin(where.precision, ("town", "near"))
    holder[areal] = provinces().find(where.lon[areal], where.lat[areal])
    codes = provinces().texts("iso3166_2")
    areas = _areas(told, where.precision == "province")
    index = districts() if level > 1 else None
    cell = np.full(len(events), -1, dtype=np.intp)
    if index is not None:
        cell[areal] = index.find(where.lon[areal], where.lat[areal])
    texts = {name: events[name].to_numpy(dtype=object) for name in TOLD if name in events.columns}
    columns = (where.precision, where.lon, where.lat, where.known, radius)
    unsettled: list[tuple[int, tuple[float, float], str, str | None, str | None]] = []
    for row, told_row in enumerate(zip(*(one.tolist() for one in columns), strict=True)):
        precision, lon, lat, known, metres = told_row
        at = (lon, lat)
        holds = str(codes[holder[row]]) if holder[row] >= 0 else None
        if precision == "border":
            found[row] = Locus("strip", stretches=_stretches(texts, row))
        elif areas[row]:
            found[row] = _of_areas(areas[row])
        elif precision == "province" and (named[row] or holds):
            found[row] = Locus("province", within=named[row] or holds, stated=named[row] is not None)
        elif precision == "country" and (country[row] or holds):
            found[row] = Locus("country", within=country[row] or (holds or "")[:2], stated=True)
        elif precision in ("site", "town", "near") and known:
            within = None if precision == "site" else _stated_area(at, named[row], country[row], holds)
            found[row] = Locus("disc", lon, lat, metres, within, stated=within is not None)
        elif precision == "district" and known:
            name = _text(texts, "adm2_source", row) if trust == "stated" else ""
            unit = _unit_named(index, name, named[row], int(cell[row]))
            if unit is not None:
                stated = named[row] is not None
                found[row] = Locus("district", *at, radius_m=DISTRICT_M, within=unit, stated=stated)
            else:
                unsettled.append((row, at, name, named[row], holds))
    for (row, *_), locus in zip(unsettled, _districts([one[1:] for one in unsettled]), strict=True):
        found[row] = locus
    return found


def _stated_area(
    at: tuple[float, float], named: str | None, country: str | None, holds: str | None
) -> str | None:
    """The province or country that the source names, if the point does not contradict it."""
    if named is not None and country in (None, named[:2]):
        return named if named == holds or _is_close(*at, named) else None
    if named is None and country is not None:
        return country if country == (holds or "")[:2] or _is_close(*at, country) else None
    return None


@kept_with_provinces
@functools.lru_cache(maxsize=65_536)
def _is_close(lon: float, lat: float, area: str) -> bool:
    """Whether a point lies no farther from a province or country than their lines are sure."""
    return reaches(Locus("disc", lon, lat, CONTRADICTION_M), area)


def _areas(events: pd.DataFrame, asked: npt.NDArray[np.bool_]) -> list[tuple[str, ...]]:
    """Codes of the provinces and former areas that each row known to those names, none for other rows."""
    found: list[tuple[str, ...]] = [()] * len(events)
    for column in ("adm1_source", "place"):
        if column not in events.columns:
            continue
        rows = [row for row in np.flatnonzero(asked).tolist() if not found[row]]
        each, texts = pd.factorize(events[column].array[rows])
        codes = [*(_area_codes(text) if isinstance(text, str) else () for text in texts), ()]
        for row, n in zip(rows, each.tolist(), strict=True):
            found[row] = codes[n]
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


def _districts(told: Sequence[tuple[tuple[float, float], str, str | None, str | None]]) -> list[Locus]:
    """Discs that hold the whole of districts without outlines.

    Parameters
    ----------
    told
        Of each the point, the name that the source gives, the province that it names and the one that holds
        the point.
    """
    found = [district_called(name, named) if name else None for _, name, named, _ in told]
    contradicted = [
        reach is None and named is not None and named != holds and not _is_close(*at, named)
        for reach, (at, _, named, holds) in zip(found, told, strict=True)
    ]
    codes = [
        holds if against else named or holds
        for against, (_, _, named, holds) in zip(contradicted, told, strict=True)
    ]
    open_ones = [n for n, reach in enumerate(found) if reach is None]
    nearest = districts_at([told[n][0] for n in open_ones], [codes[n] for n in open_ones])
    about: dict[int, Reach | None] = dict(zip(open_ones, nearest, strict=True))
    loci = []
    for n, (reach, (at, _, named, _)) in enumerate(zip(found, told, strict=True)):
        if reach is not None:
            loci.append(Locus("disc", reach.lon, reach.lat, reach.radius_m, reach.adm1, stated=True))
            continue
        held = about[n]
        radius = DISTRICT_M if held is None else max(held.radius_m, DISTRICT_M)
        if contradicted[n]:
            loci.append(Locus("disc", *at, radius_m=radius))
        else:
            stated = named is not None
            loci.append(Locus("disc", *at, radius_m=radius, within=codes[n], stated=stated))
    return loci


def _radii(events: pd.DataFrame, where: Where) -> Floats:
    """Radius of the disc of each row in metres, of a town that of a small one; 0 where the locus is none."""
    radius = np.zeros(len(events))
    radius[where.precision == "site"] = SITE_M
    radius[where.precision == "near"] = NEAR_M
    radius[where.precision == "district"] = DISTRICT_M
    if "radius_m" in events.columns:
        given = own_radii(events)
        radius = np.where(np.isnan(given), radius, given)
    radius[(where.precision == "town") & where.known] = TOWN_M[0][1]
    return radius


def _town_radii(at: Floats) -> Floats:
    """Radius of the largest place that reaches each point: one that lies within its own radius of it."""
    radius = np.full(len(at), TOWN_M[0][1])
    for lon, lat, reach in _large_places():
        # Only what is within a degree and a half can be within ten kilometres, at these latitudes.
        close = np.flatnonzero((np.abs(at[:, 1] - lat) < 0.2) & (np.abs(at[:, 0] - lon) < 1.5))
        if len(close):
            _, _, away = GEOD.inv(
                np.full(len(close), lon), np.full(len(close), lat), at[close, 0], at[close, 1]
            )
            radius[close[np.asarray(away) <= reach]] = reach
    return radius


@functools.cache
def _large_places() -> tuple[tuple[float, float, float], ...]:
    """Longitude, latitude and radius of the places that are no small towns, the largest radius last."""
    places = read_places()
    return tuple(
        (lon, lat, reach)
        for people, reach in TOWN_M[1:]
        for lon, lat in shapely.get_coordinates(places.geometry[places["population"] > people]).tolist()
    )


def _resolved(events: pd.DataFrame, column: str, resolve: Callable[[object], str | None]) -> list[str | None]:
    """Codes that the texts of a column name; each different text is read once."""
    if column not in events.columns:
        return [None] * len(events)
    each, texts = pd.factorize(events[column])
    codes = [*(resolve(text) if isinstance(text, str) else None for text in texts), None]
    return [codes[n] for n in each.tolist()]


def _stretches(texts: Texts, row: int) -> Stretches:
    """Chainages of the stretch that a border event names, from the column meant for it or from words."""
    listed, place, summary = (_text(texts, column, row) for column in ("border_units", "place", "summary"))
    units = [code for code in map(province_code, listed.split(";")) if code]
    for words, whole in ((place, True), (summary, False)):
        if not units:
            span = named_span(words)
            if span is not None:
                return (span,)
            # A summary tells what happened elsewhere too; only its "from X to Y" states an extent.
            units = named_units(words) if whole else []
    along = stretches_along(tuple(sorted(set(units))))
    reach = district_called(_text(texts, "adm2_source", row), None)
    for one in [reach] if reach is not None else districts_in_words(place):
        near = common_stretches(along, stretches_near(one.lon, one.lat, one.radius_m))
        if near and (not units or one.adm1 in units):
            return near
    return along


def _text(texts: Texts, column: str, row: int) -> str:
    value = texts[column][row] if column in texts else None
    return value if isinstance(value, str) else ""
