"""What may stand in a frame of events: the checks of a file, at the door of every function.

A row that a file would have rejected is no event of a frame either. A frame is not repaired: it keeps its
rows, so that the first answer would be of other events than those given. It is refused, with the rows and
columns, and :func:`geo.read_events` reads it and tells of each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import SchemaError
from geo.events.columns import EVENT_COLUMNS, Column
from geo.events.days import dates_in
from geo.events.points import degrees_of, own_radii
from geo.places.unit_names import country_code
from geo.sources.values.coordinates import SWAPPED, looks_swapped
from geo.types import Bools
from geo.vocab import DATE_PRECISIONS

__all__ = ["check_frame"]

SHOWN: Final = 5
"""Rows that a message names of each fault."""

NO_PLACE: Final = "0, 0 is no place of an event; leave the position missing"
OFF_GLOBE: Final = "a latitude lies between -90 and 90, a longitude between -180 and 180"
BACKWARDS: Final = "the last day is before the first"
NO_COUNT: Final = "not a whole number from 0 up; leave it missing where the number is not known"
MISSING: Final = "missing; every event has one"


def check_frame(events: gpd.GeoDataFrame, *, complete: bool = False) -> None:
    """Refuse a frame with rows that no file could have: every fault at once, by column and row.

    Parameters
    ----------
    events
        Points with whatever columns; those that are called as ours are looked at.
    complete
        Whether every event must have what an event must have, its first day and its kind.

    Raises
    ------
    SchemaError
        If a position is none on the globe, 0, 0, or has latitude and longitude exchanged; a day is none, or
        the last is before the first; a word is none of the vocabulary, a number of deaths no whole number
        from 0 up, a radius no length.
    """
    faults = [*_position_faults(events), *_day_faults(events)]
    for column in EVENT_COLUMNS:
        if column.name not in events.columns:
            continue
        given = events[column.name]
        if column.dtype == "category":
            faults += _word_faults(given, column)
        elif column.dtype in ("Int8", "Int64"):
            faults += _number_faults(given, column)
        if complete and column.required:
            faults += _told(column.name, given.isna().to_numpy(dtype=bool), MISSING)
    own_radii(events)
    if faults:
        raise SchemaError(
            "; ".join(faults)
            + ". Rows are counted from 1. geo.read_events(frame) reads other forms, and tells "
            "of each row that is none"
        )


def _told(name: str, bad: Bools, reason: str, show: Callable[[int], object] | None = None) -> list[str]:
    """A line for a column: which rows, what stands in the first of them, and why it cannot."""
    rows = np.flatnonzero(bad)
    if not len(rows):
        return []
    named = ", ".join(str(row + 1) for row in rows[:SHOWN])
    more = f" and {len(rows) - SHOWN:,} more" if len(rows) > SHOWN else ""
    shown = "" if show is None else f" has {show(rows[0])}"
    return [f"{name}{shown} (row{'s' * (len(rows) > 1)} {named}{more}): {reason}"]


def _position_faults(events: gpd.GeoDataFrame) -> list[str]:
    lon, lat = degrees_of(events)
    off = ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90)) & ~(np.isnan(lon) | np.isnan(lat))
    null = (lon == 0) & (lat == 0)
    swapped = looks_swapped(lon, lat)
    if swapped.any() and "country_source" in events.columns:
        # Points of a country elsewhere lie where they lie.
        named = events["country_source"].astype("object")
        ours = {name: country_code(name) is not None for name in named.dropna().unique() if name}
        swapped &= named.map(ours).isin([True, None, np.nan]).to_numpy(dtype=bool)
    faults: list[str] = []
    for bad, reason in ((off, OFF_GLOBE), (null, NO_PLACE), (swapped, SWAPPED)):
        faults += _told("geometry", bad, reason, lambda row: f"latitude {lat[row]:g}, longitude {lon[row]:g}")
    return faults


def _day_faults(events: pd.DataFrame) -> list[str]:
    starts, ends = (
        dates_in(events, name, latest=late) if name in events.columns else None
        for name, late in (("date_start", False), ("date_end", True))
    )
    if starts is None or ends is None:
        return []
    early = (ends.dt.normalize() < starts.dt.normalize()).to_numpy(dtype=bool)
    return _told("date_end", early, BACKWARDS, lambda row: f"{ends.iloc[row]:%Y-%m-%d}")


def _word_faults(given: pd.Series, column: Column) -> list[str]:
    try:
        there = given.dropna().unique()
        strange = [word for word in there if not (isinstance(word, str) and word in column.allowed)]
    except TypeError:
        return [f"{column.name} has a {type(given.dropna().iloc[0]).__name__} in a cell; it holds words"]
    if not strange:
        return []
    bad = given.isin(strange).to_numpy(dtype=bool, na_value=False)
    return _told(
        column.name,
        bad,
        f"allowed: {', '.join(column.allowed)}",
        lambda row: repr(given.iloc[row : row + 1].item()),
    )


def _number_faults(given: pd.Series, column: Column) -> list[str]:
    numbers = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    stated = given.notna().to_numpy(dtype=bool)
    if column.name == "date_precision":
        bad = stated & ~np.isin(numbers, list(DATE_PRECISIONS))
        allowed = ", ".join(f"{number} {words}" for number, words in DATE_PRECISIONS.items())
        return _told(
            column.name, bad, f"allowed: {allowed}", lambda row: repr(given.iloc[row : row + 1].item())
        )
    with np.errstate(invalid="ignore"):
        bad = stated & ~((numbers >= 0) & (numbers < 2**63) & (np.floor(numbers) == numbers))
    return _told(column.name, bad, NO_COUNT, lambda row: repr(given.iloc[row : row + 1].item()))
