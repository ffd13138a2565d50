"""The nearest point of a line on the ellipsoid, for many points at once.

The search works on straight chords through the earth and ends on the ellipsoid:

1. The line, every segment a geodesic, is densified to chords of at most 250 m in earth-centred coordinates;
   such a chord runs at most 1.3 mm under the surface.
2. A tree of bounding spheres over consecutive chords gives every point the chords that can hold the
   nearest point of the line. The bound is proven, not tuned: by Schur's comparison theorem two points of the
   ellipsoid with a chord ``c`` lie between ``2 R asin(c / 2R)`` for the largest and for the smallest radius
   of curvature apart, so a chord longer than the one allows for the other cannot be nearer along the ground.
3. Each of these chords gets its foot, where the arc of the normal section's curvature at the middle is
   shortest; the arc is within ``3e-32 s**5`` m of the geodesic (0.1 mm at 300 km). Beyond 500 km the
   distance to the foot is Karney's; beyond 1,000 km, and where two arcs differ by less than their error, so
   is the foot.

For many points a table of cells (geo/line_cells.py) takes the place of the tree, and with the extra [fast] a
compiled loop that of NumPy (geo/settling.py). Neither changes a bit of an answer.

The distance lies within 1 cm and the foot, where it is one point, within 1 m of what a search over all
segments with geodesics finds (C. F. F. Karney, Algorithms for geodesics, J. Geod. 87, 2013); the tests hold
it to that.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt
import pyproj

from geo.line_cells import LineCells
from geo.settling import ARC_M, ChordColumns, compiled, longest_rival, settle

__all__ = ["Chords", "Feet", "earth_centred"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

GEOD: Final = pyproj.Geod(ellps="WGS84")
RADIUS_MIN: Final = GEOD.a * (1 - GEOD.es)
"""Smallest radius of curvature of the ellipsoid: along the meridian at the equator."""
RADIUS_MAX: Final = GEOD.a**2 / GEOD.b
"""Largest radius of curvature: at the poles."""

LONGEST_CHORD_M: Final = 250.0
CHORD_SLACK_M: Final = 0.005
"""Covers how far chords run under the surface, and rounding."""
ARC_ERROR: Final = 3e-32
"""Arc of the mid-section's curvature less geodesic, in m per m**5; the largest found was 2.9e-32."""

TABLE_FROM: Final = 20_000
BUILD_FROM: Final = 400_000
"""So many points at once are worth reading a table of cells from disk, and building it (20 s)."""
SMALL: Final = 256
"""Fewer points than this are not worth loading compiled code for, or the table."""

BRANCHES: Final = 8
POINTS_AT_ONCE: Final = 8192
FAR_POINTS_AT_ONCE: Final = 64
FAR_CHORD_M: Final = 1_500_000.0


class Feet:
    """Nearest points of a line, one for each point asked for."""

    def __init__(self, count: int) -> None:
        self.lon = np.empty(count)
        self.lat = np.empty(count)
        self.distance_m = np.empty(count)
        self.along_m = np.empty(count)
        self.sign = np.empty(count)


class Chords:
    """A line as chords of at most 250 m in earth-centred coordinates, under a tree of bounding spheres."""

    def __init__(self, vertices: Floats) -> None:
        lon, lat = vertices[:, 0], vertices[:, 1]
        azimuth, _, length = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
        self.vertex_along_m = np.append(0.0, np.cumsum(length))
        lon, lat, along = _densify(lon, lat, np.asarray(azimuth), np.asarray(length))
        self.length_m = float(along[-1])
        self.along_m = along
        xyz = earth_centred(lon, lat)
        self.start, self.step = xyz[:-1], np.diff(xyz, axis=0)
        self.step_squared = _dot(self.step, self.step)
        azimuth, back, _ = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
        self.azimuth = np.asarray(azimuth)
        # A geodesic turns against north by a thousandth of a degree on 250 m: 20 m at the foot from 1,000 km.
        self.turn = (np.asarray(back) - self.azimuth) % 360 - 180
        # Unit vectors to the left of each chord, and at each vertex their sum: the pseudo-normal, whose side
        # is right for every point whose nearest one is that vertex (Baerentzen and Aanaes 2005).
        up = _up(xyz[:-1] + self.step / 2)
        self.leftward = _unit(np.cross(up, self.step))
        at_vertex = np.zeros_like(xyz)
        at_vertex[:-1] += self.leftward
        at_vertex[1:] += self.leftward
        back_on_itself = _dot(at_vertex, at_vertex) < 1e-12
        at_vertex[:-1][back_on_itself[:-1]] = self.leftward[back_on_itself[:-1]]
        self.vertex_leftward = at_vertex
        self.tree = _sphere_tree(xyz)
        self.columns = ChordColumns.of(self.start, self.step)
        self.bounds = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
        self._cells: LineCells | None = None

    def nearest(self, lon: Floats, lat: Floats) -> Feet:
        """The nearest point of the line for each point, all of them finite and in range."""
        feet = Feet(len(lon))
        cells = self._table(len(lon))
        for first in range(0, len(lon), POINTS_AT_ONCE):
            part = slice(first, first + POINTS_AT_ONCE)
            x, y = lon[part], lat[part]
            points = earth_centred(x, y)
            leaf = None if cells is None else cells.leaves(x, y)
            if leaf is None or (leaf < 0).any():
                rows = np.arange(len(x)) if leaf is None else np.flatnonzero(leaf < 0)
                self._by_tree(points, x, y, rows, feet, first)
            if leaf is not None and (leaf >= 0).any():
                rows = np.flatnonzero(leaf >= 0)
                whole = len(rows) == len(x)
                self._by_table(
                    points if whole else points[rows], x[rows], y[rows], leaf[rows], rows + first, feet
                )
        return feet

    def _table(self, count: int) -> LineCells | None:
        """The table of cells where it is worth it: at hand, or for so many points."""
        worth = count >= BUILD_FROM or (count >= TABLE_FROM and LineCells.on_disk(self.start, self.step))
        if self._cells is None and worth and LineCells.suits(self.bounds):
            self._cells = LineCells(self.start, self.step, self.bounds, earth_centred, longest_rival)
        return self._cells if count >= SMALL else None

    def _by_table(
        self, points: Floats, lon: Floats, lat: Floats, leaf: Indices, rows: Indices, feet: Feet
    ) -> None:
        cells = self._cells
        assert cells is not None  # noqa: S101 - for the type checker
        columns = [np.ascontiguousarray(points[:, axis]) for axis in range(3)]
        search = compiled() if len(lon) >= SMALL else None
        if search is not None:
            chord, t, distance = search(*columns, self.columns, leaf, cells.offset, cells.chord)
        else:
            who, which = cells.candidates(leaf)
            chord, t, distance = settle(columns[0], columns[1], columns[2], self.columns, who, which)
        far = np.flatnonzero(np.isinf(distance))
        if len(far):
            who, which = cells.candidates(leaf[far])
            chord[far], t[far], distance[far] = self._settle_far(points[far], lon[far], lat[far], who, which)
        self._fill(points, rows, chord, t, distance, feet)

    def _by_tree(
        self, points: Floats, lon: Floats, lat: Floats, rows: Indices, feet: Feet, first: int
    ) -> None:
        middle, radius = self.tree[-1]
        here = points[rows]
        reach = np.sqrt(np.min([_dot(here - m, here - m) for m in middle], axis=0)) - radius.max()
        far = reach > FAR_CHORD_M
        for some, size in ((~far, POINTS_AT_ONCE), (far, FAR_POINTS_AT_ONCE)):
            group = rows[some]
            for begin in range(0, len(group), size):
                at = group[begin : begin + size]
                here = points[at]
                who, which = self._candidates(here)
                chord, t, distance = settle(here[:, 0], here[:, 1], here[:, 2], self.columns, who, which)
                beyond = np.flatnonzero(np.isinf(distance))
                if len(beyond):
                    mine = np.isinf(distance)[who]
                    number = np.cumsum(np.isinf(distance)) - 1
                    chord[beyond], t[beyond], distance[beyond] = self._settle_far(
                        here[beyond], lon[at][beyond], lat[at][beyond], number[who[mine]], which[mine]
                    )
                self._fill(here, at + first, chord, t, distance, feet)

    def _settle_far(
        self, here: Floats, lon: Floats, lat: Floats, who: Indices, chord: Indices
    ) -> tuple[Indices, Floats, Floats]:
        """What settle left open: with Karney's geodesics."""
        gap = here[who] - self.start[chord]
        t = np.clip(_dot(gap, self.step[chord]) / self.step_squared[chord], 0.0, 1.0)
        foot = self.start[chord] + t[:, None] * self.step[chord]
        distance = _arc(here[who], foot)
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
        """Fill in the feet of some rows; those beyond the arc's reach get Karney's distance."""
        foot = self.start[chord] + t[:, None] * self.step[chord]
        foot_lon, foot_lat = _degrees(foot)
        feet.lon[rows], feet.lat[rows] = foot_lon, foot_lat
        beyond = np.flatnonzero(distance > ARC_M)
        if len(beyond):
            lon, lat = _degrees(here[beyond])
            distance[beyond] = GEOD.inv(lon, lat, foot_lon[beyond], foot_lat[beyond])[2]
        feet.distance_m[rows] = distance
        feet.along_m[rows] = self.along_m[chord] + t * (self.along_m[chord + 1] - self.along_m[chord])
        leftward = self.leftward[chord]
        at_start, at_end = t <= 0, t >= 1
        leftward[at_start] = self.vertex_leftward[chord[at_start]]
        leftward[at_end] = self.vertex_leftward[chord[at_end] + 1]
        feet.sign[rows] = np.where(_dot(leftward, here - foot) >= 0, 1.0, -1.0)

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
        t = np.clip(_dot(gap, self.step[node]) / self.step_squared[node], 0.0, 1.0)
        gap -= t[:, None] * self.step[node]
        away = np.sqrt(_dot(gap, gap))
        keep = away <= _reach(np.minimum.reduceat(away, _starts(who)))[who]
        return who[keep], node[keep]

    def _refine(self, lon: Floats, lat: Floats, chord: Indices, t: Floats) -> tuple[Floats, Floats]:
        """Foot and distance by geodesics: Newton's steps to where the line is met at a right angle."""
        length = np.diff(self.along_m)[chord]
        distance = np.empty(len(t))
        for last in (False, False, True):
            foot_lon, foot_lat = _degrees(self.start[chord] + t[:, None] * self.step[chord])
            azimuth, _, distance = GEOD.inv(foot_lon, foot_lat, lon, lat)
            if not last:
                angle = np.radians(np.asarray(azimuth) - self.azimuth[chord] - t * self.turn[chord])
                # Along the line the distance falls by cos(angle) and bends by sin(angle)**2 / (R tan(s / R)).
                bend = np.sin(angle) ** 2 / (GEOD.a * np.tan(np.minimum(distance / GEOD.a, 1.5)))
                t = np.clip(t + np.cos(angle) / np.maximum(bend, 1e-9) / length, 0.0, 1.0)
        return t, np.asarray(distance)


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


def _arc(point: Floats, foot: Floats) -> Floats:
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


def earth_centred(lon: Floats, lat: Floats) -> Floats:
    """Earth-centred coordinates of points of the WGS 84 ellipsoid, in metres."""
    lam, phi = np.radians(lon), np.radians(lat)
    normal = GEOD.a / np.sqrt(1 - GEOD.es * np.sin(phi) ** 2)
    return np.column_stack(
        (
            normal * np.cos(phi) * np.cos(lam),
            normal * np.cos(phi) * np.sin(lam),
            normal * (1 - GEOD.es) * np.sin(phi),
        )
    )


def _degrees(xyz: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude of points on (or a few millimetres under) the ellipsoid."""
    lon = np.degrees(np.arctan2(xyz[:, 1], xyz[:, 0]))
    lat = np.degrees(np.arctan2(xyz[:, 2], (1 - GEOD.es) * np.hypot(xyz[:, 0], xyz[:, 1])))
    return lon, lat


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
