"""Shaded and compared maps in headless Chromium: counts, classes, cards, keyboard, access, safety."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from test_map_browser import EVENTS, PAYLOADS, Page, poisoned
from test_map_front import HARD, WAIT, axe  # noqa: F401 - fixtures
from test_with_districts import _four_districts  # noqa: F401 - fixtures

import geo
import maps
from geo.analysis.intervals import count_range
from maps.content.captions import caption_of
from maps.content.cards import NOWHERE
from maps.content.choropleth import NO_DATA, NONE, period_rows, read_shading, tenths
from maps.web.page import LicenceError

pytestmark = pytest.mark.browser

SHADE = "Object.values(window).find((x) => durand.Shade && x instanceof durand.Shade)"
PERIODS = ("2025-10-01:2025-10-19", "2025-10-19:2025-11-30")


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    return Page(browser, tmp_path_factory.mktemp("shade") / "map.html")


@pytest.fixture(scope="module")
def made():
    """Specification, content and page by name, each made once."""
    tables = geo.read_events()
    specs = {
        "adm1": maps.MapSpec(events=tables, shade="adm1"),
        "sector": maps.MapSpec(events=tables, shade="sector"),
        "sector ur": maps.MapSpec(events=tables, shade="sector", lang="ur"),
        "pair": maps.MapSpec(events=tables, compare=PERIODS),
        "pair of few": maps.MapSpec(events=tables, compare=PERIODS, types=("airstrike",)),
        "pair ur": maps.MapSpec(events=tables, compare=PERIODS, lang="ur"),
        "pair of sectors": maps.MapSpec(
            events=tables, compare=(":2025-10-18", "2025-10-19:"), shade="sector"
        ),
    }
    held = {}

    def make(name):
        if name not in held:
            content = maps.map_content(specs[name])
            held[name] = specs[name], content, maps.web.page.map_page(content, specs[name])
        return held[name]

    return make


# Shade --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["adm1", "sector"])
def test_the_page_counts_what_the_model_counts(page, made, name):
    _spec, content, text = made(name)
    shading = read_shading(content)
    page.open(text)
    assert page.count(".d-symbol, .d-tag, .d-area") == 0
    for rows, narrow in (
        (None, ""),
        (
            [n for n, day in enumerate(content.events["cols"]["from"]) if day >= 20380],
            "s.setRange(20380, 99999)",
        ),
        ([], "for (let k = 0; k < 10; k++) s.toggle('type', k, false)"),
    ):
        # An event counts in a period if it may have been in it.
        if rows:
            cols = content.events["cols"]
            last = page.run(f"return {EVENTS}.state.span[1]")
            rows = [n for n, day in enumerate(cols["until"]) if day >= 20380 and cols["from"][n] <= last]
        page.run(f"const s = {EVENTS}.state; s.reset(); {narrow}")
        found = page.run(
            f"const s = {SHADE}; return s.data.codes.map((c, n) => "
            "[c, s.expected[n], s.certain[n], s.possible[n], s.levels[n]])"
        )
        counts = shading.counts(rows)
        assert [one[0] for one in found] == list(shading.codes)
        for n, (_, expected, certain, possible, level) in enumerate(found):
            assert expected == pytest.approx(counts[n].expected, abs=1e-6)
            assert (certain, possible) == (counts[n].certain, counts[n].possible)
            assert level == shading.level(n, counts[n].expected)
    assert page.complaints() == []


def test_intervals_in_the_page_are_those_of_the_library(page, made):
    page.open(made("adm1")[2])
    rng = np.random.default_rng(5)
    for size in (0, 1, 7, 60, 1500):
        chances = np.round(rng.uniform(0, 1, size), 4).tolist()
        assert page.run("return durand.range(arguments[0])", chances) == list(count_range(chances))


def test_the_key_states_the_classes_and_counts_the_units(page, made):
    _spec, content, text = made("adm1")
    shading = read_shading(content)
    levels = [shading.level(n, one.expected) for n, one in enumerate(shading.counts())]
    page.open(text)
    rows = page.run(
        "return [...document.querySelectorAll('.shade-key li:not([hidden])')].map((n) =>"
        "[n.querySelector('span').textContent, Number(n.querySelector('.count').textContent)])"
    )
    wanted = [[words, levels.count(n)] for n, words in enumerate(shading.class_texts())]
    wanted.append([shading.no_data_text(), levels.count(NO_DATA)])
    assert rows == wanted
    assert NONE not in levels
    # Without the events of one type some units have none: they turn plain, and are not taken for unknown.
    hatched = page.count(".d-unit.d-shade-no-data")
    page.run(f"const s = {EVENTS}.state; for (const k of [0, 1, 2]) s.toggle('type', k, false)")
    assert page.count(".d-unit.d-shade-none") > 0
    assert page.count(".d-unit.d-shade-no-data") == hatched == levels.count(NO_DATA)
    looks = page.run(
        "return ['.d-unit.d-shade-none', '.d-unit.d-shade-no-data', '.d-unit.d-shade-0'].map((one) =>"
        "getComputedStyle(document.querySelector(one)).fill)"
    )
    assert len(set(looks)) == 3
    assert "url" in looks[1]


@pytest.mark.parametrize("name", ["adm1", "sector"])
def test_units_are_read_and_opened_by_keyboard_alone(page, made, name):
    _spec, content, text = made(name)
    shading = read_shading(content)
    page.open(text)
    for _ in range(12):
        page.press("Tab")
        if page.run("return document.activeElement.matches('.d-unit')"):
            break
    else:
        pytest.fail("no unit was reached with the tab key")
    counts = shading.counts()
    order = sorted(range(len(counts)), key=lambda n: (-counts[n].expected, shading.names[n]))
    said = page.run("return document.activeElement.getAttribute('aria-label')")
    first = order[0]
    assert said == (
        f"{shading.names[first]}: about {tenths(counts[first].expected)}; {counts[first].certain} for certain"
    )
    assert page.text(".map > .durand-tip:not([hidden])") == said
    page.press("ArrowRight")
    second = order[1]
    assert shading.names[second] in page.run("return document.activeElement.getAttribute('aria-label')")
    page.press("Enter")
    assert page.text(".durand-card h2") == shading.names[second]
    card = page.text(".durand-card")
    low, high = counts[second].low, counts[second].high
    assert f"{tenths(counts[second].expected)}; with 95 % probability {low} to {high}" in card
    assert page.count(".card-list li") == counts[second].possible
    # An event of the list opens, and the way back leads to the unit.
    page.run("document.querySelector('.card-list button').click()")
    assert page.text(".durand-card h2") != shading.names[second]
    page.run("document.querySelector('.card-back').click()")
    assert page.text(".durand-card h2") == shading.names[second]
    page.press("Escape")
    assert page.run("return document.querySelector('.durand-card').hidden")
    assert page.run("return document.activeElement.matches('.d-unit')")
    assert page.complaints() == []


def test_without_scripts_the_units_are_in_the_picture(page, made):
    _, _, text = made("adm1")
    page.open(text)
    page.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.browser.refresh()
        page.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        assert page.count(".fallback .d-unit") >= 15
        assert page.count(".fallback-place, .fallback-area") == 0
    finally:
        page.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.usefixtures("_four_districts")
def test_districts_are_shaded_where_they_were_added(page, _four_districts, monkeypatch):  # noqa: F811, PT019
    monkeypatch.setenv("DURAND_HOME", str(_four_districts))
    spec = maps.MapSpec(shade="adm2")
    content = maps.map_content(spec)
    shading = read_shading(content)
    assert "AF-KHO-spera" in shading.codes
    # The country without districts is there with its provinces, without data.
    pakistan = [n for n, code in enumerate(shading.codes) if code.startswith("PK-")]
    assert len(pakistan) == 7
    assert not any(shading.covered[n] for n in pakistan)
    page.open(maps.web.page.map_page(content, spec))
    assert page.run(f"return {SHADE}.parts.length") == len(shading.codes)
    assert page.run(f"return {SHADE}.order.length") > 4
    assert page.complaints() == []


def test_districts_that_nobody_added_are_an_error_that_says_how():
    with pytest.raises(geo.BoundaryError, match="durand boundaries add FILE --level 2"):
        maps.render(maps.MapSpec(shade="adm2"))


def many(n, seed=1):
    """Invented events about two places, a third of them known to a district or the line alone."""
    rng = np.random.default_rng(seed)
    at = np.where(rng.uniform(size=n)[:, None] < 0.7, (70.2, 33.2), (66.4, 31.0)) + rng.normal(0, 0.2, (n, 2))
    return pd.DataFrame(
        {
            "event_id": [f"inv:{k}" for k in range(n)],
            "date_start": "2025-10-11",
            "event_type": "armed clash",
            "where_precision": rng.choice(["site", "town", "near", "district", "border"], n),
            "border_units": "AF-KHO",
            "lon": at[:, 0],
            "lat": at[:, 1],
        }
    )


def test_a_surface_needs_its_least_number_of_events(tmp_path):
    from maps.content.density import LEAST_EVENTS

    with pytest.raises(
        geo.SchemaError, match=rf"at least {LEAST_EVENTS} events on the map, and there are 85"
    ):
        maps.render(maps.MapSpec(shade="density"))
    path = tmp_path / "events.csv"
    many(LEAST_EVENTS - 1).to_csv(path, index=False)
    with pytest.raises(geo.SchemaError, match=f"there are {LEAST_EVENTS - 1}"):
        maps.draw_map(maps.MapSpec(events=path, shade="density"))


def test_a_surface_holds_every_event_and_shows_on_page_and_paper(page, tmp_path):
    from maps.content.density import CELL_M, read_density

    path = tmp_path / "events.csv"
    many(400).to_csv(path, index=False)
    spec = maps.MapSpec(events=path, shade="density")
    content = maps.map_content(spec)
    density = read_density(content)
    # The surface adds up to the number of events, whatever their precision.
    assert density.cells.sum() * (CELL_M / 1000) ** 2 / 1000 == pytest.approx(400, rel=1e-3)
    lon, lat = np.array([70.2, 66.4, 63.0]), np.array([33.2, 31.0, 34.5])
    peak, second, none = density.at(lon, lat)
    assert peak > second > 10 * none
    assert list(density.limits) == sorted(set(density.limits))
    page.open(maps.web.page.map_page(content, spec))
    shown = page.run(
        "const img = document.querySelector('img.d-density-light'); const r = img.getBoundingClientRect();"
        "return [img.naturalWidth, r.width > 50, document.querySelectorAll('.time > *').length]"
    )
    assert shown[0] > 50
    assert shown[1:] == [True, 0]
    assert page.requests() == []
    assert page.complaints() == []
    drawing = maps.draw_map(spec, maps.Sheet(size="wide"), content=content)
    assert b'id="density-4"' in drawing.to_svg()
    assert "kernel of 20 km" in drawing.caption.method


def test_a_disc_is_spread_evenly_over_its_ground():
    from collections import Counter

    from geo.locus.record import Locus
    from maps.content.density import CELL_M, surface

    wide = surface(Counter({Locus("disc", lon=66.0, lat=33.0, radius_m=25_000.0): 200}))
    point = surface(Counter({Locus("disc", lon=66.0, lat=33.0, radius_m=500.0): 200}))
    for one in (wide, point):
        assert one.cells.sum() * (CELL_M / 1000) ** 2 / 1000 == pytest.approx(200, rel=1e-6)
    assert wide.cells.max() < 0.85 * point.cells.max()


# Compare ------------------------------------------------------------------------------------------


def test_each_map_shows_what_may_have_been_in_its_period(page, made):
    _spec, content, text = made("pair")
    page.open(text)
    columns = content.events["cols"]
    rows = [{n for n in part if columns["grain"][n] != NOWHERE} for part in period_rows(content)]
    drawn = page.run(
        f"return {EVENTS}.layers.map((l) => l.items.flatMap((item) => item.events.map((e) => e.i)))"
    )
    for part, found in zip(rows, drawn, strict=True):
        assert set(found) <= part
    heads = page.run("return [1, 2].map((n) => Number(document.getElementById(`count-${n}`).textContent))")
    assert heads == [len(part) for part in rows]
    titles = page.run("return [...document.querySelectorAll('.panel h2')].map((n) => n.textContent)")
    assert "1 to 19 October 2025" in titles[0]
    assert "19 October to 30 November 2025" in titles[1]
    for part in rows:
        assert f"{len(part)} events" in caption_of(content).caption
    assert page.requests() == []
    assert page.complaints() == []


def test_one_key_filters_both_maps_and_counts_for_each(page, made):
    _spec, content, text = made("pair")
    page.keep(text)
    columns = content.events["cols"]
    # What is at no place on the map is in no count of a filter.
    kinds = [
        sum(columns["type"][n] == 0 and columns["grain"][n] != NOWHERE for n in rows)
        for rows in period_rows(content)
    ]
    counts = page.run(
        "return [...document.querySelector('#filters .toggle .count').children]"
        ".map((n) => n.lastChild.textContent)"
    )
    assert [int(one) for one in counts] == kinds
    # The number of each map stands over its counts.
    for panel in ("#key", "#filters"):
        ends = page.run(
            "const host = document.querySelector(arguments[0]); host.hidden = false;"
            "return [...host.querySelectorAll('.count.two')].map((n) => [...n.children]"
            ".map((one) => Math.round(one.getBoundingClientRect().right)))",
            panel,
        )
        assert len(ends) > 2
        assert all(one == ends[0] for one in ends), (panel, ends)
    page.run("document.querySelector('#filters .toggle input').click()")
    left = page.run(f"return {EVENTS}.layers.map((l) => l.state.shownBy('type').get(0) ?? 0)")
    assert left == [0, 0]
    drawn = page.run(f"return {EVENTS}.layers[1].items.flatMap((i) => i.events).map((e) => e.type)")
    assert drawn
    assert 0 not in drawn
    page.run("document.querySelector('.show-all').click()")
    assert page.run(f"return {EVENTS}.layers.map((l) => l.state.shown())") == [
        len(rows) for rows in period_rows(content)
    ]


def test_the_maps_move_together(page, made):
    page.open(made("pair of few")[2])
    views = (
        f"return {EVENTS}.layers.map((l) => l._map)"
        ".map((m) => [m.getCenter().lat, m.getCenter().lng, m.getZoom()])"
    )
    for first, second in ((0, 1), (1, 0)):
        page.run(
            f"{EVENTS}.layers[{first}]._map.setView([33 + {first}, 69], 7 + {second}, {{animate: false}})"
        )
        one, other = page.run(views)
        assert one == pytest.approx(other, abs=1e-6)
        assert one[2] == 7 + second
    page.run(f"{EVENTS}.layers[1]._map.panBy([90, 40], {{animate: false}})")
    one, other = page.run(views)
    assert one == pytest.approx(other, abs=2e-3)


def test_both_maps_share_one_card_by_keyboard(page, made):
    page.open(made("pair of few")[2])
    seen = []
    for _ in range(16):
        page.press("Tab")
        seen.append(page.run("return document.activeElement.closest('.map')?.id ?? null"))
        if seen[-1] == "map-2" and page.run("return document.activeElement.matches('.d-symbol, .d-tag')"):
            break
    else:
        pytest.fail(f"no event of the second map was reached: {seen}")
    assert "map" in seen
    page.press("Enter")
    assert page.count(".durand-card") == 1
    assert page.text(".durand-card h2")
    picked = page.run(f"return {EVENTS}.state.selected")
    assert page.run(f"return {EVENTS}.layers[1].items.some((i) => i.events.some((e) => e.i === {picked}))")
    assert page.count("#map-2 .selected") >= 1
    page.press("Escape")
    assert page.run("return document.activeElement.closest('#map-2') !== null")
    assert page.complaints() == []


def test_the_pair_stands_side_by_side_or_one_above_the_other(page, made):
    for width, beside in ((1280, True), (375, False), (320, False)):
        page.open(made("pair of few")[2], width=width, height=800)
        a, b = page.run(
            "return [...document.querySelectorAll('.panel')].map((n) => {"
            "const r = n.getBoundingClientRect(); return [r.left, r.top, r.width]})"
        )
        assert (a[1] == b[1]) is beside
        assert a[2] == pytest.approx(b[2], abs=1.5)
        # A page that scrolls has a bar in its width.
        assert page.run("const n = document.documentElement; return n.scrollWidth <= n.clientWidth")


def test_shaded_pairs_share_their_classes(page, made):
    _spec, content, text = made("pair of sectors")
    shading = read_shading(content)
    page.open(text)
    shades = page.run(f"return {EVENTS}.shades.map((s) => s.data.codes.map((c, n) => s.expected[n]))")
    for rows, found in zip(period_rows(content), shades, strict=True):
        assert found == pytest.approx([one.expected for one in shading.counts(rows)], abs=1e-6)
    counts = page.run(
        "return [...document.querySelectorAll('.shade-key li:first-child .count > span')].map((n) =>"
        "Number(n.lastChild.textContent))"
    )
    assert len(counts) == 2
    assert page.complaints() == []


# Words, access, safety ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["adm1", "pair", "pair ur"])
def test_the_page_says_what_the_caption_says(page, made, name):
    _spec, content, text = made(name)
    words = caption_of(content, shading=read_shading(content), projection="page projection")
    page.open(text)
    assert page.run("return document.querySelector('meta[name=description]').content") == words.alt
    told = page.run("return [...document.querySelectorAll('.about p')].map((n) => n.textContent)")
    assert words.caption in told
    assert words.method in told
    described = page.run(
        "return [...document.querySelectorAll('[role=application]')].map((n) =>"
        "n.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).textContent))"
    )
    assert len(described) == (1 if name == "adm1" else 2)
    for told_first, told_then in described:
        assert told_first == words.caption
        # Together they say the long description, and nothing twice.
        for sentence in re.split(r"(?<=\.) (?=[A-Z])|(?<=۔) ", words.long_description):
            assert (sentence in told_first) != (sentence in told_then), sentence
    lang = page.run("return document.querySelector('.about div').closest('[lang]').lang")
    assert lang == content.spec.lang
    # The numbers of the words are those of the map.
    mapped = sum(grain != NOWHERE for grain in content.events["cols"]["grain"])
    begin = {"en": f"The map shows {mapped} events", "ur": f"نقشہ دکھاتا ہے: {mapped} واقعات"}
    assert begin[content.spec.lang] in words.caption
    drawn = page.run(f"return {EVENTS}.events.filter((e) => e.grain !== durand.NOWHERE).length")
    assert drawn == mapped


@pytest.mark.parametrize("name", ["pair ur", "adm1", "sector ur", "pair", "pair of sectors"])
@pytest.mark.parametrize("size", [(1280, 860), (375, 812)])
def test_axe_finds_nothing_serious(page, made, axe, name, size):  # noqa: F811
    page.keep(made(name)[2], width=size[0], height=size[1])
    page.run("for (const one of document.querySelectorAll('details')) one.open = true")
    page.run(WAIT, 60)
    faults = axe(page)
    if page.run(f"return Boolean({SHADE})"):
        page.run(f"const s = {SHADE}; s.open(s.order[0], s.nodes[s.order[0]])")
    else:
        page.run(f"const l = {EVENTS}; l.open([l.events[4]], null)")
    assert faults + axe(page) == []


def test_every_script_of_these_pages_has_its_hash(made):
    import base64
    import hashlib

    for name in ("adm1", "pair", "pair of sectors"):
        text = made(name)[2]
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
        assert "unsafe" not in policy
        for script in re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL):
            assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy
        markup = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL)
        assert not re.search(r"\son\w+=|\sstyle=|javascript:", markup)


def test_names_of_districts_are_text(page, tmp_path, monkeypatch):
    payload = "</script><img src=x onerror='window.hacked=1'>${window.hacked=2}`\u202e"
    monkeypatch.setenv("DURAND_HOME", str(tmp_path / "home"))
    khost = geo.read_units().set_index("boundary_id").geometry["AF-KHO"]
    path = tmp_path / "one.geojson"
    gpd.GeoDataFrame({"name": [payload]}, geometry=[khost], crs=4326).to_file(path)
    how = {"licence": "CC0-1.0", "source": "made by hand", "vintage": "2026", "name_column": "name"}
    geo.add_boundaries(path, country="AF", **how)
    page.open(maps.render(maps.MapSpec(shade="adm2")))
    page.run(
        f"const s = {SHADE}; const n = s.data.names.findIndex((t) => t.includes('hacked'));"
        "s.nodes[n].dispatchEvent(new Event('focus')); s.open(n, s.nodes[n])"
    )
    page.run(WAIT, 60)
    assert page.run("return window.hacked ?? null") is None
    assert "<img src=x" in page.text(".durand-card h2")
    assert page.count("img, iframe, object, [onerror]") == 0
    assert page.complaints() == []


def test_of_rows_that_may_not_be_passed_on_counts_alone_are_on_the_page(page, tmp_path):
    """The rows are invented; only their form is that of such a data set."""
    rows = many(30).assign(
        dataset="ACLED",
        licence="no-redistribution",
        place=[f"Secret place {n}" for n in range(30)],
        summary="An invented sentence that must stay here.",
        actor1="An invented actor",
    )
    path = tmp_path / "events.csv"
    rows.to_csv(path, index=False)
    with pytest.raises(LicenceError, match="--shade adm1"):
        maps.render(maps.MapSpec(events=path))
    for more in ({}, {"compare": (":2025-10-11", "2025-10-11:")}):
        spec = maps.MapSpec(events=path, shade="adm1", **more)
        content = maps.map_content(spec)
        text = maps.web.page.map_page(content, spec)
        for raw in ("Secret place", "invented sentence", "invented actor", "inv:1"):
            assert raw not in text
        # No position of any row either.
        for lon in rows["lon"]:
            assert f"{lon:.4f}" not in text
        page.open(text)
        shading = read_shading(content)
        expected = page.run(f"return [...{SHADE}.expected]")
        assert expected == pytest.approx([one.expected for one in shading.counts()], abs=1e-6)
        page.run(f"const s = {SHADE}; s.open(s.order[0], s.nodes[s.order[0]])")
        assert page.count(".card-list li") == 0
        assert page.complaints() == []


@pytest.mark.parametrize("name", ["adm1", "pair", "pair ur"])
def test_no_control_is_covered_on_the_smallest_phone(page, made, name):
    page.open(made(name)[2], width=320, height=700)
    assert page.run("return document.documentElement.scrollWidth") == 320
    covered = page.run(
        """
        const bad = [];
        for (const node of document.querySelectorAll('button, input, select, summary, .leaflet-bar a')) {
          if (!node.offsetParent || !node.checkVisibility({visibilityProperty: true})) continue;
          if (node.type === 'range') continue;
          node.scrollIntoView({block: 'center'});
          const r = node.getBoundingClientRect();
          const top = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
          const own = [node, ...(node.labels || [])];
          if (!top || !own.some((one) => one.contains(top) || top.contains(one))) {
            bad.push([node.className || node.tagName, top && top.className]);
          }
        }
        return bad;
        """
    )
    assert covered == []


def test_a_pair_is_used_by_keyboard_alone(page, made):
    page.open(made("pair of few")[2])
    # The filters stand behind a button, which the keyboard reaches too.
    page.run("[...document.querySelectorAll('.map-tool')].at(0).focus()")
    page.press("Enter")
    page.run("document.activeElement.blur(); window.scrollTo(0, 0)")
    seen = []
    for _ in range(60):
        page.press("Tab")
        seen.append(
            page.run(
                "const n = document.activeElement; const map = n.closest('.map');"
                "return n.matches('.d-symbol, .d-tag') ? `event in ${map.id}` : n.id || n.tagName"
            )
        )
        if seen.count("SUMMARY") == page.count("summary"):
            break
    for wanted in ("map", "map-2", "event in map", "event in map-2", "INPUT", "SELECT", "SUMMARY"):
        assert wanted in seen, seen
    page.press("Enter")
    assert page.run("return document.querySelector('.about').open")


@pytest.mark.parametrize("name", ["adm1", "pair"])
def test_an_old_browser_shows_the_picture_and_says_why(page, made, name):
    source = {"source": "delete window.DecompressionStream"}
    added = page.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", source)
    try:
        page.open(made(name)[2])
        pictures = page.run(
            "return [...document.querySelectorAll('.fallback')].map((n) => getComputedStyle(n).display)"
        )
        assert pictures
        assert "none" not in pictures
        assert len(pictures) == (2 if name == "pair" else 1)
        assert "recent browser" in page.text(".fallback-said")
        assert page.count(".fallback .d-unit" if name == "adm1" else ".fallback-place") > 5
    finally:
        page.browser.execute_cdp_cmd(
            "Page.removeScriptToEvaluateOnNewDocument", {"identifier": added["identifier"]}
        )


def test_hostile_texts_do_not_run_in_shaded_pairs(page, tmp_path):
    payload = " ".join([*PAYLOADS, *HARD])
    files = poisoned(tmp_path, payload)
    tables = geo.read_events(files["events"], claims=files["claims"])
    spec = maps.MapSpec(
        events=tables, title=payload, subtitle=payload, credits=(payload,), shade="adm1", compare=PERIODS
    )
    content = maps.map_content(spec)
    page.open(maps.web.page.map_page(content, spec))
    listed = page.run(
        f"""
        for (const one of document.querySelectorAll('details')) one.open = true;
        const layer = {EVENTS};
        for (const event of layer.events) layer.open([event], null);
        let listed = 0;
        for (const shade of layer.shades) {{
          for (const n of shade.order) {{
            shade.nodes[n].dispatchEvent(new Event('focus'));
            shade.open(n, shade.nodes[n]);
            listed += document.querySelectorAll('.card-list li').length;
          }}
        }}
        return listed;
        """
    )
    page.run(WAIT, 80)
    assert listed > 20
    assert page.run("return window.hacked ?? null") is None
    assert page.count("img, iframe, object, [onerror], [onload]") == 0
    assert payload in page.run("return document.querySelector('h1').textContent")
    # What a caption quotes is cut, and shown as text.
    assert page.count(".about p") >= 2
    assert len(caption_of(content).caption) < 4000
    assert page.requests() == []
    assert page.complaints() == []
