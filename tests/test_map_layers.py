from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
import shapely

import geo
from geo.errors import SchemaError
from maps import MapSpec, map_content
from maps.content.basemap import base_data, read_basemap
from maps.content.captions import caption_of
from maps.content.cards import AREA, NOWHERE, PLACE, STRETCH, figure_words, safe_link
from maps.content.titles import NEITHER
from maps.words.words import plural, word

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
    assert len(columns["id"]) == len(shipped.cards) == 93
    assert columns["grain"].count(NOWHERE) == 8
    assert shipped.counted == "85 events"
    assert (
        shipped.method[0]
        == "Not on the map: 5 talks abroad, 2 truces for the whole line, 1 event counted by its parts."
    )
    # Five of 85 events are from before 2025: they do not stretch the title over eleven years.
    assert shipped.title == "Clashes and strikes along the Durand Line"
    assert shipped.subtitle.split(". ") == [
        "85 events up to June 2026, 80 of them since 2025",
        "All 28 airstrikes counted here were in Afghanistan and, the data say, Pakistan's",
        "21 of the 23 armed clashes are claimed by one side only, or disputed.",
    ]
    # With less room less is said, the last sentence first.
    brief = shipped.subtitle.rpartition(" 21 of")[0]
    assert shipped.subtitles == (
        shipped.subtitle,
        brief,
        brief.replace(" and, the data say, Pakistan's", ""),
    )
    assert shipped.as_of == "Events up to 30 June 2026."


def test_the_title_of_a_short_period_has_its_days():
    content = map_content(MapSpec(since="2025-10-09", until="2025-11-30"))
    assert content.title == "Clashes and strikes along the Durand Line, 9 October to 30 November 2025"


def test_a_title_has_shorter_forms_that_keep_its_days():
    content = map_content(MapSpec(since="2025-10-09", until="2025-11-30"))
    assert content.titles == (
        "Clashes and strikes along the Durand Line, 9 October to 30 November 2025",
        "Clashes and strikes, 9 October to 30 November 2025",
        "Events, 9 October to 30 November 2025",
    )
    one = map_content(MapSpec(ids=("apb:032",)))
    assert one.titles[0].startswith("Airstrike in Kabul")
    assert one.titles[1].startswith("Airstrike, ")
    # One's own is one's own.
    assert map_content(MapSpec(title="Mine")).titles == ("Mine",)


def rows_of(*rows):
    names = ["date", "type", "place", "latitude", "longitude", "precision"]
    return geo.read_events(pd.DataFrame(rows, columns=names))


ABROAD = (
    ("2026-02-01", "attack", "Zahedan", 29.4963, 60.8629, "town"),
    ("2026-02-02", "bombing", "Srinagar", 34.08, 74.80, "town"),
    ("2026-02-03", "attack", "Arabian Sea", 24.0, 62.0, "town"),
    ("2026-02-04", "airstrike", "Khost", 33.34, 69.92, "town"),
)


@pytest.mark.parametrize("lang", ["en", "ps", "fa", "ur", "ar"])
def test_what_lies_in_neither_country_is_not_along_the_line_nor_of_an_unknown_side(lang):
    content = map_content(MapSpec(events=rows_of(*ABROAD), lang=lang))
    assert content.picture.of_side(None) == 0
    assert content.picture.of_side(NEITHER) == 3
    words = caption_of(content).caption
    assert plural(lang, "cap neither", 3) in words
    assert word(lang, "cap sides", af=1, pk=0).rstrip(".۔")[1:] in words
    if lang == "en":
        assert content.title == "Events in and around Afghanistan and Pakistan, 1 to 4 February 2026"


def test_somewhere_in_a_country_is_not_along_the_line():
    rows = [(f"2026-03-0{n}", "airstrike", "Afghanistan", None, None, "country") for n in range(1, 6)]
    near = [("2026-03-06", "armed clash", "Wana", None, None, "town")] * 2
    content = map_content(MapSpec(events=rows_of(*rows, *near)))
    assert content.title == "Clashes and strikes in Afghanistan and Pakistan, 1 to 6 March 2026"


@pytest.mark.parametrize(
    ("province", "title", "said"),
    [
        ("AF-HEL", "Clashes and strikes in or near Helmand", "1 of them may have been outside Helmand."),
        (
            "AF-ZAB",
            "Drone strike along the Durand Line, Balochistan border",
            "It may have been outside Zabul.",
        ),
        (
            "AF-NUR",
            "Armed clash along the Durand Line, Paktika to Nuristan",
            "It may have been outside Nuris",
        ),
        ("AF-KAB", "Airstrikes in Kabul", ""),
    ],
)
def test_a_title_of_a_province_says_what_only_may_lie_there(province, title, said):
    content = map_content(MapSpec(provinces=(province,)))
    assert content.title.startswith(title)
    assert said in content.subtitle
    assert bool(said) == ("outside" in content.subtitle)


def test_a_month_is_no_day_and_a_year_is_in_no_days():
    """It is told as a month, is neither first nor last, and is counted where it may lie outside the days."""
    rows = (
        ("2026-01", "attack", "Peshawar", None, None, "town"),
        ("2026", "attack", "Jalalabad", None, None, "town"),
        ("2026-01-05", "airstrike", "Khost", 33.34, 69.92, "town"),
        ("2026-01-25", "airstrike", "Wana", None, None, "town"),
    )
    content = map_content(MapSpec(events=rows_of(*rows)))
    assert content.title.endswith(", 5 to 25 January 2026")
    assert content.picture.undated == 2
    assert "Of 2 events only the week, month or year is known" in content.subtitle
    words = caption_of(content)
    assert "First: Airstrike, Khost" in words.long_description
    assert "Last: Airstrike, Wana" in words.long_description
    heads = " ".join(content.events["cols"]["head"])
    assert "Peshawar, Khyber Pakhtunkhwa, January 2026" in heads
    assert "Jalalabad, Nangarhar, 2026" in heads


def test_the_sentence_of_one_event_says_nothing_of_whose_position_it_is():
    content = map_content(MapSpec(ids=("apb:070",)))
    assert content.subtitle == "A town or city, within 5 km of its centre; the part hit is not known."
    assert "GeoNames" in str(content.cards[0]["facts"])


def test_the_title_names_the_types_chosen():
    content = map_content(MapSpec(types=("drone strike", "airstrike"), since="2026-01-01"))
    # Half of them lie far from the line.
    assert content.title.startswith(
        "Airstrikes and drone strikes in Afghanistan and Pakistan, 21 February to "
    )


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


def test_a_second_figure_of_a_claimant_is_a_line_of_its_own():
    from maps.content.cards import claim_lines

    row = {"claimant": "X", "who": "people", "metric": "killed", "low": 5, "high": 5, "bound": "exactly"}
    lines = claim_lines(
        [row, row | {"low": 7, "high": None, "bound": "at least"}, row | {"metric": "injured"}], "en"
    )
    assert [line[2:4] for line in lines] == [["5", "5"], ["at least 7", "no figure"]]
    assert [line[7] for line in lines] == [[5, 5, 0], [7, 7, 1]]


def test_a_missing_figure_is_not_zero(shipped):
    figures = [cell for card in shipped.cards for line in card["claims"] for cell in line[2:4]]
    assert "no figure" in figures
    assert "" not in figures
    assert all(cell == "no figure" or re.search(r"\d|dozens", cell) for cell in figures)


def test_bare_points_count_as_sites(tmp_path):
    content = made(tmp_path, "2025-10-09,airstrike,69.17,34.53", header="date_start,event_type,lon,lat\n")
    assert content.events["cols"]["grain"] == [PLACE]
    assert content.counted == "1 event"


def test_what_is_not_mapped_is_counted_with_its_reason(tmp_path):
    content = made(
        tmp_path,
        "a,2025-10-09,,airstrike,69.17,34.53,town,Kabul,Kabul",
        "b,2025-10-09,,airstrike,12.5,41.9,town,Rome,",
        "c,2025-10-09,,airstrike,69.17,34.53,unknown,somewhere,",
        "d,no day,,airstrike,69.17,34.53,town,Kabul,Kabul",
    )
    for reason in ("1 outside the map", "1 at a place not known", "1 row of the file is at fault"):
        assert reason in " ".join(content.method)
        assert reason not in content.counted + content.subtitle
    assert content.counted == "1 event"


def test_no_events_make_a_map_that_says_so(tmp_path):
    with pytest.raises(
        SchemaError, match=r"would be empty: of 93 events read, 0 fit .*since 2031-01-01.*allow_empty"
    ):
        map_content(MapSpec(since="2031-01-01"))
    content = map_content(MapSpec(since="2031-01-01", allow_empty=True))
    assert content.counted == "No event matches."
    assert content.events["cols"]["id"] == []
    # A title tells what is drawn: the line.
    assert content.title == "Durand Line"


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
    assert "3 outside the map" in " ".join(content.method)


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


def test_what_is_asked_for_and_not_drawn_makes_no_map():
    """All seven talks were abroad or of the whole line."""
    with pytest.raises(SchemaError, match=r"7 fit what was asked for \(types talks\).*5 talks abroad"):
        map_content(MapSpec(types=("talks",)))
    assert map_content(MapSpec(types=("talks",), allow_empty=True)).counted == "No event matches."


def counts_agree(content):
    """Key, header, columns and groups of a content count the same events."""
    columns = content.events["cols"]
    drawn = [n for n, grain in enumerate(columns["grain"]) if grain != NOWHERE]
    grouped = sorted(row for group in content.marks for row in group.events)
    assert grouped == drawn == list(content.picture.rows)
    assert sum(row.n for row in content.key) == len(drawn)
    assert content.counted == ("1 event" if len(drawn) == 1 else f"{len(drawn)} events")
    for row in content.key:
        assert sum(columns["type"][n] == row.type for n in drawn) == row.n
    return len(drawn)


def test_an_extent_counts_what_is_in_it_and_says_the_rest_in_one_line(shipped):
    torkham = (70.7, 33.9, 71.4, 34.4)
    content = map_content(MapSpec(extent=torkham))
    n = counts_agree(content)
    assert 5 < n < 20
    assert content.outside == f"{85 - n} more lie outside this map."
    assert len(content.cards) == n + 8
    west, south, east, north = torkham
    for group in content.marks:
        if group.level != "stretch":
            assert west <= group.lon <= east, group.tag
            assert south <= group.lat <= north, group.tag
    assert shipped.in_frame(torkham).key == content.key
    assert counts_agree(content.in_frame((60, 22, 76, 38))) == 85
    assert shipped.outside == ""


@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"since": "2025-10-09", "until": "2025-10-19"},
        {"types": ("airstrike",)},
        {"provinces": ("AF-NAN", "PK-KP")},
        {"countries": ("PK",)},
        {"near_line_km": 20},
    ],
)
def test_every_choice_is_counted_alike_and_framed_whole(choice):
    content = map_content(MapSpec(**choice))
    counts_agree(content)
    assert content.outside == ""
    west, south, east, north = content.extent
    for group in content.marks:
        if group.level not in ("stretch", "province", "country"):
            assert west < group.lon < east, group.tag
            assert south < group.lat < north, group.tag


def test_the_frame_follows_the_data_however_far_from_the_line(tmp_path):
    rows = [
        f"s{n},2026-01-{n + 1:02},,armed clash,{63 + n / 10},26.5,town,Turbat,Balochistan" for n in range(5)
    ]
    content = made(tmp_path, "a,2026-01-01,,airstrike,69.2,34.5,town,Kabul,Kabul", *rows)
    west, south, east, north = content.extent
    assert west < 63 < 69.2 < east
    assert south < 26.5 < 34.5 < north
    assert "along the Durand Line" not in content.title


def test_a_province_keeps_what_may_lie_there():
    """A crossing is of both provinces that it joins, a stretch of each along it; the source's words count."""
    ids = set(map_content(MapSpec(provinces=("AF-NAN",))).events["cols"]["id"])
    assert {"apb:006", "apb:007", "apb:008"} <= ids
    assert "apb:006" in map_content(MapSpec(provinces=("PK-KP",))).events["cols"]["id"]
    # Angoor Adda: "Khyber Pakhtunkhwa / Paktika".
    for code in ("AF-PKA", "PK-KP"):
        assert "apb:015" in map_content(MapSpec(provinces=(code,))).events["cols"]["id"]


def test_the_page_filters_by_the_provinces_that_the_command_knows(shipped):
    """What the select of the page keeps is what ``--province`` keeps."""
    columns = shipped.events["cols"]
    drawn = {n for n, grain in enumerate(columns["grain"]) if grain != NOWHERE}
    codes = shipped.rows.places.province_codes
    for number, code in enumerate(codes):
        page = {columns["id"][n] for n in drawn if number in columns["provinces"][n]}
        asked = map_content(MapSpec(provinces=(code,), allow_empty=True))
        command = {asked.events["cols"]["id"][n] for n in asked.picture.rows}
        assert page == command, code


def test_what_is_left_out_for_doubt_is_said(tmp_path):
    path = tmp_path / "events.csv"
    header = "event_id,date_start,event_type,lon,lat,where_precision,place,adm1_source,country_source\n"
    path.write_text(
        header
        + "a,2026-01-01,airstrike,69.2,34.5,town,Kabul,Kabul,Afghanistan\n"
        + "b,2026-01-02,airstrike,69.2,34.5,country,,,Afghanistan\n",
        encoding="utf-8",
    )
    content = map_content(MapSpec(events=path, provinces=("AF-KAB",)))
    assert content.counted in ("1 event", "2 events")
    if content.counted == "1 event":
        assert any("1 event that may lie there is left out" in line for line in content.method)


def test_a_month_is_not_its_first_day(tmp_path):
    header = "event_id,date_start,date_precision,event_type,lon,lat,where_precision,place\n"
    rows = (
        "a,2026-04-01,3,airstrike,69.17,34.53,town,Kabul",
        "b,2026-04-12,1,airstrike,69.17,34.53,town,Kabul",
    )
    path = tmp_path / "events.csv"
    path.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    late = map_content(MapSpec(events=path, since="2026-04-10", until="2026-04-20"))
    assert late.events["cols"]["id"] == ["a", "b"]
    assert any("1 event only the week, month or year is known" in line for line in late.method)
    # The month does not stretch the title to its first day.
    whole = map_content(MapSpec(events=path))
    assert whole.title.endswith("12 April 2026")
    alone = map_content(MapSpec(events=path, until="2026-04-05"))
    assert alone.events["cols"]["id"] == ["a"]
    assert map_content(MapSpec(events=path, since="2026-05-01", allow_empty=True)).events["cols"]["id"] == []


def test_two_periods_that_share_a_day_or_differ_in_length_say_so():
    both = map_content(MapSpec(compare=("2025-10-01:2025-10-19", "2025-10-19:2025-11-30")))
    assert both.warnings == (
        "Both periods hold 19 October 2025: an event of that time counts in each.",
        "The periods differ in length: 19 and 43 days.",
    )
    even = map_content(MapSpec(compare=("2025-10-01:2025-10-15", "2025-10-16:2025-10-30")))
    assert even.warnings == ()


def test_a_single_event_is_told_in_the_title():
    tables = geo.read_events()
    one = tables.events[tables.events["event_id"] == "apb:038"]
    content = map_content(MapSpec(events=replace(tables, events=one)))
    assert content.title == "Airstrike in Barmal, Paktika, 17 October 2025"
    assert content.subtitle.startswith("In the district, within ")


@pytest.mark.parametrize(
    ("verifications", "said"),
    [
        (["claimed"] * 3 + ["disputed", "reported"], "4 of the 5 armed clashes are claimed by one side only"),
        (["claimed"] * 3 + ["reported"] * 2, ""),
        (["claimed"] * 4, ""),
        (["claimed"] * 4 + [""], "4 of the 5 armed clashes are claimed by one side only"),
        ([""] * 6, ""),
    ],
    ids=["most", "too few of it", "too few", "one not said", "none said"],
)
def test_what_one_side_alone_tells_is_said_above_the_map_where_it_is_most(tmp_path, verifications, said):
    path = tmp_path / "events.csv"
    header = "event_id,date_start,event_type,lon,lat,where_precision,place,country_source,verification\n"
    rows = [
        f"e:{n},2025-10-{n + 9:02},armed clash,69.17,34.53,town,Kabul,Afghanistan,{one}"
        for n, one in enumerate(verifications)
    ]
    path.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    content = map_content(MapSpec(events=path))
    assert ("claimed by one side" in content.subtitle) is bool(said)
    assert said in content.subtitle
    assert not any("claimed by one side" in form for form in content.subtitles[1:])


def test_what_one_side_alone_says_has_its_verb_where_nothing_stands_before_it(tmp_path):
    header = "event_id,date_start,event_type,lon,lat,where_precision,place,country_source,verification\n"
    row = "2025-10-09,airstrike,69.17,34.53,town,Kabul,Afghanistan"
    told = {}
    for name, held in (("both", ("claimed", "reported")), ("one", ("claimed", "disputed"))):
        path = tmp_path / f"{name}.csv"
        path.write_text(
            header + "".join(f"{n},{row},{one}\n" for n, one in enumerate(held)), encoding="utf-8"
        )
        told[name] = map_content(MapSpec(events=path)).how_sure
    assert told["both"] == (
        ("filled", "said by media or several sides"),
        ("hollow", "by one side, or disputed"),
    )
    assert told["one"] == (("hollow", "said by one side, or disputed"),)


def test_events_of_one_type_are_counted_once_above_the_map():
    content = map_content(MapSpec(types=("drone strike",)))
    assert content.subtitles == (
        "10 of the 13 drone strikes are claimed by one side only, or disputed.",
        "13 events.",
    )


@pytest.mark.parametrize(
    ("actors", "said"),
    [
        (["Government of Pakistan", "Pakistan (alleged)", "Military Forces of Pakistan (2024-)"], True),
        (["Pakistan armed forces"] * 2 + ["Tehreek-e-Taliban Pakistan"], False),
        (["Pakistan armed forces"] * 2 + [""], False),
        (["Pakistan armed forces"] * 2 + ["Afghan Taliban government forces"], False),
    ],
    ids=["one state", "another", "one not said", "both"],
)
def test_strikes_are_ascribed_where_the_table_names_one_state_for_all(tmp_path, actors, said):
    path = tmp_path / "events.csv"
    rows = [
        f"e:{n},2025-10-{n + 9:02},airstrike,69.17,34.53,town,Kabul,Afghanistan,{actor}"
        for n, actor in enumerate(actors)
    ]
    header = "event_id,date_start,event_type,lon,lat,where_precision,place,country_source,actor1\n"
    path.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    content = map_content(MapSpec(events=path))
    assert "All 3 airstrikes counted here were in Afghanistan" in content.subtitle
    assert ("the data say, Pakistan" in content.subtitle) is said
    assert not any("the data say" in form for form in content.subtitles[1:])


@pytest.mark.parametrize(
    ("kind", "actor", "said"),
    [
        ("airstrike", "Government of Pakistan", True),
        ("drone strike", "Pakistan (alleged)", True),
        ("airstrike", "", False),
        ("airstrike", "Tehreek-e-Taliban Pakistan", False),
        # Of a fight one side is not the author.
        ("armed clash", "Pakistan armed forces", False),
    ],
)
def test_a_strike_alone_says_to_whom_the_data_ascribe_it(tmp_path, kind, actor, said):
    path = tmp_path / "events.csv"
    header = "event_id,date_start,event_type,lon,lat,where_precision,place,country_source,actor1\n"
    row = f"e:1,2025-10-17,{kind},69.17,34.53,town,Kabul,Afghanistan,{actor}\n"
    path.write_text(header + row, encoding="utf-8")
    content = map_content(MapSpec(events=path))
    assert content.subtitle.endswith(" The data say that it was Pakistan's.") is said
    # Where there is no room the place comes first.
    assert content.subtitles[-1] + " The data say that it was Pakistan's." * said == content.subtitle


def test_figures_belong_to_parties_only_where_parties_gave_any(tmp_path):
    content = made(tmp_path, "a,2025-10-09,,airstrike,69.17,34.53,town,Kabul,Kabul")
    assert not any("party" in line for line in content.method)
    assert any("party" in line for line in map_content(MapSpec()).method)


def test_what_the_table_does_not_say_is_not_invented(tmp_path):
    content = made(tmp_path, "a,2025-10-09,,airstrike,69.17,34.53,town,Kabul,Kabul")
    assert content.how_sure == (("not said", "the table doesn't say"),)
    assert dict(content.cards[0]["facts"])["Verification"] == "The table doesn't say"
    shipped = map_content(MapSpec())
    assert [how for how, _ in shipped.how_sure] == ["filled", "hollow"]


@pytest.mark.parametrize(
    ("low", "high", "bound", "said"),
    [
        (17, 17, "exactly", "17"),
        (12, None, "at least", "at least 12"),
        (12, None, None, "at least 12"),
        (12, None, "more than", "more than 12"),
        (None, 20, "up to", "up to 20"),
        (None, 20, None, "up to 20"),
        (30, 30, "about", "about 30"),
        (45, 50, "exactly", "45 to 50"),
        (None, None, "dozens", "dozens"),
        (None, None, None, ""),
        (0, 0, "exactly", "0"),
    ],
)
def test_a_figure_stands_as_it_was_said(low, high, bound, said):
    assert figure_words(low, high, bound, "en") == said


def test_two_languages_share_one_content(monkeypatch):
    """The tables are read once and places located once, whatever is made of them."""
    import geo.analysis.locate
    import geo.locus.resolve
    import geo.sources.read
    import maps
    from maps.content.captions import caption_of
    from maps.content.choropleth import read_shading

    calls = {"read": 0, "loci": 0}
    read, loci = geo.sources.read.read_events, geo.locus.resolve.loci_of

    def counted(name, function):
        def call(*args, **kwargs):
            calls[name] += 1
            return function(*args, **kwargs)

        return call

    monkeypatch.setattr(geo, "read_events", counted("read", read))
    for room in (geo.locus.resolve, geo.analysis.locate):
        monkeypatch.setattr(room, "loci_of", counted("loci", loci))
    content = map_content(MapSpec(shade="adm1"))
    words = caption_of(content, shading=read_shading(content))
    urdu = content.in_language("ur")
    assert caption_of(urdu).caption != words.caption
    content.in_frame((69, 33, 72, 35))
    assert calls == {"read": 1, "loci": 1}
    maps.render(MapSpec(lang="ps"))
    assert calls == {"read": 2, "loci": 2}
