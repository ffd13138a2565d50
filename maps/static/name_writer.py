"""How names are written on a map: kinds, sizes, cases, halos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from maps.static.fonts import is_arabic

if TYPE_CHECKING:
    from maps.static.placement import Box
    from maps.static.stage import Stage

__all__ = ["HAIR", "KINDS", "PAD", "Kind", "NameWriter"]

HAIR: Final = "\u200a"
PAD: Final = 1.4
"""Units round a name that nothing else may touch."""

ARABIC_SIZE: Final = 1.18


@dataclass(frozen=True)
class Kind:
    """The look of one kind of name."""

    size: float
    colour: str
    bold: bool = False
    italic: bool = False
    caps: bool = False
    hairs: int = 0


KINDS: Final[dict[str, Kind]] = {
    "country": Kind(13.0, "country-name", caps=True, hairs=4),
    "province": Kind(10.4, "province-name", caps=True, hairs=1),
    "province of events": Kind(10.4, "province-name", caps=True, hairs=1),
    "event place": Kind(11.4, "ink", bold=True),
    "event capital": Kind(13.0, "ink", bold=True),
    "tag": Kind(11.0, "ink-2"),
    "province tag": Kind(11.0, "ink-2"),
    "capital": Kind(12.5, "ink", bold=True),
    "city": Kind(12.0, "place"),
    "town": Kind(11.4, "place"),
    "village": Kind(11.0, "place-minor"),
    "crossing": Kind(11.0, "ink"),
    "durand": Kind(11.0, "durand", bold=True, caps=True, hairs=2),
    "control": Kind(10.4, "country-name", caps=True, hairs=1),
    "river": Kind(10.4, "river-name", italic=True),
}


class NameWriter:
    """Measures and writes names of a panel."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @staticmethod
    def is_arabic(text: str) -> bool:
        """Whether a name is in Arabic script."""
        return is_arabic(text)

    def cased(self, text: str, kind: Kind) -> str:
        """The text as it is set: capitals spaced with hairs in scripts that have capitals."""
        if is_arabic(text) or not kind.caps:
            return text
        return (HAIR * kind.hairs).join(text.upper())

    def size(self, text: str, kind: Kind) -> float:
        """Size of a name; Arabic letters are small for their size, and have no capitals to make up for it."""
        return kind.size * (ARABIC_SIZE if is_arabic(text) else 1.0)

    def ink(self, text: str, kind: Kind) -> tuple[float, float, float]:
        """Width, height above and below the foot."""
        one = self.stage.lettering.ink(text, self.size(text, kind), bold=kind.bold, italic=kind.italic)
        return one.width, one.above, one.below

    def box(self, text: str, kind: Kind, x: float, foot: float, anchor: str = "left") -> Box:
        """What a name covers, with a little room."""
        width, above, below = self.ink(text, kind)
        left = x - {"left": 0.0, "center": width / 2, "right": width}[anchor]
        return (left - PAD, foot - above - PAD, left + width + PAD, foot + below + PAD)

    def write(
        self,
        text: str,
        kind: Kind,
        x: float,
        foot: float,
        *,
        anchor: str = "left",
        angle: float = 0.0,
        colour: str | None = None,
    ) -> None:
        """Put a name on the map with its halo."""
        stage = self.stage
        stage.canvas.text(
            stage.layer("names"),
            x,
            foot,
            text,
            self.size(text, kind),
            colour or stage.house.colours[kind.colour],
            bold=kind.bold,
            italic=kind.italic,
            anchor=anchor,
            angle=angle,
            halo=stage.house.colours["focus"],
            halo_width=stage.house.text["halo"] * (1.15 if kind.bold else 1.0),
            halo_layer=stage.layer("halos"),
            keep=False,
        )
