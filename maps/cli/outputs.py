"""The files that a command writes: those it was told, those whose names it chooses, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

__all__ = [
    "claims_beside",
    "echo_table",
    "is_dash",
    "refuse_layer",
    "refuse_outputs",
    "rejected_beside",
    "words_beside",
]


def words_beside(picture: Path) -> Path:
    """The file with the words of a picture: named after the whole of its name, so that each has its own."""
    return picture.with_name(f"{picture.name}.txt")


def claims_beside(table: Path) -> Path:
    """The file of the claims about the events of a table."""
    return table.with_name(f"{table.stem}.claims.csv")


def rejected_beside(folder: Path, first: Path) -> Path:
    """The file of the rejected rows of what was read, the first of which names it."""
    return folder / f"{'stdin' if is_dash(first) else first.name}.rejected.csv"


def is_dash(path: Path | None) -> bool:
    """Whether a name stands for the standard input or output."""
    return path is not None and str(path) == "-"


def echo_table(frame: pd.DataFrame, *, excel: bool) -> None:
    """A table as CSV to stdout."""
    from geo.files.csv_text import csv_text
    from geo.files.tables import as_plain

    click.echo(csv_text(as_plain(frame), excel=excel).encode("utf-8"), nl=False)


def refuse_layer(path: Path, layer: str, *, inputs: Iterable[Path | str | None] = (), force: bool) -> None:
    """Stop before any work where a layer may not be written into a GeoPackage, which may be there."""
    from geo.errors import GeoError
    from geo.files.geopackage import check_layer

    refuse_outputs([path], inputs=inputs, force=True)
    try:
        check_layer(path, layer, overwrite=force)
    except GeoError as err:
        raise click.UsageError(str(err)) from err


def refuse_outputs(
    outputs: Iterable[Path | None], *, inputs: Iterable[Path | str | None] = (), force: bool
) -> None:
    """Stop before any work where a file may not be written: it is there, or it is one that is read.

    Parameters
    ----------
    outputs
        Every file that the command writes, those whose names it chooses too; None for one not asked for.
    inputs
        Every file that it reads.
    force
        Whether files that are there are replaced. One that is read never is.
    """
    from geo.errors import OverwriteError
    from geo.files.whole import check_outputs

    try:
        named = [path for path in outputs if path is not None and not is_dash(path)]
        check_outputs(named, inputs=inputs, overwrite=force)
    except OverwriteError as err:
        raise click.UsageError(str(err)) from err
