"""The places of a map's events: what is known of each, its shape and the words for it.

All of it is worked out and said once, however many events share a place.
"""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from geo.vocab import SIDES, WHERE_PRECISIONS
from maps.content.basemap import name_seats, read_basemap
from maps.content.cards import AREA, NOWHERE, PLACE, STRETCH, cell_text, place_line, place_words, province_of
from maps.words.words import plural

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import numpy.typing as npt
    import shapely

    from geo.locus.record import Locus

    Ints = npt.NDArray[np.int64]

__all__ = [
    "OFF_MAP",
    "REGION",
    "Places",
    "describe_places",
    "is_elsewhere",
    "packed_rings",
    "parts_of_line",
    "reason_words",
    "tell_places_apart",
    "unit_names",
]

GRAIN: Final = {
    "site": PLACE,
    "town": PLACE,
    "near": AREA,
    "district": AREA,
    "province": AREA,
    "country": AREA,
    "border": STRETCH,
    "unknown": NOWHERE,
}

OFF_MAP: Final = ("talks abroad", "truce for the whole line", "unknown place", "outside", "row at fault")
"""Reasons for not being on the map that have words in every language; others stand as the table has them."""

SIDE_ORDER: Final = (*SIDES, None)
PRECISION_ORDER: Final = WHERE_PRECISIONS
"""What the numbers stand for; nothing where the table says nothing."""

POSSIBLE_SHARE: Final = 0.01
"""An event may lie in a province that has this share of its area."""

REGION: Final = (58.0, 22.5, 80.0, 40.0)
"""What the embedded base covers; an event outside it is counted, neither mapped nor listed."""

OUTLINED_DISCS: Final = 60
"""Up to this many discs are cut at the provinces they are known to lie in; more are plain circles."""

ROUND_CORNERS: Final = 32
SMOOTH_DEG: Final = 0.002

KEYS: Final = (
    *("where_precision", "place", "adm1_source", "adm2_source", "country_source"),
    *("border_units", "coord_source", "off_map"),
)
"""Columns that, with the position, decide all that is said of a place."""


WORD_KEYS: Final = ("name", "province", "located", "side", "distance")


@dataclass
class Places:
    """Lists of equal length, an entry for each place; ``shapes`` and ``provinces`` are named by number.

    Attributes
    ----------
    lon, lat
        Degrees to four digits; nothing where the point says nothing.
    grain, side, precision
        Numbers as the columns of :class:`maps.content.content.MapContent` have them.
    reason
        Why a place is not on the map; empty where it is.
    radius_m
        Of a disc; 0 where the place is known otherwise.
    area
        Number in ``shapes``, or -1.
    within
        Numbers in ``provinces`` of those that it may lie in.
    line
        What a headline says of it.
    words
        What a card says of it, by key of :func:`maps.content.cards.place_words`: lists as long as the others.
    shapes
        Areas and stretches of the line, each once.
    discs
        Which of the shapes are discs.
    provinces, province_codes
        Names, and codes in ISO 3166-2.
    located
        A row of the event table for each place, with where it lies.
    loci
        Where each may be.
    """

    lon: list[float | None] = field(default_factory=list)
    lat: list[float | None] = field(default_factory=list)
    grain: list[int] = field(default_factory=list)
    side: list[int] = field(default_factory=list)
    precision: list[int] = field(default_factory=list)
    reason: list[str] = field(default_factory=list)
    radius_m: list[float] = field(default_factory=list)
    area: list[int] = field(default_factory=list)
    within: list[list[int]] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    words: dict[str, list[str]] = field(default_factory=lambda: {key: [] for key in WORD_KEYS})
    shapes: list[dict[str, Any]] = field(default_factory=list)
    discs: list[bool] = field(default_factory=list)
    provinces: list[str] = field(default_factory=list)
    province_codes: list[str] = field(default_factory=list)
    located: list[dict[str, Any]] = field(default_factory=list)
    loci: list[Locus | None] = field(default_factory=list)


def is_elsewhere(events: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Whether each event's point lies outside what the base covers, however well its place is known.

    An event that the table itself keeps off the map, and one along the line, stay.

    Parameters
    ----------
    events
        Rows of the event table in EPSG:4326.
    """
    import shapely

    points = events.geometry.to_numpy()
    x, y = shapely.get_x(points), shapely.get_y(points)
    west, south, east, north = REGION
    found: npt.NDArray[np.bool_] = (x < west) | (x > east) | (y < south) | (y > north)
    if "off_map" in events:
        found &= events["off_map"].isna().to_numpy()
    if "where_precision" in events:
        found &= ~(events["where_precision"] == "border").to_numpy(dtype=bool, na_value=False)
    return found


def tell_places_apart(events: gpd.GeoDataFrame) -> tuple[Ints, Ints]:
    """The number of each event's place, and the row of the first event of each place.

    Two events share a place if they share the position to 1e-4 degree and every column that decides what is
    said of it.
    """
    import numpy as np
    import pandas as pd
    import shapely

    if events.empty:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    points = events.geometry.to_numpy()
    key = pd.DataFrame(
        {
            "x": np.round(shapely.get_x(points) * 1e4),
            "y": np.round(shapely.get_y(points) * 1e4),
            **{name: pd.factorize(events[name])[0] for name in KEYS if name in events},
        }
    )
    if "dataset" in events:
        # The radius of "near" depends on whose word it is.
        names = events["dataset"].astype("str").str.casefold()
        key["acled"] = names.str.startswith("acled").to_numpy(dtype=bool, na_value=False)
    if "where_precision" in events and "summary" in events:
        # A stretch of the line may be named by the summary.
        along = (events["where_precision"] == "border").to_numpy(dtype=bool, na_value=False)
        said = np.zeros(len(events), dtype=np.int64)
        said[along] = pd.factorize(events["summary"].to_numpy(dtype=object)[along])[0] + 1
        key["said"] = said
    numbers = key.groupby(list(key.columns), dropna=False, sort=False).ngroup().to_numpy(dtype=np.int64)
    _, firsts = np.unique(numbers, return_index=True)
    return numbers, firsts.astype(np.int64)


def describe_places(located: gpd.GeoDataFrame, lang: str) -> Places:
    """What is known of each place and the words for it.

    Parameters
    ----------
    located
        One event of each place, as :func:`geo.locate` returns them.
    lang
        Language of the words.
    """
    from geo.events.points import points_of
    from geo.locus.resolve import loci_of
    from geo.locus.shapes import draw

    found = Places()
    if located.empty:
        return found
    where = points_of(located)
    loci = loci_of(located, where)
    grains = [GRAIN.get(str(precision), NOWHERE) for precision in where.precision]
    discs = {
        locus
        for locus, grain in zip(loci, grains, strict=True)
        if grain == AREA and locus is not None and locus.kind == "disc"
    }
    plain = len(discs) > OUTLINED_DISCS
    shapes = _Shapes(found)
    # A precision that is missing beside others that are stated is unknown; where none is, points are sites.
    rows = located.assign(where_precision=where.precision).to_dict("records")
    codes, sides = _shares(located)
    for k, (row, locus) in enumerate(zip(rows, loci, strict=True)):
        shape: shapely.Geometry | None = None
        disc = locus is not None and locus.kind == "disc"
        if locus is None or grains[k] == PLACE:
            pass
        elif locus.kind == "strip":
            shape = parts_of_line(locus.stretches)
        elif disc and plain:
            shape = _circle(locus)
        else:
            shape = draw(locus)
        grain, reason = _grain(row, grains[k], shape)
        found.grain.append(NOWHERE if reason else grain)
        found.reason.append(reason or "")
        drawn = reason is None and grain != PLACE and shape is not None
        found.area.append(shapes.number(row, grain, shape, disc) if drawn and shape is not None else -1)
        radius = round(locus.radius_m, -2) if locus is not None and disc else 0.0
        found.radius_m.append(radius)
        pointed = grain in (PLACE, AREA) and bool(where.known[k])
        found.lon.append(round(float(where.lon[k]), 4) if pointed else None)
        found.lat.append(round(float(where.lat[k]), 4) if pointed else None)
        found.side.append(SIDE_ORDER.index(cell_text(row.get("side"))))
        found.precision.append(PRECISION_ORDER.index(str(row["where_precision"])))
        found.line.append(place_line(row, grain, lang))
        for key, text in place_words(row, grain, radius or None, lang, sides.get(k)).items():
            # Few different texts stand at many places.
            found.words[key].append(sys.intern(text))
    named = {
        code: province_of({"adm1": code, "adm1_name": unit_names().get(code)}, lang) or code
        for code in {code for some in codes for code in some}
    }
    order = sorted(named, key=lambda code: (code[:2], named[code]))
    place = {code: number for number, code in enumerate(order)}
    found.within = [sorted(place[code] for code in some) for some in codes]
    found.provinces = [named[code] for code in order]
    found.province_codes = order
    found.located, found.loci = rows, loci
    return found


def reason_words(why: str, n: int, lang: str) -> str:
    """Why events are not on the map."""
    return plural(lang, why, n) if why in OFF_MAP else why


def _grain(row: dict[str, Any], grain: int, shape: shapely.Geometry | None) -> tuple[int, str | None]:
    """How a place is drawn, and why it is not, if it is not."""
    point = row["geometry"]
    off = cell_text(row.get("off_map"))
    if off:
        return grain, off.split(":")[0].strip()
    nothing = shape is None or shape.is_empty
    if grain == STRETCH and not nothing:
        return grain, None
    missing = point is None or point.is_empty
    if grain == NOWHERE or (grain == PLACE and missing) or (grain != PLACE and nothing):
        return NOWHERE, "unknown place"
    return grain, None


class _Shapes:
    """The areas and stretches of a map, each once however many places share it."""

    def __init__(self, found: Places) -> None:
        self.found = found
        self._numbers: dict[Any, int] = {}

    def number(self, row: dict[str, Any], grain: int, shape: shapely.Geometry, disc: bool) -> int:
        precision = cell_text(row.get("where_precision"))
        unit = {"province": row.get("adm1"), "country": row.get("adm0")}.get(precision or "")
        known = isinstance(unit, str) and unit in read_basemap().units
        key = unit if known else shape.wkb
        if key not in self._numbers:
            self._numbers[key] = len(self.found.shapes)
            self.found.discs.append(disc)
            if grain == STRETCH:
                built = _stretch(shape)
            elif isinstance(unit, str) and known:
                area = read_basemap().units[unit]
                built = _polygon(area) | {"seats": name_seats(area)}
            else:
                built = _polygon(shape.simplify(SMOOTH_DEG))
            self.found.shapes.append(built)
        return self._numbers[key]


def _circle(locus: Locus) -> shapely.Geometry:
    """A disc with few corners, not cut at provinces."""
    import numpy as np
    import shapely

    turn = np.linspace(0, 2 * np.pi, ROUND_CORNERS, endpoint=False)
    north = locus.radius_m / 111_100
    east = north / np.cos(np.radians(locus.lat))
    return shapely.Polygon(
        np.column_stack((locus.lon + east * np.cos(turn), locus.lat + north * np.sin(turn)))
    )


def _polygon(area: shapely.Geometry) -> dict[str, Any]:
    import shapely

    rings = [
        ring.coords
        for part in shapely.get_parts(area)
        if part.geom_type == "Polygon"
        for ring in [part.exterior, *part.interiors]
    ]
    return {"kind": "polygon", "rings": [packed_rings(ring) for ring in rings]}


def _stretch(locus: shapely.Geometry) -> dict[str, Any]:
    import shapely

    parts = shapely.get_parts(locus)
    return {"kind": "line", "rings": [packed_rings(part.simplify(SMOOTH_DEG).coords) for part in parts]}


@functools.lru_cache(maxsize=1024)
def parts_of_line(stretches: tuple[tuple[float, float], ...]) -> shapely.MultiLineString:
    """Parts of the drawn line between chainages of the full one, in km."""
    import numpy as np
    import shapely
    from shapely.ops import substring

    from geo.border.durand import durand_line

    border = durand_line()
    full, km = shapely.get_coordinates(border.geometry), border.chainage_km()
    drawn = read_basemap().line
    parts = []
    for stretch in stretches:
        ends = [
            drawn.project(shapely.Point(np.interp(at, km, full[:, 0]), np.interp(at, km, full[:, 1])))
            for at in stretch
        ]
        parts.append(substring(drawn, *ends))
    return shapely.MultiLineString([part for part in parts if part.geom_type == "LineString"])


def packed_rings(coordinates: Any) -> list[int]:  # noqa: ANN401 - any sequence of pairs
    """Coordinates in units of 1e-4 degree, the first whole, the others as steps."""
    import numpy as np

    units = np.round(np.asarray(coordinates)[:, :2] * 1e4).astype(int)
    steps: list[int] = np.vstack([units[:1], np.diff(units, axis=0)]).ravel().tolist()
    return steps


def _shares(located: gpd.GeoDataFrame) -> tuple[list[list[str]], dict[int, dict[str, float]]]:
    """Provinces that each place may lie in, and the sides of those whose side is uncertain.

    A site or town lies in one province, an area in any number; of the line itself no side is asked.
    """
    import geo

    found = [[code] if isinstance(code, str) else [] for code in located["adm1"]]
    if "where_precision" in located:
        precision = located["where_precision"].astype("object")
        wide = ~precision.isin(["site", "town"]).to_numpy(dtype=bool) & ~located.geometry.isna().to_numpy()
        along = (precision == "border").to_numpy(dtype=bool)
    else:
        wide = along = located["side"].isna().to_numpy() & False
    doubtful = (located["side"] == "uncertain").to_numpy(dtype=bool) & ~along
    asked = wide | doubtful
    if not asked.any():
        return found, {}
    # Places are named by their number here: an id may stand twice in a table that is at fault.
    shares = geo.shares(located[asked].assign(event_id=asked.nonzero()[0]))
    within = shares[(shares["level"] == "adm1") & (shares["share"] >= POSSIBLE_SHARE)]
    for number, units in within.groupby("event_id")["unit"]:
        if wide[int(str(number))]:
            found[int(str(number))] = sorted(map(str, units))
    sides: dict[int, dict[str, float]] = {}
    for row in shares[shares["level"] == "side"].itertuples():
        if doubtful[int(row.event_id)]:
            sides.setdefault(int(row.event_id), {})[str(row.unit)] = float(row.share)
    return found, sides


@functools.cache
def unit_names() -> dict[str, str]:
    """English names of provinces by code."""
    import geo

    units = geo.read_units()
    return dict(zip(units["iso3166_2"], units["name"], strict=True))
