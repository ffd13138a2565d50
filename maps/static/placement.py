"""Where everything that has a choice goes: names, plates, key, inset and scale bar as one problem.

Each item has candidate positions, each a few boxes and a cost. No two chosen boxes may touch, and none may
touch a
fixed obstacle. What must be placed outweighs all else, then weights decide; a heavy item may push lighter
ones elsewhere or off the map. Greedy insertion by weight, then chains of pushes in which what was pushed off
stands firmer the next time: a local search as compared in J. Christensen, J. Marks and S. Shieber, An
empirical study of algorithms for point-feature label placement (1995), with deterministic moves instead of
annealing, so that the same map comes out each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from maps.static.obstacles import TOUCH
from maps.static.rivals import Box, Candidate, Order
from maps.static.seats import Item, Seats

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Box", "Candidate", "Item", "Placed", "place", "place_on"]

ROUNDS: Final = 3
STEPS: Final = 30
"""Pushes for each item that must be placed, at most."""

FIRM: Final = 1000.0
"""What taking off an item that must be placed costs, beside its weight."""

LEAST: Final = 0.001
"""What taking off any item costs at least."""

TIRED: Final = 5.0
"""By how much the spots are dearer from which an item was pushed off."""

DEAR: Final = 24.0
"""A spot that costs more is bettered if others can make way."""

TRIED: Final = 6

FIRMER: Final = 300.0
"""By how much an item stands firmer each time it was taken off."""

PATIENCE: Final = 4
"""So many times more turns than asked for are taken as long as something has no room at all."""

SWAP: Final = 10.0
"""Cost of two neighbours that stand in the other order than their places."""

MIXED: Final = 6.0
"""By how many places in the order of placing an item moves in another start, about."""

REWORKED: Final = 12
NEAREST: Final = 10
"""How often, for each item, neighbours are placed anew, and how many of them at most."""

TOGETHER: Final = 60
"""Spots of each of two items that are looked at together."""


@dataclass
class Placed:
    """What came of it: the chosen candidate of each item, and the items left out."""

    chosen: dict[int, Candidate] = field(default_factory=dict)
    left_out: list[Item] = field(default_factory=list)


class _State(NamedTuple):
    """A search at one moment."""

    chosen: dict[int, int]
    stand: Any
    price: Any
    close: Any
    standing: Any


class _Search:
    """Which candidates exclude which, and what is placed.

    Candidates are numbered through; ``rivals_of`` holds for each the candidates of other items that it meets,
    and ``price`` what it costs to take off those of them that are placed, nothing where it is free.
    """

    def __init__(self, items: Sequence[Item], seats: Seats) -> None:
        self.items = items
        stands = [seats.of(item) for item in items]
        self.source = [candidate for one in stands for candidate in one.candidates]
        counts = [len(one.candidates) for one in stands]
        ends = np.cumsum(counts).tolist()
        # Of each item its candidates, the cheapest first, so that the first free one is the best.
        self.own = [slice(end - count, end) for count, end in zip(counts, ends, strict=True)]
        self.cost = np.concatenate([np.zeros(0), *(one.costs for one in stands)])
        # What it costs to take an item off.
        self.stand = np.array(
            [FIRM + item.weight if item.must else max(item.weight, LEAST) for item in items], dtype=float
        )
        self.rivals_of = seats.rivals(stands)
        self.owner = self.rivals_of.owner
        self.price = np.zeros(len(self.owner), dtype=float)
        # What neighbours that stand make each candidate dearer by.
        self.close = np.zeros(len(self.owner), dtype=float)
        self.tired = np.zeros(len(self.owner), dtype=float)
        self.chosen: dict[int, int] = {}
        self.standing = np.zeros(len(self.owner), dtype=bool)
        self.by_weight = False

    def put(self, candidate: int) -> None:
        """Choose a candidate whose rivals are not placed."""
        item = int(self.owner[candidate])
        if item in self.chosen:
            self.lift(item)
        self.chosen[item] = candidate
        self.standing[candidate] = True
        met = self.rivals_of[candidate]
        self.price[met] += self.stand[item]
        # What stands near makes each candidate dearer.
        near, costs = self.rivals_of.near(candidate)
        self.close[near] += costs

    def lift(self, item: int) -> None:
        """Take an item off."""
        candidate = self.chosen.pop(item)
        self.standing[candidate] = False
        met = self.rivals_of[candidate]
        self.price[met] -= self.stand[item]
        near, costs = self.rivals_of.near(candidate)
        self.close[near] -= costs

    def free(self, item: int) -> int | None:
        """The best candidate of an item that meets nothing placed, other than itself."""
        mine = self.own[item]
        open_ = np.flatnonzero(self.price[mine] < LEAST / 2)
        if not len(open_):
            return None
        costs = self.cost[mine] + self.close[mine]
        return int(mine.start + open_[costs[open_].argmin()])

    def push(self, item: int, *, most: float = np.inf) -> list[int] | None:
        """Place an item where that costs least, taking off what is in the way; the items taken off.

        Nothing is done where it would cost more than ``most``.
        """
        mine = self.own[item]
        costs = self.cost[mine] + self.close[mine] + self.price[mine] + self.tired[mine]
        if not len(costs):
            return None
        best = int(costs.argmin())
        return None if costs[best] >= most else self._take(mine.start + best)

    def _take(self, candidate: int) -> list[int]:
        """Choose a candidate and take off what it meets; the items taken off."""
        met = self.rivals_of[candidate]
        rivals: list[int] = self.owner[met[self.standing[met]]].tolist()
        for other in rivals:
            self.lift(other)
        self.put(candidate)
        return rivals

    def _has_spots(self, item: int) -> bool:
        return bool(self.own[item].start < self.own[item].stop)

    def repair(self, items: Sequence[int], steps: int) -> None:
        """Place what must be placed: each takes off what is in its way, which then looks for another spot.

        What was taken off stands firmer the next time, so that none is pushed about for ever; the state with
        the fewest left out is kept, and of those, if weights count, that without the lightest.
        """
        queue = [item for item in items if item not in self.chosen and self._has_spots(item)]
        best = (self._missed(queue), self._spent(), dict(self.chosen))
        for _ in range(steps):
            if not queue:
                break
            item = queue.pop(0)
            held = dict(self.chosen)
            for other in self.push(item) or []:
                self.stand[other] += FIRMER
                # Two that push each other off their best spots would do so for ever: the spot itself, and
                # those that the same neighbour bars, get dearer.
                met = self.rivals_of[self.chosen[item]]
                first, last = met.searchsorted((self.own[other].start, self.own[other].stop))
                self.tired[met[first:last]] += TIRED
                self.tired[held[other]] += 4 * TIRED
                if self.items[other].must:
                    queue.append(other)
            missed = self._missed(queue)
            if missed <= best[0] and (state := (missed, self._spent())) < best[:2]:
                best = (*state, dict(self.chosen))
        self._restore(best[2])
        self.tired[:] = 0.0

    def improve(self, items: Sequence[int], dear: float) -> None:
        """Give dear items a cheaper spot where those in the way can make way.

        A few of its cheaper spots are tried: what is pushed off looks for another spot. The new state stays
        if nothing that must be placed is lost and all together costs less.
        """
        standing = [item for item in items if item in self.chosen]
        for item in sorted(standing, key=lambda one: -self.worth(self.chosen[one])):
            now = self.worth(self.chosen[item])
            if now < dear:
                continue
            mine = self.own[item]
            cheap = mine.start + np.flatnonzero(self.cost[mine] < now - dear / 3)
            order = np.argsort(self.cost[cheap] + self.close[cheap] + self.price[cheap], kind="stable")
            for candidate in cheap[order][:TRIED].tolist():
                before, spent = self._state(), self._spent()
                self.lift(item)
                self.stand[item] += 20 * FIRM
                pushed = self._take(candidate)
                self.repair([one for one in pushed if self.items[one].must], STEPS // 2)
                kept = all(one in self.chosen for one in before.chosen if self.items[one].must)
                done = kept and self._spent() < spent - 1.0
                state = dict(self.chosen)
                self._back_to(before)
                if done:
                    self._restore(state)
                    break

    def place_best(self, must: Sequence[int], turns: int, starts: int) -> None:
        """Place what must be placed from several starts, and keep what costs least."""
        chance, firm = np.random.default_rng(len(self.owner)), self.stand
        anchored, order = self._order(must)
        best: tuple[float, dict[int, int]] | None = None
        for start in range(starts):
            mixed = np.arange(len(must)) + (chance.normal(0.0, MIXED, len(must)) if start else 0.0)
            self._restore({})
            self.stand = firm.copy()
            self.place_all([must[n] for n in np.argsort(mixed, kind="stable").tolist()], turns)
            worth = self._worth_of_all(must, anchored, order) if starts > 1 else 0.0
            if best is None or worth < best[0] - TOUCH:
                best = (worth, dict(self.chosen))
        if best is not None:
            self._restore(best[1])

    def _order(self, must: Sequence[int]) -> tuple[list[int], Order]:
        """Items that have a place, and how these lie."""
        anchored = [item for item in must if self.items[item].at is not None]
        places = {item: self.items[item].at for item in anchored}
        return anchored, Order(places, [one.at for one in self.source])

    def place_all(self, must: Sequence[int], turns: int) -> None:
        """Place what must be placed, in several turns; each begins with what came off badly in those before.

        After D. E. Joslin and D. P. Clements, "Squeaky wheel" optimization (1999).
        """
        firm, blame = self.stand.copy(), dict.fromkeys(must, 0.0)
        best: tuple[float, dict[int, int]] | None = None
        left = 0
        for turn in range(turns * PATIENCE):
            if turn >= turns and (turns == 1 or not left):
                break
            self._restore({})
            self.stand = firm.copy()
            for item in sorted(must, key=lambda one: -self.items[one].weight - blame[one]):
                spot = self.free(item)
                if spot is not None:
                    self.put(spot)
            self.repair(must, STEPS * len(must))
            self.settle(must)
            self.improve(must, DEAR)
            swapped = self.untangle(must)
            lost = [item for item in must if item not in self.chosen]
            worth = self._spent() + SWAP * swapped + self._missed(lost)
            if best is None or worth < best[0] - TOUCH:
                best, left = (worth, dict(self.chosen)), len(lost)
            for item in must:
                blame[item] += self.worth(self.chosen[item]) if item in self.chosen else FIRM
        if best is not None:
            self._restore(best[1])
            if turns > 1:
                self._rework(must)

    def _rework(self, must: Sequence[int]) -> None:
        """Take neighbours off by turns and place them anew, in orders by chance; what is worse is undone.

        After P. Shaw, Using constraint programming and local search methods to solve vehicle routing problems
        (1998): large neighbourhood search.
        """
        anchored, order = self._order(must)
        if len(anchored) < 2:
            return
        at = np.array([self.items[item].at for item in anchored], dtype=float)
        chance = np.random.default_rng(len(self.owner))
        worth = self._worth_of_all(must, anchored, order)
        for turn in range(REWORKED * len(anchored)):
            middle = at[turn % len(anchored)]
            near = np.argsort(np.hypot(*(at - middle).T), kind="stable")
            few = near[: int(chance.integers(2, NEAREST + 1))]
            taken = [anchored[n] for n in chance.permutation(few).tolist()]
            before = self._state()
            for item in taken:
                if item in self.chosen:
                    self.lift(item)
            for item in taken:
                spot = self.free(item)
                if spot is not None:
                    self.put(spot)
            self.repair([item for item in taken if item not in self.chosen], STEPS)
            self.settle(taken)
            same = self.chosen == before.chosen
            now = worth if same else self._worth_of_all(must, anchored, order)
            if now < worth - TOUCH:
                worth = now
            else:
                self._back_to(before)

    def _worth_of_all(self, must: Sequence[int], anchored: Sequence[int], order: Order) -> float:
        """What all costs that must be placed, with what has no spot and what stands the other way round."""
        there = [item for item in anchored if item in self.chosen]
        swapped = order.pairs(self.chosen, there)
        lost = [item for item in must if item not in self.chosen]
        return self._spent() + SWAP * swapped + self._missed(lost)

    def settle(self, order: Sequence[int]) -> bool:
        """Move each item to a better spot that is free; whether any moved."""
        moved = False
        for item in order:
            if item in self.chosen:
                spot = self.free(item)
                if spot is not None and self.worth(spot) < self.worth(self.chosen[item]) - TOUCH:
                    self.put(spot)
                    moved = True
        return moved

    def untangle(self, items: Sequence[int]) -> int:
        """Let items near each other stand in the order of their places: one moves, or two change places.

        How many pairs still stand the other way round.
        """
        anchored = [item for item in items if self.items[item].at is not None and item in self.chosen]
        order = Order({item: self.items[item].at for item in anchored}, [one.at for one in self.source])
        for _ in range(ROUNDS):
            moved = False
            for one in anchored:
                for other in order.swapped(one, self.chosen, anchored):
                    moved |= self._reordered(one, other, order, anchored)
            if not moved:
                break
        return order.pairs(self.chosen, anchored)

    def _reordered(self, one: int, other: int, order: Order, anchored: Sequence[int]) -> bool:
        """Find two items better spots together; whether any was found."""
        before = {item: self.chosen[item] for item in (one, other)}
        rest = [item for item in anchored if item not in before]

        def worth(item: int, spots: Any) -> Any:
            return self.cost[spots] + self.close[spots] + SWAP * order.swaps(item, spots, rest, self.chosen)

        for item in before:
            self.lift(item)
        free = [
            mine.start + np.flatnonzero(self.price[mine] < LEAST / 2)[:TOGETHER]
            for mine in (self.own[one], self.own[other])
        ]
        first, second = (worth(item, spots) for item, spots in zip(before, free, strict=True))
        both = first[:, None] + second[None] + SWAP * order.pair(one, free[0], other, free[1])
        now = [np.array([before[item]]) for item in before]
        spent = float(
            (worth(one, now[0]) + worth(other, now[1]) + SWAP * order.pair(one, now[0], other, now[1])[0])[0]
        )
        spent += float(self.rivals_of.cost_near(before[one], before[other]))
        barred = np.zeros(len(self.owner), dtype=bool)
        # What two spots exclude or make dearer is looked up only where they might be the best.
        at_least, best = both.min(axis=1), spent - 1.0
        for n in np.argsort(at_least, kind="stable").tolist():
            if at_least[n] > best:
                break
            spot = int(free[0][n])
            barred[self.rivals_of[spot]] = True
            both[n, barred[free[1]]] = np.inf
            barred[self.rivals_of[spot]] = False
            both[n] += self.rivals_of.cost_near(spot, free[1])
            best = min(best, float(both[n].min()))
        a, b = np.unravel_index(int(np.argmin(both)), both.shape)
        better = bool(both[a, b] < spent - 1.0)
        self.put(int(free[0][a]) if better else before[one])
        self.put(int(free[1][b]) if better else before[other])
        return better

    def _missed(self, items: Sequence[int]) -> float:
        """What it costs that some items have no spot."""
        light = sum(self.items[item].weight for item in items) if self.by_weight else 0.0
        return FIRM * len(items) + light

    def worth(self, candidate: int) -> float:
        """What a candidate costs where its neighbours stand."""
        return float(self.cost[candidate] + self.close[candidate])

    def _spent(self) -> float:
        standing = list(self.chosen.values())
        return float(self.cost[standing].sum() + self.close[standing].sum() / 2)

    def _state(self) -> _State:
        """What is placed now, and what it costs to place more."""
        arrays = (self.stand, self.price, self.close, self.standing)
        return _State(dict(self.chosen), *(one.copy() for one in arrays))

    def _back_to(self, state: _State) -> None:
        """As it was; a state is gone back to once."""
        self.chosen, self.stand, self.price, self.close, self.standing = state

    def _restore(self, state: dict[int, int]) -> None:
        for item in [one for one, spot in self.chosen.items() if state.get(one) != spot]:
            self.lift(item)
        for item, spot in state.items():
            if item not in self.chosen:
                self.put(spot)


def place(
    items: Sequence[Item], obstacles: Sequence[Box], frame: Box, *, turns: int = 1, by_weight: bool = False
) -> Placed:
    """Choose positions.

    Parameters
    ----------
    items
        What to place.
    obstacles
        Boxes that nothing may cover; what must be placed covers as few as it can if it cannot do without.
    frame
        Everything stays inside it.
    turns
        How often what must be placed is placed anew, what came off badly first; the best turn stays. More
        often, if more than one is asked for, while something has no room.
    by_weight
        Whether of items that must be placed rather a light one goes without a spot, where one has to.

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
    return place_on(Seats(obstacles, frame), items, turns=turns, by_weight=by_weight)


def place_on(
    seats: Seats, items: Sequence[Item], *, turns: int = 1, starts: int = 1, by_weight: bool = False
) -> Placed:
    """Choose positions as :func:`place` does, on a ground that other searches share.

    Parameters
    ----------
    starts
        How often all is begun anew, in orders by chance but the first; the best of them stays.
    """
    search = _Search(items, seats)
    order = sorted(range(len(items)), key=lambda i: (not items[i].must, -items[i].weight, i))
    must = [item for item in order if items[item].must]
    search.by_weight = by_weight
    search.place_best(must, turns, starts)
    for item in order[len(must) :]:
        spot = search.free(item)
        if spot is not None:
            search.put(spot)
    for _ in range(ROUNDS):
        better = False
        for item in order:
            if item not in search.chosen and not items[item].must:
                better |= search.push(item, most=items[item].weight) is not None
            if item not in search.chosen and (spot := search.free(item)) is not None:
                search.put(spot)
                better = True
        better |= search.settle(order)
        if not better:
            break
    chosen: dict[int, Candidate] = {item: search.source[c] for item, c in sorted(search.chosen.items())}
    return Placed(chosen, [items[i] for i in range(len(items)) if i not in chosen])
