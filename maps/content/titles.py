"""What is said above a map, made from what is drawn on it: its title, and what is counted for it.

Nothing here is said of events that are not in the picture.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.places.radii import NEAR_LINE_KM
from geo.places.unit_names import FORMER_AREAS, checked_areas
from geo.vocab import EVENT_TYPES
from maps.content.ascribed import state_of
from maps.content.cards import dates, province_of, upper
from maps.content.certainty import FILLED_ORDER
from maps.content.event_places import SIDE_ORDER, unit_names
from maps.content.marks import GATE_TYPES
from maps.spec.periods import EPOCH, period_words
from maps.words.words import date_range, month_range, plural, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geo
    from maps.content.event_rows import EventRows
    from maps.content.marks import MarkGroup
    from maps.spec.spec import MapSpec

__all__ = [
    "KINDS",
    "MOST_PROVINCES",
    "NEITHER",
    "KeyRow",
    "Picture",
    "asked_provinces",
    "beyond_provinces",
    "comparison_warnings",
    "key_rows",
    "key_word",
    "picture_of",
    "province_name",
    "since_year",
    "story_names",
    "sure_rows",
    "titles_of",
]

KINDS: Final = {
    "clashes": ("armed clash",),
    "strikes": ("airstrike", "drone strike", "shelling"),
    "attacks": ("bombing", "attack"),
}
"""Words of a title for several types."""

MOST_OF: Final = 0.75
"""A title of clashes and strikes needs this part of the events to be such."""

ALONG: Final = 2 / 3
"""A title along the line needs this part of all events near it: one whose distance nobody knows is not."""

MOST_PROVINCES: Final = 2
"""More provinces than this are not named in a title."""

FEW: Final = 0.1
"""Up to this part of the events, at the beginning, does not stretch the period of a title."""

EARLY: Final = 0.5
"""These take more than this part of the period."""

LONG_DAYS: Final = 400
"""A longer period is given in months."""

NEITHER: Final = "neither"
"""The side of what lies in another country or at sea."""

EXACT_DATE: Final = 2
"""A date less exact than to a week (``DATE_PRECISIONS``) is given as its month."""


@dataclass(frozen=True)
class KeyRow:
    """A line of the key: number in ``EVENT_TYPES``, its word, how many events of it are in the picture."""

    type: int
    name: str
    n: int


@dataclass(frozen=True)
class Picture:
    """What is in the picture, counted.

    Attributes
    ----------
    rows
        Numbers of the rows that are drawn, by day.
    kinds
        Number of events by type.
    sides
        Number of events by type and side: AF, PK, :data:`NEITHER`, or nothing where that is uncertain.
    provinces
        Number of events by the code of the province where they certainly were, nothing where no one knows.
    ascribed
        Number of events by type and the state to whose forces the table ascribes them.
    exact
        Number known to a site or town.
    near
        Number near the line.
    sure
        Number of events by type and the way in which they are drawn.
    first, last
        The days of the events.
    months
        Whether one of these is the end of a month or year that is all that is known.
    undated
        Number known to a month or year that is not within these days.
    """

    rows: tuple[int, ...]
    kinds: Counter[int]
    sides: Counter[tuple[int, str | None]]
    provinces: Counter[str | None]
    ascribed: Counter[tuple[int, str]]
    exact: int
    near: int
    sure: Counter[tuple[int, str]]
    first: dt.date | None
    last: dt.date | None
    months: bool = False
    undated: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def filled(self) -> frozenset[str]:
        """Ways in which events are drawn."""
        return frozenset(filled for _, filled in self.sure)

    def of_side(self, side: str | None) -> int:
        """Number of events on a side of the line."""
        return sum(n for (_, one), n in self.sides.items() if one == side)


def picture_of(rows: EventRows, marks: Sequence[MarkGroup]) -> Picture:
    """Count what the groups of a map hold."""
    drawn = sorted(row for group in marks for row in group.events)
    kinds: Counter[int] = Counter()
    sides: Counter[tuple[int, str | None]] = Counter()
    sure: Counter[tuple[int, str]] = Counter()
    provinces: Counter[str | None] = Counter()
    for group in marks:
        side = _side(rows, group)
        provinces[group.adm1] += len(group.events)
        for one in group.counts:
            kinds[one.type] += one.n
            sides[one.type, side] += one.n
            sure[one.type, one.filled] += one.n
    ascribed = _ascribed(rows, drawn)
    exact = sum(len(group.events) for group in marks if group.plotted)
    near = _near(rows, drawn)
    return Picture(tuple(drawn), kinds, sides, provinces, ascribed, exact, near, sure, *_days(rows, drawn))


def _side(rows: EventRows, group: MarkGroup) -> str | None:
    """The side of a group: a point in another country or at sea is on neither, which is not uncertain."""
    if group.side is not None or group.level == "stretch":
        return group.side
    places = {int(rows.place[row]) for row in group.events}
    return NEITHER if all(SIDE_ORDER[rows.places.side[place]] is None for place in places) else None


def _ascribed(rows: EventRows, drawn: list[int]) -> Counter[tuple[int, str]]:
    """By type, how many events the table ascribes to each state."""
    if "actor1" not in rows.table:
        return Counter()
    states = rows.table["actor1"].iloc[drawn].map(state_of)
    types = (int(rows.type[row]) for row in drawn)
    return Counter((kind, state) for kind, state in zip(types, states, strict=True) if isinstance(state, str))


def _near(rows: EventRows, drawn: list[int]) -> int:
    """How many events lie near the line; what is along it is near."""
    import numpy as np

    if rows.places.located is None:
        return 0
    near = 0
    for place, n in zip(*np.unique(rows.place[drawn], return_counts=True), strict=True):
        row = rows.places.located.rows[int(place)]
        km = row.get("border_km")
        along = row["where_precision"] == "border"
        near += int(n) if along or (isinstance(km, float) and abs(km) <= NEAR_LINE_KM) else 0
    return near


def _days(rows: EventRows, drawn: list[int]) -> tuple[dt.date | None, dt.date | None, bool, int]:
    """First and last day of events; one known to a month or year counts only where it lies wholly outside.

    Then whether one of these does, and how many others may lie outside these days.
    """
    import numpy as np

    if not drawn:
        return None, None, False, 0
    at = np.array(drawn)
    coarse = rows.date_precision[at] > EXACT_DATE
    start, end = rows.start[at][~coarse], rows.end[at][~coarse]
    begins, ends = rows.span[0][at][coarse], rows.span[1][at][coarse]
    if not len(start):
        return EPOCH + dt.timedelta(int(begins.min())), EPOCH + dt.timedelta(int(ends.max())), True, 0
    first, last = int(start.min()), int(end.max())
    before, after = begins[ends < first], ends[begins > last]
    first, last = min([first, *before.tolist()]), max([last, *after.tolist()])
    beyond = int(((begins < first) | (ends > last)).sum())
    months = bool(len(before) or len(after))
    return EPOCH + dt.timedelta(first), EPOCH + dt.timedelta(last), months, beyond


def key_rows(picture: Picture, spec: MapSpec) -> tuple[KeyRow, ...]:
    """The types in the picture with their counts, in the order of the key."""
    return tuple(
        KeyRow(kind, key_word(EVENT_TYPES[kind], spec), n) for kind, n in sorted(picture.kinds.items())
    )


def key_word(event_type: str, spec: MapSpec) -> str:
    """What the key calls a type: the map's own word for it, or ours.

    Examples
    --------
    >>> import maps
    >>> spec = maps.MapSpec(wording=(("airstrike", "Air raid"),))
    >>> key_word("airstrike", spec), key_word("shelling", spec)
    ('Air raid', 'Shelling')
    """
    return dict(spec.wording).get(event_type) or upper(plural(spec.lang, event_type, 1))


def sure_rows(picture: Picture, lang: str) -> tuple[tuple[str, str], ...]:
    """How sure the accounts are: the ways in which events are drawn, each with its words."""
    found = [filled for filled in FILLED_ORDER if filled in picture.filled]
    # After what several say "said" is not said twice.
    return tuple(
        (filled, word(lang, "hollow alone" if found[0] == filled == "hollow" else filled)) for filled in found
    )


def titles_of(
    spec: MapSpec, picture: Picture, rows: EventRows, marks: Sequence[MarkGroup], tables: geo.EventTables
) -> tuple[str, ...]:
    """The title in forms from the longest to the shortest: what is drawn, where, when.

    Where there is less room the place goes, which the map shows, then the types, which the key has; never the
    days.
    """
    lang = spec.lang
    if len(picture) == 1 and not spec.compare:
        row, group = marks[0].events[0], marks[0]
        bare = upper(plural(lang, EVENT_TYPES[int(rows.type[row])], 1))
        short = word(lang, "title dated", title=bare, period=_date(rows, row, lang))
        return tuple(dict.fromkeys((_title_of_one(rows, group, lang), short)))
    if not picture.kinds:
        return (word(lang, "Durand Line"),)
    what = word(lang, f"what {_what(picture)}")
    if len(picture.kinds) <= 2 and _what(picture) != "clashes and strikes":
        names = [plural(lang, EVENT_TYPES[kind], 2) for kind in sorted(picture.kinds)]
        what = upper(word(lang, "and").join(names))
    period = _period(spec, picture, rows, tables)
    forms = dict.fromkeys((_where(what, picture, spec), what, word(lang, "what events")))
    if not period:
        # Without days the place is all that a title tells.
        return tuple(forms)[:1]
    return tuple(word(lang, "title dated", title=title, period=period) for title in forms)


def _what(picture: Picture) -> str:
    """The word for what is drawn: kinds that make up most of it, else events."""
    held = {
        name: sum(picture.kinds[EVENT_TYPES.index(one)] for one in types) for name, types in KINDS.items()
    }
    all_ = len(picture)
    for name, n in held.items():
        if n == all_:
            return name
    both = held["clashes"] and held["strikes"]
    return "clashes and strikes" if both and held["clashes"] + held["strikes"] >= MOST_OF * all_ else "events"


def _where(what: str, picture: Picture, spec: MapSpec) -> str:
    """What is drawn, and where: in the province asked for or held, along the line, in one country or both."""
    lang = spec.lang
    held = {code for code, n in picture.provinces.items() if n}
    provinces = asked_provinces(spec) or (tuple(code for code in held if code) if len(held) == 1 else ())
    key = "what in"
    if 0 < len(provinces) <= MOST_PROVINCES:
        names = [province_name(code, lang) for code in provinces]
        key = "what in or near" if beyond_provinces(spec, picture) else key
    elif picture.near >= ALONG * len(picture):
        return word(lang, "what along", what=what)
    else:
        sides = {side for side in ("AF", "PK", NEITHER, None) if picture.of_side(side)}
        both = None in sides or len(sides) > 1 or NEITHER in sides
        names = [word(lang, code) for code in ("AF", "PK") if both or code in sides]
        key = "what around" if NEITHER in sides else key
    return word(lang, key, what=what, where=word(lang, "and").join(names))


def asked_provinces(spec: MapSpec) -> tuple[str, ...]:
    """Codes of the provinces that a map is asked for, of a former area that which holds it."""
    asked = checked_areas(spec.provinces) if spec.provinces else ()
    return tuple(FORMER_AREAS.get(code, code) for code in asked)


def beyond_provinces(spec: MapSpec, picture: Picture) -> int:
    """How many events may lie outside the provinces asked for; none where none is asked for."""
    asked = asked_provinces(spec)
    return len(picture) - sum(picture.provinces[code] for code in asked) if asked else 0


def province_name(code: str, lang: str) -> str:
    """The name of a province in a language, or its code."""
    return province_of({"adm1": code, "adm1_name": unit_names().get(code)}, lang) or code


def story_names(picture: Picture, marks: Iterable[MarkGroup], lang: str) -> frozenset[str]:
    """Names that a map of events must not do without: their places and provinces, the two countries."""
    provinces = [province_name(code, lang) for code in picture.provinces if code]
    return frozenset(
        (*provinces, *(group.name for group in marks), *(word(lang, side) for side in ("AF", "PK")))
    )


def _title_of_one(rows: EventRows, group: MarkGroup, lang: str) -> str:
    """What a single event was, where and when: "Airstrike in Barmal, Paktika, 17 October 2025"."""
    row = group.events[0]
    kind = EVENT_TYPES[int(rows.type[row])]
    what = upper(plural(lang, kind, 1))
    date = _date(rows, row, lang)
    # What pages tell of the crossing is the title of a report of it, not of a clash beside it.
    if group.state_word and kind in GATE_TYPES:
        place = word(lang, "tag state", name=group.name, state=group.state_word)
        return word(lang, "title dated", title=place, period=date)
    if group.level == "stretch":
        along = word(lang, "what along", what=what)
        plain = group.name in ("", word(lang, "Durand Line"))
        named = along if plain else word(lang, "comma").join((along, group.name))
        return word(lang, "title dated", title=named, period=date)
    province = province_name(group.adm1, lang) if group.adm1 else ""
    name = group.tag if group.level in ("near", "country") else group.name
    parts = [name, *([province] if province and province not in name else [])]
    place = word(lang, "comma").join(part for part in parts if part)
    if not place:
        return word(lang, "title dated", title=what, period=date)
    key = "title one near" if group.level in ("near", "country") else "title one"
    return word(lang, key, type=what, place=place, date=date)


def _date(rows: EventRows, row: int, lang: str) -> str:
    return dates(rows.table.iloc[[row]].to_dict("records")[0], lang)


def _period(spec: MapSpec, picture: Picture, rows: EventRows, tables: geo.EventTables) -> str:
    """The days of what is drawn; nothing where a few early events alone would stretch them."""
    lang = spec.lang
    if spec.compare:
        both = (period_words(one, lang) for one in spec.periods)
        return word(lang, "and").join(one[:1].lower() + one[1:] for one in both)
    if picture.first is None or picture.last is None or since_year(picture, rows) is not None:
        return ""
    first, last = picture.first, picture.last
    asked = spec.since, spec.until
    if isinstance(asked[0], dt.date) and isinstance(asked[1], dt.date) and not picture.months:
        # What was asked for was looked through whole, as far as the table goes.
        begin, end = _table_days(tables)
        return date_range(lang, max(asked[0], begin), min(asked[1], end))
    if isinstance(asked[0], dt.date):
        first = max(first, asked[0])
    if isinstance(asked[1], dt.date):
        last = min(last, asked[1])
    months = picture.months or (last - first).days > LONG_DAYS
    return month_range(lang, first, last) if months else date_range(lang, first, last)


def _table_days(tables: geo.EventTables) -> tuple[dt.date, dt.date]:
    """First and last day of all that was read."""
    begin = tables.events["date_start"]
    end = tables.events["date_end"].fillna(begin) if "date_end" in tables.events else begin
    return begin.min().date(), end.max().date()


def since_year(picture: Picture, rows: EventRows) -> tuple[int, int] | None:
    """The year since which most events are, and their number, if a few earlier ones stretch the period."""
    if picture.first is None or picture.last is None or (picture.last - picture.first).days <= LONG_DAYS:
        return None
    years = Counter((EPOCH + dt.timedelta(int(rows.start[row]))).year for row in picture.rows)
    early, found = 0, None
    for year in sorted(years):
        before = (dt.date(year, 1, 1) - picture.first).days
        if 0 < early <= FEW * len(picture) and before > EARLY * (picture.last - picture.first).days:
            found = (year, len(picture) - early)
        early += years[year]
    return found


def comparison_warnings(spec: MapSpec, picture: Picture) -> list[str]:
    """What a comparison of two periods must say: days in both, and lengths that differ."""
    if not spec.compare:
        return []
    lang = spec.lang
    (first, second) = spec.periods
    starts = [one[0] or picture.first or one[1] for one in (first, second)]
    ends = [one[1] or picture.last or one[0] for one in (first, second)]
    said = []
    begin, end = (max(filter(None, starts)), min(filter(None, ends)))
    if begin <= end:
        said.append(word(lang, "share a day", day=date_range(lang, begin, end)))
    days = [(b - a).days + 1 for a, b in zip(starts, ends, strict=True) if a and b]
    if len(days) == 2 and days[0] != days[1]:
        said.append(word(lang, "periods differ", first=days[0], second=days[1]))
    return said
