"""The errors of the toolkit: one root, each error also the builtin that fits."""

from __future__ import annotations

__all__ = [
    "BoundaryError",
    "CrsError",
    "DataNotFoundError",
    "FetchError",
    "GeoError",
    "SchemaError",
    "SourceError",
]


class GeoError(Exception):
    """Root of every error that this toolkit raises on purpose."""


class SchemaError(GeoError, ValueError):
    """A table or an argument does not have the form that its description asks for."""


class CrsError(GeoError, ValueError):
    """A frame has no coordinate reference system, or one that cannot be used."""


class SourceError(GeoError, ValueError):
    """A source file cannot be read as what it is said to be."""


class BoundaryError(GeoError, ValueError):
    """A boundary layer or a question to it makes no sense."""


class DataNotFoundError(GeoError, FileNotFoundError):
    """Shipped data, or a file that the user named, is not there."""


class FetchError(GeoError, ConnectionError):
    """A file could not be downloaded, or what came is not what was asked for."""
