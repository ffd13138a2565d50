"""Shaded units: what a choropleth says, apart from how it is drawn.

Both renderers take counts, classes, names and words from here, so that they agree.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from geo.errors import BoundaryError
from geo.places.radii import NEAR_LINE_KM
from maps.content.cards import NOWHERE
from maps.content.shaded_border import shaded_border, stretch_lines, stretches_of
from maps.spec.periods import in_period
from maps.words.words import LANGUAGES, plural, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import shapely

    import geo
    from geo.locus.record import Locus
    from maps.content.content import MapContent

__all__ = [
    "Count",
    "Shading",
    "class_breaks",
    "class_steps",
    "in_both",
    "period_rows",
    "read_shading",
    "shaded_subtitles",
    "summary_of",
    "tenths",
    "unit_shapes",
    "whole",
]

NICE: Final = (0.5, *(float(f"{n}e{power}") for power in range(7) for n in (1, 2, 3, 5)))
"""Round ends of classes of numbers of events; half an event is the least that is told apart."""

FINE: Final = tuple(float(f"{n}e{power}") for power in range(-6, 7) for n in (1, 2, 3, 5))
"""Round ends of classes of numbers per area or length, which may be far below one."""

CLASSES: Final = 5
WORLDWIDE: Final = ("ucdp", "acled", "gdelt")
"""Data sets that look at both countries whole: a unit without an event of theirs has none."""

HALF: Final = 0.5
"""An event lies in none of the units if they hold less of it than this."""

PER: Final = {"area": 1000.0, "line": 100.0}
"""What numbers are divided by: km2 of ground, km of the line."""

NONE, NO_DATA = -1, -2
"""Classes of a unit in which no event of the selection may lie, and of one in which the table has none."""

SLACK: Final = 1e-9
"""Sums of shares that reach the end of a class are in it."""

SMOOTH_DEG: Final = 0.01
"""Districts are simplified by this much together, so that neighbours keep their common edges."""

MOST_NAMED: Final = 3

Unit = Literal["adm1", "adm2", "sector"]

HEADINGS: Final[dict[str, str]] = {"adm1": "by province", "adm2": "by district", "sector": "by sector"}


class Count(NamedTuple):
    """Number of events in a unit: expected, its 95 % interval, certain, possible."""

    expected: float
    low: int
    high: int
    certain: int
    possible: int


@dataclass(frozen=True)
class Shading:
    """Units and the part of each event in them.

    Attributes
    ----------
    by
        ``adm1``, ``adm2`` or ``sector``.
    codes, names
        Of each unit; names in the language of the map.
    covered
        Whether the data cover the unit: a data set of both countries covers all, others the units in which
        the whole table, before any selection, has an event that may lie there. Where nobody may have looked
        the unit is shown as without data.
    place
        By row of the content, the number of its place.
    shares
        By place: (number of the unit, share).
    breaks
        Upper ends of the classes.
    lang
        Language of names and words.
    partial
        Whether districts of one country alone have been added, so that the other has no data.
    sizes
        Of each unit: km2 of ground, km of the line for sectors.
    per
        ``area``, ``line``, or nothing for whole numbers of events.
    unplaced
        Number of events that lie in none of the units, and of all.
    border
        The border whose stretches they are, and its name; None for the Durand Line.
    """

    by: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    covered: tuple[bool, ...]
    place: Sequence[int]
    shares: tuple[tuple[tuple[int, float], ...], ...]
    breaks: tuple[float, ...]
    lang: str
    partial: bool = False
    sizes: tuple[float, ...] = ()
    per: str | None = None
    unplaced: tuple[int, int] = (0, 0)
    border: tuple[geo.Border, str] | None = None

    def value(self, unit: int, expected: float) -> float:
        """What classes are made of: the number of events, or that per area or length."""
        return expected if self.per is None else expected / self.sizes[unit] * PER[self.per]

    def counts(self, rows: Iterable[int] | None = None) -> list[Count]:
        """Counts of each unit, of all rows of the content or of some."""
        from geo.analysis.intervals import count_range
        from geo.types import CERTAIN_SHARE

        held: list[list[float]] = [[] for _ in self.codes]
        numbers = self.place if rows is None else [self.place[row] for row in rows]
        for number, times in sorted(Counter(numbers).items()):
            for unit, share in self.shares[number]:
                held[unit] += [share] * times
        return [
            Count(sum(part), *count_range(part), sum(one >= CERTAIN_SHARE for one in part), len(part))
            for part in held
        ]

    def level(self, unit: int, expected: float) -> int:
        """Class of a unit, or :data:`NONE`, or :data:`NO_DATA`."""
        if not self.covered[unit]:
            return NO_DATA
        if expected <= 0:
            return NONE
        value = self.value(unit, expected)
        return next((n for n, end in enumerate(self.breaks) if value <= end + SLACK), len(self.breaks) - 1)

    def class_texts(self) -> list[str]:
        """What each class holds, in words."""
        say = functools.partial(word, self.lang)
        ends = [f"{end:,g}" for end in self.breaks]
        return [say("class to", high=end) for end in ends[:1]] + [
            say("class", low=low, high=high) for low, high in itertools.pairwise(ends)
        ]

    @property
    def heading(self) -> str:
        """What is counted, by what."""
        what = word(self.lang, "expected") + " " + word(self.lang, HEADINGS[self.by])
        if self.border is not None:
            what = f"{what} ({self.border[1]})"
        return what if self.per is None else word(self.lang, f"shade per {self.per}", what=what)

    def none_text(self) -> str:
        """What a unit without colour means."""
        return word(self.lang, "none here")

    def no_data_text(self) -> str:
        """What a hatched unit means."""
        return word(self.lang, "no districts" if self.partial else "no data")

    def beyond(self) -> str:
        """How many events lie in none of the units; nothing where all lie in one."""
        n, every = self.unplaced
        return plural(self.lang, "shade beyond", n, all=every) if n else ""

    def note(self) -> str:
        """How events are counted and classes made."""
        of_sectors = [word(self.lang, "sector note", km=round(NEAR_LINE_KM))] if self.by == "sector" else []
        return " ".join([word(self.lang, "choropleth note"), *of_sectors, word(self.lang, "classes note")])


def read_shading(content: MapContent) -> Shading | None:
    """What the specification's ``shade`` asks for; nothing where it asks for no units.

    Raises
    ------
    BoundaryError
        If districts are asked for and none have been added.
    """
    spec = content.spec
    if spec.shade is None or spec.shade == "density":
        return None
    rows = content.rows
    border = shaded_border(spec)
    line = None if border is None else border[0]
    codes, names, partial = _units(spec.shade, spec.lang, line)
    unit_of = {code: n for n, code in enumerate(codes)}
    located = rows.places.located
    loci = located.loci if located is not None else ()
    parts = _parts(loci, spec.shade, unit_of, line)
    shares = tuple(
        part if grain != NOWHERE else () for part, grain in zip(parts, rows.places.grain, strict=True)
    )
    drawn = content.picture.rows
    held = [sum(share for _, share in shares[int(rows.place[row])]) for row in drawn]
    found = Shading(
        by=spec.shade,
        codes=codes,
        names=names,
        covered=_covered(content, spec.shade, unit_of, shares, line),
        place=rows.place.tolist(),
        shares=shares,
        breaks=(),
        lang=spec.lang,
        partial=partial,
        sizes=_sizes(spec.shade, codes, line) if spec.shade_per else (),
        per=spec.shade_per,
        unplaced=(sum(part < HALF for part in held), len(drawn)),
        border=border,
    )
    values = [
        found.value(unit, count.expected)
        for part in (period_rows(content) or [list(range(len(rows)))])
        for unit, count in enumerate(found.counts(part))
        if count.expected > 0
    ]
    return replace(found, breaks=tuple(class_breaks(sorted(values), NICE if found.per is None else FINE)))


def _parts(
    loci: Sequence[Locus | None], by: Unit, unit_of: dict[str, int], border: geo.Border | None
) -> list[tuple[tuple[int, float], ...]]:
    """Number and share of each unit that holds a part of each locus."""
    from geo.analysis.unit_parts import unit_parts

    found: list[list[tuple[int, float]]] = [[] for _ in loci]
    divided = (
        unit_parts(loci, by) if border is None else unit_parts(loci, stretches_of(border), border=border)
    )
    parts = (divided.parts.row.tolist(), divided.parts.unit.tolist(), divided.parts.share.tolist())
    for row, unit, share in zip(*parts, strict=True):
        if divided.units[unit] in unit_of:
            found[row].append((unit_of[divided.units[unit]], round(share, 4)))
    return [tuple(part) for part in found]


def _covered(
    content: MapContent,
    by: Unit,
    unit_of: dict[str, int],
    shares: tuple[tuple[tuple[int, float], ...], ...],
    border: geo.Border | None,
) -> tuple[bool, ...]:
    """Whether the data cover each unit."""
    events = _on_the_ground(content.tables)
    if "dataset" in events and len(events):
        names = events["dataset"].astype("str").str.casefold()
        if bool(names.str.startswith(WORLDWIDE).all()):
            return (True,) * len(unit_of)
    held = {unit for part in shares for unit, _ in part}
    if len(content.rows.table) < len(content.tables.events):
        from geo.events.points import points_of
        from geo.locus.resolve import loci_of
        from maps.content.event_places import tell_places_apart

        _, firsts = tell_places_apart(events)
        others = events.iloc[firsts]
        found = _parts(loci_of(others, points_of(others)), by, unit_of, border)
        held |= {unit for part in found for unit, _ in part}
    return tuple(n in held for n in range(len(unit_of)))


def _sizes(by: str, codes: Sequence[str], border: geo.Border | None) -> tuple[float, ...]:
    """Ground of each unit in km2, or for sectors the length of the line in km, on WGS 84."""
    import shapely

    import geo
    from geo.boundaries.units import flatten

    if by == "sector":
        sectors = geo.DurandLine().sectors() if border is None else stretches_of(border)
        return tuple(
            float(last - first) for first, last in zip(sectors["from_km"], sectors["to_km"], strict=True)
        )
    frames = [geo.read_units(1), *([geo.read_units(2)] if by == "adm2" else [])]
    area = {
        str(code): float(shapely.area(flatten(shape))) / 1e6
        for frame in frames
        for code, shape in zip(frame["boundary_id"], frame.geometry, strict=True)
    }
    return tuple(area[code] for code in codes)


def period_rows(content: MapContent) -> list[list[int]]:
    """Rows of the content by period of a comparison; nothing where none is made."""
    import numpy as np

    span = content.rows.span
    return [np.flatnonzero(in_period(period, *span)).tolist() for period in content.spec.periods]


def in_both(content: MapContent) -> int:
    """Number of mapped events that may be in both periods of a comparison."""
    first, second = (set(rows) for rows in period_rows(content))
    return len(first & second & set(content.picture.rows))


def _on_the_ground(tables: geo.EventTables) -> Any:
    """Events that a map would show: talks abroad and the like are in no unit."""
    events = tables.events
    if "off_map" in events:
        events = events[events["off_map"].isna() | (events["off_map"].astype("str") == "")]
    return events


def _units(by: str, lang: str, border: geo.Border | None) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Codes and names, and whether a country has no districts."""
    import geo

    if border is not None:
        stretches = stretches_of(border)
        ends = zip(stretches["from_km"], stretches["to_km"], strict=True)
        km = word(lang, "km")
        said = tuple(f"{first:.0f}\N{EN DASH}{last:.0f} {km}" for first, last in ends)
        return tuple(map(str, stretches["unit"])), said, False
    provinces = geo.read_units(1)
    column = LANGUAGES[lang].column
    own = provinces[column] if column and column in provinces else provinces["name"]
    named = {
        str(code): str(name) if isinstance(name, str) else str(english)
        for code, name, english in zip(provinces["boundary_id"], own, provinces["name"], strict=True)
    }
    if by == "adm1":
        return tuple(named), tuple(named.values()), False
    if by == "sector":
        sectors = geo.DurandLine().sectors()
        pairs = list(zip(sectors["right_unit"], sectors["left_unit"], strict=True))
        return tuple(f"{a}/{b}" for a, b in pairs), tuple(f"{named[a]} / {named[b]}" for a, b in pairs), False
    districts = geo.read_units(2)
    codes = [str(code) for code in districts["boundary_id"]]
    names = [
        f"{name}, {named[str(above)]}"
        for name, above in zip(districts["name"], districts["adm1"], strict=True)
    ]
    without = [code for code in named if code[:2] not in set(districts["adm0"])]
    return (*codes, *without), (*names, *(named[code] for code in without)), bool(without)


def unit_shapes(by: str, border: geo.Border | None = None) -> dict[str, shapely.Geometry]:
    """Geometry of the units as drawn, in degrees, by code: areas, or for sectors parts of the line.

    Parameters
    ----------
    by
        As for :class:`Shading`.
    border
        Whose sectors; None for the Durand Line.

    Raises
    ------
    BoundaryError
        If districts are asked for and none have been added.
    """
    import geopandas as gpd
    import shapely

    import geo
    from maps.content.basemap import read_basemap

    if border is not None:
        return stretch_lines(border)
    base = read_basemap()
    provinces = {code: area for code, area in base.units.items() if "-" in code}
    if by == "adm1":
        return provinces
    if by == "sector":
        from maps.content.place_shapes import parts_of_line

        sectors = geo.DurandLine().sectors()
        spans = zip(sectors["from_km"], sectors["to_km"], strict=True)
        pairs = zip(sectors["right_unit"], sectors["left_unit"], strict=True)
        return {
            f"{a}/{b}": parts_of_line(((float(first), float(last)),))
            for (a, b), (first, last) in zip(pairs, spans, strict=True)
        }
    districts = geo.read_units(2)
    if districts.empty:
        raise BoundaryError("the districts added are none")
    areas = gpd.GeoSeries(shapely.coverage_simplify(districts.geometry.to_numpy(), SMOOTH_DEG))
    found = {str(code): area for code, area in zip(districts["boundary_id"], areas, strict=True)}
    with_districts = set(districts["adm0"])
    return found | {code: area for code, area in provinces.items() if code[:2] not in with_districts}


def class_breaks(values: Sequence[float], ends: Sequence[float] = NICE) -> list[float]:
    """Upper ends of at most five classes: the next round number above each fifth of the units.

    Quantiles fit counts, which are many small and a few large: equal steps would leave most classes empty.
    Rounded, and where many units have one value, they hold different numbers of units.

    Examples
    --------
    >>> class_breaks([0.4, 1.2, 2.5, 8.0, 23.0])
    [2.0, 5.0, 20.0, 30.0]
    """
    import numpy as np

    if not len(values):
        return []
    found: list[float] = []
    for share in np.linspace(1 / CLASSES, 1, CLASSES):
        value = float(np.quantile(values, share))
        end = next((n for n in ends if n >= value - SLACK), value)
        if not found or end > found[-1]:
            found.append(end)
    # No class without a unit.
    lows = [-math.inf, *found]
    return [
        end for low, end in zip(lows, found, strict=False) if any(low < one <= end + SLACK for one in values)
    ]


def class_steps(count: int) -> list[int]:
    """Steps of the ramp of five that so many classes take, the lightest first, spread as far as they go.

    Examples
    --------
    >>> class_steps(3), class_steps(5)
    ([0, 2, 4], [0, 1, 2, 3, 4])
    """
    return [[], [2], [1, 3], [0, 2, 4], [0, 1, 3, 4], [0, 1, 2, 3, 4]][min(count, CLASSES)]


def shaded_subtitles(content: MapContent, shading: Shading | None) -> tuple[str, ...]:
    """What stands under the title of a shaded map: how many of the events counted no unit has, too."""
    beyond = "" if shading is None or content.spec.subtitle is not None else shading.beyond()
    return tuple(f"{said} {beyond}".strip() for said in content.subtitles)


def tenths(value: float) -> str:
    """A number with one digit after the point, a half rounded up, as on the page.

    Examples
    --------
    >>> tenths(4.25), tenths(0.04)
    ('4.3', '0.0')
    """
    return f"{math.floor(value * 10 + 0.5 + SLACK) / 10:.1f}"


def summary_of(shading: Shading, counts: Sequence[Count]) -> str:
    """The units with the most events, in words: for a caption."""
    lang = shading.lang
    order = sorted(range(len(counts)), key=lambda n: (-counts[n].expected, shading.names[n]))
    top = [n for n in order if counts[n].expected > 0][:MOST_NAMED]
    if not top:
        return ""
    parts = [
        word(lang, "cap unit", name=shading.names[n], n=whole(counts[n].expected), certain=counts[n].certain)
        for n in top
    ]
    head = word(lang, "comma").join(parts[:-1])
    listed = head + word(lang, "and") + parts[-1] if head else parts[-1]
    return word(lang, "cap most by", by=word(lang, HEADINGS[shading.by]), list=listed)


def whole(expected: float) -> str:
    """An expected number as a reader says it: whole, or less than one.

    Examples
    --------
    >>> whole(9.4), whole(0.3)
    ('9', '<1')
    """
    return f"{math.floor(expected + 0.5):,}" if expected >= HALF else "<1"
