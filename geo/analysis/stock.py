"""Points on which a source puts what it cannot place, found in the user's events."""

from __future__ import annotations

import geopandas as gpd

from geo.arguments import checked
from geo.places.stock_points import STACK_SIZE, find_stock_points
from geo.sources.given import Events, as_frame

__all__ = ["stock_points"]


@checked
def stock_points(events: Events, *, min_events: int = STACK_SIZE) -> gpd.GeoDataFrame:
    """Coordinates that look like stand-ins for an area, with the reasons.

    A coordinate is listed for any of these reasons: it is in the table of known stock points; it is the
    centroid of a country or province; at least ``min_events`` rows share it and at least half of them are of
    coarse precision (district, province, border, country, unknown); a coarse row lies on a district's
    centroid, on the very point of a town, or on a coordinate with at most one decimal; ``min_events`` rows
    share a coordinate that has at most one decimal, or that no place of the gazetteer is near although they
    claim a site or town.

    Parameters
    ----------
    events
        As for :func:`geo.loci`; ``where_precision`` is used if there.
    min_events
        Rows on one coordinate that make a stack.

    Returns
    -------
    GeoDataFrame
        One row for each suspect coordinate, the most used first: ``lon``, ``lat``, ``n`` (int64),
        ``precisions`` ("district 3; near 1"), ``coarse`` (float64, part of the rows), ``known_as``, ``unit``,
        ``level`` and ``unit_m`` (whose centroid it is and how many metres off), ``nearest_place``,
        ``nearest_place_m``, ``why`` (reasons separated by "; "), ``source``, point in EPSG:4326. Rows without
        a point are not counted.

    Raises
    ------
    CrsError
        If the frame has no CRS.
    SchemaError
        If a geometry is no point, a precision is not in the vocabulary, or ``min_events`` is below 2.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> events = gpd.GeoDataFrame(
    ...     {"where_precision": ["border"] * 4},
    ...     geometry=gpd.points_from_xy([68.051427] * 4, [31.689623] * 4), crs=4326,
    ... )
    >>> geo.stock_points(events)[["n", "known_as"]].to_dict("list")
    {'n': [4], 'known_as': ['Afghanistan-Pakistan border']}
    """
    return find_stock_points(as_frame(events), min_events)
