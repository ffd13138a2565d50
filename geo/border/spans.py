"""Stretches of the Durand Line: along which provinces, as named in words.

Chainages are kilometres from the China tripoint at the shipped detail.
"""

from __future__ import annotations

import functools
import re

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.border.border import Border
from geo.boundaries.units import province_code, provinces

__all__ = ["Stretches", "named_span", "named_units", "stretches_along", "unit_chainages"]

Floats = npt.NDArray[np.float64]
Stretches = tuple[tuple[float, float], ...]


@functools.lru_cache(maxsize=1024)
def stretches_along(units: tuple[str, ...]) -> Stretches:
    """Chainages (km) where the line runs along the units; the whole line for none of them on it.

    Afghan and Pakistani units together mean where one of each meet, if they do anywhere.
    """
    along = unit_chainages()
    there = [unit for unit in units if unit in along]
    by_country = {
        country: _joined([part for unit in there if unit.startswith(country) for part in along[unit]])
        for country in ("AF", "PK")
    }
    if by_country["AF"] and by_country["PK"]:
        both = _common(by_country["AF"], by_country["PK"])
        if both:
            return both
    parts = _joined([*by_country["AF"], *by_country["PK"]])
    return parts or ((0.0, Border.durand().length_km),)


def named_span(words: str) -> tuple[float, float] | None:
    """Chainage from the first to the last of two provinces in "X to Y"."""
    along = unit_chainages()
    for match in re.finditer(
        r"([\w.'-]+(?: [\w.'-]+)?) (?:to|through|until) ([\w.'-]+(?: [\w.'-]+)?)", words
    ):
        ends = []
        for side, pick in ((match[1], -1), (match[2], 0)):
            whole = province_code(side) or province_code(side.split(" ")[pick])
            ends.append(along.get(whole or ""))
        if ends[0] and ends[1]:
            chainages = [end for parts in ends if parts for part in parts for end in part]
            return min(chainages), max(chainages)
    return None


def named_units(words: str) -> list[str]:
    """Codes of the provinces that a text names."""
    parts = re.findall(r"[\w.'’]+", words)
    found = []
    for size in (3, 2, 1):
        for first in range(len(parts) - size + 1):
            code = province_code(" ".join(parts[first : first + size]))
            # "ICT" and the like are too short to be sure of in running text.
            if code and len("".join(parts[first : first + size])) > 3:
                found.append(code)
    return found


@functools.cache
def unit_chainages() -> dict[str, Stretches]:
    """For each province on the line, the chainages (km) along which it meets it."""
    border = Border.durand()
    line = shapely.get_coordinates(border.geometry)
    along = border.chainage_km()
    # The provinces share the line vertex for vertex: two corners in a row that are neighbours on the line
    # are a segment of it.
    place = pd.Index(line[:, 0] + 1j * line[:, 1])
    found = {}
    frame = provinces().frame
    for code, geometry in zip(frame["iso3166_2"], frame.geometry, strict=True):
        on_line = np.zeros(len(line) - 1, dtype=bool)
        for ring in shapely.get_rings(shapely.get_parts(geometry)):
            xy = shapely.get_coordinates(ring)
            at = place.get_indexer(pd.Index(xy[:, 0] + 1j * xy[:, 1]))
            steps = (at[:-1] >= 0) & (at[1:] >= 0) & (np.abs(np.diff(at)) == 1)
            on_line[np.minimum(at[:-1], at[1:])[steps]] = True
        if on_line.any():
            edges = np.flatnonzero(np.diff(np.concatenate(([False], on_line, [False])).astype(np.int8)))
            found[str(code)] = tuple(
                (float(along[first]), float(along[last]))
                for first, last in zip(edges[::2], edges[1::2], strict=True)
            )
    return found


def _joined(parts: list[tuple[float, float]]) -> Stretches:
    merged: list[tuple[float, float]] = []
    for first, last in sorted(parts):
        if merged and first <= merged[-1][1] + 1e-6:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def _common(some: Stretches, others: Stretches) -> Stretches:
    overlaps = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return _joined([(first, last) for first, last in overlaps if last > first])
