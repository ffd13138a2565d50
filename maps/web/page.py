"""The interactive map: the page that holds its layers in one file.

The layers also work on a plain ``folium.Map`` (:mod:`maps.web.folium_layers`). Text from events is put in as
inert JSON and shown as text by the front end.
"""

from __future__ import annotations

import base64
import hashlib
import html
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from geo.arguments import checked
from geo.errors import SchemaError
from geo.files.whole import check_outputs, write_text
from maps.content.captions import caption_of
from maps.content.cards import safe_link
from maps.content.choropleth import in_both, shaded_subtitles
from maps.content.content import MapContent, map_content
from maps.spec.house_style import house_credit, in_house, read_house
from maps.spec.inputs import input_files
from maps.spec.wording import KEY_TITLE
from maps.web.choropleth_layer import PageShade
from maps.web.front_end import SEARCHES, front_end_js, script_text, types_css
from maps.web.house_look import PageLook, page_look
from maps.web.laid_layer import PageMarks
from maps.web.leaflet import leaflet_text
from maps.web.packing import LicenceError
from maps.web.page_layers import PageBase, PageEvents, PageLayer, PageTiles
from maps.web.page_parts import (
    MAP,
    about,
    compact_foot,
    dress_call,
    filters,
    map_calls,
    map_frame,
    map_label,
    panels,
    without_rows,
)
from maps.words.words import LANGUAGES, plural, word

if TYPE_CHECKING:
    from maps.content.captions import Caption
    from maps.content.choropleth import Shading
    from maps.spec.sheet import Sheet
    from maps.spec.spec import MapSpec

__all__ = ["LicenceError", "map_page", "render", "save"]


@checked
def render(spec: MapSpec, sheet: Sheet | None = None) -> str:
    """The map as one HTML document that asks nothing of any server, unless the specification names tiles.

    The same specification and data give the same text, byte for byte.

    Parameters
    ----------
    spec
        What to show.
    sheet
        Style, font and unit of the scale bar; the rest of a sheet is of paper.

    Examples
    --------
    >>> import maps
    >>> page = maps.render(maps.MapSpec(types=("shelling",)))
    >>> page.startswith("<!DOCTYPE html>"), "https://cdn" in page
    (True, False)
    """
    return map_page(map_content(spec), spec, sheet=sheet)


@checked
def save(
    spec: MapSpec,
    path: str | Path,
    *,
    sheet: Sheet | None = None,
    overwrite: bool = False,
    content: MapContent | None = None,
) -> Path:
    """Write :func:`render`'s document to a file, whole or not at all.

    Parameters
    ----------
    spec
        What to show.
    path
        The file.
    sheet
        As for :func:`render`.
    overwrite
        Whether a file that is there may be replaced.
    content
        What :func:`maps.map_content` made of the specification, if that was done already.

    Raises
    ------
    OverwriteError
        If the file is there and ``overwrite`` is false, or is one that the map is made of.
    """
    path = Path(path)
    read = input_files(spec, sheet)
    check_outputs([path], inputs=read, overwrite=overwrite)
    page = map_page(content or map_content(spec), spec, sheet=sheet)
    return write_text(path, page, overwrite=overwrite, inputs=read)


def map_page(
    content: MapContent,
    spec: MapSpec,
    *,
    sheet: Sheet | None = None,
    embedded: bool = False,
    compact: str | None = None,
    without: tuple[str, ...] = (),
    detail: int = 0,
) -> str:
    """Title, map, key and credits as a document with a Content-Security-Policy by hash.

    Parameters
    ----------
    content, spec
        What is on the map, and how it was asked for.
    sheet
        Style, font and unit of the scale bar; the rest of a sheet is of paper.
    embedded
        Whether the page tells the page around it how high it is (:mod:`maps.web.embed`).
    compact
        Make the short page for a frame: title, map, key, a line of sources, and a link to the full map at
        this address (no link if it is empty). None for the whole page.
    without, detail
        What is left out to save room, of cards and of the base (:mod:`maps.web.size_budget`).

    Raises
    ------
    LicenceError
        If rows are among the events whose licence forbids passing them on: a page carries them whole.
    SchemaError
        If the specification sizes symbols by a claimant's figures, or wants a name outside the frame.
    """
    if spec.size_by is not None:
        raise SchemaError(
            "sizes by a claimant's figures are drawn in SVG, PDF and PNG, not yet in HTML; "
            "leave out size_by, or write another format"
        )
    if sheet is not None:
        house = read_house(sheet.style)
        spec = in_house(spec, house)
        content = content.under(spec)
        worded = [(house_credit(text, house), address) for text, address in content.credits]
        content = replace(content, credits=worded)
    _check_asked(content)
    look = page_look(sheet, content)
    if "font" in without:
        look = replace(look, font=None, bold=None)
    parts = _Parts(spec, content, look, embedded=embedded, compact=compact)
    layers, shading, hosts = _layers(parts, without, detail)
    words = caption_of(content, shading=shading, named=not parts.aggregated, projection="page projection")
    tags = [tag for name, layer in layers.items() for _, tag in layer.tags(name)]
    drawn = "\n".join([map_frame(map_label(spec, panel=0 if spec.compare else None)), *tags])
    script = front_end_js(SEARCHES if "search" in without else ())
    script += script_text("pair.js") if spec.compare else ""
    script += _calls(parts, layers)
    more = ["shade"] * (spec.shade is not None) + ["pair"] * (spec.compare is not None)
    more += ["laid"] * has_marks(content)
    sheets = "".join(script_text(f"{name}.css") for name in ("map", "page", *more))
    colours = look.variables(marks=has_marks(content))
    styles = [leaflet_text("leaflet.css"), colours + types_css() + sheets + look.sheet()]
    scripts = [leaflet_text("leaflet.js"), script]
    if embedded or compact is not None:
        styles.append(script_text("embed.css"))
        scripts.insert(0, script_text("embed.js"))
    attribute = "" if compact is None else ' data-compact="1"'
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{spec.lang}" dir="{LANGUAGES[spec.lang].direction}"{attribute}>',
        *_head(content.title, words.alt, _policy(scripts, styles, hosts, font=look.font is not None), styles),
        *_body(parts, drawn, shading, words),
        *(f"<script>{script}</script>" for script in scripts),
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class _Parts:
    """What the parts of a page are made of."""

    spec: MapSpec
    content: MapContent
    look: PageLook
    embedded: bool
    compact: str | None

    @property
    def aggregated(self) -> bool:
        """Of rows that may not be passed on, counts by unit are all that the page holds of any row."""
        return bool(self.content.withheld) and self.spec.shade is not None


def _layers(
    parts: _Parts, without: tuple[str, ...], detail: int
) -> tuple[dict[str, PageLayer], Shading | None, list[str]]:
    """The layers by their names in the page, the units that it shades, and hosts that it asks for tiles."""
    spec, content = parts.spec, parts.content
    ink = parts.look.ink() if parts.look.house.named else None
    layers: list[PageLayer] = []
    hosts: list[str] = []
    if spec.tiles:
        tiles = PageTiles(spec.tiles)
        hosts = tiles.hosts
        layers.append(tiles)
    base = PageBase(
        lang=spec.lang,
        over_tiles=bool(spec.tiles),
        detail=detail,
        hide=spec.hide,
        towns=spec.towns,
        credit=False,
        ink=ink,
        relief=parts.look.house.areas["relief"] * (spec.relief and "relief" not in without),
        extent=None if "roads" in without else _grown(content.extent),
    )
    events = PageEvents(
        without_rows(content) if parts.aggregated else content,
        lang=spec.lang,
        line_policy=spec.line_policy,
        panel="side",
        stretches="stretches",
        without=without,
        detail=detail,
        quiet=spec.shade is not None or spec.compare is not None,
        credit=False,
        ink=ink,
    )
    layers += [base, events]
    if has_marks(content):
        layers.append(PageMarks(content))
    shade = None
    if spec.shade:
        shade = PageShade(spec, events, events.kind, content=content, colour=parts.look.colour)
        layers.append(shade)
    return {layer.kind: layer for layer in layers}, None if shade is None else shade.shading, hosts


def _calls(parts: _Parts, layers: dict[str, PageLayer]) -> str:
    """The script that makes the map, draws each layer on it, and dresses the page."""
    spec, content = parts.spec, parts.content
    script = map_calls(spec, content.extent, parts.look.scale)
    for name, layer in layers.items():
        script += "".join(script_text(f"{part}.js") for part in layer.parts)
        script += f"var {name}={layer.call(name)};{name}.addTo({MAP});\n"
    return script + dress_call(
        spec,
        PageEvents.kind,
        PageBase.kind,
        PageShade.kind if spec.shade else None,
        rows=not parts.aggregated,
        compact=parts.compact is not None,
    )


def _grown(extent: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """A frame with what lies beside it, which a reader may move to."""
    west, south, east, north = extent
    wide, high = (east - west) / 2, (north - south) / 2
    return (west - wide, south - high, east + wide, north + high)


def _check_asked(content: MapContent) -> None:
    """Refuse names of ``must_label`` whose places the first view does not show, as print does."""
    west, south, east, north = content.extent
    missing = [
        f"label {one.text!r}"
        for one in content.musts
        if one.dot and one.lon is not None and one.lat is not None
        if not (west <= one.lon <= east and south <= one.lat <= north)
    ]
    if missing:
        raise SchemaError(
            f"not on the map, outside its frame: {', '.join(dict.fromkeys(missing))}; choose another extent, "
            "or leave them out"
        )


def has_marks(content: MapContent) -> bool:
    """Whether something is laid over the map."""
    return any(one.kind not in ("credit", "picture") for one in (*content.laid, *content.musts))


def _policy(scripts: list[str], styles: list[str], hosts: list[str], *, font: bool) -> str:
    """The Content-Security-Policy: what stands in the page and nothing else."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(map(_source_hash, scripts))}",
            f"style-src {' '.join(map(_source_hash, styles))}",
            f"img-src {' '.join(['data:', *hosts])}",
            *(["font-src data:"] if font else []),
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _head(title: str, description: str, policy: str, styles: list[str]) -> list[str]:
    return [
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{html.escape(title)}</title>",
        f'<meta name="description" content="{html.escape(description)}">',
        '<link rel="icon" href="data:,">',
        *(f"<style>{style}</style>" for style in styles),
        "</head>",
    ]


def _body(parts: _Parts, drawn: str, shading: Shading | None, words: Caption) -> list[str]:
    """Title and sentence, key, map; below the first screen time, list, method and credits."""
    spec, content = parts.spec, parts.content
    compact = parts.compact is not None
    page_class = " ".join(
        ["page"]
        + ["two-maps"] * (spec.compare is not None)
        + [f"shade-{spec.shade}"] * (spec.shade is not None)
        + ["bare"] * parts.aggregated
        + ["compact"] * compact
        + ["locator"] * spec.locator
    )
    title, said = html.escape(content.title), html.escape(shaded_subtitles(content, shading)[0])
    hide = spec.hide
    subtitle = f'<p class="subtitle" dir="auto">{said}</p>' if said and "subtitle" not in hide else ""
    if content.outside:
        subtitle += f'<p class="outside" dir="auto">{html.escape(content.outside)}</p>'
    below = [
        "" if "table" in hide else '<section class="table" id="table"></section>',
        about(words, spec, content),
        f"<footer>{_footer(content, spec)}</footer>",
    ]
    return [
        f'<body><div class="{page_class}"><div class="first">',
        f'<header>{_logo(content)}<h1 dir="auto">{title}</h1>{subtitle}</header>',
        '<main><div class="side" id="side">',
        f'<section class="key"{" hidden" * ("key" in hide)}>',
        _key_title(spec),
        '<div id="key"></div></section>',
        "" if compact or "filters" in hide else filters(spec.lang),
        "</div>",
        '<div class="map-column">',
        *panels(spec, content, drawn, shading, parts.look, compact=compact),
        '<div class="stretches" id="stretches" hidden></div>',
        "</div>",
        "" if "timeline" in hide else '<section class="time" id="time"></section>',
        "</main></div>",
        *([compact_foot(words, spec, parts.compact or "")] if compact else below),
        "</div>",
    ]


def _logo(content: MapContent) -> str:
    """The house's picture at the end of the title."""
    logo = next((one for one in content.laid if one.logo is not None), None)
    if logo is None or logo.logo is None:
        return ""
    alt, picture = html.escape(logo.text), logo.logo
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<img class="logo" alt="{alt}" {size} src="{picture.url}">'


def _key_title(spec: MapSpec) -> str:
    """The title of the key, to be seen where the map has one of its own."""
    own = dict(spec.wording).get(KEY_TITLE)
    if own:
        return f'<h2 class="key-title" dir="auto">{html.escape(own)}</h2>'
    return f'<h2 class="unseen">{word(spec.lang, "legend")}</h2>'


def _footer(content: MapContent, spec: MapSpec) -> str:
    """As-of date, notes and credits."""

    def credit(text: str, address: str | None) -> str:
        link = safe_link(address)
        words = html.escape(text)
        return (
            f'<a href="{html.escape(link)}" rel="noopener noreferrer" target="_blank">{words}</a>'
            if link
            else words
        )

    said = [content.as_of, word(spec.lang, "note")]
    if not spec.shade and any(not group.plotted for group in content.marks):
        said.append(word(spec.lang, "imprecise note"))
    if spec.compare and (both := in_both(content)):
        said.append(plural(spec.lang, "in both", both))
    lines = [" ".join(html.escape(text) for text in said if text)]
    listed = "; ".join(credit(*pair) for pair in content.credits)
    lines.append(f"{html.escape(word(spec.lang, 'credits'))}: {listed}.")
    return "".join(f"<p>{line}</p>" for line in lines)


def _source_hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
