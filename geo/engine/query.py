"""Everything that is asked of points at once: unit, side, distance, place along the line, nearest crossing.

Points are taken some ten thousand at a time, so that what is computed stays in the processor's cache; threads
can share such pieces.
"""

from __future__ import annotations

import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import ModuleType
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geo.engine.areas import POINTS_AT_ONCE, Areas
from geo.engine.chords import Chords
from geo.engine.ellipsoid import earth_centred
from geo.engine.nearest_point import FixedPoints
from geo.engine.numba_switch import compiled_loops
from geo.engine.side_probability import side_probability
from geo.engine.sides import Sides
from geo.errors import SchemaError
from geo.types import CERTAIN, Floats, Indices

__all__ = ["Answers", "PointQuery", "PreparedLine", "run_query"]

Codes = npt.NDArray[np.int16]

SHARED_M: Final = 10.0
"""Points in both countries lie on their common edge, and that within 3 m of the line."""

_ONE_AT_A_TIME: Final = threading.Lock()
"""Prepared geometries build their indexes at the first question, which two threads must not do at once."""


class PreparedLine:
    """A line with its accuracy by stretch, and what lies on its sides if that is known."""

    def __init__(
        self, chords: Chords, accuracy_from_m: Floats, accuracy_m: Floats, sides: Sides | None
    ) -> None:
        self.chords, self.sides = chords, sides
        self.accuracy_from_m, self.accuracy_m = accuracy_from_m, accuracy_m
        self._certain_from: dict[float, Floats] = {}

    @functools.cached_property
    def geometry(self) -> shapely.LineString:
        """The line, EPSG:4326."""
        return shapely.LineString(self.chords.vertices)

    @property
    def chainage_km(self) -> Floats:
        """Distance along the line of each vertex from the first."""
        return np.asarray(self.chords.vertex_along_m / 1000)

    @property
    def length_km(self) -> float:
        """Geodesic length."""
        return self.chords.length_m / 1000

    def certain_from_m(self, radius_m: float) -> Floats:
        """For each stretch, from how many metres on the side of a disc, or of a point, is certain."""
        if radius_m not in self._certain_from:
            self._certain_from[radius_m] = _certain_from(self.accuracy_m, radius_m)
        return self._certain_from[radius_m]


def _certain_from(accuracy_m: Floats, radius_m: float) -> Floats:
    """By halving, to the last bit: the probability rises with the distance."""
    low, high = np.zeros(len(accuracy_m)), 2 * accuracy_m + radius_m + 1
    for _ in range(80):
        middle = (low + high) / 2
        certain = side_probability(middle, accuracy_m, radius_m=radius_m) >= CERTAIN
        low, high = np.where(certain, low, middle), np.where(certain, middle, high)
    return high


@dataclass(frozen=True)
class PointQuery:
    """What is asked beside distance, side and place along the line."""

    foot: bool = False
    radius_m: float = 0.0
    """Of the disc within which each point lies, for its side."""
    units: Areas | None = None
    districts: Areas | None = None
    crossings: FixedPoints | None = None


class Answers:
    """Arrays, one value for each point: NaN, or -1 for a code, where there is no answer.

    Attributes
    ----------
    foot_lon, foot_lat
        Degrees; None if not asked.
    distance_m, signed_m, along_m, accuracy_m
        As in :meth:`geo.Border.locate`.
    side
        0 right, 1 left, 2 uncertain.
    unit, district, crossing
        Row of the province, the district, number of the crossing; None if not asked.
    crossing_m
        Distance to it.
    """

    def __init__(self, count: int, query: PointQuery) -> None:
        self.foot_lon, self.foot_lat = (np.full(count if query.foot else 0, np.nan) for _ in range(2))
        self.distance_m, self.signed_m, self.along_m, self.accuracy_m = (np.empty(count) for _ in range(4))
        self.side = np.empty(count, dtype=np.int8)
        self.unit = np.empty(count, dtype=np.int16) if query.units is not None else None
        self.district = np.empty(count, dtype=np.int16) if query.districts is not None else None
        self.crossing = np.empty(count, dtype=np.int16) if query.crossings is not None else None
        self.crossing_m = np.empty(count) if query.crossings is not None else np.empty(0)


def run_query(
    line: PreparedLine, lon: Floats, lat: Floats, query: PointQuery, *, workers: int = 1
) -> Answers:
    """Answer for points in degrees; whatever is no point gets no answer.

    Parameters
    ----------
    line
        The line.
    lon, lat
        Degrees, EPSG:4326.
    query
        What is asked.
    workers
        Threads that share the work.
    """
    if not (isinstance(workers, int) and workers > 0):
        raise SchemaError(f"workers is a whole number from 1 up, not {workers!r}")
    count = len(lon)
    answers = Answers(count, query)
    if not count:
        return answers
    line.chords.prepare(count)
    sides = line.sides
    if sides is not None and sides.clean:
        sides.index.prepare(count)
    if query.units is not None:
        query.units.prepare(count)
    if query.districts is not None:
        query.districts.prepare(count)
    # Compiled code is made for arrays that are not written to, one after another in memory.
    lon, lat = (np.ascontiguousarray(values).view() for values in (lon, lat))
    lon.flags.writeable = lat.flags.writeable = False
    compiled = compiled_loops(count)
    pieces = [slice(first, min(first + POINTS_AT_ONCE, count)) for first in range(0, count, POINTS_AT_ONCE)]
    if workers == 1 or len(pieces) == 1:
        for piece in pieces:
            _piece(line, lon[piece], lat[piece], query, compiled, answers, piece)
    else:
        with ThreadPoolExecutor(min(workers, len(pieces))) as pool:
            asked = [
                pool.submit(_piece, line, lon[piece], lat[piece], query, compiled, answers, piece)
                for piece in pieces
            ]
            for task in asked:
                task.result()
    return answers


def _piece(
    line: PreparedLine,
    lon: Floats,
    lat: Floats,
    query: PointQuery,
    compiled: ModuleType | None,
    answers: Answers,
    piece: slice,
) -> None:
    known = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    if known.all():
        _known_piece(line, lon, lat, query, compiled, answers, piece)
        return
    rows = np.flatnonzero(known)
    part = Answers(len(rows), query)
    if len(rows):
        x, y = lon[rows], lat[rows]
        x.flags.writeable = y.flags.writeable = False
        _known_piece(line, x, y, query, compiled, part, slice(0, len(rows)))
    for name, values in vars(answers).items():
        if values is not None and len(values):
            whole = np.full(len(lon), np.nan if values.dtype.kind == "f" else -1, dtype=values.dtype)
            whole[rows] = vars(part)[name]
            values[piece] = whole


def _known_piece(
    line: PreparedLine,
    lon: Floats,
    lat: Floats,
    query: PointQuery,
    compiled: ModuleType | None,
    answers: Answers,
    piece: slice,
) -> None:
    """Fill in a piece of points that are all finite and in range."""
    if compiled is None:
        xyz = earth_centred(lon, lat)
    else:
        xyz = np.empty((3, len(lon)))
        compiled.earth_centred(lon, lat, xyz)
    feet = line.chords.nearest(lon, lat, xyz, compiled)
    signs = feet.sign
    unit: Codes | None = None
    outside: npt.NDArray[np.bool_] | None = None
    if line.sides is not None:
        signs, outside, unit = _signs(line.sides, lon, lat, feet.distance_m, signs)
    if query.foot:
        answers.foot_lon[piece], answers.foot_lat[piece] = feet.degrees()
    signed = feet.distance_m * signs
    stretch = _stretches(line, feet.along_m, compiled)
    answers.distance_m[piece] = feet.distance_m
    answers.signed_m[piece] = signed
    answers.along_m[piece] = feet.along_m
    answers.accuracy_m[piece] = line.accuracy_m.take(stretch)
    side = np.full(len(lon), 2, dtype=np.int8)
    limit = line.certain_from_m(query.radius_m).take(stretch)
    side[signed >= limit] = 1
    side[signed <= -limit] = 0
    if outside is not None and line.sides is not None and line.sides.known:
        side[outside] = -1
    answers.side[piece] = side
    if answers.unit is not None and query.units is not None:
        same = line.sides is not None and line.sides.index is query.units
        answers.unit[piece] = unit if same and unit is not None else _found(query.units, lon, lat)
    if answers.district is not None and query.districts is not None:
        answers.district[piece] = _found(query.districts, lon, lat)
    if answers.crossing is not None and query.crossings is not None:
        answers.crossing[piece], answers.crossing_m[piece] = query.crossings.nearest(lon, lat, xyz, compiled)


def _signs(
    sides: Sides, lon: Floats, lat: Floats, distance_m: Floats, by_line: npt.NDArray[np.int8]
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.bool_], Codes | None]:
    """Side of each point (1 left, -1 right), whether it is in no area, and its unit where areas are units.

    A point in both areas lies on their common edge, which is the line: its own sign is as good as any.
    """
    if not sides.clean:
        left, right = sides.covers(lon, lat)
        signs = np.where(left & ~right, np.int8(1), np.where(right & ~left, np.int8(-1), by_line))
        return signs, ~(left | right), None
    codes, doubt = sides.index.codes(lon, lat)
    both: Indices = doubt
    if len(doubt) and sides.tiled:
        with _ONE_AT_A_TIME:
            codes[doubt] = sides.index.find_exactly(lon[doubt], lat[doubt])
        both = doubt[distance_m[doubt] < SHARED_M]
    # One more at the end, for points in no area.
    signs = np.append(sides.of_area, np.int8(0)).take(codes)
    if len(both):
        with _ONE_AT_A_TIME:
            left, right = sides.covers(lon[both], lat[both])
        signs[both] = left.astype(np.int8) - right.astype(np.int8)
    outside = codes < 0
    if not sides.tiled:
        outside[both] = ~(left | right) if len(both) else False
    no_area = np.flatnonzero(signs == 0)
    signs[no_area] = by_line[no_area]
    return signs, outside, codes if sides.tiled else None


def _found(index: Areas, lon: Floats, lat: Floats) -> Codes:
    codes, doubt = index.codes(lon, lat)
    if len(doubt):
        with _ONE_AT_A_TIME:
            codes[doubt] = index.find_exactly(lon[doubt], lat[doubt])
    return codes


def _stretches(line: PreparedLine, along_m: Floats, compiled: ModuleType | None) -> Codes:
    """Number of the stretch of accuracy at each chainage."""
    stretch = np.zeros(len(along_m), dtype=np.int16)
    if len(line.accuracy_m) == 1:
        return stretch
    if compiled is None:
        stretch[:] = np.maximum(np.searchsorted(line.accuracy_from_m, along_m, side="right") - 1, 0)
    else:
        compiled.stretches(along_m, line.accuracy_from_m, stretch)
    return stretch
