"""Boundaries, events and the questions put to them, for the Afghanistan-Pakistan border.

Importing this package does no work: each name loads its module where it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.analysis.along import along
    from geo.analysis.claims import claims, claims_by
    from geo.analysis.compare import compare
    from geo.analysis.count import count
    from geo.analysis.crossing_flows import read_crossing_flows
    from geo.analysis.crossing_status import crossing_intervals, crossing_status, read_crossing_status
    from geo.analysis.grids import hexes, priogrid
    from geo.analysis.impute import impute
    from geo.analysis.locate import locate
    from geo.analysis.loci import loci
    from geo.analysis.near import around, near
    from geo.analysis.pool import pool
    from geo.analysis.profile import profile
    from geo.analysis.sensitivity import sensitivity
    from geo.analysis.shares import shares
    from geo.analysis.stock import stock_points
    from geo.analysis.trend import trend
    from geo.border.border import Border
    from geo.border.countries import country_border
    from geo.border.durand import DurandLine
    from geo.border.own_layers import border_with_layers
    from geo.boundaries.added import list_added
    from geo.boundaries.catalogue import list_layers
    from geo.boundaries.download import fetch_boundaries, list_sources
    from geo.boundaries.export import export_layer
    from geo.boundaries.layers import (
        line_length_km,
        read_crossings,
        read_layer,
        read_line,
        read_line_accuracy,
        read_places,
        read_province_lines,
        read_units,
    )
    from geo.boundaries.own_lines import add_lines, list_lines, remove_lines
    from geo.districts.add import add_boundaries, remove_boundaries
    from geo.errors import (
        BoundaryError,
        CrsError,
        DatabaseError,
        DataNotFoundError,
        ExtraMissingError,
        FetchError,
        GeoError,
        LeftOutWarning,
        OverwriteError,
        PlaceError,
        PrecisionWarning,
        SchemaError,
        SourceError,
        WriteError,
    )
    from geo.events.tables import EventTables
    from geo.export.duckdb_views import connect
    from geo.export.parquet_stream import locate_file
    from geo.export.postgis import export_postgis
    from geo.files.tables import write_table
    from geo.matching.decisions import apply_decisions
    from geo.matching.diff import diff_events, format_changes
    from geo.matching.match import match
    from geo.matching.merging import merge_events, read_merged, unmerge_events, write_merged
    from geo.places.gazetteer import find_place, resolve_place
    from geo.places.name_index import read_districts, read_tehsils
    from geo.sources.read import read_events
    from geo.sources.rejects import write_rejected
    from geo.sources.template import write_template

__version__ = "0.1.0"

_HOMES = {
    "geo.analysis.along": ("along",),
    "geo.analysis.claims": (
        "claims",
        "claims_by",
    ),
    "geo.analysis.compare": ("compare",),
    "geo.analysis.count": ("count",),
    "geo.analysis.crossing_flows": ("read_crossing_flows",),
    "geo.analysis.crossing_status": (
        "crossing_intervals",
        "crossing_status",
        "read_crossing_status",
    ),
    "geo.analysis.grids": (
        "hexes",
        "priogrid",
    ),
    "geo.analysis.impute": ("impute",),
    "geo.analysis.locate": ("locate",),
    "geo.analysis.loci": ("loci",),
    "geo.analysis.near": (
        "around",
        "near",
    ),
    "geo.analysis.pool": ("pool",),
    "geo.analysis.profile": ("profile",),
    "geo.analysis.sensitivity": ("sensitivity",),
    "geo.analysis.shares": ("shares",),
    "geo.analysis.stock": ("stock_points",),
    "geo.analysis.trend": ("trend",),
    "geo.border.border": ("Border",),
    "geo.border.countries": ("country_border",),
    "geo.border.durand": ("DurandLine",),
    "geo.border.own_layers": ("border_with_layers",),
    "geo.boundaries.added": ("list_added",),
    "geo.boundaries.catalogue": ("list_layers",),
    "geo.boundaries.download": (
        "fetch_boundaries",
        "list_sources",
    ),
    "geo.boundaries.export": ("export_layer",),
    "geo.boundaries.layers": (
        "line_length_km",
        "read_crossings",
        "read_layer",
        "read_line",
        "read_line_accuracy",
        "read_places",
        "read_province_lines",
        "read_units",
    ),
    "geo.boundaries.own_lines": (
        "add_lines",
        "list_lines",
        "remove_lines",
    ),
    "geo.districts.add": (
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
        "LeftOutWarning",
        "OverwriteError",
        "PlaceError",
        "PrecisionWarning",
        "SchemaError",
        "SourceError",
        "WriteError",
    ),
    "geo.events.tables": ("EventTables",),
    "geo.export.duckdb_views": ("connect",),
    "geo.export.parquet_stream": ("locate_file",),
    "geo.export.postgis": ("export_postgis",),
    "geo.files.tables": ("write_table",),
    "geo.matching.decisions": ("apply_decisions",),
    "geo.matching.diff": (
        "diff_events",
        "format_changes",
    ),
    "geo.matching.match": ("match",),
    "geo.matching.merging": (
        "merge_events",
        "read_merged",
        "unmerge_events",
        "write_merged",
    ),
    "geo.places.gazetteer": (
        "find_place",
        "resolve_place",
    ),
    "geo.places.name_index": (
        "read_districts",
        "read_tehsils",
    ),
    "geo.sources.read": ("read_events",),
    "geo.sources.rejects": ("write_rejected",),
    "geo.sources.template": ("write_template",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Border",
    "BoundaryError",
    "CrsError",
    "DataNotFoundError",
    "DatabaseError",
    "DurandLine",
    "EventTables",
    "ExtraMissingError",
    "FetchError",
    "GeoError",
    "LeftOutWarning",
    "OverwriteError",
    "PlaceError",
    "PrecisionWarning",
    "SchemaError",
    "SourceError",
    "WriteError",
    "add_boundaries",
    "add_lines",
    "along",
    "apply_decisions",
    "around",
    "border_with_layers",
    "claims",
    "claims_by",
    "compare",
    "connect",
    "count",
    "country_border",
    "crossing_intervals",
    "crossing_status",
    "diff_events",
    "export_layer",
    "export_postgis",
    "fetch_boundaries",
    "find_place",
    "format_changes",
    "hexes",
    "impute",
    "line_length_km",
    "list_added",
    "list_layers",
    "list_lines",
    "list_sources",
    "locate",
    "locate_file",
    "loci",
    "match",
    "merge_events",
    "near",
    "pool",
    "priogrid",
    "profile",
    "read_crossing_flows",
    "read_crossing_status",
    "read_crossings",
    "read_districts",
    "read_events",
    "read_layer",
    "read_line",
    "read_line_accuracy",
    "read_merged",
    "read_places",
    "read_province_lines",
    "read_tehsils",
    "read_units",
    "remove_boundaries",
    "remove_lines",
    "resolve_place",
    "sensitivity",
    "shares",
    "stock_points",
    "trend",
    "unmerge_events",
    "write_merged",
    "write_rejected",
    "write_table",
    "write_template",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'geo' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
