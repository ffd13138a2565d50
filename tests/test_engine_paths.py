"""Tables and compiled code are ways to the same answer: to the last bit, whatever is on disk."""

import os
import subprocess
import sys
import textwrap

import geopandas as gpd
import numpy as np
import oracle
import pandas as pd
import pytest
import shapely
from searches import KERNELS, SEARCHES, searching, with_numba

import geo
from geo.boundaries.units import UnitIndex, provinces
from geo.engine import chords
from geo.engine import index_cache as index_store
from geo.engine import line_grid as line_cells
from geo.engine.area_grid import table_digest
from geo.engine.areas import Areas
from geo.engine.ellipsoid import arc, earth_centred, long_arc, longest_rival, sin_cos
from geo.engine.nearest_point import FixedPoints
from geo.engine.numba_switch import using

GEOD = oracle.GEOD


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(index_store.CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def everywhere(count, seed):
    """In the two countries, near the line from millimetres on, far away, and what is no point."""
    rng = np.random.default_rng(seed)
    xy = shapely.get_coordinates(geo.DurandLine().geometry)[rng.integers(0, 34559, count)]
    lon, lat, _ = GEOD.fwd(xy[:, 0], xy[:, 1], rng.uniform(0, 360, count), 10 ** rng.uniform(-3, 6.2, count))
    lon, lat = np.asarray(lon), np.asarray(lat)
    some = count // 3
    lon[:some], lat[:some] = rng.uniform(60, 78, some), rng.uniform(23, 39, some)
    lon[some : some + 500], lat[some : some + 500] = xy[:500].T
    lon[-6:] = [np.nan, 70, 181, 180, -180, 70]
    lat[-6:] = [30, np.nan, 30, 10, 90, -91]
    return lon, lat


def test_every_search_gives_the_same_bits():
    lon, lat = everywhere(40_000, seed=21)
    found = {}
    for search in ("tree", "numpy", *(["numba"] if len(KERNELS) > 1 else [])):
        with searching(search) as border:
            found[search] = border.locate(lon, lat, units=True, crossings=True)
            if search != "tree":
                shared = border.locate(lon, lat, units=True, crossings=True, workers=2)
                pd.testing.assert_frame_equal(shared, found[search], check_exact=True)
                few = border.locate(lon[:40], lat[:40], units=True, crossings=True)
                pd.testing.assert_frame_equal(few, found[search][:40], check_exact=True)
    for search in found:
        pd.testing.assert_frame_equal(found[search], found["tree"], check_exact=True)


@pytest.mark.parametrize("search", SEARCHES)
def test_units_are_those_of_exact_tests_with_the_lowest_first(search):
    shapes = provinces().frame.geometry.to_numpy()
    rng = np.random.default_rng(22)
    corners = shapely.get_coordinates(shapes)
    at = rng.integers(0, len(corners) - 1, 20_000)
    # On edges, as far as numbers go: a bit to one side or the other.
    on_edges = corners[at] + rng.random((len(at), 1)) * (corners[at + 1] - corners[at])
    corners = corners[rng.integers(0, len(corners), 4000)]
    nudged = np.nextafter(corners, corners + rng.choice([-1, 1], corners.shape))
    near = corners + rng.normal(0, 1e-4, corners.shape)
    spread = np.column_stack((rng.uniform(60, 78, 8000), rng.uniform(23, 39, 8000)))
    lon, lat = np.ascontiguousarray(np.vstack((spread, corners, nudged, near, on_edges)).T)
    with searching(search):
        found = provinces().find(lon, lat)
    shapely.prepare(shapes)
    expected = np.full(len(lon), -1)
    for unit in range(len(shapes))[::-1]:
        expected[shapely.intersects_xy(shapes[unit], lon, lat)] = unit
    assert (found == expected).all()


def clean():
    """Areas with holes, islands and edges on round numbers."""
    xs = np.linspace(60, 61, 5)
    shapes = [shapely.box(a, 30, a + 0.25, 30.5) for a in xs[:-1]]
    return [
        *shapes,
        shapely.MultiPolygon([shapely.Point(60.5, 31).buffer(0.2), shapely.box(60.9, 30.9, 60.95, 31)]),
        shapely.box(60.0, 31.3, 61, 32) - shapely.box(60.4, 31.5, 60.6, 31.7),
        shapely.box(60.4, 31.5, 60.6, 31.7),
    ]


def unclean():
    """Areas that overlap, leave gaps, and meet without sharing their corners."""
    rng = np.random.default_rng(5)
    discs = [
        shapely.Point(xy).buffer(0.3)
        for xy in np.column_stack((rng.uniform(60, 61, 9), rng.uniform(30, 32, 9)))
    ]
    return [
        *discs,
        shapely.box(60, 30, 60.5, 31),
        shapely.box(60.5, 30, 61, 30.5),
        shapely.box(60.5, 30.5, 61, 31),
    ]


def long():
    """Two areas that meet on an edge of twenty degrees, along which rounding matters most."""
    corners = [(60.1, 23.3), (77.7, 38.9)]
    return [shapely.Polygon([*corners, (60.1, 38.9)]), shapely.Polygon([*corners, (77.7, 23.3)])]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("shapes", [clean(), unclean(), long()], ids=["clean", "unclean", "long"])
def test_cells_agree_with_exact_tests_for_any_areas(shapes, kernel, cache):
    index = UnitIndex(
        gpd.GeoDataFrame({"boundary_id": list("abcdefghijklmn")[: len(shapes)]}, geometry=shapes, crs=4326)
    )
    rng = np.random.default_rng(23)
    lon, lat = rng.uniform(59.6, 61.4, 60_000), rng.uniform(29.6, 32.4, 60_000)
    corners = shapely.get_coordinates(index.geometry)
    nudged = np.nextafter(corners, corners + rng.choice([-1, 1], corners.shape))
    at = rng.integers(0, len(corners) - 1, 5000)
    on_edges = corners[at] + rng.random((len(at), 1)) * (corners[at + 1] - corners[at])
    lon = np.concatenate((lon, corners[:, 0], nudged[:, 0], on_edges[:, 0], [np.nan, np.inf, 60.5, -1e300]))
    lat = np.concatenate((lat, corners[:, 1], nudged[:, 1], on_edges[:, 1], [31.0, 31.0, np.nan, 31.0]))
    with using(compiled=kernel == "numba"):
        found = index.find(lon, lat)
    assert index._cells is not None
    lowest = np.full(len(lon), -1)
    for row, shape in reversed(list(enumerate(index.geometry))):
        lowest[np.isfinite(lon) & np.isfinite(lat) & shapely.intersects_xy(shape, lon, lat)] = row
    assert (found == lowest).all()


@pytest.mark.parametrize("kernel", KERNELS)
def test_hardly_a_point_of_a_clean_coverage_needs_a_test(kernel):
    lon, lat = everywhere(30_000, seed=24)
    with searching(kernel):
        _, doubt = provinces().codes(lon[:10_000], lat[:10_000])
    assert len(doubt) < 10


@pytest.mark.parametrize("kernel", KERNELS)
def test_sides_by_areas_are_those_of_exact_tests(kernel, cache):
    """On areas that meet, that overlap, and with one alone; the line's own course decides in both."""
    line = shapely.LineString([(60, 30), (60.5, 30.4), (61, 30.2), (61.2, 31)])
    west = shapely.Polygon([*line.coords, (59, 31), (59, 30)])
    east = shapely.Polygon([*line.coords, (62, 31), (62, 30)])
    rng = np.random.default_rng(25)
    lon, lat = rng.uniform(58.8, 62.2, 25_000), rng.uniform(29.8, 31.2, 25_000)
    bare = geo.Border.from_line(line).locate(lon, lat)["signed_m"].to_numpy()
    for left, right in ((west, east), (west.buffer(0.05), east), (west, None), (None, east)):
        border = geo.Border.from_line(line, left_area=left, right_area=right)
        with using(compiled=kernel == "numba"):
            found = border.locate(lon, lat)
        inside = [
            np.zeros(len(lon), dtype=bool) if area is None else shapely.intersects_xy(area, lon, lat)
            for area in (left, right)
        ]
        sign = np.where(inside[0] & ~inside[1], 1, np.where(inside[1] & ~inside[0], -1, np.sign(bare)))
        assert (np.sign(found["signed_m"]) == sign).all()
        if left is not None and right is not None:
            assert (found["side"].isna() == ~(inside[0] | inside[1])).all()


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_nearest_gate_is_that_of_geodesics(kernel):
    rng = np.random.default_rng(26)
    gates = FixedPoints(rng.uniform(60, 75, 9), rng.uniform(29, 37, 9))
    lon, lat = rng.uniform(-180, 180, 3000), rng.uniform(-90, 90, 3000)
    lon[:2000], lat[:2000] = rng.uniform(55, 80, 2000), rng.uniform(25, 40, 2000)
    lon[:9], lat[:9] = gates.lon, gates.lat
    from geo.engine import numba_loops as compiled

    xyz = earth_centred(lon, lat)
    number, metres = gates.nearest(lon, lat, xyz, compiled if kernel == "numba" else None)
    ways = np.array(
        [
            GEOD.inv(np.full(3000, x), np.full(3000, y), lon, lat)[2]
            for x, y in zip(gates.lon, gates.lat, strict=True)
        ]
    )
    assert np.abs(metres - ways.min(axis=0)).max() < 0.002
    assert (ways[number, np.arange(3000)] - ways.min(axis=0)).max() < 1e-6


def test_the_rival_bound_covers_the_curvature_bound():
    chord = np.append(10 ** np.linspace(-2, 6, 200), 1_500_000)
    assert (longest_rival(chord) >= chords._reach(chord)).all()


def test_arcs_are_geodesics_within_what_they_say():
    rng = np.random.default_rng(27)
    lon, lat = rng.uniform(-180, 180, 20_000), np.degrees(np.arcsin(rng.uniform(-1, 1, 20_000)))
    away = 10 ** rng.uniform(-1, 6, 20_000)
    x, y, _ = GEOD.fwd(lon, lat, rng.uniform(0, 360, 20_000), away)
    here, there = earth_centred(lon, lat), earth_centred(np.asarray(x), np.asarray(y))
    near = away < 500_000
    assert np.abs(arc(*here[:, near], *there[:, near]) - away[near]).max() < 0.001
    assert np.abs(long_arc(*here, *there) - away).max() < 1e-5
    x, y, _ = GEOD.fwd(lon, lat, rng.uniform(0, 360, 20_000), np.full(20_000, 1_500_000))
    there = earth_centred(np.asarray(x), np.asarray(y))
    assert np.abs(long_arc(*here, *there) - 1_500_000).max() < 2e-4


def test_sines_are_sines():
    degrees = np.append(np.random.default_rng(28).uniform(-180, 180, 10_000), np.arange(-180, 181, 45))
    sine, cosine = sin_cos(degrees)
    assert np.abs(sine - np.sin(np.radians(degrees))).max() < 5e-16
    assert np.abs(cosine - np.cos(np.radians(degrees))).max() < 5e-16
    assert sine[degrees == 180] == 0
    assert cosine[degrees == 90] == 0


@with_numba
def test_a_table_built_by_compiled_code_misses_nothing_that_numpy_keeps(cache, monkeypatch):
    part = geo.Border.from_line(geo.DurandLine().between(840, 870)).prepared.chords
    lists = {}
    for compiled in (False, True):
        monkeypatch.setenv(index_store.CACHE_VARIABLE, "")
        with using(compiled=compiled):
            lists[compiled] = line_cells.made_table(part.digest, part.start, part.step, part.bounds)
    for one, other in zip(lists[False][6:], lists[True][6:], strict=True):
        assert np.array_equal(one, other)


def test_few_points_build_no_table(cache):
    shapes = np.array(clean(), dtype=object)
    index = Areas(lambda: shapes, table_digest([b"x"]))
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
        return {"a": np.arange(3), "names": np.array(["x", "عربی"]), "none": np.empty((0, 2))}

    for _ in range(2):
        found = index_store.stored("kind", "x", build)
        assert found["a"].tolist() == [0, 1, 2]
        assert found["names"].tolist() == ["x", "عربی"]
        assert found["none"].shape == (0, 2)
        assert not found["a"].flags.writeable
    assert len(built) == 1
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    for broken in (
        whole[:-40],
        whole[:10],
        b"",
        b"\x00" * len(whole),
        whole.replace(b"durand index", b"foreign file"),
    ):
        file.unlink()
        file.write_bytes(broken)
        caplog.clear()
        assert index_store.stored("kind", "x", build)["a"].tolist() == [0, 1, 2]
        assert "built anew" in caplog.text
        assert file.read_bytes() == whole
    index_store.stored("kind", "y", build)
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("size", [500, 400_000])
def test_any_byte_of_an_index_that_changes_is_noticed(cache, caplog, size):
    rng = np.random.default_rng(size)
    made = {"a": rng.random(size), "b": rng.integers(0, 9, (7, 3)), "none": np.empty((0, 2))}
    form = {"a": ("f", 1), "b": ("i", 2)}

    def found():
        arrays = index_store.stored("kind", "x", lambda: made, form=form)
        return all(np.array_equal(arrays[name], made[name]) for name in made)

    assert found()
    assert found()
    file = next(path for path in cache.iterdir() if path.suffix == ".index")
    whole = file.read_bytes()
    places = [0, 3, 40, 300, len(whole) // 2, len(whole) - 1, *rng.integers(0, len(whole), 12)]
    for damage in ("flipped", "zeroed", "in place"):
        for at in places:
            content = bytearray(whole)
            if damage == "zeroed":
                content[at : at + 4096] = bytes(len(content[at : at + 4096]))
            else:
                content[at] ^= 0x10
            if bytes(content) == whole:
                continue
            if damage == "in place":
                # The time of the last change set back, as a copy of a disk may do.
                before = file.stat()
                file.write_bytes(content)
                os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
            else:
                file.unlink()
                file.write_bytes(content)
            caplog.clear()
            assert found(), (damage, at)
            assert "built anew" in caplog.text, (damage, at)
            assert file.read_bytes() == whole


def test_an_index_of_another_name_or_form_is_not_taken(cache, caplog):
    index_store.stored("kind", "x", lambda: {"a": np.arange(3)})
    (file,) = cache.iterdir()
    file.rename(cache / "kind-y.index")
    assert index_store.stored("kind", "y", lambda: {"a": np.arange(4)})["a"].tolist() == [0, 1, 2, 3]
    assert "of another form" in caplog.text
    for form in ({"a": ("f", 1)}, {"a": ("i", 2)}, {"b": ("i", 1)}):
        caplog.clear()
        assert index_store.find_stored("kind", "y", form=form) is None
        assert "built anew" in caplog.text
    assert index_store.find_stored("kind", "y", form={"a": ("i", 1)}) is not None


def test_a_large_index_is_read_through_once_as_long_as_it_stays(cache, monkeypatch):
    index_store.stored("kind", "x", lambda: {"a": np.arange(400_000)})
    sums = []
    real = index_store.zlib.crc32
    monkeypatch.setattr(
        index_store.zlib, "crc32", lambda data, *rest: sums.append(len(data)) or real(data, *rest)
    )
    for _ in range(3):
        index_store.stored("kind", "x", lambda: {})
    assert sum(size > 1_000_000 for size in sums) == 1


def test_a_folder_that_cannot_be_written_is_told_once_and_no_error(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(index_store.CACHE_VARIABLE, str(tmp_path / "file" / "below"))
    for _ in range(2):
        assert index_store.stored("kind", "x", lambda: {"a": np.arange(2)})["a"].tolist() == [0, 1]
    assert caplog.text.count("cannot be kept in") == 1
    caplog.clear()
    monkeypatch.setenv(index_store.CACHE_VARIABLE, "")
    assert index_store.stored("kind", "x", lambda: {"a": np.arange(2)})["a"].tolist() == [0, 1]
    assert not caplog.text
    assert index_store.cache_folder() is None


def test_two_processes_at_once_end_with_one_good_index(cache):
    script = textwrap.dedent("""
        import numpy as np
        from geo.engine.index_cache import stored
        for n in range(30):
            made = stored("kind", str(n), lambda: {"a": np.full(20_000, n)})
            assert (made["a"] == n).all() and len(made["a"]) == 20_000
    """)
    running = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]
    assert [process.wait(120) for process in running] == [0, 0]
    assert len([path for path in cache.iterdir() if path.suffix == ".index"]) == 30
    assert not list(cache.glob(".*"))


def test_a_hundred_points_in_a_fresh_process_pay_for_no_index_and_no_compiler(cache):
    script = textwrap.dedent("""
        import sys
        import geopandas as gpd
        import numpy as np
        import geo
        rng = np.random.default_rng(0)
        points = gpd.points_from_xy(rng.uniform(62, 74, 100), rng.uniform(29, 37, 100))
        found = geo.locate(gpd.GeoDataFrame(geometry=points, crs=4326))
        print(found.drop(columns="geometry").to_csv())
        assert "numba" not in sys.modules
        assert all(not name.startswith(("line-", "units-")) for name in __import__("os").listdir(sys.argv[1]))
    """)
    told = [
        subprocess.run([sys.executable, "-c", script, str(cache)], stdout=subprocess.PIPE, check=True).stdout
        for _ in range(2)
    ]
    assert told[0] == told[1]
    assert told[0].count(b"\n") > 100


def test_points_asked_one_call_after_another_are_worth_a_table(cache, monkeypatch):
    """60,000 points a day are as good a reason to build it as a table of a million."""
    monkeypatch.setattr(chords, "BUILD_FROM", 12_000)
    monkeypatch.setattr(chords, "BUILD_FROM_COMPILED", 12_000)
    lon, lat = everywhere(5_000, seed=3)
    vertices = shapely.get_coordinates(geo.DurandLine().geometry)[:400]
    for turn in range(3):
        # A border of its own each time, as in a process of its own.
        border = geo.Border.from_line(
            gpd.GeoSeries([shapely.LineString(vertices)], crs=4326), left="PK", right="AF", accuracy_m=250
        )
        border.locate(lon, lat)
        there = [path for path in cache.glob("line-*.index") if path.stat().st_size]
        assert bool(there) == (turn == 2)
    # Few points are no reason, however often.
    assert index_store.asked_so_far("line-0", "few", 999) == 999
    assert index_store.asked_so_far("line-0", "few", 999) == 999
    assert index_store.asked_so_far("line-0", "many", 6_000) == 6_000
    assert index_store.asked_so_far("line-0", "many", 6_000) == 12_000
    (cache / "line-0-many.asked").write_text("nonsense")
    assert index_store.asked_so_far("line-0", "many", 6_000) == 6_000
    monkeypatch.setenv(index_store.CACHE_VARIABLE, "")
    assert index_store.asked_so_far("line-0", "kept nowhere", 6_000) == 6_000
    assert index_store.asked_so_far("line-0", "kept nowhere", 6_000) == 12_000
