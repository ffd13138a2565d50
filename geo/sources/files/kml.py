"""KML as map programs write it: a row for each placemark, its data as columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np
import shapely

from geo.errors import SourceError
from geo.sources.files.geometry import BROKEN, crs_of, points_table
from geo.sources.files.raw_table import RawTable
from geo.sources.files.records import from_records
from geo.types import EPSG

__all__ = ["read_kml"]

_FIELDS = {"name": "place", "description": "description", "address": "address", "when": "date"}
_FIELDS |= {"begin": "start date", "end": "end date"}
_SHAPES = ("Point", "LineString", "Polygon", "MultiGeometry", "Model", "Track", "LinearRing")


class _Walk:
    """The state of a walk through a KML file."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.points: list[str | None] = []
        self.types: list[str] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._field = ""
        self._open = False

    def start(self, name: str, given: dict[str, str]) -> None:
        element = name.rpartition(" ")[2]
        self._path.append(element)
        self._text = []
        if element == "Placemark":
            self.records.append({})
            self.points.append(None)
            self.types.append("")
            self._open = True
        elif self._open and element in ("Data", "SimpleData"):
            self._field = given.get("name", "")
        elif self._open and element in _SHAPES and not self.types[-1]:
            self.types[-1] = element

    def text(self, said: str) -> None:
        self._text.append(said)

    def end(self, name: str) -> None:
        element = name.rpartition(" ")[2]
        said = "".join(self._text).strip()
        if self._open:
            record = self.records[-1]
            parent = self._path[-2] if len(self._path) > 1 else ""
            if element == "SimpleData" or (element == "value" and parent == "Data"):
                record.setdefault(self._field, said)
            elif element in _FIELDS and parent in ("Placemark", "TimeStamp", "TimeSpan"):
                record.setdefault(_FIELDS[element], said)
            elif element == "coordinates" and parent == "Point" and self.types[-1] == "Point":
                self.points[-1] = said
            elif element == "Placemark":
                self._open = False
        self._path.pop()
        self._text = []


def read_kml(path: Path) -> RawTable:
    """The placemarks of a KML file; links to other files in it are not followed.

    Raises
    ------
    SourceError
        If it is damaged or has no placemark.
    """
    walk = _Walk()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise SourceError(f"{path}: KML with a document type, which is not read")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler = walk.text
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as err:
        raise SourceError(f"{path}: damaged, or not KML ({err})") from err
    if not walk.records:
        raise SourceError(f"{path}: XML without a placemark; of XML, only KML is read. Save it as CSV")
    shapes = np.empty(len(walk.records), dtype=object)
    types = np.array(walk.types, dtype=object)
    for number, text in enumerate(walk.points):
        if text is not None:
            try:
                lon, lat = map(float, text.split(",")[:2])
                shapes[number] = shapely.Point(lon, lat)
            except ValueError:
                types[number] = f"{BROKEN}: its coordinates are no two numbers ({text[:60]})"
        elif types[number] == "Point":
            types[number] = ""
    table = from_records(path, [record or {"place": ""} for record in walk.records])
    points = points_table(shapes, crs_of(EPSG, str(path)))
    points["type"] = np.where(types == "Point", points["type"], types)
    table.geometry = points
    return table
