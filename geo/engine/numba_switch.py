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

WORTH_LOADING: Final = 800_000
"""Points asked about so far: numba and the machine code take 0.6 s to load, by as much as NumPy is slower for
so many."""
WORTH_CALLING: Final = 64

_wish: bool | None = None
_asked_so_far = 0


def compiled_loops(count: int, *, load: bool = True) -> ModuleType | None:
    """The compiled loops where they are there and worth it for so many points, else None.

    Parameters
    ----------
    count
        Points asked about.
    load
        Whether these are reason to load them; what gains little takes them if they are loaded already.
    """
    global _asked_so_far
    if _wish is None:
        if count < WORTH_CALLING or not has_numba():
            return None
        if "geo.engine.numba_loops" not in sys.modules:
            _asked_so_far += count if load else 0
            if not load or _asked_so_far < WORTH_LOADING:
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
