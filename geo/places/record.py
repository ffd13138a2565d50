"""A place that a name means, and how exactly that is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from geo.places.radii import LARGEST_TOWN_M, SITE_M

__all__ = ["KINDS", "Kind", "Place"]

Kind = Literal["country", "border", "province", "district", "town", "site"]
KINDS: Final = ("country", "province", "district", "town", "site")
"""What a name can stand for, from the widest to the narrowest; the words are those of ``where_precision``."""


@dataclass(frozen=True)
class Place:
    """One place that a name means.

    Attributes
    ----------
    place_id
        ``geonames:1145352``, ``district:AF-PKA:barmal``, ``AF-PKA``, ``own:spinwam``.
    name, label, kind
        Name in the table, its short form for maps, one of :data:`KINDS`.
    adm0, adm1
        Country (AF, PK) and ISO 3166-2 code of the province; None where it has none.
    lon, lat, precision_m
        Position in degrees (EPSG:4326), and how far from it the place named can be, in metres.
    population
        Number of people, None where it is not known.
    score, matched, matched_name, read
        0 to 100; how it was matched; the name that did; the part of the text asked for that was used.
    source
        Where the position comes from.
    also
        Ids of narrower places of the same name that lie inside this one: the town in the district.
    units
        Codes of the provinces, where the text names several or the border along some.
    note
        What was assumed or widened in reading the text; empty if nothing.
    rank
        How sure the match is, the lowest first: the whole text before a part of it, a name of its own before
        one of GeoNames' alternates, then romanised, then fuzzy.
    """

    place_id: str
    name: str
    label: str
    kind: Kind
    adm0: str | None
    adm1: str | None
    lon: float
    lat: float
    precision_m: float
    population: int | None
    source: str
    score: float = 0.0
    matched: str = ""
    matched_name: str = ""
    read: str = ""
    also: tuple[str, ...] = field(default=())
    units: tuple[str, ...] = field(default=())
    note: str = field(default="", compare=False)
    rank: tuple[int, int] = field(default=(0, 0), repr=False, compare=False)

    @property
    def where_precision(self) -> str:
        """Precision of an event known to be here, in the words of the event table."""
        if self.kind not in ("town", "site"):
            return self.kind
        if self.precision_m > LARGEST_TOWN_M:
            return "near"
        return "site" if self.kind == "site" and self.precision_m <= SITE_M else "town"
