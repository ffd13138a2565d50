"""The Durand Line asked in each of the ways that the engine has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest

import geo
from geo.boundaries.units import provinces
from geo.engine import line_grid as line_cells
from geo.engine.numba_switch import has_numba, using

with_numba = pytest.mark.skipif(not has_numba(), reason="numba is the extra [fast]")
KERNELS = ["numpy", pytest.param("numba", marks=with_numba)]
SEARCHES = ["tree", *KERNELS]


@contextmanager
def searching(search: str) -> Iterator[geo.Border]:
    """The Durand Line, with tables of cells or without, with compiled code or without."""
    border = geo.DurandLine()
    chords, areas = border.prepared.chords, provinces()
    if search == "tree":
        with (
            using(compiled=False),
            mock.patch.multiple(chords, _table=None, _looked=True),
            # Whatever was asked before in the tests' cache.
            mock.patch("geo.engine.chords.asked_of_line", return_value=0),
            mock.patch.multiple(areas, _cells=None, _looked=True),
        ):
            yield border
        return
    if chords._table is None:
        chords._table = line_cells.made_table(chords.digest, chords.start, chords.step, chords.bounds)
    areas.prepare(1_000_000)
    with using(compiled=search == "numba"):
        yield border
