"""The loops of the border engine as machine code, if numba (the extra [fast]) is there.

Imported where there are enough points for it only (geo/engine/numba_switch.py). Each loop has its twin in
NumPy with the same operations in the same order, without contraction to fused ones, so that both give the
same bits. They hold no lock, so that threads can share the work, and their code is kept on disk by numba.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from geo.engine import ellipsoid
from geo.engine.area_grid import APART, DOUBT, FINER, MIXED, ORIENTATION_ERROR
from geo.engine.ellipsoid import ARC_M, COS, ES, RADIAN, REACH_M, SIN, STRETCH, A
from geo.engine.line_table import SPLIT
from geo.engine.nearest_chord import FOOT_BEYOND_M, MICRON, MOVED_M

try:
    import numba
except ImportError:
    numba = None  # type: ignore[assignment,unused-ignore]

__all__ = ["crossings", "earth_centred", "leaves", "look", "may_be_nearest", "nearest", "stretches"]


def jit(function: Callable[..., Any], *, inside: bool = False) -> Callable[..., Any]:
    """Compiled at the first call; as it is without numba. What is inside another loop becomes part of it."""
    if numba is None:
        return function
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "forceinline": inside}
    try:
        made: Callable[..., Any] = numba.njit(cache=True, **options)(function)
    except RuntimeError:
        # There is no folder that can be written to, to keep the machine code in.
        made = numba.njit(**options)(function)
    return made


inner: Final = partial(jit, inside=True)
"""For a part of one loop, so that no call is left in it."""


S0, S1, S2, S3, S4, S5, S6, S7 = SIN
C0, C1, C2, C3, C4, C5, C6, C7, C8 = COS
POLAR: Final = 1 - ES

arc: Final = jit(ellipsoid.arc)
longest_rival: Final = jit(ellipsoid.longest_rival)


@jit
def earth_centred(lon: Any, lat: Any, xyz: Any) -> None:
    """As ellipsoid.earth_centred, into three rows; without a branch, so that several points go at once."""
    for row in range(len(lon)):
        turns = np.rint(lon[row] / 90)
        angle = (lon[row] - 90 * turns) * RADIAN
        q = angle * angle
        sine = ((((((S7 * q + S6) * q + S5) * q + S4) * q + S3) * q + S2) * q + S1) * q + S0
        sine = sine * angle
        cosine = (((((((C8 * q + C7) * q + C6) * q + C5) * q + C4) * q + C3) * q + C2) * q + C1) * q + C0
        # Quadrants of longitude are -2 to 2, of latitude -1 to 1.
        swapped = turns == 1 or turns == -1
        sin_lon = cosine if swapped else sine
        cos_lon = sine if swapped else cosine
        sin_lon = -sin_lon if turns == 2 or turns == -2 or turns == -1 else sin_lon
        cos_lon = -cos_lon if turns == 2 or turns == -2 or turns == 1 else cos_lon
        turns = np.rint(lat[row] / 90)
        angle = (lat[row] - 90 * turns) * RADIAN
        q = angle * angle
        sine = ((((((S7 * q + S6) * q + S5) * q + S4) * q + S3) * q + S2) * q + S1) * q + S0
        sine = sine * angle
        cosine = (((((((C8 * q + C7) * q + C6) * q + C5) * q + C4) * q + C3) * q + C2) * q + C1) * q + C0
        swapped = turns != 0
        sin_lat = cosine if swapped else sine
        cos_lat = sine if swapped else cosine
        sin_lat = -sin_lat if turns == -1 else sin_lat
        cos_lat = -cos_lat if turns == 1 else cos_lat
        normal = A / np.sqrt(1 - ES * (sin_lat * sin_lat))
        level = normal * cos_lat
        xyz[0, row] = level * cos_lon
        xyz[1, row] = level * sin_lon
        xyz[2, row] = normal * POLAR * sin_lat


@jit
def long_arc(x: float, y: float, z: float, fx: float, fy: float, fz: float) -> float:
    """As ellipsoid.long_arc."""
    mx, my, mz = (fx + x) / 2, (fy + y) / 2, (fz + z) / 2
    nz = mz * STRETCH
    size = np.sqrt(mx * mx + my * my + nz * nz)
    ux, uy, uz = mx / size, my / size, nz / size
    square = ux * ux + uy * uy + uz * uz * STRETCH
    half = ux * mx + uy * my + uz * mz * STRETCH
    rest = A * A - (mx * mx + my * my + mz * mz * STRETCH)
    height = rest / (half + np.sqrt(half * half + square * rest))
    px, py, pz = mx + height * ux, my + height * uy, mz + height * uz
    halves = arc(x, y, z, px, py, pz) + arc(px, py, pz, fx, fy, fz)
    whole: float = arc(x, y, z, fx, fy, fz)
    length: float = halves + (halves - whole) / 15
    return length


@jit
def turn(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> Any:
    """As area_grid._turn."""
    one = (bx - ax) * (py - ay)
    other = (by - ay) * (px - ax)
    value = one - other
    return value, abs(value) > ORIENTATION_ERROR * (abs(one) + abs(other))


@jit
def by_edges(x: float, y: float, centre_x: float, centre_y: float, number: int, table: Any) -> Any:
    """As area_grid._by_edges, of one point."""
    found = table.centre[number]
    best, second = 2.0, 2.0
    for at in range(table.first[number], table.first[number + 1]):
        edge = table.edge[at]
        ax, ay, bx, by = table.ends[edge, 0], table.ends[edge, 1], table.ends[edge, 2], table.ends[edge, 3]
        of_point, sure = turn(ax, ay, bx, by, x, y)
        if not sure:
            return DOUBT
        of_centre, sure = turn(ax, ay, bx, by, centre_x, centre_y)
        if not sure:
            return DOUBT
        if (of_point > 0) == (of_centre > 0):
            continue
        of_start, sure = turn(x, y, centre_x, centre_y, ax, ay)
        if not sure:
            return DOUBT
        of_end, sure = turn(x, y, centre_x, centre_y, bx, by)
        if not sure:
            return DOUBT
        if (of_start > 0) == (of_end > 0):
            continue
        part = of_point / (of_point - of_centre)
        if part < best:
            second = best
            best = part
            found = table.left[edge] if of_point > 0 else table.right[edge]
        elif part < second:
            second = part
    if second - best < APART and second < 2.0:
        return DOUBT
    return found


@jit
def look(lon: Any, lat: Any, table: Any, found: Any) -> None:
    """As area_grid.look; the areas go into found."""
    for row in range(len(lon)):
        x = (lon[row] - table.west) * table.per_degree
        y = (lat[row] - table.south) * table.per_degree
        if not (x >= 0 and x < table.columns and y >= 0 and y < table.rows):
            found[row] = -1
            continue
        column, line = int(x), int(y)
        code = table.coarse[line * table.columns + column]
        if code <= MIXED:
            within_column = min(int((x - column) * FINER), FINER - 1)
            within_row = min(int((y - line) * FINER), FINER - 1)
            code = table.fine[(MIXED - code) * (FINER * FINER) + within_row * FINER + within_column]
            if code <= MIXED:
                centre_x = table.west + (column + (within_column + 0.5) / FINER) / table.per_degree
                centre_y = table.south + (line + (within_row + 0.5) / FINER) / table.per_degree
                code = by_edges(lon[row], lat[row], centre_x, centre_y, MIXED - code, table)
        found[row] = code


@jit
def ground_at(x: float, y: float, z: float, c: Any, k: int, t: float, far: bool) -> float:
    """As nearest_chord._ground, from one point to a part of one chord."""
    fx, fy, fz = c[k, 0] + t * c[k, 3], c[k, 1] + t * c[k, 4], c[k, 2] + t * c[k, 5]
    ground: float = long_arc(x, y, z, fx, fy, fz) if far else arc(x, y, z, fx, fy, fz)
    return ground


@jit
def leaves(lon: Any, lat: Any, table: Any, leaf: Any) -> None:
    """As line_grid.leaves.

    Apart from the search, since the processor waits for several points' cells at once if little else is done.
    """
    for row in range(len(lon)):
        column = (lon[row] - table.west) / table.size
        line = (lat[row] - table.south) / table.size
        if not (column >= 0 and column < table.columns and line >= 0 and line < table.rows):
            leaf[row] = -1
            continue
        i, j = int(column), int(line)
        node = table.base[j * table.columns + i]
        column, line = column - i, line - j
        child = table.child[node]
        while child >= 0:
            column, line = column * SPLIT, line * SPLIT
            i, j = int(column), int(line)
            column, line = column - i, line - j
            node = child + (j * SPLIT + i)
            child = table.child[node]
        leaf[row] = node


@inner
def bent(x: float, y: float, z: float, c: Any, k: int, t: float, raw: float, ground: float, far: bool) -> Any:
    """The foot on a chord and the way to it, where the ground's bend moves it from the foot in space."""
    probe = c[k, 7]
    if raw > -probe and raw < 1 + probe:
        before = ground_at(x, y, z, c, k, t - probe, far)
        after = ground_at(x, y, z, c, k, t + probe, far)
        bend = before - 2 * ground + after
        if not bend > 0:
            bend = np.inf
        t = t + probe * (0.5 * (before - after) / bend)
        t = min(max(t, 0.0), 1.0)
        ground = ground_at(x, y, z, c, k, t, far)
    return t, ground


@inner
def side_of(x: float, y: float, z: float, c: Any, at_vertex: Any, chord: int, part: float) -> Any:
    """The foot on a chord, and 1 where the point lies on the left of the line there, -1 on the right."""
    fx = c[chord, 0] + part * c[chord, 3]
    fy = c[chord, 1] + part * c[chord, 4]
    fz = c[chord, 2] + part * c[chord, 5]
    if part <= 0:
        lx, ly, lz = at_vertex[chord, 0], at_vertex[chord, 1], at_vertex[chord, 2]
    elif part >= 1:
        lx, ly, lz = at_vertex[chord + 1, 0], at_vertex[chord + 1, 1], at_vertex[chord + 1, 2]
    else:
        lx, ly, lz = c[chord, 8], c[chord, 9], c[chord, 10]
    return fx, fy, fz, 1 if lx * (x - fx) + ly * (y - fy) + lz * (z - fz) >= 0 else -1


@jit
def nearest(
    xyz: Any, leaf: Any, table: Any, c: Any, at_vertex: Any, distance: Any, along: Any, sign: Any, foot: Any
) -> int:
    """As nearest_chord.settle and what Chords does with it; how many stay open (distance inf).

    The chords are rows of sixteen numbers (Chords.rows); foot is three rows of earth-centred coordinates.
    """
    squares, parts, grounds = np.empty(table.longest), np.empty(table.longest), np.empty(table.longest)
    open_still = 0
    for row in range(len(leaf)):
        distance[row] = np.inf
        if leaf[row] < 0:
            open_still += 1
            continue
        first, last = table.offset[leaf[row]], table.offset[leaf[row] + 1]
        x, y, z = xyz[0, row], xyz[1, row], xyz[2, row]
        least = np.inf
        for at in range(first, last):
            k = table.chord[at]
            gx, gy, gz = x - c[k, 0], y - c[k, 1], z - c[k, 2]
            dx, dy, dz = c[k, 3], c[k, 4], c[k, 5]
            raw = (gx * dx + gy * dy + gz * dz) * c[k, 6]
            t = min(max(raw, 0.0), 1.0)
            gx, gy, gz = gx - t * dx, gy - t * dy, gz - t * dz
            square = gx * gx + gy * gy + gz * gz
            squares[at - first] = square
            parts[at - first] = raw
            least = min(least, square)
        best = np.sqrt(least)
        if not best <= REACH_M:
            open_still += 1
            continue
        far = best > ARC_M
        reach = longest_rival(best)
        reach = reach * reach
        shortest = np.inf
        for at in range(last - first):
            grounds[at] = np.inf
            if squares[at] <= reach:
                t = min(max(parts[at], 0.0), 1.0)
                ground = ground_at(x, y, z, c, table.chord[first + at], t, far)
                grounds[at] = ground
                shortest = min(shortest, ground)
        lowest = np.inf
        chord, part, result = 0, 0.0, np.inf
        for at in range(last - first):
            ground = grounds[at]
            if not ground <= shortest + MOVED_M:
                continue
            k, raw = table.chord[first + at], parts[at]
            t = min(max(raw, 0.0), 1.0)
            if best > FOOT_BEYOND_M:
                t, ground = bent(x, y, z, c, k, t, raw, ground, far)
            rank = np.rint(ground * MICRON)
            if rank < lowest:
                lowest = rank
                chord, part, result = k, t, ground
        distance[row] = result
        along[row] = c[chord, 11] + part * c[chord, 12]
        foot[0, row], foot[1, row], foot[2, row], sign[row] = side_of(x, y, z, c, at_vertex, chord, part)
    return open_still


@jit
def stretches(along: Any, starts: Any, found: Any) -> None:
    """The last stretch that starts at or before each chainage, or the first."""
    for row in range(len(along)):
        low, high = 0, len(starts)
        while high - low > 1:
            middle = (low + high) // 2
            if starts[middle] <= along[row]:
                low = middle
            else:
                high = middle
        found[row] = low


@jit
def crossings(xyz: Any, gates: Any, number: Any, distance: Any) -> None:
    """As FixedPoints.nearest: the nearest point and its arc, infinite where that does not decide."""
    count = len(number)
    least, second = np.full(count, np.inf), np.full(count, np.inf)
    nearest_one = np.zeros(count)
    for gate in range(len(gates)):
        gate_x, gate_y, gate_z = gates[gate, 0], gates[gate, 1], gates[gate, 2]
        for row in range(count):
            gx, gy, gz = xyz[0, row] - gate_x, xyz[1, row] - gate_y, xyz[2, row] - gate_z
            square = gx * gx + gy * gy + gz * gz
            before = least[row]
            nearer = square < before
            loser = before if nearer else square
            least[row] = square if nearer else before
            second[row] = loser if loser < second[row] else second[row]
            nearest_one[row] = gate if nearer else nearest_one[row]
    for row in range(count):
        best = np.sqrt(least[row])
        reach = longest_rival(best)
        gate = int(nearest_one[row])
        number[row] = gate
        if not (best <= REACH_M and second[row] > reach * reach):
            distance[row] = np.inf
            continue
        x, y, z = xyz[0, row], xyz[1, row], xyz[2, row]
        gx, gy, gz = gates[gate, 0], gates[gate, 1], gates[gate, 2]
        distance[row] = long_arc(x, y, z, gx, gy, gz) if best > ARC_M else arc(x, y, z, gx, gy, gz)


@jit
def may_be_nearest(
    centre: Any,
    radius: Any,
    corners: Any,
    start: Any,
    step: Any,
    squared: Any,
    offset: Any,
    chord: Any,
    kept: Any,
    least: Any,
) -> None:
    """As line_grid._Build._may_be_nearest, for all cells."""
    longest = 0
    for cell in range(len(centre)):
        longest = max(longest, offset[cell + 1] - offset[cell])
    away = np.empty(longest)
    reach = np.empty(8)
    for cell in range(len(centre)):
        x, y, z = centre[cell, 0], centre[cell, 1], centre[cell, 2]
        first, last = offset[cell], offset[cell + 1]
        best = np.inf
        fx, fy, fz = 0.0, 0.0, 0.0
        for at in range(first, last):
            k = chord[at]
            gx, gy, gz = x - start[k, 0], y - start[k, 1], z - start[k, 2]
            t = (gx * step[k, 0] + gy * step[k, 1] + gz * step[k, 2]) / squared[k]
            t = min(max(t, 0.0), 1.0)
            gx, gy, gz = gx - t * step[k, 0], gy - t * step[k, 1], gz - t * step[k, 2]
            gap = np.sqrt(gx * gx + gy * gy + gz * gz)
            away[at - first] = gap
            if gap < best:
                best = gap
                fx, fy, fz = x - gx, y - gy, z - gz
        least[cell] = best
        farthest = best + radius[cell]
        rival = longest_rival(farthest) - farthest
        more = 2 * farthest * (rival + 0.01) + (rival + 0.01) ** 2
        for corner in range(8):
            gx = corners[corner, cell, 0] - fx
            gy = corners[corner, cell, 1] - fy
            gz = corners[corner, cell, 2] - fz
            reach[corner] = gx * gx + gy * gy + gz * gz + more
        limit = best + 2 * radius[cell] + rival + 0.01
        for at in range(first, last):
            kept[at] = False
            if away[at - first] > limit:
                continue
            k = chord[at]
            for corner in range(8):
                gx = corners[corner, cell, 0] - start[k, 0]
                gy = corners[corner, cell, 1] - start[k, 1]
                gz = corners[corner, cell, 2] - start[k, 2]
                t = (gx * step[k, 0] + gy * step[k, 1] + gz * step[k, 2]) / squared[k]
                t = min(max(t, 0.0), 1.0)
                gx, gy, gz = gx - t * step[k, 0], gy - t * step[k, 1], gz - t * step[k, 2]
                if gx * gx + gy * gy + gz * gz <= reach[corner]:
                    kept[at] = True
                    break
