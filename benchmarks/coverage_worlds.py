"""How often intervals of counts hold the truth, in worlds where it is known.

    python benchmarks/coverage_worlds.py              1,000 worlds of each kind
    python benchmarks/coverage_worlds.py --worlds 100

In each world events happen, each at a point that is known here and told as real tables tell it: near a place,
within 25 km of it; in a province, with the province's middle as its point; exactly. In worlds of fronts
several reports tell of one spot on one vague point. Asked is how many events happened within 60 km of
Torkham; the answer is `geo.count`, from what is told alone. Beside it stands the usual way: stored points in
the circle counted, which as an interval of no width holds the truth when it is the truth.

Points are drawn here by code of its own, not by that of the library: azimuth and distance on the ellipsoid,
and rejection from a box.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

import geo

Floats: TypeAlias = Any
World: TypeAlias = tuple[Floats, Floats, pd.DataFrame]
Make: TypeAlias = "Callable[[np.random.Generator, Provinces, int], World]"

GEOD = Geod(ellps="WGS84")
TORKHAM = (71.0847, 34.1147)
WITHIN_KM = 60.0
BOX = (69.4, 32.7, 72.8, 35.6)
"""What lies nearer than 110 km to Torkham is in it, so that no event near the circle is cut off."""
PROVINCES = ("AF-NAN", "AF-KNR", "AF-LAG", "PK-KP")
NEAR_KM = 25.0
LEVEL = 0.9


def km_from_torkham(lon: Floats, lat: Floats) -> Floats:
    """Geodesic km."""
    n = len(lon)
    return np.asarray(GEOD.inv(np.full(n, TORKHAM[0]), np.full(n, TORKHAM[1]), lon, lat)[2]) / 1000


def in_box(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Points even by area over the box, on a sphere, which is true to 1 % of the density."""
    west, south, east, north = BOX
    low, high = np.sin(np.radians([south, north]))
    return rng.uniform(west, east, n), np.degrees(np.arcsin(rng.uniform(low, high, n)))


def in_shape(rng: np.random.Generator, shape: shapely.Geometry, n: int) -> tuple[Floats, Floats]:
    """Points even by area over a shape, by rejection."""
    west, south, east, north = shape.bounds
    low, high = np.sin(np.radians([south, north]))
    shapely.prepare(shape)
    found = np.zeros((0, 2))
    while len(found) < n:
        lon, lat = rng.uniform(west, east, 4 * n), np.degrees(np.arcsin(rng.uniform(low, high, 4 * n)))
        inside = shapely.intersects_xy(shape, lon, lat)
        found = np.vstack((found, np.column_stack((lon[inside], lat[inside]))))
    return found[:n, 0], found[:n, 1]


def moved(rng: np.random.Generator, lon: Floats, lat: Floats, km: float) -> tuple[Floats, Floats]:
    """Points anywhere within so many km of each."""
    n = len(lon)
    there = GEOD.fwd(lon, lat, rng.uniform(0, 360, n), km * 1000 * np.sqrt(rng.uniform(0, 1, n)))
    return np.asarray(there[0]), np.asarray(there[1])


def told(precision: str, lon: Floats, lat: Floats, province: str | None = None) -> pd.DataFrame:
    """Rows of a table."""
    rows = {"where_precision": precision, "adm1_source": province}
    return pd.DataFrame({**rows, "lon": lon, "lat": lat})


class Provinces:
    """Shapes of some provinces, and what part of their events each gets."""

    def __init__(self) -> None:
        units = geo.read_units(1).set_index("boundary_id")
        self.shapes = {code: units.geometry[code] for code in PROVINCES}
        self.names = {code: units["name"][code] for code in PROVINCES}

    def draw(self, rng: np.random.Generator, n: int) -> World:
        """True points, and what is told of them."""
        points, rows = [], []
        for code, number in zip(PROVINCES, rng.multinomial(n, [0.4, 0.3, 0.2, 0.1]), strict=True):
            if number:
                lon, lat = in_shape(rng, self.shapes[code], number)
                middle = self.shapes[code].representative_point()
                points.append((lon, lat))
                rows.append(
                    told("province", np.full(number, middle.x), np.full(number, middle.y), self.names[code])
                )
        return np.hstack([one[0] for one in points]), np.hstack([one[1] for one in points]), pd.concat(rows)


def world_of_events(rng: np.random.Generator, provinces: Provinces, size: int) -> World:
    """Each event by itself: a half known to 25 km, a third to a province, the rest exactly."""
    lon, lat = in_box(rng, size)
    near = int(size * 0.8)
    said = moved(rng, lon[:near], lat[:near], NEAR_KM)
    rows = [told("near", *said), told("site", *moved(rng, lon[near:], lat[near:], 0.5))]
    x, y, vague = provinces.draw(rng, size // 2)
    return np.append(lon, x), np.append(lat, y), pd.concat([*rows, vague], ignore_index=True)


def world_of_fronts(rng: np.random.Generator, _: Provinces, size: int) -> World:
    """Reports of fronts: one to nine tell of one spot, on one point that is known to 25 km."""
    number = rng.integers(1, 10, size // 3)
    lon, lat = in_box(rng, len(number))
    said = moved(rng, lon, lat, NEAR_KM)
    again = np.repeat(np.arange(len(number)), number)
    return lon[again], lat[again], told("near", said[0][again], said[1][again])


def answers(make: Make, worlds: int, size: int, seed: int) -> pd.DataFrame:
    """A row for each world: the truth, the two intervals, the count of stored points."""
    provinces, circle = Provinces(), geo.around(TORKHAM, WITHIN_KM)
    rows = []
    for world in range(worlds):
        rng = np.random.default_rng([seed, world])
        lon, lat, table = make(rng, provinces, size)
        truth = np.count_nonzero(km_from_torkham(lon, lat) <= WITHIN_KM)
        points = gpd.points_from_xy(table.pop("lon"), table.pop("lat"))
        events = gpd.GeoDataFrame(table, geometry=points, crs=4326)
        stored = np.count_nonzero(km_from_torkham(events.geometry.x, events.geometry.y) <= WITHIN_KM)
        found = geo.count(events, by=circle, level=LEVEL).iloc[0]
        rows.append({**found.drop(["unit", "name"]).to_dict(), "truth": truth, "stored": stored})
    return pd.DataFrame(rows)


def ratios(worlds: int, size: int, inside: float, outside: float, seed: int) -> pd.DataFrame:
    """A row for each world: the interval of the ratio of rates in the circle, whose truth is `inside`.

    Twenty days before and thirty after; `size` events to expect before in the box, each known to 25 km. Rates
    change by one factor in the circle and by another outside.
    """
    spans = {"before": "2025-01-01:2025-01-20", "after": "2025-01-21:2025-02-19"}
    circle, rows = geo.around(TORKHAM, WITHIN_KM), []
    for world in range(worlds):
        rng = np.random.default_rng([seed, world, 1])
        lon, lat = in_box(rng, rng.poisson(size))
        day = rng.integers(0, 20, len(lon))
        x, y = in_box(rng, rng.poisson(size * 1.5 * max(inside, outside)))
        factor = np.where(km_from_torkham(x, y) <= WITHIN_KM, inside, outside)
        kept = rng.random(len(x)) < factor / max(inside, outside)
        lon, lat = np.append(lon, x[kept]), np.append(lat, y[kept])
        day = np.append(day, rng.integers(20, 50, kept.sum()))
        table = told("near", *moved(rng, lon, lat, NEAR_KM))
        points = gpd.points_from_xy(table.pop("lon"), table.pop("lat"))
        table["date_start"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(day, unit="D")
        events = gpd.GeoDataFrame(table, geometry=points, crs=4326)
        found = geo.compare(events, **spans, by=circle, n=100, permutations=99)
        rows.append(found.table.loc[0, ["ratio", "low", "high"]].to_dict())
    return pd.DataFrame(rows).astype("float64")


def coverage(found: pd.DataFrame) -> dict[str, float]:
    """Parts of worlds in which the truth lies in each interval, and the mean error of both numbers."""
    truth = found["truth"]
    return {
        "independent": float(truth.between(found["low"], found["high"]).mean()),
        "shared": float(truth.between(found["low_shared"], found["high_shared"]).mean()),
        "stored points": float((found["stored"] == truth).mean()),
        "error of expected": float((found["expected"] - truth).mean()),
        "error of stored": float((found["stored"] - truth).mean()),
        "width": float((found["high"] - found["low"]).mean()),
        "width shared": float((found["high_shared"] - found["low_shared"]).mean()),
        "truth": float(truth.mean()),
    }


def main() -> None:
    """Print coverage by kind and size of worlds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(f"{asked.worlds} worlds of each kind, intervals of {LEVEL:.0%}, seed {asked.seed}")
    for name, make, size in (
        ("events, each by itself", world_of_events, 400),
        ("few events, each by itself", world_of_events, 40),
        ("fronts of 1 to 9 reports", world_of_fronts, 400),
    ):
        begin = time.perf_counter()
        measured = coverage(answers(make, asked.worlds, size, asked.seed))
        print(f"\n{name} (size {size}, {time.perf_counter() - begin:.0f} s)")
        for what, value in measured.items():
            print(f"  {what:18} {value:8.3f}")
    for inside, outside in ((1.0, 1.0), (2.0, 2.0), (2.0, 1.0)):
        found = ratios(asked.worlds, 150, inside, outside, asked.seed)
        held = found["low"].le(inside) & found["high"].ge(inside)
        middle = np.exp(np.log(found["ratio"]).mean())
        print(f"\nratio {inside:g} in the circle, {outside:g} outside; compare, 95 %")
        print(f"  held {held.mean():.3f}; mean ratio {middle:.2f}")
        print(f"  interval {found['low'].mean():.2f} to {found['high'].mean():.2f}")


if __name__ == "__main__":
    main()
