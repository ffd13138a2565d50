"""TopoJSON: polygons whose lines stand once as arcs (https://github.com/topojson/topojson-specification)."""

from __future__ import annotations

import json
from itertools import accumulate
from typing import Any

from geo.errors import BoundaryError, SourceError

__all__ = ["read_topojson"]

Position = tuple[float, ...]


def read_topojson(
    content: dict[str, Any], file: str, layer: str | None
) -> tuple[list[dict[str, Any]], list[str | bytes | None]]:
    """Fields and geometries (GeoJSON as text) of one object of a topology.

    Raises
    ------
    SourceError
        If it is no topology.
    BoundaryError
        If it has several objects, or not the one asked for.
    """
    objects = content.get("objects")
    if not isinstance(objects, dict) or not objects:
        raise SourceError(f"{file} cannot be read as TopoJSON: it has no objects")
    if layer is not None and layer not in objects:
        raise BoundaryError(f"{file} has no layer {layer!r}; there are: {', '.join(objects)}")
    if layer is None and len(objects) > 1:
        raise BoundaryError(f"{file} has several layers: {', '.join(objects)}; say which with layer")
    one = objects[layer or next(iter(objects))]
    try:
        arcs = _arcs(content)
        geometries = one["geometries"] if one.get("type") == "GeometryCollection" else [one]
    except (KeyError, TypeError, ValueError, AttributeError) as err:
        raise SourceError(
            f"{file} cannot be read as TopoJSON: {type(err).__name__} {str(err)[:120]}"
        ) from err
    fields: list[dict[str, Any]] = []
    shapes: list[str | bytes | None] = []
    for geometry in geometries:
        properties = geometry.get("properties") if isinstance(geometry, dict) else None
        fields.append(dict(properties) if isinstance(properties, dict) else {})
        try:
            shapes.append(_shape(geometry, arcs))
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            # What is no WKB is told as what cannot be read, with its row.
            shapes.append(b"\0")
    return fields, shapes


def _arcs(content: dict[str, Any]) -> list[list[Position]]:
    transform = content.get("transform")
    arcs = [[tuple(map(float, position[:2])) for position in arc] for arc in content["arcs"]]
    if transform is None:
        return arcs
    (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
    # Quantised: whole numbers, each the step from the one before.
    return [
        [
            (x * kx + dx, y * ky + dy)
            for x, y in accumulate(arc, lambda one, two: (one[0] + two[0], one[1] + two[1]))
        ]
        for arc in arcs
    ]


def _shape(geometry: dict[str, Any], arcs: list[list[Position]]) -> str | None:
    kind = geometry.get("type")
    if kind is None:
        return None

    def ring(numbers: list[int]) -> list[Position]:
        points: list[Position] = []
        for number in numbers:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            # Arcs share the point where they meet.
            points += arc[1:] if points else arc
        return points

    if kind == "Polygon":
        coordinates: Any = [ring(one) for one in geometry["arcs"]]
    elif kind == "MultiPolygon":
        coordinates = [[ring(one) for one in polygon] for polygon in geometry["arcs"]]
    elif kind in ("LineString", "MultiLineString"):
        lines = [geometry["arcs"]] if kind == "LineString" else geometry["arcs"]
        coordinates = [ring(one) for one in lines] if kind == "MultiLineString" else ring(lines[0])
    else:
        return json.dumps({"type": kind, "coordinates": geometry["coordinates"]})
    return json.dumps({"type": kind, "coordinates": coordinates})
