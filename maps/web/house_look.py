"""The look of a house on the page: its colours, lines, sizes and fonts over the page's own, as CSS.

What a style's file does not name stays as the page has it. A style names colours for light ground alone, so
that a page in its colours is light by day and by night.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from geo.errors import SchemaError
from maps.spec.house_style import House, read_house
from maps.style import (
    BASE,
    INK,
    MARK_COLOURS,
    TYPES,
    css_variables,
    dash_variables,
    ink_table,
    mark_variables,
)
from maps.web.web_font import FAMILY, MOST_BYTES, embedded_font, font_face

if TYPE_CHECKING:
    from maps.content.content import MapContent
    from maps.spec.sheet import Sheet

__all__ = ["PageLook", "page_look"]

COLOURED: Final = ("colours", "types", "marks")
"""Tables of a style that make a page light."""

WIDTHS: Final = {
    "river": ".d-river",
    "province": ".d-province-line",
    "border": ".d-border",
    "durand": ".d-durand",
    "durand_halo": ".d-durand-halo",
    "control": ".d-control",
    "leader": ".d-leader,.d-name-leader",
    "ring": ".d-radius",
}
"""Lines of a style, and what draws them on the page."""

DASHES: Final = {"durand_dash": ".d-durand", "control_dash": ".d-control"}

SIZES: Final = {
    "title": ("h1", 22.0),
    "subtitle": (".subtitle", 15.0),
    "legend": (".key,.key-types", 14.0),
    "credit": ("footer", 11.0),
}
"""Sizes of a style, what has them on the page, and its own size there in px: it changes by the same part."""


@dataclass(frozen=True)
class PageLook:
    """What a page takes of a sheet: its house, its font, the unit of its scale bar.

    Attributes
    ----------
    house
        The style, complete.
    font
        WOFF2 of the house's font, cut to what a page of the language needs; none if it has no file.
    scale
        ``km``, ``mi`` or ``both``.
    """

    house: House
    font: bytes | None = None
    bold: bytes | None = None
    scale: str = "km"

    @property
    def plain(self) -> bool:
        """Whether the page is in its own colours, which have a dark side."""
        return not self.house.named.intersection(COLOURED)

    def colour(self, name: str, side: int = 0) -> str:
        """A colour of the base, on light ground (0) or on dark (1)."""
        return BASE[name][side] if self.plain else self.house.colours[name]

    def type_colours(self, event_type: str) -> tuple[str, str]:
        """Colour and outline of a type of event on light ground."""
        if self.plain:
            return TYPES[event_type].colour, TYPES[event_type].line
        colour = self.house.types[event_type]
        return colour, self.house.edges.get(event_type, colour)

    def variables(self, *, marks: bool) -> str:
        """Colours as custom properties, before the sheets that use them."""
        if self.plain:
            return css_variables() + dash_variables() + mark_variables() * marks
        house = self.house
        light = [f"--d-{name}:{colour}" for name, colour in house.colours.items()]
        for number, name in enumerate(TYPES):
            colour, line = self.type_colours(name)
            light += [f"--d-type-{number}:{colour}", f"--d-type-line-{number}:{line}"]
        light += [f"--d-mark-{name}:{house.marks[name]}" for name in MARK_COLOURS if marks]
        dashes = dash_variables(house.symbols["not_said_dash"])
        return f":root{{color-scheme:light;{';'.join(light)}}}\n{dashes}"

    def sheet(self) -> str:
        """What the house changes, after the sheets of the page; empty where it changes nothing."""
        rules = [font_face(one) for one in (self.font, self.bold) if one]
        own = [f"--d-font:{self._families()}"] if self.font or "fonts" in self.house.named else []
        if not self.plain:
            # The sheets have a dark side of these; a house has none.
            own += ["--d-rim:#fff", "--d-halo:rgb(255 255 255 / 0.85)"]
        if self.house.areas["corner"] != INK.corner_px:
            own.append(f"--d-corner:{self.house.areas['corner']:g}px")
        rules += [f":root{{{';'.join(own)}}}"] if own else []
        return "".join(f"{rule}\n" for rule in (*rules, *self._lines(), *self._sizes()))

    def _families(self) -> str:
        """Families in order, the house's own first."""
        named = (*self.house.latin, *self.house.arabic) if "fonts" in self.house.named else ()
        names = [*([FAMILY] if self.font else []), *named]
        quoted = [f'"{name.translate(_UNQUOTED)}"' for name in names]
        return ",".join([*quoted, "ui-sans-serif", "system-ui", '"Noto Naskh Arabic"', "sans-serif"])

    def _lines(self) -> list[str]:
        """Widths and dashes that differ from the neutral ones."""
        neutral, house = read_house("neutral"), self.house
        rules = [
            f"{where}{{stroke-width:{house.lines[name]:g}px}}"
            for name, where in WIDTHS.items()
            if house.lines[name] != neutral.lines[name]
        ]
        rules += [
            f"{where}{{stroke-dasharray:{' '.join(f'{one:g}' for one in house.lines[name])}}}"
            for name, where in DASHES.items()
            if list(house.lines[name]) != list(neutral.lines[name])
        ]
        for name, where in (("tint_ground", ".d-tint"), ("tint_air", ".d-tint.air")):
            if house.areas[name] != neutral.areas[name]:
                rules.append(f"{where}{{fill-opacity:{house.areas[name]:g}}}")
        if house.areas["outline"] != neutral.areas["outline"]:
            rules.append(f".d-tint{{stroke-width:{house.areas['outline']:g}}}")
        if house.symbols["line"] != neutral.symbols["line"]:
            rules.append(f".d-shape.hollow,.d-shape.unsaid{{stroke-width:{house.symbols['line']:g}px}}")
        return rules

    def _sizes(self) -> list[str]:
        neutral, house = read_house("neutral").text, self.house.text
        rules = []
        for name, (where, own) in SIZES.items():
            if house[name] != neutral[name]:
                size = max(INK.least_type_px, own * house[name] / neutral[name])
                rules.append(f"{where}{{font-size:{size:.1f}px;line-height:1.3}}")
        return rules

    def ink(self) -> dict[str, Any]:
        """Sizes and strengths that the scripts draw with."""
        lines, areas, symbols = self.house.lines, self.house.areas, self.house.symbols
        own = replace(
            INK,
            durand_width_px=lines["durand"],
            durand_dash_px=tuple(lines["durand_dash"]),
            durand_halo_px=(lines["durand_halo"] - lines["durand"]) / 2,
            symbol_px=2 * symbols["size"],
            symbol_line_px=symbols["line"],
            rim_px=symbols["rim"],
            sleeve_width_px=lines["sleeve"],
            tint_ground=areas["tint_ground"],
            tint_air=areas["tint_air"],
        )
        return ink_table(own)


_UNQUOTED: Final = {ord(one): None for one in '"\\<>{};\n\r'}
"""What would end a name in a style sheet, or the sheet."""


def page_look(sheet: Sheet | None, content: MapContent) -> PageLook:
    """What a page takes of a sheet.

    Raises
    ------
    DataNotFoundError
        If the style or the font is not there.
    SchemaError
        If the style has faults, or the font may not be embedded.
    """
    if sheet is None:
        return PageLook(read_house("neutral"))
    house = read_house(sheet.style)
    # The bold of a style belongs to its own font.
    files = [sheet.font] if sheet.font else [one for one in (house.font, house.bold) if one]
    fonts = [embedded_font(file, content) for file in files]
    if sum(map(len, fonts)) > MOST_BYTES:
        raise SchemaError(
            f"the font of {house.name} and its bold take {sum(map(len, fonts)):,} bytes of the page, "
            f"and at most {MOST_BYTES:,} are for them: leave the bold out, or use lighter files"
        )
    font, bold = (*fonts, None, None)[:2]
    return PageLook(house, font, bold, sheet.scale)
