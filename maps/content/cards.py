"""What the card of an event says, in plain words made from its row, its claims and its sources."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from geo.places.radii import LINE_M, SITE_M
from geo.vocab import VERIFICATIONS
from maps.content.basemap import read_basemap
from maps.words.words import LANGUAGES, date_range, month_range, number, plural, word

__all__ = [
    "AREA",
    "NOWHERE",
    "PLACE",
    "STRETCH",
    "actors_of",
    "card",
    "cell_text",
    "claim_lines",
    "dates",
    "figure_words",
    "headline",
    "located_words",
    "place_line",
    "place_words",
    "province_of",
    "safe_link",
    "source_lines",
    "upper",
]

PLACE, AREA, STRETCH, NOWHERE = range(4)
"""How an event is drawn."""


MONTH: Final = 3
"""``date_precision`` of an event of which the month is known."""

HEAD_LENGTH: Final = 160
"""Characters of one part of a headline."""


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
    plain = (
        parts.scheme.lower() in ("http", "https")
        and parts.hostname
        and not re.search(r"[\s\x00-\x1f<>\"'`]", text)
    )
    return text if plain else None


def headline(event_type: str, place: str, date: str, lang: str) -> str:
    """Type, place, province, date: "Airstrike, Barmal district, Paktika, 17 October 2025"."""
    return word(lang, "comma").join(
        part for part in (upper(plural(lang, event_type, 1)), place, date) if part
    )


def place_line(row: dict[str, Any], grain: int, lang: str) -> str:
    """What a headline says of the place: its name and the province where the name does not hold it."""
    place = re.sub(r"\s*\([^)]*\)", "", cell_text(row.get("place")) or "").strip(" ,;")
    province = province_of(row, lang) if grain in (PLACE, AREA) else None
    if province and province.casefold() in place.casefold():
        province = None
    return word(lang, "comma").join(_cut(part) for part in (place, province) if part)


def _cut(text: str) -> str:
    """A text no longer than a headline can bear; the card has it whole."""
    return text if len(text) <= HEAD_LENGTH else text[: HEAD_LENGTH - 1].rstrip() + "…"


def dates(row: dict[str, Any], lang: str) -> str:
    """The day or days of an event; its month or year, or "about" a day, where no more is known."""
    end = row.get("date_end")
    if _whole_months(row):
        return month_range(lang, row["date_start"].date(), row["date_end"].date())
    text = date_range(lang, row["date_start"].date(), None if end is None or end != end else end.date())
    precision = row.get("date_precision")
    coarse = (
        isinstance(precision, int) and precision > 1 and not (end == end and end and end > row["date_start"])
    )
    return word(lang, "about date", date=text) if coarse else text


def _whole_months(row: dict[str, Any]) -> bool:
    """Whether an event known to a month or a year has all of its days."""
    start, end, precision = row["date_start"], row.get("date_end"), row.get("date_precision")
    if end is None or end != end or not isinstance(precision, int) or precision < MONTH:
        return False
    return start.day == 1 and bool(end.is_month_end)


def place_words(
    row: dict[str, Any], grain: int, radius_m: float | None, lang: str, shares: dict[str, float] | None
) -> dict[str, str]:
    """What a card says of a place: its name and province, how it was located, its side and distance."""
    precision = cell_text(row.get("where_precision")) or "site"
    source_position = cell_text(row.get("coord_source"))
    how = located_words(precision, radius_m, lang)
    if source_position and grain in (PLACE, AREA):
        how += ". " + word(lang, "source position", source=source_position)
    return {
        "name": cell_text(row.get("place")) or "",
        "province": province_of(row, lang) or "",
        "located": how,
        "side": _side(row, grain, shares, lang) or "",
        "distance": _distance(row, precision, radius_m, lang) or "",
    }


def actors_of(row: dict[str, Any]) -> str:
    """The parties, as the source attributes."""
    return "; ".join(part for part in (cell_text(row.get("actor1")), cell_text(row.get("actor2"))) if part)


def card(row: dict[str, Any], place: dict[str, str], lang: str) -> dict[str, Any]:
    """Summary, facts as pairs of name and text, and note. What is not known says so."""
    unknown = word(lang, "not known")
    verification = cell_text(row.get("verification"))
    named = (place["name"], place["province"])
    facts = [
        ("when", dates(row, lang)),
        ("where", word(lang, "comma").join(dict.fromkeys(filter(None, named))) or unknown),
        *((key, place[key]) for key in ("located", "side", "distance")),
        ("actors", actors_of(row) or unknown),
        ("attribution", cell_text(row.get("attribution")) or unknown),
        (
            "verification",
            word(lang, verification) if verification in VERIFICATIONS else upper(word(lang, "not said")),
        ),
    ]
    return {
        "summary": cell_text(row.get("summary")) or "",
        "facts": [[word(lang, key), text] for key, text in facts if text],
        "notes": cell_text(row.get("notes")) or "",
    }


def claim_lines(rows: list[dict[str, Any]], lang: str) -> list[list[Any]]:
    """One line for each claimant, group counted and day: says, counted, killed, injured, when, link, note.

    Where a number of killed is given, its reach stands last: low, high, and whether it has no upper end. A
    second figure of one metric is a line of its own.
    """
    lines: dict[tuple[str, str, str, str, str, int], dict[str, Any]] = {}
    for row in rows:
        stated = row.get("stated_on")
        day = "" if stated is None or stated != stated else _day_text(stated, lang)
        key = (
            cell_text(row.get("claimant")) or word(lang, "not known"),
            cell_text(row.get("who")) or word(lang, "not known"),
            day,
            safe_link(row.get("source_url")) or "",
            cell_text(row.get("note")) or "",
        )
        figure = figure_words(row.get("low"), row.get("high"), cell_text(row.get("bound")), lang)
        metric = cell_text(row.get("metric"))
        nth = 0
        while metric in lines.get((*key, nth), {}):
            nth += 1
        line = lines.setdefault((*key, nth), {})
        if metric in ("killed", "injured"):
            line[metric] = figure
        if metric == "killed":
            line["reach"] = _reach(row)
    none = word(lang, "no figure")
    return [
        [
            *key[:2],
            figures.get("killed") or none,
            figures.get("injured") or none,
            *key[2:5],
            *([figures["reach"]] if figures.get("reach") else []),
        ]
        for key, figures in lines.items()
    ]


def _reach(row: dict[str, Any]) -> list[int] | None:
    """Lowest and highest number of a figure, and 1 where it has no upper end; None where it has no number."""
    low, high = (None if cell_text(row.get(name)) is None else int(row[name]) for name in ("low", "high"))
    known = [value for value in (low, high) if value is not None]
    return [min(known), max(known), int(high is None)] if known else None


def source_lines(rows: list[dict[str, Any]], event: dict[str, Any], lang: str) -> list[list[str]]:
    """Links of an event: title, publisher and date, address; without a usable address the words alone."""
    found = []
    for row in rows:
        about = ", ".join(part for part in (_publisher(row), _day_text(row.get("date"), lang)) if part)
        title = cell_text(row.get("title"))
        if title or about or row.get("url"):
            found.append([title or "", about, safe_link(row.get("url")) or ""])
    if not found and (cell_text(event.get("source")) or safe_link(event.get("source_url"))):
        found.append(["", cell_text(event.get("source")) or "", safe_link(event.get("source_url")) or ""])
    for line in found:
        if not line[0] and not line[1]:
            line[0] = urlsplit(line[2]).hostname or word(lang, "untitled")
    return found


def province_of(row: dict[str, Any], lang: str) -> str | None:
    """The province that the place lies in, or what the source says where that cannot be told."""
    source = cell_text(row.get("adm1_source"))
    near = cell_text(row.get("where_precision")) in ("site", "town")
    if near and row.get("side") == "uncertain" and source:
        return source
    code = row.get("adm1")
    if isinstance(code, str) and LANGUAGES[lang].column:
        for unit in read_basemap().topology["objects"]["provinces"]["geometries"]:
            if unit["properties"]["id"] == code:
                return str(unit["properties"].get(LANGUAGES[lang].column) or unit["properties"]["name"])
    return cell_text(row.get("adm1_name")) or source


def located_words(precision: str, radius_m: float | None, lang: str) -> str:
    """How exactly a place is known, without whose position it is.

    Examples
    --------
    >>> located_words("near", 25_000.0, "en")
    'Near a named place, within 25 km'
    """
    if precision == "district" and radius_m is None:
        return word(lang, "district polygon")
    km = f"{(radius_m or 0) / 1000:.1f}".removesuffix(".0")
    return word(lang, "in province" if precision == "province" else precision, km=km)


def _side(row: dict[str, Any], grain: int, shares: dict[str, float] | None, lang: str) -> str | None:
    if grain == STRETCH:
        return word(lang, "side along")
    side = cell_text(row.get("side"))
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
    doubt_km = ((radius_m or SITE_M) + LINE_M) / 1000
    if abs(km) <= doubt_km:
        return word(lang, "distance near", km=_rounded(abs(km) + doubt_km, 1 if doubt_km < 1 else 5))
    step = next(step for step in (1, 5, 10, 25, 50) if step >= doubt_km or step == 50)
    return word(lang, "distance about", km=max(_rounded(abs(km), step), step))


def _rounded(km: float, step: int) -> int:
    return round(-(-km // step) * step) if km < step else round(km / step) * step


def figure_words(low: object, high: object, bound: str | None, lang: str) -> str:
    """A claimed figure as it was said: "17", "9 to 13", "at least 12", "up to 20", "dozens".

    Parameters
    ----------
    low, high
        The ends; either may be missing.
    bound
        How it was said (``geo.vocab.BOUNDS``), if that is told; else an open end tells it.
    lang
        Language of the words.

    Examples
    --------
    >>> figure_words(12, None, None, "en"), figure_words(45, 50, "exactly", "en")
    ('at least 12', '45 to 50')
    """
    known = [None if cell_text(value) is None else int(str(value)) for value in (low, high)]
    first, last = known
    if first is None and last is None:
        return word(lang, "bound dozens") if bound == "dozens" else ""
    if bound in (None, "exactly") and (first is None or last is None):
        bound = "at least" if last is None else "up to"
    ends = [f"{value:,}" for value in known if value is not None]
    if len(ends) == 2 and ends[0] != ends[1]:
        said = word(lang, "range", low=ends[0], high=ends[1])
        return word(lang, "bound about", n=said) if bound == "about" else said
    said = number(lang, ends[0])
    return said if bound in (None, "exactly", "dozens") else word(lang, f"bound {bound}", n=said)


def _publisher(row: dict[str, Any]) -> str | None:
    """The publisher, with the original in brackets where the page carries another's text."""
    publisher, original = cell_text(row.get("publisher")), cell_text(row.get("original"))
    return f"{publisher} ({original})" if publisher and original else publisher or original


def _day_text(value: Any, lang: str) -> str:
    if value is None or value != value or _is_na(value):
        return ""
    return date_range(lang, value.date()) if hasattr(value, "date") else str(value)


def cell_text(value: Any) -> str | None:
    """A cell as text; nothing if it is missing or blank."""
    if value is None or _is_na(value):
        return None
    return str(value).strip() or None


def _is_na(value: Any) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def upper(text: str) -> str:
    """With its first letter large."""
    return text[:1].upper() + text[1:]
