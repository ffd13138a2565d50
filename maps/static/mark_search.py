"""The search for places of marks: more places, tags of provinces, letters for those without."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from maps.static.mark_groups import collapsed
from maps.static.placement import place_on
from maps.static.search_price import (
    LAND_PRICE,
    neighbours,
    price,
    with_names,
    without_lands,
    without_place,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.content.content import MapContent
    from maps.static.mark_groups import Framed
    from maps.static.mark_items import MarkItems
    from maps.static.placement import Item, Placed
    from maps.static.search_price import Found
    from maps.static.seats import Seats
    from maps.static.stage import Stage

__all__ = ["CROWDED", "TURNS", "MarkSearch", "is_small"]

MORE: Final = 150
"""Places to stand that a mark has which found none at first."""

CLOSER: Final = 1.0
"""Symbols that fit between a name and the symbol of another place where two would leave one out."""

CROWDED: Final = 90
"""From so many marks on, those without room for a name have none; fewer have a letter that is explained."""

REACHES: Final = (80.0, 160.0)
"""Marks within so many units of one without room get more places as well, and more of them as long as one is
left without."""

TURNS: Final = 3
"""How often marks are placed anew where not all came off well."""

STARTS: Final = 4
IN_ALL: Final = 100
"""From how many starts at most, and marks placed in all of them: to place many takes long."""

NOT_WORSE: Final = 0.5
"""A price that is as good as none, and by how much that of what was placed anew may be higher, which stands
better in all."""

HOPEFUL: Final = 3
"""So many marks without room or name may find it among more places; of more, some are told by province."""

SUMMARY: Final = 130_000.0
"""Square units of a panel below which places are told by their provinces where there are too many."""


@dataclass
class MarkSearch:
    """A search and what it is made of.

    Attributes
    ----------
    marks
        Makes an item of a mark.
    others
        What is placed with the marks.
    seats
        The ground on which all searches are.
    wanted
        Names of countries and of provinces of events.
    """

    stage: Stage
    content: MapContent
    marks: MarkItems
    others: list[Item]
    seats: Seats
    wanted: Sequence[Item] = ()

    def best(self, framed: list[Framed], lands: Sequence[Item]) -> Found:
        """The better of two searches: with names of land that marks make way for, and with such as wait.

        What is not perfect is placed anew in several turns.
        """
        firm = [one for one in lands if one.must and not one.covers]
        self.wanted = [one for one in lands if one.must or one.covers]
        worth = self._worth
        found, cut_short = self._search(framed, joins=not firm)
        if firm and price(found) > NOT_WORSE:
            for one in firm:
                one.must = False
            second, _ = self._search(framed)
            if worth(second) < worth(found):
                found = second
            else:
                for one in firm:
                    one.must = True
                if cut_short and without_place(found):
                    found = min(found, self._search(framed)[0], key=worth)
        items, _, shown, _ = found
        if len(shown) > CROWDED:
            return found
        # Where a mark has no room, rather a name of land goes without.
        starts = max(1, min(STARTS, IN_ALL // max(1, len(shown))))
        placed = place_on(self.seats, items, turns=TURNS, starts=starts, by_weight=bool(found[3]))
        better = _found(items, placed, shown)
        found = better if worth(better) <= worth(found) + NOT_WORSE else found
        return with_names(
            found, lambda some: _found(some, place_on(self.seats, some, turns=TURNS), shown), worth
        )

    def _worth(self, found: Found) -> float:
        """What a search costs with the names of land that it leaves out."""
        return price(found) + LAND_PRICE * len(without_lands(self.wanted, found))

    def _search(self, framed: list[Framed], *, joins: bool = True) -> tuple[Found, bool]:
        """Place the marks; those that find no room get more places, a tag of their province, or a letter.

        Of what was tried the best stays: a tag far from the places that it tells of is no gain.

        Parameters
        ----------
        joins
            Whether a few without a name are told by their provinces, too.

        Returns
        -------
        The search, and whether it ended before such a few were told so.
        """
        if len(framed) > CROWDED:
            items = [*(self.marks.item(one, nameless=True) for one in framed), *self.others]
            return _found(items, place_on(self.seats, items), framed), False
        tried: list[Found] = []
        while True:
            found = self._placed(framed)
            if len(without_place(found)) <= HOPEFUL:
                found = self._closer(found)
            tried.append(found)
            if not joins and len(without_place(found)) <= HOPEFUL:
                return min(tried, key=self._worth), True
            fewer = self._told_by_province(framed, without_place(found))
            if len(fewer) == len(framed):
                return min(tried, key=self._worth), False
            framed = fewer

    def _placed(self, framed: list[Framed]) -> Found:
        told_below = self.stage.has_notes
        mine = [self.marks.item(one, lettered=told_below, nameless=not told_below) for one in framed]
        items = [*mine, *self.others]
        return _found(items, place_on(self.seats, items), framed)

    def _closer(self, found: Found) -> Found:
        """More places for marks without room and those round them, which stand closer, if that gives room."""
        told_below = self.stage.has_notes
        items, framed, richer = list(found[0]), found[2], set[int]()
        for reach in REACHES:
            short = without_place(found)
            wanted = [n for n in neighbours(framed, short, reach) if n not in richer] if short else []
            if not wanted:
                break
            richer.update(wanted)
            for n in wanted:
                items[n] = self.marks.item(
                    framed[n], MORE, lettered=told_below, nameless=not told_below, apart=CLOSER
                )
            second = _found(list(items), place_on(self.seats, items), framed)
            if (len(second[3]), len(without_place(second))) < (len(found[3]), len(short)):
                found = second
        return found

    def _told_by_province(self, framed: list[Framed], without: Sequence[int]) -> list[Framed]:
        """The marks, with tags of provinces for those of which some have no room for their names.

        Parameters
        ----------
        without
            Numbers of the marks without a name or without room at all.
        """
        stage = self.stage
        if not without:
            return framed
        small = is_small(stage)
        held = Counter(code for n in without if (code := framed[n].group.adm1))
        # One alone has a letter rather than that all of its province lose their names.
        codes = {code for code, n in held.items() if n > 1} or set(held)
        fewer = collapsed(self.content, framed, codes, stage.sides)
        if len(fewer) == len(framed) and small:
            fewer = collapsed(self.content, framed, codes, stage.sides, places=True)
        if len(fewer) == len(framed) and small:
            fewer = collapsed(self.content, framed, set(held), stage.sides, places=True)
        if len(fewer) == len(framed) and small:
            # What has room takes it from those without.
            every = {code for one in framed if (code := one.group.adm1)}
            fewer = collapsed(self.content, framed, every, stage.sides, places=True)
        return fewer


def is_small(stage: Stage) -> bool:
    """Whether a panel is so small that places may be told by their provinces."""
    left, top, right, bottom = stage.view.box
    return (right - left) * (bottom - top) < SUMMARY


def _found(items: list[Item], placed: Placed, framed: list[Framed]) -> Found:
    """What came of the marks, which are the first of some items."""
    return items, placed, framed, [one for n, one in enumerate(framed) if n not in placed.chosen]
