"""The command ``durand export``: events and boundaries to a database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from maps.cli.console import say
from maps.cli.reading import EVENTS_FILE, events_of, takes_events

__all__ = ["export"]

DSN_VARIABLE: Final = "DURAND_POSTGIS"


@click.command()
@click.argument("events", required=False, type=EVENTS_FILE)
@click.option(
    "--postgis",
    "dsn",
    metavar="DSN",
    help=f"Database, as postgresql://user@host:port/name, without a password. Else {DSN_VARIABLE} names it.",
)
@click.option("--schema", default="durand", show_default=True, help="Schema of the tables.")
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Table to write; repeat for more.")
@click.option("--force", is_flag=True, help="Replace tables that are there.")
@takes_events
def export(events: Path | None, dsn: str | None, schema: str, tables: tuple[str, ...], force: bool) -> None:
    """Write EVENTS (any file durand read takes; the shipped events if not given) and boundaries to PostGIS.

    A password comes from PGPASSWORD, ~/.pgpass, or a passfile that the DSN names.
    """
    import geo
    from geo.export.postgis import POSTGIS_TABLES, has_password

    if dsn is not None and has_password(dsn):
        # Others on this machine can read the list of processes.
        raise click.UsageError(
            "--postgis has a password in it; take it out and set PGPASSWORD, or put the DSN into "
            f"{DSN_VARIABLE}"
        )
    dsn = dsn or os.environ.get(DSN_VARIABLE)
    if not dsn:
        raise click.UsageError(f"say where to export to: --postgis DSN, or set {DSN_VARIABLE}")
    unknown = [name for name in tables if name not in POSTGIS_TABLES]
    if unknown:
        raise click.UsageError(f"no table {unknown[0]!r}; there are: {', '.join(POSTGIS_TABLES)}")
    parquet = events is not None and events.suffix.lower() == ".parquet"
    rows = geo.export_postgis(
        dsn,
        events if parquet else events_of(events),
        schema=schema,
        tables=tables or POSTGIS_TABLES,
        overwrite=force,
    )
    say(", ".join(f"{schema}.{name}: {count} rows" for name, count in rows.items()))
