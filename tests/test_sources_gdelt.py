"""GDELT tables; the rows are invented."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

import geo
from geo.sources.readers.gdelt import COLUMNS, FIPS_UNITS

ROW = {
    "GLOBALEVENTID": "100000001",
    "SQLDATE": "20251012",
    "MonthYear": "202510",
    "Year": "2025",
    "FractionDate": "2025.7726",
    "Actor1Name": "AFGHANISTAN",
    "Actor2Name": "PAKISTAN",
    "IsRootEvent": "1",
    "EventCode": "190",
    "EventBaseCode": "190",
    "EventRootCode": "19",
    "QuadClass": "4",
    "GoldsteinScale": "-10.0",
    "NumMentions": "40",
    "NumSources": "4",
    "NumArticles": "40",
    "AvgTone": "-7.5",
    "ActionGeo_Type": "4",
    "ActionGeo_FullName": "Spin Boldak, Kandahar, Afghanistan",
    "ActionGeo_CountryCode": "AF",
    "ActionGeo_ADM1Code": "AF23",
    "ActionGeo_Lat": "31.0058",
    "ActionGeo_Long": "66.4",
    "DATEADDED": "20251012120000",
    "SOURCEURL": "https://www.example.org/a?b=1",
}


def line(width: int, **cells: str) -> str:
    row = {"Actor1Geo_Lat": "", **ROW, **cells}
    return "\t".join(row.get(name, "") for name in COLUMNS[width]) + "\n"


def write(path: Path, *lines: str) -> Path:
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [58, 61])
def test_both_versions_are_known_by_their_columns(tmp_path, width):
    assert len(COLUMNS[width]) == width
    tables = geo.read_events(write(tmp_path / "20251012.export.CSV", line(width)))
    event = tables.events.iloc[0]
    assert event["event_id"] == "gdelt:100000001"
    assert event["dataset_version"] == {58: "1.0", 61: "2.0"}[width]
    assert (event["event_type"], event["where_precision"]) == ("armed clash", "near")
    assert (event["adm1_source"], event["country_source"]) == ("Kandahar", "Afghanistan")
    assert (event["source"], event.geometry.x, event.geometry.y) == ("example.org", 66.4, 31.0058)
    assert tables.details["NumMentions"].tolist() == [40]


def test_a_zip_is_read(tmp_path):
    path = tmp_path / "20251012120000.export.CSV.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("20251012120000.export.CSV", line(61) + line(61, GLOBALEVENTID="2"))
    assert geo.read_events(path).counts["accepted"] == 2


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("043", "other"),
        ("046", "talks"),
        ("0871", "talks"),
        ("145", "other"),
        ("180", "attack"),
        ("1831", "bombing"),
        ("1833", "bombing"),
        ("190", "armed clash"),
        ("191", "other"),
        ("194", "shelling"),
        ("195", "airstrike"),
        ("1952", "drone strike"),
        ("196", "armed clash"),
        ("202", "attack"),
    ],
)
def test_cameo_codes_keep_their_zeros(tmp_path, code, kind):
    event = geo.read_events(write(tmp_path / "g.csv", line(61, EventCode=code))).events.iloc[0]
    assert event["event_type"] == kind
    assert event["native_type"].startswith(f"CAMEO {code}")


@pytest.mark.parametrize(
    ("code", "word"), [("1", "country"), ("2", "province"), ("3", "near"), ("4", "near"), ("5", "province")]
)
def test_a_centroid_of_a_unit_is_never_near(tmp_path, code, word):
    events = geo.read_events(write(tmp_path / "g.csv", line(61, ActionGeo_Type=code))).events
    assert events["where_precision"].astype("str").tolist() == [word]


def test_an_event_in_two_files_is_one_and_the_later_one(tmp_path):
    a = write(tmp_path / "a.csv", line(61))
    b = write(tmp_path / "b.csv", line(61, DATEADDED="20251013000000", NumMentions="50"))
    tables = geo.read_events([b, a])
    assert tables.counts == {"read": 2, "accepted": 1, "rejected": 0, "superseded": 1}
    assert tables.details["NumMentions"].tolist() == [50]


def test_faulty_lines_are_rejected_with_reasons(tmp_path):
    lines = [
        line(61),
        line(61, GLOBALEVENTID="2", ActionGeo_Type="0"),
        line(61, GLOBALEVENTID="3", SQLDATE="2025"),
    ]
    lines += ["4\t20251012\tshort\t2025\n" + line(61, GLOBALEVENTID="5", ActionGeo_Lat="x")]
    lines += [line(61, GLOBALEVENTID="6", SOURCEURL='a "quoted" url')]
    tables = geo.read_events(write(tmp_path / "g.csv", *lines))
    assert tables.counts == {"read": 6, "accepted": 2, "rejected": 4, "superseded": 0}
    assert "found no place" in tables.rejected["reason"].str.cat(sep=" ")


def test_every_fips_unit_is_one_of_ours(units):
    assert set(FIPS_UNITS.values()) <= set(units["iso3166_2"])


def test_fips_units_are_those_of_geonames():
    places = geo.read_places()
    ours = places[places["adm0"].isin(["AF", "PK"]) & places["adm1"].notna()]
    most = ours.groupby("geonames_adm1")["adm1"].agg(lambda codes: codes.mode().iloc[0])
    assert {code.replace(".", ""): unit for code, unit in most.items()}.items() <= FIPS_UNITS.items()
