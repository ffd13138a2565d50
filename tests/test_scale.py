"""The kernel on Dask: the answers of locate, and every row once whatever happens to a worker."""

import os
import re
import signal
import sys
import threading
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

import geo
from conftest import Late, needs

dask, dask_geopandas, distributed, scale = map(
    Late, ("dask", "dask_geopandas", "distributed", "geo.export.dask")
)

pytestmark = [
    needs("dask", "dask_geopandas", "distributed", extra="scale"),
    # Dask 2026.8 passes inplace= to geopandas when it reads Parquet.
    pytest.mark.filterwarnings("ignore:The inplace keyword"),
]


@pytest.fixture(autouse=True)
def one_process():
    # With convert-string Dask turns the text of its input into a dtype of its own.
    with dask.config.set({"scheduler": "sync", "dataframe.convert-string": False}):
        yield


@pytest.fixture
def cluster(tmp_path):
    """Two workers, each a process of its own that the test may kill."""
    settings = {
        "distributed.worker.daemon": False,
        "distributed.admin.tick.limit": "1h",
        "temporary-directory": str(tmp_path / "scratch"),
    }
    with (
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
        ) as two,
        distributed.Client(two) as client,
        dask.config.set(scheduler=client),
    ):
        yield client


def scattered(count, seed=0):
    rng = np.random.default_rng(seed)
    points = gpd.points_from_xy(rng.uniform(61, 75, count), rng.uniform(29, 37, count))
    kinds = pd.Categorical(rng.choice(["site", "town"], count), categories=list(geo.vocab.WHERE_PRECISIONS))
    return gpd.GeoDataFrame({"number": np.arange(count), "where_precision": kinds}, geometry=points, crs=4326)


def in_files(points, folder, files):
    folder.mkdir()
    for number, rows in enumerate(np.array_split(np.arange(len(points)), files)):
        points.iloc[rows].to_parquet(folder / f"{number:03}.parquet", index=False)
    return folder


def read_back(folder):
    files = sorted(folder.iterdir())
    assert all(re.fullmatch(r"part-\d{5}\.parquet", path.name) for path in files)
    return gpd.GeoDataFrame(pd.concat([gpd.read_parquet(path) for path in files], ignore_index=True))


def by_number(frame):
    return frame.sort_values("number", ignore_index=True)


def test_partitions_give_the_answers_of_the_whole():
    events = geo.read_events().events
    located = scale.locate(dask_geopandas.from_geopandas(events, npartitions=5))
    assert located.npartitions == 5
    assert_geodataframe_equal(located.compute(), geo.locate(events))
    assert located.dtypes.to_dict() == geo.locate(events).dtypes.to_dict()


def test_text_as_dask_keeps_it_by_default_is_read_too(tmp_path):
    events = geo.read_events().events
    with dask.config.set({"dataframe.convert-string": True}):
        located = scale.locate(dask_geopandas.from_geopandas(events, npartitions=5))
        scale.write(located, tmp_path / "out")
    found = read_back(tmp_path / "out").sort_values("event_id", ignore_index=True)
    wanted = geo.locate(events).sort_values("event_id", ignore_index=True)
    texts = {name: dtype for name, dtype in wanted.dtypes.items() if pd.api.types.is_string_dtype(dtype)}
    assert_geodataframe_equal(found.astype(texts), wanted)


def test_a_precision_left_empty_is_unknown_whatever_the_partition(tmp_path):
    points = scattered(60)
    points["where_precision"] = points["where_precision"].where(points["number"] >= 50)
    bare = points.assign(where_precision=points["where_precision"].where(points["number"] < 0))
    for name, frame in (("some", points), ("none", bare)):
        located = scale.locate(in_files(frame, tmp_path / name, 6))
        assert_geodataframe_equal(located.compute().reset_index(drop=True), geo.locate(frame))
        scale.write(located, tmp_path / f"{name}-out", rows_per_part=20)
        assert_geodataframe_equal(by_number(read_back(tmp_path / f"{name}-out")), geo.locate(frame))


def test_nothing_is_computed_before_it_is_asked_for(tmp_path):
    folder = in_files(scattered(40), tmp_path / "in", 2)
    located = scale.locate(folder)
    (folder / "001.parquet").unlink()
    with pytest.raises(FileNotFoundError):
        located.compute()


def test_two_workers_give_the_answers_of_one_process(cluster, tmp_path):
    points = scattered(2000)
    folder = in_files(points, tmp_path / "in", 6)
    assert scale.write(scale.locate(folder), tmp_path / "out", rows_per_part=300) == 2000
    assert len(cluster.scheduler_info()["workers"]) == 2
    assert_geodataframe_equal(by_number(read_back(tmp_path / "out")), geo.locate(points))


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process with SIGKILL")
@pytest.mark.parametrize("stage", ["pieces", "new"])
def test_a_worker_killed_in_the_middle_neither_loses_nor_doubles_a_row(cluster, tmp_path, stage):
    points = scattered(2_400)
    folder = in_files(points, tmp_path / "in", 24)
    before = set(cluster.run(os.getpid).values())
    assert len(before) == 2
    killed, seen = [], []

    def kill_when_some_are_done():
        until = time.monotonic() + 120
        while time.monotonic() < until and not killed:
            done = len([*tmp_path.glob(f".durand-writing-*/{stage}/p*.parquet")])
            if done >= 3:
                victim = next(iter(before))
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)
                seen.append(done)
            time.sleep(0.002)

    watch = threading.Thread(target=kill_when_some_are_done)
    watch.start()
    try:
        written = scale.write(scale.locate(folder), tmp_path / "out", rows_per_part=50)
    finally:
        watch.join()
    files = {"pieces": 24, "new": len([*(tmp_path / "out").iterdir()])}
    assert killed
    assert seen[0] < files[stage] - 2, "the worker died after the work was done"
    assert killed[0] not in set(cluster.run(os.getpid).values())
    assert written == 2_400
    found = read_back(tmp_path / "out")
    assert found["number"].is_unique
    assert_geodataframe_equal(by_number(found), geo.locate(points))
    assert not [*tmp_path.glob(".durand-*")]


def test_rows_follow_the_hilbert_curve_and_parts_lie_together(tmp_path):
    points = scattered(3000)
    frame = dask_geopandas.from_geopandas(points, npartitions=7)
    scale.write(frame, tmp_path / "out", rows_per_part=250)
    found = read_back(tmp_path / "out")
    key = found.geometry.hilbert_distance(total_bounds=scale.WORLD, level=scale.LEVEL)
    assert key.is_monotonic_increasing
    files = sorted((tmp_path / "out").iterdir())
    rows = [pq.read_metadata(path).num_rows for path in files]
    assert max(rows) <= 250
    # Had they been cut in the order of the rows, each part would reach over the whole area.
    areas = [np.prod(np.subtract(*np.split(gpd.read_parquet(path).total_bounds, 2))) for path in files]
    assert np.median(areas) < 0.3 * 14 * 8
    spread = dask_geopandas.read_parquet(tmp_path / "out", gather_spatial_partitions=True)
    assert spread.spatial_partitions is not None
    assert len(spread.cx[70:71, 33:34].compute()) == len(points.cx[70:71, 33:34])


def test_the_same_rows_give_the_same_files(tmp_path):
    frame = dask_geopandas.from_geopandas(scattered(500), npartitions=4)
    for name in ("one", "two"):
        scale.write(frame, tmp_path / name, rows_per_part=100)
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two")
    )
    assert one == two


def test_a_point_with_more_rows_than_a_part_holds_is_divided(tmp_path):
    points = scattered(1000)
    points.loc[:799, "geometry"] = shapely.Point(68.051427, 31.689623)
    shuffled = points.sample(frac=1, random_state=1)
    frame = dask_geopandas.from_geopandas(shuffled, npartitions=10, sort=False)
    assert scale.write(frame, tmp_path / "out", rows_per_part=100) == 1000
    assert max(pq.read_metadata(path).num_rows for path in (tmp_path / "out").iterdir()) <= 200
    assert sorted(read_back(tmp_path / "out")["number"]) == list(range(1000))


def test_rows_without_a_point_come_last(tmp_path):
    points = scattered(20)
    points.loc[[2, 5], "geometry"] = [None, shapely.Point()]
    points.loc[7, "geometry"] = shapely.Point(500, 95)
    frame = dask_geopandas.from_geopandas(points, npartitions=3)
    scale.write(scale.locate(frame), tmp_path / "out", rows_per_part=8)
    found = read_back(tmp_path / "out")
    assert found["number"].tolist()[-3:] == [2, 5, 7]
    # In a stream of millions a point off the globe has no answer; a frame at the door is refused for it.
    with pytest.raises(geo.SchemaError, match=r"latitude 95, longitude 500 \(row 8\)"):
        geo.locate(points)
    points.loc[7, "geometry"] = None
    assert found["side"].isna().sum() == geo.locate(points)["side"].isna().sum()


@pytest.mark.parametrize("crs", [3857, 32642])
def test_another_crs_is_kept_and_the_curve_is_that_of_degrees(tmp_path, crs):
    points = scattered(200)
    for name, frame in (("degrees", points), ("metres", points.to_crs(crs))):
        scale.write(dask_geopandas.from_geopandas(frame, npartitions=2), tmp_path / name)
    assert read_back(tmp_path / "metres").crs.to_epsg() == crs
    assert (
        read_back(tmp_path / "metres")["number"].tolist()
        == read_back(tmp_path / "degrees")["number"].tolist()
    )


def test_empty_in_empty_out(tmp_path):
    frame = dask_geopandas.from_geopandas(scattered(5), npartitions=1)
    nothing = scale.locate(frame[frame["number"] < 0])
    assert scale.write(nothing, tmp_path / "out") == 0
    found = read_back(tmp_path / "out")
    assert list(found.columns) == list(geo.locate(scattered(5)).columns)


def test_rows_that_change_when_computed_again_are_noticed(tmp_path, monkeypatch):
    frame = dask_geopandas.from_geopandas(scattered(100), npartitions=4)
    whole = scale._gather_part

    def lossy(part, number, pieces, parts):
        return whole((part[0], part[1], part[2][:-1]), number, pieces, parts)

    monkeypatch.setattr("geo.export.dask._gather_part", lossy)
    with pytest.raises(geo.GeoError, match="100 rows were read, 75 reported"):
        scale.write(frame, tmp_path / "out")
    assert not [*tmp_path.iterdir()]


def test_an_error_in_a_partition_leaves_nothing_and_what_was_there(tmp_path):
    points = scattered(40)
    frame = dask_geopandas.from_geopandas(points, npartitions=4)
    scale.write(frame, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    wrong = points.assign(where_precision="somewhere")
    bad = dask_geopandas.from_geopandas(wrong, npartitions=4)
    with pytest.raises(geo.SchemaError, match="somewhere"):
        scale.write(scale.locate(bad), tmp_path / "out", overwrite=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_arguments_that_make_no_sense_are_refused(tmp_path):
    points = scattered(5)
    frame = dask_geopandas.from_geopandas(points, npartitions=1)
    with pytest.raises(geo.SchemaError, match="not a GeoDataFrame; dask_geopandas"):
        scale.locate(points)
    with pytest.raises(geo.SchemaError, match="not a GeoDataFrame"):
        scale.write(points, tmp_path / "out")
    with pytest.raises(geo.DataNotFoundError):
        scale.locate(tmp_path / "absent")
    bare = dask_geopandas.from_geopandas(
        gpd.GeoDataFrame(points, crs=None).set_crs(None, allow_override=True), 1
    )
    with pytest.raises(geo.CrsError):
        scale.locate(bare)
    with pytest.raises(geo.CrsError):
        scale.write(bare, tmp_path / "out")
    with pytest.raises(geo.SchemaError, match="rows_per_part"):
        scale.write(frame, tmp_path / "out", rows_per_part=0)
    with pytest.raises(geo.SchemaError, match="no folder"):
        scale.write(frame, tmp_path / "absent" / "out")
    scale.write(frame, tmp_path / "out")
    with pytest.raises(geo.OverwriteError, match="there already"):
        scale.write(frame, tmp_path / "out")
    assert scale.write(frame, tmp_path / "out", overwrite=True) == 5
    (tmp_path / "out" / "diary.txt").write_text("")
    with pytest.raises(geo.SchemaError, match=r"diary\.txt"):
        scale.write(frame, tmp_path / "out", overwrite=True)
    assert not [*tmp_path.glob(".durand-*")]


def test_without_the_extra_the_message_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask_geopandas", None)
    with pytest.raises(geo.ExtraMissingError, match=r'pip install "\.\[scale\]"'):
        scale.locate(Path())
