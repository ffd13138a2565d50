"""Areas drawn elsewhere laid over our outlines: overlaps and holes decided, parents found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.boundaries.units import flatten
from geo.districts.linework import (
    Linework,
    dissolve,
    faces_of,
    inner_radius,
    inside_points,
    lines_of,
    pairs_within,
    to_longest_neighbour,
)
from geo.types import Floats, Indices

__all__ = ["Decided", "Overlay", "decide_overlaps"]

Areas = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Decided:
    """Areas without overlaps, and how many patches had to be decided."""

    areas: Areas
    overlaps: int
    holes: int


def decide_overlaps(areas: Areas, *, widest_hole: float) -> Decided:
    """Give every patch that several areas claim, or that areas enclose and none claims, to one of them.

    The lines of all areas are noded on a grid of a millionth of a degree and made into faces. A face that
    one area claims is its own. A face that several claim goes to the one that would otherwise lose more than
    half of itself (a town drawn upon its district), else to the claimant with which it shares the longest
    edge. A face that nobody claims goes to the neighbour with the longest shared edge, if no circle of
    ``widest_hole`` fits into it.

    Parameters
    ----------
    areas
        Polygons and MultiPolygons in degrees, valid.
    widest_hole
        Radius in degrees.
    """
    faces = faces_of(lines_of(areas))
    face, area = pairs_within(inside_points(faces), areas)
    owner = np.full(len(faces), -1, dtype=np.intp)
    claims = np.bincount(face, minlength=len(faces))
    owner[face[claims[face] == 1]] = area[claims[face] == 1]
    size = shapely.area(faces)
    contested = np.zeros(len(areas))
    whole = np.zeros(len(areas))
    np.add.at(whole, area, size[face])
    np.add.at(contested, area, np.where(claims[face] > 1, size[face], 0.0))
    loss = np.divide(contested, whole, out=np.zeros_like(whole), where=whole > 0)
    claimants: dict[int, list[int]] = {}
    for one, by in zip(face[claims[face] > 1].tolist(), area[claims[face] > 1].tolist(), strict=True):
        claimants.setdefault(one, []).append(by)
    unsettled: dict[int, list[int] | None] = {}
    for one, by_all in claimants.items():
        losers = [by for by in by_all if loss[by] > 0.5]
        if losers:
            owner[one] = min(losers, key=lambda by: (whole[by], by))
        else:
            unsettled[one] = by_all
    holes = np.flatnonzero(claims == 0)
    small = [int(n) for n in holes if inner_radius(faces[n], 1e-4) <= widest_hole]
    to_longest_neighbour(faces, owner, unsettled)
    to_longest_neighbour(faces, owner, dict.fromkeys(small))
    return Decided(dissolve(faces, owner, len(areas)), len(claimants), len(small))


class Overlay:
    """Areas without overlaps laid over the outlines that they are to fit, as faces of one linework.

    Parameters
    ----------
    areas, outlines
        Polygons and MultiPolygons in degrees: areas whose overlaps `decide_overlaps` has decided, so that
        they meet vertex for vertex, and outlines that form a coverage.

    Attributes
    ----------
    faces
        What the lines of both enclose.
    area, outline
        Number of the area and of the outline that holds each face; -1 for none.
    size_m2
        Area of each face.
    """

    def __init__(self, areas: Areas, outlines: Areas) -> None:
        self.faces = Linework.noded(lines_of(areas)).faces_with(lines_of(outlines))
        points = inside_points(self.faces)
        self.area = _holder(points, areas)
        self.outline = _holder(points, outlines)
        self.size_m2 = np.asarray(shapely.area(flatten(self.faces)), dtype=np.float64)
        self._counts = (len(areas), len(outlines))

    def largest_share(self) -> tuple[Indices, Floats]:
        """For each area the outline with the largest part of it, and that part of all that lies in any."""
        part = self._parts()
        parent, total = part.argmax(axis=1), part.sum(axis=1)
        most = part[np.arange(len(part)), parent]
        return parent, np.divide(most, total, out=np.zeros_like(most), where=total > 0)

    def share_in(self, meant: Indices, parent: Indices, share: Floats) -> tuple[Indices, Floats]:
        """The outlines that are meant, where they hold any part of their areas, in place of others.

        Parameters
        ----------
        meant
            For each area the number of an outline, -1 for none.
        parent, share
            As :meth:`largest_share` has them.
        """
        part = self._parts()
        row = np.arange(len(part))
        held = part[row, meant]
        taken = (meant >= 0) & (held > 0)
        whole = np.where(taken, part.sum(axis=1), 1.0)
        return np.where(taken, meant, parent), np.where(taken, held / whole, share)

    def _parts(self) -> Floats:
        """Square metres of each area in each outline."""
        part = np.zeros(self._counts)
        both = (self.area >= 0) & (self.outline >= 0)
        np.add.at(part, (self.area[both], self.outline[both]), self.size_m2[both])
        return part

    def gaps(self) -> Areas:
        """What lies in the outlines and in no area, in connected pieces."""
        return self.besides(self.area >= 0, np.arange(self._counts[1]))

    def besides(self, faces: npt.NDArray[np.bool_], outlines: Indices) -> Areas:
        """What lies in some of the outlines and not in some of the faces, in connected pieces."""
        open_faces = self.faces[np.isin(self.outline, outlines) & ~faces]
        if not len(open_faces):
            return open_faces
        return np.asarray(shapely.get_parts(shapely.coverage_union_all(open_faces)))

    def pieces(self, faces: npt.NDArray[np.bool_]) -> Areas:
        """What of each area some of the faces hold."""
        return dissolve(self.faces[faces], self.area[faces], self._counts[0])


def _holder(points: Areas, areas: Areas) -> Indices:
    """Number of the area that holds each point, -1 for none."""
    found = np.full(len(points), -1, dtype=np.intp)
    point, area = pairs_within(points, areas)
    found[point] = area
    return found
