"""Events at one place of a profile, their symbols side by side."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import Any

import numpy as np

__all__ = ["Pack", "packs"]


@dataclass
class Pack:
    """Events that stand side by side because their places coincide on paper.

    Attributes
    ----------
    at
        Middle in units.
    events
        Numbers of events, in the order of the legend.
    spots
        Where each symbol stands.
    radius
        Radius of the whole.
    """

    at: tuple[float, float]
    events: list[int]
    spots: list[tuple[float, float]]
    radius: float


def _spiral(n: int) -> list[tuple[float, float]]:
    """Offsets of n equal discs of unit diameter, close together."""
    if n == 1:
        return [(0.0, 0.0)]
    if n <= 5:
        r = 0.5 / sin(pi / n) if n > 2 else 0.5
        start = -pi / 2 if n != 2 else pi
        return [(r * cos(start + 2 * pi * k / n), r * sin(start + 2 * pi * k / n)) for k in range(n)]
    spots = [(0.0, 0.0)]
    ring = 1
    while len(spots) < n:
        # Ring by ring of a honeycomb: six sides of so many cells each.
        corners = [(ring * cos(pi / 3 * k - pi / 2), ring * sin(pi / 3 * k - pi / 2)) for k in range(7)]
        for (x0, y0), (x1, y1) in itertools.pairwise(corners):
            spots += [(x0 + (x1 - x0) * k / ring, y0 + (y1 - y0) * k / ring) for k in range(ring)]
        ring += 1
    return spots[:n]


def packs(at: np.ndarray[Any, Any], types: Sequence[int], size: float) -> list[Pack]:
    """Put events whose symbols would lie over each other side by side.

    Parameters
    ----------
    at
        (n, 2) places in units.
    types
        Number of the event type of each.
    size
        Radius of a symbol in units.

    Returns
    -------
    list of Pack
        The order of events within a pack, and of packs, does not depend on the order given but by number.
    """
    if not len(at):
        return []
    # Events on about the same spot are one from the start: a hundred thousand become hundreds.
    step = size / 1.5 if len(at) < 400 else size * 2
    _, begin, cell = np.unique(
        np.round(np.asarray(at) / step), axis=0, return_index=True, return_inverse=True
    )
    # Cells in the order in which their first event comes.
    rank = np.argsort(np.argsort(begin))[cell]
    ordered = np.argsort(rank, kind="stable")
    groups = [part.tolist() for part in np.split(ordered, np.cumsum(np.bincount(rank))[:-1])]
    middles = [np.asarray(at)[numbers].mean(axis=0) for numbers in groups]
    radii = [_radius(len(numbers), size) for numbers in groups]
    centre = np.array(middles)
    reach = np.array(radii)
    count = np.array([len(numbers) for numbers in groups], dtype=float)
    alive = np.ones(len(groups), dtype=bool)

    def joined(i: int) -> bool:
        """Whether a pack has taken in the first of those that it reaches."""
        near = np.hypot(*(centre - centre[i]).T) < (reach + reach[i]) * 0.9
        near &= alive
        near[i] = False
        if not near.any():
            return False
        j = int(np.flatnonzero(near)[0])
        total = count[i] + count[j]
        centre[i] = (centre[i] * count[i] + centre[j] * count[j]) / total
        groups[i] += groups[j]
        count[i] = total
        reach[i] = _radius(int(total), size)
        alive[j] = False
        return True

    for i in range(len(groups)):
        while alive[i] and joined(i):
            pass
    # A pack that grew may reach one that came before it.
    changed = True
    while changed:
        changed = False
        for i in np.flatnonzero(alive).tolist():
            changed |= bool(alive[i]) and joined(i)
    found = []
    for i in np.flatnonzero(alive).tolist():
        events = sorted(groups[i], key=lambda one: (types[one], one))
        middle = (float(centre[i][0]), float(centre[i][1]))
        width = size * 2 + 1.2
        spots = [(middle[0] + dx * width, middle[1] + dy * width) for dx, dy in _spiral(len(events))]
        found.append(Pack(middle, events, spots, float(reach[i])))
    return found


def _radius(n: int, size: float) -> float:
    width = size * 2 + 1.2
    return max(hypot(x, y) for x, y in _spiral(n)) * width + size
