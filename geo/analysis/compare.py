"""Whether there were more events after a day than before it, and what that does not prove."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.daily import Daily, Days, expected_daily
from geo.analysis.impute import Doubt, chances, check_draws, draw_days
from geo.analysis.levels import SecondLevel, level_name, second_level
from geo.analysis.periods import named_spans
from geo.analysis.ratios import ratio_interval, scipy_parts
from geo.analysis.unit_parts import CountBy, UnitParts, unit_parts
from geo.arguments import checked
from geo.border.border import Border
from geo.errors import SchemaError
from geo.events.days import days_of
from geo.events.points import points_of
from geo.events.wholes import is_counted
from geo.locus.record import Loci
from geo.locus.resolve import Trust, loci_of
from geo.locus.shares import OUTSIDE
from geo.sources.given import Events, as_points
from geo.types import CERTAIN_SHARE, AnyArray, Floats, Indices

__all__ = ["LEAST_EVENTS", "Comparison", "Span", "check_spans", "compare"]

Span = str | tuple[str | dt.date, str | dt.date]
"""Two days, or both in one text: ``2025-10-01:2025-10-18``."""

EPOCH: Final = dt.date(1970, 1, 1)

LEAST_EVENTS: Final = 10
"""Fewer events than this in both spans together say nothing of a change."""

LEAST_PLACEBOS: Final = 19
"""With fewer other dates no share of them can be as low as 5 %."""

NOT_PROVEN: Final = (
    "that what happened between the two spans made the change: other things changed too",
    "that there were more or fewer events, and not more or fewer reports of them",
    "that days are independent: fighting comes in bouts, which makes low, high and p too sure; p_days keeps "
    "what happened on one day together, p_placebo compares with other dates of the same table",
)


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Rates before and after.

    Attributes
    ----------
    table
        A row for each unit, as :func:`geo.compare` has it.
    placebo
        The same ratio at other dates: ``unit``, ``date`` (the first day after), ``before``, ``after``
        (expected numbers) and ``ratio``.
    days
        Days of the two spans: before, after.
    text
        How it was done, and what it does not prove.
    by
        The level, such as ``adm1``; ``areas`` or ``stretches`` of the user's.
    other
        The same asked of units of another size, since what is found hangs on it; None for all together.
    spans
        First and last day before, and after.
    """

    table: pd.DataFrame
    placebo: pd.DataFrame
    days: tuple[int, int]
    text: str = field(default="")
    by: str = "all"
    other: Comparison | None = None
    spans: tuple[tuple[dt.date, dt.date], ...] = ()

    def __repr__(self) -> str:
        tables = [self] if self.other is None else [self, self.other]
        told = [one.table.to_string(index=False, float_format="{:.3g}".format) for one in tables]
        if self.other is not None:
            told = [f"by {one.by}\n{lines}" for one, lines in zip(tables, told, strict=True)]
        return "\n\n".join([*told, self.text])

    @property
    def both(self) -> pd.DataFrame:
        """Both levels below one another, a column ``by`` (str) saying which; without a second the table."""
        return self._joined(lambda one: one.table)

    @property
    def placebos(self) -> pd.DataFrame:
        """The other dates of both levels in the same way."""
        return self._joined(lambda one: one.placebo)

    def _joined(self, part: Callable[[Comparison], pd.DataFrame]) -> pd.DataFrame:
        if self.other is None:
            return part(self)
        tables = []
        for one in (self, self.other):
            table = part(one).copy()
            table.insert(0, "by", pd.Series(one.by, index=table.index, dtype="str"))
            tables.append(table)
        return pd.concat(tables, ignore_index=True)


@checked
def compare(
    events: Events,
    *,
    before: Span,
    after: Span,
    by: CountBy | gpd.GeoDataFrame = "all",
    n: int = 200,
    seed: int = 1,
    doubt: Doubt = "apart",
    least: int = LEAST_EVENTS,
    permutations: int = 1999,
    border: Border | None = None,
    trust: Trust = "stated",
    geometry: bool = False,
    second: SecondLevel = "other",
) -> Comparison:
    """Compare the rates of events in two spans of days, with the doubt about places and dates.

    Parameters
    ----------
    events
        As for :func:`geo.loci`, with ``date_start``; ``date_end`` and ``date_precision`` count if they are
        there. An event without a date is in neither span.
    before, after
        Two days each, both meant: ``"2025-10-01:2025-10-18"``, or a pair. They share no day.
    by, border, trust
        As for :func:`geo.count`.
    n, seed, doubt
        Draws of places and dates, as for :func:`geo.impute`.
    least
        Fewer events than this in the two spans are refused; in a unit, the answer is left out.
    permutations
        How often days are shuffled.
    geometry
        Whether the units' geometry comes along (not for sides and all).
    second
        The units of another size of which the same is asked, since what is found of units hangs on their size
        (Schutte and Kelling 2022): as for `by`; ``other`` takes provinces, of provinces districts where they
        have been added or else sectors, of stretches twice as long ones; None for none. All events together
        have none.

    Returns
    -------
    Comparison
        Its ``table``: ``unit``, ``name`` (str); ``before``, ``after`` (float64), expected numbers;
        ``days_before``, ``days_after`` (int64); ``ratio`` (float64) of the rates by day, after to before;
        ``low``, ``high``: its 95 % interval, infinite where nothing bounds it; ``p``: two-sided, of no
        change, by the same test as the interval; ``p_days``: by shuffling days; ``p_placebo``: part of other
        dates whose ratio is as far from 1, missing where fewer than 19 dates can be had; ``placebos``
        (int64): how many; ``note``: why an answer is missing; with `geometry` a GeoDataFrame, EPSG:4326. Its
        ``other`` is the same for units of another size. Its ``text`` says what both find, and what that does
        not prove.

    Raises
    ------
    SchemaError
        If spans are not as described, there are fewer than `least` events to expect in both together, or an
        argument makes no sense; and as for :func:`geo.count`, as are CrsError and BoundaryError.
    ExtraMissingError
        If scipy is not installed.

    Notes
    -----
    Given their sum, the numbers in two spans of Poisson processes are binomial, which gives an exact interval
    of the ratio of rates (Przyborowski and Wilenski 1940; Clopper and Pearson 1934). Each draw of places and
    days has its two tail probabilities; the interval holds the ratios at which the mean of each over the
    draws is at least 2.5 %, so that with nothing in doubt it is the exact one.

    Days are shuffled as wholes over both spans, every event of a day together; p_days is the part of shuffles
    in which the numbers are as far from those expected of equal rates. Other dates are all those of the
    table, from its first day to its last, at which spans of the same lengths do not reach over the date asked
    about and expect at least `least` events; how far a ratio is from 1 is told with half an event added to
    each number.

    A draw knows nothing of the change: where places are vague, a part of each unit's events is drawn to its
    neighbours and the other way round, so that ratios of units lie closer together than they are. In
    simulated worlds (docs/method.md) a ratio of 2 in a circle of 60 km with 1 about it, every event known to
    25 km, came out as 1.8; the 95 % interval held 2 in 98 % of them.

    Examples
    --------
    >>> import geo
    >>> found = geo.compare(geo.read_events(), before="2025-10-01:2025-10-18", after="2025-10-19:2025-11-30")
    >>> found.days, found.table[["before", "after"]].round(1).to_numpy().tolist()
    ((18, 43), [[...]])
    >>> bool(found.table["high"].item() < 1)
    True
    """
    # Said before any work is done.
    scipy_parts()
    check_draws(n, seed)
    _check(doubt, least, permutations)
    spans = check_spans(before, after)
    points = as_points(events)
    points = points[is_counted(points)]
    if "date_start" not in points.columns:
        raise SchemaError("comparing needs a column date_start; geo.read_events(frame) makes one")
    asked = _Asked(
        points,
        loci_of(points, points_of(points), trust=trust),
        Days(*days_of(points)),
        spans,
        (n, seed, doubt),
        permutations,
        least,
    )
    found = _compared(asked, by, border, geometry=geometry)
    other = second_level(by, second, border)
    if other is None:
        return found
    shaped = geometry and not (isinstance(other, str) and other in ("all", "side"))
    beside = _compared(asked, other, border, geometry=shaped)
    told = f"{found.text}\n{_words_of_levels(found, beside)}"
    return replace(found, text=told, other=beside)


@dataclass(frozen=True)
class _Asked:
    """What is compared, and how."""

    points: gpd.GeoDataFrame
    loci: Loci
    days: Days
    spans: tuple[tuple[int, int], tuple[int, int]]
    how: tuple[int, int, Doubt]
    permutations: int
    least: int


def _compared(
    asked: _Asked, by: CountBy | gpd.GeoDataFrame, border: Border | None, *, geometry: bool
) -> Comparison:
    """The rates by units of one size."""
    found, days, spans, least = asked.loci, asked.days, asked.spans, asked.least
    units = unit_parts(found, by, border=border)
    daily = expected_daily(units, days, spans)
    numbers = np.array([daily.of(*span) for span in spans]).T
    whole = float(numbers.sum())
    if whole < least:
        raise SchemaError(
            f"{whole:.1f} events are to be expected in the two spans, fewer than {least}: too few to "
            "compare; take longer spans or a larger area"
        )
    lengths = (int(spans[0][1] - spans[0][0]) + 1, int(spans[1][1] - spans[1][0]) + 1)
    drawn = _drawn(units, days, found, spans, asked.how, asked.permutations)
    table, placebo = _told(units, numbers, lengths, drawn, daily.placebos(spans, least), least)
    if geometry:
        table = units.with_shapes(table)
    placed = np.isin(np.arange(len(asked.points)), units.parts.row)
    left_out = (int(np.count_nonzero(~days.known)), int(np.count_nonzero(days.known & ~placed)))
    vague = bool((units.parts.share < CERTAIN_SHARE).any())
    text = _words(table, asked.how[0], left_out, daily, spans, vague=vague)
    named = tuple((EPOCH + dt.timedelta(one), EPOCH + dt.timedelta(two)) for one, two in spans)
    return Comparison(table, placebo, lengths, text, by=level_name(by), spans=named)


def _words_of_levels(one: Comparison, two: Comparison) -> str:
    """How many units changed at either level, and whether that says the same."""
    told, changed = [], []
    for found in (one, two):
        inside = found.table[(found.table["unit"] != OUTSIDE) & found.table["p"].notna()]
        up, down = int((inside["low"] > 1).sum()), int((inside["high"] < 1).sum())
        units = "1 unit" if len(inside) == 1 else f"{len(inside)} units"
        told.append(f"by {found.by} of {units} with enough events {up} rose and {down} fell")
        changed.append((up > 0, down > 0))
    agree = "Both say the same" if changed[0] == changed[1] else "The two do not say the same"
    return (
        f"At two sizes of units, with 95 %: {'; '.join(told)}. {agree}; what hangs on the size of units is "
        "no finding (Schutte and Kelling 2022)."
    )


def _check(doubt: Doubt, least: int, permutations: int) -> None:
    if doubt not in get_args(Doubt):
        raise SchemaError(f"doubt is 'apart' or 'together', not {doubt!r}")
    for name, value, lowest in (("least", least, 2), ("permutations", permutations, 99)):
        if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
            raise SchemaError(f"{name} is a whole number of at least {lowest}, not {value!r}")


def check_spans(before: Span, after: Span) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and last day (since 1970) of both; a SchemaError where they can't be compared."""
    names, first, last = named_spans({"before": before, "after": after})
    if names != ["before", "after"]:
        raise SchemaError("before must lie before after; exchange the two")
    one, two = zip(first.tolist(), last.tolist(), strict=True)
    return one, two


@dataclass(frozen=True)
class _Drawn:
    """Numbers by draw and unit, and by unit the part of shuffles of days that are as far from equal rates."""

    before: AnyArray
    after: AnyArray
    shuffled: Floats


def _drawn(
    units: UnitParts,
    days: Days,
    found: Loci,
    spans: tuple[tuple[int, int], tuple[int, int]],
    how: tuple[int, int, Doubt],
    times: int,
) -> _Drawn:
    n, seed, _ = how
    long = spans[0][1] - spans[0][0] + 1
    generator = np.random.default_rng([seed, 0, 2])
    before, after = (np.zeros((n, len(units.units)), dtype=np.int64) for _ in spans)
    far = np.zeros(len(units.units))
    for draw, daily in enumerate(_daily_draws(units, days, found, spans, how)):
        before[draw], after[draw] = daily[:, :long].sum(axis=1), daily[:, long:].sum(axis=1)
        width = daily.shape[1]
        wanted = daily.sum(axis=1) * (1 - long / width)
        seen = np.abs(after[draw] - wanted)
        # Each draw has its part of the shuffles.
        for _ in range(draw, times, n):
            shuffled = daily[:, generator.permutation(width)[long:]].sum(axis=1)
            far += np.abs(shuffled - wanted) >= seen - 1e-9
    return _Drawn(before, after, np.asarray((far + 1) / (times + 1)))


def _daily_draws(
    units: UnitParts,
    days: Days,
    found: Loci,
    spans: tuple[tuple[int, int], tuple[int, int]],
    how: tuple[int, int, Doubt],
) -> Iterator[AnyArray]:
    """For each draw the numbers by unit and day of the two spans, those of the first before the second's."""
    n, seed, doubt = how
    order = np.argsort(units.parts.row, kind="stable")
    row, unit, share = (one[order] for one in (units.parts.row, units.parts.unit, units.parts.share))
    held, start = np.unique(row, return_index=True)
    length = np.diff(np.append(start, len(row)))
    total = np.cumsum(share)
    below = total - np.repeat(total[start] - share[start], length)
    # Only what may have happened in one of the spans is looked at.
    meets = [(days.first[held] <= last) & (days.last[held] >= first) for first, last in spans]
    kept = days.known[held] & (meets[0] | meets[1])
    entry = np.repeat(kept, length)
    held, length, unit, below = held[kept], length[kept], unit[entry], below[entry]
    start = np.cumsum(length) - length
    long = spans[0][1] - spans[0][0] + 1
    width = long + spans[1][1] - spans[1][0] + 1
    for draw in range(n):
        place, date = chances(seed, draw + 1)
        chance = (
            place.random(len(found.different) + 1)[found.number[held]]
            if doubt == "together"
            else place.random(len(found))[held]
        )
        day = draw_days(days.first, days.last, date, held)
        passed = np.repeat(chance, length) >= below
        number = np.add.reduceat(passed.astype(np.intp), start) if len(held) else start
        chosen = unit[start + np.minimum(number, length - 1)]
        daily = np.zeros(len(units.units) * width, dtype=np.int64)
        for (first, last), shift in zip(spans, (0, long), strict=True):
            inside = (day >= first) & (day <= last)
            cell = chosen[inside] * width + (day[inside] - first + shift)
            daily += np.bincount(cell, minlength=len(daily))
        yield daily.reshape(-1, width)


def _told(
    units: UnitParts,
    numbers: Floats,
    lengths: tuple[int, int],
    drawn: _Drawn,
    others: tuple[Indices, Floats, Floats],
    least: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table of units and that of other dates."""
    dates, ones, twos = others
    before, after = drawn.before, drawn.after
    there = np.flatnonzero(numbers.sum(axis=1) > 0)
    if units.whole:
        there = np.union1d(there, np.arange(len(units.units) - 1))
    else:
        there = there[np.argsort(-numbers[there].sum(axis=1).round(9), kind="stable")]
    rows: list[dict[str, Any]] = []
    placebos = []
    for unit in there.tolist():
        one, two = (float(number) for number in numbers[unit])
        line: dict[str, Any] = {
            "unit": units.units[unit],
            "name": units.names[unit],
            "before": one,
            "after": two,
            "days_before": lengths[0],
            "days_after": lengths[1],
            **dict.fromkeys(("ratio", "low", "high", "p", "p_days", "p_placebo"), np.nan),
            "placebos": 0,
            "note": "",
        }
        if one + two < least:
            line["note"] = f"fewer than {least} events"
        else:
            low, high, chance = ratio_interval(before[:, unit], after[:, unit], lengths)
            ratio = two / lengths[1] / (one / lengths[0]) if one > 0 else np.inf
            keep = ones[unit] + twos[unit] >= least - 1e-9
            others_far = _far(ones[unit][keep], twos[unit][keep], lengths)
            line |= {"ratio": ratio, "low": low, "high": high, "p": chance, "p_days": drawn.shuffled[unit]}
            line["placebos"] = int(np.count_nonzero(keep))
            if line["placebos"] >= LEAST_PLACEBOS:
                beyond = np.count_nonzero(others_far >= _far(one, two, lengths) - 1e-9)
                line["p_placebo"] = (beyond + 1) / (line["placebos"] + 1)
            else:
                line["note"] = f"only {line['placebos']} other dates have enough events for a placebo"
            placebos.append(
                _placebo_rows(units.units[unit], dates[keep], ones[unit][keep], twos[unit][keep], lengths)
            )
        rows.append(line)
    empty = _placebo_rows("", dates[:0], np.zeros(0), np.zeros(0), lengths)
    table = pd.DataFrame(rows).astype({"unit": "str", "name": "str", "note": "str"})
    return table, pd.concat(placebos or [empty], ignore_index=True)


def _far(before: Any, after: Any, days: tuple[int, int]) -> Any:
    """How far a ratio of rates is from 1, with half an event added to each number."""
    return np.abs(np.log((after + 0.5) / days[1]) - np.log((before + 0.5) / days[0]))


def _placebo_rows(
    unit: str, dates: Indices, before: Floats, after: Floats, days: tuple[int, int]
) -> pd.DataFrame:
    with np.errstate(divide="ignore"):
        ratio = after / days[1] / (before / days[0])
    return pd.DataFrame(
        {
            "unit": pd.Series([unit] * len(dates), dtype="str"),
            "date": dates.astype("datetime64[D]").astype("datetime64[us]"),
            "before": before,
            "after": after,
            "ratio": ratio,
        }
    )


def _words(
    table: pd.DataFrame,
    n: int,
    left_out: tuple[int, int],
    daily: Daily,
    spans: tuple[tuple[int, int], tuple[int, int]],
    *,
    vague: bool,
) -> str:
    first, last = (np.datetime64(day, "D") for day in daily.covered)
    told = [
        f"Rates of events by day, {len(table)} units; exact conditional Poisson intervals over {n} draws of "
        "places and dates.",
        f"The table's days run from {first} to {last}.",
    ]
    outside = [
        name
        for name, (begin, end) in zip(("before", "after"), spans, strict=True)
        if end < daily.covered[0] or begin > daily.covered[1]
    ]
    if outside:
        told.append(
            f"No day of the span {outside[0]} lies within them: that nothing happened then is only known if "
            "the table was kept up for it."
        )
    elif spans[0][0] < daily.covered[0] or spans[1][1] > daily.covered[1]:
        told.append("A span reaches beyond them: days of no report are counted there as days of no event.")
    undated, unplaced = left_out
    if undated:
        told.append(f"{undated} events have no date and are in neither span.")
    if unplaced:
        told.append(f"{unplaced} events have no place that is known and are in no unit.")
    unproven = list(NOT_PROVEN)
    if vague:
        unproven.append(
            "how much units differ: an event of vague place is drawn to units whatever changed in each, "
            "which pulls their ratios together"
        )
    tested = int(table["p"].notna().sum())
    if tested > 1:
        unproven.append(
            f"that each of {tested} units changed: where none did, one in twenty still has a p below 0.05"
        )
    return " ".join(told) + "\nThis does not prove\n" + "\n".join(f"- {one};" for one in unproven)[:-1] + "."
