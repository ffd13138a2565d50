"""UCDP Georeferenced Events and Candidate Events (CC BY 4.0), every release with its own set of columns.

Codes after the UCDP GED Codebook 25.1: where_prec, date_prec, event_clarity, type_of_violence. UCDP does not
say by what means force was used, so an air strike between states is an "armed clash" here like every other
event of types 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geo.events.faults import FaultLog
from geo.places.unit_names import named_units
from geo.sources.files.raw_table import RawTable
from geo.sources.reader_tools import (
    Mapped,
    Options,
    assemble,
    by_text,
    category,
    column,
    degrees,
    find_names,
    floats,
    named_rows,
    whole_numbers,
    with_position,
    words_of,
)
from geo.sources.readers.codes import UCDP_DATES, UCDP_PLACES
from geo.sources.values.dates import DATES_ACCEPTED, parse_dates
from geo.vocab import (
    AFGHAN_PROVINCES_ON_LINE,
    EVENT_TYPES,
    PAKISTANI_UNITS_ON_LINE,
    VERIFICATIONS,
    WHERE_PRECISIONS,
)

__all__ = ["COLUMNS", "DATASETS", "STOCK_POINT", "detect", "map_rows", "release_of"]

COLUMNS: Final = (
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "conflict_name",
    "dyad_dset_id",
    "dyad_new_id",
    "dyad_name",
    "side_a_dset_id",
    "side_a_new_id",
    "side_a",
    "side_b_dset_id",
    "side_b_new_id",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
    "gwnoa",
    "gwnob",
)
"""The 49 columns of Candidate 26.0.1 and of GED since 2019; the order for a release without a header."""

_NEEDED: Final = {"id", "type_of_violence", "where_prec", "latitude", "longitude", "date_start", "best"}
_POSITION: Final = ("latitude", "longitude")
# Where one of the coded columns must stand in a row without header, and what it may hold.
_PATTERNS: Final = {
    "type_of_violence": r"[123]",
    "where_prec": r"[1-7]",
    "latitude": r"-?\d{1,2}(\.\d+)?",
    "longitude": r"-?\d{1,3}(\.\d+)?",
    "best": r"\d+",
}
STOCK_POINT: Final = (68.051427, 31.689623)
"""Longitude and latitude on which UCDP puts every event "on the Afghanistan-Pakistan border"."""

_TYPES: Final = {1: "armed clash", 2: "armed clash", 3: "attack"}
_NATIVE: Final = ("state-based conflict", "non-state conflict", "one-sided violence")
_BORDER: Final = re.compile(
    r"durand|(?:afghan\w*\W+(?:and\W+)?pakistan\w*|pakistan\w*\W+(?:and\W+)?afghan\w*|pak\W?afghan|af\W?pak)\W.{0,30}border"
    r"|border.{0,30}(?:afghan\w*\W+and\W+pakistan|pakistan\w*\W+and\W+afghan)",
    re.IGNORECASE,
)
_COUNTS: Final = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
_PLACE_TEXT: Final = ("where_coordinates", "where_description", "country")
DATASETS: Final = {False: "ucdp-ged", True: "ucdp-candidate"}


_KEPT: Final = (
    "code_status",
    "event_clarity",
    "number_of_sources",
    "where_prec",
    "date_prec",
    "conflict_name",
    "dyad_name",
)
"""Columns that are kept as they are."""

_NO_RELEASE: Final = (
    "which release of UCDP it is, is not known from the file's name (GEDEvent_v25_1, GEDEvent_v26_0_1): it "
    "ranks below every release that is, and is credited as candidate events"
)


def detect(table: RawTable) -> bool:
    """Whether the rows are of UCDP: by their header, or by the cells of a release without one."""
    return _header(table) is not None


def _header(table: RawTable) -> tuple[list[str], int] | None:
    found = find_names(table, _NEEDED, _POSITION)
    if found is not None or table.kind == "records" or table.frame.empty:
        return found
    first = table.first_cells()
    if len(first) == len(COLUMNS):
        fits = (re.fullmatch(pattern, first[COLUMNS.index(name)]) for name, pattern in _PATTERNS.items())
        if all(fits):
            return list(COLUMNS), 0
    return None


def release_of(name: str) -> tuple[str, bool, tuple[float, ...]] | None:
    """Version, whether it is of candidate events, and rank of a release, from the name of its file.

    Candidate YY.0.M is out in the month after M; the annual release YY.1, in the middle of YY, has the last
    word on what it covers, so it ranks above the candidate releases out before it. A cumulative file ranks
    above the months in it.

    Examples
    --------
    >>> release_of("GEDEvent_v26_0_1.csv")[:2]
    ('26.0.1', True)
    >>> release_of("GEDEvent_v25_1.csv")[:2]
    ('25.1', False)
    >>> release_of("GEDEvent_v26_0_2.csv")[2] > release_of("GEDEvent_v26_0_1.csv")[2]
    True
    """
    # Browsers and people add to the end of a name: "GEDEvent_v26_0_2 (1)", "... - Copy", "..._final".
    stem = Path(name).stem.lower()
    if found := re.search(r"v(\d{2})_01_(\d{2})_(\d{1,2})(?!\d)", stem):
        year, last_year, month = map(int, found.groups())
        return f"{year}.01.{last_year}.{month:02d}", True, (last_year * 12 + month + 1, 1)
    if found := re.search(r"v(\d{2})_0_(\d{1,2})(?!\d)", stem):
        year, month = map(int, found.groups())
        return f"{year}.0.{month}", True, (year * 12 + month + 1, 0)
    if found := re.search(r"(?:v|ged)(\d{2})_?([1-9])(?!\d)", stem):
        year, number = map(int, found.groups())
        return f"{year}.{number}", False, (year * 12 + 6, 2)
    return None


def map_rows(table: RawTable, options: Options) -> Mapped:
    """Rows of UCDP in our columns.

    where_prec 1 is a town (the point is that of the settlement, not of the place hit), 2 near, 3 district, 4
    province, 6 country, 7 unknown; 5 (a line or an area) is the border where the text or the stock point says
    so, else the
    province, or without one the country.
    """
    table = with_position(table, *_POSITION)
    header = _header(table)
    assert header is not None, "map_rows is called where detect is true"  # noqa: S101 - for the type checker; detect was true
    data = named_rows(table, *header)
    rows, faults, warnings = data.rows, data.faults, FaultLog()
    release, candidates, (month, part, *_) = _release(table)
    for reason in (*table.warnings, *(() if release else (_NO_RELEASE,))):
        warnings.add_whole(reason)
    lat, lon = degrees(rows, "latitude", 90, faults), degrees(rows, "longitude", 180, faults)
    violence = _codes(rows, "type_of_violence", (1, 2, 3), faults)
    where = _codes(rows, "where_prec", range(1, 8), faults)
    ids = column(rows, "id")
    faults.add(ids.eq(""), "id", ids, "missing; every event of UCDP has an id")
    days = _days(rows, options, faults)
    low, best, high = (whole_numbers(rows, name, faults) for name in ("low", "best", "high"))
    details = _details(rows, best, faults, warnings)
    on_border = _on_border(rows, where, lon, lat)
    table_ = assemble(
        {
            "event_id": "ucdp:" + ids,
            "date_start": days["date_start"],
            "date_end": days["date_end"],
            "date_precision": _date_precision(rows, days, warnings),
            "event_type": category(violence, _TYPES, EVENT_TYPES),
            "native_type": words_of(violence.fillna(0).to_numpy("int8") - 1, _NATIVE, rows.index),
            "actor1": column(rows, "side_a"),
            "actor2": column(rows, "side_b"),
            "place": column(rows, "where_coordinates"),
            "adm1_source": column(rows, "adm_1"),
            "adm2_source": column(rows, "adm_2"),
            "country_source": column(rows, "country"),
            "where_precision": _where_precision(rows, where, on_border),
            "border_units": _border_units(rows, on_border),
            "deaths_low": low,
            "deaths_best": best,
            "deaths_high": high,
            "verification": _constant("reported", rows.index),
            "source": _sources(rows),
            "dataset": DATASETS[candidates],
            "dataset_version": release or None,
            "licence": "CC-BY-4.0",
            "summary": column(rows, "source_headline"),
            "notes": _notes(rows),
        },
        lon,
        lat,
    )
    return Mapped(
        table_,
        rows,
        faults,
        warnings,
        details,
        pd.Series(month * 10 + part, index=rows.index),
        by_text(column(rows, "source_date"), _newest),
        notes=data.notes,
        above=data.above,
    )


def _codes(rows: pd.DataFrame, name: str, allowed: Sequence[int], faults: FaultLog) -> pd.Series:
    """Numbers of a column that every event has."""
    text = column(rows, name)
    found = whole_numbers(rows, name, faults, allowed=allowed)
    faults.add(text.eq(""), name, text, "missing")
    return found


def _days(rows: pd.DataFrame, options: Options, faults: FaultLog) -> dict[str, pd.Series]:
    """The first and the last day of each event."""
    days = {}
    for name in ("date_start", "date_end"):
        text = column(rows, name)
        parsed = parse_dates(text, day_first=options.day_first)
        odd = parsed.reason.ne("")
        if odd.any():
            faults.add(odd, name, text, parsed.reason + f"; accepted: {DATES_ACCEPTED}")
        days[name] = parsed.start
    faults.add(column(rows, "date_start").eq(""), "date_start", None, "missing")
    early = days["date_end"] < days["date_start"]
    faults.add(early, "date_end", column(rows, "date_end"), "before date_start")
    return days


def _details(rows: pd.DataFrame, best: pd.Series, faults: FaultLog, warnings: FaultLog) -> pd.DataFrame:
    """What UCDP says beside our columns; the deaths by side are compared with their sum."""
    details = pd.DataFrame({name: whole_numbers(rows, name, faults) for name in _COUNTS}, index=rows.index)
    parts = (
        details["deaths_a"] + details["deaths_b"] + details["deaths_civilians"] + details["deaths_unknown"]
    )
    warnings.add((parts != best).fillna(False), "best", best, "best is not the sum of the deaths by side")
    return details.assign(**{name: rows[name] for name in _KEPT if name in rows})


def _newest(dates: pd.Series) -> pd.Series:
    """The newest of the articles a row rests on: before it, the row could not have been written."""
    last = dates.str.extract(r"(?:^|;)\s*(\d{4}-\d{2}-\d{2})\s*$", expand=False)
    return pd.to_datetime(last, format="%Y-%m-%d", errors="coerce")


def _release(table: RawTable) -> tuple[str, bool, tuple[float, ...]]:
    for name in (Path(table.part).name, table.path.name):
        if found := release_of(name):
            return found
    # Reviewed is only what says so: the rows of an unknown release may be candidates.
    return "", True, (0.0, 0.0)


def _constant(word: str, index: pd.Index) -> pd.Series:
    codes = np.full(len(index), VERIFICATIONS.index(word), dtype="int8")
    return pd.Series(
        pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(VERIFICATIONS))), index=index
    )


def _date_precision(rows: pd.DataFrame, days: dict[str, pd.Series], warnings: FaultLog) -> pd.Series:
    """The code of the source; where it is none of the codebook's, what the two days say."""
    text = column(rows, "date_prec")
    precision = by_text(text, lambda texts: floats(texts).map(UCDP_DATES))
    odd = precision.isna()
    if odd.any():
        span = (days["date_end"] - days["date_start"]).dt.days
        by_span = pd.Series(
            np.select([span.eq(0), span.le(6), span.le(31), span.gt(31)], [1, 2, 3, 4], 4), index=rows.index
        )
        precision = precision.where(~odd, by_span)
        warnings.add(
            odd, "date_prec", text, "no code of the codebook (1 to 5); taken from date_start and date_end"
        )
    return precision.astype("Int8")


def _border_text(rows: pd.DataFrame) -> pd.Series:
    both = column(rows, "where_coordinates") + " | " + column(rows, "where_description")
    # Without one of the two words there is nothing to look for: Arrow finds them, Python reads the rest.
    likely = both.str.contains("border", case=False, regex=False)
    likely |= both.str.contains("durand", case=False, regex=False)
    found = pd.Series(False, index=rows.index)
    found.loc[likely] = np.array([_BORDER.search(text) is not None for text in both[likely]], dtype=bool)
    return found


def _on_border(rows: pd.DataFrame, where: pd.Series, lon: pd.Series, lat: pd.Series) -> pd.Series:
    fuzzy = where.eq(5).fillna(False).astype(bool)
    on = pd.Series(False, index=rows.index)
    if fuzzy.any():
        some = rows.loc[fuzzy, [name for name in _PLACE_TEXT if name in rows]]
        stock = (lon[fuzzy] - STOCK_POINT[0]).abs().lt(1e-4) & (lat[fuzzy] - STOCK_POINT[1]).abs().lt(1e-4)
        ours = column(some, "country").str.contains("Afghanistan|Pakistan", regex=True)
        on.loc[fuzzy] = (stock | (ours & _border_text(some))).to_numpy(dtype=bool)
    return on


def _where_precision(rows: pd.DataFrame, where: pd.Series, on_border: pd.Series) -> pd.Series:
    number = {word: place for place, word in enumerate(WHERE_PRECISIONS)}
    codes = np.full(8, -1, dtype="int8")
    for code, word in UCDP_PLACES.items():
        codes[code] = number[word]
    found = codes[where.fillna(0).to_numpy("int8")]
    fuzzy = where.eq(5).fillna(False).to_numpy(dtype=bool)
    known = column(rows.filter(["adm_1"])[fuzzy], "adm_1").ne("").to_numpy(dtype=bool)
    found[fuzzy] = np.where(known, number["province"], number["country"])
    found[on_border.to_numpy()] = number["border"]
    words = pd.Categorical.from_codes(found, dtype=pd.CategoricalDtype(list(WHERE_PRECISIONS)))
    return pd.Series(words, index=rows.index)


def _border_units(rows: pd.DataFrame, on_border: pd.Series) -> pd.Series:
    """Units that the description of a border event names, those between two in "Paktika to Nuristan" too."""
    units = pd.Series("", index=rows.index, dtype="str")
    if on_border.any():
        some = rows.loc[on_border, [name for name in _PLACE_TEXT if name in rows]]
        said = column(some, "where_description") + "; " + column(some, "where_coordinates")
        units.loc[on_border] = by_text(said, lambda texts: texts.map(lambda text: ";".join(_on_line(text))))
    return units


def _on_line(text: str) -> list[str]:
    on_line = (*AFGHAN_PROVINCES_ON_LINE, *PAKISTANI_UNITS_ON_LINE)
    codes = list(dict.fromkeys(code for code in named_units(text) if code in on_line))
    order = AFGHAN_PROVINCES_ON_LINE
    if len(codes) == 2 and set(codes) <= set(order) and _from_to(text, set(codes)):
        first, last = sorted(map(order.index, codes))
        return list(order[first : last + 1])
    return codes


def _from_to(text: str, ends: set[str]) -> bool:
    """Whether a word or stroke of extent stands between two units, not only in "Afghanistan-Pakistan"."""
    return any(
        {*named_units(text[: found.start()])[-1:], *named_units(text[found.end() :])[:1]} == ends
        for found in re.finditer(r"\b(?:to|through)\b|-|–", text)
    )


def _sources(rows: pd.DataFrame) -> pd.Series:
    office = column(rows, "source_office")
    missing = office.eq("")
    return office.mask(missing, column(rows, "source_article")) if missing.any() else office


def _notes(rows: pd.DataFrame) -> pd.Series:
    status, clarity = column(rows, "code_status"), column(rows, "event_clarity")
    # Few statuses and codes there are: each sentence is written once.
    status_codes, statuses = status.factorize()
    aggregate = clarity.eq("2").to_numpy(dtype=bool)
    said = [f"UCDP code status: {text}." if text not in ("", "Clear") else "" for text in statuses]
    more = "Described in its sources only as part of a larger whole."
    sentences = [*said, *(f"{text} {more}".strip() for text in said)]
    return words_of(status_codes + aggregate * len(said), sentences, rows.index)
