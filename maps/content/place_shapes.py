"""Areas and stretches of the line as the page and paper draw them, each once."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from maps.content.basemap import read_basemap, unit_seats
from maps.content.cards import STRETCH, cell_text
from maps.content.steps import STEPS_A_DEGREE

if TYPE_CHECKING:
    import shapely

    from geo.locus.record import Locus

__all__ = ["Shapes", "packed_rings", "parts_of_line", "shape_of"]

OUTLINED_DISCS: Final = 60
"""Up to this many discs are cut at the provinces they are known to lie in; more are plain circles."""

ROUND_CORNERS: Final = 32
SMOOTH_DEG: Final = 0.002


def shape_of(locus: Locus | None, *, plain: bool = False) -> shapely.Geometry | None:
    """What is drawn of a locus: a part of the drawn line, a circle, an area; nothing without a locus.

    Parameters
    ----------
    locus
        What is known of the place.
    plain
        Whether discs are circles with few corners, not cut at provinces.
    """
    from geo.locus.shapes import draw

    if locus is None:
        return None
    if locus.kind == "strip":
        return parts_of_line(locus.stretches)
    return _circle(locus) if plain and locus.kind == "disc" else draw(locus)


class Shapes:
    """The areas and stretches of a map, each once however many places share it."""

    def __init__(self) -> None:
        self.shapes: list[dict[str, Any]] = []
        self.discs: list[bool] = []
        self._numbers: dict[Any, int] = {}

    def number(self, row: dict[str, Any], grain: int, shape: shapely.Geometry, disc: bool) -> int:
        """The number of a shape, added if it is not there yet."""
        precision = cell_text(row.get("where_precision"))
        unit = {"province": row.get("adm1"), "country": row.get("adm0")}.get(precision or "")
        known = isinstance(unit, str) and unit in read_basemap().units
        key = unit if known else shape.wkb
        if key not in self._numbers:
            self._numbers[key] = len(self.shapes)
            self.discs.append(disc)
            if grain == STRETCH:
                built = _stretch(shape)
            elif isinstance(unit, str) and known:
                built = _polygon(read_basemap().units[unit]) | {"seats": unit_seats(unit)}
            else:
                built = {"kind": "polygon", "rings": [list(ring) for ring in _smoothed(key)]}
            self.shapes.append(built)
        return self._numbers[key]


def _circle(locus: Locus) -> shapely.Geometry:
    """A disc with few corners, not cut at provinces."""
    import numpy as np
    import shapely

    turn = np.linspace(0, 2 * np.pi, ROUND_CORNERS, endpoint=False)
    north = locus.radius_m / 111_100
    east = north / np.cos(np.radians(locus.lat))
    return shapely.Polygon(
        np.column_stack((locus.lon + east * np.cos(turn), locus.lat + north * np.sin(turn)))
    )


@functools.lru_cache(maxsize=256)
def _smoothed(wkb: bytes) -> tuple[tuple[int, ...], ...]:
    """Rings of an area of which a map shows no more; it costs a third of all that a map's content does."""
    import shapely

    return tuple(map(tuple, _polygon(shapely.from_wkb(wkb).simplify(SMOOTH_DEG))["rings"]))


def _polygon(area: shapely.Geometry) -> dict[str, Any]:
    import shapely

    rings = [
        ring.coords
        for part in shapely.get_parts(area)
        if part.geom_type == "Polygon"
        for ring in [part.exterior, *part.interiors]
    ]
    return {"kind": "polygon", "rings": [packed_rings(ring) for ring in rings]}


def _stretch(locus: shapely.Geometry) -> dict[str, Any]:
    import shapely

    parts = shapely.get_parts(locus)
    return {"kind": "line", "rings": [packed_rings(part.simplify(SMOOTH_DEG).coords) for part in parts]}


@functools.lru_cache(maxsize=1024)
def parts_of_line(stretches: tuple[tuple[float, float], ...]) -> shapely.MultiLineString:
    """Parts of the drawn line between chainages of the full one, in km."""
    import numpy as np
    import shapely
    from shapely.ops import substring

    from geo.border.durand import durand_line

    border = durand_line()
    full, km = shapely.get_coordinates(border.geometry), border.chainage_km()
    drawn = read_basemap().line
    parts = []
    for stretch in stretches:
        ends = [
            drawn.project(shapely.Point(np.interp(at, km, full[:, 0]), np.interp(at, km, full[:, 1])))
            for at in stretch
        ]
        parts.append(substring(drawn, *ends))
    return shapely.MultiLineString([part for part in parts if part.geom_type == "LineString"])


def packed_rings(coordinates: Any) -> list[int]:
    """Coordinates in units of 1e-4 degree, the first whole, the others as steps."""
    import numpy as np

    units = np.round(np.asarray(coordinates)[:, :2] * STEPS_A_DEGREE).astype(int)
    steps: list[int] = np.vstack([units[:1], np.diff(units, axis=0)]).ravel().tolist()
    return steps
