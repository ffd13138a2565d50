"""One map for each period: which events each holds, what it is called, where it stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from geo.errors import SchemaError
from maps.content.choropleth import period_rows
from maps.spec.periods import period_words
from maps.words.words import date_range, number, word

if TYPE_CHECKING:
    from maps.content.content import MapContent
    from maps.spec.sheet import Sheet
    from maps.static.fonts import Lettering
    from maps.static.placement import Box

__all__ = ["grid_boxes", "parts_of_page", "period_name"]

EPOCH: Final = dt.date(1970, 1, 1)
MOST_PANELS: Final = 16


def parts_of_page(
    sheet: Sheet, content: MapContent, lettering: Lettering
) -> list[tuple[str, list[int] | None]]:
    """Rows of each small multiple with its title; of one map no rows, which means all, and no title.

    Raises
    ------
    SchemaError
        If there are more maps than fit a page.
    """
    spec = content.spec
    if not sheet.facet and not spec.compare:
        return [("", None)]
    columns = content.events["cols"]
    shown = list(content.picture.rows)
    groups: dict[str, list[int]] = {}
    if spec.compare:
        on_map = set(shown)
        for period, rows in zip(spec.periods, period_rows(content), strict=True):
            name = lettering.pick(period_words(period, spec.lang), period_words(period, "en"))
            groups[name] = [n for n in rows if n in on_map]
    else:
        for n in shown:
            day = EPOCH + dt.timedelta(columns["day"][n])
            groups.setdefault(period_name(day, str(sheet.facet), spec.lang), []).append(n)
    if len(groups) > MOST_PANELS:
        raise SchemaError(
            f"a map for each {sheet.facet} makes {len(groups)} maps; at most {MOST_PANELS} fit a page. "
            "Choose a longer "
            "period (year, quarter, month, week), or a part of the events with since and until"
        )
    return [(f"{name} ({number(spec.lang, len(rows))})", rows) for name, rows in groups.items()] or [
        ("", None)
    ]


def period_name(day: dt.date, facet: str, lang: str) -> str:
    """The name of the year, quarter, month or week that a day is in.

    Examples
    --------
    >>> period_name(dt.date(2025, 10, 11), "month", "en"), period_name(dt.date(2025, 10, 11), "quarter", "en")
    ('October 2025', 'October to December 2025')
    """
    months = word(lang, "months").split("|")
    if facet == "year":
        return number(lang, day.year)
    if facet == "quarter":
        first = (day.month - 1) // 3 * 3
        return f"{word(lang, 'to', start=months[first], end=months[first + 2])} {number(lang, day.year)}"
    if facet == "month":
        return f"{months[day.month - 1]} {number(lang, day.year)}"
    start = day - dt.timedelta(day.weekday())
    return date_range(lang, start, start + dt.timedelta(6))


def grid_boxes(count: int, box: Box, aspect: float, size: float, *, rtl: bool = False) -> list[Box]:
    """Boxes of so many panels in reading order, with room above each for a title: as large as they can be."""
    left, top, right, bottom = box
    gap, head = 8.0, size * 1.7
    best: tuple[float, int] = (-1.0, 1)
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        wide = (right - left - gap * (columns - 1)) / columns
        tall = (bottom - top - gap * (rows - 1)) / rows - head
        reach = min(wide, tall / aspect)
        if reach > best[0]:
            best = (reach, columns)
    columns = best[1]
    rows = -(-count // columns)
    wide = (right - left - gap * (columns - 1)) / columns
    tall = (bottom - top - gap * (rows - 1)) / rows - head
    if min(wide, tall) < 90:
        raise SchemaError(f"{count} maps do not fit the page; choose a larger size or a longer period")
    boxes: list[Box] = []
    for n in range(count):
        row, column = divmod(n, columns)
        x = left + (columns - 1 - column if rtl else column) * (wide + gap)
        y = top + row * (tall + head + gap) + head
        boxes.append((x, y, x + wide, y + tall))
    return boxes
