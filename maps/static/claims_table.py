"""The matrix of claims as a picture for print: a table whose rows are as high as their words."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Final

import numpy as np

from maps.content.captions import Caption
from maps.spec.sheet import Sheet
from maps.static.canvas import RIGHT_TO_LEFT
from maps.static.plain_page import PageDrawing, plain_page, said
from maps.words.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.content.claims_matrix import Cell, Group, Matrix, Statement
    from maps.spec.house_style import House
    from maps.static.canvas import Canvas

__all__ = ["claim_sheets"]

MARGIN: Final = 16.0
FIGURE: Final = 11.5
SMALL: Final = 9.8
LEAD: Final = 14.0
SMALL_LEAD: Final = 12.0
GAP: Final = 7.0
SHARES: Final = (0.105, 0.195, 0.12, 0.145, 0.145, 0.145, 0.145)
"""Of the width: date, event, whom counted, and the four kinds of claimant."""


TALL: Final = 1.414
"""A sheet is at most so many times as high as it is wide, as A4 is, unless its size has a height."""


Line = tuple[tuple[tuple[str, bool], ...], float, str]
"""Words with whether they are bold, the size, and the name of a colour."""


def claim_sheets(matrix: Matrix, sheet: Sheet | None = None) -> list[PageDrawing]:
    """Draw the matrix of claims on as many sheets as it needs, each with title, heads and sources.

    No event is parted, unless it alone is higher than a sheet, which is then as high as that.

    Parameters
    ----------
    matrix
        What :func:`maps.content.claims_matrix.claims_matrix` made.
    sheet
        Size and style; 180 mm wide if not given, and by the form of A4 high.

    Returns
    -------
    list of PageDrawing
        Each written by the writers of maps, as SVG, PDF or PNG.
    """
    sheet = sheet or Sheet(size="wide")
    with plain_page(sheet, matrix.lang) as (house, canvas_of):
        probe = canvas_of(400.0)
        room = sheet.paper.height_u if sheet.paper.height is not None else TALL * probe.width
        parts = _Table(probe, house, matrix).parts(float(room or TALL * probe.width))
        drawings = []
        for n, groups in enumerate(parts, start=1):
            part = dataclasses.replace(matrix, groups=groups)
            number = (n, len(parts)) if len(parts) > 1 else None
            height = _Table(canvas_of(400.0), house, part, number).draw()
            canvas = canvas_of(height)
            _Table(canvas, house, part, number).draw()
            drawings.append(PageDrawing(canvas, sheet, matrix.lang, _caption(part)))
    return drawings


class _Table:
    """The table on a canvas; drawing it once on a probe tells its height."""

    def __init__(
        self, canvas: Canvas, house: House, matrix: Matrix, number: tuple[int, int] | None = None
    ) -> None:
        self.canvas, self.house, self.matrix, self.number = canvas, house, matrix, number
        width = canvas.width - 2 * MARGIN
        edges = np.concatenate([[0.0], np.cumsum(SHARES)]) * width
        self.left = [MARGIN + float(edge) for edge in edges[:-1]]
        self.wide = [float(b - a) - 8.0 for a, b in itertools.pairwise(edges)]
        self.page = canvas.layer("page", "Page")
        self.words = canvas.layer("words", "Words")
        self.rules = canvas.layer("rules", "Rules")

    def say(self, key: str) -> str:
        """A word in the table's language, or in English where no font has its letters."""
        return said(self.canvas, self.matrix.lang, key)

    def draw(self) -> float:
        """Draw everything; the height that it takes is returned."""
        canvas, colours = self.canvas, self.house.colours
        canvas.box(self.page, (0, 0, canvas.width, canvas.height), fill=colours["page"])
        title = self.matrix.title
        if self.number is not None:
            n, of = (self.canvas.number(one) for one in self.number)
            title = f"{title} ({n}/{of})"
        titles = self.canvas.lettering.wrap(title, 19.0, canvas.width - 2 * MARGIN, bold=True)
        y = self._plain(MARGIN + 18.0, titles, 19.0, 22.0, "ink", bold=True)
        y = self._plain(y + 2.0, self._wrap(self.matrix.standfirst, 11.5), 11.5, 15.0, "ink-2")
        y = self._head(y + 8.0)
        for group in self.matrix.groups:
            if group.section:
                y = self._section(group.section, y)
            y = self._group(group, y)
        self._rule(y, 1.2)
        y += 16.0
        for text in (*self.matrix.notes, self.matrix.source):
            y = self._plain(y, self._wrap(text, 9.5), 9.5, 12.5, "ink-2")
        return y + MARGIN - 6.0

    def parts(self, room: float) -> list[tuple[Group, ...]]:
        """The events by sheets of a height, in their order."""
        whole = self.draw()
        heights = []
        for group in self.matrix.groups:
            begin = self._section(group.section, 0.0) if group.section else 0.0
            heights.append(self._group(group, begin))
        fixed = whole - sum(heights) + LEAD
        found: list[list[Group]] = [[]]
        used = fixed
        for group, height in zip(self.matrix.groups, heights, strict=True):
            if found[-1] and used + height > room:
                found.append([])
                used = fixed
            found[-1].append(group)
            used += height
        return [tuple(groups) for groups in found]

    def _wrap(self, text: str, size: float) -> list[str]:
        return self.canvas.lettering.wrap(text, size, self.canvas.width - 2 * MARGIN)

    def _plain(
        self, y: float, lines: Sequence[str], size: float, lead: float, colour: str, *, bold: bool = False
    ) -> float:
        for line in lines:
            self.canvas.text(self.words, MARGIN, y, line, size, self.house.colours[colour], bold=bold)
            y += lead
        return y

    def _rule(self, y: float, width: float) -> None:
        line = np.array([[MARGIN, y], [self.canvas.width - MARGIN, y]])
        self.canvas.lines(self.rules, [line], self.house.colours["ink" if width > 1 else "rule"], width)

    def _head(self, y: float) -> float:
        self._rule(y, 1.4)
        heads = (self.say("when"), self.say("matrix event"), self.say("matrix whom"), *self.matrix.heads)
        lines = [self._lines(head, column, FIGURE, "ink", bold=True) for column, head in enumerate(heads)]
        foot = y + 6.0 + max(len(some) for some in lines) * LEAD
        for column, some in enumerate(lines):
            self._column(column, some, y + 6.0)
        self._rule(foot + 3.0, 0.8)
        return foot + 3.0

    def _section(self, text: str, y: float) -> float:
        box = (MARGIN, y + 4.0, self.canvas.width - MARGIN, y + 22.0)
        self.canvas.box(self.page, box, fill=self.house.colours["land"])
        self.canvas.text(self.words, MARGIN + 6.0, y + 16.5, text, 10.5, self.house.colours["ink"], bold=True)
        return y + 24.0

    def _group(self, group: Group, y: float) -> float:
        event = self._event_lines(group)
        top = y
        lowest = self._column(1, event, y + 5.0)
        self._column(0, self._lines(group.date, 0, SMALL, "ink-2"), y + 5.0)
        for row in group.rows:
            below = self._column(2, self._lines(row.group, 2, SMALL, "ink"), y + 5.0)
            for column, cell in enumerate(row.cells, start=3):
                below = max(below, self._column(column, self._cell_lines(cell, column), y + 5.0))
            y = below + 2.0
        y = max(y, lowest + 2.0, top + 20.0) + GAP - 4.0
        self._rule(y, 0.6)
        return y

    def _event_lines(self, group: Group) -> list[Line]:
        italic = group.kind == "covers"
        name = self._lines(group.name, 1, FIGURE if not italic else SMALL + 0.7, "ink", bold=not italic)
        about = group.about
        if group.kind == "part":
            about = self.say("comma").join((about, self.say("matrix part")))
        said = [*self._lines(about, 1, SMALL, "ink-2"), *self._lines(group.sure, 1, SMALL, "ink-2")]
        return [*name, *said]

    def _cell_lines(self, cell: Cell, column: int) -> list[Line]:
        if not cell.statements:
            return [((("–", False),), FIGURE, "ink-2")]
        lines: list[Line] = []
        for n, statement in enumerate(cell.statements):
            if n:
                lines.append((((" ", False),), 4.0, "ink"))
            lines += self._statement_lines(statement, column)
        return lines

    def _statement_lines(self, statement: Statement, column: int) -> list[Line]:
        lines: list[Line] = []
        for before, figure, metric in statement.figures:
            parts = [(before, False), (figure, True), (metric, False)]
            lines += self._fitted([(text, bold) for text, bold in parts if text], column)
        who = statement.claimant
        if statement.revision > 1:
            who = f"{who} ({self.say('matrix later')})"
        if LANGUAGES[self.matrix.lang].direction == "rtl":
            # A name in Latin letters would draw the number of a day after it to itself.
            who += RIGHT_TO_LEFT
        said = self.say("comma").join(part for part in (who, statement.stated) if part)
        for text in (statement.detail, said):
            if text:
                lines += self._lines(text, column, SMALL - 0.6, "ink-2")
        return lines

    def _fitted(self, parts: list[tuple[str, bool]], column: int) -> list[Line]:
        """Bold numbers between regular words, on as many lines as they need."""
        lettering = self.canvas.lettering
        rows: list[list[tuple[str, bool]]] = [[]]
        used = 0.0
        for text, bold in parts:
            width = lettering.ink(f"{text} ", FIGURE, bold=bold).width + 3.0
            if rows[-1] and used + width > self.wide[column]:
                rows.append([])
                used = 0.0
            rows[-1].append((text, bold))
            used += width
        return [(tuple(row), FIGURE, "ink") for row in rows]

    def _lines(self, text: str, column: int, size: float, colour: str, *, bold: bool = False) -> list[Line]:
        wrapped = self.canvas.lettering.wrap(text, size, self.wide[column], bold=bold) if text else []
        return [(((line, bold),), size, colour) for line in wrapped]

    def _column(self, column: int, lines: Sequence[Line], y: float) -> float:
        """Write lines into a column from a top edge; the bottom edge is returned."""
        for parts, size, colour in lines:
            lead = LEAD if size >= FIGURE else SMALL_LEAD if size > 6 else size
            y += lead
            x = self.left[column]
            for text, bold in parts:
                if not text.strip():
                    continue
                self.canvas.text(self.words, x, y - 3.0, text, size, self.house.colours[colour], bold=bold)
                x += self.canvas.lettering.ink(text, size, bold=bold).width + 3.4
        return y


def _caption(matrix: Matrix) -> Caption:
    said: list[str] = []
    for group in matrix.groups:
        for row in group.rows:
            for head, cell in zip(matrix.heads, row.cells, strict=True):
                said += [
                    f"{group.name}, {row.group}: {head}: {_spoken(statement)}"
                    for statement in cell.statements
                ]
    return Caption(
        title=matrix.title,
        caption=matrix.standfirst,
        method=" ".join(matrix.notes),
        credit=matrix.source,
        alt=matrix.title[:150],
        long_description=". ".join(said),
    )


def _spoken(statement: Statement) -> str:
    figures = ", ".join(" ".join(part for part in figure if part) for figure in statement.figures)
    return f"{figures} ({', '.join(part for part in (statement.claimant, statement.stated) if part)})"
