"""Whole steps in which a page has positions, outlines and radii."""

from __future__ import annotations

from typing import Final

__all__ = ["RADIUS_STEP_M", "STEPS_A_DEGREE"]

STEPS_A_DEGREE: Final = 10_000
"""Positions and outlines are whole steps of this part of a degree, 11 m."""

RADIUS_STEP_M: Final = 100
"""Radii are whole steps of so many metres."""
