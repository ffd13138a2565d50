"""How loci divide among countries, provinces and the sides of the line.

Within its locus an event is taken to be equally likely everywhere. The error of the Durand Line counts in
the shares of the sides, that of the lines between provinces in the shares of provinces, unless the source
itself names the province.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geo.border.durand import durand_line
from geo.boundaries.units import (
    UnitIndex,
    districts,
    districts_added,
    flatten,
    kept_with_provinces,
    provinces,
)
from geo.engine.side_probability import side_probability
from geo.locus.boxes import may_meet
from geo.locus.disc_parts import are_measurable, province_parts
from geo.locus.line_error import may_lie_beyond, with_line_error, with_line_errors
from geo.locus.parts import Parts
from geo.locus.record import Loci, Locus
from geo.locus.samples import sunflower
from geo.locus.shapes import COUNTRY_LETTERS, clipped, draw, unit_shape
from geo.places.radii import SITE_M
from geo.places.unit_names import FORMER_AREAS
from geo.types import REGION

__all__ = [
    "OUTSIDE",
    "SAMPLES",
    "level_parts",
    "measure",
    "prepare_provinces",
    "prepare_sides",
    "shares_of",
    "side_shares",
]

OUTSIDE: Final = "outside"
"""The part of a locus that lies in neither country."""

LEAST_OUTSIDE: Final = 1e-4
"""What is left of a disc beside its provinces and is less is an error of the plane that it is seen in."""

MOST_KEPT: Final = 65_536
TOGETHER: Final = 500
"""Discs whose points are asked for at once."""

SAMPLES: Final = 400
"""Points of equal weight in a disc; a share found by them is within about half a per cent."""


def shares_of(found: Sequence[Locus | None]) -> pd.DataFrame:
    """Shares of loci by level, as :func:`geo.shares` gives them; ``row`` is the number in the sequence."""
    loci = Loci.of(found)
    levels = ("adm0", "adm1", *(("adm2",) if districts_added() else ()), "side")
    held = [level_parts(loci.different, level) for level in levels]
    entries = [
        (level, unit, share)
        for parts in zip(*held, strict=True)
        for level, those in zip(levels, parts, strict=True)
        for unit, share in sorted(those.items(), key=lambda part: (-part[1], part[0]))
    ]
    numbers = iter(range(len(entries)))
    spread = Parts.of_rows(
        loci,
        [[(next(numbers), 1.0) for those in parts for _ in those] for parts in zip(*held, strict=True)],
    )
    table = pd.DataFrame(entries, columns=["level", "unit", "share"]).iloc[spread.unit]
    table.insert(0, "row", spread.row)
    types = {"row": "int64", "level": "str", "unit": "str", "share": "float64"}
    return table.astype(types).reset_index(drop=True)


def level_parts(loci: Sequence[Locus], level: str) -> list[dict[str, float]]:
    """Shares of each locus by the units of one level (``adm0``, ``adm1``, ``adm2``, ``side``)."""
    added = districts_added()
    near = may_meet(REGION, loci).tolist()
    some = [one for one, here in zip(loci, near, strict=True) if here]
    if level == "side":
        prepare_sides(some)
    if level in ("adm0", "adm1"):
        prepare_provinces(some)
    return [
        _at_level(one, level, added) if here else {OUTSIDE: 1.0} for one, here in zip(loci, near, strict=True)
    ]


def measure(locus: Locus) -> dict[str, dict[str, float]]:
    """Shares of one locus by level and unit, as :func:`geo.shares` has them for events.

    Examples
    --------
    >>> from geo.locus.record import Locus
    >>> measure(Locus("province", within="AF-PKA", stated=True))["side"]
    {'AF': 1.0}
    """
    added = districts_added()
    if not may_meet(REGION, [locus])[0]:
        return {level: {OUTSIDE: 1.0} for level in ("adm0", "adm1", *(("adm2",) if added else ()), "side")}
    levels = ("adm0", "adm1", *(("adm2",) if added else ()), "side")
    return {level: _at_level(locus, level, added) for level in levels}


def _at_level(locus: Locus, level: str, added: tuple[str, ...]) -> dict[str, float]:
    if level == "side":
        return side_shares(locus)
    if level == "adm2":
        return _by_district(locus, added)
    return _by_province(locus, added) if level == "adm1" else _by_country(locus, added)


@kept_with_provinces
@functools.lru_cache(maxsize=MOST_KEPT)
def _by_province(locus: Locus, added: tuple[str, ...]) -> dict[str, float]:
    """Shares by province; ``added`` tells which districts there are."""
    index = districts() if added else None
    if locus.kind == "district" and index is not None:
        return {str(index.frame["adm1"].iloc[index.row(str(locus.within))]): 1.0}
    if locus.within is not None and len(locus.within) > COUNTRY_LETTERS:
        known = {locus.within: 1.0}
        return with_line_error(locus, known) if locus.kind == "disc" and not locus.stated else known
    if locus.kind == "provinces":
        return _parts_of(locus.units)
    if locus.kind == "country":
        return _parts_within(provinces(), "adm0", locus.within)
    if locus not in _known_parts() and are_measurable([locus])[0]:
        prepare_provinces([locus])
    if locus in _known_parts():
        return _known_parts()[locus]
    found = _parts(draw(locus), provinces())
    return with_line_error(locus, found) if locus.kind == "disc" else found


@kept_with_provinces
@functools.cache
def _known_parts() -> dict[Locus, dict[str, float]]:
    """Shares of discs by province. Filled by :func:`prepare_provinces`."""
    return {}


def prepare_provinces(loci: Sequence[Locus]) -> None:
    """Work out the provinces of many discs together, as :func:`prepare_sides` does their sides.

    Parameters
    ----------
    loci
        Of any kind; those that are no disc, or within a province, are passed over.
    """
    asked = [
        locus
        for locus, can in zip(loci, are_measurable(loci).tolist(), strict=True)
        if can and len(locus.within or "") <= COUNTRY_LETTERS and locus not in _known_parts()
    ]
    asked = list(dict.fromkeys(asked))
    if not asked:
        return
    if len(_known_parts()) + len(asked) > MOST_KEPT:
        _known_parts().clear()
    lon, lat, radius = np.array([(locus.lon, locus.lat, locus.radius_m) for locus in asked]).T
    found = []
    for parts in province_parts(asked):
        rest = 1 - sum(parts.values())
        found.append(_nonzero({**parts, OUTSIDE: rest if rest > LEAST_OUTSIDE else 0.0}))
    doubtful = np.flatnonzero(may_lie_beyond(lon, lat, radius)).tolist()
    told = with_line_errors([asked[n] for n in doubtful], [found[n] for n in doubtful])
    for n, parts in zip(doubtful, told, strict=True):
        found[n] = parts
    _known_parts().update(zip(asked, found, strict=True))


@kept_with_provinces
@functools.lru_cache(maxsize=MOST_KEPT)
def _by_country(locus: Locus, added: tuple[str, ...]) -> dict[str, float]:
    adm0: dict[str, float] = {}
    for unit, share in _by_province(locus, added).items():
        country = unit if unit == OUTSIDE else unit[:2]
        adm0[country] = adm0.get(country, 0.0) + share
    return _nonzero(adm0)


@kept_with_provinces
@functools.lru_cache(maxsize=MOST_KEPT)
def _by_district(locus: Locus, added: tuple[str, ...]) -> dict[str, float]:
    """Shares by district; what lies where none has been added is outside."""
    index = districts() if added else None
    if index is None:
        return {OUTSIDE: 1.0}
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
        if locus not in _reached():
            prepare_sides([locus])
        left = _reached()[locus]
        if left is not None and (locus.within is not None or locus.radius_m <= SITE_M):
            return _two_sides(left)
        if left is not None:
            adm0 = _by_country(locus, districts_added()) if adm0 is None else adm0
            return _of_samples(left, adm0.get(OUTSIDE, 0.0))
    return dict(adm0 if adm0 is not None else _by_country(locus, districts_added()))


@kept_with_provinces
@functools.cache
def _reached() -> dict[Locus, float | None]:
    """Probability of the Pakistani side of discs that reach the line. Filled by :func:`prepare_sides`.

    NaN for one in neither country, None for those that don't reach it.
    """
    return {}


def prepare_sides(loci: Iterable[Locus | None]) -> None:
    """Work out the sides of many discs together, which costs a fraction of one after the other.

    Parameters
    ----------
    loci
        Of any kind; those that are no disc, or whose side the source states, are passed over.
    """
    asked = [
        locus
        for locus in dict.fromkeys(loci)
        if locus is not None
        and locus.kind in ("disc", "district")
        and not locus.stated
        and locus not in _reached()
    ]
    if not asked:
        return
    if len(_reached()) + len(asked) > MOST_KEPT:
        _reached().clear()
    border = durand_line()
    at = border.locate([locus.lon for locus in asked], [locus.lat for locus in asked])
    near = at["distance_m"].to_numpy() < np.array([locus.radius_m for locus in asked]) + border.reach_m
    # A disc within a province is no surer than the point's own side; a site is its own disc.
    left = np.asarray(side_probability(at["signed_m"], at["accuracy_m"]))
    site = np.asarray(side_probability(at["signed_m"], at["accuracy_m"], radius_m=SITE_M))
    known = at["side"].notna().to_numpy()
    sampled = []
    for n, locus in enumerate(asked):
        _reached()[locus] = None
        if near[n] and locus.within is not None:
            _reached()[locus] = float(left[n])
        elif near[n] and locus.radius_m > SITE_M:
            sampled.append(locus)
        elif near[n] and known[n]:
            _reached()[locus] = float(site[n])
    for first in range(0, len(sampled), TOGETHER):
        _sample_sides(sampled[first : first + TOGETHER])


def _two_sides(left: float) -> dict[str, float]:
    return _nonzero({"PK": left, "AF": 1 - left})


def _sample_sides(loci: list[Locus]) -> None:
    """Sides of discs that reach the line, by points spread evenly over each."""
    lon, lat, radius = np.array([(locus.lon, locus.lat, locus.radius_m) for locus in loci]).T
    lon, lat = sunflower(lon, lat, radius, SAMPLES)
    at = durand_line().locate(lon.ravel(), lat.ravel())
    inside = at["side"].notna().to_numpy().reshape(len(loci), SAMPLES)
    left = np.asarray(side_probability(at["signed_m"], at["accuracy_m"])).reshape(len(loci), SAMPLES)
    for locus, within, part in zip(loci, inside, left, strict=True):
        _reached()[locus] = float(np.mean(part[within])) if within.any() else math.nan


def _of_samples(left: float, outside: float) -> dict[str, float]:
    """Sides of a disc of which a part lies in neither country."""
    if math.isnan(left):
        return {OUTSIDE: 1.0}
    return _nonzero({"PK": left * (1 - outside), "AF": (1 - left) * (1 - outside), OUTSIDE: outside})


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
