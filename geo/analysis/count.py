"""How many events to expect in each unit and period, how sure that is, and how many are there for certain."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.analysis.intervals import are_tied, count_range, tied_range
from geo.analysis.periods import PeriodParts, Periods, by_period
from geo.analysis.rates import People, Per, add_rates, check_rates
from geo.analysis.unit_parts import CountBy, UnitParts, box_of, unit_parts
from geo.arguments import checked
from geo.border.border import Border
from geo.errors import SchemaError
from geo.events.points import points_of
from geo.events.wholes import is_counted
from geo.locus.record import Loci
from geo.locus.resolve import Trust, check_trust, loci_of
from geo.sources.given import Events, as_points
from geo.types import CERTAIN_SHARE, POSSIBLE_SHARE, Floats, Indices

__all__ = ["count", "may_hold"]

Several: TypeAlias = Mapping[str, CountBy | gpd.GeoDataFrame] | Sequence[CountBy]
"""Kinds of units at once: levels, or names with levels or areas."""

VALUES: Final = ("deaths_low", "deaths_best", "deaths_high")
"""Columns of one figure: its lowest, best and highest number."""


@checked
def count(
    events: Events,
    *,
    by: CountBy | gpd.GeoDataFrame | Several = "adm1",
    period: Periods | None = None,
    value: str | None = None,
    border: Border | None = None,
    trust: Trust = "stated",
    geometry: bool = False,
    level: float = 0.95,
    per: Per | Sequence[Per] = (),
    people: People | None = None,
) -> pd.DataFrame:
    """Number of events by unit and period: expected, its interval, certain and possible.

    An event whose place is not known exactly counts in each unit by the part of its locus that lies there
    (:func:`geo.shares`), one whose date is not by the part of its days; so the expected numbers add up to the
    number of events with a locus.

    Parameters
    ----------
    events
        As for :func:`geo.loci`. By period, ``date_start`` is needed, and ``date_end`` and ``date_precision``
        count where they are there. An event whose parts are among the rows (``part_of``) is not counted
        beside them.
    by
        ``all``: every event, of unknown place too; ``adm0``, ``adm1``, ``adm2`` (once districts have been
        added), ``side``, or ``sector``: stretches of
        the Durand Line by the provinces that meet (:meth:`geo.Border.sectors`), each taking what lies within
        50 km of the line and nearest to it. Or a GeoDataFrame: areas of your own that do not overlap, such as
        districts, cells, :meth:`geo.Border.bands`, :func:`geo.around`; or other stretches of a border, as
        ``border.sectors(km=50)``. A column ``unit`` names them, or else the index. Several at once, as levels
        or as names with levels or areas, since results may hang on the size of units (Schutte and Kelling
        2022): ``("adm1", "sector")``, ``{"squares": geo.priogrid(), "provinces": "adm1"}``.
    period
        ``D``, ``W``, ``M`` or ``Y``; or names with two days each, ``{"before": "2025-10-01:2025-10-18"}``;
        what lies in none of those is ``other``, and an event without a date ``no date``.
    value
        A column of figures to add up in place of events, such as ``deaths_best``: all of one data set, since
        figures of different claimants are never added.
    border
        The border that stretches and sides in `by` are of; the Durand Line if not given.
    trust
        ``stated``: the province, district and country that the source names bound what lies about its point;
        ``point``: they say nothing.
    geometry
        Whether the units' geometry comes along (not for sides and all).
    level
        Of the intervals of numbers of events, such as 0.9.
    per
        Rates beside the numbers: ``100 km`` of the line, for stretches, and for provinces, countries and
        sides by how much of the line they are along; ``1000 km2`` of the units' geodesic area; or both.
    people
        Rates by 100,000 people, of figures that you give: ``unit``, ``people``, ``date`` (of the figure) and
        ``source``, a row for each unit. Without date and source of each it is refused.

    Returns
    -------
    DataFrame
        The most expected first, by period in the order of time; of several at once one below the other, with
        a column ``by`` (str) that says which. ``unit``, ``name`` (str); ``period`` (str) if asked for;
        ``expected`` (float64); ``low``, ``high`` (int64), between which the number is with
        `level`, places and dates taken as independent; ``low_shared``, ``high_shared`` (int64), the same
        where events that share one doubtful locus are in a unit all together or not at all, as reports of one
        front are; ``certain`` (int64): events that lie there with at least 0.95; ``possible`` (int64): with
        at least 0.001. What lies in none is ``outside``. Your own areas and stretches are all in the table,
        those without an event too.

        With `value`: ``expected``, and ``low``, ``high`` where the table has ``deaths_low`` and
        ``deaths_high`` (else the same): the expected sums of the lowest and highest figures (float64);
        ``certain``, ``possible``: sums over the events that lie there for certain, or may; ``events``
        (float64): expected number of events with a figure; ``without`` (float64): of events without one.
        With `per` and `people` what was divided by, ``line_km``, ``area_km2``, ``people`` with
        ``people_date`` and ``people_source``, and ``per_100_km``, ``per_1000_km2``, ``per_100000_people``,
        each with ``_low`` and ``_high`` from `low` and `high` (float64); missing for what lies in none, for a
        unit not on the line, and for one without a figure. They are of the period, not of a year; the line
        is at full detail (2,790 km), by a longer ruler rates are higher.

        With `geometry` a GeoDataFrame, EPSG:4326.

    Raises
    ------
    SchemaError
        If an argument is not as described, units overlap, or figures are of several data sets; and as for
        :func:`geo.loci`, as is CrsError.
    BoundaryError
        If districts are asked for and none have been added.

    Notes
    -----
    The number in a unit is a Poisson binomial: the sum of independent trials with the shares as
    probabilities. Its distribution is found by convolution; beyond 1,000 doubtful events as a normal one.
    Within its locus, and among its days, an event is taken to be equally likely everywhere.

    Examples
    --------
    >>> import geo
    >>> counts = geo.count(geo.read_events()[:10], by="side")
    >>> bool((counts["low"] <= counts["expected"]).all()), round(float(counts["expected"].sum()), 6)
    (True, 10.0)
    >>> geo.count(geo.read_events(), by=geo.around("Torkham", 25)).set_index("unit")["certain"].to_dict()
    {'Torkham, 25 km': 6, 'outside': 80}
    """
    if not (isinstance(level, numbers.Real) and 0 < level < 1):
        raise SchemaError(f"level is a part between 0 and 1, such as 0.95, not {level!r}")
    if not isinstance(by, (str, gpd.GeoDataFrame)) and isinstance(by, (Mapping, Sequence)):
        return _by_several(
            events,
            cast("Several", by),
            period=period,
            value=value,
            border=border,
            trust=trust,
            geometry=geometry,
            level=level,
            per=per,
            people=people,
        )
    asked, known = check_rates(per, people)
    points = as_points(events)
    counted = is_counted(points)
    points = points if counted.all() else points[counted]
    if isinstance(by, str) and by == "all":
        # All together need no places.
        check_trust(trust)
        found = Loci([], np.full(len(points), -1, dtype=np.intp))
    else:
        found = loci_of(points, points_of(points), trust=trust, about=box_of(by, border))
    units = unit_parts(found, by, border=border)
    dates = None if period is None else by_period(points, period)
    cells = _cells(units, dates, found)
    rows = list(_sums(cells, points, value) if value else _numbers(cells, level))
    table = add_rates(_table(rows, cells, units, dates, value), units, asked, known)
    return units.with_shapes(table) if geometry else table


def may_hold(table: pd.DataFrame) -> pd.Series:
    """Whether an event may lie in each row of a table of counts, whatever its figure is."""
    if "without" in table:
        return (table["events"] + table["without"]) > 0
    return table["possible"] > 0


def _by_several(
    events: Events,
    by: Several,
    **asked: Any,
) -> pd.DataFrame:
    """Counts by several kinds of units, one below the other."""
    named = dict(by) if isinstance(by, Mapping) else {str(one): one for one in by}
    if not named or len(named) < len(by):
        raise SchemaError(f"by is a level, areas, or several of them that differ, not {by!r}")
    # Read once.
    points = as_points(events)
    found = []
    for name, one in named.items():
        table = count(points, by=one, **asked)
        table.insert(0, "by", pd.Series(str(name), index=table.index, dtype="str"))
        found.append(table)
    return pd.concat(found, ignore_index=True)


@dataclass(frozen=True)
class _Cells:
    """Parts of events in order of unit and period; those of a cell stand together."""

    unit: Indices
    period: Indices
    first: Indices
    row: Indices
    place: Floats
    date: Floats
    locus: Indices

    def __len__(self) -> int:
        return len(self.unit)

    def of(self, values: npt.NDArray[np.generic], n: int) -> npt.NDArray[np.generic]:
        """What holds of the parts of the cell of that number."""
        return values[self.first[n] : self.first[n + 1]]


def _cells(units: UnitParts, dates: PeriodParts | None, loci: Loci) -> _Cells:
    parts = units.parts
    row, unit, place = parts.row, parts.unit, parts.share
    when, date = np.zeros(len(row), dtype=np.intp), np.ones(len(row))
    if dates is not None:
        order = np.argsort(dates.row, kind="stable")
        sorted_rows = dates.row[order]
        begin = np.searchsorted(sorted_rows, row, side="left")
        times = np.searchsorted(sorted_rows, row, side="right") - begin
        again = np.repeat(np.arange(len(row)), times)
        within = np.arange(len(again)) - np.repeat(np.cumsum(times) - times, times)
        entry = order[begin[again] + within]
        row, unit, place = row[again], unit[again], place[again]
        when, date = dates.period[entry], dates.share[entry]
    locus = loci.number[row]
    cell = unit * (int(when.max(initial=0)) + 1) + when
    # Rows come in order; so those of a locus and of a cell stay.
    order = np.argsort(cell * (len(loci.different) + 1) + locus, kind="stable")
    row, unit, when, cell = row[order], unit[order], when[order], cell[order]
    first = np.append(np.flatnonzero(np.append(True, np.diff(cell) != 0)[: len(row)]), len(row))
    return _Cells(unit[first[:-1]], when[first[:-1]], first, row, place[order], date[order], locus[order])


def _numbers(cells: _Cells, level: float) -> Iterator[tuple[float, int, int, int, int, int, int]]:
    """Expected, both intervals, certain and possible of each cell."""
    both = cells.place * cells.date
    for n in range(len(cells)):
        chance = np.asarray(cells.of(both, n), dtype=np.float64)
        apart = count_range(chance, level)
        locus, place = cells.of(cells.locus, n), cells.of(cells.place, n)
        tied = are_tied(locus, place)
        yield (
            _total(chance),
            *apart,
            *(tied_range(locus, place, cells.of(cells.date, n), level=level) if tied else apart),
            int((chance >= CERTAIN_SHARE).sum()),
            int((chance >= POSSIBLE_SHARE).sum()),
        )


def _sums(cells: _Cells, points: pd.DataFrame, value: str) -> Iterator[tuple[float, ...]]:
    """Expected sums of a column, of the lowest and highest, and of what is there for certain or may be."""
    best = _figures(points, value)
    ours = value in VALUES
    low, high = (
        np.where(np.isnan(other), best, other)
        for other in (_figures(points, name) if ours and name in points else best for name in VALUES[::2])
    )
    both = cells.place * cells.date
    for n in range(len(cells)):
        chance = np.asarray(cells.of(both, n), dtype=np.float64)
        row = cells.of(cells.row, n)
        told = ~np.isnan(best[row])
        figure = np.where(told, best[row], 0)
        yield (
            _total(chance * figure),
            _total(chance * np.where(told, low[row], 0)),
            _total(chance * np.where(told, high[row], 0)),
            float(figure[chance >= CERTAIN_SHARE].sum()),
            float(figure[chance >= POSSIBLE_SHARE].sum()),
            float(chance[told].sum()),
            float(chance[~told].sum()),
        )


def _total(values: Floats) -> float:
    """A sum that is the same to the last bit in whatever order rows come."""
    whole = values == 1
    return math.fsum(values[~whole].tolist()) + float(np.count_nonzero(whole))


def _figures(points: pd.DataFrame, value: str) -> Floats:
    """A column as numbers, all of one data set."""
    if value not in points.columns:
        raise SchemaError(f"there is no column {value!r}; there are {', '.join(map(str, points.columns))}")
    try:
        figures = np.asarray(pd.to_numeric(points[value]).to_numpy(dtype=np.float64, na_value=np.nan))
    except (ValueError, TypeError) as err:
        raise SchemaError(f"{value} is no column of numbers: {err}") from err
    told = ~np.isnan(figures)
    if np.isinf(figures).any():
        raise SchemaError(
            f"{value} has {np.count_nonzero(np.isinf(figures))} endless numbers; leave those empty"
        )
    for column in ("dataset", "claimant"):
        if column in points.columns:
            named = points.loc[told, column] if points.index.is_unique else points[column][told]
            names = sorted({"(not said)" if pd.isna(name) else str(name) for name in named})
            if len(names) > 1:
                raise SchemaError(
                    f"{value} comes from several ({column}: {', '.join(names[:8])}); figures of different "
                    "claimants are never added: keep the rows of one first"
                )
    return figures


def _table(
    rows: list[tuple[float, ...]],
    cells: _Cells,
    units: UnitParts,
    dates: PeriodParts | None,
    value: str | None,
) -> pd.DataFrame:
    if value:
        names = ["expected", "low", "high", "certain", "possible", "events", "without"]
        kinds = dict.fromkeys(names, "float64")
    else:
        names = ["expected", "low", "high", "low_shared", "high_shared", "certain", "possible"]
        kinds = {name: "float64" if name == "expected" else "int64" for name in names}
    table = pd.DataFrame(rows, columns=names)
    there = np.unique(cells.unit)
    asked = np.arange(len(units.units) - 1) if units.whole else there
    numbers = np.union1d(asked, there).astype(np.intp)
    spans = np.zeros(1, dtype=np.intp) if dates is None else _spans(cells, len(dates.names) - 2)
    # Every unit with every period: no event is a number too.
    grid = pd.MultiIndex.from_product([numbers, spans], names=["_unit", "_period"])
    table.index = pd.MultiIndex.from_arrays([cells.unit, cells.period], names=grid.names)
    table = table.reindex(grid, fill_value=0).reset_index()
    total = table.groupby("_unit")["expected"].transform("sum")
    order = np.lexsort((table["_period"], table["_unit"], -total.round(9)))
    if units.whole:
        order = np.lexsort((table["_period"], table["_unit"]))
    table = table.iloc[order].reset_index(drop=True)
    at = table["_unit"].to_numpy()
    table.insert(0, "unit", np.array(units.units, dtype=object)[at])
    table.insert(1, "name", np.array(units.names, dtype=object)[at])
    if dates is not None:
        table.insert(2, "period", np.array(dates.names, dtype=object)[table["_period"].to_numpy()])
        kinds["period"] = "str"
    return table.drop(columns=["_unit", "_period"]).astype({"unit": "str", "name": "str", **kinds})


def _spans(cells: _Cells, regular: int) -> Indices:
    """The periods of the table: all regular ones, and what is other or has no date where there is any."""
    return np.union1d(np.arange(regular), np.unique(cells.period)).astype(np.intp)
