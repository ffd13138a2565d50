"""Parts of a line: what lies between two chainages, sectors, bands on each side."""

from __future__ import annotations

import itertools
import math
import numbers
from collections.abc import Iterable
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from geo.engine.ground import ground_km2
from geo.engine.query import PointQuery, PreparedLine, run_query
from geo.errors import BoundaryError, SchemaError
from geo.types import GEOD, Floats

__all__ = ["bands", "check_sectors", "cut", "known_points", "points_at", "sector_frame", "sectors_by_km"]


PIECE_M: Final = 40_000.0
"""A band is drawn piece by piece, each in an azimuthal projection of its own."""
DETAIL_M: Final = 2.0
QUADRANT_SEGMENTS: Final = 64
WIDEST_BAND_KM: Final = 500.0


def cut(line: PreparedLine, from_km: float, to_km: float) -> shapely.LineString:
    """The part of the line between two chainages, in the line's own direction."""
    along = line.chainage_km
    inside = (along > from_km) & (along < to_km)
    ends = points_at(line, np.array([from_km, to_km]))
    xy = np.vstack((ends[0], shapely.get_coordinates(line.geometry)[inside], ends[1]))
    return shapely.LineString(xy)


def points_at(line: PreparedLine, line_km: Floats) -> Floats:
    """Longitude and latitude of chainages within the line, shape (n, 2)."""
    vertices = shapely.get_coordinates(line.geometry)
    along = line.chainage_km
    segment = np.clip(np.searchsorted(along, line_km, side="right") - 1, 0, len(along) - 2)
    start, end = vertices[segment], vertices[segment + 1]
    azimuth, _, _ = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    rest = (line_km - along[segment]) * 1000
    lon, lat, _ = GEOD.fwd(start[:, 0], start[:, 1], azimuth, rest)
    points = np.column_stack((lon, lat))
    # A vertex of the line stays as it was given.
    points[rest == 0] = start[rest == 0]
    last = line_km >= along[-1]
    points[last] = vertices[-1]
    return points


def known_points(line: PreparedLine, km: Floats) -> npt.NDArray[np.object_]:
    """Points of chainages, None where one is missing; those beyond an end are refused."""
    if km.ndim != 1:
        raise SchemaError(f"line_km is a number or a row of numbers, not a table of shape {km.shape}")
    beyond = (km < -0.001) | (km > line.length_km + 0.001)
    if beyond.any():
        raise BoundaryError(
            f"line_km must lie in 0 to {line.length_km:.3f}; got {km[beyond][0]!s}"
            f"{f' and {beyond.sum() - 1} more beyond' if beyond.sum() > 1 else ''}"
        )
    known = np.isfinite(km)
    points = np.full(len(km), None, dtype=object)
    points[known] = shapely.points(points_at(line, np.clip(km[known], 0, line.length_km)))
    return points


def check_sectors(by: str | None, km: float | None) -> None:
    """Refuse what says neither or both of how a line is cut."""
    if (
        by not in (None, "provinces", "km")
        or (by == "provinces" and km is not None)
        or (by == "km" and km is None)
    ):
        raise BoundaryError(
            f"sectors are by='provinces' or km=LENGTH, one of the two; got by={by!r}, km={km!r}"
        )


def sectors_by_km(line: PreparedLine, km: float) -> gpd.GeoDataFrame:
    """Pieces of equal length, the last one shorter."""
    if not (isinstance(km, numbers.Real) and math.isfinite(km) and km > 0):
        raise BoundaryError(f"km is the length of a sector, more than 0; got {km!r}")
    if line.length_km / km > 100_000:
        raise BoundaryError(f"sectors of {km!r} km would be more than 100,000; take longer ones")
    count = max(math.ceil(line.length_km / km - 1e-9), 1)
    edges = np.append(np.arange(count) * km, line.length_km)
    names = [f"{start:g}-{end:.0f} km" for start, end in itertools.pairwise(edges)]
    return sector_frame(line, edges[:-1], edges[1:], names, [None] * count, [None] * count)


def sector_frame(
    line: PreparedLine, starts: Floats, ends: Floats, names: list[str], left: list[Any], right: list[Any]
) -> gpd.GeoDataFrame:
    """Sectors by their ends, names and units, with the line between.

    The code of a sector is that of the two provinces that meet, or else its name.
    """
    codes = [
        name if a is None or b is None else f"{b}/{a}" for name, a, b in zip(names, left, right, strict=True)
    ]
    return gpd.GeoDataFrame(
        {
            "unit": pd.Series(codes, dtype="str"),
            "sector": pd.Series(names, dtype="str"),
            "left_unit": pd.Series(left, dtype="str"),
            "right_unit": pd.Series(right, dtype="str"),
            "from_km": starts,
            "to_km": ends,
            "length_km": ends - starts,
        },
        geometry=[cut(line, a, b) for a, b in zip(starts, ends, strict=True)],
        crs="EPSG:4326",
    )


def bands(line: PreparedLine, limits_km: Iterable[float], names: tuple[str, str]) -> gpd.GeoDataFrame:
    """Rings about the line, cut by it; the names are those of its left and its right."""
    try:
        limits = [float(limit) for limit in limits_km]
    except (TypeError, ValueError):
        raise BoundaryError(
            f"bands are rising distances in km, such as [5, 10, 25]; got {limits_km!r}"
        ) from None
    good = all(0 < limit <= WIDEST_BAND_KM for limit in limits) and sorted(set(limits)) == limits
    if not (limits and good):
        raise BoundaryError(
            f"bands are rising distances in km of more than 0 up to {WIDEST_BAND_KM:g}; got {limits}"
        )
    whole = [buffer(line, limit * 1000) for limit in limits]
    areas = (None, None) if line.sides is None else line.sides.areas
    halves = _halves(line, whole[-1], areas, limits[-1] * 1000)
    rows = []
    for name, half in zip(names, halves, strict=True):
        inner, from_km = None, 0.0
        for limit, around in zip(limits, whole, strict=True):
            outer = _areal(shapely.intersection(half, around))
            ring = outer if inner is None else _areal(shapely.difference(outer, inner))
            rows.append(
                (
                    f"{name} {from_km:g}-{limit:g} km",
                    name,
                    from_km,
                    limit,
                    float(ground_km2(np.array([ring]))[0]),
                    ring,
                )
            )
            inner, from_km = outer, limit
    frame = pd.DataFrame(rows, columns=["unit", "side", "from_km", "to_km", "area_km2", "geometry"])
    return gpd.GeoDataFrame(
        frame.astype({"unit": "str", "side": "str"}), geometry="geometry", crs="EPSG:4326"
    )


def _areal(geometry: shapely.Geometry) -> shapely.Geometry:
    """The areas of a geometry alone, without lines along which two only touch."""
    parts = shapely.get_parts(geometry if shapely.is_valid(geometry) else shapely.make_valid(geometry))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def buffer(line: PreparedLine, radius_m: float) -> shapely.Geometry:
    """What lies within a geodesic distance of the line, to 5 m up to 50 km.

    In the azimuthal equidistant projection about a piece's middle, lengths at ``r`` are wrong by up to
    ``r**2 / 6 R**2``: 2e-5 at 70 km. The corners of the arcs add 1.5e-4 of 1/4 of the radius at most.
    """
    pieces = max(math.ceil(line.length_km * 1000 / PIECE_M), 1)
    edges = np.linspace(0, line.length_km, pieces + 1)
    parts = []
    for first, last in itertools.pairwise(edges):
        piece = cut(line, first, last)
        middle = points_at(line, np.array([(first + last) / 2]))[0]
        there = pyproj.Transformer.from_crs(
            "EPSG:4326",
            f"+proj=aeqd +lat_0={middle[1]:.9f} +lon_0={middle[0]:.9f} +datum=WGS84",
            always_xy=True,
        )
        xy = shapely.get_coordinates(shapely.segmentize(piece, 0.01))
        flat = shapely.simplify(
            shapely.LineString(np.column_stack(there.transform(xy[:, 0], xy[:, 1]))), DETAIL_M
        )
        simple = shapely.get_coordinates(flat)
        short = [shapely.LineString(simple[i : i + 33]) for i in range(0, len(simple) - 1, 32)]
        around = shapely.union_all(shapely.buffer(short, radius_m, quad_segs=QUADRANT_SEGMENTS))
        # Long straight edges of the buffer bend in degrees.
        around = shapely.segmentize(around, 2000)
        parts.append(
            shapely.transform(
                around,
                lambda xy, there=there: np.column_stack(
                    there.transform(xy[:, 0], xy[:, 1], direction="INVERSE")
                ),
            )
        )
    return shapely.union_all(parts)


def _halves(
    line: PreparedLine,
    around: shapely.Geometry,
    areas: tuple[shapely.Geometry | None, shapely.Geometry | None],
    radius_m: float,
) -> tuple[shapely.Geometry, shapely.Geometry]:
    """The parts of a buffer on the left and on the right."""
    left, right = areas
    if left is not None and right is not None:
        box = shapely.bounds(around)
        clipped = [shapely.make_valid(shapely.clip_by_rect(area, *box)) for area in (left, right)]
        return shapely.intersection(clipped[0], around), shapely.intersection(clipped[1], around)
    xy = shapely.get_coordinates(line.geometry)
    # Beyond its ends the line runs straight on, as for locate.
    ends = []
    for end, inner in ((xy[0], xy[1]), (xy[-1], xy[-2])):
        onward = GEOD.inv(*end, *inner)[0] + 180
        away = np.linspace(radius_m * 1.5 / 40, radius_m * 1.5, 40)
        x, y, _ = GEOD.fwd(np.full(40, end[0]), np.full(40, end[1]), np.full(40, onward), away)
        ends.append(np.column_stack((x, y)))
    run_on = shapely.LineString(np.vstack((ends[0][::-1], xy, ends[1])))
    edges = shapely.union_all([run_on, shapely.boundary(around)])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    inside = shapely.point_on_surface(faces)
    faces, inside = faces[shapely.intersects(around, inside)], inside[shapely.intersects(around, inside)]
    signed = run_query(line, shapely.get_x(inside), shapely.get_y(inside), PointQuery()).signed_m
    return shapely.union_all(faces[signed > 0]), shapely.union_all(faces[signed <= 0])
