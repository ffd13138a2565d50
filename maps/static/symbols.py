"""Symbols of events: the shapes as paths, filled, hollow, or with a broken outline."""

from __future__ import annotations

import functools
import re
from math import cos, hypot, pi, sin
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely
from matplotlib.path import Path

from maps.static.canvas import area_path
from maps.style import HOLLOW, SHAPES, TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.spec.house_style import House
    from maps.static.canvas import Canvas, Layer

__all__ = ["Part", "draw_glyph", "draw_own", "half_width", "hollow_path", "shape_path"]

_STEP = re.compile(r"([MLAZ])([^MLAZ]*)")


INNER: Final = 0.93
"""Size of a hollow symbol to that of a full one: its line stands half outside."""


class Part(NamedTuple):
    """A symbol of a row: event type, how sure, how many, and the ids of its events."""

    event_type: str
    filled: str
    n: int
    events: tuple[str, ...]


def shape_path(event_type: str) -> Path:
    """The shape of an event type at unit size, y downwards, its holes open by any fill rule."""
    return _solid_path(TYPES[event_type].shape)


@functools.cache
def _solid_path(shape: str) -> Path:
    rings = [ring for ring in _rings(SHAPES[shape]) if len(ring) > 3]
    solid = shapely.Polygon()
    for ring in rings:
        solid = shapely.symmetric_difference(solid, shapely.Polygon(ring))
    path = area_path(solid)
    assert path is not None, shape  # noqa: S101 - a shape without area would be a fault of the table
    return path


@functools.cache
def hollow_path(event_type: str) -> Path:
    """The outline that stands for a type where it is drawn hollow: open strokes as well as rings."""
    shape = TYPES[event_type].shape
    if shape not in HOLLOW:
        return shape_path(event_type)
    corners: list[tuple[float, float]] = []
    codes: list[int] = []
    for ring in _rings(HOLLOW[shape]):
        corners += ring
        codes += [int(Path.MOVETO)] + [int(Path.LINETO)] * (len(ring) - 1)
    return Path(np.array(corners), np.array(codes, dtype=np.uint8))


def half_width(event_type: str, filled: str, size: float, look: dict[str, Any]) -> float:
    """Half of what a symbol is wide with its white rim, in units.

    Parameters
    ----------
    filled
        As in :func:`draw_glyph`.
    look
        Widths of lines of symbols, of the house style.
    """
    wide = float(np.abs(np.asarray(shape_path(event_type).vertices)[:, 0]).max()) * size
    if filled == "filled":
        return wide + float(look["rim"])
    return wide * INNER + float(look["line"]) / 2 + float(look["rim"])


def _rings(text: str) -> list[list[tuple[float, float]]]:
    """Closed rings of a path of absolute moves, lines and circular arcs."""
    rings: list[list[tuple[float, float]]] = []
    for letter, rest in _STEP.findall(text):
        numbers = [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", rest)]
        if letter == "M":
            rings.append([(numbers[0], numbers[1])])
        elif letter == "L":
            rings[-1].append((numbers[0], numbers[1]))
        elif letter == "A":
            rings[-1] += _arc(rings[-1][-1], (numbers[5], numbers[6]), numbers[0], sweep=bool(numbers[4]))
        else:
            rings[-1].append(rings[-1][0])
    return rings


def _arc(
    start: tuple[float, float], end: tuple[float, float], radius: float, *, sweep: bool
) -> list[tuple[float, float]]:
    """Points of a circular arc of at most half a turn, the first left out."""
    (x0, y0), (x1, y1) = start, end
    chord = hypot(x1 - x0, y1 - y0)
    radius = max(radius, chord / 2)
    rise = max(radius**2 - chord**2 / 4, 0.0) ** 0.5
    side = -1.0 if sweep else 1.0
    cx = (x0 + x1) / 2 + side * rise * (y1 - y0) / chord
    cy = (y0 + y1) / 2 - side * rise * (x1 - x0) / chord
    a0 = np.arctan2(y0 - cy, x0 - cx)
    a1 = np.arctan2(y1 - cy, x1 - cx)
    turn = (a1 - a0) % (2 * pi) if sweep else -((a0 - a1) % (2 * pi))
    turn = turn or (2 * pi if sweep else -2 * pi)
    steps = max(4, int(abs(turn) / (pi / 16)))
    return [
        (float(cx + radius * cos(a0 + turn * k / steps)), float(cy + radius * sin(a0 + turn * k / steps)))
        for k in range(1, steps + 1)
    ]


def draw_own(
    canvas: Canvas, layer: Layer, house: House, shape: str, colour: str, at: tuple[float, float], size: float
) -> None:
    """A symbol of the user's: a shape of ours in a colour of marks, on a rim of the ground."""
    ground, rim = house.colours["focus"], 2 * house.symbols["rim"]
    canvas.marks(layer, _solid_path(shape), at, size, fill=ground, edge=ground, width=rim + 1.0)
    canvas.marks(layer, _solid_path(shape), at, size, fill=colour, edge=colour, width=0.0, gid="own-symbol")


def draw_glyph(
    canvas: Canvas,
    layer: Layer,
    house: House,
    event_type: str,
    at: Any,
    size: float | Sequence[float],
    *,
    filled: str = "filled",
    colour: str | None = None,
    gid: str | None = None,
) -> None:
    """A type's shape: filled, hollow, or with a broken outline where the table doesn't say how sure.

    Parameters
    ----------
    filled
        A value of :data:`maps.content.marks.FILLED`.
    """
    path = shape_path(event_type)
    ground = house.colours["focus"]
    line = colour or house.edges.get(event_type) or house.types[event_type]
    colour = colour or house.types[event_type]
    rim = 2 * house.symbols["rim"]
    stroke = house.symbols["line"]
    if filled == "filled":
        canvas.marks(layer, path, at, size, fill=ground, edge=ground, width=rim + 1.0)
        canvas.marks(
            layer, path, at, size, fill=colour, edge=line, width=1.0 if line != colour else 0.0, gid=gid
        )
        return
    inner = np.asarray(size, dtype=float) * INNER
    canvas.marks(layer, path, at, inner, fill=ground, edge=ground, width=rim + stroke)
    dash = None if filled == "hollow" else tuple(house.symbols["not_said_dash"])
    canvas.marks(
        layer, hollow_path(event_type), at, inner, fill=ground, edge=line, width=stroke, dash=dash, gid=gid
    )
