"""A surface of density on paper: its classes as filled shapes."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from maps.content.choropleth import class_steps
from maps.content.density import to_degrees
from maps.static.legend import Entry, Section

if TYPE_CHECKING:
    from collections.abc import Callable

    from maps.content.density import Density
    from maps.spec.house_style import House
    from maps.static.canvas import Canvas
    from maps.static.projection import View

__all__ = ["density_section", "draw_surface"]


def density_section(density: Density, pick: Callable[[str, str], str], english: Density) -> Section:
    """The part of the key with the classes of a surface."""
    steps = class_steps(len(density.limits) - 1)
    texts = zip(density.class_texts(), english.class_texts(), strict=True)
    entries = tuple(Entry(f"shade:{step}", pick(*text)) for step, text in zip(steps, texts, strict=True))
    return Section(pick(density.heading, english.heading), entries)


def draw_surface(canvas: Canvas, house: House, view: View, density: Density) -> None:
    """Fill what lies between each two limits."""
    import contourpy

    layer = canvas.layer("density", "Density of events")
    x, y = density.centres()
    contours = contourpy.contour_generator(x, y, density.cells, fill_type=contourpy.FillType.OuterOffset)
    steps = class_steps(len(density.limits) - 1)
    for step, (low, high) in zip(steps, itertools.pairwise(density.limits), strict=True):
        found: Any = contours.filled(low, high)
        shapes = []
        for points, offsets in zip(*found, strict=True):
            rings = [view.points(to_degrees(points[a:b])) for a, b in itertools.pairwise(offsets)]
            shapes.append(shapely.Polygon(rings[0], rings[1:]))
        whole = shapely.union_all(shapely.make_valid(np.array(shapes, dtype=object)))
        fill = house.colours[f"shade-{step + 1}"]
        canvas.area(
            layer,
            shapely.intersection(whole, view.frame(2.0)),
            fill=fill,
            edge=fill,
            width=0.3,
            gid=f"density-{step}",
        )
