"""Stock points: the known one, centroids, stacks; and places that are none."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geo
from geo.places.stock_points import KNOWN_STOCK_POINTS


def table(rows: list[tuple[float, float, str]]) -> gpd.GeoDataFrame:
    lon, lat, precision = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {"where_precision": list(precision)}, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326"
    )


def test_known_stock_point_is_found_even_once() -> None:
    found = geo.stock_points(table([(68.051427, 31.689623, "border")]))
    assert found["known_as"].tolist() == ["Afghanistan-Pakistan border"]
    assert "UCDP" in found["source"].item()
    assert found["n"].tolist() == [1]


def test_stack_of_coarse_rows_is_found_and_counted() -> None:
    found = geo.stock_points(table([(70.111, 32.555, "district")] * 3 + [(70.111, 32.555, "near")]))
    assert found["n"].item() == 4
    assert found["precisions"].item() == "district 3; near 1"
    assert found["coarse"].item() == 0.75
    assert "4 rows, 75% of coarse precision" in found["why"].item()


def test_exact_rows_in_a_town_are_no_stock_point() -> None:
    assert geo.stock_points(table([(71.57849, 34.008, "town")] * 20)).empty


def test_two_coarse_rows_off_every_centroid_are_no_stack() -> None:
    assert geo.stock_points(table([(70.111, 32.555, "district")] * 2)).empty


def test_centroid_of_a_province_is_named(units: gpd.GeoDataFrame) -> None:
    centre = units.geometry[units["iso3166_2"] == "AF-PKA"].iloc[0].centroid
    found = geo.stock_points(table([(centre.x, centre.y, "province")]))
    assert found[["unit", "level"]].to_numpy().tolist() == [["Paktika", "province"]]
    assert found["unit_m"].item() < 10


def test_centroid_of_a_district_counts_only_if_a_row_says_district() -> None:
    barmal = geo.resolve_place("Barmal")
    found = geo.stock_points(table([(barmal.lon, barmal.lat, "district")]))
    assert found["unit"].tolist() == ["Barmal"]
    assert geo.stock_points(table([(barmal.lon, barmal.lat, "near")])).empty


def test_district_on_the_point_of_its_seat_is_found() -> None:
    urgun = geo.resolve_place("Urgun", kind="town")
    found = geo.stock_points(table([(urgun.lon, urgun.lat, "district")]))
    assert "on the point of Urgun" in found["why"].item()


def test_rounded_coordinate_of_a_coarse_row_is_found() -> None:
    found = geo.stock_points(table([(62.0, 34.5, "province")]))
    assert "rounded to 1 decimals" in found["why"].item()


def test_exact_rows_far_from_every_place_are_found() -> None:
    found = geo.stock_points(table([(63.123456, 30.654321, "town")] * 3))
    assert "no known place within" in found["why"].item()


def test_most_used_first_and_order_of_rows_does_not_matter() -> None:
    rows = table([(70.111, 32.555, "district")] * 3 + [(68.051427, 31.689623, "border")] * 5)
    found = geo.stock_points(rows)
    assert found["n"].tolist() == [5, 3]
    again = geo.stock_points(rows.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(pd.DataFrame(found), pd.DataFrame(again))


def test_same_point_in_another_crs_and_with_noise_below_a_metre() -> None:
    rows = table([(68.051427, 31.689623, "border"), (68.0514270000001, 31.689623, "border")])
    assert geo.stock_points(rows)["n"].tolist() == [2]
    assert geo.stock_points(rows.to_crs(32642))["known_as"].notna().all()


def test_without_precision_only_position_counts() -> None:
    rows = table([(68.051427, 31.689623, "border")] * 4).drop(columns="where_precision")
    found = geo.stock_points(rows)
    assert found["precisions"].tolist() == ["not stated"]
    assert found["coarse"].tolist() == [0.0]


def test_empty_and_pointless_tables_give_an_empty_one() -> None:
    some = geo.stock_points(table([(68.051427, 31.689623, "border")]))
    for rows in (
        table([(68.0, 31.0, "near")]).iloc[:0],
        gpd.GeoDataFrame({"where_precision": ["unknown"]}, geometry=[None], crs="EPSG:4326"),
    ):
        none = geo.stock_points(rows)
        assert none.empty
        assert (none.dtypes == some.dtypes).all()


def test_wrong_input_is_refused() -> None:
    rows = table([(68.0, 31.0, "near")])
    with pytest.raises(geo.CrsError):
        geo.stock_points(rows.set_crs(None, allow_override=True))
    with pytest.raises(geo.SchemaError, match="min_events"):
        geo.stock_points(rows, min_events=1)
    with pytest.raises(geo.SchemaError, match="points"):
        geo.stock_points(rows.set_geometry([shapely.LineString([(0, 0), (1, 1)])]).set_crs(4326))


def test_argument_is_not_changed() -> None:
    rows = table([(68.051427, 31.689623, "border")])
    before = rows.copy()
    geo.stock_points(rows)
    pd.testing.assert_frame_equal(pd.DataFrame(rows), pd.DataFrame(before))


def test_stock_points_of_the_shipped_events() -> None:
    found = geo.stock_points(geo.read_events().events)
    known = found[found["known_as"].notna()]
    assert known["known_as"].tolist() == ["Afghanistan-Pakistan border", "Kandahar"]
    assert known["n"].tolist() == [4, 1]
    assert np.allclose(known[["lon", "lat"]], [[68.051427, 31.689623], [65.75, 31.0]])
    assert {"Barmal", "Kurram", "Spin Boldak"} <= set(found["unit"].dropna())


def test_ucdp_january_2026_puts_coarse_rows_on_centroids(shared) -> None:
    events = geo.read_events(shared / "events" / "GEDEvent_v26_0_1.csv").events
    region = events[events["country_source"].isin(["Afghanistan", "Pakistan"])]
    found = geo.stock_points(region)
    assert "Balochistan" in found["unit"].dropna().tolist()
    assert found["n"].max() == 4


@pytest.mark.parametrize(
    "point", [p for p in KNOWN_STOCK_POINTS if p.level != "border"], ids=lambda p: p.stated[:20]
)
def test_a_known_stock_point_lies_in_what_it_stands_for_and_at_no_town(point, units, countries) -> None:
    areas = units if point.level == "province" else countries
    area = areas.set_index("name").geometry[point.name]
    assert shapely.contains_xy(area, point.lon, point.lat)
    places = geo.read_places()
    away = np.hypot(places.geometry.x - point.lon, places.geometry.y - point.lat)
    # 0.003 degrees are 300 m, three times as far as a point may be off to be taken for a known one.
    assert away.min() > 0.003


@pytest.mark.parametrize(
    ("lat", "lon", "level"),
    [
        ("30.375321", "69.345116", "country"),
        ("30.3753", "69.3451", "country"),
        ("33.93911", "67.709953", "country"),
        ("33.7680065", "66.2385139", "country"),
        ("33", "65", "country"),
        ("31.0", "64.0", "province"),
        ("33.333", "67.75", "province"),
        ("33.34", "67.77", "town"),
    ],
)
def test_a_row_on_a_geocoders_point_of_an_area_is_no_town(tmp_path, lat, lon, level) -> None:
    sheet = tmp_path / "geocoded.csv"
    sheet.write_text(
        f"date,place,lat,lon\n2025-10-11,Somewhere,{lat},{lon}\n2025-10-12,Elsewhere,34.1231,70.4568\n",
        encoding="utf-8",
    )
    tables = geo.read_events(sheet)
    assert tables.events["where_precision"].tolist() == [level, "town"]
    assert tables.warnings["reason"].str.contains("stands for").sum() == (level != "town")


def test_a_stated_precision_on_such_a_point_is_kept_and_told(tmp_path) -> None:
    sheet = tmp_path / "stated.csv"
    sheet.write_text(
        "date,place,lat,lon,where_precision\n2025-10-11,Somewhere,31,64,town\n2025-10-11,Elsewhere,31,64,province\n",
        encoding="utf-8",
    )
    tables = geo.read_events(sheet)
    assert tables.events["where_precision"].tolist() == ["town", "province"]
    told = tables.warnings[tables.warnings["reason"].str.contains("stands for 'Helmand'")]
    assert told["row"].tolist() == [1]
