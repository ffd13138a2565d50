"""Dates as people write them, in four languages and three calendars: what days they mean."""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo.events.days import SLACK_DAYS
from geo.sources.values.calendars import LUNAR_MONTHS, SOLAR_MONTHS, lunar_day, solar_day, solar_month_days
from geo.sources.values.date_words import FILLERS, LUNAR_MARK, MONTHS_ELSEWHERE, MONTHS_OF_EUROPE, SOLAR_MARK
from geo.sources.values.moments import WEEKDAY, moment, timed
from geo.sources.values.plain_dates import (
    FIRST_YEAR,
    LAST_YEAR,
    MONTH_NAMES,
    NO_DATE,
    Days,
    month_end,
    plain_date,
    span,
)

__all__ = [
    "DATES_ACCEPTED",
    "MARKS_OUT",
    "DateReading",
    "ParsedDates",
    "parse_date",
    "parse_dates",
    "read_date",
    "without_marks",
]

DATES_ACCEPTED: Final = (
    "2025-10-12, 12 Oct 2025, 11-12 Oct 2025, 2025-10-11/2025-10-12, Oct 2025, 2025 or 13/10/2025; "
    "an all-number date that can be read both ways needs its order (--day-first or --month-first)"
)
"""What a rejected date is told."""

MARKS_OUT: Final = "invisible marks of direction were taken out"
"""What is said of a cell that had some."""
_LONGEST: Final = 80
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_LEAD: Final = re.compile(r"^(?:from|between|dated?:?) (?=\S+ (?:to|and|until|-) |\d)")
_ABOUT: Final = re.compile(
    r"^(?:(?:on or )?(?:about|around)|circa|c\.|ca\.?|approx(?:\.|imately)?|~)\s*(.+)$"
    r"|^(.+?)\s*(?:\?|\((?:approx(?:\.|imate(?:ly)?)?|about|circa|uncertain|\?)\))$"
)
_NO_DAY: Final = re.compile(
    r"^(\d{4})[-/.](\d{1,2}|xx|\?\?)[-/.](?:00|xx|\?\?)$|^(?:00|xx|\?\??)[-/. ](\d{1,2}|[a-z]+)[-/. ](\d{4})$"
    r"|^(.+?),? \((?:exact )?(?:day|date) (?:is )?(?:unknown|not known|not given|unclear)\)$"
)
"""A day that is not given: 2025-10-00, 2025-10-xx, ?? Oct 2025."""
_EPOCH: Final = re.compile(r"(\d{10})(\d{3})?$")
_EPOCH_SECONDS: Final = (600_000_000, 2_200_000_000)
"""Seconds since 1970 from 1989 to 2039, as servers of maps write times."""
_NO_YEAR: Final = "it names no year"
_MARKS: Final = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Marks of direction and of no width: they are not seen and say nothing of a date or number."""

_WEEKDAY_AFTER: Final = re.compile(
    r"(?:,? \(|, )(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\)?$"
)
_NIGHT: Final = re.compile(
    r"^(?:on |in |during )?(?:the )?(?:over ?night|night|late[ -]night|midnight)"
    r"(?: (?:of|on|between|from))?(?: the)?[ ,]+(.+)$"
    r"|^(.+?),? (?:over ?night|night|at night|late[ -]night)$"
)
_DAYTIME: Final = re.compile(
    r"^(?:on |in )?(?:the )?(?:(?:early|late|mid) ?-?)?(?:morning|evening|afternoon|dawn|noon|midday|dusk)"
    r"(?: hours)?(?: of| on)?[ ,]+"
    r"|,? (?:in the )?(?:(?:early|late|mid) ?-?)?(?:morning|evening|afternoon|dawn|noon)$|^on (?=\d|the )"
)
_PART: Final = re.compile(
    r"^(?:in |the )*(early|beginning of|start of|mid|middle of|late|end of|first half of|second half of|"
    r"first week of|second week of|third week of|fourth week of|last week of)[ -]+(?:the )?"
    rf"({'|'.join(MONTH_NAMES)})\.?(?: of)?,?\s*(\d{{4}})?$"
)
_DAYS_OF_PART: Final = {
    "early": (1, 10), "beginning of": (1, 10), "start of": (1, 10), "mid": (11, 20), "middle of": (11, 20),
    "late": (21, 0), "end of": (21, 0), "first half of": (1, 15), "second half of": (16, 0),
    "first week of": (1, 7), "second week of": (8, 14), "third week of": (15, 21), "fourth week of": (22, 28),
    "last week of": (-7, 0),
}  # fmt: skip
"""First and last day of a part of a month; 0 is its last day, -7 the seventh from the end."""


@dataclass(frozen=True)
class DateReading:
    """What days a text means.

    Attributes
    ----------
    start, end
        First and last day.
    precision
        1 day, 2 two days to a week, 3 month, 4 coarser.
    note
        What was assumed in reading it; empty if nothing.
    """

    start: dt.date
    end: dt.date
    precision: int
    note: str = ""


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
    note : pandas.Series of str
        What was assumed in reading it; empty if nothing.
    """

    start: pd.Series
    end: pd.Series
    precision: pd.Series
    reason: pd.Series
    note: pd.Series


def without_marks(text: str) -> str:
    """A text without marks of direction and letters of no width.

    Examples
    --------
    >>> without_marks("\u200e34.12\u202c")
    '34.12'
    """
    return _MARKS.sub("", text)


def parse_date(text: str, *, day_first: bool | None = None, year: int | None = None) -> Days | str:
    """Read one date or range of dates: :func:`read_date` without its note.

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
    read = read_date(text, day_first=day_first, year=year)
    return read if isinstance(read, str) else (read.start, read.end, read.precision)


@functools.lru_cache(maxsize=4096)
def read_date(text: str, *, day_first: bool | None = None, year: int | None = None) -> DateReading | str:
    """Read one date or range of dates.

    Parameters
    ----------
    text : str
        What the cell says: in English, Pashto, Dari or Urdu; Gregorian, or Solar or lunar Hijri where the
        month's name or a mark of the calendar says so.
    day_first : bool, optional
        Order of a date in numbers that can be read both ways; such a date is refused without it, but for
        dates with points, which are written day first.
    year : int, optional
        Year of a text that names none; refused without it.

    Returns
    -------
    DateReading or str
        The days; or the reason why the text cannot be read. A time in a zone is turned into the local day of
        the event: that of Kabul and Islamabad, or both days where they differ.

    Examples
    --------
    >>> read_date("overnight 8 Nov 2025").end
    datetime.date(2025, 11, 9)
    >>> read_date("20 Mizan 1404").start, read_date("mid-October 2025").start
    (datetime.date(2025, 10, 12), datetime.date(2025, 10, 11))
    >>> read_date("2025-10-11T20:30Z").start, read_date("2025-10-11T19:15Z").precision
    (datetime.date(2025, 10, 12), 2)
    >>> read_date("6-7 November"), read_date("6-7 November", year=2025).precision
    ('it names no year', 2)
    """
    notes: list[str] = []
    bare = without_marks(text)
    if bare != text:
        notes.append(MARKS_OUT)
    line = _plain(bare)
    if len(line) > _LONGEST:
        return "it is too long for a date"
    read = _of_line(line, day_first, notes)
    # A date without a year is one that becomes a date with any.
    if isinstance(read, str) and read == NO_DATE and not re.search(r"\d{4}", line):
        probe = _of_line(f"{line} {2024 if year is None else year}", day_first, notes)
        if not isinstance(probe, str):
            if year is None:
                return _NO_YEAR
            notes.append(f"the year {year} is not in the text")
            read = probe
        elif year is not None and probe != NO_DATE:
            read = probe
    return read if isinstance(read, str) else DateReading(*read, "; ".join(dict.fromkeys(notes)))


def _plain(text: str) -> str:
    """A text in lower case, with plain digits, dashes and English months, and without what says nothing."""
    line = "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text.lower()
    )
    line = re.sub(r"[\u2010-\u2015\u2212]", "-", line).replace("،", ",")
    line = re.sub(r"\s*\[\w{1,3}\]$", "", " ".join(line.split()))
    if re.search(r"[\u0600-\u06ff]", line):
        words = re.split(r"(\s+|-|,)", line)
        line = "".join(MONTHS_ELSEWHERE.get(word, word) for word in words)
        line = " ".join(FILLERS.sub(" ", line).split()) if any(m in line for m in MONTH_NAMES) else line
    else:
        line = _LETTERS.sub(lambda found: MONTHS_OF_EUROPE.get(found[0], found[0]), line)
    return _WEEKDAY_AFTER.sub("", WEEKDAY.sub("", line))


def _of_line(line: str, day_first: bool | None, notes: list[str]) -> Days | str:
    if found := _NIGHT.match(line):
        return _night(found[1] or found[2], day_first, notes)
    line = _LEAD.sub("", _DAYTIME.sub("", line))
    loose = _loose(line, day_first, notes)
    if loose is not None:
        return loose
    if found := _PART.match(line):
        return _part(found, notes)
    at_a_time = timed(line, day_first, notes)
    if at_a_time is not None:
        return at_a_time
    hijri = _hijri(line, notes)
    if hijri is not None:
        return hijri
    if re.fullmatch(r"[2-5]\d{4}(?:\.\d+)?", line):
        notes.append("read as the number of a day in a spreadsheet")
    if re.match(r"(\d{1,2})\.(\d{1,2})\.\d{4}$", line) and day_first is None:
        first, middle = map(int, line.split(".")[:2])
        if first <= 12 and middle <= 12 and first != middle:
            notes.append("read day first, as dates with points are")
    return plain_date(line, day_first=day_first)


def _loose(line: str, day_first: bool | None, notes: list[str]) -> Days | str | None:
    """A date said to be about right or without its day, or seconds since 1970; None where it is none."""
    if found := _NO_DAY.match(line):
        year, month, other, other_year, words = found.groups()
        month = month or other or ""
        coarse = words or (
            f"{year or other_year}"
            if month in ("00", "xx", "??") or month == "00"
            else f"{year or other_year}-{month}"
            if month.isdigit()
            else f"{month} {other_year}"
        )
        read = plain_date(coarse, day_first=day_first)
        if not isinstance(read, str):
            notes.append("the day is not given")
        return read
    if found := _ABOUT.match(line):
        read = _of_line((found[1] or found[2]).strip(), day_first, notes)
        if isinstance(read, str):
            return read
        notes.append("said to be about right: one step less exact")
        return _about(*read)
    if (found := _EPOCH.match(line)) and _EPOCH_SECONDS[0] <= int(found[1]) <= _EPOCH_SECONDS[1]:
        then = dt.datetime.fromtimestamp(int(found[1]), tz=dt.UTC)
        local = moment(f"{then:%Y-%m-%d %H:%M}z", day_first, notes)
        notes.append("read as seconds since 1970" if not found[2] else "read as milliseconds since 1970")
        return local
    return None


def _about(start: dt.date, end: dt.date, precision: int) -> Days:
    """Days one step less exact: a day says so by its precision, a range by being longer."""
    if start == end:
        return start, end, min(precision + 1, 4)
    if precision == 4:
        # There is no step beyond: the years that they are in.
        return dt.date(start.year, 1, 1), dt.date(end.year, 12, 31), 4
    off = dt.timedelta(days=SLACK_DAYS[precision])
    return start - off, end + off, precision + 1


def _night(rest: str, day_first: bool | None, notes: list[str]) -> Days | str:
    """The day of an evening and the next; "the night of 8-9 Nov" names both."""
    read = _of_line(rest, day_first, notes)
    if isinstance(read, str) or read[2] > 2 or read[0] != read[1]:
        return read
    notes.append("the night may be that to the next day")
    return read[0], read[0] + dt.timedelta(days=1), 2


def _part(found: re.Match[str], notes: list[str]) -> Days | str:
    if not found[3]:
        return NO_DATE
    year, month = int(found[3]), MONTH_NAMES[found[2]]
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return f"the year {year} is not between {FIRST_YEAR} and {LAST_YEAR}"
    end = month_end(year, month)
    first, last = _DAYS_OF_PART[found[1]]
    start = dt.date(year, month, first) if first > 0 else end + dt.timedelta(days=first + 1)
    end = end if last == 0 else dt.date(year, month, last)
    notes.append(f"{found[1]!r} is read as {start.day} to {end.day} of the month")
    return span(start, end)


def _hijri(line: str, notes: list[str]) -> Days | str | None:
    """A date whose month or mark says that it is of a Hijri calendar; None where neither does."""
    solar, lunar = SOLAR_MARK.search(line), LUNAR_MARK.search(line)
    if solar or lunar:
        rest = SOLAR_MARK.sub(" ", line) if solar else LUNAR_MARK.sub(" ", line)
        parts = re.fullmatch(r"\s*(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})\s*", rest)
        if parts:
            first, month, last = map(int, parts.groups())
            year, day = (first, last) if first > 31 else (last, first)
            return _hijri_day("solar" if solar else "lunar", year, month, day, notes)
        line = " ".join(rest.split())
    words = re.sub(
        r"(?<!\w)(?:د|کال|سال|میاشتې|ماه|په|نېټه|تاریخ|of)(?!\w)|(?<=\d)(?:مه|مې|م|st|nd|rd|th)(?!\w)|,",
        " ",
        line,
    )
    for calendar, months in (("solar", SOLAR_MONTHS), ("lunar", LUNAR_MONTHS)):
        # A date without a name of a month, as nearly all are, needs no pattern for each of them.
        for name in sorted((name for name in months if name in words), key=len, reverse=True):
            found = re.fullmatch(
                rf"\s*(\d{{0,4}})[\s-]*{re.escape(name)}[\s-]*(\d{{0,4}})[\s-]*(\d{{0,4}})\s*", words
            )
            if found is None:
                leading = re.fullmatch(rf"\s*(\d{{4}})\s+(\d{{1,2}})\s+{re.escape(name)}\s*", words)
                numbers = list(leading.groups()) if leading else []
            else:
                numbers = [number for number in found.groups() if number]
            years = [int(number) for number in numbers if len(number) == 4]
            days = [int(number) for number in numbers if len(number) < 3]
            if len(years) == 1 and len(years) + len(days) == len(numbers) and len(days) < 2:
                which = days[0] if days else None
                return _hijri_day(calendar, years[0], months[name], which, notes)
    return None


def _hijri_day(calendar: str, year: int, month: int, day: int | None, notes: list[str]) -> Days | str:
    if calendar == "solar":
        start = solar_day(year, month, day or 1)
        if start is None:
            return f"there is no day {day or 1} of month {month} in {year} of the Solar Hijri calendar"
        end = start if day else start + dt.timedelta(days=solar_month_days(year, month) - 1)
        notes.append("a date of the Solar Hijri calendar")
        return span(start, end)
    first = lunar_day(year, month, day or 1)
    if first is None or not 1300 <= year <= 1480:
        return f"there is no day {day or 1} of month {month} in {year} of the lunar Hijri calendar"
    last = first if day else first + dt.timedelta(days=29)
    notes.append("a date of the lunar Hijri calendar, whose days differ by one from country to country")
    return span(first - dt.timedelta(days=1), last + dt.timedelta(days=1))


def parse_dates(texts: pd.Series, *, day_first: bool | None = None, year: int | None = None) -> ParsedDates:
    """Read a column of dates, each text there is once; ISO days together, the rest one at a time.

    A date that names no year has that of `year`, or else the one in which the rows before and after it are.

    Parameters
    ----------
    texts : pandas.Series of str
        Cells; an empty one gives a missing date without a reason.
    day_first : bool, optional
        Order of all-number dates that can be read both ways.
    year : int, optional
        Year of dates that name none.

    Returns
    -------
    ParsedDates
        Series with the index of `texts`.
    """
    filled = texts.fillna("").astype("str")
    codes, different = filled.factorize()
    read = _parse_different(pd.Series(different), day_first, year)
    parsed = ParsedDates(*(column.take(codes).set_axis(texts.index, axis=0) for column in read))
    lacking = np.flatnonzero(parsed.reason.eq(_NO_YEAR).to_numpy())
    if len(lacking):
        _years_of_neighbours(filled, parsed, lacking, day_first)
    return parsed


def _years_of_neighbours(
    texts: pd.Series, parsed: ParsedDates, lacking: np.ndarray, day_first: bool | None
) -> None:
    """Dates without a year, by the years of the nearest rows above and below that have one."""
    days = parsed.start.to_numpy()
    known = np.flatnonzero(~np.isnat(days))
    for row in lacking:
        at = int(np.searchsorted(known, row))
        around = [known[at - 1]] if at else []
        around += [known[at]] if at < len(known) else []
        years = {int(str(days[other])[:4]) for other in around}
        fits = [read for year in sorted(years) if not isinstance(
            read := read_date(texts.iloc[row], day_first=day_first, year=year), str)]  # fmt: skip
        if len(fits) > 1:
            low, high = sorted(days[other] for other in around)
            fits = [read for read in fits if low <= np.datetime64(read.start) <= high]
        if len(fits) != 1:
            reason = "it names no year, and the rows around it leave it open; write it, or say --year"
            parsed.reason.iloc[row] = reason
            continue
        read = fits[0]
        parsed.start.iloc[row], parsed.end.iloc[row] = pd.Timestamp(read.start), pd.Timestamp(read.end)
        parsed.precision.iloc[row], parsed.reason.iloc[row] = read.precision, ""
        parsed.note.iloc[row] = f"it names no year: {read.start.year}, as the rows around it"


def _parse_different(
    filled: pd.Series, day_first: bool | None, year: int | None
) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series, pd.Series]:
    """First days, last days, precisions, reasons and notes of texts that are all different."""
    iso = filled.str.slice(0, 10)
    # A tail that is no time of day without a zone is for the parser of single texts.
    tail = filled.str.slice(10)
    plain = tail.eq("") | tail.str.fullmatch(r"[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?")
    start = pd.to_datetime(iso.where(plain), format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
    years = start.dt.year
    start = start.where(years.between(FIRST_YEAR, LAST_YEAR))
    end = start.copy()
    precision = pd.Series(np.where(start.notna(), 1, 0))
    reason = pd.Series("", index=filled.index, dtype="str")
    note = pd.Series("", index=filled.index, dtype="str")
    rest = start.isna() & filled.str.strip().ne("")
    if rest.any():
        answers = [read_date(text, day_first=day_first, year=year) for text in filled[rest]]
        good = [None if isinstance(answer, str) else answer for answer in answers]
        for days, which in ((start, "start"), (end, "end")):
            days.loc[rest] = pd.array(
                [pd.NaT if read is None else pd.Timestamp(getattr(read, which)) for read in good],
                dtype="datetime64[us]",
            )
        precision.loc[rest] = [0 if read is None else read.precision for read in good]
        reason.loc[rest] = [answer if isinstance(answer, str) else "" for answer in answers]
        note.loc[rest] = ["" if read is None else read.note for read in good]
    whole = precision.astype("Int8")
    return start, end, whole.mask(whole.eq(0)), reason, note
