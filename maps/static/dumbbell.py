"""What the parties say of one event, on one scale: a row for each claimant, a band for each group counted.

The band runs from the lowest figure stated to the highest, and fades out where one has no upper end
("at least"). It is no estimate: it shows how far apart the words of the parties are.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import matplotlib as mpl
import numpy as np
import shapely

from geo.errors import SchemaError
from maps.content.captions import Caption
from maps.content.cards import cell_text
from maps.content.claims_matrix import figure_text, whom_counted
from maps.spec.house_style import read_house
from maps.spec.sheet import Sheet
from maps.static.canvas import RC
from maps.static.fonts import Lettering
from maps.static.mirrored import canvas_for
from maps.words.words import date_range, word

if TYPE_CHECKING:
    from maps.content.claims_matrix import Matrix
    from maps.spec.house_style import House
    from maps.static.canvas import Canvas, Layer

__all__ = ["DumbbellDrawing", "draw_dumbbell"]

MARGIN: Final = 16.0
ROW: Final = 24.0
LABELS: Final = 0.34
"""Part of the width for the names."""
DOT: Final = 4.2
FADE: Final = 12


@dataclass
class DumbbellDrawing:
    """A drawn dumbbell, with what a writer needs."""

    canvas: Canvas
    sheet: Sheet
    lang: str
    caption: Caption


@dataclass(frozen=True)
class _Scale:
    """Where numbers lie: the place of 0, units for one, and the right end."""

    left: float
    unit: float
    right: float

    def at(self, value: int) -> float:
        return self.left + value * self.unit


@dataclass(frozen=True)
class _Mark:
    claimant: str
    stated: str
    low: int
    high: int
    open_end: bool
    text: str


def draw_dumbbell(matrix: Matrix, metric: str = "killed", sheet: Sheet | None = None) -> DumbbellDrawing:
    """Draw the figures of all claimants for the events of a matrix, by group counted.

    Parameters
    ----------
    matrix
        Of one event, or of a few: :func:`maps.content.claims_matrix.claims_matrix` with ``ids``.
    metric
        ``killed`` or ``injured``.
    sheet
        Size and style; 110 mm wide if not given.

    Raises
    ------
    SchemaError
        If no claim of the matrix has a figure of this metric.
    """
    sheet = sheet or Sheet(size="110mm")
    found = matrix.claims[matrix.claims["metric"].astype("str") == metric]
    groups: dict[str, list[_Mark]] = {}
    for row in found.to_dict("records"):
        mark = _mark(row, matrix.lang)
        if mark is not None:
            # Figures for another area are of another scale of things: they have a band of their own.
            covers = cell_text(row["covers"])
            group = cell_text(row["group"]) or word(matrix.lang, "not known")
            groups.setdefault(_heading(group, covers, matrix.lang), []).append(mark)
    if not groups:
        raise SchemaError(f"no claim about these events has a figure of the {metric}")
    with mpl.rc_context(RC):
        house = read_house(sheet.style)
        lettering = Lettering(latin=house.latin, arabic=house.arabic)
        rows = sum(len(marks) for marks in groups.values())
        lines = lettering.wrap(matrix.standfirst, 11.0, sheet.paper.width_u - 2 * MARGIN)
        height = 34.0 + 15.0 * len(lines) + rows * ROW + len(groups) * 32.0 + 66.0
        canvas = canvas_for(matrix.lang)(sheet.paper.with_height_u(height), lettering, matrix.lang)
        _draw(canvas, house, matrix, groups, lines, metric)
    return DumbbellDrawing(canvas, sheet, matrix.lang, _caption(matrix, groups, metric))


def _heading(group: str, covers: str | None, lang: str) -> str:
    """Whom the figures of a band count, and for which area if not for the event."""
    whom = whom_counted(group, lang)
    text = f"{whom}: {covers}" if covers else whom
    return text[:1].upper() + text[1:]


def _mark(row: dict[str, object], lang: str) -> _Mark | None:
    known = [int(str(value)) for value in (row["low"], row["high"]) if cell_text(value)]
    if not known:
        return None
    before, shown = figure_text(row["low"], row["high"], row["bound"], lang)
    text = " ".join(part for part in (before, shown) if part)
    stated = row["stated_on"]
    return _Mark(
        claimant=cell_text(row["claimant"]) or word(lang, "claimant not stated"),
        stated=date_range(lang, stated.date())
        if isinstance(stated, dt.datetime) and stated == stated
        else "",
        low=min(known),
        high=max(known),
        open_end=cell_text(row["high"]) is None,
        text=text,
    )


def _draw(
    canvas: Canvas,
    house: House,
    matrix: Matrix,
    groups: dict[str, list[_Mark]],
    lines: list[str],
    metric: str,
) -> None:
    colours = house.colours
    canvas.box(canvas.layer("page", "Page"), (0, 0, canvas.width, canvas.height), fill=colours["page"])
    for layer in (("bands", "From the lowest figure stated to the highest"), ("axis", "Scale")):
        canvas.layer(*layer)
    shapes, words = canvas.layer("figures", "Figures"), canvas.layer("words", "Words")
    names = dict.fromkeys(group.name for group in matrix.groups if group.kind != "covers")
    title = ": ".join((word(matrix.lang, metric), word(matrix.lang, "comma").join(names)))
    y = 12.0
    for line in canvas.lettering.wrap(title, 15.0, canvas.width - 2 * MARGIN)[:2]:
        y += 18.0
        canvas.text(words, MARGIN, y, line, 15.0, colours["ink"], bold=True)
    for line in lines:
        y += 15.0
        canvas.text(words, MARGIN, y, line, 11.0, colours["ink-2"])
    left = MARGIN + LABELS * canvas.width
    right = canvas.width - MARGIN - 30.0
    most = max(mark.high for marks in groups.values() for mark in marks)
    scale = _Scale(left, (right - left) / max(1, most * 1.08), right)
    y += 22.0
    top = y
    for group, marks in groups.items():
        canvas.text(words, MARGIN, y + 4.0, group, 11.5, colours["ink"], bold=True, halo=colours["page"])
        y += 12.0
        _band(canvas, house, marks, scale, (y, y + ROW * len(marks)))
        for mark in marks:
            y += ROW
            _name(canvas, house, words, mark, y - ROW / 2)
            _row(canvas, house, shapes, mark, scale, y - ROW / 2)
        y += 20.0
    _axis(canvas, house, scale, most, (top, y - 12.0))
    canvas.text(words, MARGIN, canvas.height - 14.0, matrix.source, 8.8, colours["ink-2"])


def _band(canvas: Canvas, house: House, marks: list[_Mark], scale: _Scale, box: tuple[float, float]) -> None:
    """From the lowest figure stated to the highest; it fades out where one has no upper end."""
    layer = canvas.layer("bands", "From the lowest figure stated to the highest")
    low, high = scale.at(min(mark.low for mark in marks)), scale.at(max(mark.high for mark in marks))
    top, bottom = box
    colour = house.colours["land"]
    if high > low:
        canvas.box(layer, (low, top, high, bottom), fill=colour)
    if any(mark.open_end for mark in marks):
        step = (scale.right + 26.0 - high) / FADE
        for n in range(FADE):
            part = (high + n * step, top, high + (n + 1) * step, bottom)
            canvas.box(layer, part, fill=colour, alpha=1.0 - (n + 1) / (FADE + 1))


def _name(canvas: Canvas, house: House, words: Layer, mark: _Mark, y: float) -> None:
    wide = LABELS * canvas.width - 12.0
    lines = [canvas.lettering.wrap(mark.claimant.split(" (")[0], 9.8, wide)[0], mark.stated]
    lines = [line for line in lines if line]
    for n, line in enumerate(lines):
        foot = y + 3.6 + (n - (len(lines) - 1) / 2) * 10.5
        canvas.text(words, MARGIN, foot, line, 9.8, house.colours["ink-2"])


def _row(canvas: Canvas, house: House, shapes: Layer, mark: _Mark, scale: _Scale, y: float) -> None:
    colours = house.colours
    a, b = scale.at(mark.low), scale.at(mark.high)
    canvas.lines(shapes, [np.array([[scale.left, y], [a, y]])], colours["rule"], 0.9)
    if b > a:
        canvas.lines(shapes, [np.array([[a, y], [b, y]])], colours["ink"], 2.0)
    for x in sorted({a, b}):
        canvas.area(shapes, shapely.Point(x, y).buffer(DOT), fill=colours["ink"])
    end = b
    if mark.open_end:
        end = min(b + 26.0, scale.right + 24.0)
        head = np.array([[end - 5.0, y - 3.5], [end, y], [end - 5.0, y + 3.5]])
        canvas.lines(shapes, [np.array([[b, y], [end, y]]), head], colours["ink"], 1.8)
    width = canvas.lettering.ink(mark.text, 10.5, bold=True).width
    x = end + 8.0 if end + 8.0 + width < canvas.width - 4.0 else a - 9.0 - width
    words = canvas.layer("words", "Words")
    canvas.text(words, x, y + 3.9, mark.text, 10.5, colours["ink"], bold=True, halo=colours["page"])


def _axis(canvas: Canvas, house: House, scale: _Scale, most: int, box: tuple[float, float]) -> None:
    layer, words = canvas.layer("axis", "Scale"), canvas.layer("words", "Words")
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**9) if most / step <= 5)
    top, bottom = box
    for value in range(0, int(most * 1.08) + 1, step):
        x = scale.at(value)
        canvas.lines(layer, [np.array([[x, top], [x, bottom]])], house.colours["rule"], 0.6)
        text = canvas.number(value)
        canvas.text(words, x, bottom + 13.0, text, 9.5, house.colours["ink-2"], anchor="center")


def _caption(matrix: Matrix, groups: dict[str, list[_Mark]], metric: str) -> Caption:
    said = [
        f"{group}: {mark.claimant}, {mark.stated}: {mark.text} {metric}"
        for group, marks in groups.items()
        for mark in marks
    ]
    names = ", ".join(dict.fromkeys(group.name for group in matrix.groups if group.kind != "covers"))
    return Caption(
        title=f"{matrix.title}: {names}",
        caption=matrix.standfirst,
        method=" ".join(matrix.notes),
        credit=matrix.source,
        alt=f"{names}: {metric}, by claimant"[:150],
        long_description=". ".join(said),
    )
