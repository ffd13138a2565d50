"""Loci as polygons."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
import pyproj
import shapely

from geo.border.durand import Stretches, durand_line
from geo.boundaries.layers import LCC
from geo.boundaries.units import districts, former_areas, provinces
from geo.locus.radii import STRIP_M
from geo.locus.record import Locus
from geo.places.unit_names import FORMER_AREAS
from geo.types import GEOD

__all__ = ["CORNERS", "clipped", "draw", "unit_shape"]


CORNERS: Final = 128


def draw(locus: Locus) -> shapely.Geometry:
    """A locus as a polygon in EPSG:4326."""
    index = districts() if locus.kind == "district" else None
    # Districts can be added and removed while a program runs, so that they are never kept.
    return _draw(locus) if index is None else index.frame.geometry.iloc[index.row(str(locus.within))]


@functools.lru_cache(maxsize=4096)
def _draw(locus: Locus) -> shapely.Geometry:
    if locus.kind == "province":
        return _province(locus.within)
    if locus.kind in ("former", "provinces"):
        return shapely.union_all([unit_shape(code) for code in locus.units])
    if locus.kind == "country":
        return _country(locus.within)
    if locus.kind == "strip":
        return _strip(locus.stretches)
    disc = _disc(locus.lon, locus.lat, locus.radius_m)
    if locus.within is None:
        return disc
    return shapely.intersection(disc, clipped(_province(locus.within), disc))


def _disc(lon: float, lat: float, radius_m: float) -> shapely.Polygon:
    azimuth = np.linspace(360, 0, CORNERS, endpoint=False)
    x, y, _ = GEOD.fwd(np.full(CORNERS, lon), np.full(CORNERS, lat), azimuth, np.full(CORNERS, radius_m))
    # Across 180 degrees the ring runs on instead of round the earth.
    x = lon + (np.asarray(x) - lon + 180) % 360 - 180
    return shapely.Polygon(np.column_stack((x, y)))


def clipped(geometry: shapely.Geometry, around: shapely.Geometry) -> shapely.Geometry:
    """What of a large geometry can meet a small one; far cheaper to intersect than the whole."""
    part = shapely.clip_by_rect(geometry, *shapely.bounds(around))
    return part if shapely.is_valid(part) else shapely.make_valid(part)


@functools.lru_cache(maxsize=256)
def _strip(stretches: Stretches) -> shapely.Geometry:
    """What lies within 10 km of stretches of the line.

    Buffered in a Lambert conformal conic whose scale along the line is within 0.15 % of true, the line
    simplified by 20 m: together within 40 m of a geodesic buffer.
    """
    border = durand_line()
    along = border.chainage_km()
    line = shapely.get_coordinates(border.geometry)
    there = pyproj.Transformer.from_crs("EPSG:4326", LCC, always_xy=True)
    pieces = []
    for first, last in stretches:
        inside = (along > first) & (along < last)
        ends = [np.array([np.interp(km, along, line[:, axis]) for axis in (0, 1)]) for km in (first, last)]
        xy = np.vstack((ends[0], line[inside], ends[1]))
        flat = shapely.LineString(np.column_stack(there.transform(xy[:, 0], xy[:, 1])))
        simple = shapely.get_coordinates(shapely.simplify(flat, 20))
        # Buffers of short pieces, joined, cost a twentieth of the buffer of so winding a line in one piece.
        pieces += [shapely.LineString(simple[i : i + 11]) for i in range(0, len(simple) - 1, 10)]
    band = shapely.union_all(shapely.buffer(pieces, STRIP_M, quad_segs=16))
    return shapely.transform(
        band, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))
    )


def unit_shape(code: str) -> shapely.Geometry:
    """A province or a former area, in EPSG:4326."""
    index = former_areas() if code in FORMER_AREAS else provinces()
    return index.frame.geometry.iloc[index.row(code)]


def _province(code: str | None) -> shapely.Geometry:
    return provinces().frame.geometry.iloc[provinces().row(str(code))]


@functools.cache
def _country(code: str | None) -> shapely.Geometry:
    frame = provinces().frame
    return shapely.coverage_union_all(frame.geometry[frame["adm0"] == code].to_numpy())
