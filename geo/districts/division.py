"""An area divided among claims, no vertex of its outline moved or added.

Whatever two claims share is drawn anew inside the area, and each such line ends on a vertex that the outline
has already. So areas beside each other can be divided one by one, and their parts still meet vertex for
vertex across every line between them: across the Durand Line, and across province lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely import MultiPolygon, Polygon, STRtree

from geo.districts.linework import (
    GRID,
    Linework,
    dissolve,
    edges_of,
    inside_points,
    lines_of,
    pairs_within,
    polygons_of,
    runs_of,
    segments_of,
    to_longest_neighbour,
)
from geo.errors import BoundaryError
from geo.types import Floats, Indices

__all__ = ["coverage_fault", "divide"]

Areas = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]

SAMPLE: Final = 1e-3
"""Degrees (0.1 km) between the points from which the nearest claim is found."""

MARGINS: Final = (2e-4, 5e-5, 1e-5)
"""Degrees (20, 5, 1 m) beside the outline in which no line is kept but the one that ends there."""

POCKET: Final = 10
"""A loose piece of line that stays within so many margins of the outline is where two drawings of one border
cross, not a border between two areas."""

TARGETS_TRIED: Final = 300
"""Vertices of the outline, from the nearest on, to which the end of a line may be led."""


def divide(
    whole: shapely.Geometry, claims: Sequence[shapely.Geometry], free: Areas | None = None
) -> list[Polygon | MultiPolygon]:
    """Divide an area among claims: each keeps what it claims inside, the rest goes to the nearest.

    Parameters
    ----------
    whole
        Polygon or MultiPolygon in degrees. Its vertices come back unchanged and none is added.
    claims
        Polygons and MultiPolygons in degrees. Ground that several claim goes to the smallest of them.
    free
        What of ``whole`` none claims, where claims and this are faces of one linework, noded already.

    Returns
    -------
    list
        A part for each claim; together they are ``whole`` and a clean coverage.

    Raises
    ------
    BoundaryError
        If a claim is too small to be drawn, or the area cannot be divided cleanly.
    """
    if len(claims) == 1:
        return [polygons_of(whole)]
    squeeze = float(np.cos(np.radians(whole.centroid.y)))
    rough = _nearest_faces(whole, np.array(claims, dtype=object), free, squeeze)
    rim, _ = segments_of([whole])
    fault = ""
    for margin in MARGINS:
        lines = _lead_to_vertices(rough.lines, whole, rim, margin, squeeze)
        parts = _parts_between(whole, rim, lines, rough, len(claims))
        fault = coverage_fault(rim, parts)
        if not fault:
            return [polygons_of(part) for part in parts]
    inside = whole.representative_point()
    raise BoundaryError(f"an area around {inside.x:.3f} E, {inside.y:.3f} N cannot be divided: {fault}")


@dataclass
class _Rough:
    """A first division, whose lines may meet the outline anywhere."""

    faces: Areas
    points: Areas
    owner: Indices
    lines: list[Floats]


def _nearest_faces(whole: shapely.Geometry, claims: Areas, free: Areas | None, squeeze: float) -> _Rough:
    """Faces of the claims inside ``whole``, and of what none of them claims, which goes to the nearest."""
    order = np.argsort(-shapely.area(claims), kind="stable")
    if free is None:
        lines = Linework.of([*lines_of([whole]), *lines_of(claims)])
        faces = lines.faces()
    else:
        faces = shapely.get_parts([*claims, *free])
        lines = Linework.noded(lines_of(faces))
    points = inside_points(faces)
    owner = _claimed(points, whole, claims, order)
    if (owner == FREE).any():
        nearest = _Nearest(faces, points, owner, squeeze)
        ridges = nearest.ridges(whole)
        if len(ridges):
            faces = lines.faces_with(ridges)
            points = inside_points(faces)
            owner = _claimed(points, whole, claims, order)
        free_faces = np.flatnonzero(owner == FREE)
        owner[free_faces] = nearest.owner(points[free_faces])
    held = owner >= 0
    faces, points, owner = faces[held], points[held], owner[held]
    return _Rough(faces, points, owner, _shared_lines(faces, owner))


FREE: Final = -1
OUTSIDE: Final = -2


def _claimed(points: Areas, whole: shapely.Geometry, claims: Areas, order: Indices) -> Indices:
    """Which claim holds each point; ``FREE`` if none does, ``OUTSIDE`` where ``whole`` does not."""
    shapely.prepare(whole)
    owner = np.where(shapely.intersects(whole, points), FREE, OUTSIDE).astype(np.intp)
    point, place = pairs_within(points, claims[order])
    turn = np.argsort(place, kind="stable")
    point, place = point[turn], place[turn]
    inside = owner[point] != OUTSIDE
    owner[point[inside]] = order[place[inside]]
    return owner


class _Nearest:
    """Which claim is nearest, by points of the claims' rims beside what is to be shared out."""

    def __init__(self, faces: Areas, points: Areas, owner: Indices, squeeze: float) -> None:
        inside = np.flatnonzero(owner != OUTSIDE)
        segments, of = segments_of(faces[inside])
        of = inside[of]
        edge, first, _ = edges_of(segments)
        highest = np.full(len(first), OUTSIDE, dtype=np.intp)
        lowest = np.full(len(first), len(faces), dtype=np.intp)
        np.maximum.at(highest, edge, owner[of])
        np.minimum.at(lowest, edge, owner[of])
        self._squeeze = squeeze
        self._parts = np.asarray(shapely.get_parts(shapely.coverage_union_all(faces[owner == FREE])))
        free = np.flatnonzero(owner == FREE)
        at, part = pairs_within(points[free], self._parts)
        part_of = np.full(len(faces), -1, dtype=np.intp)
        part_of[free[at]] = part
        # What lies beside one claim alone, as most strips along an outline do, is that claim's.
        beside = (lowest == FREE) & (highest >= 0)
        rim = beside[edge] & (owner[of] == FREE)
        pairs = np.unique(np.column_stack((part_of[of[rim]], highest[edge[rim]])), axis=0)
        pairs = pairs[pairs[:, 0] >= 0]
        claims = np.bincount(pairs[:, 0], minlength=len(self._parts))
        self._sole = np.full(len(self._parts), -1, dtype=np.intp)
        self._sole[pairs[:, 0]] = pairs[:, 1]
        self._sole[claims != 1] = -1
        alone = np.flatnonzero(claims == 0)
        if len(alone):
            # An island beside no claim goes whole to the one with the nearest vertex.
            held = highest >= 0
            vertices = STRtree(shapely.points(segments[first[held], :2] * (squeeze, 1.0)))
            islands = shapely.transform(self._parts[alone], lambda xy: xy * (squeeze, 1.0))
            self._sole[alone] = highest[held][vertices.nearest(islands)]
        wanted = np.zeros(len(first), dtype=np.bool_)
        wanted[edge[rim & (claims[part_of[of]] > 1)]] = True
        sites, self._holder = _sites(segments[first[wanted]], highest[wanted])
        self._sites = sites * (squeeze, 1.0)
        self._tree = STRtree(shapely.points(self._sites))

    def ridges(self, whole: shapely.Geometry) -> Areas:
        """Lines halfway between claims: edges of Voronoi cells of the points."""
        open_parts = self._parts[self._sole < 0]
        if not len(open_parts) or len(np.unique(self._holder)) < 2:
            return np.empty(0, dtype=object)
        plane = shapely.transform(shapely.box(*whole.bounds).buffer(1), lambda xy: xy * (self._squeeze, 1.0))
        cells = shapely.get_parts(
            shapely.voronoi_polygons(shapely.MultiPoint(self._sites), extend_to=plane, ordered=True)
        )
        segments, of = segments_of(cells)
        edge, first, count = edges_of(segments)
        highest = np.zeros(len(first), dtype=np.intp)
        lowest = np.full(len(first), self._holder.max(initial=0), dtype=np.intp)
        np.maximum.at(highest, edge, self._holder[of])
        np.minimum.at(lowest, edge, self._holder[of])
        # An edge between two cells of one claim divides nothing. One that the cells do not have in common to
        # the last digit is kept, as a line too many does no harm.
        between = segments[first[(highest != lowest) | (count != 2)]] / np.tile((self._squeeze, 1.0), 2)
        steps = shapely.linestrings(between.reshape(-1, 2, 2))
        near = np.unique(STRtree(steps).query(open_parts, predicate="intersects")[1])
        return np.asarray(steps[near])

    def owner(self, points: Areas) -> Indices:
        """The claim nearest to each point."""
        at, part = pairs_within(points, self._parts)
        owner = np.full(len(points), -1, dtype=np.intp)
        owner[at] = self._sole[part]
        open_points = np.flatnonzero(owner < 0)
        if len(open_points):
            flat = shapely.transform(points[open_points], lambda xy: xy * (self._squeeze, 1.0))
            owner[open_points] = self._holder[self._nearest(flat)]
        return owner

    def _nearest(self, flat: Areas) -> Indices:
        return np.asarray(self._tree.nearest(flat), dtype=np.intp)


def _sites(segments: Floats, holder: Indices) -> tuple[Floats, Indices]:
    """Points along segments, ends included, no farther apart than ``SAMPLE``, and the holder of each."""
    pieces = np.ceil(np.hypot(*(segments[:, 2:] - segments[:, :2]).T) / SAMPLE).astype(np.intp)
    of = np.repeat(np.arange(len(segments)), pieces + 1)
    step = np.arange(len(of)) - np.repeat(np.cumsum(pieces + 1) - (pieces + 1), pieces + 1)
    along = (step / pieces[of])[:, None]
    points = segments[of, :2] * (1 - along) + segments[of, 2:] * along
    sites, back = np.unique(np.round(points / GRID) @ (1, 1j), return_inverse=True)
    lowest = np.full(len(sites), len(segments) + holder.max(initial=0), dtype=np.intp)
    highest = np.zeros(len(sites), dtype=np.intp)
    np.minimum.at(lowest, back, holder[of])
    np.maximum.at(highest, back, holder[of])
    # A point of two claims would fall to one of them by chance; the points to both sides of it decide.
    clear = lowest == highest
    return np.column_stack((sites.real, sites.imag))[clear] * GRID, highest[clear]


def _shared_lines(faces: Areas, owner: Indices) -> list[Floats]:
    """Lines between faces of two owners, merged between the points where three meet."""
    rings, of_ring = shapely.get_rings(faces, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    start = np.flatnonzero(ring[1:] == ring[:-1])
    held = owner[of_ring[ring[start]]]
    edge, first, count = edges_of(np.hstack([xy[start], xy[start + 1]]))
    highest = np.full(len(first), -1, dtype=np.intp)
    lowest = np.full(len(first), held.max(initial=0), dtype=np.intp)
    np.maximum.at(highest, edge, held)
    np.minimum.at(lowest, edge, held)
    shared = np.sort(first[(count == 2) & (highest != lowest)])
    if not len(shared):
        return []
    # Where a third owner comes in, lines end.
    pair = np.column_stack((lowest, highest))[edge[shared]]
    breaks = np.zeros(len(xy), dtype=np.bool_)
    breaks[start[shared]] = (np.diff(pair, axis=0, prepend=-1) != 0).any(axis=1)
    runs = runs_of(xy, start[shared], breaks)
    merged = shapely.line_merge(shapely.multilinestrings(runs))
    return [shapely.get_coordinates(line) for line in shapely.get_parts(merged)]


def _lead_to_vertices(
    lines: list[Floats], whole: shapely.Geometry, rim: Floats, margin: float, squeeze: float
) -> list[Floats]:
    """Cut lines off where they come within ``margin`` of the outline, and lead each loose end to a vertex."""
    walls = shapely.linestrings(rim.reshape(-1, 2, 2))
    wall_tree = STRtree(walls)
    # A file that was drawn on this outline has lines that end on its vertices already: they stay as they are.
    fits = np.array([_ends_on_vertices(line, wall_tree, rim) for line in lines], dtype=np.bool_)
    kept = _away_from([line for line, fit in zip(lines, fits, strict=True) if not fit], wall_tree, margin)
    kept += [line for line, fit in zip(lines, fits, strict=True) if fit]
    ends: dict[tuple[float, float], int] = {}
    for line in kept:
        for end in (line[0], line[-1]):
            ends[tuple(end.tolist())] = ends.get(tuple(end.tolist()), 0) + 1
    corners = np.unique(rim[:, :2], axis=0)
    on_rim = set(map(tuple, corners.tolist()))
    corner_tree = STRtree(shapely.points(corners * (squeeze, 1.0)))
    shapely.prepare(whole)
    sight = _Sight(whole, wall_tree, rim, kept)
    loops = [bool((line[0] == line[-1]).all()) for line in kept]
    for number, line in enumerate(kept):
        for _ in range(2):
            line = line[::-1]
            end = tuple(line[-1].tolist())
            if ends[end] == 1 and end not in on_rim:
                line = _led(line, corners, corner_tree, sight, number, squeeze)
        kept[number] = line
    # A piece led to one vertex at both ends encloses a pocket beside the outline.
    return [line for line, loop in zip(kept, loops, strict=True) if loop or (line[0] != line[-1]).any()]


def _ends_on_vertices(line: Floats, walls: STRtree, rim: Floats) -> bool:
    """Whether a line meets the outline at its own ends only, and those are vertices of it."""
    steps = shapely.linestrings(np.stack([line[:-1], line[1:]], axis=1))
    step, wall = walls.query(steps, predicate="intersects")
    at_start = (step == 0) & ((rim[wall].reshape(-1, 2, 2) == line[0]).all(axis=2).any(axis=1))
    at_end = (step == len(steps) - 1) & ((rim[wall].reshape(-1, 2, 2) == line[-1]).all(axis=2).any(axis=1))
    return bool(len(step)) and bool((at_start | at_end).all())


def _away_from(lines: list[Floats], walls: STRtree, margin: float) -> list[Floats]:
    """Pieces of the lines that keep their distance, without the loose bits that two drawings leave."""
    kept: list[Floats] = []
    for line in lines:
        if not _reaching(line, walls, margin).any():
            kept.append(line)
            continue
        fine = shapely.get_coordinates(shapely.segmentize(shapely.LineString(line), SAMPLE))
        close = _reaching(fine, walls, margin)
        # Cut to a margin, so that what leads on from a meeting of lines near the outline is not lost.
        pieces = np.where(close, np.ceil(np.hypot(*np.diff(fine, axis=0).T) / margin), 1).astype(np.intp)
        fine = _between(fine, pieces)
        hit = np.flatnonzero(_reaching(fine, walls, margin))
        near = np.zeros(len(fine), dtype=np.bool_)
        near[hit] = True
        near[hit + 1] = True
        runs = np.split(np.arange(len(fine)), np.flatnonzero(np.diff(near.astype(np.int8))) + 1)
        for run in runs:
            if near[run[0]] or len(run) < 2:
                continue
            piece = fine[run]
            loose = bool(run[0] > 0) and bool(run[-1] < len(fine) - 1)
            if loose:
                reached = walls.query(shapely.points(piece), predicate="dwithin", distance=POCKET * margin)[0]
                if len(np.unique(reached)) == len(piece):
                    continue
            # Of the points put in above, only those at which the piece was cut off are needed.
            drawn = np.isin(_numbers(piece), _numbers(line))
            drawn[[0, -1]] = True
            kept.append(piece[drawn])
    # On one grid, the ends of lines that meet are the same two numbers.
    return [np.round(line, 6) for line in kept]


def _reaching(line: Floats, walls: STRtree, margin: float) -> Flags:
    """Which steps of a line come within ``margin`` of a wall."""
    steps = shapely.linestrings(np.stack([line[:-1], line[1:]], axis=1))
    found = np.zeros(len(steps), dtype=np.bool_)
    found[walls.query(steps, predicate="dwithin", distance=margin)[0]] = True
    return found


def _between(line: Floats, pieces: Indices) -> Floats:
    """A line with each of its steps in so many pieces."""
    step = np.repeat(np.arange(len(pieces)), pieces)
    along = (np.arange(len(step)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[step]
    points = line[step] + (line[step + 1] - line[step]) * along[:, None]
    return np.vstack((points, line[-1]))


class _Sight:
    """What a step towards the outline must not cross: the outline, the lines kept, the steps already made."""

    def __init__(self, whole: shapely.Geometry, walls: STRtree, rim: Floats, lines: list[Floats]) -> None:
        self.whole = whole
        self.walls = walls
        self.rim = rim
        steps = [np.stack([line[:-1], line[1:]], axis=1) for line in lines]
        self._of = np.repeat(np.arange(len(steps)), [len(step) for step in steps])
        self.lines = STRtree(shapely.linestrings(np.concatenate(steps))) if steps else STRtree([])
        self._at = np.concatenate(steps) if steps else np.empty((0, 2, 2))
        self.made: list[shapely.LineString] = []

    def is_free(self, start: Floats, target: Floats, own: int, *, strict: bool) -> bool:
        """Whether a step meets the outline in ``target`` only and, if strict, no line but its own."""
        step = shapely.LineString([start, target])
        hit = self.rim[self.walls.query(step, predicate="intersects")]
        ends_there = (hit[:, :2] == target).all(axis=1) | (hit[:, 2:] == target).all(axis=1)
        if not ends_there.all():
            return False
        if not shapely.intersects_xy(self.whole, *(0.5 * (start + target))):
            return False
        if not strict:
            return True
        met = self.lines.query(step, predicate="intersects")
        if any(self._of[n] != own or not (self._at[n] == start).all(axis=1).any() for n in met):
            return False
        goal = tuple(target.tolist())
        return all(not made.intersects(step) or made.coords[-1] == goal for made in self.made)


def _led(line: Floats, corners: Floats, tree: STRtree, sight: _Sight, own: int, squeeze: float) -> Floats:
    """The line with its last vertex led on to a vertex of the outline, as near and as blunt as can be."""
    end = shapely.Point(line[-1] * (squeeze, 1.0))
    nearest = tree.query_nearest(end, return_distance=True)[1][0]
    # Where vertices are far apart, a step from the very end would run flat along the outline.
    for strict in (True, False):
        for share in (0.5, 0.0, 1.0):
            cut = _shortened(line, share * float(nearest))
            if len(cut) < 2:
                continue
            here = shapely.Point(cut[-1] * (squeeze, 1.0))
            reach = 2 * float(tree.query_nearest(here, return_distance=True)[1][0]) + SAMPLE
            for _ in range(4):
                near = tree.query(here, predicate="dwithin", distance=reach)
                away = shapely.distance(shapely.points(corners[near] * (squeeze, 1.0)), here)
                for corner in near[np.argsort(away, kind="stable")][:TARGETS_TRIED]:
                    if sight.is_free(cut[-1], corners[corner], own, strict=strict):
                        sight.made.append(shapely.LineString([cut[-1], corners[corner]]))
                        return np.vstack([cut, corners[corner]])
                reach *= 4
    lon, lat = line[-1]
    raise BoundaryError(f"no vertex of the outline can be reached from {lon:.5f} E, {lat:.5f} N")


def _shortened(line: Floats, by: float) -> Floats:
    """The line less its last vertices, as many as lie within ``by`` of its end along it; never below two."""
    if by <= 0:
        return line
    steps = np.hypot(*np.diff(line, axis=0).T)
    left = np.cumsum(steps[::-1])
    drop = min(int(np.searchsorted(left, by, side="right")), len(line) - 2)
    return line[: len(line) - drop]


def _parts_between(
    whole: shapely.Geometry, rim: Floats, lines: list[Floats], rough: _Rough, count: int
) -> Areas:
    """Parts made of the faces that the outline and the lines enclose, each to the claim that fills it."""
    inner: list[shapely.Geometry] = []
    if lines:
        noded = shapely.union_all([shapely.LineString(line) for line in lines], grid_size=GRID)
        inner = list(_broken(noded, rim[:, :2]))
    ends = shapely.get_coordinates(shapely.boundary(inner)) if inner else np.empty((0, 2))
    outline = _broken(shapely.boundary(whole), ends)
    faces = shapely.get_parts(shapely.polygonize([*outline, *inner]))
    points = inside_points(faces)
    kept = shapely.intersects(whole, points)
    faces, points = faces[kept], points[kept]
    owner = _filled_by(faces, points, rough)
    to_longest_neighbour(faces, owner, {int(n): None for n in np.flatnonzero(owner < 0)})
    return dissolve(faces, owner, count)


def _broken(lines: shapely.Geometry, at: Floats) -> Areas:
    """Lines broken at those of their vertices that are among some points."""
    xy, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    start = np.flatnonzero(line[1:] == line[:-1])
    return runs_of(xy, start, np.isin(_numbers(xy), _numbers(at)))


def _numbers(xy: Floats) -> npt.NDArray[np.complex128]:
    return np.asarray(xy @ (1, 1j), dtype=np.complex128)


def _filled_by(faces: Areas, points: Areas, rough: _Rough) -> Indices:
    """The owner whose rough faces fill each face most."""
    face, old = pairs_within(points, rough.faces)
    turned, inside = pairs_within(rough.points, faces)
    face, old = np.concatenate((face, inside)), np.concatenate((old, turned))
    owner = np.full(len(faces), -1, dtype=np.intp)
    owner[face] = rough.owner[old]
    # Where every point in it says the same, so does the area; else it is measured.
    doubtful = np.unique(face[rough.owner[old] != owner[face]])
    owner[doubtful] = _most_of(faces[doubtful], rough)
    return owner


def _most_of(faces: Areas, rough: _Rough) -> Indices:
    """The owner whose rough faces have most of each face, by area."""
    one, other = STRtree(rough.faces).query(faces, predicate="intersects")
    # First the largest rough face with a point in each: if it fills more than half, no other is cut.
    size = np.where(
        shapely.intersects(faces[one], rough.points[other]), shapely.area(rough.faces[other]), 0.0
    )
    order = np.lexsort((-size, one))
    largest = order[np.diff(one[order], prepend=-1) != 0]
    filled = np.zeros((len(faces), int(rough.owner.max(initial=0)) + 1))
    half = shapely.area(faces) / 2
    for pairs in (largest, np.delete(np.arange(len(one)), largest)):
        pairs = pairs[filled.max(axis=1)[one[pairs]] <= half[one[pairs]]]
        cut = shapely.intersection(faces[one[pairs]], rough.faces[other[pairs]])
        np.add.at(filled, (one[pairs], rough.owner[other[pairs]]), shapely.area(cut))
    return np.asarray(filled.argmax(axis=1), dtype=np.intp)


def coverage_fault(rim: Floats, parts: Areas) -> str:
    """What is wrong with a division; empty if nothing is.

    Parameters
    ----------
    rim
        Segments (n, 4) of the outline, each of which must be in one part.
    parts
        Valid areas, no two of which may overlap, and between which no gap may be.
    """
    empty = np.flatnonzero(shapely.is_empty(parts))
    if len(empty):
        return f"nothing is left of claims {', '.join(map(str, empty.tolist()))}"
    if not shapely.is_valid(parts).all() or not shapely.coverage_is_valid(parts):
        return "its parts overlap or leave gaps"
    segments, _ = segments_of(parts)
    edge, first, _ = edges_of(np.concatenate((rim, segments)))
    in_rim = np.bincount(edge[: len(rim)], minlength=len(first))
    in_parts = np.bincount(edge[len(rim) :], minlength=len(first))
    # An edge of the outline is in one part, every other in two.
    if not (in_parts + in_rim == 2).all():
        return "its outline would change"
    return ""
