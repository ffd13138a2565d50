"""``durand count`` and ``near``: how many events lie where, with the doubt about place and date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maps.cli.console import say
from maps.cli.options import datapackage_option, layer_option, output_option
from maps.cli.reading import events_of, plan_outputs, takes_events
from maps.cli.units import EVENTS, TRUST, AskedUnits, parse_spot, takes_units, write_or_echo

if TYPE_CHECKING:
    import pandas as pd

    from geo.analysis.rates import Per
    from geo.locus.resolve import Trust

__all__ = ["count", "near"]


def _periods(_ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]) -> Any:
    if len(given) == 1 and "=" not in given[0]:
        return given[0]
    named = dict(one.partition("=")[::2] for one in given)
    if not all(named.values()):
        raise click.BadParameter("is D, W, M or Y once, or NAME=FIRST:LAST as often as wanted")
    return named or None


@click.command()
@EVENTS
@click.option(
    "--period",
    multiple=True,
    callback=_periods,
    metavar="P",
    help="D, W, M, Y; or NAME=FIRST:LAST, repeated.",
)
@click.option("--level", type=float, default=0.95, show_default=True, help="Of the intervals.")
@click.option("--value", metavar="COLUMN", help="Add up figures such as deaths_best in place of events.")
@click.option(
    "--per",
    multiple=True,
    type=click.Choice(["100 km", "1000 km2"]),
    help="Rates beside the numbers, by length of line or by area.",
)
@click.option(
    "--people",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Rates by 100,000 people: a table with unit, people, date and source.",
)
@TRUST
@output_option(required=False, help="File to write: .csv, .geojson, .gpkg or .parquet; else to stdout.")
@layer_option
@datapackage_option
@takes_units("adm1")
@takes_events
def count(
    events: Path | None,
    units: AskedUnits,
    period: Any,
    level: float,
    value: str | None,
    per: tuple[Per, ...],
    people: Path | None,
    trust: Trust,
    output: Path | None,
    layer: str | None,
    datapackage: bool,
    force: bool,
) -> None:
    """Count EVENTS by unit: expected, its interval, certain and possible.

    EVENTS is any file that durand read takes; the shipped events without one. An event whose place or date is
    not known exactly counts in each unit and period by the part of it that lies there.
    """
    plan_outputs([output], [events, units.areas, people], layer=layer)
    import geo

    by = units.frame("adm1")
    figures = None if people is None else _people(people)
    spatial = units.are_drawn(output, "adm1")
    table = geo.count(
        events_of(events),
        by=by,
        border=units.border,
        period=period,
        value=value,
        trust=trust,
        geometry=spatial,
        level=level,
        per=per,
        people=figures,
    )
    # On a screen only where something can lie; a file has every unit and period.
    shown = table if output is not None else table[table["possible"] > 0]
    write_or_echo(shown, output, force=force, layer=layer, datapackage=datapackage)
    total = table["expected"].sum()
    if len(shown) < len(table):
        say(f"{len(table) - len(shown):,} rows in which nothing can lie are left out here; -o FILE has them")
    say(f"{len(table):,} rows; {total:,.1f} {value or 'events'} in all, as far as place and date are known")


def _people(path: Path) -> pd.DataFrame:
    """Figures of people, as text where they are no numbers."""
    import pandas as pd

    from geo.errors import SourceError

    try:
        return pd.read_parquet(path) if path.suffix.lower() == ".parquet" else pd.read_csv(path, dtype="str")
    except (ValueError, OSError) as err:
        raise SourceError(f"{path} is no table in CSV or Parquet: {' '.join(str(err).split())}") from err


@click.command()
@EVENTS
@click.option(
    "--where",
    required=True,
    callback=parse_spot,
    metavar="PLACE",
    help="A crossing, a town, or lon,lat in degrees.",
)
@click.option("--km", type=float, required=True, help="Distance from that place.")
@TRUST
@output_option(required=False, help="File to write: .csv, .geojson, .gpkg or .parquet; else to stdout.")
@layer_option
@datapackage_option
@takes_events
def near(
    events: Path | None,
    where: Any,
    km: float,
    trust: Trust,
    output: Path | None,
    layer: str | None,
    datapackage: bool,
    force: bool,
) -> None:
    """List the EVENTS that may have happened within so many kilometres of a place.

    The column near_share says how much of where each may have happened lies there; their sum is the number to
    expect.
    """
    plan_outputs([output], [events], layer=layer)
    import geo

    found = geo.near(events_of(events), where, km, trust=trust)
    table = found if output is not None else found.drop(columns=found.geometry.name)
    write_or_echo(table, output, force=force, layer=layer, datapackage=datapackage)
    certain = int((found["near"] == "certain").sum())
    say(f"{found['near_share'].sum():.1f} events to expect, {certain} for certain, {len(found)} possible")
