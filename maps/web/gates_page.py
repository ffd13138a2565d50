"""The crossings by time as a page: a bar a lane, the statements behind them a table; it asks for nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from geo.analysis.crossing_status import KINDS
from maps.content.cards import cell_text, safe_link
from maps.content.gate_states import GATE_STATES
from maps.content.gates import report_is_on_dark
from maps.style import TYPES
from maps.web.still_page import still_page
from maps.words.words import LANGUAGES, date_range, word

if TYPE_CHECKING:
    from maps.content.gates import GateChart, Lane, Phase, Span

__all__ = ["gates_page"]

FADE_PX: Final = 26
"""How far an end that no page has fades."""
HEADS: Final = ("crossing", "traffic", "state", "from", "until", "pages")
STATE_WORDS: Final = {"partly": "gate partly", "not known": "gate not known"}


def gates_page(chart: GateChart, style: str = "neutral") -> str:
    """The page as HTML: one file that asks for nothing and runs nothing.

    Parameters
    ----------
    chart
        What :func:`maps.content.gates.gate_chart` made.
    style
        A house style: its colours and the names of its fonts.
    """
    bars = _Bars(chart)
    lanes = "".join(
        _crossing([lane for lane in chart.lanes if lane.crossing_id == crossing], bars)
        for crossing in dict.fromkeys(lane.crossing_id for lane in chart.lanes)
    )
    main = (
        f'<h1>{escape(chart.title)}</h1>\n<p class="stand">{escape(chart.standfirst)}</p>\n'
        f'{_key(chart)}<div class="chart">\n{_phases(chart, bars)}{lanes}{bars.axis()}</div>\n'
        f"{_table(chart)}<footer><p>{escape(chart.note)}</p><p>{escape(chart.sources)}</p></footer>\n"
    )
    more = f".fighting{{fill:var(--d-type-{list(TYPES).index('armed clash')})}}"
    return still_page(
        chart.lang, chart.title, main, sheet="gates.css", style=style, more=more, defs=bars.defs()
    )


@dataclass(frozen=True)
class _Bars:
    """Places of days along a lane, in per cent of its width from where the language begins."""

    chart: GateChart

    @property
    def rtl(self) -> bool:
        return LANGUAGES[self.chart.lang].direction == "rtl"

    def at(self, day: dt.date) -> float:
        days = max(1, (self.chart.last - self.chart.first).days + 1)
        share = 100 * min(max((day - self.chart.first).days / days, 0.0), 1.0)
        return 100 - share if self.rtl else share

    def run(self, first: dt.date, last: dt.date) -> tuple[float, float]:
        """Left edge and width of days, the last of them included."""
        a, b = sorted((self.at(first), self.at(last + dt.timedelta(days=1))))
        return a, max(b - a, 0.4)

    def defs(self) -> str:
        """What the bars are filled with where a plain colour does not do."""
        ends = [("fade-end", 0, 1), ("fade-start", 1, 0)]
        if self.rtl:
            ends = [("fade-end", 1, 0), ("fade-start", 0, 1)]
        fades = "".join(
            f'<linearGradient id="{name}" x1="{a}" x2="{b}"><stop class="full"/>'
            '<stop class="gone" offset="1"/></linearGradient>'
            for name, a, b in ends
        )
        stripes = (
            '<pattern id="stripes" width="4" height="14" patternUnits="userSpaceOnUse">'
            '<rect class="closed" width="2" height="14"/></pattern>'
        )
        return f'<svg class="defs" aria-hidden="true"><defs>{fades}{stripes}</defs></svg>\n'

    def axis(self) -> str:
        """The first days of months below the lanes."""
        day = self.chart.first.replace(day=1)
        ticks: list[str] = []
        lang = self.chart.lang
        while day <= self.chart.last:
            if day >= self.chart.first:
                x = self.at(day)
                anchor = "start" if x < 6 else "end" if x > 94 else "middle"
                if self.rtl:
                    anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
                text = date_range(lang, day)
                text = " ".join(text.split()[:2]) if day.year == self.chart.first.year else text
                few = ' class="few"' if len(ticks) % 2 else ""
                ticks.append(
                    f'<g{few}><line x1="{x:.2f}%" x2="{x:.2f}%" y1="0" y2="5"/>'
                    f'<text x="{x:.2f}%" y="18" text-anchor="{anchor}">{escape(text)}</text></g>'
                )
            day = (day + dt.timedelta(days=32)).replace(day=1)
        return f'<div class="lane axis"><span></span><svg aria-hidden="true">{"".join(ticks)}</svg></div>\n'


def _crossing(lanes: list[Lane], bars: _Bars) -> str:
    rows = "".join(_lane(lane, bars) for lane in lanes)
    return f"<section><h2><bdi>{escape(lanes[0].crossing)}</bdi></h2>{rows}</section>\n"


def _lane(lane: Lane, bars: _Bars) -> str:
    lang = bars.chart.lang
    every = len(lane.traffic) == len(KINDS)
    names = [word(lang, "traffic all")] if every else [word(lang, f"traffic {kind}") for kind in lane.traffic]
    spans = "".join(_span(span, bars) for span in lane.spans)
    dots = "".join(
        _dot(lane, day, own, bars) for day, own in lane.reports if bars.chart.first <= day <= bars.chart.last
    )
    told = word(lang, "gate between").join(
        f"{_state(span.state, lang)}, {date_range(lang, span.first, span.last)}" for span in lane.spans
    )
    told = told or word(lang, "gate not known")
    line = '<line class="unknown" x1="0" x2="100%" y1="7" y2="7"/>'
    return (
        f'<div class="lane"><span>{escape(word(lang, "comma").join(names))}</span>'
        f'<svg role="img" aria-label="{escape(told)}">{line}{spans}{dots}</svg></div>'
    )


def _state(state: str, lang: str) -> str:
    return word(lang, STATE_WORDS.get(state, f"gate {state}"))


def _span(span: Span, bars: _Bars) -> str:
    chart = bars.chart
    x, wide = bars.run(max(span.first, chart.first), min(span.last, chart.last))
    title = f"{_state(span.state, chart.lang)}, {date_range(chart.lang, span.first, span.last)}"
    drawn = f'<rect class="page" x="{x:.2f}%" width="{wide:.2f}%" height="14"/>'
    bands: tuple[tuple[int, int], ...] = ((7, 7),) if span.state == "partly" else ((0, 14),)
    if span.state == "open":
        bands = ((0, 1), (13, 1))
        ends = [x + wide] if bars.rtl else [x]
        ends = [] if span.open_start else ends
        ends += [] if span.open_end else [x if bars.rtl else x + wide]
        drawn += "".join(
            f'<line class="open-rail" x1="{at:.2f}%" x2="{at:.2f}%" y1="0" y2="14"/>' for at in ends
        )
    name = {"reports differ": "differ", "open": "closed"}.get(span.state, span.state)
    for top, tall in bands:
        drawn += f'<rect class="{name}" x="{x:.2f}%" y="{top}" width="{wide:.2f}%" height="{tall}"/>'
        drawn += _fades(span, bars, (x, x + wide), (top, tall))
    if span.state == "partly":
        drawn += f'<line class="rim" x1="{x:.2f}%" x2="{x + wide:.2f}%" y1="0.5" y2="0.5"/>'
    return f"<g><title>{escape(title)}</title>{drawn}</g>"


def _fades(span: Span, bars: _Bars, ends: tuple[float, float], band: tuple[int, int]) -> str:
    """An end that no page has, paler and paler past the bar."""
    drawn = ""
    for begins, unknown in ((True, span.open_start), (False, span.open_end)):
        if not unknown:
            continue
        at_left = begins != bars.rtl
        move = f' transform="translate(-{FADE_PX} 0)"' if at_left else ""
        drawn += (
            f'<rect class="{"fade-start" if begins else "fade-end"}" x="{ends[0 if at_left else 1]:.2f}%" '
            f'y="{band[0]}" width="{FADE_PX}" height="{band[1]}"{move}/>'
        )
    return drawn


def _dot(lane: Lane, day: dt.date, own: bool, bars: _Bars) -> str:
    x, wide = bars.run(day, day)
    dark = "dark" if report_is_on_dark(lane, day) else "light"
    title = word(bars.chart.lang, "report of one" if own else "report of all")
    return (
        f'<circle class="{"own" if own else "all"} {dark}" cx="{x + wide / 2:.2f}%" cy="7" r="2.6">'
        f"<title>{escape(date_range(bars.chart.lang, day))}: {escape(title)}</title></circle>"
    )


def _phases(chart: GateChart, bars: _Bars) -> str:
    rows = ""
    for key, kinds in (("lane fighting", ("fighting",)), ("lane talks", ("truce", "ceasefire", "talks"))):
        mine = [phase for phase in chart.phases if phase.kind in kinds]
        if not mine:
            continue
        told = word(chart.lang, "gate between").join(
            f"{phase.name}, {date_range(chart.lang, phase.first, phase.last)}" for phase in mine
        )
        drawn = "".join(_phase(phase, bars) for phase in mine)
        rows += (
            f'<div class="lane phase"><span>{escape(word(chart.lang, key))}</span>'
            f'<svg role="img" aria-label="{escape(told)}">{drawn}</svg></div>'
        )
    return f"<section>{rows}</section>\n" if rows else ""


def _phase(phase: Phase, bars: _Bars) -> str:
    chart = bars.chart
    # Fighting whose end no page has goes on; of talks then the begin alone is drawn.
    last = phase.last or (chart.last if phase.kind == "fighting" else phase.first)
    x, wide = bars.run(max(phase.first, chart.first), min(last, chart.last))
    title = f"<title>{escape(phase.name)}, {escape(date_range(chart.lang, phase.first, phase.last))}</title>"
    if phase.kind == "fighting":
        return f'<g>{title}<rect class="fighting" x="{x:.2f}%" y="2" width="{wide:.2f}%" height="10"/></g>'
    ends = "".join(
        f'<line x1="{at:.2f}%" x2="{at:.2f}%" y1="3" y2="11"/>' for at in dict.fromkeys((x, x + wide))
    )
    return (
        f'<g class="talks">{title}<line x1="{x:.2f}%" x2="{x + wide:.2f}%" y1="7" y2="7"/>{ends}'
        f'<rect class="reach" x="{x:.2f}%" width="{wide:.2f}%" height="14"/></g>'
    )


def _key(chart: GateChart) -> str:
    spans = [span for lane in chart.lanes for span in lane.spans]
    entries = [
        (f"gate {state}", _sample(state)) for state in GATE_STATES if any(one.state == state for one in spans)
    ]
    if any(span.open_end for span in spans):
        fade = f'<rect class="fade-end" width="{FADE_PX}" height="14"/>'
        entries.append(("gate end not known", fade))
    entries.append(("gate not known", '<line class="unknown" x1="0" x2="28" y1="7" y2="7"/>'))
    kinds = {own for lane in chart.lanes for _, own in lane.reports}
    for own, key in ((True, "report of one"), (False, "report of all")):
        if own in kinds:
            name = "own" if own else "all"
            entries.append((key, f'<circle class="{name} light" cx="14" cy="7" r="2.6"/>'))
    items = "".join(
        f'<li><svg aria-hidden="true">{sample}</svg>{escape(word(chart.lang, key))}</li>'
        for key, sample in entries
    )
    return f'<ul class="key">{items}</ul>\n'


def _sample(state: str) -> str:
    name = state.replace("reports differ", "differ")
    if state == "partly":
        rim = '<rect class="open" x="0.5" y="0.5" width="27" height="13"/>'
        return f'{rim}<rect class="partly" y="7" width="28" height="7"/>'
    return f'<rect class="{name}" x="0.5" y="0.5" width="27" height="13"/>'


def _table(chart: GateChart) -> str:
    lang = chart.lang
    heads = [word(lang, f"gates head {name}") for name in HEADS]
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    names = {lane.crossing_id: lane.crossing for lane in chart.lanes}
    rows = "".join(_statement(row, names, heads, lang) for row in chart.table.to_dict("records"))
    return (
        f"<h2>{escape(word(lang, 'gates table'))}</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>{rows}</tbody>\n</table>\n"
    )


def _statement(row: dict[str, Any], names: dict[str, str], heads: list[str], lang: str) -> str:
    ended = row["date_to"] == row["date_to"] and row["date_to"] is not None
    until = (
        date_range(lang, row["date_to"].date())
        if ended
        else word(lang, "gates until last", date=date_range(lang, row["last_report"].date()))
        if row["last_report"] == row["last_report"]
        else word(lang, "gate not known")
    )
    pages = dict.fromkeys(cell_text(row[name]) for name in ("from_source", "to_source", "last_source"))
    links = "<br>".join(_link(page) for page in pages if page)
    note = cell_text(row.get("note"))
    said = f"<small><bdi>{escape(note)}</bdi></small>" if note else ""
    cells = (
        escape(word(lang, f"traffic {row['traffic']}")),
        escape(_state(str(row["state"]), lang)),
        escape(date_range(lang, row["date_from"].date())),
        escape(until),
        f"{links}{said}",
    )
    data = "".join(
        f'<td data-head="{escape(head)}"><div>{cell}</div></td>'
        for head, cell in zip(heads[1:], cells, strict=True)
    )
    name = names.get(str(row["crossing_id"]), str(row["crossing_id"]))
    return f'<tr><th scope="row"><bdi>{escape(name)}</bdi></th>{data}</tr>\n'


def _link(page: str) -> str:
    url = safe_link(page)
    host = escape((urlsplit(page).hostname or page).removeprefix("www."))
    return f'<a href="{escape(url)}" rel="noopener noreferrer">{host}</a>' if url else f"<bdi>{host}</bdi>"
