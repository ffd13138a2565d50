"""What it costs symbols and names to stand at the sleeve of a stretch, or a name off its side of the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from maps.static.forms import moved
from maps.static.on_line import own_side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.static.mark_groups import Framed
    from maps.static.stage import Stage
    from maps.static.symbol_row import SymbolRow

__all__ = ["NearLine"]

SLEEVE_COST: Final = 6.0
"""Cost of symbols, of a number or of a name at the outline of a sleeve round the line."""

SLEEVE_ROOM: Final = 1.5
"""Units that they keep off it."""

PARTED: Final = 4.0
"""Cost of a name and a number on two sides of a sleeve."""

OTHER_SIDE: Final = 12.0
"""Cost of the name of what stands on the line on the other side than its place."""

FROM_GATE: Final = 0.06
"""Cost of each unit between a crossing and its name."""


class NearLine:
    """The line as it is drawn, with its sleeves.

    Parameters
    ----------
    line
        In units.
    sleeves
        Ground of the sleeves round stretches of it.
    """

    def __init__(self, stage: Stage, line: shapely.Geometry, sleeves: shapely.Geometry) -> None:
        self.stage = stage
        self.line = line
        self.sleeves = sleeves
        shapely.prepare(sleeves)
        room = 2 * SLEEVE_ROOM * np.array([-1.0, -1.0, 1.0, 1.0])
        self.rims = shapely.bounds(shapely.get_parts(sleeves)).reshape(-1, 4) + room

    def symbols(self, framed: Framed, row: SymbolRow, middle: Any, boxes: Any) -> Any:
        """Cost of rows of symbols at the outline of another's sleeve, of a number at that of its own.

        Parameters
        ----------
        middle, boxes
            Of the row at each spot.
        """
        if framed.group.level != "stretch":
            return self._at_sleeve(boxes)
        if framed.parts[-1].n < 2:
            return np.zeros(len(middle))
        return self._at_sleeve(moved(row.last_number, middle[:, 0], middle[:, 1]))

    def words(self, framed: Framed, row: SymbolRow, ends: Sequence[str], which: Any, texts: Any) -> Any:
        """Cost of names at the outline of a sleeve, or off the side on which they had better stand.

        Parameters
        ----------
        ends
            Which ends of the name are free, in each of its forms.
        which
            Of each box, the number of its form.
        """
        cost = self._at_sleeve(texts)
        if framed.group.level == "stretch" and framed.parts[-1].n > 1:
            # The number is read with the name.
            cost += PARTED * np.array([row.number_first != (one == "l") for one in ends])[which]
        side = own_side(framed, self.line, self.stage)
        if side is not None:
            cost += np.where(self.stage.sides.on_side(side, texts), 0.0, OTHER_SIDE)
            if framed.group.plotted:
                cost += FROM_GATE * shapely.distance(shapely.box(*texts.T), shapely.Point(*framed.at))
        return cost

    def _at_sleeve(self, boxes: Any) -> Any:
        cost = np.zeros(len(boxes))
        # Most boxes are far from every sleeve.
        left, top, right, bottom = self.rims.T[:, :, None]
        beside = (
            (boxes[:, 0] <= right) & (boxes[:, 2] >= left) & (boxes[:, 1] <= bottom) & (boxes[:, 3] >= top)
        )
        near = np.flatnonzero(beside.any(axis=0))
        met = shapely.dwithin(self.sleeves, shapely.box(*boxes[near].T), SLEEVE_ROOM)
        cost[near[met]] = SLEEVE_COST
        return cost
