"""Several layers in one GeoPackage, each with the style in which QGIS opens it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import OverwriteError, SchemaError, WriteError
from geo.files.gdal_copy import gdal_writes
from geo.types import Bools

__all__ = ["add_layer", "check_layer", "layer_names", "style_of", "write_styles"]

STYLES: Final = """
CREATE TABLE IF NOT EXISTS layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
  ui TEXT(30), update_time DATETIME
)
"""
"""The table in which QGIS keeps styles; it has no standard beside the program's own."""

NO_DAY: Final = "2025-01-01T00:00:00.000Z"
"""In place of the time, so that the same table is the same bytes."""

KNOWN: Final = ("site", "town")
"""Precisions that are drawn filled; the others only outlined."""

INK: Final = "51,51,51"
TINTS: Final = ("254,237,222", "253,190,133", "253,141,60", "230,85,13", "166,54,3")
"""Oranges of ColorBrewer (C. Brewer), light to dark, told apart by the colour-blind."""

CLASSED: Final = ("expected", "ratio", "intensity")
"""Columns by whose numbers areas and lines are tinted, the first that is there."""

NAME: Final = 60


def layer_names(path: Path) -> list[str]:
    """Layers of a GeoPackage.

    Raises
    ------
    SchemaError
        If it is none.
    """
    import pyogrio

    try:
        return [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except pyogrio.errors.DataSourceError as err:
        raise SchemaError(f"{path} is there and is no GeoPackage; write to another file") from err


def check_layer(path: Path, layer: str, *, overwrite: bool = False) -> None:
    """Refuse a layer that may not be written.

    Raises
    ------
    SchemaError
        If the file is no GeoPackage, or the name none that a layer can have.
    OverwriteError
        If a layer of that name is there and `overwrite` is not set.
    """
    if path.suffix.lower() != ".gpkg":
        raise SchemaError(f"layer={layer!r} is for a GeoPackage, and {path.name!r} is none; write .gpkg")
    bad = not layer.strip() or len(layer) > NAME or layer.lower().startswith(("gpkg_", "sqlite_", "rtree_"))
    if bad or layer.lower() == "layer_styles" or any(ord(letter) < 32 for letter in layer):
        raise SchemaError(f"no layer can be called {layer!r}; up to {NAME} letters, not of the format's own")
    if path.exists() and layer in layer_names(path) and not overwrite:
        raise OverwriteError(f"{path} has a layer {layer!r} already; overwrite=True replaces it")


def add_layer(frame: gpd.GeoDataFrame, part: Path, layer: str, *, beside: Path | None) -> None:
    """Write a layer to a new file that also has all layers of another one.

    Parameters
    ----------
    frame
        The layer, in types that the format knows.
    part
        The file to make.
    layer
        Name of the layer; one of that name in the other file is not taken over.
    beside
        The other file, if there is one.

    Raises
    ------
    WriteError
        If not all of it is there afterwards.
    """
    import pyogrio

    if beside is not None:
        shutil.copyfile(beside, part)
    with gdal_writes(part):
        pyogrio.write_dataframe(frame, part, driver="GPKG", layer=layer)
        written = pyogrio.read_info(part, layer=layer)["features"]
    if written != len(frame):
        raise WriteError(f"{part.name}: not all rows of the layer {layer!r} were written; is the disk full?")


def write_styles(path: Path, frames: dict[str, gpd.GeoDataFrame]) -> None:
    """Write the style of each layer into a GeoPackage, in place of one of its name.

    Parameters
    ----------
    path
        The file.
    frames
        Layers by name.
    """
    try:
        with closing(sqlite3.connect(path)) as base, base:
            _insert(base, frames)
    except sqlite3.Error as err:
        raise WriteError(f"{path.name}: the styles could not be written: {err}") from err


def _insert(base: sqlite3.Connection, frames: dict[str, gpd.GeoDataFrame]) -> None:
    base.execute(STYLES)
    base.execute(
        "INSERT OR REPLACE INTO gpkg_contents (table_name, data_type, identifier, last_change) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
        (NO_DAY,),
    )
    for layer, frame in frames.items():
        column = base.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)
        ).fetchone()
        if column is None:
            continue
        base.execute("DELETE FROM layer_styles WHERE f_table_name = ?", (layer,))
        base.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
            "styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
            "VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', '', ?)",
            (layer, column[0], layer[:30], style_of(frame), "made by durand", NO_DAY),
        )


def style_of(frame: gpd.GeoDataFrame) -> str:
    """A style of QGIS (QML) for a layer.

    Points are filled where the place is known (``where_precision`` site or town), else hollow. Areas and
    lines with a column ``expected``, ``ratio`` or ``intensity`` are tinted in up to five classes of as many
    each; other areas are outlined, faint inside, and other lines dark.
    """
    column = next((name for name in CLASSED if name in frame.columns and _finite(frame[name]).any()), None)
    kinds = set(frame.geom_type.dropna())
    if kinds <= {"Point", "MultiPoint"}:
        body = _points(frame)
    elif kinds <= {"LineString", "MultiLineString"}:
        plain = _single(_symbol("line", _line(f"{INK},255", "0.5")))
        body = plain if column is None else _classes(frame, column, "line")
    elif column is not None:
        body = _classes(frame, column, "fill")
    else:
        body = _single(_symbol("fill", _fill(f"{INK},30")))
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        f'<qgis version="3.22.0" styleCategories="Symbology">{body}</qgis>'
    )


def _points(frame: gpd.GeoDataFrame) -> str:
    if "where_precision" not in frame.columns:
        return _single(_symbol("marker", _marker(f"{INK},200")))
    words = [str(word) for word in pd.unique(frame["where_precision"].dropna().astype("str"))]
    symbols = "".join(
        _symbol("marker", _marker(f"{INK},200" if word in KNOWN else f"{INK},0"), str(n))
        for n, word in enumerate(words)
    )
    categories = "".join(
        f'<category value={quoteattr(word)} label={quoteattr(word)} symbol="{n}" render="true"/>'
        for n, word in enumerate(words)
    )
    return (
        '<renderer-v2 type="categorizedSymbol" attr="where_precision" enableorderby="0" forceraster="0">'
        f"<categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>"
    )


def _finite(values: pd.Series) -> Bools:
    return np.asarray(np.isfinite(values.to_numpy(np.float64, na_value=np.nan)))


def _classes(frame: gpd.GeoDataFrame, column: str, kind: str) -> str:
    """Areas or lines in classes of a column of numbers."""
    values = frame[column].to_numpy(np.float64, na_value=np.nan)[_finite(frame[column])]
    ends = np.unique(np.quantile(values, np.linspace(0, 1, len(TINTS) + 1)).round(6))
    # Rounding must leave no value out.
    ends[0], ends[-1] = min(ends[0], values.min()), max(ends[-1], values.max())
    ends = ends if len(ends) > 1 else np.repeat(ends, 2)
    tints = np.linspace(0, len(TINTS) - 1, len(ends) - 1).round().astype(int)
    ranges = "".join(
        f'<range lower="{low!r}" upper="{high!r}" label="{low:.4g} - {high:.4g}" symbol="{n}" render="true"/>'
        for n, (low, high) in enumerate(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))
    )
    drawn = [
        _fill(f"{TINTS[tint]},200") if kind == "fill" else _line(f"{TINTS[tint]},255", "1.6")
        for tint in tints
    ]
    symbols = "".join(_symbol(kind, one, str(n)) for n, one in enumerate(drawn))
    return (
        f'<renderer-v2 type="graduatedSymbol" attr="{column}" graduatedMethod="GraduatedColor">'
        f"<ranges>{ranges}</ranges><symbols>{symbols}</symbols></renderer-v2>"
    )


def _single(symbol: str) -> str:
    return (
        '<renderer-v2 type="singleSymbol" enableorderby="0" forceraster="0">'
        f"<symbols>{symbol}</symbols></renderer-v2>"
    )


def _symbol(kind: str, layer: str, name: str = "0") -> str:
    return f'<symbol type="{kind}" name="{name}" alpha="1" clip_to_extent="1" force_rhr="0">{layer}</symbol>'


def _layer(kind: str, options: dict[str, str]) -> str:
    inner = "".join(
        f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in options.items()
    )
    # Programs before 3.18 read these.
    props = "".join(f'<prop k="{key}" v="{value}"/>' for key, value in options.items())
    head = f'<layer class="{kind}" enabled="1" locked="0" pass="0">'
    return f'{head}<Option type="Map">{inner}</Option>{props}</layer>'


def _marker(colour: str) -> str:
    return _layer(
        "SimpleMarker",
        {
            "name": "circle",
            "color": colour,
            "outline_color": f"{INK},255",
            "outline_width": "0.3",
            "size": "2.4",
        },
    )


def _line(colour: str, width: str) -> str:
    return _layer("SimpleLine", {"line_color": colour, "line_width": width})


def _fill(colour: str) -> str:
    return _layer(
        "SimpleFill",
        {"color": colour, "style": "solid", "outline_color": f"{INK},160", "outline_width": "0.2"},
    )
