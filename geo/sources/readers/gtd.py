"""Global Terrorism Database (START, University of Maryland): one row an incident, 135 columns or some.

Codes after the GTD Codebook (2021): specificity, vicinity, extended, resolution; a month or day of 0 is "not
known", and so are -9 and -99. Its terms forbid passing the rows on, so every row carries the licence
``no-redistribution``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geo.events.faults import FaultLog
from geo.sources.files.raw_table import RawTable
from geo.sources.reader_tools import (
    Mapped,
    Options,
    assemble,
    category,
    column,
    degrees,
    find_names,
    floats,
    named_rows,
    reported,
    whole_numbers,
    with_position,
)
from geo.sources.readers.acled import NO_REDISTRIBUTION
from geo.sources.readers.codes import GTD_PLACES
from geo.sources.values.dates import parse_dates
from geo.vocab import EVENT_TYPES, WHERE_PRECISIONS

__all__ = ["ATTACK_TYPES", "detect", "map_rows"]

_NEEDED: Final = {"eventid", "iyear", "latitude", "longitude"}
_POSITION: Final = ("latitude", "longitude")
_MARKS: Final = ("attacktype1_txt", "attacktype1", "gname", "nkill", "specificity", "targtype1_txt")

ATTACK_TYPES: Final = {
    1: "attack",
    2: "attack",
    3: "bombing",
    4: "attack",
    5: "attack",
    6: "attack",
    7: "attack",
    8: "attack",
    9: "other",
}
"""attacktype1: assassination, armed assault, bombing or explosion, hijacking, barricade incident, kidnapping,
facility or infrastructure attack, unarmed assault, not known."""

_WORDS: Final = {
    "assassination": 1,
    "armed assault": 2,
    "bombing/explosion": 3,
    "hijacking": 4,
    "hostage taking (barricade incident)": 5,
    "hostage taking (kidnapping)": 6,
    "facility/infrastructure attack": 7,
    "unarmed assault": 8,
    "unknown": 9,
}
_UNKNOWN: Final = ("unknown", "-9", "-99", ".")


def detect(table: RawTable) -> bool:
    """Whether the header is that of the GTD: its ids and years, and two of the columns that only it has."""
    found = find_names(table, _NEEDED, _POSITION)
    return found is not None and sum(name in found[0] for name in _MARKS) >= 2


def map_rows(table: RawTable, options: Options) -> Mapped:  # noqa: ARG001 - readers are called alike
    """Rows of the GTD in our columns.

    specificity 1 is a town, or near it where vicinity is 1; 2 and 3 the district, whose centre the point is;
    4 the province; 5 unknown. A row without coordinates has no place on a map and is rejected. nkill counts
    the perpetrators too; it is `deaths_best`.
    """
    table = with_position(table, *_POSITION)
    header = find_names(table, _NEEDED)
    assert header is not None, "map_rows is called where detect is true"  # noqa: S101 - for the type checker; detect was true
    data = named_rows(table, *header)
    rows, faults, warnings = data.rows, data.faults, FaultLog()
    lat, lon = degrees(rows, "latitude", 90, faults), degrees(rows, "longitude", 180, faults)
    ids = column(rows, "eventid")
    faults.add(ids.eq(""), "eventid", ids, "missing; every incident of the GTD has an id")
    days = _days(rows, faults)
    deaths, injured = (_people(rows, name, warnings) for name in ("nkill", "nwound"))
    details = pd.DataFrame({"injured_best": injured}, index=rows.index)
    for name in (
        "specificity",
        "vicinity",
        "doubtterr",
        "success",
        "suicide",
        "weaptype1_txt",
        "targtype1_txt",
    ):
        if name in rows:
            details[name] = rows[name]
    table_ = assemble(
        {
            "event_id": "gtd:" + ids,
            **days,
            "event_type": _types(rows, warnings),
            "native_type": column(rows, "attacktype1_txt"),
            "actor1": _known(rows, "gname"),
            "actor2": _known(rows, "target1"),
            "place": _known(rows, "city"),
            "adm1_source": _known(rows, "provstate"),
            "country_source": _known(rows, "country_txt"),
            "where_precision": _where(rows, faults, warnings),
            "deaths_best": deaths,
            "verification": reported(rows.index),
            "source": column(rows, "scite1"),
            "dataset": "gtd",
            "licence": NO_REDISTRIBUTION,
            "summary": column(rows, "summary", words=True),
        },
        lon,
        lat,
    )
    rank = pd.Series(0, index=rows.index)
    return Mapped(table_, rows, faults, warnings, details, rank, notes=data.notes, above=data.above)


def _known(rows: pd.DataFrame, name: str) -> pd.Series:
    text = column(rows, name)
    return text.mask(text.str.lower().isin(_UNKNOWN), "")


def _people(rows: pd.DataFrame, name: str, warnings: FaultLog) -> pd.Series:
    if name in rows:
        rows = rows.assign(**{name: _known(rows, name)})
    return whole_numbers(rows, name, warnings)


def _days(rows: pd.DataFrame, faults: FaultLog) -> dict[str, pd.Series]:
    """First day, last day and precision: a month or a day of 0 is not known."""
    year, month, day = (floats(column(rows, name)).fillna(0) for name in ("iyear", "imonth", "iday"))
    text = year.map("{:.0f}".format).astype("str")
    has_month = month.between(1, 12)
    has_day = has_month & day.between(1, 31)
    text = text.where(~has_month, text + "-" + month.map("{:02.0f}".format))
    text = text.where(~has_day, text + "-" + day.map("{:02.0f}".format))
    parsed = parse_dates(text)
    faults.add(parsed.reason.ne(""), "iyear", text, parsed.reason)
    end, precision = parsed.end, parsed.precision
    last = pd.to_datetime(column(rows, "resolution").str.slice(0, 10), errors="coerce", format="%Y-%m-%d")
    longer = column(rows, "extended").eq("1") & (last > parsed.start)
    end = end.mask(longer, last.astype("datetime64[us]"))
    length = (end - parsed.start).dt.days
    spans = pd.Series(np.select([length.lt(7), length.le(31)], [2, 3], 4), index=rows.index)
    precision = precision.mask(longer, np.maximum(spans, precision.fillna(1))).astype("Int8")
    return {"date_start": parsed.start, "date_end": end, "date_precision": precision}


def _types(rows: pd.DataFrame, warnings: FaultLog) -> pd.Series:
    codes = floats(column(rows, "attacktype1"))
    words = column(rows, "attacktype1_txt")
    codes = codes.fillna(words.str.lower().map(_WORDS).astype("float64"))
    odd = ~codes.isin(list(ATTACK_TYPES))
    warnings.add(odd & words.ne(""), "attacktype1_txt", words, "no attack type of the GTD, so it is 'other'")
    return category(codes.where(~odd, 9), ATTACK_TYPES, EVENT_TYPES)


def _where(rows: pd.DataFrame, faults: FaultLog, warnings: FaultLog) -> pd.Series:
    if "specificity" not in rows:
        warnings.add_whole("the column specificity is missing: how exactly places are known is 'unknown'")
    codes = whole_numbers(rows, "specificity", faults, allowed=tuple(GTD_PLACES))
    words = codes.map(GTD_PLACES).astype("object").where(codes.notna(), "unknown")
    vicinity = column(rows, "vicinity").eq("1")
    words = words.mask(vicinity & words.eq("town"), "near")
    return words.astype(pd.CategoricalDtype(list(WHERE_PRECISIONS)))
