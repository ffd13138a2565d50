"""Boundaries, events and the questions put to them, for the Afghanistan-Pakistan border.

Importing this package does no work: each name loads its module where it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.errors import (
        BoundaryError,
        CrsError,
        DataNotFoundError,
        GeoError,
        SchemaError,
        SourceError,
    )

_HOME = {
    "BoundaryError": "geo.errors",
    "CrsError": "geo.errors",
    "DataNotFoundError": "geo.errors",
    "GeoError": "geo.errors",
    "SchemaError": "geo.errors",
    "SourceError": "geo.errors",
}

__version__ = "0.1.0"

__all__ = [
    "BoundaryError",
    "CrsError",
    "DataNotFoundError",
    "GeoError",
    "SchemaError",
    "SourceError",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module's names have many types
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'geo' has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
