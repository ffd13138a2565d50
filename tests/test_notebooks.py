"""The notebooks of docs/notebooks print what they are kept with."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
NAMES = {
    "before-and-after-the-doha-ceasefire",
    "from-a-ucdp-file-to-a-published-map",
    "which-side",
    "your-own-border",
}


def runner():
    spec = importlib.util.spec_from_file_location("run_notebooks", ROOT / "tools" / "run_notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_four_are_there_and_were_run():
    assert {path.stem for path in BOOKS} == NAMES
    for path in BOOKS:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
        assert not any(output["output_type"] == "error" for cell in code for output in cell["outputs"])


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_notebook_prints_what_it_is_kept_with(path):
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    assert runner().differences(path) == []


def test_printed_text_is_one_piece_however_the_kernel_sent_it():
    def printed(text):
        return {"output_type": "stream", "name": "stdout", "text": text}

    shown = {"output_type": "display_data", "data": {"text/plain": "a picture"}}
    sent = [printed("one\n"), printed(["two\n", "three\n"]), shown, printed("four\n")]
    assert runner().whole_streams(sent) == [printed("one\ntwo\nthree\n"), shown, printed("four\n")]
