"""How many events to expect in each unit on each day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.analysis.unit_parts import UnitParts
from geo.types import AnyArray, Floats, Indices

__all__ = ["Daily", "Days", "expected_daily"]


@dataclass(frozen=True)
class Days:
    """First and last possible day of each event, and whether it has a date."""

    first: AnyArray
    last: AnyArray
    known: AnyArray


@dataclass(frozen=True)
class Daily:
    """Running sums of the expected number by unit and day, from a first day on."""

    begin: int
    end: int
    sums: Floats
    covered: tuple[int, int]

    def of(self, first: int, last: int) -> Floats:
        """Expected number of each unit from one day to another."""
        low, high = (
            int(np.clip(day - self.begin, 0, self.end - self.begin + 1)) for day in (first, last + 1)
        )
        return np.asarray(self.sums[:, high] - self.sums[:, low])

    def placebos(
        self, spans: tuple[tuple[int, int], tuple[int, int]], least: int
    ) -> tuple[Indices, Floats, Floats]:
        """First days after, of other dates, and expected numbers before and after them by unit."""
        (start, stop), (date, end) = spans
        first, last = self.covered
        days = np.arange(first + date - start, last - (end - date) + 1)
        clear = (days + start - date >= date) | (days + end - date < date)
        days = days[clear]
        at = [
            np.asarray(days + shift - self.begin)
            for shift in (start - date, stop - date + 1, 0, end - date + 1)
        ]
        one, two = (self.sums[:, at[k + 1]] - self.sums[:, at[k]] for k in (0, 2))
        keep = ((one + two) >= least - 1e-9).any(axis=0)
        return days[keep], one[:, keep], two[:, keep]


def expected_daily(units: UnitParts, days: Days, spans: tuple[tuple[int, int], tuple[int, int]]) -> Daily:
    """Those of events by their shares of units and of days."""
    known = days.known
    exact = known & (days.first == days.last)
    sure = exact if exact.any() else known
    covered = (int(days.first[sure].min()), int(days.last[sure].max())) if sure.any() else spans[0]
    begin = min(covered[0], spans[0][0])
    end = max(covered[1], spans[1][1])
    width = end - begin + 1
    parts = units.parts
    kept = known[parts.row]
    row, unit, share = parts.row[kept], parts.unit[kept], parts.share[kept]
    long = days.last[row] - days.first[row] + 1
    # Each event rises on its first day and falls after its last; twice summed that is the number by day.
    rise = np.zeros((len(units.units), width + 2))
    for day, sign in ((days.first[row], 1), (days.last[row] + 1, -1)):
        np.add.at(rise, (unit, np.clip(day - begin, 0, width + 1)), sign * share / long)
    # What began before the first day counts from then on only.
    sums = np.zeros((len(units.units), width + 1))
    np.cumsum(np.cumsum(rise, axis=1)[:, :width], axis=1, out=sums[:, 1:])
    return Daily(begin, end, sums, covered)
