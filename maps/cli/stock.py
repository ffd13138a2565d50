"""``durand stock``: coordinates that stand for an area."""

from __future__ import annotations

from pathlib import Path

import click

from maps.cli.console import say
from maps.cli.options import output_option
from maps.cli.outputs import FLAT, SPATIAL, refuse_format
from maps.cli.reading import events_of, plan_outputs, takes_events
from maps.cli.units import EVENTS, write_or_echo

__all__ = ["stock"]


@click.command()
@EVENTS
@click.option(
    "--min-events",
    type=click.IntRange(min=2),
    help="Rows on one coordinate that make a stack; else the library's number.",
)
@output_option(required=False, help="File to write: .csv, .geojson, .gpkg or .parquet; else to stdout.")
@takes_events
def stock(events: Path | None, min_events: int | None, output: Path | None, force: bool) -> None:
    """List coordinates of the EVENTS on which a source puts what it cannot place, with the reasons."""
    refuse_format(output, (*FLAT, *SPATIAL))
    plan_outputs([output], [events])
    import geo

    asked = {} if min_events is None else {"min_events": min_events}
    found = geo.stock_points(events_of(events), **asked)
    table = found if output is not None else found.drop(columns=found.geometry.name)
    write_or_echo(table, output, force=force)
    say(f"{len(found):,} coordinates, on which {int(found['n'].sum()):,} events stand")
