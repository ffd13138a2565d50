"""Layers of a GeoPackage with their styles, the description beside a CSV, and what a notebook shows."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as ET
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from click.testing import CliRunner
from matplotlib.image import imread
from printed import printed

import geo
from geo.files.geopackage import style_of
from maps.cli.main import cli


@pytest.fixture(scope="module")
def events():
    return geo.read_events().events


@pytest.fixture(scope="module")
def layers(events):
    loci = geo.loci(events)
    return {
        "events": events,
        "loci": events.set_geometry(loci.to_numpy(), crs=loci.crs),
        "counts by province": geo.count(events, geometry=True),
        "sectors": geo.DurandLine().sectors(),
        "counts by sector": geo.count(events, by="sector", geometry=True),
    }


@pytest.fixture(scope="module")
def styled(layers, tmp_path_factory):
    path = tmp_path_factory.mktemp("styled") / "all.gpkg"
    for name, frame in layers.items():
        geo.write_table(frame, path, layer=name)
    return path


def styles(path):
    with closing(sqlite3.connect(path)) as base:
        rows = base.execute(
            "SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles"
        )
        return {name: (column, ET.fromstring(qml), default) for name, column, qml, default in rows}


def test_one_file_has_all_layers_with_all_rows(styled, layers):
    assert [name for name, kind in pyogrio.list_layers(styled) if kind] == list(layers)
    for name, frame in layers.items():
        found = gpd.read_file(styled, layer=name)
        assert len(found) == len(frame)
        assert found.geometry.isna().tolist() == frame.geometry.isna().tolist()
        assert found.crs == frame.crs


def test_each_layer_has_a_default_style_for_its_own_column(styled, layers):
    found = styles(styled)
    assert list(found) == list(layers)
    with closing(sqlite3.connect(styled)) as base:
        known = dict(base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
        listed = base.execute(
            "SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'"
        ).fetchall()
    assert listed == [("attributes",)]
    for name, (column, root, default) in found.items():
        assert column == known[name]
        assert default == 1
        assert root.tag == "qgis"
        renderer = root.find("renderer-v2")
        asked = {one.get("symbol") for one in renderer.iter() if one.tag in ("category", "range")} or {"0"}
        assert asked == {one.get("name") for one in renderer.iter("symbol")}


def test_points_of_vague_places_are_hollow(events):
    renderer = ET.fromstring(style_of(events)).find("renderer-v2")
    assert renderer.get("attr") == "where_precision"
    symbol = {one.get("value"): one.get("symbol") for one in renderer.iter("category")}
    assert set(symbol) == set(events["where_precision"].astype(str))
    inks = {
        one.get("name"): next(o.get("value") for o in one.iter("Option") if o.get("name") == "color")
        for one in renderer.iter("symbol")
    }
    for word, number in symbol.items():
        assert inks[number].endswith(",200" if word in ("site", "town") else ",0")


def test_classes_hold_every_value_once():
    values = [0.0, 0.5, 0.5, 3.25, 7.1, 7.1, 19.0, np.nan]
    frame = gpd.GeoDataFrame(
        {"expected": values}, geometry=[shapely.box(n, 0, n + 1, 1) for n in range(8)], crs=4326
    )
    for some in (frame, frame.iloc[1:3], frame.iloc[[0]]):
        ranges = [
            (float(one.get("lower")), float(one.get("upper")))
            for one in ET.fromstring(style_of(some)).iter("range")
        ]
        assert 1 <= len(ranges) <= 5
        for value in some["expected"].dropna():
            assert any(low <= value <= high for low, high in ranges)
        for (_, high), (low, _) in itertools.pairwise(ranges):
            assert high == low


def test_words_of_a_table_cannot_break_the_style():
    frame = gpd.GeoDataFrame(
        {"where_precision": ['a "quoted" <word> & more']}, geometry=gpd.points_from_xy([70], [33]), crs=4326
    )
    category = ET.fromstring(style_of(frame)).find(".//category")
    assert category.get("value") == 'a "quoted" <word> & more'


def test_a_layer_is_replaced_only_if_told_so_and_others_stay(styled, layers, tmp_path):
    path = tmp_path / "copy.gpkg"
    shutil.copy(styled, path)
    before = path.read_bytes()
    with pytest.raises(geo.OverwriteError, match="has a layer 'events' already"):
        geo.write_table(layers["events"], path, layer="events")
    assert path.read_bytes() == before
    geo.write_table(layers["events"].head(3), path, layer="events", overwrite=True)
    assert len(gpd.read_file(path, layer="events")) == 3
    assert len(gpd.read_file(path, layer="loci")) == len(layers["loci"])
    assert set(styles(path)) == set(layers)
    assert [one.name for one in tmp_path.iterdir()] == ["copy.gpkg"]


def test_the_same_layers_are_the_same_bytes(layers, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for layer in ("events", "sectors"):
            geo.write_table(layers[layer], tmp_path / name / "x.gpkg", layer=layer)
    one, two = ((tmp_path / name / "x.gpkg").read_bytes() for name in ("a", "b"))
    assert hashlib.sha256(one).digest() == hashlib.sha256(two).digest()


@pytest.mark.parametrize("layer", ["", "gpkg_x", "layer_styles", "x" * 61, "a\nb"])
def test_names_that_no_layer_can_have_are_refused(events, tmp_path, layer):
    with pytest.raises(geo.SchemaError, match="no layer can be called"):
        geo.write_table(events, tmp_path / "x.gpkg", layer=layer)


def test_only_a_geopackage_has_layers(events, tmp_path):
    with pytest.raises(geo.SchemaError, match="is for a GeoPackage"):
        geo.write_table(events, tmp_path / "x.geojson", layer="events")
    broken = tmp_path / "broken.gpkg"
    broken.write_text("no database")
    with pytest.raises(geo.GeoError):
        geo.write_table(events, broken, layer="events")
    assert broken.read_text() == "no database"


def test_a_file_without_a_layer_asked_for_has_one_table_as_before(events, tmp_path):
    path = geo.write_table(events, tmp_path / "plain.gpkg")
    assert pyogrio.list_layers(path)[:, 0].tolist() == ["plain"]


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words], prog_name="durand")


def test_commands_put_their_layers_into_one_file(tmp_path):
    path = tmp_path / "all.gpkg"
    for words in (
        ("loci", "-o", path, "--layer", "loci"),
        ("count", "-o", path, "--layer", "counts"),
        ("near", "--where", "Torkham", "--km", 25, "-o", path, "--layer", "near"),
    ):
        done = run(*words)
        assert done.exit_code == 0, done.output
    assert list(styles(path)) == ["loci", "counts", "near"]
    again = run("count", "-o", path, "--layer", "counts")
    assert again.exit_code == 2
    assert "has a layer 'counts' already" in again.stderr
    assert run("count", "-o", path, "--layer", "counts", "--force").exit_code == 0
    assert run("count", "-o", path).exit_code == 2
    assert run("count", "--layer", "counts").exit_code == 2
    assert run("count", "-o", tmp_path / "x.csv", "--layer", "counts").exit_code == 2


# ---------------------------------------------------------------- datapackage.json


def valid(package, folder):
    """The rules of the specification (Data Package, Data Resource, Table Schema 1.0), as it states them."""
    assert package["profile"] == "tabular-data-package"
    assert re.fullmatch(r"[-a-z0-9._/]+", package["name"])
    assert package["resources"]
    names = [one["name"] for one in package["resources"]]
    assert len(names) == len(set(names))
    for one in package["resources"]:
        assert one["profile"] == "tabular-data-resource"
        assert re.fullmatch(r"[-a-z0-9._/]+", one["name"])
        assert not one["path"].startswith(("/", ".."))
        data = (folder / one["path"]).read_bytes()
        assert one["bytes"] == len(data)
        assert one["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        header = data.decode(one["encoding"]).splitlines()[0].split(one["dialect"]["delimiter"])
        assert [field["name"] for field in one["schema"]["fields"]] == header
        table = pd.read_csv(folder / one["path"], dtype="str", keep_default_na=False)
        for field in one["schema"]["fields"]:
            assert field["type"] in {"string", "integer", "number", "boolean", "date", "datetime"}
            cells = [cell for cell in table[field["name"]] if cell not in one["schema"]["missingValues"]]
            pattern = {
                "integer": r"-?\d+",
                "number": r"-?\d+(\.\d+)?(e-?\d+)?",
                "boolean": r"True|False",
                "date": r"\d{4}-\d\d-\d\d",
            }.get(field["type"], r"[\s\S]*")
            assert all(re.fullmatch(pattern, cell) for cell in cells), field
            allowed = field.get("constraints", {}).get("enum")
            assert allowed is None or set(cells) <= set(allowed)


def test_a_csv_says_beside_it_what_its_columns_are(events, tmp_path):
    located = geo.locate(events)
    geo.write_table(located, tmp_path / "Located events.csv", datapackage=True)
    geo.write_table(geo.count(events, period="Y"), tmp_path / "counts.csv", datapackage=True)
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert [one["path"] for one in package["resources"]] == ["Located events.csv", "counts.csv"]
    assert package["resources"][0]["name"] == "located-events"
    valid(package, tmp_path)
    fields = {one["name"]: one for one in package["resources"][0]["schema"]["fields"]}
    assert fields["date_start"]["type"] == "date"
    assert fields["deaths_best"]["type"] == "integer"
    assert fields["border_km_min"]["description"].startswith("Least signed distance")
    # Written again, it is told of once.
    geo.write_table(geo.count(events), tmp_path / "counts.csv", datapackage=True, overwrite=True)
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert len(package["resources"]) == 2
    valid(package, tmp_path)


def test_a_file_of_that_name_that_is_no_data_package_stays(events, tmp_path):
    told = tmp_path / "datapackage.json"
    told.write_text('{"mine": 1}')
    with pytest.raises(geo.OverwriteError, match="is no data package"):
        geo.write_table(geo.count(events), tmp_path / "counts.csv", datapackage=True, overwrite=True)
    assert told.read_text() == '{"mine": 1}'
    assert not (tmp_path / "counts.csv").exists()
    with pytest.raises(geo.SchemaError, match="is for a table as"):
        geo.write_table(events, tmp_path / "x.gpkg", datapackage=True)


def test_the_command_writes_the_description(tmp_path):
    done = run("count", "-o", tmp_path / "counts.csv", "--datapackage")
    assert done.exit_code == 0, done.output
    valid(json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8")), tmp_path)


# ---------------------------------------------------------------- notebooks


def test_a_drawing_shows_itself_in_a_notebook():
    drawing = printed("column", dpi=300)
    shown = drawing._repr_png_()
    assert shown[:4] == b"\x89PNG"
    # As wide as a screen shows it, not as paper does.
    assert int.from_bytes(shown[16:20], "big") == pytest.approx(88 / 25.4 * 110, abs=2)
    assert ET.fromstring(drawing._repr_svg_()).tag.endswith("svg")
    assert drawing.sheet.dpi == 300


def test_tables_of_events_print_at_most_ten_lines(events):
    tables = geo.read_events()
    assert 3 <= len(repr(tables).splitlines()) <= 10
    assert "93 events" in repr(tables)


def test_qgis_opens_and_draws_the_layers_in_their_styles(styled, tmp_path):
    """QGIS of the system, as Debian's python3-qgis installs it, by tools/open_in_qgis.py."""
    python = "/usr/bin/python3"
    there = shutil.which(python) and subprocess.run([python, "-c", "import qgis.core"], capture_output=True)
    if not there or there.returncode:
        pytest.skip("no QGIS for the system's Python")
    tool = Path(__file__).parents[1] / "tools" / "open_in_qgis.py"
    picture = tmp_path / "drawn.png"
    words = [
        python,
        str(tool),
        str(styled),
        str(picture),
        "--extent",
        "60,28,76,38",
        "--layer",
        "counts by sector",
    ]
    hidden = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}
    done = subprocess.run(words, capture_output=True, text=True, env=hidden)
    assert done.returncode == 0, done.stdout + done.stderr
    kinds = [line.split(": ")[1].split(",")[0] for line in done.stdout.splitlines() if " symbols, " in line]
    single, graduated = "singleSymbol", "graduatedSymbol"
    assert kinds == ["categorizedSymbol", single, graduated, single, graduated]
    drawn = imread(picture)[..., :3]
    assert drawn.std() > 0.05
    # The sectors with the most events, in the darkest of five tints.
    dark = np.abs(drawn - np.array([166, 54, 3]) / 255).max(axis=-1) < 0.02
    assert dark.sum() > 50
    # A file whose style was lost is told of.
    bare = tmp_path / "bare.gpkg"
    shutil.copy(styled, bare)
    with closing(sqlite3.connect(bare)) as base:
        base.execute(
            "UPDATE layer_styles SET styleQML = replace(styleQML, 'graduatedSymbol', 'noSuchSymbol')"
        )
        base.commit()
    done = subprocess.run([python, str(tool), str(bare)], capture_output=True, text=True, env=hidden)
    assert done.returncode == 1
    assert "where the file says noSuchSymbol" in done.stdout


def test_stretches_and_ratios_are_drawn_in_classes(layers):
    counts = layers["counts by sector"]
    sectors = ET.fromstring(style_of(counts)).find("renderer-v2")
    assert (sectors.get("type"), sectors.get("attr")) == ("graduatedSymbol", "expected")
    assert {one.get("type") for one in sectors.iter("symbol")} == {"line"}
    ratios = counts.drop(columns="expected").assign(ratio=[np.nan, np.inf, *range(len(counts) - 2)])
    assert ET.fromstring(style_of(ratios)).find("renderer-v2").get("attr") == "ratio"
    nothing = ratios.assign(ratio=np.nan)
    assert ET.fromstring(style_of(nothing)).find("renderer-v2").get("type") == "singleSymbol"


def test_comparisons_and_the_course_along_a_border_are_layers_too(tmp_path):
    path = tmp_path / "answers.gpkg"
    spans = ("--before", "2025-10-01:2025-10-18", "--after", "2025-10-19:2025-11-30")
    for name, asked in (
        ("ratio", ("compare", *spans, "--by", "adm0", "-n", 5)),
        ("along", ("along", "-n", 3)),
        ("other", ("along", "-n", 3, "--border", "PK,IR")),
    ):
        done = run(*asked, "-o", path, "--layer", name)
        assert done.exit_code == 0, done.output
    assert list(styles(path)) == ["ratio", "ratio by adm1", "along", "other"]
    assert gpd.read_file(path, layer="along")["to_km"].max() > 2500
    assert 900 < gpd.read_file(path, layer="other")["to_km"].max() < 1100
    assert run("along", "--layer", "along").exit_code == 2
