"""How everything looks: one table of colours, shapes and sizes, light and dark, for web and print.

The event colours are those of M. Okabe and K. Ito, Color Universal Design (2008). Each type has a shape of
its own as well, so that a map can be read without colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    pass

__all__ = ["ARABIC", "BASE", "HOLLOW", "LATIN", "SHAPES", "TYPES", "TypeStyle", "css_variables"]


@dataclass(frozen=True)
class TypeStyle:
    """Colour on light and on dark ground, and the name of a shape in :data:`SHAPES`."""

    colour: str
    dark: str
    shape: str


def _star(points: int, outer: float, inner: float) -> str:
    corners = [
        (round(sin(pi * n / points) * r, 3), round(-cos(pi * n / points) * r, 3))
        for n in range(2 * points)
        for r in [inner if n % 2 else outer]
    ]
    return "M" + "L".join(f"{x},{y}" for x, y in corners) + "Z"


def _circle(radius: float) -> str:
    return f"M{-radius},0A{radius},{radius} 0 1 1 {radius},0A{radius},{radius} 0 1 1 {-radius},0Z"


SHAPES: Final[dict[str, str]] = {
    "triangle": "M-1.06,-0.86L1.06,-0.86L0,1.02Z",
    "diamond": "M0,-1.18L1.0,0L0,1.18L-1.0,0Z",
    "square": "M-0.86,-0.86L0.86,-0.86L0.86,0.86L-0.86,0.86Z",
    "crossed circle": _circle(1.02)
    + "M-0.56,-0.34L-0.34,-0.56L0,-0.22L0.34,-0.56L0.56,-0.34L0.22,0L0.56,0.34L0.34,0.56L0,0.22L-0.34,0.56"
    "L-0.56,0.34L-0.22,0Z",
    "burst": _star(8, 1.24, 0.66),
    "four-pointed star": _star(4, 1.34, 0.5),
    "barred circle": _circle(1.02) + "M-0.64,-0.2L-0.64,0.2L0.64,0.2L0.64,-0.2Z",
    "ring": _circle(1.02) + _circle(0.58),
    "speech bubble": "M-0.98,-0.88L0.98,-0.88L0.98,0.42L0.12,0.42L-0.42,1.1L-0.42,0.42L-0.98,0.42Z",
    "hexagon": "M0,-0.92L0.8,-0.46L0.8,0.46L0,0.92L-0.8,0.46L-0.8,-0.46Z",
}
"""Paths round the origin, of about equal area at unit size, filled by the even-odd rule; y points down."""

HOLLOW: Final[dict[str, str]] = {
    "crossed circle": _circle(0.96) + "M-0.4,-0.4L0.4,0.4M0.4,-0.4L-0.4,0.4",
    "barred circle": _circle(0.96) + "M-0.45,0L0.45,0",
    "ring": _circle(0.96) + _circle(0.36),
}
"""Outlines of the shapes that have holes; the others are outlined as they are."""

TYPES: Final[dict[str, TypeStyle]] = {
    "armed clash": TypeStyle("#0072B2", "#4BA3DB", "crossed circle"),
    "airstrike": TypeStyle("#D55E00", "#EE7A22", "triangle"),
    "drone strike": TypeStyle("#E69F00", "#F2B632", "diamond"),
    "shelling": TypeStyle("#CC79A7", "#DD95BD", "square"),
    "bombing": TypeStyle("#000000", "#F2F2F2", "burst"),
    "attack": TypeStyle("#000000", "#F2F2F2", "four-pointed star"),
    "crossing closed": TypeStyle("#4D4D4D", "#C6C6C6", "barred circle"),
    "crossing reopened": TypeStyle("#4D4D4D", "#C6C6C6", "ring"),
    "talks": TypeStyle("#56B4E9", "#8CCBF0", "speech bubble"),
    "other": TypeStyle("#767676", "#808080", "hexagon"),
}
"""Event type to its look; the order is the order of the legend."""

BASE: Final[dict[str, tuple[str, str]]] = {
    "sea": ("#DCE6EE", "#10161D"),
    "land": ("#EEEDE8", "#1A2129"),
    "focus": ("#FBFAF6", "#232B35"),
    "river": ("#A9C3D6", "#33506A"),
    "province-line": ("#C9C5BA", "#3A444F"),
    "border": ("#8F8B80", "#77838F"),
    "durand": ("#3B3A36", "#D9D5CA"),
    "mixed": ("#5B5B5B", "#B4B4B4"),
    "place": ("#45433E", "#C3C7CB"),
    "place-minor": ("#6E6B64", "#98A0A8"),
    "province-name": ("#6C6860", "#8F99A3"),
    "country-name": ("#6E6B63", "#8A949E"),
    "river-name": ("#41708F", "#739BBB"),
    "crossing": ("#3B3A36", "#D9D5CA"),
    "page": ("#FFFFFF", "#151B22"),
    "panel": ("#FFFFFF", "#1B222A"),
    "ink": ("#1D1C1A", "#ECEAE4"),
    "ink-2": ("#57544D", "#B3B8BD"),
    "rule": ("#DEDBD3", "#333D47"),
    "link": ("#0B5A8A", "#7FBFEA"),
    "accent": ("#0B5A8A", "#7FBFEA"),
    "shade-1": ("#D6EADB", "#2C4A41"),
    "shade-2": ("#A3D2B3", "#36705B"),
    "shade-3": ("#62AF86", "#509A79"),
    "shade-4": ("#2B8059", "#84C4A0"),
    "shade-5": ("#0B4A33", "#CBEFD6"),
    "no-data": ("#B1ADA2", "#56616B"),
}
"""Names of the base and page colours, each on light and on dark ground."""


def css_variables() -> str:
    """Every colour as a custom property, with the dark ones under ``prefers-color-scheme: dark``."""
    light = [f"--d-{name}:{pair[0]}" for name, pair in BASE.items()]
    dark = [f"--d-{name}:{pair[1]}" for name, pair in BASE.items()]
    for number, look in enumerate(TYPES.values()):
        light.append(f"--d-type-{number}:{look.colour}")
        dark.append(f"--d-type-{number}:{look.dark}")
    return (
        f":root{{color-scheme:light dark;{';'.join(light)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{';'.join(dark)}}}}}\n"
    )


LATIN: Final = ("Noto Sans", "Source Sans 3", "Open Sans", "Liberation Sans", "DejaVu Sans")


ARABIC: Final = ("Noto Naskh Arabic", "Noto Sans Arabic", "Amiri", "Scheherazade New", "Vazirmatn")
