"""KML: polygons of its placemarks, or their lines (OGC 12-007r2); links to other files are not followed."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import Any

from geo.errors import SourceError

__all__ = ["read_kml"]


def read_kml(content: bytes, file: str) -> tuple[list[dict[str, Any]], list[str | bytes | None]]:
    """Fields and geometries (GeoJSON as text) of the placemarks.

    Raises
    ------
    SourceError
        If it is no XML, or declares entities of its own.
    """
    # An entity may name a file, or unfold to gigabytes; KML has none.
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", content, re.IGNORECASE):
        raise SourceError(f"{file} cannot be read as KML: it declares a document type, which KML has not")
    try:
        root = ET.fromstring(content)  # noqa: S314 - entities are refused above
    except (ET.ParseError, ValueError, LookupError) as err:
        raise SourceError(f"{file} cannot be read as KML: {str(err)[:160]}") from err
    fields: list[dict[str, Any]] = []
    shapes: list[str | bytes | None] = []
    for placemark in root.iter():
        if _plain(placemark.tag) != "Placemark":
            continue
        fields.append(_fields(placemark))
        polygons = [_polygon(one) for one in placemark.iter() if _plain(one.tag) == "Polygon"]
        whole = json.dumps({"type": "MultiPolygon", "coordinates": polygons})
        if polygons:
            shapes.append(whole if all(polygons) else b"\0")
        else:
            shapes.append(_lines(placemark))
    return fields, shapes


def _lines(placemark: ET.Element) -> str | bytes | None:
    """The lines of a placemark as GeoJSON; nothing where it has none."""
    lines = []
    for one in placemark.iter():
        if _plain(one.tag) == "LineString":
            text = next((inner.text or "" for inner in one if _plain(inner.tag) == "coordinates"), "")
            try:
                lines.append([[float(n) for n in point.split(",")[:2]] for point in text.split()])
            except ValueError:
                return b"\0"
    return json.dumps({"type": "MultiLineString", "coordinates": lines}) if lines else None


def _plain(tag: Any) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _fields(placemark: ET.Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in placemark:
        if _plain(child.tag) in ("name", "description"):
            found[_plain(child.tag)] = (child.text or "").strip()
    for one in placemark.iter():
        if _plain(one.tag) == "SimpleData" and one.get("name"):
            found[str(one.get("name"))] = (one.text or "").strip()
        elif _plain(one.tag) == "Data" and one.get("name"):
            value = next((inner.text for inner in one if _plain(inner.tag) == "value"), "")
            found[str(one.get("name"))] = (value or "").strip()
    return found


def _polygon(element: ET.Element) -> list[list[list[float]]]:
    """Rings, the outer one first; nothing where a coordinate is no number."""
    rings: dict[str, list[list[list[float]]]] = {"outerBoundaryIs": [], "innerBoundaryIs": []}
    for side in element:
        for one in side.iter():
            if _plain(one.tag) == "coordinates" and _plain(side.tag) in rings:
                try:
                    ring = [[float(n) for n in point.split(",")[:2]] for point in (one.text or "").split()]
                except ValueError:
                    return []
                rings[_plain(side.tag)].append(ring)
    return rings["outerBoundaryIs"] + rings["innerBoundaryIs"]
