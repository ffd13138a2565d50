"""How everything looks: one table of colours, shapes and sizes, light and dark, for web and print.

The event colours stand in three families: from the air and from afar (reds and oranges, told apart by shape),
on the ground (slate), against people (black). Blue is water's alone. Airstrike and drone strike have colours
of M. Okabe and K. Ito, Color Universal Design (2008). Each type has a shape of its own as well, so that a map
can be read without colour.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ARABIC",
    "BASE",
    "HOLLOW",
    "INK",
    "LATIN",
    "MARK_COLOURS",
    "SHAPES",
    "TYPES",
    "Family",
    "Ink",
    "TypeStyle",
    "css_variables",
    "dash_variables",
    "ink_table",
    "mark_variables",
]

Family = Literal["air", "ground", "people", "not violence"]
"""What a type of event belongs to: strikes from the air or from afar, fighting on the ground, attacks against
people, what is no violence."""


@dataclass(frozen=True)
class TypeStyle:
    """The look of an event type.

    Attributes
    ----------
    family
        What it belongs to.
    colour, dark
        On light and on dark ground.
    shape
        Name of a shape in :data:`SHAPES`.
    edge, dark_edge
        A line of 1 px round the filled shape, in which the hollow shape is drawn; that of the colour itself
        where it is not given.
    """

    family: Family
    colour: str
    dark: str
    shape: str
    edge: str | None = None
    dark_edge: str | None = None

    @property
    def line(self) -> str:
        """Colour of the outline of a hollow symbol on light ground."""
        return self.edge or self.colour

    @property
    def dark_line(self) -> str:
        """The same on dark ground."""
        return self.dark_edge or self.dark


@dataclass(frozen=True)
class Ink:
    """Sizes and strengths that page and print share: pixels of a page, at 96 to the inch, unless named so.

    Attributes
    ----------
    durand_width_px, durand_dash_px, durand_halo_px
        The Durand Line: width, dash and gap, halo in the colour of the land.
    durand_min_gap_px
        The drawn line is simplified until no two parts of it come nearer than this.
    durand_name_off_px
        How far from the line its name stands.
    control_dots_px, control_width_px
        Dot and gap, and width, of the Line of Control.
    border_width_px, province_width_px, district_width_px, river_width_px
        Widths of the lines of the base.
    symbol_px
        Width of a symbol of unit size: its radius is half of it.
    symbol_line_px
        Width of the outline of a hollow symbol.
    rim_px
        White rim of a symbol that is plotted.
    halo_px
        Halo of names, tags, and symbols within tags.
    not_said_dash_px
        Dash and gap of the outline of a symbol where the table does not say how sure the account is.
    ring_width_px
        Ring of a town's radius, drawn where it is wider than the row of the town's symbols.
    sleeve_px, sleeve_width_px
        Outline round a stretch of the line: how far to each side, and how wide.
    sleeve_most
        A stretch longer than this part of the line in the frame is a line of words below the map.
    tint_ground, tint_air
        Opacity of the tint of a district, in the colour of its loudest event.
    tint_outline_px
        Outline of a tinted district.
    leader_px
        Width of a leader from a symbol to its place.
    relief
        How much darker the steepest slope in shade is than flat ground, 0 to 1; none in a style that has 0.
    corner_px
        Radius of the corners of boxes: notes, and cards and buttons of a page.
    name_gap_symbols
        Least gap from a symbol to the name of another place, in symbols.
    least_type_px, least_type_pt
        No text is smaller, on a screen and on paper.
    """

    durand_width_px: float = 2.0
    durand_dash_px: tuple[float, float] = (6.0, 3.6)
    durand_halo_px: float = 2.0
    durand_min_gap_px: float = 5.0
    durand_name_off_px: float = 12.0
    control_dots_px: tuple[float, float] = (0.1, 3.6)
    control_width_px: float = 1.4
    border_width_px: float = 1.0
    province_width_px: float = 0.7
    district_width_px: float = 0.5
    river_width_px: float = 0.6
    symbol_px: float = 13.0
    symbol_line_px: float = 1.5
    rim_px: float = 1.5
    halo_px: float = 2.0
    not_said_dash_px: tuple[float, float] = (3.2, 1.3)
    ring_width_px: float = 1.0
    sleeve_px: float = 8.0
    sleeve_width_px: float = 1.2
    sleeve_most: float = 1 / 3
    tint_ground: float = 0.08
    tint_air: float = 0.13
    tint_outline_px: float = 1.0
    leader_px: float = 0.8
    relief: float = 0.2
    corner_px: float = 4.0
    name_gap_symbols: float = 2.0
    least_type_px: float = 11.0
    least_type_pt: float = 6.0


INK: Final = Ink()


def ink_table(ink: Ink = INK) -> dict[str, float | list[float]]:
    """:data:`INK`, or another, as plain data, ready for JSON."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(ink).items()}


def _outline(corners: list[tuple[float, float]]) -> str:
    """A closed path, to a hundredth of the symbol's size."""
    return "M" + "L".join(f"{round(x, 2) + 0.0:g},{round(y, 2) + 0.0:g}" for x, y in corners) + "Z"


def _star(points: int, outer: float, inner: float) -> str:
    return _outline(
        [
            (sin(pi * n / points) * r, -cos(pi * n / points) * r)
            for n in range(2 * points)
            for r in [inner if n % 2 else outer]
        ]
    )


def _saltire(reach: float, half: float) -> str:
    """A cross on its diagonals: how far its arms reach, and half their width."""
    quarter = [(half, -reach), (half, -half), (reach, -half)]
    corners = []
    for _ in range(4):
        corners += quarter
        quarter = [(-y, x) for x, y in quarter]
    turn = cos(pi / 4)
    return _outline([((x - y) * turn, (x + y) * turn) for x, y in corners])


def _circle(radius: float) -> str:
    return f"M{-radius},0A{radius},{radius} 0 1 1 {radius},0A{radius},{radius} 0 1 1 {-radius},0Z"


SHAPES: Final[dict[str, str]] = {
    "saltire": _saltire(1.28, 0.4),
    "triangle": "M-1.06,-0.86L1.06,-0.86L0,1.02Z",
    "diamond": "M0,-1.18L1.0,0L0,1.18L-1.0,0Z",
    "square": "M-0.86,-0.86L0.86,-0.86L0.86,0.86L-0.86,0.86Z",
    "eight-pointed star": _star(8, 1.2, 0.68),
    "four-pointed star": _star(4, 1.34, 0.5),
    "no-entry disc": _circle(1.02) + "M-0.64,-0.2L-0.64,0.2L0.64,0.2L0.64,-0.2Z",
    "half disc": _circle(1.02) + "M0,-0.8A0.8,0.8 0 0 1 0,0.8Z",
    "gate ajar": "M-1.06,-1L-0.76,-1L-0.76,-0.78L0.3,-0.42L0.3,1.08L-0.76,0.78L-0.76,1L-1.06,1Z"
    "M0.76,-1L1.06,-1L1.06,1L0.76,1Z",
    "speech bubble": "M-0.98,-0.88L0.98,-0.88L0.98,0.42L0.12,0.42L-0.42,1.1L-0.42,0.42L-0.98,0.42Z",
    "dot": _circle(0.6),
}
"""Paths round the origin, of about equal area at unit size, filled by the even-odd rule; y points down."""

HOLLOW: Final[dict[str, str]] = {
    "no-entry disc": _circle(0.96) + "M-0.45,0L0.45,0",
    "half disc": _circle(0.96) + "M0,-0.96L0,0.96",
}
"""Outlines of the shapes that have holes; the others are outlined as they are."""

TYPES: Final[dict[str, TypeStyle]] = {
    "armed clash": TypeStyle("ground", "#33475B", "#9DB2C7", "saltire"),
    "airstrike": TypeStyle("air", "#D55E00", "#EE7A22", "triangle"),
    "drone strike": TypeStyle("air", "#E69F00", "#F2B632", "diamond", "#B87A00", "#C98F10"),
    "shelling": TypeStyle("air", "#B5477A", "#CB4D98", "square"),
    "bombing": TypeStyle("people", "#000000", "#F2F2F2", "eight-pointed star"),
    "attack": TypeStyle("people", "#000000", "#F2F2F2", "four-pointed star"),
    "other": TypeStyle("not violence", "#878777", "#94948C", "dot"),
    "crossing closed": TypeStyle("not violence", "#5B5B5B", "#C6C6C6", "no-entry disc"),
    "crossing reopened": TypeStyle("not violence", "#5B5B5B", "#C6C6C6", "gate ajar"),
    "talks": TypeStyle("not violence", "#5B5B5B", "#C6C6C6", "speech bubble"),
}
"""Event type to its look; the order is the order of the legend."""

BASE: Final[dict[str, tuple[str, str]]] = {
    "sea": ("#DCE6EE", "#10161D"),
    "afghanistan": ("#FBFAF6", "#262F39"),
    "pakistan": ("#F0EDE3", "#1F262F"),
    "neighbours": ("#E4E2DB", "#1A2129"),
    "land": ("#E4E2DB", "#1A2129"),
    "focus": ("#FBFAF6", "#232B35"),
    "river": ("#A9C3D6", "#33506A"),
    "province-line": ("#C9C5BA", "#3A444F"),
    "road": ("#C4AE8A", "#5A5142"),
    "border": ("#8F8B80", "#77838F"),
    "durand": ("#3B3A36", "#D9D5CA"),
    "mixed": ("#5B5B5B", "#B4B4B4"),
    "place": ("#45433E", "#C3C7CB"),
    "place-minor": ("#65625B", "#98A0A8"),
    "province-name": ("#65615A", "#8F99A3"),
    "country-name": ("#66635B", "#929CA5"),
    "river-name": ("#3A6784", "#739BBB"),
    "crossing": ("#3B3A36", "#D9D5CA"),
    "page": ("#FFFFFF", "#151B22"),
    "panel": ("#FFFFFF", "#1B222A"),
    "ink": ("#1D1C1A", "#ECEAE4"),
    "ink-2": ("#57544D", "#B3B8BD"),
    "rule": ("#DEDBD3", "#333D47"),
    "link": ("#0B5A8A", "#7FBFEA"),
    "accent": ("#0B5A8A", "#7FBFEA"),
    "shade-1": ("#D8C3EC", "#3A3250"),
    "shade-2": ("#B99DDA", "#574A7C"),
    "shade-3": ("#9576C4", "#7C68AB"),
    "shade-4": ("#6C499C", "#A892D0"),
    "shade-5": ("#412467", "#DCCFF0"),
    "no-data": ("#B1ADA2", "#56616B"),
}
"""Names of the base and page colours, each on light and on dark ground."""

MARK_COLOURS: Final[dict[str, tuple[str, str]]] = {
    "grey": ("#57544D", "#B3B8BD"),
    "black": ("#1D1C1A", "#ECEAE4"),
    "green": ("#2F6F4E", "#6FBF95"),
    "purple": ("#6B4E90", "#B79BDB"),
    "orange": ("#A84A00", "#EE7A22"),
}
"""Colours of what a user lays over the map, each on light and on dark ground; blue is water's alone."""


def dash_variables(unsaid: Sequence[float] = INK.not_said_dash_px) -> str:
    """Dashes of the Durand Line and of symbols without a word on how sure, as custom properties."""
    dashes = {"durand-dash": INK.durand_dash_px, "unsaid-dash": unsaid}
    told = (f"--d-{name}:{' '.join(f'{one:g}' for one in dash)}" for name, dash in dashes.items())
    return f":root{{{';'.join(told)}}}\n"


def css_variables() -> str:
    """Every colour as a custom property, with the dark ones under ``prefers-color-scheme: dark``."""
    light = [f"--d-{name}:{pair[0]}" for name, pair in BASE.items()]
    dark = [f"--d-{name}:{pair[1]}" for name, pair in BASE.items()]
    for number, look in enumerate(TYPES.values()):
        light += [f"--d-type-{number}:{look.colour}", f"--d-type-line-{number}:{look.line}"]
        dark += [f"--d-type-{number}:{look.dark}", f"--d-type-line-{number}:{look.dark_line}"]
    return (
        f":root{{color-scheme:light dark;{';'.join(light)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{';'.join(dark)}}}}}\n"
    )


def mark_variables() -> str:
    """The same for the colours of what a user lays over the map, for pages that have such."""
    light = [f"--d-mark-{name}:{pair[0]}" for name, pair in MARK_COLOURS.items()]
    dark = [f"--d-mark-{name}:{pair[1]}" for name, pair in MARK_COLOURS.items()]
    return (
        f":root{{{';'.join(light)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{';'.join(dark)}}}}}\n"
    )


LATIN: Final = ("Noto Sans", "Source Sans 3", "Open Sans", "Liberation Sans", "DejaVu Sans")


ARABIC: Final = ("Noto Naskh Arabic", "Noto Sans Arabic", "Amiri", "Scheherazade New", "Vazirmatn")
