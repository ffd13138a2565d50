"""The layers of a page for anybody's folium map, each with its data and its scripts.

Text from events is put in as inert JSON and shown as text by the front end. It never passes through a Jinja
template (branca renders the content of an element once more) nor through folium's Popup or Tooltip, which
would put it into a JavaScript template literal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branca.element import Element
from folium.map import Layer
from folium.template import Template

from maps.web.choropleth_layer import PageShade
from maps.web.front_end import front_end_css, front_end_js, script_text
from maps.web.laid_layer import PageMarks
from maps.web.page_layers import PageBase, PageEvents

__all__ = ["BaseLayer", "EventLayer", "LaidLayer", "ShadeLayer"]

if TYPE_CHECKING:
    from collections.abc import Callable

    from maps.content.content import MapContent
    from maps.spec.spec import MapSpec
    from maps.web.page_layers import PageLayer


class _Verbatim(Element):
    """Text that is put into the page as it is, untouched by any template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: object) -> str:
        return self.text


class _FoliumLayer(Layer):
    """A layer whose front end and inert data stand in the page once each."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = {{ this.page_layer.call(this.get_name()) }};
        {% endmacro %}
        """
    )

    def __init__(self, page_layer: PageLayer, name: str, *, show: bool, control: bool = False) -> None:
        super().__init__(name=name, overlay=True, control=control, show=show)
        self._name = page_layer.kind
        self.page_layer = page_layer

    def render(self, **kwargs: Any) -> Any:
        """Put front end, data and script into the figure."""
        figure: Any = self.get_root()
        own, parts = self.page_layer.css(), self.page_layer.parts
        styles = {
            "durand_css": front_end_css(),
            **({f"durand_css_{self._name}": own} if own else {}),
            **{f"durand_css_{part}": script_text(f"{part}.css") for part in parts},
        }
        for name, style in styles.items():
            figure.header.add_child(_Verbatim(f"<style>\n{style}</style>"), name=name)
        for name, tag in self.page_layer.tags(self.get_name()):
            figure.html.add_child(_Verbatim(tag), name=name)
        scripts = {"durand_front_end": front_end_js()}
        scripts |= {f"durand_{part}": script_text(f"{part}.js") for part in parts}
        for name, script in scripts.items():
            figure.script.add_child(_Verbatim(script), name=name)
        return super().render(**kwargs)  # type: ignore[no-untyped-call]


class BaseLayer(_FoliumLayer):
    """Land, rivers, lines and names, with the Durand Line in its own style.

    Parameters
    ----------
    lang
        Language of the names.
    over_tiles
        Leave out land and rivers, since tiles lie underneath.
    detail
        How much of the base is left out to save room (:func:`maps.web.size_budget.lean_base`).
    hide
        Parts of :data:`maps.spec.spec.HIDEABLE` that are left out: rivers, provinces.
    towns
        Names of the towns that are named, and of no others; by rank if not given.
    credit
        Whether the credits of the base stand in the map's corner; our own page has them at its foot.
    ink
        Sizes and strengths; those of :data:`maps.style.INK` if not given.
    relief
        How much darker the steepest slope in shade is, 0 to 1; no relief if 0.
    extent
        (west, south, east, north) in degrees within which registered roads are drawn; none if not given.

    Examples
    --------
    >>> import folium
    >>> m = folium.Map(location=[33, 69], zoom_start=6, tiles=None)
    >>> _ = BaseLayer().add_to(m)
    """

    def __init__(
        self,
        *,
        lang: str = "en",
        over_tiles: bool = False,
        detail: int = 0,
        hide: tuple[str, ...] = (),
        towns: tuple[str, ...] | None = None,
        credit: bool = True,
        ink: dict[str, Any] | None = None,
        relief: float = 0.0,
        extent: tuple[float, float, float, float] | None = None,
        name: str = "Base",
        show: bool = True,
    ) -> None:
        base = PageBase(
            lang=lang,
            over_tiles=over_tiles,
            detail=detail,
            hide=hide,
            towns=towns,
            credit=credit,
            ink=ink,
            relief=relief,
            extent=extent,
        )
        super().__init__(base, name, show=show)


class EventLayer(_FoliumLayer):
    """Events as symbols and written tags, with a card for each; on a canvas where many are in view.

    Parameters
    ----------
    events
        What :func:`maps.map_content` made of a specification; or events, as :func:`geo.read_events` takes or
        gave them; the shipped ones if not given.
    lang
        Language of the words on cards.
    panel
        Id of the element that holds the card; on the map itself if not given.
    stretches
        Id of the element that lists stretches of the line too long to be drawn; without it they are drawn.
    without
        What the cards lack to save room (:data:`maps.web.packing.TEXTS`).
    detail
        How far outlines of areas are simplified to save room (:func:`maps.web.size_budget.lean_shapes`).
    quiet
        Draw no events: another layer shows counts of them.
    credit
        Whether the credits of the events stand in the map's corner; our own page has them at its foot.
    ink
        Sizes and strengths; those of :data:`maps.style.INK` if not given.

    Raises
    ------
    LicenceError
        If rows are among the events whose licence forbids passing them on.

    Examples
    --------
    >>> import folium, geo, maps
    >>> m = folium.Map(location=[33, 69], zoom_start=6, tiles=None)
    >>> _ = maps.EventLayer(geo.read_events()).add_to(m)
    """

    page_layer: PageEvents

    def __init__(
        self,
        events: Any = None,
        *,
        lang: str = "en",
        line_policy: str = "disputed",
        panel: str | None = None,
        stretches: str | None = None,
        without: tuple[str, ...] = (),
        detail: int = 0,
        quiet: bool = False,
        credit: bool = True,
        ink: dict[str, Any] | None = None,
        name: str = "Events",
        show: bool = True,
    ) -> None:
        page_events = PageEvents(
            events,
            lang=lang,
            line_policy=line_policy,
            panel=panel,
            stretches=stretches,
            without=without,
            detail=detail,
            quiet=quiet,
            credit=credit,
            ink=ink,
        )
        super().__init__(page_events, name, show=show, control=True)
        self.content, self.packed = page_events.content, page_events.packed
        self.credit = page_events.attribution()


class LaidLayer(_FoliumLayer):
    """Labels, notes, tints, overlays, rings and arrows.

    Parameters
    ----------
    content
        What :func:`maps.content.content.map_content` made of a specification.

    Examples
    --------
    >>> import folium, maps
    >>> content = maps.map_content(maps.MapSpec(marks=(maps.Mark(kind="label", at="Torkham"),)))
    >>> m = folium.Map(location=[33, 69], zoom_start=6, tiles=None)
    >>> _ = LaidLayer(content).add_to(m)
    """

    def __init__(self, content: MapContent, *, name: str = "Marks", show: bool = True) -> None:
        super().__init__(PageMarks(content), name, show=show)


class ShadeLayer(_FoliumLayer):
    """Units coloured by the expected number of events, or a surface of density, by the spec's ``shade``.

    Parameters
    ----------
    spec
        What is shaded, and how.
    events
        The layer whose events are counted; it stands on the same map, before this one. Made with
        ``quiet=True`` it draws no symbols of its own.
    content
        What is counted, where the layer of events may not hold it; the counts are then all that is passed on.
    colour
        Colour of a name of the base on light ground (0) and on dark (1), where they are not the page's own.

    Raises
    ------
    SchemaError
        If the specification shades nothing, or has too few events for a surface.
    BoundaryError
        If districts are asked for and none have been added.

    Examples
    --------
    >>> import folium, maps
    >>> spec = maps.MapSpec(shade="adm1")
    >>> m = folium.Map(location=[33, 69], zoom_start=6, tiles=None)
    >>> _ = maps.BaseLayer().add_to(m)
    >>> events = maps.EventLayer(maps.map_content(spec), quiet=True)
    >>> _ = events.add_to(m)
    >>> _ = maps.ShadeLayer(spec, events).add_to(m)
    """

    def __init__(
        self,
        spec: MapSpec,
        events: EventLayer,
        *,
        content: MapContent | None = None,
        colour: Callable[[str, int], str] | None = None,
        name: str = "Counts",
        show: bool = True,
    ) -> None:
        counted = events.page_layer
        shade = PageShade(spec, counted, events.get_name(), content=content, colour=colour)
        super().__init__(shade, name, show=show, control=True)
