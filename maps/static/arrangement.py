"""Where the parts of a page go: header, key, map, notes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.errors import SchemaError
from maps.static.canvas import Canvas
from maps.static.corners import in_corners, padded
from maps.static.legend import Entry, Flow, Key
from maps.static.mark_groups import ROOM_EACH
from maps.static.projection import View
from maps.static.small_multiples import parts_of_page
from maps.static.split_view import Half, is_crowded, panels, split, stacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.spec.sheet import Size
    from maps.static.page_words import Block, PageWords
    from maps.static.placement import Box

__all__ = ["NARROW", "Arrangement", "Plan", "TooSmallError"]

Extent = tuple[float, float, float, float]

GAP: Final = 8.0
NARROW: Final = 620.0
"""Units of width up to which the key stands over the map, and crowded maps are cut in two."""

CARD_RATIO: Final = 1.5
"""A small page so much wider than high is a card: words at the side, the map on the rest."""

SIDE_SHARE: Final = 0.3
SMALLEST_KEY: Final = 0.8
"""Share of its size to which the key of a card is made smaller, so that its widest line has room."""

KEY_OF_CARD: Final = 2
"""Parts of the key of a card: its types, and what hollow symbols mean."""

CARD_TEXT: Final = (11.8, 11.0)
"""Sizes of the sentence on a card."""

TALL_RATIO: Final = 1.3
LEAST_PANEL: Final = 120.0
SIDE_FILL: Final = 0.9
"""Part of the height of the map that a key beside it takes, at most, in a single column: notes may come."""

PREFERRED: Final = 0.04
"""By how much larger a map must be drawn for its key to stand in the next best place."""

ROOM_POWER: Final = 0.25
"""Names stand better on a map with more room beside its key: twice the room is worth as much as a scale
larger by a fifth."""

TWO_FRAMES: Final = 1.15
"""By how much larger two frames must draw the events than one."""

HALF_GAP: Final = 7.0

NOTE_SHARES: Final = (0.32, 0.4, 0.5, 0.26)
"""Parts of the width of a map that notes in its corner may take, the best first."""


class TooSmallError(SchemaError):
    """The page has no room for the map beside what must stand on it."""


@dataclass
class Plan:
    """Where everything goes, in units.

    Attributes
    ----------
    notes_box, said
        The corner of the map in which the notes stand, if they do, and the sentences after them there.
    """

    kind: str
    paper: Size
    header: list[Block]
    words_left: float
    words_width: float
    header_top: float
    maps: list[Box]
    halves: tuple[Half, Half] | None
    key: Box
    key_boxed: bool
    notes: list[Flow] = field(default_factory=list)
    notes_top: float = 0.0
    strip: Box | None = None
    footer: list[tuple[list[str], float, str]] = field(default_factory=list)
    footer_top: float = 0.0
    extent: Extent = (0.0, 0.0, 0.0, 0.0)
    footer_across: tuple[float, float] = (0.0, 0.0)
    notes_box: Box | None = None
    said: list[Flow] = field(default_factory=list)

    def metres(self) -> float:
        """Of a unit, on the map with the smallest scale."""
        extents = [self.extent] * len(self.maps)
        if self.halves is not None:
            extents = [half.extent for half in self.halves]
        return max(View.fit(extent, box).metres for extent, box in zip(extents, self.maps, strict=True))

    def free(self) -> float:
        """Square units of the maps without what stands in their corners."""
        return self.room() - sum(
            (right - left) * (bottom - top) for left, top, right, bottom in self.in_corners()
        )

    def in_corners(self) -> list[Box]:
        """What stands in corners of the map: the key, the notes, both or neither."""
        return [self.key] * self.key_boxed + [self.notes_box] * (self.notes_box is not None)  # type: ignore[list-item]

    def room(self) -> float:
        """Square units of the maps."""
        return sum((right - left) * (bottom - top) for left, top, right, bottom in self.maps)


@dataclass(frozen=True)
class _Around:
    """What stands round a map, how high the strip is, and all that is under the map but its key.

    Attributes
    ----------
    notes, said
        What is told under the map, and the sentences that go with the notes into a corner of it.
    """

    header: list[Block]
    footer: list[tuple[list[str], float, str]]
    notes: list[Flow]
    said: list[Flow]
    inside: bool
    strip: float
    low: float


class Arrangement:
    """Measures the parts of a page and finds their places.

    Parameters
    ----------
    words
        What the page says.
    extent
        What the map must show, in degrees.
    notes
        What is told below the map.
    """

    def __init__(self, words: PageWords, extent: Extent, notes: list[Flow]) -> None:
        self.words = words
        self.notes = notes
        paper = words.sheet.paper
        self.paper = paper
        self.width = paper.width_u
        self.height = paper.height_u
        self.margin = 6.0 if paper.unit == "mm" else 12.0
        self.small = self.width < NARROW
        self.is_card = self.height is not None and self.small and self.width > CARD_RATIO * self.height
        words.brief = self.is_card
        self.key_size = words.house.text["legend"] * (0.94 if self.small else 1.0)
        self.note_size = max(10.8, words.house.text["credit"])
        self.credit_size = 11.0 if self.is_card else 10.4
        self.probe = Canvas(
            paper if paper.height else paper.with_height_u(400), words.lettering, words.spec.lang
        )
        self.extent = extent
        self.parts = parts_of_page(words.sheet, words.content, words.lettering)

    def key(self, canvas: Canvas) -> Key:
        """The key on a canvas."""
        words = self.words
        blocks = words.key_blocks()
        row = 1.26 if self.is_card else 1.42
        key = Key(canvas, words.house, blocks, size=self.key_size, rtl=words.rtl, row=row)
        if self.is_card and key.least_width > self.side:
            size = self.key_size * max(SMALLEST_KEY, self.side / key.least_width)
            return Key(canvas, words.house, blocks, size=size, rtl=words.rtl, row=row)
        return key

    @property
    def side(self) -> float:
        """What the words at the side of a card have in width."""
        return self.width * SIDE_SHARE - 1.7 * self.margin

    def note_key(self, canvas: Canvas, notes: list[Flow]) -> Key:
        """What is told below the map."""
        return Key(canvas, self.words.house, notes, size=self.note_size, rtl=self.words.rtl)

    def plan(self) -> Plan:
        """The plan of the page.

        Raises
        ------
        SchemaError
            If the page is too small.
        """
        if self.is_card and len(self.parts) == 1 and not self.words.sheet.profile:
            return self._card()
        return self._sheet()

    # Parts
    # ------------------------------------------------------------------------------------------------

    def _said(self) -> list[tuple[str, str]]:
        """Sentences and credits."""
        return self.words.footer(short=self.paper.unit == "px", card=self.is_card)

    def _footer(self, room: float) -> list[tuple[list[str], float, str]]:
        found = []
        for kind, text in self._said():
            size = self.note_size if kind == "note" else self.credit_size
            lines = self.words.lettering.wrap(text, size, room)
            found.append((lines, size, "ink" if kind == "note" else "ink-2"))
        return found

    def _ways(self) -> list[tuple[Half, Half] | None]:
        """One frame, or two where a small page or one of a given height is too crowded for one."""
        words = self.words
        plain = (
            len(self.parts) == 1
            and words.shading is None
            and words.density is None
            and not words.sheet.profile
        )
        if not plain or words.spec.extent or not is_crowded(words.content.marks, self.extent):
            return [None]
        found = split(words.content.marks, self.extent)
        if found is None or (self.height is None and not self.small):
            return [None]
        return [found] if self.height is None else [None, found]

    # Arrangements
    # ------------------------------------------------------------------------------------------------

    def _card(self) -> Plan:
        """Words at the side, the map on the rest, credits under it: a line, or as many as they need."""
        assert self.height is not None  # noqa: S101 - a card has a height
        wide = self.width * SIDE_SHARE
        room = self.side
        # Under words and map alike, unless the words need the whole height.
        begin = wide if not self.words.rtl else 0.0
        whole, part = (self.margin, self.width - 2 * self.margin), (begin + 6.0, self.width - wide - 12.0)
        # Rather than what hollow symbols mean the sentence goes.
        tried = itertools.product(((0, KEY_OF_CARD), (1, KEY_OF_CARD), (1, 1)), (whole, part))
        for (self.words.level, least), across in tried:
            footer = self._footer(across[1])
            strip = self.credit_size * (1.5 + 1.32 * (len(footer[-1][0]) - 1)) + 2.0
            found = self._side_words(room, self.height - (strip if across is whole else 0.0), least)
            if found is not None:
                break
        else:
            raise TooSmallError(self._too_small(self.height + 1.0))
        header, head, key = found
        x = self.margin if not self.words.rtl else self.width - wide + 0.7 * self.margin
        top = self.margin + head + GAP
        box: Box = (wide, 0.0, self.width, self.height - strip)
        if self.words.rtl:
            box = (0.0, 0.0, self.width - wide, self.height - strip)
        framed = self._in_corners(box)
        return Plan(
            "card", self.paper, header, x, room, self.margin, [box], None,
            (x, top, x + room, top + key.height(room)), False, footer=footer[-1:],
            footer_top=self.height - strip + 2.0, extent=framed[1] if framed else self.extent,
            footer_across=across,
        )  # fmt: skip

    def _side_words(self, room: float, tall: float, least: int) -> tuple[list[Block], float, Key] | None:
        """Header and key of a card, as large as they fit into a height; nothing where they do not.

        Parameters
        ----------
        least
            Parts of the key that stay.
        """
        title = min(self.words.house.text["title"], 23.0)
        kept = 1 if self.words.spec.locator else least
        for size, text in itertools.product((title, title * 0.88, title * 0.76), CARD_TEXT):
            header = self.words.header(room, size, text)
            head = header_height(header)
            key = self.key(self.probe)
            while len(key.blocks) > kept and self.margin * 2 + head + GAP + key.height(room) > tall:
                key.blocks.pop()
            if self.margin * 2 + head + GAP + key.height(room) <= tall:
                return header, head, key
        return None

    def _sheet(self) -> Plan:
        """Header over the map; key in its corner, over, under or beside it; notes in a corner or under it.

        Of what fits, that which draws the events largest.
        """
        words = self.words
        wide = self.width - 2 * self.margin
        failed = None
        for level in (0, 1):
            words.level = level
            header = words.header(wide, self._title_size(), self._text_size())
            best: tuple[float, Plan] | None = None
            for halves, inside in itertools.product(self._ways(), (False, True)):
                if inside and not self._notes_may_stand_inside(halves):
                    continue
                around = self._around(header, wide, inside=inside)
                for rank, kind in enumerate(self._kinds(halves)):
                    try:
                        plan = self._arranged(kind, around, halves)
                        if len(plan.maps) > 1 and plan.room() < ROOM_EACH * len(words.content.marks):
                            continue
                    except TooSmallError as err:
                        failed = failed or err
                        continue
                    price = plan.metres() * (1 + PREFERRED * rank) * plan.free() ** -ROOM_POWER
                    price *= 1.0 if halves is None else TWO_FRAMES
                    if best is None or price < best[0]:
                        best = (price, plan)
                    if self.height is None:
                        break
            if best is not None:
                return best[1]
            if self.height is None:
                break
        assert failed is not None  # noqa: S101 - otherwise it returned
        raise failed

    def _notes_may_stand_inside(self, halves: object) -> bool:
        """Whether notes may stand in a corner of the map: where under it they would take from its height.

        Not on a crowded map, which will have more to tell than is known yet.
        """
        words = self.words
        laid = any(one.kind != "credit" for one in words.content.laid)
        shaded = words.shading is not None or words.density is not None
        single = len(self.parts) == 1 and halves is None and not words.sheet.profile
        crowded = is_crowded(words.content.marks, self.extent)
        return self.height is not None and single and not (shaded or laid or crowded or words.spec.locator)

    def _around(self, header: list[Block], wide: float, *, inside: bool) -> _Around:
        """What stands round the map: notes and sentences under it, or for a corner of it."""
        footer = self._footer(wide)
        notes, said = self.notes, []
        if inside:
            said = [Flow((Entry("", text),)) for kind, text in self._said() if kind == "note"]
            footer = [lines for lines, (kind, _) in zip(footer, self._said(), strict=True) if kind != "note"]
            notes = []
        tall = self.note_key(self.probe, notes).height(wide) + 4.0 if notes else 0.0
        tall += sum(len(lines) * size * 1.32 for lines, size, _ in footer) + 3.0 * len(footer)
        strip = 56.0 if self.words.sheet.timeline else 0.0
        return _Around(header, footer, notes, said, inside, strip, tall + self.margin * 0.7 + strip)

    def _title_size(self) -> float:
        return min(self.words.house.text["title"], max(15.0, self.width / 20))

    def _text_size(self) -> float:
        return min(self.words.house.text["subtitle"], max(11.5, self.width / 32))

    def _kinds(self, halves: object) -> list[str]:
        """Where the key may go, the one to be preferred first."""
        words = self.words
        if not self.key(self.probe).blocks:
            return ["top"]
        single = len(self.parts) == 1 and halves is None and not words.sheet.profile
        if self.height is not None and self.height > TALL_RATIO * self.width:
            return ["below", "top"]
        order = ["corner"] if single and not (self.small and self.height is None) else []
        if self.height is not None:
            order.append("side")
        return [*order, "top"]

    def _arranged(self, kind: str, around: _Around, halves: tuple[Half, Half] | None) -> Plan:
        left, right = self.margin, self.width - self.margin
        wide = right - left
        key = self.key(self.probe)
        head, low = self.margin + header_height(around.header) + GAP, around.low
        top, side = head, 0.0
        below = 0.0
        if kind == "side":
            side = self._beside(key, wide * 0.37, (self.height or 0.0) - low - head) + 14.0
        elif kind == "top":
            top += key.height(wide) + GAP if key.blocks else 0.0
        elif kind == "below":
            below = key.height(wide) + GAP if key.blocks else 0.0
        paper, bottom = self._bottom(top, low + below, wide - side, halves)
        if bottom - top < LEAST_PANEL or wide - side < LEAST_PANEL:
            raise TooSmallError(self._too_small(top + low + below + LEAST_PANEL))
        box: Box = (
            (left, top, right - side, bottom) if not self.words.rtl else (left + side, top, right, bottom)
        )
        key_box: Box = (left, head, right, head + key.height(wide))
        if kind == "side":
            x = right - side + 14.0 if not self.words.rtl else left
            key_box = (x, top, x + side - 14.0, top + key.height(side - 14.0))
            if key_box[3] > bottom or side - 14.0 < key.least_width:
                raise TooSmallError(self._too_small(key_box[3] + low))
        elif kind == "below":
            key_box = (left, bottom + GAP, right, bottom + GAP + key.height(wide))
        corner = [*self.notes, *around.said] if around.inside else []
        found = self._in_corners(box, key if kind == "corner" else None, corner, halves)
        if found is None:
            raise TooSmallError(self._too_small(top + low + LEAST_PANEL))
        spots, extent = found
        notes_box = spots.pop() if corner else None
        notes_top = bottom + below + 5.0
        notes = self.note_key(self.probe, around.notes)
        after = notes_top + (notes.height(wide) + 4.0 if around.notes else 0.0)
        return Plan(
            kind, paper, around.header, left, wide, self.margin, self._boxes(box, halves), halves,
            spots[0] if spots else key_box, kind == "corner", self.notes, notes_top,
            (left, after, right, after + around.strip - 6.0) if around.strip else None,
            around.footer, after + around.strip, extent, notes_box=notes_box, said=around.said,
        )  # fmt: skip

    def _in_corners(
        self, box: Box, key: Key | None = None, notes: Sequence[Flow] = (), halves: object = None
    ) -> tuple[list[Box], Extent] | None:
        """Where key and notes stand in corners of a map, and what it shows to hold its names, too.

        None if they can't stand there.
        """
        pieces = []
        if key is not None:
            pieces.append([padded(across, key.height(across)) for across in key.widths()])
        if notes:
            told = self.note_key(self.probe, [*notes])
            widths = [share * (box[2] - box[0]) for share in NOTE_SHARES]
            pieces.append([padded(across, told.height(across)) for across in widths])
        words = self.words
        single = len(self.parts) == 1 and halves is None and not words.sheet.profile
        named = single and words.shading is None and words.density is None and not words.spec.locator
        if not (pieces or named):
            return [], self.extent
        marks, aside = words.content.marks, not words.spec.extent
        if not pieces and (not aside or is_crowded(marks, self.extent)):
            return [], self.extent
        return in_corners(self.extent, box, pieces, marks, self.key_size, aside=aside)

    @staticmethod
    def _beside(key: Key, most: float, tall: float) -> float:
        """Width of a key beside the map: a single column of types where that is not too high."""
        one = key.least_width + 1.0
        widths = np.arange(one, max(most, one) + 8.0, 8.0).tolist()
        narrow = [wide for wide in widths if key.height(wide) < SIDE_FILL * tall]
        return float(narrow[0]) if narrow else min(key.width(), max(most, one))

    def _bottom(
        self, top: float, low: float, wide: float, halves: tuple[Half, Half] | None
    ) -> tuple[Size, float]:
        """The page, with its height, and the bottom of the map."""
        if self.height is not None:
            return self.paper, self.height - low - 5.0
        tall = self._panel_height(wide) if halves is None else sum(stacked(halves, wide)) + HALF_GAP
        return self.paper.with_height_u(top + tall + 5.0 + low), top + tall

    def _panel_height(self, wide: float) -> float:
        """Height of the map, or of the grid of small multiples, where the page has no height of its own."""
        aspect = View.aspect(self.extent)
        count = len(self.parts)
        if self.words.sheet.profile:
            return wide * 0.55
        if count == 1:
            return min(max(wide * aspect, wide * 0.5), wide * 1.3)
        columns = min(count, max(1, int(wide // 190)))
        rows = -(-count // columns)
        return rows * (wide / columns * aspect + self.key_size * 1.7) + 8.0 * (rows - 1)

    def _boxes(self, box: Box, halves: tuple[Half, Half] | None) -> list[Box]:
        if halves is None:
            return [box]
        return list(panels(halves, box, HALF_GAP))

    def _too_small(self, least: float) -> str:
        shown = least * self.paper.unit_pt / self.paper.point
        return (
            f"{self.words.sheet.size} is too small for the title, the key and the notes beside a map; "
            "it must be at least "
            f"{shown:.0f} {self.paper.unit} high at this width"
        )


def header_height(header: Sequence[Block]) -> float:
    """Of all its lines."""
    return sum(len(block.lines) * block.leading for block in header) + 3.0 * (len(header) - 1)
