"""The square of a crossing: what is told of it on the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from maps.spec.house_style import House
    from maps.static.canvas import Canvas, Layer

__all__ = ["REACH", "draw_gate", "gate_sign"]

GATE: Final = 3.6
"""Half the side of a crossing's square, in units."""

REACH: Final = GATE + 1.2
"""The same with its rim."""


def gate_sign(state: str, *, told: bool) -> str:
    """What a square shows: a state, and whether pages speak of the day.

    Examples
    --------
    >>> gate_sign("closed", told=True), gate_sign("open", told=False)
    ('closed', 'open:unended')
    """
    return state if told else f"{state}:unended"


def draw_gate(canvas: Canvas, layer: Layer, house: House, sign: str, x: float, y: float) -> None:
    """A crossing's square: full closed, half partly open, empty open, striped where reports differ.

    Where no page speaks of the day the outline is broken and the ink pale.
    """
    state, _, unended = sign.partition(":")
    ink, page = house.colours["ink"], house.colours["focus"]
    box = (x - GATE, y - GATE, x + GATE, y + GATE)
    canvas.box(layer, (x - REACH, y - REACH, x + REACH, y + REACH), fill=page)
    alpha = 0.4 if unended else 1.0
    if state == "closed":
        canvas.box(layer, box, fill=ink, alpha=alpha)
    elif state == "partly":
        canvas.box(layer, (box[0], y, box[2], box[3]), fill=ink, alpha=alpha)
    elif state == "reports differ":
        stripes = [np.array([[at, box[1]], [at, box[3]]]) for at in np.arange(box[0] + 1.2, box[2], 2.4)]
        canvas.lines(layer, stripes, ink, 1.0, alpha=alpha)
    canvas.box(layer, box, edge=ink, width=1.0, dash=(1.6, 1.4) if unended else None)
