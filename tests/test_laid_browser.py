"""What a user lays over a map, in a browser: it is drawn, names its places, and none of its text runs."""

from __future__ import annotations

import json

import pytest
import shapely
from test_map_browser import PAYLOADS, page  # noqa: F401 - fixtures

import maps

FRAME = (69.3, 33.0, 72.2, 35.2)


def marks(tmp_path):
    road = tmp_path / "road.geojson"
    line = shapely.LineString([(70.45, 34.43), (71.08, 34.11), (71.55, 34.0)])
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(line)}
    road.write_text(json.dumps(feature), encoding="utf-8")
    return (
        maps.Mark(kind="label", at="Torkham"),
        maps.Mark(kind="note", at="Torkham", text="Closed\nsince October"),
        maps.Mark(kind="note", at=(70.9, 33.4), text=f"{PAYLOADS[0]}\n{PAYLOADS[-1]}"[:320]),
        maps.Mark(kind="label", at=(70.3, 33.3), text=PAYLOADS[1][:60]),
        maps.Mark(kind="highlight", unit="Nangarhar", colour="green"),
        maps.Mark(kind="overlay", file=road, text="The road", colour="purple"),
        maps.Mark(kind="ring", at="Peshawar", km=30),
        maps.Mark(kind="arrow", at="Jalalabad", to="Asadabad", text="Aid"),
    )


@pytest.fixture
def drawn(page, tmp_path):  # noqa: F811 - the fixture of that name
    spec = maps.MapSpec(title="Marks", extent=FRAME, ids=(), marks=marks(tmp_path), must_label=("Mardan",))
    return page.open(maps.render(spec))


def words(drawn):
    return drawn.run("return [...document.querySelectorAll('.d-name-laid')].map((n) => n.textContent)")


def test_marks_are_on_the_page_and_their_text_is_text(drawn):
    assert {"Torkham", "Nangarhar", "Jalalabad", "Asadabad", "Aid", "Mardan"} <= set(words(drawn))
    assert drawn.count(".d-note") + drawn.count(".laid-below li") == 2
    assert drawn.count(".d-arrow") == 1
    assert drawn.count(".d-laid-overlay.line") == 1
    assert drawn.count(".d-laid-ring.area") == 1
    assert drawn.text(".key-laid") == "The road"
    assert drawn.run("return Object.keys(window).filter((name) => name.startsWith('hacked'))") == []
    assert drawn.count(".d-note script, .d-note a, .d-note svg svg, .durand-laid script, .durand-laid a") == 0
    assert drawn.requests() == []
    assert drawn.complaints() == []


def test_no_name_or_note_lies_over_another(drawn):
    over = drawn.run(
        "const boxes = [...document.querySelectorAll('.d-name-laid, .d-note')].map((n) => "
        "n.getBoundingClientRect());"
        "return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => a.left < b.right - 1 && "
        "b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)).length"
    )
    assert over == 0


def test_a_province_that_is_tinted_is_named_once(drawn):
    names = drawn.run(
        "return [...document.querySelectorAll('.d-name')].map((n) => n.textContent.toLowerCase())"
    )
    assert names.count("nangarhar") == 1
    assert names.count("torkham") == 1


def test_a_locator_has_its_box_and_neither_filters_nor_counts(page):  # noqa: F811
    page.open(maps.render(maps.locator(event_ids=("apb:012", "apb:032"))))
    boxes = page.run("return [...document.querySelectorAll('.d-note b')].map((n) => n.textContent.trim())")
    assert boxes == ["Airstrike, 9 October 2025", "Airstrike, 15 October 2025"]
    assert page.count(".map-tools button") == 0
    assert page.run("return getComputedStyle(document.querySelector('.side')).display") == "none"
    assert page.count(".d-note .durand-glyph") == 2
    assert page.complaints() == []


def test_on_a_phone_a_note_without_room_stands_below_the_map(page, tmp_path):  # noqa: F811
    text = "A long note that wants a good deal of room on so small a map as that of a phone. " * 3
    notes = tuple(maps.Mark(kind="note", text=f"{n} {text}") for n in range(8))
    page.open(
        maps.render(maps.MapSpec(title="Marks", extent=FRAME, ids=(), marks=notes)), width=360, height=640
    )
    assert page.count(".laid-below li") > 0
    assert page.count(".d-note") + page.count(".laid-below li") == 8


def test_hidden_parts_are_not_on_the_page(page):  # noqa: F811
    page.open(maps.render(maps.MapSpec(extent=FRAME, hide=("scale", "inset", "rivers", "filters", "table"))))
    for selector in (".leaflet-control-scale", ".durand-locator", ".d-river", ".map-tools button"):
        assert page.count(selector) == 0, selector
    page.open(maps.render(maps.MapSpec(extent=FRAME)))
    for selector in (".leaflet-control-scale", ".durand-locator", ".d-river", ".map-tools button"):
        assert page.count(selector) > 0, selector


def test_marks_are_drawn_where_units_stand_for_the_events(page):  # noqa: F811
    spec = maps.MapSpec(
        shade="adm1",
        marks=(maps.Mark(kind="label", at="Torkham"), maps.Mark(kind="note", at="Quetta", text="A note")),
    )
    page.open(maps.render(spec))
    page.run("return new Promise((done) => setTimeout(done, 300))")
    assert "Torkham" in words(page)
    assert page.count(".d-note") == 1
    assert page.complaints() == []


def test_a_note_leads_to_its_own_symbol_and_names_keep_off_the_circle(page):  # noqa: F811
    page.open(maps.render(maps.locator(event_ids=("apb:012", "apb:032"))))
    layer = "Object.values(window).find((x) => x instanceof durand.Events)"
    at = page.run(
        f"return {layer}.said.filter((one) => one.kind === 'symbol')"
        ".map(({filled, box}) => [filled, ...durand.boxes.middle(box)])"
    )
    filled, hollow = ((x, y) for _, x, y in sorted(at))
    starts = page.run(
        "return [...document.querySelectorAll('.durand-laid .d-name-leader')]"
        ".map((line) => ['x1', 'y1'].map((key) => +line.getAttribute(key)))"
    )
    assert len(starts) == 2

    def away(one, other):
        return ((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5

    for start, own, other in zip(starts, (filled, hollow), (hollow, filled), strict=True):
        assert away(start, own) < 16
        assert away(start, own) < away(start, other)
    inside = page.run(
        "const r = document.querySelector('.d-radius').getBoundingClientRect();"
        "const [x, y] = [(r.left + r.right) / 2, (r.top + r.bottom) / 2];"
        "return [...document.querySelectorAll('.durand-labels text')].filter((n) => {"
        "const b = n.getBoundingClientRect();"
        "return Math.hypot((b.left + b.right) / 2 - x, (b.top + b.bottom) / 2 - y) < r.width / 2;"
        "}).map((n) => n.textContent)"
    )
    assert inside == []


def test_on_a_phone_the_name_of_the_line_leaves_room_for_the_one_event(page):  # noqa: F811
    page.open(maps.render(maps.locator(event_ids=("apb:038",))), width=390, height=844)
    assert page.run("return [...document.querySelectorAll('.d-mark-name')].map((n) => n.textContent)") == [
        "\u2068Barmal district\u2069"
    ]
