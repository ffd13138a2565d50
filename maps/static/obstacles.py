"""What nothing may cover, asked by many boxes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["TOUCH", "Box", "Field", "contained", "overlaps", "share_in"]

Box = tuple[float, float, float, float]

TOUCH: Final = 1e-6
"""Units by which two boxes overlap at least, if they meet."""


class Field:
    """Fixed obstacles, asked by groups of boxes."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        self.boxes = np.asarray(boxes, dtype=float).reshape(-1, 4)

    def hits(self, groups: Sequence[Sequence[Box]]) -> list[int]:
        """For each group of boxes, how often one of them meets an obstacle."""
        sizes = [len(group) for group in groups]
        flat = np.array([box for group in groups for box in group], dtype=float).reshape(-1, 4)
        if not len(self.boxes) or not len(flat):
            return [0] * len(groups)
        near = self.boxes[
            (self.boxes[:, 0] < flat[:, 2].max())
            & (self.boxes[:, 2] > flat[:, 0].min())
            & (self.boxes[:, 1] < flat[:, 3].max())
            & (self.boxes[:, 3] > flat[:, 1].min())
        ]
        asked = flat[:, None, :]
        wide = np.minimum(near[:, 2], asked[..., 2]) - np.maximum(near[:, 0], asked[..., 0])
        tall = np.minimum(near[:, 3], asked[..., 3]) - np.maximum(near[:, 1], asked[..., 1])
        each = ((wide > TOUCH) & (tall > TOUCH)).sum(axis=1)
        group = np.repeat(np.arange(len(groups)), sizes)
        counts: list[int] = np.bincount(group, weights=each, minlength=len(groups)).astype(int).tolist()
        return counts


def overlaps(boxes: Sequence[Box]) -> list[tuple[int, int]]:
    """Pairs of boxes whose insides meet.

    Examples
    --------
    >>> overlaps([(0, 0, 2, 2), (1, 1, 3, 3), (2, 0, 4, 1)])
    [(0, 1)]
    """
    if len(boxes) < 2:
        return []
    flat = np.asarray(boxes, dtype=float)
    tree = shapely.STRtree(shapely.box(*flat.T))
    first, second = tree.query(tree.geometries)
    keep = first < second
    first, second = first[keep], second[keep]
    a, b = flat[first], flat[second]
    deep = (np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0]) > TOUCH) & (
        np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1]) > TOUCH
    )
    return sorted(zip(first[deep].tolist(), second[deep].tolist(), strict=True))


def share_in(whole: Box, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of each box lies in a rectangle.

    Examples
    --------
    >>> share_in((0, 0, 10, 10), np.array([[2.0, 2.0, 4.0, 4.0], [8.0, 0.0, 12.0, 4.0]])).tolist()
    [1.0, 0.5]
    """
    wide = np.minimum(boxes[:, 2], whole[2]) - np.maximum(boxes[:, 0], whole[0])
    tall = np.minimum(boxes[:, 3], whole[3]) - np.maximum(boxes[:, 1], whole[1])
    held: NDArray[np.float64] = np.maximum(wide, 0.0) * np.maximum(tall, 0.0)
    return held / ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))


def contained(shape: shapely.Geometry, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which boxes lie in an area, which is asked of those of which the corners do.

    Examples
    --------
    >>> boxes = np.array([[1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 9.0, 9.0]])
    >>> contained(shapely.Polygon([(0, 0), (8, 0), (8, 8), (0, 8)]), boxes).tolist()
    [True, False]
    """
    found = np.ones(len(boxes), dtype=bool)
    for x, y in ((0, 1), (2, 3), (0, 3), (2, 1)):
        some = np.flatnonzero(found)
        found[some] = shapely.intersects_xy(shape, boxes[some, x], boxes[some, y])
    some = np.flatnonzero(found)
    found[some] = shapely.contains(shape, shapely.box(*boxes[some].T))
    return found
