"""Shaded units: what a choropleth says, apart from how it is drawn.

Both renderers take counts, classes, names and words from here, so that they agree.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from geo.errors import BoundaryError
from maps.content.cards import NOWHERE
from maps.spec.periods import in_period
from maps.words.words import LANGUAGES, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import shapely

    import geo
    from maps.content.content import MapContent
    from maps.spec.spec import MapSpec

__all__ = [
    "Count",
    "Shading",
    "class_breaks",
    "class_steps",
    "in_both",
    "in_english",
    "period_rows",
    "read_shading",
    "summary_of",
    "tenths",
    "unit_shapes",
]

NICE: Final = (
    0.5,
    1,
    2,
    3,
    5,
    10,
    20,
    30,
    50,
    100,
    200,
    300,
    500,
    1000,
    2000,
    5000,
    10_000,
    100_000,
    1_000_000,
)
CLASSES: Final = 5
NONE, NO_DATA = -1, -2
"""Classes of a unit in which no event of the selection may lie, and of one in which the table has none."""

SLACK: Final = 1e-9
"""Sums of shares that reach the end of a class are in it."""

SMOOTH_DEG: Final = 0.01
"""Districts are simplified by this much together, so that neighbours keep their common edges."""

HEADINGS: Final = {"adm1": "by province", "adm2": "by district", "sector": "by sector"}


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
        Whether the whole table, before any selection, has an event that may lie in the unit. Where it has
        none, nobody may have looked, and the unit is shown as without data.
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

    def counts(self, rows: Iterable[int] | None = None) -> list[Count]:
        """Counts of each unit, of all rows of the content or of some."""
        from geo.analysis.intervals import count_range
        from geo.locus.shares import CERTAIN_SHARE

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
        return next((n for n, end in enumerate(self.breaks) if expected <= end + SLACK), len(self.breaks) - 1)

    def class_texts(self) -> list[str]:
        """What each class holds, in words."""
        say = functools.partial(word, self.lang)
        ends = [f"{end:,g}" for end in self.breaks]
        return [say("class to", high=ends[0])] * bool(ends) + [
            say("class", low=low, high=high) for low, high in itertools.pairwise(ends)
        ]

    @property
    def heading(self) -> str:
        """What is counted, by what."""
        return word(self.lang, "expected") + " " + word(self.lang, HEADINGS[self.by])

    def none_text(self) -> str:
        """What a unit without colour means."""
        return word(self.lang, "none here")

    def no_data_text(self) -> str:
        """What a hatched unit means."""
        return word(self.lang, "no districts" if self.partial else "no data")

    def note(self) -> str:
        """How events are counted and classes made."""
        return " ".join(
            word(self.lang, key)
            for key in ("choropleth note", *(("sector note",) if self.by == "sector" else ()), "classes note")
        )


def read_shading(spec: MapSpec, content: MapContent) -> Shading | None:
    """What the specification's ``shade`` asks for; nothing where it asks for no units.

    Raises
    ------
    BoundaryError
        If districts are asked for and none have been added.
    """
    if spec.shade not in HEADINGS:
        return None
    import numpy as np

    import geo
    from geo.analysis.unit_parts import unit_parts
    from geo.events.points import points_of
    from geo.locus.resolve import loci_of
    from maps.content.event_places import tell_places_apart

    rows = content.rows
    tables = spec.events if isinstance(spec.events, geo.EventTables) else geo.read_events(spec.events)
    codes, names, partial = _units(spec.shade, spec.lang)
    unit_of = {code: n for n, code in enumerate(codes)}

    def shares_of(events: Any) -> list[tuple[tuple[int, float], ...]]:
        found: list[list[tuple[int, float]]] = [[] for _ in range(len(events))]
        divided = unit_parts(loci_of(events, points_of(events)), spec.shade)
        parts = divided.parts
        for number, unit, share in zip(
            parts.row.tolist(), parts.unit.tolist(), parts.share.tolist(), strict=True
        ):
            if divided.units[unit] in unit_of:
                found[number].append((unit_of[divided.units[unit]], round(share, 4)))
        return [tuple(part) for part in found]

    # Events of one place have one locus, so that places are all that is looked at.
    numbers, firsts = np.unique(rows.place, return_index=True)
    shares: list[tuple[tuple[int, float], ...]] = [()] * len(rows.places.grain)
    for number, part in zip(numbers.tolist(), shares_of(rows.table.iloc[firsts]), strict=True):
        if rows.places.grain[number] != NOWHERE:
            shares[number] = part
    everywhere = _on_the_ground(tables)
    _, others = tell_places_apart(everywhere)
    held = {unit for part in shares_of(everywhere.iloc[others]) for unit, _ in part}
    found = Shading(
        by=spec.shade,
        codes=codes,
        names=names,
        covered=tuple(n in held for n in range(len(codes))),
        place=rows.place.tolist(),
        shares=tuple(shares),
        breaks=(),
        lang=spec.lang,
        partial=partial,
    )
    values = [
        count.expected
        for rows in (period_rows(spec, content) or [list(range(len(content.rows)))])
        for count in found.counts(rows)
        if count.expected > 0
    ]
    return replace(found, breaks=tuple(class_breaks(sorted(values))))


def period_rows(spec: MapSpec, content: MapContent) -> list[list[int]]:
    """Rows of the content by period of a comparison; nothing where none is made."""
    import numpy as np

    span = content.rows.span
    return [np.flatnonzero(in_period(period, *span)).tolist() for period in spec.periods]


def in_both(spec: MapSpec, content: MapContent) -> int:
    """Number of mapped events that may be in both periods of a comparison."""
    first, second = (set(rows) for rows in period_rows(spec, content))
    return sum(content.events["cols"]["grain"][row] != NOWHERE for row in first & second)


def _on_the_ground(tables: geo.EventTables) -> Any:
    """Events that a map would show: talks abroad and the like are in no unit."""
    events = tables.events
    if "off_map" in events:
        events = events[events["off_map"].isna() | (events["off_map"].astype("str") == "")]
    return events


def _units(by: str, lang: str) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Codes and names, and whether a country has no districts."""
    import geo

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


def unit_shapes(by: str) -> dict[str, shapely.Geometry]:
    """Geometry of the units as drawn, in degrees, by code: areas, or for sectors parts of the line.

    Raises
    ------
    BoundaryError
        If districts are asked for and none have been added.
    """
    import geopandas as gpd
    import shapely

    import geo
    from maps.content.basemap import read_basemap

    base = read_basemap()
    provinces = {code: area for code, area in base.units.items() if "-" in code}
    if by == "adm1":
        return provinces
    if by == "sector":
        from maps.content.event_places import parts_of_line

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


def class_breaks(values: Sequence[float]) -> list[float]:
    """Upper ends of at most five classes with round ends, about as many units in each.

    Quantiles fit counts, which are many small and a few large: equal steps would leave most classes empty.

    Examples
    --------
    >>> class_breaks([0.4, 1.2, 2.5, 8.0, 23.0])
    [2, 5, 20, 30]
    """
    import numpy as np

    if not len(values):
        return []
    found: list[float] = []
    for share in np.linspace(1 / CLASSES, 1, CLASSES):
        value = float(np.quantile(values, share))
        end = next((n for n in NICE if n >= value - SLACK), value)
        if not found or end > found[-1]:
            found.append(end)
    return found


def class_steps(count: int) -> list[int]:
    """Steps of the ramp of five that so many classes take, the lightest first, spread as far as they go.

    Examples
    --------
    >>> class_steps(3), class_steps(5)
    ([0, 2, 4], [0, 1, 2, 3, 4])
    """
    return [[], [2], [1, 3], [0, 2, 4], [0, 1, 3, 4], [0, 1, 2, 3, 4]][min(count, CLASSES)]


def tenths(value: float) -> str:
    """A number with one digit after the point, a half rounded up, as on the page.

    Examples
    --------
    >>> tenths(4.25), tenths(0.04)
    ('4.3', '0.0')
    """
    return f"{math.floor(value * 10 + 0.5 + SLACK) / 10:.1f}"


def in_english(shading: Shading) -> Shading:
    """The same with English names and words."""
    return replace(shading, names=_units(shading.by, "en")[1], lang="en")


def summary_of(shading: Shading, counts: Sequence[Count]) -> str:
    """In English, the units with the most: for a caption."""
    order = sorted(range(len(counts)), key=lambda n: (-counts[n].expected, shading.names[n]))
    top = [n for n in order if counts[n].expected > 0][:3]
    if not top:
        return ""
    parts = [
        f"{shading.names[n]} ({tenths(counts[n].expected)} expected, {counts[n].certain:,} for certain)"
        for n in top
    ]
    listed = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
    return f"Most {word('en', HEADINGS[shading.by])}: {listed}."
