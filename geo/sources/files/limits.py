"""How large a file may be, and compressed files opened without trusting what they say of themselves."""

from __future__ import annotations

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geo.errors import DataNotFoundError, SourceError

__all__ = ["LIMITS", "Limits", "check_archive", "check_columns", "check_file", "extracted", "table_members"]

_CHUNK: Final = 1 << 20
# Text in tables shrinks 5 to 15 times, a sheet of repeated cells 60 times; deflate ends at 1,032.
_LARGEST_RATIO: Final = 200
_RATIO_FROM: Final = 20_000_000
_TABLES: Final = (
    *(".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".json", ".geojson", ".ndjson", ".jsonl", ".geojsonl"),
    *(".kml", ".gpkg", ".fgb", ".parquet", ".shp"),
)


@dataclass(frozen=True)
class Limits:
    """How much a file may hold.

    Attributes
    ----------
    file_bytes, expanded_bytes
        Size of a file, and of all that is in a compressed one.
    sheet_bytes, cells
        Size of the XML of a workbook, and number of cells of a sheet, empty ones in its rectangle included.
    members
        Number of files in an archive.
    record_bytes
        Size of a row of text.
    columns
        Number of columns.
    """

    file_bytes: int = 4_000_000_000
    expanded_bytes: int = 4_000_000_000
    sheet_bytes: int = 600_000_000
    cells: int = 30_000_000
    members: int = 2_000
    record_bytes: int = 8_000_000
    columns: int = 4_000


LIMITS: Final = Limits()
"""GED 26.1, the largest file known here, has 274 MB of text, 418,000 rows and 20.5 million cells."""


def check_columns(width: int, label: object, limits: Limits = LIMITS) -> None:
    """Refuse a table of more columns than any has that people made.

    Raises
    ------
    SourceError
        If it has more.
    """
    if width > limits.columns:
        raise SourceError(f"{label}: {width:,} columns; at most {limits.columns:,} are read")


def check_file(path: Path, limits: Limits = LIMITS) -> bytes:
    """Look whether a file can be read and is of a size that is; gives its first bytes.

    Raises
    ------
    DataNotFoundError
        If there is no such file.
    SourceError
        If it is a folder or a device, is empty, too large or may not be read.
    """
    try:
        state = path.stat()
        if stat.S_ISDIR(state.st_mode):
            raise SourceError(f"{path}: this is a folder; name a file in it")
        if not stat.S_ISREG(state.st_mode):
            raise SourceError(f"{path}: this is no ordinary file")
        with path.open("rb") as file:
            head = file.read(64)
    except FileNotFoundError as err:
        raise DataNotFoundError(f"{path}: there is no such file") from err
    except OSError as err:
        raise SourceError(f"{path}: the file cannot be read ({err.strerror or err})") from err
    except ValueError as err:
        raise SourceError(f"{str(path)!r}: this is no name of a file ({err})") from err
    if not state.st_size:
        raise SourceError(f"{path}: the file is empty; a table begins with a line that names its columns")
    if state.st_size > limits.file_bytes:
        raise SourceError(
            f"{path}: the file has {state.st_size:,} bytes; at most {limits.file_bytes:,} are read. Split it"
        )
    return head


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as err:
        raise SourceError(f"{path}: damaged or not complete ({err}); download or save it again") from err


def _checked(archive: zipfile.ZipFile, path: Path, largest: int, limits: Limits) -> list[zipfile.ZipInfo]:
    members = [info for info in archive.infolist() if not info.filename.endswith("/")]
    if len(members) > limits.members:
        raise SourceError(f"{path}: {len(members):,} files in it; at most {limits.members:,} are read")
    if any(info.flag_bits & 1 for info in members):
        raise SourceError(f"{path}: it is locked with a password; save it without one")
    names = [info.filename for info in members]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise SourceError(f"{path}: two files in it have the name {twice[:80]!r}; pack it again")
    total = sum(info.file_size for info in members)
    if total > largest:
        raise SourceError(
            f"{path}: it would unpack to {total:,} bytes; at most {largest:,} are read. "
            "If it is a real table, save it as CSV"
        )
    for info in members:
        if info.file_size > _RATIO_FROM and info.file_size > _LARGEST_RATIO * max(info.compress_size, 1):
            raise SourceError(
                f"{path}: {info.filename[:80]!r} would unpack to {info.file_size:,} bytes from "
                f"{info.compress_size:,}; no table shrinks so far, so it is not opened"
            )
    return members


def check_archive(path: Path, limits: Limits = LIMITS) -> list[str]:
    """Look whether a workbook can be unpacked in bounds, by unpacking it; gives the names in it.

    Each part is unpacked once and counted, for a program behind this one may not look at the stated size.

    Raises
    ------
    SourceError
        If it is damaged, locked, has too many parts or unpacks to too much.
    """
    with _archive(path) as archive:
        members = _checked(archive, path, limits.sheet_bytes, limits)
        for info in members:
            with archive.open(info) as part:
                # The last read compares the checksum: a part longer than its stated size fails here.
                while part.read(_CHUNK):
                    pass
        return [info.filename for info in members]


def table_members(path: Path, limits: Limits = LIMITS) -> list[str]:
    """Names of the tables in a zip file, without what systems add (``__MACOSX``, hidden files, PDF).

    Raises
    ------
    SourceError
        If it is damaged, locked, too large, or has no table in it.
    """
    with _archive(path) as archive:
        names = [info.filename for info in _checked(archive, path, limits.expanded_bytes, limits)]
    tables = [
        name
        for name in names
        if Path(name).suffix.lower() in _TABLES
        and not name.startswith("__MACOSX/")
        and not Path(name).name.startswith(".")
    ]
    if not tables:
        raise SourceError(f"{path}: no table in it; found {', '.join(names[:8]) or 'nothing'}")
    return tables


@contextmanager
def extracted(path: Path, name: str, limits: Limits = LIMITS) -> Iterator[Path]:
    """One file of a zip file, unpacked into a folder that is removed afterwards.

    Its name in the archive is not used as a path, so it can't leave the folder.
    """
    with tempfile.TemporaryDirectory(prefix="durand-") as folder:
        target = Path(folder) / f"table{Path(name).suffix.lower()}"
        with _archive(path) as archive:
            stem = name.removesuffix(Path(name).suffix)
            left = limits.expanded_bytes
            for info in archive.infolist():
                # The members of a shapefile go with it.
                suffix = Path(info.filename).suffix
                same = target.suffix == ".shp" and info.filename.removesuffix(suffix) == stem
                if info.filename == name or same:
                    left = _unpack(archive, info, target.with_suffix(suffix.lower()), left, path)
        yield target


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int, path: Path) -> int:
    """Unpack one file; gives how many bytes may still come."""
    with archive.open(info) as part, target.open("wb") as file:
        while chunk := part.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise SourceError(f"{path}: {info.filename[:80]!r} unpacks to more than is read")
            file.write(chunk)
    return left
