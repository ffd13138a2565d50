"""Figures with their doubt as dots on lines, a row a unit: numbers from 0, ratios on a scale of powers."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from maps.content.charts import MOST_ROWS
from maps.static.chart_page import DOT, MARGIN, SMALL, TEXT
from maps.words.words import number, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.content.charts import Bar, Chart, Panel
    from maps.static.canvas import Canvas
    from maps.static.chart_page import ChartPage
    from maps.static.placement import Box

__all__ = ["draw_ranges", "number_span", "number_ticks", "ratio_ticks", "tick_text"]

ROW: Final = 21.0
HEAD: Final = 24.0
"""Room for the title of a panel."""

LINE: Final = 17.0
AXIS: Final = 26.0
LABELS: Final = 0.34
"""Part of the width for the names, at most."""

WIDEST: Final = 3.0
"""Ratios beyond ten to this, either way, lie at the edge."""


@dataclass(frozen=True)
class _Scale:
    """Where figures lie, between two ends of the page."""

    left: float
    right: float
    first: float
    last: float
    powers: bool

    @property
    def ticks(self) -> list[float]:
        """Round figures on it."""
        return (ratio_ticks if self.powers else number_ticks)(self.first, self.last)

    def at(self, value: float) -> float:
        """The place of a figure; what lies beyond an end lies at it."""
        first, last = self.first, self.last
        if self.powers:
            value = math.log10(value) if 0 < value < math.inf else math.inf * (1 if value > 0 else -1)
            first, last = math.log10(first), math.log10(last)
        part = (min(max(value, first), last) - first) / (last - first)
        return self.left + part * (self.right - self.left)


def _nice_step(most: float, steps: int) -> float:
    """The round step by which an axis up to a number has so many steps at most.

    Examples
    --------
    >>> _nice_step(17, 5), _nice_step(0.9, 5), _nice_step(100, 5)
    (5.0, 0.2, 20.0)
    """
    power = math.floor(math.log10(most / steps))
    rounded = [float(f"{n}e{power}") for n in (1, 2, 5, 10)]
    return next(step for step in rounded if most / step <= steps + 1e-9)


def ratio_ticks(first: float, last: float) -> list[float]:
    """Round ratios between two, 1 among them.

    Examples
    --------
    >>> ratio_ticks(0.15, 6)
    [0.2, 0.5, 1, 2, 5]
    >>> ratio_ticks(0.001, 1000)
    [0.001, 0.01, 0.1, 1, 10, 100, 1000]
    """
    for steps in ((1, 2, 5), (1,)):
        powers = range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)
        ticks = [float(f"{n}e{power}") for power in powers for n in steps]
        ticks = [int(one) if one == int(one) else one for one in ticks if first <= one <= last]
        if len(ticks) <= 8:
            break
    return ticks


def draw_ranges(page: ChartPage, chart: Chart) -> Canvas:
    """Draw a chart of numbers or ratios, a row a unit; units that have no room are counted in words."""
    most = MOST_ROWS
    if page.room is not None:
        others = sum(HEAD * bool(panel.title) + LINE * (len(panel.left_out) + 1) for panel in chart.panels)
        most = max(1, int((page.room - AXIS - others) / ROW / len(chart.panels)))
    panels = [_cut(panel, most, page.lang) for panel in chart.panels]
    canvas, box = page.open(AXIS + sum(map(_height, panels)))
    scale = _scale(page, chart, [bar for panel in panels for bar in panel.bars], box)
    layers = (("grid", "Scale"), ("certain", "For certain"), ("ranges", "Figures"), ("names", "Names"))
    for name, title in layers:
        canvas.layer(name, title)
    y = box[1]
    foot = y + sum(map(_height, panels))
    _numbers(page, canvas, scale, foot)
    for panel in panels:
        top = y + HEAD * bool(panel.title)
        _grid(page, canvas, scale, (top + 2.0, top + ROW * len(panel.bars)))
        y = _panel(page, canvas, scale, panel, y)
    return canvas


def _cut(panel: Panel, most: int, lang: str) -> Panel:
    """The panel with so many bars at most."""
    more = len(panel.bars) - most
    if more <= 0:
        return panel
    said = plural(lang, "chart further", more)
    return dataclasses.replace(panel, bars=panel.bars[:most], left_out=(said, *panel.left_out))


def _height(panel: Panel) -> float:
    return HEAD * bool(panel.title) + ROW * len(panel.bars) + LINE * len(panel.left_out)


def _scale(page: ChartPage, chart: Chart, bars: Sequence[Bar], box: Box) -> _Scale:
    """The scale that all panels share, beside names and before figures in words."""
    left, _, right, _ = box
    wide = max((page.lettering.ink(bar.name, TEXT).width for bar in bars), default=0.0)
    said = max((page.lettering.ink(bar.text, TEXT).width for bar in bars), default=0.0)
    start = left + min(wide, LABELS * (right - left)) + 14.0
    end = max(right - said - 12.0, start + 60.0)
    if chart.kind == "ratios":
        limits = [end for bar in bars for end in (bar.low, bar.value, bar.high) if 0 < end < math.inf]
        first, last = min([*limits, 0.8]) / 1.15, max([*limits, 1.25]) * 1.15
        return _Scale(start, end, max(first, 10**-WIDEST), min(last, 10**WIDEST), powers=True)
    first, last = number_span(bars)
    return _Scale(start, end, first, last, powers=False)


def number_span(bars: Sequence[Bar]) -> tuple[float, float]:
    """From where to where an axis of numbers runs: from 0, or below it where sums are."""
    first = min(0.0, *(min(bar.low, bar.value) for bar in bars))
    last = max(0.0, *(max(bar.high, bar.value) for bar in bars))
    return first * 1.03, (last or -first / 10 or 1.0) * 1.03


def number_ticks(first: float, last: float, steps: int = 5) -> list[float]:
    """Round numbers between two.

    Examples
    --------
    >>> number_ticks(-12, 40), number_ticks(0, 3)
    ([-10.0, 0.0, 10.0, 20.0, 30.0, 40.0], [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0])
    """
    step = _nice_step(last - first, steps + 1)
    return [n * step for n in range(math.ceil(first / step - 1e-9), math.floor(last / step + 1e-9) + 1)]


def _grid(page: ChartPage, canvas: Canvas, scale: _Scale, ends: tuple[float, float]) -> None:
    """Lines of the scale behind the bars of a panel."""
    layer, colours = canvas.layer("grid", "Scale"), page.house.colours
    for tick in scale.ticks:
        x = scale.at(tick)
        one = scale.powers and tick == 1
        look = (colours["ink-2"], 1.0) if one else (colours["rule"], 0.6)
        canvas.lines(layer, [np.array([[x, ends[0]], [x, ends[1]]])], *look)


def _numbers(page: ChartPage, canvas: Canvas, scale: _Scale, foot: float) -> None:
    """The numbers of the scale, under all panels."""
    layer, colours = canvas.layer("grid", "Scale"), page.house.colours
    for tick in scale.ticks:
        x = scale.at(tick)
        text = page.lettering.pick(tick_text(tick, page.lang), tick_text(tick, "en"))
        canvas.text(layer, x, foot + 16.0, text, SMALL, colours["ink-2"], anchor="center")


def tick_text(value: float, lang: str) -> str:
    """A figure of an axis, with no digit that it doesn't need.

    Examples
    --------
    >>> [tick_text(value, "en") for value in (0.5, 0.001, 20.0, 1000.0)]
    ['0.5', '0.001', '20', '1,000']
    """
    return number(lang, f"{value:,.4f}".rstrip("0").rstrip("."))


def _panel(page: ChartPage, canvas: Canvas, scale: _Scale, panel: Panel, top: float) -> float:
    """Draw a panel from a top edge down; its bottom edge."""
    names, colours = canvas.layer("names", "Names"), page.house.colours
    left = MARGIN
    y = top
    if panel.title:
        canvas.text(names, left, y + HEAD - 8.0, panel.title, TEXT, colours["ink"], bold=True)
        y += HEAD
    for bar in panel.bars:
        name = _fitted(page, bar.name, scale.left - left - 12.0)
        canvas.text(names, left, y + ROW / 2 + 4.2, name, TEXT, colours["ink"])
        _bar(page, canvas, scale, bar, y + ROW / 2)
        canvas.text(
            names, page.width - MARGIN, y + ROW / 2 + 4.2, bar.text, TEXT, colours["ink-2"], anchor="right"
        )
        y += ROW
    for line in panel.left_out:
        canvas.text(names, left, y + LINE - 4.0, line, TEXT, colours["ink-2"])
        y += LINE
    return y


def _fitted(page: ChartPage, name: str, width: float) -> str:
    """A name with its end cut off where it is wider than there is room."""
    if page.lettering.ink(name, TEXT).width <= width:
        return name
    while name and page.lettering.ink(f"{name}…", TEXT).width > width:
        name = name[:-1]
    return f"{name.rstrip()}…"


def _bar(page: ChartPage, canvas: Canvas, scale: _Scale, bar: Bar, y: float) -> None:
    colours = page.house.colours
    if bar.certain:
        part = (scale.at(0.0), y - 5.0, scale.at(bar.certain), y + 5.0)
        layer = canvas.layer("certain", "For certain")
        canvas.box(layer, part, fill=colours["no-data"], gid=f"certain-{bar.code}")
    layer = canvas.layer("ranges", "Figures")
    low, high = scale.at(bar.low), scale.at(bar.high)
    ways = [np.array([[low, y], [high, y]])]
    if bar.low < scale.first or (scale.powers and bar.low <= 0):
        ways.append(np.array([[low + 5.0, y - 3.5], [low, y], [low + 5.0, y + 3.5]]))
    if bar.high > scale.last:
        ways.append(np.array([[high - 5.0, y - 3.5], [high, y], [high - 5.0, y + 3.5]]))
    canvas.lines(layer, ways, colours["ink"], 1.4, gid=f"range-{bar.code}")
    if scale.first <= bar.value <= scale.last:
        dot = shapely.Point(scale.at(bar.value), y).buffer(DOT)
        canvas.area(layer, dot, fill=colours["ink"], gid=f"dot-{bar.code}")
