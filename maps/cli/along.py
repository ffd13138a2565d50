"""``durand along``: where along the line events lie close together."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maps.cli.charts import Look, along_picture, check_look, takes_look, words_of
from maps.cli.options import KM
from maps.cli.outputs import FLAT, PICTURES, SPATIAL, refuse_format
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
    "--bandwidth", type=KM, default=20, show_default=True, help="Standard deviation of the kernel, km."
)
@click.option("--step", type=KM, default=5, show_default=True, help="Length of a step of the line, km.")
@click.option(
    "--within", type=KM, default=50, show_default=True, help="Farther from the line is left out, km."
)
@also_option("--k", "k_file", "the K function")
@click.option("--reach", type=KM, help="Farthest distance of the K function, km.")
@border_option
@drawn_options(99)
@takes_look
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
    look: Look,
) -> None:
    """Tell how thickly EVENTS lie along the Durand Line, or another border, by km of it.

    The intensity with the doubt about places, beside that of events thrown on the line at random; with --k
    whether they lie closer together than those.
    """
    refuse_format(output, (*FLAT, *SPATIAL, *PICTURES))
    plan_outputs([output, k_file, *words_of(output)], [events], layer=layer)
    check_look(look, output)
    import geo

    tables = events_of(events)
    found = geo.along(
        tables,
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
    tell_answer(
        (found.intensity, output),
        (found.k, k_file),
        found.text,
        force=force,
        layer=layer,
        picture=functools.partial(along_picture, found, tables, look),
    )
