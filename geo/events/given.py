"""What a user gives for events, where it is no file: frames and tables, checked at once.

Files are read one room up, by :mod:`geo.sources.given`, which every public function goes through.
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import IO, Annotated, Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arguments import TOLD_BY_THE_FUNCTION
from geo.errors import CrsError, PrecisionWarning, SchemaError
from geo.events.columns import (
    CLAIM_COLUMNS,
    EVENT_COLUMNS,
    PHASE_COLUMNS,
    REJECTED_COLUMNS,
    SOURCE_COLUMNS,
    empty_table,
)
from geo.events.days import dates_in
from geo.events.faults import Fault, to_rejected
from geo.events.tables import EventTables
from geo.types import EPSG
from geo.vocab import WHERE_PRECISIONS

__all__ = [
    "PRECISION_ELSEWHERE",
    "EventSource",
    "all_sites",
    "check_given",
    "check_names",
    "no_precision",
    "points_frame",
    "tables_of_frame",
    "warn_without_precision",
    "with_ids",
]

PRECISION_ELSEWHERE: Final = ("where_prec", "geo_precision", "ActionGeo_Type")
"""Columns in which UCDP, ACLED and GDELT say how exactly a place is known."""

LON, LAT = "lon", "lat"

EventSource: TypeAlias = Annotated[str | os.PathLike[str] | pd.DataFrame | IO[bytes], TOLD_BY_THE_FUNCTION]
"""What events are read from: a path, a frame, an open binary file."""

ALLOWED: Final = (
    "events are what geo.read_events gives, a GeoDataFrame of points, a DataFrame with lon and lat in "
    "degrees, the path of a file, or a list of paths and frames"
)

PACKAGES: Final = tuple(str(Path(__file__).resolve().parents[2] / name) for name in ("geo", "maps"))


def check_given(events: object, *, shipped: bool = False) -> None:
    """Refuse what can be no events, before anything is read.

    Parameters
    ----------
    events
        What the user gives.
    shipped
        Whether nothing given stands for the shipped events.

    Raises
    ------
    SchemaError
        If it is no path, frame or tables; the message says what is allowed.
    """
    if events is None and shipped:
        return
    if isinstance(events, EventTables) or _is_source(events):
        return
    listed = isinstance(events, (list, tuple))
    wrong = [one for one in events if not _is_source(one)] if isinstance(events, (list, tuple)) else []
    if listed and events and not wrong:
        return
    got = f"a {type(events).__name__}"
    if listed:
        got += f" of {type(wrong[0]).__name__}" if wrong else " without anything in it"
    elif events is None:
        got = "None (the shipped events are geo.read_events())"
    hint = "; make a frame of the records first: pandas.DataFrame(records)" if listed and events else ""
    raise SchemaError(f"{ALLOWED}; got {got}{hint}")


def _is_source(one: object) -> bool:
    """Whether it is one thing that events are read from."""
    return isinstance(one, (str, os.PathLike, pd.DataFrame)) or callable(getattr(one, "read", None))


def points_frame(events: pd.DataFrame) -> gpd.GeoDataFrame:
    """The events of a frame as points, with its rows, index, order and columns as they are.

    Raises
    ------
    SchemaError
        If it has no positions in a form that is known here, half of one, or two columns of one name.
    CrsError
        If its geometry has no CRS.
    """
    check_names(events)
    if isinstance(events, gpd.GeoDataFrame) and events.active_geometry_name is not None:
        if events.crs is None:
            raise CrsError("the points have no CRS; set it, for degrees with events.set_crs('EPSG:4326')")
        return events
    shapes = [name for name in events.columns if isinstance(events[name].dtype, gpd.array.GeometryDtype)]
    if len(shapes) == 1:
        return points_frame(gpd.GeoDataFrame(events, geometry=shapes[0]))
    if {LON, LAT} <= set(events.columns):
        try:
            lon, lat = (
                pd.to_numeric(events[name]).to_numpy(np.float64, na_value=np.nan) for name in (LON, LAT)
            )
        except (ValueError, TypeError) as err:
            raise SchemaError(
                f"{LON} and {LAT} must be numbers in degrees: {err}; geo.read_events(frame) reads other forms"
            ) from err
        half = np.flatnonzero(np.isnan(lon) != np.isnan(lat))
        if len(half):
            raise SchemaError(
                f"{LON} and {LAT} must both be given; {len(half)} rows have one of them, the first is row "
                f"{half[0] + 1} (counted from 1)"
            )
        points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), index=events.index, crs=EPSG)
        points[np.isnan(lon)] = None
        return gpd.GeoDataFrame(events, geometry=points)
    named = ", ".join(map(str, list(events.columns)[:12])) or "none"
    raise SchemaError(
        "the frame has no positions in our form, a geometry of points or the columns lon and lat; it has the "
        f"columns {named}. geo.read_events(frame) recognises others, such as latitude and longitude, and "
        "names of places"
    )


def check_names(events: pd.DataFrame) -> None:
    """Refuse a frame with two columns of one name: nobody can say which of them is meant.

    Raises
    ------
    SchemaError
        With the names.
    """
    if not events.columns.is_unique:
        twice = ", ".join(map(repr, events.columns[events.columns.duplicated()].unique()[:8]))
        raise SchemaError(
            f"the frame has more than one column called {twice}; keep one, or rename the others"
        )


def tables_of_frame(events: pd.DataFrame, *, complete: bool = True) -> EventTables:
    """Events of a frame as tables, in our columns and its own; without claims or sources.

    Rows, index and order stay. If they are not to be complete, so do the columns. Else what an event must
    have has to be there, and numbers, days and words get the types of our columns. What else is not there is
    missing, but for the id, which is the number of the row, and for how exactly a place is known: where no
    column says it, each point is a site, with a warning.

    Raises
    ------
    SchemaError, CrsError
        As for :func:`points_frame`; SchemaError also if the kind or the day of the events is in no column.
    """
    points = points_frame(events)
    if not complete:
        return _alone(points, pd.Series(dtype="Int64"), [])
    absent = [one.name for one in EVENT_COLUMNS if one.required and one.name not in points.columns]
    if absent:
        raise SchemaError(
            f"the frame has no column {' and '.join(absent)}; it has {', '.join(map(str, points.columns))}. "
            "geo.read_events(frame) recognises other names"
        )
    points = points if points.crs.to_epsg() == 4326 else points.to_crs(EPSG)
    if points.geometry.name != "geometry":
        points = points.rename_geometry("geometry")
    told: list[Fault] = []
    made: dict[str, Any] = {}
    for column in EVENT_COLUMNS:
        name = column.name
        if name not in points.columns:
            made[name] = pd.Series(None, index=points.index, dtype=column.to_dtype())
        elif column.dtype == "datetime64[us]":
            made[name] = dates_in(points, name).astype("datetime64[us]")
        elif column.dtype != "str":
            given = points[name] if column.allowed else pd.to_numeric(points[name])
            made[name] = given.astype(column.to_dtype())
    if "date_end" not in points.columns and not (ends := dates_in(points, "date_start", latest=True)).empty:
        # Only a time in another zone has two days.
        two = ends.dt.normalize() > made["date_start"].dt.normalize()
        if two.any():
            made["date_end"] = ends.where(two).astype("datetime64[us]")
    if "where_precision" not in points.columns:
        made["where_precision"] = all_sites(points.index)
        told.append((0, "where_precision", None, no_precision(points)))
    made["event_id"] = _ids(points, told)
    whole = points.assign(**made)
    rows = pd.Series(
        np.arange(1, len(whole) + 1), index=whole["event_id"].to_numpy(), dtype="Int64", name="row"
    )
    return _alone(whole, rows, told)


def _alone(events: gpd.GeoDataFrame, rows: pd.Series, told: list[Fault]) -> EventTables:
    return EventTables(
        events=events,
        claims=empty_table(CLAIM_COLUMNS),
        sources=empty_table(SOURCE_COLUMNS),
        phases=empty_table(PHASE_COLUMNS),
        rejected=empty_table(REJECTED_COLUMNS),
        rejected_claims=empty_table(REJECTED_COLUMNS),
        raw=pd.DataFrame(index=pd.RangeIndex(1, len(events) + 1)),
        rows=rows,
        warnings=to_rejected(told),
    )


def with_ids(events: pd.DataFrame, name: str) -> pd.DataFrame:
    """The same rows, each with an id that no other has: its own, or the number of the row.

    Parameters
    ----------
    events
        Any frame; ids that are there, all of them texts, stay as they are.
    name
        What a message calls the table.

    Raises
    ------
    SchemaError
        If an id is there twice: nobody can say which of the rows a pair of ids is about.
    """
    if "event_id" in events.columns:
        given = events["event_id"]
        blank = given.isna() | given.astype("str").str.strip().eq("")
        again = given[given.duplicated() & ~blank]
        if len(again):
            raise SchemaError(
                f"{name} has an event_id twice: {', '.join(map(str, again.unique()[:5]))}; give each row one "
                "of its own"
            )
        if not blank.any() and all(isinstance(one, str) for one in given):
            return events
        events = events.assign(event_id=given.where(~blank))
    ids = _ids(events, [])
    if "event_id" in events.columns:
        return events.assign(event_id=ids)
    numbered = events.copy()
    numbered.insert(0, "event_id", ids)
    return numbered


def _ids(points: pd.DataFrame, told: list[Fault]) -> pd.Series:
    """An id for each row that no other has."""
    if "event_id" in points.columns:
        given = points["event_id"].astype("object").where(points["event_id"].notna(), "").astype("str")
    else:
        given = pd.Series("", index=points.index, dtype="str")
    names = given.tolist()
    seen: set[str] = set(names)
    used: set[str] = set()
    for row, name in enumerate(names):
        wanted = name or f"own:{row + 1}"
        if wanted in used or (not name and wanted in seen):
            number = next(n for n in range(2, len(names) + 3) if f"{wanted}#{n}" not in used | seen)
            wanted = f"{wanted}#{number}"
            if name:
                told.append((row + 1, "event_id", name, f"there already; this row is called {wanted}"))
        used.add(wanted)
        names[row] = wanted
    return pd.Series(names, index=points.index, dtype="str")


def all_sites(index: pd.Index) -> pd.Series:
    """The precision of points of which no column says how exactly they are known."""
    words = pd.Categorical(["site"] * len(index), categories=list(WHERE_PRECISIONS))
    return pd.Series(words, index=index, name="where_precision")


def no_precision(events: pd.DataFrame) -> str:
    """What to say where no column says how exactly the places are known."""
    said = (
        "no column where_precision says how exactly a place is known; each point is taken as a site (0.5 km)"
    )
    known = [name for name in PRECISION_ELSEWHERE if name in events.columns]
    if known:
        return f"{said}. {known[0]} does: geo.read_events(frame) reads it"
    return f"{said}. Say it in a column, such as events.assign(where_precision='town')"


def warn_without_precision(events: pd.DataFrame, *, rows: int | None = None) -> None:
    """Warn, once for a place in the user's code, where no column says how exactly a place is known.

    Parameters
    ----------
    events
        The events, or a frame of their columns alone.
    rows
        Their number, if it is not that of the frame.
    """
    if "where_precision" not in events.columns and (len(events) if rows is None else rows):
        warnings.warn(no_precision(events), PrecisionWarning, stacklevel=_caller())


def _caller() -> int:
    """How many calls up the first file is that is not of this toolkit."""
    level, frame = 1, sys._getframe(1)  # noqa: SLF001 - what warnings does too
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGES):
        level, frame = level + 1, frame.f_back
    return level
