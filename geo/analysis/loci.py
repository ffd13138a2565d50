"""Where events may have happened, as areas."""

from __future__ import annotations

from typing import Literal

import geopandas as gpd

from geo.arguments import checked
from geo.errors import SchemaError
from geo.events.points import points_of
from geo.locus.resolve import Trust, loci_of
from geo.locus.shapes import draw
from geo.sources.given import Events, as_points

__all__ = ["loci"]


@checked
def loci(events: Events, *, level: Literal[1, 2] = 2, trust: Trust = "stated") -> gpd.GeoSeries:
    """The area within which each event may have happened.

    Parameters
    ----------
    events
        Points in any CRS: a frame, what :func:`geo.read_events` gave, or a path. Columns used where they
        exist: ``where_precision``, ``dataset``, ``adm1_source``, ``adm2_source``, ``country_source``,
        ``border_units``, ``place``, ``summary``, and ``radius_m`` (metres), which goes before the words.
    level
        The finest units that a locus is made of: 2 districts, where they have been added; 1 provinces, so
        that two installations with and without districts say the same.
    trust
        ``stated``: the province, district and country that the source names bound what lies about its point;
        ``point``: they say nothing.

    Returns
    -------
    GeoSeries
        Polygons in EPSG:4326 with the index of ``events``; missing where nothing is known. Discs are geodesic
        circles of 128 corners; the strip along the line is within 40 m of a geodesic one.

    Raises
    ------
    CrsError
        If the frame has no CRS.
    SchemaError
        If it is no events, a geometry is no point, or the level is neither 1 nor 2. Of a frame also if a row
        is none that a file could have: a position that is none on the globe, 0, 0, or exchanged; a last day
        before the first; a word that is none of the vocabulary; a number of deaths below 0. The message
        names columns and rows, and ``geo.read_events(frame)`` tells of each.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> torkham = gpd.GeoDataFrame(
    ...     {"where_precision": ["site"]}, geometry=gpd.points_from_xy([71.0847], [34.1147]), crs=4326
    ... )
    >>> round(geo.loci(torkham).to_crs("ESRI:54034").area.item() / 1e6, 2)
    0.79
    """
    if level not in (1, 2):
        raise SchemaError(
            f"level is 1 (provinces) or 2 (districts where they have been added), not {level!r}"
        )
    points = as_points(events)
    geometry = [
        None if one is None else draw(one)
        for one in loci_of(points, points_of(points), level=level, trust=trust)
    ]
    return gpd.GeoSeries(geometry, index=points.index, crs="EPSG:4326", name="locus")
