"""The crossings by time as a strip chart for print and social media: lanes by traffic, phases above.

Closed is full, partly is half, open is empty, so that one ink is enough; an end that no page has fades, and
what is not known is a dotted line. Each dated report is a dot on its bar: filled if it speaks of this
traffic, a ring if it speaks of all of it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.analysis.crossing_status import KINDS
from maps.content.captions import Caption
from maps.content.gates import report_is_on_dark
from maps.spec.sheet import Sheet
from maps.static.plain_page import PageDrawing, plain_page, said
from maps.words.words import date_range

if TYPE_CHECKING:
    from maps.content.gates import GateChart, Lane, Phase, Span
    from maps.spec.house_style import House
    from maps.static.canvas import Canvas, Layer
    from maps.static.fonts import Lettering

__all__ = ["draw_gates"]

BAR: Final = 12.0
LANE: Final = 23.0
GROUP_GAP: Final = 9.0
FADE: Final = 26.0
"""How far an end that is not known fades, in units."""
FADE_STEPS: Final = 13
MARGIN: Final = 16.0
LABELS: Final = 200.0
INK: Final = "#4A4741"


@dataclass
class _Strip:
    canvas: Canvas
    house: House
    chart: GateChart
    left: float
    right: float

    def say(self, key: str) -> str:
        return said(self.canvas, self.chart.lang, key)

    def at(self, day: dt.date) -> float:
        share = (day - self.chart.first).days / max(1, (self.chart.last - self.chart.first).days + 1)
        return self.left + share * (self.right - self.left)

    def line(self, layer: Layer, y: float, text: str, size: float, **look: object) -> None:
        """A line of text at the margin where lines of the language begin."""
        self.text(layer, MARGIN, y, text, size, **look)

    def text(self, layer: Layer, x: float, y: float, text: str, size: float, **look: object) -> None:
        self.canvas.text(layer, x, y, text, size, **{"colour": self.house.colours["ink"], **look})  # type: ignore[arg-type]


def draw_gates(chart: GateChart, sheet: Sheet | None = None) -> PageDrawing:
    """Draw the crossings by time.

    Parameters
    ----------
    chart
        What :func:`maps.content.gates.gate_chart` made.
    sheet
        Size and style; 180 mm wide if not given.

    Returns
    -------
    PageDrawing
        Written by the writers of maps, as SVG, PDF or PNG.
    """
    sheet = sheet or Sheet(size="wide")
    with plain_page(sheet, chart.lang) as (house, canvas_of):
        probe = canvas_of(400.0)
        height = _height(chart, probe.lettering, probe.width)
        canvas = canvas_of(max(height, sheet.paper.height_u or 0.0))
        _draw(_Strip(canvas, house, chart, MARGIN + LABELS, canvas.width - MARGIN))
    return PageDrawing(canvas, sheet, chart.lang, _caption(chart))


def _height(chart: GateChart, lettering: Lettering, width: float) -> float:
    groups = len({lane.crossing_id for lane in chart.lanes})
    head = 34.0 + 17.0 * len(lettering.wrap(chart.standfirst, 12.0, width - 2 * MARGIN)) + 66.0
    foot = 30.0 + 22.0 * 2 + 14.0 * len(_foot_lines(chart, lettering, width)) + 14.0
    return head + LANE * len(chart.lanes) + GROUP_GAP * groups + foot


def _foot_lines(chart: GateChart, lettering: Lettering, width: float) -> list[str]:
    return [
        line
        for text in (chart.note, chart.sources)
        for line in lettering.wrap(text, 10.5, width - 2 * MARGIN)
    ]


def _draw(strip: _Strip) -> None:
    canvas, house, chart = strip.canvas, strip.house, strip.chart
    canvas.box(canvas.layer("page", "Page"), (0, 0, canvas.width, canvas.height), fill=house.colours["page"])
    grid = canvas.layer("grid", "Calendar")
    words = canvas.layer("words", "Words")
    y = 30.0
    strip.line(words, y, chart.title, 19.0, bold=True)
    for line in canvas.lettering.wrap(chart.standfirst, 12.0, canvas.width - 2 * MARGIN):
        y += 17.0
        strip.line(words, y, line, 12.0, colour=house.colours["ink-2"])
    y += 18.0
    top = y
    y = _draw_phases(strip, y)
    bars = canvas.layer("bars", "What is known")
    dots = canvas.layer("reports", "Dated reports")
    last = ""
    for lane in chart.lanes:
        if lane.crossing_id != last:
            y += GROUP_GAP
            strip.text(words, MARGIN, y + BAR / 2 + 4.2, lane.crossing, 12.0, bold=True)
            last = lane.crossing_id
        _draw_lane(strip, bars, dots, words, lane, y)
        y += LANE
    _draw_calendar(strip, grid, words, y + 2.0, top)
    y = _draw_key(strip, y + 36.0)
    for line in _foot_lines(chart, canvas.lettering, canvas.width):
        strip.line(words, y, line, 10.5, colour=house.colours["ink-2"])
        y += 14.0


def _draw_phases(strip: _Strip, top: float) -> float:
    """Fighting as bars, truces and talks as spans between two ticks; with their names where there is room."""
    canvas = strip.canvas
    layer, words = canvas.layer("phases", "Phases"), canvas.layer("words", "Words")
    y = top
    for key, kinds in (("lane fighting", ("fighting",)), ("lane talks", ("truce", "ceasefire", "talks"))):
        strip.text(words, MARGIN, y + 9.0, strip.say(key), 11.0, colour=strip.house.colours["ink-2"])
        phases = sorted((p for p in strip.chart.phases if p.kind in kinds), key=lambda p: p.first)
        ends = [_draw_phase(strip, layer, phase, y) for phase in phases]
        starts = [strip.at(max(phase.first, strip.chart.first)) for phase in phases]
        for n, phase in enumerate(phases):
            width = canvas.lettering.ink(phase.name, 9.5).width
            room = min(starts[n + 1 :], default=strip.right)
            if max(ends[: n + 1]) <= ends[n] and ends[n] + 4.0 + width < room - 3.0:
                strip.text(
                    words, ends[n] + 4.0, y + 8.6, phase.name, 9.5, colour=strip.house.colours["ink-2"]
                )
        y += 19.0
    return y + 4.0


def _draw_phase(strip: _Strip, layer: Layer, phase: Phase, y: float) -> float:
    """Draw one phase; the place of its end is returned."""
    canvas, colours = strip.canvas, strip.house.colours
    start = strip.at(max(phase.first, strip.chart.first))
    end = strip.at(min(phase.last or strip.chart.last, strip.chart.last) + dt.timedelta(days=1))
    if phase.kind == "fighting":
        end = max(end, start + 3.0)
        canvas.box(layer, (start, y + 1.0, end, y + 9.0), fill=strip.house.types["armed clash"])
    elif phase.last is None:
        canvas.lines(layer, [np.array([[start, y], [start, y + 10.0]])], colours["ink-2"], 1.2)
        end = start
    else:
        rail = np.array([[start, y + 5.0], [end, y + 5.0]])
        ticks = [np.array([[x, y + 1.0], [x, y + 9.0]]) for x in (start, end)]
        canvas.lines(layer, [rail, *ticks], colours["ink-2"], 1.4)
    return end


def _draw_lane(strip: _Strip, bars: Layer, dots: Layer, words: Layer, lane: Lane, y: float) -> None:
    canvas, colours = strip.canvas, strip.house.colours
    names = strip.say("comma").join(strip.say(f"traffic {kind}") for kind in lane.traffic)
    if len(lane.traffic) == len(KINDS):
        names = strip.say("traffic all")
    strip.text(
        words, strip.left - 10.0, y + BAR / 2 + 4.0, names, 10.5, colour=colours["ink-2"], anchor="right"
    )
    middle = y + BAR / 2
    canvas.lines(
        bars,
        [np.array([[strip.left, middle], [strip.right, middle]])],
        colours["ink-2"],
        0.8,
        dash=(0.8, 3.2),
    )
    for span in lane.spans:
        _draw_span(strip, bars, span, y)
    last = -9.0
    for day, own in lane.reports:
        # Two reports of neighbouring days would lie over one another.
        if strip.chart.first <= day <= strip.chart.last and strip.at(day) - last > 4.5:
            last = strip.at(day)
            dark = report_is_on_dark(lane, day)
            spot = shapely.Point(strip.at(day) + 3.0, middle)
            ink = colours["page"] if dark else colours["ink"]
            canvas.area(dots, spot.buffer(1.9), fill=ink if own else None, edge=ink, width=0.9)


def _draw_span(strip: _Strip, layer: Layer, span: Span, y: float) -> None:
    canvas, page = strip.canvas, strip.house.colours["page"]
    left = strip.at(max(span.first, strip.chart.first))
    right = max(strip.at(min(span.last, strip.chart.last) + dt.timedelta(days=1)), left + 2.5)
    canvas.box(layer, (left, y - 1.0, right, y + BAR + 1.0), fill=page)
    if span.state == "reports differ":
        lines = [np.array([[x, y], [x, y + BAR]]) for x in np.arange(left + 1.0, right, 3.0)]
        canvas.lines(layer, lines, INK, 1.1)
    elif span.state == "closed":
        canvas.box(layer, (left, y, right, y + BAR), fill=INK)
    elif span.state == "partly":
        canvas.box(layer, (left, y + BAR / 2, right, y + BAR), fill=INK)
        canvas.lines(layer, [np.array([[left, y + 0.5], [right, y + 0.5]])], INK, 0.9)
    else:
        rails = [np.array([[left, at], [right, at]]) for at in (y + 0.5, y + BAR - 0.5)]
        canvas.lines(layer, [*rails, np.array([[left + 0.5, y], [left + 0.5, y + BAR]])], INK, 1.0)
    if span.open_end:
        _fade(strip, layer, span.state, right, y, 1.0)
    if span.open_start:
        _fade(strip, layer, span.state, left, y, -1.0)


def _fade(strip: _Strip, layer: Layer, state: str, x: float, y: float, way: float) -> None:
    """Steps of paler ink from an end on, within the frame: no gradient, so that every format has the same."""
    step = FADE / FADE_STEPS
    for n in range(FADE_STEPS):
        a, b = sorted((x + way * n * step, x + way * (n + 1) * step))
        a, b = max(a, strip.left), min(b, strip.right)
        if b <= a:
            continue
        alpha = 1.0 - (n + 1) / (FADE_STEPS + 1)
        strip.canvas.box(layer, (a, y - 1.0, b, y + BAR + 1.0), fill=strip.house.colours["page"])
        if state == "open":
            rails = [np.array([[a, at], [b, at]]) for at in (y + 0.5, y + BAR - 0.5)]
            strip.canvas.lines(layer, rails, INK, 1.0, alpha=alpha)
        else:
            top = y + BAR / 2 if state == "partly" else y
            strip.canvas.box(layer, (a, top, b, y + BAR), fill=INK, alpha=alpha)


def _draw_calendar(strip: _Strip, grid: Layer, words: Layer, bottom: float, phases_top: float) -> None:
    canvas, colours = strip.canvas, strip.house.colours
    canvas.lines(grid, [np.array([[strip.left, bottom], [strip.right, bottom]])], colours["ink-2"], 0.8)
    day = strip.chart.first.replace(day=1)
    months = []
    while day <= strip.chart.last:
        if day >= strip.chart.first:
            months.append(day)
        day = (day + dt.timedelta(days=32)).replace(day=1)
    taken = -np.inf
    for month in months:
        x = strip.at(month)
        canvas.lines(grid, [np.array([[x, phases_top], [x, bottom + 4.0]])], colours["rule"], 0.7)
        text = canvas.lettering.pick(date_range(strip.chart.lang, month), date_range("en", month))
        text = " ".join(text.split()[:2]) if month.year == strip.chart.first.year else text
        wide = canvas.lettering.ink(text, 10.5).width
        middle = min(max(x, strip.left + wide / 2), strip.right - wide / 2)
        if middle - wide / 2 > taken + 10.0:
            strip.text(words, middle, bottom + 17.0, text, 10.5, colour=colours["ink-2"], anchor="center")
            taken = middle + wide / 2


def _draw_key(strip: _Strip, y: float) -> float:
    """One sample of each state and mark that is in the picture."""
    canvas, colours = strip.canvas, strip.house.colours
    layer, words = canvas.layer("key", "Key"), canvas.layer("words", "Words")
    lanes = strip.chart.lanes
    states = [
        state
        for state in ("closed", "partly", "open", "reports differ")
        if any(span.state == state for lane in lanes for span in lane.spans)
    ]
    x = MARGIN
    entries = [(f"gate {state}", state) for state in states]
    if any(span.open_end for lane in lanes for span in lane.spans):
        entries.append(("gate end not known", "fade"))
    entries.append(("gate not known", "dotted"))
    kinds = {own for lane in lanes for _, own in lane.reports}
    if True in kinds:
        entries.append(("report of one", "dot"))
    if False in kinds:
        entries.append(("report of all", "ring"))
    for key, mark in entries:
        text = strip.say(key)
        need = 34.0 + canvas.lettering.ink(text, 11.0).width + 18.0
        if x + need > canvas.width - MARGIN and x > MARGIN:
            x, y = MARGIN, y + 22.0
        _sample(strip, layer, mark, x, y)
        strip.text(words, x + 34.0, y + 10.0, text, 11.0, colour=colours["ink"])
        x += need
    return y + 34.0


def _sample(strip: _Strip, layer: Layer, mark: str, x: float, y: float) -> None:
    canvas, colours = strip.canvas, strip.house.colours
    right, middle = x + 28.0, y + BAR / 2
    if mark in ("dot", "ring"):
        fill = colours["ink"] if mark == "dot" else None
        spot = shapely.Point(x + 14.0, middle)
        canvas.area(layer, spot.buffer(2.2), fill=fill, edge=colours["ink"], width=1.0)
    elif mark == "dotted":
        canvas.lines(
            layer, [np.array([[x, middle], [right, middle]])], colours["ink-2"], 0.8, dash=(0.8, 3.2)
        )
    elif mark == "fade":
        _fade(strip_at(strip, x, right), layer, "closed", x, y, 1.0)
    elif mark == "closed":
        canvas.box(layer, (x, y, right, y + BAR), fill=INK)
    elif mark == "partly":
        canvas.box(layer, (x, y + BAR / 2, right, y + BAR), fill=INK)
        canvas.box(layer, (x, y, right, y + BAR), edge=INK, width=0.9)
    elif mark == "reports differ":
        canvas.lines(
            layer, [np.array([[at, y], [at, y + BAR]]) for at in np.arange(x + 1, right, 3.0)], INK, 1.1
        )
    else:
        canvas.box(layer, (x, y, right, y + BAR), edge=INK, width=1.0)


def strip_at(strip: _Strip, left: float, right: float) -> _Strip:
    """The same strip with other ends, for a sample in the key."""
    return dataclasses.replace(strip, left=left, right=right)


def _caption(chart: GateChart) -> Caption:
    said = [
        f"{lane.crossing}, {', '.join(lane.traffic)}: "
        + "; ".join(f"{span.state} {date_range('en', span.first, span.last)}" for span in lane.spans)
        for lane in chart.lanes
        if lane.spans
    ]
    return Caption(
        title=chart.title,
        caption=chart.standfirst,
        method=chart.note,
        credit=chart.sources,
        alt=chart.title[:150],
        long_description=". ".join(said),
    )
