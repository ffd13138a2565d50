"""Kinds of tables as the world has them: what is read, refused and assumed. Rows are invented."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import geo
from geo.errors import SchemaError
from geo.sources.header import SYNONYMS, find_header
from maps.cli.main import cli


def read(tmp_path: Path, text: str, name: str = "table.csv", **options) -> geo.EventTables:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return geo.read_events(path, **options)


def whole(tables: geo.EventTables) -> str:
    """What is said of the table as a whole."""
    return " | ".join([*tables.warnings.loc[tables.warnings["row"].eq(0), "reason"], *tables.files["notes"]])


# ---------------------------------------------------------------- headers

EVERYDAY = sorted({name.strip() for names in SYNONYMS.values() for name in names.split(",") if len(name) < 9})


def test_no_everyday_word_in_an_unknown_column_makes_a_row_a_header():
    header = ["Date", "Place", "Killed", "Q1", "Q2"]
    for word in EVERYDAY:
        for other in ("", "yes", word):
            for day in ("2025-10-11", "soon"):
                rows = [header, [day, "Torkham", "two", word, other], ["2025-10-12", "Chaman", "3", "a", "b"]]
                assert find_header(rows) == (header, 1), (word, other, day)


def test_a_row_with_more_known_words_than_the_header_is_a_row(tmp_path):
    text = "date,place,Q1,Q2,Q3,Q4\n2025-10-11,Torkham,no,high,media,town\n2025-10-12,Chaman,a,b,c,d\n"
    assert read(tmp_path, text).events["place"].tolist() == ["Torkham", "Chaman"]


def test_lines_above_the_table_are_counted_and_said(tmp_path):
    text = "Border incidents\n\nSource: desk\ndate,type,place\n2025-10-11,attack,Torkham\n"
    tables = read(tmp_path, text)
    assert tables.counts["read"] == 1
    assert "2 lines above the table, the first 'Border incidents'" in whole(tables)
    assert "the first data row is row 5" in whole(tables)


def test_row_numbers_in_messages_are_those_of_the_sheet(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("A title\ndate,type,place\n2025-10-11,attack,Torkham\nsoon,attack,Torkham\n")
    result = CliRunner().invoke(cli, ["read", str(path), "-o", str(tmp_path / "out.csv")])
    assert result.exit_code == 1
    assert "rejected: row 4 date 'soon'" in result.stderr
    assert pd.read_csv(tmp_path / "table.csv.rejected.csv")["row"].tolist() == [4]


def test_the_standard_input_is_a_file_like_any_other(tmp_path):
    text = "date,type,place\n2025-10-11,attack,Torkham\n"
    out = tmp_path / "out.csv"
    result = CliRunner().invoke(cli, ["read", "-", "-o", str(out)], input=text)
    assert result.exit_code == 0, result.output
    assert pd.read_csv(out)["place"].tolist() == ["Torkham"]


# ---------------------------------------------------------------- rows that are no events


@pytest.mark.parametrize("name", ["Events", "Number of incidents", "event_count", "n_inc", "Total attacks"])
def test_a_table_of_counts_is_refused_with_words(tmp_path, name):
    head = f"province,year,month,{name},Fatalities\n"
    with pytest.raises(SchemaError, match="a table of totals and not of events"):
        read(tmp_path, head + "Paktika,2025,10,14,37\nKhost,2025,10,0,0\n")
    # One in each row may be events.
    assert read(tmp_path, head + "Paktika,2025,10,1,37\nKhost,2025,10,1,0\n").counts["read"] == 2


def test_totals_and_tags_are_no_events(tmp_path):
    tables = read(
        tmp_path,
        "date,type,place,killed\n#date,#event+type,#geo+name,#affected +killed\n2025-10-11,attack,Torkham,3\n"
        ",,Sub total,3\nTOTAL,,,3\n",
    )
    assert tables.counts == {"read": 3, "accepted": 1, "rejected": 2, "superseded": 0}
    assert set(tables.rejected["reason"]) == {"a row of totals, which is no event"}
    assert "HXL" in whole(tables)


def test_numbers_that_begin_anew_are_no_ids_and_a_row_entered_twice_is_one(tmp_path):
    head = "No,date,type,place\n"
    anew = "1,2025-09-01,attack,Torkham\n2,2025-09-02,attack,Chaman\n1,2025-10-01,attack,Chaman\n"
    tables = read(tmp_path, head + anew)
    assert tables.events["event_id"].tolist() == ["own:1", "own:2", "own:3"]
    assert "begin anew" in whole(tables)
    twice = "7,2025-09-01,attack,Torkham\n7,2025-09-01,attack,Torkham\n"
    assert read(tmp_path, head + twice).counts == {"read": 2, "accepted": 1, "rejected": 0, "superseded": 1}


@pytest.mark.parametrize("mark", ["NA", "n/a", "NULL", "-", "NaN"])
def test_marks_for_missing_are_missing(tmp_path, mark):
    tables = read(
        tmp_path,
        "date,end date,type,place,lat,lon,killed,summary\n"
        f"2025-10-11,{mark},attack,Torkham,{mark},{mark},{mark},{mark}\n",
    )
    event = tables.events.iloc[0]
    assert tables.counts["accepted"] == 1
    assert pd.isna(event["deaths_best"])
    # In a sentence it may be a word.
    assert event["summary"] == mark


# ---------------------------------------------------------------- words that say less than they seem to


def test_casualties_are_not_the_dead(tmp_path):
    tables = read(tmp_path, "date,type,place,Casualties\n2025-10-11,attack,Torkham,30\n")
    assert tables.events[["deaths_low", "deaths_best", "deaths_high"]].isna().all(axis=None)
    assert "'Casualties' is left out" in whole(tables)


def test_times_of_a_form_are_not_those_of_the_event(tmp_path):
    text = "start,end,today,date_of_incident,type,place,_uuid\n"
    text += "2025-10-12T08:00,2025-10-12T08:05,2025-10-12,2025-10-09,attack,Torkham,u1\n"
    tables = read(tmp_path, text)
    assert tables.events[["date_start", "date_end"]].iloc[0].dt.day.tolist() == [9, 9]


def test_what_happened_is_the_type_where_it_holds_types(tmp_path):
    head = "date,place,What happened\n"
    tables = read(tmp_path, head + "2025-10-11,Torkham,Air strike\n2025-10-12,Chaman,shelling\n")
    assert tables.events["event_type"].tolist() == ["airstrike", "shelling"]
    story = "A convoy left the bazaar in the morning; people there told of shots and of a fire after them."
    tables = read(tmp_path, f"{head}2025-10-11,Torkham,{story}\n")
    assert tables.events["event_type"].tolist() == ["other"]
    assert tables.events["summary"].tolist() == [story]
    assert "every event is 'other'" in whole(tables)


def test_a_table_in_which_no_type_is_known_says_so(tmp_path):
    tables = read(tmp_path, "date,type,place\n2025-10-11,X1,Torkham\n2025-10-12,X2,Chaman\n")
    assert "no row of column 'type' has a type known here" in whole(tables)


def test_a_region_of_the_world_is_no_province(tmp_path):
    tables = read(tmp_path, "date,type,place,region\n2025-10-11,attack,Torkham,Asia\n")
    assert tables.counts["accepted"] == 1
    assert tables.events["adm1_source"].isna().all()


def test_verification_is_what_the_table_says_and_nothing_else(tmp_path):
    rows = "2025-10-11,attack,Torkham,{}\n2025-10-12,attack,Chaman,{}\n"
    none = read(tmp_path, "date,type,place,colour\n" + rows.format("a", "b"))
    assert none.events["verification"].isna().all()
    said = read(tmp_path, "date,type,place,verified\n" + rows.format("disputed", "perhaps"))
    assert said.events["verification"].astype("object").fillna("").tolist() == ["disputed", ""]
    assert "counts as not stated" in " ".join(said.warnings["reason"])
    side = read(tmp_path, "date,type,place,claimed by\n" + rows.format("Taliban", ""))
    assert side.events["verification"].astype("object").fillna("").tolist() == ["claimed", ""]


def test_zero_and_zero_is_no_place(tmp_path):
    tables = read(
        tmp_path, "date,type,place,lat,lon\n2025-10-11,attack,Torkham,0,0\n2025-10-12,attack,,0,0\n"
    )
    assert tables.counts == {"read": 2, "accepted": 1, "rejected": 1, "superseded": 0}
    assert tables.events.geometry[0].x > 70
    assert tables.warnings["reason"].str.contains("0, 0 is no place").any()


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        (["34.1234,71", "33.1234,70"], "province"),
        (["34,71.1234", "33,70.1234"], "province"),
        (["34.1,71.1234", "33.1,70.1234"], "near"),
        (["34.1234,71.1234", "33.1234,70.1234"], "town"),
    ],
)
def test_the_worse_of_two_axes_counts(tmp_path, cells, word):
    tables = read(tmp_path, "date,type,lat,lon\n" + "\n".join(f"2025-10-11,attack,{cell}" for cell in cells))
    assert tables.events["where_precision"].tolist() == [word] * 2


def test_zeros_that_a_column_has_lost_are_not_guessed(tmp_path):
    lat = [34.1234, 33.1, 32.4321, 31.9876, 33.3333, 34.4444, 32.2222]
    frame = pd.DataFrame({"date": "2025-10-11", "type": "attack", "lat": lat, "lon": [70.1234] * 7})
    words = geo.read_events(frame).events["where_precision"].tolist()
    assert words == ["town", "near", "town", "town", "town", "town", "town"]


# ---------------------------------------------------------------- data sets known by what is left of them

ACLED = "event_id_cnty,event_date,event_type,sub_event_type,location,latitude,longitude,fatalities,notes\n"
ACLED += "PAK900001,2025-10-11,Explosions/Remote violence,Air/drone strike,Torkham,34.1231,71.0931,3,A jet\n"
CLOSED = "no-redistribution"


@pytest.mark.parametrize("without", ["sub_event_type", "event_type", "fatalities", "notes", "location"])
def test_an_extract_of_acled_keeps_its_terms_and_its_credit(tmp_path, without):
    frame = pd.DataFrame([line.split(",") for line in ACLED.strip().split("\n")[1:]])
    frame.columns = ACLED.split("\n")[0].split(",")
    for table in (frame, frame.drop(columns=without)):
        event = geo.read_events(table).events.iloc[0]
        assert (event["event_id"], event["dataset"], event["licence"]) == ("acled:PAK900001", "acled", CLOSED)
        assert event[["deaths_low", "deaths_high"]].isna().all()
    renamed = frame.rename(columns={"event_id_cnty": "id"})
    assert geo.read_events(renamed).events["licence"].tolist() == [CLOSED]
    assert geo.read_events(renamed.assign(id="INC900001")).events["licence"].isna().all()


def test_a_decimal_comma_of_a_spreadsheet_is_read_in_acled_and_ucdp(tmp_path):
    text = ACLED.replace(",", ";").replace("34.1231", "34,1231").replace("71.0931", "71,0931")
    text = text.replace("longitude", "longitude;geo_precision;time_precision").replace(
        "71,0931", "71,0931;1;1"
    )
    point = read(tmp_path, text).events.geometry[0]
    assert (point.x, point.y) == (71.0931, 34.1231)


GTD = (
    "eventid,iyear,imonth,iday,extended,resolution,country_txt,provstate,city,latitude,longitude,specificity,"
)
GTD += "vicinity,attacktype1,attacktype1_txt,gname,nkill,nwound,scite1\n"


def test_gtd_has_its_codes_and_its_terms(tmp_path):
    rows = [
        "201901010001,2019,1,5,0,,Pakistan,Balochistan,Chaman,30.92,66.45,1,0,3,Bombing/Explosion,Unknown,2,1,A",
        "201901010002,2019,1,0,0,,Pakistan,Balochistan,Chaman,30.92,66.45,1,1,2,Armed Assault,X,,-99,A",
        "201900000003,2019,0,0,0,,Afghanistan,Khost,Unknown,33.33,69.92,3,0,9,Unknown,X,0,0,A",
        "201901010004,2019,1,5,1,2019-01-09,Afghanistan,Khost,Unknown,33.33,69.92,4,0,6,Kidnapping,X,1,0,A",
        "201901010005,2019,1,5,0,,Afghanistan,Unknown,Unknown,33,65,5,0,1,Assassination,X,1,0,A",
        "201901010006,2019,1,5,0,,Afghanistan,Unknown,Unknown,,,5,0,1,Assassination,X,1,0,A",
    ]
    tables = read(tmp_path, GTD + "\n".join(rows))
    events = tables.events
    assert tables.counts == {"read": 6, "accepted": 5, "rejected": 1, "superseded": 0}
    assert events["where_precision"].tolist() == ["town", "near", "district", "province", "unknown"]
    assert events["date_precision"].tolist() == [1, 3, 4, 2, 1]
    assert events["event_type"].tolist() == ["bombing", "attack", "other", "attack", "attack"]
    assert events["deaths_best"].isna().tolist() == [False, True, False, False, False]
    assert events["date_end"].dt.day.tolist()[3] == 9
    assert set(events["licence"]) == {CLOSED}
    assert set(events["dataset"]) == {"gtd"}
    assert events["actor1"].isna().tolist()[0]


def test_gdelt_is_known_by_its_header(tmp_path):
    from geo.sources.readers.gdelt import COLUMNS

    row = dict.fromkeys(COLUMNS[61], "")
    row |= {"GLOBALEVENTID": "1268000001", "SQLDATE": "20251011", "EventCode": "190", "ActionGeo_Type": "4"}
    row |= {
        "ActionGeo_Lat": "34.12",
        "ActionGeo_Long": "71.09",
        "ActionGeo_FullName": "Torkham",
        "DATEADDED": "20251012",
    }
    frame = pd.DataFrame([row])
    events = geo.read_events(frame).events
    assert events[["event_id", "dataset_version", "where_precision"]].astype("str").iloc[0].tolist() == [
        *("gdelt:1268000001", "2.0", "near")
    ]
    path = tmp_path / "gdelt.csv"
    frame.rename(columns=str.upper).to_csv(path, index=False)
    assert geo.read_events(path).events["event_id"].tolist() == ["gdelt:1268000001"]


@pytest.mark.parametrize(
    ("name", "version", "candidate"),
    [
        ("GEDEvent_v26_0_2 (1).csv", "26.0.2", True),
        ("GEDEvent_v26_0_2 - Copy.csv", "26.0.2", True),
        ("GEDEvent_v25_1 (2).xlsx", "25.1", False),
        ("ged251-csv.zip", "25.1", False),
        ("GEDEvent_v26_01_26_03_final.csv", "26.01.26.03", True),
    ],
)
def test_a_release_is_known_whatever_a_browser_adds_to_its_name(name, version, candidate):
    from geo.sources.readers.ucdp import release_of

    assert release_of(name)[:2] == (version, candidate)


def test_a_release_that_is_not_known_is_not_credited_as_reviewed(tmp_path):
    text = "id,type_of_violence,where_prec,latitude,longitude,date_start,date_end,best,low,high\n"
    text += "7,1,1,34.1231,71.0931,2026-01-05,2026-01-05,1,1,1\n"
    tables = read(tmp_path, text, "download.csv")
    assert tables.events["dataset"].tolist() == ["ucdp-candidate"]
    assert "which release of UCDP it is, is not known" in whole(tables)
    assert read(tmp_path, text, "GEDEvent_v25_1.csv").events["dataset"].tolist() == ["ucdp-ged"]


def test_a_geopoint_of_a_form_is_a_position_and_no_name(tmp_path):
    path = tmp_path / "form.csv"
    path.write_text(
        "date,district,type,location,_location_altitude\n"
        "2025-10-11,Barmal,armed clash,32.5911 69.2611 1800.2 5.0,1800.2\n"
        "2025-10-12,Barmal,armed clash,Torkham,\n",
        encoding="utf-8",
    )
    events = geo.read_events(path).events
    assert events.geometry.iloc[0].wkt == "POINT (69.2611 32.5911)"
    assert events["place"].isna().tolist() == [True, False]
    assert geo.read_events(path).warnings["reason"].str.contains("geopoint of a form").any()


@pytest.mark.parametrize("words", [["-q", "read"], ["read", "-q"], ["read", "--quiet"]])
def test_options_of_every_command_stand_before_its_name_or_after(tmp_path, words):
    path = tmp_path / "a.csv"
    path.write_text("date,place,type\n2025-10-11,Torkham,attack\n", encoding="utf-8")
    done = CliRunner().invoke(cli, [*words, str(path), "-o", str(tmp_path / "o.csv")])
    assert done.exit_code == 0, done.output
    assert done.output == ""
    told = CliRunner().invoke(cli, ["read", str(path), "-v", "-o", str(tmp_path / "p.csv")])
    assert told.exit_code == 0
    assert "read as table" in told.output


@pytest.mark.parametrize(
    ("month", "day", "start", "end"),
    [
        ("octobre", "", "2025-10-01", "2025-10-31"),
        ("Oct.", "15th", "2025-10-15", "2025-10-15"),
        ("10", "11-12", "2025-10-11", "2025-10-12"),
        ("Oct-Nov", "", "2025-10-01", "2025-11-30"),
        ("M10", "0", "2025-10-01", "2025-10-31"),
        ("Octtober", "", None, None),
        ("10", "32", None, None),
        ("13", "", None, None),
    ],
)
def test_a_month_or_day_in_a_column_of_its_own_is_read_or_refused_and_never_dropped(
    month, day, start, end, tmp_path
):
    path = tmp_path / "parts.csv"
    path.write_text(f"year,month,day,place\n2025,{month},{day},Torkham\n", encoding="utf-8")
    tables = geo.read_events(path)
    if start is None:
        assert len(tables.rejected) == 1
    else:
        event = tables.events.iloc[0]
        assert (f"{event['date_start']:%Y-%m-%d}", f"{event['date_end']:%Y-%m-%d}") == (start, end)


def test_a_month_of_the_solar_calendar_in_a_column_of_its_own(tmp_path):
    path = tmp_path / "parts.csv"
    path.write_text("سال,ماه,روز,محل\n۱۴۰۴,میزان,۹,تورخم\n", encoding="utf-8")
    event = geo.read_events(path).events.iloc[0]
    assert f"{event['date_start']:%Y-%m-%d}" == "2025-10-01"


@pytest.mark.parametrize(
    "head",
    [
        "تاریخ,محل,کشته‌شدگان,منبع",
        "نېټه,ځای,وژل شوي,سرچینه",
        "تاریخ,مقام,جاں بحق,ذریعہ",
        "Datum,Ort,Tote,Quelle",
        "Fecha,Lugar,Muertos,Fuente",
        "Дата,Место,Погибшие,Источник",
        "Date,Lieu,Morts,Source",
    ],
)
def test_headers_in_other_languages(head, tmp_path):
    path = tmp_path / "head.csv"
    path.write_text(f"{head}\n2025-10-11,Torkham,3,Desk\n", encoding="utf-8")
    event = geo.read_events(path).events.iloc[0]
    assert (event["place"], event["deaths_best"], event["source"]) == ("Torkham", 3, "Desk")


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("Province,Month,Count", "Khost,October 2025,4"),
        ("Province,Year,Terrorist Attacks", 'KP,2024,"1,295"'),
        ("District,Period,Number of reported incidents", "Kurram,Q3 2025,12"),
        ("country,admin1,week,sub_event_type,events", "Pakistan,KP,2025-10-11,Armed clash,3"),
    ],
)
def test_totals_by_any_name_are_refused(head, row, tmp_path):
    path = tmp_path / "totals.csv"
    path.write_text(f"{head}\n{row}\n", encoding="utf-8")
    with pytest.raises(geo.SchemaError, match="holds counts"):
        geo.read_events(path)


@pytest.mark.parametrize("name", ["Killed/Injured", "KIA & WIA", "victims", "Total casualties"])
def test_dead_and_injured_in_one_column_are_left_out_and_said(name, tmp_path):
    path = tmp_path / "both.csv"
    path.write_text(f"date,place,{name}\n2025-10-11,Torkham,7\n", encoding="utf-8")
    tables = geo.read_events(path)
    assert tables.events["deaths_best"].isna().all()
    assert tables.warnings["reason"].str.contains("is left out").any()


@pytest.mark.parametrize("text", ["a few", "20s", "1e3", "a number of soldiers", "a couple"])
def test_words_that_begin_as_a_number_are_none(text, tmp_path):
    path = tmp_path / "toll.csv"
    path.write_text(f"date,place,killed\n2025-10-11,Torkham,{text}\n", encoding="utf-8")
    tables = geo.read_events(path)
    assert tables.events[["deaths_low", "deaths_best", "deaths_high"]].isna().all(axis=None)
    assert tables.warnings["reason"].str.contains("is not a number").any()


@pytest.mark.parametrize(
    ("head", "row", "dataset"),
    [
        ("event_date,event_type,actor1,location,fatalities", "2025-10-11,Battles,A,Torkham,3", "acled"),
        ("event_date,disorder_type,inter1,region,admin1,location,fatalities",
         "2025-10-11,Political violence,1,Asia,Nangarhar,Torkham,3", "acled"),
        ("EVENT DATE;EVENT ID CNTY;LOCATION;FATALITIES", "2025-10-11;PAK12345;Torkham;3", "acled"),
        ("relid,date_start,where_prec,location,best", "AFG-2025-1,2025-10-11,1,Torkham,3", "ucdp-candidate"),
        ("dyad_name,type_of_violence,date_start,location,best", "A,1,2025-10-11,Torkham,3", "ucdp-candidate"),
        ("eventid,iyear,imonth,iday,city,nkill", "202010110001,2020,10,11,Torkham,3", "gtd"),
    ],
)  # fmt: skip
def test_terms_stay_with_what_is_left_of_a_data_set(head, row, dataset, tmp_path):
    path = tmp_path / "cut.csv"
    path.write_text(f"{head}\n{row}\n", encoding="utf-8")
    tables = geo.read_events(path)
    event = tables.events.iloc[0]
    assert event["dataset"] == dataset
    assert event["licence"] == ("CC-BY-4.0" if dataset.startswith("ucdp") else "no-redistribution")
    assert event["deaths_best"] == 3
    if dataset == "acled":
        assert event[["deaths_low", "deaths_high"]].isna().all()


def test_a_table_of_ones_own_keeps_its_own_terms(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "date,event_type,where_prec,date_prec,place,licence,dataset\n"
        "2025-10-11,Battles,1,1,Torkham,CC0-1.0,our desk\n", encoding="utf-8"
    )  # fmt: skip
    event = geo.read_events(path).events.iloc[0]
    assert (event["dataset"], event["licence"]) == ("our desk", "CC0-1.0")


@pytest.mark.parametrize(
    "text",
    [
        "34.1201 71.0912 401.2 4.9",
        "34.1201 71.0912 0 0",
        '{"type":"Point","coordinates":[71.0912,34.1201]}',
        "https://maps.google.com/?q=34.1201,71.0912",
        "https://www.google.com/maps/@34.1201,71.0912,15z",
        "https://www.openstreetmap.org/#map=12/34.1201/71.0912",
        "geo:34.1201,71.0912",
    ],
)
def test_points_as_forms_and_maps_write_them(text, tmp_path):
    frame = pd.DataFrame({"date": ["2025-10-11"], "gps": [text]})
    point = geo.read_events(frame).events.geometry[0]
    assert (point.x, point.y) == (71.0912, 34.1201)


def test_columns_named_after_their_question_are_a_position(tmp_path):
    path = tmp_path / "form.csv"
    path.write_text(
        "SubmissionDate,incident_date,spot-Latitude,spot-Longitude,spot-Accuracy,KEY\n"
        "2025-10-12,2025-10-09,34.1201,71.0912,5,uuid:1\n", encoding="utf-8"
    )  # fmt: skip
    point = geo.read_events(path).events.geometry[0]
    assert (point.x, point.y) == (71.0912, 34.1201)


@pytest.mark.parametrize("mark", ["None", ".", "\\N", "missing", "n/k", "unknown", "نامعلوم", "…"])
def test_marks_for_no_position_leave_the_place(mark, tmp_path):
    frame = pd.DataFrame({"date": ["2025-10-11"], "place": ["Torkham"], "lat": [mark], "lon": [mark]})
    tables = geo.read_events(frame)
    assert len(tables.rejected) == 0
    assert tables.events["coord_source"].str.startswith("GeoNames").all()


@pytest.mark.parametrize(
    ("place", "point", "where"),
    [
        ("Khyber Pakhtunkhwa", (72.331113, 34.9526205), "province"),
        ("Balochistan", (65.0957792, 28.4907332), "province"),
        ("FATA", (69.8597406, 32.667476), "province"),
        ("Afghanistan", (66.1234, 33.4321), "country"),
        # A city of that name is where such a point is.
        ("Khost", (69.9231, 33.3412), "town"),
        ("Torkham", (71.0912, 34.1201), "town"),
    ],
)
def test_a_point_beside_the_name_of_a_province_stands_for_it(place, point, where):
    frame = pd.DataFrame({"date": ["2025-10-11"], "place": [place], "lon": [point[0]], "lat": [point[1]]})
    assert geo.read_events(frame).events["where_precision"].tolist() == [where]
    stated = geo.read_events(frame, precision="site").events["where_precision"].tolist()
    assert stated == ["site"]


@pytest.mark.parametrize(
    ("word", "where"),
    [
        ("Village level", "town"),
        ("district centroid", "district"),
        ("admin2", "district"),
        ("ROOFTOP", "site"),
    ],
)
def test_words_of_geocoders_for_how_exact_a_place_is(word, where):
    frame = pd.DataFrame({"date": ["2025-10-11"], "lon": [71.09], "lat": [34.12], "precision": [word]})
    assert geo.read_events(frame).events["where_precision"].tolist() == [where]


def test_running_numbers_that_begin_anew_are_no_ids_whatever_they_are_called(tmp_path):
    path = tmp_path / "sections.csv"
    rows = ["1,2025-10-09,Torkham", "2,2025-10-10,Chaman", "1,2025-11-09,Khost", "2,2025-11-10,Wana"]
    path.write_text("\n".join(["id,date,place", *rows]), encoding="utf-8")
    assert geo.read_events(path).counts["accepted"] == 4
    # Ids that are none of a running number stay ids, and one of two rows is no event of its own.
    path.write_text("\n".join(["id,date,place", "7,2025-10-09,Torkham", "7,2025-10-10,Chaman"]))
    assert geo.read_events(path).counts["rejected"] == 2


@pytest.mark.parametrize("region", ["South-East", "Asia", "Eastern zone"])
def test_a_region_that_is_no_province_keeps_no_row_from_its_place(region):
    frame = pd.DataFrame({"date": ["2025-10-09"], "region": [region], "place": ["Torkham"]})
    assert geo.read_events(frame).events["where_precision"].tolist() == ["town"]


def test_a_table_with_hxl_tags_for_its_only_header(tmp_path):
    path = tmp_path / "tags.csv"
    path.write_text("#date+start,#loc+name,#affected+killed\n2025-10-09,Torkham,2\n", encoding="utf-8")
    event = geo.read_events(path).events.iloc[0]
    assert (event["place"], event["deaths_best"]) == ("Torkham", 2)
