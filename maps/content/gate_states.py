"""What is told of each crossing on a day: the statements of :func:`geo.crossing_status`, never the events.

A state whose end no page has is not extended: past the last report a square says what was "last reported",
and the name of a place with events says nothing.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from geo.analysis.crossing_status import DIFFER, KINDS, NOT_KNOWN, crossing_intervals, read_crossing_status
from geo.boundaries.layers import read_crossings
from geo.errors import SchemaError
from maps.content.marks import GATE_TYPES
from maps.spec.periods import EPOCH
from maps.words.words import LANGUAGES, date_range, word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import pandas as pd

    from maps.content.event_rows import EventRows
    from maps.content.frame import Extent
    from maps.content.marks import MarkGroup
    from maps.spec.spec import MapSpec

__all__ = [
    "GATE_STATES",
    "Gate",
    "GateRun",
    "MapGates",
    "TrafficRun",
    "crossing_name",
    "gates_of",
    "interval_words",
    "kinds_words",
    "map_gates",
    "run_words",
    "traffic_words",
    "with_states",
]

GATE_STATES: Final = ("closed", "partly", "open", "reports differ")
"""What may be told of a crossing, in the order in which the page numbers it."""


class TrafficRun(NamedTuple):
    """Days on which one thing is told of a kind of traffic; whether pages have the first and the last."""

    traffic: str
    state: str
    first: dt.date
    last: dt.date
    exact: bool
    ended: bool


class GateRun(NamedTuple):
    """Days on which one thing is told of a crossing, all of its traffic together.

    Attributes
    ----------
    first, last
        The days; no last where no later page was read.
    state
        One of :data:`GATE_STATES`; ``partly`` too where it is open for some of the traffic alone.
    told
        Whether pages speak of these days; if not, it is what they told last.
    """

    first: dt.date
    last: dt.date | None
    state: str
    told: bool


@dataclass(frozen=True)
class Gate:
    """A crossing of which something is told.

    Attributes
    ----------
    crossing_id, name
        Of the table of crossings; the name in the map's language.
    lon, lat
        In degrees (EPSG:4326).
    runs
        In the order of their days, none over another; days of which nothing is known are in none.
    traffic
        The same for each kind of traffic.
    """

    crossing_id: str
    name: str
    lon: float
    lat: float
    runs: tuple[GateRun, ...]
    traffic: tuple[TrafficRun, ...]

    def on(self, day: dt.date) -> GateRun | None:
        """What is told of a day; nothing where nothing is known."""
        return next(
            (run for run in self.runs if run.first <= day and (run.last is None or day <= run.last)), None
        )

    def words(self, day: dt.date, lang: str) -> str:
        """The state on a day as it stands after the name: "closed", "last reported partly open"."""
        run = self.on(day)
        return "" if run is None else run_words(run, lang)

    def describe(self, day: dt.date, lang: str) -> str:
        """What is told of the traffic on a day, as part of a sentence.

        Examples
        --------
        >>> gates = {gate.crossing_id: gate for gate in gates_of(None, "en")}
        >>> gates["ghulam-khan"].describe(dt.date(2026, 4, 1), "en")
        'all traffic: closed from 12 October 2025, last report 12 January 2026, end not known'
        """
        latest: dict[str, TrafficRun] = {}
        for one in self.traffic:
            if one.first <= day and (day <= one.last or not one.ended):
                latest[one.traffic] = one
        by_words: dict[str, list[str]] = {}
        for kind in KINDS:
            if kind in latest:
                by_words.setdefault(traffic_words(latest[kind], lang, day), []).append(kind)
        return word(lang, "gate between").join(
            word(lang, "tag state", name=kinds_words(kinds, lang), state=said)
            for said, kinds in by_words.items()
        )


def gates_of(table: str | Path | None, lang: str) -> tuple[Gate, ...]:
    """Every crossing of which a table tells something, in the order of the line.

    Parameters
    ----------
    table
        A table of statements (:func:`geo.read_crossing_status`); the shipped one if not given.
    lang
        Language of the names.

    Examples
    --------
    >>> gates = {gate.crossing_id: gate for gate in gates_of(None, "en")}
    >>> [gates["torkham"].words(day, "en") for day in (dt.date(2025, 10, 21), dt.date(2026, 4, 1))]
    ['closed', 'last reported partly open']
    """
    runs = _intervals(None if table is None else Path(table))
    named = read_crossings().set_index("crossing_id")
    found = []
    for crossing in dict.fromkeys(runs["crossing_id"].astype(str)):
        traffic = tuple(_traffic(runs[runs["crossing_id"] == crossing]))
        if traffic:
            row = named.loc[crossing]
            at = row["geometry"]
            found.append(
                Gate(crossing, crossing_name(row, lang), at.x, at.y, tuple(_together(traffic)), traffic)
            )
    return tuple(found)


@dataclass(frozen=True)
class MapGates:
    """The crossings of a map.

    Attributes
    ----------
    day
        The day of which their states are told; none where no day is chosen.
    told
        Crossings in the frame of which something is told.
    alone
        Whether those without an event are drawn too, once there is a day: not where the map is of events of
        other types alone, of one event, of shaded units or of two periods.
    """

    day: dt.date | None
    told: tuple[Gate, ...]
    alone: bool

    def words(self, crossing: str, lang: str) -> str:
        """State of a crossing on the map's day; empty where no page speaks of that day."""
        gate = next((one for one in self.told if one.crossing_id == crossing), None)
        run = None if gate is None or self.day is None else gate.on(self.day)
        return run_words(run, lang) if run is not None and run.told else ""

    def without(self, crossings: Collection[str]) -> list[tuple[Gate, GateRun]]:
        """Crossings to be drawn for themselves, with what is told of them, but for some."""
        if self.day is None or not self.alone:
            return []
        runs = [(gate, gate.on(self.day)) for gate in self.told if gate.crossing_id not in crossings]
        return [(gate, run) for gate, run in runs if run is not None]

    def describe(self, lang: str) -> str:
        """A sentence on what is told of each crossing on the day; empty where nothing is."""
        day = self.day
        told = [] if day is None or not self.alone else [(gate, gate.on(day)) for gate in self.told]
        parts = [
            word(lang, "gate told", name=gate.name, told=gate.describe(day, lang))
            for gate, run in told
            if run is not None and day is not None
        ]
        if not parts or day is None:
            return ""
        return word(lang, "gates told", date=date_range(lang, day), list=" ".join(parts))


def map_gates(spec: MapSpec, rows: EventRows, extent: Extent) -> MapGates:
    """What is told of the crossings in the frame of a map.

    The day is the one asked for, else the last of the period, else the last in the data; of a map of one
    event its own. Where neither a day nor a period is chosen there is none.
    """
    day = spec.on or spec.until
    if day is None and len(rows) and (spec.since or len(rows) == 1):
        day = EPOCH + dt.timedelta(days=int(rows.end.max()))
    west, south, east, north = extent
    told = tuple(
        gate
        for gate in gates_of(spec.crossings, spec.lang)
        if west < gate.lon < east and south < gate.lat < north
    )
    asked = not spec.types or not {*spec.types}.isdisjoint(GATE_TYPES)
    fit = bool(spec.on) or (asked and (len(rows) > 1 or spec.since is not None or spec.until is not None))
    alone = fit and not (spec.locator or spec.shade or spec.compare or "crossings" in spec.hide)
    return MapGates(day if isinstance(day, dt.date) else None, told, alone)


def with_states(groups: Sequence[MarkGroup], gates: MapGates, lang: str) -> tuple[MarkGroup, ...]:
    """The groups with what is told of the crossings that they are at."""
    return tuple(
        replace(group, state_word=gates.words(group.crossing, lang)) if group.crossing else group
        for group in groups
    )


def crossing_name(row: pd.Series[Any], lang: str) -> str:
    """The name of a crossing in the map's language, or in English where the table has none."""
    column = LANGUAGES[lang].column
    own = row.get(column) if column else None
    return str(own if isinstance(own, str) and own else row["name"])


def run_words(run: GateRun, lang: str) -> str:
    """A state in words, "last reported" where no page speaks of the day."""
    said = _state_word(run.state, lang)
    return said if run.told else word(lang, "gate last", state=said)


def traffic_words(run: TrafficRun, lang: str, day: dt.date) -> str:
    """What is told on a day of one kind of traffic, as "closed from 12 October 2025"."""
    if run.ended or day <= run.last:
        return word(lang, "gate since", state=_state_word(run.state, lang), date=_first(run, lang))
    return _unended(run, lang)


def interval_words(run: TrafficRun, lang: str) -> str:
    """A run of one kind of traffic with both of its ends: "closed, 12 October to 31 October 2025"."""
    if not run.ended:
        return _unended(run, lang)
    days = date_range(lang, run.first, run.last)
    days = days if run.exact else word(lang, "about date", date=days)
    return word(lang, "tag state", name=_state_word(run.state, lang), state=days)


def _unended(run: TrafficRun, lang: str) -> str:
    state, report = _state_word(run.state, lang), date_range(lang, run.last)
    return word(lang, "gate unended", state=state, date=_first(run, lang), report=report)


def _first(run: TrafficRun, lang: str) -> str:
    first = date_range(lang, run.first)
    return first if run.exact else word(lang, "about date", date=first)


def _state_word(state: str, lang: str) -> str:
    return word(lang, "gate reports differ" if state == DIFFER else f"state {state}")


def kinds_words(kinds: Sequence[str], lang: str) -> str:
    """Kinds of traffic in words; all of them in one."""
    if len(kinds) == len(KINDS):
        return word(lang, "traffic all")
    return word(lang, "comma").join(word(lang, f"traffic {kind}") for kind in kinds)


@functools.cache
def _intervals(path: Path | None) -> pd.DataFrame:
    """Runs from the first statement on to the day after the last, on which nothing is told of any."""
    status = read_crossing_status(path)
    table = status.statements
    if table.empty:
        raise SchemaError(f"{path}: no statement about a crossing can be read; {len(status.rejected)} faults")
    last = table[["date_from", "date_to", "last_report"]].max().max()
    return crossing_intervals(
        table["date_from"].min().date(), (last + dt.timedelta(days=1)).date(), status=status
    )


def _traffic(runs: pd.DataFrame) -> Iterable[TrafficRun]:
    rows = [*runs.itertuples(index=False)]
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        if row.state != NOT_KNOWN:
            # What is told of the next day ends it, too.
            told = after is not None and after.traffic == row.traffic and after.state != NOT_KNOWN
            first, last = row.date_from.date(), row.date_to.date()
            ended = bool(row.ended) or told
            yield TrafficRun(str(row.traffic), str(row.state), first, last, bool(row.exact), ended)


def _together(traffic: Sequence[TrafficRun]) -> Iterable[GateRun]:
    """Runs of the crossing as a whole: at each turn of any kind of traffic what is told of all."""
    day = dt.timedelta(days=1)
    turns = sorted({one.first for one in traffic} | {one.last + day for one in traffic})
    told = [(turn, _whole([_latest(traffic, kind, turn) for kind in KINDS], turn)) for turn in turns]
    runs = [one for n, one in enumerate(told) if n == 0 or one[1] != told[n - 1][1]]
    for n, (first, said) in enumerate(runs):
        if said is not None:
            last = runs[n + 1][0] - day if n + 1 < len(runs) else None
            yield GateRun(first, last, *said)


def _latest(traffic: Sequence[TrafficRun], kind: str, day: dt.date) -> TrafficRun | None:
    """What was told last of a kind of traffic, unless a page has its end."""
    before = [one for one in traffic if one.traffic == kind and one.first <= day]
    last = max(before, key=lambda one: one.first, default=None)
    return None if last is None or (last.ended and last.last < day) else last


def _whole(kinds: Sequence[TrafficRun | None], day: dt.date) -> tuple[str, bool] | None:
    """State of a crossing, and whether pages speak of the day."""
    known = [one for one in kinds if one is not None]
    if not known:
        return None
    told = [one for one in known if day <= one.last]
    states = {one.state for one in known}
    if len(states) == 1:
        return states.pop(), bool(told)
    if {one.state for one in told} == {DIFFER, "closed"} and states == {DIFFER, "closed"}:
        return DIFFER, True
    # Open for some and shut for others; told only if all of it is.
    return "partly", len(told) == len(known)
