"""A map on paper: the layout, then everything in its place."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
import shapely

from geo.errors import SchemaError
from maps.basemap import base_data
from maps.captions import Caption, caption_of
from maps.layers import AREA, PLACE, STRETCH, map_content
from maps.static.areas import decode_area, draw_areas
from maps.static.base import CONTROL, draw_ground, draw_line, read_ground
from maps.static.canvas import RC, Canvas
from maps.static.fonts import Lettering
from maps.static.furniture import ScaleBar, corner_item, draw_graticule, draw_inset, draw_north, inset_extent
from maps.static.house import House, read_house
from maps.static.key import Entry, Key, Section, draw_badge, draw_gate, key_sections
from maps.static.labels import FROM_ZOOM, KINDS, STORY, Names, guard_boxes, web_zoom
from maps.static.output import check_suffix, cmyk_pdf, pdf_bytes, png_bytes, svg_bytes
from maps.static.placement import Box, Candidate, Item, Placed, overlaps, place
from maps.static.projection import View
from maps.static.sheet import Sheet, Size
from maps.static.strip import draw_strip
from maps.static.symbols import Pack, Plate, draw_glyph, packs
from maps.words import LANGUAGES, plural, word

if TYPE_CHECKING:
    from maps.layers import MapContent
    from maps.spec import MapSpec

__all__ = ["Drawing", "draw_map"]

SIDE_KEY: Final = 212.0
COLUMN_KEY: Final = 186.0
STRIP_HEIGHT: Final = 62.0
LEAST_PANEL: Final = 130.0
LEVELS: Final = 3
LEVEL_WORTH: Final = (1.0, 0.94, 0.84)
"""What a map is worth at each level of leaving out."""

FRAME_GAP: Final = 10.0
CORNER_KEY: Final = 196.0
STAND_OFF: Final = 6.0
"""Cost from which a plate stands off its area and has a leader line."""

CROWD: Final = 34.0
"""Areas smaller than this on paper share a plate with a near one."""

MOST_HIDDEN: Final = 0.2
"""Share of the panel that a key inside it may take."""


@dataclass
class Report:
    """What became of a drawing.

    Attributes
    ----------
    framed
        Events drawn inside the frame.
    outside
        Mapped events outside it.
    placed, left_out
        Names of labels that stand on the map, and of those for which there was no room.
    boxes
        Boxes of everything placed: names, plates, furniture.
    symbols
        Boxes of event symbols.
    warnings
        Words for the user.
    """

    framed: int = 0
    outside: int = 0
    placed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    boxes: list[tuple[str, list[Box]]] = field(default_factory=list)
    symbols: list[Box] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def label_overlaps(self) -> list[tuple[str, str]]:
        """Pairs of placed things whose boxes overlap, each with the other or with a symbol."""
        names: list[str] = []
        boxes: list[Box] = []
        for name, group in self.boxes:
            names += [name] * len(group)
            boxes += group
        names += ["symbol"] * len(self.symbols)
        boxes += self.symbols
        return [(names[a], names[b]) for a, b in overlaps(boxes) if names[a] != names[b]]


@dataclass
class Drawing:
    """A drawn map, ready to be written.

    Attributes
    ----------
    canvas
        The page.
    caption
        The words that go with it.
    report
        What was placed, what was left out, warnings.
    """

    canvas: Canvas
    sheet: Sheet
    lang: str
    content: MapContent
    caption: Caption
    report: Report

    def to_svg(self) -> bytes:
        """The map as SVG."""
        return svg_bytes(self.canvas, self.sheet, self.caption, self.lang)

    def to_pdf(self) -> bytes:
        """The map as PDF, in CMYK if the sheet asks for it."""
        pdf = pdf_bytes(self.canvas, self.caption, self.lang)
        return cmyk_pdf(pdf) if self.sheet.cmyk else pdf

    def to_png(self) -> bytes:
        """The map as PNG."""
        return png_bytes(self.canvas, self.sheet, self.caption)

    def save(self, path: str | Path) -> Path:
        """Write the map in the format that the suffix names.

        Raises
        ------
        SchemaError
            If the suffix is none of .svg, .pdf, .png.
        """
        path = Path(path)
        write = {".svg": self.to_svg, ".pdf": self.to_pdf, ".png": self.to_png}[check_suffix(path)]
        temporary = path.with_name(f".{path.name}.part")
        temporary.write_bytes(write())
        temporary.replace(path)
        return path


def draw_map(spec: MapSpec, sheet: Sheet | None = None, *, content: MapContent | None = None) -> Drawing:
    """Draw a map for print or social media.

    Parameters
    ----------
    spec
        What the map shows; the interactive map of the same specification has the same layers, words and counts.
    sheet
        Size, style and parts of the page.
    content
        The content of the specification, where it has been made already.

    Returns
    -------
    Drawing
        ``save("map.svg")`` writes it; ``caption`` holds its words.

    Raises
    ------
    SchemaError
        If the page is too small for the key, or the title too long for the page.

    Examples
    --------
    >>> import maps
    >>> drawing = maps.draw_map(maps.MapSpec(), maps.Sheet(size="column"))
    >>> drawing.canvas.size.width, drawing.to_png()[:4]
    (88.0, b'\\x89PNG')
    """
    sheet = sheet or Sheet()
    with mpl.rc_context(RC):
        house = read_house(sheet.style)
        if house.line_policy and spec.line_policy == "disputed":
            spec = dataclasses.replace(spec, line_policy=house.line_policy)  # type: ignore[arg-type]
        content = content or map_content(spec)
        return _Layout(spec, sheet, house, content).drawn()


@dataclass
class _Plan:
    """Where the parts of a page go."""

    header: list[tuple[list[str], float, float, bool, str]]
    sections: list[Section]
    extent: Any
    top: float
    head_bottom: float
    foot: float
    worth: float
    paper: Size
    strip: bool
    arrangement: tuple[str, int, float, float]


class _TooSmallError(SchemaError):
    """The page has no room for the map beside what must stand on it."""


class _Layout:
    """One drawing in the making."""

    def __init__(self, spec: MapSpec, sheet: Sheet, house: House, content: MapContent) -> None:
        self.spec = spec
        self.sheet = sheet
        self.house = house
        self.content = content
        self.lettering = Lettering(house.latin, house.arabic, sheet.font)
        self.rtl = LANGUAGES[spec.lang].direction == "rtl"
        self.report = Report()
        self.english = base_data("en")
        self.own = self.english if spec.lang == "en" else base_data(spec.lang)
        self.columns: dict[str, Any] = content.events["cols"]
        self.width = sheet.paper.width_u
        self.margin = 6.0 if sheet.paper.unit == "mm" else 16.0
        self.small = self.width < 480
        self.credit = house.text["credit"] * (0.94 if self.small or sheet.paper.unit == "px" else 1.0)

    # Words ----------------------------------------------------------------------------------------------------

    def say(self, key: str, **fields: object) -> str:
        """A word in the map's language, or in English where no font has its letters."""
        return self.lettering.pick(word(self.spec.lang, key, **fields), word("en", key, **fields))

    def _header(self) -> list[tuple[list[str], float, float, bool, str]]:
        """Blocks of lines: text, size, leading, bold, colour name."""
        room = self.width - 2 * self.margin
        size = min(self.house.text["title"], max(15.0, self.width / 21))
        title = self.content.title
        if not self.lettering.covers(title):
            title = caption_of(self.spec, None).title
        while True:
            lines = self.lettering.balanced(title, size, room, bold=True)
            widest = max((self.lettering.ink(line, size, bold=True).width for line in lines), default=0.0)
            if len(lines) <= 3 and widest <= room:
                break
            size -= 0.5
            if size < 13.0:
                raise SchemaError(
                    f"the title has {len(title)} characters and does not fit {self.sheet.size} in three lines; "
                    "shorten it, or choose a larger size"
                )
        blocks = [(lines, size, size * 1.25, True, "ink")]
        subtitle = self.content.subtitle
        if subtitle and self.level == 0 and self.lettering.covers(subtitle):
            size = min(self.house.text["subtitle"], max(11.5, self.width / 34))
            lines = self.lettering.balanced(subtitle, size, room)
            if len(lines) > 4:
                raise SchemaError(
                    f"the subtitle has {len(subtitle)} characters and does not fit {self.sheet.size} in four lines; "
                    "shorten it, or choose a larger size"
                )
            blocks.append((lines, size, size * 1.4, False, "ink-2"))
        return blocks

    def _footer(self, outside: int) -> list[str]:
        """Lines of the footer: what is on the map, notes, credits."""
        said = [self.content.counted]
        if outside:
            said.append(plural(self.spec.lang, "outside frame", outside))
        grains = set(self.columns["grain"])
        if grains & {AREA, STRETCH}:
            said.append(self.say("imprecise note"))
        said += [self.content.as_of, self.say("note")]
        credits = [self.house.credits.get(text, text) for text, _ in self.content.credits]
        said.append(f"{self.say('credits')}: {'; '.join(credits)}.")
        text = " ".join(part for part in said if part and self.lettering.covers(part))
        return self.lettering.wrap(text, self.credit_size, self.width - 2 * self.margin)

    # Layout ---------------------------------------------------------------------------------------------------

    def drawn(self) -> Drawing:
        """Lay the page out and draw it."""
        # A small page does with less where that makes the map larger: first without subtitle, then with smaller words.
        plans = []
        refused: _TooSmallError | None = None
        for level in range(LEVELS if self.sheet.paper.height else 1):
            self._set_level(level)
            try:
                plans.append((self._plan(), level))
            except _TooSmallError as err:
                refused = err
        if not plans:
            assert refused is not None  # noqa: S101 - without plans each level was refused
            raise refused
        plan, level = max(plans, key=lambda one: one[0].worth * LEVEL_WORTH[one[1]])
        self._set_level(level)
        return self._drawn(plan)

    def _set_level(self, level: int) -> None:
        """Sizes of words for so much left out."""
        self.level = level
        self.key_size = self.house.text["legend"] * (0.92 if self.width < 700 else 1.0) * (1.0, 0.92, 0.84)[level]
        self.credit_size = self.credit * (1.0, 0.94, 0.88)[level]

    def _plan(self) -> _Plan:
        """The arrangement of the page at this level."""
        header = self._header()
        top = self.margin * (1.0, 0.8, 0.6)[self.level]
        head = sum(len(lines) * leading for lines, _, leading, _, _ in header) + 3.0 * (len(header) - 1)
        head_bottom = top + head + FRAME_GAP
        extent = tuple(float(one) for one in self.content.extent)
        foot = len(self._footer(1)) * self.credit_size * 1.32 + 7.0
        sections = key_sections(self.content, self.spec, self.lettering.pick, lines=self._lines_in(extent))
        if self.level:
            minor = {"country border", "crossing key"}
            sections = [
                Section(one.title, tuple(entry for entry in one.entries if entry.picture not in minor)) for one in sections
            ]
        sections += self._callout_section()
        worth, paper, strip, arrangement = self._arrange(sections, View.aspect(extent), head_bottom, foot)  # type: ignore[arg-type]
        return _Plan(header, sections, extent, top, head_bottom, foot, worth, paper, strip, arrangement)

    def _drawn(self, plan: _Plan) -> Drawing:
        """Draw as planned."""
        header, sections, top, head_bottom, foot = plan.header, plan.sections, plan.top, plan.head_bottom, plan.foot
        extent, paper, strip = plan.extent, plan.paper, plan.strip
        self.canvas = Canvas(paper, self.lettering)
        height = self.canvas.height
        kind, columns, key_width, key_height = plan.arrangement
        key = Key(self.canvas, self.house, sections, size=self.key_size, rtl=self.rtl)
        bottom = height - self.margin * 0.6 - foot
        if strip:
            bottom -= STRIP_HEIGHT
        left, right = self.margin, self.width - self.margin
        self.key_box: Box | None = None
        if kind == "corner":
            box = (left, head_bottom, right, bottom - FRAME_GAP * 0.6)
        elif kind == "side":
            box = (left, head_bottom, right - key_width - 16, bottom - FRAME_GAP * 0.6)
            if self.rtl:
                box = (left + key_width + 16, head_bottom, right, bottom - FRAME_GAP * 0.6)
        else:
            box = (left, head_bottom, right, bottom - key_height - FRAME_GAP * 1.6)
        self.view = View.fit(extent, box)  # type: ignore[arg-type]
        if kind == "corner":
            self.key_box = self._key_corner(self.view, key_width, key_height)
        self._page(height)
        self._draw_map()
        words = self.canvas.layer("words", "Title, key and notes")
        y = top
        for texts, size, leading, bold, colour in header:
            y = self.canvas.paragraph(
                words,
                left,
                y,
                texts,
                size,
                leading,
                self.house.colours[colour],
                bold=bold,
                width=right - left,
                rtl=self.rtl,
                gid="map-heading" if bold else "map-subtitle",
            )
            y += 3.0
        legend = self.canvas.layer("key", "Key")
        if self.key_box is not None:
            self.canvas.box(
                legend,
                self.key_box,
                radius=3.0,
                fill=self.house.colours["page"],
                edge=self.house.colours["rule"],
                width=0.7,
                alpha=None,
            )
            key.draw(legend, self.key_box[0] + 10.0, self.key_box[1] + 8.0, key_width, columns)
        elif kind == "side":
            key_left = left if self.rtl else right - key_width
            key.draw(legend, key_left, head_bottom, key_width, columns)
        else:
            key.draw(legend, left, box[3] + FRAME_GAP, right - left, columns)
        if strip:
            timeline = self.canvas.layer("timeline", "Events by time")
            draw_strip(
                self.canvas,
                self.house,
                timeline,
                self.content,
                self.spec.lang,
                (left, bottom + 2.0, right, bottom + STRIP_HEIGHT - 8.0),
                self.credit_size,
            )
        note = self.canvas.layer("notes", "Notes and credits")
        self.canvas.lines(
            note,
            [np.array([[left, height - self.margin * 0.6 - foot + 1], [right, height - self.margin * 0.6 - foot + 1]])],
            self.house.colours["rule"],
            0.6,
        )
        self.canvas.paragraph(
            note,
            left,
            height - self.margin * 0.6 - foot + 5.0,
            self._footer(self.report.outside),
            self.credit_size,
            self.credit_size * 1.32,
            self.house.colours["ink-2"],
            width=right - left,
            rtl=self.rtl,
            gid="notes-text",
        )
        warning = self.lettering.warning()
        if warning:
            self.report.warnings.append(warning)
        words_of = caption_of(self.spec, self.content, outside=self.report.outside)
        return Drawing(self.canvas, self.sheet, self.spec.lang, self.content, words_of, self.report)

    def _arrange(
        self, sections: list[Section], aspect: float, head: float, foot: float
    ) -> tuple[float, Size, bool, tuple[str, int, float, float]]:
        """Where the key goes and whether there is a strip: the way that draws the map largest."""
        paper = self.sheet.paper
        wide = self.width - 2 * self.margin
        probe = Canvas(paper if paper.height else paper.with_height_u(400), self.lettering)
        key = Key(probe, self.house, sections, size=self.key_size, rtl=self.rtl)
        choices: list[tuple[str, int, float, float]] = []
        for columns in range(1, len(sections) + 1):
            each = (wide - 18.0 * (columns - 1)) / columns
            if each >= COLUMN_KEY * (0.86 if self.small else 1.0):
                _, tall = key.split(columns, each)
                choices.append(("below", columns, wide, tall))
        if wide >= 560:
            for columns in (1, 2):
                each = SIDE_KEY if columns == 1 else (COLUMN_KEY, 170.0, 158.0)[self.level]
                side = each * columns + 18.0 * (columns - 1)
                if side < 0.46 * wide:
                    _, tall = key.split(columns, each)
                    choices.append(("side", columns, side, tall))
        bottom = self.margin * 0.6 + foot
        strip = self.sheet.timeline
        corners = [
            ("corner", columns, CORNER_KEY * columns + 18.0 * (columns - 1), key.split(columns, CORNER_KEY)[1])
            for columns in (1, 2)
        ]
        if paper.height is None:
            strip = strip is not False and (strip is True or self.width >= 420)
            panel_height = min(max(wide * aspect, wide * 0.5), wide * 1.35)
            trial = View.fit(tuple(map(float, self.content.extent)), (0.0, 0.0, wide, panel_height))  # type: ignore[arg-type]
            for corner in corners:
                if self._key_corner(trial, *corner[2:]) is not None:
                    total = head + panel_height + FRAME_GAP * 0.6 + (STRIP_HEIGHT if strip else 0.0) + bottom
                    return 1.0, paper.with_height_u(total), strip, corner
            below = [choice for choice in choices if choice[0] == "below"]
            best = min(below, key=lambda one: one[3])
            tall = min(max(wide * aspect, wide * 0.5), wide * 1.35)
            total = head + tall + FRAME_GAP * 1.6 + best[3] + (STRIP_HEIGHT if strip else 0.0) + bottom
            return 1.0, paper.with_height_u(total), strip, best
        height = paper.height_u or 0.0
        ranked = []
        for with_strip in (True, False):
            if strip is not None and with_strip != strip:
                continue
            full = height - head - bottom - (STRIP_HEIGHT if with_strip else 0.0) - FRAME_GAP * 0.6
            if full > LEAST_PANEL:
                trial = View.fit(tuple(map(float, self.content.extent)), (0.0, 0.0, wide, full))  # type: ignore[arg-type]
                for corner in corners:
                    if self._key_corner(trial, *corner[2:]) is not None:
                        size = min(wide, full / aspect) * 0.9
                        worth = size * (1.08 if with_strip else 1.0) * (wide * full) ** 0.1
                        ranked.append((worth, with_strip, corner))
            for choice in choices:
                kind, _, key_width, tall = choice
                room = height - head - bottom - (STRIP_HEIGHT if with_strip else 0.0)
                if kind == "side":
                    panel = (wide - key_width - 16, room - FRAME_GAP * 0.6)
                    if tall > panel[1] + 2.0:
                        continue
                else:
                    panel = (wide, room - tall - FRAME_GAP * 1.6)
                if min(panel) < LEAST_PANEL:
                    continue
                size = min(panel[0], panel[1] / aspect)
                # A strip is worth a tenth of the map; area that only shows more of the surroundings a little.
                worth = size * (1.08 if with_strip else 1.0) * (panel[0] * panel[1]) ** 0.1
                ranked.append((worth, with_strip, choice))
        if not ranked:
            least = min(tall for kind, _, _, tall in choices) + head + bottom + LEAST_PANEL + FRAME_GAP * 1.6
            shown = least * paper.unit_pt / paper.point
            raise _TooSmallError(
                f"{self.sheet.size} is too small for the title, the key and the notes beside a map; it must be at least "
                f"{shown:.0f} {paper.unit} high at this width"
            )
        worth, with_strip, choice = max(ranked, key=lambda one: one[0])
        return worth, paper, with_strip, choice

    def _key_corner(self, view: View, width: float, height: float) -> Box | None:
        """The corner of the panel that a key of this size hides nothing in, or nothing."""
        left, top, right, bottom = view.box
        wide, tall = width + 20.0, height + 16.0
        if wide * tall > MOST_HIDDEN * (right - left) * (bottom - top) or tall > 0.8 * (bottom - top):
            return None
        known = [n for n, grain in enumerate(self.columns["grain"]) if grain == PLACE]
        at = view.points([[self.columns["lon"][n], self.columns["lat"][n]] for n in known])
        shapes = [shapely.transform(decode_area(shape), view.points) for shape in self._whole_areas()]
        line = shapely.transform(read_ground().durand, view.points)
        gap = 7.0
        best: tuple[float, Box] | None = None
        for n, (x, y) in enumerate(
            ((left + gap, top + gap), (right - gap - wide, bottom - gap - tall),
             (left + gap, bottom - gap - tall), (right - gap - wide, top + gap))
        ):
            box = (x, y, x + wide, y + tall)
            room = shapely.box(x - 14, y - 14, x + wide + 14, y + tall + 14)
            inside = (at[:, 0] > x - 14) & (at[:, 0] < x + wide + 14) & (at[:, 1] > y - 14) & (at[:, 1] < y + tall + 14)
            if inside.any() or line.intersects(room):
                continue
            covered = sum(shapely.intersection(shape, room).area for shape in shapes)
            cost = covered / (wide * tall) + 0.01 * n
            if covered <= 0.02 * wide * tall and (best is None or cost < best[0]):
                best = (cost, box)
        return None if best is None else best[1]

    def _whole_areas(self) -> list[dict[str, Any]]:
        """Areas of the content that are in use."""
        used = {area for area, grain in zip(self.columns["area"], self.columns["grain"], strict=True) if grain == AREA}
        return [self.content.events["areas"][number] for number in sorted(used)]

    def _lines_in(self, extent: Any) -> dict[str, bool]:  # noqa: ANN401 - four numbers
        """Which lines of the base are in an extent."""
        ground = read_ground()
        frame = shapely.box(*extent)
        control = any(c.name == CONTROL and c.line.intersects(frame) for c in ground.disputed)
        return {
            "line of control": control,
            "country border": ground.borders.intersects(frame),
            "crossing key": True,
        }

    # The map --------------------------------------------------------------------------------------------------

    def _page(self, height: float) -> None:
        page = self.canvas.layer("page", "Page")
        self.canvas.box(page, (0, 0, self.width, height), fill=self.house.colours["page"], gid="page-ground")

    def _draw_map(self) -> None:
        canvas, house, view = self.canvas, self.house, self.view
        ground = read_ground()
        canvas.clip_to(view.box)
        draw_ground(canvas, house, view, ground)
        numbers: list[Box] = []
        if self.sheet.graticule:
            numbers = draw_graticule(canvas, house, view, 9.0)
        shapes, members = self._areas()
        looks: dict[int, int | None] = {}
        for number, events in members.items():
            kinds = {self.columns["type"][n] for n in events}
            looks[number] = kinds.pop() if len(kinds) == 1 else None
        draw_areas(canvas, house, view, shapes, looks)
        draw_line(canvas, house, view, ground)
        crossings = canvas.layer("crossings", "Border crossings")
        places = canvas.layer("places", "Places")
        halos = canvas.layer("halos", "Halos of names")
        names_layer = canvas.layer("names", "Names")
        canvas.clip_to(None)
        size = house.symbols["size"] * (0.84 if self.small else 1.0)
        groups = self._packs(size)
        boxes = [box for pack in groups for box in pack.boxes(size)]
        self.report.symbols = boxes
        numbers += self._draw_gates(crossings, boxes)
        items = self._plates(shapes, members, size) + self._stacks(groups, size)
        items += self._furniture(halos, names_layer, boxes, ground)
        items += self._callouts(groups, shapes, members, size, names_layer)
        items += self._names(names_layer, halos, places, boxes, [pack.bounds(size) for pack in groups], ground)
        left, top, right, bottom = view.box
        guard = guard_boxes(self._durand_pieces(ground))
        if self.key_box is not None:
            numbers.append(self.key_box)
            self.report.boxes.append(("key", [self.key_box]))
        placed = place(items, [*boxes, *guard, *numbers], (left + 2, top + 2, right - 2, bottom - 2))
        self._symbols(groups, size)
        canvas.clip_to(view.box)
        for candidate in placed.chosen.values():
            candidate.draw()
        canvas.clip_to(None)
        canvas.box(canvas.layer("frame", "Frame"), view.box, edge=house.colours["border"], width=0.6)
        self._note(items, placed)

    def _note(self, items: list[Item], placed: Placed) -> None:
        for number, candidate in placed.chosen.items():
            item = items[number]
            self.report.boxes.append((item.name, candidate.boxes))
            if item.kind == "label":
                self.report.placed.append(item.name)
        self.report.left_out = [item.name for item in placed.left_out if item.kind == "label"]
        lost = [item.name for item in placed.left_out if item.kind != "label"]
        if lost:
            self.report.warnings.append(f"no room on the map for: {', '.join(lost)}; choose a larger size")

    def _durand_pieces(self, ground: Any) -> list[Any]:  # noqa: ANN401 - Ground
        flat = shapely.transform(ground.durand, self.view.points)
        inside = shapely.intersection(flat, self.view.frame())
        return [shapely.get_coordinates(part) for part in shapely.get_parts(inside) if part.geom_type == "LineString"]

    def _areas(self) -> tuple[dict[int, shapely.Geometry], dict[int, list[int]]]:
        """Areas in units, cut to the panel, and the events of each; events whose area is out of the frame count so."""
        members: dict[int, list[int]] = {}
        for n, (grain, area) in enumerate(zip(self.columns["grain"], self.columns["area"], strict=True)):
            if grain in (AREA, STRETCH):
                members.setdefault(area, []).append(n)
        shapes = {}
        for number in list(members):
            shape = self.view.shape(decode_area(self.content.events["areas"][number]), room=4.0)
            seen = shapely.intersection(shape, self.view.frame())
            if seen.is_empty or (seen.area == 0 and seen.length == 0):
                self.report.outside += len(members.pop(number))
                continue
            shapes[number] = shape
            self.report.framed += len(members[number])
        return shapes, members

    def _packs(self, size: float) -> list[Pack]:
        """Symbols of the places in the frame, side by side where they would lie over each other."""
        known = [n for n, grain in enumerate(self.columns["grain"]) if grain == PLACE]
        if not known:
            return []
        at = self.view.points([[self.columns["lon"][n], self.columns["lat"][n]] for n in known])
        left, top, right, bottom = self.view.box
        inside = (at[:, 0] > left) & (at[:, 0] < right) & (at[:, 1] > top) & (at[:, 1] < bottom)
        self.report.outside += int((~inside).sum())
        self.report.framed += int(inside.sum())
        numbers = [n for n, keep in zip(known, inside, strict=True) if keep]
        found = packs(at[inside], [self.columns["type"][n] for n in numbers], size)
        for pack in found:
            pack.events = [numbers[k] for k in pack.events]
        return found

    def _symbols(self, groups: list[Pack], size: float) -> None:
        """One layer for each type, so that an editor can switch it."""
        by_look: dict[tuple[int, int], list[tuple[float, float]]] = {}
        for pack in groups:
            if not pack.spots:
                continue
            for n, spot in zip(pack.events, pack.spots, strict=True):
                by_look.setdefault((self.columns["type"][n], self.columns["sure"][n]), []).append(spot)
        from geo.vocab import EVENT_TYPES

        for (kind, sure), spots in sorted(by_look.items()):
            name = EVENT_TYPES[kind]
            slug = name.replace(" ", "-")
            layer = self.canvas.layer(f"events-{slug}", f"Events: {plural('en', name, 2)}")
            draw_glyph(
                self.canvas,
                layer,
                self.house,
                name,
                spots,
                size,
                sure=bool(sure),
                gid=f"events-{slug}-{'filled' if sure else 'hollow'}",
            )

    def _plate_of(self, events: list[int], size: float) -> Plate:
        return Plate.of(
            [self.columns["type"][n] for n in events], [self.columns["sure"][n] for n in events], size * (0.8 if self.small else 0.86)
        )

    def _plate_item(
        self, name: str, plate: Plate, spots: list[tuple[float, float, float]], *, dashed: bool, anchor: Any = None, leader: Any = None
    ) -> Item:
        """A plate with places for its middle: x, y, cost."""
        layer = self.canvas.layer("plates", "Counts of events in areas and at crowded places")
        width, height = plate.extent(self.canvas)
        candidates = []
        if leader is not None:
            spots = spots + self._stand_off(leader, width, height)
        for x, y, cost in spots:
            off = leader is not None and cost >= STAND_OFF
            foot = anchor if not off else _nearest(leader, x, y)
            box = (x - width / 2 - 1, y - height / 2 - 1, x + width / 2 + 1, y + height / 2 + 1)

            def draw(x: float = x, y: float = y, foot: tuple[float, float] | None = foot) -> None:
                if foot is not None and (abs(foot[0] - x) > width / 2 or abs(foot[1] - y) > height / 2):
                    self.canvas.lines(layer, [np.array([foot, (x, y)])], self.house.colours["focus"], 2.4, alpha=0.8)
                    self.canvas.lines(layer, [np.array([foot, (x, y)])], self.house.colours["ink-2"], 0.8)
                    dot = shapely.Point(*foot).buffer(1.6)
                    self.canvas.area(
                        layer, dot, fill=self.house.colours["ink-2"], edge=self.house.colours["focus"], width=0.8
                    )
                plate.draw(self.canvas, layer, self.house, (x, y), dashed=dashed)

            fixed: list[Box] = []
            if foot is not None and (abs(foot[0] - x) > width / 2 or abs(foot[1] - y) > height / 2):
                fixed = _leader_boxes(foot, (x, y), width, height)
            candidates.append(Candidate([box], cost, draw, fixed))
        return Item(name, 60.0, candidates, must=True, kind="plate")

    @staticmethod
    def _stand_off(shape: Any, width: float, height: float) -> list[tuple[float, float, float]]:  # noqa: ANN401 - shapely
        """Places off an area, from where a thin line leads to it; each costs more than any place on the area."""
        x, y = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
        west, north, east, south = shape.bounds
        spots = []
        for reach in (8.0, 18.0, 30.0, 44.0, 60.0, 80.0, 104.0):
            for angle in np.arange(0, 2 * np.pi, np.pi / 9):
                dx, dy = float(np.cos(angle)), float(np.sin(angle))
                # To the rim of the area's bounds in that direction, then on.
                rim = min(
                    (east - west) / 2 / abs(dx) if abs(dx) > 1e-6 else np.inf,
                    (south - north) / 2 / abs(dy) if abs(dy) > 1e-6 else np.inf,
                )
                far = min(float(rim), 60.0) + reach
                spots.append(
                    (float(x) + dx * (far + width / 2), float(y) + dy * (far + height / 2), STAND_OFF + 0.25 * reach)
                )
        return spots

    def _plates(self, shapes: dict[int, Any], members: dict[int, list[int]], size: float) -> list[Item]:
        """A plate for each area, on its rim or, where it is large, in it."""
        items = []
        frame = self.view.frame(-6.0)
        for numbers in self._crowds(shapes, members):
            events = [n for number in numbers for n in members[number]]
            plate = self._plate_of(events, size)
            whole = shapely.union_all([shapes[number] for number in numbers])
            shape = shapely.intersection(whole, frame)
            if shape.is_empty:
                shape = shapely.intersection(whole, self.view.frame())
            spots = self._plate_spots(shape, plate)
            name = "area " + "+".join(str(number) for number in numbers)
            items.append(self._plate_item(name, plate, spots, dashed=True, leader=shape))
        return items

    @staticmethod
    def _crowds(shapes: dict[int, Any], members: dict[int, list[int]]) -> list[list[int]]:
        """Areas that share a plate: small ones on paper whose middles are nearer than a plate is wide."""
        order = sorted(members, key=lambda number: (-len(members[number]), number))
        groups: list[tuple[Any, list[int]]] = []
        for number in order:
            shape = shapes[number]
            west, north, east, south = shape.bounds
            small = "Polygon" in shape.geom_type and max(east - west, south - north) < CROWD
            middle = shapely.point_on_surface(shape)
            if small:
                near = next((group for point, group in groups if point is not None and point.distance(middle) < CROWD / 2), None)
                if near is not None:
                    near.append(number)
                    continue
            groups.append((middle if small else None, [number]))
        return [group for _, group in groups]

    def _plate_spots(self, shape: Any, plate: Plate) -> list[tuple[float, float, float]]:  # noqa: ANN401 - shapely
        width, height = plate.extent(self.canvas)
        if "Line" in shape.geom_type:
            reach = self.house.areas["ribbon"] / 2 + height / 2 + 3.0
            spots = []
            for part in shapely.get_parts(shapely.line_merge(shape) if "Multi" in shape.geom_type else shape):
                for share in np.linspace(0.06, 0.94, 23):
                    a, b = (
                        shapely.get_coordinates(shapely.line_interpolate_point(part, share + d, normalized=True))[0]
                        for d in (-0.03, 0.03)
                    )
                    d = b - a
                    n = float(np.hypot(*d)) or 1.0
                    middle = (a + b) / 2
                    for side in (1.0, -1.0):
                        for away in (reach + width / 4, reach + width / 2 + 6):
                            spots.append(
                                (
                                    float(middle[0] - d[1] / n * away * side),
                                    float(middle[1] + d[0] / n * away * side),
                                    3.0 * abs(share - 0.5) + (0 if side > 0 else 0.4) + (0 if away < reach + width / 2 else 1),
                                )
                            )
            return spots
        west, north, east, south = shape.bounds
        middle = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
        spots = []
        rim = shapely.boundary(shape)
        for part in shapely.get_parts(rim):
            for distance in np.arange(0, part.length, max(4.0, part.length / 60)):
                x, y = shapely.get_coordinates(shapely.line_interpolate_point(part, distance))[0]
                # The top of the rim first, then its sides.
                cost = 0.8 * (y - north) / max(south - north, 1.0) + 0.3 * abs(x - middle[0]) / max(east - west, 1.0)
                spots.append((float(x), float(y), float(cost)))
        if min(east - west, south - north) > 3.5 * width:
            step = max(9.0, min(east - west, south - north) / 9)
            xs, ys = np.meshgrid(np.arange(west, east, step), np.arange(north, south, step))
            inner = shapely.points(xs.ravel(), ys.ravel())
            room = shapely.distance(shape.boundary, inner)
            keep = shapely.contains(shape, inner) & (room > height / 2)
            far = float(np.hypot(east - west, south - north))
            for point, reach in zip(inner[keep], room[keep], strict=True):
                x, y = point.x, point.y
                cost = 1.5 * float(np.hypot(x - middle[0], y - middle[1])) / far - 0.02 * min(float(reach), 20.0) - 0.5
                spots.append((x, y, cost))
        return spots

    def _stacks(self, groups: list[Pack], size: float) -> list[Item]:
        """Plates for places with more events than symbols side by side can show."""
        items = []
        for n, pack in enumerate(groups):
            if pack.spots:
                continue
            plate = self._plate_of(pack.events, size)
            x, y = pack.at
            width, height = plate.extent(self.canvas)
            spots = [(x, y, 0.0)]
            for reach in (1.0, 1.6, 2.4, 3.4):
                for angle in np.arange(0, 2 * np.pi, np.pi / 6):
                    spots.append(
                        (
                            x + float(np.cos(angle)) * (width / 2 + 8) * reach,
                            y + float(np.sin(angle)) * (height / 2 + 8) * reach,
                            2.0 * reach,
                        )
                    )
            items.append(self._plate_item(f"stack {n}", plate, spots, dashed=False, anchor=(x, y)))
        return items

    # Call-outs ------------------------------------------------------------------------------------------------

    def _callout_section(self) -> list[Section]:
        if not self.sheet.callouts:
            return []
        ids = self.columns["id"]
        unknown = [one for one, _ in self.sheet.callouts if one not in ids]
        if unknown:
            near = ", ".join(ids[:3])
            raise SchemaError(
                f"no event {', '.join(map(repr, unknown))} on this map to call out; ids look like {near}"
            )
        entries = tuple(Entry(f"number:{n + 1}", text) for n, (_, text) in enumerate(self.sheet.callouts))
        return [Section(self.say("call-outs"), entries)]

    def _callouts(
        self, groups: list[Pack], shapes: dict[int, Any], members: dict[int, list[int]], size: float, layer: Any
    ) -> list[Item]:
        """A number beside each event called out, with a leader line where it stands off."""
        items = []
        ids = self.columns["id"]
        for n, (event, _) in enumerate(self.sheet.callouts):
            index = ids.index(event)
            spot: tuple[float, float] | None = None
            for pack in groups:
                if index in pack.events:
                    spot = pack.spots[pack.events.index(index)] if pack.spots else pack.at
            for number, events in members.items():
                if index in events:
                    point = shapely.get_coordinates(shapely.point_on_surface(shapes[number]))[0]
                    spot = (float(point[0]), float(point[1]))
            if spot is None:
                self.report.warnings.append(f"event {event!r} is not in the frame; its call-out has no number on the map")
                continue
            items.append(self._badge(n + 1, spot, size, layer))
        return items

    def _badge(self, number: int, spot: tuple[float, float], size: float, layer: Any) -> Item:  # noqa: ANN401 - Layer
        r = 6.6
        candidates = []
        for reach in (size + r + 1.5, size + r + 12, size + r + 26, size + r + 44):
            for angle in np.arange(-np.pi / 4, 2 * np.pi - np.pi / 4, np.pi / 8):
                x, y = spot[0] + float(np.cos(angle)) * reach, spot[1] + float(np.sin(angle)) * reach

                def draw(x: float = x, y: float = y) -> None:
                    self.canvas.lines(layer, [np.array([spot, (x, y)])], self.house.colours["ink"], 0.8)
                    draw_badge(self.canvas, layer, self.house, number, x, y)

                candidates.append(Candidate([(x - r, y - r, x + r, y + r)], 0.15 * reach, draw))
        return Item(f"call-out {number}", 70.0, candidates, must=True, kind="call-out")

    # Furniture ------------------------------------------------------------------------------------------------

    def _furniture(self, halos: Any, layer: Any, symbols: list[Box], ground: Any) -> list[Item]:
        canvas, house, view = self.canvas, self.house, self.view
        left, _, right, _ = view.box
        wide = right - left
        marks = np.asarray(symbols).reshape(-1, 4)
        shown = canvas.layer("furniture", "Scale bar and inset")

        def hidden(box: Box) -> float:
            if not len(marks):
                return 0.0
            over = (
                (marks[:, 0] < box[2]) & (marks[:, 2] > box[0]) & (marks[:, 1] < box[3]) & (marks[:, 3] > box[1])
            )
            return 30.0 * float(over.sum())

        bar = ScaleBar(canvas, house, view, unit=self.sheet.scale, most=min(130.0, wide * 0.24), size=10.0)
        items = [
            corner_item(
                "scale bar",
                bar.extent,
                lambda x, y: bar.draw(shown, halos, x, y),
                view.box,
                margin=8.0,
                prefer="sw se nw ne",
                hidden=hidden,
            )
        ]
        if self.sheet.inset and wide >= 250:
            size = inset_extent(max(70.0, wide * 0.18) if wide < 700 else wide * 0.16)
            names = self._country_names()
            items.append(
                corner_item(
                    "inset",
                    lambda x, y: size,
                    lambda x, y: draw_inset(
                        canvas, house, shown, ground, view, names, (x, y, x + size[0], y + size[1])
                    ),
                    view.box,
                    margin=7.0,
                    prefer="se nw ne sw",
                    hidden=lambda box: hidden(box) + self._covered(box),
                    weight=22.0,
                )
            )
        if self.sheet.north:
            items.append(
                corner_item(
                    "north arrow",
                    lambda x, y: (20.0, 34.0),
                    lambda x, y: draw_north(canvas, house, shown, view, x + 10.0, y + 22.0, 10.0),
                    view.box,
                    margin=8.0,
                    prefer="ne nw se sw",
                    hidden=hidden,
                )
            )
        return items

    def _covered(self, box: Box) -> float:
        """Cost of covering the Durand Line."""
        flat = getattr(self, "_flat_line", None)
        if flat is None:
            flat = shapely.intersection(
                shapely.transform(read_ground().durand, self.view.points), self.view.frame()
            )
            self._flat_line = flat
        return 0.5 * float(shapely.intersection(flat, shapely.box(*box)).length)

    def _country_names(self) -> dict[str, str]:
        own, english = self.own["areas"], self.english["areas"]
        names = {e["name"]: self.lettering.pick(o["name"], e["name"]) for o, e in zip(own, english, strict=True)}
        return {"AF": names.get("Afghanistan", "Afghanistan"), "PK": names.get("Pakistan", "Pakistan")}

    # Names ----------------------------------------------------------------------------------------------------

    def _names(self, layer: Any, halos: Any, places: Any, marks: list[Box], clusters: list[Box], ground: Any) -> list[Item]:
        canvas, house, view = self.canvas, self.house, self.view
        names = Names(canvas, house, view, layer, halos, marks, clusters, 0.9 if self.small else 1.0)
        own, english = self.own, self.english
        pick = self.lettering.pick
        south, north = view.visible()[1::2]
        zoom = web_zoom(view.metres, (south + north) / 2)
        left, top, right, bottom = view.box
        items: list[Item] = []
        pieces = self._durand_pieces(ground)
        most = 3 if (right - left) * (bottom - top) > 300_000 else 2
        items += names.along(
            "Durand Line", self.say("Durand Line"), KINDS["durand"], pieces, 90.0, most=most, offset=12.0
        )
        at = view.points([[lon, lat] for _, lon, lat, *_ in own["places"]])

        def inside(x: float, y: float) -> bool:
            return left + 3 < x < right - 3 and top + 3 < y < bottom - 3

        def dot(kind: str) -> Any:
            def draw(x: float, y: float) -> None:
                r = {"capital": 1.7, "city": 2.3, "town": 1.9}.get(kind, 1.6)
                if kind == "capital":
                    ring = shapely.Point(x, y).buffer(3.9)
                    canvas.area(places, ring, fill=house.colours["focus"], edge=house.colours["place"], width=1.1)
                canvas.area(
                    places,
                    shapely.Point(x, y).buffer(r),
                    fill=house.colours["place"],
                    edge=None if kind == "capital" else house.colours["focus"],
                    width=0.0 if kind == "capital" else 0.8,
                )

            return draw

        afghan = shapely.simplify(view.shape(ground.areas["AF"], room=200.0), 3.0)
        shapely.prepare(afghan)

        def side_of(x: float, y: float) -> Any:
            inside_af = bool(shapely.contains_xy(afghan, x, y))
            if shapely.distance(afghan.boundary, shapely.Point(x, y)) > 90:
                return None
            return lambda px, py: bool(shapely.contains_xy(afghan, px, py)) == inside_af

        taken: dict[str, tuple[float, float]] = {}
        for (name, _, _, rank, capital), (plain, *_), (x, y) in zip(own["places"], english["places"], at, strict=True):
            told = plain in STORY
            if not inside(x, y) or zoom + (0.9 if told else 0.25) < FROM_ZOOM[min(rank, 9)] and not (told and zoom > 5.3):
                continue
            last = taken.get(plain)
            if last and np.hypot(last[0] - x, last[1] - y) < 60:
                continue
            taken[plain] = (x, y)
            kind = "capital" if capital else "city" if rank <= 2 else "town" if rank <= 5 else "village"
            weight = 60.0 - 6.0 * rank + (40.0 if told else 0.0) + (30.0 if capital else 0.0)
            mark = 4.4 if capital else 2.8
            items.append(
                names.point(
                    plain,
                    pick(name, plain),
                    KINDS[kind],
                    x,
                    y,
                    max(weight, 3.0),
                    mark=mark,
                    dot=dot(kind),
                    same_side=side_of(x, y),
                )
            )
        if zoom >= 5.6:
            items += self._gates(names, taken)
        for mine, plain_area in zip(own["areas"], english["areas"], strict=True):
            kind = mine["kind"]
            if kind == "province" and zoom < 5.4:
                continue
            seats = mine["at"]
            weight = 55.0 if kind == "country" else 14.0
            items.append(names.seats(plain_area["name"], pick(mine["name"], plain_area["name"]), KINDS[kind], seats, weight))
        if zoom >= 5.2:
            for course in ground.disputed:
                if course.name == CONTROL:
                    lines = self._pieces_of(course.line)
                    items += names.along(
                        CONTROL, self.say(CONTROL), KINDS["control"], lines, 20.0, most=1, offset=8.0
                    )
        if zoom >= 5.6:
            for river in ground.rivers:
                if river.name:
                    items += names.along(
                        river.name, river.name, KINDS["river"], self._pieces_of(river.line), 6.0, most=1, offset=5.0
                    )
        return [item for item in items if item.candidates]

    def _pieces_of(self, line: Any) -> list[Any]:  # noqa: ANN401 - shapely
        flat = shapely.intersection(shapely.transform(line, self.view.points), self.view.frame())
        merged = shapely.line_merge(flat) if "Multi" in flat.geom_type else flat
        return [shapely.get_coordinates(part) for part in shapely.get_parts(merged) if part.geom_type == "LineString"]

    def _gates(self, names: Names, taken: dict[str, tuple[float, float]]) -> list[Item]:
        """Names of crossings, where those of the places on both sides do not name them already."""
        items = []
        for name, plain, x, y in self._crossings():
            if all(part in taken and np.hypot(taken[part][0] - x, taken[part][1] - y) < 60 for part in plain.split("-")):
                continue
            weight = 44.0 if plain in STORY else 26.0
            text = self.lettering.pick(name, plain)
            items.append(names.point(plain, text, KINDS["crossing"], x, y, weight, mark=4.6, dot=None))
        return items

    def _crossings(self) -> list[tuple[str, str, float, float]]:
        """Crossings in the frame: name, English name, place in units."""
        at = self.view.points([[lon, lat] for _, lon, lat in self.own["crossings"]])
        left, top, right, bottom = self.view.box
        return [
            (str(name), str(plain), float(x), float(y))
            for (name, *_), (plain, *_), (x, y) in zip(self.own["crossings"], self.english["crossings"], at, strict=True)
            if left + 6 < x < right - 6 and top + 6 < y < bottom - 6
        ]

    def _draw_gates(self, layer: Any, symbols: list[Box]) -> list[Box]:  # noqa: ANN401 - Layer
        """A mark at each crossing that no symbol hides; the boxes of the marks."""
        boxes: list[Box] = []
        for _, _, x, y in self._crossings():
            box = (x - 4.6, y - 4.6, x + 4.6, y + 4.6)
            if any(b[0] < box[2] and box[0] < b[2] and b[1] < box[3] and box[1] < b[3] for b in symbols):
                continue
            draw_gate(self.canvas, layer, self.house, x, y)
            boxes.append(box)
        return boxes


def _nearest(shape: Any, x: float, y: float) -> tuple[float, float]:  # noqa: ANN401 - shapely
    """Where a leader line from a point ends: a little inside the nearest rim of an area."""
    spot = shapely.Point(x, y)
    rim = shapely.get_coordinates(shapely.shortest_line(shape, spot))[0]
    middle = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
    inward = middle - rim
    length = float(np.hypot(*inward))
    share = min(1.0, 4.0 / length) if length and "Polygon" in shape.geom_type else 0.0
    return float(rim[0] + inward[0] * share), float(rim[1] + inward[1] * share)


def _leader_boxes(foot: tuple[float, float], middle: tuple[float, float], width: float, height: float) -> list[Box]:
    """Small boxes along a leader line, from its foot to the rim of its plate."""
    length = float(np.hypot(middle[0] - foot[0], middle[1] - foot[1]))
    boxes: list[Box] = [(foot[0] - 2.2, foot[1] - 2.2, foot[0] + 2.2, foot[1] + 2.2)]
    for share in np.arange(0.0, 1.0, 6.0 / max(length, 6.0)):
        x, y = foot[0] + (middle[0] - foot[0]) * share, foot[1] + (middle[1] - foot[1]) * share
        if abs(x - middle[0]) < width / 2 + 2 and abs(y - middle[1]) < height / 2 + 2:
            break
        boxes.append((float(x) - 2.0, float(y) - 2.0, float(x) + 2.0, float(y) + 2.0))
    return boxes
