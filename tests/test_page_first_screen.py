"""The first screen of a page: its counts add up, its view is near, neighbours keep their order."""

from __future__ import annotations

from functools import cache
from itertools import combinations, pairwise

import pytest
from test_map_browser import MAP, Page

import maps

pytestmark = pytest.mark.browser

PHONES = [(320, 640), (360, 800), (375, 812), (390, 844), (412, 915), (430, 932)]
DESKTOPS = [(1000, 800), (1280, 660), (1280, 860)]


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    return Page(browser, tmp_path_factory.mktemp("first") / "map.html")


@pytest.fixture(scope="module")
def seen(page, shipped):
    """What the first screen of a page answers, each opened once for all tests: questions change nothing."""
    october = maps.render(maps.MapSpec(since="2025-10-09", until="2025-10-19"))
    texts = {"shipped": shipped, "october": october}

    @cache
    def ask(which, width, height):
        page.open(texts[which], width=width, height=height)
        return {name: page.run(script) for name, script in QUESTIONS.items()}

    return ask


LAYER = "const layer = [...durand.layers][0];"
ACCOUNT = f"""
{LAYER}
const held = layer.said.filter((one) => ['symbol', 'note'].includes(one.kind));
const ids = (one) => one.group.list(1e6)
  .filter((i) => one.kind === 'note' || layer.columns.type[i] === one.type
    && durand.FILLS[layer.source.look(i)] === one.filled);
const seen = (one) => {{
  const r = one.getBoundingClientRect();
  return r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight
    && one.scrollWidth <= one.clientWidth;
}};
const words = [...document.querySelectorAll('.durand-chip, .stretch')];
const number = (node) => Number((node.textContent.match(/\\d+/) || [1])[0]);
// Each symbol of a line of words is an event, or as many as stand beside it.
const told = (node) => [...node.querySelectorAll('svg')].reduce((sum, one) =>
  sum + (one.nextSibling.localName === 'b' ? number(one.nextSibling) : 1), 0);
return {{
  all: layer.mapped(),
  drawn: held.filter((one) => one.kind === 'symbol').flatMap(ids),
  told: held.filter((one) => one.kind === 'note').flatMap(ids),
  counted: words.reduce((sum, node) => sum + (node.matches('.stretch') ? told(node) : number(node)), 0),
  hidden: words.filter((node) => !seen(node)).map((node) => node.textContent),
}};
"""


@pytest.mark.parametrize("which", ["shipped", "october"])
@pytest.mark.parametrize(("width", "height"), PHONES + DESKTOPS)
def test_what_the_first_screen_says_adds_up(seen, which, width, height):
    found = seen(which, width, height)["account"]
    assert len(found["drawn"]) == len(set(found["drawn"]))
    assert sorted(found["drawn"] + found["told"]) == sorted(set(found["drawn"] + found["told"]))
    assert len(found["drawn"]) + found["counted"] == found["all"]
    # The least of screens has room for a map of some height, and scrolls.
    if width > 320:
        assert found["hidden"] == []


ROWS = f"""
{LAYER}
const size = layer._map.getSize();
const at = layer.said.filter((one) => one.kind === 'symbol').map((one) => one.box[1]);
const rows = layer.said.filter((one) => one.kind === 'name' && one.level === 'province');
const leaders = [...document.querySelectorAll('.d-leader')].map((line) =>
  Math.hypot(...['x', 'y'].map((k) => line.getAttribute(k + 1) - line.getAttribute(k + 2))));
return {{
  all: layer.mapped(),
  joined: rows.reduce((sum, one) => sum + one.group.n, 0),
  bands: [0, 1, 2].map((k) => at.filter((y) => y >= (k * size.y) / 3 && y < ((k + 1) * size.y) / 3).length),
  lines: document.querySelectorAll('.map .d-name-durand').length,
  longest: Math.max(0, ...leaders) / Math.min(size.x, size.y),
}};
"""


@pytest.mark.parametrize(("width", "height"), PHONES[1:])
def test_a_phone_opens_near_where_most_happened(seen, width, height):
    found = seen("shipped", width, height)["rows"]
    # Most stand at their own places, not in rows of provinces; no third of the map is empty.
    assert found["joined"] <= found["all"] / 2
    assert min(found["bands"]) > 0
    assert found["longest"] < 0.25
    assert found["lines"] == 1


@pytest.mark.parametrize(("width", "height"), [(375, 812), (390, 844), (1280, 860)])
def test_both_countries_are_named_and_later_views_are_placed_with_care(seen, width, height):
    hasty, names = seen("shipped", width, height)["named"]
    assert {"Afghanistan", "Pakistan"} <= set(names)
    # One order is enough until the first view stands, no longer.
    assert hasty is False


TOWNS = f"""
{LAYER}
return layer.gathered.filter((mark) => mark.level === 0 && layer.placed.has(mark.key)).map((mark) => {{
  const {{ symbols }} = layer.placed.get(mark.key);
  return [mark.name, [mark.x, mark.y], durand.boxes.middle(symbols)];
}});
"""
SEARCH = """
const search = new durand.Search({ gaps: { symbols: 10, under: 2, name: 22, words: 5, leader: 6 } });
arguments[0].forEach(([x, y, spots], key) => search.add({ key, width: 10, x, y, level: 0 }, 90,
  spots.map(([sx, sy]) => ({ symbols: [sx - 6, sy - 6, sx + 6, sy + 6], words: [], leader: null }))));
const { taken } = search.run();
return arguments[0].map((_, key) => durand.boxes.middle(taken.get(key).spot.symbols));
"""


def test_a_pair_of_places_keeps_its_order_where_the_other_way_round_would_be_nearer(page, seen):
    seen("shipped", 1280, 860)  # Any page will do: the search asks nothing of it.
    west, east = page.run(SEARCH, [[50, 50, [[70, 50], [20, 50]]], [62, 50, [[40, 50], [95, 50]]]])
    assert west[0] < east[0]


ASIDE = """
const search = new durand.Search({ gaps: { symbols: 10, under: 2, name: 22, words: 5, leader: 6 } });
const spot = (x, words) => ({ symbols: [x - 6, 44, x + 6, 56], words: [words], leader: null });
search.add({ key: 1, width: 10, x: 50, y: 50, level: 0 }, 90,
  [spot(50, [20, 28, 60, 40]), spot(56, [65, 44, 105, 56])]);
return search.run().taken.get(1).spot.words[0];
"""


def test_a_name_stands_in_the_line_of_its_symbols_rather_than_nearer_but_over_them(page, seen):
    seen("shipped", 1280, 860)  # Any page will do.
    assert page.run(ASIDE) == [65, 44, 105, 56]


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 860)])
def test_neighbours_keep_their_order(seen, width, height):
    towns = seen("shipped", width, height)["towns"]
    turned = []
    for (one, (ax, ay), (sx, sy)), (two, (bx, by), (tx, ty)) in combinations(towns, 2):
        apart = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        if 6 < apart < 80 and (bx - ax) * (tx - sx) + (by - ay) * (ty - sy) < 0:
            turned.append((one, two))
    assert turned == []


CROSSINGS = """
return [document.querySelectorAll('.map .d-crossing').length,
  [...document.querySelectorAll('.d-name-crossing')].map((node) => node.textContent)];
"""


LED = f"""
{LAYER}
const mark = layer.gathered.find((one) => one.name === 'Torkham' && one.group.n > 3);
const {{ symbols: [l, t, r, b] }} = (mark && layer.placed.get(mark.key)) || {{ symbols: [] }};
return [
  l === undefined
    ? null : Math.hypot(Math.max(l - mark.x, mark.x - r, 0), Math.max(t - mark.y, mark.y - b, 0)),
  ...['.d-leader', '.d-foot'].map((one) => document.querySelectorAll(one).length),
];
"""


def test_a_row_stands_at_its_crossing_and_its_line_ends_in_a_dot(seen):
    away, leaders, feet = seen("shipped", 1280, 860)["led"]
    assert away < 24
    assert leaders == feet > 0


TICKS = """
const words = [...document.querySelectorAll('.axis-word')];
const box = (node) => node.getBoundingClientRect();
return words.map((node) => [node.textContent, box(node).left, box(node).right]);
"""
LINES = """
const text = document.querySelector('.time-said').firstChild;
const lines = new Map();
for (const { index, 0: word } of text.textContent.matchAll(/[^ \\u00a0]+/g)) {
  const range = document.createRange();
  range.setStart(text, index);
  range.setEnd(text, index + word.length);
  const top = Math.round(range.getBoundingClientRect().top);
  lines.set(top, (lines.get(top) || 0) + 1);
}
return [...lines.values()];
"""


@pytest.mark.parametrize(("width", "height"), [(300, 700), (375, 812), (700, 900), (1280, 860)])
def test_the_axis_of_time_says_the_year_and_goes_in_even_steps(seen, width, height):
    found = seen("shipped", width, height)
    head, *ticks = found["ticks"]
    words = [word for word, _, _ in ticks]
    assert head[0].startswith("2014")
    assert "2026" in words
    assert words[0].endswith("2025")
    months = "January February March April May June July August September October November December".split()
    at, year = [], 2024
    for word in words:
        year += word in ("2025", "2026")
        at.append(12 * year + (0 if word.isdigit() else months.index(word.split()[0])))
    assert len({b - a for a, b in pairwise(at)}) == 1
    assert all(a[2] < b[1] for a, b in pairwise([head, *ticks]))
    # No word stands by itself on a line of its own.
    assert min(found["words of lines"]) > 1


def test_days_of_one_month_have_their_year_once(seen):
    words = [word for word, _, _ in seen("october", 375, 812)["ticks"]]
    assert words[0] == "9 October 2025"
    assert all(word.endswith("October") for word in words[1:])


SIZES = """
return ['.d-times', '.d-name-plotted', '.d-name-tag'].map((one) => document.querySelector(one))
  .map((node) => node && parseFloat(getComputedStyle(node).fontSize));
"""


def test_numbers_are_as_large_as_names(seen):
    sizes = seen("shipped", 1280, 860)["sizes"]
    assert sizes[0] >= max(sizes[1:]) - 0.5


OVER = """
const side = document.querySelector('.side');
const below = document.querySelector('.time').getBoundingClientRect().bottom - innerHeight;
return [side.scrollHeight - side.clientHeight, side.scrollWidth - side.clientWidth, below];
"""


@pytest.mark.parametrize("which", ["shipped", "october"])
@pytest.mark.parametrize(("width", "height"), DESKTOPS)
def test_key_buttons_and_time_fit_beside_the_map(seen, which, width, height):
    assert max(seen(which, width, height)["over"]) <= 1


NAMED = f"""
{LAYER}
return [layer.hasty, durand.drawn().filter(({{ kind }}) => kind === "name").map(({{ text }}) => text)];
"""
QUESTIONS = {
    "named": NAMED,
    "account": ACCOUNT,
    "rows": ROWS,
    "towns": TOWNS,
    "crossings": CROSSINGS,
    "led": LED,
    "ticks": TICKS,
    "words of lines": LINES,
    "sizes": SIZES,
    "over": OVER,
}


def test_crossings_without_events_are_named_near_to_as_crossings(page, shipped, seen):
    for width, height in ((375, 812), (1280, 860)):
        assert seen("shipped", width, height)["crossings"] == [0, []]
    page.keep(shipped)
    page.run(f"{MAP}.setView([33.75, 70.0], 9.5, {{animate: false}})")
    page.run("return new Promise((done) => setTimeout(done, 100))")
    squares, names = page.run(CROSSINGS)
    assert squares == len(names) > 0
    assert all("crossing" in name for name in names)


def test_fewer_provinces_without_events_are_named_in_a_wide_view(page, shipped):
    page.keep(shipped)
    shares = []
    for zoom in (6, 7):
        page.run(f"{MAP}.setView([33.5, 66.5], arguments[0], {{animate: false}})", zoom)
        page.run("return new Promise((done) => setTimeout(done, 100))")
        room = page.run(f"const b = {MAP}.getBounds(); return (b.getEast() - b.getWest()) ** 2")
        shares.append(page.count(".d-name-province") / room)
    assert shares[1] > 1.5 * shares[0]
    weight = "return getComputedStyle(document.querySelector('.d-name-province')).fontWeight"
    assert int(page.run(weight)) == 400


def test_no_button_of_the_page_is_printed(page, shipped):
    page.keep(shipped)
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    shown = page.run("return [...document.querySelectorAll('.map-tool')].map((one) => one.offsetHeight)")
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert shown == [0, 0]
