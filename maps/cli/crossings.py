"""``durand crossings``: when the crossings were open, for whom, and who says so."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maps.cli.console import say, write_told
from maps.cli.options import output_option, parse_day, picture_options
from maps.cli.outputs import refuse_outputs

if TYPE_CHECKING:
    from geo.analysis.crossing_status import CrossingStatus

__all__ = ["crossings"]

PICTURES = (".png", ".svg", ".pdf")


@click.command()
@click.argument("table", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@output_option(
    required=False,
    multiple=True,
    help="File to write: .html for the chart as a page; .png, .svg or .pdf for print; .csv, .xlsx or "
    ".parquet for the runs of days.",
)
@click.option("--on", "day", callback=parse_day, metavar="DAY", help="What is known on one day, to stdout.")
@click.option("--since", callback=parse_day, metavar="DAY", help="First day of the chart.")
@click.option("--until", callback=parse_day, metavar="DAY", help="Last day of the chart.")
@click.option(
    "--traffic",
    type=click.Choice(["trade", "travellers", "returnees", "aid"]),
    help="One kind of traffic; each of them if not given.",
)
@picture_options
def crossings(
    table: Path | None,
    output: tuple[Path, ...],
    force: bool,
    day: dt.date | None,
    since: dt.date | None,
    until: dt.date | None,
    traffic: str | None,
    lang: str,
    size: str,
    style: str,
) -> None:
    """The crossings by time: closed, partly open, open, or not known, each with the page that says so.

    TABLE is one of your own with the columns of data/events/crossings_status.csv; the shipped one if none.
    """
    refuse_outputs(output, inputs=[table], force=force)
    import geo

    status = geo.read_crossing_status(table)
    for line in status.rejected.itertuples(index=False):
        say(f"rejected: row {line.row} {line.column} {line.value!r}: {line.reason}")
    if table:
        say(", ".join(f"{count} {name}" for name, count in status.counts.items()))
    if day is not None:
        for row in geo.crossing_status(day, traffic, status=status).itertuples(index=False):
            until_words = "" if row.state == "not known" else f"\t{row.sources}"
            click.echo(f"{row.crossing}\t{row.traffic}\t{row.state}{until_words}")
    elif not output:
        raise click.UsageError("say what to make: -o FILE, or --on DAY")
    for path in output:
        _write(path, status, (since, until), traffic, lang, (size, style), force)


def _write(
    path: Path,
    status: CrossingStatus,
    days: tuple[dt.date | None, dt.date | None],
    traffic: str | None,
    lang: str,
    look: tuple[str, str],
    force: bool,
) -> None:
    from maps.content.gates import gate_chart

    chart = gate_chart(since=days[0], until=days[1], status=status, traffic=traffic, lang=lang)
    if path.suffix.lower() in (".html", ".htm"):
        from geo.files.whole import write_text
        from maps.web.gates_page import gates_page

        write_text(path, gates_page(chart, look[1]), overwrite=force)
        say(f"{path}: {len(chart.table)} statements")
    elif path.suffix.lower() in PICTURES:
        from geo.files.whole import write_bytes
        from maps.spec.sheet import Sheet
        from maps.static.gate_strip import draw_gates
        from maps.static.writers import picture_bytes

        drawing = draw_gates(chart, Sheet(size=look[0], style=look[1]))
        picture = picture_bytes(path, drawing.canvas, drawing.sheet, drawing.caption, drawing.lang)
        write_bytes(path, picture, overwrite=force)
        size = drawing.canvas.size
        say(f"{path}: {size.width:g} x {size.height:g} {size.unit}")
    else:
        import geo

        runs = geo.crossing_intervals(chart.first, chart.last, status=status)
        runs = runs[runs["traffic"] == traffic] if traffic else runs
        write_told(runs, path, force=force)
        say(f"{path}: {len(runs)} runs of days")
