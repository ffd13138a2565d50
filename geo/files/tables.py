"""Tables written to files in the format that the suffix names."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from geo.errors import CrsError, SchemaError
from geo.files.csv_injection import neutralise_formulas

__all__ = ["TABLE_FORMATS", "check_target", "write_table"]

TABLE_FORMATS: Final = {
    ".csv": "CSV",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpkg": "GPKG",
    ".parquet": "Parquet",
}
"""Suffix to format."""


def write_table(frame: pd.DataFrame, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a table to a file, whole or not at all.

    Parameters
    ----------
    frame
        A table, with geometry or without. Its index is not written.
    path
        ``.csv``, ``.geojson`` (or ``.json``), ``.gpkg`` or ``.parquet``:

        - CSV has the points as columns ``lon`` and ``lat`` in degrees at the end and takes nothing but
          points; a text that a spreadsheet program would run as a formula gets an apostrophe before it,
          which ``geo.read_events`` takes away again;
        - GeoJSON is in EPSG:4326 (RFC 7946), dates as text;
        - GeoPackage keeps the CRS, whole numbers and dates; categories become text;
        - GeoParquet keeps everything. A table without geometry can be CSV or plain Parquet.

        A missing value stays missing in each: an empty cell, ``null``, NULL.
    overwrite
        Whether a file of that name may be replaced.

    Returns
    -------
    Path
        The file written. It first has another name in the same folder and is then renamed, so that an
        interruption leaves nothing half done.

    Raises
    ------
    SchemaError
        If the suffix is none of these, the format cannot hold the table, or the file is there already and
        ``overwrite`` is not set.
    CrsError
        If the geometry has no CRS.

    Examples
    --------
    >>> import geo, tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = geo.write_table(geo.read_crossings()[["name", "geometry"]], f"{folder}/gates.csv")
    ...     print(path.read_text().splitlines()[0])
    name,lon,lat
    """
    path = Path(path)
    suffix = check_target(path, overwrite=overwrite)
    spatial = isinstance(frame, gpd.GeoDataFrame)
    if spatial and frame.crs is None:
        raise CrsError("the table has no CRS; set it, for degrees with frame.set_crs('EPSG:4326')")
    if not spatial and suffix not in (".csv", ".parquet"):
        raise SchemaError(f"{path.name!r} needs geometry, which the table lacks; write .csv or .parquet")
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=path.parent) as folder:
        # The suffix stays, since drivers look at it.
        part = Path(folder) / f"part{suffix}"
        if suffix == ".csv":
            table, _ = neutralise_formulas(_with_coordinates(frame) if spatial else frame)
            table.to_csv(part, index=False, lineterminator="\n")
        elif suffix == ".parquet":
            frame.to_parquet(part, index=False)
        else:
            _write_features(frame, part, TABLE_FORMATS[suffix], path.stem)
        os.replace(part, path)  # noqa: PTH105 - Path.replace is the same; this name says that it is atomic
    return path


def check_target(path: Path, *, overwrite: bool = False) -> str:
    """The suffix of a file that a table can be written to; a SchemaError says why it cannot."""
    suffix = path.suffix.lower()
    if suffix not in TABLE_FORMATS:
        raise SchemaError(f"cannot write {path.name!r}; the suffix must be one of {', '.join(TABLE_FORMATS)}")
    if not path.parent.is_dir():
        raise SchemaError(f"there is no folder {str(path.parent)!r} to write {path.name!r} to")
    if path.exists() and not overwrite:
        raise SchemaError(f"{str(path)!r} is there already; choose another name or allow overwriting")
    return suffix


def _with_coordinates(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """The table with lon and lat in place of its points."""
    points = frame.geometry.to_crs("EPSG:4326")
    present = ~(points.isna() | points.is_empty)
    other = present & (points.geom_type != "Point")
    if other.any():
        raise SchemaError(
            f"a .csv holds points only; {other.sum()} of {len(frame)} rows are of another type, such as "
            f"{points[other].iloc[0].geom_type}; write .geojson, .gpkg or .parquet"
        )
    table = pd.DataFrame(frame.drop(columns=[frame.geometry.name, "lon", "lat"], errors="ignore"))
    found = points.where(present).to_numpy()
    return table.assign(lon=shapely.get_x(found), lat=shapely.get_y(found))


def _write_features(frame: gpd.GeoDataFrame, path: Path, driver: str, layer: str) -> None:
    """GeoJSON or GeoPackage, with types turned into those that the format knows."""
    table = frame.reset_index(drop=True)
    for column in table.columns.drop(table.geometry.name):
        values = table[column]
        if isinstance(values.dtype, pd.CategoricalDtype):
            table[column] = values.astype(values.cat.categories.dtype)
        elif driver == "GeoJSON" and pd.api.types.is_datetime64_any_dtype(values):
            day = (values.dropna() == values.dropna().dt.normalize()).all()
            table[column] = values.dt.strftime("%Y-%m-%d" if day else "%Y-%m-%dT%H:%M:%S").astype("str")
    if driver == "GeoJSON":
        table.to_crs("EPSG:4326").to_file(path, driver=driver, engine="pyogrio", RFC7946="YES")
    else:
        table.to_file(path, driver=driver, engine="pyogrio", layer=layer)
