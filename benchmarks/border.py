"""The border engine beside its peers: the same points in the same run, medians, ratios.

    python benchmarks/border.py                            the whole, and units alone, 500,000 points
    python benchmarks/border.py --districts AFG.geojson --districts PAK.geojson
    python benchmarks/border.py --fresh                    100 points in a process of their own
    python benchmarks/border.py --growth 10_000_000        by number of points and detail of the line; a plot

Times are seconds of one core (processor time of the process), which on a shared machine says more than the
clock; libraries that start threads are held to one. Peers:

- geopandas: the best pipeline of geopandas, shapely and pyproj that we could write. Of three ways to look
  units up the fastest is taken; the line's segments lie in an STRtree in a local projection and are asked in
  the order of the Hilbert curve; the distance is Karney's geodesic to the foot that the projection finds. It
  gives arrays, no frame, and no accuracy, rule for edges, or right foot where the projection's scale misleads
  it: it is compared with ours, and how often it differs is printed.
- DuckDB spatial and SedonaDB where they install: the unit by a spatial join, and the distance to the line.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

for _name in (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "ARROW_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "NUMBA_NUM_THREADS",
):
    os.environ.setdefault(_name, "1")

import geopandas as gpd  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import pyproj  # noqa: E402
import shapely  # noqa: E402

import geo  # noqa: E402
from geo.boundaries.layers import LCC  # noqa: E402
from geo.boundaries.units import UnitIndex, districts, provinces  # noqa: E402
from geo.engine import numba_switch  # noqa: E402

GEOD = pyproj.Geod(ellps="WGS84")
HERE = Path(__file__).resolve().parent
TO_FLAT = pyproj.Transformer.from_crs("EPSG:4326", LCC, always_xy=True)


def points_in_both_countries(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Evenly spread over Afghanistan and Pakistan."""
    rng = np.random.default_rng(seed)
    lon, lat = np.empty(0), np.empty(0)
    while len(lon) < count:
        x = rng.uniform(60.4, 77.9, count)
        y = np.degrees(np.arcsin(rng.uniform(np.sin(np.radians(23.6)), np.sin(np.radians(38.5)), count)))
        inside = provinces().find(x, y) >= 0
        lon, lat = np.append(lon, x[inside]), np.append(lat, y[inside])
    return lon[:count], lat[:count]


def near_the_line(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Within 40 km of it, where most of the shipped events are."""
    rng = np.random.default_rng(seed)
    line = shapely.get_coordinates(geo.read_line().geometry.iloc[0])
    at = line[rng.integers(0, len(line), count)]
    lon, lat, _ = GEOD.fwd(at[:, 0], at[:, 1], rng.uniform(0, 360, count), rng.uniform(0, 40_000, count))
    return np.asarray(lon), np.asarray(lat)


def frame_of(lon: np.ndarray, lat: np.ndarray) -> gpd.GeoDataFrame:
    """As an analyst has them."""
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)


class Peer:
    """The whole enrichment with geopandas, shapely and pyproj; whatever can be prepared is."""

    def __init__(self, line: np.ndarray | None = None) -> None:
        self.index = districts() or provinces()
        self.units = self.index.frame[["boundary_id", "adm0", "geometry"]]
        self.codes = self.index.frame["boundary_id"].to_numpy()
        self.province = self.index.frame["adm1" if districts() else "boundary_id"].to_numpy()
        self.afghan = (self.index.frame["adm0"] == "AF").to_numpy()
        self.shapes = self.index.frame.geometry.to_numpy()
        shapely.prepare(self.shapes)
        self.line = shapely.get_coordinates(geo.read_line().geometry.iloc[0]) if line is None else line
        self.flat = np.column_stack(TO_FLAT.transform(self.line[:, 0], self.line[:, 1]))
        self.tree = shapely.STRtree(shapely.linestrings(np.stack((self.flat[:-1], self.flat[1:]), axis=1)))
        self.along = np.append(0, np.cumsum(GEOD.line_lengths(self.line[:, 0], self.line[:, 1])))
        gates = geo.read_crossings().geometry
        self.gates = np.column_stack((gates.x, gates.y))
        self.gate_tree = shapely.STRtree(shapely.points(*TO_FLAT.transform(gates.x, gates.y)))

    def units_by_sjoin(self, points: gpd.GeoDataFrame) -> np.ndarray:
        """What most people write."""
        joined = gpd.sjoin(points, self.units, predicate="within", how="left")
        return joined["index_right"].to_numpy()

    def units_by_tree_of_points(self, points: gpd.GeoDataFrame) -> np.ndarray:
        """A tree over the points, asked by prepared units."""
        unit, point = shapely.STRtree(points.geometry.to_numpy()).query(self.shapes, predicate="contains")
        found = np.full(len(points), -1)
        found[point] = unit
        return found

    def units_by_tree_of_units(self, points: gpd.GeoDataFrame) -> np.ndarray:
        """A tree over the units' boxes, then prepared units one by one."""
        shapes = points.geometry.to_numpy()
        point, unit = shapely.STRtree(self.shapes).query(shapes)
        order = np.argsort(unit, kind="stable")
        point, unit = point[order], unit[order]
        held = shapely.contains(self.shapes[unit], shapes[point])
        found = np.full(len(points), -1)
        found[point[held]] = unit[held]
        return found

    def units_of(self) -> tuple[str, Callable[[gpd.GeoDataFrame], np.ndarray]]:
        """The fastest of the three on this machine."""
        points = frame_of(*points_in_both_countries(50_000, seed=9))
        ways = {
            "sjoin": self.units_by_sjoin,
            "a tree of points": self.units_by_tree_of_points,
            "a tree of units": self.units_by_tree_of_units,
        }
        name = min(ways, key=lambda way: seconds(partial(ways[way], points), 2))
        return name, ways[name]

    def nearest(self, lon: np.ndarray, lat: np.ndarray, points: gpd.GeoDataFrame) -> tuple[np.ndarray, ...]:
        """Foot, distance and chainage."""
        x, y = TO_FLAT.transform(lon, lat)
        flat = shapely.points(x, y)
        # In Hilbert order the tree is read from the processor's cache.
        order = np.argsort(points.hilbert_distance().to_numpy())
        segment = np.empty(len(lon), dtype=np.intp)
        pairs, nearest = self.tree.query_nearest(flat[order], all_matches=False)
        segment[order[pairs]] = nearest
        a, b = self.flat[segment], self.flat[segment + 1]
        step = b - a
        t = ((x - a[:, 0]) * step[:, 0] + (y - a[:, 1]) * step[:, 1]) / (step**2).sum(axis=1)
        t = np.clip(t, 0, 1)
        foot = self.line[segment] + t[:, None] * (self.line[segment + 1] - self.line[segment])
        distance = np.asarray(GEOD.inv(lon, lat, foot[:, 0], foot[:, 1])[2])
        line_km = (self.along[segment] + t * (self.along[segment + 1] - self.along[segment])) / 1000
        return foot, distance, line_km

    def enrich(self, lon: np.ndarray, lat: np.ndarray, units_of: Callable) -> dict[str, np.ndarray]:
        """Everything."""
        points = frame_of(lon, lat)
        unit = units_of(points)
        row = np.nan_to_num(unit, nan=-1).astype(np.intp)
        foot, distance, line_km = self.nearest(lon, lat, points)
        # The side comes from the unit's country, with no second test.
        signed = np.where(self.afghan[row], -distance, distance)
        flat = shapely.points(*TO_FLAT.transform(lon, lat))
        _, gate = self.gate_tree.query_nearest(flat, all_matches=False)
        away = np.asarray(GEOD.inv(lon, lat, self.gates[gate, 0], self.gates[gate, 1])[2])
        return {
            "unit": row,
            "adm1": self.province[row],
            "signed_m": signed,
            "foot_lon": foot[:, 0],
            "foot_lat": foot[:, 1],
            "line_km": line_km,
            "gate": gate,
            "gate_m": away,
        }


def seconds(
    work: Callable[[], object], runs: int, *, clock: Callable[[], float] = time.process_time
) -> float:
    """Median time; one run beforehand to load what is needed."""
    work()
    found = []
    for _ in range(runs):
        start = clock()
        work()
        found.append(clock() - start)
    return statistics.median(found)


def ways() -> Iterator[tuple[str, contextlib.AbstractContextManager]]:
    """NumPy alone, and compiled where numba is there."""
    yield "NumPy", numba_switch.using(compiled=False)
    if numba_switch.has_numba():
        yield "numba", numba_switch.using(compiled=True)


def ours(lon: np.ndarray, lat: np.ndarray, workers: int = 1) -> pd.DataFrame:
    """The whole enrichment from coordinates."""
    return geo.DurandLine().locate(lon, lat, units=True, crossings=True, workers=workers)


def whole(count: int, runs: int) -> None:
    """The whole enrichment, one core."""
    geo.DurandLine().prepared.chords.prepare(10_000_000)
    peer = Peer()
    name, units_of = peer.units_of()
    level = f"{len(peer.shapes)} districts" if districts() else "provinces (no districts were given)"
    for kind, (lon, lat) in (
        ("both countries", points_in_both_countries(count)),
        ("within 40 km of the line", near_the_line(count)),
    ):
        print(f"\n{count:,} points, {kind}, units: {level}; units of the peer by {name}\n")
        theirs, mine = peer.enrich(lon, lat, units_of), ours(lon, lat)
        held = theirs["unit"] >= 0
        off = np.abs(np.abs(theirs["signed_m"]) - mine["distance_m"].to_numpy())
        same = (mine["adm1"].to_numpy() == theirs["adm1"])[held].mean()
        print(
            f"same province {same:.6f}; distance of the peer off by more than 1 m at {(off > 1).mean():.4f}, "
        )
        print(f"by up to {off.max():.1f} m\n")
        base = timed(partial(peer.enrich, lon, lat, units_of), runs)
        rows = [("geopandas, shapely, pyproj", base)]
        frame = frame_of(lon, lat)
        for way, chosen in ways():
            with chosen:
                rows.append((f"Border.locate, {way}", seconds(partial(ours, lon, lat), runs)))
                rows.append(
                    (
                        f"geo.locate (GeoDataFrame; no foot), {way}",
                        seconds(partial(geo.locate, frame), runs),
                    )
                )
        print("| | ns a point | ratio |\n|---|---|---|")
        for label, took in rows:
            print(f"| {label} | {took / count * 1e9:,.0f} | {base / took:.1f} |")
        clock = {}
        for workers in (1, 2):
            for way, chosen in ways():
                with chosen:
                    clock[way, workers] = seconds(
                        partial(ours, lon, lat, workers),
                        runs,
                        clock=time.perf_counter,
                    )
        for way in {way for way, _ in clock}:
            print(
                f"both cores, by the clock, {way}: {clock[way, 1] / clock[way, 2]:.2f} times as fast as one",
                flush=True,
            )


def lookup(count: int, runs: int) -> None:
    """Units alone: sjoin, ours, and a bare gather."""
    lon, lat = points_in_both_countries(count)
    frame = frame_of(lon, lat)
    gather = np.arange(1_500_000, dtype=np.int16)
    at = np.random.default_rng(1).integers(0, len(gather), count)
    bare = seconds(partial(gather.take, at), runs * 9)
    print(
        f"\n{count:,} points, unit alone; a bare gather from 1,500,000 cells: {bare / count * 1e9:.1f} ns\n"
    )
    print("| layer | | ns a point | sjoin / ours | ours / gather |\n|---|---|---|---|---|")
    layers: list[tuple[str, UnitIndex]] = [("provinces", provinces())]
    if (index := districts()) is not None:
        layers.append((f"{len(index.frame)} districts", index))
    for name, index in layers:
        units = index.frame[["boundary_id", "geometry"]]
        join = seconds(
            lambda units=units: gpd.sjoin(frame, units, predicate="within", how="left"), max(runs // 2, 1)
        )
        print(f"| {name} | sjoin within | {join / count * 1e9:,.0f} | 1 | |")
        for way, chosen in ways():
            with chosen:
                took = seconds(partial(index.find, lon, lat), runs * 3)
            figures = f"{took / count * 1e9:.1f} | {join / took:.0f} | {took / bare:.1f}"
            print(f"| {name} | find, {way} | {figures} |", flush=True)


def fresh(runs: int) -> None:
    """100 points in a process of their own, beside the import of geopandas."""
    script = (
        "import time; start = time.perf_counter(); import geopandas as gpd\n"
        "imported = time.perf_counter() - start\n"
        "import numpy as np, geo; rng = np.random.default_rng(0)\n"
        "points = gpd.points_from_xy(rng.uniform(62, 74, 100), rng.uniform(29, 37, 100))\n"
        "found = geo.locate(gpd.GeoDataFrame(geometry=points, crs=4326))\n"
        "whole = time.perf_counter() - start\n"
        "print(imported, whole)"
    )

    def run(folder: str) -> tuple[float, float]:
        told = subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"DURAND_CACHE": folder},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout.split()
        return float(told[0]), float(told[1])

    print("\n100 events in a fresh process, from its start\n")
    print("| | import geopandas | that and geo.locate | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        kinds = {"first time ever on this computer": [run(f"{folder}/{number}") for number in range(runs)]}
        kinds["afterwards"] = [run(f"{folder}/0") for _ in range(runs)]
    kinds["with tables of cells on disk"] = [
        run(os.environ.get("DURAND_CACHE") or str(geo_cache())) for _ in range(runs)
    ]
    for kind, found in kinds.items():
        imported, all_of_it = (statistics.median(values) for values in zip(*found, strict=True))
        print(f"| {kind} | {imported:.2f} s | {all_of_it:.2f} s | {all_of_it / imported:.2f} |", flush=True)


def geo_cache() -> Path:
    """Where the tables are."""
    from geo.engine.index_cache import cache_folder

    folder = cache_folder()
    if folder is None:
        raise SystemExit("DURAND_CACHE is empty: there are no tables on disk")
    return folder


def line_of(vertices: int) -> shapely.LineString:
    """The Durand Line with about so many vertices: simplified, or its segments divided."""
    line = geo.read_line().geometry.iloc[0]
    count = shapely.get_num_coordinates(line)
    if vertices > count:
        xy = shapely.get_coordinates(line)
        parts = -(-vertices // count)
        at = np.arange((count - 1) * parts + 1) / parts
        index = np.arange(count)
        return shapely.LineString(np.column_stack([np.interp(at, index, xy[:, axis]) for axis in (0, 1)]))
    low, high = 0.0, 0.5
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if shapely.get_num_coordinates(line.simplify(middle)) > vertices else (low, middle)
        )
    return line.simplify(high)


class Duck:
    """DuckDB with its extension spatial."""

    name = "DuckDB spatial"

    def __init__(self) -> None:
        import duckdb

        self.connection = duckdb.connect()
        self.connection.execute("set threads to 1")
        self.connection.execute("load spatial")
        self.connection.register(
            "units_in",
            pd.DataFrame(
                {"unit": provinces().texts("boundary_id"), "wkb": shapely.to_wkb(provinces().geometry)}
            ),
        )
        self.connection.execute(
            "create table units as select unit, st_geomfromwkb(wkb) as area from units_in"
        )

    def units(self, lon: np.ndarray, lat: np.ndarray) -> int:
        """A spatial join."""
        self.connection.register("points_in", pd.DataFrame({"lon": lon, "lat": lat}))
        return self.connection.execute(
            "select count(unit) from points_in left join units on st_intersects(area, st_point(lon, lat))"
        ).fetchone()[0]


class Sedona:
    """SedonaDB."""

    name = "SedonaDB"

    def __init__(self) -> None:
        import sedonadb

        self.connection = sedonadb.connect()
        frame = provinces().frame[["boundary_id", "geometry"]]
        self.connection.create_data_frame(frame).to_view("units")

    def units(self, lon: np.ndarray, lat: np.ndarray) -> int:
        """A spatial join."""
        self.connection.create_data_frame(pd.DataFrame({"lon": lon, "lat": lat})).to_view(
            "points", overwrite=True
        )
        found = self.connection.sql(
            "select count(u.boundary_id) as n from points p join units u "
            "on ST_Intersects(u.geometry, ST_SetSRID(ST_Point(p.lon, p.lat), 4326))"
        ).to_pandas()
        return int(found["n"].iloc[0])


def others() -> list[Duck | Sedona]:
    """Engines that can be had here, with words on those that cannot."""
    found: list[Duck | Sedona] = []
    for kind in (Duck, Sedona):
        try:
            found.append(kind())
        except Exception as err:
            print(f"{kind.name} cannot be used here: {' '.join(str(err).split())[:160]}")
    return found


def growth(largest: int, plot: Path) -> None:
    """Time a point by number of points, and by detail of the line."""
    peer = Peer()
    _, units_of = peer.units_of()
    engines = others()
    border = geo.DurandLine()
    border.prepared.chords.prepare(10_000_000)
    by_count: dict[str, list[tuple[int, float]]] = {}

    def note(table: dict, name: str, at: int, took: float, count: int) -> str:
        table.setdefault(name, []).append((at, took / count * 1e9))
        return f"{took / count * 1e9:,.0f}"

    names = [
        "geopandas, whole",
        "durand NumPy, whole",
        "durand numba, whole",
        "geopandas sjoin, unit",
        "durand numba, unit",
    ]
    names += [f"{engine.name}, unit" for engine in engines]
    print("\nns a point, one core, units: provinces and line of 34,559 vertices\n")
    print("| points | " + " | ".join(names) + " |\n|" + "---|" * (len(names) + 1))
    for count in (10_000, 100_000, 1_000_000, 10_000_000):
        if count > largest:
            break
        lon, lat = points_in_both_countries(count)
        runs = 3 if count < 100_000 else 1
        cells = []
        if count <= 1_000_000:
            cells.append(
                note(by_count, names[0], count, timed(partial(peer.enrich, lon, lat, units_of), runs), count)
            )
        else:
            cells.append("not run")
        with numba_switch.using(compiled=False):
            cells.append(note(by_count, names[1], count, timed(partial(ours, lon, lat), runs), count))
        with numba_switch.using(compiled=True):
            cells.append(note(by_count, names[2], count, timed(partial(ours, lon, lat), runs), count))
        if count <= 1_000_000:
            frame = frame_of(lon, lat)
            cells.append(
                note(by_count, names[3], count, timed(partial(peer.units_by_sjoin, frame), runs), count)
            )
        else:
            cells.append("not run")
        with numba_switch.using(compiled=True):
            cells.append(
                note(by_count, names[4], count, timed(partial(provinces().find, lon, lat), runs), count)
            )
        for engine in engines:
            if count <= 1_000_000:
                cells.append(
                    note(
                        by_count,
                        f"{engine.name}, unit",
                        count,
                        timed(partial(engine.units, lon, lat), runs),
                        count,
                    )
                )
            else:
                cells.append("not run")
        print(f"| {count:,} | " + " | ".join(cells) + " |", flush=True)
    by_detail: dict[str, list[tuple[int, float]]] = {}
    draw(by_count, by_detail, plot)
    count = 100_000
    lon, lat = points_in_both_countries(count)
    frame = frame_of(lon, lat)
    print(f"\nDistance, foot and chainage of {count:,} points; ns a point, one core\n")
    print("| vertices | geopandas | durand NumPy | durand numba | table built in | of MB |")
    print("|---|---|---|---|---|---|")
    for vertices in (1_000, 10_000, 34_559, 100_000):
        line = line_of(vertices)
        exact = shapely.get_num_coordinates(line)
        other = Peer(shapely.get_coordinates(line))
        cells = [
            note(
                by_detail,
                "geopandas",
                exact,
                timed(partial(other.nearest, lon, lat, frame), 1),
                count,
            )
        ]
        own = geo.Border.from_line(line)
        start = time.process_time()
        own.prepared.chords.prepare(10_000_000)
        built = time.process_time() - start
        table = own.prepared.chords._table  # noqa: SLF001
        size = sum(array.nbytes for array in table if isinstance(array, np.ndarray)) / 1e6
        for way, chosen in ways():
            with chosen:
                cells.append(
                    note(
                        by_detail,
                        f"durand {way}",
                        exact,
                        timed(partial(own.locate, lon, lat), 3),
                        count,
                    )
                )
        print(f"| {exact:,} | " + " | ".join(cells) + f" | {built:.1f} s | {size:.0f} |", flush=True)
    draw(by_count, by_detail, plot)


def timed(work: Callable[[], object], runs: int) -> float:
    """Median processor time, with a run beforehand where there are several."""
    if runs > 1:
        return seconds(work, runs)
    start = time.process_time()
    work()
    return time.process_time() - start


def draw(by_count: dict, by_detail: dict, plot: Path) -> None:
    """Both tables as a picture."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(11, 5.6), sharey=True, layout="constrained")
    marks = dict(zip(sorted({*by_count, *by_detail}), "osD^vP*X<>", strict=False))
    for axis, table, title in (
        (axes[0], by_count, "by number of points (line of 34,559 vertices)"),
        (axes[1], by_detail, "by vertices of the line (100,000 points)"),
    ):
        for name, values in table.items():
            axis.plot(*zip(*values, strict=True), marker=marks[name], label=name, linewidth=1.5)
        axis.set(xscale="log", yscale="log", title=title)
        axis.grid(alpha=0.3, which="both", linewidth=0.5)
        if table:
            axis.legend(fontsize=8, frameon=False, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.13))
    axes[0].set(xlabel="points", ylabel="nanoseconds a point, one core")
    axes[1].set(xlabel="vertices")
    figure.savefig(plot, dpi=130)
    print(f"\nplot: {plot.name}")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--points", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--districts", type=Path, action="append", default=[], help="two files: AF, then PK")
    parser.add_argument("--only", choices=("whole", "lookup"))
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--growth", type=int, metavar="LARGEST")
    parser.add_argument("--plot", type=Path, default=HERE / "border_growth.png")
    given = parser.parse_args()
    versions = ", ".join(
        f"{name} {__import__(name).__version__}" for name in ("numpy", "geopandas", "shapely")
    )
    fast = f", numba {__import__('numba').__version__}" if importlib.util.find_spec("numba") else ""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{versions}{fast}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as home:
        if given.districts:
            os.environ["DURAND_HOME"] = home
            for country, path in zip(("AF", "PK"), given.districts, strict=False):
                geo.add_boundaries(
                    path,
                    country=country,
                    licence="as stated by its source",
                    source=path.name,
                    vintage="as its source says",
                )
        if given.fresh:
            fresh(max(given.runs, 5))
        elif given.growth:
            growth(given.growth, given.plot)
        else:
            if given.only != "whole":
                lookup(min(given.points, 500_000), given.runs)
            if given.only != "lookup":
                whole(given.points, given.runs)


if __name__ == "__main__":
    main()
