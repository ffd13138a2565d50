"""The file of rejected rows: what stood in each, at which row, what is wrong and what would be accepted."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geo.arguments import checked
from geo.events.tables import EventTables
from geo.files.csv_injection import neutralise_formulas
from geo.files.tables import write_table
from geo.files.whole import check_outputs
from geo.sources.row_numbers import row_in_file

__all__ = ["rejected_rows", "write_rejected"]


def rejected_rows(tables: EventTables) -> pd.DataFrame:
    """A row for each rejected row of the files.

    Parameters
    ----------
    tables : EventTables
        As `geo.read_events` gives it.

    Returns
    -------
    DataFrame
        ``file``, ``row`` (its number there as a spreadsheet program shows it, the header counted),
        ``columns_at_fault`` and ``reason`` (what is wrong and what would be accepted; several faults are
        parted by `` | ``), then the row as it stood.

    Examples
    --------
    >>> import geo
    >>> from geo.sources.rejects import rejected_rows
    >>> len(rejected_rows(geo.read_events()))
    0
    """
    faults = tables.rejected
    rows = pd.Index(sorted(faults["row"].unique()), dtype="int64")
    grouped = faults.groupby("row", sort=True)
    at = grouped["column"].agg(
        lambda names: " | ".join(dict.fromkeys(name for name in names if isinstance(name, str)))
    )
    why = grouped["reason"].agg(lambda reasons: " | ".join(map(str, reasons)))
    places = [row_in_file(tables.files, row) for row in rows]
    head = pd.DataFrame(
        {
            "file": [file for file, _ in places],
            "row": [number for _, number in places],
            "columns_at_fault": at.reindex(rows).to_numpy(),
            "reason": why.reindex(rows).to_numpy(),
        },
        index=rows,
    )
    original = tables.raw.reindex(rows)
    taken = set(head.columns)
    names = {name: f"{name} (original)" for name in original.columns if name in taken}
    return pd.concat([head, original.rename(columns=names)], axis=1)


@checked
def write_rejected(tables: EventTables, path: str | Path, *, overwrite: bool = False) -> int:
    """Write the rejected rows as CSV.

    Cells that a spreadsheet program would run as formulas get an apostrophe before them.

    Parameters
    ----------
    tables : EventTables
        As `geo.read_events` gives it.
    path : str or Path
        A file that ends in ``.csv``.
    overwrite : bool
        Whether a file of that name may be replaced.

    Returns
    -------
    int
        How many cells were neutralised.

    Raises
    ------
    OverwriteError
        If the file is there and `overwrite` is not set, or is one that the tables were read from.
    SchemaError
        If it cannot be CSV.
    """
    frame = rejected_rows(tables)
    # It is there to be mended in a spreadsheet program.
    check_outputs([path], inputs=tables.read_from, overwrite=overwrite)
    write_table(frame, path, overwrite=overwrite, excel=True)
    return neutralise_formulas(frame)[1]
