"""Points spread evenly over a locus."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.boundaries.units import kept_with_provinces
from geo.types import GEOD, Floats, Indices

__all__ = ["SAMPLES_AREA", "SAMPLES_DISC", "samples", "samples_of_discs", "sunflower"]

if TYPE_CHECKING:
    from geo.locus.record import Locus

SAMPLES_DISC: Final = 1000


SAMPLES_AREA: Final = 8000


COUNTRY_LETTERS: Final = 2


@kept_with_provinces
@functools.lru_cache(maxsize=256)
def samples(locus: Locus) -> tuple[Floats, Floats]:
    """Points spread evenly over a locus, each standing for the same area."""
    from geo.boundaries.units import flatten, to_flat
    from geo.locus.shapes import draw

    area = flatten(draw(locus))
    wanted = SAMPLES_DISC if locus.kind == "disc" else SAMPLES_AREA
    gap = math.sqrt(shapely.area(area) / wanted)
    west, south, east, north = shapely.bounds(area)
    x, y = np.meshgrid(np.arange(west + gap / 2, east, gap), np.arange(south + gap / 2, north, gap))
    shapely.prepare(area)
    inside = shapely.intersects_xy(area, x.ravel(), y.ravel())
    lon, lat = to_flat().transform(x.ravel()[inside], y.ravel()[inside], direction="INVERSE")
    return np.asarray(lon), np.asarray(lat)


def sunflower(lon: Floats, lat: Floats, radius_m: Floats, number: int) -> tuple[Floats, Floats]:
    """So many points of equal weight in each of some discs, a row for each disc.

    Turns of the golden angle, with radii that give every point the same area (H. Vogel, A better way to
    construct the sunflower head, Mathematical Biosciences 44, 1979).
    """
    step = np.arange(number)
    away = np.outer(radius_m, np.sqrt((step + 0.5) / number))
    azimuth = np.tile(step * 180 * (3 - math.sqrt(5)), len(lon))
    x, y, _ = GEOD.fwd(np.repeat(lon, number), np.repeat(lat, number), azimuth, away.ravel())
    return np.asarray(x).reshape(away.shape), np.asarray(y).reshape(away.shape)


def _rims(lon: Floats, lat: Floats, radius_m: Floats, number: int) -> tuple[Floats, Floats]:
    azimuth = np.tile(np.arange(number) * 360 / number, len(lon))
    x, y, _ = GEOD.fwd(np.repeat(lon, number), np.repeat(lat, number), azimuth, np.repeat(radius_m, number))
    return np.asarray(x).reshape(-1, number), np.asarray(y).reshape(-1, number)


def samples_of_discs(loci: Sequence[Locus], number: int, *, rim: int = 0) -> tuple[Floats, Floats, Indices]:
    """Points spread evenly over many discs at once, and which disc each is of: those of it that can be.

    Those of a disc that is cut are the ones inside what bounds it; a disc of which hardly any are, or that
    may reach over a coast, is drawn (:func:`samples`). With `rim` as many points of the rim come along, of
    discs that are not drawn.
    """
    from geo.boundaries.units import provinces
    from geo.locus.boxes import can_meet
    from geo.locus.shapes import coast_box

    at = np.array([(one.lon, one.lat, one.radius_m) for one in loci]).reshape(-1, 3)
    lon, lat = sunflower(at[:, 0], at[:, 1], at[:, 2], number)
    if rim:
        x, y = _rims(at[:, 0], at[:, 1], at[:, 2], rim)
        lon, lat = np.hstack((lon, x)), np.hstack((lat, y))
    bounds = [one.within for one in loci]
    keep = np.ones(lon.shape, dtype=bool)
    bound = np.array([one is not None for one in bounds], dtype=bool)
    if bound.any():
        unit = provinces().find(lon[bound].ravel(), lat[bound].ravel()).reshape(-1, number + rim)
        for column, is_meant in (("adm0", _is_country), ("iso3166_2", lambda code: not _is_country(code))):
            mine = [n for n, one in enumerate(bounds) if one is not None and is_meant(one)]
            codes = np.append(provinces().texts(column), "")
            place = np.searchsorted(np.flatnonzero(bound), mine)
            wanted = np.array([bounds[n] for n in mine], dtype=object)
            keep[mine] = codes[unit[place]] == wanted[:, None]
    drawn = np.count_nonzero(keep[:, :number], axis=1) < number // 4
    open_ones = np.flatnonzero(~bound)
    if len(open_ones):
        drawn[open_ones] |= can_meet(tuple(shapely.bounds(coast_box())), *at[open_ones].T)
    keep[drawn] = False
    owner = np.repeat(np.arange(len(loci)), np.count_nonzero(keep, axis=1))
    slow = [(n, *samples(loci[n])) for n in np.flatnonzero(drawn).tolist()]
    return (
        np.concatenate([lon[keep], *(x for _, x, _ in slow)]),
        np.concatenate([lat[keep], *(y for _, _, y in slow)]),
        np.concatenate([owner, *(np.full(len(x), n) for n, x, _ in slow)]).astype(np.intp),
    )


def _is_country(code: str) -> bool:
    return len(code) == COUNTRY_LETTERS
