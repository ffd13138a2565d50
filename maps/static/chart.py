"""Charts of what counting, comparing and looking along a line found, drawn on a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import matplotlib as mpl

from maps.content.charts import chart_caption
from maps.spec.sheet import Sheet
from maps.static.along_chart import along_caption, along_heading, draw_along
from maps.static.canvas import RC
from maps.static.chart_page import ChartDrawing, ChartPage
from maps.static.period_chart import draw_periods
from maps.static.range_chart import draw_ranges

if TYPE_CHECKING:
    from geo.analysis.along import Along
    from maps.content.charts import Chart

__all__ = ["draw_along_chart", "draw_chart"]

MOST_TOLD: Final = 40


def draw_chart(chart: Chart, sheet: Sheet | None = None) -> ChartDrawing:
    """Draw a chart of counts or ratios.

    Parameters
    ----------
    chart
        As :mod:`maps.content.charts` made it.
    sheet
        Size and style.

    Raises
    ------
    SchemaError
        If the page is too small.
    """
    sheet = sheet or Sheet()
    with mpl.rc_context(RC):
        page = ChartPage(chart.heading, sheet)
        canvas = draw_periods(page, chart) if chart.kind == "periods" else draw_ranges(page, chart)
    told = [
        f"{panel.title}, {bar.name}: {bar.text}" if panel.title else f"{bar.name}: {bar.text}"
        for panel in chart.panels
        for bar in panel.bars
        if bar.value or bar.high
    ]
    more = [text for panel in chart.panels for text in panel.left_out] + [*chart.left_out]
    caption = chart_caption(chart.heading, [*told[:MOST_TOLD], *more], method=chart.method)
    return ChartDrawing(canvas, sheet, chart.heading.lang, caption)


def draw_along_chart(
    found: Along, credit: str, sheet: Sheet | None = None, *, lang: str = "en"
) -> ChartDrawing:
    """Draw what :func:`geo.along` found.

    Parameters
    ----------
    found
        The answer.
    credit
        The line of sources.
    sheet
        Size and style.
    lang
        Language of the words.

    Raises
    ------
    SchemaError
        If the page is too small.
    """
    sheet = sheet or Sheet()
    heading = along_heading(found, credit, lang)
    with mpl.rc_context(RC):
        canvas = draw_along(ChartPage(heading, sheet), found)
    return ChartDrawing(canvas, sheet, lang, along_caption(found, heading))
