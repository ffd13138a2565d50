"""One table in every form that is read: what a law about tables is asked of."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd

__all__ = ["FORMS", "PLAIN", "SPATIAL", "placed", "written"]

Source = Path | pd.DataFrame


def placed(frame: pd.DataFrame, at: tuple[str, str] = ("lat", "lon"), crs: int = 4326) -> gpd.GeoDataFrame:
    """The frame with its coordinates in a geometry and in no column."""
    lat, lon = (pd.to_numeric(frame[name]) for name in at)
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), index=frame.index, crs=4326)
    points[lat.isna() | lon.isna()] = None
    return gpd.GeoDataFrame(frame.drop(columns=list(at)), geometry=points.to_crs(crs))


def _text(separator: str, encoding: str = "utf-8") -> Callable[[pd.DataFrame, Path], Source]:
    def write(frame: pd.DataFrame, path: Path) -> Source:
        frame.to_csv(path, sep=separator, index=False, encoding=encoding)
        return path

    return write


def _workbook(engine: str) -> Callable[[pd.DataFrame, Path], Source]:
    def write(frame: pd.DataFrame, path: Path) -> Source:
        with pd.ExcelWriter(path, engine=engine) as writer:
            frame.to_excel(writer, index=False, sheet_name="events")
        return path

    return write


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    cells = frame.astype("object")
    return cells.where(cells.notna(), None).set_axis(map(str, frame.columns), axis=1).to_dict("records")


def _json(frame: pd.DataFrame, path: Path) -> Source:
    path.write_text(json.dumps(_records(frame), default=str), encoding="utf-8")
    return path


def _lines(frame: pd.DataFrame, path: Path) -> Source:
    # Not escaped, so that what stands in a text stands in the file.
    lines = (json.dumps(one, default=str, ensure_ascii=False) for one in _records(frame))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _parquet(frame: pd.DataFrame, path: Path) -> Source:
    named = frame.rename(columns=str)
    named.to_parquet(path)
    return path


def _driver(driver: str, **options: str) -> Callable[[pd.DataFrame, Path], Source]:
    def write(frame: pd.DataFrame, path: Path) -> Source:
        named = frame.rename(columns=str)
        named.to_file(path, driver=driver, **options)
        return path

    return write


PLAIN: dict[str, Callable[[pd.DataFrame, Path], Source]] = {
    "csv": _text(","),
    "tsv": _text("\t"),
    "semicolons": _text(";"),
    "utf-8-sig": _text(",", "utf-8-sig"),
    "utf-16": _text(",", "utf-16"),
    "xlsx": _workbook("openpyxl"),
    "ods": _workbook("odf"),
    "json": _json,
    "ndjson": _lines,
    "parquet": _parquet,
    "frame": lambda frame, _: frame,
}
"""Forms that have coordinates in columns."""

SPATIAL: dict[str, Callable[[pd.DataFrame, Path], Source]] = {
    "geojson": _driver("GeoJSON"),
    "gpkg": _driver("GPKG"),
    # Its index would sort the rows.
    "fgb": _driver("FlatGeobuf", SPATIAL_INDEX="NO"),
    "geoparquet": _parquet,
    "geoframe": lambda frame, _: frame,
}
"""Forms that carry points in their own right."""

FORMS = (*PLAIN, *SPATIAL, "geoframe 3857", "geoframe 32642", "gpkg 32643")
"""All of them; a number is that of the CRS."""


def written(form: str, frame: pd.DataFrame, folder: Path, at: tuple[str, str] = ("lat", "lon")) -> Source:
    """The table in a form: a file of the folder, or a frame.

    Parameters
    ----------
    form
        One of FORMS.
    frame
        The table.
    folder
        Where the file goes.
    at
        Names of the columns of latitude and longitude, which spatial forms have as points instead.
    """
    kind, _, crs = form.partition(" ")
    path = folder / f"table.{kind}"
    if kind in PLAIN:
        return PLAIN[kind](frame, path)
    return SPATIAL[kind](placed(frame, at, int(crs or 4326)), path)
