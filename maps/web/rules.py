"""What the page's scripts must know and may not decide: the rules of maps.content, and zooms of the page."""

from __future__ import annotations

from typing import Any, Final

from geo.types import CERTAIN_SHARE
from geo.vocab import VERIFICATIONS
from maps.content.page_rules import page_rules

__all__ = ["LOUDNESS", "ZOOMS", "front_rules", "type_rules"]

ZOOMS: Final = {"control": 5.5, "provinces": 5.5, "rivers": 6.0, "gates": 8.0}
"""The lowest zooms at which the page names the Line of Control, provinces, rivers, gates without an event."""

BAND_PX: Final = 9
"""The line's own error is shown once it is wider than this on the screen."""

SIZE_ZOOM: Final = 8.0
"""From this zoom symbols have their full size; further out they are a little smaller, all alike."""

SMALL: Final = 0.92

LOUDNESS: Final = (
    *("airstrike", "drone strike", "shelling", "bombing", "attack", "armed clash"),
    *("crossing closed", "crossing reopened", "other", "talks"),
)
"""Types in the order in which the first gives its colour to what several share."""


def front_rules(ink: dict[str, Any] | None = None) -> dict[str, Any]:
    """Rules for the scripts, ready for JSON.

    Parameters
    ----------
    ink
        Sizes and strengths; those of :data:`maps.style.INK` if not given.

    Returns
    -------
    dict
        ``ink`` (:class:`maps.style.Ink`), ``looks`` (filled 0, hollow 1, not said 2, by the number of the
        verification), ``loudness`` (rank of each type), ``certain`` (share from which an
        event is certain in a unit), ``sizes`` (radii of a symbol in pixels), ``zoom``.

    Examples
    --------
    >>> front_rules()["looks"]
    [0, 1, 0, 1, 2]
    """
    rules = page_rules()
    ink = ink or rules["ink"]
    full = ink["symbol_px"] / 2
    return {
        "ink": ink,
        "looks": [rules["filledOrder"].index(one) for one in rules["filled"]],
        "levels": rules["levels"],
        "loudness": [LOUDNESS.index(name) for name in rules["orders"]["types"]],
        "precisions": rules["orders"]["precisions"],
        "verifications": list(VERIFICATIONS),
        "certain": CERTAIN_SHARE,
        "sizes": [round(full * SMALL, 2), full],
        "size_zoom": SIZE_ZOOM,
        "zoom": ZOOMS
        | {
            "ranks": rules["labelZooms"],
            "ring": rules["ringZoom"],
            "band_px": BAND_PX,
            "province_lines": rules["lineZoom"],
        },
    }


def type_rules(types: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The types of a map as the scripts draw them, each with its family."""
    rules = page_rules()["types"]
    looks = {look["key"]: look for look in rules}
    return [
        one
        | {
            "path": looks[one["key"]]["path"],
            "hollow": looks[one["key"]]["hollow"],
            "family": looks[one["key"]]["family"].replace(" ", "-"),
        }
        for one in types
    ]
