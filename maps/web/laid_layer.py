"""What a user lays over the map, for the page: shapes packed as steps, texts as inert JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geo.vocab import EVENT_TYPES
from maps.content.certainty import FILLED_ORDER
from maps.content.steps import STEPS_A_DEGREE
from maps.style import SHAPES, TYPES, mark_variables
from maps.web.page_layers import PageLayer

if TYPE_CHECKING:
    import shapely

    from maps.content.content import MapContent
    from maps.content.laid import Laid

__all__ = ["PageMarks"]

DETAIL_DEG: Final = 0.0005
"""Outlines are simplified by so much, in degrees: half a pixel at the nearest zoom that is of use."""


class PageMarks(PageLayer):
    """Labels, notes, tints, overlays, rings and arrows.

    Parameters
    ----------
    content
        What :func:`maps.content.content.map_content` made of a specification.
    """

    kind = "border_laid"
    parts = ("laid",)

    def __init__(self, content: MapContent) -> None:
        self.content = content

    def css(self) -> str:
        """The colours of marks."""
        return mark_variables()

    def call(self, name: str) -> str:
        """See :meth:`PageLayer.call`."""
        return f'durand.laid(durand.data("{name}_laid"))'

    def data(self) -> dict[str, Any]:
        """The marks, and the shapes of the types whose symbols stand in notes."""
        content = self.content
        own = {one.name for one in content.laid if one.kind == "label"}
        musts = [one for one in content.musts if one.name not in own]
        types = [{"path": SHAPES[TYPES[name].shape]} for name in EVENT_TYPES]
        drawn = [one for one in (*content.laid, *musts) if one.kind not in ("credit", "picture")]
        key = [[text, width] for text, width in content.flows.key]
        return {"laid": {"marks": [_packed(one) for one in drawn], "types": types, "key": key}}


def _packed(laid: Laid) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": laid.kind, "text": laid.text, "colour": laid.mark.colour}
    if laid.lon is not None and laid.lat is not None:
        found["at"] = [round(laid.lat, 4), round(laid.lon, 4)]
    if laid.width:
        found["width"] = laid.width
    if laid.to is not None:
        found["to"] = [round(laid.to[1], 4), round(laid.to[0], 4)]
    if laid.shape is not None:
        found |= _shapes(laid.shape)
    if laid.kind in ("label", "highlight", "note"):
        found |= {
            "name": laid.name,
            "dot": laid.dot and not laid.marked and laid.kind != "highlight",
            "gate": laid.gate,
        }
        # A place that an event names already needs no second name, unless the words are the user's.
        found["own"] = laid.kind == "label" and not laid.mark.text
    if laid.kind == "symbol":
        found["path"] = SHAPES[laid.mark.shape]
    if laid.code:
        found["unit"] = laid.code
    if laid.kind == "note":
        found |= {"offset": laid.mark.offset, "event": laid.mark.event}
        if laid.type:
            found |= {"type": EVENT_TYPES.index(laid.type), "look": FILLED_ORDER.index(laid.filled)}
    return found


def _shapes(shape: shapely.Geometry) -> dict[str, Any]:
    """Rings and lines as steps of 1e-4 degree."""
    import shapely

    areas, lines = [], []
    for part in shapely.get_parts(shapely.simplify(shape, DETAIL_DEG)):
        if part.geom_type == "Polygon" and not part.is_empty:
            areas.append([_steps(ring) for ring in (part.exterior, *part.interiors)])
        elif part.geom_type == "LineString" and not part.is_empty:
            lines.append(_steps(part))
    return {"areas": areas, "lines": lines}


def _steps(line: shapely.LineString) -> list[int]:
    import numpy as np
    import shapely

    at = np.round(shapely.get_coordinates(line) * STEPS_A_DEGREE).astype(int)
    steps = np.vstack([at[:1], np.diff(at, axis=0)])
    # Steps of nothing draw nothing.
    kept = np.append(True, (steps[1:] != 0).any(axis=1))
    return [int(v) for v in steps[kept].ravel()]
