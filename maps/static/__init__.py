"""Maps for print and social media: the same specification as the interactive map, drawn with matplotlib."""

from __future__ import annotations

from maps.static.drawing import Drawing, draw_map
from maps.static.sheet import SIZES, Sheet

__all__ = ["SIZES", "Drawing", "Sheet", "draw_map"]
