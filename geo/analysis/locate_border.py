"""Where events lie with respect to a border of the user's."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.border.border import UNCERTAIN, Border
from geo.events.points import points_of
from geo.locus.border_sides import border_shares, locus_points
from geo.locus.record import Locus
from geo.locus.resolve import loci_of
from geo.types import CERTAIN, Floats

__all__ = ["border_columns"]


def border_columns(points: gpd.GeoDataFrame, border: Border, *, workers: int = 1) -> dict[str, Any]:
    """The columns that :func:`geo.locate` adds for a border of the user's.

    Parameters
    ----------
    points
        The events.
    border
        Any border.
    workers
        Threads that share the work.
    """
    where = points_of(points)
    units = _has(border, "own_units")
    crossings = _has(border, "own_crossings")
    at = border.locate(where.lon, where.lat, units=units, crossings=crossings, workers=workers)
    loci = loci_of(points, where)
    meant = np.isin(where.precision, ("site", "town", "near", "district")) & where.known
    meant &= at["side"].notna().to_numpy() | (border.prepared.sides is None)
    shares = np.vstack([border_shares(loci.different, border), np.full((1, 3), np.nan)])[loci.number]
    with np.errstate(invalid="ignore", divide="ignore"):
        left = shares[:, 0] / (shares[:, 0] + shares[:, 1])
    side = np.select([left >= CERTAIN, 1 - left >= CERTAIN, ~np.isnan(left)], [1, 0, 2], -1)
    ends = np.vstack([_ends(loci.different, border), np.full((1, 2), np.nan)])[loci.number]
    signed = np.where(meant, at["signed_m"].to_numpy() / 1000, np.nan)
    names = [border.right, border.left, UNCERTAIN]
    found: dict[str, Any] = {"side": pd.Categorical.from_codes(side, categories=names)}
    found["border_km"] = signed
    found["line_km"] = np.where(meant, at["line_km"].to_numpy(), np.nan)
    if units:
        found["unit"] = at["adm1"].where(meant).to_numpy()
    if crossings:
        found["crossing"] = at["crossing"].where(meant).to_numpy()
        found["crossing_km"] = np.where(meant, at["crossing_m"].to_numpy() / 1000, np.nan)
    found["side_share"] = np.select([side == 1, side == 0], [shares[:, 0], shares[:, 1]], np.nan)
    found["border_km_min"], found["border_km_max"] = np.fmin(ends[:, 0], signed), np.fmax(ends[:, 1], signed)
    return found


def _has(border: Border, layer: str) -> bool:
    return getattr(border, layer, None) is not None


def _ends(loci: list[Locus], border: Border) -> Floats:
    """Least and greatest signed distance over each locus, in km; NaN where it has no side."""
    ends = np.tile([np.inf, -np.inf], (len(loci), 1))
    if loci:
        lon, lat, owner = locus_points(loci)
        at = border.locate(lon, lat)
        inside = at["side"].notna().to_numpy()
        km = at["signed_m"].to_numpy()[inside] / 1000
        np.minimum.at(ends[:, 0], owner[inside], km)
        np.maximum.at(ends[:, 1], owner[inside], km)
    ends[np.isinf(ends)] = np.nan
    return ends
