"""Any file with a table in it, opened once, by what it is: rows of text, and at which row each stands."""

from __future__ import annotations

import codecs
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import pandas as pd

from geo.errors import SourceError
from geo.files.cells import may_be_unwritable, replace_unwritable
from geo.files.characters import writable
from geo.sources.files.features import read_geopackage, read_ogr
from geo.sources.files.json_text import read_json
from geo.sources.files.kml import read_kml
from geo.sources.files.limits import LIMITS, Limits, check_file, extracted, table_members
from geo.sources.files.raw_table import RawTable
from geo.sources.files.records import frame_table, read_parquet
from geo.sources.files.text import read_text
from geo.sources.files.workbook import read_workbook

__all__ = ["open_tables"]

_NOT_TABLES: Final = {
    b"\x1f\x8b": "a gzip file; unpack it first",
    b"%PDF": "a PDF; save its table as CSV",
    b"Rar!": "a RAR archive; unpack it first",
    b"7z\xbc\xaf": "a 7z archive; unpack it first",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x7fELF": "a program",
}
_SHAPEFILE: Final = b"\x00\x00\x27\x0a"
_COPIED_AT_ONCE: Final = 1 << 20


def open_tables(
    source: Path | pd.DataFrame | IO[bytes],
    *,
    sheet: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    limits: Limits = LIMITS,
    suits: Callable[[RawTable], bool] = lambda _: True,
) -> Iterator[RawTable]:
    """Open a file by what it is, not by its name: each table in it, one after the other.

    Parameters
    ----------
    source
        A file, an open binary file, or a frame.
    sheet
        Sheet of a workbook or layer of a GeoPackage; the first that suits if not given.
    delimiter, encoding
        Of text; found out if not given.
    limits
        How much is read.
    suits
        Whether a table is one of events: of the sheets of a workbook the first such one is taken, and of the
        files of an archive those, if there are any.

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
    how = _Asked(sheet, delimiter, encoding, limits, suits)
    for table in _opened(source, how):
        _replace_unwritable(table)
        yield table


def _replace_unwritable(table: RawTable) -> None:
    """Characters that no file of ours can hold are replaced here, once, and said."""
    count = 0
    for name in table.frame.columns:
        if may_be_unwritable(table.frame[name]):
            values, changed = replace_unwritable(table.frame[name])
            if changed.any():
                table.frame[name] = values
                count += int(changed.sum())
    names = [writable(name) for name in table.names]
    count += sum(new != old for new, old in zip(names, table.names, strict=True))
    table.names = names
    if count:
        cells = "1 cell" if count == 1 else f"{count:,} cells"
        table.warnings.append(
            f"controls, which files cannot hold, are replaced by \ufffd or a space in {cells}"
        )
    if table.claims is not None:
        _replace_unwritable(table.claims)


def _opened(source: Path | pd.DataFrame | IO[bytes], how: _Asked) -> Iterator[RawTable]:
    if isinstance(source, pd.DataFrame):
        yield frame_table(source, Path("frame"))
        return
    limits = how.limits
    if isinstance(source, Path) and source.is_fifo():
        with source.open("rb") as pipe, _on_disk(pipe, limits) as copy:
            yield from _renamed(_open_file(copy, how), source)
        return
    if isinstance(source, Path):
        yield from _open_file(source, how)
        return
    with _on_disk(source, limits) as copy:
        yield from _renamed(_open_file(copy, how), Path(_name_of(source)))


def _renamed(tables: Iterator[RawTable], path: Path) -> Iterator[RawTable]:
    """Tables of a copy, under the name of what was copied."""
    for table in tables:
        table.path = path
        yield table


@dataclass(frozen=True)
class _Asked:
    """How a file is to be opened (see `open_tables`)."""

    sheet: str | None
    delimiter: str | None
    encoding: str | None
    limits: Limits
    suits: Callable[[RawTable], bool]


def _open_file(path: Path, how: _Asked) -> Iterator[RawTable]:
    head = check_file(path, how.limits)
    if head.startswith(b"PK"):
        yield from _open_zip(path, how)
    else:
        yield _open_one(path, head, how)


def _open_one(path: Path, head: bytes, how: _Asked) -> RawTable:
    for mark, what in _NOT_TABLES.items():
        if head.startswith(mark):
            raise SourceError(f"{path}: this is {what}")
    if head.startswith((b"\xd0\xcf\x11\xe0", b"PK")):
        return read_workbook(path, how.sheet, how.limits, how.suits)
    if head.startswith(b"PAR1"):
        return read_parquet(path, how.limits)
    if head.startswith(b"SQLite format 3"):
        return read_geopackage(path, how.sheet)
    if head.startswith(b"fgb"):
        return read_ogr(path, ".fgb")
    if head.startswith(_SHAPEFILE):
        return read_ogr(path, ".shp")
    start = head.lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    if start[:1] in (b"{", b"["):
        return read_json(path, how.limits)
    if start.startswith((b"<?xml", b"<kml")):
        return read_kml(path)
    return read_text(path, how.delimiter, how.encoding, how.limits)


def _open_zip(path: Path, how: _Asked) -> Iterator[RawTable]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist()[: how.limits.members])
    except (zipfile.BadZipFile, OSError, ValueError) as err:
        raise SourceError(f"{path}: damaged or not complete ({err}); download or save it again") from err
    if "[Content_Types].xml" in names or "mimetype" in names:
        yield read_workbook(path, how.sheet, how.limits, how.suits)
        return
    held: list[RawTable] = []
    one = False
    for name in table_members(path, how.limits):
        with extracted(path, name, how.limits) as target:
            head = check_file(target, how.limits)
            if head.startswith(b"PK") and not _is_workbook(target):
                # An archive in an archive is how bombs are made, and no publisher of tables packs so.
                raise SourceError(f"{path}: {name!r} is an archive in the archive; unpack it first")
            table = _open_one(target, head, how)
            table.path, table.part = path, name
        if how.suits(table):
            one = True
            yield table
        elif not held:
            held.append(table)
    # A text beside the tables is no table; where there is nothing else, what is wrong with it is told.
    if not one:
        yield from held


def _is_workbook(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return bool({"[Content_Types].xml", "mimetype"} & set(archive.namelist()))


@contextmanager
def _on_disk(source: IO[bytes], limits: Limits) -> Iterator[Path]:
    """A copy of an open file: most formats are read from their end as well as from their start."""
    if getattr(source, "closed", False):
        raise SourceError(f"{_name_of(source)}: the file is closed; open it again, or give its path")
    with tempfile.TemporaryDirectory(prefix="durand-") as folder:
        target = Path(folder, "table")
        size = 0
        with target.open("wb") as file:
            while piece := source.read(_COPIED_AT_ONCE):
                if not isinstance(piece, bytes):
                    raise SourceError(f"{_name_of(source)}: open it as bytes (mode 'rb'), not as text")
                size += len(piece)
                if size > limits.file_bytes:
                    raise SourceError(f"{_name_of(source)}: more than {limits.file_bytes:,} bytes; split it")
                file.write(piece)
        yield target


def _name_of(source: Any) -> str:
    name = getattr(source, "name", None)
    return name if isinstance(name, str) and not name.startswith("<") else "stdin" if name else "open file"
