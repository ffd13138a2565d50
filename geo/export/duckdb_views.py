"""The tables as views of an embedded database, for questions in SQL.

Needs the extra ``[sql]`` (duckdb).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely

from geo.analysis.locate import locate_frame
from geo.analysis.loci import loci
from geo.analysis.shares import shares
from geo.arguments import checked
from geo.border.durand import durand_line, unit_chainages
from geo.boundaries.added import list_added
from geo.boundaries.layers import read_crossings, read_places, read_units
from geo.boundaries.units import kept_with_provinces, provinces
from geo.errors import DataNotFoundError, ExtraMissingError, SchemaError
from geo.events.columns import CLAIM_COLUMNS, EVENT_COLUMNS, PHASE_COLUMNS, SOURCE_COLUMNS
from geo.events.given import tables_of_frame
from geo.events.tables import EventTables
from geo.sources.given import Events, as_points, as_tables

if TYPE_CHECKING:
    import duckdb

__all__ = ["VIEWS", "connect", "sector_table", "tables_of"]

VIEWS: Final = (
    "events",
    "claims",
    "sources",
    "phases",
    "shares",
    "loci",
    "units",
    "sectors",
    "places",
    "crossings",
)
"""Names of the views."""

MOST_LOCI: Final = 50_000
"""Outlines take 2 kB each: where there are more events, they are a view only if they are named."""

DAYS: Final = frozenset(
    column.name
    for column in (*EVENT_COLUMNS, *CLAIM_COLUMNS, *PHASE_COLUMNS, *SOURCE_COLUMNS)
    if column.dtype == "datetime64[us]"
)
"""Columns that hold days: DATE in the database."""

NO_DOWNLOADS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
"""DuckDB would fetch an extension from its server when a query names a function of it."""


@checked
def connect(
    events: Events | None = None,
    *,
    views: Collection[str] = VIEWS,
) -> duckdb.DuckDBPyConnection:
    """Open an embedded DuckDB database in memory with events and boundaries as views.

    Parameters
    ----------
    events
        What :func:`geo.read_events` gave; or a frame of events; or a file: ``.parquet`` (such as
        :func:`geo.locate_file` and ``durand locate`` write), or what :func:`geo.read_events` reads. The
        shipped tables if not given. Where no column states a precision every point counts as a site.
    views
        Which of the views to make; ``shares`` and ``loci`` take longest. Of more than 50,000 events all views
        are made but ``loci``, which has to be named then.

    Returns
    -------
    duckdb.DuckDBPyConnection
        With these views, whose columns are those of the tables they are made of:

        - ``events``: with the columns of :func:`geo.locate`; located now, unless it has them already;
        - ``claims``, ``sources``, ``phases``: of the same tables; empty for a frame or a Parquet file;
        - ``shares``: of :func:`geo.shares`; text ``level`` (adm0, adm1, side), ``unit``, ``share``;
        - ``loci``: where each event may have happened (:func:`geo.loci`), as an area: ``event_id``,
          ``where_precision``; without those of which nothing is known;
        - ``units``: countries (``level`` 0), provinces (1) and districts that have been added (2), by
          ``boundary_id`` (:func:`geo.read_units`);
        - ``sectors``: where one province of each country meet: ``sector``, ``adm1_af``, ``adm1_pk``,
          ``from_km``, ``to_km``, ``length_km``;
        - ``places``, ``crossings``: :func:`geo.read_places`, :func:`geo.read_crossings`.

        ``geometry`` is WKB in EPSG:4326 (BLOB); days are DATE; categories are text. The extension ``spatial``
        is loaded if it is installed on this machine, for ``ST_GeomFromWKB(geometry)``; nothing is ever
        downloaded.

    Raises
    ------
    ExtraMissingError
        Without the extra ``[sql]``.
    SchemaError
        If `events` is nothing of this, or a view has another name.
    DataNotFoundError, SourceError, CrsError
        As for what reads and locates them.

    Examples
    --------
    >>> import geo
    >>> with geo.connect(views=["events", "claims"]) as db:
    ...     db.sql("SELECT count(*) FROM events WHERE event_type = 'talks'").fetchall()
    ...     db.sql("SELECT count(DISTINCT claimant_kind) FROM claims").fetchall()
    [(7,)]
    [(6,)]
    """
    try:
        import duckdb
    except ImportError as err:
        raise ExtraMissingError.of("geo.connect", "duckdb", "sql") from err
    strange = sorted(set(views) - set(VIEWS)) if not isinstance(views, str) else [views]
    if strange:
        raise SchemaError(f"views is a collection of {', '.join(VIEWS)}; got {', '.join(map(repr, strange))}")
    made = tables_of(events, views)
    database = duckdb.connect(":memory:", config=NO_DOWNLOADS)
    try:
        for name, table in made.items():
            database.register(name, _to_arrow(table))
        _load_spatial(database)
    except BaseException:
        database.close()
        raise
    return database


def tables_of(events: Events | None, names: Collection[str] = VIEWS) -> dict[str, pd.DataFrame]:
    """The tables behind the views of :func:`connect`, in the order of VIEWS."""
    tables = _read(events)
    located = functools.cache(lambda: _located(tables.events))
    make: dict[str, Callable[[], pd.DataFrame]] = {
        "events": located,
        "claims": lambda: tables.claims,
        "sources": lambda: tables.sources,
        "phases": lambda: tables.phases,
        "shares": lambda: shares(located()).drop(columns="row"),
        "loci": lambda: _loci(located()),
        "units": _units,
        "sectors": sector_table,
        "places": read_places,
        "crossings": read_crossings,
    }
    if set(VIEWS) <= set(names) and len(tables.events) > MOST_LOCI:
        names = set(names) - {"loci"}
    return {name: make[name]() for name in VIEWS if name in names}


def _loci(events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Where each event may have happened, as areas."""
    said = [name for name in ("event_id", "where_precision") if name in events.columns]
    areas = loci(events)
    frame = gpd.GeoDataFrame(events[said], geometry=areas.to_numpy(), crs=areas.crs)
    return frame[frame.geometry.notna()]


def _units() -> gpd.GeoDataFrame:
    """Countries, provinces, and the districts that the user has added."""
    levels = [read_units(0), read_units(1), *([read_units(2)] if list_added(2) else [])]
    return gpd.GeoDataFrame(pd.concat(levels, ignore_index=True))


@kept_with_provinces
@functools.cache
def sector_table() -> gpd.GeoDataFrame:
    """The Durand Line in sectors along which one province of each country meet, from the China tripoint."""
    border = durand_line()
    along = border.chainage_km()
    line = shapely.get_coordinates(border.geometry)
    names = provinces().frame.set_index("iso3166_2")["name"]
    found = []
    spans = unit_chainages()
    for afghan in (unit for unit in spans if unit.startswith("AF")):
        for pakistani in (unit for unit in spans if unit.startswith("PK")):
            for a, b in spans[afghan]:
                for c, d in spans[pakistani]:
                    if min(b, d) > max(a, c):
                        found.append((max(a, c), min(b, d), afghan, pakistani))
    rows = []
    for first, last, afghan, pakistani in sorted(found):
        # Provinces change at vertices of the line.
        inside = (along >= first) & (along <= last)
        rows.append(
            {
                "sector": f"{names[afghan]} - {names[pakistani]}",
                "adm1_af": afghan,
                "adm1_pk": pakistani,
                "from_km": first,
                "to_km": last,
                "length_km": last - first,
                "geometry": shapely.LineString(line[inside]),
            }
        )
    return gpd.GeoDataFrame(rows, crs="EPSG:4326")


def _read(events: Events | None) -> EventTables:
    """As tables; what a frame or a Parquet file has beyond our columns stays."""
    if isinstance(events, str | Path) and Path(events).suffix.lower() == ".parquet":
        if not Path(events).exists():
            raise DataNotFoundError(f"there is no file {str(events)!r}")
        try:
            events = gpd.read_parquet(events)
        except (ValueError, pa.ArrowInvalid) as err:
            raise SchemaError(f"{events} is no GeoParquet: {' '.join(str(err).split())}") from err
    if isinstance(events, pd.DataFrame):
        return tables_of_frame(as_points(events), complete=False)
    return as_tables(events)


def _located(events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if not {"adm0", "adm1", "side", "border_km", "line_km"} <= set(events.columns):
        events = locate_frame(events)
    if events.geometry.name != "geometry":
        events = events.rename_geometry("geometry")
    return events.to_crs("EPSG:4326")


def _to_arrow(table: pd.DataFrame) -> pa.Table:
    plain = pd.DataFrame(table)
    if isinstance(table, gpd.GeoDataFrame):
        plain = plain.assign(geometry=shapely.to_wkb(table.geometry.to_numpy()))
    for name in plain.columns:
        values = plain[name]
        if isinstance(values.dtype, pd.CategoricalDtype):
            plain[name] = values.astype(values.cat.categories.dtype)
    arrow = pa.Table.from_pandas(plain, preserve_index=False)
    for place, field in enumerate(arrow.schema):
        column = arrow.column(place)
        if field.name == "geometry":
            # Without a single geometry there is nothing to tell the type from.
            arrow = arrow.set_column(place, "geometry", column.cast(pa.binary()))
        elif field.name in DAYS and pa.types.is_timestamp(field.type):
            arrow = arrow.set_column(place, field.name, column.cast(pa.date32(), safe=False))
        elif pa.types.is_null(field.type):
            arrow = arrow.set_column(place, field.name, column.cast(pa.string()))
    return arrow


def _load_spatial(database: duckdb.DuckDBPyConnection) -> None:
    """Load the extension if it is on this machine; LOAD alone never asks the network."""
    there = database.execute(
        "SELECT count(*) FROM duckdb_extensions() WHERE extension_name = 'spatial' AND installed"
    ).fetchall()
    if there[0][0]:
        database.execute("LOAD spatial")
