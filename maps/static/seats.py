"""Where items may stand on one ground: what is worked out once for all searches that share it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from maps.static.obstacles import Field
from maps.static.rivals import SORTS, Rivals, Stand

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maps.static.rivals import Box, Candidate, Packed

__all__ = ["Item", "Seats"]

MOST: Final = 90
"""Candidates of one item that are looked at."""

MOST_OF_MUST: Final = 260

COVERED: Final = 0.3
"""Cost of each obstacle under what goes with a position, such as a leader line."""


@dataclass
class Item:
    """Something to place.

    Attributes
    ----------
    name
        For reports.
    weight
        Worth of placing it.
    must
        Whether leaving it out is no choice.
    covers
        Whether it rather covers an obstacle than goes without a spot, if it must be placed.
    at
        Its true place: of two items near each other neither stands where it would swap their order.
    """

    name: str
    weight: float
    candidates: list[Candidate]
    must: bool = False
    kind: str = "label"
    covers: bool = True
    at: tuple[float, float] | None = None


class Seats:
    """A ground with its obstacles.

    Parameters
    ----------
    obstacles
        Boxes that nothing may cover; what must be placed covers as few as it can if it cannot do without.
    frame
        Everything stays inside it.
    """

    def __init__(self, obstacles: Sequence[Box], frame: Box) -> None:
        self.field = Field(obstacles)
        self.frame = frame
        # With the item, so that no other gets its number.
        self._held: dict[tuple[int, bool, bool], tuple[Item, Stand]] = {}
        self._rivals: dict[tuple[int, ...], Rivals] = {}

    def of(self, item: Item) -> Stand:
        """Where an item may stand."""
        key = (id(item), item.must, item.covers)
        held = self._held.get(key)
        if held is None:
            held = self._held[key] = (item, self._stand(item))
        return held[1]

    def rivals(self, stands: Sequence[Stand]) -> Rivals:
        """What the positions of some items exclude, which a search of the same items finds again."""
        key = tuple(map(id, stands))
        if key not in self._rivals:
            self._rivals[key] = Rivals(stands)
        return self._rivals[key]

    def _stand(self, item: Item) -> Stand:
        fits = self._inside(item.candidates)
        hits = np.asarray(self.field.hits([one.boxes for one in fits]), dtype=int)
        costs = np.array([one.cost for one in fits], dtype=float)
        # What must be placed covers something only where it has no other spot.
        least = min(hits.tolist(), default=0) if item.must and item.covers else 0
        open_ = np.flatnonzero(hits == least)
        kept = open_[np.argsort(costs[open_], kind="stable")][: MOST_OF_MUST if item.must else MOST]
        costs = costs[kept]
        costs += COVERED * np.asarray(self.field.hits([fits[n].fixed for n in kept]), dtype=float)
        order = np.argsort(costs, kind="stable")
        found = [fits[n] for n in kept[order].tolist()]
        return Stand(found, costs[order], {sort: _packed(found, of) for sort, of in SORTS.items()})

    def _inside(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those that lie in the frame."""
        left, top, right, bottom = self.frame
        return [
            one
            for one in candidates
            if all(a >= left and b >= top and c <= right and d <= bottom for a, b, c, d in one.boxes)
        ]


def _packed(candidates: Sequence[Candidate], of: Callable[[Candidate], Sequence[Box]]) -> Packed:
    """One sort of boxes of some positions, and the number of the position of each box."""
    held = [of(one) for one in candidates]
    boxes = np.array([box for one in held for box in one], dtype=float).reshape(-1, 4)
    return boxes, np.repeat(np.arange(len(held)), [len(one) for one in held])
