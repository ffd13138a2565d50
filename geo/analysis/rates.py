"""Counts by length of line, by area, and by people, each by what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.unit_parts import UnitParts
from geo.engine.ground import ground_km2
from geo.errors import SchemaError
from geo.types import Floats

__all__ = ["People", "Per", "add_rates", "check_rates"]

Per = Literal["100 km", "1000 km2"]
"""Of the line, and of the units' area."""

People: TypeAlias = pd.DataFrame
"""How many people live in each unit: ``unit``, ``people``, ``date``, ``source``."""

ENDS: Final = ("expected", "low", "high")

PEOPLE: Final = 100_000


def check_rates(per: Per | Sequence[Per], people: People | None) -> tuple[list[Per], People | None]:
    """What is asked for, refused before any work where it is none.

    Raises
    ------
    SchemaError
        If `per` is no rate; or figures of people lack a column, a date or a source, are no numbers above 0,
        or name a unit twice.
    """
    asked: list[Any] = [per] if isinstance(per, str) else list(per)
    unknown = [one for one in asked if one not in get_args(Per)]
    if unknown:
        raise SchemaError(f"per is one of {', '.join(get_args(Per))}, or several, not {unknown[0]!r}")
    return asked, None if people is None else _checked(people)


def _checked(people: People) -> People:
    if not isinstance(people, pd.DataFrame):
        raise SchemaError(
            f"people is a DataFrame with unit, people, date and source, not a {type(people).__name__}"
        )
    absent = [name for name in ("unit", "people", "date", "source") if name not in people.columns]
    if absent:
        raise SchemaError(
            f"people has no column {', '.join(absent)}. A rate by people needs to say of which day and whose "
            "its figures are: unit, people, date, source"
        )
    faults = []
    table = pd.DataFrame({"unit": people["unit"].astype("str").str.strip().to_numpy()})
    number = pd.to_numeric(people["people"], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    table["people"] = number
    day = people["date"].astype("object").where(people["date"].notna(), "").astype("str").str.strip()
    table["people_date"] = day.to_numpy()
    source = people["source"].astype("object").where(people["source"].notna(), "").astype("str").str.strip()
    table["people_source"] = source.to_numpy()
    bad = ~(np.isfinite(number) & (number > 0))
    undated = pd.to_datetime(table["people_date"], errors="coerce", format="mixed").isna().to_numpy()
    uncited = table["people_source"].eq("").to_numpy()
    again = table["unit"].duplicated().to_numpy()
    for wrong, what in (
        (bad, "no number of people above 0"),
        (undated, "no date"),
        (uncited, "no source"),
        (again, "figures already"),
    ):
        if wrong.any():
            named = ", ".join(table["unit"][wrong].head(5))
            faults.append(f"{np.count_nonzero(wrong)} units have {what} ({named})")
    if faults:
        raise SchemaError(f"people can't be counted by: {'; '.join(faults)}")
    return table.set_index("unit")


def add_rates(table: pd.DataFrame, units: UnitParts, asked: list[Per], people: People | None) -> pd.DataFrame:
    """A table of counts with its rates.

    Parameters
    ----------
    table
        With ``unit``, ``expected``, ``low``, ``high``.
    units
        What was counted by.
    asked, people
        As :func:`check_rates` gave them.

    Raises
    ------
    SchemaError
        If the units have no length or area, or figures are of a unit that is none.
    """
    for per in asked:
        if per == "100 km":
            table = _divided(table, _of_units(table, units, _lengths(units)), "line_km", "per_100_km", 100)
        else:
            table = _divided(table, _of_units(table, units, _areas(units)), "area_km2", "per_1000_km2", 1000)
    if people is None:
        return table
    strange = people.index.difference(pd.Index(units.units[:-1]))
    if len(strange):
        raise SchemaError(
            f"people has figures of {len(strange)} units that are not counted by, such as {strange[0]!r}; "
            f"units are called as {units.units[0]!r}"
        )
    found = people.reindex(table["unit"])
    table = _divided(table, found["people"].to_numpy(), "people", "per_100000_people", PEOPLE)
    for name in ("people_date", "people_source"):
        table[name] = pd.Series(found[name].to_numpy(), index=table.index, dtype="str")
    return table


def _of_units(table: pd.DataFrame, units: UnitParts, values: Floats) -> Floats:
    known = dict(zip(units.units, values.tolist(), strict=False))
    return np.array([known.get(unit, np.nan) for unit in table["unit"]], dtype=np.float64)


def _divided(table: pd.DataFrame, by: Floats, name: str, rate: str, times: int) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(by > 0, times / by, np.nan)
    added = {name: by}
    for end in ENDS:
        title = rate if end == "expected" else f"{rate}_{end}"
        added[title] = table[end].to_numpy(np.float64) * factor
    return table.assign(**added)


def _lengths(units: UnitParts) -> Floats:
    if units.lengths is None:
        raise SchemaError(
            "per='100 km' is of stretches of the line, of provinces along it, countries or sides; count by "
            "those, or per='1000 km2'"
        )
    return units.lengths()


def _areas(units: UnitParts) -> Floats:
    shapes = None if units.shapes is None else units.shapes()
    if shapes is None or not _areal(shapes):
        raise SchemaError("per='1000 km2' needs units with an area: provinces, districts, bands, cells")
    return ground_km2(shapes.to_numpy())


def _areal(shapes: gpd.GeoSeries) -> bool:
    return bool(shapes.geom_type.isin(["Polygon", "MultiPolygon"]).all())
