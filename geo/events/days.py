"""On which days events may have been, by how exactly their dates are known."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import SchemaError

__all__ = [
    "HERE",
    "SLACK_DAYS",
    "dates_in",
    "day_number",
    "days_of",
    "named_day",
    "named_time",
    "possible_days",
]

SLACK_DAYS: Final = {1: 0, 2: 3, 3: 30, 4: 365}
"""How far a day may be from the true one, by the precision of its date."""

HERE: Final = {"AF": dt.timedelta(hours=4, minutes=30), "PK": dt.timedelta(hours=5)}
"""Time of Afghanistan and of Pakistan from UTC; neither has a summer time."""

NUMBERS: Final = {"integer", "floating", "mixed-integer", "mixed-integer-float", "decimal", "boolean"}
"""What pandas calls columns of objects with numbers among them."""

DAY: Final = r"\d{4}-?\d\d-?\d\d(?!\d)"
"""How the text of a day begins."""

Days = npt.NDArray[np.int64]


def possible_days(start: Days, end: Days, precision: Days) -> tuple[Days, Days]:
    """First and last day on which events may have been, in days since 1970, by the precision of their dates.

    Between two days and a week the day given may be any of the week; a month or a year is meant whole. A last
    day after the first bounds the event, whatever the precision is: it says how long that is.

    Examples
    --------
    >>> import numpy as np
    >>> day = np.array(["2026-04-27"], dtype="datetime64[D]").astype(int)
    >>> [str(one.astype("datetime64[D]")[0]) for one in possible_days(day, day, np.array([3]))]
    ['2026-04-01', '2026-04-30']
    >>> first, last = possible_days(day, day + 20, np.array([3]))
    >>> int(first[0] - day[0]), int(last[0] - day[0])
    (0, 20)
    """

    def whole(days: Days, unit: str, by: int) -> Days:
        moved: Any = days.astype("datetime64[D]").astype(unit) + by
        return np.asarray(moved.astype("datetime64[D]").astype(np.int64))

    month, year = "datetime64[M]", "datetime64[Y]"
    alone = end <= start
    known = [alone & (precision == 2), alone & (precision == 3), alone & (precision == 4)]
    first = np.select(known, [start - SLACK_DAYS[2], whole(start, month, 0), whole(start, year, 0)], start)
    last = np.select(known, [end + SLACK_DAYS[2], whole(end, month, 1) - 1, whole(end, year, 1) - 1], end)
    return first.astype(np.int64), last.astype(np.int64)


def day_number(given: object) -> int:
    """A day, as a text such as 2025-10-17, a date or a timestamp, in days since 1970.

    A time of day is cut off, and a zone with it: the day is the one that is written.

    Raises
    ------
    ValueError
        If it is none: a number, a month, a text in which day and month could be exchanged.

    Examples
    --------
    >>> day_number("1970-01-03"), day_number(pd.Timestamp("1970-01-03", tz="Asia/Kabul"))
    (2, 2)
    """
    if isinstance(given, str):
        if not re.match(r"\s*\d{4}-\d\d-\d\d(?!\d)", given):
            raise ValueError(given)
    elif not isinstance(given, (dt.date, np.datetime64)):
        raise ValueError(given)
    stamp = pd.Timestamp(given)
    if pd.isna(stamp):
        raise ValueError(given)
    return int(stamp.tz_localize(None).to_datetime64().astype("datetime64[D]").astype(np.int64))


def named_day(given: object, name: str) -> int:
    """The day that an argument names, in days since 1970, as :func:`day_number` has it.

    Raises
    ------
    SchemaError
        If it is none; the message says which argument, and how a day is written.
    """
    try:
        return day_number(given)
    except (ValueError, TypeError, OverflowError):
        raise SchemaError(f"{name} is a day such as 2025-10-19, not {given!r}") from None


def named_time(given: object, name: str) -> pd.Timestamp:
    """The same as the time at which the day begins."""
    return pd.Timestamp(named_day(given, name), unit="D")


def dates_in(table: pd.DataFrame, column: str, *, latest: bool = False) -> pd.Series:
    """A column of dates, or of texts such as 2025-10-17, as dates.

    A time in a zone is told as the clocks of the two countries have it, which may be of two days.

    Parameters
    ----------
    table, column
        Where they are.
    latest
        Whether such a time is told by the clock that is ahead.

    Raises
    ------
    SchemaError
        If a text is in another form: which of day and month comes first in 11/10/2025 is not guessed here.
    """
    return _told_here(_times_in(table, column), latest=latest)


def _times_in(table: pd.DataFrame, column: str) -> pd.Series:
    """A column of dates or texts as times, in the zone that they are told in."""
    given = table[column]
    if isinstance(given.dtype, pd.CategoricalDtype):
        given = given.astype(given.cat.categories.dtype)
    # Among texts too a number is none: of 20251001 nobody knows what it counts.
    number = pd.api.types.infer_dtype(given, skipna=True) if given.dtype == object else ""
    if (pd.api.types.is_numeric_dtype(given.dtype) or number in NUMBERS) and given.notna().any():
        first = next(one for one in given.dropna() if not isinstance(one, (str, dt.date)))
        raise SchemaError(
            f"{column} is no column of dates: it holds numbers, such as {first}; "
            "geo.read_events(frame) reads other forms"
        )
    dates: pd.Series
    try:
        if not isinstance(given.dtype, pd.StringDtype) and given.dtype != object:
            return pd.to_datetime(given)
        dates = pd.to_datetime(given, format="ISO8601", errors="coerce")
    except (ValueError, TypeError, OverflowError) as err:
        raise SchemaError(f"{column} is no column of dates: {err}") from err
    text = given.astype("str").str.strip()
    # A month or a year is no day; which of its days is meant, nobody has said.
    whole = dates.isna() | text.str.match(DAY)
    dates = dates.where(whole)
    wrong = given.notna() & dates.isna() & text.ne("")
    if wrong.any():
        raise SchemaError(
            f"{column}: {int(wrong.sum())} of {len(given)} are no dates such as 2025-10-17, as "
            f"{given[wrong].iloc[0]!r}; geo.read_events(frame) reads other forms"
        )
    return dates


def _told_here(times: pd.Series, *, latest: bool) -> pd.Series:
    """Times in a zone by a clock of the two countries; of their own zones, and without one, as they are."""
    if times.dt.tz is None:
        return times
    written = times.dt.tz_localize(None)
    universal = times.dt.tz_convert("UTC").dt.tz_localize(None)
    moved = universal + (max if latest else min)(HERE.values())
    return moved.where(~(written - universal).isin(list(HERE.values())), written)


def days_of(events: pd.DataFrame) -> tuple[Days, Days, npt.NDArray[np.bool_]]:
    """First and last possible day of each event of a frame, and whether it has a date.

    ``date_end`` and ``date_precision`` count where they are there; a date without a precision is a day.
    """
    times = _times_in(events, "date_start")
    start = _told_here(times, latest=False).to_numpy("datetime64[D]")
    known = ~np.isnat(start)
    end = _told_here(times, latest=True).to_numpy("datetime64[D]")
    if "date_end" in events.columns:
        given = dates_in(events, "date_end", latest=True).to_numpy("datetime64[D]")
        end = np.where(np.isnat(given) | (given < end), end, given)
    precision = np.ones(len(events), dtype=np.int64)
    if "date_precision" in events.columns:
        precision = np.asarray(
            pd.to_numeric(events["date_precision"]).to_numpy(dtype=np.float64, na_value=1.0)
        ).astype(np.int64)
    first, last = possible_days(start.astype(np.int64), end.astype(np.int64), precision)
    return np.where(known, first, 0), np.where(known, last, 0), known
