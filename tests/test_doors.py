"""Events are events at every door: a path, a frame or tables, with the same answer; keyed by row."""

from __future__ import annotations

import geopandas as gpd
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from pandas.testing import assert_frame_equal

import geo
import maps
from geo.errors import PrecisionWarning, SchemaError
from geo.sources.given import as_tables

SPOTS = {
    "town": (71.0847, 34.1147),
    "near": (69.27, 32.60),
    "district": (70.2, 33.1),
    "province": (69.9, 33.3),
    "site": (66.40, 31.006),
    "border": (68.05, 31.69),
    "country": (67.0, 34.5),
    "unknown": (70.0, 33.0),
    None: (69.5, 33.5),
}


def frame_of(precisions, index=None, **columns):
    points = [SPOTS[one] for one in precisions]
    made = {
        "event_id": [f"own:{n}" for n in range(len(precisions))],
        "date_start": pd.to_datetime(["2025-10-11"] * len(precisions)),
        "event_type": ["airstrike"] * len(precisions),
        "where_precision": pd.Series(precisions, dtype="object", index=index),
    }
    geometry = gpd.points_from_xy([lon for lon, _ in points], [lat for _, lat in points])
    return gpd.GeoDataFrame({**made, **columns}, geometry=geometry, crs=4326, index=index)


@pytest.fixture(scope="module")
def tables():
    return geo.read_events().filter(lambda events: np.arange(len(events)) < 12)


@pytest.fixture(scope="module")
def ways(tables, tmp_path_factory):
    """The same events as path, paths, tables, GeoDataFrame, and a DataFrame with lon and lat."""
    path = tmp_path_factory.mktemp("doors") / "events.parquet"
    geo.write_table(tables.events, path)
    events = tables.events
    plain = pd.DataFrame(events.drop(columns="geometry")).assign(lon=events.geometry.x, lat=events.geometry.y)
    return {
        "path": path,
        "text": str(path),
        "paths": [path],
        "tables": tables,
        "points": events,
        "merged": pd.DataFrame(events),
        "degrees": plain,
    }


DOORS = {
    "loci": lambda events: geo.loci(events),
    "shares": lambda events: geo.shares(events),
    "count": lambda events: geo.count(events, by="side"),
    "profile": lambda events: geo.profile(events, step_km=200),
    "impute": lambda events: geo.impute(events, n=2)[["row", "drawn_from", "date_start", "geometry"]],
    "compare": lambda events: (
        geo.compare(
            events, before="2014-12-01:2024-12-31", after="2025-01-01:2025-12-31", n=20, permutations=99
        ).table
    ),
    "along": lambda events: geo.along(events, n=3, step_km=200).intensity,
    "trend": lambda events: geo.trend(events, "Y").drop(columns="phases"),
    "sensitivity": lambda events: geo.sensitivity(events, lambda some: geo.count(some, by="side")).table,
    "near": lambda events: geo.near(events, "Torkham", 25)["near_share"],
    "locate": lambda events: geo.locate(events)[["adm1", "side", "border_km"]],
    "match": lambda events: geo.match(events, min_score=0.3),
    "diff": lambda events: geo.diff_events(events, events),
    "stock": lambda events: geo.stock_points(events, min_events=2),
}


@pytest.mark.parametrize("door", DOORS)
def test_every_door_takes_every_form_and_answers_the_same(door, ways):
    wanted = DOORS[door](ways["points"])
    for form, events in ways.items():
        found = DOORS[door](events)
        assert len(found) == len(wanted), form
        if isinstance(wanted, gpd.GeoSeries):
            assert found.geom_equals(wanted).all(), form
        else:
            assert_frame_equal(
                pd.DataFrame(found).reset_index(drop=True), pd.DataFrame(wanted).reset_index(drop=True)
            )


def test_merging_and_maps_take_every_form_too(ways, tables):
    for form, events in ways.items():
        other = frame_of(["town"], event_id=["other:1"])
        none = pd.DataFrame({"id_a": [], "id_b": [], "decision": []})
        assert len(geo.merge_events(events, other, none).events) == len(tables.events) + 1, form
        spec = maps.MapSpec(events=events)
        assert len(maps.map_content(spec).rows) > 0, form


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (5, "got a int"),
        ([{"lat": 34.1, "lon": 71.1}], "a list of dict; make a frame of the records first"),
        (None, "the shipped events are geo.read_events"),
        ([], "without anything in it"),
    ],
)
def test_what_can_be_no_events_is_refused_at_once_with_what_is_allowed(door, wrong, said):
    with pytest.raises(SchemaError, match=said) as caught:
        DOORS[door](wrong)
    assert "a GeoDataFrame of points" in str(caught.value)


def test_a_frame_without_positions_in_our_form_is_told_what_reads_it():
    foreign = pd.DataFrame({"event_id": ["a"], "latitude": [34.1], "longitude": [71.1]})
    for door in ("loci", "count", "locate"):
        with pytest.raises(SchemaError, match=r"latitude.*geo\.read_events\(frame\)"):
            DOORS[door](foreign)
    with pytest.raises(SchemaError, match=r"no column date_start.*geo\.read_events\(frame\)"):
        maps.MapSpec(events=frame_of(["town"]).drop(columns="date_start"))
    with pytest.raises(SchemaError, match="got a int"):
        maps.MapSpec(events=7)
    with pytest.raises(geo.CrsError, match="set_crs"):
        geo.loci(gpd.GeoDataFrame(geometry=[shapely.Point(70, 33)]))


@pytest.mark.filterwarnings("default")
def test_no_word_on_precision_is_said_once_and_names_the_column_that_has_it():
    bare = frame_of(["town"]).drop(columns="where_precision")
    for name, said in (("where_prec", "where_prec does"), ("colour", "events.assign")):
        with pytest.warns(PrecisionWarning, match=said) as told:
            geo.locate(bare.assign(**{name: 1}))
        assert len(told) == 1
        assert told[0].filename == __file__
    with pytest.warns(PrecisionWarning):
        tables = as_tables(bare)
    assert tables.events["where_precision"].tolist() == ["site"]
    assert "each point is taken as a site" in tables.warnings["reason"].item()


def test_a_column_that_is_there_and_empty_is_unknown_in_any_subset():
    events = frame_of(["town", None, None])
    for part in (events, events.iloc[1:], events.iloc[[2]]):
        assert geo.loci(part).notna().tolist() == part["where_precision"].notna().tolist()
        assert geo.locate(part)["adm1"].notna().tolist() == part["where_precision"].notna().tolist()


precisions = st.lists(st.sampled_from(list(SPOTS)), min_size=1, max_size=7)


@given(precisions, st.data())
@settings(max_examples=25, deadline=None)
def test_an_answer_for_a_frame_is_those_of_its_parts_put_together(chosen, data):
    labels = data.draw(st.lists(st.integers(0, 2), min_size=len(chosen), max_size=len(chosen)))
    ids = data.draw(st.lists(st.sampled_from(["a", "b", None]), min_size=len(chosen), max_size=len(chosen)))
    cut = data.draw(st.integers(0, len(chosen)))
    events = frame_of(chosen, index=pd.Index(labels), event_id=ids)
    parts = [events.iloc[:cut], events.iloc[cut:]]

    def joined(answer):
        return pd.concat([answer(part) for part in parts if len(part)])

    assert_frame_equal(pd.DataFrame(geo.locate(events)), pd.DataFrame(joined(geo.locate)), check_dtype=False)
    whole, halves = geo.shares(events), []
    for start, part in zip((0, cut), parts, strict=True):
        table = geo.shares(part)
        halves.append(table.assign(row=table["row"] + start))
    assert_frame_equal(whole, pd.concat([one for one in halves if len(one)] or halves, ignore_index=True))
    assert whole.loc[whole["level"] == "side", "row"].nunique() == geo.loci(events).notna().sum()
    for by in ("side", "adm1"):
        total = geo.count(events, by=by).set_index("unit")[["expected", "certain", "possible"]]
        summed = (
            joined(lambda part, by=by: geo.count(part, by=by))
            .groupby("unit")[["expected", "certain", "possible"]]
            .sum()
        )
        assert np.allclose(total.sort_index(), summed.sort_index())


def test_repeated_and_missing_ids_lose_no_row():
    events = frame_of(["town", "near", "site"])
    twice = pd.concat([events, events])
    assert geo.count(twice, by="side")["expected"].sum() == pytest.approx(6)
    nameless = events.assign(event_id=[None, "x", "x"])
    assert geo.count(nameless, by="side")["expected"].sum() == pytest.approx(3)
    assert as_tables(nameless).events["event_id"].tolist() == ["own:1", "x", "x#2"]
    assert len(maps.map_content(maps.MapSpec(events=twice)).rows) == 6


def test_a_selection_keeps_claims_sources_and_rows_true():
    whole = geo.read_events()
    late = (whole.events["date_start"] >= "2026-01-01").to_numpy()
    for some in (
        whole[late],
        whole.filter(late),
        whole.filter(lambda events: events["date_start"] >= "2026"),
    ):
        ids = set(whole.events["event_id"][late])
        assert set(some.events["event_id"]) == ids
        assert set(some.claims["event_id"]) == set(whole.claims["event_id"]) & ids
        assert set(some.sources["event_id"]) == set(whole.sources["event_id"]) & ids
        assert some.rows.index.tolist() == some.events["event_id"].tolist()
        assert some.counts == {"read": late.sum(), "accepted": late.sum(), "rejected": 0, "superseded": 0}
        assert some.raw.loc[some.rows, "event_id"].tolist() == some.events["event_id"].tolist()
    several = whole.filter(event_type=["talks", "bombing"], where_precision="town")
    assert set(several.events["event_type"]) <= {"talks", "bombing"}
    assert set(several.events["where_precision"]) == {"town"}
    assert len(whole[2:5].events) == 3


def test_a_selection_keeps_the_rows_that_were_rejected(tmp_path):
    path = tmp_path / "few.csv"
    path.write_text(
        "event_id,date_start,event_type,where_precision,lon,lat\n"
        "a,2025-10-11,airstrike,town,71.08,34.11\n"
        "b,yesterday,airstrike,town,71.08,34.11\n"
        "c,2025-10-12,shelling,town,71.08,34.11\n"
    )
    some = geo.read_events(path).filter(event_type="shelling")
    assert some.counts == {"read": 2, "accepted": 1, "rejected": 1, "superseded": 0}


@pytest.mark.parametrize(
    "mask", [[True], [1] * 93, ["x"] * 93, pd.Series([True] * 93, index=range(1, 94)), 5]
)
def test_a_mask_that_does_not_fit_is_refused(mask):
    with pytest.raises(SchemaError, match="mask"):
        geo.read_events().filter(mask)
    with pytest.raises(SchemaError, match="no column 'colour'"):
        geo.read_events().filter(colour="red")


def test_tables_show_themselves_in_ten_lines():
    whole = geo.read_events()
    for tables in (whole, whole[:0], whole.filter(event_type="talks")):
        assert len(repr(tables).splitlines()) <= 10
        assert max(map(len, repr(tables).splitlines())) <= 110
    assert "93 events" in repr(whole)


def test_a_place_given_the_wrong_way_round_is_told_at_every_door(tables):
    for where in ((34.1147, 71.0847), shapely.Point(34.1147, 71.0847)):
        with pytest.raises(SchemaError, match="look exchanged"):
            geo.near(tables, where, 25)
        with pytest.raises(SchemaError, match="look exchanged"):
            geo.around(where, 25)
    assert len(geo.near(tables, (71.0847, 34.1147), 25)) == len(geo.near(tables, "Torkham", 25))


def test_tables_are_written_as_their_events(tables, tmp_path):
    geo.write_table(tables, tmp_path / "tables.csv")
    geo.write_table(tables.events, tmp_path / "events.csv")
    assert (tmp_path / "tables.csv").read_bytes() == (tmp_path / "events.csv").read_bytes()
    with pytest.raises(SchemaError, match=r"a DataFrame, or what geo\.read_events gave, not a int"):
        geo.write_table(5, tmp_path / "five.csv")


def test_a_closed_file_and_a_separator_of_two_signs_are_refused_in_words(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("date,place\n2025-10-11,Torkham\n")
    with path.open("rb") as file:
        pass
    with pytest.raises(geo.SourceError, match="the file is closed"):
        geo.read_events(file)
    for wrong in (";;", ""):
        with pytest.raises(SchemaError, match="delimiter is one character"):
            geo.read_events(path, delimiter=wrong)
