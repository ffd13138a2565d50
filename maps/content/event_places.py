"""The places of a map's events: where each is, what it is drawn as, and the words for it.

Where a place is is worked out once, however many events share it; the words come last, so that two languages
share all else.
"""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from geo.vocab import SIDES, WHERE_PRECISIONS
from maps.content.cards import AREA, NOWHERE, PLACE, STRETCH, cell_text, place_line, place_words, province_of
from maps.content.place_shapes import OUTLINED_DISCS, Shapes, shape_of
from maps.content.steps import STEPS_A_DEGREE
from maps.words.words import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import numpy as np
    import numpy.typing as npt
    import shapely

    from geo.events.points import Where
    from geo.locus.record import Locus

    Ints = npt.NDArray[np.int64]

__all__ = [
    "COUNTED_BY_PARTS",
    "MAPPED_BOX",
    "OFF_MAP",
    "Located",
    "Places",
    "describe_places",
    "is_elsewhere",
    "locate_places",
    "reason_words",
    "tell_places_apart",
    "unit_names",
    "word_places",
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

COUNTED_BY_PARTS: Final = "counted by its parts"
OFF_MAP: Final = (
    *("talks abroad", "truce for the whole line", COUNTED_BY_PARTS),
    *("unknown place", "outside", "row at fault"),
)
"""Reasons for not being on the map that have words in every language; others stand as the table has them."""

SIDE_ORDER: Final = (*SIDES, None)
PRECISION_ORDER: Final = WHERE_PRECISIONS
"""What the numbers stand for; nothing where the table says nothing."""

MAPPED_BOX: Final = (58.0, 22.5, 80.0, 40.0)
"""What the embedded base covers; an event outside it is counted, neither mapped nor listed."""

KEYS: Final = (
    *("where_precision", "place", "adm1_source", "adm2_source", "country_source"),
    *("border_units", "coord_source", "off_map"),
)
"""Columns that, with the position, decide all that is said of a place."""


WORD_KEYS: Final = ("name", "province", "located", "side", "distance")


@dataclass(frozen=True, eq=False)
class Located:
    """Where places are, an entry for each.

    Attributes
    ----------
    rows
        A row of the event table, with what :func:`geo.locate` adds.
    where
        The points and how exactly each is known.
    loci
        Where each may be.
    within
        Codes of the provinces that it may lie in: by its share, by the source's own words, and at a crossing
        both.
    sides
        Probability of each side, where that is uncertain.
    """

    rows: tuple[dict[str, Any], ...]
    where: Where
    loci: tuple[Locus | None, ...]
    within: tuple[tuple[str, ...], ...]
    sides: tuple[dict[str, float], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, numbers: Sequence[int]) -> Located:
        """Some of the places, in the order given."""
        from geo.events.points import Where

        where = self.where
        at = list(numbers)
        stated = None if where.bare else where.precision[at]
        return Located(
            tuple(self.rows[n] for n in at),
            Where(where.lon[at], where.lat[at], where.known[at], stated),
            tuple(self.loci[n] for n in at),
            tuple(self.within[n] for n in at),
            tuple(self.sides[n] for n in at),
        )


@dataclass(frozen=True, eq=False)
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
        Where each is.
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
    located: Located | None = None


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
    west, south, east, north = MAPPED_BOX
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
            "x": np.round(shapely.get_x(points) * STEPS_A_DEGREE),
            "y": np.round(shapely.get_y(points) * STEPS_A_DEGREE),
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


def locate_places(events: gpd.GeoDataFrame) -> Located:
    """Where places are, by one event of each.

    Parameters
    ----------
    events
        Rows of the event table in EPSG:4326.
    """
    from geo.analysis.locate import located_columns
    from geo.events.points import points_of
    from geo.locus.resolve import loci_of

    where = points_of(events)
    loci = loci_of(events, where)
    located = located_columns(events, where, loci=loci)
    # A precision that is missing beside others that are stated is unknown; where none is, points are sites.
    frame = events.assign(**located, where_precision=where.precision)
    rows = tuple(frame.to_dict("records"))
    parts = [_parts(row, locus) for row, locus in zip(rows, loci, strict=True)]
    return Located(
        rows, where, tuple(loci), tuple(within for within, _ in parts), tuple(sides for _, sides in parts)
    )


def _parts(row: dict[str, Any], locus: Locus | None) -> tuple[tuple[str, ...], dict[str, float]]:
    """Provinces that a place may lie in, and the probability of its sides where they are uncertain."""
    from geo.border.durand import unit_chainages
    from geo.locus.shares import measure
    from geo.places.unit_names import area_codes
    from geo.types import POSSIBLE_SHARE

    precision = row["where_precision"]
    within: set[str] = set()
    sides: dict[str, float] = {}
    code = row.get("adm1")
    if precision in ("site", "town"):
        within |= {code} if isinstance(code, str) else set()
    elif locus is not None and locus.kind == "strip":
        # Of the line itself no side is asked; along it a stretch is in the provinces that it runs along.
        within |= {
            unit
            for unit, parts in unit_chainages().items()
            for first, last in parts
            if any(min(last, end) > max(first, begin) for begin, end in locus.stretches)
        }
    elif locus is not None:
        shares = measure(locus)["adm1"]
        within |= {unit for unit, share in shares.items() if share >= POSSIBLE_SHARE and "-" in unit}
    if row.get("side") == "uncertain" and locus is not None and locus.kind != "strip":
        sides = measure(locus)["side"]
    if row.get("side") == "uncertain" and precision in ("site", "town", "near"):
        within |= set(_of_crossing(row, locus))
    said = area_codes(cell_text(row.get("adm1_source")))
    within |= {unit for unit in map(_present, said) if unit}
    return tuple(sorted(within)), sides


def _present(code: str) -> str:
    """The province that holds a former area today; any other as it is."""
    from geo.places.unit_names import FORMER_AREAS

    return FORMER_AREAS.get(code, code)


def _of_crossing(row: dict[str, Any], locus: Locus | None) -> tuple[str, ...]:
    """Both provinces of the crossing that a place reaches, if the source names neither country."""
    from geo.places.unit_names import country_code

    km = row.get("crossing_km")
    if country_code(cell_text(row.get("country_source"))) or not isinstance(km, float) or locus is None:
        return ()
    name = cell_text(row.get("crossing")) or ""
    units, reach_m = _crossing_units().get(name, ((), 0.0))
    return units if km * 1000 <= locus.radius_m + reach_m else ()


@functools.cache
def _crossing_units() -> dict[str, tuple[tuple[str, ...], float]]:
    """Provinces that each crossing joins, and how far the gate may be from its point, in metres."""
    from geo.boundaries.layers import read_crossings

    frame = read_crossings()
    columns = (frame["name"], frame["adm1_af"], frame["adm1_pk"], frame["precision_m"])
    return {str(name): ((str(a), str(b)), float(m)) for name, a, b, m in zip(*columns, strict=True)}


def describe_places(located: Located) -> Places:
    """What each place is drawn as, without words."""
    where, loci = located.where, located.loci
    grains = [GRAIN.get(str(precision), NOWHERE) for precision in where.precision]
    discs = {
        locus
        for locus, grain in zip(loci, grains, strict=True)
        if grain == AREA and locus is not None and locus.kind == "disc"
    }
    plain = len(discs) > OUTLINED_DISCS
    shapes = Shapes()
    codes = sorted({code for some in located.within for code in some})
    number = {code: n for n, code in enumerate(codes)}
    found = Places(
        shapes=shapes.shapes, discs=shapes.discs, province_codes=codes, located=located,
        within=[[number[code] for code in some] for some in located.within],
    )  # fmt: skip
    for k, (row, locus) in enumerate(zip(located.rows, loci, strict=True)):
        shape = None if grains[k] == PLACE else shape_of(locus, plain=plain)
        grain, reason = _grain(row, grains[k], shape)
        found.grain.append(NOWHERE if reason else grain)
        found.reason.append(reason or "")
        disc = locus is not None and locus.kind == "disc"
        drawn = reason is None and grain != PLACE and shape is not None
        found.area.append(shapes.number(row, grain, shape, disc) if drawn and shape is not None else -1)
        found.radius_m.append(round(locus.radius_m, -2) if locus is not None and disc else 0.0)
        pointed = grain in (PLACE, AREA) and bool(where.known[k])
        found.lon.append(round(float(where.lon[k]), 4) if pointed else None)
        found.lat.append(round(float(where.lat[k]), 4) if pointed else None)
        found.side.append(SIDE_ORDER.index(cell_text(row.get("side"))))
        found.precision.append(PRECISION_ORDER.index(str(row["where_precision"])))
    return found


def word_places(places: Places, lang: str) -> Places:
    """The same places with the words for them in a language."""
    if places.located is None:
        return places
    line: list[str] = []
    words: dict[str, list[str]] = {key: [] for key in WORD_KEYS}
    located = places.located
    for k, row in enumerate(located.rows):
        # A place that is not drawn is still somewhere: words go by how exactly it is known.
        grain = GRAIN.get(str(row["where_precision"]), NOWHERE)
        grain = NOWHERE if places.reason[k] == "unknown place" else grain
        line.append(place_line(row, grain, lang))
        for key, text in place_words(
            row, grain, places.radius_m[k] or None, lang, located.sides[k] or None
        ).items():
            # Few different texts stand at many places.
            words[key].append(sys.intern(text))
    names = unit_names()
    named = [
        province_of({"adm1": code, "adm1_name": names.get(code)}, lang) or code
        for code in places.province_codes
    ]
    order = sorted(range(len(named)), key=lambda n: (places.province_codes[n][:2], named[n]))
    place = {old: number for number, old in enumerate(order)}
    return replace(
        places,
        line=line,
        words=words,
        within=[sorted(place[n] for n in some) for some in places.within],
        provinces=[named[n] for n in order],
        province_codes=[places.province_codes[n] for n in order],
    )


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


@functools.cache
def unit_names() -> dict[str, str]:
    """English names of provinces by code."""
    import geo

    units = geo.read_units()
    return dict(zip(units["iso3166_2"], units["name"], strict=True))
