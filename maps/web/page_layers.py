"""The layers of a page: the data of each, and the call that draws it. No library of maps is needed."""

from __future__ import annotations

import abc
import html
import json
import re
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from geo.errors import SchemaError
from maps.content.basemap import base_credits, base_data, read_basemap
from maps.content.content import MapContent, map_content
from maps.content.place_shapes import packed_rings
from maps.content.relief import relief_bounds, relief_url
from maps.content.roads import ROAD_ZOOMS, lean_roads
from maps.web.packing import Packed, pack
from maps.web.rules import front_rules
from maps.web.said_words import PAPER, SAID_BEFORE, SAID_OF_UNITS
from maps.web.simplify import lean_base, lean_shapes
from maps.words.words import WORDS, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["PageBase", "PageEvents", "PageLayer", "PageTiles", "inert_json"]


class PageLayer(abc.ABC):
    """A layer whose inert data stand in the page once, and the front end's call that draws it."""

    kind: ClassVar[str]
    """What its names in the page begin with."""
    parts: ClassVar[tuple[str, ...]] = ()
    """Names of what this layer alone needs of the front end: a script and a style sheet each."""

    @abc.abstractmethod
    def data(self) -> dict[str, Any]:
        """Inert data by the suffix of the id under which the front end finds it."""

    def inert(self) -> dict[str, str]:
        """Base64 by the suffix of its id."""
        return {}

    def css(self) -> str:
        """Style sheet of its own, beside those of its parts."""
        return ""

    @abc.abstractmethod
    def call(self, name: str) -> str:
        """The expression that draws it, where it is called by that name."""

    def tags(self, name: str) -> Iterator[tuple[str, str]]:
        """The id of each of its tags, and the tag."""
        for suffix, content in self.data().items():
            held = f"{name}_{suffix}"
            yield held, f'<script type="application/json" id="{held}">{inert_json(content)}</script>'
        for suffix, text in self.inert().items():
            held = f"{name}_{suffix}"
            yield held, f'<script type="text/plain" id="{held}">{text}</script>'


@dataclass(eq=False)
class PageBase(PageLayer):
    """Land, rivers, lines and names; what may be asked is what :class:`maps.BaseLayer` takes."""

    kind = "border_base"

    _: KW_ONLY
    lang: str = "en"
    over_tiles: bool = False
    detail: int = 0
    hide: tuple[str, ...] = ()
    towns: tuple[str, ...] | None = None
    credit: bool = True
    ink: dict[str, Any] | None = None
    relief: float = 0.0
    extent: tuple[float, float, float, float] | None = None

    def call(self, name: str) -> str:
        """See :meth:`PageLayer.call`."""
        return f'durand.base(durand.data("{name}_base"))'

    def data(self) -> dict[str, Any]:
        """The base and the few words on it."""
        names = ("Durand Line", "Line of Control", "Line of Actual Control")
        words = {name: word(self.lang, name) for name in names}
        words["name crossing"] = word(self.lang, "name crossing", name="{name}")
        base = lean_base(base_data(self.lang, tiles=self.over_tiles), self.detail)
        ids = read_basemap().units
        rules = {name: front_rules(self.ink)[name] for name in ("ink", "zoom")}
        areas = [area | {"id": code} for code, area in zip(ids, base["areas"], strict=True)]
        if "provinces" in self.hide:
            areas = [area for area in areas if area["kind"] != "province"]
        base = base | {"topology": _without(base["topology"], self.hide)}
        if self.towns is not None:
            places = base_data("en")["places"]
            chosen = {tuple(place[1:3]) for place in places if place[0] in self.towns}
            # Each of a few is named at every zoom.
            base["places"] = [[*one[:3], 0, one[4]] for one in base["places"] if tuple(one[1:3]) in chosen]
        if self.extent is not None and "roads" not in self.hide:
            found = lean_roads(self.extent)
            base["roads"] = [
                {
                    "class": name,
                    "zoom": ROAD_ZOOMS[name],
                    "lines": [packed_rings(line.coords) for line in lines],
                }
                for name, lines in found.items()
            ]
        if self.relief and not self.over_tiles:
            west, south, east, north = relief_bounds()
            base["relief"] = {
                "url": relief_url(),
                # Leaflet's order is (lat, lon).
                "bounds": [[south, west], [north, east]],
                "strength": self.relief,
            }
        return {
            "base": base
            | {"areas": areas, "words": words, "rules": rules}
            | ({"credit": corner(base_credits())} if self.credit else {})
        }


def _content(events: Any, lang: str) -> MapContent:
    """The content of a map of events, if it isn't one."""
    if isinstance(events, MapContent):
        return events
    from maps.spec.spec import MapSpec

    return map_content(MapSpec(events=events, lang=lang))


def corner(texts: Iterable[tuple[str, str | None]]) -> str:
    """Credits for Leaflet's corner, which takes HTML: every text as text."""
    return " · ".join(dict.fromkeys(html.escape(text) for text, _ in texts))


def _without(topology: dict[str, Any], hide: tuple[str, ...]) -> dict[str, Any]:
    """The shapes of the base without rivers or lines of provinces."""
    named = {"rivers": "rivers", "provinces": "province_lines"}
    gone = {named[part]: {"type": "GeometryCollection", "geometries": []} for part in hide if part in named}
    return topology | {"objects": topology["objects"] | gone} if gone else topology


@dataclass(eq=False)
class PageEvents(PageLayer):
    """Events as symbols and written tags; what may be asked is what :class:`maps.EventLayer` takes."""

    kind = "border_events"

    events: InitVar[Any] = None
    _: KW_ONLY
    lang: str = "en"
    line_policy: str = "disputed"
    panel: str | None = None
    stretches: str | None = None
    without: tuple[str, ...] = ()
    detail: int = 0
    quiet: bool = False
    credit: bool = True
    ink: dict[str, Any] | None = None
    content: MapContent = field(init=False)
    packed: Packed = field(init=False)

    def __post_init__(self, events: Any) -> None:
        self.content = _content(events, self.lang)
        self.packed = pack(self.content, without=self.without)

    def attribution(self) -> str:
        """The credits for the map's corner, without those of the base."""
        own = {text for text, _ in base_credits()}
        return corner(one for one in self.content.credits if one[0] not in own) if self.credit else ""

    def call(self, name: str) -> str:
        """See :meth:`PageLayer.call`."""
        how: dict[str, Any] = {"panel": self.panel, "stretches": self.stretches, "quiet": self.quiet}
        if attribution := self.attribution():
            how["attribution"] = attribution
        return f'durand.events("{name}", {inert_json(how)})'

    def data(self) -> dict[str, Any]:
        """How to read the packed parts, and every word that a page may need."""
        words = {
            key: word(self.lang, key)
            for key in WORDS["en"]
            if key not in SAID_BEFORE | SAID_OF_UNITS and not key.startswith(PAPER)
        }
        words["durand"] = word(self.lang, f"durand {self.line_policy}")
        areas = lean_shapes(self.packed.plan["areas"], self.detail)
        plan = self.packed.plan | {"rules": front_rules(self.ink)} if self.ink else self.packed.plan
        return {"events": plan | {"areas": areas, "words": words}}

    def inert(self) -> dict[str, str]:
        """The packed parts."""
        return self.packed.parts


class PageTiles(PageLayer):
    """Tiles of a provider in xyzservices, by its name; the page will ask that provider's server.

    Raises
    ------
    SchemaError
        If there is no such provider, or it wants a key.
    """

    kind = "border_tiles"

    def __init__(self, provider: str) -> None:
        import xyzservices.providers

        try:
            found = xyzservices.providers.query_name(provider)
        except ValueError as err:
            known = ", ".join(list(xyzservices.providers.flatten())[:8])
            raise SchemaError(f"no tiles {provider!r} in xyzservices; there are {known} and more") from err
        if found.requires_token():
            raise SchemaError(f"tiles {provider!r} want an access key; choose others")
        self.provider = found

    def call(self, name: str) -> str:
        """See :meth:`PageLayer.call`."""
        return f'durand.tiles(durand.data("{name}_tiles"))'

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
