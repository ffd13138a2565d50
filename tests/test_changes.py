"""Differences of two tables, field by field, as a table, text, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from maps.cli.match import diff as diff_command


def table(**columns: list[object]) -> gpd.GeoDataFrame:
    n = len(columns["event_id"])
    lon, lat = columns.pop("lon", [66.4] * n), columns.pop("lat", [31.0] * n)
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")


OLD = table(event_id=["a:1", "a:2", "a:3"], place=["Wesh", "Barmal", "Urgun"], deaths_best=[3, 4, 5])


def lines(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> list[tuple[str, ...]]:
    found = geo.diff_events(old, new)
    return list(found[["event_id", "change", "column", "old", "new"]].itertuples(index=False, name=None))


def test_added_deleted_and_changed_are_told_apart() -> None:
    new = table(event_id=["a:4", "a:2", "a:1"], place=["Kot", "Bermal", "Wesh"], deaths_best=[1, 4, 7])
    assert lines(OLD, new) == [
        ("a:1", "changed", "deaths_best", "3", "7"),
        ("a:2", "changed", "place", "Barmal", "Bermal"),
        ("a:3", "deleted", "", "", ""),
        ("a:4", "added", "", "", ""),
    ]


def test_same_table_in_another_order_with_other_dtypes_has_no_changes() -> None:
    other = OLD.sample(frac=1, random_state=1)[["deaths_best", "geometry", "event_id", "place"]]
    other = other.assign(
        deaths_best=other["deaths_best"].astype("float64"), place=other["place"].astype("category")
    )
    assert lines(OLD, other) == []
    assert lines(OLD, OLD.to_crs(32642).to_crs(4326)) == []


def test_missing_is_not_zero_and_not_a_word() -> None:
    old, new = (
        OLD.assign(deaths_best=pd.array([0, pd.NA, 5], dtype="Int64")),
        OLD.assign(deaths_best=[np.nan, 4, 5]),
    )
    assert lines(old, new) == [
        ("a:1", "changed", "deaths_best", "0", ""),
        ("a:2", "changed", "deaths_best", "", "4"),
    ]


def test_later_release_supersedes_and_its_changes_follow() -> None:
    old, new = (
        OLD.assign(dataset_version="26.0.1"),
        OLD.assign(dataset_version=["26.0.2", "26.0.1", "26.0.1"]),
    )
    new.loc[0, "deaths_best"] = 9
    assert lines(old, new) == [
        ("a:1", "superseded", "dataset_version", "26.0.1", "26.0.2"),
        ("a:1", "changed", "deaths_best", "3", "9"),
    ]
    said = geo.format_changes(geo.diff_events(old, new))
    assert said.splitlines()[0] == "0 added, 0 deleted, 1 superseded, 0 changed"


def test_moved_point_is_given_in_metres_on_the_ellipsoid() -> None:
    found = geo.diff_events(
        OLD,
        table(
            event_id=["a:1", "a:2", "a:3"],
            place=OLD["place"].tolist(),
            deaths_best=[3, 4, 5],
            lat=[31.0, 31.01, 31.0],
        ),
    )
    assert found["event_id"].tolist() == ["a:2"]
    assert found["moved_m"].item() == pytest.approx(1108.7, abs=0.5)
    assert found["old"].item() == "66.4, 31"


def test_lost_point_is_a_change_without_a_distance() -> None:
    new = OLD.copy()
    new.loc[1, "geometry"] = None
    found = geo.diff_events(OLD, new)
    assert found[["old", "new"]].to_numpy().tolist() == [["66.4, 31", ""]]
    assert found["moved_m"].isna().all()


def test_columns_added_and_dropped_are_one_line_each() -> None:
    new = OLD.drop(columns="place").assign(note="x")
    assert lines(OLD, new) == [("", "column added", "note", "", ""), ("", "column dropped", "place", "", "")]


def test_dates_and_times_compare_as_what_they_are() -> None:
    old = OLD.assign(date_start=pd.to_datetime(["2025-10-11", None, "2025-10-12"]))
    new = OLD.assign(date_start=pd.to_datetime(["2025-10-11 00:00", "2025-10-12 00:00", "2025-10-12 06:00"]))
    assert lines(old, new) == [
        ("a:2", "changed", "date_start", "", "2025-10-12"),
        ("a:3", "changed", "date_start", "2025-10-12", "2025-10-12T06:00:00"),
    ]


def test_text_cannot_be_mistaken_for_lines_of_ours() -> None:
    new = OLD.assign(place=["Wesh\na:9 deleted", "Barmal", "Urgun"])
    text = geo.format_changes(geo.diff_events(OLD, new))
    assert "\na:9" not in text
    assert "place: Wesh -> Wesh a:9 deleted" in text


def test_csv_and_json_say_the_same_and_run_nothing() -> None:
    found = geo.diff_events(OLD, OLD.assign(place=["=cmd()", 'say "x", y', "Urgun"]))
    rows = list(csv.DictReader(io.StringIO(geo.format_changes(found, "csv"))))
    assert [row["new"] for row in rows] == ["'=cmd()", 'say "x", y']
    document = json.loads(geo.format_changes(found, "json"))
    assert document["totals"] == {"added": 0, "deleted": 0, "superseded": 0, "changed": 2}
    assert [row["new"] for row in document["changes"]] == ["=cmd()", 'say "x", y']
    assert all("moved_m" not in row for row in document["changes"])


def test_no_change_has_the_columns_and_dtypes_of_changes() -> None:
    none, some = geo.diff_events(OLD, OLD), geo.diff_events(OLD, OLD.assign(place="x"))
    assert none.empty
    assert (none.dtypes == some.dtypes).all()
    assert geo.format_changes(none) == "0 added, 0 deleted, 0 superseded, 0 changed"
    assert json.loads(geo.format_changes(none, "json"))["changes"] == []


def test_empty_tables_compare() -> None:
    assert [line[1] for line in lines(OLD.iloc[:0], OLD)] == ["added"] * 3
    assert [line[1] for line in lines(OLD, OLD.iloc[:0])] == ["deleted"] * 3


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (pd.concat([OLD, OLD]), "event_id twice"),
        (pd.concat([OLD, OLD[["place"]]], axis=1), "more than one column called 'place'"),
    ],
)
def test_tables_without_usable_ids_are_refused(bad: gpd.GeoDataFrame, said: str) -> None:
    with pytest.raises(geo.SchemaError, match=said):
        geo.diff_events(OLD, bad)
    with pytest.raises(geo.SchemaError, match=said):
        geo.diff_events(bad, OLD)


def test_other_wrong_input_is_refused() -> None:
    with pytest.raises(geo.CrsError):
        geo.diff_events(OLD, OLD.set_crs(None, allow_override=True))
    with pytest.raises(geo.SchemaError, match="text, csv, json"):
        geo.format_changes(geo.diff_events(OLD, OLD), "xml")


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3)),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3)),
)
def test_turning_the_tables_turns_the_changes(first: dict[str, int], second: dict[str, int]) -> None:
    one, two = (table(event_id=list(d), n=list(d.values())) for d in (first, second))
    turn = {"added": "deleted", "deleted": "added", "changed": "changed"}
    there = {(e, turn[c], column, new, old) for e, c, column, old, new in lines(one, two)}
    assert there == set(lines(two, one))
    assert len(there) == sum(first.get(k) != second.get(k) for k in {*first, *second})


def test_command_reads_two_files(tmp_path: Path) -> None:
    events = geo.read_events().events
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    geo.write_table(events, old)
    changed = events.iloc[1:].copy()
    changed.loc[1, "place"] = "Elsewhere"
    geo.write_table(changed, new)
    run = CliRunner().invoke(diff_command, [str(old), str(new)])
    assert run.exit_code == 0, run.exception
    assert run.stdout.splitlines()[0] == "0 added, 1 deleted, 0 superseded, 1 changed"
    assert "apb:001 deleted" in run.stdout
    assert "Laman area, Barmal -> Elsewhere" in run.stdout
    as_json = CliRunner().invoke(diff_command, [str(old), str(new), "--format", "json"])
    assert json.loads(as_json.stdout)["totals"]["deleted"] == 1
