"""A page of print without a map: a canvas as high as what is drawn on it, in a house's style."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib as mpl

from maps.spec.house_style import read_house
from maps.static.canvas import RC
from maps.static.fonts import Lettering
from maps.static.mirrored import canvas_for
from maps.words.words import word

if TYPE_CHECKING:
    from maps.content.captions import Caption
    from maps.spec.house_style import House
    from maps.spec.sheet import Sheet
    from maps.static.canvas import Canvas

__all__ = ["PageDrawing", "plain_page", "said"]


@dataclass
class PageDrawing:
    """A drawn page, with what a writer needs."""

    canvas: Canvas
    sheet: Sheet
    lang: str
    caption: Caption


@contextmanager
def plain_page(sheet: Sheet, lang: str) -> Iterator[tuple[House, Callable[[float], Canvas]]]:
    """The house of a sheet, and what makes a canvas of its width and a height in units."""
    with mpl.rc_context(RC):
        house = read_house(sheet.style)
        lettering = Lettering(latin=house.latin, arabic=house.arabic)
        page = canvas_for(lang)
        yield house, lambda height: page(sheet.paper.with_height_u(height), lettering, lang)


def said(canvas: Canvas, lang: str, key: str) -> str:
    """A word in a page's language, or in English where no font has its letters."""
    return canvas.lettering.pick(word(lang, key), word("en", key))
