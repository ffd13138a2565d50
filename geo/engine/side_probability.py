"""How sure it is on which side of a line something lies, given the error of the line."""

from __future__ import annotations

import functools
import math
from typing import Final

import numpy as np
import numpy.typing as npt

from geo.arguments import checked
from geo.errors import SchemaError
from geo.types import Floats

__all__ = ["side_probability"]


Z95: Final = 1.959963984540054
"""accuracy_m is the half-width that holds 95 % of a normal error: sigma = accuracy_m / Z95."""
LEAST_SIGMA_M: Final = 1e-6
"""A line without error is one with an error that no distance here can tell from none."""
NODES_PER_UNIT: Final = 256


@checked
def side_probability(
    signed_m: npt.ArrayLike, accuracy_m: npt.ArrayLike, *, radius_m: npt.ArrayLike = 0.0
) -> Floats:
    """Probability that something lies on the left (for the Durand Line: Pakistani) side of a line.

    The true line is taken to run parallel to the given one, displaced by a normal error with
    ``sigma = accuracy_m / 1.96``, so that it lies within ``accuracy_m`` with 95 %. For a point at the signed
    distance ``d``, ``P(left) = Phi(d / sigma)``: a point is certain (0.95) from 0.84 times the accuracy on.
    For a disc it is the mean of that over the disc, the line taken as straight across it:
    ``P(left) = 2 / (pi r**2) * integral of sqrt(r**2 - x**2) Phi((d + x) / sigma) dx from -r to r``, by
    Gauss-Chebyshev quadrature of the second kind with 32 nodes.

    Parameters
    ----------
    signed_m
        Signed distance of the point or the disc's centre in metres, positive on the left.
    accuracy_m
        Half-width that holds 95 % of the line's error, metres; 0 for a line without error.
    radius_m
        Radius of the disc within which the thing lies, metres; 0 for a point.

    Returns
    -------
    ndarray
        Probabilities, of the common shape of the arguments; missing where one of them is.

    Raises
    ------
    SchemaError
        If they are no numbers, or their shapes do not fit one another.

    Examples
    --------
    >>> from geo.engine.side_probability import side_probability
    >>> side_probability([-250, 0, 100, 250], 250).round(3).tolist()
    [0.025, 0.5, 0.783, 0.975]
    """
    try:
        signed, accuracy, radius = np.broadcast_arrays(
            *(np.asarray(value, dtype=np.float64) for value in (signed_m, accuracy_m, radius_m))
        )
    except (TypeError, ValueError) as err:
        raise SchemaError(
            "signed_m, accuracy_m and radius_m are metres: numbers, or arrays of them that fit one another; "
            f"{err}"
        ) from err
    sigma = np.maximum(accuracy / Z95, LEAST_SIGMA_M)
    probability = np.asarray(_normal_cdf(signed / sigma))
    spread = np.isfinite(signed) & (radius > 0) & (np.abs(signed) < radius + 6 * sigma)
    if spread.any():
        angle = np.arange(1, 33) * math.pi / 33
        weight = np.sin(angle) ** 2 * 2 / 33
        x = signed[spread, None] + radius[spread, None] * np.cos(angle)
        probability[spread] = _normal_cdf(x / sigma[spread, None]) @ weight
    return probability


def _normal_cdf(z: Floats) -> Floats:
    """Normal distribution function, to 1e-15: Taylor's series about the nearest of many known values.

    NumPy has no erf, and the standard library's takes one number at a time.
    """
    known, density = _normal_values()
    out = np.where(np.isnan(z), np.nan, (z > 0).astype(np.float64))
    between = np.abs(z) < 9
    node = np.rint(z[between] * NODES_PER_UNIT)
    at = node / NODES_PER_UNIT
    h = z[between] - at
    row = (node + 9 * NODES_PER_UNIT).astype(np.intp)
    square = at * at
    series = (square * square - 6 * square + 3) * (h / 5)
    series = (series - at * (square - 3)) * (h / 4)
    series = (series + square - 1) * (h / 3)
    series = (series - at) * (h / 2)
    out[between] = known[row] + density[row] * h * (series + 1)
    return np.asarray(out)


@functools.cache
def _normal_values() -> tuple[Floats, Floats]:
    """Distribution function and density at the nodes from -9 to 9."""
    z = np.arange(-9 * NODES_PER_UNIT, 9 * NODES_PER_UNIT + 1) / NODES_PER_UNIT
    known = np.array([0.5 * math.erfc(-value * math.sqrt(0.5)) for value in z.tolist()])
    return known, np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
