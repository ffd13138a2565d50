"""Time, filters, table, languages, accessibility and safety of the page, in headless Chromium."""

from __future__ import annotations

import csv
import os
import re
from itertools import pairwise
from pathlib import Path

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, find, settings
from test_map_browser import EVENTS, Page, poisoned

import geo
import maps
from maps.content.cards import NOWHERE
from maps.web.page import LicenceError, map_page
from maps.words.words import LANGUAGES, WORDS, date_range, missing, number, plural, word

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"
WAIT = "return new Promise((done) => setTimeout(done, arguments[0]))"


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    return Page(browser, tmp_path_factory.mktemp("front") / "map.html")


@pytest.fixture(scope="module")
def urdu():
    return maps.render(maps.MapSpec(lang="ur"))


def shown(page):
    return page.run(f"return {EVENTS}.state.shown()")


# Time ---------------------------------------------------------------------------------------------


def test_the_handles_are_native_speak_their_day_and_never_cross(page, airstrikes):
    page.open(airstrikes)
    for which in ("low", "high"):
        assert page.run(f"return document.querySelector('.time-{which}').type") == "range"
    assert (
        page.run("return document.querySelector('.time-low').getAttribute('aria-valuetext')")
        == "18 March 2024"
    )
    assert (
        page.run("return document.querySelector('.time-high').getAttribute('aria-valuetext')")
        == "16 March 2026"
    )
    page.run(
        """
        const [low, high] = ['low', 'high'].map((n) => document.querySelector(`.time-${n}`));
        high.value = 5; high.dispatchEvent(new Event('input'));
        low.value = low.max; low.dispatchEvent(new Event('input'));
        """
    )
    first, last = page.run(f"return {EVENTS}.state.range")
    assert first <= last
    low, high = page.run(
        "return ['low', 'high'].map((n) => Number(document.querySelector(`.time-${n}`).value))"
    )
    assert low < high


def test_a_handle_moves_by_a_bar_with_the_arrow_keys(page, airstrikes):
    page.open(airstrikes)
    page.run("document.querySelector('.time-low').focus()")
    before = page.run(f"return {EVENTS}.state.range[0]")
    for _ in range(3):
        page.press("ArrowRight")
    after = page.run(f"return {EVENTS}.state.range[0]")
    assert after > before
    # Bars are weeks, which begin on Monday; the first holds all days before the axis.
    assert (after + 3) % 7 == 0


def test_what_moves_is_not_spoken_and_what_rests_is(page, airstrikes):
    page.open(airstrikes)
    page.run("document.querySelector('.time-play').click()")
    assert page.run("return document.querySelector('.time-said').getAttribute('aria-live')") == "off"
    page.run(WAIT, 1200)
    assert 0 < shown(page) < 28
    page.run("document.querySelector('.time-play').click()")
    stopped = shown(page)
    page.run("document.querySelector('.time-play').focus(); ")
    page.run(WAIT, 700)
    assert shown(page) == stopped
    page.run("document.querySelectorAll('.time-preset')[0].click()")
    assert page.run("return document.querySelector('.time-said').getAttribute('aria-live')") == "polite"


def test_less_motion_means_one_step_for_each_press(page, airstrikes):
    features = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    try:
        page.open(airstrikes)
        assert (
            page.run("return document.querySelector('.time-play').getAttribute('aria-label')")
            == "Next step in time"
        )
        page.run("document.querySelector('.time-play').click()")
        first = page.run(f"return {EVENTS}.state.range")
        page.run(WAIT, 800)
        assert page.run(f"return {EVENTS}.state.range") == first
    finally:
        page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_an_event_of_doubtful_date_counts_over_its_span(page, tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(
        "event_id,date_start,date_precision,event_type,lon,lat,where_precision\n"
        "a,2025-10-01,1,airstrike,69.17,34.53,town\n"
        "b,2025-11-10,3,airstrike,69.17,34.53,town\n"
        "c,2025-12-20,1,airstrike,69.17,34.53,town\n",
        encoding="utf-8",
    )
    page.open(maps.render(maps.MapSpec(events=path)))
    one = (
        f"const s = {EVENTS}.state; const d = Date.parse(arguments[0]) / 864e5;"
        "s.setRange(d, d); return [...s.mask]"
    )
    assert page.run(one, "2025-11-28") == [0, 1, 0]
    assert page.run(one, "2025-12-20") == [0, 0, 1]
    assert page.count(".bar.loose") > 1


def test_the_presets_part_the_events_at_the_ceasefire(page, shipped):
    page.open(shipped)
    texts = page.run("return [...document.querySelectorAll('.time-preset')].map((n) => n.textContent)")
    assert texts == [
        "All",
        "Before the ceasefire of 19 October 2025",
        "Since the ceasefire of 19 October 2025",
    ]
    events = geo.read_events().events
    day = pd.Timestamp("2025-10-19")
    last = events["date_end"].fillna(events["date_start"])
    page.run("document.querySelectorAll('.time-preset')[1].click()")
    assert shown(page) == int((events["date_start"] < day).sum())
    page.run("document.querySelectorAll('.time-preset')[2].click()")
    assert shown(page) >= int((last >= day).sum())
    assert page.text(".time-said").startswith("19 October 2025 to 30 June 2026: ")
    assert (
        page.run("return document.querySelectorAll('.time-preset')[2].getAttribute('aria-pressed')") == "true"
    )
    page.run("document.querySelectorAll('.time-preset')[0].click()")
    assert shown(page) == 93


# Filters and address ------------------------------------------------------------------------------


def test_filters_combine_and_the_counts_follow(page, shipped):
    page.keep(shipped)
    found = page.run(
        f"""
        const layer = {EVENTS};
        const s = layer.state;
        const c = s.columns;
        const bad = [];
        const check = (name) => {{
          const mask = [...s.mask];
          mask.forEach((on, i) => {{
            const p = c.place[i];
            const within = [...c.within.slice(c.start[p], c.start[p + 1])];
            const wants = !s.off.type.has(c.type[i]) && !s.off.verification.has(c.verification[i])
              && !s.off.side.has(c.side[p]) && !s.off.grain.has(c.grain[p])
              && (s.province === null || within.includes(s.province))
              && (s.precision === null || c.precision[p] <= s.precision)
              && c.from[i] <= s.range[1] && c.until[i] >= s.range[0];
            if (Boolean(on) !== wants) bad.push([name, i]);
          }});
          for (const box of document.querySelectorAll('#filters fieldset:first-of-type .toggle')) {{
            const kind = layer.types.findIndex((t) => t.one === box.querySelector('.name').textContent);
            const count = Number(box.querySelector('.count').textContent);
            if (count !== (s.counts('type').get(kind) || 0)) bad.push(kind);
          }}
          return mask.reduce((a, b) => a + b, 0);
        }};
        const steps = [check('all')];
        s.toggle('type', 1, false); steps.push(check('type'));
        s.toggle('verification', 3, false); steps.push(check('verification'));
        s.choose('precision', 3); steps.push(check('precision'));
        s.choose('province', layer.provinces.indexOf('Khyber Pakhtunkhwa')); steps.push(check('province'));
        s.toggle('side', 2, false); steps.push(check('side'));
        s.setRange(s.span[0] + 3900, s.span[1]); steps.push(check('range'));
        document.querySelector('.show-all').click(); steps.push(check('reset'));
        return [bad, steps];
        """
    )
    assert found[0] == []
    steps = found[1]
    assert steps[0] == steps[-1] == 93
    assert all(a >= b for a, b in pairwise(steps[:-1]))
    assert steps[0] > steps[1] > steps[2] > steps[4]


def test_the_address_brings_back_state_and_event(page, shipped):
    page.keep(shipped)
    page.run(
        f"const l = {EVENTS}; l.state.toggle('type', 0, false); l.state.choose('precision', 4);"
        "document.querySelectorAll('.time-preset')[2].click();"
        "l.open([l.events.find((e) => e.id === 'apb:044')], null);"
    )
    page.run(WAIT, 300)
    fragment = page.run("return location.hash")
    assert "event=apb%3A044" in fragment
    assert "days=2025-10-19..2026-06-30" in fragment
    before = shown(page)
    page.open(shipped, fragment=fragment)
    assert shown(page) == before < 93
    assert page.text(".durand-card h2")
    assert page.run(f"return {EVENTS}.events[{EVENTS}.state.selected].id") == "apb:044"


def marks(page):
    return [page.count(f".live {one}") for one in (".d-symbol", ".d-tag")]


@pytest.fixture(scope="module")
def marks_at_first(page, airstrikes):
    """Symbols and tags of the whole map."""
    found = marks(page.open(airstrikes))
    assert min(found) > 3
    return found


@pytest.mark.parametrize(
    "fragment",
    [
        "#event=%E0%A4%A",
        "#event=nobody",
        "#type=-99.x.<b>",
        "#days=2025-13-77..x",
        "#days=..",
        "#&&==",
        "#province=1e9",
        "#__proto__=1",
    ],
)
def test_a_broken_address_opens_the_whole_map(page, airstrikes, marks_at_first, fragment):
    page.open(airstrikes, fragment=fragment)
    assert shown(page) == 28
    assert marks(page) == marks_at_first
    assert page.complaints() == []


# Table --------------------------------------------------------------------------------------------


def test_claims_stand_beside_the_table_one_line_each_and_follow_the_events_shown(page, shipped):
    page.open(shipped)
    content = maps.map_content(maps.MapSpec())
    page.run("document.querySelectorAll('#table summary')[1].click()")
    page.run(WAIT, 400)
    lines = sum(len(card["claims"]) for card in content.cards)
    assert page.count("#table details:last-child tbody tr") == lines
    figures = page.run(
        "return [...document.querySelectorAll('#table details:last-child tbody tr')]"
        ".map((row) => [...row.cells].slice(4).map((cell) => cell.textContent))"
    )
    assert sorted(map(tuple, figures)) == sorted(
        tuple(claim[2:4]) for card in content.cards for claim in card["claims"]
    )
    page.run("document.querySelectorAll('.time-preset')[1].click()")
    page.run(WAIT, 400)
    assert 0 < page.count("#table details:last-child tbody tr") < lines
    page.run("document.querySelector('#table details:last-child .row-open').click()")
    page.run(WAIT, 200)
    assert page.count(".durand-card") == 1
    page.run("document.querySelectorAll('.time-preset')[0].click()")
    assert page.complaints() == []


def test_the_card_puts_the_figures_of_an_event_on_one_scale(page, shipped):
    page.keep(shipped)
    content = maps.map_content(maps.MapSpec())
    page.run(f"const l = {EVENTS}; l.open([l.event(l.indexOf('apb:014'))], null)")
    page.run(WAIT, 200)
    columns = content.events["cols"]
    reaches = [line[7] for line in content.cards[columns["id"].index("apb:014")]["claims"] if len(line) > 7]
    drawn = page.run(
        "return [...document.querySelectorAll('.durand-card .d-reach')]"
        ".map((svg) => [...svg.querySelectorAll('circle')].map((dot) => Number(dot.getAttribute('cx'))))"
    )
    most = max(high for _, high, _ in reaches)
    expected = [sorted({3 + 52 * low / most, 3 + 52 * high / most}) for low, high, _ in reaches]
    assert [sorted(row) for row in drawn] == [pytest.approx(row) for row in expected]
    # One figure alone is compared with nothing.
    page.run(f"const l = {EVENTS}; l.open([l.event(l.indexOf('apb:072'))], null)")
    page.run(WAIT, 200)
    assert page.count(".durand-card .d-reach") == 0


def test_the_table_follows_the_map(page, shipped):
    page.keep(shipped)
    page.run("document.querySelector('#table details').open = true")
    page.run(WAIT, 60)
    page.run(f"const l = {EVENTS}; l.state.toggle('type', 1, false)")
    assert page.count("#table tbody tr[data-event]") == shown(page) < 93
    page.run(f"const l = {EVENTS}; l.open([l.events[0]], null)")
    assert page.run("return document.querySelector('tr.selected').dataset.event") == "0"


def test_the_table_sorts_narrows_and_opens_events(page, shipped):
    page.open(shipped)
    page.run("document.querySelector('#table summary').click()")
    page.run(WAIT, 60)
    assert page.count("#table tbody tr") == 93
    page.run("document.querySelectorAll('#table th button')[1].click()")
    heads = page.run("return [...document.querySelectorAll('.row-open')].map((n) => n.textContent)")
    assert heads == sorted(heads, key=str.casefold) or heads[0].startswith("Airstrike")
    assert (
        page.run("return document.querySelectorAll('#table th')[1].getAttribute('aria-sort')") == "ascending"
    )
    page.run("for (const _ of [1, 2]) document.querySelectorAll('#table th button')[0].click()")
    days = page.run(
        f"const l = {EVENTS}; const rows = [...document.querySelectorAll('tbody tr[data-event]')];"
        "return rows.map((row) => l.events[row.dataset.event].day)"
    )
    assert days == sorted(days, reverse=True)
    page.run(
        "const i = document.querySelector('#table input'); i.value = 'torkham';"
        "i.dispatchEvent(new Event('input'))"
    )
    assert 1 < page.count("#table tbody tr[data-event]") < 30
    page.run("document.querySelector('.row-open').focus()")
    page.press("Enter")
    assert "Torkham" in page.text(".durand-card h2")
    assert page.count("#table tr.selected") == 1
    page.press("Escape")
    assert page.run("return document.activeElement.className") == "row-open"


# Languages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_every_language_has_every_string_with_the_same_fields(lang):
    assert missing(lang) == []
    assert set(WORDS[lang]) == set(WORDS["en"])
    for key, text in WORDS["en"].items():
        assert sorted(set(re.findall(r"\{(\w+)\}", text))) == sorted(
            set(re.findall(r"\{(\w+)\}", WORDS[lang][key]))
        ), key
    assert len(word(lang, "months").split("|")) == 12
    assert len(word(lang, "digits")) == 10


def test_digits_and_dates_are_those_of_the_language():
    import datetime as dt

    assert number("fa", "1,204") == "۱,۲۰۴"
    assert date_range("ar", dt.date(2025, 10, 9)) == "٩ أكتوبر ٢٠٢٥"
    assert date_range("ur", dt.date(2025, 10, 9)) == "9 اکتوبر 2025"
    assert plural("ps", "here", 5) == "دلته ۵ پېښې"
    # What a source says stays as it said it.
    assert "id 1123" in word("fa", "source position", source="GeoNames id 1123")


@pytest.fixture(scope="module", params=list(LANGUAGES))
def told(request):
    """A language, the content of the shipped events in it and their page."""
    spec = maps.MapSpec(lang=request.param)
    content = maps.map_content(spec)
    return request.param, content, map_page(content, spec)


def test_panels_run_right_to_left_and_the_map_left_to_right(page, told):
    lang, _, text = told
    assert len(text.encode()) <= 700_000
    page.keep(text)
    side = "ltr" if lang == "en" else "rtl"
    assert page.run("return getComputedStyle(document.querySelector('.side')).direction") == side
    assert page.run("return getComputedStyle(document.querySelector('.map')).direction") == "ltr"
    assert page.run("return getComputedStyle(document.querySelector('.time-track')).direction") == "ltr"
    # A stretch has the table's own words.
    named = "button:not(.stretch), legend, label .name, .time-said, h1, option"
    latin = page.run(
        f"return [...document.querySelectorAll('{named}')]"
        ".map((n) => n.textContent).filter((t) => /[A-Za-z]{3}/.test(t))"
    )
    assert [text for text in latin if lang not in ("ar", "en")] == []
    assert page.complaints() == []


def test_the_page_words_cards_as_the_library_does(page, told):
    _, content, text = told
    page.keep(text)
    found = page.run(
        f"const l = {EVENTS}; return l.events.map((e) => [e.id, e.head, e.date, e.why, l.card(e.i), e.at])"
    )
    columns = content.events["cols"]
    assert len(found) == len(columns["id"])
    for n, (event_id, head, date, why, card, _) in enumerate(found):
        assert event_id == columns["id"][n]
        assert (head, date, why) == (columns["head"][n], columns["date"][n], columns["why"][n])
        assert card == content.cards[n], event_id
    assert all(
        (at is None) == (grain == NOWHERE)
        for (*_, at), grain in zip(found, columns["grain"], strict=True)
        if grain
    )


# Access -------------------------------------------------------------------------------------------


SCHEMES = ("light", "dark")
GRAVE = ("serious", "critical")
"""Impacts that count: a rule of axe has one, that of all it finds, and rules of another need not run."""


@pytest.fixture(scope="module")
def axe():
    """What axe calls serious on a page, in light and in dark, between which only its style changes."""
    if not AXE.is_file():
        said = f"axe-core is not at {AXE.parent.name}/{AXE.name}: run tools/install_axe.sh (it needs npm)"
        if os.environ.get("DURAND_REQUIRE_BROWSER") or os.environ.get("CI") == "true":
            pytest.fail(f"{said}; here it must run")
        pytest.skip(said)
    source = AXE.read_text(encoding="utf-8")

    def serious(page):
        browser = page.browser
        faults = []
        # A tool of the browser's own world: the page's policy would not let it in as a script of the page.
        browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
        try:
            if not page.run("return Boolean(window.axe)"):
                page.run(f"{source}; window.axe = axe;")
            for scheme in SCHEMES:
                features = [{"name": "prefers-color-scheme", "value": scheme}]
                browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
                page.run(WAIT, 60)
                assert page.run(f"return matchMedia('(prefers-color-scheme: {scheme})').matches")
                found = browser.execute_async_script(
                    "const done = arguments[arguments.length - 1];"
                    "const grave = axe._audit.rules.filter((r) =>"
                    "r.enabled && arguments[0].includes(r.impact));"
                    "axe.run(document, {resultTypes: ['violations'], runOnly: grave.map((r) => r.id)})"
                    ".then((r) => done(r.violations.map((v) =>"
                    "[v.impact, v.id, v.nodes.slice(0, 3).map((n) => n.html + n.failureSummary)])))",
                    GRAVE,
                )
                faults += [[scheme, *fault] for fault in found if fault[0] in GRAVE]
        finally:
            browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        return faults

    return serious


@pytest.mark.parametrize("lang", ["ur", "en"])
@pytest.mark.parametrize("size", [(1280, 860), (375, 812)])
def test_axe_finds_nothing_serious(page, shipped, urdu, axe, lang, size):
    page.keep(shipped if lang == "en" else urdu, width=size[0], height=size[1])
    page.run("document.querySelector('#table details').open = true")
    page.run(WAIT, 60)
    faults = axe(page)
    page.run(f"const l = {EVENTS}; l.open([l.events.find((e) => e.id === 'apb:029')], null)")
    assert faults + axe(page) == []


def test_words_that_are_scrolled_are_reached_by_keys(page, axe):
    long = " ".join(["A sentence of the desk that wants more lines than a phone has."] * 8)
    page.open(maps.render(maps.MapSpec(types=("airstrike",), subtitle=long)), width=375, height=812)
    page.run(WAIT, 60)
    reached = "return [...document.querySelectorAll('h1, .subtitle')].map((n) => n.tabIndex)"
    assert page.run(reached) == [-1, 0]
    assert axe(page) == []
    # What has its room takes no stop of the keys.
    page.open(maps.render(maps.MapSpec(types=("airstrike",))), width=1280, height=860)
    assert page.run(reached) == [-1, -1]


def test_axe_sees_what_is_at_fault_in_one_scheme_alone(page, airstrikes, axe):
    page.open(airstrikes)
    page.run(
        "document.querySelector('main').insertAdjacentHTML('afterbegin', '<img id=mute width=9 height=9>')"
    )
    for scheme in SCHEMES:
        page.run(
            "const sheet = new CSSStyleSheet(); sheet.replaceSync(arguments[0]);"
            "document.adoptedStyleSheets = [sheet]",
            f"@media not (prefers-color-scheme: {scheme}) {{ #mute {{ display: none }} }}",
        )
        assert [fault[::2] for fault in axe(page)] == [[scheme, "image-alt"]]


def test_the_whole_page_is_used_by_keyboard_alone(page, airstrikes):
    page.open(airstrikes)
    # The filters stand behind their button.
    page.run("document.querySelector('.map-tool').click(); document.activeElement.blur()")
    seen = []
    for _ in range(80):
        page.press("Tab")
        seen.append(
            page.run(
                "const n = document.activeElement;"
                "return n.className.baseVal ?? (n.className || n.tagName.toLowerCase() + (n.type || ''))"
            )
        )
        if "table-open" in seen or seen[-1] == "summary":
            break
    for wanted in (
        "time-play",
        "time-low",
        "time-high",
        "time-preset",
        "inputcheckbox",
        "selectselect-one",
        "summary",
    ):
        assert wanted in seen, (wanted, seen)
    assert any("d-symbol" in name or "d-tag" in name for name in seen)
    page.press("Enter")
    page.run(WAIT, 60)
    assert page.run("return document.querySelector('#table details').open")
    for _ in range(10):
        page.press("Tab")
        if page.run("return document.activeElement.className") == "row-open":
            break
    page.press("Enter")
    assert page.text(".durand-card h2")


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_nothing_is_wider_than_the_page_and_no_control_is_covered(page, shipped, width):
    page.open(shipped, width=width, height=700)
    assert page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    covered = page.run(
        """
        const bad = [];
        const all = 'button, input, select, summary, .leaflet-control-zoom a';
        for (const node of document.querySelectorAll(all)) {
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
    for which in ("low", "high"):
        hit = page.run(
            f"""
            const n = document.querySelector('.time-{which}');
            n.scrollIntoView({{block: 'center'}});
            const r = n.getBoundingClientRect();
            const x = '{which}' === 'low' ? r.left + 22 : r.right - 22;
            return document.elementFromPoint(x, r.top + 22) === n && r.height >= 44;
            """
        )
        assert hit, which


def test_without_scripts_the_picture_and_a_message_stand_in(page, shipped):
    page.path.write_text(shipped, encoding="utf-8")
    page.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.browser.get(page.path.as_uri())
        page.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        assert page.run("return getComputedStyle(document.querySelector('.fallback')).display") != "none"
        assert page.count(".fallback-place") > 50
        assert "needs JavaScript" in page.text(".fallback-said")
        assert page.count(".d-symbol") == 0
    finally:
        page.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    page.open(shipped)
    assert page.run("return getComputedStyle(document.querySelector('.fallback')).display") == "none"


# Safety -------------------------------------------------------------------------------------------

HARD = (
    "\u202eevil\u202c \u2066x\u2069 \u200f",
    "</textarea></title></style><svg onload=window.hacked=8>",
    "x;}*{display:none}body{background:url(https://example.org/x)}/*",
    "<style>*{display:none!important}</style>",
    "\\u003cscript\\u003ewindow.hacked=9\\u003c/script\\u003e",
    "<!--<script>",
    "]]><script>window.hacked=10</script>",
)


@pytest.mark.parametrize("payload", [*HARD, "W" * 100_000], ids=[*map(str, range(len(HARD))), "long"])
def test_hard_texts_are_shown_as_text(page, tmp_path, payload):
    files = poisoned(tmp_path, payload)
    rows = 6 if len(payload) > 1000 else None
    if rows:
        for name in files:
            with files[name].open(encoding="utf-8", newline="") as file:
                csv.field_size_limit(10_000_000)
                kept = list(csv.reader(file))[: rows + 1]
            with files[name].open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(kept)
    tables = geo.read_events(files["events"], claims=files["claims"])
    spec = maps.MapSpec(events=tables, title=payload, subtitle=payload, credits=(payload,))
    page.open(maps.render(spec), width=375, height=812)
    page.run("document.querySelector('#table details').open = true")
    page.run(f"const l = {EVENTS}; for (const e of l.events) l.open([e], null)")
    page.run(WAIT, 80)
    assert page.run("return window.hacked ?? null") is None
    assert page.run("return document.querySelector('h1').textContent") == payload
    assert page.run("return document.documentElement.scrollWidth") == 375
    assert page.run("return document.querySelector('.map').getBoundingClientRect().height") > 200
    assert page.requests() == []
    assert page.complaints() == []


def test_names_of_layers_and_files_are_text_too(page, tmp_path):
    import folium

    from maps.web.folium_layers import EventLayer
    from maps.web.leaflet import leaflet_text

    payload = "</script><img src=x onerror='window.hacked=11'>${window.hacked=12}`"
    figure_map = folium.Map(location=(33, 67), zoom_start=6, tiles=None)
    figure_map.default_js, figure_map.default_css = [], []
    EventLayer(maps.map_content(maps.MapSpec(types=("shelling",))), name=payload).add_to(figure_map)
    text = figure_map.get_root().render()
    head = f"<script>{leaflet_text('leaflet.js')}</script>"
    page.open(text.replace("</head>", f"{head}</head>", 1))
    page.run(WAIT, 50)
    assert page.run("return window.hacked ?? null") is None
    path = tmp_path / "a <img src=x onerror=1> ${x}.html"
    assert maps.save(maps.MapSpec(types=("shelling",)), path).is_file()


def test_texts_found_by_fuzzing_do_not_run_either(page, tmp_path):
    """A few hundred texts, made of the pieces that attacks are made of, on one page."""
    pieces = st.sampled_from(
        ["<", ">", '"', "'", "`", "${", "}", "{{", "}}", "{%", "%}", "</script>",
         "<script>", "<img src=x onerror=", "window.hacked=1", "javascript:",
         "<svg/onload=", "&lt;", "\\", "\\u003c", "-->", "<!--", "]]>", "\u202e", "\u2028", "\x00",
         "\x7f", "//", "/*", "*/", ";", "=", " ", "\n", "a"]
    )  # fmt: skip
    texts = []
    strategy = st.lists(pieces | st.text(max_size=3), min_size=1, max_size=12).map("".join)

    def keep(text):
        # NUL and a bare CR are faults of a CSV, which never reach the page.
        texts.append(text.replace("\x00", "\ufffd").replace("\r", " "))
        return len(texts) >= 250

    how = settings(
        max_examples=2000,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    find(strategy, keep, settings=how)
    assert len(texts) >= 250
    texts = [text.encode("utf-8", "replace").decode() for text in texts[:250]]
    rows = [
        {"event_id": f"e{n}", "date_start": "2025-10-09", "event_type": "airstrike",
         "lon": 66 + n % 20 / 10, "lat": 31 + n // 20 / 10,
         "where_precision": ["town", "district"][n % 2], "place": text, "summary": text,
         "actor1": text, "notes": text, "adm1_source": text}
        for n, text in enumerate(texts)
    ]  # fmt: skip
    path = tmp_path / "events.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    page.open(
        maps.render(maps.MapSpec(events=path, title=texts[0], subtitle=texts[1], credits=tuple(texts[:20])))
    )
    page.run("document.querySelector('#table details').open = true")
    seen = page.run(
        f"""
        const layer = {EVENTS};
        for (const event of layer.events) layer.open([event], null);
        return layer.events.length;
        """
    )
    page.run(WAIT, 80)
    tables = geo.read_events(path)
    assert seen == len(tables.events) > 200
    assert page.run("return window.hacked ?? null") is None
    assert page.count("img, iframe, object, [onerror], [onload]") == 0
    assert page.requests() == []
    assert page.complaints() == []


# Licences -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("licence", "dataset"), [("no-redistribution", "acled"), ("No redistribution", "x"), ("", "ACLED")]
)
def test_rows_that_may_not_be_passed_on_are_refused(tmp_path, licence, dataset):
    """The rows are invented; only their form is that of such a data set."""
    path = tmp_path / "events.csv"
    path.write_text(
        "event_id,date_start,event_type,lon,lat,where_precision,dataset,licence,summary\n"
        f"inv:1,2025-10-09,airstrike,69.17,34.53,town,{dataset},{licence},An invented sentence.\n"
        "own:2,2025-10-10,airstrike,69.17,34.53,town,own,CC-BY-4.0,An open sentence.\n",
        encoding="utf-8",
    )
    out = tmp_path / "map.html"
    with pytest.raises(LicenceError, match=r"1 events may not be passed on.*1 of"):
        maps.save(maps.MapSpec(events=path), out)
    assert list(tmp_path.glob("*map.html*")) == []
    with pytest.raises(LicenceError):
        maps.render(maps.MapSpec(events=path))
