"""When the crossings of the line were open, for whom, and who says so.

Every row of the table is one page's statement: a crossing, a kind of traffic, a state, and the days from and
to which it is said to have held. Pages that differ stay apart. A state is known from its first day to its
end, or where no end was found to the last day on which a page reports it; otherwise nothing is known.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.border.crossings import crossing_id
from geo.boundaries.catalogue import data_path
from geo.boundaries.layers import read_crossings
from geo.errors import BoundaryError, SchemaError
from geo.events.columns import CROSSING_STATUS_COLUMNS
from geo.events.faults import Fault, to_rejected
from geo.events.validation import validate_table
from geo.sources.files.open import open_tables
from geo.vocab import TRAFFIC

__all__ = ["CrossingStatus", "crossing_status", "read_crossing_status"]

KINDS: Final = TRAFFIC[1:]
"""Kinds of traffic apart from all of it."""

DIFFER: Final = "reports differ"
NOT_KNOWN: Final = "not known"

SLACK_DAYS: Final = {1: 0, 2: 3, 3: 30, 4: 365}
"""How far a day may be from the true one, by the precision of its date."""


@dataclass(frozen=True, eq=False)
class CrossingStatus:
    """A table of statements about crossings, every row accounted for.

    Attributes
    ----------
    statements
        One row a statement, in ``geo.events.columns.CROSSING_STATUS_COLUMNS``.
    rejected
        A line for each fault: ``row``, ``column``, ``value``, ``reason``.
    read
        Number of rows read.
    """

    statements: pd.DataFrame
    rejected: pd.DataFrame
    read: int

    @property
    def counts(self) -> dict[str, int]:
        """How many rows were read, accepted and rejected."""
        rejected = int(self.rejected["row"].nunique())
        return {"read": self.read, "accepted": len(self.statements), "rejected": rejected}


def read_crossing_status(path: str | Path | None = None) -> CrossingStatus:
    """Statements about crossings: the shipped table, or one of the user's with the same columns.

    Parameters
    ----------
    path
        A table of any format that :func:`geo.read_events` takes; the shipped one if not given.

    Returns
    -------
    CrossingStatus
        ``statements``, ``rejected`` and ``counts``. A crossing may be named by its id or in any of its
        languages.

    Raises
    ------
    SchemaError
        If a required column is missing.
    SourceError
        If the file cannot be read as a table.

    Examples
    --------
    >>> import geo
    >>> geo.read_crossing_status().counts["rejected"]
    0
    """
    return _shipped() if path is None else _read(Path(path))


def crossing_status(
    day: str | dt.date,
    traffic: str | None = None,
    *,
    status: CrossingStatus | pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What is known of every crossing on a day.

    Parameters
    ----------
    day
        A day, as ``2025-10-21``.
    traffic
        ``trade``, ``travellers``, ``returnees`` or ``aid``; each of them if not given.
    status
        The statements; the shipped ones if not given.

    Returns
    -------
    DataFrame
        A row for each crossing and kind of traffic, in the order of the line: ``crossing_id``, ``crossing``,
        ``traffic``, ``state`` (closed, partly, open, ``reports differ``, ``not known``), ``date_from``,
        ``date_to`` and ``last_report`` of the statement that decides, ``sources`` (pages, separated by ``;``),
        ``statements`` (how many say something of that day), ``note``. A statement about one kind of traffic
        goes before one about all of it, and one of a day before a longer one around it; nothing is
        extended past a dated end, nor past the last report where no end is known.

    Raises
    ------
    SchemaError
        If the day or the kind of traffic is none.

    Examples
    --------
    >>> import geo
    >>> gates = geo.crossing_status("2025-10-21", "trade")
    >>> gates.set_index("crossing_id")["state"].to_dict()["torkham"]
    'closed'
    """
    asked = _day(day)
    if traffic is not None and traffic not in KINDS:
        raise SchemaError(f"traffic is one of {', '.join(KINDS)}; got {traffic!r}")
    table = _statements(status)
    rows = [
        _answer(table, crossing, name, kind, asked)
        for crossing, name in _crossings()
        for kind in ((traffic,) if traffic else KINDS)
    ]
    found = pd.DataFrame(rows)
    for column in ("date_from", "date_to", "last_report"):
        found[column] = found[column].astype("datetime64[us]")
    return found


def held_until(table: pd.DataFrame) -> pd.Series:
    """The last day for which each statement speaks: its end, or the last report where no end was found."""
    return table["date_to"].fillna(table["last_report"]).fillna(table["date_from"])


def _answer(table: pd.DataFrame, crossing: str, name: str, kind: str, day: pd.Timestamp) -> dict[str, Any]:
    said = table[(table["crossing_id"] == crossing) & table["traffic"].isin([kind, "all"])]
    said = said[_holds(said, day)]
    named = said[said["traffic"] == kind]
    deciding = _innermost(named if len(named) else said)
    states = deciding["state"].astype("str").unique().tolist()
    answer: dict[str, Any] = {"crossing_id": crossing, "crossing": name, "traffic": kind}
    if not states:
        return answer | {
            "state": NOT_KNOWN,
            "date_from": None,
            "date_to": None,
            "last_report": None,
            "sources": "",
            "statements": 0,
            "note": "",
        }
    first = deciding.iloc[0]
    pages = pd.unique(deciding[["from_source", "last_source"]].to_numpy().ravel())
    return answer | {
        "state": states[0] if len(states) == 1 else DIFFER,
        "date_from": first["date_from"],
        "date_to": first["date_to"],
        "last_report": first["last_report"],
        "sources": ";".join(page for page in pages if isinstance(page, str) and page),
        "statements": len(said),
        "note": " ".join(note for note in deciding["note"].unique() if isinstance(note, str) and note),
    }


def _holds(table: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Whether each statement speaks for a day for certain, the doubt of its dates counted.

    The day of an end belongs to what begins then, unless the state lasted that day alone.
    """
    first, until = table["date_from"], held_until(table)
    begun = first + _slack(table["from_precision"]) <= day
    ended = table["date_to"].notna() & (table["date_to"] > first)
    end = until.where(~ended, until - pd.Timedelta(days=1)) - _slack(table["to_precision"])
    # A state that is told for one day alone holds on it, however roughly the day is known.
    return (begun & (day <= end)) | ((first == day) & (until == day))


def _slack(precision: pd.Series) -> pd.Series:
    days = [SLACK_DAYS[int(value)] if pd.notna(value) else 0 for value in precision]
    return pd.Series(pd.to_timedelta(days, unit="D"), index=precision.index)


def _innermost(said: pd.DataFrame) -> pd.DataFrame:
    """Without statements that one of a day and of another state lies within: an opening for some hours."""
    first, until = said["date_from"].to_numpy(), held_until(said).to_numpy()
    state = said["state"].astype("str").to_numpy()
    length = (until - first).astype("timedelta64[D]").astype(int)
    inside = (
        (first[None, :] >= first[:, None])
        & (until[None, :] <= until[:, None])
        & (length[None, :] <= 1)
        & (length[:, None] > 1)
        & (state[None, :] != state[:, None])
    )
    return said[~inside.any(axis=1)] if len(said) else said


def _statements(status: CrossingStatus | pd.DataFrame | None) -> pd.DataFrame:
    if status is None:
        return _shipped().statements
    if isinstance(status, CrossingStatus):
        return status.statements
    if isinstance(status, pd.DataFrame):
        return _checked(status.astype("str").where(status.notna(), "").reset_index(drop=True)).statements
    raise SchemaError(
        "status is what geo.read_crossing_status gives, or a DataFrame of its columns; got "
        f"{type(status).__name__}"
    )


@functools.cache
def _shipped() -> CrossingStatus:
    return _read(data_path("events", "crossings_status.csv"))


@functools.cache
def _crossings() -> tuple[tuple[str, str], ...]:
    frame = read_crossings()
    return tuple(zip(frame["crossing_id"].astype(str), frame["name"].astype(str), strict=True))


def _read(path: Path) -> CrossingStatus:
    table = next(iter(open_tables(path)))
    frame = table.frame
    if table.names:
        named = frame.set_axis(table.names, axis=1)
    else:
        named = frame.iloc[1:].set_axis(frame.iloc[0].astype("str").str.strip().tolist(), axis=1)
    return _checked(named.reset_index(drop=True))


def _checked(rows: pd.DataFrame) -> CrossingStatus:
    rows = rows.set_axis(pd.RangeIndex(1, len(rows) + 1), axis=0)
    table, faults = validate_table(rows, CROSSING_STATUS_COLUMNS, "a table of crossings")
    table["crossing_id"], unknown = _known_ids(table["crossing_id"])
    faults += unknown
    for column in ("date_to", "last_report"):
        early = table[column] < table["date_from"]
        reason = "lies before date_from"
        days = table.loc[early, column].dt.strftime("%Y-%m-%d")
        faults += [(int(str(row)), column, str(day), reason) for row, day in days.items()]
    rejected = to_rejected(faults)
    kept = table.drop(index=pd.Index(rejected["row"].unique()).intersection(table.index))
    return CrossingStatus(kept.reset_index(drop=True), rejected, len(rows))


def _known_ids(names: pd.Series) -> tuple[pd.Series, list[Fault]]:
    ids = names.copy()
    faults: list[Fault] = []
    for row, name in names.dropna().items():
        try:
            ids[row] = crossing_id(str(name))
        except BoundaryError as err:
            faults.append((int(str(row)), "crossing_id", str(name), str(err)))
    return ids, faults


def _day(day: str | dt.date) -> pd.Timestamp:
    try:
        found = pd.Timestamp(day)
    except (TypeError, ValueError) as err:
        raise SchemaError(f"{day!r} is not a day; write it as 2025-10-21") from err
    if found is pd.NaT or not np.isfinite(found.timestamp()):
        raise SchemaError(f"{day!r} is not a day; write it as 2025-10-21")
    return found.normalize()
