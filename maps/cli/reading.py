"""Reading of events, the same in every command: the options, the account of rows, the file of rejected ones.

:func:`takes_events` stands around a command, :func:`read_events` in it.
"""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from geo.files.characters import visible
from maps.cli.console import counted, say, say_lines, told_formulas
from maps.cli.outputs import is_dash, refuse_layer, refuse_outputs, rejected_beside

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from geo.events.tables import EventTables

__all__ = [
    "EVENTS_FILE",
    "day_of_knowledge",
    "events_of",
    "plan_outputs",
    "read_events",
    "takes_events",
    "takes_two_files",
]

EVENTS_FILE: Final = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
"""A file of events, or ``-`` for the standard input."""

_META: Final = "durand.reading"


@dataclass
class _Reading:
    """How the events of one command are read, and what came of it."""

    options: dict[str, Any]
    folder: Path
    allow_rejects: bool
    force: bool
    kept: list[Path | None] = field(default_factory=list)
    """What the command reads and writes, none of which is to be a file of rejected rows."""
    refused: list[str] = field(default_factory=list)


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
        "--source", default="auto", show_default=True, help="auto, ucdp, acled, gtd, gdelt or table."
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
        "--strict", is_flag=True, help="Reject every cell that is not written as our own columns have it."
    ),
    click.option(
        "--precision", help="How exactly places are known where no column says it: town, near, district ..."
    ),
    click.option(
        "--place-level",
        type=click.Choice(["town", "district", "province"]),
        help="What names in a column of places are, where a town and what lies around it bear them.",
    ),
    click.option("--year", type=int, help="The year of dates that name none."),
)
_CLAIMS: Final = click.option(
    "--claims",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Table of claims about the events.",
)
_ALLOW: Final = click.option("--allow-rejects", is_flag=True, help="Exit with 0 though rows were rejected.")
_READING: Final = (
    *("source", "columns", "fix", "day_first", "as_of", "sheet", "encoding", "delimiter"),
    *("strict", "precision", "place_level", "year"),
)


def takes_events(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command with ``--force``, and ``-o`` if it writes files, the options and exit code of reading.

    Put next to the function, below click's own options. The command reads by :func:`read_events`; when it has
    written what it writes, it ends with 1 if rows were rejected, unless that is allowed.
    """
    return _reading(_CLAIMS(command), (*_READING, "claims"))


def takes_two_files(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a command that compares the events of two files; claims about them are nothing to it."""
    return _reading(command, _READING)


def _reading(command: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    @functools.wraps(command)
    def reading(*args: Any, **kwargs: Any) -> Any:
        options = {name: kwargs.pop(name) for name in names}
        if options["as_of"] is not None:
            options["as_of"] = options["as_of"].date()
        output = kwargs.get("output")
        written = [*(output if isinstance(output, tuple) else (output,))]
        written += [kwargs.get("embed"), kwargs.get("merge")]
        # What goes to a database, or to stdout, has no folder of its own.
        folder = next((Path(path).parent for path in written if path is not None), Path())
        state = _Reading(options, folder, kwargs.pop("allow_rejects"), kwargs["force"])
        click.get_current_context().meta[_META] = state
        result = command(*args, **kwargs)
        if state.refused and not state.allow_rejects:
            # Said even with -q: it is why the command ends with 1.
            said = "; ".join(state.refused)
            click.echo(visible(f"durand: {said}; --allow-rejects takes that for good"), err=True)
            sys.exit(1)
        return result

    for option in reversed((*_OPTIONS, _ALLOW)):
        reading = option(reading)
    return reading


def plan_outputs(
    outputs: Sequence[Path | None], inputs: Sequence[Path | None], *, layer: str | None = None
) -> None:
    """Refuse what the command may not write before anything is read.

    With a layer the first output is a GeoPackage that may be there already.
    """
    state: _Reading = click.get_current_context().meta[_META]
    if sum(is_dash(path) for path in inputs) > 1:
        raise click.UsageError("the standard input (-) can be read only once; name a file for the other")
    read = [*inputs, state.options.get("claims")]
    state.kept = [*outputs, *read]
    if layer is not None:
        first, *outputs = outputs
        if first is None:
            raise click.UsageError("--layer names a layer of a GeoPackage; say which with -o FILE.gpkg")
        refuse_layer(first, layer, inputs=read, force=state.force)
    refuse_outputs(outputs, inputs=read, force=state.force)


def day_of_knowledge(events: Path | None) -> dt.date | None:
    """The day of ``--as-of`` for a command that replays what was known; no option of reading without one."""
    options = click.get_current_context().meta[_META].options
    day: dt.date | None = options["as_of"]
    if events is None:
        options["as_of"] = None
    return day


def read_events(paths: list[Path]) -> EventTables:
    """Read files with the options of the command, say what is odd or wrong, and write the rejected rows.

    They go to ``FILE.rejected.csv`` beside what the command writes; one that is there is never in the way.
    Without files: the shipped events; ``-`` is the standard input.
    """
    import geo
    from geo.sources.row_numbers import row_name

    state: _Reading = click.get_current_context().meta[_META]
    if not paths:
        stated = [name for name, value in state.options.items() if value not in (None, False, {}, "auto")]
        if stated:
            raise click.UsageError(
                f"options of reading ({', '.join(stated)}) belong to a file of events; name one"
            )
        return geo.read_events()
    state.kept += [*paths, state.options.get("claims")]
    sources = [sys.stdin.buffer if is_dash(path) else path for path in paths]
    tables = geo.read_events(sources, **state.options)
    for file in tables.files.itertuples(index=False):
        say(f"{Path(file.file).name}: {file.notes}")
    row = functools.partial(row_name, tables.files)
    say_lines("warning", tables.warnings, row)
    say_lines("rejected", tables.rejected, row)
    say_lines("claim rejected", tables.rejected_claims, "row {} of the claims".format)
    replaced = tables.superseded.rename(columns={"event_id": "value"}).assign(column=None)
    reasons = [f"{line.reason} ({row(line.by_row)})" for line in replaced.itertuples()]
    say_lines("superseded", replaced.assign(reason=reasons), row)
    number = tables.counts["rejected"]
    if number:
        rejects = _keep_rejected(tables, paths[0], state)
        say(f"rejected rows, with what is wrong in each: {rejects}")
        state.refused.append(f"{number:,} of {tables.counts['read']:,} rows rejected, see {rejects}")
    else:
        _tell_earlier(next(rejected_beside(state.folder, paths[0])), state)
    return tables


def _keep_rejected(tables: EventTables, first: Path, state: _Reading) -> Path:
    """Write the rejected rows to the first name that is free, or has them already; with --force to the first.

    One that is there may have been mended by hand, and is no reason to end.
    """
    from geo.errors import OverwriteError
    from geo.files.csv_injection import neutralise_formulas
    from geo.files.csv_text import csv_text
    from geo.files.tables import as_plain
    from geo.files.whole import check_outputs, write_bytes
    from geo.sources.rejects import rejected_rows

    rows = rejected_rows(tables)
    # It is there to be mended in a spreadsheet program.
    content = csv_text(as_plain(rows), excel=True).encode("utf-8")
    for path in rejected_beside(state.folder, first):
        try:
            check_outputs([path], inputs=state.kept, overwrite=True)
            if path.is_file() and path.read_bytes() == content:
                break
            write_bytes(path, content, overwrite=state.force)
        except OverwriteError:
            continue
        told_formulas(neutralise_formulas(rows)[1], path.name)
        break
    return path


def _tell_earlier(rejects: Path, state: _Reading) -> None:
    """Rejected rows of an earlier run would pass for this one's: with --force they go."""
    from geo.errors import OverwriteError
    from geo.files.whole import check_outputs

    try:
        check_outputs([rejects], inputs=state.kept, overwrite=True)
    except OverwriteError:
        return
    if not rejects.exists():
        return
    if state.force:
        rejects.unlink()
    gone = "is removed" if state.force else "stays"
    say(f"no row is rejected: {rejects}, of an earlier run, {gone}")


def events_of(path: Path | None) -> EventTables:
    """Events of one file, or the shipped ones, and how many rows became events."""
    tables = read_events([Path(path)] if path else [])
    if path:
        say(counted(tables.counts))
    return tables
