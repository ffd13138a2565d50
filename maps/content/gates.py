"""The crossings by time: lanes of what is known, dots of dated reports, phases above, for a strip chart.

What is not known is a lane without a bar. A state whose end no page has ends at its last report.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import pandas as pd

from geo.analysis.crossing_status import (
    KINDS,
    CrossingStatus,
    crossing_intervals,
    read_crossing_status,
)
from geo.boundaries.layers import read_crossings
from geo.errors import SchemaError
from geo.sources.read import read_events
from maps.content.gate_states import crossing_name
from maps.words.words import date_range, word

__all__ = ["GateChart", "Lane", "Phase", "Span", "gate_chart", "report_is_on_dark"]

MARGIN_DAYS: Final = 7
"""Room before the first statement and after the last."""


@dataclass(frozen=True)
class Span:
    """Days on which one thing is known of a lane; ``open_start`` and ``open_end``: no page has that end."""

    state: str
    first: dt.date
    last: dt.date
    open_start: bool
    open_end: bool


@dataclass(frozen=True)
class Lane:
    """A crossing and kinds of traffic of which the same is said."""

    crossing_id: str
    crossing: str
    traffic: tuple[str, ...]
    spans: tuple[Span, ...]
    reports: tuple[tuple[dt.date, bool], ...]
    """Days of dated reports, and whether the report speaks of this traffic alone or of all of it."""
    notes: tuple[tuple[dt.date, str], ...]


@dataclass(frozen=True)
class Phase:
    """Fighting, a truce or talks."""

    name: str
    kind: str
    first: dt.date
    last: dt.date | None


@dataclass(frozen=True)
class GateChart:
    """All that a strip chart of crossings needs.

    Attributes
    ----------
    title, standfirst, note, sources
        Words around it.
    first, last
        The days it spans.
    lanes
        In the order of the line.
    phases
        Of the shipped table, within the days.
    table
        Every statement that the picture rests on, for the page's table and for those who cannot see.
    """

    title: str
    standfirst: str
    note: str
    sources: str
    first: dt.date
    last: dt.date
    lanes: tuple[Lane, ...]
    phases: tuple[Phase, ...]
    table: pd.DataFrame
    lang: str


def gate_chart(
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    status: CrossingStatus | None = None,
    traffic: str | None = None,
    lang: str = "en",
) -> GateChart:
    """Lanes of the crossings of which anything is said in a period.

    Parameters
    ----------
    since, until
        First and last day; from the closing of most crossings on and to the last report if not given.
    status
        Statements; the shipped ones if not given.
    traffic
        One kind of traffic alone; each of them if not given.
    lang
        Language of the words.

    Raises
    ------
    SchemaError
        If nothing is said of any crossing in the period.
    """
    found = status or read_crossing_status()
    table = found.statements
    first, last = _period(table, since, until)
    runs = crossing_intervals(first, last, status=found)
    said = table[_touching(table, first, last)]
    if traffic:
        runs = runs[runs["traffic"] == traffic]
        said = said[said["traffic"].isin(["all", traffic])]
    if said.empty:
        raise SchemaError(f"nothing is said of any crossing from {first} to {last}")
    named = set(said["crossing_id"])
    lanes = tuple(
        lane
        for crossing in dict.fromkeys(runs["crossing_id"])
        if crossing in named
        for lane in _lanes(runs, said, str(crossing), _name_of(str(crossing), lang))
    )
    names = _joined([*dict.fromkeys(lane.crossing for lane in lanes)], lang)
    return GateChart(
        title=word(lang, "gates title", period=date_range(lang, first, last)),
        standfirst=word(lang, "gates standfirst", crossings=names),
        note=word(lang, "gates note"),
        sources=_sources(said, lang),
        first=first,
        last=last,
        lanes=lanes,
        phases=_phases(first, last),
        table=said.reset_index(drop=True),
        lang=lang,
    )


def _period(table: pd.DataFrame, since: dt.date | None, until: dt.date | None) -> tuple[dt.date, dt.date]:
    ends = pd.concat([table["date_to"], table["last_report"]]).max()
    # The period in which most crossings were shut at once is what a reader asks for.
    shut = table.loc[table["state"] == "closed"]
    start = shut.groupby("date_from")["crossing_id"].nunique().idxmax()
    margin = pd.Timedelta(days=MARGIN_DAYS)
    first = since or (start - margin).date()
    last = until or max((ends + margin).date(), first)
    if last < first:
        raise SchemaError(f"until ({last}) lies before since ({first})")
    return first, last


def _touching(table: pd.DataFrame, first: dt.date, last: dt.date) -> pd.Series:
    until = table[["date_to", "last_report", "date_from"]].max(axis=1)
    return (table["date_from"] <= pd.Timestamp(last)) & (until >= pd.Timestamp(first))


def _lanes(runs: pd.DataFrame, said: pd.DataFrame, crossing: str, name: str) -> list[Lane]:
    """Kinds of traffic of which the same is said share a lane."""
    mine = runs[runs["crossing_id"] == crossing]
    by_spans: dict[tuple[Span, ...], list[str]] = {}
    for kind in (one for one in KINDS if one in set(mine["traffic"])):
        spans = tuple(_spans(mine[mine["traffic"] == kind]))
        by_spans.setdefault(spans, []).append(kind)
    statements = said[said["crossing_id"] == crossing]
    lanes = []
    for spans, kinds in by_spans.items():
        rows = statements[statements["traffic"].isin(["all", *kinds])]
        lanes.append(
            Lane(
                crossing_id=crossing,
                crossing=name,
                traffic=tuple(kinds),
                spans=spans,
                reports=_reports(rows),
                notes=tuple(
                    (row.date_from.date(), str(row.note))
                    for row in rows.itertuples()
                    if isinstance(row.note, str)
                ),
            )
        )
    order = {kind: n for n, kind in enumerate(("returnees", "travellers", "trade", "aid"))}
    return sorted(lanes, key=lambda lane: min(order[kind] for kind in lane.traffic))


def _name_of(crossing: str, lang: str) -> str:
    """The name of a crossing in the map's language, or in English where the table has none."""
    return crossing_name(read_crossings().set_index("crossing_id").loc[crossing], lang)


def _spans(runs: pd.DataFrame) -> list[Span]:
    rows = list(runs.itertuples())
    spans = []
    for n, row in enumerate(rows):
        if row.state == "not known":
            continue
        after = rows[n + 1].state if n + 1 < len(rows) else None
        spans.append(
            Span(
                state=str(row.state),
                first=row.date_from.date(),
                last=row.date_to.date(),
                open_start=n == 0,
                open_end=after in (None, "not known") and not row.ended,
            )
        )
    return spans


def _reports(rows: pd.DataFrame) -> tuple[tuple[dt.date, bool], ...]:
    found: dict[dt.date, bool] = {}
    for row in rows.itertuples():
        for day in (row.date_from, row.last_report):
            if day is not pd.NaT and day == day:
                own = str(row.traffic) != "all"
                found[day.date()] = found.get(day.date(), False) or own
    return tuple(sorted(found.items()))


def report_is_on_dark(lane: Lane, day: dt.date) -> bool:
    """Whether the dot of a day's report lies on a bar, or half a bar, of ink."""
    return any(one.first <= day <= one.last and one.state in ("closed", "partly") for one in lane.spans)


def _phases(first: dt.date, last: dt.date) -> tuple[Phase, ...]:
    phases = read_events().phases
    kept = []
    for row in phases.to_dict("records"):
        if row["kind"] == "closure":
            continue
        start = row["date_start"].date()
        end: Any = row["date_end"].date() if row["date_end"] == row["date_end"] else None
        if start <= last and (end or last) >= first:
            kept.append(Phase(str(row["name"]), str(row["kind"]), start, end))
    return tuple(kept)


def _sources(said: pd.DataFrame, lang: str) -> str:
    pages = pd.unique(said[["from_source", "to_source", "last_source"]].to_numpy().ravel())
    hosts = dict.fromkeys(
        (urlsplit(page).hostname or "").removeprefix("www.") for page in pages if isinstance(page, str)
    )
    return word(lang, "gates sources", sources=_joined([host for host in hosts if host], lang))


def _joined(names: list[str], lang: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return word(lang, "and").join((word(lang, "comma").join(names[:-1]), names[-1]))
