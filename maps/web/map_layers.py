"""The line, provinces and crossings as layers for anybody's folium map, each with its credit in the corner.

They are feature groups, so that ``LayerControl``, ``plugins.DualMap``, ``fit_bounds`` and other groups take
them. Nothing that a table of the user's says is put into a popup or a tooltip, where folium would run it.
"""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any, Final, Literal

import folium
from folium.template import Template

from geo.boundaries.layers import read_crossings, read_line, read_units
from geo.errors import BoundaryError
from maps.style import BASE
from maps.words.words import LANGUAGES, word

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["Crossings", "DurandLine", "Provinces"]

OSM: Final = "© OpenStreetMap contributors"
NATURAL_EARTH: Final = "Natural Earth"
GEONAMES: Final = "GeoNames"

SIMPLE_M: Final = 100
"""Tolerance of the line where not every vertex comes along."""


class _Group(folium.FeatureGroup):
    """A feature group with its credit, which folium would put where Leaflet looks for layers."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.featureGroup([], { attribution: {{ this.credit|tojson }} });
        {% endmacro %}
        """
    )

    def __init__(self, name: str, credit: str, *, show: bool) -> None:
        super().__init__(name=name, show=show)
        self.credit = html.escape(credit)

    @staticmethod
    def colour(name: str) -> str:
        return BASE[name][0]

    @staticmethod
    def _json(frame: gpd.GeoDataFrame, columns: tuple[str, ...]) -> dict[str, Any]:
        text = frame[[*columns, "geometry"]].to_json(drop_id=True)
        return dict(json.loads(text))


class DurandLine(_Group):
    """The Durand Line, dashed, as one line.

    Parameters
    ----------
    lang
        Language of its name.
    detail
        Whether every vertex comes along (34,559), or those of the line simplified to 100 m.
    name, show
        As every layer of folium has them; the name stands in ``LayerControl``.

    Examples
    --------
    >>> import folium, maps
    >>> m = folium.Map(location=[33, 69], zoom_start=6, tiles=None)
    >>> _ = maps.DurandLine().add_to(m)
    """

    def __init__(
        self, *, lang: str = "en", detail: bool = False, name: str | None = None, show: bool = True
    ) -> None:
        own = word(lang, "Durand Line")
        super().__init__(name or own, OSM, show=show)
        frame = read_line(tolerance_m=0 if detail else SIMPLE_M)
        colour = self.colour("durand")
        style = {"color": colour, "weight": 2.4, "dashArray": "7 4", "fill": False}
        line = folium.GeoJson(
            self._json(frame, ()), style_function=lambda _: style, smooth_factor=0.5, control=False
        )
        status = word(lang, "durand disputed")
        line.add_child(folium.Tooltip(html.escape(f"{own}: {status}"), sticky=True))
        line.add_to(self)


class Provinces(_Group):
    """Provinces of both countries, or the districts that the user has added.

    Parameters
    ----------
    level
        1 for provinces, 2 for districts (``durand boundaries add``).
    lang
        Language of the names of provinces, which a tooltip has; districts of the user's file have none.
    name, show
        As every layer of folium has them.

    Raises
    ------
    BoundaryError
        If no districts were added, or the level is another.

    Examples
    --------
    >>> import folium, maps
    >>> m = folium.Map(location=[33, 69], zoom_start=6, tiles=None)
    >>> _ = maps.Provinces().add_to(m)
    """

    def __init__(
        self, *, level: Literal[1, 2] = 1, lang: str = "en", name: str | None = None, show: bool = True
    ) -> None:
        if level not in (1, 2):
            raise BoundaryError(f"level is 1 for provinces or 2 for districts, not {level!r}")
        credit = f"{OSM} · {NATURAL_EARTH}" if level == 1 else OSM
        super().__init__(name or ("Provinces" if level == 1 else "Districts"), credit, show=show)
        units = read_units(level)
        column = LANGUAGES[lang].column
        own = units[column].fillna(units["name"]) if column in units else units["name"]
        frame = units.assign(label=own)
        style = {"color": self.colour("province-line"), "weight": 1.0, "fillOpacity": 0.0}
        areas = folium.GeoJson(
            self._json(frame, ("label",) if level == 1 else ()), style_function=lambda _: style, control=False
        )
        if level == 1:
            areas.add_child(folium.GeoJsonTooltip(fields=["label"], labels=False, sticky=True))
        areas.add_to(self)


class Crossings(_Group):
    """The official crossings, each a ring with its name.

    Parameters
    ----------
    lang
        Language of the names.
    name, show
        As every layer of folium has them.

    Examples
    --------
    >>> import folium, maps
    >>> m = folium.Map(location=[33, 69], zoom_start=6, tiles=None)
    >>> _ = maps.Crossings().add_to(m)
    """

    def __init__(self, *, lang: str = "en", name: str = "Crossings", show: bool = True) -> None:
        super().__init__(name, GEONAMES, show=show)
        column = LANGUAGES[lang].column
        frame = read_crossings()
        for row in frame.to_dict("records"):
            own = row.get(column) if column else None
            label = own if isinstance(own, str) and own else row["name"]
            # Markers of other forms are a plugin, which a page would fetch from a CDN.
            folium.CircleMarker(
                # Leaflet's order is (lat, lon).
                location=[row["geometry"].y, row["geometry"].x],
                radius=4.5,
                color=self.colour("crossing"),
                weight=1.4,
                fill=True,
                fill_color="#ffffff",
                fill_opacity=1.0,
                tooltip=html.escape(str(label)),
            ).add_to(self)
