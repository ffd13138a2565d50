"""The nearest of a few chords to each point, in NumPy; geo/compiled.py has the same operations as one loop.

It settles chords up to 1,000 km away whose arcs differ by more than the arc's error.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geo.ellipsoid import ARC_M, NEAR_M, arc, doubtful, long_arc, longest_rival

__all__ = ["FOOT_BEYOND_M", "MICRON", "MOVED_M", "PROBE_M", "settle"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

FOOT_BEYOND_M: Final = 100_000.0
"""Up to here the foot by chords and the foot by arcs are within 2 cm, and their distances within 1e-9 m."""
MOVED_M: Final = 0.001
"""More than an arc loses when its foot moves from the chord's: 10 m in 1,000 km, so 0.05 mm."""
PROBE_M: Final = 100.0
MICRON: Final = 1e6


def settle(
    px: Floats, py: Floats, pz: Floats, columns: Floats, who: Indices, chord: Indices
) -> tuple[Indices, Floats, Floats]:
    """Nearest chord of each point, where on it (0 to 1), and how far.

    Parameters
    ----------
    px, py, pz
        Points, earth-centred metres.
    columns
        All chords as eight rows: x, y, z of the start, x, y, z of the step, the step's square, and what part
        of it is PROBE_M.
    who, chord
        Candidates as pairs, sorted by point, then by chord; at least one for each point.

    Returns
    -------
    tuple of arrays
        The distance is that of the arc, from 500 km on of the long arc; infinite where the question is not
        settled: no chord within 1,000 km, or beyond 500 km two feet that are one as near as the other within
        the arc's error.
    """
    some = columns[:7, chord]
    gx, gy, gz = px[who] - some[0], py[who] - some[1], pz[who] - some[2]
    dx, dy, dz = some[3:6]
    raw = (gx * dx + gy * dy + gz * dz) / some[6]
    t = np.minimum(np.maximum(raw, 0.0), 1.0)
    gx, gy, gz = gx - t * dx, gy - t * dy, gz - t * dz
    away = np.sqrt(gx * gx + gy * gy + gz * gz)
    best = np.minimum.reduceat(away, _starts(who))
    keep = np.flatnonzero((away <= longest_rival(best)[who]) & (best <= NEAR_M)[who])
    nearest = np.zeros(len(px), dtype=np.intp)
    part, distance = np.zeros(len(px)), np.full(len(px), np.inf)
    if not len(keep):
        return nearest, part, distance
    who, chord, raw, t = who[keep], chord[keep], raw[keep], t[keep]
    ground = _arc_at(px[who], py[who], pz[who], columns, chord, t)
    plain_who, plain_chord, plain_ground = who, chord, ground
    # The foot moves so little that by it no other chord can become the nearest.
    close = np.flatnonzero(ground <= _least(ground, who) + MOVED_M)
    who, chord, raw, t, ground = who[close], chord[close], raw[close], t[close], ground[close]
    probe = columns[7, chord]
    far = np.flatnonzero((best[who] > FOOT_BEYOND_M) & (raw > -probe) & (raw < 1 + probe))
    if len(far):
        x, y, z = px[who[far]], py[who[far]], pz[who[far]]
        here = (x, y, z, columns, chord[far])
        probe = probe[far]
        before, after = _arc_at(*here, t[far] - probe), _arc_at(*here, t[far] + probe)
        bend = before - 2 * ground[far] + after
        moved = t[far] + probe * (0.5 * (before - after) / np.where(bend > 0, bend, np.inf))
        t[far] = np.minimum(np.maximum(moved, 0.0), 1.0)
        ground[far] = _arc_at(*here, t[far])
    rank = np.rint(ground * MICRON)
    # Backwards, so that the first of equals is written last.
    least = np.flatnonzero(rank == _least(rank, who))[::-1]
    nearest[who[least]] = chord[least]
    part[who[least]] = t[least]
    distance[who[least]] = ground[least]
    is_far = best > ARC_M
    if is_far.any():
        rival = np.flatnonzero(
            is_far[plain_who]
            & (np.abs(plain_chord - nearest[plain_who]) > 1)
            & (plain_ground <= doubtful(distance[plain_who]))
        )
        distance[plain_who[rival]] = np.inf
        beyond = np.flatnonzero((distance > ARC_M) & np.isfinite(distance))
        x, y, z, dx, dy, dz = columns[:6, nearest[beyond]]
        t = part[beyond]
        foot = (x + t * dx, y + t * dy, z + t * dz)
        distance[beyond] = long_arc(px[beyond], py[beyond], pz[beyond], *foot)
    return nearest, part, distance


def _arc_at(x: Floats, y: Floats, z: Floats, columns: Floats, chord: Indices, t: Floats) -> Floats:
    sx, sy, sz, dx, dy, dz = columns[:6, chord]
    return np.asarray(arc(x, y, z, sx + t * dx, sy + t * dy, sz + t * dz))


def _least(values: Floats, who: Indices) -> Floats:
    """For each pair the least value of its point."""
    starts = _starts(who)
    return np.asarray(np.repeat(np.minimum.reduceat(values, starts), np.diff(np.append(starts, len(who)))))


def _starts(sorted_ids: Indices) -> Any:  # noqa: ANN401 - indices
    """Where each run of equal numbers begins."""
    return np.flatnonzero(np.append(True, sorted_ids[1:] != sorted_ids[:-1]))
