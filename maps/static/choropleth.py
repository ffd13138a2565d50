"""Shaded units on paper: areas and stretches of the line filled by class, hatched where there are no data."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import shapely

from maps.content.choropleth import NO_DATA, NONE, Count, Shading, class_steps, unit_shapes
from maps.static.areas import hatch_lines
from maps.static.legend import Entry, Section

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geo
    from maps.spec.house_style import House
    from maps.static.canvas import Canvas
    from maps.static.projection import View

__all__ = ["class_section", "draw_units"]

RIBBON: Final = 16.0
"""Width of a sector's ribbon in units."""

LAYERS: Final = {
    "adm1": "Provinces by number of events",
    "adm2": "Districts by number of events",
    "sector": "Sectors of the line by number of events",
}


def class_section(
    shading: Shading, counts: Sequence[Sequence[Count]], pick: Callable[[str, str], str], english: Shading
) -> Section:
    """The part of the key with classes and the number of units in each, over all maps of the page."""
    levels = [shading.level(n, one.expected) for part in counts for n, one in enumerate(part)]
    steps = class_steps(len(shading.breaks))
    texts = [
        pick(own, plain) for own, plain in zip(shading.class_texts(), english.class_texts(), strict=True)
    ]
    entries = [
        Entry(f"shade:{step}", text, levels.count(n))
        for n, (step, text) in enumerate(zip(steps, texts, strict=True))
    ]
    if NONE in levels:
        entries.append(
            Entry("shade:none", pick(shading.none_text(), english.none_text()), levels.count(NONE))
        )
    if NO_DATA in levels:
        text = pick(shading.no_data_text(), english.no_data_text())
        entries.append(Entry("shade:no data", text, levels.count(NO_DATA)))
    return Section(pick(shading.heading, english.heading), tuple(entries))


@functools.lru_cache(maxsize=4)
def _shapes(by: str, border: geo.Border | None, _: int) -> dict[str, shapely.Geometry]:
    return unit_shapes(by, border)


def draw_units(canvas: Canvas, house: House, view: View, shading: Shading, counts: Sequence[Count]) -> None:
    """Fill the units of a panel by their classes."""
    layer = canvas.layer("units", LAYERS[shading.by])
    border = None if shading.border is None else shading.border[0]
    shapes = _shapes(shading.by, border, hash(shading.codes))
    steps = class_steps(len(shading.breaks))
    for n in sorted(range(len(shading.codes)), key=lambda n: counts[n].expected):
        code = shading.codes[n]
        shape: Any = view.shape(shapes[code]) if shading.by != "sector" else _ribbon(view, shapes[code])
        if shape.is_empty:
            continue
        level = shading.level(n, counts[n].expected)
        name = code.replace("/", "-")
        if level >= 0:
            fill = house.colours[f"shade-{steps[level] + 1}"]
            canvas.area(layer, shape, fill=fill, edge=house.colours["focus"], width=0.5, gid=f"unit-{name}")
            continue
        line = house.colours["no-data"]
        if level == NO_DATA:
            hatch = hatch_lines(shapely.make_valid(shape), 6.0)
            canvas.lines(layer, hatch, line, 0.6, gid=f"unit-{name}-no-data")
        if level == NONE or shading.by == "sector":
            ground = house.colours["focus"] if level == NONE else None
            canvas.area(layer, shape, fill=ground, edge=line, width=0.6, gid=f"unit-{name}-none")


def _ribbon(view: View, line: shapely.Geometry) -> Any:
    flat = shapely.intersection(shapely.transform(line, view.points), view.frame(RIBBON))
    # Bends narrower than the ribbon would give it a ragged edge.
    smooth = shapely.simplify(flat, 2.0)
    return shapely.intersection(shapely.buffer(smooth, RIBBON / 2, cap_style="flat"), view.frame(6.0))
