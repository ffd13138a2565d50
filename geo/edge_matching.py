"""Areas drawn elsewhere made to fit a fixed outline: overlaps decided, gaps shared out, no vertex moved.

The outline (a province) is never moved and gains no vertex. Whatever two areas share is drawn anew inside it,
and each such line ends on a vertex that the outline has already. So provinces can be divided one by one, and
their parts still meet vertex for vertex across every province line and across the Durand Line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely import MultiPolygon, Polygon, STRtree

from geo.errors import BoundaryError

__all__ = ["Decided", "decide_overlaps", "divide", "polygons_of"]

Areas = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]

GRID: Final = 1e-6
"""Degrees (0.1 m): the grid of the shipped outlines, on which every line is noded."""

SAMPLE: Final = 1e-3
"""Degrees (0.1 km) between the points from which the nearest area is found."""

MARGINS: Final = (2e-4, 5e-5, 1e-5)
"""Degrees (20, 5, 1 m) beside the outline in which no line is kept but the one that ends there."""

POCKET: Final = 10
"""A loose piece of line that stays within so many margins of the outline is where two drawings of one border
cross, not a border between two areas."""

TARGETS_TRIED: Final = 300
"""Vertices of the outline, from the nearest on, to which the end of a line may be led."""


@dataclass(frozen=True)
class Decided:
    """Areas without overlaps, and how many patches had to be decided."""

    areas: Areas
    overlaps: int
    holes: int


def polygons_of(shape: shapely.Geometry) -> Polygon | MultiPolygon:
    """What of a geometry has area; an empty polygon where nothing has."""
    # Parts of a collection may be collections themselves or MultiPolygons: two rounds take them apart.
    parts = shapely.get_parts(shapely.get_parts(shape))
    parts = [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
    if len(parts) == 1:
        return parts[0]
    return MultiPolygon(parts) if parts else Polygon()


def decide_overlaps(areas: Areas, *, widest_hole: float) -> Decided:
    """Give every patch that several areas claim, or that areas enclose and none claims, to one of them.

    The lines of all areas are noded on a grid of a millionth of a degree and made into faces. A face that
    one area claims is its own. A face that several claim goes to the one that would otherwise lose more than
    half of itself (a town drawn upon its district), else to the claimant with which it shares the longest
    edge. A face that nobody claims goes to the neighbour with the longest shared edge, if no circle of
    ``widest_hole`` fits into it.

    Parameters
    ----------
    areas
        Polygons and MultiPolygons in degrees, valid.
    widest_hole
        Radius in degrees.
    """
    noded = shapely.union_all(shapely.boundary(areas), grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    owner = np.full(len(faces), -1, dtype=np.intp)
    face, area = STRtree(shapely.point_on_surface(faces)).query(areas, predicate="intersects")[::-1]
    claims = np.bincount(face, minlength=len(faces))
    owner[face[claims[face] == 1]] = area[claims[face] == 1]
    size = shapely.area(faces)
    contested = np.zeros(len(areas))
    whole = np.zeros(len(areas))
    np.add.at(whole, area, size[face])
    np.add.at(contested, area, np.where(claims[face] > 1, size[face], 0.0))
    loss = np.divide(contested, whole, out=np.zeros_like(whole), where=whole > 0)
    claimants: dict[int, list[int]] = {}
    for one, by in zip(face[claims[face] > 1].tolist(), area[claims[face] > 1].tolist(), strict=True):
        claimants.setdefault(one, []).append(by)
    unsettled: dict[int, list[int] | None] = {}
    for one, by_all in claimants.items():
        losers = [by for by in by_all if loss[by] > 0.5]
        if losers:
            owner[one] = min(losers, key=lambda by: (whole[by], by))
        else:
            unsettled[one] = by_all
    holes = np.flatnonzero(claims == 0)
    small = [int(n) for n in holes if _radius(faces[n]) <= widest_hole]
    _to_longest_neighbour(faces, owner, unsettled)
    _to_longest_neighbour(faces, owner, dict.fromkeys(small))
    return Decided(_dissolve(faces, owner, len(areas)), len(claimants), len(small))


def divide(whole: shapely.Geometry, claims: Sequence[shapely.Geometry]) -> list[Polygon | MultiPolygon]:
    """Divide an area among claims: each keeps what it claims inside, the rest goes to the nearest.

    Parameters
    ----------
    whole
        Polygon or MultiPolygon in degrees. Its vertices come back unchanged and none is added.
    claims
        Polygons and MultiPolygons in degrees that do not overlap one another by more than the grid.

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
    rough = _nearest_parts(whole, np.array(claims, dtype=object), squeeze)
    fault = ""
    for margin in MARGINS:
        lines = _lead_to_vertices(_shared_lines(rough), whole, margin, squeeze)
        parts = _faces_by_claim(whole, lines, rough)
        fault = _fault(whole, parts)
        if not fault:
            return [polygons_of(part) for part in parts]
    raise BoundaryError(f"an area around {_where(whole)} cannot be divided: {fault}")


def _radius(shape: shapely.Geometry) -> float:
    """Radius of the largest circle inside, in the units of the coordinates."""
    return float(shapely.length(shapely.maximum_inscribed_circle(shape, tolerance=1e-4)))


def _where(shape: shapely.Geometry) -> str:
    inside = shape.representative_point()
    return f"{inside.x:.3f} E, {inside.y:.3f} N"


def _dissolve(faces: Areas, owner: Indices, count: int) -> Areas:
    """Union of the faces of each owner; a union of a coverage, which keeps every vertex on the rim."""
    merged = np.full(count, Polygon(), dtype=object)
    for number in np.unique(owner[owner >= 0]).tolist():
        merged[number] = shapely.coverage_union_all(faces[owner == number])
    return merged


def _to_longest_neighbour(faces: Areas, owner: Indices, patches: dict[int, list[int] | None]) -> None:
    """Set the owner of each patch to the one with the longest shared edge; ``None`` allows every owner."""
    if not patches:
        return
    wanted = np.array(sorted(patches), dtype=np.intp)
    left, right = STRtree(faces).query(faces[wanted])
    left = wanted[left]
    left, right = left[left != right], right[left != right]
    rims = shapely.boundary(faces)
    shared = shapely.length(shapely.intersection(rims[left], rims[right]))
    open_patches = set(patches)
    while open_patches:
        settled: dict[int, int] = {}
        for patch in open_patches:
            edges: dict[int, float] = {}
            beside = left == patch
            for near, length in zip(right[beside].tolist(), shared[beside].tolist(), strict=True):
                holder = int(owner[near])
                allowed = patches[patch]
                if length > 0 and holder >= 0 and (allowed is None or holder in allowed):
                    edges[holder] = edges.get(holder, 0.0) + length
            if edges:
                settled[patch] = max(edges, key=lambda holder: (edges[holder], -holder))
        if not settled:
            # No claimant has ground beside it: the first in the file.
            settled = {patch: by[0] for patch in open_patches if (by := patches[patch])}
        for patch, holder in settled.items():
            owner[patch] = holder
        if not settled:
            break
        open_patches -= settled.keys()


def _nearest_parts(whole: shapely.Geometry, claims: Areas, squeeze: float) -> Areas:
    """Claims inside ``whole``, grown into what none of them claims: each place goes to the nearest claim."""
    inside = np.array([polygons_of(part) for part in shapely.intersection(claims, whole)], dtype=object)
    rest = polygons_of(shapely.difference(whole, shapely.union_all(inside)))
    linework = [shapely.boundary(whole), *shapely.boundary(inside)]
    cells: Areas | None = None
    if not rest.is_empty:
        cells = _nearest_cells(whole, inside, rest, squeeze)
        linework.extend(shapely.intersection(shapely.boundary(cells), rest))
    noded = shapely.union_all(linework, grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    at = shapely.point_on_surface(faces)
    owner = np.full(len(faces), -1, dtype=np.intp)
    for layer in (cells, inside):
        if layer is not None:
            number, face = STRtree(at).query(layer, predicate="intersects")
            owner[face] = number
    within = np.zeros(len(faces), dtype=np.bool_)
    within[STRtree(at).query(whole, predicate="intersects")] = True
    owner[~within] = -1
    _to_longest_neighbour(faces, owner, {int(n): None for n in np.flatnonzero(within & (owner < 0))})
    return _dissolve(faces, owner, len(claims))


def _nearest_cells(whole: shapely.Geometry, inside: Areas, rest: shapely.Geometry, squeeze: float) -> Areas:
    """The plane around ``rest`` divided by which claim is nearest (Voronoi cells of points of their rims)."""
    points, number = shapely.get_coordinates(
        shapely.segmentize(shapely.boundary(inside), SAMPLE), return_index=True
    )
    # A point of two claims would fall to one of them by chance; the points to both sides of it decide.
    sites, which, count = np.unique(
        np.round(points / GRID).astype(np.int64), axis=0, return_inverse=True, return_counts=True
    )
    holder = np.full(len(sites), -1, dtype=np.intp)
    holder[which.ravel()] = number
    sites, holder = sites[count == 1] * GRID, holder[count == 1]
    parts = shapely.get_parts(rest)
    part, site = STRtree(shapely.points(sites)).query(parts, predicate="dwithin", distance=2 * GRID)
    if len(np.unique(part)) == len(parts):
        sites, holder = sites[np.unique(site)], holder[np.unique(site)]
    # Else a part, such as an island, lies beside no claim at all, and every rim counts.
    sites = sites * (squeeze, 1.0)
    cells = np.full(len(inside), Polygon(), dtype=object)
    if len(set(holder.tolist())) == 1:
        west, south, east, north = whole.bounds
        cells[holder[0]] = shapely.box(west - 1, south - 1, east + 1, north + 1)
        return cells
    plane = shapely.transform(shapely.box(*whole.bounds).buffer(1), lambda xy: xy * (squeeze, 1.0))
    tiles = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(sites), extend_to=plane, ordered=True)
    )
    grown = _dissolve(tiles, holder, len(inside))
    return np.asarray(shapely.transform(grown, lambda xy: xy / (squeeze, 1.0)))


def _segments(shapes: Areas | list[shapely.Geometry]) -> tuple[Floats, Indices]:
    """Segments (n, 4) of all rings, and the number of the shape of each."""
    parts, of_part = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    together = ring[1:] == ring[:-1]
    return np.hstack([xy[:-1], xy[1:]])[together], of_part[of_ring[ring[:-1][together]]]


def _undirected(segments: Floats) -> Floats:
    turn = (segments[:, 0] > segments[:, 2]) | (
        (segments[:, 0] == segments[:, 2]) & (segments[:, 1] > segments[:, 3])
    )
    return np.where(turn[:, None], segments[:, [2, 3, 0, 1]], segments)


def _shared_lines(parts: Areas) -> list[Floats]:
    """Lines that two parts share, merged between the points where three meet."""
    segments, counts = np.unique(_undirected(_segments(parts)[0]), axis=0, return_counts=True)
    twice = segments[counts == 2]
    if not len(twice):
        return []
    merged = shapely.line_merge(shapely.MultiLineString(list(twice.reshape(-1, 2, 2))))
    return [shapely.get_coordinates(line) for line in shapely.get_parts(merged)]


def _lead_to_vertices(
    lines: list[Floats], whole: shapely.Geometry, margin: float, squeeze: float
) -> list[Floats]:
    """Cut lines off where they come within ``margin`` of the outline, and lead each loose end to a vertex."""
    rim, _ = _segments([whole])
    walls = shapely.linestrings(rim.reshape(-1, 2, 2))
    wall_tree = STRtree(walls)
    kept = _away_from(lines, wall_tree, margin)
    ends: dict[tuple[float, float], int] = {}
    for line in kept:
        for end in (line[0], line[-1]):
            ends[tuple(end.tolist())] = ends.get(tuple(end.tolist()), 0) + 1
    corners = np.unique(rim[:, :2], axis=0)
    corner_tree = STRtree(shapely.points(corners * (squeeze, 1.0)))
    shapely.prepare(whole)
    sight = _Sight(whole, wall_tree, rim, kept)
    loops = [bool((line[0] == line[-1]).all()) for line in kept]
    for number, line in enumerate(kept):
        for _ in range(2):
            line = line[::-1]
            if ends[tuple(line[-1].tolist())] == 1:
                line = _led(line, corners, corner_tree, sight, number, squeeze)
        kept[number] = line
    # A piece led to one vertex at both ends encloses a pocket beside the outline.
    return [line for line, loop in zip(kept, loops, strict=True) if loop or (line[0] != line[-1]).any()]


def _away_from(lines: list[Floats], walls: STRtree, margin: float) -> list[Floats]:
    """Pieces of the lines that keep their distance, without the loose bits that two drawings leave."""
    kept: list[Floats] = []
    for line in lines:
        fine = shapely.get_coordinates(shapely.segmentize(shapely.LineString(line), SAMPLE))
        near = np.zeros(len(fine), dtype=np.bool_)
        steps = shapely.linestrings(np.stack([fine[:-1], fine[1:]], axis=1))
        hit = np.unique(walls.query(steps, predicate="dwithin", distance=margin)[0])
        near[hit] = True
        near[hit + 1] = True
        if not near.any():
            kept.append(line)
            continue
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
            kept.append(piece)
    # On one grid, the ends of lines that meet are the same two numbers.
    return [np.round(line, 6) for line in kept]


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


def _faces_by_claim(whole: shapely.Geometry, lines: list[Floats], rough: Areas) -> Areas:
    """Faces that the outline and the lines enclose, each to the claim with the largest share of it."""
    inner = [shapely.LineString(line) for line in lines]
    if inner:
        noded = shapely.union_all(inner)
        noded = shapely.union_all(shapely.transform(noded, lambda xy: np.round(xy, 6)))
        inner = list(shapely.get_parts(noded))
    rim, _ = _segments([whole])
    linework = [*shapely.linestrings(_undirected(rim).reshape(-1, 2, 2)), *_pieces(inner)]
    faces = shapely.get_parts(shapely.polygonize(linework))
    at = shapely.point_on_surface(faces)
    faces = faces[shapely.intersects(whole, at)]
    face, number = STRtree(rough).query(faces, predicate="intersects")
    share = shapely.area(shapely.intersection(faces[face], rough[number]))
    owner = np.full(len(faces), -1, dtype=np.intp)
    order = np.argsort(share, kind="stable")
    owner[face[order]] = np.where(share[order] > 0, number[order], -1)
    _to_longest_neighbour(faces, owner, {int(n): None for n in np.flatnonzero(owner < 0)})
    return _dissolve(faces, owner, len(rough))


def _pieces(lines: list[shapely.Geometry]) -> list[shapely.Geometry]:
    pieces: list[shapely.Geometry] = []
    for line in lines:
        xy = shapely.get_coordinates(line)
        pieces.extend(shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)))
    return pieces


def _fault(whole: shapely.Geometry, parts: Areas) -> str:
    """What is wrong with a division; empty if nothing is."""
    empty = np.flatnonzero(shapely.is_empty(parts))
    if len(empty):
        return f"nothing is left of claims {', '.join(map(str, empty.tolist()))}"
    if not shapely.is_valid(parts).all() or not shapely.coverage_is_valid(parts):
        return "its parts overlap or leave gaps"
    segments, counts = np.unique(_undirected(_segments(parts)[0]), axis=0, return_counts=True)
    outline = np.unique(_undirected(_segments([whole])[0]), axis=0)
    once = segments[counts == 1]
    if len(once) != len(outline) or not (once == outline).all():
        return "its outline would change"
    return ""
