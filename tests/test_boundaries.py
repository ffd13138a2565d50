from __future__ import annotations

import itertools
import json

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from pyarrow import parquet

import geo
from geo import vocab
from geo.boundaries import layers
from geo.boundaries.catalogue import data_path
from geo.boundaries.layers import read_base_topology, read_crosswalk

GEOD = pyproj.Geod(ellps="WGS84")


def vertex_pairs(geometry):
    """Every segment of every ring or line, as an unordered pair of vertices."""
    segments = set()
    parts = shapely.get_parts(geometry)
    rings = shapely.get_rings(parts) if "Polygon" in parts[0].geom_type else parts
    for ring in rings:
        vertices = map(tuple, shapely.get_coordinates(ring).tolist())
        segments.update(frozenset(pair) for pair in itertools.pairwise(vertices))
    return segments


def vertices(geometry):
    """Every vertex of a geometry, rounded to a centimetre."""
    return set(map(tuple, np.round(shapely.get_coordinates(geometry), 7).tolist()))


# -- reading


def test_a_layer_is_read_as_geopandas_reads_it():
    paths = sorted(data_path("boundaries", "").glob("*.parquet"))
    assert len(paths) > 8
    for path in paths:
        if b"geo" in (parquet.read_schema(path).metadata or {}):
            mine = layers._read_once(path, 0)
            assert_geodataframe_equal(mine, gpd.read_parquet(path))
            assert mine.crs == "EPSG:4326"


def test_a_layer_in_another_crs_keeps_it(tmp_path, units):
    units.to_crs(32642).to_parquet(tmp_path / "metres.parquet")
    assert layers._read_once(tmp_path / "metres.parquet", 0).crs == "EPSG:32642"


# -- the line


def test_line_runs_from_the_china_tripoint_to_koh_i_malik_siah(line):
    assert line.coords[0] == (74.564626, 37.030852)
    assert line.coords[-1] == (60.872855, 29.858546)
    assert len(line.coords) == 34_559
    assert line.is_simple


@pytest.mark.parametrize(
    ("ruler_m", "length_km"),
    [(0, 2790.2), (10, 2776), (25, 2749), (50, 2715), (100, 2669), (250, 2582), (1000, 2409)],
)
def test_length_depends_on_the_ruler(ruler_m, length_km):
    assert geo.line_length_km(ruler_m=ruler_m) == pytest.approx(length_km, rel=0.0005)


@pytest.mark.parametrize("ruler_m", [-1, float("nan"), float("inf")])
def test_a_ruler_that_is_no_length_is_refused(ruler_m):
    with pytest.raises(geo.BoundaryError, match="a ruler is a length"):
        geo.line_length_km(ruler_m=ruler_m)


def test_length_is_geodesic_not_planar():
    degree_of_meridian = shapely.LineString([(70, 34), (70, 35)])
    assert geo.line_length_km(degree_of_meridian) == pytest.approx(110.932, abs=0.002)


def test_line_says_who_recognises_it_and_by_which_source():
    row = geo.read_line().iloc[0]
    assert (row["recognised_by"], row["disputed_by"]) == ("PK", "AF")
    assert "not by Afghanistan" in row["status"]
    assert row["status_source"]
    assert row["accuracy_m"] == 250


@pytest.mark.parametrize("tolerance_m", [25, 100, 250, 1000])
def test_simplified_lines_are_simple_and_keep_the_points_where_provinces_meet(tolerance_m, line, units):
    simple = geo.read_line(tolerance_m=tolerance_m).geometry.iloc[0]
    assert simple.is_simple
    kept = set(map(tuple, np.round(shapely.get_coordinates(simple), 6).tolist()))
    on_line = set(line.coords)
    afghan = units[units["adm0"] == "AF"].geometry
    meetings = {
        vertex
        for a, b in itertools.combinations(afghan, 2)
        for vertex in map(tuple, shapely.get_coordinates(shapely.intersection(a, b)).tolist())
        if vertex in on_line
    }
    assert len(meetings) >= 10
    assert meetings | {line.coords[0], line.coords[-1]} <= kept
    assert {tuple(np.round(v, 6)) for v in simple.coords} <= {tuple(np.round(v, 6)) for v in line.coords}


def test_an_unknown_tolerance_names_those_there_are():
    with pytest.raises(geo.BoundaryError, match="0, 25, 100, 250, 1000"):
        geo.read_line(tolerance_m=7)


def test_accuracy_covers_the_whole_line_without_gap():
    stretches = geo.read_line_accuracy()
    assert stretches["from_km"].iloc[0] == 0
    assert stretches["to_km"].iloc[-1] == pytest.approx(geo.line_length_km(), abs=1e-6)
    assert (stretches["from_km"].to_numpy()[1:] == stretches["to_km"].to_numpy()[:-1]).all()
    assert (stretches["accuracy_m"] >= 250).all()
    for here, there in itertools.pairwise(stretches.geometry):
        assert here.coords[-1] == there.coords[0]


@pytest.mark.parametrize(
    ("lon", "lat", "at_least_m"),
    [(69.311, 32.299, 2900), (63.977, 29.394, 2900), (66.400, 30.934, 970), (69.266, 32.522, 760)],
)
def test_the_four_stretches_carry_their_own_accuracy(lon, lat, at_least_m):
    stretches = geo.read_line_accuracy()
    nearest = shapely.distance(stretches.geometry.to_numpy(), shapely.Point(lon, lat)).argmin()
    assert stretches["accuracy_m"].iloc[nearest] >= at_least_m


# -- units


def test_there_are_34_afghan_and_7_pakistani_units(units):
    assert units.groupby("adm0").size().to_dict() == {"AF": 34, "PK": 7}
    assert units["boundary_id"].is_unique
    assert units["name"].is_unique
    assert units.is_valid.all()


def test_every_unit_has_names_in_four_languages_and_an_iso_code(units):
    for column in ("name", "name_ps", "name_fa", "name_ur", "iso3166_2", "area_source"):
        assert units[column].notna().all(), column
        assert (units[column].str.len() > 0).all(), column
    assert units["iso3166_2"].str.fullmatch(r"(AF-[A-Z]{3}|PK-[A-Z]{2})").all()


def test_units_and_countries_are_clean_coverages(units, countries):
    neighbours = countries[~countries["adm0"].isin(["AF", "PK"])]
    together = [*units.geometry, *neighbours.geometry]
    assert shapely.coverage_is_valid(together)
    assert shapely.coverage_is_valid(countries.geometry.to_numpy())


@pytest.mark.parametrize("code", ["AF", "PK"])
def test_provinces_fill_their_country_without_gap_or_overlap(code, units, countries):
    country = countries.set_index("adm0").geometry[code]
    parts = units[units["adm0"] == code].geometry
    rest = shapely.symmetric_difference(shapely.union_all(parts.to_numpy()), country)
    assert abs(GEOD.geometry_area_perimeter(rest)[0]) < 1  # m2
    total = sum(abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(part))[0]) for part in parts)
    whole = abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(country))[0])
    assert total == pytest.approx(whole, abs=1e4)  # m2, of some 10^12: the rounding of the sums


def test_both_countries_share_the_line_vertex_for_vertex(line, units):
    segments = vertex_pairs(line)
    for code in ("AF", "PK"):
        rims = set().union(*(vertex_pairs(g) for g in units[units["adm0"] == code].geometry))
        assert segments <= rims


@pytest.mark.parametrize("code", ["AF-PKA", "PK-KP", "PK-BA", "AF-KAN", "AF-HEL"])
def test_computed_areas_are_within_three_percent_of_the_published(code, units):
    row = units.set_index("boundary_id").loc[code]
    assert row["area_km2"] == pytest.approx(row["area_published_km2"], rel=0.03)


def test_the_area_stated_is_the_area_of_the_shape(units):
    for row in units.itertuples():
        area = abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(row.geometry))[0]) / 1e6
        assert row.area_km2 == pytest.approx(area, abs=0.06), row.name


def test_exactly_the_named_provinces_meet_the_line(line, units):
    segments = vertex_pairs(line)
    meeting = {row.boundary_id for row in units.itertuples() if segments & vertex_pairs(row.geometry)}
    assert meeting == {*vocab.AFGHAN_PROVINCES_ON_LINE, *vocab.PAKISTANI_UNITS_ON_LINE}


def test_neighbours_touch_and_stay_in_the_region(countries):
    west, south, east, north = countries.total_bounds
    assert 58 <= west < east <= 80
    assert 22.5 <= south < north <= 40
    assert {"IR", "TM", "UZ", "TJ", "CN", "IN"} < set(countries["adm0"])


def test_units_of_another_level_are_refused():
    with pytest.raises(geo.BoundaryError, match="level 7"):
        geo.read_units(7)


def test_crosswalk_leads_from_the_old_units_to_khyber_pakhtunkhwa(units):
    crosswalk = read_crosswalk()
    assert set(crosswalk["new_code"]) <= set(units["boundary_id"])
    into = crosswalk[crosswalk["new_code"] == "PK-KP"].set_index("old_name")
    assert into.loc["F.A.T.A.", "date"] == "2018-05-31"
    assert into.loc["N.W.F.P.", "new_name"] == "Khyber Pakhtunkhwa"
    assert into["source"].notna().all()


# -- crossings and places


def test_crossings_come_from_north_to_south():
    names = geo.read_crossings()["name"].tolist()
    wanted = ["Arandu", "Torkham", "Kharlachi", "Ghulam Khan", "Angoor Adda", "Chaman-Spin Boldak"]
    assert [name for name in names if name in wanted] == wanted


@pytest.mark.parametrize("row", range(7))
def test_a_crossing_lies_on_the_line_between_exactly_its_two_provinces(row, line, units):
    crossing = geo.read_crossings().iloc[row]
    nearest = shapely.shortest_line(crossing.geometry, line)
    assert GEOD.geometry_length(nearest) < 50
    # The point stands on the line to within rounding: which units lie within a metre or so of it?
    near = units[shapely.distance(units.geometry.to_numpy(), crossing.geometry) < 1e-5]["boundary_id"]
    assert set(near) == {crossing["adm1_af"], crossing["adm1_pk"]}
    assert crossing["precision_m"] >= crossing["offset_m"]
    assert crossing["source"].startswith("GeoNames")


def test_the_known_position_of_a_crossing_is_within_five_km_but_for_badini():
    crossings = geo.read_crossings().set_index("name")
    assert (crossings["offset_m"].drop("Badini") < 5000).all()
    assert "not known" in crossings.loc["Badini", "known_place"]


def test_places_have_the_two_countries_and_alternate_names():
    places = geo.read_places()
    assert places["place_id"].is_unique
    assert places["adm0"].eq("AF").sum() > 315
    assert places["adm0"].eq("PK").sum() > 570
    assert places["alternates"].str.contains("کابل").any()
    assert places.loc[places["label_rank"] == 1, "label"].tolist() == ["Kabul", "Islamabad"]


def test_province_of_a_place_agrees_with_geonames_or_is_near_the_edge(units):
    pairs = """
    01 BDS  02 BDG  03 BGL  05 BAM  06 FRA  07 FYB  08 GHA  09 GHO  10 HEL  11 HER  13 KAB  14 KAP
    17 LOG  18 NAN  19 NIM  23 KAN  24 KDZ  26 TAK  27 WAR  28 ZAB  29 PKA  30 BAL  31 JOW  32 SAM
    33 SAR  34 KNR  35 LAG  36 PIA  37 KHO  38 NUR  39 URU  40 PAR  41 DAY  42 PAN
    """.split()
    codes = dict(zip(pairs[::2], pairs[1::2], strict=True))
    pakistan = {"02": "BA", "03": "KP", "04": "PB", "05": "SD", "06": "JK", "07": "GB", "08": "IS"}
    survey = {f"AF.{k}": f"AF-{v}" for k, v in codes.items()} | {
        f"PK.{k}": f"PK-{v}" for k, v in pakistan.items()
    }
    places = geo.read_places()
    places = places[places["geonames_adm1"].isin(survey)]
    stated = places["geonames_adm1"].map(survey)
    differ = places[stated != places["adm1"]]
    assert len(places) > 880
    assert len(differ) / len(places) < 0.005
    shapes = units.set_index("boundary_id").geometry.to_crs(geo.boundaries.layers.LCC)
    far = [
        (place.name, wanted)
        for place, wanted in zip(
            differ.to_crs(geo.boundaries.layers.LCC).itertuples(), stated[differ.index], strict=True
        )
        if shapes[wanted].distance(place.geometry) > 3000
    ]
    assert not far


# -- the base for maps


def test_basemap_is_a_clean_coverage_and_lean(line):
    text = read_base_topology()
    assert len(text.encode()) <= 150_000
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    path = data_path("boundaries", "basemap.topojson")
    areas = [
        shape
        for layer in ("countries", "provinces")
        for shape in pyogrio.read_dataframe(path, layer=layer).geometry
    ]
    assert len(areas) == 8 + 41
    assert shapely.coverage_is_valid(areas)
    drawn = pyogrio.read_dataframe(path, layer="durand_line").geometry.iloc[0]
    assert drawn.coords[0] == pytest.approx(line.coords[0], abs=1e-4)
    assert drawn.coords[-1] == pytest.approx(line.coords[-1], abs=1e-4)
    shapely.prepare(drawn)
    away = shapely.distance(shapely.points(np.asarray(line.coords[::50])), drawn)
    assert away.max() < 0.005


def test_the_line_of_control_is_drawn_on_our_own_outline(countries):
    disputed = geo.read_layer("disputed_lines").set_index("name")
    control = disputed.geometry["Line of Control"]
    assert vertex_pairs(control) <= vertex_pairs(countries.set_index("adm0").geometry["PK"])


# -- export


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".parquet", ".shp"])
@pytest.mark.parametrize("layer", ["durand_line", "provinces", "crossings", "durand_line_accuracy"])
def test_an_exported_layer_reads_back_the_same(layer, suffix, tmp_path):
    path = tmp_path / f"{layer}{suffix}"
    rows = geo.export_layer(layer, path)
    read = gpd.read_parquet(path) if suffix == ".parquet" else gpd.read_file(path)
    wanted = geo.read_layer(layer)
    assert len(read) == len(wanted) == rows
    assert read.crs == "EPSG:4326"
    # FlatGeobuf sorts its features, GeoPackage makes every area a multi-area: neither loses anything.
    key = wanted.columns[1 if layer == "durand_line_accuracy" else 0]
    cut = key if suffix != ".shp" else key[:10]
    read, wanted = read.sort_values(cut), wanted.sort_values(key)
    assert read[cut].astype(str).tolist() == wanted[key].astype(str).tolist()
    for here, there in zip(read.geometry, wanted.geometry, strict=True):
        # A shapefile turns rings the other way, so vertices are compared as sets.
        assert vertices(here) == vertices(there)


@pytest.mark.parametrize(
    ("layer", "name", "message"),
    [
        ("durand_line", "line.kml", "the suffix must be one of"),
        ("nothing", "a.geojson", "no layer 'nothing'"),
        ("durand_line", "line.csv", "would lose it"),
        ("crosswalk", "a.gpkg", "exported as that only"),
    ],
)
def test_an_impossible_export_says_why_and_writes_nothing(layer, name, message, tmp_path):
    with pytest.raises(geo.BoundaryError, match=message):
        geo.export_layer(layer, tmp_path / name)
    assert not list(tmp_path.iterdir())
