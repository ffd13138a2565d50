"""Places that a name can mean, the likeliest first, and the one that it means."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from typing import Final, Literal

import geopandas as gpd
import pandas as pd

from geo.boundaries.layers import read_crossings
from geo.boundaries.units import provinces
from geo.errors import PlaceError
from geo.places.name_index import FUZZY_LETTERS, name_index
from geo.places.record import KINDS, Place
from geo.places.spelling import ARABIC, SOUNDED_LETTERS, exact_key, folds, skeleton
from geo.places.unit_names import area_code, without_unit_words
from geo.types import GEOD

__all__ = [
    "SameName",
    "candidates",
    "crossing_sides",
    "held_by",
    "known_by_its_own_name",
    "lies_in",
    "only_place",
    "place_frame",
    "seen_from",
    "single_place",
    "without_feature",
]

SameName = Literal["widest", "city"]
"""What a name that is borne by a city and by what lies around it means."""

FUZZY_FLOOR: Final = 70.0
"""Similarity (0 to 100) below which a name is no candidate at all."""
FUZZY_SURE: Final = 88.0
"""Similarity from which a single fuzzy candidate is taken for the place; docs/places.md has the figures."""
FUZZY_MARGIN: Final = 6.0
"""Fuzzy candidates this close to the best count as equally good."""
PART_FACTOR: Final = 0.9
"""What a match is worth that used only a part of the name asked for."""

_SCORES: Final = {"exact": (100.0, 99.0), "folded": (98.0, 97.0), "romanised": (95.0, 94.0)}
"""For the name itself, and for an alternate name of GeoNames."""
_FUZZY_TOP: Final = 0.93

_FEATURES: Final = {
    "district": "district districts tehsil tehsils sub-district subdistrict woluswali wuluswali agency "
    "ولسوالۍ ولسوالی ضلع تحصیل",
    "province": "province provinces wilayat velayat ولایت صوبہ",
    "town": "city cities town towns village villages suburb bazaar locality kalay kili ښار شهر",
    "": "area areas region sector post posts front camp border crossing cross river valley pass near",
}
_FEATURE_KIND: Final = {word: kind for kind, words in _FEATURES.items() for word in words.split()}
CITY_PEOPLE: Final = 50_000
"""People from which a town is a city: its name alone means it and not the district or province around."""


@dataclass(frozen=True)
class _Reading:
    """One way to read the text asked for."""

    text: str
    kind: str = ""
    within: str = ""
    whole: bool = True


def single_place(
    name: str, country: str | None, adm1: str | None, kind: str | None, same_name: SameName = "widest"
) -> Place:
    """The one place that a name means, by the rules of :func:`geo.resolve_place`; arguments as codes.

    Raises
    ------
    PlaceError
        If no place, or more than one, fits.
    """
    found = candidates(name, country, adm1, kind)
    if not found:
        raise PlaceError(
            f"no place is called {name!r}{_inside(country, adm1, kind)}, or anything like it", place_frame([])
        )
    best = min(place.rank for place in found)
    tier = [place for place in found if place.rank == best]
    if best[1] == 3:
        top = tier[0].score
        if top < FUZZY_SURE * _FUZZY_TOP * (PART_FACTOR if best[0] else 1):
            listed = ", ".join(map(_named, tier[:5]))
            raise PlaceError(
                f"no place is called {name!r}{_inside(country, adm1, kind)}; the nearest: {listed}",
                place_frame(found),
            )
        tier = [place for place in tier if place.score > top - FUZZY_MARGIN]
    widest = only_place(name, tier, found)
    return _as_city(widest, tier) if same_name == "city" else widest


def only_place(name: str, tier: list[Place], found: list[Place]) -> Place:
    """The place of some equally sure ones that holds all the others.

    Parameters
    ----------
    name
        What was asked for.
    tier, found
        Those, and all that it may mean.

    Raises
    ------
    PlaceError
        If none does: the name is ambiguous.
    """
    widest = _widest(tier)
    if widest is None:
        shown = ", ".join(map(_named, tier[:8])) + (f" and {len(tier) - 8} more" if len(tier) > 8 else "")
        raise PlaceError(
            f"{name!r} is ambiguous: {shown}. Name the province, the country or the kind of place.",
            place_frame(found),
        )
    return widest


def _as_city(widest: Place, tier: list[Place]) -> Place:
    """The city of that name where there is one, and the note that it was taken."""
    if widest.kind not in ("province", "district"):
        return widest
    cities = [place for place in tier if place.kind == "town" and _is_city(place)]
    if len(cities) != 1:
        return widest
    return replace(cities[0], note=f"read as the city, not the {widest.kind}", also=())


def _is_city(place: Place) -> bool:
    """Whether a town is a city: by its people, or as the seat of its province."""
    return (place.population or 0) >= CITY_PEOPLE or place.label in _seats().get(place.adm1 or "", "")


@functools.cache
def _seats() -> dict[str, str]:
    frame = provinces().frame
    return dict(zip(frame["iso3166_2"], frame["seat"], strict=True))


def known_by_its_own_name(name: str, country: str | None, adm1: str | None) -> bool:
    """Whether the whole text, as it stands, is a name of a place: "Dand aw Patan", "Torkham border"."""
    index = name_index()
    named = [one for form in folds(name) for one in index.folded.get(form, [])]
    return any(seen_from(index.places[one.place], country, adm1) is not None for one in named)


@functools.lru_cache(maxsize=16_384)
def candidates(name: str, country: str | None, adm1: str | None, kind: str | None) -> list[Place]:
    """Candidates, the best first. Parts are tried only while the whole name is not known for sure."""
    readings = _readings(name)
    found: dict[str, Place] = {}
    for group in (True, False):
        for reading in readings:
            if reading.whole is not group:
                continue
            for place in _matches(reading, country, adm1, kind):
                held = found.get(place.place_id)
                if held is None or held.score < place.score:
                    found[place.place_id] = place
        if any(place.matched != "fuzzy" for place in found.values()):
            break
    if not found:
        for reading in readings:
            for place in _alike(reading, country, adm1, kind):
                held = found.get(place.place_id)
                if held is None or held.score < place.score:
                    found[place.place_id] = place
    return sorted(
        found.values(),
        key=lambda place: (-place.score, KINDS.index(place.kind), -(place.population or 0), place.place_id),
    )


def _readings(name: str) -> list[_Reading]:
    """The ways to read a text: as it is, without words for kinds, then its parts."""
    text = " ".join(name.split())
    readings = [_Reading(text)]
    # "Paktika Prov." and "Province of Paktika" name a province by words of their own.
    bare = without_unit_words(text)
    if bare != text and area_code(bare) is not None:
        readings.append(_Reading(bare, "province"))
    bracketed = [part.strip() for part in re.findall(r"[(\[]([^)\]]*)[)\]]", text)]
    bare = " ".join(re.sub(r"[(\[][^)\]]*[)\]]", " ", text).split()) or text
    # Brackets may hold a word for the kind: "Bettani Tehsil (sub-district)".
    hints = [part for part in bracketed if exact_key(part) not in _FEATURE_KIND]
    parts = [part.strip() for part in re.split(r"[,،;]", bare) if part.strip()]
    for part_number, part in enumerate(parts):
        within = "; ".join([*parts[part_number + 1 :], *hints])
        several = [
            piece.strip()
            for piece in re.split(r"\s[-–—]\s|/|\s(?:and|aw|او|و|اور)\s|&", part)
            if piece.strip()
        ]
        for piece in [part] if len(several) == 1 else [part, *several]:
            plain, kind = without_feature(piece)
            whole = part_number == 0 and piece == part
            readings.append(_Reading(plain, kind, within, whole))
    readings += [_Reading(*without_feature(hint), "", whole=False) for hint in hints]
    return [reading for reading in dict.fromkeys(readings) if folds(reading.text)]


def without_feature(text: str) -> tuple[str, str]:
    """A name without words for the kind of place at either end, and the kind that they say.

    Examples
    --------
    >>> from geo.places.candidates import without_feature
    >>> without_feature("Barmal district"), without_feature("Torkham border crossing")
    (('Barmal', 'district'), ('Torkham', ''))
    """
    words, kind = text.split(), ""
    while len(words) > 1:
        for end in (-1, 0):
            word = exact_key(words[end]).strip(".")
            if word in _FEATURE_KIND:
                kind = kind or _FEATURE_KIND[word]
                words.pop(end)
                break
        else:
            break
    return " ".join(words), kind


def _matches(reading: _Reading, country: str | None, adm1: str | None, kind: str | None) -> list[Place]:
    """Places whose name is the reading's, exactly, folded or romanised."""
    index = name_index(units_only=kind in ("country", "province"))
    found: dict[str, Place] = {}
    forms = folds(reading.text)
    looked_up = (
        ("exact", index.exact.get(exact_key(reading.text), [])),
        ("folded", [name for form in forms for name in index.folded.get(form, [])]),
        (
            "romanised",
            [
                name
                for form in forms
                if len(form) >= SOUNDED_LETTERS and form.isascii()
                for name in index.romanised.get(skeleton(form), [])
            ],
        ),
    )
    for matched, names in looked_up:
        for name in names:
            place = index.places[name.place]
            score = _SCORES[matched][0 if name.own else 1]
            if place.place_id not in found or found[place.place_id].score < score:
                found[place.place_id] = replace(
                    place,
                    score=score,
                    matched=matched,
                    matched_name=name.text,
                    read=reading.text,
                    rank=(0, 2 if matched == "romanised" else int(not name.own)),
                )
    return _narrowed(list(found.values()), reading, country, adm1, kind)


def _alike(reading: _Reading, country: str | None, adm1: str | None, kind: str | None) -> list[Place]:
    """Places whose folded name is like the reading's."""
    from rapidfuzz import fuzz, process

    index = name_index(units_only=kind in ("country", "province"))
    found: dict[str, Place] = {}
    for form in folds(reading.text):
        if len(form) < FUZZY_LETTERS:
            continue
        hits = process.extract(form, index.fuzzy, scorer=fuzz.ratio, score_cutoff=FUZZY_FLOOR, limit=60)
        for fold, ratio, _ in hits:
            # What sounds alike counts for more than what merely shares letters.
            if not ARABIC.search(form):
                ratio = (ratio + max(ratio, fuzz.ratio(skeleton(form), skeleton(fold)))) / 2
            for name in index.folded[fold]:
                place = index.places[name.place]
                if place.place_id not in found or found[place.place_id].score < ratio * _FUZZY_TOP:
                    found[place.place_id] = replace(
                        place,
                        score=round(ratio * _FUZZY_TOP, 1),
                        matched="fuzzy",
                        matched_name=name.text,
                        read=reading.text,
                        rank=(0, 3),
                    )
    return _narrowed(list(found.values()), reading, country, adm1, kind)


def _narrowed(
    places: list[Place], reading: _Reading, country: str | None, adm1: str | None, kind: str | None
) -> list[Place]:
    """Places that what was asked for allows, and of those the ones that the text itself points to."""
    places = [
        seen
        for place in places
        if (kind is None or place.kind == kind) and (seen := seen_from(place, country, adm1)) is not None
    ]
    if reading.kind and kind is None:
        said = [place for place in places if (place.kind if place.kind != "site" else "town") == reading.kind]
        places = said or places
    if reading.within:
        # "Town, Province, Country": in each of them. A name that is not where the text says is some other
        # place of that name.
        for part in reading.within.split("; "):
            around = _matches(_Reading(*without_feature(part)), country, adm1, None)
            if around:
                places = [held for place in places if (held := held_by(place, around)) is not None]
    if not reading.whole:
        places = [
            replace(place, score=round(place.score * PART_FACTOR, 1), rank=(1, place.rank[1]))
            for place in places
        ]
    return places


def held_by(place: Place, around: list[Place]) -> Place | None:
    """The place if one of several holds it and is not the place itself, a crossing from either side."""
    for outer in around:
        if outer.place_id == place.place_id:
            continue
        if outer.kind in ("country", "province"):
            adm1 = outer.adm1 if outer.kind == "province" else None
            if (seen := seen_from(place, outer.adm0, adm1)) is not None and place.kind != "country":
                return seen
        elif lies_in(place, outer):
            return place
    return None


def seen_from(place: Place, country: str | None, adm1: str | None) -> Place | None:
    """The place if it is of the country and province asked for, as a crossing is of both its sides."""
    if country in (None, place.adm0) and adm1 in (None, place.adm1):
        return place
    for unit, reach_m in crossing_sides().get(place.place_id, ()):
        if adm1 in (None, unit) and country in (None, unit[:2]):
            # The tables know a gate by the village on one side; its other side is as far off as the gate is.
            return replace(place, precision_m=max(place.precision_m, reach_m))
    return None


@functools.cache
def crossing_sides() -> dict[str, tuple[tuple[str, float], ...]]:
    """For each place that is a crossing: the provinces that meet there, and how far off it may be (m)."""
    found = {}
    for row in read_crossings().itertuples():
        number = re.fullmatch(r"GeoNames (\d+)", row.source)
        if number:
            sides = (row.adm1_af, row.adm1_pk)
            found[f"geonames:{number[1]}"] = tuple((unit, float(row.precision_m)) for unit in sides)
    return found


def _widest(places: list[Place]) -> Place | None:
    """The place that holds all the others, or None if none does."""
    order = sorted(places, key=lambda place: (KINDS.index(place.kind), -place.precision_m, place.place_id))
    outer, inner = order[0], order[1:]
    if all(lies_in(place, outer) for place in inner):
        return replace(outer, also=tuple(place.place_id for place in inner))
    return None


def lies_in(place: Place, outer: Place) -> bool:
    """Whether a place can be part of another, or the same twice, as far as both are known."""
    if place.adm0 != outer.adm0:
        return False
    if outer.kind == "country":
        return True
    if outer.kind == "province":
        return place.adm1 == outer.adm1
    if KINDS.index(place.kind) < KINDS.index(outer.kind) or (place.kind == outer.kind == "district"):
        return place.place_id == outer.place_id
    _, _, away = GEOD.inv(place.lon, place.lat, outer.lon, outer.lat)
    return bool(away <= outer.precision_m + place.precision_m)


def place_frame(places: list[Place]) -> gpd.GeoDataFrame:
    """Places as the table that :func:`geo.find_place` gives."""
    columns = (
        "place_id",
        "name",
        "label",
        "kind",
        "adm0",
        "adm1",
        "population",
        "precision_m",
        "where_precision",
        "score",
        "matched",
        "matched_name",
        "read",
        "source",
    )
    table = pd.DataFrame({column: [getattr(place, column) for place in places] for column in columns})
    kinds = dict.fromkeys(columns, "str") | {
        "population": "Int64",
        "precision_m": "float64",
        "score": "float64",
    }
    points = gpd.points_from_xy([place.lon for place in places], [place.lat for place in places])
    return gpd.GeoDataFrame(table.astype(kinds), geometry=points, crs="EPSG:4326")


def _named(place: Place) -> str:
    return f"{place.label} ({place.kind}, {place.adm1 or place.adm0})"


def _inside(country: str | None, adm1: str | None, kind: str | None) -> str:
    where = adm1 or country
    return (f" in {where}" if where else "") + (f" of kind {kind}" if kind else "")
