"""How well a search for places of the marks of a panel came out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from maps.static.mark_groups import Framed
from maps.static.placement import Item, Placed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Found = tuple[list[Item], Placed, list[Framed], list[Framed]]
"""Items, what came of them, the marks, which come first, and those of them without room."""

__all__ = [
    *("LAND_PRICE", "Found", "neighbours", "price"),
    *("with_names", "without_lands", "without_name", "without_place"),
]

AWAY: Final = 26.0
"""Cost from which a mark stands off its ground."""

LOST_PRICE: Final = 20.0
UNNAMED_PRICE: Final = 3.0
EACH_PRICE: Final = 0.5
LAND_PRICE: Final = 10.0
"""A mark without room, one without its name, more for each event of it but one, a province without its name:
in marks that stand off their ground."""

OFF_PLACE: Final = 120.0
LED_FAR: Final = 30.0
"""Units that the tag of a province stands, over all, from the places it tells of, and that a mark stands from
its place, for the same price; twice as far is four times as dear, where a line must lead there."""

ONCE_MORE: Final = 4
"""Times at most that what has no name is placed anew."""


def price(found: Found) -> float:
    """How much worse a search came out than one in which each mark stands at its ground with its name."""
    items, placed, framed, lost = found
    unnamed = sum(
        UNNAMED_PRICE + EACH_PRICE * (len(framed[n].events) - 1) for n in without_name(placed, len(framed))
    )
    away = sum(
        candidate.cost > AWAY and candidate.named
        for n, candidate in placed.chosen.items()
        if items[n].kind == "mark"
    )
    return LOST_PRICE * len(lost) + unnamed + away + _off_places(found)


def _off_places(found: Found) -> float:
    """How far marks stand from their places, and tags of provinces from those that they tell of."""
    _, placed, framed, _ = found
    price = 0.0
    for n, one in enumerate(framed):
        if n not in placed.chosen:
            continue
        spot, symbols = placed.chosen[n].at, np.array(placed.chosen[n].symbols).reshape(-1, 4)
        if one.places and spot is not None:
            price += float(np.hypot(*(np.array(one.places) - spot).T).sum()) / OFF_PLACE
        elif one.group.plotted and len(symbols):
            at = np.array(one.at)
            off = np.maximum(np.maximum(symbols[:, :2] - at, at - symbols[:, 2:]), 0.0)
            price += (float(np.hypot(*off.T).min()) / LED_FAR) ** 2
    return price


def without_lands(lands: Sequence[Item], found: Found) -> list[Item]:
    """Names of land that a search left out."""
    items, placed, *_ = found
    there = {id(items[n]) for n in placed.chosen}
    return [one for one in lands if id(one) not in there]


def without_name(placed: Placed, marks: int) -> list[int]:
    """Numbers of the marks, which come first, that stand without their name."""
    return [n for n in range(marks) if n in placed.chosen and not placed.chosen[n].named]


def with_names(
    found: Found, place: Callable[[list[Item]], Found], worth: Callable[[Found], float] = price
) -> Found:
    """Placed once more where names are missing: all marks of these, then each, with its name or not at all.

    Parameters
    ----------
    place
        Places items with the same marks.
    worth
        What a search costs.
    """
    short = without_name(found[1], len(found[2]))
    sets = [short, *([n] for n in short)] if len(short) > 1 else [short]
    for some in sets[:ONCE_MORE] if short else ():
        again = place([_named_only(one) if n in some else one for n, one in enumerate(found[0])])
        found = again if worth(again) < worth(found) else found
    return found


def _named_only(item: Item) -> Item:
    named = [one for one in item.candidates if one.named]
    return replace(item, candidates=named or item.candidates)


def neighbours(framed: Sequence[Framed], lost: Sequence[int], reach: float) -> list[int]:
    """Numbers of the marks within some units of those that found no room."""
    at = np.array([one.at for one in framed])
    gone = at[list(lost)]
    near = (np.hypot(*(at[:, None] - gone[None]).transpose(2, 0, 1)) < reach).any(axis=1)
    return [int(n) for n in np.flatnonzero(near)]


def without_place(found: Found) -> list[int]:
    """Numbers of the marks without room, then of those without their name."""
    _, placed, framed, _ = found
    return [*(n for n in range(len(framed)) if n not in placed.chosen), *without_name(placed, len(framed))]
