"""``durand compare``: rates of events before and after a day."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maps.cli.charts import Look, check_look, ratio_picture, takes_look, words_of
from maps.cli.options import parse_span
from maps.cli.outputs import refuse_layer
from maps.cli.reading import events_of, plan_outputs, takes_events
from maps.cli.units import (
    EVENTS,
    LEVELS,
    AskedUnits,
    also_option,
    drawn_options,
    takes_units,
    tell_answer,
    write_or_echo,
)

if TYPE_CHECKING:
    from geo.analysis.impute import Doubt
    from geo.locus.resolve import Trust

__all__ = ["compare"]


@click.command()
@EVENTS
@click.option(
    "--before",
    required=True,
    callback=parse_span,
    metavar="FIRST:LAST",
    help="Two days, as 2025-10-01:2025-10-18.",
)
@click.option(
    "--after", required=True, callback=parse_span, metavar="FIRST:LAST", help="Two days, later than those."
)
@click.option(
    "--least",
    type=click.IntRange(min=2),
    default=10,
    show_default=True,
    help="Fewer events than this give no answer.",
)
@click.option(
    "--second",
    type=click.Choice([*LEVELS, "none"]),
    metavar="LEVEL|none",
    help="Units of another size that are asked too, beside --by; without it those that belong there.",
)
@also_option("--placebo", "placebo", "the ratios at other dates")
@drawn_options(200)
@takes_look
@takes_units("all")
@takes_events
def compare(
    events: Path | None,
    units: AskedUnits,
    before: str,
    after: str,
    least: int,
    second: str | None,
    placebo: Path | None,
    n: int,
    seed: int,
    doubt: Doubt,
    trust: Trust,
    output: Path | None,
    layer: str | None,
    force: bool,
    look: Look,
) -> None:
    """Compare the rates of EVENTS in two spans of days.

    The ratio of rates by day, its 95 % interval with the doubt about places and dates, and three tests: of
    the interval, by shuffling days, and beside other dates of the same table. What that does not prove is
    said. Where units are compared, the same is asked of units of another size too, since what is found hangs
    on it: the column `by` says which.
    """
    units.refuse_format(output, "all")
    plan_outputs([output, placebo, *words_of(output)], [events, units.areas], layer=layer)
    check_look(look, output)
    import geo
    from geo.analysis.compare import check_spans

    check_spans(before, after)
    by = units.frame("all")
    if isinstance(by, tuple):
        by, second = _two_levels(by, second)
    spatial = units.are_drawn(output, "all")
    tables = events_of(events)
    found = geo.compare(
        tables,
        before=before,
        after=after,
        by=by,
        border=units.border,
        n=n,
        seed=seed,
        doubt=doubt,
        least=least,
        trust=trust,
        geometry=spatial,
        second=None if second == "none" else second or "other",
    )
    # Provinces and stretches of a line are no one layer: in a file for maps the second level is another.
    beside = found.other.table if spatial and found.other is not None and output is not None else None
    path = output if output is not None and output.suffix.lower() == ".gpkg" else None
    name = f"{layer or path.stem} by {found.other.by}" if path and found.other else None
    if beside is not None and path is not None and name and path.is_file():
        refuse_layer(path, name, force=force)
    tell_answer(
        (found.table if spatial else found.both, output),
        (found.placebos, placebo),
        found.text,
        force=force,
        layer=layer,
        picture=functools.partial(ratio_picture, found, tables, look),
    )
    if beside is not None:
        write_or_echo(beside, path, force=force, layer=name)


def _two_levels(by: tuple[str, ...], second: str | None) -> tuple[str, ...]:
    """The two levels that were asked for in one."""
    if len(by) > 2 or second is not None:
        raise click.UsageError("rates are compared at two levels: --by LEVEL,LEVEL, or --by with --second")
    return by
