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

import pandas as pd

from geo.analysis.crossing_tables import Accounted, known_crossing_ids, read_accounted
from geo.arguments import checked
from geo.boundaries.catalogue import data_path
from geo.boundaries.layers import read_crossings
from geo.errors import SchemaError
from geo.events.columns import CROSSING_STATUS_COLUMNS
from geo.events.days import SLACK_DAYS, named_time
from geo.vocab import TRAFFIC

__all__ = ["CrossingStatus", "crossing_intervals", "crossing_status", "read_crossing_status"]

KINDS: Final = TRAFFIC[1:]
"""Kinds of traffic apart from all of it."""

DIFFER: Final = "reports differ"
"""State of a day for which pages give different ones."""

NOT_KNOWN: Final = "not known"
"""State of a day of which no page speaks."""


@dataclass(frozen=True, eq=False)
class CrossingStatus(Accounted):
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
    def accepted(self) -> int:
        """Number of statements."""
        return len(self.statements)


@checked
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


@checked
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
        ``date_to`` and ``last_report`` of the statement that decides, ``sources`` (pages, separated by
        ``;``),
        ``statements`` (how many say something of that day), ``note``. A statement about one kind of traffic
        goes before one about all of it, and a partial opening of one day before what holds around it; nothing
        is extended past a dated end, nor past the last report where no end is known.

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
    asked = named_time(day, "day")
    if traffic is not None and traffic not in KINDS:
        raise SchemaError(f"traffic is one of {', '.join(KINDS)}; got {traffic!r}")
    said = _by_crossing(_statements(status))
    rows = [
        _answer(said.get(crossing, []), crossing, name, kind, asked)
        for crossing, name in _crossings()
        for kind in ((traffic,) if traffic else KINDS)
    ]
    found = pd.DataFrame(rows)
    for column in ("date_from", "date_to", "last_report"):
        found[column] = found[column].astype("datetime64[us]")
    return found


@checked
def crossing_intervals(
    since: str | dt.date,
    until: str | dt.date,
    *,
    status: CrossingStatus | pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Runs of days on which the same is known of a crossing.

    Parameters
    ----------
    since, until
        First and last day.
    status
        The statements; the shipped ones if not given.

    Returns
    -------
    DataFrame
        ``crossing_id``, ``crossing``, ``traffic``, ``state`` as in :func:`crossing_status`, ``date_from`` and
        ``date_to``, the first and last day of the run, ``exact``: whether its ends are known to the
        day, and ``ended``: whether a page has the end of the state (False: what came after the last day is
        not known). The runs of a crossing and a kind of traffic follow one another without gap from `since`
        to `until`.

    Raises
    ------
    SchemaError
        If a day is none, or the last lies before the first.

    Examples
    --------
    >>> import geo
    >>> runs = geo.crossing_intervals("2025-10-01", "2025-11-30")
    >>> runs[(runs["crossing_id"] == "torkham") & (runs["traffic"] == "returnees")]["state"].tolist()
    ['not known', 'closed', 'reports differ', 'open']
    """
    first, last = named_time(since, "since"), named_time(until, "until")
    if last < first:
        raise SchemaError(f"until ({last:%Y-%m-%d}) lies before since ({first:%Y-%m-%d})")
    said = _by_crossing(_statements(status))
    day = pd.Timedelta(days=1)
    rows = []
    for crossing, name in _crossings():
        for kind in KINDS:
            mine = [one for one in said.get(crossing, []) if one.traffic in (kind, "all")]
            turns = {first, *(one.begin for one in mine), *(one.end + day for one in mine)}
            told = [
                (turn, _state(_deciding(mine, kind, turn))) for turn in sorted(turns) if first <= turn <= last
            ]
            runs = [pair for n, pair in enumerate(told) if n == 0 or pair[1] != told[n - 1][1]]
            after = [turn for turn, _ in runs[1:]] + [last + day]
            for (start, state), stop in zip(runs, after, strict=True):
                exact, ended = _ends(mine, kind, start, stop - day)
                rows.append((crossing, name, kind, state, start, stop - day, exact, ended))
    names = ["crossing_id", "crossing", "traffic", "state", "date_from", "date_to", "exact", "ended"]
    return pd.DataFrame(rows, columns=names)


def _ends(said: list[_Statement], kind: str, start: pd.Timestamp, stop: pd.Timestamp) -> tuple[bool, bool]:
    """Whether first and last day of a run are known to the day, and whether a page has its end at all."""
    day = pd.Timedelta(days=1)
    last = _deciding(said, kind, stop)
    to_the_day = any(one.date_to in (stop, stop + day) for one in last)
    ended = to_the_day or any(one.date_to is not None and one.end == stop for one in last)
    # A state that comes back after a day's opening begins where that ended.
    begun = any(
        one.date_from == start or (one.end == start - day and one.date_to in (start, start - day))
        for one in said
    )
    return begun and (to_the_day or not ended), ended


@dataclass(frozen=True)
class _Statement:
    """A row of the table, with the first and last day for which it speaks for certain."""

    traffic: str
    state: str
    date_from: pd.Timestamp
    date_to: pd.Timestamp | None
    last_report: pd.Timestamp | None
    pages: tuple[str, ...]
    note: str
    begin: pd.Timestamp
    end: pd.Timestamp

    @property
    def alone(self) -> bool:
        """Whether it speaks of one day alone."""
        return bool(self.date_from == (self.date_to or self.last_report or self.date_from))


def _by_crossing(table: pd.DataFrame) -> dict[str, list[_Statement]]:
    found: dict[str, list[_Statement]] = {}
    for row in table.to_dict("records"):
        first = row["date_from"]
        until, report = (None if pd.isna(row[name]) else row[name] for name in ("date_to", "last_report"))
        begin, end = _certain_days(first, until, report, row["from_precision"], row["to_precision"])
        pages = (row["from_source"], row["last_source"])
        found.setdefault(str(row["crossing_id"]), []).append(
            _Statement(
                traffic=str(row["traffic"]),
                state=str(row["state"]),
                date_from=first,
                date_to=until,
                last_report=report,
                pages=tuple(page for page in pages if isinstance(page, str) and page),
                note=row["note"] if isinstance(row["note"], str) else "",
                begin=begin,
                end=end,
            )
        )
    return found


def _certain_days(
    first: pd.Timestamp,
    until: pd.Timestamp | None,
    report: pd.Timestamp | None,
    from_precision: object,
    to_precision: object,
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day for which a statement speaks for certain, the doubt of its dates counted.

    The day of an end belongs to what begins then. A state that is told for one day alone holds on it, however
    roughly the day is known.
    """
    last = until or report or first
    if last == first:
        return first, first
    if until is not None:
        last = until - pd.Timedelta(days=1)
    return first + _slack(from_precision), last - _slack(to_precision)


def _slack(precision: object) -> pd.Timedelta:
    return pd.Timedelta(days=SLACK_DAYS[precision] if isinstance(precision, int) else 0)


def _deciding(said: list[_Statement], kind: str, day: pd.Timestamp) -> list[_Statement]:
    """The statements that decide what is known of a day.

    Those about this traffic go before those about all of it; a partial opening of one day before what a
    longer statement says holds around it.
    """
    said = [one for one in said if one.begin <= day <= one.end]
    named = [one for one in said if one.traffic == kind] or said
    return [one for one in named if one.state == "partly" and one.alone] or named


def _state(deciding: list[_Statement]) -> str:
    states = {one.state for one in deciding}
    return NOT_KNOWN if not states else states.pop() if len(states) == 1 else DIFFER


def _answer(said: list[_Statement], crossing: str, name: str, kind: str, day: pd.Timestamp) -> dict[str, Any]:
    mine = [one for one in said if one.traffic in (kind, "all")]
    deciding = _deciding(mine, kind, day)
    first = deciding[0] if deciding else None
    return {
        "crossing_id": crossing,
        "crossing": name,
        "traffic": kind,
        "state": _state(deciding),
        "date_from": first and first.date_from,
        "date_to": first and first.date_to,
        "last_report": first and first.last_report,
        "sources": ";".join(dict.fromkeys(page for one in deciding for page in one.pages)),
        "statements": sum(one.begin <= day <= one.end for one in mine),
        "note": " ".join(dict.fromkeys(one.note for one in deciding if one.note)),
    }


def _statements(status: CrossingStatus | pd.DataFrame | None) -> pd.DataFrame:
    if status is None:
        return _shipped().statements
    if isinstance(status, CrossingStatus):
        return status.statements
    if isinstance(status, pd.DataFrame):
        return _read(status).statements
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


def _read(table: Path | pd.DataFrame) -> CrossingStatus:
    return CrossingStatus(
        *read_accounted(
            table,
            CROSSING_STATUS_COLUMNS,
            "a table of crossings",
            {"crossing_id": known_crossing_ids},
            ("date_to", "last_report"),
        )
    )
