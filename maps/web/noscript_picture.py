"""The picture that stands where the map would be when scripts do not run: plain SVG with the same events."""

from __future__ import annotations

import functools
import html
from typing import TYPE_CHECKING, Final

from maps.content.cards import PLACE
from maps.web.house_look import PageLook, page_look
from maps.web.noscript_frame import WIDTH, Frame
from maps.web.noscript_marks import drawn_marks
from maps.words.words import word

if TYPE_CHECKING:
    from maps.content.choropleth import Shading
    from maps.content.content import EventRows, MapContent

__all__ = ["fallback_picture"]

MOST: Final = 500
"""More events than this are drawn as circles by number, one for each cell of the picture that has some."""

CELL: Final = 24.0


def fallback_picture(
    content: MapContent,
    lang: str,
    look: PageLook | None = None,
    *,
    shading: Shading | None = None,
    rows: list[int] | None = None,
) -> str:
    """Land, lines and events of a map as SVG, with the words that say why it does not move.

    Parameters
    ----------
    look
        Colours of a house; the page's own if not given.
    shading
        Units to draw in place of the events.
    rows
        Rows of the content to draw; all if not given.

    Examples
    --------
    >>> import maps
    >>> picture = fallback_picture(maps.map_content(maps.MapSpec(types=("shelling",))), "en")
    >>> picture.startswith('<div class="fallback">'), "<script" in picture
    (True, False)
    """
    from maps.content.basemap import read_basemap

    look = look or page_look(None, content)
    frame = Frame(content.extent)
    base = read_basemap()
    parts = [_path(look, _LANDS.get(code[:3], "neighbours"), drawn) for code, drawn in _areas(frame) if drawn]
    if shading is not None:
        parts.extend(_units(shading, rows, frame))
    line = frame.path(base.line, close=False)
    halo, ink = look.colour("afghanistan"), look.colour("durand")
    parts.append(
        f'<path class="d-durand-halo" fill="none" stroke="{halo}" stroke-width="5" d="{line}"/>'
        f'<path class="d-durand" fill="none" stroke="{ink}" stroke-width="2" stroke-dasharray="6 3.6" '
        f'd="{line}"/>'
    )
    if shading is None and not content.withheld:
        if len(content.rows if rows is None else rows) > MOST:
            parts.extend(_crowds(content.rows, rows, frame, look))
        else:
            parts.extend(drawn_marks(content, frame, rows, look))
    label = html.escape(content.title)
    return (
        '<div class="fallback">'
        f'<svg viewBox="0 0 {WIDTH:.0f} {frame.height:.0f}" role="img" aria-label="{label}">'
        f"{''.join(parts)}</svg>"
        f'<p class="fallback-said">{html.escape(word(lang, "no script"))}</p>'
        "</div>"
    )


_LANDS: Final = {"AF-": "afghanistan", "PK-": "pakistan"}


def _path(look: PageLook, land: str, drawn: str) -> str:
    """Land with its colour as attributes too: a host that allows no styles would else make it black."""
    name = {"afghanistan": "d-af", "pakistan": "d-pk"}.get(land, "d-land")
    rim = look.colour("province-line")
    return f'<path class="{name}" fill="{look.colour(land)}" stroke="{rim}" d="{drawn}"/>'


@functools.lru_cache(maxsize=8)
def _drawn_areas(
    extent: tuple[float, float, float, float], _: tuple[tuple[str, str], ...]
) -> list[tuple[str, str]]:
    from maps.content.basemap import read_basemap

    frame = Frame(extent)
    units = read_basemap().units
    # The two countries are there as their provinces.
    return [(code, frame.path(area, close=True)) for code, area in units.items() if code not in ("AF", "PK")]


def _areas(frame: Frame) -> list[tuple[str, str]]:
    from maps.content.own_base import own_provinces

    return _drawn_areas(frame.extent, own_provinces())


def _units(shading: Shading, rows: list[int] | None, frame: Frame) -> list[str]:
    """Units by class; those without data stay as the land is."""
    from maps.content.choropleth import class_steps, unit_shapes

    shapes = unit_shapes(shading.by, None if shading.border is None else shading.border[0])
    steps = class_steps(len(shading.breaks))
    drawn = []
    for n, (code, count) in enumerate(zip(shading.codes, shading.counts(rows), strict=True)):
        level = shading.level(n, count.expected)
        if level >= 0 and (path := frame.path(shapes[code], close=shading.by != "sector")):
            band = " d-unit-band" if shading.by == "sector" else ""
            drawn.append(f'<path class="d-unit{band} d-shade-{steps[level]}" fill="none" d="{path}"/>')
    return drawn


def _crowds(rows: EventRows, chosen: list[int] | None, frame: Frame, look: PageLook) -> list[str]:
    """The events of places as circles whose area grows with their number, each on one side of the line."""
    import numpy as np

    places = rows.places
    counts = np.bincount(rows.place if chosen is None else rows.place[chosen], minlength=len(places.grain))
    drawn = []
    cells: dict[tuple[int, int, int], list[float]] = {}
    located = zip(places.grain, places.side, places.lon, places.lat, counts.tolist(), strict=True)
    for grain, side, lon, lat, n in located:
        if grain != PLACE or lon is None or lat is None or not n:
            continue
        x, y = frame.at(lon, lat)
        sums = cells.setdefault((int(x // CELL), int(y // CELL), side), [0.0, 0.0, 0.0])
        for axis, value in enumerate((x * n, y * n, n)):
            sums[axis] += value
    most = max((n for _, _, n in cells.values()), default=1.0)
    for x, y, n in sorted(cells.values(), key=lambda sums: -sums[2]):
        drawn.append(
            f'<circle class="fallback-crowd" fill="{look.colour("mixed")}" cx="{x / n:.0f}" cy="{y / n:.0f}" '
            f'r="{max(2.0, CELL / 2 * (n / most) ** 0.5):.1f}"/>'
        )
    return drawn
