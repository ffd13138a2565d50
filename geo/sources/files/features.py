"""Features with a geometry each: GeoJSON, GeoPackage, FlatGeobuf, shapefile, KML.

What a file is, is told by its content, and nothing else opens it: GeoJSON, KML and GeoPackage are taken apart
here, FlatGeobuf and shapefiles by GDAL under a name that no other driver of it takes. No address in a file is
asked and no other file is opened but the members of a shapefile.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.errors import SourceError
from geo.files.gdal_copy import SHAPE_MEMBERS, read_copy, shape_members
from geo.files.geojson import features_of, stated_crs
from geo.files.geopackage_layer import read_layer
from geo.sources.files.geometry import BROKEN, crs_of, points_of_wkb, points_table
from geo.sources.files.raw_table import RawTable
from geo.sources.files.records import frame_table, from_records, page_of

__all__ = ["SHAPE_MEMBERS", "read_geojson", "read_geopackage", "read_ogr"]

_MIDNIGHT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T00:00:00(?:\.0+)?(?:Z|\+00:00)?")


# ---------------------------------------------------------------- GeoJSON


def read_geojson(path: Path, content: dict[str, Any]) -> RawTable:
    """Features of GeoJSON, each on its own: one that is broken is one row.

    Raises
    ------
    SourceError
        If there are none, or the CRS is not known; one given as a link is not followed.
    """
    features = features_of(content, str(path))
    if not features:
        raise SourceError(f"{path}: GeoJSON without a feature")
    records = []
    for one in features:
        fields = one.get("properties")
        fields = dict(fields) if isinstance(fields, dict) else {}
        if isinstance(one.get("id"), str | int) and "id" not in fields:
            fields["id"] = one["id"]
        records.append(fields)
    if not any(records):
        records = [{"geometry": ""} for _ in records]
    stated, note = stated_crs(content.get("crs"), str(path))
    crs = crs_of(stated, str(path))
    shapes = np.empty(len(features), dtype=object)
    reasons = [""] * len(features)
    for number, one in enumerate(features):
        shapes[number], reasons[number] = _shape(one.get("geometry"))
    points = points_table(shapes, crs)
    told = np.array([f"{BROKEN}: {reason}" if reason else "" for reason in reasons], dtype=object)
    points["type"] = np.where(told != "", told, points["type"])
    table = from_records(path, records)
    table.geometry = points
    table.notes += note
    table.warnings += page_of(content, len(features))
    return table


def _shape(geometry: object) -> tuple[Any, str]:
    """A point, or what else the geometry is; why it cannot be read."""
    if geometry is None:
        return None, ""
    if not isinstance(geometry, dict):
        return None, "it is no object"
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Point":
        if coordinates == []:
            return None, ""
        pair = coordinates[:2] if isinstance(coordinates, list) else []
        if len(pair) < 2 or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in pair):
            return None, f"its coordinates are no two numbers ({str(coordinates)[:60]})"
        if not all(np.isfinite(float(n)) for n in pair):
            return None, "a coordinate is no number"
        return shapely.Point(float(pair[0]), float(pair[1])), ""
    try:
        return shapely.from_geojson(json.dumps(geometry)), ""
    except (shapely.errors.ShapelyError, TypeError, ValueError) as err:
        return None, str(err).partition("\n")[0][:120]


# ---------------------------------------------------------------- GeoPackage


def read_geopackage(path: Path, layer: str | None) -> RawTable:
    """A layer of a GeoPackage, read as the SQLite database that it is.

    Raises
    ------
    SourceError
        If it is damaged, no GeoPackage, has no such layer, or its CRS is not known.
    """

    def chosen(names: list[str], _: list[str]) -> str:
        if not names or (layer is not None and layer not in names):
            raise SourceError(f"{path}: no layer {layer!r}; there are: {', '.join(names) or 'none'}")
        return layer or names[0]

    found = read_layer(path, chosen)
    cells = {n: [_stored(row[n]) for row in found.rows] for n in range(len(found.columns))}
    frame = pd.DataFrame(cells, index=pd.RangeIndex(len(found.rows)), dtype="object")
    table = frame_table(frame.set_axis(found.columns, axis=1), path, found.name if layer else "")
    if found.drawn:
        table.geometry = points_of_wkb(found.shapes, crs_of(found.crs, str(path)))
    if found.others and layer is None:
        table.notes.append(
            f"layer {found.name!r} was read; there are also {', '.join(map(repr, found.others))} (--sheet)"
        )
    return table


def _stored(value: object) -> object:
    """What a cell holds; a day that the format can only store with a midnight is a day."""
    if isinstance(value, str) and _MIDNIGHT.fullmatch(value):
        return value[:10]
    return value


# ---------------------------------------------------------------- FlatGeobuf and shapefiles


def read_ogr(path: Path, suffix: str) -> RawTable:
    """A FlatGeobuf file or a shapefile, by GDAL, under a name of ours in a folder of its own.

    Raises
    ------
    SourceError
        If it is damaged, a member of the shapefile is missing, or it has no CRS.
    """
    members = shape_members(path) if suffix == ".shp" else {suffix: path}
    meta, blobs, fields = read_copy(members, str(path), datetime_as_string=True)
    cells = {n: [_stored(cell) for cell in values.tolist()] for n, values in enumerate(fields)}
    frame = pd.DataFrame(cells, dtype="object").set_axis(list(meta["fields"]), axis=1)
    table = frame_table(frame, path)
    if blobs is not None:
        table.geometry = points_of_wkb(blobs, crs_of(meta["crs"], str(path)))
    return table
