"""The errors of the toolkit: one root, each error also the builtin that fits."""

from __future__ import annotations

from typing import Any, Final

__all__ = [
    "DISTRIBUTION",
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
    "how_to_install",
]

DISTRIBUTION: Final = "durand-line"
"""Name of the distribution; the command is ``durand``, the packages are ``geo`` and ``maps``."""


def how_to_install(extra: str = "") -> str:
    """What a message says of installing the toolkit, or an extra of it.

    It is installed from its clone: no index is named, since another project could answer there.

    Examples
    --------
    >>> from geo.errors import how_to_install
    >>> how_to_install("sql")
    'install it in the folder of durand-line, as it was cloned, with: pip install ".[sql]"'
    """
    what = f'".[{extra}]"' if extra else "."
    return f"install it in the folder of {DISTRIBUTION}, as it was cloned, with: pip install {what}"


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
    """A function needs packages of an extra of durand-line that is not installed."""

    @classmethod
    def of(cls, what: str, package: str | None, extra: str) -> ExtraMissingError:
        """The error that says what needs which package, and the command that installs it."""
        return cls(f"{what} needs {package}, which is not installed; {how_to_install(extra)}")


class DatabaseError(GeoError, RuntimeError):
    """A database cannot be reached, or refuses."""


class OverwriteError(GeoError, FileExistsError):
    """A file is there already and may not be replaced, or is one of those that are read."""


class WriteError(GeoError, OSError):
    """A disk is full, or does not let a file be written; nothing of it was left."""


class FetchError(GeoError, ConnectionError):
    """A file could not be downloaded, or what came is not what was asked for."""


class PrecisionWarning(UserWarning):
    """No column says how exactly the places of a table are known, so that each point is taken as a site."""


class LeftOutWarning(UserWarning):
    """Some events can have no part in an answer, since nothing is known of their place or date."""


class PlaceError(GeoError, LookupError):
    """A name means no place, or more than one.

    Attributes
    ----------
    candidates
        What the name may mean, as :func:`geo.find_place` gives it.
    """

    def __init__(self, message: str, candidates: Any = None) -> None:
        super().__init__(message)
        self.candidates = candidates
