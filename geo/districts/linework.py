"""Linework cut into faces, and faces joined again: what areas of a clean coverage are made from.

Lines that come from several drawings are noded once, on one grid, and made into faces. Every face then goes
to one owner, and an owner's area is the union of its faces. Areas that are made so can neither overlap nor
leave a gap, whatever the drawings were like.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely import MultiPolygon, Polygon, STRtree

from geo.types import Floats, Indices

__all__ = [
    "GRID",
    "Linework",
    "dissolve",
    "edges_of",
    "faces_of",
    "inner_radius",
    "inside_points",
    "lines_of",
    "pairs_within",
    "polygons_of",
    "runs_of",
    "segments_of",
    "to_longest_neighbour",
]

Areas = npt.NDArray[np.object_]

GRID: Final = 1e-6
"""Degrees (0.1 m): the grid of the shipped outlines, on which every line is noded."""

GRID_DIGITS: Final = 6


def polygons_of(shape: shapely.Geometry) -> Polygon | MultiPolygon:
    """What of a geometry has area; an empty polygon where nothing has."""
    # Parts of a collection may be collections themselves or MultiPolygons: two rounds take them apart.
    parts = shapely.get_parts(shapely.get_parts(shape))
    parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 0)]
    if len(parts) == 1:
        return parts[0]
    return MultiPolygon(list(parts)) if len(parts) else Polygon()


def lines_of(shapes: Areas | list[shapely.Geometry]) -> Areas:
    """Rims of areas as lines, of an edge that several rings have only the first one's.

    Where areas meet vertex for vertex this is half of the linework, and noding it costs a third.
    """
    rings = shapely.get_rings(shapely.get_parts(np.asarray(shapes, dtype=object)))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(xy):
        return np.empty(0, dtype=object)
    start = np.flatnonzero(ring[1:] == ring[:-1])
    return runs_of(xy, start[_once(np.hstack([xy[start], xy[start + 1]]))])


def runs_of(xy: Floats, start: Indices, breaks: npt.NDArray[np.bool_] | None = None) -> Areas:
    """Lines of the steps from each vertex ``start``, sorted, to the next one, joined where they follow.

    Parameters
    ----------
    xy
        Vertices (n, 2).
    start
        Numbers of vertices; the step from one leads to the vertex after it.
    breaks
        For each vertex whether lines are to end there.
    """
    if not len(start):
        return np.empty(0, dtype=object)
    opens = np.diff(start, prepend=-2) != 1
    if breaks is not None:
        opens |= breaks[start]
    run = np.flatnonzero(opens)
    vertices = np.diff(np.append(run, len(start))) + 1
    line = np.repeat(np.arange(len(run)), vertices)
    along = np.arange(len(line)) - np.repeat(np.cumsum(vertices) - vertices, vertices)
    return np.asarray(shapely.linestrings(xy[start[run][line] + along], indices=line))


def faces_of(lines: Areas | list[shapely.Geometry]) -> Areas:
    """Faces that lines enclose once they are noded on the grid."""
    return Linework.of(lines).faces()


@dataclass(frozen=True, eq=False)
class Linework:
    """Steps of lines on the grid, and the spots at which each is to be cut.

    Snap rounding (J. D. Hobby, Computational Geometry 13, 1999): each vertex and each crossing has its square
    of the grid, and a step that passes through one goes by its middle. Nothing meets between vertices then.

    Attributes
    ----------
    xy
        Vertices (n, 2), whole numbers of grid units.
    start
        Numbers of vertices, sorted; a step leads from one to the vertex after it.
    tree
        Bounds of the steps, each wider by a unit.
    crossings
        Where steps cross (n, 2), on the grid.
    cut, spots
        Numbers of steps, and the points (n, 2) between their ends by way of which they go.
    """

    xy: Floats
    start: Indices
    tree: STRtree
    crossings: Floats
    cut: Indices
    spots: Floats

    @classmethod
    def of(cls, lines: Areas | list[shapely.Geometry]) -> Linework:
        """Lines in degrees, noded."""
        xy, start, tree = _steps(lines)
        a, b = xy[start], xy[start + 1]
        one, other = tree.query(tree.geometries)
        pair = one < other
        one, other = one[pair], other[pair]
        crossings = _crossings(a, b, one, other)
        step, hot = _near(tree, crossings)
        # Ends of each of a pair for the other, crossings for whatever is near.
        steps = np.concatenate([one, one, other, other, step])
        spots = np.vstack([a[other], b[other], a[one], b[one], crossings[hot]])
        return cls(xy, start, tree, crossings, *_passed(a, b, steps, spots))

    @classmethod
    def noded(cls, lines: Areas | list[shapely.Geometry]) -> Linework:
        """Lines in degrees that were noded before, as rims of faces are: they meet at vertices only."""
        nowhere = np.empty((0, 2))
        return cls(*_steps(lines), nowhere, np.empty(0, dtype=np.intp), nowhere)

    def faces(self) -> Areas:
        """What the lines enclose."""
        return _enclosed(self.xy, self.start, self.cut, self.spots)

    def faces_with(self, lines: Areas) -> Areas:
        """What they enclose with further lines; where these meet nothing, nothing is looked at again."""
        more = Linework.of(lines)
        shift = len(self.start)
        xy = np.vstack([self.xy, more.xy])
        start = np.concatenate([self.start, more.start + len(self.xy)])
        a, b = xy[start], xy[start + 1]
        new, old = self.tree.query(more.tree.geometries)
        new = new + shift
        crossings = _crossings(a, b, old, new)
        for_old, for_new = np.vstack([crossings, more.crossings]), np.vstack([crossings, self.crossings])
        (ours, at_ours), (theirs, at_theirs) = _near(self.tree, for_old), _near(more.tree, for_new)
        steps = np.concatenate([old, old, new, new, ours, theirs + shift])
        spots = np.vstack([a[new], b[new], a[old], b[old], for_old[at_ours], for_new[at_theirs]])
        steps, spots = _passed(a, b, steps, spots)
        return _enclosed(
            xy,
            start,
            np.concatenate([self.cut, more.cut + shift, steps]),
            np.vstack([self.spots, more.spots, spots]),
        )


def _steps(lines: Areas | list[shapely.Geometry]) -> tuple[Floats, Indices, STRtree]:
    """Vertices on the grid, the steps between them, each once, and their bounds, as `Linework` has them."""
    degrees, line = shapely.get_coordinates(np.asarray(lines, dtype=object), return_index=True)
    xy = np.floor(degrees / GRID + 0.5)
    start = np.flatnonzero((line[1:] == line[:-1]) & (xy[1:] != xy[:-1]).any(axis=1))
    start = start[_once(np.hstack([xy[start], xy[start + 1]]))]
    a, b = xy[start], xy[start + 1]
    # A tree looks at bounds only, and a diagonal has the same ones as a box of five corners.
    bounds = np.stack([np.minimum(a, b) - 1, np.maximum(a, b) + 1], axis=1)
    return xy, start, STRtree(shapely.linestrings(bounds))


def _near(tree: STRtree, points: Floats) -> tuple[Indices, Indices]:
    """Pairs of a step and a point within its bounds."""
    point, step = tree.query(shapely.points(points))
    return step, point


def _passed(a: Floats, b: Floats, steps: Indices, spots: Floats) -> tuple[Indices, Floats]:
    """Of pairs of a step and a point, those where it passes through the point's square, ends of it apart."""
    # Most are ends that follow upon each other, or lie aside: few are worth the test.
    a, b = a[steps], b[steps]
    near = (spots >= np.minimum(a, b) - 0.5).all(axis=1) & (spots <= np.maximum(a, b) + 0.5).all(axis=1)
    near &= (spots != a).any(axis=1) & (spots != b).any(axis=1)
    near[near] = _through(a[near], b[near], spots[near])
    return steps[near], spots[near]


def _enclosed(xy: Floats, start: Indices, cut: Indices, spots: Floats) -> Areas:
    """Faces of steps that go by way of spots; arguments as `Linework` has them."""
    if not len(start):
        return np.empty(0, dtype=object)
    points, start = _by_way_of(xy, start, cut, spots)
    # Where a step lies on another one both have it now: it is kept once.
    start = start[_once(np.hstack([points[start], points[start + 1]]))]
    number, _ = pd.factorize(points.copy().view(np.complex128).ravel())
    ends = np.bincount(np.concatenate([number[start], number[start + 1]]), minlength=len(points))
    noded = runs_of(np.round(points * GRID, GRID_DIGITS), start, ends[number] != 2)
    return np.asarray(shapely.get_parts(shapely.polygonize(noded)))


def _by_way_of(xy: Floats, start: Indices, cut: Indices, spots: Floats) -> tuple[Floats, Indices]:
    """Vertices of the steps with the spots of each in their order along it, and where the new steps start."""
    a, b = xy[start], xy[start + 1]
    along = ((spots - a[cut]) * (b - a)[cut]).sum(axis=1)
    order = np.lexsort((along, cut))
    cut, spots = cut[order], spots[order]
    once = np.ones(len(cut), dtype=np.bool_)
    once[1:] = (cut[1:] != cut[:-1]) | (spots[1:] != spots[:-1]).any(axis=1)
    cut, spots = cut[once], spots[once]
    # The last vertex of a step is the first of the one that follows it.
    open_end = np.append(np.diff(start) != 1, True)
    inner = np.bincount(cut, minlength=len(start))
    size = 1 + inner + open_end
    first = np.cumsum(size) - size
    vertices = np.empty((int(size.sum()), 2))
    vertices[first] = a
    vertices[first[cut] + 1 + np.arange(len(cut)) - (np.cumsum(inner) - inner)[cut]] = spots
    end = (first + size - 1)[open_end]
    vertices[end] = b[open_end]
    leads = np.ones(len(vertices), dtype=np.bool_)
    leads[end] = False
    return vertices, np.flatnonzero(leads)


def _crossings(a: Floats, b: Floats, one: Indices, other: Indices) -> Floats:
    """Where two steps cross, rounded to the grid, each once; the same whichever comes first."""
    r, s, between = b[one] - a[one], b[other] - a[other], a[other] - a[one]
    turn = _turn(r, s)
    # Of whole numbers of such a size all this is exact.
    along_one, along_other = _turn(between, s) * np.sign(turn), _turn(between, r) * np.sign(turn)
    size = np.abs(turn)
    cross = (along_one > 0) & (along_one < size) & (along_other > 0) & (along_other < size)
    one, other = one[cross], other[cross]
    # Half-way between two spots of the grid the last digit decides, and that depends on the order.
    steps = _in_order(a[one], b[one]), _in_order(a[other], b[other])
    p, q, v, w = np.hsplit(_in_order(*steps), 4)
    t = _turn(v - p, w - v) / _turn(q - p, w - v)
    return np.unique(np.floor(p + t[:, None] * (q - p) + 0.5), axis=0)


def _turn(r: Floats, s: Floats) -> Floats:
    """Cross products of vectors (n, 2)."""
    return np.asarray(r[:, 0] * s[:, 1] - r[:, 1] * s[:, 0])


def _in_order(a: Floats, b: Floats) -> Floats:
    """Rows of both side by side, in each the lesser first, by their first number that differs."""
    differ = a != b
    first = differ.argmax(axis=1)
    row = np.arange(len(a))
    swap = (a[row, first] > b[row, first])[:, None]
    return np.hstack([np.where(swap, b, a), np.where(swap, a, b)])


def _through(a: Floats, b: Floats, spots: Floats) -> npt.NDArray[np.bool_]:
    """Whether steps pass through the squares of grid points (Liang and Barsky's test)."""
    enter, leave = np.zeros(len(a)), np.ones(len(a))
    inside = np.ones(len(a), dtype=np.bool_)
    for axis in (0, 1):
        way, off = b[:, axis] - a[:, axis], spots[:, axis] - a[:, axis]
        still = way == 0
        inside &= ~still | (np.abs(off) <= 0.5)
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = np.sort(np.stack([(off - 0.5) / way, (off + 0.5) / way]), axis=0)
        enter = np.where(still, enter, np.maximum(enter, ends[0]))
        leave = np.where(still, leave, np.minimum(leave, ends[1]))
    return np.asarray(inside & (enter <= leave))


def inner_radius(shape: shapely.Geometry, tolerance: float) -> float:
    """Radius of a circle inside, short of the largest by less than a tolerance, in units of the coordinates.

    It costs a hundredth of what an inner buffer does.
    """
    return float(shapely.length(shapely.maximum_inscribed_circle(shape, tolerance=tolerance)))


def inside_points(faces: Areas) -> Areas:
    """A point inside each face."""
    return np.asarray(shapely.point_on_surface(faces))


def pairs_within(points: Areas, areas: Areas) -> tuple[Indices, Indices]:
    """Which point lies in which area, as two columns: number of the point, number of the area."""
    area, point = STRtree(points).query(areas, predicate="intersects")
    return point, area


def dissolve(faces: Areas, owner: Indices, count: int) -> Areas:
    """Union of the faces of each owner, from 0 to ``count``; faces with an owner below 0 are nobody's.

    The faces are a coverage, so that an edge either is in two of them or is a part of the rim: the union is
    made by leaving out the former, and keeps every vertex of the rim.
    """
    merged = np.full(count, Polygon(), dtype=object)
    held = np.flatnonzero(owner >= 0)
    held = held[np.argsort(owner[held], kind="stable")]
    starts = np.flatnonzero(np.diff(owner[held], prepend=-1))
    for own in np.split(held, starts[1:]):
        if len(own):
            merged[owner[own[0]]] = shapely.coverage_union_all(faces[own])
    return merged


def to_longest_neighbour(faces: Areas, owner: Indices, patches: dict[int, list[int] | None]) -> None:
    """Set the owner of each patch to the one with the longest shared edge; ``None`` allows every owner."""
    if not patches:
        return
    wanted = np.array(sorted(patches), dtype=np.intp)
    near = np.unique(STRtree(faces).query(faces[wanted])[1])
    left, right, shared = _shared_edges(faces, near)
    open_patches = set(patches)
    while open_patches:
        settled: dict[int, int] = {}
        edges: dict[int, dict[int, float]] = {patch: {} for patch in open_patches}
        for one, other, length in zip(left.tolist(), right.tolist(), shared.tolist(), strict=True):
            for patch, beside in ((one, other), (other, one)):
                holder = int(owner[beside])
                if patch in edges and holder >= 0:
                    allowed = patches[patch]
                    if allowed is None or holder in allowed:
                        edges[patch][holder] = edges[patch].get(holder, 0.0) + length
        for patch, lengths in edges.items():
            if lengths:
                settled[patch] = _longest(lengths)
        if not settled:
            # No claimant has ground beside it: the first in the file.
            settled = {patch: by[0] for patch in open_patches if (by := patches[patch])}
        for patch, holder in settled.items():
            owner[patch] = holder
        if not settled:
            break
        open_patches -= settled.keys()


def _longest(lengths: dict[int, float]) -> int:
    return max(lengths, key=lambda holder: (lengths[holder], -holder))


def _shared_edges(faces: Areas, among: Indices) -> tuple[Indices, Indices, Floats]:
    """Pairs of faces that share edges, and the length that each pair shares."""
    segments, of = segments_of(faces[among])
    edge, _, _ = edges_of(segments)
    order = np.argsort(edge, kind="stable")
    edge, face = edge[order], among[of[order]]
    twice = np.flatnonzero(edge[1:] == edge[:-1])
    at = segments[order[twice]]
    pairs, pair = np.unique(
        np.sort(np.column_stack((face[twice], face[twice + 1])), axis=1), axis=0, return_inverse=True
    )
    size = np.hypot(at[:, 2] - at[:, 0], at[:, 3] - at[:, 1])
    total = np.bincount(pair.ravel(), weights=size, minlength=len(pairs)).astype(np.float64)
    return pairs[:, 0], pairs[:, 1], total


def segments_of(shapes: Areas | list[shapely.Geometry]) -> tuple[Floats, Indices]:
    """Segments (n, 4) of all rings, and the number of the shape of each."""
    parts, of_part = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    together = ring[1:] == ring[:-1]
    return np.hstack([xy[:-1], xy[1:]])[together], of_part[of_ring[ring[:-1][together]]]


def edges_of(segments: Floats) -> tuple[Indices, Indices, Indices]:
    """Segments taken as edges without direction: number of the edge of each, its first segment, its count."""
    _, first, edge, count = np.unique(
        _edges(segments), return_index=True, return_inverse=True, return_counts=True
    )
    return edge.ravel(), first, count


def _once(segments: Floats) -> npt.NDArray[np.bool_]:
    """Which segments are the first of their edge: as `edges_of` has them, and nothing is sorted."""
    return np.asarray(~pd.Index(_edges(segments)).duplicated())


def _edges(segments: Floats) -> Indices:
    """A number for each segment, the same for both directions of an edge."""
    vertex, _ = pd.factorize(segments.reshape(-1, 2).copy().view(np.complex128).ravel())
    ends = np.sort(vertex.reshape(-1, 2), axis=1)
    return np.asarray(ends[:, 0] * (len(vertex) + 1) + ends[:, 1])
