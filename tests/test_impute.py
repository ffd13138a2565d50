"""Draws of places and dates, and their pooling."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy import stats

import geo
from geo.analysis.pool import student
from geo.boundaries.units import flatten
from geo.events.wholes import is_counted
from geo.locus.draws import draw_points
from geo.locus.record import Locus
from geo.locus.shapes import draw


def one(precision, lon, lat, **more):
    columns = {"event_id": ["own:1"], "where_precision": [precision], **{k: [v] for k, v in more.items()}}
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy([lon], [lat]), crs=4326)


@pytest.fixture(scope="module")
def events():
    return geo.read_events().events


LOCI = {
    "site": Locus("disc", 71.08, 34.11, 500.0),
    "cut to a province": Locus("disc", 69.27, 32.60, 25_000.0, within="AF-PKA", stated=True),
    "cut to a corner of a province": Locus("disc", 69.50, 32.60, 25_000.0, within="AF-PKA", stated=True),
    "cut to land": Locus("disc", 61.75, 25.05, 25_000.0),
    "far away": Locus("disc", -100.0, 19.0, 25_000.0),
    "province": Locus("province", within="AF-PKA"),
    "two provinces": Locus("provinces", units=("AF-KHO", "AF-PKA")),
    "stretch": Locus("strip", stretches=((900.0, 1000.0), (1300.0, 1400.0))),
}


@pytest.mark.parametrize("name", LOCI)
def test_draws_are_even_over_the_locus_and_nowhere_else(name):
    """Ninths of the box about the locus each get points by their area, by chi-squared."""
    locus, n = LOCI[name], 4000
    lon, lat = draw_points([locus] * n, np.random.default_rng(5))
    area = flatten(draw(locus))
    points = flatten(shapely.points(lon, lat))
    # Corners of the drawn disc are 0.03 % inside the true circle.
    assert (shapely.distance(points, area) < 20).all()
    west, south, east, north = shapely.bounds(area)
    xs, ys = np.linspace(west, east, 4), np.linspace(south, north, 4)
    boxes = [shapely.box(xs[i], ys[j], xs[i + 1], ys[j + 1]) for i in range(3) for j in range(3)]
    wanted = np.array([shapely.area(shapely.intersection(area, box)) for box in boxes]) / shapely.area(area)
    seen = np.array([np.count_nonzero(shapely.intersects(box, points)) for box in boxes])
    kept = wanted > 0.005
    assert seen[~kept].sum() <= n * wanted[~kept].sum() + 30
    odds = wanted[kept] / wanted[kept].sum()
    assert stats.chisquare(seen[kept], odds * seen[kept].sum()).pvalue > 1e-3


def test_a_draw_agrees_with_the_shares_of_each_event(events):
    """The part of draws in each province is the share that geo.shares measures by intersecting areas."""
    n = 400
    some = events[events["where_precision"].isin(["near", "border", "province"])]
    some = some[is_counted(some)].head(8)
    drawn = geo.impute(some, n=n)
    at = geo.DurandLine().locate(drawn.geometry, units=True)
    shares = geo.shares(some).query("level == 'adm1'")
    for row, part in shares.groupby("row"):
        found = at["adm1"][drawn["row"] == row]
        for unit, share in zip(part["unit"], part["share"], strict=True):
            seen = found.isna().mean() if unit == "outside" else (found == unit).mean()
            assert abs(seen - share) < 4 * np.sqrt(share * (1 - share) / n) + 0.003, (row, unit)


def test_one_seed_gives_one_answer_and_more_draws_begin_with_the_fewer(events):
    few, many, other = geo.impute(events, n=2), geo.impute(events, n=3), geo.impute(events, n=2, seed=2)
    assert geo.impute(events, n=2).equals(few)
    assert many[many["draw"] <= 2].equals(few)
    assert not other.geometry.geom_equals(few.geometry).any()
    assert (
        not few[few["draw"] == 1]
        .geometry.reset_index(drop=True)
        .geom_equals(few[few["draw"] == 2].geometry.reset_index(drop=True))
        .any()
    )


def test_a_draw_is_a_table_of_events_with_nothing_in_doubt(events):
    drawn = geo.impute(events, n=2)
    assert list(drawn.columns[:3]) == ["draw", "row", "drawn_from"]
    assert set(events.columns) - {"radius_m"} <= set(drawn.columns)
    assert drawn.crs == events.crs
    assert set(drawn["where_precision"]) == {"site"}
    assert drawn["date_precision"].eq(1).all()
    assert (drawn["date_start"] == drawn["date_end"]).all()
    wholes = events["part_of"].dropna().unique()
    assert not drawn["event_id"].isin(wholes).any()
    assert len(drawn) == 2 * (len(events) - len(wholes))
    said = events["where_precision"].to_numpy()[drawn["row"]]
    assert (drawn["drawn_from"].to_numpy() == said).all()
    first = drawn[drawn["draw"] == 1]
    assert geo.count(first, by="side", period="Y")["expected"].sum() == pytest.approx(len(first))
    assert events.equals(geo.read_events().events)
    stale = geo.impute(events.assign(lon=1.0, lat=2.0, radius_m=9000.0), n=1)
    assert not {"lon", "lat", "radius_m"} & set(stale.columns)
    assert set(stale["drawn_from"]) == {"near"}


def test_days_are_even_over_those_that_the_date_allows():
    event = one("town", 67.1, 36.7, date_start=pd.Timestamp("2025-10-15"), date_precision=3)
    drawn = geo.impute(event, n=1500)
    seen = drawn["date_start"].dt.day.value_counts().reindex(range(1, 32), fill_value=0)
    assert drawn["date_start"].dt.month.eq(10).all()
    assert stats.chisquare(seen).pvalue > 1e-3
    undated = geo.impute(event.assign(date_start=pd.NaT), n=2)
    assert undated["date_start"].isna().all()
    assert undated["date_precision"].isna().all()


def test_events_of_one_locus_stand_together_if_asked_to():
    front = pd.concat([one("border", 69.3, 32.6, border_units="AF-PKA")] * 5, ignore_index=True)
    together = geo.impute(front, n=4, doubt="together")
    assert together.groupby("draw").geometry.nunique().tolist() == [1, 1, 1, 1]
    assert together.geometry.nunique() == 4
    assert geo.impute(front, n=4).geometry.nunique() == 20


def test_weights_draw_where_they_are_heavy_and_are_off_by_themselves():
    event = one("province", 69.9, 33.3, adm1_source="Paktika")
    middle = draw(Locus("province", within="AF-PKA")).centroid.y
    north = geo.impute(event, n=300, weights=lambda lon, lat: np.where(lat > middle, 3.0, 1.0))
    plain = geo.impute(event, n=300)
    part = (plain.geometry.y > middle).mean()
    wanted = 3 * part / (3 * part + 1 - part)
    assert abs((north.geometry.y > middle).mean() - wanted) < 0.09
    with pytest.raises(geo.SchemaError, match="0 all over"):
        geo.impute(event, n=1, weights=lambda lon, lat: np.zeros(len(lon)))
    with pytest.raises(geo.SchemaError, match="0 or more"):
        geo.impute(event, n=1, weights=lambda lon, lat: -lat)


def test_events_without_a_place_are_left_out_and_that_is_said(events):
    some = pd.concat([one("unknown", 70, 33), one("town", 71.08, 34.11)], ignore_index=True)
    with pytest.warns(geo.LeftOutWarning, match="1 of 2 events"):
        drawn = geo.impute(some, n=2)
    assert drawn["row"].tolist() == [1, 1]
    with pytest.warns(geo.LeftOutWarning):
        assert len(geo.impute(some[:1], n=2)) == 0
    empty = geo.impute(events.head(0), n=2)
    assert len(empty) == 0
    assert empty.crs == events.crs


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"n": 0}, "n is a whole number"),
        ({"n": 2.5}, "n is a whole number"),
        ({"seed": -1}, "seed is a whole number"),
        ({"doubt": "shared"}, "'apart' or 'together'"),
        ({"weights": 3}, "a function of lon and lat"),
        ({"n": 10_000_000}, "more than"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(events, wrong, said):
    with pytest.raises(geo.SchemaError, match=said):
        geo.impute(events, **wrong)


def test_pooling_gives_the_figures_of_the_published_rules():
    """The SAS/STAT manual (PROC MI, combining inferences): m = 5 and r = 10 % give 484 degrees of freedom."""
    spread = np.array([-2, -1, 0, 1, 2.0])
    within = 1.2 * spread.var(ddof=1) / 0.1
    found = geo.pool([(value, within) for value in spread]).loc[0]
    assert found["df"] == pytest.approx(484)
    assert found["fmi"] == pytest.approx((0.1 + 2 / 487) / 1.1)
    assert found["total"] == pytest.approx(1.1 * within)
    wide = stats.t.ppf(0.975, 484) * np.sqrt(1.1 * within)
    assert (found["low"], found["high"]) == pytest.approx((-wide, wide))


def test_small_samples_have_fewer_degrees_of_freedom():
    """Barnard and Rubin's, worked out here by their formula with other names."""
    q, u, m, v = np.array([1.0, 1.4, 0.9, 1.6]), np.array([0.2, 0.25, 0.22, 0.21]), 4, 20
    b, w = q.var(ddof=1), u.mean()
    r = (1 + 1 / m) * b / w
    old = (m - 1) * (1 + 1 / r) ** 2
    seen = (1 - r / (r + 1)) * v * (v + 1) / (v + 3)
    found = geo.pool(list(zip(q, u, strict=True)), dof=v).loc[0]
    assert found["df"] == pytest.approx(1 / (1 / old + 1 / seen))
    assert found["df"] < min(v, old)
    assert found["fmi"] == pytest.approx((r + 2 / (found["df"] + 3)) / (r + 1))
    sure = geo.pool([(1, 0.2)] * 4, dof=v).loc[0]
    assert sure["df"] == pytest.approx(21 / 23 * 20)
    assert sure["fmi"] == 0


def test_pooled_intervals_cover_the_truth_as_often_as_they_say():
    """A mean of 30 normal numbers of which a third is missing and drawn from its posterior."""
    rng, hits, times = np.random.default_rng(11), 0, 600
    for _ in range(times):
        seen = rng.normal(size=20)
        results = []
        for _ in range(20):
            scale = np.sqrt(19 * seen.var(ddof=1) / rng.chisquare(19))
            centre = rng.normal(seen.mean(), scale / np.sqrt(20))
            whole = np.append(seen, rng.normal(centre, scale, 10))
            results.append((whole.mean(), whole.var(ddof=1) / 30))
        found = geo.pool(results, dof=29, level=0.9).loc[0]
        hits += found["low"] <= 0 <= found["high"]
    assert 0.87 <= hits / times <= 0.93


def test_terms_are_pooled_each_by_itself():
    table = pd.DataFrame(
        {"draw": [1, 1, 2, 2], "unit": ["b", "a"] * 2, "estimate": [1, 5, 3, 5], "se": [1, 2, 1, 2.0]}
    )
    found = geo.pool(table, by="unit")
    assert found["unit"].tolist() == ["b", "a"]
    assert found["estimate"].tolist() == [2, 5]
    assert found["within"].tolist() == [1, 4]
    assert found["between"].tolist() == [2, 0]
    with pytest.raises(geo.SchemaError, match="a draw stands twice"):
        geo.pool(table)
    with pytest.raises(geo.SchemaError, match="2 draws and some 3"):
        geo.pool(pd.concat([table, table.iloc[:1].assign(draw=3)]), by="unit")


def test_counts_have_no_variance_of_their_own():
    found = geo.pool([(3, 0), (5, 0)], dof=9).loc[0]
    assert (found["within"], found["fmi"], found["df"]) == (0, 1, 1)
    wide = student(0.975, 1) * np.sqrt(1.5 * 2)
    assert (found["low"], found["high"]) == pytest.approx((4 - wide, 4 + wide))
    assert geo.pool([(3, 0), (3, 0)]).loc[0, ["low", "high"]].tolist() == [3, 3]


@pytest.mark.parametrize(
    ("wrong", "options", "said"),
    [
        ([(1, 2)], {}, "at least 2 draws"),
        ([], {}, "at least 2 draws"),
        ([(1, 2), (np.nan, 2)], {}, "1 of 2 results"),
        ([(1, -2), (1, 2)], {}, "below 0"),
        ([1, 2, 3], {}, "pairs"),
        (pd.DataFrame({"estimate": [1, 2]}), {}, "results lack variance"),
        ([(1, 2), (1, 2)], {"level": 95}, "level is a part"),
        ([(1, 2), (1, 2)], {"dof": 0}, "dof is a number"),
    ],
)
def test_results_that_cannot_be_pooled_are_refused(wrong, options, said):
    with pytest.raises(geo.SchemaError, match=said):
        geo.pool(wrong, **options)
