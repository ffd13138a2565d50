"""Columns, dtypes and the rules of validation."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from geo.errors import SchemaError
from geo.events.columns import (
    CLAIM_COLUMNS,
    EVENT_COLUMNS,
    POSITION_COLUMNS,
    REJECTED_COLUMNS,
    empty_events,
    empty_table,
)
from geo.events.figures import FIGURE_WORDS, Figure, figure_of
from geo.events.validation import check_header, validate_claims, validate_events

GOOD = {"date_start": "2025-10-11", "event_type": "airstrike", "lon": "71.08", "lat": "34.11"}


def rows_of(*records: dict[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame([{**GOOD, **record} for record in records], dtype="str")
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    return frame


def reasons(**cells: str) -> dict[str, str]:
    """Column to reason for one row with these cells."""
    events, rejected = validate_events(rows_of(cells))
    assert len(events) == (0 if len(rejected) else 1)
    return dict(zip(rejected["column"], rejected["reason"], strict=True))


def test_an_empty_table_has_every_column_and_dtype():
    events = empty_events()
    assert isinstance(events, gpd.GeoDataFrame)
    assert events.crs.to_epsg() == 4326
    assert events.columns.tolist() == [*(column.name for column in EVENT_COLUMNS), "geometry"]
    assert {name: str(dtype) for name, dtype in events.dtypes.items()} == {
        **{column.name: column.dtype for column in EVENT_COLUMNS},
        "geometry": "geometry",
    }


def test_validated_rows_have_the_dtypes_of_the_empty_table():
    events, rejected = validate_events(rows_of({}))
    assert events.dtypes.equals(empty_events().dtypes)
    assert rejected.dtypes.equals(empty_table(REJECTED_COLUMNS).dtypes)


def test_no_rows_in_means_no_rows_out_with_the_right_dtypes():
    events, rejected = validate_events(rows_of({}).iloc[:0])
    assert len(events) == len(rejected) == 0
    assert events.dtypes.equals(empty_events().dtypes)
    assert rejected.dtypes.equals(empty_table(REJECTED_COLUMNS).dtypes)


def test_only_four_columns_are_required():
    required = [column.name for column in (*EVENT_COLUMNS, *POSITION_COLUMNS) if column.required]
    assert required == ["date_start", "event_type", "lon", "lat"]


def test_every_column_is_described_and_named_once():
    for columns in (EVENT_COLUMNS, CLAIM_COLUMNS, POSITION_COLUMNS):
        names = [column.name for column in columns]
        assert len(names) == len(set(names))
        assert all(column.description.endswith(".") for column in columns)


def test_missing_columns_are_named_with_what_was_found_and_what_is_allowed():
    with pytest.raises(SchemaError) as raised:
        check_header(["date_start", "summary"], (*EVENT_COLUMNS, *POSITION_COLUMNS), "my.csv")
    message = str(raised.value)
    assert message.startswith("my.csv: missing: event_type, lon, lat")
    assert "found: date_start, summary" in message
    assert "allowed: event_id, date_start (required)" in message


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("latitude", "lat"),
        ("Latitude", "lat"),
        ("LAT", "lat"),
        ("y", "lat"),
        ("lng", "lon"),
        ("Longitude", "lon"),
        ("date", "date_start"),
        ("Start date", "date_start"),
        ("dates_start", "date_start"),
        ("type", "event_type"),
        ("event type", "event_type"),
    ],
)
def test_a_close_name_is_offered_for_renaming(found, wanted):
    header = [name for name in GOOD if name != wanted]
    with pytest.raises(SchemaError, match=f"rename '{found}' to '{wanted}'"):
        check_header([*header, found], (*EVENT_COLUMNS, *POSITION_COLUMNS), "my.csv")


def test_a_column_named_twice_is_an_error():
    with pytest.raises(SchemaError, match="'lon' occurs more than once"):
        check_header([*GOOD, "lon"], (*EVENT_COLUMNS, *POSITION_COLUMNS), "my.csv")


@pytest.mark.parametrize("column", GOOD)
@pytest.mark.parametrize("blank", ["", "  ", "\t"])
def test_a_required_cell_that_is_empty_is_a_fault(column, blank):
    assert reasons(**{column: blank}) == {column: "missing; required"}


def test_optional_cells_that_are_empty_are_missing():
    names = [column.name for column in EVENT_COLUMNS if not column.required and column.name != "event_id"]
    events, rejected = validate_events(rows_of(dict.fromkeys(names, "")))
    assert rejected.empty
    assert events[names].isna().all(axis=None)


def test_missing_is_not_zero():
    events, _ = validate_events(rows_of({"deaths_best": ""}, {"deaths_best": "0"}))
    assert events["deaths_best"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("11/10/2025", "mistaken for one another"),
        ("11.10.25", "mistaken for one another"),
        ("2025-10", "write 2025-10-01 and date_precision 3"),
        ("2025-02-30", "no such day"),
        ("2025-13-01", "no such day"),
        ("0000-00-00", "no such day"),
        ("2025-10-11T21:50", "the local day alone"),
        ("2025-10-11T00:00:00Z", "the local day alone"),
        ("yesterday", "write YYYY-MM-DD"),
        ("2025-1-5", "write YYYY-MM-DD"),
        ("45941", "write YYYY-MM-DD"),
        ("٢٠٢٥-١٠-١١", "write YYYY-MM-DD"),
        ("nan", "write YYYY-MM-DD"),
    ],
)
def test_an_unreadable_date_is_a_fault_that_says_what_to_write(text, words):
    assert words in reasons(date_start=text)["date_start"]
    assert words in reasons(date_end=text)["date_end"]


@pytest.mark.parametrize(
    "text", ["2025-10-11", " 2025-10-11 ", "2025-10-11 00:00:00", "2025-10-11T00:00:00.000"]
)
def test_a_day_may_carry_the_midnight_of_a_spreadsheet(text):
    events, _ = validate_events(rows_of({"date_start": text}))
    assert events["date_start"].tolist() == [pd.Timestamp("2025-10-11")]


def test_an_end_before_the_start_is_a_fault():
    assert reasons(date_end="2025-10-10") == {"date_end": "before date_start (2025-10-11)"}
    assert reasons(date_end="2025-10-11") == {}


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("air strike", "airstrike"),
        ("Airstrike", "airstrike"),
        ("AIRSTRIKE", "airstrike"),
        ("closed crossing", None),
        ("bombings", "bombing"),
    ],
)
def test_an_unknown_type_lists_the_allowed_and_the_closest(text, near):
    reason = reasons(event_type=text)["event_type"]
    assert "allowed: armed clash, airstrike, drone strike" in reason
    if near:
        assert f"did you mean {near!r}?" in reason


@pytest.mark.parametrize("column", ["where_precision", "verification", "confidence"])
def test_every_vocabulary_is_checked(column):
    assert "allowed:" in reasons(**{column: "certainly"})[column]


@pytest.mark.parametrize(
    "text", ["-1", "1.5", "dozens", "20-25", "1,200", "1e3", "9" * 19, "9" * 400, "nan", "٣"]
)
def test_a_bad_count_is_a_fault(text):
    assert "whole number" in reasons(deaths_best=text)["deaths_best"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("+12", 12), (" 12 ", 12), ("12.0", 12), ("007", 7), (str(2**63 - 1), 2**63 - 1)],
)
def test_whole_numbers_are_read_exactly(text, number):
    events, rejected = validate_events(rows_of({"deaths_best": text}))
    assert rejected.empty
    assert events["deaths_best"].tolist() == [number]


@pytest.mark.parametrize("text", ["0", "5", "day", "1.5"])
def test_an_unknown_date_precision_is_a_fault(text):
    assert "1 (day), 2 (two days to a week)" in reasons(date_precision=text)["date_precision"]


@pytest.mark.parametrize(("lon", "lat"), [("180.1", "34"), ("-181", "34"), ("1e999", "34")])
def test_a_longitude_out_of_range_is_a_fault(lon, lat):
    assert reasons(lon=lon, lat=lat) == {"lon": "out of range; lon lies between -180 and 180 degrees"}


@pytest.mark.parametrize("lat", ["90.01", "-91", "3411"])
def test_a_latitude_out_of_range_is_a_fault(lat):
    assert reasons(lat=lat) == {"lat": "out of range; lat lies between -90 and 90 degrees"}


@pytest.mark.parametrize(("lon", "lat"), [("34.11", "71.08"), ("22", "58"), ("40", "80")])
def test_swapped_coordinates_are_a_fault_that_says_so(lon, lat):
    found = reasons(lon=lon, lat=lat)
    assert set(found) == {"lon", "lat"}
    assert all("swapped" in reason for reason in found.values())


@pytest.mark.parametrize(
    ("lon", "lat"), [("51.53", "25.29"), ("28.95", "41.01"), ("87.6", "43.8"), ("-0.1", "51.5")]
)
def test_places_abroad_are_good_positions(lon, lat):
    assert reasons(lon=lon, lat=lat) == {}


@pytest.mark.parametrize("text", ["71.08E", "nan", "inf", "1_0", "71 05 12", "0x10", "."])
def test_a_position_that_is_no_decimal_number_is_a_fault(text):
    assert "decimal number" in reasons(lon=text)["lon"]


def test_a_decimal_comma_is_named():
    assert reasons(lon="71,08") == {"lon": "has a decimal comma; write 71.08"}


def test_units_of_a_stretch_must_be_on_the_line():
    assert reasons(border_units="AF-PKA;AF-KHO") == {}
    assert "no unit on the line: 'AF-KAB'" in reasons(border_units="AF-PKA;AF-KAB")["border_units"]


def test_every_fault_of_a_row_is_told_at_once():
    found = reasons(date_start="x", event_type="x", lon="x", lat="99", deaths_low="x", date_precision="9")
    assert set(found) == {"date_start", "event_type", "lon", "lat", "deaths_low", "date_precision"}


def test_a_fault_names_the_row_and_the_value_as_it_stood():
    _, rejected = validate_events(rows_of({}, {}, {"event_type": " Strike "}))
    assert rejected[["row", "column", "value"]].to_numpy().tolist() == [[3, "event_type", " Strike "]]


def test_a_bad_row_leaves_the_others_alone():
    events, rejected = validate_events(rows_of({}, {"lat": "x"}, {}))
    assert events.index.tolist() == [1, 3]
    assert rejected["row"].tolist() == [2]


def test_later_rows_of_one_id_are_rejected_and_told_where_the_first_is():
    events, rejected = validate_events(rows_of({"event_id": "a"}, {"event_id": "b"}, {"event_id": " a"}))
    assert events["event_id"].tolist() == ["a", "b"]
    assert rejected[["row", "column", "value"]].to_numpy().tolist() == [[3, "event_id", " a"]]
    assert rejected["reason"][0].startswith("row 1 already has this id")


def test_only_rows_without_an_id_get_one_of_ours():
    events, _ = validate_events(rows_of({"event_id": ""}, {"event_id": "mine"}, {"event_id": " "}))
    assert events["event_id"].tolist() == ["own:1", "mine", "own:3"]


def test_an_id_of_ours_never_takes_a_given_one():
    given = [{"event_id": ""}, {"event_id": "own:1"}, {"event_id": "own:1-2"}, {"event_id": "", "lat": "x"}]
    events, rejected = validate_events(rows_of(*given))
    assert events["event_id"].tolist() == ["own:1-3", "own:1", "own:1-2"]
    assert rejected["column"].tolist() == ["lat"]


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "`${1}`", " padded ", "=cmd()", "NA", "a\nb", "javascript:x"]
)
def test_text_is_kept_as_it_is(text):
    events, rejected = validate_events(rows_of({"summary": text, "source_url": text}))
    assert rejected.empty
    assert events[["summary", "source_url"]].to_numpy().tolist() == [[text, text]]


def test_the_rows_given_are_not_changed():
    rows = rows_of({"event_id": "", "lat": "x"})
    before = rows.copy()
    validate_events(rows)
    pd.testing.assert_frame_equal(rows, before)


CLAIM = {"event_id": "own:1", "claimant": "UNAMA", "metric": "killed", "low": "3", "high": "5"}


def claim_reasons(**cells: str) -> dict[str, str]:
    rows = pd.DataFrame([{**CLAIM, **cells}], index=[1], dtype="str")
    _, rejected = validate_claims(rows, ["own:1"], rejected_events=["own:2"])
    return dict(zip(rejected["column"], rejected["reason"], strict=True))


def test_a_good_claim_is_kept():
    assert claim_reasons() == {}


def test_a_claim_must_be_about_an_event_of_the_table():
    assert claim_reasons(event_id="own:9") == {"event_id": "there is no event of this id"}
    assert claim_reasons(event_id="own:2") == {"event_id": "the row of this event was rejected"}


def test_a_range_of_a_claim_is_not_reversed():
    assert claim_reasons(high="2") == {"high": "below low (3)"}


def test_at_least_and_no_number_are_good_claims():
    assert claim_reasons(high="") == {}
    assert claim_reasons(low="", high="") == {}


@pytest.mark.parametrize("column", ["claimant_kind", "metric", "scope"])
def test_claims_keep_to_their_vocabulary(column):
    assert "allowed:" in claim_reasons(**{column: "missing in action"})[column]


def test_a_claim_without_a_claimant_is_a_fault():
    assert claim_reasons(claimant="") == {"claimant": "missing; required"}


@pytest.mark.parametrize(
    ("bound", "low", "high", "good"),
    [
        ("exactly", "4", "4", True),
        ("exactly", "45", "50", True),
        ("at least", "12", "", True),
        ("at least", "12", "12", False),
        ("more than", "100", "", True),
        ("more than", "", "100", False),
        ("up to", "", "30", True),
        ("up to", "0", "30", False),
        ("about", "15", "15", True),
        ("dozens", "", "", True),
        ("dozens", "24", "", False),
        ("", "9", "", True),
        ("roughly", "9", "9", False),
    ],
)
def test_a_claim_has_the_numbers_of_how_it_was_said(bound, low, high, good):
    row = {"event_id": "own:1", "claimant": "A", "metric": "killed", "low": low, "high": high, "bound": bound}
    claims, rejected = validate_claims(pd.DataFrame([row], index=[1]), ["own:1"])
    assert len(claims) == good
    assert good or rejected["column"].tolist() == ["bound"]


@pytest.mark.parametrize(
    ("parts", "words", "numbers"),
    [
        ((12, None, "at least"), "at_least", (12,)),
        ((12, pd.NA, None), "at_least", (12,)),
        ((100, None, "more than"), "more_than", (100,)),
        ((float("nan"), 30.0, "up to"), "up_to", (30,)),
        ((15, 15, "about"), "about", (15,)),
        ((15, 20, "about"), "about_between", (15, 20)),
        ((45, 50, "exactly"), "between", (45, 50)),
        ((7, 7, pd.NA), "exactly", (7,)),
        ((None, None, "dozens"), "dozens", ()),
        ((None, None, None), "not_stated", ()),
    ],
)
def test_a_figure_keeps_how_it_was_said(parts, words, numbers):
    figure = figure_of(*parts)
    assert (figure.words, figure.numbers, figure.denial) == (words, numbers, False)
    assert words in FIGURE_WORDS


def test_none_at_all_is_a_denial_and_no_number():
    assert figure_of(0, 0, "exactly") == Figure("none", (), denial=True)
