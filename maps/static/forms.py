"""Forms of a mark: how its symbols and its words can stand to each other, and where that form may stand."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from maps.static.name_writer import Kind, NameWriter
    from maps.static.placement import Box

__all__ = [
    "Form",
    "Spot",
    "Words",
    "beside",
    "beside_gate",
    "boxes_along",
    "far_apart",
    "halves",
    "in_line",
    "in_line_off_sleeve",
    "leader_boxes",
    "off_middle",
    "round_point",
    "spots_in_disc",
    "spots_in_shape",
]

GAP: Final = 2.8
"""Units between symbols and words."""

OFF_ROW: Final = 8.0
"""Units between the middles of a row and of the words over or under it that cost nothing."""

OFF_ROW_COST: Final = 0.06

SLEEVE_GAPS: Final = (GAP, 6.0, 10.0, 15.0)
"""Units between symbols on the line and words that keep off the sleeve round it."""

OFF_LINE: Final = (5.0, 12.0)
"""Units between the middle of a row on the line and the name over or under it, which keeps off the line."""

LED: Final = 7.0
"""Cost of a place whose symbols stand off it, with a line to it."""

LEADING: Final = 1.12


@dataclass(frozen=True)
class Words:
    """A name or a tag, on one line or more, measured.

    Attributes
    ----------
    lines
        What is written.
    widths
        Width of each line.
    above, below
        Height of a line over and under its foot.
    step
        From foot to foot.
    """

    lines: tuple[str, ...]
    kind: Kind
    colour: str | None
    widths: tuple[float, ...]
    above: float
    below: float
    step: float

    @classmethod
    def of(cls, names: NameWriter, lines: Sequence[str], kind: Kind, colour: str | None = None) -> Words:
        """Measure some lines."""
        inks = [names.ink(line, kind) for line in lines]
        # A steady height, whatever letters a name has, so that feet stand level.
        _, above, below = names.ink("Ágy", kind) if not any(map(names.is_arabic, lines)) else inks[0]
        above, below = max(above, *(i[1] for i in inks)) - 1.0, max(i[2] for i in inks)
        step = names.size(lines[0], kind) * LEADING
        return cls(tuple(lines), kind, colour, tuple(i[0] for i in inks), above, below, step)

    @property
    def width(self) -> float:
        """Of the widest line."""
        return max(self.widths)

    @property
    def height(self) -> float:
        """Of all lines."""
        return self.above + self.below + self.step * (len(self.lines) - 1)

    def feet(self, left: float, top: float, align: str) -> list[tuple[str, float, float]]:
        """Each line with the left end of its foot, from the left upper corner of the whole."""
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        return [
            (line, left + (self.width - wide) * share, top + self.above + n * self.step)
            for n, (line, wide) in enumerate(zip(self.lines, self.widths, strict=True))
        ]


class Form(NamedTuple):
    """Words beside a row of symbols: their left upper corner from the middle of the row.

    Attributes
    ----------
    ends
        Which ends of the words are free: ``l``, ``r`` or both.
    """

    dx: float
    dy: float
    align: str
    cost: float
    ends: str


class Spot(NamedTuple):
    """Middle of a row, cost, and whether a line must lead from it to the place."""

    x: float
    y: float
    cost: float
    led: bool


def _off_row(forms: list[Form], row: tuple[float, float], words: Words) -> list[Form]:
    """Words over or under a part of a long row only are dearer: the rest of it is read as another's."""
    found = []
    for form in forms:
        apart = form.dy + words.height < -row[1] / 2 + GAP or form.dy > row[1] / 2 - GAP
        off = abs(form.dx + words.width / 2) - OFF_ROW
        # The name may reach beyond the row, not the row beyond the name.
        bare = min(off, (row[0] - words.width) / 2 + OFF_ROW) if apart else 0.0
        found.append(form._replace(cost=form.cost + OFF_ROW_COST * max(0.0, bare)))
    return found


def beside(row: tuple[float, float], words: Words) -> list[Form]:
    """A name beside the symbols of its place: right, left, above, below, and the corners."""
    wide, tall = row
    right, left = wide / 2 + GAP, -wide / 2 - GAP - words.width
    level = -words.height / 2
    over, under = -tall / 2 - GAP * 0.6 - words.height, tall / 2 + GAP * 0.6
    begin, end = -wide / 2, wide / 2 - words.width
    middle = -words.width / 2
    many = 0.5 * (len(words.lines) - 1)
    forms = [
        Form(right, level, "left", many, "r"),
        Form(left, level, "right", many + 0.5, "l"),
        Form(middle, over, "center", 1.0, "lr"),
        Form(middle, under, "center", 1.4, "lr"),
        Form(begin, over, "left", 1.2, "lr"),
        Form(end, over, "right", 1.4, "lr"),
        Form(begin, under, "left", 1.6, "lr"),
        Form(end, under, "right", 1.8, "lr"),
        Form(right, level - tall * 0.45, "left", many + 1.6, "r"),
        Form(right, level + tall * 0.45, "left", many + 1.7, "r"),
        Form(left, level - tall * 0.45, "right", many + 1.9, "l"),
        Form(left, level + tall * 0.45, "right", many + 2.0, "l"),
    ]
    return _off_row(forms, row, words)


def beside_gate(row: tuple[float, float], words: Words) -> list[Form]:
    """The name of a crossing, which may also stand over or under its symbols on one side of the line."""
    over, under = -row[1] / 2 - GAP * 0.6 - words.height, row[1] / 2 + GAP * 0.6
    found = beside(row, words)
    more = []
    for dy, cost in ((over, 1.0), (under, 1.2)):
        for away in OFF_LINE:
            more.append(Form(away, dy, "left", cost, "lr"))
            more.append(Form(-away - words.width, dy, "right", cost, "lr"))
    return found + _off_row(more, row, words)


def in_line(row: tuple[float, float], words: Words) -> list[Form]:
    """A tag: the symbols in the line of its text, at its end or its begin."""
    wide, tall = row
    level = -words.height / 2
    many = 1.5 * (len(words.lines) - 1)
    forms = [
        Form(-wide / 2 - GAP - words.width, level, "right", many, "l"),
        Form(wide / 2 + GAP, level, "left", many, "r"),
    ]
    for dx, align in ((-words.width / 2, "center"), (-wide / 2, "left"), (wide / 2 - words.width, "right")):
        forms.append(Form(dx, -tall / 2 - GAP * 0.5 - words.height, align, 3.0, "lr"))
        forms.append(Form(dx, tall / 2 + GAP * 0.5, align, 3.4, "lr"))
    return _off_row(forms, row, words)


def in_line_off_sleeve(row: tuple[float, float], words: Words) -> list[Form]:
    """A tag whose symbols stand on the line: its words in their line, beyond the sleeve round it."""
    level = -words.height / 2
    many = 1.5 * (len(words.lines) - 1)
    found = []
    for away in SLEEVE_GAPS:
        cost = many + 0.1 * away
        found.append(Form(-row[0] / 2 - away - words.width, level, "right", cost, "l"))
        found.append(Form(row[0] / 2 + away, level, "left", cost, "r"))
    return found


def round_point(at: tuple[float, float], row: tuple[float, float], first: float) -> list[Spot]:
    """A row on its point, by its middle or one of its ends, then off it with a line to the point.

    Parameters
    ----------
    row
        Width and height.
    first
        From the row's edge to the middle of its first symbol.
    """
    x, y = at
    wide, tall = row
    spots = [Spot(x, y, 0.0, False)]
    shift = wide / 2 - first
    if shift > 1.0:
        spots += [Spot(x + shift, y, 0.4, False), Spot(x - shift, y, 0.5, False)]
    for dx, dy, cost in (
        (wide / 2, 0.0, 1.2),
        (-wide / 2, 0.0, 1.2),
        (0.0, -tall / 2, 1.4),
        (0.0, tall / 2, 1.5),
        (wide / 2, -tall / 2, 1.8),
        (-wide / 2, -tall / 2, 1.8),
        (wide / 2, tall / 2, 1.9),
        (-wide / 2, tall / 2, 1.9),
    ):
        spots.append(Spot(x + dx, y + dy, cost, False))
    for reach in (4.0, 9.0, 16.0, 25.0, 36.0, 50.0, 68.0):
        for angle in np.arange(0, 2 * np.pi, np.pi / 10):
            dx, dy = float(np.cos(angle)), float(np.sin(angle))
            rim = min(
                wide / 2 / abs(dx) if abs(dx) > 1e-6 else np.inf,
                tall / 2 / abs(dy) if abs(dy) > 1e-6 else np.inf,
            )
            far = float(rim) + reach
            spots.append(Spot(x + dx * far, y + dy * far, LED + 0.22 * reach, True))
    return spots


def spots_in_disc(at: tuple[float, float], reach: float) -> list[Spot]:
    """Middles of a row within a disc, nearest its own middle first, then beside the disc."""
    x, y = at
    spots = [Spot(x, y, 0.0, False)]
    for share in (0.33, 0.66, 0.95):
        for angle in np.arange(0, 2 * np.pi, np.pi / 6):
            far = reach * share
            spots.append(
                Spot(x + far * float(np.cos(angle)), y + far * float(np.sin(angle)), 1.6 * share, False)
            )
    for away in (5.0, 12.0, 21.0, 32.0, 46.0, 62.0):
        for angle in np.arange(0, 2 * np.pi, np.pi / 10):
            far = reach + away
            spots.append(
                Spot(x + far * float(np.cos(angle)), y + far * float(np.sin(angle)), 4.0 + 0.3 * away, True)
            )
    return spots


def spots_in_shape(shape: shapely.Geometry, at: tuple[float, float], most: int = 160) -> list[Spot]:
    """Middles of a row inside an area, the roomiest and those near a point of it first."""
    if shape.is_empty:
        return []
    west, north, east, south = shape.bounds
    step = max(5.0, ((east - west) * (south - north)) ** 0.5 / 13)
    xs, ys = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(north + step / 2, south, step))
    points = shapely.points(xs.ravel(), ys.ravel())
    inside = shapely.contains(shape, points)
    points = points[inside]
    far = float(np.hypot(east - west, south - north)) or 1.0
    room = shapely.distance(shape.boundary, points)
    here = shapely.get_coordinates(points)
    spots = [Spot(at[0], at[1], 0.0, False)] if shapely.contains_xy(shape, *at) else []
    away = np.hypot(here[:, 0] - at[0], here[:, 1] - at[1]) / far
    costs = 5.0 * away + 1.5 * np.clip(1 - room / 12.0, 0, 1)
    order = np.argsort(costs, kind="stable")[:most].tolist()
    return spots + [Spot(float(here[n, 0]), float(here[n, 1]), float(costs[n]), False) for n in order]


def leader_boxes(begin: tuple[float, float], end: tuple[float, float]) -> list[Box]:
    """Small boxes along a line that leads to a place."""
    boxes, _ = boxes_along(np.array([begin], dtype=float), np.array([end], dtype=float))
    return [(left, top, right, bottom) for left, top, right, bottom in boxes.tolist()]


def boxes_along(begins: Any, ends: Any) -> tuple[Any, Any]:
    """Small boxes along each of some lines, in the order of these, and the number of the line of each."""
    way = ends - begins
    steps = np.maximum(1, np.ceil(np.hypot(way[:, 0], way[:, 1]) / 6.0)).astype(int)
    line = np.repeat(np.arange(len(steps)), steps + 1)
    n = np.arange(len(line)) - np.repeat(np.cumsum(steps + 1) - (steps + 1), steps + 1)
    at = begins[line] + way[line] * n[:, None] / steps[line, None]
    return np.hstack([at - 2.0, at + 2.0]), line


def rim_towards(box: Box, at: tuple[float, float]) -> tuple[float, float]:
    """The point of a box's rim that is nearest to a place."""
    return min(max(at[0], box[0]), box[2]), min(max(at[1], box[1]), box[3])


def as_array(spots: Sequence[Spot]) -> NDArray[np.float64]:
    """Middles of spots."""
    return np.array([(spot.x, spot.y) for spot in spots], dtype=float).reshape(-1, 2)


def moved(boxes: Any, x: Any, y: Any) -> Any:
    """One box moved to many places."""
    return np.column_stack([x + boxes[0], y + boxes[1], x + boxes[2], y + boxes[3]])


def far_apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far two points are apart."""
    return hypot(one[0] - other[0], one[1] - other[1])


def off_middle(box: Box, at: tuple[float, float]) -> float:
    """How far the middle of a box is from a point."""
    return far_apart(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), at)


def halves(text: str) -> list[str] | None:
    """A long name on two lines of about equal length."""
    words = text.split()
    if len(words) < 2 or len(text) < 9:
        return None
    cuts = [(abs(len(" ".join(words[:n])) - len(" ".join(words[n:]))), n) for n in range(1, len(words))]
    _, n = min(cuts)
    return [" ".join(words[:n]), " ".join(words[n:])]
