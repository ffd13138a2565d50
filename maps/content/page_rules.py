"""The rules that the page's scripts read as data: nothing of it stands in a script."""

from __future__ import annotations

import math
from typing import Any, Final

from geo.places.radii import CONTRADICTION_M, TOWN_M
from geo.vocab import EVENT_TYPES, VERIFICATIONS, WHERE_PRECISIONS
from maps.content.certainty import FILLED_CODES, FILLED_ORDER
from maps.content.marks import LEVELS
from maps.style import BASE, HOLLOW, INK, SHAPES, TYPES, ink_table

__all__ = [
    "LABEL_ZOOMS",
    "LINE_ERROR",
    "LOCATOR_BOX",
    "RING_ZOOM",
    "line_zoom",
    "page_rules",
    "web_zoom",
]

LABEL_ZOOMS: Final = (0.0, 0.0, 4.5, 5.75, 7.0, 8.0, 8.75, 9.5, 10.25, 11.0)
"""The lowest zoom at which a place of a rank is named; the last holds for every higher rank."""

RING_ZOOM: Final = 9.0
"""No ring of a town's radius below this zoom, however few its symbols."""

LOCATOR_BOX: Final = (60.0, 23.2, 77.9, 38.8)
"""What the small map beside a map shows: all of Afghanistan and Pakistan."""

LINE_ERROR: Final = 10.0
"""Province lines are not drawn where what they are good to is more than so many pixels."""

METRES_PER_PIXEL: Final = 156_543.034
"""At the equator and zoom 0 of the web's maps."""

LATITUDE: Final = 33.0
"""The middle of the region. A zoom shows a tenth more or less at its rims."""


def web_zoom(metres: float, latitude: float) -> float:
    """The zoom of a web map with as many metres to a pixel."""
    return math.log2(METRES_PER_PIXEL * math.cos(math.radians(latitude)) / metres)


def line_zoom() -> float:
    """The nearest zoom at which province lines are drawn on the page.

    Examples
    --------
    >>> line_zoom()
    8.77
    """
    return round(web_zoom(CONTRADICTION_M / LINE_ERROR, LATITUDE), 2)


def page_rules() -> dict[str, Any]:
    """The rules as plain data, ready for JSON.

    Returns
    -------
    dict
        ``ink`` (:class:`maps.style.Ink`), ``base`` (colours on light and dark ground), ``types`` in the order
        of the key (each with family, shape, hollow shape, colours), ``filled`` (how a verification is drawn,
        by its number), ``orders`` of the numbers in the columns, ``levels`` in the order of loudness,
        ``labelZooms``, ``ringZoom``, ``lineZoom``, ``townRadii``.

    Examples
    --------
    >>> from maps.content.page_rules import page_rules
    >>> page_rules()["filled"]
    ['filled', 'hollow', 'filled', 'hollow', 'not said']
    """
    return {
        "ink": ink_table(),
        "base": {name: list(pair) for name, pair in BASE.items()},
        "types": [
            {
                "key": name,
                "family": look.family,
                "path": SHAPES[look.shape],
                "hollow": HOLLOW.get(look.shape, SHAPES[look.shape]),
                "colour": [look.colour, look.dark],
                "line": [look.line, look.dark_line],
            }
            for name, look in TYPES.items()
        ],
        "filled": list(FILLED_CODES),
        "filledOrder": list(FILLED_ORDER),
        "dash": list(INK.not_said_dash_px),
        "orders": {
            "types": list(EVENT_TYPES),
            "verifications": list(VERIFICATIONS),
            "precisions": list(WHERE_PRECISIONS),
        },
        "levels": list(LEVELS),
        "labelZooms": list(LABEL_ZOOMS),
        "ringZoom": RING_ZOOM,
        "lineZoom": line_zoom(),
        "townRadii": [radius for _, radius in TOWN_M],
    }
