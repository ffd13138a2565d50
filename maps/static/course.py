"""The course of the Durand Line on a picture: as true as its dashes can show, no two parts run together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.static.projection import View
    from maps.static.rivals import Box

__all__ = ["calm", "drawn_line", "guard_boxes", "pieces_of"]

STEP: Final = 0.5
"""Units between the points at which parts of a line are compared."""

FINE: Final = 0.35
"""Detail, in units, that dashes do not show."""

REACH: Final = 120.0
"""A bay or a cape with a longer rim than this, in units, is not cut off: its neck is widened instead."""


def pieces_of(geometry: shapely.Geometry) -> list[Any]:
    """Line strings of a geometry, as arrays."""
    merged = shapely.line_merge(geometry) if "Multi" in geometry.geom_type else geometry
    return [
        shapely.get_coordinates(part)
        for part in shapely.get_parts(merged)
        if part.geom_type == "LineString" and part.length > 0
    ]


def drawn_line(view: View, line: shapely.LineString, gap: float) -> list[Any]:
    """A line in units, cut to the panel, simplified until none of its parts comes nearer another than a gap.

    Parameters
    ----------
    line
        In degrees.
    gap
        Units that parts keep from each other.

    Notes
    -----
    Only the picture of the line is simplified. On which side something lies is judged by the whole line.
    """
    flat = shapely.transform(line, view.points)
    seen = shapely.intersection(flat, view.frame(8.0))
    return [calm(piece, gap) for piece in pieces_of(seen)]


def calm(piece: Any, gap: float) -> Any:
    """A line without loops and necks: where it comes back to itself, what lies between is cut short.

    Examples
    --------
    A spur of 2 units is gone, the rest of the line stays.

    >>> spur = [(0, 0), (20, 0), (21, 30), (22, 0), (60, 0)]
    >>> bool(calm(spur, 5.0)[:, 1].max() < 3)
    True
    """
    line = shapely.simplify(shapely.LineString(piece), FINE)
    for _ in range(6):
        run = shapely.get_coordinates(shapely.segmentize(line, STEP))
        kept = _cut_short(run, gap)
        line = shapely.simplify(shapely.LineString(run[kept]), FINE)
        if len(kept) == len(run):
            break
    return shapely.get_coordinates(line)


def _cut_short(run: Any, gap: float) -> list[int]:
    """Points of a run that stay when each way that leads back to within a gap of its begin is left out."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(run, axis=0).T))])
    tree = shapely.STRtree(shapely.points(run))
    first, second = tree.query(shapely.points(run), predicate="dwithin", distance=gap)
    way = along[second] - along[first]
    back = (way > _least_way(gap)) & (way < REACH)
    furthest = np.arange(len(run))
    np.maximum.at(furthest, first[back], second[back])
    kept, at = [0], 0
    while at < len(run) - 1:
        at = max(int(furthest[at]), at + 1)
        kept.append(at)
    return kept


def _least_way(gap: float) -> float:
    """Parts of a line less far apart along it than this are one part: a bend, not a meeting."""
    return gap * 1.9


def guard_boxes(lines: Sequence[Any], reach: float) -> list[Box]:
    """Small boxes along lines, so that names keep off them."""
    boxes: list[Box] = []
    for line in lines:
        path = shapely.LineString(line)
        at = shapely.line_interpolate_point(path, np.arange(0, path.length, 2 * reach))
        for x, y in shapely.get_coordinates(at).tolist():
            boxes.append((x - reach, y - reach, x + reach, y + reach))
    return boxes
