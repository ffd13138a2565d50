"""How many of doubtful events happened: the interval of a sum of trials, independent or tied together."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from geo.types import Floats

__all__ = ["count_range", "tied_range"]

MOST_EXACT: Final = 1000
"""More doubtful events than this in one unit are taken together as normal."""

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


def tied_range(groups: Iterable[tuple[float, npt.ArrayLike]], level: float = 0.95) -> tuple[int, int]:
    """The same where events of a group are in or out together.

    Parameters
    ----------
    groups
        For each group the probability that its place is the one asked about, and for each of its events the
        probability of the rest, such as of its day.
    level
        How much is to lie between the two numbers.

    Examples
    --------
    Ten reports of one front, known to a province of which half is meant: all of them or none.

    >>> tied_range([(0.5, [1.0] * 10)])
    (0, 10)
    """
    sure, alone, tied = 0, [], []
    for place, rest in groups:
        chances = np.asarray(rest, dtype=np.float64)
        if place > 1 - SURE or len(chances) == 1:
            both = chances * min(place, 1.0)
            sure += int((both > 1 - SURE).sum())
            alone += both[(both <= 1 - SURE) & (both > 0)].tolist()
        elif place > 0:
            tied.append((place, chances))
    number = len(alone) + sum(len(chances) for _, chances in tied)
    if number > MOST_EXACT:
        one = np.array(alone)
        middle, spread = float(one.sum()), float((one * (1 - one)).sum())
        for place, chances in tied:
            total = float(chances.sum())
            middle += place * total
            spread += place * float((chances * (1 - chances)).sum()) + place * (1 - place) * total**2
        return _normal(sure, middle, spread, number, level)
    odds = _trials(np.array(alone))
    for place, chances in tied:
        held = int((chances > 1 - SURE).sum())
        group = np.concatenate((np.zeros(held), _trials(chances[chances <= 1 - SURE]))) * place
        group[0] += 1 - place
        odds = np.convolve(odds, group)
    return _points(sure, odds, level)


def _trials(chances: Floats) -> Floats:
    """Distribution of the number of independent trials that succeed."""
    odds = np.ones(1)
    for one in chances:
        odds = np.convolve(odds, (1 - one, one))
    return odds


def _points(sure: int, odds: Floats, level: float) -> tuple[int, int]:
    below = np.cumsum(odds)
    low, high = (int(np.searchsorted(below, at - 1e-12)) for at in (0.5 - level / 2, 0.5 + level / 2))
    return sure + low, sure + min(high, len(odds) - 1)


def _normal(sure: int, middle: float, variance: float, most: int, level: float) -> tuple[int, int]:
    spread = NormalDist().inv_cdf(0.5 + level / 2) * float(np.sqrt(variance))
    return sure + round(max(middle - spread, 0)), sure + round(min(middle + spread, most))
