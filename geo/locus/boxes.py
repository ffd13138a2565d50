"""Which loci may reach into a box of degrees, told of many at once and without drawing any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from geo.locus.record import Locus
from geo.types import Bools, Floats

__all__ = ["DEGREE_M", "can_meet", "may_meet"]

DEGREE_M: Final = 110_000.0
"""A degree of latitude is nowhere shorter."""


def can_meet(bounds: tuple[float, ...], lon: Floats, lat: Floats, radius_m: Floats) -> Bools:
    """Whether discs may reach into a box of degrees (west, south, east, north); only False is sure."""
    west, south, east, north = bounds
    up = radius_m / DEGREE_M
    # A degree of longitude is shortest at the end of the disc that is nearest to a pole.
    wide = up / np.maximum(np.cos(np.radians(np.minimum(np.abs(lat) + up, 89.0))), 0.01)
    apart = np.maximum(np.maximum(west - lon, lon - east), 0)
    # The other way round the earth may be shorter.
    apart = np.minimum(apart, np.maximum(360 - np.maximum(lon - west, east - lon), 0))
    return np.asarray(
        (lat + up >= south) & (lat - up <= north) & ((apart <= wide) | (np.abs(lat) + up > 88)), dtype=bool
    )


def may_meet(bounds: tuple[float, ...], loci: Sequence[Locus]) -> Bools:
    """Whether each locus may reach into a box of degrees; of those that are no disc nothing is known."""
    met = np.ones(len(loci), dtype=bool)
    at = np.array([n for n, one in enumerate(loci) if one.kind == "disc"], dtype=np.intp)
    if len(at):
        lon, lat, radius = np.array([(loci[n].lon, loci[n].lat, loci[n].radius_m) for n in at]).T
        met[at] = can_meet(bounds, lon, lat, radius)
    return met
