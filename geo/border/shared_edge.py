"""The line along which two areas meet, and which side of a line an area lies on."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely

from geo.errors import BoundaryError, CrsError
from geo.types import EPSG, GEOD

__all__ = ["check_sides", "one_area", "shared_edge"]

PROBES: Final = 200
"""Segments of a line beside which it is looked what lies there."""

OFFSETS_M: Final = (50.0, 500.0, 5_000.0)
"""How far beside the line: areas of another source may run some kilometres off it."""

WHOLE: Final = 0.99
"""Part of the shared edge that one unbroken line has to have; the rest are corners where the two touch."""


def one_area(area: Any) -> shapely.Geometry:
    """An outline, or all of a frame's outlines as one, in EPSG:4326."""
    if not isinstance(area, shapely.Geometry):
        series = getattr(area, "geometry", None)
        if series is None:
            raise BoundaryError("an area is a polygon, or a frame of them; this one has no geometry")
        if series.crs is None:
            raise CrsError("the area has no CRS; set it, for degrees with area.set_crs('EPSG:4326')")
        area = shapely.union_all(series.to_crs(EPSG).to_numpy())
    if area.geom_type not in ("Polygon", "MultiPolygon") or area.is_empty:
        raise BoundaryError(f"an area is a polygon that is not empty, not a {area.geom_type}")
    return area


def shared_edge(a: shapely.Geometry, b: shapely.Geometry) -> shapely.LineString:
    """The one line along which two areas meet, with the first on its left.

    Raises
    ------
    BoundaryError
        If they share no edge vertex for vertex, or several that do not join.
    """
    common = shapely.intersection(shapely.boundary(a), shapely.boundary(b))
    parts = shapely.get_parts(common)
    lines = shapely.get_parts(
        shapely.line_merge(shapely.union_all(parts[shapely.get_dimensions(parts) == 1]))
    )
    lengths = np.array([GEOD.geometry_length(line) for line in lines])
    if not lengths.sum() > 0:
        raise BoundaryError(
            "the two areas share no edge: their outlines have to run along the same vertices, as in one "
            "layer (geo.read_units); otherwise give the line itself to Border.from_line"
        )
    longest = int(np.argmax(lengths))
    if lengths[longest] < WHOLE * lengths.sum():
        told = ", ".join(f"{length / 1000:.0f} km" for length in sorted(lengths, reverse=True)[:5])
        raise BoundaryError(
            f"the two areas meet along {len(lines)} lines that do not join ({told}); a border is one line: "
            "give one of them to Border.from_line"
        )
    line = lines[longest]
    left, right = _votes(line, a)
    return line if left >= right else shapely.reverse(line)


def check_sides(
    line: shapely.LineString, left_area: shapely.Geometry | None, right_area: shapely.Geometry | None
) -> None:
    """Refuse an area that lies on the other side of a line than it is said to.

    Raises
    ------
    BoundaryError
        If more of the ground beside the line on the other side is in the area.
    """
    for area, side, wrong in ((left_area, "left", "right"), (right_area, "right", "left")):
        if area is None:
            continue
        votes = _votes(line, area)
        ours, other = votes if side == "left" else votes[::-1]
        if other > ours:
            raise BoundaryError(
                f"{side}_area lies on the {wrong} of the line as its vertices run ({other} of {sum(votes)} "
                f"places beside it); reverse the line (shapely.reverse), or give it as {wrong}_area"
            )


def _votes(line: shapely.LineString, area: shapely.Geometry) -> tuple[int, int]:
    """At how many places close beside a line the area lies on its left alone, and on its right alone."""
    xy = shapely.get_coordinates(line)
    at = np.unique(np.linspace(0, len(xy) - 2, PROBES).astype(np.intp))
    start, end = xy[at], xy[at + 1]
    course, _, _ = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    middle = (start + end) / 2
    shapely.prepare(area)
    left = right = 0
    for metres in OFFSETS_M:
        beside = []
        for turn in (-90, 90):
            x, y, _ = GEOD.fwd(
                middle[:, 0], middle[:, 1], np.asarray(course) + turn, np.full(len(at), metres)
            )
            beside.append(shapely.intersects_xy(area, x, y))
        left += int(np.count_nonzero(beside[0] & ~beside[1]))
        right += int(np.count_nonzero(beside[1] & ~beside[0]))
    return left, right
