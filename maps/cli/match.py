"""``durand match``, ``unmerge`` and ``diff``: the same events in two files, and what changed between them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from maps.cli.console import counted, say, told_formulas
from maps.cli.outputs import is_dash, refuse_outputs
from maps.cli.reading import EVENTS_FILE, plan_outputs, read_events, takes_two_files

if TYPE_CHECKING:
    from geo.events.tables import EventTables

__all__ = ["diff", "match", "unmerge"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TARGET = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("a", type=EVENTS_FILE)
@click.argument("b", type=EVENTS_FILE)
@click.option("-o", "--output", type=_TARGET, help="CSV file to write; without it the table goes to stdout.")
@click.option(
    "--decisions",
    type=_FILE,
    help="CSV with id_a, id_b, decision (accept or reject), such as a filled-in table.",
)
@click.option(
    "--min-score", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="Leave out pairs below."
)
@click.option(
    "--merge",
    type=_TARGET,
    help="GeoParquet file to write: all rows of A and B, those of accepted pairs linked.",
)
@click.option(
    "--link-from",
    type=click.FloatRange(0, 1),
    help="With --merge, link undecided pairs from this score too.  [default: only accepted ones]",
)
@click.option("--force", is_flag=True, help="Replace files that are there.")
@takes_two_files
def match(
    a: Path,
    b: Path,
    output: Path | None,
    decisions: Path | None,
    min_score: float,
    merge: Path | None,
    link_from: float | None,
    force: bool,
) -> None:
    """Pairs of rows of A and B that may tell of the same event, with the reasons, for a person to decide.

    A and B are any files that durand read takes, read with the same options and the same account of every
    row; - is the standard input. Fill in the column decision (accept or reject) and give the table back with
    --decisions. Neither file is changed; --merge writes a third, which durand unmerge takes apart again.
    """
    if link_from is not None and merge is None:
        raise click.UsageError("--link-from belongs to --merge FILE")
    for path, suffix in ((output, ".csv"), (merge, ".parquet")):
        if path is not None and path.suffix.lower() != suffix:
            raise click.UsageError(f"{path.name!r} does not end in {suffix}")
    plan_outputs([output, merge], [a, b, decisions])
    import geo
    from geo.files.csv_injection import neutralise_formulas
    from geo.files.csv_text import csv_text

    one, two = _events(a, b)
    matches = geo.match(one, two, min_score=min_score)
    if decisions is not None:
        matches = geo.apply_decisions(matches, decisions)
    merged = None if merge is None else geo.merge_events(one, two, matches, min_score=link_from)
    _, changed = neutralise_formulas(matches)
    if output is None:
        click.echo(csv_text(matches), nl=False)
    else:
        geo.write_table(matches, output, overwrite=force)
    decided = matches["decision"].value_counts()
    best = int(matches["best_of_both"].fillna(value=False).sum())
    said = f"{len(matches)} pair{'' if len(matches) == 1 else 's'}, {best} of them best of both"
    if decisions is not None:
        said += f"; {decided.get('accept', 0)} accepted, {decided.get('reject', 0)} rejected"
    say(said)
    told_formulas(changed, "the table of pairs" if output is None else output.name)
    if merge is not None and merged is not None:
        geo.write_merged(merged, merge, overwrite=force)
        count = int(merged.events["counted"].sum())
        say(
            f"{merge}: {len(one.events)} + {len(two.events)} rows, {len(merged.links)} links, {count} events "
            f"to count; durand unmerge {merge.name} takes it apart again"
        )


@click.command()
@click.argument("merged", type=_FILE)
@click.argument("a", type=_TARGET)
@click.argument("b", type=_TARGET)
@click.option("--force", is_flag=True, help="Replace files that are there.")
def unmerge(merged: Path, a: Path, b: Path, force: bool) -> None:
    """Take MERGED, as durand match --merge wrote it, apart again into the tables A and B."""
    if a.resolve() == b.resolve():
        raise click.UsageError("A and B are one file; name two")
    refuse_outputs([a, b], inputs=[merged], force=force)
    import geo
    from geo.files.tables import check_format, write_part
    from geo.files.whole import written_set

    for path in (a, b):
        check_format(path)
    tables = geo.unmerge_events(geo.read_merged(merged))
    with written_set([a, b], overwrite=force) as parts:
        for part, table in zip(parts, tables, strict=True):
            write_part(table, part)
    for path, table in zip((a, b), tables, strict=True):
        say(f"{path}: {len(table)} rows")


@click.command()
@click.argument("old", type=EVENTS_FILE)
@click.argument("new", type=EVENTS_FILE)
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True
)
@click.option("-o", "--output", type=_TARGET, help="File to write; without it the changes go to stdout.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@takes_two_files
def diff(
    old: Path, new: Path, form: Literal["text", "csv", "json"], output: Path | None, force: bool
) -> None:
    """Events added, changed (field by field), deleted and superseded from OLD to NEW.

    OLD and NEW are any files that durand read takes, read with the same options and the same account of every
    row; - is the standard input.
    """
    plan_outputs([output], [old, new])
    import geo
    from geo.files.csv_injection import neutralise_formulas
    from geo.files.whole import write_text

    changes = geo.diff_events(*_events(old, new))
    text = geo.format_changes(changes, form)
    if form == "csv":
        told_formulas(neutralise_formulas(changes)[1], "the table of changes")
    if output is None:
        click.echo(text)
    else:
        write_text(output, f"{text}\n", overwrite=force)
        say(f"{output}: {geo.format_changes(changes).splitlines()[0]}")


def _events(*paths: Path) -> list[EventTables]:
    """Each file as tables; how many rows became events is said of each."""
    found = []
    for path in paths:
        tables = read_events([path])
        say(f"{'stdin' if is_dash(path) else path.name}: {counted(tables.counts)}")
        found.append(tables)
    return found
