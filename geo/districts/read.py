"""Polygon files as people publish them: read in any format and CRS, mended, names and parents found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely import Polygon

from geo.districts.linework import polygons_of
from geo.errors import BoundaryError, SourceError
from geo.files.features import read_features
from geo.files.notices import tell_once
from geo.types import Indices

__all__ = ["Drawn", "left_out_rows", "read_drawn"]

Areas = npt.NDArray[np.object_]

NAME_COLUMNS: Final = {
    2: ("shapeName", "ADM2_EN", "adm2_name", "adm2_en", "NAME_2", "district", "DISTRICT", "name:en", "name"),
    3: ("shapeName", "ADM3_EN", "adm3_name", "adm3_en", "NAME_3", "tehsil", "TEHSIL", "name:en", "name"),
}
PARENT_COLUMNS: Final = (
    "ADM1_EN", "adm1_name", "adm1_en", "admin1Name_en", "NAME_1", "province", "PROVINCE",
)  # fmt: skip
"""Columns in which geoBoundaries, COD-AB, GADM and OpenStreetMap extracts put names, in order of trust."""


@dataclass
class Drawn:
    """Units as the file draws them: polygons in EPSG:4326, names, parents stated, rows that are no use."""

    rows: Indices
    names: list[str]
    stated: list[str]
    areas: Areas
    repaired: int
    left_out: pd.DataFrame


def read_drawn(
    file: Path,
    layer: str | None,
    level: int,
    name_column: str | None,
    parent_column: str | None,
    *,
    crs: str | None = None,
) -> Drawn:
    """Read units from a file; columns that are not named are found by their usual names.

    Raises
    ------
    DataNotFoundError, SourceError, CrsError, BoundaryError
        As for `geo.add_boundaries`.
    """
    found = read_features(file, layer=layer, crs=crs)
    frame = found.frame
    for note in found.notes:
        tell_once(note)
    names = _text(frame, _column(frame, file, name_column, NAME_COLUMNS[level], "name_column"))
    guessed = PARENT_COLUMNS if level == 2 else ()
    if parent_column is None and not any(column in frame for column in guessed):
        stated = [""] * len(frame)
    else:
        stated = _text(frame, _column(frame, file, parent_column, guessed, "parent_column"))
    geometry = frame.to_crs("EPSG:4326").geometry.to_numpy()
    geometry = shapely.force_2d(geometry)
    usable = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    finite = np.array([bool(np.isfinite(shapely.bounds(shape)).all()) for shape in geometry], dtype=np.bool_)
    invalid = usable & finite & ~shapely.is_valid(geometry)
    whole = np.where(invalid, shapely.make_valid(geometry, method="structure"), geometry)
    areas = np.array(
        [polygons_of(shape) if shape is not None else Polygon() for shape in whole], dtype=object
    )
    reasons = {}
    for row in range(len(frame)):
        if not usable[row]:
            reasons[row] = found.faults.get(row, "has no geometry")
        elif not finite[row]:
            reasons[row] = "has coordinates that are not numbers, or that cannot be projected"
        elif areas[row].is_empty:
            reasons[row] = f"is a {geometry[row].geom_type} without area"
    keep = np.array([row for row in range(len(frame)) if row not in reasons], dtype=np.intp)
    if not len(keep):
        raise SourceError(f"{file.name} holds no polygons ({len(frame)} rows read)")
    shown = [text or f"unnamed (row {row})" for row, text in enumerate(names)]
    return Drawn(
        rows=keep,
        names=[shown[row] for row in keep],
        stated=[stated[row] for row in keep],
        areas=areas[keep],
        repaired=int(invalid[keep].sum()),
        left_out=left_out_rows((row, shown[row], reason) for row, reason in reasons.items()),
    )


def _column(
    frame: gpd.GeoDataFrame, file: Path, asked: str | None, usual: Iterable[str], argument: str
) -> str:
    columns = [str(column) for column in frame.columns.drop(frame.geometry.name)]
    wanted = [asked] if asked is not None else list(usual)
    for column in wanted:
        if column in columns:
            return column
    what = f"no column {asked!r}" if asked is not None else "no column with a usual name for names"
    raise BoundaryError(
        f"{file.name} has {what}; name one of its columns as {argument}: {', '.join(columns)}"
    )


def _text(frame: gpd.GeoDataFrame, column: str) -> list[str]:
    return ["" if pd.isna(value) else " ".join(str(value).split()) for value in frame[column]]


def left_out_rows(rows: Iterable[tuple[int, str, str]]) -> pd.DataFrame:
    """Table of rows that are not used: row, name, reason."""
    table = pd.DataFrame(list(rows), columns=["row", "name", "reason"])
    return table.astype({"row": "int64", "name": "str", "reason": "str"})
