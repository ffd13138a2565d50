"""Nearest points of a line by brute force: every segment, pyproj.Geod only, no code of the engine."""

from __future__ import annotations

import numpy as np
import pyproj

GEOD = pyproj.Geod(ellps="WGS84")
GOLDEN = (np.sqrt(5) - 1) / 2


def distances(lon, lat, x, y):
    """Geodesic distances from one point to many."""
    return np.asarray(GEOD.inv(np.full(len(x), lon), np.full(len(x), lat), x, y)[2])


def segments(line_xy):
    """Azimuth and length of every segment."""
    x, y = line_xy[:, 0], line_xy[:, 1]
    azimuth, _, length = GEOD.inv(x[:-1], y[:-1], x[1:], y[1:])
    return np.asarray(azimuth), np.asarray(length)


def known(line_xy):
    """What is asked of a line for every point: azimuth and length of its segments, vertices on the sphere."""
    return *segments(line_xy), on_sphere(line_xy[:, 0], line_xy[:, 1])


def on_sphere(lon, lat):
    """Points as unit vectors, by columns."""
    lam, phi = np.radians(lon), np.radians(lat)
    return np.array([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def nearest(line_xy, lon, lat, *, of=None, near_only=False):
    """Distance in metres and the foot's lon, lat of one point.

    A geodesic segment cannot come nearer than (d1 + d2 - length) / 2, its ends being d1 and d2 away; of those
    that can be nearest by this, each is searched by golden sections. With ``near_only`` segments that the
    sphere puts 2 % and 1 km farther than the nearest vertex are not looked at, for speed. ``of`` is what
    ``known`` says of the line, if it was asked before.
    """
    x, y = line_xy[:, 0], line_xy[:, 1]
    azimuth, length, sphere = known(line_xy) if of is None else of
    first = np.arange(len(x) - 1)
    if near_only:
        # Half the square of the chord, to 0.1 m.
        away = 2 * 6_371_000 * np.arcsin(np.sqrt(np.clip((1 - on_sphere(lon, lat) @ sphere) / 2, 0, 1)))
        first = np.flatnonzero(np.minimum(away[:-1], away[1:]) - length < away.min() * 1.02 + 1000)
    ends, at = np.unique([first, first + 1], return_inverse=True)
    start, end = distances(lon, lat, x[ends], y[ends])[at.reshape(2, -1)]
    may = first[(start + end - length[first]) / 2 <= min(start.min(), end.min()) + 1e-6]
    return min(_golden(x[a], y[a], azimuth[a], length[a], lon, lat) for a in may)


def _golden(x, y, azimuth, run, lon, lat):
    def away(along):
        fx, fy, _ = GEOD.fwd(x, y, azimuth, along)
        return GEOD.inv(fx, fy, lon, lat)[2]

    low, high = 0.0, run
    while high - low > 0.01:
        a, b = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        if away(a) < away(b):
            high = b
        else:
            low = a
    distance, along = min((away(along), along) for along in (0.0, (low + high) / 2, run))
    fx, fy, _ = GEOD.fwd(x, y, azimuth, along)
    return distance, fx, fy
