"""``durand count`` and ``near``: how many events lie where, with the doubt about place and date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from maps.cli.charts import (
    Look,
    check_look,
    count_picture,
    is_picture,
    takes_look,
    words_of,
    write_chart,
    write_map,
)
from maps.cli.console import say
from maps.cli.options import KM, PART, datapackage_option, layer_option, output_option, parse_periods
from maps.cli.outputs import FLAT, SPATIAL, refuse_format
from maps.cli.reading import events_of, plan_outputs, takes_events
from maps.cli.units import EVENTS, TRUST, AskedUnits, parse_spot, takes_units, write_or_echo

if TYPE_CHECKING:
    import pandas as pd

    from geo.analysis.rates import Per
    from geo.locus.resolve import Trust

__all__ = ["count", "near"]

LEVEL: Final = 0.95


@click.command()
@EVENTS
@click.option(
    "--period",
    multiple=True,
    callback=parse_periods,
    metavar="P",
    help="D, W, M, Y; or NAME=FIRST:LAST, repeated.",
)
@click.option("--level", type=PART, default=LEVEL, show_default=True, help="Of the intervals.")
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
@output_option(
    required=False,
    help="File to write: .csv, .xlsx, .geojson, .gpkg, .parquet, .png, .svg or .pdf; else to stdout.",
)
@layer_option
@datapackage_option
@takes_look
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
    look: Look,
) -> None:
    """Count EVENTS by unit: expected, its interval, certain and possible.

    EVENTS is any file that durand read takes; the shipped events without one. An event whose place or date is
    not known exactly counts in each unit and period by the part of it that lies there.
    """
    units.refuse_format(output, "adm1", datapackage=datapackage)
    plan_outputs([output, *words_of(output)], [events, units.areas, people], layer=layer)
    check_look(look, output)
    if is_picture(output) and len(per) + (people is not None) > 1:
        raise click.UsageError("a picture shows one rate: one --per, or --people")
    import geo
    from geo.analysis.count import may_hold

    by = units.frame("adm1")
    figures = None if people is None else _people(people)
    tables = events_of(events)
    # What a map of expected numbers can't say is charted.
    plain = (period, value, people, level, trust) == (None, None, None, LEVEL, "stated")
    shaded = _shaded(by, units, per) if plain else None
    if output is not None and is_picture(output) and shaded is not None:
        write_map(output, tables, shaded, look, force=force)
        return
    spatial = units.are_drawn(output, "adm1")
    table = geo.count(
        tables,
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
    if output is not None and is_picture(output):
        drawing = count_picture(table, tables, look, by=units.level_name(by), value=value, level=level)
        write_chart(output, drawing, force=force)
        return
    # On a screen only where something can lie; a file has every unit and period.
    shown = table if output is not None else table[may_hold(table)]
    write_or_echo(shown, output, force=force, layer=layer, datapackage=datapackage)
    total = table["expected"].sum()
    if len(shown) < len(table):
        say(f"rows in which nothing can lie are left out here, {len(table) - len(shown):,}; -o FILE has them")
    said = f"{len(table):,} rows; {total:,.1f} {value or 'events'} in all, as far as place and date are known"
    if value:
        have, lack = table["events"].sum(), table["without"].sum()
        said += f"; {have:,.1f} events have a figure, {lack:,.1f} have none"
    say(said)


def _shaded(by: Any, units: AskedUnits, per: tuple[Per, ...]) -> dict[str, Any] | None:
    """How a map shades what is counted by; None where it doesn't, and a chart is drawn."""
    if not isinstance(by, str) or by not in ("adm1", "adm2", "sector") or units.countries is not None:
        return None
    if not per:
        return {"shade": by}
    fits = {"100 km": "sector", "1000 km2": "adm1"}
    kind = {"100 km": "line", "1000 km2": "area"}
    return {"shade": by, "shade_per": kind[per[0]]} if fits[per[0]] == by else None


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
@click.option("--km", type=KM, required=True, help="Distance from that place.")
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
    refuse_format(output, (*FLAT, *SPATIAL), datapackage=datapackage)
    plan_outputs([output], [events], layer=layer)
    import geo

    # A place that is not known is said before anything is read.
    geo.around(where, km)
    found = geo.near(events_of(events), where, km, trust=trust)
    table = found if output is not None else found.drop(columns=found.geometry.name)
    write_or_echo(table, output, force=force, layer=layer, datapackage=datapackage)
    certain = int((found["near"] == "certain").sum())
    say(f"{found['near_share'].sum():.1f} events to expect, {certain} for certain, {len(found)} possible")
