"""A frame of events is held to what a file is held to: refused with row and column, or the same events."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geo
import maps
from geo.sources.given import as_points, as_tables

ROW = {
    "event_id": "own:1",
    "date_start": "2025-10-11",
    "date_end": "2025-10-11",
    "date_precision": 1,
    "event_type": "airstrike",
    "place": "Torkham",
    "where_precision": "town",
    "lon": 71.0931,
    "lat": 34.1231,
    "deaths_best": 3,
    "verification": "claimed",
    "confidence": "high",
    "radius_m": 200.0,
}

ODD = {
    "0, 0": {"lon": 0.0, "lat": 0.0},
    "exchanged": {"lon": 34.1231, "lat": 71.0931},
    "off the globe": {"lat": 134.0},
    "endless": {"lat": np.inf},
    "half a position": {"lat": None},
    "end before start": {"date_end": "2025-10-01"},
    "a month": {"date_start": "2025-10", "date_end": None},
    "a year": {"date_start": "2025", "date_end": None},
    "day first": {"date_start": "11/10/2025", "date_end": None},
    "a serial number": {"date_start": 45941, "date_end": None},
    "deaths below 0": {"deaths_best": -50},
    "deaths in words": {"deaths_best": "a few"},
    "deaths in parts": {"deaths_best": 2.5},
    "endless deaths": {"deaths_best": np.inf},
    "date precision": {"date_precision": 9},
    "date precision in words": {"date_precision": "x"},
    "type": {"event_type": "air strike"},
    "type as a number": {"event_type": 5},
    "type as a list": {"event_type": ["airstrike"]},
    "verification": {"verification": "zzz"},
    "confidence": {"confidence": 0.8},
    "precision": {"where_precision": "Village"},
    "radius": {"radius_m": -5.0},
    "radius in words": {"radius_m": "near"},
}
"""Rows that a file would have rejected, or put right."""

SAME = {
    "as it is": {},
    "numbers as texts": {"date_precision": "1", "deaths_best": "3", "lon": "71.0931", "lat": "34.1231"},
    "a date": {"date_start": dt.date(2025, 10, 11)},
    "a time stamp": {"date_start": pd.Timestamp("2025-10-11"), "date_end": pd.Timestamp("2025-10-12")},
    "no figures": {"deaths_best": None, "radius_m": None, "verification": None},
    "no end": {"date_end": None},
    "a place abroad": {"lon": 51.53, "lat": 25.29, "country_source": "Qatar"},
    "exchanged abroad": {"lon": 34.1231, "lat": 71.0931, "country_source": "Norway"},
}

DOORS = {
    "loci": geo.loci,
    "locate": geo.locate,
    "count": lambda events: geo.count(events, by="all"),
    "shares": geo.shares,
    "profile": lambda events: geo.profile(events, step_km=500),
    "near": lambda events: geo.near(events, "Torkham", 25),
    "match": geo.match,
    "stock": geo.stock_points,
    "impute": lambda events: geo.impute(events, n=1),
    "trend": lambda events: geo.trend(events, "Y"),
    "spec": lambda events: maps.MapSpec(events=events),
    "claims": geo.claims,
    "connect": lambda events: geo.connect(events, views=["events"]).close(),
}


def frame(*changes):
    return pd.DataFrame([ROW | {"event_id": f"own:{n}"} | one for n, one in enumerate(changes, 1)])


def forms(table):
    """The same rows as lon and lat, and as points in degrees and in metres where they are points."""
    yield table
    if pd.api.types.is_numeric_dtype(table["lon"]) and pd.api.types.is_numeric_dtype(table["lat"]):
        points = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs=4326)
        yield points.drop(columns=["lon", "lat"])


@pytest.mark.parametrize("odd", ODD)
def test_no_door_takes_a_row_that_no_file_could_have(odd):
    table = frame({}, {}, ODD[odd])
    for door, ask in DOORS.items():
        for form in forms(table):
            if odd == "half a position" and "geometry" in form:
                continue
            with pytest.raises(geo.SchemaError) as caught:
                ask(form)
            assert (
                "geo.read_events(frame)" in str(caught.value)
                or "radius_m" in odd
                or odd
                in (
                    "half a position",
                    "radius",
                    "radius in words",
                )
            ), (door, caught.value)


@pytest.mark.parametrize("odd", [one for one in ODD if one not in ("half a position", "a month", "a year")])
def test_what_is_refused_as_a_frame_is_no_such_row_as_a_file(odd, tmp_path):
    table = frame(ODD[odd])
    table.to_csv(tmp_path / "table.csv", index=False)
    read = geo.read_events(tmp_path / "table.csv")
    if read.counts["rejected"]:
        return
    # Read otherwise than it stands, or not at all.
    name = next(iter(ODD[odd]))
    stands = str(read.events["geometry"].x.item() if name == "lon" else read.events[name].item())
    assert stands != str(table[name].item())


@pytest.mark.parametrize("same", SAME)
def test_what_a_frame_is_taken_with_is_what_its_file_is_read_with(same, tmp_path):
    table = frame({}, SAME[same])
    table.to_csv(tmp_path / "table.csv", index=False)
    made, read = as_tables(table).events, geo.read_events(tmp_path / "table.csv").events
    for name in ("date_start", "event_type", "where_precision", "deaths_best", "verification", "radius_m"):
        pd.testing.assert_series_equal(made[name], read[name], check_categorical=False)
    assert (made.geometry.x - read.geometry.x).abs().max() < 1e-4
    areas = [geo.loci(one).to_crs("ESRI:54034").area.fillna(-1).round(-1).tolist() for one in (table, read)]
    assert areas[0] == areas[1]
    assert as_points(table)["event_id"].tolist() == ["own:1", "own:2"]


def test_the_message_names_each_fault_with_its_rows():
    table = frame({}, *({"deaths_best": -n} for n in range(1, 9)), {"verification": "zzz"})
    with pytest.raises(geo.SchemaError) as caught:
        geo.count(table, by="side")
    said = str(caught.value)
    assert "deaths_best has -1 (rows 2, 3, 4, 5, 6 and 3 more): not a whole number from 0 up" in said
    assert "verification has 'zzz' (row 10): allowed: reported, claimed, verified, disputed" in said


def test_points_in_another_crs_are_looked_at_on_the_globe():
    points = gpd.GeoDataFrame(
        {"where_precision": ["town"]}, geometry=gpd.points_from_xy([34.1], [71.1]), crs=4326
    )
    with pytest.raises(geo.SchemaError, match="look exchanged"):
        geo.locate(points.to_crs(3857))


@pytest.mark.parametrize("door", DOORS)
def test_two_columns_of_one_name_are_refused_with_the_name(door):
    for name in ("place", "event_type", "lat", "mine"):
        table = frame({}, {}).assign(mine=1)
        with pytest.raises(geo.SchemaError, match=f"more than one column called '{name}'"):
            DOORS[door](pd.concat([table, table[[name]]], axis=1))


def test_an_event_without_a_day_or_kind_is_counted_as_such_and_is_on_no_map():
    table = frame({}, {"date_start": None, "date_end": None}, {"event_type": None})
    assert geo.count(table, by="all", period="M").set_index("period")["expected"].to_dict() == {
        "2025-10": 2.0,
        "no date": 1.0,
    }
    for ask in (maps.show, lambda events: maps.render(maps.MapSpec(events=events)), geo.claims):
        with pytest.raises(geo.SchemaError, match=r"date_start \(row 2\): missing.*event_type \(row 3\)"):
            ask(table)


def test_parts_of_a_frame_are_refused_where_the_whole_is():
    table = frame({}, {}, {"deaths_best": -1}, {})
    with pytest.raises(geo.SchemaError, match=r"row 3"):
        geo.count(table, by="side")
    with pytest.raises(geo.SchemaError, match=r"row 1"):
        geo.count(table.iloc[2:], by="side")
    assert geo.count(table.iloc[:2], by="side")["expected"].sum() == pytest.approx(2)


WRITERS = {
    "csv": lambda points, path: geo.write_table(points, path),
    "xlsx": lambda points, path: geo.write_table(points, path),
    "parquet": lambda points, path: geo.write_table(points, path),
    "geojson": lambda points, path: points.to_file(path),
    "gpkg": lambda points, path: points.to_file(path),
    "fgb": lambda points, path: points.to_file(path),
    "shp": lambda points, path: points.rename(
        columns={"where_precision": "precision", "date_start": "date", "event_type": "type"}
    ).to_file(path),
    "tsv": lambda points, path: plain(points).to_csv(path, index=False, sep="\t"),
    "ods": lambda points, path: plain(points).to_excel(path, index=False, engine="odf"),
    "json": lambda points, path: plain(points).to_json(path, orient="records"),
    "ndjson": lambda points, path: plain(points).to_json(path, orient="records", lines=True),
}


def plain(points):
    return pd.DataFrame(points.drop(columns="geometry")).assign(lon=points.geometry.x, lat=points.geometry.y)


def own_radius():
    columns = {
        "event_id": ["own:1", "own:2"],
        "date_start": ["2025-10-11"] * 2,
        "event_type": ["attack"] * 2,
        "where_precision": ["town", "town"],
        "radius_m": [200.0, None],
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy([71.0931] * 2, [34.1231] * 2), crs=4326)


def areas(events):
    return (geo.loci(events).to_crs("ESRI:54034").area / 1e6).round(2).tolist()


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_radius_of_one_s_own_counts_in_every_form(suffix, tmp_path):
    points, path = own_radius(), tmp_path / f"own.{suffix}"
    wanted = [round(shapely.area(shapely.Point(0, 0).buffer(0.2, 512)), 2), 12.56]
    assert areas(points) == pytest.approx(wanted, abs=0.02)
    WRITERS[suffix](points, path)
    for form in (path, str(path), [path], geo.read_events(path), geo.read_events(path).events):
        assert areas(form) == areas(points)
    assert areas(geo.read_events(path).filter(event_id="own:1")) == areas(points)[:1]


def test_a_radius_that_is_none_is_a_fault_of_its_row(tmp_path):
    table = plain(own_radius()).assign(radius_m=["-3", "abc"])
    table.to_csv(tmp_path / "own.csv", index=False)
    for read in (geo.read_events(tmp_path / "own.csv"), geo.read_events(table)):
        assert read.rejected[["row", "column", "value"]].to_numpy().tolist() == [
            [1, "radius_m", "-3"],
            [2, "radius_m", "abc"],
        ]
    named = table.rename(columns={"radius_m": "about"}).assign(about=[200, ""])
    assert areas(geo.read_events(named, columns={"radius_m": "about"})) == areas(own_radius())


def test_several_of_whatever_is_read_are_taken_at_every_door(tmp_path):
    path = tmp_path / "one.csv"
    frame({}).to_csv(path, index=False)
    other = frame({"lon": 66.4, "lat": 31.0}).assign(event_id="own:9")
    for several in ([path, other], (other, str(path)), [other, frame({})]):
        assert len(geo.read_events(several).events) == 2
        assert len(geo.loci(several)) == 2
        assert geo.count(several, by="all")["expected"].item() == pytest.approx(2)
        assert len(maps.MapSpec(events=several).events.events) == 2
    with pytest.raises(geo.SchemaError, match="got a list of EventTables"):
        geo.loci([geo.read_events(), path])


@pytest.mark.parametrize(
    ("column", "wanted", "number"),
    [
        ("date_start", "2025-10-11", 10),
        ("date_start", dt.date(2025, 10, 11), 10),
        ("date_start", dt.datetime(2025, 10, 11, 9), 10),
        ("date_start", pd.Timestamp("2025-10-11"), 10),
        ("date_start", np.datetime64("2025-10-11"), 10),
        ("date_start", ["2025-10-11", dt.date(2025, 10, 12)], 14),
        ("date_precision", "1", 85),
        ("date_precision", range(1, 3), 92),
        ("event_type", "airstrike", 28),
        ("event_type", (one for one in ["airstrike", "talks"]), 35),
        ("event_type", np.array(["airstrike", "talks"]), 35),
        ("event_type", pd.Series(["airstrike"]), 28),
        ("event_type", pd.Index(["talks"]), 7),
        ("event_type", pd.Categorical(["talks", None]), 7),
        ("event_type", {"talks": 1}.keys(), 7),
        ("event_type", [], 0),
    ],
)
def test_filter_takes_a_value_in_every_form_that_it_has(column, wanted, number):
    assert len(geo.read_events().filter(**{column: wanted}).events) == number


def test_filter_takes_what_a_column_has():
    tables = geo.read_events()
    for column in ("event_type", "verification", "date_start", "place", "deaths_best", "where_precision"):
        there = tables.events[column]
        assert len(tables.filter(**{column: there.unique()}).events) == there.notna().sum()


@pytest.mark.parametrize(
    ("column", "wanted", "said"),
    [
        ("event_type", "air strike", "did you mean 'airstrike'"),
        ("event_type", 5, "no event_type is 5"),
        ("event_type", {"airstrike": 1}, "by a value or several, not a dict"),
        ("event_type", [["airstrike"]], "by a value or several, not a list"),
        ("date_start", "2025-10", "date_start holds days"),
        ("date_start", "11/10/2025", "date_start holds days"),
        ("date_start", 20251011, "date_start holds days"),
        ("date_start", None, "chosen by a mask"),
        ("date_precision", "x", "date_precision holds numbers"),
        ("date_precision", 9, "no date_precision is 9"),
        ("place", 5, "place holds texts"),
        ("verification", float("nan"), "chosen by a mask"),
    ],
)
def test_filter_refuses_what_cannot_be_in_a_column(column, wanted, said):
    with pytest.raises(geo.SchemaError, match=said):
        geo.read_events().filter(**{column: wanted})


@pytest.mark.parametrize(
    "mask",
    [
        pd.array([True, pd.NA, False], dtype="boolean"),
        pd.Series(pd.array([True, pd.NA, False], dtype="boolean")),
        pd.Series([True, None, False]),
        [True, None, False],
        np.array([True, np.nan, False], dtype=object),
    ],
)
def test_what_is_missing_in_a_mask_is_not_kept_in_any_form(mask):
    assert geo.read_events()[:3].filter(mask).events["event_id"].tolist() == ["apb:001"]
