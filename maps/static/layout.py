"""How the parts of a printed map share the sheet."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

from geo.errors import SchemaError
from maps.content.basemap import read_basemap
from maps.content.captions import Caption, caption_of
from maps.content.cards import AREA, NOWHERE, PLACE, STRETCH
from maps.content.choropleth import in_both, period_rows, read_shading
from maps.content.claimed_figures import figures_of
from maps.content.density import read_density
from maps.spec.house_style import House
from maps.spec.periods import period_words
from maps.spec.sheet import Sheet, Size
from maps.static.areas import decode_area
from maps.static.base import CONTROL, base_names, read_ground
from maps.static.canvas import Canvas
from maps.static.choropleth import class_section
from maps.static.density_surface import density_section
from maps.static.fonts import Lettering, is_arabic
from maps.static.legend import Entry, Key, Section, key_sections
from maps.static.line_profile import draw_profile
from maps.static.panel import Report, Scene
from maps.static.placement import Box
from maps.static.projection import View
from maps.static.proportional_symbols import Gauge
from maps.static.timeline import draw_strip
from maps.words.words import LANGUAGES, date_range, number, plural, word

__all__ = [
    "COLUMN_KEY",
    "CORNER_KEY",
    "EPOCH",
    "FRAME_GAP",
    "LEAST_PANEL",
    "LEVELS",
    "LEVEL_WORTH",
    "MOST_HIDDEN",
    "MOST_PANELS",
    "SIDE_KEY",
    "STRIP_HEIGHT",
    "period_name",
]

if TYPE_CHECKING:
    from maps.content.content import MapContent
    from maps.spec.spec import MapSpec

SIDE_KEY: Final = 212.0


COLUMN_KEY: Final = 186.0


STRIP_HEIGHT: Final = 62.0


LEAST_PANEL: Final = 130.0


EPOCH: Final = dt.date(1970, 1, 1)


MOST_PANELS: Final = 16


LEVELS: Final = 3


LEVEL_WORTH: Final = (1.0, 0.94, 0.84)
"""What a map is worth at each level of leaving out."""


FRAME_GAP: Final = 10.0


CORNER_KEY: Final = 196.0


MOST_HIDDEN: Final = 0.2
"""Share of the panel that a key inside it may take."""


class Drawn(NamedTuple):
    """What a layout gives: the page, its words, and the account of what was placed."""

    canvas: Canvas
    caption: Caption
    report: Report


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


class Layout:
    """One drawing in the making."""

    def __init__(self, spec: MapSpec, sheet: Sheet, house: House, content: MapContent) -> None:
        self.spec = spec
        self.sheet = sheet
        self.house = house
        self.content = content
        self.lettering = Lettering(house.latin, house.arabic, sheet.font)
        # The page is mirrored where its words are; English words stand in where a language lacks them.
        self.rtl = LANGUAGES[spec.lang].direction == "rtl" and is_arabic(content.title)
        self.report = Report()
        self.shading = read_shading(content)
        self.density = read_density(content)
        self._check()
        self.columns: dict[str, Any] = content.events["cols"]
        self.figures = figures_of(content)
        if self.figures is not None and (spec.shade or sheet.profile):
            raise SchemaError(
                f"{'a shaded map' if spec.shade else 'a profile'} has no symbols to size; leave out size_by"
            )
        self.gauge = None if self.figures is None else Gauge.of(self.figures.most, self._panel_width())
        self.english = base_names("en")
        self.own = base_names(spec.lang)
        self.width = sheet.paper.width_u
        self.margin = 6.0 if sheet.paper.unit == "mm" else 16.0
        self.small = self.width < 480
        self.credit = house.text["credit"] * (0.94 if self.small or sheet.paper.unit == "px" else 1.0)

    def _panel_width(self) -> float:
        """Width of one map in units, about, where there may be several."""
        wide = self.sheet.paper.width_u
        return wide / min(len(self._parts()), max(1, int(wide // 190)))

    @staticmethod
    def _shown_ids(content: MapContent) -> list[str]:
        columns = content.events["cols"]
        return [one for one, grain in zip(columns["id"], columns["grain"], strict=True) if grain != NOWHERE]

    def _check(self) -> None:
        """One way of parting or replacing the map at a time."""
        kinds = ["compare"] * bool(self.spec.compare) + ["facet"] * bool(self.sheet.facet)
        kinds += ["profile"] * self.sheet.profile
        kinds += ["shade"] * bool(self.spec.shade and self.sheet.profile)
        if len(kinds) > 1:
            raise SchemaError(f"{' and '.join(kinds)} can't be had on one sheet; choose one")

    # Words
    # ----------------------------------------------------------------------------------------------------

    def say(self, key: str, **fields: object) -> str:
        """A word in the map's language, or in English where no font has its letters."""
        return self.lettering.pick(word(self.spec.lang, key, **fields), word("en", key, **fields))

    def _header(self) -> list[tuple[list[str], float, float, bool, str]]:
        """Blocks of lines: text, size, leading, bold, colour name."""
        room = self.width - 2 * self.margin
        size = min(self.house.text["title"], max(15.0, self.width / 21))
        title = self.content.title
        if not self.lettering.covers(title):
            title = self.content.in_language("en").title
        # A title that falls short of one line less by a little is set a little smaller.
        for less in np.arange(size, size * (0.86, 0.74, 0.66)[self.level], -0.25):
            if len(self.lettering.wrap(title, float(less), room, bold=True)) < len(
                self.lettering.wrap(title, size, room, bold=True)
            ):
                size = float(less)
                break
        while True:
            lines = self.lettering.balanced(title, size, room, bold=True)
            widest = max((self.lettering.ink(line, size, bold=True).width for line in lines), default=0.0)
            if len(lines) <= 3 and widest <= room:
                break
            size -= 0.5
            if size < 13.0:
                raise SchemaError(
                    f"the title has {len(title)} characters and does not fit "
                    f"{self.sheet.size} in three lines; "
                    "shorten it, or choose a larger size"
                )
        blocks = [(lines, size, size * 1.25, True, "ink")]
        subtitle = self.content.subtitle
        if subtitle and self.level == 0 and self.lettering.covers(subtitle):
            size = min(self.house.text["subtitle"], max(11.5, self.width / 34))
            lines = self.lettering.balanced(subtitle, size, room)
            if len(lines) > 4:
                raise SchemaError(
                    f"the subtitle has {len(subtitle)} characters and does not fit "
                    f"{self.sheet.size} in four lines; "
                    "shorten it, or choose a larger size"
                )
            blocks.append((lines, size, size * 1.4, False, "ink-2"))
        return blocks

    def _footer(self, outside: int) -> list[str]:
        """Lines of the footer: what is on the map, notes, credits."""
        said = [self.content.counted]
        if outside:
            said.append(
                plural(self.spec.lang, "far from line" if self.sheet.profile else "outside frame", outside)
            )
        grains = set(self.columns["grain"])
        if self.spec.compare and (both := in_both(self.content)):
            said.append(plural(self.spec.lang, "in both", both))
        if self.shading is not None:
            said.append(self.shading.note())
        elif self.density is not None:
            said.append(self.density.note())
        elif self.sheet.profile:
            said.append(self.say("profile note"))
        elif grains & {AREA, STRETCH}:
            said.append(self.say("imprecise note"))
        said += [self.content.as_of, self.say("note")]
        if not self.sheet.profile:
            said.append(self.say("projection"))
        credits_ = [text for text, _ in self.content.credits]
        named = "; ".join(self.house.credits.get(text, text) for text in dict.fromkeys(credits_)) + "."
        label = f"{self.say('credits')}:"
        # Credits are English: in a page of the other direction they are lines of their own.
        blocks = [[*said, label], [named]] if self.rtl else [[*said, f"{label} {named}"]]
        return [
            line
            for block in blocks
            for line in self.lettering.wrap(
                " ".join(part for part in block if part and self.lettering.covers(part)),
                self.credit_size,
                self.width - 2 * self.margin,
            )
        ]

    # Layout
    # ---------------------------------------------------------------------------------------------------

    def drawn(self) -> Drawn:
        """Lay the page out and draw it."""
        # A small page does with less where that makes the map larger: first without subtitle, then with
        # smaller words.
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
        self.key_size = (
            self.house.text["legend"] * (0.92 if self.width < 700 else 1.0) * (1.0, 0.92, 0.84)[level]
        )
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
        if self.shading is not None or self.density is not None:
            sections = [self._classes(), sections[-1]]
        elif self.sheet.profile:
            sections = [self._dashed(one) for one in sections[:-1]]
        if self.level:
            minor = {"country border", "crossing key"}
            sections = [
                Section(one.title, tuple(entry for entry in one.entries if entry.picture not in minor))
                for one in sections
            ]
        sections[1:1] = self._figure_section()
        sections += self._callout_section()
        worth, paper, strip, arrangement = self._arrange(sections, View.aspect(extent), head_bottom, foot)  # type: ignore[arg-type]
        return _Plan(header, sections, extent, top, head_bottom, foot, worth, paper, strip, arrangement)

    def _drawn(self, plan: _Plan) -> Drawn:
        """Draw as planned."""
        header, sections, top, head_bottom, foot = (
            plan.header,
            plan.sections,
            plan.top,
            plan.head_bottom,
            plan.foot,
        )
        extent, paper, strip = plan.extent, plan.paper, plan.strip
        self.canvas = Canvas(paper, self.lettering, self.spec.lang)
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
        if kind == "corner":
            self.key_box = self._key_corner(View.fit(extent, box), key_width, key_height)
        self._page(height)
        if self.key_box is not None:
            self.report.boxes.append(("key", [self.key_box]))
        with self.canvas.block("Figure", box=box) as picture:
            self._draw_panels(box, extent)
        words = self.canvas.layer("words", "Title, key and notes")
        y = top
        for texts, size, leading, bold, colour in header:
            with self.canvas.block("H1" if bold else "P"):
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
        # Read the title first, then the map.
        self.canvas.blocks.append(self.canvas.blocks.pop(0))
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
            place = (left, bottom + 2.0, right, bottom + STRIP_HEIGHT - 8.0)
            said = "Bars: number of the events on the map by time and type."
            with self.canvas.block("Figure", alt=said, box=place):
                draw_strip(
                    self.canvas,
                    self.house,
                    timeline,
                    self.content,
                    self.spec.lang,
                    place,
                    self.credit_size,
                    period=(self.spec.since, self.spec.until),  # type: ignore[arg-type]
                )
        note = self.canvas.layer("notes", "Notes and credits")
        self.canvas.lines(
            note,
            [
                np.array(
                    [
                        [left, height - self.margin * 0.6 - foot + 1],
                        [right, height - self.margin * 0.6 - foot + 1],
                    ]
                )
            ],
            self.house.colours["rule"],
            0.6,
        )
        with self.canvas.block("P"):
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
        words_of = caption_of(self.content, shading=self.shading)
        picture.alt = f"{words_of.alt} {words_of.long_description}"
        return Drawn(self.canvas, words_of, self.report)

    def _arrange(
        self, sections: list[Section], aspect: float, head: float, foot: float
    ) -> tuple[float, Size, bool, tuple[str, int, float, float]]:
        """Where the key goes and whether there is a strip: the way that draws the map largest."""
        paper = self.sheet.paper
        wide = self.width - 2 * self.margin
        probe = Canvas(paper if paper.height else paper.with_height_u(400), self.lettering, self.spec.lang)
        key = Key(probe, self.house, sections, size=self.key_size, rtl=self.rtl)
        choices: list[tuple[str, int, float, float]] = []
        for columns in range(1, len(sections) + 1):
            each = (wide - 18.0 * (columns - 1)) / columns
            if each >= COLUMN_KEY * (0.86 if self.small else 1.0):
                _, tall = key.split(columns, each)
                choices.append(("below", columns, wide, tall))
        if wide >= 560:
            for columns in (1, 2, 3):
                narrow = (COLUMN_KEY, 166.0, 144.0)
                each = SIDE_KEY if columns == 1 else narrow[self.level]
                side = each * columns + 18.0 * (columns - 1)
                if side < (0.46, 0.54, 0.64)[columns - 1] * wide:
                    _, tall = key.split(columns, each)
                    choices.append(("side", columns, side, tall))
        bottom = self.margin * 0.6 + foot
        strip = self.sheet.timeline
        corners = [
            (
                "corner",
                columns,
                CORNER_KEY * columns + 18.0 * (columns - 1),
                key.split(columns, CORNER_KEY)[1],
            )
            for columns in (1, 2)
        ]
        if paper.height is None:
            strip = strip is not False and (strip is True or self.width >= 420)
            panel_height = self._panel_height(wide, aspect)
            trial = View.fit(tuple(map(float, self.content.extent)), (0.0, 0.0, wide, panel_height))  # type: ignore[arg-type]
            for corner in corners:
                if self._key_corner(trial, *corner[2:]) is not None:
                    total = head + panel_height + FRAME_GAP * 0.6 + (STRIP_HEIGHT if strip else 0.0) + bottom
                    return 1.0, paper.with_height_u(total), strip, corner
            below = [choice for choice in choices if choice[0] == "below"]
            best = min(below, key=lambda one: one[3])
            tall = self._panel_height(wide, aspect)
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
                f"{self.sheet.size} is too small for the title, the key and the notes beside a map; "
                "it must be at least "
                f"{shown:.0f} {paper.unit} high at this width"
            )
        worth, with_strip, choice = max(ranked, key=lambda one: one[0])
        return worth, paper, with_strip, choice

    def _panel_height(self, wide: float, aspect: float) -> float:
        """Height of the map, or of the grid of small multiples, where the page has no height of its own."""
        count = len(self._parts())
        if self.sheet.profile:
            return wide * 0.55
        if count == 1:
            return min(max(wide * aspect, wide * 0.5), wide * 1.35)
        columns = min(count, max(1, int(wide // 190)))
        rows = -(-count // columns)
        return rows * (wide / columns * aspect + self.key_size * 1.7) + 8.0 * (rows - 1)

    def _dashed(self, section: Section) -> Section:
        """A section of a profile's key, where areas and stretches are dashed bars."""
        wide = [entry for entry in section.entries if entry.picture in ("areas", "stretches")]
        if not wide:
            return section
        count = sum(entry.count or 0 for entry in wide)
        rest = tuple(entry for entry in section.entries if entry not in wide)
        return Section(section.title, (*rest, Entry("dashed", self.say("dashed"), count)))

    def _classes(self) -> Section:
        """The key of shaded units or a surface, over all maps of the page."""
        if self.density is not None:
            plain = dataclasses.replace(self.density, lang="en")
            return density_section(self.density, self.lettering.pick, plain)
        assert self.shading is not None  # noqa: S101 - called for these two only
        plain_shading = dataclasses.replace(self.shading, lang="en")
        counts = [self.shading.counts(rows) for _, rows in self._parts()]
        return class_section(self.shading, counts, self.lettering.pick, plain_shading)

    def _key_corner(self, view: View, width: float, height: float) -> Box | None:
        """The corner of the panel that a key of this size hides nothing in, or nothing."""
        if len(self._parts()) > 1 or self.sheet.profile:
            return None
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
            (
                (left + gap, top + gap),
                (right - gap - wide, bottom - gap - tall),
                (left + gap, bottom - gap - tall),
                (right - gap - wide, top + gap),
            )
        ):
            box = (x, y, x + wide, y + tall)
            room = shapely.box(x - 14, y - 14, x + wide + 14, y + tall + 14)
            inside = (
                (at[:, 0] > x - 14)
                & (at[:, 0] < x + wide + 14)
                & (at[:, 1] > y - 14)
                & (at[:, 1] < y + tall + 14)
            )
            if inside.any() or line.intersects(room):
                continue
            covered = sum(shapely.intersection(shape, room).area for shape in shapes)
            cost = covered / (wide * tall) + 0.01 * n
            if covered <= 0.02 * wide * tall and (best is None or cost < best[0]):
                best = (cost, box)
        return None if best is None else best[1]

    def _whole_areas(self) -> list[dict[str, Any]]:
        """Areas of the content that are in use."""
        used = {
            area
            for area, grain in zip(self.columns["area"], self.columns["grain"], strict=True)
            if grain == AREA
        }
        return [self.content.events["areas"][number] for number in sorted(used)]

    def _lines_in(self, extent: Any) -> dict[str, bool]:
        """Which lines of the base are in an extent."""
        ground = read_ground()
        frame = shapely.box(*extent)
        control = any(c.name == CONTROL and c.line.intersects(frame) for c in ground.disputed)
        return {
            "line of control": control,
            "country border": ground.borders.intersects(frame),
            "crossing key": True,
        }

    # The panels
    # --------------------------------------------------------------------------------------------------

    def _page(self, height: float) -> None:
        page = self.canvas.layer("page", "Page")
        self.canvas.box(page, (0, 0, self.width, height), fill=self.house.colours["page"], gid="page-ground")

    def _draw_panels(self, box: Box, extent: Any) -> None:
        """The map, or small multiples of it."""
        if self.sheet.profile:
            self._profile(box)
            return
        parts = self._parts()
        if len(parts) == 1:
            self._scene(View.fit(extent, box), self.columns, None, furnished=True).draw()
            return
        titles = self.canvas.layer("panel-titles", "Titles of the maps")
        size = self.key_size
        for n, ((name, rows), panel) in enumerate(
            zip(parts, _grid(len(parts), box, View.aspect(extent), size, rtl=self.rtl), strict=True)
        ):
            self.canvas.text(
                titles,
                panel[0] if not self.rtl else panel[2],
                panel[1] - size * 0.5,
                name,
                size,
                self.house.colours["ink"],
                bold=True,
                anchor="right" if self.rtl else "left",
            )
            columns = {key: [values[row] for row in rows or ()] for key, values in self.columns.items()}
            self._scene(View.fit(extent, panel), columns, rows, furnished=n == 0).draw()

    def _profile(self, box: Box) -> None:
        """Events against the distance along the line."""
        names = {
            code: self.lettering.pick(own["name"], plain["name"])
            for (code, _), own, plain in zip(
                read_basemap().units.items(), self.own["areas"], self.english["areas"], strict=True
            )
        }
        import geo

        gates = geo.read_crossings()
        named = [
            (self.lettering.pick(own[0], plain[0]), float(km))
            for own, plain, km in zip(
                self.own["crossings"], self.english["crossings"], gates["line_km"], strict=True
            )
        ]
        drawn, far = draw_profile(
            self.canvas,
            self.house,
            self.content,
            self.spec.lang,
            box,
            size=self.key_size * 0.92,
            names=names,
            crossings=named,
            say=self.say,
        )
        self.report.framed, self.report.outside = drawn, far

    def _scene(
        self, view: View, columns: dict[str, Any], rows: list[int] | None, *, furnished: bool
    ) -> Scene:
        left, _, right, _ = view.box
        return Scene(
            self.canvas,
            self.house,
            self.sheet,
            self.spec.lang,
            self.lettering,
            view,
            columns,
            self.content.events["areas"],
            self.own,
            self.english,
            self.report,
            small=right - left < 480,
            reserved=[] if self.key_box is None else [self.key_box],
            furnished=furnished,
            figures=self.figures,
            gauge=self.gauge,
            shading=self.shading,
            counts=() if self.shading is None else self.shading.counts(rows),
            density=self.density,
        )

    def _parts(self) -> list[tuple[str, list[int] | None]]:
        """Rows of each small multiple with its title; of one map no rows, which means all, and no title."""
        sheet = self.sheet
        if not sheet.facet and not self.spec.compare:
            return [("", None)]
        shown = [n for n, grain in enumerate(self.columns["grain"]) if grain != NOWHERE]
        days = [EPOCH + dt.timedelta(self.columns["day"][n]) for n in shown]
        groups: dict[str, list[int]] = {}
        if self.spec.compare:
            on_map = set(shown)
            for period, rows in zip(self.spec.periods, period_rows(self.content), strict=True):
                name = self.lettering.pick(period_words(period, self.spec.lang), period_words(period, "en"))
                groups[name] = [n for n in rows if n in on_map]
        else:
            for n, one in zip(shown, days, strict=True):
                groups.setdefault(period_name(one, str(sheet.facet), self.spec.lang), []).append(n)
        if len(groups) > MOST_PANELS:
            raise SchemaError(
                f"a map for each {sheet.facet} makes {len(groups)} maps; at most {MOST_PANELS} fit a page. "
                "Choose a longer "
                "period (year, quarter, month, week), or a part of the events with since and until"
            )
        return [(f"{name} ({number(self.spec.lang, len(rows))})", rows) for name, rows in groups.items()] or [
            ("", None)
        ]

    def _figure_section(self) -> list[Section]:
        """The key of discs: whose figures they are, how large, and what has none."""
        found = self.figures
        if found is None or self.gauge is None:
            return []
        shown = self._shown_ids(self.content)
        figures = [found.by_event[one] for one in shown if one in found.by_event]
        entries = [Entry("nested", "", gauge=self.gauge)] if found.most else []
        kinds = (
            ("disc range", any(f.low is not None and f.high is not None and f.low < f.high for f in figures)),
            ("disc open", any(f.high is None for f in figures)),
            ("disc zero", any(f.most == 0 for f in figures)),
        )
        entries += [Entry(name, self.say(name)) for name, there in kinds if there]
        several = len((found.wider | found.mixed) & set(shown))
        none = len(shown) - len(figures) - several
        if several:
            entries.append(Entry("disc none", self.say("disc several"), several))
        if none:
            entries.append(Entry("disc none", self.say("disc none", claimant=found.claimant), none))
        title = self.say(f"{found.metric} according to", claimant=found.claimant)
        return [Section(title, tuple(entries))]

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


def period_name(day: dt.date, facet: str, lang: str) -> str:
    """The name of the year, quarter, month or week that a day is in.

    Examples
    --------
    >>> period_name(dt.date(2025, 10, 11), "month", "en"), period_name(dt.date(2025, 10, 11), "quarter", "en")
    ('October 2025', 'October to December 2025')
    """
    months = word(lang, "months").split("|")
    if facet == "year":
        return number(lang, day.year)
    if facet == "quarter":
        first = (day.month - 1) // 3 * 3
        return f"{word(lang, 'to', start=months[first], end=months[first + 2])} {number(lang, day.year)}"
    if facet == "month":
        return f"{months[day.month - 1]} {number(lang, day.year)}"
    start = day - dt.timedelta(day.weekday())
    return date_range(lang, start, start + dt.timedelta(6))


def _grid(count: int, box: Box, aspect: float, size: float, *, rtl: bool = False) -> list[Box]:
    """Boxes of so many panels in reading order, with room above each for a title: as large as they can be."""
    left, top, right, bottom = box
    gap, head = 8.0, size * 1.7
    best: tuple[float, int] = (-1.0, 1)
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        wide = (right - left - gap * (columns - 1)) / columns
        tall = (bottom - top - gap * (rows - 1)) / rows - head
        reach = min(wide, tall / aspect)
        if reach > best[0]:
            best = (reach, columns)
    columns = best[1]
    rows = -(-count // columns)
    wide = (right - left - gap * (columns - 1)) / columns
    tall = (bottom - top - gap * (rows - 1)) / rows - head
    if min(wide, tall) < 90:
        raise SchemaError(f"{count} maps do not fit the page; choose a larger size or a longer period")
    boxes: list[Box] = []
    for n in range(count):
        row, column = divmod(n, columns)
        x = left + (columns - 1 - column if rtl else column) * (wide + gap)
        y = top + row * (tall + head + gap) + head
        boxes.append((x, y, x + wide, y + tall))
    return boxes
