"""Claims: each shown once, as it was said, beside its claimant; and no sum of them anywhere."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from click.testing import CliRunner

import geo
from geo.errors import SchemaError
from maps.cli.main import cli
from maps.content.claims_matrix import claims_matrix, figure_text
from maps.spec.sheet import Sheet
from maps.static.claims_table import TALL, _caption, claim_sheets
from maps.static.dumbbell import draw_dumbbell
from maps.web.claims_page import claims_page
from maps.words.words import word


@pytest.fixture(scope="module")
def matrix():
    return claims_matrix()


def statements(matrix):
    return [
        one for group in matrix.groups for row in group.rows for cell in row.cells for one in cell.statements
    ]


class Page(HTMLParser):
    """Text of a page, and the claims that it names."""

    def __init__(self, text):
        super().__init__()
        self.words, self.ids, self.skip = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.skip = tag in ("style", "script")
        self.ids += (dict(attrs).get("data-claims") or "").split()

    def handle_endtag(self, tag):
        self.skip = False

    def handle_data(self, data):
        if not self.skip:
            self.words.append(data)


def numbers_in(text):
    return {int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*", text)}


def test_each_claim_is_shown_exactly_once(matrix):
    shown = [one for statement in statements(matrix) for one in statement.claim_ids]
    assert sorted(shown) == sorted(geo.read_events().claims["claim_id"])


def test_each_claim_stands_once_in_the_page(matrix):
    assert sorted(Page(claims_page(matrix)).ids) == sorted(geo.read_events().claims["claim_id"])


def test_no_sum_of_claims_stands_in_any_output(matrix):
    """Every sum of two figures of an event and metric, and of all of a party's, is looked for."""
    claims = geo.read_events().claims
    stated = {int(value) for value in pd.concat([claims["low"], claims["high"]]).dropna()}
    sheets = claim_sheets(matrix)
    outputs = {
        "page": " ".join(Page(claims_page(matrix)).words),
        "print": " ".join(text for sheet in sheets for text, _ in sheet.canvas.texts),
        "alt": " ".join(sheet.caption.text for sheet in sheets),
    }
    dates = set(range(1, 32)) | set(range(2014, 2027))
    # Figures in words such as "11 children", in notes and in names stand in the table themselves.
    told = numbers_in(" ".join(claims[["who", "note", "covers", "event_id"]].fillna("").to_numpy().ravel()))
    for (_, _), rows in claims.groupby(["event_id", "metric"], observed=True):
        figures = [int(value) for value in rows["low"].fillna(rows["high"]).dropna() if value > 0]
        sums = {a + b for a, b in itertools.combinations(figures, 2)}
        sums |= {sum(figures)} if len(figures) > 1 else set()
        for name, text in outputs.items():
            made = (sums - stated - dates - told) & numbers_in(text)
            assert not made, (name, rows["event_id"].iloc[0], made)
    for kind, rows in claims.groupby("claimant_kind", observed=True):
        total = int(rows["low"].fillna(0).sum())
        for name, text in outputs.items():
            assert total in stated | dates or total not in numbers_in(text), (name, kind, total)


@pytest.mark.parametrize(
    ("low", "high", "bound", "words"),
    [
        (12, None, "more than", ("more than", "12")),
        (17, None, "at least", ("at least", "17")),
        (None, 30, "up to", ("up to", "30")),
        (400, 400, "about", ("about", "400")),
        (45, 50, None, ("", "45 to 50")),
        (5, 5, "exactly", ("", "5")),
        (None, None, "dozens", ("dozens", "")),
        (0, 0, "exactly", ("none", "")),
        (1200, None, "at least", ("at least", "1,200")),
    ],
)
def test_a_figure_keeps_how_it_was_said(low, high, bound, words):
    assert figure_text(low, high, bound, "en") == words


@pytest.mark.parametrize("lang", ["en", "ps", "fa", "ur", "ar"])
@pytest.mark.parametrize("bound", ["more than", "at least", "up to", "about", "dozens", "none", "not stated"])
def test_every_bound_has_a_word_in_every_language(lang, bound):
    from maps.words.words import WORDS

    assert WORDS[lang][f"figure {bound}"].strip()


def test_figures_that_lost_their_bound_have_it_again():
    claims = geo.read_events().claims.set_index("claim_id")
    for claim, bound in {
        "apb:029-c1": "more than",
        "apb:029-c2": "more than",
        "apb:032-c1": "at least",
        "apb:048-c2": "at least",
        "apb:014-c7": "more than",
        "apb:004-c1": "at least",
        "apb:046-c2": "at least",
        "apb:069-c1": "at least",
        "apb:078-c2": "more than",
        "apb:004-c4": "dozens",
        "apb:078-c1": "about",
    }.items():
        assert claims.loc[claim, "bound"] == bound, claim
    # Two counts of bodies by AFP's reporters are two claims: the table's own sum is gone.
    afp = claims[claims["claimant"] == "AFP reporters"]
    assert afp["low"].tolist() == [30, 65]
    assert not (claims["low"] == 95).any()


def test_replay_shows_what_was_known_on_a_day():
    then = geo.claims(as_of="2025-10-16")
    unama = then[
        (then["event_id"] == "apb:014") & (then["claimant"] == "UNAMA") & (then["metric"] == "killed")
    ]
    assert unama["low"].tolist() == [18]
    now = geo.claims(as_of="2026-02-28")
    unama = now[(now["event_id"] == "apb:014") & (now["claimant"] == "UNAMA") & (now["metric"] == "killed")]
    assert unama["low"].tolist() == [18, 47]
    assert unama["revision"].tolist() == [1, 2]
    assert unama["latest"].tolist() == [False, True]


def test_ranges_are_those_of_a_claimant_alone():
    ranges = geo.claims_by("event")
    keys = ["event_id", "covers", "claimant", "metric", "group"]
    assert not ranges.duplicated(keys).any()
    claims = geo.claims()
    for row in ranges.itertuples():
        mine = claims[(claims["event_id"] == row.event_id) & (claims["claimant"] == row.claimant)]
        figures = set(pd.concat([mine["low"], mine["high"]]).dropna().astype(int))
        assert pd.isna(row.lowest) or {row.lowest, row.highest} <= figures
    barmal = ranges[(ranges["event_id"] == "apb:012")]
    # "None reported" is a denial, not the lowest toll.
    assert barmal["denied"].all()
    assert barmal["lowest"].isna().all()


def test_a_figure_for_several_events_has_a_row_of_its_own_below_them(matrix):
    names = [(group.kind, group.name) for group in matrix.groups]
    together = names.index(("covers", "Urgun and Barmal"))
    members = [n for n, group in enumerate(matrix.groups) if group.members == ("apb:037",)]
    assert members[0] < together
    assert ("event", "Barmal district, Paktika") in names[:together]
    # An event without a figure of its own, for which another's figure stands, has its row with dashes.
    barmal = matrix.groups[names.index(("event", "Barmal district, Paktika"), members[0])]
    assert not any(cell.statements for row in barmal.rows for cell in row.cells)


def test_groups_counted_are_rows_and_details_stay(matrix):
    group = next(one for one in matrix.groups if one.members == ("apb:054",))
    assert [row.group for row in group.rows] == ["soldiers", "civilians", "attackers"]
    assert any("one child killed" in one.detail for one in statements(matrix))


def test_the_page_is_one_file_that_runs_nothing(matrix):
    text = claims_page(matrix)
    assert "<script" not in text
    assert "default-src 'none'" in text
    assert not re.search(r'(?:src|href)="(?!https?://)', text)
    heads = re.findall(r'<th scope="col">([^<]*)</th>', text)
    assert len(heads) == 7
    assert text.count('class="event" scope="rowgroup"') == len(matrix.groups)


def test_text_of_claims_is_inert():
    tables = geo.read_events()
    claims = tables.claims.copy()
    claims.loc[0, ["claimant", "who", "note"]] = ['<script>alert("x")</script>', "<b>${1}</b>", "<img src=x>"]
    claims.loc[0, "source_url"] = "javascript:alert(1)"
    text = claims_page(claims_matrix(dataclasses.replace(tables, claims=claims)))
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "javascript:" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("lang", ["en", "ur"])
def test_the_table_is_drawn_within_its_page_and_no_words_overlap(lang):
    matrix = claims_matrix(since=dt.date(2025, 10, 9), until=dt.date(2025, 11, 30), lang=lang)
    for sheet in claim_sheets(matrix, Sheet(size="wide")):
        canvas = sheet.canvas
        boxes = canvas.texts
        for text, (left, top, right, bottom) in boxes:
            assert -0.5 <= left <= right <= canvas.width + 0.5, text
            assert 0 <= top <= bottom <= canvas.height, text
        for n, (text, (left, top, right, bottom)) in enumerate(boxes):
            for other, (a, b, c, d) in boxes[n + 1 : n + 60]:
                beside = right <= a + 0.6 or c <= left + 0.6 or bottom <= b + 0.6 or d <= top + 0.6
                assert beside, (text, other)


def test_a_dumbbell_keeps_areas_apart_and_words_its_bounds():
    drawing = draw_dumbbell(claims_matrix(ids=("apb:029",)))
    words = [text for text, _ in drawing.canvas.texts]
    assert "Civilians" in words
    assert "Civilians: all of Afghanistan, 15 October 2025" in words
    assert {"more than 12", "at least 17", "15 to 20", "35"} <= set(words)
    with pytest.raises(SchemaError, match="no claim"):
        draw_dumbbell(claims_matrix(ids=("apb:030",)), "killed")


def test_command_writes_every_format(tmp_path):
    run = CliRunner()
    paths = [tmp_path / f"claims.{suffix}" for suffix in ("html", "svg", "csv")]
    arguments = [part for path in paths for part in ("-o", str(path))]
    done = run.invoke(cli, ["claims", *arguments, "--since", "2025-10-09", "--until", "2025-10-19"])
    assert done.exit_code == 0, done.output
    table = pd.read_csv(paths[2])
    assert {"claim_id", "event_id", "bound", "covers", "revision"} <= set(table.columns)
    sheets = sorted(tmp_path.glob("claims*.svg"))
    assert [sheet.name for sheet in sheets][:2] == ["claims-1.svg", "claims-2.svg"]
    assert all("Who says what" in sheet.read_text(encoding="utf-8") for sheet in sheets)
    again = run.invoke(cli, ["claims", *arguments])
    assert again.exit_code != 0
    none = run.invoke(cli, ["claims", "-o", str(tmp_path / "n.html"), "--since", "2031-01-01"])
    assert none.exit_code == 1
    assert "no claim" in none.output


def test_a_whole_and_its_parts_are_not_counted_both():
    from geo.events.wholes import is_counted

    events = geo.read_events().events
    counted = is_counted(events)
    assert set(events["event_id"][~counted]) == {"apb:014"}
    october = events[events["event_id"].isin(["apb:014", "apb:012"])]
    assert is_counted(october).all()
    assert is_counted(events.drop(columns="part_of")).all()


def test_sheets_hold_every_claim_once_and_no_sheet_is_taller_than_a_page():
    matrix = claims_matrix(geo.read_events())
    sheets = claim_sheets(matrix)
    assert len(sheets) > 1
    for sheet in sheets:
        size = sheet.canvas.size
        assert size.height <= TALL * size.width + 2
    said = [one for sheet in sheets for one in sheet.caption.long_description.split(". ")]
    assert sorted(said) == sorted(_caption(matrix).long_description.split(". "))


def test_a_short_table_is_one_sheet():
    matrix = claims_matrix(geo.read_events(), ids=("apb:038",))
    assert len(claim_sheets(matrix)) == 1


def test_two_figures_of_one_claimant_and_day_are_both_shown():
    """The second of two figures of one metric took the place of the first."""
    tables = geo.read_events(INVENTED)
    rows = [("a", 5, "killed"), ("a", 7, "killed"), ("a", 2, "injured")]
    claims = pd.DataFrame(
        [
            {
                "claim_id": f"c{n}", "event_id": tables.events["event_id"].iloc[0], "claimant": "X",
                "claimant_kind": "media", "metric": metric, "who": "civilians", "low": low, "high": low,
                "stated_on": pd.Timestamp("2030-01-02"),
            }
            for n, (_, low, metric) in enumerate(rows)
        ]
    )  # fmt: skip
    for column in ("low", "high"):
        claims[column] = claims[column].astype("Int64")
    for column in ("bound", "covers", "scope", "source_url", "note"):
        claims[column] = pd.Series([None] * len(claims), dtype="str")
    found = claims_matrix(dataclasses.replace(tables, claims=claims))
    said = [figure[1] for one in statements(found) for figure in one.figures]
    assert sorted(said) == ["2", "5", "7"]
    assert [len(one.claim_ids) for one in statements(found)] == [2, 1]


INVENTED = pd.DataFrame(
    {"id": ["a"], "date": ["2030-01-01"], "place": ["Torkham"], "province": ["Nangarhar"], "type": ["attack"]}
)


def test_how_far_an_account_is_supported_stands_at_each_event(matrix):
    grades = {"Claimed by one party", "Disputed", "Reported by media", "Verified independently"}
    assert {group.sure for group in matrix.groups if group.kind != "covers"} <= grades
    page = " ".join(Page(claims_page(matrix)).words)
    drawn = " ".join(text for sheet in claim_sheets(matrix) for text, _ in sheet.canvas.texts)
    for grade in {group.sure for group in matrix.groups} - {""}:
        assert grade in page
        assert grade in drawn


@pytest.mark.parametrize("lang", ["ps", "fa", "ur", "ar"])
def test_tables_and_charts_run_from_the_right_where_the_language_does(lang):
    matrix = claims_matrix(ids=("apb:014",), lang=lang)
    canvas = claim_sheets(matrix)[0].canvas
    heads = {text: (left + right) / 2 for text, (left, _, right, _) in canvas.texts}
    places = [heads[text] for text in matrix.heads if text in heads]
    assert places == sorted(places, reverse=True)
    assert len(places) >= 3
    # The words before a number stand to its right, what was counted to its left.
    texts = [text for text, _ in canvas.texts]
    at = next(n for n, text in enumerate(texts) if text == word(lang, "figure more than"))
    assert "".join(texts[at + 1 : at + 2]) in {"200", "۲۰۰", "٢٠٠"}
    assert [box[0] for _, box in canvas.texts[at : at + 3]] == sorted(
        (box[0] for _, box in canvas.texts[at : at + 3]), reverse=True
    )
    chart = draw_dumbbell(matrix).canvas
    zero = next(x for text, (x, _, _, _) in chart.texts if text in ("0", "۰", "٠"))
    assert zero > chart.width / 2


def test_whom_and_where_are_said_in_the_language_where_we_know_the_words():
    matrix = claims_matrix(ids=("apb:029",), lang="ur")
    assert {"شہری", "افغان طالبان"} <= {row.group for group in matrix.groups for row in group.rows}
    assert matrix.groups[0].name == "سپین بولدک، قندھار"
    # What no table of names has stays as the source has it, whole.
    assert claims_matrix(ids=("apb:001",), lang="ur").groups[0].name.isascii()


def test_a_workbook_of_claims_holds_texts_and_days(tmp_path):
    import openpyxl

    done = CliRunner().invoke(cli, ["claims", "-o", str(tmp_path / "c.xlsx"), "--as-of", "2025-10-16"])
    assert done.exit_code == 0, done.output
    rows = list(openpyxl.load_workbook(tmp_path / "c.xlsx").active.iter_rows(values_only=True))
    told = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    expected = geo.claims(as_of="2025-10-16")
    assert [row["claim_id"] for row in told] == expected["claim_id"].tolist()
    assert [row["low"] for row in told] == [None if pd.isna(v) else v for v in expected["low"]]
    assert all(row["stated_on"] <= dt.datetime(2025, 10, 16) for row in told)


def test_as_of_replays_the_shipped_claims_and_those_of_a_file(tmp_path):
    run = CliRunner()
    out = tmp_path / "a.csv"
    done = run.invoke(cli, ["claims", "-o", str(out), "--as-of", "2025-10-16", "--event", "apb:014"])
    assert done.exit_code == 0, done.output
    unama = pd.read_csv(out).query("claimant == 'UNAMA' and metric == 'killed'")
    assert unama["low"].tolist() == [18]


# Words of the cited pages, read again apart from the table (November 2026, stored copies).
AS_READ = {
    "apb:004-c1": "at least 46 killed", "apb:004-c2": "6 injured",
    "apb:011-c1": "11 killed", "apb:011-c2": "19 killed",
    "apb:014-c5": "23 killed", "apb:014-c6": "29 injured", "apb:014-c7": "more than 200 killed",
    "apb:014-c8": "at least 18 killed", "apb:014-c9": "at least 361 injured",
    "apb:014-c10": "47 killed", "apb:014-c11": "456 injured",
    "apb:027-c1": "25 to 30 killed", "apb:029-c4": "15 to 20 killed",
    "apb:029-c1": "more than 12 killed", "apb:029-c2": "more than 100 injured",
    "apb:029-c5": "at least 17 killed", "apb:029-c6": "at least 346 injured",
    "apb:029-c7": "35 killed", "apb:029-c8": "422 injured", "apb:037-c7": "11 killed",
    "apb:032-c3": "at least 9 killed", "apb:033-c3": "1 killed",
    "apb:040-c1": "10 killed", "apb:041-c1": "15 killed", "apb:041-c2": "5 killed",
    "apb:046-c1": "12 killed", "apb:046-c2": "at least 27 injured",
    "apb:048-c2": "at least 10 killed", "apb:048-c3": "6 injured",
    "apb:054-c1": "11 killed", "apb:054-c2": "1 killed", "apb:054-c3": "7 injured",
    "apb:054-c4": "12 killed",
    "apb:069-c1": "at least 14 killed", "apb:069-c2": "6 injured",
    "apb:078-c1": "about 400 killed", "apb:078-c2": "more than 200 injured",
    "apb:078-c3": "408 killed", "apb:078-c4": "265 injured",
    "apb:078-c5": "at least 30 killed", "apb:078-c6": "more than 65 killed",
}  # fmt: skip


def test_the_words_of_forty_cells_are_those_of_the_cited_pages(matrix):
    assert len(AS_READ) >= 40
    rows = geo.read_events().claims.set_index("claim_id")
    said = {
        one: " ".join(
            part
            for part in (
                *figure_text(*rows.loc[one, ["low", "high", "bound"]], "en"),
                rows.loc[one, "metric"],
            )
            if part
        )
        for one in AS_READ
    }
    assert said == AS_READ
    # And the cell of each has just these words.
    cells = {one: statement.figures for statement in statements(matrix) for one in statement.claim_ids}
    for claim, words in AS_READ.items():
        assert words in {" ".join(part for part in figure if part) for figure in cells[claim]}, claim
