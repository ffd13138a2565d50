"""Geometries of records: longitude and latitude of points, and a word for what is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from geo.errors import SourceError
from geo.sources.files.raw_table import TEXT, as_written, cell_text
from geo.types import EPSG, Floats

__all__ = ["BROKEN", "crs_of", "points_of_wkb", "points_table", "positions_text"]

BROKEN: Final = "broken"
"""How the type of a geometry begins that cannot be read; why follows after a colon."""


def crs_of(definition: object, label: str) -> pyproj.CRS:
    """The CRS that a file states, from what it says itself: no address is asked.

    Raises
    ------
    SourceError
        If there is none, or it is not known.
    """
    text = definition if isinstance(definition, str) else None
    if definition is None or definition == "":
        raise SourceError(f"{label}: the layer has no CRS; set the one it is in, such as EPSG:4326")
    if text is not None and text.strip().lower().startswith(("http:", "https:", "file:", "/")):
        raise SourceError(f"{label}: its CRS is a link ({text[:80]}), which is not followed; write EPSG:4326")
    try:
        return pyproj.CRS.from_user_input(definition)
    except pyproj.exceptions.CRSError as err:
        raise SourceError(f"{label}: its CRS is not known ({str(err)[:120]}); write EPSG:4326") from err


def points_of_wkb(blobs: Sequence[Any] | npt.NDArray[np.object_], crs: pyproj.CRS) -> pd.DataFrame:
    """Points in degrees of geometries as WKB; one that is broken is one row, whatever the others are."""
    cells = np.empty(len(blobs), dtype=object)
    cells[:] = [bytes(blob) if blob is not None and not isinstance(blob, float) else None for blob in blobs]
    shapes = shapely.from_wkb(cells, on_invalid="ignore")
    broken = np.array([cell is not None for cell in cells], dtype=bool) & shapely.is_missing(shapes)
    return points_table(shapes, crs, broken)


def points_table(
    shapes: npt.NDArray[np.object_], crs: pyproj.CRS, broken: npt.NDArray[np.bool_] | None = None
) -> pd.DataFrame:
    """Longitude, latitude and type of each geometry (see `RawTable.geometry`).

    Parameters
    ----------
    shapes
        Geometries, None where there is none.
    crs
        The CRS that they are in.
    broken
        Which of them could not be read.
    """
    types = np.array(["" if s is None or s.is_empty else s.geom_type for s in shapes], dtype=object)
    at = shapes.copy()
    at[types != "Point"] = None
    x, y = shapely.get_x(at), shapely.get_y(at)
    is_point = types == "Point"
    # A point without coordinates is how some programs write that there is none; one of two is a fault.
    types[is_point & np.isnan(x) & np.isnan(y)] = ""
    types[is_point & (np.isfinite(x) != np.isfinite(y))] = f"{BROKEN}: a coordinate is no number"
    types[is_point & (np.isinf(x) & np.isinf(y))] = f"{BROKEN}: a coordinate is no number"
    x, y = (np.where(types == "Point", axis, np.nan) for axis in (x, y))
    if broken is not None:
        types[broken] = f"{BROKEN}: it is damaged"
    x, y = map(as_written, _to_degrees(x, y, crs))
    lost = (types == "Point") & ~np.isfinite(x)
    types[lost] = f"{BROKEN}: it lies outside its CRS"
    return pd.DataFrame({"x": x, "y": y, "type": types})


def positions_text(points: pd.DataFrame) -> dict[str, pd.Series]:
    """Latitude and longitude of each geometry as a table has them in columns; its type where it is no point.

    Parameters
    ----------
    points
        See `RawTable.geometry`.
    """
    is_point = points["type"].isin(["Point", ""])
    return {
        axis: points[of].map(cell_text).astype(TEXT).where(is_point, points["type"].astype(TEXT))
        for axis, of in (("lat", "y"), ("lon", "x"))
    }


def _to_degrees(x: Floats, y: Floats, crs: pyproj.CRS) -> tuple[Floats, Floats]:
    if crs.equals(pyproj.CRS(EPSG), ignore_axis_order=True) or not len(x):
        return x, y
    move = pyproj.Transformer.from_crs(crs, EPSG, always_xy=True)
    lon, lat = move.transform(x, y)
    # A centimetre: what is finer is left over from the projection, and would pass for digits of the source.
    lon, lat = np.round(np.asarray(lon, dtype="float64"), 7), np.round(np.asarray(lat, dtype="float64"), 7)
    known = np.isfinite(lon) & np.isfinite(lat)
    return np.where(known, lon, np.nan), np.where(known, lat, np.nan)
