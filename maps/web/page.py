"""The interactive map: folium layers of our own, and the page that holds them in one file.

The layers also work on a plain ``folium.Map``. Text from events is put in as inert JSON and shown as text by
the front end. It never passes through a Jinja template (branca renders the content of an element once more)
nor through folium's Popup or Tooltip, which would put it into a JavaScript template literal.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import importlib.resources
import json
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from branca.element import Element, Figure, MacroElement
from folium.folium import Map
from folium.map import Layer
from folium.template import Template

from geo.errors import DataNotFoundError, SchemaError
from maps.content.basemap import base_data
from maps.content.captions import caption_of
from maps.content.cards import safe_link
from maps.content.choropleth import in_both
from maps.content.content import MapContent, map_content
from maps.style import css_variables
from maps.web.packing import LicenceError, pack
from maps.web.page_parts import DESCRIBED, about, legend_settings, map_label, panels, without_rows
from maps.web.size_budget import lean_base, lean_shapes
from maps.words.words import LANGUAGES, WORDS, plural, word

if TYPE_CHECKING:
    from maps.spec.spec import MapSpec

__all__ = [
    "BaseLayer",
    "BorderMap",
    "DurandLayer",
    "EventLayer",
    "LicenceError",
    "TileLayer",
    "map_page",
    "render",
    "save",
    "write_whole",
]

LEAFLET: Final = {
    "leaflet.js": "WBkoXOwTeyKclOHuWtc+i2uENFpDZ9YPdf5Hf+D7ewM=",
    "leaflet.css": "kLaT2GOSpHechhsozzB+flnD+zUyjE2LlfWPgU04xyI=",
}
"""Files of Leaflet 1.9.3 (BSD-2-Clause) and the base64 sha256 that each must have."""


SCRIPTS: Final = (
    *("core.js", "packed.js", "state.js", "base.js", "labels.js", "events.js", "canvas.js"),
    *("card.js", "legend.js", "time.js", "table.js", "tiles.js"),
)
STYLES: Final = ("map.css",)

SAID_BEFORE: Final = frozenset(
    {
        *(
            "title",
            "title of types",
            "subtitle",
            "mapped",
            "all mapped",
            "no events",
            "not mapped",
            "in both",
        ),
        *("map label", "map label shade", "map label density", "locator", "zoom in", "zoom out", "legend"),
        *("credits", "as of", "note", "imprecise note", "about", "no script", "before day", "from day"),
        *("expected", "by province", "by district", "by sector", "class", "class to", "density"),
        *("no data", "no districts", "none here"),
        *("choropleth note", "sector note", "classes note", "density note", "profile note"),
        *("along line", "call-outs", "far from line", "earlier", "outside frame"),
        *("filled", "hollow", "other lines", "projection", "page projection"),
        *("events from", "positions from"),
        *("talks abroad", "truce for the whole line", "unknown place", "outside", "row at fault"),
        *("district polygon", "in province", "source position", "distance near", "distance about"),
        *("side mostly AF", "side mostly PK", "side along", "side uncertain"),
    }
)
"""Words that the page or its data hold already where they are said, or that only paper has."""

SAID_OF_UNITS: Final = frozenset(
    {
        *("unit said", "unit none", "unit without", "units label", "may be there"),
        *("expected short", "expected of", "certain", "possible"),
    }
)
"""Words that shaded units bring along."""


class _Verbatim(Element):
    """Text that is put into the page as it is, untouched by any template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: object) -> str:
        return self.text


class DurandLayer(Layer):
    """A layer whose front end and inert data stand in the page once each."""

    _template = Template("")
    parts: tuple[str, ...] = ()
    """Names of what this layer alone needs of the front end: a script and a style sheet each."""

    def data(self) -> dict[str, Any]:
        """Inert data by the suffix of the id under which the front end finds it."""
        raise NotImplementedError

    def inert(self) -> dict[str, str]:
        """Base64 by the suffix of its id."""
        return {}

    def render(self, **kwargs: Any) -> Any:  # noqa: ANN401 - folium's layers return nothing, elements text
        """Put front end, data and script into the figure."""
        figure: Any = self.get_root()
        figure.header.add_child(_Verbatim(f"<style>\n{_front_end_css()}</style>"), name="durand_css")
        for part in self.parts:
            style = f"<style>\n{_web(f'{part}.css')}</style>"
            figure.header.add_child(_Verbatim(style), name=f"durand_css_{part}")
        for suffix, content in self.data().items():
            name = f"{self.get_name()}_{suffix}"
            tag = f'<script type="application/json" id="{name}">{inert_json(content)}</script>'
            figure.html.add_child(_Verbatim(tag), name=name)
        for suffix, text in self.inert().items():
            name = f"{self.get_name()}_{suffix}"
            tag = f'<script type="text/plain" id="{name}">{text}</script>'
            figure.html.add_child(_Verbatim(tag), name=name)
        figure.script.add_child(_Verbatim(_front_end_js()), name="durand_front_end")
        for part in self.parts:
            figure.script.add_child(_Verbatim(_web(f"{part}.js")), name=f"durand_{part}")
        return super().render(**kwargs)  # type: ignore[no-untyped-call]


class BaseLayer(DurandLayer):
    """Land, rivers, lines and names, with the Durand Line in its own style.

    Parameters
    ----------
    lang
        Language of the names.
    over_tiles
        Leave out land and rivers, since tiles lie underneath.
    detail
        How much of the base is left out to save room (:func:`maps.web.size_budget.lean_base`).

    Examples
    --------
    >>> import folium
    >>> m = folium.Map(location=[33, 69], zoom_start=6, tiles=None)
    >>> _ = BaseLayer().add_to(m)
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = durand.base(durand.data("{{ this.get_name() }}_base"));
        {% endmacro %}
        """
    )

    def __init__(
        self,
        *,
        lang: str = "en",
        over_tiles: bool = False,
        detail: int = 0,
        name: str = "Base",
        show: bool = True,
    ) -> None:
        super().__init__(name=name, overlay=True, control=False, show=show)
        self._name = "BorderBase"
        self.lang = lang
        self.over_tiles = over_tiles
        self.detail = detail

    def data(self) -> dict[str, Any]:
        """The base and the few words on it."""
        names = ("Durand Line", "Line of Control", "Line of Actual Control")
        words = {name: word(self.lang, name) for name in names}
        base = lean_base(base_data(self.lang, tiles=self.over_tiles), self.detail)
        return {"base": base | {"words": words}}


class EventLayer(DurandLayer):
    """Events as symbols, hatched areas and bands, with a card for each; on a canvas where many are in view.

    Parameters
    ----------
    content
        What :func:`maps.content.content.map_content` made of a specification.
    lang
        Language of the words on cards.
    panel
        Id of the element that holds the card; on the map itself if not given.
    without
        What the cards lack to save room (:data:`maps.web.packing.TEXTS`).
    detail
        How far outlines of areas are simplified to save room (:func:`maps.web.size_budget.lean_shapes`).
    quiet
        Draw no events: another layer shows counts of them.

    Raises
    ------
    LicenceError
        If rows are among the events whose licence forbids passing them on.

    Examples
    --------
    >>> import folium, maps
    >>> from maps.content.content import map_content
    >>> m = folium.Map(location=[33, 69], zoom_start=6, tiles=None)
    >>> _ = EventLayer(map_content(maps.MapSpec())).add_to(m)
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = durand.events("{{ this.get_name() }}", {
                panel: {{ this.panel|tojson }},
                quiet: {{ this.quiet|tojson }},
            });
        {% endmacro %}
        """
    )

    def __init__(
        self,
        content: MapContent,
        *,
        lang: str = "en",
        line_policy: str = "disputed",
        panel: str | None = None,
        without: tuple[str, ...] = (),
        detail: int = 0,
        quiet: bool = False,
        name: str = "Events",
        show: bool = True,
    ) -> None:
        super().__init__(name=name, overlay=True, control=True, show=show)
        self._name = "BorderEvents"
        self.content = content
        self.packed = pack(content, without=without)
        self.detail = detail
        self.lang = lang
        self.line_policy = line_policy
        self.panel = panel
        self.quiet = quiet

    def data(self) -> dict[str, Any]:
        """How to read the packed parts, and every word that a page may need."""
        words = {key: word(self.lang, key) for key in WORDS["en"] if key not in SAID_BEFORE | SAID_OF_UNITS}
        words["durand"] = word(self.lang, f"durand {self.line_policy}")
        areas = lean_shapes(self.packed.plan["areas"], self.detail)
        return {"events": self.packed.plan | {"areas": areas, "words": words}}

    def inert(self) -> dict[str, str]:
        """The packed parts."""
        return self.packed.parts


class TileLayer(DurandLayer):
    """Tiles of a provider in xyzservices, by its name; the page will ask that provider's server.

    Raises
    ------
    SchemaError
        If there is no such provider, or it wants a key.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = durand.tiles(durand.data("{{ this.get_name() }}_tiles"));
        {% endmacro %}
        """
    )

    def __init__(self, provider: str) -> None:
        super().__init__(name=provider, overlay=False, control=True, show=True)
        import xyzservices.providers

        self._name = "BorderTiles"
        try:
            found = xyzservices.providers.query_name(provider)
        except ValueError as err:
            known = ", ".join(list(xyzservices.providers.flatten())[:8])
            raise SchemaError(f"no tiles {provider!r} in xyzservices; there are {known} and more") from err
        if found.requires_token():
            raise SchemaError(f"tiles {provider!r} want an access key; choose others")
        self.provider = found

    @property
    def address(self) -> str:
        """The provider's address with everything filled in but tile, subdomain and resolution."""
        own = ("x", "y", "z", "s", "r")
        fill = {name: value for name, value in self.provider.items() if name not in own}
        return re.sub(
            r"\{(\w+)\}", lambda found: str(fill.get(found[1], found[0])), str(self.provider["url"])
        )

    @property
    def hosts(self) -> list[str]:
        """What the page must be allowed to ask."""
        parts = urlsplit(self.address)
        return [f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"]

    def data(self) -> dict[str, Any]:
        """Address, credit and zooms."""
        return {
            "tiles": {
                "url": self.address,
                "credit": re.sub(r"<[^>]*>", "", html.unescape(self.provider.get("html_attribution", ""))),
                "subdomains": self.provider.get("subdomains", "abc"),
                "max": self.provider.get("max_zoom", 18),
            }
        }


class BorderMap(Map):
    """A folium map without tiles and without links to other sites, for the page of :func:`map_page`."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}
            <div class="map" id="map" dir="ltr" role="application" tabindex="0"
                aria-label="{{ this.label|e }}" aria-describedby="{{ this.described }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map("map", {
                zoomControl: false, zoomSnap: 0.25, wheelPxPerZoomLevel: 110, minZoom: 4, maxZoom: 13,
                maxBounds: [[14, 48], [46, 90]], maxBoundsViscosity: 0.6,
            });
            durand.frame({{ this.get_name() }}, {{ this.settings|tojson }});
        {% endmacro %}
        """
    )

    def __init__(
        self, extent: tuple[float, float, float, float], *, lang: str = "en", label: str | None = None
    ) -> None:
        super().__init__(tiles=None)
        self.default_js = []
        self.default_css = []
        self._name = "BorderMap"
        west, south, east, north = extent
        self.label = label or word(lang, "map label")
        self.described = DESCRIBED
        self.settings = {
            "credit": "© OpenStreetMap contributors",
            "locator": word(lang, "locator"),
            "zoomIn": word(lang, "zoom in"),
            "zoomOut": word(lang, "zoom out"),
            # Leaflet's order is (lat, lon).
            "bounds": [[south, west], [north, east]],
        }


class _Legend(MacroElement):
    """Key, time and table of events, outside the map, and the state in the address."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            durand.dress(
                {{ this.layer }}, {{ this.hosts|tojson }}, {{ this.pair|tojson }}, {{ this.shades }});
        {% endmacro %}
        """
    )

    def __init__(self, layer: str, base: str, spec: MapSpec, shade: str | None, *, rows: bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "BorderLegend"
        self.layer = layer
        self.pair = legend_settings(spec) | {"base": f"{base}_base"} if spec.compare else None
        self.shades = f"[{shade or ''}]"
        self.hosts = {"key": "key"} | ({"table": "table"} if rows else {})
        if rows and not spec.compare and spec.shade != "density":
            self.hosts["time"] = "time"


def render(spec: MapSpec) -> str:
    """The map as one HTML document that asks nothing of any server, unless the specification names tiles.

    The same specification and data give the same text, byte for byte.

    Examples
    --------
    >>> import maps
    >>> page = maps.render(maps.MapSpec(types=("shelling",)))
    >>> page.startswith("<!DOCTYPE html>"), "https://cdn" in page
    (True, False)
    """
    return map_page(map_content(spec), spec)


def save(
    spec: MapSpec, path: str | Path, *, overwrite: bool = False, content: MapContent | None = None
) -> Path:
    """Write :func:`render`'s document to a file, by way of a temporary file beside it.

    Parameters
    ----------
    spec
        What to show.
    path
        The file.
    overwrite
        Whether a file that is there may be replaced.
    content
        What :func:`maps.map_content` made of the specification, if that was done already.

    Raises
    ------
    FileExistsError
        If the file is there and ``overwrite`` is false.
    """
    path = Path(path)
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} is there already; choose another name or overwrite it (--force)")
    write_whole(path, map_page(content or map_content(spec), spec))
    return path


def write_whole(path: Path, text: str) -> None:
    """Write a text file by way of a temporary one beside it, so that it is never there in part."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def map_page(
    content: MapContent,
    spec: MapSpec,
    *,
    embedded: bool = False,
    without: tuple[str, ...] = (),
    detail: int = 0,
) -> str:
    """Title, map, key and credits as a document with a Content-Security-Policy by hash.

    Parameters
    ----------
    content, spec
        What is on the map, and how it was asked for.
    embedded
        Whether the page tells the page around it how high it is (:mod:`maps.web.embed`).
    without, detail
        What is left out to save room, of cards and of the base (:mod:`maps.web.size_budget`).

    Raises
    ------
    LicenceError
        If rows are among the events whose licence forbids passing them on: a page carries them whole.
    SchemaError
        If the specification sizes symbols by a claimant's figures.
    """
    if spec.size_by is not None:
        raise SchemaError(
            "sizes by a claimant's figures are drawn in SVG, PDF and PNG, not yet in HTML; "
            "leave out size_by, or write another format"
        )
    # Of rows that may not be passed on, counts by unit are all that the page holds of any row.
    aggregated = bool(content.withheld) and spec.shade is not None
    held = without_rows(content) if aggregated else content
    label = map_label(spec, panel=0 if spec.compare else None)
    figure_map = BorderMap(content.extent, lang=spec.lang, label=label)
    hosts: list[str] = []
    if spec.tiles:
        tiles = TileLayer(spec.tiles)
        hosts = tiles.hosts
        tiles.add_to(figure_map)
    base = BaseLayer(lang=spec.lang, over_tiles=bool(spec.tiles), detail=detail)
    base.add_to(figure_map)
    quiet = spec.shade is not None or spec.compare is not None
    events = EventLayer(
        held,
        lang=spec.lang,
        line_policy=spec.line_policy,
        panel="side",
        without=without,
        detail=detail,
        quiet=quiet,
    )
    events.add_to(figure_map)
    shade = None
    if spec.shade:
        from maps.web.choropleth_layer import ShadeLayer

        shade = ShadeLayer(spec, events, content=content)
        shade.add_to(figure_map)
    shading = None if shade is None else shade.shading
    shade_name = None if shade is None else shade.get_name()
    _Legend(events.get_name(), base.get_name(), spec, shade_name, rows=not aggregated).add_to(figure_map)
    words = caption_of(spec, content, shading=shading, named=not aggregated, projection="page projection")
    figure: Any = figure_map.get_root()
    figure.script.add_child(_Verbatim(_front_end_js()), name="durand_front_end")
    parts = ["shade"] * (spec.shade is not None) + ["pair"] * (spec.compare is not None)
    if spec.compare:
        figure.script.add_child(_Verbatim(_web("pair.js")), name="durand_pair")
    figure_map.render()  # type: ignore[no-untyped-call]
    body, script = (_fixed_ids(part.render(), figure) for part in (figure.html, figure.script))
    sheets = "".join(_web(f"{name}.css") for name in ("map", "page", *parts))
    styles = [_leaflet("leaflet.css"), css_variables() + _types_css() + sheets]
    scripts = [_leaflet("leaflet.js"), script]
    if embedded:
        styles.append(_web("embed.css"))
        scripts.insert(0, _web("embed.js"))
    lang = LANGUAGES[spec.lang]
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(map(_source_hash, scripts))}",
            f"style-src {' '.join(map(_source_hash, styles))}",
            f"img-src {' '.join(['data:', *hosts])}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    title = html.escape(content.title)
    page_class = " ".join(
        ["page"]
        + ["two-maps"] * (spec.compare is not None)
        + [f"shade-{spec.shade}"] * (spec.shade is not None)
        + ["bare"] * aggregated
    )
    subtitle = (
        f'<p class="subtitle" dir="auto">{html.escape(content.subtitle)}</p>' if content.subtitle else ""
    )
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{spec.lang}" dir="{lang.direction}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{title}</title>",
        f'<meta name="description" content="{html.escape(words.alt)}">',
        '<link rel="icon" href="data:,">',
        *(f"<style>{style}</style>" for style in styles),
        "</head>",
        f'<body><div class="{page_class}">',
        f'<header><h1 dir="auto">{title}</h1>{subtitle}',
        f'<p class="counted">{html.escape(content.counted)}</p></header>',
        '<main><div class="map-column">',
        *panels(spec, content, body, shading),
        '<section class="time" id="time"></section>',
        "</div>",
        '<div class="side" id="side">',
        f'<section class="key"><h2>{word(spec.lang, "legend")}</h2><div id="key"></div></section>',
        "</div></main>",
        '<section class="table" id="table"></section>',
        about(words, spec, content),
        f"<footer>{_footer(content, spec)}</footer>",
        "</div>",
        *(f"<script>{script}</script>" for script in scripts),
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def inert_json(content: object) -> str:
    r"""JSON that can stand in a script tag: nothing in it can end the tag or open another.

    Examples
    --------
    >>> inert_json(["</script>"])
    '["\\u003c/script\\u003e"]'
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


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
    if not spec.shade:
        said.append(word(spec.lang, "imprecise note"))
    if spec.compare and (both := in_both(spec, content)):
        said.append(plural(spec.lang, "in both", both))
    lines = [" ".join(html.escape(text) for text in said if text)]
    listed = "; ".join(credit(*pair) for pair in content.credits)
    lines.append(f"{html.escape(word(spec.lang, 'credits'))}: {listed}.")
    return "".join(f"<p>{line}</p>" for line in lines)


def _fixed_ids(text: str, figure: Figure) -> str:
    """Folium's random ids in the order of the elements, so that output does not change from run to run."""

    def walk(element: Element) -> list[Element]:
        return [element, *(found for child in element._children.values() for found in walk(child))]  # noqa: SLF001

    for number, element in enumerate(walk(figure)):
        text = text.replace(element._id, str(number))  # noqa: SLF001
    return text


def _source_hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@functools.cache
def _web(name: str) -> str:
    """A file of the front end, without the indents and the lines of comment that a page needn't carry."""
    text = (
        importlib.resources.files("maps")
        .joinpath("web", Path(name).suffix[1:], name)
        .read_text(encoding="utf-8")
    )
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


@functools.cache
def _leaflet(name: str) -> str:
    """A file of Leaflet, checked, without the links that a page in one file can't follow.

    Raises
    ------
    DataNotFoundError
        If XStatic-Leaflet is not there or its file is not the one expected.
    """
    try:
        from xstatic.pkg import leaflet
    except ImportError as err:
        raise DataNotFoundError("Leaflet is not installed: pip install XStatic-Leaflet==1.9.3.0") from err
    path = Path(leaflet.BASE_DIR, name)
    content = path.read_bytes()
    found = base64.b64encode(hashlib.sha256(content).digest()).decode()
    if found != LEAFLET[name]:
        raise DataNotFoundError(
            f"{path} is not the Leaflet 1.9.3 expected (sha256 {found}, not {LEAFLET[name]}): "
            "pip install --force-reinstall XStatic-Leaflet==1.9.3.0"
        )
    # A parser of HTML turns CR LF into LF before it hashes.
    text = content.decode("utf-8").replace("\r\n", "\n")
    text = re.sub(r"//# sourceMappingURL=\S+\s*$", "", text)
    return re.sub(r"url\(images/[^)]*\)", "none", text)


@functools.cache
def _front_end_js() -> str:
    return "".join(_web(name) for name in SCRIPTS)


@functools.cache
def _front_end_css() -> str:
    return css_variables() + _types_css() + "".join(_web(name) for name in STYLES)


@functools.cache
def _types_css() -> str:
    from maps.style import TYPES

    return "".join(f".d-type-{n}{{--d-c:var(--d-type-{n})}}\n" for n in range(len(TYPES)))
