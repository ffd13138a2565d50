"""The groups of events that a panel shows: which lie in its frame, what stands for each, who joins whom."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.vocab import EVENT_TYPES
from maps.content.basemap import read_basemap
from maps.content.marks import FILLED_CODES, FILLED_ORDER, narrowed
from maps.static.area_shapes import decode_area
from maps.static.symbols import Part
from maps.words.words import word

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from maps.content.content import MapContent
    from maps.content.marks import MarkGroup
    from maps.static.projection import View
    from maps.static.sides import Sides

__all__ = [
    "OUTLINED",
    "ROOM_EACH",
    "Framed",
    "Showing",
    "by_province",
    "fill_of",
    "long_stretch",
    "names_told",
    "reaches",
    "showing",
    "with_gates",
]

OUTLINED: Final = ("near", "district", "province")
"""Levels of which a sheet with ``areas`` shows the ground."""

LONG: Final = 1 / 3
"""A stretch longer than this part of the line in the frame is told in words below the map."""

GATE_REACH: Final = 5_000.0
"""Metres from a crossing within which a place of its name is the same town: the radius of a town."""

ROOM_EACH: Final = 2_300.0
"""Square units of a panel that a mark with its name takes: more marks than fit are joined by district."""

JOIN_FROM: Final = 20.0
"""Units within which marks of one province are joined when there are too many; grows until they fit."""


@dataclass
class Framed:
    """A group in the frame of a panel.

    Attributes
    ----------
    group
        As the content has it.
    events
        Numbers of its events.
    parts
        Its symbols.
    at
        Where it stands, in units.
    shape
        Its outline or the course of its stretch in units; nothing for a place.
    places
        Where the groups stand for which it does, if it stands for several.
    sides
        Side of each symbol where they differ: a crossing and what happened beside it on one side.
    """

    group: MarkGroup
    events: tuple[int, ...]
    parts: tuple[Part, ...]
    at: tuple[float, float]
    shape: shapely.Geometry | None = None
    places: tuple[tuple[float, float], ...] = ()
    sides: tuple[str | None, ...] = ()


@dataclass
class Showing:
    """What a panel shows of the events, and what it doesn't.

    Attributes
    ----------
    framed
        Groups with a mark on the panel.
    below
        Groups told in words below it: long stretches of the line.
    outside
        Numbers of events that lie outside the frame.
    """

    framed: list[Framed] = field(default_factory=list)
    below: list[Framed] = field(default_factory=list)
    outside: list[int] = field(default_factory=list)


def fill_of(content: MapContent, event: int) -> str:
    """How sure an event is, as its symbol shows it."""
    return FILLED_CODES[int(content.rows.verification[event])]


def parts_of(content: MapContent, events: Sequence[int]) -> tuple[Part, ...]:
    """Symbols that stand for some events, filled, hollow and not said counted apart."""
    ids = content.events["cols"]["id"]
    held: dict[tuple[int, int], list[str]] = {}
    for event in events:
        key = (int(content.rows.type[event]), FILLED_ORDER.index(fill_of(content, event)))
        held.setdefault(key, []).append(ids[event])
    return tuple(
        Part(EVENT_TYPES[kind], FILLED_ORDER[fill], len(found), tuple(found))
        for (kind, fill), found in sorted(held.items())
    )


def long_stretch(course: shapely.Geometry, line: shapely.Geometry) -> bool:
    """Whether a stretch is longer than a third of the line in the frame."""
    return bool(course.length > LONG * max(line.length, 1e-9))


def showing(
    content: MapContent,
    view: View,
    sides: Sides,
    rows: Sequence[int] | None,
) -> Showing:
    """Sort the groups of a panel.

    Parameters
    ----------
    rows
        Numbers of the events that the panel shows; all if not given.
    """
    groups = content.marks if rows is None else narrowed(content.marks, content.rows, rows)
    found = Showing()
    left, top, right, bottom = view.box
    line = shapely.intersection(sides.line, view.frame())
    points = np.array(
        [(np.nan if g.lon is None else g.lon, np.nan if g.lat is None else g.lat) for g in groups]
    )
    at = view.points(points) if len(points) else points.reshape(0, 2)
    for group, (x, y) in zip(groups, at.tolist(), strict=True):
        events = group.events
        framed = Framed(group, events, parts_of(content, events), (x, y))
        if group.level == "stretch":
            _stretch(framed, content, view, line, found)
        elif group.plotted or group.level in ("near", "district"):
            if left < x < right and top < y < bottom:
                if group.tint and group.area >= 0:
                    framed.shape = view.shape(decode_area(content.events["areas"][group.area]), room=2.0)
                found.framed.append(framed)
            else:
                found.outside += events
        else:
            _whole_unit(framed, view, sides, found)
    return found


def reaches(content: MapContent, view: View, rows: Collection[int] | None) -> list[Framed]:
    """Groups known to an area with all the ground where they may have been, before any is joined to others.

    Parameters
    ----------
    rows
        Numbers of the events that the panel shows; all if not given.
    """
    found = []
    for group in content.marks if rows is None else narrowed(content.marks, content.rows, rows):
        if group.level in OUTLINED and group.area >= 0:
            shape = view.shape(decode_area(content.events["areas"][group.area]), room=2.0)
            if not shape.is_empty:
                parts = parts_of(content, group.events)
                found.append(Framed(group, group.events, parts, (np.nan, np.nan), shape))
    return found


def _stretch(framed: Framed, content: MapContent, view: View, line: shapely.Geometry, found: Showing) -> None:
    """A stretch of the line: a sleeve, a line of words, or out of the frame."""
    course = shapely.transform(decode_area(content.events["areas"][framed.group.area]), view.points)
    seen = shapely.intersection(course, view.frame())
    if seen.is_empty or seen.length == 0:
        found.outside += framed.events
    elif long_stretch(seen, line):
        found.below.append(framed)
    else:
        framed.shape = seen
        middle = shapely.line_interpolate_point(
            shapely.line_merge(shapely.get_parts(seen)[0]), 0.5, normalized=True
        )
        framed.at = (float(middle.x), float(middle.y))
        found.framed.append(framed)


def _whole_unit(framed: Framed, view: View, sides: Sides, found: Showing) -> None:
    """A province or a country: it is in the frame if the point where its name stands, or a fair part, is."""
    group = framed.group
    if group.level == "province" and group.adm1:
        shape = sides.province(group.adm1)
    elif group.side:
        shape = sides.country(group.side)
    else:
        shape = shapely.Polygon()
    seen = shapely.intersection(shape, view.frame(-4.0))
    left, top, right, bottom = view.box
    x, y = framed.at
    inside = left < x < right and top < y < bottom
    if not inside and seen.area < 900.0:
        found.outside += framed.events
        return
    framed.shape = seen if not seen.is_empty else None
    if not inside or not shapely.contains_xy(seen, x, y):
        point = shapely.point_on_surface(seen) if not seen.is_empty else shapely.Point(x, y)
        framed.at = (float(point.x), float(point.y))
    found.framed.append(framed)


def with_gates(framed: list[Framed], view: View, sides: Sides, near: float) -> list[Framed]:
    """What happened beside a crossing, on one side, stands in the row of the crossing under one name.

    Each symbol keeps its side: those of the left country stand left of those of the crossing.

    Parameters
    ----------
    near
        Units within which two places of one name are one on the panel.
    """
    gates = {
        one.group.name: one
        for one in framed
        if one.group.plotted and one.group.side is None and one.group.name
    }
    held: dict[str, list[Framed]] = {}
    kept = []
    for one in framed:
        gate = gates.get(one.group.name)
        beside = gate is not None and one.group.plotted and one.group.side is not None
        if gate is not None and beside and _apart(one, gate) <= min(near, GATE_REACH / view.metres):
            held.setdefault(one.group.name, []).append(one)
        else:
            kept.append(one)
    return [_gate_row(one, held[one.group.name], sides) if _is(gates, held, one) else one for one in kept]


def _is(gates: dict[str, Framed], held: dict[str, list[Framed]], one: Framed) -> bool:
    return one.group.name in held and gates[one.group.name] is one


def _apart(one: Framed, other: Framed) -> float:
    return float(np.hypot(one.at[0] - other.at[0], one.at[1] - other.at[1]))


def _gate_row(gate: Framed, beside: list[Framed], sides: Sides) -> Framed:
    """A crossing with what happened beside it, from the left country to the right one."""
    x, y = gate.at
    left = next((code for dx in (4.0, 8.0, 16.0) if (code := sides.side_at(x - dx, y))), "AF")
    order = {left: 0, None: 1}
    rows = [(part, one.group.side) for one in (*beside, gate) for part in one.parts]
    rows.sort(key=lambda row: order.get(row[1], 2))
    events = tuple(sorted(n for one in (*beside, gate) for n in one.events))
    return dataclasses.replace(
        gate,
        group=dataclasses.replace(gate.group, events=events),
        events=events,
        parts=tuple(part for part, _ in rows),
        sides=tuple(side for _, side in rows),
    )


def collapsed(
    content: MapContent, framed: list[Framed], codes: Collection[str], sides: Sides, *, places: bool = False
) -> list[Framed]:
    """What is written in some provinces as one tag of the province: it says less, and nothing wrong.

    Parameters
    ----------
    codes
        Provinces whose tags have no room.
    places
        Whether places of a known side are told so too, beside what is known to a district or less.
    """
    from maps.static.base import base_names

    names = dict(zip(read_basemap().units, base_names(content.spec.lang)["areas"], strict=True))
    kept: list[Framed] = []
    held: dict[tuple[str, str | None], list[Framed]] = {}
    for one in framed:
        group = one.group
        if group.adm1 in codes and _of_province(group, places=places):
            held.setdefault((str(group.adm1), group.side), []).append(one)
        else:
            kept.append(one)
    for (code, _), parts in held.items():
        if len(parts) == 1:
            kept += parts
            continue
        events = tuple(sorted(n for one in parts for n in one.events))
        name = names[code]["name"]
        tag = word(content.spec.lang, "tag several places", name=name)
        group = dataclasses.replace(
            parts[0].group,
            events=events,
            level="province",
            name=name,
            tag=tag,
            tint=False,
            area=-1,
            radius_m=0.0,
        )
        shape = shapely.intersection(sides.province(code), sides.view.frame(-4.0))
        at = parts[0].at if shape.is_empty else _heart(shape)
        # Of one that is known to the province no place is known.
        exact = [one for one in parts if one.places or one.group.level != "province"]
        stood = tuple(place for one in exact for place in one.places or (one.at,))
        kept.append(Framed(group, events, parts_of(content, events), at, shape, stood))
    return kept


def _of_province(group: MarkGroup, *, places: bool) -> bool:
    """Whether a group may be told by its province: crossings and stretches of the line stay."""
    if group.plotted:
        return places and group.side is not None and not group.state_word
    return group.level in ("near", "district", "province")


def by_province(content: MapContent, framed: list[Framed], view: View, sides: Sides) -> list[Framed]:
    """Tags of provinces in place of what has no room, from the province with the most marks on."""
    found = framed
    for places in (False, True):
        while len(found) > _room(view):
            held = Counter(
                one.group.adm1 for one in found if one.group.adm1 and _of_province(one.group, places=places)
            )
            codes = [code for code, n in held.most_common() if n > 1]
            fewer = next(
                (
                    less
                    for code in codes
                    if len(less := collapsed(content, found, {code}, sides, places=places)) < len(found)
                ),
                None,
            )
            if fewer is None:
                break
            found = fewer
    return found


def _heart(shape: shapely.Geometry) -> tuple[float, float]:
    """A roomy point of an area."""
    point = shapely.centroid(shape)
    if not shapely.contains(shape, point):
        point = shapely.point_on_surface(shape)
    return float(point.x), float(point.y)


def joined(content: MapContent, framed: list[Framed], view: View) -> list[Framed]:
    """Marks of one side and province that are near each other become one, where there are too many for all.

    Marks never join across the line or a province. What was joined has no name: none of its places is its.
    """
    reach, found = JOIN_FROM, framed
    while len(found) > _room(view) and reach < 200:
        found = _cells(content, framed, reach)
        reach *= 1.35
    return found


def _room(view: View) -> int:
    """How many marks with their names a panel holds."""
    left, top, right, bottom = view.box
    return max(12, int((right - left) * (bottom - top) / ROOM_EACH))


def _cells(content: MapContent, framed: list[Framed], reach: float) -> list[Framed]:
    cells: dict[tuple[Any, ...], list[Framed]] = {}
    for one in framed:
        group = one.group
        if group.level == "stretch":
            key: tuple[Any, ...] = ("stretch", id(one))
        elif group.level in ("province", "country") or group.adm1 is None:
            key = (group.level, group.side, group.adm1, round(one.at[0] / reach), round(one.at[1] / reach))
        else:
            key = ("place", group.side, group.adm1, int(one.at[0] // reach), int(one.at[1] // reach))
        cells.setdefault(key, []).append(one)
    return [parts[0] if len(parts) == 1 else _together(content, parts) for parts in cells.values()]


def _together(content: MapContent, parts: list[Framed]) -> Framed:
    """One mark for several: where most of the events are."""
    parts = sorted(parts, key=lambda one: -len(one.events))
    events = tuple(sorted(n for one in parts for n in one.events))
    level = "town" if any(one.group.plotted for one in parts) else parts[0].group.level
    words = Counter(one.group.name for one in parts)
    name = parts[0].group.name if len(words) == 1 else ""
    group = dataclasses.replace(
        parts[0].group,
        events=events,
        level=level,
        name=name,
        tag=parts[0].group.tag if name else "",
        tint=False,
        state_word="",
    )
    return Framed(group, events, parts_of(content, events), parts[0].at)


def names_told(framed: Sequence[Framed]) -> set[str]:
    """Names that marks carry; "somewhere in Pakistan" does not say where Pakistan is."""
    return {one.group.name for one in framed if one.group.name and one.group.level != "country"}
