"""What is said above a map, made from what is drawn on it: title, the one sentence under it, counts.

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
from maps.content.event_places import unit_names
from maps.content.marks import GATE_TYPES
from maps.spec.periods import EPOCH, period_words
from maps.words.words import date_range, number, plural, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geo
    from maps.content.event_rows import EventRows
    from maps.content.marks import MarkGroup
    from maps.spec.spec import MapSpec

__all__ = [
    "KeyRow",
    "Picture",
    "comparison_warnings",
    "key_rows",
    "key_word",
    "picture_of",
    "standfirsts_of",
    "sure_rows",
    "title_of",
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
"""A title along the line needs this part of the events, of those with a distance, near it."""

MOST_PROVINCES: Final = 2
"""More provinces than this are not named in a title."""

FEW: Final = 0.1
"""Up to this part of the events, at the beginning, does not stretch the period of a title."""

LONG_DAYS: Final = 400
"""A longer period is given in months."""

EXACT_DATE: Final = 2
"""A date less exact than to a week (``DATE_PRECISIONS``) is given as its month."""

FACT_LEAST: Final = 3
"""No sentence on all events of a type for fewer than this."""

ONE_SIDED_LEAST: Final = 5
ONE_SIDED: Final = 0.75
"""Of so many events of a type this part is told by one side only, or disputed: the sentence says so."""


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
        Number of events by type and side: AF, PK, or nothing where that is uncertain.
    ascribed
        Number of events by type and the state to whose forces the table ascribes them.
    exact
        Number known to a site or town.
    near, told
        Number near the line, and of those whose distance from it is known.
    sure
        Number of events by type and the way in which they are drawn.
    first, last
        The days of the events.
    months
        Whether one of these is the end of a month or year that is all that is known.
    """

    rows: tuple[int, ...]
    kinds: Counter[int]
    sides: Counter[tuple[int, str | None]]
    ascribed: Counter[tuple[int, str]]
    exact: int
    near: int
    told: int
    sure: Counter[tuple[int, str]]
    first: dt.date | None
    last: dt.date | None
    months: bool = False

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
    for group in marks:
        for one in group.counts:
            kinds[one.type] += one.n
            sides[one.type, group.side] += one.n
            sure[one.type, one.filled] += one.n
    near, told = _distances(rows, drawn)
    ascribed = _ascribed(rows, drawn)
    exact = sum(len(group.events) for group in marks if group.plotted)
    return Picture(tuple(drawn), kinds, sides, ascribed, exact, near, told, sure, *_days(rows, drawn))


def _ascribed(rows: EventRows, drawn: list[int]) -> Counter[tuple[int, str]]:
    """By type, how many events the table ascribes to each state."""
    if "actor1" not in rows.table:
        return Counter()
    states = rows.table["actor1"].iloc[drawn].map(state_of)
    types = (int(rows.type[row]) for row in drawn)
    return Counter((kind, state) for kind, state in zip(types, states, strict=True) if isinstance(state, str))


def _distances(rows: EventRows, drawn: list[int]) -> tuple[int, int]:
    """How many events lie near the line, and of how many the distance is told; what is along it is near."""
    import numpy as np

    if rows.places.located is None:
        return 0, 0
    near = told = 0
    for place, n in zip(*np.unique(rows.place[drawn], return_counts=True), strict=True):
        row = rows.places.located.rows[int(place)]
        km = row.get("border_km")
        along = row["where_precision"] == "border"
        known = isinstance(km, float) and km == km
        told += int(n) if along or known else 0
        near += int(n) if along or (known and abs(km) <= NEAR_LINE_KM) else 0  # type: ignore[arg-type]
    return near, told


def _days(rows: EventRows, drawn: list[int]) -> tuple[dt.date | None, dt.date | None, bool]:
    """First and last day of events; one known to a month or year counts only where it lies wholly outside."""
    import numpy as np

    if not drawn:
        return None, None, False
    at = np.array(drawn)
    coarse = rows.date_precision[at] > EXACT_DATE
    start, end = rows.start[at][~coarse], rows.end[at][~coarse]
    begins, ends = rows.span[0][at][coarse], rows.span[1][at][coarse]
    if not len(start):
        return EPOCH + dt.timedelta(int(begins.min())), EPOCH + dt.timedelta(int(ends.max())), True
    first, last = int(start.min()), int(end.max())
    before, after = begins[ends < first], ends[begins > last]
    first, last = min([first, *before.tolist()]), max([last, *after.tolist()])
    return EPOCH + dt.timedelta(first), EPOCH + dt.timedelta(last), bool(len(before) or len(after))


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


def title_of(
    spec: MapSpec, picture: Picture, rows: EventRows, marks: Sequence[MarkGroup], tables: geo.EventTables
) -> str:
    """The title: what is drawn, where, when; a single event is told as such."""
    lang = spec.lang
    if len(picture) == 1 and not spec.compare:
        return _title_of_one(rows, marks[0], lang)
    if not picture.kinds:
        return word(lang, "Durand Line")
    what = word(lang, f"what {_what(picture)}")
    if len(picture.kinds) <= 2 and _what(picture) != "clashes and strikes":
        names = [plural(lang, EVENT_TYPES[kind], 2) for kind in sorted(picture.kinds)]
        what = upper(word(lang, "and").join(names))
    title = _where(what, picture, marks, spec)
    period = _period(spec, picture, rows, tables)
    return word(lang, "title dated", title=title, period=period) if period else title


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


def _where(what: str, picture: Picture, marks: Sequence[MarkGroup], spec: MapSpec) -> str:
    """What is drawn, and where: in the province asked for or held, along the line, in one country or both."""
    lang = spec.lang
    held = {group.adm1 for group in marks}
    asked = checked_areas(spec.provinces) if spec.provinces else ()
    provinces = asked or (tuple(code for code in held if code) if len(held) == 1 else ())
    if 0 < len(provinces) <= MOST_PROVINCES:
        names = [_province_name(FORMER_AREAS.get(code, code), lang) for code in provinces]
    elif picture.told and picture.near >= ALONG * picture.told:
        return word(lang, "what along", what=what)
    else:
        sides = {group.side for group in marks}
        both = None in sides or len(sides) > 1
        names = [word(lang, code) for code in ("AF", "PK") if both or code in sides]
    return word(lang, "what in", what=what, where=word(lang, "and").join(names))


def _province_name(code: str, lang: str) -> str:
    return province_of({"adm1": code, "adm1_name": unit_names().get(code)}, lang) or code


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
        return word(lang, "title dated", title=word(lang, "what along", what=what), period=date)
    province = _province_name(group.adm1, lang) if group.adm1 else ""
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
    if picture.first is None or picture.last is None or _since(picture, rows) is not None:
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
    return months_of(lang, first, last) if months else date_range(lang, first, last)


def _table_days(tables: geo.EventTables) -> tuple[dt.date, dt.date]:
    """First and last day of all that was read."""
    begin = tables.events["date_start"]
    end = tables.events["date_end"].fillna(begin) if "date_end" in tables.events else begin
    return begin.min().date(), end.max().date()


def months_of(lang: str, first: dt.date, last: dt.date) -> str:
    """A period in months: "April 2026", "December 2014 to June 2026".

    Examples
    --------
    >>> months_of("en", dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    'April 2026'
    """
    names = word(lang, "months").split("|")
    ends = [f"{names[day.month - 1]} {number(lang, day.year)}" for day in (first, last)]
    return ends[0] if ends[0] == ends[1] else word(lang, "to", start=ends[0], end=ends[1])


def _since(picture: Picture, rows: EventRows) -> tuple[int, int] | None:
    """The year since which most events are, and their number, if a few earlier ones stretch the period."""
    if picture.first is None or picture.last is None or (picture.last - picture.first).days <= LONG_DAYS:
        return None
    years = Counter((EPOCH + dt.timedelta(int(rows.start[row]))).year for row in picture.rows)
    early, found = 0, None
    for year in sorted(years):
        before = (dt.date(year, 1, 1) - picture.first).days
        if 0 < early <= FEW * len(picture) and before > 0.5 * (picture.last - picture.first).days:
            found = (year, len(picture) - early)
        early += years[year]
    return found


def standfirsts_of(spec: MapSpec, picture: Picture, rows: EventRows) -> tuple[str, ...]:
    """What stands under the title, in forms from the longest to the shortest, for where there is less room.

    How many events, and the facts that readers get wrong: where all of a type were and to whom they are
    ascribed, what one side alone claims. The second form is without the last, the third without the last two.
    """
    one_sided = _one_sided(picture, spec.lang) if len(picture) > 1 else ""
    brief = _standfirst(spec, picture, rows, ascribed=True)
    counted = word(spec.lang, "stand events", events=plural(spec.lang, "events", len(picture)))
    # What is said of the only type counts all events, too.
    told = [] if one_sided and brief == counted and len(picture.kinds) == 1 else [brief]
    forms = (" ".join([*told, one_sided]).strip(), brief)
    return tuple(dict.fromkeys((*forms, _standfirst(spec, picture, rows, ascribed=False))))


def _standfirst(spec: MapSpec, picture: Picture, rows: EventRows, *, ascribed: bool) -> str:
    lang = spec.lang
    if not len(picture):
        return ""
    if len(picture) == 1:
        located = rows.places.words["located"][int(rows.place[picture.rows[0]])]
        return located.rstrip(".۔") + "."
    events = plural(lang, "events", len(picture))
    since = _since(picture, rows)
    if since is not None and picture.last is not None:
        last = months_of(lang, picture.last, picture.last)
        year = number(lang, since[0])
        said = [word(lang, "stand since", events=events, last=last, n=since[1], year=year)]
    else:
        said = [word(lang, "stand events", events=events)]
    # Where one country was asked for, that all of it is there is no news.
    chosen = bool(spec.provinces) or len(spec.countries) == 1
    fact = None if chosen else next(iter(_facts(picture, lang, ascribed=ascribed)), None)
    if fact is not None:
        # A fact of all events counts them, too.
        said = [*(said if since is not None or fact[0] < len(picture) else []), fact[1]]
    elif not picture.exact:
        said.append(word(lang, "stand none exact", n=len(picture)))
    elif picture.exact < len(picture) / 3:
        said.append(plural(lang, "stand few exact", picture.exact, all=len(picture)))
    return " ".join(said)


def _one_sided(picture: Picture, lang: str) -> str:
    """The type of which the most events are told by one side only, or disputed, if these are most of it."""
    held = {kind: (picture.sure[kind, "hollow"], n) for kind, n in picture.kinds.items()}
    most = {
        kind: (hollow, n)
        for kind, (hollow, n) in held.items()
        if n >= ONE_SIDED_LEAST and hollow >= ONE_SIDED * n
    }
    if not most:
        return ""
    kind = max(most, key=lambda one: (most[one][0], -one))
    hollow, n = most[kind]
    return word(lang, "stand one side", n=hollow, all=n, types=plural(lang, EVENT_TYPES[kind], n))


def _facts(picture: Picture, lang: str, *, ascribed: bool) -> Iterable[tuple[int, str]]:
    """What holds of all events of a type, the strikes first, the most events first."""
    order = [EVENT_TYPES.index(name) for types in ("strikes", "attacks", "clashes") for name in KINDS[types]]
    for kind in sorted((one for one in order if picture.kinds[one]), key=lambda one: -picture.kinds[one]):
        n = picture.kinds[kind]
        for side in ("AF", "PK"):
            if n >= FACT_LEAST and picture.sides[kind, side] == n:
                types = plural(lang, EVENT_TYPES[kind], n)
                where = {"n": n, "types": types, "country": word(lang, side)}
                by = next((one for one in ("AF", "PK") if picture.ascribed[kind, one] == n), None)
                if by is None or not ascribed:
                    yield n, word(lang, "stand all in", **where)
                else:
                    yield n, word(lang, "stand all by", **where, party=word(lang, by))


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
