"""The nearest point of a line on the ellipsoid, for many points at once.

The search works on straight chords through the earth and ends on the ellipsoid:

1. The line, every segment a geodesic, is densified to chords of at most 250 m in earth-centred coordinates;
   such a chord runs at most 1.3 mm under the surface.
2. A table of cells (line_grid.py), or for few points and far from the line a tree of bounding spheres
   over consecutive chords, gives every point the chords that can hold the nearest point of the line. The
   bound is proven, not tuned: by Schur's comparison theorem two points of the ellipsoid with a chord ``c``
   lie between ``2 R asin(c / 2R)`` for the largest and for the smallest radius of curvature apart, so a
   chord longer than the one allows for the other cannot be nearer along the ground.
3. Each of these chords gets its foot, from 100 km on where the arc of the normal section's curvature at the
   middle is shortest; the arc is within ``3e-32 s**5`` m of the geodesic (0.1 mm at 300 km), and beyond
   500 km two halves of it are extrapolated to 0.2 mm. Beyond 1,500 km foot and distance are Karney's.

Neither the table nor compiled code (the extra [fast]) changes a bit of an answer.

The distance lies within 1 cm and the foot, where it is one point, within 1 m of what a search over all
segments with geodesics finds (C. F. F. Karney, Algorithms for geodesics, J. Geod. 87, 2013); the tests hold
it to that.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from types import ModuleType
from typing import Final

import numpy as np
import numpy.typing as npt

from geo.engine.ellipsoid import earth_centred, to_degrees
from geo.engine.index_cache import Arrays, Form, stored
from geo.engine.line_grid import asked_of_line, candidates, find_table, leaves, made_table, suits
from geo.engine.line_table import LineTable
from geo.engine.nearest_chord import PROBE_M, settle
from geo.engine.numba_switch import has_numba
from geo.types import GEOD, Floats, Indices

__all__ = ["Chords", "Feet"]


RADIUS_MIN: Final = GEOD.a * (1 - GEOD.es)
"""Smallest radius of curvature of the ellipsoid: along the meridian at the equator."""
RADIUS_MAX: Final = GEOD.a**2 / GEOD.b
"""Largest radius of curvature: at the poles."""

LONGEST_CHORD_M: Final = 250.0
CHORD_SLACK_M: Final = 0.005
"""Covers how far chords run under the surface, and rounding."""
ARC_ERROR: Final = 3e-32
"""Arc of the mid-section's curvature less geodesic, in m per m**5; the largest found was 2.9e-32."""

BUILD_FROM: Final = 400_000
BUILD_FROM_COMPILED: Final = 100_000
"""So many points, at once or in one cache one after another, are worth building the table of cells; once it
is on disk it serves any number."""
KEPT_FROM: Final = 5_000
"""Lines of fewer vertices are prepared faster than read from disk."""
KIND: Final = "chords-2"
FORM: Final[Form] = {
    **dict.fromkeys(("vertices", "start", "step", "vertex_leftward", "rows", "columns"), ("f", 2)),
    **dict.fromkeys(("vertex_along", "along", "azimuth", "turn", "bounds"), ("f", 1)),
    "levels": ("i", 1),
}

BRANCHES: Final = 8
POINTS_AT_ONCE: Final = 8192
FAR_POINTS_AT_ONCE: Final = 2048
FAR_CHORD_M: Final = 1_500_000.0


class Feet:
    """Nearest points of a line, one for each point asked for; foot in earth-centred coordinates, (3, n)."""

    def __init__(self, count: int) -> None:
        self.foot = np.empty((3, count))
        self.distance_m = np.empty(count)
        self.along_m = np.empty(count)
        self.sign = np.empty(count, dtype=np.int8)

    def degrees(self) -> tuple[Floats, Floats]:
        """Longitude and latitude of the feet."""
        return to_degrees(*self.foot)


class Chords:
    """A line as chords of at most 250 m in earth-centred coordinates, under a tree of bounding spheres.

    Parameters
    ----------
    vertices
        Gives longitude and latitude, shape (n, 2), if they are not on disk.
    digest
        What tells the line from others.
    """

    def __init__(self, vertices: Callable[[], Floats], digest: str) -> None:
        self.digest = digest
        self._take(stored(KIND, digest, lambda: _build(vertices()), keep=_is_long, form=FORM))

    def _take(self, arrays: Arrays) -> None:
        self.vertices = arrays["vertices"]
        self.vertex_along_m = arrays["vertex_along"]
        self.along_m = arrays["along"]
        self.length_m = float(self.along_m[-1])
        self.start, self.step = arrays["start"], arrays["step"]
        self.azimuth, self.turn = arrays["azimuth"], arrays["turn"]
        self.vertex_leftward = arrays["vertex_leftward"]
        self.rows, self.columns = arrays["rows"], arrays["columns"]
        self.tree = [
            (arrays[f"middle{level}"], arrays[f"radius{level}"]) for level in range(int(arrays["levels"][0]))
        ]
        west, south, east, north = arrays["bounds"]
        self.bounds = (float(west), float(south), float(east), float(north))
        self._table: LineTable | None = None
        self._looked = False

    def prepare(self, count: int) -> None:
        """Get the table of cells where it is worth it for so many points more, or is at hand."""
        if self._table is not None or not suits(self.bounds):
            return
        if not self._looked:
            self._looked = True
            self._table = find_table(self.digest)
        if self._table is not None:
            return
        worth = BUILD_FROM_COMPILED if has_numba() else BUILD_FROM
        if asked_of_line(self.digest, count) >= worth:
            self._table = made_table(self.digest, self.start, self.step, self.bounds)

    def nearest(self, lon: Floats, lat: Floats, xyz: Floats, compiled: ModuleType | None) -> Feet:
        """The nearest point of the line for each point, all of them finite and in range.

        At most a few ten thousand at once, so that what is computed stays in the processor's cache; xyz are
        the points' earth-centred coordinates.
        """
        feet = Feet(len(lon))
        table = self._table
        rest: Indices = np.arange(len(lon))
        if table is not None and compiled is not None:
            leaf = np.empty(len(lon), dtype=np.int32)
            compiled.leaves(lon, lat, table, leaf)
            left = compiled.nearest(
                xyz,
                leaf,
                table,
                self.rows,
                self.vertex_leftward,
                feet.distance_m,
                feet.along_m,
                feet.sign,
                feet.foot,
            )
            rest = np.flatnonzero(np.isinf(feet.distance_m)) if left else rest[:0]
        elif table is not None:
            rest = self._by_table(leaves(lon, lat, table), xyz, table, feet)
        if len(rest):
            self._by_tree(lon, lat, xyz, rest, feet)
        return feet

    def spans(self, lon: Floats, lat: Floats, xyz: Floats) -> tuple[Floats, Floats, Floats] | None:
        """Between which chainages the nearest point of the line lies, told without looking for it.

        Parameters
        ----------
        lon, lat, xyz
            As for :meth:`nearest`, but any number of them.

        Returns
        -------
        tuple of arrays, or None
            From and to in metres, and how long the chord to the first of them is; a point outside the table
            of cells has the whole line. None where there is no table.
        """
        table = self._table
        if table is None:
            return None
        leaf = leaves(lon, lat, table)
        # Lists run along the line.
        first = table.chord.take(table.offset.take(np.maximum(leaf, 0)))
        last = table.chord.take(table.offset.take(np.maximum(leaf, 0) + 1) - 1)
        outside = leaf < 0
        first[outside], last[outside] = 0, len(self.start) - 1
        gap = xyz.T - self.start[first]
        return self.along_m[first], self.along_m[last + 1], np.sqrt(_dot(gap, gap))

    def _by_table(self, leaf: npt.NDArray[np.int32], xyz: Floats, table: LineTable, feet: Feet) -> Indices:
        """Fill in feet; which rows stay open."""
        rows = np.flatnonzero(leaf >= 0)
        whole = len(rows) == len(leaf)
        here = xyz if whole else xyz[:, rows]
        feet.distance_m[:] = np.inf
        if len(rows):
            who, which = candidates(leaf if whole else leaf[rows], table)
            chord, t, distance = settle(here, self.columns, who, which)
            self._fill(here, rows, chord, t, distance, feet)
        return np.flatnonzero(np.isinf(feet.distance_m))

    def _by_tree(self, lon: Floats, lat: Floats, xyz: Floats, rows: Indices, feet: Feet) -> None:
        middle, radius = self.tree[-1]
        here = np.ascontiguousarray(xyz[:, rows].T)
        reach = np.sqrt(np.min([_dot(here - m, here - m) for m in middle], axis=0)) - radius.max()
        far = reach > FAR_CHORD_M
        for some, size in ((~far, POINTS_AT_ONCE), (far, FAR_POINTS_AT_ONCE)):
            group = np.flatnonzero(some)
            for first in range(0, len(group), size):
                part = group[first : first + size]
                x, y = lon[rows[part]], lat[rows[part]]
                pairs = self._candidates(here[part]) if size == POINTS_AT_ONCE else self._far_candidates(x, y)
                self._by_tree_at_once(here[part], x, y, rows[part], feet, *pairs)

    def _by_tree_at_once(
        self,
        here: Floats,
        lon: Floats,
        lat: Floats,
        rows: Indices,
        feet: Feet,
        who: Indices,
        which: Indices,
    ) -> None:
        chord, t, distance = settle(np.ascontiguousarray(here.T), self.columns, who, which)
        is_open = np.isinf(distance)
        if is_open.any():
            # What settle left open: with Karney's geodesics.
            mine = is_open[who]
            number = np.cumsum(is_open) - 1
            chord[is_open], t[is_open], distance[is_open] = self._settle_far(
                here[is_open], lon[is_open], lat[is_open], number[who[mine]], which[mine]
            )
        self._fill(here.T, rows, chord, t, distance, feet)

    def _settle_far(
        self, here: Floats, lon: Floats, lat: Floats, who: Indices, chord: Indices
    ) -> tuple[Indices, Floats, Floats]:
        gap = here[who] - self.start[chord]
        t = np.clip(_dot(gap, self.step[chord]) * self.columns[6, chord], 0.0, 1.0)
        foot = self.start[chord] + t[:, None] * self.step[chord]
        distance = _long_arc(here[who], foot)
        # Of each point keep what may be nearest within the error of the arc.
        best = np.minimum.reduceat(distance, _starts(who))[who]
        keep = distance <= best + CHORD_SLACK_M + 2 * ARC_ERROR * best**5
        who, chord, t = who[keep], chord[keep], t[keep]
        t, distance = self._refine(lon[who], lat[who], chord, t)
        # Of equally near chords the first along the line: a stable order by distance, then by chord. Two
        # chords that share the nearest vertex differ by rounding only, which must not decide.
        order = np.lexsort((chord, np.round(distance, 6), who))
        pick = order[_starts(who[order])]
        return chord[pick], t[pick], distance[pick]

    def _fill(
        self, here: Floats, rows: Indices, chord: Indices, t: Floats, distance: Floats, feet: Feet
    ) -> None:
        """Fill in the feet of some rows."""
        some = self.columns[:6, chord]
        foot = some[:3] + t * some[3:]
        feet.foot[:, rows] = foot
        feet.distance_m[rows] = distance
        feet.along_m[rows] = self.rows[chord, 11] + t * self.rows[chord, 12]
        leftward = self.rows[chord, 8:11]
        at_start, at_end = t <= 0, t >= 1
        leftward[at_start] = self.vertex_leftward[chord[at_start]]
        leftward[at_end] = self.vertex_leftward[chord[at_end] + 1]
        x, y, z = leftward.T
        gx, gy, gz = here - foot
        feet.sign[rows] = np.where(x * gx + y * gy + z * gz >= 0, 1, -1)

    def _candidates(self, points: Floats) -> tuple[Indices, Indices]:
        """Pairs of a point and a chord that may hold its nearest one, sorted by point, then by chord."""
        middle, radius = self.tree[-1]
        who = np.repeat(np.arange(len(points)), len(middle))
        node = np.tile(np.arange(len(middle)), len(points))
        best = np.full(len(points), np.inf)
        for level in range(len(self.tree) - 1, -1, -1):
            middle, radius = self.tree[level]
            gap = points[who] - middle[node]
            away = np.sqrt(_dot(gap, gap))
            best = np.minimum(best, np.minimum.reduceat(away + radius[node], _starts(who)))
            keep = away - radius[node] <= _reach(best)[who]
            who, node = who[keep], node[keep]
            if level:
                who = np.repeat(who, BRANCHES)
                node = (node[:, None] * BRANCHES + np.arange(BRANCHES)).ravel()
                real = node < len(self.tree[level - 1][0])
                who, node = who[real], node[real]
        gap = points[who] - self.start[node]
        t = np.clip(_dot(gap, self.step[node]) * self.columns[6, node], 0.0, 1.0)
        gap -= t[:, None] * self.step[node]
        away = np.sqrt(_dot(gap, gap))
        keep = away <= _reach(np.minimum.reduceat(away, _starts(who)))[who]
        return who[keep], node[keep]

    def _far_candidates(self, lon: Floats, lat: Floats) -> tuple[Indices, Indices]:
        """The same for points so far off that chords tell too little: by geodesics, level by level.

        What a sphere holds lies within its reach of the place under its centre, measured along the ground, so
        that the distance from there is the distance of all of it to within that reach.
        """
        ground = self._ground
        who = np.repeat(np.arange(len(lon)), len(ground[-1][0]))
        node = np.tile(np.arange(len(ground[-1][0])), len(lon))
        for level in range(len(ground) - 1, -1, -1):
            x, y, reach = ground[level]
            away = np.asarray(GEOD.inv(x[node], y[node], lon[who], lat[who])[2])
            best = np.minimum.reduceat(away + reach[node], _starts(who))
            keep = away - reach[node] <= best[who] + CHORD_SLACK_M
            who, node = who[keep], node[keep]
            if level:
                who = np.repeat(who, BRANCHES)
                node = (node[:, None] * BRANCHES + np.arange(BRANCHES)).ravel()
                real = node < len(ground[level - 1][0])
                who, node = who[real], node[real]
        return who, node

    @functools.cached_property
    def _ground(self) -> list[tuple[Floats, Floats, Floats]]:
        """Of each sphere the place under its centre, in degrees, and how far along the ground it reaches."""
        found = []
        for middle, radius in self.tree:
            lon, lat = to_degrees(*middle.T)
            depth = earth_centred(lon, lat).T - middle
            chord = np.sqrt(_dot(depth, depth)) + radius + CHORD_SLACK_M
            # An arc is longest for its chord where the ground bends most.
            reach = 2 * RADIUS_MIN * np.arcsin(np.minimum(chord / (2 * RADIUS_MIN), 1.0))
            found.append((lon, lat, reach))
        return found

    def _refine(self, lon: Floats, lat: Floats, chord: Indices, t: Floats) -> tuple[Floats, Floats]:
        """Foot and distance by geodesics: Newton's steps to where the line is met at a right angle."""
        length = np.diff(self.along_m)[chord]
        distance = np.empty(len(t))
        for last in (False, False, True):
            foot_lon, foot_lat = to_degrees(*(self.start[chord] + t[:, None] * self.step[chord]).T)
            azimuth, _, distance = GEOD.inv(foot_lon, foot_lat, lon, lat)
            if not last:
                angle = np.radians(np.asarray(azimuth) - self.azimuth[chord] - t * self.turn[chord])
                # Along the line the distance falls by cos(angle) and bends by sin(angle)**2 / (R tan(s / R)).
                bend = np.sin(angle) ** 2 / (GEOD.a * np.tan(np.minimum(distance / GEOD.a, 1.5)))
                t = np.clip(t + np.cos(angle) / np.maximum(bend, 1e-9) / length, 0.0, 1.0)
        return t, np.asarray(distance)


def _is_long(arrays: Arrays) -> bool:
    return len(arrays["vertices"]) >= KEPT_FROM


def _build(vertices: Floats) -> Arrays:
    lon, lat = vertices[:, 0], vertices[:, 1]
    azimuth, _, length = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    vertex_along = np.append(0.0, np.cumsum(length))
    lon, lat, along = _densify(lon, lat, np.asarray(azimuth), np.asarray(length))
    xyz = np.ascontiguousarray(earth_centred(lon, lat).T)
    start, step = np.ascontiguousarray(xyz[:-1]), np.diff(xyz, axis=0)
    squared = step[:, 0] * step[:, 0] + step[:, 1] * step[:, 1] + step[:, 2] * step[:, 2]
    azimuth, back, _ = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    # A geodesic turns against north by a thousandth of a degree on 250 m: 20 m at the foot from 1,000 km.
    turn = (np.asarray(back) - np.asarray(azimuth)) % 360 - 180
    # Unit vectors to the left of each chord, and at each vertex their sum: the pseudo-normal, whose side
    # is right for every point whose nearest one is that vertex (Baerentzen and Aanaes 2005).
    up = _up(start + step / 2)
    leftward = _unit(np.cross(up, step))
    at_vertex = np.zeros_like(xyz)
    at_vertex[:-1] += leftward
    at_vertex[1:] += leftward
    back_on_itself = _dot(at_vertex, at_vertex) < 1e-12
    at_vertex[:-1][back_on_itself[:-1]] = leftward[back_on_itself[:-1]]
    # A row of two lines of the processor's cache for a chord, the first of which is all that the search
    # reads; and as columns what NumPy works on.
    rows = np.zeros((len(start), 16))
    rows[:, :3], rows[:, 3:6], rows[:, 6] = start, step, 1 / squared
    rows[:, 7] = PROBE_M / np.sqrt(squared)
    rows[:, 8:11], rows[:, 11], rows[:, 12] = leftward, along[:-1], np.diff(along)
    tree = _sphere_tree(xyz)
    return {
        "vertices": vertices,
        "vertex_along": vertex_along,
        "along": along,
        "start": start,
        "step": step,
        "azimuth": np.asarray(azimuth),
        "turn": turn,
        "vertex_leftward": at_vertex,
        "rows": rows,
        "columns": np.ascontiguousarray(rows[:, :8].T),
        "bounds": np.array([lon.min(), lat.min(), lon.max(), lat.max()]),
        "levels": np.array([len(tree)]),
        **{f"middle{level}": middle for level, (middle, _) in enumerate(tree)},
        **{f"radius{level}": radius for level, (_, radius) in enumerate(tree)},
    }


def _densify(lon: Floats, lat: Floats, azimuth: Floats, length: Floats) -> tuple[Floats, Floats, Floats]:
    """Vertices of the line with more set on long segments along their geodesics, and their chainage."""
    along = np.append(0.0, np.cumsum(length))
    pieces = np.maximum(np.ceil(length / LONGEST_CHORD_M), 1).astype(np.intp)
    segment = np.repeat(np.arange(len(length)), pieces)
    step = np.arange(len(segment)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    offset = length[segment] * step / pieces[segment]
    new_lon, new_lat, _ = GEOD.fwd(lon[segment], lat[segment], azimuth[segment], offset)
    # A vertex of the line itself stays as it was given, not as the geodesic problem gives it back.
    given = step == 0
    new_lon, new_lat = np.asarray(new_lon), np.asarray(new_lat)
    new_lon[given], new_lat[given] = lon[:-1], lat[:-1]
    return (
        np.append(new_lon, lon[-1]),
        np.append(new_lat, lat[-1]),
        np.append(along[segment] + offset, along[-1]),
    )


def _sphere_tree(xyz: Floats) -> list[tuple[Floats, Floats]]:
    """Centres and radii of spheres round single chords, then round every 8, 64, ... of them."""
    middle = (xyz[:-1] + xyz[1:]) / 2
    gap = xyz[:-1] - middle
    tree = [(middle, np.sqrt(_dot(gap, gap)))]
    size = 1
    while len(tree[-1][0]) > BRANCHES:
        size *= BRANCHES
        first = np.arange(0, len(xyz) - 1, size)
        # Each sphere holds the end of its last chord as well: the first vertex of the next group.
        low = np.minimum(np.minimum.reduceat(xyz[:-1], first), xyz[np.minimum(first + size, len(xyz) - 1)])
        high = np.maximum(np.maximum.reduceat(xyz[:-1], first), xyz[np.minimum(first + size, len(xyz) - 1)])
        middle = (low + high) / 2
        group = np.arange(len(xyz) - 1) // size
        gaps = [_dot(end - middle[group], end - middle[group]) for end in (xyz[:-1], xyz[1:])]
        tree.append((middle, np.sqrt(np.maximum.reduceat(np.maximum(*gaps), first))))
    return tree


def _reach(chord: Floats) -> Floats:
    """The longest chord to a point that may, along the ground, be as near as one at the given chord."""
    ratio = (chord + CHORD_SLACK_M) / (2 * RADIUS_MIN)
    ground = 2 * RADIUS_MIN * np.arcsin(np.minimum(ratio, 1.0))
    reach = 2 * RADIUS_MAX * np.sin(np.minimum(ground / (2 * RADIUS_MAX), math.pi / 2)) + CHORD_SLACK_M
    # Near the antipode the bound is no longer sharp: everything may be nearest.
    return np.where(ratio < 0.95, reach, np.inf)


def _long_arc(point: Floats, foot: Floats) -> Floats:
    """Length of the normal section between points of the ellipsoid, from its curvature at the middle."""
    gap = foot - point
    squared = _dot(gap, gap)
    chord = np.sqrt(squared)
    middle = (foot + point) / 2
    stretch = np.array([1.0, 1.0, 1 / (1 - GEOD.es)])
    # With A = diag(1, 1, a**2 / b**2) / a**2 the curvature in the direction d at m is d'Ad / |Am|.
    scale = np.sqrt(_dot(middle, middle * stretch)) / GEOD.a
    slope = middle * stretch
    steepness = np.sqrt(_dot(slope, slope)) / scale
    curvature = _dot(gap, gap * stretch) / np.maximum(squared, 1e-300) / np.maximum(steepness, 1.0)
    half = np.minimum(chord * curvature / 2, 1.0)
    return np.where(chord < 1e-6, chord, 2 / np.maximum(curvature, 1e-9) * np.arcsin(half))


def _up(xyz: Floats) -> Floats:
    """Normals of the ellipsoid."""
    return _unit(xyz * np.array([1.0, 1.0, 1 / (1 - GEOD.es)]))


def _unit(vectors: Floats) -> Floats:
    return vectors / np.sqrt(_dot(vectors, vectors))[:, None]


def _dot(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", a, b))


def _starts(sorted_ids: Indices) -> Indices:
    """Where each run of equal numbers begins."""
    return np.flatnonzero(np.append(True, np.diff(sorted_ids) != 0))
