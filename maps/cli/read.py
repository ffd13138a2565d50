"""``durand read`` and ``durand template``: events from any file into one table, every row accounted for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from maps.cli.console import counted, level, say, told_formulas
from maps.cli.options import excel_option
from maps.cli.outputs import claims_beside, echo_table, is_dash, refuse_outputs
from maps.cli.reading import EVENTS_FILE, plan_outputs, read_events, takes_events

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_command", "template_command"]


@click.command("read")
@click.argument("files", nargs=-1, required=True, type=EVENTS_FILE)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Table to write: .parquet, .gpkg, .geojson or .csv; - for CSV to stdout.",
)
@excel_option
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@takes_events
def read_command(files: tuple[Path, ...], output: Path, force: bool, excel: bool) -> None:
    """Read events from FILES of any source into one table; ``-`` is the standard input.

    Rejected rows go to FILE.rejected.csv beside the output, with what is wrong in each. Exits with 1 when
    there are any.
    """
    from geo.events.tables import with_details
    from geo.files.tables import check_format

    told = None if is_dash(output) else claims_beside(output)
    # A name that cannot be written to is told before the work.
    plan_outputs([output, told], files)
    if told is not None:
        check_format(output)
    tables = read_events(list(files))
    events = with_details(tables)
    if told is None:
        echo_table(events, excel=excel)
        if len(tables.claims):
            say(f"{len(tables.claims)} claims of named sides are written beside a file, not to stdout")
        say(counted(tables.counts))
        return
    _write(events, tables.claims, output, told, force=force, excel=excel)
    if level() >= 1:
        click.echo(counted(tables.counts))


def _write(
    events: pd.DataFrame, claims: pd.DataFrame, output: Path, told: Path, *, force: bool, excel: bool
) -> None:
    """The events and their claims, together: claims of an earlier run would stand beside other events."""
    from geo.files.csv_injection import neutralise_formulas
    from geo.files.tables import write_part
    from geo.files.whole import written_set

    stale = told.exists() and claims.empty
    with written_set([output, told], overwrite=force) as (part, claims_part):
        write_part(events, part, excel=excel)
        if len(claims):
            write_part(claims, claims_part, excel=excel)
    if output.suffix.lower() == ".csv":
        told_formulas(neutralise_formulas(events)[1], output.name)
    if len(claims):
        told_formulas(neutralise_formulas(claims)[1], told.name)
        say(f"{len(claims)} claims of named sides: {told}")
    elif stale:
        say(f"no claims: {told}, of an earlier run, is removed")


@click.command("template")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
def template_command(path: Path, force: bool) -> None:
    """Write an empty workbook to PATH (.xlsx): columns, allowed values as lists, a sheet of claims."""
    import geo

    refuse_outputs([path], force=force)
    geo.write_template(path, overwrite=force)
    say(
        f"{path}: fill in the sheet 'events', delete the example, then: durand read {path.name} -o "
        "events.parquet"
    )
