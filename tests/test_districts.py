from __future__ import annotations

import hashlib
import itertools
import json
import shutil
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

import geo
from geo.boundaries.added import find_added, user_folder
from geo.districts.division import _most_of, _Rough, divide
from geo.districts.linework import Linework, faces_of, inner_radius
from geo.districts.overlay import Overlay, decide_overlaps
from geo.districts.report import _not_within
from maps.cli.boundaries import add, remove
from maps.cli.main import cli

GEOD = pyproj.Geod(ellps="WGS84")
STATED = {"licence": "CC0-1.0", "source": "drawn for a test", "vintage": "2026"}


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("DURAND_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def areas(*shapes):
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found


def steps(geometry):
    """Both ends of each segment of a geometry, the lesser first, each segment once."""
    parts = shapely.get_parts(geometry)
    rings = shapely.get_rings(parts) if "Polygon" in parts[0].geom_type else parts
    at, ring = shapely.get_coordinates(rings, return_index=True)
    one, two = (end[ring[1:] == ring[:-1]] for end in (at[:-1], at[1:]))
    turned = (one[:, 0] > two[:, 0]) | ((one[:, 0] == two[:, 0]) & (one[:, 1] > two[:, 1]))
    ends = np.where(turned[:, None], np.hstack([two, one]), np.hstack([one, two]))
    return np.unique(ends, axis=0)


def keys(rows):
    """Rows of numbers as what a set can hold; 0.0 and -0.0 are one."""
    rows = np.ascontiguousarray(rows + 0.0)
    return rows.view(f"V{rows.itemsize * rows.shape[1]}").ravel().tolist()


def segments(geometry):
    return set(keys(steps(geometry)))


def outline_of(parts):
    """Segments that one part alone has."""
    count = Counter(segment for part in parts for segment in keys(steps(part)))
    assert set(count.values()) <= {1, 2}
    return {segment for segment, times in count.items() if times == 1}


def ring_of(west, south, east, north, step):
    """A box with a vertex at every step."""
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    points = [corners[0]]
    for (x, y), (u, v) in itertools.pairwise(corners):
        count = round(max(abs(u - x), abs(v - y)) / step)
        points += [
            (round(x + (u - x) * n / count, 6), round(y + (v - y) * n / count, 6))
            for n in range(1, count + 1)
        ]
    return Polygon(points)


# -- overlaps and holes


def test_an_overlap_goes_to_the_claimant_with_the_longest_shared_edge():
    # The patch 0.9-1.0 x 0-1 shares one edge of 1 with the left and one of 0.4 with the right.
    left, right = box(0, 0, 1, 1), Polygon([(0.9, 0), (2, 0), (2, 1), (0.9, 1)])
    right = right.difference(box(1, 0.2, 1.5, 0.8))
    decided = decide_overlaps(areas(left, right), widest_hole=0)
    assert decided.overlaps == 1
    assert decided.areas[0].area == pytest.approx(1.0)
    assert shapely.area(shapely.intersection(*decided.areas)) == 0
    assert shapely.coverage_is_valid(decided.areas)


def test_a_town_drawn_upon_its_district_is_cut_out_of_it():
    decided = decide_overlaps(areas(box(0, 0, 10, 10), box(4, 4, 5, 5)), widest_hole=0)
    assert [shape.area for shape in decided.areas] == pytest.approx([99, 1])


def test_two_identical_units_leave_the_second_without_ground():
    decided = decide_overlaps(areas(box(0, 0, 1, 1), box(0, 0, 1, 1)), widest_hole=0)
    assert [shape.is_empty for shape in decided.areas] == [False, True]


def test_a_small_hole_goes_to_the_neighbour_with_the_longest_edge_and_a_wide_one_stays():
    around = box(0, 0, 6, 3).difference(box(2, 1, 4, 2))
    west, east = around.intersection(box(0, 0, 2.5, 3)), around.intersection(box(2.5, 0, 6, 3))
    filled = decide_overlaps(areas(west, east), widest_hole=0.6)
    # The hole is 2 x 1: of its rim the west has 1 + 2 * 0.5, the east 1 + 2 * 1.5.
    assert filled.holes == 1
    assert filled.areas[1].area == pytest.approx(east.area + 2)
    assert decide_overlaps(areas(west, east), widest_hole=0.4).areas[1].area == pytest.approx(east.area)


# -- dividing an outline


def test_parts_take_the_outline_vertex_for_vertex():
    whole = ring_of(60, 30, 61, 31, 0.05)
    parts = divide(whole, [box(59, 29, 60.473, 32), box(60.473, 29, 62, 32)])
    assert shapely.coverage_is_valid(parts)
    assert outline_of(parts) == segments(whole)
    # The line between them ends on the vertices nearest to where it met the outline.
    shared = shapely.intersection(parts[0], parts[1])
    assert shared.bounds[1::2] == (30, 31)
    assert {60.45, 60.5} >= {shared.bounds[0], shared.bounds[2]} - {60.473}


STEPS = st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=2, max_size=12)


@settings(max_examples=60, deadline=None)
@given(STEPS, STEPS)
# Two lines that cross half-way between two spots of the grid, one of them there twice.
@example([(0, 0, 5, 27), (5, 27, 28, 0)], [(23, 22, 2, 19), (5, 27, 28, 0)])
def test_lines_added_later_make_the_faces_of_all_lines_at_once(first, second):
    one, two = (
        [
            shapely.LineString([(a / 1e5, b / 1e5), (c / 1e5, d / 1e5)])
            for a, b, c, d in steps
            if (a, b) != (c, d)
        ]
        for steps in (first, second)
    )
    later = Linework.of(one).faces_with(np.array(two, dtype=object))
    at_once = faces_of([*one, *two])
    assert sorted(map(shapely.to_wkb, shapely.normalize(later))) == sorted(
        map(shapely.to_wkb, shapely.normalize(at_once))
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_a_face_goes_to_the_owner_that_fills_most_of_it(seed):
    rng = np.random.default_rng(seed)
    cells = np.array([shapely.box(x, y, x + 1, y + 1) for x in range(6) for y in range(6)], dtype=object)
    owner = rng.integers(0, 4, len(cells))
    corners = rng.uniform(0, 3, (5, 2))
    faces = shapely.box(*corners.T, *(corners + rng.uniform(0.2, 3, (5, 2))).T)
    rough = _Rough(cells, shapely.point_on_surface(cells), owner, [])
    parts = np.array([[shapely.intersection(face, cell).area for cell in cells] for face in faces])
    filled = np.column_stack([parts[:, owner == one].sum(axis=1) for one in range(4)])
    assert _most_of(faces, rough).tolist() == filled.argmax(axis=1).tolist()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_the_farthest_point_of_each_unit_is_among_those_that_are_measured(seed):
    rng = np.random.default_rng(seed)
    unit = rng.integers(0, 3, 60)
    areas = shapely.box(*rng.uniform(0, 1e4, (2, 3)), *rng.uniform(1e4, 2e4, (2, 3)))
    points = shapely.points(rng.uniform(-5e4, 5e4, (60, 2)))
    kept = _not_within(areas[unit], points, unit)
    away = shapely.distance(areas[unit], points)
    for one in np.unique(unit):
        assert away[kept][unit[kept] == one].max(initial=0) == away[unit == one].max()


def test_a_strip_beside_three_claims_is_shared_by_the_three():
    whole = ring_of(60, 30, 63, 31, 0.02)
    claims = [box(60 + n, 30, 61 + n, 30.95) for n in range(3)]
    parts = divide(whole, claims)
    assert outline_of(parts) == segments(whole)
    assert [part.area for part in parts] == pytest.approx([1, 1, 1], abs=0.01)


def test_claims_that_a_net_of_gaps_keeps_apart_meet_halfway():
    whole = ring_of(60, 30, 62, 32, 0.02)
    claims = [box(60 + x, 30 + y, 60.98 + x, 30.98 + y) for x in (0, 1.02) for y in (0, 1.02)]
    parts = divide(whole, claims)
    assert shapely.coverage_is_valid(parts)
    assert outline_of(parts) == segments(whole)
    assert [part.area for part in parts] == pytest.approx([1] * 4, abs=0.005)


def test_faces_that_are_noded_already_are_divided_as_if_they_were_not():
    whole = ring_of(60, 30, 62, 32, 0.02)
    claims = areas(box(60, 30, 60.98, 31.9), box(61.02, 30.1, 62, 32), box(60.98, 30.5, 61.02, 31.1))
    claims = decide_overlaps(claims, widest_hole=0).areas
    overlay = Overlay(claims, areas(whole))
    held = overlay.area >= 0
    pieces = overlay.pieces(held)
    free = overlay.besides(held, np.array([0]))
    assert shapely.area(free).sum() == pytest.approx(whole.area - shapely.area(claims).sum())
    parts = divide(whole, list(pieces), free)
    assert outline_of(parts) == segments(whole)
    for part, other in zip(parts, divide(whole, list(pieces)), strict=True):
        assert part.symmetric_difference(other).area < 1e-8


def test_what_is_beside_some_faces_lies_in_the_outlines_asked_for():
    overlay = Overlay(areas(box(0, 0, 3, 1)), areas(box(0, 0, 1, 2), box(1, 0, 2, 2)))
    held = overlay.area >= 0
    assert [part.bounds for part in overlay.besides(held, np.array([1]))] == [(1, 1, 2, 2)]
    assert overlay.gaps()[0].bounds == (0, 1, 2, 2)


def test_no_circle_inside_is_wider_than_the_inner_radius_says():
    strip = shapely.union_all([box(0, 0, 10_000, 100), shapely.Point(5_000, 50).buffer(400)])
    assert 350 < inner_radius(strip, 50.0) <= 400


def test_an_outline_with_islands_and_a_hole_is_divided():
    mainland = ring_of(60, 30, 62, 32, 0.1).difference(box(60.9, 30.9, 61.1, 31.1))
    whole = shapely.MultiPolygon([mainland, ring_of(62.5, 31, 62.6, 31.1, 0.05)])
    parts = divide(whole, [box(60, 30, 61, 32), box(61, 30, 62, 32)])
    assert outline_of(parts) == segments(whole)
    assert [part.area for part in parts] == pytest.approx([1.98, 1.99], abs=0.03)


def test_one_claim_takes_the_whole():
    whole = ring_of(60, 30, 61, 31, 0.5)
    (part,) = divide(whole, [box(60.2, 30.2, 60.3, 30.3)])
    assert part.equals_exact(whole, 0)


def test_a_claim_too_thin_to_be_drawn_is_an_error_not_a_lost_unit():
    whole = ring_of(60, 30, 61, 31, 0.5)
    with pytest.raises(geo.BoundaryError, match="cannot be divided"):
        divide(whole, [box(60, 30, 61, 31), box(60, 30, 60.0000001, 30.0000001)])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.floats(60.05, 60.95), st.floats(30.05, 30.95)), min_size=2, max_size=6),
    st.integers(0, 9),
)
def test_any_division_is_a_clean_coverage_of_the_outline(points, seed):
    points = [p for n, p in enumerate(points) if all(np.hypot(*np.subtract(p, q)) > 0.05 for q in points[:n])]
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    radius = 0.6 + 0.15 * rng.random(90)
    whole = Polygon(
        np.round(np.column_stack([60.5 + radius * np.cos(angle), 30.5 + radius * np.sin(angle)]), 6)
    )
    claims = [shapely.Point(p).buffer(0.02 + 0.005 * n) for n, p in enumerate(points)]
    # Circles may overlap; the import decides that first, and so does this test.
    claims = decide_overlaps(areas(*claims), widest_hole=0).areas
    parts = divide(whole, claims)
    assert len(parts) == len(claims)
    assert shapely.coverage_is_valid(parts)
    assert outline_of(parts) == segments(whole)
    assert sum(part.area for part in parts) == pytest.approx(whole.area)
    for part, claim in zip(parts, claims, strict=True):
        inside = claim.intersection(whole).area
        assert part.intersection(claim).area > 0.8 * inside


# -- importing


def drawn(path, shapes, names, crs="EPSG:4326", **columns):
    frame = gpd.GeoDataFrame({"name": names, **columns}, geometry=list(shapes), crs="EPSG:4326")
    frame = frame if crs is None else frame.to_crs(crs)
    if crs is None:
        frame = frame.set_crs(None, allow_override=True)
    frame.to_file(path, engine="pyogrio")
    return path


@pytest.fixture(scope="module")
def provinces_file(tmp_path_factory, units):
    """Pakistan's units as if they were districts, Gilgit-Baltistan in two halves of one name."""
    pakistan = units[units["adm0"] == "PK"]
    shapes, names = [], []
    for row in pakistan.itertuples():
        if row.boundary_id == "PK-GB":
            middle = row.geometry.centroid.x
            for side in (box(60, 20, middle, 40), box(middle, 20, 80, 40)):
                shapes.append(row.geometry.intersection(side))
                names.append("Half")
        else:
            shapes.append(row.geometry)
            names.append(row.name)
    return drawn(tmp_path_factory.mktemp("file") / "pk.gpkg", shapes, names)


@pytest.fixture(scope="module")
def _imported(provinces_file, tmp_path_factory):
    """A folder into which that file was imported once, and the report."""
    folder = tmp_path_factory.mktemp("imported")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DURAND_HOME", str(folder))
        report = geo.add_boundaries(
            provinces_file, country="PK", source_url="https://example.org/x", **STATED
        )
    return folder, report


@pytest.fixture
def pakistan_added(home, _imported):
    """The report of Pakistan's units, which are in the user's folder of this test."""
    folder, report = _imported
    shutil.copytree(folder, home)
    return report


def test_units_are_registered_with_what_was_stated(home, provinces_file, pakistan_added):
    report = pakistan_added
    (layer,) = geo.list_added()
    assert layer == report.layer == find_added("PK", 2)
    assert layer.path.parent == home / "boundaries"
    assert (layer.licence, layer.source, layer.vintage) == ("CC0-1.0", "drawn for a test", "2026")
    assert layer.input_sha256 == hashlib.sha256(provinces_file.read_bytes()).hexdigest()
    assert layer.sha256 == hashlib.sha256(layer.path.read_bytes()).hexdigest()
    frame = geo.read_units(2)
    assert len(frame) == report.units == layer.rows == 8
    assert frame["boundary_id"].is_unique
    assert set(frame["licence"]) == {"CC0-1.0; ODbL-1.0"}
    assert frame["credit"].str.contains("OpenStreetMap").all()


def test_names_that_occur_twice_are_told_apart_by_number(pakistan_added):
    assert pakistan_added.duplicate_names == ("Half (PK-GB)",)
    assert {"PK-GB-half", "PK-GB-half-2"} < set(geo.read_units(2)["boundary_id"])


@pytest.mark.usefixtures("pakistan_added")
def test_districts_of_a_disputed_province_carry_its_status(units):
    frame = geo.read_units(2).set_index("boundary_id")
    parent = units.set_index("boundary_id").loc["PK-GB"]
    assert frame.loc["PK-GB-half", "status"] == parent["status"]
    assert frame.loc["PK-GB-half", "disputed_by"] == "IN"
    assert frame.loc["PK-BA-balochistan", "status"] == "district"


def test_the_same_file_gives_the_same_bytes(pakistan_added, provinces_file):
    again = geo.add_boundaries(
        provinces_file, country="PK", overwrite=True, source_url="https://example.org/x", **STATED
    )
    assert again.layer == pakistan_added.layer


@pytest.mark.parametrize(
    ("suffix", "crs"), [("geojson", "EPSG:4326"), ("gpkg", "EPSG:32642"), ("shp", "EPSG:3857")]
)
def test_any_format_and_crs_gives_the_same_units(home, tmp_path, units, suffix, crs):
    pakistan = units[units["adm0"] == "PK"]
    file = drawn(tmp_path / f"pk.{suffix}", pakistan.geometry, pakistan["name"].tolist(), crs=crs)
    report = geo.add_boundaries(file, country="PK", **STATED)
    assert report.units == 7
    for mine, ours in zip(geo.read_units(2).geometry, pakistan.geometry, strict=True):
        assert shapely.equals_exact(mine.normalize(), ours.normalize(), 0)


@pytest.mark.usefixtures("pakistan_added")
def test_a_second_layer_needs_replace_and_remove_takes_it_away(home, provinces_file):
    with pytest.raises(geo.OverwriteError, match="PK-2 is there already"):
        geo.add_boundaries(provinces_file, country="PK", **STATED)
    geo.remove_boundaries("PK")
    assert geo.list_added() == ()
    assert list((home / "boundaries").iterdir()) == []
    with pytest.raises(geo.BoundaryError, match="no units of level 2"):
        geo.remove_boundaries("PK")


def test_without_districts_the_message_says_how_to_add_them(home):
    with pytest.raises(geo.BoundaryError, match="durand boundaries add FILE"):
        geo.read_units(2)


def test_units_of_level_three_need_districts(home, provinces_file):
    with pytest.raises(geo.BoundaryError, match="no units of level 2"):
        geo.add_boundaries(provinces_file, country="PK", level=3, **STATED)


@pytest.mark.usefixtures("pakistan_added")
def test_units_of_level_three_nest_in_added_districts(provinces_file):
    report = geo.add_boundaries(provinces_file, country="PK", level=3, **STATED)
    assert report.units == 8
    lower, upper = geo.read_units(3), geo.read_units(2)
    assert set(lower["parent_id"]) == set(upper["boundary_id"])
    assert set(lower["adm1"]) == set(upper["adm1"])
    with pytest.raises(geo.BoundaryError, match="remove them first"):
        geo.remove_boundaries("PK")
    with pytest.raises(geo.BoundaryError, match="remove them first"):
        geo.add_boundaries(provinces_file, country="PK", overwrite=True, **STATED)


def test_ground_that_the_file_lacks_becomes_a_unit_that_says_so(home, tmp_path, units):
    some = units[(units["adm0"] == "PK") & (units["boundary_id"] != "PK-GB")]
    report = geo.add_boundaries(
        drawn(tmp_path / "x.gpkg", some.geometry, some["name"].tolist()), country="PK", **STATED
    )
    assert (report.units, report.stand_ins, report.gap_after_km2) == (7, 1, 0)
    row = geo.read_units(2).set_index("boundary_id").loc["PK-GB-not-covered"]
    assert row["status"] == "not covered by the file"
    assert pd.isna(row["source_row"])


def test_invalid_shapes_are_mended_and_counted_and_useless_rows_left_out(home, tmp_path, units):
    pakistan = units[units["adm0"] == "PK"]
    shapes = [
        *pakistan.geometry,
        Polygon([(70, 30), (71, 31), (71, 30), (70, 31)]),
        None,
        shapely.Point(70, 30),
    ]
    names = [*pakistan["name"], "Bow tie", "Nothing", None]
    report = geo.add_boundaries(drawn(tmp_path / "x.gpkg", shapes, names), country="PK", **STATED)
    assert (report.units, report.repaired) == (8, 1)
    left_out = report.left_out.set_index("row")
    assert left_out.loc[8].tolist() == ["Nothing", "has no geometry"]
    assert left_out.loc[9].tolist() == ["unnamed (row 9)", "is a Point without area"]


def test_a_neighbours_units_in_the_file_are_left_out(home, tmp_path, units):
    both = units[units["boundary_id"].isin(["AF-KHO", "AF-PIA"]) | (units["adm0"] == "PK")]
    report = geo.add_boundaries(
        drawn(tmp_path / "x.gpkg", both.geometry, both["name"].tolist()), country="PK", **STATED
    )
    assert report.units == 7
    assert set(report.left_out["name"]) == {"Khost", "Paktia"}


def test_parents_that_differ_from_those_stated_are_listed(home, tmp_path, units):
    pakistan = units[units["adm0"] == "PK"]
    stated = [
        "Sindh" if name == "Punjab" else "Atlantis" if name == "Islamabad" else name
        for name in pakistan["name"]
    ]
    file = drawn(tmp_path / "x.gpkg", pakistan.geometry, pakistan["name"].tolist(), province=stated)
    report = geo.add_boundaries(file, country="PK", **STATED)
    assert report.changed_parent[["name", "stated", "parent_id"]].to_numpy().tolist() == [
        ["Punjab", "Sindh", "PK-PB"]
    ]
    assert report.unknown_parents == ("Atlantis",)


def test_what_moved_is_measured(home, tmp_path, units):
    pakistan = units[units["adm0"] == "PK"].set_index("boundary_id").geometry
    # A square of 0.1 degree in Punjab that the file draws as a part of Sindh.
    square = box(72, 31, 72.1, 31.1)
    shapes = pakistan.copy()
    shapes["PK-PB"] = shapes["PK-PB"].difference(square)
    shapes["PK-SD"] = shapely.union_all([shapes["PK-SD"], square])
    report = geo.add_boundaries(
        drawn(tmp_path / "x.gpkg", shapes, list(shapes.index)), country="PK", nest="provinces", **STATED
    )
    km2 = abs(GEOD.geometry_area_perimeter(square)[0]) / 1e6
    assert report.moved_km2 == pytest.approx(km2, rel=1e-3)
    changed = report.units_changed.set_index("name")
    assert changed.loc["PK-SD", "lost_km2"] == pytest.approx(km2, rel=1e-3)
    assert changed.loc["PK-PB", "gained_km2"] == pytest.approx(km2, rel=1e-3)
    rim = shapely.get_coordinates(pakistan["PK-SD"])
    corners = shapely.get_coordinates(square)[:4]
    far = max(GEOD.inv(np.full(len(rim), x), np.full(len(rim), y), *rim.T)[2].min() for x, y in corners)
    assert report.max_shift_m == pytest.approx(far, rel=0.02)
    # Kept as drawn, the square is Sindh's, and the report says that our province there is another.
    kept = geo.add_boundaries(tmp_path / "x.gpkg", country="PK", overwrite=True, **STATED)
    assert kept.moved_km2 == pytest.approx(0, abs=0.01)
    assert kept.max_shift_m < 1
    assert report.across_parents_km2 == kept.across_parents_km2 == pytest.approx(km2, rel=1e-3)
    assert "km2 are drawn in another parent" in kept.to_text()
    at = geo.locate(gpd.GeoDataFrame(geometry=[square.centroid], crs=4326)).iloc[0]
    assert (at["adm1"], at["adm2"]) == ("PK-PB", "PK-SD-pk-sd")
    assert find_added("PK", 2).nest == "keep"


def test_a_small_part_of_a_country_in_a_file_is_kept_whole_beside_stand_ins(home, tmp_path):
    # Two squares in Balochistan, far from every outline; the rest of the country is not covered.
    squares = [box(64, 28, 64.5, 28.5), box(64.5, 28, 65, 28.5)]
    report = geo.add_boundaries(drawn(tmp_path / "x.gpkg", squares, ["west", "east"]), country="PK", **STATED)
    frame = geo.read_units(2).set_index("name")
    assert report.stand_ins == report.units - 2 == 7
    for name, square in zip(("west", "east"), squares, strict=True):
        # What is near a unit and no wider than an offset between drawings goes to it.
        assert shapely.area(shapely.intersection(frame.geometry[name], square)) == pytest.approx(square.area)
    assert shapely.coverage_is_valid(frame.geometry.to_numpy())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"country": "IN"}, "country is one of AF, PK"),
        ({"level": 1}, "level is one of 2, 3"),
        ({"licence": " "}, "licence must be stated"),
        ({"vintage": ""}, "vintage must be stated"),
        ({"nest": "both"}, "nest is one of keep, provinces"),
        ({"accuracy_m": float("nan")}, "accuracy_m"),
        ({"name_column": "title"}, "no column 'title'.*name"),
        ({"parent_column": "title"}, "no column 'title'"),
        ({"layer": "other"}, "no layer 'other'"),
        ({"country": "AF"}, "nothing in the file lies in the country"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(home, provinces_file, change, message):
    with pytest.raises(geo.BoundaryError, match=message):
        geo.add_boundaries(provinces_file, **{"country": "PK", **STATED, **change})
    assert geo.list_added() == ()


def test_files_that_are_no_polygons_are_refused(home, tmp_path):
    with pytest.raises(geo.DataNotFoundError):
        geo.add_boundaries(tmp_path / "none.gpkg", country="AF", **STATED)
    (tmp_path / "x.geojson").write_text("not json")
    (tmp_path / "x.parquet").write_text("not parquet")
    pd.DataFrame({"name": ["a"]}).to_csv(tmp_path / "x.csv")
    drawn(tmp_path / "lines.gpkg", [shapely.LineString([(66, 33), (67, 34)])], ["line"])
    for name in ("x.geojson", "x.parquet", "x.csv", "lines.gpkg"):
        with pytest.raises(geo.SourceError):
            geo.add_boundaries(tmp_path / name, country="AF", **STATED)
    drawn(tmp_path / "nowhere.shp", [box(66, 33, 67, 34)], ["a"])
    (tmp_path / "nowhere.prj").unlink()
    with pytest.raises(geo.CrsError, match="does not say"):
        geo.add_boundaries(tmp_path / "nowhere.shp", country="AF", **STATED)


def test_swapped_coordinates_are_recognised(home, tmp_path):
    with pytest.raises(geo.BoundaryError, match="swapped"):
        geo.add_boundaries(drawn(tmp_path / "x.gpkg", [box(33, 66, 34, 67)], ["a"]), country="AF", **STATED)


def test_a_row_drawn_twice_is_named(home, tmp_path, units):
    pakistan = units[units["adm0"] == "PK"]
    shapes, names = [*pakistan.geometry, pakistan.geometry.iloc[0]], [*pakistan["name"], "Again"]
    with pytest.raises(geo.BoundaryError, match=r"7 \(Again\)"):
        geo.add_boundaries(drawn(tmp_path / "x.gpkg", shapes, names), country="PK", **STATED)


@pytest.mark.usefixtures("pakistan_added")
def test_a_stored_layer_that_was_changed_is_not_read():
    layer = find_added("PK", 2)
    record = layer.record
    text = record.read_text()
    record.write_text(json.dumps({**json.loads(text), "parents_sha256": "0" * 64}))
    with pytest.raises(geo.BoundaryError, match="have changed since"):
        geo.read_units(2)
    record.write_text(text)
    layer.path.write_bytes(layer.path.read_bytes() + b" ")
    with pytest.raises(geo.BoundaryError, match="not the file that its record describes"):
        geo.read_units(2)
    layer.path.unlink()
    with pytest.raises(geo.BoundaryError, match="is gone"):
        geo.read_units(2)
    record.write_text("{}")
    assert geo.list_added() == ()
    with pytest.raises(geo.BoundaryError, match="not a record"):
        find_added("PK", 2)


def test_the_users_folder_follows_the_platform(monkeypatch, tmp_path):
    monkeypatch.setenv("DURAND_HOME", str(tmp_path))
    assert user_folder() == tmp_path
    monkeypatch.delenv("DURAND_HOME")
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    monkeypatch.setattr("geo.boundaries.added.sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert user_folder() == tmp_path / "xdg" / "durand"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert user_folder() == tmp_path / ".local" / "share" / "durand"
    monkeypatch.setattr("geo.boundaries.added.sys.platform", "darwin")
    assert user_folder() == tmp_path / "Library" / "Application Support" / "durand"
    monkeypatch.setattr("geo.boundaries.added.sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert user_folder() == tmp_path / "local" / "durand"


def test_the_commands_add_and_remove(home, provinces_file, tmp_path):
    options = [
        str(provinces_file),
        "--country",
        "PK",
        "--licence",
        "CC0-1.0",
        "--source",
        "x",
        "--vintage",
        "2026",
    ]
    result = CliRunner().invoke(add, [*options, "--report", str(tmp_path / "moved.csv")])
    assert (result.exit_code, result.stdout) == (0, "PK-2\n")
    assert "8 units from pk.gpkg" in result.stderr
    assert len(pd.read_csv(tmp_path / "moved.csv")) == 8
    listed = CliRunner().invoke(cli, ["boundaries", "list"]).stdout.splitlines()
    assert listed[-1].split()[:3] == ["PK-2", "8", "CC0-1.0"]
    again = CliRunner().invoke(cli, ["boundaries", "add", *options, "--report", str(tmp_path / "moved.csv")])
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert CliRunner().invoke(remove, ["--country", "PK"]).exit_code == 0
    assert geo.list_added() == ()
    assert CliRunner().invoke(add, [*options[:3]]).exit_code == 2


# -- the two reference files


@pytest.fixture(scope="module", params=["keep", "provinces"])
def districts(request, shared, tmp_path_factory):
    """Reports of both imports, and the units of both countries together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DURAND_HOME", str(tmp_path_factory.mktemp("home")))
        folder = shared / "boundaries"
        reports = {
            "AF": geo.add_boundaries(
                folder / "afg_adm2_geoBoundaries.geojson",
                country="AF",
                licence="CC-BY-4.0",
                source="geoBoundaries",
                vintage="2014",
                nest=request.param,
            ),
            "PK": geo.add_boundaries(
                folder / "pak_adm2_osm2026.geojson",
                country="PK",
                licence="ODbL-1.0",
                source="OpenStreetMap contributors",
                vintage="2026-08",
                nest=request.param,
            ),
        }
        yield reports, geo.read_units(2)


def km2(shape):
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0]) / 1e6


def test_the_files_as_drawn_overlap_and_leave_gaps_across_the_border(shared):
    sides = [
        shapely.union_all(gpd.read_file(shared / "boundaries" / name).geometry.to_numpy())
        for name in ("afg_adm2_geoBoundaries.geojson", "pak_adm2_osm2026.geojson")
    ]
    assert km2(shapely.intersection(*sides)) == pytest.approx(146, abs=1)
    holes = [
        km2(Polygon(ring)) for part in shapely.get_parts(shapely.union(*sides)) for ring in part.interiors
    ]
    assert sum(holes) == pytest.approx(190, abs=5)


def test_all_554_units_are_valid_and_form_one_clean_coverage(districts):
    _, frame = districts
    assert frame.groupby("adm0").size().to_dict() == {"AF": 398, "PK": 156}
    assert frame["boundary_id"].is_unique
    assert frame.is_valid.all()
    assert not frame.is_empty.any()
    assert shapely.coverage_is_valid(frame.geometry.to_numpy())
    for report in districts[0].values():
        assert (report.overlap_after_km2, report.gap_after_km2, report.stand_ins) == (0, 0, 0)


def test_no_overlap_and_no_gap_is_left_between_the_countries(districts, countries):
    _, frame = districts
    ours = countries[countries["adm0"].isin(["AF", "PK"])].geometry.to_numpy()
    assert outline_of(frame.geometry) == outline_of(ours)
    assert sum(map(km2, frame.geometry)) == pytest.approx(sum(map(km2, ours)), rel=1e-9)


def test_both_sides_share_the_line_vertex_for_vertex(districts, line):
    _, frame = districts
    line_segments = segments(line)
    assert len(line_segments) == 34_558
    for code in ("AF", "PK"):
        sides = [segments(shape) & line_segments for shape in frame[frame["adm0"] == code].geometry]
        assert set().union(*sides) == line_segments
        assert sum(map(len, sides)) == len(line_segments)


def test_each_province_is_exactly_its_districts_if_nested(districts, units):
    reports, frame = districts
    if reports["AF"].layer.nest == "keep":
        # Then it is the country that is.
        units = units.dissolve("adm0").reset_index().rename(columns={"adm0": "boundary_id"})
        frame = frame.assign(adm1=frame["adm0"])
    for row in units.itertuples():
        parts = frame[frame["adm1"] == row.boundary_id].geometry
        assert outline_of(parts) == segments(row.geometry), row.name


def test_parents_agree_with_those_the_files_state(districts):
    reports, _ = districts
    # Both lie about half in each of two provinces.
    assert reports["AF"].changed_parent["name"].tolist() == ["Jaghatu", "Mosa Khail"]
    assert (reports["AF"].changed_parent["share"] < 0.55).all()
    assert len(reports["PK"].changed_parent) == 0
    for report in reports.values():
        assert report.unknown_parents == ()


def test_units_keep_nearly_all_of_what_was_drawn(districts):
    reports, frame = districts
    area = frame.set_index("boundary_id")["area_km2"]
    for report in reports.values():
        of = area[report.units_changed["boundary_id"]].sum()
        # Overlaps of the file itself, and ends of lines led to a vertex of the outline, are all that moves.
        assert report.moved_km2 < (0.025 if report.layer.nest == "provinces" else 1e-5) * of
        assert report.max_shift_m > 0
        assert report.across_parents_km2 < 0.025 * of
        assert "farthest shift" in report.to_text()


def test_lines_inside_the_country_stay_as_drawn_if_kept(districts, shared):
    reports, frame = districts
    if reports["AF"].layer.nest != "keep":
        pytest.skip("lines of provinces are moved onto ours")
    for country, name in {"AF": "afg_adm2_geoBoundaries", "PK": "pak_adm2_osm2026"}.items():
        file = gpd.read_file(shared / "boundaries" / f"{name}.geojson")
        drawn_steps, times = np.unique(
            np.vstack([steps(shape) for shape in file.geometry]), axis=0, return_counts=True
        )
        inner = drawn_steps[times == 2]
        ours = np.vstack([steps(shape) for shape in frame[frame["adm0"] == country].geometry])
        assert len(set(keys(inner)) & set(keys(ours))) > 0.97 * len(inner)
        # Of the others nearly all have one vertex more, on the line as drawn; a few were led to the outline.
        vertices = set(keys(ours.reshape(-1, 2)))
        ends = zip(keys(inner[:, :2]), keys(inner[:, 2:]), strict=True)
        assert sum(one in vertices and two in vertices for one, two in ends) > 0.995 * len(inner)
