"""docs/another_border.md shows what its code prints; ``python tests/test_another_border.py`` writes it."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

from test_analyst import replayed

PAGE = Path(__file__).parents[1] / "docs" / "another_border.md"


def test_the_page_shows_what_its_code_prints_and_draws(tmp_path, monkeypatch):
    from matplotlib.image import imread

    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text(encoding="utf-8")
    assert text.count(">>> ") > 30
    assert replayed(text) == text
    pictures = re.findall(r"images/(border-[\w-]+\.png)", text)
    assert len(pictures) == 6
    for name in pictures:
        drawn = imread(tmp_path / name)
        assert drawn.shape[0] > 200
        assert drawn[..., :3].std() > 0.05
        # The picture of the page is of this map.
        kept = imread(PAGE.parent / "images" / name)
        assert abs(kept.shape[1] - drawn.shape[1]) <= 2


if __name__ == "__main__":
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            PAGE.write_text(replayed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        finally:
            os.chdir(here)
        for picture in Path(folder).glob("border-*.png"):
            sys.stdout.write(f"{picture.name}\n")
            (PAGE.parent / "images" / picture.name).write_bytes(picture.read_bytes())
