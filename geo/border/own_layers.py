"""Units and crossings that come with a border of the user's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arguments import checked
from geo.border.border import Border
from geo.boundaries.units import UnitIndex
from geo.engine.nearest_point import NamedPoints
from geo.errors import BoundaryError, CrsError, SchemaError
from geo.types import EPSG

__all__ = ["LayeredBorder", "border_with_layers"]


class LayeredBorder(Border):
    """A border with units and crossings of the user's (:func:`geo.border_with_layers`)."""

    own_units: gpd.GeoDataFrame | None
    own_crossings: gpd.GeoDataFrame | None

    _index: UnitIndex | None
    _points: NamedPoints | None

    def __init__(
        self, border: Border, units: gpd.GeoDataFrame | None, crossings: gpd.GeoDataFrame | None
    ) -> None:
        line = border.prepared
        super().__init__(
            line.chords,
            left=border.left,
            right=border.right,
            accuracy_from_m=line.accuracy_from_m,
            accuracy_m=line.accuracy_m,
            sides=line.sides,
        )
        self.own_units, self.own_crossings = units, crossings
        # Faults are told at once.
        self._index = None if units is None else unit_index(units)
        self._points = None if crossings is None else crossing_points(crossings)

    def __reduce__(self) -> tuple[Any, ...]:
        plain, arguments = super().__reduce__()
        return _layered, (plain, arguments, self.own_units, self.own_crossings)

    def _units(self) -> UnitIndex:
        return super()._units() if self._index is None else self._index

    def _crossings(self) -> NamedPoints:
        return super()._crossings() if self._points is None else self._points

    def _km_of(self, place: str | float) -> float:
        if not isinstance(place, str) or self._points is None:
            return super()._km_of(place)
        at = np.flatnonzero(self._points.names == place)
        if not len(at):
            names = ", ".join(map(str, self._points.names))
            raise BoundaryError(f"no crossing {place!r}; there are: {names}")
        return float(self.locate(self._points.lon[at], self._points.lat[at])["line_km"].iloc[0])


@checked
def border_with_layers(
    border: Border, *, units: gpd.GeoDataFrame | None = None, crossings: gpd.GeoDataFrame | None = None
) -> Border:
    """The same border with units and crossings of yours, for ``units=True`` and ``crossings=True``.

    Parameters
    ----------
    border
        Any but the Durand Line, which has its own.
    units
        Areas beside the line, called as their column ``unit`` or else their index.
    crossings
        Points with a column ``name``, by which :meth:`geo.Border.between` knows them too.

    Raises
    ------
    SchemaError, CrsError
        If they are of another kind, names repeat, or there is no CRS.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> gate = gpd.GeoDataFrame({"name": ["a gate"]}, geometry=gpd.points_from_xy([63.15], [27.2]), crs=4326)
    >>> border = geo.border_with_layers(geo.country_border("PK", "IR"), crossings=gate)
    >>> border.locate([62.35], [27.37], crossings=True)["crossing"].tolist()
    ['a gate']
    """
    return LayeredBorder(border, units, crossings)


def _layered(
    plain: Callable[..., Border],
    arguments: tuple[Any, ...],
    units: gpd.GeoDataFrame | None,
    crossings: gpd.GeoDataFrame | None,
) -> LayeredBorder:
    return LayeredBorder(plain(*arguments), units, crossings)


def unit_index(units: gpd.GeoDataFrame) -> UnitIndex:
    """Areas prepared for points, called as their column ``unit``, or else their index.

    Raises
    ------
    SchemaError, CrsError
        If they are no areas, two have one name, or there is no CRS.
    """
    frame = _in_degrees(units, "units")
    if not frame.geom_type.isin(["Polygon", "MultiPolygon"]).all():
        raise SchemaError("units of a border are areas; some are of another kind or missing")
    names = (frame["unit"] if "unit" in frame.columns else frame.index.to_series()).astype("str")
    if names.duplicated().any():
        raise SchemaError(
            f"units need names of their own; {names[names.duplicated()].iloc[0]!r} stands twice"
        )
    titles = frame["name"].astype("str") if "name" in frame.columns else names
    columns = {"boundary_id": names, "iso3166_2": names, "name": titles}
    table = pd.DataFrame({name: values.to_numpy() for name, values in columns.items()})
    return UnitIndex(gpd.GeoDataFrame(table, geometry=frame.geometry.to_numpy(), crs=EPSG))


def crossing_points(crossings: gpd.GeoDataFrame) -> NamedPoints:
    """Crossings by their column ``name``.

    Raises
    ------
    SchemaError, CrsError
        If they are no points with different names, or there is no CRS.
    """
    frame = _in_degrees(crossings, "crossings")
    if "name" not in frame.columns:
        raise SchemaError("crossings of a border need a column name")
    names = frame["name"].astype("str")
    if names.duplicated().any():
        raise SchemaError(
            f"crossings need names of their own; {names[names.duplicated()].iloc[0]!r} is twice"
        )
    points = frame.geometry.to_numpy()
    if not len(points) or not (shapely.get_type_id(points) == 0).all() or shapely.is_empty(points).any():
        raise SchemaError("crossings of a border are points; some are of another kind or missing")
    lon, lat = (axis(points).astype(np.float64) for axis in (shapely.get_x, shapely.get_y))
    return NamedPoints(lon, lat, names.to_numpy(object))


def _in_degrees(frame: gpd.GeoDataFrame, what: str) -> gpd.GeoDataFrame:
    if not isinstance(frame, gpd.GeoDataFrame) or frame.active_geometry_name is None:
        raise SchemaError(f"{what} of a border are a GeoDataFrame, not a {type(frame).__name__}")
    if frame.crs is None:
        raise CrsError(f"the {what} have no CRS; set it, for degrees with .set_crs('EPSG:4326')")
    return frame.to_crs(EPSG)
