"""Rows of symbols at a crossing, some of which happened on one side of the Durand Line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from maps.static.forms import moved
from maps.static.symbol_row import REACH

if TYPE_CHECKING:
    from collections.abc import Callable

    from maps.static.mark_groups import Framed
    from maps.static.sides import Sides
    from maps.static.symbol_row import SymbolRow

__all__ = ["across", "each_side", "of_both", "symbols_in", "told_side"]

ACROSS_COST: Final = 1.5


def each_side(sides: Sides, framed: Framed, row: SymbolRow, middle: Any) -> Any:
    """Where each symbol of a row of two sides stands on its own."""
    good = np.ones(len(middle), dtype=bool)
    for side, box in zip(framed.sides, row.boxes(-row.width / 2, -row.height / 2), strict=False):
        if side is not None:
            good &= sides.on_side(side, moved(box, middle[:, 0], middle[:, 1]))
    return good


def across(sides: Sides, framed: Framed, texts: Any) -> Any:
    """Cost of the name of a crossing on the other side than what happened beside it."""
    side = told_side(framed)
    if side is None:
        return np.zeros(len(texts))
    return np.where(sides.on_side(side, texts), 0.0, ACROSS_COST)


def of_both(framed: Framed, row: SymbolRow, boxes: Any) -> Any:
    """The part of boxes of a row from its first symbol of no one side to its last; a number has no place."""
    sides = framed.sides if any(framed.sides) else [None] * len(framed.parts)
    at = np.array([spot for side, spot in zip(sides, row.middles(0, 0), strict=True) if side is None])
    half = REACH * row.size
    (left, top), (right, bottom) = at.min(axis=0) - half, at.max(axis=0) + half
    return np.column_stack([boxes[:, 0] + left, boxes[:, 1] + top, boxes[:, 0] + right, boxes[:, 1] + bottom])


def symbols_in(row: SymbolRow, middle: Any, within: Callable[..., Any], code: str | None) -> Any:
    """Where every symbol of a row would stand in a country or province."""
    found = np.ones(len(middle), dtype=bool)
    for dx, dy in row.middles(-row.width / 2, -row.height / 2):
        found &= within(code, middle[:, 0] + dx, middle[:, 1] + dy)
    return found


def told_side(framed: Framed) -> str | None:
    """The side of what stands in the row of a crossing and has one."""
    return next((one for one in framed.sides if one), None)
