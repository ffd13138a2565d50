"""Days of the rows of any table: one column, two, or year, month and day apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from geo.events.columns import fold
from geo.events.faults import FaultLog
from geo.sources.reader_tools import Options
from geo.sources.readers.codes import DATE_CODES
from geo.sources.values.dates import DATES_ACCEPTED, parse_dates
from geo.sources.values.plain_dates import MONTH_NAMES

__all__ = ["days_of"]


def days_of(
    cells: Mapping[str, pd.Series],
    found: Mapping[str, str],
    options: Options,
    faults: FaultLog,
    warnings: FaultLog,
) -> dict[str, pd.Series]:
    """First day, last day and precision of each row; a day that cannot be read is a fault."""
    text, name = (
        (cells["date_start"], found["date_start"]) if "date_start" in cells else _from_parts(cells, found)
    )
    parsed = parse_dates(text, day_first=options.day_first, year=options.year)
    warnings.add_once((row, name, note) for row, note in parsed.note[parsed.note.ne("")].items())
    reason = parsed.reason + "; accepted: " + DATES_ACCEPTED
    faults.add(parsed.reason.ne(""), name, text, reason)
    faults.add(text.eq(""), name, None, f"no date; accepted: {DATES_ACCEPTED}")
    start, end, written = parsed.start, parsed.end, parsed.precision
    precision = written
    if "date_end" in cells:
        last = parse_dates(cells["date_end"], day_first=options.day_first, year=options.year)
        noted = last.note[last.note.ne("")]
        warnings.add_once((row, found["date_end"], note) for row, note in noted.items())
        faults.add(
            last.reason.ne(""),
            found["date_end"],
            cells["date_end"],
            last.reason + "; accepted: " + DATES_ACCEPTED,
        )
        single = end.mask(precision.eq(1)) if found["date_end"] == "date_end" else end
        # In our own column an empty cell says that the last day is not known; people leave it for one day.
        end = last.end.fillna(single)
        early = end < start
        faults.add(
            early,
            found["date_end"],
            cells["date_end"],
            f"before the first day ({found.get('date_start', name)})",
        )
        days = (end - start).dt.days
        span = pd.Series(np.select([days.le(0), days.lt(7), days.le(31)], [1, 2, 3], 4), index=text.index)
        precision = precision.where(last.end.isna(), np.maximum(span, precision.fillna(1))).astype("Int8")
    if "date_precision" in cells:
        said = cells["date_precision"]
        code = pd.to_numeric(said.where(said.ne("")), errors="coerce")
        _, codes = DATE_CODES.get(fold(found["date_precision"]), ("", {}))
        code = code.map(codes) if codes else code
        good = code.isin([1, 2, 3, 4])
        words = "1 (day), 2 (two days to a week), 3 (month) or 4 (coarser)"
        faults.add(said.ne("") & ~good, found["date_precision"], said, f"unknown; allowed: {words}")
        # An event of several days may be known to the day: what a row says goes before the number of days,
        # but not before a date that is itself no day ("Oct 2025").
        precision = precision.where(~good, np.maximum(code.fillna(1), written.fillna(1))).astype("Int8")
    return {"start": start, "end": end, "precision": precision}


def _from_parts(cells: Mapping[str, pd.Series], found: Mapping[str, str]) -> tuple[pd.Series, str]:
    """A date from columns of year, month and day as it would stand in one cell; 0 is "not known" (GTD)."""
    parts = [part for part in _PARTS if part in cells]
    texts = [cells[part].str.replace(r"\.0+$", "", regex=True) for part in parts]
    rows = pd.DataFrame(dict(zip(parts, texts, strict=True))).reindex(columns=_PARTS)
    rows = rows.astype("object").fillna("").astype("str")
    different = rows.drop_duplicates()
    joined = {tuple(row): _joined(*row) for row in different.to_numpy().tolist()}
    text = pd.Series([joined[tuple(row)] for row in rows.to_numpy().tolist()], index=rows.index, dtype="str")
    return text, " + ".join(found[part] for part in parts)


def _joined(year: str, month: str, day: str) -> str:
    """Year, month and day as one text; a month or day in words stays as written, to be read or refused."""
    if not year:
        return ""
    month, day = (_plain(part) for part in (month, day))
    if not month:
        return year
    if month.isdigit() and (not day or day.isdigit()):
        return "-".join((year, month, *([day.zfill(2)] if day else [])))
    if month.isdigit() and 1 <= int(month) <= 12:
        month = _ENGLISH[int(month) - 1]
    return " ".join(part for part in (day, month, year) if part)


def _plain(text: str) -> str:
    """A part of a date in plain digits; empty where it is 0 and so not known."""
    if text.isdecimal():
        text = str(int(text))
        return "" if text == "0" else text.zfill(2)
    return re.sub(r"^m(?=\d{1,2}$)", "", text.strip(), flags=re.IGNORECASE)


_PARTS: Final = ["year", "month", "day_of_month"]
_ENGLISH: Final = tuple(MONTH_NAMES)[:12]
