"""The house stands as docs/architecture.md says: who imports whom, no circle, nothing too long."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tools"))

import draw_house

MOST = {"function": 60, "class": 400, "module": 500}
"""Lines that one may have, its docstring not counted."""


@pytest.fixture(scope="module")
def imports():
    return draw_house.graph()


def test_rooms_import_as_the_contract_says():
    # Apart: in this process it would silence every logger there is.
    script = "import sys; from importlinter.cli import lint_imports as lint; sys.exit(lint(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


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


def test_the_figures_of_the_house_are_counted(imports):
    now = draw_house.rows(imports)
    page = draw_house.PAGE.read_text(encoding="utf-8")
    for name, value in now.items():
        found = re.findall(rf"^\| {re.escape(name)} \| [^|]+ \| (.*) \|$", page, re.MULTILINE)
        assert found == [value], f"{name}: run python tools/draw_house.py"
    assert draw_house.homes_of_radii() == ["geo/places/radii.py"]


def test_geo_has_functions_for_everybody_and_no_type_of_a_result():
    import geo

    named = {name: getattr(geo, name) for name in geo.__all__}
    classes = {name for name, one in named.items() if isinstance(one, type)}
    others = {name for name in classes if not issubclass(named[name], Exception)}
    assert others == {"Border", "DurandLine", "EventTables"}
    # What gives several records by no argument of a user's lists them; a file is read.
    lists = {name for name in geo.__all__ if name.startswith("list_")}
    assert lists == {"list_added", "list_layers", "list_lines", "list_sources"}
    assert len(named) <= 78


def test_the_picture_leaves_out_what_others_imply_and_nothing_else():
    pairs = {("a.x", "a.y"), ("a.y", "a.z"), ("a.x", "a.z"), ("a.x", "a.w")}
    assert draw_house.implied(pairs) == {("a.x", "a.z")}


def test_nothing_is_longer_than_it_may_be():
    lengths = list(draw_house.lengths())
    assert {length.kind for length in lengths} == set(MOST)
    assert [f"{one.name}: {one.lines} lines" for one in lengths if one.lines > MOST[one.kind]] == []


def test_the_list_of_slow_tests_names_tests_that_are_there():
    names = (ROOT / "tests" / "slow.txt").read_text(encoding="utf-8").splitlines()
    assert names == sorted(set(names))
    for name in names:
        path, test = name.split("::")
        # A doctest has the name of its module before that of its function.
        assert re.search(rf"\b{test.split('.')[-1]}\b", (ROOT / path).read_text(encoding="utf-8")), name


def test_every_module_that_the_architecture_names_is_there():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:geo|maps|tests|tools|docs|data)/[\w./-]*)`", text))
    assert len(named) > 40
    for name in sorted(named):
        assert (ROOT / name).exists(), name


def test_every_room_stands_in_the_architecture():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for layers in draw_house.floors().values():
        for room in (room for layer in layers for room in layer):
            assert f"`{room.replace('.', '/')}" in text, room


def test_a_length_of_one_name_is_one_length():
    found = {}
    for package in ("geo", "maps"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                target = getattr(node, "target", None) or next(iter(getattr(node, "targets", ())), None)
                name = getattr(target, "id", "")
                if re.fullmatch(r"_?[A-Z_]+_(M|KM|KM2)", name):
                    found.setdefault(name.lstrip("_"), []).append(path.relative_to(ROOT).as_posix())
    assert "geo/places/radii.py" in found["NEAR_M"]
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


def test_the_ellipsoid_is_made_once():
    made = [
        path.relative_to(ROOT).as_posix()
        for package in ("geo", "maps")
        for path in (ROOT / package).rglob("*.py")
        if "Geod(" in path.read_text(encoding="utf-8")
    ]
    assert made == ["geo/types.py"]


def test_every_rule_stands_where_the_architecture_says_with_its_value():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| (?:`([^`|]+)`[^|]*)?\| `([\w/]+)\.py` `(\w+)` \|$", text, re.MULTILINE)
    rules = text[text.index("## Rules of the model") : text.index("## How to add")]
    assert len(rows) == len(re.findall(r"^\| (?!rule)\w", rules, re.MULTILINE)) > 15
    for value, module, name in rows:
        found = getattr(importlib.import_module(module.replace("/", ".")), name)
        assert not value or found == ast.literal_eval(value), (module, name)
