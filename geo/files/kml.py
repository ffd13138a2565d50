"""KML (OGC 12-007r2): the placemarks of a file, with their data and shapes; links in it are not followed."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from geo.errors import SourceError

__all__ = ["Placemark", "read_placemarks"]

_OWN: Final = ("name", "description", "address")
_TIMES: Final = ("when", "begin", "end")
_SHAPES: Final = ("Point", "LineString", "Polygon", "MultiGeometry", "Model", "Track", "LinearRing")


@dataclass(frozen=True)
class Placemark:
    """One placemark.

    Attributes
    ----------
    fields
        Its name, description and address, when it was (``when``, ``begin``, ``end``), and its data by their
        names; what stands first counts.
    shape
        Its first shape: Point, LineString, Polygon, MultiGeometry ...; empty where it has none.
    """

    fields: dict[str, str]
    shape: str
    _element: ET.Element

    def point(self) -> str | None:
        """The text of its point's coordinates, longitude first; None where its shape is another."""
        if self.shape != "Point":
            return None
        inside = next(one for one in self._element.iter() if _plain(one.tag) == "Point")
        return next((_text(one) for one in inside if _plain(one.tag) == "coordinates"), None)

    def areas(self) -> str | bytes | None:
        """Its polygons, or else its lines, as GeoJSON; bytes where a coordinate is no number."""
        polygons = [_polygon(one) for one in self._element.iter() if _plain(one.tag) == "Polygon"]
        if polygons:
            whole = json.dumps({"type": "MultiPolygon", "coordinates": polygons})
            return whole if all(polygons) else b"\0"
        lines = []
        for one in self._element.iter():
            if _plain(one.tag) == "LineString":
                text = next((_text(inner) for inner in one if _plain(inner.tag) == "coordinates"), "")
                try:
                    lines.append(_positions(text))
                except ValueError:
                    return b"\0"
        return json.dumps({"type": "MultiLineString", "coordinates": lines}) if lines else None


def read_placemarks(content: bytes, file: str) -> list[Placemark]:
    """The placemarks of a KML file.

    Raises
    ------
    SourceError
        If it is no XML, or declares a document type.
    """
    try:
        root = ET.fromstring(content, ET.XMLParser(target=_Tree()))  # noqa: S314 - _Tree refuses entities
    except _DocumentType:
        reason = "it declares a document type, which KML has not"
        raise SourceError(f"{file} cannot be read as KML: {reason}") from None
    except (ET.ParseError, ValueError, LookupError) as err:
        raise SourceError(f"{file} cannot be read as KML: damaged, or none ({str(err)[:160]})") from err
    return [_placemark(one) for one in root.iter() if _plain(one.tag) == "Placemark"]


class _DocumentType(Exception):  # noqa: N818 - caught above
    """A document type is declared."""


class _Tree(ET.TreeBuilder):
    """A tree of a file without a document type, whose entities may name files or unfold to gigabytes."""

    def doctype(self, *_: object) -> None:
        raise _DocumentType


def _placemark(element: ET.Element) -> Placemark:
    fields: dict[str, str] = {}
    for name, said in _said(element):
        if name:
            fields.setdefault(name, said)
    shapes = (_plain(one.tag) for one in element.iter())
    return Placemark(fields, next((name for name in shapes if name in _SHAPES), ""), element)


def _said(element: ET.Element) -> Iterator[tuple[str, str]]:
    for child in element:
        if _plain(child.tag) in _OWN:
            yield _plain(child.tag), _text(child)
        elif _plain(child.tag) in ("TimeStamp", "TimeSpan"):
            yield from ((_plain(one.tag), _text(one)) for one in child if _plain(one.tag) in _TIMES)
    for one in element.iter():
        if _plain(one.tag) == "SimpleData":
            yield one.get("name", ""), _text(one)
        elif _plain(one.tag) == "Data":
            value = next((_text(inner) for inner in one if _plain(inner.tag) == "value"), "")
            yield one.get("name", ""), value


def _plain(tag: Any) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _text(element: ET.Element) -> str:
    return (element.text or "").strip()


def _positions(text: str) -> list[list[float]]:
    return [[float(n) for n in point.split(",")[:2]] for point in text.split()]


def _polygon(element: ET.Element) -> list[list[list[float]]]:
    """Rings, the outer one first; nothing where a coordinate is no number."""
    rings: dict[str, list[list[list[float]]]] = {"outerBoundaryIs": [], "innerBoundaryIs": []}
    for side in element:
        for one in side.iter():
            if _plain(one.tag) == "coordinates" and _plain(side.tag) in rings:
                try:
                    rings[_plain(side.tag)].append(_positions(_text(one)))
                except ValueError:
                    return []
    return rings["outerBoundaryIs"] + rings["innerBoundaryIs"]
