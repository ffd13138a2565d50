"""Any file with a table in it, opened as rows of text: what each cell says, and at which row it stands."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.errors import SourceError
from geo.sources.files.limits import (
    LIMITS,
    Limits,
    check_archive,
    check_file,
    extracted,
    read_member,
    table_members,
)

__all__ = ["TEXT", "RawTable", "open_tables"]

TEXT: Final = pd.StringDtype("pyarrow", na_value=np.nan)
"""Columns of text lie in Arrow's form: a tenth of the memory of Python's strings."""

_SAMPLE: Final = 1 << 18
_PIECE: Final = 1 << 21
_DELIMITERS: Final = (",", "\t", ";", "|")
_NOT_TABLES: Final = {
    b"\x1f\x8b": "a gzip file; unpack it first",
    b"%PDF": "a PDF; save its table as CSV",
    b"Rar!": "a RAR archive; unpack it first",
    b"7z\xbc\xaf": "a 7z archive; unpack it first",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x7fELF": "a program",
}


@dataclass
class RawTable:
    """Rows as they stand in a file.

    Attributes
    ----------
    frame : pandas.DataFrame
        Text; columns are numbered from 0; the index is the position among the rows that could be split into
        cells. Nothing is left out, the header included.
    path, part
        The file, and the sheet or the file in an archive.
    kind
        ``text``, ``sheet`` or ``records`` (named columns: JSON, geo formats, Parquet).
    names
        Names of the columns for ``records``.
    faulty
        (position, cells as text, reason) of rows that could not be split as the others.
    notes
        What a reader should be told: encoding, sheet taken.
    merged
        Merged ranges of a sheet: (first row, first column, last row, last column), from 0.
    formulas
        (row, column), from 0, of formulas without a stored result.
    geometry
        Points that the format itself carries, as x and y in degrees, and the type of each geometry.
    sheets
        Names of the sheets of a workbook.
    """

    frame: pd.DataFrame
    path: Path
    part: str = ""
    kind: str = "text"
    names: list[str] = field(default_factory=list)
    faulty: list[tuple[int, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    geometry: pd.DataFrame | None = None
    sheets: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """How messages name the table."""
        return f"{self.path} ({self.part})" if self.part else str(self.path)


def open_tables(
    path: Path,
    *,
    sheet: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    limits: Limits = LIMITS,
) -> Iterator[RawTable]:
    """Open a file by what it is, not by its name: each table in it, one after the other.

    Parameters
    ----------
    path
        A file.
    sheet
        Sheet of a workbook; the first that is not empty if not given.
    delimiter, encoding
        Of text; found out if not given.
    limits
        How much is read.

    Yields
    ------
    RawTable
        One for a file; one for each table of an archive.

    Raises
    ------
    DataNotFoundError
        If there is no such file.
    SourceError
        If it has no table, is damaged or too large.
    """
    head = check_file(path, limits)
    for mark, what in _NOT_TABLES.items():
        if head.startswith(mark):
            raise SourceError(f"{path}: this is {what}")
    if head.startswith(b"PK\x03\x04"):
        yield from _open_zip(path, sheet, delimiter, encoding, limits)
    elif head.startswith(b"PK"):
        raise SourceError(f"{path}: an archive without files")
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        yield _read_workbook(path, sheet, limits)
    elif head.startswith(b"PAR1"):
        yield _read_parquet(path, limits)
    elif head.startswith((b"SQLite format 3", b"fgb")):
        yield _read_features(path, sheet)
    elif head.lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:1] in (b"{", b"["):
        yield _read_json(path, limits)
    else:
        yield _read_text(path, delimiter, encoding, limits)


def _open_zip(
    path: Path, sheet: str | None, delimiter: str | None, encoding: str | None, limits: Limits
) -> Iterator[RawTable]:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist()[: limits.members])
    except (zipfile.BadZipFile, OSError, ValueError) as err:
        raise SourceError(f"{path}: damaged or not complete ({err}); download or save it again") from err
    if "[Content_Types].xml" in names or "mimetype" in names:
        yield _read_workbook(path, sheet, limits)
        return
    for name in table_members(path, limits):
        with extracted(path, name, limits) as target:
            for table in open_tables(
                target, sheet=sheet, delimiter=delimiter, encoding=encoding, limits=limits
            ):
                table.path, table.part = path, name
                yield table


# ---------------------------------------------------------------- text


def _read_text(path: Path, delimiter: str | None, encoding: str | None, limits: Limits) -> RawTable:
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if not sample.removeprefix(codecs.BOM_UTF8).strip() and len(sample) < _SAMPLE:
        raise SourceError(f"{path}: the file is empty; a table begins with a line that names its columns")
    notes: list[str] = []
    encoding = encoding or _encoding_of_mark(sample)
    quotes = _scan(path, encoding)
    known = encoding is not None
    encoding = encoding or "utf8"
    # Whether it is UTF-8 throughout is told while it is read; only the first bytes are asked beforehand.
    if not known and not _is_utf8_so_far(sample):
        encoding = _guess_encoding(path)
        notes.append(_not_utf8(encoding))
    try:
        text = codecs.decode(sample[: len(sample) & ~3], encoding, "ignore")
    except LookupError as err:
        raise SourceError(f"{path}: there is no encoding {encoding!r}") from err
    text = text.removeprefix("\ufeff")
    complete = len(sample) < _SAMPLE
    delimiter = delimiter or _sniff_delimiter(text, complete)
    quoting = delimiter != "\t" or '\t"' in text or text.startswith('"')
    if quoting and quotes % 2 and encoding == "utf8" and (known or _is_utf8(path)):
        raise SourceError(
            f'{path}: a quotation mark is opened and not closed ({quotes:,} of them); look for a lone " in a '
            "cell"
        )
    width = _width(text, delimiter, quoting, complete)
    faulty: list[tuple[int, int, str]] = []
    asked = _Dialect(width, delimiter, quoting, encoding)
    table = _split_in_pieces(path, asked)
    if table is None and not known and encoding == "utf8" and not _is_utf8(path):
        asked = replace(asked, encoding=_guess_encoding(path))
        notes.append(_not_utf8(asked.encoding))
    if table is None:
        table = _split_in_order(path, asked, faulty, limits)
    frame = table.to_pandas(types_mapper={pa.large_string(): TEXT}.get, self_destruct=True)
    frame.columns = range(width)
    del table
    raw = RawTable(frame, path, notes=notes)
    _put_back(raw, faulty, width, delimiter, quoting)
    # The mark at the very start belongs to no cell.
    if len(raw.frame) and isinstance(first := raw.frame.iloc[0, 0], str) and first.startswith("\ufeff"):
        raw.frame.iloc[0, 0] = first.removeprefix("\ufeff").strip('"')
    return raw


@dataclass(frozen=True)
class _Dialect:
    """How a text is cut into cells."""

    width: int
    delimiter: str
    quoting: bool
    encoding: str

    def read(
        self, path: Path, *, in_order: bool, block_size: int, keep: Callable[[Any], str] | None = None
    ) -> pa.Table:
        """The cells as they stand; what cannot be cut so is an error of Arrow, or for `keep` to judge."""
        from pyarrow import csv as arrow

        names = [str(number) for number in range(self.width)]
        return arrow.read_csv(
            path,
            read_options=arrow.ReadOptions(
                use_threads=not in_order, block_size=block_size, column_names=names, encoding=self.encoding
            ),
            parse_options=arrow.ParseOptions(
                delimiter=self.delimiter,
                quote_char='"' if self.quoting else False,
                newlines_in_values=self.quoting,
                ignore_empty_lines=False,
                invalid_row_handler=keep,
            ),
            convert_options=arrow.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False
            ),
        )


def _split_in_pieces(path: Path, asked: _Dialect) -> pa.Table | None:
    """Cut a table without a fault on all cores; None where a row is odd, for only one thread numbers rows."""
    try:
        return asked.read(path, in_order=False, block_size=_PIECE)
    except (pa.ArrowInvalid, UnicodeError, OSError, LookupError):
        return None


def _split_in_order(
    path: Path, asked: _Dialect, faulty: list[tuple[int, int, str]], limits: Limits
) -> pa.Table:
    """Cut a table row by row; rows of another length are put aside in `faulty` under their number."""

    def keep(row: Any) -> str:
        faulty.append((row.number, row.actual_columns, row.text))
        return "skip"

    try:
        return asked.read(path, in_order=True, block_size=limits.record_bytes, keep=keep)
    except (pa.ArrowInvalid, UnicodeError, OSError) as err:
        raise SourceError(f"{path}: {_arrow_message(str(err), limits)}") from err


def _not_utf8(encoding: str) -> str:
    return f"not UTF-8; read as {encoding} - give the encoding if names look wrong"


def _arrow_message(message: str, limits: Limits) -> str:
    if "straddling" in message or "block" in message:
        return (
            f"a row is longer than {limits.record_bytes:,} bytes, or a quotation mark is opened and not "
            "closed; "
            "no table has such a row"
        )
    if "UTF8" in message or "UTF-8" in message or "codec" in message:
        return f"its characters cannot be read ({message.splitlines()[0][:120]}); give the encoding"
    return f"it cannot be read as a table of text ({message.splitlines()[0][:160]})"


def _put_back(
    raw: RawTable, faulty: list[tuple[int, int, str]], width: int, delimiter: str, quoting: bool
) -> None:
    """Rows of another length at their place: shorter ones are filled up, longer ones are faults."""
    total = len(raw.frame) + len(faulty)
    numbers = np.array([number - 1 for number, _, _ in faulty], dtype="int64")
    kept = np.delete(np.arange(total), numbers) if len(faulty) else np.arange(total)
    raw.frame.index = pd.Index(kept)
    rows: dict[int, list[str]] = {}
    for number, count, text in faulty:
        cells = _split(text, delimiter, quoting)
        if count > width and any(cell.strip() for cell in cells[width:]):
            reason = f"has {count} cells where the table has {width}"
            raw.faulty.append((number - 1, text, reason))
            rows[number - 1] = [*cells[: width - 1], delimiter.join(cells[width - 1 :])]
        else:
            rows[number - 1] = (cells + [""] * width)[:width]
    if rows:
        added = pd.DataFrame.from_dict(rows, orient="index", columns=raw.frame.columns).astype(TEXT)
        raw.frame = pd.concat([raw.frame, added]).sort_index()


def _split(text: str, delimiter: str, quoting: bool) -> list[str]:
    if not quoting:
        return text.rstrip("\r\n").split(delimiter)
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return text.split(delimiter)


def _encoding_of_mark(sample: bytes) -> str | None:
    if sample.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None


def _scan(path: Path, encoding: str | None) -> int:
    """Number of quotation marks; raises where there is a NUL byte, which no text has."""
    if encoding is not None and encoding.replace("-", "").lower().startswith(("utf16", "utf32")):
        return 0
    quotes = position = 0
    chunk = bytearray(_PIECE)
    cells = np.frombuffer(chunk, dtype="uint8")
    with path.open("rb") as file:
        while count := file.readinto(chunk):
            if (place := chunk.find(b"\x00", 0, count)) >= 0:
                raise SourceError(
                    f"{path}: not a table of text (NUL byte at position {position + place:,}); "
                    "save it again as CSV in UTF-8, or as XLSX"
                )
            # A comparison of whole arrays: bytes.count stops at each mark, and texts are full of them.
            quotes += int(np.count_nonzero(cells[:count] == ord('"')))
            position += count
    return quotes


def _is_utf8_so_far(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(1 << 16):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _guess_encoding(path: Path) -> str:
    from charset_normalizer import from_bytes

    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    # The code pages of Western European and of Arabic-script Windows; others are rarer than a wrong guess.
    best = from_bytes(sample, cp_isolation=["cp1252", "cp1256", "latin_1"]).best()
    if best is None:
        raise SourceError(f"{path}: not text in an encoding known here; save it as CSV in UTF-8, or as XLSX")
    unprintable = sum(1 for c in str(best) if ord(c) < 32 and c not in "\t\r\n\f\v")
    if unprintable > len(str(best)) // 100:
        raise SourceError(
            f"{path}: not a table: it has {unprintable:,} control characters in its first bytes"
        )
    return str(best.encoding)


def _records(text: str, delimiter: str, quoting: bool, complete: bool) -> list[list[str]]:
    """The first records of a sample; the last one may be cut off and is left out."""
    found: list[list[str]] = []
    quoted: Literal[0, 3] = csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoted):
            found.append(record)
            if len(found) == 200:
                return found
    except csv.Error:
        return found
    return found if complete or len(found) < 2 else found[:-1]


def _sniff_delimiter(text: str, complete: bool) -> str:
    """The mark by which most rows fall into the same number of cells, more than one."""
    best, mark = (0.0, 0), ","
    for delimiter in _DELIMITERS:
        widths = [len(r) for r in _records(text, delimiter, delimiter != "\t", complete) if len(r) > 1]
        if not widths:
            continue
        width, count = Counter(widths).most_common(1)[0]
        # Decimal commas make as many cells as semicolons do, and not always the same number.
        score = (count / max(1, len(_records(text, delimiter, delimiter != "\t", complete))), width)
        if score > best:
            best, mark = score, delimiter
    return mark


def _width(text: str, delimiter: str, quoting: bool, complete: bool) -> int:
    records = [r for r in _records(text, delimiter, quoting, complete) if any(cell.strip() for cell in r)]
    if not records:
        return 1
    return Counter(len(r) for r in records).most_common(1)[0][0]


# ---------------------------------------------------------------- workbooks

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(/?)>(?:(.*?)</(?:\w+:)?c>)?", re.DOTALL)
_REF = re.compile(rb'\br="([A-Z]{1,4})(\d{1,9})"')
_ODS_REPEAT = re.compile(rb'number-(columns|rows)-repeated="(\d+)"')


def _read_workbook(path: Path, sheet: str | None, limits: Limits) -> RawTable:
    import python_calamine as calamine

    with path.open("rb") as file:
        zipped = file.read(4) == b"PK\x03\x04"
    members = check_archive(path, limits) if zipped else []
    if zipped:
        _check_extent(path, members, limits)
    try:
        # Opened by handle, so that the suffix does not decide what it is.
        with path.open("rb") as file:
            book = calamine.CalamineWorkbook.from_filelike(file)
            sheets = [
                meta.name
                for meta in book.sheets_metadata
                if meta.typ == calamine.SheetTypeEnum.WorkSheet or "WorkSheet" in str(meta.typ)
            ]
            if sheet is not None and sheet not in sheets:
                raise SourceError(f"{path}: no sheet {sheet!r}; there are: {', '.join(sheets) or 'none'}")
            for name in [sheet] if sheet is not None else sheets:
                found = book.get_sheet_by_name(name)
                if found.height * max(found.width, 1) > limits.cells:
                    raise SourceError(
                        f"{path}: sheet {name!r} spans {found.height:,} x {found.width:,} cells"
                    )
                rows = found.to_python(skip_empty_area=False)
                if sheet is not None or any(cell not in ("", None) for row in rows for cell in row):
                    break
            else:
                raise SourceError(f"{path}: no sheet has anything in it")
            merged = [(a[0], a[1], b[0], b[1]) for a, b in found.merged_cell_ranges or []]
    except SourceError:
        raise
    except BaseException as err:
        # A parser written in Rust panics with a BaseException of its own.
        if not isinstance(err, Exception) and type(err).__name__ != "PanicException":
            raise
        raise SourceError(f"{path}: damaged, or not a workbook ({str(err)[:160]})") from err
    width = max(len(row) for row in rows)
    cells = [[_cell(row[n]) if n < len(row) else "" for row in rows] for n in range(width)]
    frame = pd.DataFrame({n: pd.Series(column, dtype=TEXT) for n, column in enumerate(cells)})
    notes = (
        []
        if len(sheets) == 1 or sheet is not None
        else [f"sheet {name!r} was read; there are also {', '.join(repr(s) for s in sheets if s != name)}"]
    )
    formulas = _formulas_without_result(path, members, sheets.index(name)) if zipped else set()
    return RawTable(frame, path, name, "sheet", notes=notes, merged=merged, formulas=formulas, sheets=sheets)


def _cell(value: object) -> str:
    """What a cell says: whole numbers without a point, days without midnight."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _check_extent(path: Path, members: Sequence[str], limits: Limits) -> None:
    """Refuse a sheet of few cells far apart, whose rectangle would not fit into memory."""
    for name in members:
        if re.search(r"xl/worksheets/[^/]+\.xml$", name):
            right = bottom = 0
            for found in _REF.finditer(read_member(path, name, limits)):
                letters = 0
                for letter in found[1]:
                    letters = letters * 26 + letter - 64
                right, bottom = max(right, letters), max(bottom, int(found[2]))
            if right * bottom > limits.cells:
                raise SourceError(
                    f"{path}: a sheet spans {bottom:,} rows x {right:,} columns; at most {limits.cells:,} "
                    "cells "
                    "are read. Delete what stands far from the table"
                )
        elif name == "content.xml":
            _check_ods(path, read_member(path, name, limits), limits)


def _check_ods(path: Path, content: bytes, limits: Limits) -> None:
    total = 0
    for row in re.finditer(rb"<table:table-row\b([^>]*)>(.*?)</table:table-row>", content, re.DOTALL):
        # A last run of empty cells fills the row to its end in every file; it isn't kept in memory.
        width = 0
        for cell in re.finditer(rb"<table:(?:covered-)?table-cell\b([^>]*?)(/?)>", row[2]):
            repeat = _ODS_REPEAT.search(cell[1])
            if not cell[2] or b"office:value" in cell[1]:
                width += int(repeat[2]) if repeat else 1
        repeat = _ODS_REPEAT.search(row[1])
        total += width * (int(repeat[2]) if repeat else 1)
        if total > limits.cells:
            raise SourceError(f"{path}: a sheet has more than {limits.cells:,} cells")


def _formulas_without_result(path: Path, members: Sequence[str], position: int) -> set[tuple[int, int]]:
    """Cells whose formula has never been worked out; their value isn't known to anyone."""
    sheets = sorted(
        (name for name in members if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)),
        key=lambda name: int(re.findall(r"\d+", name)[-1]),
    )
    if position >= len(sheets):
        return set()
    content = read_member(path, sheets[position])
    if b"<f" not in content:
        return set()
    found = set()
    for cell in _CELL.finditer(content):
        inner = cell[3] or b""
        if re.search(rb"<(?:\w+:)?f\b", inner) and not re.search(rb"<(?:\w+:)?v>[^<]", inner):
            ref = _REF.search(cell[1])
            if ref:
                column = 0
                for letter in ref[1]:
                    column = column * 26 + letter - 64
                found.add((int(ref[2]) - 1, column - 1))
    return found


# ---------------------------------------------------------------- records


def _from_records(path: Path, records: list[dict[str, Any]]) -> RawTable:
    names = list(dict.fromkeys(name for record in records for name in record))
    if not names:
        raise SourceError(f"{path}: its records have no fields")
    columns = {
        n: pd.Series([_json_cell(r.get(name)) for r in records], dtype=TEXT) for n, name in enumerate(names)
    }
    return RawTable(pd.DataFrame(columns), path, kind="records", names=names)


def _json_cell(value: object) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return _cell(value)


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": cell for inner, cell in value.items()}
        else:
            flat[str(name)] = value
    return flat


def _read_json(path: Path, limits: Limits) -> RawTable:
    size = path.stat().st_size
    if size > limits.sheet_bytes:
        raise SourceError(
            f"{path}: {size:,} bytes of JSON; at most {limits.sheet_bytes:,} are read. Save it as CSV"
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
        try:
            content = json.loads(text)
        except json.JSONDecodeError:
            # One object a line is the other common form.
            content = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as err:
        raise SourceError(f"{path}: not readable as JSON ({str(err)[:160]})") from err
    if isinstance(content, dict) and content.get("type") in {"FeatureCollection", "Feature"}:
        return _read_features(path, None)
    if isinstance(content, dict):
        lists = {name: value for name, value in content.items() if isinstance(value, list)}
        content = lists.get("data", next(iter(lists.values()), [content])) if lists else [content]
    if not isinstance(content, list) or not content or not all(isinstance(r, dict) for r in content):
        raise SourceError(f"{path}: JSON, and no list of objects; a table is [{{...}}, {{...}}] or GeoJSON")
    return _from_records(path, [_flat(record) for record in content])


def _read_features(path: Path, layer: str | None) -> RawTable:
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

    try:
        frame = pyogrio.read_dataframe(path, **({"layer": layer} if layer else {}))
    except (DataSourceError, DataLayerError, FieldError, GeometryError, ValueError, RuntimeError) as err:
        raise SourceError(f"{path}: damaged, or not a file of features ({str(err)[:160]})") from err
    return _from_geoframe(frame, path, layer or "")


def _from_geoframe(frame: pd.DataFrame, path: Path, part: str) -> RawTable:
    import geopandas as gpd
    import shapely

    geometry = None
    if isinstance(frame, gpd.GeoDataFrame):
        if frame.crs is None:
            raise SourceError(f"{path}: the layer has no CRS; set the one it is in, such as EPSG:4326")
        points = frame.geometry.to_crs("EPSG:4326")
        shapes = points.array
        only = np.where(points.geom_type.eq("Point").fillna(False), shapes, None)
        geometry = pd.DataFrame(
            {
                "x": shapely.get_x(only),
                "y": shapely.get_y(only),
                "type": points.geom_type.fillna("").to_numpy(),
            }
        )
        frame = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    names = [str(name) for name in frame.columns]
    columns = {
        n: pd.Series([_cell(_bare(v)) for v in frame.iloc[:, n]], dtype=TEXT) for n in range(len(names))
    }
    table = pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))
    return RawTable(table, path, part, "records", names=names, geometry=geometry)


def _bare(value: Any) -> Any:
    if value is None or (not isinstance(value, list | dict | np.ndarray) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, np.ndarray):
        return str(value.tolist())
    return value.item() if isinstance(value, np.generic) else value


def _read_parquet(path: Path, limits: Limits) -> RawTable:
    import geopandas as gpd
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            meta = file.metadata
            size = sum(meta.row_group(n).total_byte_size for n in range(meta.num_row_groups))
            if size > limits.expanded_bytes or meta.num_rows * meta.num_columns > 40 * limits.cells:
                raise SourceError(
                    f"{path}: {meta.num_rows:,} rows that unpack to {size:,} bytes; too much to read"
                )
            spatial = b"geo" in (meta.metadata or {})
        frame = gpd.read_parquet(path) if spatial else pd.read_parquet(path)
    except SourceError:
        raise
    except (pa.ArrowException, ValueError, OSError, KeyError, TypeError) as err:
        raise SourceError(f"{path}: damaged, or not a Parquet file ({str(err)[:160]})") from err
    return _from_geoframe(frame, path, "")
