"""The files that a command writes: those it was told, those whose names it chooses, and what is refused."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

__all__ = [
    "FLAT",
    "PICTURES",
    "SPATIAL",
    "claims_beside",
    "echo_table",
    "is_dash",
    "refuse_format",
    "refuse_layer",
    "refuse_outputs",
    "rejected_beside",
    "words_beside",
]

FLAT: Final = (".csv", ".xlsx", ".parquet")
"""Files of a table without outlines; points stand in them as columns."""

SPATIAL: Final = (".geojson", ".json", ".gpkg", ".parquet")
"""Files that take geometry along."""

PICTURES: Final = (".png", ".svg", ".pdf")


def words_beside(picture: Path) -> Path:
    """The file with the words of a picture: named after the whole of its name, so that each has its own."""
    return picture.with_name(f"{picture.name}.txt")


def claims_beside(table: Path) -> Path:
    """The file of the claims about the events of a table."""
    return table.with_name(f"{table.stem}.claims.csv")


def rejected_beside(folder: Path, first: Path) -> Iterator[Path]:
    """Names for the file of the rejected rows of what was read, whose first file names it; best first."""
    stem = f"{'stdin' if is_dash(first) else first.name}.rejected"
    yield folder / f"{stem}.csv"
    for number in itertools.count(2):
        yield folder / f"{stem}-{number}.csv"


def is_dash(path: Path | None) -> bool:
    """Whether a name stands for the standard input or output."""
    return path is not None and str(path) == "-"


def echo_table(frame: pd.DataFrame, *, excel: bool) -> None:
    """A table as CSV to stdout."""
    from geo.files.csv_text import csv_text
    from geo.files.tables import as_plain

    click.echo(csv_text(as_plain(frame), excel=excel).encode("utf-8"), nl=False)


def refuse_format(
    path: Path | None, allowed: Iterable[str], *, why: str = "", datapackage: bool = False
) -> None:
    """Stop before any work where a command doesn't write what the suffix of a file names.

    Parameters
    ----------
    path
        The file; None for standard output.
    allowed
        Suffixes of what it writes.
    why
        What the others lack, if that needs saying.
    datapackage
        Whether columns are to be described beside the file, which is done for a CSV.
    """
    if datapackage and (path is None or path.suffix.lower() != ".csv"):
        raise click.UsageError("--datapackage says beside a CSV what its columns are; give -o FILE.csv")
    if path is None or is_dash(path):
        return
    suffix = path.suffix.lower()
    kinds = list(dict.fromkeys(allowed))
    if suffix not in kinds:
        name = click.get_current_context().command_path
        got = (
            f"not {suffix} as in {path.name!r}"
            if suffix
            else f"and {path.name!r} has no suffix that says which"
        )
        reason = f" ({why})" if why and suffix in SPATIAL else ""
        raise click.UsageError(f"{name} writes {', '.join(kinds[:-1])} or {kinds[-1]}, {got}{reason}")


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
