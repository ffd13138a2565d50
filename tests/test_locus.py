"""Loci and their shares: areas, words, and the law that parts make a whole."""

import itertools

import geopandas as gpd
import hypothesis
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

import geo
from geo.border.durand import unit_chainages
from geo.border.spans import named_span, stretches_along
from geo.engine.side_probability import side_probability
from geo.places.unit_names import named_units
from geo.vocab import AFGHAN_PROVINCES_ON_LINE, PAKISTANI_UNITS_ON_LINE, WHERE_PRECISIONS

GEOD = pyproj.Geod(ellps="WGS84")
KABUL, BARMAL, CHAMAN, DOHA = (
    (69.17233, 34.52813),
    (69.27614, 32.713324),
    (66.45259, 30.91769),
    (51.53, 25.29),
)
GHAZNI = (68.42, 33.55)


def event(point, precision, **columns):
    geometry = gpd.points_from_xy([point[0]], [point[1]])
    cells = {name: [value] for name, value in columns.items()}
    return gpd.GeoDataFrame({"where_precision": [precision], **cells}, geometry=geometry, crs=4326)


def radius_m(locus, centre):
    xy = shapely.get_coordinates(locus)
    away = GEOD.inv(np.full(len(xy), centre[0]), np.full(len(xy), centre[1]), xy[:, 0], xy[:, 1])[2]
    return np.min(away), np.max(away)


@pytest.mark.parametrize(
    ("point", "precision", "columns", "metres"),
    [
        (GHAZNI, "site", {}, 500),
        (BARMAL, "town", {}, 2000),
        (CHAMAN, "town", {}, 5000),
        (KABUL, "town", {}, 10_000),
        (GHAZNI, "near", {}, 25_000),
        (GHAZNI, "near", {"dataset": "UCDP GED"}, 25_000),
        (GHAZNI, "near", {"dataset": "ACLED 2026-03"}, 25_000),
        (GHAZNI, "near", {"radius_m": 7_000}, 7_000),
        (GHAZNI, "province", {"radius_m": 7_000}, 7_000),
        (DOHA, "district", {}, 25_000),
    ],
)
def test_discs_are_geodesic_circles(point, precision, columns, metres):
    locus = geo.loci(event(point, precision, **columns)).item()
    assert radius_m(locus, point) == pytest.approx((metres, metres), abs=0.01)
    assert locus.is_valid


def test_a_disc_over_180_degrees_runs_on():
    locus = geo.loci(event((179.99, 10), "near")).item()
    assert locus.is_valid
    assert locus.bounds[2] > 180
    assert radius_m(locus, (179.99, 10)) == pytest.approx((25_000, 25_000), abs=0.01)


def test_units_are_their_own_loci(units, countries):
    paktika = units.set_index("iso3166_2").geometry["AF-PKA"]
    assert geo.loci(event(BARMAL, "province")).item().equals(paktika)
    assert geo.loci(event(KABUL, "province", adm1_source="Paktika")).item().equals(paktika)
    whole = geo.loci(event(KABUL, "country")).item()
    assert whole.symmetric_difference(countries.set_index("adm0").geometry["AF"]).area < 1e-6


def test_a_district_stays_within_its_province(units):
    paktika = units.set_index("iso3166_2").geometry["AF-PKA"]
    locus = geo.loci(event(BARMAL, "district")).item()
    assert locus.difference(paktika.buffer(1e-9)).is_empty
    assert locus.equals(geo.loci(event(BARMAL, "district", adm1_source="Paktika")).item())
    contradicted = geo.loci(event(BARMAL, "district", adm1_source="Kunar")).item()
    assert contradicted.area > locus.area


def test_what_is_not_known_has_no_locus():
    events = pd.concat(
        [event(KABUL, "unknown"), event(KABUL, None), event(DOHA, "province")], ignore_index=True
    )
    assert geo.loci(events).isna().all()
    assert geo.shares(events).empty
    assert list(geo.shares(events).columns) == ["row", "event_id", "level", "unit", "share"]
    nowhere = gpd.GeoDataFrame({"where_precision": ["site"]}, geometry=[None], crs=4326)
    assert geo.loci(nowhere).isna().all()


def test_the_strip_lies_within_ten_km_of_the_line():
    strip = geo.loci(event(KABUL, "border", border_units="AF-PKA;PK-KP")).item()
    edge = shapely.get_coordinates(strip.exterior)[::10]
    border = geo.DurandLine()
    at = border.locate(edge[:, 0], edge[:, 1])
    first, last = stretches_along(("AF-PKA", "PK-KP"))[0]
    beside = at["line_km"].between(first + 15, last - 15)
    assert beside.sum() > 30
    assert at["distance_m"][beside].between(9_950, 10_050).all()
    assert at["distance_m"].max() < 10_050
    assert at["line_km"].between(first - 40, last + 40).all()


def test_provinces_meet_the_line_where_the_layers_say():
    along = unit_chainages()
    assert set(along) == {*AFGHAN_PROVINCES_ON_LINE, *PAKISTANI_UNITS_ON_LINE}
    for country in ("AF", "PK"):
        parts = sorted(part for unit, parts in along.items() if unit[:2] == country for part in parts)
        assert parts[0][0] == 0
        assert parts[-1][1] == pytest.approx(geo.DurandLine().length_km)
        assert all(a[1] == b[0] for a, b in itertools.pairwise(parts))


def test_provinces_of_both_countries_mean_where_they_meet():
    along = unit_chainages()
    assert stretches_along(("AF-PKA",)) == along["AF-PKA"]
    assert stretches_along(("AF-PKA", "PK-BA")) == ((along["PK-BA"][0][0], along["AF-PKA"][0][1]),)
    assert stretches_along(("AF-BDS", "PK-BA")) == (along["AF-BDS"][0], along["PK-BA"][0])
    assert stretches_along(("AF-KAB",)) == stretches_along(()) == ((0.0, geo.DurandLine().length_km),)


@pytest.mark.parametrize(
    ("columns", "units"),
    [
        ({"border_units": "AF-KAN;AF-HEL"}, ("AF-KAN", "AF-HEL")),
        ({"place": "Border posts in Kandahar and Helmand"}, ("AF-KAN", "AF-HEL")),
        ({"place": "Khyber Pakhtunkhwa / Paktika"}, ("AF-PKA", "PK-KP")),
        ({"place": "Durand Line", "summary": "Clashes in Kunar and elsewhere"}, ()),
        ({"border_units": "AF-KAN", "place": "Kunar"}, ("AF-KAN",)),
        ({"border_units": None, "place": None, "summary": None}, ()),
    ],
)
def test_words_narrow_the_stretch(columns, units):
    expected = geo.loci(event(KABUL, "border", border_units=";".join(units))).item()
    assert geo.loci(event(KABUL, "border", **columns)).item().equals(expected)


def test_from_one_province_to_another_is_all_between():
    along = unit_chainages()
    whole = (along["AF-NUR"][0][0], along["AF-PKA"][0][1])
    assert named_span("Durand Line, Paktika to Nuristan (aggregate)") == whole
    assert named_span("from Nuristan to Paktika") == whole
    assert named_span("moved to Kabul") is None
    assert named_span("Khyber Pakhtunkhwa to Balochistan") == (
        along["PK-KP"][0][0],
        along["PK-BA"][-1][1],
    )
    assert named_units("the ICT and Khost") == ["AF-KHO"]


@pytest.mark.parametrize("precision", ["site", "town", "near", "district", "province", "border", "country"])
def test_shares_of_a_level_sum_to_one(precision):
    for point in (KABUL, BARMAL, CHAMAN, (60.9, 29.9), (74.5, 37.0)):
        sums = geo.shares(event(point, precision)).groupby("level")["share"].sum()
        assert set(sums.index) <= {"adm0", "adm1", "side"}
        assert sums.to_numpy() == pytest.approx(np.ones(len(sums)), abs=1e-9)


@hypothesis.settings(max_examples=60, deadline=None)
@hypothesis.given(
    lon=st.floats(59, 79),
    lat=st.floats(22, 40),
    precision=st.sampled_from(WHERE_PRECISIONS),
    text=st.sampled_from([None, "Kunar", "Paktika to Nuristan", "Balochistan"]),
)
def test_shares_sum_to_one_everywhere(lon, lat, precision, text):
    parts = geo.shares(event((lon, lat), precision, place=text, adm1_source=text))
    assert parts["share"].between(0, 1).all()
    sums = parts.groupby("level")["share"].sum()
    assert sums.to_numpy() == pytest.approx(np.ones(len(sums)), abs=1e-9)


def test_shares_are_those_of_areas_measured_otherwise(units):
    """Against the geodesic areas of the parts, cut in another way."""
    near = event((69.3, 32.5), "near")
    disc = geo.loci(near).item()
    parts = units.set_index("iso3166_2").geometry.intersection(disc)
    area = parts[~parts.is_empty].map(lambda part: abs(GEOD.geometry_area_perimeter(part)[0]))
    whole = abs(GEOD.geometry_area_perimeter(disc)[0])
    shares = geo.shares(near).query("level == 'adm1'").set_index("unit")["share"]
    assert set(shares.index) == set(area.index)
    for unit, share in shares.items():
        assert share == pytest.approx(area[unit] / whole, abs=1e-5)


def test_the_part_outside_is_named():
    shares = geo.shares(event((60.9, 29.9), "near")).set_index(["level", "unit"])["share"]
    assert {"AF", "PK", "outside"} == set(shares["adm0"].index)
    assert shares["adm0"]["outside"] == shares["adm1"]["outside"]
    assert shares["side"]["outside"] == pytest.approx(shares["adm0"]["outside"], abs=0.01)
    abroad = geo.shares(event(DOHA, "town"))
    assert abroad["unit"].unique().tolist() == ["outside"]


def test_side_counts_the_error_of_the_line():
    """On the line a site has equal parts; 2 km off it, the side hangs on the accuracy of the stretch."""
    border = geo.DurandLine()
    for km, low, high in ((1200.0, 0.95, 1.0), (1390.0, 0.8, 0.95)):
        middle = shapely.line_interpolate_point(
            border.geometry, np.interp(km, border.chainage_km(), planar_lengths(border.geometry))
        )
        on_line = geo.shares(event((middle.x, middle.y), "site")).query("level == 'side'")
        assert on_line["share"].tolist() == pytest.approx([0.5, 0.5], abs=1e-3)
        for azimuth in range(0, 360, 30):
            lon, lat, _ = GEOD.fwd(middle.x, middle.y, azimuth, 2500)
            at = border.locate(lon, lat).iloc[0]
            if 1900 < at["distance_m"] < 2400:
                share = geo.shares(event((lon, lat), "site")).query("level == 'side'")["share"].max()
                assert low < share <= high


def planar_lengths(line):
    step = np.diff(shapely.get_coordinates(line), axis=0)
    return np.append(0, np.cumsum(np.hypot(*step.T)))


def test_sides_of_a_disc_are_the_mean_of_its_points():
    near = event((69.3, 32.5), "near")
    rng = np.random.default_rng(1)
    azimuth, away = rng.uniform(0, 360, 20_000), 25_000 * np.sqrt(rng.random(20_000))
    lon, lat, _ = GEOD.fwd(np.full(20_000, 69.3), np.full(20_000, 32.5), azimuth, away)
    at = geo.DurandLine().locate(lon, lat)
    expected = side_probability(at["signed_m"], at["accuracy_m"]).mean()
    shares = geo.shares(near).query("level == 'side'").set_index("unit")["share"]
    assert shares["PK"] == pytest.approx(expected, abs=0.012)


def test_events_keep_their_order_and_names():
    events = pd.concat([event(CHAMAN, "town"), event(KABUL, "site")], ignore_index=True)
    events["event_id"] = ["own:2", "own:1"]
    parts = geo.shares(events)
    assert parts["event_id"].unique().tolist() == ["own:2", "own:1"]
    assert parts.query("event_id == 'own:2' and level == 'adm1'")["unit"].tolist() == ["PK-BA", "AF-KAN"]
    assert parts["share"].dtype == "float64"


def test_index_of_loci_is_that_of_the_events():
    events = event(KABUL, "site").set_index(pd.Index(["x"]))
    locus = geo.loci(events)
    assert locus.index.tolist() == ["x"]
    assert locus.crs.to_epsg() == 4326
    assert geo.loci(events.iloc[:0]).empty


def test_a_frame_without_a_precision_has_sites_and_one_left_empty_is_unknown():
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([69.17, 71.58], [34.53, 34.01]), crs=4326)
    assert geo.locate(points)["adm1"].tolist() == ["AF-KAB", "PK-KP"]
    points["where_precision"] = pd.array([None, None], dtype="str")
    assert geo.locate(points)["adm1"].isna().all()
    points["where_precision"] = ["site", None]
    found = geo.locate(points)["adm1"]
    assert found[0] == "AF-KAB"
    assert pd.isna(found[1])


JIWANI = (61.745, 25.05)
"""On the coast by the border with Iran."""
OUTSIDE_PAKTIKA = (69.27, 32.60)
"""In Paktika, 8 km from the line."""


def area_km2(locus):
    return abs(GEOD.geometry_area_perimeter(locus)[0]) / 1e6


def test_a_disc_is_cut_to_land(countries):
    whole = np.pi * 25**2
    locus = geo.loci(event(JIWANI, "near")).item()
    assert area_km2(locus) < 0.35 * whole
    assert shapely.covers(shapely.union_all(countries.geometry.to_numpy()).buffer(1e-9), locus)
    assert area_km2(geo.loci(event(GHAZNI, "near")).item()) == pytest.approx(whole, rel=0.002)
    # At sea there is no land to cut to.
    assert area_km2(geo.loci(event((62.5, 24.0), "near")).item()) == pytest.approx(whole, rel=0.002)


@pytest.mark.parametrize("precision", ["near", "town"])
@pytest.mark.parametrize(
    ("stated", "unit"),
    [
        ({"country_source": "Pakistan"}, "PK"),
        ({"country_source": "Islamic Republic of Pakistan", "adm1_source": "Balochistan"}, "PK-BA"),
        ({"adm1_source": "Baluchistan"}, "PK-BA"),
    ],
)
def test_a_disc_about_a_point_is_cut_to_what_the_source_states(precision, stated, unit, units, countries):
    point = (66.45, 30.97)
    locus = geo.loci(event(point, precision, radius_m=20_000.0, **stated)).item()
    held = pd.concat([units.set_index("iso3166_2").geometry, countries.set_index("adm0").geometry])[unit]
    assert shapely.covers(held.buffer(1e-7), locus)
    sides = geo.shares(event(point, precision, radius_m=20_000.0, **stated)).query("level == 'side'")
    assert sides[["unit", "share"]].to_numpy().tolist() == [["PK", 1.0]]
    alone = geo.shares(event(point, precision, radius_m=20_000.0, **stated), trust="point")
    assert set(alone.query("level == 'side'")["unit"]) == {"AF", "PK"}


def test_a_point_that_contradicts_the_words_keeps_its_whole_disc():
    for stated in ({"adm1_source": "Kunar"}, {"country_source": "Pakistan", "adm1_source": "Kunar"}):
        locus = geo.loci(event(OUTSIDE_PAKTIKA, "near", **stated)).item()
        assert locus.equals(geo.loci(event(OUTSIDE_PAKTIKA, "near")).item())
    # Two kilometres into the neighbour are within what province lines are sure of.
    beyond = geo.DurandLine().locate([69.27], [32.60])[["foot_lon", "foot_lat"]].iloc[0]
    azimuth = GEOD.inv(*OUTSIDE_PAKTIKA, *beyond)[0]
    for metres, cut in ((2_000, True), (4_500, False)):
        lon, lat, _ = GEOD.fwd(*beyond, azimuth, metres)
        locus = geo.loci(event((lon, lat), "near", adm1_source="Paktika")).item()
        assert (area_km2(locus) < 1_500) == cut


def test_a_site_is_where_it_is_whatever_the_source_states():
    site = event(CHAMAN, "site", adm1_source="Kandahar", country_source="Afghanistan")
    assert geo.loci(site).item().equals(geo.loci(event(CHAMAN, "site")).item())


def test_a_district_without_an_outline_is_a_disc_that_holds_all_of_it(units):
    districts = geo.read_districts()
    paktika = units.set_index("iso3166_2").geometry["AF-PKA"]
    for row in districts[districts["adm1"] == "AF-PKA"].itertuples():
        point = row.geometry.x, row.geometry.y
        named = geo.loci(event(point, "district", adm1_source="Paktika", adm2_source=row.name)).item()
        reach = shapely.intersection(geo.loci(event(point, "near", radius_m=row.precision_m)).item(), paktika)
        assert shapely.covers(named.buffer(1e-6), reach), row.name
        # The point that a source stores is another than the middle of the district; the words say which.
        moved = event((point[0] + 0.1, point[1]), "district", adm1_source="Paktika", adm2_source=row.name)
        assert geo.loci(moved).item().equals(named), row.name
        # Without a name the disc is about the point, and still as wide.
        unnamed = geo.loci(event(point, "district", adm1_source="Paktika")).item()
        assert area_km2(unnamed) >= area_km2(shapely.intersection(named, unnamed)) - 1
        assert shapely.covers(paktika.buffer(1e-7), named)


@pytest.mark.parametrize(
    "columns",
    [
        {"place": "Afghanistan-Pakistan border (North Waziristan)"},
        {"place": "Durand Line", "adm2_source": "North Waziristan"},
        {"place": "border, North Waziristan", "border_units": "PK-KP"},
    ],
)
def test_a_stretch_is_narrowed_to_the_district_named(columns):
    wide = geo.loci(event(BARMAL, "border", place="Durand Line")).item()
    locus = geo.loci(event(BARMAL, "border", **columns)).item()
    assert area_km2(locus) < 0.12 * area_km2(wide)
    adm1 = set(geo.shares(event(BARMAL, "border", **columns)).query("level == 'adm1'")["unit"])
    assert adm1 <= {"PK-KP", "AF-KHO", "AF-PKA"}


@pytest.mark.parametrize("wrong", [0, -5, 2e6, np.inf, "far"])
def test_a_radius_that_can_be_none_is_refused(wrong):
    with pytest.raises(geo.SchemaError, match="radius_m"):
        geo.loci(event(GHAZNI, "near", radius_m=wrong))


def test_trust_is_one_of_two_words():
    with pytest.raises(geo.SchemaError, match="'stated' or 'point'"):
        geo.loci(event(GHAZNI, "near"), trust="nobody")
