"""What the page says and where, by its own account: side, province, name, at many widths and zooms."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from shapely import Point
from test_map_browser import EVENTS, MAP, REACHABLE, Page

import geo
import maps
from geo.border.durand import durand_line
from maps.content.content import map_content

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
from invented import invented_events

pytestmark = pytest.mark.browser

WIDTHS = ((320, 640), (375, 667), (660, 800), (1280, 800), (1920, 1080))
VIEWS = (([33.4, 70.0], 7.25), ([34.1, 71.1], 8.5), ([31.0, 66.4], 10.5), ([34.12, 71.09], 12.5))
GAP_PX = 22
"""Two symbols, less the rounding of boxes to tenths."""

STEP_M = 20
GATE_KM = 2.0
FOOT_PX = 5.5
"""A dot nearer to a name than this is read as its place; boxes are rounded to tenths."""

ASIDE = {"AF", "PK"}
"""Sides; a name may reach beyond both countries."""

SPECS = ("shipped", "october", "one event", "airstrikes", "invented", "ucdp")
SETTLED = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    return Page(browser, tmp_path_factory.mktemp("honesty") / "map.html")


def spec_of(name, request):
    if name == "ucdp":
        files = sorted(request.getfixturevalue("shared").glob("**/GEDEvent_v26_0_1*.csv"))
        if not files:
            pytest.skip("the release of January is not among the reference data")
        return maps.MapSpec(events=files[0])
    return {
        "shipped": maps.MapSpec(),
        "october": maps.MapSpec(since="2025-10-09", until="2025-10-19"),
        "one event": maps.MapSpec(since="2025-10-17", until="2025-10-17", types=("bombing",)),
        "airstrikes": maps.MapSpec(types=("airstrike",)),
        "invented": maps.MapSpec(events=invented_events(1_000)) if name == "invented" else None,
    }[name]


def tables_of(spec):
    return spec.events if isinstance(spec.events, geo.EventTables) else geo.read_events(spec.events)


UNREACHED = f"""
const layer = {EVENTS};
const reached = new Set({REACHABLE}(layer).flatMap((group) => group.list(1e6)));
return layer.events.filter((e) => e.grain !== 3 && !reached.has(e.i)).map((e) => e.id);
"""


class View(NamedTuple):
    """What a page told of itself at a width, as it opens there, or at a place near to."""

    name: str
    width: int | None
    drawn: list[dict[str, Any]]
    unreached: list[str]


def views(page, text):
    """A page at each width, and some places near to at the last width."""
    page.open(text, width=WIDTHS[0][0], height=WIDTHS[0][1])
    for width, height in WIDTHS:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        page.run(f"const layer = {EVENTS}; durand.home(layer._map); durand.nearer(layer); {SETTLED}")
        yield View(f"{width} px", width, page.run("return durand.drawn()"), page.run(UNREACHED))
    for at, zoom in VIEWS:
        page.run(f"{MAP}.setView(arguments[0], arguments[1], {{animate: false}}); {SETTLED}", at, zoom)
        yield View(f"zoom {zoom}", None, page.run("return durand.drawn()"), [])


@pytest.fixture(scope="module")
def shipped_views(page, shipped):
    """Those of the shipped events, which several rules look at, and what the browser complained of."""
    found = list(views(page, shipped))
    return found, page.complaints()


def on_wrong_side(drawn, sides):
    """Records of events of a certain side whose point lies on the other, judged by the full line."""
    told = [one for one in drawn if one["kind"] in ("symbol", "count", "name") and one["event_ids"]]
    points = [one["geometry"]["coordinates"] for one in told]
    if not points:
        return []
    where = durand_line().locate([lon for lon, _ in points], [lat for _, lat in points])
    # Positions of the page are steps of 1e-4 degree.
    found = where["side"].astype("str").where(where["distance_m"] > STEP_M, "")
    return [
        (one["kind"], one["text"], one["event_ids"][:2])
        for one, side in zip(told, found, strict=True)
        if (own := {sides.get(event) for event in one["event_ids"]} & ASIDE) and {side} & ASIDE - own
    ]


def too_near(drawn):
    """Symbols that a reader would take for those of another name: beside it, less than two symbols off."""
    names = [(one, line) for one in drawn if one["kind"] == "name" for line in one["lines"]]
    bad = []
    for symbol in (one for one in drawn if one["kind"] == "symbol"):
        left, top, right, bottom = symbol["box"]
        own = set(symbol["event_ids"])
        for name, (a, b, c, d) in names:
            level = min(bottom, d) - max(top, b) > 4
            if level and left - c < GAP_PX and a - right < GAP_PX and not own & set(name["event_ids"]):
                bad.append((symbol["type"], sorted(own)[:1], name["text"]))
    return bad


def overlapping(drawn):
    lines = [
        (k, one["text"], box) for k, one in enumerate(drawn) if one["kind"] == "name" for box in one["lines"]
    ]
    return [
        (text, other)
        for (k, text, (a, b, c, d)), (n, other, (e, f, g, h)) in combinations(lines, 2)
        if k != n and min(c, g) - max(a, e) > 1 and min(d, h) - max(b, f) > 3
    ]


@pytest.mark.parametrize("name", SPECS)
def test_nothing_stands_on_another_side_or_leans_on_another_name(page, name, request):
    spec = spec_of(name, request)
    located = geo.locate(tables_of(spec).events)
    # The gate stands on the line, and its symbols with it, whatever side its fighting began on.
    aside = located[~(located["crossing_km"] < GATE_KM)]
    sides = dict(zip(aside["event_id"].astype(str), aside["side"], strict=True))
    if name == "shipped":
        found, complaints = request.getfixturevalue("shipped_views")
    else:
        found, complaints = list(views(page, maps.render(spec))), page.complaints()
    symbols = 0
    for view, _, drawn, _ in found:
        assert on_wrong_side(drawn, sides) == [], view
        assert too_near(drawn) == [], view
        bad = overlapping(drawn)
        assert bad == [], (view, [(one["text"], one["lines"]) for one in drawn if one["text"] in bad[0]])
        symbols += sum(one["kind"] == "symbol" for one in drawn)
    assert symbols > len(WIDTHS)
    assert complaints == []


def test_symbols_stand_in_their_province_or_have_a_leader(shipped_views):
    """The few that find no room there say so by the leader that goes back to their place."""
    located = geo.locate(geo.read_events().events)
    province = dict(zip(located["event_id"], located["adm1"], strict=True))
    certain = located["where_precision"].isin(["site", "town", "district", "province"])
    sure = set(located["event_id"][certain & located["adm1"].notna()])
    units = geo.read_units()
    seen = 0
    for _, width, drawn, _ in shipped_views[0]:
        if width in (None, WIDTHS[0][0]):
            continue
        led = {event for one in drawn if one["kind"] == "leader" for event in one["event_ids"]}
        alone = [
            one
            for one in drawn
            if one["kind"] == "symbol" and set(one["event_ids"]) <= sure and not led & set(one["event_ids"])
        ]
        seen += len(alone)
        points = [one["geometry"]["coordinates"] for one in alone]
        found = [units["iso3166_2"][units.contains(at)].to_list()[:1] for at in map(Point, points)]
        strays = [
            (one["event_ids"], codes)
            for one, codes in zip(alone, found, strict=True)
            if {province[event] for event in one["event_ids"]} != set(codes)
        ]
        assert strays == [], width
    assert seen > 30


def test_a_province_is_named_so_only_for_what_is_known_to_it_alone(shipped_views):
    """What stands together for want of room says of how many places it is."""
    events = geo.read_events().events
    precision = dict(zip(events["event_id"], events["where_precision"], strict=True))
    joined = 0
    for view, _, drawn, _ in shipped_views[0]:
        for one in drawn:
            held = {precision[event] for event in one["event_ids"]}
            if one["kind"] == "name" and one["text"].endswith(" province"):
                assert held == {"province"}, (view, one["text"])
            if one["kind"] == "name" and one["text"].startswith(("across ", "in ")):
                joined += 1
                assert held - {"province"}, (view, one["text"])
            assert "undefined" not in one["text"]
    assert joined > 3


def test_every_event_can_be_reached_at_every_width(shipped_views):
    missing = {view.width: view.unreached for view in shipped_views[0] if view.width}
    assert missing == {width: [] for width, _ in WIDTHS}


def test_an_event_is_counted_once_by_marks_and_by_words(shipped_views):
    """Drawn, beyond the edge, without room or along much of the line: one of these, in every view."""
    beyond = 0
    for view, _, drawn, _ in shipped_views[0]:
        counted = [one for one in drawn if one["kind"] in ("symbol", "note")]
        times = Counter(event for one in counted for event in one["event_ids"])
        twice = [event for event, n in times.items() if n > 1]
        assert twice == [], view
        beyond += sum(one["kind"] == "note" for one in drawn)
    assert beyond > len(WIDTHS)


ON_LINE_M = 5_000.0
"""From the line, for a symbol that stands on it as it is drawn."""


def test_what_may_lie_on_either_side_stands_on_the_line_or_is_led_to_its_place(shipped_views):
    content = map_content(maps.MapSpec())
    ids = content.events["cols"]["id"]
    either = {
        ids[n]
        for group in content.marks
        if group.side is None and group.level in ("near", "district")
        for n in group.events
    }
    seen = 0
    for view, _, drawn, _ in shipped_views[0]:
        # In a tag of many places it is on its province's side.
        led = {
            event
            for one in drawn
            if one["kind"] == "leader" or one["text"].startswith("across ")
            for event in one["event_ids"]
        }
        for one in drawn:
            if one["kind"] == "symbol" and set(one["event_ids"]) & either - led:
                lon, lat = one["geometry"]["coordinates"]
                seen += 1
                assert durand_line().locate([lon], [lat])["distance_m"].iloc[0] < ON_LINE_M, view
    assert seen > 1


def test_what_is_said_is_in_the_pixels_and_in_the_document(page, shipped):
    """Some marks of the account, found again: words in the DOM where they are said to be."""
    page.open(shipped)
    names = [one for one in page.run("return durand.drawn()") if one["kind"] == "name" and one["event_ids"]]
    found = page.run(
        """
        const frame = document.querySelector('.map').getBoundingClientRect();
        const texts = [...document.querySelectorAll('.d-symbol, .d-tag')].map((node) => {
          const boxes = [...node.querySelectorAll('.d-mark-name')].map((one) => one.getBoundingClientRect());
          return [[...node.querySelectorAll('.d-mark-name')].map((n) => n.textContent.slice(1, -1)).join(' '),
            boxes.length ? boxes[0].left - frame.left : null];
        });
        return texts.filter(([text]) => text);
        """
    )
    assert Counter(text for text, _ in found) == Counter(one["text"] for one in names)
    at = dict(found)
    for one in names:
        if Counter(text for text, _ in found)[one["text"]] == 1:
            assert min(abs(at[one["text"]] - line[0]) for line in one["lines"]) < 60


def test_a_part_of_the_symbols_is_counted_once_and_by_how_sure_it_is(shipped_views):
    drawn = next(view.drawn for view in shipped_views[0] if view.width == 1920)
    events = geo.read_events().events
    verification = dict(zip(events["event_id"], events["verification"].astype(str), strict=True))
    filled = {"reported": "filled", "verified": "filled", "claimed": "hollow", "disputed": "hollow"}
    seen = []
    for one in drawn:
        if one["kind"] != "symbol":
            continue
        assert {filled[verification[event]] for event in one["event_ids"]} == {one["filled"]}
        seen += one["event_ids"]
    assert len(seen) == len(set(seen)) > 60
