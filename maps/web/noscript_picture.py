"""The picture that stands where the map would be when scripts do not run: plain SVG with the same events."""

from __future__ import annotations

import functools
import html
from itertools import pairwise
from math import cos, radians
from typing import TYPE_CHECKING, Any, Final

from maps.content.cards import NOWHERE, PLACE
from maps.style import BASE, TYPES
from maps.words.words import word

if TYPE_CHECKING:
    import shapely

    from maps.content.choropleth import Shading
    from maps.content.content import EventRows, MapContent

__all__ = ["fallback_picture"]

WIDTH: Final = 720.0
"""Width of the picture in its own units."""

SMOOTH: Final = 0.9
"""Lines are simplified to this many units of the picture."""

NEAR: Final = 2.2
"""Points nearer to each other than this are drawn as one."""

SYMBOL: Final = 11.0
"""Distance of symbols that stand side by side."""

MOST: Final = 500
"""More events than this are drawn as circles by number, one for each cell of the picture that has some."""

CELL: Final = 24.0


def fallback_picture(
    content: MapContent, lang: str, *, shading: Shading | None = None, rows: list[int] | None = None
) -> str:
    """Land, lines and events of a map as SVG, with the words that say why it does not move.

    Parameters
    ----------
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

    frame = _Frame(content.extent)
    base = read_basemap()
    parts = [
        _path(_LANDS.get(code[:3], "neighbours"), drawn)
        for code, drawn in _areas(frame)
        if drawn
    ]
    if shading is not None:
        parts.extend(_units(shading, rows, frame))
    line = frame.path(base.line, close=False)
    halo, ink = BASE["afghanistan"][0], BASE["durand"][0]
    parts.append(
        f'<path class="d-durand-halo" fill="none" stroke="{halo}" stroke-width="5" d="{line}"/>'
        f'<path class="d-durand" fill="none" stroke="{ink}" stroke-width="2" stroke-dasharray="6 3.6" d="{line}"/>'
    )
    if shading is None and not content.withheld:
        if len(content.rows if rows is None else rows) > MOST:
            parts.extend(_crowds(content.rows, rows, frame))
        else:
            parts.extend(_events(content.events, frame, rows))
    label = html.escape(content.title)
    return (
        '<div class="fallback">'
        f'<svg viewBox="0 0 {WIDTH:.0f} {frame.height:.0f}" role="img" aria-label="{label}">'
        f"{''.join(parts)}</svg>"
        f'<p class="fallback-said">{html.escape(word(lang, "no script"))}</p>'
        "</div>"
    )


_LANDS: Final = {"AF-": "afghanistan", "PK-": "pakistan"}


def _path(land: str, drawn: str) -> str:
    """Land with its colour as attributes too: a host that allows no styles would else make it black."""
    name = {"afghanistan": "d-af", "pakistan": "d-pk"}.get(land, "d-land")
    return f'<path class="{name}" fill="{BASE[land][0]}" stroke="{BASE["province-line"][0]}" d="{drawn}"/>'


class _Frame:
    """Degrees to units of the picture: equirectangular, true to scale at the middle of the extent."""

    def __init__(self, extent: tuple[float, float, float, float]) -> None:
        west, south, east, north = self.extent = extent
        self.scale = WIDTH / (east - west)
        self.tall = self.scale / cos(radians((south + north) / 2))
        self.height = (north - south) * self.tall

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        west, _, _, north = self.extent
        return (lon - west) * self.scale, (north - lat) * self.tall

    def path(self, shape: shapely.Geometry, *, close: bool) -> str:
        import shapely

        west, south, east, north = self.extent
        shape = shapely.clip_by_rect(shape, west - 0.3, south - 0.3, east + 0.3, north + 0.3)
        shape = shapely.simplify(shape, SMOOTH / self.scale)
        drawn = []
        for part in shapely.get_parts(shape):
            rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
            for ring in rings:
                points = [self.at(x, y) for x, y in shapely.get_coordinates(ring)]
                drawn.append(_stepped(points, close))
        return "".join(drawn)


@functools.lru_cache(maxsize=8)
def _drawn_areas(extent: tuple[float, float, float, float]) -> list[tuple[str, str]]:
    from maps.content.basemap import read_basemap

    frame = _Frame(extent)
    units = read_basemap().units
    # The two countries are there as their provinces.
    return [(code, frame.path(area, close=True)) for code, area in units.items() if code not in ("AF", "PK")]


def _areas(frame: _Frame) -> list[tuple[str, str]]:
    return _drawn_areas(frame.extent)


def _units(shading: Shading, rows: list[int] | None, frame: _Frame) -> list[str]:
    """Units by class; those without data stay as the land is."""
    from maps.content.choropleth import class_steps, unit_shapes

    shapes = unit_shapes(shading.by)
    steps = class_steps(len(shading.breaks))
    drawn = []
    for n, (code, count) in enumerate(zip(shading.codes, shading.counts(rows), strict=True)):
        level = shading.level(n, count.expected)
        if level >= 0 and (path := frame.path(shapes[code], close=shading.by != "sector")):
            band = " d-unit-band" if shading.by == "sector" else ""
            drawn.append(f'<path class="d-unit{band} d-shade-{steps[level]}" fill="none" d="{path}"/>')
    return drawn


def _events(events: dict[str, Any], frame: _Frame, rows: list[int] | None) -> list[str]:
    """Places as symbols; what is only known to an area as the area, never as a point."""
    columns = events["cols"]
    if rows is not None:
        columns = {name: [values[row] for row in rows] for name, values in columns.items()}
    drawn = []
    areas: dict[int, int] = {}
    for kind, grain, area in zip(columns["type"], columns["grain"], columns["area"], strict=True):
        if grain not in (PLACE, NOWHERE):
            areas.setdefault(area, kind)
    drawn += [_area(events["areas"][area], kind, frame) for area, kind in areas.items()]
    places: dict[tuple[float, float], int] = {}
    for kind, grain, sure, lon, lat in zip(
        *(columns[name] for name in ("type", "grain", "sure", "lon", "lat")), strict=True
    ):
        if grain == PLACE:
            x, y = frame.at(lon, lat)
            # Events of one place stand in rows of four beside it.
            nth = places[(lon, lat)] = places.get((lon, lat), -1) + 1
            x, y = x + nth % 4 * SYMBOL, y + nth // 4 * SYMBOL
            path = events["types"][kind]["path"]
            hollow = "" if sure else " hollow"
            drawn.append(
                f'<path class="fallback-place d-type-{kind}{hollow}" fill-rule="evenodd" d="{path}" '
                f'transform="translate({x:.1f},{y:.1f}) scale(5)"/>'
            )
    return drawn


def _area(shape: dict[str, Any], kind: int | str, frame: _Frame) -> str:
    closed = shape["kind"] == "polygon"
    steps = "".join(_unpacked(ring, frame, closed) for ring in shape["rings"])
    return f'<path class="fallback-{"area" if closed else "band"} d-type-{kind}" d="{steps}"/>'


def _crowds(rows: EventRows, chosen: list[int] | None, frame: _Frame) -> list[str]:
    """Areas but discs, and the events of places as circles whose area grows with their number."""
    import numpy as np

    places = rows.places
    counts = np.bincount(rows.place if chosen is None else rows.place[chosen], minlength=len(places.grain))
    held = {area for area, n in zip(places.area, counts.tolist(), strict=True) if n}
    drawn = [
        _area(places.shapes[area], "mixed", frame) for area in sorted(held - {-1}) if not places.discs[area]
    ]
    cells: dict[tuple[int, int], list[float]] = {}
    for grain, lon, lat, n in zip(places.grain, places.lon, places.lat, counts.tolist(), strict=True):
        if grain != PLACE or lon is None or lat is None:
            continue
        x, y = frame.at(lon, lat)
        sums = cells.setdefault((int(x // CELL), int(y // CELL)), [0.0, 0.0, 0.0])
        for axis, value in enumerate((x * n, y * n, n)):
            sums[axis] += value
    most = max((n for _, _, n in cells.values()), default=1.0)
    for x, y, n in sorted(cells.values(), key=lambda sums: -sums[2]):
        drawn.append(
            f'<circle class="fallback-place d-type-mixed" cx="{x / n:.0f}" cy="{y / n:.0f}" '
            f'r="{max(2.0, CELL / 2 * (n / most) ** 0.5):.1f}"/>'
        )
    return drawn


def _unpacked(steps: list[int], frame: _Frame, closed: bool) -> str:
    x = y = 0
    points = []
    for dx, dy in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append(frame.at(x / 1e4, y / 1e4))
    return _stepped(points, closed)


def _stepped(points: list[tuple[float, float]], close: bool) -> str:
    """A path in whole units, each point as a step from the one before, points that are too near left out."""
    kept: list[tuple[int, int]] = []
    for x, y in points:
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= NEAR:
            kept.append((round(x), round(y)))
    if len(kept) < 2:
        return ""
    steps = " ".join(f"{x - p},{y - q}" for (p, q), (x, y) in pairwise(kept))
    return f"M{kept[0][0]},{kept[0][1]}l{steps}{'z' if close else ''}"
