"""Laws of a table in every form: it says the same, and so does every part of it. Rows invented."""

from __future__ import annotations

import contextlib
import functools
import sqlite3

import numpy as np
import pandas as pd
import pytest
import shapely
from forms import FORMS, placed, written
from test_sources_acled import ROW as ACLED
from test_sources_gdelt import ROW as GDELT
from test_sources_ucdp import ROW as UCDP

import geo
from geo.events.columns import EVENT_COLUMNS
from geo.events.days import HERE, days_of

NAMES = [column.name for column in EVENT_COLUMNS]


def events_of(tables: geo.EventTables) -> list[list[str]]:
    """What the events say, each as texts, with their positions to a millimetre."""
    cells = tables.events[NAMES].astype("object").fillna("").astype("str").to_numpy().tolist()
    points = tables.events.geometry
    where = [f"{p.x:.8f} {p.y:.8f}" if p is not None and not p.is_empty else "" for p in points]
    return [[*row, at] for row, at in zip(cells, where, strict=True)]


def account(tables: geo.EventTables) -> dict[str, object]:
    return {
        "counts": tables.counts,
        "events": events_of(tables),
        "claims": tables.claims.astype("str").to_numpy().tolist(),
        "rejected": sorted(set(tables.rejected["row"])),
        "of the table": tables.warnings.loc[tables.warnings["row"].eq(0), "reason"].tolist(),
    }


@functools.cache
def expected(name: str, **options: object) -> dict[str, object]:
    """The account of a frame that several tests compare with."""
    frames = {"digits": digits, "ranges": ranges_without_a_position} | {
        one: functools.partial(data_set, one) for one in DATA_SETS
    }
    return account(geo.read_events(frames[name](), **options))


def table(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"date": "2025-10-11", "type": "attack", **columns})


@pytest.fixture(autouse=True)
def _ods():
    pytest.importorskip("odf")


# ---------------------------------------------------------------- how exactly a position is known

DIGITS = {
    (34.0, 71.0): "province",
    (31.0, 66.4): "province",
    (34.1, 71.1): "near",
    (34.1, 71.0931): "near",
    (34.12, 71.09): "town",
    (34.1231, 71.0931): "town",
    (33.1234567, 70.1234567): "town",
}


def digits() -> pd.DataFrame:
    lat, lon = zip(*DIGITS, strict=True)
    return table(lat=lat, lon=lon)


# The way to Kalianpur 1975 (24378) and back loses a tenth of a millimetre.
@pytest.mark.parametrize("form", [*FORMS, "geoframe 24378"])
def test_digits_are_worth_the_same_in_every_form(tmp_path, form):
    tables = geo.read_events(written(form, digits(), tmp_path))
    assert tables.events["where_precision"].astype("str").tolist() == list(DIGITS.values())
    assert account(tables) == expected("digits")
    assert "digits of the coordinates, without zeros at the end: 3 town" in tables.warnings["reason"][0]


@pytest.mark.parametrize("form", ["csv", "xlsx", "frame", "geoframe", "gpkg"])
def test_a_row_is_known_as_exactly_whatever_rows_stand_beside_it(tmp_path, form):
    whole = geo.read_events(written(form, digits(), tmp_path)).events["where_precision"].astype("str")
    for rows in ([0], [4], [0, 4, 5, 6], [5, 5, 5, 5, 5, 0]):
        part = digits().iloc[rows].reset_index(drop=True)
        (folder := tmp_path / "part").mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        said = geo.read_events(written(form, part, folder)).events["where_precision"].astype("str")
        assert said.tolist() == whole.iloc[rows].tolist()


@pytest.mark.parametrize(
    ("lat", "lon", "word"),
    [
        ("34", "71", "province"),
        ("34.00", "71.00", "province"),
        ("34.10", "71.09310", "near"),
        ("34,12", "71,09", "town"),
        ("34.1 N", "71.1 E", "near"),
        ("34°07'N", "71°05'E", "town"),
        ("34°30'00\"N", "71°00'00\"E", "town"),
        ("34 30", "71 00", "town"),
        ("34°30'", "71", "province"),
    ],
)
def test_zeros_at_the_end_are_no_digits_and_minutes_are(lat, lon, word):
    columns = geo.read_events(table(lat=[lat], lon=[lon]))
    cell = geo.read_events(table(coordinates=[f"{lat}; {lon}"]))
    assert [str(tables.events["where_precision"][0]) for tables in (columns, cell)] == [word] * 2


def test_a_pair_with_a_blank_between_is_no_pair_of_minutes():
    said = geo.read_events(table(coordinates=["34.1 71.1", "34.1, 71.1"])).events["where_precision"]
    assert said.astype("str").tolist() == ["near", "near"]


@pytest.mark.parametrize("form", FORMS)
def test_null_island_is_no_place_in_any_reference_system(tmp_path, form):
    frame = table(place=["Torkham"], lat=[0.0], lon=[0.0])
    tables = geo.read_events(written(form, frame, tmp_path))
    known = geo.resolve_place("Torkham")
    assert tables.events.geometry[0].equals(shapely.Point(known.lon, known.lat))
    assert tables.warnings["reason"].str.contains("0, 0 is no place").sum() == 1


# ---------------------------------------------------------------- days

RANGES = pd.DataFrame(
    {
        "date_start": ["2025-10-20", "2025-10-11", "2025-12-30", "2025-10-11", "2025-10-11"],
        "date_end": ["2025-11-05", "2025-11-20", "2026-01-02", "2025-10-11", "2025-10-12"],
        "event_type": "attack",
        "where_precision": "town",
        "lat": 34.1231,
        "lon": 71.0931,
    }
)


@pytest.mark.parametrize("form", FORMS)
def test_an_event_is_counted_between_its_first_and_last_day_in_every_form(tmp_path, form):
    source = written(form, RANGES, tmp_path)
    first, last, _ = days_of(geo.read_events(source).events)
    stated = [
        RANGES[name].to_numpy("datetime64[D]").astype("int64").tolist() for name in ("date_start", "date_end")
    ]
    assert [first.tolist(), last.tolist()] == stated


def test_a_frame_and_what_is_read_of_it_are_counted_on_the_same_days(tmp_path):
    path = written("csv", RANGES, tmp_path)
    first, second = (
        {"a": "2025-10-01:2025-10-19", "b": "2025-10-20:2025-11-05"},
        {"c": "2025-01-01:2025-10-10"},
    )
    for period in (first, second):
        counts = [geo.count(events, by="all", period=period)["expected"] for events in (path, RANGES)]
        assert counts[0].tolist() == pytest.approx(counts[1].tolist(), abs=1e-12)


@pytest.mark.parametrize("precision", [1, 2, 3, 4])
def test_a_last_day_bounds_an_event_whatever_its_precision_is(precision):
    frame = RANGES.assign(date_precision=precision)
    tables = geo.read_events(frame)
    several = frame["date_end"].gt(frame["date_start"])
    for row in frame.index[several]:
        period = {"then": f"{frame.date_start[row]}:{frame.date_end[row]}"}
        assert geo.count(tables.events.iloc[[row]], by="all", period=period)["expected"][0] == pytest.approx(
            1
        )


def test_days_said_to_be_about_right_are_wider_than_they_say():
    said = ["about 11 Oct 2025", "about 11-12 Oct 2025", "about Oct 2025", "circa 2025"]
    events = geo.read_events(pd.DataFrame({"date": said, "place": "Torkham", "type": "attack"})).events
    assert events["date_precision"].tolist() == [2, 3, 4, 4]
    days = events[["date_start", "date_end"]].apply(lambda column: column.dt.strftime("%Y-%m-%d"))
    assert days.to_numpy().tolist() == [
        ["2025-10-11", "2025-10-11"],
        ["2025-10-08", "2025-10-15"],
        ["2025-09-01", "2025-11-30"],
        ["2025-01-01", "2025-12-31"],
    ]


@pytest.mark.parametrize("form", [form for form in FORMS if form not in ("xlsx", "ods")])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Asia/Karachi"])
def test_midnight_in_a_zone_is_a_moment_like_any_other(tmp_path, form, zone):
    hours = ["2025-10-11 00:00", "2025-10-11 01:00", "2025-10-11 23:30"]
    times = pd.to_datetime(hours).tz_localize(zone)
    frame = table(place="Torkham", where_precision="town", lat=34.1231, lon=71.0931, n=[1, 2, 3])
    frame["date"] = times
    events = geo.read_events(written(form, frame, tmp_path)).events
    for time, first, last in zip(times, events["date_start"], events["date_end"], strict=True):
        if zone == "Asia/Karachi":
            # A clock of the region is not asked again.
            assert (first, last) == (time.tz_localize(None).normalize(),) * 2
            continue
        days = {(time.tz_convert("UTC") + lead).date() for lead in HERE.values()}
        assert {first.date(), last.date()} == days


# ---------------------------------------------------------------- strictness


def ranges_without_a_position() -> pd.DataFrame:
    frame = RANGES.assign(place="Torkham", date_precision="1")
    frame.loc[1, ["lat", "lon"]] = np.nan
    return frame


@pytest.mark.parametrize("form", FORMS)
def test_strict_asks_for_a_position_in_every_form(tmp_path, form):
    strict = geo.read_events(written(form, ranges_without_a_position(), tmp_path), strict=True)
    assert account(strict) == expected("ranges", strict=True)
    assert strict.rejected[["row", "reason"]].to_numpy().tolist() == [[2, "missing; required"]] * 2


# ---------------------------------------------------------------- one event in two forms


@pytest.mark.parametrize("form", FORMS)
def test_an_event_in_two_forms_is_one(tmp_path, form):
    frame = table(
        event_id=["a", "b", "c"],
        place="Torkham",
        where_precision="town",
        lat=[34.12, 34.1, 34.0],
        lon=[71.09, 71.0931, 71.0],
        sure=[True, False, True],
        troops=[1.0, np.nan, 3.0],
    )
    frame.to_csv(tmp_path / "first.csv", index=False)
    other = written(form, frame, tmp_path)
    both = geo.read_events([tmp_path / "first.csv", other])
    assert both.counts == {"read": 6, "accepted": 3, "rejected": 0, "superseded": 3}
    changed = frame.assign(troops=[1.0, np.nan, 4.0], lat=[34.12, 34.2, 34.0])
    assert geo.read_events([other, changed]).counts["rejected"] == 4


def test_a_claim_that_differs_is_another_thing_said():
    frame = table(event_id=["a"], place="Torkham", killed=["Pakistan: 23"])
    same = geo.read_events([frame, frame])
    assert same.counts["superseded"] == 1
    other = geo.read_events([frame, frame.assign(killed=["Pakistan: 24"])])
    assert other.counts == {"read": 2, "accepted": 0, "rejected": 2, "superseded": 0}


def test_long_numbers_that_differ_in_their_last_digit_are_two_things():
    frame = table(
        event_id=["a", "a"], place="Torkham", report=["20251011123456789012", "20251011123456789013"]
    )
    assert geo.read_events(frame).counts["rejected"] == 2


# ---------------------------------------------------------------- data sets

GTD = {
    "eventid": "201901010001",
    "iyear": "2019",
    "imonth": "1",
    "iday": "5",
    "country": "153",
    "country_txt": "Pakistan",
    "provstate": "Balochistan",
    "city": "Chaman",
    "latitude": "30.92",
    "longitude": "66.45",
    "specificity": "1",
    "attacktype1_txt": "Bombing/Explosion",
    "gname": "Unknown",
    "nkill": "2",
}
USUAL = ("latitude", "longitude")
DATA_SETS = {
    "ucdp": (UCDP, USUAL),
    "acled": (ACLED, USUAL),
    "gtd": (GTD, USUAL),
    "gdelt": (GDELT, ("ActionGeo_Lat", "ActionGeo_Long")),
}


def data_set(name: str) -> pd.DataFrame:
    """Two rows; the second has no position, and a place known by its name is not what these sources state."""
    row, at = DATA_SETS[name]
    frame = pd.DataFrame([row, row]).astype("str")
    ids = {"ucdp": "id", "acled": "event_id_cnty", "gtd": "eventid", "gdelt": "GLOBALEVENTID"}[name]
    frame.loc[1, ids] = frame.loc[1, ids] + "9"
    frame.loc[1, list(at)] = None
    return frame


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", DATA_SETS)
def test_a_data_set_is_known_in_every_form(tmp_path, form, name):
    tables = geo.read_events(written(form, data_set(name), tmp_path, DATA_SETS[name][1]))
    assert tables.files["notes"][0].startswith(f"read as {name}")
    assert tables.counts == {"read": 2, "accepted": 1, "rejected": 1, "superseded": 0}
    assert account(tables) == expected(name)


def test_a_shape_that_is_no_point_is_said_of_a_data_set():
    frame = placed(pd.DataFrame([UCDP]), USUAL)
    frame.geometry = [shapely.box(70, 34, 71, 35)]
    rejected = geo.read_events(frame).rejected
    assert rejected["value"].tolist() == ["Polygon", "Polygon"]


# ---------------------------------------------------------------- names of columns


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("names", [[0, 1], ["2025", "2025-10-01", "1.5"]])
def test_a_column_called_by_a_number_or_a_day_does_not_hide_the_table(tmp_path, form, names):
    frame = table(place=["Torkham"], lat=[34.1231], lon=[71.0931], **{str(name): ["x"] for name in names})
    frame.columns = [*frame.columns[: -len(names)], *names]
    tables = geo.read_events(written(form, frame, tmp_path))
    assert tables.counts["accepted"] == 1
    assert list(tables.details.columns) == list(map(str, names))


def test_columns_that_the_user_names_may_stand_beside_numbers(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("T1,T2,2025\n2025-10-11,Torkham,x\n", encoding="utf-8")
    tables = geo.read_events(path, columns={"date": "T1", "place": "T2"})
    assert tables.counts["accepted"] == 1


def test_a_row_of_data_is_no_header_because_of_its_words(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("Jour,Lieu exact,Type,Level\n2025-10-11,Torkham,day,district\n", encoding="utf-8")
    with pytest.raises(geo.SchemaError):
        geo.read_events(path)


@pytest.mark.parametrize("form", FORMS)
def test_a_column_is_ones_own_whatever_word_it_begins_with(tmp_path, form):
    frame = table(place=["Torkham"], lat=[34.1231], lon=[71.0931], **{"column of troops": ["40 men"]})
    tables = geo.read_events(written(form, frame, tmp_path))
    assert tables.details["column of troops"].tolist() == ["40 men"]
    assert "'column of troops'" in tables.files["notes"][0]


def test_a_column_without_a_name_takes_no_name_from_another(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("date,place,,column 3\n2025-10-11,Torkham,left,right\n", encoding="utf-8")
    assert geo.read_events(path).details.to_dict("records") == [{"column 3": "right"}]


def test_a_frame_without_columns_says_so():
    with pytest.raises(geo.errors.SourceError, match="it has no columns"):
        geo.read_events(pd.DataFrame())
    bare = placed(pd.DataFrame({"lat": [34.1], "lon": [71.1]}))
    with pytest.raises(geo.SchemaError, match="no column gives a date"):
        geo.read_events(bare)


# ---------------------------------------------------------------- cells


@pytest.mark.parametrize("form", FORMS)
def test_an_end_of_line_that_is_none_stays_in_its_text(tmp_path, form):
    # No sheet holds control characters.
    marks = "\u2028\u2029\u0085" + ("" if form in ("xlsx", "ods") else "\x0b\x1e")
    notes = [f"a{mark}b" for mark in marks]
    frame = table(place="Torkham", notes=notes, lat=34.1231, lon=71.0931)
    tables = geo.read_events(written(form, frame, tmp_path))
    assert tables.counts["accepted"] == len(marks)
    assert tables.events["notes"].str.len().tolist() == [3] * len(marks)


# GeoJSON has seven decimals, and what has been projected comes back to seven.
EXACT = [form for form in FORMS if form != "geojson" and " " not in form]


@pytest.mark.parametrize("form", EXACT)
@pytest.mark.parametrize("dtype", ["float32", "Float32"])
def test_numbers_of_single_precision_are_those_they_were_written_as(tmp_path, form, dtype):
    frame = table(place=["a", "b"], where_precision="town", share=pd.Series([0.1, 0.25]).astype(dtype))
    for name, values in {"lat": [34.1, 33.0625], "lon": [71.1, 70.2]}.items():
        frame[name] = pd.Series(values).astype(dtype)
    tables = geo.read_events(written(form, frame, tmp_path))
    assert [(p.x, p.y) for p in tables.events.geometry] == [(71.1, 34.1), (70.2, 33.0625)]
    assert tables.details["share"].tolist() == ["0.1", "0.25"]


def test_a_frame_of_half_precision_says_what_its_text_says(tmp_path):
    frame = table(place="a", where_precision="town", lat=[34.1, 33.0625], lon=[71.1, 70.2])
    frame = frame.astype({"lat": "float16", "lon": "float16"})
    assert events_of(geo.read_events(frame)) == events_of(geo.read_events(written("csv", frame, tmp_path)))


def test_a_double_keeps_its_digits():
    exact = [34.123456789012345, 34.0999984741, 34.09999847, 1 / 3, 2 / 3]
    events = geo.read_events(table(lat=exact, lon=[71.0931244] * 5)).events
    assert [(p.x, p.y) for p in events.geometry] == [(71.0931244, y) for y in exact]


WORDS = {"place": [b"Torkham", "څمن".encode()], "notes": [b"", b"\xff\xfe\x00"]}


@pytest.mark.parametrize("form", ["frame", "parquet", "gpkg", "geoframe", "geoparquet"])
def test_bytes_are_the_text_that_they_are(tmp_path, form):
    frame = table(lat=34.1231, lon=71.0931, **WORDS)
    if form == "gpkg":
        source = tmp_path / "table.gpkg"
        placed(frame.assign(place="", notes="")).to_file(source, driver="GPKG", SPATIAL_INDEX="NO")
        with contextlib.closing(sqlite3.connect(source)) as base, base:
            for name, cells in WORDS.items():
                for number, cell in enumerate(cells, start=1):
                    base.execute(f'UPDATE "table" SET {name} = ? WHERE fid = ?', (cell, number))
    else:
        source = written(form, frame, tmp_path)
    tables = geo.read_events(source)
    assert tables.events["place"].tolist() == ["Torkham", "څمن"]
    assert tables.events["notes"].isna().all()
    assert "bytes that are no text (UTF-8) are left out of 1 cell" in tables.warnings["reason"].tolist()


def test_a_parquet_file_of_binary_texts_is_read(tmp_path):
    frame = digits().assign(place="Torkham").astype("str")
    for name in frame.columns:
        frame[name] = frame[name].str.encode("utf-8")
    frame.to_parquet(tmp_path / "table.parquet")
    assert events_of(geo.read_events(tmp_path / "table.parquet")) == events_of(
        geo.read_events(digits().assign(place="Torkham"))
    )
