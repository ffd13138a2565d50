"""ACLED exports and API answers: 31 and 35 columns, and older ones with numeric interaction codes.

Codes after the ACLED Codebook: geo_precision, time_precision, event and sub-event types. ACLED's terms forbid
passing its rows on, so every row carries the licence ``no-redistribution``, which keeps it out of what an
export shows row by row.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
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
    named_rows,
    plain_name,
    reported,
    whole_numbers,
    with_position,
)
from geo.sources.readers.codes import ACLED_DATES, ACLED_EVENT_TYPES, ACLED_PLACES, NO_REDISTRIBUTION
from geo.sources.values.dates import DATES_ACCEPTED, parse_dates
from geo.vocab import EVENT_TYPES, WHERE_PRECISIONS

__all__ = ["NO_REDISTRIBUTION", "SUB_EVENT_TYPES", "detect", "map_rows"]

_ID: Final = "event_id_cnty"
_ID_NAME: Final = re.compile(r"(?:event|acled|data|source)?_? ?id(?:_cnty)?|event_id_no_cnty", re.IGNORECASE)
_ID_FORM: Final = r"(?:AFG|PAK|IRN|IND|TJK|TKM|UZB|CHN)\d{1,7}"
"""Letters of the country, here those of the region, and a number (ACLED Codebook, event_id_cnty)."""
_NEEDED: Final = {
    "event_id_cnty",
    "event_date",
    "event_type",
    "sub_event_type",
    "latitude",
    "longitude",
    "geo_precision",
}
_POSITION: Final = ("latitude", "longitude")

SUB_EVENT_TYPES: Final = {
    "Armed clash": ("Battles", "armed clash"),
    "Government regains territory": ("Battles", "armed clash"),
    "Non-state actor overtakes territory": ("Battles", "armed clash"),
    "Chemical weapon": ("Explosions/Remote violence", "attack"),
    "Air/drone strike": ("Explosions/Remote violence", "airstrike"),
    "Suicide bomb": ("Explosions/Remote violence", "bombing"),
    "Shelling/artillery/missile attack": ("Explosions/Remote violence", "shelling"),
    "Remote explosive/landmine/IED": ("Explosions/Remote violence", "bombing"),
    "Grenade": ("Explosions/Remote violence", "bombing"),
    "Sexual violence": ("Violence against civilians", "attack"),
    "Attack": ("Violence against civilians", "attack"),
    "Abduction/forced disappearance": ("Violence against civilians", "attack"),
    "Peaceful protest": ("Protests", "other"),
    "Protest with intervention": ("Protests", "other"),
    "Excessive force against protesters": ("Protests", "other"),
    "Violent demonstration": ("Riots", "other"),
    "Mob violence": ("Riots", "other"),
    "Agreement": ("Strategic developments", "talks"),
    "Arrests": ("Strategic developments", "other"),
    "Change to group/activity": ("Strategic developments", "other"),
    "Disrupted weapons use": ("Strategic developments", "other"),
    "Headquarters or base established": ("Strategic developments", "other"),
    "Looting/property destruction": ("Strategic developments", "other"),
    "Non-violent transfer of territory": ("Strategic developments", "other"),
    "Other": ("Strategic developments", "other"),
}
"""The 25 sub-event types: event type of ACLED, and ours. "Air/drone strike" depends on the notes."""

_DRONE: Final = r"\b(?:drones?|uavs?|quad-?copters?|unmanned)\b"
_AIRCRAFT: Final = (
    r"\b(?:jets?|warplanes?|aircrafts?|helicopters?|air ?strikes?|air raids?|air force|bombers?)\b"
)
# Codes of inter1 and inter2 in exports up to 2023 (ACLED Codebook 2019, table of interaction codes).
_INTER: Final = {
    "1": "State forces",
    "2": "Rebel group",
    "3": "Political militia",
    "4": "Identity militia",
    "5": "Rioters",
    "6": "Protesters",
    "7": "Civilians",
    "8": "External/Other forces",
}


_KEPT: Final = (
    "disorder_type",
    "civilian_targeting",
    "source_scale",
    "tags",
    "geo_precision",
    "time_precision",
    "admin3",
    "timestamp",
)
"""Columns that are kept as they are."""


def detect(table: RawTable) -> bool:
    """Whether the rows are ACLED's: by the name of its ids, or by ids such as AFG12345 in a column of ids."""
    if find_names(table, {_ID}) is not None:
        return True
    return _cut_ids(table) is not None


def _cut_ids(table: RawTable) -> str | None:
    """The name of a column of ids that are ACLED's, in a table that has lost the name of it."""
    names = [plain_name(name) for name in table.first_cells()]
    frame = table.frame if table.kind == "records" else table.frame.iloc[1:]
    for number, name in enumerate(names):
        if _ID_NAME.fullmatch(name):
            cells = frame.iloc[:200, number].dropna().str.strip()
            cells = cells[cells.ne("")]
            if len(cells) and cells.str.fullmatch(_ID_FORM).all():
                return name
    return None


def map_rows(table: RawTable, options: Options) -> Mapped:
    """Rows of ACLED in our columns.

    geo_precision 1 is a town, 2 near, 3 the province; time_precision 1 a day, 2 two days to a week, 3 a
    month. fatalities is a reported estimate: it is `deaths_best`; ACLED gives no range, so low and high are
    missing. The order of the
    actors says nothing about who attacked.
    """
    placed = with_position(table, *_POSITION)
    header = find_names(placed, _NEEDED)
    if header is None:
        return _map_extract(table, options)
    table = placed
    data = named_rows(table, *header)
    rows, faults, warnings = data.rows, data.faults, FaultLog()
    for reason in table.warnings:
        warnings.add_whole(reason)
    lat, lon = degrees(rows, "latitude", 90, faults), degrees(rows, "longitude", 180, faults)
    ids = column(rows, "event_id_cnty")
    faults.add(ids.eq(""), "event_id_cnty", ids, "missing; every event of ACLED has an id")
    geo_precision = whole_numbers(rows, "geo_precision", faults, allowed=(1, 2, 3))
    faults.add(column(rows, "geo_precision").eq(""), "geo_precision", None, "missing; 1, 2 or 3 is needed")
    time_precision = whole_numbers(rows, "time_precision", faults, allowed=(1, 2, 3))
    deaths = whole_numbers(rows, "fatalities", faults)
    start = _days(rows, options, faults)
    event_type = _event_types(rows, faults)
    known_on = _timestamps(rows, warnings)
    details = _details(rows, warnings)
    table_ = assemble(
        {
            "event_id": "acled:" + ids,
            "date_start": start,
            # A week or a month "around" the day has no last day that ACLED states.
            "date_end": start.where(time_precision.fillna(1).eq(1)),
            "date_precision": time_precision.map(ACLED_DATES).astype("Int8"),
            "event_type": event_type,
            "native_type": column(rows, "event_type") + ": " + column(rows, "sub_event_type"),
            "actor1": column(rows, "actor1"),
            "actor2": column(rows, "actor2"),
            "place": column(rows, "location"),
            "adm1_source": column(rows, "admin1"),
            "adm2_source": column(rows, "admin2"),
            "country_source": column(rows, "country"),
            "where_precision": category(geo_precision, ACLED_PLACES, WHERE_PRECISIONS),
            "deaths_best": deaths,
            "verification": reported(rows.index),
            "source": column(rows, "source"),
            "dataset": "acled",
            "licence": NO_REDISTRIBUTION,
            "summary": column(rows, "notes"),
        },
        lon,
        lat,
    )
    rank = known_on.astype("int64").where(known_on.notna(), 0)
    return Mapped(
        table_,
        rows,
        faults,
        warnings,
        details,
        rank,
        known_on.dt.normalize(),
        notes=data.notes,
        above=data.above,
    )


def _days(rows: pd.DataFrame, options: Options, faults: FaultLog) -> pd.Series:
    """The day of each event."""
    text = column(rows, "event_date")
    parsed = parse_dates(text, day_first=options.day_first)
    faults.add(parsed.reason.ne(""), "event_date", text, parsed.reason + f"; accepted: {DATES_ACCEPTED}")
    faults.add(text.eq(""), "event_date", None, "missing")
    return parsed.start


def _details(rows: pd.DataFrame, warnings: FaultLog) -> pd.DataFrame:
    """What ACLED says beside our columns."""
    details = pd.DataFrame({name: rows[name] for name in _KEPT if name in rows}, index=rows.index)
    for name in ("inter1", "inter2"):
        if name in rows:
            text = column(rows, name)
            # Code 0 said "no second actor", which is an empty cell in the exports with words.
            details[name] = (
                text.map(_INTER).astype("str").where(text.isin(list(_INTER)), text.mask(text.eq("0"), ""))
            )
    for name in ("population_1km", "population_2km", "population_5km", "population_best"):
        if name in rows:
            details[name] = whole_numbers(rows, name, warnings)
    return details


def _map_extract(table: RawTable, options: Options) -> Mapped:
    """Rows of ACLED that have lost some of its columns: read as any table, with its terms and its credit."""
    from geo.sources.readers import table as any_table

    name = _ID if find_names(table, {_ID}) is not None else _cut_ids(table)
    shown = table.names if table.kind == "records" else [str(cell) for cell in table.first_cells()]
    named = next((cell for cell in shown if plain_name(cell) == name), str(name))
    columns = {"event_id": named, **options.columns}
    mapped = any_table.map_rows(table, replace(options, columns=columns))
    ids = column(mapped.raw, named)
    mapped.faults.add(ids.eq(""), named, None, "missing; every event of ACLED has an id")
    told = mapped.table
    best = told["deaths_best"].fillna(told["deaths_high"]).fillna(told["deaths_low"])
    nothing = pd.Series(pd.NA, index=told.index, dtype="Int64")
    text = {name: pd.Series(value, index=told.index, dtype="str") for name, value in _TERMS.items()}
    mapped.table = told.assign(
        event_id=("acled:" + ids).where(ids.ne(""), told["event_id"]),
        # A reported estimate without a range.
        deaths_low=nothing,
        deaths_best=best,
        deaths_high=nothing,
        **text,
    )
    if "sub_event_type" in mapped.raw and "event_type" in mapped.raw:
        mapped.table["event_type"] = _event_types(mapped.raw, FaultLog()).fillna(told["event_type"])
    mapped.notes = [note for note in mapped.notes if not note.startswith("an extract of ACLED")]
    mapped.notes.insert(0, "an extract of ACLED, known by its ids: its rows are not to be passed on")
    return mapped


_TERMS: Final = {"dataset": "acled", "licence": NO_REDISTRIBUTION}


def _event_types(rows: pd.DataFrame, faults: FaultLog) -> pd.Series:
    event, sub = column(rows, "event_type"), column(rows, "sub_event_type")
    words = sub.map({name: ours for name, (_, ours) in SUB_EVENT_TYPES.items()}).astype("object")
    words = words.fillna(event.map(ACLED_EVENT_TYPES).astype("object"))
    strike = sub.eq("Air/drone strike")
    if strike.any():
        notes = column(rows, "notes")[strike]
        # Both words in one note leave open which it was: it stays an air strike, the wider word.
        drone = notes.str.contains(_DRONE, flags=re.IGNORECASE, regex=True)
        aircraft = notes.str.replace(r"drone (?:air ?)?strikes?", "drone", flags=re.IGNORECASE, regex=True)
        only = drone & ~aircraft.str.contains(_AIRCRAFT, flags=re.IGNORECASE, regex=True)
        words.loc[only.index[only]] = "drone strike"
    faults.add(
        words.isna(),
        "event_type",
        event,
        "no event type of ACLED; known: " + ", ".join(sorted({kind for kind, _ in SUB_EVENT_TYPES.values()})),
    )
    return words.astype(pd.CategoricalDtype(list(EVENT_TYPES)))


def _timestamps(rows: pd.DataFrame, warnings: FaultLog) -> pd.Series:
    """When ACLED last wrote each row: seconds since 1970 in exports and API answers, or a date."""
    text = column(rows, "timestamp")
    seconds = pd.to_numeric(text.where(text.ne("")), errors="coerce")
    good = seconds.between(0, dt.datetime(2100, 1, 1, tzinfo=dt.UTC).timestamp())
    stamps = pd.to_datetime(seconds.where(good), unit="s").astype("datetime64[us]")
    rest = text.ne("") & ~good
    if rest.any():
        days = pd.to_datetime(text.where(rest), errors="coerce", format="ISO8601").astype("datetime64[us]")
        stamps = stamps.fillna(days)
        warnings.add(
            rest & days.isna(),
            "timestamp",
            text,
            "no time that can be read; the row counts as the oldest of its id",
        )
    return stamps.where(stamps.notna(), np.datetime64("NaT"))
