"""Names on the map as items with candidate positions: places, units, lines, crossings."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, degrees, log2, radians, sin
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from maps.static.fonts import is_arabic
from maps.static.placement import Box, Candidate, Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.spec.house_style import House
    from maps.static.canvas import Canvas, Layer
    from maps.static.projection import View

__all__ = ["KINDS", "Kind", "Names", "guard_boxes", "web_zoom"]

HAIR: Final = "\u200a"
STORY: Final = (
    "Kabul",
    "Kandahar",
    "Jalalabad",
    "Khost",
    "Peshawar",
    "Quetta",
    "Islamabad",
    "Torkham",
    "Spin Boldak",
    "Chaman",
    "Angoor Adda",
    "Miranshah",
    "Parachinar",
)
"""Places that a reader needs to follow the story, before any other of their rank."""

FROM_ZOOM: Final = (0.0, 0.0, 4.5, 5.6, 6.8, 7.7, 8.5, 9.3, 10.0, 10.8)
"""The zoom of the web map at which a rank of places is named; on paper a little earlier."""

PAD: Final = 1.4
LEADER_WEIGHT: Final = 70.0
"""Names that weigh so much may stand off their place with a line to it."""

BESIDE: Final = 12.0
"""A symbol nearer than this to the begin or end of a name is read with it."""

MOST_SPOTS: Final = 120
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
    "country": Kind(13.0, "country-name", caps=True, hairs=3),
    "province": Kind(10.0, "province-name", caps=True, hairs=1),
    "capital": Kind(14.0, "ink", bold=True),
    "city": Kind(13.0, "ink"),
    "town": Kind(12.0, "place"),
    "village": Kind(11.0, "place-minor"),
    "crossing": Kind(11.0, "ink", italic=False),
    "durand": Kind(11.5, "durand", bold=True, caps=True, hairs=2),
    "control": Kind(10.5, "country-name", caps=True, hairs=1),
    "river": Kind(10.5, "river-name", italic=True),
}


def web_zoom(metres: float, latitude: float) -> float:
    """The zoom of a web map with as many metres to a unit."""
    return log2(156543.03 * cos(radians(latitude)) / metres)


def guard_boxes(lines: Sequence[Any], reach: float = 2.2) -> list[Box]:
    """Small boxes along a line, so that names keep off it."""
    boxes: list[Box] = []
    for line in lines:
        path = shapely.LineString(line)
        for x, y in shapely.get_coordinates(
            shapely.line_interpolate_point(path, np.arange(0, path.length, 2 * reach))
        ):
            boxes.append((x - reach, y - reach, x + reach, y + reach))
    return boxes


class Names:
    """Makes items of names.

    Parameters
    ----------
    marks
        Boxes of event symbols: a place below one needs no dot.
    clusters
        Boxes of symbols that stand together: the name of a place that they stand for goes beside all of them.
    scale
        Factor on the sizes of names, for small paper.
    """

    def __init__(
        self,
        canvas: Canvas,
        house: House,
        view: View,
        layer: Layer,
        halos: Layer,
        marks: list[Box],
        clusters: list[Box],
        scale: float,
    ) -> None:
        self.canvas = canvas
        self.house = house
        self.view = view
        self.layer = layer
        self.halos = halos
        self.marks = marks
        self.clusters = clusters
        self.scale = scale
        self.number = 0
        self._steps: dict[tuple[str, Kind], tuple[list[str], Any, Any]] = {}

    def cased(self, text: str, kind: Kind) -> str:
        """The text as it is set: small capitals spaced with hairs in scripts that have capitals."""
        if is_arabic(text) or not kind.caps:
            return text
        return (HAIR * kind.hairs).join(text.upper())

    def size(self, text: str, kind: Kind) -> float:
        """Size of a name; Arabic letters are small for their size, and have no capitals to make up for it."""
        return kind.size * self.scale * (ARABIC_SIZE if is_arabic(text) else 1.0)

    def ink(self, text: str, kind: Kind) -> tuple[float, float, float]:
        """Width, height above and below the foot."""
        one = self.canvas.lettering.ink(text, self.size(text, kind), bold=kind.bold, italic=kind.italic)
        return one.width, one.above, one.below

    def write(
        self, text: str, kind: Kind, x: float, y: float, *, anchor: str = "left", angle: float = 0.0
    ) -> None:
        """Put a name on the map with its halo."""
        self.number += 1
        self.canvas.text(
            self.layer,
            x,
            y,
            text,
            self.size(text, kind),
            self.house.colours[kind.colour],
            bold=kind.bold,
            italic=kind.italic,
            anchor=anchor,
            angle=angle,
            halo=self.house.colours["focus"],
            halo_width=self.house.text["halo"] * (1.15 if kind.bold else 1.0),
            halo_layer=self.halos,
            keep=False,
        )

    def _foreign(self, near: Box) -> Any:
        """Boxes of symbols that a name does not stand for."""
        boxes = np.array(self.marks, dtype=float).reshape(-1, 4)
        own = (
            (boxes[:, 0] < near[2] + 1)
            & (boxes[:, 2] > near[0] - 1)
            & (boxes[:, 1] < near[3] + 1)
            & (boxes[:, 3] > near[1] - 1)
        )
        return boxes[~own]

    def _near(self, x: float, y: float, mark: float) -> Box:
        """The box that a name stands beside: its dot, or the symbols that hide it."""
        near = (x - mark, y - mark, x + mark, y + mark)
        for box in self.clusters:
            if box[0] - 2 < x < box[2] + 2 and box[1] - 2 < y < box[3] + 2:
                near = (
                    min(near[0], box[0]),
                    min(near[1], box[1]),
                    max(near[2], box[2]),
                    max(near[3], box[3]),
                )
        return near

    def point(
        self,
        name: str,
        text: str,
        kind: Kind,
        x: float,
        y: float,
        weight: float,
        *,
        mark: float,
        dot: Any,
        same_side: Any = None,
    ) -> Item:
        """A name beside a point: right, left, above, below, the corners, then a little further off."""
        width, above, below = self.ink(text, kind)
        left, top, right, bottom = self._near(x, y, mark)
        middle = (top + bottom) / 2 + (above - below) / 2
        level = y + (above - below) / 2
        spots: list[tuple[float, float, float]] = []
        for away, extra in ((2.6, 0.0), (7.0, 4.0), (13.0, 9.0)):
            spots += [
                (right + away, level, extra),
                (left - away - width, level, extra + 1.0),
                (right + away, middle, extra + 0.2),
                (left - away - width, middle, extra + 1.2),
                (x - width / 2, top - away - below, extra + 1.6),
                (x - width / 2, bottom + away + above, extra + 2.0),
                (right + away * 0.5, top - below + 1, extra + 1.4),
                (right + away * 0.5, bottom + above - 1, extra + 1.5),
                (left - width - away * 0.5, top - below + 1, extra + 2.2),
                (left - width - away * 0.5, bottom + above - 1, extra + 2.4),
                (x - width * 0.2, top - away - below, extra + 2.0),
                (x - width * 0.8, top - away - below, extra + 2.1),
                (x - width * 0.2, bottom + away + above, extra + 2.3),
                (x - width * 0.8, bottom + away + above, extra + 2.4),
            ]
        clear = not any(
            b[0] < x + mark and b[2] > x - mark and b[1] < y + mark and b[3] > y - mark for b in self.marks
        )
        dots: list[Box] = [(x - mark, y - mark, x + mark, y + mark)] if clear and dot is not None else []

        def draw(at_x: float, at_y: float) -> Any:
            def run() -> None:
                if clear and dot is not None:
                    dot(x, y)
                self.write(text, kind, at_x, at_y)

            return run

        foreign = self._foreign((left, top, right, bottom))
        candidates = []
        for sx, sy, cost in spots:
            box = (sx - PAD, sy - above - PAD, sx + width + PAD, sy + below + PAD)
            candidates.append(Candidate([box], cost + _taken_for(box, foreign), draw(sx, sy), dots))
        if weight >= LEADER_WEIGHT and dot is not None:
            candidates += self._led((x, y), (width, above, below), draw, dots)
        if same_side is not None:
            # A name across the line would put the place in the other country.
            candidates = [
                one
                for one in candidates
                for a, b, c, d in one.boxes[:1]
                if same_side((a + c) / 2, (b + d) / 2)
            ]
        return Item(name, weight, candidates)

    def _led(
        self,
        at: tuple[float, float],
        ink: tuple[float, float, float],
        draw: Any,
        dots: list[Box],
    ) -> list[Candidate]:
        """Places further off, from where a hairline leads to the point: for names that the story needs."""
        x, y = at
        width, above, below = ink
        candidates = []
        for reach in (20.0, 32.0, 46.0):
            for angle in np.arange(0, 2 * np.pi, np.pi / 6):
                dx, dy = float(np.cos(angle)), float(np.sin(angle))
                sx = x + dx * reach - width / 2 + dx * width / 2
                foot = y + dy * reach + (above - below) / 2 + dy * (above + below) / 2
                box = (sx - PAD, foot - above - PAD, sx + width + PAD, foot + below + PAD)
                end = (min(max(x, box[0] + 3), box[2] - 3), min(max(y, box[1] + 1), box[3] - 1))

                def run(sx: float = sx, foot: float = foot, end: tuple[float, float] = end) -> None:
                    line = [np.array([at, end])]
                    self.canvas.lines(self.halos, line, self.house.colours["focus"], 2.2, alpha=0.85)
                    self.canvas.lines(self.halos, line, self.house.colours["ink-2"], 0.7)
                    draw(sx, foot)()

                line_boxes = [
                    (px - 1.2, py - 1.2, px + 1.2, py + 1.2)
                    for px, py in zip(
                        np.linspace(x, end[0], 9)[1:-1].tolist(),
                        np.linspace(y, end[1], 9)[1:-1].tolist(),
                        strict=True,
                    )
                ]
                candidates.append(Candidate([box], 16.0 + 0.25 * reach, run, [*dots, *line_boxes]))
        return candidates

    def seats(
        self, name: str, text: str, kind: Kind, seats: Sequence[Sequence[float]], weight: float
    ) -> Item:
        """A name inside an area, the roomiest spot first."""
        text = self.cased(text, kind)
        width, above, below = self.ink(text, kind)
        at = self.view.points([seat[:2] for seat in seats])
        candidates = []
        left, top, right, bottom = self.view.box
        for n, ((x, y), (_, lat, room)) in enumerate(zip(at, seats, strict=True)):
            if not (left < x < right and top < y < bottom):
                continue
            reach = room * 111_000 * cos(radians(lat)) / self.view.metres
            if reach * 1.5 < width / 2:
                continue
            foot = y + (above - below) / 2
            box = (x - width / 2 - 3, foot - above - 2, x + width / 2 + 3, foot + below + 2)

            def draw(x: float = float(x), foot: float = float(foot)) -> None:
                self.write(text, kind, x, foot, anchor="center")

            candidates.append(Candidate([box], 0.4 * n, draw))
        return Item(name, weight, candidates)

    def along(
        self,
        name: str,
        text: str,
        kind: Kind,
        lines: Sequence[Any],
        weight: float,
        *,
        most: int,
        offset: float,
    ) -> list[Item]:
        """A name along a line, at most so many times, each in a stretch of its own."""
        shown = self.cased(text, kind)
        width, above, _ = self.ink(shown, kind)
        step = 4.0
        span = int(np.ceil((width + 8) / step)) + 1
        spots: list[tuple[float, Candidate]] = []
        travelled = 0.0
        left, top, right, bottom = self.view.box
        for line in lines:
            path = shapely.LineString(line)
            run = shapely.get_coordinates(
                shapely.line_interpolate_point(path, np.arange(0, path.length, step))
            )
            if len(run) <= span:
                travelled += path.length
                continue
            softs = [_soften(run, reach) for reach in ((7, 14, 24) if kind.bold else (9,))]
            for start in range(0, len(run) - span, 4):
                x, y = run[start + span // 2]
                if not (left < x < right and top < y < bottom):
                    continue
                raw = run[start : start + span]
                for soft in softs:
                    piece = soft[start : start + span]
                    spots += [
                        (travelled + start * step, spot)
                        for spot in self._spots(shown, kind, piece, raw, width, above, offset)
                    ]
                if kind.bold:
                    spots += [
                        (travelled + start * step, spot) for spot in self._level(shown, kind, (x, y), offset)
                    ]
            travelled += path.length
        if not spots:
            return []
        first, last = spots[0][0], spots[-1][0]
        count = max(1, min(most, int((last - first) / (width * 2.2)) + 1))
        items = []
        for n in range(count):
            lo = first + (last - first) * (n + 0.14) / count
            hi = first + (last - first) * (n + 0.86) / count
            mine = [spot for at, spot in spots if count == 1 or lo <= at <= hi]
            mine.sort(key=lambda one: one.cost)
            items.append(Item(f"{name} {n + 1}" if count > 1 else name, weight, _spread(mine)))
        return items

    def _spots(
        self,
        text: str,
        kind: Kind,
        piece: Any,
        raw: Any,
        width: float,
        above: float,
        offset: float,
    ) -> list[Candidate]:
        """The two sides of one piece of a line."""
        gaps = np.hypot(*np.diff(piece, axis=0).T)
        if gaps.sum() < width + 4:
            return []
        turn = max(
            (abs(_bend(piece[i - 6], piece[i - 3], piece[i])) for i in range(6, len(piece), 3)),
            default=0.0,
        )
        stray = float(np.hypot(*(piece - raw).T).max())
        straight = is_arabic(text)
        if turn > (0.1 if straight else 0.34) or stray > 11:
            return []
        if piece[-1][0] < piece[0][0]:
            piece = piece[::-1]
        found = []
        for side, further in ((1, 0.0), (-1, 0.0), (1, 6.0), (-1, 6.0), (1, 13.0), (-1, 13.0)):
            # Above the line the foot of the letters is near it, below it their head.
            gap = offset * 0.5 + stray + further
            away = -gap if side > 0 else gap + above
            foot = _aside(piece, away)
            letters = self._letters(text, kind, foot, width, whole=straight)
            if letters is None:
                continue
            boxes = [
                box
                for part, x, y, angle in letters
                if part.strip()
                for box in self._tilted(part, kind, x, y, angle)
            ]

            def draw(letters: Any = letters) -> None:
                for part, x, y, angle in letters:
                    if part.strip():
                        self.write(part, kind, x, y, angle=angle)

            found.append(
                Candidate(boxes, turn * 8 + stray * 0.5 + 0.3 * further + (0 if side > 0 else 0.3), draw)
            )
        return found

    def _level(self, text: str, kind: Kind, at: tuple[float, float], offset: float) -> list[Candidate]:
        """Level text beside a line, where its course is too crooked to follow."""
        width, above, below = self.ink(text, kind)
        found = []
        for away in (offset, offset + 9.0):
            for x, foot, extra in (
                (at[0] + away, at[1] + (above - below) / 2, 0.0),
                (at[0] - away - width, at[1] + (above - below) / 2, 0.4),
                (at[0] - width / 2, at[1] - away, 0.2),
                (at[0] - width / 2, at[1] + away + above, 0.6),
            ):
                box = (x - PAD, foot - above - PAD, x + width + PAD, foot + below + PAD)
                found.append(
                    Candidate(
                        [box],
                        9.0 + extra + 0.2 * (away - offset),
                        lambda x=x, foot=foot: self.write(text, kind, x, foot),  # type: ignore[misc]
                    )
                )
        return found

    def _letters(
        self,
        text: str,
        kind: Kind,
        foot: Any,
        width: float,
        *,
        whole: bool,
    ) -> list[tuple[str, float, float, float]] | None:
        """Where each letter stands: text, x, y of its foot and its angle; letters that join stay together."""
        gaps = np.hypot(*np.diff(foot, axis=0).T)
        along = np.concatenate([[0.0], np.cumsum(gaps)])
        if along[-1] < width:
            return None
        begin = (along[-1] - width) / 2

        def at(distance: float) -> tuple[float, float]:
            return float(np.interp(distance, along, foot[:, 0])), float(
                np.interp(distance, along, foot[:, 1])
            )

        if whole:
            (x0, y0), (x1, y1) = at(begin), at(begin + width)
            return [(text, x0, y0, degrees(atan2(y1 - y0, x1 - x0)))]
        letters, before, own = self._advances(text, kind)
        start = begin + before
        end = np.minimum(start + np.maximum(own, 2.0), along[-1])
        x0, x1 = np.interp(start, along, foot[:, 0]), np.interp(end, along, foot[:, 0])
        y0, y1 = np.interp(start, along, foot[:, 1]), np.interp(end, along, foot[:, 1])
        turn = np.degrees(np.arctan2(y1 - y0, x1 - x0))
        return list(zip(letters, x0.tolist(), y0.tolist(), turn.tolist(), strict=True))

    def _advances(self, text: str, kind: Kind) -> tuple[list[str], Any, Any]:
        """Letters of a text, how far each stands from its begin, and how wide each is."""
        key = (text, kind)
        if key not in self._steps:

            def wide(part: str) -> float:
                size = kind.size * self.scale
                return self.canvas.lettering.ink(part, size, bold=kind.bold, italic=kind.italic).width

            numbers = [n for n, letter in enumerate(text) if letter not in (HAIR, " ")]
            self._steps[key] = (
                [text[n] for n in numbers],
                np.array([wide(text[:n] + "|") - wide("|") for n in numbers]),
                np.array([wide(text[n]) for n in numbers]),
            )
        return self._steps[key]

    def _tilted(self, text: str, kind: Kind, x: float, y: float, angle: float) -> list[Box]:
        """Boxes that cover a tilted text, one for each stretch as long as it is high."""
        width, above, below = self.ink(text, kind)
        turn = radians(angle)
        parts = max(1, int(width / (above + below + 0.1)))
        boxes = []
        for k in range(parts):
            corners = [
                (x + cos(turn) * dx - sin(turn) * dy, y + sin(turn) * dx + cos(turn) * dy)
                for dx in (width * k / parts, width * (k + 1) / parts)
                for dy in (-above - 0.8, below + 0.8)
            ]
            xs, ys = zip(*corners, strict=True)
            boxes.append((min(xs), min(ys), max(xs), max(ys)))
        return boxes


def _taken_for(box: Box, foreign: Any) -> float:
    """Cost of standing right beside a symbol of another place, which would be taken for the name's own."""
    level = (foreign[:, 1] < box[3]) & (foreign[:, 3] > box[1])
    gap = np.maximum(foreign[:, 0] - box[2], box[0] - foreign[:, 2])
    return 45.0 if bool((level & (gap < BESIDE)).any()) else 0.0


def _spread(spots: list[Candidate]) -> list[Candidate]:
    """The best spots that do not lie almost on one another, at most so many."""
    kept: list[Candidate] = []
    cells: set[tuple[int, int, int]] = set()
    for spot in spots:
        x, y = spot.boxes[len(spot.boxes) // 2][:2]
        cell = (round(x / 7), round(y / 7), len(spot.boxes))
        if cell not in cells:
            cells.add(cell)
            kept.append(spot)
        if len(kept) == MOST_SPOTS:
            break
    return kept


def _soften(run: Any, reach: int) -> Any:
    """A running mean that shrinks towards the ends."""
    sums = np.vstack([[0.0, 0.0], np.cumsum(run, axis=0)])
    index = np.arange(len(run))
    r = np.minimum(np.minimum(index, len(run) - 1 - index), reach)
    return (sums[index + r + 1] - sums[index - r]) / (2 * r + 1)[:, None]


def _bend(a: Any, b: Any, c: Any) -> float:
    turn = atan2(c[1] - b[1], c[0] - b[0]) - atan2(b[1] - a[1], b[0] - a[0])
    return atan2(sin(turn), cos(turn))


def _aside(piece: Any, away: float) -> Any:
    """The piece moved to one side: downwards on the page where positive."""
    ahead = np.vstack([piece[3:], np.repeat(piece[-1:], 3, axis=0)])
    behind = np.vstack([np.repeat(piece[:1], 3, axis=0), piece[:-3]])
    d = ahead - behind
    n = np.hypot(d[:, 0], d[:, 1])
    n[n == 0] = 1
    return np.column_stack([piece[:, 0] - d[:, 1] / n * away, piece[:, 1] + d[:, 0] / n * away])
