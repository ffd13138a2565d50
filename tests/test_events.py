"""Reading events from files."""

from __future__ import annotations

import copy
import csv
import io
import shutil
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import geo
from geo.boundaries.catalogue import data_path
from geo.errors import DataNotFoundError, SchemaError, SourceError
from geo.events.columns import EVENT_COLUMNS, empty_events
from geo.vocab import EVENT_TYPES, VERIFICATIONS, WHERE_PRECISIONS

HEADER = "date_start,event_type,lon,lat"
ROW = "2025-10-11,airstrike,71.08,34.11"


@pytest.fixture
def write(tmp_path: Path):
    def to_file(content: str | bytes, name: str = "events.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return to_file


def as_csv(events: gpd.GeoDataFrame) -> str:
    """A table of events as a file in our columns."""
    out = io.StringIO(newline="")
    names = [column.name for column in EVENT_COLUMNS]
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow([*names, "lon", "lat"])
    for event in events.itertuples():
        cells = [getattr(event, name) for name in names]
        cells = [f"{c:%Y-%m-%d}" if isinstance(c, pd.Timestamp) and not pd.isna(c) else c for c in cells]
        cells = ["" if pd.isna(c) else c for c in cells]
        writer.writerow([*cells, repr(event.geometry.x), repr(event.geometry.y)])
    return out.getvalue()


def test_four_columns_are_enough(write):
    tables = geo.read_events(write(f"{HEADER}\n{ROW}\n"))
    assert tables.events["event_id"].tolist() == ["own:1"]
    assert tables.events.dtypes.equals(empty_events().dtypes)
    assert tables.events.geometry[0].coords[0] == (71.08, 34.11)
    assert tables.counts == {"read": 1, "accepted": 1, "rejected": 0, "superseded": 0}


def test_a_path_may_be_text(write):
    assert len(geo.read_events(str(write(f"{HEADER}\n{ROW}\n"))).events) == 1


def test_without_a_path_the_shipped_tables_are_read():
    tables = geo.read_events()
    assert len(tables.events) == 93
    assert len(tables.claims)
    assert len(tables.sources)
    assert len(tables.phases)


def test_the_shipped_tables_lie_where_the_variable_says(write, monkeypatch, tmp_path):
    monkeypatch.setenv("DURAND_DATA", str(tmp_path))
    with pytest.raises(DataNotFoundError, match="DURAND_DATA"):
        geo.read_events()


def test_what_one_does_to_the_shipped_tables_no_other_sees():
    mine = geo.read_events()
    before = copy.deepcopy(vars(mine))
    mine.events.loc[0, "place"] = "elsewhere"
    for frame in (mine.claims, mine.sources, mine.phases, mine.raw):
        frame.iloc[0, 0] = frame.iloc[1, 0]
    mine.rows.iloc[0] = -1
    after = geo.read_events()
    assert after.read_from == before.pop("read_from")
    for name, frame in before.items():
        testing = pd.testing.assert_series_equal if frame.ndim == 1 else pd.testing.assert_frame_equal
        testing(vars(after)[name], frame)


def test_shipped_tables_that_were_changed_are_read_anew(tmp_path, monkeypatch):
    shutil.copytree(data_path("events", ""), tmp_path / "events")
    monkeypatch.setenv("DURAND_DATA", str(tmp_path))
    assert len(geo.read_events().events) == 93
    path = tmp_path / "events" / "events.csv"
    text = path.read_text(encoding="utf-8").replace("Army Public School, Peshawar", "A school in Peshawar")
    path.write_text(text, encoding="utf-8")
    assert geo.read_events().events["place"][0] == "A school in Peshawar"
    monkeypatch.undo()
    assert geo.read_events().events["place"][0] == "Army Public School, Peshawar"


def test_a_user_file_has_no_claims_unless_they_are_given(write):
    tables = geo.read_events(write(f"{HEADER}\n{ROW}\n"))
    for table, shipped in zip(
        (tables.claims, tables.sources, tables.phases),
        (geo.read_events().claims, geo.read_events().sources, geo.read_events().phases),
        strict=True,
    ):
        assert table.empty
        assert table.dtypes.equals(shipped.dtypes)


def test_claims_are_read_beside_the_events(write):
    events = write(f"{HEADER}\n{ROW}\nsoon,attack,71.08,34.11\n")
    claims = write(
        "event_id,claimant,metric,low\nown:1,UNAMA,killed,17\nown:2,UNAMA,killed,1\nown:1,UNAMA,hurt,1\n",
        "c.csv",
    )
    tables = geo.read_events(events, claims=claims)
    assert tables.claims[["claim_id", "event_id", "low"]].to_numpy().tolist() == [["claim:1", "own:1", 17]]
    assert tables.rejected_claims[["row", "column"]].to_numpy().tolist() == [[2, "event_id"], [3, "metric"]]


def test_claims_without_events_are_an_error(write):
    with pytest.raises(SchemaError, match="belongs to a file of events"):
        geo.read_events(claims=write("event_id,claimant,metric\n"))


def test_a_header_without_rows_gives_an_empty_table(write):
    for text in (HEADER, HEADER + "\n", HEADER + "\r\n\r\n"):
        tables = geo.read_events(write(text))
        assert tables.counts == {"read": 0, "accepted": 0, "rejected": 0, "superseded": 0}
        assert tables.events.dtypes.equals(empty_events().dtypes)
        assert tables.events.crs.to_epsg() == 4326
        assert tables.raw.columns.tolist() == HEADER.split(",")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_an_error(write, content):
    with pytest.raises(SourceError, match="is empty"):
        geo.read_events(write(content))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04rest", "damaged or not complete"),
        (b"PAR1rest", "not a Parquet file"),
        (b"%PDF-1.7", "a PDF"),
        (HEADER.encode() + b"\n\x00\n", "NUL byte"),
    ],
)
def test_a_file_that_is_no_table_is_an_error_that_says_what_it_is(write, content, words):
    with pytest.raises(SourceError, match=words):
        geo.read_events(write(content))


def test_an_encoding_that_is_guessed_is_told(write):
    content = f"{HEADER},place\n{ROW},Grenz\u00fcbergang\n" * 1
    tables = geo.read_events(write(content.encode("cp1252")))
    assert tables.events["place"].tolist() == ["Grenz\u00fcbergang"]
    assert "not UTF-8; read as cp12" in tables.files["notes"][0]


def test_a_missing_file_and_a_folder_are_errors(tmp_path):
    with pytest.raises(DataNotFoundError, match="no such file"):
        geo.read_events(tmp_path / "none.csv")
    with pytest.raises(SourceError, match="is a folder"):
        geo.read_events(tmp_path)


def test_an_unknown_source_is_an_error_that_lists_those_there_are(write):
    with pytest.raises(
        SchemaError, match="no source 'news'; there are: auto, ucdp, acled, gtd, gdelt, table"
    ):
        geo.read_events(write(f"{HEADER}\n{ROW}\n"), source="news")


def test_missing_columns_are_an_error_that_says_what_to_rename(write):
    with pytest.raises(SchemaError, match="missing: lat; rename 'latitude' to 'lat'"):
        geo.read_events(write(f"{HEADER.replace('lat', 'latitude')}\n{ROW}\n"), strict=True)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("strict", [False, True])
def test_a_separator_decides_nothing(write, mark, strict):
    tables = geo.read_events(write(f"{HEADER}\n{ROW}\n".replace(",", mark)), strict=strict)
    assert tables.counts == {"read": 1, "accepted": 1, "rejected": 0, "superseded": 0}


def test_a_quotation_mark_left_open_is_an_error_and_swallows_nothing(write):
    with pytest.raises(SourceError, match="quotation mark"):
        geo.read_events(write(f'{HEADER},summary\n{ROW},"open\n{ROW},b\n'))


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_any_line_end_are_read(write, start, end):
    tables = geo.read_events(write(start + end.join([HEADER, ROW, ROW]) + end))
    assert tables.events["event_id"].tolist() == ["own:1", "own:2"]


def test_line_ends_commas_and_quotes_within_quotes_are_text(write):
    tables = geo.read_events(write(f'{HEADER},summary\n{ROW},"one,\r\n""two"" # three"\n{ROW},four\n'))
    assert tables.events["summary"].tolist() == ['one,\r\n"two" # three', "four"]
    assert tables.rows.tolist() == [1, 2]


def test_a_number_sign_begins_no_comment(write):
    tables = geo.read_events(write(f"{HEADER}\n# note\n{ROW}\n"))
    assert tables.counts == {"read": 2, "accepted": 1, "rejected": 1, "superseded": 0}
    assert set(tables.rejected["row"]) == {1}
    assert tables.rejected["value"][0] == "# note"


def test_longer_rows_are_rejected_whole_and_shorter_ones_have_empty_cells(write):
    tables = geo.read_events(write(f"{HEADER}\n{ROW},extra,more\n{ROW}\n2025-10-11,airstrike\n,,,\n"))
    assert tables.events["event_id"].tolist() == ["own:2"]
    assert tables.rejected["row"].tolist() == [1, 3]
    assert tables.rejected["column"].isna().tolist() == [True, False]
    assert tables.rejected["value"][0] == f"{ROW},extra,more"
    assert "neither coordinates nor a place" in tables.rejected["reason"][1]
    assert tables.raw.loc[1].tolist()[-1] == "34.11,extra,more"


def test_blank_lines_are_no_rows(write):
    tables = geo.read_events(write(f"\n{HEADER}\n\n{ROW}\n\n\n{ROW}\n"))
    assert tables.counts == {"read": 2, "accepted": 2, "rejected": 0, "superseded": 0}


def test_columns_that_are_not_ours_stay_in_raw(write):
    tables = geo.read_events(write(f"{HEADER},Ward No,\n{ROW},7,x\n"))
    assert tables.raw.loc[1].to_dict() == {
        "date_start": "2025-10-11",
        "event_type": "airstrike",
        "lon": "71.08",
        "lat": "34.11",
        "Ward No": "7",
        "column 6": "x",
    }
    assert "Ward No" not in tables.events


def test_raw_keeps_every_row_as_it_stood(write):
    tables = geo.read_events(write(f"{HEADER}\n 2025-10-11 ,airstrike,71.080,34.11\nx,y,z,\n"))
    assert tables.raw.to_numpy().tolist() == [
        [" 2025-10-11 ", "airstrike", "71.080", "34.11"],
        ["x", "y", "z", ""],
    ]
    assert tables.raw.index.tolist() == [1, 2]


def test_the_row_of_an_event_is_known(write):
    tables = geo.read_events(write(f"{HEADER}\nx,airstrike,71,34\n{ROW}\n"))
    assert tables.events.index.tolist() == [0]
    assert tables.rows.to_dict() == {"own:2": 2}


def test_faults_of_form_and_of_content_stand_in_the_order_of_rows(write):
    tables = geo.read_events(write(f"{HEADER}\nx,airstrike,71,34\na,b,c,d,e\n{ROW}\n2025-10-11,x,71,99\n"))
    assert tables.rejected["row"].tolist() == [1, 2, 4]
    assert tables.counts == {"read": 4, "accepted": 1, "rejected": 3, "superseded": 0}


def test_importing_geo_loads_no_pandas():
    import subprocess
    import sys

    code = "import sys, geo; sys.exit('pandas' in sys.modules or 'geopandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12).filter(
    str.strip
)
MAYBE = st.one_of(st.just(""), TEXT)
COUNT = st.one_of(st.just(""), st.integers(0, 10**6).map(str))
RECORD = st.fixed_dictionaries(
    {
        "date_start": st.dates(date(1979, 1, 1), date(2030, 12, 31)).map(str),
        "event_type": st.sampled_from(EVENT_TYPES),
        "lon": st.floats(58, 80).map(repr),
        "lat": st.floats(22, 40).map(repr),
        "summary": MAYBE,
        "place": MAYBE,
        "deaths_best": COUNT,
        "where_precision": st.sampled_from(("", *WHERE_PRECISIONS)),
        "verification": st.sampled_from(("", *VERIFICATIONS)),
    }
)

PLAIN = dict.fromkeys(("summary", "place", "deaths_best", "where_precision", "verification"), "") | {
    "date_start": "2025-10-11",
    "event_type": "armed clash",
    "lon": "71.0",
    "lat": "34.0",
}


def written(records: list[dict[str, str]], folder: Path) -> Path:
    path = folder / "events.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(records[0]), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(records)
    return path


def kept_of(cell: str) -> str:
    """A cell as it is read: what XML 1.0 has no character for is replaced, a break of the page is a space."""
    kept = (" " if c in "\v\f" else "\ufffd" if c < " " and c not in "\t\n\r" else c for c in cell)
    return "".join(kept).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


@settings(max_examples=40, deadline=None)
@example(records=[PLAIN, {**PLAIN, "place": "0\x1f", "summary": "\vx\uffff"}])
@given(records=st.lists(RECORD, min_size=1, max_size=6))
def test_what_is_written_is_read_back(tmp_path_factory, records):
    folder = tmp_path_factory.mktemp("back")
    first = geo.read_events(written(records, folder))
    assert first.rejected.empty
    kept = [{name: kept_of(cell) for name, cell in record.items()} for record in records]
    assert first.raw.to_dict("records") == kept
    assert first.warnings["reason"].str.contains("controls").any() == (kept != records)
    path = folder / "again.csv"
    path.write_bytes(as_csv(first.events).encode("utf-8"))
    pd.testing.assert_frame_equal(geo.read_events(path).events, first.events)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_order_of_rows_does_not_matter(tmp_path_factory, data):
    broken = RECORD.map(lambda record: {**record, "lat": "north"})
    records = data.draw(st.lists(st.one_of(RECORD, broken), min_size=1, max_size=6))
    records = [{"event_id": f"e{number}", **record} for number, record in enumerate(records)]
    folder = tmp_path_factory.mktemp("order")
    one = geo.read_events(written(records, folder))
    two = geo.read_events(written(data.draw(st.permutations(records)), folder))
    assert one.counts == two.counts
    pd.testing.assert_frame_equal(
        one.events.sort_values("event_id", ignore_index=True),
        two.events.sort_values("event_id", ignore_index=True),
    )
    for tables in (one, two):
        rejected = {tables.raw.loc[row, "event_id"] for row in tables.rejected["row"]}
        assert rejected == {record["event_id"] for record in records if record["lat"] == "north"}


def test_the_shipped_events_written_and_read_again_are_the_same(write):
    events = geo.read_events().events
    pd.testing.assert_frame_equal(geo.read_events(write(as_csv(events))).events, events)
