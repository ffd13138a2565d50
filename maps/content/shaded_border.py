"""The border whose stretches are shaded, where it is not the Durand Line."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo.errors import BoundaryError
from geo.places.radii import LINE_M

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

    import geo
    from maps.spec.marks import Mark
    from maps.spec.spec import MapSpec

__all__ = ["shaded_border", "stretch_lines", "stretches_of"]

STRETCH_KM: Final = 50.0
"""How long the stretches are that a border without provinces is shaded by."""

DETAIL: Final = 0.002
"""Degrees by which stretches are simplified to be drawn: 200 m."""


def shaded_border(spec: MapSpec) -> tuple[geo.Border, str] | None:
    """The border that ``shade_border`` names, and what the map calls it; None for the Durand Line.

    Raises
    ------
    BoundaryError
        If it is no line of its own.
    """
    if spec.shade_border is None:
        return None
    mark = next(one for one in spec.marks if one.names_line(spec.shade_border))
    if mark.border is not None:
        return _of_countries(mark.border), mark.text
    return _of_file(mark), mark.text


def stretches_of(border: geo.Border) -> gpd.GeoDataFrame:
    """Stretches of a border without provinces, as :meth:`geo.Border.sectors` gives them."""
    return border.sectors(km=STRETCH_KM)


def stretch_lines(border: geo.Border) -> dict[str, shapely.Geometry]:
    """Its stretches as they are drawn, by name."""
    import shapely

    stretches = stretches_of(border)
    lines = shapely.simplify(stretches.geometry.to_numpy(), DETAIL)
    return dict(zip(map(str, stretches["unit"]), lines, strict=True))


@functools.lru_cache(maxsize=8)
def _of_countries(codes: str) -> geo.Border:
    from geo.border.countries import country_border

    one, two = (code.strip().upper() for code in codes.split(","))
    return country_border(one, two)


def _of_file(mark: Mark) -> geo.Border:
    """The one line of a file."""
    import geopandas as gpd
    import shapely

    import geo
    from maps.content.laid_files import read_overlay

    path = Path(str(mark.file))
    shape, _ = read_overlay(path, mark.crs, areas=False)
    parts = shapely.get_parts(shape)
    line = shapely.line_merge(
        shapely.MultiLineString([one for one in parts if one.geom_type == "LineString"])
    )
    if line.geom_type != "LineString" or _has_areas(parts):
        raise BoundaryError(
            f"{path.name} is not one line from end to end, so that it has no stretches to shade; join its "
            "parts, or shade another border"
        )
    return geo.Border.from_line(
        gpd.GeoSeries([line], crs=4326), left="left", right="right", accuracy_m=LINE_M
    )


def _has_areas(parts: object) -> bool:
    import shapely

    return bool((shapely.get_dimensions(parts) != 1).any())
