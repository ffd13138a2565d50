"""What is told of the crossings, for the page: runs of days with their words, which follow its slider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maps.content.gate_states import GATE_STATES, GateRun, interval_words, kinds_words, run_words
from maps.spec.periods import EPOCH

if TYPE_CHECKING:
    import datetime as dt

    from maps.content.content import MapContent
    from maps.content.gate_states import Gate

__all__ = ["gate_plan"]


def gate_plan(content: MapContent, *, intervals: bool = True) -> dict[str, Any]:
    """Crossings by name, what is told of each from day to day, and at which of them marks are.

    Parameters
    ----------
    content
        What is on the map.
    intervals
        Whether the intervals of each kind of traffic come along, for the card.

    Returns
    -------
    dict
        ``day`` (days since 1970, or None), ``alone`` (whether a crossing without an event is drawn),
        ``marks`` (number of each mark's crossing among those listed, by the number of the mark), ``list``
        (``name``, ``at`` as latitude and longitude, ``runs`` as first day, last day or None, number of the
        state, whether pages speak of these days; ``traffic`` as words for the kinds, then the runs),
        ``words`` of each state, where pages don't speak of the day and where they do.

    Examples
    --------
    >>> import maps
    >>> plan = gate_plan(maps.map_content(maps.MapSpec(on="2025-10-21")))
    >>> plan["alone"], [gate["name"] for gate in plan["list"]][:2]
    (True, ['Torkham', 'Kharlachi'])
    """
    lang = content.spec.lang
    number = {gate.crossing_id: n for n, gate in enumerate(content.gates.told)}
    return {
        "day": None if content.gates.day is None else _day(content.gates.day),
        "alone": content.gates.alone,
        "marks": {
            n: number[group.crossing] for n, group in enumerate(content.marks) if group.crossing in number
        },
        "words": [
            [run_words(GateRun(EPOCH, None, state, told), lang) for state in GATE_STATES]
            for told in (False, True)
        ],
        "list": [_packed(gate, lang, intervals=intervals) for gate in content.gates.told],
    }


def _day(day: dt.date) -> int:
    return (day - EPOCH).days


def _packed(gate: Gate, lang: str, *, intervals: bool) -> dict[str, Any]:
    by_words: dict[tuple[str, ...], list[str]] = {}
    for kind in dict.fromkeys(one.traffic for one in gate.traffic if intervals):
        told = tuple(interval_words(one, lang) for one in gate.traffic if one.traffic == kind)
        by_words.setdefault(told, []).append(kind)
    return {
        "name": gate.name,
        "at": [round(gate.lat, 4), round(gate.lon, 4)],
        "runs": [
            [
                _day(run.first), None if run.last is None else _day(run.last), GATE_STATES.index(run.state),
                int(run.told),
            ]
            for run in gate.runs
        ],
    } | (
        {"traffic": [[kinds_words(kinds, lang), list(told)] for told, kinds in by_words.items()]}
        if intervals else {}
    )  # fmt: skip
