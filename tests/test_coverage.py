"""Intervals of counts in worlds where the truth is known: a small part of benchmarks/coverage_worlds.py."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

import coverage_worlds as worlds


def test_intervals_of_events_hold_the_truth_as_often_as_they_say():
    """Of 120 worlds 90 % is 108; three standard errors to each side are 8 %."""
    found = worlds.coverage(worlds.answers(worlds.world_of_events, 120, 400, seed=3))
    assert 0.82 <= found["independent"] <= 0.98
    assert found["stored points"] < 0.1
    assert abs(found["error of expected"]) < 2
    assert found["error of stored"] < -15


def test_reports_of_fronts_need_the_shared_interval():
    found = worlds.coverage(worlds.answers(worlds.world_of_fronts, 120, 400, seed=3))
    assert 0.82 <= found["shared"] <= 0.98
    assert found["independent"] < 0.7
    assert found["stored points"] < 0.15


def test_points_of_the_worlds_are_where_they_are_said_to_be():
    """The check of the check: what is moved by up to 25 km is, and half of it beyond 25 / sqrt(2)."""
    rng = np.random.default_rng(1)
    lon, lat = np.full(4000, 70.0), np.full(4000, 34.0)
    x, y = worlds.moved(rng, lon, lat, 25.0)
    away = np.asarray(worlds.GEOD.inv(lon, lat, x, y)[2]) / 1000
    assert away.max() <= 25 + 1e-9
    assert np.mean(away > 25 / np.sqrt(2)) == pytest.approx(0.5, abs=0.03)


def test_intervals_of_ratios_hold_the_truth_though_vague_places_pull_them_together():
    same, changed = worlds.ratios(25, 150, 2.0, 2.0, seed=3), worlds.ratios(25, 150, 2.0, 1.0, seed=3)
    assert (same["low"].le(2) & same["high"].ge(2)).sum() >= 22
    assert np.exp(np.log(same["ratio"]).mean()) == pytest.approx(2, rel=0.12)
    assert 1.3 < np.exp(np.log(changed["ratio"]).mean()) < 1.95
    assert (changed["low"].le(2) & changed["high"].ge(2)).sum() >= 21
