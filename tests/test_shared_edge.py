"""Borders made of two areas, and areas that are said to lie on the wrong side."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

import geo

WEST, EAST = shapely.box(0, 0, 1, 2), shapely.box(1, 0, 2, 2)
NAMES = {"PK": ("IR", "IN", "CN"), "AF": ("IR", "TM", "UZ", "TJ", "PK")}


@pytest.mark.parametrize("turned", [False, True])
def test_the_first_area_lies_on_the_left_however_its_outline_runs(turned):
    shapes = [shapely.reverse(one) if turned else one for one in (WEST, EAST)]
    for first, second, names in (*((*shapes, ("w", "e")),), (*shapes[::-1], ("e", "w"))):
        border = geo.Border.between_areas(first, second, names=names)
        assert border.locate([0.9, 1.1, 0.2], [1, 1, 0.1])["side"].tolist() == ["w", "e", "w"]
        assert border.length_km == pytest.approx(221.15, abs=0.1)


@pytest.mark.parametrize(("one", "two"), [(a, b) for a, others in NAMES.items() for b in others])
def test_points_of_two_countries_lie_on_their_own_sides(one, two, countries):
    shapes = countries.set_index("adm0").geometry
    border = geo.Border.between_areas(shapes[[one]], shapes[[two]], names=(one, two))
    rng = np.random.default_rng(1)
    at = border.point_at(rng.uniform(0, border.length_km, 60))
    lon, lat = at.x + rng.normal(0, 0.1, 60), at.y + rng.normal(0, 0.1, 60)
    side = border.locate(lon, lat)["side"].astype("object")
    for name in (one, two):
        inside = shapely.intersects_xy(shapes[name], lon, lat)
        assert inside.any()
        assert set(side[inside]) == {name}


def test_the_durand_line_is_one_of_them(countries, line):
    shapes = countries.set_index("adm0").geometry
    border = geo.Border.between_areas(shapes["PK"], shapes["AF"], names=("PK", "AF"))
    assert border.geometry.equals(line)
    assert border.length_km == pytest.approx(geo.DurandLine().length_km)
    assert shapely.get_coordinates(border.geometry)[0].tolist() == shapely.get_coordinates(line)[0].tolist()


def test_an_area_on_the_other_side_than_is_said_is_refused():
    line = shapely.LineString([(1, 0), (1, 2)])
    geo.Border.from_line(line, left_area=WEST, right_area=EAST)
    geo.Border.from_line(shapely.reverse(line), left_area=EAST, right_area=WEST)
    for areas in ({"left_area": EAST}, {"right_area": WEST}, {"left_area": EAST, "right_area": WEST}):
        with pytest.raises(geo.BoundaryError, match="reverse the line"):
            geo.Border.from_line(line, **areas)
    # Areas of another source run beside the line, and far ones say nothing.
    shifted = shapely.box(-1, 0, 0.99, 2)
    geo.Border.from_line(line, left_area=shifted, right_area=shapely.box(1.02, 0, 2, 2))
    with pytest.raises(geo.BoundaryError, match="right_area lies on the left"):
        geo.Border.from_line(line, right_area=shifted)


def test_areas_that_do_not_meet_along_one_line_are_refused():
    with pytest.raises(geo.BoundaryError, match="share no edge"):
        geo.Border.between_areas(WEST, shapely.box(1, 2, 2, 3))
    comb = shapely.union_all(
        [shapely.box(1, 0, 2, 0.5), shapely.box(1, 1.5, 2, 2), shapely.box(1.5, 0, 2, 2)]
    )
    with pytest.raises(geo.BoundaryError, match="2 lines that do not join"):
        geo.Border.between_areas(WEST, comb)
    with pytest.raises(geo.SchemaError, match="a is a Geometry, a GeoSeries or a GeoDataFrame, not 5"):
        geo.Border.between_areas(5, EAST)
    for bad in (shapely.Point(0, 0), shapely.Polygon(), gpd.GeoDataFrame({"adm0": ["PK"]})):
        with pytest.raises(geo.BoundaryError, match="an area is a polygon"):
            geo.Border.between_areas(bad, EAST)
    with pytest.raises(geo.CrsError):
        geo.Border.between_areas(gpd.GeoSeries([WEST]), EAST)


def test_frames_of_one_row_name_the_sides():
    land = geo.read_units(0)
    by_code = land.set_index("adm0")
    for a, b in (
        (by_code.loc[["PK"]], by_code.loc[["IR"]]),
        (land[land["adm0"] == "PK"], land[land["adm0"] == "IR"]),
        (by_code.geometry[["PK"]], by_code.geometry[["IR"]]),
    ):
        border = geo.Border.between_areas(a, b)
        assert (border.left, border.right) == ("PK", "IR")
        assert border.locate([62.0, 63.5], [27.5, 27.0])["side"].tolist() == ["IR", "PK"]
    nameless = geo.Border.between_areas(by_code.geometry["PK"], by_code.loc[["IR"]])
    assert (nameless.left, nameless.right) == ("left", "right")
    own = geo.Border.between_areas(by_code.loc[["PK"]], by_code.loc[["IR"]], names=("east", "west"))
    assert (own.left, own.right) == ("east", "west")
