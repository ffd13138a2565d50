"""Which spots of two or three notes go together: all of them are compared, and the best are tried first."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from maps.static.choices import thinned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.static.placement import Candidate, Item

__all__ = ["prefer_together"]

MOST: Final = 3
"""More notes than this are left to the general search."""

COMPARED: Final = 110
"""Spots of each note that are compared with those of the others."""

TOUCH: Final = 0.5

OTHERWISE: Final = 18.0
"""By how much the spots are dearer that are not among the best together."""


def prefer_together(items: Sequence[Item], barred: shapely.Geometry) -> None:
    """Make dearer what is not among the spots that together cost least, none over another.

    Items placed one after the other take each other's only good spot, and the text of one is cut short beside
    an empty half of the map.

    Parameters
    ----------
    items
        The notes; their candidates' costs are changed.
    barred
        Ground that no note may cover.
    """
    open_ = [_open(item.candidates, barred) for item in items]
    if not 2 <= len(items) <= MOST or not all(open_):
        return
    costs = [np.array([one.cost for one in spots]) for spots in open_]
    best = _least(costs, {(a, b): _apart(open_[a], open_[b]) for a, b in combinations(range(len(items)), 2)})
    if best is None:
        return
    for item, spots, chosen in zip(items, open_, best, strict=True):
        for one in item.candidates:
            if one is not spots[chosen]:
                one.cost += OTHERWISE


def _open(spots: Sequence[Candidate], barred: shapely.Geometry) -> list[Candidate]:
    """Spots whose boxes lie off the barred ground, the cheapest and some of the others."""
    if not spots:
        return []
    faces = shapely.box(*np.array([one.boxes[0] for one in spots]).T)
    free = np.flatnonzero(~shapely.intersects(barred, faces)).tolist()
    kept = sorted((spots[n] for n in free), key=lambda one: one.cost)
    return [kept[n] for n in thinned(len(kept), COMPARED).tolist()]


def _apart(some: Sequence[Candidate], others: Sequence[Candidate]) -> Any:
    """What two spots cost beside each other: nothing, or too much where a box or a line meets the other's."""
    a, b = (np.array([one.boxes[0] for one in spots]) for spots in (some, others))
    wide = np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0])
    tall = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    meets = (wide > TOUCH) & (tall > TOUCH)
    mine, its = _lines(some), _lines(others)
    one, other = np.nonzero(~meets)
    led = shapely.intersects(mine[one], shapely.box(*b[other].T))
    led |= shapely.intersects(its[other], shapely.box(*a[one].T)) | shapely.intersects(mine[one], its[other])
    meets[one, other] = led
    return np.where(meets, np.inf, 0.0)


def _lines(spots: Sequence[Candidate]) -> Any:
    """The line to its place of each spot, empty where it has none."""
    found = []
    for one in spots:
        ends = [one.fixed[n] for n in (0, -1)] if one.fixed else []
        middles = [((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for box in ends]
        found.append(shapely.LineString(middles))
    return np.array(found, dtype=object)


def _least(costs: Sequence[Any], apart: dict[tuple[int, int], Any]) -> tuple[int, ...] | None:
    """Numbers of the spots that cost least together."""
    second = costs[0][:, None] + costs[1] + apart[0, 1]
    if len(costs) == MOST - 1:
        found = divmod(int(second.argmin()), second.shape[1])
        return found if np.isfinite(second[found]) else None
    best, least = None, np.inf
    for third in np.argsort(costs[2], kind="stable").tolist():
        if costs[2][third] >= least:
            break
        total = second + apart[0, 2][:, third, None] + apart[1, 2][:, third] + costs[2][third]
        spot = int(total.argmin())
        if total.flat[spot] < least:
            least = float(total.flat[spot])
            best = (*divmod(spot, second.shape[1]), third)
    return best
