"""How thickly events lie along a border: the curve with its doubt, chance beside it, and what lies there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.errors import SchemaError
from maps.content.charts import Heading, chart_caption, in_language, said_number
from maps.static.chart_page import MARGIN, SMALL, ChartPage
from maps.static.line_profile import draw_gates, draw_provinces
from maps.static.range_chart import number_ticks, tick_text
from maps.words.words import LANGUAGES, word

if TYPE_CHECKING:
    from geo.analysis.along import Along
    from maps.content.captions import Caption
    from maps.static.canvas import Canvas
    from maps.static.placement import Box

__all__ = ["along_caption", "along_heading", "draw_along"]

PLOT: Final = 210.0
GATES: Final = 62.0
"""Room for the names of crossings, over the curve."""

KM: Final = 38.0
PROVINCES: Final = 44.0
NOTE: Final = 15.0
"""Room under the curve: for km, provinces, and a line of what those are."""

NUMBERS: Final = 40.0
MOST_TOLD: Final = 3


def along_heading(found: Along, credit: str, lang: str) -> Heading:
    """The words of the chart of what :func:`geo.along` found."""
    durand = _is_durand(found)
    names = f"{found.border.left} / {found.border.right}"
    return Heading(
        word(lang, "chart along") if durand else word(lang, "chart along border", names=names),
        word(
            lang,
            "chart along note",
            km=f"{found.bandwidth_km:g}",
            n=found.n,
            events=said_number(found.expected, lang),
            within=f"{found.within_km:g}",
        ),
        (
            ("mean", word(lang, "chart along mean")),
            ("doubt", word(lang, "chart along doubt")),
            ("even", word(lang, "chart along even")),
        ),
        credit,
        lang,
    )


def along_caption(found: Along, heading: Heading) -> Caption:
    """Where along the line events lie thickest, in words."""
    lang = heading.lang
    table = found.intensity
    at = table["intensity"].to_numpy()
    beside = [at >= np.append(at[1:], -1), at >= np.insert(at[:-1], 0, -1)]
    peaks = np.flatnonzero(beside[0] & beside[1] & (at > 0))
    told = []
    for n in peaks[np.argsort(-at[peaks], kind="stable")][:MOST_TOLD].tolist():
        row = table.iloc[n]
        ends = f"{row['from_km']:.0f}\N{EN DASH}{row['to_km']:.0f} {word(lang, 'km')}"
        low, high = (said_number(float(row[name]), lang) for name in ("low", "high"))
        said = word(lang, "chart said", n=said_number(float(row["intensity"]), lang), low=low, high=high)
        told.append(f"{ends}: {said}")
    return chart_caption(heading, told, method=found.text if lang == "en" else "")


def _is_durand(found: Along) -> bool:
    from geo.border.durand import DurandLine

    return isinstance(found.border, DurandLine)


def draw_along(page: ChartPage, found: Along) -> Canvas:
    """Draw the chart: of the Durand Line west is left, of another border its start."""
    if found.expected <= 0:
        raise SchemaError(
            f"there is nothing to draw: no event lies within {found.within_km:g} km of the line"
        )
    durand = _is_durand(found)
    note = (
        page.lettering.wrap(word(page.lang, "along line"), SMALL, page.width - 2 * MARGIN) if durand else []
    )
    beside = GATES * durand + KM + PROVINCES * durand + NOTE * len(note) + 10.0
    canvas, (left, top, right, bottom) = page.open(PLOT + beside)
    box = (left + NUMBERS, top + GATES * durand + 8.0, right, bottom - beside + GATES * durand + 8.0)
    for name, title in (("scale", "Scale"), ("even", "At random"), ("curve", "Events along the line")):
        canvas.layer(name, title)
    length = found.border.length_km
    mirrored = LANGUAGES[page.lang].direction == "rtl"

    def at(km: Any) -> Any:
        # Chainage of the Durand Line counts from the China tripoint in the east.
        part = 1 - km / length if durand else km / length
        x = box[0] + part * (box[2] - box[0])
        # West stays left in a script that runs from the right.
        return box[0] + box[2] - x if mirrored else x

    _curve(page, canvas, found, at, box)
    _axis(page, canvas, found, at, box)
    if durand:
        _what_lies_there(page, canvas, at, box, top)
    for n, line in enumerate(reversed(note)):
        y = bottom - 4.0 - NOTE * n
        canvas.text(canvas.layers["scale"], MARGIN, y, line, SMALL, page.house.colours["ink-2"])
    return canvas


def _curve(page: ChartPage, canvas: Canvas, found: Along, at: Any, box: Box) -> None:
    table, colours = found.intensity, page.house.colours
    most = float(table[["high", "even_high"]].to_numpy().max()) * 1.05 or 1.0
    middle = at(((table["from_km"] + table["to_km"]) / 2).to_numpy())
    scale = canvas.layer("scale", "Scale")

    def rise(values: Any) -> Any:
        return box[3] - np.asarray(values) / most * (box[3] - box[1])

    for tick in number_ticks(0, most, steps=4):
        y = float(rise(tick))
        canvas.lines(scale, [np.array([[box[0], y], [box[2], y]])], colours["rule"], 0.6)
        text = page.lettering.pick(tick_text(tick, page.lang), tick_text(tick, "en"))
        canvas.text(scale, box[0] - 5.0, y + 4.0, text, SMALL, colours["ink-2"], anchor="right")
    for layer, low, high, fill in (
        ("even", "even_low", "even_high", "neighbours"),
        ("curve", "low", "high", "shade-2"),
    ):
        edge = [*zip(middle, rise(table[low]), strict=True)]
        back = [*zip(middle[::-1], rise(table[high])[::-1], strict=True)]
        if len(edge) > 1:
            shape = shapely.Polygon([*edge, *back])
            canvas.area(canvas.layers[layer], shape, fill=colours[fill], gid=f"{layer}-band")
    curve = np.column_stack([middle, rise(table["intensity"])])
    canvas.lines(canvas.layers["curve"], [curve], colours["shade-5"], 2.0, gid="curve")


def _axis(page: ChartPage, canvas: Canvas, found: Along, at: Any, box: Box) -> None:
    """Km under the curve."""
    layer, colours = canvas.layer("scale", "Scale"), page.house.colours
    canvas.lines(layer, [np.array([[box[0], box[3]], [box[2], box[3]]])], colours["durand"], 1.2)
    ticks = number_ticks(0, found.border.length_km, steps=6)
    for tick in ticks:
        x = at(tick)
        canvas.lines(layer, [np.array([[x, box[3]], [x, box[3] + 4.0]])], colours["ink-2"], 0.8)
        plain = tick_text(tick, "en")
        text = page.lettering.pick(tick_text(tick, page.lang), plain)
        half = page.lettering.ink(text, SMALL).width / 2
        x = min(max(x, box[0] - NUMBERS + half), box[2] - half)
        canvas.text(layer, x, box[3] + 16.0, text, SMALL, colours["ink-2"], anchor="center")
    middle = (box[0] + box[2]) / 2
    canvas.text(
        layer, middle, box[3] + 32.0, word(page.lang, "chart km"), SMALL, colours["ink-2"], anchor="center"
    )


def _what_lies_there(page: ChartPage, canvas: Canvas, at: Any, box: Box, top: float) -> None:
    """Crossings above the curve and provinces below it, as on the profile of events."""
    import geo
    from geo.border.durand import unit_chainages
    from maps.content.basemap import base_data

    stretches = unit_chainages()
    named = in_language(page.lang)
    known = dict(geo.read_units(1)[["boundary_id", "name"]].itertuples(index=False))
    names = {code: named(code, str(known.get(code, code))) for code in stretches}
    below = box[3] + KM
    draw_provinces(canvas, page.house, canvas.layers["scale"], stretches, at, names, SMALL, below)
    gates = geo.read_crossings()
    titles = [crossing[0] for crossing in base_data(page.lang)["crossings"]]
    pairs = [(title, float(km)) for title, km in zip(titles, gates["line_km"], strict=True)]
    layer = canvas.layer("gates", "Crossings")
    draw_gates(canvas, page.house, layer, pairs, at, (top, box[1], box[3]), SMALL)
