"""The layers that are shipped, each as a frame with the columns of the boundaries table."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from shapely import LineString, Point

from boundary_build.coverage import LCC, TABLES, read_region_lines, to_metres
from boundary_build.sources import (
    GEONAMES,
    NATURAL_EARTH,
    OSM,
    REGION,
    Source,
    read_geonames,
    read_natural_earth,
)
from boundary_build.topology import Topology, simplify_arcs

GEOD = pyproj.Geod(ellps="WGS84")
LINE_TOLERANCES_M = (25, 100, 250, 1000)
NEIGHBOUR_TOLERANCE_M = 250.0
NAME_COLUMNS = ["name", "name_ps", "name_fa", "name_ur"]
BOUNDARY_COLUMNS = [
    "boundary_id",
    *NAME_COLUMNS,
    "kind",
    "level",
    "adm0",
    "iso3166_2",
    "status",
    "status_source",
    "recognised_by",
    "disputed_by",
    "accuracy_m",
    "valid_from",
    "valid_to",
    "source",
    "source_version",
    "licence",
    "credit",
]
LINE_STATUS = {
    "status": "international boundary recognised by Pakistan, not by Afghanistan",
    "status_source": (
        "line of the agreement of 12 November 1893; B. R. Rubin and A. Siddique, Resolving the "
        "Pakistan-Afghanistan Stalemate, USIP Special Report 176, 2006"
    ),
    "recognised_by": "PK",
    "disputed_by": "AF",
}
KASHMIR_STATUS = "administered by Pakistan; status disputed between India and Pakistan"


@dataclass(frozen=True)
class Line:
    """The Durand Line: vertices from the China tripoint, with the chainage of each in km."""

    vertices: npt.NDArray[np.float64]
    km: npt.NDArray[np.float64]
    tripoints: tuple[int, ...]
    """Indices of the vertices where two provinces meet the line, and of both ends."""


def find_line(topology: Topology) -> Line:
    """Chain the arcs between Afghan and Pakistani units, from the China tripoint to Koh-i-Malik Siah."""
    arcs = [
        arc
        for arc, owners in zip(topology.arcs, topology.owners(), strict=True)
        if {name[:2] for name in owners} == {"AF", "PK"}
    ]
    merged = shapely.line_merge(shapely.MultiLineString(arcs))
    if not isinstance(merged, LineString):
        raise SystemExit(f"the Durand Line came out as {merged.geom_type}, not as one line")
    vertices = np.asarray(merged.coords)
    if vertices[0, 0] < vertices[-1, 0]:
        vertices = vertices[::-1]
    steps = GEOD.inv(vertices[:-1, 0], vertices[:-1, 1], vertices[1:, 0], vertices[1:, 1])[2]
    km = np.concatenate([[0.0], np.cumsum(steps)]) / 1000
    ends = {end for arc in arcs for end in (arc[0], arc[-1])}
    at = [n for n, vertex in enumerate(map(tuple, vertices.tolist())) if vertex in ends]
    return Line(vertices, km, tuple(at))


def line_layer(line: Line) -> gpd.GeoDataFrame:
    """The line at full detail."""
    return _frame([_line_record("durand_line", "Durand Line", 250.0)], [LineString(line.vertices)]).assign(
        name_ps="د ډیورنډ کرښه", name_fa="خط دیورند", name_ur="ڈیورنڈ لائن", length_km=line.km[-1].round(3)
    )


def simplified_line_layer(line: Line) -> gpd.GeoDataFrame:
    """The line at several tolerances; both ends and the vertices where provinces meet stay."""
    records, lines = [], []
    for tolerance in LINE_TOLERANCES_M:
        kept: list[tuple[float, ...]] = []
        for a, b in zip(line.tripoints[:-1], line.tripoints[1:], strict=True):
            piece = shapely.simplify(LineString(to_metres(line.vertices[a : b + 1])), tolerance)
            lonlat = np.column_stack(LCC.transform(*shapely.get_coordinates(piece).T, direction="INVERSE"))
            vertices = [tuple(v) for v in np.round(lonlat, 6).tolist()]
            kept.extend(vertices[1:] if kept else vertices)
        simple = LineString(kept)
        if not simple.is_simple:
            raise SystemExit(f"the line simplified to {tolerance} m crosses itself")
        records.append(_line_record(f"durand_line_{tolerance}m", "Durand Line", 250.0 + tolerance))
        lines.append(simple)
    return _frame(records, lines).assign(
        tolerance_m=np.array(LINE_TOLERANCES_M, dtype="int64"),
        length_km=[round(GEOD.geometry_length(one) / 1000, 3) for one in lines],
    )


def accuracy_layer(line: Line) -> gpd.GeoDataFrame:
    """The line cut into stretches of one accuracy each, from km 0 to its end."""
    table = pd.read_csv(TABLES / "line_accuracy.csv").sort_values("from_km")
    total = float(line.km[-1])
    rows: list[tuple[str, float, float, float, str]] = []
    at = 0.0
    general = "95 % of the OSM 2026 line lies within 60 m of the OSM 2017 line; 250 m is the general bound"
    for stretch in table.itertuples():
        rows.append(("general", at, stretch.from_km, 250.0, general))
        rows.append((stretch.name, stretch.from_km, stretch.to_km, float(stretch.accuracy_m), stretch.source))
        at = stretch.to_km
    rows.append(("general", at, total, 250.0, general))
    return gpd.GeoDataFrame(
        rows,
        columns=["name", "from_km", "to_km", "accuracy_m", "accuracy_source"],
        geometry=[cut_line(line, a, b) for _, a, b, _, _ in rows],
        crs="EPSG:4326",
    )


def cut_line(line: Line, from_km: float, to_km: float) -> LineString:
    """The part of the line between two chainages."""
    at = np.interp([from_km, to_km], line.km, np.arange(len(line.km)))
    inner = line.vertices[int(np.floor(at[0])) + 1 : int(np.ceil(at[1]))]
    ends = [[np.interp(k, line.km, line.vertices[:, axis]) for axis in (0, 1)] for k in (from_km, to_km)]
    return LineString(np.vstack([np.round(ends[:1], 7), inner, np.round(ends[1:], 7)]))


def unit_layers(
    topology: Topology, units: dict[str, shapely.Geometry], names: pd.DataFrame, pcodes: dict[str, str]
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Provinces and countries; neighbours are simplified where they touch neither of the two."""
    return _province_layer(units, names, pcodes), _country_layer(topology, units)


def _province_layer(
    units: dict[str, shapely.Geometry], names: pd.DataFrame, pcodes: dict[str, str]
) -> gpd.GeoDataFrame:
    names = names.set_index("code")
    # A province is as good as its lines are, by their lengths.
    lines = pd.read_csv(TABLES / "province_lines.csv")
    lines["weighted"] = lines["accuracy_m"] * lines["length_km"]
    ends = pd.concat([lines.set_index(end)[["weighted", "length_km"]] for end in ("unit_a", "unit_b")])
    sums = ends.groupby(level=0).sum()
    mean = (sums["weighted"] / sums["length_km"] / 100).round() * 100
    records, shapes = [], []
    for code in sorted(names.index):
        row = names.loc[code]
        kashmir = code in ("PK-GB", "PK-JK")
        records.append(
            {
                "boundary_id": code,
                **{column: row[column] for column in NAME_COLUMNS},
                "kind": _unit_kind(code),
                "level": 1,
                "adm0": code[:2],
                "iso3166_2": code,
                "pcode": pcodes[code],
                "status": KASHMIR_STATUS if kashmir else "province",
                "status_source": "UN map no. 4140 and its note on Jammu and Kashmir" if kashmir else None,
                "recognised_by": None,
                "disputed_by": "IN" if kashmir else None,
                "accuracy_m": float(mean[code]),
                "valid_from": {"PK-KP": "2018-05-31", "AF-DAY": "2004-03-28", "AF-PAN": "2004-04-13"}.get(
                    code
                ),
                **_provenance(NATURAL_EARTH, OSM),
                "area_km2": round(_area_km2(units[code]), 1),
                "area_published_km2": float(row["area_published_km2"]),
                "area_source": AREA_SOURCES[row["area_source"]],
                "seat": row["seat"],
            }
        )
        shapes.append(units[code])
    return _frame(records, shapes)


def _country_layer(topology: Topology, units: dict[str, shapely.Geometry]) -> gpd.GeoDataFrame:
    lean = simplify_arcs(topology, _neighbour_tolerance, to_metres, keep_area=4e6)
    countries = pd.read_csv(TABLES / "countries.csv", keep_default_na=False).set_index("code")
    records, shapes = [], []
    for code in countries.index:
        parts = [units[c] for c in sorted(units) if c.startswith(f"{code}-")]
        shape = shapely.union_all(parts) if parts else lean.polygons(code)
        records.append(
            {
                "boundary_id": code,
                **countries.loc[code].to_dict(),
                "kind": "country",
                "level": 0,
                "adm0": code,
                "status": "whole" if code in ("AF", "PK") else "the part inside 58-80 E, 22.5-40 N",
                "accuracy_m": 250.0 if code in ("AF", "PK") else 500.0,
                **_provenance(OSM),
                "area_km2": round(_area_km2(shape), 1) if code in ("AF", "PK") else None,
            }
        )
        shapes.append(shape)
    return _frame(records, shapes)


def former_area_layer(areas: dict[str, shapely.Geometry]) -> gpd.GeoDataFrame:
    """Units that are part of a present province: sources still code rows on them."""
    records = [
        {
            "boundary_id": code,
            "name": "Federally Administered Tribal Areas",
            "name_ps": "قبایلي سیمې",
            "name_fa": "فاتا",
            "name_ur": "وفاقی منتظم شدہ قبائلی علاقے",
            "kind": "former area",
            "level": 1,
            "adm0": code[:2],
            "iso3166_2": code,
            "status": "merged into Khyber Pakhtunkhwa (PK-KP)",
            "status_source": "Constitution of Pakistan (Twenty-fifth Amendment) Act 2018",
            "accuracy_m": 3000.0,
            "valid_to": "2018-05-31",
            **_provenance(NATURAL_EARTH, OSM),
            "area_km2": round(_area_km2(area), 1),
        }
        for code, area in areas.items()
    ]
    return _frame(records, list(areas.values()))


AREA_SOURCES = {
    "NSIA": "National Statistics and Information Authority of Afghanistan, as commonly quoted",
    "PBS": "Pakistan Bureau of Statistics",
    "GB": "Government of Gilgit-Baltistan; includes areas outside the outline used here",
    "AJK": "Government of Azad Jammu and Kashmir",
}


def disputed_layer(topology: Topology) -> gpd.GeoDataFrame:
    """Natural Earth's disputed lines; where our outlines follow one within 6 km, drawn on the outline."""
    natural = read_region_lines("admin_0_boundary_lines_land")
    natural = natural[~natural["featurecla"].str.startswith("International")]
    records, shapes = [], []
    for number, row in enumerate(natural.itertuples()):
        pair = tuple(sorted(_country_code(str(name)) for name in (row.adm0_left, row.adm0_right)))
        name, status = _dispute(str(row.featurecla), pair, row.geometry)
        own = _on_outline(topology, pair, row.geometry)
        records.append(
            {
                "boundary_id": f"disputed-{number + 1:02d}",
                "name": name,
                "kind": "disputed line",
                "level": 0,
                "status": status,
                "status_source": f"Natural Earth 1:10m 3.0.0: {row.featurecla}",
                "disputed_by": ", ".join(pair) if all(pair) else "IN, PK",
                "accuracy_m": 250.0 if own is not None else 3000.0,
                **_provenance(*((OSM, NATURAL_EARTH) if own is not None else (NATURAL_EARTH,))),
            }
        )
        shapes.append(own if own is not None else shapely.line_merge(row.geometry))
    return _frame(records, shapes)


def _dispute(featurecla: str, pair: tuple[str, ...], geometry: shapely.Geometry) -> tuple[str, str]:
    if featurecla.startswith("Line of control"):
        if geometry.bounds[3] < 33.0:
            return "Working boundary", "between Punjab and Jammu; part of the Kashmir dispute"
        return "Line of Control", "agreed in 1972 by India and Pakistan; not an international border"
    if featurecla.startswith("Indeterminant") and "PK" in pair:
        return "Actual Ground Position Line", "positions on the Siachen Glacier since 1984; not agreed"
    if "" in pair:
        return "Siachen Glacier", "limit of the area whose status India and Pakistan have not agreed"
    if "PK" in pair:
        return "Pakistan-China boundary (1963 agreement)", "not recognised by India"
    return "Line of Actual Control", "not agreed between China and India"


def _country_code(name: str) -> str:
    return {"India": "IN", "Pakistan": "PK", "China": "CN"}.get(name, "")


def _on_outline(topology: Topology, pair: tuple[str, ...], geometry: shapely.Geometry) -> LineString | None:
    """The part of our outlines between the ends of a Natural Earth line, if it stays within 6 km of it."""
    wanted = {code or ("IN" if "PK" in pair else "CN") for code in pair}
    arcs = [
        arc
        for arc, owners in zip(topology.arcs, topology.owners(), strict=True)
        if {name[:2] for name in owners} == wanted
    ]
    if len(wanted) < 2 or not arcs:
        return None
    whole = shapely.line_merge(shapely.MultiLineString(arcs))
    if not isinstance(whole, LineString):
        return None
    vertices = np.asarray(whole.coords)
    metres = shapely.points(to_metres(vertices))
    ends = shapely.points(to_metres(_far_ends(geometry)))
    first, last = sorted(int(np.argmin(shapely.distance(metres, end))) for end in ends)
    if last - first < 2:
        return None
    part = LineString(vertices[first : last + 1])
    drawn = shapely.transform(shapely.segmentize(geometry, 0.01), to_metres)
    away = shapely.distance(
        shapely.points(shapely.get_coordinates(drawn)), shapely.transform(part, to_metres)
    )
    return part if np.quantile(away, 0.9) <= 6000 else None


def _far_ends(geometry: shapely.Geometry) -> npt.NDArray[np.float64]:
    """The two loose ends of a line that may come in pieces: those farthest apart."""
    ends = np.asarray([p.coords[i] for p in shapely.get_parts(geometry) for i in (0, -1)])
    loose = [tuple(e) for e in ends.tolist() if ends.tolist().count(e) == 1]
    pairs = [(a, b) for n, a in enumerate(loose) for b in loose[n + 1 :]]
    return np.asarray(max(pairs, key=lambda pair: Point(pair[0]).distance(Point(pair[1]))))


def river_layer() -> gpd.GeoDataFrame:
    """Rivers of the region with Natural Earth's rank (lower is greater)."""
    rivers = read_region_lines("rivers_lake_centerlines")
    rivers = rivers.assign(name=rivers["name"].str.replace(r"\s+", " ", regex=True))
    merged = rivers.dissolve(by=["name", "scalerank"], as_index=False, dropna=False)
    merged = merged.sort_values(["scalerank", "name"], kind="stable").reset_index(drop=True)
    records = [
        {
            "boundary_id": f"river-{number + 1:02d}",
            "name": row.name if isinstance(row.name, str) else None,
            "kind": "river",
            "accuracy_m": 3000.0,
            **_provenance(NATURAL_EARTH),
            "rank": int(row.scalerank),
        }
        for number, row in enumerate(merged.itertuples(index=False))
    ]
    return _frame(records, [_rounded_lines(g) for g in merged.geometry])


def coast_layer() -> gpd.GeoDataFrame:
    """The coast inside the region."""
    west, south, east, north = REGION
    land = shapely.union_all(read_natural_earth("land").geometry.to_numpy())
    rims = shapely.union_all([shapely.LinearRing(part.exterior) for part in shapely.get_parts(land)])
    inside = shapely.intersection(rims, shapely.box(west + 1e-6, south + 1e-6, east - 1e-6, north - 1e-6))
    record = {
        "boundary_id": "coast",
        "name": "Coast",
        "kind": "coast",
        "accuracy_m": 3000.0,
        **_provenance(NATURAL_EARTH),
    }
    return _frame([record], [_rounded_lines(inside)])


def place_layer(units: dict[str, shapely.Geometry]) -> gpd.GeoDataFrame:
    """Gazetteer: every GeoNames place of the two countries, our additions, and large cities nearby."""
    labels = pd.read_csv(TABLES / "labels.csv", dtype={"place_id": "int64"}).set_index("place_id")
    own = pd.read_csv(TABLES / "places.csv", dtype={"place_id": "int64"})
    rows = [
        {
            "place_id": int(p["geonameid"]),
            "name": p["name"],
            "alternates": "|".join(sorted(set(p["alternatenames"]) - {p["name"]})),
            "population": int(p["population"]),
            "lon": float(p["longitude"]),
            "lat": float(p["latitude"]),
            "geonames_adm1": f"{p['countrycode']}.{p['admin1code']}",
            "adm0": p["countrycode"],
            "precision_m": 1000.0,
        }
        for p in read_geonames()
        if p["countrycode"] in ("AF", "PK") or p["population"] >= 250_000
    ]
    known = {row["place_id"] for row in rows}
    rows += [
        {
            "place_id": int(p.place_id),
            "name": p.name,
            "alternates": p.alternates,
            "population": 0,
            "lon": p.lon,
            "lat": p.lat,
            "geonames_adm1": None,
            "adm0": None,
            "precision_m": float(p.precision_m),
        }
        for p in own.itertuples(index=False)
        if int(p.place_id) not in known
    ]
    places = pd.DataFrame(rows).sort_values("place_id").reset_index(drop=True)
    unlisted = set(labels.index) - set(places["place_id"])
    if unlisted:
        raise SystemExit(f"labels.csv names places that are not there: {sorted(unlisted)}")
    points = gpd.points_from_xy(places.pop("lon"), places.pop("lat"))
    places["adm1"] = _unit_of(points, units)
    places["adm0"] = [
        unit[:2] if isinstance(unit, str) else adm0
        for unit, adm0 in zip(places["adm1"], places["adm0"], strict=True)
    ]
    places["population"] = places["population"].astype("Int64").mask(places["population"] == 0)
    places["label"] = places["place_id"].map(labels["label"]).fillna(places["name"])
    places["label_rank"] = (
        places["place_id"].map(labels["label_rank"]).fillna(places["population"].fillna(0).map(_rank))
    ).astype("int64")
    for column in ("name_ps", "name_fa", "name_ur"):
        places[column] = places["place_id"].map(labels[column])
    places["source"] = [f"GeoNames {number}" for number in places["place_id"]]
    places["licence"], places["credit"] = GEONAMES.licence, GEONAMES.credit
    return gpd.GeoDataFrame(places, geometry=points, crs="EPSG:4326")


def crossing_layer(line: Line, units: dict[str, shapely.Geometry]) -> gpd.GeoDataFrame:
    """Official crossings: the vertex or point of the line nearest to the known position."""
    table = pd.read_csv(TABLES / "crossings.csv", dtype=str, keep_default_na=False)
    metres = LineString(to_metres(line.vertices))
    known = table[["known_lon", "known_lat"]].astype(float).to_numpy()
    projected = shapely.line_locate_point(metres, shapely.points(to_metres(known)))
    feet = shapely.get_coordinates(shapely.line_interpolate_point(metres, projected))
    feet = np.round(np.column_stack(LCC.transform(feet[:, 0], feet[:, 1], direction="INVERSE")), 6)
    offset = GEOD.inv(known[:, 0], known[:, 1], feet[:, 0], feet[:, 1])[2]
    steps = np.hypot(*np.diff(shapely.get_coordinates(metres), axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    frame = gpd.GeoDataFrame(
        table.assign(
            known_lon=known[:, 0],
            known_lat=known[:, 1],
            precision_m=table["precision_m"].astype(float),
            offset_m=np.round(offset, 0),
            line_km=np.round(np.interp(projected, along, line.km), 3),
            opened=table["opened"].replace("", None),
            note=table["note"].replace("", None),
            licence=GEONAMES.licence,
            credit=GEONAMES.credit,
        ),
        geometry=gpd.points_from_xy(feet[:, 0], feet[:, 1]),
        crs="EPSG:4326",
    )
    for row in frame.itertuples():
        for code in (row.adm1_af, row.adm1_pk):
            if shapely.distance(units[code], row.geometry) > 1e-5:
                raise SystemExit(f"{row.name} does not lie on the border of {code}")
    return frame.sort_values("line_km").reset_index(drop=True)


def _line_record(boundary_id: str, name: str, accuracy_m: float) -> dict[str, object]:
    return {
        "boundary_id": boundary_id,
        "name": name,
        "kind": "international boundary",
        "level": 0,
        **LINE_STATUS,
        "accuracy_m": accuracy_m,
        "valid_from": "1893-11-12",
        **_provenance(OSM),
    }


def _unit_kind(code: str) -> str:
    return {
        "PK-IS": "capital territory",
        "PK-GB": "administered territory",
        "PK-JK": "administered territory",
    }.get(code, "province")


def _provenance(*sources: Source) -> dict[str, str]:
    licences = dict.fromkeys(source.licence for source in sources)
    return {
        "source": "; ".join(source.gives for source in sources),
        "source_version": "; ".join(f"{source.package} {source.version}" for source in sources),
        "licence": "ODbL-1.0" if "ODbL-1.0" in licences else "; ".join(licences),
        "credit": "; ".join(source.credit for source in sources),
    }


def _neighbour_tolerance(owners: set[str]) -> float:
    near = any(name[:2] in ("AF", "PK") for name in owners)
    return 0.0 if near else NEIGHBOUR_TOLERANCE_M


def _area_km2(area: shapely.Geometry) -> float:
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(area))[0]) / 1e6


def _rank(population: float) -> int:
    return next((rank for rank, least in ((4, 1e6), (5, 3e5), (6, 1e5), (7, 2e4)) if population >= least), 8)


def _unit_of(points: npt.NDArray[np.object_], units: dict[str, shapely.Geometry]) -> list[str | None]:
    codes = [code for code in sorted(units) if "-" in code]
    tree = shapely.STRtree([units[code] for code in codes])
    found: list[str | None] = [None] * len(points)
    at, unit = tree.query(points, predicate="intersects")
    for point, number in sorted(zip(at.tolist(), unit.tolist(), strict=True), reverse=True):
        found[point] = codes[number]
    return found


def _rounded_lines(geometry: shapely.Geometry) -> shapely.Geometry:
    merged = geometry if isinstance(geometry, LineString) else shapely.line_merge(geometry)
    return shapely.normalize(shapely.transform(merged, lambda xy: np.round(xy, 6)))


def _frame(records: list[dict[str, object]], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    table = pd.DataFrame.from_records(records)
    for column in BOUNDARY_COLUMNS:
        if column not in table:
            table[column] = None
    extra = [column for column in table if column not in BOUNDARY_COLUMNS]
    table = table[[*BOUNDARY_COLUMNS, *extra]]
    text = [c for c in BOUNDARY_COLUMNS if c not in ("level", "accuracy_m")]
    table = table.astype({**dict.fromkeys(text, "str"), "level": "Int64", "accuracy_m": "float64"})
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")
