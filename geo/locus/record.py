"""The record of a place as far as it is known, and those of a table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, SupportsIndex, overload

import numpy as np

from geo.border.durand import Stretches
from geo.types import Indices

__all__ = ["Loci", "Locus"]


class Locus(NamedTuple):
    """What is known of one event's place. Equal ones are measured once.

    Attributes
    ----------
    kind
        ``disc``, ``district``, ``former`` (an area that was a unit), ``province``, ``provinces`` (any of
        several), ``country`` or ``strip``.
    lon, lat, radius_m
        Centre and radius of a disc.
    within
        ISO 3166-2 code of the province that bounds a disc, or is the locus; code of a country or
        ``boundary_id`` of a district that is.
    stated
        Whether ``within`` comes from the source's words, not from the point.
    stretches
        Chainages (from, to) in km of a strip along the line.
    units
        Codes of the former area, or of the several provinces.
    """

    kind: str
    lon: float = math.nan
    lat: float = math.nan
    radius_m: float = 0.0
    within: str | None = None
    stated: bool = False
    stretches: Stretches = ()
    units: tuple[str, ...] = ()


class Loci(Sequence[Locus | None]):
    """The loci of rows, each different one kept once: a table of many events has few places.

    Attributes
    ----------
    different
        Each locus once, in the order in which it comes first.
    number
        For each row the number of its locus in `different`; -1 where it has none.
    """

    def __init__(self, different: Sequence[Locus | None], number: Indices) -> None:
        # What came apart may be equal, or none.
        place: dict[Locus | None, int] = {None: -1}
        at = np.array([place.setdefault(one, len(place) - 1) for one in different], dtype=np.intp)
        self.different = [one for one in place if one is not None]
        self.number: Indices = np.append(at, -1)[number]

    @classmethod
    def of(cls, found: Iterable[Locus | None]) -> Loci:
        """Those of a sequence; as they are, if they are kept so already."""
        if isinstance(found, Loci):
            return found
        every = list(found)
        return cls(every, np.arange(len(every), dtype=np.intp))

    def __len__(self) -> int:
        return len(self.number)

    @overload
    def __getitem__(self, row: SupportsIndex) -> Locus | None: ...
    @overload
    def __getitem__(self, row: slice) -> Loci: ...
    def __getitem__(self, row: SupportsIndex | slice) -> Locus | Loci | None:
        if isinstance(row, slice):
            return Loci(self.different, self.number[row])
        number = self.number[row]
        return None if number < 0 else self.different[number]

    def take(self, rows: Indices) -> Loci:
        """Those of some rows."""
        return Loci(self.different, self.number[rows])

    @property
    def known(self) -> Indices:
        """Rows that have one."""
        return np.flatnonzero(self.number >= 0)
