"""Series by period: gaps, what is late, phases."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import geo


def on(*days, **columns):
    made = {
        "date_start": pd.to_datetime(list(days)).astype("datetime64[us]"),
        "where_precision": ["town"] * len(days),
        **columns,
    }
    return gpd.GeoDataFrame(
        made, geometry=gpd.points_from_xy([67.1] * len(days), [36.7] * len(days)), crs=4326
    )


def test_no_data_is_missing_and_no_event_is_zero():
    series = geo.trend(
        on("2025-01-05", "2025-03-10", "2025-03-11"),
        covers="2025-01-01:2025-04-30",
        since="2024-12-01",
        until="2025-06-30",
        late_days=0,
    ).set_index("period")
    assert series.index.tolist() == [
        *("2024-12", "2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06")
    ]
    assert series["state"].tolist() == ["no data", "whole", "whole", "whole", "whole", "no data", "no data"]
    assert series["expected"].tolist()[1:5] == [1, 0, 2, 0]
    assert series["expected"].isna().tolist() == [True, False, False, False, False, True, True]
    assert series[["low", "certain", "per_day"]].isna().sum().tolist() == [3, 3, 3]
    assert series.loc["2025-03", "per_day"] == pytest.approx(2 / 31)


def test_what_is_covered_is_from_the_first_event_to_the_last_if_nobody_says():
    series = geo.trend(on("2025-01-20", "2025-03-10"), late_days=0).set_index("period")
    assert series["state"].tolist() == ["part", "whole", "part"]
    assert series["covered"].tolist() == [12, 28, 10]
    assert series["from"].tolist() == list(pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01"]))
    assert series["to"].tolist() == list(pd.to_datetime(["2025-01-31", "2025-02-28", "2025-03-31"]))
    assert series.loc["2025-01", "per_day"] == pytest.approx(1 / 12)


def test_the_end_is_late_and_a_known_end_is_believed():
    events = on("2025-01-01", "2025-05-31")
    states = geo.trend(events).set_index("period")["state"]
    assert states.tolist() == ["whole", "whole", "whole", "whole", "late"]
    longer = geo.trend(events, late_days=45).set_index("period")["state"]
    assert longer.tolist() == ["whole", "whole", "whole", "late", "late"]
    known = geo.trend(events, covers=("2025-01-01", "2025-12-31")).set_index("period")["state"]
    assert known.loc["2025-11"] == "whole"
    assert known.loc["2025-12"] == "late"


def test_days_not_covered_count_nothing_though_an_event_may_be_there():
    """Known to March: 31 days, of which ten are covered."""
    events = on("2025-03-15", "2025-03-10", date_precision=[3, 1])
    series = geo.trend(events, covers="2025-03-01:2025-03-10", until="2025-04-30", late_days=0)
    assert series["expected"].tolist()[0] == pytest.approx(1 + 10 / 31)
    assert np.isnan(series["expected"].tolist()[1])


def test_series_of_units_have_every_period_and_agree_with_counts():
    events = geo.read_events()
    series = geo.trend(events, by="side", since="2025-01-01", until="2025-12-31")
    assert series.groupby("unit")["period"].nunique().eq(12).all()
    counts = geo.count(events, by="side", period="M")
    both = series.merge(counts, on=["unit", "period"], suffixes=("", "_count"))
    assert len(both) > 20
    assert np.allclose(both["expected"], both["expected_count"])
    assert (both["high"] == both["high_count"]).all()


def test_phases_come_with_tables_and_not_with_frames():
    tables = geo.read_events()
    series = geo.trend(tables, "D", since="2025-10-10", until="2025-10-20").set_index("period")
    assert series.loc["2025-10-10", "phases"] == ""
    assert "Talks in Doha" in series.loc["2025-10-18", "phases"]
    assert series.loc["2025-10-20", "phases"].startswith("Torkham and Chaman closed; Ceasefire")
    assert "Talks in Doha" not in series.loc["2025-10-20", "phases"]
    assert geo.trend(tables.events, since="2025-10-10")["phases"].eq("").all()
    after = geo.trend(tables, since="2026-08-01", until="2026-08-31")
    assert after["phases"].tolist() == [""]


def test_a_series_wholly_outside_is_all_gaps():
    series = geo.trend(
        on("2025-01-01"), "Y", covers="2025-01-01:2025-12-31", since="2026-01-01", until="2027-01-01"
    )
    assert series["state"].tolist() == ["no data", "no data"]
    assert series["expected"].isna().all()
    assert series["unit"].tolist() == ["all", "all"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"period": "Q"}, "period is one of"),
        ({"late_days": -1}, "late_days is a number"),
        ({"covers": "2025"}, "covers is two days"),
        ({"covers": "2025-02-01:2025-01-01"}, "covers ends before"),
        ({"since": "soon"}, "since is a day"),
        ({"since": "2026-01-01"}, "end before it begins"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(wrong, said):
    with pytest.raises(geo.SchemaError, match=said):
        geo.trend(on("2025-01-01"), **wrong)
    with pytest.raises(geo.SchemaError, match="needs a column date_start"):
        geo.trend(on("2025-01-01").drop(columns="date_start"))
    with pytest.raises(geo.SchemaError, match="no event has a date"):
        geo.trend(on(None))
