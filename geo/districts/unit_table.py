"""The table of the units that a file brought: names, codes, parents, licences, areas."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.districts.nesting import Matched
from geo.places.unit_names import province_code
from geo.types import GEOD

__all__ = ["as_units", "changed_parents", "names_given_twice", "unknown_parents"]

KINDS: Final = {2: "district", 3: "subdistrict"}
STAND_IN: Final = "not covered by the file"


def _geodesic_km2(shape: shapely.Geometry) -> float:
    """Area on the ellipsoid: rings as arrays, which costs a tenth of a walk along their vertices."""
    total = 0.0
    for part in shapely.get_parts(shape):
        rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(part)]
        sizes = [abs(GEOD.polygon_area_perimeter(ring[:, 0], ring[:, 1])[0]) for ring in rings]
        total += sizes[0] - sum(sizes[1:])
    return total / 1e6


def as_units(
    matched: Matched, parents: gpd.GeoDataFrame, level: int, stated: dict[str, Any]
) -> gpd.GeoDataFrame:
    """Units as a table, by parent and row of the file; stated are the columns that are one for all."""
    above = parents.iloc[matched.parent].reset_index(drop=True)
    own = matched.unit >= 0
    drawn = matched.drawn
    names = [
        drawn.names[unit] if unit >= 0 else f"{parent} ({STAND_IN})"
        for unit, parent in zip(matched.unit.tolist(), above["name"], strict=True)
    ]
    frame = pd.DataFrame({"name": names}, dtype="str")
    for column in ("name_ps", "name_fa", "name_ur"):
        frame[column] = pd.Series([None] * len(frame), dtype="str")
    frame["kind"] = np.where(own, KINDS[level], "not covered")
    frame["level"] = level
    frame["adm0"] = above["adm0"]
    frame["adm1"] = above["boundary_id"] if level == 2 else above["adm1"]
    frame["parent_id"] = above["boundary_id"]
    frame["parent_name"] = above["name"]
    frame["parent_share"] = matched.share
    frame["parent_stated"] = pd.Series(
        [drawn.stated[unit] or None if unit >= 0 else None for unit in matched.unit.tolist()], dtype="str"
    )
    frame["iso3166_2"] = pd.Series([None] * len(frame), dtype="str")
    disputed = above["disputed_by"].notna()
    frame["status"] = np.where(own, np.where(disputed, above["status"], KINDS[level]), STAND_IN)
    for column in ("status_source", "recognised_by", "disputed_by"):
        frame[column] = above[column]
    for column in ("valid_from", "valid_to"):
        frame[column] = pd.Series([None] * len(frame), dtype="str")
    for column, value in stated.items():
        frame["source_version" if column == "vintage" else column] = value
    # Outlines come from ours, so both licences and both credits bind what is made of the two.
    for column in ("licence", "credit", "source"):
        frame[column] = [
            _joined(ours, theirs) for ours, theirs in zip(above[column], frame[column], strict=True)
        ]
    frame["area_km2"] = [round(_geodesic_km2(shape), 3) for shape in matched.shapes]
    frame["source_row"] = pd.Series(
        [int(drawn.rows[unit]) if unit >= 0 else None for unit in matched.unit.tolist()], dtype="Int64"
    )
    order = np.lexsort((matched.unit, matched.unit < 0, matched.parent))
    frame["drawn"] = matched.unit
    frame["geometry"] = matched.shapes
    frame = frame.iloc[order].reset_index(drop=True)
    frame.insert(0, "boundary_id", _identifiers(frame))
    units = gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326")
    return units.drop(columns="drawn")


def _joined(ours: str, theirs: str) -> str:
    return "; ".join(dict.fromkeys([*theirs.split("; "), *ours.split("; ")]))


def _identifiers(frame: pd.DataFrame) -> list[str]:
    """Parent and name, such as AF-NAN-deh-bala; a number follows where a parent has the name twice."""
    seen: dict[str, int] = {}
    found = []
    for parent, name, kind in zip(frame["parent_id"], frame["name"], frame["kind"], strict=True):
        stem = f"{parent}-{'not-covered' if kind == 'not covered' else _slug(name)}"
        seen[stem] = seen.get(stem, 0) + 1
        found.append(stem if seen[stem] == 1 else f"{stem}-{seen[stem]}")
    return found


def _slug(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", plain.casefold()).strip("-") or "unit"


def names_given_twice(units: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Names that two units of one parent have."""
    again = units[units.duplicated(["parent_id", "name"], keep=False)]
    pairs = sorted(set(zip(again["name"], again["parent_id"], strict=True)))
    return tuple(f"{name} ({parent})" for name, parent in pairs)


def _parent_meant(stated: str, parents: gpd.GeoDataFrame, level: int) -> str | None:
    if level == 2:
        return province_code(stated)
    same = parents.loc[parents["name"].map(_slug) == _slug(stated), "boundary_id"]
    return str(same.iloc[0]) if len(same) == 1 else None


def changed_parents(units: gpd.GeoDataFrame, parents: gpd.GeoDataFrame, level: int) -> pd.DataFrame:
    """Units whose parent is another than the file states."""
    said = units[units["parent_stated"].notna()]
    meant = [_parent_meant(text, parents, level) for text in said["parent_stated"]]
    other = [
        code is not None and code != parent for code, parent in zip(meant, said["parent_id"], strict=True)
    ]
    table = said.loc[other, ["name", "parent_stated", "parent_id", "parent_share"]]
    return (
        pd.DataFrame(table)
        .rename(columns={"parent_stated": "stated", "parent_share": "share"})
        .reset_index(drop=True)
    )


def unknown_parents(units: gpd.GeoDataFrame, parents: gpd.GeoDataFrame, level: int) -> tuple[str, ...]:
    """What the file states as parents and nobody knows."""
    said = sorted(set(units["parent_stated"].dropna()))
    return tuple(text for text in said if _parent_meant(text, parents, level) is None)
