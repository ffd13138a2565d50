"""What is on a map: events joined with where they may have happened, claims and sources, as plain records.

Nothing here knows of HTML. An event that is known to a site or a town becomes a place; one known to a
district, province or country becomes an area; one known only to be along the line becomes a stretch of it.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from geo.errors import SchemaError
from geo.vocab import EVENT_TYPES, SIDES, VERIFICATIONS, WHERE_PRECISIONS
from maps.basemap import base_credits, name_seats, read_basemap
from maps.cards import (
    AREA,
    NOWHERE,
    PLACE,
    STRETCH,
    card,
    cell_text,
    claim_lines,
    dates,
    headline,
    province_of,
    source_lines,
    upper,
)
from maps.periods import in_period, period_words
from maps.style import HOLLOW, SHAPES, TYPES
from maps.words import date_range, number, plural, word

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import shapely

    import geo
    from maps.spec import MapSpec

__all__ = ["MapContent", "map_content", "packed_rings", "parts_of_line"]

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

SURE: Final = ("reported", "verified")
"""Verifications drawn filled; the others are drawn hollow."""

VERIFICATION_ORDER: Final = (*VERIFICATIONS, None)
SIDE_ORDER: Final = (*SIDES, None)
PRECISION_ORDER: Final = WHERE_PRECISIONS
"""What the numbers in the columns stand for; nothing where the table says nothing."""

NO_REDISTRIBUTION: Final = "no-redistribution"
"""Licence of rows that may be counted and drawn, and not passed on."""

CLOSED_DATASETS: Final = ("acled", "gtd")
"""Data sets whose terms forbid passing rows on."""

EPOCH: Final = dt.date(1970, 1, 1)

POSSIBLE_SHARE: Final = 0.01
"""An event may lie in a province that has this share of its area."""

REGION: Final = (58.0, 22.5, 80.0, 40.0)
"""What the embedded base covers; an event outside it is listed, not mapped."""

NEAR_LINE_KM: Final = 200.0
"""Events nearer to the line than this decide the first view."""

DEFAULT_EXTENT: Final = (60.5, 29.0, 75.0, 37.2)
DISCS: Final = ("site", "town", "near", "district")
DISC_SPREAD: Final = 0.02
ROUND_CORNERS: Final = 12
SMOOTH_DEG: Final = 0.002


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
    events
        Columns that draw the events, with their headlines.
    cards
        One record for each event, in the order of the columns; parsed when a card opens.
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
    events: dict[str, Any]
    cards: list[dict[str, Any]]
    credits: list[tuple[str, str | None]] = field(default_factory=list)
    withheld: dict[str, int] = field(default_factory=dict)


def map_content(spec: MapSpec) -> MapContent:
    """Read, filter, locate and word the events of a map.

    Raises
    ------
    SchemaError
        If a province that the specification names is not one.
    """
    import geo

    tables = spec.events if isinstance(spec.events, geo.EventTables) else geo.read_events(spec.events)
    located = geo.locate(_chosen(tables.events, spec))
    if spec.provinces:
        located = located[located["adm1"].isin(_province_codes(spec.provinces))]
    located = located.sort_values(["date_start", "event_id"], kind="stable")
    return _worded(located, tables, spec)


def _chosen(events: gpd.GeoDataFrame, spec: MapSpec) -> gpd.GeoDataFrame:
    """The events that the specification keeps by date and type."""
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
        spans = [[(day - EPOCH).days for day in _days(row)] for row in events.to_dict("records")]
        kept = [any(in_period(period, *span) for period in spec.periods) for span in spans]
        keep &= pd.Series(kept, index=events.index, dtype=bool)
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


def _worded(events: gpd.GeoDataFrame, tables: geo.EventTables, spec: MapSpec) -> MapContent:

    lang = spec.lang
    loci = _loci(events)
    side_shares = _side_shares(events)
    areas = _Areas()
    claims = _by_event(tables.claims)
    sources = _by_event(tables.sources)
    columns: dict[str, list[Any]] = {
        name: []
        for name in (
            *("id", "type", "day", "from", "until", "lon", "lat", "grain", "area", "sure"),
            *("verification", "side", "precision", "provinces", "head", "date", "why"),
        )
    }
    provinces = _provinces(events)
    cards = []
    reasons: dict[str, int] = {}
    rejected = tables.counts["rejected"]
    if rejected:
        reasons["row at fault"] = rejected
    for index, row in zip(events.index, events.to_dict("records"), strict=True):
        locus = loci[index]
        grain, why = _grain(row, locus)
        if why:
            reasons[why] = reasons.get(why, 0) + 1
        where = areas.number(row, grain, locus) if why is None and grain != PLACE else -1
        columns["id"].append(str(row["event_id"]))
        columns["type"].append(EVENT_TYPES.index(row["event_type"]))
        first, last = _days(row)
        columns["day"].append((row["date_start"].date() - EPOCH).days)
        columns["from"].append((first - EPOCH).days)
        columns["until"].append((last - EPOCH).days)
        columns["lon"].append(_degree(row["geometry"], "x", grain))
        columns["lat"].append(_degree(row["geometry"], "y", grain))
        columns["grain"].append(NOWHERE if why else grain)
        columns["area"].append(where)
        columns["sure"].append(int(cell_text(row.get("verification")) in (None, *SURE)))
        verification = cell_text(row.get("verification"))
        columns["verification"].append(VERIFICATION_ORDER.index(verification))
        columns["side"].append(SIDE_ORDER.index(cell_text(row.get("side"))))
        columns["precision"].append(PRECISION_ORDER.index(cell_text(row.get("where_precision")) or "site"))
        columns["provinces"].append(provinces.get(index, []))
        columns["head"].append(headline(row, grain, lang))
        columns["date"].append(dates(row, lang))
        columns["why"].append(_reason(why, 1, lang) if why else "")
        radius = areas.radius_m(row, locus)
        cards.append(
            card(row, grain, radius, lang, side_shares.get(row["event_id"]))
            | {
                "claims": claim_lines(claims.get(str(row["event_id"]), []), lang),
                "sources": source_lines(sources.get(str(row["event_id"]), []), row, lang),
            }
        )
    mapped = sum(grain != NOWHERE for grain in columns["grain"])
    compared = (period_words(one, lang) for one in spec.periods)
    period = word(lang, "and").join(one[:1].lower() + one[1:] for one in compared) or _period(events, lang)
    return MapContent(
        title=spec.title or _title(spec, period),
        subtitle=word(lang, "subtitle") if spec.subtitle is None else spec.subtitle,
        counted=_counted(mapped, reasons, lang),
        as_of=_as_of(events, lang),
        extent=spec.extent or _extent(events, columns["grain"]),
        events={
            "cols": columns,
            "areas": areas.shapes,
            "types": _types(lang),
            "provinces": _province_names(columns["provinces"], lang),
            "phases": _phases(tables.phases),
        },
        cards=cards,
        credits=[*base_credits(), *_credits(events), *((text, None) for text in spec.credits)],
        withheld=_withheld(events),
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


def _grain(row: dict[str, Any], locus: Any) -> tuple[int, str | None]:  # noqa: ANN401 - shapely or nothing
    """How an event is drawn, and why it is not, if it is not."""
    precision = cell_text(row.get("where_precision")) or "site"
    grain = GRAIN.get(precision, NOWHERE)
    point = row["geometry"]
    off = cell_text(row.get("off_map"))
    if off:
        reason = off.split(":")[0].strip()
        return grain, reason
    if grain == STRETCH and locus is not None and not locus.is_empty:
        return grain, None
    missing = point is None or point.is_empty
    if (
        grain == NOWHERE
        or (grain == PLACE and missing)
        or (grain == AREA and (locus is None or locus.is_empty))
    ):
        return NOWHERE, "unknown place"
    west, south, east, north = REGION
    if not missing and not (west <= point.x <= east and south <= point.y <= north):
        return grain, "outside"
    return grain, None


class _Areas:
    """The areas and stretches of a map, each once however many events share it."""

    def __init__(self) -> None:
        self.shapes: list[dict[str, Any]] = []
        self._numbers: dict[Any, int] = {}

    def number(self, row: dict[str, Any], grain: int, locus: shapely.Geometry) -> int:
        key, build = self._plan(row, grain, locus)
        if key not in self._numbers:
            self._numbers[key] = len(self.shapes)
            self.shapes.append(build())
        return self._numbers[key]

    @staticmethod
    def radius_m(row: dict[str, Any], locus: shapely.Geometry | None) -> float | None:
        """The radius of a locus that is a disc, or part of one, about the stored point; else nothing."""
        import numpy as np
        import pyproj
        import shapely

        point = row["geometry"]
        if cell_text(row.get("where_precision")) not in DISCS or locus is None or point is None:
            return None
        if locus.is_empty or point.is_empty:
            return None
        rim = shapely.get_coordinates(locus)
        _, _, metres = pyproj.Geod(ellps="WGS84").inv(
            np.full(len(rim), point.x), np.full(len(rim), point.y), rim[:, 0], rim[:, 1]
        )
        radius = float(np.max(metres))
        round_part = np.count_nonzero(np.asarray(metres) >= radius * (1 - DISC_SPREAD))
        return round(radius, -2) if round_part >= ROUND_CORNERS else None

    def _plan(self, row: dict[str, Any], grain: int, locus: shapely.Geometry) -> tuple[Any, Any]:
        precision = cell_text(row.get("where_precision"))
        unit = (
            row.get("adm1")
            if precision == "province"
            else row.get("adm0")
            if precision == "country"
            else None
        )
        if grain == STRETCH:
            return locus.wkb, lambda: _stretch(locus)
        if isinstance(unit, str) and unit in read_basemap().units:
            return (
                unit,
                lambda: (
                    _polygon(read_basemap().units[unit]) | {"seats": name_seats(read_basemap().units[unit])}
                ),
            )
        return locus.wkb, lambda: _polygon(locus.simplify(SMOOTH_DEG))


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


def _loci(events: gpd.GeoDataFrame) -> dict[Any, shapely.Geometry | None]:
    """Where each event may have happened, by index: an area, or parts of the line."""
    import geo
    from geo.locus import loci_of, points_of

    if events.empty:
        return {}
    if "where_precision" not in events:
        return dict(geo.loci(events))
    along = (events["where_precision"] == "border").to_numpy(dtype=bool, na_value=False)
    found: dict[Any, shapely.Geometry | None] = dict(geo.loci(events[~along]))
    lines = events[along]
    for index, locus in zip(lines.index, loci_of(lines, points_of(lines)), strict=True):
        found[index] = None if locus is None else parts_of_line(locus.stretches)
    return found


def parts_of_line(stretches: tuple[tuple[float, float], ...]) -> shapely.MultiLineString:
    """Parts of the drawn line between chainages of the full one, in km."""
    import numpy as np
    import shapely
    from shapely.ops import substring

    from geo.border import Border

    border = Border.durand()
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


def _degree(point: shapely.Point | None, axis: str, grain: int) -> float | None:
    if point is None or point.is_empty or grain not in (PLACE, AREA):
        return None
    return round(float(getattr(point, axis)), 4)


def _reason(why: str, n: int, lang: str) -> str:
    return plural(lang, why, n) if why in OFF_MAP else why


def _counted(mapped: int, reasons: dict[str, int], lang: str) -> str:
    everything = mapped + sum(reasons.values())
    if everything == 0:
        return word(lang, "no events")
    if not reasons:
        return plural(lang, "all mapped", everything)
    order = sorted(reasons, key=lambda why: (-reasons[why], why))
    listed = word(lang, "comma").join(
        f"{number(lang, reasons[why])} {_reason(why, reasons[why], lang)}" for why in order
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


def _period(events: gpd.GeoDataFrame, lang: str) -> str:
    """The days that the events span; months where they span more than a year."""
    if events.empty:
        return ""
    first, last = _span(events)
    text = date_range(lang, first, last)
    if (last - first).days > 400:
        days = re.compile(r"\b\d{1,2} (?=\D)")
        text = days.sub("", text)
    return text


def _as_of(events: gpd.GeoDataFrame, lang: str) -> str:
    return word(lang, "as of", date=date_range(lang, _span(events)[1])) if len(events) else ""


def _span(events: gpd.GeoDataFrame) -> tuple[dt.date, dt.date]:
    last = events["date_end"].fillna(events["date_start"])
    return events["date_start"].min().date(), last.max().date()


def _extent(events: gpd.GeoDataFrame, grains: list[int]) -> tuple[float, float, float, float]:
    """Bounds of the mapped events near the line, with some room; the whole line if there is none."""
    import numpy as np

    if events.empty:
        return DEFAULT_EXTENT
    near = events["border_km"].abs().to_numpy(dtype=float, na_value=np.inf) <= NEAR_LINE_KM
    near &= np.isin(grains, (PLACE, AREA))
    if not near.any():
        return DEFAULT_EXTENT
    west, south, east, north = events[near].total_bounds
    room = 0.35
    while east - west < 1.5 or north - south < 1.2:
        west, south, east, north = west - 0.25, south - 0.2, east + 0.25, north + 0.2
    return (west - room, south - room, east + room, north + room)


def _credits(events: gpd.GeoDataFrame) -> list[tuple[str, str | None]]:
    """Credits for event positions, where the table names a source that asks for one."""
    found: list[tuple[str, str | None]] = []
    positions = events["coord_source"].astype(str) if "coord_source" in events else []
    if any("UCDP" in str(text) for text in positions):
        found.append(
            (
                "Some positions: UCDP GED and Candidate, Uppsala Conflict Data Program (CC BY 4.0)",
                "https://ucdp.uu.se/",
            )
        )
    return found


def _days(row: dict[str, Any]) -> tuple[dt.date, dt.date]:
    """The first and the last day on which an event may have been, by the precision of its date.

    Examples
    --------
    >>> import pandas as pd
    >>> first, last = _days({"date_start": pd.Timestamp("2026-04-27"), "date_precision": 3})
    >>> first.isoformat(), last.isoformat()
    ('2026-04-01', '2026-04-30')
    """
    start = row["date_start"].date()
    end = row.get("date_end")
    last = start if end is None or end != end else max(end.date(), start)
    precision = row.get("date_precision")
    precision = 1 if precision is None or precision != precision else int(precision)
    if precision == 2:
        # Between two days and a week: the day given may be any of the week.
        return start - dt.timedelta(days=3), last + dt.timedelta(days=3)
    if precision == 3:
        month = (last.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        return start.replace(day=1), month - dt.timedelta(days=1)
    if precision == 4:
        return dt.date(start.year, 1, 1), dt.date(last.year, 12, 31)
    return start, last


def _provinces(events: gpd.GeoDataFrame) -> dict[Any, list[str]]:
    """Codes of the provinces that each event may lie in, by index: one of a place, any number of an area."""
    import geo

    if events.empty or "adm1" not in events:
        return {}
    found = {index: [code] for index, code in events["adm1"].items() if isinstance(code, str)}
    if "where_precision" not in events:
        return found
    wide = ~events["where_precision"].isin(["site", "town"]).fillna(False).to_numpy(dtype=bool)
    wide &= (~events.geometry.isna()).to_numpy()
    if not wide.any():
        return found
    shares = geo.shares(events[wide])
    shares = shares[(shares["level"] == "adm1") & (shares["share"] >= POSSIBLE_SHARE)]
    units = shares.groupby("event_id")["unit"].agg(list).to_dict()
    for index, event_id in events.loc[wide, "event_id"].items():
        if units.get(event_id):
            found[index] = sorted(map(str, units[event_id]))
    return found


def _province_names(columns: list[list[Any]], lang: str) -> list[str]:
    """The names of all provinces met, sorted; codes in the columns become numbers in that list."""
    named = {
        code: province_of({"adm1": code, "adm1_name": _unit_names().get(code)}, lang) or code
        for code in {code for codes in columns for code in codes}
    }
    order = sorted(named, key=lambda code: (code[:2], named[code]))
    for codes in columns:
        codes[:] = [order.index(code) for code in codes]
    return [named[code] for code in order]


@functools.cache
def _unit_names() -> dict[str, str]:
    import geo

    units = geo.read_units()
    return dict(zip(units["iso3166_2"], units["name"], strict=True))


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
    found: dict[str, int] = {}
    if "licence" not in events and "dataset" not in events and "event_id" not in events:
        return found
    for row in events.to_dict("records"):
        licence = re.sub(r"[\s_]+", "-", (cell_text(row.get("licence")) or "").casefold())
        named = (cell_text(row.get("dataset")) or str(row.get("event_id", "")).partition(":")[0]).casefold()
        closed = next((name for name in CLOSED_DATASETS if named.startswith(name)), None)
        if NO_REDISTRIBUTION in licence or (closed and not licence):
            name = cell_text(row.get("dataset")) or closed or "no named data set"
            found[name] = found.get(name, 0) + 1
    return found


def _side_shares(events: gpd.GeoDataFrame) -> dict[str, dict[str, float]]:
    """Shares of each uncertain event by side."""
    import geo

    if events.empty or "side" not in events:
        return {}
    doubtful = events[events["side"] == "uncertain"]
    if "where_precision" in doubtful:
        # Of an event of the line itself no side is asked.
        doubtful = doubtful[(doubtful["where_precision"] != "border").fillna(True)]
    if doubtful.empty:
        return {}
    shares = geo.shares(doubtful)
    found: dict[str, dict[str, float]] = {}
    for row in shares[shares["level"] == "side"].itertuples():
        found.setdefault(row.event_id, {})[str(row.unit)] = float(row.share)
    return found


def _by_event(table: pd.DataFrame | None) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    if table is not None:
        for row in table.to_dict("records"):
            found.setdefault(str(row["event_id"]), []).append(row)
    return found
