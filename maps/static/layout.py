"""How the parts of a printed map share the sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from geo.errors import SchemaError
from maps.content.captions import Caption, caption_of
from maps.content.choropleth import read_shading
from maps.content.claimed_figures import figures_of
from maps.content.density import read_density
from maps.static.arrangement import NARROW, Arrangement, Plan, TooSmallError
from maps.static.base import base_names, read_ground
from maps.static.canvas import Canvas
from maps.static.corners import less_high, within
from maps.static.fonts import Lettering, is_arabic
from maps.static.gate_items import gates_told
from maps.static.line_profile import draw_profile, profile_names
from maps.static.mark_groups import showing
from maps.static.page_words import PageWords
from maps.static.panel import Panel
from maps.static.projection import View
from maps.static.proportional_symbols import Gauge
from maps.static.record import Record
from maps.static.report import Lettered, Report
from maps.static.sides import Sides
from maps.static.small_multiples import grid_boxes, parts_of_page
from maps.static.split_view import is_crowded
from maps.static.stage import Stage, symbol_scale
from maps.static.timeline import draw_strip
from maps.words.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.content.content import MapContent
    from maps.spec.house_style import House
    from maps.spec.sheet import Sheet
    from maps.spec.spec import MapSpec
    from maps.static.canvas import Layer
    from maps.static.legend import Flow
    from maps.static.placement import Box
    from maps.static.split_view import Half

__all__ = ["Drawn", "Layout"]

PASSES: Final = 6
"""A page is laid out again where its map leaves more to say below it than was thought."""

NOTES_GAP: Final = 3.5
"""Units that notes may be higher than planned: the arrangement leaves a little more below them."""

EXPECTED: Final = 6
"""Names that a crowded page of a given height is expected to tell below its map."""


def _shown(sheet: Sheet, hide: tuple[str, ...]) -> Sheet:
    """The sheet without the parts that a specification hides."""
    off = {name: False for name in ("timeline", "inset") if name in hide}
    return replace(sheet, **off) if off else sheet  # type: ignore[arg-type]


class Drawn(NamedTuple):
    """What a layout gives: the page, its words, the account of what was placed, and what was drawn where."""

    canvas: Canvas
    caption: Caption
    report: Report
    record: Record


class Layout:
    """One drawing in the making."""

    def __init__(self, spec: MapSpec, sheet: Sheet, house: House, content: MapContent) -> None:
        self.spec = spec
        self.sheet = sheet = _shown(sheet, spec.hide)
        self.house = house
        self.content = content
        self.lettering = Lettering(
            house.latin, house.arabic, sheet.font, house.bold if sheet.font == house.font else None
        )
        self._check()
        # The page is mirrored where its words are; English words stand in where a language lacks them.
        rtl = LANGUAGES[spec.lang].direction == "rtl" and is_arabic(content.title)
        self.words = PageWords(
            spec, sheet, house, content, self.lettering, read_shading(content), read_density(content), rtl=rtl
        )
        self.parts = parts_of_page(sheet, content, self.lettering)
        figures = figures_of(content)
        if figures is not None and (spec.shade or sheet.profile):
            raise SchemaError(
                f"{'a shaded map' if spec.shade else 'a profile'} has no symbols to size; leave out size_by"
            )
        self.words.figures = figures
        self.words.gauge = None if figures is None else Gauge.of(figures.most, self._panel_width())
        self.extent: tuple[float, float, float, float] = tuple(float(one) for one in content.extent)  # type: ignore[assignment]
        self.framed = False
        self.terse = False
        # On a small page of a given height squares would take room from events.
        self.squares = sheet.paper.height is None or sheet.paper.width_u >= NARROW
        self.english = base_names("en")
        self.own = base_names(spec.lang)

    def _panel_width(self) -> float:
        """Width of one map in units, about, where there may be several."""
        wide = self.sheet.paper.width_u
        return wide / min(len(self.parts), max(1, int(wide // 190)))

    def _check(self) -> None:
        """One way of parting or replacing the map at a time."""
        kinds = ["compare"] * bool(self.spec.compare) + ["facet"] * bool(self.sheet.facet)
        kinds += ["profile"] * self.sheet.profile
        kinds += ["shade"] * bool(self.spec.shade and self.sheet.profile)
        if len(kinds) > 1:
            raise SchemaError(f"{' and '.join(kinds)} can't be had on one sheet; choose one")

    # Passes
    # ------------------------------------------------------------------------------------------------

    def drawn(self) -> Drawn:
        """Lay the page out and draw it, again where the map left more to say than there was room for."""
        self.words.squares = self._will_have_squares()
        notes, expecting = self._first_notes(), True
        for turn in range(PASSES):
            arrangement = Arrangement(self.words, self.extent, notes)
            try:
                plan = arrangement.plan()
                if expecting and plan.notes_box is None:
                    notes = self._first_notes(expecting=True)
                    arrangement = Arrangement(self.words, self.extent, notes)
                    plan = arrangement.plan()
            except TooSmallError:
                # What would be told below a map leaves no room for it: it tells less.
                if self.terse or not (turn or expecting):
                    raise
                self.terse, expecting = not expecting, False
                notes = self._first_notes()
                continue
            expecting = False
            if self._reframed(plan):
                continue
            page = _Page(self, arrangement, plan)
            page.draw()
            if page.has_squares() != self.words.squares:
                # The key has more to explain. If that leaves no room for squares, they are told in words.
                self.squares = not self.words.squares
                self.words.squares = self.squares
                continue
            found = self.words.notes(page.report)
            if page.notes_fit(found):
                break
            notes = found
            if turn == PASSES - 2 and not self.terse:  # What doesn't come to rest tells less.
                self.terse, notes = True, self._first_notes()
            if self.sheet.paper.height is None:
                # The maps stay as they are; the page grows to hold what is said below them.
                page.replan(Arrangement(self.words, self.extent, notes))
                break
        missing = [name for name, there in page.report.asked.items() if not there]
        if missing:
            raise SchemaError(
                f"not on the map, for want of room or outside its frame: {', '.join(missing)}; choose "
                "another extent, a larger size, or fewer marks"
            )
        page.write(found)
        return page.result()

    def _will_have_squares(self) -> bool:
        """Whether a crossing without an event will have a square: to find out is to draw twice."""
        west, south, east, north = self.extent
        alone = self.content.gates.without({group.crossing for group in self.content.marks})
        seen = any(west < gate.lon < east and south < gate.lat < north for gate, _ in alone)
        return seen and self.squares and len(self.parts) == 1 and self.words.shading is None

    def _reframed(self, plan: Plan) -> bool:
        """Let the content hold all that the frame shows; whether it changed."""
        if self.framed or not self.content.outside or len(plan.maps) > 1:
            return False
        self.framed = True
        seen = View.fit(plan.extent, plan.maps[0]).visible()
        before = self.content.picture.rows
        self.content = self.words.content = self.content.in_frame(seen)
        return self.content.picture.rows != before

    def _first_notes(self, *, expecting: bool = False) -> list[Flow]:
        """What a map of the extent would have to say below it, before its size is known.

        Parameters
        ----------
        expecting
            Whether a crowded page of a given height keeps room for what it will probably say: to find out
            that it needs more is to draw it twice.
        """
        if self.sheet.profile or self.words.shading or self.words.density:
            return []
        marks, likely = self.content.marks, Report()
        if any(group.level == "stretch" for group in marks):
            view = View.fit(self.extent, (0.0, 0.0, 400.0, 400.0 * View.aspect(self.extent)))
            found = showing(self.content, view, Sides(view, read_ground()), None)
            self.words.sleeves = any(one.group.level == "stretch" for one in found.framed)
            likely.below = found.below
        if not self.squares and len(self.parts) == 1:
            drawn = {group.crossing for group in marks}
            likely.gates = [text for *_, text in gates_told(self.content, self.lettering, drawn)]
        paper = self.sheet.paper
        if expecting and len(self.parts) == 1 and paper.height_u and is_crowded(marks, self.extent):
            names = sorted({group.tag or group.name for group in marks}, key=lambda name: (len(name), name))
            middle = names[len(names) // 2]
            likely.lettered = [Lettered(letter, middle, middle) for letter in "ABCDEF"[:EXPECTED]]
            likely.by_province = True
        return self.words.notes(likely)


class _Page:
    """A page as planned, drawn."""

    def __init__(self, layout: Layout, arrangement: Arrangement, plan: Plan) -> None:
        self.layout = layout
        self.words = layout.words
        self.arrangement = arrangement
        self.plan = plan
        self.canvas = Canvas(plan.paper, layout.lettering, layout.spec.lang)
        self.report = Report()
        self.record = Record()
        self.picture: Any = None

    def draw(self) -> None:
        """Draw the maps."""
        plan = self.plan
        canvas = self.canvas
        self._ground()
        whole = (
            min(box[0] for box in plan.maps),
            min(box[1] for box in plan.maps),
            max(box[2] for box in plan.maps),
            max(box[3] for box in plan.maps),
        )
        with canvas.block("Figure", box=whole) as self.picture:
            if self.layout.sheet.profile:
                self._profile(plan.maps[0])
            elif plan.halves is not None:
                self._draw_halves(plan.halves)
            else:
                self._draw_parts(plan.maps[0])

    def has_squares(self) -> bool:
        """Whether a crossing without an event has a square on a map."""
        return any(one.kind == "crossing" for one in self.record.marks)

    def replan(self, arrangement: Arrangement) -> None:
        """Take over a plan whose maps are the same, with more room below them."""
        self.arrangement, self.plan = arrangement, arrangement.plan()
        self.canvas.grow(self.plan.paper)
        page = self.canvas.layers["page"]
        page.parts.clear()
        page.blocks.clear()
        self._ground()

    def _ground(self) -> None:
        page = self.canvas.layer("page", "Page")
        box = (0.0, 0.0, self.canvas.width, self.canvas.height)
        self.canvas.box(page, box, fill=self.words.house.colours["page"], gid="page-ground")

    def notes_fit(self, notes: list[Flow]) -> bool:
        """Whether what is told below the map fits where it was planned."""
        if self.plan.kind == "card":
            return True
        width = self.plan.words_width
        if self.plan.notes_box is not None:
            left, _, right, _ = within(self.plan.notes_box)
            width = right - left
        planned = self.arrangement.note_key(self.canvas, self.plan.notes)
        found = self.arrangement.note_key(self.canvas, notes)
        room = planned.height(width) if self.plan.notes else 0.0
        return not notes or found.height(width) <= room + NOTES_GAP

    # Maps
    # ------------------------------------------------------------------------------------------------

    def _stage(self, view: View, reserved: list[Box]) -> Stage:
        layout = self.layout
        self.record.panel += 1
        return Stage(
            self.canvas, layout.house, layout.sheet, layout.spec.lang, layout.lettering, view,
            Sides(view, read_ground()), self.report, self.record, layout.own, layout.english,
            symbol_scale=symbol_scale(view, locator=layout.spec.locator),
            reserved=reserved, has_notes=self.plan.kind != "card" and not layout.terse, hide=layout.spec.hide,
            locator=layout.spec.locator, squares=layout.squares,
        )  # fmt: skip

    def _panel(
        self,
        view: View,
        rows: Sequence[int] | None,
        reserved: list[Box],
        *,
        furnished: bool,
        locator: list[View] | None,
    ) -> None:
        words = self.words
        shading = words.shading
        Panel(
            self._stage(view, reserved), words.content, rows, furnished, locator, words.figures, words.gauge,
            shading, () if shading is None else shading.counts(rows), words.density,
        ).draw()  # fmt: skip

    def _draw_parts(self, box: Box) -> None:
        """The map, or small multiples of it."""
        parts, extent = self.layout.parts, self.plan.extent
        reserved = self.plan.in_corners()
        if len(parts) == 1:
            self._panel(View.fit(extent, box), None, reserved, furnished=True, locator=None)
            return
        titles = self.canvas.layer("panel-titles", "Titles of the maps")
        size = self.arrangement.key_size
        rtl = self.words.rtl
        boxes = grid_boxes(len(parts), box, View.aspect(extent), size, rtl=rtl)
        for n, ((name, rows), panel) in enumerate(zip(parts, boxes, strict=True)):
            self.canvas.text(
                titles,
                panel[2] if rtl else panel[0],
                panel[1] - size * 0.5,
                name,
                size,
                self.words.house.colours["ink"],
                bold=True,
                anchor="right" if rtl else "left",
            )
            self._panel(View.fit(extent, panel), rows, [], furnished=n == 0, locator=[])

    def _draw_halves(self, halves: tuple[Half, Half]) -> None:
        """North and south, each with its number of events, one locator for both."""
        views = [View.fit(half.extent, box) for half, box in zip(halves, self.plan.maps, strict=True)]
        marks = self.words.content.marks
        size = self.arrangement.key_size
        for n, (half, view) in enumerate(zip(halves, views, strict=True)):
            rows = [row for group in marks if half.holds(group) for row in group.events]
            found = showing(self.words.content, view, Sides(view, read_ground()), rows)
            count = sum(len(one.events) for one in found.framed)
            text = self.words.count(half.key, count)
            ink = self.canvas.lettering.ink(text, size, bold=True)
            left, top, right, _ = view.box
            x = right - 8.0 - ink.width if self.words.rtl else left + 8.0
            foot = top + 7.0 + size
            reserved: Box = (x - 4, top + 3, x + ink.width + 4, foot + ink.below + 4)
            self._panel(view, rows, [reserved], furnished=True, locator=views if n == 1 else [])
            layer = self.canvas.layer("panel-titles", "Titles of the maps")
            colours = self.words.house.colours
            self.canvas.text(layer, x, foot, text, size, colours["ink"], bold=True, halo=colours["focus"])

    def _profile(self, box: Box) -> None:
        """Events against the distance along the line."""
        layout = self.layout
        names, named = profile_names(layout.lettering.pick, layout.own, layout.english)
        self.report.framed, self.report.outside = draw_profile(
            self.canvas, layout.house, layout.content, layout.spec.lang, box,
            size=self.arrangement.key_size * 0.94, names=names, crossings=named, say=self.words.say,
        )  # fmt: skip

    # Words
    # ------------------------------------------------------------------------------------------------

    def write(self, notes: list[Flow]) -> None:
        """Write everything outside the maps."""
        plan, canvas = self.plan, self.canvas
        self._header()
        legend = canvas.layer("key", "Key")
        place = plan.key
        if plan.key_boxed:
            self._boxed(legend, "key", plan.key)
            place = within(plan.key)
        left, top, right, bottom = place
        self.words.times = self.record.usual_count()
        key = self.arrangement.key(canvas)
        if plan.kind == "card":
            while len(key.blocks) > 1 and key.height(right - left) > bottom - top + 0.5:
                key.blocks.pop()
        key.draw(legend, left, top, right - left)
        note_layer = canvas.layer("notes", "Notes and credits")
        self._record_notes()
        rise = self._write_notes(note_layer, notes)
        if plan.strip is not None:
            self._timeline(plan.strip)
        self._footer(note_layer, rise)

    def _boxed(self, layer: Layer, name: str, box: Box) -> None:
        """The box of what stands in a corner of the map."""
        self.report.boxes.append((name, [box]))
        colours = self.words.house.colours
        self.canvas.box(layer, box, radius=3.0, fill=colours["page"], edge=colours["rule"], width=0.8)

    def _write_notes(self, layer: Layer, notes: list[Flow]) -> float:
        """What is told below the map or in its corner; by how much less high it is than was planned."""
        plan = self.plan
        if plan.kind == "card":
            return 0.0
        if plan.notes_box is not None:
            left, _, right, _ = within(plan.notes_box)
            told = self.arrangement.note_key(self.canvas, [*notes, *plan.said])
            box = less_high(plan.notes_box, told.height(right - left), plan.maps[0])
            self._boxed(layer, "notes", box)
            told.draw(layer, left, within(box)[1], right - left)
            return 0.0
        planned, found = (self.arrangement.note_key(self.canvas, some) for some in (plan.notes, notes))
        room = planned.height(plan.words_width) if plan.notes else 0.0
        tall = found.height(plan.words_width) if notes else 0.0
        if notes:
            found.draw(layer, plan.words_left, plan.notes_top, plan.words_width)
        return 0.0 if plan.strip else max(0.0, room - tall)

    def _record_notes(self) -> None:
        """What is told outside the maps, for the account of marks; on a card by a warning."""
        place: Box = (self.plan.words_left, self.plan.notes_top, self.plan.words_left, self.plan.notes_top)
        for one in (*self.report.below, *self.report.unplaced):
            events = [event for part in one.parts for event in part.events]
            self.record.note(one.group.tag or one.group.name, place, events)
        if self.plan.kind == "card":
            told = ", ".join(one.group.tag for one in (*self.report.below, *self.report.unplaced))
            if told:
                self.report.warnings.append(f"no room on this card for: {told}; choose a larger size")

    def _header(self) -> None:
        plan, canvas = self.plan, self.canvas
        layer = canvas.layer("words", "Title, key and notes")
        y = plan.header_top
        for block in plan.header:
            with canvas.block("H1" if block.bold else "P"):
                y = canvas.paragraph(
                    layer,
                    plan.words_left,
                    y,
                    block.lines,
                    block.size,
                    block.leading,
                    self.words.house.colours[block.colour],
                    bold=block.bold,
                    width=plan.words_width,
                    rtl=self.words.rtl,
                    gid="map-heading" if block.bold else "map-subtitle",
                )
            y += 3.0
        # Read the title first, then the map.
        canvas.blocks.append(canvas.blocks.pop(canvas.blocks.index(self.picture)))

    def _timeline(self, place: Box) -> None:
        layout = self.layout
        said = "Bars: number of the events on the map by time and type."
        with self.canvas.block("Figure", alt=said, box=place):
            draw_strip(
                self.canvas,
                layout.house,
                self.canvas.layer("timeline", "Events by time"),
                layout.content,
                layout.spec.lang,
                place,
                self.arrangement.credit_size,
                period=(layout.spec.since, layout.spec.until),  # type: ignore[arg-type]
            )

    def _footer(self, layer: Any, rise: float) -> None:
        """Sentences, higher by what less is told below the map than was planned, then credits."""
        plan = self.plan
        y = plan.footer_top
        left, width = plan.words_left, plan.words_width
        if plan.kind == "card":
            left, width = plan.footer_across
        for lines, size, colour in plan.footer:
            with self.canvas.block("P"):
                up = rise if colour == "ink" else 0.0
                y = up + self.canvas.paragraph(
                    layer,
                    left,
                    y - up,
                    lines,
                    size,
                    size * 1.32,
                    self.words.house.colours[colour],
                    width=width,
                    rtl=self.words.rtl,
                    gid="notes-text",
                )
            y += 3.0

    def result(self) -> Drawn:
        """The page with its account."""
        layout = self.layout
        warning = layout.lettering.warning()
        if warning:
            self.report.warnings.append(warning)
        caption = caption_of(layout.content, shading=self.words.shading)
        self.picture.alt = f"{caption.alt} {caption.long_description}"
        return Drawn(self.canvas, caption, self.report, self.record)
