"""One table says the same whatever it is written in and whatever harmless option is given. Rows invented."""

from __future__ import annotations

import csv
import io
import os
import random

import pandas as pd
import pytest
from forms import FORMS, placed, written

import geo
from geo.boundaries.catalogue import data_path

NAMES = (
    "date_start",
    "event_type",
    "place",
    "adm1_source",
    "where_precision",
    "lon",
    "lat",
    "killed",
    "licence",
)
ROWS = (
    ("2025-10-11", "airstrike", "Torkham", "Nangarhar", "town", "71.0931", "34.1231", "3", "CC-BY-4.0"),
    ("2025-10-12", "shelling", "Spin Boldak", "Kandahar", "", "66.4012", "31.0052", "", "CC-BY-4.0"),
    ("2025-10-13", "air strike", "Barmal", "Paktika", "district", "69.2744", "32.6012", "0", "CC-BY-4.0"),
    ("2025-10-14", "attack", "Nowhere near", "", "near", "22.5", "59", "1", ""),
    (
        "2025-10-15",
        "armed clash",
        "Ghulam Khan",
        "Khost",
        "town",
        "70.0371",
        "33.1312",
        "Pakistan: 23; Taliban: 9",
        "",
    ),
    ("soon", "bombing", "Kharlachi", "", "town", "69.9634", "33.8342", "2", ""),
    ("2025-10-16", "attack", "Chaman", "", "near", "30.9213", "66.4512", "1", ""),
)
"""One without a precision, one type in other words, one far off, one with claims, one without a day, and one
whose longitude and latitude are exchanged."""


def frame_of() -> pd.DataFrame:
    """The table with the types that a frame has."""
    frame = pd.DataFrame(ROWS, columns=list(NAMES))
    return frame.mask(frame.eq("")).astype({"lon": "float64", "lat": "float64"})


OPTIONS = {
    "none": {},
    "encoding": {"encoding": "utf-8"},
    "day first": {"day_first": True},
    "fix": {"fix": True},
    "as it is named": {"source": "table"},
}


def account(tables: geo.EventTables) -> dict[str, object]:
    """What a table says, without the names that a format gives its columns."""
    events = tables.events
    columns = ["event_id", "date_start", "date_end", "date_precision", "event_type", "where_precision"]
    columns += ["deaths_low", "deaths_best", "deaths_high", "verification", "licence"]
    return {
        "counts": tables.counts,
        "events": events[columns].astype("object").fillna("").astype("str").to_numpy().tolist(),
        "positions": [(round(p.x, 9), round(p.y, 9)) for p in events.geometry],
        "claims": tables.claims[["event_id", "claimant", "metric", "low", "high"]]
        .astype("str")
        .to_numpy()
        .tolist(),
        "rejects": sorted(set(tables.rejected["row"])),
        "assumed": tables.warnings.loc[tables.warnings["row"].eq(0), "reason"].tolist(),
    }


@pytest.fixture(scope="module")
def expected() -> dict[str, object]:
    return account(geo.read_events(frame_of()))


def test_the_table_is_read_as_it_is_meant(expected):
    assert expected["counts"] == {"read": 7, "accepted": 5, "rejected": 2, "superseded": 0}
    assert expected["rejects"] == [6, 7]
    assert [row[0] for row in expected["events"]] == ["own:1", "own:2", "own:3", "own:4", "own:5"]
    assert [row[4] for row in expected["events"]] == [
        *("airstrike", "shelling", "airstrike", "attack", "armed clash")
    ]
    assert [row[5] for row in expected["events"]] == ["town", "unknown", "district", "near", "town"]
    assert [row[9] for row in expected["events"]] == [""] * 5
    assert [claim[:2] for claim in expected["claims"]] == [["own:5", "Pakistan"], ["own:5", "Taliban"]]
    assert any("'where_precision' is empty in 1 of 7 rows" in reason for reason in expected["assumed"])


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_table_says_the_same(tmp_path, form, expected):
    path = written(form, frame_of(), tmp_path)
    assert account(geo.read_events(path)) == expected


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_table_that_grades_no_place_says_the_same(tmp_path, form):
    bare = frame_of().drop(columns="where_precision")
    assert account(geo.read_events(written(form, bare, tmp_path))) == account(geo.read_events(bare))


@pytest.mark.parametrize("form", ["csv", "semicolons", "xlsx", "gpkg", "parquet"])
@pytest.mark.parametrize("option", [name for name in OPTIONS if name not in ("none", "fix")])
def test_a_harmless_option_changes_nothing(tmp_path, form, option, expected):
    path = written(form, frame_of(), tmp_path)
    assert account(geo.read_events(path, **OPTIONS[option])) == expected


def test_the_separator_and_the_sheet_may_be_said(tmp_path, expected):
    for form, options in (("semicolons", {"delimiter": ";"}), ("xlsx", {"sheet": "events"})):
        path = written(form, frame_of(), tmp_path)
        assert account(geo.read_events(path, **options)) == expected


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_fix_mends_the_row_that_is_exchanged_and_no_other(tmp_path, form):
    path = written(form, frame_of(), tmp_path)
    fixed = account(geo.read_events(path, fix=True))
    assert fixed["rejects"] == [6]
    assert fixed == account(geo.read_events(frame_of(), fix=True))


@pytest.mark.parametrize("form", ["csv", "semicolons", "utf-16", "xlsx", "json", "parquet", "gpkg"])
def test_strict_is_the_same_in_every_form(tmp_path, form):
    path = written(form, frame_of(), tmp_path)
    strict = geo.read_events(path, strict=True)
    assert sorted(set(strict.rejected["row"])) == [3, 6, 7]
    assert strict.rejected.loc[strict.rejected["row"].eq(3), "column"].tolist() == ["event_type"]


@pytest.mark.parametrize(
    ("start", "end", "stated", "precision"),
    [
        ("2025-10-11", "2025-10-12", "1", 1),
        ("2025-02-21", "2025-03-19", "1", 1),
        ("2025-10-11", "2025-10-12", "3", 3),
        ("2025-10-11", "2025-10-12", "", 2),
        ("Oct 2025", "", "1", 3),
    ],
)
def test_what_a_row_says_of_its_days_goes_before_their_number(tmp_path, start, end, stated, precision):
    path = tmp_path / "table.csv"
    path.write_text(
        f"date_start,date_end,date_precision,place,event_type\n{start},{end},{stated},Torkham,armed clash\n",
        encoding="utf-8",
    )
    assert geo.read_events(path).events["date_precision"].tolist() == [precision]


def test_the_shipped_events_are_read_as_their_file_has_them():
    columns = ["event_id", "date_start", "date_end", "date_precision", "event_type", "where_precision"]
    written = pd.read_csv(data_path("events", "events.csv"), dtype="str", keep_default_na=False)[columns]
    events = geo.read_events().events[columns].astype("str").fillna("")
    assert events.to_numpy().tolist() == written.to_numpy().tolist()


@pytest.mark.parametrize(
    ("header", "cells", "missing"),
    [
        ("when,place,event_type", "2025-10-12,Torkham,armed clash", "date_start"),
        ("year,month,place,event_type,lon,lat", "2025,10,Torkham,armed clash,71,34", "date_start"),
        ("date_start,place,kind,lon,lat", "2025-10-12,Torkham,armed clash,71,34", "event_type"),
        ("date_start,place,event_type,long,lati", "2025-10-12,Torkham,armed clash,71,34", "lon, lat"),
    ],
)
def test_strict_refuses_a_table_without_a_column_of_ours_by_its_name(tmp_path, header, cells, missing):
    path = tmp_path / "table.csv"
    path.write_text(f"{header}\n{cells}\n", encoding="utf-8")
    assert geo.read_events(path).counts["read"] == 1
    with pytest.raises(geo.SchemaError, match=rf"missing: [\w, ]*{missing}"):
        geo.read_events(path, strict=True)


def test_a_frame_an_open_file_and_several_are_read(tmp_path, expected):
    path = written("csv", frame_of(), tmp_path)
    with path.open("rb") as file:
        assert account(geo.read_events(file)) == expected
    assert account(geo.read_events(io.BytesIO(path.read_bytes()))) == expected
    assert account(geo.read_events(placed(frame_of()))) == expected
    both = geo.read_events([path, frame_of()])
    assert both.counts == {"read": 14, "accepted": 10, "rejected": 4, "superseded": 0}
    assert both.events["event_id"].is_unique


def test_a_row_of_a_frame_is_its_position_whatever_the_index_is(expected):
    frame = frame_of()
    for index in (list("gfedcba"), [7] * 7, pd.MultiIndex.from_product([[1], range(7)])):
        assert account(geo.read_events(frame.set_axis(index, axis=0))) == expected
    before = frame.copy()
    geo.read_events(frame)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("column", "codes", "words"),
    [
        ("where_prec", [1, 2, 3, 4, 6], ["town", "near", "district", "province", "country"]),
        ("geo_precision", [1, 2, 3], ["town", "near", "province"]),
        ("specificity", [1, 3, 4, 5], ["town", "district", "province", "unknown"]),
        ("precision", ["village", "adm2"], ["town", "district"]),
    ],
)
def test_a_code_of_a_known_data_set_is_read_by_the_name_of_its_column(column, codes, words):
    frame = pd.DataFrame({"date": "2025-10-11", "lat": 34.1234, "lon": 71.1234, column: codes})
    events = geo.read_events(frame).events
    assert events["where_precision"].astype("str").tolist() == words


@pytest.mark.parametrize("wrong", [5, [{"date": "2025-10-11"}], {"a": 1}, [], ["a.csv", 3]])
def test_what_is_no_table_is_refused_with_what_is_allowed(wrong):
    with pytest.raises(geo.errors.SchemaError, match=r"DataFrame|at least one"):
        geo.read_events(wrong)


def test_a_given_precision_counts_where_no_row_says_it():
    frame = pd.DataFrame({"date": ["2025-10-11"], "lat": [34.1234], "lon": [71.1234], "type": ["attack"]})
    assumed = geo.read_events(frame)
    assert assumed.events["where_precision"].astype("str").tolist() == ["town"]
    assert "assumed from the digits" in assumed.warnings["reason"][0]
    said = geo.read_events(frame, precision="district")
    assert said.events["where_precision"].astype("str").tolist() == ["district"]
    assert "as asked" in said.warnings["reason"][0]
    with pytest.raises(geo.errors.SchemaError, match="no precision 'vague'"):
        geo.read_events(frame, precision="vague")


CELLS = (
    "",
    "",
    "x",
    "2025-10-11",
    "12 Oct 2025",
    "Oct 2025",
    "34.12",
    "71,09",
    "3",
    "20-25",
    "Torkham",
    "no",
)
CELLS += (
    "media",
    "high",
    "Total",
    "=1+1",
    "NA",
    "#date",
    "airstrike",
    "town",
    "1",
    "own:1",
    '"q"',
    "a;b",
    "0",
)
HEADS = (
    "date",
    "place",
    "lat",
    "lon",
    "killed",
    "type",
    "no",
    "precision",
    "source",
    "end date",
    "Q1",
    "status",
)


def random_table(draw: random.Random) -> tuple[list[str], list[list[str]]]:
    names = draw.sample(HEADS, draw.randint(2, 8))
    names += [name for name in ("date", "lat", "lon") if name not in names]
    rows = [[draw.choice(CELLS) for _ in names] for _ in range(draw.randint(0, 6))]
    return names, rows


IN_BLOCK = 100 if os.environ.get("DURAND_LONG_TESTS") else 20


@pytest.mark.parametrize("block", range(20))
def test_every_line_of_random_tables_is_accounted_for(tmp_path, block):
    """400 tables, or 2,000: read = accepted + rejected + superseded, always, and no filled line is lost."""
    for number in range(IN_BLOCK):
        names, rows = random_table(random.Random(1_000 * block + number))
        out = io.StringIO(newline="")
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows([names, *rows])
        path = tmp_path / "random.csv"
        path.write_text(out.getvalue(), encoding="utf-8")
        tables = geo.read_events(path)
        counts = tables.counts
        assert counts["read"] == counts["accepted"] + counts["rejected"] + counts["superseded"], rows
        filled = [row for row in rows if any(cell.strip() for cell in row)]
        tags = bool(filled) and all(cell.startswith("#") for cell in rows[0] if cell) and any(rows[0])
        assert counts["read"] == len(filled) - tags, (names, rows)
