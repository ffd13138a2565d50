"""What events are counted by, asked for in the same way by every command that counts."""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from maps.cli.charts import is_picture, write_chart
from maps.cli.console import say, told_formulas, write_told
from maps.cli.options import KM, layer_option, output_option
from maps.cli.outputs import FLAT, PICTURES, SPATIAL, refuse_format
from maps.cli.reading import EVENTS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from geo.border.border import Border
    from maps.static.chart_page import ChartDrawing

__all__ = [
    "DOUBT",
    "EVENTS",
    "LEVELS",
    "TRUST",
    "AskedUnits",
    "also_option",
    "border_of",
    "border_option",
    "drawn_options",
    "draws_options",
    "parse_spot",
    "parse_table",
    "takes_shapes",
    "takes_units",
    "tell_answer",
    "write_or_echo",
]

LEVELS: Final = ("all", "adm0", "adm1", "adm2", "side", "sector")

SHAPELESS: Final = ("all", "side")

EVENTS: Final = click.argument("events", required=False, type=EVENTS_FILE)
TRUST: Final = click.option(
    "--trust",
    type=click.Choice(["stated", "point"]),
    default="stated",
    show_default=True,
    help="Whether the province and country that the source names bound what lies about its point.",
)
DOUBT: Final = click.option(
    "--doubt",
    type=click.Choice(["apart", "together"]),
    default="apart",
    show_default=True,
    help="Whether events of one locus are each anywhere in it, or all at one point of it.",
)


def takes_shapes(output: Path | None) -> bool:
    """Whether what is written takes geometry along."""
    return output is not None and output.suffix.lower() in SPATIAL


def draws_options(number: int) -> Callable[[Any], Any]:
    """Options -n and --seed of a command that draws places and dates so often."""

    def add(command: Any) -> Any:
        told = "Seed of the draws: the same gives the same."
        command = click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help=told)(
            command
        )
        told = "Draws of places and dates."
        return click.option(
            "-n", "n", type=click.IntRange(min=1), default=number, show_default=True, help=told
        )(command)

    return add


def also_option(name: str, dest: str, what: str) -> Callable[[Any], Any]:
    """An option that writes a second table of an answer."""
    return click.option(
        name,
        dest,
        type=click.Path(dir_okay=False, path_type=Path),
        callback=parse_table,
        help=f"Also write {what}: .csv or .parquet.",
    )


def drawn_options(number: int) -> Callable[[Any], Any]:
    """Options of a command that draws places: how often, what is in doubt, what is trusted, where to."""

    def add(command: Any) -> Any:
        told = "File to write: .csv, .xlsx, .geojson, .gpkg, .parquet, .png, .svg or .pdf; else to stdout."
        output = output_option(required=False, help=told)
        for option in (layer_option, output, TRUST, DOUBT, draws_options(number)):
            command = option(command)
        return command

    return add


def tell_answer(
    answer: tuple[pd.DataFrame, Path | None],
    also: tuple[pd.DataFrame, Path | None],
    text: str,
    *,
    force: bool,
    layer: str | None,
    picture: Callable[[], ChartDrawing],
) -> None:
    """Write an answer and its second table where they were asked for, and say what it means.

    The answer is drawn where its file is one of a picture.
    """
    table, path = answer
    if path is not None and is_picture(path):
        write_chart(path, picture(), force=force)
    else:
        write_or_echo(table, path, force=force, layer=layer)
    table, path = also
    if path is not None:
        write_or_echo(table, path, force=force)
    say(text)


def parse_spot(_ctx: click.Context, _param: click.Parameter, text: str | None) -> Any:
    """A name, or "lon, lat"."""
    try:
        lon, lat = (float(part) for part in (text or "").split(","))
    except ValueError:
        return text
    from geo.types import REGION

    west, south, east, north = REGION
    if west <= lat <= east and south <= lon <= north:
        say(
            f"{text} is taken as {lon:g} degrees east, {lat:g} north; the other way round it is "
            f"{lat:g},{lon:g}"
        )
    return lon, lat


def parse_table(_ctx: click.Context, _param: click.Parameter, path: Path | None) -> Path | None:
    """The name of a file for a table without geometry."""
    if path is not None and path.suffix.lower() not in (".csv", ".parquet", ".xlsx"):
        raise click.BadParameter(f"{path.name!r} is a table without geometry; write .csv, .xlsx or .parquet")
    return path


def _limits(_ctx: click.Context, _param: click.Parameter, text: str | None) -> list[float] | None:
    if text is None:
        return None
    try:
        limits = [float(part) for part in text.split(",")]
    except ValueError:
        limits = []
    rising = all(one < two for one, two in itertools.pairwise([0.0, *limits]))
    if not limits or not rising or not math.isfinite(limits[-1]):
        raise click.BadParameter(f"{text!r} is not rising kilometres of more than 0, such as 5,10,25")
    return limits


def _two_countries(_ctx: click.Context, _param: click.Parameter, text: str | None) -> Any:
    if text is None:
        return None
    codes = tuple(code.strip().upper() for code in text.split(","))
    if len(codes) != 2 or not all(codes):
        raise click.BadParameter(f"{text!r} is not two countries such as PK,IR")
    return codes


border_option: Final = click.option(
    "--border",
    "countries",
    callback=_two_countries,
    metavar="A,B",
    help="By the border of two countries, such as PK,IR, in place of the Durand Line.",
)


def border_of(countries: tuple[str, str] | None) -> Border | None:
    """The border of two countries; None for none, which means the Durand Line."""
    import geo

    return None if countries is None else geo.country_border(*countries)


@dataclass(frozen=True)
class AskedUnits:
    """The units that a command was asked to count by.

    Attributes
    ----------
    by
        A level, or the name of a file of areas.
    sectors_km, bands, around, km
        Length of stretches; limits of bands; a place and a distance from it.
    hexes, priogrid
        Resolution of hexagons; whether squares of PRIO-GRID.
    countries
        Two countries whose border takes the place of the Durand Line.
    """

    by: str | None
    sectors_km: float | None
    bands: list[float] | None
    around: Any
    km: float | None
    hexes: int | None = None
    priogrid: bool = False
    countries: tuple[str, str] | None = None

    @property
    def areas(self) -> Path | None:
        """The file of areas, if it is one."""
        return None if self.by is None or self.levels else Path(self.by)

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels, if it is one or several of them."""
        named = tuple(one.strip() for one in (self.by or "").split(","))
        return named if all(one in LEVELS for one in named) else ()

    def has_shapes(self, level: str) -> bool:
        """Whether the units have geometry; `level` is taken where nothing was asked for."""
        levels = self.levels or ((level,) if not self.number else ())
        return not any(one in SHAPELESS for one in levels)

    def refuse_format(self, output: Path | None, level: str, *, datapackage: bool = False) -> None:
        """Stop before any work where the file can't hold what is asked for; `level` as for frame."""
        shaped = self.has_shapes(level)
        allowed = (*FLAT, *(SPATIAL if shaped else ()), *PICTURES)
        named = " and ".join(one for one in self.levels or (level,) if one in SHAPELESS)
        why = "" if shaped else f"--by {named} has no outlines"
        refuse_format(output, allowed, why=why, datapackage=datapackage)

    def are_drawn(self, output: Path | None, level: str) -> bool:
        """Whether the answer has the units' geometry: they have one, and the file takes it along."""
        return takes_shapes(output) and self.has_shapes(level)

    def frame(self, level: str) -> Any:
        """What the library counts by; `level` is taken where nothing was asked for."""
        import geo

        if self.border is not None and "sector" in (self.levels or (level,)):
            raise click.UsageError(
                "sectors are by provinces, which only the Durand Line has; --sectors KM is by length"
            )
        again = [one for n, one in enumerate(self.levels) if one in self.levels[:n]]
        if again:
            raise click.UsageError(f"--by names {again[0]} twice; each level once")
        if self.areas is not None:
            return _areas(self.areas)
        if self.sectors_km is not None:
            return (self.border or geo.DurandLine()).sectors(km=self.sectors_km)
        if self.bands is not None:
            return (self.border or geo.DurandLine()).bands(self.bands)
        if self.around is not None and self.km is not None:
            return geo.around(self.around, self.km)
        if self.hexes is not None:
            return geo.hexes(self.hexes)
        if self.priogrid:
            return geo.priogrid()
        return self.levels if len(self.levels) > 1 else self.by or level

    def level_name(self, by: Any) -> str:
        """What the units are called that ``frame`` gave; of several at once each table row says it."""
        from geo.analysis.levels import level_name

        return "" if isinstance(by, tuple) else level_name(by)

    @functools.cached_property
    def border(self) -> Border | None:
        """The border that was asked for; None for the Durand Line."""
        return border_of(self.countries)

    @property
    def number(self) -> int:
        """How many kinds of units were asked for."""
        asked = (self.by, self.sectors_km, self.bands, self.around, self.hexes, self.priogrid or None)
        return sum(one is not None for one in asked)


def takes_units(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options of units, as one argument ``units``; `default` is the level without any."""

    def wrap(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def asking(*args: Any, **kwargs: Any) -> Any:
            names = ("by", "sectors_km", "bands", "around", "km", "hexes", "priogrid", "countries")
            units = AskedUnits(*(kwargs.pop(name) for name in names))
            if units.number > 1:
                raise click.UsageError(
                    "--by, --sectors, --bands, --around, --hexes and --priogrid exclude one another"
                )
            if (units.around is None) != (units.km is None):
                raise click.UsageError("--around PLACE and --km KM belong together")
            return command(*args, units=units, **kwargs)

        for option in reversed(_options(default)):
            asking = option(asking)
        return asking

    return wrap


def _options(default: str) -> list[Callable[[Any], Any]]:
    told = f"{', '.join(LEVELS)} ({default} if nothing is said), several with commas; or a file of areas."
    return [
        click.option("--by", metavar="LEVEL|FILE", help=told),
        click.option(
            "--sectors",
            "sectors_km",
            type=KM,
            metavar="KM",
            help="By stretches of the line so long.",
        ),
        click.option(
            "--bands",
            callback=_limits,
            metavar="KM,KM",
            help="By distance from the line, on each side.",
        ),
        click.option(
            "--around",
            callback=parse_spot,
            metavar="PLACE",
            help="A crossing, a town or lon,lat; with --km.",
        ),
        click.option("--km", type=KM, help="Distance from that place."),
        click.option(
            "--hexes",
            type=click.IntRange(0, 7),
            metavar="R",
            help="By hexagons of H3 of that resolution, 0 to 7.",
        ),
        border_option,
        click.option("--priogrid", is_flag=True, help="By squares of PRIO-GRID, half a degree a side."),
    ]


def _areas(path: Path) -> Any:
    """Areas of a file of the user's."""
    if not path.is_file():
        raise click.UsageError(f"--by is one of {', '.join(LEVELS)}, or a file of areas; there is no {path}")
    from geo.errors import SourceError
    from geo.files.features import read_features

    found = read_features(path)
    for note in found.notes:
        say(f"{path.name}: {note}")
    if found.faults:
        rows = ", ".join(f"{row + 1} ({why})" for row, why in list(found.faults.items())[:3])
        say(f"{path.name}: {len(found.faults)} areas cannot be read and count for nothing: {rows}")
    areas = found.frame[found.frame.geometry.notna()]
    if areas.empty:
        raise SourceError(f"{path} has no area to count by")
    if "unit" in areas.columns:
        return areas
    column = _name_column(areas)
    if column is None:
        say(
            f"{path.name}: no column names each area; units are called by their row. A column unit would "
            "name them"
        )
        return areas
    if column != "name":
        say(f"{path.name}: units are called as the column {column} has it")
    return areas.assign(unit=areas[column])


def _name_column(areas: pd.DataFrame) -> str | None:
    """The column of names of areas: one called so, else the first of texts of which no two are the same."""
    for column in sorted(
        areas.columns.drop(areas.geometry.name), key=lambda name: "name" not in name.lower()
    ):
        values = areas[column]
        texts = values.map(lambda value: isinstance(value, str) and bool(value.strip()))
        if len(values) and texts.all() and values.is_unique:
            return str(column)
    return None


def write_or_echo(
    table: pd.DataFrame,
    output: Path | None,
    *,
    force: bool,
    layer: str | None = None,
    datapackage: bool = False,
) -> None:
    """Write a table to the file that was asked for, or as CSV to stdout."""
    from geo.files.csv_injection import neutralise_formulas
    from geo.files.csv_text import csv_text

    if output is not None:
        write_told(table, output, force=force, layer=layer, datapackage=datapackage)
        return
    click.echo(csv_text(table, float_format="%.6g"), nl=False)
    told_formulas(neutralise_formulas(table)[1], "the table")
