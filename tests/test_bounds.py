"""How sure the answers of geo.locate are, and what becomes of a user's own columns."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner

import geo
from geo.analysis import bounds
from geo.places.radii import SITE_M
from geo.types import GEOD
from maps.cli.main import cli

TORKHAM = (71.0847, 34.1147)


def frame(*points, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*zip(*points, strict=True)), crs=4326)


def test_the_part_in_the_province_is_that_of_the_shares():
    events = frame((69.27, 32.60), (69.27, 32.60), where_precision=["near", "town"])
    found = geo.locate(events)
    shares = geo.shares(events).query("level == 'adm1' and unit == 'AF-PKA'").set_index("row")["share"]
    assert found["adm1_share"].tolist() == pytest.approx(shares.tolist(), abs=1e-9)
    assert found["locus_m"].tolist() == [25_000, 2_000]


def test_a_province_that_is_stated_holds_all_of_the_locus():
    event = frame((69.27, 32.60), where_precision=["near"], adm1_source=["Paktika"])
    found = geo.locate(event).iloc[0]
    assert found["adm1_share"] == 1
    # Cut to Paktika it does not reach over the line.
    assert found["border_km_max"] < 0.2
    assert geo.locate(event.drop(columns="adm1_source")).iloc[0]["border_km_max"] > 5


@pytest.mark.parametrize("precision", ["site", "town", "near", "district"])
def test_points_thrown_into_the_locus_lie_between_the_bounds(precision):
    event = frame((69.5, 33.0), where_precision=[precision])
    found = geo.locate(event).iloc[0]
    drawn = geo.impute(event, n=300)
    at = geo.locate(gpd.GeoDataFrame(geometry=drawn.geometry.to_numpy(), crs=4326))
    slack = found["locus_m"] / 10_000
    for name in ("border_km", "crossing_km"):
        assert at[name].min() >= found[f"{name}_min"] - slack
        assert at[name].max() <= found[f"{name}_max"] + slack
        # And they are no wider than need be.
        assert found[f"{name}_max"] - found[f"{name}_min"] <= 2 * found["locus_m"] / 1000 + slack
    assert found["border_km_min"] <= found["border_km"] <= found["border_km_max"]


def test_a_crossing_inside_the_locus_may_be_the_very_place():
    found = geo.locate(frame(TORKHAM, (71.2, 34.2), where_precision=["site", "near"]))
    assert found["crossing_km_min"].tolist() == [0, 0]
    east, west = GEOD.inv(71.2, 34.2, *TORKHAM)[2] / 1000, 25
    assert found["crossing_km_max"].iloc[1] == pytest.approx(east + west, rel=0.1)


def test_a_province_has_bounds_though_its_point_means_nothing():
    event = frame((69.0, 32.4), where_precision=["province"], adm1_source=["Paktika"])
    found = geo.locate(event).iloc[0]
    assert np.isnan(found["border_km"])
    assert found["border_km_min"] < -90
    assert -1 < found["border_km_max"] <= 0
    area = geo.read_units(1).set_index("iso3166_2").geometry["AF-PKA"]
    radius = np.sqrt(abs(GEOD.geometry_area_perimeter(area)[0]) / np.pi)
    assert found["locus_m"] == pytest.approx(radius, rel=0.001)


def test_a_stretch_is_ten_kilometres_to_each_side():
    event = frame((69.0, 32.4), where_precision=["border"], border_units=["AF-PKA"])
    found = geo.locate(event).iloc[0]
    assert (found["border_km_min"], found["border_km_max"]) == (-10, 10)
    assert 0 <= found["crossing_km_min"] < found["crossing_km_max"] < 200


def test_nothing_is_said_of_what_lies_in_neither_country_or_is_not_known():
    found = geo.locate(frame((51.5, 25.3), (69, 33), where_precision=["town", "unknown"]))
    names = [name for name in bounds.BOUNDS if name in found and name != "locus_m"]
    assert len(names) >= 5
    assert found[names].isna().all().all()
    assert found["locus_m"].tolist()[0] == 2_000
    assert np.isnan(found["locus_m"].iloc[1])


def test_sites_are_measured_alike_with_the_table_of_edges_and_without(monkeypatch):
    """A province's edge cuts a site where a disc drawn and cut says it does."""
    unit = geo.read_units(1).set_index("iso3166_2").geometry["AF-PKA"]
    edge = shapely.get_coordinates(shapely.boundary(unit))[::400]
    rng = np.random.default_rng(2)
    near = edge + rng.normal(0, 0.004, edge.shape)
    points = frame(*near.tolist(), (68.5, 32.5), where_precision=["site"] * (len(near) + 1))
    one_by_one = geo.locate(points)["adm1_share"]
    monkeypatch.setattr(bounds, "ONE_BY_ONE", 0)
    by_table = geo.locate(points)["adm1_share"]
    assert one_by_one.equals(by_table)
    assert by_table.iloc[-1] == 1
    assert (by_table < 1).sum() >= 5
    shares = geo.shares(points).query("level == 'adm1'")
    located = geo.locate(points)["adm1"]
    for row in np.flatnonzero(located.notna()):
        mine = shares[(shares["row"] == row) & (shares["unit"] == located.iloc[row])]["share"].sum()
        assert by_table.iloc[row] == pytest.approx(mine, abs=0.04)
    assert (geo.locate(points)["locus_m"] == SITE_M).all()
    # Of points that say nothing of their precision the error of the lines is left out: there may be millions.
    bare = geo.locate(frame(*near.tolist()))["adm1_share"]
    assert (bare >= by_table.iloc[:-1] - 0.04).all()
    assert (bare > by_table.iloc[:-1] + 0.04).any()


def test_a_radius_of_ones_own_goes_before_the_words():
    found = geo.locate(frame((69.5, 33.0), where_precision=["near"], radius_m=[3_000.0])).iloc[0]
    assert found["locus_m"] == 3_000
    assert found["border_km_max"] - found["border_km_min"] == pytest.approx(6, abs=0.1)


def test_own_columns_are_kept_and_ours_win():
    events = frame(TORKHAM, where_precision=["site"], side=["mine"], note=["kept"], adm1=["Nangarhar"])
    found = geo.locate(events)
    assert found["side_source"].tolist() == ["mine"]
    assert found["note"].tolist() == ["kept"]
    assert found["adm1_source"].tolist() == ["Nangarhar"]
    assert found["side"].tolist() == ["uncertain"]
    assert list(events.columns) == ["where_precision", "side", "note", "adm1", "geometry"]
    again = geo.locate(events.assign(side_source="other", side_source_2="third"))
    assert again["side_source"].tolist() == ["other"]
    assert again["side_source_3"].tolist() == ["mine"]


def test_an_earlier_answer_is_replaced():
    events = frame(TORKHAM, (69.27, 32.6), where_precision=["site", "near"])
    once = geo.locate(events)
    pd.testing.assert_frame_equal(pd.DataFrame(geo.locate(once)), pd.DataFrame(once))


def test_own_columns_of_a_file_come_out_of_read_and_locate(tmp_path):
    sheet = pd.DataFrame(
        {
            "date": ["2025-10-11", "2025-10-12"],
            "type": ["airstrike", "attack"],
            "lon": [71.09, 69.27],
            "lat": [34.12, 32.60],
            "where_precision": ["town", "near"],
            "analyst": ["A. Khan", ""],
            "case no.": ["007", "=1+1"],
            "border_km": ["about 2", "far"],
        }
    )
    path = tmp_path / "own.csv"
    sheet.to_csv(path, index=False)
    for command, out in (("read", "read.parquet"), ("locate", "located.parquet")):
        ran = CliRunner().invoke(cli, [command, str(path), "-o", str(tmp_path / out)])
        assert ran.exit_code == 0, ran.output
        assert "columns of its own, kept as text: 'analyst', 'case no.', 'border_km'" in ran.output
    read, located = (gpd.read_parquet(tmp_path / name) for name in ("read.parquet", "located.parquet"))
    for table in (read, located):
        assert table["case no."].tolist() == ["007", "=1+1"]
        assert table["analyst"].isna().tolist() == [False, True]
    assert read["border_km"].tolist() == ["about 2", "far"]
    assert located["border_km_source"].tolist() == ["about 2", "far"]
    assert located["crossing"].tolist()[0] == "Torkham"
    assert {"adm1_share", "border_km_min", "crossing_km_max", "locus_m"} <= set(located.columns)
    # What was written is read again with the same columns.
    again = CliRunner().invoke(
        cli, ["read", str(tmp_path / "read.parquet"), "-o", str(tmp_path / "b.parquet")]
    )
    assert again.exit_code == 0, again.output
    assert list(gpd.read_parquet(tmp_path / "b.parquet").columns) == list(read.columns)
