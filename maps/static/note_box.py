"""A box of text on the map: measured, then drawn with a line to its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.files.characters import visible
from maps.static.fonts import is_arabic
from maps.static.symbols import draw_glyph

if TYPE_CHECKING:
    from maps.content.laid import Laid
    from maps.static.placement import Box
    from maps.static.stage import Stage

__all__ = ["NoteBox"]

SIZE: Final = 12.0
LEADING: Final = 1.34
PAD: Final = 7.0
BETWEEN: Final = 3.5
"""Units between one line of a note and the next, where they are more than the lines that it is set in."""

GLYPH: Final = 17.0
"""Room before the first line for the symbol of an event."""


@dataclass(frozen=True)
class NoteBox:
    """A note set in a width.

    Attributes
    ----------
    lines
        Each with whether it is bold, and how far its foot lies below the top of the box.
    width, height
        Of the box with its rim, in units.
    glyph
        Type and look of the event's symbol before the first line.
    text
        Its words.
    """

    lines: tuple[tuple[str, bool, float], ...]
    width: float
    height: float
    glyph: tuple[str, str] | None
    text: str

    @classmethod
    def of(cls, stage: Stage, laid: Laid, room: float) -> NoteBox:
        """Set the text of a note so that its lines are at most so wide."""
        glyph = (laid.type, laid.filled) if laid.type else None
        parts = [visible(part).strip() for part in laid.text.split("\n") if part.strip()]
        lines: list[tuple[str, bool, float]] = []
        wide, foot = 0.0, PAD + SIZE * 0.86
        for n, part in enumerate(parts):
            bold = n == 0 and len(parts) > 1
            lead = GLYPH if glyph and n == 0 else 0.0
            for line in stage.lettering.balanced(part, SIZE, room - lead, bold=bold):
                lines.append((line, bold, foot))
                foot += SIZE * LEADING
                wide = max(wide, stage.lettering.ink(line, SIZE, bold=bold).width + lead)
            # Wrapped lines are told from what follows.
            foot += BETWEEN if 0 < n < len(parts) - 1 else 0.0
        return cls(tuple(lines), wide + 2 * PAD, foot - SIZE * 0.86 + PAD - 3.0, glyph, laid.text)

    def box(self, x: float, y: float) -> Box:
        """What it covers with its middle at a point."""
        return (x - self.width / 2, y - self.height / 2, x + self.width / 2, y + self.height / 2)

    def draw(self, stage: Stage, x: float, y: float) -> None:
        """Draw the box with its words."""
        colours = stage.house.colours
        left, top, right, _ = box = self.box(x, y)
        layer, corner = stage.layer("notes-on-map"), stage.house.areas["corner"]
        # A line in Latin letters stands with the others.
        arabic = is_arabic(self.text)
        stage.canvas.box(
            layer, box, radius=corner, fill=colours["page"], edge=colours["rule"], width=0.8, gid="note-box"
        )
        for n, (line, bold, below) in enumerate(self.lines):
            foot = top + below
            lead = GLYPH if self.glyph and n == 0 else 0.0
            if lead and self.glyph:
                spot = (right - PAD - 6.0 if arabic else left + PAD + 6.0, foot - SIZE * 0.34)
                draw_glyph(
                    stage.canvas, layer, stage.house, self.glyph[0], [spot], SIZE * 0.5, filled=self.glyph[1]
                )
            stage.canvas.text(
                layer,
                right - PAD - lead if arabic else left + PAD + lead,
                foot,
                line,
                SIZE,
                colours["ink"],
                bold=bold,
                anchor="right" if arabic else "left",
                keep=False,
            )
