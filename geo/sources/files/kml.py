"""KML as map programs write it: a row for each placemark, its data as columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from geo.errors import SourceError
from geo.files.kml import read_placemarks
from geo.sources.files.geometry import BROKEN, crs_of, points_table
from geo.sources.files.raw_table import RawTable
from geo.sources.files.records import from_records
from geo.types import EPSG

__all__ = ["read_kml"]

_NAMES: Final = {"name": "place", "when": "date", "begin": "start date", "end": "end date"}
"""What the fields of a placemark are called as columns; others keep their names."""


def read_kml(path: Path) -> RawTable:
    """The placemarks of a KML file; links to other files in it are not followed.

    Raises
    ------
    SourceError
        If it is damaged or has no placemark.
    """
    placemarks = read_placemarks(path.read_bytes(), str(path))
    if not placemarks:
        raise SourceError(f"{path}: XML without a placemark; of XML, only KML is read. Save it as CSV")
    shapes = np.empty(len(placemarks), dtype=object)
    types = np.array([one.shape for one in placemarks], dtype=object)
    records: list[dict[str, Any]] = []
    for number, placemark in enumerate(placemarks):
        record: dict[str, Any] = {}
        for name, said in placemark.fields.items():
            record.setdefault(_NAMES.get(name, name), said)
        records.append(record or {"place": ""})
        if placemark.shape != "Point":
            continue
        text = placemark.point()
        if text is None:
            types[number] = ""
            continue
        try:
            lon, lat = map(float, text.split(",")[:2])
            shapes[number] = shapely.Point(lon, lat)
        except ValueError:
            types[number] = f"{BROKEN}: its coordinates are no two numbers ({text[:60]})"
    table = from_records(path, records)
    points = points_table(shapes, crs_of(EPSG, str(path)))
    points["type"] = np.where(types == "Point", points["type"], types)
    table.geometry = points
    return table
