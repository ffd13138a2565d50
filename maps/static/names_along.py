"""Names along a line, on its straightest stretch: the Durand Line, the Line of Control, rivers."""

from __future__ import annotations

from math import atan2, cos, degrees, sin
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from maps.static.placement import Box, Candidate, Item

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maps.static.name_writer import Kind, NameWriter

__all__ = ["along_line"]

STEP: Final = 3.0
CLEAR: Final = 3.6
"""Units between a line and the letters beside it."""

MOST_STRAY: Final = 7.0
"""A stretch that strays further from straight than this, in units, has no name along it."""

DEAR_STRAY: Final = 14.0
"""The same for a name that must be placed."""

MOST_SPOTS: Final = 120

ENDS: Final = 9.0
"""Units beyond the ends of a name along a line that other names keep off: nearer both are read as one."""


def along_line(
    names: NameWriter,
    name: str,
    text: str,
    kind: Kind,
    lines: Sequence[Any],
    weight: float,
    *,
    must: bool = False,
    noted: Callable[[Box, float, float], None] | None = None,
) -> Item:
    """A name beside the straightest stretch of some lines, along it, set whole.

    Parameters
    ----------
    lines
        Arrays in units.
    must
        Whether a crooked stretch will do where there is no better.
    noted
        Told the box of the name, and the middle of its letters, when it is drawn.
    """
    shown = names.cased(text, kind)
    width, above, below = names.ink(shown, kind)
    span = int(np.ceil((width + 6) / STEP)) + 1
    spots: list[Candidate] = []
    for line in lines:
        path = shapely.LineString(line)
        run = shapely.get_coordinates(shapely.line_interpolate_point(path, np.arange(0, path.length, STEP)))
        for start in range(0, len(run) - span + 1, 2):
            piece = run[start : start + span]
            spots += _beside(names, shown, kind, piece, (width, above, below), must=must, noted=noted)
    spots.sort(key=lambda one: one.cost)
    return Item(name, weight, _spread(spots), must=must)


def _beside(
    names: NameWriter,
    text: str,
    kind: Kind,
    piece: Any,
    ink: tuple[float, float, float],
    *,
    must: bool,
    noted: Callable[[Box, float, float], None] | None,
) -> list[Candidate]:
    """The two sides of one stretch."""
    width, above, below = ink
    ends = piece[-1] - piece[0]
    chord = float(np.hypot(*ends))
    if chord < width * 0.92:
        return []
    if ends[0] < 0:
        ends = -ends
    angle = atan2(ends[1], ends[0])
    turn = np.array([[cos(angle), sin(angle)], [-sin(angle), cos(angle)]])
    flat = (piece - piece.mean(axis=0)) @ turn.T
    stray = float(flat[:, 1].max() - flat[:, 1].min())
    if stray > (DEAR_STRAY if must else MOST_STRAY):
        return []
    found = []
    middle = piece.mean(axis=0)
    over, under = float(flat[:, 1].min()), float(flat[:, 1].max())
    # Above the line the foot of the letters is near it, below it their head.
    for foot, extra in ((over - CLEAR - below * 0.4, 0.0), (under + CLEAR + above, 0.4)):
        corner = np.array([-width / 2, foot]) @ turn + middle
        boxes = _tilted(corner, angle, width, above, below)
        heart = np.array([0.0, foot - above / 2]) @ turn + middle

        def draw(corner: Any = corner, heart: Any = heart, boxes: list[Box] = boxes) -> None:
            names.write(text, kind, float(corner[0]), float(corner[1]), angle=degrees(angle))
            if noted is not None:
                whole = shapely.box(*np.array(boxes).T)
                noted(tuple(shapely.total_bounds(whole).tolist()), float(heart[0]), float(heart[1]))

        steep = abs(angle) / 1.57
        cost = stray * 0.9 + extra + 2.0 * max(0.0, steep - 0.6)
        found.append(Candidate(boxes, cost, draw, _ends(corner, angle, width, above, below)))
    return found


def _tilted(corner: Any, angle: float, width: float, above: float, below: float) -> list[Box]:
    """Boxes that cover a tilted text, one for each stretch as long as it is high."""
    parts = max(1, int(width / (above + below + 0.1)))
    boxes = []
    for k in range(parts):
        corners = [
            (corner[0] + cos(angle) * dx - sin(angle) * dy, corner[1] + sin(angle) * dx + cos(angle) * dy)
            for dx in (width * k / parts, width * (k + 1) / parts)
            for dy in (-above - 0.6, below * 0.4 + 0.6)
        ]
        xs, ys = zip(*corners, strict=True)
        boxes.append((float(min(xs)), float(min(ys)), float(max(xs)), float(max(ys))))
    return boxes


def _ends(corner: Any, angle: float, width: float, above: float, below: float) -> list[Box]:
    """Boxes beyond both ends of a tilted text."""
    along = np.array([cos(angle), sin(angle)])
    before, after = corner - ENDS * along, corner + width * along
    return [box for at in (before, after) for box in _tilted(at, angle, ENDS, above, below)]


def _spread(spots: list[Candidate]) -> list[Candidate]:
    """The best spots that do not lie almost on one another, at most so many."""
    kept: list[Candidate] = []
    cells: set[tuple[int, int]] = set()
    for spot in spots:
        x, y = spot.boxes[len(spot.boxes) // 2][:2]
        cell = (round(x / 7), round(y / 7))
        if cell not in cells:
            cells.add(cell)
            kept.append(spot)
        if len(kept) == MOST_SPOTS:
            break
    return kept
