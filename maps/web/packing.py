"""Events of a map packed for its page: columns that are inflated at once, texts when a card opens.

Events stand in the order of their days. What depends on the place alone stands once in a table of places,
and each event names its place by number. Numbers are written as zig-zag varints (the encoding of Protocol
Buffers, https://protobuf.dev/programming-guides/encoding/), positions as steps of 1e-4 degree. All is
deflated (RFC 1951) and stands in inert script tags as base64, in which nothing can be taken for markup.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from geo.errors import GeoError
from maps.content.cards import cell_text, claim_lines, safe_link, source_lines
from maps.content.event_places import reason_words
from maps.content.steps import RADIUS_STEP_M, STEPS_A_DEGREE
from maps.web.gate_plan import gate_plan
from maps.web.mark_columns import mark_codes, mark_columns, mark_words, province_names, sided
from maps.web.rules import front_rules, type_rules
from maps.words.words import date_range, word

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from maps.content.content import EventRows, MapContent
    from maps.content.marks import MarkGroup

    Ints = npt.NDArray[np.int64]

__all__ = ["TEXTS", "LicenceError", "Packed", "pack", "varints"]

CHUNK: Final = 4_096
"""Events whose texts are inflated together."""

DRAWN_DISCS: Final = 60
"""Up to this many discs have an outline in the page; more are drawn by centre and radius."""

TEXTS: Final = (
    *("actor1", "actor2", "attribution", "source", "source_url"),
    *("notes", "summary", "claims", "sources", "gates"),
)
"""What a card shows of an event, or of its crossing, and a size budget may leave out."""

STANDS_FOR: Final = {"name": "\x01", "province": "\x02", "actor1": "\x03", "actor2": "\x04", "day": "\x05"}
"""Marks that stand in a summary for what other columns of the same event hold already."""

VERBATIM: Final = "\x06"
"""Begins a text that holds such marks itself and is left as it is."""

PHRASES: Final = (0xE000, 6_000)
"""Frequent sentences are one character each, from this one of the private use area; so many at most."""

PHRASE_FROM: Final = 8
"""A sentence found so often is a phrase."""

BETWEEN: Final = "\x7f"
"""Stands between the texts of a column that are in one string."""

NAME_ALONE: Final = "\x01"
"""Stands for a headline's line of a place that is its name without the province."""


class LicenceError(GeoError, ValueError):
    """What would be written holds rows that may not be passed on."""


@dataclass(frozen=True)
class Packed:
    """The events of a map for its page.

    Attributes
    ----------
    plan
        How to read the parts, with the shapes of areas and the names of types and provinces; ready for JSON.
    parts
        Base64 by the suffix of its script tag: ``core`` (columns), ``ids``, ``texts`` (chunks one after the
        other).
    """

    plan: dict[str, Any]
    parts: dict[str, str]


def pack(content: MapContent, *, without: tuple[str, ...] = ()) -> Packed:
    """Pack the events of a map.

    Parameters
    ----------
    content
        What :func:`maps.map_content` made of a specification.
    without
        Names in :data:`TEXTS` that the cards shall lack.

    Raises
    ------
    LicenceError
        If rows are among the events whose licence forbids passing them on: a page carries them whole.

    Examples
    --------
    >>> import maps
    >>> packed = pack(maps.map_content(maps.MapSpec()))
    >>> packed.plan["n"], sorted(packed.parts)
    (93, ['core', 'ids', 'texts'])
    """
    if content.withheld:
        raise LicenceError(
            f"{sum(content.withheld.values())} events may not be passed on by their licence ("
            + ", ".join(f"{n} of {name}" for name, n in sorted(content.withheld.items()))
            + "), and a map in one file carries the text of every event; leave these rows out, or, where "
            "the provider's terms allow it, map counts of them alone (--shade adm1)"
        )
    rows = content.rows
    content = replace(content, marks=sided(rows, content.marks))
    areas, shapes = _shapes(rows)
    core, columns = _core(rows, areas, content.marks)
    ids, id_columns = _ids(rows)
    texts, offsets = _texts(rows, without)
    return Packed(
        plan={
            "n": len(rows),
            "places": len(rows.places.grain),
            "columns": columns,
            "ids": id_columns,
            "chunk": CHUNK,
            "offsets": offsets,
            "areas": shapes,
            "types": type_rules(content.events["types"]),
            "rules": front_rules(),
            "codes": mark_codes(content.marks),
            "gates": gate_plan(content, intervals="gates" not in without),
            "names": province_names(rows.lang),
            "provinces": rows.places.provinces,
            "within": rows.places.province_codes,
            "phases": content.events["phases"],
            "marks": {mark: name for name, mark in STANDS_FOR.items()},
        },
        parts={"core": core, "ids": ids, "texts": texts},
    )


def _shapes(rows: EventRows) -> tuple[list[int], list[dict[str, Any]]]:
    """The shapes that have an outline in the page, and the number of each place's among them, or -1."""
    places = rows.places
    if sum(places.discs) <= DRAWN_DISCS:
        return places.area, places.shapes
    kept = [number for number, disc in enumerate(places.discs) if not disc]
    number = {old: new for new, old in enumerate(kept)}
    return [number.get(area, -1) for area in places.area], [places.shapes[old] for old in kept]


def _core(
    rows: EventRows, areas: list[int], marks: tuple[MarkGroup, ...]
) -> tuple[str, list[tuple[str, str, int]]]:
    """The columns that draw and filter, and the plan to read them."""
    import numpy as np

    places = rows.places
    first, last = rows.span
    # Where most events have a place of their own, numbers of places grow by one.
    own = len(places.grain) * 2 > len(rows)
    plan: list[tuple[str, str, Any]] = [
        ("day", "delta", rows.start),
        ("length", "varint", rows.end - rows.start),
        ("early", "varint", rows.start - first),
        ("late", "varint", last - rows.end),
        ("date", "byte", rows.date_precision),
        ("type", "byte", rows.type),
        ("verification", "byte", rows.verification),
        ("place", "delta" if own else "planes", rows.place),
        ("lon", "delta", [round((at or 0) * STEPS_A_DEGREE) for at in places.lon]),
        ("lat", "delta", [round((at or 0) * STEPS_A_DEGREE) for at in places.lat]),
        ("grain", "byte", places.grain),
        ("side", "byte", places.side),
        ("precision", "byte", places.precision),
        ("radius", "varint", [round(metres / RADIUS_STEP_M) for metres in places.radius_m]),
        ("area", "varint", [area + 1 for area in areas]),
        ("provinces", "varint", [len(within) for within in places.within]),
        ("within", "varint", [number for within in places.within for number in within]),
        *mark_columns(rows, marks, areas),
    ]
    words = {
        **places.words,
        "line": _lines_of_places(rows),
        "why": [reason_words(why, 1, rows.lang) if why else "" for why in places.reason],
        **mark_words(rows, marks),
    }
    parts = [(name, kind, _encoded(kind, np.asarray(values, dtype=np.int64))) for name, kind, values in plan]
    parts.append(("words", "json", _json({name: _dictionary(texts) for name, texts in words.items()})))
    return _joined(parts)


def _joined(parts: list[tuple[str, str, bytes]]) -> tuple[str, list[tuple[str, str, int]]]:
    """Columns as base64 of one deflated stream, and name, kind and length of each."""
    data = base64.b64encode(_deflated(b"".join(part for _, _, part in parts))).decode()
    return data, [(name, kind, len(part)) for name, kind, part in parts]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _lines_of_places(rows: EventRows) -> list[str]:
    """What headlines say of places; nothing where that is the name and the province, as in most."""
    places, comma = rows.places, word(rows.lang, "comma")
    found = []
    for line, name, province in zip(places.line, places.words["name"], places.words["province"], strict=True):
        both = comma.join(part for part in (name, province) if part)
        found.append("" if line == both else NAME_ALONE if line == name else line or BETWEEN)
    return found


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


def _ids(rows: EventRows) -> tuple[str, list[tuple[str, str, int]]]:
    """Ids that end in a number as their beginnings and the numbers as steps; others as they are."""
    import numpy as np

    ids = [str(one) for one in rows.table["event_id"]]
    found = [re.fullmatch(r"(.*?)(0|[1-9]\d{0,8})", text, re.DOTALL) for text in ids]
    numbered = [match for match in found if match]
    if len(numbered) < len(ids):
        return _joined([("texts", "json", _json(_dictionary(ids)))])
    starts = _json(_dictionary([match[1] for match in numbered]))
    numbers = np.array([int(match[2]) for match in numbered], dtype=np.int64)
    return _joined([("texts", "json", starts), ("number", "delta", _encoded("delta", numbers))])


def _texts(rows: EventRows, without: tuple[str, ...]) -> tuple[str, list[int]]:
    """Chunks of texts, each deflated and in base64 of its own, and where in the whole each begins."""
    import numpy as np

    events = rows.table
    kept = [name for name in TEXTS[:-3] if name in events and name not in without]
    columns = {
        name: [
            value.strip() if isinstance(value, str) else cell_text(value) or ""
            for value in events[name].astype("object")
        ]
        for name in kept
    }
    if "source_url" in columns:
        columns["source_url"] = [safe_link(url) or "" for url in columns["source_url"]]
    lines = _lines(rows, without)
    if "summary" in columns:
        fill = {
            **{
                key: np.array([*rows.places.words[key], ""], dtype=object)[rows.place].tolist()
                for key in ("name", "province")
            },
            "actor1": columns.get("actor1"),
            "actor2": columns.get("actor2"),
            "day": _day_texts(events["date_start"], rows.lang),
        }
        columns["summary"] = _shortened(columns["summary"], {k: v for k, v in fill.items() if v is not None})
    phrases: list[str] = []
    for name in ("summary", "notes"):
        if name in columns:
            if name == "notes":
                columns[name] = _shortened(columns[name], {})
            columns[name], phrases = _phrased(columns[name], phrases)
    chunks: list[Any] = []
    for low in range(0, len(events), CHUNK):
        high = min(low + CHUNK, len(events))
        chunks.append(
            {name: _dictionary(values[low:high]) for name, values in columns.items()}
            | {
                name: {at - low: said for at, said in found.items() if low <= at < high}
                for name, found in lines.items()
            }
        )
    # The last chunk is needed by every card.
    chunks.append(phrases)
    parts = [base64.b64encode(_deflated(_json(chunk))).decode() for chunk in chunks]
    offsets = [0]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return "".join(parts), offsets


def _lines(rows: EventRows, without: tuple[str, ...]) -> dict[str, dict[int, list[list[str]]]]:
    """Lines of claims and of sources by the row of their event; most events of large tables have none."""
    found: dict[str, dict[int, list[list[str]]]] = {}
    if not rows.claims and not rows.sources:
        return found
    position = {str(event_id): at for at, event_id in enumerate(rows.table["event_id"])}
    if "claims" not in without:
        found["claims"] = {
            position[key]: claim_lines(said, rows.lang)
            for key, said in rows.claims.items()
            if key in position
        }
    if "sources" not in without:
        found["sources"] = {
            position[key]: source_lines(said, {}, rows.lang)
            for key, said in rows.sources.items()
            if key in position
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


def _phrased(texts: list[str], known: list[str]) -> tuple[list[str], list[str]]:
    """Texts whose frequent sentences are one character each, and the sentences, those known first."""
    first, most = PHRASES
    sentence = re.compile(r"[^.;!?]*[.;!?]+\s*|[^.;!?]+$")
    split = [sentence.findall(text) for text in texts]
    counts = Counter(part for parts in split for part in parts if len(part) > 4)
    before = set(known)
    found = [part for part, n in counts.most_common(most) if n >= PHRASE_FROM and part not in before]
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


def _day_texts(days: pd.Series, lang: str) -> list[str]:
    """The first day of each event in words, each different day worded once."""
    import pandas as pd

    codes, different = pd.factorize(days)
    texts = [date_range(lang, day.date()) for day in different]
    return [texts[code] for code in codes]


def _shortened(texts: list[str], fill: dict[str, list[str]]) -> list[str]:
    """Summaries in which marks stand for what the other columns of the event hold."""
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
