"""Events and the claims about them: the shipped tables, or a file of the user's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.catalogue import data_path
from geo.errors import SchemaError
from geo.schema import (
    CLAIM_COLUMNS,
    PHASE_COLUMNS,
    REJECTED_COLUMNS,
    SOURCE_COLUMNS,
    Column,
    Fault,
    empty_table,
    to_rejected,
    validate_claims,
    validate_events,
    validate_table,
)
from geo.sources import find_source
from geo.sources.own import read_csv

__all__ = ["EventTables", "read_events"]


@dataclass(frozen=True, eq=False)
class EventTables:
    """What was read from a file of events.

    Attributes
    ----------
    events
        GeoDataFrame of points in EPSG:4326, a row for each event, in the columns of
        ``geo.schema.EVENT_COLUMNS``.
    claims
        A row for each figure, with its claimant (``geo.schema.CLAIM_COLUMNS``).
    sources
        A row for each page that an event rests on (``geo.schema.SOURCE_COLUMNS``).
    phases
        Truces, talks, closures and open fighting as spans of days (``geo.schema.PHASE_COLUMNS``).
    rejected
        A line for each fault: `row` (number of the data row, from 1), `column`, `value`, `reason`.
    rejected_claims
        The same for the file of claims.
    raw
        Every row of the file as text, as it stood, with the columns that are not ours too; the index is
        the number of the data row, as in `rejected`.
    rows
        The number of the data row of each event, by event_id.
    """

    events: gpd.GeoDataFrame
    claims: pd.DataFrame
    sources: pd.DataFrame
    phases: pd.DataFrame
    rejected: pd.DataFrame
    rejected_claims: pd.DataFrame
    raw: pd.DataFrame
    rows: pd.Series

    @property
    def counts(self) -> dict[str, int]:
        """How many rows were read, accepted, rejected; the first is the sum of the others.

        Examples
        --------
        >>> import geo
        >>> geo.read_events().counts
        {'read': 82, 'accepted': 82, 'rejected': 0}
        """
        return {
            "read": len(self.raw),
            "accepted": len(self.events),
            "rejected": int(self.rejected["row"].nunique()),
        }


def read_events(
    path: str | Path | None = None, *, source: str = "auto", claims: str | Path | None = None
) -> EventTables:
    """Read events: those shipped with the package, or a file.

    Parameters
    ----------
    path
        A CSV file in UTF-8 in the columns of ``geo.schema.EVENT_COLUMNS``, the position in `lon` and `lat`
        (degrees, WGS 84). Required are date_start, event_type, lon and lat; other columns of ours that it
        lacks come out missing, and columns that are not ours stay in `raw`. Not given: the shipped tables.
    source
        What the file is: ``"own"`` for our columns, ``"auto"`` to recognise it.
    claims
        A CSV file in the columns of ``geo.schema.CLAIM_COLUMNS`` about the events of `path`; required are
        event_id, claimant and metric.

    Returns
    -------
    EventTables
        The good rows, a line for each fault of the others, and the untouched rows. Rows without an
        event_id get ``own:`` and the number of the row. Of rows with the same event_id the first stays.

    Raises
    ------
    DataNotFoundError
        If the file is not there.
    SourceError
        If it is no text, or no CSV.
    SchemaError
        If required columns are missing; the message says which, and what to rename. If claims are given
        without a file of events.

    Examples
    --------
    >>> import geo
    >>> tables = geo.read_events()
    >>> tables.events.loc[0, ["event_id", "event_type", "place"]].tolist()
    ['apb:001', 'attack', 'Army Public School, Peshawar']
    >>> tables.claims["metric"].value_counts().to_dict()
    {'killed': 73, 'injured': 43}
    """
    if path is None:
        if claims is not None:
            raise SchemaError("claims= belongs to a file of events; give its path too")
        return _read_shipped()
    path = Path(path)
    found = find_source(source, path).read(path)
    events, rejected = validate_events(found.rows)
    rejected = _joined(rejected, found.faults)
    ids = _given_ids(found.raw) - set(events["event_id"])
    told, refused = _read_claims(claims, events["event_id"], ids)
    return EventTables(
        events=events.reset_index(drop=True),
        claims=told,
        sources=empty_table(SOURCE_COLUMNS),
        phases=empty_table(PHASE_COLUMNS),
        rejected=rejected,
        rejected_claims=refused,
        raw=found.raw,
        rows=_rows(events),
    )


def _read_shipped() -> EventTables:
    path = data_path("events", "events.csv")
    found = find_source("own", path).read(path)
    events, rejected = validate_events(found.rows)
    claims, refused = _read_claims(data_path("events", "claims.csv"), events["event_id"], set())
    return EventTables(
        events=events.reset_index(drop=True),
        claims=claims,
        sources=_read_plain("sources.csv", SOURCE_COLUMNS),
        phases=_read_plain("phases.csv", PHASE_COLUMNS),
        rejected=_joined(rejected, found.faults),
        rejected_claims=refused,
        raw=found.raw,
        rows=_rows(events),
    )


def _read_claims(
    path: str | Path | None, events: pd.Series, rejected_events: set[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    if path is None:
        return empty_table(CLAIM_COLUMNS), empty_table(REJECTED_COLUMNS)
    found = read_csv(Path(path), CLAIM_COLUMNS)
    claims, rejected = validate_claims(found.rows, events, rejected_events=rejected_events)
    return claims.reset_index(drop=True), _joined(rejected, found.faults)


def _read_plain(name: str, columns: tuple[Column, ...]) -> pd.DataFrame:
    """A shipped table that the user cannot replace: a fault in it is an error of ours."""
    found = read_csv(data_path("events", name), columns)
    table, faults = validate_table(found.rows, columns, name)
    if faults or found.faults:
        raise SchemaError(f"data/events/{name}: {[*found.faults, *faults]}")
    return table.reset_index(drop=True)


def _joined(rejected: pd.DataFrame, faults: list[Fault]) -> pd.DataFrame:
    if not faults:
        return rejected
    return to_rejected(
        [*faults, *rejected.astype(object).where(rejected.notna(), None).itertuples(index=False)]
    )


def _given_ids(raw: pd.DataFrame) -> set[str]:
    return set(raw["event_id"].str.strip()) if "event_id" in raw else set()


def _rows(events: gpd.GeoDataFrame) -> pd.Series:
    return pd.Series(events.index, index=events["event_id"], dtype="Int64", name="row")
