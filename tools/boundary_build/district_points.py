"""Make tables/districts.csv: a point and an extent for each district name, from two polygon files.

    python tools/boundary_build/district_points.py AFG_ADM2.geojson PAK_ADM2.geojson

The polygons are not shipped. What is kept of each is its name, a point inside it and how far its border
reaches from there, which is what a name alone tells about a position. The first file is the districts of
Afghanistan of geoBoundaries (``shapeName``, ``admin1Name_en``), the second those of Pakistan taken from
OpenStreetMap (``name``, ``province``). The table is checked in, so that the build itself needs neither.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

HERE = Path(__file__).resolve().parent
PROVINCES = HERE.parents[1] / "data" / "boundaries" / "provinces.parquet"
GEOD = pyproj.Geod(ellps="WGS84")
EQUAL_AREA = "+proj=aea +lat_1=28 +lat_2=36 +lat_0=32 +lon_0=68 +datum=WGS84"


def make(afghan: Path, pakistani: Path) -> pd.DataFrame:
    """Rows of the table, by country, province and name."""
    parts = [
        (gpd.read_file(afghan).rename(columns={"shapeName": "name"}), "AF", "geoBoundaries AFG ADM2, 2014",
         "CC-BY-4.0", "geoBoundaries (CC BY 4.0)"),
        (gpd.read_file(pakistani), "PK", "OpenStreetMap, August 2026, set of the 2023 census",
         "ODbL-1.0", "© OpenStreetMap contributors"),
    ]  # fmt: skip
    provinces = gpd.read_parquet(PROVINCES)
    rows = []
    for frame, country, source, licence, credit in parts:
        own = provinces[provinces["adm0"] == country]
        flat = own.to_crs(EQUAL_AREA).geometry.to_numpy()
        # Where a district lies is where most of it lies: the two sets of lines do not agree to the metre.
        shapes = shapely.make_valid(frame.to_crs(EQUAL_AREA).geometry.to_numpy())
        for name, shape, outline in zip(
            frame["name"], shapes, shapely.make_valid(frame.geometry.to_numpy()), strict=True
        ):
            overlap = shapely.area(shapely.intersection(flat, shape))
            adm1 = own["iso3166_2"].iloc[int(np.argmax(overlap))]
            # A centroid can lie outside a curved district; then the point is one inside it.
            point = outline.centroid
            if not shapely.contains(outline, point):
                point = outline.point_on_surface()
            lon, lat = round(point.x, 4), round(point.y, 4)
            rim = shapely.get_coordinates(shapely.convex_hull(outline))
            _, _, reach = GEOD.inv(np.full(len(rim), lon), np.full(len(rim), lat), rim[:, 0], rim[:, 1])
            main, *others = names_in(name)
            rows.append(
                {
                    "district_id": f"district:{adm1}:{key(main)}",
                    "name": main,
                    "alternates": "|".join(others),
                    "adm0": country,
                    "adm1": adm1,
                    "lon": lon,
                    "lat": lat,
                    "precision_m": int(np.ceil(np.max(reach) / 1000) * 1000),
                    "source": source,
                    "licence": licence,
                    "credit": credit,
                }
            )
    return pd.DataFrame(rows).sort_values(["adm0", "adm1", "name", "lon"], ignore_index=True)


def names_in(text: str) -> list[str]:
    """Main name and those in brackets: "Khost(Matun)" is Khost and Matun."""
    text = re.sub(r"\s+", " ", text).strip()
    inside = [part.strip() for part in re.findall(r"\(([^)]*)\)", text)]
    main = re.sub(r"\s*\([^)]*\)", "", text).replace("- ", "-").strip()
    return [main, *(part for part in inside if part)]


def key(name: str) -> str:
    """Name as part of an id."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


if __name__ == "__main__":
    table = make(Path(sys.argv[1]), Path(sys.argv[2]))
    again = table["district_id"][table["district_id"].duplicated()]
    if len(again):
        raise SystemExit(f"two districts of one province have one name: {', '.join(again)}")
    table.to_csv(HERE / "tables" / "districts.csv", index=False, lineterminator="\n")
    print(f"{len(table)} districts")
