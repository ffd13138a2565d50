"""Provinces that are the sums of districts which the user has added."""

from __future__ import annotations

import hashlib
import io
from typing import Any, Final, Literal, get_args

import geopandas as gpd
import pandas as pd
import shapely

from geo.boundaries.added import AddedLayer, has_record, layer_name, remove_record
from geo.boundaries.layers import read_layer
from geo.boundaries.units import forget_provinces
from geo.engine.ground import ground_km2
from geo.errors import BoundaryError
from geo.types import GEOD

__all__ = ["PROVINCES", "ProvincesFrom", "forget_own_provinces", "save_own_provinces"]

ProvincesFrom = Literal["ours", "from-districts"]
PROVINCES: Final = get_args(ProvincesFrom)
"""Whose lines the provinces of a country have."""

STATED: Final = ("source", "source_version", "licence", "credit")
"""Columns of a province that say where its lines are from."""


def save_own_provinces(districts: AddedLayer, units: gpd.GeoDataFrame, accuracy_m: float) -> AddedLayer:
    """Make provinces of added districts and register them, in the place of the shipped ones.

    Parameters
    ----------
    districts, units
        The added layer and its units: a coverage of the country.
    accuracy_m
        What was stated of its lines.

    Returns
    -------
    AddedLayer
        The record, of level 1.

    Raises
    ------
    BoundaryError
        If a province has no district.
    """
    shipped = read_layer("provinces")
    mine = shipped[shipped["adm0"] == districts.country].reset_index(drop=True)
    lacking = sorted(set(mine["name"][~mine["boundary_id"].isin(units["parent_id"])]))
    if lacking:
        raise BoundaryError(
            f"no district lies in {', '.join(lacking)}, so that provinces can't be made from these; leave "
            "provinces='from-districts' out"
        )
    own = mine.copy()
    own.geometry = [
        shapely.coverage_union_all(units.geometry[units["parent_id"] == code].to_numpy())
        for code in mine["boundary_id"]
    ]
    own["area_km2"] = ground_km2(own.geometry.to_numpy()).round(1)
    own["accuracy_m"] = float(accuracy_m)
    for column in STATED:
        own[column] = units[column].iloc[0]
    stored = io.BytesIO()
    own.to_parquet(stored, index=False, compression="zstd")
    content = stored.getvalue()
    record = AddedLayer(
        id=layer_name(districts.country, 1),
        country=districts.country,
        level=1,
        rows=len(own),
        sha256=hashlib.sha256(content).hexdigest(),
        input_sha256=districts.input_sha256,
        input_name=districts.input_name,
        parents_sha256=districts.sha256,
        licence=districts.licence,
        credit=districts.credit,
        source=districts.source,
        source_url=districts.source_url,
        vintage=districts.vintage,
        nest="from-districts",
        figures={"lines": _lines(own, districts).to_dict("list")},
    )
    record.save(content)
    forget_provinces()
    return record


def forget_own_provinces(country: str) -> None:
    """Give a country its shipped provinces back, if it had others."""
    name = layer_name(country, 1)
    if has_record(name):
        remove_record(name)
        forget_provinces()


def _lines(own: gpd.GeoDataFrame, districts: AddedLayer) -> pd.DataFrame:
    """What is known of each line between two of these provinces, in the columns of those of ours."""
    shapes = own.geometry.to_numpy()
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    rows: list[dict[str, Any]] = []
    for a, b in zip(one.tolist(), two.tolist(), strict=True):
        if a >= b:
            continue
        common = shapely.intersection(shapely.boundary(shapes[a]), shapely.boundary(shapes[b]))
        metres = sum(
            GEOD.geometry_length(part)
            for part in shapely.get_parts(common)
            if isinstance(part, shapely.LineString)
        )
        if metres:
            rows.append(
                {
                    "unit_a": str(own["boundary_id"].iloc[a]),
                    "unit_b": str(own["boundary_id"].iloc[b]),
                    "length_km": round(metres / 1000, 1),
                    "accuracy_m": round(float(own["accuracy_m"].iloc[a])),
                    "median_m": None,
                    "farthest_m": None,
                    "over_3km": None,
                    "same_pair": True,
                    "reference": f"as stated for {districts.source}, {districts.vintage}",
                }
            )
    found = pd.DataFrame(rows)
    return found.astype(object).where(pd.notna(found), None) if len(found) else found
