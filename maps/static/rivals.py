"""What positions exclude each other, and which items would stand the other way round than their places."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from maps.static.obstacles import TOUCH, Box

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = ["SORTS", "Box", "Candidate", "Order", "Packed", "Rivals", "Stand"]

APART: Final = 1.0
"""Units by which two places differ at least, if their order matters."""

CLOSE_COST: Final = 2.0
"""Cost of symbols in the room that another mark had better have for itself."""

JOINED_COST: Final = 16.0
"""Cost of a name of the base that is read as part of an event's."""

FOOT_COST: Final = 14.0
"""Cost of a name at the end of another's line to its place, of which it is read as the name."""

LOW: Final = 40.0
"""Units of height up to which boxes are low: those of names and symbols are."""

COMPARED: Final = 90.0
"""Units within which the order of two symbols is seen."""

LEAST_TURN: Final = 0.2
"""Cosine of the angle, beyond a right one, from which two stand the other way round."""


@dataclass
class Candidate:
    """One position of an item.

    Attributes
    ----------
    boxes
        What it covers.
    cost
        How much worse than the best position; an item's weight less its cost is what placing it is worth.
    draw
        Called if the position is chosen.
    fixed
        Boxes of what goes with the position, such as a leader line: nothing else that is placed may touch
        them, while an obstacle under them only costs a little.
    symbols
        Boxes of symbols of events among those that it covers.
    clear
        Boxes that no symbol of another item may touch, such as the ends of a name.
    rooms
        Boxes that symbols of other items had better keep out of: each that doesn't costs a little.
    words, aloof
        Boxes of its name, and boxes that names of other items had better keep out of in the same way.
    feet
        Boxes round the dots at which lines to places end: a name of another item had better not touch them.
    named
        Whether the position has the item's name, not a letter or nothing in its place.
    at
        Middle of what stands for the item's place, where it has one.
    """

    boxes: list[Box]
    cost: float
    draw: Callable[[], None]
    fixed: list[Box] = field(default_factory=list)
    symbols: list[Box] = field(default_factory=list)
    clear: list[Box] = field(default_factory=list)
    rooms: list[Box] = field(default_factory=list)
    words: list[Box] = field(default_factory=list)
    aloof: list[Box] = field(default_factory=list)
    feet: list[Box] = field(default_factory=list)
    named: bool = True
    at: tuple[float, float] | None = None


Packed = tuple["NDArray[np.float64]", "NDArray[np.intp]"]
"""Boxes, and the number of the position of each."""

SORTS: Final[dict[str, Callable[[Candidate], Sequence[Box]]]] = {
    "solid": lambda one: [*one.boxes, *one.fixed],
    "clear": lambda one: one.clear,
    "symbols": lambda one: one.symbols,
    "rooms": lambda one: one.rooms,
    "words": lambda one: one.words,
    "aloof": lambda one: one.aloof,
    "feet": lambda one: one.feet,
}
"""Boxes of a position: what it covers with what goes with it, and the others as they are named there."""


class Stand(NamedTuple):
    """The positions of one item that are looked at, the cheapest first.

    Attributes
    ----------
    costs
        Of each position.
    boxes
        Their boxes by sort.
    """

    candidates: list[Candidate]
    costs: Any
    boxes: dict[str, Packed]


class Order:
    """Which items stand the other way round than their places lie.

    Parameters
    ----------
    places
        True place of each item.
    spots
        Where each candidate stands.
    """

    def __init__(self, places: dict[int, Any], spots: Sequence[tuple[float, float] | None]) -> None:
        self.places = {item: np.asarray(at, dtype=float) for item, at in places.items()}
        self.spots = np.array([(np.nan, np.nan) if at is None else at for at in spots], dtype=float)

    def swaps(self, item: int, spots: Any, others: Sequence[int], chosen: dict[int, int]) -> Any:
        """For each spot of an item, how many others would stand the other way round."""
        if not others:
            return np.zeros(len(spots))
        return self._turned(item, spots, others, chosen).sum(axis=1)

    def pair(self, one: int, spots: Any, other: int, spots_of_other: Any) -> Any:
        """For spots of two items, whether they would stand the other way round."""
        true = self.places[other] - self.places[one]
        shown = self.spots[spots_of_other][None] - self.spots[spots][:, None]
        return _against(true[None, None], shown)

    def swapped(self, item: int, chosen: dict[int, int], others: Sequence[int]) -> list[int]:
        """Items that stand the other way round than an item now."""
        rest = [other for other in others if other != item]
        if not rest:
            return []
        against = self._turned(item, np.array([chosen[item]]), rest, chosen)[0]
        return [other for other, turned in zip(rest, against.tolist(), strict=True) if turned]

    def pairs(self, chosen: dict[int, int], items: Sequence[int]) -> int:
        """How many pairs of some items stand the other way round now."""
        if len(items) < 2:
            return 0
        places = np.array([self.places[item] for item in items])
        spots = self.spots[[chosen[item] for item in items]]
        return int(_against(places[None] - places[:, None], spots[None] - spots[:, None]).sum()) // 2

    def _turned(self, item: int, spots: Any, others: Sequence[int], chosen: dict[int, int]) -> Any:
        """For each spot of an item and each other, whether they would stand the other way round."""
        true = np.array([self.places[other] for other in others]) - self.places[item]
        shown = self.spots[[chosen[other] for other in others]][None] - self.spots[spots][:, None]
        return _against(true[None], shown)


def _against(true: Any, shown: Any) -> Any:
    """Whether what lies one way is shown the other way, near enough to be compared by eye."""
    far, near = np.hypot(true[..., 0], true[..., 1]), np.hypot(shown[..., 0], shown[..., 1])
    across = true[..., 0] * shown[..., 0] + true[..., 1] * shown[..., 1]
    return (across < -LEAST_TURN * far * near) & (far > APART) & (near < COMPARED)


class Rivals:
    """For each candidate, the candidates of other items that it excludes, in order.

    Most candidates are never chosen, so that each is looked up when it is first asked for.
    """

    def __init__(self, stands: Sequence[Stand]) -> None:
        self.owner = np.repeat(np.arange(len(stands)), [len(one.candidates) for one in stands])
        layers = {sort: _Layer.of(stands, sort) for sort in SORTS}
        self._barred = _both(layers["symbols"], layers["clear"])
        self._barred.append((layers["solid"], layers["solid"]))
        self._dear = [
            (CLOSE_COST, _both(layers["symbols"], layers["rooms"])),
            (JOINED_COST, _both(layers["words"], layers["aloof"])),
            (FOOT_COST, _both(layers["words"], layers["feet"])),
        ]
        self.known: dict[int, Any] = {}
        self.dearer: dict[int, tuple[Any, Any]] = {}
        # Laid out once, and empty again after each look-up.
        self._met = np.zeros(len(self.owner), dtype=bool)
        self._costs = np.zeros(len(self.owner))

    def __getitem__(self, candidate: int) -> Any:
        found = self.known.get(candidate)
        if found is None:
            found = self.known[candidate] = self._found(candidate, self._barred)
        return found

    def near(self, candidate: int) -> tuple[Any, Any]:
        """Candidates of other items that one may stand with but had better not, and what that costs."""
        found = self.dearer.get(candidate)
        if found is None:
            for cost, pairs in self._dear:
                self._costs[self._found(candidate, pairs)] += cost
            near = np.flatnonzero(self._costs)
            found = self.dearer[candidate] = near, self._costs[near]
            self._costs[near] = 0.0
        return found

    def cost_near(self, candidate: int, others: Any) -> Any:
        """What it costs that a candidate stands near each of some others."""
        near, costs = self.near(candidate)
        self._costs[near] = costs
        found = self._costs[others]
        self._costs[near] = 0.0
        return found

    def _found(self, candidate: int, pairs: Sequence[tuple[_Layer, _Layer]]) -> Any:
        met = self._met
        for layer, asked in pairs:
            layer.mark(met, asked, candidate)
        found = np.flatnonzero(met)
        met[found] = False
        return found[self.owner[found] != self.owner[candidate]]


def _both(one: _Layer, other: _Layer) -> list[tuple[_Layer, _Layer]]:
    """Two layers, each asked by the other."""
    return [(one, other), (other, one)]


class _Layer:
    """Boxes of one sort, of all candidates, in the order of these.

    They are swept by their tops: names and symbols are low, so that few are level with a candidate.

    Parameters
    ----------
    corners
        Of all boxes.
    number
        Of each box, the number of its candidate; in order.
    count
        Of candidates.
    """

    def __init__(self, corners: Any, number: Any, count: int) -> None:
        # What has no extent overlaps nothing.
        some = (corners[:, 2:] - corners[:, :2] > TOUCH).all(axis=1)
        corners, number = corners[some], number[some]
        left, top, right, bottom = corners.T
        self.first = np.searchsorted(number, np.arange(count + 1)).tolist()
        self.ends = np.stack((right, -left, bottom, -top), axis=1)[:, :, None]
        tops, bottoms = np.full(count, np.inf), np.full(count, -np.inf)
        np.minimum.at(tops, number, top)
        np.maximum.at(bottoms, number, bottom)
        self.tops, self.bottoms = tops.tolist(), bottoms.tolist()
        self._low = _Swept(corners, number, np.flatnonzero(bottom - top <= LOW))
        self._high = _Swept(corners, number, np.flatnonzero(bottom - top > LOW))

    @classmethod
    def of(cls, stands: Sequence[Stand], sort: str) -> _Layer:
        """A sort of boxes of the positions of all items."""
        held = [one.boxes[sort] for one in stands]
        begins = np.cumsum([0, *(len(one.candidates) for one in stands)])
        number = [mine + begin for (_, mine), begin in zip(held, begins, strict=False)]
        nothing = np.zeros((0, 4)), np.zeros(0, dtype=int)
        corners = np.concatenate([nothing[0], *(boxes for boxes, _ in held)])
        return cls(corners, np.concatenate([nothing[1], *number]), int(begins[-1]))

    def mark(self, met: Any, other: _Layer, candidate: int) -> None:
        """Mark the candidates of which a box meets one of a candidate's in another layer."""
        first, last = other.first[candidate], other.first[candidate + 1]
        if first < last:
            mine = other.ends[first:last], other.tops[candidate], other.bottoms[candidate]
            self._low.mark(met, *mine)
            self._high.mark(met, *mine)


class _Swept:
    """Some boxes of a layer in the order of their tops."""

    def __init__(self, boxes: Any, number: Any, some: Any) -> None:
        some = some[np.argsort(boxes[some, 1], kind="stable")]
        self.number = number[some]
        left, top, right, bottom = boxes[some].T
        self.starts = np.stack((left, -right, top, -bottom))
        self.tops = top.tolist()
        self.high = float((bottom - top).max()) if len(some) else 0.0

    def mark(self, met: Any, ends: Any, top: float, bottom: float) -> None:
        """Mark the candidates of which a box overlaps one of some boxes: each ends after the other begins.

        Parameters
        ----------
        ends
            Of each box, right and left, bottom and top, those to the left and the top with the sign turned.
        top, bottom
            Of all of them.
        """
        first, last = bisect_left(self.tops, top - self.high), bisect_left(self.tops, bottom)
        if first == last:
            return
        least = (ends - self.starts[:, first:last]).min(axis=1)
        deep = least[0] if len(least) == 1 else least.max(axis=0)
        met[self.number[first:last][deep > TOUCH]] = True
