"""A layer of a GeoPackage, read as the SQLite database that it is: no view, no virtual table, no other."""

from __future__ import annotations

import re
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from geo.errors import SourceError

__all__ = ["Layer", "read_layer"]

ENVELOPES: Final = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
"""Bytes of the envelope before a geometry (OGC 12-128r18, table 6), by its code."""


class Layer(NamedTuple):
    """A layer as it stands.

    Attributes
    ----------
    name, others
        Its name, and the names of the other layers of the file.
    columns, rows
        What is neither its key nor its geometry.
    shapes
        WKB of each geometry; nothing where there is none, or the layer has no geometry.
    drawn
        Whether it has geometry.
    crs
        ``EPSG:n``, or WKT; nothing where the file does not say.
    """

    name: str
    others: list[str]
    columns: list[str]
    rows: list[list[Any]]
    shapes: list[bytes | None]
    drawn: bool
    crs: str | None


def read_layer(path: Path, choose: Callable[[list[str], list[str]], str], *, most: int = -1) -> Layer:
    """Read a layer of a GeoPackage.

    Parameters
    ----------
    path
        The file.
    choose
        Given the names of all layers and of those with geometry, the one to read.
    most
        So many rows at most.

    Raises
    ------
    SourceError
        If it is damaged, or an SQLite file that is no GeoPackage.
    """
    try:
        # By its absolute name and for reading alone: no journal, and no second file, is written or opened.
        address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            return _layer(base, path, choose, most)
    except (sqlite3.Error, UnicodeError, struct.error, OverflowError) as err:
        said = " ".join(str(err).split())[:160]
        raise SourceError(f"{path}: damaged, cannot be read as a GeoPackage ({said})") from err


def _layer(
    base: sqlite3.Connection, path: Path, choose: Callable[[list[str], list[str]], str], most: int
) -> Layer:
    tables = {
        name
        for name, made in base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        if not re.match(r"\s*CREATE\s+VIRTUAL", made or "", re.IGNORECASE)
    }
    if not {"gpkg_contents", "gpkg_spatial_ref_sys"} <= tables:
        raise SourceError(
            f"{path}: an SQLite file, and no GeoPackage; save the layer as GeoPackage, or a table as CSV"
        )
    found = base.execute("SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes')")
    names = [name for (name,) in found if name in tables]
    geometry: dict[str, tuple[str, int]] = {}
    if "gpkg_geometry_columns" in tables:
        drawn = base.execute("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns")
        geometry = {name: (column, srs) for name, column, srs in drawn if name in tables}
    name = choose(names, list(geometry))
    column, srs = geometry.get(name, (None, 0))
    quoted = '"' + name.replace('"', '""') + '"'
    said = {about[1]: about for about in base.execute(f"PRAGMA table_info({quoted})")}
    keys = {one for one, about in said.items() if about[5]}
    rows = base.execute(f"SELECT * FROM {quoted} LIMIT {int(most)}")  # noqa: S608 - a table of the file, quoted
    columns = [about[0] for about in rows.description]
    keep = [n for n, one in enumerate(columns) if one != column and one not in keys]
    cells = rows.fetchall()
    # SQLite has no yes and no: the type of the column says which 1 is one (OGC 12-128r18, table 1).
    answers = {n for n in keep if str(said.get(columns[n], ("",) * 3)[2]).upper() == "BOOLEAN"}
    at = columns.index(column) if column in columns else None
    return Layer(
        name,
        [one for one in names if one != name],
        [columns[n] for n in keep],
        [[bool(row[n]) if n in answers and row[n] is not None else row[n] for n in keep] for row in cells],
        [None if at is None else _wkb(row[at]) for row in cells],
        column is not None,
        _crs(base, srs),
    )


def _crs(base: sqlite3.Connection, number: int) -> str | None:
    if number in (0, -1):
        return None
    found = base.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys "
        "WHERE srs_id = ?",
        (number,),
    ).fetchone()
    if found is None:
        return None
    return f"EPSG:{int(found[1])}" if str(found[0]).upper() == "EPSG" else str(found[2])


def _wkb(blob: object) -> bytes | None:
    """The WKB in a geometry; what is none is left to be found broken."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        return b"\0"
    return blob[8 + ENVELOPES.get((blob[3] >> 1) & 7, len(blob)) :] or b"\0"
