"""A hot spot that is none: local Gi* by stored points, and over draws from where events may have been.

    python benchmarks/hot_spot.py                              invented reports of one front
    python benchmarks/hot_spot.py GEDEvent_v26_0_1.csv         events of a release of UCDP
    python benchmarks/hot_spot.py -o docs/images/hot-spot.png

Without a file: the shipped events whose place is known, and ten invented reports of fire from Paktika to
Kunar, all stored on the one point that UCDP has for events on the border of the two countries (68.05 E,
31.69 N).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from esda import G_Local
from libpysal.weights import lat2W
from shapely import Point

import geo

WEST, SOUTH, COLUMNS, ROWS = 60.0, 24.0, 30, 28
SIDE: Final = 0.5
"""Of a square, degrees."""

STOCK_POINT: Final = (68.051427, 31.689623)
HOT: Final = 1.96


def front(n: int = 10) -> gpd.GeoDataFrame:
    """Events whose place is known, and invented reports stored on the point for the border."""
    fighting = geo.read_events().filter(
        event_type=["armed clash", "airstrike", "drone strike", "shelling", "bombing", "attack"]
    )
    known = fighting.events[fighting.events["where_precision"].isin(["site", "town"])]
    reports = fighting.events.iloc[[0] * n].assign(
        where_precision="border",
        border_units="AF-PKA;AF-KHO;AF-PIA;AF-NAN;AF-KNR",
        adm1_source=None,
        adm2_source=None,
        place=None,
        geometry=Point(*STOCK_POINT),
    )
    return pd.concat([known, reports], ignore_index=True)


def scores(events: gpd.GeoDataFrame, n: int = 50) -> tuple[np.ndarray, np.ndarray]:
    """Z of Gi* in each square (rows, columns): by stored points, and over draws by Rubin's rules."""
    squares = lat2W(ROWS, COLUMNS, rook=False)

    def gi(points: gpd.GeoSeries) -> np.ndarray:
        row, column = (
            np.floor((axis.to_numpy() - low) / SIDE).astype(int)
            for axis, low in ((points.y, SOUTH), (points.x, WEST))
        )
        inside = (row >= 0) & (row < ROWS) & (column >= 0) & (column < COLUMNS)
        numbers = np.bincount((row * COLUMNS + column)[inside], minlength=ROWS * COLUMNS).astype(float)
        return G_Local(numbers, squares, transform="B", star=True, permutations=0).Zs

    drawn = [gi(part.geometry) for _, part in geo.impute(events, n=n).groupby("draw")]
    # Within each draw z has variance 1; between draws it adds what they differ by.
    spread = np.sqrt(1 + (1 + 1 / n) * np.var(drawn, axis=0, ddof=1))
    pooled = np.mean(drawn, axis=0) / spread
    return gi(events.geometry).reshape(ROWS, COLUMNS), pooled.reshape(ROWS, COLUMNS)


def draw(stored: np.ndarray, pooled: np.ndarray, path: Path) -> None:
    """Both maps beside each other, squares that are hot filled."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    land = geo.read_units(0).set_index("adm0").geometry.loc[["AF", "PK"]]
    line = geo.DurandLine().geometry
    figure, panels = plt.subplots(1, 2, figsize=(9, 4.4), sharey=True, layout="constrained")
    edges = (WEST + SIDE * np.arange(COLUMNS + 1), SOUTH + SIDE * np.arange(ROWS + 1))
    for panel, z, title in (
        (panels[0], stored, "By stored points"),
        (panels[1], pooled, "Over draws from where events may have been"),
    ):
        panel.set_facecolor("#f4f4f0")
        land.plot(ax=panel, color="#ffffff", edgecolor="#bbbbbb", linewidth=0.5)
        shown = panel.pcolormesh(
            *edges,
            np.ma.masked_less(z, HOT),
            cmap="Oranges",
            vmin=0,
            vmax=8,
        )
        panel.plot(*line.xy, color="#333333", linewidth=1, linestyle=(0, (3, 1.5)))
        panel.plot(*STOCK_POINT, marker="+", color="#000000", markersize=9)
        panel.set(xlim=(60.5, 75), ylim=(24, 38), aspect=1 / np.cos(np.radians(31)), title=title)
        panel.set_xlabel("degrees east")
        panel.set_ylabel("degrees north" if panel is panels[0] else "")
    figure.colorbar(shown, ax=panels, shrink=0.8, label=f"z of Gi*, where over {HOT}")
    figure.savefig(path, dpi=110, metadata={"Software": None})


def main() -> None:
    """Print z at the stock point both ways, and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("events", nargs="?", type=Path, help="a file of events; else the invented front")
    parser.add_argument("-o", "--output", type=Path)
    asked = parser.parse_args()
    events = front() if asked.events is None else geo.read_events(asked.events).events
    stored, pooled = scores(events)
    hottest = np.unravel_index(np.argmax(stored - pooled), stored.shape)
    x, y = WEST + SIDE * (hottest[1] + 0.5), SOUTH + SIDE * (hottest[0] + 0.5)
    print(
        f"most changed at {x:.2f} E, {y:.2f} N: z {stored[hottest]:.1f} by stored points, "
        f"{pooled[hottest]:.1f} over draws; hot squares {np.sum(stored > HOT)} and {np.sum(pooled > HOT)}"
    )
    if asked.output:
        draw(stored, pooled, asked.output)


if __name__ == "__main__":
    main()
