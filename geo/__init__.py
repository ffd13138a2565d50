"""Boundaries, events and the questions put to them, for the Afghanistan-Pakistan border.

Importing this package does no work: each name loads its module where it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.apportion import (
        shares,
    )
    from geo.border import (
        Border,
        side_probability,
    )
    from geo.boundaries import (
        export_layer,
        line_length_km,
        read_basemap,
        read_crossings,
        read_crosswalk,
        read_layer,
        read_line,
        read_line_accuracy,
        read_places,
        read_units,
    )
    from geo.catalogue import (
        Layer,
        catalog,
        data_path,
        find_layer,
        verify,
    )
    from geo.errors import (
        BoundaryError,
        CrsError,
        DataNotFoundError,
        GeoError,
        SchemaError,
        SourceError,
    )
    from geo.events import (
        EventTables,
        read_events,
    )
    from geo.location import (
        locate,
    )
    from geo.locus import (
        loci,
    )
    from geo.tables import (
        write_table,
    )

__version__ = "0.1.0"

_HOMES = {
    "geo.apportion": ("shares",),
    "geo.border": (
        "Border",
        "side_probability",
    ),
    "geo.boundaries": (
        "export_layer",
        "line_length_km",
        "read_basemap",
        "read_crossings",
        "read_crosswalk",
        "read_layer",
        "read_line",
        "read_line_accuracy",
        "read_places",
        "read_units",
    ),
    "geo.catalogue": (
        "Layer",
        "catalog",
        "data_path",
        "find_layer",
        "verify",
    ),
    "geo.errors": (
        "BoundaryError",
        "CrsError",
        "DataNotFoundError",
        "GeoError",
        "SchemaError",
        "SourceError",
    ),
    "geo.events": (
        "EventTables",
        "read_events",
    ),
    "geo.location": ("locate",),
    "geo.locus": ("loci",),
    "geo.tables": ("write_table",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Border",
    "BoundaryError",
    "CrsError",
    "DataNotFoundError",
    "EventTables",
    "GeoError",
    "Layer",
    "SchemaError",
    "SourceError",
    "catalog",
    "data_path",
    "export_layer",
    "find_layer",
    "line_length_km",
    "locate",
    "loci",
    "read_basemap",
    "read_crossings",
    "read_crosswalk",
    "read_events",
    "read_layer",
    "read_line",
    "read_line_accuracy",
    "read_places",
    "read_units",
    "shares",
    "side_probability",
    "verify",
    "write_table",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module's names have many types
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'geo' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
