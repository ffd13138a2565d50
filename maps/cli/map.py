"""``durand map``: a page, pictures for print and social media, a folder to embed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from geo.vocab import EVENT_TYPES
from maps.cli.console import say
from maps.cli.options import embed_options, output_option, parse_day, print_options, take_sheet, view_options
from maps.cli.outputs import words_beside
from maps.cli.reading import events_of, plan_outputs, takes_events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.content.content import MapContent
    from maps.spec.sheet import Sheet
    from maps.spec.spec import MapSpec

__all__ = ["map_command"]

EMBED_HEAD: Final = 4_000
"""Bytes kept free for the lines that an embedded page has in its head."""


@click.command("map")
@click.argument("events", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@output_option(
    required=False, multiple=True, help="File to write: .html, .svg, .pdf or .png; repeat for more."
)
@click.option("--title", help="Title; made from the period if not given.")
@click.option("--subtitle", help="Line under the title.")
@click.option("--since", callback=parse_day, metavar="DAY", help="First day, as 2025-10-09.")
@click.option("--until", callback=parse_day, metavar="DAY", help="Last day.")
@click.option(
    "--type", "types", multiple=True, type=click.Choice(EVENT_TYPES), help="Event type; repeat for more."
)
@click.option("--province", "provinces", multiple=True, help="ISO 3166-2 code or name; repeat for more.")
@click.option(
    "--credit", "credits", multiple=True, metavar="TEXT", help="A credit for your own data; repeat for more."
)
@click.option("--lang", type=click.Choice(["en", "ps", "fa", "ur", "ar"]), help="Language; en if not given.")
@click.option(
    "--tiles",
    metavar="NAME",
    help="xyzservices provider under the lines of HTML; the file then asks its server.",
)
@click.option(
    "--shade",
    type=click.Choice(["adm1", "adm2", "sector", "density"]),
    help="Instead of events: provinces, districts (once added) or sectors of the line by the expected "
    "number of events, or a surface of density.",
)
@click.option(
    "--compare",
    nargs=2,
    metavar="PERIOD PERIOD",
    help="Two maps beside each other, each period as 2025-10-01:2025-10-19; a day may be left out, as in "
    "2025-10-19:.",
)
@view_options
@embed_options
@print_options
@takes_events
def map_command(
    events: Path | None,
    output: tuple[Path, ...],
    force: bool,
    spec: Path | None,
    save_spec: Path | None,
    max_size: int | None,
    embed: Path | None,
    embed_url: str | None,
    compact: bool,
    **choices: Any,
) -> None:
    """Draw EVENTS (the shipped ones if not given) as HTML, SVG, PDF or PNG, several at once.

    EVENTS is any file that durand read takes, and is read with the same options and the same account of
    every row.
    """
    if not output and embed is None:
        raise click.UsageError("Missing option '-o' / '--output' or '--embed'.")
    pages = [path for path in output if path.suffix.lower() in (".html", ".htm")]
    prints = [path for path in output if path not in pages]
    if prints:
        from maps.static.writers import check_suffix

        for path in prints:
            check_suffix(path)
    wanted = [*output, *map(words_beside, prints), save_spec]
    plan_outputs(wanted, [events, spec])
    _check_page_options(pages, max_size=max_size, embed=embed, embed_url=embed_url, force=force)
    import dataclasses

    import maps

    plan, sheet = maps.read_story(spec) if spec else (maps.MapSpec(), maps.Sheet())
    sheet = take_sheet(choices, sheet)
    plan = dataclasses.replace(
        plan, **{name: value for name, value in choices.items() if value not in (None, ())}
    )
    source = events or plan.events
    # The specification may name more files that are read.
    plan_outputs(wanted, [source, spec, *map(_as_file, (sheet.style, sheet.font, sheet.cmyk_profile))])
    plan = dataclasses.replace(plan, events=events_of(source))
    _say_gaps(plan.lang)
    content = maps.map_content(plan)
    _account(content)
    if plan.tiles and (pages or embed):
        say(f"with tiles {plan.tiles}: the file will ask a server on the network when it is opened")
    made: list[_Made] = []
    if save_spec:
        made.append(_made_spec(save_spec, dataclasses.replace(plan, events=source), sheet))
    short = "" if compact else None
    page = _page(content, plan, max_size=max_size, compact=short) if pages or embed else None
    if page is not None:
        made += [_made_page(path, page) for path in pages]
    if prints:
        made += _made_prints(plan, sheet, prints, content)
    _write(made, force=force)
    if embed is not None and page is not None:
        _write_embed(plan, embed, embed_url, (page, content), force=force)


def _account(content: MapContent) -> None:
    """Say what the map does not show, and what was assumed; in English, as all that the command says."""
    english = content.in_language("en")
    say(f"{english.title}: {english.counted}")
    for line in (english.outside, *english.warnings, *english.method):
        if line:
            say(line)


class _Made(NamedTuple):
    """A file that is to be written, and what is said of it then."""

    path: Path
    content: bytes
    said: str


def _write(made: Sequence[_Made], *, force: bool) -> None:
    """All of the files or none, then what is said of them."""
    from geo.files.whole import written_set

    with written_set([one.path for one in made], overwrite=force) as parts:
        for one, part in zip(made, parts, strict=True):
            part.write_bytes(one.content)
    for one in made:
        say(one.said)


def _as_file(choice: str | Path | None) -> Path | None:
    """The file that an option names, where it does not name a style of ours."""
    return Path(choice) if choice and Path(choice).is_file() else None


def _say_gaps(lang: str) -> None:
    """Say what stays English."""
    from maps.words import words

    gaps = words.missing(lang)
    if gaps:
        say(f"{len(gaps)} strings are not translated to {words.LANGUAGES[lang].name} and stay English")
    if borrowed := words.LANGUAGES[lang].borrowed:
        names, lender = words.LANGUAGES[lang].name, words.LANGUAGES[borrowed].name
        say(f"the tables have no {names} names; names of places stand as in {lender}")


def _made_spec(path: Path, spec: MapSpec, sheet: Sheet) -> _Made:
    from maps.spec.spec_file import spec_text

    return _Made(path, spec_text(spec, sheet, path.parent).encode("utf-8"), f"{path}: the specification")


def _check_page_options(
    pages: Sequence[Path], *, max_size: int | None, embed: Path | None, embed_url: str | None, force: bool
) -> None:
    """Refuse what belongs to a page where none is asked for, and a folder that holds files already."""
    if embed is not None:
        from maps.web.embed import check_folder

        check_folder(embed, embed_url, force)
    elif embed_url:
        raise click.UsageError("--embed-url says where --embed DIR will be published; give that too")
    elif max_size is not None and not pages:
        raise click.UsageError("--max-size is the size of an HTML file; give -o FILE.html or --embed DIR")


def _page(content: MapContent, spec: MapSpec, *, max_size: int | None, compact: str | None) -> str:
    """The page, within the size asked for; what it had to give up is said."""
    if max_size is None:
        from maps.web.page import map_page

        return map_page(content, spec, compact=compact)
    from maps.web.size_budget import fitted_page

    # The folder's page has a few lines more in its head.
    page, gave_up = fitted_page(content, spec, max_size - EMBED_HEAD, compact=compact)
    if gave_up:
        say(f"to fit into {max_size:,} bytes the map has no {'; no '.join(gave_up)}")
    return page


def _made_page(path: Path, page: str) -> _Made:
    whole = page.encode("utf-8", "replace")
    return _Made(path, whole, f"{path}: {len(whole) / 1000:.0f} KB")


def _write_embed(
    spec: MapSpec, folder: Path, url: str | None, page: tuple[str, MapContent], *, force: bool
) -> None:
    """Write the folder, and say what is in it."""
    from maps.spec.sheet import Sheet
    from maps.static.drawing import draw_map
    from maps.web.embed import PICTURES, save_embed

    cards = {
        name: draw_map(spec, Sheet(size=size), content=page[1]).to_png()
        for name, (size, _, _) in PICTURES.items()
    }
    written = save_embed(spec, folder, url=url, overwrite=force, page=page, pictures=cards)
    say(f"{folder}: {', '.join(path.name for path in written)}")


def _made_prints(spec: MapSpec, sheet: Sheet, paths: Sequence[Path], content: MapContent) -> list[_Made]:
    """Draw once; every file with its words beside it. What was left out is said."""
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
        made.append(_Made(path, picture, said + (inks if suffix == ".pdf" else "")))
        beside = words_beside(path)
        made.append(
            _Made(beside, words, f"{beside}: title, caption, method, credit, alt text, long description")
        )
    report = drawing.report
    if report.left_out:
        say(
            f"{len(report.left_out)} names had no room: {', '.join(report.left_out[:8])}"
            + (" ..." if len(report.left_out) > 8 else "")
        )
    for warning in report.warnings:
        say(warning)
    return made
