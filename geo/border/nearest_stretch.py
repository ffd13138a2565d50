"""Which stretch of a border is nearest to each of many points, without measuring how far most of them are."""

from __future__ import annotations

import numpy as np

from geo.border.border import Border
from geo.engine.ellipsoid import earth_centred
from geo.types import Floats, Indices

__all__ = ["nearest_stretches"]

SURE_M = 0.01
"""More than chords run under the surface, and rounding."""

LONGER = 1 + 1e-4
"""An arc of up to 300 km is longer than its chord by less than this part of it."""

LONGEST_M = 300_000.0


def nearest_stretches(
    border: Border, lon: Floats, lat: Floats, starts: Floats, ends: Floats, *, within_m: float
) -> Indices:
    """Number of the stretch that holds the nearest point of the border, -1 where none does.

    Parameters
    ----------
    border
        Any border.
    lon, lat
        Degrees.
    starts, ends
        Chainages of the stretches in km, in order; they share no part of the line.
    within_m
        What lies farther from the border is nearest to none.

    Notes
    -----
    The border's table of cells has for each place the few pieces of line that can be nearest from there.
    Where these all lie within one stretch, and are all near enough or all too far, nothing is left to
    measure. The answers are those of :meth:`geo.Border.locate`, to the last point.
    """
    found = np.full(len(lon), -1, dtype=np.intp)
    chords = border.prepared.chords
    # What is at hand; the search below says what is worth building.
    chords.prepare(0)
    spans = None
    if within_m < LONGEST_M and (np.abs(lon) <= 180).all() and (np.abs(lat) <= 90).all():
        spans = chords.spans(lon, lat, earth_centred(lon, lat))
    if spans is None:
        asked = np.arange(len(lon))
    else:
        first, last, chord = spans
        place = _holding(first / 1000, starts)
        # A hair within, since chainages are sums.
        whole = (first / 1000 >= starts[place] + 1e-6) & (last / 1000 <= ends[place] - 1e-6)
        near = whole & (chord * LONGER + SURE_M <= within_m)
        found[near] = place[near]
        # No piece of the line is farther from its first point than along the line.
        beyond = chord - (last - first) - SURE_M > within_m
        asked = np.flatnonzero(~(near | beyond))
    at = border.locate(lon[asked], lat[asked])
    km = at["line_km"].to_numpy()
    place = _holding(km, starts)
    inside = (at["distance_m"].to_numpy() <= within_m) & (km >= starts[place]) & (km <= ends[place])
    found[asked[inside]] = place[inside]
    return found


def _holding(km: Floats, starts: Floats) -> Indices:
    """The last stretch that begins at a chainage or before it; the first for what lies before all."""
    return np.asarray(np.clip(np.searchsorted(starts, km, side="right") - 1, 0, len(starts) - 1))
