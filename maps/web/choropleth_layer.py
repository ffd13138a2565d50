"""Shaded units or a surface as a layer of a page, over the events that they count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maps.content.choropleth import class_steps, period_rows, read_shading, unit_shapes
from maps.content.place_shapes import packed_rings
from maps.style import BASE
from maps.web.page_layers import PageLayer
from maps.web.said_words import SAID_OF_UNITS
from maps.words.words import word

if TYPE_CHECKING:
    from collections.abc import Callable

    import shapely

    from maps.content.choropleth import Shading
    from maps.content.content import MapContent
    from maps.content.density import Density
    from maps.spec.spec import MapSpec
    from maps.web.page_layers import PageEvents

__all__ = ["PageShade"]


class PageShade(PageLayer):
    """Units coloured by the expected number of events, or a surface of density, by the spec's ``shade``.

    Parameters
    ----------
    spec, content, colour
        As :class:`maps.ShadeLayer` takes them.
    events, events_name
        The layer whose events are counted, and what it is called in the page.

    Raises
    ------
    SchemaError
        If the specification shades nothing, or has too few events for a surface.
    BoundaryError
        If districts are asked for and none have been added.
    """

    kind = "border_shade"
    parts = ("shade",)

    def __init__(
        self,
        spec: MapSpec,
        events: PageEvents,
        events_name: str,
        *,
        content: MapContent | None = None,
        colour: Callable[[str, int], str] | None = None,
    ) -> None:
        from geo.errors import SchemaError
        from maps.content.density import read_density

        self.events_name = events_name
        self.spec = spec
        self.colour = colour or _own_colour
        counted = content or events.content
        self.fixed = not len(events.content.rows) and bool(len(counted.rows))
        self.periods = period_rows(counted) or [list(range(len(counted.rows)))]
        self.shading = read_shading(counted)
        self.density = read_density(counted)
        if self.shading is None and self.density is None:
            raise SchemaError(
                "the specification shades nothing; give it shade='adm1', 'adm2', 'sector' or 'density'"
            )

    def call(self, name: str) -> str:
        """See :meth:`PageLayer.call`."""
        return f'durand.shade(durand.data("{name}_shade"), {self.events_name})'

    def data(self) -> dict[str, Any]:
        """Classes, words, shares of each event, and outlines where the base has none."""
        if self.density is not None:
            return {"shade": _surface(self.density, self.colour)}
        assert self.shading is not None  # noqa: S101 - one of the two is there
        data = shade_data(self.shading)
        if self.fixed:
            parts = [self.shading.counts(rows) for rows in self.periods]
            data |= {"patterns": [], "places": [], "fixed": parts}
        return {"shade": data}


def shade_data(shading: Shading) -> dict[str, Any]:
    """A shading as plain records. Places in the same units by the same shares are one pattern."""
    line = None if shading.border is None else shading.border[0]
    patterns: dict[tuple[tuple[int, float], ...], int] = {}
    places = [patterns.setdefault(shares, len(patterns)) for shares in shading.shares]
    return {
        "by": shading.by,
        "codes": shading.codes,
        "names": shading.names,
        "covered": [int(one) for one in shading.covered],
        "breaks": shading.breaks,
        "steps": class_steps(len(shading.breaks)),
        "texts": shading.class_texts(),
        "none": shading.none_text(),
        "noData": shading.no_data_text(),
        "heading": shading.heading,
        "note": shading.note(),
        "words": {key: word(shading.lang, key) for key in sorted(SAID_OF_UNITS)},
        "patterns": [[part for pair in pattern for part in pair] for pattern in patterns],
        "places": places,
        "shapes": None
        if shading.by == "adm1"
        else {c: _rings(s) for c, s in unit_shapes(shading.by, line).items()},
    }


def _rings(shape: shapely.Geometry) -> list[Any]:
    """Lines as packed steps; areas as lists of rings, the outer one first."""
    import shapely

    parts = shapely.get_parts(shape)
    if parts[0].geom_type == "LineString":
        return [packed_rings(shapely.simplify(part, 0.002).coords) for part in parts]
    return [
        [packed_rings(ring.coords) for ring in (part.exterior, *part.interiors)]
        for part in parts
        if part.geom_type == "Polygon"
    ]


def _own_colour(name: str, side: int) -> str:
    return BASE[name][side]


def _surface(density: Density, colour: Callable[[str, int], str]) -> dict[str, Any]:
    steps = class_steps(len(density.limits) - 1)
    images = []
    for side, scheme in enumerate(("light", "dark")):
        url, bounds = density.image([colour(f"shade-{step + 1}", side) for step in steps])
        images.append([url, scheme])
    return {
        "by": "density",
        "images": images,
        "bounds": bounds,
        "steps": steps,
        "texts": density.class_texts(),
        "heading": density.heading,
        "note": density.note(),
    }
