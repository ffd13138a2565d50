"""Texts of places: a city, a list, beside a place, a feature called after one; and rows that state them."""

from __future__ import annotations

import pytest

import geo
from geo.places.phrases import read_phrase
from geo.sources.values.places import place_of_row


@pytest.mark.parametrize(
    ("text", "where", "label"),
    [
        ("near Ghulam Khan", "near", "Ghulam Khan"),
        ("close to Wana", "near", "Wana"),
        ("Parachinar area", "near", "Parachinar"),
        ("outskirts of Miran Shah", "near", "Miranshah"),
        ("south-west of Landi Kotal", "near", "Landi Kotal"),
        ("10 km east of Wana, South Waziristan", "near", "Wana"),
        ("8 miles from Torkham", "near", "Torkham"),
        ("near Kandahar", "near", "Kandahar"),
        ("میرانشاہ کے قریب", "near", "Miranshah"),
        ("تورخم ته نږدې", "near", "Torkham"),
        ("Wana check post", "near", "Wana"),
        ("Parachinar camp", "near", "Parachinar"),
    ],
)
def test_beside_a_place_is_25_km_around_it_and_said(text, where, label):
    place = geo.resolve_place(text)
    assert (place.where_precision, place.label) == (where, label)
    assert place.precision_m >= 25_000
    assert place.note


@pytest.mark.parametrize(
    ("text", "where", "units"),
    [
        ("between Miran Shah and Mir Ali", "near", ()),
        ("Miran Shah and Mir Ali", "near", ()),
        ("Wana; Tank", "province", ()),
        ("Kunar and Nangarhar", "province", ("AF-KNR", "AF-NAN")),
        ("Zabul, Kandahar and Helmand", "province", ("AF-ZAB", "AF-KAN", "AF-HEL")),
        ("between Nangarhar and Kunar", "province", ("AF-NAN", "AF-KNR")),
        ("Khost border", "border", ("AF-KHO",)),
        ("border areas of Khost", "border", ("AF-KHO",)),
        ("Khost border area", "border", ("AF-KHO",)),
        ("FATA", "province", ()),
    ],
)
def test_several_places_are_never_one_dot(text, where, units):
    place = geo.resolve_place(text)
    assert (place.where_precision, place.units) == (where, units)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Torkham and Chaman", "too far apart"),
        ("between Kabul and Quetta", "too far apart"),
        ("Wana and Qwertzuiop", "'Qwertzuiop' is not known"),
        ("60 km from Wana", "farther than 25 km"),
        ("Nawa Pass", "a pass may lie far"),
        ("Kabul River", "a river may lie far"),
        ("Kunar river", "a river may lie far"),
        ("Bannu road", "a road may lie far"),
        ("Kabul border", "does not lie on the Durand Line"),
        ("near Qwertzuiop", "no place is called"),
    ],
)
def test_what_is_no_place_is_refused_with_words(text, said):
    with pytest.raises(geo.PlaceError, match=said):
        geo.resolve_place(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Chaman crossing (Friendship Gate)", "town"),
        ("Dand aw Patan", "district"),
        ("Torkham border", "town"),
        ("Laja Mangal", "district"),
        ("Ghani Khel", "district"),
    ],
)
def test_a_name_with_such_words_in_it_is_still_a_name(text, kind):
    place = geo.resolve_place(text)
    assert (place.kind, place.note) == (kind, "")


@pytest.mark.parametrize(
    ("text", "adm1", "where"),
    [
        ("Torkham, Nangarhar, Afghanistan", None, "town"),
        ("Torkham (Khyber), Pakistan", None, "town"),
        ("Ghulam Khan, Khost, Afghanistan", None, "town"),
        ("Kharlachi, Paktia", None, "town"),
        ("Barmal, Paktika, Afghanistan", "AF-PKA", "district"),
        ("Peshawar, Khyber Pakhtunkhwa, Pakistan", "PK-KP", "town"),
        ("Wana, South Waziristan, KP, Pakistan", "PK-KP", "town"),
    ],
)
def test_town_province_country_is_the_town(text, adm1, where):
    place = geo.resolve_place(text, same_name="city")
    assert place.where_precision == where
    assert adm1 is None or place.adm1 == adm1


@pytest.mark.parametrize(
    "name", ["Kabul", "Kandahar", "Khost", "Peshawar", "Jalalabad", "Quetta", "Chaman", "خوست"]
)
def test_a_city_in_a_column_of_places_is_the_city(name):
    row = place_of_row(name)
    assert row.where == "town"
    assert name == "Jalalabad" or "read as the city" in row.notes[0]


@pytest.mark.parametrize(
    ("stated", "level", "kind"),
    [
        ("province", None, "province"),
        (None, "province", "province"),
        ("district", None, "district"),
        (None, "district", "district"),
        (None, "town", "town"),
        (None, None, "town"),
    ],
)
def test_the_sheet_or_the_option_says_what_a_name_is(stated, level, kind):
    row = place_of_row("Khost", stated=stated, level=level)
    assert row.place.kind == row.where.replace("near", "town") == kind
    assert bool(row.notes) == (stated is None and level is None)


@pytest.mark.parametrize(
    ("stated", "where"),
    [
        ("site", "town"),
        ("town", "town"),
        ("near", "near"),
        ("district", "district"),
        ("country", "country"),
    ],
)
def test_a_place_never_makes_a_row_more_exact_than_it_says(stated, where):
    row = place_of_row("Wana", stated=stated)
    assert row.where == where
    assert bool(row.notes) == (stated == "site")


def test_a_pass_is_known_by_the_district_or_province_of_its_row():
    assert place_of_row("Nawa Pass", adm2="Sarkani", adm1="Kunar").place.kind == "district"
    row = place_of_row("Nawa Pass", adm1="Kunar")
    assert (row.place.place_id, row.where, len(row.notes)) == ("AF-KNR", "province", 2)
    # A village that is not known is no feature: its row waits for a position.
    with pytest.raises(geo.PlaceError, match="no place is called"):
        place_of_row("Qwertzuiop", adm1="Kunar")


def test_provinces_of_a_text_go_into_an_empty_column(tmp_path):
    sheet = tmp_path / "several.csv"
    sheet.write_text(
        "date,place,province,where_precision\n"
        "2025-10-11,Kunar and Nangarhar,,\n"
        "2025-10-11,Wana,KP,province\n"
        "2025-10-12,Kabul,,\n"
        "2025-10-13,Kabul,,\n",
        encoding="utf-8",
    )
    tables = geo.read_events(sheet)
    events = tables.events
    assert events["adm1_source"].iloc[0] == "Kunar; Nangarhar"
    assert events["where_precision"].tolist() == ["province", "province", "town", "town"]
    told = tables.warnings["reason"].tolist()
    assert sum("read as the city" in reason for reason in told) == 1
    assert any("(2 rows)" in reason for reason in told)
    level = geo.read_events(sheet, place_level="province").events
    assert level["where_precision"].tolist()[2:] == ["province", "province"]
    with pytest.raises(geo.SchemaError, match="place_level"):
        geo.read_events(sheet, place_level="village")


@pytest.mark.parametrize("country", ["Pakistan", "Islamic Republic of Pakistan", "PAK", "پاکستان"])
def test_a_town_60_km_outside_its_country_is_told_whatever_the_country_is_called(tmp_path, country):
    sheet = tmp_path / "far.csv"
    # 60 km inside Afghanistan: a town may lie 10 km off, and by no means 100.
    sheet.write_text(
        f"date,place,country,lat,lon,where_precision\n2025-10-11,Somewhere,{country},34.35,70.45,town\n",
        encoding="utf-8",
    )
    told = geo.read_events(sheet).warnings["reason"]
    assert told.str.contains("km outside Pakistan").any()


@pytest.mark.parametrize(
    "text", ["near", "between and", "of", "valley", "—", "border", "the pass", "and", "، و"]
)
def test_words_alone_are_no_place_and_no_crash(text):
    read_phrase(text)
    with pytest.raises((geo.PlaceError, geo.SchemaError)):
        geo.resolve_place(text)


@pytest.mark.parametrize(
    ("text", "label", "where"),
    [("A returnee camp, Torkham", "Torkham", "town"), ("Police headquarters, Peshawar", "Peshawar", "town")],
)
def test_a_feature_in_a_place_is_in_it_and_not_called_after_it(text, label, where):
    place = geo.resolve_place(text, same_name="city")
    assert (place.label, place.where_precision) == (label, where)
    assert "is not known" in place.note


def test_two_names_joined_by_a_stroke_stay_refused():
    with pytest.raises(geo.PlaceError, match="ambiguous"):
        geo.resolve_place("Muhmand Dara / Landi Kotal")


@pytest.mark.parametrize(
    ("text", "where", "label"),
    [
        # The narrowest that the others hold, whatever joins them.
        ("Torkham - Nangarhar", "town", "Torkham"),
        ("Torkham/Nangarhar", "town", "Torkham"),
        ("Kandahar - Spin Boldak", "district", "Spin Boldak"),
        ("Paktika: Barmal", "district", "Barmal"),
        ("Afghanistan > Paktika > Barmal", "district", "Barmal"),
        ("Nangarhar Province's Goshta district", "district", "Goshta"),
        ("Nowhereabad village, Barmal district, Paktika", "district", "Barmal"),
        ("د خوست ولایت", "province", "Khost"),
        # Some part of a province is known as that.
        ("southern Kandahar", "province", "Kandahar"),
        ("several districts of Nangarhar", "province", "Nangarhar"),
        ("across Khost", "province", "Khost"),
        ("eastern Afghanistan", "country", "Afghanistan"),
        # What is not known beside a town is near it.
        ("Nowhereabad, Wana", "near", "Wana"),
        ("Wana / Nowhereabad", "near", "Wana"),
    ],
)
def test_parts_of_a_text_are_as_exact_as_all_of_them_say(text, where, label):
    place = geo.resolve_place(text)
    assert (place.where_precision, place.label) == (where, label)


@pytest.mark.parametrize(
    "text",
    [
        "Wana, Miranshah",
        "Wana (Miranshah)",
        "Wana, Tank and Bannu",
        "Wana, Tank, Bannu",
        "Wana - Miranshah road",
        "Quetta-Chaman Highway",
        "Spin Boldak, Chaman",
        "Wana or Miranshah",
    ],
)
def test_names_in_a_row_are_all_of_them_and_no_dot(text):
    place = geo.resolve_place(text)
    assert place.where_precision in ("near", "province")
    assert "the places named" in place.note


@pytest.mark.parametrize(
    "text",
    [
        "Wana, Miranshah and Nowhereabad",
        "Wana, Miranshah, Nowhereabad",
        "Kabul, Afghanistan and Islamabad, Pakistan",
        "Kotal",
    ],
)
def test_a_row_of_names_that_is_not_wholly_known_is_refused(text):
    with pytest.raises(geo.PlaceError):
        geo.resolve_place(text)
