"""Every word that a map shows, in one table by language.

English is complete. Where another language lacks a string, English stands in; :func:`missing` names the gaps.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from maps.words.translations import RIVERS, TRANSLATIONS

__all__ = [
    "LANGUAGES",
    "WORDS",
    "Language",
    "date_range",
    "missing",
    "number",
    "plural",
    "river_name",
    "word",
]


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
        "km": "km",
        "mi": "mi",
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
        "comma": ", ",
        "range": "{low} to {high}",
        "subtitle": "Events on both sides of the line between Afghanistan and Pakistan, as reported; each "
        "figure belongs to the party that gave it.",
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
        "legend": "Key",
        "what happened": "What happened",
        "how exact": "How exactly the place is known",
        "places": "At a site or town",
        "areas": "Somewhere in the hatched area",
        "stretches": "Somewhere along the hatched stretch",
        "dashed": "Somewhere along the dashed bar",
        "ring key": "Several events together; the ring shows their types",
        "how sure": "How sure",
        "filled": "Reported by media, or verified",
        "hollow": "Claimed by one party or disputed",
        "killed according to": "People killed, according to {claimant}",
        "injured according to": "People injured, according to {claimant}",
        "disc range": "From the lower to the higher figure given",
        "disc open": "At least so many",
        "disc zero": "None, it was said",
        "disc several": "Only stated for several events or groups together",
        "disc none": "Not stated by {claimant}",
        "other lines": "Other lines not agreed",
        "lines": "Lines",
        "durand disputed": "Durand Line; recognised by Pakistan, not by Afghanistan",
        "durand de facto": "Durand Line, the border in fact; not recognised by Afghanistan",
        "band": "How far sources for the line differ, where over 500 m",
        "line of control": "Line of Control in Jammu and Kashmir; status not agreed by India and Pakistan",
        "country border": "Country border",
        "crossing key": "Border crossing",
        "narrow": "Narrow down",
        "province": "Province",
        "any province": "All provinces",
        "precision": "Place known to",
        "any precision": "Any exactness",
        "at least site": "An exact site",
        "at least town": "A town or better",
        "at least near": "Near a named place or better",
        "at least district": "A district or better",
        "at least province": "A province or better",
        "at least border": "A stretch of the line or better",
        "at least country": "A country or better",
        "reported short": "Reported by media",
        "claimed short": "Claimed by one party",
        "verified short": "Verified independently",
        "disputed short": "Disputed",
        "side unclear": "Side cannot be told",
        "show all": "Show all",
        "all events": "Table of events",
        # table
        "table": "Table of events ({n})",
        "event": "Event",
        "find": "Find in the table",
        "place known to": "Place known to",
        "site short": "site",
        "town short": "town",
        "near short": "near a place",
        "district short": "district",
        "province short": "province",
        "border short": "stretch of the line",
        "country short": "country",
        "unknown short": "not known",
        "more rows": "Show more ({n})",
        "earlier rows": "Show earlier ones ({n})",
        "several provinces": "one of {n} provinces",
        "Durand Line": "Durand Line",
        "Line of Control": "Line of Control",
        "Line of Actual Control": "Line of Actual Control",
        "AF": "Afghanistan",
        "PK": "Pakistan",
        # time
        "time": "Time",
        "time from": "First day shown",
        "time until": "Last day shown",
        "time step": "Next step in time",
        "play": "Play",
        "pause": "Pause",
        "periods": "Periods",
        "all days": "All",
        "before ceasefire": "Before the ceasefire of {date}",
        "since ceasefire": "Since the ceasefire of {date}",
        "period shown": "{period}: {shown}",
        "shown of": "{n} of {all} events",
        "by day": "Number of events by day",
        "by week": "Number of events by week",
        "by month": "Number of events by month",
        "phase ceasefire": "ceasefire",
        "phase truce": "truce",
        "phase talks": "talks",
        "phase fighting": "fighting",
        "phase closure": "crossings closed",
        # card
        "card": "Event",
        "close": "Close",
        "previous": "Previous event",
        "next": "Next event",
        "position": "{i} of {n}",
        "filtered out": "Hidden by the choice made",
        "events": "{n} event|{n} events",
        "here": "{n} event here|{n} events here",
        "first of": "The first {n} of {all} are listed; zoom in or filter to see the others.",
        "somewhere here": "{n} event somewhere in the shaded area|{n} events somewhere in the shaded area",
        "back": "Back to the list",
        "when": "When",
        "where": "Where",
        "located": "How located",
        "side": "Side of the line",
        "distance": "Distance to the line",
        "actors": "Parties, as attributed",
        "attribution": "Attribution",
        "verification": "Verification",
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
        # how located
        "site": "An exact site, within {km} km",
        "town": "A town or city, within {km} km of its centre; the part hit is not known",
        "near": "Near a named place, within {km} km",
        "district": "A district; the exact place is not known. Drawn as the area within {km} km",
        "district polygon": "A district; the exact place is not known",
        "in province": "A province; the exact place is not known",
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
        # verification
        "reported": "Reported by media; not independently verified",
        "claimed": "Claimed by one party; not independently verified",
        "verified": "Verified independently",
        "disputed": "Disputed between the parties",
        # map furniture
        "zoom in": "Zoom in",
        "zoom out": "Zoom out",
        "map label": "Map of events along the Durand Line. Tab to the events; arrow keys step through them "
        "by date; Enter opens one.",
        "symbols label": "Events on the map",
        "locator": "Where the map lies in the region",
        # dates
        "months": "January|February|March|April|May|June|July|August|September|October|November|December",
        "to": "{start} to {end}",
        "digits": "0123456789",
        "about date": "about {date}",
        # footer
        "outside frame": "{n} of them lies outside the frame.|{n} of them lie outside the frame.",
        "earlier": "← {n} earlier event|← {n} earlier events",
        "call-outs": "On the map",
        "far from line": "{n} of them, over 100 km from the line, is not drawn.|"
        "{n} of them, over 100 km from the line, are not drawn.",
        "expected": "Expected number of events",
        "class to": "up to {high}",
        "class": "over {low}, up to {high}",
        "by province": "by province",
        "by district": "by district",
        "by sector": "by sector of the line",
        "no data": "No data: the table has no event there",
        "no districts": "No data: no districts added, or no event in the table there",
        "none here": "None of the events selected",
        "choropleth note": "An event whose place is not known exactly counts in each unit by the share "
        "of its possible area there.",
        "sector note": "A sector of the line takes what lies within 50 km of the line and nearest to it.",
        "classes note": "Classes have round ends and hold about as many units each.",
        "expected short": "Expected",
        "expected of": "{n}; with 95 % probability {low} to {high}",
        "certain": "For certain",
        "possible": "Possible",
        "unit said": "{name}: {n} expected, {certain} for certain, {possible} possible",
        "unit none": "{name}: none of the events selected",
        "unit without": "{name}: no data",
        "units label": "Expected number of events by unit",
        "may be there": "Events that may have happened there",
        "map label shade": "Map of the expected number of events. Tab to the units; arrow keys step through "
        "them, the most events first; Enter opens one.",
        "map label density": "Map of the density of events.",
        "density": "Events per 1,000 km²",
        "density note": "Each event is spread evenly over where it may have happened, then smoothed by a "
        "kernel of {km} km. The surface shows all {n} events.",
        "in both": "{n} event may be in both periods and counts in each.|"
        "{n} events may be in both periods and count in each.",
        "map of": "Map {n}: {period}",
        "about": "About this map",
        "along line": "Provinces along the Durand Line, from Iran (left) to China (right); Afghan side above",
        "profile note": "Time runs upwards. A dashed bar is the stretch on which an event may have happened.",
        "before day": "Before {day}",
        "from day": "From {day} on",
        "credits": "Sources of the map",
        "events from": "events: {source}",
        "positions from": "some positions: {source}",
        "as of": "Events up to {date}.",
        "projection": "Projection: Lambert conformal conic.",
        "page projection": "Projection: Web Mercator.",
        "note": "Boundaries and names shown do not imply endorsement or acceptance. Casualty figures are "
        "claims by the named parties.",
        "imprecise note": "An event whose place is not known exactly is drawn as the area where it may be.",
        "no script": "This map needs JavaScript and a recent browser. The picture shows the same events as "
        "the map, but does not move.",
    },
    **TRANSLATIONS,
}


def word(lang: str, key: str, **fields: object) -> str:
    """A string in a language, or in English where that language lacks it, with its fields filled in.

    Examples
    --------
    >>> word("en", "position", i=3, n=82)
    '3 of 82'
    """
    text = WORDS[lang].get(key) or WORDS["en"][key]
    if not fields:
        return text
    return text.format(**{name: _localised(lang, value) for name, value in fields.items()})


def number(lang: str, value: object) -> str:
    """A number in the digits of a language, whole ones of 10,000 and more with marks between the thousands.

    Examples
    --------
    >>> number("fa", 82), number("ur", 82), number("en", 99975)
    ('۸۲', '82', '99,975')
    """
    text = f"{value:,}" if isinstance(value, int) and value >= 10_000 else str(value)
    return text.translate(str.maketrans("0123456789", word(lang, "digits")))


def _localised(lang: str, value: object) -> object:
    """Numbers in the digits of the language; other text as it is, since it may be someone's words."""
    plain = isinstance(value, (int, float)) or (
        isinstance(value, str) and re.fullmatch(r"[0-9][0-9.,]*", value)
    )
    return number(lang, value) if plain else value


def plural(lang: str, key: str, n: int) -> str:
    """The form of a word that goes with a number.

    Examples
    --------
    >>> plural("en", "here", 1), plural("en", "here", 82)
    ('1 event here', '82 events here')
    """
    forms = word(lang, key).split("|")
    return forms[0 if n == 1 else -1].format(n=number(lang, n))


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
        return " ".join([number(lang, date.day), months[date.month - 1], number(lang, date.year)][:parts])

    if end is None or end <= start:
        return day(start, 3)
    shared = 1 if (start.year, start.month) == (end.year, end.month) else 2 if start.year == end.year else 3
    return word(lang, "to", start=day(start, shared), end=day(end, 3))


def river_name(lang: str, name: str) -> str:
    """A river's name in a language, or the English one.

    Examples
    --------
    >>> river_name("ur", "Indus"), river_name("en", "Indus")
    ('سندھ', 'Indus')
    """
    return RIVERS.get(lang, {}).get(name, name)


def missing(lang: str) -> list[str]:
    """Keys that a language lacks, for which English stands in."""
    return [key for key in WORDS["en"] if not WORDS[lang].get(key)]
