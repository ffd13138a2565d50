"""The ratio of two Poisson rates: its interval, and the p of no change."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from geo.errors import ExtraMissingError
from geo.types import AnyArray

__all__ = ["ratio_interval", "scipy_parts"]

WIDEST: Final = 1e9
"""Of a ratio that an interval is sought to."""


def ratio_interval(
    before: AnyArray, after: AnyArray, days: tuple[float, float], level: float = 0.95
) -> tuple[float, float, float]:
    """Interval of the ratio of two Poisson rates, and the two-sided p of no change, over several draws.

    Parameters
    ----------
    before, after
        Numbers of events, one of each for each draw.
    days
        Exposure of each.
    level
        Of the interval.

    Returns
    -------
    tuple of float
        The lower end, the upper one, and p.
    """
    optimize, special = scipy_parts()
    one, two = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    # A distribution of no trials is certain; parameters of 0 are none of a beta distribution.
    some = one + two > 0

    x, y = one[some], two[some]

    # The beta distribution's own functions: scipy.stats checks more than it computes.
    def part(log_ratio: float) -> float:
        weighed = days[1] * np.exp(log_ratio)
        return float(weighed / (days[0] + weighed))

    def up(log_ratio: float) -> float:
        tails = np.ones(len(one))
        tails[some] = np.where(y > 0, special.betainc(np.maximum(y, 1), x + 1, part(log_ratio)), 1.0)
        return float(tails.mean())

    def down(log_ratio: float) -> float:
        tails = np.ones(len(one))
        tails[some] = np.where(x > 0, special.betaincc(y + 1, np.maximum(x, 1), part(log_ratio)), 1.0)
        return float(tails.mean())

    tail, far = (1 - level) / 2, float(np.log(WIDEST))
    low, high = 0.0, float("inf")
    if up(-far) < tail:
        low = float(np.exp(optimize.brentq(lambda at: up(at) - tail, -far, far)))
    if down(far) < tail:
        high = float(np.exp(optimize.brentq(lambda at: down(at) - tail, -far, far)))
    return low, high, min(2 * min(up(0.0), down(0.0)), 1.0)


def scipy_parts() -> tuple[Any, Any]:
    """Its rooms for roots and for special functions.

    Raises
    ------
    ExtraMissingError
        If scipy is not installed.
    """
    try:
        from scipy import optimize, special
    except ImportError as err:
        raise ExtraMissingError.of("geo.compare", "scipy", "stats") from err
    return optimize, special
