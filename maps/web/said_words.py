"""Words that a page does not carry: its data hold them where they are said, or paper alone has them."""

from __future__ import annotations

from typing import Final

__all__ = ["PAPER", "SAID_BEFORE", "SAID_OF_UNITS"]

SAID_BEFORE: Final = frozenset(
    {
        *("in both", "outside map", "rows at fault", "left out doubt", "period doubt", "share a day"),
        *("periods differ", "figures by party", "what around"),
        *("map label", "map label shade", "map label density", "locator", "zoom in", "zoom out", "legend"),
        *(
            "credits",
            "as of",
            "note",
            "imprecise note",
            "key reach",
            "about",
            "no script",
            "before day",
            "from day",
        ),
        *("expected", "by province", "by district", "by sector", "class", "class to", "density"),
        *("no data", "no districts", "none here"),
        *("choropleth note", "sector note", "classes note", "density note", "profile note"),
        *("along line", "call-outs", "far from line", "earlier", "outside frame"),
        *("other lines", "projection", "page projection"),
        *("events from", "positions from"),
        *("talks abroad", "truce for the whole line", "unknown place", "outside", "row at fault"),
        *("district polygon", "in province", "source position", "distance near", "distance about"),
        *("note killed", "note injured", "note claim", "note more claims", "ring km", "graphic by"),
        *("people", "in provinces", "no mark", "no room", "dashed", "Line of Actual Control", "tag stretch"),
        *("durand disputed", "durand de facto", "open full map"),
        *("km", "mi"),
        *("names borrowed", "counted by its parts", "north events", "south events", "no events"),
        *("killed according to", "injured according to", "untitled", "name crossing", "not mapped"),
        *("side mostly AF", "side mostly PK", "side along", "side uncertain"),
    }
)
"""Words that the page or its data hold already where they are said, or that only paper has."""


PAPER: Final = (
    "cap ",
    "chart ",
    "stand ",
    "bound ",
    "disc ",
    "tag d",
    "tag n",
    "tag p",
    "tag c",
    "shade ",
    "frame lang",
    *("matrix ", "figure ", "traffic ", "lane ", "report of ", "state ", "claimant not "),
    *(
        "gates t",
        "gates s",
        "gates n",
        "gate closed",
        "gate partly",
        "gate open",
        "gate r",
        "gate n",
        "gate e",
    ),
    *("gate s", "gate u", "gate b", "gate t", "gate l", "flow "),
)
"""How keys of words begin that captions, sentences and paper alone have, or that come with the data."""

SAID_OF_UNITS: Final = frozenset(
    {
        *("unit said", "unit none", "unit without", "units label", "may be there"),
        *("expected short", "expected of", "certain", "possible"),
    }
)
"""Words that shaded units bring along."""
