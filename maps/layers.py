"""What is on a map: events joined with where they may have happened, claims and sources, as plain records.

Nothing here knows of HTML. An event that is known to a site or a town becomes a place; one known to a district,
province or country becomes an area; one known only to be along the line becomes a stretch of it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from geo.errors import SchemaError
from geo.vocab import EVENT_TYPES
from maps.basemap import base_credits, name_seats, read_basemap
from maps.style import HOLLOW, SHAPES, TYPES
from maps.words import LANGUAGES, date_range, plural, word

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import shapely

    from maps.spec import MapSpec

__all__ = ["MapContent", "map_content", "safe_link"]

PLACE, AREA, STRETCH, NOWHERE = range(4)
"""How an event is drawn."""

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

OFF_MAP: Final = ("talks abroad", "truce for the whole line", "unknown place", "outside")
"""Reasons for not being on the map that have words in every language; others stand as the table has them."""

SURE: Final = ("reported", "verified")
"""Verifications drawn filled; the others are drawn hollow."""

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
    """

    title: str
    subtitle: str
    counted: str
    as_of: str
    extent: tuple[float, float, float, float]
    events: dict[str, Any]
    cards: list[dict[str, Any]]
    credits: list[tuple[str, str | None]] = field(default_factory=list)


def map_content(spec: MapSpec) -> MapContent:
    """Read, filter, locate and word the events of a map.

    Raises
    ------
    SchemaError
        If a province that the specification names is not one.
    """
    import geo

    tables = spec.events if hasattr(spec.events, "events") else geo.read_events(spec.events)
    located = geo.locate(_chosen(tables.events, spec)) if len(tables.events) else tables.events
    if spec.provinces:
        located = located[located["adm1"].isin(_province_codes(spec.provinces))]
    located = located.sort_values(["date_start", "event_id"], kind="stable")
    return _worded(located, tables, spec)


def safe_link(url: object) -> str | None:
    """The address if it is an http or https address with a host, else nothing.

    Examples
    --------
    >>> safe_link("https://www.unama.unmissions.org/x"), safe_link("javascript:alert(1)")
    ('https://www.unama.unmissions.org/x', None)
    """
    if not isinstance(url, str):
        return None
    text = url.strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    plain = parts.scheme.lower() in ("http", "https") and parts.hostname and not re.search(r"[\s\x00-\x1f<>\"'`]", text)
    return text if plain else None


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
            + ", ".join(f"{code} ({name})" for name, code in zip(units["name"], units["iso3166_2"], strict=True))
        )
    return {known[name.casefold()] for name in provinces}


def _worded(events: gpd.GeoDataFrame, tables: Any, spec: MapSpec) -> MapContent:  # noqa: ANN401 - a duck-typed table set
    import geo

    lang = spec.lang
    loci = geo.loci(events) if len(events) else None
    side_shares = _side_shares(events)
    areas = _Areas()
    claims = _by_event(tables.claims)
    sources = _by_event(tables.sources)
    columns: dict[str, list[Any]] = {
        name: [] for name in ("id", "type", "day", "lon", "lat", "grain", "area", "sure", "head", "date", "why")
    }
    cards = []
    reasons: dict[str, int] = {}
    for index, row in zip(events.index, events.to_dict("records"), strict=True):
        locus = loci[index] if loci is not None else None
        grain, why = _grain(row, locus)
        if why:
            reasons[why] = reasons.get(why, 0) + 1
        where = areas.number(row, grain, locus) if why is None and grain != PLACE else -1
        headline = _headline(row, grain, lang)
        columns["id"].append(str(row["event_id"]))
        columns["type"].append(EVENT_TYPES.index(row["event_type"]))
        columns["day"].append((row["date_start"].date() - dt.date(1970, 1, 1)).days)
        columns["lon"].append(_degree(row["geometry"], "x", grain))
        columns["lat"].append(_degree(row["geometry"], "y", grain))
        columns["grain"].append(NOWHERE if why else grain)
        columns["area"].append(where)
        columns["sure"].append(int(_text(row.get("verification")) in (None, *SURE)))
        columns["head"].append(headline)
        columns["date"].append(_dates(row, lang))
        columns["why"].append(_reason(why, 1, lang) if why else "")
        radius = areas.radius_m(row, locus)
        cards.append(
            _card(row, grain, radius, lang, side_shares.get(row["event_id"]))
            | {
                "claims": _claims(claims.get(str(row["event_id"]), []), lang),
                "sources": _sources(sources.get(str(row["event_id"]), []), row, lang),
            }
        )
    mapped = sum(grain != NOWHERE for grain in columns["grain"])
    period = _period(events, lang)
    return MapContent(
        title=spec.title or word(lang, "title", period=period).rstrip(", "),
        subtitle=word(lang, "subtitle") if spec.subtitle is None else spec.subtitle,
        counted=_counted(mapped, reasons, lang),
        as_of=_as_of(events, lang),
        extent=spec.extent or _extent(events, columns["grain"]),
        events={"cols": columns, "areas": areas.shapes, "types": _types(lang)},
        cards=cards,
        credits=[*base_credits(), *_credits(events), *((text, None) for text in spec.credits)],
    )


def _types(lang: str) -> list[dict[str, str | None]]:
    return [
        {
            "key": name,
            "one": _upper(plural(lang, name, 1)),
            "path": SHAPES[TYPES[name].shape],
            "hollow": HOLLOW.get(TYPES[name].shape),
        }
        for name in EVENT_TYPES
    ]


def _grain(row: dict[str, Any], locus: Any) -> tuple[int, str | None]:  # noqa: ANN401 - shapely or nothing
    """How an event is drawn, and why it is not, if it is not."""
    precision = _text(row.get("where_precision")) or "site"
    grain = GRAIN.get(precision, NOWHERE)
    point = row["geometry"]
    off = _text(row.get("off_map"))
    if off:
        reason = off.split(":")[0].strip()
        return grain, reason
    if grain == STRETCH and locus is not None and not locus.is_empty:
        return grain, None
    missing = point is None or point.is_empty
    if grain == NOWHERE or (grain == PLACE and missing) or (grain == AREA and (locus is None or locus.is_empty)):
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
        if _text(row.get("where_precision")) not in DISCS or locus is None or point is None:
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
        precision = _text(row.get("where_precision"))
        unit = row.get("adm1") if precision == "province" else row.get("adm0") if precision == "country" else None
        if grain == STRETCH:
            return locus.wkb, lambda: _stretch(locus)
        if isinstance(unit, str) and unit in read_basemap().units:
            return unit, lambda: _polygon(read_basemap().units[unit]) | {"seats": name_seats(read_basemap().units[unit])}
        return locus.wkb, lambda: _polygon(locus.simplify(SMOOTH_DEG))


def _polygon(area: shapely.Geometry) -> dict[str, Any]:
    import shapely

    rings = [
        ring.coords
        for part in shapely.get_parts(area)
        if part.geom_type == "Polygon"
        for ring in [part.exterior, *part.interiors]
    ]
    return {"kind": "polygon", "rings": [_packed(ring) for ring in rings]}


def _stretch(locus: shapely.Geometry) -> dict[str, Any]:
    """The part of the drawn line inside the locus."""
    import shapely

    inside = shapely.intersection(read_basemap().line, locus)
    merged = shapely.line_merge(inside) if inside.geom_type == "MultiLineString" else inside
    parts = [part for part in shapely.get_parts(merged) if part.geom_type == "LineString"]
    return {"kind": "line", "rings": [_packed(part.simplify(SMOOTH_DEG).coords) for part in parts]}


def _packed(coordinates: Any) -> list[int]:  # noqa: ANN401 - any sequence of pairs
    """Coordinates in units of 1e-4 degree, the first whole, the others as steps."""
    import numpy as np

    units = np.round(np.asarray(coordinates)[:, :2] * 1e4).astype(int)
    steps: list[int] = np.vstack([units[:1], np.diff(units, axis=0)]).ravel().tolist()
    return steps


def _degree(point: shapely.Point | None, axis: str, grain: int) -> float | None:
    if point is None or point.is_empty or grain not in (PLACE, AREA):
        return None
    return round(float(getattr(point, axis)), 4)


def _headline(row: dict[str, Any], grain: int, lang: str) -> str:
    """Type, place, province, date: "Airstrike, Barmal district, Paktika, 17 October 2025"."""
    place = re.sub(r"\s*\([^)]*\)", "", _text(row.get("place")) or "").strip(" ,;")
    province = _province(row, lang) if grain in (PLACE, AREA) else None
    if province and province.casefold() in place.casefold():
        province = None
    parts = [_upper(plural(lang, str(row["event_type"]), 1)), place, province, _dates(row, lang)]
    return ", ".join(part for part in parts if part)


def _province(row: dict[str, Any], lang: str) -> str | None:
    """The province that the place lies in, or what the source says where that cannot be told."""
    source = _text(row.get("adm1_source"))
    near = _text(row.get("where_precision")) in ("site", "town")
    if near and row.get("side") == "uncertain" and source:
        return source
    code = row.get("adm1")
    if isinstance(code, str) and LANGUAGES[lang].column:
        for unit in read_basemap().topology["objects"]["provinces"]["geometries"]:
            if unit["properties"]["id"] == code:
                return str(unit["properties"].get(LANGUAGES[lang].column) or unit["properties"]["name"])
    return _text(row.get("adm1_name")) or source


def _dates(row: dict[str, Any], lang: str) -> str:
    end = row.get("date_end")
    text = date_range(lang, row["date_start"].date(), None if end is None or end != end else end.date())
    precision = row.get("date_precision")
    coarse = isinstance(precision, int) and precision > 1 and not (end == end and end and end > row["date_start"])
    return word(lang, "about date", date=text) if coarse else text


def _card(
    row: dict[str, Any], grain: int, radius_m: float | None, lang: str, shares: dict[str, float] | None
) -> dict[str, Any]:
    precision = _text(row.get("where_precision")) or "site"
    unknown = word(lang, "not known")
    place = ", ".join(dict.fromkeys(part for part in [_text(row.get("place")), _province(row, lang)] if part))
    source_position = _text(row.get("coord_source"))
    how = _located(precision, radius_m, lang)
    if source_position and grain in (PLACE, AREA):
        how += ". " + word(lang, "source position", source=source_position)
    actors = "; ".join(part for part in (_text(row.get("actor1")), _text(row.get("actor2"))) if part)
    verification = _text(row.get("verification"))
    facts = [
        ("when", _dates(row, lang)),
        ("where", place or unknown),
        ("located", how),
        ("side", _side(row, grain, shares, lang)),
        ("distance", _distance(row, precision, radius_m, lang)),
        ("actors", actors or unknown),
        ("attribution", _text(row.get("attribution")) or unknown),
        ("verification", word(lang, verification) if verification in ("reported", "claimed", "verified", "disputed")
         else unknown),
    ]
    return {
        "summary": _text(row.get("summary")) or "",
        "facts": [[word(lang, key), text] for key, text in facts if text],
        "notes": _text(row.get("notes")) or "",
    }


def _located(precision: str, radius_m: float | None, lang: str) -> str:
    if precision == "district" and radius_m is None:
        return word(lang, "district polygon")
    km = f"{(radius_m or 0) / 1000:.1f}".removesuffix(".0")
    return word(lang, precision, km=km)


def _side(row: dict[str, Any], grain: int, shares: dict[str, float] | None, lang: str) -> str | None:
    if grain == STRETCH:
        return word(lang, "side along")
    side = _text(row.get("side"))
    if side in ("AF", "PK"):
        return word(lang, f"side {side}")
    if side is None:
        return None
    for code, share in (shares or {}).items():
        if code in ("AF", "PK") and share >= 0.75:
            return word(lang, f"side mostly {code}")
    return word(lang, "side uncertain")


def _distance(row: dict[str, Any], precision: str, radius_m: float | None, lang: str) -> str | None:
    """Distance to the line with no more digits than the place supports."""
    km = row.get("border_km")
    if precision in ("province", "country", "border", "unknown"):
        return None
    if not isinstance(km, float) or km != km:
        return None
    doubt_km = (radius_m or 500.0) / 1000 + 0.25
    if abs(km) <= doubt_km:
        return word(lang, "distance near", km=_rounded(abs(km) + doubt_km, 1 if doubt_km < 1 else 5))
    step = next(step for step in (1, 5, 10, 25, 50) if step >= doubt_km or step == 50)
    return word(lang, "distance about", km=max(_rounded(abs(km), step), step))


def _rounded(km: float, step: int) -> int:
    return round(-(-km // step) * step) if km < step else round(km / step) * step


def _claims(rows: list[dict[str, Any]], lang: str) -> list[list[str]]:
    """One line for each claimant, group counted and day: says, counted, killed, injured, when, link, note."""
    lines: dict[tuple[str, str, str, str, str], dict[str, str]] = {}
    for row in rows:
        stated = row.get("stated_on")
        day = "" if stated is None or stated != stated else _day_text(stated, lang)
        key = (
            _text(row.get("claimant")) or word(lang, "not known"),
            _text(row.get("who")) or word(lang, "not known"),
            day,
            safe_link(row.get("source_url")) or "",
            _text(row.get("note")) or "",
        )
        figure = _figure(row.get("low"), row.get("high"))
        metric = _text(row.get("metric"))
        if metric in ("killed", "injured"):
            lines.setdefault(key, {})[metric] = figure
        else:
            lines.setdefault(key, {})
    none = word(lang, "no figure")
    return [
        [*key[:2], figures.get("killed") or none, figures.get("injured") or none, *key[2:]]
        for key, figures in lines.items()
    ]


def _figure(low: Any, high: Any) -> str:  # noqa: ANN401 - a nullable integer of any kind
    known = [int(value) for value in (low, high) if value is not None and value == value and not _is_na(value)]
    if not known:
        return ""
    return f"{known[0]:,}" if len(set(known)) == 1 else f"{min(known):,} to {max(known):,}"


def _sources(rows: list[dict[str, Any]], event: dict[str, Any], lang: str) -> list[list[str]]:
    """Links of an event: title, publisher and date, address; without a usable address the words alone."""
    found = []
    for row in rows:
        about = ", ".join(
            part for part in (_publisher(row), _day_text(row.get("date"), lang)) if part
        )
        title = _text(row.get("title"))
        if title or about or row.get("url"):
            found.append([title or "", about, safe_link(row.get("url")) or ""])
    if not found and (_text(event.get("source")) or safe_link(event.get("source_url"))):
        found.append(["", _text(event.get("source")) or "", safe_link(event.get("source_url")) or ""])
    for line in found:
        if not line[0] and not line[1]:
            line[0] = urlsplit(line[2]).hostname or word(lang, "untitled")
    return found


def _reason(why: str, n: int, lang: str) -> str:
    return plural(lang, why, n) if why in OFF_MAP else why


def _publisher(row: dict[str, Any]) -> str | None:
    """The publisher, with the original in brackets where the page carries another's text."""
    publisher, original = _text(row.get("publisher")), _text(row.get("original"))
    return f"{publisher} ({original})" if publisher and original else publisher or original


def _counted(mapped: int, reasons: dict[str, int], lang: str) -> str:
    everything = mapped + sum(reasons.values())
    if everything == 0:
        return word(lang, "no events")
    if not reasons:
        return word(lang, "all mapped", n=everything)
    order = sorted(reasons, key=lambda why: (-reasons[why], why))
    listed = ", ".join(f"{reasons[why]} {_reason(why, reasons[why], lang)}" for why in order)
    return f"{word(lang, 'mapped', n=mapped, all=everything)} {word(lang, 'not mapped', reasons=listed)}"


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


def _side_shares(events: gpd.GeoDataFrame) -> dict[str, dict[str, float]]:
    """Shares of each uncertain event by side."""
    import geo

    if events.empty or "side" not in events:
        return {}
    doubtful = events[events["side"] == "uncertain"]
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


def _day_text(value: Any, lang: str) -> str:  # noqa: ANN401 - a timestamp, a text or nothing
    if value is None or value != value or _is_na(value):
        return ""
    return date_range(lang, value.date()) if hasattr(value, "date") else str(value)


def _text(value: Any) -> str | None:  # noqa: ANN401 - any cell of a table
    if value is None or _is_na(value):
        return None
    return str(value).strip() or None


def _is_na(value: Any) -> bool:  # noqa: ANN401 - any cell of a table
    import pandas as pd

    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
