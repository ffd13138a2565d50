"""The key of a map: entries with a picture and words, set in columns."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.vocab import EVENT_TYPES
from maps.content.cards import AREA, NOWHERE, PLACE, STRETCH
from maps.static.areas import hatch_lines
from maps.static.fonts import is_arabic
from maps.static.proportional_symbols import DASH, UNSTATED, Gauge, draw_nested, nested_extent, pale
from maps.static.symbols import draw_glyph
from maps.words.words import word

if TYPE_CHECKING:
    from collections.abc import Callable

    from maps.content.content import MapContent
    from maps.spec.house_style import House
    from maps.spec.spec import MapSpec
    from maps.static.canvas import Canvas, Layer

__all__ = ["Entry", "Key", "Section", "draw_badge", "draw_gate", "key_sections"]

PICTURE: Final = 26.0
ROW: Final = 1.36


@dataclass(frozen=True)
class Entry:
    """A line of the key: what its picture is, its words, how many events it stands for.

    With a gauge it is a picture of nested discs instead of a line of words.
    """

    picture: str
    text: str
    count: int | None = None
    gauge: Gauge | None = None


@dataclass(frozen=True)
class Section:
    """Lines under one heading."""

    title: str
    entries: tuple[Entry, ...]


def key_sections(
    content: MapContent, spec: MapSpec, pick: Callable[[str, str], str], *, lines: dict[str, bool]
) -> list[Section]:
    """What the key must say for the events and lines that are on the map.

    Parameters
    ----------
    pick
        Chooses between a text and its English, by whether the fonts have its letters.
    lines
        Names of base features (``band``, ``line of control``, ``country border``, ``crossing key``) to
        whether any is in view.
    """
    lang = spec.lang

    def say(key: str) -> str:
        return pick(word(lang, key), word("en", key))

    columns = content.events["cols"]
    shown = [n for n, grain in enumerate(columns["grain"]) if grain != NOWHERE]
    types = [columns["type"][n] for n in shown]
    english = {one["key"]: one["one"] for one in content.events["types"]}
    sections = []
    kinds = tuple(
        Entry(
            f"type:{name}", pick(english[name], _upper(word("en", name).split("|")[0])), types.count(number)
        )
        for number, name in enumerate(EVENT_TYPES)
        if number in types
    )
    if kinds:
        sections.append(Section(say("what happened"), kinds))
    grains = [columns["grain"][n] for n in shown]
    exact = tuple(
        Entry(name, say(name), grains.count(grain))
        for name, grain in (("places", PLACE), ("areas", AREA), ("stretches", STRETCH))
        if grain in grains
    )
    if any(entry.picture != "places" for entry in exact):
        sections.append(Section(say("how exact"), exact))
    sure = {bool(columns["sure"][n]) for n in shown}
    if False in sure:
        both = tuple(Entry(name, say(name)) for name in ("filled", "hollow") if (name == "filled") in sure)
        sections.append(Section(say("how sure"), both))
    drawn = [Entry("durand", say(f"durand {spec.line_policy}"))]
    drawn += [Entry(name, say(name)) for name, seen in lines.items() if seen]
    sections.append(Section(say("lines"), tuple(drawn)))
    return sections


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


class Key:
    """A key that is measured before it is drawn.

    Parameters
    ----------
    size
        Size of the words in units.
    """

    def __init__(
        self, canvas: Canvas, house: House, sections: list[Section], *, size: float, rtl: bool
    ) -> None:
        self.canvas = canvas
        self.house = house
        self.sections = sections
        self.size = size
        self.rtl = rtl
        self.row = size * ROW

    def _lines(self, entry: Entry, width: float) -> list[str]:
        lettering = self.canvas.lettering
        if entry.gauge is not None:
            return []
        room = width - PICTURE - 5.0 - (22.0 if entry.count is not None else 0.0)
        return lettering.wrap(entry.text, self.size, room) or [""]

    def _section_height(self, section: Section, width: float) -> float:
        rows = sum(len(self._lines(entry, width)) for entry in section.entries)
        tall = sum(
            nested_extent(self.canvas, entry.gauge, self.size)[1]
            for entry in section.entries
            if entry.gauge is not None
        )
        return (
            tall + self.row * (len(self._heading(section, width)) + rows) + 2.0 * len(section.entries) + 4.0
        )

    def _heading(self, section: Section, width: float) -> list[str]:
        return self.canvas.lettering.wrap(section.title, self.size, width, bold=True) or [""]

    def split(self, columns: int, width: float) -> tuple[list[list[Section]], float]:
        """Sections in columns of equal width, in order, as low as possible; and the height."""
        gap = 8.0
        heights = [self._section_height(section, width) for section in self.sections]
        n = len(heights)
        columns = max(1, min(columns, n))
        best: tuple[float, list[int]] | None = None

        def tall(part: list[float]) -> float:
            return sum(part) + gap * max(0, len(part) - 1)

        def cut(start: int, left: int, chosen: list[int], worst: float) -> None:
            nonlocal best
            if left == 1:
                worst = max(worst, tall(heights[start:]))
                if best is None or worst < best[0] - 1e-9:
                    best = (worst, chosen)
                return
            for end in range(start + 1, n - left + 2):
                cut(end, left - 1, [*chosen, end], max(worst, tall(heights[start:end])))

        cut(0, columns, [], 0.0)
        if best is None:
            return [], 0.0
        edges = [0, *best[1], n]
        return [self.sections[a:b] for a, b in itertools.pairwise(edges)], best[0]

    def draw(
        self, layer: Layer, left: float, top: float, width: float, columns: int, gutter: float = 18.0
    ) -> None:
        """Draw it from a corner."""
        columns = max(1, min(columns, len(self.sections)))
        each = (width - gutter * (columns - 1)) / columns
        parts, _ = self.split(columns, min(each, 232.0) if columns > 1 else each)
        if self.rtl:
            parts = parts[::-1]
        x = left
        each = min(each, 232.0) if columns > 1 else each
        gutter = (width - each * columns) / max(1, columns - 1)
        for part in parts:
            y = top
            for section in part:
                y = self._draw_section(layer, section, x, y, each) + 8.0
            x += each + gutter

    def _draw_section(self, layer: Layer, section: Section, x: float, y: float, width: float) -> float:
        colours = self.house.colours
        with self.canvas.block("H2"):
            for line in self._heading(section, width):
                right = self.rtl and is_arabic(line)
                self.canvas.text(
                    layer,
                    x + width if right else x,
                    y + self.row * 0.5 + self.size * 0.36,
                    line,
                    self.size,
                    colours["ink"],
                    bold=True,
                    anchor="right" if right else "left",
                )
                y += self.row
        y += 1.5
        for entry in section.entries:
            if entry.gauge is not None:
                edge = x + width if self.rtl else x
                numbers = ", ".join(f"{number:,}" for number in entry.gauge.examples())
                wide, tall = nested_extent(self.canvas, entry.gauge, self.size)
                place = (edge - wide if self.rtl else edge, y, edge if self.rtl else edge + wide, y + tall)
                with self.canvas.block("Figure", alt=f"Sizes of discs for {numbers}.", box=place):
                    draw_nested(
                        self.canvas, layer, self.house, entry.gauge, edge, y, self.size, right=self.rtl
                    )
                y += tall + 2.0
                continue
            lines = self._lines(entry, width)
            right = self.rtl and is_arabic(entry.text)
            picture = x + width - PICTURE if right else x
            self._picture(layer, entry.picture, picture, y + self.row / 2)
            text_x = x + width - PICTURE - 5.0 if right else x + PICTURE + 5.0
            with self.canvas.block("P"):
                feet = [y + self.row * (n + 0.5) + self.size * 0.36 for n in range(len(lines))]
                for foot, line in zip(feet, lines, strict=True):
                    self.canvas.text(
                        layer,
                        text_x,
                        foot,
                        line,
                        self.size,
                        colours["ink-2"],
                        anchor="right" if right else "left",
                    )
                if entry.count is not None:
                    self.canvas.text(
                        layer,
                        x if right else x + width,
                        feet[0],
                        self.canvas.number(entry.count),
                        self.size,
                        colours["ink"],
                        anchor="left" if right else "right",
                    )
            y += self.row * len(lines) + 2.0
        return y

    def _picture(self, layer: Layer, name: str, x: float, y: float) -> None:
        """One picture in a box of PICTURE units from x, its middle at y."""
        canvas, house = self.canvas, self.house
        colours, widths = house.colours, house.lines
        middle = x + PICTURE / 2
        level: list[Any] = [np.array([[x + 1, y], [x + PICTURE - 1, y]])]
        if name.startswith("type:"):
            draw_glyph(canvas, layer, house, name[5:], [(middle, y)], house.symbols["size"])
        elif name.startswith("disc"):
            self._disc(layer, name, middle, y)
        elif name in ("places", "filled", "hollow"):
            disc = shapely.Point(middle, y).buffer(house.symbols["size"] * 0.85)
            if name == "hollow":
                canvas.area(layer, disc, fill=colours["focus"], edge=colours["mixed"], width=1.4)
            else:
                canvas.area(layer, disc, fill=colours["mixed"])
        elif name == "areas":
            face = shapely.Point(middle, y).buffer(house.symbols["size"] * 1.5)
            self._hatched(layer, face, edge=True)
        elif name == "stretches":
            wave = self._wave(x, y)
            self._hatched(
                layer, shapely.LineString(wave).buffer(widths["durand"] * 2.2, cap_style="flat"), edge=False
            )
            canvas.lines(layer, [wave], colours["durand"], widths["durand"] * 0.8, dash=(6.0, 2.6))
        elif name == "dashed":
            canvas.lines(layer, level, colours["mixed"], 1.3, dash=(3.0, 2.0), alpha=0.75)
        elif name == "durand":
            canvas.lines(layer, level, colours["durand"], widths["durand"], dash=(7.6, 3.0))
        elif name == "band":
            canvas.lines(layer, level, colours["durand"], 7.0, alpha=0.16)
            canvas.lines(layer, level, colours["durand"], widths["durand"], dash=(7.6, 3.0))
        elif name == "line of control":
            canvas.lines(
                layer, level, colours["border"], widths["control"], dash=widths["control_dash"], cap="round"
            )
        elif name == "other lines":
            canvas.lines(layer, level, colours["border"], widths["border"], dash=(2.0, 3.0))
        elif name == "country border":
            canvas.lines(layer, level, colours["border"], widths["border"])
        elif name.startswith("shade:"):
            face = shapely.box(x + 1, y - 5.5, x + PICTURE - 1, y + 5.5)
            plain = name in ("shade:none", "shade:no data")
            fill = colours["focus" if plain else f"shade-{int(name[6:]) + 1}"]
            canvas.area(layer, face, fill=fill, edge=colours["no-data"] if plain else fill, width=0.6)
            if name == "shade:no data":
                canvas.lines(layer, hatch_lines(face, 4.0), colours["no-data"], 0.7)
        elif name.startswith("number:"):
            draw_badge(canvas, layer, house, int(name[7:]), middle, y)
        elif name == "crossing key":
            draw_gate(canvas, layer, house, middle, y)

    def _hatched(self, layer: Layer, face: Any, *, edge: bool) -> None:
        style, colour = self.house.areas, self.house.colours["mixed"]
        if edge and style["fill"]:
            self.canvas.area(layer, face, fill=colour, alpha=style["fill"])
        elif not edge and style["ribbon_fill"]:
            self.canvas.area(layer, face, fill=colour, alpha=style["ribbon_fill"])
        self.canvas.lines(
            layer,
            hatch_lines(face, style["hatch_step"] * 0.7, falling=not edge),
            colour,
            style["hatch_width"],
            alpha=style["hatch"],
        )
        if edge:
            self.canvas.area(layer, face, edge=colour, width=0.9, dash=(2.4, 1.8), alpha=0.8)

    def _disc(self, layer: Layer, name: str, x: float, y: float) -> None:
        """What a disc looks like for a range, an open figure, a figure in an area, a zero, or no figure."""
        colour, reach = self.house.colours["mixed"], self.size * 0.5
        spot = shapely.Point(x, y)
        if name == "disc range":
            self.canvas.area(layer, spot.buffer(reach), fill=colour, alpha=0.12)
            self.canvas.area(layer, spot.buffer(reach), edge=colour, width=0.8, dash=DASH)
            self.canvas.area(layer, spot.buffer(reach * 0.66), fill=colour, alpha=0.34)
            self.canvas.area(layer, spot.buffer(reach * 0.66), edge=colour, width=0.9)
        elif name == "disc open":
            self.canvas.area(layer, spot.buffer(reach * 0.9), fill=colour, alpha=0.34)
            self.canvas.area(layer, spot.buffer(reach * 0.9), edge=colour, width=0.9, dash=DASH)
        elif name == "disc zero":
            self.canvas.area(
                layer, spot.buffer(2.0), fill=self.house.colours["focus"], edge=colour, width=1.0
            )
        else:
            self.canvas.area(
                layer, spot.buffer(self.house.symbols["size"] * UNSTATED * 0.85), fill=pale(self.house)
            )

    @staticmethod
    def _wave(x: float, y: float) -> Any:
        t = np.linspace(0, 1, 15)
        return np.column_stack([x + 1 + t * (PICTURE - 2), y + 2.6 * np.sin(t * 2 * np.pi)])


def draw_gate(canvas: Canvas, layer: Layer, house: House, x: float, y: float) -> None:
    """The mark of a border crossing."""
    r = 3.0
    box = (x - r, y - r, x + r, y + r)
    canvas.box(layer, (x - r - 1, y - r - 1, x + r + 1, y + r + 1), fill=house.colours["focus"])
    canvas.box(layer, box, fill=house.colours["focus"], edge=house.colours["crossing"], width=1.5)


def draw_badge(canvas: Canvas, layer: Layer, house: House, number: int, x: float, y: float) -> None:
    """A call-out's number in a disc."""
    ground, ink = house.colours["focus"], house.colours["ink"]
    canvas.area(layer, shapely.Point(x, y).buffer(6.4), fill=ink, edge=ground, width=0.8)
    canvas.text(layer, x, y + 3.1, canvas.number(number), 8.6, ground, bold=True, anchor="center", keep=False)
