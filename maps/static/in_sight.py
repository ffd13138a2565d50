"""What names and boxes had better leave in sight: towns that help a reader, rims and lines of the user's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TOWN_COST", "InSight", "hidden_towns"]

TOWN_COST: Final = 5.0
TOWN_ROOM: Final = 46.0
"""Units beside a town that its name is thought to take."""

RIM_COST: Final = 10.0


@dataclass(frozen=True)
class InSight:
    """Towns, and rims of tinted units with other lines of the user's, in units."""

    towns: Sequence[tuple[float, float]] = ()
    rims: shapely.Geometry = field(default_factory=shapely.LineString)

    def price(self, boxes: Any) -> Any:
        """What each box costs by what it hides."""
        crossed = shapely.intersects(self.rims, shapely.box(*np.asarray(boxes, dtype=float).T))
        return TOWN_COST * hidden_towns(boxes, self.towns) + RIM_COST * crossed


def hidden_towns(boxes: Any, towns: Sequence[tuple[float, float]]) -> Any:
    """How many towns each box would hide, with the name beside each."""
    if not len(towns):
        return np.zeros(len(boxes))
    near = np.array([(x - 8.0, y - 8.0, x + TOWN_ROOM, y + 8.0) for x, y in towns])
    a, b = np.asarray(boxes)[:, None, :], near[None, :, :]
    wide = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    tall = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    return ((wide > 0) & (tall > 0)).sum(axis=1)
