"""Spans of days to count by, and how the doubt about a date divides among them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import pandas as pd

from geo.errors import SchemaError
from geo.events.days import day_number, days_of
from geo.types import Floats, Indices

__all__ = ["NO_DATE", "OTHER", "Every", "PeriodParts", "Periods", "by_period", "named_spans", "regular_spans"]

Every = Literal["D", "W", "M", "Y"]
"""Days, weeks from Monday, months, years."""

Periods = Every | Mapping[str, tuple[str | dt.date, str | dt.date] | str]
"""What events can be counted by: a length, or named spans as ``2025-10-01:2025-10-19`` or two days."""

NO_DATE: Final = "no date"
OTHER: Final = "other"
"""What lies in none of the periods that were named."""

LONGEST: Final = 200_000
"""Most periods in one table."""


@dataclass(frozen=True)
class PeriodParts:
    """Shares of dates by period: an entry for each period in which an event may have been."""

    names: list[str]
    row: Indices
    period: Indices
    share: Floats


def by_period(events: pd.DataFrame, period: Periods) -> PeriodParts:
    """How the date of each event divides among periods, equally likely on each day that it may have been.

    Raises
    ------
    SchemaError
        If there is no ``date_start``, the period is not one, or spans that were named overlap.
    """
    if "date_start" not in events.columns:
        raise SchemaError("counting by period needs a column date_start; geo.read_events(frame) makes one")
    first, last, known = days_of(events)
    names, starts, ends = _spans(period, first[known], last[known])
    row: list[Indices] = [np.flatnonzero(~known)]
    which: list[Indices] = [np.full(len(row[0]), len(names) + 1, dtype=np.intp)]
    share: list[Floats] = [np.ones(len(row[0]))]
    at = np.flatnonzero(known)
    # Spans are in order and apart, so that those an event may meet are neighbours.
    low = np.searchsorted(ends, first[at], side="left")
    high = np.searchsorted(starts, last[at], side="right")
    left = np.ones(len(at))
    for step in range(int(np.max(high - low, initial=0))):
        here = np.flatnonzero(low + step < high)
        span = low[here] + step
        common = np.minimum(last[at[here]], ends[span]) - np.maximum(first[at[here]], starts[span]) + 1
        part = common / (last[at[here]] - first[at[here]] + 1)
        left[here] -= part
        row.append(at[here])
        which.append(span.astype(np.intp))
        share.append(part)
    rest = left > 1e-9
    row.append(at[rest])
    which.append(np.full(np.count_nonzero(rest), len(names), dtype=np.intp))
    share.append(left[rest])
    return PeriodParts(
        [*names, OTHER, NO_DATE], np.concatenate(row), np.concatenate(which), np.concatenate(share)
    )


def _spans(period: Periods, first: Indices, last: Indices) -> tuple[list[str], Indices, Indices]:
    """Names, first and last days of the periods, in order."""
    if isinstance(period, Mapping):
        return named_spans(period)
    if period not in get_args(Every):
        raise SchemaError(
            f"period is one of {', '.join(get_args(Every))}, or names with two days each, such as "
            f"{{'before': '2025-10-01:2025-10-18'}}; not {period!r}"
        )
    if not len(first):
        return [], np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    return regular_spans(period, int(first.min()), int(last.max()))


def regular_spans(period: Every, first: int, last: int) -> tuple[list[str], Indices, Indices]:
    """Names, first and last days of the days, weeks, months or years from one day to another."""
    unit = f"datetime64[{period}]" if period != "W" else "datetime64[D]"
    low, high = (np.datetime64(day, "D") for day in (first, last))
    if period == "W":
        # The epoch was a Thursday.
        low = low - np.timedelta64(int((low.astype(np.int64) + 3) % 7), "D")
        edges = np.arange(low, high + np.timedelta64(8, "D"), np.timedelta64(7, "D"))
    else:
        edges = np.arange(low.astype(unit), high.astype(unit) + 2)
    if len(edges) > LONGEST:
        raise SchemaError(f"period={period!r} would give more than {LONGEST:,} periods; take longer ones")
    days = edges.astype("datetime64[D]").astype(np.int64)
    names = [str(one) for one in edges[:-1]]
    if period == "W":
        names = ["{}-W{:02}".format(*one.astype(object).isocalendar()[:2]) for one in edges[:-1]]
    keep = (days[:-1] <= last) & (days[1:] > first)
    kept = [name for name, one in zip(names, keep, strict=True) if one]
    return kept, days[:-1][keep], (days[1:] - 1)[keep]


def named_spans(
    period: Mapping[str, tuple[str | dt.date, str | dt.date] | str],
) -> tuple[list[str], Indices, Indices]:
    """Names, first and last days (since 1970) of spans that were named, in the order of time.

    Raises
    ------
    SchemaError
        If one is no two days, ends before it begins, or shares days with another.
    """
    faults, spans = [], []
    for name, given in period.items():
        ends = given.split(":") if isinstance(given, str) else given
        try:
            low, high = map(day_number, ends)
        except (ValueError, TypeError):
            faults.append(f"{name!r} is two days, such as 2025-10-01:2025-10-18, not {given!r}")
            continue
        if high < low:
            faults.append(f"{name!r} ends before it begins: {given!r}")
        if name in (OTHER, NO_DATE):
            faults.append(f"no period can be called {name!r}")
        spans.append((low, high, str(name)))
    spans.sort()
    faults += [
        f"{one[2]!r} and {two[2]!r} share days, so that an event would be counted twice"
        for one, two in itertools.pairwise(spans)
        if two[0] <= one[1]
    ]
    if not period:
        faults.append("no period is named")
    if faults:
        raise SchemaError("; ".join(faults))
    return (
        [name for _, _, name in spans],
        np.array([low for low, _, _ in spans], dtype=np.intp),
        np.array([high for _, high, _ in spans], dtype=np.intp),
    )
