"""Boundaries as frames: the line, units, places, crossings, and any layer of the catalogue."""

from __future__ import annotations

import functools
import hashlib
import io
import json
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pyarrow import parquet

from geo.arguments import checked
from geo.boundaries.added import AddedLayer, find_added, list_added
from geo.boundaries.catalogue import data_path, find_layer
from geo.errors import BoundaryError
from geo.files.characters import plain_letters
from geo.files.notices import tell_once
from geo.files.whole import sha256_of
from geo.types import EPSG, GEOD

__all__ = [
    "line_length_km",
    "read_base_topology",
    "read_crossings",
    "read_crosswalk",
    "read_former_areas",
    "read_layer",
    "read_line",
    "read_line_accuracy",
    "read_places",
    "read_province_lines",
    "read_units",
    "read_usable",
    "usable_layers",
]

LCC = "+proj=lcc +lat_1=30 +lat_2=36 +lat_0=33 +lon_0=67.5 +datum=WGS84"
"""Lambert conformal conic used to simplify; lengths themselves are geodesic."""

SIMPLIFIED_M = (25, 100, 250, 1000)

_DEGREES = {"authority": "EPSG", "code": 4326}


@checked
def read_layer(layer_id: str) -> gpd.GeoDataFrame:
    """Any spatial layer of the catalogue as a frame in EPSG:4326.

    Raises
    ------
    BoundaryError
        If there is no such layer, or it is a table without geometry.

    Examples
    --------
    >>> import geo
    >>> geo.read_layer("rivers").crs.to_epsg()
    4326
    """
    layer = find_layer(layer_id)
    if not layer.file.endswith(".parquet"):
        raise BoundaryError(
            f"{layer_id!r} ({layer.file}) is no table of features; it has a reader of its own"
        )
    path = data_path("boundaries", layer.file)
    # A frame of its own for each caller; the shapes in it never change and are shared.
    return _read_once(path, path.stat().st_mtime_ns).copy()


@functools.lru_cache(maxsize=32)
def _read_once(path: Path, _changed: int) -> gpd.GeoDataFrame:
    """As :func:`geopandas.read_parquet`, which parses the definition of the one CRS anew for each layer."""
    # Without the libraries of data sets of many files, and the threads, that cost more than such files.
    with parquet.ParquetFile(path) as file:
        table = file.read(use_threads=False)
    stated = json.loads(table.schema.metadata[b"geo"])
    shapes = stated["columns"]["geometry"]
    if [*stated["columns"]] != ["geometry"] or shapes["encoding"] != "WKB" or shapes["crs"]["id"] != _DEGREES:
        return gpd.read_parquet(path)
    frame = table.to_pandas()
    return gpd.GeoDataFrame(frame.assign(geometry=shapely.from_wkb(frame["geometry"].to_numpy())), crs=EPSG)


@checked
def read_line(*, tolerance_m: int = 0) -> gpd.GeoDataFrame:
    """The Durand Line as one LineString, from the China tripoint to Koh-i-Malik Siah.

    Parameters
    ----------
    tolerance_m
        0 for full detail; 25, 100, 250 or 1000 for a version simplified by that many metres in which both
        ends and every point where two provinces meet the line stay in place.

    Returns
    -------
    GeoDataFrame
        One row, EPSG:4326, with status, its source, accuracy in metres and credit.

    Raises
    ------
    BoundaryError
        If there is no version of that tolerance.

    Examples
    --------
    >>> import geo
    >>> line = geo.read_line()
    >>> len(line.geometry[0].coords), line["status"][0]
    (34559, 'international boundary recognised by Pakistan, not by Afghanistan')
    """
    if tolerance_m == 0:
        return read_layer("durand_line")
    if tolerance_m not in SIMPLIFIED_M:
        raise BoundaryError(
            f"no line simplified by {tolerance_m} m; there are: 0, {', '.join(map(str, SIMPLIFIED_M))}"
        )
    lines = read_layer("durand_line_simplified")
    return lines[lines["tolerance_m"] == tolerance_m].reset_index(drop=True)


def read_line_accuracy() -> gpd.GeoDataFrame:
    """Stretches of the line with the accuracy of each.

    Returns
    -------
    GeoDataFrame
        ``name``, ``from_km``, ``to_km`` (chainage), ``accuracy_m``, ``accuracy_source``, LineString.
    """
    return read_layer("durand_line_accuracy")


@checked
def read_units(level: Literal[0, 1, 2, 3] = 1) -> gpd.GeoDataFrame:
    """Countries (level 0), provinces (1), or units that the user has added (2 districts, 3 below them).

    Provinces are the shipped ones, or the sums of added districts where those were asked to be provinces too
    (``provinces="from-districts"`` of :func:`geo.add_boundaries`). Units of a level are a clean coverage that
    shares the Durand Line, and each lies in one unit of the level above. What has been added for both
    countries comes in one frame.

    Raises
    ------
    BoundaryError
        If the level is another, none of that level has been added, or what was added no longer fits.

    Examples
    --------
    >>> import geo
    >>> units = geo.read_units()
    >>> units.groupby("adm0").size().to_dict()
    {'AF': 34, 'PK': 7}
    """
    if level in (0, 1):
        return _read_provinces() if level == 1 else read_layer("countries")
    if level not in (2, 3):
        raise BoundaryError(
            f"no units of level {level!r}; there are: 0 (countries), 1 (provinces), and what has been added "
            "as 2 (districts) or 3"
        )
    layers = list_added(level)
    if not layers:
        raise BoundaryError(
            f"no units of level {level} have been added; add a file with `durand boundaries add FILE "
            f"--level {level} --country AF` or geo.add_boundaries(FILE, level={level}, country=...)"
        )
    return pd.concat([_read_added(layer) for layer in layers], ignore_index=True)


def _read_provinces() -> gpd.GeoDataFrame:
    """The shipped provinces; those of a country that were made from added districts take their place."""
    shipped = read_layer("provinces")
    layers = usable_layers(1)
    if not layers:
        return shipped
    own = [layer.country for layer in layers]
    found = pd.concat(
        [shipped[~shipped["adm0"].isin(own)], *(_read_added(layer) for layer in layers)], ignore_index=True
    )
    order = pd.Index(found["boundary_id"]).get_indexer(shipped["boundary_id"])
    return gpd.GeoDataFrame(found.iloc[order].reset_index(drop=True).astype(shipped.dtypes.to_dict()))


def usable_layers(level: int) -> tuple[AddedLayer, ...]:
    """Added layers whose file is whole and fits what there is now; of others it is said that they are not."""
    usable = []
    for layer in list_added(level):
        try:
            known = layer.path.stat()
            _check_added(layer.path, known.st_mtime_ns, known.st_size, layer.sha256, layer.id)
            _check_parents(layer)
        except (OSError, BoundaryError) as err:
            why = err if isinstance(err, BoundaryError) else f"{layer.path}: {err.strerror}"
            tell_once(f"the added layer {layer.id} is left out: {why}")
            continue
        usable.append(layer)
    return tuple(usable)


def read_usable(level: int) -> gpd.GeoDataFrame:
    """Units of the added layers that can be used, in one frame."""
    return pd.concat([_read_added(layer) for layer in usable_layers(level)], ignore_index=True)


@functools.lru_cache(maxsize=64)
def _check_added(path: Path, _mtime: int, _size: int, sha256: str, name: str) -> None:
    """Refuse a file that is not what its record says; looked at once, as long as it stays as it is."""
    if sha256_of(path) != sha256:
        raise BoundaryError(f"{path} is not the file that its record describes; {_again(name)}")


def _again(name: str) -> str:
    return f"add {name} again, with overwrite=True"


def _read_added(layer: AddedLayer) -> gpd.GeoDataFrame:
    """Units of an added layer, if they are what its record says and nest in what there is now."""
    try:
        content = layer.path.read_bytes()
    except FileNotFoundError:
        raise BoundaryError(f"{layer.path} is gone; {_again(layer.id)}") from None
    if hashlib.sha256(content).hexdigest() != layer.sha256:
        raise BoundaryError(f"{layer.path} is not the file that its record describes; {_again(layer.id)}")
    _check_parents(layer)
    return gpd.read_parquet(io.BytesIO(content))


def _check_parents(layer: AddedLayer) -> None:
    if layer.level == 2:
        parents = find_layer("provinces").content_sha256
    elif layer.level == 1:
        # Made from the districts, of which it is the sum.
        parents = find_added(layer.country, 2).sha256
    else:
        parents = find_added(layer.country, layer.level - 1).sha256
    if layer.parents_sha256 != parents:
        raise BoundaryError(f"{layer.id} was matched to outlines that have changed since; {_again(layer.id)}")


def read_places() -> gpd.GeoDataFrame:
    """The gazetteer: places with alternate names, population, province, precision of the point in metres.

    ``name`` is as GeoNames writes it; ``label`` is for maps, without the bars and dots of transliteration.

    Examples
    --------
    >>> import geo
    >>> places = geo.read_places()
    >>> places.loc[places["label"] == "Peshawar", "adm1"].item()
    'PK-KP'
    """
    places = read_layer("places")
    places["label"] = [plain_letters(label) for label in places["label"]]
    return places


def read_crossings() -> gpd.GeoDataFrame:
    """Official crossings from north to south, each with the two provinces that it joins and its precision.

    The geometry is the point of the line nearest to ``known_lon``, ``known_lat``; ``offset_m`` is how far
    that moved it, ``precision_m`` how far the gate may be from it.

    Examples
    --------
    >>> import geo
    >>> geo.read_crossings()["name"].tolist()[:2]
    ['Arandu', 'Torkham']
    """
    return read_layer("crossings")


def read_crosswalk() -> pd.DataFrame:
    """Former names of provinces and what they are now, with date and source of the change."""
    return pd.read_csv(data_path("boundaries", "crosswalk.csv"), dtype="str")


def read_province_lines() -> pd.DataFrame:
    """How far each line between two provinces lies from the same line of other sources.

    Returns
    -------
    DataFrame
        A row for each pair: ``unit_a``, ``unit_b`` (ISO 3166-2), ``length_km``; ``accuracy_m``: 95 % of
        points every 500 m lie within it, of ours from theirs and of theirs from ours; ``median_m`` and
        ``over_3km`` (a share) of ours from theirs, ``farthest_m`` of both; ``same_pair``: whether the
        reference has that line; ``reference``. Of provinces made from added districts what was stated of
        the districts' accuracy, and no more.

    Examples
    --------
    >>> import geo
    >>> lines = geo.read_province_lines().set_index(["unit_a", "unit_b"])
    >>> lines.loc[("AF-KHO", "AF-PIA"), "accuracy_m"].item()
    11700
    """
    shipped = pd.read_csv(data_path("boundaries", "province_lines.csv"))
    layers = usable_layers(1)
    if not layers:
        return shipped
    kept = shipped[~shipped["unit_a"].str[:2].isin([layer.country for layer in layers])]
    own = [pd.DataFrame(layer.figures["lines"]) for layer in layers]
    return pd.concat([kept, *own], ignore_index=True)[shipped.columns]


def read_former_areas() -> gpd.GeoDataFrame:
    """Areas that were units of their own and on which sources still code rows: the former F.A.T.A.

    Examples
    --------
    >>> from geo.boundaries.layers import read_former_areas
    >>> read_former_areas()[["iso3166_2", "valid_to"]].values.tolist()
    [['PK-TA', '2018-05-31']]
    """
    return read_layer("former_areas")


def read_base_topology() -> str:
    """The map-grade base as TopoJSON text: countries, provinces and lines simplified together."""
    return data_path("boundaries", "basemap.topojson").read_text(encoding="utf-8")


@checked
def line_length_km(line: shapely.LineString | None = None, *, ruler_m: float = 0.0) -> float:
    """Geodesic length of a line measured with a ruler: the longer the ruler, the shorter the line.

    Parameters
    ----------
    line
        LineString in EPSG:4326; the Durand Line if not given.
    ruler_m
        The line is first simplified by this many metres (Douglas-Peucker in a Lambert conformal conic
        projection; for a line outside the region, in the azimuthal equidistant one about its middle).
        0 measures every vertex.

    Returns
    -------
    float
        Kilometres on WGS 84 (C. F. F. Karney, Algorithms for geodesics, 2013).

    Raises
    ------
    BoundaryError
        If the ruler is negative or not a number.

    Examples
    --------
    >>> import geo
    >>> round(geo.line_length_km(), 1), round(geo.line_length_km(ruler_m=1000), 0)
    (2790.2, 2409.0)
    """
    if not (np.isfinite(ruler_m) and ruler_m >= 0):
        raise BoundaryError(f"a ruler is a length in metres of 0 or more, not {ruler_m!r}")
    line = read_line().geometry.iloc[0] if line is None else line
    if ruler_m > 0:
        there = pyproj.Transformer.from_crs("EPSG:4326", _projection_for(line), always_xy=True)
        flat = shapely.transform(line, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1])))
        line = shapely.transform(
            shapely.simplify(flat, ruler_m),
            lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1], direction="INVERSE")),
        )
    return float(GEOD.geometry_length(line)) / 1000


def _projection_for(line: shapely.LineString) -> str:
    """Where a ruler is laid: in the projection of the region, or for other lines one about their middle."""
    west, south, east, north = shapely.bounds(line)
    if west >= 55 and east <= 85 and south >= 20 and north <= 45:
        return LCC
    middle = shapely.line_interpolate_point(line, 0.5, normalized=True)
    return f"+proj=aeqd +lat_0={middle.y:.9f} +lon_0={middle.x:.9f} +datum=WGS84"
