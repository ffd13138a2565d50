"""The guides show what the commands print. ``python tests/test_guide.py`` writes them anew; read it."""

from __future__ import annotations

import datetime as dt
import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from make_messy import MESSY, ROWS, TITLE, build
from openpyxl import load_workbook

from maps.cli.main import cli

DOCS = Path(__file__).parents[1] / "docs"
GUIDES = ("guide.md", "locator.md")


def replayed(text: str, folder: Path) -> str:
    """The guide with what its commands print now, one after the other in a folder that has the sheet."""
    shutil.copy(MESSY, folder)

    def run(block: re.Match[str]) -> str:
        lines = []
        for command in re.findall(r"^\$ durand (.*)$", block[1], re.MULTILINE):
            result = CliRunner().invoke(cli, shlex.split(command), prog_name="durand")
            assert result.exit_code in (0, 1), result.output
            lines += [f"$ durand {command}", *result.output.rstrip("\n").splitlines()]
        return "```console\n" + "\n".join(lines) + "\n```"

    before = Path.cwd()
    os.chdir(folder)
    try:
        return re.sub(r"```console\n(.*?)\n```", run, text, flags=re.DOTALL)
    finally:
        os.chdir(before)


def without_sizes(text: str) -> str:
    """What fonts and compilers decide: how large a picture is."""
    return re.sub(r"\d+ KB", "... KB", text)


@pytest.mark.parametrize("guide", GUIDES)
def test_the_guide_shows_what_the_commands_print(guide, tmp_path):
    text = (DOCS / guide).read_text(encoding="utf-8")
    assert text.count("\n$ durand ") >= 5
    assert without_sizes(replayed(text, tmp_path)) == without_sizes(text)


def test_the_sheet_is_the_one_that_its_script_builds():
    assert len(ROWS) == 30
    there, built = load_workbook(MESSY).active, build().active
    assert "INVENTED" in TITLE
    assert there["A1"].value == TITLE
    assert [[cell.value for cell in row] for row in there] == [
        [
            pd.Timestamp(cell.value).to_pydatetime() if isinstance(cell.value, dt.date) else cell.value
            for cell in row
        ]
        for row in built
    ]
    assert sorted(map(str, there.merged_cells.ranges)) == sorted(map(str, built.merged_cells.ranges))


def test_every_row_of_the_sheet_is_told(tmp_path):
    shutil.copy(MESSY, tmp_path)
    source, out = str(tmp_path / MESSY.name), tmp_path / "events.parquet"
    result = CliRunner().invoke(cli, ["-v", "read", source, "-o", str(out)])
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    rejected = pd.read_csv(tmp_path / "messy.xlsx.rejected.csv", keep_default_na=False)
    assert rejected["row"].tolist() == [7, 8, 10, 11, 13, 18, 19, 29, 31, 34]
    for row, columns in zip(rejected["row"], rejected["columns_at_fault"], strict=True):
        for column in columns.split(" | "):
            assert f"rejected: row {row} {column}".rstrip() in result.stderr
    assert "'=HYPERLINK" in (tmp_path / "messy.xlsx.rejected.csv").read_text(encoding="utf-8")
    assert "an apostrophe put before 1 cell" in result.stderr
    assert "superseded: row 23 'own:18': the same row is there twice (row 22)" in result.stderr
    assert "30 read = 19 accepted + 10 rejected + 1 superseded" in result.stdout


if __name__ == "__main__":
    for guide in GUIDES:
        with tempfile.TemporaryDirectory() as folder:
            text = replayed((DOCS / guide).read_text(encoding="utf-8"), Path(folder))
            (DOCS / guide).write_text(text, encoding="utf-8")
