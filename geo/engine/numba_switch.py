"""Whether the compiled loops (geo/engine/numba_loops.py, the extra [fast]) are to be used."""

from __future__ import annotations

import functools
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Final

__all__ = ["WORTH_LOADING", "compiled_loops", "has_numba", "using"]

WORTH_LOADING: Final = 20_000
"""Numba and the machine code take half a second to load: as long as NumPy for so many points."""
WORTH_CALLING: Final = 64

_wish: bool | None = None


def compiled_loops(count: int) -> ModuleType | None:
    """The compiled loops where they are there and worth it for so many points, else None."""
    if _wish is None:
        if count < WORTH_CALLING or not has_numba():
            return None
        if count < WORTH_LOADING and "geo.engine.numba_loops" not in sys.modules:
            return None
    elif not _wish:
        return None
    from geo.engine import numba_loops as compiled

    return compiled


@functools.cache
def has_numba() -> bool:
    """Whether numba is installed; it is not imported for that."""
    return importlib.util.find_spec("numba") is not None


@contextmanager
def using(compiled: bool) -> Iterator[None]:
    """Whatever the number of points, compiled loops or none, for tests and benchmarks."""
    global _wish
    before, _wish = _wish, compiled
    try:
        yield
    finally:
        _wish = before
