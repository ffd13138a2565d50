"""Features with a geometry each: GeoJSON, GeoPackage, FlatGeobuf, shapefile, KML.

What a file is, is told by its content, and nothing else opens it: GeoJSON, KML and GeoPackage are taken apart
here, FlatGeobuf and shapefiles by GDAL under a name that no other driver of it takes. No address in a file is
asked and no other file is opened but the members of a shapefile.
"""

from __future__ import annotations

import glob
import json
import re
import shutil
import sqlite3
import struct
import tempfile
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import numpy as np
import pandas as pd
import shapely

from geo.errors import SourceError
from geo.sources.files.geometry import BROKEN, crs_of, points_of_wkb, points_table
from geo.sources.files.raw_table import RawTable
from geo.sources.files.records import frame_table, from_records, page_of
from geo.types import EPSG

__all__ = ["SHAPE_MEMBERS", "read_geojson", "read_geopackage", "read_ogr"]

SHAPE_MEMBERS: Final = (".shp", ".dbf", ".shx", ".prj", ".cpg")
"""What makes a shapefile; without the second it has no columns."""

_MIDNIGHT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T00:00:00(?:\.0+)?(?:Z|\+00:00)?")
_ENVELOPES: Final = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
"""Bytes of the envelope of a geometry in a GeoPackage (OGC 12-128r18, table 6), by its code."""


# ---------------------------------------------------------------- GeoJSON


def read_geojson(path: Path, content: dict[str, Any]) -> RawTable:
    """Features of GeoJSON, each on its own: one that is broken is one row.

    Raises
    ------
    SourceError
        If there are none, or the CRS is not known; one given as a link is not followed.
    """
    features = content.get("features", [content])
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise SourceError(f"{path}: GeoJSON whose features are no list of objects")
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
    crs, note = _geojson_crs(path, content.get("crs"))
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
    table.warnings = page_of(content, len(features))
    return table


def _geojson_crs(path: Path, stated: object) -> tuple[Any, list[str]]:
    if stated is None:
        return crs_of("OGC:CRS84", str(path)), []
    kind = stated.get("type") if isinstance(stated, dict) else None
    about = stated.get("properties") if isinstance(stated, dict) else None
    if kind == "name" and isinstance(about, dict) and isinstance(about.get("name"), str):
        return crs_of(about["name"], str(path)), []
    if kind == "link":
        note = "its CRS is given as a link, which is not followed: read as longitude and latitude (EPSG:4326)"
        return crs_of(EPSG, str(path)), [note]
    raise SourceError(f"{path}: its CRS cannot be read; GeoJSON is longitude and latitude without one")


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
    try:
        # By its absolute name and for reading alone: no journal, and no second file, is written or opened.
        uri = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        base = sqlite3.connect(uri, uri=True)
        try:
            base.execute("PRAGMA trusted_schema = OFF")
            base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            return _layer(base, path, layer)
        finally:
            base.close()
    except (sqlite3.Error, UnicodeError, struct.error, OverflowError) as err:
        raise SourceError(f"{path}: damaged, or not a GeoPackage ({str(err)[:160]})") from err


def _layer(base: sqlite3.Connection, path: Path, layer: str | None) -> RawTable:
    tables = {row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"gpkg_contents", "gpkg_spatial_ref_sys"} <= tables:
        raise SourceError(f"{path}: an SQLite file, and no GeoPackage; save the layer as GeoPackage or CSV")
    names = [
        r[0]
        for r in base.execute(
            "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes')"
        )
    ]
    names = [name for name in names if name in tables]
    if not names or (layer is not None and layer not in names):
        raise SourceError(f"{path}: no layer {layer!r}; there are: {', '.join(names) or 'none'}")
    name = layer or names[0]
    at: str | None = None
    crs: Any = None
    if "gpkg_geometry_columns" in tables:
        found = base.execute(
            "SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (name,)
        ).fetchone()
        if found is not None:
            at, crs = found[0], _srs(base, path, found[1])
    quoted = '"' + name.replace('"', '""') + '"'
    keys = {row[1] for row in base.execute(f"PRAGMA table_info({quoted})") if row[5]}
    rows = base.execute(f"SELECT * FROM {quoted}")  # noqa: S608 - the name of a table of the file, quoted
    columns = [column[0] for column in rows.description]
    cells = rows.fetchall()
    keep = [n for n, column in enumerate(columns) if column != at and column not in keys]
    frame = pd.DataFrame(
        {n: pd.Series([_stored(row[k]) for row in cells], dtype="object") for n, k in enumerate(keep)},
        index=pd.RangeIndex(len(cells)),
    ).set_axis([columns[k] for k in keep], axis=1)
    table = frame_table(frame, path, name if layer else "")
    if at is not None:
        where = columns.index(at)
        blobs = [_wkb(row[where]) for row in cells]
        table.geometry = points_of_wkb(blobs, crs)
    if len(names) > 1 and layer is None:
        table.notes.append(
            f"layer {name!r} was read; there are also {', '.join(map(repr, names[1:]))} (--sheet)"
        )
    return table


def _stored(value: object) -> object:
    """What a cell holds; a day that the format can only store with a midnight is a day."""
    if isinstance(value, bytes):
        return None
    if isinstance(value, str) and _MIDNIGHT.fullmatch(value):
        return value[:10]
    return value


def _srs(base: sqlite3.Connection, path: Path, number: int) -> Any:
    if number in (0, -1):
        return crs_of(None, str(path))
    found = base.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys "
        "WHERE srs_id = ?",
        (number,),
    ).fetchone()
    if found is None:
        return crs_of(None, str(path))
    if str(found[0]).upper() == "EPSG":
        return crs_of(f"EPSG:{int(found[1])}", str(path))
    return crs_of(found[2], str(path))


def _wkb(blob: object) -> bytes | None:
    """The WKB in a geometry of a GeoPackage; what is none is left to be found broken."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        return b"\0"
    flags = blob[3]
    return blob[8 + _ENVELOPES.get((flags >> 1) & 7, len(blob)) :] or b"\0"


# ---------------------------------------------------------------- FlatGeobuf and shapefiles


def read_ogr(path: Path, suffix: str) -> RawTable:
    """A FlatGeobuf file or a shapefile, by GDAL, under a name of ours in a folder of its own.

    Raises
    ------
    SourceError
        If it is damaged, a member of the shapefile is missing, or it has no CRS.
    """
    from pyogrio import raw
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

    with tempfile.TemporaryDirectory(prefix="durand-") as folder:
        target = Path(folder, f"table{suffix}")
        members = [path] if suffix != ".shp" else _members(path)
        for member in members:
            shutil.copyfile(member, target.with_suffix(member.suffix.lower()) if suffix == ".shp" else target)
        try:
            meta, _, blobs, fields = raw.read(target, datetime_as_string=True, force_2d=True)
        except (
            DataSourceError,
            DataLayerError,
            FeatureError,
            FieldError,
            GeometryError,
            IndexError,
            ValueError,
            RuntimeError,
        ) as err:
            said = str(err).replace(str(target), path.name)[:160]
            raise SourceError(f"{path}: damaged, or not a file of features ({said})") from err
    cells = {n: [_stored(cell) for cell in values.tolist()] for n, values in enumerate(fields)}
    frame = pd.DataFrame(cells, dtype="object").set_axis(list(meta["fields"]), axis=1)
    table = frame_table(frame, path)
    if blobs is not None:
        table.geometry = points_of_wkb(blobs, crs_of(meta["crs"], str(path)))
    return table


def _members(path: Path) -> list[Path]:
    beside = {member.suffix.lower(): member for member in path.parent.glob(f"{glob.escape(path.stem)}.*")}
    if ".dbf" not in beside:
        raise SourceError(
            f"{path}: a shapefile without {path.stem}.dbf, which holds its columns; put the files together, "
            "or save it as GeoPackage"
        )
    return [beside[suffix] for suffix in SHAPE_MEMBERS if suffix in beside]
