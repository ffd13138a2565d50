"""A city at its own scale: a circle as wide as the place is known, which says along its rim what it is."""

from __future__ import annotations

from math import cos, degrees, pi, sin
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from maps.static.areas import loudest
from maps.static.fonts import is_arabic
from maps.static.placement import Box, Candidate, Item
from maps.style import TYPES

if TYPE_CHECKING:
    from maps.static.forms import Form, Spot, Words
    from maps.static.mark_groups import Framed
    from maps.static.stage import Stage

__all__ = ["disc_boxes", "draw_city", "is_city", "rim_item", "under_name"]

LEAST: Final = 40.0
"""Units of radius from which a place has a circle of its own."""

WORDS: Final = 11.5
OFF: Final = 5.0
"""Units between the rim and the foot of its words."""

CELL: Final = 14.0

SPACE: Final = 0.29
"""Width of a space, as a share of the size of letters."""


def is_city(stage: Stage, framed: Framed) -> bool:
    """Whether a mark stands for a place far wider than its symbol on a map that locates."""
    group = framed.group
    wide = group.radius_m / stage.view.metres >= LEAST
    return stage.locator and group.plotted and not group.state_word and wide


def draw_city(stage: Stage, framed: Framed) -> None:
    """The circle: a tint and a thin rim in the colour of the loudest event."""
    kind = loudest(framed.parts)
    strength = stage.house.areas["tint_air" if TYPES[kind].family == "air" else "tint_ground"]
    disc = shapely.Point(*framed.at).buffer(framed.group.radius_m / stage.view.metres, quad_segs=48)
    if framed.group.side is not None:
        # What happened on one side of the line is not tinted on the other.
        disc = shapely.intersection(disc, stage.sides.country(framed.group.side))
    layer, colour = stage.layer("areas"), stage.house.types[kind]
    stage.canvas.area(layer, disc, fill=colour, alpha=strength, gid="city")
    stage.canvas.area(layer, disc, edge=colour, width=stage.house.lines["ring"], alpha=0.9)
    ids = [one for part in framed.parts for one in part.events]
    stage.record.add(stage.view, "ring", framed.group.name, disc.bounds, events=ids, shape=disc)


def disc_boxes(stage: Stage, framed: Framed) -> list[Box]:
    """Small boxes that fill the circle, so that names of other things keep off it."""
    radius = framed.group.radius_m / stage.view.metres
    x, y = framed.at
    steps = np.arange(-radius, radius, CELL)
    return [
        (x + dx, y + dy, x + dx + CELL, y + dy + CELL)
        for dx in steps.tolist()
        for dy in steps.tolist()
        if (dx + CELL / 2) ** 2 + (dy + CELL / 2) ** 2 < radius**2
    ]


def under_name(framed: Framed, row: tuple[float, float], words: Words) -> tuple[list[Spot], list[Form]]:
    """Symbols in a row under the city's name, never at its centre, where they would say too much."""
    from maps.static.forms import Form, Spot

    x, y = framed.at
    gap = 4.0
    down = row[1] / 2 + gap
    form = Form(-words.width / 2, -row[1] / 2 - gap - words.height, "center", 0.0, "lr")
    return [Spot(x, y + down + shift, 0.02 * abs(shift), False) for shift in (0.0, 6.0, 14.0, 24.0)], [form]


def rim_item(stage: Stage, framed: Framed) -> Item:
    """The words of the circle, along its rim at the top, else at the bottom."""
    km = f"{framed.group.radius_m / 1000:g}"
    text = stage.say("within radius", km=stage.canvas.number(km))
    radius = framed.group.radius_m / stage.view.metres
    if is_arabic(text):
        candidates = [_level(stage, framed, text, radius, up) for up in (True, False)]
    else:
        candidates = [_curved(stage, framed, text, radius, up) for up in (True, False)]
    return Item(f"circle of {framed.group.name}", 70.0, candidates, kind="laid")


def _level(stage: Stage, framed: Framed, text: str, radius: float, up: bool) -> Candidate:
    ink = stage.lettering.ink(text, WORDS)
    x = framed.at[0]
    foot = framed.at[1] - radius - OFF if up else framed.at[1] + radius + OFF + ink.above
    box: Box = (x - ink.width / 2, foot - ink.above, x + ink.width / 2, foot + ink.below)

    def draw() -> None:
        _letter(stage, x, foot, text, 0.0)
        stage.record.add(stage.view, "label", text, box)

    return Candidate([box], 0.0 if up else 2.0, draw)


def _curved(stage: Stage, framed: Framed, text: str, radius: float, up: bool) -> Candidate:
    """Letter by letter round the circle."""
    ink = stage.lettering.ink("Ág", WORDS)
    reach = radius + OFF if up else radius + OFF + ink.above
    widths = [SPACE * WORDS if letter == " " else stage.lettering.ink(f"n{letter}n", WORDS).width
              - stage.lettering.ink("nn", WORDS).width for letter in text]  # fmt: skip
    turns = (np.cumsum(widths) - np.array(widths) / 2 - sum(widths) / 2) / reach
    x, y = framed.at
    letters: list[tuple[str, float, float, float]] = []
    boxes: list[Box] = []
    for letter, turn in zip(text, turns.tolist(), strict=True):
        angle = turn - pi / 2 if up else pi / 2 - turn
        at = (x + cos(angle) * reach, y + sin(angle) * reach)
        letters.append((letter, *at, degrees(turn if up else -turn)))
        heart = reach + ink.above / 2 if up else reach - ink.above / 2
        h = (x + cos(angle) * heart, y + sin(angle) * heart)
        half = WORDS * 0.55
        boxes.append((h[0] - half, h[1] - half, h[0] + half, h[1] + half))

    def draw() -> None:
        for letter, a, b, turned in letters:
            if letter != " ":
                _letter(stage, a, b, letter, turned)
        whole = shapely.box(*np.array(boxes).T)
        bounds = shapely.total_bounds(whole)
        stage.record.add(stage.view, "label", text, tuple(bounds.tolist()))

    return Candidate(boxes, 0.0 if up else 2.0, draw)


def _letter(stage: Stage, x: float, foot: float, text: str, angle: float) -> None:
    colours = stage.house.colours
    stage.canvas.text(
        stage.layer("names"), x, foot, text, WORDS, colours["ink-2"], anchor="center", angle=angle,
        halo=colours["focus"], halo_layer=stage.layer("halos"), keep=False,
    )  # fmt: skip
