"""How many events of each type, drawn in each way, stand at a mark."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from maps.content.certainty import FILLED_CODES, FILLED_ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from maps.content.event_rows import EventRows

__all__ = ["SymbolCount", "symbol_counts"]


class SymbolCount(NamedTuple):
    """Events of one type that are drawn alike: number in ``EVENT_TYPES``, of :data:`FILLED_ORDER`, count."""

    type: int
    filled: str
    n: int


def symbol_counts(rows: EventRows, events: Iterable[int]) -> tuple[SymbolCount, ...]:
    """Counts of some events, in the order of ``EVENT_TYPES``, filled before hollow before not said."""
    kinds, sure = rows.type, rows.verification
    found = Counter((int(kinds[row]), FILLED_ORDER.index(FILLED_CODES[sure[row]])) for row in events)
    return tuple(SymbolCount(kind, FILLED_ORDER[how], n) for (kind, how), n in sorted(found.items()))
