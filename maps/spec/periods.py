"""Periods that a map compares: days, open at one end if need be."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from maps.words.words import date_range, word

__all__ = ["Period", "in_period", "parse_period", "period_words"]

Period = tuple[dt.date | None, dt.date | None]
"""First and last day; nothing for an open end."""

EPOCH: Final = dt.date(1970, 1, 1)


def parse_period(text: str) -> Period:
    """A period from ``2025-10-01:2025-10-19``; both days count, and one may be left out.

    Raises
    ------
    ValueError
        If it is not two days with a colon between, or the first is after the last.

    Examples
    --------
    >>> parse_period("2025-10-19:")
    (datetime.date(2025, 10, 19), None)
    """
    first, colon, last = text.strip().partition(":")
    if not colon or not (first or last):
        raise ValueError(f"a period is FIRST:LAST, such as 2025-10-01:2025-10-19, not {text!r}")
    try:
        days = tuple(dt.date.fromisoformat(day) if day else None for day in (first, last))
    except ValueError:
        raise ValueError(f"a period is two days such as 2025-10-01:2025-10-19, not {text!r}") from None
    start, end = days
    if start and end and start > end:
        raise ValueError(f"the period {text!r} ends before it begins; swap its days")
    return start, end


def in_period(period: Period, first: Any, last: Any) -> Any:
    """Whether events may have been in a period, by the days (since 1970) that each may have been on.

    Examples
    --------
    >>> in_period(parse_period("2025-10-19:"), 20381, 20382)
    True
    """
    start, end = period
    return (end is None or first <= (end - EPOCH).days) & (start is None or last >= (start - EPOCH).days)


def period_words(period: Period, lang: str) -> str:
    """A period in words.

    Examples
    --------
    >>> [period_words(parse_period(text), "en") for text in ("2025-10-01:2025-10-19", ":2025-10-18")]
    ['1 to 19 October 2025', 'Before 19 October 2025']
    """
    start, end = period
    if start is None and end is not None:
        return word(lang, "before day", day=date_range(lang, end + dt.timedelta(days=1)))
    if end is None and start is not None:
        return word(lang, "from day", day=date_range(lang, start))
    assert start is not None and end is not None  # noqa: S101, PT018 - parse_period takes no period without days
    return date_range(lang, start, end)
