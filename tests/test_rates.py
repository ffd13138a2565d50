"""Rates by length, area and people, and the cells that can be counted by."""

from __future__ import annotations

import builtins

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner

import geo
from geo.types import GEOD
from maps.cli.main import cli


@pytest.fixture(scope="module")
def events():
    return geo.read_events()


def people(**columns):
    frame = {
        "unit": ["AF-PKA", "PK-KP"],
        "people": [800_000, 41_000_000],
        "date": ["2023-03-01", "2023"],
        "source": ["invented for this test", "invented for this test"],
    }
    return pd.DataFrame(frame | columns)


def test_a_rate_by_line_is_the_number_by_the_length_of_the_stretch(events):
    sectors = geo.DurandLine().sectors(km=50).set_index("unit")
    counts = geo.count(events, by=geo.DurandLine().sectors(km=50), per="100 km").set_index("unit")
    inside = counts.drop(index="outside")
    wanted = inside["expected"] / sectors["length_km"] * 100
    assert np.allclose(inside["per_100_km"], wanted[inside.index])
    assert (inside["per_100_km_low"] <= inside["per_100_km"] + 1e-9).all()
    assert np.isnan(counts.loc["outside", "per_100_km"])
    assert (inside["line_km"].iloc[:-1] == 50).all()


def test_provinces_have_the_length_that_they_are_along(events):
    counts = geo.count(events, by="adm1", per="100 km").set_index("unit")
    afghan = counts[counts.index.str.startswith("AF")]["line_km"]
    assert counts.loc["AF-KAB", "line_km"] == 0
    assert np.isnan(counts.loc["AF-KAB", "per_100_km"])
    every = geo.DurandLine().sectors()
    for unit in ("AF-PKA", "AF-KAN"):
        assert afghan[unit] == pytest.approx(every[every["right_unit"] == unit]["length_km"].sum())
    sides = geo.count(events, by="side", per="100 km").set_index("unit")["line_km"]
    assert sides["AF"] == sides["PK"] == pytest.approx(geo.DurandLine().length_km)


def test_a_rate_by_area_is_by_the_area_on_the_ellipsoid(events):
    counts = geo.count(events, by="adm1", per=["1000 km2"]).set_index("unit")
    area = geo.read_units(1).set_index("iso3166_2").geometry["AF-PKA"]
    assert counts.loc["AF-PKA", "area_km2"] == pytest.approx(abs(GEOD.geometry_area_perimeter(area)[0]) / 1e6)
    row = counts.loc["AF-PKA"]
    assert row["per_1000_km2"] == pytest.approx(row["expected"] / row["area_km2"] * 1000)
    assert row["per_1000_km2_high"] == pytest.approx(row["high"] / row["area_km2"] * 1000)


def test_a_rate_by_people_carries_day_and_source_of_its_figures(events):
    counts = geo.count(events, by="adm1", period="Y", people=people()).set_index(["unit", "period"])
    row = counts.loc[("AF-PKA", "2025")]
    assert row["per_100000_people"] == pytest.approx(row["expected"] / 8)
    assert (row["people_date"], row["people_source"]) == ("2023-03-01", "invented for this test")
    assert counts.xs("AF-KHO")["per_100000_people"].isna().all()


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"source": ["", "x"]}, "1 units have no source .AF-PKA"),
        ({"date": [None, "2023"]}, "1 units have no date .AF-PKA"),
        ({"date": ["some day", "2023"]}, "no date"),
        ({"people": [0, 5]}, "no number of people above 0"),
        ({"people": ["many", 5]}, "no number of people above 0"),
        ({"unit": ["PK-KP", "PK-KP"]}, "figures already"),
        ({"unit": ["Paktika", "PK-KP"]}, "not counted by, such as 'Paktika'"),
    ],
)
def test_people_without_day_source_or_number_are_refused(events, columns, said):
    with pytest.raises(geo.SchemaError, match=said):
        geo.count(events, by="adm1", people=people(**columns))


def test_what_has_no_length_or_area_is_refused(events):
    with pytest.raises(geo.SchemaError, match="no column date, source"):
        geo.count(events, people=people()[["unit", "people"]])
    with pytest.raises(geo.SchemaError, match="people is a DataFrame"):
        geo.count(events, people={"AF-PKA": 800_000})
    with pytest.raises(geo.SchemaError, match="needs units with an area"):
        geo.count(events, by="sector", per="1000 km2")
    with pytest.raises(geo.SchemaError, match="needs units with an area"):
        geo.count(events, by="all", per="1000 km2")
    with pytest.raises(geo.SchemaError, match="of stretches of the line"):
        geo.count(events, by=geo.around("Torkham", 25), per="100 km")
    with pytest.raises(geo.SchemaError, match="per is one of 100 km, 1000 km2"):
        geo.count(events, per="mile")


def test_numbers_of_squares_are_those_that_ucdp_gives(shared):
    """UCDP writes the number of the square of each of its points."""
    table = pd.read_csv(shared / "events" / "GEDEvent_v26_0_1.csv", dtype={"priogrid_gid": "Int64"})
    box = table[table["longitude"].between(60, 78) & table["latitude"].between(24, 38)]
    points = gpd.GeoDataFrame(box, geometry=gpd.points_from_xy(box["longitude"], box["latitude"]), crs=4326)
    held = gpd.sjoin(points, geo.priogrid(), predicate="within")
    assert len(held) > 90
    assert (held["gid"] == held["priogrid_gid"]).all()


def test_squares_are_numbered_from_the_south_west_corner_of_the_world():
    world = gpd.GeoSeries([shapely.box(-179.9, -89.9, -179.8, -89.8), shapely.box(179.6, 89.6, 179.9, 89.9)])
    first, last = (geo.priogrid(one.to_frame("geometry").set_crs(4326)) for one in (world[:1], world[1:]))
    assert first["gid"].tolist() == [1]
    assert last["gid"].tolist() == [360 * 720]


def test_hexagons_cover_the_area_and_overlap_nowhere():
    circle = geo.around("Torkham", 60)
    cells = geo.hexes(5, circle)
    assert shapely.coverage_is_valid(cells.geometry.to_numpy())
    assert shapely.covers(shapely.union_all(cells.geometry.to_numpy()), circle.geometry.item())
    assert cells.intersects(circle.geometry.item()).all()
    assert cells["unit"].is_unique
    assert cells["area_km2"].between(200, 300).all()


@pytest.mark.parametrize("make", [lambda: geo.hexes(4), geo.priogrid])
def test_counts_by_cells_add_up(events, make):
    counts = geo.count(events, by=make())
    assert counts["expected"].sum() == pytest.approx(geo.count(events, by="adm0")["expected"].sum(), abs=1e-6)
    assert counts.set_index("unit").loc["outside", "expected"] < 10


def test_cells_of_nothing_are_refused(monkeypatch):
    for wrong in (8, -1, 5.0, True):
        with pytest.raises(geo.SchemaError, match="resolution is a whole number of H3 from 0 to 7"):
            geo.hexes(wrong)
    bare = gpd.GeoDataFrame(geometry=[shapely.box(70, 33, 71, 34)])
    for make in (geo.priogrid, lambda area: geo.hexes(5, area)):
        with pytest.raises(geo.CrsError):
            make(bare)
        with pytest.raises(geo.SchemaError, match="empty"):
            make(bare.set_crs(4326).iloc[:0])
        with pytest.raises(geo.SchemaError, match="area is a GeoDataFrame"):
            make(shapely.box(70, 33, 71, 34))
    whole = builtins.__import__

    def without(name, *words, **named):
        if name == "h3":
            raise ImportError(name)
        return whole(name, *words, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(geo.ExtraMissingError, match="h3, which is not installed"):
        geo.hexes(5)


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words], prog_name="durand")


def test_the_command_counts_by_cells_and_gives_rates(tmp_path):
    out = tmp_path / "cells.gpkg"
    done = run("count", "--priogrid", "--per", "1000 km2", "-o", out)
    assert done.exit_code == 0, done.output
    table = gpd.read_file(out)
    assert {"per_1000_km2", "area_km2"} <= set(table.columns)
    assert table.set_index("unit").loc["179063", "expected"] > 0
    done = run("count", "--hexes", 3)
    assert done.exit_code == 0, done.output
    assert run("count", "--hexes", 3, "--priogrid").exit_code == 2
    figures = tmp_path / "people.csv"
    people().to_csv(figures, index=False)
    done = run("count", "--by", "adm1", "--people", figures, "-o", tmp_path / "rates.csv")
    assert done.exit_code == 0, done.output
    assert "invented for this test" in (tmp_path / "rates.csv").read_text()
    people().drop(columns="source").to_csv(figures, index=False)
    done = run("count", "--by", "adm1", "--people", figures)
    assert done.exit_code == 1
    assert "of which day and whose" in done.stderr


def test_several_kinds_of_units_stand_one_below_the_other(events):
    both = geo.count(events, by=("adm1", "sector"), period="Y")
    assert both.columns[0] == "by"
    for level in ("adm1", "sector"):
        part = both[both["by"] == level].drop(columns="by").reset_index(drop=True)
        pd.testing.assert_frame_equal(part, geo.count(events, by=level, period="Y"))
    named = geo.count(events, by={"squares": geo.priogrid(), "provinces": "adm1"})
    assert set(named["by"]) == {"squares", "provinces"}
    assert named.groupby("by")["expected"].sum().tolist() == pytest.approx([92, 92], abs=1e-6)
    for wrong in ((), ("adm1", "adm1"), {}):
        with pytest.raises(geo.SchemaError, match="by is a level"):
            geo.count(events, by=wrong)
