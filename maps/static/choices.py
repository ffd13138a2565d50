"""What a mark may look like at its spots, and the room that its name needs there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from maps.static.name_writer import PAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.static.forms import Form, Spot, Words
    from maps.static.placement import Box
    from maps.static.symbol_row import SymbolRow

__all__ = ["Choice", "Choices", "Look", "ends_of", "level_room", "off_names", "spread", "thinned", "varied"]

EACH_SPOT: Final = 3
"""Candidates that stand at one spot."""

SEATS: Final = 12
"""Seats nearest to the middle of an area that are looked at for each way to set its name."""

SPREAD_SEATS: Final = 18
"""Seats over the rest of it: the middle may be full."""

STACKED: Final = 3.0
"""Units that a name over or under its symbols keeps off other names: nearer both are read as one."""


@dataclass
class Look:
    """One way a mark can look: its row, and its words, or a letter in their place, or none."""

    row: SymbolRow
    words: Words | None
    cost: float
    lettered: bool = False


class Choice(NamedTuple):
    """A look at a spot, its words in a form: what a candidate is made from if it is among the best."""

    cost: float
    look: Look
    spot: Spot
    form: Form | None


class Choices(NamedTuple):
    """A look, its words in one form, at many spots: most are never made into a candidate."""

    look: Look
    form: Form | None
    spots: Sequence[Spot]
    at: Any
    costs: Any

    @property
    def named(self) -> bool:
        """Whether the look has words, not a letter or nothing in their place."""
        return self.look.words is not None and not self.look.lettered


def varied(found: Sequence[Choices], most: int) -> list[Choice]:
    """The cheapest choices, at most so many of those whose symbols stand at about one spot."""
    kept: list[Choice] = []
    if not found:
        return kept
    held: dict[tuple[int, int], int] = {}
    costs = np.concatenate([one.costs for one in found])
    which = np.repeat(np.arange(len(found)), [len(one.costs) for one in found])
    at = np.concatenate([one.at for one in found])
    for n in np.argsort(costs, kind="stable").tolist():
        one = found[which[n]]
        spot = one.spots[at[n]]
        cell = (round(spot.x / 8), round(spot.y / 8))
        if held.get(cell, 0) < EACH_SPOT:
            held[cell] = held.get(cell, 0) + 1
            kept.append(Choice(float(costs[n]), one.look, spot, one.form))
        if len(kept) == most:
            break
    return kept


def ends_of(box: Box, ends: str, gap: float) -> list[Box]:
    """The room at the free ends of a name in which no symbol of another place may stand."""
    left, top, right, bottom = box
    found = []
    if "l" in ends:
        found.append((left - gap, top + 1, left, bottom - 1))
    if "r" in ends:
        found.append((right, top + 1, right + gap, bottom - 1))
    return found


def off_names(text: Box, row: Box) -> Box:
    """The box of a name over or under its symbols, with room on the side away from them."""
    left, top, right, bottom = text
    return (
        (left, top - STACKED, right, bottom)
        if bottom <= row[1] + PAD
        else (left, top, right, bottom + STACKED)
    )


def level_room(text: Box, row: Box) -> Box:
    """The room beside the symbols of a name that stands over or under them.

    A symbol of another place there would be as near to the name as its own.
    """
    return text[0], min(text[1], row[1]), text[2], max(text[3], row[3])


def spread(seats: Any) -> list[int]:
    """Some of many seats, given from the middle outwards: the first, then fewer over all the others."""
    rest = seats[SEATS:]
    some = rest[np.unique(np.linspace(0, len(rest) - 1, SPREAD_SEATS).astype(int))] if len(rest) else rest
    return [*seats[:SEATS].tolist(), *some.tolist()]


def thinned(count: int, most: int) -> Any:
    """Numbers of the first of many and, where those may be taken, of some of all the others."""
    if count <= most:
        return np.arange(count)
    first = most // 2
    return np.r_[np.arange(first), np.linspace(first, count - 1, most - first).astype(int)]
