"""Layers written for QGIS and other programs."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from geo.boundaries.catalogue import data_path, find_layer
from geo.boundaries.layers import read_layer
from geo.errors import BoundaryError

__all__ = ["EXPORT_DRIVERS", "export_layer"]


EXPORT_DRIVERS = {
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpkg": "GPKG",
    ".fgb": "FlatGeobuf",
    ".parquet": "Parquet",
    ".shp": "ESRI Shapefile",
    ".csv": "CSV",
}


def export_layer(layer_id: str, path: str | Path) -> int:
    """Write a layer to a file in the format that its suffix names.

    Parameters
    ----------
    layer_id
        As in the catalogue.
    path
        ``.geojson``, ``.gpkg``, ``.fgb``, ``.parquet``, ``.shp``, or ``.csv`` for a table without geometry.

    Returns
    -------
    int
        Number of rows written.

    Raises
    ------
    BoundaryError
        If the layer or the suffix is not known.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in EXPORT_DRIVERS:
        raise BoundaryError(
            f"cannot write {path.name!r}; the suffix must be one of {', '.join(EXPORT_DRIVERS)}"
        )
    layer = find_layer(layer_id)
    if layer.file.endswith((".csv", ".topojson")):
        if suffix != Path(layer.file).suffix and not (layer.file.endswith(".topojson") and suffix == ".json"):
            raise BoundaryError(
                f"{layer_id!r} is a {Path(layer.file).suffix} file and is exported as that only"
            )
        path.write_bytes(data_path("boundaries", layer.file).read_bytes())
        return layer.rows
    frame = read_layer(layer_id)
    if suffix == ".parquet":
        frame.to_parquet(path, index=False)
    elif suffix == ".csv":
        raise BoundaryError(f"{layer_id!r} has geometry; a .csv would lose it. Choose another suffix.")
    elif suffix == ".shp":
        _to_shapefile(frame, path)
    else:
        frame.to_file(path, driver=EXPORT_DRIVERS[suffix], engine="pyogrio")
    return len(frame)


def _to_shapefile(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Column names cut to ten characters without clashes, text in UTF-8."""
    short: dict[str, str] = {}
    for column in frame.columns.drop(frame.geometry.name):
        name = column[:10]
        number = 1
        while name in short.values():
            number += 1
            name = f"{column[: 10 - len(str(number))]}{number}"
        short[column] = name
    frame.rename(columns=short).to_file(path, driver="ESRI Shapefile", engine="pyogrio", encoding="UTF-8")
