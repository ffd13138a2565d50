"""What a page shows after a choice: whose name stands where, what the title, the key and the counts say."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import pytest
from test_honesty_page import FOOT_PX, on_wrong_side
from test_map_browser import EVENTS, Page

import geo
import maps
from geo.border.durand import durand_line
from maps.web.page import map_page

pytestmark = pytest.mark.browser

KM_PER_DEGREE = 111.2
SIZES = ((1280, 800), (660, 800), (375, 667))
HEADS = "return ['h1', '.subtitle'].map((name) => document.querySelector(name).textContent)"
CHOOSE = {
    "types": f"const l = {EVENTS}; const k = arguments[0];"
    "l.state.off.type = new Set([...l.types.keys()].filter((n) => n !== k)); l.state.sift();"
    "return l.types[k].key",
    "provinces": f"const l = {EVENTS}; const k = arguments[0]; l.state.off.type.clear();"
    "l.state.choose('province', k); return l.provinces[k]",
}
MANY = {"types": f"return {EVENTS}.types.length", "provinces": f"return {EVENTS}.provinces.length"}
SIDES = """date,type,place,latitude,longitude,precision,verification
2026-02-01,airstrike,Nari,35.2,71.52,town,reported
2026-02-02,bombing,Arandu,35.31,71.55,town,reported
2026-02-03,attack,Nawa Pass post,34.75,71.15,site,reported
2026-02-04,armed clash,Spin Tangi,34.05,71.1,near,claimed
2026-02-04,airstrike,Zarghun Shahr,32.85,68.45,town,claimed
2026-02-04,airstrike,Bahram Chah,29.43,64.03,site,claimed
2026-02-05,bombing,Broghil,36.85,73.35,near,reported
"""


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    return Page(browser, tmp_path_factory.mktemp("choices") / "map.html")


def tables(text, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    return geo.read_events(path)


class Seen(NamedTuple):
    """What a page says and draws after a choice; of the whole map the choice is none."""

    kind: str
    choice: str
    heads: list[str]
    drawn: list[dict[str, Any]]


def choices(page):
    """The whole, each type and each province alone as far as they have events, and the whole again."""

    def seen(kind="", choice=""):
        return Seen(kind, choice, page.run(HEADS), page.run("return durand.drawn()"))

    yield seen()
    for kind, many in MANY.items():
        for number in range(page.run(many)):
            said = page.run(CHOOSE[kind], number)
            if page.run(f"return {EVENTS}.drawnRows().length"):
                yield seen(kind, said)
    page.run(f"{EVENTS}.state.reset()")
    yield seen()


@pytest.fixture(scope="module")
def chosen(page, shipped):
    """What the page of the shipped events shows choice by choice, gone through once for each size."""
    held = {}

    def at(width, height):
        if (width, height) not in held:
            page.open(shipped, width=width, height=height)
            held[width, height] = list(choices(page))
            assert len(held[width, height]) > 17
        return held[width, height]

    return at


def misread(drawn):
    """Plotted symbols without a name, and feet of leaders at the words of another mark."""
    names = [(one, line) for one in drawn if one["kind"] in ("name", "crossing") for line in one["lines"]]
    named = {event for one in drawn if one["kind"] == "name" for event in one["event_ids"]}
    bad = [one["event_ids"] for one in drawn if one["kind"] == "symbol" and not named & set(one["event_ids"])]
    for one in drawn:
        if one["kind"] != "leader":
            continue
        ((x, y, _, _),) = one["lines"]
        for name, (left, top, right, bottom) in names:
            off = math.hypot(max(left - x, 0, x - right), max(top - y, 0, y - bottom))
            if off < FOOT_PX and not set(one["event_ids"]) & set(name["event_ids"]):
                bad.append((one["event_ids"], name["text"]))
    return bad


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_after_every_choice_a_symbol_has_its_own_name_and_no_dot_lies_at_another(chosen, width, height):
    for seen in chosen(width, height)[:-1]:
        assert misread(seen.drawn) == [], (seen.kind, seen.choice)


def test_the_title_after_a_choice_is_that_of_a_map_of_it(chosen):
    """By the same rules as the title of a page that was asked for the same."""
    whole, *each, again = chosen(*SIZES[0])
    codes = geo.read_units().set_index("iso3166_2")["name"]
    code = {name: unit for unit, name in codes.items()}
    compared = 0
    for seen in each:
        asked = seen.choice if seen.kind == "types" else code.get(seen.choice)
        if asked is None:
            continue
        spec = maps.MapSpec(types=(asked,)) if seen.kind == "types" else maps.MapSpec(provinces=(asked,))
        assert seen.heads[0] == maps.map_content(spec).title, (seen.kind, seen.choice)
        compared += 1
    assert compared > 15
    assert again.heads == whole.heads


def test_key_header_table_and_filters_count_the_events_of_the_map(page, shipped):
    page.keep(shipped, width=SIZES[-1][0], height=SIZES[-1][1])
    counts = f"""
        const l = {EVENTS};
        const sum = (select) =>
          [...document.querySelectorAll(select)].reduce((n, one) => n + Number(one.textContent), 0);
        document.querySelector('#table details').open = true;
        l.state.sift();
        return [l.drawnRows().length, sum('#key .count'), sum('#filters fieldset:first-of-type .count'),
          Number(document.querySelector('#table summary').textContent.match(/[0-9]+/)[0]),
          document.querySelector('.table-said').textContent];
    """
    *numbers, said = page.run(counts)
    assert len(set(numbers)) == 1
    out = len(geo.read_events().events) - numbers[0]
    assert said == f"{numbers[0]} of {numbers[0]} events; Not on the map: {out}"


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_an_uncertain_side_is_no_licence(page, tmp_path, width, height):
    """On the line, or on the side of the province that is known, and led from there."""
    events = tables(SIDES, tmp_path)
    located = geo.locate(events.events)
    page.open(maps.render(maps.MapSpec(events=events)), width=width, height=height)
    drawn = page.run("return durand.drawn()")
    certain = dict(zip(located["event_id"], located["side"], strict=True))
    assert on_wrong_side(drawn, certain) == []
    led = {event for one in drawn if one["kind"] == "leader" for event in one["event_ids"]}
    seen = 0
    for row in located[~located["side"].isin(["AF", "PK"])].itertuples():
        for one in drawn:
            if one["kind"] != "symbol" or row.event_id not in one["event_ids"]:
                continue
            where = durand_line().locate(*([v] for v in one["geometry"]["coordinates"])).iloc[0]
            seen += 1
            on_line = where["distance_m"] < 5_000
            assert on_line or (where["side"] == row.adm1[:2] and row.event_id in led), (row.place, width)
    assert seen > 1


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_many_events_of_a_town_stand_at_it_or_are_led_to_it(page, tmp_path, width, height):
    types = ("airstrike", "bombing", "attack", "drone strike")
    rows = [
        f"2026-01-{1 + k:02},{types[k % 4]},Kabul,34.52,69.18,town,{('reported', 'claimed')[k % 3 == 0]}"
        for k in range(30)
    ]
    events = tables("\n".join(["date,type,place,latitude,longitude,precision,verification", *rows]), tmp_path)
    page.open(maps.render(maps.MapSpec(events=events)), width=width, height=height)
    drawn = page.run("return durand.drawn()")
    led = {event for one in drawn if one["kind"] == "leader" for event in one["event_ids"]}
    symbols = [one for one in drawn if one["kind"] == "symbol"]
    assert len(symbols) > 6
    for one in symbols:
        lon, lat = one["geometry"]["coordinates"]
        off = KM_PER_DEGREE * math.hypot(lat - 34.52, (lon - 69.18) * math.cos(math.radians(34.52)))
        assert off < 12 or set(one["event_ids"]) <= led
    # In lines, so that no row is as long as all of them.
    assert len({round(one["box"][1]) for one in symbols}) > 1


@pytest.mark.parametrize(("width", "height"), [(375, 900), (660, 800)])
def test_the_short_page_tells_what_lies_along_the_line_and_draws_what_it_says(page, width, height):
    spec = maps.MapSpec()
    content = maps.map_content(spec)
    page.open(map_page(content, spec, compact="map.html"), width=width, height=height)
    drawn = page.run("return durand.drawn()")
    told = [event for one in drawn if one["kind"] in ("symbol", "note") for event in one["event_ids"]]
    assert len(told) == len(set(told))
    assert len(told) == page.run(f"return {EVENTS}.drawnRows().length")
    notes = [one for one in drawn if one["kind"] == "note"]
    assert any("along the line" in one["text"] for one in notes)
    for one in notes:
        left, top, right, bottom = one["box"]
        assert right - left > 20, one
        assert bottom - top > 10, one
        assert one["geometry"] is None
    # What is explained is drawn, and what is drawn is explained.
    key = page.text("#key")
    assert ("events, not people" in key) == any(one["kind"] == "count" for one in drawn)
    assert "somewhere along this stretch" not in key


def test_the_two_counts_of_a_comparison_have_heads(page):
    spec = maps.MapSpec(compare=("2025-10-09:2025-10-18", "2025-10-19:2025-11-30"))
    page.open(maps.render(spec))
    assert page.run(
        "return [...document.querySelectorAll('#key .two-heads .badge')].map((n) => n.textContent)"
    ) == ["1", "2"]


def test_one_place_without_room_keeps_its_own_tag(chosen):
    """A tag in another part of the province never says less than is known."""
    for seen in chosen(*SIZES[0])[1:-1]:
        names = [one["text"] for one in seen.drawn if one["kind"] == "name"]
        assert [text for text in names if text.startswith("in ")] == []
