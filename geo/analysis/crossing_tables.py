"""Tables about the crossings that users give: read, resolved and checked, every row accounted for."""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from geo.border.crossings import crossing_id
from geo.errors import BoundaryError
from geo.events.columns import Column
from geo.events.faults import Fault, to_rejected
from geo.events.validation import validate_table
from geo.sources.files.open import open_tables

__all__ = ["Accounted", "Check", "Resolve", "known_crossing_ids", "read_accounted"]

Resolve = Callable[[pd.Series], tuple[pd.Series, list[Fault]]]
"""Codes of a column of names, and the names that have none."""
Check = Callable[[pd.DataFrame], list[Fault]]
"""What is at fault in rows whose columns are in order."""


class Accounted(abc.ABC):
    """A table of ours with every row accounted for."""

    rejected: pd.DataFrame
    read: int

    @property
    @abc.abstractmethod
    def accepted(self) -> int:
        """Number of rows that were accepted."""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows were read, accepted and rejected."""
        return {"read": self.read, "accepted": self.accepted, "rejected": int(self.rejected["row"].nunique())}


def read_accounted(
    table: Path | pd.DataFrame,
    columns: tuple[Column, ...],
    what: str,
    named: Mapping[str, Resolve],
    later: tuple[str, ...],
    *,
    check: Check | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Read a table of ours in which a crossing, and what else has a name, may be called by it.

    Parameters
    ----------
    table
        A file of any format that :func:`geo.read_events` takes, or a frame.
    columns
        What it has.
    what
        What it is, for messages.
    named
        Columns of names, and how they become codes.
    later
        Columns of days that may not lie before ``date_from``.
    check
        What else may be at fault.

    Returns
    -------
    tuple
        The rows of which nothing is at fault, a line for each fault, and how many rows there were.
    """
    if isinstance(table, pd.DataFrame):
        rows = table.astype("str").where(table.notna(), "").reset_index(drop=True)
    else:
        rows = _named_rows(table)
    rows = rows.set_axis(pd.RangeIndex(1, len(rows) + 1), axis=0)
    found, faults = validate_table(rows, columns, what)
    for column, resolve in named.items():
        found[column], unknown = resolve(found[column])
        faults = [*faults, *unknown]
    if check is not None:
        faults += check(found)
    for column in later:
        days = found.loc[found[column] < found["date_from"], column].dt.strftime("%Y-%m-%d")
        faults += [(int(str(row)), column, str(day), "lies before date_from") for row, day in days.items()]
    return *_without_faults(found, faults), len(rows)


def known_crossing_ids(names: pd.Series) -> tuple[pd.Series, list[Fault]]:
    """Ids of crossings by their names, and the names that none has."""
    ids = names.copy()
    faults: list[Fault] = []
    for row, name in names.dropna().items():
        try:
            ids[row] = crossing_id(str(name))
        except BoundaryError as err:
            faults.append((int(str(row)), "crossing_id", str(name), str(err)))
    return ids, faults


def _named_rows(path: Path) -> pd.DataFrame:
    """The rows of a table of ours, its columns by their names."""
    table = next(iter(open_tables(path)))
    frame = table.frame
    if table.names:
        named = frame.set_axis(table.names, axis=1)
    else:
        named = frame.iloc[1:].set_axis(frame.iloc[0].astype("str").str.strip().tolist(), axis=1)
    return named.reset_index(drop=True)


def _without_faults(table: pd.DataFrame, faults: list[Fault]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of which nothing is at fault, and the faults as a table."""
    rejected = to_rejected(faults)
    kept = table.drop(index=pd.Index(rejected["row"].unique()).intersection(table.index))
    return kept.reset_index(drop=True), rejected
