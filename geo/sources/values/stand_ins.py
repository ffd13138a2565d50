"""Positions that stand for a whole country or province, in rows that don't say how exactly they are known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.places.stock_points import KNOWN_STOCK_POINTS, known_stock_point

__all__ = ["as_stock_points"]


def as_stock_points(assumed: pd.Series, lon: pd.Series, lat: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The precision to assume where a row states none: that of the area that a known stock point stands for.

    Parameters
    ----------
    assumed
        What the digits of each position are good for.
    lon, lat
        Degrees (EPSG:4326); missing where a row gives no position.

    Returns
    -------
    assumed, note : Series
        The precision, and what was assumed; the note is empty where the position is no known stock point.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.sources.values.stand_ins import as_stock_points
    >>> words, notes = as_stock_points(pd.Series(["town"]), pd.Series([69.345116]), pd.Series([30.375321]))
    >>> words[0], notes[0][:57]
    ('country', "the point that stands for 'Pakistan', so it is 'country' ")
    """
    note = pd.Series("", index=assumed.index, dtype="str")
    close = np.zeros(len(assumed), dtype=bool)
    x, y = lon.to_numpy(dtype=float), lat.to_numpy(dtype=float)
    for point in KNOWN_STOCK_POINTS:
        close |= (np.abs(x - point.lon) < 0.01) & (np.abs(y - point.lat) < 0.01)
    if not close.any():
        return assumed, note
    assumed = assumed.copy()
    for row in np.flatnonzero(close):
        known = known_stock_point(float(x[row]), float(y[row]))
        if known is not None:
            assumed.iloc[row] = known.level
            note.iloc[row] = (
                f"the point that stands for {known.name!r}, so it is {known.level!r} and no place "
                f"({known.stated})"
            )
    return assumed, note
