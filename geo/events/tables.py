"""What was read: events, claims, sources, and the account of every row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import SchemaError
from geo.events.columns import (
    FILE_COLUMNS,
    REJECTED_COLUMNS,
    SUPERSEDED_COLUMNS,
    empty_table,
)
from geo.events.frame import as_event_frame
from geo.events.selection import rows_with, truths
from geo.types import Bools

__all__ = ["EventTables", "with_details"]


@dataclass(frozen=True, eq=False, repr=False)
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
        event_clarity (UCDP), disorder_type (ACLED), NumMentions (GDELT); of a table the injured, and every
        column of its own as text.
    files
        A row for each table read: `file`, `offset` (what to take from a row number to get that in the
        file), `above` (what to add to get the row that a spreadsheet program shows), `read`, `notes`.
    read_from
        The files that all this was read from, that of the claims too: none of them is ever written over.
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
    read_from: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "events", as_event_frame(self.events))

    @property
    def counts(self) -> dict[str, int]:
        """How many rows were read, accepted, rejected and superseded; the first is the sum of the others.

        With `as_of` there is one more part: the rows withheld.

        Examples
        --------
        >>> import geo
        >>> geo.read_events().counts
        {'read': 93, 'accepted': 93, 'rejected': 0, 'superseded': 0}
        """
        counts = {
            "read": len(self.raw),
            "accepted": len(self.events),
            "rejected": int(self.rejected["row"].nunique()),
            "superseded": len(self.superseded),
        }
        return counts | ({"withheld": len(self.withheld)} if len(self.withheld) else {})

    def filter(
        self, mask: npt.ArrayLike | Callable[[gpd.GeoDataFrame], Any] | None = None, /, **equal: object
    ) -> EventTables:
        """Some of the events, with the claims, sources and rows that belong to them.

        Parameters
        ----------
        mask
            True or False for each event: an array, a Series with the index of ``events``, or a function of
            ``events`` that gives one; what is missing in it is False. Not given: all.
        **equal
            Columns of ``events`` with the value to keep, or several in a list, an array, a Series, a range or
            whatever can be gone through: days as texts, dates or timestamps, words of the column, numbers.
            What is missing is not kept.

        Returns
        -------
        EventTables
            Events keep their order and index. Of ``rejected`` all stays, with its raw rows: nobody can say
            whether those rows would have been kept; so do phases. Read is still accepted + rejected +
            superseded.

        Raises
        ------
        SchemaError
            If the mask is not one of truth values, an entry for each event; there is no such column, or a
            value cannot be in it, such as a word that is none of its words.

        Examples
        --------
        >>> import geo
        >>> tables = geo.read_events()
        >>> talks = tables.filter(event_type="talks")
        >>> talks.counts
        {'read': 7, 'accepted': 7, 'rejected': 0, 'superseded': 0}
        >>> late = tables[tables.events["date_start"] >= "2026-01-01"]
        >>> set(late.claims["event_id"]) <= set(late.events["event_id"])
        True
        """
        keep = np.ones(len(self.events), dtype=bool)
        if mask is not None:
            keep &= truths(mask(self.events) if callable(mask) else mask, self.events.index)
        for name, wanted in equal.items():
            if name not in self.events.columns:
                raise SchemaError(
                    f"the events have no column {name!r}; there are: "
                    + ", ".join(map(str, self.events.columns))
                )
            keep &= rows_with(self.events[name], wanted)
        return self._kept(keep)

    def __getitem__(self, mask: Any) -> EventTables:
        """Events by truth values, as :meth:`filter`, or by a slice of rows."""
        if isinstance(mask, slice):
            keep = np.zeros(len(self.events), dtype=bool)
            keep[mask] = True
            return self._kept(keep)
        return self.filter(mask)

    def __repr__(self) -> str:
        events, counts = self.events, self.counts
        lines = [
            f"EventTables: {len(events):,} events, {len(self.claims):,} claims, {len(self.sources):,} sources"
        ]
        told = [f"{number:,} {word}" for word, number in counts.items()]
        lines.append(f"rows: {', '.join(told)}; warnings: {len(self.warnings):,}")
        if len(events):
            if "date_start" in events:
                first, last = events["date_start"].min(), events["date_start"].max()
                lines.append(
                    f"first days: {first:%Y-%m-%d} to {last:%Y-%m-%d}" if pd.notna(first) else "no dates"
                )
            for name in ("event_type", "where_precision", "dataset"):
                if name in events:
                    often = events[name].astype("object").fillna("not said").value_counts()
                    words = [f"{number:,} {word}" for word, number in often.head(5).items()]
                    more = [f"{len(often) - 5} more"] if len(often) > 5 else []
                    lines.append(f"{name}: {', '.join([*words, *more])}")
        return "\n".join(line if len(line) <= 110 else f"{line[:107]}..." for line in lines)

    def _kept(self, keep: Bools) -> EventTables:
        events = self.events[keep]
        names = set(events["event_id"]) if "event_id" in events else set()
        by_row = len(self.rows) == len(keep)
        rows = self.rows[keep] if by_row else self.rows
        wanted = set(rows.dropna())
        replaced = self.superseded[self.superseded["by_row"].isin(wanted)]
        stay = wanted | set(self.rejected["row"].dropna()) | set(replaced["row"].dropna())
        stay |= set(self.withheld.index)
        # Line 0 is of the whole file.
        said = self.warnings["row"].isin(wanted | {0}) | self.warnings["row"].isna()
        return replace(
            self,
            events=events,
            claims=_of(self.claims, names),
            sources=_of(self.sources, names),
            raw=self.raw[self.raw.index.isin(stay)] if by_row else self.raw,
            rows=rows,
            warnings=self.warnings[said.to_numpy(dtype=bool, na_value=False)],
            superseded=replaced,
            details=self.details[keep] if len(self.details) == len(keep) else self.details,
        )


def with_details(tables: EventTables) -> gpd.GeoDataFrame:
    """The events with what their source says beyond our columns, or the table of yours has, beside them.

    A column that is called as one of ours gets ``_source`` after its name, unless that is one of ours too.
    """
    events, details = tables.events, tables.details
    if len(details) != len(events) or not len(details.columns):
        return events
    names = {name: f"{name}_source" if name in events.columns else name for name in details.columns}
    kept = [name for name, new in names.items() if new not in events.columns]
    beside = details[kept].rename(columns=names).set_axis(events.index)
    return events.join(beside)


def _of(table: pd.DataFrame, names: set[str]) -> pd.DataFrame:
    return table[table["event_id"].isin(names)] if "event_id" in table else table
