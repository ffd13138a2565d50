"""Events through time: what is not covered is no zero, and what is too recent is marked."""

from __future__ import annotations

import datetime as dt
from typing import Final, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.count import count
from geo.analysis.periods import Every, regular_spans
from geo.analysis.unit_parts import CountBy
from geo.arguments import checked
from geo.border.border import Border
from geo.errors import SchemaError
from geo.events.days import dates_in, days_of, named_day
from geo.events.given import check_given
from geo.events.tables import EventTables
from geo.locus.resolve import Trust
from geo.sources.given import Events, as_points, as_tables

__all__ = ["LATE_DAYS", "STATES", "Covers", "trend"]

Covers = tuple["str | dt.date", "str | dt.date"] | str
"""First and last day that a table covers, as a pair or ``2025-01-01:2025-12-31``."""

LATE_DAYS: Final = 30
"""Reports of the last days before a table ends may not be in it yet. A span that we set: about the month that
releases by month are apart."""

STATES: Final = ("whole", "part", "late", "no data")
"""What a number of a period is worth."""

NUMBERS: Final = ("expected", "low", "high", "low_shared", "high_shared", "certain", "possible")


@checked
def trend(
    events: Events,
    period: Every = "M",
    *,
    by: CountBy | gpd.GeoDataFrame = "all",
    covers: Covers | None = None,
    since: str | dt.date | None = None,
    until: str | dt.date | None = None,
    late_days: int = LATE_DAYS,
    border: Border | None = None,
    trust: Trust = "stated",
) -> pd.DataFrame:
    """Number of events by period, in which a period without data is a gap and not a zero.

    Parameters
    ----------
    events
        As for :func:`geo.loci`, with ``date_start``. Tables bring their phases (truces, talks, closures).
    period
        ``D``, ``W``, ``M`` or ``Y``.
    by, border, trust
        As for :func:`geo.count`.
    covers
        First and last day that the table covers. Not given: those of its first and last event whose day is
        known, which takes a table to be complete between them.
    since, until
        First and last day of the series; those covered if not given. Periods are told whole.
    late_days
        Reports may still be missing so many days before the end of what is covered.

    Returns
    -------
    DataFrame
        A row for each unit and period, in the order of time: ``unit``, ``name``, ``period`` (str); ``from``,
        ``to`` (datetime64): its days; ``covered`` (int64): how many of them the table covers; ``state``
        (category): ``whole``; ``part``: some of its days are not covered; ``late``: what is covered of it
        ends within `late_days` of the end, so that its number may still grow; ``no data``: none of its days
        is covered; ``expected``, ``low``, ``high``, ``low_shared``, ``high_shared``, ``certain``,
        ``possible`` as for :func:`geo.count` (float64), missing where there is no data, 0 where there was no
        event; ``per_day`` (float64): expected by day covered; ``phases`` (str): those of the table that any
        of its days lie in, separated by "; ", empty without any.

        Events without a date, and parts of events on days that are in no period told or not covered, are in
        no row.

    Raises
    ------
    SchemaError
        If an argument is not as described, or there are no dates; and as for :func:`geo.count`, as are
        CrsError and BoundaryError.

    Notes
    -----
    A number in a period that is covered in part is of the days covered; compare ``per_day``. Whether a table
    is complete on the days that it covers is not known from the table: fewer reports look like fewer events.

    Examples
    --------
    >>> import geo
    >>> series = geo.trend(geo.read_events(), since="2025-09-01", until="2025-11-30")
    >>> series[["period", "expected", "state"]].round(1).to_numpy().tolist()
    [['2025-09', 0.0, 'whole'], ['2025-10', ...]]
    >>> geo.trend(geo.read_events(), since="2026-05-15", until="2026-08-31")["state"].tolist()
    ['whole', 'late', 'no data', 'no data']
    """
    if period not in get_args(Every):
        raise SchemaError(f"period is one of {', '.join(get_args(Every))}, not {period!r}")
    if isinstance(late_days, bool) or not isinstance(late_days, int) or late_days < 0:
        raise SchemaError(f"late_days is a number of days, not {late_days!r}")
    check_given(events)
    tables = events if isinstance(events, (EventTables, pd.DataFrame)) else as_tables(events)
    points = as_points(tables)
    if "date_start" not in points.columns:
        raise SchemaError("a trend needs a column date_start; geo.read_events(frame) makes one")
    first, last = _covered(points, covers)
    begin = first if since is None else named_day(since, "since")
    end = last if until is None else named_day(until, "until")
    if begin > end:
        raise SchemaError(f"the series would end before it begins: {_text(begin)} to {_text(end)}")
    names, starts, ends = regular_spans(period, begin, end)
    inside = np.maximum(np.minimum(ends, last) - np.maximum(starts, first) + 1, 0)
    spans = {
        name: (_text(max(int(low), first)), _text(min(int(high), last)))
        for name, low, high, days in zip(names, starts, ends, inside, strict=True)
        if days
    }
    numbers = count(points, by=by, period=spans or None, border=border, trust=trust)
    units = numbers[["unit", "name"]].drop_duplicates()
    # Where nothing asked for is covered there are units, and no number.
    numbers = numbers if spans else numbers.assign(period="").iloc[:0]
    grid = units.merge(pd.DataFrame({"period": names}), how="cross").astype("str")
    table = grid.merge(numbers, how="left", on=["unit", "name", "period"])
    at = pd.Index(names).get_indexer(table["period"])
    table.insert(3, "from", starts[at].astype("datetime64[D]").astype("datetime64[us]"))
    table.insert(4, "to", ends[at].astype("datetime64[D]").astype("datetime64[us]"))
    table.insert(5, "covered", inside[at].astype(np.int64))
    state = np.select(
        [inside == 0, np.minimum(ends, last) > last - late_days, inside < ends - starts + 1],
        ["no data", "late", "part"],
        "whole",
    )
    table.insert(6, "state", pd.Categorical(state[at], categories=list(STATES)))
    table = table.astype(dict.fromkeys(NUMBERS, "float64"))
    days = table["covered"].where(table["covered"] > 0).astype("float64")
    phases = _phases(tables.phases if isinstance(tables, EventTables) else None, starts, ends, last)
    return table.assign(
        per_day=table["expected"] / days, phases=pd.Series(np.array(phases, dtype=object)[at], dtype="str")
    )


def _covered(points: pd.DataFrame, covers: Covers | None) -> tuple[int, int]:
    if covers is not None:
        ends = covers.split(":") if isinstance(covers, str) else covers
        if len(ends) != 2:
            raise SchemaError(f"covers is two days, such as 2025-01-01:2025-12-31, not {covers!r}")
        first, last = (named_day(one, "covers") for one in ends)
        if first > last:
            raise SchemaError(f"covers ends before it begins: {covers!r}")
        return first, last
    low, high, known = days_of(points)
    exact = known & (low == high)
    sure = exact if exact.any() else known
    if not sure.any():
        raise SchemaError("no event has a date, so that nothing says which days are covered; give covers")
    return int(low[sure].min()), int(high[sure].max())


def _text(day: int) -> str:
    return str(np.datetime64(day, "D"))


def _phases(table: pd.DataFrame | None, starts: np.ndarray, ends: np.ndarray, last: int) -> list[str]:
    """Names of the phases in each period; one without an end is told up to the last day covered."""
    if table is None or not len(table):
        return [""] * len(starts)
    low = dates_in(table, "date_start").to_numpy("datetime64[D]").astype(np.int64)
    given = dates_in(table, "date_end").to_numpy("datetime64[D]")
    high = np.where(np.isnat(given), last, given.astype(np.int64))
    names = table["name"].astype("str").to_numpy()
    return ["; ".join(names[(low <= end) & (high >= start)]) for start, end in zip(starts, ends, strict=True)]
