"""One rule says which point a name means, at every door: marks, frames, rings, arrows, distances."""

from __future__ import annotations

import logging

import pytest

import geo
import maps
from geo.errors import PlaceError, SchemaError
from geo.files import notices
from geo.places.point import how_read, named_point, town_within
from geo.types import GEOD
from maps.content.laid import frame_round, lay_marks, must_labels, named_spot

TOWNS = (
    *("Khar", "Wana", "Chaman", "Kandahar", "Mir Ali", "Asadabad", "Spin Boldak", "Torkham", "Kabul"),
    *("Jalalabad", "Khost", "Peshawar", "Quetta", "Zhob", "Sharan", "Ghazni", "Bannu", "Gardez"),
)
SEVERAL = ("Fayzabad", "Aliabad", "Baharak", "Banu", "Chitral", "Bihsud", "Jaji", "Du Ab", "Bagh")
"""Names that a town bears, and a district or a town of another province too."""

UNITS = ("Bajaur", "Kurram", "Kunar", "Badakhshan", "Khyber Pakhtunkhwa")

DOORS = {
    "named_spot": named_spot,
    "label": lambda name: lay_marks((maps.Mark(kind="label", at=name),), "en"),
    "note": lambda name: lay_marks((maps.Mark(kind="note", at=name, text="Words"),), "en"),
    "symbol": lambda name: lay_marks((maps.Mark(kind="symbol", at=name, text="Camp"),), "en"),
    "ring": lambda name: lay_marks((maps.Mark(kind="ring", at=name, km=20),), "en"),
    "arrow": lambda name: lay_marks((maps.Mark(kind="arrow", at="Multan", to=name),), "en"),
    "must label": lambda name: must_labels((name,), "en"),
    "around": lambda name: frame_round(name, 60.0),
    "locator": lambda name: maps.locator(name),
    "ground": lambda name: geo.around(name, 25),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_a_name_of_several_places_is_refused_with_them_at_every_door(name):
    for door, ask in DOORS.items():
        with pytest.raises(PlaceError, match=f"'{name}' is ambiguous: ") as caught:
            ask(name)
        assert len(caught.value.candidates) > 1, door


def test_a_name_of_a_town_and_of_what_lies_round_it_is_the_town_at_every_door():
    for name in TOWNS:
        place = named_spot(name)
        assert place.kind == "town", name
        ground = geo.around(name, 25).geometry.item()
        west, south, east, north = ground.bounds
        away = GEOD.inv(place.lon, place.lat, (west + east) / 2, (south + north) / 2)[2]
        assert away < 1_000, name
        label = lay_marks((maps.Mark(kind="label", at=name),), "en")[0]
        assert (label.lon, label.lat, label.warnings) == (place.lon, place.lat, ())


def test_a_kind_or_a_province_in_the_text_narrows_the_name():
    assert named_spot("Chitral town").label == "Chitral"
    assert named_spot("Fayzabad, Badakhshan").adm1 == "AF-BDS"
    assert named_spot("Kandahar district").kind == "district"
    assert geo.around("Aliabad, Kunduz", 25)["unit"].item().endswith("25 km")


@pytest.mark.parametrize("name", UNITS)
def test_kilometres_are_never_counted_from_the_middle_of_a_unit(name):
    assert named_point(name).kind in ("district", "province")
    with pytest.raises(PlaceError, match=f"'{name}' is a (district|province), and kilometres"):
        geo.around(name, 25)
    with pytest.raises(SchemaError, match="is no town"):
        lay_marks((maps.Mark(kind="ring", at=name, km=20),), "en")


def test_a_town_abroad_is_not_taken_for_a_district_of_its_name():
    # Ahmedabad in Gujarat is spelt so, too.
    with pytest.raises(PlaceError, match="'Ahmad Abad' is a district"):
        geo.around("Ahmad Abad", 25)
    assert named_spot("Ahmad Abad").adm1 == "AF-PIA"


def test_the_one_town_in_a_district_is_measured_from_where_an_alternate_name_says_it():
    district = named_point("Achin")
    assert district.kind == "district"
    assert town_within("Achin", district).adm1 == "AF-NAN"
    assert geo.around("Achin", 25)["unit"].item().endswith("25 km")


def test_a_site_inside_is_a_place_to_measure_from_and_none_for_a_mark():
    assert named_point("Bagram", sites=True).kind == "site"
    assert geo.around("Bagram", 25)["unit"].item() == "Bagram Air Base, 25 km"
    assert lay_marks((maps.Mark(kind="label", at="Bagram"),), "en")[0].text == "Bagram district"


def test_the_name_of_a_crossing_is_known_to_marks_too():
    spot = named_spot("Chaman-Spin Boldak")
    assert GEOD.inv(spot.lon, spot.lat, 66.4381, 30.9549)[2] < 100
    assert lay_marks((maps.Mark(kind="label", at="Chaman-Spin Boldak"),), "en")[0].gate


def test_a_guess_at_a_spelling_is_said_at_every_door(caplog):
    said = "'Asadabd' is read as Asadabad (town, AF-KNR)"
    assert how_read("Asadabd", named_point("Asadabd")) == said
    for fields in ({"kind": "label", "at": "Asadabd"}, {"kind": "arrow", "at": "Wana", "to": "Asadabd"}):
        assert said in lay_marks((maps.Mark(**fields),), "en")[0].warnings
    (tint,) = lay_marks((maps.Mark(kind="highlight", unit="Gomalk"),), "en")
    assert "'Gomalk' is read as Gomal (district, AF-PKA)" in tint.warnings
    content = maps.map_content(maps.MapSpec(must_label=("Asadabd",)))
    assert content.warnings.count(said) == 1
    with caplog.at_level(logging.WARNING, logger="durand"):
        for ask in (lambda: frame_round("Asadabd", 60.0), lambda: geo.around("Asadabd", 25)):
            notices._TOLD.discard(said)
            caplog.clear()
            ask()
            assert said in caplog.text
