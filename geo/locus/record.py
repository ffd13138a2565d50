"""The record of a place as far as it is known."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo.border.durand import Stretches

__all__ = ["Locus"]


@dataclass(frozen=True)
class Locus:
    """What is known of one event's place. Equal ones are measured once.

    Attributes
    ----------
    kind
        ``disc``, ``district``, ``former`` (an area that was a unit), ``province``, ``provinces`` (any of
        several), ``country`` or ``strip``.
    lon, lat, radius_m
        Centre and radius of a disc.
    within
        ISO 3166-2 code of the province that bounds a disc, or is the locus; code of a country or
        ``boundary_id`` of a district that is.
    stated
        Whether ``within`` comes from the source's words, not from the point.
    stretches
        Chainages (from, to) in km of a strip along the line.
    units
        Codes of the former area, or of the several provinces.
    """

    kind: str
    lon: float = math.nan
    lat: float = math.nan
    radius_m: float = 0.0
    within: str | None = None
    stated: bool = False
    stretches: Stretches = ()
    units: tuple[str, ...] = ()
