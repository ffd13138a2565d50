"""The columns of :meth:`geo.Border.locate`."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from geo.boundaries.units import UnitIndex, texts_at
from geo.engine.nearest_point import NamedPoints
from geo.engine.query import Answers, PointQuery, PreparedLine

__all__ = ["located_columns"]

LOCATED: Final = ("foot_lon", "foot_lat", "distance_m", "signed_m", "line_km", "line_fraction", "accuracy_m")


def located_columns(
    found: Answers, query: PointQuery, line: PreparedLine, sides: list[str]
) -> dict[str, Any]:
    """The columns of :meth:`Border.locate`."""
    numbers = (
        found.foot_lon,
        found.foot_lat,
        found.distance_m,
        found.signed_m,
        found.along_m / 1000,
        found.along_m / line.chords.length_m,
        found.accuracy_m,
    )
    columns: dict[str, Any] = dict(zip(LOCATED, numbers, strict=True))
    columns["side"] = pd.Categorical.from_codes(found.side, categories=sides)
    if isinstance(query.units, UnitIndex) and found.unit is not None:
        columns["adm1"] = texts_at(query.units.texts("iso3166_2"), found.unit)
    if isinstance(query.districts, UnitIndex) and found.district is not None:
        columns["adm2"] = texts_at(query.districts.texts("boundary_id"), found.district)
    if isinstance(query.crossings, NamedPoints) and found.crossing is not None:
        columns["crossing"] = texts_at(query.crossings.names, found.crossing)
        columns["crossing_m"] = found.crossing_m
    return columns
