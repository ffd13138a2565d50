"""Names of countries, provinces and the former F.A.T.A.: one resolver for sheets, options and filters."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner

import geo
import maps
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
from maps.cli.main import cli
from maps.content.content import map_content
from maps.content.laid import unit_area
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


# -- every door takes every spelling


PROVINCES = {
    "AF-PKA": (
        "Paktika",
        "AF-PKA",
        "Paktika Prov.",
        "Province of Paktika",
        "Paktica",
        "پکتیکا",
        "د پکتیکا ولایت",
    ),
    "AF-KHO": ("Khost", "Khowst", "Khoost", "د خوست ولايت", "ولایت خوست", "Khost province"),
    "AF-NAN": ("Nengrahar", "Nangrahar", "ننګرهار", "Nangarhaar Prov"),
    "PK-KP": ("KPK", "NWFP", "Khyber Pakhtoonkhwa", "Khyber-Pakhtunkhwa", "خیبر پختونخوا"),
    "PK-BA": ("Baluchistan", "Balochistan", "بلوچستان", "Baloochistan"),
}
COUNTRIES = {
    "AF": ("AF", "af", "AFG", "Afghanistan", "Afganistan", "Islamic Emirate of Afghanistan", "افغانستان"),
    "PK": ("PK", "pk", "PAK", "Pakistan", "Islamic Republic of Pakistan", "پاکستان"),
}


def _spelled(table):
    return [(name, code) for code, names in table.items() for name in names]


def _read(name):
    table = geo.read_events(pd.DataFrame({"date": ["2025-10-11"], "type": ["attack"], "province": [name]}))
    assert table.counts["accepted"] == 1
    point = geo.locate(table.events)
    return point["adm1"].iloc[0]


def _located(name):
    frame = gpd.GeoDataFrame(
        {"where_precision": ["province"], "adm1_source": [name]},
        geometry=gpd.points_from_xy([66], [31]),
        crs=4326,
    )
    found = geo.shares(frame).query("level == 'adm1'").sort_values("share")
    return found["unit"].iloc[-1]


def _kept(name):
    spec = MapSpec(provinces=(name,), allow_empty=True)
    return checked_areas(spec.provinces)[0]


def _asked(name):
    done = CliRunner().invoke(cli, ["place", "Kabul", "--province", name, "--format", "json"])
    assert done.exit_code == 1, done.output
    return checked_areas([name])[0]


PROVINCE_DOORS = {
    "reader": _read,
    "locus": _located,
    "resolve_place": lambda name: geo.resolve_place(name).place_id,
    "resolve_place, kind": lambda name: geo.resolve_place(name, kind="province").place_id,
    "find_place": lambda name: geo.find_place(name, kind="province")["place_id"].iloc[0],
    "find_place, adm1": lambda name: geo.find_place(_SEAT[province_code(name)], adm1=name)["adm1"].iloc[0],
    "MapSpec": _kept,
    "highlight": lambda name: unit_area(name)[0],
    "locator": lambda name: unit_area(maps.locator("Torkham", highlight=(name,)).marks[-1].unit)[0],
    "command": _asked,
}
_SEAT = {"AF-PKA": "Barmal", "AF-KHO": "Khost", "AF-NAN": "Jalalabad", "PK-KP": "Peshawar", "PK-BA": "Quetta"}


@pytest.mark.parametrize("door", PROVINCE_DOORS)
@pytest.mark.parametrize(("name", "code"), _spelled(PROVINCES))
def test_every_door_takes_every_spelling_of_a_province(door, name, code):
    assert PROVINCE_DOORS[door](name) == code


def _added(name):
    # Nothing is there to be removed, which is said of the country by its code.
    with pytest.raises(geo.BoundaryError) as raised:
        geo.remove_boundaries(name, level=3)
    return str(raised.value).split(" for ")[1][:2]


def _by_option(name):
    done = CliRunner().invoke(cli, ["boundaries", "remove", "--country", name, "--level", "3"])
    assert done.exit_code == 1, done.output
    return done.output.split(" for ")[1][:2]


def _imported(name):
    with pytest.raises(geo.DataNotFoundError):
        geo.add_boundaries("none.geojson", country=name, licence="x", source="x", vintage="x")
    return country_code(name)


def _stated(name):
    frame = gpd.GeoDataFrame(
        {"where_precision": ["country"], "country_source": [name]},
        geometry=gpd.points_from_xy([66], [31]),
        crs=4326,
    )
    return geo.shares(frame).query("level == 'side'").sort_values("share")["unit"].iloc[-1]


COUNTRY_DOORS = {
    "locus": _stated,
    "find_place": lambda name: geo.find_place("Torkham", country=name) is not None and country_code(name),
    "resolve_place": lambda name: geo.resolve_place(name, kind="country").place_id,
    "MapSpec": lambda name: MapSpec(countries=(name,)).countries[0],
    "highlight": lambda name: unit_area(name)[0],
    "remove_boundaries": _added,
    "add_boundaries": _imported,
    "country_border": lambda name: repr(geo.country_border(name, "IR")).split()[1],
    "command": _by_option,
}


@pytest.mark.parametrize("door", COUNTRY_DOORS)
@pytest.mark.parametrize(("name", "code"), _spelled(COUNTRIES))
def test_every_door_takes_every_spelling_of_a_country(door, name, code):
    assert COUNTRY_DOORS[door](name) == code


def test_what_is_no_country_or_province_is_refused_at_once_at_every_door():
    for wrong in ({"countries": ("Iran",)}, {"provinces": ("zzz",)}):
        with pytest.raises(geo.SchemaError, match=r"Iran|zzz"):
            MapSpec(**wrong)
    with pytest.raises(geo.SchemaError, match=r"'zzz'.*'Iran'|'Iran'.*'zzz'"):
        MapSpec(countries=("Iran",), provinces=("zzz",))
    assert MapSpec(countries=("Pakistan", "PAK", "AF")).countries == ("PK", "AF")
    for command in (["map", "-o", "m.html"], ["boundaries", "remove"]):
        done = CliRunner().invoke(cli, [*command, "--country", "Iran"])
        assert (done.exit_code, "Iran" in done.output) == (2, True)


def test_sounds_tell_a_province_only_where_no_other_sounds_like_it():
    assert area_code("Khoost") == "AF-KHO"
    # A word of running text is no name for sounding like one.
    assert named_units("clashes in Khoost and Khost") == ["AF-KHO"]
    assert area_code("Pak") is None
