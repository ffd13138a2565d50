"""Readers, one module a source; each gives rows in our columns and the untouched source rows.

A source is a module with two functions, `detect` and `map_rows` (see Source), and a line in SOURCES. The
reader of our own columns, `own`, takes no guesses: every cell must be as it is to be.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

from geo.errors import SchemaError, SourceError

if TYPE_CHECKING:
    from geo.sources.files.open import RawTable
    from geo.sources.reader_tools import Mapped, Options

__all__ = ["SOURCES", "Source", "read_source"]

SOURCES: Final = {
    "own": "geo.sources.readers.own",
    "ucdp": "geo.sources.readers.ucdp",
    "acled": "geo.sources.readers.acled",
    "gdelt": "geo.sources.readers.gdelt",
    "table": "geo.sources.readers.table",
}
"""Name to module, in the order in which a file is tried; the last takes what no other knows."""


CLAIM_SHEET: Final = "claims"
"""The sheet of a workbook that is read as claims."""


class Source(Protocol):
    """What a module of this package offers."""

    def detect(self, table: RawTable) -> bool:
        """Whether the rows are of this source."""
        ...

    def map_rows(self, table: RawTable, options: Options) -> Mapped:
        """The rows in our columns."""
        ...


def read_source(name: str, path: Path, options: Options, offset: int) -> Iterator[tuple[Path, Mapped]]:
    """Read a file: each table in it, in our columns.

    Parameters
    ----------
    name
        One of SOURCES, or ``"auto"`` to recognise each table.
    path
        A file.
    options
        What the user said about it.
    offset
        Number of rows in the files before it, for the ids that rows get which have none.

    Yields
    ------
    (Path, Mapped)

    Raises
    ------
    SchemaError
        If there is no source of that name.
    SourceError
        If the file is not of the source named.
    """
    from geo.sources.files.limits import check_file
    from geo.sources.files.open import open_tables
    from geo.sources.readers import own

    if name not in {"auto", *SOURCES}:
        raise SchemaError(f"no source {name!r}; there are: auto, {', '.join(SOURCES)}")
    check_file(path)
    said = bool(
        options.columns
        or options.fix
        or options.day_first is not None
        or options.delimiter
        or options.encoding
    )
    if name == "own" or (name == "auto" and not said and own.detect(path)):
        yield path, own.read_mapped(path, offset)
        return
    tables = open_tables(path, sheet=options.sheet, delimiter=options.delimiter, encoding=options.encoding)
    for table in tables:
        reader, mapped = "own", own.map_records(table, offset) if name == "auto" and not said else None
        if mapped is None:
            reader = name if name != "auto" else next(n for n in list(SOURCES)[1:] if _load(n).detect(table))
            source = _load(reader)
            if not source.detect(table):
                raise SourceError(
                    f"{table.label}: its columns are not those of {name}; say source='auto' to have it "
                    "recognised"
                )
            mapped = source.map_rows(table, options)
        if reader == "table" and offset:
            ids = mapped.table["event_id"]
            ours = ids.eq([f"own:{row}" for row in ids.index])
            numbered = [f"own:{row + offset}" for row in ids.index]
            mapped.table["event_id"] = ids.mask(ours, numbered)
        if reader == "table" and {CLAIM_SHEET} <= set(table.sheets) - {table.part}:
            _add_claims(mapped, path)
        mapped.notes[:0] = [f"read as {reader}", *table.notes]
        offset += int(mapped.raw.index.max()) if len(mapped.raw) else 0
        yield (
            Path(f"{table.path}/{table.part}") if table.part and table.kind == "text" else table.path,
            mapped,
        )


def _add_claims(mapped: Mapped, path: Path) -> None:
    """The claims of a workbook lie in a sheet of their own."""
    import pandas as pd

    from geo.sources.files.open import open_tables
    from geo.sources.readers import table as reader

    for sheet in open_tables(path, sheet=CLAIM_SHEET):
        found = reader.map_claims(sheet, mapped.table["event_id"])
        both = [frame for frame in (mapped.claims, found) if frame is not None and len(frame)]
        mapped.claims = pd.concat(both, ignore_index=True).fillna("") if both else None


def _load(name: str) -> Source:
    return cast("Source", importlib.import_module(SOURCES[name]))
