"""Questions of an assistant, through a real client: answers with doubt and sources, and refusals."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path

import pytest

import geo
from conftest import needs
from maps.assistant.answers import MOST_ROWS

pytestmark = needs("mcp", extra="mcp")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    # With a parent of its own: other tests write beside what the factory makes.
    folder = tmp_path_factory.mktemp("assistant") / "desk"
    folder.mkdir()
    (folder / "events.csv").write_text(
        "Date,Place,Province,Killed,What\n"
        "2025-10-11,Torkham,Nangarhar,3,armed clash\n"
        "sometime,Chaman,Balochistan,2,armed clash\n",
        encoding="utf-8",
    )
    (folder.parent / "secret.csv").write_text("Date,Place\n2025-10-11,Torkham\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def ask(folder):
    import mcp

    from maps.assistant.server import make_server

    def ask(tool, **arguments):
        async def run():
            async with mcp.Client(make_server(folder)) as client:
                return await client.call_tool(tool, arguments)

        found = asyncio.run(run())
        assert not found.is_error, found.content
        answer = json.loads(found.content[0].text)
        assert set(answer) == {"answer", "how_sure", "sources", "refused"}
        assert answer["sources"] or answer["refused"]
        return answer

    return ask


def test_a_place_that_is_one(ask):
    found = ask("find_place", name="Torkham")
    assert found["answer"][0]["name"] == "Torkham"


def test_a_place_that_is_several_is_said_to_be(ask):
    assert "ambiguous" in ask("find_place", name="Zazi")["how_sure"]


def test_a_place_that_is_none_is_refused(ask):
    found = ask("find_place", name="Xyzzyqwert")
    assert found["answer"] is None
    assert found["refused"]


def test_a_place_far_on_one_side_has_a_side(ask):
    assert ask("locate", lon=69.17, lat=34.53)["answer"]["side"] == "AF"
    assert ask("locate", lon=71.58, lat=34.01)["answer"]["side"] == "PK"


@pytest.mark.parametrize(("lon", "lat", "known_to"), [(71.0847, 34.1147, "site"), (66.4394, 30.9653, "town")])
def test_a_gate_on_the_line_has_no_side(ask, lon, lat, known_to):
    found = ask("locate", lon=lon, lat=lat, known_to=known_to)
    assert found["answer"]["side"] == "uncertain"
    assert "not named" in found["refused"][0]


def test_a_place_known_to_some_kilometres_near_the_line_has_no_side(ask):
    assert ask("locate", lon=71.05, lat=34.14, known_to="near")["answer"]["side"] == "uncertain"


def test_a_point_that_is_none_is_refused(ask):
    assert ask("locate", lon=200, lat=34)["answer"] is None


def test_a_point_elsewhere_has_no_side(ask):
    found = ask("locate", lon=-99.1, lat=19.4)
    assert found["answer"]["side"] == "uncertain"


def test_events_of_a_period(ask):
    found = ask("events", since="2025-10-09", until="2025-10-10")
    assert {"apb:012", "apb:013"} <= {row["event_id"] for row in found["answer"]}
    market = next(row for row in found["answer"] if row["event_id"] == "apb:013")
    # What is known to a district has no coordinates to hand out.
    assert market["lon_lat"] is None
    assert "not one that did not happen" in found["how_sure"]


def test_coordinates_are_handed_out_to_a_kilometre(ask):
    for row in ask("events", since="2026-02-26")["answer"]:
        for value in row["lon_lat"] or ():
            assert re.fullmatch(r"-?\d+(\.\d{1,2})?", str(value))


def test_more_events_than_an_answer_holds_are_counted(ask):
    found = ask("events")
    assert len(found["answer"]) == MOST_ROWS
    assert f"{len(geo.read_events().events) - MOST_ROWS} more" in found["refused"][0]


def test_an_event_type_that_is_none_is_refused(ask):
    assert "there are" in ask("events", kind="invasion")["refused"][0]


def test_counts_have_an_interval_and_a_certain_part(ask):
    found = ask("count", by="adm1", since="2025-10-09", until="2025-10-19")
    assert {"expected", "low", "high", "certain", "possible"} <= set(found["answer"][0])


def test_claims_keep_their_claimant_and_bound(ask):
    rows = ask("claims", event_id="apb:029")["answer"]
    mujahid = next(row for row in rows if "Mujahid" in row["claimant"] and row["metric"] == "killed")
    assert (mujahid["low"], mujahid["high"], mujahid["bound"]) == (12, None, "more than")
    assert any(row["covers"] == "all of Afghanistan, 15 October 2025" for row in rows)


def test_a_total_of_claims_is_refused(ask):
    found = ask("claims", event_id="apb:014", total=True)
    assert "never added" in found["refused"][0]
    assert not any("total" in row for row in found["answer"])


def test_claims_about_no_event_are_refused(ask):
    assert ask("claims", event_id="apb:999")["answer"] is None


def test_the_state_of_the_gates_on_a_day(ask):
    rows = {
        row["crossing"]: row["state"]
        for row in ask("crossing_status", day="2025-10-21", traffic="trade")["answer"]
    }
    assert rows["Torkham"] == "closed"
    assert rows["Badini"] == "not known"


def test_a_day_that_is_none_is_refused(ask):
    assert ask("crossing_status", day="yesterday")["answer"] is None


def test_a_map_is_made_in_the_folder(ask, folder):
    found = ask("make_map", file="october.html", since="2025-10-09", until="2025-10-19")
    assert found["answer"]["file"] == "october.html"
    assert (folder / "october.html").stat().st_size > 100_000
    assert "there already" in ask("make_map", file="october.html")["refused"][0]


@pytest.mark.parametrize("file", ["../map.html", "/tmp/map.html", "..", ".", "a/../../x.html", "map.exe"])
def test_nothing_is_written_outside_the_folder(ask, folder, file):
    before = {path: path.stat().st_mtime for path in folder.parent.rglob("*")}
    assert ask("make_map", file=file)["answer"] is None
    assert {path: path.stat().st_mtime for path in folder.parent.rglob("*")} == before


def test_nothing_is_read_outside_the_folder(ask, folder):
    assert ask("check_table", file="../secret.csv")["answer"] is None
    (folder / "link.csv").symlink_to(folder.parent / "secret.csv")
    assert "does not lie in the folder" in ask("check_table", file="link.csv")["refused"][0]


def test_the_account_of_a_table(ask):
    found = ask("check_table", file="events.csv")
    assert found["answer"]["counts"]["read"] == 2
    assert any("sometime" in line for line in found["answer"]["rejected"])


def test_the_command_serves_over_standard_input_and_output(folder):
    import mcp

    async def run():
        server = mcp.StdioServerParameters(
            command=sys.executable, args=["-m", "maps", "mcp", "--folder", str(folder)], cwd=str(Path.cwd())
        )
        async with mcp.stdio_client(server) as (read, write), mcp.ClientSession(read, write) as client:
            await client.initialize()
            tools = await client.list_tools()
            found = await client.call_tool("crossing_status", {"day": "2025-10-21"})
            return [tool.name for tool in tools.tools], json.loads(found.content[0].text)

    tools, answer = asyncio.run(run())
    assert set(tools) == {
        "find_place", "locate", "events", "count", "claims", "crossing_status", "make_map", "check_table"
    }  # fmt: skip
    assert answer["answer"]


OTHERS = {
    "an empty name": ("find_place", {"name": ""}, "letters or digits"),
    "a country that is none": ("find_place", {"name": "Torkham", "country": "XX"}, "country 'XX'"),
    "a precision that is none": ("locate", {"lon": 69.2, "lat": 34.5, "known_to": "street"}, "'street'"),
    "a period backwards": ("events", {"since": "2026-03-01", "until": "2025-01-01"}, "lies before since"),
    "a count of no event": ("count", {"since": "2031-01-01"}, "No event matches"),
    "claims about a part": ("claims", {"event_id": "apb:016"}, "part of apb:014"),
    "claims before the first": (
        "claims",
        {"event_id": "apb:029", "as_of": "2025-10-01"},
        "ask without as_of",
    ),
    "claims of no day": ("claims", {"event_id": "apb:029", "as_of": "last week"}, "day"),
    "a traffic that is none": ("crossing_status", {"day": "2025-10-21", "traffic": "goats"}, "goats"),
    "a crossing that is none": ("crossing_status", {"day": "2025-10-21", "crossing": "Narnia"}, "Narnia"),
    "a type of event that is none": ("make_map", {"file": "a.svg", "types": ["gossip"]}, "gossip"),
    "a map of no day": ("make_map", {"file": "b.html", "since": "yesterday"}, "yesterday"),
    "a map in a folder that is not": ("make_map", {"file": "none/c.png"}, "no folder"),
    "a name with a zero": ("make_map", {"file": "d\0.html"}, "no name of a file"),
    "a table that is none": ("check_table", {"file": "garbage.csv"}, "NUL byte"),
    "a table that is not there": ("check_table", {"file": "missing.csv"}, "no such file"),
    "a folder for a table": ("check_table", {"file": "empty"}, "folder"),
    "a table with a link to a network": ("check_table", {"file": "away.kml"}, "KML"),
}


@pytest.mark.parametrize("case", list(OTHERS))
def test_what_cannot_be_answered_is_refused_in_words(ask, folder, case):
    (folder / "garbage.csv").write_bytes(b"\x00\xff\x00")
    (folder / "empty").mkdir(exist_ok=True)
    link = "<kml><NetworkLink><Link><href>https://example.org/a.kml</href></Link></NetworkLink></kml>"
    (folder / "away.kml").write_text(link, encoding="utf-8")
    tool, arguments, words = OTHERS[case]
    found = ask(tool, **arguments)
    assert found["answer"] is None
    assert words in found["refused"][0]
    # No path of the machine, which an assistant would pass on.
    assert str(folder) not in json.dumps(found)


def test_claims_are_replayed_as_of_a_day(ask):
    rows = ask("claims", event_id="apb:014", as_of="2025-10-16")["answer"]
    killed = [row for row in rows if row["claimant"] == "UNAMA" and row["metric"] == "killed"]
    assert [(row["low"], row["bound"]) for row in killed] == [(18, "at least")]


def test_a_figure_for_several_events_is_told_of_each_of_them(ask):
    for event_id in ("apb:049", "apb:050"):
        covers = {row["covers"] for row in ask("claims", event_id=event_id)["answer"]}
        assert "apb:049;apb:050" in covers


def test_one_crossing_is_told_with_the_pages_of_its_state(ask):
    found = ask("crossing_status", day="2025-12-05", traffic="aid", crossing="Torkham")
    assert [(row["state"], bool(row["pages"])) for row in found["answer"]] == [("partly", True)]
    unknown = ask("crossing_status", day="2030-01-01", crossing="Torkham")
    assert {row["state"] for row in unknown["answer"]} == {"not known"}
    assert all(row["pages"] == [] for row in unknown["answer"])
