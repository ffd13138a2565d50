"""Names of the base: both countries, provinces, towns without events, crossings, lines, rivers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from maps.content.basemap import read_basemap
from maps.content.page_rules import web_zoom
from maps.static.base import CONTROL
from maps.static.choices import ends_of, spread
from maps.static.course import pieces_of
from maps.static.forms import Words, beside
from maps.static.in_sight import InSight
from maps.static.legend_pictures import BADGE, draw_badge
from maps.static.mark_rooms import beside_names, beside_symbols
from maps.static.name_writer import KINDS, PAD, NameWriter
from maps.static.names_along import along_line
from maps.static.obstacles import TOUCH, contained, share_in
from maps.static.placement import Box, Candidate, Item
from maps.static.report import Lettered
from maps.words.words import river_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from maps.static.base import Ground
    from maps.static.name_writer import Kind
    from maps.static.projection import View
    from maps.static.stage import Stage

    Noted = Callable[..., None] | None

__all__ = ["BaseNames"]

FROM_ZOOM: Final = (0.0, 0.0, 4.5, 5.6, 6.8, 7.7, 8.5, 9.3, 10.0, 10.8)
"""The zoom of the web map at which a rank of places is named; on paper a little earlier."""

WANTED: Final = 70.0
"""Weight of a town that a mark of the user's is at, or that the map must name."""

FEW_STRETCHES: Final = 12
"""Of fewer spots along the line all may be taken: its name may stand level beside it."""

LEVEL_STEP: Final = 10.0
LEVEL_GAP: Final = 10.0
"""Units between the line and its name where that stands level beside it, on both sides together."""

SYMBOLS_APART: Final = 2.0
INSIDE: Final = 0.6
"""Share of a name that stands in its province, at the least."""

OUT: Final = 6.0
"""What it costs a name to stand partly outside it."""

BADGE_COST: Final = 30.0
BADGE_APART: Final = 1.0
"""Symbols between such a number and the symbol of an event."""

CONTROL_WEIGHT: Final = 45.0

SMALLER: Final = 0.9
BESIDE: Final = 12.0
"""Cost of a province's name beside a symbol, which would rather have another name."""

CLOSE: Final = 5.0
"""Units between seats where every one is looked at."""

LAND_ROOM: Final = 8.0
"""Units over and under a country's name on a locator: one nearer would be read as its second line."""

SQUEEZED: Final = (1.0, 0.75, 0.5)
"""Spacing of a country's capitals, as parts of the usual one, where it would not fit."""


class BaseNames:
    """Makes items of the names of the base.

    Parameters
    ----------
    events_in
        Codes of the provinces that have events.
    told
        Names that marks of events carry: no second name for the same place.
    wanted
        Names of towns that matter more than their rank says.
    only
        Names of the towns that are shown, and no others; by rank if not given.
    firm
        Whether other names make way for those of the provinces that have events, or of both countries where
        nothing can be told below the map.
    """

    def __init__(
        self,
        stage: Stage,
        names: NameWriter,
        ground: Ground,
        *,
        events_in: Collection[str],
        told: Collection[str],
        wanted: Collection[str] = (),
        only: Collection[str] | None = None,
        firm: bool = True,
    ) -> None:
        self.stage = stage
        self.names = names
        self.ground = ground
        self.events_in = events_in
        self.told = told
        self.code_of: dict[str, str] = {}
        self._shapes: dict[str, shapely.Geometry] = {}
        self._made: dict[str, tuple[str, Kind, str, Sequence[Sequence[float]], float]] = {}
        self.wanted = wanted
        self.only = only
        self.firm = firm
        self.in_sight = InSight()
        self.zoom = web_zoom(stage.view.metres, sum(stage.view.visible()[1::2]) / 2)

    # What the events need
    # ------------------------------------------------------------------------------------------------

    def durand(self, pieces: Sequence[Any]) -> list[Item]:
        """The line's own name, once, on its straightest stretch; level beside it where few will do."""
        stage = self.stage
        text = stage.say("Durand Line")

        def noted(box: Box, x: float, y: float) -> None:
            stage.record.add(stage.view, "line name", text, box, shape=shapely.Point(x, y))

        for hairs in (KINDS["durand"].hairs, 0):
            kind = replace(KINDS["durand"], hairs=hairs)
            item = along_line(self.names, "Durand Line", text, kind, pieces, 90.0, must=True, noted=noted)
            if item.candidates:
                break
        if stage.locator or len(item.candidates) < FEW_STRETCHES:
            item.candidates += self._level(text, replace(KINDS["durand"], hairs=0), pieces, noted)
        return [item] if item.candidates else []

    def _level(self, text: str, kind: Kind, pieces: Sequence[Any], noted: Noted) -> list[Candidate]:
        """A line's name level beside it, where no stretch is straight enough for it."""
        words = Words.of(self.names, [self.names.cased(text, kind)], kind)
        spots = []
        for piece in pieces:
            path = shapely.LineString(piece)
            for at in np.arange(0, path.length, LEVEL_STEP):
                point = shapely.line_interpolate_point(path, at)
                for form in beside((LEVEL_GAP, LEVEL_GAP), words)[:4]:
                    left, top = point.x + form.dx, point.y + form.dy
                    spots.append((left - PAD, top - PAD, left + words.width + PAD, top + words.height + PAD))
        if not spots:
            return []
        own = shapely.MultiLineString([piece for piece in pieces if len(piece) > 1])
        good = ~self.stage.sides.crossed(spots) & ~shapely.intersects(own, shapely.box(*np.array(spots).T))
        return [self._levelled(words, box, noted) for box, ok in zip(spots, good, strict=True) if ok]

    def _levelled(self, words: Words, box: Box, noted: Noted) -> Candidate:
        seat = self._seat(words, box, 20.0)

        def draw() -> None:
            seat.draw()
            if noted is not None:
                noted(box, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2)

        return Candidate([box], 20.0, draw)

    def units(self) -> tuple[list[Item], list[Item]]:
        """Names of countries and provinces: those that the events need, and the others."""
        needed: list[Item] = []
        others: list[Item] = []
        own, english = self.stage.own["areas"], self.stage.english["areas"]
        for code, mine, plain in zip(read_basemap().units, own, english, strict=True):
            if {plain["name"], mine["name"]} & set(self.told):
                continue
            if mine["kind"] != "country" and "provinces" in self.stage.hide:
                continue
            text = self.stage.lettering.pick(mine["name"], plain["name"])
            country = mine["kind"] == "country"
            told = code in ("AF", "PK") if country else code in self.events_in
            if not country and not told and self.zoom < 5.4:
                continue
            kind = KINDS["country" if country else "province of events" if told else "province"]
            weight = (80.0 if told else 25.0) if country else 50.0 if told else 8.0
            item = self._inside(plain["name"], text, kind, code, mine["at"], weight)
            item = self._aloof(item) if country else self._apart(item, told=told)
            self.code_of[item.name] = code
            item.must = plain["name"] in self.wanted
            if told and self.firm and country is not self.stage.has_notes:
                item.must, item.covers = True, item.must
            # What lies outside the frame wants no room in it.
            inside = bool(item.candidates) or not self._shape(code).is_empty
            if item.candidates or (inside and (told or item.must)):
                (needed if told or item.must else others).append(item)
        return needed, others

    def _inside(
        self,
        name: str,
        text: str,
        kind: Kind,
        code: str,
        seats: Sequence[Sequence[float]],
        weight: float,
        *,
        every: bool = False,
    ) -> Item:
        """A name inside an area: at the seats of the base, then wherever it fits within.

        Parameters
        ----------
        every
            Whether all seats are looked at, close together, not some of them.
        """
        shape = self._shape(code)
        self._made[name] = (text, kind, code, seats, weight)
        candidates: list[Candidate] = []
        if shape.is_empty:
            return Item(name, weight, candidates)
        spots = [(float(x), float(y)) for x, y in self.stage.view.points([seat[:2] for seat in seats])]
        west, north, east, south = shape.bounds
        step = max(7.0, ((east - west) * (south - north)) ** 0.5 / 18)
        step = min(step, CLOSE) if every else step
        xs, ys = np.meshgrid(np.arange(west, east, step), np.arange(north, south, step))
        grid = np.column_stack([xs.ravel(), ys.ravel()])
        heart = shapely.get_coordinates(shapely.centroid(shape))[0]
        order = np.argsort(np.hypot(*(grid - heart).T), kind="stable")
        at = np.vstack([np.array(spots).reshape(-1, 2), grid[order]])
        shapely.prepare(shape)

        def some(seats: Any) -> list[int]:
            return list(seats.tolist()) if every else spread(seats)

        for lines, squeezed, extra in self._settings(text, kind):
            boxes, words = self._blocks(lines, squeezed, at)
            # No more of a name lies in an area than in the box round it.
            near = np.flatnonzero(share_in(shape.bounds, boxes) >= INSIDE - TOUCH)
            good = contained(shape, boxes[near])
            over = np.zeros(len(boxes))
            over[near[good]] = self.in_sight.price(boxes[near[good]])
            for rank, n in enumerate(some(near[good])):
                cost = extra + over[n] + 0.05 * rank
                candidates.append(self._seat(words, tuple(boxes[n].tolist()), cost))
            if kind is KINDS["province of events"] and not squeezed.hairs:
                # Small provinces full of events: most of the name in it, all of it in its country.
                near = near[~good]
                near = near[contained(self._shape(code[:2]), boxes[near])]
                areas = shapely.box(*boxes[near].T)
                within = shapely.area(shapely.intersection(areas, shape))
                for rank, n in enumerate(some(near[within >= INSIDE * shapely.area(areas)])):
                    candidates.append(self._seat(words, tuple(boxes[n].tolist()), extra + OUT + 0.05 * rank))
        candidates.sort(key=lambda one: one.cost)
        return Item(name, weight, candidates)

    def looked_over(self, item: Item, symbols: Sequence[Box]) -> Item:
        """The item of a country or province with every seat there is.

        Parameters
        ----------
        symbols
            Boxes of symbols of events: a letter beside one would be taken for its own.
        """
        text, kind, code, seats, weight = self._made[item.name]
        found = self._inside(item.name, text, kind, code, seats, weight, every=True)
        found.must, found.covers = item.must, item.covers
        if kind is KINDS["province of events"] and self.stage.has_notes:
            found.candidates += self._badges(item.name, text, code, symbols)
        return found

    def _badges(self, name: str, text: str, code: str, symbols: Sequence[Box]) -> list[Candidate]:
        """A letter in a province that has no room for its name, which is told below the map."""
        shape = self._shape(code)
        if shape.is_empty:
            return []
        west, north, east, south = shape.bounds
        xs, ys = np.meshgrid(np.arange(west, east, CLOSE / 2), np.arange(north, south, CLOSE / 2))
        inside = shapely.contains_xy(shape, xs.ravel(), ys.ravel())
        at = np.column_stack([xs.ravel(), ys.ravel()])[inside]
        if len(symbols):
            gap = BADGE + 2 * self.stage.size * BADGE_APART
            marks = shapely.STRtree(shapely.box(*np.asarray(symbols, dtype=float).T))
            near, _ = marks.query(shapely.points(at), predicate="dwithin", distance=gap)
            at = np.delete(at, near, axis=0)
        if not len(at):
            return []
        heart = shapely.get_coordinates(shapely.centroid(shape))[0]
        far = np.hypot(*(at - heart).T)
        return [
            self._badge(name, text, (float(at[n, 0]), float(at[n, 1])), BADGE_COST + 0.05 * float(far[n]))
            for n in np.argsort(far).tolist()
        ]

    def _badge(self, name: str, text: str, at: tuple[float, float], cost: float) -> Candidate:
        (x, y), box = at, (at[0] - BADGE, at[1] - BADGE, at[0] + BADGE, at[1] + BADGE)

        def draw() -> None:
            stage = self.stage
            letter = stage.letter(len(stage.report.lettered))
            draw_badge(stage.canvas, stage.layer("names"), stage.house, letter, x, y)
            stage.record.add(stage.view, "name", letter, box)
            stage.report.lettered.append(Lettered(letter, name, text))

        return Candidate([box], cost, draw, named=False)

    def _shape(self, code: str) -> shapely.Geometry:
        """A country or province as far as it lies in the frame, in units."""
        if code not in self._shapes:
            stage = self.stage
            if code in ("AF", "PK"):
                whole = stage.sides.country(code)
            elif code in self.ground.provinces:
                whole = stage.sides.province(code)
            else:
                whole = stage.view.shape(self.ground.areas[code])
            self._shapes[code] = shapely.intersection(whole, stage.view.frame(-3.0))
        return self._shapes[code]

    def _settings(self, text: str, kind: Kind) -> list[tuple[list[str], Kind, float]]:
        """Ways to set a name: on one line, on two, with less room between its letters."""
        found = []
        words = text.split()
        for n, share in enumerate(SQUEEZED if kind.hairs > 1 else SQUEEZED[:1]):
            set_so = replace(kind, hairs=max(1, round(kind.hairs * share)))
            found.append(([text], set_so, 1.5 * n))
            if len(words) > 1 and kind.size < 12.5:
                half = (len(words) + 1) // 2
                found.append(([" ".join(words[:half]), " ".join(words[half:])], set_so, 1.5 * n + 0.8))
        if kind is KINDS["country"]:
            found += [([text], replace(kind, hairs=hairs), 4.5 + 1.5 * n) for n, hairs in enumerate((1, 0))]
            found.append(([text], replace(kind, hairs=0, size=11.0), 7.5))
        if kind is KINDS["province of events"]:
            # Rather close together, or a little smaller, than not at all; never like the tag of a province.
            found.append(([text], replace(kind, hairs=0), 3.0))
            found.append(([text], replace(kind, hairs=0, size=kind.size * SMALLER), 4.5))
        return found

    def _blocks(self, lines: list[str], kind: Kind, at: Any) -> tuple[Any, Words]:
        words = Words.of(self.names, [self.names.cased(line, kind) for line in lines], kind)
        left, top = at[:, 0] - words.width / 2, at[:, 1] - words.height / 2
        # Spaced capitals need more room round them to be read as one name.
        wide = PAD + 2.5 * kind.hairs
        tall = PAD + (LAND_ROOM if self.stage.locator and kind.hairs > 1 else 0.0)
        right, foot = left + words.width + wide, top + words.height + tall
        return np.column_stack([left - wide, top - tall, right, foot]), words

    def _seat(self, words: Words, box: Box, cost: float) -> Candidate:
        def draw() -> None:
            left, top = (box[0] + box[2] - words.width) / 2, (box[1] + box[3] - words.height) / 2
            for line, x, foot in words.feet(left, top, "center"):
                self.names.write(line, words.kind, x, foot)

        return Candidate([box], cost, draw)

    def _apart(self, item: Item, *, told: bool) -> Item:
        """A province's name where no symbol of an event is so near that it would be taken for its name.

        One that the events need stands over or under symbols rather than not at all, level with them only
        where nothing else is left (:meth:`looked_over`).
        """
        item = self._aloof(item)
        clear = [
            replace(one, clear=[beside_symbols(box, self.stage.size) for box in one.boxes])
            for one in item.candidates
        ]
        near = []
        if told:
            gap = 2 * self.stage.size * SYMBOLS_APART
            near = [
                replace(one, cost=one.cost + BESIDE, clear=ends_of(one.boxes[0], "lr", gap))
                for one in item.candidates
            ]
        item.candidates = sorted(clear + near, key=lambda one: one.cost)
        return item

    def _aloof(self, item: Item) -> Item:
        """A country's name where no event's is so near that both would be read as one."""
        size = self.stage.size
        held = [replace(one, aloof=[beside_names(box, size) for box in one.boxes]) for one in item.candidates]
        return replace(item, candidates=held)

    # What helps to find one's way
    # ------------------------------------------------------------------------------------------------

    def towns(self, symbols: Sequence[Box]) -> list[Item]:
        """Towns without an event, by rank."""
        stage = self.stage
        own, english = stage.own["places"], stage.english["places"]
        at = stage.view.points([[lon, lat] for _, lon, lat, *_ in own])
        left, top, right, bottom = stage.view.box
        items: list[Item] = []
        gates = {part for name, *_ in stage.english["crossings"] for part in (name, *name.split("-"))}
        taken: dict[str, tuple[float, float]] = {}
        for mine, plain, (x, y) in zip(own, english, at.tolist(), strict=True):
            name, rank, capital = plain[0], mine[3], mine[4]
            inside = left + 3 < x < right - 3 and top + 3 < y < bottom - 3
            if not inside or {name, mine[0]} & set(self.told) or not self._shown(name, rank):
                continue
            if name in taken and np.hypot(taken[name][0] - x, taken[name][1] - y) < 60:
                continue
            taken[name] = (x, y)
            kind = "capital" if capital else "city" if rank <= 2 else "town" if rank <= 5 else "village"
            weight = max(40.0 - 4.0 * rank + (20.0 if capital else 0.0), 3.0)
            weight = max(weight, WANTED) if name in self.wanted or self.only else weight
            text = stage.lettering.pick(mine[0], name)
            items.append(self._dotted(name, text, KINDS[kind], (x, y), weight, symbols, gate=name in gates))
        return [item for item in items if item.candidates]

    def _shown(self, name: str, rank: int) -> bool:
        """Whether a town is named at this scale, if there is room."""
        if self.only is not None:
            return name in self.only
        return name in self.wanted or self.zoom + 0.25 >= FROM_ZOOM[min(rank, 9)]

    def _dotted(
        self,
        name: str,
        text: str,
        kind: Kind,
        at: tuple[float, float],
        weight: float,
        symbols: Sequence[Box],
        *,
        gate: bool,
    ) -> Item:
        """A name beside a dot, on its side of the line (a crossing has none), no symbol near its free end."""
        stage, (x, y), dot = self.stage, at, 2.0
        words = Words.of(self.names, [text], kind)
        side = None if gate else stage.sides.side_at(x, y)
        fixed: list[Box] = [] if gate else [(x - dot, y - dot, x + dot, y + dot)]
        marks = np.asarray(symbols, dtype=float).reshape(-1, 4)
        gap = SYMBOLS_APART * 2 * stage.size
        candidates: list[Candidate] = []
        apart = np.hypot(np.clip(x, marks[:, 0], marks[:, 2]) - x, np.clip(y, marks[:, 1], marks[:, 3]) - y)
        if (apart < gap).any():
            # A symbol so near would be taken for the town's.
            return Item(name, weight, candidates)
        for form in beside((2 * dot, 2 * dot), words)[:8]:
            a, b = x + form.dx, y + form.dy
            box = (a - PAD, b - PAD, a + words.width + PAD, b + words.height + PAD)
            wide = (box[0] - gap, box[1], box[2] + gap, box[3])
            near = (
                (marks[:, 0] < wide[2])
                & (marks[:, 2] > wide[0])
                & (marks[:, 1] < wide[3])
                & (marks[:, 3] > wide[1])
            )
            if near.any() or not bool(stage.sides.on_side(side, [box])[0]):
                continue
            cost = form.cost + float(InSight(rims=self.in_sight.rims).price([box])[0])
            candidates.append(Candidate([box, *fixed], cost, self._dot_drawer(words, at, (a, b), dot)))
        return Item(name, weight, candidates)

    def _dot_drawer(
        self, words: Words, at: tuple[float, float], corner: tuple[float, float], dot: float
    ) -> Any:
        def draw() -> None:
            stage = self.stage
            ring = shapely.Point(*at).buffer(dot)
            colours = stage.house.colours
            stage.canvas.area(
                stage.layer("places"), ring, fill=colours["place"], edge=colours["focus"], width=0.8
            )
            for line, x, foot in words.feet(*corner, "left"):
                self.names.write(line, words.kind, x, foot)

        return draw

    def lines(self) -> list[Item]:
        """The Line of Control and rivers."""
        items: list[Item] = []
        stage = self.stage
        for course in self.ground.disputed:
            if course.name == CONTROL:
                text, kind, seen = stage.say(CONTROL), KINDS["control"], _seen(stage.view, course.line)
                item = along_line(self.names, CONTROL, text, kind, seen, CONTROL_WEIGHT)
                # Beside less of it than it is long, a level name would be read as that of another line.
                wide = self.names.ink(self.names.cased(text, kind), kind)[0]
                if max((float(np.hypot(*np.ptp(piece, axis=0))) for piece in seen), default=0.0) > wide:
                    item.candidates += self._level(text, replace(kind, hairs=0), seen, None)
                items.append(item)
        if self.zoom >= 5.9 and "rivers" not in stage.hide:
            for river in self.ground.rivers:
                if river.name:
                    text = stage.lettering.pick(river_name(stage.lang, river.name), river.name)
                    items.append(
                        along_line(
                            self.names, river.name, text, KINDS["river"], _seen(stage.view, river.line), 4.0
                        )
                    )
        return [item for item in items if item.candidates]


def _seen(view: View, line: shapely.Geometry) -> list[Any]:
    return pieces_of(shapely.intersection(shapely.transform(line, view.points), view.frame()))
