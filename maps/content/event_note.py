"""What a box of text says of one event: what, when, figures by claimant, how exactly the place is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from geo.errors import SchemaError
from geo.vocab import EVENT_TYPES
from maps.content.cards import cell_text, dates, figure_words, upper
from maps.content.certainty import FILLED_CODES
from maps.words.words import LANGUAGES, plural, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.content.event_rows import EventRows
    from maps.content.marks import MarkGroup

__all__ = ["EventNote", "event_note"]

MOST_CLAIMS: Final = 3
"""Figures that a box holds: more are in the table of claims."""

LONG_CLAIMANT: Final = 40

ONWARD: Final = "\u200f"
"""A mark without room: after a claimant in Latin letters a figure runs on from right to left."""


class EventNote(NamedTuple):
    """An event in a box: its lines, the first a heading; where its mark stands; how its symbol looks.

    ``shorter`` holds the lines for less and less room. Where figures are left out it says how many, so that
    no claimant stands alone as if there were no other.
    """

    lines: tuple[str, ...]
    shorter: tuple[tuple[str, ...], ...]
    lon: float | None
    lat: float | None
    type: str
    filled: str
    gate: bool


def event_note(event: str, rows: EventRows, marks: Sequence[MarkGroup], lang: str) -> EventNote:
    """The box of an event.

    Parameters
    ----------
    event
        Its id.
    rows, marks
        The events of the map and the groups in which they are drawn.
    lang
        Language of the words.

    Raises
    ------
    SchemaError
        If the event is not drawn on the map.

    Examples
    --------
    >>> import maps
    >>> content = maps.map_content(maps.MapSpec(ids=("apb:038",)))
    >>> event_note("apb:038", content.rows, content.marks, "en").lines[0]
    'Airstrike, 17 October 2025'
    """
    ids = rows.table["event_id"].astype(str).tolist()
    group = next((one for one in marks if event in {ids[row] for row in one.events}), None)
    if group is None:
        raise SchemaError(f"note: no event {event!r} is drawn on this map")
    row = ids.index(event)
    record: dict[str, Any] = rows.table.iloc[[row]].to_dict("records")[0]
    kind = EVENT_TYPES[int(rows.type[row])]
    head = word(lang, "title dated", title=upper(plural(lang, kind, 1)), period=dates(record, lang))
    located = rows.places.words["located"][int(rows.place[row])]
    figures = _figures(rows.claims.get(event, []), lang)
    known = []
    if not group.state_word:
        # A distance from the middle of a district is read as a circle, which would reach over the line.
        where = word(lang, "district polygon") if group.level == "district" else located.partition(". ")[0]
        known.append(where.rstrip(".۔") + ".")
    lines = (head, *_told(figures, MOST_CLAIMS, lang), *known)
    return EventNote(
        lines, _shorter(head, figures, known, lang), group.lon, group.lat, kind,
        FILLED_CODES[int(rows.verification[row])], group.level == "stretch" or bool(group.state_word),
    )  # fmt: skip


def _figures(claims: list[dict[str, Any]], lang: str) -> list[str]:
    """A line for each claimant and group counted, of claims made for this event alone; nothing is added."""
    held: dict[tuple[str, str], list[str]] = {}
    for row in claims:
        metric = cell_text(row.get("metric"))
        if metric not in ("killed", "injured") or cell_text(row.get("scope")) not in (None, "event"):
            continue
        figure = figure_words(row.get("low"), row.get("high"), cell_text(row.get("bound")), lang)
        if figure:
            who = (_brief(row.get("claimant")) or word(lang, "not known"), _brief(row.get("who")))
            held.setdefault(who, []).append(word(lang, f"note {metric}", figure=figure))
    turn = ONWARD if LANGUAGES[lang].direction == "rtl" else ""
    return [
        word(
            lang,
            "note claim",
            claimant=claimant,
            who=(f" ({who})" if who else "") + turn,
            figures=", ".join(figures),
        )
        for (claimant, who), figures in held.items()
    ]


def _told(figures: Sequence[str], most: int, lang: str) -> list[str]:
    """The first figures, and how many more there are."""
    more = len(figures) - most
    return [*figures[:most], *([plural(lang, "note more claims", more)] if more > 0 else [])]


def _shorter(head: str, figures: Sequence[str], known: list[str], lang: str) -> tuple[tuple[str, ...], ...]:
    """The lines of a box for less and less room, without the box that says all."""
    found = [(head, *_told(figures, most, lang)) for most in range(min(len(figures), MOST_CLAIMS), 0, -1)]
    found += [(head, *known)] if figures else []
    return tuple(dict.fromkeys([one for one in found if len(one) > 1] + [(head,)]))


def _brief(value: object) -> str:
    """A claimant without the spokesman, a group without its parts."""
    text = cell_text(value) or ""
    short = text.partition(" (")[0]
    return short if len(short) <= LONG_CLAIMANT else short[: LONG_CLAIMANT - 1].rstrip() + "…"
