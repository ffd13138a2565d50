"""What a user lays over the map and that looks for room: labels, notes, names of tints, rings and arrows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.files.characters import visible
from maps.static.course import pieces_of
from maps.static.forms import Words, beside, leader_boxes, rim_towards, spots_in_disc, spots_in_shape
from maps.static.laid_shapes import arrow_course, tinted_shape
from maps.static.name_writer import KINDS, PAD, NameWriter
from maps.static.names_along import along_line
from maps.static.note_box import NoteBox
from maps.static.placement import Box, Candidate, Item

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from maps.content.laid import Laid
    from maps.static.mark_groups import Framed
    from maps.static.stage import Stage

__all__ = ["LaidItems"]

DOT: Final = 2.4
REACHES: Final = (9.0, 14.0, 24.0, 38.0, 56.0, 80.0)
"""Units between a place and a label that stands off it."""

ROOMS: Final = (230.0, 190.0, 280.0, 150.0, 120.0)
"""Widths in which a note is set, in units; those wider than a share of the panel are left out."""

SHARE: Final = 0.56
AT_PLACE: Final = 5.0
GATE_ROOM: Final = 12.0
"""Units round a place in which a line to it may meet the Durand Line: a crossing stands on it."""

BEST_REACH: Final = 64.0
NOTE_REACHES: Final = (16.0, 28.0, 44.0, 64.0, 90.0, 120.0, 155.0, 195.0)
GRID: Final = 9
SHORTER: Final = 40.0
"""Cost of each line that the note of an event leaves out for want of room."""

ENOUGH: Final = 12
LEAST_LEADER: Final = 9.0
"""A line to a place shorter than this, in units, is not drawn."""

TOWN_COST: Final = 3.0
TOWN_ROOM: Final = 46.0
"""Units beside a town that its name is thought to take."""

MOST_SPOTS: Final = 250
WEIGHT: Final = 120.0
COVERING: Final = 12.0
"""Cost of a note over lines of the user's, at most."""

EDGE: Final = 6.0
"""Units that a note keeps from the rim of the map."""


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
        Towns that help a reader, in units, which notes leave in sight.
    """

    stage: Stage
    names: NameWriter
    told: Collection[str]
    pieces: Sequence[Any]
    towns: Sequence[tuple[float, float]] = ()
    lines: shapely.Geometry = field(default_factory=shapely.LineString)
    discs: shapely.Geometry = field(default_factory=shapely.Polygon)

    def items(self, laid: Sequence[Laid]) -> list[Item]:
        """Items of all that is not a note."""
        makers = {"label": self._label, "highlight": self._name, "ring": self._along, "arrow": self._along}
        found = []
        for one in laid:
            maker = makers.get(one.kind)
            if maker is None or not one.text:
                continue
            if not self._inside(one):
                self._ask(one)
                continue
            if one.kind == "label" and not one.mark.text and self._told(one):
                continue  # the event there bears the name
            item = maker(one)
            self._ask(one)
            found.append(item)
        return found

    def musts(self, musts: Sequence[Laid], units: Collection[str]) -> list[Item]:
        """Items of places that the map must name, but for those that a mark or the base names."""
        own = [one for one in musts if not self._told(one) and one.name not in units]
        for one in musts:
            if one not in own:
                self._ask(one)
        return self.items(own)

    def _told(self, laid: Laid) -> bool:
        return laid.name in self.told or laid.text in self.told

    def settle(self, musts: Sequence[Laid], numbered: Collection[str], units: Collection[str]) -> None:
        """Note of the places that others name whether they are named: a number is no name."""
        report = self.stage.report
        for one in musts:
            named = {one.name, one.text} & {*report.placed}
            if (self._told(one) and named - {*numbered}) or (one.name in units and named):
                report.asked[self.key(one)] = True

    def _ask(self, laid: Laid) -> None:
        """A mark that must stand on one of the page's panels; words along a line may be left out."""
        if laid.kind in ("label", "highlight", "note") and not laid.implied:
            self.stage.report.asked.setdefault(self.key(laid), False)

    @staticmethod
    def key(laid: Laid) -> str:
        """What a mark is called in the account of a drawing."""
        text = laid.text.split("\n", 1)[0]
        return f"{laid.kind} {text[:48]!r}" + (f" of {laid.mark.event}" if laid.mark.event else "")

    def _inside(self, laid: Laid) -> bool:
        if laid.kind in ("ring", "arrow", "highlight") and laid.shape is not None:
            return not tinted_shape(self.stage, laid).is_empty
        if laid.lon is None:
            return True
        x, y = self._at(laid)
        left, top, right, bottom = self.stage.view.box
        return left < x < right and top < y < bottom

    def _at(self, laid: Laid) -> tuple[float, float]:
        x, y = self.stage.view.points([(laid.lon, laid.lat)])[0].tolist()
        return float(x), float(y)

    def _side(self, laid: Laid, at: tuple[float, float]) -> str | None:
        return None if laid.gate else self.stage.sides.side_at(*at)

    # Labels and names
    # --------------------------------------------------------------------------------------------

    def _label(self, laid: Laid) -> Item:
        """A dot with its words beside it on its own side of the line, or off it with a line to it."""
        at = self._at(laid)
        words = Words.of(self.names, [visible(laid.text)], replace(KINDS["event place"], bold=True))
        side = self._side(laid, at)
        if not laid.dot:
            return self._spread(laid, words, spots_in_disc(at, 26.0), side, None)
        x, y = at
        dot: Box = (x - DOT, y - DOT, x + DOT, y + DOT)
        found: list[tuple[float, Box, bool]] = [
            (form.cost, self._box(words, x + form.dx, y + form.dy), False)
            for form in beside((2 * DOT, 2 * DOT), words)
        ]
        for reach in REACHES:
            for angle in np.arange(0, 2 * np.pi, np.pi / 10):
                dx, dy = float(np.cos(angle)), float(np.sin(angle))
                a = x + dx * (reach + words.width / 2 * abs(dx)) - words.width / 2
                b = y + dy * (reach + words.height / 2) - words.height / 2
                found.append((4.0 + 0.22 * reach, self._box(words, a, b), True))
        good = self.stage.sides.on_side(side, [box for _, box, _ in found])
        kept = [
            self._worded(laid, words, at, one, dot) for one, ok in zip(found, good, strict=True) if bool(ok)
        ]
        return Item(self.key(laid), WEIGHT, kept, must=True, kind="laid")

    @staticmethod
    def _box(words: Words, left: float, top: float) -> Box:
        return (left - PAD, top - PAD, left + words.width + PAD, top + words.height + PAD)

    def _worded(
        self, laid: Laid, words: Words, at: tuple[float, float], one: tuple[float, Box, bool], dot: Box
    ) -> Candidate:
        cost, box, led = one
        rim = rim_towards(box, at)
        fixed = [dot, *(leader_boxes(at, rim)[1:-1] if led else [])]

        def draw() -> None:
            stage = self.stage
            if led and float(np.hypot(rim[0] - at[0], rim[1] - at[1])) > LEAST_LEADER:
                self._leader(at, rim)
            ring = shapely.Point(*at).buffer(DOT)
            colours = stage.house.colours
            layer = stage.layer("places")
            stage.canvas.area(layer, ring, fill=colours["ink"], edge=colours["focus"], width=1.0)
            self._write(laid, words, box)

        return Candidate([box, dot], cost, draw, fixed)

    def _write(self, laid: Laid, words: Words, box: Box) -> None:
        for line, x, foot in words.feet(box[0] + PAD, box[1] + PAD, "center"):
            self.names.write(line, words.kind, x, foot, colour=words.colour)
        self.stage.record.add(self.stage.view, "label", laid.text, box)

    def _writer(self, laid: Laid, words: Words, box: Box) -> Callable[[], None]:
        return lambda: self._write(laid, words, box)

    def _leader(self, at: tuple[float, float], rim: tuple[float, float]) -> None:
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
            at = self._at(laid)
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

    def own_lines(self, laid: Sequence[Laid]) -> shapely.Geometry:
        """Lines of what is laid over the panel, which a note had better not cover."""
        frame = self.stage.view.frame()
        lines: list[shapely.Geometry] = []
        for one in laid:
            if one.kind == "arrow":
                lines.append(shapely.LineString(arrow_course(self.stage, one)))
            elif one.shape is not None and one.kind in ("ring", "overlay"):
                parts = shapely.get_parts(shapely.transform(one.shape, self.stage.view.points))
                lines += [part.boundary if part.geom_type == "Polygon" else part for part in parts]
        return shapely.intersection(shapely.union_all(lines), frame)

    # Notes
    # --------------------------------------------------------------------------------------------

    def notes(
        self,
        laid: Sequence[Laid],
        taken: Sequence[Box] | None,
        fixed: Sequence[Box],
        cities: Sequence[Framed] = (),
    ) -> list[Item]:
        """Items of notes: boxes with a line to their place that crosses neither the Durand Line nor a name.

        Parameters
        ----------
        taken
            What stands on the panel already, for the notes of events, whose symbols stand by then: no line
            to a place runs through it. Nothing for the other notes, which look for room with all else.
        fixed
            What no box covers, such as the key and the strip along the Durand Line.
        cities
            Places that have a circle of their own: no note covers it if it can do without.
        """
        found = []
        self.lines = self.own_lines(laid)
        metres = self.stage.view.metres
        self.discs = shapely.union_all(
            [shapely.Point(*one.at).buffer(one.group.radius_m / metres) for one in cities]
        )
        for one in laid:
            if one.kind != "note" or (one.mark.event is not None) != (taken is not None):
                continue
            self._ask(one)
            if not self._inside(one):
                continue
            found.append(self._note(one, _boxes(taken or []), _boxes([*(taken or []), *fixed])))
        return found

    def _note(self, laid: Laid, taken: Any, barred: Any) -> Item:
        at = None if laid.lon is None else self._spot(laid)
        left, _, right, _ = self.stage.view.box
        rooms = [room for room in ROOMS if room <= SHARE * (right - left)] or [SHARE * (right - left)]
        kept: list[Candidate] = []
        for short, text in enumerate(_texts(laid)):
            for n, room in enumerate(rooms):
                note = NoteBox.of(self.stage, replace(laid, text=text), room)
                cost = 2.0 * n + SHORTER * short
                kept += self._note_spots(laid, note, at, (taken, barred), cost)
            if len(kept) > ENOUGH:
                break
        kept.sort(key=lambda one: one.cost)
        return Item(self.key(laid), WEIGHT, kept[:MOST_SPOTS], must=True, kind="laid")

    def _spot(self, laid: Laid) -> tuple[float, float]:
        """Where the line of a note ends: at the symbol of its event, else at its place."""
        if laid.mark.event is not None:
            for mark in self.stage.record.marks:
                if (
                    mark.kind == "symbol"
                    and mark.panel == self.stage.record.panel
                    and laid.mark.event in mark.events
                ):
                    left, top, right, bottom = mark.box
                    return ((left + right) / 2, (top + bottom) / 2)
        return self._at(laid)

    def _note_spots(
        self, laid: Laid, note: NoteBox, at: tuple[float, float] | None, stands: tuple[Any, Any], extra: float
    ) -> list[Candidate]:
        """Where a box may stand: round its place, then anywhere with a line to it."""
        stage = self.stage
        taken, barred = stands
        left, top, right, bottom = stage.view.box
        spots: list[tuple[float, float, float]] = []
        if at is not None and laid.mark.offset is not None:
            spots = [(at[0] + laid.mark.offset[0], at[1] + laid.mark.offset[1], 0.0)]
        elif at is not None:
            for reach in NOTE_REACHES:
                for angle in np.arange(0, 2 * np.pi, np.pi / 12):
                    dx, dy = float(np.cos(angle)), float(np.sin(angle))
                    x, y = at[0] + dx * (reach + note.width / 2), at[1] + dy * (reach + note.height / 2)
                    # Near enough to be read together, far enough to leave the ground in sight.
                    spots.append((x, y, 1.0 + 0.03 * abs(reach - BEST_REACH)))
        if laid.mark.offset is None:
            w, h = note.width / 2 + EDGE, note.height / 2 + EDGE
            for x in np.linspace(left + w, right - w, GRID).tolist():
                for y in np.linspace(top + h, bottom - h, GRID).tolist():
                    far = 0.0 if at is None else 0.04 * float(np.hypot(x - at[0], y - at[1]))
                    spots.append((float(x), float(y), 4.0 + far))
        if not spots:
            return []
        boxes = np.array([note.box(x, y) for x, y, _ in spots])
        good = ~stage.sides.crossed(boxes) & self._in_frame(boxes) & ~_meets(boxes, barred)
        ends = np.column_stack([np.zeros(len(spots))] * 2)
        if at is not None:
            ends = np.column_stack(
                [np.clip(at[0], boxes[:, 0], boxes[:, 2]), np.clip(at[1], boxes[:, 1], boxes[:, 3])]
            )
            good &= ~self._led_across(at, ends, GATE_ROOM if laid.gate else AT_PLACE)
        found = []
        covered = shapely.length(shapely.intersection(shapely.box(*boxes.T), self.lines))
        hidden = _hidden(boxes, self.towns)
        faces = shapely.box(*boxes.T)
        inner = shapely.area(shapely.intersection(faces, self.discs)) / shapely.area(faces)
        for n in np.flatnonzero(good).tolist():
            x, y, cost = spots[n]
            cost += TOWN_COST * float(hidden[n])
            cost += 3 * COVERING * float(inner[n])
            cost += COVERING * min(1.0, float(covered[n]) / note.width)
            rim = None if at is None else (float(ends[n, 0]), float(ends[n, 1]))
            under = 0 if at is None or rim is None else self._under(at, rim, taken)
            if under:
                continue
            found.append(self._boxed(laid, note, (x, y), at, rim, cost + extra))
        return found

    def _in_frame(self, boxes: Any) -> Any:
        left, top, right, bottom = self.stage.view.box
        return (
            (boxes[:, 0] >= left + EDGE)
            & (boxes[:, 1] >= top + EDGE)
            & (boxes[:, 2] <= right - EDGE)
            & (boxes[:, 3] <= bottom - EDGE)
        )

    def _led_across(self, at: tuple[float, float], ends: Any, room: float) -> Any:
        """Which lines to the place would cross the Durand Line; the place itself may lie on it."""
        way = ends - np.array(at)
        far = np.hypot(*way.T)
        far[far == 0] = 1.0
        begins = np.array(at) + way / far[:, None] * np.minimum(far, room)[:, None]
        return self.stage.sides.cut(begins, ends)

    def _under(self, at: tuple[float, float], rim: tuple[float, float], taken: Any) -> bool:
        """Whether a line would run through what stands on the map, its own symbol apart."""
        foot = self._foot(at, rim)
        boxes = np.array(leader_boxes(foot, rim))
        return bool(_meets(boxes, taken).any())

    def _foot(self, at: tuple[float, float], rim: tuple[float, float]) -> tuple[float, float]:
        """The line begins at the rim of the symbol."""
        dx, dy = rim[0] - at[0], rim[1] - at[1]
        far = float(np.hypot(dx, dy)) or 1.0
        off = min(far, self.stage.size + 4.0)
        return at[0] + dx / far * off, at[1] + dy / far * off

    def _boxed(
        self,
        laid: Laid,
        note: NoteBox,
        middle: tuple[float, float],
        at: tuple[float, float] | None,
        rim: tuple[float, float] | None,
        cost: float,
    ) -> Candidate:
        box = note.box(*middle)
        fixed: list[Box] = []
        if at is not None and rim is not None:
            fixed = leader_boxes(self._foot(at, rim), rim)[:-1]

        def draw() -> None:
            if at is not None and rim is not None:
                self._leader(self._foot(at, rim), rim)
                if laid.dot and not self._told(laid):
                    dot = shapely.Point(*at).buffer(DOT)
                    colours = self.stage.house.colours
                    self.stage.canvas.area(
                        self.stage.layer("places"), dot, fill=colours["ink"], edge=colours["focus"], width=1.0
                    )
            note.draw(self.stage, *middle)
            if note.lines_of != laid.text.count("\n") + 1:
                said = f"{self.key(laid)} is shortened for want of room; choose a larger size"
                self.stage.report.warnings.append(said)
            events = [laid.mark.event] if laid.mark.event is not None else []
            self.stage.record.add(self.stage.view, "text box", laid.text, box, events=events)

        return Candidate([box], cost, draw, fixed)


def _texts(laid: Laid) -> list[str]:
    """The words of a note; of an event's, where there is no room for all, those without its last lines."""
    lines = laid.text.split("\n")
    if not laid.type or laid.mark.text:
        return [laid.text]
    return ["\n".join(lines[:n]) for n in range(len(lines), 0, -1)]


def _hidden(boxes: Any, towns: Sequence[tuple[float, float]]) -> Any:
    """How many towns each box would hide, with the name beside each."""
    if not len(towns):
        return np.zeros(len(boxes))
    near = np.array([(x - 8.0, y - 8.0, x + TOWN_ROOM, y + 8.0) for x, y in towns])
    a, b = boxes[:, None, :], near[None, :, :]
    wide = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    tall = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    return ((wide > 0) & (tall > 0)).sum(axis=1)


def _boxes(boxes: Sequence[Box]) -> Any:
    return np.asarray(boxes, dtype=float).reshape(-1, 4)


def _meets(boxes: Any, taken: Any) -> Any:
    """Which boxes meet any of those that are taken."""
    if not len(taken):
        return np.zeros(len(boxes), dtype=bool)
    a, b = boxes[:, None, :], taken[None, :, :]
    wide = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    tall = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    return ((wide > 0) & (tall > 0)).any(axis=1)
