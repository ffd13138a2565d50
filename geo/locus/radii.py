"""Every metre of the model: how far an event may lie from the point stored for it."""

from __future__ import annotations

from typing import Final

__all__ = ["CONTRADICTION_M", "DISTRICT_M", "NEAR_LINE_KM", "NEAR_M", "SITE_M", "STRIP_M", "TOWN_M"]

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

CONTRADICTION_M: Final = 3_000.0
"""Accuracy of province lines: a point that far from the province or country named is not in it."""

NEAR_LINE_KM: Final = 50.0
"""What lies farther from the line than this belongs to no stretch of it."""
