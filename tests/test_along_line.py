"""Intensity and K function along a line, against definitions written out and chance itself."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy import integrate

import geo
from geo.analysis.along import kernel_shares, line_k


@pytest.fixture(scope="module")
def straight():
    """A meridian of 100 km or so, as a border."""
    line = shapely.LineString([(70, 30), (70, 30.9)])
    return geo.Border.from_line(gpd.GeoDataFrame(geometry=[line], crs=4326), left="PK", right="AF")


def sites(km, border, **columns):
    points = border.point_at(np.asarray(km, dtype=float))
    columns = {"where_precision": ["site"] * len(km), **columns}
    return gpd.GeoDataFrame(columns, geometry=points.to_numpy(), crs=4326)


def k_by_definition(at, length, r):
    """Sum over ordered pairs of one over the number of points of the segment at their distance."""
    total = 0.0
    for i, one in enumerate(at):
        for j, two in enumerate(at):
            away = abs(one - two)
            if i != j and away <= r:
                total += 1 / sum(0 <= point <= length for point in (one - away, one + away))
    return length / (len(at) * (len(at) - 1)) * total


def test_k_is_that_of_its_definition():
    rng = np.random.default_rng(2)
    for number in (2, 3, 17, 40):
        at = rng.random(number) * 80
        r = np.array([0.5, 3.0, 11.0, 26.0, 40.0])
        assert np.allclose(line_k(at, 80, r), [k_by_definition(at, 80, one) for one in r])


def test_k_of_events_thrown_at_random_is_the_distance_up_to_half_the_line():
    rng, r = np.random.default_rng(3), np.array([5.0, 20.0, 35.0, 50.0])
    found = np.array([line_k(rng.random(30) * 100, 100, r) for _ in range(3000)])
    error = found.std(axis=0) / np.sqrt(len(found))
    assert (np.abs(found.mean(axis=0) - r) < 4 * error).all()
    # Without the correction a tenth would be missing at 20 km, which the test would see.
    assert (4 * error < 0.1 * r).all()


def test_kernels_are_those_of_their_formula_and_lose_nothing_over_the_ends():
    at, edges, bandwidth = np.array([0.0, 3.0, 48.0, 97.0]), np.linspace(0, 100, 21), 6.0
    half = bandwidth * np.sqrt(5)

    def kernel(u, x):
        return max(0.75 * (1 - ((u - x) / half) ** 2) / half, 0)

    wanted = np.zeros(20)
    for x in at:
        inside = integrate.quad(kernel, 0, 100, args=(x,), points=[max(x - half, 0), min(x + half, 100)])[0]
        for step in range(20):
            breaks = [u for u in (x - half, x + half) if edges[step] < u < edges[step + 1]]
            area = integrate.quad(kernel, edges[step], edges[step + 1], args=(x,), points=breaks or None)[0]
            wanted[step] += area / inside
    found = kernel_shares(at, edges, bandwidth)
    assert np.allclose(found, wanted, atol=1e-7)
    assert found.sum() == pytest.approx(4)
    spread = integrate.quad(lambda u: u**2 * kernel(u, 0), -half, half)[0]
    assert spread == pytest.approx(bandwidth**2)
    many = np.random.default_rng(1).random(4500) * 100
    parts = sum(kernel_shares(one, edges, bandwidth) for one in np.split(many, 3))
    assert np.allclose(kernel_shares(many, edges, bandwidth), parts)


def test_known_events_are_where_they_are_and_evenly_thrown_ones_are_told(straight):
    km = np.concatenate([np.linspace(58, 62, 30), [5, 95]])
    found = geo.along(sites(km, straight), 4, step_km=2, border=straight, reach_km=40, n=60)
    table = found.intensity
    assert found.expected == 32
    assert table["to_km"].iloc[-1] == pytest.approx(straight.length_km)
    top = table.loc[table["intensity"].idxmax()]
    assert 57 < top["from_km"] < 62
    assert top["low"] > top["even_high"]
    long = table["to_km"] - table["from_km"]
    assert (table["intensity"] * long).sum() / 100 == pytest.approx(32)
    assert table["even"].iloc[0] == pytest.approx(32 / straight.length_km * 100)
    assert (table["even_low"] <= table["even"]).mean() > 0.95
    assert (found.k["beyond"] == 1).all()
    assert np.allclose(found.k["even"], found.k["r_km"])
    assert (np.abs(found.k["k_km"] - line_k(km, straight.length_km, found.k["r_km"].to_numpy())) < 1.5).all()


def test_what_lies_farther_than_asked_is_left_out(straight):
    far = gpd.GeoDataFrame(
        {"where_precision": ["site"] * 3},
        geometry=gpd.points_from_xy([70.05, 70.2, 70.6], [30.4] * 3),
        crs=4326,
    )
    # At 30.4 N a degree of longitude is 96 km.
    assert [geo.along(far, border=straight, n=3, within_km=km).expected for km in (2, 10, 25, 90)] == [
        0,
        1,
        2,
        3,
    ]


def test_a_locus_that_reaches_near_the_line_counts_by_that_part(straight):
    event = {"where_precision": ["near"] * 200}
    events = gpd.GeoDataFrame(event, geometry=gpd.points_from_xy([70.2] * 200, [30.45] * 200), crs=4326)
    part = geo.profile(events[:1], border=straight, within_km=10)["expected"].sum()
    found = geo.along(events, border=straight, within_km=10, n=20).expected / 200
    assert 0.1 < part < 0.4
    assert found == pytest.approx(part, abs=0.03)


def test_events_thrown_at_random_are_seldom_beyond(straight):
    rng = np.random.default_rng(8)
    beyond = [
        geo.along(
            sites(rng.random(25) * straight.length_km, straight),
            border=straight,
            reach_km=30,
            n=60,
            seed=seed,
        )
        .k["beyond"]
        .iloc[-1]
        for seed in range(30)
    ]
    assert np.mean(beyond) < 0.12


def test_doubt_about_places_is_in_the_draws():
    """Twenty events known to the border of Paktika are spread over all of it, by no chance of ours."""
    event = {"where_precision": ["border"] * 20, "border_units": ["AF-PKA"] * 20}
    events = gpd.GeoDataFrame(event, geometry=gpd.points_from_xy([69.3] * 20, [32.6] * 20), crs=4326)
    found = geo.along(events, 20, n=40)
    sectors = geo.DurandLine().sectors()
    paktika = sectors[sectors["right_unit"] == "AF-PKA"]
    first, last = paktika["from_km"].min(), paktika["to_km"].max()
    inside = found.intensity["from_km"].between(first - 50, last + 50)
    assert found.expected == pytest.approx(20, abs=0.2)
    assert found.intensity.loc[~inside, "high"].max() < 0.5
    together = geo.along(events, 20, n=40, doubt="together")
    assert together.intensity["high"].max() > 2 * found.intensity["high"].max()
    # The share of each step, measured without a draw, spread by the same kernel.
    steps = geo.profile(events, step_km=5)
    edges = np.append(steps["from_km"], steps["to_km"].iloc[-1])
    wanted = sum(
        number * kernel_shares(np.array([(low + high) / 2]), edges, 20)
        for low, high, number in steps[["from_km", "to_km", "expected"]].itertuples(index=False)
        if number > 0
    )
    wanted = wanted / np.diff(edges) * 100
    assert np.abs(found.intensity["intensity"] - wanted).max() < 0.12 * wanted.max()


def test_few_events_have_no_k_and_that_is_said(straight):
    found = geo.along(sites([10, 20, 30], straight), border=straight, n=5)
    assert found.k["k_km"].isna().all()
    assert "No K function" in found.text
    assert "do not prove" in repr(found)
    nowhere = sites([10, 20], straight, where_precision=["site", "unknown"])
    assert "1 events have no place" in geo.along(nowhere, border=straight, n=2).text
    none = geo.along(sites([10], straight).iloc[:0], border=straight, n=5)
    assert none.intensity["intensity"].eq(0).all()


def test_the_intensity_has_its_stretches_if_asked_for(straight):
    found = geo.along(sites([10, 20], straight), border=straight, n=2, step_km=7, geometry=True).intensity
    assert found.crs == "EPSG:4326"
    lengths = found.to_crs(straight_metres(straight)).length / 1000
    assert np.allclose(lengths, found["to_km"] - found["from_km"], atol=0.02)


def straight_metres(border):
    return "+proj=tmerc +lat_0=30 +lon_0=70 +datum=WGS84"


def test_one_seed_gives_one_answer():
    events = geo.read_events()
    one, two = (geo.along(events, n=3) for _ in range(2))
    assert one.intensity.equals(two.intensity)
    assert one.k.equals(two.k)
    assert not one.intensity.equals(geo.along(events, n=3, seed=5).intensity)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"bandwidth_km": 0}, "bandwidth_km is km of more than 0"),
        ({"step_km": np.nan}, "step_km is km"),
        ({"step_km": 0.001}, "more than 20,000 steps"),
        ({"within_km": -1}, "within_km is km"),
        ({"reach_km": 60}, "at most half the line"),
        ({"doubt": "no"}, "'apart' or 'together'"),
        ({"n": 0}, "n is a whole number"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(straight, wrong, said):
    with pytest.raises(geo.SchemaError, match=said):
        geo.along(sites([10, 20], straight), **{"border": straight, **wrong})
