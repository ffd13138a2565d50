"""What is drawn together: the events of one place, known one way, with the name that stands beside them.

Page and print draw from these groups, so that both name and count alike. What is known to a site or a town is
plotted; what is known less is written, as a tag that says how exactly it is known.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from geo.border.crossings import crossing_id
from geo.places.unit_names import country_code, province_code
from geo.vocab import EVENT_TYPES
from maps.content.basemap import name_seats, read_basemap, unit_seats
from maps.content.cards import NOWHERE, cell_text, province_of
from maps.content.certainty import FILLED, FILLED_CODES, FILLED_ORDER, filled_of
from maps.content.event_places import PRECISION_ORDER, unit_names
from maps.content.place_names import (
    LINE_NAMES,
    District,
    Named,
    Town,
    apart_m,
    district_named,
    name_among,
    place_parts,
    stretch_name,
    towns_around,
    words_of_place,
)
from maps.content.symbol_counts import SymbolCount, symbol_counts
from maps.words.words import word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from geo.locus.record import Locus
    from maps.content.event_rows import EventRows

__all__ = [
    "FILLED",
    "FILLED_CODES",
    "FILLED_ORDER",
    "LEVELS",
    "Level",
    "MarkGroup",
    "filled_of",
    "mark_groups",
    "narrowed",
]

Level = Literal["town", "stretch", "near", "district", "province", "country"]

LEVELS: Final = ("town", "stretch", "near", "district", "province", "country")
"""How exactly a place is known, in the order of loudness: the first is plotted, the others are written."""

_LEVEL: Final[dict[str, Level]] = {
    "site": "town",
    "town": "town",
    "near": "near",
    "district": "district",
    "province": "province",
    "country": "country",
    "border": "stretch",
}

NO_PROVINCES: Final = ("PK-IS", "PK-GB", "PK-JK")
"""Units of the first level that nobody calls a province."""

GATE_KM: Final = 2.0
"""As far from a crossing as a town is wide, an event that names it is at it."""

MOST_NAMES: Final = 3
"""Names of stretches with one course that one tag holds."""

GATE_TYPES: Final = ("crossing closed", "crossing reopened")
"""Types of which an event is at a crossing, however its place is called."""


@dataclass(frozen=True)
class MarkGroup:
    """Events that are drawn together: one place, known one way, on one side of the line.

    Attributes
    ----------
    events
        Rows of :attr:`maps.content.content.MapContent.rows`, in their order.
    level
        One of :data:`LEVELS`.
    name
        Of the place alone, in the map's language: "Torkham", "Barmal", "Paktika", "Kunar front".
    tag
        What stands at the mark: "Torkham", "Barmal district", "near Wana", "Paktika province", "Kunar front,
        along the line". Empty where the table has no words for the place and none is near.
    lon, lat
        Where it stands on the ground, in degrees (EPSG:4326): a town's own point, the roomiest point of a
        district whose outline is installed, else the district's point, the roomiest point of a province, the
        middle of a stretch. Nothing where no point is known.
    radius_m
        Of a town: 500, 2,000, 5,000 or 10,000; of the disc of what is near a place or in a district without
        an outline. 0 for the others.
    side
        AF or PK where the group must stand; nothing where that is uncertain or the line itself is meant.
    adm1
        ISO 3166-2 code of the province in which it must stand where it can; nothing where that is uncertain.
    area
        Number of its area in ``content.events["areas"]``, -1 where it has none.
    tint
        Whether that area is the outline of a district, to be tinted.
    stretches
        Chainages in km of a stretch of the line, from the China tripoint.
    counts
        In the order of ``EVENT_TYPES``, filled before hollow before not said.
    crossing
        Id of the crossing at which the place is; empty for other places.
    state_word
        What is told of that crossing on the day of the map (:mod:`maps.content.gate_states`), never what its
        events say; empty where no day is chosen or nothing is known.
    """

    events: tuple[int, ...]
    level: Level
    name: str
    tag: str
    lon: float | None
    lat: float | None
    radius_m: float
    side: str | None
    adm1: str | None
    area: int
    tint: bool
    stretches: tuple[tuple[float, float], ...]
    counts: tuple[SymbolCount, ...]
    crossing: str = ""
    state_word: str = ""

    @property
    def plotted(self) -> bool:
        """Whether its symbols stand on the ground; else they stand in its tag."""
        return self.level == "town"

    @property
    def length_km(self) -> float:
        """Of its stretches together, 0 for other places."""
        return sum(last - first for first, last in self.stretches)


@dataclass(frozen=True)
class _Spot:
    """What a place is, before its events are known: equal spots are one group."""

    level: Level
    key: Any
    side: str | None


@dataclass(frozen=True)
class _Place:
    """A place of the table as a mark sees it; how far from the line its point is, in metres."""

    spot: _Spot
    named: Named | District | str
    text: str
    said: str
    lon: float | None
    lat: float | None
    adm1: str | None
    line_m: float
    radius_m: float
    area: int
    locus: Locus | None
    crossing: str


def mark_groups(rows: EventRows, lang: str) -> tuple[MarkGroup, ...]:
    """The groups of a map's events, each event that has a place in exactly one.

    Parameters
    ----------
    rows
        The events and their places.
    lang
        Language of names and tags.

    Returns
    -------
    tuple of MarkGroup
        In the order of :data:`LEVELS`, within one the largest first.

    Examples
    --------
    >>> import maps
    >>> content = maps.map_content(maps.MapSpec(types=("bombing",)))
    >>> sorted(group.tag for group in content.marks)[:3]
    ['Islamabad', 'Mir Ali', 'Peshawar']
    """
    held: dict[int, list[int]] = {}
    for row, number in enumerate(rows.place.tolist()):
        held.setdefault(number, []).append(row)
    around = _around(rows, list(held))
    together: dict[_Spot, list[_Place]] = {}
    events: dict[_Spot, list[int]] = {}
    for number, own in held.items():
        place = _place(rows, number, around.get(number, ()))
        if place is not None:
            together.setdefault(place.spot, []).append(place)
            events.setdefault(place.spot, []).extend(own)
    groups = [_group(rows, places, sorted(events[spot]), lang) for spot, places in together.items()]
    groups = _of_one_course(rows, groups, lang)
    return tuple(
        sorted(groups, key=lambda group: (LEVELS.index(group.level), -len(group.events), group.events[0]))
    )


def narrowed(groups: Iterable[MarkGroup], rows: EventRows, kept: Collection[int]) -> tuple[MarkGroup, ...]:
    """The groups with only some of their events: of a period, a type, a frame.

    Parameters
    ----------
    groups
        As :func:`mark_groups` makes them.
    rows
        The events.
    kept
        Numbers of the rows that stay.
    """
    stay = kept if isinstance(kept, (set, frozenset, range)) else set(kept)
    found = []
    for group in groups:
        events = tuple(row for row in group.events if row in stay)
        if events:
            found.append(replace(group, events=events, counts=symbol_counts(rows, events), state_word=""))
    return tuple(found)


def _around(rows: EventRows, numbers: list[int]) -> dict[int, Sequence[tuple[float, Town]]]:
    """Towns round each place that is known to a site, a town or as near a place."""
    places = rows.places
    asked = [
        number
        for number in numbers
        if places.grain[number] != NOWHERE
        and PRECISION_ORDER[places.precision[number]] in ("site", "town", "near")
    ]
    if not asked or places.located is None:
        return {}
    loci = [places.located.loci[number] for number in asked]
    reach = [locus.radius_m if locus is not None else 0.0 for locus in loci]
    lon, lat = ([values[number] or 0.0 for number in asked] for values in (places.lon, places.lat))
    return dict(zip(asked, towns_around(lon, lat, reach), strict=True))


def _place(rows: EventRows, number: int, around: Sequence[tuple[float, Town]]) -> _Place | None:
    """What a mark must know of a place; nothing for one that is not on the map."""
    places = rows.places
    if places.grain[number] == NOWHERE or places.located is None:
        return None
    row, locus = places.located.rows[number], places.located.loci[number]
    level = _LEVEL[str(row["where_precision"])]
    lon, lat = places.lon[number], places.lat[number]
    radius = locus.radius_m if locus is not None and level in ("town", "near", "district") else 0.0
    side = None if level == "stretch" else _side(row, locus)
    adm1 = _province(rows, number, side, locus)
    text = cell_text(row.get("place")) or ""
    named: Named | District | str
    if level == "stretch":
        named = stretch_name(text)
        key: Any = (locus.stretches if locus else (), named)
    elif level in ("province", "country"):
        named = str(locus.within or "") if locus else ""
        key = locus.units or named if locus else ""
    elif level == "district":
        named = _district(row, adm1)
        key = (adm1, named.key if isinstance(named, District) else named.casefold())
    else:
        named = name_among(text, around, radius if level == "near" else 0.0)
        # The same words a kilometre off are another place.
        key = named.key if isinstance(named, Named) else (named.casefold(), *_cell(lon, lat))
    if level == "town" and isinstance(named, Named) and _at_gate(named, text, row):
        # A gate is on the line, whichever side's province the source puts it in.
        side = adm1 = None
    km = row.get("border_km")
    line_m = abs(km) * 1000 if isinstance(km, float) and km == km else math.inf
    spot = _Spot(level, key, side)
    said = words_of_place(cell_text(row.get("adm2_source")) or text)
    off = row.get("crossing_km")
    crossing = crossing_id(str(row["crossing"])) if isinstance(off, float) and off <= GATE_KM else ""
    area = places.area[number]
    return _Place(spot, named, text, said, lon, lat, adm1, line_m, radius, area, locus, crossing)


def _at_gate(named: Named, text: str, row: dict[str, Any]) -> bool:
    """Whether the whole text names a crossing that is there, and the source neither of the two countries."""
    stated = country_code(cell_text(row.get("country_source")))
    if not named.key.startswith("crossing:") or len(place_parts(text)) > 1 or stated is not None:
        return False
    off = row.get("crossing_km")
    return isinstance(off, float) and off <= GATE_KM


def _cell(lon: float | None, lat: float | None) -> tuple[float | None, float | None]:
    return (None if lon is None else round(lon, 2), None if lat is None else round(lat, 2))


def _side(row: dict[str, Any], locus: Locus | None) -> str | None:
    """The side where a place certainly lies, or that the source states and the point does not contradict."""
    side = cell_text(row.get("side"))
    if side in ("AF", "PK"):
        return side
    if locus is not None and locus.within and locus.within[:3] in ("AF-", "PK-"):
        return locus.within[:2]
    stated = country_code(cell_text(row.get("country_source")))
    if stated is None:
        within = province_code(cell_text(row.get("adm1_source")))
        stated = None if within is None or cell_text(row.get("country_source")) else within[:2]
    km = row.get("border_km")
    if stated is None or not isinstance(km, float) or km != km:
        return stated
    return stated if (stated == "AF") == (km < 0) else None


def _province(rows: EventRows, number: int, side: str | None, locus: Locus | None) -> str | None:
    """The province in which a mark must stand."""
    if locus is not None and locus.within and locus.within[:3] in ("AF-", "PK-"):
        # Of a district, whose id begins with its province's code, the province.
        return "-".join(locus.within.split("-")[:2])
    within = [rows.places.province_codes[n] for n in rows.places.within[number]]
    row = rows.places.located.rows[number] if rows.places.located else {}
    if locus is not None and locus.kind == "district":
        return cell_text(row.get("adm1"))
    stated = province_code(cell_text(row.get("adm1_source")))
    for code in (within[0] if len(within) == 1 else None, stated):
        if code is not None and code[:2] == side:
            return code
    return None


def _district(row: dict[str, Any], adm1: str | None) -> District | str:
    """The district that a row means: of the words meant for it, else of the place's."""
    texts = [cell_text(row.get("adm2_source")), *reversed(place_parts(cell_text(row.get("place")) or ""))]
    for text in texts:
        found = district_named(text, adm1) if text else None
        if found is not None:
            return found
    return words_of_place(texts[0] or cell_text(row.get("place")) or "")


def _group(rows: EventRows, places: list[_Place], events: list[int], lang: str) -> MarkGroup:
    """A group of the places that are one spot."""
    first = places[0]
    spot, locus = first.spot, first.locus
    lon, lat = _point(places)
    name = _name(first, lang)
    codes = {place.adm1 for place in places}
    return MarkGroup(
        events=tuple(events),
        level=spot.level,
        name=name,
        tag=_tag(spot, name, lang),
        lon=lon,
        lat=lat,
        radius_m=max(place.radius_m for place in places),
        side=spot.side,
        adm1=codes.pop() if len(codes) == 1 else None,
        area=next((place.area for place in places if place.area >= 0), -1),
        tint=locus is not None and locus.kind == "district",
        stretches=locus.stretches if locus is not None else (),
        counts=symbol_counts(rows, events),
        crossing=_crossing(rows, places, events),
    )


def _of_one_course(rows: EventRows, groups: list[MarkGroup], lang: str) -> list[MarkGroup]:
    """Stretches with the same course as one mark under both names; no tag holds more than a few."""
    held: dict[tuple[tuple[float, float], ...], list[MarkGroup]] = {}
    for group in groups:
        if group.level == "stretch" and group.stretches and group.name:
            held.setdefault(group.stretches, []).append(group)
    joined = {id(one): same for same in held.values() if 1 < len(same) <= MOST_NAMES for one in same}
    found = []
    for group in groups:
        same = joined.get(id(group), [group])
        if len(same) == 1:
            found.append(group)
        elif group is same[0]:
            events = tuple(sorted(row for one in same for row in one.events))
            name = " / ".join(dict.fromkeys(one.name for one in same))
            tag = word(lang, "tag stretch", name=name)
            counts = symbol_counts(rows, events)
            found.append(replace(group, events=events, name=name, tag=tag, counts=counts))
    return found


def _crossing(rows: EventRows, places: list[_Place], events: list[int]) -> str:
    """Id of the crossing that a group is at, by its name or by what happened there."""
    first = places[0]
    named = isinstance(first.named, Named) and first.named.key.startswith("crossing:")
    types = {EVENT_TYPES[int(rows.type[row])] for row in events}
    on_line = named and first.spot.side is None
    at_it = first.spot.level == "town" and (on_line or bool(types & {*GATE_TYPES}))
    return next((place.crossing for place in places if place.crossing), "") if at_it else ""


def _point(places: list[_Place]) -> tuple[float | None, float | None]:
    """Where a group stands."""
    first = places[0]
    spot, named, locus = first.spot, first.named, first.locus
    if spot.level == "stretch":
        return _middle(locus.stretches) if locus is not None else (None, None)
    whole = locus is not None and not locus.units
    if spot.level in ("province", "country") and whole and str(named) in read_basemap().units:
        seat = unit_seats(str(named))[0]
        return seat[0], seat[1]
    if locus is not None and (locus.kind == "district" or locus.units):
        return _roomiest_of(locus)
    known = [(place.lon, place.lat) for place in places if place.lon is not None and place.lat is not None]
    if not known:
        return None, None
    mean = tuple(round(sum(at) / len(known), 4) for at in zip(*known, strict=True))
    if isinstance(named, District):
        return named.lon, named.lat
    if isinstance(named, Named) and spot.level == "town":
        # The place's own point may lie over the line, where the events do not.
        apart = max(apart_m(lon, lat, named.lon, named.lat) for lon, lat in known)
        if spot.side is None or apart < min(place.line_m for place in places):
            return named.lon, named.lat
    return mean[0], mean[1]


def _roomiest_of(locus: Locus) -> tuple[float, float]:
    from geo.locus.shapes import draw

    seat = name_seats(draw(locus))[0]
    return seat[0], seat[1]


@functools.lru_cache(maxsize=1024)
def _middle(stretches: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    """The point of the line in the middle of the longest stretch, in degrees."""
    import numpy as np
    import shapely

    from geo.border.durand import durand_line

    border = durand_line()
    first, last = max(stretches, key=lambda one: one[1] - one[0])
    at = (first + last) / 2
    line, km = shapely.get_coordinates(border.geometry), border.chainage_km()
    return (round(float(np.interp(at, km, line[:, 0])), 4), round(float(np.interp(at, km, line[:, 1])), 4))


def _name(place: _Place, lang: str) -> str:
    """The name of a place in a language."""
    if place.locus is not None and place.locus.units:
        # A former area or several provinces have no name but the source's.
        return words_of_place(place.text)
    if isinstance(place.named, Named):
        return place.named.named(lang)
    if isinstance(place.named, District):
        own = place.named.named(lang)
        if own is not None:
            return own
        # Spellings differ: the reader has met the source's.
        return place.said if _means(place.said, place) else place.named.name
    if place.spot.level == "country":
        return word(lang, place.named) if place.named in ("AF", "PK") else place.named
    if place.spot.level == "province":
        return province_of({"adm1": place.named, "adm1_name": unit_names().get(place.named)}, lang) or ""
    if place.named.casefold() in LINE_NAMES:
        return word(lang, "Durand Line")
    district = district_named(place.named, place.adm1)  # The source's words may be its name.
    return (district.named(lang) if district else None) or place.named


def _means(text: str, place: _Place) -> bool:
    return isinstance(place.named, District) and district_named(text, place.adm1) == place.named


def _tag(spot: _Spot, name: str, lang: str) -> str:
    """A name with what says how exactly the place is known."""
    if not name or spot.level == "town" or (spot.level == "province" and _unnamed(spot.key)):
        return name
    return word(lang, f"tag {spot.level}", name=name)


def _unnamed(key: Any) -> bool:
    """Whether a unit or several take no word for province after their name."""
    return not isinstance(key, str) or key in NO_PROVINCES
