"""Derive everything under data/boundaries from packages, byte for byte the same each time.

    python tools/build_boundaries.py            write data/boundaries anew
    python tools/build_boundaries.py --out DIR  write elsewhere
    python tools/build_boundaries.py --check    build to a temporary folder and compare with what is shipped

Needs the extra ``[build]``. What the packages are and what each gives: tools/boundary_build/sources.py.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

sys.path.insert(0, str(Path(__file__).parent))

from boundary_build import basemap, coverage, district_names, layers, relief, sources
from boundary_build.topology import build_topology

HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parent / "data" / "boundaries"
BY_HAND = ("LICENCES.md",)

TITLES = {
    "durand_line": "The Durand Line at full detail, from the China tripoint (line_km 0) to Koh-i-Malik Siah",
    "durand_line_simplified": "The Durand Line simplified to 25, 100, 250 and 1000 m",
    "durand_line_accuracy": "Stretches of the Durand Line with the accuracy of each",
    "countries": "Afghanistan and Pakistan whole, their neighbours inside 58-80 E, 22.5-40 N",
    "provinces": "The 34 provinces of Afghanistan and 7 units of Pakistan",
    "former_areas": "The former Federally Administered Tribal Areas within Khyber Pakhtunkhwa",
    "disputed_lines": "Line of Control and other lines that are not agreed",
    "rivers": "Rivers",
    "coast": "Coast",
    "places": "Gazetteer of places with alternate names",
    "crossings": "Official crossings of the Durand Line",
    "districts": "Districts by name: a point inside each, and how far its border reaches from there",
    "province_lines": "Lines between provinces: how far each lies from the same line of other sources",
    "tehsils": "Tehsils of Pakistan by name, in Urdu and in Latin letters",
    "aliases": "Spellings and names of places that the other tables lack",
    "crosswalk": "Former names and units of provinces, and what they are now",
    "known_sources": "Files of districts that can be downloaded: address, hash, licence",
    "relief": "Hillshade of both countries as a grey picture in the web's Mercator projection",
    "basemap": "Countries, provinces and lines simplified together, for embedding in maps",
}


def build(out: Path) -> None:
    """Write every layer and the catalogue into ``out``."""
    sources.check_sources()
    names = coverage.read_names()
    countries = coverage.build_countries()
    units: dict[str, shapely.Geometry] = {}
    for code in ("AF", "PK"):
        units |= coverage.build_provinces(code, countries[code], names)
    units |= {code: area for code, area in countries.items() if code not in ("AF", "PK")}
    if not shapely.coverage_is_valid(list(units.values())):
        raise SystemExit("countries and provinces do not form a clean coverage")
    pcodes = district_names.add_pcodes(names)
    frames = build_frames(units, names, pcodes)
    out.mkdir(parents=True, exist_ok=True)
    entries = []
    for layer, frame in frames.items():
        path = out / f"{layer}.parquet"
        frame.to_parquet(path, index=False, compression="zstd", compression_level=19)
        entries.append(describe(layer, path, frame))
    entries += write_tables(out, pcodes)
    entries.append(write_basemap(out, units, frames))
    entries.append(write_relief(out, units))
    document = {
        "title": "Boundaries for the Afghanistan-Pakistan border",
        "crs": "EPSG:4326",
        "built_by": "tools/build_boundaries.py",
        "packages": [
            {
                "package": s.package,
                "version": s.version,
                "gives": s.gives,
                "licence": s.licence,
                "credit": s.credit,
            }
            for s in sources.SOURCES
        ],
        "layers": entries,
    }
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    (out / "catalog.json").write_text(text, encoding="utf-8", newline="\n")


def build_frames(
    units: dict[str, shapely.Geometry], names: pd.DataFrame, pcodes: dict[str, str]
) -> dict[str, gpd.GeoDataFrame]:
    """The layers that are written as Parquet."""
    topology = build_topology(units)
    line = layers.find_line(topology)
    provinces, country_layer = layers.unit_layers(topology, units, names, pcodes)
    return {
        "durand_line": layers.line_layer(line),
        "durand_line_simplified": layers.simplified_line_layer(line),
        "durand_line_accuracy": layers.accuracy_layer(line),
        "countries": country_layer,
        "provinces": provinces,
        "former_areas": layers.former_area_layer(coverage.build_former_areas(units["PK-KP"])),
        "disputed_lines": layers.disputed_layer(topology),
        "rivers": layers.river_layer(),
        "coast": layers.coast_layer(),
        "places": layers.place_layer(units),
        "crossings": layers.crossing_layer(line, units),
    }


def write_tables(out: Path, pcodes: dict[str, str]) -> list[dict[str, Any]]:
    """Write the tables without geometry; their entries of the catalogue."""
    entries = []
    for layer in ("province_lines", "districts", "tehsils", "aliases", "crosswalk", "known_sources"):
        if layer == "tehsils":
            entries.append(write_table(out, layer, district_names.tehsil_table()))
            continue
        # As text, so that a number is written as it stands in the table.
        table = pd.read_csv(coverage.TABLES / f"{layer}.csv", keep_default_na=False, dtype="str")
        if layer == "districts":
            table = district_names.name_districts(table, pcodes)
        entries.append(write_table(out, layer, table))
    return entries


def write_basemap(
    out: Path, units: dict[str, shapely.Geometry], frames: dict[str, gpd.GeoDataFrame]
) -> dict[str, Any]:
    """Write the layers that are simplified together; the entry of the catalogue."""
    disputed = frames["disputed_lines"]
    ends = {
        tuple(end)
        for shape in disputed.geometry
        for part in shapely.get_parts(shape)
        for end in (part.coords[0], part.coords[-1])
    }
    cut = build_topology(units, also_cut_at=ends)
    path = out / "basemap.topojson"
    countries, provinces, rivers = (frames[name] for name in ("countries", "provinces", "rivers"))
    path.write_bytes(basemap.build_basemap(cut, countries, provinces, disputed, rivers))
    return describe("basemap", path, countries)


def write_table(out: Path, layer: str, table: pd.DataFrame) -> dict[str, Any]:
    """Write a table without geometry; its entry of the catalogue."""
    path = out / f"{layer}.csv"
    table.to_csv(path, index=False, lineterminator="\n")
    return describe(layer, path, table)


def write_relief(out: Path, units: dict[str, shapely.Geometry]) -> dict[str, Any]:
    """Write the hillshade; its entry of the catalogue."""
    path = out / "relief.webp"
    focus = shapely.union_all([area for code, area in units.items() if code[:3] in ("AF-", "PK-")])
    path.write_bytes(relief.build_relief(focus))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {
        "id": "relief",
        "file": path.name,
        "title": TITLES["relief"],
        "rows": 1,
        "bytes": path.stat().st_size,
        "sha256": digest,
        "content_sha256": digest,
        "licence": sources.GLOBE.licence,
        "credit": sources.GLOBE.credit,
        "geometry": "picture",
        "bounds": list(relief.BOUNDS),
    }


def describe(layer: str, path: Path, frame: pd.DataFrame) -> dict[str, Any]:
    """Entry of the catalogue: what the file is, where from, under which licence, and its hash."""
    entry: dict[str, Any] = {
        "id": layer,
        "file": path.name,
        "title": TITLES[layer],
        "rows": len(frame),
        "bytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "content_sha256": content_hash(path, frame),
        "licence": "CC-BY-4.0",
        "credit": "durand",
    }
    if "licence" in frame and layer != "known_sources":
        entry["licence"] = "; ".join(sorted(set("; ".join(frame["licence"]).split("; "))))
        entry["credit"] = "; ".join(sorted(set("; ".join(frame["credit"]).split("; "))))
    elif layer == "durand_line_accuracy":
        entry |= {"licence": sources.OSM.licence, "credit": sources.OSM.credit}
    if isinstance(frame, gpd.GeoDataFrame):
        entry["geometry"] = "; ".join(sorted(set(frame.geom_type)))
        entry["bounds"] = [round(float(x), 6) for x in frame.total_bounds]
    return entry


def content_hash(path: Path, frame: pd.DataFrame) -> str:
    """Hash of what a file says, whatever version of Parquet wrote it."""
    digest = hashlib.sha256()
    if path.suffix != ".parquet":
        digest.update(path.read_bytes())
        return digest.hexdigest()
    for column in frame.columns:
        digest.update(column.encode())
        if isinstance(frame, gpd.GeoDataFrame) and column == frame.geometry.name:
            digest.update(b"".join(shapely.to_wkb(frame.geometry.to_numpy(), byte_order=1)))
        else:
            digest.update("\x1f".join("" if pd.isna(v) else str(v) for v in frame[column]).encode())
    return digest.hexdigest()


def check() -> int:
    """Build to a temporary folder and compare hashes; 0 if nothing differs."""
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        fresh = json.loads((Path(folder) / "catalog.json").read_text(encoding="utf-8"))
    shipped = json.loads((SHIPPED / "catalog.json").read_text(encoding="utf-8"))
    old = {entry["id"]: entry for entry in shipped["layers"]}
    faults = 0
    for entry in fresh["layers"]:
        known = old.pop(entry["id"], None)
        same = known is not None and known["sha256"] == entry["sha256"]
        faults += not same
        print(f"{'same     ' if same else 'DIFFERENT'} {entry['file']}")
    for layer in old:
        faults += 1
        print(f"MISSING   {layer}")
    return 1 if faults else 0


def main() -> int:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=SHIPPED, help="folder to write to")
    parser.add_argument("--check", action="store_true", help="compare a fresh build with what is shipped")
    parser.add_argument(
        "--record-checksums", action="store_true", help="accept the installed packages as they are"
    )
    options = parser.parse_args()
    if options.record_checksums:
        sources.record_checksums()
    if options.check:
        return check()
    build(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
