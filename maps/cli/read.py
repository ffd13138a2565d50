"""``durand read`` and ``durand template``: events from any file into one table, every row accounted for."""

from __future__ import annotations

from pathlib import Path

import click

from maps.cli.console import counted, level, refuse_existing, say, write_told
from maps.cli.reading import read_events, takes_events

__all__ = ["read_command", "template_command"]


@click.command("read")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
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
    """Read events from FILES of any source into one table; ``-`` is the standard input.

    Rejected rows go to FILE.rejected.csv beside the output, with what is wrong in each. Exits with 1 when
    there are any.
    """
    from geo.files.tables import check_target

    told = output.with_name(f"{output.stem}.claims.csv")
    for path in (output, told):
        refuse_existing(path, force=force)
    # A name that cannot be written to is told before the work.
    check_target(output, overwrite=force)
    tables = read_events(list(files))
    events = tables.events
    if len(tables.details.columns):
        events = events.join(tables.details.add_prefix("source_").reset_index(drop=True))
    write_told(events, output, force=force)
    if len(tables.claims):
        write_told(tables.claims, told, force=force)
        say(f"{len(tables.claims)} claims of named sides: {told}")
    if level() >= 1:
        click.echo(counted(tables.counts))


@click.command("template")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
def template_command(path: Path, force: bool) -> None:
    """Write an empty workbook to PATH (.xlsx): columns, allowed values as lists, a sheet of claims."""
    import geo

    refuse_existing(path, force=force)
    geo.write_template(path, overwrite=force)
    say(
        f"{path}: fill in the sheet 'events', delete the example, then: durand read {path.name} -o "
        "events.parquet"
    )
