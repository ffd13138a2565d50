"""Where a district lies whose outline is not known: its middle, and how far it reaches from there."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.places.name_index import read_districts
from geo.places.unit_names import name_key, province_code
from geo.types import GEOD, Floats

__all__ = ["Reach", "district_called", "districts_at", "districts_in_words", "widest_reach_m"]


@dataclass(frozen=True)
class Reach:
    """A circle that holds the whole of a district.

    Attributes
    ----------
    adm1
        ISO 3166-2 code of its province.
    lon, lat
        Its middle, in degrees.
    radius_m
        Reach of the district from there (``precision_m`` of :func:`geo.read_districts`).
    """

    adm1: str
    lon: float
    lat: float
    radius_m: float


@functools.cache
def _known() -> tuple[tuple[Reach, ...], dict[str, tuple[int, ...]], Floats]:
    """Every district; by name the numbers of those that have it; middle and reach as an array."""
    frame = read_districts()
    at = np.column_stack((frame.geometry.x, frame.geometry.y, frame["precision_m"])).astype(np.float64)
    reaches = tuple(Reach(str(code), *row) for code, row in zip(frame["adm1"], at.tolist(), strict=True))
    names: dict[str, tuple[int, ...]] = {}
    for n, (name, others) in enumerate(zip(frame["name"], frame["alternates"], strict=True)):
        for one in {name, *(others.split("|") if isinstance(others, str) else ())}:
            key = name_key(one)
            if key:
                names[key] = (*names.get(key, ()), n)
    return reaches, names, at


@functools.cache
def _in_province() -> dict[str, list[int]]:
    """Numbers of the districts of each province."""
    found: dict[str, list[int]] = {}
    for n, one in enumerate(_known()[0]):
        found.setdefault(one.adm1, []).append(n)
    return found


def district_called(name: str, adm1: str | None) -> Reach | None:
    """The district of a name, in a province if one is said; None where none or several have it."""
    reaches, names, _ = _known()
    found = [reaches[n] for n in names.get(name_key(name), ()) if adm1 in (None, reaches[n].adm1)]
    return found[0] if len(found) == 1 else None


def districts_at(points: Sequence[tuple[float, float]], adm1: Sequence[str | None]) -> list[Reach | None]:
    """Of each point the district of a province to whose middle it is nearest, by the district's reach.

    The circle is about the point, and so wide that it holds the whole district; None where a point lies
    beyond the reach of all.
    """
    found: list[Reach | None] = [None] * len(points)
    asked: dict[str, list[int]] = {}
    for n, code in enumerate(adm1):
        if code in _in_province():
            asked.setdefault(str(code), []).append(n)
    for code, rows in asked.items():
        x, y, reach = _known()[2][_in_province()[code]].T
        lon, lat = np.array([points[n] for n in rows]).T
        of, district = (one.ravel() for one in np.indices((len(rows), len(x))))
        away = np.asarray(GEOD.inv(lon[of], lat[of], x[district], y[district])[2]).reshape(len(rows), len(x))
        best = np.argmin(away / reach, axis=1)
        gap, wide = away[np.arange(len(rows)), best], reach[best]
        for n, near, radius in zip(rows, (gap <= wide).tolist(), (gap + wide).tolist(), strict=True):
            if near:
                found[n] = Reach(code, *points[n], radius)
    return found


def widest_reach_m() -> float:
    """The largest radius of a disc that holds a district, about its middle or another point in it."""
    return 2 * float(_known()[2][:, 2].max())


def districts_in_words(words: str) -> list[Reach]:
    """Districts that a text names, the longest names first."""
    reaches, names, _ = _known()
    parts = words.replace("(", " ").replace(")", " ").replace(",", " ").replace(";", " ").split()
    for size in (3, 2, 1):
        found = [
            reaches[n]
            for first in range(len(parts) - size + 1)
            # "Khost" in a text on the border is the province.
            if province_code(" ".join(parts[first : first + size])) is None
            for n in names.get(name_key(" ".join(parts[first : first + size])), ())
        ]
        if found:
            return found
    return []
