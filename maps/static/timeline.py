"""The strip under a map: how many events when, stacked by type, with phases as thin ticks."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.vocab import EVENT_TYPES
from maps.content.cards import NOWHERE
from maps.words.words import number, plural, word

if TYPE_CHECKING:
    from maps.content.content import MapContent
    from maps.spec.house_style import House
    from maps.static.canvas import Canvas, Layer

__all__ = ["calendar_ticks", "draw_calendar", "draw_strip", "early_few", "strip_bins"]

EPOCH: Final = dt.date(1970, 1, 1)
FEW: Final = 12
"""Of fewer events than this each is drawn."""

NAMED_STEPS: Final = (1, 3, 6, 12, 24, 60)
"""Every how many months, Mondays or days one is named; of years a third as many."""

STEPS: Final = (("day", 1), ("week", 7), ("month", 30), ("quarter", 91), ("year", 365))


def strip_bins(days: Any, width: float, least: float = 5.0) -> tuple[str, list[dt.date]]:
    """The finest calendar step whose bars are wide enough, and the edges of the bins."""
    first, last = EPOCH + dt.timedelta(int(min(days))), EPOCH + dt.timedelta(int(max(days)))
    span = (last - first).days + 1
    step = next((name for name, length in STEPS if width / max(1.0, span / length) >= least), "year")
    edges = [_floor(first, step)]
    while edges[-1] <= last:
        edges.append(_next(edges[-1], step))
    while len(edges) < 9:
        edges = [_next(edges[0], step, back=True), *edges, _next(edges[-1], step)]
    return step, edges


def _floor(day: dt.date, step: str) -> dt.date:
    if step == "day":
        return day
    if step == "week":
        return day - dt.timedelta(day.weekday())
    if step == "month":
        return day.replace(day=1)
    if step == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1)


def _next(day: dt.date, step: str, *, back: bool = False) -> dt.date:
    if step in ("day", "week"):
        return day + dt.timedelta((1 if step == "day" else 7) * (-1 if back else 1))
    months = {"month": 1, "quarter": 3, "year": 12}[step] * (-1 if back else 1)
    index = day.year * 12 + day.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def draw_strip(
    canvas: Canvas,
    house: House,
    layer: Layer,
    content: MapContent,
    lang: str,
    box: tuple[float, float, float, float],
    size: float,
    *,
    period: tuple[dt.date | None, dt.date | None] = (None, None),
) -> None:
    """Draw the strip into a box: bars above, the calendar below."""
    left, top, right, bottom = box
    ink = house.colours["ink-2"]
    columns = content.events["cols"]
    shown = [n for n, grain in enumerate(columns["grain"]) if grain != NOWHERE]
    if not shown:
        return
    days = np.array([columns["day"][n] for n in shown])
    types = np.array([columns["type"][n] for n in shown])
    earlier = early_few(days)
    if earlier:
        order = np.argsort(days, kind="stable")
        days, types = days[order[earlier:]], types[order[earlier:]]
    # The period asked for, where one was, even if nothing happened at its ends.
    asked = [(day - EPOCH).days for day in period if day is not None] if not earlier else []
    _, edges = strip_bins([*days.tolist(), *asked], right - left)
    counts = _counts(days, types, edges)
    foot = bottom - size * 1.5

    def at(day: dt.date) -> float:
        share = ((day - edges[0]).days) / ((edges[-1] - edges[0]).days)
        return left + share * (right - left)

    ends = [at(edge) for edge in edges]
    _draw_bars(canvas, house, layer, counts, ends, (top, foot))
    canvas.lines(layer, [np.array([[left, foot], [right, foot]])], ink, 0.6)
    draw_calendar(canvas, house, layer, lang, edges, at, foot, size, (left, right))
    totals = counts.sum(axis=0)
    note = plural(lang, "events", int(totals.max()))
    width = canvas.lettering.ink(note, size).width
    peak = int(np.argmax(totals))
    x = ends[peak] - 4 - width if ends[peak] - 4 - width > left else ends[peak + 1] + 4
    canvas.text(layer, x, top + size, note, size, ink)
    if earlier:
        canvas.text(layer, left, foot - 4.0, plural(lang, "earlier", earlier), size, ink)


def _counts(days: Any, types: Any, edges: list[dt.date]) -> Any:
    """Events by type (rows) and bin (columns)."""
    numbers = np.array([(edge - EPOCH).days for edge in edges])
    where = np.clip(np.searchsorted(numbers, days, side="right") - 1, 0, len(edges) - 2)
    counts = np.zeros((len(EVENT_TYPES), len(edges) - 1), dtype=int)
    np.add.at(counts, (types, where), 1)
    return counts


def _draw_bars(
    canvas: Canvas, house: House, layer: Layer, counts: Any, ends: list[float], levels: tuple[float, float]
) -> None:
    """A bar a bin, its types on top of each other; the highest reaches the top."""
    top, foot = levels
    rise = (foot - top - 2.0) / int(counts.sum(axis=0).max())
    for column, (x0, x1) in enumerate(pairwise(ends)):
        gap = min(1.0, (x1 - x0) * 0.15)
        y = foot
        for kind in np.flatnonzero(counts[:, column]):
            height = counts[kind, column] * rise
            canvas.box(
                layer,
                (x0 + gap / 2, y - height, x1 - gap / 2, y),
                fill=house.types[EVENT_TYPES[kind]],
                edge=house.colours["page"],
                width=0.5,
            )
            y -= height


def early_few(days: Any) -> int:
    """How many of the earliest events to name instead of draw: few that would take most of the strip."""
    ordered = np.sort(days)
    most = max(1, len(ordered) // 25) if len(ordered) >= FEW else 0
    for count in range(1, min(most, len(ordered) - 2) + 1):
        if ordered[-1] - ordered[count] < 0.4 * (ordered[-1] - ordered[0]):
            return count
    return 0


def draw_calendar(
    canvas: Canvas,
    house: House,
    layer: Layer,
    lang: str,
    edges: list[dt.date],
    at: Any,
    foot: float,
    size: float,
    span: tuple[float, float],
) -> None:
    """Ticks of years, months or days, named at the narrowest steps at which all names have room."""
    colours = house.colours

    def placed(step: int) -> list[tuple[dt.date, float, float, str]]:
        found = [(day, at(day), text) for day, text in calendar_ticks(edges[0], edges[-1], lang, step)]
        return [
            (day, x, x + 2 + canvas.lettering.ink(text, size).width, text)
            for day, x, text in found
            if span[0] - 0.5 <= x <= span[1]
        ]

    for _, x, _, _ in placed(1):
        canvas.lines(layer, [np.array([[x, foot], [x, foot + 3.0]])], colours["ink-2"], 0.6)
    named: list[tuple[dt.date, float, float, str]] = []
    for step in NAMED_STEPS:
        named = placed(step)
        if step > 1 and len(named) > 1 and named[0][2] + 4 > named[1][1]:
            # The first month may stand between two steps: that which begins a year stays.
            del named[0 if named[1][0].month == 1 else 1]
        if all(end + 4 <= x for (_, _, end, _), (_, x, _, _) in pairwise(named)):
            break
    for _, x, end, text in named:
        if end <= span[1] + 1:
            canvas.text(layer, x + 2, foot + size * 1.12, text, size, colours["ink-2"])


def calendar_ticks(first: dt.date, last: dt.date, lang: str, every: int = 1) -> list[tuple[dt.date, str]]:
    """Days to mark between two, with their words: years, months, or days; the year where it turns."""
    months = (
        [name[:3] for name in word(lang, "months").split("|")]
        if lang == "en"
        else word(lang, "months").split("|")
    )
    days = (last - first).days
    ticks: list[tuple[dt.date, str]] = []
    if days > 800:
        years = range(first.year, last.year + 1, max(1, every // 3))
        return [(dt.date(y, 1, 1), number(lang, y)) for y in years]
    day = first
    if days > 75:
        day = first.replace(day=1)
        while day <= last:
            text = months[day.month - 1]
            if not ticks or (day.month - 1) % every == 0:
                turns = not ticks or ticks[-1][0].year != day.year
                ticks.append((day, f"{text} {number(lang, day.year)}" if turns else text))
            day = _next(day, "month")
        return ticks
    while day <= last:
        since = (day - first).days
        if since % every == 0 if days <= 14 else day.weekday() == 0 and since // 7 % every == 0:
            ticks.append((day, f"{number(lang, day.day)} {months[day.month - 1]}"))
        day += dt.timedelta(1)
    return ticks
