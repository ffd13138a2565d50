"""What a place is called on a map: an event is named by its own place and by no other.

A town's name may stand at an event only if the event is at that town. So a name comes from the source's own
words where the gazetteer has it near enough, else from the town that reaches the point, else from the words
alone.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from geo.places.alternates import alternates_of
from geo.places.candidates import without_feature
from geo.places.name_index import read_aliases, read_districts
from geo.places.radii import LARGEST_TOWN_M, SITE_M, TOWN_M
from geo.places.spelling import ALIKE, ARABIC, LATIN, folds, likeness
from geo.places.unit_names import province_code
from maps.words.words import LANGUAGES, word

if TYPE_CHECKING:
    import shapely

__all__ = [
    "LINE_NAMES",
    "District",
    "Named",
    "Town",
    "apart_m",
    "district_named",
    "name_among",
    "name_town",
    "place_parts",
    "stretch_name",
    "towns_around",
    "words_of_place",
]

COLUMNS: Final = ("name_ps", "name_fa", "name_ur")
"""Columns of names in the languages that the tables have."""

LETTERS: Final = {"ps": "ټډړښږګڼېۍځڅ", "ur": "ٹڈڑےہھں"}
"""Letters that one language alone writes."""

LINE_NAMES: Final = ("durand line", "the durand line")
"""Names of the line itself, of which a stretch is."""

SPELLING: Final = 0.8
"""A name so much like the table's is a spelling of it and gives way to ours; another name stays."""


@dataclass(frozen=True)
class Named:
    """A place that an event is at.

    Attributes
    ----------
    key
        Of the place in its table.
    name
        In English.
    lon, lat, radius_m
        The place's own point in degrees, and how far it reaches from there in metres.
    own
        By the column of names in a language, where the table has it.
    crossing
        Whether ``name`` is one half of a crossing's name, and wants the word for it.
    further
        Other names in Arabic script.
    """

    key: str
    name: str
    lon: float
    lat: float
    radius_m: float
    own: Mapping[str, str] = field(default_factory=dict, hash=False)
    crossing: bool = False
    further: tuple[str, ...] = ()

    def named(self, lang: str) -> str:
        """The name in a language, else in English."""
        column = LANGUAGES[lang].column
        name = self.own.get(column or "") or in_script(self.further, lang) or self.name
        return word(lang, "name crossing", name=name) if self.crossing else name


@dataclass(frozen=True)
class District:
    """A district of the table of names: its id, name, province, point in degrees, reach in metres.

    ``further`` are its names in Arabic script.
    """

    key: str
    name: str
    adm1: str
    lon: float
    lat: float
    reach_m: float
    further: tuple[str, ...] = ()

    def named(self, lang: str) -> str | None:
        """The name in the script of a language, where a table has it."""
        return in_script(self.further, lang)


@dataclass(frozen=True)
class Town:
    """A place with the names that mean it, and how many people it has."""

    place: Named
    names: tuple[str, ...]
    people: float

    @functools.cached_property
    def folds(self) -> frozenset[str]:
        """Its names in the form that comparison uses."""
        return frozenset(fold for name in self.names if name for fold in folds(name))


def in_script(names: Sequence[str], lang: str) -> str | None:
    """The first of names in Arabic script with letters of the language, else without those of another.

    Examples
    --------
    >>> names = ("ارګون", "اورگون")
    >>> in_script(names, "ps"), in_script(names, "fa"), in_script(names, "en")
    ('ارګون', 'اورگون', None)
    """
    if LANGUAGES[lang].direction != "rtl":
        return None
    own = LETTERS.get(lang.partition("-")[0], "")
    others = "".join(letters for letters in LETTERS.values() if letters != own)
    for wanted in (lambda name: set(name) & set(own), lambda name: not set(name) & set(others)):
        for name in names:
            if wanted(name):
                return name
    return names[0] if names else None


def place_parts(text: str) -> list[str]:
    """Parts of a text of a place between commas, the last first, without what stands in brackets.

    Examples
    --------
    >>> place_parts("Army Public School (gate), Peshawar")
    ['Peshawar', 'Army Public School']
    """
    bare = re.sub(r"[(\[][^)\]]*[)\]]", " ", text)
    return [" ".join(part.split()) for part in reversed(re.split(r"[,،;]", bare)) if part.strip()]


def name_town(text: str, lon: float, lat: float, reach_m: float = 0.0) -> Named | str:
    """The place that an event at a point is named by: one of a table, or the source's own words.

    Parameters
    ----------
    text
        What the source calls the place.
    lon, lat
        The event's point in degrees.
    reach_m
        How far from its own radius a place of the text may lie: for an event near a place.

    Returns
    -------
    Named or str
        In order: a place or crossing whose name is a part of the text (the last first) and within whose
        radius the point lies; the words, where they are the name of another place or of a district; the most
        populous place whose own radius covers the point; the last part that is not the name of a district or
        province, else the first one; empty where there are no words.

    Examples
    --------
    >>> name_town("Mir Ali", 70.2, 32.9702).name
    'Mir Ali'
    >>> name_town("Omid addiction treatment hospital", 69.2556, 34.5472).name
    'Kabul'
    """
    return name_among(text, towns_around([lon], [lat], [reach_m])[0], reach_m)


def name_among(text: str, around: Sequence[tuple[float, Town]], reach_m: float = 0.0) -> Named | str:
    """The same as :func:`name_town`, by the towns round the point that :func:`towns_around` found."""
    for part in place_parts(text):
        for reading in dict.fromkeys((part, without_feature(part)[0])):
            wanted = frozenset(folds(reading))
            for apart, town in around:
                if wanted & town.folds and apart <= max(town.place.radius_m, reach_m):
                    return _as_said(town.place, part, reading)
    if _is_known(words_of_place(text)):
        return words_of_place(text)
    # Our own table tells how far off a position may be, not how far a place reaches.
    covering = [
        (town.people, -apart, town)
        for apart, town in around
        if apart <= town.place.radius_m and not town.place.key.startswith("own:")
    ]
    if covering:
        return max(covering, key=lambda one: one[:2])[2].place
    return words_of_place(text)


def _as_said(place: Named, text: str, reading: str) -> Named:
    """A place by another of its names, where the text has one; a crossing by the half that the text says."""
    halves = place.name.split("-")
    if not place.key.startswith("crossing:"):
        spelling = bool(ARABIC.search(reading)) or likeness(reading, place.name) >= SPELLING
        return place if spelling else replace(place, name=reading)
    if len(halves) == 1:
        return place
    for at, half in enumerate(halves):
        if folds(half)[0] in (folds(text)[0], folds(without_feature(text)[0])[0]):
            parts = {lang: name.split("-") for lang, name in place.own.items()}
            own = {lang: part[at].strip() for lang, part in parts.items() if len(part) == len(halves)}
            return replace(place, name=half, own=own, crossing=True)
    return place


def words_of_place(text: str) -> str:
    """The source's own words for a place, without those for its kind, district and province.

    Examples
    --------
    >>> words_of_place("Gardi Kas village, Bihsud"), words_of_place("Kam Air fuel depot, Kandahar airport")
    ('Gardi Kas', 'Kandahar airport')
    """
    parts = place_parts(text)
    if not parts:
        return ""
    # Words such as "post" or "camp" say what the place is, "village" only what kind of name it has.
    plain = [name if kind else part for part in parts for name, kind in (without_feature(part),)]
    return plain[-1] if _is_unit(plain[0]) else plain[0]


def stretch_name(text: str) -> str:
    """Words for a stretch, without the name of the line that it is of.

    Examples
    --------
    >>> stretch_name("Durand Line, Paktika to Nuristan"), stretch_name("Kunar front (201 Corps)")
    ('Paktika to Nuristan', 'Kunar front')
    """
    parts = list(reversed(place_parts(text)))
    own = [part for part in parts if part.casefold() not in LINE_NAMES]
    return ", ".join(own) or ", ".join(parts)


def district_named(text: str, adm1: str | None) -> District | None:
    """The district that a text names, of a province where that is known; nothing where it is none or several.

    Examples
    --------
    >>> district_named("Birmal district", "AF-PKA").name
    'Barmal'
    """
    found = {
        one
        for reading in dict.fromkeys((text, without_feature(text)[0]))
        for fold in folds(reading)
        for one in _districts().get(fold, ())
        if adm1 is None or one.adm1 == adm1
    }
    return found.pop() if len(found) == 1 else None


def _is_known(name: str) -> bool:
    """Whether a name is that of a unit or place: such words are no part of the town that they stand in."""
    return bool(name) and (_is_unit(name) or any(fold in _town_folds() for fold in folds(name)))


@functools.cache
def _town_folds() -> frozenset[str]:
    return frozenset(fold for town in _towns()[0] for fold in town.folds)


def _is_unit(name: str) -> bool:
    return province_code(name) is not None or any(fold in _districts() for fold in folds(name))


def towns_around(
    lon: Sequence[float], lat: Sequence[float], reach_m: Sequence[float]
) -> list[list[tuple[float, Town]]]:
    """Places round points, crossings first, each with its distance in metres.

    Parameters
    ----------
    lon, lat
        Points in degrees.
    reach_m
        How far to look from each; never less than the widest town reaches.
    """
    import numpy as np
    import shapely

    towns, tree = _towns()
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    reach = np.maximum(np.asarray(reach_m, dtype=np.float64), LARGEST_TOWN_M)
    north = reach / 110_000
    east = north / np.maximum(np.cos(np.radians(y)), 0.1)
    found: list[list[tuple[float, Town]]] = [[] for _ in range(len(x))]
    rows, hits = tree.query(shapely.box(x - east, y - north, x + east, y + north))
    for at in np.lexsort((hits, rows)).tolist():
        row, town = int(rows[at]), towns[int(hits[at])]
        apart = apart_m(float(x[row]), float(y[row]), town.place.lon, town.place.lat)
        if apart <= reach[row]:
            found[row].append((apart, town))
    return found


def apart_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Distance on a sphere: within 0.6 % of the geodesic one, for radii that are rounder than that."""
    half = (
        math.sin(math.radians(other_lat - lat) / 2) ** 2
        + math.cos(math.radians(lat))
        * math.cos(math.radians(other_lat))
        * math.sin(math.radians(other_lon - lon) / 2) ** 2
    )
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


@functools.cache
def _towns() -> tuple[tuple[Town, ...], shapely.STRtree]:
    """Crossings, places of our own table, places of the gazetteer that are no crossing."""
    import shapely

    crossings = _crossings()
    towns = (*crossings.values(), *_own_places(), *_gazetteer(crossings))
    points = shapely.points([one.place.lon for one in towns], [one.place.lat for one in towns])
    return towns, shapely.STRtree(points)


def _crossings() -> dict[str, Town]:
    """Crossings by the place of the gazetteer that each is: "Torkham" is the gate."""
    from geo.boundaries.layers import read_crossings

    found = {}
    for row in read_crossings().itertuples():
        own = _own_names(row)
        reach = max(float(row.precision_m) + float(row.offset_m), TOWN_M[0][1])
        at = row.geometry
        place = Named(f"crossing:{row.crossing_id}", row.name, float(at.x), float(at.y), reach, own)
        names = [row.name, *own.values()]
        # A half of a double name means the gate only with the word: there are towns of these names.
        halves = [
            f"{half} {gate}" for half in row.name.split("-") for gate in ("crossing", "border crossing")
        ]
        found[row.source.replace("GeoNames ", "geonames:")] = Town(place, (*names, *halves), 0.0)
    return found


def _own_places() -> list[Town]:
    """Places of our own table, which no other has."""
    found = []
    for row in read_aliases().itertuples():
        if not row.of and row.kind in ("town", "site"):
            key = "own:" + re.sub(r"[^a-z0-9]+", "-", row.name.casefold()).strip("-")
            radius = max(float(row.precision_m), SITE_M)
            alternates = row.alternates.split("|")
            place = Named(key, row.name, float(row.lon), float(row.lat), radius, further=_arabic(alternates))
            found.append(Town(place, (row.name, *alternates), 0.0))
    return found


def _gazetteer(crossings: Mapping[str, Town]) -> list[Town]:
    import pandas as pd

    from geo.boundaries.layers import read_places

    further: dict[str, list[str]] = {}
    for row in read_aliases().itertuples():
        if row.of.startswith("geonames:"):
            further.setdefault(row.of, []).extend([row.name, *row.alternates.split("|")])
    by_place = alternates_of()
    found = []
    for row in read_places().itertuples():
        key = f"geonames:{row.place_id}"
        if key in crossings:
            continue
        people = 0.0 if pd.isna(row.population) else float(row.population)
        radius = max(reach for least, reach in TOWN_M if people > least or least == 0)
        at, own = row.geometry, _own_names(row)
        alternates = by_place[str(row.place_id)]
        others: tuple[str, ...] = ()
        if len(own) < len(COLUMNS):
            others = (*_arabic(further.get(key, [])), *_like(alternates, row.label))
        place = Named(key, row.label, float(at.x), float(at.y), radius, own, further=others)
        names = (row.label, row.name, *own.values(), *alternates, *further.get(key, []))
        found.append(Town(place, names, people))
    return found


def _like(alternates: Sequence[str], label: str) -> list[str]:
    """Alternates that may be the label in another script, the most alike first: not all of them are names."""
    bare = dict.fromkeys(re.split("[،,]", name)[0].strip() for name in _arabic(alternates))
    # Of "Markaz-e Woluswali-ye Achin" the last word is the name.
    labels = {label, label.split()[-1]}
    held = {name: max(likeness(name, one) for one in labels) for name in bare}
    return sorted((name for name in bare if held[name] >= ALIKE), key=lambda name: -held[name])


def _arabic(names: Sequence[str]) -> tuple[str, ...]:
    """Names in Arabic script, none of them in part in another."""
    return tuple(name for name in names if ARABIC.search(name) and not LATIN.search(name))


def _own_names(row: Any) -> dict[str, str]:
    return {column: name for column in COLUMNS if isinstance(name := getattr(row, column), str)}


@functools.cache
def _districts() -> dict[str, tuple[District, ...]]:
    """Districts by their folded names, all spellings that the tables have."""
    further: dict[str, list[str]] = {}
    for alias in read_aliases().itertuples():
        if alias.of.startswith("district:"):
            further.setdefault(alias.of, []).extend([alias.name, *alias.alternates.split("|")])
    found: dict[str, dict[str, District]] = {}
    for row in read_districts().itertuples():
        at = row.geometry
        names = [row.name, row.name_own, *row.alternates.split("|"), *further.get(row.district_id, [])]
        one = District(
            row.district_id,
            row.name,
            row.adm1,
            float(at.x),
            float(at.y),
            float(row.precision_m),
            _arabic(names),
        )
        for name in names:
            for fold in folds(name):
                found.setdefault(fold, {})[one.key] = one
    return {fold: tuple(some.values()) for fold, some in found.items()}
