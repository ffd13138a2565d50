"""Tables and compiled code are ways to the same answer: to the last bit, whatever is on disk."""

import subprocess
import sys

import geopandas as gpd
import numpy as np
import oracle
import pandas as pd
import pytest
import shapely

import geo
from geo import chords, index_store
from geo.settling import compiled, longest_rival
from geo.units import UnitIndex

GEOD = oracle.GEOD
KERNELS = [
    "numpy",
    pytest.param("numba", marks=pytest.mark.skipif(compiled() is None, reason="numba is the extra [fast]")),
]


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(index_store.CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def short_line():
    return geo.Border.durand().between(840, 900).geometry[0]


def around(line, count, seed):
    rng = np.random.default_rng(seed)
    xy = shapely.get_coordinates(line)[rng.integers(0, shapely.get_num_points(line), count)]
    lon, lat, _ = GEOD.fwd(xy[:, 0], xy[:, 1], rng.uniform(0, 360, count), 10 ** rng.uniform(-1, 6.1, count))
    lon, lat = np.asarray(lon), np.asarray(lat)
    lon[:50], lat[:50] = xy[:50].T
    return lon, lat


@pytest.mark.parametrize("kernel", KERNELS)
def test_table_and_tree_agree_to_the_last_bit(kernel, short_line, cache, monkeypatch):
    lon, lat = around(short_line, 4000, seed=21)
    by_tree = geo.Border.from_line(short_line).locate(lon, lat)
    if kernel == "numpy":
        monkeypatch.setattr(chords, "compiled", lambda: None)
    monkeypatch.setattr(chords, "BUILD_FROM", 1000)
    border = geo.Border.from_line(short_line)
    by_table = border.locate(lon, lat)
    assert border._chords._cells is not None
    pd.testing.assert_frame_equal(by_table, by_tree, check_exact=True)
    pd.testing.assert_frame_equal(border.locate(lon[:10], lat[:10]), by_tree[:10], check_exact=True)


@pytest.mark.parametrize("kernel", KERNELS)
def test_table_agrees_with_brute_force(kernel, short_line, cache, monkeypatch):
    if kernel == "numpy":
        monkeypatch.setattr(chords, "compiled", lambda: None)
    monkeypatch.setattr(chords, "BUILD_FROM", 200)
    lon, lat = around(short_line, 400, seed=22)
    at = geo.Border.from_line(short_line).locate(lon, lat)
    xy = shapely.get_coordinates(short_line)
    of = oracle.segments(xy)
    for row in range(len(lon)):
        distance, x, y = oracle.nearest(xy, lon[row], lat[row], of=of, near_only=True)
        assert at["distance_m"][row] == pytest.approx(distance, abs=0.01)
        apart = GEOD.inv(x, y, at["foot_lon"][row], at["foot_lat"][row])[2]
        to_foot = GEOD.inv(lon[row], lat[row], at["foot_lon"][row], at["foot_lat"][row])[2]
        assert apart < 1 or abs(to_foot - distance) < 1e-4


def test_the_rival_bound_covers_the_curvature_bound():
    chord = 10 ** np.linspace(-2, 6, 200)
    assert (longest_rival(chord) >= chords._reach(chord)).all()


def coverage():
    xs = np.linspace(60, 61, 5)
    shapes = [shapely.box(a, 30, a + 0.25, 30.5) for a in xs[:-1]]
    shapes += [
        shapely.MultiPolygon([shapely.Point(60.5, 31).buffer(0.2), shapely.box(60.9, 30.9, 60.95, 31)]),
        shapely.box(60.0, 31.3, 61, 32) - shapely.box(60.4, 31.5, 60.6, 31.7),
        shapely.box(60.4, 31.5, 60.6, 31.7),
    ]
    return gpd.GeoDataFrame(
        {"boundary_id": [f"u{row}" for row in range(len(shapes))]}, geometry=shapes, crs=4326
    )


def test_cells_agree_with_exact_tests_by_every_point(cache):
    index = UnitIndex(coverage())
    rng = np.random.default_rng(23)
    lon, lat = rng.uniform(59.9, 61.1, 60_000), rng.uniform(29.9, 32.1, 60_000)
    corners = shapely.get_coordinates(index.frame.geometry.to_numpy())
    nudged = np.nextafter(corners, corners + rng.choice([-1, 1], corners.shape))
    lon = np.concatenate((lon, corners[:, 0], nudged[:, 0], [np.nan, np.inf, 60.5, -1e300]))
    lat = np.concatenate((lat, corners[:, 1], nudged[:, 1], [31.0, 31.0, np.nan, 31.0]))
    found = index.find(lon, lat)
    assert index._cells is not None
    lowest = np.full(len(lon), -1)
    for row, shape in reversed(list(enumerate(index.frame.geometry))):
        lowest[np.isfinite(lon) & np.isfinite(lat) & shapely.intersects_xy(shape, lon, lat)] = row
    assert (found == lowest).all()


def test_few_points_build_no_table(cache):
    index = UnitIndex(coverage())
    index.find(np.full(100, 60.1), np.full(100, 30.1))
    assert index._cells is None
    geo.Border.from_line(shapely.LineString([(60, 30), (61, 31)])).locate(
        np.full(100, 60.1), np.full(100, 30)
    )
    assert not cache.exists()


def test_an_index_is_found_again_and_a_broken_one_built_anew(cache, caplog):
    built = []

    def build():
        built.append(1)
        return {"a": np.arange(3)}

    for _ in range(2):
        assert index_store.stored("kind", [b"x"], build)["a"].tolist() == [0, 1, 2]
    assert len(built) == 1
    (file,) = cache.iterdir()
    file.write_bytes(file.read_bytes()[:40])
    assert index_store.stored("kind", [b"x"], build)["a"].tolist() == [0, 1, 2]
    assert "built anew" in caplog.text
    index_store.stored("kind", [b"y"], build)
    assert len(built) == 3
    assert len(list(cache.iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    for value in (str(tmp_path / "file"), ""):
        monkeypatch.setenv(index_store.CACHE_VARIABLE, value)
        assert index_store.stored("kind", [b"x"], lambda: {"a": np.arange(2)})["a"].tolist() == [0, 1]


def test_two_processes_at_once_end_with_one_good_index(cache):
    script = (
        "import numpy as np; from geo.index_store import stored\n"
        "for n in range(30):\n"
        "    made = stored('kind', [bytes([n])], lambda: {'a': np.full(20_000, n)})\n"
        "    assert (made['a'] == n).all() and len(made['a']) == 20_000\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]
    assert [process.wait(120) for process in running] == [0, 0]
    assert len([path for path in cache.iterdir() if path.suffix == ".npz"]) == 30
    assert not list(cache.glob("*.part"))
