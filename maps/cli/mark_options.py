"""Options that lay something over a map, and those that say where a map lies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maps.spec.marks import Mark

__all__ = ["mark_options", "parse_spot", "take_marks", "view_round"]

MARKS: Final = (
    *("labels", "symbols", "notes", "highlights", "overlays", "borders", "rings", "arrows", "graphic"),
    "picture",
)
_LOOK: Final = re.compile(r"(.*?)\s*\(([\w -]+)(?:,\s*(\w+))?\)\s*", re.DOTALL)
"""Words of a symbol, then in brackets its shape and its colour."""


def _pairs(what: str, example: str) -> Callable[..., tuple[tuple[str, str], ...]]:
    """Values of the form LEFT=RIGHT."""

    def parse(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[tuple[str, str], ...]:
        found = []
        for value in values:
            left, sign, right = value.partition("=")
            if not sign or not left.strip() or not right.strip():
                raise click.BadParameter(f"{value!r} is not {what}, such as {example}")
            found.append((left.strip(), right.strip()))
        return tuple(found)

    return parse


_SPOT: Final = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")


def parse_spot(text: str) -> str | tuple[float, float]:
    """A place by its name, or the point that LON,LAT says, in degrees.

    Examples
    --------
    >>> parse_spot(" Wana "), parse_spot("69.57,32.3")
    ('Wana', (69.57, 32.3))
    """
    found = _SPOT.fullmatch(text)
    return (float(found[1]), float(found[2])) if found else text.strip()


def _repeated(name: str, metavar: str, told: str, pairs: str | None = None) -> Callable[[Any], Any]:
    """An option that may be given several times; of two parts if `pairs` is an example of them."""
    callback = _pairs(metavar, pairs) if pairs else None
    return click.option(f"--{name}", f"{name}s", multiple=True, metavar=metavar, callback=callback, help=told)


def _own_options() -> tuple[Callable[[Any], Any], ...]:
    """Options of what is the user's own: credit, logo, symbols, words of the key, exact points."""
    return (
        click.option(
            "--overlay-crs",
            metavar="EPSG:CODE",
            help="The coordinate reference system of overlays whose files don't say it.",
        ),
        click.option(
            "--exact",
            metavar="REASON",
            help="Why coordinates of marks are given more exactly than to 0.01 degree; it stays in the file.",
        ),
        click.option("--graphic", metavar="NAME", help="A credit line: Graphic: NAME."),
        click.option("--picture", metavar="FILE", help="A logo: PNG or JPEG."),
        _repeated(
            "symbol",
            "PLACE=TEXT",
            "A symbol at a place with its entry in the key; TEXT may end in (shape, colour).",
            '"Torkham=Camp"',
        ),
        click.option(
            "--wording",
            multiple=True,
            callback=_pairs("WHAT=TEXT", '"airstrike=Air raid"'),
            metavar="WHAT=TEXT",
            help="A word of the key: of a type of event, or key=TEXT for its title.",
        ),
    )


def mark_options(command: Any) -> Any:
    """Add the options of marks, --wording, --around and --km."""
    options: tuple[Callable[[Any], Any], ...] = (
        _repeated(
            "label",
            "PLACE[=TEXT]",
            "Name a place, or LON,LAT=TEXT; repeat for more. So --note, --symbol and --arrow.",
        ),
        _repeated(
            "note",
            "PLACE=TEXT",
            "A box of text with a line to a place; without PLACE= in a corner. \\n begins a new line.",
        ),
        _repeated("highlight", "UNIT", "Tint and name a country, a province or a district; repeat for more."),
        _repeated(
            "overlay",
            "FILE=TEXT",
            "Lines and areas of a file, with what the key says of them.",
            "roads.geojson=Main roads",
        ),
        click.option(
            "--border",
            "borders",
            multiple=True,
            callback=_pairs("COUNTRY,COUNTRY=TEXT", "PK,IR=Border of Pakistan and Iran"),
            metavar="A,B=TEXT",
            help="Another border, of two countries, with what the key says of it; the map shows it whole.",
        ),
        _repeated("ring", "PLACE=KM", "A distance round a town.", "Peshawar=30"),
        _repeated("arrow", "FROM=TO", "An arrow from place to place.", "Jalalabad=Asadabad"),
        *_own_options(),
        click.option(
            "--relief/--no-relief",
            default=None,
            help="Slopes shaded, softly; a locator has them if not told otherwise.",
        ),
        click.option("--around", metavar="PLACE", help="Show what lies round a place; with --km."),
        click.option("--km", type=click.FloatRange(5, 1000), help="How far to each side of --around; 60."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def take_marks(choices: dict[str, Any], marks: tuple[Mark, ...] = ()) -> tuple[Mark, ...]:
    """Take the options of marks out of a command's choices; they are added to those that are there.

    Raises
    ------
    SchemaError
        If a mark is not one that it may be.
    """
    from maps.spec.marks import Mark

    given = {name: choices.pop(name, None) or () for name in MARKS}
    exact, crs = choices.pop("exact", None) or "", choices.pop("overlay_crs", None)
    if exact and not any(given[name] for name in ("labels", "notes", "arrows", "symbols")):
        raise click.UsageError(
            "--exact says why a mark is exact; there is no --label, --note, --symbol or --arrow"
        )
    if crs and not given["overlays"]:
        raise click.UsageError("--overlay-crs is of files laid over the map; there is no --overlay")
    found = list(marks)
    for text in given["labels"]:
        place, _, words = text.partition("=")
        found.append(Mark(kind="label", at=parse_spot(place), text=words.strip(), exact=exact))
    for text in given["notes"]:
        place, sign, words = text.partition("=")
        lines = (words if sign else text).replace("\\n", "\n").strip()
        at = parse_spot(place) if sign else None
        found.append(Mark(kind="note", at=at, text=lines, exact=exact))
    found += [Mark(kind="highlight", unit=unit) for unit in given["highlights"]]
    found += [Mark(kind="overlay", file=Path(file), text=text, crs=crs) for file, text in given["overlays"]]
    found += [Mark(kind="overlay", border=codes, text=text) for codes, text in given["borders"]]
    for place, km in given["rings"]:
        number = km.removesuffix("km").strip()
        if not re.fullmatch(r"\d+(?:\.\d+)?", number):
            raise click.UsageError(f"--ring {place}={km}: {km!r} is not a number of kilometres")
        found.append(Mark(kind="ring", at=place, km=float(number)))
    for begin, end in given["arrows"]:
        found.append(Mark(kind="arrow", at=parse_spot(begin), to=parse_spot(end), exact=exact))
    found += [_symbol(place, text, exact) for place, text in given["symbols"]]
    if given["picture"]:
        found.append(Mark(kind="picture", file=Path(str(given["picture"]))))
    if given["graphic"]:
        found.append(Mark(kind="credit", text=str(given["graphic"])))
    return tuple(found)


def _symbol(place: str, text: str, exact: str) -> Mark:
    """A symbol; brackets that name a shape are its look, others are words."""
    from maps.spec.marks import Mark
    from maps.style import SHAPES

    look = _LOOK.fullmatch(text)
    if look is None or look[2].strip() not in SHAPES:
        return Mark(kind="symbol", at=parse_spot(place), text=text, exact=exact)
    return Mark(
        kind="symbol", at=parse_spot(place), text=look[1], shape=look[2].strip(), colour=look[3] or "grey",
        exact=exact,
    )  # fmt: skip


def view_round(choices: dict[str, Any], marks: tuple[Mark, ...] = ()) -> None:
    """Turn --around and --km into an extent; without them, borders of --border are shown whole."""
    around, km = choices.pop("around", None), choices.pop("km", None)
    borders = [mark.border for mark in marks if mark.border is not None]
    if around is None and borders and choices.get("extent") is None:
        from maps.content.laid_files import frame_of_borders

        choices["extent"] = frame_of_borders(borders)
    if around is None:
        if km is not None:
            raise click.UsageError("--km says how far round a place; give --around PLACE too")
        return
    if choices.get("extent") is not None:
        raise click.UsageError("--around and --extent both say where the map lies; give one")
    from maps.content.laid import frame_round

    choices["extent"] = frame_round(parse_spot(around), km or 60.0)
