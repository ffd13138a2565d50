"""Rates before and after: the exact interval, the doubt in it, shuffles and other dates."""

from __future__ import annotations

import itertools
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy import stats

import geo
from geo.analysis.ratios import ratio_interval
from maps.cli.main import cli


def series(days, precision="town", lon=67.1, lat=36.7, **columns):
    """An event in Mazar-i-Sharif, or elsewhere, on each day after 1 January 2025."""
    dates = pd.Timestamp("2025-01-01") + pd.to_timedelta(np.asarray(days), unit="D")
    made = {
        "date_start": dates.astype("datetime64[us]"),
        "where_precision": [precision] * len(dates),
        **columns,
    }
    return gpd.GeoDataFrame(
        made, geometry=gpd.points_from_xy([lon] * len(dates), [lat] * len(dates)), crs=4326
    )


BEFORE, AFTER = "2025-01-01:2025-01-20", "2025-01-21:2025-02-19"


def test_the_interval_is_that_of_the_example_of_r():
    """The example on the page of R's poisson.test, c(11, 6+8+7) over c(800, 1083+1050+878)."""
    low, high, _ = ratio_interval([21], [11], (1083 + 1050 + 878, 800))
    assert (low, high) == pytest.approx((0.8584264, 4.2772659), rel=1e-6)


@pytest.mark.parametrize(("before", "after"), [(21, 11), (3, 12), (0, 6), (7, 0), (40, 40)])
def test_with_nothing_in_doubt_interval_and_p_are_the_exact_ones(before, after):
    days = (20, 30)
    exact = stats.binomtest(after, before + after, 0.6).proportion_ci(0.95)
    odds = [part / (1 - part) if part < 1 else np.inf for part in (exact.low, exact.high)]
    low, high, p = ratio_interval([before] * 3, [after] * 3, days)
    assert (low, high) == pytest.approx([odd * 20 / 30 for odd in odds], rel=1e-6)
    tails = [
        stats.binomtest(after, before + after, 0.6, alternative=way).pvalue for way in ("less", "greater")
    ]
    assert p == pytest.approx(min(2 * min(tails), 1))


def test_doubt_widens_the_interval_to_between_those_of_the_draws():
    low, high, _ = ratio_interval([10, 20], [20, 10], (10, 10))
    ends = [ratio_interval([one], [two], (10, 10)) for one, two in ((10, 20), (20, 10))]
    assert ends[1][0] < low < ends[0][0]
    assert ends[1][1] < high < ends[0][1]
    assert high / low > max(end[1] / end[0] for end in ends)
    assert ratio_interval([0], [0], (1, 1)) == (0, np.inf, 1)


def test_known_places_and_days_are_counted_by_exposure():
    events = series([0] * 6 + [5] * 2 + [19, 20, 20, 30, 49, 49, 49, 49, 49, 49])
    found = geo.compare(events, before=BEFORE, after=AFTER)
    line = found.table.loc[0]
    assert found.days == (20, 30)
    assert (line["before"], line["after"]) == (9, 9)
    assert line["ratio"] == pytest.approx(9 / 30 / (9 / 20))
    assert (line["low"], line["high"], line["p"]) == pytest.approx(ratio_interval([9], [9], (20, 30)))
    assert line["placebos"] == 0
    assert np.isnan(line["p_placebo"])
    assert "other dates" in line["note"]


def test_shuffling_days_agrees_with_every_way_to_choose_them():
    """Three days before and three after, with one number each: 20 ways."""
    counts = [4, 3, 5, 0, 1, 2]
    events = series(np.repeat(range(6), counts))
    spans = {"before": "2025-01-01:2025-01-03", "after": "2025-01-04:2025-01-06"}
    far = [abs(sum(counts[i] for i in ways) - 7.5) >= 4.5 for ways in itertools.combinations(range(6), 3)]
    found = geo.compare(events, **spans, permutations=9999, n=1)
    assert found.table["p_days"].item() == pytest.approx(np.mean(far), abs=0.015)


def test_shuffles_of_spans_of_two_lengths_keep_their_lengths():
    """Two days before, four after: 15 ways, the numbers beside what equal rates would give."""
    counts = [5, 2, 1, 4, 0, 3]
    wanted = 15 * 4 / 6
    far = [
        abs(sum(counts[i] for i in ways) - wanted) >= abs(8 - wanted)
        for ways in itertools.combinations(range(6), 4)
    ]
    spans = {"before": "2025-01-01:2025-01-02", "after": "2025-01-03:2025-01-06"}
    found = geo.compare(series(np.repeat(range(6), counts)), **spans, permutations=9999, n=1)
    assert found.table["p_days"].item() == pytest.approx(np.mean(far), abs=0.015)
    assert 0.1 < np.mean(far) < 0.9


def test_events_of_one_day_are_shuffled_together():
    """Ten on one day before, none after: the exact test is sure, the shuffle of days is not."""
    found = geo.compare(series([3] * 12), before=BEFORE, after=AFTER).table.loc[0]
    assert found["p"] < 0.001
    assert found["p_days"] > 0.3


def test_where_nothing_changes_p_is_as_often_low_as_it_says():
    rng, low = np.random.default_rng(4), {"p": 0, "p_days": 0}
    for seed in range(150):
        numbers = rng.poisson(1.0, 50)
        found = geo.compare(
            series(np.repeat(range(50), numbers)),
            before=BEFORE,
            after=AFTER,
            n=1,
            permutations=199,
            seed=seed,
        ).table.loc[0]
        for name in low:
            low[name] += found[name] <= 0.05
    assert low["p"] / 150 <= 0.08
    assert 0.01 <= low["p_days"] / 150 <= 0.11


def test_a_change_that_other_dates_show_too_is_told():
    """Twenty events each second fortnight: a fall that comes again and again."""
    days = np.concatenate([np.arange(start, start + 14) for start in range(0, 400, 28)])
    found = geo.compare(series(days), before="2025-04-23:2025-05-06", after="2025-05-07:2025-05-20")
    line = found.table.loc[0]
    assert (line["before"], line["after"]) == (14, 0)
    assert line["ratio"] == 0
    assert line["p"] < 0.001
    assert line["p_placebo"] > 0.05
    assert line["placebos"] == len(found.placebo) > 100
    date = pd.Timestamp("2025-05-07")
    clear = (found.placebo["date"] - pd.Timedelta(14, "D") >= date) | (
        found.placebo["date"] + pd.Timedelta(13, "D") < date
    )
    assert clear.all()
    first = found.placebo.iloc[0]
    start = (first["date"] - pd.Timestamp("2025-01-01")).days
    assert first["before"] == np.isin(days, range(start - 14, start)).sum()
    assert first["after"] == np.isin(days, range(start, start + 14)).sum()


def test_doubt_about_days_and_places_is_in_numbers_and_intervals():
    events = series([18] * 12, date_precision=2)
    line = geo.compare(events, before=BEFORE, after=AFTER).table.loc[0]
    # Days 15 to 21: five of seven before.
    assert line["before"] == pytest.approx(12 * 5 / 7)
    assert line["after"] == pytest.approx(12 * 2 / 7)
    sure = ratio_interval([12 * 5 / 7], [12 * 2 / 7], (20, 30))
    assert line["high"] / line["low"] > sure[1] / sure[0]
    # Six before and six after at the line, on either side with about even odds.
    events = series([1] * 12 + [30] * 12, precision="border", lon=69.3, lat=32.6, border_units="AF-PKA")
    apart, together = (
        geo.compare(events, before=BEFORE, after=AFTER, by="side", doubt=doubt).table.set_index("unit")
        for doubt in ("apart", "together")
    )
    shares = geo.count(events, by="side").set_index("unit")["expected"]
    assert apart.loc["AF", "before"] == pytest.approx(shares["AF"] / 2)
    assert together.loc["AF", "ratio"] == apart.loc["AF", "ratio"]
    assert together.loc["AF", "high"] != apart.loc["AF", "high"]


def test_draws_of_units_have_their_shares():
    events = series(range(40), precision="near", lon=69.27, lat=32.60)
    counts = geo.count(events, by="adm1").set_index("unit")["expected"]
    table = geo.compare(events, before=BEFORE, after=AFTER, by="adm1").table.set_index("unit")
    assert (table["before"] + table["after"]).to_dict() == pytest.approx(counts.to_dict())
    middle = np.sqrt(table["low"] * table["high"])
    assert np.allclose(np.log(middle), np.log(table["ratio"]), atol=0.35)


def test_too_few_events_are_refused_and_a_unit_with_few_has_no_answer():
    with pytest.raises(geo.SchemaError, match=r"9\.0 events are to be expected .* fewer than 10"):
        geo.compare(series(range(9)), before=BEFORE, after=AFTER)
    both = pd.concat([series(range(40)), series(range(3), lon=71.0, lat=34.2)], ignore_index=True)
    table = geo.compare(both, before=BEFORE, after=AFTER, by="adm1").table.set_index("unit")
    assert table.loc["AF-BAL", "ratio"] > 0
    assert table.loc["AF-NAN", ["ratio", "low", "high", "p", "p_days"]].isna().all()
    assert table.loc["AF-NAN", "note"] == "fewer than 10 events"


def test_it_says_what_it_does_not_prove():
    events = series(range(40))
    found = geo.compare(events, before=BEFORE, after=AFTER)
    assert "does not prove" in found.text
    assert "reach" in found.text
    assert found.text in repr(found)
    undated = pd.concat([events, events.head(2).assign(date_start=pd.NaT)], ignore_index=True)
    assert "2 events have no date" in geo.compare(undated, before=BEFORE, after=AFTER).text
    assert "pulls their ratios together" not in found.text
    nowhere = pd.concat([events, events.head(3).assign(where_precision="unknown")], ignore_index=True)
    told = geo.compare(nowhere, before=BEFORE, after=AFTER, by="adm1")
    assert "3 events have no place" in told.text
    assert told.table[["before", "after"]].to_numpy().sum() == pytest.approx(40)
    assert "no place" not in geo.compare(nowhere, before=BEFORE, after=AFTER).text
    vague = series(range(40), precision="near", lon=69.27, lat=32.60)
    assert "pulls their ratios together" in geo.compare(vague, before=BEFORE, after=AFTER, by="adm1").text
    many = pd.concat([events, series(range(40), lon=71.0, lat=34.2)], ignore_index=True)
    assert "2 units" in geo.compare(many, before=BEFORE, after=AFTER, by="adm1").text


def test_without_scipy_the_extra_is_named_before_any_work(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(geo.ExtraMissingError, match=r"geo\.compare needs scipy.*\[stats\]"):
        geo.compare(None, before=BEFORE, after=AFTER)
    result = CliRunner().invoke(cli, ["compare", "--before", BEFORE, "--after", AFTER], prog_name="durand")
    assert result.exit_code == 3
    assert len(result.stderr.strip().splitlines()) == 1
    with pytest.raises(geo.ExtraMissingError, match=r"geo\.pool needs scipy.*\[stats\]"):
        geo.pool([(1, 1), (2, 1)])


def test_one_seed_gives_one_answer():
    events = geo.read_events()
    spans = {"before": "2025-10-01:2025-10-18", "after": "2025-10-19:2025-11-30", "by": "side"}
    one, two, other = (geo.compare(events, **spans, seed=seed).table for seed in (1, 1, 2))
    assert one.equals(two)
    assert not one.equals(other)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"before": AFTER, "after": BEFORE}, "before must lie before after"),
        ({"before": "2025-01-01:2025-01-25", "after": AFTER}, "share days"),
        ({"before": "January", "after": AFTER}, "two days"),
        ({"before": BEFORE, "after": AFTER, "least": 1}, "least is a whole number"),
        ({"before": BEFORE, "after": AFTER, "permutations": 5}, "permutations is a whole number"),
        ({"before": BEFORE, "after": AFTER, "doubt": "no"}, "'apart' or 'together'"),
        ({"before": BEFORE, "after": AFTER, "n": 0}, "n is a whole number"),
        ({"before": BEFORE, "after": AFTER, "by": "valley"}, "by is one of"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(wrong, said):
    with pytest.raises(geo.SchemaError, match=said):
        geo.compare(series(range(40)), **wrong)
    with pytest.raises(geo.SchemaError, match="needs a column date_start"):
        geo.compare(series(range(40)).drop(columns="date_start"), before=BEFORE, after=AFTER)


# ---------------------------------------------------------------- two sizes of units


AUTUMN = {"before": "2025-10-01:2025-10-18", "after": "2025-10-19:2025-11-30", "least": 5, "n": 20}


@pytest.mark.parametrize(
    ("by", "other"),
    [("adm1", "sector"), ("adm0", "adm1"), ("side", "adm1"), ("sector", "adm1"), ("all", None)],
)
def test_units_are_compared_at_two_sizes_without_being_asked(by, other):
    found = geo.compare(geo.read_events(), **AUTUMN, by=by)
    assert found.by == by
    assert (found.other and found.other.by) == other
    if other is None:
        assert found.both.equals(found.table)
        assert "two sizes" not in found.text
        return
    alone = geo.compare(geo.read_events(), **AUTUMN, by=other, second=None)
    pd.testing.assert_frame_equal(found.other.table, alone.table)
    assert alone.other is None
    assert found.both["by"].unique().tolist() == [by, other]
    assert len(found.both) == len(found.table) + len(alone.table)
    assert len(found.placebos) == len(found.placebo) + len(alone.placebo)
    assert f"by {by} of " in found.text
    assert f"by {other} of " in found.text
    assert f"by {other}\n" in repr(found)


def test_areas_and_stretches_have_units_of_another_size_too():
    circle = geo.compare(geo.read_events(), **AUTUMN, by=geo.around("Torkham", 200))
    assert (circle.by, circle.other.by) == ("areas", "adm1")
    stretches = geo.compare(geo.read_events(), **AUTUMN, by=geo.DurandLine().sectors(km=500), geometry=True)
    assert (stretches.by, stretches.other.by) == ("stretches", "stretches")
    assert len(stretches.table) == 7
    assert stretches.other.table["unit"].tolist()[:3] == ["0-1000 km", "1000-2000 km", "2000-2790.22 km"]
    # What is told of two stretches together is told of the long one, of places known in part too.
    assert stretches.other.table["before"].sum() == pytest.approx(stretches.table["before"].sum())
    own = geo.compare(geo.read_events(), **AUTUMN, by="side", second=geo.around("Torkham", 200))
    assert own.other.table["unit"].tolist() == ["Torkham, 200 km", "outside"]
    border = geo.country_border("PK", "IR")
    assert geo.compare(geo.read_events(), **AUTUMN, by="side", border=border).other.by == "stretches"


def test_that_the_sizes_disagree_is_said():
    """Thirty events move from one end of a province to the other: the province saw no change."""
    rows = pd.DataFrame(
        {
            "lon": [67.1] * 40 + [64.6] * 40,
            "lat": [29.2] * 40 + [26.7] * 40,
            "where_precision": "site",
            "date_start": pd.to_datetime(
                ["2025-04-01"] * 35 + ["2025-04-20"] * 5 + ["2025-04-01"] * 5 + ["2025-04-20"] * 35
            ),
        }
    )
    spans = {"before": "2025-04-01:2025-04-10", "after": "2025-04-11:2025-04-20", "n": 20}
    squares = geo.compare(rows, **spans, by=geo.priogrid())
    assert "by areas of 2 units with enough events 1 rose and 1 fell" in squares.text
    assert "by adm1 of 1 unit with enough events 0 rose and 0 fell" in squares.text
    assert "do not say the same" in squares.text


def test_a_second_level_that_is_the_first_or_none_is_refused():
    with pytest.raises(geo.SchemaError, match="another size"):
        geo.compare(geo.read_events(), **AUTUMN, by="adm1", second="adm1")
    with pytest.raises(geo.SchemaError, match="second is one of all, adm0"):
        geo.compare(geo.read_events(), **AUTUMN, by="adm1", second="valley")
