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
    from geo.changes import (
        diff_events,
        format_changes,
    )
    from geo.counts import (
        count_by_unit,
        count_range,
    )
    from geo.districts import (
        BoundaryReport,
        add_boundaries,
        remove_boundaries,
    )
    from geo.errors import (
        BoundaryError,
        CrsError,
        DatabaseError,
        DataNotFoundError,
        ExtraMissingError,
        FetchError,
        GeoError,
        PlaceError,
        SchemaError,
        SourceError,
    )
    from geo.events import (
        EventTables,
        read_events,
    )
    from geo.fetching import (
        Download,
        KnownSource,
        fetch_boundaries,
        known_sources,
    )
    from geo.gazetteer import (
        Place,
        find_place,
        read_aliases,
        read_districts,
        resolve_place,
    )
    from geo.location import (
        locate,
    )
    from geo.locus import (
        loci,
    )
    from geo.matching import (
        match,
    )
    from geo.merging import (
        Merged,
        apply_decisions,
        merge_events,
        read_merged,
        unmerge_events,
        write_merged,
    )
    from geo.postgis import (
        export_postgis,
    )
    from geo.registry import (
        AddedLayer,
        added_layers,
        find_added,
        user_folder,
    )
    from geo.sources.rejects import (
        write_rejected,
    )
    from geo.sources.template import (
        write_template,
    )
    from geo.sql import (
        connect,
    )
    from geo.stock import (
        stock_points,
    )
    from geo.streaming import (
        locate_file,
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
    "geo.changes": (
        "diff_events",
        "format_changes",
    ),
    "geo.counts": (
        "count_by_unit",
        "count_range",
    ),
    "geo.districts": (
        "BoundaryReport",
        "add_boundaries",
        "remove_boundaries",
    ),
    "geo.errors": (
        "BoundaryError",
        "CrsError",
        "DataNotFoundError",
        "DatabaseError",
        "ExtraMissingError",
        "FetchError",
        "GeoError",
        "PlaceError",
        "SchemaError",
        "SourceError",
    ),
    "geo.events": (
        "EventTables",
        "read_events",
    ),
    "geo.fetching": (
        "Download",
        "KnownSource",
        "fetch_boundaries",
        "known_sources",
    ),
    "geo.gazetteer": (
        "Place",
        "find_place",
        "read_aliases",
        "read_districts",
        "resolve_place",
    ),
    "geo.location": ("locate",),
    "geo.locus": ("loci",),
    "geo.matching": ("match",),
    "geo.merging": (
        "Merged",
        "apply_decisions",
        "merge_events",
        "read_merged",
        "unmerge_events",
        "write_merged",
    ),
    "geo.postgis": ("export_postgis",),
    "geo.registry": (
        "AddedLayer",
        "added_layers",
        "find_added",
        "user_folder",
    ),
    "geo.sources.rejects": ("write_rejected",),
    "geo.sources.template": ("write_template",),
    "geo.sql": ("connect",),
    "geo.stock": ("stock_points",),
    "geo.streaming": ("locate_file",),
    "geo.tables": ("write_table",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AddedLayer",
    "Border",
    "BoundaryError",
    "BoundaryReport",
    "CrsError",
    "DataNotFoundError",
    "DatabaseError",
    "Download",
    "EventTables",
    "ExtraMissingError",
    "FetchError",
    "GeoError",
    "KnownSource",
    "Layer",
    "Merged",
    "Place",
    "PlaceError",
    "SchemaError",
    "SourceError",
    "add_boundaries",
    "added_layers",
    "apply_decisions",
    "catalog",
    "connect",
    "count_by_unit",
    "count_range",
    "data_path",
    "diff_events",
    "export_layer",
    "export_postgis",
    "fetch_boundaries",
    "find_added",
    "find_layer",
    "find_place",
    "format_changes",
    "known_sources",
    "line_length_km",
    "locate",
    "locate_file",
    "loci",
    "match",
    "merge_events",
    "read_aliases",
    "read_basemap",
    "read_crossings",
    "read_crosswalk",
    "read_districts",
    "read_events",
    "read_layer",
    "read_line",
    "read_line_accuracy",
    "read_merged",
    "read_places",
    "read_units",
    "remove_boundaries",
    "resolve_place",
    "shares",
    "side_probability",
    "stock_points",
    "unmerge_events",
    "user_folder",
    "verify",
    "write_merged",
    "write_rejected",
    "write_table",
    "write_template",
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
