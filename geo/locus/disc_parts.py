"""How discs divide among areas, many at once and without drawing any.

What :func:`geo.locus.shapes.draw` does to a disc holds here too: it is cut to the province or country that
the source states, or else to land where it may reach over the coast; if nothing is left then, it is whole.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import shapely

from geo.boundaries.layers import read_units
from geo.boundaries.units import STRETCH, flatten, kept_with_provinces, provinces
from geo.engine.circle_areas import (
    CIRCLE_M,
    MOST_CORNERS,
    WIDEST_DEGREES,
    Outlines,
    are_areal,
    circle_areas,
    in_pieces,
)
from geo.engine.index_cache import Arrays, Form, digest_of, stored
from geo.locus.boxes import DEGREE_M, can_meet
from geo.locus.record import Locus
from geo.locus.shapes import COUNTRY_LETTERS, coast_box
from geo.types import AnyArray, Bools, Floats, Indices

__all__ = ["PiecedAreas", "are_measurable", "disc_parts", "province_parts"]

LAND: Final = "land"
"""Stands for what bounds a disc of which no province or country is stated, where it may reach the coast."""

NOTHING: Final = 1e-9
"""Parts of a disc that are errors of edges."""

PIECES_KIND: Final = "province-pieces-1"
PIECES_FORM: Final[Form] = {"xy": ("f", 2), "rings": ("i", 1), "polygons": ("i", 1), "owner": ("i", 1)}

Discs = tuple[Floats, Floats, Floats]
"""Longitude, latitude, radius in metres."""


class PiecedAreas:
    """Areas in EPSG:4326, in pieces of which a disc meets few.

    Parameters
    ----------
    shapes
        Valid polygons and multipolygons.
    """

    def __init__(self, shapes: AnyArray) -> None:
        self.pieces, self.owner = in_pieces(shapes)
        self.tree = shapely.STRtree(self.pieces)

    @classmethod
    def of_pieces(cls, pieces: AnyArray, owner: Indices | None = None) -> PiecedAreas:
        """Those of which the pieces are known, with the number of the area of each; all are one without."""
        found = cls.__new__(cls)
        found.pieces = pieces
        found.owner = np.zeros(len(pieces), dtype=np.intp) if owner is None else owner
        found.tree = shapely.STRtree(pieces)
        return found

    def met(self, discs: Discs) -> tuple[Indices, Indices]:
        """Pairs of discs and pieces that may meet."""
        lon, lat, radius = discs
        up = radius / DEGREE_M
        wide = up / np.maximum(np.cos(np.radians(np.minimum(np.abs(lat) + up, 89.0))), 0.01)
        disc, piece = [], []
        for turn in (0, 360, -360):
            west, east = lon - wide + turn, lon + wide + turn
            over = np.flatnonzero((east > -180) & (west < 180)) if turn else np.arange(len(lon))
            boxes = shapely.box(west[over], (lat - up)[over], east[over], (lat + up)[over])
            one, two = self.tree.query(boxes)
            disc.append(over[one])
            piece.append(two)
        return np.concatenate(disc), np.concatenate(piece)

    def common(self, discs: Discs) -> tuple[Indices, Indices, Floats]:
        """The area that each disc has in common with each area that it meets: disc, area, m2."""
        disc, piece = self.met(discs)
        # Few of many pieces are met.
        some, number = np.unique(piece, return_inverse=True)
        areas = Outlines(self.pieces[some]).in_common(*discs, disc, number.ravel())
        return self._summed(disc, self.owner[piece], areas)

    @staticmethod
    def _summed(disc: Indices, owner: Indices, area: Floats) -> tuple[Indices, Indices, Floats]:
        many = int(owner.max(initial=0)) + 1
        pair, back = np.unique(disc * many + owner, return_inverse=True)
        total = np.bincount(back.ravel(), weights=area, minlength=len(pair))
        kept = pair[total > 0].astype(np.intp)
        number, rest = np.divmod(kept, many)
        return number, rest, np.asarray(total[total > 0])

    def cut_to(self, bound: PiecedAreas, discs: Discs) -> PiecedAreas:
        """The same areas, as far as they lie in what bounds these discs and may be met by them."""
        asked = np.unique(self.met(discs)[1])
        one, two = bound.tree.query(self.pieces[asked], predicate="intersects")
        mine, others = self.pieces[asked[one]], bound.pieces[two]
        shapely.prepare(others)
        common: AnyArray = np.array(mine, dtype=object)
        cut = np.flatnonzero(~shapely.contains_properly(others, mine))
        common[cut] = shapely.intersection(mine[cut], others[cut])
        parts, of = shapely.get_parts(common, return_index=True)
        kept = are_areal(parts)
        return PiecedAreas.of_pieces(parts[kept], self.owner[asked[one[of[kept]]]])


def are_measurable(loci: Sequence[Locus]) -> Bools:
    """Which loci are discs that can be measured here: not too wide for the plane that they are seen in."""
    return np.array([one.kind == "disc" and 0 < one.radius_m <= CIRCLE_M for one in loci], dtype=bool)


def disc_parts(loci: Sequence[Locus], units: PiecedAreas) -> tuple[Indices, Indices, Floats]:
    """Shares of discs by the areas that they meet.

    Parameters
    ----------
    loci
        Discs, as :func:`are_measurable` says.
    units
        Areas that do not overlap.

    Returns
    -------
    tuple of arrays
        Numbers of the disc and of the area, in their order, and the part of the disc that lies there.
    """
    found: list[tuple[Indices, Indices, Floats]] = []
    for rows, discs, bound, held in _by_bound(loci):
        whole = circle_areas(*discs)
        cut = np.zeros(len(rows), dtype=bool)
        if bound is not None:
            # Of a disc of which nothing is left, as of one of which nothing is cut, all counts.
            cut = (held > NOTHING * whole) & (held < (1 - NOTHING) * whole)
            whole = np.where(cut, held, whole)
        for some in (~cut, cut):
            if not some.any():
                continue
            those = (discs[0][some], discs[1][some], discs[2][some])
            areas = units.cut_to(bound, those) if bound is not None and some is cut else units
            disc, area, common = areas.common(those)
            found.append((rows[some][disc], area, common / whole[some][disc]))
    if not found:
        nothing = np.zeros(0, dtype=np.intp)
        return nothing, nothing, np.zeros(0)
    disc, area, share = (np.concatenate([one[n] for one in found]) for n in range(3))
    order = np.lexsort((area, disc))
    return disc[order], area[order], np.minimum(share[order], 1.0)


def province_parts(loci: Sequence[Locus]) -> list[dict[str, float]]:
    """Shares of discs by province, without what lies in none, and without the error of lines.

    Parameters
    ----------
    loci
        Discs, as :func:`are_measurable` says, that nothing or a country bounds.
    """
    codes, countries = (provinces().texts(column) for column in ("iso3166_2", "adm0"))
    bounds = np.array([one.within or "" for one in loci], dtype=object)
    found: list[dict[str, float]] = [{} for _ in loci]
    lon, lat, radius = np.array([(one.lon, one.lat, one.radius_m) for one in loci]).reshape(-1, 3).T
    disc, unit, area = province_pieces().common((lon, lat, radius))
    whole = circle_areas(lon, lat, radius)
    inside = bounds[disc] == countries[unit]
    stated = np.bincount(disc, weights=np.where(inside, area, 0.0), minlength=len(loci))
    # Of a disc of which nothing lies in the country that is stated all counts.
    cut = (bounds != "") & (stated > NOTHING * whole)
    kept = ~cut[disc] | inside
    whole = np.where(cut, stated, whole)
    free = np.flatnonzero(bounds == "")
    free = free[_may_reach_sea(lon[free], lat[free], radius[free])]
    if len(free):
        at, _, land = bounding_area(LAND).common((lon[free], lat[free], radius[free]))
        held = np.bincount(at, weights=land, minlength=len(free))
        whole[free] = np.where(held > NOTHING * whole[free], held, whole[free])
    share = np.minimum(area / whole[disc], 1.0)
    for one, two, part in zip(disc[kept].tolist(), unit[kept].tolist(), share[kept].tolist(), strict=True):
        found[one][str(codes[two])] = part
    return found


def _by_bound(loci: Sequence[Locus]) -> Iterator[tuple[Indices, Discs, PiecedAreas | None, Floats]]:
    """Discs by what bounds them: their numbers, themselves, the bounding area, what they have of it in m2."""
    lon, lat, radius = np.array([(one.lon, one.lat, one.radius_m) for one in loci]).reshape(-1, 3).T
    codes = np.array([one.within or "" for one in loci], dtype=object)
    free = np.flatnonzero(codes == "")
    if len(free):
        codes[free[_may_reach_sea(lon[free], lat[free], radius[free])]] = LAND
    for code in sorted(set(codes.tolist())):
        rows = np.flatnonzero(codes == code)
        discs = (lon[rows], lat[rows], radius[rows])
        if not code:
            yield rows, discs, None, np.zeros(0)
            continue
        bound = bounding_area(code)
        held = circle_areas(*discs)
        edge = np.flatnonzero(~_lie_within(code, discs))
        disc, _, area = bound.common((discs[0][edge], discs[1][edge], discs[2][edge]))
        held[edge] = np.bincount(disc, weights=area, minlength=len(edge))
        yield rows, discs, bound, held


def _lie_within(code: str, discs: Discs) -> Bools:
    """Which discs lie wholly in the province of that code, as far as that is told at once."""
    if len(code) <= COUNTRY_LETTERS or code == LAND:
        return np.zeros(len(discs[0]), dtype=bool)
    around = shapely.buffer(flatten(shapely.points(*discs[:2])), discs[2] * STRETCH, quad_segs=16)
    index = provinces()
    return np.asarray(shapely.contains_properly(index.flat[index.row(code)], around), dtype=bool)


def _may_reach_sea(lon: Floats, lat: Floats, radius_m: Floats) -> Bools:
    """Which discs may reach over the coast, where the countries about are known."""
    up = radius_m / DEGREE_M
    wide = up / np.cos(np.radians(np.minimum(np.abs(lat) + up, 89.0)))
    west, south, east, north = _known_box()
    inside = (lon - wide > west) & (lon + wide < east) & (lat - up > south) & (lat + up < north)
    return can_meet(tuple(shapely.bounds(coast_box())), lon, lat, radius_m) & inside


@functools.cache
def _known_box() -> tuple[float, float, float, float]:
    west, south, east, north = read_units(0).total_bounds.tolist()
    return west, south, east, north


@kept_with_provinces
@functools.cache
def province_pieces() -> PiecedAreas:
    """The provinces, in the order of their index."""
    kept = stored(
        PIECES_KIND,
        digest_of([provinces().digest.encode(), f"{MOST_CORNERS} {WIDEST_DEGREES}".encode()]),
        lambda: _to_arrays(*in_pieces(provinces().frame.geometry.to_numpy())),
        form=PIECES_FORM,
    )
    rings = (kept["rings"], kept["polygons"])
    pieces = shapely.from_ragged_array(shapely.GeometryType.POLYGON, kept["xy"], rings)
    return PiecedAreas.of_pieces(pieces, kept["owner"])


def _to_arrays(pieces: AnyArray, owner: Indices) -> Arrays:
    _, xy, (rings, polygons) = shapely.to_ragged_array(pieces)
    return {"xy": xy, "rings": rings, "polygons": polygons, "owner": owner}


@kept_with_provinces
@functools.lru_cache(maxsize=64)
def bounding_area(code: str) -> PiecedAreas:
    """What bounds discs: a province or country by its code, or all land that is known; as one area."""
    every = province_pieces()
    if code == LAND:
        # Land away from the coast bounds no disc.
        others = read_units(0)
        box = shapely.buffer(coast_box(), 2 * CIRCLE_M / DEGREE_M)
        abroad = ~others["adm0"].isin(provinces().texts("adm0")) & others.intersects(box)
        more = in_pieces(others.geometry[abroad].to_numpy())[0]
        return PiecedAreas.of_pieces(np.concatenate([every.pieces, more]))
    codes = provinces().texts("adm0" if len(code) == COUNTRY_LETTERS else "iso3166_2")
    return PiecedAreas.of_pieces(every.pieces[(codes == code)[every.owner]])
