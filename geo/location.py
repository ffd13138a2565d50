"""Where events lie: country, province, side of the line, distance from it, nearest crossing."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyproj

from geo.apportion import side_shares
from geo.border import CERTAIN, Border, side_probability
from geo.boundaries import read_crossings
from geo.chords import earth_centred
from geo.errors import SchemaError
from geo.locus import DISTRICT_M, NEAR_M, SITE_M, Locus, Where, loci_of, points_of
from geo.settling import ARC_M, arc, longest_rival
from geo.units import provinces
from geo.vocab import SIDES

__all__ = ["locate"]

Floats = npt.NDArray[np.float64]

GEOD: Final = pyproj.Geod(ellps="WGS84")
POINT_MEANT: Final = ("site", "town", "near", "district")
"""Precisions whose stored point stands for the place; with the others it is arbitrary in a larger unit."""

COUNTRIES: Final = ("AF", "PK")
STR: Final = pd.StringDtype(storage="pyarrow", na_value=np.nan)
"""What pandas means by "str"."""

WIDEST_DISC_M: Final = max(NEAR_M, DISTRICT_M)


def locate(points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add to each point where it lies, and no more than is known of it.

    Parameters
    ----------
    points
        Points in any CRS, such as an event table. Columns used where they exist: ``where_precision``,
        ``dataset``, ``adm1_source``, ``country_source``. Without ``where_precision`` every point is a site.

    Returns
    -------
    GeoDataFrame
        A copy with the same rows, index, order and CRS, and these columns (replaced if there):

        - ``adm0`` (str): AF or PK; ``adm1`` (str): ISO 3166-2; ``adm1_name`` (str). A point on an edge that
          units share belongs to the one whose code comes first;
        - ``side`` (category): AF, PK, or ``uncertain`` where neither has a probability of 0.95 given the
          event's locus (:func:`geo.shares`; of its part in the two countries) and the line's accuracy
          (:func:`geo.side_probability`);
        - ``border_km`` (float64): geodesic distance to the Durand Line, negative on the Afghan side;
        - ``line_km`` (float64): chainage from the China tripoint of the nearest point of the line;
        - ``crossing`` (str), ``crossing_km`` (float64): nearest official crossing, geodesic distance.

        What is filled depends on how exactly the place is known:

        ============================ ============================================================
        site, town, near, district   all, for the stored point; ``side`` by the locus
        province                     ``adm0``, ``adm1``, ``adm1_name`` (as ``adm1_source`` says, else by the
                                     point), ``side``; the rest missing, as the point is arbitrary
        country                      ``adm0`` (as ``country_source`` says, else by the point), ``side``
        border                       ``side``, which is ``uncertain``
        unknown                      nothing
        in neither country           nothing: the line has no sides there
        missing or empty geometry    nothing but what the source's words say of a province or country
        ============================ ============================================================

    Raises
    ------
    CrsError
        If the frame has no CRS.
    SchemaError
        If a geometry is no point or a precision is not in the vocabulary.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([66.400, 71.57849], [31.006, 34.008]), crs=4326)
    >>> found = geo.locate(points)
    >>> found[["adm1", "side", "crossing"]].to_dict("list")
    {'adm1': ['AF-KAN', 'PK-KP'], 'side': ['AF', 'PK'], 'crossing': ['Chaman-Spin Boldak', 'Torkham']}
    >>> found["border_km"].round(1).tolist()
    [-6.3, 44.9]
    """
    if not isinstance(points, gpd.GeoDataFrame):
        raise SchemaError(f"locate takes a GeoDataFrame of points, not a {type(points).__name__}")
    where = points_of(points)
    frame = provinces().frame
    unit = provinces().find(where.lon, where.lat)
    border = Border.durand()
    at = border.locate(where.lon, where.lat)

    meant = np.isin(where.precision, POINT_MEANT) & (unit >= 0)
    unit[~meant] = -1
    country = np.append(np.where(frame["adm0"] == "AF", 0, 1), -1)[unit]
    site = where.precision == "site"
    left = side_probability(at["signed_m"], at["accuracy_m"], radius_m=np.where(site, SITE_M, 0.0))
    left[~meant] = np.nan

    # The locus counts where it is no disc about the point, or one that may reach over the line.
    reaching = at["distance_m"].to_numpy() < WIDEST_DISC_M + border.reach_m
    wider = ~site & np.where(np.isin(where.precision, POINT_MEANT), meant & reaching, True)
    for row, locus in enumerate(loci_of(points, where, wider)):
        if locus is None:
            continue
        if locus.kind == "province":
            unit[row] = provinces().row(str(locus.within))
        if locus.kind in ("province", "country"):
            country[row] = COUNTRIES.index(str(locus.within)[:2])
        left[row] = 0.5 if locus.kind == "strip" else _left_part(locus)

    located = points.copy()
    located["adm0"] = _taken(COUNTRIES, country)
    located["adm1"] = _taken(frame["iso3166_2"], unit)
    located["adm1_name"] = _taken(frame["name"], unit)
    located["side"] = pd.Categorical.from_codes(_side_codes(left), categories=list(SIDES))
    located["border_km"] = np.where(meant, at["signed_m"] / 1000, np.nan)
    located["line_km"] = np.where(meant, at["line_km"], np.nan)
    name, away = _nearest_crossing(where, meant)
    located["crossing"] = _taken(_crossings()["name"], name)
    located["crossing_km"] = away
    return located


@functools.lru_cache(maxsize=65_536)
def _left_part(locus: Locus) -> float:
    """Probability of the Pakistani side, of the part of the locus that lies in either country."""
    sides = side_shares(locus)
    afghan, pakistani = sides.get("AF", 0.0), sides.get("PK", 0.0)
    return pakistani / (afghan + pakistani) if afghan + pakistani else math.nan


def _side_codes(left: Floats) -> npt.NDArray[np.int8]:
    """Codes of SIDES from probabilities of the Pakistani side, -1 where that is missing."""
    codes = np.where(left >= CERTAIN, 1, np.where(1 - left >= CERTAIN, 0, 2))
    return np.where(np.isnan(left), -1, codes).astype(np.int8)


def _taken(values: Iterable[str], rows: npt.NDArray[np.intp]) -> pd.api.extensions.ExtensionArray:
    """Text at rows, missing at row -1; put together in Arrow, without an object for each row."""
    chosen = pa.array(list(values), type=pa.large_string()).take(pa.array(rows, mask=rows < 0))
    return STR.__from_arrow__(chosen)


@functools.cache
def _crossings() -> gpd.GeoDataFrame:
    return read_crossings()


def _nearest_crossing(where: Where, rows: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.intp], Floats]:
    """Row of the nearest crossing and geodesic distance in km."""
    crossings = _crossings()
    known = np.column_stack((crossings.geometry.x, crossings.geometry.y))
    name = np.full(len(rows), -1, dtype=np.intp)
    away = np.full(len(rows), np.nan)
    lon, lat = where.lon[rows], where.lat[rows]
    if not len(lon):
        return name, away
    x, y, z = earth_centred(lon, lat).T
    gates = earth_centred(known[:, 0], known[:, 1])
    least = np.full(len(lon), np.inf)
    nearest = np.zeros(len(lon), dtype=np.intp)
    for number, gate in enumerate(gates):
        chord = (x - gate[0]) ** 2 + (y - gate[1]) ** 2 + (z - gate[2]) ** 2
        nearer = chord < least
        nearest[nearer] = number
        least = np.where(nearer, chord, least)
    least = np.sqrt(least)
    ground = np.asarray(arc(x, y, z, *gates[nearest].T))
    # Where another gate's longer chord may be the shorter way on the ground, or the arc is not exact enough.
    reach = longest_rival(least) ** 2
    rivals = sum(
        ((x - gate[0]) ** 2 + (y - gate[1]) ** 2 + (z - gate[2]) ** 2 <= reach).astype(np.int8)
        for gate in gates
    )
    single = np.flatnonzero((rivals == 1) & (least > ARC_M))
    if len(single):
        at = known[nearest[single]]
        ground[single] = GEOD.inv(at[:, 0], at[:, 1], lon[single], lat[single])[2]
    doubtful = np.flatnonzero(rivals > 1)
    if len(doubtful):
        distance = np.column_stack(
            [
                GEOD.inv(
                    np.full(len(doubtful), gate.x),
                    np.full(len(doubtful), gate.y),
                    lon[doubtful],
                    lat[doubtful],
                )[2]
                for gate in crossings.geometry
            ]
        )
        nearest[doubtful] = np.argmin(distance, axis=1)
        ground[doubtful] = distance.min(axis=1)
    name[rows] = nearest
    away[rows] = ground / 1000
    return name, away
