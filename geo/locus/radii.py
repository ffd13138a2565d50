"""Every metre of the model: how far an event may lie from the point stored for it."""

from __future__ import annotations

from typing import Final

__all__ = ["CONTRADICTION_M", "DISTRICT_M", "NEAR_ACLED_M", "NEAR_M", "SITE_M", "STRIP_M", "TOWN_M"]


SITE_M: Final = 500.0


NEAR_M: Final = 25_000.0


NEAR_ACLED_M: Final = 15_000.0


DISTRICT_M: Final = 25_000.0


STRIP_M: Final = 10_000.0


TOWN_M: Final = ((0, 2_000.0), (100_000, 5_000.0), (1_000_000, 10_000.0))
"""Radius of a town by the number of people that it has more than."""


CONTRADICTION_M: Final = 3_000.0
"""Accuracy of province lines: a point that far from the province named is not in it."""
