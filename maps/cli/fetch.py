"""``durand fetch``: events from a publisher's own service, with the user's own account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from maps.cli.console import say
from maps.cli.options import output_option, parse_day
from maps.cli.outputs import refuse_outputs

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["fetch"]


@click.group()
def fetch() -> None:
    """Events from the service of those who publish them, with your own account."""


@fetch.command()
@output_option(help="File to write: .json, which durand read takes.")
@click.option("--country", "countries", multiple=True, help="Country as ACLED writes it; repeat for more.")
@click.option("--since", callback=parse_day, metavar="DAY", help="First day, as 2025-10-09.")
@click.option("--until", callback=parse_day, metavar="DAY", help="Last day.")
@click.option("--server", default="https://acleddata.com", hidden=True)
def acled(
    output: Path,
    force: bool,
    countries: tuple[str, ...],
    since: dt.date | None,
    until: dt.date | None,
    server: str,
) -> None:
    """Fetch events from ACLED, with the account that ACLED_EMAIL and ACLED_PASSWORD name.

    The rows stay with you: ACLED's terms do not allow to pass them on, and a map of them credits it.
    """
    if output.suffix.lower() != ".json":
        raise click.UsageError(f"{output.name!r} does not end in .json")
    refuse_outputs([output], force=force)
    from geo.sources.acled_api import AcledClient

    rows = AcledClient(server).save(output, overwrite=force, countries=countries, start=since, end=until)
    say(f"{output}: {rows:,} rows; next: durand read {output.name} -o events.parquet")
