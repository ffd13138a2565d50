"""UCDP releases. The rows are invented in the format of UCDP, unless a test reads the reference file."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo.errors import SourceError
from geo.sources.readers.ucdp import COLUMNS, release_of

ROW = {
    **dict.fromkeys(COLUMNS, ""),
    **{
        "id": "900001",
        "relid": "AFG-2026-1-1-0",
        "year": "2026",
        "active_year": "true",
        "code_status": "Clear",
        "type_of_violence": "1",
        "side_a": "Government of A",
        "side_b": "Government of B",
        "source_office": "An Office",
        "source_date": "2026-02-03",
        "source_headline": "An invented headline, with a comma",
        "where_prec": "1",
        "where_coordinates": "Torkham",
        "adm_1": "Nangarhar province",
        "latitude": "34.126400",
        "longitude": "71.090000",
        "country": "Afghanistan",
        "country_id": "700",
        "event_clarity": "1",
        "date_prec": "1",
        "date_start": "2026-02-01 00:00:00.000",
        "date_end": "2026-02-01 00:00:00.000",
        "deaths_a": "1",
        "deaths_b": "2",
        "deaths_civilians": "0",
        "deaths_unknown": "0",
        "best": "3",
        "high": "5",
        "low": "3",
    },
}


def write(path: Path, *rows: dict[str, str], header: bool = True, columns=COLUMNS) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        if header:
            writer.writeheader()
        writer.writerows([ROW | row for row in rows])
    return path


def test_the_whole_release_of_january_2026_is_accounted_for(shared):
    tables = geo.read_events(shared / "events" / "GEDEvent_v26_0_1.csv")
    assert tables.counts == {"read": 1727, "accepted": 1727, "rejected": 0, "superseded": 0}
    codes = tables.details["where_prec"].to_numpy()
    words = tables.events["where_precision"].astype("str")
    assert pd.Series(zip(codes, words, strict=True)).value_counts().to_dict() == {
        ("1", "town"): 795,
        ("2", "near"): 325,
        ("3", "district"): 312,
        ("4", "province"): 137,
        ("5", "country"): 31,
        ("5", "province"): 113,
        ("6", "country"): 12,
        ("7", "unknown"): 2,
    }
    assert tables.events["event_type"].value_counts().loc[lambda n: n > 0].to_dict() == {
        "armed clash": 1347,
        "attack": 380,
    }
    assert int(tables.events["deaths_best"].sum()) == tables.raw["best"].astype("int64").sum()


@pytest.mark.parametrize(
    ("code", "extra", "word"),
    [
        ("1", {}, "town"),
        ("2", {}, "near"),
        ("3", {}, "district"),
        ("4", {}, "province"),
        ("5", {}, "province"),
        ("5", {"adm_1": ""}, "country"),
        ("5", {"longitude": "68.051427", "latitude": "31.689623"}, "border"),
        ("5", {"where_coordinates": "Afghanistan-Pakistan border"}, "border"),
        ("5", {"where_description": "along the Durand Line"}, "border"),
        ("5", {"where_coordinates": "Afghanistan-Iran border"}, "province"),
        ("1", {"where_coordinates": "Afghanistan-Pakistan border crossing"}, "town"),
        ("6", {}, "country"),
        ("7", {}, "unknown"),
    ],
)
def test_where_prec_becomes_the_locus_it_means(tmp_path, code, extra, word):
    events = geo.read_events(write(tmp_path / "ged.csv", {"where_prec": code, **extra})).events
    assert events["where_precision"].astype("str").tolist() == [word]


@pytest.mark.parametrize(
    ("said", "units"),
    [
        ("from Paktika to Nuristan", "AF-NUR;AF-KNR;AF-NAN;AF-PIA;AF-KHO;AF-PKA"),
        ("in Khost and in KPK's neighbour Kunar, not in Kabul", "AF-KHO;AF-KNR"),
        # Spellings that every other reader knows.
        ("Nangrahar and Khyber-Pakhtunkhwa", "AF-NAN;PK-KP"),
    ],
)
def test_a_border_event_is_narrowed_to_the_provinces_it_names(tmp_path, said, units):
    row = {"where_prec": "5", "where_coordinates": "Afghanistan-Pakistan border", "where_description": said}
    events = geo.read_events(write(tmp_path / "ged.csv", row)).events
    assert events["border_units"][0] == units


def test_an_event_on_the_stock_point_is_the_stretch_that_its_description_names(tmp_path):
    """As UCDP codes 617758, whose description names Paktika to Nuristan; the row is invented."""
    row = {
        "where_prec": "5",
        "where_coordinates": "Afghanistan-Pakistan border",
        "where_description": "Afghanistan-Pakistan border, from Paktika to Nuristan",
        "adm_1": "",
        "longitude": "68.051427",
        "latitude": "31.689623",
    }
    whole = {**row, "id": "2", "where_description": ""}
    tables = geo.read_events(write(tmp_path / "ged.csv", row, whole))
    narrow, wide = geo.loci(tables.events).to_crs("ESRI:54034").area
    assert 0.2 < narrow / wide < 0.6
    parts = geo.shares(tables.events.head(1))
    units = set(parts["unit"].astype("str"))
    assert {"AF-PKA", "AF-KHO", "AF-PIA", "AF-NAN", "AF-KNR", "AF-NUR"} <= units
    # The stock point lies beside Zabul, which the description does not name.
    assert not {"AF-ZAB", "AF-KAN", "AF-BDS"} & set(parts.loc[parts["share"].gt(0.05), "unit"])
    found = geo.stock_points(tables.events)
    assert found["known_as"].tolist() == ["Afghanistan-Pakistan border"]
    # The rows say that they are of the border, so that the point misleads nobody.
    assert not tables.warnings["reason"].str.contains("stock point").any()


def test_the_figures_by_side_and_the_codes_are_kept(tmp_path):
    row = {"code_status": "Check deaths", "event_clarity": "2"}
    tables = geo.read_events(write(tmp_path / "GEDEvent_v26_0_2.csv", row))
    event, detail = tables.events.iloc[0], tables.details.loc["ucdp:900001"]
    assert (event["deaths_low"], event["deaths_best"], event["deaths_high"]) == (3, 3, 5)
    assert detail[["deaths_a", "deaths_b", "code_status", "event_clarity"]].tolist() == [
        1,
        2,
        "Check deaths",
        "2",
    ]
    assert (event["dataset"], event["dataset_version"], event["licence"]) == (
        "ucdp-candidate",
        "26.0.2",
        "CC-BY-4.0",
    )
    assert "Check deaths" in event["notes"]


@pytest.mark.parametrize("code", range(1, 6))
def test_date_prec_is_mapped(tmp_path, code):
    events = geo.read_events(write(tmp_path / "ged.csv", {"date_prec": str(code)})).events
    assert events["date_precision"][0] == {1: 1, 2: 2, 3: 2, 4: 3, 5: 4}[code]


def test_a_release_without_header_is_read_as_one_with(tmp_path):
    rows = [{"id": str(n), "source_headline": f"line\none, {n}"} for n in range(3)]
    with_header = geo.read_events(write(tmp_path / "a.csv", *rows))
    without = geo.read_events(write(tmp_path / "b.csv", *rows, header=False))
    pd.testing.assert_frame_equal(with_header.events, without.events)
    assert without.counts["read"] == 3


def test_older_releases_have_fewer_columns(tmp_path):
    gone = (
        "relid code_status conflict_dset_id dyad_dset_id side_a_dset_id side_b_dset_id where_description "
        "gwnoa"
    ).split()
    columns = [name for name in COLUMNS if name not in gone]
    assert len(columns) == 41
    tables = geo.read_events(write(tmp_path / "ged191.csv", {"id": "AFG-1"}, columns=columns))
    assert tables.events["event_id"].tolist() == ["ucdp:AFG-1"]
    assert tables.counts["accepted"] == 1


def test_a_zip_and_a_workbook_say_the_same_as_the_text(tmp_path):
    text = write(tmp_path / "GEDEvent_v25_1.csv", {}, {"id": "2"})
    packed = tmp_path / "ged251-csv.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(text, "GEDEvent_v25_1.csv")
        archive.writestr("__MACOSX/._GEDEvent_v25_1.csv", "x")
    book = tmp_path / "GEDEvent_v25_1.xlsx"
    frame = pd.read_csv(text)
    for name in ("date_start", "date_end"):
        frame[name] = pd.to_datetime(frame[name])
    frame.to_excel(book, index=False)
    events = geo.read_events(text).events
    assert events["dataset_version"].tolist() == ["25.1", "25.1"]
    pd.testing.assert_frame_equal(geo.read_events(packed).events, events)
    pd.testing.assert_frame_equal(geo.read_events(book).events, events)


def test_the_later_release_wins_and_the_earlier_row_is_kept(tmp_path):
    january = write(tmp_path / "GEDEvent_v26_0_1.csv", {"best": "3"}, {"id": "2"})
    february = write(tmp_path / "GEDEvent_v26_0_2.csv", {"best": "4", "deaths_a": "2", "low": "3"})
    for order in ([january, february], [february, january]):
        tables = geo.read_events(order)
        assert tables.counts == {"read": 3, "accepted": 2, "rejected": 0, "superseded": 1}
        event = tables.events.set_index("event_id").loc["ucdp:900001"]
        assert (event["deaths_best"], event["dataset_version"]) == (4, "26.0.2")
        gone = tables.superseded.iloc[0]
        assert gone["event_id"] == "ucdp:900001"
        assert tables.raw.loc[gone["row"], "best"] == "3"
        assert tables.raw.loc[gone["by_row"], "best"] == "4"


def test_releases_are_ranked_by_the_month_in_which_they_are_out():
    names = [
        "GEDEvent_v25_0_3",
        "GEDEvent_v25_1",
        "GEDEvent_v25_0_6",
        "GEDEvent_v25_0_12",
        "GEDEvent_v25_01_25_12",
    ]
    ranks = [release_of(f"{name}.csv")[2] for name in names]
    assert ranks == sorted(ranks)
    assert release_of("events.csv") is None


def test_one_id_for_two_different_rows_of_a_release_rejects_both(tmp_path):
    same = geo.read_events(write(tmp_path / "a.csv", {}, {}))
    assert same.counts == {"read": 2, "accepted": 1, "rejected": 0, "superseded": 1}
    other = geo.read_events(write(tmp_path / "b.csv", {}, {"best": "4"}))
    assert other.counts == {"read": 2, "accepted": 0, "rejected": 2, "superseded": 0}
    assert "rows 2, 3" in other.rejected["reason"][0]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("latitude", "x"),
        ("latitude", "95"),
        ("longitude", ""),
        ("where_prec", "9"),
        ("where_prec", ""),
        ("type_of_violence", "4"),
        ("date_start", "2026-02-31"),
        ("date_end", "2025-01-01"),
        ("best", "-1"),
        ("best", "1.5"),
        ("deaths_a", "many"),
        ("id", ""),
    ],
)
def test_a_fault_is_told_with_row_column_and_what_stood_there(tmp_path, column, value):
    tables = geo.read_events(write(tmp_path / "ged.csv", {"id": "1"}, {column: value}))
    assert tables.counts == {"read": 2, "accepted": 1, "rejected": 1, "superseded": 0}
    fault = tables.rejected.iloc[0]
    assert (fault["row"], fault["column"]) == (2, column)
    assert fault["value"] == value if value else pd.isna(fault["value"])
    assert len(fault["reason"]) > 5


def test_a_row_with_too_many_cells_is_rejected_and_the_others_are_read(tmp_path):
    path = write(tmp_path / "ged.csv", {"id": "1"}, {"id": "2"})
    path.write_text(path.read_text() + "3,too,short\n" + "x," * 60 + "\n")
    tables = geo.read_events(path)
    assert tables.counts == {"read": 4, "accepted": 2, "rejected": 2, "superseded": 0}
    assert "cells where the table has 49" in " ".join(tables.rejected["reason"])


def test_as_of_withholds_what_was_written_later(tmp_path):
    path = write(tmp_path / "ged.csv", {"id": "1", "source_date": "2026-01-05;2026-01-20"}, {"id": "2"})
    tables = geo.read_events(path, as_of="2026-01-31")
    assert tables.counts == {"read": 2, "accepted": 1, "rejected": 0, "superseded": 0, "withheld": 1}
    assert tables.events["event_id"].tolist() == ["ucdp:1"]


def test_a_file_said_to_be_of_ucdp_must_be(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("date,place\n2025-01-01,Torkham\n")
    with pytest.raises(SourceError, match="not those of ucdp"):
        geo.read_events(path, source="ucdp")


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(tmp_path_factory, order):
    folder = tmp_path_factory.mktemp("order")
    rows = [{"id": str(n), "where_prec": str(n + 1), "latitude": "x" if n == 3 else "34.1"} for n in range(5)]
    rows.append({"id": "4", "where_prec": "5", "latitude": "34.1"})
    first = geo.read_events(write(folder / "a.csv", *rows))
    other = geo.read_events(write(folder / "b.csv", *[rows[n] for n in order]))
    assert first.counts == other.counts
    a, b = (t.events.sort_values("event_id", ignore_index=True) for t in (first, other))
    pd.testing.assert_frame_equal(a, b)
