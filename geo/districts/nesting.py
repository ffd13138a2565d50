"""Units of a file matched to those above them: who holds each, and which ground of the country it gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, get_args

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.boundaries.units import flatten
from geo.districts.division import divide
from geo.districts.linework import inner_radius, polygons_of
from geo.districts.overlay import Overlay, decide_overlaps
from geo.districts.read import Drawn, left_out_rows
from geo.districts.report import to_degrees, to_metres
from geo.errors import BoundaryError
from geo.locus.shapes import clipped
from geo.places.unit_names import province_code
from geo.types import Indices

__all__ = ["NEST", "Matched", "Nest", "match_units"]

Areas = npt.NDArray[np.object_]

Nest = Literal["keep", "provinces"]
NEST: Final = get_args(Nest)

WIDEST_HOLE_KM: Final = 5.0
"""A gap inside the country with room for a circle of this radius is a unit that the file lacks."""

WIDEST_RIM_KM: Final = 15.0
"""The same on the rim of the country, where coasts differ by more: 13.3 km in the delta of the Indus between
Natural Earth's land and OpenStreetMap's districts."""

RIM_DETAIL: Final = 100
"""How many times finer than those widths a rim is drawn where they are measured."""

KM_PER_DEGREE: Final = 111.2
LEAST_INSIDE: Final = 0.25
"""A unit with less of its area in the country is a neighbour's; coastal units may reach far out to sea."""


@dataclass
class Matched:
    """Units matched to their parents. ``shapes`` holds stand-ins too; their ``unit`` is -1."""

    drawn: Drawn
    left_out: pd.DataFrame
    shapes: Areas
    unit: Indices
    parent: Indices
    share: npt.NDArray[np.float64]
    across_km2: float


def match_units(drawn: Drawn, parents: gpd.GeoDataFrame, nest: str, *, as_stated: bool) -> Matched:
    """Give each unit its parent, and each bit of the country's ground to a unit.

    Parameters
    ----------
    as_stated
        The parent that the file states goes before the one that holds most of a unit.
    """
    outlines = parents.geometry.to_numpy()
    country = shapely.coverage_union_all(outlines)
    drawn, left_out = _inside(drawn, country)
    decided = decide_overlaps(drawn.areas, widest_hole=WIDEST_HOLE_KM / KM_PER_DEGREE)
    overlay = Overlay(decided.areas, outlines)
    parent, share = overlay.largest_share()
    if as_stated:
        meant = [province_code(text) if text else None for text in drawn.stated]
        codes = pd.Index(parents["boundary_id"])
        parent, share = overlay.share_in(codes.get_indexer(pd.Index(meant, dtype=object)), parent, share)
    gone = np.flatnonzero(share == 0)
    if len(gone):
        rows = ", ".join(f"{drawn.rows[n]} ({drawn.names[n]})" for n in gone)
        raise BoundaryError(
            f"rows {rows} cover no ground that another row does not cover too; drop one of them"
        )
    blanks = _blanks(country, overlay.gaps(), outlines)
    held = (overlay.area >= 0) & (overlay.outline >= 0)
    other = held & (parent[overlay.area] != overlay.outline)
    kept = held if nest == "keep" else held & ~other
    claims = overlay.pieces(kept)
    shapes: list[shapely.Geometry] = []
    unit: list[int] = []
    holder: list[int] = []
    for region in _regions(parents, country, parent, nest):
        # Pieces of the overlay are noded already; what is drawn anew is not.
        noded = blanks.keys().isdisjoint(region.inside)
        free = overlay.besides(kept, np.array(region.inside)) if noded else None
        areas, numbers, holds = _claims_in(region, claims, parent, blanks)
        try:
            parts = divide(region.whole, areas, free)
        except BoundaryError as err:
            names = ", ".join(drawn.names[n] if n >= 0 else "ground without unit" for n in numbers)
            raise BoundaryError(f"{region.name}: {err} (claims: {names})") from err
        shapes.extend(parts)
        unit.extend(numbers)
        holder.extend(holds)
    result = np.empty(len(shapes), dtype=object)
    result[:] = shapes
    numbers_of = np.array(unit, dtype=np.intp)
    shares = np.where(numbers_of >= 0, share[numbers_of], np.nan)
    across = float(overlay.size_m2[other].sum() / 1e6)
    return Matched(drawn, left_out, result, numbers_of, np.array(holder, dtype=np.intp), shares, across)


class _Region(NamedTuple):
    """Ground whose outline stays: the country, or one of its parents."""

    whole: shapely.Geometry
    name: str
    members: Indices
    inside: list[int]


def _regions(
    parents: gpd.GeoDataFrame, country: shapely.Geometry, parent: Indices, nest: str
) -> list[_Region]:
    """What is divided by itself, with the units and the parents in it."""
    if nest == "keep":
        return [_Region(country, "the country", np.arange(len(parent)), list(range(len(parents))))]
    return [
        _Region(outline, str(parents["name"][n]), np.flatnonzero(parent == n), [n])
        for n, outline in enumerate(parents.geometry.to_numpy())
    ]


def _claims_in(
    region: _Region, claims: Areas, parent: Indices, blanks: dict[int, shapely.Geometry]
) -> tuple[list[shapely.Geometry], list[int], list[int]]:
    """The areas that share out a region, with the number of each one's unit (-1: none) and its parent."""
    areas, numbers = list(claims[region.members]), region.members.tolist()
    holds = parent[region.members].tolist()
    for outline in region.inside:
        if outline in blanks:
            areas.append(blanks[outline])
            numbers.append(-1)
            holds.append(outline)
    if not areas:
        # The file draws this ground as part of units of other parents, or not at all.
        return [region.whole], [-1], region.inside
    return areas, numbers, holds


def _inside(drawn: Drawn, country: shapely.Geometry) -> tuple[Drawn, pd.DataFrame]:
    """Units that lie in the country; those of a neighbour reach into it by slivers only."""
    whole = shapely.area(drawn.areas)
    part = _area_inside(drawn.areas, country)
    inside = part >= LEAST_INSIDE * whole
    if not inside.any():
        west, south, east, north = shapely.total_bounds(drawn.areas)
        hint = ""
        if 20 < west < east < 42 and 55 < south < north < 85:
            hint = "; longitude and latitude seem to be swapped"
        raise BoundaryError(
            f"nothing in the file lies in the country: it covers {west:.2f} to {east:.2f} E, "
            f"{south:.2f} to {north:.2f} N{hint}"
        )
    outside = np.flatnonzero(~inside)
    table = left_out_rows(
        (int(drawn.rows[n]), drawn.names[n], f"{part[n] / whole[n]:.0%} of it lies in the country")
        for n in outside
    )
    kept = np.flatnonzero(inside)
    remaining = Drawn(
        rows=drawn.rows[kept],
        names=[drawn.names[n] for n in kept],
        stated=[drawn.stated[n] for n in kept],
        areas=drawn.areas[kept],
        repaired=drawn.repaired,
        left_out=drawn.left_out,
    )
    parts = [frame for frame in (drawn.left_out, table) if len(frame)]
    return remaining, pd.concat(parts, ignore_index=True) if parts else drawn.left_out


def _area_inside(areas: Areas, country: shapely.Geometry) -> npt.NDArray[np.float64]:
    """Square degrees of each area that lie in the country."""
    shapely.prepare(country)
    part = np.where(shapely.contains_properly(country, areas), shapely.area(areas), 0.0)
    for number in np.flatnonzero((part == 0) & shapely.intersects(country, areas)):
        near = clipped(country, areas[number])
        part[number] = shapely.area(shapely.intersection(areas[number], near))
    return part


def _blanks(country: shapely.Geometry, parts: Areas, outlines: Areas) -> dict[int, shapely.Geometry]:
    """Ground that the file does not cover, too wide for an offset between two drawings, by outline."""
    smallest = np.pi * (WIDEST_HOLE_KM * 1000) ** 2
    parts = parts[shapely.area(flatten(parts)) >= smallest]
    rim = shapely.boundary(country)
    wide = []
    for part in parts:
        radius = (WIDEST_RIM_KM if shapely.dwithin(part, rim, 1e-9) else WIDEST_HOLE_KM) * 1000
        flat = shapely.transform(part, to_metres)
        # Every vertex of a rim costs an arc, and ours has some twenty thousand; its width needs far fewer.
        rough = shapely.simplify(flat, radius / RIM_DETAIL)
        if inner_radius(rough, radius / RIM_DETAIL) + radius / RIM_DETAIL < radius:
            continue
        core = shapely.buffer(rough, -radius)
        if not core.is_empty:
            # Twice as far back, so that corners are reached and strips along a line are not.
            grown = shapely.intersection(shapely.buffer(core, 2 * radius), flat)
            wide.append(shapely.transform(grown, to_degrees))
    if not wide:
        return {}
    blank = shapely.union_all(wide)
    cut = [polygons_of(shape) for shape in shapely.intersection(outlines, blank)]
    return {n: shape for n, shape in enumerate(cut) if shapely.area(flatten(shape)) > smallest / 4}
