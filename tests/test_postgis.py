"""Export to a real PostgreSQL with PostGIS; which passwords are seen needs no server."""

import os
import re
import sys
import traceback
import uuid
from pathlib import Path

import click.testing
import numpy as np
import pytest
import shapely

import geo
from geo.boundaries.catalogue import find_layer

psycopg = pytest.importorskip("psycopg", reason="the extra [postgis] is not installed")
pytest.importorskip("sqlalchemy", reason="the extra [postgis] is not installed")
pytest.importorskip("geoalchemy2", reason="the extra [postgis] is not installed")

from geo.export.postgis import POSTGIS_TABLES, has_password  # noqa: E402 - after the extra is known to be there
from maps.cli.main import cli  # noqa: E402

DSN = os.environ.get("DURAND_TEST_POSTGIS")
server = pytest.mark.skipif(
    not DSN, reason="no server: let DURAND_TEST_POSTGIS hold what tools/start_postgis.sh prints"
)
SECRET = "kT7-not.a.real-one"
NOBODY = "127.0.0.1:9"


@pytest.fixture
def schema():
    """Name of a schema that is gone again afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield name
    with psycopg.connect(DSN) as connection:
        connection.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')


def ask(query):
    with psycopg.connect(DSN) as connection:
        return connection.execute(query).fetchall()


def tell(statement):
    with psycopg.connect(DSN) as connection:
        connection.execute(statement)


@server
def test_every_table_arrives_whole(schema):
    written = geo.export_postgis(DSN, schema=schema)
    assert set(written) == set(POSTGIS_TABLES)
    for name, count in written.items():
        assert ask(f'SELECT count(*) FROM "{schema}"."{name}"') == [(count,)]
    assert (written["events"], written["line"], written["crossings"]) == (len(geo.read_events().events), 1, 7)


@server
def test_geometry_reads_back_as_it_was_in_degrees_and_with_an_index(schema):
    geo.export_postgis(DSN, schema=schema, tables=["crossings", "units", "line", "events"])
    found = ask(f'SELECT crossing_id, ST_AsBinary(geometry) FROM "{schema}".crossings')
    gates = geo.read_crossings().set_index("crossing_id").geometry
    assert all(shapely.from_wkb(bytes(wkb)).equals(gates[key]) for key, wkb in found)
    ((line,),) = ask(f'SELECT ST_AsBinary(geometry) FROM "{schema}".line')
    assert np.array_equal(
        shapely.get_coordinates(shapely.from_wkb(bytes(line))),
        shapely.get_coordinates(geo.read_line().geometry.iloc[0]),
    )
    for name in ("crossings", "units", "line", "events"):
        assert ask(f'SELECT DISTINCT ST_SRID(geometry) FROM "{schema}"."{name}"') == [(4326,)]
        (count,) = ask(
            f"SELECT count(*) FROM pg_indexes WHERE schemaname = '{schema}' AND tablename = '{name}' "
            "AND indexdef LIKE '%USING gist%'"
        )
        assert count == (1,), name


@server
def test_areas_of_events_are_a_table_that_postgis_measures(schema):
    geo.export_postgis(DSN, schema=schema, tables=["events", "loci"])
    areas = geo.loci(geo.read_events()).dropna()
    assert ask(f'SELECT count(*) FROM "{schema}".loci JOIN "{schema}".events USING (event_id)') == [
        (len(areas),)
    ]
    ((largest,),) = ask(f'SELECT max(ST_Area(geometry::geography)) / 1e6 FROM "{schema}".loci')
    assert largest == pytest.approx(areas.to_crs("ESRI:54034").area.max() / 1e6, rel=0.01)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        tell(f"UPDATE \"{schema}\".loci SET event_id = 'none' WHERE event_id = 'apb:001'")


@server
def test_types_keys_and_licences_are_those_of_the_tables(schema):
    geo.export_postgis(DSN, schema=schema)
    kinds = dict(
        ask(
            "SELECT column_name, data_type FROM information_schema.columns "
            f"WHERE table_schema = '{schema}' AND table_name = 'events'"
        )
    )
    assert kinds["date_start"] == kinds["date_end"] == "date"
    assert kinds["deaths_low"] == "bigint"
    assert kinds["side"] == kinds["summary"] == "text"
    events = geo.locate(geo.read_events().events)
    for name in ("deaths_low", "date_end", "border_km", "side"):
        ((missing,),) = ask(f'SELECT count(*) FROM "{schema}".events WHERE {name} IS NULL')
        assert missing == events[name].isna().sum(), name
    with pytest.raises(psycopg.errors.UniqueViolation):
        tell(f'INSERT INTO "{schema}".events SELECT * FROM "{schema}".events LIMIT 1')
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        tell(f"UPDATE \"{schema}\".claims SET event_id = 'none'")
    ((comment,),) = ask(f"SELECT obj_description('\"{schema}\".line'::regclass)")
    assert find_layer("durand_line").credit in comment
    assert "ODbL" in comment


@server
def test_postgis_measures_what_locate_measures(schema):
    geo.export_postgis(DSN, schema=schema, tables=["events", "line"])
    found = ask(
        "SELECT e.border_km, ST_Distance(e.geometry::geography, l.geometry::geography) "
        f'FROM "{schema}".events e CROSS JOIN "{schema}".line l WHERE e.border_km IS NOT NULL'
    )
    assert len(found) > 20
    # PostGIS looks for the nearest point on a sphere: what it measures is up to 0.1 % too much.
    assert all(abs(abs(km) * 1000 - metres) < 1 + 1e-3 * metres for km, metres in found)


@server
def test_documented_query_gives_places_near_the_line():
    docs = (Path(__file__).resolve().parents[1] / "docs" / "sql.md").read_text(encoding="utf-8")
    query = re.search(r"```sql\n(-- Places.*?)```", docs, flags=re.DOTALL)[1]
    name = f"durand_{uuid.uuid4().hex[:12]}"
    try:
        geo.export_postgis(DSN, schema=name, tables=["places", "line"])
        found = ask(query.replace("durand.", f"{name}."))
    finally:
        tell(f'DROP SCHEMA "{name}" CASCADE')
    places = geo.read_places()
    at = geo.DurandLine().locate(places.geometry)["distance_m"]
    assert len(found) == (at <= 10_000).sum() > 10
    assert [metres for _, metres in found] == pytest.approx(sorted(at[at <= 10_000]), rel=1e-3, abs=1)


@server
def test_tables_that_are_there_are_kept_unless_told(schema):
    geo.export_postgis(DSN, schema=schema, tables=["crossings"])
    with pytest.raises(geo.SchemaError, match="has crossings already"):
        geo.export_postgis(DSN, schema=schema, tables=["crossings", "line"])
    assert ask(f"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'") == [(1,)]
    geo.export_postgis(DSN, schema=schema, overwrite=True)
    geo.export_postgis(DSN, schema=schema, overwrite=True)
    assert ask(f'SELECT count(*) FROM "{schema}".crossings') == [(7,)]


@server
def test_an_error_in_the_middle_changes_nothing(schema):
    geo.export_postgis(DSN, schema=schema, tables=["crossings", "places"])
    tell(f'DELETE FROM "{schema}".crossings')
    tell(f'CREATE VIEW "{schema}".mine AS SELECT * FROM "{schema}".places')
    with pytest.raises(geo.DatabaseError, match="depend"):
        geo.export_postgis(DSN, schema=schema, tables=["crossings", "places", "units"], overwrite=True)
    assert ask(f'SELECT count(*) FROM "{schema}".crossings') == [(0,)]
    assert ask(f"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'") == [(2,)]
    # Keys that are not unique come to light after the rows are in.
    twice = geo.read_events().events.iloc[[0, 0, 1]]
    with pytest.raises(geo.DatabaseError, match="duplicate"):
        geo.export_postgis(DSN, twice, schema=schema, tables=["events"])
    assert ask(f"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'") == [(2,)]


@server
def test_missing_and_empty_points_become_null(schema):
    events = geo.read_events().events.iloc[:3].copy()
    events.loc[events.index[:2], "geometry"] = [None, shapely.Point()]
    geo.export_postgis(DSN, events, schema=schema, tables=["events"])
    assert ask(f'SELECT count(*), count(geometry) FROM "{schema}".events') == [(3, 1)]


@server
def test_a_database_without_postgis_is_named_as_such():
    with pytest.raises(geo.DatabaseError, match=r"no PostGIS.*CREATE EXTENSION postgis"):
        geo.export_postgis(DSN.replace("/durand?", "/postgres?"))


@server
def test_text_of_strangers_is_only_text(schema):
    events = geo.read_events().events.iloc[:1].copy()
    events["summary"] = '\'); DROP TABLE events; -- %s :x \\ "quoted"'
    events["licence"] = "it's :mine"
    geo.export_postgis(DSN, events, schema=schema, tables=["events"])
    assert ask(f'SELECT summary FROM "{schema}".events') == [(events["summary"].iloc[0],)]
    ((comment,),) = ask(f"SELECT obj_description('\"{schema}\".events'::regclass)")
    assert "it's :mine" in comment


@server
def test_the_command_exports_and_says_what(schema, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = click.testing.CliRunner().invoke
    done = run(
        cli, ["export", "--postgis", DSN, "--schema", schema, "--table", "line", "--table", "crossings"]
    )
    assert done.exit_code == 0, done.output
    assert f"{schema}.crossings: 7 rows, {schema}.line: 1 rows" in done.stderr
    assert done.stdout == ""
    again = run(cli, ["export", "--postgis", DSN, "--schema", schema, "--table", "line"])
    assert again.exit_code == 1
    assert "already" in again.stderr
    assert again.stderr.count("\n") == 1
    mine = tmp_path / "mine.csv"
    mine.write_text(
        "date_start,event_type,lon,lat\n2026-01-02,attack,69.17,34.53\nsoon,attack,69.17,34.53\n",
        encoding="utf-8",
    )
    done = run(
        cli,
        ["export", str(mine), "--schema", schema, "--table", "events", "--force", "--allow-rejects"],
        env={"DURAND_POSTGIS": DSN},
    )
    assert done.exit_code == 0, done.output
    assert "row 3 date_start" in done.stderr
    assert ask(f'SELECT adm1 FROM "{schema}".events') == [("AF-KAB",)]


@pytest.mark.parametrize(
    "dsn",
    [
        f"postgresql://ann:{SECRET}@{NOBODY}/maps",
        f"postgresql+psycopg://ann:{SECRET}@{NOBODY}/maps",
        f"postgresql://ann@{NOBODY}/maps?password={SECRET}",
        f"host=127.0.0.1 port=9 user=ann dbname=maps password={SECRET}",
        f"host=127.0.0.1 port=9 password = '{SECRET}' nonsense",
        f"postgresql://ann:{SECRET}@{NOBODY}/maps?nonsense=1",
        f"postgresql://ann:{SECRET}@[half/maps",
        f"postgresql://ann:pa@ss:{SECRET}@{NOBODY}/maps",
    ],
)
def test_a_password_is_never_shown(dsn, caplog):
    assert has_password(dsn)
    with pytest.raises(geo.DatabaseError) as caught:
        geo.export_postgis(dsn, tables=["crossings"])
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert SECRET not in shown
    refused = click.testing.CliRunner().invoke(cli, ["export", "--postgis", dsn])
    assert refused.exit_code == 2
    assert SECRET not in refused.output
    told = click.testing.CliRunner().invoke(
        cli, ["export", "--table", "crossings"], env={"DURAND_POSTGIS": dsn}
    )
    assert told.exit_code == 1
    assert SECRET not in told.output
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "dsn",
    ["postgresql://ann@db.example.org:5432/maps", "host=db.example.org user=ann", "service=maps", DSN or ""],
)
def test_no_password_is_seen_where_there_is_none(dsn):
    assert not has_password(dsn)


def test_arguments_that_make_no_sense_are_refused():
    dsn = f"postgresql://ann@{NOBODY}/maps"
    with pytest.raises(geo.SchemaError, match="'roads'"):
        geo.export_postgis(dsn, tables=["roads"])
    with pytest.raises(geo.SchemaError, match="'line'"):
        geo.export_postgis(dsn, tables="line")
    for schema in ("", "Maps", 'x"; DROP', "pg_mine", "1st", "a" * 64):
        with pytest.raises(geo.SchemaError, match="a schema is named"):
            geo.export_postgis(dsn, schema=schema)
    with pytest.raises(geo.SchemaError, match="DSN is empty"):
        geo.export_postgis(" ", tables=["crossings"])
    run = click.testing.CliRunner().invoke
    assert run(cli, ["export"], env={"DURAND_POSTGIS": ""}).exit_code == 2
    assert run(cli, ["export", "--postgis", dsn, "--table", "roads"]).exit_code == 2


def test_without_the_extra_the_message_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "geoalchemy2", None)
    with pytest.raises(geo.ExtraMissingError, match=r'pip install "\.\[postgis\]"'):
        geo.export_postgis("postgresql://ann@localhost/maps")
