"""Units of another size beside those that were asked for: what is found of units hangs on how large they are.

S. Schutte and C. Kelling, A Monte Carlo analysis of false inference in spatial conflict event studies, PLOS
ONE 17 (2022).
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.analysis.unit_parts import CountBy, are_stretches
from geo.border.border import Border
from geo.border.durand import durand_line
from geo.boundaries.units import districts_added
from geo.errors import SchemaError
from geo.types import REGION

__all__ = ["SecondLevel", "level_name", "second_level"]

SecondLevel: TypeAlias = CountBy | gpd.GeoDataFrame | Literal["other"] | None
"""Units of another size; ``other`` for those that belong beside the first."""

BESIDE: Final[dict[str, CountBy]] = {"adm0": "adm1", "side": "adm1", "sector": "adm1", "adm2": "adm1"}


def second_level(
    by: CountBy | gpd.GeoDataFrame, second: SecondLevel, border: Border | None
) -> CountBy | gpd.GeoDataFrame | None:
    """The units of another size to ask beside some, None where there are none.

    Raises
    ------
    SchemaError
        If `second` is no level, or the same as `by`.
    """
    if isinstance(second, gpd.GeoDataFrame) or second not in ("other", None):
        if isinstance(second, str) and second not in get_args(CountBy):
            raise SchemaError(
                f"second is one of {', '.join(get_args(CountBy))}, areas, 'other' or None, not {second!r}"
            )
        if isinstance(by, str) and isinstance(second, str) and second == by:
            raise SchemaError(f"second is units of another size than by, not {second!r} again")
        return second
    if second is None or (isinstance(by, str) and by == "all"):
        return None
    if isinstance(by, gpd.GeoDataFrame):
        if are_stretches(by):
            return _twice_as_long(by)
        return "adm1" if _reaches_the_countries(by) else None
    if border is not None and border is not durand_line():
        # Its sides and sectors are no part of our provinces: stretches beside sides, sides beside stretches.
        return border.sectors(km=border.length_km / 4) if by == "side" else "side"
    if by == "adm1":
        return "adm2" if districts_added() else "sector"
    return BESIDE.get(by)


def level_name(by: CountBy | gpd.GeoDataFrame) -> str:
    """What units are called in a table of several."""
    if isinstance(by, str):
        return by
    return "stretches" if are_stretches(by) else "areas"


def _twice_as_long(stretches: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """Each two stretches of a border that meet as one."""
    rows = stretches.sort_values("from_km", ignore_index=True)
    starts, ends = rows["from_km"].to_numpy(np.float64), rows["to_km"].to_numpy(np.float64)
    if len(rows) < 3:
        return None
    found = []
    first = 0
    while first < len(rows):
        last = first + 1 if first + 1 < len(rows) and abs(starts[first + 1] - ends[first]) < 1e-6 else first
        shape = shapely.LineString(shapely.get_coordinates(rows.geometry.iloc[first : last + 1].to_numpy()))
        found.append((f"{starts[first]:g}-{ends[last]:g} km", starts[first], ends[last], shape))
        first = last + 1
    table = pd.DataFrame(found, columns=["unit", "from_km", "to_km", "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=stretches.crs)


def _reaches_the_countries(areas: gpd.GeoDataFrame) -> bool:
    if areas.empty or areas.active_geometry_name is None or areas.crs is None:
        return False
    box = shapely.box(*areas.to_crs("EPSG:4326").total_bounds)
    return bool(shapely.intersects(box, shapely.box(*REGION)))
