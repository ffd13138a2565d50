"""Readers, one module a source; each gives rows in our columns and the untouched source rows.

A source is a module with two functions, `detect` and `read` (see Source), and a line in SOURCES.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

from geo.errors import SchemaError

if TYPE_CHECKING:
    import pandas as pd

    from geo.schema import Fault

__all__ = ["SOURCES", "Source", "SourceRows", "find_source"]

SOURCES: Final = {"own": "geo.sources.own"}
"""Name to module, in the order in which a file is tried; the last takes what no other knows."""


@dataclass(frozen=True)
class SourceRows:
    """What a source read from a file.

    Attributes
    ----------
    rows
        Text in our columns, position in `lon` and `lat`; the index is the number of the data row, from 1.
    raw
        The rows as they stood, every column of the file, same index.
    faults
        (row, column, value, reason) for rows that could not be brought into `rows`.
    """

    rows: pd.DataFrame
    raw: pd.DataFrame
    faults: list[Fault] = field(default_factory=list)


class Source(Protocol):
    """What a module of this package offers."""

    def detect(self, path: Path) -> bool:
        """Whether the file is of this source, judged by its first bytes."""
        ...

    def read(self, path: Path) -> SourceRows:
        """The rows of the file."""
        ...


def find_source(name: str, path: Path) -> Source:
    """The source of that name, or for ``"auto"`` the one that recognises the file.

    Raises
    ------
    SchemaError
        If there is no source of that name.
    """
    if name == "auto":
        sources = [_load(module) for module in SOURCES.values()]
        return next((source for source in sources if source.detect(path)), sources[-1])
    if name not in SOURCES:
        raise SchemaError(f"no source {name!r}; there are: auto, {', '.join(SOURCES)}")
    return _load(SOURCES[name])


def _load(module: str) -> Source:
    return cast("Source", importlib.import_module(module))
