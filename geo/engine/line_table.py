"""The table of a line's cells, as arrays."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["SPLIT", "LineTable"]


SPLIT: Final = 4


class LineTable(NamedTuple):
    """The arrays of a table."""

    west: float
    south: float
    size: float
    rows: int
    columns: int
    longest: int
    """Chords in the longest list."""
    base: npt.NDArray[np.int32]
    """Node of each cell of the base grid."""
    child: npt.NDArray[np.int32]
    """Of each node: the first of its sixteen parts, -1 if it is not cut."""
    offset: npt.NDArray[np.int32]
    """Of each node: where its list begins in chord; one more at the end."""
    chord: npt.NDArray[np.int32]
