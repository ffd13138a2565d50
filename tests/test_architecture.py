"""The house stands as docs/architecture.md says: who imports whom, no circle, nothing too long."""

from __future__ import annotations

import sys

import pytest
from importlinter.cli import lint_imports

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tools"))

import draw_house

MOST = {"function": 60, "class": 400, "module": 500}
"""Lines that one may have, its docstring not counted."""

TOO_LONG: dict[str, str] = {
    "geo.engine.numba_loops.nearest": "one compiled loop; a call inside it would cost more than the search",
    # What follows is to be cut; the list only shrinks.
    "geo.districts.add": "the steps of an import and its report",
    "geo.districts.add.add_boundaries": "the steps of an import and its report",
    "geo.places.gazetteer": "the index and the search stand together",
    "geo.sources.files.open": "every container in one module",
    "geo.sources.readers.acled.map_rows": "columns one after the other",
    "geo.sources.readers.gdelt.map_rows": "columns one after the other",
    "geo.sources.readers.table": "columns known by their names, and what they hold",
    "geo.sources.readers.table._positions": "every form of a position",
    "geo.sources.readers.table.map_rows": "columns one after the other",
    "geo.sources.readers.ucdp.map_rows": "columns one after the other",
    "geo.sources.releases.combine": "the rank of releases",
    "maps.cli.options.print_options": "a list of options",
    "maps.content.basemap.base_data": "a list of layers",
    "maps.content.captions.caption_of": "a caption sentence by sentence",
    "maps.content.content": "all that a map holds",
    "maps.static.labels": "labels of points and along lines",
    "maps.static.labels.Names": "labels of points and along lines",
    "maps.static.labels.point": "labels of points and along lines",
    "maps.static.layout": "the furniture of a page",
    "maps.static.layout.Layout": "the furniture of a page",
    "maps.static.layout._arrange": "the furniture of a page",
    "maps.static.layout._drawn": "the furniture of a page",
    "maps.static.line_profile.draw_profile": "one drawing",
    "maps.static.panel": "one panel of a printed map",
    "maps.static.panel.Scene": "one panel of a printed map",
    "maps.static.panel._names": "one panel of a printed map",
    "maps.static.symbols.packs": "one drawing",
    "maps.static.timeline.draw_strip": "one drawing",
    "maps.web.page.map_page": "the page from top to bottom",
}
"""What is longer than it may be, with the reason."""


@pytest.fixture(scope="module")
def imports():
    return draw_house.graph()


def test_rooms_import_as_the_contract_says(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0, capsys.readouterr().out


def test_no_modules_import_each_other_in_a_circle(imports):
    assert len(imports.modules) > 100
    assert draw_house.circle(imports) == []
    imports.add_import(importer="geo.errors", imported="geo.sources.read")
    try:
        assert {"geo.errors", "geo.sources.read"} <= set(draw_house.circle(imports))
    finally:
        imports.remove_import(importer="geo.errors", imported="geo.sources.read")


def test_the_picture_of_the_house_is_drawn_from_its_imports(imports):
    drawn = draw_house.picture(draw_house.corridors(imports))
    assert draw_house.PICTURE.read_text(encoding="utf-8") == drawn, "run python tools/draw_house.py"


def test_the_picture_leaves_out_what_others_imply_and_nothing_else():
    pairs = {("a.x", "a.y"), ("a.y", "a.z"), ("a.x", "a.z"), ("a.x", "a.w")}
    assert draw_house.implied(pairs) == {("a.x", "a.z")}


def test_nothing_is_longer_than_it_may_be():
    too_long = {length.name: length for length in draw_house.lengths() if length.lines > MOST[length.kind]}
    found = [f"{name}: {length.lines} lines" for name, length in too_long.items() if name not in TOO_LONG]
    assert not found
    assert sorted(set(TOO_LONG) - set(too_long)) == [], "no longer too long: take it off the list"
