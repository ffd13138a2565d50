"""Parts of a page: the frame of its map, panels of a comparison, what the map says of itself in words."""

from __future__ import annotations

import datetime as dt
import html
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from maps.content.cards import NOWHERE
from maps.content.choropleth import in_both, period_rows
from maps.spec.periods import period_words
from maps.web.noscript_picture import fallback_picture
from maps.web.page_layers import inert_json
from maps.words.words import number, plural, word

if TYPE_CHECKING:
    from maps.content.captions import Caption
    from maps.content.choropleth import Shading
    from maps.content.content import MapContent
    from maps.spec.spec import MapSpec
    from maps.web.house_look import PageLook

__all__ = [
    "about",
    "compact_foot",
    "dress_call",
    "filters",
    "map_calls",
    "map_frame",
    "map_label",
    "panels",
    "switch",
    "without_rows",
]

MAP: Final = "border_map"
"""What the page's script calls the map."""

DESCRIBED: Final = "map-caption map-description"
"""Ids of the texts that together describe the map."""

EPOCH: Final = dt.date(1970, 1, 1)


def without_rows(content: MapContent) -> MapContent:
    """The content with nothing of any one event in it: title, credits and counts of all remain."""
    import numpy as np

    from maps.content.event_places import Places
    from maps.content.event_rows import Cards, Columns, EventRows

    none = np.zeros(0, dtype=np.int64)
    rows = EventRows(content.rows.table.iloc[:0], none, Places(), {}, {}, content.rows.lang)
    events = content.events | {"cols": Columns(rows), "areas": [], "provinces": []}
    return replace(content, rows=rows, events=events, cards=Cards(rows), marks=(), withheld={})


def map_label(spec: MapSpec, *, panel: int | None = None) -> str:
    """What a screen reader says of the map, or of one of two."""
    shade = {None: "map label", "density": "map label density"}.get(spec.shade, "map label shade")
    label = word(spec.lang, shade)
    if panel is None:
        return label
    period = period_words(spec.periods[panel], spec.lang)
    return f"{word(spec.lang, 'map of', n=panel + 1, period=period)}. {label}"


def switch(spec: MapSpec) -> list[str]:
    """Which of two maps a short page shows: before or after; works without a script.

    Examples
    --------
    >>> import maps
    >>> periods = ("2025-10-09:2025-10-18", "2025-10-19:2025-11-30")
    >>> [html for html in switch(maps.MapSpec(compare=periods)) if "label" in html]  # doctest: +ELLIPSIS
    ['<label for="map-of-1"...><b>Before</b> 9 to 18 October 2025</label>', ...]
    """
    (_, end), (begin, _) = spec.periods
    # Said only where it is true.
    in_order = end is not None and begin is not None and end <= begin
    out = [
        '<input type="radio" name="map-of" id="map-of-1" class="map-of" checked>',
        '<input type="radio" name="map-of" id="map-of-2" class="map-of">',
        '<div class="switch">',
    ]
    for n, key in ((1, "before"), (2, "after")):
        said = f"<b>{html.escape(word(spec.lang, key))}</b> " if in_order else ""
        out.append(f'<label for="map-of-{n}" dir="auto">{said}{_period(spec, n - 1)}</label>')
    return [*out, "</div>"]


def _period(spec: MapSpec, n: int) -> str:
    return html.escape(period_words(spec.periods[n], spec.lang))


def panels(
    spec: MapSpec,
    content: MapContent,
    body: str,
    shading: Shading | None,
    look: PageLook,
    *,
    compact: bool = False,
) -> list[str]:
    """The box of the map, or the two of a comparison, each under the heading of its period.

    On a short page only one of two is seen at a time.
    """
    if not spec.compare:
        picture = fallback_picture(content, spec.lang, look, shading=shading)
        return ['<div class="map-box">', picture, body, "</div>"]
    out = [*(switch(spec) if compact else []), '<div class="pair">']
    for n, rows in enumerate(period_rows(content)):
        shown = [row for row in rows if content.events["cols"]["grain"][row] != NOWHERE]
        title = _period(spec, n)
        count = plural(spec.lang, "events", len(shown)).replace(
            number(spec.lang, len(shown)),
            f'<span id="count-{n + 1}">{number(spec.lang, len(shown))}</span>',
            1,
        )
        out += [
            '<section class="panel">',
            f'<h2><span class="badge" aria-hidden="true">{number(spec.lang, n + 1)}</span> '
            f'<span>{title}</span> <span class="panel-count">{count}</span></h2>',
            '<div class="map-box">',
            fallback_picture(content, spec.lang, look, shading=shading, rows=rows),
            body if n == 0 else map_frame(map_label(spec, panel=n), name="map-2"),
            "</div></section>",
        ]
    return [*out, "</div>"]


def _pair(spec: MapSpec) -> dict[str, Any]:
    """What the front end must know to make the second map."""
    return {
        "host": "map-2",
        "heads": ["count-1", "count-2"],
        "periods": [
            [None if day is None else (day - EPOCH).days for day in period] for period in spec.periods
        ],
    }


def filters(lang: str) -> str:
    """The panel that the button over the map opens; its fields are made by the scripts."""
    title, close = html.escape(word(lang, "filter")), html.escape(word(lang, "close"))
    return (
        f'<section class="filters" id="filter-panel" aria-label="{title}" hidden>'
        f'<div class="filters-bar"><h2 tabindex="-1">{title}</h2>'
        f'<button type="button" class="close">{close}</button></div><div id="filters"></div></section>'
    )


def compact_foot(words: Caption, spec: MapSpec, full: str) -> str:
    """One line of sources and the way to the full map, if its address is known."""
    link = (
        f'<a href="{html.escape(full)}" target="_blank" rel="noopener">'
        f"{html.escape(word(spec.lang, 'open full map'))}</a>"
        if full
        else ""
    )
    caption, description = DESCRIBED.split()
    return (
        f'<p class="unseen" lang="en" dir="ltr" id="{caption}">{html.escape(words.caption)}</p>'
        f'<p class="unseen" lang="en" dir="ltr" id="{description}">{html.escape(words.beyond_caption)}</p>'
        f'<div class="compact-foot"><span dir="auto" title="{html.escape(words.credit)}">'
        f"{html.escape(words.credit)}</span>{link}</div>"
    )


def about(words: Caption, spec: MapSpec, content: MapContent) -> str:
    """Caption, method and description under a heading that opens."""
    texts = [words.method]
    both = in_both(content) if spec.compare else 0
    if both:
        texts.append(plural(spec.lang, "in both", both))
    caption, description = DESCRIBED.split()
    inner = f'<p id="{caption}">{html.escape(words.caption)}</p>'
    inner += "".join(f"<p>{html.escape(text)}</p>" for text in texts if text != words.caption)
    return (
        f'<details class="about"><summary>{html.escape(word(spec.lang, "about"))}</summary>'
        f"<div>{inner}</div></details>"
        f'<p class="unseen" id="{description}">{html.escape(words.beyond_caption)}</p>'
    )


def map_frame(label: str, *, name: str = "map") -> str:
    """The element that Leaflet fills."""
    return (
        f'<div class="map" id="{name}" dir="ltr" role="application" tabindex="0" '
        f'aria-label="{html.escape(label)}" aria-describedby="{DESCRIBED}"></div>'
    )


def map_calls(spec: MapSpec, extent: tuple[float, float, float, float], scale: str) -> str:
    """The lines of script that make the map, without tiles and without links to other sites.

    Parameters
    ----------
    spec
        Language, and what is left out.
    extent
        (west, south, east, north) in degrees.
    scale
        Unit of the scale bar.
    """
    west, south, east, north = extent
    settings = {
        "credit": "© OpenStreetMap contributors",
        "locator": word(spec.lang, "locator"),
        "zoomIn": word(spec.lang, "zoom in"),
        "zoomOut": word(spec.lang, "zoom out"),
        # Leaflet's order is (lat, lon).
        "bounds": [[south, west], [north, east]],
        "hide": [part for part in ("scale", "inset") if part in spec.hide],
        "scale": scale,
    }
    how = "zoomControl:false,zoomSnap:0.25,wheelPxPerZoomLevel:110,minZoom:4,maxZoom:13,"
    how += "maxBounds:[[14,48],[46,90]],maxBoundsViscosity:0.6"
    return f'var {MAP}=L.map("map",{{{how}}});\ndurand.frame({MAP},{inert_json(settings)});\n'


def dress_call(spec: MapSpec, events: str, base: str, shade: str | None, *, rows: bool, compact: bool) -> str:
    """The line that puts key, time and table outside the map, and the state in the address.

    Parameters
    ----------
    spec
        What is compared, and what is left out.
    events, base, shade
        Names of the layers.
    rows
        Whether the page holds any row.
    compact
        Whether it is the short page for a frame.
    """
    pair = _pair(spec) | {"base": f"{base}_base"} if spec.compare else None
    hosts: dict[str, Any] = {"key": "key", "titled": spec.title is not None}
    if not compact:
        held = {"filters": "filters"} | ({"table": "table"} if rows else {})
        if rows and not spec.compare and spec.shade != "density":
            held["time"] = "time"
        named = {"filters": "filters", "table": "table", "time": "timeline"}
        hosts |= {name: host for name, host in held.items() if named[name] not in spec.hide}
    return f"durand.dress({events},{inert_json(hosts)},{inert_json(pair)},[{shade or ''}]);\n"
