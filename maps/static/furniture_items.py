"""Scale bar, locator and north arrow of a panel as items that keep off the marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from maps.static.base import Ground
from maps.static.furniture import ScaleBar, corner_item, draw_inset, draw_north, inset_extent
from maps.static.in_sight import TOWN_COST, hidden_towns
from maps.static.placement import Box, Item

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maps.static.projection import View
    from maps.static.stage import Stage

__all__ = ["furniture_items", "holds_most_of_a_country"]

LEAST_WIDE: Final = 250.0
INSET_SHARE: Final = 0.18
"""Width of the locator, as a share of the panel's."""

ADRIFT: Final = 30.0
"""What it costs, on a map that locates, that its small map stands in no corner."""

CORNER: Final = 6.0
"""Units from two sides of the panel within which a box stands in its corner."""

MOST_OF: Final = 0.55
"""No locator where the frame holds more of one of the two countries than this."""


def holds_most_of_a_country(stage: Stage, ground: Ground) -> bool:
    """Whether the frame shows so much of a country that a locator says nothing."""
    west, south, east, north = stage.view.visible()
    frame = shapely.box(west, south, east, north)
    return any(
        shapely.intersection(shapely.simplify(ground.areas[code], 0.05), frame).area
        > MOST_OF * ground.areas[code].area
        for code in ("AF", "PK")
    )


def _locator(stage: Stage, ground: Ground, frames: list[View], hidden: Callable[[Box], float]) -> Item:
    """The small map that shows where the frames lie, off the line and off the marks if it can."""
    canvas, house, view = stage.canvas, stage.house, stage.view
    left, _, right, _ = view.box
    size = inset_extent(max(84.0, (right - left) * INSET_SHARE))
    line = shapely.transform(ground.durand, view.points)

    def covered(box: Box) -> float:
        return hidden(box) + 0.5 * float(shapely.intersection(line, shapely.box(*box)).length)

    item = corner_item(
        "inset",
        lambda _x, _y: size,
        lambda x, y: draw_inset(
            canvas,
            house,
            stage.layer("furniture"),
            ground,
            frames,
            country_names(stage),
            (x, y, x + size[0], y + size[1]),
        ),
        view.box,
        # Right in the corner: no strip of the map beside it.
        margin=0.0,
        prefer="se nw ne sw",
        hidden=covered,
        weight=22.0,
    )
    if stage.locator:
        for one in item.candidates:
            one.cost += 0.0 if _in_corner(one.boxes[0], view.box) else ADRIFT
    return item


def _in_corner(box: Box, panel: Box) -> bool:
    """Whether a box stands at two sides of a panel that meet."""
    at = [abs(a - b) < CORNER for a, b in zip(box, panel, strict=True)]
    return (at[0] or at[2]) and (at[1] or at[3])


def furniture_items(
    stage: Stage,
    ground: Ground,
    marks: Sequence[Box],
    locator: list[View] | None,
    towns: Sequence[tuple[float, float]] = (),
) -> list[Item]:
    """Items of a panel's furniture.

    Parameters
    ----------
    marks
        Boxes where symbols want to stand.
    locator
        Views whose frames a locator shows, none if empty; by the rule for one map if not given.
    towns
        Towns that are to stay in sight, in units.
    """
    canvas, house, view = stage.canvas, stage.house, stage.view
    left, _, right, _ = view.box
    wide = right - left
    boxes = np.asarray(marks, dtype=float).reshape(-1, 4)
    shown, halos = stage.layer("furniture"), stage.layer("halos")

    def hidden(box: Box) -> float:
        over = (
            (boxes[:, 0] < box[2]) & (boxes[:, 2] > box[0]) & (boxes[:, 1] < box[3]) & (boxes[:, 3] > box[1])
        )
        return 30.0 * float(over.sum()) + TOWN_COST * float(hidden_towns(np.array([box]), towns)[0])

    bar = ScaleBar(canvas, house, view, unit=stage.sheet.scale, most=min(120.0, wide * 0.24), size=10.5)
    items = (
        []
        if "scale" in stage.hide
        else [
            corner_item(
                "scale bar",
                bar.extent,
                lambda x, y: bar.draw(shown, halos, x, y),
                view.box,
                margin=8.0,
                prefer="sw se nw ne",
                hidden=hidden,
            )
        ]
    )
    if locator is None:
        alone = wide >= LEAST_WIDE and not holds_most_of_a_country(stage, ground)
        locator = [view] if alone and stage.sheet.inset else []
    if locator:
        items.append(_locator(stage, ground, locator, hidden))
    if stage.sheet.north:
        items.append(
            corner_item(
                "north arrow",
                lambda _x, _y: (20.0, 34.0),
                lambda x, y: draw_north(canvas, house, shown, view, x + 10.0, y + 22.0, 10.0),
                view.box,
                margin=8.0,
                prefer="ne nw se sw",
                hidden=hidden,
            )
        )
    return items


def country_names(stage: Stage) -> dict[str, str]:
    """Names of the two countries for the locator."""
    own, english = stage.own["areas"], stage.english["areas"]
    names = {
        plain["name"]: stage.lettering.pick(mine["name"], plain["name"])
        for mine, plain in zip(own, english, strict=True)
    }
    return {"AF": names.get("Afghanistan", "Afghanistan"), "PK": names.get("Pakistan", "Pakistan")}
