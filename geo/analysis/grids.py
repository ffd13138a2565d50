"""Cells to count by: hexagons of H3 and squares of PRIO-GRID."""

from __future__ import annotations

import functools
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arguments import checked
from geo.boundaries.layers import read_units
from geo.errors import CrsError, ExtraMissingError, SchemaError
from geo.types import EPSG, GEOD, AnyArray

__all__ = ["hexes", "priogrid"]

FINEST: Final = 7
"""Resolution of 5 km2 a cell, of which both countries have about 300,000."""

WIDE: Final = (12.0, 4.6, 1.75, 0.66, 0.25, 0.1, 0.04, 0.015)
"""Degrees that a cell of each resolution reaches beyond its middle at most, with some to spare."""

PRIO_DEGREES: Final = 0.5
PRIO_COLUMNS: Final = 720


@checked
def hexes(resolution: int, area: gpd.GeoDataFrame | gpd.GeoSeries | None = None) -> gpd.GeoDataFrame:
    """Hexagons of the grid H3 that meet an area, for :func:`geo.count` and :func:`geo.shares`.

    Parameters
    ----------
    resolution
        Of H3, 0 to 7; 5 has cells of about 250 km2, 4 of 1,770, 6 of 36.
    area
        What they are to cover; both countries if not given.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, in the order of their ids: ``unit`` (str), the id of the cell; ``area_km2`` (float64,
        geodesic); the cell as H3 draws it. The cells do not overlap.

    Raises
    ------
    ExtraMissingError
        If h3 is not installed (extra ``[cells]``).
    SchemaError, CrsError
        If the resolution is none of these; if the area has none, or no CRS.

    Examples
    --------
    >>> import geo
    >>> cells = geo.hexes(5, geo.around("Torkham", 25))
    >>> len(cells), round(cells["area_km2"].mean())
    (14, 286)
    """
    if isinstance(resolution, bool) or not isinstance(resolution, int) or not 0 <= resolution <= FINEST:
        raise SchemaError(f"resolution is a whole number of H3 from 0 to {FINEST}, not {resolution!r}")
    try:
        import h3
    except ImportError as err:
        raise ExtraMissingError.of("geo.hexes", "h3", "cells") from err
    ground = _ground(area)
    # H3 gives cells by their middles; more ground than is asked for has all that meet it.
    about = shapely.buffer(shapely.simplify(ground, WIDE[resolution] / 4), WIDE[resolution] * 1.25)
    ids = sorted(h3.geo_to_cells(about, resolution))
    rings = [h3.cell_to_boundary(cell) for cell in ids]
    # Neighbours have their corners from sums of their own, which differ in the last bit.
    corners = np.array([corner for ring in rings for corner in ring]).reshape(-1, 2)[:, ::-1].round(9)
    of = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    shapes = (
        shapely.polygons(shapely.linearrings(corners, indices=of)) if rings else np.empty(0, dtype=object)
    )
    shapely.prepare(ground)
    return _cells(pd.Series(ids, dtype="str"), shapes, shapely.intersects(ground, shapes))


@checked
def priogrid(area: gpd.GeoDataFrame | gpd.GeoSeries | None = None) -> gpd.GeoDataFrame:
    """Squares of PRIO-GRID that meet an area, for :func:`geo.count` and :func:`geo.shares`.

    Parameters
    ----------
    area
        What they are to cover; both countries if not given.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, half a degree a side, in the order of their numbers: ``unit`` (str), the number; ``gid``
        (int64), the same, as other tables have it (``priogrid_gid`` of UCDP); ``area_km2`` (float64,
        geodesic).

    Raises
    ------
    SchemaError, CrsError
        If the area has none, or no CRS.

    Notes
    -----
    Numbers run from 1 in the south-west corner of the world, eastwards and then to the north (Tollefsen,
    Strand and Buhaug, PRIO-GRID: A unified spatial data structure, Journal of Peace Research 49, 2012).

    Examples
    --------
    >>> import geo
    >>> geo.priogrid(geo.around("Torkham", 1))["gid"].tolist()
    [179063]
    """
    ground = _ground(area)
    west, south, east, north = (
        np.array(shapely.bounds(ground)) + np.array([180, 90, 180, 90])
    ) / PRIO_DEGREES
    columns = np.arange(max(int(west), 0), min(int(np.ceil(east)), PRIO_COLUMNS))
    rows = np.arange(max(int(south), 0), min(int(np.ceil(north)), PRIO_COLUMNS // 2))
    row, column = (one.ravel() for one in np.meshgrid(rows, columns, indexing="ij"))
    x, y = column * PRIO_DEGREES - 180, row * PRIO_DEGREES - 90
    shapes = shapely.box(x, y, x + PRIO_DEGREES, y + PRIO_DEGREES)
    shapely.prepare(ground)
    gid = row * PRIO_COLUMNS + column + 1
    found = _cells(pd.Series(gid).astype("str"), shapes, shapely.intersects(ground, shapes))
    found.insert(1, "gid", found["unit"].astype("int64"))
    return found


def _ground(area: gpd.GeoDataFrame | gpd.GeoSeries | None) -> shapely.Geometry:
    if area is None:
        return _both_countries()
    if not isinstance(area, (gpd.GeoDataFrame, gpd.GeoSeries)):
        raise SchemaError(f"area is a GeoDataFrame or GeoSeries, not a {type(area).__name__}")
    if area.crs is None:
        raise CrsError("the area has no CRS; set it, for degrees with area.set_crs('EPSG:4326')")
    ground = shapely.union_all(area.geometry.to_crs(EPSG).to_numpy())
    if ground.is_empty:
        raise SchemaError("the area is empty, so that no cell meets it")
    return ground


@functools.cache
def _both_countries() -> shapely.Geometry:
    countries = read_units(0)
    return shapely.union_all(countries.geometry[countries["adm0"].isin(["AF", "PK"])].to_numpy())


def _cells(units: pd.Series, shapes: AnyArray, kept: AnyArray) -> gpd.GeoDataFrame:
    shapes = shapes[kept]
    xy, of = shapely.get_coordinates(shapes, return_index=True)
    rings = np.split(xy, np.flatnonzero(np.diff(of)) + 1) if len(xy) else []
    area = [abs(GEOD.polygon_area_perimeter(ring[:-1, 0], ring[:-1, 1])[0]) / 1e6 for ring in rings]
    frame = {"unit": units[kept].to_numpy(), "area_km2": np.array(area, dtype=np.float64)}
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=EPSG).astype({"unit": "str"})
