"""Where events lie: country, province, side of the line, distance from it, nearest crossing."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.analysis.bounds import bound_columns
from geo.analysis.locate_border import border_columns
from geo.arguments import checked
from geo.border.border import Border
from geo.border.crossings import known_crossings
from geo.border.durand import DurandLine, border_or_durand, durand_line
from geo.boundaries.units import UnitIndex, districts, former_areas, kept_with_provinces, provinces, texts_at
from geo.engine.query import PointQuery, run_query
from geo.engine.side_probability import side_probability
from geo.events.points import Where, own_radii, points_of
from geo.locus.district_reach import widest_reach_m
from geo.locus.record import Loci, Locus
from geo.locus.resolve import loci_of
from geo.locus.shares import prepare_sides, side_shares
from geo.places.radii import NEAR_M, SITE_M
from geo.places.unit_names import FORMER_AREAS, area_code, checked_areas
from geo.sources.given import Events, as_points
from geo.types import CERTAIN, REGION, Bools, Floats, Indices
from geo.vocab import SIDES

__all__ = ["answer_columns", "in_areas", "locate", "locate_frame", "located_columns", "own_names"]


POINT_MEANT: Final = ("site", "town", "near", "district")
"""Precisions whose stored point stands for the place; with the others it is arbitrary in a larger unit."""

COUNTRIES: Final = ("AF", "PK")

ALWAYS: Final = ("adm0", "adm1", "adm1_name", "side", "border_km", "line_km", "crossing", "crossing_km")
"""Columns of every answer; a frame that has them all has been asked about before."""


@checked
def locate(events: Events, *, border: Border | None = None, workers: int = 1) -> gpd.GeoDataFrame:
    """Add to each point where it lies, and no more than is known of it.

    Parameters
    ----------
    events
        Points in any CRS: a frame, what :func:`geo.read_events` gave, or a path. Columns used where they
        exist: ``where_precision``, ``dataset``, ``adm1_source``, ``country_source``. Without a column
        ``where_precision`` each point is a site, with a warning; a row that leaves it empty is ``unknown``.
    border
        A border of yours in place of the Durand Line. The columns are then: ``side`` (category of the names
        of its sides and ``uncertain``), ``side_share`` (float64: the part of the locus on that side, the
        line's error counted in), ``border_km``, ``line_km``, ``border_km_min``, ``border_km_max``; with
        layers of its own (:func:`geo.border_with_layers`) ``unit`` (str), ``crossing`` (str),
        ``crossing_km``. ``border_km`` is negative on the right of the line.
    workers
        Threads that share the work.

    Returns
    -------
    GeoDataFrame
        A copy with the same rows, index, order, CRS and columns, those of a file too that are not ours, and
        with these. Where a column of yours has one of their names, yours gets ``_source`` after it; what an
        earlier call added is replaced.

        - ``adm0`` (str): AF or PK; ``adm1`` (str): ISO 3166-2; ``adm1_name`` (str). A point on an edge that
          units share belongs to the one whose code comes first;
        - ``adm2``, ``adm2_name`` (str), where districts have been added (:func:`geo.add_boundaries`): the
          district that the source names, or that holds the point;
        - ``side`` (category): AF, PK, or ``uncertain`` where neither has a probability of 0.95 given the
          event's locus (:func:`geo.shares`; of its part in the two countries) and the line's accuracy
          (``geo.engine.side_probability``);
        - ``border_km`` (float64): geodesic distance to the Durand Line, negative on the Afghan side;
        - ``line_km`` (float64): chainage from the China tripoint of the nearest point of the line;
        - ``crossing`` (str), ``crossing_km`` (float64): nearest official crossing, geodesic distance.

        And how sure that is, by the event's locus (:func:`geo.loci`), all float64:

        - ``locus_m``: radius of the disc within which it happened, or that of a disc as large as its locus;
        - ``adm1_share``, ``adm2_share``: the part of the locus in that province or district (of a site by 64
          points, so good to 0.02), as :func:`geo.shares` has it; of points without a word about their
          precision without the error of lines between provinces;
        - ``border_km_min``, ``border_km_max``: between which ``border_km`` lies over the locus, the line
          taken as it is drawn; ``crossing_km_min``, ``crossing_km_max``: least and greatest distance from
          whichever crossing is nearest. They are given for a province, a country and a stretch too, whose
          ``border_km`` is missing. Found at 128 points of a disc and at up to 2,000 of another locus: good to
          a tenth of its radius.

        What is filled depends on how exactly the place is known:

        ============================ ============================================================
        site, town, near, district   all, for the stored point; ``side`` by the locus
        province                     ``adm0``, ``adm1``, ``adm1_name`` (as ``adm1_source`` says, else by the
                                     point), ``side``; the rest missing, as the point is arbitrary
        country                      ``adm0`` (as ``country_source`` says, else by the point), ``side``
        border                       ``side``, which is ``uncertain``
        unknown                      nothing
        in neither country           nothing: the line has no sides there
        missing or empty geometry    nothing but what the source's words say of a province or country
        ============================ ============================================================

    Raises
    ------
    CrsError
        If the frame has no CRS.
    SchemaError
        If a geometry is no point, a row is none that a file could have (:func:`geo.loci`), or `workers` is
        less than 1.

    Notes
    -----
    What :meth:`geo.Border.locate` says of many points and of compiled code holds here too.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([66.400, 71.57849], [31.006, 34.008]), crs=4326)
    >>> found = geo.locate(points)
    >>> found[["adm1", "side", "crossing"]].to_dict("list")
    {'adm1': ['AF-KAN', 'PK-KP'], 'side': ['AF', 'PK'], 'crossing': ['Chaman-Spin Boldak', 'Torkham']}
    >>> found["border_km"].round(1).tolist()
    [-6.3, 44.9]
    """
    line = border_or_durand(border)
    points = as_points(events, own=True)
    if isinstance(line, DurandLine):
        return locate_frame(points, workers=workers)
    found = border_columns(points, line, workers=workers)
    return _with_columns(points, found, ("side", "side_share", "border_km", "line_km"))


def locate_frame(points: gpd.GeoDataFrame, *, workers: int = 1) -> gpd.GeoDataFrame:
    """:func:`locate` of a frame of points, said or unsaid how exactly they are known: no warning."""
    found = answer_columns(points, points_of(points), workers=workers)
    return _with_columns(points, found, ALWAYS)


def _with_columns(points: gpd.GeoDataFrame, found: dict[str, Any], always: Sequence[str]) -> gpd.GeoDataFrame:
    located = points.rename(columns=own_names(points.columns, list(found), always))
    for name, values in found.items():
        located[name] = values
    return located


def answer_columns(points: pd.DataFrame, where: Where, *, workers: int = 1) -> dict[str, Any]:
    """The columns that :func:`locate` adds, those of how sure they are too.

    Parameters
    ----------
    points, where, workers
        As for :func:`located_columns`.
    """
    loci = None if where.bare else loci_of(points, where, where.precision != "site")
    found = located_columns(points, where, workers=workers, loci=loci)
    return found | bound_columns(points, where, found, loci=loci)


def own_names(columns: Iterable[str], added: Sequence[str], always: Sequence[str] = ALWAYS) -> dict[str, str]:
    """New names for the columns of a table that stand in the way of those that are added.

    None where the table has been asked about before: then they are replaced.
    """
    names = [str(name) for name in columns]
    if set(always) <= set(names):
        return {}
    taken = {*names, *added}
    renamed: dict[str, str] = {}
    for name in names:
        if name in added:
            new, number = f"{name}_source", 2
            while new in taken:
                new, number = f"{name}_source_{number}", number + 1
            renamed[name] = new
            taken.add(new)
    return renamed


def located_columns(
    points: pd.DataFrame, where: Where, *, workers: int = 1, loci: Sequence[Locus | None] | None = None
) -> dict[str, Any]:
    """The columns that :func:`locate` adds.

    Parameters
    ----------
    points
        The other columns of the events; a geometry is not looked at.
    where
        Their points.
    workers
        Threads that share the work.
    loci
        Of each row, where they are known already.
    """
    border, index, crossings = durand_line(), districts(), known_crossings()
    where = where.within(REGION)
    query = PointQuery(radius_m=SITE_M, units=provinces(), districts=index, crossings=crossings)
    at = run_query(border.prepared, where.lon, where.lat, query, workers=workers)
    unit, crossing = np.asarray(at.unit), np.asarray(at.crossing)
    in_country = np.append(np.where(provinces().texts("adm0") == "AF", 0, 1), -1).astype(np.int8)
    country = in_country.take(unit)
    side, border_km, line_km, crossing_km = (
        at.side,
        at.signed_m / 1000,
        at.along_m / 1000,
        at.crossing_m / 1000,
    )

    meant = unit >= 0
    if not where.bare:
        meant &= np.isin(where.precision, POINT_MEANT)
        # The others are points here, until their locus is looked at.
        point = np.flatnonzero(where.precision != "site")
        left = side_probability(at.signed_m[point], at.accuracy_m[point])
        side[point] = _side_codes(left)
    others = np.flatnonzero(~meant)
    unit[others], country[others], crossing[others], side[others] = -1, -1, -1, -1
    border_km[others], line_km[others], crossing_km[others] = np.nan, np.nan, np.nan

    # The locus counts where it is no disc about the point, or one that may reach over the line.
    reach_m = np.where(where.precision == "district", widest_reach_m(), NEAR_M)
    reach_m = np.fmax(reach_m, own_radii(points))
    reaching = at.distance_m < reach_m + border.reach_m
    wider = _wider(where, meant & reaching)
    held = _loci(points, where, wider, loci)
    prepare_sides(held[1])
    for row, locus in zip(*held, strict=True):
        if locus.kind == "province":
            unit[row] = provinces().row(str(locus.within))
        if locus.kind in ("province", "country"):
            country[row] = COUNTRIES.index(str(locus.within)[:2])
        near = at.distance_m[row] < locus.radius_m + border.reach_m
        side[row] = _side_codes(_left(locus, at.signed_m[[row]], at.accuracy_m[[row]], near=near))[0]

    located: dict[str, Any] = {}
    located["adm0"] = texts_at(np.array(COUNTRIES), country)
    located["adm1"] = texts_at(provinces().texts("iso3166_2"), unit)
    located["adm1_name"] = texts_at(provinces().texts("name"), unit)
    if index is not None:
        cell = np.asarray(at.district)
        cell[others] = -1
        located |= _district_columns(points, where, index, cell, meant, loci)
    located["side"] = pd.Categorical.from_codes(side, categories=list(SIDES))
    located["border_km"] = border_km
    located["line_km"] = line_km
    located["crossing"] = texts_at(crossings.names, crossing)
    located["crossing_km"] = crossing_km
    return located


def _wider(where: Where, reaching: Bools) -> Bools:
    """Rows whose locus counts and not the point alone."""
    if where.bare:
        return np.zeros(len(reaching), dtype=bool)
    return np.asarray(
        (where.precision != "site") & np.where(np.isin(where.precision, POINT_MEANT), reaching, True)
    )


def _district_columns(
    points: pd.DataFrame,
    where: Where,
    index: UnitIndex,
    cell: Indices,
    meant: Bools,
    loci: Sequence[Locus | None] | None,
) -> dict[str, Any]:
    """Code and name of the district that holds each point, or that the source names."""
    if not where.bare:
        by_name = meant & (where.precision == "district")
        cell[by_name] = -1
        for row, locus in zip(*_loci(points, where, by_name, loci), strict=True):
            if locus.kind == "district":
                cell[row] = index.row(str(locus.within))
    return {
        column: texts_at(index.texts(source), cell)
        for column, source in (("adm2", "boundary_id"), ("adm2_name", "name"))
    }


def _loci(
    points: pd.DataFrame, where: Where, rows: Bools, known: Sequence[Locus | None] | None
) -> tuple[list[int], list[Locus]]:
    """Rows that have a locus, of some, and it."""
    if not rows.any():
        return [], []
    every = loci_of(points, where, rows) if known is None else Loci.of(known)
    asked = np.flatnonzero(rows & (every.number >= 0))
    return asked.tolist(), [every.different[number] for number in every.number[asked].tolist()]


def _left(locus: Locus, signed_m: Floats, accuracy_m: Floats, *, near: bool) -> Floats:
    """Probability of the Pakistani side, given how the stored point lies to the line."""
    if locus.kind == "strip":
        return np.array([0.5])
    if locus.kind == "disc" and locus.within is not None and not locus.stated:
        # Such a disc is about the stored point and as sure of its side, which need not be asked again.
        return side_probability(signed_m, accuracy_m) if near else np.array([float(locus.within[:2] == "PK")])
    return np.array([_left_part(locus)])


@kept_with_provinces
@functools.lru_cache(maxsize=65_536)
def _left_part(locus: Locus) -> float:
    """Probability of the Pakistani side, of the part of the locus that lies in either country."""
    sides = side_shares(locus)
    afghan, pakistani = sides.get("AF", 0.0), sides.get("PK", 0.0)
    return pakistani / (afghan + pakistani) if afghan + pakistani else math.nan


def _side_codes(left: Floats) -> npt.NDArray[np.int8]:
    """Codes of SIDES from probabilities of the Pakistani side, -1 where that is missing."""
    codes = np.where(left >= CERTAIN, 1, np.where(1 - left >= CERTAIN, 0, 2))
    return np.where(np.isnan(left), -1, codes).astype(np.int8)


def in_areas(located: gpd.GeoDataFrame, names: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which rows are in the provinces or former areas that a user names.

    Parameters
    ----------
    located
        What :func:`geo.locate` gives; ``adm1_source`` is used if there.
    names
        As for :func:`geo.places.unit_names.checked_areas`.

    Raises
    ------
    SchemaError
        If a name means no province.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> from geo.analysis.locate import in_areas
    >>> points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([69.57, 71.57], [32.30, 34.01]), crs=4326)
    >>> in_areas(geo.locate(points), ["FATA"]).tolist(), in_areas(geo.locate(points), ["KPK"]).tolist()
    ([True, False], [True, True])
    """
    codes = checked_areas(names)
    present = [code for code in codes if code not in FORMER_AREAS]
    inside: npt.NDArray[np.bool_] = located["adm1"].isin(present).to_numpy(dtype=bool)
    points = located.geometry.to_crs("EPSG:4326")
    for code in codes:
        if code in FORMER_AREAS:
            index = former_areas()
            held = index.find(points.x.to_numpy(), points.y.to_numpy()) == index.row(code)
            held = held & located["adm1"].eq(FORMER_AREAS[code]).to_numpy(dtype=bool)
            inside = inside | held
            if "adm1_source" in located:
                said = {text: area_code(text) == code for text in located["adm1_source"].dropna().unique()}
                inside = inside | located["adm1_source"].map(said).eq(True).to_numpy(dtype=bool)
    return inside
