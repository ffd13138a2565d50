"""CSV in our own columns, UTF-8, the position in `lon` and `lat`."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from geo.errors import DataNotFoundError, SourceError
from geo.events.columns import EVENT_COLUMNS, POSITION_COLUMNS, Column
from geo.events.faults import Fault, FaultLog
from geo.events.given import all_sites, no_precision
from geo.events.validation import check_header, validate_events
from geo.files.csv_injection import restore_formulas
from geo.sources.files.open import RawTable
from geo.sources.reader_tools import Mapped, SourceRows, named_rows

__all__ = ["detect", "map_records", "read", "read_csv", "read_mapped"]

COLUMNS = (*EVENT_COLUMNS, *POSITION_COLUMNS)

_HEADER_BYTES = 65_536

NOT_TEXT = {
    b"PK\x03\x04": "a zip or spreadsheet file",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF",
    b"SQLite format 3": "a GeoPackage or another SQLite file",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
}
"""How files begin that are taken for CSV by mistake."""


def detect(path: Path) -> bool:
    """Whether the file is text whose header has the columns that we require."""
    try:
        with path.open("rb") as file:
            # A line without end must not be read to its end.
            head = file.read(_HEADER_BYTES)
        text = head.decode("utf-8-sig", "strict" if len(head) < _HEADER_BYTES else "ignore")
        header = next((record for record in csv.reader(io.StringIO(text, newline="")) if record), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return False
    names = {name.strip() for name in header}
    return all(column.name in names for column in COLUMNS if column.required)


def read(path: Path) -> SourceRows:
    """The rows of a file of events in our columns.

    Raises
    ------
    DataNotFoundError
        If there is no such file.
    SourceError
        If it cannot be read as CSV in UTF-8.
    SchemaError
        If it lacks a required column or names one twice.
    """
    return read_csv(path, COLUMNS)


def read_mapped(path: Path, offset: int) -> Mapped:
    """The rows of a file of events in our columns, validated.

    Parameters
    ----------
    path
        CSV in UTF-8.
    offset
        Number of rows in the files before this one; rows without an id are numbered on.
    """
    found = read(path)
    mapped = _validated(restore_formulas(found.rows), found.raw, offset)
    mapped.faults.lines += found.faults
    return mapped


def map_records(table: RawTable, offset: int) -> Mapped | None:
    """Rows of another format that has our columns, as this package writes it; None if it has not."""
    if table.kind != "records" or not {"date_start", "event_type"} <= set(table.names):
        return None
    ours = {column.name for column in COLUMNS}
    if not {"lon", "lat"} <= set(table.names) and table.geometry is None:
        return None
    if len(ours & set(table.names)) < len(EVENT_COLUMNS) - 1 and "event_id" not in table.names:
        return None
    raw, faults = named_rows(table, table.names, 0)
    rows = raw
    if table.geometry is not None:
        points = table.geometry.set_axis(raw.index, axis=0)
        x, y = (points[axis].map(lambda value: "" if pd.isna(value) else repr(value)) for axis in ("x", "y"))
        rows = raw.assign(lon=x.astype("str"), lat=y.astype("str"))
    mapped = _validated(rows, raw, offset)
    mapped.faults.lines += faults.lines
    return mapped


def _validated(rows: pd.DataFrame, raw: pd.DataFrame, offset: int) -> Mapped:
    events, rejected = validate_events(rows.set_axis(rows.index + offset, axis=0))
    events.index = events.index - offset
    faults, warnings = FaultLog(), FaultLog()
    lines = rejected.astype(object).where(rejected.notna(), None).itertuples(index=False, name=None)
    faults.lines = [(int(row) - offset, name, value, reason) for row, name, value, reason in lines]
    if "where_precision" not in rows.columns and len(events):
        events["where_precision"] = all_sites(events.index)
        warnings.lines.append((0, "where_precision", None, no_precision(rows)))
    lon, lat = events.geometry.x, events.geometry.y
    table = pd.DataFrame(events.drop(columns="geometry")).assign(lon=lon, lat=lat)
    rank = pd.Series(0, index=table.index)
    return Mapped(table, raw, faults, warnings, pd.DataFrame(index=table.index), rank)


def read_csv(path: Path, columns: tuple[Column, ...]) -> SourceRows:
    """The rows of a CSV file that has the given columns, and any others, which stay in `raw` alone.

    A row whose number of fields is not that of the header is a fault, since its values cannot be told apart.

    Raises
    ------
    DataNotFoundError
        If there is no such file.
    SourceError
        If it cannot be read as CSV in UTF-8.
    SchemaError
        If it lacks a required column or names one twice.
    """
    records = _records(path)
    if not records:
        raise SourceError(f"{path}: the file is empty; a table begins with a line that names its columns")
    header = [name.strip() for name in records[0]]
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise SourceError(f"{path}: the columns are not separated by commas; save it as CSV with commas")
    check_header(header, columns, str(path))
    names = _unique(header)
    faults: list[Fault] = []
    width = len(names)
    rows = []
    for number, record in enumerate(records[1:], start=1):
        if len(record) == width and any(field.strip() for field in record):
            rows.append(record)
            continue
        text = ",".join(record)
        blank = not text.strip(", ")
        reason = "the row is empty" if blank else f"has {len(record)} fields where the header has {width}"
        faults.append((number, None, None if blank else text, reason))
        rows.append((record + [""] * width)[:width])
        if len(record) > width:
            rows[-1][-1] = ",".join(record[width - 1 :])
    index = pd.RangeIndex(1, len(rows) + 1, name="row")
    raw = pd.DataFrame(rows, columns=names, index=index, dtype="str")
    return SourceRows(raw.drop(index=[fault[0] for fault in faults]), raw, faults)


def _records(path: Path) -> list[list[str]]:
    """Every line of the file that is not blank, as its fields."""
    text = _text(path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [record for record in reader if record]
    except csv.Error as err:
        raise SourceError(
            f"{path}: not readable as CSV near line {reader.line_num}: {err}. "
            'Look for a quotation mark that is not closed or not doubled ("").'
        ) from err


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError as err:
        raise DataNotFoundError(f"{path}: there is no such file") from err
    except IsADirectoryError as err:
        raise SourceError(f"{path}: this is a folder; name the CSV file in it") from err
    except OSError as err:
        raise SourceError(f"{path}: the file cannot be read ({err.strerror or err})") from err
    for mark, what in NOT_TEXT.items():
        if content.startswith(mark):
            raise SourceError(f"{path}: this is {what}; save it as CSV in UTF-8")
    if (place := content.find(b"\x00")) >= 0:
        raise SourceError(f"{path}: not a text file (NUL byte at position {place}); save it as CSV in UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        line = content.count(b"\n", 0, err.start) + 1
        raise SourceError(
            f"{path}: not text in UTF-8 (byte 0x{content[err.start]:02x} in line {line}); "
            "save it as CSV in UTF-8"
        ) from err


def _unique(header: list[str]) -> list[str]:
    """The header, with a name for each column that has none."""
    names = list(header)
    for number, name in enumerate(header, start=1):
        if not name:
            new = f"column {number}"
            while new in names:
                new += "'"
            names[number - 1] = new
    return names
