"""People who crossed, as lines from gates to provinces: figures of one source and one period, none added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.analysis.crossing_flows import read_crossing_flows
from geo.boundaries.layers import read_crossings
from geo.errors import SchemaError
from geo.types import GEOD
from maps.content.basemap import unit_seats
from maps.content.cards import province_of
from maps.content.event_places import unit_names
from maps.content.gate_states import crossing_name
from maps.content.laid import Laid
from maps.spec.marks import Mark
from maps.spec.spec import PUBLISHED
from maps.words.words import date_range, number, plural, word

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from maps.spec.spec import MapSpec

__all__ = ["FlowMap", "flow_map", "flow_width"]

LISTED: Final = 12
"""Up to this many figures are all in the key; of more it shows two samples."""

WIDEST_PX: Final = 13.0
"""Width of the line of the largest figure; of the others in proportion."""

LEAST_PX: Final = 1.2
"""No line is thinner, however few its people."""

THROUGH_M: Final = 40_000.0
"""How far a line leads beyond its gate where the source says no more than the country."""

COLOUR: Final = "green"


@dataclass(frozen=True)
class FlowMap:
    """The lines of a map of people who crossed.

    Attributes
    ----------
    lines
        One a figure, the largest first, so that thin lines lie over wide ones.
    title, subtitle
        What is drawn, of whom, by whom.
    credit
        Source and pages.
    key
        Words and width of the lines, the largest first; of many two samples.
    told
        A sentence with every figure, for those who cannot see.
    warnings
        Rows that were rejected.
    """

    lines: tuple[Laid, ...] = ()
    title: str = ""
    subtitle: str = ""
    credit: str = ""
    key: tuple[tuple[str, float], ...] = ()
    told: str = ""
    warnings: tuple[str, ...] = ()


def flow_width(people: int, most: int) -> float:
    """Width of a line in pixels, in proportion to its people.

    Examples
    --------
    >>> flow_width(4000, 4000), flow_width(1000, 4000), flow_width(1, 4000)
    (13.0, 3.25, 1.2)
    """
    return max(LEAST_PX, round(WIDEST_PX * people / max(most, 1), 2))


def flow_map(spec: MapSpec) -> FlowMap:
    """The lines of a specification's table of flows; none where it has no table.

    Raises
    ------
    SchemaError
        If the table has several sources or several periods and none is chosen, two figures for one line, or
        nothing to draw.
    """
    if spec.flows is None:
        return FlowMap()
    read = read_crossing_flows(None if spec.flows == PUBLISHED else spec.flows)
    rows = _chosen(read.of(spec.flow_source), spec)
    lang = spec.lang
    most = int(rows["people"].max())
    records: list[dict[str, Any]] = rows.sort_values("people", ascending=False, kind="stable").to_dict(
        "records"
    )
    first, last, source = rows["date_from"].iloc[0], rows["date_to"].iloc[0], str(rows["source"].iloc[0])
    period = date_range(lang, first.date(), last.date())
    pages = [page for page in rows["source_url"].dropna().astype(str).unique() if page]
    notes = [note for note in rows["note"].dropna().astype(str).unique() if note]
    ends = [_ends(row, lang) for row in records]
    figures = [_people(row, lang) for row in records]
    told = [
        word(lang, "flow line", gate=gate, place=place, people=figure)
        for (gate, place, _, _), figure in zip(ends, figures, strict=True)
    ]
    widths = [flow_width(int(row["people"]), most) for row in records]
    subtitle = word(lang, "flow subtitle", source=source)
    return FlowMap(
        lines=tuple(_line(row, end, most, lang) for row, end in zip(records, ends, strict=True)),
        title=word(lang, "flow title", period=period),
        subtitle=" ".join([subtitle, *notes]),
        credit=" ".join([word(lang, "flow credit", source=source), *pages]),
        key=tuple(zip(told, widths, strict=True)) if len(told) <= LISTED else _key(most, lang),
        told=f"{subtitle} {word(lang, 'gate between').join(told)}.",
        warnings=tuple(
            f"flows: row {row.row} {row.column} {row.value!r}: {row.reason}"
            for row in read.rejected.itertuples(index=False)
        ),
    )


def _chosen(rows: pd.DataFrame, spec: MapSpec) -> pd.DataFrame:
    """The figures of the one period within the days asked for."""
    import pandas as pd

    if spec.since:
        rows = rows[rows["date_from"] >= pd.Timestamp(str(spec.since))]
    if spec.until:
        rows = rows[rows["date_to"] <= pd.Timestamp(str(spec.until))]
    if rows.empty:
        raise SchemaError("no figure of people who crossed lies wholly within the days asked for")
    periods = rows[["date_from", "date_to"]].drop_duplicates().sort_values(["date_from", "date_to"])
    if len(periods) > 1:
        named = ", ".join(f"{_iso(a)} to {_iso(b)}" for a, b in periods.head(6).itertuples(index=False))
        raise SchemaError(
            f"figures of {len(periods)} periods ({named}) are not added up; choose one with since and until"
        )
    twice = rows[rows.duplicated(["crossing_id", "from", "to"], keep=False)]
    if len(twice):
        row = twice.iloc[0]
        raise SchemaError(
            f"{len(twice)} figures for one line, {row['crossing_id']} from {row['from']} to {row['to']}; "
            "keep one"
        )
    return rows


def _iso(day: dt.date) -> str:
    return f"{day:%Y-%m-%d}"


def _ends(row: dict[str, Any], lang: str) -> tuple[str, str, tuple[float, float], tuple[float, float]]:
    """Names of gate and place, and where the line begins and ends.

    It begins at the gate; where the origin alone is a province, it ends there. Of a country it goes a little
    way into it.
    """
    gate = read_crossings().set_index("crossing_id").loc[row["crossing_id"]]
    at = (float(gate["geometry"].x), float(gate["geometry"].y))
    inwards = "-" in row["from"] and "-" not in row["to"]
    code = str(row["from"] if inwards else row["to"])
    seat = unit_seats(code)[0]
    place = (float(seat[0]), float(seat[1]))
    if "-" not in code:
        # Nobody went to the middle of a country: the line leads through the gate and stops.
        azimuth, _, _ = GEOD.inv(*at, *place)
        lon, lat, _ = GEOD.fwd(*at, azimuth, THROUGH_M)
        place = (float(lon), float(lat))
    name = _unit_name(code, lang)
    return crossing_name(gate, lang), name, place if inwards else at, at if inwards else place


def _unit_name(code: str, lang: str) -> str:
    if "-" not in code:
        return word(lang, code)
    return province_of({"adm1": code, "adm1_name": unit_names().get(code)}, lang) or code


def _line(
    row: dict[str, Any], end: tuple[str, str, tuple[float, float], tuple[float, float]], most: int, lang: str
) -> Laid:
    people = int(row["people"])
    gate, name, begin, stop = end
    # A line that only leads through a gate is named after it.
    name = name if "-" in f"{row['from']}{row['to']}" else gate
    mark = Mark(kind="arrow", at=begin, to=stop, colour=COLOUR, exact="a crossing and a province")
    return Laid(
        mark, f"{name} {_bounded(row, lang)}", *begin, to=stop, gate=True, width=flow_width(people, most)
    )


def _bounded(row: dict[str, Any], lang: str) -> str:
    """A figure in digits, with how it was said where that is not exactly."""
    digits = number(lang, f"{int(row['people']):,}")
    bound = row["bound"]
    said = isinstance(bound, str) and bound != "exactly"
    return word(lang, f"bound {bound}", n=digits) if said else digits


def _people(row: dict[str, Any], lang: str) -> str:
    return plural(lang, "people", int(row["people"]), n=_bounded(row, lang))


def _key(most: int, lang: str) -> tuple[tuple[str, float], ...]:
    """The largest figure, and a round one of about a quarter of it."""
    step = 10 ** (len(str(max(most // 4, 1))) - 1)
    quarter = max(most // 4 // step * step, 1)
    kept = dict.fromkeys((most, quarter))
    return tuple(
        (plural(lang, "people", one, n=number(lang, f"{one:,}")), flow_width(one, most)) for one in kept
    )
