"""Outlines with fewer corners where a file must be small."""

from __future__ import annotations

from typing import Any, Final

from maps.content.steps import STEPS_A_DEGREE

__all__ = ["TOLERANCE", "lean_base", "lean_shapes"]

TOLERANCE: Final = (0.0, 0.005, 0.02)
"""Degrees to which outlines are simplified, by level; the Durand Line to a quarter of that."""


def lean_base(data: dict[str, Any], level: int) -> dict[str, Any]:
    """The base with fewer places, without rivers, and with outlines simplified; the Durand Line the least.

    Shared edges stay shared, as each arc is simplified once and keeps its ends.

    Parameters
    ----------
    data
        What :func:`maps.content.basemap.base_data` made.
    level
        0 for all, 1 for outlines to about 500 m, 2 to about 2 km; the line to a quarter of that.
    """
    import numpy as np
    import shapely

    if level == 0:
        return data
    topology = data["topology"]
    objects = {**topology["objects"], "rivers": {"type": "GeometryCollection", "geometries": []}}
    line = {n if n >= 0 else ~n for g in objects["durand_line"]["geometries"] for n in _numbers_in(g["arcs"])}
    used = {
        n if n >= 0 else ~n
        for item in objects.values()
        for g in item["geometries"]
        for n in _numbers_in(g["arcs"])
    }
    scale = np.asarray(topology["transform"]["scale"])
    arcs = []
    for number, arc in enumerate(topology["arcs"]):
        steps = np.asarray(arc)
        if number not in used:
            arcs.append([[0, 0], [0, 0]])
            continue
        ends = np.cumsum(steps, axis=0)
        drawn = shapely.LineString(ends * scale)
        closed = bool((ends[0] == ends[-1]).all())
        lean = shapely.simplify(
            drawn, TOLERANCE[level] / (4 if number in line else 1), preserve_topology=closed
        )
        kept = np.round(shapely.get_coordinates(lean) / scale).astype(int)
        arcs.append(np.vstack([kept[:1], np.diff(kept, axis=0)]).tolist())
    rank = 3 if level == 1 else 2
    return data | {
        "topology": topology | {"arcs": arcs, "objects": objects},
        "places": [place for place in data["places"] if place[3] <= rank],
    }


def lean_shapes(shapes: list[dict[str, Any]], level: int) -> list[dict[str, Any]]:
    """Areas and stretches of events with simpler outlines, as those of the base are; stretches as the line.

    Parameters
    ----------
    shapes
        As :attr:`maps.content.event_places.Places.shapes` has them.
    level
        As for :func:`lean_base`.
    """
    if level == 0:
        return shapes
    return [
        shape | {"rings": [_lean_ring(ring, shape["kind"], level) for ring in shape["rings"]]}
        for shape in shapes
    ]


def _lean_ring(steps: list[int], kind: str, level: int) -> list[int]:
    """A ring or a line in steps of 1e-4 degree with fewer of them; never less than an area needs."""
    import numpy as np
    import shapely

    closed = kind == "polygon"
    line = shapely.LineString(np.cumsum(np.reshape(steps, (-1, 2)), axis=0) / STEPS_A_DEGREE)
    lean = shapely.simplify(line, TOLERANCE[level] / (1 if closed else 4), preserve_topology=closed)
    kept = np.round(shapely.get_coordinates(lean) * STEPS_A_DEGREE).astype(int)
    found: list[int] = np.vstack([kept[:1], np.diff(kept, axis=0)]).ravel().tolist()
    return found


def _numbers_in(arcs: list[Any]) -> list[int]:
    """All arc numbers of a nested list."""
    return [n for item in arcs for n in (_numbers_in(item) if isinstance(item, list) else [item])]
