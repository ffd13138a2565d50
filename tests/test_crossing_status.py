"""When the crossings were open: what dated pages say, and nothing beyond them."""

from __future__ import annotations

import datetime as dt
import re
from html import escape

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import geo
from geo.analysis.crossing_status import KINDS
from geo.errors import SchemaError
from maps.cli.main import cli
from maps.content.gates import gate_chart
from maps.spec.sheet import Sheet
from maps.static.gate_strip import draw_gates
from maps.web.gates_page import gates_page

# Pages that were read and not used to fill the table: what each says of a crossing on a day.
SET_ASIDE = (
    ("khabarkada.com/?p=22899", "torkham", "returnees", "2025-11-01", "open"),
    ("wenewsenglish.com/?p=326060", "torkham", "returnees", "2025-11-01", "open"),
    ("wenewsenglish.com/?p=326060", "torkham", "trade", "2025-11-01", "closed"),
    ("4thpillarpost.com", "torkham", "trade", "2025-11-01", "closed"),
    ("dailythedestination.com", "torkham", "returnees", "2025-11-01", "open"),
    ("humenglish.com (Torkham)", "torkham", "travellers", "2025-11-01", "closed"),
    ("devdiscourse.com 3681617", "torkham", "trade", "2025-11-02", "closed"),
    ("devdiscourse.com 3681617", "torkham", "returnees", "2025-11-02", "open"),
    ("rediff.com", "chaman-spin-boldak", "returnees", "2025-11-02", "open"),
    ("rediff.com", "torkham", "trade", "2025-11-02", "closed"),
    ("dunyanews.tv 913057", "torkham", "trade", "2025-10-20", "closed"),
    ("dunyanews.tv 913057", "ghulam-khan", "trade", "2025-10-20", "closed"),
    ("dunyanews.tv 913057", "angoor-adda", "trade", "2025-10-20", "closed"),
    ("crbcnews.com", "torkham", "trade", "2025-12-04", "closed"),
    ("crbcnews.com", "chaman-spin-boldak", "travellers", "2025-12-04", "closed"),
    ("bharathorizon.com", "torkham", "aid", "2025-12-04", "partly"),
    ("bharathorizon.com", "chaman-spin-boldak", "aid", "2025-12-04", "partly"),
    ("htnworld.com/?p=23360", "torkham", "travellers", "2025-12-23", "closed"),
    ("daryo.uz", "torkham", "trade", "2025-03-01", "closed"),
    ("theleadingnews.com", "kharlachi", "trade", "2025-05-09", "open"),
    ("thetruthinternational.com (Kharlachi)", "kharlachi", "trade", "2024-05-24", "open"),
    ("nukta.com (curfew)", "ghulam-khan", "trade", "2025-06-28", "closed"),
)


@pytest.mark.parametrize(("page", "crossing", "traffic", "day", "state"), SET_ASIDE)
def test_reports_that_were_set_aside_are_met(page, crossing, traffic, day, state):
    found = geo.crossing_status(day, traffic).set_index("crossing_id")
    assert found.loc[crossing, "state"] == state, page


def test_the_shipped_table_is_whole_and_every_row_has_a_page():
    status = geo.read_crossing_status()
    assert status.rejected.empty
    assert len(status.statements) == status.counts["read"]
    table = status.statements
    assert table["from_source"].str.match(r"https?://\S+$").all()
    ended = table["date_to"].notna()
    assert table.loc[ended, "to_source"].str.match(r"https?://\S+$").all()
    assert table.loc[table["last_report"].notna(), "last_source"].str.match(r"https?://\S+$").all()
    # Without an end a row has the day of the last report that bears it out.
    assert table.loc[~ended, "last_report"].notna().all()
    five = {"torkham", "chaman-spin-boldak", "ghulam-khan", "kharlachi", "angoor-adda"}
    october = table[(table["date_from"] >= "2025-10-11") & (table["state"] == "closed")]
    assert five <= set(october["crossing_id"])


def test_any_day_has_a_state_or_not_known_for_each_crossing():
    days = pd.date_range("2025-10-09", "2026-02-28", freq="9D")
    for day in days:
        found = geo.crossing_status(day.date())
        assert len(found) == 7 * len(KINDS)
        assert found["state"].isin(["closed", "partly", "open", "reports differ", "not known"]).all()
        said = found["state"] != "not known"
        assert (found.loc[said, "sources"] != "").all()
        assert (found.loc[~said, "statements"] == 0).all()


def test_nothing_is_extended_past_an_end_or_the_last_report():
    status = _status(
        ("torkham", "trade", "closed", "2030-01-10", "", "2030-01-20", "", "2030-01-15"),
        ("chaman-spin-boldak", "trade", "closed", "2030-01-10", "", "", "", "2030-01-15"),
    )

    def state(crossing, day):
        found = geo.crossing_status(day, "trade", status=status).set_index("crossing_id")
        return found.loc[crossing, "state"]

    assert [state("torkham", f"2030-01-{day}") for day in ("09", "10", "19", "20", "21")] == [
        "not known", "closed", "closed", "not known", "not known"
    ]  # fmt: skip
    assert [state("chaman-spin-boldak", f"2030-01-{day}") for day in ("10", "15", "16")] == [
        "closed", "closed", "not known"
    ]  # fmt: skip


def test_doubt_of_a_date_is_not_a_state():
    status = _status(("torkham", "trade", "closed", "2030-01-10", "2", "2030-02-20", "3", "2030-02-01"))
    found = geo.crossing_intervals("2030-01-01", "2030-03-10", status=status)
    runs = found[(found["crossing_id"] == "torkham") & (found["traffic"] == "trade")]
    assert runs["state"].tolist() == ["not known", "closed", "not known"]
    # From the last possible first day to the first possible last one.
    closed = runs[runs["state"] == "closed"].iloc[0]
    assert closed["date_from"] == pd.Timestamp("2030-01-13")
    assert closed["date_to"] == pd.Timestamp("2030-01-20")


def test_pages_that_differ_stay_apart():
    status = _status(
        ("torkham", "trade", "closed", "2030-01-10", "", "", "", "2030-01-20"),
        ("torkham", "trade", "open", "2030-01-15", "", "", "", "2030-01-20"),
        ("torkham", "all", "open", "2030-01-01", "", "", "", "2030-01-20"),
    )
    states = geo.crossing_status("2030-01-16", status=status).set_index(["crossing_id", "traffic"])["state"]
    assert states["torkham", "trade"] == "reports differ"
    # What is said of one kind of traffic goes before what is said of all.
    assert geo.crossing_status("2030-01-12", "trade", status=status)["state"].tolist().count("closed") == 1
    assert states["torkham", "aid"] == "open"
    assert states["kharlachi", "aid"] == "not known"


def test_a_partial_opening_of_a_day_stands_in_a_long_closure():
    found = geo.crossing_status("2026-01-12", "travellers").set_index("crossing_id")
    assert found.loc["torkham", "state"] == "partly"
    assert (
        geo.crossing_status("2026-01-13", "travellers").set_index("crossing_id").loc["torkham", "state"]
        == "closed"
    )


def test_runs_of_days_agree_with_each_day_and_leave_no_gap():
    runs = geo.crossing_intervals("2025-10-09", "2025-12-10")
    for (crossing, kind), rows in runs.groupby(["crossing_id", "traffic"]):
        starts, ends = rows["date_from"].to_numpy(), rows["date_to"].to_numpy()
        assert (starts[1:] - ends[:-1] == np.timedelta64(1, "D")).all()
        assert (rows["state"].to_numpy()[1:] != rows["state"].to_numpy()[:-1]).all()
        if crossing in ("torkham", "chaman-spin-boldak"):
            for row in rows.itertuples():
                for day in {row.date_from, row.date_to}:
                    one = geo.crossing_status(day.date(), kind).set_index("crossing_id")
                    assert one.loc[crossing, "state"] == row.state


def test_a_table_of_the_user_gets_the_same_account_of_rows(tmp_path):
    path = tmp_path / "gates.csv"
    path.write_text(
        "crossing_id,traffic,state,date_from,date_to,last_report,from_source\n"
        "Torkham crossing,trade,closed,2030-01-10,,2030-01-12,https://example.org/a\n"
        "Spin Boldak,trade,shut,2030-01-10,,,\n"
        "Wagah,all,open,2030-01-10,,,\n"
        "چمن - سپین بولدک,aid,open,2030-01-10,2030-01-01,,\n"
        "kharlachi,all,open,10/11/2030,,,\n",
        encoding="utf-8",
    )
    status = geo.read_crossing_status(path)
    assert status.counts == {"read": 5, "accepted": 1, "rejected": 4}
    assert status.statements["crossing_id"].tolist() == ["torkham"]
    assert status.rejected["row"].tolist() == [2, 3, 4, 5] or set(status.rejected["row"]) == {2, 3, 4, 5}
    reasons = " ".join(status.rejected["reason"])
    assert "no crossing 'Wagah'" in reasons
    assert "before date_from" in reasons
    assert "closed" in reasons


@pytest.mark.parametrize(
    "day", ["no day", None, "2025-13-40", float("nan"), pd.NaT, 20251020, "20251020", "11/10/2025", "2025-10"]
)
def test_what_is_no_day_is_refused(day):
    with pytest.raises(SchemaError, match="is a day such as"):
        geo.crossing_status(day)


def test_wrong_arguments_say_what_is_allowed():
    with pytest.raises(SchemaError, match="trade, travellers"):
        geo.crossing_status("2025-10-21", "lorries")
    with pytest.raises(SchemaError, match="lies before"):
        geo.crossing_intervals("2025-10-21", "2025-10-20")
    with pytest.raises(SchemaError, match="read_crossing_status"):
        geo.crossing_status("2025-10-21", status=[1])


def test_the_strip_says_what_the_table_says():
    chart = gate_chart(since=dt.date(2025, 10, 5), until=dt.date(2026, 3, 5))
    lanes = {(lane.crossing_id, lane.traffic): lane for lane in chart.lanes}
    assert next(lane.crossing_id for lane in chart.lanes) == "torkham"
    returnees = lanes["torkham", ("returnees",)]
    assert [span.state for span in returnees.spans] == ["closed", "reports differ", "open"]
    assert returnees.spans[-1].open_end
    assert not returnees.spans[0].open_end
    # The small crossings have one lane: nothing tells their kinds of traffic apart.
    assert ("kharlachi", tuple(KINDS)) in lanes
    # A crossing of which nothing is said has no lane.
    assert not {"badini", "arandu"} & {lane.crossing_id for lane in chart.lanes}


@pytest.mark.parametrize("lang", ["en", "ps", "fa", "ur", "ar"])
def test_the_strip_is_drawn_in_every_language(lang):
    chart = gate_chart(since=dt.date(2025, 10, 5), until=dt.date(2026, 2, 1), lang=lang)
    drawing = draw_gates(chart, Sheet(size="wide"))
    page = (0.0, 0.0, drawing.canvas.width, drawing.canvas.height)
    for text, (left, top, right, bottom) in drawing.canvas.texts:
        assert page[0] - 0.5 <= left < right <= page[2] + 0.5, text
        assert page[1] <= top < bottom <= page[3], text
    words = " ".join(text for text, _ in drawing.canvas.texts)
    for lane in chart.lanes:
        assert lane.crossing in words


def test_no_two_words_of_the_strip_lie_over_each_other():
    chart = gate_chart(since=dt.date(2025, 10, 5), until=dt.date(2026, 3, 5))
    boxes = draw_gates(chart, Sheet(size="wide")).canvas.texts
    for n, (text, (left, top, right, bottom)) in enumerate(boxes):
        for other, (a, b, c, d) in boxes[n + 1 :]:
            assert right <= a or c <= left or bottom <= b or d <= top, (text, other)


def test_command_writes_pictures_and_tables_and_tells_a_day(tmp_path):
    run = CliRunner()
    picture, table = tmp_path / "gates.svg", tmp_path / "runs.csv"
    done = run.invoke(cli, ["crossings", "-o", str(picture), "-o", str(table), "--since", "2025-10-05"])
    assert done.exit_code == 0, done.output
    assert "When the gates were shut" in picture.read_text(encoding="utf-8")
    assert re.match("crossing_id,crossing,traffic,state", table.read_text(encoding="utf-8"))
    again = run.invoke(cli, ["crossings", "-o", str(picture)])
    assert again.exit_code != 0
    assert "there already" in again.output
    told = run.invoke(cli, ["crossings", "--on", "2025-10-21", "--traffic", "trade"])
    assert "Torkham\ttrade\tclosed\thttps://" in told.output
    assert "Badini\ttrade\tnot known\n" in told.output
    none = run.invoke(cli, ["crossings", "-o", str(tmp_path / "x.png"), "--since", "2031-01-01"])
    assert none.exit_code != 0


@pytest.mark.parametrize("lang", ["en", "ur"])
def test_the_page_of_the_strip_has_every_statement_and_bar(lang):
    chart = gate_chart(since=dt.date(2025, 10, 5), until=dt.date(2026, 3, 5), lang=lang)
    page = gates_page(chart)
    assert not re.search(r"<script|javascript:|@import|url\(http", page)
    assert page.count('<tr><th scope="row">') == len(chart.table)
    assert page.count('<svg role="img"') == len(chart.lanes) + 2
    for page_read in chart.table["from_source"]:
        assert escape(page_read) in page
    # Closed bars begin on the day they say, measured from where the language begins.
    days = (chart.last - chart.first).days + 1
    first = next(span for lane in chart.lanes for span in lane.spans)
    share = 100 * (first.first - chart.first).days / days
    wide = 100 * ((first.last - first.first).days + 1) / days
    left = share if lang == "en" else 100 - share - wide
    assert f'<rect class="closed" x="{left:.2f}%" y="0" width="{wide:.2f}%"' in page


def test_an_end_that_no_page_has_fades_on_the_page_and_no_other():
    page = gates_page(gate_chart(since=dt.date(2025, 10, 5), until=dt.date(2026, 3, 5), traffic="returnees"))
    torkham = page[page.index("Torkham</bdi></h2>") :].split("</section>")[0]
    # Open from 1 November, last report 4 December: two rails fade; what differs before it has an end.
    assert torkham.count('class="fade-end"') == 2
    assert torkham.count('class="fade-start"') == 0


def test_one_kind_of_traffic_is_asked_for_in_every_output(tmp_path):
    run = CliRunner()
    files = [tmp_path / f"t.{suffix}" for suffix in ("html", "svg", "csv")]
    options = [part for file in files for part in ("-o", str(file))]
    done = run.invoke(cli, ["crossings", *options, "--traffic", "trade", "--since", "2025-10-05"])
    assert done.exit_code == 0, done.output
    assert set(pd.read_csv(files[2])["traffic"]) == {"trade"}
    for file in files[:2]:
        text = file.read_text(encoding="utf-8")
        assert "trade" in text
        assert "returnees" not in text


def _status(*rows):
    columns = [
        "crossing_id",
        "traffic",
        "state",
        "date_from",
        "from_precision",
        "date_to",
        "to_precision",
        "last_report",
    ]
    frame = pd.DataFrame(rows, columns=columns).astype("str")
    from geo.analysis.crossing_status import _read

    status = _read(frame.reset_index(drop=True))
    assert status.rejected.empty
    return status
