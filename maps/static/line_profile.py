"""The profile along the line: when events happened against how far along it, from west to east."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.vocab import EVENT_TYPES
from maps.content.basemap import read_basemap
from maps.content.cards import AREA, NOWHERE, PLACE, STRETCH
from maps.static.area_shapes import decode_area
from maps.static.mark_groups import fill_of
from maps.static.packs import packs
from maps.static.symbols import draw_glyph
from maps.static.timeline import EPOCH, calendar_ticks, early_few
from maps.words.words import plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from maps.content.content import MapContent
    from maps.spec.house_style import House
    from maps.static.canvas import Canvas, Layer
    from maps.static.placement import Box

__all__ = ["Along", "draw_gates", "draw_profile", "draw_provinces", "places_along", "profile_names"]

FAR_KM: Final = 100.0
"""An event farther from the line than this has no place on its profile."""

RIM_POINTS: Final = 80


@dataclass(frozen=True)
class Along:
    """An event on the profile: chainage from the China tripoint, and the stretch on which it may be."""

    number: int
    km: float
    low: float
    high: float


@dataclass(frozen=True)
class Axes:
    """Where a km of the line and a day lie in the box."""

    gutter: float
    right: float
    head: float
    axis: float
    length: float
    low: int
    high: int
    earlier: int
    """Events before the first day that is drawn to scale; they lie on the axis."""
    size: float
    room: float

    def at(self, km: float) -> float:
        """West is left, as on the map; chainage counts from the China tripoint in the east."""
        return self.right - km / self.length * (self.right - self.gutter)

    def rise(self, day: float) -> float:
        """Later is higher."""
        if day < self.low:
            return self.axis - self.size * 0.8
        share = (day - self.low) / max(1, self.high - self.low)
        return self.axis - self.room - share * (self.axis - self.room - self.head - 10.0)


def places_along(content: MapContent) -> tuple[list[Along], int]:
    """Where mapped events stand along the line, and how many are too far from it to have a place there."""
    from geo.border.durand import durand_line

    border = durand_line()
    columns = content.events["cols"]
    shapes: dict[int, tuple[float, float] | None] = {}
    found: list[Along] = []
    far = 0
    shown = [n for n, grain in enumerate(columns["grain"]) if grain != NOWHERE]
    points = [n for n in shown if columns["grain"][n] == PLACE]
    if points:
        frame = border.locate([columns["lon"][n] for n in points], [columns["lat"][n] for n in points])
        for n, km, metres in zip(points, frame["line_km"], frame["distance_m"], strict=True):
            if abs(metres) > FAR_KM * 1000:
                far += 1
            else:
                found.append(Along(n, float(km), float(km), float(km)))
    for n in shown:
        if columns["grain"][n] not in (AREA, STRETCH):
            continue
        area = columns["area"][n]
        if area not in shapes:
            shapes[area] = _span(border, decode_area(content.events["areas"][area]))
        span = shapes[area]
        if span is None:
            far += 1
        else:
            found.append(Along(n, sum(span) / 2, *span))
    return sorted(found, key=lambda one: one.number), far


def _span(border: Any, shape: Any) -> tuple[float, float] | None:
    """The stretch of the line nearest to an area, or nothing if all of it is far off."""
    xy = shapely.get_coordinates(shape)
    xy = xy[:: max(1, len(xy) // RIM_POINTS)]
    frame = border.locate(xy[:, 0], xy[:, 1])
    near = frame["distance_m"].abs() <= FAR_KM * 1000
    if not near.any():
        return None
    km = frame.loc[near, "line_km"]
    return float(km.min()), float(km.max())


def profile_names(
    pick: Callable[[str, str], str], own: dict[str, Any], english: dict[str, Any]
) -> tuple[dict[str, str], list[tuple[str, float]]]:
    """Names of units by code, and of crossings with their kilometre of the line.

    Parameters
    ----------
    pick
        Chooses between a name in the map's language and the English one.
    own, english
        Names of the base in these languages.
    """
    import geo

    names = {
        code: pick(mine["name"], plain["name"])
        for code, mine, plain in zip(read_basemap().units, own["areas"], english["areas"], strict=True)
    }
    kms = geo.read_crossings()["line_km"]
    rows = zip(own["crossings"], english["crossings"], kms, strict=True)
    return names, [(pick(mine[0], plain[0]), float(km)) for mine, plain, km in rows]


def draw_profile(
    canvas: Canvas,
    house: House,
    content: MapContent,
    lang: str,
    box: Box,
    *,
    size: float,
    names: dict[str, str],
    crossings: list[tuple[str, float]],
    say: Any,
) -> tuple[int, int]:
    """Draw the profile into a box.

    Parameters
    ----------
    names
        Names of provinces by code.
    crossings
        Name and chainage (km) of each crossing.

    Returns
    -------
    tuple of int
        Number of events drawn, and of those too far from the line.
    """
    from geo.border.durand import unit_chainages

    left, top, right, bottom = box
    stretches = unit_chainages()
    rows, far = places_along(content)
    columns = content.events["cols"]
    axes = _axes(
        [columns["day"][one.number] for one in rows],
        box,
        size,
        max(end for spans in stretches.values() for _, end in spans),
    )
    scale = canvas.layer("profile-axis", "Axis of the profile")
    layer = canvas.layer("profile", "Events along the line")
    _draw_days(canvas, house, scale, axes, lang, size)
    ink = house.colours["ink-2"]
    if axes.earlier:
        canvas.text(scale, left, axes.axis - size * 0.5, plural(lang, "earlier", axes.earlier), size, ink)
    draw_provinces(canvas, house, scale, stretches, axes.at, names, size, axes.axis)
    canvas.lines(
        scale,
        [np.array([[axes.gutter, axes.axis], [right, axes.axis]])],
        house.colours["durand"],
        house.lines["durand"],
        dash=house.lines["durand_dash"],
    )
    draw_gates(canvas, house, scale, crossings, axes.at, (top, axes.head, axes.axis), size)
    _draw_spans(canvas, house, layer, content, rows, axes)
    _draw_events(canvas, house, layer, content, rows, axes)
    canvas.text(scale, axes.gutter, bottom - 1.0, say("along line"), size, ink)
    return len(rows), far


def _axes(of_events: list[int], box: Box, size: float, length: float) -> Axes:
    left, top, right, bottom = box
    days = np.array(of_events)
    earlier = early_few(days) if len(days) > 2 else 0
    return Axes(
        gutter=left + 46.0,
        right=right,
        head=top + size * 5.2,
        axis=bottom - size * 5.4,
        length=length,
        low=int(np.sort(days)[earlier]) if len(days) else 0,
        high=int(days.max()) if len(days) else 1,
        earlier=earlier,
        size=size,
        room=size * 1.8 if earlier else 8.0,
    )


def _draw_days(canvas: Canvas, house: House, layer: Layer, axes: Axes, lang: str, size: float) -> None:
    """The ground, with a rule for each day of the calendar that has room."""
    colours = house.colours
    gutter, right = axes.gutter, axes.right
    canvas.box(layer, (gutter, axes.head, right, axes.axis), fill=colours["focus"])
    first, last = EPOCH + dt.timedelta(axes.low), EPOCH + dt.timedelta(axes.high)
    for day, text in calendar_ticks(first, last, lang):
        y = axes.rise((day - EPOCH).days)
        if axes.head + 4 < y < axes.axis - axes.room + 1:
            canvas.lines(layer, [np.array([[gutter, y], [right, y]])], colours["rule"], 0.5)
            canvas.text(layer, gutter - 4, y + size * 0.36, text, size, colours["ink-2"], anchor="right")


def _draw_spans(
    canvas: Canvas, house: House, layer: Layer, content: MapContent, rows: list[Along], axes: Axes
) -> None:
    """The stretch on which an event may be, where it is more than a point."""
    columns = content.events["cols"]
    for one in rows:
        if one.high > one.low:
            y = axes.rise(columns["day"][one.number])
            colour = house.types[EVENT_TYPES[columns["type"][one.number]]]
            ends = np.array([[axes.at(one.high), y], [axes.at(one.low), y]])
            canvas.lines(layer, [ends], colour, 1.3, dash=(3.0, 2.0), alpha=0.75)


def _draw_events(
    canvas: Canvas, house: House, layer: Layer, content: MapContent, rows: list[Along], axes: Axes
) -> None:
    """Symbols, beside each other where several would lie on one spot."""
    if not rows:
        return
    columns = content.events["cols"]
    marks = house.symbols["size"] * 0.92
    spots = np.array([[axes.at(one.km), axes.rise(columns["day"][one.number])] for one in rows])
    for pack in packs(spots, [columns["type"][one.number] for one in rows], marks):
        for k, spot in zip(pack.events, pack.spots, strict=True):
            n = rows[k].number
            kind = EVENT_TYPES[columns["type"][n]]
            draw_glyph(canvas, layer, house, kind, [spot], marks, filled=fill_of(content, n))


def draw_provinces(
    canvas: Canvas,
    house: House,
    layer: Any,
    stretches: dict[str, Any],
    at: Any,
    names: dict[str, str],
    size: float,
    axis: float,
) -> None:
    """Provinces of both sides below the axis."""
    for row, country in enumerate(("AF", "PK")):
        y = axis + 5.0 + row * size * 1.55
        for code, spans in stretches.items():
            if not code.startswith(country):
                continue
            for first, last in spans:
                x0, x1 = sorted((at(first), at(last)))
                x0, x1 = x0 + 0.6, x1 - 0.6
                canvas.box(layer, (x0, y, x1, y + size * 1.4), fill=house.colours["neighbours"])
                name = names.get(code, code)
                for text in (name, code[3:]):
                    if canvas.lettering.ink(text, size * 0.92).width < x1 - x0 - 3:
                        canvas.text(
                            layer,
                            (x0 + x1) / 2,
                            y + size * 1.02,
                            text,
                            size * 0.92,
                            house.colours["ink-2"],
                            anchor="center",
                            keep=False,
                        )
                        break


def draw_gates(
    canvas: Canvas,
    house: House,
    layer: Any,
    crossings: list[tuple[str, float]],
    at: Any,
    levels: tuple[float, float, float],
    size: float,
) -> None:
    """Crossings as thin verticals with their names above, in as many rows as they need."""
    top, head, axis = levels
    ends: list[float] = []
    for name, km in sorted(crossings, key=lambda one: at(one[1])):
        x = at(km)
        width = canvas.lettering.ink(name, size).width
        start = x - width / 2
        row = next((n for n, end in enumerate(ends) if start > end + 6), len(ends))
        if row == len(ends):
            ends.append(0.0)
        ends[row] = start + width
        foot = head - 4.0 - row * size * 1.25
        if foot - size < top:
            continue
        canvas.lines(
            layer, [np.array([[x, foot + 2.0], [x, axis]])], house.colours["province-line"], 0.7, dash=(2, 2)
        )
        canvas.text(layer, x, foot, name, size, house.colours["ink"], anchor="center")
