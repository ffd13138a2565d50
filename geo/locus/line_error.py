"""What the error of our lines between provinces does to the shares of a disc.

A line is taken to lie aside by a normal error of which 95 % are within the accuracy that was measured for the
pair of provinces (:func:`geo.read_province_lines`), as the Durand Line is. The line that lies aside is the
point that lies aside the other way: points of a disc are moved by such errors, and those that come to lie in
the neighbour count there. Countries stay as they are: their lines have an accuracy of their own.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.boundaries.layers import read_province_lines
from geo.boundaries.units import STRETCH, flatten, kept_with_provinces, provinces
from geo.engine.side_probability import Z95
from geo.types import GEOD, AnyArray, Bools, Floats, Indices

if TYPE_CHECKING:
    from geo.locus.record import Locus

__all__ = ["may_lie_beyond", "with_line_error"]

SAMPLES: Final = 400
"""Points of a disc that are moved: a share changes by steps of a quarter of a per cent."""

REACH: Final = 2.0
"""A line may lie aside by so many times its accuracy; more is one case in ten thousand."""


TOGETHER: Final = 50
"""Corners of a part of an edge."""


@kept_with_provinces
@functools.cache
def _accuracies() -> dict[str, dict[str, float]]:
    """Accuracy in metres of the line between two provinces, by both of them."""
    found: dict[str, dict[str, float]] = {}
    for row in read_province_lines().itertuples():
        for one, other in ((row.unit_a, row.unit_b), (row.unit_b, row.unit_a)):
            found.setdefault(str(one), {})[str(other)] = float(row.accuracy_m)
    return found


def may_lie_beyond(lon: Floats, lat: Floats, radius_m: float | Floats) -> Bools:
    """Which discs come so near to a line between provinces that its error counts.

    Parameters
    ----------
    lon, lat
        Middles, in degrees (EPSG:4326).
    radius_m
        Of each disc, in metres.
    """
    edges, reach = _edges()
    at = flatten(shapely.points(lon, lat))
    near = np.zeros(len(at), dtype=bool)
    for metres, tree in zip(reach, edges, strict=True):
        found, _ = tree.query(at, predicate="dwithin", distance=(metres + radius_m) * STRETCH)
        near[found] = True
    return near


@kept_with_provinces
@functools.cache
def _edges() -> tuple[list[shapely.STRtree], list[float]]:
    """The parts of the edge of each province, and how far its lines may lie aside, in metres."""
    index = provinces()
    trees, reach = [], []
    for code, outline in zip(index.texts("iso3166_2"), index.flat, strict=True):
        known = _accuracies().get(str(code))
        if not known:
            continue
        trees.append(shapely.STRtree(_runs_of(outline)))
        reach.append(REACH * max(known.values()))
    return trees, reach


def _runs_of(outline: shapely.Geometry) -> AnyArray:
    """The rings of an area as lines of TOGETHER edges, each beginning where the one before it ends."""
    xy, ring = shapely.get_coordinates(shapely.get_rings(outline), return_index=True)
    first = np.searchsorted(ring, ring)
    place = np.arange(len(xy)) - first
    last = np.searchsorted(ring, ring, side="right") - 1 - first
    # A corner between two runs ends the one and begins the other.
    both = (place % TOGETHER == 0) & (place > 0) & (place < last)
    begins = (place % TOGETHER == 0) & (place < last)
    again = np.repeat(np.arange(len(xy)), 1 + both)
    run = np.cumsum(begins)[again]
    run[np.flatnonzero(np.diff(again) == 0)] -= 1
    return np.asarray(shapely.linestrings(xy[again], indices=run - 1))


def with_line_error(locus: Locus, parts: dict[str, float]) -> dict[str, float]:
    """Shares of a disc by province, the error of the lines between provinces counted in.

    Parameters
    ----------
    locus
        A disc; with a province that its own point gave, that point counts.
    parts
        Its shares by province where the lines are as we have them.

    Returns
    -------
    dict of str to float
        Shares that sum to what they did, each country's too.

    Examples
    --------
    >>> from geo.locus.record import Locus
    >>> near = Locus("disc", 69.50, 33.42, radius_m=500.0)
    >>> sorted(with_line_error(near, {"AF-PIA": 1.0}))
    ['AF-KHO', 'AF-PIA']
    """
    held = {unit: share for unit, share in parts.items() if unit in _accuracies()}
    if not held:
        return parts
    radius_m = 0.0 if locus.within in held else locus.radius_m
    near = _neighbours(locus, radius_m, held)
    if not near:
        return parts
    lon, lat = _spread(np.full(SAMPLES, locus.lon), np.full(SAMPLES, locus.lat), radius_m)
    codes = provinces().texts("iso3166_2")
    row = {str(code): n for n, code in enumerate(codes)}
    before = np.asarray(provinces().find(lon, lat))
    if radius_m == 0:
        before = np.full(SAMPLES, row[str(locus.within)])
    after = _moved(lon, lat, before, {unit: row[unit] for unit in {*held, *near}})
    known = np.isin(before, [row[unit] for unit in held])
    if not known.any():
        return parts
    weight = sum(held.values()) / np.count_nonzero(known)
    found = dict(parts)
    for n in np.unique(np.concatenate([before[known], after[known]])):
        change = np.count_nonzero(after[known] == n) - np.count_nonzero(before[known] == n)
        unit = str(codes[n])
        found[unit] = max(found.get(unit, 0.0) + float(change) * weight, 0.0)
    return _summed_as(found, parts)


def _neighbours(locus: Locus, radius_m: float, held: dict[str, float]) -> set[str]:
    """Provinces over a line that may lie within the disc."""
    reach = REACH * max(max(_accuracies()[unit].values()) for unit in held)
    at = flatten(shapely.Point(locus.lon, locus.lat))
    index = provinces()
    near = shapely.dwithin(index.flat, at, (radius_m + reach) * STRETCH)
    met = set(map(str, index.texts("boundary_id")[near]))
    return {other for unit in held for other in _accuracies()[unit] if other in met}


def _spread(lon: Floats, lat: Floats, radius_m: float) -> tuple[Floats, Floats]:
    """Points spread evenly over a disc: a sunflower."""
    if radius_m == 0:
        return lon, lat
    number = np.arange(SAMPLES)
    away = radius_m * np.sqrt((number + 0.5) / SAMPLES)
    x, y, _ = GEOD.fwd(lon, lat, number * 180 * (3 - math.sqrt(5)), away)
    return np.asarray(x), np.asarray(y)


def _moved(lon: Floats, lat: Floats, before: Indices, row: dict[str, int]) -> Indices:
    """The province that each point lies in after its line was moved, the surest lines first."""
    # Two sequences that fill a square evenly and independently of the sunflower (M. Roberts, 2018, R2).
    number = np.arange(SAMPLES) + 0.5
    away = np.sqrt(-2 * np.log1p(-((number * 0.7548776662466927) % 1)))
    turn = 360 * ((number * 0.5698402909980532) % 1)
    after = before.copy()
    pairs = [
        (accuracy, row[one], row[other])
        for one in row
        for other, accuracy in _accuracies()[one].items()
        if other in row
    ]
    for accuracy, one, other in sorted(pairs):
        rows = np.flatnonzero((before == one) & (after == before))
        if len(rows):
            x, y, _ = GEOD.fwd(lon[rows], lat[rows], turn[rows], away[rows] * accuracy / Z95)
            there = np.asarray(provinces().find(np.asarray(x), np.asarray(y))) == other
            after[rows[there]] = other
    return after


def _summed_as(found: dict[str, float], parts: dict[str, float]) -> dict[str, float]:
    """Shares without those that are nothing, each country's sum as it was."""
    total: dict[str, float] = {}
    for unit, share in parts.items():
        total[unit[:2]] = total.get(unit[:2], 0.0) + share
    kept = {unit: share for unit, share in found.items() if share > 1e-6 or unit in parts}
    sums: dict[str, float] = {}
    for unit, share in kept.items():
        sums[unit[:2]] = sums.get(unit[:2], 0.0) + share
    return {
        unit: float(share * total[unit[:2]] / sums[unit[:2]])
        for unit, share in kept.items()
        if share > 1e-6 and sums[unit[:2]] > 0
    }
