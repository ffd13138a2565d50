"""Tables of points too large for memory: located piece by piece from Parquet to Parquet."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from geo.analysis.locate import answer_columns, locate_frame, own_names
from geo.arguments import checked
from geo.errors import CrsError, DataNotFoundError, SchemaError, SourceError
from geo.events.given import warn_without_precision
from geo.events.points import Where, points_of, precision_of
from geo.files.whole import check_outputs, written_whole
from geo.types import Floats

__all__ = ["added_columns", "locate_file", "parquet_files"]

WKB_POINT: Final = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
"""OGC 06-103r4, little-endian."""

Progress = Callable[[int, int], None]
"""Told after each piece how many rows are done, of how many."""

ROWS_AT_ONCE: Final = 200_000
"""With it the peak stays under 1 GB for any length of file; larger pieces are not faster."""

READ: Final = (
    "where_precision",
    "radius_m",
    "dataset",
    "adm1_source",
    "adm2_source",
    "country_source",
    "border_units",
    "place",
    "summary",
)
"""The columns that locate uses; the others go from file to file without becoming Python objects."""

BUFFER_BYTES: Final = 1 << 20
"""Columns of a row group are read through buffers of this size, not whole."""


@checked
def locate_file(
    source: str | Path,
    target: str | Path,
    *,
    rows_at_once: int = ROWS_AT_ONCE,
    overwrite: bool = False,
    progress: bool | Progress | None = None,
    workers: int = 1,
) -> int:
    """Locate the points of a Parquet file of any length, in memory that does not grow with it.

    Parameters
    ----------
    source
        GeoParquet of points in any CRS (encoded as WKB or as coordinates), or plain Parquet with columns
        ``lon`` and ``lat`` in degrees (EPSG:4326); or a folder of such files, taken in the order of their
        names as one table.
    target
        ``.parquet`` file to write. It has the rows and columns of `source` as they are and in their order,
        and those of :func:`geo.locate`, whose answers these are.
    rows_at_once
        Rows of a piece. Memory is needed for one piece: about 1 KB a row, and 300 MB for the libraries
        and the line.
    overwrite
        Whether a file of the name of `target` may be replaced.
    progress
        True for a bar on stderr, False for none, None for one if stderr is a terminal; or a function that is
        given (rows done, rows in all) after each piece.
    workers
        Threads that share the work of a piece.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    DataNotFoundError
        If `source` is not there, or a folder without Parquet files.
    SourceError
        If it is no Parquet, or its files differ in columns.
    SchemaError
        If it has neither point geometry nor ``lon`` and ``lat``; if `target` is no ``.parquet``, is there
        already, is `source`, or has no folder; as for :func:`geo.locate`. The message then names the rows of
        the piece.
    CrsError
        If the geometry has no CRS.

    Notes
    -----
    `target` appears whole or not at all: the pieces go to a hidden folder beside it, which is renamed at the
    end and removed on any error.

    Examples
    --------
    >>> import geo, geopandas as gpd, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = geo.write_table(geo.read_events().events, f"{folder}/events.parquet")
    ...     rows = geo.locate_file(path, f"{folder}/located.parquet")
    ...     located = gpd.read_parquet(f"{folder}/located.parquet")
    >>> rows, located["side"].iloc[0], located["adm1"].iloc[0]
    (93, 'PK', 'PK-KP')
    """
    source, target = Path(source), Path(target)
    if not (isinstance(rows_at_once, int) and rows_at_once > 0):
        raise SchemaError(f"rows_at_once is a whole number from 1 up, not {rows_at_once!r}")
    files = parquet_files(source)
    _check_target(files, target, overwrite=overwrite)
    opened = [_open(path) for path in files]
    total = sum(file.metadata.num_rows for file in opened)
    points = PointColumns.of(opened[0].schema_arrow, files[0])
    for path, file in zip(files, opened, strict=True):
        if not file.schema_arrow.equals(opened[0].schema_arrow, check_metadata=False):
            raise SourceError(f"{path} has other columns than {files[0]}; files of one folder must agree")
        if PointColumns.of(file.schema_arrow, path) != points:
            raise SourceError(f"{path} has its points in another form or CRS than {files[0]}")
    metadata = dict(opened[0].schema_arrow.metadata or {})
    warn_without_precision(opened[0].schema_arrow.empty_table().to_pandas(ignore_metadata=True), rows=total)
    done = 0
    with _shown(progress, total) as show, written_whole(target, overwrite=overwrite) as part:
        writer = None
        try:
            for piece in _pieces(opened, rows_at_once):
                located = _located(piece, points, first_row=done, workers=workers)
                if writer is None:
                    metadata = _metadata(metadata, single=len(files) == 1)
                    writer = pq.ParquetWriter(
                        part,
                        located.schema.with_metadata(metadata),
                        compression="zstd",
                        use_dictionary=_repeated(located.schema),
                    )
                writer.write_table(located.replace_schema_metadata(metadata))
                done += len(piece)
                show(done, total)
        finally:
            if writer is not None:
                writer.close()
    return done


def parquet_files(source: Path) -> list[Path]:
    """The Parquet file of that name, or those of the folder, hidden ones left out."""
    if source.is_dir():
        files = sorted(
            path
            for path in source.rglob("*.parquet")
            if not any(part.startswith((".", "_")) for part in path.relative_to(source).parts)
        )
        if not files:
            raise DataNotFoundError(f"the folder {str(source)!r} holds no .parquet files")
        return files
    if not source.is_file():
        raise DataNotFoundError(f"there is no file or folder {str(source)!r}")
    return [source]


def _check_target(sources: list[Path], target: Path, *, overwrite: bool) -> None:
    """Refuse a target before any work is done for it."""
    if target.suffix.lower() != ".parquet":
        raise SchemaError(f"located points go to a .parquet file; got {target.name!r}")
    check_outputs([target], inputs=sources, overwrite=overwrite)


class PointColumns:
    """Where a Parquet table keeps its points.

    Attributes
    ----------
    columns
        Name of the geometry column, or those of longitude and latitude.
    encoding
        ``WKB``, ``point`` (GeoArrow coordinates) or ``degrees`` (two columns of numbers).
    crs
        Of the coordinates.
    degrees
        Whether it is EPSG:4326.
    """

    def __init__(self, columns: tuple[str, ...], encoding: str, crs: pyproj.CRS) -> None:
        self.columns = columns
        self.encoding = encoding
        self.crs = crs
        self.degrees = crs.to_epsg() == 4326

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PointColumns) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # compared, never a key

    @classmethod
    def of(cls, schema: pa.Schema, path: Path) -> PointColumns:
        """Read it from the metadata of GeoParquet 1.0 and 1.1, or else from the names of columns."""
        stated = (schema.metadata or {}).get(b"geo")
        if stated is None:
            if not {"lon", "lat"} <= set(schema.names):
                raise SchemaError(
                    f"{path} is no GeoParquet and has no columns lon and lat; "
                    f"it has {', '.join(schema.names)}"
                )
            return cls(("lon", "lat"), "degrees", pyproj.CRS("EPSG:4326"))
        try:
            document = json.loads(stated)
            name = document["primary_column"]
            column = document["columns"][name]
            encoding = column["encoding"]
        except (ValueError, KeyError, TypeError) as err:
            raise SourceError(f"{path} has broken GeoParquet metadata: {err!r}") from err
        if encoding not in ("WKB", "point") or name not in schema.names:
            raise SchemaError(
                f"{path} keeps {name!r} as {encoding!r}; points can be read from the encodings WKB and point"
            )
        # GeoParquet: without the key the coordinates are degrees in the order lon, lat; null is unknown.
        crs = column.get("crs", "OGC:CRS84")
        if crs is None:
            raise CrsError(f"{path}: the geometry has no CRS; set it and write the file again")
        known = pyproj.CRS.from_user_input(crs)
        return cls((name,), encoding, pyproj.CRS("EPSG:4326") if known.equals("OGC:CRS84") else known)

    def where(self, piece: pa.Table, told: pd.DataFrame) -> Where:
        """The points of a piece of the table in degrees, and what its rows say of their precision."""
        pairs = None
        if self.degrees:
            pairs = _plain_wkb(piece.column(self.columns[0])) if self.encoding == "WKB" else self._axes(piece)
        if pairs is None:
            geometry = self.geometry(piece)
            return points_of(gpd.GeoDataFrame(told.set_index(geometry.index), geometry=geometry))
        lon, lat = pairs
        known = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
        if not known.all():
            lon, lat = np.where(known, lon, np.nan), np.where(known, lat, np.nan)
        return Where(lon, lat, known, precision_of(told))

    def geometry(self, piece: pa.Table) -> gpd.GeoSeries:
        """The points of a piece of the table."""
        if self.encoding == "WKB":
            wkb = piece.column(self.columns[0]).to_numpy()
            try:
                return gpd.GeoSeries(shapely.from_wkb(wkb), crs=self.crs)
            except shapely.errors.ShapelyError as err:
                raise SourceError(f"the column {self.columns[0]!r} holds what is no WKB: {err}") from err
        x, y = self._axes(piece)
        geometry = np.full(len(piece), None, dtype=object)
        there = ~(np.isnan(x) | np.isnan(y))
        geometry[there] = shapely.points(x[there], y[there])
        return gpd.GeoSeries(geometry, crs=self.crs)

    def _axes(self, piece: pa.Table) -> tuple[Floats, Floats]:
        """Coordinates that are stored as numbers; NaN where there are none."""
        if self.encoding == "point":
            pairs = piece.column(self.columns[0]).combine_chunks()
            axes = (
                (pairs.field("x"), pairs.field("y"))
                if pa.types.is_struct(pairs.type)
                else (pairs.flatten()[0::2], pairs.flatten()[1::2])
            )
            missing = pairs.is_null().to_numpy(zero_copy_only=False)
        else:
            axes = tuple(piece.column(name).combine_chunks() for name in self.columns)
            missing = np.zeros(len(piece), dtype=bool)
        try:
            x, y = (
                axis.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64) for axis in axes
            )
        except pa.ArrowInvalid as err:
            raise SchemaError(f"{' and '.join(self.columns)} must be numbers in degrees: {err}") from err
        return np.where(missing, np.nan, x), np.where(missing, np.nan, y)


def _plain_wkb(column: pa.ChunkedArray) -> tuple[Floats, Floats] | None:
    """Coordinates of WKB that is points of two coordinates alone, as little-endian machines write them."""
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks)
    large = pa.types.is_large_binary(whole.type)
    if not (large or pa.types.is_binary(whole.type)) or whole.null_count or not len(whole):
        return None
    _, places, data = whole.buffers()
    kind = np.dtype(np.int64 if large else np.int32)
    offsets = np.frombuffer(places, dtype=kind, count=len(whole) + 1, offset=whole.offset * kind.itemsize)
    if (np.diff(offsets) != WKB_POINT.itemsize).any():
        return None
    points = np.frombuffer(data, dtype=WKB_POINT, count=len(whole), offset=int(offsets[0]))
    if (points["order"] != 1).any() or (points["kind"] != 1).any():
        return None
    return points["x"].astype(np.float64), points["y"].astype(np.float64)


def _open(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, buffer_size=BUFFER_BYTES, pre_buffer=False)
    except pa.ArrowInvalid as err:
        raise SourceError(f"{path} is no Parquet file: {' '.join(str(err).split())}") from err


def _pieces(files: list[pq.ParquetFile], rows_at_once: int) -> Iterator[pa.Table]:
    """Rows in their order; at least one piece, so that an empty table gets its columns too."""
    some = False
    for file in files:
        for batch in file.iter_batches(batch_size=rows_at_once):
            some = True
            yield pa.Table.from_batches([batch])
    if not some:
        yield files[0].schema_arrow.empty_table()


def _located(piece: pa.Table, points: PointColumns, *, first_row: int, workers: int) -> pa.Table:
    """A piece with the columns of locate, its own left as they are."""
    told = piece.select([name for name in READ if name in piece.column_names]).to_pandas(ignore_metadata=True)
    try:
        where = points.where(piece, told)
        located = answer_columns(told, where, workers=workers)
    except SchemaError as err:
        last = first_row + len(piece)
        raise SchemaError(f"rows {first_row + 1} to {last}: {err}") from err
    renamed = own_names(piece.column_names, list(located))
    piece = piece.rename_columns([renamed.get(name, name) for name in piece.column_names])
    for name, values in located.items():
        column = pa.array(values, from_pandas=True)
        if name in piece.column_names:
            piece = piece.set_column(piece.column_names.index(name), name, column)
        else:
            piece = piece.append_column(name, column)
    return piece


def added_columns() -> list[str]:
    """What locate adds, as it says itself."""
    bare = gpd.GeoDataFrame(geometry=gpd.GeoSeries([], crs="EPSG:4326"))
    return [name for name in locate_frame(bare).columns if name != "geometry"]


def _repeated(schema: pa.Schema) -> list[str]:
    """Columns of which Parquet should look for values that come again; in coordinates it looks in vain."""
    numbers = (pa.types.is_floating, pa.types.is_binary, pa.types.is_large_binary, pa.types.is_nested)
    return [field.name for field in schema if not any(is_one(field.type) for is_one in numbers)]


def _metadata(given: dict[bytes, bytes], *, single: bool) -> dict[bytes, bytes]:
    """Metadata of the target: those of the source but for what is no longer true."""
    metadata = dict(given)
    if b"pandas" in metadata:
        # Columns that it does not describe come back as their Arrow types say, which is what is wanted.
        document: dict[str, Any] = json.loads(metadata[b"pandas"])
        document["columns"] = [entry for entry in document["columns"] if entry["name"] not in added_columns()]
        if not single:
            document["index_columns"] = [name for name in document["index_columns"] if isinstance(name, str)]
        metadata[b"pandas"] = json.dumps(document).encode()
    if b"geo" in metadata and not single:
        # The bounds stated are those of the first file alone.
        geo = json.loads(metadata[b"geo"])
        for column in geo["columns"].values():
            column.pop("bbox", None)
        metadata[b"geo"] = json.dumps(geo).encode()
    return metadata


@contextmanager
def _shown(progress: bool | Progress | None, total: int) -> Iterator[Progress]:
    """A function to tell how far it is."""
    if callable(progress):
        yield progress
        return
    if not (sys.stderr.isatty() if progress is None else progress):
        yield lambda _done, _total: None
        return
    import click

    with click.progressbar(length=total, label="locating", file=sys.stderr) as bar:
        yield lambda done, _total: bar.update(done - bar.pos)
