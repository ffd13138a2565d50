"""Stretches told from the table of cells are those that measuring every point gives."""

import numpy as np
import pytest
import shapely
from searches import SEARCHES, searching

import geo
from geo.border.nearest_stretch import nearest_stretches
from geo.types import GEOD


def about(border, count, seed):
    """Points from on the line to far from it, and some at the distance that decides."""
    rng = np.random.default_rng(seed)
    line = shapely.get_coordinates(border.geometry)
    xy = line[rng.integers(0, len(line), count)]
    away = 10 ** rng.uniform(0, 5.5, count)
    away[: count // 4] = rng.uniform(49_900, 50_100, count // 4)
    lon, lat, _ = GEOD.fwd(xy[:, 0], xy[:, 1], rng.uniform(0, 360, count), away)
    return np.asarray(lon), np.asarray(lat)


def by_locate(border, lon, lat, starts, ends, within_m):
    at = border.locate(lon, lat)
    km, away = at["line_km"].to_numpy(), at["distance_m"].to_numpy()
    found = np.full(len(lon), -1)
    for n, (low, high) in enumerate(zip(starts, ends, strict=True)):
        # Of two stretches that meet at the very place the later one has it.
        found[(away <= within_m) & (km >= low) & (km <= high)] = n
    return found


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("within_m", [2_000.0, 50_000.0, 400_000.0])
def test_the_nearest_stretch_is_that_of_the_nearest_point(search, within_m):
    with searching(search) as border:
        lon, lat = about(border, 6_000, seed=11)
        sectors = border.sectors()
        for starts, ends in (
            (sectors["from_km"].to_numpy(), sectors["to_km"].to_numpy()),
            # With gaps between them, and what lies before the first and beyond the last.
            (np.array([100.0, 900.0, 1_500.5]), np.array([300.0, 1_500.0, 2_000.0])),
        ):
            found = nearest_stretches(border, lon, lat, starts, ends, within_m=within_m)
            assert np.array_equal(found, by_locate(border, lon, lat, starts, ends, within_m))


def test_hardly_any_point_is_measured_where_there_is_a_table(monkeypatch):
    with searching("numpy") as border:
        lon, lat = about(border, 6_000, seed=12)
        sectors = border.sectors()
        asked = []
        locate = type(border).locate
        monkeypatch.setattr(
            type(border),
            "locate",
            lambda self, x, y, **rest: asked.append(len(x)) or locate(self, x, y, **rest),
        )
        nearest_stretches(
            border,
            lon[1_500:],
            lat[1_500:],
            sectors["from_km"].to_numpy(),
            sectors["to_km"].to_numpy(),
            within_m=50_000.0,
        )
        assert sum(asked) < 0.1 * 4_500


def test_what_is_no_point_is_in_no_stretch():
    border = geo.DurandLine()
    lon, lat = np.array([np.nan, 70.2, 181.0, 70.2]), np.array([33.0, np.nan, 33.0, 95.0])
    found = nearest_stretches(border, lon, lat, np.array([0.0]), np.array([2_000.0]), within_m=50_000.0)
    assert found.tolist() == [-1] * 4
