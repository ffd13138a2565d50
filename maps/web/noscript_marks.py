"""Events of the picture that stands in for the map: symbols and tags, by the rules of the map, as plain SVG.

Colours are attributes, since a host may allow no styles. Words are measured roughly: what might lie over
something else is tried elsewhere on its own side.
"""

from __future__ import annotations

import html
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final

from geo.vocab import EVENT_TYPES
from maps.content.marks import narrowed
from maps.style import HOLLOW, INK, SHAPES, TYPES

if TYPE_CHECKING:
    from maps.content.content import MapContent
    from maps.content.marks import MarkGroup
    from maps.content.symbol_counts import SymbolCount
    from maps.web.house_look import PageLook
    from maps.web.noscript_frame import Frame

__all__ = ["drawn_marks"]

Box = tuple[float, float, float, float]

RADIUS: Final = 4.6
STEP: Final = 11.0
"""From one symbol of a row to the next, in units of the picture."""

LETTER: Final = 5.6
HIGH: Final = 13.0
"""Width of a letter, on the average, and height of a line."""

REACHES: Final = (0, 10, 20, 32, 46, 62, 80)
TURNS: Final = 12


def drawn_marks(content: MapContent, frame: Frame, rows: list[int] | None, look: PageLook) -> list[str]:
    """Groups of events as SVG: plotted ones on their points, the others as tags.

    Parameters
    ----------
    content
        The map.
    frame
        Degrees to units of the picture.
    rows
        Rows to draw; all if not given.
    look
        Colours.
    """
    marks = content.marks if rows is None else narrowed(content.marks, content.rows, rows)
    taken: list[Box] = []
    drawn = []
    for group in marks:
        if group.lon is None or group.lat is None:
            continue
        x, y = frame.at(group.lon, group.lat)
        if not (0 <= x <= frame.width and 0 <= y <= frame.height):
            continue
        drawn.append(_mark(group, x, y, frame, taken, look))
    return drawn


def _mark(group: MarkGroup, x: float, y: float, frame: Frame, taken: list[Box], look: PageLook) -> str:
    """A row of symbols with the name after it, where nothing else stands and on its own side."""
    width = sum(STEP + (14 if count.n > 1 else 0) for count in group.counts)
    text = group.tag if not group.plotted else group.name
    whole = width + 4 + LETTER * len(text)
    spots = [(x, y)] if group.plotted else _spots(x, y)
    words = False
    for left, top in [(sx + by, sy) for sx, sy in spots for by in (-STEP / 2, STEP / 2 - whole)]:
        box = (left, top - HIGH / 2, left + whole, top + HIGH / 2)
        if _free(box, taken, frame) and frame.side(left + STEP / 2, top) in (group.side, None):
            taken.append(box)
            words = True
            break
    else:
        left, top = x - STEP / 2, y
        taken.append((left, top - HIGH / 2, left + width, top + HIGH / 2))
    parts = []
    at = left + STEP / 2
    for count in group.counts:
        parts.append(_symbol(count, at, top, look, rim=group.plotted))
        at += STEP
        if count.n > 1:
            parts.append(_text(f"×{count.n}", at - STEP / 2 + 1, top, look, "ink", 600))
            at += 14
    if words or not group.plotted:
        parts.append(_text(text, left + width + 3, top, look, "ink" if group.plotted else "ink-2", 400))
    return "".join(parts)


def _spots(x: float, y: float) -> list[tuple[float, float]]:
    turns = [2 * pi * k / TURNS for k in range(TURNS)]
    around = [(x + reach * cos(turn), y + reach * sin(turn)) for reach in REACHES[1:] for turn in turns]
    return [(x, y), *around]


def _free(box: Box, taken: list[Box], frame: Frame) -> bool:
    left, top, right, bottom = box
    if left < 2 or top < 2 or right > frame.width - 2 or bottom > frame.height - 2:
        return False
    return not any(left < r + 8 and right > a - 8 and top < b and bottom > t for a, t, r, b in taken)


def _symbol(count: SymbolCount, x: float, y: float, look: PageLook, *, rim: bool) -> str:
    """A symbol, filled, hollow, or dashed where it is not said how sure it is."""
    kind = EVENT_TYPES[count.type]
    shape, (colour, line) = TYPES[kind].shape, look.type_colours(kind)
    land = look.colour("afghanistan")
    filled = count.filled == "filled"
    path = SHAPES[shape] if filled else HOLLOW.get(shape, SHAPES[shape])
    dash = " ".join(f"{d / RADIUS:.2f}" for d in INK.not_said_dash_px)
    state = {"filled": "", "hollow": " hollow", "not said": " unsaid"}[count.filled]
    outline = f'<path fill="{land}" stroke="{land}" stroke-width="0.7" d="{SHAPES[shape]}"/>' if rim else ""
    return (
        f'<g transform="translate({x:.1f},{y:.1f}) scale({RADIUS})">{outline}'
        f'<path class="fallback-place{state}" fill-rule="evenodd" fill="{colour if filled else land}" '
        f'stroke="{line}" stroke-width="{0.2 if filled else 0.32}"'
        + (f' stroke-dasharray="{dash}"' if state == " unsaid" else "")
        + f' d="{path}"/></g>'
    )


def _text(text: str, x: float, y: float, look: PageLook, colour: str, weight: int) -> str:
    return (
        f'<text x="{x:.1f}" y="{y + 4:.1f}" font-size="11" font-family="sans-serif" font-weight="{weight}" '
        f'fill="{look.colour(colour)}" stroke="{look.colour("afghanistan")}" stroke-width="2.4" '
        f'stroke-linejoin="round" paint-order="stroke">{html.escape(text)}</text>'
    )
