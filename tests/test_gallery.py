"""The gallery: its commands are ones that the program takes, its pictures are there and small."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
from pathlib import Path

import pytest
from PIL import Image

from maps.cli.main import cli
from maps.style import TYPES

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def gallery():
    place = importlib.util.spec_from_file_location("make_gallery", ROOT / "tools" / "make_gallery.py")
    module = importlib.util.module_from_spec(place)
    sys.modules["make_gallery"] = module
    place.loader.exec_module(module)
    yield module
    del sys.modules["make_gallery"]


def test_the_page_is_the_one_that_the_script_writes(gallery):
    assert (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8") == gallery.page()


def test_every_command_of_the_gallery_is_one_that_the_program_takes(gallery):
    for command in {shot.command for shot in gallery.SHOTS.values()}:
        program, name, *arguments = shlex.split(command)
        assert program == "durand"
        context = cli.commands[name].make_context(name, arguments)
        assert str(context.params["output"][0]) == shlex.split(command)[3]


def test_the_pictures_are_there_and_small(gallery):
    sizes = []
    for name in gallery.SHOTS:
        path = ROOT / "docs" / "images" / f"map-{name}.png"
        sizes.append(path.stat().st_size)
        assert sizes[-1] > 20_000
    assert sum(sizes) <= gallery.MOST_BYTES
    left = {path.name for path in (ROOT / "docs" / "images").glob("map-*.png")}
    assert left == {f"map-{name}.png" for name in gallery.SHOTS}


def test_pictures_of_the_readme_are_of_the_gallery(gallery):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"docs/images/map-([\w-]+)\.png", text)
    assert len(shown) >= 4
    assert set(shown) <= set(gallery.SHOTS)


def test_few_colours_keep_those_of_the_events():
    with Image.open(ROOT / "docs" / "images" / "map-desktop.png") as image:
        assert image.mode == "P"
        there = {f"#{r:02X}{g:02X}{b:02X}" for _, (r, g, b) in image.convert("RGB").getcolors(1 << 16)}
    for name in ("armed clash", "airstrike", "drone strike", "shelling", "bombing"):
        assert TYPES[name].colour in there, name
