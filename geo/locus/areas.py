"""Areas of the user's own, and how loci divide among them."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from geo.boundaries.units import STRETCH, flatten
from geo.errors import CrsError, SchemaError
from geo.locus.boxes import can_meet
from geo.locus.disc_parts import PiecedAreas, are_measurable, disc_parts
from geo.locus.parts import Parts
from geo.locus.record import Loci, Locus
from geo.locus.shapes import clipped, draw
from geo.locus.shares import OUTSIDE
from geo.types import EPSG, POSSIBLE_SHARE, REGION, AnyArray, Bools, Indices

__all__ = ["AreaUnits", "unit_names"]

AT_ONCE: Final = 1_000
"""Loci that are drawn and cut in one call."""

FINE_CORNERS: Final = 200
BEND: Final = 2e-4
"""Of the root of a locus' area: how far its edge is moved where it has many corners; 9 m on a disc of 25 km.
A share then differs by less than 1e-4."""

FEW_CORNERS: Final = 2_000
"""Areas of more are cut to the box of the other first."""

EDGE_DEGREES: Final = 0.05
"""Longest edge of an area; straight in the projection, it lies within a metre of its course in degrees."""


class AreaUnits:
    """Areas that do not overlap, prepared for loci.

    Attributes
    ----------
    frame
        The areas in EPSG:4326.
    units
        Their names, no two the same.
    """

    def __init__(self, units: gpd.GeoDataFrame) -> None:
        if not isinstance(units, gpd.GeoDataFrame) or units.active_geometry_name is None:
            raise SchemaError(f"units are a GeoDataFrame of areas, not a {type(units).__name__}")
        if units.crs is None:
            raise CrsError("the units have no CRS; set it, for degrees with units.set_crs('EPSG:4326')")
        self.frame = units.to_crs(EPSG)
        self.units = unit_names(self.frame)
        shapes = self.frame.geometry.to_numpy()
        areal = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
        if not areal.all():
            raise SchemaError(
                f"units are areas; {np.count_nonzero(~areal)} of {len(areal)} are of another kind or empty, "
                f"such as {self.units[int(np.flatnonzero(~areal)[0])]!r}"
            )
        # What meets edge to edge, as cells and bands do, overlaps nowhere; that is asked of all at once, of
        # the areas as they are given, since edges are cut below from whichever end each area has them.
        self._apart = bool(shapely.coverage_is_valid(shapes))
        # Mended first: cutting the edges of a ring that crosses itself loses what is beyond the crossing.
        shapes = _mended(shapes)
        # Edges are straight in degrees; long ones bend in the projection.
        self._valid: AnyArray = _mended(shapely.segmentize(shapes, EDGE_DEGREES))
        self._flat: AnyArray = np.asarray(flatten(self._valid))
        shapely.prepare(self._flat)
        self._area = shapely.area(self._flat)
        self._tree = shapely.STRtree(self._flat)
        self._refuse_overlaps()

    def _refuse_overlaps(self) -> None:
        if self._apart:
            return
        one, two = self._tree.query(self._flat, predicate="intersects")
        one, two = one[one < two], two[one < two]
        both = shapely.area(shapely.intersection(self._flat[one], self._flat[two]))
        bad = np.flatnonzero(both > POSSIBLE_SHARE * np.minimum(self._area[one], self._area[two]))
        if len(bad):
            first, second = self.units[one[bad[0]]], self.units[two[bad[0]]]
            raise SchemaError(
                f"{len(bad)} pairs of units overlap, as {first!r} and {second!r}, so that an event would "
                "be counted twice; cut them apart, or ask about each alone"
            )

    def parts(self, found: Sequence[Locus | None]) -> Parts:
        """Shares of loci by the area of each that lies in each unit."""
        loci = Loci.of(found)
        different = loci.different
        whole, near = self._of_discs(different)
        # Far from all: outside.
        held = [[(int(unit) if unit >= 0 else len(self.units), 1.0)] for unit in whole]
        asked = (whole < 0) & near
        seen = asked & are_measurable(different)
        self._see(different, np.flatnonzero(seen), held)
        drawn = np.flatnonzero(asked & ~seen)
        for first in range(0, len(drawn), AT_ONCE):
            some = drawn[first : first + AT_ONCE].tolist()
            for n, parts in zip(some, self._measured([different[n] for n in some]), strict=True):
                held[n] = parts
        return Parts.of_rows(loci, held)

    def _see(self, loci: Sequence[Locus], rows: Indices, held: list[list[tuple[int, float]]]) -> None:
        """Set the shares of discs."""
        if not len(rows):
            return
        some = [loci[n] for n in rows.tolist()]
        disc, unit, share = disc_parts(some, self._pieces)
        disc_m2 = np.array([math.pi * one.radius_m**2 for one in some])
        kept = share > POSSIBLE_SHARE * np.minimum(1, self._area[unit] / disc_m2[disc])
        parts: list[list[tuple[int, float]]] = [[] for _ in some]
        for one, two, part in zip(
            disc[kept].tolist(), unit[kept].tolist(), share[kept].tolist(), strict=True
        ):
            parts[one].append((two, part))
        for n, those in zip(rows.tolist(), parts, strict=True):
            held[n] = self._whole(those)

    @functools.cached_property
    def _pieces(self) -> PiecedAreas:
        return PiecedAreas(self._valid)

    def _of_discs(self, loci: Sequence[Locus]) -> tuple[Indices, Bools]:
        """The unit that holds each disc whole, -1 if none; and which loci may meet any.

        Most loci lie wholly in one unit or far from all, which is asked of all at once, undrawn.
        """
        whole = np.full(len(loci), -1, dtype=np.intp)
        near = np.ones(len(loci), dtype=bool)
        at = np.array([n for n, one in enumerate(loci) if one.kind == "disc"], dtype=np.intp)
        if len(at):
            lon, lat, radius = (
                np.array([getattr(loci[n], name) for n in at]) for name in ("lon", "lat", "radius_m")
            )
            near[at] = can_meet(tuple(self.frame.total_bounds), lon, lat, radius)
            # The projection is made for the two countries; discs elsewhere are drawn.
            known = can_meet(REGION, lon, lat, np.zeros(len(at))) & near[at]
            at = at[known]
            around = shapely.buffer(flatten(shapely.points(lon[known], lat[known])), radius[known] * STRETCH)
            disc, _ = self._tree.query(around, predicate="intersects")
            near[at] = np.isin(np.arange(len(at)), disc)
            disc, unit = self._tree.query(around, predicate="within")
            whole[at[disc]] = unit
        return whole, near

    def _measured(self, loci: Sequence[Locus]) -> list[list[tuple[int, float]]]:
        flat = np.asarray(flatten(np.array([draw(locus) for locus in loci], dtype=object)))
        # A bend that is nothing beside the size of the locus makes cutting slow, and moves no share.
        fine = np.flatnonzero(shapely.get_num_coordinates(flat) > FINE_CORNERS)
        bend = BEND * np.sqrt(shapely.area(flat[fine]))
        plain = shapely.simplify(flat[fine], bend, preserve_topology=False)
        # What a bend less makes cross itself stays as it is.
        flat[fine] = np.where(shapely.is_valid(plain) & ~shapely.is_empty(plain), plain, flat[fine])
        area = shapely.area(flat)
        shapely.prepare(flat)
        locus, unit = self._tree.query(flat, predicate="intersects")
        order = np.lexsort((unit, locus))
        locus, unit = locus[order], unit[order]
        # A cell that lies in the locus as a whole needs no cutting.
        common = np.where(shapely.contains_properly(flat[locus], self._flat[unit]), self._area[unit], np.nan)
        cut = np.flatnonzero(np.isnan(common))
        one, two = self._flat[unit[cut]], flat[locus[cut]]
        corners = np.maximum(shapely.get_num_coordinates(one), shapely.get_num_coordinates(two))
        common[cut[corners <= FEW_CORNERS]] = shapely.area(
            shapely.intersection(one[corners <= FEW_CORNERS], two[corners <= FEW_CORNERS])
        )
        for n in np.flatnonzero(corners > FEW_CORNERS).tolist():
            common[cut[n]] = shapely.area(_common(one[n], two[n]))
        # What is small beside both is an error of edges; a cell may be small beside a province.
        kept = np.flatnonzero(common > POSSIBLE_SHARE * np.minimum(area[locus], self._area[unit]))
        parts: list[list[tuple[int, float]]] = [[] for _ in loci]
        for n in kept.tolist():
            parts[locus[n]].append((int(unit[n]), float(common[n] / area[locus[n]])))
        return [self._whole(those) for those in parts]

    def _whole(self, parts: list[tuple[int, float]]) -> list[tuple[int, float]]:
        """With what lies in none, and made to sum to 1."""
        outside = 1 - sum(share for _, share in parts)
        if outside > POSSIBLE_SHARE:
            parts.append((len(self.units), outside))
        total = sum(share for _, share in parts)
        return [(unit, share / total) for unit, share in parts]


def _mended(shapes: AnyArray) -> AnyArray:
    return np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))


def _common(one: shapely.Geometry, two: shapely.Geometry) -> shapely.Geometry:
    """What two areas have in common, the one of more corners cut to the box of the other first."""
    few, many = sorted((one, two), key=shapely.get_num_coordinates)
    return shapely.intersection(clipped(many, few), few)


def unit_names(units: gpd.GeoDataFrame) -> list[str]:
    """What names each unit: the column ``unit``, else the index.

    Raises
    ------
    SchemaError
        If two have one name, or one is called as what lies in none is.
    """
    given = units["unit"] if "unit" in units.columns else units.index.to_series()
    unnamed = int(given.isna().sum())
    if unnamed:
        raise SchemaError(f"{unnamed} of {len(units)} units have no name in the column 'unit'; give each one")
    names = [str(name) for name in given]
    again = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if again or OUTSIDE in names:
        what = f"{again[0]!r} stands twice" if again else f"{OUTSIDE!r} is what lies in none"
        raise SchemaError(f"units need names of their own, in a column 'unit' or the index; {what}")
    return names
