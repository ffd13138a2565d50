"""Parts of the border against independent methods: random points, geodesic lengths, areas by counting."""

import geopandas as gpd
import numpy as np
import oracle
import pandas as pd
import pytest
import shapely

import geo
from geo.events.points import points_of
from geo.locus.resolve import loci_of
from geo.locus.shapes import draw

GEOD = oracle.GEOD


@pytest.fixture(scope="module")
def border():
    return geo.DurandLine()


@pytest.fixture(scope="module")
def short(border):
    """A hundred kilometres of the real line, without areas on its sides."""
    return geo.Border.from_line(border.between(800, 900), left="PK", right="AF")


def test_point_at_is_where_geodesics_from_the_start_lead(border):
    xy = shapely.get_coordinates(border.geometry)
    azimuth, length = oracle.segments(xy)
    along = np.append(0, np.cumsum(length)) / 1000
    for km in (0.0, 0.001, 853.46, 1234.5678, border.length_km):
        at = max(int(np.searchsorted(along, km)) - 1, 0)
        x, y, _ = GEOD.fwd(*xy[at], azimuth[at], (km - along[at]) * 1000)
        point = border.point_at(km)[0]
        assert GEOD.inv(x, y, point.x, point.y)[2] < 1e-5


def test_point_at_and_locate_undo_each_other(border):
    km = pd.Series(np.linspace(0, border.length_km, 500), index=np.arange(500) * 3)
    points = border.point_at(km)
    assert points.index.equals(km.index)
    assert points.crs == "EPSG:4326"
    at = border.locate(points)
    assert np.abs(at["line_km"] - km).max() < 1e-4
    assert at["distance_m"].max() < 0.01


def test_point_at_of_missing_is_missing_and_beyond_is_refused(border):
    points = border.point_at([np.nan, 5.0])
    assert points.isna().tolist() == [True, False]
    for km in (-1, border.length_km + 1, np.inf, [1.0, 9e9]):
        with pytest.raises(geo.BoundaryError, match="line_km must lie in 0"):
            border.point_at(km)
    with pytest.raises(geo.SchemaError):
        border.point_at("Torkham")


def test_between_crossings_is_the_line_between_them(border):
    part = border.between("Torkham", "Ghulam Khan")
    line = part.geometry[0]
    gates = geo.read_crossings().set_index("crossing_id")
    for gate, end in (("torkham", 0), ("ghulam-khan", -1)):
        at = gates.geometry[gate]
        assert GEOD.inv(at.x, at.y, *line.coords[end])[2] < 1
    assert GEOD.geometry_length(line) / 1000 == pytest.approx(part["length_km"].item(), abs=1e-6)
    inner = shapely.get_coordinates(line)[1:-1]
    whole = {tuple(vertex) for vertex in shapely.get_coordinates(border.geometry)}
    assert all(tuple(vertex) in whole for vertex in inner)


@pytest.mark.parametrize("name", ["torkham", "TORKHAM", "تورخم", "طورخم", 853.46])
def test_between_understands_ids_languages_and_numbers(border, name):
    there, back = border.between(name, "Chaman"), border.between("chaman-spin-boldak", name)
    pd.testing.assert_frame_equal(there, back)
    assert there["from_km"].item() == pytest.approx(853.46)


def test_between_refuses_what_is_no_place(border, short):
    for start, end in (("Khyber", "Torkham"), ("", 3), (1, 9999), ("Torkham", 853.46), (np.nan, 3)):
        with pytest.raises(geo.BoundaryError):
            border.between(start, end)
    with pytest.raises(geo.BoundaryError, match="no crossings by name"):
        short.between("Torkham", 3)


def test_length_depends_on_the_ruler(border):
    assert border.length() == pytest.approx(border.length_km)
    lengths = [border.length(ruler_m=ruler) for ruler in (0, 10, 100, 1000)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] == pytest.approx(2409, abs=1)
    with pytest.raises(geo.BoundaryError):
        border.length(ruler_m=-1)


def test_a_ruler_works_far_from_the_region():
    zigzag = shapely.LineString([(-70 + i * 0.01, -50 + (i % 2) * 0.001) for i in range(101)])
    far = geo.Border.from_line(zigzag)
    straight = GEOD.inv(-70, -50, -69, -50)[2] / 1000
    assert far.length(ruler_m=500) == pytest.approx(straight, rel=1e-3)
    assert far.length() > straight * 1.01


@pytest.mark.parametrize("arguments", [{}, {"by": "provinces"}, {"km": 50}, {"by": "km", "km": 333.3}])
def test_sectors_cover_the_line_without_gap_or_overlap(border, arguments):
    sectors = border.sectors(**arguments)
    assert sectors["from_km"].iloc[0] == 0
    assert sectors["to_km"].iloc[-1] == pytest.approx(border.length_km)
    assert (sectors["from_km"].to_numpy()[1:] == sectors["to_km"].to_numpy()[:-1]).all()
    for row in sectors.itertuples():
        assert GEOD.geometry_length(row.geometry) / 1000 == pytest.approx(row.length_km, abs=1e-6)


def test_sectors_by_province_have_their_provinces_on_each_side(border):
    units = geo.read_units(1)
    sectors = border.sectors()
    assert sectors[["left_unit", "right_unit"]].notna().all(axis=None)
    for row in sectors.itertuples():
        middle = (row.from_km + row.to_km) / 2
        foot, ahead = border.point_at([middle, middle + 0.02])
        course = GEOD.inv(foot.x, foot.y, ahead.x, ahead.y)[0]
        # Where the line winds one of several short steps aside lands on the side meant.
        for unit, turn in ((row.left_unit, -90), (row.right_unit, 90)):
            steps = [shapely.Point(GEOD.fwd(foot.x, foot.y, course + turn, m)[:2]) for m in (2, 5, 10)]
            area = units.geometry[units["iso3166_2"] == unit].item()
            assert any(area.contains(step) for step in steps), row.sector


def test_sectors_refuse_contradictions(border, short):
    for arguments in ({"km": 0}, {"km": -5}, {"km": np.nan}, {"by": "km"}, {"by": "provinces", "km": 5},
                      {"by": "rivers"}, {"km": 1e-9}):  # fmt: skip
        with pytest.raises(geo.BoundaryError):
            border.sectors(**arguments)
    with pytest.raises(geo.BoundaryError, match="give km"):
        short.sectors()
    assert len(short.sectors(km=30)) == 4


def check_bands(border, bands, lon, lat, slack_m):
    """Each point lies in the band that its geodesic distance and side say, or too near an edge to tell."""
    at = border.locate(lon, lat)
    side = np.where(at["signed_m"] > 0, border.left, border.right)
    covered = np.zeros(len(lon), dtype=int)
    for band in bands.itertuples():
        inside = shapely.intersects_xy(band.geometry, lon, lat)
        covered += inside
        low, high = band.from_km * 1000, band.to_km * 1000
        away = at["distance_m"].to_numpy()
        known = at["side"].notna().to_numpy() & (at["distance_m"] > 3).to_numpy()
        surely = known & (side == band.side) & (away > low + slack_m) & (away < high - slack_m)
        never = known & ((side != band.side) | (away < low - slack_m) | (away > high + slack_m))
        assert surely.sum() > 20
        assert inside[surely].all()
        assert not inside[never].any()
        assert not inside[~at["side"].notna().to_numpy()].any()
    assert covered.max() == 1


def test_bands_hold_the_points_that_their_distance_says(border):
    bands = border.bands([5, 10, 25, 50])
    assert bands["side"].tolist() == ["PK"] * 4 + ["AF"] * 4
    assert bands["from_km"].tolist() == [0, 5, 10, 25] * 2
    assert bands.is_valid.all()
    rng = np.random.default_rng(11)
    xy = shapely.get_coordinates(border.geometry)[rng.integers(0, 34559, 6000)]
    lon, lat, _ = GEOD.fwd(xy[:, 0], xy[:, 1], rng.uniform(0, 360, 6000), rng.uniform(0, 70_000, 6000))
    check_bands(border, bands, np.asarray(lon), np.asarray(lat), 10)


def test_bands_of_a_line_without_areas_run_straight_on_beyond_its_ends(short):
    bands = short.bands([2, 30])
    rng = np.random.default_rng(12)
    west, south, east, north = short.geometry.bounds
    lon, lat = rng.uniform(west - 0.5, east + 0.5, 20_000), rng.uniform(south - 0.5, north + 0.5, 20_000)
    check_bands(short, bands, lon, lat, 8)


def test_bands_refuse_limits_that_do_not_rise(short):
    for limits in ([], [0], [5, 5], [10, 5], [np.nan], [501], [-1, 5]):
        with pytest.raises(geo.BoundaryError, match="rising distances"):
            short.bands(limits)


def test_profile_counts_a_site_in_its_own_step(border):
    km = [12.0, 15.0, 1234.0]
    points = border.point_at(km)
    events = gpd.GeoDataFrame({"where_precision": ["site"] * 3}, geometry=points.to_numpy(), crs=4326)
    profile = geo.profile(events, border=border, step_km=100)
    assert profile["certain"].sum() == 3
    assert profile["expected"].to_numpy()[[0, 12]].tolist() == [2, 1]
    assert profile["to_km"].iloc[-1] == pytest.approx(border.length_km)


def test_profile_agrees_with_random_points_of_each_locus(border):
    events = gpd.GeoDataFrame(
        {"where_precision": ["near", "province", "border", "unknown"],
         "adm1_source": [None, "Khost", None, None],
         "border_units": [None, None, "AF-KAN", None]},
        geometry=gpd.points_from_xy([70.2, 69.9, 68.05, 70], [33.9, 33.3, 31.69, 34]), crs=4326,
    )  # fmt: skip
    profile = geo.profile(events, border=border, step_km=200, within_km=15)
    rng = np.random.default_rng(13)
    expected = np.zeros(len(profile))
    for locus in loci_of(events, points_of(events))[:3]:
        area = draw(locus)
        west, south, east, north = area.bounds
        lon = rng.uniform(west, east, 60_000)
        lat = np.degrees(np.arcsin(rng.uniform(np.sin(np.radians(south)), np.sin(np.radians(north)), 60_000)))
        inside = shapely.intersects_xy(area, lon, lat)
        at = border.locate(lon[inside], lat[inside])
        km = at["line_km"][at["distance_m"] <= 15_000]
        expected += np.histogram(km, np.append(profile["from_km"], border.length_km))[0] / inside.sum()
    assert profile["expected"].sum() < 3
    assert profile["expected"].to_numpy() == pytest.approx(expected, abs=0.02)


def test_profile_of_nothing_is_zero_and_bad_steps_are_refused(border):
    empty = gpd.GeoDataFrame({"where_precision": pd.Series(dtype="str")}, geometry=[], crs=4326)
    assert geo.profile(empty, border=border)["expected"].sum() == 0
    assert geo.profile(empty, border=border)["certain"].dtype == "int64"
    for arguments in ({"step_km": 0}, {"within_km": -1}, {"step_km": np.nan}, {"step_km": 1e-6}):
        with pytest.raises(geo.SchemaError, match="km"):
            geo.profile(empty, border=border, **arguments)
