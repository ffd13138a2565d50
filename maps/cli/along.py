"""``durand along``: where along the line events lie close together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from maps.cli.reading import events_of, plan_outputs, takes_events
from maps.cli.units import (
    EVENTS,
    also_option,
    border_of,
    border_option,
    drawn_options,
    takes_shapes,
    tell_answer,
)

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
@also_option("--k", "k_file", "the K function")
@click.option("--reach", type=float, help="Farthest distance of the K function, km.")
@border_option
@drawn_options(99)
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
    layer: str | None,
    countries: tuple[str, str] | None,
    force: bool,
) -> None:
    """Tell how thickly EVENTS lie along the Durand Line, or another border, by km of it.

    The intensity with the doubt about places, beside that of events thrown on the line at random; with --k
    whether they lie closer together than those.
    """
    plan_outputs([output, k_file], [events], layer=layer)
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
        border=border_of(countries),
        trust=trust,
        geometry=takes_shapes(output),
    )
    tell_answer((found.intensity, output), (found.k, k_file), found.text, force=force, layer=layer)
