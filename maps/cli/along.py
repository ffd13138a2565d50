"""``durand along``: where along the line events lie close together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from maps.cli.console import say
from maps.cli.options import output_option
from maps.cli.reading import events_of, plan_outputs, takes_events
from maps.cli.units import DOUBT, EVENTS, SPATIAL, TRUST, draws_options, parse_table, write_or_echo

if TYPE_CHECKING:
    from geo.analysis.impute import Doubt
    from geo.locus.resolve import Trust

__all__ = ["along"]


@click.command()
@EVENTS
@click.option(
    "--bandwidth", type=float, default=20, show_default=True, help="Standard deviation of the kernel, km."
)
@click.option("--step", type=float, default=5, show_default=True, help="Length of a step of the line, km.")
@click.option(
    "--within", type=float, default=50, show_default=True, help="Farther from the line is left out, km."
)
@click.option(
    "--k",
    "k_file",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=parse_table,
    help="Also write the K function: .csv or .parquet.",
)
@click.option("--reach", type=float, help="Farthest distance of the K function, km.")
@draws_options(99)
@DOUBT
@TRUST
@output_option(required=False, help="File to write: .csv, .geojson, .gpkg or .parquet; else to stdout.")
@takes_events
def along(
    events: Path | None,
    bandwidth: float,
    step: float,
    within: float,
    k_file: Path | None,
    reach: float | None,
    n: int,
    seed: int,
    doubt: Doubt,
    trust: Trust,
    output: Path | None,
    force: bool,
) -> None:
    """Tell how thickly EVENTS lie along the Durand Line, by km of it.

    The intensity with the doubt about places, beside that of events thrown on the line at random; with --k
    whether they lie closer together than those.
    """
    plan_outputs([output, k_file], [events])
    import geo

    found = geo.along(
        events_of(events),
        bandwidth,
        step_km=step,
        within_km=within,
        reach_km=reach,
        n=n,
        seed=seed,
        doubt=doubt,
        trust=trust,
        geometry=output is not None and output.suffix.lower() in SPATIAL,
    )
    write_or_echo(found.intensity, output, force=force)
    if k_file is not None:
        write_or_echo(found.k, k_file, force=force)
    say(found.text)
