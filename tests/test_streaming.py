"""Points located from file to file: the answers of locate, in bounded memory, whole or not at all."""

import json
import subprocess
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

import geo
from geo.export import parquet_stream as streaming
from geo.vocab import WHERE_PRECISIONS


def scattered(count, seed=0):
    rng = np.random.default_rng(seed)
    return gpd.GeoDataFrame(
        {"number": np.arange(count)},
        geometry=gpd.points_from_xy(rng.uniform(61, 75, count), rng.uniform(29, 37, count)),
        crs=4326,
    )


@pytest.fixture
def events():
    """The shipped events, and rows with every precision, a missing and an empty point."""
    events = geo.read_events().events
    more = events.iloc[: len(WHERE_PRECISIONS) + 2].copy()
    more["event_id"] = [f"own:{number}" for number in range(len(more))]
    more["where_precision"] = pd.Categorical(
        [*WHERE_PRECISIONS, "site", "site"], categories=events["where_precision"].cat.categories
    )
    more.loc[more.index[-2:], "geometry"] = [None, shapely.Point()]
    return gpd.GeoDataFrame(pd.concat([events, more], ignore_index=True), crs=events.crs)


@pytest.mark.parametrize("rows_at_once", [1, 7, 1000])
def test_the_answers_are_those_of_locate_whatever_the_size_of_pieces(events, tmp_path, rows_at_once):
    few = events.iloc[::6] if rows_at_once == 1 else events
    few = few.reset_index(drop=True)
    few.to_parquet(tmp_path / "in.parquet")
    assert geo.locate_file(
        tmp_path / "in.parquet", tmp_path / "out.parquet", rows_at_once=rows_at_once
    ) == len(few)
    assert_geodataframe_equal(
        gpd.read_parquet(tmp_path / "out.parquet"), geo.locate(gpd.read_parquet(tmp_path / "in.parquet"))
    )


@pytest.mark.parametrize("statistics", [True, False])
def test_a_precision_left_empty_is_unknown_whatever_the_piece(tmp_path, statistics):
    points = scattered(40)
    points["where_precision"] = pd.array([None] * 35 + ["town"] * 5, dtype="str")
    points.to_parquet(tmp_path / "in.parquet", row_group_size=10, write_statistics=statistics)
    geo.locate_file(tmp_path / "in.parquet", tmp_path / "out.parquet", rows_at_once=10)
    found = gpd.read_parquet(tmp_path / "out.parquet")
    assert found["side"].isna().sum() >= 35
    assert_geodataframe_equal(found, geo.locate(points))
    bare = points.assign(where_precision=points["where_precision"].where(points["number"] < 0))
    bare.to_parquet(tmp_path / "bare.parquet", row_group_size=10, write_statistics=statistics)
    geo.locate_file(tmp_path / "bare.parquet", tmp_path / "out.parquet", rows_at_once=10, overwrite=True)
    found = gpd.read_parquet(tmp_path / "out.parquet")
    assert found["side"].isna().all()
    assert_geodataframe_equal(found, geo.locate(bare))
    without = points.drop(columns="where_precision")
    without.to_parquet(tmp_path / "without.parquet", row_group_size=10)
    geo.locate_file(tmp_path / "without.parquet", tmp_path / "out.parquet", rows_at_once=10, overwrite=True)
    found = gpd.read_parquet(tmp_path / "out.parquet")
    assert found["side"].notna().any()
    assert_geodataframe_equal(found, geo.locate(without))


def test_every_column_that_locate_reads_is_passed_on(events, monkeypatch):
    asked = set()
    whole = gpd.GeoDataFrame.__getitem__

    def spy(frame, key):
        if isinstance(key, str):
            asked.add(key)
        return whole(frame, key)

    monkeypatch.setattr(gpd.GeoDataFrame, "__getitem__", spy)
    # What the door looks at in a frame is not what the answer is made of.
    monkeypatch.setattr("geo.sources.given.check_frame", lambda points: None)
    geo.locate(events)
    theirs = asked & {column.name for column in geo.events.columns.EVENT_COLUMNS}
    assert "where_precision" in theirs
    assert theirs <= set(streaming.READ)


@pytest.mark.parametrize("crs", [3857, 32642])
def test_another_crs_is_honoured_and_kept(tmp_path, crs):
    points = scattered(50)
    points.to_crs(crs).to_parquet(tmp_path / "in.parquet")
    geo.locate_file(tmp_path / "in.parquet", tmp_path / "out.parquet", rows_at_once=20)
    found = gpd.read_parquet(tmp_path / "out.parquet")
    assert found.crs.to_epsg() == crs
    assert found["adm1"].equals(geo.locate(points)["adm1"])
    assert np.allclose(found["border_km"], geo.locate(points)["border_km"], atol=1e-6, equal_nan=True)


def test_points_as_coordinates_and_as_two_columns_give_the_same(tmp_path):
    points = scattered(40)
    points.loc[3, "geometry"] = None
    wanted = geo.locate(points)
    points.to_parquet(tmp_path / "native.parquet", geometry_encoding="geoarrow", schema_version="1.1.0")
    plain = pd.DataFrame({"number": points["number"], "lon": points.geometry.x, "lat": points.geometry.y})
    plain.to_parquet(tmp_path / "plain.parquet")
    for name in ("native", "plain"):
        out = tmp_path / f"{name}-out.parquet"
        geo.locate_file(tmp_path / f"{name}.parquet", out, rows_at_once=16)
        found = (gpd if name == "native" else pd).read_parquet(out)
        for column in ("adm1", "side", "border_km", "crossing"):
            assert found[column].equals(wanted[column]), (name, column)


def test_a_folder_is_one_table_in_the_order_of_names(tmp_path):
    points = scattered(90)
    folder = tmp_path / "parts"
    (folder / "deep").mkdir(parents=True)
    points.iloc[:30].to_parquet(folder / "a.parquet")
    points.iloc[30:50].to_parquet(folder / "b.parquet")
    points.iloc[50:].to_parquet(folder / "deep" / "c.parquet")
    (folder / ".hidden.parquet").write_text("not a table")
    geo.locate_file(folder, tmp_path / "out.parquet", rows_at_once=16)
    found = gpd.read_parquet(tmp_path / "out.parquet")
    assert_geodataframe_equal(found, geo.locate(points))
    stated = json.loads(pq.read_schema(tmp_path / "out.parquet").metadata[b"geo"])
    assert "bbox" not in stated["columns"]["geometry"]


def test_columns_of_earlier_answers_are_replaced_in_place(tmp_path):
    points = scattered(30)
    stale = points.assign(side=7, adm1="nowhere")
    stale.to_parquet(tmp_path / "in.parquet")
    geo.locate_file(tmp_path / "in.parquet", tmp_path / "out.parquet")
    assert_geodataframe_equal(gpd.read_parquet(tmp_path / "out.parquet"), geo.locate(stale))


def test_empty_in_empty_out_with_all_columns(tmp_path):
    scattered(0).to_parquet(tmp_path / "in.parquet")
    assert geo.locate_file(tmp_path / "in.parquet", tmp_path / "out.parquet") == 0
    found = gpd.read_parquet(tmp_path / "out.parquet")
    assert list(found.columns) == list(geo.locate(scattered(0)).columns)
    assert found.crs == 4326


def test_progress_counts_every_row_once(tmp_path, capsys):
    scattered(45).to_parquet(tmp_path / "in.parquet")
    told = []
    geo.locate_file(
        tmp_path / "in.parquet", tmp_path / "1.parquet", rows_at_once=20, progress=lambda *at: told.append(at)
    )
    assert told == [(20, 45), (40, 45), (45, 45)]
    geo.locate_file(tmp_path / "in.parquet", tmp_path / "2.parquet")
    assert capsys.readouterr().err == ""
    geo.locate_file(tmp_path / "in.parquet", tmp_path / "3.parquet", progress=True)
    assert "locating" in capsys.readouterr().err


def test_an_error_leaves_nothing_and_names_the_rows(tmp_path):
    points = scattered(50).assign(where_precision="site")
    points.loc[33, "where_precision"] = "somewhere"
    points.to_parquet(tmp_path / "in.parquet")
    (tmp_path / "out.parquet").write_text("what was there")
    with pytest.raises(geo.SchemaError, match=r"rows 21 to 40: .*'somewhere'"):
        geo.locate_file(
            tmp_path / "in.parquet", tmp_path / "out.parquet", rows_at_once=20, overwrite=True, progress=False
        )
    assert (tmp_path / "out.parquet").read_text() == "what was there"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


def test_a_process_killed_in_the_middle_leaves_no_target(tmp_path):
    scattered(3000).to_parquet(tmp_path / "in.parquet")
    script = (
        "import os, geo, sys\n"
        "def die(done, total):\n"
        "    if done >= 1000: os._exit(9)\n"
        "geo.locate_file(sys.argv[1], sys.argv[2], rows_at_once=500, progress=die)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "in.parquet", tmp_path / "out.parquet"], check=False
    )
    assert ended.returncode == 9
    assert not (tmp_path / "out.parquet").exists()


def test_sources_that_cannot_be_read_say_why(tmp_path):
    out = tmp_path / "out.parquet"
    with pytest.raises(geo.DataNotFoundError, match="no file or folder"):
        geo.locate_file(tmp_path / "absent.parquet", out)
    (tmp_path / "empty").mkdir()
    with pytest.raises(geo.DataNotFoundError, match=r"no \.parquet files"):
        geo.locate_file(tmp_path / "empty", out)
    (tmp_path / "text.parquet").write_text("no table at all")
    with pytest.raises(geo.SourceError, match="no Parquet"):
        geo.locate_file(tmp_path / "text.parquet", out)
    pd.DataFrame({"x": [1.0]}).to_parquet(tmp_path / "bare.parquet")
    with pytest.raises(geo.SchemaError, match="no columns lon and lat; it has x"):
        geo.locate_file(tmp_path / "bare.parquet", out)
    pd.DataFrame({"lon": ["east"], "lat": ["north"]}).to_parquet(tmp_path / "words.parquet")
    with pytest.raises(geo.SchemaError, match="numbers in degrees"):
        geo.locate_file(tmp_path / "words.parquet", out)
    gpd.GeoDataFrame(geometry=[shapely.Point(70, 33)]).to_parquet(tmp_path / "nowhere.parquet")
    with pytest.raises(geo.CrsError, match="no CRS"):
        geo.locate_file(tmp_path / "nowhere.parquet", out)
    geo.read_units(1).head(2).to_parquet(tmp_path / "areas.parquet")
    with pytest.raises(geo.SchemaError, match="points"):
        geo.locate_file(tmp_path / "areas.parquet", out)
    table = pq.read_table(tmp_path / "nowhere.parquet")
    pq.write_table(table.replace_schema_metadata({b"geo": b"{}"}), tmp_path / "broken.parquet")
    with pytest.raises(geo.SourceError, match="broken GeoParquet"):
        geo.locate_file(tmp_path / "broken.parquet", out)
    stated = {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    junk = pa.table({"geometry": [b"junk"]}).replace_schema_metadata({b"geo": json.dumps(stated).encode()})
    pq.write_table(junk, tmp_path / "junk.parquet")
    with pytest.raises(geo.SourceError, match="no WKB"):
        geo.locate_file(tmp_path / "junk.parquet", out)
    assert not out.exists()


def test_targets_that_cannot_be_written_are_refused_first(tmp_path):
    source = tmp_path / "in.parquet"
    scattered(3).to_parquet(source)
    (tmp_path / "there.parquet").write_text("")
    (tmp_path / "folder.parquet").mkdir()
    for target, reason in (
        ("out.csv", r"\.parquet file"),
        ("absent/out.parquet", "no folder"),
        ("there.parquet", "there already"),
        ("folder.parquet", "is a folder"),
        ("in.parquet", "is an input too"),
    ):
        with pytest.raises((geo.SchemaError, geo.OverwriteError), match=reason):
            geo.locate_file(source, tmp_path / target)
    with pytest.raises(geo.SchemaError, match="rows_at_once"):
        geo.locate_file(source, tmp_path / "out.parquet", rows_at_once=0)


def test_files_of_a_folder_must_agree(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    scattered(3).to_parquet(folder / "a.parquet")
    scattered(3).assign(more=1).to_parquet(folder / "b.parquet")
    with pytest.raises(geo.SourceError, match="other columns"):
        geo.locate_file(folder, tmp_path / "out.parquet")
    scattered(3).to_crs(3857).to_parquet(folder / "b.parquet")
    with pytest.raises(geo.SourceError, match="another form or CRS"):
        geo.locate_file(folder, tmp_path / "out.parquet")


@pytest.mark.skipif(sys.platform == "win32", reason="the peak of a process is read with the module resource")
def test_memory_does_not_grow_with_the_file(tmp_path):
    """A file four times as long takes no more memory at the same size of pieces."""
    few = scattered(4000)
    few.to_parquet(tmp_path / "short.parquet")
    writer = None
    for _ in range(30):
        table = pa.table(pq.read_table(tmp_path / "short.parquet"))
        writer = writer or pq.ParquetWriter(tmp_path / "long.parquet", table.schema)
        writer.write_table(table)
    writer.close()
    script = (
        "import geo, resource, sys\n"
        "geo.locate_file(sys.argv[1], sys.argv[2], rows_at_once=4000, progress=False)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    peak = {}
    for name in ("short", "long"):
        told = subprocess.run(
            [sys.executable, "-c", script, tmp_path / f"{name}.parquet", tmp_path / f"{name}-out.parquet"],
            capture_output=True,
            text=True,
            check=True,
        )
        peak[name] = int(told.stdout) / (1024 if sys.platform == "linux" else 1024**2)
    # 120,000 rows at once would take 100 MB more.
    assert peak["long"] < peak["short"] + 40, peak
