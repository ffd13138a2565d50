"""The page in headless Chromium with the network cut."""

from __future__ import annotations

import csv
import os

import pytest

import geo
import maps
from geo.boundaries.catalogue import data_path
from geo.places.radii import CONTRADICTION_M
from maps.content.page_rules import LINE_ERROR

pytestmark = pytest.mark.browser

PAYLOADS = (
    '<img src=x onerror="window.hacked=1">',
    "</script><script>window.hacked=2</script>",
    "`;window.hacked=3;`",
    "${window.hacked=4}",
    "javascript:window.hacked=5",
    "{{7*7}}{% set x = 1 %}<svg onload=window.hacked=6>",
    '"\'><a href="javascript:window.hacked=7">x</a>',
)
EVENTS = "Object.values(window).find((x) => x instanceof durand.Events)"
REACHABLE = (
    "((layer) => [...layer.items.map((item) => item.group), ...(layer.hidden ? [layer.hidden] : []),"
    " ...[...layer.beyond.values(), layer.stretches].flat().map((mark) => mark.group)])"
)
"""Of a layer every group that can be reached: by its mark, by a chip, or by a line of words."""
MAP = "Object.values(window).find((x) => x instanceof L.Map)"


class Page:
    """A rendered map opened in the browser."""

    def __init__(self, browser, path):
        self.browser = browser
        self.path = path
        self.held = None

    def keep(self, text, *, width=1280, height=860):
        """The page as tests before left it, opened if another is: for questions that set what they ask."""
        if self.held != (text, width, height) or self.browser.current_url.split("#")[0] != self.path.as_uri():
            self.open(text, width=width, height=height)
        return self

    def open(self, text, *, width=1280, height=860, fragment=""):
        self.path.write_text(text, encoding="utf-8")
        # From the page itself only the address would change, or it would be drawn once more in the new size.
        self.browser.get("about:blank")
        self.browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        self.browser.get_log("browser")
        self.browser.get_log("performance")
        self.browser.get(self.path.as_uri() + fragment)
        self.run(
            "const layer = window.durand && Object.values(window).find((x) => x instanceof durand.Events);"
            "return Promise.resolve(layer && layer.ready).catch(() => null)"
            ".then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))"
        )
        self.held = None if fragment else (text, width, height)
        return self

    def run(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def count(self, selector):
        return self.run("return document.querySelectorAll(arguments[0]).length", selector)

    def text(self, selector):
        return self.run(
            "const n = document.querySelector(arguments[0]); return n && !n.hidden ? n.textContent : null",
            selector,
        )

    def press(self, key, code=None):
        for kind in ("keyDown", "keyUp"):
            self.browser.execute_cdp_cmd(
                "Input.dispatchKeyEvent",
                {
                    "type": kind,
                    "key": key,
                    "code": code or key,
                    "windowsVirtualKeyCode": {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowRight": 39}[key],
                    **({"text": "\r"} if key == "Enter" and kind == "keyDown" else {}),
                },
            )

    def requests(self):
        import json

        sent = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        urls = [
            message["params"]["request"]["url"]
            for message in sent
            if message["method"] == "Network.requestWillBeSent"
        ]
        own = self.path.as_uri()
        return [url for url in urls if url.partition("#")[0] != own and not url.startswith("data:")]

    def complaints(self):
        return [entry["message"] for entry in self.browser.get_log("browser")]


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    return Page(browser, tmp_path_factory.mktemp("page") / "map.html")


@pytest.mark.parametrize(("width", "height"), [(375, 812), (1280, 860)])
def test_the_map_renders_with_no_request_and_no_complaint(page, shipped, width, height):
    page.open(shipped, width=width, height=height)
    # On a phone most towns are counted in the tags of their provinces.
    assert page.count(".d-symbol, .d-tag" if width < 600 else ".d-symbol") > 10
    assert page.count(".d-tag") > 3
    assert page.count(".map .d-durand") == 1
    assert page.run(
        "return [...document.querySelectorAll('textPath, .d-name-durand')].map(n => n.textContent)"
    )
    assert page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert page.requests() == []
    assert page.run("return performance.getEntriesByType('resource').length") == 0
    assert page.complaints() == []


def test_no_line_between_provinces_is_drawn_where_its_error_is_seen(page, shipped):
    page.keep(shipped)
    metres = "(lat, zoom) => 156543.034 * Math.cos(lat * Math.PI / 180) / 2 ** zoom"
    seen = "document.querySelector('.map .d-province-line').getClientRects().length"
    for zoom in (6, 8.5, 9, 11):
        page.run(f"{MAP}.setView([33, 69.5], arguments[0], {{animate: false}})", zoom)
        error = CONTRADICTION_M / page.run(f"return ({metres})(33, arguments[0])", zoom)
        assert bool(page.run(f"return {seen}")) == (error <= LINE_ERROR), (zoom, error)
        assert page.count(".map .d-border") == 1


def test_every_event_can_be_reached(page, shipped):
    page.keep(shipped)
    unreachable = page.run(
        f"""
        const layer = {EVENTS};
        const map = {MAP};
        map.setView([33, 68], 5.5, {{animate: false}});
        const reached = new Set({REACHABLE}(layer).flatMap((group) => group.list(1e6)));
        return layer.events.filter((event) => event.grain !== 3 && !reached.has(event.i)).map((e) => e.id);
        """
    )
    assert unreachable == []
    page.run("document.querySelector('#table details').open = true")
    page.run("return new Promise((done) => setTimeout(done, 50))")
    assert page.count("#table tbody tr") == 93


def test_next_and_previous_walk_through_all_events_unmapped_too(page, shipped):
    page.keep(shipped)
    heads = page.run(
        f"""
        const layer = {EVENTS};
        layer.open([layer.events[0]], null);
        const heads = [];
        for (let n = 0; n < layer.events.length; n++) {{
          heads.push(document.querySelector('.durand-card h2').textContent);
          document.querySelector('.durand-card [aria-label="Next event"]').click();
        }}
        return heads;
        """
    )
    assert len(heads) == 93
    assert any(head.startswith("Talks, Doha") for head in heads)
    assert page.run("return document.querySelector('.durand-card h2').textContent") == heads[0]
    assert page.complaints() == []


def test_links_go_to_http_only_and_carry_noopener(page, shipped):
    page.keep(shipped)
    links = page.run(
        f"""
        const layer = {EVENTS};
        const links = [];
        for (const event of layer.events) {{
          layer.open([event], null);
          for (const a of document.querySelectorAll('.durand-card a')) links.push([a.href, a.rel]);
        }}
        return links;
        """
    )
    assert len(links) > 100
    assert all(href.startswith(("https://", "http://")) and "noopener" in rel for href, rel in links)


@pytest.mark.parametrize(("width", "height"), [(1280, 860), (1280, 760), (500, 900), (375, 812)])
def test_no_name_lies_over_another_or_an_event_or_is_cut(page, shipped, width, height):
    page.open(shipped, width=width, height=height)
    for view in (None, ([34.2, 70.9], 9), ([32.7, 69.4], 9.5), ([30.9, 66.4], 11)):
        if view:
            page.run(f"{MAP}.setView(arguments[0], arguments[1], {{animate: false}})", *view)
            page.run("return new Promise((done) => setTimeout(done, 60))")
        assert page.run(NAMES_IN_THE_WAY) == [], view


NAMES_IN_THE_WAY = """
const map = document.querySelector('.map').getBoundingClientRect();
const labels = [...document.querySelectorAll('.durand-labels text')];
const plain = labels.filter((n) => !n.firstElementChild)
  .concat([...document.querySelectorAll('.d-mark-name')]);
const names = plain.map((n) => [n.textContent, n.getBoundingClientRect()]);
const marks = [...document.querySelectorAll('.d-shape')]
  .map((n) => ['event', n.getBoundingClientRect()]);
const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1.5
  && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 5;
const bad = names.filter(([, r]) => r.left < map.left - 1 || r.right > map.right + 1)
  .map(([t]) => ['cut', t]);
names.forEach(([t, r], i) => {
  for (const [u, s] of [...names.slice(i + 1), ...marks]) if (over(r, s)) bad.push([t, u]);
});
// A leader ends at its own name and crosses no other.
for (const line of document.querySelectorAll('.d-name-leader')) {
  const [a, b] = [0, line.getTotalLength()]
    .map((at) => line.getPointAtLength(at).matrixTransform(line.getScreenCTM()));
  for (let k = 0; k <= 0.8; k += 0.1) {
    const [x, y] = [a.x + (b.x - a.x) * k, a.y + (b.y - a.y) * k];
    for (const [t, r] of names) {
      const inside = x > r.left + 2 && x < r.right - 2 && y > r.top + 4 && y < r.bottom - 4;
      if (inside) bad.push(['leader', t]);
    }
  }
}
return bad;
"""


def test_types_toggle_and_the_counts_follow(page, shipped):
    page.open(shipped)
    assert page.run("return document.querySelectorAll('#filters .toggle input:checked').length") == 19
    before = page.count(".d-symbol")
    for box in range(10):
        page.run("document.querySelectorAll('#filters fieldset input')[arguments[0]].click()", box)
    assert page.count(".d-symbol") == page.count(".d-tag") == page.count(".durand-areas .d-area") == 0
    assert page.count(".stretch") == page.count("#key .key-types li") == 0
    assert page.run("return document.querySelector('.show-all').hidden") is False
    page.run("document.querySelector('.show-all').click()")
    assert page.count(".d-symbol") == before
    page.run("document.querySelectorAll('#filters fieldset:nth-of-type(2) input')[1].click()")
    # Without what is known to an area, no district has a tag; a province may still gather its towns.
    tags = "return [...document.querySelectorAll('.d-tag')].map((n) => n.textContent)"
    assert not [tag for tag in page.run(tags) if "district" in tag]
    page.run("document.querySelectorAll('#filters fieldset:nth-of-type(2) input')[0].click()")
    assert page.count(".d-symbol") == 0
    left = page.run(tags.replace("'.d-tag'", "'.d-tag, .stretch'"))
    assert len(left) == 3
    assert all("along the line" in name for name in left)
    assert page.count(".d-sleeve") == page.count(".d-tag")
    assert page.complaints() == []


def test_a_card_opens_by_mouse_and_closes_by_escape(page, airstrikes):
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.by import By

    page.open(airstrikes)
    symbol = page.browser.find_element(By.CSS_SELECTOR, ".d-symbol .d-shape")
    ActionChains(page.browser).move_to_element(symbol).click().perform()
    assert page.text(".durand-card h2")
    assert page.run("return document.activeElement.tagName") == "H2"
    card = page.text(".durand-card")
    for heading in ("When", "Where", "How located", "Verification", "Casualty claims", "Sources"):
        assert heading in card
    page.press("Escape")
    assert page.run("return document.querySelector('.durand-card').hidden")
    assert page.run("return document.activeElement.classList.contains('d-symbol')")
    assert page.complaints() == []


def test_a_card_opens_by_keyboard_alone(page, airstrikes):
    page.open(airstrikes)
    for _ in range(12):
        page.press("Tab")
        if page.run("return document.activeElement.matches('.d-symbol, .d-tag')"):
            break
    else:
        pytest.fail("no event was reached with the tab key")
    first = page.run("return document.activeElement.getAttribute('aria-label')")
    page.press("ArrowRight")
    second = page.run("return document.activeElement.getAttribute('aria-label')")
    assert second != first
    page.press("Enter")
    head = page.text(".durand-card h2")
    assert head
    assert head in second or "event" in head
    for _ in range(3):
        page.run("[...document.querySelectorAll('.card-bar button')].at(-2)?.click()")
    page.press("Escape")
    assert page.run("return document.querySelector('.durand-card').hidden")
    assert page.run("return document.activeElement.matches('.d-symbol, .d-tag')")


def test_the_card_does_not_cover_its_event_on_a_phone(page, shipped):
    page.open(shipped, width=375, height=812)
    covered = page.run(
        f"""
        const layer = {EVENTS};
        const bad = [];
        for (const event of layer.events.filter((event) => event.grain < 2)) {{
          layer.open([event], null);
          const item = layer.itemOf(event.i);
          if (!item) continue;
          const card = document.querySelector('.durand-card').getBoundingClientRect();
          const at = item.node.querySelector('.d-shape').getBoundingClientRect();
          if (at.bottom > card.top || at.top < 0) bad.push([event.head, at.top, at.bottom, card.top, item.y]);
        }}
        return bad;
        """
    )
    assert covered == []


KINDS = {
    "events": ("event_type", "where_precision", "date_precision"),
    "claims": ("metric", "claimant_kind", "scope"),
}


LONG = bool(os.environ.get("DURAND_LONG_TESTS"))
"""Each payload in every row, not one in every row and the others in a row of each kind."""


def of_every_kind(events, claims):
    """Of rows as they stand in the tables one event of each kind, one claim of each, and what they name."""
    first = {}
    for name, rows in (("claims", claims), ("events", events)):
        for row in rows:
            first.setdefault((name, *(row[column] for column in KINDS[name])), row["event_id"])
    kept = set(first.values())
    kept |= {row["part_of"] for row in events if row["event_id"] in kept}
    return tuple([row for row in rows if row["event_id"] in kept] for rows in (events, claims))


def poisoned(tmp_path, payload, *, every_row=False):
    """The shipped tables, of every kind of row or whole, with a payload in every cell that may hold text."""
    keep = {
        "event_id", "date_start", "date_end", "date_precision", "event_type", "where_precision", "deaths_low",
        "deaths_best", "deaths_high", "verification", "confidence", "lon", "lat", "border_units", "claim_id",
        "claimant_kind", "metric", "low", "high", "stated_on", "scope", "dataset",
    }  # fmt: skip
    tables = []
    for name in ("events", "claims"):
        with data_path("events", f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables.append(list(csv.DictReader(file)))
    files = {}
    for name, rows in zip(("events", "claims"), tables if every_row else of_every_kind(*tables), strict=True):
        for row in rows:
            row.update({column: payload for column in row if column not in keep})
            if name == "events":
                row["off_map"] = payload if row["event_type"] == "talks" else ""
        files[name] = tmp_path / f"{name}.csv"
        with files[name].open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return files


@pytest.mark.parametrize("payload", PAYLOADS)
def test_script_in_any_field_does_not_run(page, tmp_path, payload):
    from dataclasses import replace

    every_row = LONG or payload == PAYLOADS[0]
    files = poisoned(tmp_path, payload, every_row=every_row)
    tables = geo.read_events(files["events"], claims=files["claims"])
    sources = geo.read_events().sources.assign(
        title=payload, publisher=payload, original=payload, date=payload, url=payload
    )
    tables = replace(tables, sources=sources)
    assert len(tables.events) > (70 if every_row else 25)
    spec = maps.MapSpec(events=tables, title=payload, subtitle=payload, credits=(payload,))
    page.open(maps.render(spec))
    opened = page.run(
        f"""
        const layer = {EVENTS};
        document.querySelector('#table details').open = true;
        let shown = 0;
        for (const event of layer.events) {{
          layer.open([event], null);
          shown += document.querySelector('.durand-card').textContent.includes(arguments[0]) ? 1 : 0;
        }}
        layer.open(layer.events.slice(0, 9), null);
        for (const item of layer.items) {{
          item.node.dispatchEvent(new MouseEvent('mousemove', {{clientX: 300, clientY: 300}}));
          item.node.dispatchEvent(new Event('focus'));
        }}
        return shown;
        """,
        payload,
    )
    page.run("return new Promise((done) => setTimeout(done, 80))")
    assert opened == len(tables.events)
    assert page.run("return window.hacked ?? null") is None
    assert page.count("img, iframe, object, [onerror], [onload]") == 0
    odd = "[...document.links].map((a) => a.getAttribute('href')).filter((h) => !/^(https?:|#$)/.test(h))"
    assert page.run(f"return {odd}") == []
    assert page.run("return document.querySelector('h1').textContent") == payload
    assert page.requests() == []
    assert page.complaints() == []


def test_our_layers_draw_on_a_plain_folium_map(page, tmp_path):
    import folium

    from maps.web.leaflet import leaflet_text

    class Bare(folium.Map):
        default_js = ()
        default_css = ()

    plain = Bare(location=[33, 69], zoom_start=7, tiles=None)
    maps.BaseLayer().add_to(plain)
    maps.EventLayer(maps.map_content(maps.MapSpec())).add_to(plain)
    text = plain.get_root().render()
    head = f"<script>{leaflet_text('leaflet.js')}</script><style>{leaflet_text('leaflet.css')}</style>"
    page.open(text.replace("</head>", f"{head}</head>", 1))
    assert page.count(".d-symbol") > 10
    page.run(f"const l = {EVENTS}; l.open([l.events[3]], null)")
    assert page.text(".durand-card.over-map h2")
    assert (
        page.run("return window.getComputedStyle(document.querySelector('.durand-card')).position")
        == "absolute"
    )


def test_dark_and_light_differ_and_show_the_same(page, airstrikes):
    seen, marks = {}, {}
    for scheme in ("light", "dark"):
        page.browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        )
        page.open(airstrikes)
        seen[scheme] = page.run("return getComputedStyle(document.querySelector('.d-af')).fill")
        marks[scheme] = [page.count(one) for one in (".d-symbol", ".d-tag")]
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert marks["light"] == marks["dark"]
    assert min(marks["light"]) > 3
    assert seen["light"] == "rgb(251, 250, 246)"
    assert seen["dark"] == "rgb(38, 47, 57)"
