"""Layers written for QGIS and other programs."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from geo.arguments import checked
from geo.boundaries.catalogue import data_path, find_layer
from geo.boundaries.layers import read_layer
from geo.errors import BoundaryError, WriteError
from geo.files.gdal_copy import gdal_writes
from geo.files.tables import write_features
from geo.files.whole import write_bytes, written_whole

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


@checked
def export_layer(layer_id: str, path: str | Path, *, overwrite: bool = False) -> int:
    """Write a layer to a file in the format that its suffix names.

    Parameters
    ----------
    layer_id
        As in the catalogue.
    path
        ``.geojson``, ``.gpkg``, ``.fgb``, ``.parquet``, ``.shp``, or ``.csv`` for a table without geometry.
        A shapefile is five files, which are written together.
    overwrite
        Whether files of that name may be replaced.

    Returns
    -------
    int
        Number of rows written.

    Raises
    ------
    BoundaryError
        If the layer or the suffix is not known.
    OverwriteError
        If a file is there already and `overwrite` is not set.
    SchemaError, WriteError
        If its folder is not there, or the disk does not let it be written. Nothing is left then.

    Examples
    --------
    >>> import geo, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     geo.export_layer("crossings", f"{folder}/gates.geojson")
    7
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in EXPORT_DRIVERS:
        raise BoundaryError(
            f"cannot write {path.name!r}; the suffix must be one of {', '.join(EXPORT_DRIVERS)}"
        )
    layer = find_layer(layer_id)
    shipped = data_path("boundaries", layer.file)
    if layer.file.endswith((".csv", ".topojson")):
        if suffix != Path(layer.file).suffix and not (layer.file.endswith(".topojson") and suffix == ".json"):
            raise BoundaryError(
                f"{layer_id!r} is a {Path(layer.file).suffix} file and is exported as that only"
            )
        write_bytes(path, shipped.read_bytes(), overwrite=overwrite, inputs=[shipped])
        return layer.rows
    frame = read_layer(layer_id)
    if suffix == ".csv":
        raise BoundaryError(f"{layer_id!r} has geometry; a .csv would lose it. Choose another suffix.")
    with written_whole(path, overwrite=overwrite, inputs=[shipped]) as part:
        if suffix == ".parquet":
            frame.to_parquet(part, index=False)
        elif suffix == ".shp":
            _to_shapefile(frame, part)
        else:
            write_features(frame, part, EXPORT_DRIVERS[suffix], rounded=False)
    return len(frame)


def _to_shapefile(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Column names cut to ten characters without clashes, text in UTF-8."""
    import pyogrio

    short: dict[str, str] = {}
    for column in frame.columns.drop(frame.geometry.name):
        name = column[:10]
        number = 1
        while name in short.values():
            number += 1
            name = f"{column[: 10 - len(str(number))]}{number}"
        short[column] = name
    renamed = frame.rename(columns=short)
    with gdal_writes(path):
        renamed.to_file(path, driver="ESRI Shapefile", engine="pyogrio", encoding="UTF-8")
        whole = len(pyogrio.read_dataframe(path)) == len(frame)
    if not whole:
        raise WriteError(f"{path.name} could not be written whole; nothing was left behind")
