"""Parts of a border: stretches of it, sectors, bands on each side, and events counted along it."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from geo.boundaries.layers import read_crossings
from geo.errors import BoundaryError, SchemaError

if TYPE_CHECKING:
    from geo.border.border import Border
    from geo.locus.resolve import Locus

__all__ = ["bands", "count_along", "cut", "place_km", "points_at", "sectors_by_km", "sectors_by_province"]

Floats = npt.NDArray[np.float64]

GEOD: Final = pyproj.Geod(ellps="WGS84")
PIECE_M: Final = 40_000.0
"""A band is drawn piece by piece, each in an azimuthal projection of its own."""
DETAIL_M: Final = 2.0
QUADRANT_SEGMENTS: Final = 64
WIDEST_BAND_KM: Final = 500.0
SAMPLES_DISC: Final = 1000
SAMPLES_AREA: Final = 8000


def cut(border: Border, from_km: float, to_km: float) -> shapely.LineString:
    """The part of the line between two chainages, in the line's own direction."""
    along = border.chainage_km()
    inside = (along > from_km) & (along < to_km)
    ends = points_at(border, np.array([from_km, to_km]))
    xy = np.vstack((ends[0], shapely.get_coordinates(border.geometry)[inside], ends[1]))
    return shapely.LineString(xy)


def points_at(border: Border, line_km: Floats) -> Floats:
    """Longitude and latitude of chainages within the line, shape (n, 2)."""
    vertices = shapely.get_coordinates(border.geometry)
    along = border.chainage_km()
    segment = np.clip(np.searchsorted(along, line_km, side="right") - 1, 0, len(along) - 2)
    start, end = vertices[segment], vertices[segment + 1]
    azimuth, _, _ = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    rest = (line_km - along[segment]) * 1000
    lon, lat, _ = GEOD.fwd(start[:, 0], start[:, 1], azimuth, rest)
    points = np.column_stack((lon, lat))
    # A vertex of the line stays as it was given.
    points[rest == 0] = start[rest == 0]
    last = line_km >= along[-1]
    points[last] = vertices[-1]
    return points


def place_km(border: Border, place: str | float, *, has_crossings: bool) -> float:
    """Chainage that a crossing's name or a number of km means."""
    if isinstance(place, str):
        if not has_crossings:
            raise BoundaryError(
                f"only the Durand Line has crossings by name; give a chainage in km instead of {place!r}"
            )
        return _crossing_km(place)
    km = float(place)
    # Chainages that were printed to the metre may lie a little beyond the end.
    if not -0.001 <= km <= border.length_km + 0.001:
        raise BoundaryError(f"line_km must lie in 0 to {border.length_km:.3f}; got {place!r}")
    return min(max(km, 0.0), border.length_km)


def _crossing_km(name: str) -> float:
    crossings = read_crossings()
    wanted = _plain(name)
    columns = ("crossing_id", "name", "name_ps", "name_fa", "name_ur")
    for column in columns:
        same = [wanted == _plain(value) for value in crossings[column]]
        if any(same):
            return float(crossings["line_km"].to_numpy()[same][0])
    # "Chaman" is enough where one crossing alone has the word.
    part = [
        any(wanted in _plain(row[column]).split(" ") for column in columns) for _, row in crossings.iterrows()
    ]
    if wanted and sum(part) == 1:
        return float(crossings["line_km"].to_numpy()[part][0])
    raise BoundaryError(f"no crossing {name!r}; there are: {', '.join(crossings['name'])}")


def _plain(name: object) -> str:
    return " ".join(str(name).casefold().replace("-", " ").split()) if isinstance(name, str) else ""


def sectors_by_km(border: Border, km: float) -> gpd.GeoDataFrame:
    """Pieces of equal length, the last one shorter."""
    if not (np.isfinite(km) and km > 0):
        raise BoundaryError(f"km is the length of a sector, more than 0; got {km!r}")
    if border.length_km / km > 100_000:
        raise BoundaryError(f"sectors of {km!r} km would be more than 100,000; take longer ones")
    count = max(math.ceil(border.length_km / km - 1e-9), 1)
    edges = np.append(np.arange(count) * km, border.length_km)
    names = [f"{start:g}-{end:.0f} km" for start, end in itertools.pairwise(edges)]
    return _frame(border, edges[:-1], edges[1:], names, [None] * count, [None] * count)


def sectors_by_province(border: Border) -> gpd.GeoDataFrame:
    """Stretches along which one pair of provinces meets."""
    from geo.border.spans import unit_chainages
    from geo.boundaries.units import provinces

    along = unit_chainages()
    edges = np.unique(
        np.array([0.0, border.length_km, *(km for parts in along.values() for part in parts for km in part)])
    )
    # Where both provinces change at one vertex rounding must not leave a stretch of no length.
    edges = edges[np.append(True, np.diff(edges) > 1e-6)]
    middle = (edges[:-1] + edges[1:]) / 2
    pairs = [
        tuple(
            next(
                (
                    unit
                    for unit, parts in along.items()
                    if unit.startswith(side) and any(a <= km <= b for a, b in parts)
                ),
                None,
            )
            for side in (border.left, border.right)
        )
        for km in middle
    ]
    first = np.flatnonzero([row == 0 or pair != pairs[row - 1] for row, pair in enumerate(pairs)])
    starts, ends = edges[first], np.append(edges[first[1:]], border.length_km)
    title = provinces().frame.set_index("iso3166_2")["name"].to_dict()
    left, right = ([pairs[row][side] for row in first] for side in (0, 1))
    names = [f"{title.get(b, '-')} / {title.get(a, '-')}" for a, b in zip(left, right, strict=True)]
    return _frame(border, starts, ends, names, left, right)


def _frame(
    border: Border, starts: Floats, ends: Floats, names: list[str], left: list[Any], right: list[Any]
) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "sector": pd.Series(names, dtype="str"),
            "left_unit": pd.Series(left, dtype="str"),
            "right_unit": pd.Series(right, dtype="str"),
            "from_km": starts,
            "to_km": ends,
            "length_km": ends - starts,
        },
        geometry=[cut(border, a, b) for a, b in zip(starts, ends, strict=True)],
        crs="EPSG:4326",
    )


def bands(
    border: Border, limits_km: Iterable[float], areas: tuple[shapely.Geometry | None, shapely.Geometry | None]
) -> gpd.GeoDataFrame:
    """Rings about the line, cut by it."""
    limits = [float(limit) for limit in limits_km]
    good = all(0 < limit <= WIDEST_BAND_KM for limit in limits) and sorted(set(limits)) == limits
    if not (limits and good):
        raise BoundaryError(
            f"bands are rising distances in km of more than 0 up to {WIDEST_BAND_KM:g}; got {limits}"
        )
    whole = [buffer(border, limit * 1000) for limit in limits]
    left, right = _halves(border, whole[-1], areas, limits[-1] * 1000)
    rows = []
    for name, half in ((border.left, left), (border.right, right)):
        inner, from_km = None, 0.0
        for limit, around in zip(limits, whole, strict=True):
            outer = _areal(shapely.intersection(half, around))
            ring = outer if inner is None else _areal(shapely.difference(outer, inner))
            rows.append((name, from_km, limit, abs(GEOD.geometry_area_perimeter(ring)[0]) / 1e6, ring))
            inner, from_km = outer, limit
    frame = pd.DataFrame(rows, columns=["side", "from_km", "to_km", "area_km2", "geometry"])
    return gpd.GeoDataFrame(frame.astype({"side": "str"}), geometry="geometry", crs="EPSG:4326")


def _areal(geometry: shapely.Geometry) -> shapely.Geometry:
    """The areas of a geometry alone, without lines along which two only touch."""
    parts = shapely.get_parts(geometry if shapely.is_valid(geometry) else shapely.make_valid(geometry))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def buffer(border: Border, radius_m: float) -> shapely.Geometry:
    """What lies within a geodesic distance of the line, to 5 m up to 50 km.

    In the azimuthal equidistant projection about a piece's middle, lengths at ``r`` are wrong by up to
    ``r**2 / 6 R**2``: 2e-5 at 70 km. The corners of the arcs add 1.5e-4 of 1/4 of the radius at most.
    """
    pieces = max(math.ceil(border.length_km * 1000 / PIECE_M), 1)
    edges = np.linspace(0, border.length_km, pieces + 1)
    parts = []
    for first, last in itertools.pairwise(edges):
        line = cut(border, first, last)
        middle = points_at(border, np.array([(first + last) / 2]))[0]
        there = pyproj.Transformer.from_crs(
            "EPSG:4326",
            f"+proj=aeqd +lat_0={middle[1]:.9f} +lon_0={middle[0]:.9f} +datum=WGS84",
            always_xy=True,
        )
        xy = shapely.get_coordinates(shapely.segmentize(line, 0.01))
        flat = shapely.simplify(
            shapely.LineString(np.column_stack(there.transform(xy[:, 0], xy[:, 1]))), DETAIL_M
        )
        simple = shapely.get_coordinates(flat)
        short = [shapely.LineString(simple[i : i + 33]) for i in range(0, len(simple) - 1, 32)]
        around = shapely.union_all(shapely.buffer(short, radius_m, quad_segs=QUADRANT_SEGMENTS))
        # Long straight edges of the buffer bend in degrees.
        around = shapely.segmentize(around, 2000)
        parts.append(
            shapely.transform(
                around,
                lambda xy, there=there: np.column_stack(
                    there.transform(xy[:, 0], xy[:, 1], direction="INVERSE")
                ),
            )
        )
    return shapely.union_all(parts)


def _halves(
    border: Border,
    around: shapely.Geometry,
    areas: tuple[shapely.Geometry | None, shapely.Geometry | None],
    radius_m: float,
) -> tuple[shapely.Geometry, shapely.Geometry]:
    """The parts of a buffer on the left and on the right."""
    left, right = areas
    if left is not None and right is not None:
        box = shapely.bounds(around)
        clipped = [shapely.make_valid(shapely.clip_by_rect(area, *box)) for area in (left, right)]
        return shapely.intersection(clipped[0], around), shapely.intersection(clipped[1], around)
    xy = shapely.get_coordinates(border.geometry)
    # Beyond its ends the line runs straight on, as for locate.
    ends = []
    for end, inner in ((xy[0], xy[1]), (xy[-1], xy[-2])):
        onward = GEOD.inv(*end, *inner)[0] + 180
        away = np.linspace(radius_m * 1.5 / 40, radius_m * 1.5, 40)
        x, y, _ = GEOD.fwd(np.full(40, end[0]), np.full(40, end[1]), np.full(40, onward), away)
        ends.append(np.column_stack((x, y)))
    run_on = shapely.LineString(np.vstack((ends[0][::-1], xy, ends[1])))
    edges = shapely.union_all([run_on, shapely.boundary(around)])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    inside = shapely.point_on_surface(faces)
    faces, inside = faces[shapely.intersects(around, inside)], inside[shapely.intersects(around, inside)]
    signed = border.locate(shapely.get_x(inside), shapely.get_y(inside))["signed_m"].to_numpy()
    return shapely.union_all(faces[signed > 0]), shapely.union_all(faces[signed <= 0])


def count_along(border: Border, events: gpd.GeoDataFrame, step_km: float, within_km: float) -> pd.DataFrame:
    """Expected events by stretch of the line."""
    from geo.locus.resolve import loci_of, points_of

    for name, value in (("step_km", step_km), ("within_km", within_km)):
        if not (np.isfinite(value) and value > 0):
            raise SchemaError(f"{name} must be km of more than 0; got {value!r}")
    if border.length_km / step_km > 100_000:
        raise SchemaError(f"step_km={step_km!r} would give more than 100,000 steps; take a longer one")
    count = max(math.ceil(border.length_km / step_km - 1e-9), 1)
    edges = np.append(np.arange(count) * step_km, border.length_km)
    expected, certain = np.zeros(count), np.zeros(count, dtype=np.int64)
    found = [locus for locus in loci_of(events, points_of(events)) if locus is not None]
    times = dict.fromkeys(found, 0)
    for locus in found:
        times[locus] += 1
    for locus, number in times.items():
        lon, lat = samples(locus)
        at = border.locate(lon, lat)
        near = at["distance_m"].to_numpy() <= within_km * 1000
        step = np.minimum((at["line_km"].to_numpy()[near] / step_km).astype(np.intp), count - 1)
        shares = np.bincount(step, minlength=count) / len(lon)
        expected += number * shares
        certain += number * (shares == 1)
    return pd.DataFrame({"from_km": edges[:-1], "to_km": edges[1:], "expected": expected, "certain": certain})


@functools.lru_cache(maxsize=256)
def samples(locus: Locus) -> tuple[Floats, Floats]:
    """Points spread evenly over a locus, each standing for the same area."""
    from geo.boundaries.units import EQUAL_AREA, flatten
    from geo.locus.resolve import draw

    area = flatten(draw(locus))
    wanted = SAMPLES_DISC if locus.kind == "disc" else SAMPLES_AREA
    gap = math.sqrt(shapely.area(area) / wanted)
    west, south, east, north = shapely.bounds(area)
    x, y = np.meshgrid(np.arange(west + gap / 2, east, gap), np.arange(south + gap / 2, north, gap))
    shapely.prepare(area)
    inside = shapely.intersects_xy(area, x.ravel(), y.ravel())
    there = pyproj.Transformer.from_crs("EPSG:4326", EQUAL_AREA, always_xy=True)
    lon, lat = there.transform(x.ravel()[inside], y.ravel()[inside], direction="INVERSE")
    return np.asarray(lon), np.asarray(lat)
