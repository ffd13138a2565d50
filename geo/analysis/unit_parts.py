"""How loci divide among what events are counted by: levels, stretches of a border, areas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.border.border import Border
from geo.border.durand import durand_line
from geo.boundaries.layers import read_units
from geo.boundaries.units import districts, districts_added, provinces
from geo.errors import BoundaryError, SchemaError
from geo.locus.areas import AreaUnits, Parts, unit_names
from geo.locus.radii import NEAR_LINE_KM
from geo.locus.record import Locus
from geo.locus.samples import samples
from geo.locus.shares import OUTSIDE, POSSIBLE_SHARE, can_meet, shares_of
from geo.types import Bools, Floats

__all__ = ["CountBy", "UnitParts", "near_line", "unit_parts"]

CountBy = Literal["all", "adm0", "adm1", "adm2", "side", "sector"]
"""All together, countries, provinces, districts, sides of the line, or its stretches by the provinces that
meet."""

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
    """

    units: list[str]
    names: list[str]
    parts: Parts
    shapes: Callable[[], gpd.GeoSeries] | None
    whole: bool

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
        The border that stretches are of; the Durand Line if not given.

    Raises
    ------
    SchemaError
        If `by` is neither.
    BoundaryError
        If districts are asked for and none have been added.
    """
    if isinstance(by, gpd.GeoDataFrame):
        stretches = (
            {"from_km", "to_km"} <= set(by.columns) and by.geom_type.eq("LineString").all() and len(by)
        )
        return _by_stretch(found, by, border) if stretches else _by_area(found, by)
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
        return _by_stretch(found, durand_line().sectors(), None, whole=False)
    if by == "adm2" and not districts_added():
        raise BoundaryError(
            "no districts have been added, so there is nothing to count by; add a file with "
            "`durand boundaries add FILE --level 2 --country AF`, or see `durand boundaries fetch --help`"
        )
    return _by_level(found, by)


def _by_level(found: Sequence[Locus | None], level: str) -> UnitParts:
    table = shares_of(found)
    table = table[(table["level"] == level) & (table["share"] >= POSSIBLE_SHARE)]
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
    row = table["row"].to_numpy(np.intp)
    share = table["share"].to_numpy(np.float64)
    # What was left out of an event as too small is spread over the rest of it.
    share = share / np.bincount(row, weights=share, minlength=len(found))[row]
    unit = table["unit"].map(number).to_numpy(np.intp)
    return UnitParts(units, names, Parts(row, unit, share), shapes, whole=False)


def _by_area(found: Sequence[Locus | None], frame: gpd.GeoDataFrame) -> UnitParts:
    areas = AreaUnits(frame)
    named = [str(name) for name in frame["name"]] if "name" in frame.columns else areas.units
    return UnitParts(
        [*areas.units, OUTSIDE],
        [*named, OUTSIDE],
        areas.parts(found),
        lambda: areas.frame.geometry,
        whole=True,
    )


def _by_stretch(
    found: Sequence[Locus | None], sectors: gpd.GeoDataFrame, border: Border | None, *, whole: bool = True
) -> UnitParts:
    border = durand_line() if border is None else border
    sectors = sectors.sort_values("from_km", ignore_index=True)
    starts, ends = (sectors[name].to_numpy(np.float64) for name in ("from_km", "to_km"))
    if (starts[1:] < ends[:-1] - 1e-6).any() or (ends <= starts).any():
        raise SchemaError("stretches of a border need from_km below to_km, and share no part of the line")
    number = {one: n for n, one in enumerate(dict.fromkeys(one for one in found if one is not None))}
    held = np.vstack([_stretch_shares(list(number), starts, ends, border), np.zeros((0, len(sectors) + 1))])
    rows = np.array([row for row, one in enumerate(found) if one is not None], dtype=np.intp)
    shares = held[[number[one] for one in found if one is not None]]
    at, unit = np.nonzero(shares)
    names = [str(name) for name in sectors["sector"]] if "sector" in sectors.columns else unit_names(sectors)
    return UnitParts(
        [*unit_names(sectors), OUTSIDE],
        [*names, OUTSIDE],
        Parts(rows[at], unit.astype(np.intp), shares[at, unit]),
        lambda: sectors.geometry,
        whole=whole,
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
        some = sampled[first : first + AT_ONCE]
        points = [samples(loci[n]) for n in some]
        at = border.locate(
            np.concatenate([lon for lon, _ in points]), np.concatenate([lat for _, lat in points])
        )
        owner = np.repeat(np.array(some), [len(lon) for lon, _ in points])
        km = at["line_km"].to_numpy()
        place = np.clip(np.searchsorted(starts, km, side="right") - 1, 0, len(starts) - 1)
        inside = (
            (at["distance_m"].to_numpy() <= NEAR_LINE_KM * 1000) & (km >= starts[place]) & (km <= ends[place])
        )
        np.add.at(held, (owner[inside], place[inside]), 1.0)
        held[some] /= np.array([[len(lon)] for lon, _ in points])
    held[held < POSSIBLE_SHARE] = 0
    rest = 1 - held[:, :-1].sum(axis=1)
    held[:, -1] = np.where(rest >= POSSIBLE_SHARE, rest, 0)
    return np.asarray(held / held.sum(axis=1, keepdims=True))


def near_line(loci: Sequence[Locus], border: Border, within_km: float) -> Bools:
    """Whether each locus can reach the ground so near to a border, told of discs without sampling them."""
    near = np.ones(len(loci), dtype=bool)
    at = np.array([n for n, one in enumerate(loci) if one.kind == "disc"], dtype=np.intp)
    if len(at):
        lon, lat, reach = (
            np.array([getattr(loci[n], name) for n in at]) for name in ("lon", "lat", "radius_m")
        )
        reach = reach + within_km * 1000
        near[at] = can_meet(tuple(shapely.bounds(border.geometry)), lon, lat, reach)
        close = near[at]
        away = border.locate(lon[close], lat[close])["distance_m"].to_numpy()
        near[at[close]] = away <= reach[close]
    return near
