"""Cells of text to values of a dtype, and words for why one cannot be read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from geo.vocab import DATE_PRECISIONS

__all__ = ["Explain", "parse_cells"]

Explain = Callable[[str], str]
"""Says what is wrong with a cell that could not be read, and what to write."""

LARGEST_COUNT: Final = 2**63 - 1


def parse_cells(text: pd.Series, dtype: Any) -> tuple[pd.Series, Explain]:
    """Read a column of text as the given dtype.

    Parameters
    ----------
    text
        dtype ``str``; missing where a cell is empty.
    dtype
        ``str``, ``datetime64[us]`` (ISO 8601 days), ``Int8`` (date precisions), ``Int64`` (whole numbers
        from 0), ``float64``, or a categorical dtype.

    Returns
    -------
    values : Series
        Missing where `text` is, and where a cell cannot be read.
    explain : callable
        Gives the reason for such a cell.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.events.casting import parse_cells
    >>> values, explain = parse_cells(pd.Series(["12", "dozens"], dtype="str"), "Int64")
    >>> values.tolist(), explain("dozens")
    ([12, <NA>], 'not a whole number from 0 up; leave it empty where the number is not known')
    """
    if isinstance(dtype, pd.CategoricalDtype):
        return _read_category(text, dtype)
    return _READERS[dtype](text)


def _read_text(text: pd.Series) -> tuple[pd.Series, Explain]:
    return text, str


def _read_category(text: pd.Series, dtype: pd.CategoricalDtype) -> tuple[pd.Series, Explain]:
    allowed = dtype.categories.tolist()

    def explain(value: str) -> str:
        near = difflib.get_close_matches(value.strip().casefold(), allowed, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        return f"unknown; {hint}allowed: {', '.join(allowed)}"

    stripped = text.str.strip()
    return stripped.where(stripped.isin(allowed)).astype(dtype), explain


def _read_day(text: pd.Series) -> tuple[pd.Series, Explain]:
    """A time of midnight, as spreadsheets write it after the day, is passed over."""
    days = text.str.strip().str.replace(r"[T ]00:00(?::00(?:\.0+)?)?$", "", regex=True)
    days = days.where(days.str.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", na=False))
    return pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").astype("datetime64[us]"), _explain_day


def _explain_day(value: str) -> str:
    value = value.strip()
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", value):
        return f"a month, not a day; write {value}-01 and date_precision 3"
    if re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}", value):
        return "day and month can be mistaken for one another; write YYYY-MM-DD, such as 2025-10-11"
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]", value):
        return "a day with a time; write the local day alone as YYYY-MM-DD"
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return "no such day in the calendar"
    return "not a date; write YYYY-MM-DD, such as 2025-10-11"


def _read_count(text: pd.Series) -> tuple[pd.Series, Explain]:
    """12.0 counts as 12, as spreadsheets write it."""
    reason = "not a whole number from 0 up; leave it empty where the number is not known"
    return pd.Series([_count(cell) for cell in text], index=text.index, dtype="Int64"), lambda _: reason


def _read_date_precision(text: pd.Series) -> tuple[pd.Series, Explain]:
    reason = "unknown; allowed: " + ", ".join(f"{key} ({words})" for key, words in DATE_PRECISIONS.items())
    counts = pd.Series([_count(cell) for cell in text], index=text.index, dtype="Int64")
    return counts.where(counts.isin(list(DATE_PRECISIONS))).astype("Int8"), lambda _: reason


def _count(cell: object) -> int | None:
    found = re.fullmatch(r"\+?0*([0-9]{1,19})(?:\.0*)?", cell.strip()) if isinstance(cell, str) else None
    return int(found[1]) if found and int(found[1]) <= LARGEST_COUNT else None


def _read_number(text: pd.Series) -> tuple[pd.Series, Explain]:
    decimal = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
    number = text.str.strip()
    return number.where(number.str.fullmatch(decimal, na=False)).astype("float64"), _explain_number


def _explain_number(value: str) -> str:
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", value.strip()):
        return f"has a decimal comma; write {value.strip().replace(',', '.')}"
    return "not a number; write a decimal number, such as 71.0847"


_READERS: Final[dict[str, Callable[[pd.Series], tuple[pd.Series, Explain]]]] = {
    "str": _read_text,
    "datetime64[us]": _read_day,
    "Int8": _read_date_precision,
    "Int64": _read_count,
    "float64": _read_number,
}
