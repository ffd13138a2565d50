"""The border engine beside its peers: the same points, one core, one run; medians and ratios.

    OMP_NUM_THREADS=1 python benchmarks/border.py [--points 500000] [--runs 3] [--growth]

Times are processor time of this process, which on a shared machine says more than the clock. The peer is the
best pipeline of geopandas and shapely that we could write: an STRtree and prepared geometries for the units
and the sides, the line's segments in an STRtree in a local projection, and Karney's geodesic to the foot. Its
distance is a metre-exact one only as far as the projection's scale lets it find the right segment.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pyproj
import shapely

import geo
from geo import chords
from geo.boundaries import LCC
from geo.settling import compiled
from geo.units import provinces

GEOD = pyproj.Geod(ellps="WGS84")


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


class Peer:
    """The whole enrichment with geopandas, shapely and pyproj, everything that can be prepared prepared."""

    def __init__(self) -> None:
        self.units = provinces().frame[["boundary_id", "geometry"]]
        self.to_flat = pyproj.Transformer.from_crs("EPSG:4326", LCC, always_xy=True)
        line = shapely.get_coordinates(geo.read_line().geometry[0])
        self.line = line
        x, y = self.to_flat.transform(line[:, 0], line[:, 1])
        flat = np.column_stack((x, y))
        self.flat, self.segments = flat, shapely.linestrings(np.stack((flat[:-1], flat[1:]), axis=1))
        self.tree = shapely.STRtree(self.segments)
        self.along = np.append(0, np.cumsum(GEOD.line_lengths(line[:, 0], line[:, 1])))
        gates = geo.read_crossings().geometry
        self.gates = np.column_stack((gates.x, gates.y))
        self.gate_tree = shapely.STRtree(shapely.points(*self.to_flat.transform(gates.x, gates.y)))

    def units_of(self, points: gpd.GeoDataFrame) -> np.ndarray:
        """Province of each point."""
        joined = gpd.sjoin(points, self.units, predicate="within", how="left")
        return joined["boundary_id"].to_numpy()

    def enrich(self, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, ...]:
        """Province, signed distance, foot, chainage, crossing and its distance."""
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
        unit = self.units_of(points)
        x, y = self.to_flat.transform(lon, lat)
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
        # The side comes from the unit's country, with no second test.
        afghan = np.char.startswith(np.asarray(unit, dtype="U6"), "AF")
        _, gate = self.gate_tree.query_nearest(flat, all_matches=False)
        away = np.asarray(GEOD.inv(lon, lat, self.gates[gate, 0], self.gates[gate, 1])[2])
        return unit, np.where(afghan, -distance, distance), foot, line_km, gate, away


def seconds(work: Callable[[], object], runs: int) -> float:
    """Median processor time."""
    found = []
    for _ in range(runs):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return statistics.median(found)


def with_numpy(work: Callable[[], object]) -> Callable[[], object]:
    """The same work without the compiled loop."""

    def run() -> object:
        kept = chords.compiled
        chords.compiled = lambda: None  # type: ignore[assignment]
        try:
            return work()
        finally:
            chords.compiled = kept

    return run


def enrichment(count: int, runs: int) -> None:
    """The whole, and the unit lookup alone."""
    lon, lat = points_in_both_countries(count)
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
    peer = Peer()
    ours = geo.locate(frame)
    theirs = peer.enrich(lon, lat)
    unit_same = np.mean(ours["adm1"].to_numpy() == theirs[0])
    gap = np.abs(np.abs(ours["border_km"]) * 1000 - np.abs(theirs[1]))
    print(f"| same unit | {unit_same:.6f} of points; peer's distance off by up to {gap.max():.2f} m |")
    base = seconds(lambda: peer.enrich(lon, lat), runs)
    print(f"| geopandas, shapely, pyproj | {base / count * 1e9:.0f} ns a point | 1 |")
    for name, work in (
        ("durand, NumPy", with_numpy(lambda: geo.locate(frame))),
        *((("durand, numba", lambda: geo.locate(frame)),) if compiled() else ()),
    ):
        took = seconds(work, runs)
        print(f"| {name} | {took / count * 1e9:.0f} ns a point | {base / took:.1f} |")
    gather = np.arange(1_500_000, dtype=np.int16)
    at = np.random.default_rng(1).integers(0, len(gather), count)
    bare = seconds(lambda: gather.take(at), runs)
    join = seconds(lambda: peer.units_of(frame), runs)
    find = seconds(lambda: provinces().find(lon, lat), runs * 3)
    print(f"| provinces: sjoin within | {join / count * 1e9:.0f} ns | 1 |")
    print(f"| provinces: UnitIndex.find | {find / count * 1e9:.1f} ns | {join / find:.1f} |")
    print(f"| a bare gather | {bare / count * 1e9:.1f} ns | find is {find / bare:.1f} of it |", flush=True)


def growth(largest: int) -> None:
    """Time a point by number of points."""
    print("| N | durand ns a point | geopandas ns a point |")
    peer = Peer()
    for count in (10_000, 100_000, 1_000_000, 10_000_000):
        if count > largest:
            break
        lon, lat = points_in_both_countries(count)
        frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
        ours = seconds(lambda frame=frame: geo.locate(frame), 1)
        theirs = seconds(lambda lon=lon, lat=lat: peer.enrich(lon, lat), 1)
        print(f"| {count:,} | {ours / count * 1e9:.0f} | {theirs / count * 1e9:.0f} |", flush=True)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--growth", type=int, default=0, metavar="LARGEST")
    given = parser.parse_args()
    enrichment(given.points, given.runs)
    if given.growth:
        growth(given.growth)


if __name__ == "__main__":
    main()
