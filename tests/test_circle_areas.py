"""What discs have in common with areas, told without cutting, beside cutting them and counting points."""

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

import geo
from geo.boundaries.units import provinces
from geo.engine import circle_areas
from geo.engine.circle_areas import Outlines, in_pieces
from geo.locus import areas, disc_parts
from geo.locus.areas import AreaUnits
from geo.locus.disc_parts import PiecedAreas, province_parts
from geo.locus.record import Locus
from geo.locus.shapes import draw

GEOD = pyproj.Geod(ellps="WGS84")
rng = np.random.default_rng(16)

STAR = shapely.Polygon(
    [(69.0, 32.0), (69.4, 32.1), (69.9, 31.8), (69.7, 32.4), (70.1, 32.9), (69.5, 32.7), (69.0, 33.1)],
    [[(69.4, 32.3), (69.6, 32.3), (69.5, 32.5)]],
)
SHAPES = {
    "a star with a hole": STAR,
    "two parts": shapely.MultiPolygon([shapely.box(69, 32, 69.3, 33), shapely.box(69.5, 32.1, 70, 32.6)]),
    "clockwise": shapely.Polygon([(69, 32), (69, 33), (70, 33), (70, 32)]),
    "wider than a piece": shapely.box(66, 30, 72.5, 35.5),
    "far off": shapely.box(60, 25, 60.5, 25.5),
}


def circle(lon, lat, radius_m, corners=4000):
    azimuth = np.linspace(360, 0, corners, endpoint=False)
    x, y, _ = GEOD.fwd(np.full(corners, lon), np.full(corners, lat), azimuth, np.full(corners, radius_m))
    return shapely.Polygon(np.column_stack((x, y)))


def geodesic_m2(shape):
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shapely.segmentize(shape, 0.005)))[0])


@pytest.mark.parametrize("radius_m", [500.0, 25_000.0, 150_000.0, 500_000.0])
@pytest.mark.parametrize("name", SHAPES)
def test_common_areas_are_those_of_cut_polygons(name, radius_m):
    shape = SHAPES[name]
    pieces, _ = in_pieces(np.array([shape], dtype=object))
    outlines = Outlines(pieces)
    for lon, lat in [(69.5, 32.4), (69.0, 32.0), (70.3, 33.0), (68.6, 32.5)]:
        one = np.array([lon]), np.array([lat]), np.array([radius_m])
        every = np.arange(len(pieces))
        found = outlines.in_common(*one, np.zeros(len(pieces), dtype=int), every).sum()
        cut = shapely.intersection(circle(lon, lat, radius_m), shapely.segmentize(shape, 0.005))
        whole = circle_areas.circle_areas(*one)[0]
        # Edges are straight in degrees to 0.4 m.
        assert abs(found - geodesic_m2(cut)) < 1e-5 * whole + 0.4 * 2 * radius_m
        assert whole == pytest.approx(geodesic_m2(circle(lon, lat, radius_m)), rel=3e-6)


def test_a_disc_across_the_meridian_of_180_meets_both_sides():
    halves = PiecedAreas(np.array([shapely.box(179, -1, 180, 1), shapely.box(-180, -1, -179, 1)]))
    disc, area, common = halves.common((np.array([180.0]), np.array([0.2]), np.array([20_000.0])))
    assert disc.tolist() == [0, 0]
    assert area.tolist() == [0, 1]
    assert common == pytest.approx(np.pi * 2e4**2 / 2, rel=1e-5)


def test_pieces_are_small_and_all_of_the_area():
    shapes = provinces().frame.geometry.to_numpy()
    pieces, owner = in_pieces(shapes)
    assert shapely.get_num_coordinates(pieces).max() <= circle_areas.MOST_CORNERS
    assert shapely.is_valid(pieces).all()
    assert (np.diff(owner) >= 0).all()
    whole = np.bincount(owner, weights=shapely.area(pieces), minlength=len(shapes))
    assert whole == pytest.approx(shapely.area(shapes), rel=1e-9)


def test_no_area_has_no_pieces():
    pieces, owner = in_pieces(np.array([shapely.Polygon()], dtype=object))
    assert len(pieces) == len(owner) == 0
    found = PiecedAreas(np.empty(0, dtype=object)).common(
        (np.array([70.0]), np.array([33.0]), np.array([5.0]))
    )
    assert [len(one) for one in found] == [0, 0, 0]


def test_a_sliver_whose_edge_runs_through_the_middle_has_no_area():
    """What a cut along a meridian leaves; but for rounding its edges run through the middle of its box."""
    xy = [(63.64210906117161, 31.371595), (63.642109061171624, 31.371595), (63.642109061171624, 30.384289)]
    sliver = shapely.Polygon([*xy, (63.64210906117161, 30.384289)])
    outlines = Outlines(np.array([sliver], dtype=object))
    one = np.array([63.6]), np.array([31.0]), np.array([400_000.0])
    first = np.zeros(1, dtype=int)
    assert outlines.in_common(*one, first, first)[0] < 100


def some_discs(count):
    """Discs all over, some cut to a province or country, some at the coast."""
    found = []
    for _ in range(count):
        lon, lat = rng.uniform(60.5, 76), rng.uniform(24, 37.5)
        within = rng.choice([None, "AF", "PK", "AF-KAN", "PK-BA"])
        radius = float(rng.choice([500, 2_000, 25_000, 90_000, 300_000]))
        found.append(Locus("disc", lon, lat, radius, within, stated=within is not None))
    return [*found, Locus("disc", 61.74, 25.12, 25_000.0), Locus("disc", 66.9, 24.7, 60_000.0)]


def by_cutting(loci, units, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(areas, "are_measurable", lambda loci: np.zeros(len(loci), dtype=bool))
        return units.parts(loci)


def as_table(parts, loci, units):
    table = np.zeros((len(loci), len(units.units) + 1))
    table[parts.row, parts.unit] = parts.share
    return table


@pytest.mark.parametrize("kind", ["squares", "provinces"])
def test_shares_are_those_of_loci_that_are_drawn_and_cut(kind, monkeypatch):
    frame = geo.priogrid() if kind == "squares" else geo.read_units(1).set_index("boundary_id")
    units, loci = AreaUnits(frame), some_discs(120)
    found = as_table(units.parts(loci), loci, units)
    cut = as_table(by_cutting(loci, units, monkeypatch), loci, units)
    # A drawn disc has 128 corners and lacks 3e-4 of its radius; shares below 0.001 are left out.
    part = np.array([shapely.area(draw(one)) for one in loci]) / [circle(*one[1:4]).area for one in loci]
    assert (np.abs(found - cut).max(axis=1) < 1.5e-3 + 3e-4 / np.sqrt(np.maximum(part, 1e-6))).all()
    assert found.sum(axis=1) == pytest.approx(1)


def test_shares_by_province_are_those_of_points_counted():
    index = provinces()
    codes, adm0 = index.texts("iso3166_2"), index.texts("adm0")
    loci = [one for one in some_discs(80) if one.within in (None, "AF", "PK") and one.radius_m > 1_000]
    for locus, parts in zip(loci, province_parts(loci), strict=True):
        n = 20_000
        x, y, _ = GEOD.fwd(
            np.full(n, locus.lon),
            np.full(n, locus.lat),
            rng.uniform(0, 360, n),
            locus.radius_m * np.sqrt(rng.random(n)),
        )
        unit = index.find(np.asarray(x), np.asarray(y))
        drawn = draw(locus)
        inside = shapely.intersects_xy(drawn, x, y)
        if locus.within is not None and (adm0[unit[unit >= 0]] == locus.within).any():
            inside &= (unit >= 0) & (np.append(adm0, "")[unit] == locus.within)
        for number in np.unique(unit[inside & (unit >= 0)]):
            counted = np.count_nonzero(unit[inside] == number) / np.count_nonzero(inside)
            error = 5 * np.sqrt(max(counted * (1 - counted), 1e-4) / np.count_nonzero(inside))
            assert parts.get(str(codes[number]), 0.0) == pytest.approx(counted, abs=error + 1e-3)


def test_what_is_too_wide_for_the_plane_is_drawn():
    wide = Locus("disc", 68.0, 32.0, 600_000.0)
    assert disc_parts.are_measurable([wide, Locus("country", within="AF")]).tolist() == [False, False]
    frame = gpd.GeoDataFrame({"unit": ["all"]}, geometry=[shapely.box(40, 10, 100, 60)], crs=4326)
    parts = AreaUnits(frame).parts([wide])
    assert parts.share.tolist() == [1.0]
