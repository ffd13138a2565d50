"""``durand match`` and ``durand diff``: the same events in two files, and what changed between them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["diff", "match"]

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("a", type=_FILE)
@click.argument("b", type=_FILE)
@click.option("-o", "--out", type=_FILE, help="CSV file to write; without it the table goes to stdout.")
@click.option(
    "--decisions",
    type=_FILE,
    help="CSV with id_a, id_b, decision (accept or reject), such as a filled-in table.",
)
@click.option(
    "--min-score", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="Leave out pairs below."
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def match(a: Path, b: Path, out: Path | None, decisions: Path | None, min_score: float, force: bool) -> None:
    """Pairs of rows of A and B that may tell of the same event, with the reasons, for a person to decide.

    Fill in the column decision (accept or reject) and give the table back with --decisions. Neither file is
    changed.
    """
    import geo
    from geo.formulas import neutralise_formulas

    matches = geo.match(_events(a), _events(b), min_score=min_score)
    if decisions is not None:
        matches = geo.apply_decisions(matches, decisions)
    table, changed = neutralise_formulas(matches)
    if out is None:
        click.echo(table.to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        if out.suffix.lower() != ".csv":
            raise geo.SchemaError(f"matches are written as .csv, not {out.name!r}")
        geo.write_table(matches, out, overwrite=force)
    decided = matches["decision"].value_counts()
    said = (
        f"{len(matches)} pairs, {int(matches['best_of_both'].fillna(value=False).sum())} of them best of both"
    )
    if decisions is not None:
        said += f"; {decided.get('accept', 0)} accepted, {decided.get('reject', 0)} rejected"
    if changed:
        said += f"; {changed} cells that a spreadsheet would run as formulas have an apostrophe before them"
    click.echo(said, err=True)


@click.command()
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True
)
def diff(old: Path, new: Path, form: Literal["text", "csv", "json"]) -> None:
    """Events added, changed (field by field), deleted and superseded from OLD to NEW."""
    import geo

    click.echo(geo.format_changes(geo.diff_events(_events(old), _events(new)), form))


def _events(path: Path) -> gpd.GeoDataFrame:
    """The accepted rows of a file; how many were not is said on stderr."""
    import geo

    tables = geo.read_events(path)
    counts = tables.counts
    if counts["accepted"] != counts["read"]:
        said = ", ".join(f"{number} {word}" for word, number in counts.items())
        click.echo(f"{path.name}: {said}; durand read {path.name} says why", err=True)
    return tables.events
