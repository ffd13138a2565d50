"""Texts that say less than one place: near it, between two, several, a feature called after one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import numpy as np
import shapely

from geo.boundaries.layers import read_units
from geo.errors import PlaceError
from geo.places.candidates import (
    SameName,
    crossing_sides,
    held_by,
    known_by_its_own_name,
    lies_in,
    single_place,
)
from geo.places.phrases import Phrase, read_phrase, split_tail
from geo.places.radii import NEAR_M
from geo.places.record import Place
from geo.places.unit_names import FORMER_AREAS, area_codes
from geo.types import GEOD
from geo.vocab import AFGHAN_PROVINCES_ON_LINE, PAKISTANI_UNITS_ON_LINE

__all__ = ["widened_place"]

FAR_M: Final = 200_000.0
"""Places farther apart than this are not one event's."""
_GATES: Final = ("crossing", "border", "gate")
_JOINED: Final = re.compile(r"/|\s[-–—]\s")
_PIECES: Final = re.compile(r"[,،;؛/()\[\]]|\s[-–—]\s")
_BORDER_WORDS: Final = frozenset(("border", "borders", "frontier", "سرحد", "سرحدي", "پوله", "کرښه", "بارڈر"))
_AREA_WORDS: Final = frozenset(("front", "fronts", "frontline", "sector", "valley", "وادی", *_BORDER_WORDS))
"""Features as large as a district or province of that name; the others are spots at or near a place."""


def widened_place(name: str, country: str | None, adm1: str | None, same_name: SameName) -> Place | None:
    """The place that a text says no more than, or None where it is the name of one.

    Parameters
    ----------
    name
        The text.
    country, adm1
        Codes, as for :func:`geo.resolve_place`.
    same_name
        As for :func:`geo.resolve_place`; beside and between places the city is always meant.

    Raises
    ------
    PlaceError
        If it names several places that nothing here can stand for, a feature that may lie anywhere, or a
        place beside it that is not known.
    """
    if known_by_its_own_name(name, country, adm1):
        return None
    codes = area_codes(name)
    if len(codes) > 1:
        return _provinces(codes, name, "any of the provinces named")
    phrase = read_phrase(name)
    if phrase.form in ("feature", "elsewhere"):
        # "Muhmand Dara / Landi Kotal" is two names, each looked up as it stands; the head of "Chaman crossing
        # (Friendship Gate)" is a name as it is.
        head = split_tail(name)[0]
        if _JOINED.search(name) or (head != name and known_by_its_own_name(head, country, adm1)):
            return _of_parts(name, country, adm1, same_name)
    match phrase.form:
        case "near":
            return _near(phrase, country, adm1)
        case "part":
            return _part(phrase, country, adm1)
        case "between":
            return _between(phrase, name, country, adm1)
        case "list":
            return _list(phrase, name, country, adm1)
        case "feature":
            return _feature(phrase, name, country, adm1, same_name)
        case "elsewhere":
            return _elsewhere(phrase, name, country, adm1)
    plain = phrase.names[0]
    if plain != " ".join(name.split()):
        inner = widened_place(plain, country, adm1, same_name)
        return inner or single_place(plain, country, adm1, None, same_name)
    return _of_parts(plain, country, adm1, same_name)


def _of_parts(name: str, country: str | None, adm1: str | None, same_name: SameName) -> Place | None:
    """A text of several parts of which the whole is no name: the narrowest that the others hold, or all.

    None where the text is one part, or its first part is known where the others say; so that neither "Wana,
    Miranshah" is a dot in one of them, nor an unknown village in Wana a dot in its midst.
    """
    pieces = [piece.strip() for piece in _PIECES.split(name) if any(map(str.isalpha, piece))]
    if len(pieces) < 2:
        return None
    refused: PlaceError | None = None
    try:
        if not single_place(name, country, adm1, None, same_name).rank[0]:
            return None
    except PlaceError as err:
        refused = err
    known = {piece: place for piece in pieces if (place := _sure(piece, country, adm1)) is not None}
    unknown = [piece for piece in pieces if piece not in known]
    for piece, place in known.items():
        others = [other for other in known.values() if other.place_id != place.place_id]
        held = _held_by_all(place, others)
        if held is not None:
            chosen = single_place(piece, country, adm1, None, same_name)
            return _beside(chosen if _held_by_all(chosen, others) else held, unknown)
    if refused is not None:
        raise refused
    if len(known) < 2:
        return None
    if unknown:
        raise _not_all_known(name, unknown)
    return _together([_one(piece, country, adm1) for piece in known], name, "any of the places named")


def _sure(piece: str, country: str | None, adm1: str | None) -> Place | None:
    """The place that a part of a text means by its whole name; None where it is merely like one."""
    try:
        place = single_place(piece, country, adm1, None)
    except PlaceError:
        return None
    return None if place.rank[0] or place.rank[1] == 3 else place


def _held_by_all(place: Place, others: list[Place]) -> Place | None:
    held: Place | None = place
    for other in others:
        held = held and held_by(held, [other])
    return held


def _beside(place: Place, unknown: list[str]) -> Place:
    """The place that a text names beside parts that are not known: such a part is in or near it."""
    if not unknown:
        return place
    note = f"{' and '.join(map(repr, unknown))} {'is' if len(unknown) == 1 else 'are'} not known: "
    if place.kind not in ("town", "site") or any(read_phrase(one).form == "feature" for one in unknown):
        return replace(place, note=f"{note}{place.label} ({place.kind})")
    return _around(place, f"{note}within {NEAR_M / 1000:.0f} km of {place.label}")


def _not_all_known(name: str, unknown: list[str]) -> PlaceError:
    return PlaceError(
        f"{name!r} names several places, of which {' and '.join(map(repr, unknown))} is not known; "
        "write a row for each, or give the province"
    )


def _part(phrase: Phrase, country: str | None, adm1: str | None) -> Place:
    """Some part of a province or country is known as that; beside a town it is near it."""
    place = single_place(phrase.names[0], country, adm1, None, "widest")
    if place.rank[0] or place.rank[1] == 3:
        raise PlaceError(f"no place is called {phrase.word} {phrase.names[0]!r}")
    if place.kind in ("town", "site"):
        return _around(place, f"{phrase.word!r}: within {NEAR_M / 1000:.0f} km of {place.label}")
    return replace(place, note=f"{phrase.word!r}: anywhere in {place.label} ({place.kind})")


def _one(name: str, country: str | None, adm1: str | None) -> Place:
    """The place that a part of a text means; a city before what bears its name around it."""
    if not any(letter.isalnum() for letter in name):
        raise PlaceError(f"{name!r} is no name of a place")
    return single_place(name, country, adm1, None, "city")


def _near(phrase: Phrase, country: str | None, adm1: str | None) -> Place:
    if phrase.km is not None and phrase.km * 1000 > NEAR_M:
        raise PlaceError(
            f"{phrase.word} {phrase.names[0]!r} is farther than {NEAR_M / 1000:.0f} km, as far as 'near' "
            "reaches; give a position, or the district or province"
        )
    place = _one(phrase.names[0], country, adm1)
    if place.kind in ("town", "site"):
        return _around(place, f"{phrase.word!r}: within {NEAR_M / 1000:.0f} km of {place.label}")
    return replace(place, note=f"{phrase.word!r} widens a place, and {place.label} is a {place.kind} already")


def _around(place: Place, note: str) -> Place:
    return replace(place, kind="town", precision_m=max(NEAR_M, place.precision_m), note=note, also=())


def _between(phrase: Phrase, name: str, country: str | None, adm1: str | None) -> Place:
    return _together([_one(part, country, adm1) for part in phrase.names], name, "between the places named")


def _list(phrase: Phrase, name: str, country: str | None, adm1: str | None) -> Place | None:
    """Several places as one wider one; None where no part is a place: then "and" is part of a name."""
    found, unknown = [], []
    tail = f", {phrase.word}" if phrase.word else ""
    for part in phrase.names:
        try:
            place = _one(part + tail, country, adm1)
        except PlaceError:
            unknown.append(part)
            continue
        # A part that is merely like a name, or known by its province alone, is no place of a list.
        if place.rank[0] or place.rank[1] == 3:
            unknown.append(part)
        else:
            found.append(place)
    if not found:
        return None
    if unknown:
        raise _not_all_known(name, unknown)
    return _together(found, name, "any of the places named")


def _together(places: list[Place], name: str, words: str) -> Place:
    """One place that holds several: the one that holds the others, 25 km about them, or their provinces."""
    for place in places:
        if all(lies_in(other, place) for other in places if other is not place):
            return replace(place, note=f"{words}: {place.label} holds the others")
    if all(place.kind in ("town", "site") for place in places):
        lon = float(np.mean([place.lon for place in places]))
        lat = float(np.mean([place.lat for place in places]))
        _, _, away = GEOD.inv(
            [lon] * len(places), [lat] * len(places), [p.lon for p in places], [p.lat for p in places]
        )
        if max(away) <= NEAR_M:
            sides = {place.adm1 for place in places}
            return replace(
                places[0],
                place_id=";".join(place.place_id for place in places),
                name=" / ".join(place.name for place in places),
                label=" / ".join(place.label for place in places),
                kind="town",
                adm1=places[0].adm1 if len(sides) == 1 else None,
                lon=round(lon, 4),
                lat=round(lat, 4),
                precision_m=NEAR_M,
                population=None,
                also=(),
                note=f"{words}: within {NEAR_M / 1000:.0f} km of the middle",
            )
    codes = tuple(dict.fromkeys(code for place in places for code in _provinces_of(place)))
    if any(not _provinces_of(place) for place in places) or _apart_m(places) > FAR_M or not _touch(codes):
        shown = ", ".join(f"{place.label} ({place.adm1 or place.adm0})" for place in places)
        raise PlaceError(
            f"{name!r} names several places too far apart for one row: {shown}; write a row for each, or "
            "give a position and how exactly it is known"
        )
    return _provinces(codes, name, f"{words}: known to the province")


def _provinces_of(place: Place) -> tuple[str, ...]:
    """The province of a place; a crossing is in those of both its sides."""
    sides = tuple(unit for unit, _ in crossing_sides().get(place.place_id, ()))
    return sides or (() if place.adm1 is None else (place.adm1,))


def _apart_m(places: list[Place]) -> float:
    """How far the farthest two of the towns and sites among places lie apart, metres."""
    spots = [place for place in places if place.kind in ("town", "site")]
    pairs = [(one, two) for number, one in enumerate(spots) for two in spots[number + 1 :]]
    return max((GEOD.inv(one.lon, one.lat, two.lon, two.lat)[2] for one, two in pairs), default=0.0)


def _touch(codes: tuple[str, ...]) -> bool:
    """Whether provinces hang together, so that what is between two places in them is in them."""
    frame = read_units(1)
    shapes = frame.set_index("iso3166_2").geometry
    left = list(codes[1:])
    reached = [codes[0]]
    while left:
        near = [code for code in left if any(shapely.intersects(shapes[code], shapes[at]) for at in reached)]
        if not near:
            return False
        reached += near
        left = [code for code in left if code not in near]
    return True


def _provinces(codes: tuple[str, ...], name: str, note: str) -> Place:
    """One or several provinces as a place; its point is that of the first."""
    units = [single_place(code, None, None, "province") for code in codes]
    if len(codes) == 1:
        return replace(units[0], note=note, read=name)
    same = len({place.adm0 for place in units}) == 1
    return replace(
        units[0],
        place_id=";".join(codes),
        name=", ".join(place.name for place in units),
        label=", ".join(place.label for place in units),
        adm0=units[0].adm0 if same else None,
        adm1=None,
        units=codes,
        note=note,
        read=name,
        also=(),
    )


def _feature(phrase: Phrase, name: str, country: str | None, adm1: str | None, same_name: SameName) -> Place:
    """A post or camp is at or near the place it is called after; a front or border as large as that is."""
    words = set(phrase.word.split())
    inner = phrase.names[0]
    codes = area_codes(inner)
    if words & _BORDER_WORDS and codes:
        on_line = [code for code in codes if FORMER_AREAS.get(code, code) in _ON_LINE]
        if not on_line:
            raise PlaceError(f"{name!r}: {inner} does not lie on the Durand Line; give a position or a place")
        place = _provinces(codes, name, "")
        return replace(
            place,
            kind="border",
            units=codes,
            note=f"{phrase.word!r}: anywhere along the border of {place.label}",
        )
    for gate in _GATES if words & set(_GATES) else ():
        if known_by_its_own_name(f"{inner} {gate}", country, adm1):
            return single_place(f"{inner} {gate}", country, adm1, None, "city")
    place = single_place(inner, country, adm1, None, "widest" if words <= _AREA_WORDS else "city")
    if place.rank[0]:
        # "A camp, Torkham" is in Torkham, and not called after it.
        inside = single_place(inner, country, adm1, None, same_name)
        return replace(inside, note=f"the {phrase.word} is not known: {inside.label} ({inside.kind})")
    if place.rank[1] == 3:
        raise PlaceError(f"no place is called {name!r}, and {inner!r} is only like {place.label}")
    if place.kind in ("town", "site"):
        note = f"{phrase.word!r} of that name is not known: within {NEAR_M / 1000:.0f} km of {place.label}"
        return _around(place, note)
    return replace(place, note=f"{phrase.word!r} of that name is not known: {place.label} ({place.kind})")


_ON_LINE: Final = frozenset((*AFGHAN_PROVINCES_ON_LINE, *PAKISTANI_UNITS_ON_LINE))


def _elsewhere(phrase: Phrase, name: str, country: str | None, adm1: str | None) -> Place:
    """A pass, river or road lies anywhere: only what the text says around it is known."""
    tail = split_tail(phrase.names[0])[1]
    if tail:
        place = single_place(tail, country, adm1, None, "widest")
        if place.kind in ("district", "province"):
            return replace(place, note=f"the {phrase.word} is not known: {place.label} ({place.kind})")
    raise PlaceError(
        f"no place is called {name!r}: a {phrase.word} may lie far from what it is called after; give a "
        "position, or the district or province"
    )
