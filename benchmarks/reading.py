"""How long it takes to read, validate and write a GED-sized file, against pandas.read_csv of the same file.

    python benchmarks/reading.py GEDEvent_v26_0_1.csv

The file given (a release of UCDP, CC BY 4.0) is resampled with new ids to the size of GED 26.1 in a temporary
folder that is removed afterwards. Each measurement runs in a process of its own, the two in turn; the median
of the ratios of each turn counts, of wall time and of the processor's time of all threads. Memory is the
peak of the process (resident set), the interpreter and its libraries included.
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
from pathlib import Path
from statistics import median

ROWS = 418_000


def make(original: Path, target: Path, rows: int) -> None:
    """Write rows drawn with replacement, each with an id of its own."""
    import numpy as np
    import pandas as pd

    source = pd.read_csv(original, dtype="str", keep_default_na=False)
    drawn = source.iloc[np.random.default_rng(26).integers(0, len(source), rows)].reset_index(drop=True)
    drawn["id"] = (1_000_000 + np.arange(rows)).astype("str")
    drawn.to_csv(target, index=False)


def with_pandas(path: Path, _out: Path) -> dict[str, float]:
    """pandas.read_csv as it comes."""
    import pandas as pd

    start, cpu = time.perf_counter(), time.process_time()
    frame = pd.read_csv(path, low_memory=False)
    return {
        "seconds": time.perf_counter() - start,
        "cpu_s": time.process_time() - cpu,
        "rows": len(frame),
    }


def with_durand(path: Path, out: Path) -> dict[str, float]:
    """Read, validate, look for what is odd, write GeoParquet."""
    import geopandas  # noqa: F401 - what is measured is the work, not the import

    import geo

    geo.read_events()
    start, cpu = time.perf_counter(), time.process_time()
    tables = geo.read_events(path)
    read = time.perf_counter() - start
    geo.write_table(tables.events, out, overwrite=True)
    counts = tables.counts
    assert counts["read"] == counts["accepted"] + counts["rejected"] + counts["superseded"], counts
    return {
        "seconds": time.perf_counter() - start,
        "cpu_s": time.process_time() - cpu,
        "read_s": read,
        **counts,
    }


def measure(name: str, path: Path, out: Path) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    line = subprocess.run(
        [sys.executable, __file__, "--only", name, "--file", str(path), "--out", str(out)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return dict(json.loads(line.splitlines()[-1]))


def main() -> None:
    """Measure, and say the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("original", nargs="?", type=Path, help="a release of UCDP GED or Candidate as CSV")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", choices=["pandas", "durand"], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        run = with_pandas if asked.only == "pandas" else with_durand
        found = run(asked.file, asked.out)
        found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(found))
        return
    if asked.original is None:
        parser.error("name a release of UCDP as CSV")
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder, "GEDEvent_v26_1.csv"), Path(folder, "events.parquet")
        make(asked.original, path, asked.rows)
        print(f"{asked.rows:,} rows, {path.stat().st_size:,} bytes")
        measured: dict[str, list[dict[str, float]]] = {"pandas": [], "durand": []}
        for _ in range(asked.repeat):
            for name, runs in measured.items():
                runs.append(measure(name, path, out))
        for name, runs in measured.items():
            print(name, {key: round(median(run[key] for run in runs), 2) for key in runs[0]})
        for key in ("seconds", "cpu_s"):
            ratios = sorted(
                ours[key] / theirs[key]
                for ours, theirs in zip(measured["durand"], measured["pandas"], strict=True)
            )
            print(f"ratio of {key}: median {median(ratios):.2f}, all {[round(r, 2) for r in ratios]}")
        peak = max(run["peak_mb"] for run in measured["durand"])
        print(f"peak {peak:,.0f} MB, parquet {out.stat().st_size:,} bytes, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
