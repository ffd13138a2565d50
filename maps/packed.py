"""Many events in one page: columns packed for a canvas, texts in chunks that are inflated when a card opens.

Events are sorted by day. What depends on the place alone (position, precision, province, side, distance)
stands once in a table of places, and each event names its place by number. Numbers are written as zig-zag
varints (the encoding of Protocol Buffers, https://protobuf.dev/programming-guides/encoding/), positions as
steps of 1e-4 degree, and everything is deflated (RFC 1951) and put into inert script tags as base64.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from folium.template import Template

from geo.errors import SchemaError
from geo.vocab import EVENT_TYPES, SIDES, VERIFICATIONS, WHERE_PRECISIONS
from maps.basemap import base_credits
from maps.cards import AREA, NOWHERE, PLACE, cell_text, claim_lines, province_of, source_lines
from maps.interactive import DurandLayer, front_end_file
from maps.layers import (
    GRAIN,
    MapContent,
    _Areas,
    _as_of,
    _by_event,
    _chosen,
    _counted,
    _credits,
    _grain,
    _parts_of_line,
    _period,
    _phases,
    _province_codes,
    _reason,
    _title,
    _types,
    _unit_names,
)
from maps.words import WORDS, word

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    import shapely

    import geo
    from maps.spec import MapSpec

    Ints = npt.NDArray[np.int64]

__all__ = [
    "PACK_FROM",
    "TEXTS",
    "PackedContent",
    "PackedLayer",
    "fitted_page",
    "lean_base",
    "packed_content",
    "varints",
]

PACK_FROM: Final = 300
"""Maps with more events than this are packed."""

CHUNK: Final = 4_096
"""Events whose texts are inflated together."""

DRAWN_DISCS: Final = 60
"""Up to this many discs get an outline cut at provinces; more are drawn as soft discs."""

EPOCH: Final = dt.date(1970, 1, 1)
NO_DISTANCE: Final = -1_000_000

PLACE_KEYS: Final = (
    *("where_precision", "place", "adm1_source", "adm2_source", "country_source"),
    *("border_units", "coord_source", "off_map"),
)
"""Columns that, with the position, decide all that is said of a place."""

TEXTS: Final = (
    "actor1",
    "actor2",
    "attribution",
    "source",
    "source_url",
    "notes",
    "summary",
    "claims",
    "sources",
)
"""Texts that a card shows and that a size budget may leave out."""

STANDS_FOR: Final = {"place": "\x01", "province": "\x02", "actor1": "\x03", "actor2": "\x04", "day": "\x05"}
"""Marks that stand in a summary for what other columns of the same event hold already."""

VERBATIM: Final = "\x06"
"""Begins a text that holds such marks itself and is left as it is."""

PHRASES: Final = (0xE000, 6_000)
"""Frequent sentences are one character each, from this one of the private use area; so many at most."""

PHRASE_FROM: Final = 8
"""A sentence found so often is a phrase."""

BETWEEN: Final = "\x7f"
"""Stands between the texts of a column that are in one string."""


@dataclass(frozen=True)
class PackedContent(MapContent):
    """A map of many events; ``events`` holds what the front end needs to read the packed parts.

    Attributes
    ----------
    packed
        Base64 by the suffix of its script tag: ``core`` (columns) and ``texts`` (chunks one after the other).
    left_out
        What of the cards was left out to save room.
    """

    packed: dict[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


class PackedLayer(DurandLayer):
    """Any number of events: symbols where few are in view, a canvas where many are.

    Parameters
    ----------
    content
        What :func:`packed_content` made of a specification.
    lang, line_policy, panel, name, show
        As for :class:`maps.EventLayer`.

    Examples
    --------
    >>> import folium, maps
    >>> m = folium.Map(location=[33, 69], zoom_start=6, tiles=None)
    >>> _ = PackedLayer(packed_content(maps.MapSpec())).add_to(m)
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = durand.packed("{{ this.get_name() }}", {
                panel: {{ this.panel|tojson }},
            });
        {% endmacro %}
        """
    )

    def __init__(
        self,
        content: PackedContent,
        *,
        lang: str = "en",
        line_policy: str = "disputed",
        panel: str | None = None,
        name: str = "Events",
        show: bool = True,
    ) -> None:
        super().__init__(name=name, overlay=True, control=True, show=show)
        self._name = "BorderEvents"
        self.content = content
        self.lang = lang
        self.line_policy = line_policy
        self.panel = panel

    def data(self) -> dict[str, Any]:
        """How to read the packed parts, and every word that a card may need."""
        words = {key: word(self.lang, key) for key in WORDS["en"] if key != "no script"}
        words["durand"] = word(self.lang, f"durand {self.line_policy}")
        return {"events": self.content.events | {"words": words}}

    def inert(self) -> dict[str, str]:
        """The packed parts: base64, which holds nothing that a parser of HTML takes for markup."""
        return self.content.packed

    def scripts(self) -> dict[str, str]:
        """The part of the front end that only packed maps need."""
        return {"durand_packed": front_end_file("packed.js")}


def packed_content(spec: MapSpec, *, without: tuple[str, ...] = ()) -> PackedContent:
    """Read, filter, locate and pack the events of a map, by columns.

    Parameters
    ----------
    spec
        What to show.
    without
        Names in :data:`TEXTS` that the cards shall lack.

    Raises
    ------
    SchemaError
        If a province that the specification names is not one.

    Examples
    --------
    >>> import maps
    >>> content = packed_content(maps.MapSpec())
    >>> content.events["n"], sorted(content.packed)
    (82, ['core', 'texts'])
    """
    import numpy as np
    import pandas as pd

    import geo

    tables = spec.events if isinstance(spec.events, geo.EventTables) else geo.read_events(spec.events)
    events = _chosen(tables.events, spec)
    numbers, firsts = _places(events)
    places = geo.locate(events.iloc[firsts])
    if spec.provinces:
        inside = places["adm1"].isin(_province_codes(spec.provinces)).to_numpy(dtype=bool)
        kept = inside[numbers]
        events, numbers = events[kept], numbers[kept]
        used, numbers = np.unique(numbers, return_inverse=True)
        places = places.iloc[used]
    order = np.lexsort(
        (events["event_id"].to_numpy(dtype=object).astype(str), events["date_start"].to_numpy())
    )
    events, numbers = events.iloc[order], numbers[order]
    numbers, places = _ordered(numbers, places)
    where = _described(places, spec.lang)
    off = pd.Series(where["why"]).iloc[numbers].value_counts()
    reasons = {str(why): int(n) for why, n in off.items() if why}
    if tables.counts["rejected"]:
        reasons["row at fault"] = tables.counts["rejected"]
    mapped = int(np.count_nonzero(where["grain"][numbers] != NOWHERE))
    period = _period(events, spec.lang)
    core, columns = _core(events, numbers, where)
    texts, offsets = _texts(events, numbers, where, tables, spec.lang, without)
    return PackedContent(
        title=spec.title or _title(spec, period),
        subtitle=word(spec.lang, "subtitle") if spec.subtitle is None else spec.subtitle,
        counted=_counted(mapped, reasons, spec.lang),
        as_of=_as_of(events, spec.lang),
        extent=spec.extent or _extent(where, numbers, places),
        events={
            "n": len(events),
            "places": len(places),
            "columns": columns,
            "chunk": CHUNK,
            "offsets": offsets,
            "areas": where["areas"],
            "types": _types(spec.lang),
            "provinces": where["provinces"],
            "phases": _phases(tables.phases),
            "marks": {mark: name for name, mark in STANDS_FOR.items()},
        },
        cards=[],
        credits=[*base_credits(), *_credits(places), *((text, None) for text in spec.credits)],
        packed={"core": core, "texts": texts},
        left_out=without,
    )


def _places(events: gpd.GeoDataFrame) -> tuple[Ints, Ints]:
    """The number of each event's place, and the row of the first event of each place."""
    import numpy as np
    import pandas as pd
    import shapely

    if events.empty:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    points = events.geometry.to_numpy()
    key = pd.DataFrame(
        {
            "x": np.round(shapely.get_x(points) * 1e4),
            "y": np.round(shapely.get_y(points) * 1e4),
            **{name: events[name].to_numpy() for name in PLACE_KEYS if name in events},
        }
    )
    if "dataset" in events:
        # The radius of "near" depends on whose word it is.
        key["dataset"] = pd.factorize(events["dataset"].str.split(":").str[0])[0]
    if "where_precision" in events and "summary" in events:
        along = (events["where_precision"] == "border").to_numpy(dtype=bool, na_value=False)
        key["said"] = np.where(along, events["summary"].fillna("").to_numpy(dtype=object), "")
    numbers = key.groupby(list(key.columns), dropna=False, sort=False, observed=True).ngroup().to_numpy()
    _, firsts = np.unique(numbers, return_index=True)
    return numbers.astype(np.int64), firsts.astype(np.int64)


def _ordered(numbers: Ints, places: gpd.GeoDataFrame) -> tuple[Ints, gpd.GeoDataFrame]:
    """Places by first use where most events have their own, else the most used first, for small numbers."""
    import numpy as np

    used, first, back, counts = np.unique(numbers, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(first) if len(used) * 2 > len(numbers) else np.lexsort((first, -counts))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[back.ravel()], places.iloc[used[order]]


def _described(places: gpd.GeoDataFrame, lang: str) -> dict[str, Any]:
    """All that a card and a symbol say of each place, as arrays, with the shapes of areas."""
    import numpy as np
    import pandas as pd

    from geo.locus import draw, loci_of, points_of

    n = len(places)
    found: dict[str, Any] = {
        name: np.zeros(n, dtype=np.int64) for name in ("grain", "area", "precision", "radius", "province")
    }
    found |= {"why": [""] * n, "said": [""] * n, "how": [""] * n, "name": [""] * n, "adm": [""] * n}
    if not n:
        return found | {"areas": [], "provinces": [], "lon": found["grain"], "lat": found["grain"],
                        "side": found["grain"], "km": found["grain"], "position": []}  # fmt: skip
    where = points_of(places)
    loci = loci_of(places, where)
    areas = _Areas()
    rows = places.to_dict("records")
    discs = sum(
        locus is not None and locus.kind == "disc" and GRAIN[str(precision)] == AREA
        for locus, precision in zip(loci, where.precision, strict=True)
    )
    for k, (row, locus) in enumerate(zip(rows, loci, strict=True)):
        shape: shapely.Geometry | None = None
        soft = locus is not None and locus.kind == "disc" and discs > DRAWN_DISCS
        if locus is not None and locus.kind == "strip":
            shape = _parts_of_line(locus.stretches)
        elif soft:
            shape = row["geometry"]
        elif locus is not None and (locus.kind != "disc" or GRAIN[str(where.precision[k])] == AREA):
            shape = draw(locus)
        grain, why = _grain(row, shape)
        found["grain"][k] = NOWHERE if why else grain
        found["why"][k] = why or ""
        found["said"][k] = _reason(why, 1, lang) if why else ""
        found["radius"][k] = round((locus.radius_m if locus is not None else 0) / 100)
        if why is None and shape is not None and not soft:
            found["area"][k] = areas.number(row, grain, shape) + 1
        found["precision"][k] = WHERE_PRECISIONS.index(cell_text(row.get("where_precision")) or "site")
        found["name"][k] = cell_text(row.get("place")) or ""
        found["adm"][k] = province_of(row, lang) or ""
        found["how"][k] = cell_text(row.get("coord_source")) or "" if grain in (PLACE, AREA) else ""
    codes = sorted({code for code in places["adm1"] if isinstance(code, str)})
    names = {
        code: province_of({"adm1": code, "adm1_name": _unit_names().get(code)}, lang) or code
        for code in codes
    }
    found["province"] = pd.Categorical(places["adm1"], categories=codes).codes.astype(np.int64) + 1
    found["provinces"] = [names[code] for code in codes]
    # Two discs may share words but not a shape; the shapes are in the order in which places name them.
    found["areas"] = areas.shapes
    for name, values in (("lon", where.lon), ("lat", where.lat)):
        found[name] = np.round(np.nan_to_num(values) * 1e4).astype(np.int64)
    found["side"] = pd.Categorical(places["side"], categories=SIDES).codes.astype(np.int64) % (len(SIDES) + 1)
    km = places["border_km"].to_numpy(dtype=float, na_value=np.nan)
    found["km"] = np.where(np.isnan(km), NO_DISTANCE, np.round(np.nan_to_num(km) * 10)).astype(np.int64)
    return found


def _extent(
    where: dict[str, Any], numbers: Ints, places: gpd.GeoDataFrame
) -> tuple[float, float, float, float]:
    """Bounds of the middle 98 % of the mapped events near the line, with some room."""
    import numpy as np

    from maps.layers import DEFAULT_EXTENT, NEAR_LINE_KM

    if not len(places):
        return DEFAULT_EXTENT
    near = (np.abs(where["km"]) <= NEAR_LINE_KM * 10) & np.isin(where["grain"], (PLACE, AREA))
    rows = numbers[near[numbers]]
    if not len(rows):
        return DEFAULT_EXTENT
    tail = 1 if len(rows) > 1_000 else 0
    west, east = np.percentile(where["lon"][rows], [tail, 100 - tail]) / 1e4
    south, north = np.percentile(where["lat"][rows], [tail, 100 - tail]) / 1e4
    room = 0.35
    while east - west < 1.5 or north - south < 1.2:
        west, south, east, north = west - 0.25, south - 0.2, east + 0.25, north + 0.2
    return (float(west) - room, float(south) - room, float(east) + room, float(north) + room)


def _core(
    events: gpd.GeoDataFrame, numbers: Ints, where: dict[str, Any]
) -> tuple[str, list[tuple[str, str, int]]]:
    """The columns that draw and filter, as base64 of one deflated stream, and the plan to read it."""
    import numpy as np
    import pandas as pd

    start = _days(events["date_start"])
    end = np.maximum(_days(events["date_end"].fillna(events["date_start"])), start)
    first, last = _possible_days(start, end, _codes(events, "date_precision", default=1))
    verification = pd.Categorical(events["verification"], categories=VERIFICATIONS).codes
    own_places = len(where["lon"]) * 2 > len(numbers)
    plan: list[tuple[str, str, Any]] = [
        ("day", "delta", start),
        ("length", "varint", end - start),
        ("early", "varint", start - first),
        ("late", "varint", last - end),
        ("date", "byte", _codes(events, "date_precision", default=1)),
        ("type", "byte", pd.Categorical(events["event_type"], categories=EVENT_TYPES).codes),
        ("verification", "byte", verification % (len(VERIFICATIONS) + 1)),
        ("place", "delta" if own_places else "planes", numbers),
        ("lon", "delta", where["lon"]),
        ("lat", "delta", where["lat"]),
        ("grain", "byte", where["grain"]),
        ("side", "byte", where["side"]),
        ("precision", "byte", where["precision"]),
        ("province", "varint", where["province"]),
        ("radius", "varint", where["radius"]),
        ("area", "varint", where["area"]),
        ("km", "zigzag", where["km"]),
    ]
    parts = []
    columns = []
    for name, kind, values in plan:
        data = _encoded(kind, np.asarray(values, dtype=np.int64))
        columns.append((name, kind, len(data)))
        parts.append(data)
    named = json.dumps(
        {name: _dictionary(where[name]) for name in ("name", "adm", "how", "said")},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    columns.append(("names", "json", len(named)))
    return base64.b64encode(_deflated(b"".join([*parts, named]))).decode(), columns


def _days(dates: pd.Series) -> Ints:
    import numpy as np

    return dates.to_numpy(dtype="datetime64[D]").astype(np.int64)


def _codes(events: gpd.GeoDataFrame, name: str, *, default: int) -> Ints:
    import numpy as np

    if name not in events:
        return np.full(len(events), default, dtype=np.int64)
    return events[name].to_numpy(dtype=np.int64, na_value=default)


def _possible_days(start: Ints, end: Ints, precision: Ints) -> tuple[Ints, Ints]:
    """First and last day on which each event may have been; the rules of ``maps.layers._days`` by columns."""
    import numpy as np

    def month(days: Ints, by: int) -> Any:  # noqa: ANN401 - NumPy's stubs know no type here
        return (
            (days.astype("datetime64[D]").astype("datetime64[M]") + by)
            .astype("datetime64[D]")
            .astype(np.int64)
        )

    def year(days: Ints, by: int) -> Any:  # noqa: ANN401
        return (
            (days.astype("datetime64[D]").astype("datetime64[Y]") + by)
            .astype("datetime64[D]")
            .astype(np.int64)
        )

    first = np.select(
        [precision == 2, precision == 3, precision == 4], [start - 3, month(start, 0), year(start, 0)], start
    )
    last = np.select(
        [precision == 2, precision == 3, precision == 4], [end + 3, month(end, 1) - 1, year(end, 1) - 1], end
    )
    return first.astype(np.int64), last.astype(np.int64)


def _encoded(kind: str, values: Ints) -> bytes:
    """A column as bytes: one a value, planes of bytes, or varints of values, zig-zag or their steps."""
    import numpy as np

    if kind == "byte":
        return values.astype(np.uint8).tobytes()
    if kind == "planes":
        # Low bytes, then the next: each plane has its own frequencies.
        width = max(1, (int(values.max(initial=0)).bit_length() + 7) // 8)
        return np.ascontiguousarray(values.astype("<i8").view(np.uint8).reshape(-1, 8)[:, :width].T).tobytes()
    if kind == "delta":
        values = np.diff(values, prepend=0)
    if kind in ("delta", "zigzag"):
        values = (values << 1) ^ (values >> 63)
    return varints(values)


def varints(values: Ints) -> bytes:
    r"""Whole numbers from 0 as varints: seven bits a byte, lowest first, the high bit on all but the last.

    Parameters
    ----------
    values
        Array of shape (n,), none below 0.

    Examples
    --------
    >>> import numpy as np
    >>> varints(np.array([1, 127, 128, 300]))
    b'\x01\x7f\x80\x01\xac\x02'
    """
    import numpy as np

    rest = values.astype(np.uint64)
    size = np.ones(len(rest), dtype=np.int64)
    for shift in range(7, 64, 7):
        size += (rest >> np.uint64(shift)) > 0
    at = np.cumsum(size) - size
    out = np.zeros(int(size.sum()), dtype=np.uint8)
    for k in range(int(size.max(initial=0))):
        has = size > k
        low = (rest[has] >> np.uint64(7 * k)) & np.uint64(127)
        more = (size[has] > k + 1).astype(np.uint64) << np.uint64(7)
        out[at[has] + k] = low | more
    return out.tobytes()


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return packer.compress(data) + packer.flush()


def _texts(
    events: gpd.GeoDataFrame,
    numbers: Ints,
    where: dict[str, Any],
    tables: geo.EventTables,
    lang: str,
    without: tuple[str, ...],
) -> tuple[str, list[int]]:
    """Chunks of texts, each deflated and in base64 of its own, and where in the whole each begins."""
    import numpy as np

    kept = [name for name in TEXTS[:-2] if name in events and name not in without]
    columns = {name: events[name].astype("object").where(events[name].notna(), "").tolist() for name in kept}
    ids = events["event_id"].tolist()
    lines = _lines(events, tables, lang, without)
    if "summary" in columns:
        fill = {
            "place": np.array([*where["name"], ""], dtype=object)[numbers].tolist(),
            "province": np.array([*where["adm"], ""], dtype=object)[numbers].tolist(),
            "actor1": columns.get("actor1"),
            "actor2": columns.get("actor2"),
            "day": _day_texts(events, lang),
        }
        columns["summary"] = _shortened(columns["summary"], {k: v for k, v in fill.items() if v is not None})
    phrases: list[str] = []
    for name in ("summary", "notes"):
        if name in columns:
            if name == "notes":
                columns[name] = _shortened(columns[name], {})
            columns[name], phrases = _phrased(columns[name], phrases)
    parts = []
    offsets = [0]
    for low in range(0, len(ids), CHUNK):
        high = min(low + CHUNK, len(ids))
        chunk: dict[str, Any] = {"id": _numbered(ids[low:high])}
        chunk |= {name: _dictionary(values[low:high]) for name, values in columns.items()}
        chunk |= {
            name: {at - low: rows for at, rows in found.items() if low <= at < high}
            for name, found in lines.items()
        }
        data = json.dumps(chunk, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        parts.append(base64.b64encode(_deflated(data)).decode())
    # The last chunk is needed by every card.
    parts.append(base64.b64encode(_deflated(json.dumps(phrases, ensure_ascii=False).encode())).decode())
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return "".join(parts), offsets


def _lines(
    events: gpd.GeoDataFrame, tables: geo.EventTables, lang: str, without: tuple[str, ...]
) -> dict[str, dict[int, list[list[str]]]]:
    """Lines of claims and of sources by the row of their event; most events of large tables have none."""
    position = {event_id: at for at, event_id in enumerate(events["event_id"])}
    found: dict[str, dict[int, list[list[str]]]] = {}
    if "claims" not in without:
        claims = _by_event(tables.claims)
        found["claims"] = {
            position[key]: claim_lines(rows, lang) for key, rows in claims.items() if key in position
        }
    if "sources" not in without:
        listed = _by_event(tables.sources)
        found["sources"] = {
            position[key]: source_lines(rows, {}, lang) for key, rows in listed.items() if key in position
        }
    return found


def _dictionary(values: list[str]) -> list[Any]:
    """A column as its different texts and one character for each row that names one; or as it is.

    Examples
    --------
    >>> _dictionary(["a", "b", "a", "a"])
    [['a', 'b'], '0100']
    """
    different = dict.fromkeys(values)
    if len(different) * 2 > len(values) or len(different) > 50_000:
        return [values] if any(BETWEEN in text for text in values) else [BETWEEN.join(values)]
    code = {text: _character(k) for k, text in enumerate(different)}
    return [list(different), "".join([code[text] for text in values])]


def _character(number: int) -> str:
    """A character for a number; the codes of surrogates are jumped over."""
    point = number + 0x30
    return chr(point if point < 0xD800 else point + 0x800)


def _numbered(ids: list[str]) -> list[Any]:
    """Ids that end in a number as their different beginnings and the numbers as steps; others as they are."""
    import re

    found = [re.fullmatch(r"(.*?)(0|[1-9]\d{0,8})", text, re.DOTALL) for text in ids]
    if not all(found):
        return [ids]
    numbers = [int(match[2]) for match in found if match]
    steps = [b - a for a, b in zip([0, *numbers], numbers, strict=False)]
    return [_dictionary([match[1] for match in found if match]), steps]


def _phrased(texts: list[str], known: list[str]) -> tuple[list[str], list[str]]:
    """Texts whose frequent sentences are one character each, and the sentences, those known first."""
    import re
    from collections import Counter

    first, most = PHRASES
    sentence = re.compile(r"[^.;!?]*[.;!?]+\s*|[^.;!?]+$")
    split = [sentence.findall(text) for text in texts]
    counts = Counter(part for parts in split for part in parts if len(part) > 4)
    found = [part for part, n in counts.most_common(most) if n >= PHRASE_FROM and part not in set(known)]
    phrases = [*known, *found][:most]
    code = {part: chr(first + k) for k, part in enumerate(phrases)}
    own = re.compile(f"[{chr(first)}-{chr(first + most)}]")
    out = []
    for text, parts in zip(texts, split, strict=True):
        if text.startswith(VERBATIM) or own.search(text):
            out.append(VERBATIM + text.removeprefix(VERBATIM))
        else:
            out.append("".join([code.get(part, part) for part in parts]))
    return out, phrases


def _day_texts(events: gpd.GeoDataFrame, lang: str) -> list[str]:
    """The first day of each event in words, each different day worded once."""
    import pandas as pd

    from maps.words import date_range

    codes, days = pd.factorize(events["date_start"])
    texts = [date_range(lang, day.date()) for day in days]
    return [texts[code] for code in codes]


def _shortened(texts: list[str], fill: dict[str, list[str]]) -> list[str]:
    """Summaries in which marks stand for what the other columns of the event hold."""
    import re

    # Also a character that a phrase may become.
    held = re.compile(f"[\x01-\x06{chr(PHRASES[0])}-{chr(sum(PHRASES))}]")
    out = []
    names = list(fill)
    for text, *others in zip(texts, *fill.values(), strict=True):
        if held.search(text):
            out.append(VERBATIM + text)
            continue
        short = text
        for name, other in zip(names, others, strict=True):
            if len(other) > 2 and not held.search(other):
                short = short.replace(other, STANDS_FOR[name])
        out.append(short)
    return out


def fitted_page(
    spec: MapSpec, max_bytes: int, *, embedded: bool = False
) -> tuple[str, MapContent, list[str]]:
    """The fullest page that is no larger than asked, and in words what it gave up.

    Tried in this order: as it is; packed; without notes; without rivers, small places and detail of outlines;
    without lists of sources; without summaries; with the cards reduced to place, day and type; with outlines
    reduced further. Claims stay as long as anything does, since figures belong to those who gave them.

    Parameters
    ----------
    spec
        What to show.
    max_bytes
        The size that the file, in UTF-8, may have.
    embedded
        As for :func:`maps.interactive.map_page`.

    Raises
    ------
    SchemaError
        If even the smallest page is larger; the message gives its size.

    Examples
    --------
    >>> import maps
    >>> page, _, gave_up = fitted_page(maps.MapSpec(types=("shelling",)), 415_000)
    >>> len(page.encode()) <= 415_000, bool(gave_up)
    (True, True)
    """
    import geo
    from maps.interactive import map_page
    from maps.layers import map_content

    tables = spec.events if isinstance(spec.events, geo.EventTables) else geo.read_events(spec.events)
    spec = replace(spec, events=tables)
    texts = (
        ("notes",),
        ("sources", "source_url"),
        ("summary",),
        ("actor1", "actor2", "attribution", "source", "claims"),
    )
    words = ("notes", "links to sources", "summaries", "parties, sources and claims")
    steps: list[tuple[tuple[str, ...], int, list[str]]] = [((), 0, [])]
    base = ["rivers, small places and fine outlines", "outlines under 2 km"]
    plan = [("text", 0), ("base", 1), ("text", 1), ("text", 2), ("text", 3), ("base", 2)]
    for kind, number in plan:
        without, level, gave_up = steps[-1]
        if kind == "text":
            steps.append(((*without, *texts[number]), level, [*gave_up, words[number]]))
        else:
            steps.append((without, number, [*gave_up, base[number - 1]]))
    smallest = 0
    if len(tables.events) <= PACK_FROM:
        plain = map_content(spec)
        page = map_page(plain, spec, embedded=embedded)
        if len(page.encode()) <= max_bytes:
            return page, plain, []
    made: dict[tuple[str, ...], PackedContent] = {}
    for without, level, gave_up in steps:
        made = {without: made.get(without) or packed_content(spec, without=without)}
        page = map_page(made[without], spec, detail=level, embedded=embedded)
        smallest = len(page.encode())
        if smallest <= max_bytes:
            return page, made[without], gave_up
    raise SchemaError(
        f"the map cannot be made as small as {max_bytes:,} bytes: with all that can be left out it has "
        f"{smallest:,}; allow that much, or show fewer events (--since, --until, --type, --province)"
    )


def lean_base(data: dict[str, Any], level: int) -> dict[str, Any]:
    """The base with fewer places, without rivers, and with outlines simplified; the Durand Line the least.

    Shared edges stay shared, as each arc is simplified once and keeps its ends.

    Parameters
    ----------
    data
        What :func:`maps.basemap.base_data` made.
    level
        0 for all, 1 for outlines to about 500 m, 2 to about 2 km; the line to a quarter of that.
    """
    import numpy as np
    import shapely

    if level == 0:
        return data
    topology = data["topology"]
    objects = {**topology["objects"], "rivers": {"type": "GeometryCollection", "geometries": []}}
    line = {n if n >= 0 else ~n for g in objects["durand_line"]["geometries"] for n in _numbers_in(g["arcs"])}
    used = {
        n if n >= 0 else ~n
        for item in objects.values()
        for g in item["geometries"]
        for n in _numbers_in(g["arcs"])
    }
    scale = np.asarray(topology["transform"]["scale"])
    tolerance = (0.005, 0.02)[level - 1]
    arcs = []
    for number, arc in enumerate(topology["arcs"]):
        steps = np.asarray(arc)
        if number not in used:
            arcs.append([[0, 0], [0, 0]])
            continue
        ends = np.cumsum(steps, axis=0)
        drawn = shapely.LineString(ends * scale)
        closed = bool((ends[0] == ends[-1]).all())
        lean = shapely.simplify(drawn, tolerance / (4 if number in line else 1), preserve_topology=closed)
        kept = np.round(shapely.get_coordinates(lean) / scale).astype(int)
        arcs.append(np.vstack([kept[:1], np.diff(kept, axis=0)]).tolist())
    rank = 3 if level == 1 else 2
    return data | {
        "topology": topology | {"arcs": arcs, "objects": objects},
        "places": [place for place in data["places"] if place[3] <= rank],
    }


def _numbers_in(arcs: list[Any]) -> list[int]:
    """All arc numbers of a nested list."""
    return [n for item in arcs for n in (_numbers_in(item) if isinstance(item, list) else [item])]
