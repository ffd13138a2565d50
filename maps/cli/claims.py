"""``durand claims``: who says what about the dead and the injured, nothing added up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maps.cli.console import say, write_told
from maps.cli.made import Made, write_made
from maps.cli.options import output_option, parse_day, picture_options
from maps.cli.outputs import PICTURES
from maps.cli.reading import EVENTS_FILE, day_of_knowledge, events_of, plan_outputs, takes_events

if TYPE_CHECKING:
    from maps.content.claims_matrix import Matrix

__all__ = ["claims"]


@click.command()
@click.argument("events", required=False, type=EVENTS_FILE)
@output_option(
    multiple=True,
    help="File to write: .html for the page; .png, .svg or .pdf for print, a file a sheet (NAME-1.png); "
    ".csv, .xlsx or .parquet for the claims.",
)
@click.option("--since", callback=parse_day, metavar="DAY", help="First day of the events.")
@click.option("--until", callback=parse_day, metavar="DAY", help="Last day of the events.")
@click.option("--event", "ids", multiple=True, metavar="ID", help="One event alone; repeat for more.")
@click.option(
    "--known-on",
    "known_on",
    callback=parse_day,
    metavar="DAY",
    help="Only what was stated by then, as --as-of without a file.",
)
@click.option(
    "--compare",
    type=click.Choice(["killed", "injured"]),
    help="In a picture: the figures of one metric side by side on one scale; with --event.",
)
@picture_options
@takes_events
def claims(
    events: Path | None,
    output: tuple[Path, ...],
    force: bool,
    since: dt.date | None,
    until: dt.date | None,
    ids: tuple[str, ...],
    known_on: dt.date | None,
    compare: str | None,
    lang: str,
    size: str,
    style: str,
) -> None:
    """A table of the claims about EVENTS (the shipped ones if not given): events down, claimants across.

    No figure is added to another, in any output.
    """
    from maps.content.claims_matrix import claims_matrix

    plan_outputs(output, [events])
    if compare and not ids:
        raise click.UsageError("--compare puts the figures for one event on one scale; name it by --event")
    asked = day_of_knowledge(events)
    known_on = min((day for day in (known_on, asked) if day is not None), default=None)
    matrix = claims_matrix(events_of(events), since=since, until=until, ids=ids, as_of=known_on, lang=lang)
    for path in output:
        _write(path, matrix, (size, style), compare, force=force)


def _write(path: Path, matrix: Matrix, look: tuple[str, str], compare: str | None, *, force: bool) -> None:
    from geo.files.whole import write_text

    suffix = path.suffix.lower()
    if suffix in PICTURES:
        from maps.spec.sheet import Sheet
        from maps.static.claims_table import claim_sheets
        from maps.static.dumbbell import draw_dumbbell
        from maps.static.writers import picture_bytes

        sheet = Sheet(size=look[0], style=look[1])
        drawings: list[Any] = (
            [draw_dumbbell(matrix, compare, sheet)] if compare else [*claim_sheets(matrix, sheet)]
        )
        made = []
        for n, one in enumerate(drawings, start=1):
            # A table of several sheets is a file a sheet.
            file = path.with_stem(f"{path.stem}-{n}") if len(drawings) > 1 else path
            size = one.canvas.size
            picture = picture_bytes(file, one.canvas, one.sheet, one.caption, one.lang)
            said = f"{file}: {size.width:g} x {size.height:g} {size.unit}"
            made.append(Made(file, picture, said))
        write_made(made, force=force)
    elif suffix in (".html", ".htm"):
        from maps.web.claims_page import claims_page

        write_text(path, claims_page(matrix, look[1]), overwrite=force)
        say(f"{path}: {len(matrix.claims)} claims")
    else:
        write_told(matrix.claims, path, force=force)
        say(f"{path}: {len(matrix.claims)} claims")
