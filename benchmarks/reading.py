"""How long it takes to read, validate and write a GED-sized file, against pandas.read_csv of the same file.

    python benchmarks/reading.py GEDEvent_v26_0_1.csv

The file given (a release of UCDP, CC BY 4.0) is resampled with new ids to the size of GED 26.1 in a temporary
folder that is removed afterwards. Each measurement runs in a process of its own, in turn, and the fastest
counts; memory is the peak of the
process (resident set), the interpreter and its libraries included.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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

    start = time.perf_counter()
    frame = pd.read_csv(path, low_memory=False)
    return {"seconds": time.perf_counter() - start, "rows": len(frame)}


def with_durand(path: Path, out: Path) -> dict[str, float]:
    """Read, validate, look for what is odd, write GeoParquet."""
    import geopandas  # noqa: F401 - what is measured is the work, not the import

    import geo

    geo.read_events()
    start = time.perf_counter()
    tables = geo.read_events(path)
    read = time.perf_counter() - start
    geo.write_table(tables.events, out, overwrite=True)
    counts = tables.counts
    assert counts["read"] == counts["accepted"] + counts["rejected"] + counts["superseded"], counts
    return {"seconds": time.perf_counter() - start, "read_s": read, **counts}


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
    parser.add_argument("--repeat", type=int, default=3)
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
        best: dict[str, dict[str, float]] = {}
        for _ in range(asked.repeat):
            for name in ("pandas", "durand"):
                found = measure(name, path, out)
                if name not in best or found["seconds"] < best[name]["seconds"]:
                    best[name] = found
        for name, found in best.items():
            print(name, {key: round(value, 2) for key, value in found.items()})
        ratio = best["durand"]["seconds"] / best["pandas"]["seconds"]
        print(
            f"ratio {ratio:.2f}, peak {best['durand']['peak_mb']:,.0f} MB, parquet {out.stat().st_size:,} "
            "bytes"
        )


if __name__ == "__main__":
    main()
