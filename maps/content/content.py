"""What is on a map: events joined with where they may have happened, claims and sources.

Nothing here knows of HTML. What is said of a place is worked out once for each place
(:mod:`maps.content.event_places`), and columns and cards are made when asked for, so that a map may have a
million events.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from geo.errors import SchemaError
from geo.vocab import EVENT_TYPES, VERIFICATIONS
from maps.content.basemap import base_credits
from maps.content.cards import (
    AREA,
    NOWHERE,
    PLACE,
    card,
    cell_text,
    claim_lines,
    dates,
    headline,
    source_lines,
    upper,
)
from maps.content.credits import district_credits, event_credits
from maps.content.event_places import Places, describe_places, is_elsewhere, reason_words, tell_places_apart
from maps.spec.periods import in_period, period_words
from maps.style import HOLLOW, SHAPES, TYPES
from maps.words.words import date_range, number, plural, word

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    import geo
    from maps.content.marks import MarkGroup
    from maps.spec.spec import MapSpec

    Ints = npt.NDArray[np.int64]

__all__ = ["Cards", "Columns", "EventRows", "MapContent", "map_content"]

SURE: Final = ("reported", "verified")
"""Verifications drawn filled; the others are drawn hollow."""

VERIFICATION_ORDER: Final = (*VERIFICATIONS, None)
"""What the numbers in the column stand for; nothing where the table says nothing."""

NO_REDISTRIBUTION: Final = "no-redistribution"
"""Licence of rows that may be counted and drawn, and not passed on."""

CLOSED_DATASETS: Final = ("acled", "gtd")
"""Data sets whose terms forbid passing rows on."""

EPOCH: Final = dt.date(1970, 1, 1)

NEAR_LINE_KM: Final = 200.0
"""Events nearer to the line than this decide the first view."""

MISSED: Final = 0.1
"""More of the events than this part are not left out of the first view for want of a distance."""

MANY: Final = 1_000
"""The first view of more events than this leaves out the outermost two per cent."""

DEFAULT_EXTENT: Final = (60.5, 29.0, 75.0, 37.2)


@dataclass(frozen=True, eq=False)
class EventRows:
    """The events of a map in the order of their days, and what each of their places is.

    Attributes
    ----------
    table
        The rows of the event table.
    place
        The number of each event's place in ``places``.
    places
        What is known of each place and the words for it.
    claims, sources
        Rows of the other tables by event_id.
    lang
        Language of the words.
    """

    table: gpd.GeoDataFrame
    place: Ints
    places: Places
    claims: dict[str, list[dict[str, Any]]]
    sources: dict[str, list[dict[str, Any]]]
    lang: str

    def __len__(self) -> int:
        return len(self.table)

    @functools.cached_property
    def type(self) -> Ints:
        """Numbers in ``EVENT_TYPES``."""
        return _codes_in(self.table["event_type"], EVENT_TYPES)

    @functools.cached_property
    def verification(self) -> Ints:
        """Numbers in ``VERIFICATION_ORDER``."""
        import numpy as np

        if "verification" not in self.table:
            return np.full(len(self), VERIFICATION_ORDER.index(None), dtype=np.int64)
        return _codes_in(self.table["verification"], VERIFICATIONS) % len(VERIFICATION_ORDER)

    @functools.cached_property
    def date_precision(self) -> Ints:
        """1 to 4 as the event table has it; 1 where it says nothing."""
        import numpy as np

        if "date_precision" not in self.table:
            return np.ones(len(self), dtype=np.int64)
        return np.asarray(self.table["date_precision"].to_numpy(dtype=np.int64, na_value=1))

    @functools.cached_property
    def start(self) -> Ints:
        """First day as the table has it, in days since 1970."""
        return _day_numbers(self.table["date_start"])

    @functools.cached_property
    def end(self) -> Ints:
        """Last day as the table has it."""
        import numpy as np

        last = self.table["date_end"].fillna(self.table["date_start"]) if "date_end" in self.table else None
        return self.start if last is None else np.maximum(_day_numbers(last), self.start)

    @functools.cached_property
    def span(self) -> tuple[Ints, Ints]:
        """First and last day on which each event may have been, by the precision of its date."""
        return possible_days(self.start, self.end, self.date_precision)

    def of_places(self, values: Sequence[Any]) -> list[Any]:
        """What holds of a place, for each event."""
        return [values[number] for number in self.place.tolist()]


class Columns(Mapping[str, list[Any]]):
    """Lists with an entry for each event, each made when first asked for.

    Examples
    --------
    >>> import maps
    >>> columns = maps.map_content(maps.MapSpec(types=("shelling",))).events["cols"]
    >>> columns["date"]
    ['14 October 2025', '26 to 27 February 2026', 'about 27 April 2026']
    """

    NAMES: Final = (
        *("id", "type", "day", "from", "until", "lon", "lat", "grain", "area", "sure"),
        *("verification", "side", "precision", "provinces", "head", "date", "why"),
    )

    def __init__(self, rows: EventRows) -> None:
        self._rows = rows
        self._made: dict[str, list[Any]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self.NAMES)

    def __len__(self) -> int:
        return len(self.NAMES)

    def __getitem__(self, name: str) -> list[Any]:
        if name not in self.NAMES:
            raise KeyError(name)
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> list[Any]:
        rows, places = self._rows, self._rows.places
        lang = rows.lang
        if name in ("lon", "lat", "grain", "area", "side", "precision"):
            return rows.of_places(getattr(places, name))
        if name == "provinces":
            return rows.of_places(places.within)
        if name == "why":
            return rows.of_places([reason_words(why, 1, lang) if why else "" for why in places.reason])
        if name == "id":
            return [str(one) for one in rows.table["event_id"]]
        if name == "sure":
            sure = [int(one in (None, *SURE)) for one in VERIFICATION_ORDER]
            return [sure[one] for one in rows.verification.tolist()]
        if name == "date":
            return [dates(row, lang) for row in rows.table[_present(rows, DATES)].to_dict("records")]
        if name == "head":
            return [
                headline(EVENT_TYPES[kind], line, date, lang)
                for kind, line, date in zip(
                    rows.type.tolist(), rows.of_places(places.line), self["date"], strict=True
                )
            ]
        found: list[Any] = {
            "type": rows.type, "day": rows.start, "from": rows.span[0], "until": rows.span[1],
            "verification": rows.verification,
        }[name].tolist()  # fmt: skip
        return found


class Cards(Sequence[dict[str, Any]]):
    """What the card of each event says, worded when asked for."""

    def __init__(self, rows: EventRows) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, n: Any) -> Any:  # noqa: ANN401 - a number or a slice
        if isinstance(n, slice):
            return [self[k] for k in range(*n.indices(len(self)))]
        rows = self._rows
        if not -len(self) <= n < len(self):
            raise IndexError(n)
        row = rows.table.iloc[[n]].to_dict("records")[0]
        event_id = str(row["event_id"])
        words = {key: texts[rows.place[n]] for key, texts in rows.places.words.items()}
        return card(row, words, rows.lang) | {
            "claims": claim_lines(rows.claims.get(event_id, []), rows.lang),
            "sources": source_lines(rows.sources.get(event_id, []), row, rows.lang),
        }


@dataclass(frozen=True)
class MapContent:
    """All that a renderer needs beside the base.

    Attributes
    ----------
    title, subtitle, counted, note
        Words above the map: what it is, how many events it shows and which it does not and why.
    as_of
        Words for the last day in the data.
    extent
        The first view: (west, south, east, north).
    rows
        The events and their places.
    events
        ``cols``, columns that draw the events, with their headlines; ``areas``; ``types``; ``provinces``;
        ``phases``.
    cards
        One record for each event, in the order of the columns; worded when asked for.
    credits
        (text, address) of every credit that a licence asks for.
    withheld
        Number of events whose licence forbids passing them on, by data set.
    """

    title: str
    subtitle: str
    counted: str
    as_of: str
    extent: tuple[float, float, float, float]
    rows: EventRows
    events: dict[str, Any]
    cards: Sequence[dict[str, Any]]
    credits: list[tuple[str, str | None]] = field(default_factory=list)
    withheld: dict[str, int] = field(default_factory=dict)

    @functools.cached_property
    def marks(self) -> tuple[MarkGroup, ...]:
        """The events that are drawn together, each event that has a place in exactly one group."""
        from maps.content.marks import mark_groups

        return mark_groups(self.rows, self.rows.lang)


DATES: Final = ("date_start", "date_end", "date_precision")


def map_content(spec: MapSpec) -> MapContent:
    """Read, filter, locate and word the events of a map.

    Raises
    ------
    SchemaError
        If a province that the specification names is not one.
    """
    import numpy as np

    import geo

    tables = spec.events if isinstance(spec.events, geo.EventTables) else geo.read_events(spec.events)
    events = _chosen(tables.events, spec)
    elsewhere = is_elsewhere(events)
    events = events[~elsewhere]
    numbers, firsts = tell_places_apart(events)
    located = geo.locate(events.iloc[firsts])
    if spec.provinces:
        inside = located["adm1"].isin(_province_codes(spec.provinces)).to_numpy(dtype=bool)
        kept = inside[numbers]
        events, numbers = events[kept], numbers[kept]
    events = events.assign(_place=numbers).sort_values(["date_start", "event_id"], kind="stable")
    # Places are numbered by how many events they have: small numbers for those met often.
    numbers = events["_place"].to_numpy(dtype=np.int64)
    used, first, back, counts = np.unique(numbers, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -counts))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    located = located.iloc[used[order]]
    rows = EventRows(
        table=events.drop(columns="_place"),
        place=rank[back.ravel()],
        places=describe_places(located, spec.lang),
        claims=_by_event(tables.claims),
        sources=_by_event(tables.sources),
        lang=spec.lang,
    )
    reasons = {
        "row at fault": tables.counts["rejected"],
        # With provinces chosen, what lies elsewhere is not asked for.
        "outside": 0 if spec.provinces else int(elsewhere.sum()),
    }
    return _worded(rows, located, tables, spec, reasons)


def _chosen(events: gpd.GeoDataFrame, spec: MapSpec) -> gpd.GeoDataFrame:
    """The events that the specification keeps by date and type."""
    import numpy as np
    import pandas as pd

    keep = pd.Series(True, index=events.index)
    if spec.since:
        last = events["date_end"].fillna(events["date_start"])
        keep &= last >= pd.Timestamp(spec.since)
    if spec.until:
        keep &= events["date_start"] < pd.Timestamp(spec.until) + pd.Timedelta(days=1)
    if spec.types:
        keep &= events["event_type"].isin(spec.types)
    if spec.compare:
        none = np.zeros(0, dtype=np.int64)
        span = EventRows(events, none, Places(), {}, {}, spec.lang).span
        first, second = (in_period(period, *span) for period in spec.periods)
        keep &= pd.Series(first | second, index=events.index)
    return events[keep]


def _province_codes(provinces: tuple[str, ...]) -> set[str]:
    import geo

    units = geo.read_units()
    known = {code.casefold(): code for code in units["iso3166_2"]}
    known |= {name.casefold(): code for name, code in zip(units["name"], units["iso3166_2"], strict=True)}
    unknown = [name for name in provinces if name.casefold() not in known]
    if unknown:
        raise SchemaError(
            f"no province {', '.join(map(repr, unknown))}; give ISO 3166-2 codes or names: "
            + ", ".join(
                f"{code} ({name})" for name, code in zip(units["name"], units["iso3166_2"], strict=True)
            )
        )
    return {known[name.casefold()] for name in provinces}


def _worded(
    rows: EventRows,
    located: gpd.GeoDataFrame,
    tables: geo.EventTables,
    spec: MapSpec,
    reasons: dict[str, int],
) -> MapContent:
    """Add title, counts and credits; ``reasons`` counts what is not among the rows, by why."""
    import numpy as np

    lang, places = spec.lang, rows.places
    counts = np.bincount(rows.place, minlength=len(places.grain))
    reasons = {why: n for why, n in reasons.items() if n}
    for why, n in zip(places.reason, counts.tolist(), strict=True):
        if why:
            reasons[why] = reasons.get(why, 0) + n
    mapped = int(counts[np.asarray(places.grain, dtype=int) != NOWHERE].sum())
    compared = (period_words(one, lang) for one in spec.periods)
    period = word(lang, "and").join(one[:1].lower() + one[1:] for one in compared)
    period = period or _period(rows.table, spec)
    return MapContent(
        title=spec.title or _title(spec, period),
        subtitle=word(lang, "subtitle") if spec.subtitle is None else spec.subtitle,
        counted=_counted(mapped, reasons, lang),
        as_of=_as_of(rows.table, lang),
        extent=spec.extent or _extent(rows, located),
        rows=rows,
        events={
            "cols": Columns(rows),
            "areas": places.shapes,
            "types": _types(lang),
            "provinces": places.provinces,
            "phases": _phases(tables.phases),
        },
        cards=Cards(rows),
        credits=[
            *event_credits(rows.table, lang),
            *((text, None) for text in spec.credits),
            *base_credits(),
            *((text, None) for text in district_credits()),
        ],
        withheld=_withheld(rows.table),
    )


def _types(lang: str) -> list[dict[str, str | None]]:
    return [
        {
            "key": name,
            "one": upper(plural(lang, name, 1)),
            "path": SHAPES[TYPES[name].shape],
            "hollow": HOLLOW.get(TYPES[name].shape),
        }
        for name in EVENT_TYPES
    ]


def _counted(mapped: int, reasons: dict[str, int], lang: str) -> str:
    everything = mapped + sum(reasons.values())
    if everything == 0:
        return word(lang, "no events")
    if not reasons:
        return plural(lang, "all mapped", everything)
    order = sorted(reasons, key=lambda why: (-reasons[why], why))
    listed = word(lang, "comma").join(
        f"{number(lang, reasons[why])} {reason_words(why, reasons[why], lang)}" for why in order
    )
    return f"{word(lang, 'mapped', n=mapped, all=everything)} {word(lang, 'not mapped', reasons=listed)}"


def _title(spec: MapSpec, period: str) -> str:
    """What the map shows and when, from the specification and the data."""
    if not spec.types:
        return word(spec.lang, "title", period=period).rstrip(",، ")
    names = [plural(spec.lang, name, 2) for name in EVENT_TYPES if name in spec.types]
    listed = word(spec.lang, "and").join(
        part for part in (word(spec.lang, "comma").join(names[:-1]), names[-1]) if part
    )
    return word(spec.lang, "title of types", types=upper(listed), period=period).rstrip(",، ")


def _period(events: gpd.GeoDataFrame, spec: MapSpec) -> str:
    """The days that the events span within those asked for; months where they span more than a year."""
    if events.empty:
        return ""
    first, last = _span(events)
    if isinstance(spec.since, dt.date):
        first = max(first, spec.since)
    if isinstance(spec.until, dt.date):
        last = min(last, spec.until)
    text = date_range(spec.lang, first, last)
    if (last - first).days > 400:
        days = re.compile(r"\b\d{1,2} (?=\D)")
        text = days.sub("", text)
    return text


def _as_of(events: gpd.GeoDataFrame, lang: str) -> str:
    return word(lang, "as of", date=date_range(lang, _span(events)[1])) if len(events) else ""


def _span(events: gpd.GeoDataFrame) -> tuple[dt.date, dt.date]:
    last = events["date_end"].fillna(events["date_start"])
    return events["date_start"].min().date(), last.max().date()


def _extent(rows: EventRows, located: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    """Bounds of the mapped events near the line, with some room; the whole line if there is none.

    A province or a country, whose distance to the line is not told, counts by its point only where the view
    would else miss more than ``MISSED`` of the events.
    """
    import numpy as np
    import shapely

    if not len(rows):
        return DEFAULT_EXTENT
    pointed = np.isin(rows.places.grain, (PLACE, AREA)) & np.array([at is not None for at in rows.places.lon])
    told = located["border_km"].abs().to_numpy(dtype=float, na_value=np.inf) <= NEAR_LINE_KM
    near = pointed & told
    points = located.geometry.to_numpy()
    counts = np.bincount(rows.place, minlength=len(pointed))
    if counts[pointed & ~near].sum() > MISSED * counts[pointed].sum():
        near = pointed & _near_line(located)
    at = shapely.get_coordinates(points[near])
    if not len(at):
        return DEFAULT_EXTENT
    west, south, east, north = (float(v) for v in (*at.min(axis=0), *at.max(axis=0)))
    if len(rows) > MANY:
        events = np.repeat(at, counts[near], axis=0)
        (west, south), (east, north) = np.percentile(events, [1, 99], axis=0).tolist()
    room = 0.35
    while east - west < 1.5 or north - south < 1.2:
        west, south, east, north = west - 0.25, south - 0.2, east + 0.25, north + 0.2
    return (west - room, south - room, east + room, north + room)


def _near_line(located: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Whether the point of each place, whatever it is worth, lies near the line."""
    import numpy as np
    import shapely

    from geo.border.durand import durand_line

    points = located.geometry.to_numpy()
    found = durand_line().locate(shapely.get_x(points), shapely.get_y(points))
    distance = found["distance_m"].to_numpy(dtype=float, na_value=np.inf)
    return np.asarray(distance <= NEAR_LINE_KM * 1000)


def possible_days(start: Ints, end: Ints, precision: Ints) -> tuple[Ints, Ints]:
    """First and last day on which events may have been, in days since 1970, by the precision of their dates.

    Between two days and a week the day given may be any of the week; a month or a year is meant whole.

    Examples
    --------
    >>> import numpy as np
    >>> day = np.array(["2026-04-27"], dtype="datetime64[D]").astype(int)
    >>> [str(one.astype("datetime64[D]")[0]) for one in possible_days(day, day, np.array([3]))]
    ['2026-04-01', '2026-04-30']
    """
    import numpy as np

    def whole(days: Ints, unit: str, by: int) -> Ints:
        moved: Any = days.astype("datetime64[D]").astype(unit) + by
        return np.asarray(moved.astype("datetime64[D]").astype(np.int64))

    month, year = "datetime64[M]", "datetime64[Y]"
    known = [precision == 2, precision == 3, precision == 4]
    first = np.select(known, [start - 3, whole(start, month, 0), whole(start, year, 0)], start)
    last = np.select(known, [end + 3, whole(end, month, 1) - 1, whole(end, year, 1) - 1], end)
    return first.astype(np.int64), last.astype(np.int64)


def _day_numbers(days: pd.Series) -> Ints:
    import numpy as np

    return np.asarray(days.to_numpy(dtype="datetime64[D]").astype(np.int64))


def _codes_in(values: pd.Series, order: Sequence[str]) -> Ints:
    """Numbers of texts in a vocabulary, -1 where missing."""
    import numpy as np
    import pandas as pd

    return np.asarray(pd.Index(list(order), dtype="object").get_indexer(values.astype("object")), np.int64)


def _present(rows: EventRows, names: Sequence[str]) -> list[str]:
    return [name for name in names if name in rows.table]


def _phases(phases: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Truces, talks, closures and fighting as spans of days; no last day where no end was found."""
    if phases is None:
        return []
    return [
        {
            "name": cell_text(row["name"]) or "",
            "kind": cell_text(row["kind"]) or "",
            "from": (row["date_start"].date() - EPOCH).days,
            "until": None if row["date_end"] != row["date_end"] else (row["date_end"].date() - EPOCH).days,
        }
        for row in phases.to_dict("records")
    ]


def _withheld(events: gpd.GeoDataFrame) -> dict[str, int]:
    """Events that may be looked at but not passed on, by data set.

    The row's licence decides. Rows of ACLED and GTD, whose terms forbid it, count also where none is given.
    """
    import numpy as np
    import pandas as pd

    def texts(name: str) -> pd.Series:
        if name not in events:
            return pd.Series("", index=range(len(events)), dtype="object")
        found = events[name].astype("object").reset_index(drop=True)
        return found.where(found.notna(), "").map(lambda one: str(one).strip())

    dataset = texts("dataset")
    prefix = texts("event_id").str.partition(":")[0] if len(events) else dataset
    told = pd.DataFrame({"licence": texts("licence"), "dataset": dataset})
    told["named"] = np.where(dataset != "", dataset, prefix)
    found: dict[str, int] = {}
    for (licence, given, named), n in told.value_counts(sort=False).items():
        told_licence = re.sub(r"[\s_]+", "-", str(licence).casefold())
        closed = next((name for name in CLOSED_DATASETS if str(named).casefold().startswith(name)), None)
        if NO_REDISTRIBUTION in told_licence or (closed and not told_licence):
            name = str(given) or closed or "no named data set"
            found[name] = found.get(name, 0) + int(n)
    return dict(sorted(found.items()))


def _by_event(table: pd.DataFrame | None) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    if table is not None:
        for row in table.to_dict("records"):
            found.setdefault(str(row["event_id"]), []).append(row)
    return found
