"""Files of a map in the making: pages, pictures with their words, specifications; all are written or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from maps.cli.console import say
from maps.cli.outputs import is_dash, words_beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.content.content import MapContent
    from maps.spec.sheet import Sheet
    from maps.spec.spec import MapSpec

__all__ = [
    "Made",
    "account",
    "made_page",
    "made_prints",
    "made_spec",
    "refuse_spec",
    "say_gaps",
    "say_house",
    "write_made",
]


class Made(NamedTuple):
    """A file that is to be written, and what is said of it then."""

    path: Path
    content: bytes
    said: str


def write_made(made: Sequence[Made], *, force: bool) -> None:
    """All of the files or none, then what is said of them."""
    from geo.files.whole import written_set

    with written_set([one.path for one in made], overwrite=force) as parts:
        for one, part in zip(made, parts, strict=True):
            part.write_bytes(one.content)
    for one in made:
        say(one.said)


def say_gaps(lang: str) -> None:
    """Say what stays English."""
    from maps.words import words

    gaps = words.missing(lang)
    if gaps:
        say(f"{len(gaps)} strings are not translated to {words.LANGUAGES[lang].name} and stay English")
    if borrowed := words.LANGUAGES[lang].borrowed:
        names, lender = words.LANGUAGES[lang].name, words.LANGUAGES[borrowed].name
        say(f"the tables have no {names} names; names of places stand as in {lender}")


def say_house(sheet: Sheet) -> None:
    """Say which words and symbols of a house are hard to see."""
    from maps.spec.contrast import contrast_faults
    from maps.spec.house_style import SHIPPED, read_house

    if sheet.style not in SHIPPED:
        house = read_house(sheet.style)
        for fault in contrast_faults(house):
            say(f"style {house.name}: hard to see: {fault}")


def refuse_spec(save_spec: Path | None, events: Path | None) -> None:
    """Refuse a specification of events that are gone when it is read again."""
    if save_spec is not None and is_dash(events):
        raise click.UsageError(
            "--save-spec writes where the events are, which - (the standard input) doesn't say; name a file"
        )


def made_spec(path: Path, spec: MapSpec, sheet: Sheet) -> Made:
    """A specification that draws the map again."""
    from maps.spec.spec_file import spec_text

    return Made(path, spec_text(spec, sheet, path.parent).encode("utf-8"), f"{path}: the specification")


def made_page(path: Path, page: str) -> Made:
    """A page."""
    whole = page.encode("utf-8", "replace")
    return Made(path, whole, f"{path}: {len(whole) / 1000:.0f} KB")


def made_prints(spec: MapSpec, sheet: Sheet, paths: Sequence[Path], content: MapContent) -> list[Made]:
    """Draw once; every file with its words beside it. What was left out is said."""
    from maps.content.titles import story_names
    from maps.static.drawing import draw_map, ink_profile

    inks = ""
    if sheet.cmyk:
        # A profile that can't be used is an error before anything is drawn.
        inks = f", CMYK by {ink_profile(sheet).name}"
        if not any(path.suffix.lower() == ".pdf" for path in paths):
            say("only a PDF can be in CMYK; the other formats are in sRGB")
    drawing = draw_map(spec, sheet, content=content)
    size = drawing.canvas.size
    words = drawing.caption.text.encode("utf-8", "replace")
    made = []
    for path in paths:
        suffix = path.suffix.lower()
        picture = drawing.to_bytes(suffix)
        said = f"{path}: {size.width:g} x {size.height:g} {size.unit}, {len(picture) / 1000:.0f} KB"
        made.append(Made(path, picture, said + (inks if suffix == ".pdf" else "")))
        beside = words_beside(path)
        made.append(
            Made(beside, words, f"{beside}: title, caption, method, credit, alt text, long description")
        )
    report = drawing.report
    story = story_names(content.picture, content.marks, content.spec.lang)
    # Names of land among them have a warning of their own.
    missing = [name for name in dict.fromkeys(report.left_out) if name in story and name not in report.lands]
    if missing:
        one = "1 name" if len(missing) == 1 else f"{len(missing)} names"
        say(f"{one} of places with events had no room: {', '.join(missing)}")
    for warning in report.warnings:
        say(warning)
    return made


def account(content: MapContent) -> None:
    """Say what the map does not show, and what was assumed; in English, as all that the command says."""
    english = content.in_language("en")
    lines = len(english.flows.lines)
    said = ("1 line" if lines == 1 else f"{lines} lines") if lines else english.counted
    say(f"{english.title}: {said}")
    for line in (english.outside, *english.warnings, *english.method):
        if line:
            say(line)
    bare = sum(len(one.events) for one in content.marks if one.level == "district" and not one.tint)
    if bare:
        known = "1 event is" if bare == 1 else f"{bare} events are"
        say(
            f"{known} known to a district of which only the name is drawn; its ground is tinted, and sides "
            "and distances are closer, after: durand boundaries fetch districts"
        )
