"""Dates of the Gregorian calendar in numbers and English words: days, ranges, whole months and years."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from geo.sources.values.calendars import hijri_reading

__all__ = ["FIRST_YEAR", "LAST_YEAR", "MONTH_NAMES", "NO_DATE", "Days", "month_end", "plain_date", "span"]

Days = tuple[dt.date, dt.date, int]
"""First day, last day, precision: 1 day, 2 two days to a week, 3 month, 4 coarser."""

NO_DATE: Final = "it is not a date in a form known here"
_TWO_DIGIT_YEAR: Final = "the year has two digits"
# Before the first year that any source here covers, and beyond what a plan could mean.
FIRST_YEAR, LAST_YEAR = 1893, 2100
# Serial numbers of 1954-10-03 to 2064-04-08 in the 1900 system: never a day, a month or a year of four
# digits.
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 60_000
# The serial of a sheet counts 1900-02-29, a day that never was; so its first day is that of 1899-12-30.
_SERIAL_ZERO = dt.date(1899, 12, 30)
# Longest first: "sept" must be tried before "sep".
MONTH_NAMES: Final = {
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
_MONTH = "(?P<{0}>" + "|".join(MONTH_NAMES) + r")\.?"
_DASH = r"\s*(?:-|to|until|/|&|and)\s*"
_DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?"
_YEAR = r"(?P<{0}>\d{{4}})"
_NUMERIC = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})$")
_NUMBERS = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?$")
_YEAR_ONLY = re.compile(r"(\d{4})$")
_YEAR_MONTH = re.compile(r"(?:(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4}))$")
_NUMERIC_RANGE = re.compile(rf"({_NUMERIC})\s*(?:-|to|until|/|and|&|\.{{2,3}}|\u2026)\s*({_NUMERIC})$")
# "2025-10-11/13" and "2025-10-11/P3D" (ISO 8601: the days from there on).
_ISO_DAYS = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2})(?:\s*/\s*|\s+(?:to|until|-)\s+|\.\.)(?:p(\d{1,3})d|(\d{1,2}))$"
)
# Week of ISO 8601, and a day of it.
_ISO_WEEK = re.compile(r"(\d{4})-?w(\d{2})(?:-?([1-7]))?$")
_QUARTER = re.compile(r"(?:q([1-4])[\s,/-]*(\d{4})|(\d{4})[\s,/-]*q([1-4]))$")
_ISO_MONTHS = re.compile(r"(\d{4})-(\d{2})\s*(?:/|to|until)\s*(\d{4})-(\d{2})$")
_TWO_DIGITS = re.compile(rf"\d{{1,2}}[\s-]*{_MONTH.format('m1')}[\s,-]*'?\d{{2}}$")
_DOTTED_DAYS = re.compile(r"(\d{1,2})\.?\s*-\s*(\d{1,2})\.(\d{1,2})\.(\d{4})$")
# Each ends a date; the pieces are those of "11 Oct 2025", "Oct 11, 2025", "11-12 Oct 2025",
# "30 Oct - 2 Nov 2025", "30 Oct 2025 - 2 Nov 2025", "Oct 11-12, 2025" and "Oct 30 - Nov 2, 2025".
_WORDED = tuple(
    re.compile(pattern + "$")
    for pattern in (
        rf"{_YEAR.format('y1')}[\s,-]+{_MONTH.format('m1')}[\s-]*{_DAY.format('d1')}",
        rf"{_DAY.format('d1')}\.?(?:\s+(?:of|de))?[\s/-]*{_MONTH.format('m1')}(?:\s+de)?[\s,/-]*{_YEAR.format('y1')}",
        rf"{_MONTH.format('m1')}\s*{_DAY.format('d1')}\s*,?\s+{_YEAR.format('y1')}",
        rf"{_DAY.format('d1')}{_DASH}{_DAY.format('d2')}\s*{_MONTH.format('m1')}\s*,?\s*{_YEAR.format('y1')}",
        rf"{_DAY.format('d1')}\s*{_MONTH.format('m1')}{_DASH}{_DAY.format('d2')}\s*{_MONTH.format('m2')}"
        rf"\s*,?\s*{_YEAR.format('y1')}",
        rf"{_MONTH.format('m1')}\s*{_DAY.format('d1')}\s*,?\s*{_YEAR.format('y1')}{_DASH}"
        rf"{_MONTH.format('m2')}\s*{_DAY.format('d2')}\s*,?\s*{_YEAR.format('y2')}",
        rf"{_DAY.format('d1')}\s*{_MONTH.format('m1')}\s*,?\s*{_YEAR.format('y1')}{_DASH}"
        rf"{_DAY.format('d2')}\s*{_MONTH.format('m2')}\s*,?\s*{_YEAR.format('y2')}",
        rf"{_MONTH.format('m1')}\s*{_DAY.format('d1')}{_DASH}{_DAY.format('d2')}\s*,?\s*{_YEAR.format('y1')}",
        rf"{_MONTH.format('m1')}\s*{_DAY.format('d1')}{_DASH}{_MONTH.format('m2')}\s*{_DAY.format('d2')}"
        rf"\s*,?\s*{_YEAR.format('y1')}",
    )
)
_WHOLE_MONTH = re.compile(rf"{_MONTH.format('m1')}\s*,?(?:\s+(?:of|de))?[\s/-]*{_YEAR.format('y1')}$")
_YEAR_FIRST = re.compile(rf"{_YEAR.format('y1')}[\s,/-]*{_MONTH.format('m1')}$")
_MONTH_AND_TWO_DIGITS = re.compile(rf"{_MONTH.format('m1')}(?:\s*[-/]\s*'?|\s*')(\d{{2}})$")
_LOST_ZERO = re.compile(r"\d{4}\.\d$")
_MONTH_RANGE = re.compile(
    rf"{_MONTH.format('m1')}\s*(?P<y1>\d{{4}})?{_DASH}{_MONTH.format('m2')}\s*,?\s*(?P<y2>\d{{4}})$"
)


def plain_date(line: str, *, day_first: bool | None = None) -> Days | str:
    """Read a date or range of dates, in lower case and with plain digits and dashes.

    Examples
    --------
    >>> plain_date("2025-10-11/13")
    (datetime.date(2025, 10, 11), datetime.date(2025, 10, 13), 2)
    >>> plain_date("12.11.2026")[0]
    datetime.date(2026, 11, 12)
    >>> plain_date("2025-w41")[0], plain_date("q4 2025")[1]
    (datetime.date(2025, 10, 6), datetime.date(2025, 12, 31))
    """
    one = _single(line, day_first)
    if one is not None:
        return one if isinstance(one, str) else (one, one, 1)
    if found := _NUMERIC_RANGE.match(line):
        ends = [_single(part, day_first) for part in found.groups()]
        for end in ends:
            if isinstance(end, str):
                return end
        if isinstance(ends[0], dt.date) and isinstance(ends[1], dt.date):
            return span(ends[0], ends[1])
    if found := _ISO_DAYS.match(line):
        return _iso_days(found)
    if found := _ISO_WEEK.match(line):
        return _week(*found.groups())
    if found := _DOTTED_DAYS.match(line):
        first, last = (_day(int(found[4]), int(found[3]), int(found[n])) for n in (1, 2))
        return first if isinstance(first, str) else last if isinstance(last, str) else span(first, last)
    for form in _WORDED:
        if found := form.match(line):
            return _worded(found.groupdict())
    return _coarse(line)


def _iso_days(found: re.Match[str]) -> Days | str:
    first = _single(found[1], None)
    if not isinstance(first, dt.date):
        return first or NO_DATE
    if found[2]:
        return span(first, first + dt.timedelta(days=max(int(found[2]), 1) - 1))
    last = _day(first.year, first.month, int(found[3]))
    return last if isinstance(last, str) else span(first, last)


def _week(year: str, number: str, day: str | None) -> Days | str:
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return f"the year {year} is not between {FIRST_YEAR} and {LAST_YEAR}"
    try:
        first = dt.date.fromisocalendar(int(year), int(number), int(day or 1))
    except ValueError:
        return f"there is no week {number} in {year}"
    return span(first, first if day else first + dt.timedelta(days=6))


def _day(year: int, month: int, day: int) -> dt.date | str:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        if other := hijri_reading(year, month, day):
            return f"{other}; write that day, or the month by its name"
        return f"the year {year} is not between {FIRST_YEAR} and {LAST_YEAR}"
    try:
        return dt.date(year, month, day)
    except ValueError:
        return f"there is no day {day} of month {month} in {year}"


def month_end(year: int, month: int) -> dt.date:
    """The last day of a month."""
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def _numbers(first: int, middle: int, last: int, day_first: bool | None) -> dt.date | str:
    """Read three numbers, the year first or last; a reason where the order is not certain."""
    if first > 31:
        return _day(first, middle, last) if last <= 31 else f"neither {first} nor {last} is a day"
    if last <= 31:
        return _TWO_DIGIT_YEAR
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
        # Dates with points are written day first wherever they are written.
        dotted = True if found[2] == "." and day_first is None else day_first
        return _numbers(int(found[1]), int(found[3]), int(found[4]), dotted)
    if found := _COMPACT.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if (found := _SERIAL.match(text)) and _FIRST_SERIAL <= int(found[1]) <= _LAST_SERIAL:
        return _SERIAL_ZERO + dt.timedelta(days=int(found[1]))
    return None


def span(start: dt.date, end: dt.date) -> Days | str:
    """Two days with the precision of the time between them, or why they are none."""
    days = (end - start).days
    if days < 0:
        return f"it ends ({end}) before it begins ({start})"
    precision = 1 if days == 0 else 2 if days < 7 else 3 if days <= 31 else 4
    return start, end, precision


def _worded(parts: dict[str, str | None]) -> Days | str:
    month, year = MONTH_NAMES[parts["m1"] or ""], int(parts["y1"] or 0)
    last_month = MONTH_NAMES[parts["m2"] or ""] if parts.get("m2") else month
    last_year = int(parts.get("y2") or year)
    if not parts.get("y2") and last_month < month:
        # "30 Dec - 2 Jan 2026": the one year belongs to the last day.
        year -= 1
    start = _day(year, month, int(parts["d1"] or 0))
    if isinstance(start, str):
        return start
    end = _day(last_year, last_month, int(parts["d2"] or 0)) if parts.get("d2") else start
    return end if isinstance(end, str) else span(start, end)


def _unread(line: str) -> str:
    if _LOST_ZERO.match(line):
        return (
            f"{line} as a number can be month {line[-1]} or month {line[-1]}0, its zero lost; write "
            f"{line[:4]}-0{line[-1]} or the month by its name"
        )
    if found := _MONTH_AND_TWO_DIGITS.match(line):
        return f"it can be the month of the year 20{found[2]} or a day of the month; write the year in full"
    return _TWO_DIGIT_YEAR if _TWO_DIGITS.match(line) else NO_DATE


def _coarse(line: str) -> Days | str:
    """Read a month, several months or a year."""
    year = month = last_year = last_month = 0
    if found := _YEAR_ONLY.match(line):
        year = last_year = int(found[1])
        month, last_month = 1, 12
    elif (found := _YEAR_MONTH.match(line)) and not _LOST_ZERO.match(line):
        year = last_year = int(found[1] or found[4])
        month = last_month = int(found[2] or found[3])
    elif found := _QUARTER.match(line):
        year = last_year = int(found[2] or found[3])
        last_month = 3 * int(found[1] or found[4])
        month = last_month - 2
    elif found := _WHOLE_MONTH.match(line) or _YEAR_FIRST.match(line):
        year = last_year = int(found["y1"])
        month = last_month = MONTH_NAMES[found["m1"]]
    elif found := _MONTH_RANGE.match(line):
        last_year, year = int(found["y2"]), int(found["y1"] or found["y2"])
        month, last_month = MONTH_NAMES[found["m1"]], MONTH_NAMES[found["m2"]]
        if not found["y1"] and last_month < month:
            year -= 1
    elif found := _ISO_MONTHS.match(line):
        year, month, last_year, last_month = map(int, found.groups())
        if not 1 <= last_month <= 12:
            return f"there is no month {last_month}"
    else:
        return _unread(line)
    start = _day(year, month, 1)
    if isinstance(start, str):
        return start
    if not FIRST_YEAR <= last_year <= LAST_YEAR:
        return f"the year {last_year} is not between {FIRST_YEAR} and {LAST_YEAR}"
    months = span(start, month_end(last_year, last_month))
    return months if isinstance(months, str) else (months[0], months[1], max(3, months[2]))
