"""Options that lay something over a map, and those that say where a map lies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maps.spec.marks import Mark

__all__ = ["mark_options", "take_marks", "view_round"]

MARKS: Final = ("labels", "notes", "highlights", "overlays", "rings", "arrows", "graphic")


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


def _repeated(name: str, metavar: str, told: str, pairs: str | None = None) -> Callable[[Any], Any]:
    """An option that may be given several times; `pairs` is an example of one of two parts."""
    callback = None if pairs is None else _pairs(metavar, pairs)
    return click.option(f"--{name}", f"{name}s", multiple=True, metavar=metavar, callback=callback, help=told)


def mark_options(command: Any) -> Any:
    """Add --label, --note, --highlight, --overlay, --ring, --arrow, --graphic, --around and --km."""
    box = "A box of text with a line to a place; without PLACE= in a corner. \\n begins a new line."
    tint = "Tint and name a country, a province or a district; repeat for more."
    ways = "Lines and areas of a file, with what the key says of them."
    options: tuple[Callable[[Any], Any], ...] = (
        _repeated("label", "PLACE[=TEXT]", "Name a place; repeat for more."),
        _repeated("note", "PLACE=TEXT", box),
        _repeated("highlight", "UNIT", tint),
        _repeated("overlay", "FILE=TEXT", ways, "roads.geojson=Main roads"),
        _repeated("ring", "PLACE=KM", "A distance round a town.", "Peshawar=30"),
        _repeated("arrow", "FROM=TO", "An arrow from place to place.", "Jalalabad=Asadabad"),
        click.option("--graphic", metavar="NAME", help="A credit line: Graphic: NAME."),
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
    found = list(marks)
    for text in given["labels"]:
        place, _, words = text.partition("=")
        found.append(Mark(kind="label", at=place.strip(), text=words.strip()))
    for text in given["notes"]:
        place, sign, words = text.partition("=")
        lines = (words if sign else text).replace("\\n", "\n").strip()
        found.append(Mark(kind="note", at=place.strip() if sign else None, text=lines))
    found += [Mark(kind="highlight", unit=unit) for unit in given["highlights"]]
    found += [Mark(kind="overlay", file=file, text=text) for file, text in given["overlays"]]
    for place, km in given["rings"]:
        number = km.removesuffix("km").strip()
        if not re.fullmatch(r"\d+(?:\.\d+)?", number):
            raise click.UsageError(f"--ring {place}={km}: {km!r} is not a number of kilometres")
        found.append(Mark(kind="ring", at=place, km=float(number)))
    found += [Mark(kind="arrow", at=begin, to=end) for begin, end in given["arrows"]]
    if given["graphic"]:
        found.append(Mark(kind="credit", text=str(given["graphic"])))
    return tuple(found)


def view_round(choices: dict[str, Any]) -> None:
    """Turn --around and --km into an extent."""
    around, km = choices.pop("around", None), choices.pop("km", None)
    if around is None:
        if km is not None:
            raise click.UsageError("--km says how far round a place; give --around PLACE too")
        return
    if choices.get("extent") is not None:
        raise click.UsageError("--around and --extent both say where the map lies; give one")
    from maps.content.laid import frame_round

    choices["extent"] = frame_round(around, km or 60.0)
