"""Degrees and units of the picture that stands in for the map."""

from __future__ import annotations

import functools
from itertools import pairwise
from math import cos, radians
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import shapely

__all__ = ["WIDTH", "Frame"]

WIDTH: Final = 720.0
"""Width of the picture in its own units."""

SMOOTH: Final = 0.9
"""Lines are simplified to this many units of the picture."""

NEAR: Final = 2.2
"""Points nearer to each other than this are drawn as one."""


class Frame:
    """Degrees to units of the picture: equirectangular, true to scale at the middle of the extent."""

    def __init__(self, extent: tuple[float, float, float, float]) -> None:
        west, south, east, north = self.extent = extent
        self.scale = WIDTH / (east - west)
        self.tall = self.scale / cos(radians((south + north) / 2))
        self.height = (north - south) * self.tall

    @property
    def width(self) -> float:
        """In units of the picture."""
        return WIDTH

    def side(self, x: float, y: float) -> str | None:
        """AF or PK at a point of the picture; nothing beyond both."""
        import shapely

        west, _, _, north = self.extent
        point = shapely.Point(west + x / self.scale, north - y / self.tall)
        return next((code for code in ("AF", "PK") if _country(code).contains(point)), None)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """A place in units of the picture."""
        west, _, _, north = self.extent
        return (lon - west) * self.scale, (north - lat) * self.tall

    def path(self, shape: shapely.Geometry, *, close: bool) -> str:
        """A shape as the data of a path, cut to the picture."""
        import shapely

        west, south, east, north = self.extent
        shape = shapely.clip_by_rect(shape, west - 0.3, south - 0.3, east + 0.3, north + 0.3)
        shape = shapely.simplify(shape, SMOOTH / self.scale)
        drawn = []
        for part in shapely.get_parts(shape):
            rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
            for ring in rings:
                points = [self.at(x, y) for x, y in shapely.get_coordinates(ring)]
                drawn.append(_stepped(points, close))
        return "".join(drawn)


@functools.cache
def _country(code: str) -> shapely.Geometry:
    import shapely

    from maps.content.basemap import read_basemap

    area = shapely.simplify(read_basemap().units[code], 0.01)
    shapely.prepare(area)
    return area


def _stepped(points: list[tuple[float, float]], close: bool) -> str:
    """A path in whole units, each point as a step from the one before, points that are too near left out."""
    kept: list[tuple[int, int]] = []
    for x, y in points:
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= NEAR:
            kept.append((round(x), round(y)))
    if len(kept) < 2:
        return ""
    steps = " ".join(f"{x - p},{y - q}" for (p, q), (x, y) in pairwise(kept))
    return f"M{kept[0][0]},{kept[0][1]}l{steps}{'z' if close else ''}"
