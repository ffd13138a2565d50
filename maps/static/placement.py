"""Where everything that has a choice goes: names, plates, key, inset and scale bar as one problem.

Each item has candidate positions, each a few boxes and a cost. No two chosen boxes may touch, and none may
touch a
fixed obstacle. What must be placed outweighs all else, then weights decide; a heavy item may push lighter
ones elsewhere or off the map. Greedy insertion by weight, then ejection chains until none improves: the local
search of
J. Christensen, J. Marks and S. Shieber, An empirical study of algorithms for point-feature label placement
(1995), with deterministic moves instead of annealing, so that the same map comes out each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Box", "Candidate", "Item", "Placed", "overlaps", "place"]

Box = tuple[float, float, float, float]
ROUNDS: Final = 8
MOST: Final = 90
"""Candidates of one item that are looked at."""

MOST_OF_MUST: Final = 140

TOUCH: Final = 1e-6


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
    """

    boxes: list[Box]
    cost: float
    draw: Callable[[], None]
    fixed: list[Box] = field(default_factory=list)
    symbols: list[Box] = field(default_factory=list)
    clear: list[Box] = field(default_factory=list)


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
    """

    name: str
    weight: float
    candidates: list[Candidate]
    must: bool = False
    kind: str = "label"


@dataclass
class Placed:
    """What came of it: the chosen candidate of each item, and the items left out."""

    chosen: dict[int, Candidate] = field(default_factory=dict)
    left_out: list[Item] = field(default_factory=list)


def overlaps(boxes: Sequence[Box]) -> list[tuple[int, int]]:
    """Pairs of boxes whose insides meet.

    Examples
    --------
    >>> overlaps([(0, 0, 2, 2), (1, 1, 3, 3), (2, 0, 4, 1)])
    [(0, 1)]
    """
    if len(boxes) < 2:
        return []
    flat = np.asarray(boxes, dtype=float)
    tree = shapely.STRtree(shapely.box(*flat.T))
    first, second = tree.query(tree.geometries)
    keep = first < second
    first, second = first[keep], second[keep]
    a, b = flat[first], flat[second]
    deep = (np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0]) > TOUCH) & (
        np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1]) > TOUCH
    )
    return sorted(zip(first[deep].tolist(), second[deep].tolist(), strict=True))


class _Search:
    """Which candidates exclude which, and what is placed.

    Candidates are numbered through; ``rivals_of`` holds for each the candidates of other items that it meets,
    and ``blocked`` how many of those are placed.
    """

    def __init__(self, items: Sequence[Item], obstacles: Sequence[Box], frame: Box) -> None:
        self.items = items
        self.source: list[Candidate] = []
        self.own: list[list[int]] = []
        owner: list[int] = []
        cost: list[float] = []
        boxes: list[Box] = []
        number: list[int] = []
        blocked = _Field(obstacles)
        for i, item in enumerate(items):
            mine: list[int] = []
            fits = [c for c in item.candidates if all(_within(box, frame) for box in c.boxes)]
            hits = blocked.hits([c.boxes for c in fits])
            if item.must:
                # What must be placed covers something only where it has no other spot.
                least = min(hits, default=0)
                rated = [
                    (c.cost + 40.0 * h, n)
                    for n, (c, h) in enumerate(zip(fits, hits, strict=True))
                    if h <= least + 1
                ]
                rated = [one for one in rated if least or one[0] < 40.0] or rated
            else:
                rated = [(c.cost, n) for n, (c, h) in enumerate(zip(fits, hits, strict=True)) if not h]
            kept = sorted(rated)[: MOST_OF_MUST if item.must else MOST]
            under = blocked.hits([fits[n].fixed for _, n in kept])
            for (price, n), covered in zip(kept, under, strict=True):
                candidate = fits[n]
                mine.append(len(owner))
                cost.append(price + 0.3 * covered)
                owner.append(i)
                self.source.append(candidate)
                boxes += [*candidate.boxes, *candidate.fixed]
                number += [mine[-1]] * (len(candidate.boxes) + len(candidate.fixed))
            self.own.append(mine)
        self.owner = np.array(owner, dtype=int)
        self.cost = np.array(cost, dtype=float)
        weight = np.array([item.weight * (50.0 if item.must else 1.0) for item in items])
        self.worth = weight[self.owner] - self.cost if len(owner) else self.cost
        self.rivals_of = _rivals(self.source, self.owner, (boxes, np.array(number, dtype=int)))
        self.blocked = np.zeros(len(owner), dtype=int)
        self.placed = np.zeros(len(owner), dtype=bool)
        self.chosen: dict[int, int] = {}
        # The cheapest first, so that the first free candidate is the best.
        self.own = [sorted(mine, key=lambda c: (cost[c], c)) for mine in self.own]

    def score(self) -> float:
        """Worth of all that is placed."""
        return float(self.worth[list(self.chosen.values())].sum()) if self.chosen else 0.0

    def put(self, candidate: int) -> None:
        item = int(self.owner[candidate])
        if item in self.chosen:
            self.lift(item)
        self.chosen[item] = candidate
        self.placed[candidate] = True
        self.blocked[self.rivals_of[candidate]] += 1

    def lift(self, item: int) -> None:
        candidate = self.chosen.pop(item)
        self.placed[candidate] = False
        self.blocked[self.rivals_of[candidate]] -= 1

    def free(self, item: int) -> int | None:
        """The best candidate of an item that meets nothing placed, other than itself."""
        mine = self.own[item]
        open_ = np.flatnonzero(self.blocked[mine] == 0)
        return mine[int(open_[0])] if len(open_) else None

    def insert(self, item: int, *, depth: int = 1) -> bool:
        """Place an item by moving or lifting what is in the way, if that is worth more than it costs.

        What must be placed and has to make way may itself push others, so many steps deep.
        """
        before = dict(self.chosen)
        score = self.score()
        best_gain, best_state = TOUCH, None
        mine = self.own[item]
        order = np.lexsort((np.array(mine), self.cost[mine] + 3.0 * self.blocked[mine]))
        for candidate in (mine[n] for n in order[:16].tolist()):
            met = self.rivals_of[candidate]
            rivals = sorted(set(self.owner[met[self.placed[met]]].tolist()) - {item})
            if any(self.items[r].must and not self.items[item].must for r in rivals) and len(rivals) > 3:
                continue
            for rival in rivals:
                self.lift(rival)
            self.put(candidate)
            for rival in sorted(rivals, key=lambda r: (-self.items[r].weight, r)):
                spot = self.free(rival)
                if spot is not None:
                    self.put(spot)
                elif depth and self.items[rival].must and self.items[item].must:
                    self.insert(rival, depth=depth - 1)
            gain = self.score() - score
            if gain > best_gain:
                best_gain, best_state = gain, dict(self.chosen)
            self._restore(before)
        if best_state is None:
            return False
        self._restore(best_state)
        return True

    def _restore(self, state: dict[int, int]) -> None:
        for item in [one for one, spot in self.chosen.items() if state.get(one) != spot]:
            self.lift(item)
        for item, spot in state.items():
            if item not in self.chosen:
                self.put(spot)


def _rivals(
    source: Sequence[Candidate],
    owner: Any,  # noqa: ANN401 - an array
    solid: tuple[Sequence[Box], Any],
) -> list[Any]:
    """For each candidate, the candidates of other items that it excludes, in order."""
    count = len(owner)
    found = _meetings(*solid, *solid, owner)
    clear = [(box, n) for n, one in enumerate(source) for box in one.clear]
    symbols = [(box, n) for n, one in enumerate(source) for box in one.symbols]
    if clear and symbols:
        ends, marks = ([box for box, _ in part] for part in (clear, symbols))
        of_end, of_mark = (np.array([n for _, n in part], dtype=int) for part in (clear, symbols))
        found = np.concatenate([found, _meetings(ends, of_end, marks, of_mark, owner)])
    if not count:
        return []
    a, b = found // count, found % count
    # Both ways, each pair once: sorting numbers is far quicker than a set of them.
    pairs = np.sort(np.concatenate([a * count + b, b * count + a]))
    new = np.ones(len(pairs), dtype=bool)
    new[1:] = pairs[1:] != pairs[:-1]
    pairs = pairs[new]
    return np.split(pairs % count, np.searchsorted(pairs // count, np.arange(1, count)))


def _meetings(
    boxes: Sequence[Box],
    number: Any,  # noqa: ANN401 - an array
    others: Sequence[Box],
    of_other: Any,  # noqa: ANN401 - an array
    owner: Any,  # noqa: ANN401 - an array
) -> Any:  # noqa: ANN401 - an array
    """Pairs of candidates of two items, as one number each, of which a box meets one of the other's."""
    count = len(owner)
    if not len(boxes) or not len(others):
        return np.zeros(0, dtype=int)
    flat, other = np.asarray(boxes, dtype=float), np.asarray(others, dtype=float)
    first, second = shapely.STRtree(shapely.box(*other.T)).query(shapely.box(*flat.T))
    # Most boxes that meet are spots of one item; a pair of the same boxes is met from both ends.
    apart = owner[number[first]] != owner[of_other[second]]
    if boxes is others:
        apart &= owner[number[first]] < owner[of_other[second]]
    first, second = first[apart], second[apart]
    a, b = flat[first], other[second]
    deep = (np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0]) > TOUCH) & (
        np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1]) > TOUCH
    )
    return number[first[deep]] * count + of_other[second[deep]]


def _within(box: Box, frame: Box) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]


class _Field:
    """Fixed obstacles, asked by groups of boxes."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        self.boxes = np.asarray(boxes, dtype=float).reshape(-1, 4)

    def hits(self, groups: Sequence[Sequence[Box]]) -> list[int]:
        """For each group of boxes, how often one of them meets an obstacle."""
        sizes = [len(group) for group in groups]
        flat = np.array([box for group in groups for box in group], dtype=float).reshape(-1, 4)
        if not len(self.boxes) or not len(flat):
            return [0] * len(groups)
        near = self.boxes[
            (self.boxes[:, 0] < flat[:, 2].max())
            & (self.boxes[:, 2] > flat[:, 0].min())
            & (self.boxes[:, 1] < flat[:, 3].max())
            & (self.boxes[:, 3] > flat[:, 1].min())
        ]
        asked = flat[:, None, :]
        wide = np.minimum(near[:, 2], asked[..., 2]) - np.maximum(near[:, 0], asked[..., 0])
        tall = np.minimum(near[:, 3], asked[..., 3]) - np.maximum(near[:, 1], asked[..., 1])
        each = ((wide > TOUCH) & (tall > TOUCH)).sum(axis=1)
        group = np.repeat(np.arange(len(groups)), sizes)
        counts: list[int] = np.bincount(group, weights=each, minlength=len(groups)).astype(int).tolist()
        return counts


def place(items: Sequence[Item], obstacles: Sequence[Box], frame: Box) -> Placed:
    """Choose positions.

    Parameters
    ----------
    items
        What to place.
    obstacles
        Boxes that nothing may cover; what must be placed covers as few as it can if it cannot do without.
    frame
        Everything stays inside it.

    Returns
    -------
    Placed
        No two boxes of chosen candidates overlap.

    Examples
    --------
    >>> def at(x): return Candidate([(x, 0, x + 10, 5)], 0.0, lambda: None)
    >>> items = [Item("a", 1, [at(0)]), Item("b", 2, [at(5)]), Item("c", 1, [at(6), at(20)])]
    >>> placed = place(items, [], (0, 0, 50, 50))
    >>> sorted(placed.chosen), [item.name for item in placed.left_out]
    ([1, 2], ['a'])
    """
    search = _Search(items, obstacles, frame)
    order = sorted(range(len(items)), key=lambda i: (not items[i].must, -items[i].weight, i))
    for item in order:
        spot = search.free(item)
        if spot is not None:
            search.put(spot)
    for _ in range(ROUNDS):
        better = False
        for item in order:
            if item not in search.chosen:
                better |= bool(search.own[item]) and search.insert(item)
        for item in order:
            if item in search.chosen:
                spot = search.free(item)
                if spot is not None and search.cost[spot] < search.cost[search.chosen[item]] - TOUCH:
                    search.put(spot)
                    better = True
        if not better:
            break
    chosen: dict[int, Candidate] = {item: search.source[c] for item, c in sorted(search.chosen.items())}
    return Placed(chosen, [items[i] for i in range(len(items)) if i not in chosen])
