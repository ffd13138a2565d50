"""Any table: what editors have, in every format. The rows are invented."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import geopandas as gpd
import geopandas.testing
import pandas as pd
import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

import geo
from geo.errors import OverwriteError, SchemaError, SourceError
from geo.sources.header import find_header, recognise
from geo.sources.rejects import rejected_rows
from geo.vocab import EVENT_TYPES
from maps.cli.main import cli
from maps.cli.read import read_command, template_command

HEADER = "date,type,place,province,lat,lon,killed,source"
ROW = "2025-10-11,airstrike,Torkham,Nangarhar,34.12,71.09,20-25,AFP"


def table(
    tmp_path: Path,
    *rows: str,
    header: str = HEADER,
    name: str = "table.csv",
    encoding: str = "utf-8",
    **options,
):
    path = tmp_path / name
    path.write_bytes("\n".join([header, *rows]).encode(encoding))
    return geo.read_events(path, **options)


@pytest.fixture
def messy(tmp_path) -> Path:
    """A sheet as an editor has it: a title, a header of two lines with merged cells, every style at once."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Border incidents, draft"])
    sheet.merge_cells("A1:H1")
    sheet.append([])
    sheet.append(["Event", None, "Where", None, None, "Casualties", None, "Source"])
    sheet.merge_cells("A3:B3")
    sheet.merge_cells("C3:E3")
    sheet.merge_cells("F3:G3")
    sheet.append(["Date", "What", "Place", "Province", "GPS", "Killed", "Wounded", None])
    for row in (
        [dt.date(2025, 10, 11), "Air strike", "Kabul", "Kabul", "34.53 N 69.17 E", "20-25", "dozens", "AFP"],
        [
            "12 Oct 2025",
            "clashes",
            "Spin Boldak",
            "Kandahar",
            None,
            "Pakistan: 15; Taliban: 40",
            "100+",
            "BBC",
        ],
        ["03/04/2025", "Shelling", "Barmal", "Paktika", "32°42'48\"N 69°16'34\"E", 3, None, "Tolo"],
        ["13/10/2025", "drone", "Torkham", "Nangarhar", "71.09, 34.12", 1, 2, "Dawn"],
        ["Oct 2025", "odd thing", "Torkham", "Nangarhar", "42SXC0123476543", None, None, "Dawn"],
        [45942, "IED", "Nowhere-at-all", "Kunar", None, "none", None, "x"],
        [dt.date(2025, 1, 1), "ambush", "Kabul", None, "34.5 69.2", "=1+1", None, "x"],
    ):
        sheet.append(row)
    book.save(tmp_path / "messy.xlsx")
    return tmp_path / "messy.xlsx"


def test_a_messy_sheet_goes_through_and_every_row_is_told(messy):
    tables = geo.read_events(messy, today=dt.date(2025, 11, 1))
    assert tables.counts == {"read": 7, "accepted": 3, "rejected": 4, "superseded": 0}
    assert dict(zip(tables.rejected["row"], tables.rejected["column"], strict=True)) == {
        3: "Event Date",
        4: "GPS",
        6: "Place",
        7: "Casualties Killed",
    }
    events = tables.events.set_index("event_id")
    assert events["event_type"].tolist() == ["airstrike", "armed clash", "other"]
    assert events.loc["own:1", ["deaths_low", "deaths_high"]].tolist() == [20, 25]
    assert events.loc["own:5", "date_precision"] == 3
    assert events.loc["own:2", "coord_source"].endswith("Spin Boldak")
    told = tables.claims[["event_id", "claimant", "bound"]].astype("object").to_numpy().tolist()
    assert told == [
        ["own:2", "Pakistan", "exactly"],
        ["own:2", "Taliban", "exactly"],
        ["own:1", "not stated", "dozens"],
    ]
    assert tables.claims["low"].tolist()[:2] == [15, 40]
    assert pd.isna(events.loc["own:2", "deaths_best"])
    assert tables.details.loc["own:2", "injured_low"] == 100
    assert "odd thing" in set(tables.warnings["value"])
    assert tables.warnings["reason"].str.contains("the table doesn't say who says so").any()


def test_fix_exchanges_and_day_first_decides(messy):
    tables = geo.read_events(messy, fix=True, day_first=True, today=dt.date(2025, 11, 1))
    events = tables.events.set_index("event_id")
    assert (events.geometry["own:4"].x, events.geometry["own:4"].y) == (71.09, 34.12)
    assert events.loc["own:3", "date_start"] == pd.Timestamp("2025-04-03")
    assert any("exchanged, as asked" in reason for reason in tables.warnings["reason"])


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separators_and_encodings_are_found_out(tmp_path, mark, encoding):
    row = ROW.replace("Torkham", "Grenzübergang Torkham")
    tables = table(
        tmp_path,
        *[line.replace(",", mark) for line in [row] * 3],
        header=HEADER.replace(",", mark),
        encoding=encoding,
    )
    assert tables.counts == {"read": 3, "accepted": 3, "rejected": 0, "superseded": 0}
    assert set(tables.events["place"]) == {"Grenzübergang Torkham"}


def test_decimal_commas_are_read(tmp_path):
    tables = table(
        tmp_path,
        "2025-10-11;Torkham;34,1234;71,0912",
        header="Datum;place;lat;long",
        columns={"date": "Datum"},
    )
    point = tables.events.geometry[0]
    assert (point.x, point.y) == (71.0912, 34.1234)


@pytest.mark.parametrize(
    "suffix", [".csv", ".tsv", ".xlsx", ".ods", ".json", ".geojson", ".gpkg", ".fgb", ".parquet"]
)
def test_every_format_says_the_same(tmp_path, suffix):
    frame = pd.DataFrame(
        {
            "When": ["2025-10-11", "2025-10-12"],
            "Where": ["Torkham", "Chaman"],
            "Lat": [34.12, 30.92],
            "Long": [71.09, 66.45],
            "Killed": [3, 0],
        }
    )
    path = tmp_path / f"table{suffix}"
    points = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["Long"], frame["Lat"]), crs=4326)
    if suffix in {".csv", ".tsv"}:
        frame.to_csv(path, index=False, sep="," if suffix == ".csv" else "\t")
    elif suffix == ".xlsx":
        frame.to_excel(path, index=False)
    elif suffix == ".ods":
        pytest.importorskip("odf")
        frame.to_excel(path, index=False, engine="odf")
    elif suffix == ".json":
        path.write_text(json.dumps(frame.to_dict("records")))
    elif suffix == ".parquet":
        frame.to_parquet(path)
    else:
        points.drop(columns=["Lat", "Long"]).to_file(path)
    tables = geo.read_events(path)
    assert tables.counts == {"read": 2, "accepted": 2, "rejected": 0, "superseded": 0}
    # A spatial index may sort the features of a file.
    events = tables.events.sort_values("date_start")
    assert events["deaths_best"].tolist() == [3, 0]
    assert [(p.x, p.y) for p in events.geometry] == [(71.09, 34.12), (66.45, 30.92)]


@pytest.mark.parametrize("suffix", [".csv", ".geojson", ".gpkg", ".parquet"])
def test_what_we_write_we_read_back(tmp_path, suffix):
    events = geo.read_events().events
    path = geo.write_table(events, tmp_path / f"own{suffix}")
    geopandas.testing.assert_geodataframe_equal(geo.read_events(path).events, events)


def test_another_crs_is_reprojected_and_none_is_an_error(tmp_path):
    frame = gpd.GeoDataFrame(
        {"date": ["2025-10-11"]}, geometry=gpd.points_from_xy([71.09], [34.12]), crs=4326
    )
    frame.to_crs(32642).to_file(tmp_path / "utm.gpkg")
    point = geo.read_events(tmp_path / "utm.gpkg").events.geometry[0]
    assert (round(point.x, 6), round(point.y, 6)) == (71.09, 34.12)
    frame.set_crs(None, allow_override=True).to_parquet(tmp_path / "none.parquet")
    with pytest.raises(SourceError, match="no CRS"):
        geo.read_events(tmp_path / "none.parquet")


def test_an_area_is_no_event(tmp_path):
    frame = gpd.GeoDataFrame(
        {"date": ["2025-10-11"]}, geometry=gpd.points_from_xy([71.09], [34.12]).buffer(0.1), crs=4326
    )
    frame.to_file(tmp_path / "area.geojson")
    assert "Point" in geo.read_events(tmp_path / "area.geojson").rejected["reason"][0]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (",airstrike,Torkham,Nangarhar,34.1,71.1,1,x", "date", "no date"),
        ("2025-10-11,airstrike,Torkham,Nangarhar,71.09,34.12,1,x", "lat", "--fix"),
        ("2025-10-11,airstrike,Torkham,Nangarhar,95,71.09,1,x", "lat", "90"),
        ("2025-10-11,airstrike,Torkham,Nangarhar,34.12,,1,x", "lon", "both be given"),
        ("2025-10-11,airstrike,,,,,1,x", "lat", "neither coordinates nor a place"),
        ("2025-10-11,airstrike,Qwertzuiop,Kunar,,,1,x", "place", "no place is called"),
    ],
)
def test_a_reject_says_column_reason_and_what_would_be_accepted(tmp_path, row, column, words):
    tables = table(tmp_path, ROW, row)
    assert tables.counts == {"read": 2, "accepted": 1, "rejected": 1, "superseded": 0}
    assert tables.rejected["column"].tolist() == [column]
    assert words in tables.rejected["reason"][0]


def test_an_ambiguous_place_lists_its_candidates(tmp_path):
    names = geo.read_districts()
    names = names[names["adm0"] == "AF"]
    twice = names.loc[names["name"].duplicated(keep=False), "name"].iloc[0]
    tables = table(tmp_path, f"2025-10-11,clash,{twice},,,,1,x")
    assert tables.counts["rejected"] == 1
    assert "ambiguous" in tables.rejected["reason"][0]


@pytest.mark.parametrize(
    ("lat", "lon", "word"), [("34.12", "71.09", "town"), ("34.1", "71.1", "near"), ("34", "71", "province")]
)
def test_a_position_is_no_better_than_its_digits(tmp_path, lat, lon, word):
    tables = table(tmp_path, f"2025-10-11,clash,x,Nangarhar,{lat},{lon},1,x")
    assert tables.events["where_precision"].astype("str").tolist() == [word]


def test_a_precision_in_numbers_is_refused(tmp_path):
    tables = table(tmp_path, "2025-10-11,34.1,71.1,1", header="date,lat,lon,precision")
    assert "means different things" in tables.rejected["reason"][0]


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("Air strike", "airstrike"),
        ("UAV strike", "drone strike"),
        ("mortar fire", "shelling"),
        ("suicide blast", "bombing"),
        ("gun battle", "armed clash"),
        ("border closed", "crossing closed"),
        ("border reopened", "crossing reopened"),
        ("ceasefire talks", "talks"),
        ("ambush", "attack"),
        ("weather", "other"),
        *[(kind, kind) for kind in EVENT_TYPES],
    ],
)
def test_kinds_of_events_in_other_words(tmp_path, said, ours):
    assert table(tmp_path, ROW.replace("airstrike", said)).events["event_type"].astype("str").tolist() == [
        ours
    ]


def test_columns_are_named_by_the_user_or_by_synonyms():
    assert recognise(["Incident Date", "Latitude (°N)", "LONG", "Fatalities", "URL"]) == {
        "date_start": "Incident Date",
        "lat": "Latitude (°N)",
        "lon": "LONG",
        "deaths": "Fatalities",
        "source_url": "URL",
    }
    with pytest.raises(SchemaError, match="no column 'Wann'"):
        recognise(["A"], {"date": "Wann"})
    with pytest.raises(SchemaError, match="did you mean 'place'"):
        recognise(["A"], {"plaec": "A"})
    with pytest.raises(SchemaError, match="can both be deaths"):
        recognise(["killed", "dead"])


def test_a_header_is_found_below_a_title():
    assert find_header([["Title", ""], ["", ""], ["Date", "Place"], ["2025-10-11", "x"]]) == (
        ["Date", "Place"],
        3,
    )
    assert find_header([["a", "b"], ["c", "d"]]) is None


def test_a_table_without_date_or_place_says_what_to_map(tmp_path):
    with pytest.raises(SchemaError, match=r"--map date=COLUMN"):
        table(tmp_path, "x,1,2", header="place,lat,lon")
    with pytest.raises(SchemaError, match=r"--map lat=COLUMN"):
        table(tmp_path, "2025-01-01,1", header="date,killed")
    with pytest.raises(SchemaError, match=r"no row names columns"):
        table(tmp_path, "1,2,3", header="a,b,c")


def test_year_month_and_day_in_columns_of_their_own(tmp_path):
    rows = ["2025,10,11,34.12,71.09", "2025,10,0,34.12,71.09", "2025,0,0,34.12,71.09"]
    tables = table(tmp_path, *rows, header="iyear,imonth,iday,latitude,longitude")
    assert tables.events["date_precision"].tolist() == [1, 3, 4]


def test_warnings_tell_what_is_odd_and_reject_nothing(tmp_path):
    rows = [f"2025-10-{n:02d},clash,Torkham,Nangarhar,34.1264,71.09,1,x" for n in range(1, 13)]
    rows += [
        "2025-10-11,clash,far off,Nangarhar,31.62,65.71,1,x",
        "2035-10-11,clash,Torkham,Nangarhar,34.11,71.01,1,x",
        "2025-10-11,clash,x,Kunar,34.123456789,71.09,1,x",
    ]
    rows = [f"{row},{low},Afghanistan" for row, low in zip(rows, [5, *[""] * 14], strict=True)]
    tables = table(tmp_path, *rows, header=f"{HEADER},low,country", today=dt.date(2025, 11, 1))
    assert tables.counts["accepted"] == 15
    said = " | ".join(f"{line.row}: {line.reason}" for line in tables.warnings.itertuples())
    assert "12 events on this coordinate" in said
    assert "13: " in said
    assert "km outside Nangarhar" in said
    assert "14: in the future" in said
    assert "1: low is more than best" in said
    assert "decimals" in said


def test_a_point_on_the_centroid_of_a_province_is_told(tmp_path, units):
    centre = units.set_index("iso3166_2").geometry["AF-NAN"].centroid
    tables = table(tmp_path, f"2025-10-11,clash,x,Nangarhar,{centre.y:.4f},{centre.x:.4f},1,x")
    assert any("centroid of Nangarhar" in reason for reason in tables.warnings["reason"])


def test_rejected_rows_have_their_number_in_their_file(tmp_path):
    first = tmp_path / "first.csv"
    first.write_text(f"{HEADER}\n{ROW}\n{ROW}\n")
    second = tmp_path / "second.csv"
    second.write_text(f"{HEADER}\n\n{ROW}\n{ROW.replace('2025-10-11', 'soon')}\n")
    tables = geo.read_events([first, second])
    assert tables.counts == {"read": 4, "accepted": 3, "rejected": 1, "superseded": 0}
    assert tables.events["event_id"].is_unique
    frame = rejected_rows(tables)
    assert frame[["file", "row", "columns_at_fault"]].to_numpy().tolist() == [["second.csv", 4, "date"]]
    assert frame["date"].tolist() == ["soon"]


def test_the_template_has_lists_one_example_and_claims(tmp_path):
    path = tmp_path / "events.xlsx"
    assert CliRunner().invoke(template_command, [str(path)]).exit_code == 0
    book = load_workbook(path)
    assert book.sheetnames == ["events", "claims", "words"]
    lists = {rule.formula1 for rule in book["events"].data_validations.dataValidation}
    assert len(lists) == 4
    words = [cell.value for cell in book["words"]["A"]]
    assert words[1:11] == list(EVENT_TYPES)
    tables = geo.read_events(path)
    assert tables.counts == {"read": 1, "accepted": 1, "rejected": 0, "superseded": 0}
    assert tables.claims["event_id"].tolist() == ["own:example-1"]
    assert tables.warnings.empty
    with pytest.raises(OverwriteError, match="there already"):
        geo.write_template(path)
    with pytest.raises(SchemaError, match=r"\.xlsx"):
        geo.write_template(tmp_path / "events.csv")


def test_the_command_counts_writes_and_exits(tmp_path, messy):
    out = tmp_path / "events.parquet"
    result = CliRunner().invoke(read_command, [str(messy), "-o", str(out)])
    assert result.exit_code == 1
    assert "7 read = 3 accepted + 4 rejected + 0 superseded" in result.output
    assert len(gpd.read_parquet(out)) == 3
    rejected = pd.read_csv(tmp_path / "messy.xlsx.rejected.csv")
    assert rejected["row"].tolist() == [7, 8, 10, 11]
    assert len(pd.read_csv(tmp_path / "events.claims.csv")) == 3
    again = CliRunner().invoke(cli, ["read", str(messy), "-o", str(out), "--allow-rejects"])
    assert again.exit_code == 2
    assert "--force" in again.output
    forced = ["--force", "--allow-rejects", "--fix", "--day-first"]
    assert CliRunner().invoke(read_command, [str(messy), "-o", str(out), *forced]).exit_code == 0


def test_the_command_refuses_a_map_that_is_none(tmp_path, messy):
    result = CliRunner().invoke(read_command, [str(messy), "-o", str(tmp_path / "x.csv"), "--map", "date"])
    assert result.exit_code == 2
    assert "TARGET=COLUMN" in result.output


@pytest.mark.parametrize(
    ("place", "word"),
    [
        ("Afghanistan-Pakistan border", "border"),
        ("along the Durand Line", "border"),
        ("Pak-Afghan border, from Paktika to Nuristan", "border"),
        ("Afghanistan-Pakistan border crossing", "town"),
        ("Torkham border", "town"),
        ("Afghan border with Iran", "town"),
    ],
)
def test_the_border_at_large_is_no_town_whatever_its_coordinates(tmp_path, place, word):
    tables = table(tmp_path, f'2025-10-11,clash,"{place}",,31.689623,68.051427,1,x')
    assert tables.events["where_precision"].astype("str").tolist() == [word]
    # The coordinate is known to stand for the border, so that a row which says more is told.
    assert any("stock point" in reason for reason in tables.warnings["reason"]) is (word != "border")


def test_a_stretch_of_the_border_needs_no_coordinates(tmp_path):
    tables = table(tmp_path, '2025-10-11,clash,"Durand Line, Paktika to Khost",,,,1,x')
    event = tables.events.iloc[0]
    assert (event["where_precision"], tables.counts["accepted"]) == ("border", 1)
    assert "Durand Line" in event["coord_source"]
    parts = geo.shares(tables.events)
    units = set(parts.loc[parts["level"].eq("adm1"), "unit"])
    assert {"AF-PKA", "AF-KHO"} <= units
    assert "AF-KAN" not in units


def test_a_province_alone_says_where_the_point_should_be(tmp_path):
    tables = table(tmp_path, "2025-10-11,clash,x,Kandahar,34.1264,71.0900,1,x")
    assert tables.warnings["reason"].str.contains("outside Kandahar").sum() == 1


def test_minutes_and_seconds_have_no_more_digits_than_were_given(tmp_path):
    tables = table(tmp_path, "2025-10-11,clash,x,,32°42'48\"N,69°16'34\"E,1,x")
    assert (tables.events.geometry[0].x, tables.events.geometry[0].y) == (69.27611, 32.71333)
    assert tables.warnings.loc[tables.warnings["row"].gt(0), "reason"].tolist() == [
        "the table doesn't say who says so"
    ]


def test_rejected_rows_are_mended_where_they_were_written(tmp_path, messy):
    """The file of rejected rows is itself a table that can be read."""
    out = tmp_path / "events.parquet"
    CliRunner().invoke(read_command, [str(messy), "-o", str(out)])
    path = tmp_path / "messy.xlsx.rejected.csv"
    mended = pd.read_csv(path, dtype="str", keep_default_na=False)
    mended.loc[0, "Event Date"] = "3 April 2025"
    mended.loc[1, "GPS"] = "34.12, 71.09"
    mended.iloc[:2].to_csv(tmp_path / "mended.csv", index=False)
    tables = geo.read_events(tmp_path / "mended.csv")
    assert tables.counts == {"read": 2, "accepted": 2, "rejected": 0, "superseded": 0}
    assert tables.events["place"].tolist() == ["Barmal", "Torkham"]


@pytest.mark.parametrize(
    "row",
    [
        "2025-10-11,airstrike,:,Nangarhar,,,,AFP",
        "2025-10-11,airstrike,Torkham,Nowhere Land,,,,AFP",
        f"2025-10-11,airstrike,{'Torkham ' * 40},Nangarhar,,,,AFP",
    ],
    ids=["no letters", "unknown province", "a sentence for a name"],
)
def test_a_place_that_cannot_be_asked_for_rejects_its_row_and_no_other(tmp_path, row):
    tables = table(tmp_path, ROW, row)
    assert tables.counts == {"read": 2, "accepted": 1, "rejected": 1, "superseded": 0}
    assert tables.rejected["column"].tolist() == ["place"]
    assert tables.rejected["reason"].str.startswith("no coordinates, and ").all()


def test_a_province_that_is_no_name_does_not_stop_the_checks(tmp_path):
    tables = table(tmp_path, ROW, ROW.replace("Nangarhar", ":"), ROW.replace("Nangarhar", "x" * 300))
    assert tables.counts["accepted"] == 3


def test_a_figure_beside_its_claimant_is_a_claim_and_no_count(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text(
        "Date,Place,Province,What,Killed,Injured,Who says\n"
        "2025-10-15,Spin Boldak,Kandahar,clash,58,at least 30,Afghan authorities\n"
        "2025-10-16,Spin Boldak,Kandahar,clash,5,,\n",
        encoding="utf-8",
    )
    tables = geo.read_events(path)
    assert tables.events["deaths_best"].isna().tolist() == [True, False]
    said = tables.claims[["claimant", "claimant_kind", "metric", "low", "high"]].astype("object")
    assert said.where(said.notna(), None).to_numpy().tolist() == [
        ["Afghan authorities", "afghan authorities", "killed", 58, 58],
        ["Afghan authorities", "afghan authorities", "injured", 30, None],
    ]


@pytest.mark.parametrize(
    ("lon", "word", "told"),
    [
        # Peshawar, 40 km from Nangarhar: beyond what a town, a near point or a district may lie off.
        (71.56, "town", True),
        (71.56, "near", True),
        (71.56, "country", False),
        # 4 km beyond Torkham.
        (71.13, "site", True),
        (71.13, "town", False),
    ],
)
def test_a_point_may_lie_as_far_off_as_its_precision_says_and_no_farther(lon, word, told):
    frame = pd.DataFrame(
        {"date": ["2025-10-11"], "province": ["Nangarhar"], "lon": [lon], "lat": [34.1], "precision": [word]}
    )
    said = geo.read_events(frame).warnings["reason"]
    assert said.str.contains("km outside (?:Nangarhar|Afghanistan)").any() == told
