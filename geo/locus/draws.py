"""Points drawn from loci: anywhere in each, equally likely or by weights."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
import shapely

from geo.boundaries.units import flatten, kept_with_provinces, to_flat
from geo.errors import SchemaError
from geo.locus.boxes import can_meet
from geo.locus.record import Loci, Locus
from geo.locus.shapes import area_of, coast_box, draw
from geo.types import GEOD, Bools, Floats, Indices

__all__ = ["Weights", "draw_points"]

Weights = Callable[[Floats, Floats], Floats]
"""How likely each of some points (lon, lat in degrees) is beside the others, 0 or more."""

TRIES: Final = 40
"""How often a point of a disc is drawn again that fell outside the province that bounds it."""

CANDIDATES: Final = 200
"""Points of a locus among which one is chosen by its weight."""


def draw_points(
    found: Sequence[Locus | None],
    generator: np.random.Generator,
    *,
    together: bool = False,
    weights: Weights | None = None,
) -> tuple[Floats, Floats]:
    """One point of each locus.

    Parameters
    ----------
    found
        Loci; where there is none, there is no point.
    generator
        Source of chance.
    together
        Whether events of one locus get one point, as reports of one thing do.
    weights
        How likely each point is beside the others; all the same if not given.

    Returns
    -------
    tuple of arrays
        Longitude and latitude in degrees; NaN where there is no locus.

    Raises
    ------
    SchemaError
        If weights are no numbers of 0 or more, one for each point, or all of a locus are 0.

    Notes
    -----
    Of a disc: a bearing and the square root of a uniform number times its radius, drawn again where it falls
    outside what bounds the disc. Of any other area: a triangle of it by area, and a point in that, in an
    equal-area projection. With weights, one of CANDIDATES such points by its weight.
    """
    loci = Loci.of(found)
    row, different = loci.known, loci.different
    which = loci.number[row]
    asked = np.arange(len(different)) if together else which
    if weights is None:
        lon, lat = _anywhere(different, asked, generator)
    else:
        lon, lat = _by_weight(different, asked, generator, weights)
    if together:
        lon, lat = lon[which], lat[which]
    x, y = np.full(len(found), np.nan), np.full(len(found), np.nan)
    x[row], y[row] = lon, lat
    return x, y


def _by_weight(
    loci: list[Locus], asked: Indices, generator: np.random.Generator, weights: Weights
) -> tuple[Floats, Floats]:
    lon, lat = _anywhere(loci, np.repeat(asked, CANDIDATES), generator)
    try:
        told = np.asarray(weights(lon, lat), dtype=np.float64)
    except (TypeError, ValueError) as err:
        raise SchemaError(f"weights are a function of lon and lat that gives numbers: {err}") from err
    if told.shape != lon.shape or not (np.isfinite(told) & (told >= 0)).all():
        raise SchemaError(
            f"weights give a number of 0 or more for each of {len(lon):,} points; got shape {told.shape}"
        )
    heavy = np.cumsum(told.reshape(len(asked), CANDIDATES), axis=1)
    if not (heavy[:, -1] > 0).all():
        raise SchemaError(
            f"weights are 0 all over {np.count_nonzero(heavy[:, -1] == 0)} loci; no point can be drawn"
        )
    target = generator.random(len(asked)) * heavy[:, -1]
    chosen = np.arange(len(asked)) * CANDIDATES + (heavy <= target[:, None]).sum(axis=1)
    return lon[chosen], lat[chosen]


def _anywhere(loci: list[Locus], asked: Indices, generator: np.random.Generator) -> tuple[Floats, Floats]:
    """A point of each locus that is asked for, by its number."""
    lon, lat = np.full(len(asked), np.nan), np.full(len(asked), np.nan)
    chance = generator.random((3, len(asked)))
    _of_discs(loci, asked, np.flatnonzero(_are_whole(loci)[asked]), chance, (lon, lat), generator)
    rest = np.flatnonzero(np.isnan(lon))
    for one, rows in _grouped(asked, rest):
        lon[rows], lat[rows] = _of_area(loci[one], chance[:, rows])
    if len(rest):
        lon[rest], lat[rest] = to_flat().transform(lon[rest], lat[rest], direction="INVERSE")
    return lon, lat


def _grouped(asked: Indices, rows: Indices) -> Iterator[tuple[int, Indices]]:
    order = rows[np.argsort(asked[rows], kind="stable")]
    for part in np.split(order, np.flatnonzero(np.diff(asked[order])) + 1):
        if len(part):
            yield int(asked[part[0]]), part


def _are_whole(loci: list[Locus]) -> Bools:
    """Which loci are discs that nothing but a province or country bounds: no sea can be in them."""
    whole = np.array([one.kind == "disc" for one in loci], dtype=bool)
    open_ones = np.array([n for n in np.flatnonzero(whole) if loci[n].within is None], dtype=np.intp)
    at = (np.array([getattr(loci[n], name) for n in open_ones]) for name in ("lon", "lat", "radius_m"))
    if len(open_ones):
        whole[open_ones] = ~can_meet(tuple(shapely.bounds(coast_box())), *at)
    return whole


def _of_discs(
    loci: list[Locus],
    asked: Indices,
    rows: Indices,
    chance: Floats,
    points: tuple[Floats, Floats],
    generator: np.random.Generator,
) -> None:
    """Set points of discs; those that fall outside again and again are left for the slow way."""
    lon, lat = points
    centre = np.array([(one.lon, one.lat, one.radius_m) for one in loci]).reshape(-1, 3)
    areas = {one.within: k for k, one in enumerate(loci) if one.within is not None}
    bound = np.array([-1 if one.within is None else areas[one.within] for one in loci], dtype=np.intp)
    x, y, far = centre[asked[rows]].T
    turn, out = chance[0, rows], chance[1, rows]
    for _ in range(TRIES):
        there = GEOD.fwd(x, y, turn * 360, far * np.sqrt(out))
        lon[rows], lat[rows] = np.asarray(there[0]), np.asarray(there[1])
        bad = np.zeros(len(rows), dtype=bool)
        held = bound[asked[rows]]
        for area, number in areas.items():
            of = np.flatnonzero(held == number)
            if len(of):
                bad[of] = ~shapely.intersects_xy(_prepared(area), lon[rows[of]], lat[rows[of]])
        rows, x, y, far = rows[bad], x[bad], y[bad], far[bad]
        lon[rows], lat[rows] = np.nan, np.nan
        if not len(rows):
            return
        turn, out = generator.random((2, len(rows)))


@kept_with_provinces
@functools.lru_cache(maxsize=64)
def _prepared(code: str) -> shapely.Geometry:
    area = area_of(code)
    shapely.prepare(area)
    return area


def _of_area(locus: Locus, chance: Floats) -> tuple[Floats, Floats]:
    """Points of one locus, in the equal-area projection."""
    corners, heavy = _triangles(draw(locus))
    which = np.minimum(np.searchsorted(heavy, chance[0] * heavy[-1], side="right"), len(heavy) - 1)
    root = np.sqrt(chance[1])
    one, two, three = corners[which].transpose(1, 2, 0)
    x, y = one * (1 - root) + two * root * (1 - chance[2]) + three * root * chance[2]
    return np.asarray(x), np.asarray(y)


@functools.lru_cache(maxsize=512)
def _triangles(area: shapely.Geometry) -> tuple[Floats, Floats]:
    """Corners of the triangles of an area, in the equal-area projection, and the running sum of areas."""
    parts = shapely.get_parts(shapely.constrained_delaunay_triangles(flatten(area)))
    corners = shapely.get_coordinates(parts).reshape(-1, 4, 2)[:, :3]
    return corners, np.cumsum(shapely.area(parts))
