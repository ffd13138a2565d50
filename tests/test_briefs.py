"""Twelve briefs of a map desk: each one command or one file of at most fifteen lines."""

from __future__ import annotations

import csv
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

import geo
import maps
from geo.sources.readers.ucdp import COLUMNS
from maps.static.base import read_ground

FOLDER = Path(__file__).parent / "briefs"
MOST_LINES = 15
MOST_S = 5.0

COMMANDS = {
    "strike": {"event_ids": ("apb:038",)},
    "kabul": {"event_ids": ("apb:012", "apb:032")},
    "torkham": {"event_ids": ("apb:025",)},
    "spin-boldak": {"event_ids": ("apb:029", "apb:030")},
    "crossings": {"places": ("Torkham", "Ghulam Khan", "Chaman")},
    "khost": {"event_ids": ("apb:048",)},
    "bajaur-kunar": {
        "title": "Bajaur and Kunar",
        "highlight": ("Kunar", "Bajaur"),
        "places": ("Asadabad", "Khar, Bajaur"),
    },
}
FILES = ("doha", "ends", "districts", "railway", "month")

SIZES = ("square", "wide", "social")
LANGUAGES = ("en", "ps", "ur")


def ucdp_month(folder):
    """An invented month in the form of UCDP: 40 events on both sides, known to a place or a province."""
    places = [("Torkham", 71.09, 34.13, "Afghanistan", "700", "Nangarhar province"),
              ("Miranshah", 70.07, 33.0, "Pakistan", "770", "Khyber Pakhtunkhwa province"),
              ("Asadabad", 71.15, 34.87, "Afghanistan", "700", "Kunar province"),
              ("Peshawar", 71.58, 34.01, "Pakistan", "770", "Khyber Pakhtunkhwa province"),
              ("Quetta", 67.0, 30.18, "Pakistan", "770", "Balochistan province")]  # fmt: skip
    with (folder / "ucdp.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for n in range(40):
            name, lon, lat, country, code, adm1 = places[n % len(places)]
            day = f"2025-10-{1 + n % 28:02d} 00:00:00.000"
            writer.writerow({
                "id": str(900_000 + n), "relid": f"X-2025-1-{n}-0", "year": "2025", "active_year": "true",
                "code_status": "Clear", "type_of_violence": "1", "side_a": "Government of A",
                "side_b": "Government of B", "where_prec": "1", "where_coordinates": name, "adm_1": adm1,
                "latitude": str(lat), "longitude": str(lon), "country": country, "country_id": code,
                "event_clarity": "1", "date_prec": "1", "date_start": day, "date_end": day, "deaths_a": "1",
                "deaths_b": "1", "deaths_civilians": "0", "deaths_unknown": "0", "best": "2", "high": "2",
                "low": "2",
            })  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("briefs")
    for path in FOLDER.iterdir():
        shutil.copy(path, found)
    ucdp_month(found)
    return found


def spec_of(name, folder, lang="en"):
    if name in FILES:
        return replace(maps.read_spec(folder / f"{name}.toml")[0], lang=lang)
    asked = dict(COMMANDS[name])
    return maps.locator(*asked.pop("places", ()), lang=lang, **asked)


def wrong_sides(drawing):
    """Symbols that stand on another side of the line than their events."""
    tables = drawing.content.tables
    events = tables.events.set_index(tables.events["event_id"].astype(str))
    sides = {row: group.side for group in drawing.content.marks for row in group.events}
    ids = drawing.content.rows.table["event_id"].astype(str).tolist()
    ground = read_ground()
    found = []
    for mark in drawing.marks.itertuples():
        if mark.kind != "symbol":
            continue
        for event in mark.event_ids:
            assert event in events.index
            side = sides[ids.index(event)]
            other = {"AF": "PK", "PK": "AF"}.get(side)
            if other and ground.areas[other].contains(mark.geometry):
                found.append((event, mark.text))
    return found


def checked(drawing):
    """What holds of every drawing: nothing missing, nothing over another thing, nothing across the line."""
    report = drawing.report
    assert all(report.asked.values()), report.asked
    assert not report.label_overlaps()
    assert not wrong_sides(drawing)
    return drawing


def test_there_are_twelve_and_none_is_long():
    assert len(COMMANDS) + len(FILES) == 12
    for name in FILES:
        lines = (FOLDER / f"{name}.toml").read_text(encoding="utf-8").splitlines()
        assert len([line for line in lines if line and not line.startswith("#")]) <= MOST_LINES, name


@pytest.mark.parametrize("name", [*COMMANDS, *FILES])
def test_a_brief_is_drawn_with_all_that_it_asks_for(name, folder):
    spec = spec_of(name, folder)
    content = maps.map_content(spec)
    asked = {one.text.split("\n", 1)[0][:48] for one in content.laid if one.kind in ("label", "note")}
    for size in SIZES[:2]:
        drawing = checked(maps.draw_map(spec, maps.Sheet(size=size, dpi=72), content=content))
        said = " ".join(drawing.marks["text"])
        assert all(text in said for text in asked - {"Torkham"}), asked
        for must in spec.must_label:
            assert must in said, must


@pytest.mark.parametrize("lang", LANGUAGES[1:])
@pytest.mark.parametrize("name", [*COMMANDS, *FILES])
def test_a_brief_is_drawn_in_other_languages(name, lang, folder):
    spec = spec_of(name, folder, lang)
    content = maps.map_content(spec)
    drawing = checked(maps.draw_map(spec, maps.Sheet(size="square", dpi=72), content=content))
    assert drawing.lang == lang


def test_a_brief_takes_five_seconds(folder):
    maps.draw_map(spec_of("strike", folder), maps.Sheet(size="square", dpi=72))
    for name in ("kabul", "railway"):
        begin = time.process_time()
        maps.draw_map(spec_of(name, folder), maps.Sheet(size="square", dpi=72)).to_png()
        assert time.process_time() - begin < MOST_S, name


def test_what_a_map_must_name_and_has_no_room_for_is_an_error_with_the_names(folder):
    spec = replace(spec_of("districts", folder), must_label=("Quetta", "Sharan"))
    with pytest.raises(geo.errors.SchemaError, match="outside its frame: label 'Quetta'"):
        maps.draw_map(spec, maps.Sheet(size="square", dpi=72))
