"""Symbols of events: the shapes as paths, events at one place side by side, plates with counts for many."""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from matplotlib.path import Path

from geo.vocab import EVENT_TYPES
from maps.static.canvas import area_path
from maps.style import HOLLOW, SHAPES, TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.spec.house_style import House
    from maps.static.canvas import Canvas, Layer

__all__ = ["Pack", "Plate", "draw_glyph", "packs", "shape_path"]

MOST: Final = 7
"""More events than this at one place become a plate with a count for each type."""

_STEP = re.compile(r"([MLAZ])([^MLAZ]*)")


@functools.cache
def shape_path(event_type: str) -> Path:
    """The shape of an event type at unit size, y downwards, its holes open by any fill rule."""
    rings = [ring for ring in _rings(SHAPES[TYPES[event_type].shape]) if len(ring) > 3]
    solid = shapely.Polygon()
    for ring in rings:
        solid = shapely.symmetric_difference(solid, shapely.Polygon(ring))
    path = area_path(solid)
    assert path is not None, event_type  # noqa: S101 - a shape without area would be a fault of the table
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


def draw_glyph(
    canvas: Canvas,
    layer: Layer,
    house: House,
    event_type: str,
    at: Any,
    size: float | Sequence[float],
    *,
    sure: bool = True,
    colour: str | None = None,
    gid: str | None = None,
) -> None:
    """A type's shape: filled where the account is reported or verified, hollow where claimed or disputed."""
    path = shape_path(event_type)
    ground = house.colours["focus"]
    colour = colour or house.types[event_type]
    outline = house.symbols["outline"]
    canvas.marks(layer, path, at, size, fill=ground, edge=ground, width=2 * outline + (0 if sure else 1.4))
    if sure:
        canvas.marks(layer, path, at, size, fill=colour, edge="none", width=0, gid=gid)
    else:
        inner = np.asarray(size, dtype=float) * 0.94
        canvas.marks(layer, hollow_path(event_type), at, inner, fill=ground, edge=colour, width=1.4, gid=gid)


@dataclass
class Pack:
    """Events that stand side by side because their places coincide on paper.

    Attributes
    ----------
    at
        Middle in units.
    events
        Numbers of events, in the order of the legend.
    spots
        Where each symbol stands; none if the pack is shown as a plate.
    radius
        Radius of the whole.
    """

    at: tuple[float, float]
    events: list[int]
    spots: list[tuple[float, float]]
    radius: float

    def boxes(self, size: float) -> list[tuple[float, float, float, float]]:
        """Boxes of the symbols."""
        r = size * 1.15
        return [(x - r, y - r, x + r, y + r) for x, y in self.spots]

    def bounds(self, size: float) -> tuple[float, float, float, float]:
        """The box round all symbols, or round the middle where there is a plate."""
        boxes = self.boxes(size) or [
            (self.at[0] - size, self.at[1] - size, self.at[0] + size, self.at[1] + size)
        ]
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)


def _spiral(n: int) -> list[tuple[float, float]]:
    """Offsets of n equal discs of unit diameter, close together."""
    if n == 1:
        return [(0.0, 0.0)]
    if n <= 5:
        r = 0.5 / sin(pi / n) if n > 2 else 0.5
        start = -pi / 2 if n != 2 else pi
        return [(r * cos(start + 2 * pi * k / n), r * sin(start + 2 * pi * k / n)) for k in range(n)]
    spots = [(0.0, 0.0)]
    ring = 1
    while len(spots) < n:
        # Ring by ring of a honeycomb: six sides of so many cells each.
        corners = [(ring * cos(pi / 3 * k - pi / 2), ring * sin(pi / 3 * k - pi / 2)) for k in range(7)]
        for (x0, y0), (x1, y1) in itertools.pairwise(corners):
            spots += [(x0 + (x1 - x0) * k / ring, y0 + (y1 - y0) * k / ring) for k in range(ring)]
        ring += 1
    return spots[:n]


def packs(at: np.ndarray[Any, Any], types: Sequence[int], size: float, *, most: int = MOST) -> list[Pack]:
    """Put events whose symbols would lie over each other side by side.

    Parameters
    ----------
    at
        (n, 2) places in units.
    types
        Number of the event type of each.
    size
        Radius of a symbol in units.
    most
        More events than this become a plate.

    Returns
    -------
    list of Pack
        The order of events within a pack, and of packs, does not depend on the order given but by number.
    """
    if not len(at):
        return []
    # Events on about the same spot are one from the start: a hundred thousand become hundreds.
    step = size / 1.5 if len(at) < 400 else size * 2
    _, begin, cell = np.unique(
        np.round(np.asarray(at) / step), axis=0, return_index=True, return_inverse=True
    )
    # Cells in the order in which their first event comes.
    rank = np.argsort(np.argsort(begin))[cell]
    ordered = np.argsort(rank, kind="stable")
    groups = [part.tolist() for part in np.split(ordered, np.cumsum(np.bincount(rank))[:-1])]
    middles = [np.asarray(at)[numbers].mean(axis=0) for numbers in groups]
    radii = [_radius(len(numbers), size, most) for numbers in groups]
    centre = np.array(middles)
    reach = np.array(radii)
    count = np.array([len(numbers) for numbers in groups], dtype=float)
    alive = np.ones(len(groups), dtype=bool)
    for i in range(len(groups)):
        while alive[i]:
            near = np.hypot(*(centre - centre[i]).T) < (reach + reach[i]) * 0.9
            near &= alive
            near[i] = False
            if not near.any():
                break
            j = int(np.flatnonzero(near)[0])
            total = count[i] + count[j]
            centre[i] = (centre[i] * count[i] + centre[j] * count[j]) / total
            groups[i] += groups[j]
            count[i] = total
            reach[i] = _radius(int(total), size, most)
            alive[j] = False
    # A pack that grew may reach one that came before it.
    changed = True
    while changed:
        changed = False
        order = np.flatnonzero(alive).tolist()
        for i in order:
            if not alive[i]:
                continue
            near = np.hypot(*(centre - centre[i]).T) < (reach + reach[i]) * 0.9
            near &= alive
            near[i] = False
            for j in np.flatnonzero(near).tolist():
                total = count[i] + count[j]
                centre[i] = (centre[i] * count[i] + centre[j] * count[j]) / total
                groups[i] += groups[j]
                count[i] = total
                reach[i] = _radius(int(total), size, most)
                alive[j] = False
                changed = True
                break
    found = []
    for i in np.flatnonzero(alive).tolist():
        events = sorted(groups[i], key=lambda one: (types[one], one))
        middle = (float(centre[i][0]), float(centre[i][1]))
        width = size * 2 + 1.2
        spots = (
            [(middle[0] + dx * width, middle[1] + dy * width) for dx, dy in _spiral(len(events))]
            if len(events) <= most
            else []
        )
        found.append(Pack(middle, events, spots, float(reach[i])))
    return found


def _radius(n: int, size: float, most: int) -> float:
    if n > most:
        return size * 3.0
    width = size * 2 + 1.2
    return max(hypot(x, y) for x, y in _spiral(n)) * width + size


@dataclass
class Plate:
    """Shapes with counts on a small plate: what is in an area, or at a place where many events are.

    Attributes
    ----------
    parts
        (event type, count, whether any account is reported or verified), in the order of the legend.
    """

    parts: list[tuple[str, int, bool]]
    size: float
    per_row: int = 4
    colour: str | None = None

    @classmethod
    def of(
        cls, types: Sequence[int], sure: Sequence[int], size: float, *, colour: str | None = None
    ) -> Plate:
        """The plate of some events."""
        counts: dict[int, list[int]] = {}
        for number, one in zip(types, sure, strict=True):
            entry = counts.setdefault(number, [0, 0])
            entry[0] += 1
            entry[1] |= one
        return cls(
            [(EVENT_TYPES[n], c, bool(s)) for n, (c, s) in sorted(counts.items())], size, colour=colour
        )

    def extent(self, canvas: Canvas) -> tuple[float, float]:
        """Width and height in units."""
        rows = self._rows(canvas)
        return max(sum(w for *_, w in row) for row in rows) + 3.0, len(rows) * (2 * self.size + 2.0) + 1.6

    def rim(
        self,
        canvas: Canvas,  # noqa: ARG002 - as of a disc
        at: tuple[float, float],
        foot: tuple[float, float],  # noqa: ARG002
    ) -> tuple[float, float]:
        """Where a leader line ends: under the plate."""
        return at

    def _rows(self, canvas: Canvas) -> list[list[tuple[str, int, bool, float]]]:
        wide = []
        for name, count, sure in self.parts:
            number = (
                canvas.lettering.ink(canvas.number(count), self.size * 1.9, bold=True).width + 2.0
                if count > 1
                else 0.0
            )
            wide.append((name, count, sure, 2 * self.size + 1.5 + number + 1.0))
        per_row = self.per_row if len(wide) > self.per_row else len(wide)
        return [wide[n : n + per_row] for n in range(0, len(wide), per_row)]

    def draw(
        self, canvas: Canvas, layer: Layer, house: House, at: tuple[float, float], *, dashed: bool
    ) -> None:
        """Draw it round a point."""
        width, height = self.extent(canvas)
        left, top = at[0] - width / 2, at[1] - height / 2
        look = (
            self.colour or house.types[self.parts[0][0]] if len(self.parts) == 1 else house.colours["mixed"]
        )
        canvas.box(
            layer,
            (left, top, left + width, top + height),
            radius=3.0,
            fill=house.colours["focus"],
            edge=look,
            width=0.8,
            dash=(2.6, 1.8) if dashed else None,
        )
        y = top + 0.8 + self.size + 1.0
        for row in self._rows(canvas):
            x = left + 1.5
            for name, count, sure, wide in row:
                draw_glyph(
                    canvas,
                    layer,
                    house,
                    name,
                    [(x + self.size + 0.75, y)],
                    self.size * 0.9,
                    sure=sure,
                    colour=self.colour,
                )
                if count > 1:
                    canvas.text(
                        layer,
                        x + 2 * self.size + 2.5,
                        y + self.size * 0.68,
                        canvas.number(count),
                        self.size * 1.9,
                        house.colours["ink"],
                        bold=True,
                    )
                x += wide
            y += 2 * self.size + 2.0
