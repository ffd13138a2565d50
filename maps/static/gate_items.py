"""Crossings without an event: a square that shows what is told of each on the day, its name and state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from maps.content.laid import Laid
from maps.spec.marks import Mark
from maps.words.words import word

if TYPE_CHECKING:
    from collections.abc import Collection

    from maps.content.content import MapContent
    from maps.spec.house_style import House
    from maps.static.canvas import Canvas, Layer
    from maps.static.laid_items import LaidItems
    from maps.static.placement import Box, Item

__all__ = ["REACH", "draw_gate", "gate_items", "gate_sign"]

GATE: Final = 3.6
"""Half the side of a crossing's square, in units."""

REACH: Final = GATE + 1.2
"""The same with its rim."""

WEIGHT: Final = 48.0
"""Of a crossing among items: below events and the names of their provinces, above those of towns."""


def gate_sign(state: str, *, told: bool) -> str:
    """What a square shows: a state, and whether pages speak of the day.

    Examples
    --------
    >>> gate_sign("closed", told=True), gate_sign("open", told=False)
    ('closed', 'open:unended')
    """
    return state if told else f"{state}:unended"


def gate_items(laid: LaidItems, content: MapContent, drawn: Collection[str]) -> tuple[list[Item], list[Box]]:
    """Draw the squares of the crossings that no mark of events stands for; their names as items, their boxes.

    A square is drawn whatever stands round it: names and symbols keep off it.

    Parameters
    ----------
    drawn
        Ids of the crossings at which events are drawn.
    """
    stage, day = laid.stage, content.gates.day
    items: list[Item] = []
    boxes: list[Box] = []
    for gate, run in content.gates.without(drawn):
        text = word(stage.lang, "tag state", name=gate.name, state=gate.words(day, stage.lang) if day else "")
        text = stage.lettering.pick(text, gate.crossing_id)
        at = (gate.lon, gate.lat)
        mark = Mark(kind="label", at=at, text=text, exact="a border crossing")
        sign = gate_sign(run.state, told=run.told)
        one = Laid(mark, text, *at, name=gate.name, gate=True, sign=sign)
        if not laid.inside(one):
            continue
        x, y = laid.at(one)
        box = (x - REACH, y - REACH, x + REACH, y + REACH)
        draw_gate(stage.canvas, stage.layer("crossings"), stage.house, sign, x, y)
        stage.record.add(stage.view, "crossing", text, box)
        boxes.append(box)
        items.append(replace(laid.label(one), weight=WEIGHT, must=False, kind="crossing"))
    return items, boxes


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
