from __future__ import annotations

import base64
import dataclasses
import json
import re
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_map_browser import PAYLOADS, Page, browser  # noqa: F401

import geo
import maps
from maps import packed
from maps.interactive import map_page

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
from invented import invented_events

LAYER = "Object.values(window).find((x) => x instanceof durand.Packed)"
READY = "return performance.getEntriesByName('durand-events').length"


@pytest.fixture(scope="module")
def many():
    return invented_events(7_000)


@pytest.fixture(scope="module")
def content(many):
    return maps.packed_content(maps.MapSpec(events=many))


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):  # noqa: F811
    return Page(browser, tmp_path_factory.mktemp("page") / "map.html")


def inflate(text):
    return zlib.decompress(base64.b64decode(text), -15)


def read_varints(data):
    out, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            out.append(value)
            value = shift = 0
    return out


def wait(page):
    for _ in range(100):
        if page.run(READY):
            return
        page.run("return new Promise((done) => setTimeout(done, 50))")
    pytest.fail(f"no events after 5 s: {page.complaints()}")


@given(st.lists(st.integers(0, 2**62)))
def test_varints_read_back(values):
    assert read_varints(packed.varints(np.array(values, dtype=np.int64))) == values


@given(st.lists(st.text(), min_size=1, max_size=40))
def test_a_column_of_texts_reads_back(values):
    found = json.loads(json.dumps(packed._dictionary(values)))
    if len(found) == 2:
        words, codes = found
        points = [ord(code) for code in codes]
        read = [words[(p if p < 0xE000 else p - 0x800) - 0x30] for p in points]
    else:
        read = found[0].split(packed.BETWEEN) if isinstance(found[0], str) else found[0]
    assert read == values


@given(st.lists(st.text(alphabet="ab \x01\x03\x06\ue000.", max_size=12), min_size=1, max_size=30))
def test_shortened_summaries_read_back(texts):
    short = packed._shortened(texts, {"place": ["ab "] * len(texts)})
    coded, phrases = packed._phrased(short, [])
    for text, code in zip(texts, coded, strict=True):
        if code.startswith(packed.VERBATIM):
            assert code[1:] == text
        else:
            full = re.sub("[\ue000-\uf76f]", lambda m: phrases[ord(m[0]) - 0xE000], code)
            assert full.replace(packed.STANDS_FOR["place"], "ab ") == text


def test_the_columns_hold_what_the_events_are(many, content):
    assert content.events["n"] == len(many.events)
    data, columns, at = inflate(content.packed["core"]), {}, 0
    for name, _, length in content.events["columns"]:
        columns[name] = data[at : at + length]
        at += length
    assert at == len(data)
    steps = [(v >> 1) ^ -(v & 1) for v in read_varints(columns["day"])]
    expected = np.sort(many.events["date_start"].to_numpy("datetime64[D]").astype(int))
    assert np.cumsum(steps).tolist() == expected.tolist()
    kinds = np.bincount(np.frombuffer(columns["type"], np.uint8), minlength=10)
    assert kinds.tolist() == many.events["event_type"].value_counts(sort=False).tolist()


def test_places_are_said_as_the_small_map_says_them():
    tables = geo.read_events()
    small, large = (
        maps.map_content(maps.MapSpec(events=tables)),
        maps.packed_content(maps.MapSpec(events=tables)),
    )
    assert large.counted == small.counted
    assert (large.title, large.as_of, large.credits) == (small.title, small.as_of, small.credits)


def test_an_imprecise_event_has_no_place_of_its_own(many, content):
    data, columns, at = inflate(content.packed["core"]), {}, 0
    for name, _, length in content.events["columns"]:
        columns[name] = data[at : at + length]
        at += length
    grain = np.frombuffer(columns["grain"], np.uint8)
    precision = np.frombuffer(columns["precision"], np.uint8)
    assert set(precision[grain == 0]) <= {0, 1}
    assert {2, 3, 4, 5} <= set(precision[grain != 0])


def test_sizes_stay_within_the_budget(content):
    page = map_page(content, maps.MapSpec())
    assert len(page.encode()) <= 900_000


def test_same_input_same_bytes_in_another_process(content):
    command = (
        "import sys; sys.path.insert(0, 'benchmarks'); import maps, hashlib; from invented import invented_events;"
        "c = maps.packed_content(maps.MapSpec(events=invented_events(7_000)));"
        "print(hashlib.sha256((c.packed['core'] + c.packed['texts']).encode()).hexdigest())"
    )
    import hashlib

    root = Path(__file__).resolve().parents[1]
    again = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, check=True, text=True, cwd=root
    )
    assert (
        again.stdout.strip()
        == hashlib.sha256((content.packed["core"] + content.packed["texts"]).encode()).hexdigest()
    )


def test_a_budget_says_what_was_given_up_and_fails_when_it_cannot():
    tables = geo.read_events()
    spec = maps.MapSpec(events=tables)
    page, _, gave_up = packed.fitted_page(spec, 700_000)
    assert gave_up == []
    page, _, gave_up = packed.fitted_page(spec, 500_000)
    assert len(page.encode()) <= 500_000
    assert gave_up
    with pytest.raises(geo.errors.SchemaError, match="has 4"):
        packed.fitted_page(spec, 100_000)


def test_no_events_make_an_empty_map():
    tables = geo.read_events()
    empty = dataclasses.replace(tables, events=tables.events.iloc[:0], raw=tables.raw.iloc[:0])
    assert maps.packed_content(maps.MapSpec(events=empty)).events["n"] == 0


@pytest.mark.browser
def test_the_page_reads_filters_and_opens_cards(page, many, content):
    page.open(map_page(content, maps.MapSpec()))
    wait(page)
    assert page.requests() == []
    assert page.complaints() == []
    events = many.events.sort_values(
        ["date_start", "event_id"], key=lambda c: c.astype(str) if c.name == "event_id" else c
    )
    for i in (0, 1, 3_456, 5_000, 6_999):
        said = page.run(
            f"const l = {LAYER}; return Promise.resolve(l.card({i})).then((c) => [c.summary, l.dates({i}), c.facts])"
        )
        row = events.iloc[i]
        assert said[0] == row["summary"]
        if row["date_precision"] == 1 and row["date_end"] != row["date_end"]:
            assert said[1] == f"{row['date_start']:%-d %B %Y}"
    shown = page.run("durand.state.toggle('type', 0, false); return durand.state.shown()")
    assert shown == int((many.events["event_type"] != "armed clash").sum())
    counts = page.run("return [...durand.state.counts('type')]")
    assert dict(map(tuple, counts))[0] == int((many.events["event_type"] == "armed clash").sum())
    page.run("durand.state.reset()")


@pytest.mark.browser
def test_the_canvas_opens_those_it_counts_and_symbols_return_when_few(page, content):
    page.open(map_page(content, maps.MapSpec()))
    wait(page)
    # The first view holds more than 5,000 places' events, so circles stand for them.
    found = page.run(
        f"const l = {LAYER}; l.open([l.crowd(l.bubbles[0])], null);"
        "return [l.bubbles.length, l.bubbles[0].n, document.querySelector('.durand-card h2').textContent]"
    )
    assert found[0] > 50
    assert str(found[1]) in found[2]
    total = page.run(f"const l = {LAYER}; return [l.bubbles.reduce((s, b) => s + b.n, 0), l.tallied.inView]")
    assert total[0] == total[1] > 5_000
    page.run(
        f"const l = {LAYER}; durand.state.setRange(...[durand.state.span[0], durand.state.span[0] + 200])"
    )
    page.run("return new Promise((done) => setTimeout(done, 400))")
    assert page.count(".d-symbol .d-shape") > 20
    assert page.run(f"return {LAYER}.bubbles.length") == 0
    assert page.complaints() == []


@pytest.mark.browser
@pytest.mark.parametrize("payload", PAYLOADS)
def test_packed_text_is_text(page, payload):
    tables = geo.read_events()
    names = [
        "place",
        "adm1_source",
        "actor1",
        "actor2",
        "summary",
        "notes",
        "attribution",
        "source",
        "source_url",
    ]
    nasty = tables.events.assign(**dict.fromkeys(names, payload))
    tables = dataclasses.replace(tables, events=nasty)
    page.open(map_page(maps.packed_content(maps.MapSpec(events=tables)), maps.MapSpec(title=payload)))
    wait(page)
    found = page.run(
        f"const l = {LAYER}; let n = 0; const said = arguments[0];"
        "return l.card(0).then(() => { for (let i = 0; i < 82; i++) { l.open([l.make(i)], null);"
        "n += document.querySelector('.durand-card').textContent.includes(said) ? 1 : 0 } return n; })",
        payload,
    )
    assert found == 82
    assert page.run("return window.hacked ?? null") is None
    assert page.complaints() == []


@pytest.mark.browser
def test_an_old_browser_is_told(page, content):
    text = map_page(content, maps.MapSpec())
    page.browser.execute_cdp_cmd("Page.enable", {})
    script = page.browser.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument", {"source": "delete window.DecompressionStream"}
    )
    try:
        page.open(text)
        page.run("return new Promise((done) => setTimeout(done, 200))")
        assert "too old" in page.text(".durand-old")
    finally:
        page.browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
