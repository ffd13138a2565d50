"""What a file of the world costs: located, and counted by sector, province, month and hexagon.

    python benchmarks/world.py GEDEvent_v26_0_1.csv

The file given (a release of UCDP, CC BY 4.0) is resampled to the size of GED 26.1, with new ids, days from
1989 on, and each place in forty variants up to a quarter of a degree apart, so that there are tens of
thousands of places as in the real one; nothing in it is true. It lies in a temporary folder that is
removed afterwards. Each turn is a process of its own; medians of the turns count, and ratios are of one turn.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROWS = 418_000
VARIANTS = 40
HEXES = 10_000


def make(original: Path, target: Path, rows: int) -> None:
    """Write rows drawn with replacement, moved about and spread over the years."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(26)
    source = pd.read_csv(original, dtype="str", keep_default_na=False)
    drawn = rng.integers(0, len(source), rows)
    variant = rng.integers(0, VARIANTS, rows)
    moved = rng.uniform(-0.25, 0.25, (len(source), VARIANTS, 2))
    moved[:, 0] = 0
    table = source.iloc[drawn].reset_index(drop=True)
    table["id"] = (1_000_000 + np.arange(rows)).astype("str")
    for axis, name in enumerate(("longitude", "latitude")):
        table[name] = (table[name].astype(float) + moved[drawn, variant, axis]).round(6).astype("str")
    table["geom_wkt"] = "POINT (" + table["longitude"] + " " + table["latitude"] + ")"
    first = pd.to_datetime(table["date_start"])
    back = pd.to_timedelta(rng.integers(0, 37 * 365, rows), unit="D")
    long = pd.to_datetime(table["date_end"]) - first
    table["date_start"] = (first - back).dt.strftime("%Y-%m-%d 00:00:00.000")
    table["date_end"] = (first - back + long).dt.strftime("%Y-%m-%d 00:00:00.000")
    table["year"] = (first - back).dt.year.astype("str")
    table.to_csv(target, index=False)


def turn(path: Path, out: Path) -> dict[str, float]:
    """Seconds of each question, in one process, each asked once."""
    import geo

    geo.read_events()
    found: dict[str, float] = {}

    def timed(name: str, ask: Callable[[], object]) -> object:
        begin, cpu = time.perf_counter(), time.process_time()
        answer = ask()
        found[name] = time.perf_counter() - begin
        found[f"{name}, cpu"] = time.process_time() - cpu
        return answer

    tables = timed("read", lambda: geo.read_events(path))
    assert isinstance(tables, geo.EventTables)
    found["rows"] = len(tables.events)
    found["places"] = float(tables.events.geometry.drop_duplicates().size)
    for by, period in (("sector", None), ("adm1", None), ("all", "M"), ("adm1", "M"), ("side", None)):
        name = f"count by {by}" + (" and month" if period else "")
        timed(name, lambda by=by, period=period: geo.count(tables, by=by, period=period))
    inside = tables.events[tables.events["country_source"].isin(["Afghanistan", "Pakistan"])]
    some = inside.head(HEXES)
    found["events in hexes"] = len(some)
    timed("count by hexes", lambda: geo.count(some, by=geo.hexes(5)))
    located = timed("locate", lambda: geo.locate(tables))
    timed("write", lambda: geo.write_table(located, out, overwrite=True))
    found["file to file / read"] = (found["read"] + found["locate"] + found["write"]) / found["read"]
    found["three counts"] = sum(
        found[name] for name in ("count by sector", "count by adm1", "count by all and month")
    )
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def main() -> None:
    """Make the file, take the turns, print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("original", type=Path, help="a release of UCDP GED or Candidate as CSV")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(turn(asked.only, Path(folder, "located.parquet"))))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "world.csv")
        make(asked.original, path, asked.rows)
        print(f"{asked.rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")
        turns: list[dict[str, float]] = []
        for _ in range(asked.repeat):
            line = subprocess.run(
                [sys.executable, __file__, str(asked.original), "--only", str(path)],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            turns.append(json.loads(line.splitlines()[-1]))
        for name in turns[0]:
            values = sorted(one[name] for one in turns)
            print(f"{name:32} {median(values):12,.2f}   {[round(value, 2) for value in values]}")
        print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
