"""Events of a page packed in columns: what is read back, what is drawn of many, and that all works there."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
import subprocess
import sys
import zlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point
from test_map_browser import EVENTS, MAP, PAYLOADS, REACHABLE, Page

import geo
import maps
from maps.content.cards import AREA, PLACE
from maps.web import packing as packed
from maps.web import size_budget as budget
from maps.web.packing import LicenceError, pack
from maps.web.page import map_page
from maps.web.simplify import TOLERANCE, lean_shapes

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))
from invented import invented_events  # noqa: E402 - the folder must be on the path first

MANY = 12_000
WAIT = "return new Promise((done) => setTimeout(done, arguments[0]))"
CHECK = f"""
const layer = {EVENTS};
const s = layer.state;
const c = s.columns;
const wants = (i, but) => {{
  const p = c.place[i];
  const within = [...c.within.subarray(c.start[p], c.start[p + 1])];
  const off = (kind, value) => kind !== but && s.off[kind].has(value);
  return !off('type', c.type[i]) && !off('verification', c.verification[i])
    && !off('side', c.side[p]) && !off('grain', c.grain[p])
    && (but === 'province' || s.province === null || within.includes(s.province))
    && (but === 'precision' || s.precision === null || c.precision[p] <= s.precision)
    && (but === 'range' || (c.from[i] <= s.range[1] && c.until[i] >= s.range[0]));
}};
const bad = [];
let n = 0;
const types = new Map();
for (let i = 0; i < s.n; i++) {{
  if ((s.mask[i] === 1) !== wants(i)) bad.push(i);
  n += s.mask[i];
  // What is at no place on the map is in the table, and in no count of a filter.
  if (wants(i, 'type') && c.grain[c.place[i]] !== durand.NOWHERE)
    types.set(c.type[i], (types.get(c.type[i]) || 0) + 1);
}}
if (n !== s.shown()) bad.push('shown');
if (n !== s.crowd.reduce((a, b) => a + b, 0)) bad.push('crowd');
const counts = s.counts('type');
if (counts.size !== types.size) bad.push('types');
for (const [kind, count] of counts) if (types.get(kind) !== count) bad.push(`type ${{kind}}`);
return [bad.slice(0, 9), n];
"""


@pytest.fixture(scope="module")
def many():
    return invented_events(MANY)


@pytest.fixture(scope="module")
def content(many):
    return maps.map_content(maps.MapSpec(events=many))


@pytest.fixture(scope="module")
def text(content):
    return map_page(content, maps.MapSpec())


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
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


def columns_of(found):
    data, columns, at = inflate(found.parts["core"]), {}, 0
    for name, _, length in found.plan["columns"]:
        columns[name] = data[at : at + length]
        at += length
    assert at == len(data)
    return columns


# The packed form --------------------------------------------------------------------------------------------


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
    short = packed._shortened(texts, {"name": ["ab "] * len(texts)})
    coded, phrases = packed._phrased(short, [])
    for text, code in zip(texts, coded, strict=True):
        if code.startswith(packed.VERBATIM):
            assert code[1:] == text
        else:
            full = re.sub("[\ue000-\uf76f]", lambda m: phrases[ord(m[0]) - 0xE000], code)
            assert full.replace(packed.STANDS_FOR["name"], "ab ") == text


def test_the_columns_hold_what_the_events_are(many, content):
    columns = columns_of(pack(content))
    steps = [(v >> 1) ^ -(v & 1) for v in read_varints(columns["day"])]
    expected = np.sort(many.events["date_start"].to_numpy("datetime64[D]").astype(int))
    assert np.cumsum(steps).tolist() == expected.tolist()
    kinds = np.bincount(np.frombuffer(columns["type"], np.uint8), minlength=10)
    assert kinds.tolist() == many.events["event_type"].value_counts(sort=False).tolist()


def test_an_imprecise_event_is_never_a_dot(many, content):
    columns = columns_of(pack(content))
    grain = np.frombuffer(columns["grain"], np.uint8)
    precision = np.frombuffer(columns["precision"], np.uint8)
    area = np.array(read_varints(columns["area"]))
    radius = np.array(read_varints(columns["radius"]))
    assert set(precision[grain == PLACE]) == {0, 1}
    assert set(precision[grain == AREA]) == {2, 3, 4}
    # An area has an outline or, where there are many discs, its own radius.
    assert ((area[grain == AREA] > 0) | (radius[grain == AREA] >= 20)).all()
    assert (area[grain == PLACE] == 0).all()
    counts = many.events["where_precision"].value_counts()
    mapped = np.array(content.rows.places.grain)[content.rows.place]
    assert (mapped == PLACE).sum() <= counts["site"] + counts["town"]


def test_events_of_a_place_share_what_is_said_of_it_and_others_do_not():
    tables = geo.read_events()
    new = {one: f"x:{n}" for n, one in enumerate(tables.events["event_id"])}
    copies = tables.events.assign(
        event_id=tables.events["event_id"].map(new), part_of=tables.events["part_of"].map(new)
    )
    twice = pd.concat([tables.events, copies])
    tables = dataclasses.replace(tables, events=twice.reset_index(drop=True))
    one, two = maps.map_content(maps.MapSpec()), maps.map_content(maps.MapSpec(events=tables))
    assert len(two.rows) == 2 * len(one.rows)
    assert len(two.rows.places.grain) == len(one.rows.places.grain)
    at = dict(zip(two.events["cols"]["id"], range(len(two.rows)), strict=True))
    for n, event_id in enumerate(one.events["cols"]["id"]):
        for name in ("grain", "lon", "lat", "side", "precision", "head", "from", "until", "why"):
            assert one.events["cols"][name][n] == two.events["cols"][name][at[event_id]], name
        assert one.cards[n] == two.cards[at[event_id]]


def test_sizes_stay_within_the_budget(text):
    assert len(text.encode()) <= 900_000


def test_same_input_same_bytes_in_another_process(content):
    command = (
        "import sys; sys.path.insert(0, 'benchmarks'); import maps, hashlib;"
        "from invented import invented_events; from maps.web.packing import pack;"
        f"c = pack(maps.map_content(maps.MapSpec(events=invented_events({MANY}))));"
        "print(hashlib.sha256(''.join(c.parts.values()).encode()).hexdigest())"
    )
    again = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, check=True, text=True, cwd=ROOT
    )
    here = hashlib.sha256("".join(pack(content).parts.values()).encode()).hexdigest()
    assert again.stdout.strip() == here


def test_the_order_of_rows_does_not_matter(many, content):
    mixed = many.events.sample(frac=1, random_state=3)
    other = maps.map_content(maps.MapSpec(events=dataclasses.replace(many, events=mixed)))
    assert pack(other).parts == pack(content).parts


def test_no_events_make_an_empty_map():
    tables = geo.read_events()
    empty = dataclasses.replace(tables, events=tables.events.iloc[:0], raw=tables.raw.iloc[:0])
    found = pack(maps.map_content(maps.MapSpec(events=empty, allow_empty=True)))
    assert found.plan["n"] == found.plan["places"] == 0


# Size budget ------------------------------------------------------------------------------------------------


def test_a_budget_says_what_was_given_up_and_fails_when_it_cannot():
    spec = maps.MapSpec()
    content = maps.map_content(spec)
    page, gave_up = budget.fitted_page(content, spec, 700_000)
    assert gave_up == []
    assert page == map_page(content, spec)
    sizes = []
    for most in (630_000, 560_000, 500_000):
        page, gave_up = budget.fitted_page(content, spec, most)
        assert len(page.encode()) <= most
        # A map without relief, roads or a font of the house has none to give up.
        absent = ("relief", "roads", "font of the house")
        steps = [said for said, _, _ in budget.STEPS if said not in absent]
        assert gave_up == steps[: len(gave_up)] != []
        sizes.append(len(page.encode()))
    assert all(a > b for a, b in pairwise(sizes))
    with pytest.raises(geo.errors.SchemaError, match="has 4"):
        budget.fitted_page(content, spec, 100_000)


@pytest.mark.browser
def test_the_leanest_map_still_works(page):
    spec = maps.MapSpec()
    found, gave_up = budget.fitted_page(maps.map_content(spec), spec, 500_000)
    assert gave_up[-1] == "parties, sources and claims, intervals of crossings"
    page.open(found)
    assert page.count(".d-symbol") > 10
    assert page.count(".map .d-durand") == 1
    page.run(f"const l = {EVENTS}; l.open([l.events[3]], null)")
    assert "Not known" in page.text(".durand-card")
    assert page.complaints() == []


# Licences ---------------------------------------------------------------------------------------------------


def test_no_text_that_may_not_be_passed_on_enters_a_page():
    """The rows are invented; only their form is that of such a data set."""
    tables = geo.read_events()
    closed = tables.events.assign(dataset="acled:2026", licence="", summary="A sentence that is not ours.")
    only = dataclasses.replace(tables, events=closed)
    mixed = dataclasses.replace(tables, events=pd.concat([closed.head(3), tables.events.iloc[3:]]))
    for some in (only, mixed):
        content = maps.map_content(maps.MapSpec(events=some))
        assert content.counted == "85 events"
        for makes in (
            lambda content=content: pack(content),
            lambda content=content: maps.EventLayer(content),
            lambda content=content: map_page(content, maps.MapSpec()),
            lambda some=some: maps.show(some),
        ):
            with pytest.raises(LicenceError, match=r"may not be passed on"):
                makes()
    # What is packed of open rows is all there is, so that this test would find such a text.
    found = pack(maps.map_content(maps.MapSpec()))
    offsets = found.plan["offsets"]
    parts = [found.parts["texts"][a:b] for a, b in pairwise(offsets)]
    inside = b"".join(inflate(part) for part in (*parts, found.parts["core"], found.parts["ids"])).decode(
        "utf-8", "replace"
    )
    assert str(tables.events["notes"].dropna().iloc[0])[:40] in inside
    assert "A sentence that is not ours" not in inside


# The page ---------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_every_filter_counts_right_among_many(page, text):
    page.open(text)
    assert page.requests() == []
    steps = [
        "",
        "s.toggle('type', 0, false)",
        "s.toggle('verification', 1, false)",
        "s.choose('precision', 3)",
        # Before the province: all that lies in it lies on one side.
        "s.toggle('side', 0, false)",
        "s.choose('province', layer.provinces.indexOf('Khyber Pakhtunkhwa'))",
        "s.setRange(s.span[0] + 900, s.span[1] - 100)",
    ]
    counts = []
    for step in steps:
        page.run(f"const layer = {EVENTS}; const s = layer.state; {step}")
        bad, n = page.run(CHECK)
        assert bad == [], step
        counts.append(n)
    assert counts[0] == MANY
    assert all(a > b for a, b in pairwise(counts))
    assert counts[-1] > 10
    page.run(WAIT, 300)
    # The key follows when things rest.
    number = page.run("return document.querySelector('#filters .toggle .count').textContent")
    assert int(number.replace(",", "")) == page.run(f"return {EVENTS}.state.counts('type').get(0)")
    page.run(f"{EVENTS}.state.reset()")
    assert page.run(CHECK) == [[], MANY]
    assert page.complaints() == []


@pytest.mark.browser
def test_the_canvas_shows_opens_and_marks_those_it_counts(page, text):
    page.keep(text)
    page.run(f"{MAP}.setView([33.2, 69.5], 6, {{animate: false}})")
    page.run(WAIT, 60)
    found = page.run(
        f"""
        const layer = {EVENTS};
        const size = layer._map.getSize();
        const box = layer._map.getContainer().getBoundingClientRect();
        const inside = (b) => b.x > 60 && b.y > 60 && b.x < size.x - 60 && b.y < size.y - 60;
        // No symbol of another mark lies over it.
        const clear = (b) => {{
          const top = document.elementFromPoint(box.left + b.x, box.top + b.y);
          return !top.closest(".d-tag, .d-symbol");
        }};
        const far = (b) => layer.bubbles.every((o) => o === b || Math.hypot(o.x - b.x, o.y - b.y) > o.r + 4);
        const one = layer.bubbles.find((b) => b.n > 1 && inside(b) && clear(b) && far(b));
        const all = layer.bubbles.reduce((sum, b) => sum + b.n, 0);
        const at = {{ clientX: box.left + one.x, clientY: box.top + one.y, bubbles: true }};
        document.elementFromPoint(at.clientX, at.clientY).dispatchEvent(new MouseEvent('mousemove', at));
        const tip = layer.tip.textContent;
        for (const kind of ['mousedown', 'mouseup', 'click']) {{
          document.elementFromPoint(at.clientX, at.clientY).dispatchEvent(new MouseEvent(kind, at));
        }}
        const card = document.querySelector('.durand-card');
        return [layer.bubbles.length, one.n, tip, card.querySelector('h2').textContent,
          card.querySelectorAll('.entry').length, all, layer.inView,
          layer.pen.getImageData(0, 0, layer.dots.width, layer.dots.height).data.some(Boolean)];
        """
    )
    bubbles, n, tip, head, listed, shown, in_view, drawn = found
    assert bubbles > 30
    assert drawn
    assert shown == in_view > 5_000
    words = f"{n} events here" if n < 10_000 else f"{n:,} events here"
    assert tip == head == words
    assert listed == min(n, 200)
    # An entry opens the event itself, and next goes on from it.
    page.run("document.querySelector('.durand-card .entry').click()")
    page.run(WAIT, 200)
    first = page.run(f"return {EVENTS}.state.selected")
    assert page.text(".durand-card h2") == page.run(f"return {EVENTS}.source.head(arguments[0])", first)
    assert page.count(".d-halo") == 1
    page.run("document.querySelector('.durand-card [aria-label=\"Next event\"]').click()")
    page.run(WAIT, 200)
    assert page.run(f"return {EVENTS}.state.selected") == first + 1
    assert page.complaints() == []


@pytest.mark.browser
def test_symbols_return_when_few_are_shown(page, text):
    page.keep(text)
    page.run(f"const s = {EVENTS}.state; s.setRange(s.span[0], s.span[0] + 200)")
    page.run(WAIT, 400)
    shown = page.run(f"return {EVENTS}.state.shown()")
    assert 20 < shown < 5_000
    assert page.count(".d-symbol .d-shape, .d-symbol .d-arc") > 20
    assert page.run(f"return {EVENTS}.bubbles.length") == 0
    page.run(f"{EVENTS}.state.reset()")
    page.run(f"{MAP}.setView([33.2, 69.5], 6, {{animate: false}})")
    page.run(WAIT, 400)
    assert page.run(f"return {EVENTS}.bubbles.length") > 30
    assert page.count(".d-symbol .d-shape") == 0
    assert page.complaints() == []


@pytest.mark.browser
def test_texts_of_many_come_back_whole(page, text, many):
    page.keep(text)
    ordered = many.events.sort_values(["date_start", "event_id"], kind="stable")
    picked = [0, 1, 4_095, 4_096, 8_191, 8_192, MANY - 1]
    said = page.run(
        f"const l = {EVENTS}; return Promise.all(arguments[0].map((i) => Promise.resolve(l.card(i))))", picked
    )
    for n, card in zip(picked, said, strict=True):
        row = ordered.iloc[n]
        assert card["summary"] == row["summary"]
        assert dict(card["facts"])["Parties, as attributed"] == f"{row['actor1']}; {row['actor2']}"
        assert card["sources"] == [["", row["source"], ""]]


@pytest.mark.browser
def test_two_maps_of_one_table_are_filtered_apart(page, text):
    page.keep(text)
    found = page.run(
        f"""
        const one = {EVENTS};
        const host = document.createElement('div');
        host.style.cssText = 'width: 600px; height: 400px; position: fixed; left: 0; top: 0';
        document.body.append(host);
        const map = L.map(host).setView([33, 69], 6);
        const two = new durand.Events(one.source, {{}});
        two.addTo(map);
        return two.ready.then(() => {{
          two.state.setRange(two.state.span[0], two.state.span[0] + 100);
          return [one.state.shown(), two.state.shown(), one.source === two.source];
        }});
        """
    )
    assert found[0] == MANY
    assert 0 < found[1] < 1_000
    assert found[2]


def near_places(n):
    """The first shipped clash n times, each at a place of its own that is known to some kilometres."""
    tables = geo.read_events()
    one = tables.events[tables.events["event_type"] == "armed clash"].iloc[[0] * n].reset_index(drop=True)
    one["event_id"] = [f"own:{k}" for k in range(n)]
    one["place"] = [f"Place {k}" for k in range(n)]
    one["where_precision"] = pd.Categorical(["near"] * n, dtype=one["where_precision"].dtype)
    across = [(66.0 + 0.3 * (k % 20), 31.5 + 0.25 * (k // 20)) for k in range(n)]
    one = one.set_geometry([Point(*at) for at in across], crs=4326)
    return maps.MapSpec(events=dataclasses.replace(tables, events=one), extent=(65.0, 31.0, 73.0, 36.0))


@pytest.mark.browser
@pytest.mark.parametrize(("n", "joined"), [(240, True)])
def test_places_known_to_some_kilometres_have_tags_where_they_are_few(page, n, joined):
    page.open(maps.render(near_places(n)))
    page.run(WAIT, 100)
    reached, most = page.run(
        f"const e = {EVENTS}; const groups = {REACHABLE}(e);"
        "return [new Set(groups.flatMap((group) => group.list(1e6))).size,"
        " Math.max(...e.items.filter((item) => item.tag).map((item) => item.group.n))]"
    )
    # Of many what stands in one province stands in one tag.
    assert reached == n
    assert (most == 1) is not joined
    if page.count(".d-tag"):
        page.run(f"{EVENTS}.items[0].node.dispatchEvent(new MouseEvent('click', {{bubbles: true}}))")
        assert page.text(".durand-card h2")
    assert page.complaints() == []


@pytest.mark.browser
def test_the_keyboard_reaches_circles_and_opens_them(page, text):
    page.open(text)
    page.run(f"{MAP}.setView([33.2, 69.5], 6, {{animate: false}})")
    page.run(WAIT, 60)
    for _ in range(15):
        page.press("Tab")
        if page.run("return document.activeElement.matches('.d-symbol, .d-tag')"):
            break
    label = page.run("return document.activeElement.getAttribute('aria-label')")
    assert "event" in label
    page.press("Enter")
    page.run(WAIT, 200)
    assert page.text(".durand-card h2")
    page.press("Escape")
    assert page.run("return document.activeElement.matches('.d-symbol, .d-tag')")


@pytest.mark.browser
def test_the_table_of_many_pages_sorts_and_narrows(page, text, content):
    page.open(text)
    page.run("document.querySelector('#table details').open = true")
    page.run(WAIT, 100)
    assert page.count("#table tbody tr") == 200
    page.run("[...document.querySelectorAll('#table .show-all')].find((b) => !b.hidden).click()")
    assert page.count("#table tbody tr") == 400
    rows = "[...document.querySelectorAll('#table tbody tr')]"
    for column, name in ((1, "head"), (2, None), (3, None), (4, "precision"), (5, "verification")):
        for down in (False, True):
            page.run("document.querySelectorAll('#table th button')[arguments[0]].click()", column)
            page.run(WAIT, 50)
            texts = page.run(f"return {rows}.map((row) => row.children[arguments[0]].textContent)", column)
            indices = page.run(f"return {rows}.map((row) => Number(row.dataset.event))")
            assert len(set(indices)) == 200
            if name in ("precision",):
                keys = [content.events["cols"][name][i] for i in indices]
                assert keys == sorted(keys, reverse=down)
            elif name != "head":
                keys = [text.casefold() for text in texts]
                assert keys == sorted(keys, reverse=down)
            else:
                kinds = [text.split(",")[0].casefold() for text in texts]
                assert kinds == sorted(kinds, reverse=down)
    page.run(
        "const i = document.querySelector('#table input'); i.value = 'nangarhar, airstrike 2025';"
        "i.dispatchEvent(new Event('input'))"
    )
    page.run(WAIT, 300)
    wanted = sum(
        all(word in text for word in ("nangarhar", "airstrike", "2025"))
        for text in (
            f"{head} {' '.join(content.rows.places.provinces[n] for n in within)}".casefold()
            for head, within in zip(
                content.events["cols"]["head"], content.events["cols"]["provinces"], strict=True
            )
            if len(within) < 4
        )
    )
    found = int(re.match(r"([\d,]+) of", page.text(".table-said"))[1].replace(",", ""))
    assert found == wanted > 0


@pytest.mark.browser
def test_a_selected_event_brings_its_page_of_the_table(page, text):
    page.open(text)
    page.run("document.querySelector('#table details').open = true")
    page.run(WAIT, 100)
    page.run(f"const l = {EVENTS}; l.open([l.event(7777)], null)")
    page.run(WAIT, 200)
    assert page.run("return document.querySelector('#table tr.selected').dataset.event") == "7777"
    assert page.count("#table tbody tr") == 200
    page.run("document.querySelector('#table .show-all').click()")
    assert page.count("#table tbody tr") == 400


@pytest.mark.browser
def test_a_link_opens_one_of_many(page, text, content):
    event_id = content.events["cols"]["id"][8_123]
    page.open(text, fragment=f"#type=-1&event={event_id}")
    page.run(WAIT, 600)
    assert page.run(f"return {EVENTS}.state.selected") == 8_123
    assert page.text(".durand-card h2") == content.events["cols"]["head"][8_123]
    page.run(f"{EVENTS}.state.toggle('type', 2, false)")
    page.run(WAIT, 400)
    fragment = page.run("return location.hash")
    assert "type=-1.2" in fragment
    assert f"event={event_id.replace(':', '%3A')}" in fragment
    assert page.complaints() == []


@pytest.mark.browser
def test_text_among_many_is_text(page, many):
    names = ["place", "adm1_source", "actor1", "actor2", "summary", "source", "notes", "source_url"]
    # In the order of the page, so that the n-th text is that of its n-th event.
    nasty = many.events.head(5_200).sort_values(["date_start", "event_id"], kind="stable")
    payload = pd.Series(
        [PAYLOADS[n % len(PAYLOADS)] for n in range(len(nasty))], index=nasty.index, dtype="str"
    )
    nasty = nasty.assign(**dict.fromkeys(names, payload))
    tables = dataclasses.replace(many, events=nasty)
    title = " ".join(PAYLOADS)
    content = maps.map_content(maps.MapSpec(events=tables))
    page.open(map_page(content, maps.MapSpec(title=title)))
    # Rows of the first block of texts, of the last and about the seam between two, each payload in each.
    spots = [*range(7), *range(4_092, 4_099), *range(5_193, 5_200)]
    assert {n % len(PAYLOADS) for n in spots[:7]} == set(range(len(PAYLOADS)))
    found = page.run(
        f"""
        const l = {EVENTS};
        const said = arguments[1];
        document.querySelector('#table details').open = true;
        let n = 0;
        return Promise.all(arguments[0].map((i) => Promise.resolve(l.card(i)).then(() => {{
          l.open([l.event(i)], null);
          const shown = document.querySelector('.durand-card').textContent;
          n += shown.includes(said[i % said.length]) ? 1 : 0;
        }}))).then(() => n);
        """,
        spots,
        PAYLOADS,
    )
    page.run(WAIT, 100)
    assert found == len(spots)
    assert page.count("img, iframe, object, [onerror], [onload]") == 0
    assert page.run("return window.hacked ?? null") is None
    assert page.requests() == []
    assert page.complaints() == []


@pytest.mark.browser
def test_an_old_browser_keeps_the_picture_and_is_told(page, text):
    page.browser.execute_cdp_cmd("Page.enable", {})
    script = page.browser.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument", {"source": "delete window.DecompressionStream"}
    )
    try:
        page.open(text)
        page.run(WAIT, 1300)
        assert page.run("return getComputedStyle(document.querySelector('.fallback')).display") != "none"
        assert (
            page.run("return getComputedStyle(document.querySelector('.fallback-said')).visibility")
            == "visible"
        )
        assert "recent browser" in page.text(".fallback-said")
        assert page.count(".fallback circle") > 30
    finally:
        page.browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


def test_outlines_of_a_lean_map_stay_closed_and_near():
    shapes = maps.map_content(maps.MapSpec()).rows.places.shapes
    for level in (1, 2):
        for full, lean in zip(shapes, lean_shapes(shapes, level), strict=True):
            for ring, fewer in zip(full["rings"], lean["rings"], strict=True):
                before, after = (np.cumsum(np.reshape(one, (-1, 2)), axis=0) for one in (ring, fewer))
                assert len(after) <= len(before)
                assert (after[[0, -1]] == before[[0, -1]]).all()
                if full["kind"] == "polygon":
                    assert len(after) >= 4
                away = LineString(before * 1e-4).hausdorff_distance(LineString(after * 1e-4))
                assert away <= TOLERANCE[level] * 1.5
    assert sum(len(r) for s in lean_shapes(shapes, 2) for r in s["rings"]) < 0.6 * sum(
        len(r) for s in shapes for r in s["rings"]
    )
