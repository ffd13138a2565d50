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


@pytest.mark.parametrize("ask", ["events", "locate", "near", "impute"])
def test_folium_and_explore_take_our_frames_as_they_are(events, ask):
    frame = {
        "events": lambda: events,
        "locate": lambda: geo.locate(events),
        "near": lambda: geo.near(events, "Torkham", 25),
        "impute": lambda: geo.impute(events, n=1, seed=1),
    }[ask]()
    layer = folium.GeoJson(frame)
    layer.add_to(folium.Map())
    assert len(layer.data["features"]) == frame.geometry.notna().sum()
    assert layer.data["features"][0]["properties"]["date_start"] == f"{frame['date_start'].iloc[0]:%Y-%m-%d}"
    # What comes of pandas is one too, and its days stay dates.
    late = frame[frame["date_start"] >= "2025-10-09"].to_crs(3857).assign(more=1)
    folium.GeoJson(late).add_to(folium.Map())
    assert late["date_start"].dtype.kind == "M"


def test_explore_colours_our_frames(events):
    pytest.importorskip("mapclassify", reason="the extra [explore] is not installed")
    for column in (None, "event_type", "date_start"):
        assert isinstance(events.explore(column=column), folium.Map)


def test_days_with_hours_and_zones_are_written_with_them():
    from geo.events.frame import plain_frame

    hours = pd.DataFrame(
        {
            "a": pd.to_datetime(["2030-01-02 10:30", None]),
            "b": pd.to_datetime(["2030-01-02", None]).tz_localize("UTC"),
            "c": pd.to_timedelta(["1 day", None]),
        }
    )
    assert plain_frame(hours).to_dict("list") == {
        "a": ["2030-01-02T10:30:00", None],
        "b": ["2030-01-02T00:00:00+00:00", None],
        "c": ["1 days", None],
    }


def test_the_class_of_a_frame_survives_a_pickle_and_leaves_the_given_one_alone(events):
    import pickle

    import geopandas as gpd

    from geo.events.frame import EventFrame, as_event_frame

    assert type(pickle.loads(pickle.dumps(events))) is EventFrame
    given = gpd.GeoDataFrame({"a": [1]}, geometry=gpd.points_from_xy([70], [34]), crs=4326)
    assert type(as_event_frame(given)) is EventFrame
    assert type(given) is gpd.GeoDataFrame
    assert type(events.durand.plain()) is gpd.GeoDataFrame
    # Compared with what a file gave back, either way round.
    pd.testing.assert_frame_equal(gpd.GeoDataFrame(events), events)
    pd.testing.assert_frame_equal(events, gpd.GeoDataFrame(events))


# lonboard calls pandas in a way that pandas is about to drop.
@pytest.mark.filterwarnings("ignore:.*convert_dtypes is deprecated")
def test_lonboard_takes_the_plain_frame_as_it_is(events):
    lonboard = pytest.importorskip("lonboard", reason="lonboard is not installed")
    layer = lonboard.ScatterplotLayer.from_geopandas(events)
    assert layer.table.num_rows == len(events)
    assert isinstance(lonboard.viz(events.durand.plain()), lonboard.Map)
