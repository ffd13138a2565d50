"""The errors of the toolkit: one root, each error also the builtin that fits."""

from __future__ import annotations

from typing import Any

__all__ = [
    "BoundaryError",
    "CrsError",
    "DataNotFoundError",
    "DatabaseError",
    "ExtraMissingError",
    "FetchError",
    "GeoError",
    "PlaceError",
    "PrecisionWarning",
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


class ExtraMissingError(GeoError, ImportError):
    """A function needs packages of an extra of durand that is not installed."""


class DatabaseError(GeoError, RuntimeError):
    """A database cannot be reached, or refuses."""


class FetchError(GeoError, ConnectionError):
    """A file could not be downloaded, or what came is not what was asked for."""


class PrecisionWarning(UserWarning):
    """No column says how exactly the places of a table are known, so that each point is taken as a site."""


class PlaceError(GeoError, LookupError):
    """A name means no place, or more than one.

    Attributes
    ----------
    candidates
        What the name may mean, as :func:`geo.find_place` gives it.
    """

    def __init__(self, message: str, candidates: Any = None) -> None:  # noqa: ANN401 - a frame, not imported here
        super().__init__(message)
        self.candidates = candidates
