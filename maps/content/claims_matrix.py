"""Who says what about the dead and the injured, as a matrix: events down, kinds of claimant across.

Whom was counted is a row within the event, so that comparable figures stand side by side. A figure for
several events has a row of its own, named by what it covers. Nothing is added up.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from geo.analysis.claims import claims
from geo.errors import SchemaError
from geo.events.figures import figure_of
from geo.events.tables import EventTables
from geo.places.spelling import ARABIC, folds
from geo.places.unit_names import province_code
from geo.sources.read import read_events
from maps.content.cards import cell_text, province_of, safe_link
from maps.content.place_names import Named, name_town
from maps.words.words import LANGUAGES, WORDS, date_range, number, plural, word

__all__ = [
    "COLUMNS",
    "Cell",
    "Group",
    "Matrix",
    "Row",
    "Statement",
    "claims_matrix",
    "figure_text",
    "whom_counted",
]

COLUMNS: Final = {
    "afghan authorities": ("afghan authorities",),
    "pakistan": ("pakistan",),
    "un": ("un",),
    "others": ("hospital", "ngo", "media", "armed group", "other"),
}
"""Columns of the matrix and the kinds of claimant in each."""

METRICS: Final = ("killed", "injured")


@dataclass(frozen=True)
class Statement:
    """What one claimant said on one day of one group of people: both metrics, and who said it.

    Attributes
    ----------
    figures
        Pairs of (words before the number, number, words after), such as ("at least", "17", "killed").
    """

    figures: tuple[tuple[str, str, str], ...]
    claimant: str
    stated: str
    detail: str
    note: str
    url: str | None
    revision: int
    claim_ids: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """Statements of one column, in order of date."""

    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Row:
    """A group of people that was counted, and what each column says of it."""

    group: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    """An event, or what a figure for several of them covers, with its rows.

    Attributes
    ----------
    kind
        ``event``, ``part`` (of an event above), or ``covers``.
    sure
        How far the account of the event is supported; empty for ``covers``.
    members
        Ids of the events that the figures are for.
    """

    kind: str
    date: str
    name: str
    about: str
    sure: str
    members: tuple[str, ...]
    rows: tuple[Row, ...]
    section: str = ""


@dataclass(frozen=True)
class Matrix:
    """All that a table of claims needs; the words are in its language."""

    title: str
    standfirst: str
    heads: tuple[str, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    source: str
    lang: str
    claims: pd.DataFrame = field(repr=False)


NUMBER_ALONE: Final = ("exactly", "between")
"""Figures whose numbers say it all."""


def claims_matrix(
    events: EventTables | None = None,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    ids: Sequence[str] = (),
    as_of: dt.date | None = None,
    lang: str = "en",
) -> Matrix:
    """The claims about events as a matrix.

    Parameters
    ----------
    events
        Tables; the shipped ones if not given.
    since, until
        First and last day of the events.
    ids
        These events alone.
    as_of
        Only what had been stated by this day.
    lang
        Language of the words.

    Raises
    ------
    SchemaError
        If there is no claim about the events asked for.
    """
    tables = events if events is not None else read_events()
    found = claims(tables, as_of=as_of)
    days = found["date_start"].dt.date
    if since is not None:
        found = found[days >= since]
    if until is not None:
        found = found[found["date_start"].dt.date <= until]
    if ids:
        found = found[found["event_id"].isin(list(ids)) | _covers_any(found["covers"], ids)]
    if found.empty:
        raise SchemaError("no claim about these events is in the table")
    return Matrix(
        title=word(lang, "matrix title"),
        standfirst=word(lang, "matrix standfirst", period=_period(found, tables.events, lang)),
        heads=tuple(word(lang, f"matrix of {name}") for name in COLUMNS),
        groups=_groups(found, tables, lang),
        notes=(word(lang, "matrix dash"), word(lang, "matrix note")),
        source=_source(tables, lang),
        lang=lang,
        claims=found,
    )


def figure_text(low: object, high: object, bound: object, lang: str) -> tuple[str, str]:
    """A figure as words and number: ("at least", "17"), ("", "45 to 50"), ("none", "")."""
    figure = figure_of(low, high, bound)
    digits = [number(lang, f"{value:,}") for value in figure.numbers]
    shown = word(lang, "range", low=digits[0], high=digits[1]) if len(digits) == 2 else "".join(digits)
    words = figure.words.removesuffix("_between").replace("_", " ")
    return ("" if words in NUMBER_ALONE else word(lang, f"figure {words}")), shown


def _covers_any(covers: pd.Series, ids: Sequence[str]) -> pd.Series:
    wanted = set(ids)
    return covers.map(lambda text: bool(wanted & set(str(text).split(";")))).astype(bool)


def _groups(found: pd.DataFrame, tables: EventTables, lang: str) -> tuple[Group, ...]:
    """Events in order of time, and below the last of its members what a figure for several of them says."""
    several = found["covers"].fillna("").str.contains(":")
    members = {str(text): tuple(str(text).split(";")) for text in found.loc[several, "covers"].unique()}
    wanted = set(found["event_id"]) | {one for some in members.values() for one in some}
    events = tables.events[tables.events["event_id"].isin(list(wanted))]
    events = events.sort_values(["date_start", "event_id"], kind="stable").set_index("event_id")
    last = {text: max(some, key=lambda one: list(events.index).index(one)) for text, some in members.items()}
    groups: list[Group] = []
    section = ""
    for event_id, row in events.iterrows():
        mine = found[found["event_id"] == event_id]
        made = _event_groups(str(event_id), row, mine, lang, shown=event_id in _members(members))
        for text, where in last.items():
            if where == event_id:
                name = _together(members[text], events, lang)
                rows = _rows(found[found["covers"] == text], lang)
                made.append(Group("covers", "", name, word(lang, "matrix together"), "", members[text], rows))
        now = _section(row["date_start"], tables.phases, lang)
        if made and now != section:
            made[0] = dataclasses.replace(made[0], section=now)
            section = now
        groups += made
    return tuple(groups)


def _sure(row: pd.Series, lang: str) -> str:
    """How far the account of an event is supported, in words; empty where the table does not say."""
    grade = cell_text(row.get("verification"))
    return word(lang, f"{grade} short") if grade else ""


def _members(members: dict[str, tuple[str, ...]]) -> set[str]:
    return {one for some in members.values() for one in some}


def _event_groups(
    event_id: str, row: pd.Series, mine: pd.DataFrame, lang: str, *, shown: bool
) -> list[Group]:
    """An event with its own figures, and those that its claims give for an area or a period."""
    own = mine[mine["covers"].isna()]
    areas = mine[mine["covers"].notna() & ~mine["covers"].fillna("").str.contains(":")]
    base = Group(
        kind="part" if isinstance(row.get("part_of"), str) else "event",
        date=date_range(lang, row["date_start"].date(), _end(row)),
        name=_name(row, lang),
        about=plural(lang, str(row["event_type"]), 1),
        sure=_sure(row, lang),
        members=(event_id,),
        rows=_rows(own, lang) or (Row("", tuple(Cell() for _ in COLUMNS)),),
    )
    made = [base] if len(own) or (shown and areas.empty) else []
    for covers, some in areas.groupby("covers", sort=False):
        rows = _rows(some, lang)
        if not made:
            # An event whose only figures are for its whole area is told by them.
            made.append(dataclasses.replace(base, about=f"{base.about}: {covers}", rows=rows))
        else:
            made.append(Group("covers", "", str(covers), word(lang, "matrix area"), "", (event_id,), rows))
    return made


def _rows(mine: pd.DataFrame, lang: str) -> tuple[Row, ...]:
    rows = []
    for group, some in mine.groupby("group", sort=False):
        cells = tuple(
            Cell(_statements(some[some["claimant_kind"].astype("str").isin(kinds)], lang))
            for kinds in COLUMNS.values()
        )
        rows.append(Row(whom_counted(str(group), lang), cells))
    return tuple(rows)


def whom_counted(group: str, lang: str) -> str:
    """A group counted in words of the language, else in those of its claimant."""
    key = f"whom {group}"
    return word(lang, key) if key in WORDS["en"] else group


def _statements(some: pd.DataFrame, lang: str) -> tuple[Statement, ...]:
    found: list[Statement] = []
    if some.empty:
        # Most cells are: few events have figures of every kind of claimant.
        return ()
    # A claimant's figures of one day for killed and injured are one statement; a second figure of one metric
    # on that day is another, so that none is lost.
    days = some["stated_on"].dt.strftime("%Y-%m-%d").fillna("")
    keys = [some["claimant"].fillna("").astype("str"), days, some["source_url"].fillna("").astype("str")]
    keys.append(some.groupby([*keys, some["metric"].astype("str")], sort=False).cumcount())
    for _, rows in some.groupby(keys, sort=False):
        by_metric = {str(row["metric"]): row for row in rows.to_dict("records")}
        figures = tuple(
            (*figure_text(row["low"], row["high"], row["bound"], lang), word(lang, f"figure {metric}"))
            for metric in METRICS
            if (row := by_metric.get(metric)) is not None
        )
        first: dict[str, Any] = rows.iloc[0].to_dict()
        details = dict.fromkeys(_detail(who) for who in rows["who"])
        notes = dict.fromkeys(note for note in rows["note"] if isinstance(note, str) and note)
        day = first["stated_on"]
        found.append(
            Statement(
                figures=figures,
                claimant=cell_text(first["claimant"]) or word(lang, "claimant not stated"),
                stated="" if pd.isna(day) else date_range(lang, day.date()),
                detail="; ".join(detail for detail in details if detail),
                note=" ".join(notes),
                url=safe_link(first["source_url"]),
                revision=int(first["revision"]),
                claim_ids=tuple(str(one) for one in rows["claim_id"]),
            )
        )
    return tuple(found)


def _detail(who: object) -> str:
    """What stands in brackets or after a comma of whom was counted."""
    text = who if isinstance(who, str) else ""
    inside = re.search(r"\((.*)\)|,\s*((?:including|mostly|of them)\b.*)$", text)
    return (inside[1] or inside[2]) if inside else ""


def _name(row: pd.Series, lang: str = "en") -> str:
    place = re.sub(r"\s*\([^)]*\)", "", cell_text(row.get("place")) or "").strip(" ,;")
    province = cell_text(row.get("adm1_source"))
    if province and "/" not in province and province.casefold() not in place.casefold():
        place = f"{place}, {province}" if place else province
    return _translated(place, row, lang) or place


def _translated(name: str, row: pd.Series, lang: str) -> str | None:
    """A name of a place in the language; None unless each part of it is a place or province that we know."""
    if not LANGUAGES[lang].column or not name:
        return None
    point = row.get("geometry")
    found = []
    for part in name.split(", "):
        code = province_code(part)
        own = province_of({"adm1": code}, lang) if code else None
        if own is None and point is not None and not point.is_empty:
            town = name_town(part, point.x, point.y)
            own = town.named(lang) if isinstance(town, Named) and _says(town.name, part) else None
        if not own or not ARABIC.search(own):
            return None
        found.append(own)
    return word(lang, "comma").join(found)


def _says(name: str, part: str) -> bool:
    """Whether a part of a text is the name of a place itself, and no word more."""
    return bool(set(folds(name)) & set(folds(part)))


def _together(members: tuple[str, ...], events: pd.DataFrame, lang: str) -> str:
    names = []
    for member in members:
        row = events.loc[member]
        district = cell_text(row.get("adm2_source"))
        names.append(
            district.split(" / ")[0] if district else cell_text(row.get("adm1_source")) or _name(row, lang)
        )
    names = list(dict.fromkeys(names))
    return word(lang, "and").join(part for part in (word(lang, "comma").join(names[:-1]), names[-1]) if part)


def _section(day: pd.Timestamp, phases: pd.DataFrame, lang: str) -> str:
    """The phase of fighting, truce or ceasefire that had begun last, with its days."""
    kept = phases[phases["kind"].isin(["fighting", "truce", "ceasefire"]) & (phases["date_start"] <= day)]
    kept = kept[kept["date_end"].isna() | (kept["date_end"] >= day)]
    if kept.empty:
        return ""
    row = kept.sort_values("date_start").iloc[-1]
    end = None if pd.isna(row["date_end"]) else row["date_end"].date()
    period = date_range(lang, row["date_start"].date(), end)
    return f"{word(lang, 'from day', day=period) if end is None else period}: {row['name']}"


def _end(row: pd.Series) -> dt.date | None:
    end = row.get("date_end")
    return None if end is None or pd.isna(end) else end.date()


def _period(found: pd.DataFrame, events: pd.DataFrame, lang: str) -> str:
    """From the first day of the events to the last day of the last."""
    mine = events[events["event_id"].isin(found["event_id"])]
    last = mine["date_end"].fillna(mine["date_start"]).max()
    return date_range(lang, mine["date_start"].min().date(), last.date())


def _source(tables: EventTables, lang: str) -> str:
    sets = dict.fromkeys(
        f"{name} {version}".strip()
        for name, version in zip(
            tables.events["dataset"].fillna("").astype("str"),
            tables.events["dataset_version"].fillna("").astype("str"),
            strict=True,
        )
        if name
    )
    named = ["durand " + one.removeprefix("apb ") if one.startswith("apb") else one for one in sets]
    return word(lang, "matrix source", source=word(lang, "comma").join(named) or word(lang, "not known"))
