"""Maps of events along the border: one specification, an interactive renderer, a command line."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maps.embed import save_embed, show
    from maps.interactive import BaseLayer, EventLayer, render, save
    from maps.layers import map_content
    from maps.packed import PackedLayer, packed_content
    from maps.spec import MapSpec

_HOMES = {
    "maps.embed": ("save_embed", "show"),
    "maps.interactive": ("BaseLayer", "EventLayer", "render", "save"),
    "maps.layers": ("map_content",),
    "maps.packed": ("PackedLayer", "packed_content"),
    "maps.spec": ("MapSpec",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "BaseLayer",
    "EventLayer",
    "MapSpec",
    "PackedLayer",
    "map_content",
    "packed_content",
    "render",
    "save",
    "save_embed",
    "show",
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
