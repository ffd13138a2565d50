"""Frames, days, units and borders as users have them: told right, or refused in words; never told wrong."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geo
from geo.events.days import days_of

SPANS = {"before": "2025-10-01:2025-10-18", "after": "2025-10-19:2025-11-30"}


@pytest.fixture(scope="module")
def events():
    return geo.read_events()


@pytest.fixture(scope="module")
def iran():
    return geo.country_border("PK", "IR")


def points(**columns):
    rows = len(next(iter(columns.values())))
    columns.setdefault("where_precision", ["town"] * rows)
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy([71.08] * rows, [34.1] * rows), crs=4326)


@pytest.mark.parametrize(
    ("told", "first", "last"),
    [
        ("2025-10-01T23:30Z", "2025-10-02", "2025-10-02"),
        # Half an hour in which it is another day in Pakistan than in Afghanistan.
        ("2025-10-01T19:10Z", "2025-10-01", "2025-10-02"),
        ("2025-10-02T01:30+04:30", "2025-10-02", "2025-10-02"),
        ("2025-10-02T00:10+05:00", "2025-10-02", "2025-10-02"),
        ("2025-10-01T20:00-04:00", "2025-10-02", "2025-10-02"),
        ("2025-10-01T23:30", "2025-10-01", "2025-10-01"),
    ],
)
def test_times_in_a_zone_are_local_days_as_a_file_is_read(told, first, last):
    low, high = (int(np.datetime64(day, "D").astype(int)) for day in (first, last))
    text = pd.DataFrame({"date_start": [told]})
    for frame in (text, text.assign(date_start=pd.to_datetime(text["date_start"]))):
        found = days_of(frame)
        assert (int(found[0][0]), int(found[1][0])) == (low, high)
    rows = points(date_start=pd.to_datetime([told]), event_type=["attack"])
    table = geo.count(rows, by="all", period="D")
    assert table["period"].tolist() == sorted({first, last})
    read = geo.read_events(pd.DataFrame({"date": [told], "place": ["Torkham"], "type": ["attack"]})).events
    assert read["date_start"].dt.strftime("%Y-%m-%d").tolist() == [first]
    assert read["date_end"].dt.strftime("%Y-%m-%d").tolist() == [last]


def test_tables_of_a_frame_hold_the_days_that_a_time_in_a_zone_may_be():
    from geo.sources.given import as_tables

    times = pd.to_datetime(["2025-10-01T19:10Z", "2025-10-01T12:00Z"])
    made = as_tables(points(date_start=times, event_type=["attack", "attack"])).events
    assert made["date_start"].dt.strftime("%m-%d").tolist() == ["10-01", "10-01"]
    assert made["date_end"].dt.strftime("%m-%d").fillna("").tolist() == ["10-02", ""]


@pytest.mark.parametrize(
    "days",
    [[20251001], [1.5], [True], pd.Series(["11/10/2025"], dtype="category"), ["11/10/2025"]],
)
def test_what_is_no_day_is_not_taken_for_one(days):
    with pytest.raises(geo.SchemaError, match=r"date_start.*no (column of )?dates"):
        geo.count(points(date_start=days), by="all", period="M")


def test_categories_of_days_are_days():
    days = pd.Series(["2025-10-01", "2025-11-01"], dtype="category")
    assert geo.count(points(date_start=days), by="all", period="M")["expected"].tolist() == [1, 1]


@pytest.mark.parametrize(
    "span",
    [
        (2025, 2026),
        (pd.NaT, "2025-10-18"),
        ("2025-10-01", None),
        "2025-10:2025-12",
        "today:2025-12-01",
        "01/02/2025:03/02/2025",
        "2025-10-01",
        ("2025-10-01", "2025-10-05", "2025-10-09"),
    ],
)
def test_a_span_is_two_whole_days(events, span):
    with pytest.raises(geo.SchemaError, match="is two days, such as 2025-10-01:2025-10-18"):
        geo.count(events, by="all", period={"a": span})
    with pytest.raises(geo.SchemaError, match="is two days"):
        geo.compare(events, before=span, after="2025-12-01:2025-12-31", n=1)


@pytest.mark.parametrize("kind", [str, dt.date.fromisoformat, pd.Timestamp, np.datetime64])
def test_ends_of_a_span_in_every_form_and_zone_are_the_days_that_are_written(events, kind):
    wanted = geo.count(events, by="all", period={"a": "2025-10-01:2025-10-18"})
    span = (kind("2025-10-01"), kind("2025-10-18"))
    pd.testing.assert_frame_equal(geo.count(events, by="all", period={"a": span}), wanted)
    zoned = tuple(pd.Timestamp(day, tz="Asia/Kabul") for day in ("2025-10-01", "2025-10-18"))
    pd.testing.assert_frame_equal(geo.count(events, by="all", period={"a": zoned}), wanted)


def test_stretches_of_another_border_are_refused(events, iran):
    stretches = iran.sectors(km=100)
    assert geo.count(events, by=stretches, border=iran)["expected"].sum() == pytest.approx(92)
    # Their own border's, in whatever projection.
    flat = stretches.to_crs(32641)
    assert geo.count(events, by=flat, border=iran)["expected"].sum() == pytest.approx(92)
    for ask in (
        lambda: geo.count(events, by=stretches),
        lambda: geo.count(events, by=geo.DurandLine().sectors(km=500), border=iran),
        lambda: geo.compare(events, **SPANS, by=stretches, n=1),
        lambda: geo.shares(events, units=stretches),
    ):
        with pytest.raises(geo.SchemaError, match="are not of this border"):
            ask()
    own = geo.shares(events, units=stretches, border=iran)
    assert set(own["level"]) == {"units", "side"}
    with pytest.raises(geo.CrsError, match="the stretches have no CRS"):
        geo.count(events, by=stretches.set_crs(None, allow_override=True), border=iran)


@pytest.mark.parametrize("border", [("PK", "IR"), "PK,IR", shapely.LineString([(60, 25), (62, 27)])])
def test_what_is_no_border_is_refused_with_what_is_one(events, border):
    for ask in (
        lambda: geo.count(events, by="side", border=border),
        lambda: geo.compare(events, **SPANS, by="side", border=border, n=1),
        lambda: geo.along(events, n=1, border=border),
        lambda: geo.locate(events, border=border),
        lambda: geo.shares(events, border=border),
        lambda: geo.trend(events, by="side", border=border),
        lambda: geo.profile(events, border=border),
    ):
        with pytest.raises(geo.SchemaError, match=r"border is what geo\.country_border"):
            ask()


@pytest.mark.parametrize("limits", [["a"], 5, None, [None], [[5]]])
def test_bands_of_what_is_no_row_of_numbers_are_refused(limits):
    with pytest.raises(geo.BoundaryError, match="bands are rising distances in km"):
        geo.DurandLine().bands(limits)


@pytest.mark.parametrize("km", ["50", 0, -1, float("nan"), float("inf")])
def test_sectors_of_no_length_are_refused(km):
    with pytest.raises(geo.BoundaryError, match="km is the length of a sector"):
        geo.DurandLine().sectors(km=km)


def test_units_without_a_name_are_refused(events):
    units = gpd.GeoDataFrame(
        {"unit": ["a", None]}, geometry=[shapely.box(69, 33, 71, 35), shapely.box(71, 33, 73, 35)], crs=4326
    )
    with pytest.raises(geo.SchemaError, match="1 of 2 units have no name"):
        geo.count(events, by=units)


def test_holes_and_crossing_rings_of_units_are_areas_as_they_are_drawn(events):
    outer = shapely.box(69, 33, 73, 36)
    inner = shapely.box(70, 34, 71, 35)
    holed = shapely.Polygon(outer.exterior.coords, [inner.exterior.coords])
    both = gpd.GeoDataFrame({"unit": ["ring", "core"]}, geometry=[holed, inner], crs=4326)
    whole = gpd.GeoDataFrame({"unit": ["all"]}, geometry=[outer], crs=4326)
    parts = geo.count(events, by=both).set_index("unit")["expected"]
    assert parts["ring"] + parts["core"] == pytest.approx(
        geo.count(events, by=whole)["expected"][0], abs=1e-3
    )
    bow = shapely.Polygon([(69, 33), (73, 36), (73, 33), (69, 36)])
    crossed = gpd.GeoDataFrame({"unit": ["bow"]}, geometry=[bow], crs=4326)
    mended = gpd.GeoDataFrame({"unit": ["bow"]}, geometry=[shapely.make_valid(bow)], crs=4326)
    pd.testing.assert_frame_equal(geo.count(events, by=crossed), geo.count(events, by=mended))


def test_rates_by_area_take_holes_off_whichever_way_rings_run(events):
    outer, inner = shapely.box(69, 33, 73, 36), shapely.box(70, 34, 71, 35)
    rings = [inner.exterior.coords, inner.exterior.coords[::-1]]
    bow = shapely.Polygon([(69, 33), (73, 36), (73, 33), (69, 36)])
    shapes = [outer, inner, *(shapely.Polygon(outer.exterior.coords, [ring]) for ring in rings), bow]
    whole, hole, one, two, crossed = (
        geo.count(events, by=gpd.GeoDataFrame(geometry=[shape], crs=4326), per="1000 km2")["area_km2"][0]
        for shape in shapes
    )
    assert one == two == pytest.approx(whole - hole)
    assert 0.4 * whole < crossed < 0.6 * whole


def test_a_span_of_which_the_table_says_nothing_is_told(events):
    for name, spans in (
        ("after", {"before": SPANS["before"], "after": "2035-01-01:2035-02-01"}),
        ("before", {"before": "1990-01-01:1990-12-31", "after": SPANS["before"]}),
    ):
        found = geo.compare(events, **spans, n=5)
        assert f"No day of the span {name} lies within them" in found.text
    reaches = geo.compare(events, before=SPANS["before"], after="2025-10-19:2035-02-01", n=5)
    assert "A span reaches beyond them" in reaches.text
    inside = geo.compare(events, **SPANS, n=5)
    assert "lies within them" not in inside.text
    assert "reaches beyond" not in inside.text


def test_endless_figures_are_refused_and_sums_may_be_of_anything_else():
    rows = points(v=[1.0, np.inf, 2.0])
    with pytest.raises(geo.SchemaError, match="v has 1 endless"):
        geo.count(rows, by="side", value="v")
    sums = geo.count(points(v=pd.array([-1, None, 0], dtype="Int64")), by="all", value="v")
    assert sums[["expected", "events", "without"]].to_numpy().tolist() == [[-1, 2, 1]]


def test_a_level_may_be_a_number_of_any_kind(events):
    wanted = geo.count(events, by="side", level=0.5)
    pd.testing.assert_frame_equal(geo.count(events, by="side", level=np.float32(0.5)), wanted)
