"""Where an event may have happened: the tint of a district, the sleeve round a stretch of the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from maps.static.course import calm, pieces_of
from maps.static.mark_groups import OUTLINED, reaches
from maps.style import INK, TYPES

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from maps.content.content import MapContent
    from maps.content.marks import MarkGroup
    from maps.spec.sheet import Sheet
    from maps.static.mark_groups import Framed
    from maps.static.stage import Stage
    from maps.static.symbols import Part

__all__ = [
    "REACH_SHADE",
    "draw_reaches",
    "draw_sleeve",
    "draw_tint",
    "hatch_lines",
    "is_tinted",
    "loudest",
    "outlines_reaches",
    "sleeve_shape",
    "sleeves_of",
]

HAIR: Final = 0.12
"""Detail, in units, that no paper shows."""

FEW: Final = 3
"""Of so many events at most the whole area is shown."""

OFF_LINE: Final = 4.0
"""Units from the Durand Line within which the outline of an area is not drawn: the line itself bounds it."""

REACH_SHADE: Final = 0.6

LOUDNESS: Final = ("air", "people", "ground", "not violence")
"""Families of event types in the order in which they give a district its colour."""


def hatch_lines(
    area: shapely.Geometry, step: float, *, phase: float = 0.0, falling: bool = False
) -> list[Any]:
    """Lines at 45 degrees inside an area, on one grid for the page, so that neighbours of a kind run on."""
    if area.is_empty:
        return []
    west, south, east, north = area.bounds
    sign = -1.0 if falling else 1.0
    # Lines x + sign * y = c.
    low = west + min(sign * south, sign * north)
    high = east + max(sign * south, sign * north)
    gap = step * 2**0.5
    first = np.ceil((low - phase) / gap) * gap + phase
    sums = np.arange(first, high, gap)
    if not len(sums):
        return []
    starts = np.column_stack([sums - sign * south, np.full(len(sums), south)])
    ends = np.column_stack([sums - sign * north, np.full(len(sums), north)])
    rulers = shapely.linestrings(np.stack([starts, ends], axis=1))
    # What is finer than a hair on paper only costs time.
    inside = shapely.intersection(rulers, shapely.simplify(area, HAIR))
    parts = shapely.get_parts(shapely.line_merge(shapely.get_parts(inside)))
    return [
        shapely.get_coordinates(part)
        for part in parts
        if part.geom_type == "LineString" and part.length > step / 3
    ]


def loudest(parts: Sequence[Part]) -> str:
    """The event type that gives an area its colour.

    Examples
    --------
    >>> from maps.static.symbols import Part
    >>> loudest([Part("armed clash", "filled", 9, ()), Part("airstrike", "hollow", 1, ())])
    'airstrike'
    """
    first = min(
        parts,
        key=lambda part: (LOUDNESS.index(TYPES[part.event_type].family), part.filled != "filled", -part.n),
    )
    return first.event_type


def draw_tint(stage: Stage, framed: Framed) -> None:
    """A flat tint of a district or province with a thin outline, in the colour of its loudest event."""
    house = stage.house
    kind = loudest(framed.parts)
    strength = house.areas["tint_air" if TYPES[kind].family == "air" else "tint_ground"]
    layer = stage.layer("areas")
    shape = framed.shape
    assert shape is not None  # noqa: S101 - called for groups with an outline
    colour = house.types[kind]
    stage.canvas.area(layer, shape, fill=colour, alpha=strength, gid=f"area-{kind.replace(' ', '-')}")
    stage.canvas.area(layer, shape, edge=colour, width=house.areas["outline"], alpha=0.8)
    ids = [one for part in framed.parts for one in part.events]
    stage.record.add(stage.view, "area", framed.group.tag, shape.bounds, events=ids, shape=shape)


def is_tinted(group: MarkGroup, content: MapContent) -> bool:
    """Whether a group's ground is tinted: a district with an installed outline, a province of few events."""
    return group.tint or (group.level == "province" and _few(content))


def _few(content: MapContent) -> bool:
    return 0 < len(content.picture) <= FEW


def outlines_reaches(sheet: Sheet, content: MapContent) -> bool:
    """Whether all the ground where events may have been is outlined: if it is asked for, and for few events.

    A map that locates them says it in a box.
    """
    asked = sheet.areas or (_few(content) and not content.spec.locator)
    return asked and any(group.level in OUTLINED and group.area >= 0 for group in content.marks)


def draw_reaches(
    stage: Stage, content: MapContent, rows: Collection[int] | None, line: shapely.Geometry
) -> None:
    """Thin outlines of all the ground where events may have been, if they are wanted.

    Parameters
    ----------
    rows
        Numbers of the events that the panel shows; all if not given.
    line
        The Durand Line in degrees.
    """
    if not outlines_reaches(stage.sheet, content):
        return
    beside = shapely.buffer(shapely.transform(line, stage.view.points), OFF_LINE)
    for one in reaches(content, stage.view, rows):
        if not is_tinted(one.group, content):
            _reach(stage, one, beside)


def _reach(stage: Stage, framed: Framed, beside: shapely.Geometry) -> None:
    """A thin outline off the Durand Line; no fill, which would be loud."""
    house = stage.house
    shape = framed.shape
    assert shape is not None  # noqa: S101 - called for groups with an area
    # Where the panel ends the area does not.
    seen = shapely.intersection(shapely.boundary(shape), stage.view.frame(-1.0))
    seen = shapely.line_merge(shapely.difference(seen, beside))
    colour, width = house.types[loudest(framed.parts)], house.areas["outline"]
    stage.canvas.lines(stage.layer("areas"), pieces_of(seen), colour, width, alpha=REACH_SHADE)
    ids = [one for part in framed.parts for one in part.events]
    stage.record.add(stage.view, "area", framed.group.tag, shape.bounds, events=ids, shape=shape)


def sleeve_shape(course: shapely.Geometry) -> shapely.Geometry:
    """The ground of a sleeve round a stretch of the line, in units."""
    calmed = [shapely.LineString(calm(piece, INK.durand_min_gap_px)) for piece in pieces_of(course)]
    smooth = shapely.simplify(shapely.union_all(calmed), INK.sleeve_px * 0.4)
    return shapely.simplify(shapely.buffer(smooth, INK.sleeve_px, quad_segs=6), 0.2)


def sleeves_of(framed: Sequence[Framed]) -> shapely.Geometry:
    """The ground of all sleeves on a panel, in units."""
    shapes = [
        sleeve_shape(one.shape) for one in framed if one.group.level == "stretch" and one.shape is not None
    ]
    return shapely.union_all(shapes)


def draw_sleeve(stage: Stage, framed: Framed) -> None:
    """A thin outline round a stretch of the line: somewhere along it."""
    house = stage.house
    assert framed.shape is not None  # noqa: S101 - called for stretches in the frame
    shape = shapely.intersection(sleeve_shape(framed.shape), stage.view.frame(12.0))
    # Over the halos of names, so that no name breaks the outline; under symbols and letters.
    layer, colour = stage.layer("stretches"), house.types[loudest(framed.parts)]
    width = house.lines["sleeve"]
    stage.canvas.area(layer, shape, edge=house.colours["focus"], width=width + 2.6, alpha=0.9)
    stage.canvas.area(layer, shape, edge=colour, width=width, gid="stretch")
    ids = [one for part in framed.parts for one in part.events]
    stage.record.add(stage.view, "area", framed.group.tag, shape.bounds, events=ids, shape=shape)
