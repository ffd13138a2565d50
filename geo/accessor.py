"""``frame.durand``: the questions of this package asked of a frame of events of one's own.

``import geo.accessor`` adds it to pandas and GeoPandas. Each method is the function of the same name with the
frame as its events, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import pandas as pd

import geo

if TYPE_CHECKING:
    from collections.abc import Callable

    R = TypeVar("R")

__all__ = ["DurandAccessor"]

NOT_JSON: Final = ("Int64", "boolean", "string", "category")
"""Types of columns whose missing values JSON has no word for."""


@pd.api.extensions.register_dataframe_accessor("durand")
class DurandAccessor:
    """What can be asked of a frame of events.

    Parameters
    ----------
    frame
        Events as :func:`geo.read_events` takes them, or gave them: points in any CRS, or columns of longitude
        and latitude in degrees, and ``where_precision`` where it is known.

    Examples
    --------
    >>> import geo
    >>> import geo.accessor
    >>> events = geo.read_events().events
    >>> counts = events.durand.count(by="side").set_index("unit")
    >>> print(counts.loc["AF", "expected"].round(1))
    49.1
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def _ask(self, question: Callable[..., R], *args: Any, **fields: Any) -> R:
        return question(self._frame, *args, **fields)

    def locate(self, **fields: Any) -> Any:
        """As :func:`geo.locate`."""
        return self._ask(geo.locate, **fields)

    def loci(self, **fields: Any) -> Any:
        """As :func:`geo.loci`."""
        return self._ask(geo.loci, **fields)

    def shares(self, **fields: Any) -> Any:
        """As :func:`geo.shares`."""
        return self._ask(geo.shares, **fields)

    def count(self, **fields: Any) -> Any:
        """As :func:`geo.count`."""
        return self._ask(geo.count, **fields)

    def near(self, where: Any, km: float, **fields: Any) -> Any:
        """As :func:`geo.near`."""
        return self._ask(geo.near, where, km, **fields)

    def compare(self, **fields: Any) -> Any:
        """As :func:`geo.compare`."""
        return self._ask(geo.compare, **fields)

    def impute(self, **fields: Any) -> Any:
        """As :func:`geo.impute`."""
        return self._ask(geo.impute, **fields)

    def plain(self) -> pd.DataFrame:
        """The frame with its days as ISO 8601 text, which ``folium.GeoJson`` and other writers of JSON take.

        Returns
        -------
        DataFrame or GeoDataFrame
            A copy; days that are missing are None.
        """
        plain = self._frame.copy()
        for name, column in self._frame.items():
            text = column.dt.strftime("%Y-%m-%d") if column.dtype.kind == "M" else column
            if column.dtype.kind == "M" or column.dtype.name in NOT_JSON:
                plain[name] = text.astype("object").where(column.notna(), None)
        return plain
