"""The one door: whatever a user has for events, as tables or as a frame of points.

It stands in this room, and not with the tables, because a path has to be read, and rooms below know no
readers. Every public function that takes events goes through it; what they call inside takes frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeAlias

import geopandas as gpd
import pandas as pd

from geo.arguments import TOLD_BY_THE_FUNCTION
from geo.events.given import EventSource, check_given, points_frame, tables_of_frame, warn_without_precision
from geo.events.tables import EventTables, with_details
from geo.sources.frame_checks import check_frame

__all__ = ["Events", "as_frame", "as_points", "as_tables", "files_of"]

Events: TypeAlias = Annotated[EventTables | EventSource | Sequence[EventSource], TOLD_BY_THE_FUNCTION]
"""What a public function takes for events."""


def as_tables(events: Events | None) -> EventTables:
    """Events as tables: as they are, of a frame, or read from files; the shipped ones for None.

    Parameters
    ----------
    events
        What :func:`geo.read_events` gave; a GeoDataFrame of points, or a DataFrame with `lon` and `lat` in
        degrees, with the day and kind in our columns; the path of a file, an open binary file, or several of
        whatever :func:`geo.read_events` reads.

    Raises
    ------
    SchemaError
        If it is none of these, or a frame lacks what an event must have, or has a row that a file could not
        have (:func:`geo.sources.frame_checks.check_frame`); the message says what is allowed.
    CrsError
        If a geometry has no CRS.
    DataNotFoundError, SourceError
        As for :func:`geo.read_events`.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.sources.given import as_tables
    >>> frame = pd.DataFrame({"date_start": ["2025-10-11"], "event_type": ["airstrike"], "lon": [71.09],
    ...                       "lat": [34.12], "where_precision": ["town"]})
    >>> as_tables(frame).events["event_id"].tolist()
    ['own:1']
    """
    check_given(events, shipped=True)
    if isinstance(events, EventTables):
        return events
    if isinstance(events, pd.DataFrame):
        points = points_frame(events)
        check_frame(points, complete=True)
        warn_without_precision(points)
        return tables_of_frame(points)
    from geo.sources.read import read_events

    return read_events(events)


def files_of(events: Events) -> tuple[Path, ...]:
    """The files that events were or will be read from; none of a frame."""
    if isinstance(events, EventTables):
        return events.read_from
    several = events if isinstance(events, Sequence) and not isinstance(events, str) else (events,)
    return tuple(Path(one).absolute() for one in several if isinstance(one, str | Path))


def as_points(events: Events, *, own: bool = False) -> gpd.GeoDataFrame:
    """Events as a frame of points, for questions about places alone; a frame keeps all that it has.

    Parameters
    ----------
    events
        As for :func:`as_tables`, but a frame needs nothing except positions.
    own
        Whether the columns of a file that are not ours come along.

    Raises
    ------
    SchemaError, CrsError, DataNotFoundError, SourceError
        As for :func:`as_tables`. None is refused: nobody asks of the shipped events by giving nothing.

    Warns
    -----
    PrecisionWarning
        If no column says how exactly the places are known.

    Examples
    --------
    >>> import geo
    >>> from geo.sources.given import as_points
    >>> len(as_points(geo.read_events()))
    93
    """
    points = as_frame(events, own=own)
    warn_without_precision(points)
    return points


def as_frame(events: Events, *, own: bool = False) -> gpd.GeoDataFrame:
    """The same for questions to which it is nothing how exactly places are known: no warning."""
    check_given(events)
    if isinstance(events, pd.DataFrame):
        points = points_frame(events)
        check_frame(points)
        return points
    tables = as_tables(events)
    return with_details(tables) if own else tables.events
