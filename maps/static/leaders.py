"""Lines from symbols to the places at which they don't stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from maps.static.mark_groups import Framed
    from maps.static.stage import Stage

__all__ = ["draw_leader", "leader_foot"]

END: Final = 1.7
"""Radius of what a line ends with, in units."""


def leader_foot(framed: Framed, towards: tuple[float, float], metres: float) -> tuple[float, float]:
    """Where a line to a place ends: at a town's point, at the rim of what is known less.

    Parameters
    ----------
    metres
        Of a unit.
    """
    group = framed.group
    if group.plotted:
        return framed.at
    reach = group.radius_m / metres
    if framed.shape is not None and "Polygon" in framed.shape.geom_type and not framed.shape.is_empty:
        near = shapely.shortest_line(framed.shape, shapely.Point(*towards))
        x, y = shapely.get_coordinates(near)[0].tolist()
        return x, y
    dx, dy = towards[0] - framed.at[0], towards[1] - framed.at[1]
    far = float(np.hypot(dx, dy)) or 1.0
    share = min(1.0, reach / far)
    return framed.at[0] + dx * share, framed.at[1] + dy * share


def draw_leader(stage: Stage, framed: Framed, foot: tuple[float, float], rim: tuple[float, float]) -> None:
    """Draw a line from a symbol to its place, with a dot where that is known, else a ring; and note it."""
    layer, colours = stage.layer("leaders"), stage.house.colours
    way = [np.array([foot, rim])]
    stage.canvas.lines(layer, way, colours["focus"], 2.4, alpha=0.9)
    stage.canvas.lines(layer, way, colours["ink-2"], 0.7)
    fill, edge = ("ink", "focus") if framed.group.plotted else ("focus", "ink-2")
    end = shapely.Point(*foot).buffer(END)
    stage.canvas.area(layer, end, fill=colours[fill], edge=colours[edge], width=0.8)
    (a, b), (c, d) = foot, rim
    box = (min(a, c), min(b, d), max(a, c), max(b, d))
    ids = [one for part in framed.parts for one in part.events]
    stage.record.add(
        stage.view, "leader", framed.group.name, box, events=ids, shape=shapely.LineString([foot, rim])
    )
