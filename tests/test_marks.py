"""Which events are drawn together, what they are called, where they stand."""

from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import geo
import maps
from geo.places.spelling import ARABIC, LATIN
from geo.vocab import EVENT_TYPES, VERIFICATIONS
from maps.content.cards import NOWHERE
from maps.content.marks import FILLED, FILLED_ORDER, LEVELS, SymbolCount
from maps.content.page_rules import page_rules
from maps.content.place_names import _towns, district_named, name_town, words_of_place
from maps.words.words import word


@pytest.fixture(scope="module")
def content():
    return maps.map_content(maps.MapSpec())


def tables(*rows, **every):
    """Event tables of hand-made rows: each a place text, a point, and what differs from the usual."""
    usual = {
        "date_start": pd.Timestamp("2026-01-05"),
        "date_end": pd.NaT,
        "date_precision": 1,
        "event_type": "airstrike",
        "where_precision": "town",
        "country_source": None,
        "adm1_source": None,
        "adm2_source": None,
        "verification": "reported",
    }
    records = [
        usual | every | {"event_id": f"t:{n}", "place": place, "geometry": shapely.Point(lon, lat)} | more
        for n, (place, lon, lat, more) in enumerate(rows)
    ]
    frame = gpd.GeoDataFrame(records, geometry="geometry", crs="EPSG:4326")
    shipped = geo.read_events()
    return replace(shipped, events=frame, claims=shipped.claims.iloc[:0], sources=shipped.sources.iloc[:0])


def marks_of(*rows, lang="en", **every):
    return maps.map_content(maps.MapSpec(events=tables(*rows, **every), lang=lang)).marks


def test_every_shipped_event_is_in_one_group(content):
    rows = [row for group in content.marks for row in group.events]
    grain = content.events["cols"]["grain"]
    assert sorted(rows) == [n for n in range(len(grain)) if grain[n] != NOWHERE]
    assert len(rows) == 85
    for group in content.marks:
        assert sum(count.n for count in group.counts) == len(group.events)


def test_sides_and_provinces_are_never_mixed(content):
    side = content.rows.table.assign(side=geo.locate(content.rows.table)["side"])["side"].astype(object)
    for group in content.marks:
        certain = {one for one in side.iloc[list(group.events)] if one in ("AF", "PK")}
        # A gate is on the line, whichever side's province the source puts it in.
        gate = any(EVENT_TYPES[count.type].startswith("crossing ") for count in group.counts)
        assert certain <= {group.side} or (gate and group.side is None), group.tag
        if group.adm1 is not None and group.side is not None:
            assert group.adm1.startswith(group.side), group.tag


def test_a_town_stands_on_its_own_side_by_the_full_line(content):
    line = geo.DurandLine()
    for group in content.marks:
        if group.plotted and group.side:
            at = line.locate([group.lon], [group.lat])
            assert at["side"].iloc[0] in (group.side, "uncertain"), group.tag


def test_an_event_is_named_by_its_own_place(content):
    place = content.rows.table["place"].tolist()
    tag = {place[row]: group.tag for group in content.marks for row in group.events}
    assert tag["Mir Ali"] == "Mir Ali"
    assert tag["Omid addiction treatment hospital"] == tag["Taimani area"] == "Kabul"
    assert tag["Kam Air fuel depot, Kandahar airport"] == "Kandahar airport"
    assert tag["Army Public School, Peshawar"] == "Peshawar"
    assert tag["Chaman crossing (Friendship Gate)"] == "Chaman crossing"
    assert tag["Chaman"] == "Chaman"
    assert tag["Gardi Kas village, Bihsud"] == "near Gardi Kas"
    assert tag["Laman area, Barmal"] == tag["Barmal district"] == "Barmal district"
    assert tag["Spinwam"] == "near Spinwam"
    assert tag["Kunar front (201 Corps)"] == "Kunar front / Dir sector, along the line"


def test_stretches_of_one_course_are_one_mark_under_both_names(content):
    (front,) = [group for group in content.marks if "Kunar front" in group.name]
    named = {content.rows.table["place"].iloc[row] for row in front.events}
    assert front.name == "Kunar front / Dir sector"
    assert named == {"Kunar front (201 Corps)", "Dir sector"}
    assert sum(count.n for count in front.counts) == len(front.events) == 2
    courses = [group.stretches for group in content.marks if group.level == "stretch"]
    assert len(courses) == len(set(courses))


def test_one_place_is_one_group(content):
    (kabul,) = [group for group in content.marks if group.name == "Kabul"]
    assert len(kabul.events) == 5
    assert kabul.counts == (SymbolCount(1, "filled", 3), SymbolCount(1, "hollow", 2))
    assert (kabul.lon, kabul.lat) == pytest.approx((69.1723, 34.5281), abs=1e-3)
    (barmal,) = [group for group in content.marks if group.name == "Barmal"]
    assert len(barmal.events) == 6
    assert not barmal.plotted


def test_levels_come_from_the_loudest_to_the_quietest(content):
    order = [LEVELS.index(group.level) for group in content.marks]
    assert order == sorted(order)
    assert {group.plotted for group in content.marks if group.level != "town"} == {False}


@pytest.mark.parametrize("verification", [*VERIFICATIONS, None])
def test_how_sure_is_drawn_by_one_table(verification):
    (group,) = marks_of(("Ghazni", 68.42, 33.55, {"verification": verification}))
    expected = {"reported": "filled", "verified": "filled", "claimed": "hollow", "disputed": "hollow"}
    assert group.counts == (SymbolCount(1, expected.get(verification, "not said"), 1),)
    assert FILLED[verification] == expected.get(verification, "not said")


def test_a_table_without_the_column_says_nothing_of_how_sure():
    frame = tables(("Ghazni", 68.42, 33.55, {})).events.drop(columns="verification")
    made = replace(tables(("Ghazni", 68.42, 33.55, {})), events=frame)
    (group,) = maps.map_content(maps.MapSpec(events=made)).marks
    assert [count.filled for count in group.counts] == ["not said"]


def test_a_town_over_the_line_is_another_group():
    over = ("Torkham", 71.05, 34.09, {"country_source": "Afghanistan"})
    groups = marks_of(over, ("Torkham", 71.10, 34.11, {"country_source": "Pakistan"}))
    assert {group.side for group in groups} == {"AF", "PK"}
    for group in groups:
        side = geo.DurandLine().locate([group.lon], [group.lat])["side"].iloc[0]
        assert side in (group.side, "uncertain")


def test_a_town_too_far_off_gives_no_name():
    # Miranshah is 12.5 km from there.
    assert name_town("Some hamlet", 70.2, 32.97) == "Some hamlet"
    assert words_of_place("Some hamlet, Paktika") == "Some hamlet"
    # A name in the words counts only within its radius: this Ghazni is 60 km away.
    assert name_town("Ghazni", 68.42, 34.1) == "Ghazni"


@pytest.mark.parametrize(("place", "lon", "lat"), [("Garmser", 64.2, 31.13), ("Dir", 71.88, 35.2)])
def test_a_name_of_a_place_is_not_replaced_by_that_of_the_town_around_the_point(place, lon, lat):
    (group,) = marks_of((place, lon, lat, {}))
    assert group.name == group.tag == place
    # What is no name of a place is called after the town.
    (house,) = marks_of(("Some guest house", lon, lat, {}))
    assert house.name != "Some guest house"
    assert (group.lon, group.lat) == pytest.approx((lon, lat), abs=0.02)


@pytest.mark.parametrize("lang", ["ps", "fa", "ur", "ar"])
def test_the_line_itself_is_named_in_the_language(lang):
    (group,) = marks_of(("Durand Line", 70.0, 33.0, {"where_precision": "border"}), lang=lang)
    assert "Durand" not in group.name + group.tag
    assert group.name == word(lang, "Durand Line")


def test_a_name_in_another_script_is_the_places_own():
    """GeoNames has among a place's names those of others, and some that a program romanised in part."""
    (srinagar,) = marks_of(("Srinagar", 74.8, 34.08, {}), lang="ur")
    assert srinagar.name in ("سري نگر", "سری نگر")
    for lang in ("ps", "fa", "ur", "ar"):
        names = [town.place.named(lang) for town in _towns()[0]]
        assert not [name for name in names if ARABIC.search(name) and LATIN.search(name)]
        assert "هذا يكفي" not in names


def test_districts_group_by_district_whatever_the_words():
    at = {"where_precision": "district", "adm1_source": "Paktika"}
    groups = marks_of(
        ("Birmal district", 69.28, 32.71, at),
        ("Somewhere in Barmal", 69.276, 32.713, at | {"adm2_source": "Bermal"}),
        ("Urgun", 69.18, 32.95, at | {"adm2_source": "Urgun"}),
    )
    assert sorted(len(group.events) for group in groups) == [1, 2]
    assert {group.adm1 for group in groups} == {"AF-PKA"}
    assert district_named("Spera", "AF-KHO") == district_named("Spira", "AF-KHO")


def test_a_point_without_words_is_named_by_the_town_that_reaches_it_or_not_at_all():
    kabul, nowhere = marks_of((None, 69.20, 34.55, {}), (None, 66.0, 33.9, {}))
    assert kabul.tag == "Kabul"
    assert nowhere.tag == ""


@pytest.mark.parametrize("lang", ["ps", "fa", "ur", "ar"])
def test_tags_are_in_the_language_of_the_map(lang):
    there = {"where_precision": "province", "adm1_source": "Paktika"}
    (group,) = marks_of(("Paktika", 68.8, 32.5, there), lang=lang)
    assert not group.tag.isascii()
    (english,) = marks_of(("Paktika", 68.8, 32.5, there))
    assert english.tag == "Paktika province"
    assert (group.lon, group.lat) == (english.lon, english.lat)


def test_a_province_stands_inside_itself(content):
    units = geo.read_units(1).set_index("iso3166_2").geometry
    for group in content.marks:
        if group.level == "province":
            assert units[group.adm1].contains(shapely.Point(group.lon, group.lat)), group.tag


def test_the_page_reads_the_rules_as_data():
    rules = json.loads(json.dumps(page_rules()))
    assert [one["key"] for one in rules["types"]] == list(EVENT_TYPES)
    assert rules["filled"] == [FILLED[one] for one in (*VERIFICATIONS, None)]
    assert rules["filledOrder"] == list(FILLED_ORDER)
    assert all({"path", "hollow", "line", "family"} <= set(one) for one in rules["types"])
