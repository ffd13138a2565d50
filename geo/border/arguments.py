"""What a user gives, as arrays: a line, its accuracy, points, numbers; each with a clear error."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.errors import BoundaryError, CrsError, SchemaError
from geo.types import GEOD, Floats

__all__ = ["accuracy_table", "area_names", "coordinates", "numbers", "one_line"]

NAMING: Final = ("adm0", "boundary_id", "unit", "name")
"""Columns that name an area, the first that is there."""


def area_names(one: Any, two: Any) -> tuple[str, str]:
    """What two areas are called by their own frames; left and right where these don't tell them apart."""
    names = [_area_name(area) for area in (one, two)]
    return ("left", "right") if None in names or names[0] == names[1] else (str(names[0]), str(names[1]))


def _area_name(area: Any) -> str | None:
    if not isinstance(area, (pd.DataFrame, pd.Series)) or len(area) != 1:
        return None
    column = next((name for name in NAMING if isinstance(area, pd.DataFrame) and name in area.columns), None)
    name = area.index[0] if column is None else area[column].iloc[0]
    return name if isinstance(name, str) and name else None


def one_line(line: Any) -> shapely.LineString:
    """The argument of from_line as one LineString in EPSG:4326 without repeated points."""
    if not isinstance(line, shapely.Geometry):
        series = getattr(line, "geometry", line)
        if getattr(series, "crs", None) is None:
            raise CrsError("the line has no CRS; set it, for degrees with line.set_crs('EPSG:4326')")
        line = shapely.union_all(series.to_crs("EPSG:4326").to_numpy())
    if line.geom_type == "MultiLineString":
        line = shapely.line_merge(line)
    if line.geom_type != "LineString" or line.is_empty:
        parts = shapely.get_num_geometries(line)
        raise BoundaryError(
            f"a border is one LineString, not a {line.geom_type} of {parts} parts that do not join; "
            "choose one part or join them"
        )
    vertices = shapely.get_coordinates(line)
    if not (np.isfinite(vertices).all() and (np.abs(vertices) <= (180, 90)).all()):
        raise BoundaryError("the line has coordinates that are not degrees of longitude and latitude")
    # At a pole and at 180 degrees different numbers can be one place.
    lon, lat = vertices[:, 0], vertices[:, 1]
    moved = np.append(True, np.asarray(GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]) > 1e-6)
    if np.count_nonzero(moved) < 2:
        raise BoundaryError("a border needs at least two different points")
    return shapely.LineString(vertices[moved])


def accuracy_table(accuracy_m: float | pd.DataFrame) -> tuple[Floats, Floats]:
    """Metres from which each accuracy holds, and the accuracy."""
    if isinstance(accuracy_m, pd.DataFrame):
        absent = {"from_km", "accuracy_m"} - set(accuracy_m.columns)
        if absent:
            raise SchemaError(
                f"accuracy_m as a frame needs from_km and accuracy_m; missing: {sorted(absent)}"
            )
        starts = accuracy_m["from_km"].to_numpy(np.float64) * 1000
        values = accuracy_m["accuracy_m"].to_numpy(np.float64)
        if not len(starts) or starts[0] != 0 or (np.diff(starts) <= 0).any():
            raise SchemaError("from_km of accuracy_m must start at 0 and rise")
    else:
        starts, values = np.zeros(1), np.array([accuracy_m], dtype=np.float64)
    if not (np.isfinite(values).all() and (values >= 0).all()):
        raise SchemaError("accuracy_m must be metres of 0 or more")
    return starts, values


def coordinates(lon: Any, lat: Any) -> tuple[Floats, Floats, pd.Index]:
    """Two arrays of equal length, and the index of the first."""
    if lat is None:
        if not hasattr(lon, "geom_type"):
            raise SchemaError("locate takes lon and lat, or one GeoSeries of points")
        if lon.crs is None:
            raise CrsError("the points have no CRS; set it, for degrees with points.set_crs('EPSG:4326')")
        points = lon if lon.crs.to_epsg() == 4326 else lon.to_crs("EPSG:4326")
        geometry = points.to_numpy()
        geometry = np.where(shapely.is_empty(geometry), None, geometry)
        strange = ~(shapely.is_missing(geometry) | (shapely.get_type_id(geometry) == 0))
        if strange.any():
            raise SchemaError(
                f"locate takes points; {strange.sum()} of {len(strange)} geometries are of another type, "
                f"such as {geometry[strange][0].geom_type}"
            )
        return shapely.get_x(geometry), shapely.get_y(geometry), lon.index
    index = lon.index if isinstance(lon, pd.Series) else None
    x, y = (np.atleast_1d(numbers(value, name)) for value, name in ((lon, "lon"), (lat, "lat")))
    if x.ndim != 1 or x.shape != y.shape:
        raise SchemaError(
            f"lon and lat must be of one length in one dimension; got shapes {x.shape}, {y.shape}"
        )
    return x, y, pd.RangeIndex(len(x)) if index is None else index


def numbers(values: Any, name: str) -> Floats:
    """Any array of numbers as float64, NaN where one is missing."""
    try:
        if isinstance(values, pd.Series):
            return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
        if hasattr(values, "to_pandas"):
            return np.asarray(values.to_pandas(), dtype=np.float64)
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as err:
        raise SchemaError(f"{name} must be numbers in degrees: {err}") from err
