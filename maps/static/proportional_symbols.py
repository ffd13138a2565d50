"""Discs as large as a claimant's figures: their area is in proportion, whatever shape stands on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from matplotlib.colors import to_hex, to_rgb

from maps.static.symbols import draw_glyph

if TYPE_CHECKING:
    from maps.content.claimed_figures import Figure
    from maps.spec.house_style import House
    from maps.static.canvas import Canvas, Layer

__all__ = ["DASH", "UNSTATED", "Disc", "Gauge", "draw_disc", "draw_nested", "nested_extent", "pale"]

GLYPH_SHARE: Final = 0.52
LEAST_GLYPH: Final = 1.7
"""A shape smaller than this on its disc says nothing; the disc's colour and number do."""

EACH: Final = 5.5
"""Greatest radius of a figure of one."""

STEPS: Final = (1, 2, 5)
DASH: Final = (2.2, 1.6)
UNSTATED: Final = 0.7
"""Size of the symbol of an event without a figure, to the usual one."""


@dataclass(frozen=True)
class Gauge:
    """How large a figure is drawn: one scale for all panels of a page.

    Attributes
    ----------
    most
        The largest figure.
    radius
        Its radius in units.
    """

    most: int
    radius: float

    @classmethod
    def of(cls, most: int, width: float) -> Gauge:
        """The scale for a page so wide, in units."""
        # A small figure is not blown up for want of larger ones.
        most = max(most, 1)
        return cls(most, min(float(np.clip(width * 0.036, 11.0, 32.0)), EACH * most**0.5))

    def reach(self, number: int) -> float:
        """Radius of a number: its area is in proportion.

        Examples
        --------
        >>> gauge = Gauge(100, 20.0)
        >>> gauge.reach(100), gauge.reach(25)
        (20.0, 10.0)
        """
        return float(self.radius * (number / self.most) ** 0.5)

    def examples(self) -> list[int]:
        """At most three round numbers for the key, the largest first, their discs well apart.

        Examples
        --------
        >>> Gauge(408, 30.0).examples()
        [200, 50, 10]
        """
        rounds = [step * 10**power for power in range(7) for step in STEPS]
        found: list[int] = []
        for number in sorted((one for one in rounds if one <= self.most), reverse=True):
            if not found or number <= found[-1] / 4:
                found.append(number)
        return found[:3] or [self.most]


@dataclass
class Disc:
    """One event's figure with its shape and number, as something that can be put beside an area."""

    event_type: str
    filled: str
    figure: Figure
    gauge: Gauge
    size: float

    def extent(self, canvas: Canvas) -> tuple[float, float]:
        """Width and height in units: the disc, and its number at the right."""
        reach = self.radius
        wide = canvas.lettering.ink(canvas.number(self.figure.text), self.size, bold=True).width
        return 2 * reach + 3.0 + wide, max(2 * reach, self.size * 1.1) + 1.0

    @property
    def radius(self) -> float:
        """Radius of the whole, a zero's ring included."""
        return max(self.gauge.reach(self.figure.most), 2.0)

    def rim(self, canvas: Canvas, at: tuple[float, float], foot: tuple[float, float]) -> tuple[float, float]:
        """Where a leader line from a foot ends: at the disc, which is not opaque."""
        x = at[0] - self.extent(canvas)[0] / 2 + self.radius
        far = float(np.hypot(foot[0] - x, foot[1] - at[1])) or 1.0
        share = min(1.0, self.radius / far)
        return x + (foot[0] - x) * share, at[1] + (foot[1] - at[1]) * share

    def draw(self, canvas: Canvas, layer: Layer, house: House, at: tuple[float, float]) -> None:
        """Draw it round a point."""
        width, _ = self.extent(canvas)
        reach = self.radius
        x, y = at[0] - width / 2 + reach, at[1]
        draw_disc(canvas, layer, house, self, (x, y))
        canvas.text(
            layer,
            x + reach + 2.0,
            y + self.size * 0.36,
            canvas.number(self.figure.text),
            self.size,
            house.colours["ink"],
            bold=True,
            halo=house.colours["focus"],
            halo_width=1.8,
            keep=False,
        )


def draw_disc(canvas: Canvas, layer: Layer, house: House, disc: Disc, at: tuple[float, float]) -> None:
    """The disc without its number: full to the low end, tinted to the high end.

    A broken rim is a limit that is not firm: the high end of a range, or the low end of an open one. A zero
    is a small ring.
    """
    colour = house.types[disc.event_type]
    low, high = disc.figure.low, disc.figure.high
    inner = disc.gauge.reach(low or 0)
    outer = disc.gauge.reach(high if high is not None else low or 0)
    spot = shapely.Point(*at)
    if disc.figure.most == 0:
        canvas.area(layer, spot.buffer(2.0), fill=house.colours["focus"], edge=colour, width=1.0)
        return
    canvas.area(layer, spot.buffer(max(inner, outer) + 0.8), fill=house.colours["focus"], alpha=0.55)
    if outer > inner:
        canvas.area(layer, spot.buffer(outer), fill=colour, alpha=0.12)
        canvas.area(layer, spot.buffer(outer), edge=colour, width=0.8, dash=DASH)
    if inner > 0:
        canvas.area(layer, spot.buffer(inner), fill=colour, alpha=0.34)
        rim = DASH if high is None else None
        canvas.area(layer, spot.buffer(inner), edge=colour, width=0.9, dash=rim)
    size = min(house.symbols["size"] * 0.8, GLYPH_SHARE * max(inner, outer))
    if size >= LEAST_GLYPH:
        draw_glyph(canvas, layer, house, disc.event_type, [at], size, filled=disc.filled)


def pale(house: House) -> str:
    """The colour of events without a figure: the mixed colour, faint."""
    dark, light = np.array(to_rgb(house.colours["mixed"])), np.array(to_rgb(house.colours["focus"]))
    return str(to_hex(light + (dark - light) * 0.6))


def nested_extent(canvas: Canvas, gauge: Gauge, size: float) -> tuple[float, float]:
    """Width and height of the nested discs of a key."""
    first = gauge.reach(gauge.examples()[0])
    wide = canvas.lettering.ink(canvas.number(gauge.examples()[0]), size).width
    return 2 * first + 16.0 + wide, max(2 * first, size * 1.15 * len(gauge.examples())) + 6.0 + size * 0.4


def draw_nested(
    canvas: Canvas,
    layer: Layer,
    house: House,
    gauge: Gauge,
    x: float,
    top: float,
    size: float,
    *,
    right: bool,
) -> None:
    """Discs of round numbers that stand in one another on one foot, each with a line to its number."""
    colours = house.colours
    numbers = gauge.examples()
    _, height = nested_extent(canvas, gauge, size)
    first = gauge.reach(numbers[0])
    side = -1.0 if right else 1.0
    middle, foot = x + side * (first + 1.0), top + height - 3.0
    at = middle + side * (first + 9.0)
    last = -1e9
    for number in numbers:
        reach = gauge.reach(number)
        canvas.area(
            layer, shapely.Point(middle, foot - reach).buffer(reach), edge=colours["mixed"], width=0.9
        )
        level = max(foot - 2 * reach, last + size * 1.1)
        last = level
        canvas.lines(
            layer,
            [
                np.array(
                    [
                        [middle, foot - 2 * reach],
                        [at - side * 5.0, foot - 2 * reach],
                        [at - side * 2.0, level],
                    ]
                )
            ],
            colours["rule"],
            0.7,
        )
        canvas.text(
            layer,
            at,
            level + size * 0.36,
            canvas.number(number),
            size,
            colours["ink-2"],
            anchor="right" if right else "left",
        )
