"""The map-grade base: one TopoJSON of countries, provinces and lines, simplified together.

Format: TopoJSON 1.0 (M. Bostock and C. Metcalf, The TopoJSON Format Specification).
"""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from boundary_build.coverage import to_metres
from boundary_build.topology import Arc, Topology, simplify_arcs

SCALE = 1e-4
"""Degrees per unit of the quantised coordinates: 11 m in latitude."""

LINE_M, PROVINCE_M, AFPK_RIM_M, NEIGHBOUR_M, RIVER_M = 100.0, 500.0, 700.0, 2500.0, 1200.0


def build_basemap(
    topology: Topology,
    countries: gpd.GeoDataFrame,
    provinces: gpd.GeoDataFrame,
    disputed: gpd.GeoDataFrame,
    rivers: gpd.GeoDataFrame,
) -> bytes:
    """TopoJSON with areas (countries, provinces) and lines (borders, province lines, Durand, rivers ...).

    Border lines are objects of their own, each drawn once, so that a stroke never doubles.
    """
    lean = simplify_arcs(topology, _tolerance, to_metres, keep_area=3e7)
    owners = lean.owners()
    pool = _Pool(lean.arcs)
    unit_names = provinces.set_index("boundary_id")[["name", "name_ps", "name_fa", "name_ur"]]
    country_names = countries.set_index("boundary_id")[["name", "name_ps", "name_fa", "name_ur"]]
    objects: dict[str, Any] = {
        "countries": _collection(
            [
                _polygon(pool, lean, code, {"id": code, **country_names.loc[code].to_dict()})
                for code in sorted(lean.areas)
                if "-" not in code
            ]
        ),
        "provinces": _collection(
            [
                _polygon(pool, lean, code, {"id": code, **unit_names.loc[code].to_dict()})
                for code in sorted(lean.areas)
                if "-" in code
            ]
        ),
        "durand_line": _collection([_durand(pool, lean, owners)]),
    }
    objects["disputed_lines"], taken = _disputed(pool, topology, owners, disputed)
    sides = [{name[:2] for name in names} for names in owners]
    borders = [n for n, s in enumerate(sides) if len(s) == 2 and s != {"AF", "PK"} and n not in taken]
    inner = [n for n, s in enumerate(sides) if len(s) == 1 and len(owners[n]) == 2]
    objects["borders"] = _collection([_mesh(pool, borders, {"id": "borders"})])
    objects["province_lines"] = _collection([_mesh(pool, inner, {"id": "province_lines"})])
    objects["rivers"] = _collection(
        [
            _lines(
                pool,
                row.geometry,
                {"id": row.boundary_id, "name": None if pd.isna(row.name) else row.name, "rank": row.rank},
                RIVER_M,
            )
            for row in rivers.itertuples(index=False)
            if row.rank <= 7
        ]
    )
    document = {
        "type": "Topology",
        "transform": {"scale": [SCALE, SCALE], "translate": [0, 0]},
        "objects": objects,
        "arcs": pool.encoded(),
    }
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n").encode()


def _disputed(
    pool: _Pool, topology: Topology, owners: list[set[str]], disputed: gpd.GeoDataFrame
) -> tuple[dict[str, Any], set[int]]:
    """Lines that are not agreed, and the arcs that are theirs, which no border draws again."""
    taken: set[int] = set()
    lines = []
    for row in disputed.itertuples(index=False):
        on_it = set(map(tuple, shapely.get_coordinates(row.geometry).tolist()))
        properties = {"id": row.boundary_id, "name": row.name}
        own = [n for n, arc in enumerate(topology.arcs) if len(owners[n]) == 2 and on_it.issuperset(arc)]
        taken.update(own)
        lines.append(
            _mesh(pool, own, properties) if own else _lines(pool, row.geometry, properties, RIVER_M / 4)
        )
    return _collection(lines), taken


class _Pool:
    """Arcs by number; lines that are not part of the coverage are added behind the coverage's own."""

    def __init__(self, arcs: list[Arc]) -> None:
        self.arcs: list[npt.NDArray[np.int64]] = [_quantised(np.asarray(arc)) for arc in arcs]
        self.used: dict[int, int] = {}
        self.order: list[int] = []

    def use(self, number: int) -> int:
        arc = number if number >= 0 else ~number
        if arc not in self.used:
            self.used[arc] = len(self.order)
            self.order.append(arc)
        return self.used[arc] if number >= 0 else ~self.used[arc]

    def add(self, vertices: npt.NDArray[np.float64]) -> int:
        self.arcs.append(_quantised(vertices))
        return self.use(len(self.arcs) - 1)

    def encoded(self) -> list[list[list[int]]]:
        return [np.vstack([self.arcs[n][:1], np.diff(self.arcs[n], axis=0)]).tolist() for n in self.order]


def _quantised(vertices: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    units = np.round(vertices / SCALE).astype(np.int64)
    fresh = np.concatenate([[True], np.any(np.diff(units, axis=0) != 0, axis=1)])
    kept = units[fresh]
    return kept if len(kept) > 1 else np.vstack([kept, kept])


def _tolerance(owners: set[str]) -> float:
    sides = {name[:2] for name in owners}
    if sides == {"AF", "PK"}:
        return LINE_M
    if len(sides) == 1 and sides <= {"AF", "PK"}:
        return PROVINCE_M
    return AFPK_RIM_M if sides & {"AF", "PK"} else NEIGHBOUR_M


def _polygon(pool: _Pool, topology: Topology, code: str, properties: dict[str, Any]) -> dict[str, Any]:
    arcs = [[[pool.use(n) for n in ring] for ring in rings] for rings in topology.areas[code]]
    return {"type": "MultiPolygon", "properties": properties, "arcs": arcs}


def _durand(pool: _Pool, topology: Topology, owners: list[set[str]]) -> dict[str, Any]:
    wanted = [n for n, names in enumerate(owners) if {name[:2] for name in names} == {"AF", "PK"}]
    chain: list[int] = []
    ends = {n: (topology.arcs[n][0], topology.arcs[n][-1]) for n in wanted}
    counts: dict[tuple[float, float], int] = {}
    for pair in ends.values():
        for end in pair:
            counts[end] = counts.get(end, 0) + 1
    at = max((end for end, count in counts.items() if count == 1), key=lambda end: end[0])
    while ends:
        number = next(n for n, pair in ends.items() if at in pair)
        first, last = ends.pop(number)
        chain.append(pool.use(number if first == at else ~number))
        at = last if first == at else first
    return {"type": "LineString", "properties": {"id": "durand_line", "name": "Durand Line"}, "arcs": chain}


def _mesh(pool: _Pool, arcs: list[int], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "MultiLineString", "properties": properties, "arcs": [[pool.use(n)] for n in arcs]}


def _lines(
    pool: _Pool, geometry: shapely.Geometry, properties: dict[str, Any], tolerance_m: float
) -> dict[str, Any]:
    arcs = []
    for part in shapely.get_parts(geometry):
        lonlat = shapely.get_coordinates(part)
        metres = to_metres(lonlat)
        kept = shapely.get_coordinates(shapely.simplify(shapely.LineString(metres), tolerance_m))
        index = np.flatnonzero(
            np.isin(metres.view("c16").ravel(), np.ascontiguousarray(kept).view("c16").ravel())
        )
        arcs.append([pool.add(lonlat[index])])
    return {"type": "MultiLineString", "properties": properties, "arcs": arcs}


def _collection(geometries: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "GeometryCollection", "geometries": geometries}
