"""What a user lays over the map and that looks for room: labels, names of tints, rings and arrows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.files.characters import visible
from maps.static.course import pieces_of
from maps.static.forms import Words, beside, halves, leader_boxes, rim_towards, spots_in_disc, spots_in_shape
from maps.static.furniture import corner_item
from maps.static.gate_glyph import REACH
from maps.static.in_sight import TOWN_COST, hidden_towns
from maps.static.laid_shapes import arrow_course, tinted_shape
from maps.static.name_writer import KINDS, PAD, NameWriter
from maps.static.names_along import along_line
from maps.static.placement import Box, Candidate, Item
from maps.static.symbols import draw_own

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from maps.content.laid import Laid
    from maps.static.stage import Stage

__all__ = ["DOT", "WEIGHT", "LaidItems"]

DOT: Final = 2.4
REACHES: Final = (9.0, 14.0, 24.0, 38.0, 56.0, 80.0)
"""Units between a place and a label that stands off it."""

LEAST_LEADER: Final = 9.0
"""A line to a place shorter than this, in units, is not drawn."""

WEIGHT: Final = 120.0


LOGO_HIGH: Final = 26.0
LOGO_SHARE: Final = 0.22
"""A logo is at most so high, in units, and takes at most this part of the panel's width and height."""


@dataclass
class LaidItems:
    """Makes items of what is laid over a panel.

    Attributes
    ----------
    told
        English names of places that marks of events name already.
    pieces
        The Durand Line as it is drawn, in units.
    towns
        Towns that help a reader, in units, which labels and notes leave in sight.
    """

    stage: Stage
    names: NameWriter
    told: Collection[str]
    pieces: Sequence[Any]
    towns: Sequence[tuple[float, float]] = ()

    def items(self, laid: Sequence[Laid]) -> list[Item]:
        """Items of all that is not a note."""
        makers = {
            "label": self.label,
            "symbol": self._symbol,
            "picture": self._picture,
            "highlight": self._name,
            "ring": self._along,
            "arrow": self._along,
        }
        found = []
        for one in laid:
            maker = makers.get(one.kind)
            if maker is None or not one.text:
                continue
            if one.kind == "picture" and self.stage.record.panel > 1:
                continue  # the first of several maps bears it
            if not self.inside(one):
                self.ask(one)
                continue
            if one.kind == "label" and not one.mark.text and self.is_told(one):
                continue  # the event there bears the name
            item = maker(one)
            self.ask(one)
            found.append(item)
        return found

    def musts(self, musts: Sequence[Laid], units: Collection[str]) -> list[Item]:
        """Items of places that the map must name, but for those that a mark or the base names."""
        own = [one for one in musts if not self.is_told(one) and one.name not in units]
        for one in musts:
            if one not in own:
                self.ask(one)
        return self.items(own)

    def is_told(self, laid: Laid) -> bool:
        """Whether an event bears the name of its place."""
        return laid.name in self.told or laid.text in self.told

    def settle(self, musts: Sequence[Laid], lettered: Collection[str], units: Collection[str]) -> None:
        """Note of the places that others name whether they are named: a number is no name."""
        report = self.stage.report
        for one in musts:
            named = {one.name, one.text} & {*report.placed}
            if (self.is_told(one) and named - {*lettered}) or (one.name in units and named):
                report.asked[self.key(one)] = True

    def ask(self, laid: Laid) -> None:
        """A mark that must stand on one of the page's panels; words along a line may be left out."""
        if laid.kind in ("label", "symbol", "picture", "highlight", "note") and not laid.implied:
            self.stage.report.asked.setdefault(self.key(laid), False)

    @staticmethod
    def key(laid: Laid) -> str:
        """What a mark is called in the account of a drawing."""
        text = laid.text.split("\n", 1)[0]
        return f"{laid.kind} {text[:48]!r}" + (f" of {laid.mark.event}" if laid.mark.event else "")

    def inside(self, laid: Laid) -> bool:
        """Whether a mark lies in the panel, or reaches into it."""
        if laid.kind in ("ring", "arrow", "highlight") and laid.shape is not None:
            return not tinted_shape(self.stage, laid).is_empty
        if laid.lon is None:
            return True
        x, y = self.at(laid)
        left, top, right, bottom = self.stage.view.box
        return left < x < right and top < y < bottom

    def at(self, laid: Laid) -> tuple[float, float]:
        """Where it stands, in units."""
        x, y = self.stage.view.points([(laid.lon, laid.lat)])[0].tolist()
        return float(x), float(y)

    def _side(self, laid: Laid, at: tuple[float, float]) -> str | None:
        return None if laid.gate else self.stage.sides.side_at(*at)

    # Labels and names
    # --------------------------------------------------------------------------------------------

    def label(self, laid: Laid) -> Item:
        """A dot with its words beside it on its own side of the line, or off it with a line to it."""
        at = self.at(laid)
        kind = replace(KINDS["event place"], bold=not laid.sign)
        text = visible(laid.text)
        words = Words.of(self.names, [text], kind)
        side = self._side(laid, at)
        if not laid.dot:
            return self._spread(laid, words, spots_in_disc(at, 26.0), side, None)
        kept = self._round(laid, words, at, side, 0.0)
        parts = halves(text)
        if parts:
            kept += self._round(laid, Words.of(self.names, parts, kind), at, side, 1.2)
        kept.sort(key=lambda one: one.cost)
        return Item(self.key(laid), WEIGHT, kept, must=True, kind="laid")

    def _symbol(self, laid: Laid) -> Item:
        """A shape at its place and nowhere else."""
        stage, (x, y) = self.stage, self.at(laid)
        size = stage.size
        box: Box = (x - size, y - size, x + size, y + size)

        def draw() -> None:
            ink, layer = stage.house.marks[laid.mark.colour], stage.layer("places")
            draw_own(stage.canvas, layer, stage.house, laid.mark.shape, ink, (x, y), size)
            stage.record.add(stage.view, "own symbol", laid.text, box)

        return Item(self.key(laid), WEIGHT, [Candidate([box], 0.0, draw)], must=True, kind="laid")

    def _picture(self, laid: Laid) -> Item:
        """A logo in a corner."""
        stage, logo = self.stage, laid.logo
        assert logo is not None  # noqa: S101 - read with the mark
        left, top, right, bottom = stage.view.box
        ratio = logo.width / logo.height
        tall = min(LOGO_HIGH, (bottom - top) * LOGO_SHARE, (right - left) * LOGO_SHARE / ratio)
        wide = tall * ratio

        def draw(x: float, y: float) -> None:
            box: Box = (x, y, x + wide, y + tall)
            stage.canvas.picture(stage.layer("furniture"), logo.data, box)
            stage.record.add(stage.view, "picture", laid.text, box)

        item = corner_item(
            self.key(laid),
            lambda _x, _y: (wide, tall),
            draw,
            stage.view.box,
            margin=8.0,
            prefer="ne nw se sw",
            hidden=lambda _box: 0.0,
            weight=WEIGHT,
        )
        item.kind = "laid"
        return item

    def _round(
        self, laid: Laid, words: Words, at: tuple[float, float], side: str | None, extra: float
    ) -> list[Candidate]:
        """Words beside a dot, or off it with a line to it, on its own side and no line across."""
        x, y = at
        half = REACH if laid.sign else self.stage.size if laid.marked else DOT
        dot: Box = (x - half, y - half, x + half, y + half)
        found: list[tuple[float, Box, bool]] = [
            (form.cost + extra, self._box(words, x + form.dx, y + form.dy), False)
            for form in beside((2 * half, 2 * half), words)
        ]
        for reach in REACHES:
            for angle in np.arange(0, 2 * np.pi, np.pi / 10):
                dx, dy = float(np.cos(angle)), float(np.sin(angle))
                a = x + dx * (reach + words.width / 2 * abs(dx)) - words.width / 2
                b = y + dy * (reach + words.height / 2) - words.height / 2
                found.append((4.0 + extra + 0.22 * reach, self._box(words, a, b), True))
        boxes = np.array([box for _, box, _ in found])
        hidden = hidden_towns(boxes, self.towns).tolist()
        found = [(cost + TOWN_COST * n, box, led) for (cost, box, led), n in zip(found, hidden, strict=True)]
        good = self.stage.sides.on_side(side, boxes)
        if side is not None:
            ends = np.column_stack(
                [np.clip(x, boxes[:, 0], boxes[:, 2]), np.clip(y, boxes[:, 1], boxes[:, 3])]
            )
            good &= ~self.stage.sides.cut(np.broadcast_to(np.array(at), ends.shape), ends)
        return [
            self._worded(laid, words, at, one, dot) for one, ok in zip(found, good, strict=True) if bool(ok)
        ]

    @staticmethod
    def _box(words: Words, left: float, top: float) -> Box:
        return (left - PAD, top - PAD, left + words.width + PAD, top + words.height + PAD)

    def _worded(
        self, laid: Laid, words: Words, at: tuple[float, float], one: tuple[float, Box, bool], dot: Box
    ) -> Candidate:
        cost, box, led = one
        rim = rim_towards(box, at)
        # The square of a crossing stands already, or a symbol of the user's.
        bare = bool(laid.sign) or laid.marked
        fixed = [*([] if bare else [dot]), *(leader_boxes(at, rim)[1:-1] if led else [])]

        def draw() -> None:
            stage = self.stage
            if led and float(np.hypot(rim[0] - at[0], rim[1] - at[1])) > LEAST_LEADER:
                self.leader(at, rim)
            colours = stage.house.colours
            if not bare:
                ring = shapely.Point(*at).buffer(DOT)
                layer = stage.layer("places")
                stage.canvas.area(layer, ring, fill=colours["ink"], edge=colours["focus"], width=1.0)
            self._write(laid, words, box)

        # A crossing lies on the line, which a dot off it may not touch.
        return Candidate([box] if laid.gate or bare else [box, dot], cost, draw, fixed)

    def _write(self, laid: Laid, words: Words, box: Box) -> None:
        for line, x, foot in words.feet(box[0] + PAD, box[1] + PAD, "center"):
            self.names.write(line, words.kind, x, foot, colour=words.colour)
        self.stage.record.add(self.stage.view, "label", laid.text, box)

    def _writer(self, laid: Laid, words: Words, box: Box) -> Callable[[], None]:
        return lambda: self._write(laid, words, box)

    def leader(self, at: tuple[float, float], rim: tuple[float, float]) -> None:
        """Draw a thin line from a place to the rim of a box."""
        stage = self.stage
        way = [np.array([at, rim])]
        stage.canvas.lines(stage.layer("leaders"), way, stage.house.colours["focus"], 2.4, alpha=0.9)
        stage.canvas.lines(stage.layer("leaders"), way, stage.house.colours["ink-2"], 0.8)
        box = (min(at[0], rim[0]), min(at[1], rim[1]), max(at[0], rim[0]), max(at[1], rim[1]))
        stage.record.add(stage.view, "leader", "", box, shape=shapely.LineString([at, rim]))

    def _name(self, laid: Laid) -> Item:
        """The name of a tint inside it, else beside it."""
        colour = self.stage.house.marks[laid.mark.colour]
        kind = replace(KINDS["event place"], bold=True)
        words = Words.of(self.names, [visible(laid.text)], kind, colour)
        if laid.shape is None:
            at = self.at(laid)
            return self._spread(laid, words, spots_in_disc(at, 20.0), self._side(laid, at), None)
        shape = tinted_shape(self.stage, laid)
        heart = shapely.get_coordinates(shapely.point_on_surface(shape))[0].tolist()
        at = (float(heart[0]), float(heart[1]))
        reach = float(np.sqrt(shape.area / np.pi))
        spots = spots_in_shape(shape, at) + [spot for spot in spots_in_disc(at, reach) if spot.led]
        return self._spread(laid, words, spots, self.stage.sides.side_at(*at), shape)

    def _spread(
        self,
        laid: Laid,
        words: Words,
        spots: Sequence[Any],
        side: str | None,
        shape: shapely.Geometry | None,
    ) -> Item:
        """Words at spots, wholly inside or wholly outside a ground where there is one."""
        boxes = [self._box(words, s.x - words.width / 2, s.y - words.height / 2) for s in spots]
        good = self.stage.sides.on_side(side, boxes)
        kept = []
        for spot, box, ok in zip(spots, boxes, good, strict=True):
            extra = 0.0
            if shape is not None:
                face = shapely.box(*box)
                inside = bool(shapely.contains(shape, face))
                extra = 0.0 if inside else 6.0 if not bool(shapely.intersects(shape, face)) else 12.0
            if ok:
                kept.append(Candidate([box], spot.cost + extra, self._writer(laid, words, box)))
        return Item(self.key(laid), WEIGHT, kept, must=True, kind="laid")

    def _along(self, laid: Laid) -> Item:
        """Words along the rim of a ring or the way of an arrow."""
        stage = self.stage
        if laid.kind == "arrow":
            lines = [arrow_course(stage, laid)]
        else:
            rim = shapely.intersection(shapely.boundary(tinted_shape(stage, laid)), stage.view.frame(-4.0))
            lines = pieces_of(rim)
        colour = {"ring": "ink-2", "arrow": "ink"}[laid.kind]
        kind = replace(KINDS["tag"], colour=colour)

        def noted(box: Box, x: float, y: float) -> None:
            stage.record.add(stage.view, "label", laid.text, box, shape=shapely.Point(x, y))

        # A calm bend will do: the words stand beside it, straight.
        item = along_line(
            self.names, self.key(laid), visible(laid.text), kind, lines, 60.0, must=True, noted=noted
        )
        item.must, item.kind = False, "laid"
        item.candidates += self._beside_line(laid, kind, lines)
        return item

    def _beside_line(self, laid: Laid, kind: Any, lines: Sequence[Any]) -> list[Candidate]:
        """Level words over, under or beside the points of a line that bends too much for words along it."""
        words = Words.of(self.names, [visible(laid.text)], kind)
        found: list[Candidate] = []
        for line in lines:
            points = np.asarray(line)[:: max(1, len(line) // 24)].tolist()
            for n, (x, y) in enumerate(points):
                # Of an arrow its middle; a ring has none.
                off = abs(n / len(points) - 0.5) * 8.0 if laid.kind == "arrow" else 0.0
                forms = [form for gap in (4.0, 14.0) for form in beside((gap, gap), words)[:4]]
                boxes = [(form, self._box(words, x + form.dx, y + form.dy)) for form in forms]
                found += [
                    Candidate([box], 14.0 + off + form.cost, self._writer(laid, words, box))
                    for form, box in boxes
                ]
        return found
