"""``durand read`` and ``durand template``: events from any file into one table, every row accounted for."""

from __future__ import annotations

from pathlib import Path

import click

from maps.cli.console import counted, level, say, told_formulas
from maps.cli.outputs import claims_beside, refuse_outputs
from maps.cli.reading import plan_outputs, read_events, takes_events

__all__ = ["read_command", "template_command"]


@click.command("read")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Table to write: .parquet, .gpkg, .geojson or .csv.",
)
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@takes_events
def read_command(files: tuple[Path, ...], output: Path, force: bool) -> None:
    """Read events from FILES of any source into one table.

    Rejected rows go to FILE.rejected.csv beside the output, with what is wrong in each. Exits with 1 when
    there are any.
    """
    from geo.files.csv_injection import neutralise_formulas
    from geo.files.tables import check_format, write_part
    from geo.files.whole import written_set

    told = claims_beside(output)
    # A name that cannot be written to is told before the work.
    plan_outputs([output, told], files)
    check_format(output)
    tables = read_events(list(files))
    events = tables.events
    if len(tables.details.columns):
        events = events.join(tables.details.add_prefix("source_").reset_index(drop=True))
    stale = told.exists() and tables.claims.empty
    # Together: claims of an earlier run would stand beside other events.
    with written_set([output, told], overwrite=force) as (part, claims_part):
        write_part(events, part)
        if len(tables.claims):
            write_part(tables.claims, claims_part)
    if output.suffix.lower() == ".csv":
        told_formulas(neutralise_formulas(events)[1], output.name)
    if len(tables.claims):
        told_formulas(neutralise_formulas(tables.claims)[1], told.name)
        say(f"{len(tables.claims)} claims of named sides: {told}")
    elif stale:
        say(f"no claims: {told}, of an earlier run, is removed")
    if level() >= 1:
        click.echo(counted(tables.counts))


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
