"""The nearest of a few fixed points, such as the official crossings, by geodesic distance."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import numpy.typing as npt

from geo.engine.ellipsoid import ARC_M, REACH_M, arc, earth_centred, long_arc, longest_rival
from geo.types import GEOD, Floats

__all__ = ["FixedPoints", "NamedPoints"]

Numbers = npt.NDArray[np.int16]


class FixedPoints:
    """Fixed points, prepared.

    Parameters
    ----------
    lon, lat
        Degrees; at least one point.
    """

    def __init__(self, lon: Floats, lat: Floats) -> None:
        self.lon, self.lat = lon, lat
        self.xyz = np.ascontiguousarray(earth_centred(lon, lat).T)

    def nearest(
        self, lon: Floats, lat: Floats, xyz: Floats, compiled: ModuleType | None
    ) -> tuple[Numbers, Floats]:
        """Number of the nearest one, the first of equals, and metres to it; coordinates finite and in range.

        A chord tells which is nearest unless another, longer one may be the shorter way on the ground; and
        the arc over it how far, up to 1,500 km. The rest are Karney's geodesics.
        """
        number = np.empty(len(lon), dtype=np.int16)
        distance = np.empty(len(lon))
        if compiled is None:
            self._by_chords(xyz, number, distance)
        else:
            compiled.crossings(xyz, self.xyz, number, distance)
        rest = np.flatnonzero(np.isinf(distance))
        if len(rest):
            x, y = lon[rest], lat[rest]
            ways = np.column_stack(
                [
                    GEOD.inv(np.full(len(rest), point_x), np.full(len(rest), point_y), x, y)[2]
                    for point_x, point_y in zip(self.lon, self.lat, strict=True)
                ]
            )
            number[rest] = np.argmin(ways, axis=1)
            distance[rest] = ways.min(axis=1)
        return number, distance

    def _by_chords(self, xyz: Floats, number: Numbers, distance: Floats) -> None:
        x, y, z = xyz
        least, second = np.full(len(x), np.inf), np.full(len(x), np.inf)
        number[:] = 0
        for row, (point_x, point_y, point_z) in enumerate(self.xyz):
            gx, gy, gz = x - point_x, y - point_y, z - point_z
            square = gx * gx + gy * gy + gz * gz
            nearer = square < least
            number[nearer] = row
            second = np.minimum(second, np.maximum(square, least))
            least = np.minimum(least, square)
        best = np.sqrt(least)
        reach = longest_rival(best)
        distance[:] = arc(x, y, z, *self.xyz[number].T)
        far = np.flatnonzero(best > ARC_M)
        distance[far] = long_arc(x[far], y[far], z[far], *self.xyz[number[far]].T)
        distance[~((best <= REACH_M) & (second > reach * reach))] = np.inf


class NamedPoints(FixedPoints):
    """Fixed points with their names, in the same order."""

    def __init__(self, lon: Floats, lat: Floats, names: npt.NDArray[np.object_]) -> None:
        super().__init__(lon, lat)
        self.names = names
