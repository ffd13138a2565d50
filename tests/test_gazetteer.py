"""Places by name: every spelling that must hit, refusals instead of guesses, and the tables behind it."""

from __future__ import annotations

import json

import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo.places import name_index, record
from geo.places.name_index import read_aliases
from geo.places.spelling import exact_key, folds, skeleton
from maps.cli.place import place as place_command


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Spin Boldak", "district:AF-KAN:spin-boldak"),
        ("Spinboldak", "district:AF-KAN:spin-boldak"),
        ("Buldak", "district:AF-KAN:spin-boldak"),
        ("SPIN-BOLDAK", "district:AF-KAN:spin-boldak"),
        ("Spīn Bōldak", "district:AF-KAN:spin-boldak"),
        ("Barmal", "district:AF-PKA:barmal"),
        ("Bermal", "district:AF-PKA:barmal"),
        ("Urgun", "district:AF-PKA:urgun"),
        ("Orgun", "district:AF-PKA:urgun"),
        ("Argun", "district:AF-PKA:urgun"),
        ("Gurbuz", "district:AF-KHO:gurbuz"),
        ("Gorbuz", "district:AF-KHO:gurbuz"),
        ("Gerbzwo", "district:AF-KHO:gurbuz"),
        ("Paktya", "AF-PIA"),
        ("Paktia", "AF-PIA"),
        ("Bahram Chah", "geonames:1147473"),
        ("Baramcha", "geonames:1147473"),
        ("Bahramcha", "geonames:1147473"),
        ("Angoor Adda", "geonames:1124960"),
        ("Angor Ada", "geonames:1124960"),
        ("Nangarhar", "AF-NAN"),
        ("Ningarhar", "AF-NAN"),
        ("Helmand", "AF-HEL"),
        ("Hilmand", "AF-HEL"),
        ("Khost", "AF-KHO"),
        ("Khowst", "AF-KHO"),
        ("Ghani Khel", "district:AF-NAN:shinwar"),
        ("Khogiani", "district:AF-NAN:khogayani"),
        ("Khyber Pakhtunkwa province", "PK-KP"),
        ("Afghanistan", "AF"),
    ],
)
def test_spellings_that_reports_use_hit(name: str, expected: str) -> None:
    assert geo.resolve_place(name).place_id == expected


@pytest.mark.parametrize("name", ["Zazi", "Jaji", "Zazi district"])
def test_zazi_and_jaji_are_two_districts(name: str) -> None:
    with pytest.raises(geo.PlaceError, match="ambiguous"):
        geo.resolve_place(name)
    assert geo.resolve_place(name, adm1="Khost").place_id == "district:AF-KHO:jaji-maidan"
    assert geo.resolve_place(name, adm1="AF-PIA").place_id == "district:AF-PIA:ali-khail"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("سپین بولدک", "district:AF-KAN:spin-boldak"),
        ("سپين بولدك", "district:AF-KAN:spin-boldak"),  # Arabic yeh and kaf
        ("سپین‌بولدک", "district:AF-KAN:spin-boldak"),  # zero-width non-joiner
        ("ننګرهار", "AF-NAN"),
        ("ننگرهار", "AF-NAN"),
        ("ننگرہار", "AF-NAN"),  # Urdu heh
        ("کونړ", "AF-KNR"),
        ("پېښور", "district:PK-KP:peshawar"),
        ("پشاور", "district:PK-KP:peshawar"),
        ("خیبر پښتونخوا", "PK-KP"),
        ("شمالی وزیرستان", "district:PK-KP:north-waziristan"),
        ("اورګون", "district:AF-PKA:urgun"),
    ],
)
def test_pashto_dari_and_urdu_letters_meet(name: str, expected: str) -> None:
    assert geo.resolve_place(name).place_id == expected


@pytest.mark.parametrize(
    "name", ["Arghandab", "Muqur", "Dawlatabad", "Fayzabad", "Qarabagh", "Kohistan", "Baharak"]
)
def test_each_duplicated_district_name_is_refused_with_its_candidates(name: str) -> None:
    with pytest.raises(geo.PlaceError, match="ambiguous") as caught:
        geo.resolve_place(name, kind="district", country="AF")
    found = caught.value.candidates
    assert len(found) >= 2
    assert found["adm1"].nunique() >= 2
    for adm1 in found.loc[found["name"] == name, "adm1"]:
        assert geo.resolve_place(name, kind="district", adm1=adm1).adm1 == adm1


def test_widest_reading_is_taken_when_it_holds_the_others() -> None:
    kabul = geo.resolve_place("Kabul")
    assert (kabul.kind, kabul.also) == ("province", ("district:AF-KAB:kabul", "geonames:1138958"))
    assert geo.resolve_place("Kabul city").kind == "town"
    assert geo.resolve_place("Kabul district").kind == "district"
    assert geo.resolve_place("Kabul", kind="town").place_id == "geonames:1138958"


def test_same_name_in_two_countries_is_no_wider_reading() -> None:
    # Bagh is a district in Azad Jammu and Kashmir and a town near Sibi.
    with pytest.raises(geo.PlaceError, match="ambiguous"):
        geo.resolve_place("Bagh")
    assert geo.resolve_place("Bagh", adm1="PK-BA").kind == "town"


def test_second_part_is_used_only_if_the_first_is_not_known() -> None:
    school = geo.resolve_place("Army Public School, Peshawar")
    assert (school.place_id, school.read) == ("district:PK-KP:peshawar", "Peshawar")
    assert geo.resolve_place("Wana, South Waziristan").label == "Wana"
    assert geo.resolve_place("Bihsud, Nangarhar").adm1 == "AF-NAN"


def test_two_places_joined_by_a_dash_are_not_one() -> None:
    with pytest.raises(geo.PlaceError, match="ambiguous"):
        geo.resolve_place("Spin Boldak - Chaman")
    assert {"AF", "PK"} == set(geo.find_place("Spin Boldak - Chaman")["adm0"])


def test_fuzzy_is_asked_last_and_says_so() -> None:
    assert set(geo.find_place("Peshawar")["matched"]) == {"exact"}
    typo = geo.find_place("Peshzawar").iloc[0]
    assert typo["matched"] == "fuzzy"
    assert typo["score"] < 93
    assert geo.resolve_place("Peshawarr").label == "Peshawar"


@pytest.mark.parametrize("name", ["Xyzzyville", "Mogadishu", "Kyiv", "New York City"])
def test_foreign_and_invented_names_are_refused(name: str) -> None:
    with pytest.raises(geo.PlaceError, match="no place is called"):
        geo.resolve_place(name)


def test_country_and_province_restrict() -> None:
    assert set(geo.find_place("Jani Khel", country="Afghanistan")["adm0"]) == {"AF"}
    assert geo.find_place("Peshawar", country="AF").query("matched != 'fuzzy'").empty
    assert set(geo.find_place("Jani Khel", adm1="Paktya")["adm1"]) == {"AF-PIA"}


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("", {}, "letters or digits"),
        ("  -- ", {}, "letters or digits"),
        (None, {}, "letters or digits"),
        ("a, " * 3000, {}, "at most 200 characters"),
        ("Kabul", {"country": "Narnia"}, "allowed: AF, PK"),
        ("Kabul", {"adm1": "Bavaria"}, "ISO 3166-2"),
        ("Kabul", {"kind": "hamlet"}, "allowed: country, province"),
        ("Kabul", {"country": "PK", "adm1": "AF-KAB"}, "not in 'PK'"),
    ],
)
def test_wrong_arguments_are_named(name: object, asked: dict[str, str], said: str) -> None:
    with pytest.raises(geo.SchemaError, match=said):
        geo.find_place(name, **asked)
    with pytest.raises(geo.SchemaError, match=said):
        geo.resolve_place(name, **asked)


@pytest.mark.parametrize("limit", [0, -1, True, 2.5])
def test_limit_is_a_positive_whole_number(limit: object) -> None:
    with pytest.raises(geo.SchemaError, match="limit"):
        geo.find_place("Kabul", limit=limit)


def test_nothing_found_is_an_empty_table_with_its_columns() -> None:
    none, some = geo.find_place("Xyzzyville"), geo.find_place("Kabul")
    assert none.empty
    assert list(none.columns) == list(some.columns)
    assert (none.dtypes == some.dtypes).all()
    assert none.crs == some.crs


def test_every_alias_names_something_that_is_there() -> None:
    known = {place.place_id for place in name_index.all_places()}
    aliases = read_aliases()
    of = aliases[aliases["of"] != ""]
    assert set(of["of"]) <= known
    own = aliases[aliases["of"] == ""]
    assert (own[["lon", "lat", "precision_m", "source", "adm1"]] != "").all(axis=None)
    assert set(own["kind"]) <= set(record.KINDS)
    assert (aliases[["source", "licence", "credit"]] != "").all(axis=None)


def test_places_of_ours_lie_in_the_province_they_name(units: pd.DataFrame) -> None:
    by_code = units.set_index("iso3166_2").geometry
    far = [
        place.place_id
        for place in name_index.all_places()
        if place.place_id.startswith("own:")
        and by_code[place.adm1].distance(shapely.Point(place.lon, place.lat)) > 0.05
    ]
    assert far == []


def test_place_ids_are_unique() -> None:
    ids = [place.place_id for place in name_index.all_places()]
    assert len(ids) == len(set(ids))


def test_district_points_lie_in_their_province(units: pd.DataFrame) -> None:
    districts = geo.read_districts()
    by_code = units.set_index("iso3166_2").geometry
    away = [
        by_code[code].distance(point)
        for code, point in zip(districts["adm1"], districts.geometry, strict=True)
    ]
    # 0.06 degrees: the two sources draw some provinces 5 km apart at a district of the edge.
    assert max(away) < 0.06


def test_precision_reaches_the_farthest_corner(shared) -> None:
    import geopandas as gpd
    import pyproj

    polygons = gpd.read_file(shared / "boundaries" / "afg_adm2_geoBoundaries.geojson").set_index("shapeName")
    barmal = geo.resolve_place("Barmal", kind="district")
    rim = shapely.get_coordinates(polygons.geometry["Barmal"])
    _, _, away = pyproj.Geod(ellps="WGS84").inv(
        [barmal.lon] * len(rim), [barmal.lat] * len(rim), rim[:, 0], rim[:, 1]
    )
    assert max(away) <= barmal.precision_m < max(away) + 1000


def test_where_precision_follows_from_kind_and_error() -> None:
    assert geo.resolve_place("Barmal").where_precision == "district"
    assert geo.resolve_place("Angoor Adda").where_precision == "town"
    assert geo.resolve_place("Kolwa area").where_precision == "near"


def test_own_names_beat_alternates_of_geonames() -> None:
    # "Barak" is an alternate of Baharak in GeoNames, and no one's own name.
    assert geo.resolve_place("Barak").rank == (0, 1)
    assert geo.resolve_place("Kabul").rank == (0, 0)


@settings(deadline=None)  # the first look-up builds the index
@given(st.text(max_size=30))
def test_any_text_gives_candidates_or_our_error(text: str) -> None:
    try:
        found = geo.find_place(text)
    except geo.SchemaError:
        assert not folds(text)
    else:
        assert found["score"].is_monotonic_decreasing


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    for fold in folds(text):
        assert folds(fold) == (fold,)
    assert exact_key(exact_key(text)) == exact_key(text)


@given(
    st.sampled_from(["Spin Boldak", "Angoor Adda", "Khost", "Paktika"]),
    st.sampled_from(["-", "’", " ", "\u200c"]),
)
def test_what_joins_the_words_does_not_matter(name: str, joint: str) -> None:
    assert folds(name.replace(" ", joint)) == folds(name)


def test_skeleton_leaves_arabic_script_alone() -> None:
    assert skeleton("کابل") == "کابل"


def test_command_lists_candidates() -> None:
    run = CliRunner().invoke(place_command, ["Arghandab"])
    assert run.exit_code == 0
    assert "AF-KAN" in run.stdout
    assert "AF-ZAB" in run.stdout
    table = json.loads(CliRunner().invoke(place_command, ["Barmal", "--format", "json"]).stdout)
    assert table[0]["place_id"] == "district:AF-PKA:barmal"
    csv = CliRunner().invoke(place_command, ["Barmal", "--format", "csv"]).stdout
    assert csv.splitlines()[0].startswith("place_id,name")


def test_strict_command_refuses_an_ambiguous_name() -> None:
    run = CliRunner().invoke(place_command, ["Arghandab", "--strict"])
    assert isinstance(run.exception, geo.PlaceError)
    run = CliRunner().invoke(place_command, ["Arghandab", "--strict", "--province", "Zabul"])
    assert run.exit_code == 0
    assert run.stdout.count("district:") == 1
    assert isinstance(CliRunner().invoke(place_command, ["Xyzzyville"]).exception, geo.PlaceError)


def test_recall_on_the_names_of_the_compiled_events(shared) -> None:
    names = pd.read_csv(shared / "events" / "border_events.csv")
    names = names[names["country_side"] != "third country"]["district"].dropna().unique()
    found = 0
    for name in names:
        try:
            geo.resolve_place(name)
        except geo.PlaceError:
            continue
        found += 1
    assert found >= 33


@pytest.mark.parametrize(
    ("name", "sides"),
    [
        ("Torkham", ("Nangarhar", "Khyber Pakhtunkhwa")),
        ("Ghulam Khan", ("Khost", "Khyber Pakhtunkhwa")),
        ("Angoor Adda", ("Paktika", "Khyber Pakhtunkhwa")),
        ("Kharlachi", ("Paktia", "Khyber Pakhtunkhwa")),
    ],
)
def test_a_crossing_is_in_the_provinces_of_both_its_sides(name, sides) -> None:
    found = [geo.resolve_place(name, adm1=side) for side in sides]
    assert found[0].place_id == found[1].place_id
    for country in ("AF", "PK"):
        assert geo.resolve_place(name, country=country).place_id == found[0].place_id
    with pytest.raises(geo.PlaceError):
        geo.resolve_place(name, adm1="Badghis")
    # From the side that the village is not on, it is known no better than the gate.
    gates = geo.read_crossings().set_index("name")["precision_m"]
    assert max(place.precision_m for place in found) >= gates[name]


def test_a_name_that_two_places_share_is_left_to_the_one_that_is_called_so():
    """GeoNames has names of Jammu and of Bahawalpur among those of Srinagar and of Bahawalnagar."""
    assert geo.find_place("جموں")["name"].tolist() == ["Jammu"]
    assert geo.find_place("بہاولپور")["name"].tolist() == ["Bahawalpur"]
    assert geo.find_place("سری نگر")["name"].tolist() == ["Srinagar"]
