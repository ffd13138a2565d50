"""Counts by unit: expected, interval, certain and possible."""

from __future__ import annotations

import itertools

import geopandas as gpd
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

import geo
from geo.analysis.intervals import count_range
from geo.locus.shares import CERTAIN_SHARE


@pytest.fixture(scope="module")
def events():
    return geo.read_events().events


@pytest.mark.parametrize("by", ["adm0", "adm1", "side", "sector"])
def test_expected_numbers_add_up_to_the_events_with_a_locus(events, by):
    counts = geo.count(events, by=by)
    assert counts["expected"].sum() == pytest.approx(geo.loci(events).notna().sum())
    assert (counts["certain"] <= counts["expected"] / CERTAIN_SHARE + 1e-9).all()
    assert (counts["expected"] <= counts["possible"] + 1e-9).all()
    assert (counts["low"] <= counts["high"]).all()
    assert (counts["certain"] <= counts["possible"]).all()


def test_counts_do_not_depend_on_the_order_of_rows(events):
    mixed = events.sample(frac=1, random_state=7)
    ours, theirs = (geo.count(one).set_index("unit").sort_index() for one in (events, mixed))
    assert ours.index.equals(theirs.index)
    assert np.allclose(ours.drop(columns="name"), theirs.drop(columns="name"))


@given(st.lists(st.floats(0, 1), max_size=10))
@settings(max_examples=60, deadline=None)
def test_the_interval_is_that_of_every_outcome_counted(chances):
    """Brute force: each way in which independent events may or may not happen, with its probability."""
    odds = np.zeros(len(chances) + 1)
    for outcome in itertools.product((0, 1), repeat=len(chances)):
        odds[sum(outcome)] += np.prod([p if one else 1 - p for one, p in zip(outcome, chances, strict=True)])
    below = np.cumsum(odds)
    low, high = count_range(chances)
    # At a step of the distribution rounding may fall to either side.
    for found, at in ((low, 0.025), (high, 0.975)):
        assert below[found] >= at - 1e-9
        assert found == 0 or below[found - 1] < at + 1e-9


def test_many_doubtful_events_agree_with_the_exact_interval():
    rng = np.random.default_rng(3)
    chances = rng.uniform(0, 1, 4000)
    drawn = (rng.uniform(size=(4000, 3000)) < chances[:, None]).sum(axis=0)
    low, high = count_range(chances)
    assert abs(low - np.quantile(drawn, 0.025)) <= 4
    assert abs(high - np.quantile(drawn, 0.975)) <= 4


def one(precision, lon, lat, **more):
    columns = {"event_id": ["own:1"], "where_precision": [precision], **{k: [v] for k, v in more.items()}}
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy([lon], [lat]), crs=4326)


def test_a_stretch_counts_in_sectors_by_its_length():
    event = one("border", 69.3, 32.6, border_units="AF-PKA")
    shares = geo.count(event, by="sector").set_index("unit")["expected"]
    sectors = geo.DurandLine().sectors()
    paktika = sectors[sectors["right_unit"] == "AF-PKA"]
    long = dict(zip(paktika["left_unit"], paktika["length_km"], strict=True))
    assert shares["AF-PKA/PK-KP"] == pytest.approx(long["PK-KP"] / sum(long.values()), abs=0.01)
    assert shares["AF-PKA/PK-BA"] == pytest.approx(long["PK-BA"] / sum(long.values()), abs=0.01)


def test_what_lies_far_from_the_line_is_in_no_sector():
    assert geo.count(one("town", 67.1, 36.7), by="sector")["unit"].tolist() == ["outside"]
    assert geo.count(one("site", 71.08, 34.12), by="sector")["unit"].tolist() == ["AF-NAN/PK-KP"]


def test_districts_are_asked_for_by_name_and_refused_where_none_were_added(events):
    with pytest.raises(geo.BoundaryError, match="durand boundaries add FILE --level 2"):
        geo.count(events, by="adm2")
    with pytest.raises(geo.SchemaError, match="by is one of adm0, adm1"):
        geo.count(events, by="valley")


def test_no_events_give_an_empty_table_of_the_same_form(events):
    empty = geo.count(events.head(0))
    assert list(empty.columns) == [
        *("unit", "name", "expected", "low", "high", "low_shared", "high_shared", "certain", "possible")
    ]
    assert empty.dtypes.equals(geo.count(events.head(3)).dtypes)
