"""Boxes of text on the map: where each finds room, with a line to its place."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

from maps.static.choices import thinned
from maps.static.forms import boxes_along, leader_boxes
from maps.static.in_sight import TOWN_COST, hidden_towns
from maps.static.laid_items import DOT, WEIGHT
from maps.static.laid_shapes import own_lines
from maps.static.note_box import NoteBox
from maps.static.notes_together import prefer_together
from maps.static.placement import Box, Candidate, Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.content.laid import Laid
    from maps.static.laid_items import LaidItems
    from maps.static.mark_groups import Framed

__all__ = ["NoteItems"]

ROOMS: Final = (230.0, 190.0, 280.0, 170.0, 150.0, 120.0)
"""Widths in which a note is set, in units; those wider than a share of the panel are left out."""

SHARE: Final = 0.6
AT_PLACE: Final = 5.0
GATE_ROOM: Final = 12.0
"""Units round a place in which a line to it may meet the Durand Line: a crossing stands on it."""

OFF_LINE: Final = 5.0
BEST_REACH: Final = 64.0
NOTE_REACHES: Final = (16.0, 28.0, 44.0, 64.0, 90.0, 120.0, 155.0, 195.0)
GRID: Final = 15
SHORTER: Final = 40.0
"""Cost of each line that the note of an event leaves out for want of room."""

FULL: Final = 0.5
"""Of all spots that are looked at, the part for the whole text of an event; shorter ones share the rest."""

MANY_LINES: Final = 5
TALL: Final = 1.5
"""Cost of each line that a note is set in beyond so many: a narrow ladder is hard to read."""

RIMS: Final = ((0.2, 0.0), (0.8, 0.0), (0.2, 1.0), (0.8, 1.0), (0.0, 0.5), (1.0, 0.5))
"""Points of a box's rim, as shares of its width and height, where a line may end that is barred elsewhere."""

ELSEWHERE: Final = 4.0
MOST_SPOTS: Final = 250
MOST_BOXES: Final = 100
"""Boxes of one shape to which a line is looked for."""

MOST_LINES: Final = 2
"""Lines to one box that are looked at."""

DISC_ROOM: Final = 6.0
NIPPED: Final = 5.0
"""Cost of a note within so many units of a city's circle, beside the part of the note that lies over it."""

COVERING: Final = 12.0
"""Cost of a note over lines of the user's, at most."""

STUB: Final = 2.0
"""A line to a place shorter than this, in units, is not drawn."""

EDGE: Final = 6.0
"""Units that a note keeps from the rim of the map."""

ROOM: Final = 3.0
"""More than a line's own boxes take to each side of it."""


class _Spot(NamedTuple):
    """Where a box of words may stand, what that costs, and where on its rim a line to its place ends."""

    cost: float
    note: NoteBox
    middle: tuple[float, float]
    rim: tuple[float, float] | None


@dataclass
class NoteItems:
    """Makes items of notes.

    Attributes
    ----------
    host
        What else is laid over the panel.
    lines, discs
        Lines of the user's, and circles of cities, that notes had better not cover.
    """

    host: LaidItems
    lines: shapely.Geometry = field(default_factory=shapely.LineString)
    discs: shapely.Geometry = field(default_factory=shapely.Polygon)

    def items(
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
        self.lines = own_lines(self.host.stage, laid)
        metres = self.host.stage.view.metres
        self.discs = shapely.union_all(
            [shapely.Point(*one.at).buffer(one.group.radius_m / metres) for one in cities]
        )
        for one in laid:
            if one.kind != "note" or (one.mark.event is not None) != (taken is not None):
                continue
            self.host.ask(one)
            if not self.host.inside(one):
                continue
            found.append(self._note(one, _boxes(taken or []), _boxes([*(taken or []), *fixed])))
        prefer_together(found, self.discs)
        return found

    def _note(self, laid: Laid, taken: Any, barred: Any) -> Item:
        at = None if laid.lon is None else self._spot(laid)
        left, _, right, _ = self.host.stage.view.box
        rooms = [room for room in ROOMS if room <= SHARE * (right - left)] or [SHARE * (right - left)]
        kept: list[Candidate] = []
        # An event's has less to say where there is no room for all.
        texts = (laid.text, *laid.shorter)
        for short, text in enumerate(texts):
            found: list[_Spot] = []
            for n, room in enumerate(rooms):
                note = NoteBox.of(self.host.stage, replace(laid, text=text), room)
                cost = 1.0 * n + SHORTER * short + TALL * max(0, len(note.lines) - MANY_LINES)
                found += self._note_spots(laid, note, at, (taken, barred), cost)
            share = 1.0 if len(texts) == 1 else (1 - FULL) / (len(texts) - 1) if short else FULL
            found.sort(key=lambda one: one.cost)
            few = thinned(len(found), int(MOST_SPOTS * share)).tolist()
            kept += [self._boxed(laid, at, found[k]) for k in few]
        kept.sort(key=lambda one: one.cost)
        return Item(self.host.key(laid), WEIGHT, kept, must=True, kind="laid")

    def _spot(self, laid: Laid) -> tuple[float, float]:
        """Where the line of a note ends: at the symbol of its event, else at its place."""
        if laid.mark.event is not None:
            for mark in self.host.stage.record.marks:
                if (
                    mark.kind == "symbol"
                    and mark.panel == self.host.stage.record.panel
                    and laid.mark.event in mark.events
                ):
                    left, top, right, bottom = mark.box
                    return ((left + right) / 2, (top + bottom) / 2)
        return self.host.at(laid)

    def _note_spots(
        self, laid: Laid, note: NoteBox, at: tuple[float, float] | None, stands: tuple[Any, Any], extra: float
    ) -> list[_Spot]:
        """Where a box may stand: round its place, then anywhere with a line to it."""
        stage = self.host.stage
        taken, barred = stands
        spots = self._middles(laid, note, at)
        if not spots:
            return []
        boxes = np.array([note.box(x, y) for x, y, _ in spots])
        good = ~stage.sides.crossed(boxes) & self._in_frame(boxes)
        good[good] = ~_meets(boxes[good], barred)
        kept = np.flatnonzero(good)
        if not len(kept):
            return []
        costs = np.array([spots[n][2] for n in kept.tolist()]) + extra + self._covering(boxes[kept])
        order = np.argsort(costs, kind="stable")[thinned(len(costs), MOST_BOXES)]
        boxes, costs = boxes[kept[order]], costs[order]
        if at is None:
            return [
                _Spot(cost, note, _middle(box), None)
                for cost, box in zip(costs.tolist(), boxes.tolist(), strict=True)
            ]
        found = []
        room = GATE_ROOM if laid.gate else AT_PLACE
        lines = np.zeros(len(boxes), dtype=int)
        for option, dear in enumerate((0.0, *[ELSEWHERE] * len(RIMS))):
            ends = _ends(boxes, at, option)
            fits = lines < MOST_LINES
            fits[fits] = _outward(boxes[fits], at, ends[fits])
            fits[fits] = ~self._touching(at, ends[fits], room)
            fits[fits] = ~self._led_across(at, ends[fits], room)
            fits[fits] = ~self._under(at, ends[fits], taken)
            lines += fits
            for n in np.flatnonzero(fits).tolist():
                rim = (float(ends[n, 0]), float(ends[n, 1]))
                found.append(_Spot(float(costs[n]) + dear, note, _middle(boxes[n].tolist()), rim))
        return found

    def _middles(
        self, laid: Laid, note: NoteBox, at: tuple[float, float] | None
    ) -> list[tuple[float, float, float]]:
        """Middles of a box with their costs: at its offset, else round its place and all over the panel."""
        left, top, right, bottom = self.host.stage.view.box
        spots: list[tuple[float, float, float]] = []
        if at is not None and laid.mark.offset is not None:
            spots = [(at[0] + laid.mark.offset[0], at[1] + laid.mark.offset[1], 0.0)]
        elif at is not None:
            for reach in (*NOTE_REACHES, *self._clear_of_disc(at)):
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
        return spots

    def _clear_of_disc(self, at: tuple[float, float]) -> list[float]:
        """Reaches at which a note stands just off the circle round its place."""
        if not shapely.intersects(self.discs, shapely.Point(*at)):
            return []
        left, top, right, bottom = shapely.bounds(self.discs).tolist()
        sides = (at[0] - left, at[1] - top, right - at[0], bottom - at[1])
        return [side + DISC_ROOM + 1.0 for side in sides]

    def _covering(self, boxes: Any) -> Any:
        """What it costs to cover towns, circles of cities and lines of the user's."""
        faces = shapely.box(*boxes.T)
        cost = TOWN_COST * hidden_towns(boxes, self.host.towns)
        if not self.discs.is_empty:
            inner = shapely.area(shapely.intersection(faces, self.discs)) / shapely.area(faces)
            cost = cost + 3 * COVERING * inner + NIPPED * shapely.dwithin(faces, self.discs, DISC_ROOM)
        if not self.lines.is_empty:
            covered = shapely.length(shapely.intersection(faces, self.lines)) / (boxes[:, 2] - boxes[:, 0])
            cost = cost + COVERING * np.minimum(1.0, covered)
        return cost

    def _in_frame(self, boxes: Any) -> Any:
        left, top, right, bottom = self.host.stage.view.box
        return (
            (boxes[:, 0] >= left + EDGE)
            & (boxes[:, 1] >= top + EDGE)
            & (boxes[:, 2] <= right - EDGE)
            & (boxes[:, 3] <= bottom - EDGE)
        )

    def _touching(self, at: tuple[float, float], ends: Any, room: float) -> Any:
        """Which lines to the place come too near the Durand Line as it is drawn."""
        way = ends - np.array(at)
        far = np.hypot(*way.T)
        far[far == 0] = 1.0
        begins = np.array(at) + way / far[:, None] * np.minimum(far, room)[:, None]
        ways = shapely.linestrings(np.stack([begins, ends], axis=1))
        return shapely.dwithin(self._drawn_line, ways, OFF_LINE)

    @functools.cached_property
    def _drawn_line(self) -> shapely.MultiLineString:
        """The Durand Line as it is drawn, made ready to be asked often."""
        line = shapely.MultiLineString([piece for piece in self.host.pieces if len(piece) > 1])
        shapely.prepare(line)
        return line

    def _led_across(self, at: tuple[float, float], ends: Any, room: float) -> Any:
        """Which lines to the place would cross the Durand Line; the place itself may lie on it."""
        way = ends - np.array(at)
        far = np.hypot(*way.T)
        far[far == 0] = 1.0
        begins = np.array(at) + way / far[:, None] * np.minimum(far, room)[:, None]
        return self.host.stage.sides.cut(begins, ends)

    def _under(self, at: tuple[float, float], ends: Any, taken: Any) -> Any:
        """Which lines would run through what stands on the map, their own symbol apart."""
        found = np.zeros(len(ends), dtype=bool)
        feet = self._feet(at, ends)
        # Where the box stands at the symbol no line leads to it.
        led = np.flatnonzero((feet != ends).any(axis=1))
        found[led] = _run_through(feet[led], ends[led], taken)
        return found

    def _feet(self, at: tuple[float, float], ends: Any) -> Any:
        """Lines begin at the rim of the symbol, or have no length."""
        way = ends - np.array(at)
        far, off = np.hypot(way[:, 0], way[:, 1])[:, None], self.host.stage.size + 4.0
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(far <= off + STUB, ends, np.array(at) + way / far * off)

    def _foot(self, at: tuple[float, float], rim: tuple[float, float]) -> tuple[float, float]:
        """Where one line begins."""
        ((x, y),) = self._feet(at, np.array([rim])).tolist()
        return x, y

    def _boxed(self, laid: Laid, at: tuple[float, float] | None, spot: _Spot) -> Candidate:
        cost, note, middle, rim = spot
        box = note.box(*middle)
        fixed: list[Box] = []
        if at is not None and rim is not None:
            fixed = leader_boxes(self._foot(at, rim), rim)[:-1]

        def draw() -> None:
            if at is not None and rim is not None:
                if self._foot(at, rim) != rim:
                    self.host.leader(self._foot(at, rim), rim)
                if laid.dot and not self.host.is_told(laid) and not laid.marked:
                    dot = shapely.Point(*at).buffer(DOT)
                    colours = self.host.stage.house.colours
                    self.host.stage.canvas.area(
                        self.host.stage.layer("places"),
                        dot,
                        fill=colours["ink"],
                        edge=colours["focus"],
                        width=1.0,
                    )
            note.draw(self.host.stage, *middle)
            if note.text != laid.text:
                said = f"{self.host.key(laid)} is shortened for want of room; choose a larger size"
                self.host.stage.report.warnings.append(said)
            events = [laid.mark.event] if laid.mark.event is not None else []
            self.host.stage.record.add(self.host.stage.view, "text box", laid.text, box, events=events)

        return Candidate([box], cost, draw, fixed)


def _middle(box: Sequence[float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _ends(boxes: Any, at: tuple[float, float], option: int) -> Any:
    """Where on the rim of each box a line ends: nearest to the place, or at one of :data:`RIMS`."""
    if option == 0:
        x, y = np.clip(at[0], boxes[:, 0], boxes[:, 2]), np.clip(at[1], boxes[:, 1], boxes[:, 3])
    else:
        across, down = RIMS[option - 1]
        x = boxes[:, 0] + across * (boxes[:, 2] - boxes[:, 0])
        y = boxes[:, 1] + down * (boxes[:, 3] - boxes[:, 1])
    return np.column_stack([x, y])


def _outward(boxes: Any, at: tuple[float, float], ends: Any) -> Any:
    """Which lines come to the rim from outside, not through the box."""
    begins = np.broadcast_to(np.array(at), ends.shape)
    ways = shapely.linestrings(np.stack([begins, ends], axis=1))
    inner = shapely.box(boxes[:, 0] + 1, boxes[:, 1] + 1, boxes[:, 2] - 1, boxes[:, 3] - 1)
    return ~shapely.intersects(ways, inner)


def _run_through(begins: Any, ends: Any, taken: Any) -> Any:
    """Which lines, as wide as their boxes are, meet a box that is taken."""
    boxes, line = boxes_along(begins, ends)
    first = np.searchsorted(line, np.arange(len(begins)))
    count = np.bincount(line, minlength=len(begins))
    # Few of the boxes are near a line; those are compared with each of its own.
    around = np.hstack([np.minimum(begins, ends) - ROOM, np.maximum(begins, ends) + ROOM])
    of, near = np.nonzero(_overlap(around[:, None], taken[None]))
    pair = np.repeat(np.arange(len(of)), count[of])
    own = np.arange(len(pair)) - np.repeat(np.cumsum(count[of]) - count[of], count[of]) + first[of][pair]
    found = np.zeros(len(begins), dtype=bool)
    found[of[pair[_overlap(boxes[own], taken[near[pair]])]]] = True
    return found


def _overlap(one: Any, other: Any) -> Any:
    """Which boxes meet those that they stand beside."""
    wide = np.minimum(one[..., 2], other[..., 2]) - np.maximum(one[..., 0], other[..., 0])
    tall = np.minimum(one[..., 3], other[..., 3]) - np.maximum(one[..., 1], other[..., 1])
    return (wide > 0) & (tall > 0)


def _boxes(boxes: Sequence[Box]) -> Any:
    return np.asarray(boxes, dtype=float).reshape(-1, 4)


def _meets(boxes: Any, taken: Any) -> Any:
    """Which boxes meet any of those that are taken."""
    return _overlap(boxes[:, None], taken[None]).any(axis=1)
