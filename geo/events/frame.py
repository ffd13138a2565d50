"""The frame of events: a GeoDataFrame that writers of GeoJSON take as it is."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import pandas as pd

__all__ = ["EventFrame", "as_event_frame", "plain_frame"]

NOT_JSON: Final = ("Int64", "boolean", "string", "category")
"""Types of columns whose missing values JSON has no word for."""


class _AsGeoDataFrame(type):
    """Every GeoDataFrame is an instance: comparisons of pandas ask for the class of one in the other."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, gpd.GeoDataFrame)


class EventFrame(gpd.GeoDataFrame, metaclass=_AsGeoDataFrame):  # type: ignore[misc]
    """A GeoDataFrame whose days are dates in pandas and ISO 8601 text in GeoJSON.

    ``folium.GeoJson(events)``, ``events.explore()`` and whatever else reads ``__geo_interface__`` take it;
    a plain GeoDataFrame with a column of dates they refuse. What pandas and GeoPandas make of it (a filter,
    a join, another CRS) is one too.
    """

    def _constructor_from_mgr(self, mgr: Any, axes: Any) -> Any:
        made = super()._constructor_from_mgr(mgr, axes)
        if type(made) is gpd.GeoDataFrame:
            made.__class__ = EventFrame
        return made

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """The features as GeoJSON has them, with days as text."""
        made: dict[str, Any] = plain_frame(self).__geo_interface__
        return made

    def iterfeatures(self, *args: Any, **settings: Any) -> Any:
        """The same one by one: :meth:`to_json` and :meth:`to_geo_dict` are made of them."""
        return plain_frame(self).iterfeatures(*args, **settings)


def as_event_frame(frame: gpd.GeoDataFrame) -> EventFrame:
    """The same rows as an :class:`EventFrame`; the argument keeps its own class.

    Examples
    --------
    >>> import json, geo
    >>> events = geo.read_events().events
    >>> json.loads(events.to_json())["features"][0]["properties"]["date_start"]
    '2014-12-16'
    >>> str(events["date_start"].dtype)
    'datetime64[us]'
    """
    if type(frame) is EventFrame:
        return frame
    made: EventFrame = frame.copy(deep=False)
    made.__class__ = EventFrame
    return made


def plain_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy with its days as ISO 8601 text and what is missing as None, which writers of JSON take.

    Days without an hour are ``2025-10-12``, others ``2025-10-12T14:30:00``, with their zone if they have one.
    """
    # A GeoDataFrame and no class of ours: some programs know it by its name alone.
    plain = gpd.GeoDataFrame(frame).copy() if isinstance(frame, gpd.GeoDataFrame) else frame.copy()
    for name in frame.columns:
        column = frame[name]
        if column.dtype.kind == "M":
            known = column.dropna()
            days = bool((known == known.dt.normalize()).all()) and column.dt.tz is None
            text = column.dt.strftime("%Y-%m-%d") if days else column.map(pd.Timestamp.isoformat, "ignore")
            plain[name] = text.astype("object").where(column.notna(), None)
        elif column.dtype.kind == "m" or column.dtype.name in NOT_JSON:
            text = column.astype("str") if column.dtype.kind == "m" else column
            plain[name] = text.astype("object").where(column.notna(), None)
    return plain
