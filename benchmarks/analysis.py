"""What the analysts' functions cost on a large table.

python benchmarks/analysis.py            400,000 invented events
python benchmarks/analysis.py --events 10000
"""

from __future__ import annotations

import argparse
import resource
import time

from invented import invented_events

import geo


def main() -> None:
    """Print seconds of a core and of the clock for each question, asked once, and the peak of memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=400_000)
    asked = parser.parse_args()
    events = invented_events(asked.events)
    spans = {"before": "2020-01-01:2020-06-30", "after": "2020-07-01:2020-12-31"}
    questions = {
        "count by adm1 and month (loci and shares measured)": lambda: geo.count(
            events, by="adm1", period="M"
        ),
        "the same again (loci and shares kept)": lambda: geo.count(events, by="adm1", period="M"),
        "trend by month": lambda: geo.trend(events),
        "compare, all, 200 draws": lambda: geo.compare(events, **spans),
        "compare by adm1, 200 draws": lambda: geo.compare(events, **spans, by="adm1", second=None),
        "compare by adm1 and by sector, 200 draws": lambda: geo.compare(events, **spans, by="adm1"),
        "impute, 1 draw": lambda: geo.impute(events, n=1),
        "impute, 10 draws": lambda: geo.impute(events, n=10),
        "along, 5 draws": lambda: geo.along(events, n=5),
        "sensitivity of a count by adm1": lambda: geo.sensitivity(
            events, lambda some: geo.count(some, by="adm1")
        ),
    }
    print(f"{asked.events:,} events")
    for name, ask in questions.items():
        begin, core = time.perf_counter(), time.process_time()
        ask()
        core, clock = time.process_time() - core, time.perf_counter() - begin
        print(f"{name:52} {core:8.1f} s of a core {clock:8.1f} s", flush=True)
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")


if __name__ == "__main__":
    main()
