"""What every part of a panel draws with: the page, the look, the words, the projection, and the account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from maps.words.words import plural, word

if TYPE_CHECKING:
    from maps.spec.house_style import House
    from maps.spec.sheet import Sheet
    from maps.static.canvas import Canvas, Layer
    from maps.static.fonts import Lettering
    from maps.static.placement import Box
    from maps.static.projection import View
    from maps.static.record import Record
    from maps.static.report import Report
    from maps.static.sides import Sides

__all__ = ["LAYERS", "Stage", "symbol_scale"]

SYMBOLS: Final = (340.0, 0.8, 0.9)
LOCATOR_SYMBOLS: Final = (300.0, 1.08, 1.2)
"""Units of width, and the size of symbols to that of the style below and from there: a little higher than the
letters of names; where a few events are located larger, 30 px on a picture of 1080."""

LAYERS: Final = {
    "areas": "Districts of events",
    "laid": "What is laid over the map",
    "leaders": "Lines to places",
    "halos": "Halos of names",
    "stretches": "Stretches of the line",
    "crossings": "Border crossings",
    "places": "Places",
    "numbers": "Numbers of events",
    "names": "Names",
    "notes-on-map": "Notes",
    "furniture": "Scale bar and inset",
    "frame": "Frame",
}
"""Layers of a panel, from the lowest to the highest, with their titles; symbols lie over the leaders."""


def symbol_scale(view: View, *, locator: bool) -> float:
    """Factor on the size of symbols in a panel."""
    width, small, usual = LOCATOR_SYMBOLS if locator else SYMBOLS
    return small if view.box[2] - view.box[0] < width else usual


@dataclass
class Stage:
    """A panel in the making.

    Attributes
    ----------
    reserved
        Boxes of what is drawn over the panel later, such as the key.
    has_notes
        Whether a number on the map can be explained below it.
    hide
        Parts that are left out, of :data:`maps.spec.spec.HIDEABLE`.
    locator
        Whether the panel locates a few events: a city at its own scale has a circle.
    symbol_scale
        Factor on the size of symbols.
    squares
        Whether a crossing without an event may have a square; else it is told in words.
    """

    canvas: Canvas
    house: House
    sheet: Sheet
    lang: str
    lettering: Lettering
    view: View
    sides: Sides
    report: Report
    record: Record
    own: dict[str, Any]
    english: dict[str, Any]
    symbol_scale: float = 1.0
    reserved: list[Box] = field(default_factory=list)
    has_notes: bool = True
    hide: tuple[str, ...] = ()
    locator: bool = False
    squares: bool = True

    def say(self, key: str, **fields: object) -> str:
        """A word in the map's language, or in English where no font has its letters."""
        return self.lettering.pick(word(self.lang, key, **fields), word("en", key, **fields))

    def layer(self, name: str) -> Layer:
        """One of :data:`LAYERS`."""
        return self.canvas.layer(name, LAYERS[name])

    def times(self, n: int) -> str:
        """So many events at one place."""
        return "\u00d7" + self.canvas.number(n)

    def letter(self, n: int) -> str:
        """The letter of the n-th name, from 0, that is told below the map; then two letters."""
        letters = self.say("letters")
        first, last = divmod(n, len(letters))
        return f"{letters[first - 1] if first else ''}{letters[last]}"

    def plain_plural(self, event_type: str) -> str:
        """The English plural of a type, for the name of a layer."""
        return plural("en", event_type, 2)

    @property
    def size(self) -> float:
        """Radius of a symbol in units."""
        return float(self.house.symbols["size"]) * self.symbol_scale
