"""The rules that the page's scripts read as data: nothing of it stands in a script."""

from __future__ import annotations

from typing import Any, Final

from geo.locus.radii import TOWN_M
from geo.vocab import EVENT_TYPES, VERIFICATIONS, WHERE_PRECISIONS
from maps.content.certainty import FILLED_CODES, FILLED_ORDER
from maps.content.marks import LEVELS
from maps.style import BASE, HOLLOW, INK, SHAPES, TYPES, ink_table

__all__ = ["LABEL_ZOOMS", "RING_ZOOM", "page_rules"]

LABEL_ZOOMS: Final = (0.0, 0.0, 4.5, 5.75, 7.0, 8.0, 8.75, 9.5, 10.25, 11.0)
"""The lowest zoom at which a place of a rank is named; the last holds for every higher rank."""

RING_ZOOM: Final = 9.0
"""No ring of a town's radius below this zoom, however few its symbols."""


def page_rules() -> dict[str, Any]:
    """The rules as plain data, ready for JSON.

    Returns
    -------
    dict
        ``ink`` (:class:`maps.style.Ink`), ``base`` (colours on light and dark ground), ``types`` in the order
        of the key (each with family, shape, hollow shape, colours), ``filled`` (how a verification is drawn,
        by its number), ``orders`` of the numbers in the columns, ``levels`` in the order of loudness,
        ``labelZooms``, ``ringZoom``, ``townRadii``.

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
        "townRadii": [radius for _, radius in TOWN_M],
    }
