"""How rows divide among units, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.locus.record import Loci
from geo.types import Floats, Indices

__all__ = ["Parts"]


@dataclass(frozen=True)
class Parts:
    """Shares of loci by unit, an entry for each unit that a locus meets.

    Attributes
    ----------
    row
        Number of the row, in order.
    unit
        Number of the unit; that of units for what lies in none.
    share
        0 to 1; those of a row sum to 1.
    """

    row: Indices
    unit: Indices
    share: Floats

    @classmethod
    def of_rows(cls, loci: Loci, held: Sequence[Sequence[tuple[int, float]]]) -> Parts:
        """Those of rows, from the units and shares of each different locus."""
        long = np.array([len(one) for one in held], dtype=np.intp)
        units = np.array([unit for one in held for unit, _ in one], dtype=np.intp)
        shares = np.array([share for one in held for _, share in one], dtype=np.float64)
        return cls.of_loci(loci, long, units, shares)

    @classmethod
    def of_loci(cls, loci: Loci, long: Indices, units: Indices, shares: Floats) -> Parts:
        """Those of rows, from how many entries each different locus has, and all entries in turn."""
        first = np.cumsum(long) - long
        known = loci.known
        number = loci.number[known]
        times = long[number]
        within = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
        entry = np.repeat(first[number], times) + within
        return cls(np.repeat(known, times), units[entry], shares[entry])
