"""Maps of events along the border: one specification, an interactive renderer, a command line."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maps.content.captions import Caption, caption
    from maps.content.content import map_content
    from maps.content.locator import locator
    from maps.spec.marks import Mark
    from maps.spec.sheet import Sheet
    from maps.spec.spec import MapSpec
    from maps.spec.spec_file import read_spec, write_spec
    from maps.static.drawing import Drawing, draw_map
    from maps.web.embed import save_embed, show
    from maps.web.folium_layers import BaseLayer, EventLayer, ShadeLayer
    from maps.web.map_layers import Crossings, DurandLine, Provinces
    from maps.web.page import LicenceError, render, save

_HOMES = {
    "maps.content.captions": ("Caption", "caption"),
    "maps.web.embed": ("save_embed", "show"),
    "maps.web.page": ("LicenceError", "render", "save"),
    "maps.web.map_layers": ("Crossings", "DurandLine", "Provinces"),
    "maps.content.content": ("map_content",),
    "maps.content.locator": ("locator",),
    "maps.web.folium_layers": ("BaseLayer", "EventLayer", "ShadeLayer"),
    "maps.spec.marks": ("Mark",),
    "maps.spec.spec": ("MapSpec",),
    "maps.static.drawing": ("Drawing", "draw_map"),
    "maps.spec.sheet": ("Sheet",),
    "maps.spec.spec_file": ("read_spec", "write_spec"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "BaseLayer",
    "Caption",
    "Crossings",
    "Drawing",
    "DurandLine",
    "EventLayer",
    "LicenceError",
    "MapSpec",
    "Mark",
    "Provinces",
    "ShadeLayer",
    "Sheet",
    "caption",
    "draw_map",
    "locator",
    "map_content",
    "read_spec",
    "render",
    "save",
    "save_embed",
    "show",
    "write_spec",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'maps' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
