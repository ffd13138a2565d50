"""Numbers of the events that are called out, beside their symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from maps.static.legend_pictures import draw_badge
from maps.static.placement import Box, Candidate, Item

if TYPE_CHECKING:
    from maps.content.content import MapContent
    from maps.static.stage import Stage

__all__ = ["call_out_items"]

RADIUS = 6.6


def call_out_items(stage: Stage, content: MapContent) -> list[Item]:
    """A number beside the symbol that stands for each event called out."""
    found = []
    ids = content.events["cols"]["id"]
    spots = _spots(stage)
    for n, (event, _) in enumerate(stage.sheet.callouts):
        spot = spots.get(event)
        if spot is None or event not in ids:
            stage.report.warnings.append(
                f"event {event!r} is not in the frame; its call-out has no number on the map"
            )
            continue
        found.append(_badge(stage, n + 1, spot))
    return found


def _spots(stage: Stage) -> dict[str, tuple[float, float]]:
    """Where the symbol that stands for each event was drawn."""
    found: dict[str, tuple[float, float]] = {}
    for mark in stage.record.marks:
        if mark.kind == "symbol" and mark.panel == stage.record.panel:
            left, top, right, bottom = mark.box
            for event in mark.events:
                found[event] = ((left + right) / 2, (top + bottom) / 2)
    return found


def _badge(stage: Stage, number: int, spot: tuple[float, float]) -> Item:
    candidates = []
    size, r = stage.size, RADIUS
    layer = stage.layer("names")
    for reach in (size + r + 1.5, size + r + 12, size + r + 26, size + r + 44, size + r + 66):
        for angle in np.arange(-np.pi / 4, 2 * np.pi - np.pi / 4, np.pi / 8):
            x, y = spot[0] + float(np.cos(angle)) * reach, spot[1] + float(np.sin(angle)) * reach

            def draw(x: float = x, y: float = y) -> None:
                stage.canvas.lines(layer, [np.array([spot, (x, y)])], stage.house.colours["ink"], 0.8)
                draw_badge(stage.canvas, layer, stage.house, str(number), x, y)

            box: Box = (x - r, y - r, x + r, y + r)
            candidates.append(Candidate([box], 0.15 * reach, draw))
    return Item(f"call-out {number}", 70.0, candidates, must=True, kind="call-out")
