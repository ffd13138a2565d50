"""The base of a map on paper: land, rivers, province lines, borders, the lines not agreed."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.places.radii import CONTRADICTION_M
from maps.content.basemap import base_data, read_basemap
from maps.content.own_base import own_provinces
from maps.content.page_rules import LINE_ERROR, web_zoom
from maps.content.relief import relief_at
from maps.content.roads import roads_in
from maps.static.course import drawn_line, pieces_of
from maps.style import INK

if TYPE_CHECKING:
    from maps.spec.house_style import House
    from maps.static.canvas import Canvas
    from maps.static.projection import View

__all__ = [
    "BAND_SHADE",
    "CONTROL",
    "Course",
    "Ground",
    "base_names",
    "draw_control",
    "draw_ground",
    "draw_line",
    "read_ground",
    "sea_beyond",
    "shows_band",
]

FOCUS: Final = {"AF": "afghanistan", "PK": "pakistan"}
"""The two countries of the line, each a shade of its own, so that the side is seen at once."""

SEA: Final = (15.0, 26.0)
"""Latitudes between which what is not land is sea."""

DISTRICTS_FROM_M: Final = 900.0
"""Districts have lines where a unit of paper is less than this many metres."""

BAND_FROM: Final = 10.0
"""Width, in units, from which the band of the line's own error is shown."""

BAND_NEAR: Final = 40.0
"""Units from the place of an event within which the band is shown."""

BAND_SHADE: Final = 0.14

END_REACH: Final = 12.0
"""Units between an end of the drawn line and the rim of the two countries that are made up."""

WHOLE: Final = 0.1
"""Part of a face beyond which the line has not parted it from the other country's ground."""

POCKET: Final = 2_000.0
"""A smaller face, in square units, is of the country that has more of it."""

CONTROL: Final = "Line of Control"


@functools.cache
def base_names(lang: str) -> dict[str, Any]:
    """Names, places and crossings of the base in a language; not to be changed."""
    return base_data(lang)


@dataclass(frozen=True)
class Course:
    """A named line: a river or a line not agreed."""

    name: str | None
    line: shapely.Geometry


@dataclass(frozen=True)
class Ground:
    """The base as geometries in degrees, decoded once."""

    areas: dict[str, shapely.Geometry]
    provinces: dict[str, shapely.Geometry]
    province_lines: shapely.Geometry
    borders: shapely.Geometry
    rivers: tuple[Course, ...]
    disputed: tuple[Course, ...]
    durand: shapely.LineString
    bands: tuple[tuple[float, shapely.LineString], ...]


def read_ground() -> Ground:
    """Decode the base."""
    return _ground(own_provinces())


@functools.lru_cache(maxsize=2)
def _ground(_: tuple[tuple[str, str], ...]) -> Ground:
    base = read_basemap()
    topology = base.topology
    scale = np.asarray(topology["transform"]["scale"])
    shift = np.asarray(topology["transform"]["translate"])
    arcs = [np.cumsum(np.asarray(arc), axis=0) * scale + shift for arc in topology["arcs"]]

    def chain(numbers: list[int]) -> Any:
        parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.vstack([parts[0], *(part[1:] for part in parts[1:])])

    def lines(shape: dict[str, Any]) -> shapely.Geometry:
        many = shape["arcs"] if shape["type"] == "MultiLineString" else [shape["arcs"]]
        return shapely.MultiLineString([chain(one) for one in many])

    def courses(name: str) -> tuple[Course, ...]:
        return tuple(
            Course(shape["properties"].get("name"), lines(shape))
            for shape in topology["objects"][name]["geometries"]
        )

    def together(name: str) -> shapely.Geometry:
        shapes = topology["objects"][name]["geometries"]
        flat = [n for shape in shapes for n in np.hstack(shape["arcs"]).tolist()]
        # An arc is drawn once, whichever way and however often it is named.
        once = sorted({n if n >= 0 else ~n for n in flat})
        return shapely.line_merge(shapely.MultiLineString([arcs[n] for n in once]))

    return Ground(
        areas={code: area for code, area in base.units.items() if "-" not in code},
        provinces={code: area for code, area in base.units.items() if "-" in code},
        province_lines=together("province_lines"),
        borders=together("borders"),
        rivers=courses("rivers"),
        disputed=courses("disputed_lines"),
        durand=base.line,
        bands=tuple((band["m"], shapely.LineString(band["at"])) for band in base_names("en")["bands"]),
    )


def _cut(view: View, geometry: shapely.Geometry) -> list[Any]:
    """A line in units, cut to the panel."""
    flat = shapely.transform(geometry, view.points)
    found = shapely.intersection(flat, view.frame(8.0))
    return [array for part in shapely.get_parts(found) for array in pieces_of(part)]


def _parted(
    one: shapely.Geometry, other: shapely.Geometry, *, pieces: list[Any]
) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Two countries cut by the line as it is drawn, so that no ground of one lies by itself beyond it.

    Ground that the line doesn't part in two, because it ends inside, stays as it is.
    """
    if one.is_empty or other.is_empty or not pieces:
        return one, other
    both = shapely.union_all([one, other])
    rim = both.boundary
    cuts = [shapely.LineString(piece) for piece in pieces]
    ends = [shapely.Point(piece[n]) for piece in pieces for n in (0, -1)]
    # The line ends on the rim of the two, but for what simplifying moved.
    ties = [shapely.shortest_line(end, rim) for end in ends if 0 < shapely.distance(end, rim) < END_REACH]
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([rim, *cuts, *ties])]))
    ours: list[shapely.Geometry] = []
    theirs: list[shapely.Geometry] = []
    for face in faces[shapely.contains(both, shapely.point_on_surface(faces))]:
        mine, its = shapely.intersection(one, face), shapely.intersection(other, face)
        if min(mine.area, its.area) > WHOLE * face.area and face.area > POCKET:
            ours.append(mine)
            theirs.append(its)
        else:
            (ours if mine.area > its.area else theirs).append(face)
    return shapely.union_all(ours), shapely.union_all(theirs)


ROAD_WIDTHS: Final = {"main": 1.5, "secondary": 1.0, "minor": 0.6}

RELIEF_DOTS: Final = 1.6
"""Points of the relief in a unit, each way: as fine as its source in most frames."""


def sea_beyond(view: View) -> shapely.Geometry:
    """What is sea where there is no land, in degrees, as wide as a view."""
    west, _, east, _ = view.visible()
    rim = np.linspace(west - 5, east + 5, 60)
    return shapely.Polygon(
        np.column_stack([np.r_[rim, rim[::-1]], np.r_[np.full(60, SEA[0]), np.full(60, SEA[1])]])
    )


def draw_ground(canvas: Canvas, house: House, view: View, ground: Ground, hide: tuple[str, ...] = ()) -> None:
    """Everything that lies under the events, but for the parts that are hidden: rivers, provinces."""
    colours, widths = house.colours, house.lines
    sea = canvas.layer("sea", "Sea")
    # The base ends at its bounds; beyond them is land, except in the south.
    canvas.box(sea, view.box, fill=colours["neighbours"], gid="ground")
    canvas.area(sea, view.shape(sea_beyond(view)), fill=colours["sea"], gid="sea-water")
    land = canvas.layer("land", "Land")
    shapes = {code: view.shape(ground.areas[code]) for code in sorted(ground.areas)}
    if FOCUS.keys() <= shapes.keys():
        pieces = drawn_line(view, ground.durand, INK.durand_min_gap_px)
        shapes.update(zip(FOCUS, _parted(*(shapes[code] for code in FOCUS), pieces=pieces), strict=True))
    for code, shape in shapes.items():
        fill = colours[FOCUS.get(code, "neighbours")]
        # An edge of the same colour closes the hairline that renderers leave between neighbours.
        canvas.area(land, shape, fill=fill, edge=fill, width=0.6, gid=f"land-{code}")
    _draw_relief(canvas, house, view)
    rivers = canvas.layer("rivers", "Rivers")
    for number, river in enumerate(() if "rivers" in hide else ground.rivers):
        canvas.lines(
            rivers,
            _cut(view, river.line),
            colours["river"],
            widths["river"],
            cap="round",
            gid=f"river-{number + 1}",
        )
    _draw_roads(canvas, house, view, hide)
    if view.metres < DISTRICTS_FROM_M and "provinces" not in hide:
        _draw_districts(canvas, house, view)
    provinces = canvas.layer("province-lines", "Province lines")
    if "provinces" not in hide and view.metres * LINE_ERROR > CONTRADICTION_M:
        lines = _cut(view, ground.province_lines)
        canvas.lines(provinces, lines, colours["province-line"], widths["province"])
    borders = canvas.layer("borders", "Country borders")
    canvas.lines(borders, _cut(view, ground.borders), colours["border"], widths["border"])
    disputed = canvas.layer("disputed-lines", "Lines not agreed")
    for number, course in enumerate(ground.disputed):
        if course.name != CONTROL:
            canvas.lines(
                disputed,
                _cut(view, course.line),
                colours["border"],
                widths["border"],
                dash=(2.0, 3.0),
                gid=f"disputed-{number + 1}",
            )


def draw_control(canvas: Canvas, house: House, view: View, ground: Ground) -> None:
    """The Line of Control, dotted: on a panel on which it is named."""
    widths = house.lines
    for number, course in enumerate(ground.disputed):
        if course.name == CONTROL:
            canvas.lines(
                canvas.layer("disputed-lines", "Lines not agreed"),
                _cut(view, course.line),
                house.colours["border"],
                widths["control"],
                dash=widths["control_dash"],
                cap="round",
                gid=f"line-of-control-{number + 1}",
            )


def _draw_roads(canvas: Canvas, house: House, view: View, hide: tuple[str, ...]) -> None:
    """Roads that the user has registered, the lesser ones in closer views alone."""
    if "roads" in hide:
        return
    west, south, east, north = view.visible()
    found = roads_in((west, south, east, north), web_zoom(view.metres, (south + north) / 2))
    layer = canvas.layer("roads", "Roads") if found else None
    for name in reversed(found):
        assert layer is not None  # noqa: S101 - there are roads
        flat = shapely.transform(found[name], view.points)
        lines = [piece for line in shapely.simplify(flat, 0.3) for piece in pieces_of(line)]
        canvas.lines(layer, lines, house.colours["road"], ROAD_WIDTHS[name], cap="round", gid=f"roads-{name}")


def _draw_relief(canvas: Canvas, house: House, view: View) -> None:
    """Slopes in shade, softly: ink of the words, more of it where it is steeper."""
    if not house.areas["relief"]:
        return
    left, top, right, bottom = view.box
    wide, high = (max(2, round((b - a) * RELIEF_DOTS)) for a, b in ((left, right), (top, bottom)))
    x, y = np.meshgrid(
        left + (np.arange(wide) + 0.5) * (right - left) / wide,
        top + (np.arange(high) + 0.5) * (bottom - top) / high,
    )
    lon, lat = np.asarray(view.degrees(np.column_stack([x.ravel(), y.ravel()]))).T
    alpha = (relief_at(lon, lat) * house.areas["relief"] * 255).reshape(high, wide)
    pixels = np.zeros((high, wide, 4), dtype=np.uint8)
    pixels[..., :3] = [int(house.colours["ink"][at : at + 2], 16) for at in (1, 3, 5)]
    pixels[..., 3] = np.round(alpha)
    canvas.pixels(canvas.layer("relief", "Relief"), pixels, view.box, gid="relief")


def _draw_districts(canvas: Canvas, house: House, view: View) -> None:
    """Lines of the districts that the user has added, as fine as paper shows them."""
    from geo.boundaries.units import districts

    index = districts()
    if index is None:
        return
    west, south, east, north = view.visible()
    shapes = index.frame.cx[west:east, south:north].geometry.to_numpy()
    if not len(shapes):
        return
    layer = canvas.layer("district-lines", "District lines")
    flat = [shapely.simplify(shapely.transform(shape, view.points), 0.3) for shape in shapes]
    rims = shapely.intersection(shapely.union_all(shapely.boundary(flat)), view.frame(8.0))
    canvas.lines(layer, pieces_of(rims), house.colours["province-line"], house.lines["district"])


def shows_band(view: View, ground: Ground, places: shapely.MultiPoint) -> bool:
    """Whether a view shows how far sources for the line differ, so that its key has to say so."""
    return bool(_bands_in(view, ground, places))


def _bands_in(view: View, ground: Ground, places: shapely.MultiPoint) -> list[tuple[float, list[Any]]]:
    """Bands that are wide enough to be seen: width in units and pieces in the panel.

    Where events are shown, only by these: of a band far from all of them nothing hangs.
    """
    wide = [(2 * metres / view.metres, band) for metres, band in ground.bands]
    cut = [(width, _cut(view, band)) for width, band in wide if width > BAND_FROM]
    if not places.is_empty:
        cut = [(width, [one for one in pieces if _by(one, places)]) for width, pieces in cut]
    return [(width, pieces) for width, pieces in cut if pieces]


def _by(piece: Any, places: shapely.MultiPoint) -> bool:
    return bool(shapely.distance(shapely.LineString(piece), places) < BAND_NEAR)


def draw_line(
    canvas: Canvas, house: House, view: View, ground: Ground, places: shapely.MultiPoint
) -> list[Any]:
    """The Durand Line: dashes over a halo, calm enough to be followed; its pieces in units are returned.

    A band for the difference between sources is drawn where it would be wider than the line's own halo: by
    the places of events, in units, or everywhere if there is none.
    """
    colours, widths = house.colours, house.lines
    layer = canvas.layer("durand-line", "Durand Line")
    for wide, band in _bands_in(view, ground, places):
        canvas.lines(layer, band, colours["durand"], wide, alpha=BAND_SHADE)
    pieces = drawn_line(view, ground.durand, INK.durand_min_gap_px)
    canvas.lines(
        layer, pieces, colours["focus"], widths["durand_halo"], cap="round", alpha=0.9, gid="durand-line-halo"
    )
    canvas.lines(
        layer,
        pieces,
        colours["durand"],
        widths["durand"],
        dash=widths["durand_dash"],
        gid="durand-line-stroke",
    )
    return pieces
