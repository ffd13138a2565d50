"""Scale bar, north arrow, graticule, locator inset: each knows its size and draws itself at a corner."""

from __future__ import annotations

from math import atan2, degrees
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from maps.content.page_rules import LOCATOR_BOX
from maps.static.base import FOCUS, Ground, sea_beyond
from maps.static.placement import Box, Candidate, Item
from maps.static.projection import View
from maps.words.words import word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maps.spec.house_style import House
    from maps.static.canvas import Canvas, Layer

__all__ = ["ScaleBar", "corner_item", "draw_graticule", "draw_inset", "draw_north", "inset_extent"]

MILE_M: Final = 1609.344
NICE: Final = (1, 2, 5, 10, 20, 25, 50, 100, 150, 200, 250, 300, 400, 500, 1000)
RIM: Final = 2.0
"""Units inside the rim of a panel that nothing placed covers."""

INSET_TYPE: Final = (10.4, 9.6, 9.0)
"""Sizes of the names of countries in the inset."""


class ScaleBar:
    """A bar that is right where it stands: its length is measured on the ellipsoid at its own place.

    Parameters
    ----------
    unit
        ``km``, ``mi`` or ``both``.
    most
        Greatest width in units.
    """

    def __init__(
        self, canvas: Canvas, house: House, view: View, *, unit: str, most: float, size: float
    ) -> None:
        self.canvas = canvas
        self.house = house
        self.view = view
        self.units = (
            [("km", 1000.0), ("mi", MILE_M)]
            if unit == "both"
            else [(unit, 1000.0 if unit == "km" else MILE_M)]
        )
        self.most = most
        self.size = size

    def bars(self, x: float, y: float) -> list[tuple[str, int, float]]:
        """(words, number, width in units) of each bar if it stood at a point."""
        metres = self.view.ground_m(x, y, self.most)
        found = []
        for name, each in self.units:
            fits = [n for n in NICE if n * each <= metres]
            if fits:
                found.append((self._words(fits[-1], name), fits[-1], self.most * fits[-1] * each / metres))
        return found

    def _words(self, number: int, unit: str) -> str:
        """A length in the map's language, or as in English where no font has its letters."""
        canvas = self.canvas
        own = f"{canvas.number(number)} {word(canvas.lang, unit)}"
        return canvas.lettering.pick(own, f"{number} {unit}")

    def extent(self, x: float, y: float) -> tuple[float, float]:
        """Width and height at a point."""
        bars = self.bars(x, y)
        if not bars:
            return 0.0, 0.0
        wide = max(
            max(width, self.canvas.lettering.ink(text, self.size).width + 4) for text, _, width in bars
        )
        return wide + 4.0, (self.size + 7.0) * len(bars)

    def draw(self, layer: Layer, halos: Layer, left: float, top: float) -> None:
        """Draw it from a corner."""
        colours = self.house.colours
        _, height = self.extent(left, top)
        y = top + self.size
        for n, (text, _, width) in enumerate(self.bars(left, top + height / 2)):
            x = left + 2.0
            bar = [np.array([[x, y + 1.2], [x, y + 4.6], [x + width, y + 4.6], [x + width, y + 1.2]])]
            self.canvas.lines(halos, bar, colours["focus"], 3.4, alpha=0.85, cap="projecting")
            self.canvas.lines(layer, bar, colours["ink-2"], 0.9, gid=f"scale-bar-{n + 1}")
            self.canvas.text(
                layer,
                x + 1.5,
                y,
                text,
                self.size,
                colours["ink-2"],
                halo=colours["focus"],
                halo_width=1.8,
                halo_layer=halos,
                keep=False,
            )
            y += self.size + 7.0


def corner_item(
    name: str,
    extent: Callable[[float, float], tuple[float, float]],
    draw: Callable[[float, float], None],
    box: Box,
    *,
    margin: float,
    prefer: str,
    hidden: Callable[[Box], float],
    weight: float = 20.0,
) -> Item:
    """A piece of furniture with places along the rim of the panel.

    Parameters
    ----------
    extent, draw
        Width and height if its corner stood at a point; drawing from that corner.
    prefer
        Corners in order, such as ``sw se nw ne``.
    hidden
        Cost of what a box would cover.
    """
    left, top, right, bottom = box
    candidates = []
    seen = set()
    names = prefer.split()
    for n, corner in enumerate(names):
        for shift in (0.0, 0.12, 0.25, 0.4, 0.55):
            for axis in ("x", "y"):
                width, height = extent((left + right) / 2, bottom if corner[0] == "s" else top)
                dx = shift * (right - left) if axis == "x" else 0.0
                dy = shift * (bottom - top) if axis == "y" else 0.0
                x = right - margin - width - dx if corner[1] == "e" else left + margin + dx
                y = bottom - margin - height - dy if corner[0] == "s" else top + margin + dy
                if (round(x, 3), round(y, 3)) in seen or width <= 0:
                    continue
                seen.add((round(x, 3), round(y, 3)))
                spot = _inner((x - 3, y - 3, x + width + 3, y + height + 3), box)
                cost = 1.0 * n + 12.0 * shift + hidden(spot)
                candidates.append(Candidate([spot], cost, lambda x=x, y=y: draw(x, y)))  # type: ignore[misc]
    return Item(name, weight, candidates, must=True, kind="furniture")


def _inner(spot: Box, box: Box) -> Box:
    """The room of a piece of furniture, as far as it lies inside the rim of a panel."""
    return (
        max(spot[0], box[0] + RIM), max(spot[1], box[1] + RIM),
        min(spot[2], box[2] - RIM), min(spot[3], box[3] - RIM),
    )  # fmt: skip


def draw_north(
    canvas: Canvas, house: House, layer: Layer, view: View, x: float, y: float, size: float
) -> None:
    """An arrow to true north at its own place, which in a conic projection is not straight up."""
    lon, lat = view.degrees([[x, y]])[0]
    ahead = view.points([[lon, lat + 0.05]])[0]
    turn = atan2(ahead[0] - x, -(ahead[1] - y))
    rotate = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    arrow = (
        np.array([[0, -size], [size * 0.42, size * 0.5], [0, size * 0.2], [-size * 0.42, size * 0.5]])
        @ rotate
    )
    colours = house.colours
    canvas.area(
        layer,
        shapely.Polygon(arrow + np.array([x, y])),
        fill=colours["ink-2"],
        edge=colours["focus"],
        width=0.8,
        gid="north-arrow",
    )
    tip = np.array([0, -size - 2.5]) @ rotate + [x, y]
    canvas.text(
        layer,
        tip[0],
        tip[1],
        "N",
        size,
        colours["ink-2"],
        bold=True,
        anchor="center",
        halo=colours["focus"],
        angle=degrees(turn),
        keep=False,
    )


def draw_graticule(canvas: Canvas, house: House, view: View, size: float) -> list[Box]:
    """Meridians and parallels at a round step with their numbers inside the rim; boxes of the numbers."""
    west, south, east, north = view.visible()
    step = next(s for s in (0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10) if max(east - west, north - south) / s <= 8)
    layer = canvas.layer("graticule", "Graticule")
    colours = house.colours
    left, top, right, bottom = view.box
    boxes: list[Box] = []
    frame = view.frame()
    for axis, low, high, other in (("lon", west, east, (south, north)), ("lat", south, north, (west, east))):
        for value in np.arange(np.ceil(low / step) * step, high, step):
            run = np.linspace(*other, 60)
            at = np.column_stack([np.full(60, value), run] if axis == "lon" else [run, np.full(60, value)])
            inside = shapely.intersection(shapely.LineString(view.points(at)), frame)
            for part in shapely.get_parts(inside):
                if part.geom_type != "LineString" or part.length < 5:
                    continue
                canvas.lines(layer, [shapely.get_coordinates(part)], colours["province-line"], 0.4)
            hit = shapely.get_coordinates(inside)
            if not len(hit):
                continue
            end = hit[np.argmax(hit[:, 1])] if axis == "lon" else hit[np.argmin(hit[:, 0])]
            text = f"{abs(value):g}°" + ("E" if axis == "lon" else "N")
            ink = canvas.lettering.ink(text, size)
            x, y = (end[0] + 2, bottom - 3) if axis == "lon" else (left + 3, end[1] - 2)
            box = (x - 1, y - ink.above - 1, x + ink.width + 1, y + ink.below + 1)
            if box[0] < left or box[2] > right or box[1] < top or box[3] > bottom:
                continue
            if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in boxes):
                continue
            boxes.append(box)
            canvas.text(layer, x, y, text, size, colours["province-name"], halo=colours["focus"], keep=False)
    return boxes


def inset_extent(width: float) -> tuple[float, float]:
    """Width and height of an inset."""
    return width, width * View.aspect(LOCATOR_BOX)


def draw_inset(
    canvas: Canvas,
    house: House,
    layer: Layer,
    ground: Ground,
    views: Sequence[View],
    names: dict[str, str],
    box: Box,
) -> None:
    """Afghanistan and Pakistan with the frames of the maps on them."""
    colours = house.colours
    small = View.fit(LOCATOR_BOX, box)
    canvas.clip_to(box)
    # The base ends at its bounds; beyond them is land, except in the south.
    canvas.box(layer, box, fill=colours["neighbours"])
    canvas.area(layer, small.shape(sea_beyond(small)), fill=colours["sea"])
    shapes = {
        code: shapely.simplify(small.shape(ground.areas[code]), 0.4)
        for code in sorted(ground.areas, key=lambda code: (code in FOCUS, code))
    }
    for code, shape in shapes.items():
        fill = colours[FOCUS.get(code, "neighbours")]
        # Of the neighbours the locator says nothing.
        edge = colours["border"] if code in FOCUS else fill
        canvas.area(layer, shape, fill=fill, edge=edge, width=0.4)
    line = shapely.simplify(shapely.transform(ground.durand, small.points), 0.4)
    canvas.lines(layer, [shapely.get_coordinates(line)], colours["durand"], 0.9)
    for view in views:
        ring = small.points(view.visible_ring())
        canvas.area(layer, shapely.Polygon(ring), edge=colours["ink"], width=1.3, gid="inset-frame")
    seats = [
        (names[code], _seat_inside(canvas, names[code], shapes[code])) for code in FOCUS if code in names
    ]
    # Both countries are named, or neither.
    for name, seat in seats if all(seat for _, seat in seats) else []:
        if seat is not None:
            x, y, size = seat
            canvas.text(
                layer, x, y, name, size, colours["ink-2"], anchor="center", halo=colours["focus"],
                halo_width=1.0, keep=False,
            )  # fmt: skip
    canvas.clip_to(None)
    canvas.box(layer, box, edge=colours["ink-2"], width=0.7)


def _seat_inside(canvas: Canvas, name: str, country: shapely.Geometry) -> tuple[float, float, float] | None:
    """Middle and size of a name inside a country; None where it is too wide for that."""
    west, north, east, south = country.bounds
    xs, ys = np.meshgrid(np.arange(west, east, 1.5), np.arange(north, south, 1.5))
    middles = np.column_stack([xs.ravel(), ys.ravel()])
    for size in INSET_TYPE:
        ink = canvas.lettering.ink(name, size)
        boxes = shapely.box(
            middles[:, 0] - ink.width / 2, middles[:, 1] - ink.above,
            middles[:, 0] + ink.width / 2, middles[:, 1] + ink.below,
        )  # fmt: skip
        fits = middles[shapely.contains(country, boxes)]
        if len(fits):
            room = shapely.distance(country.boundary, shapely.points(fits))
            x, y = fits[int(np.argmax(room))].tolist()
            return x, y, size
    return None
