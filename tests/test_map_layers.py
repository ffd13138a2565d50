from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
import shapely

import geo
from geo.errors import SchemaError
from maps import MapSpec, map_content
from maps.content.basemap import base_data, read_basemap
from maps.content.cards import AREA, NOWHERE, PLACE, STRETCH, safe_link

HEADER = "event_id,date_start,date_end,event_type,lon,lat,where_precision,place,adm1_source\n"


@pytest.fixture(scope="module")
def shipped():
    return map_content(MapSpec())


def made(tmp_path, *rows, header=HEADER):
    path = tmp_path / "events.csv"
    path.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    return map_content(MapSpec(events=path))


def test_the_shipped_events_are_all_there_mapped_or_not(shipped):
    columns = shipped.events["cols"]
    assert len(columns["id"]) == len(shipped.cards) == 89
    assert columns["grain"].count(NOWHERE) == 7
    assert shipped.counted == (
        "81 of 89 events are on the map. Not on the map: 5 talks abroad, 2 truces for the whole line."
    )
    assert shipped.title == "Clashes and strikes along the Durand Line, December 2014 to June 2026"
    assert shipped.as_of == "Events up to 30 June 2026."


def test_the_title_of_a_short_period_has_its_days():
    content = map_content(MapSpec(since="2025-10-09", until="2025-11-30"))
    assert content.title == "Clashes and strikes along the Durand Line, 9 October to 30 November 2025"


def test_the_title_names_the_types_chosen():
    content = map_content(MapSpec(types=("drone strike", "airstrike"), since="2026-01-01"))
    assert content.title.startswith("Airstrikes and drone strikes along the Durand Line, 21 February to ")


def test_an_imprecise_event_is_never_a_dot(shipped):
    precision = geo.read_events().events.set_index("event_id")["where_precision"]
    columns = shipped.events["cols"]
    for event_id, grain, area, lon in zip(
        columns["id"], columns["grain"], columns["area"], columns["lon"], strict=True
    ):
        if grain == PLACE:
            assert precision[event_id] in ("site", "town")
            assert area == -1
        elif grain in (AREA, STRETCH):
            assert precision[event_id] in ("near", "district", "province", "country", "border")
            assert shipped.events["areas"][area]["rings"]
        if grain == STRETCH:
            assert lon is None


def test_events_of_one_district_share_one_area(shipped):
    columns = shipped.events["cols"]
    barmal = [
        area
        for head, area, grain in zip(columns["head"], columns["area"], columns["grain"], strict=True)
        if grain == AREA and "Barmal district" in head
    ]
    assert len(barmal) >= 4
    assert len(set(barmal)) == 1


def test_headlines_are_plain_words_from_the_data(shipped):
    heads = shipped.events["cols"]["head"]
    assert "Airstrike, Barmal district, Paktika, 17 October 2025" in heads
    assert not any("(" in head or "  " in head or ", ," in head for head in heads)


def test_distance_has_no_more_digits_than_the_place_supports(shipped):
    for card in shipped.cards:
        facts = dict(card["facts"])
        distance = facts.get("Distance to the line", "")
        assert "." not in distance.removesuffix(".")
        if "A district" in facts["How located"] and "About" in distance:
            assert int(distance.split()[1]) % 25 == 0
        if "A province" in facts["How located"]:
            assert not distance


def test_claims_of_different_claimants_stay_apart(shipped):
    columns = shipped.events["cols"]
    card = shipped.cards[columns["id"].index("apb:014")]
    claimants = [line[0] for line in card["claims"]]
    assert len(claimants) >= 4
    assert len(set(claimants)) >= 2
    assert "total" not in str(card["claims"]).casefold()


def test_a_missing_figure_is_not_zero(shipped):
    figures = [cell for card in shipped.cards for line in card["claims"] for cell in line[2:4]]
    assert "no figure" in figures
    assert "" not in figures
    assert all(cell == "no figure" or cell[0].isdigit() for cell in figures)


def test_bare_points_count_as_sites(tmp_path):
    content = made(tmp_path, "2025-10-09,airstrike,69.17,34.53", header="date_start,event_type,lon,lat\n")
    assert content.events["cols"]["grain"] == [PLACE]
    assert content.counted == "The event is on the map."


def test_what_is_not_mapped_is_counted_with_its_reason(tmp_path):
    content = made(
        tmp_path,
        "a,2025-10-09,,airstrike,69.17,34.53,town,Kabul,Kabul",
        "b,2025-10-09,,airstrike,12.5,41.9,town,Rome,",
        "c,2025-10-09,,airstrike,69.17,34.53,unknown,somewhere,",
        "d,no day,,airstrike,69.17,34.53,town,Kabul,Kabul",
    )
    for reason in ("1 outside the map", "1 at a place not known", "1 row at fault in the file"):
        assert reason in content.counted
    assert "1 of 4 events" in content.counted


def test_no_events_make_a_map_that_says_so(tmp_path):
    content = map_content(MapSpec(since="2031-01-01"))
    assert content.counted == "No event matches."
    assert content.events["cols"]["id"] == []
    assert content.title == "Clashes and strikes along the Durand Line"


def test_provinces_are_chosen_by_code_or_name_and_unknown_ones_refused():
    by_code = map_content(MapSpec(provinces=("AF-PKA",)))
    by_name = map_content(MapSpec(provinces=("paktika",)))
    assert by_code.events == by_name.events
    assert 5 < len(by_code.cards) < 20
    with pytest.raises(SchemaError, match=r"Atlantis.*AF-PKA"):
        map_content(MapSpec(provinces=("Atlantis",)))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "https:///x",
        "http://a b",
        "https://a.org/\"onmouseover='x'",
        "//a.org",
        "ftp://a.org",
        None,
        float("nan"),
        "",
        "http://[",
    ],
)
def test_only_plain_http_addresses_become_links(url):
    assert safe_link(url) is None


def test_the_first_view_fits_the_events_near_the_line(shipped):
    west, south, east, north = shipped.extent
    assert 60 < west < 65
    assert 28 < south < 30
    assert 72 < east < 75
    assert 35 < north < 37.5


def test_the_drawn_line_and_units_are_those_of_the_base():
    base = read_basemap()
    assert base.line.coords[0][0] == pytest.approx(74.5646, abs=1e-3)
    assert {"AF", "PK", "AF-PKA", "PK-KP", "IR", "IN"} <= set(base.units)
    assert all(area.is_valid for area in base.units.values())


@pytest.mark.parametrize("lang", ["en", "ps", "fa", "ur", "ar"])
def test_the_base_has_names_in_every_language(lang):
    data = base_data(lang)
    assert len(data["crossings"]) == 7
    assert all(area["name"] and area["at"] for area in data["areas"])
    assert all(isinstance(place[0], str) for place in data["places"])


def test_a_map_credits_the_data_sets_of_its_events():
    tables = geo.read_events()
    events = tables.events.copy()
    events["dataset"], events["dataset_version"] = "ucdp-candidate", "26.0.1"
    texts = [text for text, _ in map_content(MapSpec(events=replace(tables, events=events))).credits]
    assert texts[0] == ("events: UCDP Candidate Events 26.0.1, Uppsala Conflict Data Program (CC BY 4.0)")
    # Positions that the same source gave need no second credit.
    assert sum("Uppsala" in text for text in texts) == 1
    own = map_content(MapSpec(credits=("Desk",))).credits
    assert next(text for text, _ in own).startswith("events: Afghanistan-Pakistan border events 2026.11")
    assert "Desk" in [text for text, _ in own]


def test_events_elsewhere_in_the_world_are_counted_and_not_listed():
    tables = geo.read_events()
    events = tables.events.copy()
    far = events["where_precision"].eq("town").to_numpy().nonzero()[0][:3]
    events.loc[events.index[far], "geometry"] = shapely.Point(-60.0, -3.1)
    content = map_content(MapSpec(events=replace(tables, events=events)))
    assert len(content.rows) == len(events) - 3
    assert "3 outside the map" in content.counted
    assert f"of {len(events)} events" in content.counted


def test_the_title_names_no_day_before_the_first_asked_for():
    """An event that began earlier and goes on is on the map; the period is the one asked for."""
    tables = geo.read_events()
    events = tables.events.copy()
    events["date_start"] = pd.Timestamp("2025-10-01")
    events["date_end"] = pd.Timestamp("2025-11-30")
    spec = MapSpec(events=replace(tables, events=events), since="2025-10-09", until="2025-11-20")
    assert map_content(spec).title.endswith("9 October to 20 November 2025")


def test_the_first_view_leaves_out_no_large_part_of_the_events(tmp_path):
    """Of a province no distance to the line is told; two provinces of three events are shown all the same."""
    content = made(
        tmp_path,
        "a,2025-10-09,,airstrike,66.4,31.0,near,Spin Boldak,Kandahar",
        "b,2025-10-10,,airstrike,69.2,34.5,province,,Kabul",
        "c,2025-10-11,,airstrike,67.4,32.2,province,,Zabul",
    )
    west, south, east, north = content.extent
    for lon, lat in ((66.4, 31.0), (69.2, 34.5), (67.4, 32.2)):
        assert west < lon < east
        assert south < lat < north
