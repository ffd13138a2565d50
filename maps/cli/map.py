"""``durand map``: a page, pictures for print and social media, a folder to embed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from geo.vocab import EVENT_TYPES
from maps.cli.console import refuse_existing, say
from maps.cli.options import embed_options, output_option, parse_day, print_options, take_sheet, view_options
from maps.cli.reading import events_of, takes_events

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
    **choices: Any,  # noqa: ANN401 - fields of MapSpec and Sheet
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
    words_file = [prints[0].with_suffix(".txt")] if prints else []
    for path in (*output, *words_file, *([save_spec] if save_spec else [])):
        refuse_existing(path, force=force)
    import dataclasses

    import maps
    from maps.words import words

    plan, sheet = maps.read_story(spec) if spec else (maps.MapSpec(), maps.Sheet())
    sheet = take_sheet(choices, sheet)
    plan = dataclasses.replace(
        plan, **{name: value for name, value in choices.items() if value not in (None, ())}
    )
    source = events or plan.events
    plan = dataclasses.replace(plan, events=events_of(source))
    if save_spec:
        maps.write_story(save_spec, dataclasses.replace(plan, events=source), sheet)
        say(f"{save_spec}: the specification")
    gaps = words.missing(plan.lang)
    if gaps:
        say(f"{len(gaps)} strings are not translated to {words.LANGUAGES[plan.lang].name} and stay English")
    if plan.lang != "en" and words.LANGUAGES[plan.lang].column is None:
        say(f"the tables have no {words.LANGUAGES[plan.lang].name} names; names of places stay English")
    content = maps.map_content(plan)
    _account(content)
    if plan.tiles and (pages or embed):
        say(f"with tiles {plan.tiles}: the file will ask a server on the network when it is opened")
    _write_pages(content, plan, pages, force=force, max_size=max_size, embed=embed, embed_url=embed_url)
    if prints:
        _write_prints(plan, sheet, prints, content)


def _account(content: MapContent) -> None:
    """Say what the map does not show, and what was assumed; in English, as all that the command says."""
    english = content.in_language("en")
    say(f"{english.title}: {english.counted}")
    for line in (english.outside, *english.warnings, *english.method):
        if line:
            say(line)


def _write_pages(
    content: MapContent,
    spec: MapSpec,
    pages: Sequence[Path],
    *,
    force: bool,
    max_size: int | None,
    embed: Path | None,
    embed_url: str | None,
) -> None:
    """Write the pages, the folder, or both, and say what was written and what was given up."""
    from geo.files.whole import write_whole
    from maps.web.page import map_page

    if embed is not None:
        from maps.web.embed import BROWSERS, PICTURES, check_folder, save_embed

        check_folder(embed, embed_url, force)
    if embed_url and embed is None:
        raise click.UsageError("--embed-url says where --embed DIR will be published; give that too")
    if not pages and embed is None:
        if max_size is not None:
            raise click.UsageError("--max-size is the size of an HTML file; give -o FILE.html or --embed DIR")
        return
    if max_size is None:
        page = map_page(content, spec, embedded=embed is not None)
    else:
        from maps.web.size_budget import fitted_page

        # The folder's page has a few lines more in its head.
        room = max_size - (EMBED_HEAD if embed is not None else 0)
        page, gave_up = fitted_page(content, spec, room, embedded=embed is not None)
        if gave_up:
            say(f"to fit into {max_size:,} bytes the map has no {'; no '.join(gave_up)}")
    for path in pages:
        write_whole(path, page)
        say(f"{path}: {path.stat().st_size / 1000:.0f} KB")
    if embed is not None:
        written = save_embed(spec, embed, url=embed_url, overwrite=force, page=(page, content))
        say(f"{embed}: {', '.join(path.name for path in written)}")
        if len(written) < 3 + len(PICTURES):
            say(
                "no pictures: there is no Chromium here "
                f"(looked for {', '.join(BROWSERS)}); install one and try again"
            )


def _write_prints(spec: MapSpec, sheet: Sheet, paths: Sequence[Path], content: MapContent) -> None:
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
