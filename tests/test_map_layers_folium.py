"""Layers on anybody's folium map: credits in the corner, and what folium does with layers."""

from __future__ import annotations

import folium
import pytest
from folium import plugins
from test_map_browser import Page

import geo
import maps

CREDITS = ("OpenStreetMap contributors", "Natural Earth", "GeoNames", "Afghanistan-Pakistan border events")


def bare(**fields):
    return folium.Map(location=[33, 69], zoom_start=6, tiles=None, **fields)


def test_each_layer_goes_into_a_map_a_group_a_control_and_a_dual_map():
    for make in (maps.DurandLine, maps.Provinces, maps.Crossings, maps.BaseLayer):
        make().add_to(bare())
        group = folium.FeatureGroup("mine")
        if make is not maps.BaseLayer:
            make().add_to(group)
            group.add_to(bare())
    dual = plugins.DualMap(location=[33, 69], zoom_start=6, tiles=None)
    maps.DurandLine().add_to(dual.m1)
    maps.Provinces().add_to(dual.m2)
    assert "Durand Line" in dual.get_root().render()


def test_no_layer_of_ours_asks_a_server_for_a_script():
    before = bare().get_root().render().count("https://")
    for layer in (maps.DurandLine(), maps.Provinces(), maps.Crossings()):
        figure = bare()
        layer.add_to(figure)
        assert figure.get_root().render().count("https://") == before


def test_names_are_in_the_language_of_the_layer():
    figure = bare()
    maps.Crossings(lang="ur").add_to(figure)
    maps.Provinces(lang="fa").add_to(figure)
    text = figure.get_root().render()
    own = geo.read_crossings()["name_ur"].iloc[1]
    assert own in text or own.encode("unicode_escape").decode() in text


def test_a_level_that_is_none_is_refused():
    with pytest.raises(geo.errors.BoundaryError, match="level is 1"):
        maps.Provinces(level=7)


def test_events_are_taken_as_the_reader_takes_them(tmp_path):
    tables = geo.read_events()
    path = tmp_path / "mine.csv"
    path.write_text("date,type,place,lat,lon\n2025-10-11,shelling,Torkham,34.1231,71.0931\n")
    for events in (tables, tables.events, path):
        layer = maps.EventLayer(events)
        assert layer.packed.plan["n"] in (93, 1)
        # What the user's own table is of, only the user knows.
        assert bool(layer.credit) is (events is not path)


def test_a_credit_is_text_whatever_a_table_says():
    events = geo.read_events().events.assign(source="x")
    layer = maps.EventLayer(maps.map_content(maps.MapSpec(events=events, credits=("<b>me</b>",))))
    assert "&lt;b&gt;me" in layer.credit
    assert "<b>" not in layer.credit


def test_our_own_page_says_its_credits_once():
    page = maps.render(maps.MapSpec(types=("shelling",)))
    # The calls that draw the layers stand at the end; Leaflet itself knows the word.
    assert "attribution" not in page[page.rindex("durand.frame(") :]
    assert page.count("Made with Natural Earth") == 1


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    return Page(browser, tmp_path_factory.mktemp("page") / "map.html")


@pytest.mark.browser
def test_the_corner_credits_what_is_shown_and_the_control_turns_it_off(page):
    from maps.web.leaflet import leaflet_text

    def shown(*layers):
        figure = bare()
        figure.default_js = []
        figure.default_css = []
        for layer in layers:
            layer.add_to(figure)
        folium.LayerControl(collapsed=False).add_to(figure)
        figure.fit_bounds([[30, 62], [37, 75]])
        text = figure.get_root().render()
        own = f"<style>{leaflet_text('leaflet.css')}</style><script>{leaflet_text('leaflet.js')}</script>"
        page.open(text.replace("<head>", f"<head>{own}", 1))
        return page.text(".leaflet-control-attribution")

    assert "OpenStreetMap" in shown(maps.DurandLine())
    assert "Natural Earth" in shown(maps.Provinces())
    assert "GeoNames" in shown(maps.Crossings())
    corner = shown(maps.BaseLayer(), maps.DurandLine(), maps.Crossings(), maps.EventLayer(geo.read_events()))
    for credit in CREDITS:
        assert credit in corner
    boxes = "[...document.querySelectorAll('.leaflet-control-layers-overlays input')]"
    assert page.run(f"return {boxes}.length") == 3
    page.run(f"{boxes}.forEach((box) => box.click())")
    assert "border events" not in page.text(".leaflet-control-attribution")
    assert page.count(".d-symbol") == 0
