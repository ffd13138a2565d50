"""``durand impute``: complete tables, in which each event has one point and one day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from maps.cli.console import say
from maps.cli.options import output_option
from maps.cli.outputs import FLAT, SPATIAL, refuse_format
from maps.cli.reading import events_of, plan_outputs, takes_events
from maps.cli.units import DOUBT, EVENTS, TRUST, draws_options, write_or_echo

if TYPE_CHECKING:
    from geo.analysis.impute import Doubt
    from geo.locus.resolve import Trust

__all__ = ["impute"]


@click.command()
@EVENTS
@draws_options(50)
@DOUBT
@TRUST
@output_option(help="File to write: .csv, .geojson, .gpkg or .parquet.")
@takes_events
def impute(
    events: Path | None, n: int, seed: int, doubt: Doubt, trust: Trust, output: Path, force: bool
) -> None:
    """Draw a point and a day for each of the EVENTS, anywhere and any time that it may have been, N times.

    The tables stand one below the other in one file, told apart by the column draw: split it by that, ask
    each part, and put the answers together by Rubin's rules (geo.pool, or pool of mice in R).
    """
    refuse_format(output, (*FLAT, *SPATIAL))
    plan_outputs([output], [events])
    import warnings

    import geo

    tables = events_of(events)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", geo.LeftOutWarning)
        drawn = geo.impute(tables, n, seed, doubt=doubt, trust=trust)
    for one in told:
        say(f"warning: {one.message}")
    write_or_echo(drawn, output, force=force)
    say(f"{len(drawn):,} rows: {n} draws of {drawn['row'].nunique():,} events")
