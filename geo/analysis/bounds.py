"""How sure answers about places are: the part of a locus that bears them out, and between what they lie."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.border.crossings import known_crossings
from geo.border.durand import durand_line
from geo.boundaries.units import (
    UnitIndex,
    districts,
    districts_added,
    flatten,
    kept_with_provinces,
    provinces,
)
from geo.engine.query import PointQuery, run_query
from geo.events.points import Where
from geo.locus.boxes import may_meet
from geo.locus.line_error import may_lie_beyond
from geo.locus.record import Loci, Locus
from geo.locus.resolve import loci_of
from geo.locus.samples import samples, samples_of_discs, sunflower
from geo.locus.shapes import draw
from geo.locus.shares import level_parts
from geo.places.radii import SITE_M, STRIP_M
from geo.types import REGION, Bools, Floats, Indices

__all__ = ["BOUNDS", "bound_columns"]

BOUNDS: Final = (
    "adm1_share",
    "adm2_share",
    "border_km_min",
    "border_km_max",
    "crossing_km_min",
    "crossing_km_max",
    "locus_m",
)
"""Columns, those of districts where there are any."""

POINTS: Final = 64
"""Of a disc, and as many of its rim."""

POINTS_AREA: Final = 1000

CELL: Final = 0.01
"""Degrees; a site reaches no farther than into the next cell."""

EDGE_STEP: Final = CELL / 4
ONE_BY_ONE: Final = 2_000
"""So many sites are looked at without a table of the cells that edges run through."""

AT_ONCE: Final = 16_000
"""Points looked up in one call; for so few no table is built that takes seconds."""


def bound_columns(
    points: pd.DataFrame, where: Where, located: Mapping[str, Any], *, loci: Loci | None = None
) -> dict[str, Floats]:
    """The columns of BOUNDS for what :func:`geo.analysis.locate.located_columns` found.

    Parameters
    ----------
    points, where
        The events and their points.
    located
        What was found of them.
    loci
        Of each row, where they are known already.
    """
    names = [name for name in BOUNDS if name != "adm2_share" or "adm2" in located]
    found = {name: np.full(len(where.lon), np.nan) for name in names}
    units = {"adm1": provinces(), **({"adm2": index} if (index := districts()) is not None else {})}
    codes = {name: _rows_of(located[name], index, name) for name, index in units.items()}
    is_site = np.full(len(where.lon), where.bare) if where.bare else where.precision == "site"
    sites = np.flatnonzero(is_site & where.known)
    _of_sites(found, where, located, codes, units, sites)
    if not where.bare:
        _with_line_error(found["adm1_share"], loci_of(points, where, is_site), codes["adm1"], sites)
        every = loci_of(points, where, ~is_site) if loci is None else loci
        _of_loci(found, every, located, codes, units, np.flatnonzero(~is_site & (every.number >= 0)))
    return found


def _rows_of(values: Any, index: UnitIndex, level: str) -> Indices:
    """Number of the unit of each code, -1 for none."""
    known = index.texts(_key(level))
    return np.asarray(pd.Index(known).get_indexer(pd.Index(values)), dtype=np.intp)


def _pairs(locus: Indices, unit: Indices) -> tuple[Indices, Indices]:
    """The different pairs of a locus and a unit, by their numbers, and which of them each row is of."""
    pair, back = np.unique(np.column_stack((locus, unit)), axis=0, return_inverse=True)
    return pair, back.ravel()


def _key(level: str) -> str:
    """The column by which units of a level are told."""
    return "iso3166_2" if level == "adm1" else "boundary_id"


# ---------------------------------------------------------------- sites


def _of_sites(
    found: dict[str, Floats],
    where: Where,
    located: Mapping[str, Any],
    codes: dict[str, Indices],
    units: dict[str, UnitIndex],
    rows: Indices,
) -> None:
    """Sites are discs about their points, so small that the distance changes by no more than their radius."""
    found["locus_m"][rows] = SITE_M
    border, crossing = (np.asarray(located[name])[rows] for name in ("border_km", "crossing_km"))
    found["border_km_min"][rows], found["border_km_max"][rows] = (
        border - SITE_M / 1000,
        border + SITE_M / 1000,
    )
    found["crossing_km_min"][rows] = np.maximum(crossing - SITE_M / 1000, 0)
    found["crossing_km_max"][rows] = crossing + SITE_M / 1000
    for level, index in units.items():
        held = rows[codes[level][rows] >= 0]
        share = found[f"{level}_share"]
        share[held] = 1.0
        lon, lat = where.lon[held], where.lat[held]
        doubt = held if len(held) <= ONE_BY_ONE else held[_near_edges(lon, lat, level)]
        share[doubt] = _parts_of_sites(where.lon[doubt], where.lat[doubt], codes[level][doubt], index)


def _with_line_error(share: Floats, loci: Loci, unit: Indices, rows: Indices) -> None:
    """The part of each site in its province where the error of the lines between provinces counts.

    Points of which nothing is known but the point are left as they are.
    """
    rows = rows[(unit[rows] >= 0) & (loci.number[rows] >= 0)]
    discs = np.array([one.kind == "disc" for one in loci.different], dtype=bool)
    rows = rows[discs[loci.number[rows]]] if len(rows) else rows
    if not len(rows):
        return
    pair, back = _pairs(loci.number[rows], unit[rows])
    held = [loci.different[n] for n in pair[:, 0].tolist()]
    near = may_lie_beyond(np.array([one.lon for one in held]), np.array([one.lat for one in held]), SITE_M)
    names = provinces().texts(_key("adm1"))
    new = np.full(len(pair), np.nan)
    parts = level_parts([held[n] for n in np.flatnonzero(near).tolist()], "adm1")
    for n, found in zip(np.flatnonzero(near).tolist(), parts, strict=True):
        new[n] = found.get(str(names[pair[n, 1]]), 0.0)
    told = new[back]
    share[rows] = np.where(np.isnan(told), share[rows], told)


def _parts_of_sites(lon: Floats, lat: Floats, unit: Indices, index: UnitIndex) -> Floats:
    """Part of each site in its unit, by points of it."""
    share = np.empty(len(lon))
    step = AT_ONCE // POINTS
    for first in range(0, len(lon), step):
        part = slice(first, first + step)
        x, y = sunflower(lon[part], lat[part], np.full(len(lon[part]), SITE_M), POINTS)
        held = index.find(x.ravel(), y.ravel()).reshape(x.shape)
        share[part] = (held == unit[part][:, None]).mean(axis=1)
    return share


def _near_edges(lon: Floats, lat: Floats, level: str) -> Bools:
    """Whether an edge of units may run within a site's radius of each point."""
    cells = _edge_cells(level, districts_added())
    row, column = _cell(lat - REGION[1]), _cell(lon - REGION[0])
    return np.asarray(cells[row.clip(0, cells.shape[0] - 1), column.clip(0, cells.shape[1] - 1)])


def _cell(degrees: Floats) -> Indices:
    return np.floor(degrees / CELL).astype(np.intp)


@kept_with_provinces
@functools.lru_cache(maxsize=4)
def _edge_cells(level: str, _: tuple[str, ...]) -> Bools:
    """Cells of the region, rows from the south, that an edge of a unit runs through or beside."""
    index = provinces() if level == "adm1" else districts()
    west, south, east, north = REGION
    cells = np.zeros((round((north - south) / CELL), round((east - west) / CELL)), dtype=bool)
    if index is None:
        return cells
    xy = shapely.get_coordinates(shapely.segmentize(index.geometry, EDGE_STEP))
    row, column = _cell(xy[:, 1] - south), _cell(xy[:, 0] - west)
    for up in (-1, 0, 1):
        for right in (-1, 0, 1):
            inside = (row + up).clip(0, cells.shape[0] - 1), (column + right).clip(0, cells.shape[1] - 1)
            cells[inside] = True
    return cells


# ---------------------------------------------------------------- other loci


def _of_loci(
    found: dict[str, Floats],
    loci: Loci,
    located: Mapping[str, Any],
    codes: dict[str, Indices],
    units: dict[str, UnitIndex],
    rows: Indices,
) -> None:
    """Each different locus is measured once."""
    number = loci.number[rows]
    asked, place = np.unique(number, return_inverse=True)
    different = [loci.different[n] for n in asked.tolist()]
    found["locus_m"][rows] = np.array([_radius(one) for one in different])[place]
    # Of what lies in neither country nothing is said; what has no point of its own is told by its locus.
    told = np.asarray(pd.notna(pd.Index(located["adm0"])))[rows]
    told |= np.array([one.kind == "strip" for one in different], dtype=bool)[place]
    rows, place = rows[told], place[told]
    for level, index in units.items():
        unit = codes[level][rows]
        held = np.flatnonzero(unit >= 0)
        pair, back = _pairs(place[held], unit[held])
        parts = level_parts(different, level)
        names = index.texts(_key(level))
        share = [parts[n].get(str(names[code]), 0.0) for n, code in pair.tolist()]
        found[f"{level}_share"][rows[held]] = np.array(share)[back]
    near = may_meet(REGION, different)
    needed = np.zeros(len(different), dtype=bool)
    needed[place] = True
    ends = _ends(different, np.flatnonzero(near & needed))
    border, crossing = (np.asarray(located[name])[rows] for name in ("border_km", "crossing_km"))
    low, high, least, most = ends[:, place]
    # The stored point counts where it says anything.
    found["border_km_min"][rows], found["border_km_max"][rows] = np.fmin(low, border), np.fmax(high, border)
    about = np.array([one.radius_m if one.kind == "disc" else math.nan for one in different])[place]
    nearest = np.maximum(crossing - about / 1000, 0)
    found["crossing_km_min"][rows] = np.where(np.isnan(nearest), least, nearest)
    found["crossing_km_max"][rows] = np.fmax(most, crossing)


def _radius(locus: Locus) -> float:
    """Of a disc; of any other locus that of the disc of its area."""
    return locus.radius_m if locus.kind == "disc" else _radius_of_area(locus, districts_added())


@kept_with_provinces
@functools.lru_cache(maxsize=4096)
def _radius_of_area(locus: Locus, _: tuple[str, ...]) -> float:
    return math.sqrt(float(shapely.area(flatten(draw(locus)))) / math.pi)


def _ends(loci: list[Locus], asked: Indices) -> Floats:
    """Least and greatest distance from the line, signed, and from a crossing, of some loci, in km."""
    ends = np.full((4, len(loci)), np.nan)
    ends[0::2], ends[1::2] = np.inf, -np.inf
    discs = np.array([n for n in asked.tolist() if loci[n].kind == "disc"], dtype=np.intp)
    for first in range(0, len(discs), AT_ONCE):
        some = discs[first : first + AT_ONCE]
        lon, lat, owner = samples_of_discs([loci[n] for n in some.tolist()], POINTS, rim=POINTS)
        _widen(ends, lon, lat, some[owner])
    for n in asked.tolist():
        if loci[n].kind != "disc":
            ends[:, n] = _ends_of_area(loci[n], districts_added())
    ends[np.isinf(ends)] = np.nan
    return ends


@kept_with_provinces
@functools.lru_cache(maxsize=4096)
def _ends_of_area(locus: Locus, _: tuple[str, ...]) -> Floats:
    ends = np.array([[np.inf], [-np.inf], [np.inf], [-np.inf]])
    lon, lat = samples(locus)
    edge = shapely.get_coordinates(shapely.boundary(draw(locus)))
    some, other = (max(len(one) // POINTS_AREA, 1) for one in (lon, edge))
    x, y = np.append(lon[::some], edge[::other, 0]), np.append(lat[::some], edge[::other, 1])
    _widen(ends, x, y, np.zeros(len(x), dtype=np.intp))
    if locus.kind == "strip":
        ends[0], ends[1] = -STRIP_M / 1000, STRIP_M / 1000
    return np.asarray(ends[:, 0])


def _widen(ends: Floats, lon: Floats, lat: Floats, owner: Indices) -> None:
    """Take points of loci into their least and greatest distances; those in neither country don't count."""
    crossings = known_crossings()
    at = run_query(durand_line().prepared, lon, lat, PointQuery(crossings=crossings))
    inside = at.side >= 0
    for n, values in ((0, at.signed_m), (2, at.crossing_m)):
        np.minimum.at(ends[n], owner[inside], values[inside] / 1000)
        np.maximum.at(ends[n + 1], owner[inside], values[inside] / 1000)
