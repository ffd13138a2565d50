"""The border engine against brute force, at its edges, and by its laws."""

import geopandas as gpd
import hypothesis
import hypothesis.strategies as st
import numpy as np
import oracle
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from searches import SEARCHES, searching

import geo
from geo.border.located import LOCATED
from geo.engine.side_probability import side_probability

GEOD = oracle.GEOD


@pytest.fixture(scope="module")
def border():
    return geo.DurandLine()


@pytest.fixture(scope="module")
def line_xy(border):
    return shapely.get_coordinates(border.geometry)


@pytest.fixture(scope="module")
def countries():
    return geo.read_units(0).set_index("adm0").geometry


def scattered(line_xy, count, seed):
    """Points of all kinds about the line: on vertices and segments, metres to thousands of km off."""
    rng = np.random.default_rng(seed)
    at = rng.integers(0, len(line_xy) - 1, count)
    part = np.where(rng.random(count) < 0.3, 0.0, rng.random(count))[:, None]
    on_line = line_xy[at] * (1 - part) + line_xy[at + 1] * part
    away = 10 ** rng.uniform(-1, 6.3, count)
    away[: count // 20] = 0
    lon, lat, _ = GEOD.fwd(on_line[:, 0], on_line[:, 1], rng.uniform(0, 360, count), away)
    return np.asarray(lon), np.asarray(lat)


def check_against_oracle(located, truth, lon, lat):
    """Distance within 1 cm; foot within 1 m, or else another point that is as near to 0.1 mm: how many."""
    twins = 0
    feet = located[["foot_lon", "foot_lat", "distance_m"]].to_numpy()
    for row, (distance, x, y) in enumerate(truth):
        foot_lon, foot_lat, found = feet[row]
        assert abs(found - distance) < 0.01, (lon[row], lat[row])
        to_foot = GEOD.inv(lon[row], lat[row], foot_lon, foot_lat)[2]
        assert abs(to_foot - distance) < 0.01, (lon[row], lat[row])
        if GEOD.inv(x, y, foot_lon, foot_lat)[2] > 1:
            assert abs(to_foot - distance) < 1e-4, (lon[row], lat[row])
            twins += 1
    return twins


def by_oracle(line_xy, lon, lat, *, near_only):
    of = oracle.known(line_xy)
    return [
        oracle.nearest(line_xy, *point, of=of, near_only=near_only) for point in zip(lon, lat, strict=True)
    ]


def test_nearest_point_agrees_with_every_segment(border, line_xy):
    lon, lat = scattered(line_xy, 120, seed=1)
    rng = np.random.default_rng(2)
    lon = np.append(lon, rng.uniform(-180, 180, 60))
    lat = np.append(lat, np.degrees(np.arcsin(rng.uniform(-1, 1, 60))))
    truth = by_oracle(line_xy, lon, lat, near_only=False)
    assert check_against_oracle(border.locate(lon, lat), truth, lon, lat) <= 3


@pytest.fixture(scope="module")
def five_thousand(line_xy):
    lon, lat = scattered(line_xy, 5000, seed=3)
    return lon, lat, by_oracle(line_xy, lon, lat, near_only=True)


@pytest.mark.parametrize("search", SEARCHES)
def test_nearest_point_agrees_on_5000_points(search, five_thousand):
    lon, lat, truth = five_thousand
    with searching(search) as border:
        assert check_against_oracle(border.locate(lon, lat), truth, lon, lat) <= 5


@pytest.mark.parametrize("farther", [-50.0, -0.1, 0.1, 50.0])
def test_the_flattening_of_the_earth_does_not_decide_what_is_nearest(farther):
    """Of points equally far along the ground the northern one has the shorter chord, by 110 m in 2,000 km."""
    north = GEOD.fwd(0, 0, 0, 2_000_000 + farther)[:2]
    east = GEOD.fwd(0, 0, 90, 2_000_000)[:2]
    line = shapely.LineString([north, (30, 30), east])
    at = geo.Border.from_line(line).locate(0, 0).iloc[0]
    assert at["distance_m"] == pytest.approx(2_000_000 + min(farther, 0), abs=0.01)
    assert at["line_fraction"] == (0 if farther < 0 else 1)


def test_foot_lies_on_the_line_at_its_chainage(border, line_xy):
    lon, lat = scattered(line_xy, 500, seed=4)
    at = border.locate(lon, lat)
    again = border.locate(at["foot_lon"], at["foot_lat"])
    assert again["distance_m"].max() < 0.01
    assert (again["line_km"] - at["line_km"]).abs().max() < 1e-4
    assert np.allclose(at["line_fraction"] * border.length_km, at["line_km"])


def test_length_is_that_of_the_layer(border):
    assert border.length_km == pytest.approx(geo.line_length_km(), abs=1e-6)
    assert border.chainage_km()[-1] == pytest.approx(border.length_km, abs=1e-9)


def test_vertices_lie_on_the_line_at_their_chainage(border, line_xy):
    some = np.arange(0, len(line_xy), 37)
    at = border.locate(line_xy[some, 0], line_xy[some, 1])
    assert at["distance_m"].max() < 1e-6
    assert np.abs(at["line_km"] - border.chainage_km()[some]).max() < 1e-6
    assert (at["side"] == "uncertain").all()


def test_long_segment_is_a_geodesic(border, line_xy):
    azimuth, length = oracle.segments(line_xy)
    longest = int(np.argmax(length))
    x, y, _ = GEOD.fwd(*line_xy[longest], azimuth[longest], length[longest] / 2)
    assert length[longest] > 14_000
    assert border.locate(x, y)["distance_m"].item() < 0.002


@pytest.mark.parametrize("search", SEARCHES)
def test_side_never_contradicts_the_outlines(search, border, countries):
    """Nor does the line's own course, but for points whose nearest one is an end of it."""
    bare = geo.Border.from_line(border.geometry, left="PK", right="AF", accuracy_m=250)
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(60, 78, 20_000), rng.uniform(23, 39, 20_000)
    near = scattered(shapely.get_coordinates(border.geometry), 5000, seed=9)
    lon, lat = np.append(lon, near[0]), np.append(lat, near[1])
    with searching(search) as prepared:
        by_line, by_area = bare.locate(lon, lat), prepared.locate(lon, lat)
    inside = {country: shapely.intersects_xy(countries[country], lon, lat) for country in ("AF", "PK")}
    fraction = by_line["line_fraction"]
    # The polygon's edge is straight in degrees, the line a geodesic: 3 m apart on the longest segments.
    interior = (fraction > 0) & (fraction < 1) & (by_line["distance_m"] > 3)
    for country, other, sign in (("AF", "PK", -1), ("PK", "AF", 1)):
        only = inside[country] & ~inside[other]
        off = by_area["distance_m"] > 0
        assert (np.sign(by_area["signed_m"][only & off]) == sign).all()
        assert by_area["side"][only].isin([country, "uncertain"]).all()
        assert (np.sign(by_line["signed_m"][only & interior]) == sign).all()
    outside = ~(inside["AF"] | inside["PK"])
    assert by_area["side"][outside].isna().all()
    assert by_area["side"][~outside].notna().all()


EDGES = {
    # name: (lon, lat, expected distance in m or None for missing)
    "China tripoint": (74.564626, 37.030852, 0.0),
    "Koh-i-Malik Siah": (60.872855, 29.858546, 0.0),
    "no longitude": (np.nan, 34.0, None),
    "no latitude": (70.0, np.nan, None),
    "infinite": (np.inf, 34.0, None),
    "north of the pole": (70.0, 90.001, None),
    "south of the pole": (70.0, -90.001, None),
    "beyond 180": (180.001, 34.0, None),
    "beyond -180": (-180.001, 34.0, None),
}


@pytest.mark.parametrize("name", EDGES)
def test_edge_points(border, name):
    lon, lat, expected = EDGES[name]
    at = border.locate([lon, 70.0], [lat, 34.0])
    if expected is None:
        assert at.iloc[0].isna().all()
    else:
        assert at["distance_m"][0] == pytest.approx(expected, abs=1e-3)
        assert at["side"][0] == "uncertain"
    assert at.iloc[1].notna().all()


@pytest.mark.parametrize("lat", [-90.0, 90.0])
def test_pole_is_one_point_whatever_its_longitude(border, line_xy, lat):
    lon = np.array([-180.0, -60.0, 0.0, 70.0, 180.0])
    at = border.locate(lon, np.full(5, lat))
    assert at["distance_m"].max() - at["distance_m"].min() < 1e-6
    assert at["distance_m"][0] == pytest.approx(oracle.nearest(line_xy, 0.0, lat)[0], abs=0.01)


def test_180_degrees_east_is_180_west(border, line_xy):
    at = border.locate([180.0, -180.0], [10.0, 10.0])
    pd.testing.assert_series_equal(at.iloc[0], at.iloc[1], check_names=False)
    assert at["distance_m"][0] == pytest.approx(oracle.nearest(line_xy, 180.0, 10.0)[0], abs=0.01)


def test_line_over_180_degrees_and_over_the_pole():
    pacific = geo.Border.from_line(shapely.LineString([(179, 0), (-179, 0)]), left="north", right="south")
    at = pacific.locate([180, -180, 179.5, 0], [1, -1, 0, 0])
    assert at["side"].tolist()[:2] == ["north", "south"]
    assert np.abs(at["foot_lon"][:2]).tolist() == pytest.approx([180, 180])
    assert at["line_fraction"][:3].tolist() == pytest.approx([0.5, 0.5, 0.25])
    polar = geo.Border.from_line(shapely.LineString([(0, 89), (180, 89)]), left="west", right="east")
    at = polar.locate([-90, 90], [89.5, 89.5])
    assert at["side"].tolist() == ["west", "east"]
    assert at["foot_lat"].tolist() == pytest.approx([90, 90])


def test_beyond_an_end_the_line_runs_straight_on():
    border = geo.Border.from_line(shapely.LineString([(0, 0), (0, 1)]), left="west", right="east")
    at = border.locate([-1, 1, -1, 1], [2, 2, -1, -1])
    assert at["side"].tolist() == ["west", "east", "west", "east"]
    assert at["line_fraction"].tolist() == [1, 1, 0, 0]
    with_area = geo.Border.from_line(
        border.geometry, left="west", right="east", left_area=shapely.box(0.5, 1.5, 2, 3)
    )
    assert with_area.locate([1], [2])["side"].tolist() == ["west"]


@pytest.mark.parametrize(
    ("line", "lon", "lat", "side"),
    [
        ([(0, 0), (1, 0), (1, 1)], 1.2, -0.1, "right"),  # outside a left turn, nearest its vertex
        ([(0, 0), (1, 0), (1, 1)], 1.01, -0.5, "right"),
        ([(0, 0), (1, 0), (1, -1)], 1.2, 0.1, "left"),  # outside a right turn
        ([(0, 0), (1, 0), (0, 0.2)], 1.2, 0.01, "right"),  # past a hairpin to the left
        ([(0, 0), (1, 0), (0, -0.2)], 1.2, -0.01, "left"),  # past a hairpin to the right
        ([(0, 0), (1, 0), (0, 0.2)], 0.5, 0.05, "left"),  # within it
    ],
)
def test_side_at_a_vertex_is_that_of_the_wedge(line, lon, lat, side):
    assert geo.Border.from_line(shapely.LineString(line)).locate(lon, lat)["side"].tolist() == [side]


def test_reversed_line_mirrors_sign_and_chainage(border, line_xy):
    lon, lat = scattered(line_xy, 400, seed=6)
    there = geo.Border.from_line(border.geometry).locate(lon, lat)
    back = geo.Border.from_line(border.geometry.reverse()).locate(lon, lat)
    off = there["distance_m"] > 0.01
    assert np.abs(there["distance_m"] - back["distance_m"]).max() < 1e-4
    assert (np.sign(there["signed_m"][off]) == -np.sign(back["signed_m"][off])).all()
    moved = np.abs(there["line_km"] + back["line_km"] - border.length_km) * 1000
    assert moved.max() < 1


@hypothesis.settings(max_examples=40, deadline=None)
@hypothesis.given(data=st.data())
def test_order_and_company_of_points_do_not_matter(data):
    border = geo.DurandLine()
    coordinate = st.tuples(
        st.floats(-180, 180) | st.floats(60, 75) | st.just(np.nan), st.floats(-90, 90) | st.floats(29, 37)
    )
    points = data.draw(st.lists(coordinate, min_size=1, max_size=12))
    order = data.draw(st.permutations(range(len(points))))
    lon, lat = (np.array(part) for part in zip(*points, strict=True))
    whole = border.locate(lon, lat)
    mixed = border.locate(lon[list(order)], lat[list(order)])
    pd.testing.assert_frame_equal(whole.iloc[list(order)].reset_index(drop=True), mixed)
    alone = border.locate(lon[0], lat[0])
    pd.testing.assert_frame_equal(whole.iloc[:1], alone)


@hypothesis.settings(max_examples=50, deadline=None)
@hypothesis.given(
    start=st.tuples(st.floats(-180, 180), st.floats(-89, 89)),
    steps=st.lists(st.tuples(st.floats(0, 360), st.floats(1, 1_500_000)), min_size=1, max_size=4),
    lon=st.floats(-180, 180),
    lat=st.floats(-89, 89),
)
def test_any_line_agrees_with_brute_force(start, steps, lon, lat):
    vertices = [start]
    for course, run in steps:
        vertices.append(GEOD.fwd(*vertices[-1], course, run)[:2])
    xy = np.array(vertices)
    azimuth, length = oracle.segments(xy)
    at = geo.Border.from_line(shapely.LineString(xy)).locate(lon, lat)
    # On a segment of continental length the distance can have two minima: cut it into pieces of 5 km.
    pieces = [xy[:1]]
    for begin, end, course, run in zip(xy[:-1], xy[1:], azimuth, length, strict=True):
        along = np.arange(5000, run, 5000)
        x, y, _ = GEOD.fwd(*(np.full(len(along), part) for part in (*begin, course)), along)
        pieces += [np.column_stack((x, y)), end[None, :]]
    distance, _, _ = oracle.nearest(np.vstack(pieces), lon, lat)
    assert at["distance_m"].item() == pytest.approx(distance, abs=0.01)


def test_inputs_of_every_kind_give_one_answer(border):
    lon, lat = [69.17, np.nan, 71.58], [34.53, 34.0, 34.01]
    expected = border.locate(lon, lat)
    index = pd.Index(["a", "b", "c"])
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=4326)
    for given in (
        border.locate(np.array(lon), np.array(lat)),
        border.locate(pa.array(lon), pa.array(lat)),
        border.locate(pa.chunked_array([lon[:1], lon[1:]]), pa.chunked_array([lat])),
        border.locate(points),
    ):
        pd.testing.assert_frame_equal(given, expected)
    kept = border.locate(pd.Series(lon, index=index), pd.Series(lat, index=index))
    assert kept.index.equals(index)
    nullable = border.locate(pd.Series([69.17, None, 71.58], dtype="Float64"), pd.Series(lat))
    pd.testing.assert_frame_equal(nullable, expected)
    with_empty = gpd.GeoSeries([points[0], shapely.Point(), points[2]], crs=4326)
    pd.testing.assert_frame_equal(border.locate(with_empty), expected)
    projected = border.locate(points.to_crs(32642))
    assert np.allclose(projected["distance_m"], expected["distance_m"], atol=0.01, equal_nan=True)


def test_empty_input_gives_empty_frame_of_the_same_types(border):
    empty, full = border.locate([], []), border.locate([70], [34])
    assert empty.empty
    assert empty.dtypes.equals(full.dtypes)
    assert list(full.columns) == [*LOCATED, "side"]


@pytest.mark.parametrize(
    ("lon", "lat", "error"),
    [
        ([1.0, 2.0], [1.0], geo.SchemaError),
        ([[1.0]], [[1.0]], geo.SchemaError),
        (["north"], [1.0], geo.SchemaError),
        ([1.0], None, geo.SchemaError),
        (gpd.GeoSeries([shapely.Point(1, 1)]), None, geo.CrsError),
        (gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=4326), None, geo.SchemaError),
    ],
)
def test_unusable_input_is_refused(border, lon, lat, error):
    with pytest.raises(error):
        border.locate(lon, lat)


@pytest.mark.parametrize(
    "line",
    [
        shapely.LineString(),
        shapely.Point(1, 1),
        shapely.MultiLineString([[(0, 0), (1, 1)], [(5, 5), (6, 6)]]),
        shapely.LineString([(1, 1), (1, 1)]),
        shapely.LineString([(180, 1), (-180, 1)]),
        shapely.LineString([(0, 0), (500_000, 4_000_000)]),
    ],
)
def test_what_is_no_line_is_refused(line):
    with pytest.raises(geo.BoundaryError):
        geo.Border.from_line(line)


def test_bad_sides_and_accuracy_are_refused():
    line = shapely.LineString([(0, 0), (0, 1)])
    with pytest.raises(geo.CrsError, match="set_crs"):
        geo.Border.from_line(gpd.GeoSeries([line]))
    with pytest.raises(geo.SchemaError, match="different names"):
        geo.Border.from_line(line, left="A", right="A")
    for accuracy in (-1.0, np.nan, pd.DataFrame({"from_km": [0]})):
        with pytest.raises(geo.SchemaError):
            geo.Border.from_line(line, accuracy_m=accuracy)
    for start in ([1.0, 2.0], [0.0, 0.0]):
        with pytest.raises(geo.SchemaError, match="must start at 0 and rise"):
            geo.Border.from_line(line, accuracy_m=pd.DataFrame({"from_km": start, "accuracy_m": [1.0, 2.0]}))


def test_parts_and_other_crs_are_joined_and_reprojected():
    parts = shapely.MultiLineString([[(0, 0), (0, 1)], [(0, 1), (0, 2)]])
    frame = gpd.GeoSeries([parts], crs=4326).to_crs(3857)
    assert geo.Border.from_line(frame).length_km == pytest.approx(221.149, abs=0.001)
    assert repr(geo.Border.from_line(parts, left="A", right="B")) == "<Border A | B, 221.1 km>"


def test_accuracy_is_that_of_the_stretch(border):
    for stretch in geo.read_line_accuracy().itertuples():
        middle = shapely.line_interpolate_point(stretch.geometry, 0.5, normalized=True)
        at = border.locate(middle.x, middle.y)
        assert at["accuracy_m"].item() == stretch.accuracy_m
        assert stretch.from_km <= at["line_km"].item() <= stretch.to_km


def test_another_real_border_the_line_of_control():
    layer = geo.read_layer("disputed_lines")
    control = layer[layer["name"] == "Line of Control"]
    border = geo.Border.from_line(control, left="one", right="other", accuracy_m=250)
    xy = shapely.get_coordinates(border.geometry)
    lon, lat = scattered(xy, 300, seed=7)
    truth = by_oracle(xy, lon, lat, near_only=True)
    assert check_against_oracle(border.locate(lon, lat), truth, lon, lat) <= 2
    srinagar, muzaffarabad = border.locate([74.8, 73.47], [34.09, 34.37])["side"]
    assert {srinagar, muzaffarabad} == {"one", "other"}


def test_probability_of_a_side_is_the_normal_distribution():
    probability = side_probability([-300, -250, 0, 250 * 1.6448536 / 1.9599640, np.nan], 250)
    assert probability[:4] == pytest.approx([0.00934, 0.025, 0.5, 0.95], abs=1e-5)
    assert np.isnan(probability[4])
    assert side_probability([-1, 0, 1], 0).tolist() == [0, 0.5, 1]


def test_probability_of_a_disc_is_the_mean_over_it():
    rng = np.random.default_rng(8)
    angle, away = rng.uniform(0, 2 * np.pi, 200_000), 500 * np.sqrt(rng.random(200_000))
    for centre in (-600, -430, -100, 0, 250):
        sampled = side_probability(centre + away * np.cos(angle), 250).mean()
        assert side_probability(centre, 250, radius_m=500).item() == pytest.approx(sampled, abs=3e-3)
    # Without error: the part of a disc beyond a chord at half its radius.
    segment = (np.arccos(0.5) - 0.5 * np.sqrt(0.75)) / np.pi
    assert side_probability(250, 0, radius_m=500).item() == pytest.approx(1 - segment, abs=0.02)


def test_certain_from_084_of_the_accuracy_on():
    border = geo.Border.from_line(shapely.LineString([(0, 0), (0, 1)]), accuracy_m=1000)
    for metres, side in ((835, "uncertain"), (845, "right"), (-835, "uncertain"), (-845, "left")):
        lon, lat, _ = GEOD.fwd(0, 0.5, 90, metres)
        assert border.locate(lon, lat)["side"].tolist() == [side]
