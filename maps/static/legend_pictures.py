"""Pictures of the key, each in a box of one width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from maps.static.areas import REACH_SHADE, hatch_lines
from maps.static.base import BAND_SHADE
from maps.static.gate_glyph import draw_gate
from maps.static.proportional_symbols import DASH, UNSTATED, pale
from maps.static.symbols import draw_glyph, draw_own
from maps.style import SHAPES

if TYPE_CHECKING:
    from maps.spec.house_style import House
    from maps.static.canvas import Canvas, Layer

__all__ = ["BADGE", "PICTURE", "draw_badge", "draw_picture", "picture_width"]

PICTURE: Final = 19.0
"""Width of a picture with the gap after it, in units."""

BADGE: Final = 6.8
"""Radius of the disc with a letter or a number."""


def draw_picture(
    canvas: Canvas, layer: Layer, house: House, name: str, x: float, y: float, size: float
) -> None:
    """A picture whose box begins at x, its middle at y.

    Parameters
    ----------
    name
        ``type:airstrike``, ``type:airstrike:hollow``, ``badge:A``, ``reach:airstrike``, ``stretch``,
        ``band``, ``dashed``, ``times:3``, ``shade:2``, ``disc range`` and the like.
    size
        Of the words beside it.
    """
    colours = house.colours
    middle = x + (PICTURE - 5.0) / 2
    radius = min(house.symbols["size"], size * 0.54)
    if name.startswith("type:"):
        kind, _, filled = name[5:].partition(":")
        draw_glyph(canvas, layer, house, kind, [(middle, y)], radius, filled=filled or "filled")
    elif name.startswith("plotted:"):
        draw_glyph(canvas, layer, house, name[8:], [(middle, y)], radius)
    elif name.startswith("reach:"):
        disc = shapely.Point(middle, y).buffer(radius)
        canvas.area(layer, disc, edge=house.types[name[6:]], width=house.areas["outline"], alpha=REACH_SHADE)
    elif name in ("stretch", "dashed", "band"):
        _line(canvas, layer, house, name, x, y)
    elif name.startswith("times:"):
        canvas.text(
            layer,
            middle,
            y + size * 0.36,
            "\u00d7" + canvas.number(int(name[6:])),
            size,
            colours["ink"],
            bold=True,
            anchor="center",
        )
    elif name.startswith("shade:"):
        _shade(canvas, layer, house, name[6:], x, y)
    elif name.startswith("flow:"):
        line = [np.array([[x, y], [x + PICTURE - 5, y]])]
        canvas.lines(layer, line, house.marks["green"], float(name[5:]), alpha=0.75)
    elif name.startswith("gate:"):
        draw_gate(canvas, layer, house, name[5:], middle, y)
    elif name.startswith("laid:"):
        _laid(canvas, layer, house, name[5:], x, y, radius)
    elif name.startswith("badge:"):
        draw_badge(canvas, layer, house, name[6:], middle, y)
    elif name.startswith("disc"):
        _disc(canvas, layer, house, name, middle, y, size)


def _line(canvas: Canvas, layer: Layer, house: House, name: str, x: float, y: float) -> None:
    """A stretch of the Durand Line in its sleeve, the band beside it, or a dashed bar."""
    colours = house.colours
    line = [np.array([[x, y], [x + PICTURE - 5, y]])]
    if name == "dashed":
        canvas.lines(layer, line, colours["mixed"], 1.3, dash=(3.0, 2.0), alpha=0.75)
        return
    if name == "band":
        canvas.lines(layer, line, colours["durand"], 9.0, alpha=BAND_SHADE)
    else:
        sleeve = shapely.LineString([(x + 3, y), (x + PICTURE - 8, y)]).buffer(4.4)
        canvas.area(layer, sleeve, edge=house.types["armed clash"], width=house.lines["sleeve"])
    canvas.lines(layer, line, colours["durand"], house.lines["durand"] * 0.8, dash=(3.0, 2.0))


def picture_width(name: str) -> float:
    """Room that a picture takes in a line of words."""
    return PICTURE if name else 0.0


def _laid(canvas: Canvas, layer: Layer, house: House, name: str, x: float, y: float, radius: float) -> None:
    """A line, an area or a symbol of the user's, in its colour."""
    kind, _, colour = name.partition(":")
    ink = house.marks[colour]
    if kind in SHAPES:
        draw_own(canvas, layer, house, kind, ink, (x + (PICTURE - 5.0) / 2, y), radius)
    elif kind == "area":
        face = shapely.box(x, y - 4.5, x + PICTURE - 5, y + 4.5)
        canvas.area(layer, face, fill=ink, alpha=0.2)
        canvas.area(layer, face, edge=ink, width=0.9)
    else:
        canvas.lines(layer, [np.array([[x, y], [x + PICTURE - 5, y]])], ink, 1.6, cap="round")


def _shade(canvas: Canvas, layer: Layer, house: House, step: str, x: float, y: float) -> None:
    colours = house.colours
    face = shapely.box(x, y - 5.5, x + PICTURE - 5, y + 5.5)
    plain = step in ("none", "no data")
    fill = colours["focus" if plain else f"shade-{int(step) + 1}"]
    canvas.area(layer, face, fill=fill, edge=colours["no-data"] if plain else fill, width=0.6)
    if step == "no data":
        canvas.lines(layer, hatch_lines(face, 4.0), colours["no-data"], 0.7)


def _disc(canvas: Canvas, layer: Layer, house: House, name: str, x: float, y: float, size: float) -> None:
    """What a disc looks like for a range, an open figure, a zero, or no figure."""
    colour, reach = house.colours["mixed"], size * 0.5
    spot = shapely.Point(x, y)
    if name == "disc range":
        canvas.area(layer, spot.buffer(reach), fill=colour, alpha=0.12)
        canvas.area(layer, spot.buffer(reach), edge=colour, width=0.8, dash=DASH)
        canvas.area(layer, spot.buffer(reach * 0.66), fill=colour, alpha=0.34)
        canvas.area(layer, spot.buffer(reach * 0.66), edge=colour, width=0.9)
    elif name == "disc open":
        canvas.area(layer, spot.buffer(reach * 0.9), fill=colour, alpha=0.34)
        canvas.area(layer, spot.buffer(reach * 0.9), edge=colour, width=0.9, dash=DASH)
    elif name == "disc zero":
        canvas.area(layer, spot.buffer(2.0), fill=house.colours["focus"], edge=colour, width=1.0)
    else:
        canvas.area(layer, spot.buffer(house.symbols["size"] * UNSTATED * 0.85), fill=pale(house))


def draw_badge(canvas: Canvas, layer: Layer, house: House, text: str, x: float, y: float) -> None:
    """A letter or a number in a disc, explained beside the map."""
    ground, ink = house.colours["focus"], house.colours["ink"]
    canvas.area(layer, shapely.Point(x, y).buffer(6.6), fill=ink, edge=ground, width=0.8)
    canvas.text(layer, x, y + 3.6, canvas.number(text), 10.4, ground, bold=True, anchor="center", keep=False)
