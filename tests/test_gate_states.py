"""States of crossings on maps: told by statements alone, never by events, and never past what pages say."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from test_map_browser import EVENTS, Page

import geo
import maps
from maps.content.content import map_content
from maps.content.gate_states import gates_of, map_gates
from maps.web.gate_plan import gate_plan


@pytest.fixture(scope="module")
def gates():
    return {gate.crossing_id: gate for gate in gates_of(None, "en")}


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("crossing", "on", "words"),
    [
        ("torkham", "2025-10-21", "closed"),
        # Three pages date the opening for returnees differently.
        ("torkham", "2025-10-31", "reports differ"),
        ("torkham", "2025-11-15", "partly open"),
        ("torkham", "2026-04-01", "last reported partly open"),
        ("torkham", "2025-03-10", "closed"),
        ("chaman-spin-boldak", "2025-10-13", "partly open"),
        ("ghulam-khan", "2026-01-12", "closed"),
        ("ghulam-khan", "2026-01-13", "last reported closed"),
        ("ghulam-khan", "2020-01-01", ""),
    ],
)
def test_a_state_is_that_of_the_statements(gates, crossing, on, words):
    assert gates[crossing].words(day(on), "en") == words


def test_every_day_of_a_run_agrees_with_what_is_known_of_the_traffic(gates):
    """What :func:`geo.crossing_status` says of each kind of traffic decides, wherever pages speak."""
    for gate in gates.values():
        for on in (day("2025-10-01") + dt.timedelta(days=n) for n in range(110)):
            known = geo.crossing_status(on)
            states = set(known.loc[known["crossing_id"] == gate.crossing_id, "state"]) - {"not known"}
            run = gate.on(on)
            if len(states) == 1 and run is not None and run.told:
                assert run.state in (*states, "partly"), (gate.crossing_id, on)
            if states == {"closed", "open"}:
                assert run.state == "partly"
            if not states:
                assert run is None or not run.told


def test_runs_follow_one_another_without_overlap(gates):
    for gate in gates.values():
        for one, after in zip(gate.runs, gate.runs[1:], strict=False):
            assert one.last is not None
            assert one.last < after.first


def test_events_say_nothing_of_a_state():
    tables = geo.read_events()
    closing = tables.events["event_type"] == "crossing closed"
    turned = tables.events.assign(event_type=tables.events["event_type"].mask(closing, "crossing reopened"))
    spec = maps.MapSpec(on="2025-10-21")
    states = [
        {group.state_word for group in maps.map_content(replace(spec, events=one)).marks if group.crossing}
        for one in (tables, replace(tables, events=turned))
    ]
    assert states == [{"closed"}, {"closed"}]


def test_a_closure_without_end_outlives_its_event():
    """The closings of 12 October are no events of the days after the 20th."""
    content = maps.map_content(maps.MapSpec(since="2025-10-20", until="2025-10-27"))
    alone = {gate.name: run.state for gate, run in content.gates.without(set())}
    assert alone["Ghulam Khan"] == alone["Kharlachi"] == "closed"
    assert "Ghulam Khan, all traffic: closed from 12 October 2025." in maps.caption(content.spec).caption
    later = maps.caption(maps.MapSpec(since="2025-10-20")).caption
    assert "closed from 12 October 2025, last report 12 January 2026, end not known" in later


@pytest.mark.parametrize("lang", ["en", "ur"])
def test_past_the_last_report_no_place_of_events_has_a_state(lang):
    """What `geo.crossing_status` calls not known stands beside no name of a user's event."""
    frame = pd.DataFrame(
        {"date": ["2026-02-01", "2026-02-04"], "place": ["Torkham", "Ghulam Khan"], "type": "airstrike"}
    )
    tables = geo.read_events(frame)
    spec = maps.MapSpec(events=tables, since="2026-02-01", until="2026-02-10", lang=lang)
    content = map_content(spec)
    assert {group.crossing for group in content.marks} == {"torkham", "ghulam-khan"}
    assert {group.state_word for group in content.marks} == {""}
    alone = [run for _, run in content.gates.without({"torkham", "ghulam-khan"})]
    assert alone
    assert not any(run.told for run in alone)
    told = maps.draw_map(spec, maps.Sheet(size="square")).marks["text"].dropna()
    assert not any("reported for" in text for text in told)
    early = map_content(
        replace(spec, events=tables, since="2026-01-10", until="2026-01-12", allow_empty=True)
    )
    assert early.gates.words("ghulam-khan", "en") == "closed"


def test_without_a_day_no_state_is_told():
    content = maps.map_content(maps.MapSpec())
    assert content.gates.day is None
    assert not any(group.state_word for group in content.marks)
    assert "Crossings, as reported" not in maps.caption(content.spec).caption


@pytest.mark.parametrize("kept", [{"types": ("airstrike",)}, {"hide": ("crossings",)}, {"shade": "adm1"}])
def test_maps_of_other_things_have_no_squares(kept):
    content = maps.map_content(maps.MapSpec(until="2025-11-30", **kept))
    assert content.gates.without(set()) == []


def test_a_table_of_ones_own(tmp_path):
    path = tmp_path / "gates.csv"
    path.write_text(
        "crossing_id,traffic,state,date_from,from_precision,from_source,date_to,to_precision,to_source,"
        "last_report,last_source,note\n"
        "Badini,all,closed,2025-10-01,1,https://example.org/a,2025-10-15,1,https://example.org/b,,,invented\n"
    )
    spec = maps.MapSpec(on="2025-10-10", crossings=path)
    gates = map_gates(spec, maps.map_content(spec).rows, (60.0, 29.0, 75.0, 38.0))
    assert [(gate.name, run.state, run.told) for gate, run in gates.without(set())] == [
        ("Badini", "closed", True)
    ]
    # The day of an end belongs to what begins then.
    after = map_gates(replace(spec, on="2025-10-15"), maps.map_content(spec).rows, (60.0, 29.0, 75.0, 38.0))
    assert after.without(set()) == []
    bad = tmp_path / "bad.csv"
    bad.write_text(path.read_text().replace("2025-10-01", "no day"))
    with pytest.raises(geo.errors.SchemaError, match="no statement"):
        maps.map_content(replace(spec, crossings=bad))


def test_a_specification_keeps_day_and_table(tmp_path):
    table = tmp_path / "mine.csv"
    spec = maps.MapSpec(on="2025-10-21", crossings=table)
    maps.write_spec(tmp_path / "a.toml", spec)
    assert maps.read_spec(tmp_path / "a.toml")[0] == spec
    with pytest.raises(geo.errors.SchemaError, match="on is a day"):
        maps.MapSpec(on="yesterday")


def test_print_draws_the_squares_and_says_the_day(tmp_path):
    drawing = maps.draw_map(maps.MapSpec(since="2025-10-20", until="2025-10-27"))
    told = set(drawing.marks.loc[drawing.marks["kind"] == "crossing", "text"])
    assert {"Ghulam Khan: closed", "Kharlachi: closed", "Angoor Adda: closed"} <= told
    assert "27 October 2025" in drawing.caption.caption


@pytest.mark.parametrize("lang", ["ps", "fa", "ur", "ar"])
def test_states_are_told_in_each_language(lang):
    plan = gate_plan(maps.map_content(maps.MapSpec(on="2025-10-21", lang=lang)))
    for gate in plan["list"]:
        assert not gate["name"].isascii()
        assert all(not text.isascii() for row in plan["words"] for text in row)
        assert all(not words.isascii() for _, told in gate["traffic"] for words in told)


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    return Page(browser, tmp_path_factory.mktemp("page") / "map.html")


@pytest.mark.browser
def test_the_page_tells_the_state_of_the_day_that_the_slider_has(page):
    page.open(maps.render(maps.MapSpec()))
    squares = (
        "return [...document.querySelectorAll('.durand-labels .d-gate')].map((g) => g.textContent).join()"
    )
    assert page.run(squares) == ""
    first, last = ((day(text) - dt.date(1970, 1, 1)).days for text in ("2025-10-20", "2025-10-27"))
    found = page.run(
        f"{EVENTS}.state.setRange({first}, {last});"
        f"return new Promise((done) => setTimeout(done, 700)).then(() => {{ {squares} }})"
    )
    assert "Ghulam Khan: closed" in found
    assert "Torkham: closed" in found
    assert "27 October 2025" in page.text(".key-gates")
    page.run("document.querySelector('.durand-labels .d-gate').dispatchEvent(new MouseEvent('click'))")
    assert "closed" in page.text(".durand-card h2")
    assert "October 2025, last report" in page.text(".card-gate")
    assert page.complaints() == []


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("armed clash", "Armed clash in Torkham"),
        ("crossing closed", "Torkham: closed"),
    ],
)
def test_a_title_tells_a_state_of_a_report_of_the_crossing_alone(kind, title):
    frame = pd.DataFrame({"date": ["2025-10-12"], "place": ["Torkham"], "type": [kind]})
    content = map_content(maps.MapSpec(events=geo.read_events(frame)))
    assert content.title.startswith(title)
