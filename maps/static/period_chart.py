"""Numbers by period with their doubt, a panel for each unit, all on one scale."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.errors import SchemaError
from maps.content.charts import first_day
from maps.static.chart_page import MARGIN, SMALL, TEXT
from maps.static.range_chart import number_span, number_ticks, tick_text
from maps.static.timeline import draw_calendar
from maps.words.words import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maps.content.charts import Bar, Chart, Panel
    from maps.static.canvas import Canvas
    from maps.static.chart_page import ChartPage
    from maps.static.placement import Box

__all__ = ["draw_periods"]

MOST_PANELS: Final = 9
NARROWEST: Final = 330.0
"""Width of a panel that stands beside another, at least."""

TALL: Final = 150.0
ALONE: Final = 260.0
LOW: Final = 110.0
"""Height of a panel among others, of one alone, and of any at least."""

HEAD: Final = 24.0
GAP: Final = 26.0
NUMBERS: Final = 38.0
"""Room for the numbers of the axis."""

LINE: Final = 17.0
LEAST_UNITS: Final = 1.2
"""Width of a period, at least."""

WHISKERS: Final = 7.0
"""Periods so wide have lines and dots; narrower ones are one shape."""


def draw_periods(page: ChartPage, chart: Chart) -> Canvas:
    """Draw a chart of periods; units that have no room are counted in words.

    Raises
    ------
    SchemaError
        If there are more periods than a panel is wide.
    """
    columns = max(1, min(len(chart.panels), int(page.width / NARROWEST)))
    panels = chart.panels[:MOST_PANELS]
    said = max((len(panel.left_out) for panel in panels), default=0)
    least = HEAD + LOW + LINE * said
    if page.room is not None:
        rows = max(1, int((page.room - LINE * (1 + len(chart.left_out))) / least))
        panels = panels[: rows * columns]
    rows = -(-len(panels) // columns)
    further = len(chart.panels) - len(panels)
    notes = [*([plural(page.lang, "chart further", further)] if further else []), *chart.left_out]
    tall = (ALONE if len(panels) == 1 else TALL) + HEAD + LINE * said
    inner = page.width - 2 * MARGIN
    wide = (inner + GAP) / columns - GAP
    if any((wide - NUMBERS) / len(panel.bars) < WHISKERS for panel in panels):
        page.key_as({"range": "doubt"})
    canvas, (left, top, _, bottom) = page.open(rows * tall + LINE * len(notes))
    for name, title in (("grid", "Scale"), ("certain", "For certain"), ("ranges", "Figures")):
        canvas.layer(name, title)
    words, colours = canvas.layer("words", "Words"), page.house.colours
    for note in reversed(notes):
        canvas.text(words, left, bottom - 4.0, note, TEXT, colours["ink-2"])
        bottom -= LINE
    high = (bottom - top) / rows
    span = number_span([bar for panel in panels for bar in panel.bars])
    for n, panel in enumerate(panels):
        x, y = left + n % columns * (wide + GAP), top + n // columns * high
        foot = y + high
        canvas.text(words, x, y + HEAD - 8.0, panel.title, TEXT, colours["ink"], bold=True)
        for line in reversed(panel.left_out):
            canvas.text(words, x, foot - 5.0, line, SMALL, colours["ink-2"])
            foot -= LINE
        _draw_panel(page, canvas, panel, (x + NUMBERS, y + HEAD, x + wide, foot), span)
    return canvas


def _draw_panel(page: ChartPage, canvas: Canvas, panel: Panel, box: Box, span: tuple[float, float]) -> None:
    left, top, right, bottom = box
    foot = bottom - _labels_room(page, panel, right - left)
    step = (right - left) / len(panel.bars)
    if step < LEAST_UNITS:
        raise SchemaError(
            f"{len(panel.bars):,} periods have no room in a picture; take longer ones (W, M or Y) or fewer "
            "units, or write a table"
        )

    def rise(value: float) -> float:
        return foot - (value - span[0]) / (span[1] - span[0]) * (foot - top)

    grid, colours = canvas.layer("grid", "Scale"), page.house.colours
    for tick in number_ticks(*span, steps=4):
        y = rise(tick)
        canvas.lines(grid, [np.array([[left, y], [right, y]])], colours["rule"], 0.6)
        text = page.lettering.pick(tick_text(tick, page.lang), tick_text(tick, "en"))
        canvas.text(grid, left - 5.0, y + 4.0, text, SMALL, colours["ink-2"], anchor="right")
    edges = left + step * np.arange(len(panel.bars) + 1)
    (_draw_bars if step >= WHISKERS else _draw_shape)(page, canvas, panel.bars, edges, rise)
    canvas.lines(grid, [np.array([[left, rise(0)], [right, rise(0)]])], colours["ink-2"], 0.8)
    _labels(page, canvas, panel, edges, foot)


def _draw_bars(
    page: ChartPage, canvas: Canvas, bars: Sequence[Bar], edges: Any, rise: Callable[[float], float]
) -> None:
    """A line and a dot a period, over what is certain."""
    ranges, colours = canvas.layer("ranges", "Figures"), page.house.colours
    wide = float(edges[1] - edges[0])
    dot = min(3.6, wide * 0.3)
    for bar, x in zip(bars, ((edges[:-1] + edges[1:]) / 2).tolist(), strict=True):
        if bar.certain:
            top, foot = sorted((rise(0), rise(bar.certain)))
            part = (x - wide * 0.36, top, x + wide * 0.36, foot)
            layer = canvas.layer("certain", "For certain")
            canvas.box(layer, part, fill=colours["no-data"], gid=f"certain-{bar.code}")
        if bar.low == bar.high == bar.value == 0:
            continue
        ends = np.array([[x, rise(bar.low)], [x, rise(bar.high)]])
        canvas.lines(ranges, [ends], colours["ink"], 1.4, gid=f"range-{bar.code}")
        at = shapely.Point(x, rise(bar.value)).buffer(dot)
        canvas.area(ranges, at, fill=colours["ink"], gid=f"dot-{bar.code}")


def _draw_shape(
    page: ChartPage, canvas: Canvas, bars: Sequence[Bar], edges: Any, rise: Callable[[float], float]
) -> None:
    """What is certain, between what the figures lie, and the figures as steps."""
    colours = page.house.colours
    x = np.repeat(edges, 2)[1:-1]

    def steps(values: list[float]) -> Any:
        return np.column_stack([x, np.repeat([rise(value) for value in values], 2)])

    low, high = steps([bar.low for bar in bars]), steps([bar.high for bar in bars])
    ranges = canvas.layer("ranges", "Figures")
    canvas.area(ranges, shapely.Polygon([*low, *high[::-1]]), fill=colours["shade-2"], gid="range-all")
    if any(bar.certain for bar in bars):
        certain = steps([bar.certain or 0.0 for bar in bars])
        shape = shapely.Polygon([[x[0], rise(0)], *certain, [x[-1], rise(0)]])
        canvas.area(canvas.layer("certain", "For certain"), shape, fill=colours["no-data"], gid="certain-all")
    canvas.lines(ranges, [steps([bar.value for bar in bars])], colours["ink"], 0.9, gid="dot-all")


def _days(panel: Panel) -> list[dt.date] | None:
    """First days of the periods, if all of them are regular."""
    days = [first_day(bar.code) for bar in panel.bars]
    known = [day for day in days if day is not None]
    return known if len(known) == len(days) and len(days) > 1 else None


def _labels_room(page: ChartPage, panel: Panel, wide: float) -> float:
    if _days(panel):
        return SMALL * 2.0
    step = wide / len(panel.bars)
    return 8.0 + 14.0 * max(len(page.lettering.wrap(bar.name, SMALL, step - 4.0)) for bar in panel.bars)


def _labels(page: ChartPage, canvas: Canvas, panel: Panel, edges: Any, foot: float) -> None:
    """The calendar under regular periods, the name under each other one."""
    layer = canvas.layer("grid", "Scale")
    days = _days(panel)
    if days:
        numbers = [day.toordinal() for day in days]
        # The last period is taken to be as long as the one before it.
        numbers.append(2 * numbers[-1] - numbers[-2])

        def at(day: dt.date) -> float:
            return float(np.interp(day.toordinal(), numbers, edges))

        ends = (float(edges[0]), float(edges[-1]))
        last = dt.date.fromordinal(numbers[-1])
        draw_calendar(canvas, page.house, layer, page.lang, [days[0], last], at, foot, SMALL, ends)
        return
    step = float(edges[1] - edges[0])
    for bar, x in zip(panel.bars, ((edges[:-1] + edges[1:]) / 2).tolist(), strict=True):
        for n, line in enumerate(page.lettering.wrap(bar.name, SMALL, step - 4.0)):
            colour = page.house.colours["ink-2"]
            canvas.text(layer, x, foot + 14.0 * (n + 1), line, SMALL, colour, anchor="center")
