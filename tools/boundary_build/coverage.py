"""Countries and provinces as one clean coverage: every border is one row of vertices, used by both sides."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from shapely import LineString, Point, Polygon
from shapely.strtree import STRtree

from boundary_build.sources import REGION, ZONES, read_country, read_geonames, read_natural_earth

LCC = pyproj.Transformer.from_crs(
    "EPSG:4326", "+proj=lcc +lat_1=30 +lat_2=36 +lat_0=33 +lon_0=67.5 +datum=WGS84", always_xy=True
)
"""Lambert conformal conic for the region. Only nearness and tolerances use it: lengths and areas that are
published come from the ellipsoid."""

OLD_UNITS_MERGED = {"N.W.F.P.", "F.A.T.A."}
FATA_PLACES = (1170367, 1168394, 1172208, 1162634)
"""GeoNames places that were in the F.A.T.A.: Miran Shah, Parachinar, Landi Kotal, Wana."""
SNAP_LIMIT_M = 20_000.0
TABLES = Path(__file__).with_name("tables")


def to_metres(lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Degrees (n, 2) to metres (n, 2) in the Lambert projection."""
    return np.column_stack(LCC.transform(lonlat[:, 0], lonlat[:, 1]))


def build_countries() -> dict[str, shapely.Geometry]:
    """Countries clipped by land and by the region, sharing every vertex of a common border."""
    outlines = {code: read_country(code) for code in ZONES}
    frame = shapely.box(*REGION)
    shores = shapely.get_parts(shapely.union_all(read_natural_earth("land").geometry.to_numpy()))
    # Natural Earth cuts reservoirs out of its land; they are land here.
    land = shapely.union_all([Polygon(part.exterior) for part in shores])
    land = _rounded(shapely.intersection(land, frame))
    linework = [frame.boundary, land.boundary, *(outline.boundary for outline in outlines.values())]
    faces = _faces(linework)
    inside = shapely.point_on_surface(faces)
    shapely.prepare(land)
    on_land = shapely.contains(land, inside) & shapely.contains(frame, inside)
    owner = np.full(len(faces), "", dtype=object)
    for code, outline in outlines.items():
        shapely.prepare(outline)
        owner[shapely.contains(outline, inside)] = code
    for orphan in np.flatnonzero(on_land & (owner == "")):
        owner[orphan] = _longest_neighbour(faces, owner, on_land, orphan)
    countries = {}
    for code in ZONES:
        parts = shapely.union_all(faces[on_land & (owner == code)])
        kept = [part for part in shapely.get_parts(parts) if part.area > 1e-5]
        countries[code] = kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)
    return countries


def build_provinces(
    country: str, outline: shapely.Geometry, names: pd.DataFrame
) -> dict[str, shapely.Geometry]:
    """Cut a country into its units along Natural Earth's admin-1 lines.

    Lines are run on to the nearest visible vertex of the outline, so that the outline keeps its vertices
    as they are; a face belongs to the unit in which a GeoNames place known to be in it lies, mostly its seat.
    """
    lines = read_natural_earth("admin_1_states_provinces_lines")
    lines = lines[lines["adm0_a3"] == {"AF": "AFG", "PK": "PAK"}[country]]
    merged_away = lines["name_l"].isin(OLD_UNITS_MERGED) & lines["name_r"].isin(OLD_UNITS_MERGED)
    inner = _run_on(_rounded(shapely.union_all(lines[~merged_away].geometry.to_numpy())), outline)
    faces = _faces([outline.boundary, inner])
    shapely.prepare(outline)
    faces = faces[shapely.contains(outline, shapely.point_on_surface(faces))]
    owner = np.full(len(faces), "", dtype=object)
    seats = {int(place["geonameid"]): place for place in read_geonames()}
    for unit in names[names["code"].str.startswith(country)].itertuples():
        seat = seats[int(unit.inside_geonames)]
        hit = np.flatnonzero(shapely.contains_xy(faces, seat["longitude"], seat["latitude"]))
        if len(hit) != 1 or owner[hit[0]]:
            raise SystemExit(f"{unit.code}: its seat {seat['name']} does not lie in a face of its own")
        owner[hit[0]] = unit.code
    everywhere = np.ones(len(faces), dtype=bool)
    while (owner == "").any():
        orphan = max(np.flatnonzero(owner == ""), key=lambda n: _shared_with_owned(faces, owner, n))
        if shapely.area(faces[orphan]) > 0.02:
            raise SystemExit(
                f"{country}: a face of {shapely.area(faces[orphan]):.3f} square degrees has no seat"
            )
        owner[orphan] = _longest_neighbour(faces, owner, everywhere, orphan)
    return {code: shapely.union_all(faces[owner == code]) for code in sorted(set(owner))}


def build_former_areas(province: shapely.Geometry) -> dict[str, shapely.Geometry]:
    """The former F.A.T.A. within Khyber Pakhtunkhwa, by the line that Natural Earth draws between the two."""
    lines = read_natural_earth("admin_1_states_provinces_lines")
    between = lines["name_l"].isin(OLD_UNITS_MERGED) & lines["name_r"].isin(OLD_UNITS_MERGED)
    inner = _run_on(_rounded(shapely.union_all(lines[between].geometry.to_numpy())), province)
    faces = _faces([province.boundary, inner])
    places = {int(place["geonameid"]): place for place in read_geonames()}
    within = [places[number] for number in FATA_PLACES]
    held = [shapely.contains_xy(faces, place["longitude"], place["latitude"]) for place in within]
    return {"PK-TA": shapely.union_all(faces[np.any(held, axis=0)])}


def read_names() -> pd.DataFrame:
    """Our table of units: codes, names in five spellings, seats, published areas with their source."""
    return pd.read_csv(TABLES / "provinces.csv", dtype={"inside_geonames": "int64"}, keep_default_na=False)


def _rounded(geometry: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(geometry, lambda xy: np.round(xy, 6))


def _faces(linework: list[shapely.Geometry]) -> npt.NDArray[np.object_]:
    noded = _rounded(shapely.union_all(linework))
    # Rounding can fold a line onto another: node once more, now on the grid's own vertices.
    noded = shapely.union_all(noded)
    return shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))


def _longest_neighbour(
    faces: npt.NDArray[np.object_],
    owner: npt.NDArray[np.object_],
    allowed: npt.NDArray[np.bool_],
    orphan: int,
) -> str:
    near = [n for n in STRtree(faces).query(faces[orphan]) if n != orphan and allowed[n] and owner[n]]
    shared = [shapely.length(shapely.intersection(faces[n].boundary, faces[orphan].boundary)) for n in near]
    return str(owner[near[int(np.argmax(shared))]]) if near else ""


def _shared_with_owned(faces: npt.NDArray[np.object_], owner: npt.NDArray[np.object_], face: int) -> float:
    owned = faces[owner != ""]
    return float(shapely.length(shapely.intersection(faces[face].boundary, owned)).max())


def _run_on(lines: shapely.Geometry, outline: shapely.Geometry) -> shapely.Geometry:
    """Clip lines to the outline and join each loose end to a vertex of the outline that it can see."""
    rim = np.vstack([shapely.get_coordinates(part.exterior)[:-1] for part in shapely.get_parts(outline)])
    rim_tree = STRtree(shapely.points(to_metres(rim)))
    clipped = shapely.intersection(shapely.node(lines), outline)
    parts = [p for p in shapely.get_parts(shapely.line_merge(clipped)) if isinstance(p, LineString)]
    # Where a line runs along the outline and cuts it again and again, only what is long enough counts.
    parts = [p for p in parts if shapely.length(p) > 0.002]
    ends: dict[tuple[float, float], int] = {}
    for part in parts:
        for end in (part.coords[0], part.coords[-1]):
            ends[end] = ends.get(end, 0) + 1
    joined = []
    for part in parts:
        vertices = list(part.coords)
        if ends[vertices[0]] == 1:
            vertices = _reach(vertices[::-1], rim, rim_tree, outline)[::-1]
        if ends[vertices[-1]] == 1:
            vertices = _reach(vertices, rim, rim_tree, outline)
        if len(vertices) > 1:
            joined.append(LineString(vertices))
    return shapely.union_all(joined)


def _reach(
    vertices: list[tuple[float, ...]],
    rim: npt.NDArray[np.float64],
    rim_tree: STRtree,
    outline: shapely.Geometry,
) -> list[tuple[float, ...]]:
    """Make a line end on a vertex of the outline, in place of its last vertex if that lies on the outline."""
    last = Point(vertices[-1])
    on_rim = shapely.distance(outline.boundary, last) < 1e-9
    keep = vertices[:-1] if on_rim and len(vertices) > 1 else vertices
    end = shapely.Point(to_metres(np.asarray([keep[-1] if not on_rim else vertices[-1]]))[0])
    for radius in (2_000.0, 8_000.0, SNAP_LIMIT_M):
        near = rim_tree.query(end, predicate="dwithin", distance=radius)
        order = near[np.argsort(shapely.distance(rim_tree.geometries.take(near), end), kind="stable")]
        for candidate in order[:400]:
            target = tuple(rim[candidate].tolist())
            step = LineString([keep[-1], target])
            if step.length > 0 and shapely.relate_pattern(step, outline, "1FF**F***"):
                return [*keep, target]
            if step.length > 0 and shapely.relate_pattern(step, outline, "1FF0*****"):
                return [*keep, target]
    raise SystemExit(f"no vertex of the outline can be seen from {keep[-1]}")


def boundary_polygon_count(areas: dict[str, shapely.Geometry]) -> int:
    """How many polygons a coverage has."""
    return sum(len(shapely.get_parts(area)) for area in areas.values())


def as_polygons(area: shapely.Geometry) -> list[Polygon]:
    """Parts of an area."""
    return [part for part in shapely.get_parts(area) if isinstance(part, Polygon)]


def read_region_lines(stem: str) -> gpd.GeoDataFrame:
    """A Natural Earth line layer cut to the region."""
    frame = read_natural_earth(stem)
    return frame.clip(shapely.box(*REGION), keep_geom_type=True).reset_index(drop=True)
