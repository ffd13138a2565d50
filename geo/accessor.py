"""``frame.durand``: the questions of this package asked of a frame of events of one's own.

``import geo.accessor`` adds it to pandas and GeoPandas. Each method is the function of the same name with the
frame as its events, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

import geo
from geo.events.frame import plain_frame

if TYPE_CHECKING:
    from collections.abc import Callable

    R = TypeVar("R")

__all__ = ["DurandAccessor"]


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
    53.1
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
        """The frame with its days as ISO 8601 text, which writers of JSON take.

        Frames that this package gives need it no more for ``folium.GeoJson`` and ``explore``: for one of your
        own that has dates, and for tools that read the columns, such as lonboard, it is the way.

        Returns
        -------
        DataFrame or GeoDataFrame
            A copy; days that are missing are None.
        """
        return plain_frame(self._frame)
