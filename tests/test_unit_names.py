"""Names of countries, provinces and the former F.A.T.A.: one resolver for sheets, options and filters."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import geo
from geo.analysis.locate import in_areas
from geo.border.durand import area_chainages
from geo.border.spans import stretches_along
from geo.boundaries.layers import read_former_areas
from geo.places.unit_names import (
    FORMER_AREAS,
    area_code,
    area_codes,
    checked_areas,
    country_code,
    named_units,
    province_code,
    suggest_units,
)
from maps.content.content import map_content
from maps.spec.spec import MapSpec


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *((text, "PK-KP") for text in ("KP", "K.P.", "KPK", "K.P.K.", "Khyber-Pakhtunkhwa", "NWFP")),
        *((text, "PK-KP") for text in ("خیبر پختونخواہ", "صوبہ خیبر پختونخوا", "خيبر پښتونخوا", "کے پی")),
        *(
            (text, "PK-BA")
            for text in ("Baluchistan", "BALOCHISTAN PROVINCE", "بلوچستان", "Balochistan (PAK)")
        ),
        *((text, "PK-JK") for text in ("AJK", "A.J.K.", "Azad Jammu & Kashmir", "آزاد کشمیر")),
        *((text, "PK-IS") for text in ("ICT", "Islamabad Capital Territory")),
        *((text, "PK-GB") for text in ("GB", "Gilgit Baltistan", "Northern Areas")),
        *((text, "AF-NAN") for text in ("Nangrahar", "Ningarhar", "د ننګرهار ولایت", "Nangarhar (AFG)")),
        *((text, "AF-KHO") for text in ("خوست", "ولایت خوست", "Khowst", "Khost, Afghanistan")),
        *((text, "AF-KNR") for text in ("کونړ", "کنر", "Province of Kunar", "Konar")),
        *((text, None) for text in ("Khost, Pakistan", "Khost district", "Kunar River", "Asia")),
    ],
)
def test_every_way_to_write_a_province_means_it(text, code):
    assert area_code(text) == code
    assert province_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Islamic Republic of Pakistan", "PK"),
        ("اسلامی جمہوریہ پاکستان", "PK"),
        ("Islamic Emirate of Afghanistan", "AF"),
        ("د افغانستان اسلامي امارت", "AF"),
        ("Pakistani", None),
    ],
)
def test_long_names_of_countries(text, code):
    assert country_code(text) == code


@pytest.mark.parametrize("text", ["FATA", "F.A.T.A.", "ex-FATA", "Erstwhile FATA", "Tribal Areas", "فاٹا"])
def test_the_former_fata_is_an_area_of_its_own_and_in_khyber_pakhtunkhwa(text):
    assert area_code(text) == "PK-TA"
    assert province_code(text) == FORMER_AREAS["PK-TA"] == "PK-KP"


def test_the_outline_of_the_former_fata_holds_its_agencies_and_no_settled_district():
    shape = read_former_areas().geometry.iloc[0]
    districts = geo.read_districts()
    districts = districts[districts["adm1"] == "PK-KP"].set_index("name").geometry
    inside = {"Bajaur", "Khyber", "Kurram", "Mohmand", "North Waziristan", "Orakzai", "South Waziristan"}
    assert {name for name, point in districts.items() if shape.contains(point)} == inside
    province = geo.read_units().set_index("iso3166_2").geometry["PK-KP"]
    assert shapely.difference(shape, province).area < 1e-9


def test_a_row_coded_on_fata_is_the_former_fata_and_not_the_province():
    rows = gpd.GeoDataFrame(
        {
            "where_precision": ["province"] * 3,
            "adm1_source": ["FATA", "KP", None],
            "place": [None, None, "ex-FATA"],
        },
        geometry=gpd.points_from_xy([71.5] * 3, [34.0] * 3),
        crs=4326,
    )
    areas = geo.loci(rows).to_crs("ESRI:54034").area / 1e6
    # 27,220 square kilometres as published (Pakistan Bureau of Statistics, 1998); lines good to 3 km.
    assert areas.iloc[0] == pytest.approx(27_220, rel=0.03)
    assert areas.iloc[2] == areas.iloc[0]
    assert areas.iloc[1] > 100_000
    found = geo.shares(rows)
    assert found.query("event_id == 0 and level == 'adm1'")["unit"].tolist() == ["PK-KP"]
    assert found.query("event_id == 0 and level == 'side'")["share"].tolist() == [1.0]


def test_several_provinces_are_any_of_them_and_shares_are_by_area():
    rows = gpd.GeoDataFrame(
        {"where_precision": ["province"], "adm1_source": ["Khost; Paktika"]},
        geometry=gpd.points_from_xy([69.9], [33.3]),
        crs=4326,
    )
    units = geo.shares(rows).query("level == 'adm1'").set_index("unit")["share"]
    assert units.index.tolist() == ["AF-PKA", "AF-KHO"]
    assert units.sum() == pytest.approx(1)
    assert (
        geo.loci(rows)
        .iloc[0]
        .equals(
            shapely.union_all(
                geo.read_units().set_index("iso3166_2").geometry.loc[["AF-KHO", "AF-PKA"]].to_numpy()
            )
        )
    )


def test_the_line_along_the_former_fata_is_part_of_that_along_the_province():
    assert named_units("Durand Line, former FATA") == ["PK-TA", "PK-TA"]
    (first, last), (outer_first, outer_last) = (stretches_along((code,))[0] for code in ("PK-TA", "PK-KP"))
    assert outer_first < first < last == outer_last
    assert set(area_chainages()) - {"PK-TA"} == set(geo.vocab.AFGHAN_PROVINCES_ON_LINE) | set(
        geo.vocab.PAKISTANI_UNITS_ON_LINE
    )


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Khost and Paktika provinces", ("AF-KHO", "AF-PKA")),
        ("Kunar; Nangarhar", ("AF-KNR", "AF-NAN")),
        ("Zabul, Kandahar & Helmand", ("AF-ZAB", "AF-KAN", "AF-HEL")),
        ("کونړ او ننګرهار", ("AF-KNR", "AF-NAN")),
        ("KP, Balochistan, Pakistan", ("PK-KP", "PK-BA")),
        ("Khost and Wana", ()),
        ("", ()),
    ],
)
def test_a_list_is_provinces_only_if_every_part_is_one(text, codes):
    assert area_codes(text) == codes


def test_what_is_refused_comes_with_what_may_be_meant():
    with pytest.raises(geo.SchemaError, match=r"did you mean Nangarhar \(AF-NAN\)"):
        checked_areas(["Nangrharr"])
    with pytest.raises(geo.SchemaError, match="that is a country"):
        checked_areas(["Pakistan"])
    with pytest.raises(geo.SchemaError, match=r"'Bavaria'.*'Narnia'"):
        checked_areas(["KP", "Bavaria", "Narnia"])
    assert suggest_units("Baluchistann")[0] == "PK-BA"
    assert suggest_units("?") == []


@pytest.mark.parametrize("name", ["KPK", "Khyber-Pakhtunkhwa", "K.P.", "خیبر پختونخوا"])
def test_a_filter_of_a_map_takes_what_readers_know(name):
    assert map_content(MapSpec(provinces=(name,))).rows.table["event_id"].tolist() == (
        map_content(MapSpec(provinces=("PK-KP",))).rows.table["event_id"].tolist()
    )


def test_a_filter_by_the_former_fata_keeps_what_lies_in_it():
    points = gpd.GeoDataFrame(
        {"where_precision": ["site"] * 3},
        geometry=gpd.points_from_xy([70.15, 71.58, 69.92], [32.99, 34.01, 33.34]),
        crs=4326,
    )
    located = geo.locate(points)
    assert in_areas(located, ["FATA"]).tolist() == [True, False, False]
    assert in_areas(located, ["NWFP"]).tolist() == [True, True, False]
    coded = pd.concat([located, located.iloc[[1]].assign(adm1_source="FATA")], ignore_index=True)
    assert in_areas(coded, ["FATA", "Khost"]).tolist() == [True, False, True, True]
