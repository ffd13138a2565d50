"""The columns of every table: names, types, what may stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import geopandas as gpd
import pandas as pd

from geo.vocab import (
    AFGHAN_PROVINCES_ON_LINE,
    BOUNDS,
    CLAIM_SCOPES,
    CLAIMANT_KINDS,
    CONFIDENCES,
    EVENT_TYPES,
    METRICS,
    PAKISTANI_UNITS_ON_LINE,
    VERIFICATIONS,
    WHERE_PRECISIONS,
)

__all__ = [
    "CLAIM_COLUMNS",
    "EVENT_COLUMNS",
    "PHASE_COLUMNS",
    "POSITION_COLUMNS",
    "REJECTED_COLUMNS",
    "SOURCE_COLUMNS",
    "SUPERSEDED_COLUMNS",
    "UNITS_ON_LINE",
    "Column",
    "empty_events",
    "empty_table",
]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name
        Name of the column.
    dtype
        pandas dtype; ``category`` means the categories of `allowed`.
    description
        What it holds.
    required
        Whether a file must have the column and every row a value in it.
    allowed
        The values it may hold; empty if any.
    """

    name: str
    dtype: Literal["str", "datetime64[us]", "Int8", "Int64", "float64", "category"]
    description: str
    required: bool = False
    allowed: tuple[str, ...] = ()

    def to_dtype(self) -> Any:  # noqa: ANN401 - pandas takes names and objects
        """What pandas calls the dtype of this column."""
        return pd.CategoricalDtype(list(self.allowed)) if self.dtype == "category" else self.dtype


EVENT_COLUMNS: Final = (
    Column("event_id", "str", "Unique; rows without one get `own:` and the number of the row."),
    Column("date_start", "datetime64[us]", "First day, without a time.", required=True),
    Column("date_end", "datetime64[us]", "Last day; missing where it is not known."),
    Column("date_precision", "Int8", "1 day, 2 two days to a week, 3 month, 4 coarser."),
    Column("event_type", "category", "What happened.", required=True, allowed=EVENT_TYPES),
    Column("native_type", "str", "What the source called it."),
    Column("actor1", "str", "An actor as attributed; the order of the two says nothing."),
    Column("actor2", "str", "Another actor as attributed."),
    Column("place", "str", "The place as the source states it."),
    Column("adm1_source", "str", "The province as the source states it."),
    Column("adm2_source", "str", "The district as the source states it."),
    Column("country_source", "str", "The country as the source states it."),
    Column("where_precision", "category", "How exactly the place is known.", allowed=WHERE_PRECISIONS),
    Column("deaths_low", "Int64", "Lowest number of deaths; missing is not 0."),
    Column("deaths_best", "Int64", "Best number of deaths; missing is not 0."),
    Column("deaths_high", "Int64", "Highest number of deaths; missing is not 0."),
    Column("verification", "category", "How far the account is supported.", allowed=VERIFICATIONS),
    Column("source", "str", "Who published the account."),
    Column("source_url", "str", "Where; text, not checked."),
    Column("dataset", "str", "The data set that the row comes from."),
    Column("dataset_version", "str", "Its version."),
    Column("licence", "str", "SPDX licence of the row; decides what may leave in an export."),
    Column("summary", "str", "What happened, in a sentence or two; text, never trusted."),
    Column("attribution", "str", "Who attributes it to whom, and what others say."),
    Column("confidence", "category", "How sure the compilers are of the row.", allowed=CONFIDENCES),
    Column("notes", "str", "What a reader of the row has to know."),
    Column("border_units", "str", "ISO 3166-2 codes, semicolons between, that narrow a stretch of the line."),
    Column("off_map", "str", "Why the event is not on the map; missing if it is."),
    Column("coord_source", "str", "Where the position comes from."),
)
"""The columns of the table of events, beside `geometry`."""


POSITION_COLUMNS: Final = (
    Column("lon", "float64", "Longitude in degrees, WGS 84.", required=True),
    Column("lat", "float64", "Latitude in degrees, WGS 84.", required=True),
)
"""How a file gives the position; in the table it is `geometry`."""


CLAIM_COLUMNS: Final = (
    Column("claim_id", "str", "Unique; rows without one get `claim:` and the number of the row."),
    Column("event_id", "str", "The event.", required=True),
    Column("claimant", "str", "Who says so.", required=True),
    Column("claimant_kind", "category", "What kind of claimant.", allowed=CLAIMANT_KINDS),
    Column("metric", "category", "What is counted.", required=True, allowed=METRICS),
    Column("who", "str", "The people counted, in the claimant's words."),
    Column("low", "Int64", "The number, or the lower of two; missing for `up to` and `dozens`."),
    Column(
        "high", "Int64", "The number, or the higher of two; missing if the number is a floor, or `dozens`."
    ),
    Column("bound", "category", "How the number was said; missing if not told.", allowed=BOUNDS),
    Column("stated_on", "datetime64[us]", "Day of the page that carries the claim."),
    Column("scope", "category", "What the number covers.", allowed=CLAIM_SCOPES),
    Column("covers", "str", "The ids of the events, or the area, that the number is for, if not the event."),
    Column("source_url", "str", "Where; text, not checked."),
    Column("note", "str", "What a reader of the number has to know."),
)
"""The columns of the table of claims."""


SOURCE_COLUMNS: Final = (
    Column("source_id", "str", "Unique.", required=True),
    Column("event_id", "str", "The event.", required=True),
    Column("title", "str", "Headline; missing if it was not seen."),
    Column("publisher", "str", "Who published the page.", required=True),
    Column("original", "str", "The agency or outlet that the page repeats."),
    Column("date", "str", "Day or month of the page, ISO 8601."),
    Column("url", "str", "Where."),
)
"""The columns of the table of sources."""


PHASE_COLUMNS: Final = (
    Column("date_start", "datetime64[us]", "First day.", required=True),
    Column("date_end", "datetime64[us]", "Last day; missing if no end was found."),
    Column("name", "str", "Name of the phase.", required=True),
    Column("kind", "str", "fighting, truce, ceasefire, talks, closure.", required=True),
    Column("event_id", "str", "The event that it rests on."),
    Column("source_url", "str", "Where."),
    Column("note", "str", "What a reader has to know."),
)
"""The columns of the table of phases."""


REJECTED_COLUMNS: Final = (
    Column("row", "Int64", "Number of the data row, from 1."),
    Column("column", "str", "The column at fault; missing if it is the whole row."),
    Column("value", "str", "What stood there; missing if nothing."),
    Column("reason", "str", "What is wrong and what would be accepted."),
)
"""The columns of the table of faults."""


UNITS_ON_LINE: Final = (*AFGHAN_PROVINCES_ON_LINE, *PAKISTANI_UNITS_ON_LINE)


def empty_events() -> gpd.GeoDataFrame:
    """A table of events without rows: every column with its dtype, EPSG:4326.

    Examples
    --------
    >>> from geo.events.columns import empty_events
    >>> events = empty_events()
    >>> len(events), events.crs.to_epsg(), str(events["deaths_best"].dtype)
    (0, 4326, 'Int64')
    """
    return gpd.GeoDataFrame(empty_table(EVENT_COLUMNS), geometry=gpd.GeoSeries([], crs="EPSG:4326"))


def empty_table(columns: Sequence[Column]) -> pd.DataFrame:
    """A table without rows that has the given columns and their dtypes."""
    return pd.DataFrame({column.name: pd.Series(dtype=column.to_dtype()) for column in columns})


SUPERSEDED_COLUMNS: Final = ("row", "event_id", "by_row", "reason")
"""Columns of the table of rows that a later one replaces."""
