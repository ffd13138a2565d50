"""The page on paper, and where a host allows it neither styles nor scripts: still a map."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess

import pytest
from PIL import Image
from test_map_browser import Page

import maps
from maps.style import BASE, TYPES

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    return Page(browser, tmp_path_factory.mktemp("print") / "map.html")


def rgb(colour):
    return tuple(int(colour[k : k + 2], 16) for k in (1, 3, 5))


def near(pixel, colour, slack=6):
    return all(abs(a - b) <= slack for a, b in zip(pixel, colour, strict=True))


def test_a_pdf_of_the_browser_holds_land_line_and_events(page, tmp_path):
    """An empty canvas over the map prints opaque: seen in the pixels of the PDF alone."""
    if not shutil.which("pdftoppm"):
        pytest.skip("pdftoppm (poppler-utils) is not there to look at the PDF")
    page.open(maps.render(maps.MapSpec(types=("airstrike", "bombing"))))
    answer = page.browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    (tmp_path / "page.pdf").write_bytes(base64.b64decode(answer["data"]))
    subprocess.run(
        ["pdftoppm", "-r", "72", "-f", "1", "-l", "1", "-png", tmp_path / "page.pdf", tmp_path / "page"],
        check=True,
    )
    with Image.open(next(tmp_path.glob("page*.png"))) as picture:
        data = picture.convert("RGB").tobytes()
    pixels = list(zip(data[::3], data[1::3], data[2::3], strict=True))
    share = {
        name: sum(near(pixel, rgb(BASE[name][0]), 1) for pixel in pixels) / len(pixels)
        for name in ("afghanistan", "pakistan")
    }
    assert min(share.values()) > 0.03, share
    assert sum(max(pixel) < 30 for pixel in pixels) / len(pixels) < 0.06
    assert sum(near(pixel, rgb(TYPES["airstrike"].colour), 24) for pixel in pixels) > 40
    assert sum(near(pixel, rgb(BASE["durand"][0]), 24) for pixel in pixels) > 60


def test_without_styles_and_scripts_the_picture_keeps_its_colours(page):
    text = maps.render(maps.MapSpec())
    bare = re.sub(r"<style>.*?</style>|<script>.*?</script>", "", text, flags=re.DOTALL)
    page.open(bare)
    fills = page.run(
        "return [...document.querySelectorAll('.fallback path')]"
        ".map((n) => [n.getAttribute('class') || '', getComputedStyle(n).fill])"
    )
    black = [name for name, fill in fills if fill == "rgb(0, 0, 0)"]
    # Bombings and attacks are black.
    assert set(black) <= {"fallback-place"}
    land = {fill for name, fill in fills if name in ("d-af", "d-pk")}
    assert land == {f"rgb{rgb(BASE[name][0])}" for name in ("afghanistan", "pakistan")}
