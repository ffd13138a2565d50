"""Millions of points from Parquet to Parquet: points per second, peak memory, ratio to geopandas.

    python benchmarks/streaming.py                       10 million points
    python benchmarks/streaming.py --points 100_000_000  any other number
    python benchmarks/streaming.py --workers 2           the same on a local Dask cluster too

The points are invented: half within 40 km of the line, where most of the shipped events are, half spread over
both countries and a little beyond. Every step runs in a process of its own, whose peak of resident memory the
system reports. The yardstick is what an analyst would write with geopandas for province, distance to the line
and to the nearest crossing, on a sample of the same points in the same run: sjoin in degrees, distance in a
Lambert conformal conic through the tree of sjoin_nearest, the line as one feature for each segment.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

CHUNK = 1_000_000


def make_points(path: Path, points: int) -> None:
    """Write GeoParquet of invented points, a row group for every hundred thousand."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    import pyproj
    import shapely

    import geo

    line = shapely.get_coordinates(geo.read_line().geometry.iloc[0])
    geod = pyproj.Geod(ellps="WGS84")
    rng = np.random.default_rng(2026)
    writer = None
    for first in range(0, points, CHUNK):
        count = min(CHUNK, points - first)
        near = count // 2
        at = line[rng.integers(0, len(line), near)]
        lon, lat, _ = geod.fwd(at[:, 0], at[:, 1], rng.uniform(0, 360, near), rng.uniform(0, 40_000, near))
        lon = np.append(lon, rng.uniform(60.5, 77.8, count - near))
        lat = np.append(lat, rng.uniform(23.6, 38.5, count - near))
        order = rng.permutation(count)
        # Arrow's own writer and WKB put together here, as GeoParquet in one call would need the whole table.
        wkb = np.empty(count, dtype=[("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
        wkb["order"], wkb["kind"], wkb["x"], wkb["y"] = 1, 1, lon[order], lat[order]
        places = np.arange(count + 1, dtype=np.int32) * wkb.itemsize
        geometry = pa.Array.from_buffers(pa.binary(), count, [None, pa.py_buffer(places), pa.py_buffer(wkb)])
        table = pa.table({"event_id": np.arange(first, first + count), "geometry": geometry})
        stated = {
            "version": "1.0.0",
            "primary_column": "geometry",
            "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
        }
        table = table.replace_schema_metadata({b"geo": json.dumps(stated).encode()})
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=CHUNK // 10)
    if writer is not None:
        writer.close()


def stream(source: Path, target: Path) -> dict[str, float]:
    """locate_file, with a line of progress for every tenth."""
    import geo

    geo.locate(_sample(source, 100))
    start = time.perf_counter()
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if done * 10 // total > told:
            told = done * 10 // total
            print(f"  {done:,} of {total:,}: {time.perf_counter() - start:.0f} s", file=sys.stderr)

    rows = geo.locate_file(source, target, progress=tell)
    return {"rows": rows, "seconds": time.perf_counter() - start}


def scale(source: Path, target: Path, workers: int) -> dict[str, float]:
    """The same on a cluster of this machine, written in the order of the Hilbert curve."""
    import dask
    from distributed import Client, LocalCluster

    import geo

    dask.config.set({"dataframe.convert-string": False})
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        client.run(_warm)
        start = time.perf_counter()
        rows = geo.export.dask.write(geo.export.dask.locate(source), target)
        return {"rows": rows, "seconds": time.perf_counter() - start}


def _warm() -> None:
    import geopandas as gpd

    import geo

    geo.locate(gpd.GeoDataFrame(geometry=gpd.points_from_xy([70.0], [33.0]), crs=4326))


def compare(source: Path, sample: int) -> dict[str, float]:
    """Seconds of geopandas and of locate for one sample, the median of three runs each, in turn."""
    import geopandas as gpd
    import shapely

    import geo

    points = _sample(source, sample)
    lcc = "+proj=lcc +lat_1=28 +lat_2=36 +lat_0=32 +lon_0=68 +datum=WGS84"
    provinces = geo.read_units(1)[["iso3166_2", "geometry"]]
    line = shapely.get_coordinates(geo.read_line().to_crs(lcc).geometry.iloc[0])
    segments = gpd.GeoDataFrame(
        geometry=shapely.linestrings(np.stack([line[:-1], line[1:]], axis=1)), crs=lcc
    )
    crossings = geo.read_crossings()[["name", "geometry"]].to_crs(lcc)

    def theirs() -> None:
        held = points.sjoin(provinces, predicate="within", how="left").drop(columns="index_right")
        flat = held.to_crs(lcc)
        flat.sjoin_nearest(segments, distance_col="line_m").drop(columns="index_right").sjoin_nearest(
            crossings, distance_col="crossing_m"
        )

    seconds: dict[str, list[float]] = {"geopandas": [], "locate": []}
    geo.locate(points.head(100))
    for _ in range(3):
        for name, ask in (("geopandas", theirs), ("locate", lambda: geo.locate(points))):
            start = time.perf_counter()
            ask()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(runs) for name, runs in seconds.items()}


def _sample(source: Path, points: int):  # noqa: ANN202 - imported late
    import geopandas as gpd
    import pyarrow.parquet as pq

    table = next(pq.ParquetFile(source).iter_batches(batch_size=points)).to_pandas()
    return gpd.GeoDataFrame(
        table[["event_id"]], geometry=gpd.GeoSeries.from_wkb(table["geometry"], crs="EPSG:4326")
    )


def run(step: str, *arguments: str) -> dict[str, float]:
    """One step in a process of its own: what it measured, and its peak of memory in MB."""
    command = [sys.executable, __file__, "--step", step, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--points", type=int, default=10_000_000)
    parser.add_argument("--sample", type=int, default=200_000, help="points of the comparison")
    parser.add_argument("--workers", type=int, default=0, help="workers of geo.export.dask; 0 leaves it out")
    parser.add_argument("--folder", type=Path, help="where the files go; a temporary folder if not given")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("paths", nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        paths = [Path(path) for path in given.paths]
        if given.step == "make":
            make_points(paths[0], given.points)
            found: dict[str, float] = {}
        elif given.step == "stream":
            found = stream(*paths)
        elif given.step == "scale":
            found = scale(*paths, given.workers)
        else:
            found = compare(paths[0], given.sample)
        used = resource.getrusage(resource.RUSAGE_SELF)
        unit = 1024**2 if sys.platform == "darwin" else 1024
        cpu = used.ru_utime + used.ru_stime
        print(json.dumps({**found, "peak_mb": used.ru_maxrss / unit, "cpu_seconds": cpu}))
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        source, target = Path(folder) / "points.parquet", Path(folder) / "located.parquet"
        run("make", "--points", str(given.points), str(source))
        print(f"{given.points:,} points, {source.stat().st_size / 1e6:.0f} MB of GeoParquet")
        pair = run("compare", "--sample", str(given.sample), str(source))
        rates = {name: pair[name] / given.sample * 1e6 for name in ("geopandas", "locate")}
        print(
            f"sample of {given.sample:,}: geopandas {rates['geopandas']:.2f} us a point, locate "
            f"{rates['locate']:.2f} us, {rates['geopandas'] / rates['locate']:.2f} times as fast"
        )
        load = os.getloadavg()[0]
        found = run("stream", str(source), str(target))
        print(
            f"locate_file: {found['rows']:,} rows in {found['seconds']:.1f} s, "
            f"{found['rows'] / found['seconds']:,.0f} points a second "
            f"({found['rows'] / found['cpu_seconds']:,.0f} for a second of a core), "
            f"peak {found['peak_mb']:.0f} MB, {target.stat().st_size / 1e6:.0f} MB written; "
            f"load before {load:.1f}"
        )
        if given.workers:
            found = run("scale", "--workers", str(given.workers), str(source), str(Path(folder) / "parts"))
            print(
                f"Dask, {given.workers} workers: {found['rows']:,} rows in {found['seconds']:.1f} s, "
                f"{found['rows'] / found['seconds']:,.0f} points a second, sorted and in parts"
            )


if __name__ == "__main__":
    main()
