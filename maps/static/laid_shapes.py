"""What a user lays over the map and that has its place already: tints, overlays, rings, arrows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from maps.static.base import read_ground
from maps.static.course import drawn_line, pieces_of
from maps.style import INK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.content.laid import Laid
    from maps.static.stage import Stage

__all__ = ["arrow_course", "draw_laid", "own_lines", "tint_rims", "tinted_shape"]

TINT: Final = 0.13
HAIR: Final = 0.3
"""Detail, in units, that no paper shows."""

BEND: Final = 0.16
"""How far an arrow bends, as a share of its length."""

SHORT: Final = 5.0
"""Units that an arrow stays off both of its places."""

HEAD: Final = 8.0
ON_LINE: Final = 7.0
STUB: Final = 2 * ON_LINE
"""A shorter piece of a unit's rim beside the Durand Line is left by the difference of two drawings of it."""

SPLINTER: Final = 0.03
"""Parts of a unit beyond the drawn line that are smaller than this part of its largest are not tinted."""


def tinted_shape(stage: Stage, laid: Laid) -> shapely.Geometry:
    """The ground of a mark in units, cut to the panel."""
    assert laid.shape is not None  # noqa: S101 - called for marks with a ground
    return shapely.simplify(stage.view.shape(laid.shape, room=3.0), HAIR)


def draw_laid(stage: Stage, laid: Sequence[Laid]) -> list[Any]:
    """Draw what has a ground or a way; the ways of arrows in units, which names keep off."""
    ways = []
    for one in laid:
        if one.kind == "highlight" and one.shape is not None:
            _tint(stage, one)
        elif one.kind == "overlay":
            _overlay(stage, one)
        elif one.kind == "ring":
            _ring(stage, one)
    for one in laid:
        if one.kind == "arrow":
            ways += _arrow(stage, one)
    return ways


def _tint(stage: Stage, laid: Laid) -> None:
    shape, rim = _tint_and_rim(stage, laid)
    if shape.is_empty:
        return
    layer, colour = stage.layer("laid"), stage.house.marks[laid.mark.colour]
    stage.canvas.area(layer, shape, fill=colour, alpha=TINT, gid="highlight")
    stage.canvas.lines(layer, pieces_of(rim), colour, 1.2, cap="round")
    stage.record.add(stage.view, "highlight", laid.text, shape.bounds, shape=shape)


def tint_rims(stage: Stage, laid: Sequence[Laid]) -> shapely.Geometry:
    """The rims of tinted units, which names had better not cross."""
    tinted = (one for one in laid if one.kind == "highlight" and one.shape is not None)
    return shapely.union_all([_tint_and_rim(stage, one)[1] for one in tinted])


def own_lines(stage: Stage, laid: Sequence[Laid]) -> shapely.Geometry:
    """Lines of overlays, rings and arrows in the panel, which names and notes had better not cover."""
    lines: list[shapely.Geometry] = []
    for one in laid:
        if one.kind == "arrow":
            lines.append(shapely.LineString(arrow_course(stage, one)))
        elif one.shape is not None and one.kind in ("ring", "overlay"):
            parts = shapely.get_parts(shapely.transform(one.shape, stage.view.points))
            lines += [part.boundary if part.geom_type == "Polygon" else part for part in parts]
    return shapely.intersection(shapely.union_all(lines), stage.view.frame())


def _tint_and_rim(stage: Stage, laid: Laid) -> tuple[shapely.Geometry, shapely.Geometry]:
    """The ground of a tint and its rim as they are drawn, in units."""
    shape = tinted_shape(stage, laid)
    if shape.is_empty:
        return shape, shapely.LineString()
    # The rim of the frame is no border of the unit.
    if not laid.code:
        return shape, shapely.intersection(shapely.boundary(shape), stage.view.frame(1.0))
    pieces = drawn_line(stage.view, read_ground().durand, INK.durand_min_gap_px)
    line = shapely.MultiLineString([piece for piece in pieces if len(piece) > 1])
    shape = _on_own_side(shape, line)
    rim = shapely.intersection(shapely.boundary(shape), stage.view.frame(1.0))
    # Along the Durand Line the line itself is the rim.
    parts = shapely.get_parts(shapely.line_merge(shapely.difference(rim, shapely.buffer(line, ON_LINE))))
    near = shapely.dwithin(parts, line, STUB)
    return shape, shapely.union_all(parts[(shapely.length(parts) > STUB) | ~near])


def _on_own_side(shape: shapely.Geometry, line: shapely.Geometry) -> shapely.Geometry:
    """A unit without the splinters that the drawn line, which is simplified, would leave beyond it."""
    if line.is_empty or not shapely.intersects(shape, line):
        return shape
    cut = shapely.get_parts(shapely.polygonize([shapely.union_all([shapely.boundary(shape), line])]))
    parts = [part for part in cut if shapely.contains(shape, shapely.point_on_surface(part))]
    most = max((part.area for part in parts), default=0.0)
    return shapely.union_all([part for part in parts if part.area > SPLINTER * most]) if parts else shape


def _overlay(stage: Stage, laid: Laid) -> None:
    assert laid.shape is not None  # noqa: S101 - an overlay has a ground
    layer, colour = stage.layer("laid"), stage.house.marks[laid.mark.colour]
    flat = shapely.transform(laid.shape, stage.view.points)
    parts = shapely.get_parts(flat)
    frame = stage.view.frame(6.0)
    areas = [part for part in parts if part.geom_type == "Polygon"]
    lines = [part for part in parts if part.geom_type == "LineString"]
    drawn: list[shapely.Geometry] = []
    if areas:
        shape = shapely.intersection(shapely.make_valid(shapely.union_all(areas)), frame)
        shape = shapely.simplify(shape, HAIR)
        stage.canvas.area(layer, shape, fill=colour, alpha=TINT, gid="overlay-area")
        stage.canvas.area(layer, shape, edge=colour, width=0.9)
        drawn.append(shape)
    if lines:
        way = shapely.simplify(shapely.intersection(shapely.union_all(lines), frame), HAIR)
        pieces = pieces_of(way)
        stage.canvas.lines(layer, pieces, stage.house.colours["focus"], 3.4, alpha=0.8, cap="round")
        stage.canvas.lines(layer, pieces, colour, 1.5, cap="round", gid="overlay-line")
        drawn.append(way)
    seen = [one for one in drawn if not one.is_empty]
    if not seen:
        stage.report.warnings.append(f"{laid.text}: nothing of it lies in the frame")
        return
    whole = shapely.GeometryCollection(seen)
    stage.record.add(stage.view, "overlay", laid.text, whole.bounds, shape=whole)


def _ring(stage: Stage, laid: Laid) -> None:
    shape = tinted_shape(stage, laid)
    layer, colour = stage.layer("laid"), stage.house.marks[laid.mark.colour]
    rim = shapely.intersection(shapely.boundary(shape), stage.view.frame(1.0))
    stage.canvas.lines(layer, pieces_of(rim), colour, 1.0, dash=(4.0, 2.4), gid="distance-ring")
    if not shape.is_empty:
        stage.record.add(stage.view, "ring", laid.text, shape.bounds, shape=shape)


def arrow_course(stage: Stage, laid: Laid) -> Any:
    """The way of an arrow in units: a calm bend, off both of its places."""
    assert laid.to is not None  # noqa: S101 - an arrow has two ends
    (a, b), (c, d) = stage.view.points([(laid.lon, laid.lat), laid.to]).tolist()
    begin, end = np.array([a, b]), np.array([c, d])
    way = end - begin
    bow = (begin + end) / 2 + BEND * np.array([way[1], -way[0]])
    share = np.linspace(0, 1, 40)[:, None]
    course = (1 - share) ** 2 * begin + 2 * share * (1 - share) * bow + share**2 * end
    far = np.hypot(*(course - begin).T), np.hypot(*(course - end).T)
    kept = course[(far[0] > SHORT) & (far[1] > SHORT)]
    return kept if len(kept) > 1 else course


def _arrow(stage: Stage, laid: Laid) -> list[Any]:
    course = arrow_course(stage, laid)
    layer, colour = stage.layer("leaders"), stage.house.marks[laid.mark.colour]
    wide, reach = laid.width or 1.6, min(max(HEAD, 1.6 * laid.width), shapely.LineString(course).length / 2)
    tip = course[-1]
    back = course[max(0, len(course) - 6)] - tip
    back = back / (float(np.hypot(*back)) or 1.0)
    side = np.array([-back[1], back[0]])
    stem = tip + back * reach * 0.7
    shaft = np.vstack([course[np.hypot(*(course - tip).T) > reach * 0.7], stem])
    if len(shaft) > 1:
        # Broad lines are seen through, so that the map under them is.
        alpha = 0.75 if laid.width else None
        stage.canvas.lines(layer, [shaft], stage.house.colours["focus"], wide + 2.4, alpha=0.9, cap="round")
        stage.canvas.lines(layer, [shaft], colour, wide, cap="butt", alpha=alpha, gid="arrow")
    head = np.array([tip, tip + back * reach + side * reach * 0.45, tip + back * reach - side * reach * 0.45])
    stage.canvas.area(layer, shapely.Polygon(head), fill=colour, edge=stage.house.colours["focus"], width=0.6)
    line = shapely.LineString(course)
    stage.record.add(stage.view, "arrow", laid.text, line.bounds, shape=line)
    return [course]
