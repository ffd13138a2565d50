"""docs/analyst.md shows what its code prints. ``python tests/test_analyst.py`` writes it anew."""

from __future__ import annotations

import contextlib
import doctest
import importlib.util
import io
import re
from pathlib import Path

import numpy as np

import geo

PAGE = Path(__file__).parents[1] / "docs" / "analyst.md"

BLOCK = re.compile(r"^```pycon\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def replayed(text: str) -> str:
    """The page with what its code prints now, one block after the other."""
    names: dict[str, object] = {}

    def run(block: re.Match[str]) -> str:
        lines = []
        for example in doctest.DocTestParser().get_examples(block[1]):
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(example.source, "analyst.md", "single"), names)
            source = example.source.rstrip("\n").split("\n")
            lines += [f">>> {source[0]}", *(f"... {line}".rstrip() for line in source[1:])]
            shown = printed.getvalue().rstrip("\n")
            lines += [line.rstrip() for line in shown.split("\n")] + [""] if shown else []
        return "```pycon\n" + "\n".join(lines).rstrip("\n") + "\n```"

    return BLOCK.sub(run, text)


def test_the_page_shows_what_its_code_prints():
    text = PAGE.read_text(encoding="utf-8")
    assert len(re.findall(r"^## \d+\. ", text, re.MULTILINE)) == 10
    assert text.count(">>> ") > 40
    assert replayed(text) == text


def test_a_stock_point_of_ucdp_is_a_hot_spot_by_stored_points_alone(shared):
    """Balochistan's in the candidate file of January 2026: figures that the page tells of it."""
    from esda import G_Local
    from libpysal.weights import lat2W

    events = geo.read_events(shared / "events" / "GEDEvent_v26_0_1.csv").events.cx[60:78, 23:39]
    rows, columns = 56, 60
    weights = lat2W(rows, columns, rook=False)

    def gi(points):
        x, y = (
            np.floor((axis - low) * 4) for axis, low in ((points.geometry.x, 60), (points.geometry.y, 24))
        )
        inside = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
        cells = (y[inside] * columns + x[inside]).astype(int)
        numbers = np.bincount(cells, minlength=rows * columns).astype(float)
        return G_Local(numbers, weights, transform="B", star=True, permutations=0).Zs

    here = int((28.478488 - 24) * 4) * columns + int((65.643553 - 60) * 4)
    drawn = [gi(part)[here] for _, part in geo.impute(events, n=50).groupby("draw")]
    pooled = geo.pool([(one, 1.0) for one in drawn]).loc[0]
    text = PAGE.read_text(encoding="utf-8").replace("\n", " ")
    said = (gi(events)[here], pooled["estimate"], pooled["low"], pooled["high"])
    assert "z = {:.1f} by stored points, and of {:.1f} ({:.1f} to {:.1f}) over draws".format(*said) in text
    assert pooled["low"] < 0


def test_the_point_of_the_border_is_a_hot_spot_by_stored_points_alone():
    """The picture's figures: UCDP's point for events on the border of the two countries, 68.05 E, 31.69 N."""
    path = Path(__file__).parents[1] / "benchmarks" / "hot_spot.py"
    made = importlib.util.module_from_spec(spec := importlib.util.spec_from_file_location("hot_spot", path))
    spec.loader.exec_module(made)
    stored, pooled = made.scores(made.front(), n=30)
    lon, lat = made.STOCK_POINT
    here = int((lat - made.SOUTH) / made.SIDE), int((lon - made.WEST) / made.SIDE)
    assert stored[here] > 5
    assert pooled[here] < 1
    # Where the front was, between Paktika and Kunar, stored points have none and the draws do.
    front = int((32.5 - made.SOUTH) / made.SIDE), int((69.4 - made.WEST) / made.SIDE)
    assert stored[front] < 0.5
    assert pooled[front] > 1.5
    assert (PAGE.parent / "images" / "hot-spot.png").stat().st_size > 10_000


if __name__ == "__main__":
    PAGE.write_text(replayed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
