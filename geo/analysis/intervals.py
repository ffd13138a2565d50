"""How many of doubtful events happened: the interval of a sum of trials, independent or tied together."""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from geo.types import Floats, Indices

__all__ = ["are_tied", "count_range", "tied_range"]

MOST_EXACT: Final = 1000
"""More doubtful events than this in one unit are taken together as normal."""

FEW: Final = 12

SINGLY: Final = 8
"""So few distributions are put together by two one after the other."""

SURE: Final = 1e-9
"""A probability that differs from 0 or 1 by less is 0 or 1."""


def count_range(shares: npt.ArrayLike, level: float = 0.95) -> tuple[int, int]:
    """Between which numbers lies how many of independent events happened, by their probabilities.

    As much as `level` lies between, and at most half of the rest beyond each end.

    Examples
    --------
    >>> count_range([1.0, 1.0]), count_range([0.5] * 10)
    ((2, 2), (2, 8))
    """
    chance = np.asarray(shares, dtype=np.float64)
    sure = int((chance > 1 - SURE).sum())
    loose = chance[(chance <= 1 - SURE) & (chance > 0)]
    if len(loose) > MOST_EXACT:
        return _normal(sure, float(loose.sum()), float((loose * (1 - loose)).sum()), len(loose), level)
    return _points(sure, _trials(loose), level)


def are_tied(group: npt.ArrayLike, places: npt.ArrayLike) -> bool:
    """Whether events of a group are in doubt together; if none are, both intervals are one.

    Parameters
    ----------
    group, places
        As for :func:`tied_range`.
    """
    of, place = np.asarray(group), np.asarray(places, dtype=np.float64)
    return bool(((np.diff(of) == 0) & (place[1:] <= 1 - SURE)).any())


def tied_range(
    group: npt.ArrayLike, places: npt.ArrayLike, rests: npt.ArrayLike, level: float = 0.95
) -> tuple[int, int]:
    """The same where events of a group are in or out together.

    Parameters
    ----------
    group
        For each event the number of its group; those of a group stand together.
    places
        The probability that the place of its group is the one asked about.
    rests
        The probability of the rest, such as of its day.
    level
        How much is to lie between the two numbers.

    Examples
    --------
    Ten reports of one front, known to a province of which half is meant: all of them or none.

    >>> tied_range([1] * 10, [0.5] * 10, [1.0] * 10)
    (0, 10)
    """
    of = np.asarray(group)
    place, rest = (np.asarray(one, dtype=np.float64) for one in (places, rests))
    starts = np.flatnonzero(np.append(True, np.diff(of) != 0)[: len(of)])
    long = np.diff(np.append(starts, len(of)))
    # What is there for certain, or by itself, is tied to nothing.
    loose = np.repeat((place[starts] > 1 - SURE) | (long == 1), long)
    both = rest[loose] * np.minimum(place[loose], 1.0)
    sure = int((both > 1 - SURE).sum())
    alone = both[(both <= 1 - SURE) & (both > 0)]
    at = np.flatnonzero(~loose[starts] & (place[starts] > 0))
    number = len(alone) + int(long[at].sum())
    if number > MOST_EXACT:
        tied = np.repeat(~loose[starts] & (place[starts] > 0), long)
        first = np.cumsum(long[at]) - long[at]
        total, own = (
            np.add.reduceat(one[tied], first) if len(at) else np.zeros(0) for one in (rest, rest * (1 - rest))
        )
        held = place[starts[at]]
        middle = float(alone.sum() + (held * total).sum())
        variance = float((alone * (1 - alone)).sum())
        variance += float((held * own + held * (1 - held) * total**2).sum())
        return _normal(sure, middle, variance, number, level)
    odds = _trials(alone)
    if (rest > 1 - SURE).all():
        return _points(sure, _all_or_none(odds, long[at], place[starts[at]]), level)
    for first, number, share in zip(
        starts[at].tolist(), long[at].tolist(), place[starts[at]].tolist(), strict=True
    ):
        doubtful = rest[first : first + number]
        doubtful = doubtful[doubtful <= 1 - SURE]
        certain = number - len(doubtful)
        inside = np.convolve(odds, _trials(doubtful)) if len(doubtful) else odds
        both = np.zeros(len(odds) + number)
        both[certain:] = inside * share
        both[: len(odds)] += odds * (1 - share)
        odds = both
    return _points(sure, odds, level)


def _all_or_none(odds: Floats, sizes: Indices, shares: Floats) -> Floats:
    """A distribution with groups beside it that are there as a whole or not at all."""
    found = np.zeros(len(odds) + int(sizes.sum()))
    found[: len(odds)] = odds
    end = len(odds)
    for size, share in zip(sizes.tolist(), shares.tolist(), strict=True):
        inside = found[:end] * share
        found[:end] -= inside
        found[size : end + size] += inside
        end += size
    return found


def _trials(chances: Floats) -> Floats:
    """Distribution of the number of independent trials that succeed."""
    if len(chances) <= FEW:
        # Where arrays would cost more than what is in them.
        few = [1.0]
        for one in chances.tolist():
            few = [
                stays * (1 - one) + comes * one for stays, comes in zip([*few, 0.0], [0.0, *few], strict=True)
            ]
        return np.array(few)
    # Many at once, a row each, and their distributions put together by two.
    blocks = 1 << (-(-len(chances) // FEW) - 1).bit_length()
    long = -(-len(chances) // blocks)
    padded = np.zeros(blocks * long)
    padded[: len(chances)] = chances
    table = np.zeros((long + 1, blocks))
    table[0] = 1
    for number, one in enumerate(padded.reshape(blocks, long).T, start=1):
        table[1 : number + 1] += (table[:number] - table[1 : number + 1]) * one
        table[0] *= 1 - one
    rows = table.T
    while len(rows) > 1:
        rows = _pairs(rows[::2], rows[1::2])
    return np.asarray(rows[0, : len(chances) + 1])


def _pairs(one: Floats, two: Floats) -> Floats:
    """Distributions of the sum of two numbers each, a row each; both tables of one shape."""
    rows, long = one.shape
    if rows <= SINGLY:
        return np.array([np.convolve(a, b) for a, b in zip(one, two, strict=True)])
    found = np.zeros((rows, 2 * long - 1))
    for number in range(long):
        found[:, number : number + long] += one[:, number, None] * two
    return found


def _points(sure: int, odds: Floats, level: float) -> tuple[int, int]:
    below = np.cumsum(odds)
    low, high = (int(np.searchsorted(below, at - 1e-12)) for at in (0.5 - level / 2, 0.5 + level / 2))
    return sure + low, sure + min(high, len(odds) - 1)


def _normal(sure: int, middle: float, variance: float, most: int, level: float) -> tuple[int, int]:
    spread = NormalDist().inv_cdf(0.5 + level / 2) * float(np.sqrt(variance))
    return sure + round(max(middle - spread, 0)), sure + round(min(middle + spread, most))
