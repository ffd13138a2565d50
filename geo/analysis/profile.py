"""Events counted along a border."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from geo.arguments import checked
from geo.border.border import Border
from geo.border.durand import border_or_durand
from geo.errors import SchemaError
from geo.events.points import points_of
from geo.locus.resolve import loci_of
from geo.locus.samples import samples
from geo.places.radii import NEAR_LINE_KM
from geo.sources.given import Events, as_points
from geo.types import CERTAIN_SHARE

__all__ = ["profile"]


@checked
def profile(
    events: Events, *, border: Border | None = None, step_km: float = 10, within_km: float = NEAR_LINE_KM
) -> pd.DataFrame:
    """How many events to expect along each step of a border.

    Parameters
    ----------
    events
        As for :func:`geo.loci`. An event without a locus is not counted.
    border
        The Durand Line if not given.
    step_km
        Length of a step along the line; the last one is shorter.
    within_km
        What lies farther from the line than this is not counted to any step.

    Returns
    -------
    DataFrame
        ``from_km``, ``to_km``; ``expected`` (float64): the sum over events of the part of the locus that
        lies within `within_km` and nearest to this step; ``certain`` (int64): events of whose
        locus at least 0.95 does. Parts are found with 1,000 points (a disc) or 8,000 (any larger area)
        spread evenly over the locus. The sum of ``expected`` is the number to expect within `within_km`.

    Raises
    ------
    SchemaError
        If a length is not more than 0; and as for :func:`geo.loci`, as is CrsError.

    Examples
    --------
    >>> import geo
    >>> along = geo.profile(geo.read_events()[:8], step_km=100)
    >>> len(along), bool(along["certain"].sum() <= along["expected"].sum() <= 8)
    (28, True)
    """
    for name, value in (("step_km", step_km), ("within_km", within_km)):
        if not (np.isfinite(value) and value > 0):
            raise SchemaError(f"{name} must be km of more than 0; got {value!r}")
    border = border_or_durand(border)
    if border.length_km / step_km > 100_000:
        raise SchemaError(f"step_km={step_km!r} would give more than 100,000 steps; take a longer one")
    count = max(math.ceil(border.length_km / step_km - 1e-9), 1)
    edges = np.append(np.arange(count) * step_km, border.length_km)
    expected, certain = np.zeros(count), np.zeros(count, dtype=np.int64)
    points = as_points(events)
    found = [locus for locus in loci_of(points, points_of(points)) if locus is not None]
    times = dict.fromkeys(found, 0)
    for locus in found:
        times[locus] += 1
    for locus, number in times.items():
        lon, lat = samples(locus)
        at = border.locate(lon, lat)
        near = at["distance_m"].to_numpy() <= within_km * 1000
        step = np.minimum((at["line_km"].to_numpy()[near] / step_km).astype(np.intp), count - 1)
        shares = np.bincount(step, minlength=count) / len(lon)
        expected += number * shares
        certain += number * (shares >= CERTAIN_SHARE)
    return pd.DataFrame({"from_km": edges[:-1], "to_km": edges[1:], "expected": expected, "certain": certain})
