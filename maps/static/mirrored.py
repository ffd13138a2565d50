"""A page whose drawing runs from the right: tables and charts in a script that is read that way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from maps.static.canvas import RIGHT_TO_LEFT, Canvas
from maps.words.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from maps.static.canvas import Layer

__all__ = ["Mirrored", "canvas_for"]

OTHER_END: Final = {"left": "right", "right": "left", "center": "center"}


class Mirrored(Canvas):
    """A canvas to draw on as on any other, from the left; what is drawn lies as in a mirror, words upright.

    Every line of text runs from right to left, so that a Latin name and a day beside it keep their order.
    """

    def area(self, layer: Layer, shape: shapely.Geometry, **look: Any) -> None:
        """Fill a polygon, draw its edge, or both."""
        turned = shapely.transform(shape, lambda xy: np.column_stack([self.width - xy[:, 0], xy[:, 1]]))
        super().area(layer, turned, **look)

    def lines(self, layer: Layer, lines: Iterable[Any], colour: str, width: float, **look: Any) -> None:
        """Open lines of one look, each an (n, 2) array in units."""
        turned = [np.column_stack([self.width - line[:, 0], line[:, 1]]) for line in map(np.asarray, lines)]
        super().lines(layer, turned, colour, width, **look)

    def text(
        self, layer: Layer, x: float, y: float, text: str, size: float, colour: str, **look: Any
    ) -> None:
        """A line of text whose foot is at y."""
        look["anchor"] = OTHER_END[look.get("anchor", "left")]
        super().text(layer, self.width - x, y, text, size, colour, **look)

    def base(self, text: str) -> str:
        """The text with the mark that makes it run from the right, whatever it begins with."""
        return RIGHT_TO_LEFT + text


def canvas_for(lang: str) -> type[Canvas]:
    """The canvas for a language: one that runs from the right where the language does.

    Examples
    --------
    >>> canvas_for("ur").__name__, canvas_for("en").__name__
    ('Mirrored', 'Canvas')
    """
    return Mirrored if LANGUAGES[lang].direction == "rtl" else Canvas
