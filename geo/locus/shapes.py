"""Loci as polygons."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
import pyproj
import shapely

from geo.border.durand import Stretches, durand_line
from geo.boundaries.layers import LCC, read_layer, read_units
from geo.boundaries.units import districts, former_areas, kept_with_provinces, provinces
from geo.locus.record import Locus
from geo.places.radii import STRIP_M
from geo.places.unit_names import FORMER_AREAS
from geo.types import GEOD

__all__ = ["CORNERS", "area_of", "clipped", "coast_box", "disc", "draw", "reaches", "unit_shape"]


CORNERS: Final = 128

COUNTRY_LETTERS: Final = 2


def draw(locus: Locus) -> shapely.Geometry:
    """A locus as a polygon in EPSG:4326."""
    index = districts() if locus.kind == "district" else None
    # Districts can be added and removed while a program runs, so that they are never kept.
    return _draw(locus) if index is None else index.frame.geometry.iloc[index.row(str(locus.within))]


@kept_with_provinces
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
    around = disc(locus.lon, locus.lat, locus.radius_m)
    area = _land_about(around) if locus.within is None else area_of(locus.within)
    if area is None or (locus.within is not None and _holds(locus.within, around)):
        return around
    part = shapely.intersection(around, clipped(area, around))
    # A point at sea, or outside what the source names, says nothing of where in it.
    return around if part.is_empty else part


def _holds(code: str, around: shapely.Polygon) -> bool:
    """Whether a province or country holds all of a disc, told faster than what they have in common."""
    return bool(shapely.contains_properly(_prepared(code), around))


@kept_with_provinces
@functools.cache
def _prepared(code: str) -> shapely.Geometry:
    area = area_of(code)
    shapely.prepare(area)
    return area


def reaches(locus: Locus, code: str) -> bool:
    """Whether a disc meets the province or country of that code."""
    around = disc(locus.lon, locus.lat, locus.radius_m)
    west, south, east, north = shapely.bounds(area_of(code))
    box = shapely.box(west, south, east, north)
    return bool(
        shapely.intersects(box, around) and shapely.intersects(clipped(area_of(code), around), around)
    )


def area_of(code: str) -> shapely.Geometry:
    """The province or country of that code, in EPSG:4326."""
    return _country(code) if len(code) == COUNTRY_LETTERS else _province(code)


def _land_about(around: shapely.Polygon) -> shapely.Geometry | None:
    """Land, where a disc may reach over the coast and the countries about are known."""
    if not shapely.intersects(coast_box(), around):
        return None
    countries = read_units(0)
    if not shapely.contains_properly(shapely.box(*countries.total_bounds), around):
        return None
    box = shapely.bounds(around)
    shapes = countries.geometry.to_numpy()
    met = shapes[shapely.intersects(shapely.box(*shapely.bounds(shapes).T), shapely.box(*box))]
    return shapely.union_all([clipped(shape, around) for shape in met])


@functools.cache
def coast_box() -> shapely.Polygon:
    """The box of all coast that is known; what does not meet it has no sea in it."""
    return shapely.box(*read_layer("coast").total_bounds)


def disc(lon: float, lat: float, radius_m: float) -> shapely.Polygon:
    """A geodesic circle as a polygon of CORNERS corners in EPSG:4326."""
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


@kept_with_provinces
@functools.cache
def _province(code: str | None) -> shapely.Geometry:
    return provinces().frame.geometry.iloc[provinces().row(str(code))]


@kept_with_provinces
@functools.cache
def _country(code: str | None) -> shapely.Geometry:
    frame = provinces().frame
    return shapely.coverage_union_all(frame.geometry[frame["adm0"] == code].to_numpy())
