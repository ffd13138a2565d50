"""The base with provinces that are made of the user's districts, in the place of the shipped ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import numpy.typing as npt
    import shapely

__all__ = ["own_provinces", "with_own_provinces"]

DETAIL_DEG: Final = 0.03
"""How far lines lose corners: triangles of up to this length squared, as in the shipped base."""

OVER_DEG: Final = 1e-3
"""Lines are led so far over the outline that the base has of the country, whose corners are fewer."""


def own_provinces() -> tuple[tuple[str, str], ...]:
    """Countries whose provinces are made of districts, each with what tells one set from another."""
    from geo.boundaries.units import provinces_added

    return tuple((layer.country, layer.sha256) for layer in provinces_added())


def with_own_provinces(
    topology: dict[str, Any], units: dict[str, shapely.Geometry], countries: Iterable[str]
) -> dict[str, Any]:
    """The base's TopoJSON with other provinces in some countries.

    Parameters
    ----------
    topology
        The shipped base.
    units
        Its provinces, by code.
    countries
        Those whose provinces are made of districts.
    """
    import geo

    frame = geo.read_units(1)
    for country in countries:
        topology = _replaced(topology, country, units, frame[frame["adm0"] == country])
    return topology


def _replaced(
    topology: dict[str, Any], country: str, units: dict[str, shapely.Geometry], frame: gpd.GeoDataFrame
) -> dict[str, Any]:
    import shapely

    outline = shapely.union_all([shape for code, shape in units.items() if code.startswith(f"{country}-")])
    grid = topology["transform"]["scale"][0]
    arcs, owner = _divided(outline, frame, grid)
    gone = {
        n if n >= 0 else ~n
        for unit in topology["objects"]["provinces"]["geometries"]
        if unit["properties"]["id"].startswith(f"{country}-")
        for polygon in unit["arcs"]
        for ring in polygon
        for n in ring
    }
    objects = dict(topology["objects"])
    first = len(topology["arcs"])
    lines = objects["province_lines"]["geometries"][0]
    kept = [chain for chain in lines["arcs"] if not {n if n >= 0 else ~n for n in chain} & gone]
    inner = [[first + n] for n, line in enumerate(arcs) if not _is_rim(line, outline, grid)]
    objects["province_lines"] = objects["province_lines"] | {"geometries": [lines | {"arcs": kept + inner}]}
    provinces = [
        unit | {"type": "MultiPolygon", "arcs": _chained(owner[unit["properties"]["id"]], arcs, first)}
        if unit["properties"]["id"] in owner
        else unit
        for unit in objects["provinces"]["geometries"]
    ]
    objects["provinces"] = objects["provinces"] | {"geometries": provinces}
    shift = topology["transform"]["translate"]
    used = {n if n >= 0 else ~n for one in objects.values() for n in _numbers(one["geometries"])}
    # Arcs are known by their number, so that one which nothing names any more stays as a point.
    left = [arc if n in used else arc[:1] * 2 for n, arc in enumerate(topology["arcs"])]
    return topology | {"arcs": left + [_packed(line, grid, shift) for line in arcs], "objects": objects}


def _numbers(value: Any) -> Iterator[int]:
    """All numbers of arcs in some geometries, however deep they lie."""
    if isinstance(value, int):
        yield value
    elif isinstance(value, dict):
        yield from _numbers(value["arcs"])
    else:
        for part in value:
            yield from _numbers(part)


def _divided(
    outline: shapely.Geometry, frame: gpd.GeoDataFrame, grid: float
) -> tuple[list[npt.NDArray[np.float64]], dict[str, shapely.Geometry]]:
    """Lines from junction to junction, and each province made of them, within the outline of the base."""
    import numpy as np
    import shapely

    shapes = frame.geometry.to_numpy()
    plain = shapely.coverage_simplify(shapes, DETAIL_DEG)
    one, two = shapely.STRtree(plain).query(plain, predicate="intersects")
    common = shapely.intersection(
        shapely.boundary(plain[one[one < two]]), shapely.boundary(plain[two[one < two]])
    )
    parts = shapely.get_parts(common)
    inner = shapely.line_merge(shapely.union_all(parts[shapely.get_type_id(parts) == 1]))
    noded = shapely.union_all([shapely.boundary(outline), inner, *_led_to(outline, inner)], grid_size=grid)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.point_on_surface(faces)
    shapely.prepare(outline)
    faces, inside = (each[shapely.intersects(outline, inside)] for each in (faces, inside))
    # What lies in none, at the rim, goes to the nearest.
    _, province = shapely.STRtree(shapes).query_nearest(inside, all_matches=False)
    owner = {
        str(code): shapely.union_all(faces[province == n], grid_size=grid)
        for n, code in enumerate(frame["boundary_id"])
        if (province == n).any()
    }
    edges = shapely.union_all([shapely.boundary(shape) for shape in owner.values()], grid_size=grid)
    arcs = [shapely.get_coordinates(line) for line in shapely.get_parts(shapely.line_merge(edges))]
    return [np.round(arc / grid) * grid for arc in arcs], owner


def _led_to(outline: shapely.Geometry, inner: shapely.Geometry) -> list[shapely.LineString]:
    """Ways from the loose ends of lines to the outline and over it, the shortest ones."""
    import numpy as np
    import shapely

    lines = [shapely.get_coordinates(line) for line in shapely.get_parts(inner)]
    ends = np.array([end for line in lines for end in (line[0], line[-1])])
    _, back, times = np.unique(ends.round(9), axis=0, return_inverse=True, return_counts=True)
    loose = shapely.points(ends[times[back.ravel()] == 1])
    rim = shapely.boundary(outline)
    ways = shapely.shortest_line(loose, rim)
    found = []
    for (x, y), (rim_x, rim_y) in shapely.get_coordinates(ways).reshape(-1, 2, 2).tolist():
        far = max(float(np.hypot(rim_x - x, rim_y - y)), 1e-9)
        over = 1 + OVER_DEG / far
        found.append(shapely.LineString([(x, y), (x + (rim_x - x) * over, y + (rim_y - y) * over)]))
    return found


def _is_rim(line: npt.NDArray[np.float64], outline: shapely.Geometry, grid: float) -> bool:
    import shapely

    return bool(shapely.covers(shapely.buffer(shapely.boundary(outline), 2 * grid), shapely.LineString(line)))


def _chained(
    shape: shapely.Geometry, arcs: list[npt.NDArray[np.float64]], first: int
) -> list[list[list[int]]]:
    """A province as TopoJSON has it: its rings as chains of arcs."""
    import numpy as np
    import shapely

    scale = 1e6
    begins: dict[tuple[Any, ...], tuple[int, int]] = {}
    for n, arc in enumerate(arcs):
        keys = np.round(arc * scale).astype(int)
        begins[(*keys[0], *keys[1])] = (first + n, len(arc) - 1)
        begins[(*keys[-1], *keys[-2])] = (~(first + n), len(arc) - 1)
    found = []
    for polygon in shapely.get_parts(shape):
        rings = []
        for ring in shapely.get_rings(polygon):
            keys = np.round(shapely.get_coordinates(ring)[:-1] * scale).astype(int)
            steps = [(*keys[k], *keys[(k + 1) % len(keys)]) for k in range(len(keys))]
            at = next(k for k, step in enumerate(steps) if step in begins)
            chain, walked = [], 0
            while walked < len(keys):
                number, long = begins[steps[(at + walked) % len(keys)]]
                chain.append(number)
                walked += long
            rings.append(chain)
        found.append(rings)
    return found


def _packed(line: npt.NDArray[np.float64], grid: float, shift: list[float]) -> list[list[int]]:
    """An arc in steps of the grid, each from the one before."""
    import numpy as np

    steps = np.round((line - np.asarray(shift)) / grid).astype(int)
    return [list(map(int, step)) for step in np.vstack((steps[:1], np.diff(steps, axis=0)))]
