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
GLYPH: Final = 17.0
"""Room before the first line for the symbol of an event."""


@dataclass(frozen=True)
class NoteBox:
    """A note set in a width.

    Attributes
    ----------
    lines
        Each with whether it is bold.
    width, height
        Of the box with its rim, in units.
    glyph
        Type and look of the event's symbol before the first line.
    lines_of
        How many lines of the note's text it holds.
    """

    lines: tuple[tuple[str, bool], ...]
    width: float
    height: float
    glyph: tuple[str, str] | None
    lines_of: int

    @classmethod
    def of(cls, stage: Stage, laid: Laid, room: float) -> NoteBox:
        """Set the text of a note so that its lines are at most so wide."""
        glyph = (laid.type, laid.filled) if laid.type else None
        given = laid.text.split("\n")
        parts = [visible(part).strip() for part in given if part.strip()]
        lines: list[tuple[str, bool]] = []
        wide = 0.0
        for n, part in enumerate(parts):
            bold = n == 0 and len(parts) > 1
            lead = GLYPH if glyph and n == 0 else 0.0
            for line in stage.lettering.balanced(part, SIZE, room - lead, bold=bold):
                lines.append((line, bold))
                wide = max(wide, stage.lettering.ink(line, SIZE, bold=bold).width + lead)
        return cls(
            tuple(lines), wide + 2 * PAD, len(lines) * SIZE * LEADING + 2 * PAD - 3.0, glyph, len(given)
        )

    def box(self, x: float, y: float) -> Box:
        """What it covers with its middle at a point."""
        return (x - self.width / 2, y - self.height / 2, x + self.width / 2, y + self.height / 2)

    def draw(self, stage: Stage, x: float, y: float) -> None:
        """Draw the box with its words."""
        colours = stage.house.colours
        left, top, right, _ = box = self.box(x, y)
        layer, corner = stage.layer("notes-on-map"), stage.house.areas["corner"]
        stage.canvas.box(
            layer, box, radius=corner, fill=colours["page"], edge=colours["rule"], width=0.8, gid="note-box"
        )
        foot = top + PAD + SIZE * 0.86
        for n, (line, bold) in enumerate(self.lines):
            arabic = is_arabic(line)
            lead = GLYPH if self.glyph and self.lines[n][1] == self.lines[0][1] and n == 0 else 0.0
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
            foot += SIZE * LEADING
