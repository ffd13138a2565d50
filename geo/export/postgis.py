"""Events and boundaries in PostGIS.

Needs the extra ``[postgis]`` (sqlalchemy, geoalchemy2, psycopg). Passwords are libpq's affair: it takes them
from ``PGPASSWORD``, from ``~/.pgpass`` or the file that ``passfile`` names, or from the DSN; they are neither
printed nor kept here.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import geopandas as gpd
import pandas as pd
import shapely

from geo.arguments import checked
from geo.boundaries.added import list_added
from geo.boundaries.catalogue import find_layer
from geo.boundaries.layers import read_line
from geo.errors import DatabaseError, ExtraMissingError, SchemaError
from geo.events.columns import EVENT_COLUMNS, Column
from geo.export.duckdb_views import DAYS, VIEWS, tables_of
from geo.sources.given import Events

if TYPE_CHECKING:
    import sqlalchemy

__all__ = ["POSTGIS_TABLES", "export_postgis", "has_password"]

POSTGIS_TABLES: Final = (*VIEWS, "line")
"""Names of the tables."""

KEYS: Final = {
    "events": ("event_id",),
    "claims": ("claim_id",),
    "sources": ("source_id",),
    "shares": ("event_id", "level", "unit"),
    "loci": ("event_id",),
    "units": ("boundary_id",),
    "places": ("place_id",),
    "crossings": ("crossing_id",),
}
"""Primary keys, where a table has one."""

LINKS: Final = tuple((name, "event_id", "events") for name in ("claims", "shares", "loci"))
"""Columns that point to the key of another table."""

LAYERS: Final = {
    "units": "provinces",
    "sectors": "durand_line",
    "line": "durand_line",
    "places": "places",
    "crossings": "crossings",
}
"""Shipped layers whose licence and credit a table carries."""


@checked
def export_postgis(
    dsn: str,
    events: Events | None = None,
    *,
    schema: str = "durand",
    tables: Collection[str] = POSTGIS_TABLES,
    overwrite: bool = False,
) -> dict[str, int]:
    """Write events and boundaries to a PostgreSQL database with PostGIS, all of it or nothing.

    Parameters
    ----------
    dsn
        ``postgresql://user@host:port/database`` or ``host=... dbname=...``, as libpq reads it.
    events
        As for :func:`geo.connect`; the shipped tables if not given.
    schema
        Schema of the tables; made if it is not there.
    tables
        Which tables to write: those of :func:`geo.connect`, and ``line``, the Durand Line whole.
    overwrite
        Whether tables of these names may be replaced. What depends on them in the database, such as a view,
        is never dropped: the export then fails.

    Returns
    -------
    dict
        Table to rows written. Geometry is in EPSG:4326 with a GiST index; keys are declared; days are
        ``date``; categories are ``text``; the comment of a table names its licence and credit.

    Raises
    ------
    ExtraMissingError
        Without the extra ``[postgis]``.
    SchemaError
        If a table or the schema has no name that can be, if tables are there already and ``overwrite`` is not
        set, or as for :func:`geo.connect`.
    DatabaseError
        If the database cannot be reached, lacks PostGIS, or refuses. Nothing is changed then.

    Examples
    --------
    >>> import geo, os
    >>> dsn = os.environ.get("DURAND_TEST_POSTGIS")
    >>> if dsn:
    ...     _ = geo.export_postgis(dsn, tables=["crossings"], schema="example", overwrite=True)
    """
    sqlalchemy = _import_extra()
    strange = [tables] if isinstance(tables, str) else sorted(set(tables) - set(POSTGIS_TABLES))
    if strange:
        raise SchemaError(
            f"tables is a collection of {', '.join(POSTGIS_TABLES)}; got {', '.join(map(repr, strange))}"
        )
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", schema) or schema.startswith("pg_"):
        raise SchemaError(
            "a schema is named by small letters, digits and _, not beginning with pg_ or a digit; "
            f"got {schema!r}"
        )
    frames = {**tables_of(events, tables)}
    if "line" in tables:
        frames["line"] = read_line()
    engine = _engine(sqlalchemy, dsn)
    try:
        with engine.begin() as connection:
            _prepare(sqlalchemy, connection, schema, list(frames), overwrite=overwrite)
            for name, frame in frames.items():
                _write(sqlalchemy, connection, schema, name, frame)
            _link(sqlalchemy, connection, schema, frames)
    except sqlalchemy.exc.SQLAlchemyError as err:
        # Not "from err": its traceback may hold the DSN, and with it a password.
        raise DatabaseError(_without_password(_reason(err), dsn)) from None
    finally:
        engine.dispose()
    return {name: len(frame) for name, frame in frames.items()}


def has_password(dsn: str) -> bool:
    """Whether a DSN contains a password, which then stands in the list of processes and in shell history.

    Examples
    --------
    >>> from geo.export.postgis import has_password
    >>> has_password("postgresql://ann@localhost/maps"), has_password("postgresql://ann:x@localhost/maps")
    (False, True)
    """
    return bool(_passwords(dsn))


def _passwords(dsn: str) -> set[str]:
    """Every spelling of a password in a DSN, whether or not the DSN is well formed."""
    found = set(re.findall(r"://[^/@:]*:(.*)@", dsn, flags=re.DOTALL))
    found |= set(re.findall(r"[?&\s]password=([^&\s']+)", f" {dsn}"))
    found |= set(re.findall(r"password\s*=\s*'((?:[^'\\]|\\.)*)'", dsn))
    found |= set(re.findall(r"password\s*=\s*([^'&\s]+)", dsn))
    return {word for text in found for word in (text, unquote(text)) if word}


def _without_password(text: str, dsn: str) -> str:
    for secret in sorted({dsn, *_passwords(dsn)} if has_password(dsn) else set(), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def _import_extra() -> Any:
    try:
        import geoalchemy2  # noqa: F401 - geopandas needs it
        import psycopg  # noqa: F401 - SQLAlchemy needs it
        import sqlalchemy
    except ImportError as err:
        raise ExtraMissingError.of("geo.export_postgis", err.name, "postgis") from err
    return sqlalchemy


def _engine(sqlalchemy: Any, dsn: str) -> Any:
    """An engine whose connections are opened by libpq, so that SQLAlchemy never sees the DSN."""
    import psycopg

    plain = re.sub(r"^(postgres(?:ql)?)\+\w+://", r"\1://", dsn.strip())
    if not plain:
        raise SchemaError("the DSN is empty; write postgresql://user@host:port/database")

    def connect() -> psycopg.Connection[Any]:
        return psycopg.connect(plain, connect_timeout=10, application_name="durand")

    return sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=connect, poolclass=sqlalchemy.pool.NullPool, hide_parameters=True
    )


def _prepare(
    sqlalchemy: Any,
    connection: sqlalchemy.Connection,
    schema: str,
    names: list[str],
    *,
    overwrite: bool,
) -> None:
    text = sqlalchemy.text
    if not connection.execute(text("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'")).scalar():
        raise DatabaseError(
            "the database has no PostGIS; its owner installs it with: CREATE EXTENSION postgis"
        )
    there = set(sqlalchemy.inspect(connection).get_table_names(schema=schema)) & set(names)
    if there and not overwrite:
        raise SchemaError(
            f"the schema {schema!r} has {', '.join(sorted(there))} already; choose another schema or allow "
            "overwriting"
        )
    connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
    # Tables that point to another first; without CASCADE, so that what others built on them stops it.
    for name in sorted(there, key=lambda table: table not in {link[0] for link in LINKS}):
        connection.execute(text(f'DROP TABLE "{schema}"."{name}"'))


def _write(
    sqlalchemy: Any,
    connection: sqlalchemy.Connection,
    schema: str,
    name: str,
    frame: pd.DataFrame,
) -> None:
    plain = frame.copy()
    for column in plain.columns:
        if isinstance(plain[column].dtype, pd.CategoricalDtype):
            plain[column] = plain[column].astype("str")
    types: dict[str, Any] = {
        column: sqlalchemy.Date() for column in plain.columns if column in DAYS and column != "geometry"
    }
    types |= {
        column: sqlalchemy.Text()
        for column in plain.columns
        if column != "geometry" and (plain[column].dtype == "str" or plain[column].dtype == object)
    }
    if isinstance(plain, gpd.GeoDataFrame):
        # PostGIS has no missing point but NULL, and one type for a column.
        shapes = plain.geometry.where(~plain.geometry.is_empty)
        if len(set(shapes.geom_type.dropna())) > 1:
            shapes = gpd.GeoSeries(
                [
                    shapely.multipolygons([s]) if getattr(s, "geom_type", "") == "Polygon" else s
                    for s in shapes
                ],
                index=shapes.index,
                crs=shapes.crs,
            )
        plain = plain.set_geometry(shapes)
        plain.to_postgis(name, connection, schema=schema, index=False, dtype=types)
    else:
        plain.to_sql(name, connection, schema=schema, index=False, dtype=types, method="multi", chunksize=500)
    if name in KEYS:
        key = ", ".join(f'"{column}"' for column in KEYS[name])
        connection.execute(sqlalchemy.text(f'ALTER TABLE "{schema}"."{name}" ADD PRIMARY KEY ({key})'))
    comment = _comment(name, frame)
    literal = comment.replace("'", "''").replace(":", r"\:")
    connection.execute(sqlalchemy.text(f'COMMENT ON TABLE "{schema}"."{name}" IS \'{literal}\''))
    columns: tuple[Column, ...] = EVENT_COLUMNS if name == "events" else ()
    for column in columns:
        if column.name in plain.columns:
            said = column.description.replace("'", "''").replace(":", r"\:")
            connection.execute(
                sqlalchemy.text(f'COMMENT ON COLUMN "{schema}"."{name}"."{column.name}" IS \'{said}\'')
            )


def _comment(name: str, frame: pd.DataFrame) -> str:
    """Licence and credit of a table."""
    if name in LAYERS:
        layer = find_layer(LAYERS[name])
        said = [f"{layer.title}. Licence: {layer.licence}. Credit: {layer.credit}"]
        if name == "units":
            said += [
                f"Districts of {added.country}. Licence: {added.licence}. Credit: {added.credit}"
                for added in list_added(2)
            ]
        return ". ".join(said)
    if name == "events" and "licence" in frame:
        licences = sorted(set(frame["licence"].dropna()))
        return f"Events. Licence, by row: {'; '.join(licences) or 'not stated'}"
    return f"{name.capitalize()} of the events, under their licence"


def _link(
    sqlalchemy: Any,
    connection: sqlalchemy.Connection,
    schema: str,
    frames: dict[str, pd.DataFrame],
) -> None:
    for name, column, other in LINKS:
        if name in frames and other in frames:
            connection.execute(
                sqlalchemy.text(
                    f'ALTER TABLE "{schema}"."{name}" ADD FOREIGN KEY ("{column}") '
                    f'REFERENCES "{schema}"."{other}" ("{KEYS[other][0]}")'
                )
            )


def _reason(err: Exception) -> str:
    """What the database said, without the statement."""
    cause = getattr(err, "orig", None) or err
    lines = [
        line for line in str(cause).splitlines() if line.strip() and not line.startswith(("[SQL", "(Back"))
    ]
    return "the database could not take the export: " + " ".join(" ".join(lines).split())
