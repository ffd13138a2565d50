"""Tables written to files in the format that the suffix names."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

import geopandas as gpd
import pandas as pd
import shapely

from geo.arguments import checked
from geo.errors import CrsError, SchemaError
from geo.files.cells import clean_frame
from geo.files.csv_text import write_csv
from geo.files.datapackage import write_described
from geo.files.geopackage import add_layer, check_layer, write_styles
from geo.files.notices import tell_once
from geo.files.whole import check_outputs, written_whole
from geo.files.workbook import write_workbook

__all__ = ["TABLE_FORMATS", "as_plain", "check_format", "write_features", "write_part", "write_table"]

TABLE_FORMATS: Final = {
    ".csv": "CSV",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpkg": "GPKG",
    ".parquet": "Parquet",
    ".xlsx": "XLSX",
}
"""Suffix to format."""


class WithEvents(Protocol):
    """Tables of events, as :func:`geo.read_events` gives them."""

    @property
    def events(self) -> pd.DataFrame:
        """The events."""
        ...


@checked
def write_table(
    frame: pd.DataFrame | WithEvents,
    path: str | Path,
    *,
    overwrite: bool = False,
    excel: bool = False,
    layer: str | None = None,
    datapackage: bool = False,
) -> Path:
    """Write a table to a file, whole or not at all.

    Parameters
    ----------
    frame
        A table, with geometry or without; of what :func:`geo.read_events` gave, the events. Its index is not
        written.
    path
        ``.csv``, ``.xlsx``, ``.geojson`` (or ``.json``), ``.gpkg`` or ``.parquet``:

        - CSV has the points as columns ``lon`` and ``lat`` in degrees at the end and takes nothing but
          points; a text that a spreadsheet program would run as a formula gets an apostrophe before it,
          which ``geo.read_events`` takes away again;
        - a workbook has what CSV has, on one sheet; a text stays a text in it, and days are dates;
        - GeoJSON is in EPSG:4326 (RFC 7946), dates as text;
        - GeoPackage keeps the CRS, whole numbers and dates; categories become text;
        - GeoParquet keeps everything. A table without geometry can be CSV, a workbook or plain Parquet.

        A missing value stays missing in each: an empty cell, ``null``, NULL.
    overwrite
        Whether a file of that name may be replaced.
    excel
        Whether a CSV begins with a byte order mark, without which Excel on Windows shows Pashto and Urdu as
        other letters.
    layer
        Name of the layer in a GeoPackage. Where the file is there already, its other layers stay, and
        `overwrite` says whether a layer of this name may be replaced. The style in which QGIS opens the layer
        is written into the file too (``layer_styles``). Not given, the file has one layer of its own name and
        nothing else, which every program reads without asking.
    datapackage
        Whether a CSV gets a ``datapackage.json`` beside it, which says what its columns are (Data Package,
        1.0). One that is there already gets the table as one more of its resources.

    Returns
    -------
    Path
        The file, written whole or not at all.

    Raises
    ------
    SchemaError
        If the suffix is none of these, its folder is not there, or the format cannot hold the table.
    OverwriteError
        If the file is there already and ``overwrite`` is not set.
    WriteError
        If the disk is full or does not let it be written.
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
    frame = _one_table(frame)
    path = Path(path)
    suffix = check_format(path)
    if datapackage and suffix != ".csv":
        raise SchemaError(f"datapackage=True is for a table as .csv, not {path.name!r}")
    spatial = isinstance(frame, gpd.GeoDataFrame)
    if spatial and frame.crs is None:
        raise CrsError("the table has no CRS; set it, for degrees with frame.set_crs('EPSG:4326')")
    if not spatial and suffix not in (".csv", ".parquet", ".xlsx"):
        raise SchemaError(
            f"{path.name!r} needs geometry, which the table lacks; write .csv, .xlsx or .parquet"
        )
    if layer is not None:
        return _write_layer(frame, path, layer, overwrite=overwrite)
    if datapackage:
        return write_described(as_plain(frame), path, overwrite=overwrite, excel=excel)
    check_outputs([path], overwrite=overwrite)
    with written_whole(path, overwrite=overwrite) as part:
        write_part(frame, part, excel=excel)
    return path


def _one_table(frame: pd.DataFrame | WithEvents) -> pd.DataFrame:
    """A frame as it is; of tables of events the events, for one file holds one table."""
    table = frame if isinstance(frame, pd.DataFrame) else getattr(frame, "events", None)
    if not isinstance(table, pd.DataFrame):
        raise SchemaError(f"frame is a DataFrame, or what geo.read_events gave, not a {type(frame).__name__}")
    return table


def _write_layer(frame: gpd.GeoDataFrame, path: Path, layer: str, *, overwrite: bool) -> Path:
    """A layer of a GeoPackage, beside those that are there."""
    check_layer(path, layer, overwrite=overwrite)
    check_outputs([path], overwrite=True)
    there = path if path.exists() else None
    with written_whole(path, overwrite=True) as part:
        table = _plain_types(frame, path, "GPKG")
        with _no_clock():
            add_layer(table, part, layer, beside=there)
        write_styles(part, {layer: frame})
    return path


def write_part(frame: pd.DataFrame, part: Path, *, excel: bool = False) -> None:
    """Write a table to a path that :mod:`geo.files.whole` gave, in the format of its suffix."""
    suffix = part.suffix.lower()
    if suffix == ".csv":
        write_csv(as_plain(frame), part, excel=excel)
    elif suffix == ".xlsx":
        write_workbook(as_plain(frame), part)
    elif suffix == ".parquet":
        frame.to_parquet(part, index=False)
    else:
        write_features(frame, part, TABLE_FORMATS[suffix])


def check_format(path: Path) -> str:
    """The suffix of a file that a table can be written to; a SchemaError says which there are."""
    suffix = path.suffix.lower()
    if suffix not in TABLE_FORMATS:
        raise SchemaError(f"cannot write {path.name!r}; the suffix must be one of {', '.join(TABLE_FORMATS)}")
    return suffix


def as_plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The table as CSV holds it: with lon and lat in place of its points, if it has any.

    Raises
    ------
    SchemaError
        If a geometry is no point.
    """
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    points = frame.geometry.to_crs("EPSG:4326")
    present = ~(points.isna() | points.is_empty)
    other = present & (points.geom_type != "Point")
    if other.any():
        raise SchemaError(
            f"a .csv or .xlsx holds points only; {other.sum()} of {len(frame)} rows are of another type, "
            f"such as {points[other].iloc[0].geom_type}; write .geojson, .gpkg or .parquet"
        )
    table = pd.DataFrame(frame.drop(columns=[frame.geometry.name, "lon", "lat"], errors="ignore"))
    found = points.where(present).to_numpy()
    return table.assign(lon=shapely.get_x(found), lat=shapely.get_y(found))


def write_features(frame: gpd.GeoDataFrame, path: Path, driver: str, *, rounded: bool = True) -> None:
    """GeoJSON, GeoPackage or FlatGeobuf, with types turned into those that the format knows.

    The layer has the name of the file without its suffix, which is what programs show. It is made in memory,
    since GDAL does not say when a disk is full, and bears no time, so that the same table is the same bytes.
    GeoJSON that is `rounded` has seven decimals, as RFC 7946 has it.
    """
    import pyogrio

    table = _plain_types(frame, path, driver)
    options = {"RFC7946": "YES"} if driver == "GeoJSON" and rounded else {}
    if driver == "GeoJSON":
        table = table.to_crs("EPSG:4326")
    made = io.BytesIO()
    with _no_clock():
        pyogrio.write_dataframe(table, made, driver=driver, layer=path.stem, **options)
    path.write_bytes(made.getbuffer())


def _plain_types(frame: gpd.GeoDataFrame, path: Path, driver: str) -> gpd.GeoDataFrame:
    """The table in types and characters that a format knows."""
    table, changed = clean_frame(frame.reset_index(drop=True))
    if changed:
        tell_once(f"{path.name}: characters that {driver} cannot hold replaced in {changed:,} cells")
    for column in table.columns.drop(table.geometry.name):
        values = table[column]
        if isinstance(values.dtype, pd.CategoricalDtype):
            table[column] = values.astype(values.cat.categories.dtype)
        elif driver == "GeoJSON" and pd.api.types.is_datetime64_any_dtype(values):
            day = (values.dropna() == values.dropna().dt.normalize()).all()
            table[column] = values.dt.strftime("%Y-%m-%d" if day else "%Y-%m-%dT%H:%M:%S").astype("str")
    return table


@contextmanager
def _no_clock() -> Iterator[None]:
    """GDAL with a day of no meaning in place of the time, which a GeoPackage says it was changed at."""
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2025-01-01T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
