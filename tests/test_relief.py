"""The relief: soft, under everything, in no newsprint, credited, small enough for a page."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from test_map_browser import page  # noqa: F401 - fixtures

import maps
from geo.boundaries.catalogue import data_path
from maps.content.relief import relief_at, relief_bounds
from maps.spec.contrast import LEAST_TEXT, TEXTS, contrast
from maps.style import BASE, INK
from maps.web.size_budget import fitted_page

MOST_IN_PAGE = 100_000
HINDU_KUSH = (70.2, 35.7, 71.6, 36.3)
PUNJAB = (71.3, 29.9, 71.9, 30.4)
FEW = maps.MapSpec(ids=(), allow_empty=True, extent=(69.0, 33.0, 72.0, 36.0))


def grey(picture):
    with Image.open(io.BytesIO(picture)) as image:
        return np.asarray(image.convert("L"), dtype=float)


def test_the_picture_is_small_and_shows_slopes_where_mountains_are():
    held = re.search(r"data:image/webp;base64,([A-Za-z0-9+/=]+)", maps.render(replace(FEW, relief=True)))
    assert held is not None
    assert len(held[1]) <= MOST_IN_PAGE
    assert base64.b64decode(held[1]) == data_path("boundaries", "relief.webp").read_bytes()

    def mean(west, south, east, north):
        lon, lat = np.meshgrid(np.linspace(west, east, 60), np.linspace(south, north, 60))
        return float(relief_at(lon.ravel(), lat.ravel()).mean())

    assert mean(*PUNJAB) < 0.02 < 0.15 < mean(*HINDU_KUSH)
    # Far from both countries and beyond the picture there is none; the Himalaya of Nepal lies outside it.
    west, _, _, north = relief_bounds()
    beyond = np.array([[86.9, 28.0], [west - 1, 33.0], [70.0, north + 1], [78.9, 38.9]])
    assert relief_at(*beyond.T).tolist() == [0.0] * 4


def test_a_slope_away_from_the_light_is_the_darker_one():
    """The Spin Ghar south of Jalalabad runs from west to east: its southern side lies in shade."""
    lon = np.linspace(69.9, 70.3, 40)
    north, south = (float(relief_at(lon, np.full(40, lat)).mean()) for lat in (34.10, 33.92))
    assert south > north


def test_print_and_page_have_it_when_asked_and_not_otherwise():
    plain, shaded = (
        maps.draw_map(replace(FEW, relief=relief), maps.Sheet(size="square")) for relief in (False, True)
    )
    assert "relief" not in plain.canvas.layers
    assert "relief" in shaded.canvas.layers
    layers = list(shaded.canvas.layers)
    assert layers.index("land") < layers.index("relief") < layers.index("rivers")
    before, after = grey(plain.to_png()), grey(shaded.to_png())
    assert 2.0 < (before - after)[200:700].mean() < 30.0
    assert "webp" not in maps.render(FEW)


def test_newsprint_never_has_it(tmp_path):
    drawn = maps.draw_map(replace(FEW, relief=True), maps.Sheet(style="newsprint"))
    assert "relief" not in drawn.canvas.layers
    assert "GLOBE" not in drawn.caption.credit
    assert "webp" not in maps.render(replace(FEW, relief=True), maps.Sheet(style="newsprint"))
    own = tmp_path / "flat.toml"
    own.write_text("[areas]\nrelief = 0\n", encoding="utf-8")
    assert "webp" not in maps.render(replace(FEW, relief=True), maps.Sheet(style=str(own)))


def test_noaa_is_credited_where_it_is_drawn():
    for made in (
        maps.render(replace(FEW, relief=True)),
        maps.draw_map(replace(FEW, relief=True)).caption.credit,
    ):
        assert "Relief: NOAA GLOBE" in made
    assert "NOAA" not in maps.draw_map(FEW).caption.credit


def test_words_keep_their_contrast_on_their_halo():
    """A halo is the land's colour, 85 % of it on the page: little of the darkest slope shines through."""
    points = np.meshgrid(np.linspace(60, 78, 400), np.linspace(24, 39, 400))
    dark = float(relief_at(*points).max()) * INK.relief
    assert 0.1 < dark <= INK.relief

    def seen(colour):
        parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        return "#" + "".join(f"{round(0.85 * 255 + 0.15 * part * (1 - dark)):02X}" for part in parts)

    for name, grounds in TEXTS.items():
        for ground in grounds:
            if ground in ("afghanistan", "pakistan"):
                assert contrast(BASE[name][0], seen(BASE[ground][0])) >= LEAST_TEXT, (name, ground)


def test_a_locator_has_it_unless_told_otherwise(tmp_path):
    from click.testing import CliRunner

    from maps.cli.main import cli

    assert maps.locator("Torkham").relief
    assert not maps.locator("Torkham", relief=False).relief
    for option, there in (([], True), (["--no-relief"], False)):
        path = tmp_path / f"m{there}.html"
        assert CliRunner().invoke(cli, ["locator", "Torkham", "-o", str(path), *option]).exit_code == 0
        assert ("image/webp" in path.read_text(encoding="utf-8")) is there


def test_a_page_gives_it_up_before_rivers():
    spec = replace(FEW, relief=True)
    whole = len(maps.render(spec).encode())
    made, gave_up = fitted_page(maps.map_content(spec), spec, whole - 60_000)
    assert gave_up == ["notes", "relief"]
    assert "image/webp" not in made


def test_it_lies_over_land_and_under_lines_in_a_browser(page):  # noqa: F811 - the fixture
    seen = page.open(maps.render(replace(FEW, relief=True)))
    assert seen.count("img.d-relief") == 1
    assert seen.run("return document.querySelector('img.d-relief').complete") is True
    levels = seen.run(
        "return ['land', 'relief', 'areas', 'lines'].map((name) => "
        "+getComputedStyle(document.querySelector(`.leaflet-durand-${name}-pane`)).zIndex)"
    )
    assert levels == sorted(levels)
    assert seen.requests() == []
    assert seen.complaints() == []


@pytest.mark.parametrize("value", ["yes", 1])
def test_relief_is_true_or_false(value):
    from geo.errors import SchemaError

    with pytest.raises(SchemaError, match="relief is true or false"):
        maps.MapSpec(relief=value)
