"""``durand count`` and ``near``: how many events lie where, with the doubt about place and date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from maps.cli.console import say, told_formulas, write_told
from maps.cli.options import output_option
from maps.cli.reading import events_of, plan_outputs, takes_events

if TYPE_CHECKING:
    import pandas as pd

    from geo.locus.resolve import Trust

__all__ = ["count", "near"]

LEVELS: Final = ("all", "adm0", "adm1", "adm2", "side", "sector")

SPATIAL: Final = (".geojson", ".gpkg", ".fgb", ".parquet")
"""Files that take the units' geometry along."""

EVENTS: Final = click.argument(
    "events", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
TRUST: Final = click.option(
    "--trust",
    type=click.Choice(["stated", "point"]),
    default="stated",
    show_default=True,
    help="Whether the province and country that the source names bound what lies about its point.",
)


def _spot(_ctx: click.Context, _param: click.Parameter, text: str | None) -> Any:
    """A name, or "lon, lat"."""
    try:
        lon, lat = (float(part) for part in (text or "").split(","))
    except ValueError:
        return text
    return lon, lat


def _limits(_ctx: click.Context, _param: click.Parameter, text: str | None) -> list[float] | None:
    try:
        return None if text is None else [float(part) for part in text.split(",")]
    except ValueError:
        raise click.BadParameter(f"{text!r} is not rising kilometres such as 5,10,25") from None


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
    "--by",
    metavar="LEVEL|FILE",
    help="all, adm0, adm1 (if nothing is said), adm2, side, sector; or a file of areas that do not overlap.",
)
@click.option("--sectors", "sectors_km", type=float, metavar="KM", help="By stretches of the line so long.")
@click.option("--bands", callback=_limits, metavar="KM,KM", help="By distance from the line, on each side.")
@click.option("--around", callback=_spot, metavar="PLACE", help="A crossing, a town or lon,lat; with --km.")
@click.option("--km", type=float, help="Distance from that place.")
@click.option(
    "--period",
    multiple=True,
    callback=_periods,
    metavar="P",
    help="D, W, M, Y; or NAME=FIRST:LAST, repeated.",
)
@click.option("--value", metavar="COLUMN", help="Add up figures such as deaths_best in place of events.")
@TRUST
@output_option(required=False, help="File to write: .csv, .geojson, .gpkg or .parquet; else to stdout.")
@takes_events
def count(
    events: Path | None,
    by: str | None,
    sectors_km: float | None,
    bands: list[float] | None,
    around: Any,
    km: float | None,
    period: Any,
    value: str | None,
    trust: Trust,
    output: Path | None,
    force: bool,
) -> None:
    """Count EVENTS by unit: expected, 95 % interval, certain and possible.

    EVENTS is any file that durand read takes; the shipped events without one. An event whose place or date is
    not known exactly counts in each unit and period by the part of it that lies there.
    """
    asked = [one for one in (by, sectors_km, bands, around) if one is not None]
    if len(asked) > 1:
        raise click.UsageError("--by, --sectors, --bands and --around exclude one another")
    if (around is None) != (km is None):
        raise click.UsageError("--around PLACE and --km KM belong together")
    areas = None if by is None or by in LEVELS else Path(by)
    plan_outputs([output], [events, areas])
    import geo

    units: Any = by or "adm1"
    if areas is not None:
        units = _areas(areas)
    elif sectors_km is not None:
        units = geo.DurandLine().sectors(km=sectors_km)
    elif bands is not None:
        units = geo.DurandLine().bands(bands)
    elif around is not None and km is not None:
        units = geo.around(around, km)
    spatial = output is not None and output.suffix.lower() in SPATIAL and by not in ("all", "side")
    table = geo.count(events_of(events), by=units, period=period, value=value, trust=trust, geometry=spatial)
    _written(table, output, force=force)
    total = table["expected"].sum()
    say(f"{len(table):,} rows; {total:,.1f} {value or 'events'} in all, as far as place and date are known")


@click.command()
@EVENTS
@click.option(
    "--where",
    required=True,
    callback=_spot,
    metavar="PLACE",
    help="A crossing, a town, or lon,lat in degrees.",
)
@click.option("--km", type=float, required=True, help="Distance from that place.")
@TRUST
@output_option(required=False, help="File to write: .csv, .geojson, .gpkg or .parquet; else to stdout.")
@takes_events
def near(events: Path | None, where: Any, km: float, trust: Trust, output: Path | None, force: bool) -> None:
    """List the EVENTS that may have happened within so many kilometres of a place.

    The column near_share says how much of where each may have happened lies there; their sum is the number to
    expect.
    """
    plan_outputs([output], [events])
    import geo

    found = geo.near(events_of(events), where, km, trust=trust)
    _written(found if output is not None else found.drop(columns=found.geometry.name), output, force=force)
    certain = int((found["near"] == "certain").sum())
    say(f"{found['near_share'].sum():.1f} events to expect, {certain} for certain, {len(found)} possible")


def _areas(path: Path) -> Any:
    """Areas of a file of the user's."""
    if not path.is_file():
        raise click.UsageError(f"--by is one of {', '.join(LEVELS)}, or a file of areas; there is no {path}")
    import geopandas as gpd

    from geo.errors import SourceError

    try:
        return gpd.read_parquet(path) if path.suffix.lower() == ".parquet" else gpd.read_file(path)
    except Exception as err:
        raise SourceError(f"{path} cannot be read as areas: {' '.join(str(err).split())}") from err


def _written(table: pd.DataFrame, output: Path | None, *, force: bool) -> None:
    from geo.files.csv_injection import neutralise_formulas
    from geo.files.csv_text import csv_text

    if output is not None:
        write_told(table, output, force=force)
        return
    click.echo(csv_text(table, float_format="%.6g"), nl=False)
    told_formulas(neutralise_formulas(table)[1], "the table")
