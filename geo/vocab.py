"""The words that tables may hold: event types, precisions, verification, claimants, sides."""

from __future__ import annotations

from typing import Final

__all__ = [
    "AFGHAN_PROVINCES_ON_LINE",
    "BOUNDS",
    "CLAIMANT_KINDS",
    "CLAIMANT_NOT_STATED",
    "CLAIM_SCOPES",
    "CONFIDENCES",
    "DATE_PRECISIONS",
    "EVENT_TYPES",
    "GATE_STATES",
    "METRICS",
    "PAKISTANI_UNITS_ON_LINE",
    "SIDES",
    "TRAFFIC",
    "VERIFICATIONS",
    "WHERE_PRECISIONS",
]

EVENT_TYPES: Final = (
    "armed clash",
    "airstrike",
    "drone strike",
    "shelling",
    "bombing",
    "attack",
    "other",
    "crossing closed",
    "crossing reopened",
    "talks",
)
"""What happened. The order is the order of the legend."""

WHERE_PRECISIONS: Final = ("site", "town", "near", "district", "province", "border", "country", "unknown")
"""How exactly a place is known, from the most to the least exact."""

VERIFICATIONS: Final = ("reported", "claimed", "verified", "disputed")
"""How far an account is supported: by media, by a party, independently, or not agreed."""

CLAIMANT_KINDS: Final = (
    "afghan authorities",
    "pakistan",
    "un",
    "hospital",
    "ngo",
    "media",
    "armed group",
    "other",
)
"""Who makes a claim."""

CLAIM_SCOPES: Final = ("event", "several events", "aggregate")
"""What a claimed number covers: the event, several events of the table, or a whole front or period."""

CONFIDENCES: Final = ("high", "medium", "low")
"""How sure the compilers of a row are of it."""

CLAIMANT_NOT_STATED: Final = "not stated"
"""Claimant of a figure whose table doesn't say who says so."""

BOUNDS: Final = ("exactly", "at least", "more than", "up to", "about", "dozens")
"""How a claimed number was said; "45 to 50" is ``exactly``, its two numbers tell the rest."""

METRICS: Final = ("killed", "injured")
"""What a claim counts."""

TRAFFIC: Final = ("all", "trade", "travellers", "returnees", "aid")
"""What may pass a crossing; each is let through, or not, on its own."""

GATE_STATES: Final = ("closed", "partly", "open", "not known")
"""What is said of a crossing for one kind of traffic."""

SIDES: Final = ("AF", "PK", "uncertain")
"""On which side of the Durand Line something lies; uncertain where no side has 0.95."""

DATE_PRECISIONS: Final = {1: "day", 2: "two days to a week", 3: "month", 4: "coarser than a month"}
"""How exactly a date is known."""

AFGHAN_PROVINCES_ON_LINE: Final = (
    "AF-BDS",
    "AF-NUR",
    "AF-KNR",
    "AF-NAN",
    "AF-PIA",
    "AF-KHO",
    "AF-PKA",
    "AF-ZAB",
    "AF-KAN",
    "AF-HEL",
    "AF-NIM",
)
"""ISO 3166-2 codes of the Afghan provinces on the line, as the first of them meets it from the north."""

PAKISTANI_UNITS_ON_LINE: Final = ("PK-GB", "PK-KP", "PK-BA")
"""ISO 3166-2 codes of the Pakistani units on the line, from north to south."""
