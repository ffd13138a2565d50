"""Make tables/province_lines.csv: how far our lines between provinces lie from others', by pair of provinces.

    python tools/measure_province_lines.py AFG_ADM2.geojson PAK_ADM2.geojson

The references are the provinces that two files of districts make, the same files as district_points.py reads:
geoBoundaries (``admin1Name_en``) for Afghanistan, OpenStreetMap (``province``) for Pakistan. They are not
shipped. Both lines of a pair are walked in steps of 500 m, each to the nearest point of the other; a pair's
accuracy is the larger of the two distances that hold 95 % of the points. A pair that the reference doesn't
have is compared with all of its lines, which is said.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parent))

from boundary_build.district_names import likeness

HERE = Path(__file__).resolve().parent
PROVINCES = HERE.parent / "data" / "boundaries" / "provinces.parquet"
EQUAL_AREA = "+proj=aea +lat_1=28 +lat_2=36 +lat_0=32 +lon_0=68 +datum=WGS84"
"""Lengths in it are within 1 % of true over both countries: enough for lines that differ by kilometres."""

STEP_M = 500.0
GAP_M = 150.0
"""Units of a reference that lie no farther apart than this are neighbours: its districts don't quite meet."""

LEAST_M = 2_000.0
"""A shorter line is the meeting of corners."""

REFERENCES = {"AF": "geoBoundaries AFG ADM2, 2014", "PK": "OpenStreetMap, August 2026"}


def make(afghan: Path, pakistani: Path) -> pd.DataFrame:
    """A row for each pair of provinces that share a line."""
    ours = gpd.read_parquet(PROVINCES).to_crs(EQUAL_AREA).set_index("iso3166_2")
    files = {"AF": (afghan, "admin1Name_en"), "PK": (pakistani, "province")}
    rows: list[dict[str, Any]] = []
    for country, (path, column) in files.items():
        own = ours[ours["adm0"] == country]
        theirs = reference(gpd.read_file(path).to_crs(EQUAL_AREA), column, own)
        lines = shared_lines(own.geometry, 1.0)
        others = shared_lines(theirs, GAP_M)
        every = shapely.union_all(list(others.values()))
        for pair, line in sorted(lines.items()):
            if line.length < LEAST_M:
                continue
            other = others.get(pair)
            there = away(line, every if other is None else other)
            back = there if other is None else away(other, line)
            rows.append(
                {
                    "unit_a": pair[0],
                    "unit_b": pair[1],
                    "length_km": round(line.length / 1000, 1),
                    "accuracy_m": int(
                        -(-max(np.quantile(there, 0.95), np.quantile(back, 0.95)) // 100) * 100
                    ),
                    "median_m": round(float(np.median(there))),
                    "farthest_m": round(float(max(there.max(), back.max()))),
                    "over_3km": round(float(np.mean(there > 3000)), 4),
                    "same_pair": other is not None,
                    "reference": REFERENCES[country],
                }
            )
    return pd.DataFrame(rows)


def reference(districts: gpd.GeoDataFrame, column: str, own: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """The reference's provinces by our codes: each of its names to the likest of ours."""
    shapes = districts.assign(geometry=shapely.make_valid(districts.geometry.to_numpy()))
    merged = shapes.dissolve(column).geometry
    codes = {
        name: max(own.index, key=lambda code: likeness(str(name), str(own.loc[code, "name"])))
        for name in merged.index
    }
    if len(set(codes.values())) != len(codes):
        raise SystemExit(f"names of provinces that are not told apart: {codes}")
    return gpd.GeoSeries(merged.to_numpy(), index=[codes[name] for name in merged.index], crs=merged.crs)


def shared_lines(units: gpd.GeoSeries, gap_m: float) -> dict[tuple[str, str], Any]:
    """The line that each two neighbours share: of the one's outline what lies within a gap of the other."""
    found = {}
    for a, b in itertools.combinations(sorted(units.index), 2):
        if shapely.distance(units[a], units[b]) > gap_m:
            continue
        line = shapely.intersection(shapely.boundary(units[a]), shapely.buffer(units[b], gap_m))
        if line.length > LEAST_M:
            found[a, b] = line
    return found


def away(line: Any, other: Any) -> npt.NDArray[np.float64]:
    """Distances of points along a line to another, in metres."""
    parts = [part for part in shapely.get_parts(line) if part.length > 0]
    at = np.concatenate(
        [shapely.line_interpolate_point(part, np.arange(0, part.length, STEP_M)) for part in parts]
    )
    shapely.prepare(other)
    return np.asarray(shapely.distance(at, other), dtype=np.float64)


if __name__ == "__main__":
    table = make(Path(sys.argv[1]), Path(sys.argv[2]))
    table.to_csv(HERE / "boundary_build" / "tables" / "province_lines.csv", index=False, lineterminator="\n")
    for country, part in table.groupby(table["unit_a"].str[:2]):
        far = float((part["over_3km"] * part["length_km"]).sum() / part["length_km"].sum())
        print(f"{country}: {len(part)} lines, {part['length_km'].sum():,.0f} km, {far:.1%} over 3 km")
