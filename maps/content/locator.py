"""A map that locates: one to three events, or places with notes, framed by how exactly the place is known."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from geo.arguments import checked_first
from geo.errors import SchemaError
from maps.content.basemap import base_data, read_basemap
from maps.content.cards import cell_text
from maps.content.content import map_content
from maps.content.laid import frame_at, lay_marks
from maps.content.place_names import apart_m
from maps.content.place_shapes import parts_of_line
from maps.spec.marks import Mark
from maps.spec.spec import MapSpec
from maps.words.words import word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from maps.content.content import MapContent
    from maps.content.frame import Extent
    from maps.content.laid import Laid
    from maps.content.marks import MarkGroup

__all__ = ["locator"]

MOST_EVENTS: Final = 3
TOWN_KM: Final = 120.0
"""Across the frame of a town."""

NEAR_KM: Final = 160.0
DISTRICT_KM: Final = 250.0
CITY_M: Final = 8_000.0
"""A place with a wider radius is a city, shown at its own scale."""

CITY_TIMES: Final = 4.7
"""A city's frame is so many radii across: 47 km for Kabul's 10 km."""

SEVERAL: Final = 0.6
"""Of its usual width, what each of several places has round it."""

ROOM: Final = 0.08
"""Room round the outline of a province or a stretch, as a share of its width."""

PLAIN: Final = re.compile(r"[A-Za-z\u00c0-\u017f .'-]+")
"""A name without marks below its letters, which only gazetteers write."""

KNOWN_RANK: Final = 7
TOWNS: Final = 6
MOST_TOWNS: Final = 7
EDGE: Final = 0.06
"""Share of the frame along its rim in which no town is chosen."""

APART: Final = 0.1
"""Share of the frame's width that towns keep from each other."""

GATE_IN_SIGHT_KM: Final = 80.0

REACH: Final = 0.16
"""By so much of its width a frame is moved at most to hold the capital of a province."""

INSIDE: Final = 0.062
"""Share of the frame that the capital then stands inside its rim."""

NEAR_DEG: Final = 0.02
"""Degrees between a crossing and the provinces on both of its sides, whose base is drawn roughly."""
HIDDEN: Final = ("filters", "timeline", "table")
LONG_SENTENCE: Final = 170


@dataclass(frozen=True)
class _Focus:
    """What the map is about: a point, how far across its frame is, its province."""

    lon: float
    lat: float
    across_km: float
    adm1: str | None = None
    name: str = ""


@checked_first
def locator(  # noqa: PLR0913 - each says one thing of the map
    *places: str,
    event_ids: Sequence[str] = (),
    events: Any = None,
    highlight: Sequence[str] = (),
    notes: Sequence[str] = (),
    marks: Sequence[Mark] = (),
    title: str | None = None,
    subtitle: str | None = None,
    extent: Extent | None = None,
    lang: str = "en",
    hide: Sequence[str] = (),
    relief: bool = True,
) -> MapSpec:
    """The specification of a map that locates, for :func:`maps.draw_map` and :func:`maps.render`.

    Parameters
    ----------
    *places
        Names of places that it must name.
    event_ids
        One to three events: each has a box that says what, when, which figures by whom, how exactly the place
        is known.
    events
        Where they are: what :func:`geo.read_events` reads or gave; the shipped events if not given.
    highlight
        Countries, provinces or districts to tint and name; a district without an installed outline has its
        name alone.
    notes
        Texts in place of an event's own, in the order of the events; then for the places, in theirs; more
        stand where the map has room.
    marks
        What else is laid over the map.
    title, subtitle
        Made from the event or the places if not given.
    extent
        (west, south, east, north) in degrees; by how exactly the place is known if not given: about 120 km
        across for a town, 250 for a district, 4.7 radii for a city.
    lang
        Language of all words.
    hide
        Parts to leave out, as a specification has them.
    relief
        Whether slopes are shaded.

    Returns
    -------
    MapSpec

    Raises
    ------
    SchemaError
        If neither a place, an event nor a mark is given, more than three events, or an event is on no map.
    PlaceError
        If a name is no place, or means several.

    Examples
    --------
    >>> import maps
    >>> spec = maps.locator("Torkham", "Spin Boldak", highlight=("AF-PKA",))
    >>> spec.title, len(spec.towns) <= 7
    ('Torkham and Spin Boldak', True)
    >>> maps.map_content(maps.locator(event_ids=("apb:038",))).title
    'Airstrike in Barmal, Paktika, 17 October 2025'
    """
    if not (places or event_ids or marks or highlight):
        raise SchemaError("a locator needs a place, an event or something to highlight")
    if len(event_ids) > MOST_EVENTS:
        raise SchemaError(
            f"a locator holds one to {MOST_EVENTS} events, not {len(event_ids)}; draw a map of them instead"
        )
    first = MapSpec(events=events, ids=tuple(event_ids), lang=lang, allow_empty=True)
    content = map_content(first)
    if off := sorted(set(event_ids) - _drawn(content)):
        raise SchemaError(f"no place is known for {', '.join(off)}, so that no map shows it")
    own = _own_marks(places, event_ids, highlight, notes)
    all_marks = (*own, *marks)
    laid = lay_marks(all_marks, lang)
    foci = [_focus_of(group) for group in content.marks]
    foci += [
        _Focus(one.lon, one.lat, TOWN_KM if one.dot else DISTRICT_KM, name=one.name)
        for one in laid
        if one.kind in ("label", "note") and one.lon is not None and one.lat is not None
    ]
    tinted = (one for one in laid if one.kind == "highlight" and one.code not in ("AF", "PK"))
    boxes = [one.shape.bounds for one in tinted if one.shape is not None]
    places_of = [replace(one, across_km=0.0, adm1=code) for one in foci for code in _provinces_round(one)]
    frame = extent or _with_land(_frame(foci, boxes, content.marks))
    if len(foci) == 1 and not extent:
        frame = _with_seats(frame, places_of)
    # The capitals of the provinces help, of a tinted one too.
    foci += [one for one in places_of if one not in foci]
    foci += [_Focus(*one, 0.0, code, name) for one, code, name in _tinted_units(laid)]
    texts = [title or "", *notes, *(one.text for one in laid), *_summaries(content)]
    told = {one.name for one in laid} | {one.text for one in laid} | {group.name for group in content.marks}
    return MapSpec(
        events=content.spec.events,
        ids=tuple(event_ids),
        title=title if title is not None or event_ids else _title(places, laid, lang),
        subtitle=_sentence(content, lang) if subtitle is None else subtitle,
        extent=frame,
        lang=lang,
        marks=all_marks,
        towns=_towns(frame, foci, texts, told),
        locator=True,
        allow_empty=True,
        hide=tuple(dict.fromkeys((*HIDDEN, *hide))),
        relief=relief,
    )


def _tinted_units(laid: Sequence[Laid]) -> list[tuple[tuple[float, float], str, str]]:
    return [
        ((one.lon, one.lat), one.code, one.name)
        for one in laid
        if one.kind == "highlight" and one.code[2:3] == "-" and one.lon is not None and one.lat is not None
    ]


def _drawn(content: MapContent) -> set[str]:
    ids = content.rows.table["event_id"].astype(str).tolist()
    return {ids[row] for row in content.picture.rows}


def _own_marks(
    places: Sequence[str], event_ids: Sequence[str], highlight: Sequence[str], notes: Sequence[str]
) -> list[Mark]:
    """Labels of the places, boxes of the events, tints; notes go to events, then to places."""
    found = [Mark(kind="label", at=place) for place in places]
    found += [Mark(kind="highlight", unit=unit) for unit in highlight]
    own = list(notes)
    for event in event_ids:
        found.append(Mark(kind="note", event=event, text=own.pop(0) if own else ""))
    for place in places:
        if own:
            found.append(Mark(kind="note", at=place, text=own.pop(0)))
    found += [Mark(kind="note", text=text) for text in own]
    return found


def _title(places: Sequence[str], laid: Sequence[Any], lang: str) -> str:
    """The places of a map without events: "Torkham, Chaman and Spin Boldak"."""
    named = [one.text for one in laid if one.kind == "label" and not one.implied]
    named = named[: len(places) or MOST_EVENTS]
    named = named or [one.text for one in laid if one.kind == "highlight"]
    if len(named) < 2:
        return "".join(named) or word(lang, "Durand Line")
    return word(lang, "and").join([word(lang, "comma").join(named[:-1]), named[-1]])


def _sentence(content: MapContent, lang: str) -> str:
    """What the table says of a single event in one sentence, in the table's own language; else nothing."""
    if len(content.picture) != 1 or lang != "en":
        return ""
    record = content.rows.table.iloc[list(content.picture.rows)].to_dict("records")[0]
    first, stop, _ = (cell_text(record.get("summary")) or "").partition(". ")
    sentence = f"{first.rstrip('.')}." if stop or first else ""
    return sentence if len(sentence) <= LONG_SENTENCE else ""


def _summaries(content: MapContent) -> list[str]:
    table = content.rows.table
    return [str(text) for name in ("summary", "place") if name in table for text in table[name].dropna()]


# The frame
# ------------------------------------------------------------------------------------------------


def _focus_of(group: MarkGroup) -> _Focus:
    """How far across the frame of an event is: by how exactly its place is known."""
    across = {"town": TOWN_KM, "near": NEAR_KM, "district": DISTRICT_KM}.get(group.level, 0.0)
    if group.level == "town" and group.radius_m > CITY_M:
        across = CITY_TIMES * group.radius_m / 1000
    return _Focus(group.lon or 0.0, group.lat or 0.0, across, group.adm1, group.name)


def _frame(foci: Sequence[_Focus], boxes: Sequence[Any], groups: Iterable[MarkGroup]) -> Extent:
    """What holds every place with room round it, and the outlines of what is known less or tinted."""
    share = 1.0 if len(foci) == 1 else SEVERAL
    parts = [frame_at(one.lon, one.lat, one.across_km * share / 2) for one in foci if one.across_km]
    units = read_basemap().units
    outlines = [*boxes]
    for group in groups:
        code = group.adm1 if group.level == "province" else group.side
        if group.level in ("province", "country") and code in units:
            outlines.append(units[str(code)].bounds)
        elif group.level == "stretch" and group.stretches:
            outlines.append(parts_of_line(group.stretches).bounds)
    for west, south, east, north in outlines:
        room = ROOM * max(east - west, north - south, 0.5)
        parts.append((west - room, south - room, east + room, north + room))
    if not parts:
        raise SchemaError("nothing says where this locator lies; give an extent")
    wests, souths, easts, norths = zip(*parts, strict=True)
    if len(foci) > 1:
        dx, dy = (ROOM * (max(hi) - min(lo)) for lo, hi in ((wests, easts), (souths, norths)))
    else:
        dx = dy = 0.0
    return (
        round(float(min(wests) - dx), 4), round(float(min(souths) - dy), 4),
        round(float(max(easts) + dx), 4), round(float(max(norths) + dy), 4),
    )  # fmt: skip


def _with_land(frame: Extent) -> Extent:
    """A frame that shows neither country, widened to the nearest: a square of sea says nothing."""
    import shapely

    units = read_basemap().units
    areas, box = [units["AF"], units["PK"]], shapely.box(*frame)
    if bool(shapely.intersects(areas, box).any()):
        return frame
    away = shapely.shortest_line(box, areas)
    land = shapely.get_coordinates(away[int(shapely.length(away).argmin())])[-1]
    west, south, east, north = frame
    dx, dy = east - west, north - south
    return (
        round(float(min(west, land[0] - dx / 4)), 4), round(float(min(south, land[1] - dy / 4)), 4),
        round(float(max(east, land[0] + dx / 4)), 4), round(float(max(north, land[1] + dy / 4)), 4),
    )  # fmt: skip


def _with_seats(frame: Extent, places: Sequence[_Focus]) -> Extent:
    """A frame moved a little where the capital of a place's province lies just outside; as wide as it was."""
    held: list[_Town] = []
    for town in _base_towns():
        if not any(town.adm1 == one.adm1 and town.name == _seats().get(one.adm1 or "") for one in places):
            continue
        west, south, east, north = frame
        dx, dy = INSIDE * (east - west), INSIDE * (north - south)
        by_lon = min(0.0, town.lon - dx - west) + max(0.0, town.lon + dx - east)
        by_lat = min(0.0, town.lat - dy - south) + max(0.0, town.lat + dy - north)
        if abs(by_lon) > REACH * (east - west) or abs(by_lat) > REACH * (north - south):
            continue
        moved = (west + by_lon, south + by_lat, east + by_lon, north + by_lat)
        if all(moved[0] < one.lon < moved[2] and moved[1] < one.lat < moved[3] for one in held):
            frame = moved
            held.append(town)
    west, south, east, north = frame
    return round(west, 4), round(south, 4), round(east, 4), round(north, 4)


def _provinces_round(focus: _Focus) -> list[str]:
    """The province of a place; of a crossing, those on both sides."""
    import shapely

    if focus.adm1:
        return [focus.adm1]
    at = shapely.Point(focus.lon, focus.lat)
    units = read_basemap().units
    return [code for code, area in units.items() if "-" in code and shapely.dwithin(area, at, NEAR_DEG)]


# Towns that help
# ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Town:
    name: str
    lon: float
    lat: float
    rank: int
    adm1: str | None


@functools.cache
def _base_towns() -> tuple[_Town, ...]:
    """Towns that the base names, the first in rank first."""
    import geo

    places = geo.read_places()
    units = {(row.label, round(row.geometry.x, 4)): row.adm1 for row in places.itertuples()}
    return tuple(
        _Town(str(name), lon, lat, rank, adm1 if isinstance(adm1 := units.get((name, lon)), str) else None)
        for name, lon, lat, rank, _ in base_data("en")["places"]
        if PLAIN.fullmatch(str(name)) and not str(name).startswith("Markaz")
    )


def _towns(frame: Extent, foci: Sequence[_Focus], texts: Sequence[str], told: set[str]) -> tuple[str, ...]:
    """Five to seven names: what the text names, the nearest town, the province's capital, a crossing.

    The rest by rank, well apart.
    """
    west, south, east, north = frame
    dx, dy = EDGE * (east - west), EDGE * (north - south)
    inside = [
        town
        for town in _base_towns()
        if west + dx < town.lon < east - dx and south + dy < town.lat < north - dy and town.name not in told
    ]
    chosen: dict[str, tuple[float, float]] = {}

    def take(name: str, lon: float, lat: float) -> None:
        if name not in told and len(chosen) < MOST_TOWNS:
            chosen.setdefault(name, (lon, lat))

    words = " ".join(texts)
    plain = [town for town in inside if town.name.isascii()]
    for town in inside:
        if len(town.name) > 3 and re.search(rf"\b{re.escape(town.name)}\b", words):
            take(town.name, town.lon, town.lat)
    for focus in foci:
        seat = _seats().get(focus.adm1 or "")
        capitals = [town for town in inside if town.adm1 == focus.adm1 and town.name == seat]
        # The nearest that has a name in the press, before hamlets.
        known = [town for town in plain if town.rank <= KNOWN_RANK]
        for town in (*_nearest(focus, known), *capitals[:1], *_nearest(focus, plain)):
            take(town.name, town.lon, town.lat)
        gate = _gate(focus, frame)
        if gate is not None:
            take(*gate)
    for town in (*plain, *inside):
        if len(chosen) >= TOWNS:
            break
        near = _apart(town, frame, [(one.lon, one.lat) for one in foci]) <= APART / 3
        if not near and _apart(town, frame, chosen.values()) > APART:
            take(town.name, town.lon, town.lat)
    return tuple(chosen)


def _apart(town: _Town, frame: Extent, others: Iterable[tuple[float, float]]) -> float:
    """Least distance to others, as a share of the frame."""
    west, south, east, north = frame
    return min(
        (max(abs(town.lon - x) / (east - west), abs(town.lat - y) / (north - south)) for x, y in others),
        default=1.0,
    )


@functools.cache
def _seats() -> dict[str, str]:
    """The capital of each province, by its code."""
    from geo.boundaries.units import provinces

    frame = provinces().frame
    return dict(zip(frame["iso3166_2"], frame["seat"], strict=True))


def _nearest(focus: _Focus, towns: Sequence[_Town]) -> list[_Town]:
    """The town nearest to a place, its own name apart."""
    others = [town for town in towns if town.name != focus.name]
    return sorted(others, key=lambda one: apart_m(one.lon, one.lat, focus.lon, focus.lat))[:1]


def _gate(focus: _Focus, frame: Extent) -> tuple[str, float, float] | None:
    """The crossing nearest to a place, in the frame and not far."""
    west, south, east, north = frame
    gates = [
        (apart_m(lon, lat, focus.lon, focus.lat), str(name), lon, lat)
        for name, lon, lat in base_data("en")["crossings"]
        if west < lon < east and south < lat < north
    ]
    if not gates or min(gates)[0] > GATE_IN_SIGHT_KM * 1000:
        return None
    _, name, lon, lat = min(gates)
    # An event or a label there bears the name, or a half of it.
    if focus.name and (focus.name in name or name in focus.name):
        return None
    return name, lon, lat
