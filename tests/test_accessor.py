"""``frame.durand``: the functions themselves, and frames that writers of JSON take."""

from __future__ import annotations

import json

import folium
import pandas as pd
import pytest

import geo
import geo.accessor
from geo.errors import SchemaError


@pytest.fixture(scope="module")
def events():
    return geo.read_events().events


@pytest.mark.parametrize(
    ("name", "args", "fields"),
    [
        ("locate", (), {}),
        ("shares", (), {}),
        ("count", (), {"by": "side"}),
        ("near", ("Torkham", 25), {}),
        ("impute", (), {"n": 2, "seed": 5}),
    ],
)
def test_a_method_is_the_function_of_its_name(events, name, args, fields):
    ours = getattr(events.durand, name)(*args, **fields)
    theirs = getattr(geo, name)(events, *args, **fields)
    pd.testing.assert_frame_equal(pd.DataFrame(ours), pd.DataFrame(theirs))


def test_loci_are_those_of_the_function(events):
    assert (events.durand.loci().geom_equals(geo.loci(events)) | geo.loci(events).isna()).all()


def test_a_frame_of_ones_own_is_asked_as_it_is():
    frame = pd.DataFrame({"date": ["2025-10-11"], "type": ["clash"], "lon": [71.1], "lat": [34.1]})
    assert len(frame.durand.locate()) == 1
    with pytest.raises(SchemaError):
        pd.DataFrame({"a": [1]}).durand.count()


def test_a_plain_frame_is_taken_by_folium_and_loses_nothing(events):
    plain = events.durand.plain()
    folium.GeoJson(plain).add_to(folium.Map())
    rows = json.loads(plain.to_json())["features"]
    assert len(rows) == len(events)
    first = events.iloc[0]
    assert rows[0]["properties"]["date_start"] == f"{first['date_start']:%Y-%m-%d}"
    assert rows[0]["properties"]["event_id"] == first["event_id"]
    assert all(one["properties"]["deaths_best"] is None for one in rows)
    # The frame itself is as it was.
    assert events["date_start"].dtype.kind == "M"
