"""Counts by unit: expected, interval, certain and possible."""

from __future__ import annotations

import itertools

import geopandas as gpd
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings

import geo
from geo.analysis.intervals import count_range, tied_range
from geo.events.wholes import is_counted
from geo.types import CERTAIN_SHARE


@pytest.fixture(scope="module")
def events():
    """The shipped events without a whole whose parts are there."""
    table = geo.read_events().events
    return table[is_counted(table)].reset_index(drop=True)


def test_a_whole_is_not_counted_beside_its_parts(events):
    table = geo.read_events().events
    assert len(table) == len(events) + 1
    assert geo.count(table, by="adm1").equals(geo.count(events, by="adm1"))
    alone = table[table["part_of"].isna()]
    assert geo.count(alone, by="adm0")["expected"].sum() == pytest.approx(geo.loci(alone).notna().sum())


@pytest.mark.parametrize("by", ["adm0", "adm1", "side", "sector"])
def test_expected_numbers_add_up_to_the_events_with_a_locus(events, by):
    counts = geo.count(events, by=by)
    assert counts["expected"].sum() == pytest.approx(geo.loci(events).notna().sum())
    assert (counts["certain"] <= counts["expected"] / CERTAIN_SHARE + 1e-9).all()
    assert (counts["expected"] <= counts["possible"] + 1e-9).all()
    assert (counts["low"] <= counts["high"]).all()
    assert (counts["certain"] <= counts["possible"]).all()


def test_counts_do_not_depend_on_the_order_of_rows(events):
    mixed = events.sample(frac=1, random_state=7)
    ours, theirs = (geo.count(one).set_index("unit").sort_index() for one in (events, mixed))
    assert ours.index.equals(theirs.index)
    assert np.allclose(ours.drop(columns="name"), theirs.drop(columns="name"))


@given(st.lists(st.floats(0, 1), max_size=10))
@settings(max_examples=60, deadline=None)
def test_the_interval_is_that_of_every_outcome_counted(chances):
    """Brute force: each way in which independent events may or may not happen, with its probability."""
    odds = np.zeros(len(chances) + 1)
    for outcome in itertools.product((0, 1), repeat=len(chances)):
        odds[sum(outcome)] += np.prod([p if one else 1 - p for one, p in zip(outcome, chances, strict=True)])
    below = np.cumsum(odds)
    low, high = count_range(chances)
    # At a step of the distribution rounding may fall to either side.
    for found, at in ((low, 0.025), (high, 0.975)):
        assert below[found] >= at - 1e-9
        assert found == 0 or below[found - 1] < at + 1e-9


def test_many_doubtful_events_agree_with_the_exact_interval():
    rng = np.random.default_rng(3)
    chances = rng.uniform(0, 1, 4000)
    drawn = (rng.uniform(size=(4000, 3000)) < chances[:, None]).sum(axis=0)
    low, high = count_range(chances)
    assert abs(low - np.quantile(drawn, 0.025)) <= 4
    assert abs(high - np.quantile(drawn, 0.975)) <= 4


def one(precision, lon, lat, **more):
    columns = {"event_id": ["own:1"], "where_precision": [precision], **{k: [v] for k, v in more.items()}}
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy([lon], [lat]), crs=4326)


def test_a_stretch_counts_in_sectors_by_its_length():
    event = one("border", 69.3, 32.6, border_units="AF-PKA")
    shares = geo.count(event, by="sector").set_index("unit")["expected"]
    sectors = geo.DurandLine().sectors()
    paktika = sectors[sectors["right_unit"] == "AF-PKA"]
    long = dict(zip(paktika["left_unit"], paktika["length_km"], strict=True))
    assert shares["AF-PKA/PK-KP"] == pytest.approx(long["PK-KP"] / sum(long.values()), abs=0.01)
    assert shares["AF-PKA/PK-BA"] == pytest.approx(long["PK-BA"] / sum(long.values()), abs=0.01)


def test_what_lies_far_from_the_line_is_in_no_sector():
    assert geo.count(one("town", 67.1, 36.7), by="sector")["unit"].tolist() == ["outside"]
    assert geo.count(one("site", 71.08, 34.12), by="sector")["unit"].tolist() == ["AF-NAN/PK-KP"]


def test_districts_are_asked_for_by_name_and_refused_where_none_were_added(events):
    with pytest.raises(geo.BoundaryError, match="durand boundaries add FILE --level 2"):
        geo.count(events, by="adm2")
    with pytest.raises(geo.SchemaError, match="by is one of all, adm0, adm1"):
        geo.count(events, by="valley")


def test_no_events_give_an_empty_table_of_the_same_form(events):
    empty = geo.count(events.head(0))
    assert list(empty.columns) == [
        *("unit", "name", "expected", "low", "high", "low_shared", "high_shared", "certain", "possible")
    ]
    assert empty.dtypes.equals(geo.count(events.head(3)).dtypes)


def listed(drawn):
    """Groups as tied_range takes them: of each event the number, place and rest of its group."""
    rows = [(n, place, one) for n, (place, rest) in enumerate(drawn) for one in rest]
    return np.array(rows).reshape(-1, 3).T


groups = st.lists(
    st.tuples(st.floats(0, 1), st.lists(st.floats(0, 1), min_size=1, max_size=3)), min_size=0, max_size=3
)


@given(groups)
@settings(max_examples=60, deadline=None)
def test_the_interval_of_tied_events_is_that_of_every_outcome_counted(drawn):
    """Brute force: each group in or out, then each of its events by itself."""
    number = sum(len(rest) for _, rest in drawn)
    odds = np.zeros(number + 1)
    for inside in itertools.product((0, 1), repeat=len(drawn)):
        chance = np.prod([place if one else 1 - place for one, (place, _) in zip(inside, drawn, strict=True)])
        rest = [one for there, (_, rest) in zip(inside, drawn, strict=True) if there for one in rest]
        for outcome in itertools.product((0, 1), repeat=len(rest)):
            odds[sum(outcome)] += chance * np.prod(
                [p if one else 1 - p for one, p in zip(outcome, rest, strict=True)]
            )
    below = np.cumsum(odds)
    for found, at in zip(tied_range(*listed(drawn)), (0.025, 0.975), strict=True):
        assert below[found] >= at - 1e-8
        assert found == 0 or below[found - 1] < at + 1e-8


def test_reports_of_one_front_are_in_a_unit_together_or_not_at_all():
    front = pd.concat([one("border", 69.3, 32.6, border_units="AF-PKA;PK-KP")] * 24, ignore_index=True)
    counts = geo.count(front, by="side").set_index("unit").loc["AF"]
    assert 10 <= counts["expected"] <= 14
    assert 5 < counts["low"] < counts["high"] < 20
    assert (counts["low_shared"], counts["high_shared"]) == (0, 24)
    apart = pd.concat([one("near", 69.27 + n / 100, 32.6) for n in range(24)], ignore_index=True)
    counts = geo.count(apart, by="side")
    assert counts["low"].tolist() == counts["low_shared"].tolist()


def test_dates_known_to_a_month_divide_among_its_days():
    events = pd.concat(
        [one("town", 67.1, 36.7, date_start=pd.Timestamp(day), date_precision=precision)
         for day, precision in (("2025-10-15", 3), ("2025-10-02", 1), (None, 1), ("2025-12-31", 2))],
        ignore_index=True,
    )  # fmt: skip
    halves = {"early": "2025-10-01:2025-10-10", "late": ("2025-10-11", "2025-10-31")}
    counts = geo.count(events, by="adm0", period=halves).set_index("period")
    assert counts["expected"].to_dict() == pytest.approx(
        {"early": 1 + 10 / 31, "late": 21 / 31, "other": 1, "no date": 1}
    )
    assert counts["certain"].to_dict() == {"early": 1, "late": 0, "other": 1, "no date": 1}
    months = geo.count(events, by="adm0", period="M").set_index("period")["expected"]
    assert months.to_dict() == pytest.approx(
        {"2025-10": 2, "2025-11": 0, "2025-12": 4 / 7, "2026-01": 3 / 7, "no date": 1}
    )
    weeks = geo.count(events, by="adm0", period="W").set_index("period")["expected"]
    assert weeks["2025-W42"] == pytest.approx(7 / 31)
    assert weeks["2026-W01"] == pytest.approx(6 / 7)
    days = geo.count(events, by="adm0", period="D").set_index("period")["expected"]
    assert days["2025-10-02"] == pytest.approx(1 + 1 / 31)
    for period in ("D", "W", "M", "Y"):
        assert geo.count(events, by="adm0", period=period)["expected"].sum() == pytest.approx(4)


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("Q", "period is one of D, W, M, Y"),
        ({"a": "2025-10-01:2025-10-10", "b": "2025-10-10:2025-10-12"}, "share days"),
        ({"a": "2025-10-12:2025-10-10"}, "ends before it begins"),
        ({"a": "soon"}, "is two days"),
        ({}, "no period is named"),
    ],
)
def test_periods_that_can_not_be_are_refused(events, period, said):
    with pytest.raises(geo.SchemaError, match=said):
        geo.count(events, by="adm0", period=period)


def cells(size=2.0):
    west, south = np.meshgrid(np.arange(60, 76, size), np.arange(28, 38, size))
    shapes = shapely.box(west.ravel(), south.ravel(), west.ravel() + size, south.ravel() + size)
    return gpd.GeoDataFrame({"unit": [f"cell {n}" for n in range(len(shapes))]}, geometry=shapes, crs=4326)


def test_areas_of_ones_own_hold_all_events_between_them(events):
    grid = cells()
    counts = geo.count(events, by=grid)
    assert counts["unit"].tolist()[: len(grid)] == grid["unit"].tolist()
    assert counts["expected"].sum() == pytest.approx(geo.loci(events).notna().sum())
    table = geo.shares(events, units=grid)
    assert np.allclose(table.groupby("row")["share"].sum(), 1)
    for row, part in table.groupby("row"):
        locus = geo.loci(events.iloc[[row]]).to_crs("ESRI:54034").item()
        flat = grid.to_crs("ESRI:54034").set_index("unit").geometry
        for unit, share in part.loc[part["unit"] != "outside", ["unit", "share"]].itertuples(index=False):
            assert share == pytest.approx(locus.intersection(flat[unit]).area / locus.area, abs=0.003)


def test_the_kind_of_areas_does_not_matter_where_they_are_the_same(events, units):
    own = geo.count(events, by=units.set_index("iso3166_2")[["name", "geometry"]]).set_index("unit")
    ours = geo.count(events, by="adm1").set_index("unit")
    assert np.allclose(own.loc[ours.index, "expected"], ours["expected"], atol=0.02)
    assert own.loc["AF-PKA", "name"] == "Paktika"


def test_stretches_of_the_line_count_what_is_nearest_to_them(events):
    border = geo.DurandLine()
    by_province = geo.count(events, by="sector", geometry=True).set_index("unit")
    given = geo.count(events, by=border.sectors()).set_index("unit")
    assert np.allclose(given["expected"], by_province["expected"].reindex(given.index).fillna(0))
    assert by_province.drop("outside").geom_type.eq("LineString").all()
    steps = geo.count(events, by=border.sectors(km=100)).set_index("unit")
    assert steps["expected"].sum() == pytest.approx(len(events))
    along = geo.profile(events, step_km=100)["expected"].to_numpy()
    assert np.allclose(steps["expected"].iloc[:-1], along, atol=0.2)


def test_near_a_place_is_the_share_within_the_circle(events):
    spot = geo.around("Torkham", 25)
    found = geo.near(events, "Torkham", 25)
    counted = geo.count(events, by=spot).set_index("unit").loc["Torkham, 25 km"]
    assert found["near_share"].sum() == pytest.approx(counted["expected"])
    assert (found["near"] == "certain").sum() == counted["certain"]
    assert len(found) == counted["possible"]
    assert list(found.columns[: len(events.columns)]) == list(events.columns)
    centre = geo.around((71.0847, 34.1147), 25).to_crs("ESRI:54034")
    assert centre.area.item() / 1e6 == pytest.approx(np.pi * 625, rel=0.001)


@pytest.mark.parametrize(
    ("where", "km", "error"),
    [
        ("Paktika", 25, geo.PlaceError),
        ("Nowhere at all", 25, geo.PlaceError),
        ("Torkham", 0, geo.SchemaError),
        ((34.1, 171.0), 25, geo.SchemaError),
        (5, 25, geo.SchemaError),
    ],
)
def test_a_place_that_is_none_is_refused(events, where, km, error):
    with pytest.raises(error):
        geo.near(events, where, km)


def test_units_that_overlap_or_share_a_name_are_refused(events):
    twice = pd.concat([cells(), cells().iloc[[3]].assign(unit="again")])
    for bad, said in (
        (twice, "overlap"),
        (cells().assign(unit="one"), "stands twice"),
        (cells().set_crs(None, allow_override=True), "no CRS"),
        (cells().assign(geometry=cells().representative_point()), "units are areas"),
    ):
        with pytest.raises((geo.SchemaError, geo.CrsError), match=said):
            geo.count(events, by=bad)


def test_figures_are_added_of_one_data_set_only():
    rows = [one("town", 67.1, 36.7, deaths_low=1, deaths_best=3, deaths_high=9, dataset="A"),
            one("near", 69.27, 32.6, deaths_low=2, deaths_best=4, deaths_high=None, dataset="A"),
            one("town", 67.1, 36.7, deaths_low=None, deaths_best=None, deaths_high=None,
                dataset="A")]  # fmt: skip
    events = pd.concat(rows, ignore_index=True)
    sums = geo.count(events, by="adm0", value="deaths_best").set_index("unit")
    assert sums["expected"].sum() == pytest.approx(7)
    assert sums["low"].sum() == pytest.approx(3)
    assert sums["high"].sum() == pytest.approx(13)
    assert (sums["events"].sum(), sums["without"].sum()) == pytest.approx((2, 1))
    assert sums.loc["AF", ["certain", "possible"]].tolist() == [3, 7]
    with pytest.raises(geo.SchemaError, match="dataset: A, B"):
        geo.count(events.assign(dataset=["A", "B", "A"]), by="adm0", value="deaths_best")
    with pytest.raises(geo.SchemaError, match="no column 'killed'"):
        geo.count(events, by="adm0", value="killed")


def test_far_events_lie_outside_without_being_drawn(monkeypatch):
    mexico = pd.concat([one(p, -99.1, 19.4) for p in ("site", "town", "near", "district")], ignore_index=True)
    monkeypatch.setattr("geo.locus.shares.draw", None)
    monkeypatch.setattr("geo.locus.border_sides.samples", None)
    monkeypatch.setattr("geo.locus.samples.samples", None)
    for by in ("adm0", "adm1", "side", "sector"):
        assert geo.count(mexico, by=by)[["unit", "certain"]].to_numpy().tolist() == [["outside", 4]]
    assert geo.locate(mexico)[["adm0", "side", "border_km"]].isna().all().all()


@given(st.lists(st.floats(0, 1), max_size=10), st.sampled_from([0.5, 0.8, 0.9, 0.99]))
@settings(max_examples=40, deadline=None)
def test_intervals_of_other_levels_are_those_of_every_outcome_counted(chances, level):
    odds = np.zeros(len(chances) + 1)
    for outcome in itertools.product((0, 1), repeat=len(chances)):
        odds[sum(outcome)] += np.prod([p if one else 1 - p for one, p in zip(outcome, chances, strict=True)])
    below = np.cumsum(odds)
    for found in (count_range(chances, level), tied_range(*listed([(1.0, chances)]), level)):
        for end, at in zip(found, (0.5 - level / 2, 0.5 + level / 2), strict=True):
            assert below[end] >= at - 1e-9
            assert end == 0 or below[end - 1] < at + 1e-9


def test_a_narrower_level_gives_narrower_counts(events):
    wide, narrow = geo.count(events, by="side"), geo.count(events, by="side", level=0.5)
    assert (narrow["high"] - narrow["low"]).sum() < (wide["high"] - wide["low"]).sum()
    many = [0.3] * 2000
    assert count_range(many, 0.5)[1] == round(600 + 0.6744898 * np.sqrt(420))
    with pytest.raises(geo.SchemaError, match="level is a part"):
        geo.count(events, level=95)


def test_no_row_is_lost_where_ids_and_labels_repeat():
    """565 rows that share 84 ids, as a table joined to a release: 565 in, 565 out, at every level."""
    rng = np.random.default_rng(565)
    lon, lat = rng.uniform(66.0, 71.0, 565), rng.uniform(31.5, 35.0, 565)
    ids = np.resize([f"own:{n}" for n in range(84)], 565).astype(object)
    ids[::97] = None
    frame = gpd.GeoDataFrame(
        {"event_id": ids, "date_start": "2025-10-15", "event_type": "shelling", "where_precision": "town"},
        geometry=gpd.points_from_xy(lon, lat),
        crs="EPSG:4326",
    )
    pieces = [frame.iloc[:200], frame.iloc[200:]]
    for one in (frame, pd.concat(pieces), frame.set_index(np.zeros(565, dtype=int))):
        for level in ("adm0", "adm1", "side"):
            expected = geo.count(one, by=level)["expected"].sum()
            assert expected == pytest.approx(565, abs=2), level
            shares = geo.shares(one)
            shares = shares[shares["level"] == level]
            assert shares["share"].sum() == pytest.approx(565, abs=2), level
            assert shares["row"].nunique() == 565


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (["2025-10-11", "12 October 2025"], "1 of 2 are no dates such as 2025-10-17, as '12 October 2025'"),
        (["11/10/2025", "10/11/2025"], "2 of 2 are no dates"),
    ],
)
def test_texts_that_are_no_plain_dates_are_refused_and_not_guessed(dates, said):
    frame = pd.DataFrame({"lon": [69.5, 70.1], "lat": [32.5, 33.1], "event_type": "attack"})
    for ask in (lambda some: geo.count(some, by="all", period="M"), geo.trend):
        with pytest.raises(geo.errors.SchemaError, match=said):
            ask(frame.assign(date_start=dates))


def test_texts_that_are_plain_dates_are_days_and_empty_ones_none():
    frame = pd.DataFrame({"lon": [69.5] * 3, "lat": [32.5] * 3, "event_type": "attack"})
    frame["date_start"] = ["2025-10-11", None, "2025-10-12 08:30"]
    counts = geo.count(frame, by="all", period="M").set_index("period")["expected"]
    assert counts.to_dict() == {"2025-10": 2.0, "no date": 1.0}
