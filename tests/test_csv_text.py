"""One writer of CSV: what is written is read back, and no spreadsheet program runs it."""

import csv
import io
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo.files.cells import clean_frame, replace_unwritable
from geo.files.characters import writable
from geo.files.csv_injection import neutralise_formulas, neutralise_text, restore_formulas, restore_text
from geo.files.csv_text import csv_text, write_csv
from geo.files.tables import write_features
from maps.cli.main import cli

SHARP = st.text(
    st.sampled_from("ab=+-@＝＋－＠;'\"\t\r\n, \u200b\x00\x0b\x07\ufeff\u2028|") | st.characters(),
    max_size=12,
)
FORMULA = re.compile("^['\"]?[ \u00a0\u200b-\u200f\u2060\ufeff]*[=+\\-@＝＋－＠]")


def runs(cell: str) -> bool:
    """Whether a program would run a cell, in a region of the comma or of the semicolon."""
    parts = re.split("[;\t\r\n]", cell)
    return any(part and not part.startswith("'") and FORMULA.match(part) for part in parts)


@given(SHARP)
def test_no_text_runs_once_it_is_neutralised_and_comes_back(text):
    safe = neutralise_text(text)
    assert not runs(safe)
    assert not safe.startswith(("\t", "\r", "\n"))
    assert restore_text(safe) == text
    assert restore_text(neutralise_text(safe)) == safe


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "－1",
        "＠x",
        " =1",
        "\u200b=1",
        "'=1",
        "a;=1",
        "a\n@x",
    ],
)
def test_every_known_way_in_is_closed(text):
    assert runs(text) or text.startswith("'")
    safe, changed = neutralise_formulas(pd.DataFrame({text: [text], "n": [1]}))
    assert changed == 2
    assert not any(runs(cell) for cell in (safe.columns[0], safe.iloc[0, 0]))
    assert restore_formulas(safe.astype("str")).columns[0] == text


@settings(deadline=None)
@given(st.lists(st.tuples(SHARP, SHARP), min_size=1, max_size=4), SHARP)
def test_cells_are_read_back_as_they_were(rows, name):
    frame = pd.DataFrame(rows, columns=[f"a{name}", "b"], dtype=object)
    text = csv_text(frame)
    text.encode("utf-8")
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert len(read) == len(rows) + 1
    assert restore_text(read[0][0]) == writable(f"a{name}")
    for found, given_ in zip(read[1:], rows, strict=True):
        assert [restore_text(cell) for cell in found] == [writable(cell) for cell in given_]
    again = pd.read_csv(io.StringIO(text, newline=""), dtype="str", keep_default_na=False)
    assert len(again) == len(rows)


def test_a_line_ends_in_lf_and_a_lone_cr_is_quoted():
    assert csv_text(pd.DataFrame({"a": ["x\ry", "x\r\ny"], "b": [1, 2]})) == 'a,b\n"x\ry",1\n"x\r\ny",2\n'


def test_excel_is_told_that_it_is_utf_8(tmp_path):
    path = tmp_path / "a.csv"
    write_csv(pd.DataFrame({"place": ["چمن"]}), path, excel=True)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfplace\n")
    assert pd.read_csv(path, encoding="utf-8-sig")["place"].tolist() == ["چمن"]


# -- characters


def test_characters_that_no_file_can_hold_are_replaced_and_counted():
    values = pd.Series(["a\x00b", "x\x0by", "\ud800", "طورخم", None, 5], dtype=object)
    clean, changed = replace_unwritable(values)
    assert clean.tolist() == ["a\ufffdb", "x y", "\ufffd", "طورخم", None, 5]
    assert changed.tolist() == [True, True, True, False, False, False]
    assert replace_unwritable(clean)[0] is clean
    words = pd.Series(pd.Categorical(["a\x07", "b", None]))
    clean, changed = replace_unwritable(words)
    assert clean.astype(object).where(clean.notna(), None).tolist() == ["a\ufffd", "b", None]
    assert changed.tolist() == [True, False, False]
    frame, count = clean_frame(pd.DataFrame({"a\x00": ["\x00"], "n": [1]}))
    assert (list(frame.columns), frame.iloc[0, 0], count) == (["a\ufffd", "n"], "\ufffd", 2)


@settings(deadline=None, max_examples=40)
@given(st.lists(SHARP, min_size=1, max_size=3))
@pytest.mark.parametrize("driver", ["GPKG", "GeoJSON", "FlatGeobuf"])
def test_what_geographic_formats_hold_is_never_cut(tmp_path_factory, driver, texts):
    suffix = {"GPKG": ".gpkg", "GeoJSON": ".geojson", "FlatGeobuf": ".fgb"}[driver]
    path = tmp_path_factory.mktemp("layer") / f"t{suffix}"
    frame = gpd.GeoDataFrame(
        {"text": pd.Series(texts, dtype=object), "n": np.arange(len(texts))},
        geometry=gpd.points_from_xy([70] * len(texts), [33] * len(texts)),
        crs=4326,
    )
    write_features(frame, path, driver)
    read = gpd.read_file(path).sort_values("n")["text"].fillna("").tolist()
    assert read == [writable(text) for text in texts]


# -- every command

HOSTILE = "=HYPERLINK(1)"
SHEET = f'"{HOSTILE}",date,type,place,lat,lon,killed,summary,id\n'
ROW = 'x,2025-10-12,shelling,"{place}",34.1264,71.09,3,"{summary}",{id}\n'


def cells_of(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")) for cell in row]


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hostile = {"place": "=cmd()", "summary": "a;=cmd()\n＝x\n@y"}
    one = SHEET + ROW.format(id=1, **hostile) + ROW.format(id=2, **hostile).replace("2025-10-12", "someday")
    Path("one.csv").write_text(one)
    Path("two.csv").write_text(SHEET + ROW.format(id=7, place="+Torkham", summary="-new"))
    Path("claims.csv").write_text(
        'event_id,claimant,claimant_kind,metric,low,note\nown:1,"=UN",un,killed,3,"@x"\n'
    )


@pytest.mark.usefixtures("files")
def test_no_command_writes_a_cell_that_a_program_runs():
    ran = [
        ["read", "one.csv", "-o", "out.csv", "--claims", "claims.csv"],
        ["locate", "one.csv", "-o", "located.csv", "--force"],
        ["match", "one.csv", "two.csv", "-o", "pairs.csv", "--min-score", "0"],
        ["match", "one.csv", "two.csv", "--min-score", "0"],
        ["match", "one.csv", "two.csv", "--min-score", "0", "--merge", "both.parquet", "-o", "again.csv"],
        ["unmerge", "both.parquet", "a.csv", "b.csv"],
        ["diff", "one.csv", "two.csv", "--format", "csv"],
        ["diff", "one.csv", "two.csv", "--format", "csv", "-o", "diff.csv"],
        ["place", "Torkham", "--format", "csv"],
    ]
    texts = []
    for arguments in ran:
        done = CliRunner().invoke(cli, ["-q", *arguments])
        assert done.exit_code in (0, 1), done.output
        assert "fault of ours" not in done.output, done.output
        texts.append(done.stdout)
    given_ = {"one.csv", "two.csv", "claims.csv"}
    made = {path.name: path.read_text() for path in Path().glob("*.csv") if path.name not in given_}
    assert {
        "out.csv",
        "out.claims.csv",
        "one.csv.rejected.csv",
        "located.csv",
        "pairs.csv",
        "a.csv",
        "b.csv",
    } <= set(made)
    cells = [cell for text in (*texts, *made.values()) for cell in cells_of(text)]
    assert any("cmd()" in cell for cell in cells)
    number = re.compile(r"-?[\d.]+(e[+-]?\d+)?")
    assert [cell for cell in cells if runs(cell) and not number.fullmatch(cell)] == []


@pytest.mark.usefixtures("files")
def test_what_is_neutralised_is_read_back_as_it_was():
    first = geo.read_events("two.csv")
    geo.write_table(first.events, "again.csv")
    again = geo.read_events("again.csv")
    assert again.events["summary"].tolist() == first.events["summary"].tolist() == ["-new"]
