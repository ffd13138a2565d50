"""How many events to expect in each unit, how sure that is, and how many are there for certain."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import BoundaryError, SchemaError

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.locus.record import Locus

__all__ = ["CERTAIN_SHARE", "NEAR_LINE_KM", "POSSIBLE_SHARE", "CountBy", "count_by_unit", "count_range", "unit_parts"]

CountBy = Literal["adm0", "adm1", "adm2", "side", "sector"]
"""Countries, provinces, districts, sides of the line, or its stretches by the provinces that meet."""

CERTAIN_SHARE: Final = 0.95
"""An event is in a unit for certain from this share of its locus on, as for sides of the line."""

POSSIBLE_SHARE: Final = 0.001
"""An event may be in a unit that holds this share of its locus; smaller ones are errors of edges."""

NEAR_LINE_KM: Final = 50.0
"""What lies farther from the line than this belongs to no sector of it."""

MOST_EXACT: Final = 1000
"""More doubtful events than this in one unit are taken together as normal."""

Z95: Final = 1.959963984540054


def count_by_unit(events: gpd.GeoDataFrame, *, by: CountBy = "adm1") -> pd.DataFrame:
    """Number of events by unit: expected, its 95 % interval, certain and possible.

    An event whose place is not known exactly counts in each unit by the part of its locus that lies there
    (:func:`geo.shares`), so the expected numbers add up to the number of events with a locus.

    Parameters
    ----------
    events
        As for :func:`geo.loci`.
    by
        ``adm0``, ``adm1``, ``adm2`` (once districts have been added), ``side``, or ``sector``: stretches of
        the Durand Line by the provinces that meet (:meth:`geo.Border.sectors`), each taking what lies within
        50 km of the line and nearest to it.

    Returns
    -------
    DataFrame
        The most expected first: ``unit``; ``expected`` (float64); ``low``, ``high`` (int64), the 2.5 and
        97.5 % points of the number, places taken as independent; ``certain`` (int64): events with at least
        0.95 of
        their locus there; ``possible`` (int64): with at least 0.001. What lies in none is ``outside``.

    Raises
    ------
    SchemaError
        If `by` is another; and as for :func:`geo.loci`, as is CrsError.
    BoundaryError
        If districts are asked for and none have been added.

    Notes
    -----
    The number in a unit is a Poisson binomial: the sum of independent trials with the shares as
    probabilities. Its distribution is found by convolution; beyond 1,000 doubtful events as a normal one.

    Examples
    --------
    >>> import geo
    >>> counts = geo.count_by_unit(geo.read_events().events.head(20), by="side")
    >>> bool((counts["low"] <= counts["expected"]).all()), round(float(counts["expected"].sum()), 6)
    (True, 20.0)
    """
    table = unit_shares(events, by)
    rows = [
        (
            unit,
            float(part.sum()),
            *count_range(part.to_numpy()),
            int((part >= CERTAIN_SHARE).sum()),
            len(part),
        )
        for unit, part in table.groupby("unit", sort=False)["share"]
    ]
    rows.sort(key=lambda row: (-row[1], row[0]))
    counts = pd.DataFrame(rows, columns=["unit", "expected", "low", "high", "certain", "possible"])
    whole = dict.fromkeys(("low", "high", "certain", "possible"), "int64")
    return counts.astype({"unit": "str", "expected": "float64", **whole})


def unit_shares(events: gpd.GeoDataFrame, by: CountBy) -> pd.DataFrame:
    """Shares of each event by unit: ``event_id``, ``unit``, ``share``, those of an event summing to 1."""
    from geo.events.points import points_of
    from geo.locus.resolve import loci_of

    _check(by)
    found = loci_of(events, points_of(events))
    names = events["event_id"] if "event_id" in events.columns else events.index
    parts = {locus: unit_parts(locus, by) for locus in dict.fromkeys(found) if locus is not None}
    rows = [
        (name, unit, share)
        for name, locus in zip(names, found, strict=True)
        if locus is not None
        for unit, share in parts[locus]
    ]
    table = pd.DataFrame(rows, columns=["event_id", "unit", "share"])
    return table.astype({"event_id": names.dtype, "unit": "str", "share": "float64"})


def unit_parts(locus: Locus, by: CountBy) -> tuple[tuple[str, float], ...]:
    """Parts of one locus by unit, the largest first; they sum to 1.

    Raises
    ------
    SchemaError
        If `by` is none that there is.
    BoundaryError
        If districts are asked for and none have been added.

    Examples
    --------
    >>> from geo.analysis.count import unit_parts
    >>> from geo.locus.record import Locus
    >>> unit_parts(Locus("province", within="AF-PKA", stated=True), "adm1")
    (('AF-PKA', 1.0),)
    """
    from geo.locus.shares import measure

    _check(by)
    if by == "sector":
        return _sectors_of(locus)
    parts = measure(locus)[by]
    kept = {unit: share for unit, share in parts.items() if share >= POSSIBLE_SHARE}
    # What was left out as too small is spread over the rest.
    total = sum(kept.values())
    return tuple((unit, kept[unit] / total) for unit in sorted(kept, key=lambda unit: (-kept[unit], unit)))


def _check(by: str) -> None:
    from geo.boundaries.units import districts_added

    if by not in get_args(CountBy):
        raise SchemaError(f"by is one of {', '.join(get_args(CountBy))}, not {by!r}")
    if by == "adm2" and not districts_added():
        raise BoundaryError(
            "no districts have been added, so there is nothing to count by; add a file with "
            "`durand boundaries add FILE --level 2 --country AF`, or see `durand boundaries fetch --help`"
        )


def count_range(shares: npt.ArrayLike) -> tuple[int, int]:
    """The 2.5 and 97.5 % points of how many of independent events happened, by their probabilities.

    Examples
    --------
    >>> count_range([1.0, 1.0]), count_range([0.5] * 10)
    ((2, 2), (2, 8))
    """
    chance = np.asarray(shares, dtype=np.float64)
    sure = int((chance > 1 - 1e-9).sum())
    loose = chance[(chance <= 1 - 1e-9) & (chance > 0)]
    if len(loose) > MOST_EXACT:
        middle, spread = float(loose.sum()), Z95 * float(np.sqrt((loose * (1 - loose)).sum()))
        low, high = round(max(middle - spread, 0)), round(min(middle + spread, len(loose)))
        return sure + low, sure + high
    odds = np.ones(1)
    for one in loose:
        odds = np.convolve(odds, (1 - one, one))
    below = np.cumsum(odds)
    low, high = (int(np.searchsorted(below, at - 1e-12)) for at in (0.025, 0.975))
    return sure + low, sure + min(high, len(loose))


@functools.lru_cache(maxsize=65_536)
def _sectors_of(locus: Locus) -> tuple[tuple[str, float], ...]:
    """Parts of a locus by the sector that they are nearest to."""
    from geo.border.durand import durand_line
    from geo.locus.samples import samples
    from geo.locus.shares import OUTSIDE

    names, edges = _edges()
    if locus.kind == "strip":
        parts = np.zeros(len(names))
        for first, last in locus.stretches:
            parts += np.clip(np.minimum(edges[1:], last) - np.maximum(edges[:-1], first), 0, None)
        parts /= parts.sum()
    else:
        lon, lat = samples(locus)
        at = durand_line().locate(lon, lat)
        near = at["distance_m"].to_numpy() <= NEAR_LINE_KM * 1000
        row = np.searchsorted(edges, at["line_km"].to_numpy()[near], side="right") - 1
        parts = np.bincount(np.clip(row, 0, len(names) - 1), minlength=len(names)) / len(lon)
    whole = [*zip(names, parts.tolist(), strict=True), (OUTSIDE, max(1 - float(parts.sum()), 0.0))]
    kept = [(name, share) for name, share in whole if share >= POSSIBLE_SHARE]
    total = sum(share for _, share in kept)
    return tuple((name, share / total) for name, share in sorted(kept, key=lambda part: (-part[1], part[0])))


@functools.cache
def _edges() -> tuple[tuple[str, ...], npt.NDArray[np.float64]]:
    from geo.border.durand import durand_line

    sectors = durand_line().sectors()
    names = tuple(
        f"{left}/{right}" for left, right in zip(sectors["right_unit"], sectors["left_unit"], strict=True)
    )
    return names, np.append(sectors["from_km"].to_numpy(np.float64), sectors["to_km"].iloc[-1])
