"""Readers, one module a source; each gives rows in our columns and the untouched source rows.

A source is a module with two functions, `detect` and `map_rows` (see Source), and a line in SOURCES. A file
is opened once; what it is, is told from what was opened.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Protocol, cast

from geo.errors import SchemaError, SourceError

if TYPE_CHECKING:
    import pandas as pd

    from geo.sources.files.raw_table import RawTable
    from geo.sources.reader_tools import Mapped, Options

__all__ = ["SOURCES", "Source", "read_source"]

SOURCES: Final = {
    "ucdp": "geo.sources.readers.ucdp",
    "acled": "geo.sources.readers.acled",
    "gtd": "geo.sources.readers.gtd",
    "gdelt": "geo.sources.readers.gdelt",
    "table": "geo.sources.readers.table",
}
"""Name to module, in the order in which a file is tried; the last takes what no other knows."""


class Source(Protocol):
    """What a module of this package offers."""

    def detect(self, table: RawTable) -> bool:
        """Whether the rows are of this source."""
        ...

    def map_rows(self, table: RawTable, options: Options) -> Mapped:
        """The rows in our columns."""
        ...


def read_source(
    name: str, source: Path | pd.DataFrame | IO[bytes], options: Options
) -> Iterator[tuple[Path, Mapped]]:
    """Read a file or a frame: each table in it, in our columns.

    Parameters
    ----------
    name
        One of SOURCES, or ``"auto"`` to recognise each table.
    source
        A file, an open binary file or a frame.
    options
        What the user said about it; `offset` is the number of rows before it, for the ids that rows get
        which have none.

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
    from geo.sources.files.open import open_tables
    from geo.sources.radii import with_radii

    if name not in {"auto", *SOURCES}:
        raise SchemaError(f"no source {name!r}; there are: auto, {', '.join(SOURCES)}")
    tables = open_tables(
        source,
        sheet=options.sheet,
        delimiter=options.delimiter,
        encoding=options.encoding,
        suits=lambda table: _reader_of(table, options) is not None,
    )
    for table in tables:
        reader = (_reader_of(table, options) or "table") if name == "auto" else name
        module = _load(reader)
        if not table.frame.columns.size and table.geometry is None:
            raise SourceError(f"{table.label}: it has no columns, so there is nothing to read")
        if not module.detect(table):
            raise SourceError(
                f"{table.label}: its columns are not those of {name}; say source='auto' to have it recognised"
            )
        mapped = with_radii(module.map_rows(table, options), options)
        mapped.faults.drop_beside_whole()
        mapped.notes[:0] = [f"read as {reader}", *table.notes]
        options = replace(options, offset=options.offset + mapped.last_row)
        inside = table.part and table.kind != "sheet" and table.path.suffix.lower() == ".zip"
        yield Path(f"{table.path}/{table.part}") if inside else table.path, mapped


def _reader_of(table: RawTable, options: Options) -> str | None:
    """The source that a table is of; None where it may be any table, and has no columns known here."""
    from geo.sources.readers import table as any_table

    named = next((name for name in list(SOURCES)[:-1] if _load(name).detect(table)), None)
    if named is None and any_table.is_known(table, options):
        return list(SOURCES)[-1]
    return named


def _load(name: str) -> Source:
    return cast("Source", importlib.import_module(SOURCES[name]))
