"""Options that several commands share, and what their values mean."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from maps.spec.spec import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maps.spec.sheet import Sheet

__all__ = [
    "KM",
    "PART",
    "PUBLISHED",
    "SHEET_OPTIONS",
    "datapackage_option",
    "embed_options",
    "excel_option",
    "layer_option",
    "output_option",
    "parse_day",
    "parse_extent",
    "parse_flows",
    "parse_periods",
    "parse_span",
    "picture_options",
    "print_options",
    "take_sheet",
    "view_options",
]

SHEET_OPTIONS: Final = (
    "size",
    "dpi",
    "text",
    "style",
    "font",
    "timeline",
    "inset",
    "scale",
    "north",
    "graticule",
    "areas",
    "callouts",
    "facet",
    "profile",
    "cmyk",
    "cmyk_profile",
)
"""Names of the options that make up a sheet."""


class _Finite(click.FloatRange):
    """A number within a range, and none that is no number or endless."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, or an error that names the range."""
        found = super().convert(value, param, ctx)
        if not math.isfinite(found):
            self.fail(f"{value} is no number in the range {self._describe_range()}.", param, ctx)
        return found


KM: Final = _Finite(min=0, min_open=True)
"""A length or distance."""

PART: Final = _Finite(min=0, max=1, min_open=True, max_open=True)
"""A part of a whole."""

UNITS = {"": 1, "B": 1, "KB": 1_000, "MB": 1_000_000, "KIB": 1_024, "MIB": 1_048_576}


def output_option(**kwargs: Any) -> Callable[[Any], Any]:
    """Options -o and --force of every command that writes a file."""

    def add(command: Any) -> Any:
        command = click.option("--force", is_flag=True, help="Overwrite the file if it is there.")(command)
        kind = click.Path(dir_okay=False, path_type=Path)
        return click.option("-o", "--output", type=kind, **({"required": True} | kwargs))(command)

    return add


def excel_option(command: Any) -> Any:
    """Option --excel of every command that writes a table as CSV."""
    told = "Begin a CSV with a byte order mark, without which Excel takes UTF-8 for another encoding."
    return click.option("--excel", is_flag=True, help=told)(command)


def layer_option(command: Any) -> Any:
    """Option --layer of commands whose table may stand in a GeoPackage beside others."""
    told = (
        "Of a GeoPackage: the name there; a file that is there keeps its other layers. QGIS opens it styled."
    )
    return click.option("--layer", metavar="NAME", help=told)(command)


def datapackage_option(command: Any) -> Any:
    """Option --datapackage of commands that write a table as CSV."""
    told = "Say beside a CSV what its columns are: datapackage.json."
    return click.option("--datapackage", is_flag=True, help=told)(command)


def parse_flows(_: click.Context, __: click.Parameter, value: str | None) -> Path | str | None:
    """A table of people who crossed: a file that is there, or the word for the shipped one."""
    if value is None or value == PUBLISHED:
        return value
    if not Path(value).is_file():
        raise click.BadParameter(f"file {value!r} does not exist; {PUBLISHED!r} is the shipped table")
    return Path(value)


def parse_country(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """The code of a country, by itself or by a name."""
    if value is None:
        return None
    from geo.errors import SchemaError
    from geo.places.unit_names import checked_country

    try:
        return checked_country(value)
    except SchemaError as err:
        raise click.BadParameter(str(err)) from err


def parse_countries(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of several."""
    return tuple(code for name in given if (code := parse_country(ctx, param, name)) is not None)


def parse_day(_: click.Context, __: click.Parameter, value: str | None) -> dt.date | None:
    """A day as 2025-10-09, or an error that says so."""
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a day as 2025-10-09") from None


EVERY: Final = {"D": "days", "W": "weeks", "M": "months", "Y": "years"}


def parse_periods(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> Any:
    """A length of periods, or named spans of days; nothing where none is asked for."""
    if not given:
        return None
    if len(given) == 1 and "=" not in given[0]:
        if given[0] not in EVERY:
            lengths = ", ".join(f"{one} ({name})" for one, name in EVERY.items())
            raise click.BadParameter(
                f"{given[0]!r} is no period: it is {lengths}, or spans of your own as "
                "NAME=2025-10-01:2025-10-18, repeated"
            )
        return given[0]
    pairs = [one.partition("=") for one in given]
    wrong = [one for one, (name, _, span) in zip(given, pairs, strict=True) if not (name.strip() and span)]
    if wrong:
        raise click.BadParameter(
            f"{wrong[0]!r} does not stand beside named spans: each is NAME=FIRST:LAST; D, W, M or Y stands "
            "alone"
        )
    names = [name.strip() for name, _, _ in pairs]
    again = [name for n, name in enumerate(names) if name in names[:n]]
    if again:
        raise click.BadParameter(f"{again[0]!r} is named twice; each period has a name of its own")
    found = {name: span for name, (_, _, span) in zip(names, pairs, strict=True)}
    _check_spans(found)
    return found


def parse_span(_: click.Context, param: click.Parameter, value: str) -> str:
    """Two days as 2025-10-01:2025-10-18, or an error that says so."""
    _check_spans({str(param.name): value})
    return value


def _check_spans(named: dict[str, str]) -> None:
    from geo.analysis.periods import named_spans
    from geo.errors import SchemaError

    try:
        named_spans(named)
    except SchemaError as err:
        raise click.BadParameter(str(err)) from err


def picture_options(command: Any) -> Any:
    """Add --lang, --size and --style to a command that draws a table or a chart."""
    command = click.option("--style", default="neutral", metavar="STYLE", help="House style of a picture.")(
        command
    )
    told = "Size of a picture, as durand map has it."
    command = click.option("--size", default="wide", metavar="SIZE", help=told)(command)
    languages = click.Choice(["en", "ps", "fa", "ur", "ar"])
    return click.option("--lang", type=languages, default="en", help="Language.")(command)


def embed_options(command: Any) -> Any:
    """Add --max-size, --embed, --embed-url and --compact to a command."""
    folder = click.Path(file_okay=False, path_type=Path)
    command = click.option(
        "--compact",
        is_flag=True,
        help="Make -o FILE.html the short page for a frame: title, map, key, sources.",
    )(command)
    command = click.option(
        "--embed-url",
        metavar="URL",
        help="Address, ending in a slash, that --embed DIR will have.",
    )(command)
    command = click.option(
        "--embed",
        type=folder,
        metavar="DIR",
        help="Folder for map, pictures, iframe snippet and oEmbed.",
    )(command)
    return click.option(
        "--max-size",
        callback=_size,
        metavar="SIZE",
        help="Largest HTML file, as 500KB; what must be is left out.",
    )(command)


def _size(_: click.Context, __: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", value, flags=re.IGNORECASE)
    if not found or found[2].upper() not in UNITS or float(found[1]) <= 0:
        raise click.BadParameter(f"{value!r} is not a size as 500KB or 1.5MB")
    return int(float(found[1]) * UNITS[found[2].upper()])


def view_options(command: Any) -> Any:
    """Add the options of what a map shows of its events and where."""
    from maps.spec.spec import HIDEABLE

    options: tuple[Callable[[Any], Any], ...] = (
        click.option(
            "--country",
            "countries",
            multiple=True,
            metavar="AF|PK",
            callback=parse_countries,
            help="Events that may lie there, by code or name; repeat for both.",
        ),
        click.option(
            "--near-line",
            "near_line_km",
            callback=_kilometres,
            metavar="KM",
            help="Events that may lie so near the line, as 50km.",
        ),
        click.option(
            "--extent",
            callback=parse_extent,
            metavar="W,S,E,N",
            help="The view in degrees, as 69,33,72,35; what lies outside is counted.",
        ),
        click.option(
            "--must-label",
            multiple=True,
            metavar="NAME",
            help="A place that the map must name; repeat for more.",
        ),
        click.option(
            "--hide", multiple=True, type=click.Choice(HIDEABLE), help="A part to leave out; repeat for more."
        ),
        click.option("--digits", type=click.Choice(["native", "latin"]), help="Digits; native if not given."),
        click.option(
            "--shade-per",
            type=click.Choice(["area", "line"]),
            help="Shaded numbers per 1,000 km2, or for sectors per 100 km of the line.",
        ),
        click.option(
            "--shade-border",
            metavar="A,B|FILE",
            help="Whose sectors are shaded: a border of --border, or the line of an --overlay; that of "
            "--border if there is one.",
        ),
        click.option(
            "--allow-empty", is_flag=True, default=None, help="Make a map even if no event is drawn on it."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _kilometres(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(?:km)?\s*", value, flags=re.IGNORECASE)
    if not found or float(found[1]) <= 0:
        raise click.BadParameter(f"{value!r} is not a distance as 50km")
    return float(found[1])


def parse_extent(
    _: click.Context, __: click.Parameter, value: str | None
) -> tuple[float, float, float, float] | None:
    """West, south, east and north in degrees, or an error that says so."""
    if value is None:
        return None
    try:
        west, south, east, north = (float(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter(f"{value!r} is not W,S,E,N in degrees, as 69,33,72,35") from None
    return (west, south, east, north)


def _callouts(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """EVENT_ID=TEXT; the id itself may hold a colon but no equals sign."""
    found = []
    for value in values:
        event, sign, text = value.partition("=")
        if not sign or not event.strip() or not text.strip():
            raise click.BadParameter(f"{value!r} is not EVENT_ID=TEXT, such as apb:014=First clashes")
        found.append((event.strip(), text.strip()))
    return tuple(found)


def _look_options() -> tuple[Callable[[Any], Any], ...]:
    """Options of the sheet, its lettering and what frames the map."""
    return (
        click.option(
            "--size",
            metavar="SIZE",
            help="column, wide, mobile, social, square, story, slide, 88mm, 120x90mm, 1200x630px.",
        ),
        click.option(
            "--dpi", type=click.IntRange(36, 1200), help="Dots to the inch of a PNG; 300 if not given."
        ),
        click.option(
            "--text", type=click.Choice(["editable", "outlines"]), help="Text in SVG: as text, or as shapes."
        ),
        click.option("--style", metavar="STYLE", help="House style: neutral, newsprint, or a TOML file."),
        click.option("--font", metavar="PATH", help="A font file to use first."),
        click.option("--timeline/--no-timeline", default=None, help="A strip of bars by time under the map."),
        click.option("--inset/--no-inset", default=None, help="A small map of where this one lies."),
        click.option("--scale", type=click.Choice(["km", "mi", "both"]), help="Unit of the scale bar."),
        click.option("--north", is_flag=True, default=None, help="A north arrow."),
        click.option("--graticule", is_flag=True, default=None, help="Meridians and parallels."),
        click.option(
            "--areas", is_flag=True, default=None, help="Outline the whole area where events may have been."
        ),
    )


def _figure_options() -> tuple[Callable[[Any], Any], ...]:
    """Options of what print says of the events beside their symbols."""
    return (
        click.option(
            "--callout",
            "callouts",
            multiple=True,
            callback=_callouts,
            metavar="ID=TEXT",
            help="Number an event; repeat.",
        ),
        click.option(
            "--size-by",
            type=click.Choice(["killed", "injured"]),
            help="Symbols as large as this figure of the one --claimant.",
        ),
        click.option("--claimant", metavar="NAME", help="Whose figures --size-by takes; never several."),
        click.option("--who", metavar="GROUP", help="The group counted, where the claimant counts several."),
        click.option(
            "--facet", type=click.Choice(["year", "quarter", "month", "week"]), help="One map a period."
        ),
        click.option(
            "--profile", is_flag=True, default=None, help="Events against the distance along the line."
        ),
    )


def _file_options() -> tuple[Callable[[Any], Any], ...]:
    """Options of inks, and of the file that holds the choices."""
    return (
        click.option(
            "--cmyk",
            is_flag=True,
            default=None,
            help="PDF in CMYK, by the profile that Ghostscript comes with.",
        ),
        click.option("--cmyk-profile", metavar="PATH", help="PDF in CMYK, by this ICC profile."),
        click.option(
            "--spec",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Take everything from a TOML file.",
        ),
        click.option(
            "--save-spec",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Write the choices to a TOML file.",
        ),
    )


def print_options(command: Any) -> Any:
    """Every option for SVG, PDF and PNG; values that are not given are None (or an empty tuple)."""
    for option in reversed((*_look_options(), *_figure_options(), *_file_options())):
        command = option(command)
    return command


def take_sheet(choices: dict[str, Any], base: Sheet | None = None) -> Sheet:
    """Take the options of a sheet out of a command's choices; what was not given stays as in the base.

    Raises
    ------
    SchemaError
        If a value is not one that it may be.
    """
    from maps.spec.sheet import Sheet

    given = {name: choices.pop(name, None) for name in SHEET_OPTIONS}
    given = {name: value for name, value in given.items() if value not in (None, ())}
    return dataclasses.replace(base or Sheet(), **given)
