"""Options of ``durand map`` for print and social media, and what they do."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maps.content.content import MapContent
    from maps.spec.sheet import Sheet
    from maps.spec.spec import MapSpec

__all__ = ["SHEET_OPTIONS", "static_options", "take_sheet", "write_static"]

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
    "callouts",
    "facet",
    "profile",
    "cmyk",
    "cmyk_profile",
)
"""Names of the options that make up a sheet."""


def _callouts(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """EVENT_ID=TEXT; the id itself may hold a colon but no equals sign."""
    found = []
    for value in values:
        event, sign, text = value.partition("=")
        if not sign or not event.strip() or not text.strip():
            raise click.BadParameter(f"{value!r} is not EVENT_ID=TEXT, such as apb:014=First clashes")
        found.append((event.strip(), text.strip()))
    return tuple(found)


def static_options(command: Any) -> Any:  # noqa: ANN401 - a decorator keeps what it decorates
    """Every option for SVG, PDF and PNG; values that are not given are None (or an empty tuple)."""
    options: tuple[Callable[[Any], Any], ...] = (
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
    for option in reversed(options):
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


def write_static(
    spec: MapSpec, sheet: Sheet, paths: Sequence[Path], content: MapContent, say: Callable[[str], None]
) -> None:
    """Draw once, write every file with its words beside it, and say what was written and left out."""
    from maps.static.drawing import draw_map, ink_profile

    if not paths:
        return
    inks = ""
    if sheet.cmyk:
        # A profile that can't be used is an error before anything is drawn.
        inks = f", CMYK by {ink_profile(sheet).name}"
        if not any(path.suffix.lower() == ".pdf" for path in paths):
            say("only a PDF can be in CMYK; the other formats are in sRGB")
    drawing = draw_map(spec, sheet, content=content)
    for path in paths:
        drawing.save(path)
        size = drawing.canvas.size
        kilobytes = path.stat().st_size / 1000
        say(
            f"{path}: {size.width:g} x {size.height:g} {size.unit}, {kilobytes:.0f} KB"
            + (inks if path.suffix.lower() == ".pdf" else "")
        )
    words = paths[0].with_suffix(".txt")
    words.write_text(drawing.caption.text, encoding="utf-8")
    say(f"{words}: title, caption, method, credit, alt text, long description")
    report = drawing.report
    if report.left_out:
        say(
            f"{len(report.left_out)} names had no room: {', '.join(report.left_out[:8])}"
            + (" ..." if len(report.left_out) > 8 else "")
        )
    for warning in report.warnings:
        say(warning)
