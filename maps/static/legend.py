"""The key of a printed map: types with counts in columns, then one row for how sure, one for how exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from maps.static.fonts import is_arabic
from maps.static.legend_pictures import PICTURE, draw_picture, picture_width
from maps.static.proportional_symbols import draw_nested, nested_extent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.spec.house_style import House
    from maps.static.canvas import Canvas, Layer
    from maps.static.proportional_symbols import Gauge

__all__ = ["Entry", "Flow", "Grid", "Key", "Sample", "Section"]

ROW: Final = 1.42
GUTTER: Final = 12.0
COUNT_GAP: Final = 5.0
SAMPLE_GAP: Final = 6.0


class Sample(NamedTuple):
    """Words set as such names are on the map, and their colour."""

    text: str
    colour: str
    bold: bool = False


@dataclass(frozen=True)
class Entry:
    """A line of the key: what its picture is, its words, how many events it stands for.

    With a gauge it is a picture of nested discs instead of a line of words; a sample stands before the words.
    """

    picture: str
    text: str
    count: int | None = None
    gauge: Gauge | None = None
    sample: Sample | None = None


@dataclass(frozen=True)
class Grid:
    """Short entries in columns of equal width."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Flow:
    """Entries one after the other on a line, wrapped as words are."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Section:
    """Lines under a heading."""

    title: str
    entries: tuple[Entry, ...]


class _Run(NamedTuple):
    """An entry of a flow on its lines: picture's left edge and row, and pieces of words with theirs."""

    entry: Entry
    x: float
    row: int
    pieces: tuple[tuple[str, float, int], ...]


class Key:
    """A key that is measured before it is drawn.

    Parameters
    ----------
    size
        Size of the words in units.
    """

    def __init__(
        self,
        canvas: Canvas,
        house: House,
        blocks: Sequence[Grid | Flow | Section],
        *,
        size: float,
        rtl: bool,
        row: float = ROW,
    ) -> None:
        self.canvas = canvas
        self.house = house
        self.blocks = [block for block in blocks if block.entries or isinstance(block, Section)]
        self.size = size
        self.rtl = rtl
        self.row = size * row

    def _wide(self, text: str, *, bold: bool = False) -> float:
        return self.canvas.lettering.ink(text, self.size, bold=bold).width

    def _entry_width(self, entry: Entry) -> float:
        count = 0.0
        if entry.count is not None:
            count = COUNT_GAP + self._wide(self.canvas.number(entry.count), bold=True)
        return PICTURE + self._wide(entry.text) + count

    def _columns(self, grid: Grid, width: float) -> int:
        each = max(self._entry_width(entry) for entry in grid.entries)
        return max(1, min(3, len(grid.entries), int((width + GUTTER) // (each + GUTTER))))

    @property
    def least_width(self) -> float:
        """What its widest type or sample needs; less, and it is written beyond its column."""
        grids = [block for block in self.blocks if isinstance(block, Grid)]
        widths = [self._entry_width(entry) for block in grids for entry in block.entries]
        flows = [block for block in self.blocks if isinstance(block, Flow)]
        return max([*widths, *(self._least_of(e) for block in flows for e in block.entries)], default=0.0)

    def _least_of(self, entry: Entry) -> float:
        """Of a sample with the first word after it, which stand on one line."""
        if entry.sample is None:
            return 0.0
        return PICTURE + self._sample_width(entry) + self._wide(entry.text.split(" ")[0])

    def width(self) -> float:
        """A width at which the key is compact: two columns of types."""
        grids = [block for block in self.blocks if isinstance(block, Grid)]
        each = max((self._entry_width(e) for block in grids for e in block.entries), default=120.0)
        if not grids:
            flows = [block for block in self.blocks if isinstance(block, Flow)]
            each = max((self._entry_width(e) for block in flows for e in block.entries), default=0.0)
            return each + GUTTER if flows and len(flows) == len(self.blocks) else 190.0
        columns = 2 if any(len(block.entries) > 2 for block in grids) else 1
        return max(each * columns + GUTTER * (columns - 1), 190.0)

    def widths(self) -> list[float]:
        """Widths at which the key is compact: of two columns of types, and of one."""
        entries = [e for block in self.blocks if not isinstance(block, Section) for e in block.entries]
        alone = max((self._sample_width(e) + self._entry_width(e) for e in entries), default=0.0)
        return [self.width(), *([alone] if 0.0 < alone < self.width() else [])]

    def height(self, width: float) -> float:
        """How high it is at a width."""
        return sum(self._block_height(block, width) for block in self.blocks) + 3.0 * (len(self.blocks) - 1)

    def _block_height(self, block: Grid | Flow | Section, width: float) -> float:
        if isinstance(block, Grid):
            return self.row * -(-len(block.entries) // self._columns(block, width))
        if isinstance(block, Flow):
            return self.row * (1 + max(run.pieces[-1][2] for run in self._runs(block, width)))
        tall = self.row * len(self._heading(block, width)) + 2.0
        gauges, rows, aside = self._beside(block, width)
        discs = sum(nested_extent(self.canvas, gauge, self.size)[1] + 2.0 for gauge in gauges)
        words = sum(self.row * len(self._lines(entry, width - aside)) + 1.0 for entry in rows)
        return tall + (max(discs, words) if aside else discs + words)

    def _beside(self, section: Section, width: float) -> tuple[list[Gauge], list[Entry], float]:
        """Sizes of discs, entries in words, and how far these stand aside of the discs: 0 for under them."""
        gauges = [entry.gauge for entry in section.entries if entry.gauge is not None]
        rows = [entry for entry in section.entries if entry.gauge is None]
        if not gauges or not rows:
            return gauges, rows, 0.0
        aside = max(nested_extent(self.canvas, gauge, self.size)[0] for gauge in gauges) + GUTTER
        needed = max(self._entry_width(entry) for entry in rows) + COUNT_GAP
        return gauges, rows, aside if aside + needed <= width else 0.0

    def _heading(self, block: Section, width: float) -> list[str]:
        return self.canvas.lettering.wrap(block.title, self.size, width, bold=True) or [""]

    def _lines(self, entry: Entry, width: float) -> list[str]:
        room = width - PICTURE - (24.0 if entry.count is not None else 0.0)
        return self.canvas.lettering.wrap(entry.text, self.size, room) or [""]

    def _runs(self, block: Flow, width: float) -> list[_Run]:
        """Where entries of a flow stand; one that doesn't fit on what is left of a line begins the next."""
        runs = []
        x, row = 0.0, 0
        space = self._wide("n n") - self._wide("nn")
        for entry in block.entries:
            words = entry.text.split(" ")
            lead = picture_width(entry.picture) + self._sample_width(entry)
            if x > 0 and x + lead + self._wide(entry.text) > width:
                x, row = 0.0, row + 1
            begin, at_row = x, row
            x += lead
            pieces: list[tuple[str, float, int]] = []
            line, left = "", x
            for one in words:
                grown = f"{line} {one}".strip()
                if line and left + self._wide(grown) > width:
                    pieces.append((line, left, row))
                    line, row = one, row + 1
                    left = picture_width(entry.picture)
                else:
                    line = grown
            pieces.append((line, left, row))
            x = left + self._wide(line) + space + GUTTER * 0.7
            runs.append(_Run(entry, begin, at_row, tuple(pieces)))
        return runs

    def draw(self, layer: Layer, left: float, top: float, width: float) -> None:
        """Draw it from a corner."""
        y = top
        for block in self.blocks:
            if isinstance(block, Grid):
                self._draw_grid(layer, block, left, y, width)
            elif isinstance(block, Flow):
                self._draw_flow(layer, block, left, y, width)
            else:
                self._draw_section(layer, block, left, y, width)
            y += self._block_height(block, width) + 3.0

    def _draw_grid(self, layer: Layer, block: Grid, left: float, top: float, width: float) -> None:
        columns = self._columns(block, width)
        rows = -(-len(block.entries) // columns)
        each = (width + GUTTER) / columns
        for n, entry in enumerate(block.entries):
            row, column = divmod(n, columns)
            if rows == 1:
                row, column = 0, n
            x = left + (columns - 1 - column if self.rtl else column) * each
            self._draw_short(layer, entry, x, top + row * self.row, each - GUTTER)

    def _draw_short(self, layer: Layer, entry: Entry, x: float, y: float, width: float) -> None:
        """Picture, words, count; the count right after the words."""
        foot = y + self.row / 2 + self.size * 0.36
        right = self.rtl and is_arabic(entry.text)
        edge = x + width
        draw_picture(
            self.canvas,
            layer,
            self.house,
            entry.picture,
            edge - PICTURE if right else x,
            y + self.row / 2,
            self.size,
        )
        colours = self.house.colours
        wide = self._wide(entry.text)
        start = edge - PICTURE if right else x + PICTURE
        with self.canvas.block("P"):
            self.canvas.text(
                layer, start, foot, entry.text, self.size, colours["ink"], anchor="right" if right else "left"
            )
            if entry.count is not None:
                self.canvas.text(
                    layer,
                    start - wide - COUNT_GAP if right else start + wide + COUNT_GAP,
                    foot,
                    self.canvas.number(entry.count),
                    self.size,
                    colours["ink"],
                    bold=True,
                    anchor="right" if right else "left",
                )

    def _draw_flow(self, layer: Layer, block: Flow, left: float, top: float, width: float) -> None:
        for run in self._runs(block, width):
            right = self.rtl and is_arabic(run.entry.text)
            y = top + run.row * self.row + self.row / 2
            if run.entry.picture:
                x = left + width - run.x - picture_width(run.entry.picture) if right else left + run.x
                draw_picture(self.canvas, layer, self.house, run.entry.picture, x, y, self.size)
            with self.canvas.block("P"):
                self._draw_sample(layer, run, left + width if right else left, y, right=right)
                for text, x, row in run.pieces:
                    self.canvas.text(
                        layer,
                        left + width - x if right else left + x,
                        top + row * self.row + self.row / 2 + self.size * 0.36,
                        text,
                        self.size,
                        self.house.colours["ink-2" if run.entry.sample else "ink"],
                        anchor="right" if right else "left",
                    )

    def _sample_width(self, entry: Entry) -> float:
        return self._wide(entry.sample.text, bold=entry.sample.bold) + SAMPLE_GAP if entry.sample else 0.0

    def _draw_sample(self, layer: Layer, run: _Run, edge: float, y: float, *, right: bool) -> None:
        sample = run.entry.sample
        if sample is None:
            return
        off = run.x + picture_width(run.entry.picture)
        self.canvas.text(
            layer,
            edge - off if right else edge + off,
            y + self.size * 0.36,
            sample.text,
            self.size,
            self.house.colours[sample.colour],
            bold=sample.bold,
            anchor="right" if right else "left",
        )

    def _draw_section(self, layer: Layer, section: Section, x: float, y: float, width: float) -> None:
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
        y += 2.0
        gauges, rows, aside = self._beside(section, width)
        foot = y
        for gauge in gauges:
            foot = self._draw_gauge(layer, gauge, x, foot, width)
        y = y if aside else foot
        for entry in rows:
            y = self._draw_entry(layer, entry, x if self.rtl else x + aside, y, width - aside)

    def _draw_gauge(self, layer: Layer, gauge: Gauge, x: float, y: float, width: float) -> float:
        edge = x + width if self.rtl else x
        numbers = ", ".join(f"{number:,}" for number in gauge.examples())
        wide, tall = nested_extent(self.canvas, gauge, self.size)
        place = (edge - wide if self.rtl else edge, y, edge if self.rtl else edge + wide, y + tall)
        with self.canvas.block("Figure", alt=f"Sizes of discs for {numbers}.", box=place):
            draw_nested(self.canvas, layer, self.house, gauge, edge, y, self.size, right=self.rtl)
        return y + tall + 2.0

    def _draw_entry(self, layer: Layer, entry: Entry, x: float, y: float, width: float) -> float:
        colours = self.house.colours
        lines = self._lines(entry, width)
        right = self.rtl and is_arabic(entry.text)
        picture = x + width - PICTURE if right else x
        draw_picture(self.canvas, layer, self.house, entry.picture, picture, y + self.row / 2, self.size)
        text_x = x + width - PICTURE if right else x + PICTURE
        with self.canvas.block("P"):
            for n, line in enumerate(lines):
                foot = y + self.row * (n + 0.5) + self.size * 0.36
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
                    y + self.row / 2 + self.size * 0.36,
                    self.canvas.number(entry.count),
                    self.size,
                    colours["ink"],
                    anchor="left" if right else "right",
                )
        return y + self.row * len(lines) + 1.0
