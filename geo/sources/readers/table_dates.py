"""Days of the rows of any table: one column, two, or year, month and day apart."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo.events.columns import fold
from geo.events.faults import FaultLog
from geo.sources.reader_tools import Options
from geo.sources.readers.codes import DATE_CODES
from geo.sources.values.dates import DATES_ACCEPTED, parse_date, parse_dates

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
    """A date from columns of year, month and day; 0 is "not known" (GTD)."""
    text = cells["year"].str.replace(r"\.0+$", "", regex=True)
    names = [found["year"]]
    going = pd.Series(True, index=text.index)
    for part in ("month", "day_of_month"):
        if part in cells:
            value = cells[part].str.replace(r"\.0+$", "", regex=True)
            if part == "month":
                value = value.map(_month_number)
            going &= value.str.fullmatch(r"\d{1,2}") & ~value.isin(["0", "00"])
            text = text.mask(going, text + "-" + value.str.zfill(2))
            names.append(found[part])
    return text, " + ".join(names)


def _month_number(text: str) -> str:
    """A month as a number, where it is a name in any language that dates are read in."""
    if not text or text.isdigit():
        return text
    read = parse_date(f"1 {text} 2024")
    return text if isinstance(read, str) else str(read[0].month)
