"""Dates as people write them: ISO, day-first, month-first, serials, ranges, whole months and years."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

__all__ = ["DATES_ACCEPTED", "ParsedDates", "parse_date", "parse_dates"]

DATES_ACCEPTED: Final = (
    "2025-10-12, 12 Oct 2025, 11-12 Oct 2025, 2025-10-11/2025-10-12, Oct 2025, 2025 or 13/10/2025; "
    "an all-number date that can be read both ways needs its order (--day-first or --month-first)"
)
"""What a rejected date is told."""

# Before the first year that any source here covers, and beyond what a plan could mean.
_FIRST_YEAR, _LAST_YEAR = 1893, 2100
# Serial numbers of 1954-10-03 to 2064-04-08 in the 1900 system: never a day, a month or a year of four
# digits.
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 60_000
# The serial of a sheet counts 1900-02-29, a day that never was; so its first day is that of 1899-12-30.
_SERIAL_ZERO = dt.date(1899, 12, 30)
# Longest first: "sept" must be tried before "sep".
_MONTH_NAMES: Final = {
    "january": 1,
    "february": 2,
    "march": 3,
    "april": 4,
    "may": 5,
    "june": 6,
    "july": 7,
    "august": 8,
    "september": 9,
    "october": 10,
    "november": 11,
    "december": 12,
    "sept": 9,
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
_MONTH = "(?P<{0}>" + "|".join(_MONTH_NAMES) + r")\.?"
_DASH = r"\s*(?:-|to|until|/|&|and)\s*"
_DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?"
_YEAR = r"(?P<{0}>\d{{4}})"
_NUMERIC = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]\d{1,2}:\d{2}.*)?$")
_NUMBERS = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:[t ]\d{1,2}:\d{2}.*)?$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?$")
_YEAR_ONLY = re.compile(r"(\d{4})$")
_YEAR_MONTH = re.compile(r"(?:(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4}))$")
_NUMERIC_RANGE = re.compile(rf"({_NUMERIC})\s*(?:-|to|until|/|and|&)\s*({_NUMERIC})$")
_DOTTED_DAYS = re.compile(r"(\d{1,2})\.?\s*-\s*(\d{1,2})\.(\d{1,2})\.(\d{4})$")
# Each ends a date; the pieces are those of "11 Oct 2025", "Oct 11, 2025", "11-12 Oct 2025",
# "30 Oct - 2 Nov 2025", "30 Oct 2025 - 2 Nov 2025", "Oct 11-12, 2025" and "Oct 30 - Nov 2, 2025".
_WORDED = tuple(
    re.compile(pattern + "$")
    for pattern in (
        rf"{_DAY.format('d1')}(?:\s+of)?[\s-]*{_MONTH.format('m1')}[\s,-]*{_YEAR.format('y1')}",
        rf"{_MONTH.format('m1')}\s*{_DAY.format('d1')}\s*,?\s+{_YEAR.format('y1')}",
        rf"{_DAY.format('d1')}{_DASH}{_DAY.format('d2')}\s*{_MONTH.format('m1')}\s*,?\s*{_YEAR.format('y1')}",
        rf"{_DAY.format('d1')}\s*{_MONTH.format('m1')}{_DASH}{_DAY.format('d2')}\s*{_MONTH.format('m2')}"
        rf"\s*,?\s*{_YEAR.format('y1')}",
        rf"{_DAY.format('d1')}\s*{_MONTH.format('m1')}\s*,?\s*{_YEAR.format('y1')}{_DASH}"
        rf"{_DAY.format('d2')}\s*{_MONTH.format('m2')}\s*,?\s*{_YEAR.format('y2')}",
        rf"{_MONTH.format('m1')}\s*{_DAY.format('d1')}{_DASH}{_DAY.format('d2')}\s*,?\s*{_YEAR.format('y1')}",
        rf"{_MONTH.format('m1')}\s*{_DAY.format('d1')}{_DASH}{_MONTH.format('m2')}\s*{_DAY.format('d2')}"
        rf"\s*,?\s*{_YEAR.format('y1')}",
    )
)
_WHOLE_MONTH = re.compile(rf"(?:early|mid|late)?[\s-]*{_MONTH.format('m1')}\s*,?[\s-]*{_YEAR.format('y1')}$")
_MONTH_RANGE = re.compile(
    rf"{_MONTH.format('m1')}\s*(?P<y1>\d{{4}})?{_DASH}{_MONTH.format('m2')}\s*,?\s*(?P<y2>\d{{4}})$"
)
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+")


@dataclass(frozen=True)
class ParsedDates:
    """Dates of a column.

    Attributes
    ----------
    start, end : pandas.Series of datetime64
        First and last day; missing where the text could not be read.
    precision : pandas.Series of Int8
        1 day, 2 two days to a week, 3 month, 4 coarser.
    reason : pandas.Series of str
        Why a text could not be read; empty where it could.
    """

    start: pd.Series
    end: pd.Series
    precision: pd.Series
    reason: pd.Series


def _day(year: int, month: int, day: int) -> dt.date | str:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return f"the year {year} is not between {_FIRST_YEAR} and {_LAST_YEAR}"
    try:
        return dt.date(year, month, day)
    except ValueError:
        return f"there is no day {day} of month {month} in {year}"


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def _numbers(first: int, middle: int, last: int, day_first: bool | None) -> dt.date | str:
    """Read three numbers, the year first or last; a reason where the order is not certain."""
    if first > 31:
        return _day(first, middle, last) if last <= 31 else f"neither {first} nor {last} is a day"
    if last <= 31:
        return "the year has two digits"
    if first > 12 and middle > 12:
        return f"neither {first} nor {middle} is a month"
    if first > 12 or first == middle:
        return _day(last, middle, first)
    if middle > 12:
        return _day(last, first, middle)
    if day_first is None:
        return (
            f"it can be read as day {first} of month {middle} and as day {middle} of month {first}; "
            "the order is not given"
        )
    return _day(last, middle, first) if day_first else _day(last, first, middle)


def _single(text: str, day_first: bool | None) -> dt.date | str | None:
    """Read one day written in numbers; None where the text has another form."""
    if found := _ISO.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.match(text):
        return _numbers(int(found[1]), int(found[3]), int(found[4]), day_first)
    if found := _COMPACT.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if (found := _SERIAL.match(text)) and _FIRST_SERIAL <= int(found[1]) <= _LAST_SERIAL:
        return _SERIAL_ZERO + dt.timedelta(days=int(found[1]))
    return None


def _span(start: dt.date, end: dt.date) -> tuple[dt.date, dt.date, int] | str:
    days = (end - start).days
    if days < 0:
        return f"it ends ({end}) before it begins ({start})"
    precision = 1 if days == 0 else 2 if days < 7 else 3 if days <= 31 else 4
    return start, end, precision


def parse_date(text: str, *, day_first: bool | None = None) -> tuple[dt.date, dt.date, int] | str:
    """Read one date or range of dates.

    Parameters
    ----------
    text : str
        What the cell says.
    day_first : bool, optional
        Order of a date in numbers that can be read both ways; such a date is refused without it.

    Returns
    -------
    tuple of date, date, int, or str
        First day, last day and precision (1 day, 2 two days to a week, 3 month, 4 coarser); or the reason
        why the text cannot be read.

    Examples
    --------
    >>> parse_date("11-12 Oct 2025")
    (datetime.date(2025, 10, 11), datetime.date(2025, 10, 12), 2)
    >>> parse_date("October 2025")
    (datetime.date(2025, 10, 1), datetime.date(2025, 10, 31), 3)
    >>> parse_date("03/04/2025")
    'it can be read as day 3 of month 4 and as day 4 of month 3; the order is not given'
    >>> parse_date("03/04/2025", day_first=True)[0]
    datetime.date(2025, 4, 3)
    """
    line = " ".join(text.lower().split())
    # int() reads the digits of every script; dashes of every length mean the same.
    line = re.sub(r"[\u2010-\u2015\u2212]", "-", line)
    line = _WEEKDAY.sub("", line)
    if len(line) > 60:
        return "it is too long for a date"
    one = _single(line, day_first)
    if one is not None:
        return one if isinstance(one, str) else (one, one, 1)
    if found := _NUMERIC_RANGE.match(line):
        ends = [_single(part, day_first) for part in found.groups()]
        for end in ends:
            if isinstance(end, str):
                return end
        if isinstance(ends[0], dt.date) and isinstance(ends[1], dt.date):
            return _span(ends[0], ends[1])
    if found := _DOTTED_DAYS.match(line):
        first, last = (_day(int(found[4]), int(found[3]), int(found[n])) for n in (1, 2))
        return first if isinstance(first, str) else last if isinstance(last, str) else _span(first, last)
    for form in _WORDED:
        if found := form.match(line):
            return _worded(found.groupdict())
    return _coarse(line)


def _worded(parts: dict[str, str | None]) -> tuple[dt.date, dt.date, int] | str:
    month, year = _MONTH_NAMES[parts["m1"] or ""], int(parts["y1"] or 0)
    last_month = _MONTH_NAMES[parts["m2"] or ""] if parts.get("m2") else month
    last_year = int(parts.get("y2") or year)
    if not parts.get("y2") and last_month < month:
        # "30 Dec - 2 Jan 2026": the one year belongs to the last day.
        year -= 1
    start = _day(year, month, int(parts["d1"] or 0))
    if isinstance(start, str):
        return start
    end = _day(last_year, last_month, int(parts["d2"] or 0)) if parts.get("d2") else start
    return end if isinstance(end, str) else _span(start, end)


def _coarse(line: str) -> tuple[dt.date, dt.date, int] | str:
    """Read a month, several months or a year."""
    year = month = last_year = last_month = 0
    if found := _YEAR_ONLY.match(line):
        year = last_year = int(found[1])
        month, last_month = 1, 12
    elif found := _YEAR_MONTH.match(line):
        year = last_year = int(found[1] or found[4])
        month = last_month = int(found[2] or found[3])
    elif found := _WHOLE_MONTH.match(line):
        year = last_year = int(found["y1"])
        month = last_month = _MONTH_NAMES[found["m1"]]
    elif found := _MONTH_RANGE.match(line):
        last_year, year = int(found["y2"]), int(found["y1"] or found["y2"])
        month, last_month = _MONTH_NAMES[found["m1"]], _MONTH_NAMES[found["m2"]]
        if not found["y1"] and last_month < month:
            year -= 1
    else:
        return "it is not a date in a form known here"
    start = _day(year, month, 1)
    if isinstance(start, str):
        return start
    if not _FIRST_YEAR <= last_year <= _LAST_YEAR:
        return f"the year {last_year} is not between {_FIRST_YEAR} and {_LAST_YEAR}"
    span = _span(start, _month_end(last_year, last_month))
    return span if isinstance(span, str) else (span[0], span[1], max(3, span[2]))


def parse_dates(texts: pd.Series, *, day_first: bool | None = None) -> ParsedDates:
    """Read a column of dates, each text there is once; ISO days together, the rest one at a time.

    Parameters
    ----------
    texts : pandas.Series of str
        Cells; an empty one gives a missing date without a reason.
    day_first : bool, optional
        Order of all-number dates that can be read both ways.

    Returns
    -------
    ParsedDates
        Series with the index of `texts`.
    """
    filled = texts.fillna("").astype("str")
    codes, different = filled.factorize()
    read = _parse_different(pd.Series(different), day_first)
    columns = (column.take(codes).set_axis(texts.index, axis=0) for column in read)
    return ParsedDates(*columns)


def _parse_different(
    filled: pd.Series, day_first: bool | None
) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series]:
    """First days, last days, precisions and reasons of texts that are all different."""
    iso = filled.str.slice(0, 10)
    plain = iso.str.len().eq(10) & (filled.str.len().eq(10) | filled.str.slice(10, 11).isin([" ", "T"]))
    start = pd.to_datetime(iso.where(plain), format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
    years = start.dt.year
    start = start.where(years.between(_FIRST_YEAR, _LAST_YEAR))
    # A tail that is no time of day ("2025-10-11 - 2025-10-12") is a range, not a day.
    timed = filled.str.len().eq(10) | filled.str.slice(13, 14).eq(":")
    start = start.where(timed)
    end = start.copy()
    precision = pd.Series(np.where(start.notna(), 1, 0))
    reason = pd.Series("", index=filled.index, dtype="str")
    rest = start.isna() & filled.str.strip().ne("")
    if rest.any():
        asked = filled[rest]
        answers = [parse_date(text, day_first=day_first) for text in asked]
        start.loc[rest] = pd.array(
            [pd.NaT if isinstance(a, str) else pd.Timestamp(a[0]) for a in answers], dtype="datetime64[us]"
        )
        end.loc[rest] = pd.array(
            [pd.NaT if isinstance(a, str) else pd.Timestamp(a[1]) for a in answers], dtype="datetime64[us]"
        )
        precision.loc[rest] = [0 if isinstance(a, str) else a[2] for a in answers]
        reason.loc[rest] = [a if isinstance(a, str) else "" for a in answers]
    whole = precision.astype("Int8")
    return start, end, whole.mask(whole.eq(0)), reason
