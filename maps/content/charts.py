"""What counting, comparing and looking along a line found, as charts: words and figures, not how it is drawn.

A chart shows what its table holds: a figure, between what it lies, and for numbers of events how many are
certain. What it has no room for is said.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from geo.analysis.count import may_hold
from geo.analysis.periods import NO_DATE, OTHER
from geo.errors import SchemaError
from geo.locus.shares import OUTSIDE
from maps.content.basemap import base_credits, base_data, read_basemap
from maps.content.captions import Caption, short
from maps.content.cards import upper
from maps.content.choropleth import HEADINGS, tenths
from maps.content.credits import district_credits, event_credits
from maps.words.words import date_range, number, plural, word

if TYPE_CHECKING:
    import pandas as pd

    from geo.analysis.compare import Comparison

__all__ = [
    "Bar",
    "Chart",
    "Heading",
    "Panel",
    "chart_caption",
    "chart_credit",
    "count_chart",
    "first_day",
    "in_language",
    "ratio_chart",
    "said_number",
]

BY: Final[dict[str, str]] = {
    **HEADINGS,
    "all": "",
    "adm0": "chart by country",
    "side": "chart by side",
    "stretches": "chart by stretch",
}
"""Words for what is counted by; areas of a user's for everything else."""

EVERY: Final = (
    (re.compile(r"\d{4}-\d\d-\d\d"), "chart by day"),
    (re.compile(r"\d{4}-W\d\d"), "chart by week"),
    (re.compile(r"\d{4}-\d\d"), "chart by month"),
    (re.compile(r"\d{4}"), "chart by year"),
)
"""How regular periods are called in a table, and the words for them."""

RATES: Final[dict[str, str]] = {
    "per_100_km": "shade per line",
    "per_1000_km2": "shade per area",
    "per_100000_people": "chart per people",
}
"""Columns of rates and the words for them."""

NO_UNITS: Final = {OUTSIDE: "chart in none", "all": "chart all"}
"""Units of a table that are no place, and the words for them."""

MOST_ROWS: Final = 30
"""So many units stand in the order of their table; of more the largest come first."""

Row = dict[Any, Any]
"""A row of a table."""


@dataclass(frozen=True)
class Bar:
    """A figure with its doubt.

    Attributes
    ----------
    name
        Of the unit or the period.
    value, low, high
        The figure and its ends, which may be infinite.
    certain
        How much of it is certain, where that is told.
    text
        The figure in words.
    code
        Of the unit or period in the table.
    """

    name: str
    value: float
    low: float
    high: float
    certain: float | None
    text: str
    code: str


@dataclass(frozen=True)
class Panel:
    """Bars that stand together.

    Attributes
    ----------
    title
        What they have in common; empty where that goes without saying.
    bars
        In order.
    left_out
        What the panel doesn't show, in words.
    """

    title: str
    bars: tuple[Bar, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heading:
    """The words above and under a chart: title, a line of method, key by mark, sources."""

    title: str
    method: str
    key: tuple[tuple[str, str], ...]
    credit: str
    lang: str


@dataclass(frozen=True)
class Chart:
    """Panels of bars.

    Attributes
    ----------
    kind
        ``rows``: a bar a unit; ``periods``: a bar a period, a panel a unit; ``ratios``: a ratio a unit.
    method
        More about how it was done than the heading says.
    left_out
        What no panel shows, in words.
    """

    kind: Literal["rows", "periods", "ratios"]
    heading: Heading
    panels: tuple[Panel, ...]
    method: str = ""
    left_out: tuple[str, ...] = ()


def chart_credit(events: pd.DataFrame, lang: str) -> str:
    """The line of sources of a chart of events."""
    named = [text for text, _ in (*event_credits(events, lang), *base_credits())]
    return word(lang, "cap sources", list="; ".join([*named, *district_credits()]))


def in_language(lang: str) -> Callable[[str, str], str]:
    """How units are named in a language, by their code and their name in a table."""
    units = read_basemap().units
    known = dict(zip(units, (area["name"] for area in base_data(lang)["areas"]), strict=True))

    def named(code: str, name: str) -> str:
        if code in NO_UNITS:
            return word(lang, NO_UNITS[code])
        if lang == "en":
            return name
        parts = [known.get(part) for part in code.split("/")]
        return " / ".join(part or "" for part in parts) if all(parts) else name

    return named


def said_number(value: float, lang: str) -> str:
    """A number with as many digits as a reader needs; infinity by its sign.

    Examples
    --------
    >>> [said_number(value, "en") for value in (0.034, 0.3491, 2.348, 17.4, 1234.5, float("inf"))]
    ['0.034', '0.35', '2.3', '17', '1,234', '∞']
    """
    if math.isinf(value):
        return "∞"
    if value >= 10:
        return number(lang, f"{value:,.0f}")
    if value >= 1:
        return number(lang, f"{value:.1f}")
    return number(lang, f"{value:.2f}" if value >= 0.1 else f"{value:.2g}")


def count_chart(
    table: pd.DataFrame,
    *,
    by: str,
    credit: str,
    value: str | None = None,
    level: float = 0.95,
    lang: str = "en",
) -> Chart:
    """A table of :func:`geo.count` as a chart.

    Parameters
    ----------
    table
        With one rate at most, which is drawn in place of the numbers.
    by
        What it was counted by: a level, ``areas`` or ``stretches``. A column ``by`` goes before it.
    credit
        The line of sources.
    value, level
        As they were counted with.
    lang
        Language of the words.

    Raises
    ------
    SchemaError
        If the table has several rates, or nothing that can be drawn.
    """
    rates = [name for name in RATES if name in table]
    if len(rates) > 1:
        raise SchemaError("a picture shows one rate; ask for one of them")
    if value and not table["events"].sum() > 0:
        raise SchemaError(f"there is nothing to draw: no event has a figure in {value}")
    columns = (rates[0], f"{rates[0]}_low", f"{rates[0]}_high") if rates else ("expected", "low", "high")
    known = table[table[list(columns)].notna().all(axis=1)]
    some = known[may_hold(known)]
    if some.empty:
        raise SchemaError("there is nothing to draw: no event lies in any of the units and periods")
    what = word(lang, "chart sums", column=value) if value else word(lang, "expected")
    kinds = list(dict.fromkeys(some["by"])) if "by" in some else [by]
    if len(kinds) == 1 and (words := _by_words(kinds[0], lang)):
        what = f"{what} {words}"
    kind: Literal["rows", "periods"] = "periods" if "period" in table else "rows"
    if kind == "periods":
        what = word(lang, "comma").join((what, _every(table, lang)))
    if rates:
        what = word(lang, RATES[rates[0]], what=what)
    method = word(lang, "chart note" if kind == "periods" else "choropleth note")
    percent = f"{level * 100:g}"
    key = [("range", word(lang, "chart range sums") if value else word(lang, "chart range", level=percent))]
    if not rates:
        key.append(("certain", word(lang, "certain")))
    make = _Bars(columns, bool(rates), lang)
    panels = make.periods(known, kinds) if kind == "periods" else make.rows(some, kinds)
    if not panels:
        raise SchemaError("there is nothing to draw: no event lies in any of the units")
    rest = table.loc[table["unit"] == OUTSIDE, "expected"].sum() if kind == "periods" else 0
    said = [f"{word(lang, 'chart in none')}: {_tenths(float(rest), lang)}"] if rest else []
    if kind == "periods" and len(kinds) == 1:
        said += make.without(table.to_dict("records"))
    heading = Heading(what, method, tuple(key), credit, lang)
    return Chart(kind, heading, tuple(panels), left_out=tuple(said) if len(kinds) == 1 else ())


def _by_words(by: str, lang: str) -> str:
    key = BY.get(by, "chart by area")
    return word(lang, key) if key else ""


def _every(table: pd.DataFrame, lang: str) -> str:
    """By what periods, in words."""
    names = [name for name in dict.fromkeys(table["period"]) if name not in (OTHER, NO_DATE)]
    found = next((key for form, key in EVERY if names and all(map(form.fullmatch, names))), "chart by period")
    return word(lang, found)


def first_day(period: str) -> dt.date | None:
    """The first day of a regular period by its name in a table; None for one that was named.

    Examples
    --------
    >>> first_day("2025-W01"), first_day("2025-10"), first_day("before")
    (datetime.date(2024, 12, 30), datetime.date(2025, 10, 1), None)
    """
    if re.fullmatch(r"\d{4}-W\d\d", period):
        return dt.date.fromisocalendar(int(period[:4]), int(period[6:]), 1)
    if not any(form.fullmatch(period) for form, _ in EVERY):
        return None
    parts = [int(part) for part in period.split("-")]
    return dt.date(*[*parts, 1, 1][:3])


@dataclass(frozen=True)
class _Bars:
    """Makes bars of the rows of a table of counts."""

    columns: tuple[str, str, str]
    rate: bool
    lang: str

    def bar(self, row: Row, name: str, code: str) -> Bar:
        """The figure of a row."""
        value, low, high = (float(row[column]) for column in self.columns)
        said = said_number if self.rate else _tenths
        ends = [(said_number if self.rate else _whole)(end, self.lang) for end in (low, high)]
        text = word(self.lang, "chart said", n=said(value, self.lang), low=ends[0], high=ends[1])
        return Bar(name, value, low, high, None if self.rate else float(row["certain"]), text, code)

    def without(self, rows: list[Row]) -> list[str]:
        """How many events have no figure that could be added up, in words; nothing where all have one."""
        number = sum(row.get("without", 0) for row in rows)
        return [word(self.lang, "chart no figure", n=_tenths(number, self.lang))] if number > 0 else []

    def rows(self, table: pd.DataFrame, kinds: Sequence[str]) -> list[Panel]:
        """A panel a kind of units: numbers as in the table where all have room, else the largest."""
        named = in_language(self.lang)
        panels = []
        for kind, some in _of_kinds(table, kinds):
            ranked = self.rate or len(some) > MOST_ROWS
            order = [float(row[self.columns[0]]) if ranked else 0.0 for row in some]
            held = sorted(zip(order, some, strict=True), key=lambda one: -one[0])
            bars = [self.bar(row, named(row["unit"], row["name"]), row["unit"]) for _, row in held]
            title = upper(_by_words(kind, self.lang)) if len(kinds) > 1 else ""
            # A file of the world has far more there than in all units.
            rest = [f"{bar.name}: {bar.text}" for bar in bars if bar.code == OUTSIDE]
            rest += self.without(some)
            panels.append(Panel(title, tuple(bar for bar in bars if bar.code != OUTSIDE), tuple(rest)))
        return [panel for panel in panels if panel.bars]

    def periods(self, table: pd.DataFrame, kinds: Sequence[str]) -> list[Panel]:
        """A panel a unit, those of the most events first."""
        named = in_language(self.lang)
        panels = []
        for kind, some in _of_kinds(table.assign(_held=may_hold(table)), kinds):
            held = {row["unit"] for row in some if row["_held"]}
            by_unit: dict[str, list[Row]] = {}
            for row in some:
                by_unit.setdefault(row["unit"], []).append(row)
            total = {unit: sum(row[self.columns[0]] for row in rows) for unit, rows in by_unit.items()}
            for unit in sorted(by_unit, key=lambda unit: -total[unit]):
                if unit in held and unit != OUTSIDE:
                    title = named(unit, by_unit[unit][0]["name"])
                    if len(kinds) > 1 and (words := _by_words(kind, self.lang)):
                        title = word(self.lang, "comma").join((title, words))
                    panels.append(self._panel(title, by_unit[unit]))
        return panels

    def _panel(self, title: str, rows: list[Row]) -> Panel:
        """Periods in order; of regular ones what has no date is said."""
        regular = all(first_day(row["period"]) for row in rows if row["period"] != NO_DATE)
        undated = [row for row in rows if regular and row["period"] == NO_DATE]
        bars = [
            self.bar(row, self._period(row["period"]), row["period"]) for row in rows if row not in undated
        ]
        said = [self.bar(row, "", "").text for row in undated if row["_held"]]
        head = word(self.lang, "chart no date")
        return Panel(title, tuple(bars), tuple(f"{head}: {text}" for text in said))

    def _period(self, name: str) -> str:
        if name == NO_DATE:
            return word(self.lang, "chart no date")
        return word(self.lang, "chart other days") if name == OTHER else name


def _of_kinds(table: pd.DataFrame, kinds: Sequence[str]) -> list[tuple[str, list[Row]]]:
    if "by" not in table:
        return [(kinds[0], table.to_dict("records"))]
    return [(kind, table[table["by"] == kind].to_dict("records")) for kind in kinds]


def _tenths(value: float, lang: str) -> str:
    return number(lang, f"{float(tenths(value)):,.1f}")


def _whole(value: float, lang: str) -> str:
    return number(lang, f"{value:,.0f}") if value == int(value) else _tenths(value, lang)


def ratio_chart(found: Comparison, *, credit: str, lang: str = "en") -> Chart:
    """What :func:`geo.compare` found as a chart, both levels of it.

    Raises
    ------
    SchemaError
        If no unit has enough events for a ratio.
    """
    levels = [found] if found.other is None else [found, found.other]
    before, after = (date_range(lang, *span) for span in found.spans)
    named = in_language(lang)
    panels = []
    for one in levels:
        told = one.table[one.table["ratio"].notna()]
        bars = []
        for row in told.sort_values("ratio", ascending=False, kind="stable").to_dict("records"):
            value, low, high = (float(row[name]) for name in ("ratio", "low", "high"))
            text = word(
                lang,
                "chart said",
                n=said_number(value, lang),
                low=said_number(low, lang),
                high=said_number(high, lang),
            )
            code = str(row["unit"])
            bars.append(Bar(named(code, str(row["name"])), value, low, high, None, text, code))
        few = len(one.table) - len(told)
        title = upper(_by_words(one.by, lang)) if len(levels) > 1 else ""
        panels.append(Panel(title, tuple(bars), (plural(lang, "chart few", few),) if few else ()))
    if not any(panel.bars for panel in panels):
        raise SchemaError(
            "there is nothing to draw: no unit has enough events for a ratio; take larger units or a lower "
            "least number"
        )
    heading = Heading(
        word(lang, "chart ratio title", before=before, after=after),
        word(lang, "chart ratio note"),
        (("range", word(lang, "chart ratio")),),
        credit,
        lang,
    )
    return Chart("ratios", heading, tuple(panels), found.text if lang == "en" else "")


def chart_caption(heading: Heading, told: Sequence[str], *, method: str = "") -> Caption:
    """The words that go with a chart.

    Parameters
    ----------
    heading
        Its words.
    told
        What it shows, a text for each thing, the most telling first.
    method
        More about how it was done than its one line.
    """
    title = heading.title
    comma = word(heading.lang, "comma")
    return Caption(
        title=title,
        caption=heading.method,
        method=method or heading.method,
        credit=heading.credit,
        alt=short(f"{title}: {comma.join(told[:3])}"),
        long_description=". ".join(told),
    )
