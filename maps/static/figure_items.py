"""Discs of one claimant's figures as items: each on its place or in its area, on its own side of the line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.vocab import EVENT_TYPES
from maps.static.forms import leader_boxes, moved, round_point, spots_in_disc, spots_in_shape
from maps.static.mark_groups import Framed, fill_of, parts_of
from maps.static.placement import Box, Candidate, Item
from maps.static.proportional_symbols import Disc, Gauge

if TYPE_CHECKING:
    from maps.content.claimed_figures import Figures
    from maps.content.content import MapContent
    from maps.static.forms import Spot
    from maps.static.stage import Stage

__all__ = ["FigureItems"]

FIGURE_SIZE: Final = 10.4
"""Size of a figure's number."""

MOST: Final = 120


class FigureItems:
    """Makes an item of each event that has a figure."""

    def __init__(self, stage: Stage, content: MapContent, figures: Figures, gauge: Gauge) -> None:
        self.stage = stage
        self.content = content
        self.figures = figures
        self.gauge = gauge
        self.in_words: dict[str, Framed] = {}
        """What is told of an event, by the name of its item, if its disc finds no room."""

    def disc(self, event: int) -> Disc | None:
        """The disc of an event with a figure."""
        figure = self.figures.by_event.get(self.content.events["cols"]["id"][event])
        if figure is None:
            return None
        kind = EVENT_TYPES[int(self.content.rows.type[event])]
        return Disc(kind, fill_of(self.content, event), figure, self.gauge, FIGURE_SIZE)

    def items(self, framed: Framed) -> tuple[list[Item], tuple[int, ...]]:
        """Items of a group's events with figures, and its other events."""
        items, rest = [], []
        for event in framed.events:
            disc = self.disc(event)
            if disc is None:
                rest.append(event)
            else:
                items.append(self._item(framed, event, disc))
        return items, tuple(rest)

    def _item(self, framed: Framed, event: int, disc: Disc) -> Item:
        stage, group = self.stage, framed.group
        width, height = disc.extent(stage.canvas)
        spots = self._spots(framed, disc, (width, height))
        at = np.array([(spot.x, spot.y) for spot in spots])
        boxes = moved((-width / 2 - 1, -height / 2 - 1, width / 2 + 1, height / 2 + 1), at[:, 0], at[:, 1])
        left, top, right, bottom = stage.view.box
        good = stage.sides.on_side(group.side, boxes)
        good &= (boxes[:, 0] > left) & (boxes[:, 1] > top) & (boxes[:, 2] < right) & (boxes[:, 3] < bottom)
        middle = at[:, 0] - width / 2 + disc.radius
        home = good & stage.sides.in_province(group.adm1, middle, at[:, 1])
        good = home if home.any() else good
        candidates = [
            self._candidate(framed, event, disc, spots[n], tuple(boxes[n].tolist()))
            for n in np.flatnonzero(good).tolist()
        ]
        candidates.sort(key=lambda one: one.cost)
        name = f"figure {self.content.events['cols']['id'][event]}"
        said = replace(group, tag=f"{group.tag or group.name}: {disc.figure.text}")
        self.in_words[name] = Framed(
            said, (event,), parts_of(self.content, (event,)), framed.at, framed.shape
        )
        return Item(name, 90.0, candidates[:MOST], must=True, kind="figure")

    def _spots(self, framed: Framed, disc: Disc, extent: tuple[float, float]) -> list[Spot]:
        if framed.shape is not None and "Polygon" in framed.shape.geom_type and not framed.shape.is_empty:
            return spots_in_shape(framed.shape, framed.at) + spots_in_disc(framed.at, 20.0)
        return round_point(framed.at, extent, disc.radius)

    def _candidate(self, framed: Framed, event: int, disc: Disc, spot: Spot, box: Box) -> Candidate:
        stage = self.stage
        foot = disc.rim(stage.canvas, (spot.x, spot.y), framed.at)
        led = spot.led and float(np.hypot(foot[0] - framed.at[0], foot[1] - framed.at[1])) > 3.0

        def draw() -> None:
            layer = stage.canvas.layer("figures", "Figures of one claimant")
            if led:
                way = [np.array([framed.at, foot])]
                stage.canvas.lines(layer, way, stage.house.colours["focus"], 2.4, alpha=0.8)
                stage.canvas.lines(layer, way, stage.house.colours["ink-2"], 0.8)
            disc.draw(stage.canvas, layer, stage.house, (spot.x, spot.y))
            x = spot.x - disc.extent(stage.canvas)[0] / 2 + disc.radius
            r = disc.radius
            stage.record.add(
                stage.view,
                "symbol",
                disc.event_type,
                (x - r, spot.y - r, x + r, spot.y + r),
                events=[self.content.events["cols"]["id"][event]],
                filled=disc.filled,
            )

        fixed = leader_boxes(framed.at, foot) if led else []
        # A disc at the place of another event is pushed off it; its number stands beside it.
        return Candidate([box], spot.cost, draw, fixed)
