"""Tables whose columns have names: records, Parquet, and frames in memory."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.errors import SourceError
from geo.sources.files.limits import Limits, check_columns
from geo.sources.files.raw_table import TEXT, RawTable, cell_text

if TYPE_CHECKING:
    import pyarrow.parquet as pq

__all__ = ["frame_table", "from_records", "page_of", "read_parquet"]

_TOTALS: Final = ("TotalCount", "totalCount", "total_count", "total", "count", "numberMatched")
_MORE: Final = (
    "NextPageUrl",
    "nextPageUrl",
    "next_page_url",
    "next",
    "nextPage",
    "nextLink",
    "@odata.nextLink",
)
_HALF: Final = re.compile("[\ud800-\udfff]")
_ROWS_OF_ANY: Final = 500_000
_ROWS_A_BYTE: Final = 0.5
"""Rows of a Parquet file beyond those of any, by its size: more are rows of nothing, repeated."""
_EXCEEDED: Final = "exceededTransferLimit"


def from_records(path: Path, records: list[dict[str, Any]]) -> RawTable:
    """A table of objects; a field that an object lacks is empty."""
    names = list(dict.fromkeys(name for record in records for name in record))
    if not names:
        raise SourceError(f"{path}: its records have no fields")
    check_columns(len(names), path)
    lost = _Lost()
    columns = {
        n: _text_column([_json_cell(r.get(name)) for r in records], lost) for n, name in enumerate(names)
    }
    names = [_HALF.sub("\ufffd", name) for name in names]
    return RawTable(pd.DataFrame(columns), path, kind="records", names=names, warnings=lost.said())


@dataclass
class _Lost:
    """What no cell of text can hold: how many cells had it."""

    halves: int = 0
    blobs: int = 0

    def said(self) -> list[str]:
        told = []
        if self.halves:
            told.append(f"half a character (a lone surrogate) is replaced by \ufffd in {self.halves} cells")
        if self.blobs:
            cells = "1 cell" if self.blobs == 1 else f"{self.blobs:,} cells"
            told.append(f"bytes that are no text (UTF-8) are left out of {cells}")
        return told


def _text_column(cells: list[str], lost: _Lost) -> pd.Series:
    """A column of text; halves of a character, which no file holds, are replaced and counted."""
    try:
        return pd.Series(cells, dtype=TEXT)
    except UnicodeEncodeError:
        lost.halves += sum(_HALF.search(cell) is not None for cell in cells)
        return pd.Series([_HALF.sub("\ufffd", cell) for cell in cells], dtype=TEXT)


def _json_cell(value: object) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return cell_text(value)


def page_of(content: dict[str, Any], rows: int) -> list[str]:
    """What an answer of an API says of the rows that are not in it."""
    total = next((content[n] for n in _TOTALS if isinstance(content.get(n), int)), None)
    more = next((content[n] for n in _MORE if isinstance(content.get(n), str) and content[n]), None)
    if (total is not None and total > rows) or more or content.get(_EXCEEDED) is True:
        of = f"{rows} of {total}" if total is not None and total > rows else f"{rows}"
        where = f"; the next page is at {more[:200]}" if more else ""
        return [f"the file is one page of an answer: {of} rows are in it, there are more{where}"]
    return []


# ---------------------------------------------------------------- frames


def frame_table(frame: pd.DataFrame, path: Path, part: str = "") -> RawTable:
    """The rows of a frame as text, with the points of a GeoDataFrame; its index is not looked at.

    Raises
    ------
    SourceError
        If its geometry has no CRS.
    """
    import geopandas as gpd

    geometry = None
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None:
        from geo.sources.files.geometry import crs_of, points_table

        points = frame.geometry
        geometry = points_table(points.to_numpy(), crs_of(points.crs, str(path)))
        frame = pd.DataFrame(frame.drop(columns=frame.active_geometry_name))
    names = [str(name) for name in frame.columns]
    check_columns(len(names), path)
    lost = _Lost()
    columns = {n: _column_text(frame.iloc[:, n], lost) for n in range(len(names))}
    names = [_HALF.sub("\ufffd", name) for name in names]
    table = pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))
    found = RawTable(table, path, part, "records", names=names, geometry=geometry)
    found.warnings += lost.said()
    return found


def _column_text(values: pd.Series, lost: _Lost) -> pd.Series:
    """A column as text: each different cell is written once."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype("object")
    if isinstance(values.dtype, pd.StringDtype):
        return values.fillna("").astype(TEXT).reset_index(drop=True)
    if values.dtype == object or values.dtype == np.float16:
        cells = list(values.to_numpy())
    else:
        cells = values.to_numpy(dtype=object, na_value=None).tolist()
    texts = [_bare_text(cell) for cell in cells]
    lost.blobs += sum(
        not text and isinstance(cell, bytes) and cell != b"" for text, cell in zip(texts, cells, strict=True)
    )
    return _text_column(texts, lost)


def _bare_text(value: Any) -> str:
    if isinstance(value, list | dict):
        return _json_cell(value)
    if isinstance(value, np.ndarray):
        return str(value.tolist())
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, np.generic) and not isinstance(value, np.float16):
        value = value.item()
    return cell_text(value)


# ---------------------------------------------------------------- Parquet


def read_parquet(path: Path, limits: Limits) -> RawTable:
    """A Parquet or GeoParquet file.

    Raises
    ------
    SourceError
        If it is damaged, or larger in memory than is read.
    """
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            meta = file.metadata
            size = sum(meta.row_group(n).total_byte_size for n in range(meta.num_row_groups))
            if size > limits.expanded_bytes or meta.num_rows * meta.num_columns > 40 * limits.cells:
                raise SourceError(
                    f"{path}: {meta.num_rows:,} rows that unpack to {size:,} bytes; too much to read"
                )
            if meta.num_rows > _ROWS_OF_ANY + _ROWS_A_BYTE * path.stat().st_size:
                raise SourceError(
                    f"{path}: {meta.num_rows:,} rows in {path.stat().st_size:,} bytes; no table shrinks so "
                    "far, so it is not read"
                )
            check_columns(meta.num_columns, path, limits)
            spatial = (meta.metadata or {}).get(b"geo")
            texts = [f.name for f in file.schema_arrow if _is_text(f.type)]
        table = _bounded(pq.ParquetFile(path, read_dictionary=texts), path, limits)
    except SourceError:
        raise
    except (pa.ArrowException, ValueError, OSError, KeyError, TypeError) as err:
        raise SourceError(
            f"{path}: damaged, or not a Parquet file ({' '.join(str(err).split())[:160]})"
        ) from err
    geometry = None
    if spatial is not None:
        table, geometry = _geometry(table, spatial, path)
    frame = table.to_pandas(ignore_metadata=True, categories=[])
    found = frame_table(frame, path)
    found.geometry = geometry
    return found


def _is_text(dtype: pa.DataType) -> bool:
    return bool(pa.types.is_string(dtype) or pa.types.is_large_string(dtype) or pa.types.is_binary(dtype))


def _bounded(file: pq.ParquetFile, path: Path, limits: Limits) -> pa.Table:
    """The rows, read so that a cell repeated in them lies in memory once until their size is known."""
    with file:
        pieces, size = [], 0
        for batch in file.iter_batches(batch_size=65_536):
            for column in batch.columns:
                size += _expanded(column)
            if size > limits.sheet_bytes:
                raise SourceError(
                    f"{path}: its cells are more than {limits.sheet_bytes:,} bytes of text; too much to read"
                )
            pieces.append(batch)
        schema = pieces[0].schema if pieces else file.schema_arrow
        table = pa.Table.from_batches(pieces, schema=schema)
    plain = [
        pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
        for f in table.schema
    ]
    return table.cast(pa.schema(plain))


def _expanded(column: pa.Array) -> int:
    """How many bytes a column is without its dictionary."""
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary)
    return int(pc.sum(lengths.take(column.indices)).as_py() or 0)


def _geometry(table: pa.Table, stated: bytes, path: Path) -> tuple[pa.Table, pd.DataFrame]:
    from geo.sources.files.geometry import crs_of, points_of_wkb, points_table

    try:
        meta = json.loads(stated)
        name = meta["primary_column"]
        about = meta["columns"][name]
        column = table.column(name)
    except (ValueError, KeyError, TypeError) as err:
        raise SourceError(f"{path}: its geometry is not described as GeoParquet asks ({err!r})") from err
    crs = crs_of(about.get("crs", "OGC:CRS84"), str(path))
    if about.get("encoding") == "WKB":
        points = points_of_wkb(column.to_pylist(), crs)
    elif about.get("encoding") == "point":
        import shapely

        cells = [cell or {} for cell in column.to_pylist()]
        xy = np.array([[c.get("x", np.nan), c.get("y", np.nan)] for c in cells], dtype="float64")
        points = points_table(shapely.points(xy.reshape(-1, 2)), crs)
    else:
        raise SourceError(f"{path}: geometry of encoding {about.get('encoding')!r}; WKB and point are read")
    others = [n for n in table.column_names if n == name or meta["columns"].get(n)]
    return table.drop_columns(others), points
