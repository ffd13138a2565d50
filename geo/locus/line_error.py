"""What the error of our lines between provinces does to the shares of a disc.

A line is taken to lie aside by a normal error of which 95 % are within the accuracy that was measured for the
pair of provinces (:func:`geo.read_province_lines`), as the Durand Line is. The line that lies aside is the
point that lies aside the other way: points of a disc are moved by such errors, and those that come to lie in
the neighbour count there. Countries stay as they are: their lines have an accuracy of their own.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from geo.boundaries.layers import read_province_lines
from geo.boundaries.units import STRETCH, flatten, kept_with_provinces, provinces
from geo.engine.side_probability import Z95
from geo.types import GEOD, AnyArray, Bools, Floats, Indices

if TYPE_CHECKING:
    from geo.locus.record import Locus

__all__ = ["may_lie_beyond", "with_line_error", "with_line_errors"]

SAMPLES: Final = 400
"""Points of a disc that are moved: a share changes by steps of a quarter of a per cent."""

REACH: Final = 2.0
"""A line may lie aside by so many times its accuracy; more is one case in ten thousand."""


TOGETHER: Final = 50
"""Corners of a part of an edge."""

AT_ONCE: Final = 256
"""Discs whose points are moved together."""


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
    xy, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(outline)), return_index=True)
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
    return with_line_errors([locus], [parts])[0]


def with_line_errors(loci: Sequence[Locus], parts: Sequence[dict[str, float]]) -> list[dict[str, float]]:
    """As :func:`with_line_error` for many discs, which costs a fraction of one after the other.

    Parameters
    ----------
    loci, parts
        Discs, and the shares of each by province where the lines are as we have them.
    """
    found = list(parts)
    for first in range(0, len(loci), AT_ONCE):
        discs = _near_lines(loci[first : first + AT_ONCE], parts[first : first + AT_ONCE])
        for disc, shares in zip(discs, _moved_shares(discs), strict=True):
            found[first + disc.number] = shares
    return found


class _Disc(NamedTuple):
    """A disc beside lines whose error counts: its number, shares, and provinces that hold it or may."""

    number: int
    locus: Locus
    parts: dict[str, float]
    held: dict[str, float]
    units: set[str]
    radius_m: float


def _near_lines(loci: Sequence[Locus], parts: Sequence[dict[str, float]]) -> list[_Disc]:
    """Those discs that a line between provinces may lie in, with the provinces over it."""
    known = _accuracies()
    asked = []
    for number, (locus, shares) in enumerate(zip(loci, parts, strict=True)):
        held = {unit: share for unit, share in shares.items() if unit in known}
        if held:
            radius_m = 0.0 if locus.within in held else locus.radius_m
            asked.append(_Disc(number, locus, shares, held, set(), radius_m))
    if not asked:
        return []
    at = flatten(shapely.points([one.locus.lon for one in asked], [one.locus.lat for one in asked]))
    reach = [one.radius_m + REACH * max(max(known[unit].values()) for unit in one.held) for one in asked]
    index = provinces()
    near = shapely.dwithin(index.flat, at[:, None], np.array(reach)[:, None] * STRETCH)
    names = index.texts("boundary_id").astype(str)
    found = []
    for one, met in zip(asked, near, strict=True):
        there = set(names[met].tolist())
        over = {other for unit in one.held for other in known[unit] if other in there}
        if over:
            found.append(one._replace(units={*one.held, *over}))
    return found


def _moved_shares(discs: Sequence[_Disc]) -> list[dict[str, float]]:
    """Shares of each by where its points come to lie."""
    if not discs:
        return []
    codes = provinces().texts("iso3166_2")
    row = {str(code): n for n, code in enumerate(codes)}
    lon, lat = _spread(discs)
    before = np.asarray(provinces().find(lon.ravel(), lat.ravel())).reshape(lon.shape)
    for n, disc in enumerate(discs):
        if disc.radius_m == 0:
            before[n] = row[str(disc.locus.within)]
    after = _moved(lon, lat, before, [_pairs(disc.units, row) for disc in discs])
    return [
        _changed(disc, before[n], after[n], [row[unit] for unit in disc.held], codes)
        for n, disc in enumerate(discs)
    ]


def _changed(
    disc: _Disc, before: Indices, after: Indices, held: list[int], codes: AnyArray
) -> dict[str, float]:
    """The shares of a disc, moved as its points were."""
    known = np.isin(before, held)
    if not known.any():
        return disc.parts
    weight = sum(disc.held.values()) / np.count_nonzero(known)
    found = dict(disc.parts)
    for n in np.unique(np.concatenate([before[known], after[known]])):
        change = np.count_nonzero(after[known] == n) - np.count_nonzero(before[known] == n)
        unit = str(codes[n])
        found[unit] = max(found.get(unit, 0.0) + float(change) * weight, 0.0)
    return _summed_as(found, disc.parts)


def _spread(discs: Sequence[_Disc]) -> tuple[Floats, Floats]:
    """Points spread evenly over each disc, a row a disc: a sunflower; of one without a radius its middle."""
    lon, lat, radius = np.array([(one.locus.lon, one.locus.lat, one.radius_m) for one in discs]).T
    lon, lat = (np.repeat(one[:, None], SAMPLES, axis=1) for one in (lon, lat))
    wide = np.flatnonzero(radius > 0)
    number = np.arange(SAMPLES)
    away = radius[wide, None] * np.sqrt((number + 0.5) / SAMPLES)
    turn = np.broadcast_to(number * 180 * (3 - math.sqrt(5)), away.shape)
    x, y, _ = GEOD.fwd(lon[wide].ravel(), lat[wide].ravel(), turn.ravel(), away.ravel())
    lon[wide], lat[wide] = (np.reshape(one, away.shape) for one in (x, y))
    return lon, lat


Pair = tuple[float, int, int]
"""Accuracy of a line, a province, and the one over the line."""


def _pairs(units: set[str], row: dict[str, int]) -> list[Pair]:
    """The lines between some provinces, the surest first."""
    return sorted(
        (accuracy, row[one], row[other])
        for one in units
        for other, accuracy in _accuracies()[one].items()
        if other in units
    )


def _moved(lon: Floats, lat: Floats, before: Indices, pairs: Sequence[list[Pair]]) -> Indices:
    """The province that each point lies in after its line was moved, the surest lines of its disc first."""
    # Two sequences that fill a square evenly and independently of the sunflower (M. Roberts, 2018, R2).
    number = np.arange(SAMPLES) + 0.5
    away = np.sqrt(-2 * np.log1p(-((number * 0.7548776662466927) % 1)))
    turn = 360 * ((number * 0.5698402909980532) % 1)
    after = before.copy()
    for step in range(max(map(len, pairs))):
        discs = [n for n, one in enumerate(pairs) if step < len(one)]
        accuracy, one, other = (np.array([pairs[n][step][k] for n in discs]) for k in range(3))
        disc, point = np.nonzero((before[discs] == one[:, None]) & (after[discs] == before[discs]))
        if not len(disc):
            continue
        at = np.array(discs)[disc]
        x, y, _ = GEOD.fwd(lon[at, point], lat[at, point], turn[point], away[point] * accuracy[disc] / Z95)
        there = np.asarray(provinces().find(np.asarray(x), np.asarray(y))) == other[disc]
        after[at[there], point[there]] = other[disc[there]]
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
