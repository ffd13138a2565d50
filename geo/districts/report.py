"""What an import of boundaries found and what it changed."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from geo.boundaries.added import AddedLayer
from geo.boundaries.layers import LCC
from geo.boundaries.units import flatten
from geo.districts.division import coverage_fault
from geo.districts.linework import GRID, faces_of, inside_points, lines_of, pairs_within, segments_of
from geo.districts.read import Drawn
from geo.errors import BoundaryError
from geo.types import Floats, Indices

__all__ = ["BoundaryReport", "measure", "to_degrees", "to_metres"]

Areas = npt.NDArray[np.object_]

CLEAR_SHARE: Final = 0.95
"""A unit with less of its area in one parent straddles parents."""

STAND_IN: Final = -1
OUTSIDE: Final = -2


@dataclass(frozen=True)
class BoundaryReport:
    """What an import found and what it changed.

    Attributes
    ----------
    layer
        The record that was registered.
    units, stand_ins
        Units stored, and how many of them stand for ground that the file does not cover.
    repaired
        Invalid shapes that were made valid.
    left_out
        Rows that were not used: ``row`` (from 0, as in the file), ``name``, ``reason``.
    overlap_before_km2, overlap_after_km2
        Area that units of the file claim more than once, before and after.
    gap_before_km2, gap_after_km2
        Area of the country that no unit covers, before and after.
    outside_km2
        Area of units that lay outside the country and was cut off.
    moved_km2
        Area that went from one unit to another; filled gaps are not in it.
    max_shift_m
        How far the farthest vertex of what a unit gained or lost lies from the unit as it was, or is.
    straddling
        Units with less than 95 % of their area in one parent.
    across_parents_km2
        Area that the file draws as a part of a unit whose parent is another than the one that we have there.
    duplicate_names
        Names that several units of one parent have; their identifiers are numbered.
    changed_parent
        Units whose parent is another than the file says: ``name``, ``stated``, ``parent_id``, ``share``.
    unknown_parents
        Parents that the file names and that are no province of the country.
    units_changed
        One row for each unit: ``boundary_id``, ``name``, ``gained_km2``, ``lost_km2``, ``max_shift_m``.
    own_provinces
        Whether provinces were made from these districts, in the place of the shipped ones.
    """

    layer: AddedLayer
    units: int
    stand_ins: int
    repaired: int
    left_out: pd.DataFrame = field(repr=False)
    overlap_before_km2: float
    overlap_after_km2: float
    gap_before_km2: float
    gap_after_km2: float
    outside_km2: float
    moved_km2: float
    max_shift_m: float
    straddling: int
    across_parents_km2: float
    duplicate_names: tuple[str, ...]
    changed_parent: pd.DataFrame = field(repr=False)
    unknown_parents: tuple[str, ...]
    units_changed: pd.DataFrame = field(repr=False)
    own_provinces: bool = False

    def _nesting(self) -> str:
        what = f"{self.across_parents_km2:.0f} km2 are drawn in another parent than ours"
        if self.own_provinces:
            return f"{what}; provinces are now the sums of these districts (provinces: from-districts)"
        if self.layer.nest == "keep":
            return f"{what}; lines stay as drawn, and the two layers differ there (nest: keep)"
        return f"{what}; units were cut to our parents (nest: provinces)"

    def to_text(self) -> str:
        """The report in lines, for a terminal."""
        worst = self.units_changed.nlargest(3, "max_shift_m")
        far = ", ".join(f"{r.name} {r.max_shift_m / 1000:.1f} km" for r in worst.itertuples(index=False))
        lines = [
            f"{self.layer.id}: {self.units} units from {self.layer.input_name}",
            f"repaired {self.repaired} invalid shapes; left out {len(self.left_out)} rows",
            f"overlaps {self.overlap_before_km2:.2f} -> {self.overlap_after_km2:.2f} km2, "
            f"gaps {self.gap_before_km2:.2f} -> {self.gap_after_km2:.2f} km2, "
            f"cut off outside the country {self.outside_km2:.2f} km2",
            f"moved from unit to unit {self.moved_km2:.1f} km2; farthest shift "
            f"{self.max_shift_m / 1000:.1f} km ({far})",
            f"{self.straddling} units lie in several parents; each is now whole in "
            + ("the one stated, or with most of it" if self.own_provinces else "the one with most of it"),
            self._nesting(),
        ]
        if self.stand_ins:
            lines.append(f"{self.stand_ins} units stand for ground that the file does not cover")
        if len(self.changed_parent):
            names = ", ".join(f"{r.name} ({r.stated})" for r in self.changed_parent.head(8).itertuples())
            more = ", ..." if len(self.changed_parent) > 8 else ""
            lines.append(f"{len(self.changed_parent)} units lie in another parent than stated: {names}{more}")
        if self.unknown_parents:
            lines.append(f"parents not recognised: {', '.join(self.unknown_parents)}")
        if self.duplicate_names:
            lines.append(f"names that occur twice in one parent: {', '.join(self.duplicate_names)}")
        lines.extend(f"row {r.row} ({r.name}): {r.reason}" for r in self.left_out.itertuples(index=False))
        return "\n".join(lines)


def measure(
    drawn: Drawn,
    unit: Indices,
    shapes: Areas,
    share: npt.NDArray[np.float64],
    country: shapely.Geometry,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Figures of the report, and what each unit gained and lost.

    Both drawings are noded on one grid of a millionth of a degree; each face counts as what it was and is.

    Parameters
    ----------
    drawn
        Units as the file draws them.
    unit, shapes, share
        For each shape of the result the number of its unit, -1 for none; the shape, in degrees; the part of
        the unit in its parent.
    country
        What the shapes cover together.

    Raises
    ------
    BoundaryError
        If the shapes overlap, leave a gap, or meet the outline of the country elsewhere than at its vertices.
    """
    before = drawn.areas
    fault = coverage_fault(segments_of([country])[0], shapes)
    if fault:
        raise BoundaryError(f"the country cannot be divided: {fault}")
    faces = faces_of(lines_of([*before, *shapes]))
    points, size = inside_points(faces), shapely.area(flatten(faces)) / 1e6
    face, was = pairs_within(points, before)
    claims = np.bincount(face, minlength=len(faces))
    found, at = pairs_within(points, shapes)
    now = np.full(len(faces), OUTSIDE, dtype=np.intp)
    now[found] = np.where(unit[at] >= 0, unit[at], STAND_IN)
    # Pairs of a face and the unit that gained or lost it.
    lost = (now[face] != OUTSIDE) & (now[face] != was)
    kept = np.zeros(len(faces), dtype=np.bool_)
    kept[face[now[face] == was]] = True
    gained = np.flatnonzero((now >= 0) & ~kept)
    finals = np.empty(len(before), dtype=object)
    finals[unit[unit >= 0]] = shapes[unit >= 0]
    shift = np.maximum(
        _farthest(faces, gained, now[gained], before), _farthest(faces, face[lost], was[lost], finals)
    )
    count = len(before)
    table = pd.DataFrame(
        {
            "row": drawn.rows,
            "name": pd.Series(drawn.names, dtype="str"),
            "gained_km2": np.bincount(now[gained], weights=size[gained], minlength=count),
            "lost_km2": np.bincount(was[lost], weights=size[face[lost]], minlength=count),
            "max_shift_m": np.round(shift, 1),
        }
    )
    own = unit >= 0
    after, whole = _km2(shapes), _km2(shapely.coverage_union_all(shapes))
    figures = {
        "units": len(shapes),
        "stand_ins": int((~own).sum()),
        "repaired": drawn.repaired,
        "overlap_before_km2": _figure((size * np.maximum(claims - 1, 0)).sum()),
        "overlap_after_km2": _figure(after.sum() - whole),
        "gap_before_km2": _figure(size[(claims == 0) & (now != OUTSIDE)].sum()),
        "gap_after_km2": _figure(_km2(country) - whole),
        "outside_km2": _figure(size[(claims > 0) & (now == OUTSIDE)].sum()),
        "moved_km2": _figure(table["lost_km2"].sum()),
        "max_shift_m": float(table["max_shift_m"].max()),
        "straddling": int((share[own] < CLEAR_SHARE).sum()),
    }
    return figures, table


def _km2(shapes: Any) -> Any:
    return shapely.area(flatten(shapes)) / 1e6


def _figure(km2: float) -> float:
    """Rounded to a square metre, below which sums of such areas say nothing; never a negative zero."""
    return round(float(km2), 6) + 0.0


def _farthest(faces: Areas, changed: Indices, unit: Indices, areas: Areas) -> npt.NDArray[np.float64]:
    """Metres from each unit's area to the farthest vertex of its changed faces (LCC, within 2 %)."""
    found = np.zeros(len(areas))
    # A face narrower than the grid is the same line drawn twice.
    wide = shapely.area(faces[changed]) > GRID * shapely.length(faces[changed])
    changed, unit = changed[wide], unit[wide]
    xy, of = shapely.get_coordinates(faces[changed], return_index=True)
    if not len(xy):
        return found
    involved = np.unique(unit)
    own, holder = shapely.get_coordinates(areas[involved], return_index=True)
    # Most vertices of what changed are the unit's own, and no distance away.
    numbers = np.round(np.concatenate((xy, own)) / GRID) @ (1, 1j)
    _, vertex = np.unique(numbers, return_inverse=True)
    key = np.concatenate((unit[of], involved[holder])) * (len(numbers) + 1) + vertex.ravel()
    _, first = np.unique(key[: len(xy)], return_index=True)
    first = first[~np.isin(key[first], key[len(xy) :])]
    flat = np.full(len(areas), None, dtype=object)
    flat[involved] = shapely.transform(areas[involved], to_metres)
    shapely.prepare(flat[involved])
    holds, points = unit[of[first]], shapely.points(to_metres(xy[first]))
    far = _not_within(flat[holds], points, holds)
    holds, points = holds[far], points[far]
    np.maximum.at(found, holds, shapely.distance(flat[holds], points))
    return found


def _not_within(areas: Areas, points: Areas, unit: Indices) -> Indices:
    """Numbers of the points that may be a unit's farthest: those beyond the widest radius that any is beyond.

    Whether a point lies within a radius of a prepared area costs little, its distance as much as the area has
    vertices.
    """
    left = np.arange(len(points))
    for radius in 4.0 ** np.arange(10):
        beyond = ~shapely.dwithin(areas[left], points[left], radius)
        some = np.zeros(int(unit.max(initial=0)) + 1, dtype=np.bool_)
        some[unit[left[beyond]]] = True
        left = left[beyond | ~some[unit[left]]]
    return left


@functools.cache
def _transformer() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", LCC, always_xy=True)


def to_metres(xy: Floats) -> Floats:
    """Degrees to metres of Lambert's conformal projection."""
    return np.column_stack(_transformer().transform(xy[:, 0], xy[:, 1]))


def to_degrees(xy: Floats) -> Floats:
    """The reverse of `to_metres`."""
    return np.column_stack(_transformer().transform(xy[:, 0], xy[:, 1], direction="INVERSE"))
