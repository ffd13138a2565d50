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

from geo.sources.values.calendars import LUNAR_MONTHS, SOLAR_MONTHS, lunar_day, solar_day, solar_month_days
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
_NO_YEAR: Final = "it names no year"
_MARKS: Final = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Marks of direction and of no width: they are not seen and say nothing of a date or number."""

_MONTHS_ELSEWHERE: Final = {
    name: english
    for english, names in {
        "jan": "جنوری جنوري ژانویه", "feb": "فروری فبروري فبروری فوریه", "mar": "مارچ مارس",
        "apr": "اپریل اپرېل آوریل", "may": "مئی مې می مه", "jun": "جون جون ژوئن",
        "jul": "جولائی جولای جولاي ژوئیه", "aug": "اگست اګست اوت", "sep": "ستمبر سپتمبر سپتامبر",
        "oct": "اکتوبر اکتبر", "nov": "نومبر نوامبر", "dec": "دسمبر ډسمبر دسامبر",
    }.items()
    for name in names.split()
}  # fmt: skip
_FILLERS: Final = re.compile(
    r"(?<!\w)(?:د|کال|سال|میاشتې|میاشت|ماه|په|پر|نېټه|نیټه|تاریخ|مورخ|کو|کی|عیسوی|میلادی|زېږدیز|ء)(?!\w)|(?<=\d)(?:مه|مې|م|ء)(?!\w)"
)
_SOLAR_MARK: Final = re.compile(
    r"(?<!\w)(?:a\.?p\.?|s\.?h\.?|h\.?s\.?|a\.?h\.?s\.?|solar(?: hijri)?|shamsi|هـ?\s?ش|ه\.ش|هجر[یي] شمس[یي]|"
    r"شمس[یي]|لمریز|هجري لمریز)\.?(?!\w)"
)
_LUNAR_MARK: Final = re.compile(
    r"(?<!\w)(?:a\.?h\.?|hijri|qamari|هـ?\s?ق|هجر[یي] قمر[یي]|قمر[یي]|ہجری|ھ)\.?(?!\w)"
)
_WEEKDAY: Final = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+")
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

_TIME: Final = r"\d{1,2}(?::\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:am|pm|hrs?|h)?|\s*(?:am|pm))"
_ZONE: Final = r"(?:z|utc|gmt|aft|pkt)?(?:\s?[+-]\d{1,2}(?::?\d{2})?)?"
_MOMENT: Final = re.compile(rf"^(.+?)(?:t|,?\s+(?:at )?)({_TIME})\s*(?:({_ZONE})|local(?: time)?)$")
_TIME_ALONE: Final = re.compile(rf"^({_TIME})\s*({_ZONE})$")
_BETWEEN_TIMES: Final = re.compile(
    r"\s+-+\s+|\s+(?:to|until|till)\s+|\s*/\s*|(?<=\d:\d\d)\s*-\s*(?=\d{4}-|\d{1,2} [a-z])"
)
_HERE: Final = {"AF": dt.timedelta(hours=4, minutes=30), "PK": dt.timedelta(hours=5)}
"""Time of Afghanistan and of Pakistan from UTC; neither has a summer time."""


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
        line = "".join(_MONTHS_ELSEWHERE.get(word, word) for word in words)
        line = " ".join(_FILLERS.sub(" ", line).split()) if any(m in line for m in MONTH_NAMES) else line
    return _WEEKDAY_AFTER.sub("", _WEEKDAY.sub("", line))


def _of_line(line: str, day_first: bool | None, notes: list[str]) -> Days | str:
    if found := _NIGHT.match(line):
        return _night(found[1] or found[2], day_first, notes)
    line = _DAYTIME.sub("", line)
    if found := _PART.match(line):
        return _part(found, notes)
    timed = _timed(line, day_first, notes)
    if timed is not None:
        return timed
    hijri = _hijri(line, notes)
    if hijri is not None:
        return hijri
    if re.match(r"(\d{1,2})\.(\d{1,2})\.\d{4}$", line) and day_first is None:
        first, middle = map(int, line.split(".")[:2])
        if first <= 12 and middle <= 12 and first != middle:
            notes.append("read day first, as dates with points are")
    return plain_date(line, day_first=day_first)


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


def _timed(line: str, day_first: bool | None, notes: list[str]) -> Days | str | None:
    """A moment, or a range of moments; None where there is no time in the text."""
    if not re.search(r"\d:\d\d|\d\s*[ap]m\b", line):
        return None
    one = _moment(line, day_first, notes)
    if one is not None:
        return one
    for cut in _BETWEEN_TIMES.finditer(line):
        left, right = line[: cut.start()].strip(), line[cut.end() :].strip()
        first = _moment(left, day_first, notes) or _day_alone(left, day_first)
        if first is None or isinstance(first, str):
            continue
        if until := _TIME_ALONE.match(right):
            began = _MOMENT.match(left)
            later = began is not None and _minutes(until[1]) < _minutes(began[2])
            return span(first[0], first[1] + dt.timedelta(days=int(later)))
        last = _moment(right, day_first, notes) or _day_alone(right, day_first)
        if last is not None and not isinstance(last, str):
            return span(first[0], last[1])
    return None


def _day_alone(text: str, day_first: bool | None) -> Days | None:
    read = plain_date(text, day_first=day_first)
    return None if isinstance(read, str) or read[2] != 1 else read


def _moment(text: str, day_first: bool | None, notes: list[str]) -> Days | str | None:
    """The local day of a day with a time; a reason; None where the text has another form."""
    found = _MOMENT.match(text)
    if found is None:
        return None
    read = plain_date(_WEEKDAY.sub("", found[1].strip()), day_first=day_first)
    if isinstance(read, str):
        return None if read == NO_DATE else read
    day, zone = read[0], (found[3] or "").replace(" ", "")
    offset = _offset(zone)
    if offset is None or offset in _HERE.values():
        return read
    minutes = _minutes(found[2])
    moment = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes) - offset
    days = sorted({(moment + here).date() for here in _HERE.values()})
    if days != [day]:
        told = " or ".join(map(str, days))
        notes.append(f"a time in {zone.upper()}: the local day is {told}")
    return span(days[0], days[-1])


def _minutes(time: str) -> int:
    hour, *rest = re.findall(r"\d+", time)
    value = int(hour) * 60 + (int(rest[0]) if rest else 0)
    if "pm" in time and int(hour) < 12:
        return value + 12 * 60
    return value - 12 * 60 if "am" in time and int(hour) == 12 else value


def _offset(zone: str) -> dt.timedelta | None:
    """How far a zone is from UTC; None where none is given."""
    if not zone:
        return None
    if zone in ("aft", "pkt"):
        return _HERE["AF" if zone == "aft" else "PK"]
    found = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if found is None:
        return dt.timedelta()
    size = dt.timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return size if found[1] == "+" else -size


def _hijri(line: str, notes: list[str]) -> Days | str | None:
    """A date whose month or mark says that it is of a Hijri calendar; None where neither does."""
    solar, lunar = _SOLAR_MARK.search(line), _LUNAR_MARK.search(line)
    if solar or lunar:
        rest = _SOLAR_MARK.sub(" ", line) if solar else _LUNAR_MARK.sub(" ", line)
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
        for name in sorted(months, key=len, reverse=True):
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
