"""The error of lines between provinces: measured against others' lines, and counted in what is certain."""

from __future__ import annotations

import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from conftest import ROOT
from geo.locus.line_error import with_line_error, with_line_errors
from geo.locus.record import Locus
from geo.locus.shares import measure
from geo.types import CERTAIN_SHARE

sys.path.insert(0, str(ROOT / "tools"))


@pytest.mark.rebuild
def test_the_shipped_figures_are_those_measured_against_the_references(shared):
    from measure_province_lines import make

    names = ("afg_adm2_geoBoundaries.geojson", "pak_adm2_osm2026.geojson")
    table = make(*(shared / "boundaries" / name for name in names))
    pd.testing.assert_frame_equal(table, geo.read_province_lines(), check_dtype=False)


def test_every_pair_of_neighbours_has_its_accuracy():
    lines = geo.read_province_lines()
    units = geo.read_units().set_index("iso3166_2")
    assert {*lines["unit_a"], *lines["unit_b"]} == set(units.index)
    assert (lines["unit_a"] < lines["unit_b"]).all()
    assert (lines["unit_a"].str[:2] == lines["unit_b"].str[:2]).all()
    assert not lines.duplicated(["unit_a", "unit_b"]).any()
    assert (lines["median_m"] <= lines["accuracy_m"]).all()
    assert (lines["accuracy_m"] <= lines["farthest_m"] + 100).all()
    # What was known of them: a tenth of the Afghan ones is over 3 km off, and Musa Khel lies in between.
    afghan = lines[lines["unit_a"].str.startswith("AF")]
    assert np.average(afghan["over_3km"], weights=afghan["length_km"]) == pytest.approx(0.1, abs=0.03)
    khost = lines.set_index(["unit_a", "unit_b"]).loc[("AF-KHO", "AF-PIA")]
    assert khost["accuracy_m"] > 10_000
    # A province's own figure is the mean of its lines', by length.
    own = lines[(lines["unit_a"] == "PK-SD") | (lines["unit_b"] == "PK-SD")]
    mean = np.average(own["accuracy_m"], weights=own["length_km"])
    assert units.loc["PK-SD", "accuracy_m"] == pytest.approx(mean, abs=51)


def site(lon, lat, **more):
    return Locus("disc", lon, lat, radius_m=500.0, **more)


def test_a_point_beside_a_poor_line_is_certain_in_neither_province():
    near = measure(site(69.50, 33.42))["adm1"]
    assert set(near) == {"AF-KHO", "AF-PIA"}
    assert max(near.values()) < CERTAIN_SHARE
    # Far from every line nothing changes, and what the source itself names is certain.
    assert measure(site(66.0, 31.6))["adm1"] == {"AF-KAN": 1.0}
    assert measure(site(69.50, 33.42, within="AF-KHO", stated=True))["adm1"] == {"AF-KHO": 1.0}


def test_a_line_that_is_better_known_makes_a_point_surer(monkeypatch):
    from geo.locus import line_error

    spots = [(69.50, 33.42), (69.51, 33.40)]
    loose = [max(with_line_error(site(*at), {"AF-PIA": 1.0}).values()) for at in spots]
    exact = {"AF-KHO": {"AF-PIA": 50.0}, "AF-PIA": {"AF-KHO": 50.0}}
    monkeypatch.setattr(line_error, "_accuracies", lambda: exact)
    sure = [max(with_line_error(site(*at), {"AF-PIA": 1.0}).values()) for at in spots]
    assert all(a >= b for a, b in zip(sure, loose, strict=True))
    assert max(loose) < 0.95 < max(sure)


def test_half_of_an_error_lies_to_each_side_of_a_straight_line():
    """On the line itself the two provinces are as likely as each other."""
    units = geo.read_units().set_index("iso3166_2").geometry
    line = units["PK-PB"].boundary.intersection(units["PK-SD"].boundary)
    middle = (
        line.interpolate(0.5, normalized=True)
        if line.geom_type == "LineString"
        else line.representative_point()
    )
    parts = measure(site(middle.x, middle.y))["adm1"]
    assert parts["PK-PB"] + parts["PK-SD"] > 0.9
    assert 0.25 < parts["PK-PB"] < 0.75


@settings(max_examples=40, deadline=None)
@given(
    lon=st.floats(61.5, 74.0),
    lat=st.floats(25.5, 37.0),
    radius=st.sampled_from([500.0, 2_000.0, 25_000.0]),
)
def test_shares_sum_to_one_and_countries_keep_theirs(lon, lat, radius):
    locus = Locus("disc", lon, lat, radius_m=radius)
    from geo.boundaries.units import provinces
    from geo.locus.shapes import draw
    from geo.locus.shares import OUTSIDE, _parts

    bare = _parts(draw(locus), provinces())
    found = with_line_error(locus, bare)
    assert sum(found.values()) == pytest.approx(1.0)
    assert all(share > 0 for share in found.values())
    for country in ("AF", "PK", OUTSIDE):
        before, after = (
            sum(share for unit, share in parts.items() if unit[: len(country)] == country)
            for parts in (bare, found)
        )
        assert after == pytest.approx(before, abs=2e-6)
    assert with_line_error(locus, bare) == found


def test_what_is_counted_as_certain_takes_the_error_in():
    at = [(69.50, 33.42), (69.51, 33.40), (66.0, 31.6)]
    events = gpd.GeoDataFrame(
        {
            "event_id": [f"e{n}" for n in range(3)],
            "event_type": "airstrike",
            "date_start": pd.Timestamp("2025-10-10"),
            "where_precision": "site",
        },
        geometry=gpd.points_from_xy(*zip(*at, strict=True)),
        crs=4326,
    )
    counted = geo.count(events, by="adm1").set_index("unit")
    assert counted.loc["AF-KAN", "certain"] == 1
    assert counted.loc["AF-KHO", "certain"] + counted.loc["AF-PIA", "certain"] < 2
    assert counted.loc[["AF-KHO", "AF-PIA"], "expected"].sum() == pytest.approx(2.0, abs=0.05)


def test_discs_told_together_are_told_as_each_alone(monkeypatch):
    """Beside a line and away from one, of every size, with a province that is known and without."""
    rng = np.random.default_rng(4)
    found = [
        Locus("disc", x, y, radius_m=radius, within=within)
        for radius in (500.0, 5_000.0, 25_000.0)
        for within, *at in (("AF-PIA", 69.5, 33.42), (None, 69.5, 33.42), (None, 66.0, 33.0))
        for x, y in np.add(at, rng.uniform(-0.2, 0.2, (4, 2))).tolist()
    ]
    bare = [{one.within: 1.0} if one.within else {"AF-PIA": 0.6, "AF-KHO": 0.4} for one in found]
    alone = [with_line_error(one, shares) for one, shares in zip(found, bare, strict=True)]
    assert sum(shares not in (told, {}) for shares, told in zip(alone, bare, strict=True)) > 10
    monkeypatch.setattr("geo.locus.line_error.AT_ONCE", 7)
    assert with_line_errors(found, bare) == alone
