"""Pictures of the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from maps.spec.house_style import House
    from maps.static.canvas import Canvas, Layer

__all__ = ["draw_badge"]


def draw_badge(canvas: Canvas, layer: Layer, house: House, number: int, x: float, y: float) -> None:
    """A call-out's number in a disc."""
    ground, ink = house.colours["focus"], house.colours["ink"]
    canvas.area(layer, shapely.Point(x, y).buffer(6.4), fill=ink, edge=ground, width=0.8)
    canvas.text(layer, x, y + 3.1, canvas.number(number), 8.6, ground, bold=True, anchor="center", keep=False)
