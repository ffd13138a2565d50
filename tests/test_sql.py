"""Views of an embedded database: the tables as they are, no downloads, and the queries of docs/sql.md."""

import datetime as dt
import itertools
import re
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geo

duckdb = pytest.importorskip("duckdb", reason="the extra [sql] is not installed")

from geo.export import duckdb_views as sql  # noqa: E402 - after the extra is known to be there

DOCS = Path(__file__).resolve().parents[1] / "docs" / "sql.md"


@pytest.fixture(scope="module")
def tables():
    return geo.read_events()


@pytest.fixture(scope="module")
def db(tables):
    with geo.connect(tables) as database:
        yield database


def documented(title):
    """The query under a heading of docs/sql.md."""
    section = DOCS.read_text(encoding="utf-8").split(f"### {title}\n")[1]
    return re.search(r"```sql\n(.*?)```", section, flags=re.DOTALL)[1]


def rows(database, query):
    return database.sql(query).fetchall()


def areas_of(tables):
    areas = geo.loci(tables)
    found = tables.events[["event_id", "where_precision"]].assign(geometry=areas)
    return found[areas.notna().to_numpy()]


def test_every_view_has_the_rows_and_columns_of_its_table(db, tables):
    wanted = {
        "events": geo.locate(tables.events),
        "claims": tables.claims,
        "sources": tables.sources,
        "phases": tables.phases,
        "shares": geo.shares(tables.events).drop(columns="row"),
        "loci": areas_of(tables),
        "places": geo.read_places(),
        "crossings": geo.read_crossings(),
    }
    for name, table in wanted.items():
        found = db.sql(f"SELECT * FROM {name}").df()
        assert list(found.columns) == list(table.columns), name
        assert len(found) == len(table), name
    assert rows(db, "SELECT level, count(*) FROM units GROUP BY level ORDER BY level") == [
        (0, len(geo.read_units(0))),
        (1, 41),
    ]
    assert set(sql.VIEWS) == {*wanted, "units", "sectors"}


def test_areas_are_those_of_loci_and_left_out_of_large_tables_unless_named(db, tables, monkeypatch):
    wanted = areas_of(tables).set_index("event_id")["geometry"]
    found = dict(rows(db, "SELECT event_id, geometry FROM loci"))
    assert set(found) == set(wanted.index)
    assert all(shapely.from_wkb(bytes(found[key])).equals(wanted[key]) for key in wanted.index)
    joined = "SELECT count(*) FROM events JOIN loci USING (event_id)"
    assert rows(db, joined) == [(len(wanted),)]
    monkeypatch.setattr(sql, "MOST_LOCI", len(tables.events) - 1)
    assert set(sql.tables_of(tables)) == set(sql.VIEWS) - {"loci"}
    assert set(sql.tables_of(tables, ["loci"])) == {"loci"}


def test_values_come_through_as_they_are(db, tables):
    located = geo.locate(tables.events)
    found = db.sql("SELECT * FROM events").df()
    assert found["event_id"].tolist() == located["event_id"].tolist()
    assert np.array_equal(found["border_km"], located["border_km"], equal_nan=True)
    for name in ("side", "event_type", "adm1", "where_precision"):
        assert found[name].astype("object").where(found[name].notna(), None).tolist() == [
            None if pd.isna(value) else value for value in located[name]
        ]
    wkb = [bytes(value) for value in found["geometry"]]
    assert shapely.equals(shapely.from_wkb(wkb), located.geometry.to_numpy()).all()


def test_days_are_dates_missing_is_null_and_numbers_stay_whole(db):
    kinds = {name: kind for name, kind, *_ in rows(db, "DESCRIBE events")}
    assert kinds["date_start"] == kinds["date_end"] == "DATE"
    assert kinds["deaths_low"] == "BIGINT"
    assert kinds["side"] == kinds["event_type"] == "VARCHAR"
    assert kinds["geometry"] == "BLOB"
    assert rows(db, "SELECT date_start FROM events WHERE event_id = 'apb:001'") == [(dt.date(2014, 12, 16),)]
    assert rows(db, "SELECT count(*) FROM events WHERE deaths_low = 0 AND deaths_best IS NULL") == [(0,)]


def test_sectors_cover_the_line_once_and_join_end_to_end(db):
    found = rows(db, "SELECT from_km, to_km, length_km, adm1_af, adm1_pk, geometry FROM sectors")
    assert found[0][0] == 0
    assert all(after[0] == before[1] for before, after in itertools.pairwise(found))
    assert found[-1][1] == pytest.approx(geo.DurandLine().length_km, abs=1e-6)
    joined = np.vstack([shapely.get_coordinates(shapely.from_wkb(bytes(row[5])))[:-1] for row in found])
    line = shapely.get_coordinates(geo.read_line().geometry.iloc[0])
    assert np.array_equal(joined, line[:-1])
    touch = geo.read_units(1).set_index("iso3166_2").geometry
    for _, _, length, afghan, pakistani, wkb in found:
        sector = shapely.from_wkb(bytes(wkb))
        assert geo.line_length_km(sector) == pytest.approx(length, abs=1e-6)
        assert shapely.covers(touch[afghan], shapely.Point(sector.coords[1]))
        assert shapely.covers(touch[pakistani], shapely.Point(sector.coords[1]))


def test_documented_query_of_expected_events_by_province(db, tables):
    found = rows(db, documented("Expected events by province, with the certain part"))
    shares = geo.shares(tables.events).query("level == 'adm1' and unit != 'outside'")
    names = geo.read_units(1).set_index("iso3166_2")["name"]
    inside = shares[shares["unit"].isin(names.index)]
    assert len(found) == inside["unit"].nunique() >= 10
    for _, name, expected, certain, possible in found:
        mine = inside[inside["unit"].map(names) == name]["share"]
        assert expected == pytest.approx(mine.sum(), abs=0.051)
        assert certain == (mine > 0.999).sum()
        assert possible == len(mine)
        assert certain <= expected + 0.05 <= possible + 0.1
    assert [row[2] for row in found] == sorted((row[2] for row in found), reverse=True)


def test_documented_query_of_claims_side_by_side(db, tables):
    found = rows(db, documented("The claims about one event, side by side"))
    claims = tables.claims.query("event_id == 'apb:037'")
    assert len(found) == len(claims) == 7
    assert len({row[1] for row in found}) == 4
    assert sorted((row[2], row[0]) for row in found) == sorted(
        zip(claims["claimant"], claims["metric"].astype("str"), strict=True)
    )
    figures = {
        str(low) if low == high else " to ".join(str(value) for value in (low, high) if not pd.isna(value))
        for low, high in zip(claims["low"], claims["high"], strict=True)
    }
    assert {row[4] for row in found} == figures


def test_documented_query_of_events_near_the_line_by_month(db, tables):
    found = rows(db, documented("Events within 20 km of the line, by month"))
    located = geo.locate(tables.events)
    assert sum(sum(row[1:]) for row in found) == len(located)
    exact = located["where_precision"].isin(["site", "town"]) & located["border_km"].notna()
    near = located[exact & (located["border_km"].abs() <= 20)]
    wanted = near["date_start"].dt.strftime("%Y-%m").value_counts().to_dict()
    assert {row[0]: row[1] for row in found if row[1]} == wanted
    assert len(wanted) >= 3
    assert [row[0] for row in found] == sorted(row[0] for row in found)


def test_nothing_is_downloaded_for_a_function_of_an_extension(db):
    settings = dict(
        rows(db, "SELECT name, value FROM duckdb_settings() WHERE name LIKE 'auto%_known_extensions'")
    )
    assert set(settings.values()) == {"false"}
    there = rows(db, "SELECT installed FROM duckdb_extensions() WHERE extension_name = 'spatial'")
    if there and there[0][0]:
        first = "SELECT ST_AsText(ST_GeomFromWKB(geometry)) FROM crossings LIMIT 1"
        assert rows(db, first)[0][0].startswith("POINT")
    else:
        with pytest.raises(duckdb.Error, match=r"(?i)spatial|not exist"):
            rows(db, "SELECT ST_Area(ST_GeomFromText('POINT(1 2)'))")


def test_events_from_a_file_a_frame_and_tables_agree(tables, tmp_path, db):
    query = "SELECT event_id, adm1, side FROM events ORDER BY event_id"
    located = geo.locate(tables.events)
    geo.write_table(located, tmp_path / "located.parquet")
    # A file that is located already is taken at its word.
    changed = located.assign(adm1="AF-KAB")
    for events in (tables.events, tmp_path / "located.parquet", located.to_crs(3857)):
        with geo.connect(events, views=["events", "claims"]) as other:
            assert rows(other, query) == rows(db, query)
            assert rows(other, "SELECT count(*) FROM claims") == [(0,)]
    with geo.connect(changed, views=["events"]) as other:
        assert rows(other, "SELECT DISTINCT adm1 FROM events") == [("AF-KAB",)]


def test_bare_points_of_a_file_count_as_sites(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("date_start,event_type,lon,lat\n2026-01-02,attack,69.17,34.53\n", encoding="utf-8")
    with geo.connect(path, views=["events", "shares"]) as database:
        assert rows(database, "SELECT adm1, side FROM events") == [("AF-KAB", "AF")]
        assert rows(database, "SELECT unit, share FROM shares WHERE level = 'adm1'") == [("AF-KAB", 1.0)]


def test_no_events_give_empty_views(tables):
    with geo.connect(tables.events.iloc[:0]) as database:
        assert rows(database, "SELECT count(*) FROM events") == [(0,)]
        assert rows(database, "SELECT count(*) FROM shares") == [(0,)]
        kinds = {name: kind for name, kind, *_ in rows(database, "DESCRIBE events")}
        assert kinds["geometry"] == "BLOB"
        assert kinds["date_start"] == "DATE"


def test_a_geometry_column_of_another_name_becomes_geometry(tables):
    with geo.connect(tables.events.rename_geometry("spot"), views=["events"]) as database:
        assert rows(database, "SELECT count(geometry) FROM events") == [(93,)]


def test_arguments_that_make_no_sense_are_refused(tables, tmp_path):
    with pytest.raises(geo.SchemaError, match="'maps'"):
        geo.connect(views=["events", "maps"])
    with pytest.raises(geo.SchemaError, match="'events'"):
        geo.connect(views="events")
    with pytest.raises(geo.SchemaError, match="got a int"):
        geo.connect(5)
    with pytest.raises(geo.DataNotFoundError):
        geo.connect(tmp_path / "absent.parquet")
    pd.DataFrame({"x": [1]}).to_parquet(tmp_path / "bare.parquet")
    with pytest.raises(geo.SchemaError, match="no GeoParquet"):
        geo.connect(tmp_path / "bare.parquet")
    (tmp_path / "text.parquet").write_text("no table")
    with pytest.raises(geo.SchemaError, match="no GeoParquet"):
        geo.connect(tmp_path / "text.parquet")
    nowhere = gpd.GeoDataFrame({"event_id": ["own:1"]}, geometry=[shapely.Point(70, 33)])
    with pytest.raises(geo.CrsError, match="no CRS"):
        geo.connect(nowhere, views=["events"])


def test_without_the_extra_the_message_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(geo.ExtraMissingError, match=r'pip install "\.\[sql\]"'):
        geo.connect()
