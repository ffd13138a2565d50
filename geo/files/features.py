"""Files of polygons, told by their content and taken apart without asking anything of anybody.

GeoJSON, TopoJSON, KML and GeoPackage are read here, FlatGeobuf and shapefiles by GDAL from a copy whose name
and content leave it one driver. No address in a file is asked, no other file is opened but the members of a
shapefile, and one broken geometry is one broken row.
"""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from geo.errors import BoundaryError, CrsError, DataNotFoundError, SourceError
from geo.files.gdal_copy import SHAPE_MEMBERS, read_copy, shape_members
from geo.files.geojson import features_of, stated_crs
from geo.files.geopackage_layer import read_layer
from geo.files.kml import read_placemarks
from geo.files.topojson import read_topojson

__all__ = ["MOST_FEATURES", "Features", "read_features"]

MOST_BYTES: Final = 1_000_000_000
"""Of a file, and of all that is unpacked from one."""
MOST_MEMBERS: Final = 2_000
MOST_RATIO: Final = 200
MOST_FEATURES: Final = 100_000
KINDS: Final = (
    "GeoJSON, TopoJSON, GeoPackage, FlatGeobuf, a shapefile, KML, GeoParquet, or a zip file with one of these"
)
_READABLE: Final = (
    ".geojson",
    ".json",
    ".topojson",
    ".gpkg",
    ".fgb",
    ".shp",
    ".kml",
    ".parquet",
    ".geoparquet",
)
_NAMED_CRS: Final = re.compile(
    r"(?:urn:ogc:def:crs:(?P<who>EPSG|OGC):[\w.]*:(?P<code>\w+)|(?P<who2>EPSG|OGC):+(?P<code2>\w+))",
    re.IGNORECASE,
)


@dataclass
class Features:
    """The features of a file.

    Attributes
    ----------
    frame
        Columns and geometry, in the CRS of the file; a geometry that cannot be read is missing.
    faults
        For each row whose geometry cannot be read: why.
    notes
        What the reader should be told.
    """

    frame: gpd.GeoDataFrame
    faults: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


Rows = tuple[list[dict[str, Any]], Sequence[Any], Any, list[str]]
"""Fields, geometries as they stand, CRS or nothing, notes."""


def read_features(path: Path, *, layer: str | None = None, crs: str | None = None) -> Features:
    """Read the features of a file.

    Parameters
    ----------
    path
        GeoJSON, TopoJSON, GeoPackage, FlatGeobuf, a shapefile, KML, GeoParquet, or a zip file with one of
        these in it, in a folder or not. What it is, is told by its content.
    layer
        Which layer, or which file of a zip, where there are several.
    crs
        The CRS of a file that does not say which it is in.

    Returns
    -------
    Features

    Raises
    ------
    DataNotFoundError
        If there is no such file.
    SourceError
        If it is none of these, damaged or too large.
    BoundaryError
        If it has several layers, or not the one asked for.
    CrsError
        If it says nothing of its CRS and none is given, or says another than is given.
    """
    if not path.is_file():
        raise DataNotFoundError(f"no file {str(path)!r}")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SourceError(f"{path.name} has {size:,} bytes; at most {MOST_BYTES:,} are read")
    with path.open("rb") as file:
        head = file.read(4_096)
    if head.startswith(b"PK"):
        with _unpacked(path, layer) as (member, inner):
            return read_features(member, layer=inner, crs=crs)
    if head.startswith(b"PAR1"):
        return _from_parquet(path, crs)
    fields, shapes, stated, notes = _reader_of(path, head)(path, layer)
    if len(fields) > MOST_FEATURES:
        raise SourceError(f"{path.name} has {len(fields):,} features; at most {MOST_FEATURES:,} are read")
    geometry, faults = _geometries(shapes)
    frame = gpd.GeoDataFrame(
        pd.DataFrame.from_records(fields, index=range(len(fields))),
        geometry=geometry,
        crs=_one_crs(path, stated, crs),
    )
    return Features(frame, faults, notes)


def _reader_of(path: Path, head: bytes) -> Callable[[Path, str | None], Rows]:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"SQLite format 3\0"):
        return _from_geopackage
    if head.startswith(b"fgb\x03fgb"):
        return _from_flatgeobuf
    if head.startswith(b"\x00\x00\x27\x0a"):
        return _from_shapefile
    if text.startswith(b"{"):
        return _from_json
    if text.startswith(b"<") and re.search(rb"<(?:\w+:)?kml[\s>]", head):
        return _from_kml
    raise SourceError(f"{path.name} cannot be read as a file of polygons: it is not {KINDS}")


# -- geometries and their CRS


def _geometries(shapes: Sequence[Any]) -> tuple[Any, dict[int, str]]:
    """Shapes of WKB, or of GeoJSON as text; why those that are missing now cannot be read."""
    geometry = np.empty(len(shapes), dtype=object)
    faults = {}
    for row, shape in enumerate(shapes):
        if shape is None:
            continue
        try:
            geometry[row] = (
                shapely.from_wkb(shape) if isinstance(shape, bytes) else shapely.from_geojson(shape)
            )
        except (shapely.errors.ShapelyError, ValueError, TypeError) as err:
            faults[row] = f"has a geometry that cannot be read ({_line(err)})"
    return geometry, faults


_UNDEFINED: Final = "Undefined "
"""How a GeoPackage names what stands for no coordinate reference system, geographic or not."""


def _one_crs(path: Path, stated: Any, given: str | None) -> pyproj.CRS:
    try:
        own = None if stated is None else pyproj.CRS.from_user_input(stated)
        if own is not None and (own.is_engineering or own.name.startswith(_UNDEFINED)):
            own = None
        asked = None if given is None else _named_crs(given)
    except pyproj.exceptions.CRSError as err:
        raise CrsError(f"{path.name}: its coordinate reference system cannot be read ({_line(err)})") from err
    if own is None:
        if asked is not None:
            return asked
        raise CrsError(
            f"{path.name} does not say in which coordinate reference system it is; say it with crs "
            "(--crs EPSG:4326, for degrees of longitude and latitude)"
        )
    if asked is not None and not own.equals(asked, ignore_axis_order=True):
        raise CrsError(f"{path.name} says that it is in {own.name}, not in {given}; leave crs out")
    return own


def _named_crs(name: str) -> pyproj.CRS:
    """A CRS by its code alone: a name may not be an address, or a file."""
    found = _NAMED_CRS.fullmatch(name.strip())
    if not found:
        raise CrsError(f"{name[:80]!r} is not a coordinate reference system as EPSG:4326 or EPSG:32642")
    try:
        return pyproj.CRS.from_authority(found["who"] or found["who2"], found["code"] or found["code2"])
    except pyproj.exceptions.CRSError as err:
        raise CrsError(f"no coordinate reference system {name[:80]!r}") from err


# -- formats


def _from_json(path: Path, layer: str | None) -> Rows:
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as err:
        raise SourceError(f"{path.name} cannot be read as GeoJSON: {_line(err)}") from err
    if not isinstance(content, dict):
        raise SourceError(f"{path.name} cannot be read as GeoJSON: it is no object")
    if content.get("type") == "Topology":
        fields, shapes = read_topojson(content, path.name, layer)
        # TopoJSON is in longitude and latitude, as GeoJSON is.
        return fields, shapes, "OGC:CRS84", []
    features = features_of(content, path.name)
    fields = [one["properties"] if isinstance(one.get("properties"), dict) else {} for one in features]
    shapes = [None if one.get("geometry") is None else json.dumps(one["geometry"]) for one in features]
    stated, notes = stated_crs(content.get("crs"), path.name)
    return fields, shapes, _named_crs(stated), [f"{path.name}: {note}" for note in notes]


def _from_kml(path: Path, _layer: str | None) -> Rows:
    placemarks = read_placemarks(path.read_bytes(), path.name)
    fields: list[dict[str, Any]] = [dict(one.fields) for one in placemarks]
    return fields, [one.areas() for one in placemarks], "OGC:CRS84", []


def _from_geopackage(path: Path, layer: str | None) -> Rows:
    def chosen(_: list[str], drawn: list[str]) -> str:
        return one_layer(path.name, drawn, layer)

    found = read_layer(path, chosen, most=MOST_FEATURES + 1)
    fields = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    return fields, found.shapes, found.crs, []


def one_layer(file: str, layers: list[str], asked: str | None) -> str:
    """The layer asked for, or the only one.

    Raises
    ------
    BoundaryError
        If there are several and none is asked for, or not the one that is.
    SourceError
        If there is none.
    """
    if asked is not None and asked not in layers:
        raise BoundaryError(f"{file} has no layer {asked!r}; there are: {', '.join(layers) or 'none'}")
    if asked is None and len(layers) != 1:
        several = (
            f"several layers: {', '.join(layers)}; say which with layer"
            if layers
            else "no layer with geometry"
        )
        raise BoundaryError(f"{file} has {several}") if layers else SourceError(f"{file} has {several}")
    return asked or layers[0]


def _from_flatgeobuf(path: Path, _layer: str | None) -> Rows:
    fields, shapes, meta = _by_gdal({".fgb": path}, path.name)
    return fields, shapes, meta["crs"], []


def _from_shapefile(path: Path, _layer: str | None) -> Rows:
    members = shape_members(path)
    stated = members.pop(".prj", None)
    fields, shapes, _ = _by_gdal(members, path.name)
    crs = None
    if stated is not None:
        try:
            crs = pyproj.CRS.from_wkt(stated.read_text(encoding="utf-8", errors="replace"))
        except pyproj.exceptions.CRSError as err:
            raise CrsError(f"{path.stem}.prj: no coordinate reference system ({_line(err)})") from err
    return fields, shapes, crs, []


def _by_gdal(members: dict[str, Path], name: str) -> tuple[list[dict[str, Any]], list[Any], dict[str, Any]]:
    meta, shapes, columns = read_copy(members, name, max_features=MOST_FEATURES + 1)
    if shapes is None:
        raise SourceError(f"{name} is a table without geometry")
    names = [str(column) for column in meta["fields"]]
    cells = [column.tolist() for column in columns]
    rows = zip(*cells, strict=True) if cells else ([] for _ in shapes)
    return [dict(zip(names, row, strict=True)) for row in rows], list(shapes), meta


def _from_parquet(path: Path, crs: str | None) -> Features:
    """GeoParquet, piece by piece, so that one that unpacks to much more than it should is noticed in time."""
    try:
        file = pq.ParquetFile(path)
        if file.metadata.num_rows > MOST_FEATURES:
            raise SourceError(
                f"{path.name} has {file.metadata.num_rows:,} features; at most {MOST_FEATURES:,} are read"
            )
        pieces, size = [], 0
        for piece in file.iter_batches(batch_size=256):
            size += piece.nbytes
            if size > MOST_BYTES:
                raise SourceError(f"{path.name} unpacks to more than {MOST_BYTES:,} bytes")
            pieces.append(piece)
        table = pa.Table.from_batches(pieces, schema=file.schema_arrow)
        about = json.loads((table.schema.metadata or {}).get(b"geo", b"null"))
        if not isinstance(about, dict):
            raise SourceError(f"{path.name} is a table without geometry")
        name = about["primary_column"]
        column = about["columns"][name]
        shapes = table.column(name).to_pylist()
        others = [one for one in table.column_names if one != name]
        frame = table.select(others).to_pandas(ignore_metadata=True)
        stated = column.get("crs", "OGC:CRS84")
        own = None if stated is None else pyproj.CRS.from_user_input(stated)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, pyproj.exceptions.CRSError) as err:
        if isinstance(err, SourceError):
            raise
        raise SourceError(f"{path.name} cannot be read as GeoParquet: {_line(err)}") from err
    geometry, faults = _geometries(shapes)
    return Features(gpd.GeoDataFrame(frame, geometry=geometry, crs=_one_crs(path, own, crs)), faults)


# -- zip files


@contextmanager
def _unpacked(path: Path, asked: str | None) -> Iterator[tuple[Path, str | None]]:
    """The one file of polygons in a zip file, unpacked into a folder that goes; and the layer in it."""
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory(prefix="durand-") as folder:
            members = _members(archive, path.name)
            found = [info for info in members if Path(info.filename).suffix.lower() in _READABLE]
            one = _chosen(path.name, found, members, asked)
            stem = one.filename[: -len(Path(one.filename).suffix)]
            together = [one]
            if one.filename.lower().endswith(".shp"):
                together = [
                    info
                    for info in members
                    if Path(info.filename).suffix.lower() in SHAPE_MEMBERS
                    and info.filename[: -len(Path(info.filename).suffix)] == stem
                ]
            for info in together:
                # Never by the name in the archive, which could lead out of the folder.
                _unpack(
                    archive,
                    info,
                    Path(folder, f"{_plain(Path(stem).name)}{Path(info.filename).suffix.lower()}"),
                )
            by_file = asked in (Path(one.filename).stem, one.filename, Path(one.filename).name)
            yield (
                Path(folder, f"{_plain(Path(stem).name)}{Path(one.filename).suffix.lower()}"),
                None if by_file else asked,
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as err:
        raise SourceError(f"{path.name} is damaged, locked, or not complete ({_line(err)})") from err


def _members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    if len(infos) > MOST_MEMBERS:
        raise SourceError(f"{name} has {len(infos):,} files in it; at most {MOST_MEMBERS:,} are looked at")
    hidden = ("__MACOSX/", ".")
    return [info for info in infos if not info.filename.startswith(hidden) and "/." not in info.filename]


def _chosen(
    name: str, found: list[zipfile.ZipInfo], members: list[zipfile.ZipInfo], asked: str | None
) -> zipfile.ZipInfo:
    if not found:
        there = ", ".join(info.filename for info in members[:8]) or "nothing"
        raise SourceError(f"{name} has no file of polygons in it ({KINDS}); there are: {there}")
    named = [
        info for info in found if asked in (info.filename, Path(info.filename).name, Path(info.filename).stem)
    ]
    if len(named) == 1 or len(found) == 1:
        return (named or found)[0]
    there = ", ".join(info.filename for info in found[:12])
    raise BoundaryError(f"{name} has several files of polygons: {there}; say which with layer")


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    if info.file_size > MOST_BYTES or (
        info.file_size > 20_000_000 and info.file_size > MOST_RATIO * info.compress_size
    ):
        raise SourceError(
            f"{info.filename[:80]!r} would unpack to {info.file_size:,} bytes, more than is read"
        )
    written = 0
    with archive.open(info) as part, target.open("wb") as file:
        while piece := part.read(1 << 20):
            written += len(piece)
            if written > MOST_BYTES:
                raise SourceError(f"{info.filename[:80]!r} unpacks to more than {MOST_BYTES:,} bytes")
            file.write(piece)


def _line(err: Exception) -> str:
    """What a library says, short and in one line."""
    return " ".join(str(err).split())[:160] or type(err).__name__


def _plain(name: str) -> str:
    return re.sub(r"[^\w.-]+", "_", name).strip(".")[:80] or "layer"
