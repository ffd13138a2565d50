"""Time, memory and file size of printed maps, as ratios to geopandas.plot and cartopy with the same events.

    python benchmarks/static.py                      # the shipped events and 100,000 invented ones
    python benchmarks/static.py --events 0 --runs 5  # the shipped ones only, medians of five

The others draw the countries, the line and the events as points: no areas, names, key, notes or placement.
cartopy is measured where it is installed. Each drawing runs in a process of its own, imports not counted.
Time is the processor's, since the machine may be shared; none of the three uses more than one core.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXTENT = (63.6, 29.0, 73.6, 36.3)
SIZE_IN = (7.0866, 7.0866)


def invented(count: int):  # noqa: ANN201 - EventTables, imported late
    """The shipped table, or as many events drawn at random round its places."""
    import numpy as np
    import pandas as pd

    import geo

    tables = geo.read_events()
    if not count:
        return tables
    rng = np.random.default_rng(7)
    folder = Path(tempfile.mkdtemp())
    at = tables.events.geometry
    picked = rng.integers(0, len(at), count)
    frame = pd.DataFrame(
        {
            "event_id": [f"own:{n}" for n in range(count)],
            "date_start": (
                pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 800, count), unit="D")
            ).strftime("%Y-%m-%d"),
            "event_type": rng.choice(["airstrike", "armed clash", "shelling", "bombing"], count),
            "where_precision": "site",
            "lon": np.clip(at.x.to_numpy()[picked] + rng.normal(0, 0.6, count), 61, 77),
            "lat": np.clip(at.y.to_numpy()[picked] + rng.normal(0, 0.6, count), 24, 37),
        }
    )
    frame.to_csv(folder / "events.csv", index=False)
    return geo.read_events(folder / "events.csv")


def ours(tables, folder: Path, kind: str) -> dict[str, float]:  # noqa: ANN001 - EventTables
    """The whole page: content, drawing, writing, each timed."""
    import maps
    from maps.content.content import map_content

    spec = maps.MapSpec(events=tables, extent=EXTENT)
    start = time.process_time()
    content = map_content(spec)
    middle = time.process_time()
    drawing = maps.draw_map(spec, maps.Sheet(size="wide", dpi=150), content=content)
    drawing.save(folder / f"map.{kind}")
    return {"content_s": middle - start, "draw_s": time.process_time() - middle}


def plain(tables, folder: Path, kind: str, library: str) -> dict[str, float]:  # noqa: ANN001 - EventTables
    """Countries, line and points with another library."""
    from matplotlib.figure import Figure

    import geo

    countries, line = geo.read_units(0), geo.read_line(tolerance_m=250)
    start = time.process_time()
    figure = Figure(figsize=SIZE_IN)
    if library == "cartopy":
        import cartopy.crs as ccrs

        axes = figure.add_subplot(projection=ccrs.LambertConformal(67.5, 33, standard_parallels=(30, 36)))
        axes.set_extent((EXTENT[0], EXTENT[2], EXTENT[1], EXTENT[3]), crs=ccrs.PlateCarree())
        axes.add_geometries(
            countries.geometry, crs=ccrs.PlateCarree(), facecolor="#FBFAF6", edgecolor="#8F8B80"
        )
        axes.add_geometries(line.geometry, crs=ccrs.PlateCarree(), facecolor="none", edgecolor="#3B3A36")
        points = tables.events.geometry
        axes.scatter(points.x, points.y, s=14, transform=ccrs.PlateCarree(), color="#D55E00")
    else:
        crs = "+proj=lcc +lat_1=30 +lat_2=36 +lat_0=33 +lon_0=67.5 +datum=WGS84"
        axes = figure.add_subplot()
        countries.to_crs(crs).plot(ax=axes, facecolor="#FBFAF6", edgecolor="#8F8B80")
        line.to_crs(crs).plot(ax=axes, color="#3B3A36")
        there = tables.events[tables.events.geometry.notna() & ~tables.events.geometry.is_empty]
        there.to_crs(crs).plot(ax=axes, color="#D55E00", markersize=14)
    figure.savefig(folder / f"map.{kind}", dpi=150)
    return {"draw_s": time.process_time() - start}


def one(library: str, kind: str, count: int) -> None:
    """One drawing in this process; figures as JSON on stdout."""
    import warnings

    warnings.simplefilter("ignore")
    import geopandas  # noqa: F401 - so that its import is not timed
    import matplotlib.backends.backend_pdf
    import matplotlib.backends.backend_svg  # noqa: F401 - as above

    if library == "durand":
        import maps.static.drawing
        import maps.static.tagged_pdf  # noqa: F401 - as above

    tables = invented(count)
    folder = Path(tempfile.mkdtemp())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = ours(tables, folder, kind) if library == "durand" else plain(tables, folder, kind, library)
    found["file_kb"] = (folder / f"map.{kind}").stat().st_size / 1000
    found["memory_mb"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps(found))


def main() -> None:
    """Measure all and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, nargs="+", default=[0, 100_000], help="0: the shipped ones")
    parser.add_argument("--kinds", nargs="+", default=["png", "svg", "pdf"])
    parser.add_argument("--runs", type=int, default=3, help="of which the median is taken")
    parser.add_argument("--one", nargs=3)
    given = parser.parse_args()
    if given.one:
        one(given.one[0], given.one[1], int(given.one[2]))
        return
    print(
        "| events | format | library | drawing, CPU s | ratio | file KB | ratio | memory MB |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    for count in given.events:
        for kind in given.kinds:
            found = {}
            for library in ("durand", "geopandas", "cartopy"):
                rows = []
                for _ in range(given.runs):
                    done = subprocess.run(
                        [sys.executable, __file__, "--one", library, kind, str(count)],
                        capture_output=True,
                        text=True,
                        check=False,
                        env=os.environ,
                    )
                    if done.returncode == 0:
                        rows.append(json.loads(done.stdout.splitlines()[-1]))
                if rows:
                    found[library] = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
            for library, row in found.items():
                base = found["durand"]
                print(
                    f"| {count or 82:,} | {kind} | {library} | {row['draw_s']:.2f} | "
                    f"{base['draw_s'] / row['draw_s']:.1f} | {row['file_kb']:.0f} | "
                    f"{base['file_kb'] / row['file_kb']:.1f} "
                    f"| {row['memory_mb']:.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
