"""A time of day beside a date: the local day of a moment, in whatever zone it is told."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from geo.events.days import HERE
from geo.sources.values.plain_dates import NO_DATE, Days, plain_date, span

__all__ = ["WEEKDAY", "moment", "timed"]

WEEKDAY: Final = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+")
_TIME: Final = r"\d{1,2}(?::\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:am|pm|hrs?|h)?|\s*(?:am|pm))"
_ZONE: Final = r"(?:z|utc|gmt|aft|pkt)?(?:\s?[+-]\d{1,2}(?::?\d{2})?)?"
_MOMENT: Final = re.compile(rf"^(.+?)(?:t|,?\s+(?:at )?)({_TIME})\s*(?:({_ZONE})|local(?: time)?)$")
_TIME_ALONE: Final = re.compile(rf"^({_TIME})\s*({_ZONE})$")
_BETWEEN_TIMES: Final = re.compile(
    r"\s+-+\s+|\s+(?:to|until|till)\s+|\s*/\s*|(?<=\d:\d\d)\s*-\s*(?=\d{4}-|\d{1,2} [a-z])"
)


def timed(line: str, day_first: bool | None, notes: list[str]) -> Days | str | None:
    """A moment, or a range of moments; None where there is no time in the text."""
    if not re.search(r"\d:\d\d|\d\s*[ap]m\b", line):
        return None
    one = moment(line, day_first, notes)
    if one is not None:
        return one
    for cut in _BETWEEN_TIMES.finditer(line):
        left, right = line[: cut.start()].strip(), line[cut.end() :].strip()
        first = moment(left, day_first, notes) or _day_alone(left, day_first)
        if first is None or isinstance(first, str):
            continue
        if until := _TIME_ALONE.match(right):
            began = _MOMENT.match(left)
            later = began is not None and _minutes(until[1]) < _minutes(began[2])
            return span(first[0], first[1] + dt.timedelta(days=int(later)))
        last = moment(right, day_first, notes) or _day_alone(right, day_first)
        if last is not None and not isinstance(last, str):
            return span(first[0], last[1])
    return None


def _day_alone(text: str, day_first: bool | None) -> Days | None:
    read = plain_date(text, day_first=day_first)
    return None if isinstance(read, str) or read[2] != 1 else read


def moment(text: str, day_first: bool | None, notes: list[str]) -> Days | str | None:
    """The local day of a day with a time; a reason; None where the text has another form."""
    found = _MOMENT.match(text)
    if found is None:
        return None
    read = plain_date(WEEKDAY.sub("", found[1].strip()), day_first=day_first)
    if isinstance(read, str):
        return None if read == NO_DATE else read
    day, zone = read[0], (found[3] or "").replace(" ", "")
    offset = _offset(zone)
    if offset is None or offset in HERE.values():
        return read
    minutes = _minutes(found[2])
    instant = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes) - offset
    days = sorted({(instant + here).date() for here in HERE.values()})
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
        return HERE["AF" if zone == "aft" else "PK"]
    found = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if found is None:
        return dt.timedelta()
    size = dt.timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return size if found[1] == "+" else -size
