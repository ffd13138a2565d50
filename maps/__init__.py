"""Maps of events along the border: one specification, an interactive renderer, a command line."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maps.captions import Caption, caption
    from maps.embed import save_embed, show
    from maps.interactive import BaseLayer, EventLayer, LicenceError, render, save
    from maps.layers import map_content
    from maps.shade_layer import ShadeLayer
    from maps.spec import MapSpec
    from maps.static.drawing import Drawing, draw_map
    from maps.static.sheet import Sheet
    from maps.stories import read_story, write_story

_HOMES = {
    "maps.captions": ("Caption", "caption"),
    "maps.embed": ("save_embed", "show"),
    "maps.interactive": ("BaseLayer", "EventLayer", "LicenceError", "render", "save"),
    "maps.layers": ("map_content",),
    "maps.shade_layer": ("ShadeLayer",),
    "maps.spec": ("MapSpec",),
    "maps.static.drawing": ("Drawing", "draw_map"),
    "maps.static.sheet": ("Sheet",),
    "maps.stories": ("read_story", "write_story"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "BaseLayer",
    "Caption",
    "Drawing",
    "EventLayer",
    "LicenceError",
    "MapSpec",
    "ShadeLayer",
    "Sheet",
    "caption",
    "draw_map",
    "map_content",
    "read_story",
    "render",
    "save",
    "save_embed",
    "show",
    "write_story",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module's names have many types
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'maps' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
