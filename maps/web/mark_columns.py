"""The groups of events that are drawn together, as columns of a packed page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from geo.places.radii import NEAR_LINE_KM
from geo.places.unit_names import province_code
from geo.vocab import EVENT_TYPES
from maps.content.cards import cell_text, province_of
from maps.content.event_places import unit_names
from maps.content.marks import GATE_TYPES, LEVELS
from maps.content.steps import STEPS_A_DEGREE
from maps.content.symbol_counts import symbol_counts
from maps.words.words import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.content.content import EventRows
    from maps.content.marks import MarkGroup

__all__ = ["mark_codes", "mark_columns", "mark_words", "province_names", "sided"]

SIDES = ("", "AF", "PK")
"""What the numbers in the column of sides stand for."""


def sided(rows: EventRows, marks: Sequence[MarkGroup]) -> tuple[MarkGroup, ...]:
    """Groups without a side as the page sets them: events that are certain of theirs become a group on it.

    The province of all points and sources of the rest, if it is one, is where these stand, without a side.

    Parameters
    ----------
    rows
        The events and their places.
    marks
        Their groups.
    """
    return tuple(part for group in marks for part in _parts(rows, group))


def _parts(rows: EventRows, group: MarkGroup) -> list[MarkGroup]:
    located = rows.places.located
    # A crossing is on the line, and with it what its sources tell of it as such.
    told = group.crossing and any(EVENT_TYPES[int(rows.type[row])] in GATE_TYPES for row in group.events)
    aside = group.side is not None or group.level not in ("town", "near", "district")
    if told or aside or located is None:
        return [group]
    at = {row: located.rows[int(rows.place[row])] for row in group.events}
    held: dict[str | None, list[int]] = {}
    for row, place in at.items():
        side = cell_text(place.get("side"))
        held.setdefault(side if side in SIDES else None, []).append(row)
    out = []
    for side, events in held.items():
        codes = {code for row in events for code in _codes(at[row]) if code.startswith(side or "")}
        counts = symbol_counts(rows, tuple(events))
        adm1 = codes.pop() if len(codes) == 1 else None
        out.append(replace(group, events=tuple(events), counts=counts, side=side, adm1=adm1))
    return out


def _codes(row: dict[str, Any]) -> set[str]:
    """The provinces of a place: where its point lies, and the one that its source states."""
    stated = province_code(cell_text(row.get("adm1_source")))
    return {code for code in (cell_text(row.get("adm1")), stated) if code}


def mark_columns(
    rows: EventRows, marks: Sequence[MarkGroup], areas: Sequence[int]
) -> list[tuple[str, str, list[int]]]:
    """Name, kind and values of each column: of places the number of their group, then the groups' own.

    Parameters
    ----------
    rows
        The events and their places.
    marks
        Their groups.
    areas
        For each place the number of its outline in the page, or -1.
    """
    located = rows.places.located
    own = [0] * len(rows.places.grain)
    place = rows.place.tolist()
    shown: list[int] = []
    for number, group in enumerate(marks):
        for row in group.events:
            own[place[row]] = number + 1
        shown.append(areas[place[group.events[0]]] + 1)
    codes = {code: number for number, code in enumerate(mark_codes(marks))}
    return [
        ("mark", "varint", own),
        ("near", "byte", [int(_is_near(row)) for row in located.rows] if located else own),
        ("mark_level", "byte", [LEVELS.index(group.level) for group in marks]),
        ("mark_lon", "delta", [round((group.lon or 0) * STEPS_A_DEGREE) for group in marks]),
        ("mark_lat", "delta", [round((group.lat or 0) * STEPS_A_DEGREE) for group in marks]),
        ("mark_radius", "varint", [round(group.radius_m / 100) for group in marks]),
        ("mark_side", "byte", [SIDES.index(group.side or "") for group in marks]),
        ("mark_adm1", "byte", [codes[group.adm1] + 1 if group.adm1 else 0 for group in marks]),
        ("mark_area", "varint", shown),
        ("mark_tint", "byte", [int(group.tint) for group in marks]),
    ]


def _is_near(row: dict[str, Any]) -> bool:
    """Whether a place counts as near the line in a title."""
    km = row.get("border_km")
    return row["where_precision"] == "border" or (isinstance(km, float) and abs(km) <= NEAR_LINE_KM)


def mark_codes(marks: Sequence[MarkGroup]) -> list[str]:
    """Codes of the provinces in which marks stand, in the order of their numbers."""
    return sorted({group.adm1 for group in marks if group.adm1})


def mark_words(rows: EventRows, marks: Sequence[MarkGroup]) -> dict[str, list[str]]:
    """Names and tags of the groups; nothing for what the words of the first place or the name say already."""
    names, place = rows.places.words["name"], rows.place.tolist()
    first = [names[min(place[row] for row in group.events)] for group in marks]
    return {
        "mark_name": [
            "" if group.name == name else group.name or " " for group, name in zip(marks, first, strict=True)
        ],
        "mark_tag": ["" if group.tag == group.name else group.tag or " " for group in marks],
    }


def province_names(lang: str) -> dict[str, str]:
    """Names of every province of both countries and of the countries, by code, for what is joined there."""
    codes: dict[str, Any] = unit_names()
    names = {
        code: name for code in codes if (name := province_of({"adm1": code, "adm1_name": codes[code]}, lang))
    }
    return names | {code: word(lang, code) for code in ("AF", "PK")}
