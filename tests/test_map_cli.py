from __future__ import annotations

import os
import subprocess
import sys
import time

import geopandas as gpd
import pandas as pd
import pytest
from click.testing import CliRunner

from maps.cli.main import cli

ROW = "date_start,event_type,lon,lat\n2025-10-09,airstrike,69.17,34.53\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments):
        return CliRunner().invoke(cli, list(arguments), prog_name="durand")

    return invoke


def test_help_answers_at_once():
    def once():
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "maps", "--help"], capture_output=True, check=True)
        return time.perf_counter() - start

    slow = "geopandas|folium|pandas|shapely|numpy|matplotlib"
    code = f"import re, sys, maps.cli.main; print([m for m in sys.modules if re.fullmatch({slow!r}, m)])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert loaded.stdout.strip() == "[]"
    assert min(once() for _ in range(3)) < float(os.environ.get("DURAND_HELP_SECONDS", "1"))


def test_map_of_the_shipped_events(run, tmp_path):
    result = run("map", "-o", "map.html", "--type", "shelling")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "7 events" in result.stderr
    assert (tmp_path / "map.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_map_of_a_file_accounts_for_every_row_as_read_does(run, tmp_path):
    (tmp_path / "e.csv").write_text(ROW + "soon,airstrike,69.17,34.53\n2025-10-09,airstrike,34.53,69.17\n")
    result = run("map", "e.csv", "-o", "map.html")
    assert result.exit_code == 1
    assert (tmp_path / "map.html").exists()
    assert "3 read = 1 accepted + 2 rejected + 0 superseded" in result.stderr
    assert "row 3 date_start" in result.stderr
    assert pd.read_csv(tmp_path / "e.csv.rejected.csv")["row"].tolist() == [3, 4]
    # Rejected rows that are there already are no reason to end, and the same ones are not written twice.
    again = run("map", "e.csv", "-o", "other.html")
    assert again.exit_code == 1
    assert "see e.csv.rejected.csv;" in again.stderr
    assert (tmp_path / "other.html").exists()
    assert [path.name for path in tmp_path.glob("*.rejected*")] == ["e.csv.rejected.csv"]
    in_the_way = run("map", "e.csv", "-o", "map.html", "--allow-rejects")
    assert in_the_way.exit_code == 2
    assert "map.html is there already" in in_the_way.stderr
    assert run("map", "e.csv", "-o", "map.html", "--force", "--allow-rejects").exit_code == 0
    silent = run("-q", "map", "e.csv", "-o", "map.html", "--force")
    assert silent.exit_code == 1
    assert silent.stderr.splitlines() == [
        "durand: 2 of 3 rows rejected, see e.csv.rejected.csv; --allow-rejects takes that for good"
    ]


@pytest.mark.parametrize("command", ["map", "locate"])
def test_map_and_locate_take_what_read_takes(run, tmp_path, command):
    out = {"map": "out.html", "locate": "out.csv"}[command]
    (tmp_path / "t.csv").write_text("Wann;Where;GPS\n03/04/2025;=Torkham;71.09, 34.12\n")
    options = ("--map", "date=Wann", "--day-first", "--fix")
    result = run(command, "t.csv", "-o", out, *options)
    assert result.exit_code == 0, result.output
    assert "1 read = 1 accepted + 0 rejected + 0 superseded" in result.stderr
    assert "exchanged, as asked" in result.stderr
    if command == "locate":
        assert "an apostrophe put before 1 cell" in result.stderr
        assert "'=Torkham" in (tmp_path / out).read_text()
    (tmp_path / "t.csv").write_text("Wann;Where;GPS\n2025-04-03;x;\n")
    assert run(command, "t.csv", "-o", out, "--force", *options).exit_code == 1
    assert (tmp_path / "t.csv.rejected.csv").exists()
    (tmp_path / "t.csv").write_text("Wann;Where;GPS\n2025-04-03;x;34.12, 71.09\n")
    mended = run(command, "t.csv", "-o", out, "--force", *options)
    assert mended.exit_code == 0
    assert "is removed" in mended.stderr
    assert not (tmp_path / "t.csv.rejected.csv").exists()


def test_options_of_reading_belong_to_a_file(run):
    assert run("map", "-o", "m.html", "--fix").exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("read", "t.csv", "-o", "o.parquet"),
        ("template", "o.xlsx"),
        ("match", "t.csv", "u.csv", "-o", "o.csv"),
        ("diff", "t.csv", "u.csv", "-o", "o.txt"),
        ("locate", "t.csv", "-o", "o.csv"),
    ],
)
def test_every_command_is_quiet_and_overwrites_nothing_unasked(run, tmp_path, arguments):
    for name, number in (("t.csv", 1), ("u.csv", 2)):
        (tmp_path / name).write_text(f"event_id,{ROW}".replace("\n2025", f"\nx:{number},2025"))
    quiet = run("-q", *arguments)
    assert quiet.exit_code == 0, quiet.output
    assert quiet.output == ""
    made = next(name for name in arguments if name.startswith("o."))
    before = (tmp_path / made).read_bytes()
    again = run(*arguments)
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert (tmp_path / made).read_bytes() == before
    assert run(*arguments, "--force").exit_code == 0
    for file in tmp_path.glob("?.csv"):
        file.write_bytes(b"\x00\x01")
    if arguments[0] != "template":
        broken = run(*arguments, "--force")
        assert broken.exit_code == 1
        assert len([line for line in broken.stderr.splitlines() if line.startswith("durand: ")]) == 1
        assert "Traceback" not in broken.output


def test_quiet_says_nothing(run, tmp_path):
    (tmp_path / "e.csv").write_text(ROW)
    assert run("-q", "map", "e.csv", "-o", "map.html").stderr == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("map",),
        ("map", "-o", "m.html", "--since", "yesterday"),
        ("map", "-o", "m.html", "--type", "explosion"),
        ("map", "-o", "m.html", "--lang", "xx"),
        ("map", "nowhere.csv", "-o", "m.html"),
        ("boundaries", "length", "--ruler", "a mile"),
        ("-v", "-q", "boundaries", "list"),
        ("nonsense",),
    ],
)
def test_wrong_usage_exits_2(run, arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "empty"), ("a,b\n1,2\n", "--map date=WHEN"), (b"\xff\xfe\x00\x01", "")],
)
def test_a_file_that_cannot_be_read_exits_1_in_one_line(run, tmp_path, content, said):
    path = tmp_path / "e.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = run("map", "e.csv", "-o", "map.html")
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "map.html").exists()


def test_an_unknown_province_exits_1_and_lists_those_there_are(run):
    result = run("map", "-o", "m.html", "--province", "Atlantis")
    assert result.exit_code == 1
    assert "AF-PKA (Paktika)" in result.stderr


def test_contradictory_days_exit_1(run):
    result = run("map", "-o", "m.html", "--since", "2025-11-01", "--until", "2025-10-01")
    assert result.exit_code == 1
    assert "swap them" in result.stderr


def test_nothing_is_overwritten_without_force(run, tmp_path):
    (tmp_path / "map.html").write_text("mine")
    result = run("map", "-o", "map.html")
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert (tmp_path / "map.html").read_text() == "mine"
    assert run("map", "-o", "map.html", "--force", "--type", "shelling").exit_code == 0


def test_tiles_are_announced(run):
    result = run("map", "-o", "m.html", "--type", "shelling", "--tiles", "OpenStreetMap.Mapnik")
    assert result.exit_code == 0, result.output
    assert "will ask a server" in result.stderr


def test_locate_writes_a_table(run, tmp_path):
    (tmp_path / "e.csv").write_text(ROW)
    result = run("locate", "e.csv", "-o", "located.gpkg")
    assert result.exit_code == 0, result.output
    assert gpd.read_file(tmp_path / "located.gpkg")["adm1"].tolist() == ["AF-KAB"]
    assert run("locate", "e.csv", "-o", "located.gpkg").exit_code == 2
    assert run("locate", "e.csv", "-o", "located.xyz").exit_code == 2


def test_boundaries_are_listed_shown_measured_and_verified(run):
    assert "durand_line" in run("boundaries", "list").stdout
    assert "ODbL-1.0" in run("boundaries", "show", "durand_line").stdout
    assert run("boundaries", "show", "nothing").exit_code == 1
    for ruler in ("1km", "1000", "1000m", "1 KM"):
        assert run("boundaries", "length", "--ruler", ruler).stdout == "2409.2 km\n"
    verified = run("boundaries", "verify")
    assert verified.exit_code == 0
    assert "differs" not in verified.stdout


def test_boundaries_are_exported_whole_or_not_at_all(run, tmp_path):
    result = run("boundaries", "export", "crossings", "-o", "crossings.geojson")
    assert result.exit_code == 0, result.output
    assert len(gpd.read_file(tmp_path / "crossings.geojson")) == 7
    assert run("boundaries", "export", "crossings", "-o", "crossings.shp").exit_code == 0
    assert {"crossings.dbf", "crossings.prj", "crossings.shx"} <= {file.name for file in tmp_path.iterdir()}
    assert run("boundaries", "export", "crossings", "-o", "crossings.doc").exit_code == 1
    assert run("boundaries", "export", "crossings", "-o", "crossings.geojson").exit_code == 2
    assert not list(tmp_path.glob(".*"))


def test_another_package_of_our_name_is_told_apart(run, monkeypatch, tmp_path):
    import geo

    monkeypatch.setattr(geo, "__file__", str(tmp_path / "geo" / "__init__.py"))
    result = run("boundaries", "list")
    assert result.exit_code == 3
    assert "another distribution" in result.stderr


@pytest.mark.slow  # draws a small picture of many events
def test_a_name_that_had_no_room_is_said_once(run):
    result = run("map", "-o", "map.png", "--size", "social")
    assert result.exit_code == 0, result.output
    said = [line for line in result.stderr.splitlines() if "no room" in line]
    told = [line.split(": ", 1)[1].split(";")[0].split(", ") for line in said]
    # Of the provinces and countries that have events.
    names = [name for line, each in zip(said, told, strict=True) if " on the map" in line for name in each]
    assert "Parwan" in names
    assert [sum(each.count(name) for each in told) for name in names] == [1] * len(names), said
