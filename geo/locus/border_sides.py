"""How loci divide between the sides of any border."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from geo.border.border import Border
from geo.engine.side_probability import side_probability
from geo.locus.boxes import may_meet
from geo.locus.record import Locus
from geo.locus.samples import samples, samples_of_discs
from geo.locus.shares import OUTSIDE, SAMPLES
from geo.types import Floats, Indices

__all__ = ["border_shares", "locus_points", "side_names"]

AT_ONCE: Final = 200
"""Loci whose points are located in one call."""


def border_shares(loci: Sequence[Locus], border: Border) -> Floats:
    """Of each locus the probability of the left side and of the right, and the part that lies in neither.

    Parameters
    ----------
    loci
        What is known of places.
    border
        Any border. If it knows the areas on its sides, what lies in neither has no side.

    Returns
    -------
    array
        Shape (n, 3). The line's own error is counted in.
    """
    found = np.zeros((len(loci), 3))
    found[:, 2] = 1
    areas = None if border.prepared.sides is None else border.prepared.sides.areas
    near = np.ones(len(loci), dtype=bool)
    if areas is not None and None not in areas:
        boxes = np.array([area.bounds for area in areas if area is not None])
        whole = (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))
        near = may_meet(tuple(float(end) for end in whole), loci)
    asked = np.flatnonzero(near)
    for first in range(0, len(asked), AT_ONCE):
        some = asked[first : first + AT_ONCE]
        lon, lat, owner = locus_points([loci[n] for n in some.tolist()])
        at = border.locate(lon, lat)
        left = np.asarray(side_probability(at["signed_m"], at["accuracy_m"]))
        inside = at["side"].notna().to_numpy()
        points = np.bincount(owner, minlength=len(some))
        lefts = np.bincount(owner[inside], weights=left[inside], minlength=len(some))
        known = np.bincount(owner[inside], minlength=len(some))
        found[some] = np.column_stack((lefts, known - lefts, points - known)) / points[:, None]
    return found


def locus_points(loci: Sequence[Locus]) -> tuple[Floats, Floats, Indices]:
    """Points spread evenly over loci, and which of them each is of."""
    discs = [n for n, one in enumerate(loci) if one.kind == "disc"]
    lon, lat, owner = samples_of_discs([loci[n] for n in discs], SAMPLES)
    others = [(n, *samples(one)) for n, one in enumerate(loci) if one.kind != "disc"]
    return (
        np.concatenate([lon, *(x for _, x, _ in others)]),
        np.concatenate([lat, *(y for _, _, y in others)]),
        np.concatenate([np.array(discs, dtype=np.intp)[owner], *(np.full(len(x), n) for n, x, _ in others)]),
    )


def side_names(border: Border) -> list[str]:
    """Left, right and neither."""
    return [border.left, border.right, OUTSIDE]
