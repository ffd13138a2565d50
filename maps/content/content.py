"""What is on a map: events joined with where they may have happened, claims and sources.

Nothing here knows of HTML. The tables are read once and places located once; what lies in the frame and the
words for it come last, so that frames and languages share all else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from geo.arguments import checked
from geo.errors import SchemaError
from geo.vocab import EVENT_TYPES
from maps.content.basemap import base_credits
from maps.content.cards import cell_text
from maps.content.credits import district_credits, event_credits
from maps.content.event_places import (
    describe_places,
    is_elsewhere,
    locate_places,
    reason_words,
    tell_places_apart,
    word_places,
)
from maps.content.event_rows import Cards, Columns, EventRows
from maps.content.flows import flow_map
from maps.content.frame import data_extent, groups_in, with_places
from maps.content.gate_states import map_gates, with_states
from maps.content.laid import lay_marks, must_labels, with_events
from maps.content.marks import mark_groups
from maps.content.roads import road_credits
from maps.content.selection import choose_events, choose_places
from maps.content.standfirsts import standfirsts_of
from maps.content.titles import (
    comparison_warnings,
    key_rows,
    key_word,
    picture_of,
    sure_rows,
    titles_of,
)
from maps.content.withheld import withheld
from maps.spec.periods import EPOCH
from maps.style import HOLLOW, SHAPES, TYPES
from maps.words.words import LANGUAGES, date_range, number, plural, word

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    import geo
    from maps.content.event_places import Located
    from maps.content.flows import FlowMap
    from maps.content.frame import Extent
    from maps.content.gate_states import MapGates
    from maps.content.laid import Laid
    from maps.content.marks import MarkGroup
    from maps.content.titles import KeyRow, Picture
    from maps.spec.spec import MapSpec

    Ints = npt.NDArray[np.int64]

__all__ = ["Cards", "Columns", "EventRows", "MapContent", "map_content"]


@dataclass(frozen=True, eq=False)
class Gathered:
    """The events that a specification keeps and where they are, before any frame or word.

    Attributes
    ----------
    tables
        All that was read.
    rows
        The events by day, their places without words.
    reasons
        Numbers of what is not among the rows, by why: ``row at fault``, ``outside``, ``left out doubt``.
    """

    tables: geo.EventTables
    rows: EventRows
    reasons: dict[str, int]


@dataclass(frozen=True, eq=False)
class MapContent:
    """All that a renderer needs beside the base. Every count is of what is in the frame.

    Attributes
    ----------
    spec
        What was asked for.
    titles, subtitles
        Words above the map: what is drawn, and sentences made from it, from the longest form to the shortest,
        unless the specification has them.
    counted
        How many events are drawn: "75 events".
    outside
        "41 more lie outside this map."; empty where none does.
    method
        What belongs to "About" and not to the reader's first lines: what is not on the map and why, what was
        left out for doubt, rows at fault, the last day in the data; a sentence each.
    warnings
        What a comparison of two periods must say.
    as_of
        Words for the last day in the data.
    extent
        The first view: (west, south, east, north).
    picture
        What is drawn, counted.
    key
        The types in the picture with their counts.
    how_sure
        The ways in which they are drawn, of ``filled``, ``hollow`` and ``not said``, each with its words.
    gates
        What is told of the crossings in the frame.
    marks
        The events that are drawn together, each event in the picture in exactly one group.
    flows
        People who crossed, as lines; they are in ``laid``, too.
    laid
        What the user lays over the map.
    musts
        Labels of the places that the map must name.
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
    gathered, frame
        The events before a frame was laid over them, and the frame; nothing where the data give it.
    """

    spec: MapSpec
    titles: tuple[str, ...]
    subtitles: tuple[str, ...]
    counted: str
    outside: str
    method: tuple[str, ...]
    warnings: tuple[str, ...]
    as_of: str
    extent: Extent
    picture: Picture
    key: tuple[KeyRow, ...]
    how_sure: tuple[tuple[str, str], ...]
    gates: MapGates
    marks: tuple[MarkGroup, ...]
    flows: FlowMap
    laid: tuple[Laid, ...]
    musts: tuple[Laid, ...]
    rows: EventRows
    events: dict[str, Any]
    cards: Sequence[dict[str, Any]]
    gathered: Gathered
    frame: Extent | None
    credits: list[tuple[str, str | None]] = field(default_factory=list)
    withheld: dict[str, int] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What stands above the map where there is room."""
        return self.titles[0]

    @property
    def subtitle(self) -> str:
        """What stands under the title where there is room."""
        return self.subtitles[0]

    @property
    def tables(self) -> geo.EventTables:
        """All that was read."""
        return self.gathered.tables

    def in_frame(self, extent: Extent) -> MapContent:
        """The same events, of which those in a frame are counted, listed and drawn.

        Parameters
        ----------
        extent
            (west, south, east, north) in degrees, as it is drawn.
        """
        return _worded(self.gathered, self.spec, extent)

    def under(self, spec: MapSpec) -> MapContent:
        """The same events worded by another specification; nothing is read or located again."""
        return self if spec == self.spec else _worded(self.gathered, spec, self.frame)

    def in_language(self, lang: str) -> MapContent:
        """The same content in another language; nothing is read or located again."""
        return (
            self
            if lang == self.spec.lang
            else _worded(self.gathered, replace(self.spec, lang=lang), self.frame)
        )


@checked
def map_content(spec: MapSpec) -> MapContent:
    """Read, filter, locate and word the events of a map.

    Raises
    ------
    SchemaError
        If a province that the specification names is not one, or no event would be drawn and the
        specification does not allow that.
    """
    import geo

    tables = spec.events if isinstance(spec.events, geo.EventTables) else geo.read_events(spec.events)
    content = _worded(_gathered(tables, spec), spec, None)
    if not len(content.picture) and not spec.allow_empty and spec.ids != ():
        raise SchemaError(_nothing(content, tables))
    return content


def _gathered(tables: geo.EventTables, spec: MapSpec) -> Gathered:
    """Choose the events and locate their places, each place once."""
    events = choose_events(tables.events, spec)
    elsewhere = is_elsewhere(events)
    events = events[~elsewhere]
    numbers, firsts = tell_places_apart(events)
    located = locate_places(events.iloc[firsts])
    choice = choose_places(located, spec)
    kept = choice.kept[numbers]
    doubtful = int(choice.doubtful[numbers].sum())
    chosen = bool(spec.provinces or spec.countries or spec.near_line_km)
    return Gathered(
        tables,
        _rows(events[kept], numbers[kept], located, tables),
        {
            "row at fault": tables.counts["rejected"],
            # With places chosen, what lies elsewhere is not asked for.
            "outside": 0 if chosen else int(elsewhere.sum()),
            "left out doubt": doubtful,
        },
    )


def _rows(
    events: gpd.GeoDataFrame, numbers: Ints, located: Located, tables: geo.EventTables, lang: str = ""
) -> EventRows:
    """Events by day; places numbered by how many events they have: small numbers for those met often."""
    import numpy as np

    events = events.assign(_place=numbers).sort_values(["date_start", "event_id"], kind="stable")
    numbers = events["_place"].to_numpy(dtype=np.int64)
    used, first, back, counts = np.unique(numbers, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -counts))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return EventRows(
        table=events.drop(columns="_place"),
        place=rank[back.ravel()],
        places=describe_places(located.take(used[order].tolist())),
        claims=_by_event(tables.claims),
        sources=_by_event(tables.sources),
        lang=lang,
    )


def _worded(gathered: Gathered, spec: MapSpec, frame: Extent | None) -> MapContent:
    """Lay a frame over the events, count what is in it, and add the words."""
    lang = spec.lang
    rows, marks, extent, outside = _framed(gathered, spec, frame or spec.extent)
    gates = map_gates(spec, rows, extent)
    marks = with_states(marks, gates, lang)
    places = rows.places
    picture = picture_of(rows, marks)
    standfirsts = standfirsts_of(spec, picture, rows)
    as_of = _as_of(rows.table, lang)
    flows = flow_map(spec)
    title = spec.title or flows.title
    own = flows.subtitle if spec.subtitle is None else spec.subtitle
    subtitles = (own,) if own or spec.subtitle is not None else standfirsts
    laid = (*flows.lines, *with_events(lay_marks(spec.marks, lang), rows, marks, lang))
    musts = must_labels(spec.must_label, lang)
    return MapContent(
        spec=spec,
        titles=(title,) if title else titles_of(spec, picture, rows, marks, gathered.tables),
        subtitles=subtitles,
        counted=plural(lang, "events", len(picture)) if len(picture) else word(lang, "no events"),
        outside=plural(lang, "outside map", outside) if outside else "",
        method=tuple(_method(gathered, rows, picture, spec, as_of)),
        warnings=(
            *comparison_warnings(spec, picture),
            *flows.warnings,
            *dict.fromkeys(said for one in (*laid, *musts) for said in one.warnings),
        ),
        as_of=as_of,
        extent=extent,
        picture=picture,
        key=key_rows(picture, spec),
        how_sure=sure_rows(picture, lang),
        gates=gates,
        marks=marks,
        flows=flows,
        laid=laid,
        musts=musts,
        rows=rows,
        events={
            "cols": Columns(rows),
            "areas": places.shapes,
            "types": _types(spec),
            "provinces": places.provinces,
            "phases": _phases(gathered.tables.phases),
        },
        cards=Cards(rows),
        gathered=gathered,
        frame=frame,
        credits=[
            *event_credits(rows.table, lang),
            *((text, None) for text in spec.credits),
            *((one.text, None) for one in laid if one.kind == "credit"),
            *([(flows.credit, None)] if flows.credit else []),
            *base_credits(relief=spec.relief),
            *((text, None) for text in district_credits()),
            *((text, None) for text in road_credits() if "roads" not in spec.hide),
        ],
        withheld=withheld(rows.table),
    )


def _framed(
    gathered: Gathered, spec: MapSpec, frame: Extent | None
) -> tuple[EventRows, tuple[MarkGroup, ...], Extent, int]:
    """Rows and groups that stand in a frame, that of the data without one; how many events lie outside it."""
    import numpy as np

    rows = replace(gathered.rows, places=word_places(gathered.rows.places, spec.lang), lang=spec.lang)
    marks = mark_groups(rows, spec.lang)
    extent = frame or with_places(data_extent(marks, _codes(spec)), _laid_points(spec), bool(marks))
    inside = groups_in(marks, extent)
    drawn = {row for group in inside for row in group.events}
    outside = sum(len(group.events) for group in marks) - len(drawn)
    if not outside or rows.places.located is None:
        return rows, inside, extent, 0
    # What is not on any map stays among the rows, with its reason.
    never = set(range(len(rows))) - set(rows.shown)
    kept = np.array(sorted(drawn | never), dtype=np.int64)
    fewer = _rows(rows.table.iloc[kept], rows.place[kept], rows.places.located, gathered.tables, spec.lang)
    fewer = replace(fewer, places=word_places(fewer.places, spec.lang))
    new = {int(old): number for number, old in enumerate(kept)}
    return fewer, tuple(_renumbered(group, new, fewer) for group in inside), extent, outside


def _laid_points(spec: MapSpec) -> list[tuple[float, float]]:
    """Places of what the user lays over the map, which the first view holds."""
    laid = (*flow_map(spec).lines, *lay_marks(spec.marks, "en"))
    places = [(one.lon, one.lat) for one in laid if one.lon is not None and one.lat is not None]
    return [*places, *(one.to for one in laid if one.to is not None)]


def _renumbered(group: MarkGroup, new: dict[int, int], rows: EventRows) -> MarkGroup:
    """A group after rows were left out: other numbers of its rows and of its area."""
    events = tuple(new[row] for row in group.events)
    areas = [rows.places.area[int(rows.place[row])] for row in events]
    return replace(group, events=events, area=next((area for area in areas if area >= 0), -1))


def _codes(spec: MapSpec) -> list[str]:
    """Codes of the provinces that a map is of."""
    from geo.places.unit_names import FORMER_AREAS, checked_areas

    return [FORMER_AREAS.get(code, code) for code in checked_areas(spec.provinces)] if spec.provinces else []


def _method(gathered: Gathered, rows: EventRows, picture: Picture, spec: MapSpec, as_of: str) -> list[str]:
    """What belongs to "About": what is not drawn and why, what is in doubt, the last day."""
    import numpy as np

    lang, places = spec.lang, rows.places
    counts = np.bincount(rows.place, minlength=len(places.grain)).tolist()
    reasons = {"outside": gathered.reasons["outside"]}
    for why, n in zip(places.reason, counts, strict=True):
        if why:
            reasons[why] = reasons.get(why, 0) + n
    order = sorted((why for why in reasons if reasons[why]), key=lambda why: (-reasons[why], why))
    listed = word(lang, "comma").join(
        f"{number(lang, reasons[why])} {reason_words(why, reasons[why], lang)}" for why in order
    )
    said = [word(lang, "not mapped", reasons=listed)] if listed else []
    for why, key in (("row at fault", "rows at fault"), ("left out doubt", "left out doubt")):
        if n := gathered.reasons[why]:
            said.append(plural(lang, key, n))
    if spec.since or spec.until or spec.compare:
        doubtful = int((rows.date_precision[list(picture.rows)] > 1).sum())
        if doubtful:
            said.append(plural(lang, "period doubt", doubtful))
    if any(rows.claims.get(one) for one in map(str, rows.table["event_id"].iloc[list(picture.rows)])):
        said.append(word(lang, "figures by party"))
    if LANGUAGES[lang].borrowed:
        said.append(word(lang, "names borrowed", language=LANGUAGES[str(LANGUAGES[lang].borrowed)].name))
    return [*said, *([as_of] if as_of else [])]


def _nothing(content: MapContent, tables: geo.EventTables) -> str:
    """Why a map would be empty, and what to do."""
    asked = [
        f"{name.replace('_', ' ')} {', '.join(map(str, value)) if isinstance(value, tuple) else value}"
        for name in ("types", "provinces", "countries", "since", "until", "compare", "near_line_km", "extent")
        if (value := getattr(content.spec, name))
    ]
    english = content.in_language("en")
    found = len(content.rows)
    why = f"of {len(tables.events):,} events read, {found:,} fit what was asked for"
    if asked:
        why += f" ({', '.join(asked)})"
    why += " and none of them can be drawn" if found else ""
    about = " ".join([*([english.outside] if english.outside else []), *english.method[:1]]) if found else ""
    return (
        f"the map would be empty: {why}. {about}".strip()
        + " Ask for more, or allow an empty map (allow_empty=True, --allow-empty)."
    )


def _types(spec: MapSpec) -> list[dict[str, str | None]]:
    return [
        {
            "key": name,
            "one": key_word(name, spec),
            "path": SHAPES[TYPES[name].shape],
            "hollow": HOLLOW.get(TYPES[name].shape),
        }
        for name in EVENT_TYPES
    ]


def _as_of(events: gpd.GeoDataFrame, lang: str) -> str:
    if events.empty:
        return ""
    last = events["date_end"].fillna(events["date_start"]).max().date()
    if isinstance(last, dt.date):
        return word(lang, "as of", date=date_range(lang, last))
    return ""


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


def _by_event(table: pd.DataFrame | None) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    if table is not None:
        for row in table.to_dict("records"):
            found.setdefault(str(row["event_id"]), []).append(row)
    return found
