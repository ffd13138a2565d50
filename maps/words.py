"""Every word that a map shows, in one table by language.

English is complete. Where another language lacks a string, English stands in; :func:`missing` names the gaps.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

__all__ = ["LANGUAGES", "WORDS", "Language", "date_range", "missing", "plural", "word"]


@dataclass(frozen=True)
class Language:
    """A language: its own name, writing direction, and the suffix of its name columns (none: English)."""

    name: str
    direction: str
    column: str | None


LANGUAGES: Final[dict[str, Language]] = {
    "en": Language("English", "ltr", None),
    "ps": Language("پښتو", "rtl", "name_ps"),
    "fa": Language("دری", "rtl", "name_fa"),
    "ur": Language("اردو", "rtl", "name_ur"),
    "ar": Language("العربية", "rtl", None),
}

WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        # event types: one, many
        "armed clash": "armed clash|armed clashes",
        "airstrike": "airstrike|airstrikes",
        "drone strike": "drone strike|drone strikes",
        "shelling": "shelling|shellings",
        "bombing": "bombing|bombings",
        "attack": "attack|attacks",
        "crossing closed": "crossing closed|crossings closed",
        "crossing reopened": "crossing reopened|crossings reopened",
        "talks": "talks|talks",
        "other": "other event|other events",
        # title, header
        "title": "Clashes and strikes along the Durand Line, {period}",
        "title of types": "{types} along the Durand Line, {period}",
        "and": " and ",
        "subtitle": "Events on both sides of the line between Afghanistan and Pakistan, as reported; each "
        "figure belongs to the party that gave it.",
        "events": "{n} event|{n} events",
        "mapped": "{n} of {all} events are on the map.",
        "all mapped": "The event is on the map.|All {n} events are on the map.",
        "no events": "No event matches.",
        "not mapped": "Not on the map: {reasons}.",
        "not mapped one": "Not on the map",
        "talks abroad": "talks abroad",
        "truce for the whole line": "truce for the whole line|truces for the whole line",
        "unknown place": "at a place not known",
        "outside": "outside the map",
        "row at fault": "row at fault in the file|rows at fault in the file",
        # legend
        "map": "Map",
        "legend": "Key",
        "what happened": "What happened",
        "how exact": "How exactly the place is known",
        "places": "At a site or town",
        "areas": "Somewhere in the hatched area",
        "stretches": "Somewhere along the hatched stretch",
        "how sure": "How sure",
        "filled": "Reported by media, or verified",
        "hollow": "Claimed by one party or disputed",
        "lines": "Lines",
        "durand disputed": "Durand Line; recognised by Pakistan, not by Afghanistan",
        "durand de facto": "Durand Line, the border in fact; not recognised by Afghanistan",
        "band": "How far sources for the line differ, where over 500 m",
        "line of control": "Line of Control in Jammu and Kashmir; status not agreed by India and Pakistan",
        "other lines": "Other lines not agreed",
        "country border": "Country border",
        "crossing key": "Border crossing",
        "show all": "Show all",
        "all events": "List of events",
        "no date": "date not known",
        "Durand Line": "Durand Line",
        "Line of Control": "Line of Control",
        "Line of Actual Control": "Line of Actual Control",
        "AF": "Afghanistan",
        "PK": "Pakistan",
        # card
        "card": "Event",
        "close": "Close",
        "previous": "Previous event",
        "next": "Next event",
        "position": "{i} of {n}",
        "here": "{n} event here|{n} events here",
        "first of": "The first {n} of {all} are listed; zoom in or filter to see the others.",
        "somewhere here": "{n} event somewhere in the shaded area|{n} events somewhere in the shaded area",
        "back": "Back to the list",
        "when": "When",
        "where": "Where",
        "located": "How located",
        "side": "Side of the line",
        "distance": "Distance to the line",
        "type": "What",
        "actors": "Parties, as attributed",
        "attribution": "Attribution",
        "verification": "Verification",
        "confidence": "Confidence of the record",
        "claims": "Casualty claims",
        "claims note": "Figures of different parties are not added up.",
        "says": "Who says",
        "counted": "Who was counted",
        "killed": "Killed",
        "injured": "Injured",
        "no figure": "no figure",
        "no claims": "No casualty figures known.",
        "notes": "Note",
        "sources": "Sources",
        "no sources": "No source link.",
        "stated": "stated {date}",
        "not known": "Not known",
        "untitled": "Report",
        "opens": "(opens another site)",
        # how located
        "site": "An exact site, within {km} km",
        "town": "A town or city, within {km} km of its centre; the part hit is not known",
        "near": "Near a named place, within {km} km",
        "district": "A district; the exact place is not known. Drawn as the area within {km} km",
        "district polygon": "A district; the exact place is not known",
        "province": "A province; the exact place is not known",
        "border": "Along a stretch of the line; no single place",
        "country": "A country; the exact place is not known",
        "unknown": "Place not known",
        "source position": "Position: {source}",
        # side, distance
        "side AF": "Afghan side",
        "side PK": "Pakistani side",
        "side uncertain": "Cannot be told: the place is not known well enough",
        "side mostly AF": "Cannot be told for certain; the area lies mostly on the Afghan side",
        "side mostly PK": "Cannot be told for certain; the area lies mostly on the Pakistani side",
        "side along": "Both sides: the event is of the line itself",
        "distance near": "At the line, or less than {km} km from it",
        "distance about": "About {km} km",
        "distance unknown": "Cannot be told",
        # verification
        "reported": "Reported by media; not independently verified",
        "claimed": "Claimed by one party; not independently verified",
        "verified": "Verified independently",
        "disputed": "Disputed between the parties",
        "high": "high",
        "medium": "medium",
        "low": "low",
        # map furniture
        "zoom in": "Zoom in",
        "zoom out": "Zoom out",
        "map label": "Map of events along the Durand Line. Tab to the events; arrow keys step through them "
        "by date; Enter opens one.",
        "symbols label": "Events on the map",
        # dates
        "months": "January|February|March|April|May|June|July|August|September|October|November|December",
        "to": "{start} to {end}",
        "about date": "about {date}",
        # footer
        "credits": "Sources of the map",
        "as of": "Events up to {date}.",
        "note": "Boundaries and names shown do not imply endorsement or acceptance. Casualty figures are "
        "claims by the named parties.",
        "imprecise note": "An event whose place is not known exactly is drawn as the area where it may be.",
        "old browser": "This browser is too old to show the events: it lacks DecompressionStream.",
        "no script": "This map needs JavaScript, which is switched off in this browser.",
    },
    "ps": {"AF": "افغانستان", "PK": "پاکستان", "Durand Line": "د ډیورنډ کرښه"},
    "fa": {"AF": "افغانستان", "PK": "پاکستان", "Durand Line": "خط دیورند"},
    "ur": {"AF": "افغانستان", "PK": "پاکستان", "Durand Line": "ڈیورنڈ لائن"},
    "ar": {"AF": "أفغانستان", "PK": "باكستان", "Durand Line": "خط ديورند"},
}


def word(lang: str, key: str, **fields: object) -> str:
    """A string in a language, or in English where that language lacks it, with its fields filled in.

    Examples
    --------
    >>> word("en", "position", i=3, n=82)
    '3 of 82'
    """
    text = WORDS[lang].get(key) or WORDS["en"][key]
    return text.format(**fields) if fields else text


def plural(lang: str, key: str, n: int) -> str:
    """The form of a word that goes with a number.

    Examples
    --------
    >>> plural("en", "events", 1), plural("en", "events", 82)
    ('1 event', '82 events')
    """
    forms = word(lang, key).split("|")
    return forms[0 if n == 1 else -1].format(n=n)


def date_range(lang: str, start: dt.date, end: dt.date | None = None) -> str:
    """A day, or two days with what they share said once.

    Examples
    --------
    >>> date_range("en", dt.date(2025, 10, 9), dt.date(2025, 11, 30))
    '9 October to 30 November 2025'
    >>> date_range("en", dt.date(2025, 10, 11), dt.date(2025, 10, 12))
    '11 to 12 October 2025'
    """
    months = word(lang, "months").split("|")

    def day(date: dt.date, parts: int) -> str:
        return " ".join([str(date.day), months[date.month - 1], str(date.year)][:parts])

    if end is None or end <= start:
        return day(start, 3)
    shared = 1 if (start.year, start.month) == (end.year, end.month) else 2 if start.year == end.year else 3
    return word(lang, "to", start=day(start, shared), end=day(end, 3))


def missing(lang: str) -> list[str]:
    """Keys that a language lacks, for which English stands in."""
    return [key for key in WORDS["en"] if not WORDS[lang].get(key)]
