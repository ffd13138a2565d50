"""Stretches of the Durand Line: along which provinces, as named in words.

Chainages are kilometres from the China tripoint at the shipped detail.
"""

from __future__ import annotations

import functools
import re

import numpy as np
import shapely

from geo.border.durand import Stretches, area_chainages, durand_line
from geo.boundaries.units import kept_with_provinces
from geo.places.unit_names import area_code
from geo.types import GEOD

__all__ = ["common_stretches", "named_span", "stretches_along", "stretches_near"]


@kept_with_provinces
@functools.lru_cache(maxsize=1024)
def stretches_along(units: tuple[str, ...]) -> Stretches:
    """Chainages (km) where the line runs along the units; the whole line for none of them on it.

    Afghan and Pakistani units together mean where one of each meet, if they do anywhere.
    """
    along = area_chainages()
    there = [unit for unit in units if unit in along]
    by_country = {
        country: _joined([part for unit in there if unit.startswith(country) for part in along[unit]])
        for country in ("AF", "PK")
    }
    if by_country["AF"] and by_country["PK"]:
        both = common_stretches(by_country["AF"], by_country["PK"])
        if both:
            return both
    parts = _joined([*by_country["AF"], *by_country["PK"]])
    return parts or ((0.0, durand_line().length_km),)


@functools.lru_cache(maxsize=1024)
def stretches_near(lon: float, lat: float, radius_m: float) -> Stretches:
    """Chainages (km) where the line runs within so many metres of a point."""
    border = durand_line()
    line = shapely.get_coordinates(border.geometry)
    away = GEOD.inv(np.full(len(line), lon), np.full(len(line), lat), line[:, 0], line[:, 1])[2]
    inside = np.concatenate(([False], np.asarray(away) <= radius_m, [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(inside))
    along = border.chainage_km()
    return _joined(
        [
            (float(along[first]), float(along[last - 1]))
            for first, last in zip(edges[::2], edges[1::2], strict=True)
            if last - first > 1
        ]
    )


def named_span(words: str) -> tuple[float, float] | None:
    """Chainage from the first to the last of two provinces in "X to Y"."""
    along = area_chainages()
    for match in re.finditer(
        r"([\w.'-]+(?: [\w.'-]+)?) (?:to|through|until) ([\w.'-]+(?: [\w.'-]+)?)", words
    ):
        ends = []
        for side, pick in ((match[1], -1), (match[2], 0)):
            whole = area_code(side) or area_code(side.split(" ")[pick])
            ends.append(along.get(whole or ""))
        if ends[0] and ends[1]:
            chainages = [end for parts in ends if parts for part in parts for end in part]
            return min(chainages), max(chainages)
    return None


def _joined(parts: list[tuple[float, float]]) -> Stretches:
    merged: list[tuple[float, float]] = []
    for first, last in sorted(parts):
        if merged and first <= merged[-1][1] + 1e-6:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def common_stretches(some: Stretches, others: Stretches) -> Stretches:
    """Where two sets of stretches overlap."""
    overlaps = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return _joined([(first, last) for first, last in overlaps if last > first])
