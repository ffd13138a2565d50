"""``durand read`` and ``durand template``: events from any file into one table, every row accounted for.

The other commands that take a file of events read it with the same options and account for its rows in the
same way: :func:`takes_events` around the command, :func:`read_events` in it.
"""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from geo.sources.read import EventTables

__all__ = ["read_command", "read_events", "say", "takes_events", "template_command", "write_told"]

_SHOWN: Final = 12
_META: Final = "durand.reading"


@dataclass
class _Reading:
    """How the events of one command are read, and what came of it."""

    options: dict[str, Any]
    folder: Path
    allow_rejects: bool
    force: bool
    refused: str = ""


def _mapping(_ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    columns = {}
    for text in (part for one in given for part in one.split(",")):
        target, sign, name = text.partition("=")
        if not (sign and target.strip() and name.strip()):
            raise click.BadParameter(f"{text!r} is not TARGET=COLUMN, such as date=When")
        columns[target.strip()] = name.strip()
    return columns


_OPTIONS: Final = (
    click.option(
        "--source", default="auto", show_default=True, help="auto, ucdp, acled, gdelt, own or table."
    ),
    click.option(
        "--map",
        "columns",
        multiple=True,
        callback=_mapping,
        help="What a column is: date=When,place=Where. Can be repeated.",
    ),
    click.option("--fix", is_flag=True, help="Put exchanged latitude and longitude right."),
    click.option(
        "--day-first/--month-first", "day_first", default=None, help="Order of dates such as 03/04/2025."
    ),
    click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Only what was known on this day."),
    click.option("--sheet", help="Sheet of a workbook."),
    click.option("--encoding", help="Encoding of text files."),
    click.option("--delimiter", help="Separator of text files."),
    click.option(
        "--claims",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="CSV of claims about the events.",
    ),
)
_ALLOW: Final = click.option("--allow-rejects", is_flag=True, help="Exit with 0 though rows were rejected.")
_READING: Final = (
    *("source", "columns", "fix", "day_first", "as_of", "sheet", "encoding", "delimiter", "claims"),
)


def takes_events(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command with ``--force``, and ``-o`` if it writes files, the options and exit code of reading.

    Put next to the function, below click's own options. The command reads by :func:`read_events`; when it has
    written what it writes, it ends with 1 if rows were rejected, unless that is allowed.
    """

    @functools.wraps(command)
    def reading(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passed on as they are
        options = {name: kwargs.pop(name) for name in _READING}
        if options["as_of"] is not None:
            options["as_of"] = options["as_of"].date()
        written = kwargs.get("output")
        first = next(iter(written), kwargs.get("embed")) if isinstance(written, tuple) else written
        # What goes to a database has no folder of its own.
        folder = Path() if first is None else first.parent
        state = _Reading(options, folder, kwargs.pop("allow_rejects"), kwargs["force"])
        click.get_current_context().meta[_META] = state
        result = command(*args, **kwargs)
        if state.refused and not state.allow_rejects:
            # Said even with -q: it is why the command ends with 1.
            click.echo(f"durand: {state.refused}; --allow-rejects takes that for good", err=True)
            sys.exit(1)
        return result

    for option in reversed((*_OPTIONS, _ALLOW)):
        reading = option(reading)
    return reading


def read_events(paths: list[Path]) -> EventTables:
    """Read files with the options of the command, say what is odd or wrong, and write the rejected rows.

    They go to ``FILE.rejected.csv`` beside what the command writes. Without files: the shipped events.
    """
    import geo
    from geo.sources.rejects import rejected_rows

    state: _Reading = click.get_current_context().meta[_META]
    if not paths:
        stated = [name for name in _READING if state.options[name] not in (None, False, {}, "auto")]
        if stated:
            raise click.UsageError(
                f"options of reading ({', '.join(stated)}) belong to a file of events; name one"
            )
        return geo.read_events()
    rejects = state.folder / f"{paths[0].name}.rejected.csv"
    refuse_existing(rejects, force=state.force)
    tables = geo.read_events(list(paths), **state.options)
    for file in tables.files.itertuples(index=False):
        say(f"{Path(file.file).name}: {file.notes}")
    _list("warning", tables.warnings)
    _list("rejected", tables.rejected)
    _list("claim rejected", tables.rejected_claims)
    replaced = tables.superseded.rename(columns={"event_id": "value"}).assign(column=None)
    _list(
        "superseded", replaced.assign(reason=replaced["reason"] + replaced["by_row"].map(" (row {})".format))
    )
    number = tables.counts["rejected"]
    if number:
        write_told(rejected_rows(tables), rejects, force=state.force)
        say(f"rejected rows, with what is wrong in each: {rejects}")
        state.refused = f"{number:,} of {tables.counts['read']:,} rows rejected, see {rejects}"
    elif rejects.exists():
        # One of an earlier run would pass for this one's.
        rejects.unlink()
        say(f"no row is rejected: {rejects}, of an earlier run, is removed")
    return tables


def counted(counts: dict[str, int]) -> str:
    """The line that adds up."""
    parts = [f"{counts[name]:,} {name}" for name in counts if name != "read"]
    return f"{counts['read']:,} read = {' + '.join(parts)}"


def say(text: str) -> None:
    """A message on stderr, unless -q."""
    if _level() >= 1:
        click.echo(text, err=True)


def write_told(frame: pd.DataFrame, path: Path, *, force: bool) -> None:
    """Write a table, and say if cells of a CSV were neutralised."""
    import geo
    from geo.files.csv_injection import neutralise_formulas

    geo.write_table(frame, path, overwrite=force)
    if path.suffix.lower() == ".csv":
        told_formulas(neutralise_formulas(frame)[1], path.name)


def told_formulas(changed: int, where: str) -> None:
    """Say how many cells of a CSV have an apostrophe before them, if any."""
    if changed:
        cells = "1 cell" if changed == 1 else f"{changed:,} cells"
        say(f"{where}: an apostrophe put before {cells} that a spreadsheet program would run as a formula")


def refuse_existing(path: Path, *, force: bool) -> None:
    """Nothing is overwritten unasked."""
    if path.exists() and not force:
        raise click.UsageError(f"{path} is there already; choose another name or add --force")


def _level() -> int:
    ctx = click.get_current_context(silent=True)
    return 1 if ctx is None else int(getattr(ctx.find_root().obj, "level", 1))


def _list(kind: str, lines: pd.DataFrame) -> None:
    shown = lines if _level() >= 2 else lines.head(_SHOWN)
    told: set[str] = set()
    for line in shown.itertuples(index=False):
        where = f" {line.column}" if isinstance(line.column, str) else ""
        value = f" {line.value[:60]!r}" if isinstance(line.value, str) else ""
        # What would be accepted is told once, not with every row.
        reason, mark, accepted = line.reason.partition("; accepted: ")
        if mark and accepted not in told:
            told.add(accepted)
            reason = line.reason
        say(f"{kind}: row {line.row}{where}{value}: {reason}")
    if len(lines) > len(shown):
        say(f"{kind}: and {len(lines) - len(shown):,} more; -v shows all")


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
    if _level() >= 1:
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
