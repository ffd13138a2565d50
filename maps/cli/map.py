"""``durand map``: a page, pictures for print and social media, a folder to embed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from geo.vocab import EVENT_TYPES
from maps.cli.console import say
from maps.cli.made import (
    Made,
    account,
    made_page,
    made_prints,
    made_spec,
    refuse_spec,
    say_gaps,
    say_house,
    write_made,
)
from maps.cli.mark_options import mark_options, take_marks, view_round
from maps.cli.options import (
    PUBLISHED,
    embed_options,
    output_option,
    parse_day,
    parse_flows,
    print_options,
    take_sheet,
    view_options,
)
from maps.cli.outputs import words_beside
from maps.cli.reading import EVENTS_FILE, events_of, plan_outputs, takes_events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.content.content import MapContent
    from maps.spec.marks import Mark
    from maps.spec.sheet import Sheet
    from maps.spec.spec import MapSpec

__all__ = ["map_command"]

EMBED_HEAD: Final = 4_000
"""Bytes kept free for the lines that an embedded page has in its head."""


@click.command("map")
@click.argument("events", required=False, type=EVENTS_FILE)
@output_option(
    required=False, multiple=True, help="File to write: .html, .svg, .pdf or .png; repeat for more."
)
@click.option("--title", help="Title; made from the period if not given.")
@click.option("--subtitle", help="Line under the title.")
@click.option("--since", callback=parse_day, metavar="DAY", help="First day, as 2025-10-09.")
@click.option("--until", callback=parse_day, metavar="DAY", help="Last day.")
@click.option(
    "--on",
    callback=parse_day,
    metavar="DAY",
    help="Day of which the crossings' states are told; the last of the period if none.",
)
@click.option(
    "--crossings",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="TABLE",
    help="Your own table of statements about crossings, as durand crossings takes it.",
)
@click.option(
    "--flows",
    callback=parse_flows,
    metavar="TABLE",
    help="People who crossed, as lines from gates to provinces in place of events: one source, one period. "
    f"{PUBLISHED!r} is the shipped table.",
)
@click.option("--flow-source", metavar="NAME", help="Whose figures of --flows, where it has several sources.")
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
@mark_options
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
    refuse_spec(save_spec, events)
    _check_page_options(pages, max_size=max_size, embed=embed, embed_url=embed_url)
    import dataclasses

    import maps
    from maps.spec.inputs import input_files
    from maps.web.embed import check_folder

    plan, sheet = maps.read_spec(spec) if spec else (maps.MapSpec(), maps.Sheet())
    _keep_to_paper(choices, prints=bool(prints), pages=bool(pages or embed))
    sheet = take_sheet(choices, sheet)
    plan = take_plan(choices, plan)
    source = events or plan.events
    # The specification may name more files that are read.
    read = [source, spec, *input_files(plan, sheet)]
    plan_outputs(wanted, read)
    if embed is not None:
        check_folder(embed, embed_url, force, read)
    plan = dataclasses.replace(plan, events=events_of(source))
    say_gaps(plan.lang)
    say_house(sheet)
    content = maps.map_content(plan)
    account(content)
    if plan.tiles and (pages or embed):
        say(f"with tiles {plan.tiles}: the file will ask a server on the network when it is opened")
    made: list[Made] = []
    if save_spec:
        made.append(made_spec(save_spec, dataclasses.replace(plan, events=source), sheet))
    short = "" if compact else None
    page = _page(content, plan, sheet, max_size=max_size, compact=short) if pages or embed else None
    if page is not None:
        made += [made_page(path, page) for path in pages]
    if prints:
        made += made_prints(plan, sheet, prints, content)
    write_made(made, force=force)
    if embed is not None and page is not None:
        _write_embed(plan, sheet, embed, embed_url, (page, content), force=force)


def take_plan(choices: dict[str, Any], plan: MapSpec) -> MapSpec:
    """The specification with what the command line adds to it."""
    import dataclasses

    marks = take_marks(choices, plan.marks)
    view_round(choices, marks)
    _shade_the_border(choices, marks, plan)
    given = {name: value for name, value in choices.items() if value not in (None, ())}
    return dataclasses.replace(plan, marks=marks, **given)


def _shade_the_border(choices: dict[str, Any], marks: tuple[Mark, ...], plan: MapSpec) -> None:
    """With sectors and a border of two other countries these are that border's, if nothing else is said."""
    if choices.get("shade") != "sector" or choices.get("shade_border") or plan.shade_border:
        return
    borders = [mark.border for mark in marks if mark.border is not None]
    if len(borders) > 1:
        raise click.UsageError(
            f"--shade sector with {len(borders)} borders: say whose sectors, as --shade-border {borders[0]}"
        )
    choices["shade_border"] = borders[0] if borders else None


PAPER: Final = {
    "north": "--north",
    "graticule": "--graticule",
    "areas": "--areas",
    "callouts": "--callout",
    "facet": "--facet",
    "profile": "--profile",
    "cmyk": "--cmyk",
    "cmyk_profile": "--cmyk-profile",
    "size": "--size",
    "dpi": "--dpi",
    "text": "--text",
}
"""Options that paper alone has. A page takes style, font and scale too, and north is always up on it."""


def _keep_to_paper(choices: dict[str, Any], *, prints: bool, pages: bool) -> None:
    """Refuse what a page would not honour; hide there what --no-timeline and --no-inset leave out.

    Where pictures are made too, the options hold for these, and a word says so.
    """
    off = tuple(name for name in ("timeline", "inset") if choices.get(name) is False)
    choices["hide"] = (*(choices.get("hide") or ()), *off)
    given = [option for name, option in PAPER.items() if choices.get(name) not in (None, (), False)]
    if not pages or not given:
        return
    if not prints:
        raise click.UsageError(
            f"{', '.join(given)}: for SVG, PDF and PNG alone, and nothing to HTML; leave it out, or add "
            "-o FILE.png"
        )
    say(f"{', '.join(given)}: for the pictures; HTML has no such thing")


def _check_page_options(
    pages: Sequence[Path], *, max_size: int | None, embed: Path | None, embed_url: str | None
) -> None:
    """Refuse what belongs to a page where none is asked for."""
    if embed is not None:
        return
    if embed_url:
        raise click.UsageError("--embed-url says where --embed DIR will be published; give that too")
    if max_size is not None and not pages:
        raise click.UsageError("--max-size is the size of an HTML file; give -o FILE.html or --embed DIR")


def _page(
    content: MapContent, spec: MapSpec, sheet: Sheet, *, max_size: int | None, compact: str | None
) -> str:
    """The page, within the size asked for; what it had to give up is said."""
    if max_size is None:
        from maps.web.page import map_page

        return map_page(content, spec, sheet=sheet, compact=compact)
    from maps.web.size_budget import fitted_page

    # The folder's page has a few lines more in its head.
    page, gave_up = fitted_page(content, spec, max_size - EMBED_HEAD, sheet=sheet, compact=compact)
    if gave_up:
        say(f"to fit into {max_size:,} bytes the map has no {'; no '.join(gave_up)}")
    return page


def _card(sheet: Sheet, size: str) -> Sheet:
    """The sheet of a card of a page: its size, the style of the page."""
    from maps.spec.sheet import Sheet

    return Sheet(size=size, style=sheet.style, font=sheet.font, scale=sheet.scale)


def _write_embed(
    spec: MapSpec, sheet: Sheet, folder: Path, url: str | None, page: tuple[str, MapContent], *, force: bool
) -> None:
    """Write the folder, and say what is in it."""
    from maps.spec.periods import period_words
    from maps.static.drawing import draw_map
    from maps.web.embed import PICTURES, card_spec, later_period, save_embed

    shown = card_spec(spec)
    if shown != spec:
        period = period_words(later_period(spec), "en")
        say(f"{', '.join(PICTURES)}: a card has no room for two maps; it shows the later period, {period}")
    cards = {
        name: draw_map(shown, _card(sheet, size), content=page[1] if shown == spec else None).to_png()
        for name, (size, _, _) in PICTURES.items()
    }
    written = save_embed(spec, folder, url=url, overwrite=force, sheet=sheet, page=page, pictures=cards)
    say(f"{folder}: {', '.join(path.name for path in written)}")
