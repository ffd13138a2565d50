"""The nearest of a few chords to each point in NumPy; geo/compiled.py has the same operations as a loop."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from geo.engine.ellipsoid import ARC_M, REACH_M, arc, long_arc, longest_rival
from geo.types import Floats, Indices

__all__ = ["FOOT_BEYOND_M", "MICRON", "MOVED_M", "PROBE_M", "settle"]


FOOT_BEYOND_M: Final = 100_000.0
"""Up to here the foot by chords and the foot by arcs are within 2 cm, and their distances within 1e-9 m."""
MOVED_M: Final = 0.001
"""More than an arc loses when its foot moves from the chord's: 34 m in 1,500 km, so 0.4 mm."""
PROBE_M: Final = 100.0
MICRON: Final = 1e6


def settle(points: Floats, columns: Floats, who: Indices, chord: Indices) -> tuple[Indices, Floats, Floats]:
    """Nearest chord of each point, where on it (0 to 1), and how far.

    Parameters
    ----------
    points
        Earth-centred metres, shape (3, n).
    columns
        All chords as eight rows: x, y, z of the start, x, y, z of the step, one by its square, and what part
        of it is PROBE_M.
    who, chord
        Candidates as pairs, sorted by point, then by chord; at least one for each point.

    Returns
    -------
    tuple of arrays
        The distance is infinite where no chord lies within REACH_M.
    """
    px, py, pz = points
    some = columns[:7, chord]
    gx, gy, gz = px[who] - some[0], py[who] - some[1], pz[who] - some[2]
    dx, dy, dz = some[3:6]
    raw = (gx * dx + gy * dy + gz * dz) * some[6]
    t = np.minimum(np.maximum(raw, 0.0), 1.0)
    gx, gy, gz = gx - t * dx, gy - t * dy, gz - t * dz
    away = np.sqrt(gx * gx + gy * gy + gz * gz)
    best = np.minimum.reduceat(away, _starts(who))
    keep = np.flatnonzero((away <= longest_rival(best)[who]) & (best <= REACH_M)[who])
    nearest = np.zeros(len(px), dtype=np.intp)
    part, distance = np.zeros(len(px)), np.full(len(px), np.inf)
    if not len(keep):
        return nearest, part, distance
    who, chord, raw, t = who[keep], chord[keep], raw[keep], t[keep]
    ground = _ground(points, columns, who, chord, t, best)
    # The foot moves so little that by it no other chord can become the nearest.
    close = np.flatnonzero(ground <= _least(ground, who) + MOVED_M)
    who, chord, raw, t, ground = who[close], chord[close], raw[close], t[close], ground[close]
    probe = columns[7, chord]
    far = np.flatnonzero((best[who] > FOOT_BEYOND_M) & (raw > -probe) & (raw < 1 + probe))
    if len(far):
        who_far, chord_far, t_far, probe = who[far], chord[far], t[far], probe[far]
        before = _ground(points, columns, who_far, chord_far, t_far - probe, best)
        after = _ground(points, columns, who_far, chord_far, t_far + probe, best)
        bend = before - 2 * ground[far] + after
        moved = t_far + probe * (0.5 * (before - after) / np.where(bend > 0, bend, np.inf))
        t[far] = np.minimum(np.maximum(moved, 0.0), 1.0)
        ground[far] = _ground(points, columns, who_far, chord_far, t[far], best)
    rank = np.rint(ground * MICRON)
    # Backwards, so that the first of equals is written last.
    least = np.flatnonzero(rank == _least(rank, who))[::-1]
    nearest[who[least]] = chord[least]
    part[who[least]] = t[least]
    distance[who[least]] = ground[least]
    return nearest, part, distance


def _ground(points: Floats, columns: Floats, who: Indices, chord: Indices, t: Floats, best: Floats) -> Floats:
    """Along the ground from points to parts of chords; best is the shortest chord of each point."""
    x, y, z, dx, dy, dz = columns[:6, chord]
    here, foot = points[:, who], np.array((x + t * dx, y + t * dy, z + t * dz))
    ground = np.asarray(arc(*here, *foot))
    far = np.flatnonzero(best[who] > ARC_M)
    if len(far):
        ground[far] = long_arc(*here[:, far], *foot[:, far])
    return ground


def _least(values: Floats, who: Indices) -> Floats:
    """For each pair the least value of its point."""
    starts = _starts(who)
    return np.asarray(np.repeat(np.minimum.reduceat(values, starts), np.diff(np.append(starts, len(who)))))


def _starts(sorted_ids: Indices) -> Any:
    """Where each run of equal numbers begins."""
    return np.flatnonzero(np.append(True, sorted_ids[1:] != sorted_ids[:-1]))
