"""Where an event may have happened, as area or as stretch of the line: tint, hatch and edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyproj
import shapely

from geo.vocab import EVENT_TYPES

if TYPE_CHECKING:
    from maps.spec.house_style import House
    from maps.static.canvas import Canvas
    from maps.static.projection import View

__all__ = ["decode_area", "draw_areas", "hatch_lines"]

DISC_POINTS: Final = 96
HAIR: Final = 0.12
"""Detail, in units, that no paper shows."""

LARGE: Final = 0.06
"""An area that takes more of the panel than this is drawn lighter."""


def decode_area(shape: dict[str, Any]) -> shapely.Geometry:
    """The geometry, in degrees, of an area of the content: a polygon, a disc, or a stretch of the line."""
    if shape["kind"] == "disc":
        lon, lat = shape["at"]
        turn = np.linspace(0, 360, DISC_POINTS, endpoint=False)
        x, y, _ = pyproj.Geod(ellps="WGS84").fwd(
            np.full(DISC_POINTS, lon), np.full(DISC_POINTS, lat), turn, np.full(DISC_POINTS, shape["m"])
        )
        return shapely.Polygon(np.column_stack([x, y]))
    rings = [np.cumsum(np.asarray(ring).reshape(-1, 2), axis=0) / 1e4 for ring in shape["rings"]]
    if shape["kind"] == "line":
        return shapely.MultiLineString([ring for ring in rings if len(ring) > 1])
    # Rings come without nesting: a ring inside another is a hole of it.
    area: shapely.Geometry = shapely.Polygon()
    for ring in rings:
        if len(ring) > 3:
            area = shapely.symmetric_difference(area, shapely.make_valid(shapely.Polygon(ring)))
    return area


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


def draw_areas(
    canvas: Canvas,
    house: House,
    view: View,
    shapes: dict[int, shapely.Geometry],
    looks: dict[int, int | None],
) -> None:
    """Draw areas and stretches.

    Parameters
    ----------
    shapes
        Number of an area to its geometry in units, cut to the panel.
    looks
        Number of an area to the one type of its events, or nothing where they are mixed.

    Notes
    -----
    Areas of one look are tinted and hatched as one, so that events in the same district do not darken it into
    something more certain; each keeps its own edge.
    """
    style = house.areas
    layer = canvas.layer("areas", "Areas where events may have happened")
    bands = canvas.layer("stretches", "Stretches of the line where events may have happened")
    kinds = sorted({-1 if look is None else look for look in looks.values()})
    for kind in kinds:
        numbers = [n for n, look in looks.items() if (-1 if look is None else look) == kind]
        colour = house.colours["mixed"] if kind < 0 else house.types[EVENT_TYPES[kind]]
        name = "mixed" if kind < 0 else EVENT_TYPES[kind].replace(" ", "-")
        faces = [shapes[n] for n in numbers if shapes[n].geom_type in ("Polygon", "MultiPolygon")]
        phase = (kind + 1) * style["hatch_step"] * 2**0.5 * 0.29
        large = [face for face in faces if face.area > LARGE * view.frame().area]
        small = [face for face in faces if face.area <= LARGE * view.frame().area]
        # A whole province is tinted and hatched more lightly than a district: the same event spread thinner.
        for group, thin, size in ((large, 0.55, "large"), (small, 1.0, "small")):
            if not group:
                continue
            whole = shapely.union_all(group)
            if style["fill"]:
                canvas.area(
                    layer, whole, fill=colour, alpha=style["fill"] * thin, gid=f"area-fill-{name}-{size}"
                )
            canvas.lines(
                layer,
                hatch_lines(whole, style["hatch_step"] / thin, phase=phase),
                colour,
                style["hatch_width"],
                alpha=style["hatch"],
                gid=f"area-hatch-{name}-{size}",
            )
        for face in faces:
            canvas.area(layer, face, edge=colour, width=0.9, dash=(3.0, 2.5), alpha=0.75)
        lines = [shapes[n] for n in numbers if "Line" in shapes[n].geom_type]
        if lines:
            courses = shapely.simplify(np.array(lines, dtype=object), 4 * HAIR)
            ribbon = shapely.union_all(
                shapely.buffer(courses, style["ribbon"] / 2, cap_style="flat", quad_segs=4)
            )
            ribbon = shapely.intersection(ribbon, view.frame())
            canvas.area(bands, ribbon, fill=colour, alpha=style["ribbon_fill"], gid=f"stretch-fill-{name}")
            canvas.lines(
                bands,
                hatch_lines(ribbon, style["hatch_step"] * 0.8, phase=kind * 1.3, falling=True),
                colour,
                style["hatch_width"],
                alpha=min(1.0, style["hatch"] * 1.4),
                gid=f"stretch-hatch-{name}",
            )
