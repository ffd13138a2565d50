from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys

import geopandas as gpd
import pytest

import geo
from conftest import ROOT
from geo.boundaries.catalogue import data_path, find_layer, verify


def test_every_file_is_in_the_catalogue_with_its_hash_licence_and_credit():
    folder = data_path("boundaries")
    layers = {layer.file: layer for layer in geo.list_layers()}
    shipped = {path.name for path in folder.iterdir()} - {"catalog.json", "LICENCES.md"}
    assert shipped == set(layers)
    for layer in layers.values():
        content = (folder / layer.file).read_bytes()
        assert hashlib.sha256(content).hexdigest() == layer.sha256
        assert len(content) == layer.bytes
        assert layer.licence
        assert layer.credit
        assert layer.title


def test_rows_and_bounds_of_the_catalogue_are_those_of_the_files():
    for layer in geo.list_layers():
        if layer.file.endswith(".parquet"):
            frame = gpd.read_parquet(data_path("boundaries", layer.file))
            assert len(frame) == layer.rows
            assert frame.total_bounds == pytest.approx(layer.bounds, abs=1e-6)
            assert frame.crs == "EPSG:4326"


def test_shipped_boundaries_stay_under_eight_megabytes():
    assert sum(path.stat().st_size for path in data_path("boundaries").iterdir()) <= 8_000_000


def test_verify_finds_a_changed_and_a_missing_file(tmp_path, monkeypatch):
    shutil.copytree(data_path("boundaries"), tmp_path / "boundaries")
    monkeypatch.setenv("DURAND_DATA", str(tmp_path))
    assert set(verify().values()) == {"ok"}
    (tmp_path / "boundaries" / "coast.parquet").write_bytes(b"changed")
    (tmp_path / "boundaries" / "rivers.parquet").unlink()
    found = verify()
    assert (found["coast"], found["rivers"], found["places"]) == ("differs", "missing", "ok")


def test_missing_data_name_the_places_tried(tmp_path, monkeypatch):
    monkeypatch.setenv("DURAND_DATA", str(tmp_path))
    with pytest.raises(geo.DataNotFoundError, match=str(tmp_path)):
        data_path("boundaries", "catalog.json")


def test_an_unknown_layer_lists_those_there_are():
    with pytest.raises(geo.BoundaryError, match="durand_line, durand_line_simplified"):
        find_layer("line")


def test_a_table_is_not_read_as_features():
    with pytest.raises(geo.BoundaryError, match="no table of features"):
        geo.read_layer("crosswalk")


def test_licences_beside_the_data_name_every_licence_and_credit():
    text = (data_path("boundaries") / "LICENCES.md").read_text(encoding="utf-8")
    document = json.loads(data_path("boundaries", "catalog.json").read_text(encoding="utf-8"))
    for package in document["packages"]:
        assert package["package"] in text
        assert package["credit"] in text


def test_importing_geo_loads_nothing_heavy():
    code = (
        "import sys, geo;"
        "heavy = {'pandas', 'numpy', 'geopandas', 'folium', 'matplotlib'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_every_public_name_is_there():
    for name in geo.__all__:
        assert getattr(geo, name) is not None
    assert set(geo.__all__) <= set(dir(geo))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = geo.nothing
