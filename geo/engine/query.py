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
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely

from geo.boundaries.catalogue import find_layer
from geo.boundaries.layers import read_crossings, read_units
from geo.boundaries.units import UnitIndex, provinces
from geo.engine.area_grid import table_digest
from geo.engine.areas import POINTS_AT_ONCE, Areas
from geo.engine.chords import Chords
from geo.engine.ellipsoid import earth_centred
from geo.engine.index_cache import Arrays, digest_of, stored
from geo.engine.nearest_point import Gates
from geo.engine.numba_switch import kernels
from geo.engine.side_probability import CERTAIN, side_probability
from geo.errors import SchemaError

__all__ = [
    "Answers",
    "KnownCrossings",
    "PreparedLine",
    "Sides",
    "Wanted",
    "answer",
    "known_crossings",
    "texts_at",
]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Codes = npt.NDArray[np.int16]
AnyArray = npt.NDArray[Any]

SHARED_M: Final = 10.0
"""Points in both countries lie on their common edge, and that within 3 m of the line."""
CROSSINGS_KIND: Final = "crossings-1"
TEXT: Final = pd.StringDtype(storage="pyarrow", na_value=np.nan)
"""What pandas means by "str"."""

_ONE_AT_A_TIME: Final = threading.Lock()
"""Prepared geometries build their indexes at the first question, which two threads must not do at once."""


class Sides:
    """Areas of which each lies on one side of a line.

    Attributes
    ----------
    index
        The areas.
    of_area
        1 for each on the left, -1 for each on the right.
    known
        Whether both sides have areas: then outside of all of them there is no side.
    """

    def __init__(self, index: Areas, of_area: npt.NDArray[np.int8], *, clean: bool, countries: bool) -> None:
        self.index = index
        self.of_area = of_area
        self.known = len(set(of_area.tolist())) == 2
        self.clean = clean
        self.countries = countries

    @classmethod
    def of_areas(cls, areas: list[tuple[shapely.Geometry, int]]) -> Sides:
        """One area on each side, or on one of them."""
        shapes = np.array([area for area, _ in areas], dtype=object)
        clean = len(areas) == 1 or bool(shapely.coverage_is_valid(shapes))
        index = Areas(lambda: shapes, table_digest(shapely.to_wkb(shapes).tolist()))
        return cls(index, np.array([side for _, side in areas], dtype=np.int8), clean=clean, countries=False)

    @classmethod
    def of_countries(cls) -> Sides:
        """The provinces: those of a country together are its outline, vertex for vertex."""
        index = provinces()
        left = index.texts("adm0") == "PK"
        return cls(index, np.where(left, 1, -1).astype(np.int8), clean=True, countries=True)

    @functools.cached_property
    def areas(self) -> tuple[shapely.Geometry | None, shapely.Geometry | None]:
        """What lies on the left, and what on the right."""
        if self.countries:
            outlines = read_units(0).set_index("adm0").geometry
            return outlines["PK"], outlines["AF"]
        by_side = dict(zip(self.of_area.tolist(), self.index.geometry, strict=True))
        return by_side.get(1), by_side.get(-1)

    def covers(self, lon: Floats, lat: Floats) -> list[npt.NDArray[np.bool_]]:
        """Whether each point lies in the area on the left, and in that on the right, edges included."""
        found = []
        for area in self.areas:
            if area is None:
                found.append(np.zeros(len(lon), dtype=bool))
                continue
            shapely.prepare(area)
            found.append(np.asarray(shapely.intersects_xy(area, lon, lat)))
        return found


class PreparedLine:
    """A line with its accuracy by stretch, and what lies on its sides if that is known."""

    def __init__(
        self, chords: Chords, accuracy_from_m: Floats, accuracy_m: Floats, sides: Sides | None
    ) -> None:
        self.chords, self.sides = chords, sides
        self.accuracy_from_m, self.accuracy_m = accuracy_from_m, accuracy_m
        self._certain_from: dict[float, Floats] = {}

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


class KnownCrossings(Gates):
    """The official crossings, with their names."""

    def __init__(self) -> None:
        digest = digest_of([find_layer("crossings").content_sha256.encode()])
        arrays = stored(CROSSINGS_KIND, digest, _crossings)
        super().__init__(arrays["lon"], arrays["lat"])
        self.names = arrays["name"].astype(object)


@functools.cache
def known_crossings() -> KnownCrossings:
    """The official crossings, prepared."""
    return KnownCrossings()


def _crossings() -> Arrays:
    frame = read_crossings()
    return {
        "lon": frame.geometry.x.to_numpy(np.float64),
        "lat": frame.geometry.y.to_numpy(np.float64),
        "name": np.array(frame["name"].tolist(), dtype="U"),
    }


@dataclass(frozen=True)
class Wanted:
    """What is asked beside distance, side and place along the line."""

    foot: bool = False
    radius_m: float = 0.0
    """Of the disc within which each point lies, for its side."""
    units: bool = False
    districts: UnitIndex | None = None
    gates: Gates | None = None


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
    unit, district, gate
        Row of the province, the district, number of the crossing; None if not asked.
    gate_m
        Distance to it.
    """

    def __init__(self, count: int, wanted: Wanted) -> None:
        self.foot_lon, self.foot_lat = (np.full(count if wanted.foot else 0, np.nan) for _ in range(2))
        self.distance_m, self.signed_m, self.along_m, self.accuracy_m = (np.empty(count) for _ in range(4))
        self.side = np.empty(count, dtype=np.int8)
        self.unit = np.empty(count, dtype=np.int16) if wanted.units else None
        self.district = np.empty(count, dtype=np.int16) if wanted.districts is not None else None
        self.gate = np.empty(count, dtype=np.int16) if wanted.gates is not None else None
        self.gate_m = np.empty(count) if wanted.gates is not None else np.empty(0)


def answer(line: PreparedLine, lon: Floats, lat: Floats, wanted: Wanted, *, workers: int = 1) -> Answers:
    """Answer for points in degrees; whatever is no point gets no answer.

    Parameters
    ----------
    line
        The line.
    lon, lat
        Degrees, EPSG:4326.
    wanted
        What is asked.
    workers
        Threads that share the work.
    """
    if not (isinstance(workers, int) and workers > 0):
        raise SchemaError(f"workers is a whole number from 1 up, not {workers!r}")
    count = len(lon)
    answers = Answers(count, wanted)
    if not count:
        return answers
    line.chords.prepare(count)
    sides = line.sides
    if sides is not None and sides.clean:
        sides.index.prepare(count)
    if wanted.units:
        provinces().prepare(count)
    if wanted.districts is not None:
        wanted.districts.prepare(count)
    # Compiled code is made for arrays that are not written to, one after another in memory.
    lon, lat = (np.ascontiguousarray(values).view() for values in (lon, lat))
    lon.flags.writeable = lat.flags.writeable = False
    compiled = kernels(count)
    pieces = [slice(first, min(first + POINTS_AT_ONCE, count)) for first in range(0, count, POINTS_AT_ONCE)]
    if workers == 1 or len(pieces) == 1:
        for piece in pieces:
            _piece(line, lon[piece], lat[piece], wanted, compiled, answers, piece)
    else:
        with ThreadPoolExecutor(min(workers, len(pieces))) as pool:
            asked = [
                pool.submit(_piece, line, lon[piece], lat[piece], wanted, compiled, answers, piece)
                for piece in pieces
            ]
            for task in asked:
                task.result()
    return answers


def _piece(
    line: PreparedLine,
    lon: Floats,
    lat: Floats,
    wanted: Wanted,
    compiled: ModuleType | None,
    answers: Answers,
    piece: slice,
) -> None:
    known = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    if known.all():
        _known_piece(line, lon, lat, wanted, compiled, answers, piece)
        return
    rows = np.flatnonzero(known)
    part = Answers(len(rows), wanted)
    if len(rows):
        x, y = lon[rows], lat[rows]
        x.flags.writeable = y.flags.writeable = False
        _known_piece(line, x, y, wanted, compiled, part, slice(0, len(rows)))
    for name, values in vars(answers).items():
        if values is not None and len(values):
            whole = np.full(len(lon), np.nan if values.dtype.kind == "f" else -1, dtype=values.dtype)
            whole[rows] = vars(part)[name]
            values[piece] = whole


def _known_piece(
    line: PreparedLine,
    lon: Floats,
    lat: Floats,
    wanted: Wanted,
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
    if wanted.foot:
        answers.foot_lon[piece], answers.foot_lat[piece] = feet.degrees()
    signed = feet.distance_m * signs
    stretch = _stretches(line, feet.along_m, compiled)
    answers.distance_m[piece] = feet.distance_m
    answers.signed_m[piece] = signed
    answers.along_m[piece] = feet.along_m
    answers.accuracy_m[piece] = line.accuracy_m.take(stretch)
    side = np.full(len(lon), 2, dtype=np.int8)
    limit = line.certain_from_m(wanted.radius_m).take(stretch)
    side[signed >= limit] = 1
    side[signed <= -limit] = 0
    if outside is not None and line.sides is not None and line.sides.known:
        side[outside] = -1
    answers.side[piece] = side
    if answers.unit is not None:
        countries = line.sides is not None and line.sides.countries
        answers.unit[piece] = unit if countries and unit is not None else _found(provinces(), lon, lat)
    if answers.district is not None and wanted.districts is not None:
        answers.district[piece] = _found(wanted.districts, lon, lat)
    if answers.gate is not None and wanted.gates is not None:
        answers.gate[piece], answers.gate_m[piece] = wanted.gates.nearest(lon, lat, xyz, compiled)


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
    if len(doubt) and sides.countries:
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
    if not sides.countries:
        outside[both] = ~(left | right) if len(both) else False
    no_area = np.flatnonzero(signs == 0)
    signs[no_area] = by_line[no_area]
    return signs, outside, codes if sides.countries else None


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


def texts_at(values: AnyArray, codes: AnyArray) -> pd.api.extensions.ExtensionArray:
    """Texts by their number, missing at -1; put together in Arrow, without an object for each row."""
    missing = codes < 0
    numbers = pa.array(codes, mask=missing) if missing.any() else pa.array(codes)
    return TEXT.__from_arrow__(pa.array(values.tolist(), type=pa.large_string()).take(numbers))
