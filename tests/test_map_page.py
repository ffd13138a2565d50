from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys

import folium
import pytest

import geo
import maps
from maps.web.folium_layers import BaseLayer, EventLayer
from maps.web.page_layers import inert_json

NASTY = "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>{{7*7}}{% raw %}${alert(1)}`\u2028"


@pytest.fixture(scope="module")
def page():
    return maps.render(maps.MapSpec())


def digest(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_shipped_map_is_small_enough(page):
    assert len(page.encode()) <= 700_000


def test_same_input_same_bytes_in_another_process(page):
    command = "import maps, sys; sys.stdout.buffer.write(maps.render(maps.MapSpec()).encode())"
    again = subprocess.run([sys.executable, "-c", command], capture_output=True, check=True)
    assert again.stdout.decode() == page


def test_nothing_in_the_page_points_to_another_server_but_links(page):
    links = re.sub(r'<script type="(application/json|text/plain)".*?</script>', "", page, flags=re.DOTALL)
    links = re.sub(r'<a href="https://[^"]*" rel="noopener noreferrer" target="_blank">', "", links)
    markup = re.sub(r"<(script|style)>.*?</\1>", "", links, flags=re.DOTALL)
    assert "http" not in markup.replace("http-equiv", "")
    assert "sourceMappingURL" not in page
    assert "url(images" not in page


def test_every_script_and_style_has_its_hash_in_the_policy(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    assert len(scripts) == 2
    assert len(styles) == 2
    for directive, texts in (("script-src", scripts), ("style-src", styles)):
        listed = re.search(rf"{directive} ([^;]*)", policy)[1].split()
        assert listed == [f"'sha256-{digest(text)}'" for text in texts]
    assert "img-src data:;" in policy


def test_the_page_has_no_inline_handlers_or_style_attributes(page):
    markup = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", markup)


def test_the_page_declares_language_zoomable_viewport_and_icon(page):
    assert page.startswith('<!DOCTYPE html>\n<html lang="en" dir="ltr">')
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert '<link rel="icon" href="data:,">' in page
    assert 'lang="ur" dir="rtl"' in maps.render(maps.MapSpec(lang="ur"))


def test_the_page_carries_credits_and_the_note(page):
    for text in (
        "© OpenStreetMap contributors (ODbL)",
        "Made with Natural Earth",
        "GeoNames (CC BY 4.0)",
        "Uppsala Conflict Data Program (CC BY 4.0)",
        "Boundaries and names shown do not imply endorsement or acceptance.",
        "Casualty figures are claims by the named parties.",
        "Events up to 30 June 2026.",
    ):
        assert text in page
    assert "recognised by Pakistan, not by Afghanistan" in page


def test_no_random_ids_of_folium_remain(page):
    assert not re.search(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", page)


def test_inert_json_reads_back_and_cannot_end_its_tag():
    text = inert_json({"a": NASTY})
    assert json.loads(text) == {"a": NASTY}
    assert not set("<>&\u2028\u2029") & set(text)
    with pytest.raises(ValueError, match="JSON"):
        inert_json(float("nan"))


def test_a_title_is_text(page):
    nasty = maps.render(
        maps.MapSpec(title=NASTY, subtitle=NASTY, credits=(NASTY,), types=("talks",), allow_empty=True)
    )
    assert len(re.findall(r"<script\b", nasty)) == len(re.findall(r"<script\b", page))
    assert "{{7*7}}" in nasty
    assert "<img" not in nasty.replace(page, "")


def test_our_layers_work_on_a_plain_folium_map():
    plain = folium.Map(location=[33, 69], zoom_start=6, tiles=None)
    BaseLayer().add_to(plain)
    EventLayer(maps.map_content(maps.MapSpec(types=("shelling",)))).add_to(plain)
    text = plain.get_root().render()
    assert text.count("window.durand = {}") <= 1
    assert len(re.findall(r'= durand\.events\("border_events_', text)) == 1
    assert "addTo(map_" in text


def test_tiles_open_the_policy_for_their_host_alone():
    text = maps.render(maps.MapSpec(tiles="OpenStreetMap.Mapnik", types=("shelling",)))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert "img-src data: https://tile.openstreetmap.org;" in policy
    with pytest.raises(maps.spec.spec.SchemaError, match="no tiles"):
        maps.render(maps.MapSpec(tiles="Nowhere.Nothing"))


def test_leaflet_of_another_hash_is_refused(monkeypatch):
    from maps.web import leaflet

    leaflet.leaflet_text.cache_clear()
    monkeypatch.setitem(leaflet.LEAFLET, "leaflet.js", "x")
    with pytest.raises(geo.DataNotFoundError, match="not the Leaflet"):
        leaflet.leaflet_text("leaflet.js")
    monkeypatch.undo()
    leaflet.leaflet_text.cache_clear()


def test_saving_never_overwrites_unasked(tmp_path):
    path = tmp_path / "map.html"
    spec = maps.MapSpec(types=("shelling",))
    maps.save(spec, path)
    first = path.read_bytes()
    with pytest.raises(geo.OverwriteError, match="overwrite=True"):
        maps.save(maps.MapSpec(types=("talks",), allow_empty=True), path)
    assert path.read_bytes() == first
    maps.save(maps.MapSpec(types=("talks",), allow_empty=True), path, overwrite=True)
    assert path.read_bytes() != first
    assert [file.name for file in tmp_path.iterdir()] == ["map.html"]


def test_the_front_end_has_every_word_that_it_says(page):
    """Keys that scripts name in full; those put together are tested where they are shown."""
    from pathlib import Path

    from maps.web.said_words import SAID_BEFORE
    from maps.words.words import WORDS

    scripts = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(maps.__file__).parent.joinpath("web", "js").glob("*.js")
    )
    said = set(re.findall(r'\bsay\((?:[\w.]*words, )?"([^"]+)"', scripts)) | set(
        re.findall(r'"([a-z ]+ (?:short|said|none|without|key)|side \w+|at least \w+)"', scripts)
    )
    assert len(said) > 50
    # The line has one name in the page, that of the policy; the base has the words that name a crossing.
    assert said - {"durand", "name crossing"} <= set(WORDS["en"]) - SAID_BEFORE
    assert '"name crossing":"{name} crossing"' in page
    assert set(WORDS["en"]) >= SAID_BEFORE


def test_a_page_and_a_print_each_name_their_own_projection():
    assert "Projection: Web Mercator." in maps.render(maps.MapSpec())
    assert "Lambert" not in maps.render(maps.MapSpec())
    assert "Projection: Lambert conformal conic." in maps.caption(maps.MapSpec()).method
