"""Places by name: every candidate with how it was matched, or one place, or a refusal that lists them.

What is searched: places of GeoNames with their alternate names, provinces, countries, the districts of both
countries by name, and a table of our own for spellings and places that those lack. A name is compared in
four ways, from the surest to the least:

========== =============================================================================================
exact      the same letters, whatever the case
folded     the same but for accents, hyphens, apostrophes, spaces, zero-width characters and the letters
           of Arabic script that Arabic, Dari, Pashto and Urdu write for one another
romanised  the same but for how sounds are put in Latin letters: oo and u, q and k, e and i
fuzzy      alike (Indel similarity of the folded names, rapidfuzz); asked only if nothing else matches
========== =============================================================================================
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.boundaries.catalogue import data_path
from geo.boundaries.layers import read_crossings, read_places, read_units
from geo.errors import PlaceError, SchemaError
from geo.places.spelling import ARABIC, exact_key, folds, skeleton
from geo.places.unit_names import country_code, province_code
from geo.types import GEOD

__all__ = [
    "KINDS",
    "Place",
    "all_places",
    "find_place",
    "known_places",
    "read_aliases",
    "read_districts",
    "resolve_place",
    "without_feature",
]


Kind = Literal["country", "province", "district", "town", "site"]
KINDS: Final = ("country", "province", "district", "town", "site")
"""What a name can stand for, from the widest to the narrowest; the words are those of ``where_precision``."""

SITE_M: Final = 500.0
TOWN_M: Final = 10_000.0
"""Errors of a position up to which it is one of a site, or of a town: their largest loci (geo.loci)."""

FUZZY_FLOOR: Final = 70.0
"""Similarity (0 to 100) below which a name is no candidate at all."""
FUZZY_SURE: Final = 88.0
"""Similarity from which a single fuzzy candidate is taken for the place; docs/places.md has the figures."""
FUZZY_MARGIN: Final = 6.0
"""Fuzzy candidates this close to the best count as equally good."""
FUZZY_LETTERS: Final = 5
"""Shorter names are alike by chance."""
LONGEST_NAME: Final = 200
"""Longer texts are no names; every part of one would be looked up."""
PART_FACTOR: Final = 0.9
"""What a match is worth that used only a part of the name asked for."""

_SCORES: Final = {"exact": (100.0, 99.0), "folded": (98.0, 97.0), "romanised": (95.0, 94.0)}
"""For the name itself, and for an alternate name of GeoNames."""
_FUZZY_TOP: Final = 0.93

_FEATURES: Final = {
    "district": "district tehsil sub-district subdistrict woluswali wuluswali agency ولسوالۍ ولسوالی "
    "ضلع تحصیل",
    "province": "province wilayat velayat ولایت صوبہ",
    "town": "city town village villages suburb bazaar locality kalay kili ښار شهر",
    "": "area areas region sector post posts front camp border crossing cross river valley pass near",
}
_FEATURE_KIND: Final = {word: kind for kind, words in _FEATURES.items() for word in words.split()}


@dataclass(frozen=True)
class Place:
    """One place that a name means.

    Attributes
    ----------
    place_id
        ``geonames:1145352``, ``district:AF-PKA:barmal``, ``AF-PKA``, ``own:spinwam``.
    name, label, kind
        Name in the table, its short form for maps, one of :data:`KINDS`.
    adm0, adm1
        Country (AF, PK) and ISO 3166-2 code of the province; None where it has none.
    lon, lat, precision_m
        Position in degrees (EPSG:4326), and how far from it the place named can be, in metres.
    population
        Number of people, None where it is not known.
    score, matched, matched_name, read
        0 to 100; how it was matched; the name that did; the part of the text asked for that was used.
    source
        Where the position comes from.
    also
        Ids of narrower places of the same name that lie inside this one: the town in the district.
    rank
        How sure the match is, the lowest first: the whole text before a part of it, a name of its own before
        one of GeoNames' alternates, then romanised, then fuzzy.
    """

    place_id: str
    name: str
    label: str
    kind: Kind
    adm0: str | None
    adm1: str | None
    lon: float
    lat: float
    precision_m: float
    population: int | None
    source: str
    score: float = 0.0
    matched: str = ""
    matched_name: str = ""
    read: str = ""
    also: tuple[str, ...] = field(default=())
    rank: tuple[int, int] = field(default=(0, 0), repr=False, compare=False)

    @property
    def where_precision(self) -> str:
        """Precision of an event known to be here, in the words of the event table."""
        if self.kind not in ("town", "site"):
            return self.kind
        if self.precision_m > TOWN_M:
            return "near"
        return "site" if self.kind == "site" and self.precision_m <= SITE_M else "town"


@dataclass(frozen=True)
class _Name:
    """A name of a place; ``own`` unless it is one of GeoNames' many alternates."""

    place: int
    text: str
    own: bool


@dataclass(frozen=True)
class _Reading:
    """One way to read the text asked for."""

    text: str
    kind: str = ""
    within: str = ""
    whole: bool = True


class _Index:
    """All places or only countries and provinces, and their names by each form of comparison."""

    def __init__(self, *, units_only: bool = False) -> None:
        self.places: list[Place] = []
        self.exact: dict[str, list[_Name]] = {}
        self.folded: dict[str, list[_Name]] = {}
        self.romanised: dict[str, list[_Name]] = {}
        self._fill_units()
        if not units_only:
            self._fill_places()
        self._fill_aliases()
        self.fuzzy = [fold for fold in self.folded if len(fold) >= FUZZY_LETTERS]

    def _add(self, place: Place, own: list[str], alternates: list[str]) -> None:
        self.places.append(place)
        self._name(len(self.places) - 1, own, alternates)

    def _name(self, row: int, own: list[str], alternates: list[str]) -> None:
        # The place's own names come first, so that an alternate that repeats one adds nothing.
        texts = {text: True for text in own if text} | {
            text: False for text in alternates if text and text not in own
        }
        for text, is_own in texts.items():
            name = _Name(row, text, is_own)
            self.exact.setdefault(exact_key(text), []).append(name)
            for fold in folds(text):
                self.folded.setdefault(fold, []).append(name)
                # A romanised form of two or three letters stands for too many names.
                if len(fold) >= 4 and fold.isascii():
                    self.romanised.setdefault(skeleton(fold), []).append(name)

    def _fill_units(self) -> None:
        countries = read_units(0)
        units: tuple[tuple[Kind, gpd.GeoDataFrame], ...] = (
            ("country", countries[countries["adm0"].isin(("AF", "PK"))]),
            ("province", read_units(1)),
        )
        for level, frame in units:
            for row in frame.itertuples():
                centre = row.geometry.representative_point()
                self._add(
                    Place(
                        row.adm0 if level == "country" else row.iso3166_2,
                        row.name,
                        row.name,
                        level,
                        row.adm0,
                        None if level == "country" else row.iso3166_2,
                        round(centre.x, 4),
                        round(centre.y, 4),
                        _reach_m(centre.x, centre.y, row.geometry),
                        None,
                        row.source,
                    ),
                    [row.name, *(_text(row, column) for column in ("name_ps", "name_fa", "name_ur"))],
                    [],
                )

    def _fill_places(self) -> None:
        for row in read_districts().itertuples():
            self._add(
                Place(
                    row.district_id,
                    row.name,
                    row.name,
                    "district",
                    row.adm0,
                    row.adm1,
                    row.geometry.x,
                    row.geometry.y,
                    row.precision_m,
                    None,
                    row.source,
                ),
                [row.name, *row.alternates.split("|")],
                [],
            )
        for row in read_places().itertuples():
            self._add(
                Place(
                    f"geonames:{row.place_id}",
                    row.name,
                    row.label,
                    "town",
                    row.adm0,
                    _text(row, "adm1") or None,
                    row.geometry.x,
                    row.geometry.y,
                    float(row.precision_m),
                    None if pd.isna(row.population) else int(row.population),
                    row.source,
                ),
                [row.name, row.label, *(_text(row, column) for column in ("name_ps", "name_fa", "name_ur"))],
                _text(row, "alternates").split("|"),
            )

    def _fill_aliases(self) -> None:
        by_id = {place.place_id: number for number, place in enumerate(self.places)}
        kinds = {place.kind for place in self.places}
        for row in read_aliases().itertuples():
            names = [row.name, *row.alternates.split("|")]
            if row.of:
                if row.of in by_id or "town" in kinds:
                    self._name(by_id[row.of], names, [])
                continue
            if row.kind not in kinds and "town" not in kinds:
                continue
            place_id = "own:" + re.sub(r"[^a-z0-9]+", "-", row.name.casefold()).strip("-")
            self._add(
                Place(
                    place_id,
                    row.name,
                    row.name,
                    row.kind,
                    row.adm0,
                    row.adm1,
                    float(row.lon),
                    float(row.lat),
                    float(row.precision_m),
                    None,
                    row.source,
                ),
                names,
                [],
            )


def find_place(
    name: str,
    *,
    country: str | None = None,
    adm1: str | None = None,
    kind: Kind | None = None,
    limit: int = 10,
) -> gpd.GeoDataFrame:
    """Places that a name can mean, the likeliest first.

    A word for the kind of place counts ("Barmal district", "Kabul city"), and so does what follows a comma or
    stands in brackets ("Gardi Kas, Bihsud"): it narrows the search, and is looked up itself if the first part
    is not known. Parts joined by a dash, a slash or "and" are looked up each.

    Parameters
    ----------
    name
        In Latin or Arabic script.
    country
        AF, PK or a name of one; only places there.
    adm1
        ISO 3166-2 code or a name of a province; only places there. A border crossing is in the provinces and
        countries of both sides.
    kind
        Only ``country``, ``province``, ``district``, ``town`` or ``site``.
    limit
        At most so many rows.

    Returns
    -------
    GeoDataFrame
        ``place_id``, ``name``, ``label``, ``kind``, ``adm0``, ``adm1``, ``population`` (Int64),
        ``precision_m`` (float64, metres), ``where_precision``, ``score`` (float64, 0 to 100), ``matched``
        (exact, folded, romanised, fuzzy), ``matched_name``, ``read`` (the part of the text that was used),
        ``source``, point in EPSG:4326. Empty if nothing is alike.

    Raises
    ------
    SchemaError
        If the name is empty or over 200 characters, the limit is below 1, or the country, province or kind is
        not known.

    Examples
    --------
    >>> import geo
    >>> geo.find_place("Angor Adda")[["name", "adm1", "matched"]].iloc[0].tolist()
    ['Angoor Adda', 'AF-PKA', 'exact']
    >>> geo.find_place("Fayzabad", kind="district")["adm1"].tolist()
    ['AF-BDS', 'AF-JOW']
    """
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise SchemaError(f"limit is a whole number of 1 or more, not {limit!r}")
    return _frame(_candidates(*_checked(name, country, adm1, kind))[:limit])


def resolve_place(
    name: str,
    *,
    country: str | None = None,
    adm1: str | None = None,
    kind: Kind | None = None,
) -> Place:
    """The one place that a name means.

    The surest way of matching that finds anything decides, and alternate names of GeoNames count only where
    no other name matches. Where the name is that of a town and also of the district or province around it,
    the widest is returned, since it holds the others: to narrow it, name the kind. Any other choice between
    places would be a guess, and is refused.

    Parameters
    ----------
    name, country, adm1, kind
        As for :func:`geo.find_place`.

    Returns
    -------
    Place

    Raises
    ------
    PlaceError
        If no place, or more than one, fits; its ``candidates`` are what :func:`geo.find_place` gives.
    SchemaError
        As for :func:`geo.find_place`.

    Examples
    --------
    >>> import geo
    >>> geo.resolve_place("Bermal").place_id, geo.resolve_place("Kabul city").kind
    ('district:AF-PKA:barmal', 'town')
    >>> geo.resolve_place("Fayzabad", kind="district")
    Traceback (most recent call last):
    geo.errors.PlaceError: 'Fayzabad' is ambiguous: Fayzabad (district, AF-BDS), Fayzabad...
    """
    asked = _checked(name, country, adm1, kind)
    found = _candidates(*asked)
    if not found:
        raise PlaceError(f"no place is called {name!r}{_inside(*asked[1:])}, or anything like it", _frame([]))
    best = min(place.rank for place in found)
    tier = [place for place in found if place.rank == best]
    if best[1] == 3:
        top = tier[0].score
        if top < FUZZY_SURE * _FUZZY_TOP * (PART_FACTOR if best[0] else 1):
            listed = ", ".join(map(_named, tier[:5]))
            raise PlaceError(
                f"no place is called {name!r}{_inside(*asked[1:])}; the nearest: {listed}", _frame(found)
            )
        tier = [place for place in tier if place.score > top - FUZZY_MARGIN]
    widest = _widest(tier)
    if widest is None:
        shown = ", ".join(map(_named, tier[:8])) + (f" and {len(tier) - 8} more" if len(tier) > 8 else "")
        raise PlaceError(
            f"{name!r} is ambiguous: {shown}. Name the province, the country or the kind of place.",
            _frame(found),
        )
    return widest


def read_districts() -> gpd.GeoDataFrame:
    """Districts by name: a point inside each, and how far its border reaches from there.

    Returns
    -------
    GeoDataFrame
        ``district_id``, ``name``, ``alternates`` (separated by ``|``), ``adm0``, ``adm1``, ``precision_m``
        (float64, metres), ``source``, ``licence``, ``credit``, point in EPSG:4326.

    Examples
    --------
    >>> import geo
    >>> districts = geo.read_districts()
    >>> districts.groupby("adm0").size().to_dict()
    {'AF': 398, 'PK': 156}
    """
    table = pd.read_csv(data_path("boundaries", "districts.csv"), dtype="str", keep_default_na=False)
    points = gpd.points_from_xy(table.pop("lon").astype("float64"), table.pop("lat").astype("float64"))
    table["precision_m"] = table["precision_m"].astype("float64")
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


def read_aliases() -> pd.DataFrame:
    """Our own table of names: further spellings (``of`` names the place) and places that no other table has.

    Returns
    -------
    DataFrame
        ``name``, ``alternates`` (separated by ``|``), ``kind``, ``of``, ``adm0``, ``adm1``, ``lon``, ``lat``,
        ``precision_m``, ``source``, ``licence``, ``credit``; all text, empty where it does not apply.

    Examples
    --------
    >>> import geo
    >>> aliases = geo.read_aliases()
    >>> aliases.loc[aliases["name"] == "Bermal", "of"].item()
    'district:AF-PKA:barmal'
    """
    return pd.read_csv(data_path("boundaries", "aliases.csv"), dtype="str", keep_default_na=False)


def all_places() -> tuple[Place, ...]:
    """Every place that a name can stand for."""
    return tuple(_index().places)


@functools.cache
def _index(*, units_only: bool = False) -> _Index:
    return _Index(units_only=units_only)


def _checked(
    name: str, country: str | None, adm1: str | None, kind: str | None
) -> tuple[str, str | None, str | None, str | None]:
    """Arguments with codes in place of names, or every fault at once."""
    faults = []
    if isinstance(name, str) and len(name) > LONGEST_NAME:
        faults.append(f"a name to look up has at most {LONGEST_NAME} characters; this one has {len(name):,}")
    elif not isinstance(name, str) or not folds(name):
        faults.append(f"a name to look up has letters or digits; got {name!r}")
    code = None if country is None else country_code(country)
    if country is not None and code is None:
        faults.append(f"country {country!r} is not known; allowed: AF, PK, or a name of one")
    unit = None if adm1 is None else province_code(adm1)
    if adm1 is not None and unit is None:
        faults.append(f"province {adm1!r} is not known; give its name or its ISO 3166-2 code, such as AF-PKA")
    if code and unit and not unit.startswith(code):
        faults.append(f"province {adm1!r} ({unit}) is not in {country!r}")
    if kind is not None and kind not in KINDS:
        faults.append(f"kind {kind!r} is not known; allowed: {', '.join(KINDS)}")
    if faults:
        raise SchemaError("; ".join(faults))
    return name, code, unit, kind


@functools.lru_cache(maxsize=16_384)
def known_places(
    name: str, *, country: str | None = None, adm1: str | None = None, kind: Kind | None = None
) -> frozenset[str]:
    """Ids of the places that a name means for sure, none if it is only like one; arguments as codes.

    Examples
    --------
    >>> from geo.places.gazetteer import known_places
    >>> known_places("Ghani Khel", kind="district") == known_places("Shinwar", country="AF", kind="district")
    True
    """
    found = [place for place in _candidates(name, country or None, adm1 or None, kind) if place.rank[1] < 3]
    best = min((place.rank for place in found), default=None)
    return frozenset(place.place_id for place in found if place.rank == best)


@functools.lru_cache(maxsize=16_384)
def _candidates(name: str, country: str | None, adm1: str | None, kind: str | None) -> list[Place]:
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
    >>> from geo.places.gazetteer import without_feature
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
    index = _index(units_only=kind in ("country", "province"))
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
                if len(form) >= 4 and form.isascii()
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

    index = _index(units_only=kind in ("country", "province"))
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
        if (kind is None or place.kind == kind) and (seen := _seen_from(place, country, adm1)) is not None
    ]
    if reading.kind and kind is None:
        said = [place for place in places if (place.kind if place.kind != "site" else "town") == reading.kind]
        places = said or places
    if reading.within:
        around = [
            outer
            for part in reading.within.split("; ")
            for outer in _matches(_Reading(*without_feature(part)), country, adm1, None)
        ]
        inside = [place for place in places if any(_lies_in(place, outer) for outer in around)]
        # A name that is not where the text says is some other place of that name.
        if around and (inside or places):
            places = inside
    if not reading.whole:
        places = [
            replace(place, score=round(place.score * PART_FACTOR, 1), rank=(1, place.rank[1]))
            for place in places
        ]
    return places


def _seen_from(place: Place, country: str | None, adm1: str | None) -> Place | None:
    """The place if it is of the country and province asked for, as a crossing is of both its sides."""
    if country in (None, place.adm0) and adm1 in (None, place.adm1):
        return place
    for unit, reach_m in _crossing_sides().get(place.place_id, ()):
        if adm1 in (None, unit) and country in (None, unit[:2]):
            # The tables know a gate by the village on one side; its other side is as far off as the gate is.
            return replace(place, precision_m=max(place.precision_m, reach_m))
    return None


@functools.cache
def _crossing_sides() -> dict[str, tuple[tuple[str, float], ...]]:
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
    if all(_lies_in(place, outer) for place in inner):
        return replace(outer, also=tuple(place.place_id for place in inner))
    return None


def _lies_in(place: Place, outer: Place) -> bool:
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


def _frame(places: list[Place]) -> gpd.GeoDataFrame:
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


def _text(row: object, column: str) -> str:
    value = getattr(row, column)
    return value if isinstance(value, str) else ""


def _reach_m(lon: float, lat: float, area: shapely.Geometry) -> float:
    """Distance from a point to the farthest of an area's border, in whole kilometres."""
    rim: npt.NDArray[np.float64] = shapely.get_coordinates(shapely.convex_hull(area))
    _, _, away = GEOD.inv(np.full(len(rim), lon), np.full(len(rim), lat), rim[:, 0], rim[:, 1])
    return float(np.ceil(np.max(away) / 1000) * 1000)
