"""Coverages as shared arcs: cut rings where three areas meet, simplify each arc once, put the rings back.

The same decomposition as TopoJSON's (M. Bostock, "How to infer topology", 2013): a vertex is a junction
if the rings that pass it do not all have the same two neighbours there. An arc runs between junctions and
is stored once, so two areas that share it can never part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from shapely import MultiPolygon, Polygon

Vertex = tuple[float, float]
Arc = tuple[Vertex, ...]
Ring = list[int]
"""Arc numbers in order; ``~number`` is an arc walked backwards."""


@dataclass
class Topology:
    """Arcs, and for every area its polygons as rings of arc numbers."""

    arcs: list[Arc] = field(default_factory=list)
    areas: dict[str, list[list[Ring]]] = field(default_factory=dict)

    def owners(self) -> list[set[str]]:
        """Names of the areas on each arc: two inside the coverage, one on its rim."""
        owners: list[set[str]] = [set() for _ in self.arcs]
        for name, polygons in self.areas.items():
            for number in (n for rings in polygons for ring in rings for n in ring):
                owners[max(number, ~number)].add(name)
        return owners

    def ring_vertices(self, ring: Ring, arcs: list[Arc] | None = None) -> list[Vertex]:
        """Closed vertex list of a ring."""
        arcs = self.arcs if arcs is None else arcs
        vertices: list[Vertex] = []
        for number in ring:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            vertices.extend(arc[1:] if vertices else arc)
        return vertices

    def polygons(self, name: str) -> MultiPolygon | Polygon:
        """An area's geometry; rings that have collapsed are left out."""
        parts = []
        for rings in self.areas[name]:
            closed = [self.ring_vertices(ring) for ring in rings]
            if len(set(closed[0])) > 2:
                parts.append(Polygon(closed[0], [ring for ring in closed[1:] if len(set(ring)) > 2]))
        return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def build_topology(areas: dict[str, shapely.Geometry], also_cut_at: Iterable[Vertex] = ()) -> Topology:
    """Cut a clean coverage (areas that share vertices exactly) into arcs.

    Parameters
    ----------
    areas
        Name to Polygon or MultiPolygon, lon and lat in degrees.
    also_cut_at
        Vertices that are to be ends of arcs although no third area meets there.
    """
    rings = {
        name: [[_open(ring) for ring in (part.exterior, *part.interiors)] for part in _parts(area)]
        for name, area in areas.items()
    }
    junctions = _junctions(ring for polygons in rings.values() for part in polygons for ring in part)
    junctions.update(also_cut_at)
    topology = Topology()
    known: dict[Arc, int] = {}
    for name, polygons in rings.items():
        topology.areas[name] = [
            [[_number(arc, known, topology.arcs) for arc in _cut(ring, junctions)] for ring in part]
            for part in polygons
        ]
    return topology


def simplify_arcs(
    topology: Topology,
    tolerance: Callable[[set[str]], float],
    project: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]],
    *,
    keep_area: float = 0.0,
) -> Topology:
    """Douglas-Peucker on every arc once, ends fixed; arcs that then meet one another are kept finer.

    Parameters
    ----------
    tolerance
        Metres allowed for an arc, from the names of the areas on it.
    project
        Degrees (n, 2) to metres (n, 2).
    keep_area
        Square metres below which an area's ring that is one closed arc (an island) is dropped.
    """
    owners = topology.owners()
    metres = [shapely.LineString(project(np.asarray(arc))) for arc in topology.arcs]
    allowed = [tolerance(names) for names in owners]
    dropped = {
        number
        for number, line in enumerate(metres)
        if line.is_closed and Polygon(line).area < keep_area and len(owners[number]) == 1
    }
    while True:
        lines = [_simplify(line, limit) for line, limit in zip(metres, allowed, strict=True)]
        clashing = _clashes(lines, dropped, {n for n, limit in enumerate(allowed) if limit == 0})
        if not clashing:
            break
        for number in clashing:
            allowed[number] = allowed[number] / 2 if allowed[number] > 1 else 0.0
    result = Topology(
        arcs=[
            _pick(arc, line, simple) for arc, line, simple in zip(topology.arcs, metres, lines, strict=True)
        ]
    )
    for name, polygons in topology.areas.items():
        kept = [
            [ring for ring in rings if not (len(ring) == 1 and max(ring[0], ~ring[0]) in dropped)]
            for rings in polygons
            if not (len(rings[0]) == 1 and max(rings[0][0], ~rings[0][0]) in dropped)
        ]
        result.areas[name] = kept
    return result


def _simplify(line: shapely.LineString, limit: float) -> shapely.LineString:
    if limit == 0:
        return line
    simple = shapely.simplify(line, limit, preserve_topology=False)
    if line.is_closed and len(simple.coords) < 4:
        return shapely.simplify(line, limit, preserve_topology=True)
    return simple


def _clashes(lines: list[shapely.LineString], dropped: set[int], exact: set[int]) -> set[int]:
    """Arcs that cross themselves, or another arc elsewhere than at a common end; two exact ones never do."""
    bad = {n for n, line in enumerate(lines) if n not in dropped | exact and not line.is_simple}
    tree = shapely.STRtree(lines)
    left, right = tree.query(lines, predicate="intersects")
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        if a >= b or a in dropped or b in dropped or (a in exact and b in exact):
            continue
        ends = shapely.intersection(lines[a].boundary, lines[b].boundary)
        meeting = shapely.intersection(lines[a], lines[b])
        # Exact comparison is right: common ends are the same two numbers.
        if shapely.get_num_coordinates(meeting) != shapely.get_num_coordinates(ends):
            bad |= {a, b}
    return bad


def _pick(arc: Arc, full: shapely.LineString, simple: shapely.LineString) -> Arc:
    """Vertices of ``arc`` that the simplified line kept, as they were in degrees."""
    wanted = [tuple(xy) for xy in shapely.get_coordinates(simple).tolist()]
    picked: list[Vertex] = []
    at = 0
    for vertex, xy in zip(arc, shapely.get_coordinates(full).tolist(), strict=True):
        if at < len(wanted) and tuple(xy) == wanted[at]:
            picked.append(vertex)
            at += 1
    return tuple(picked)


def _parts(area: shapely.Geometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(area) if isinstance(part, Polygon)]


def _open(ring: shapely.LinearRing) -> list[Vertex]:
    return [(x, y) for x, y in shapely.get_coordinates(ring).tolist()[:-1]]


def _junctions(rings: Iterable[list[Vertex]]) -> set[Vertex]:
    sides: dict[Vertex, frozenset[Vertex]] = {}
    junctions: set[Vertex] = set()
    for ring in rings:
        for before, vertex, after in zip(ring[-1:] + ring[:-1], ring, ring[1:] + ring[:1], strict=True):
            pair = frozenset((before, after))
            if sides.setdefault(vertex, pair) != pair:
                junctions.add(vertex)
    # A run that changes from shared to unshared has a vertex where the same two neighbours are seen by
    # one ring only on one side; it always differs in its neighbours there, so it is found above.
    return junctions


def _cut(ring: list[Vertex], junctions: set[Vertex]) -> list[Arc]:
    at = [n for n, vertex in enumerate(ring) if vertex in junctions]
    if not at:
        start = ring.index(min(ring))
        turned = ring[start:] + ring[: start + 1]
        return [tuple(turned)]
    turned = ring[at[0] :] + ring[: at[0] + 1]
    cuts = [n - at[0] for n in at] + [len(ring)]
    return [tuple(turned[a : b + 1]) for a, b in pairwise(cuts)]


def _number(arc: Arc, known: dict[Arc, int], arcs: list[Arc]) -> int:
    if arc in known:
        return known[arc]
    if arc[::-1] in known:
        return ~known[arc[::-1]]
    known[arc] = len(arcs)
    arcs.append(arc)
    return known[arc]
