"""What circles on the ground have in common with areas: found edge by edge, without cutting a shape.

Each circle is looked at in an azimuthal equal-area plane about its middle (Lambert's), where it is a circle
too. Distances in it are chords; what they are shorter than the ground differs by direction on the ellipsoid,
by less than a metre at 500 km.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely

from geo.engine.ellipsoid import earth_centred, sin_cos
from geo.types import GEOD, AnyArray, Bools, Floats, Indices

__all__ = ["CIRCLE_M", "Outlines", "are_areal", "circle_areas", "in_pieces"]

CIRCLE_M: Final = 500_000.0
"""Largest radius for which the plane is good to 1e-4."""

MOST_CORNERS: Final = 250
"""Areas of more corners are cut into pieces, of which a circle meets few."""

WIDEST_DEGREES: Final = 1.0

LONGEST_EDGE: Final = 0.05
"""Degrees: an edge that is straight in degrees is then within 0.4 m of straight in the plane."""

POLYGON: Final = 3
"""Shapely's number of the type."""

LEAST_DEGREES2: Final = 1e-14
"""A tenth of a thousandth of a square metre."""

AT_ONCE: Final = 1_000_000
"""Corners that are looked at together."""

SLACK: Final = 1.001
"""How much longer than its chord a way of up to CIRCLE_M and a piece may be, and to spare."""


def circle_areas(lon: Floats, lat: Floats, radius_m: Floats) -> Floats:
    """Areas of geodesic circles in m2, by :class:`Outlines`' planes."""
    return np.asarray(math.pi * _Planes(lon, lat).chord(radius_m) ** 2)


class Outlines:
    """Polygons in EPSG:4326, prepared for circles.

    Parameters
    ----------
    polygons
        Shape (n,), none empty. Edges are straight in degrees.
    """

    def __init__(self, polygons: AnyArray) -> None:
        fine = shapely.orient_polygons(shapely.segmentize(polygons, LONGEST_EDGE))
        rings, of_ring = shapely.get_rings(fine, return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        self._xyz = earth_centred(xy[:, 0], xy[:, 1])
        polygon = of_ring[ring]
        self._first = np.searchsorted(polygon, np.arange(len(polygons) + 1))
        # A ring's last corner begins no edge.
        self._is_edge = np.append(ring[1:] == ring[:-1], False)
        box = shapely.bounds(polygons).reshape(-1, 4)
        middle = (box[:, :2] + box[:, 2:]) / 2
        self._middle = earth_centred(middle[:, 0], middle[:, 1])
        apart = np.sqrt(((self._xyz - self._middle[:, polygon]) ** 2).sum(axis=0))
        self._reach = np.maximum.reduceat(apart, self._first[:-1]) if len(polygons) else np.zeros(0)
        every = np.arange(len(polygons))
        self._area = self._by_edges(middle[:, 0], middle[:, 1], 1.5 * self._reach + 1, every, every)

    def in_common(
        self, lon: Floats, lat: Floats, radius_m: Floats, circle: Indices, polygon: Indices
    ) -> Floats:
        """Area of each of some pairs of a circle and a polygon, in m2.

        Parameters
        ----------
        lon, lat, radius_m
            The circles; degrees, metres up to CIRCLE_M.
        circle, polygon
            Numbers of the two of each pair.
        """
        centre = earth_centred(lon, lat)
        chord = np.sqrt(((centre[:, circle] - self._middle[:, polygon]) ** 2).sum(axis=0))
        reach, radius = self._reach[polygon], radius_m[circle]
        found = np.where((chord + reach) * SLACK < radius, self._area[polygon], 0.0)
        cut = np.flatnonzero(((chord + reach) * SLACK >= radius) & (chord < radius + reach * SLACK))
        found[cut] = self._by_edges(lon, lat, radius_m, circle[cut], polygon[cut])
        return found

    def _by_edges(
        self, lon: Floats, lat: Floats, radius_m: Floats, circle: Indices, polygon: Indices
    ) -> Floats:
        planes = _Planes(lon, lat)
        radius = planes.chord(radius_m)
        found = np.zeros(len(circle))
        for first, last in _chunks(self._first[polygon + 1] - self._first[polygon]):
            start = self._first[polygon[first:last]]
            long = self._first[polygon[first:last] + 1] - start
            pair = np.repeat(np.arange(last - first), long)
            corner = np.arange(len(pair)) + np.repeat(start - (np.cumsum(long) - long), long)
            of = circle[first:last][pair]
            x, y = planes.seen(self._xyz[:, corner], of)
            part = _sectors(x, y, radius[of])
            part[~self._is_edge[corner]] = 0
            found[first:last] = np.bincount(pair, weights=part, minlength=last - first)
        return np.maximum(found, 0)


class _Planes:
    """Azimuthal equal-area planes about points."""

    def __init__(self, lon: Floats, lat: Floats) -> None:
        (sin_lon, cos_lon), (sin_lat, cos_lat) = sin_cos(lon), sin_cos(lat)
        nothing = np.zeros_like(sin_lon)
        self._east = np.array((-sin_lon, cos_lon, nothing))
        self._north = np.array((-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat))
        self._up = np.array((cos_lat * cos_lon, cos_lat * sin_lon, sin_lat))
        self._centre = earth_centred(lon, lat)
        # Gauss' mean radius of curvature.
        self._curved = ((1 - GEOD.es * sin_lat**2) / GEOD.b) ** 2

    def chord(self, ground_m: Floats) -> Floats:
        """Chords of ways on the ground from the points, by the sine's first terms."""
        square = ground_m * ground_m * self._curved
        return np.asarray(ground_m * (1 - square / 24 * (1 - square / 80)))

    def seen(self, xyz: Floats, of: Indices) -> tuple[Floats, Floats]:
        """Where earth-centred points lie in the planes of those numbers, in metres."""
        away = xyz - self._centre[:, of]
        x, y, z = ((away * axis[:, of]).sum(axis=0) for axis in (self._east, self._north, self._up))
        level = x * x + y * y
        # As far out as the chord is long.
        scale = np.sqrt((level + z * z) / np.maximum(level, 1e-12))
        return x * scale, y * scale


def _chunks(long: Indices) -> Iterator[tuple[int, int]]:
    """Runs of pairs that have about AT_ONCE corners."""
    if not len(long):
        return
    number = np.cumsum(long) // AT_ONCE
    ends = np.append(np.flatnonzero(np.diff(number)) + 1, len(long)).tolist()
    yield from zip([0, *ends[:-1]], ends, strict=True)


def _sectors(x: Floats, y: Floats, radius: Floats) -> Floats:
    """What each edge, from a point to the next, adds to the area common with the circle about the origin.

    Where the edge is inside it adds the triangle with the origin, where it is outside the sector.
    """
    px, py, qx, qy = x, y, np.roll(x, -1), np.roll(y, -1)
    dx, dy = qx - px, qy - py
    squared = np.maximum(dx * dx + dy * dy, 1e-12)
    along = -(px * dx + py * dy) / squared
    inside = along * along - (px * px + py * py - radius * radius) / squared
    half = np.sqrt(np.maximum(inside, 0))
    one, two = np.clip(along - half, 0, 1), np.clip(along + half, 0, 1)
    # Ends are taken as they are: beside a middle that an edge runs through rounding would turn them round.
    ax, ay = np.where(one > 0, px + one * dx, px), np.where(one > 0, py + one * dy, py)
    bx, by = np.where(two < 1, px + two * dx, qx), np.where(two < 1, py + two * dy, qy)
    turned = np.arctan2(px * ay - py * ax, px * ax + py * ay)
    turned += np.arctan2(bx * qy - by * qx, bx * qx + by * qy)
    return np.asarray((radius * radius * turned + ax * by - ay * bx) / 2)


def are_areal(parts: AnyArray) -> Bools:
    """Which geometries are polygons with an area, and not what is left where two edges lie on each other."""
    return np.asarray((shapely.get_type_id(parts) == POLYGON) & (shapely.area(parts) > LEAST_DEGREES2))


def in_pieces(shapes: AnyArray) -> tuple[AnyArray, Indices]:
    """Areas in EPSG:4326 as small polygons, and which area each is of.

    Parameters
    ----------
    shapes
        Polygons and multipolygons.

    Returns
    -------
    tuple of arrays
        Polygons of at most MOST_CORNERS corners and WIDEST_DEGREES wide, cut along meridians and parallels;
        the number of the area of each, in order.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    done, owners = [], []
    while len(parts):
        box = shapely.bounds(parts)
        wide = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])
        large = (wide > WIDEST_DEGREES) | (
            (shapely.get_num_coordinates(parts) > MOST_CORNERS) & (wide > WIDEST_DEGREES / 256)
        )
        done.append(parts[~large])
        owners.append(owner[~large])
        halves = [half for part in parts[large] for half in _halved(part)]
        parts, half = shapely.get_parts(np.array(halves, dtype=object), return_index=True)
        owner = np.repeat(owner[large], 2)[half]
    pieces, of = np.concatenate([np.empty(0, dtype=object), *done]), np.concatenate(owners or [owner])
    wrong = ~shapely.is_valid(pieces)
    if wrong.any():
        # A cut may leave two parts that hang together by a line.
        pieces[wrong] = shapely.make_valid(pieces[wrong])
    pieces, part = shapely.get_parts(pieces, return_index=True)
    kept = are_areal(pieces)
    pieces, of = pieces[kept], of[part[kept]]
    order = np.argsort(of, kind="stable")
    return pieces[order], of[order].astype(np.intp)


def _halved(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """Both halves of a polygon, cut across its longer way."""
    west, south, east, north = shapely.bounds(shape).tolist()
    if east - west > north - south:
        middle = (west + east) / 2
        boxes = ((west, south, middle, north), (middle, south, east, north))
    else:
        middle = (south + north) / 2
        boxes = ((west, south, east, middle), (west, middle, east, north))
    return [shapely.clip_by_rect(shape, *box) for box in boxes]
