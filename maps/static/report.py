"""What became of a drawing: what was placed, what has no room, what lies outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from maps.static.obstacles import overlaps

if TYPE_CHECKING:
    from maps.static.mark_groups import Framed
    from maps.static.placement import Box

__all__ = ["Lettered", "Report"]


@dataclass
class Lettered:
    """A mark or a province without room for its name: its letter on the map, explained below.

    Numbers on a map are counts of events; a letter is taken for none.
    """

    letter: str
    name: str
    text: str


@dataclass
class Report:
    """What became of a drawing.

    Attributes
    ----------
    framed
        Events drawn inside the frame, or told in words below it.
    outside
        Mapped events outside it.
    placed, left_out
        Names of labels that stand on the map, and of those for which there was no room.
    boxes
        Boxes of everything placed: names, marks, furniture.
    symbols
        Boxes of event symbols, in the order of the marks.
    lettered
        Marks whose name is told below the map.
    below
        Groups that are told below the map because they run along much of the line.
    unplaced
        Groups for which the map has no room; told below it.
    lands
        Names of countries and provinces that hold events and have no room.
    unnamed
        Marks that go without a name because there are too many.
    by_province
        Whether places are counted in their provinces, for want of room.
    gates
        Crossings with what is told of them on the day, for which there was no room.
    band
        Whether a map shows how far sources for the line differ.
    asked
        What the user wants on the map, and whether it stands there.
    warnings
        Words for the user.
    """

    framed: int = 0
    outside: int = 0
    band: bool = False
    placed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    boxes: list[tuple[str, list[Box]]] = field(default_factory=list)
    symbols: list[Box] = field(default_factory=list)
    lettered: list[Lettered] = field(default_factory=list)
    below: list[Framed] = field(default_factory=list)
    unplaced: list[Framed] = field(default_factory=list)
    lands: list[str] = field(default_factory=list)
    unnamed: list[Framed] = field(default_factory=list)
    by_province: bool = False
    gates: list[str] = field(default_factory=list)
    asked: dict[str, bool] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def label_overlaps(self) -> list[tuple[str, str]]:
        """Pairs of placed things whose boxes overlap."""
        names: list[str] = []
        boxes: list[Box] = []
        for name, group in self.boxes:
            names += [name] * len(group)
            boxes += group
        return [(names[a], names[b]) for a, b in overlaps(boxes) if names[a] != names[b]]
