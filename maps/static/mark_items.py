"""Marks of events as items: symbols with a name, tags, sleeves, and where each may stand."""

from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from maps.static.choices import Choice, Choices, Look, ends_of, level_room, off_names, varied
from maps.static.city import is_city, under_name
from maps.static.forms import (
    Form,
    Spot,
    Words,
    as_array,
    beside,
    beside_gate,
    far_apart,
    halves,
    in_line,
    in_line_off_sleeve,
    leader_boxes,
    moved,
    off_middle,
    rim_towards,
    round_point,
    spots_in_disc,
    spots_in_shape,
)
from maps.static.leaders import draw_leader, leader_foot
from maps.static.legend_pictures import BADGE, draw_badge
from maps.static.mark_rooms import barred, level_with, off_foot, wanted
from maps.static.name_writer import KINDS, PAD, NameWriter
from maps.static.near_line import NearLine
from maps.static.on_line import astride, at_gate, own_side, spots_on_line
from maps.static.placement import Box, Candidate, Item
from maps.static.report import Lettered
from maps.static.symbol_row import SymbolRow
from maps.static.two_sides import across, each_side, of_both, symbols_in, told_side

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maps.static.mark_groups import Framed
    from maps.static.stage import Stage

__all__ = ["MarkItems"]

SYMBOLS_APART: Final = 2.0
"""Symbols that fit between the end of a name and the symbol of another place."""


MORE_LINES: Final = 34.0
"""Cost of symbols of one mark on two lines, which are read as two marks: less than that of a letter only."""

USUAL: Final = 72
"""Candidates of one mark; those that found no place get more."""

LAST_RESORTS: Final = 24
"""Candidates with a letter for the name, or without one."""

LETTER_COST: Final = 30.0
GATE_COST: Final = 40.0
"""Cost of a letter at a crossing, beside that of any: its name says whether it is open."""

NAMELESS_COST: Final = 60.0
EACH_UNNAMED: Final = 3.0
"""Cost of each event of a mark without its name: rather one event without than ten."""

MANY: Final = 20
ABROAD_COST: Final = 8.0
"""Cost of symbols in another province than the events', with a line to their place."""

ELSEWHERE_COST: Final = 28.0
"""Cost of a province's tag outside the province: dearer than a letter inside it."""

LEAST_LEADER: Final = 4.0
LEAST_TAG_LEADER: Final = 14.0
"""A line to a place, or to the ground of a tag, shorter than this, in units, is not drawn."""


NUMBER_GAPS: Final = (5.0, 8.0, 12.0, 17.0)
"""Units between a symbol in a sleeve and its number outside."""

NO_GROUND: Final = shapely.Polygon()


class MarkItems:
    """Makes an item of each group of events.

    Parameters
    ----------
    names
        Writes names.
    pieces
        The Durand Line as it is drawn, in units.
    sleeves
        Ground of the sleeves round stretches of it.
    """

    def __init__(
        self, stage: Stage, names: NameWriter, pieces: Sequence[Any] = (), sleeves: Any = NO_GROUND
    ) -> None:
        self.line = shapely.MultiLineString(list(pieces))
        self.near_line = NearLine(stage, self.line, sleeves)
        self.stage = stage
        self.names = names
        self.apart = SYMBOLS_APART
        self.before = len(stage.report.lettered)
        self.lettered: list[Lettered] = []
        self.unnamed: list[Framed] = []
        # A page is searched more than once; where a mark can stand stays the same.
        self._found: dict[tuple[int, bool, bool], tuple[Framed, list[Choices]]] = {}
        self._made: dict[tuple[int, int, bool, bool, float], tuple[Framed, Item]] = {}

    def item(
        self,
        framed: Framed,
        most: int = USUAL,
        *,
        lettered: bool = False,
        nameless: bool = False,
        apart: float = SYMBOLS_APART,
    ) -> Item:
        """The item of one group.

        Parameters
        ----------
        most
            Places to stand, at most.
        lettered
            Whether a letter may stand for the name, which is then told below the map.
        nameless
            Whether the mark may go without a name, because there are more than names have room.
        apart
            Symbols that fit between the end of its name and the symbol of another place.
        """
        key = (id(framed), most, lettered, nameless, apart)
        made = self._made.get(key)
        if made is None:
            made = (framed, self._item(framed, most, lettered=lettered, nameless=nameless, apart=apart))
            self._made[key] = made
        return made[1]

    def _item(self, framed: Framed, most: int, *, lettered: bool, nameless: bool, apart: float) -> Item:
        self.apart = apart
        group = framed.group
        held = self._found.get((id(framed), lettered, nameless))
        if held is None:
            held = (framed, self._every_choice(framed, lettered=lettered, nameless=nameless))
            self._found[id(framed), lettered, nameless] = held
        found = held[1]
        named = [one for one in found if one.named]
        last = [one for one in found if not one.named]
        stacked = [one for one in named if one.look.row.stacked]
        best = varied([one for one in named if not one.look.row.stacked], most)
        best += varied(stacked, LAST_RESORTS) + varied(last, most if not named else LAST_RESORTS)
        chosen = [self._candidate(framed, one) for one in best]
        loud = 160.0 if group.plotted else 120.0 if group.level in ("near", "district", "stretch") else 100.0
        name = group.name or f"{len(framed.events)} events"
        return Item(name, loud + min(len(framed.events), MANY), chosen, must=True, kind="mark", at=framed.at)

    def _every_choice(self, framed: Framed, *, lettered: bool, nameless: bool) -> list[Choices]:
        """All ways in which a group can stand."""
        if framed.group.plotted:
            looks, spots, forms = self._place_looks(framed), None, beside
            if own_side(framed, self.line, self.stage):
                forms = beside_gate
        else:
            looks, forms = self._tag_looks(framed), in_line
            # A symbol on one side of the line would say that it happened there.
            spots = spots_on_line(framed, self.line, self.stage.view.metres)
            if framed.group.level == "stretch":
                forms = in_line_off_sleeve
            spots = spots or self._area_spots(framed)
        if lettered:
            looks += self._letter_looks(framed)
        if nameless:
            cost = NAMELESS_COST + EACH_UNNAMED * min(len(framed.events), MANY)
            looks += [Look(row, None, cost + more) for row, more in self._rows(framed)]
        found: list[Choices] = []
        for look in looks:
            here = spots
            if look.words is not None and is_city(self.stage, framed):
                city = under_name(framed, (look.row.width, look.row.height), look.words)
                found += self._choices(framed, look, city[0], lambda _row, _words, forms=city[1]: forms)  # type: ignore[misc]
                continue
            if here is None:
                here = round_point(framed.at, (look.row.width, look.row.height), look.row.first[0])
                here = at_gate(framed, self.line, self.stage, here)
            elif framed.group.level == "stretch":
                # The symbols stand on the line, not the middle of a row with a number.
                here = [spot._replace(x=spot.x - look.row.heart) for spot in here]
            found += self._choices(framed, look, here, forms)
        return found

    def settle(self) -> None:
        """Note what was drawn with a letter, or without a name."""
        self.stage.report.lettered += self.lettered
        self.stage.report.unnamed += self.unnamed

    # How it can look
    # ------------------------------------------------------------------------------------------------

    def _rows(self, framed: Framed) -> list[tuple[SymbolRow, float]]:
        """Ways to set the symbols, and what each costs."""
        size, parts = self.stage.size, framed.parts
        row = SymbolRow.of(self.stage, parts, size)
        if framed.group.level == "stretch" and parts[-1].n > 1:
            # The number stands outside the sleeve.
            return [
                (row.number_off(self.stage, away, before=before), 0.1 * away)
                for before in (True, False)[len(parts) > 1 :]
                for away in NUMBER_GAPS
            ]
        reach = framed.group.radius_m / self.stage.view.metres
        if framed.group.plotted and 2 * size < reach < row.width / 2 and len(parts) > 2:
            # As near to its place as it can be where the scale shows how large that is.
            return [(SymbolRow.of(self.stage, parts, size, per_line=ceil(sqrt(len(parts)))), 0.0)]
        rows = [(row, 0.0)]
        if len(parts) > 2:
            half = -(-len(parts) // 2)
            rows.append((SymbolRow.of(self.stage, parts, size, per_line=half), MORE_LINES))
        return rows

    def _place_looks(self, framed: Framed) -> list[Look]:
        group = framed.group
        kind = KINDS["event capital" if self._capital(group.name) else "event place"]
        text = group.name
        if group.state_word:
            text = f"{text}: {group.state_word}"
        return self._looks(framed, text, kind)

    def _tag_looks(self, framed: Framed) -> list[Look]:
        group = framed.group
        kind = KINDS["province tag" if group.level in ("province", "country") else "tag"]
        return self._looks(framed, group.tag, kind)

    def _looks(self, framed: Framed, text: str, kind: Any) -> list[Look]:
        looks = []
        parts = halves(text)
        for row, cost in self._rows(framed):
            if text:
                looks.append(Look(row, Words.of(self.names, [text], kind), cost))
            if text and parts:
                looks.append(Look(row, Words.of(self.names, parts, kind), cost + 0.8))
            if not text:
                looks.append(Look(row, None, cost))
        return looks

    def _letter_looks(self, framed: Framed) -> list[Look]:
        """Symbols with the letter under which the name stands below the map; it is given when drawn."""
        badge = Words(("A",), KINDS["tag"], None, (2 * BADGE,), 2 * BADGE, 0.0, 0.0)
        cost = LETTER_COST + (GATE_COST if framed.group.state_word else 0.0)
        cost += EACH_UNNAMED * (min(len(framed.events), MANY) - 1)
        return [Look(row, badge, cost + more, lettered=True) for row, more in self._rows(framed)]

    def _capital(self, name: str) -> bool:
        return any(
            name in (mine[0], plain[0])
            for mine, plain in zip(self.stage.own["places"], self.stage.english["places"], strict=True)
            if plain[4]
        )

    # Where it can stand
    # ------------------------------------------------------------------------------------------------

    def _area_spots(self, framed: Framed) -> list[Spot]:
        group = framed.group
        if framed.shape is not None and not framed.shape.is_empty and "Polygon" in framed.shape.geom_type:
            inside = spots_in_shape(framed.shape, framed.at)
            if group.level in ("province", "country"):
                outside = [spot for spot in spots_in_disc(framed.at, 30.0) if spot.led]
                return inside + [spot._replace(cost=spot.cost + ELSEWHERE_COST) for spot in outside]
            return inside + spots_in_disc(framed.at, 14.0)
        reach = max(group.radius_m / self.stage.view.metres, 4.0)
        return spots_in_disc(framed.at, min(reach, 70.0))

    # Candidates
    # ------------------------------------------------------------------------------------------------

    def _choices(
        self,
        framed: Framed,
        look: Look,
        spots: Sequence[Spot],
        forms_of: Callable[[tuple[float, float], Words], list[Form]],
    ) -> list[Choices]:
        """Every way this look can stand that is on its own side, in its own province and in the frame."""
        stage, row = self.stage, look.row
        half = (row.width / 2, row.height / 2)
        middle = as_array(spots)
        if not len(middle):
            return []
        boxes = moved((-half[0], -half[1], half[0], half[1]), middle[:, 0], middle[:, 1])
        good = self._inside(boxes) & stage.sides.on_side(framed.group.side, boxes)
        good &= ~self._led_across(framed, spots, boxes, good)
        good &= each_side(self.stage.sides, framed, row, middle) & astride(
            framed, self.line, self.stage, spots, of_both(framed, row, boxes)
        )
        # Outside its own country, in a third one, only where the picture shows too little of it.
        land = symbols_in(row, middle, stage.sides.in_country, framed.group.side)
        if bool((land & good).any()):
            good &= land
        home = symbols_in(row, middle, stage.sides.in_province, framed.group.adm1)
        exact = framed.group.plotted or framed.group.level == "province"
        led = np.array([spot.led and exact for spot in spots], dtype=bool)
        # In its own province where it can be; a line to the place itself says where it is.
        if bool((home & good).any()):
            good &= home | led
        kept = np.flatnonzero(good)
        middle = middle[kept]
        price = np.array([spot.cost for spot in spots])[kept] + np.where(home[kept], 0.0, ABROAD_COST)
        price += self.near_line.symbols(framed, row, middle, boxes[kept])
        words = look.words
        if words is None or not len(kept):
            return [Choices(look, None, spots, kept, price + look.cost)]
        # A letter over or under symbols would be taken for one of another.
        forms = [
            one for one in forms_of((row.width, row.height), words) if not look.lettered or one.ends != "lr"
        ]
        wide, tall = words.width + PAD, words.height + PAD
        rel = np.array([(one.dx - PAD, one.dy - PAD, one.dx + wide, one.dy + tall) for one in forms])
        texts = (np.tile(middle, 2)[None] + rel.reshape(-1, 1, 4)).reshape(-1, 4)
        fits = np.flatnonzero(self._inside(texts) & stage.sides.on_side(framed.group.side, texts))
        texts, (which, at) = texts[fits], np.divmod(fits, len(kept))
        extra = self._outside_home(framed, texts) + across(stage.sides, framed, texts)
        extra += self.near_line.words(framed, row, [one.ends for one in forms], which, texts)
        costs = price[at] + np.array([one.cost for one in forms])[which] + look.cost + extra
        parts = np.searchsorted(which, np.arange(len(forms) + 1)).tolist()
        return [
            Choices(look, form, spots, kept[at[begin:end]], costs[begin:end])
            for form, begin, end in zip(forms, parts, parts[1:], strict=False)
        ]

    def _inside(self, boxes: Any) -> Any:
        left, top, right, bottom = self.stage.view.box
        return (
            (boxes[:, 0] > left + 2)
            & (boxes[:, 1] > top + 2)
            & (boxes[:, 2] < right - 2)
            & (boxes[:, 3] < bottom - 2)
        )

    def _outside_home(self, framed: Framed, texts: Any) -> Any:
        """Cost of words that leave the province or the outline that they are of."""
        shape = framed.shape
        if framed.group.level in ("province", "country"):
            if shape is None:
                return np.zeros(len(texts))
            shapely.prepare(shape)
            inside = shapely.contains(shape, shapely.box(*texts.T))
            return np.where(inside, 0.0, 6.0)
        if shape is not None and framed.group.tint:
            faces = shapely.box(*texts.T)
            shapely.prepare(shape)
            apart = shapely.contains(shape, faces) | ~shapely.intersects(shape, faces)
            return np.where(apart, 0.0, 1.5)
        return np.zeros(len(texts))

    def _led_across(self, framed: Framed, spots: Sequence[Spot], boxes: Any, some: Any) -> Any:
        """Which of some spots would need a line to their place that crosses the Durand Line."""
        led = np.flatnonzero(some & np.array([spot.led for spot in spots], dtype=bool))
        x = np.clip(framed.at[0], boxes[led, 0], boxes[led, 2])
        y = np.clip(framed.at[1], boxes[led, 1], boxes[led, 3])
        ends = np.column_stack([x, y])
        way = ends - np.array(framed.at)
        far = np.hypot(*way.T)
        far[far == 0] = 1.0
        # The place itself may lie on the line, as a crossing does.
        begins = np.array(framed.at) + way / far[:, None] * np.minimum(far, 3.0)[:, None]
        found = np.zeros(len(spots), dtype=bool)
        found[led] = self.stage.sides.cut(begins, ends)
        return found

    def _candidate(self, framed: Framed, choice: Choice) -> Candidate:
        look, spot, form = choice.look, choice.spot, choice.form
        row, words = look.row, look.words
        left, top = spot.x - row.width / 2, spot.y - row.height / 2
        box: Box = (left, top, left + row.width, top + row.height)
        marks = row.boxes(left, top)
        texts: list[Box] = []
        told: list[Box] = []
        clear: list[Box] = []
        if form is not None and words is not None:
            x, y = spot.x + form.dx, spot.y + form.dy
            texts = [(x - PAD, y - PAD, x + words.width + PAD, y + words.height + PAD)]
            clear = ends_of(texts[0], form.ends, self.apart * 2 * row.size)
            told = list(texts)
            if form.ends == "lr":
                clear.append(level_room(texts[0], box))
                texts = [off_names(texts[0], box)]
        clear += barred(box, told, row.size)
        rooms = wanted(box, told, row.size)
        led, foot, rim = self._led(framed, spot, row)
        fixed: list[Box] = list(marks)
        if led:
            # Another symbol may stand on the very place: the line comes out from under it.
            fixed += [one for one in leader_boxes(foot, rim) if off_middle(one, framed.at) > 2 * row.size]
        feet = [off_foot(foot)] if led and framed.group.plotted else []

        def draw() -> None:
            if led:
                draw_leader(self.stage, framed, foot, rim)
            row.draw(self.stage, left, top)
            if words is not None and form is not None:
                corner = (spot.x + form.dx, spot.y + form.dy)
                if look.lettered:
                    self._badge(framed, corner)
                else:
                    self._write(framed, words, corner, form.align)
            elif framed.group.name:
                self.unnamed.append(framed)

        named = (words is not None or not framed.group.name) and not look.lettered
        return Candidate(
            texts,
            choice.cost,
            draw,
            fixed,
            marks,
            clear,
            rooms,
            told,
            aloof=[level_with(one) for one in told],
            feet=feet,
            named=named,
            at=(spot.x, spot.y),
        )

    def _led(
        self, framed: Framed, spot: Spot, row: SymbolRow
    ) -> tuple[bool, tuple[float, float], tuple[float, float]]:
        """Whether a line leads from symbols to their place, and its ends there and at the symbols."""
        plotted = framed.group.plotted
        if not (spot.led or plotted):
            return False, framed.at, framed.at
        left, top = spot.x - row.width / 2, spot.y - row.height / 2
        foot = leader_foot(framed, (spot.x, spot.y), self.stage.view.metres)
        # Where symbols stand on two lines their common box has empty corners.
        off = min(far_apart(rim_towards(box, foot), foot) for box in row.boxes(left, top))
        led = off > (LEAST_LEADER if plotted else LEAST_TAG_LEADER)
        return led, foot, row.rim_towards(left, top, foot)

    # Drawing
    # ------------------------------------------------------------------------------------------------

    def _badge(self, framed: Framed, corner: tuple[float, float]) -> None:
        stage = self.stage
        text = framed.group.tag or framed.group.name
        # One name has one number, however many marks bear it.
        known = next((one.letter for one in self.lettered if one.text == text), None)
        letter = known or stage.letter(self.before + len(self.lettered))
        x, y = corner[0] + BADGE, corner[1] + BADGE
        draw_badge(stage.canvas, stage.layer("names"), stage.house, letter, x, y)
        box = (x - BADGE, y - BADGE, x + BADGE, y + BADGE)
        stage.record.add(stage.view, "name", letter, box, events=self._named(framed, box))
        if known is None:
            self.lettered.append(Lettered(letter, framed.group.name, text))

    def _write(self, framed: Framed, words: Words, corner: tuple[float, float], align: str) -> None:
        left, top = corner
        for line, x, foot in words.feet(left, top, align):
            self.names.write(line, words.kind, x, foot, colour=words.colour)
        box = (left, top, left + words.width, top + words.height)
        ids = self._named(framed, box)
        self.stage.record.add(self.stage.view, "name", " ".join(words.lines), box, events=ids)

    def _named(self, framed: Framed, box: Box) -> list[str]:
        """Events whose name stands in a box: across the line it is that of the crossing alone."""
        side = told_side(framed)
        home = side is None or bool(self.stage.sides.on_side(side, [box])[0])
        named = [part for n, part in enumerate(framed.parts) if home or framed.sides[n] is None]
        return [one for part in named for one in part.events]
