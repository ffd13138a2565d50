"""Commands killed at random moments, six at once at a cold cache, mutated files of each format.

Seven kills of a command and sixty files of a format; twenty and two hundred with DURAND_LONG_TESTS set.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import geo

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks, and kills with SIGKILL")

LONG = bool(os.environ.get("DURAND_LONG_TESTS"))
KILLS = 20 if LONG else 7
MUTATED = 200 if LONG else 60
DRIVER = Path(__file__).with_name("endure.py")


@pytest.fixture
def table(tmp_path):
    """Eighty of the shipped events as a table of the user's."""
    folder = tmp_path / "in"
    folder.mkdir()
    geo.write_table(geo.read_events().events.head(80), folder / "events.csv")
    return folder / "events.csv"


def endure(folder, one, other, environment=None):
    """What each run leaves whole, and what is there after each kill."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(folder), str(KILLS), "12", json.dumps(one), json.dumps(other)],
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    whole, *kills, left = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(kills) == KILLS
    assert sum(killed for killed, _ in kills) >= KILLS // 2
    assert left == []
    return whole, [files for _, files in kills]


def each_is_whole(whole, kills):
    """Every file is that of one run or of the other, never a part of one, and none is there beside."""
    known = {}
    for files in whole:
        for name, digest in files.items():
            known.setdefault(name, set()).add(digest)
    for files in kills:
        assert set(files) <= set(known)
        assert all(digest in known[name] for name, digest in files.items())


def test_a_map_and_its_words(tmp_path, table):
    lines = [
        [
            "map",
            str(table),
            "-o",
            "m.html",
            "-o",
            "m.png",
            "--dpi",
            "40",
            "--size",
            "column",
            "--type",
            "shelling",
            "--force",
            "--title",
            title,
        ]
        for title in ("One", "Other")
    ]
    each_is_whole(*endure(tmp_path / "out", *lines))


def test_events_that_are_read(tmp_path, table):
    lines = [
        ["read", str(table), "-o", "read.csv", "--force", "--precision", word] for word in ("near", "town")
    ]
    each_is_whole(*endure(tmp_path / "out", *lines))


def test_events_that_are_located(tmp_path, table):
    lines = [["locate", str(table), "-o", f"located{suffix}", "--force"] for suffix in (".gpkg", ".csv")]
    each_is_whole(*endure(tmp_path / "out", *lines))


def test_a_folder_to_embed(tmp_path):
    lines = [["save-embed", title] for title in ("One", "Other")]
    each_is_whole(*endure(tmp_path / "out", *lines))


def test_an_index_in_the_making(tmp_path, table):
    """After each kill a run to the end gives the same answers from what is in the cache."""
    cache = tmp_path / "cache"
    lines = [["locate", str(table), "-o", "located.csv", "--force"]] * 2
    environment = {"DURAND_CACHE": str(cache), "ENDURE_CACHE": str(cache)}
    whole, kills = endure(tmp_path / "out", *lines, environment)
    assert whole[0] == whole[1]
    assert all(files == whole[0] for files in kills)


def test_six_processes_at_a_cold_cache(tmp_path, table):
    environment = os.environ | {"DURAND_CACHE": str(tmp_path / "cache")}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "maps", "locate", str(table), "-o", str(tmp_path / f"{number}.csv")],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for number in range(6)
    ]
    said = [process.communicate(timeout=300)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0] * 6, said
    results = {(tmp_path / f"{number}.csv").read_bytes() for number in range(6)}
    assert len(results) == 1


FORMATS = ("csv", "xlsx", "json", "geojson", "gpkg", "fgb", "kml", "parquet", "zip")


def written(path, form):
    """A small table of invented events in a format."""
    frame = gpd.GeoDataFrame(
        {"date_start": ["2025-10-11", "2025-10-12"], "place": ["Torkham", "Chaman"], "killed": [1, 2]},
        geometry=[shapely.Point(71.0931, 34.1231), shapely.Point(66.4512, 30.9213)],
        crs="EPSG:4326",
    )
    plain = frame.drop(columns="geometry").assign(lon=frame.geometry.x, lat=frame.geometry.y)
    if form in ("geojson", "gpkg", "fgb", "kml"):
        driver = {"geojson": "GeoJSON", "gpkg": "GPKG", "fgb": "FlatGeobuf", "kml": "KML"}[form]
        frame.to_file(path, driver=driver)
    elif form == "parquet":
        plain.to_parquet(path)
    elif form == "xlsx":
        plain.to_excel(path, index=False)
    elif form == "json":
        plain.to_json(path, orient="records")
    elif form == "zip":
        plain.to_csv(path.with_suffix(".csv"), index=False)
        shutil.make_archive(str(path.with_suffix("")), "zip", path.parent, path.with_suffix(".csv").name)
    else:
        plain.to_csv(path, index=False)


@pytest.mark.parametrize("form", FORMATS)
def test_mutated_files_are_read_or_refused_in_time(tmp_path, form):
    """Bytes flipped, cut out, put in: an answer, or an error of ours in one line, each in ten seconds."""
    path = tmp_path / f"table.{form}"
    written(path, form)
    content = path.read_bytes()
    draw = random.Random(form)
    survived = refused = 0
    for number in range(MUTATED):
        changed = bytearray(content)
        for _ in range(draw.randint(1, 4)):
            at, kind = draw.randrange(len(changed)), draw.randrange(4)
            if kind == 0:
                changed[at] = draw.randrange(256)
            elif kind == 1:
                del changed[at : at + draw.randint(1, 40)]
            elif kind == 2:
                changed[at:at] = bytes(draw.randrange(256) for _ in range(draw.randint(1, 12)))
            else:
                changed[at : at + 8] = b"\0" * 8
            changed = changed or bytearray(b" ")
        one = tmp_path / f"{number}.{form}"
        one.write_bytes(bytes(changed))
        began = time.monotonic()
        said, counts = "", {}
        try:
            counts = geo.read_events(one).counts
        except geo.errors.GeoError as err:
            said = str(err).strip()
        if said:
            assert "\n" not in said
            refused += 1
        else:
            assert counts["read"] == counts["accepted"] + counts["rejected"] + counts["superseded"]
            survived += 1
        assert time.monotonic() - began < 10
        one.unlink()
    assert survived + refused == MUTATED
