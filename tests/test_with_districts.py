"""Loci, shares and locate once districts have been added: four made by hand, of two provinces."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import geo
from geo.export.postgis import _comment


@pytest.fixture(scope="module")
def _four_districts(tmp_path_factory):
    """Khost and Nangarhar, each cut in two along a meridian through its middle."""
    folder = tmp_path_factory.mktemp("districts")
    units = geo.read_units().set_index("boundary_id").geometry
    names, shapes = [], []
    for code, (west, east) in {"AF-KHO": ("Spera", "Gurbuz"), "AF-NAN": ("Khogyani", "Spera")}.items():
        province = units[code]
        middle = province.centroid.x
        for name, box in ((west, (60, middle)), (east, (middle, 80))):
            names.append(name)
            shapes.append(shapely.intersection(province, shapely.box(box[0], 20, box[1], 40)))
    path = folder / "four.geojson"
    gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=4326).to_file(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DURAND_HOME", str(folder / "home"))
        geo.add_boundaries(
            path, country="AF", licence="CC0-1.0", source="made by hand", vintage="2026", name_column="name"
        )
    return folder / "home"


@pytest.fixture
def added(_four_districts, monkeypatch):
    monkeypatch.setenv("DURAND_HOME", str(_four_districts))


def district_event(adm1, adm2, lon, lat):
    return gpd.GeoDataFrame(
        {
            "event_id": ["own:1"],
            "where_precision": ["district"],
            "adm1_source": [adm1],
            "adm2_source": [adm2],
        },
        geometry=gpd.points_from_xy([lon], [lat]),
        crs=4326,
    )


@pytest.mark.usefixtures("added")
def test_the_locus_of_a_district_is_the_district():
    units = geo.read_units(2).set_index("boundary_id")
    khost = units.geometry["AF-KHO-spera"]
    point = khost.representative_point()
    event = district_event("Khost", "Spera", point.x, point.y)
    assert shapely.equals(geo.loci(event).item(), khost)
    found = geo.locate(event).iloc[0]
    assert (found["adm2"], found["adm2_name"], found["side"]) == ("AF-KHO-spera", "Spera", "AF")
    shares = geo.shares(event)
    assert shares.loc[shares["level"] == "adm2", ["unit", "share"]].to_numpy().tolist() == [
        ["AF-KHO-spera", 1.0]
    ]


@pytest.mark.usefixtures("added")
def test_at_the_level_of_provinces_districts_are_not_used():
    event = district_event("Khost", "Spera", 69.6, 33.3)
    district, disc = geo.loci(event).item(), geo.loci(event, level=1).item()
    assert not shapely.equals(district, disc)
    assert disc.hausdorff_distance(shapely.Point(69.6, 33.3)) < 0.4
    with pytest.raises(geo.SchemaError, match="level is 1"):
        geo.loci(event, level=3)


@pytest.mark.usefixtures("added")
def test_a_name_counts_within_the_province_named_and_before_the_point():
    units = geo.read_units(2).set_index("boundary_id").geometry
    elsewhere = units["AF-NAN-khogyani"].representative_point()
    event = district_event("Nangarhar", "SPERA", elsewhere.x, elsewhere.y)
    assert geo.locate(event)["adm2"].item() == "AF-NAN-spera"
    unheard = district_event("Nangarhar", "Nowhere", elsewhere.x, elsewhere.y)
    assert geo.locate(unheard)["adm2"].item() == "AF-NAN-khogyani"


@pytest.mark.usefixtures("added")
def test_a_point_outside_the_province_named_has_no_certain_district():
    point = geo.read_units(2).set_index("boundary_id").geometry["AF-KHO-spera"].representative_point()
    event = district_event("Nangarhar", None, point.x, point.y)
    assert pd.isna(geo.locate(event)["adm2"].item())


@pytest.mark.usefixtures("added")
def test_shares_of_every_level_sum_to_one_with_districts():
    events = geo.read_events().events
    shares = geo.shares(events)
    assert set(shares["level"]) == {"adm0", "adm1", "adm2", "side"}
    sums = shares.groupby(["event_id", "level"])["share"].sum()
    assert sums.to_numpy() == pytest.approx(1.0, abs=1e-9)
    # What has no districts is outside at that level, and only there.
    quetta = shares[(shares["event_id"] == "apb:075") & (shares["level"] == "adm2")]
    assert quetta["unit"].tolist() == ["outside"]


@pytest.mark.usefixtures("added")
def test_a_province_divides_among_its_districts_by_area():
    point = geo.read_units().set_index("boundary_id").geometry["AF-KHO"].representative_point()
    event = district_event("Khost", None, point.x, point.y).assign(where_precision="province")
    parts = geo.shares(event).query("level == 'adm2'").set_index("unit")["share"]
    area = geo.read_units(2).set_index("boundary_id")["area_km2"]
    wanted = area[["AF-KHO-gurbuz", "AF-KHO-spera"]]
    assert parts[wanted.index].to_numpy() == pytest.approx((wanted / wanted.sum()).to_numpy(), abs=1e-4)


@pytest.mark.usefixtures("added")
def test_an_exported_table_of_units_carries_the_licence_of_districts_too():
    comment = _comment("units", geo.read_units(2))
    assert "Licence: ODbL-1.0" in comment
    assert "Districts of AF. Licence: CC0-1.0. Credit: made by hand" in comment
    assert "CC0" not in _comment("line", geo.read_line())


def test_without_districts_there_is_no_such_level():
    event = district_event("Khost", "Spera", 69.5152, 33.20204)
    assert "adm2" not in geo.locate(event)
    assert set(geo.shares(event)["level"]) == {"adm0", "adm1", "side"}


@pytest.mark.usefixtures("added")
def test_an_event_in_an_added_district_is_named_by_its_province():
    import maps

    group = next(
        one for one in maps.map_content(maps.MapSpec(ids=("apb:048",))).marks if one.level == "district"
    )
    assert group.adm1 == "AF-KHO"
    assert group.tint
    title = maps.map_content(maps.locator(event_ids=("apb:048",))).title
    assert title == "Airstrike in Gurbuz, Khost, 25 November 2025"


@pytest.mark.usefixtures("added")
def test_a_tinted_district_has_its_outline_where_one_is_installed():
    import maps

    drawing = maps.draw_map(maps.locator(highlight=("Gurbuz",)), maps.Sheet(size="square", dpi=72))
    tint = drawing.marks[drawing.marks["kind"] == "highlight"].geometry.iloc[0]
    whole = geo.read_units(2).set_index("boundary_id").geometry["AF-KHO-gurbuz"]
    assert tint.intersection(whole).area > 0.97 * whole.area
    assert tint.difference(whole).area < 0.02 * whole.area
