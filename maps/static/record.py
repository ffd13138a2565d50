"""What a drawing says it drew: every symbol, count, name and line, where it stands and for which events."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from maps.static.placement import Box
    from maps.static.projection import View

__all__ = ["KINDS", "Mark", "Record"]

KINDS: Final = (
    *("symbol", "count", "name", "leader", "area", "ring", "line name", "note"),
    *("label", "text box", "highlight", "overlay", "arrow", "own symbol", "picture"),
)
"""What a mark can be."""


class Mark(NamedTuple):
    """One thing that was drawn.

    Attributes
    ----------
    events
        Ids of the events that it stands for.
    kind
        One of :data:`KINDS`.
    text
        What it says: of a symbol its type.
    filled
        ``filled``, ``hollow``, ``not said`` or ``none``.
    place
        In degrees: the point under its centre; of an area its outline, of a leader its way; nothing for what
        stands beside the map.
    box
        What it covers, in units.
    panel
        Number of the panel on the page.
    """

    events: tuple[str, ...]
    kind: str
    text: str
    filled: str
    place: shapely.Geometry | None
    box: Box
    panel: int


@dataclass
class Record:
    """The marks of a page in the order in which they were drawn."""

    marks: list[Mark] = field(default_factory=list)
    panel: int = 0

    def add(
        self,
        view: View,
        kind: str,
        text: str,
        box: Box,
        *,
        events: Sequence[str] = (),
        filled: str = "none",
        shape: shapely.Geometry | None = None,
    ) -> None:
        """Note a mark of a panel; without a shape in units it stands where its box has its middle."""
        if shape is None:
            shape = shapely.Point((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        place = shapely.transform(shape, view.degrees)
        self.marks.append(Mark(tuple(events), kind, text, filled, place, box, self.panel))

    def note(self, text: str, box: Box, events: Sequence[str] = ()) -> None:
        """Words beside the map that stand for events."""
        self.marks.append(Mark(tuple(events), "note", text, "none", None, box, -1))

    def usual_count(self) -> int:
        """The number of events that stands beside symbols most often, 0 if none does."""
        found = Counter(len(one.events) for one in self.marks if one.kind == "count")
        return min(found, key=lambda n: (-found[n], n), default=0)

    def frame(self, per_unit: float) -> gpd.GeoDataFrame:
        """All marks as a table in EPSG:4326.

        Parameters
        ----------
        per_unit
            Pixels of the picture to a unit of the page.
        """
        import geopandas as gpd

        marks = self.marks
        return gpd.GeoDataFrame(
            {
                "event_ids": [list(one.events) for one in marks],
                "kind": [one.kind for one in marks],
                "text": [one.text for one in marks],
                "filled": [one.filled for one in marks],
                "box": [tuple(float(v) * per_unit for v in one.box) for one in marks],
                "panel": np.array([one.panel for one in marks], dtype=int),
            },
            geometry=_geometries(marks),
            crs="EPSG:4326",
        )


def _geometries(marks: Sequence[Mark]) -> Any:
    found = np.empty(len(marks), dtype=object)
    for n, one in enumerate(marks):
        found[n] = one.place
    return found
