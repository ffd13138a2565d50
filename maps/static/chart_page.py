"""The page of a chart: its words above and below, its key, and the box between them for the chart itself."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.errors import SchemaError
from maps.spec.house_style import read_house
from maps.static.drawing import SCREEN_DPI
from maps.static.fonts import Lettering
from maps.static.mirrored import canvas_for
from maps.static.writers import picture_bytes, png_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from maps.content.captions import Caption
    from maps.content.charts import Heading
    from maps.spec.sheet import Sheet
    from maps.static.canvas import Canvas, Layer
    from maps.static.placement import Box

__all__ = ["DOT", "MARGIN", "SMALL", "TEXT", "ChartDrawing", "ChartPage"]

MARGIN: Final = 16.0
TITLE: Final = 18.0
TEXT: Final = 12.0
SMALL: Final = 11.2
DOT: Final = 3.6
SAMPLE: Final = 26.0
"""Width of a sample in the key."""


@dataclass
class ChartDrawing:
    """A drawn chart, ready to be written."""

    canvas: Canvas
    sheet: Sheet
    lang: str
    caption: Caption

    def to_bytes(self, path: Path) -> bytes:
        """The chart in the format that a file's suffix names."""
        return picture_bytes(path, self.canvas, self.sheet, self.caption, self.lang)

    def _repr_png_(self) -> bytes:
        """The chart in a notebook."""
        sheet = dataclasses.replace(self.sheet, dpi=min(self.sheet.dpi, SCREEN_DPI))
        return png_bytes(self.canvas, sheet, self.caption)


class ChartPage:
    """A page of a sheet's width; of its height too, where the sheet has one.

    Attributes
    ----------
    house, lettering, lang
        How words and marks look.
    width
        In units.
    room
        Height that the chart itself has; nothing where the page takes the height that it needs.
    """

    def __init__(self, heading: Heading, sheet: Sheet) -> None:
        self.heading = heading
        self.sheet = sheet
        self.lang = heading.lang
        self.house = read_house(sheet.style)
        self.lettering = Lettering(latin=self.house.latin, arabic=self.house.arabic)
        self.width = sheet.paper.width_u
        inner = self.width - 2 * MARGIN
        self._title = self.lettering.wrap(heading.title, TITLE, inner, bold=True)
        self._method = self.lettering.wrap(heading.method, TEXT, inner)
        self._credit = self.lettering.wrap(heading.credit, SMALL, inner)
        self._key = self._key_places(inner)
        rows = 1 + max((row for _, _, row in self._key), default=-1)
        self._head = 10.0 + 23.0 * len(self._title) + 16.0 * len(self._method) + 14.0 + 17.0 * rows
        self._foot = 14.5 * len(self._credit) + 16.0
        height = sheet.paper.height_u
        self.room = None if height is None else height - self._head - self._foot

    def _key_places(self, inner: float) -> list[tuple[int, float, int]]:
        """For each entry of the key its number, how far from the left, and its row."""
        places, x, row = [], 0.0, 0
        for n, (_, text) in enumerate(self.heading.key):
            wide = SAMPLE + 6.0 + self.lettering.ink(text, TEXT).width + 18.0
            if x and x + wide - 18.0 > inner:
                x, row = 0.0, row + 1
            places.append((n, x, row))
            x += wide
        return places

    def key_as(self, other: dict[str, str]) -> None:
        """Show other samples in the key, by the names of those that they replace."""
        key = tuple((other.get(mark, mark), text) for mark, text in self.heading.key)
        self.heading = dataclasses.replace(self.heading, key=key)

    def open(self, wanted: float) -> tuple[Canvas, Box]:
        """Make the page, write what stands above and below, and give the box between.

        Parameters
        ----------
        wanted
            Height of the chart, where the sheet has none.

        Raises
        ------
        SchemaError
            If the page has too little room.
        """
        if self.room is not None and self.room < 120:
            raise SchemaError(
                f"the words of the chart leave no room for it on a page of {self.sheet.size}; take wide, "
                "column, square or another that is higher"
            )
        body = wanted if self.room is None else self.room
        paper = self.sheet.paper
        if self.room is None:
            paper = paper.with_height_u(self._head + body + self._foot)
        canvas = canvas_for(self.lang)(paper, self.lettering, self.lang)
        colours = self.house.colours
        canvas.box(canvas.layer("page", "Page"), (0, 0, canvas.width, canvas.height), fill=colours["page"])
        words = canvas.layer("words", "Words")
        y = 10.0
        with canvas.block("H1"):
            for line in self._title:
                y += 23.0
                canvas.text(words, MARGIN, y - 4.0, line, TITLE, colours["ink"], bold=True)
        with canvas.block("P"):
            for line in self._method:
                y += 16.0
                canvas.text(words, MARGIN, y - 3.0, line, TEXT, colours["ink-2"])
        self._draw_key(canvas, y + 8.0)
        with canvas.block("P"):
            for n, line in enumerate(reversed(self._credit)):
                canvas.text(words, MARGIN, canvas.height - 10.0 - 14.5 * n, line, SMALL, colours["ink-2"])
        return canvas, (MARGIN, self._head, self.width - MARGIN, self._head + body)

    def _draw_key(self, canvas: Canvas, top: float) -> None:
        layer = canvas.layer("key", "Key")
        for n, at, row in self._key:
            mark, text = self.heading.key[n]
            x, y = MARGIN + at, top + 17.0 * row + 8.5
            self._sample(canvas, layer, mark, x, y)
            canvas.text(layer, x + SAMPLE + 6.0, y + 4.2, text, TEXT, self.house.colours["ink-2"])

    def _sample(self, canvas: Canvas, layer: Layer, mark: str, x: float, y: float) -> None:
        colours = self.house.colours
        if mark in ("certain", "doubt", "even"):
            fill = {"certain": "no-data", "doubt": "shade-2", "even": "neighbours"}[mark]
            canvas.box(layer, (x, y - 5.0, x + SAMPLE, y + 5.0), fill=colours[fill])
        elif mark == "mean":
            canvas.lines(layer, [np.array([[x, y], [x + SAMPLE, y]])], colours["shade-5"], 2.0)
        else:
            canvas.lines(layer, [np.array([[x, y], [x + SAMPLE, y]])], colours["ink"], 1.4)
            canvas.area(layer, shapely.Point(x + SAMPLE / 2, y).buffer(DOT), fill=colours["ink"])
