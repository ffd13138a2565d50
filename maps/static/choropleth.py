"""Provinces coloured by the expected number of events, with hatch where the table has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from matplotlib.colors import to_hex, to_rgb

from maps.cards import NOWHERE
from maps.static.areas import hatch_lines

if TYPE_CHECKING:
    from maps.layers import MapContent
    from maps.spec import MapSpec
    from maps.static.base import Ground
    from maps.static.canvas import Canvas
    from maps.static.house import House
    from maps.static.placement import Box
    from maps.static.projection import View

__all__ = ["class_breaks", "class_colours", "draw_units", "expected_by_province"]

NICE: Final = (0.5, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10000, 100000)
CLASSES: Final = 5


def expected_by_province(spec: MapSpec, content: MapContent) -> dict[str, float]:
    """Expected number of the mapped events in each province: the sum of their shares.

    An event whose place is not known exactly counts in each province by the part of its locus that lies
    there, so the sum over all provinces is the number of events less the parts outside.
    """
    import geo

    columns = content.events["cols"]
    shown = {one for one, grain in zip(columns["id"], columns["grain"], strict=True) if grain != NOWHERE}
    tables = spec.events if isinstance(spec.events, geo.EventTables) else geo.read_events(spec.events)
    events = tables.events[tables.events["event_id"].isin(shown)]
    if events.empty:
        return {}
    shares = geo.shares(events)
    shares = shares[shares["level"] == "adm1"]
    return {
        str(unit): float(total)
        for unit, total in shares.groupby("unit", observed=True)["share"].sum().items()
    }


def class_breaks(values: list[float]) -> list[float]:
    """Upper ends of at most five classes with round ends, about as many units in each.

    Examples
    --------
    >>> class_breaks([0.4, 1.2, 2.5, 8.0, 23.0])
    [2, 5, 20, 30]
    """
    if not values:
        return []
    found: list[float] = []
    for share in np.linspace(1 / CLASSES, 1, CLASSES):
        value = float(np.quantile(values, share))
        end = next(n for n in NICE if n >= value)
        if not found or end > found[-1]:
            found.append(end)
    return found


def class_colours(house: House, count: int) -> list[str]:
    """Tints of the accent colour from light to full."""
    dark, light = np.array(to_rgb(house.colours["accent"])), np.array(to_rgb(house.colours["focus"]))
    return [to_hex(light + (dark - light) * share) for share in np.linspace(0.14, 0.74, max(count, 1))]


def draw_units(
    canvas: Canvas, house: House, view: View, ground: Ground, values: dict[str, float]
) -> list[Box]:
    """Fill the provinces; boxes of nothing, since tints hide no name."""
    breaks = class_breaks(sorted(values.values()))
    colours = class_colours(house, len(breaks))
    layer = canvas.layer("units", "Provinces by number of events")
    for code in sorted(ground.provinces):
        shape: Any = view.shape(ground.provinces[code])
        if shape.is_empty:
            continue
        if code in values and values[code] > 0:
            fill = colours[next(n for n, end in enumerate(breaks) if values[code] <= end)]
            canvas.area(layer, shape, fill=fill, edge=house.colours["focus"], width=0.5, gid=f"unit-{code}")
        else:
            clean = shapely.make_valid(shape)
            canvas.lines(
                layer,
                hatch_lines(clean, 6.0),
                house.colours["province-line"],
                0.6,
                gid=f"unit-{code}-no-event",
            )
    return []
