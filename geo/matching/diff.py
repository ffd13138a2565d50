"""What changed between two versions of an event table, row by row and field by field."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arguments import checked, needed
from geo.errors import CrsError, SchemaError
from geo.events.given import check_names, with_ids
from geo.files.csv_text import csv_text
from geo.sources.given import Events, as_frame
from geo.types import GEOD

__all__ = ["CHANGES", "diff_events", "format_changes"]

CHANGES: Final = ("column added", "column dropped", "added", "deleted", "superseded", "changed")
"""What a line can say, in the order of the table."""

GEOMETRY: Final = "geometry"
VERSION: Final = "dataset_version"
EXACT_INTEGERS: Final = 2**53
_DEGREES: Final = 7
"""Decimals at which two coordinates are the same: 1 cm."""


@checked
def diff_events(old: Events, new: Events) -> pd.DataFrame:
    """Rows added, deleted, superseded, and every field changed, from one table to another.

    Rows are the same if their ``event_id`` is. The order of rows and columns, the index and dtypes do not
    matter: 3 is 3.0, and a category is its text. A row whose ``dataset_version`` is another now was replaced
    by another release: it is ``superseded``, and the fields in which the two differ follow as ``changed``.

    Parameters
    ----------
    old, new
        Events as for :func:`geo.loci`; a DataFrame needs no positions. Rows without an ``event_id`` are
        called by their number, ``own:1``, as :func:`geo.read_events` has it.

    Returns
    -------
    DataFrame
        All str but the last: ``event_id`` (empty for a column), ``change`` (one of :data:`CHANGES`),
        ``column``, ``old``, ``new`` (as text; empty where there was nothing, with ``change`` saying which it
        is), ``moved_m`` (float64, metres between the two points where the geometry changed). Sorted by event,
        then column, in the order of the old table, new rows last.

    Raises
    ------
    CrsError
        If a table with points has no CRS.
    SchemaError
        If an ``event_id`` or a column is there twice.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> old = gpd.GeoDataFrame({"event_id": ["own:1"], "place": ["Spin Boldak"]},
    ...                        geometry=gpd.points_from_xy([66.4], [31.0]), crs=4326)
    >>> new = old.assign(place="Wesh")
    >>> geo.diff_events(old, new)[["change", "column", "old", "new"]].values.tolist()
    [['changed', 'place', 'Spin Boldak', 'Wesh']]
    """
    old, new = (
        with_ids(one if isinstance(one, pd.DataFrame) else as_frame(one), f"the {name} table")
        for name, one in (("old", old), ("new", new))
    )
    one, two = _texts(old), _texts(new)
    rows: list[tuple[str, str, str, str, str, float]] = []
    rows += [
        ("", "column added", column, "", "", np.nan) for column in two.columns if column not in one.columns
    ]
    rows += [
        ("", "column dropped", column, "", "", np.nan) for column in one.columns if column not in two.columns
    ]
    columns = [column for column in one.columns if column in two.columns]
    at = pd.Series(np.arange(len(two)), index=two.index)
    points = {"old": _points(old), "new": _points(new)}
    left = {column: one[column].to_numpy() for column in columns}
    right = {column: two[column].to_numpy() for column in columns}
    for row, event in enumerate(one.index):
        if event not in at.index:
            rows.append((event, "deleted", "", "", "", np.nan))
            continue
        other = int(at[event])
        if VERSION in columns and left[VERSION][row] != right[VERSION][other]:
            rows.append((event, "superseded", VERSION, left[VERSION][row], right[VERSION][other], np.nan))
        for column in columns:
            before, after = left[column][row], right[column][other]
            if before == after or column == VERSION:
                continue
            moved = np.nan
            if column == GEOMETRY and before and after:
                moved = _apart_m(points["old"][row], points["new"][other])
            rows.append((event, "changed", column, before, after, moved))
    rows += [(event, "added", "", "", "", np.nan) for event in two.index if event not in one.index]
    table = pd.DataFrame(rows, columns=["event_id", "change", "column", "old", "new", "moved_m"])
    kinds = dict.fromkeys(("event_id", "change", "column", "old", "new"), "str") | {"moved_m": "float64"}
    return table.astype(kinds)


@checked
def format_changes(changes: pd.DataFrame, format: Literal["text", "csv", "json"] = "text") -> str:  # noqa: A002
    """Changes as text to read, as CSV or as JSON.

    Parameters
    ----------
    changes
        As :func:`geo.diff_events` gives them.
    format
        ``text``: one paragraph for each event after a line of totals. ``csv``: the table, with an apostrophe
        before cells that a spreadsheet program would run as formulas. ``json``: totals and a list of changes.

    Raises
    ------
    SchemaError
        If the format is another.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> old = gpd.GeoDataFrame({"event_id": ["own:1"], "deaths_best": [3]},
    ...                        geometry=gpd.points_from_xy([66.4], [31.0]), crs=4326)
    >>> print(geo.format_changes(geo.diff_events(old, old.assign(deaths_best=4))))
    0 added, 0 deleted, 0 superseded, 1 changed
    own:1
      deaths_best: 3 -> 4
    """
    needed(changes.columns, ("event_id", "change", "column", "old", "new", "moved_m"), "changes")
    if format not in ("text", "csv", "json"):
        raise SchemaError(f"no format {format!r}; allowed: text, csv, json")
    totals = _totals(changes)
    if format == "csv":
        return csv_text(changes).rstrip("\n")
    if format == "json":
        records = [
            {key: value for key, value in row.items() if not (isinstance(value, float) and np.isnan(value))}
            for row in changes.to_dict("records")
        ]
        return json.dumps({"totals": totals, "changes": records}, ensure_ascii=False, indent=1)
    lines = [", ".join(f"{number} {word}" for word, number in totals.items())]
    for row in changes[changes["event_id"] == ""].itertuples():
        lines.append(f"{row.change}: {row.column}")  # noqa: PERF401 - one loop for each part of the text
    own = changes[changes["event_id"] != ""]
    for event, group in own.groupby("event_id", sort=False):
        marks = [row.change for row in group.itertuples() if row.change != "changed"]
        lines.append(f"{event}" + (f" {marks[0]}" if marks else ""))
        for row in group.itertuples():
            if row.change in ("changed", "superseded"):
                moved = "" if np.isnan(row.moved_m) else f" ({row.moved_m:,.0f} m)"
                # A line break in a text would look like a line of ours.
                before, after = (" ".join(text.split()) or "(nothing)" for text in (row.old, row.new))
                lines.append(f"  {row.column}: {before} -> {after}{moved}")
    return "\n".join(lines)


def _totals(changes: pd.DataFrame) -> dict[str, int]:
    """Numbers of events; one that is superseded counts as that only, whatever else changed in it."""
    by_kind = {word: set(changes.loc[changes["change"] == word, "event_id"]) for word in CHANGES}
    return {
        "added": len(by_kind["added"]),
        "deleted": len(by_kind["deleted"]),
        "superseded": len(by_kind["superseded"]),
        "changed": len(by_kind["changed"] - by_kind["superseded"]),
    }


def _texts(events: pd.DataFrame) -> pd.DataFrame:
    """Every field as text that does not depend on dtypes, by event_id; the points under ``geometry``."""
    check_names(events)
    geometry = events.geometry.name if isinstance(events, gpd.GeoDataFrame) else None
    fields = {
        str(column): [_text(value) for value in events[column].astype("object")]
        for column in events.columns
        if column not in ("event_id", geometry)
    }
    if geometry is not None:
        fields[GEOMETRY] = [
            "" if point is None or point.is_empty else _position(point) for point in _points(events)
        ]
    return pd.DataFrame(
        fields, index=pd.Index(events["event_id"].astype("str"), name="event_id"), dtype="object"
    )


def _points(events: pd.DataFrame) -> list[shapely.Geometry | None]:
    if not isinstance(events, gpd.GeoDataFrame):
        return [None] * len(events)
    if events.crs is None:
        raise CrsError("the points have no CRS; set it, for degrees with points.set_crs('EPSG:4326')")
    return list(events.geometry.to_crs("EPSG:4326").to_numpy())


def _position(shape: shapely.Geometry) -> str:
    if shape.geom_type == "Point":
        return f"{_decimal(shape.x)}, {_decimal(shape.y)}"
    return str(shapely.to_wkt(shape, rounding_precision=_DEGREES))


def _decimal(value: float) -> str:
    return f"{value:.{_DEGREES}f}".rstrip("0").rstrip(".")


def _apart_m(before: shapely.Geometry | None, after: shapely.Geometry | None) -> float:
    if before is None or after is None or {before.geom_type, after.geom_type} != {"Point"}:
        return float("nan")
    _, _, away = GEOD.inv(before.x, before.y, after.x, after.y)
    return float(away)


def _text(value: object) -> str:
    """A value as text: empty if missing, whole numbers without a fraction, dates without a time of zero."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if math.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() and abs(number) < EXACT_INTEGERS else repr(number)
    if isinstance(value, (dt.datetime, np.datetime64)):
        moment = pd.Timestamp(value)
        if pd.isna(moment):
            return ""
        return str(moment.strftime("%Y-%m-%d") if moment == moment.normalize() else moment.isoformat())
    return str(value)
