"""What was read: events, claims, sources, and the account of every row."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from geo.events.columns import (
    FILE_COLUMNS,
    REJECTED_COLUMNS,
    SUPERSEDED_COLUMNS,
    empty_table,
)

__all__ = ["EventTables"]


@dataclass(frozen=True, eq=False)
class EventTables:
    """What was read from a file of events.

    Attributes
    ----------
    events
        GeoDataFrame of points in EPSG:4326, a row for each event, in the columns of
        ``geo.events.columns.EVENT_COLUMNS``.
    claims
        A row for each figure, with its claimant (``geo.events.columns.CLAIM_COLUMNS``).
    sources
        A row for each page that an event rests on (``geo.events.columns.SOURCE_COLUMNS``).
    phases
        Truces, talks, closures and open fighting as spans of days (``geo.events.columns.PHASE_COLUMNS``).
    rejected
        A line for each fault: `row` (number of the data row, from 1, in whatever format), `column`, `value`,
        `reason`.
    rejected_claims
        The same for the file of claims.
    raw
        Every row of the file as text, as it stood, with the columns that are not ours too; the index is
        the number of the data row, as in `rejected`.
    rows
        The number of the data row of each event, by event_id.
    warnings
        What is odd and not wrong, and what was assumed, a line each, in the columns of `rejected`; row 0 is
        the table as a whole. Coordinates outside the stated
        country or province, on a unit's centroid, with more digits than the precision supports, many events
        on one coordinate, low > best, best > high, a date in the future, and what a reader had to leave out.
    superseded
        Rows that a later release or version replaces: `row`, `event_id`, `by_row`, `reason`.
    withheld
        Raw rows that were not known yet on the day `as_of`.
    details
        What the source says beyond our columns, typed, by event_id: deaths by side, code_status,
        event_clarity (UCDP), disorder_type (ACLED), NumMentions (GDELT), the injured (tables).
    files
        A row for each table read: `file`, `offset` (what to take from a row number to get that in the
        file), `above` (what to add to get the row that a spreadsheet program shows), `read`, `notes`.
    """

    events: gpd.GeoDataFrame
    claims: pd.DataFrame
    sources: pd.DataFrame
    phases: pd.DataFrame
    rejected: pd.DataFrame
    rejected_claims: pd.DataFrame
    raw: pd.DataFrame
    rows: pd.Series
    warnings: pd.DataFrame = field(default_factory=lambda: empty_table(REJECTED_COLUMNS))
    superseded: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(SUPERSEDED_COLUMNS)))
    withheld: pd.DataFrame = field(default_factory=pd.DataFrame)
    details: pd.DataFrame = field(default_factory=pd.DataFrame)
    files: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(FILE_COLUMNS)))

    @property
    def counts(self) -> dict[str, int]:
        """How many rows were read, accepted, rejected and superseded; the first is the sum of the others.

        With `as_of` there is one more part: the rows withheld.

        Examples
        --------
        >>> import geo
        >>> geo.read_events().counts
        {'read': 82, 'accepted': 82, 'rejected': 0, 'superseded': 0}
        """
        counts = {
            "read": len(self.raw),
            "accepted": len(self.events),
            "rejected": int(self.rejected["row"].nunique()),
            "superseded": len(self.superseded),
        }
        return counts | ({"withheld": len(self.withheld)} if len(self.withheld) else {})
