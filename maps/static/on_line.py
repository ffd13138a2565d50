"""Where marks stand that may lie on either side of the Durand Line: on the line as it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from maps.static.course import pieces_of
from maps.static.forms import Spot
from maps.style import INK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from maps.static.mark_groups import Framed
    from maps.static.stage import Stage

__all__ = ["astride", "at_gate", "own_side", "spots_on_line"]

EITHER_SIDE: Final = ("stretch", "near", "district")
"""Levels whose symbols stand on the line where the side is not known."""

RIM_SHARE: Final = 0.5
"""Part of a symbol's radius at its rim where a line only grazes it."""

LED_COST: Final = 45.0
"""Cost of symbols beside the line with a leader to a place on it."""

SHORT_LEADER: Final = 5.0
"""Lines from a place to symbols no further off, in units, may not be drawn."""

NEAR_PLACE: Final = 8.0
"""Units from a place on the line within which its symbols stand on the line without a leader."""

STEP: Final = 4.0
"""Units between spots on the line."""

MOST: Final = 60
"""Spots on one piece of it."""


def spots_on_line(framed: Framed, line: shapely.Geometry, metres: float) -> list[Spot]:
    """Spots on the line for what may lie on either side of it: on a stretch, near a place, in a district.

    None where the side is known, or where the line doesn't run through where the events may lie.

    Parameters
    ----------
    line
        As it is drawn, in units.
    metres
        Of a unit.
    """
    group, here = framed.group, shapely.Point(*framed.at)
    if group.side is not None or group.level not in EITHER_SIDE:
        return []
    if group.level == "stretch":
        within = shapely.buffer(framed.shape, INK.sleeve_px)
    elif framed.shape is not None and "Polygon" in framed.shape.geom_type:
        within = framed.shape
    else:
        within = here.buffer(max(group.radius_m / metres, STEP))
    course = shapely.intersection(line, within)
    west, north, east, south = within.bounds
    far = max(float(np.hypot(east - west, south - north)), 1.0)
    spots = []
    if group.level != "stretch" and not course.is_empty:
        x, y = shapely.get_coordinates(shapely.shortest_line(course, here))[0].tolist()
        spots.append(Spot(x, y, 0.0, False))
    for piece in pieces_of(course):
        part = shapely.LineString(piece)
        # Not at the very ends of a stretch.
        steps = np.linspace(0.0, 1.0, max(3, min(MOST, int(part.length / STEP))))[1:-1]
        points = shapely.line_interpolate_point(part, steps, normalized=True)
        costs = 4.0 * shapely.distance(points, here) / far
        at = shapely.get_coordinates(points).tolist()
        spots += [Spot(x, y, cost, False) for (x, y), cost in zip(at, costs.tolist(), strict=True)]
    return spots


def _on_it(framed: Framed, line: shapely.Geometry, stage: Stage) -> bool:
    """Whether a place without a side is on the line, as a crossing is."""
    group = framed.group
    reach = max(group.radius_m / stage.view.metres, 2 * stage.size)
    near = not line.is_empty and shapely.distance(line, shapely.Point(*framed.at)) <= reach
    return bool(near and group.plotted and group.side is None)


def own_side(framed: Framed, line: shapely.Geometry, stage: Stage) -> str | None:
    """The country in which the point of what stands on the line lies: there its name had better stand."""
    group = framed.group
    if group.side is not None or group.lon is None:
        return None
    if group.level not in EITHER_SIDE and not _on_it(framed, line, stage):
        return None
    areas = stage.sides.ground.areas
    codes = (code for code in ("PK", "AF") if shapely.contains_xy(areas[code], group.lon, group.lat))
    return next(codes, None)


def at_gate(framed: Framed, line: shapely.Geometry, stage: Stage, spots: list[Spot]) -> list[Spot]:
    """Spots of a place, and one on the line as it is drawn; where it has no side, others are dearer."""
    if not _on_it(framed, line, stage):
        return spots
    x, y = shapely.get_coordinates(shapely.shortest_line(line, shapely.Point(*framed.at)))[0].tolist()
    dearer = [spot._replace(cost=spot.cost + LED_COST * spot.led) for spot in spots]
    return [Spot(x, y, 0.2, False), *dearer]


def astride(
    framed: Framed, line: shapely.Geometry, stage: Stage, spots: Sequence[Spot], boxes: Any
) -> NDArray[np.bool_]:
    """Which symbols stand on the line or are led to their place, where that is on it and has no side.

    Parameters
    ----------
    boxes
        From the first symbol to the last.
    """
    if not _on_it(framed, line, stage):
        return np.ones(len(boxes), dtype=bool)
    inset = np.array([1.0, 1.0, -1.0, -1.0]) * stage.size * RIM_SHARE
    led = np.array([spot.led for spot in spots], dtype=bool)
    off = shapely.distance(shapely.box(*boxes.T), shapely.Point(*framed.at))
    # A line too short to be drawn leads nowhere; elsewhere on the line is another place.
    led &= off > SHORT_LEADER
    if not framed.group.crossing:
        # Beside the line it stands in the country of its point.
        x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
        led &= stage.sides.in_country(own_side(framed, line, stage), x, y)
    here = (off <= NEAR_PLACE) & shapely.intersects(line, shapely.box(*(boxes + inset).T))
    return np.asarray(led | here)
