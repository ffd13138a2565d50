"""``durand read`` and ``durand template``: events from any file into one table, every row accounted for."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

__all__ = ["read_command", "template_command"]

_SHOWN = 12


def _mapping(_ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    columns = {}
    for text in (part for one in given for part in one.split(",")):
        target, sign, name = text.partition("=")
        if not (sign and target.strip() and name.strip()):
            raise click.BadParameter(f"{text!r} is not TARGET=COLUMN, such as date=When")
        columns[target.strip()] = name.strip()
    return columns


@click.command("read")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Table to write: .parquet, .gpkg, .geojson or .csv.",
)
@click.option("--source", default="auto", show_default=True, help="auto, ucdp, acled, gdelt, own or table.")
@click.option(
    "--map",
    "columns",
    multiple=True,
    callback=_mapping,
    help="What a column is: date=When,place=Where. Can be repeated.",
)
@click.option("--fix", is_flag=True, help="Put exchanged latitude and longitude right.")
@click.option(
    "--day-first/--month-first", "day_first", default=None, help="Order of dates such as 03/04/2025."
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Only what was known on this day.")
@click.option("--sheet", help="Sheet of a workbook.")
@click.option("--encoding", help="Encoding of text files.")
@click.option("--delimiter", help="Separator of text files.")
@click.option("--claims", type=click.Path(path_type=Path), help="CSV of claims about the events.")
@click.option("--allow-rejects", is_flag=True, help="Exit with 0 though rows were rejected.")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
def read_command(
    files: tuple[Path, ...],
    output: Path,
    source: str,
    columns: dict[str, str],
    fix: bool,
    day_first: bool | None,
    as_of: dt.datetime | None,
    sheet: str | None,
    encoding: str | None,
    delimiter: str | None,
    claims: Path | None,
    allow_rejects: bool,
    force: bool,
) -> None:
    """Read events from FILES of any source into one table.

    Rejected rows go to FILE.rejected.csv beside the output, with what is wrong in each. Exits with 1 when
    there are any.
    """
    import geo
    from geo.errors import SchemaError
    from geo.sources.rejects import write_rejected
    from geo.tables import write_table

    rejects = output.with_name(f"{files[0].name}.rejected.csv")
    told = output.with_name(f"{output.stem}.claims.csv")
    for path in (output, rejects, told):
        if path.exists() and not force:
            raise SchemaError(f"{str(path)!r} is there already; choose another name or say --force")
    tables = geo.read_events(
        list(files),
        source=source,
        claims=claims,
        columns=columns,
        fix=fix,
        day_first=day_first,
        as_of=as_of.date() if as_of else None,
        sheet=sheet,
        encoding=encoding,
        delimiter=delimiter,
    )
    for file in tables.files.itertuples(index=False):
        _say(f"{Path(file.file).name}: {file.notes}")
    _list("warning", tables.warnings)
    _list("rejected", tables.rejected)
    events = tables.events
    extra = tables.details.add_prefix("source_") if len(tables.details.columns) else None
    if extra is not None:
        events = events.join(extra.reset_index(drop=True))
    changed = write_table(events, output, overwrite=force) and 0
    if len(tables.rejected):
        changed = write_rejected(tables, rejects, overwrite=force)
        _say(f"rejected rows, with what is wrong in each: {rejects}")
    if changed:
        _say(
            f"{changed} cells that a spreadsheet program would run as formulas begin with an apostrophe in "
            f"{rejects.name}"
        )
    if len(tables.claims):
        write_table(tables.claims, told, overwrite=force)
        _say(f"{len(tables.claims)} claims of named sides: {told}")
    click.echo(_counted(tables.counts))
    if len(tables.rejected) and not allow_rejects:
        sys.exit(1)


def _counted(counts: dict[str, int]) -> str:
    """The line that adds up."""
    parts = [f"{counts[name]:,} {name}" for name in counts if name != "read"]
    return f"{counts['read']:,} read = {' + '.join(parts)}"


def _list(kind: str, lines: object) -> None:
    frame = lines.head(_SHOWN)  # type: ignore[attr-defined]
    for line in frame.itertuples(index=False):
        where = f" {line.column}" if isinstance(line.column, str) else ""
        value = f" {line.value[:60]!r}" if isinstance(line.value, str) else ""
        _say(f"{kind}: row {line.row}{where}{value}: {line.reason}")
    more = len(lines) - len(frame)  # type: ignore[arg-type]
    if more > 0:
        _say(f"{kind}: and {more:,} more")


def _say(text: str) -> None:
    ctx = click.get_current_context(silent=True)
    if ctx is None or getattr(ctx.find_root().obj, "level", 1) >= 1:
        click.echo(text, err=True)


@click.command("template")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
def template_command(path: Path, force: bool) -> None:
    """Write an empty workbook to PATH (.xlsx): columns, allowed values as lists, a sheet of claims."""
    import geo

    geo.write_template(path, overwrite=force)
    _say(
        f"{path}: fill in the sheet 'events', delete the example, then: durand read {path.name} -o "
        "events.parquet"
    )
