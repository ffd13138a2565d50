"""Every metre of the model: how far an event may lie from the point stored for it, how good lines are.

It stands with the places, the lowest room that needs it; loci, readers, answers and maps take it from here.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "CONTRADICTION_M",
    "COUNTRY_POINT_M",
    "DISTRICT_LINES_M",
    "DISTRICT_M",
    "LARGEST_TOWN_M",
    "LINE_M",
    "NEAR_LINE_KM",
    "NEAR_M",
    "PROVINCE_POINT_M",
    "SITE_M",
    "STRIP_M",
    "TOWN_M",
]

SITE_M: Final = 500.0

NEAR_M: Final = 25_000.0
"""UCDP GED codebook 26.0, where_prec 2. ACLED's codebook gives its geo_precision 2 no distance, so that the
same is taken."""

DISTRICT_M: Final = 25_000.0
"""Where the district is none that is known; else its own reach counts."""

STRIP_M: Final = 10_000.0
"""To each side of the line."""

TOWN_M: Final = ((0, 2_000.0), (100_000, 5_000.0), (1_000_000, 10_000.0))
"""Radius of a town by the number of people that it has more than."""

LARGEST_TOWN_M: Final = TOWN_M[-1][1]
"""Error of a position up to which it is one of a town."""

PROVINCE_POINT_M: Final = 25_000.0
COUNTRY_POINT_M: Final = 50_000.0
"""How far outside its province or country a point may lie that stands for it."""

CONTRADICTION_M: Final = 3_000.0
"""Accuracy of province lines: a point that far from the province or country named is not in it."""

NEAR_LINE_KM: Final = 50.0
"""What lies farther from the line than this belongs to no stretch of it."""

LINE_M: Final = 250.0
"""What a border is good to where no table says better or worse: as the Durand Line in general, which is of
the same source; of others it was not measured."""

DISTRICT_LINES_M: Final = 3_000.0
"""What the lines of a file of districts are taken to be good to, where nobody says."""
