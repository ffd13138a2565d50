"""How loci divide among what events are counted by: levels, stretches of a border, areas."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.border.border import Border
from geo.border.durand import border_or_durand, durand_line, unit_chainages
from geo.border.nearest_stretch import nearest_stretches
from geo.boundaries.layers import read_units
from geo.boundaries.units import districts, districts_added, provinces
from geo.errors import BoundaryError, CrsError, SchemaError
from geo.locus.areas import AreaUnits, unit_names
from geo.locus.border_sides import border_shares, locus_points, side_names
from geo.locus.boxes import may_meet
from geo.locus.parts import Parts
from geo.locus.record import Loci, Locus
from geo.locus.shares import OUTSIDE, level_parts
from geo.places.radii import NEAR_LINE_KM
from geo.types import EPSG, GEOD, POSSIBLE_SHARE, REGION, Bools, Bounds, Floats

__all__ = ["CountBy", "UnitParts", "are_stretches", "box_of", "near_line", "unit_parts"]

CountBy = Literal["all", "adm0", "adm1", "adm2", "side", "sector"]
"""All together, countries, provinces, districts, sides of the line, or its stretches by the provinces that
meet."""

ASIDE_M: Final = 1000.0
"""Farther than this from where its km says, an end of a stretch is one of another border."""

LONGER_KM: Final = 1e-3

AT_ONCE: Final = 200
"""Loci whose points are located in one call."""

COUNTRY_NAMES: Final = {"AF": "Afghanistan", "PK": "Pakistan"}


@dataclass(frozen=True)
class UnitParts:
    """Shares of loci by unit.

    Attributes
    ----------
    units, names
        Codes and names; the last of each is what lies in none.
    parts
        The shares; ``unit`` is a number in `units`.
    shapes
        Makes the geometry of the units, in the order of `units`; None for sides and all, which have none.
    whole
        Whether units without an event belong in a table of counts too.
    lengths
        Finds how many kilometres of the line each unit is along, in the order of `units`; None where that is
        not known.
    """

    units: list[str]
    names: list[str]
    parts: Parts
    shapes: Callable[[], gpd.GeoSeries] | None
    whole: bool
    lengths: Callable[[], Floats] | None = None

    def with_shapes(self, table: pd.DataFrame) -> gpd.GeoDataFrame:
        """A table with a column ``unit``, and the geometry of each; none of what lies in none.

        Raises
        ------
        SchemaError
            If the units have no geometry.
        """
        if self.shapes is None:
            raise SchemaError(
                f"{' and '.join(self.units[:-1])} have no geometry; count by adm0, whose units "
                "are the two countries"
            )
        shapes = dict(zip(self.units, self.shapes(), strict=False))
        return gpd.GeoDataFrame(table, geometry=[shapes.get(unit) for unit in table["unit"]], crs="EPSG:4326")


def unit_parts(
    found: Sequence[Locus | None], by: CountBy | gpd.GeoDataFrame, *, border: Border | None = None
) -> UnitParts:
    """Divide loci among units.

    Parameters
    ----------
    found
        Loci, None where an event has none.
    by
        A level; or a GeoDataFrame of areas that do not overlap, or of stretches of a border as
        :meth:`geo.Border.sectors` gives them.
    border
        The border that stretches and sides are of; the Durand Line if not given.

    Raises
    ------
    SchemaError
        If `by` is neither.
    BoundaryError
        If districts are asked for and none have been added.
    """
    loci = Loci.of(found)
    border_or_durand(border)
    if isinstance(by, gpd.GeoDataFrame):
        return _by_stretch(loci, by, border) if are_stretches(by) else _by_area(loci, by)
    if not isinstance(by, str) or by not in get_args(CountBy):
        raise SchemaError(
            f"by is one of {', '.join(get_args(CountBy))}, or a GeoDataFrame of areas or of stretches of a "
            f"border, not {by if isinstance(by, str) else type(by).__name__!r}"
        )
    if by == "all":
        each = np.arange(len(found), dtype=np.intp)
        whole = Parts(each, np.zeros(len(found), dtype=np.intp), np.ones(len(found)))
        return UnitParts(["all", OUTSIDE], ["all", OUTSIDE], whole, None, whole=True)
    if by == "sector":
        line = border_or_durand(border)
        return _by_stretch(loci, line.sectors(), line, whole=False)
    if by == "adm2" and not districts_added():
        raise BoundaryError(
            "no districts have been added, so there is nothing to count by; add a file with "
            "`durand boundaries add FILE --level 2 --country AF`, or see `durand boundaries fetch --help`"
        )
    if by == "side" and border is not None and border is not durand_line():
        return _by_side(loci, border)
    return _by_level(loci, by)


def are_stretches(by: gpd.GeoDataFrame) -> bool:
    """Whether a frame has stretches of a border, and not areas."""
    named = {"from_km", "to_km"} <= set(by.columns)
    return bool(named and len(by) and by.geom_type.eq("LineString").all())


def _by_side(loci: Loci, border: Border) -> UnitParts:
    """Sides of a border of the user's."""
    shares = border_shares(loci.different, border)
    shares[shares < POSSIBLE_SHARE] = 0
    shares /= shares.sum(axis=1, keepdims=True)
    at, unit = np.nonzero(shares)
    parts = Parts.of_loci(loci, np.bincount(at, minlength=len(shares)), unit, shares[at, unit])
    long = border.length_km
    names = side_names(border)
    return UnitParts(names, names, parts, None, whole=False, lengths=lambda: np.array([long, long]))


def _by_level(loci: Loci, level: str) -> UnitParts:
    shapes: Callable[[], gpd.GeoSeries] | None = None
    if level in ("adm0", "side"):
        units, names = list(COUNTRY_NAMES), list(COUNTRY_NAMES.values())
        if level == "adm0":

            def shapes() -> gpd.GeoSeries:
                frame = read_units(0).set_index("adm0")
                return frame.geometry.loc[list(COUNTRY_NAMES)].reset_index(drop=True)
    else:
        index = (districts() if level == "adm2" else None) or provinces()
        units, names = (list(map(str, index.texts(column))) for column in ("boundary_id", "name"))

        def shapes() -> gpd.GeoSeries:
            return index.frame.geometry

    units, names = [*units, OUTSIDE], [*names, OUTSIDE]
    number = {unit: n for n, unit in enumerate(units)}
    held = []
    for parts in level_parts(loci.different, level):
        if len(parts) == 1:
            held.append([(number[next(iter(parts))], 1.0)])
            continue
        # What is left out of an event as too small is spread over the rest of it.
        kept = {unit: share for unit, share in parts.items() if share >= POSSIBLE_SHARE}
        whole = sum(kept.values())
        held.append([(number[unit], share / whole) for unit, share in kept.items()])
    lengths = None if level == "adm2" else functools.partial(_line_lengths, units[:-1])
    return UnitParts(units, names, Parts.of_rows(loci, held), shapes, whole=False, lengths=lengths)


def _line_lengths(codes: Sequence[str]) -> Floats:
    """Kilometres of the Durand Line at full detail along which each country or province runs."""
    along = unit_chainages()
    whole = durand_line().length_km
    return np.array(
        [
            whole if code in COUNTRY_NAMES else sum(last - first for first, last in along.get(code, ()))
            for code in codes
        ]
    )


def _by_area(loci: Loci, frame: gpd.GeoDataFrame) -> UnitParts:
    areas = AreaUnits(frame)
    named = [str(name) for name in frame["name"]] if "name" in frame.columns else areas.units
    return UnitParts(
        [*areas.units, OUTSIDE],
        [*named, OUTSIDE],
        areas.parts(loci),
        lambda: areas.frame.geometry,
        whole=True,
    )


def _by_stretch(
    loci: Loci, sectors: gpd.GeoDataFrame, border: Border | None, *, whole: bool = True
) -> UnitParts:
    border = border_or_durand(border)
    sectors = sectors.sort_values("from_km", ignore_index=True)
    starts, ends = (sectors[name].to_numpy(np.float64) for name in ("from_km", "to_km"))
    if (starts[1:] < ends[:-1] - 1e-6).any() or (ends <= starts).any():
        raise SchemaError("stretches of a border need from_km below to_km, and share no part of the line")
    _check_course(sectors, starts, ends, border)
    shares = _stretch_shares(loci.different, starts, ends, border)
    at, unit = np.nonzero(shares)
    parts = Parts.of_loci(loci, np.bincount(at, minlength=len(shares)), unit, shares[at, unit])
    names = [str(name) for name in sectors["sector"]] if "sector" in sectors.columns else unit_names(sectors)
    return UnitParts(
        [*unit_names(sectors), OUTSIDE],
        [*names, OUTSIDE],
        parts,
        lambda: sectors.geometry,
        whole=whole,
        lengths=lambda: ends - starts,
    )


def _check_course(sectors: gpd.GeoDataFrame, starts: Floats, ends: Floats, border: Border) -> None:
    """Refuse stretches of another border than the one asked about, whose km mean other places."""
    if sectors.crs is None:
        raise CrsError("the stretches have no CRS; set it, for degrees with stretches.set_crs('EPSG:4326')")
    shapes = sectors.geometry.to_crs(EPSG).to_numpy()
    long = border.length_km
    beyond = (starts < -1e-6) | (ends > long + LONGER_KM)
    away = np.full(len(sectors), np.inf)
    for km, place in ((starts, 0), (ends, -1)):
        at = border.point_at(np.clip(km, 0, long))
        own = shapely.get_point(shapes, place)
        _, _, far = GEOD.inv(at.x, at.y, shapely.get_x(own), shapely.get_y(own))
        away = np.fmax(np.where(np.isinf(away), 0, away), far)
    wrong = np.flatnonzero(beyond | (away > ASIDE_M))
    if len(wrong):
        n = int(wrong[0])
        raise SchemaError(
            f"{len(wrong)} of {len(sectors)} stretches are not of this border ({border!r}): "
            f"{unit_names(sectors)[n]!r} lies {away[n] / 1000:,.0f} km from its km {starts[n]:g} to "
            f"{ends[n]:g}; say with border= whose they are"
        )


def _stretch_shares(loci: Sequence[Locus], starts: Floats, ends: Floats, border: Border) -> Floats:
    """For each locus the part nearest to each stretch and within NEAR_LINE_KM of it, and the rest."""
    held = np.zeros((len(loci), len(starts) + 1))
    near = near_line(loci, border, NEAR_LINE_KM)
    sampled = []
    for n, one in enumerate(loci):
        if one.kind == "strip" and border is durand_line():
            for low, high in one.stretches:
                held[n, :-1] += np.clip(np.minimum(ends, high) - np.maximum(starts, low), 0, None)
            held[n] /= sum(high - low for low, high in one.stretches)
        elif near[n]:
            sampled.append(n)
    for first in range(0, len(sampled), AT_ONCE):
        lon, lat, owner = locus_points([loci[n] for n in sampled[first : first + AT_ONCE]])
        owner = np.asarray(sampled[first : first + AT_ONCE])[owner]
        place = nearest_stretches(border, lon, lat, starts, ends, within_m=NEAR_LINE_KM * 1000)
        inside = place >= 0
        points = np.bincount(owner, minlength=len(loci))
        np.add.at(held, (owner[inside], place[inside]), 1 / points[owner[inside]])
    held[held < POSSIBLE_SHARE] = 0
    rest = 1 - held[:, :-1].sum(axis=1)
    held[:, -1] = np.where(rest >= POSSIBLE_SHARE, rest, 0)
    return np.asarray(held / held.sum(axis=1, keepdims=True))


def box_of(by: CountBy | gpd.GeoDataFrame, border: Border | None) -> Bounds | None:
    """A box that holds all units; None where that is not known, or nothing lies outside."""
    if isinstance(by, str) and by == "sector":
        return _line_box(border_or_durand(border), NEAR_LINE_KM)
    if isinstance(by, str):
        return REGION if by in ("adm0", "adm1", "adm2") or (by == "side" and border is None) else None
    if isinstance(by, gpd.GeoDataFrame) and len(by) and by.active_geometry_name and by.crs is not None:
        if are_stretches(by):
            return _line_box(border_or_durand(border), NEAR_LINE_KM)
        west, south, east, north = by.to_crs(EPSG).total_bounds.tolist()
        return (west, south, east, north) if west <= east else None
    return None


def near_line(loci: Sequence[Locus], border: Border, within_km: float) -> Bools:
    """Whether each locus can reach the ground so near to a border, told of discs without sampling them."""
    near = may_meet(_line_box(border, within_km), loci)
    discs = [n for n in np.flatnonzero(near).tolist() if loci[n].kind == "disc"]
    at = np.array(discs, dtype=np.intp)
    if len(at):
        lon, lat, radius = np.array([(loci[n].lon, loci[n].lat, loci[n].radius_m) for n in discs]).T
        near[at] = border.locate(lon, lat)["distance_m"].to_numpy() <= radius + within_km * 1000
    return near


def _line_box(border: Border, within_km: float) -> Bounds:
    """A box that holds all ground so near to a border."""
    west, south, east, north = shapely.bounds(border.geometry).tolist()
    wide = within_km / 110
    high = wide / max(math.cos(math.radians(min(max(abs(south), abs(north)) + wide, 89))), 0.01)
    return (west - high, south - wide, east + high, north + wide)
