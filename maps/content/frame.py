"""The frame of a map: where its first view lies, and which events stand in a frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from maps.content.basemap import read_basemap, unit_seats
from maps.content.place_shapes import parts_of_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from maps.content.marks import MarkGroup

__all__ = ["DEFAULT_EXTENT", "Extent", "data_extent", "groups_in", "with_places"]

Extent = tuple[float, float, float, float]

DEFAULT_EXTENT: Final[Extent] = (60.5, 29.0, 75.0, 37.2)
"""The whole line, where nothing else tells what to show."""

ROOM_DEG: Final = 0.35
"""Room round the outermost events."""

LEAST_DEG: Final = (1.5, 1.2)
"""Least width and height of a first view."""

LONG_KM: Final = 930.0
"""A stretch longer than this, a third of the line, does not decide the view: it is a line of words."""

MANY: Final = 0.1
"""Where more of the events than this are known to a province or country, their middles are in the frame."""

LEAST_SEAT_DEG: Final = 0.15
"""Room that the tag of a province needs in the frame, in degrees round its seat, where there is as much."""


def data_extent(marks: Sequence[MarkGroup], provinces: Iterable[str] = ()) -> Extent:
    """The frame that holds all that is drawn: every place, and room for the tag of every province.

    Parameters
    ----------
    marks
        The groups of events.
    provinces
        Codes of provinces to be shown whole.
    """
    boxes = [one for group in marks for one in _boxes(group)]
    boxes += [_bounds(code) for code in provinces if code in read_basemap().units]
    areas = [group for group in marks if group.level in ("province", "country")]
    if not boxes:
        boxes = [_bounds(code) for group in areas if (code := _unit(group)) is not None]
    if not boxes:
        return DEFAULT_EXTENT
    extent = _widened(_around(boxes))
    for group in marks:
        if group.level == "stretch" and group.stretches and not _crosses(group, extent):
            x, y = _nearest(group, extent)
            extent = _around([extent, (x - ROOM_DEG, y - ROOM_DEG, x + ROOM_DEG, y + ROOM_DEG)])
    many = sum(len(group.events) for group in areas) > MANY * sum(len(group.events) for group in marks)
    for group in areas:
        seats = _seats(group)[:1] if many else _seats(group)
        if seats and not any(_holds(extent, x, y, min(room, LEAST_SEAT_DEG)) for x, y, room in seats):
            x, y, room = min(seats, key=lambda seat: _beyond(extent, seat[0], seat[1]))
            room = min(room, LEAST_SEAT_DEG)
            extent = _around([extent, (x - room, y - room, x + room, y + room)])
    return extent


def with_places(extent: Extent, places: Sequence[tuple[float, float]], events: bool) -> Extent:
    """A frame grown to hold points, or made of them where there are no events.

    Examples
    --------
    >>> with_places((60.5, 29.0, 75.0, 37.2), [(71.08, 34.11)], events=False)
    (69.98, 33.16, 72.18, 35.06)
    """
    if not places:
        return extent
    boxes = [(lon, lat, lon, lat) for lon, lat in places]
    if not events:
        return tuple(round(v, 4) for v in _widened(_around(boxes)))  # type: ignore[return-value]
    room = [(w - ROOM_DEG, s - ROOM_DEG, e + ROOM_DEG, n + ROOM_DEG) for w, s, e, n in boxes]
    return _around([extent, *(one for one in room if not _inside(one, extent))])


def _inside(one: Extent, other: Extent) -> bool:
    return other[0] <= one[0] and other[1] <= one[1] and one[2] <= other[2] and one[3] <= other[3]


def groups_in(marks: Sequence[MarkGroup], extent: Extent) -> tuple[MarkGroup, ...]:
    """The groups that stand in a frame, those of a province or country at its roomiest point within it.

    A stretch of the line is in the frame if any part of it is; what has no point at all is in none.
    """
    found = []
    for group in marks:
        if group.level in ("province", "country"):
            inside = [seat for seat in _seats(group) if _holds(extent, seat[0], seat[1], 0.0)]
            if inside:
                found.append(replace(group, lon=inside[0][0], lat=inside[0][1]))
                continue
        elif group.level == "stretch":
            if _crosses(group, extent):
                found.append(group)
            continue
        if group.lon is not None and group.lat is not None and _holds(extent, group.lon, group.lat, 0.0):
            found.append(group)
    return tuple(found)


def _boxes(group: MarkGroup) -> list[Extent]:
    if group.level == "stretch":
        if not group.stretches or group.length_km > LONG_KM:
            return []
        return [_of(parts_of_line(group.stretches).bounds)]
    if group.level in ("province", "country") or group.lon is None or group.lat is None:
        return []
    return [(group.lon, group.lat, group.lon, group.lat)]


def _of(bounds: Any) -> Extent:
    west, south, east, north = (float(one) for one in bounds)
    return (west, south, east, north)


def _unit(group: MarkGroup) -> str | None:
    code = group.adm1 if group.level == "province" else group.side
    return code if code in read_basemap().units else None


def _bounds(code: str) -> Extent:
    return _of(read_basemap().units[code].bounds)


def _seats(group: MarkGroup) -> list[list[float]]:
    """Points where the tag of a province or country may stand, the roomiest first."""
    code = _unit(group)
    if code is not None:
        return unit_seats(code)
    return [] if group.lon is None or group.lat is None else [[group.lon, group.lat, 0.0]]


def _around(boxes: Sequence[Extent]) -> Extent:
    west, south, east, north = zip(*boxes, strict=True)
    return (min(west), min(south), max(east), max(north))


def _widened(extent: Extent) -> Extent:
    west, south, east, north = extent
    while east - west < LEAST_DEG[0] or north - south < LEAST_DEG[1]:
        west, south, east, north = west - 0.25, south - 0.2, east + 0.25, north + 0.2
    return (west - ROOM_DEG, south - ROOM_DEG, east + ROOM_DEG, north + ROOM_DEG)


def _holds(extent: Extent, x: float, y: float, room: float) -> bool:
    west, south, east, north = extent
    return west <= x - room and x + room <= east and south <= y - room and y + room <= north


def _beyond(extent: Extent, x: float, y: float) -> float:
    """How far a point lies outside a frame, in degrees."""
    west, south, east, north = extent
    return max(west - x, x - east, 0.0) + max(south - y, y - north, 0.0)


def _nearest(group: MarkGroup, extent: Extent) -> tuple[float, float]:
    """The point of a stretch that is nearest to a frame."""
    import shapely

    _, at = shapely.get_coordinates(
        shapely.shortest_line(shapely.box(*extent), parts_of_line(group.stretches))
    )
    return float(at[0]), float(at[1])


def _crosses(group: MarkGroup, extent: Extent) -> bool:
    import shapely

    return bool(group.stretches) and bool(shapely.box(*extent).intersects(parts_of_line(group.stretches)))
