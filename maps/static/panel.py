"""One panel of a page: base, areas, marks of events, and names and furniture that find their places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import shapely

from maps.static.areas import draw_reaches, draw_sleeve, draw_tint, is_tinted, sleeves_of
from maps.static.base import CONTROL, draw_control, draw_ground, draw_line, read_ground, shows_band
from maps.static.base_names import BaseNames
from maps.static.call_outs import call_out_items
from maps.static.choropleth import draw_units
from maps.static.city import disc_boxes, draw_city, is_city, rim_item
from maps.static.course import guard_boxes
from maps.static.density_surface import draw_surface
from maps.static.figure_items import FigureItems
from maps.static.furniture import draw_graticule
from maps.static.furniture_items import furniture_items
from maps.static.gate_items import gate_items
from maps.static.in_sight import InSight
from maps.static.laid_items import LaidItems
from maps.static.laid_shapes import draw_laid, own_lines, tint_rims
from maps.static.mark_groups import (
    Framed,
    by_province,
    joined,
    names_told,
    parts_of,
    showing,
    with_gates,
)
from maps.static.mark_items import MarkItems
from maps.static.mark_rooms import dearer_by_names, off_names, off_symbols, with_ends
from maps.static.mark_search import CROWDED, TURNS, MarkSearch, is_small
from maps.static.name_writer import NameWriter
from maps.static.note_items import NoteItems
from maps.static.placement import Box, Item, Placed, place
from maps.static.seats import Seats
from maps.static.stage import LAYERS, Stage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from maps.content.choropleth import Count, Shading
    from maps.content.claimed_figures import Figures
    from maps.content.content import MapContent
    from maps.content.density import Density
    from maps.static.base import Ground
    from maps.static.projection import View
    from maps.static.proportional_symbols import Gauge

__all__ = ["Panel"]

LINE_REACH: Final = 2.4
"""Half the width of the strip along the line that names keep off, in units."""

GATE_NEAR: Final = 1.0
"""Symbols between a crossing and what happened beside it, up to which both stand in one row."""


@dataclass
class Panel:
    """A panel and what it is drawn from.

    Attributes
    ----------
    rows
        Numbers of the events that it shows; all if not given.
    furnished
        Whether the panel has a scale bar and arrow of its own.
    locator
        Views whose frames its locator shows, none if empty; by the rule for one map if not given.
    figures, gauge
        A claimant's figures by which symbols are sized, and how large a figure is.
    shading, counts, density
        What stands in for the events where units or a surface are shaded.
    """

    stage: Stage
    content: MapContent
    rows: Sequence[int] | None = None
    furnished: bool = True
    locator: list[View] | None = None
    figures: Figures | None = None
    gauge: Gauge | None = None
    shading: Shading | None = None
    counts: Sequence[Count] = ()
    density: Density | None = None
    ground: Ground = field(default_factory=read_ground)

    @property
    def shaded(self) -> bool:
        """Whether units or a surface stand in for the events."""
        return self.shading is not None or self.density is not None

    def draw(self) -> None:
        """Draw the panel."""
        stage, ground = self.stage, self.ground
        canvas, house, view = stage.canvas, stage.house, stage.view
        canvas.clip_to(view.box)
        draw_ground(canvas, house, view, ground, stage.hide)
        fixed: list[Box] = draw_graticule(canvas, house, view, 10.4) if stage.sheet.graticule else []
        fixed += stage.reserved
        framed = self._framed()
        self._shade(by_sector=False)
        if not self.shaded:
            draw_reaches(stage, self.content, self.rows, ground.durand)
        for one in framed:
            if (
                one.shape is not None
                and "Polygon" in one.shape.geom_type
                and is_tinted(one.group, self.content)
            ):
                draw_tint(stage, one)
            elif is_city(stage, one):
                draw_city(stage, one)
        self._shade(by_sector=True)
        canvas.layer("laid", LAYERS["laid"])
        ways = draw_laid(stage, self.content.laid)
        for one in framed:
            if one.group.level == "stretch":
                draw_sleeve(stage, one)
        places = shapely.MultiPoint([one.at for one in framed])
        pieces = draw_line(canvas, house, view, ground, places)
        stage.report.band |= shows_band(view, ground, places)
        self._layers(framed)
        fixed += guard_boxes([*pieces, *ways], LINE_REACH)
        self._place(framed, pieces, fixed)
        canvas.clip_to(None)
        canvas.box(stage.layer("frame"), view.box, edge=house.colours["border"], width=0.6)

    def _shade(self, *, by_sector: bool) -> None:
        stage = self.stage
        if self.shading is not None and (self.shading.by == "sector") == by_sector:
            draw_units(stage.canvas, stage.house, stage.view, self.shading, self.counts)
        if self.density is not None and not by_sector:
            draw_surface(stage.canvas, stage.house, stage.view, self.density)

    def _framed(self) -> list[Framed]:
        """Groups with a mark on this panel; the others are noted."""
        report, content = self.stage.report, self.content
        if self.shaded:
            count = sum(len(group.events) for group in content.marks)
            report.framed += count if self.rows is None else len(self.rows)
            return []
        found = showing(content, self.stage.view, self.stage.sides, self.rows)
        report.outside += len(found.outside)
        report.framed += sum(len(one.events) for one in (*found.framed, *found.below))
        report.below += found.below
        stage = self.stage
        framed = with_gates(found.framed, stage.view, stage.sides, GATE_NEAR * 2 * stage.size)
        if is_small(self.stage):
            framed = by_province(content, framed, self.stage.view, self.stage.sides)
        return joined(content, framed, self.stage.view)

    def _layers(self, framed: Sequence[Framed]) -> None:
        """Layers in their order: leaders, halos and stretches under symbols, symbols under names."""
        canvas, stage = self.stage.canvas, self.stage
        for name in ("leaders", "halos", "stretches", "crossings", "places"):
            canvas.layer(name, LAYERS[name])
        for kind in dict.fromkeys(part.event_type for one in framed for part in one.parts):
            canvas.layer(f"events-{kind.replace(' ', '-')}", f"Events: {stage.plain_plural(kind)}")
        if self.figures is not None:
            canvas.layer("figures", "Figures of one claimant")
        for name in ("numbers", "names", "notes-on-map", "furniture"):
            canvas.layer(name, LAYERS[name])

    # Placing
    # ------------------------------------------------------------------------------------------------

    def _place(self, framed: list[Framed], pieces: list[Any], fixed: list[Box]) -> None:
        stage = self.stage
        names = NameWriter(stage)
        told = names_told(framed)
        laid = LaidItems(stage, names, told, pieces, self._chosen_towns())
        notes = NoteItems(laid)
        provinces = {one.group.adm1 for one in framed if one.group.adm1}
        base = self._base(names, told, provinces, firm=len(framed) <= CROWDED)
        marks = MarkItems(stage, names, pieces, sleeves_of(framed))
        frame, gates = self._inner, self._gates(laid, framed)
        needed, others = base.units()
        figures, in_words, framed = self._figures(framed)
        units = {item.name for item in (*needed, *others)}
        first = figures + base.durand(pieces) + laid.items(self.content.laid)
        first += laid.musts(self.content.musts, units) + gates
        cities = [one for one in framed if is_city(stage, one)]
        first += [
            *(rim_item(stage, one) for one in cities),
            *notes.items(self.content.laid, None, fixed, cities),
        ]
        rest_of = [*needed]
        if self.furnished:
            rest_of += furniture_items(stage, self.ground, self._anchors(framed), self.locator, laid.towns)
        noted = any(one.kind == "note" for one in self.content.laid)
        if not noted:
            first, rest_of = first + rest_of, []
        search = MarkSearch(stage, self.content, marks, first, Seats(fixed, frame))
        items, placed, framed, lost = search.best(framed, needed)
        stage.report.by_province |= any(one.places for one in framed)
        twice = _named_by_tags(framed, needed, base)
        placed.chosen = {n: one for n, one in placed.chosen.items() if id(items[n]) not in twice}
        again = _taken_out(placed, needed, twice)
        self._draw(placed)
        self._note(items, placed, [])
        stage.report.unplaced += [
            *lost,
            *(in_words[one.name] for one in placed.left_out if one.name in in_words),
        ]
        marks.settle()
        taken = _boxes_of(placed)
        if noted:
            # A note leads to a symbol, so that it comes once the symbols stand, and before all else.
            more = [*notes.items(self.content.laid, taken, fixed, cities)]
            more += [one for one in rest_of if id(one) not in twice]
            second = place(more, [*fixed, *taken, *self._discs(cities)], frame, turns=TURNS)
            again += _taken_out(second, needed, twice)
            self._draw(second)
            self._note(more, second, [])
            taken += _boxes_of(second)
        symbols = [box for one in placed.chosen.values() for box in one.symbols]
        stage.report.symbols += symbols
        # Once all else stands, every seat that is left is looked at.
        words = [box for one in placed.chosen.values() for box in one.words]
        again = [dearer_by_names(base.looked_over(item, symbols), words, stage.size) for item in again]
        later = call_out_items(stage, self.content) + again
        free = off_symbols(others, symbols, stage.size) + base.towns(symbols) + base.lines()
        later += off_names(free, words, stage.size)
        self._last(later, place(later, [*fixed, *map(with_ends, taken)], frame), [*needed, *again])
        laid.settle(self.content.musts, {one.name for one in marks.lettered}, units)

    def _gates(self, laid: LaidItems, framed: Sequence[Framed]) -> list[Item]:
        """Names of crossings at which nothing is drawn; a panel of some of the events has no day of its own.

        What finds no room is told below the map.
        """
        if self.rows is not None or self.shaded:
            return []
        items = gate_items(laid, self.content, {one.group.crossing for one in framed})
        if self.stage.squares:
            return items
        self._note([], Placed(left_out=items), [])
        return []

    @property
    def _inner(self) -> Box:
        """The panel without its rim."""
        left, top, right, bottom = self.stage.view.box
        return left + 2, top + 2, right - 2, bottom - 2

    def _note_unnamed(self) -> None:
        """What goes without a name where nothing can be told below the map."""
        report = self.stage.report
        if report.unnamed and not self.stage.has_notes:
            unnamed = ", ".join(one.group.tag or one.group.name for one in report.unnamed)
            report.warnings.append(f"no room for the names of: {unnamed}; choose a larger size")

    def _discs(self, cities: Sequence[Framed]) -> list[Box]:
        """Boxes over the radius of each city."""
        return [box for one in cities for box in disc_boxes(self.stage, one)]

    def _chosen_towns(self) -> list[tuple[float, float]]:
        """Towns that a locator names, in units."""
        only = self.content.spec.towns or ()
        at = [(lon, lat) for name, lon, lat, *_ in self.stage.english["places"] if name in only]
        return [(x, y) for x, y in self.stage.view.points(at).tolist()] if at else []

    def _base(self, names: NameWriter, told: set[str], provinces: set[str], *, firm: bool) -> BaseNames:
        """Names of the base, but for those that marks carry."""
        content = self.content
        own = {one.name for one in content.laid if one.kind in ("label", "highlight") and one.name}
        own |= {one.name for one in content.musts if one.dot}
        wanted = {name for one in content.laid for name in (one.name, one.to_name) if name}
        wanted |= {one.name for one in content.musts}
        base = BaseNames(
            self.stage, names, self.ground, events_in=provinces, told=told | own, wanted=wanted,
            only=content.spec.towns, firm=firm,
        )  # fmt: skip
        lines = [tint_rims(self.stage, content.laid), own_lines(self.stage, content.laid)]
        base.in_sight = InSight(self._chosen_towns(), shapely.union_all(lines))
        return base

    def _last(self, later: list[Item], rest: Placed, lands: list[Item]) -> None:
        """What is drawn and told once the marks stand."""
        self._draw(rest)
        self._draw_control(later[n].name for n in rest.chosen)
        self._note_unnamed()
        self._note(later, rest, lands)

    def _draw_control(self, named: Iterable[str]) -> None:
        """The Line of Control, where its name stands beside it."""
        stage = self.stage
        if CONTROL in named:
            stage.canvas.clip_to(stage.view.box)
            draw_control(stage.canvas, stage.house, stage.view, self.ground)
            stage.canvas.clip_to(None)

    def _anchors(self, framed: Sequence[Framed]) -> list[Box]:
        """Boxes where symbols want to stand: furniture keeps off them."""
        r = 2 * self.stage.size
        return [(x - r, y - r, x + r, y + r) for x, y in (one.at for one in framed)]

    def _figures(self, framed: list[Framed]) -> tuple[list[Item], dict[str, Framed], list[Framed]]:
        """Items of events with figures, what is told of one without room, groups without those events."""
        if self.figures is None or self.gauge is None:
            return [], {}, framed
        maker = FigureItems(self.stage, self.content, self.figures, self.gauge)
        items: list[Item] = []
        rest = []
        for one in framed:
            found, others = maker.items(one)
            items += found
            if others:
                rest.append(Framed(one.group, others, parts_of(self.content, others), one.at, one.shape))
        return items, maker.in_words, rest

    def _draw(self, placed: Placed) -> None:
        canvas = self.stage.canvas
        canvas.clip_to(self.stage.view.box)
        for candidate in placed.chosen.values():
            candidate.draw()
        canvas.clip_to(None)

    def _note(self, items: Sequence[Item], placed: Placed, needed: Sequence[Item]) -> None:
        report = self.stage.report
        for number, candidate in placed.chosen.items():
            item = items[number]
            report.boxes.append((item.name, [*candidate.boxes, *candidate.symbols]))
            if item.kind in ("label", "mark"):
                report.placed.append(item.name)
            elif item.kind == "laid":
                report.asked[item.name] = True
        report.left_out += [item.name for item in placed.left_out if item.kind == "label"]
        lands = [item.name for item in placed.left_out if any(item is one for one in needed)]
        report.lands += lands
        told = ("label", "mark", "figure", "laid", *(("crossing",) if self.stage.has_notes else ()))
        missing = [item.name for item in placed.left_out if item.kind not in told]
        report.gates += [item.name for item in placed.left_out if item.kind == "crossing"]
        if missing or lands:
            listed = ", ".join((*lands, *missing))
            report.warnings.append(f"no room on the map for: {listed}; choose a larger size")


def _boxes_of(placed: Placed) -> list[Box]:
    """All that chosen candidates cover."""
    return [box for one in placed.chosen.values() for box in (*one.boxes, *one.fixed)]


def _named_by_tags(framed: Sequence[Framed], needed: Sequence[Item], base: BaseNames) -> set[int]:
    """Provinces whose districts were joined: their tags name them."""
    tags = {one.group.adm1 for one in framed if one.group.level == "province"}
    return {id(item) for item in needed if base.code_of.get(item.name) in tags}


def _taken_out(placed: Placed, needed: Sequence[Item], twice: Collection[int]) -> list[Item]:
    """Names of land without room, taken from what is left out; those that a tag says too are gone."""
    lands = {id(item) for item in needed}
    gone = [item for item in placed.left_out if id(item) in lands]
    placed.left_out = [item for item in placed.left_out if id(item) not in lands]
    return [item for item in gone if id(item) not in twice]
