"""Symbols of the events that are drawn together, side by side, each with its number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot
from typing import TYPE_CHECKING, Final, NamedTuple

from maps.static.symbols import Part, draw_glyph, half_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.static.placement import Box
    from maps.static.stage import Stage

__all__ = ["SymbolRow"]

REACH: Final = 1.16
"""Half the height of a row, with the white rim of its symbols, to their size."""

NUMBER: Final = 1.86
LEAST_NUMBER: Final = 11.0
"""Size of a number to that of its symbol, and the least in units: that of the names."""

NUMBER_GAP: Final = 1.8
PART_GAP: Final = 3.2
"""A number belongs to the symbol before it: the gap after it is wider than the one before, to a name, too."""

SYMBOL_GAP: Final = 1.4
"""Units between the white rims of two symbols, whatever their shapes."""


class _Cell(NamedTuple):
    """A part and where it stands in its row: left edge and half width of the symbol, its number, its end."""

    part: Part
    x: float
    half: float
    number_x: float
    middle: float
    end: float


@dataclass(frozen=True)
class SymbolRow:
    """A row that is measured before it is placed.

    Attributes
    ----------
    size
        Radius of a symbol in units.
    cells
        Parts with their places from the row's left upper corner.
    width, height
        Of the whole, in units.
    """

    size: float
    cells: tuple[_Cell, ...]
    width: float
    height: float
    number_size: float
    colour: str | None = None

    @classmethod
    def of(
        cls, stage: Stage, parts: Sequence[Part], size: float, *, per_line: int = 6, colour: str | None = None
    ) -> SymbolRow:
        """Set parts side by side, on as many lines as needed."""
        number_size = max(NUMBER * size, LEAST_NUMBER)
        each = 2 * REACH * size
        cells: list[_Cell] = []
        wide, y = 0.0, 0.0
        lines = [parts[n : n + per_line] for n in range(0, len(parts), per_line)]
        for line in lines:
            x = 0.0
            for n, part in enumerate(line):
                half = half_width(part.event_type, part.filled, size, stage.house.symbols)
                end = x + 2 * half
                number_x = end + NUMBER_GAP - 0.16 * size
                if part.n > 1:
                    end = number_x + _wide(stage, part, number_size)
                cells.append(_Cell(part, x, half, number_x, y + each / 2, end))
                wide = max(wide, end + NUMBER_GAP * (part.n > 1))
                x = end + (PART_GAP if part.n > 1 else SYMBOL_GAP) * (n < len(line) - 1)
            y += each + 0.6
        return cls(size, tuple(cells), wide, y - 0.6 if lines else 0.0, number_size, colour)

    def number_off(self, stage: Stage, away: float, *, before: bool) -> SymbolRow:
        """The row with the number of its last symbol farther off, or that of a single one before it."""
        *rest, last = self.cells
        number = _wide(stage, last.part, self.number_size)
        if before:
            x = number + away
            moved = last._replace(x=x, number_x=0.0, end=x + 2 * last.half)
        else:
            x = last.x + 2 * last.half + away
            moved = last._replace(number_x=x, end=x + number)
        return replace(self, cells=(*rest, moved), width=moved.end)

    @property
    def first(self) -> tuple[float, float]:
        """Middle of the first symbol, from the row's left upper corner."""
        cell = self.cells[0]
        return cell.x + cell.half, cell.middle

    @property
    def last(self) -> tuple[float, float]:
        """Middle of the last symbol of the first line."""
        line = [cell for cell in self.cells if cell.middle == self.cells[0].middle]
        return line[-1].x + line[-1].half, line[-1].middle

    @property
    def stacked(self) -> bool:
        """Whether it has more than one line."""
        return self.cells[-1].middle > self.cells[0].middle

    @property
    def heart(self) -> float:
        """From the middle of the row to that of its symbols."""
        first, last = self.cells[0], self.cells[-1]
        return (first.x + last.x) / 2 + (first.half + last.half) / 2 - self.width / 2

    @property
    def last_number(self) -> Box:
        """The box of the last number, from the middle of the row."""
        cell, half = self.cells[-1], REACH * self.size
        middle = cell.middle - self.height / 2
        end = cell.x if self.number_first else cell.end
        return cell.number_x - self.width / 2, middle - half, end - self.width / 2, middle + half

    @property
    def number_first(self) -> bool:
        """Whether the number stands before its symbol."""
        return self.cells[-1].number_x < self.cells[-1].x

    def middles(self, left: float, top: float) -> list[tuple[float, float]]:
        """Middles of the symbols of a row whose left upper corner is given."""
        return [(left + cell.x + cell.half, top + cell.middle) for cell in self.cells]

    def rim_towards(self, left: float, top: float, at: tuple[float, float]) -> tuple[float, float]:
        """Where a line from a place ends at the nearest symbol of a row whose left upper corner is given."""
        ends = []
        for cell, (x, y) in zip(self.cells, self.middles(left, top), strict=True):
            far = hypot(at[0] - x, at[1] - y)
            share = min(1.0, cell.half / max(far, 1e-9))
            ends.append((far - cell.half, (x + (at[0] - x) * share, y + (at[1] - y) * share)))
        return min(ends)[1]

    def boxes(self, left: float, top: float) -> list[Box]:
        """The box of each symbol with its number."""
        half = REACH * self.size
        return [
            (
                left + min(cell.x, cell.number_x),
                top + cell.middle - half,
                left + cell.end,
                top + cell.middle + half,
            )
            for cell in self.cells
        ]

    def draw(self, stage: Stage, left: float, top: float) -> None:
        """Draw it from its left upper corner, and note it."""
        half = REACH * self.size
        for cell, (x, y) in zip(self.cells, self.middles(left, top), strict=True):
            wide = cell.half
            kind, filled, n, events = cell.part
            slug = kind.replace(" ", "-")
            layer = stage.canvas.layer(f"events-{slug}", f"Events: {stage.plain_plural(kind)}")
            draw_glyph(
                stage.canvas,
                layer,
                stage.house,
                kind,
                [(x, y)],
                self.size,
                filled=filled,
                colour=self.colour,
                gid=f"events-{slug}-{filled.replace(' ', '-')}",
            )
            box = (x - wide, y - half, x + wide, y + half)
            stage.record.add(stage.view, "symbol", kind, box, events=events, filled=filled)
            if n > 1:
                self._number(stage, left + cell.number_x, y, n, events)

    def _number(self, stage: Stage, x: float, y: float, n: int, events: tuple[str, ...]) -> None:
        text = stage.times(n)
        ink = stage.canvas.lettering.ink(text, self.number_size, bold=True)
        foot = y + self.number_size * 0.36
        stage.canvas.text(
            stage.layer("numbers"),
            x,
            foot,
            text,
            self.number_size,
            stage.house.colours["ink"],
            bold=True,
            halo=stage.house.colours["focus"],
            halo_width=1.8,
            halo_layer=stage.layer("halos"),
            keep=False,
        )
        box = (x, foot - ink.above, x + ink.width, foot + ink.below)
        stage.record.add(stage.view, "count", text, box, events=events)


def _wide(stage: Stage, part: Part, size: float) -> float:
    """Width of the number of a part."""
    return float(stage.canvas.lettering.ink(stage.times(part.n), size, bold=True).width)
