"""The nearest of a few chords to each point, in NumPy and compiled: the same operations, the same bits.

Only ``+ - * /``, square roots, minima and rounding stand here, which IEEE 754 fixes to the last bit; sines
and arctangents, which differ between libraries, stay with the caller. So which of the two runs cannot be
seen from the answer. It settles chords up to 1,000 km away whose arcs differ by more than the arc's error.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyproj

__all__ = ["NEAR_M", "ChordColumns", "compiled", "longest_rival", "settle"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

GEOD: Final = pyproj.Geod(ellps="WGS84")
NEAR_M: Final = 1_000_000.0
"""Farther than this is not settled here."""
ARC_M: Final = 500_000.0
"""Up to here the arc is within 1 mm of the geodesic; beyond, it only finds the foot."""
FOOT_BEYOND_M: Final = 20_000.0
"""Up to here the foot by chords and the foot by arcs are within 0.1 mm."""
MOVED_M: Final = 0.001
"""More than an arc loses when its foot moves from the chord's: 10 m in 1,000 km, so 0.05 mm."""
PROBE_M: Final = 100.0
SLACK_M: Final = 0.0101
CUBIC: Final = 1.1 * (1 / (GEOD.a * (1 - GEOD.es)) ** 2 - (GEOD.b / GEOD.a**2) ** 2) / 24
"""Of a chord's cube: how far apart its arcs for the least and the greatest curvature are, and a tenth."""
STRETCH: Final = 1 / (1 - GEOD.es)
A: Final = GEOD.a
MICRON: Final = 1e6


class ChordColumns(NamedTuple):
    """Chords as columns, in metres."""

    x: Floats
    y: Floats
    z: Floats
    dx: Floats
    dy: Floats
    dz: Floats
    squared: Floats
    probe: Floats

    @classmethod
    def of(cls, start: Floats, step: Floats) -> ChordColumns:
        """From start and step, shape (n, 3)."""
        x, y, z = (np.ascontiguousarray(start[:, axis]) for axis in range(3))
        dx, dy, dz = (np.ascontiguousarray(step[:, axis]) for axis in range(3))
        squared = dx * dx + dy * dy + dz * dz
        return cls(x, y, z, dx, dy, dz, squared, PROBE_M / np.sqrt(squared))


def longest_rival(chord: Any) -> Any:  # noqa: ANN401 - a number or an array
    """The longest chord that on the ground may be as short as one of this length, up to 1,000 km."""
    return chord + SLACK_M + CUBIC * chord * chord * chord


def doubtful(ground: Any) -> Any:  # noqa: ANN401 - a number or an array
    """Arcs up to this length may be shorter geodesics than the given one: twice 3e-32 s**5 m, and a little."""
    square = ground * ground
    return ground + 0.001 + 7e-32 * (square * square * ground)


def arc(x: Any, y: Any, z: Any, fx: Any, fy: Any, fz: Any) -> Any:  # noqa: ANN401 - numbers or arrays
    """Length of the normal section between two points, from its curvature at the middle.

    The arcsine is its series: to 1e-16 for chords up to 1,000 km.
    """
    gx, gy, gz = fx - x, fy - y, fz - z
    mx, my, mz = (fx + x) / 2, (fy + y) / 2, (fz + z) / 2
    flat = gx * gx + gy * gy
    squared = flat + gz * gz
    chord = np.sqrt(squared)
    level = mx * mx + my * my
    scale = np.sqrt(level + mz * mz * STRETCH) / A
    steepness = np.sqrt(level + mz * STRETCH * (mz * STRETCH)) / scale
    curvature = (flat + gz * gz * STRETCH) / (squared + 1e-300) / steepness
    half = chord * curvature / 2
    h = half * half
    series = 1 + h * (1 / 6 + h * (3 / 40 + h * (15 / 336 + h * (105 / 3456 + h * (945 / 42240)))))
    return chord * series


def settle(
    px: Floats, py: Floats, pz: Floats, columns: ChordColumns, who: Indices, chord: Indices
) -> tuple[Indices, Floats, Floats]:
    """Nearest chord of each point, where on it (0 to 1), and how far.

    Parameters
    ----------
    px, py, pz
        Points, earth-centred metres.
    columns
        All chords.
    who, chord
        Candidates as pairs, sorted by point, then by chord; at least one for each point.

    Returns
    -------
    tuple of arrays
        The distance is that of the arc; infinite where the question is not settled: no chord within 1,000 km,
        or beyond 500 km two feet that are one as near as the other within the arc's error.
    """
    c = columns
    gx, gy, gz = px[who] - c.x[chord], py[who] - c.y[chord], pz[who] - c.z[chord]
    dx, dy, dz = c.dx[chord], c.dy[chord], c.dz[chord]
    t = np.minimum(np.maximum((gx * dx + gy * dy + gz * dz) / c.squared[chord], 0.0), 1.0)
    gx, gy, gz = gx - t * dx, gy - t * dy, gz - t * dz
    away = np.sqrt(gx * gx + gy * gy + gz * gz)
    best = np.minimum.reduceat(away, _starts(who))
    keep = np.flatnonzero((away <= longest_rival(best)[who]) & (best <= NEAR_M)[who])
    nearest = np.zeros(len(px), dtype=np.intp)
    part, distance = np.zeros(len(px)), np.full(len(px), np.inf)
    if not len(keep):
        return nearest, part, distance
    who, chord, t = who[keep], chord[keep], t[keep]
    x, y, z = px[who], py[who], pz[who]
    ground = _arc_at(x, y, z, c, chord, t)
    plain_who, plain_chord, plain_ground = who, chord, ground
    starts = _starts(who)
    # The foot moves so little that by it no other chord can become the nearest.
    close = np.flatnonzero(
        ground
        <= np.repeat(np.minimum.reduceat(ground, starts), np.diff(np.append(starts, len(who)))) + MOVED_M
    )
    who, chord, t, ground = who[close], chord[close], t[close], ground[close]
    far = np.flatnonzero(best[who] > FOOT_BEYOND_M)
    if len(far):
        x, y, z = px[who[far]], py[who[far]], pz[who[far]]
        some = (x, y, z, c, chord[far])
        probe = c.probe[chord[far]]
        before, after = _arc_at(*some, t[far] - probe), _arc_at(*some, t[far] + probe)
        bend = before - 2 * ground[far] + after
        moved = t[far] + probe * (0.5 * (before - after) / np.where(bend > 0, bend, np.inf))
        t[far] = np.minimum(np.maximum(moved, 0.0), 1.0)
        ground[far] = _arc_at(*some, t[far])
    rank = np.rint(ground * MICRON)
    starts = _starts(who)
    least = np.flatnonzero(
        rank == np.repeat(np.minimum.reduceat(rank, starts), np.diff(np.append(starts, len(who))))
    )
    # Backwards, so that the first of equals is written last.
    least = least[::-1]
    nearest[who[least]] = chord[least]
    part[who[least]] = t[least]
    distance[who[least]] = ground[least]
    beyond = best > ARC_M
    if beyond.any():
        rival = np.flatnonzero(
            beyond[plain_who]
            & (np.abs(plain_chord - nearest[plain_who]) > 1)
            & (plain_ground <= doubtful(distance[plain_who]))
        )
        distance[plain_who[rival]] = np.inf
    return nearest, part, distance


def _arc_at(x: Floats, y: Floats, z: Floats, c: ChordColumns, chord: Indices, t: Floats) -> Floats:
    fx, fy, fz = c.x[chord] + t * c.dx[chord], c.y[chord] + t * c.dy[chord], c.z[chord] + t * c.dz[chord]
    return np.asarray(arc(x, y, z, fx, fy, fz))


def _starts(sorted_ids: Indices) -> Indices:
    return np.flatnonzero(np.append(True, np.diff(sorted_ids) != 0))


@functools.cache
def compiled() -> Callable[..., tuple[Indices, Floats, Floats]] | None:
    """The same search as one compiled loop over points and their lists, or None without the extra [fast].

    Takes px, py, pz, the chord columns, and for each point its list in offset and chord.
    """
    try:
        import numba
    except ImportError:
        return None

    def jit(function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            return numba.njit(cache=True, nogil=True, error_model="numpy")(function)  # type: ignore[no-any-return]
        except RuntimeError:
            # No folder that can be written to keep the machine code in.
            return numba.njit(nogil=True, error_model="numpy")(function)  # type: ignore[no-any-return]

    arc_of, rival_of, doubtful_of = jit(arc), jit(longest_rival), jit(doubtful)

    @jit
    def arc_at(x: float, y: float, z: float, c: Any, k: int, t: float) -> Any:  # noqa: ANN401
        return arc_of(x, y, z, c.x[k] + t * c.dx[k], c.y[k] + t * c.dy[k], c.z[k] + t * c.dz[k])

    @jit
    def search(
        px: Floats,
        py: Floats,
        pz: Floats,
        c: Any,  # noqa: ANN401 - ChordColumns, or what numba makes of them
        leaf: Indices,
        offset: Indices,
        lists: Any,  # noqa: ANN401
    ) -> tuple[Indices, Floats, Floats]:
        count = len(px)
        nearest = np.zeros(count, dtype=np.intp)
        part = np.zeros(count)
        distance = np.full(count, np.inf)
        longest = np.max(offset[1:] - offset[:-1])
        grounds, parts = np.empty(longest), np.empty(longest)
        for row in range(count):
            x, y, z = px[row], py[row], pz[row]
            first, last = offset[leaf[row]], offset[leaf[row] + 1]
            best = np.inf
            for at in range(first, last):
                k = lists[at]
                gx, gy, gz = x - c.x[k], y - c.y[k], z - c.z[k]
                t = (gx * c.dx[k] + gy * c.dy[k] + gz * c.dz[k]) / c.squared[k]
                t = min(max(t, 0.0), 1.0)
                gx, gy, gz = gx - t * c.dx[k], gy - t * c.dy[k], gz - t * c.dz[k]
                best = min(best, gx * gx + gy * gy + gz * gz)
            best = np.sqrt(best)
            if not best <= NEAR_M:
                continue
            reach = rival_of(best)
            shortest = np.inf
            for at in range(first, last):
                k = lists[at]
                grounds[at - first] = np.inf
                gx, gy, gz = x - c.x[k], y - c.y[k], z - c.z[k]
                t = (gx * c.dx[k] + gy * c.dy[k] + gz * c.dz[k]) / c.squared[k]
                t = min(max(t, 0.0), 1.0)
                gx, gy, gz = gx - t * c.dx[k], gy - t * c.dy[k], gz - t * c.dz[k]
                if np.sqrt(gx * gx + gy * gy + gz * gz) <= reach:
                    ground = arc_at(x, y, z, c, k, t)
                    grounds[at - first] = ground
                    parts[at - first] = t
                    shortest = min(shortest, ground)
            least = np.inf
            for at in range(first, last):
                ground = grounds[at - first]
                if not ground <= shortest + MOVED_M:
                    continue
                k, t = lists[at], parts[at - first]
                if best > FOOT_BEYOND_M:
                    probe = c.probe[k]
                    before, after = arc_at(x, y, z, c, k, t - probe), arc_at(x, y, z, c, k, t + probe)
                    bend = before - 2 * ground + after
                    if not bend > 0:
                        bend = np.inf
                    t = t + probe * (0.5 * (before - after) / bend)
                    t = min(max(t, 0.0), 1.0)
                    ground = arc_at(x, y, z, c, k, t)
                rank = np.rint(ground * MICRON)
                if rank < least:
                    least = rank
                    nearest[row] = k
                    part[row] = t
                    distance[row] = ground
            if best > ARC_M:
                limit = doubtful_of(distance[row])
                for at in range(first, last):
                    if grounds[at - first] <= limit and abs(lists[at] - nearest[row]) > 1:
                        distance[row] = np.inf
        return nearest, part, distance

    return search
