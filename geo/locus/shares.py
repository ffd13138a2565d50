"""How loci divide among countries, provinces and the sides of the line.

Within its locus an event is taken to be equally likely everywhere.
"""

from __future__ import annotations

import functools
import math
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.border.durand import durand_line
from geo.boundaries.units import UnitIndex, districts, districts_added, flatten, provinces
from geo.engine.side_probability import side_probability
from geo.events.points import points_of
from geo.locus.radii import SITE_M
from geo.locus.record import Locus
from geo.locus.resolve import loci_of
from geo.locus.shapes import clipped, draw, unit_shape
from geo.places.unit_names import FORMER_AREAS
from geo.types import GEOD

__all__ = ["OUTSIDE", "measure", "shares", "side_shares"]

OUTSIDE: Final = "outside"
"""The part of a locus that lies in neither country."""

SAMPLES: Final = 400
"""Points of equal weight in a disc; a share found by them is within about half a per cent."""


def shares(events: gpd.GeoDataFrame) -> pd.DataFrame:
    """How each event's locus divides among countries, provinces and sides of the line.

    Parameters
    ----------
    events
        As for :func:`geo.loci`. ``event_id`` names the events; without it the index does.

    Returns
    -------
    DataFrame
        ``event_id``, ``level`` (``adm0``, ``adm1``, ``side``; ``adm2`` too where districts have been
        added), ``unit`` and ``share`` (0 to 1, by area in Albers' equal-area projection, below 1e-5 wrong
        by the straight edges between corners). The part in neither country is the unit ``outside``, so that
        the shares of a level sum to 1. Events come in the order of the frame, in a level the largest share
        first; an event without a locus has no rows. The shares of ``side`` are probabilities that count the
        line's own error: in a disc, the mean of :func:`geo.side_probability`; where the source names the
        province or country, its side is certain.

    Notes
    -----
    Each level is measured on its own layer: ``adm1`` on the shipped provinces, ``adm2`` on the districts.
    Where those keep the lines of their file (``nest="keep"`` of :func:`geo.add_boundaries`) the two layers
    differ by what their sources differ, and shares of a province and of its districts differ with them. An
    event known to a district is wholly in that district's parent; one known to a province divides among the
    districts whose parent it is.

    Raises
    ------
    CrsError, SchemaError
        As for :func:`geo.loci`.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> event = gpd.GeoDataFrame(
    ...     {"event_id": ["own:1"], "where_precision": ["near"]},
    ...     geometry=gpd.points_from_xy([69.27], [32.60]), crs=4326,
    ... )
    >>> geo.shares(event).query("level == 'adm1'")[["unit", "share"]].round(2).to_dict("list")
    {'unit': ['AF-PKA', 'PK-KP'], 'share': [0.69, 0.31]}
    """
    found = loci_of(events, points_of(events))
    names = events["event_id"] if "event_id" in events.columns else events.index
    measured = {locus: measure(locus) for locus in dict.fromkeys(found) if locus is not None}
    rows = [
        (name, level, unit, share)
        for name, locus in zip(names, found, strict=True)
        if locus is not None
        for level, parts in measured[locus].items()
        for unit, share in sorted(parts.items(), key=lambda part: (-part[1], part[0]))
    ]
    table = pd.DataFrame(rows, columns=["event_id", "level", "unit", "share"])
    return table.astype({"event_id": names.dtype, "level": "str", "unit": "str", "share": "float64"})


def measure(locus: Locus) -> dict[str, dict[str, float]]:
    """Shares of one locus by level and unit, as :func:`shares` has them for events.

    Examples
    --------
    >>> from geo.locus.record import Locus
    >>> measure(Locus("province", within="AF-PKA", stated=True))["side"]
    {'AF': 1.0}
    """
    return _measure(locus, districts_added())


@functools.lru_cache(maxsize=65_536)
def _measure(locus: Locus, added: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Shares of a locus by level and unit; ``added`` tells which districts there are."""
    index = districts() if added else None
    if locus.kind == "district" and index is not None:
        adm1 = {str(index.frame["adm1"].iloc[index.row(str(locus.within))]): 1.0}
    elif locus.within is not None and locus.kind != "country":
        adm1 = {locus.within: 1.0}
    elif locus.kind == "provinces":
        adm1 = _parts_of(locus.units)
    elif locus.kind == "country":
        adm1 = _parts_within(provinces(), "adm0", locus.within)
    else:
        adm1 = _parts(draw(locus), provinces())
    adm0: dict[str, float] = {}
    for unit, share in adm1.items():
        country = unit if unit == OUTSIDE else unit[:2]
        adm0[country] = adm0.get(country, 0.0) + share
    adm0 = _nonzero(adm0)
    levels = {"adm0": adm0, "adm1": adm1}
    if index is not None:
        levels["adm2"] = _district_parts(locus, index)
    return {**levels, "side": side_shares(locus, adm0)}


def _district_parts(locus: Locus, index: UnitIndex) -> dict[str, float]:
    """Shares by district; what lies where none has been added is outside."""
    if locus.kind == "district":
        return {str(locus.within): 1.0}
    if locus.kind in ("province", "country"):
        return _parts_within(index, "adm1" if locus.kind == "province" else "adm0", locus.within)
    return _parts(draw(locus), index)


def side_shares(locus: Locus, adm0: dict[str, float] | None = None) -> dict[str, float]:
    """Probability of each side for a locus, the line's error counted in.

    Parameters
    ----------
    locus
        What is known of the place.
    adm0
        Its shares by country, if they are known already.
    """
    if locus.kind in ("province", "country") or locus.stated:
        return {str(locus.within)[:2]: 1.0}
    if locus.kind in ("disc", "district"):
        border = durand_line()
        at = border.locate([locus.lon], [locus.lat])
        if at["distance_m"].item() < locus.radius_m + border.reach_m:
            if locus.within is not None:
                # The province is the one that holds the point, and no surer than the point's own side.
                return _two_sides(side_probability(at["signed_m"], at["accuracy_m"]).item())
            if locus.radius_m > SITE_M:
                return _sampled_sides(locus)
            if at["side"].notna().item():
                left = side_probability(at["signed_m"], at["accuracy_m"], radius_m=locus.radius_m)
                return _two_sides(left.item())
    return dict(adm0 if adm0 is not None else measure(locus)["adm0"])


def _two_sides(left: float) -> dict[str, float]:
    return _nonzero({"PK": left, "AF": 1 - left})


def _sampled_sides(locus: Locus) -> dict[str, float]:
    """Sides of a disc that reaches the line, by points spread evenly over it."""
    # A sunflower: turns of the golden angle, radii that give every point the same area.
    number = np.arange(SAMPLES)
    azimuth = number * 180 * (3 - math.sqrt(5))
    away = locus.radius_m * np.sqrt((number + 0.5) / SAMPLES)
    lon, lat, _ = GEOD.fwd(np.full(SAMPLES, locus.lon), np.full(SAMPLES, locus.lat), azimuth, away)
    at = durand_line().locate(lon, lat)
    inside = at["side"].notna().to_numpy()
    left = side_probability(at["signed_m"], at["accuracy_m"])
    return _nonzero(
        {
            "PK": float(np.mean(np.where(inside, left, 0))),
            "AF": float(np.mean(np.where(inside, 1 - left, 0))),
            OUTSIDE: float(np.mean(~inside)),
        }
    )


def _nonzero(parts: dict[str, float]) -> dict[str, float]:
    """Parts without those that are nothing beside the error of the method, made to sum to 1 again."""
    kept = {unit: share for unit, share in parts.items() if share > 1e-6}
    total = sum(kept.values())
    return {unit: share / total for unit, share in kept.items()}


def _parts(area: shapely.Geometry, units: UnitIndex) -> dict[str, float]:
    """Shares of an area by unit and outside."""
    flat = flatten(area)
    geometry = units.flat
    codes = units.frame["boundary_id"]
    whole = float(shapely.area(flat))
    parts: dict[str, float] = {}
    for row in np.flatnonzero(shapely.intersects(geometry, flat)):
        if shapely.contains_properly(geometry[row], flat):
            return {str(codes[row]): 1.0}
        common = shapely.intersection(clipped(geometry[row], flat), flat)
        parts[str(codes[row])] = float(shapely.area(common)) / whole
    parts[OUTSIDE] = max(1 - sum(parts.values()), 0.0)
    return _nonzero(parts)


def _parts_of(codes: tuple[str, ...]) -> dict[str, float]:
    """Shares of several units by area; a former area counts for the province that holds it."""
    area: dict[str, float] = {}
    for code in codes:
        unit = FORMER_AREAS.get(code, code)
        area[unit] = area.get(unit, 0.0) + float(shapely.area(flatten(unit_shape(code))))
    return _nonzero({unit: part / sum(area.values()) for unit, part in area.items()})


def _parts_within(units: UnitIndex, column: str, code: str | None) -> dict[str, float]:
    """Shares of a country or province by the units in it."""
    frame = units.frame
    area = np.where(frame[column] == code, shapely.area(units.flat), 0.0)
    if not area.any():
        return {OUTSIDE: 1.0}
    return _nonzero(dict(zip(map(str, frame["boundary_id"]), (area / area.sum()).tolist(), strict=True)))
