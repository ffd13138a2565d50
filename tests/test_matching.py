"""Pairs of rows of one event: what can meet, what it is worth, what a person decides, and taking it back."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from typing import Any

import geopandas as gpd
import geopandas.testing
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo.matching.weights import ARMED, UNARMED, actor_names, alike, can_be_one
from geo.vocab import EVENT_TYPES, WHERE_PRECISIONS
from maps.cli.main import cli
from maps.cli.match import match as match_command

BASE: dict[str, Any] = {
    "event_id": "own:1",
    "date_start": "2025-10-15",
    "date_end": None,
    "date_precision": 1,
    "event_type": "airstrike",
    "native_type": None,
    "actor1": "Pakistan armed forces",
    "actor2": "TTP",
    "place": "Spin Boldak",
    "adm1_source": "Kandahar",
    "adm2_source": "Spin Boldak",
    "country_source": "Afghanistan",
    "where_precision": "town",
    "deaths_low": None,
    "deaths_best": 10,
    "deaths_high": None,
    "lon": 66.40001,
    "lat": 31.00575,
}


def table(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    """Rows that differ from BASE as said."""
    frame = pd.DataFrame([{**BASE, **row} for row in rows] or [BASE]).iloc[: len(rows)]
    for column in ("date_start", "date_end"):
        frame[column] = pd.to_datetime(frame[column])
    for column in ("deaths_low", "deaths_best", "deaths_high"):
        frame[column] = frame[column].astype("Int64")
    points = gpd.points_from_xy(frame.pop("lon"), frame.pop("lat"))
    return gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")


def score(first: dict[str, Any], second: dict[str, Any], **options: Any) -> float:
    """Score of one row against another; 0 if they are no pair at all."""
    found = geo.match(table(first), table({"event_id": "ucdp:1", **second}), min_score=0, **options)
    return float(found["score"].iloc[0]) if len(found) else 0.0


def test_same_event_told_twice_scores_high_and_says_why() -> None:
    found = geo.match(
        table({}),
        table({"event_id": "ucdp:1", "place": "Spinboldak town", "actor1": "Government of Pakistan"}),
    )
    assert found["score"].item() > 0.95
    for field in ("space", "time", "type", "actors", "tolls", "place"):
        assert f"{field}: " in found["why"].item()
    bits = found[[f"bits_{field}" for field in geo.matching.match.FIELDS]].sum(axis=1) + found["bits_prior"]
    assert found["bits"].item() == pytest.approx(bits.item(), abs=0.05)


def test_far_away_or_another_month_is_no_pair() -> None:
    assert score({}, {"lon": 71.0}) == 0
    assert score({}, {"date_start": "2025-11-15"}) == 0


def test_reach_of_the_pair_is_that_of_both_loci() -> None:
    # 20 km east: out of reach of two towns, within that of a row told to 25 km.
    east = {"lon": 66.40001 + 20 / 95.4}
    assert score({}, east) == 0
    assert score({}, {**east, "where_precision": "near"}) > 0
    assert score({}, east, slack_km=20) > 0


def test_province_row_meets_any_point_of_it_and_weighs_less() -> None:
    province = {
        "where_precision": "province",
        "place": "Kandahar province",
        "adm2_source": None,
        "lon": 65.7,
        "lat": 31.6,
    }
    assert 0 < score({}, province) < score({}, {})
    assert score({"adm1_source": "Zabul", "lon": 67.0, "lat": 32.1}, province) == 0


def test_dates_meet_as_wide_as_their_precision() -> None:
    assert score({}, {"date_start": "2025-10-18"}) == 0
    week = score({}, {"date_start": "2025-10-18", "date_precision": 2})
    month = score({}, {"date_start": "2025-10-30", "date_precision": 3})
    assert 0 < month < week < score({}, {})
    assert score({}, {"date_start": "2025-10-22", "date_precision": 2}, slack_days=0) == 0


def test_one_day_off_is_allowed_and_costs() -> None:
    for day in ("2025-10-14", "2025-10-16"):
        assert 0 < score({}, {"date_start": day}) < score({}, {})
    assert score({}, {"date_start": "2025-10-16"}, slack_days=0) == 0


def test_span_of_days_holds_the_days_in_it() -> None:
    span = {"date_start": "2025-10-11", "date_end": "2025-10-17"}
    assert 0 < score({}, span) < score({}, {})


@pytest.mark.parametrize(
    "native", ["Protests: Peaceful protest", "Riots / Mob violence", "Demonstration", "riot"]
)
def test_protest_never_swallows_an_armed_event(native: str) -> None:
    armed = table(*[{"event_id": f"own:{kind}", "event_type": kind} for kind in [*sorted(ARMED), "other"]])
    protests = table(
        *[
            {"event_id": f"acled:{kind}", "event_type": kind, "native_type": native}
            for kind in ("other", "attack")
        ]
    )
    assert geo.match(armed, protests, min_score=0).empty
    assert geo.match(protests, armed, min_score=0).empty
    # What makes the difference is that it was a protest.
    assert not geo.match(armed, protests.assign(native_type=None), min_score=0).empty


WHOLE = {
    "event_id": "ucdp:1",
    "place": "several villages along the border",
    "adm2_source": None,
    "where_precision": "province",
    "date_start": "2025-10-14",
    "date_end": "2025-10-16",
    "lon": 65.7,
    "lat": 31.6,
    "deaths_best": 40,
}
"""Spin Boldak lies in it, and BASE's day."""


def test_a_row_that_tells_of_several_places_holds_its_parts_and_says_so() -> None:
    parts = table(
        {}, {"event_id": "own:2", "place": "Takhta Pul", "lon": 66.0, "lat": 31.3, "deaths_best": 4}
    )
    found = geo.match(parts, table(WHOLE)).set_index("id_a")
    assert set(found.index) == {"own:1", "own:2"}
    assert set(found["relation"]) == {"b holds a"}
    assert found["why"].str.contains("ucdp:1 tells of several places").all()
    # One whole, two parts: each of them has its likeliest whole.
    assert found["best_of_both"].all()
    mirrored = geo.match(table(WHOLE), parts).set_index("id_b")
    assert set(mirrored["relation"]) == {"a holds b"}
    assert mirrored.loc[found.index, "bits"].tolist() == pytest.approx(found["bits"].tolist())
    # An imprecise row of one event is no whole, and stays unlikely.
    one = geo.match(parts, table({**WHOLE, "place": "Kandahar province"}), min_score=0)
    assert set(one["relation"]) == {"same"}
    assert (one["score"] < 0.5).all()


def test_a_part_lies_in_its_whole_in_place_days_and_toll() -> None:
    def bits(**change: Any) -> float:
        found = geo.match(table({}), table({**WHOLE, **change}), min_score=0)
        return float(found["bits"].iloc[0]) if len(found) else -99.0

    assert bits() > bits(date_start="2025-10-16") > -99.0
    assert bits() > bits(deaths_best=2)
    # The province next to it meets the disc of the part but does not hold it.
    assert bits(place="several villages in Zabul", lon=67.2, lat=32.2, adm1_source="Zabul") < 0
    # The whole is the wider of the two: a village can't hold a province.
    wide = table({**BASE, "where_precision": "province", "place": "Kandahar"})
    found = geo.match(wide, table({**WHOLE, "where_precision": "town"}), min_score=0)
    assert "b holds a" not in set(found["relation"])


def test_a_protest_is_no_part_of_armed_events_and_holds_none() -> None:
    protest = {"event_id": "own:1", "event_type": "other", "native_type": "Protests: Peaceful protest"}
    assert geo.match(table(protest), table(WHOLE), min_score=0).empty
    assert geo.match(table({**WHOLE, **protest}), table({"event_id": "ucdp:1"}), min_score=0).empty


def test_a_source_that_does_not_tell_the_means_speaks_neither_way() -> None:
    fight = {"event_type": "armed clash", "native_type": "armed clash"}
    coded = {"event_type": "armed clash", "native_type": "state-based conflict"}
    bits = [
        geo.match(table({}), table({"event_id": "ucdp:1", **row}), min_score=0)["bits_type"].item()
        for row in (fight, coded)
    ]
    assert bits[0] < 0
    assert bits[1] == 0


def test_precision_and_recall_on_the_truth_by_hand_at_the_default_threshold() -> None:
    path = Path(__file__).resolve().parents[1] / "benchmarks" / "matching_truth.csv"
    listed = pd.read_csv(path)
    linked = listed[listed["relation"] != "different"]
    truth = {frozenset(pair) for pair in zip(linked["id_a"], linked["id_b"], strict=True)}
    matches = geo.match(geo.read_events().events)
    found = {frozenset(pair) for pair in zip(matches["id_a"], matches["id_b"], strict=True)}
    assert len(found & truth) / len(found) > 0.75
    assert len(found & truth) / len(truth) > 0.9


def test_talks_and_crossings_are_no_armed_events() -> None:
    for kind, other in itertools.product(ARMED, UNARMED):
        assert not can_be_one(kind, "", other, "")
    assert score({"event_type": "crossing closed"}, {"event_type": "crossing reopened"}) == 0
    assert score({"event_type": "crossing closed"}, {"event_type": "crossing closed"}) > 0.9


def test_evidence_of_two_types_is_symmetric() -> None:
    one = table(*[{"event_id": f"a:{kind}", "event_type": kind} for kind in EVENT_TYPES])
    two = one.assign(event_id="b:" + one["event_type"])
    found = geo.match(one, two, min_score=0)
    bits = {
        (a[2:], b[2:]): n for a, b, n in zip(found["id_a"], found["id_b"], found["bits_type"], strict=True)
    }
    assert all(bits[b, a] == n for (a, b), n in bits.items())
    assert {("armed clash", "shelling"), ("airstrike", "other"), ("talks", "talks")} <= set(bits)
    assert not {("talks", "shelling"), ("crossing closed", "crossing reopened")} & set(bits)


def test_two_districts_struck_in_one_night_are_two_events() -> None:
    barmal = {
        "place": "Barmal district",
        "adm2_source": "Barmal",
        "adm1_source": "Paktika",
        "where_precision": "district",
        "lon": 69.276,
        "lat": 32.713,
        "deaths_best": None,
    }
    urgun = {**barmal, "place": "Urgun district", "adm2_source": "Urgun", "lon": 69.183, "lat": 32.952}
    assert score(barmal, barmal) > 0.9
    assert 0 < score(barmal, urgun) < 0.3


def test_another_name_of_the_district_is_the_same_district() -> None:
    shinwar = {
        "place": "",
        "adm2_source": "Shinwar",
        "adm1_source": "Nangarhar",
        "where_precision": "district",
        "lon": 70.81,
        "lat": 34.19,
    }
    assert score(shinwar, {**shinwar, "adm2_source": "Ghani Khel"}) > score(
        shinwar, {**shinwar, "adm2_source": "Kot"}
    )


def test_one_row_may_match_several() -> None:
    whole = table(
        {
            "where_precision": "province",
            "place": "Paktika",
            "adm1_source": "Paktika",
            "adm2_source": None,
            "lon": 68.8,
            "lat": 32.5,
            "deaths_best": None,
        }
    )
    parts = table(
        *[
            {
                "event_id": f"ucdp:{name}",
                "place": name,
                "adm2_source": name,
                "adm1_source": "Paktika",
                "deaths_best": None,
                "where_precision": "district",
                "lon": lon,
                "lat": lat,
            }
            for name, lon, lat in (
                ("Barmal", 69.276, 32.713),
                ("Urgun", 69.183, 32.952),
                ("Gayan", 69.4, 32.99),
            )
        ]
    )
    found = geo.match(whole, parts, min_score=0.05)
    assert len(found) == 3
    assert set(found["pairs_a"]) == {3}
    assert set(found["pairs_b"]) == {1}
    links = found.assign(decision="accept")
    merged = geo.merge_events(whole, parts, links)
    assert set(merged.links["relation"]) == {"a holds b"}
    assert merged.events.set_index("event_id")["counted"].to_dict() == {
        "own:1": False,
        "ucdp:Barmal": True,
        "ucdp:Urgun": True,
        "ucdp:Gayan": True,
    }


def test_tolls_actors_and_names_count_for_and_against() -> None:
    same = score({}, {})
    assert score({}, {"deaths_best": 200}) < same
    assert score({}, {"actor1": "BRAS", "actor2": "Civilians"}) < same
    assert score({}, {"place": "Loy Karez", "adm2_source": None}) < same
    assert score({}, {"deaths_best": None}) < same


def test_missing_is_no_evidence_against() -> None:
    found = geo.match(
        table({}),
        table(
            {
                "event_id": "ucdp:1",
                "actor1": None,
                "actor2": None,
                "deaths_best": None,
                "event_type": None,
                "place": None,
                "adm2_source": None,
            }
        ),
        min_score=0,
    )
    assert (found[["bits_actors", "bits_tolls", "bits_type", "bits_place"]] == 0).all(axis=None)


def test_row_without_position_is_found_by_its_name() -> None:
    nowhere = {"where_precision": "unknown", "lon": np.nan, "lat": np.nan}
    assert score({}, nowhere) > 0
    assert score({}, {**nowhere, "place": "Wana"}) == 0


def test_actors_are_known_by_their_other_names() -> None:
    assert actor_names("Government of Afghanistan") == actor_names("Afghan Taliban government forces")
    assert actor_names("Tehreek-e-Taliban Pakistan") == actor_names("TTP") == {"ttp"}
    assert actor_names("Government of Pakistan") == actor_names("Pakistan armed forces") == {"pakistan"}
    assert actor_names("TTP") != actor_names("Taliban unit")
    assert actor_names("XXX770", None, "") == frozenset()


def test_likeness_of_names_is_symmetric() -> None:
    for one, two in itertools.product(["Spin Boldak", "Barmal district", "", "Kabul"], repeat=2):
        assert alike(one, two) == alike(two, one)


def test_order_of_rows_and_tables_does_not_matter() -> None:
    events = geo.read_events().events
    first = geo.match(events.iloc[:40], events.iloc[40:], min_score=0)
    again = geo.match(
        events.iloc[:40].sample(frac=1, random_state=2),
        events.iloc[40:].sample(frac=1, random_state=3),
        min_score=0,
    )
    pd.testing.assert_frame_equal(first, again)
    turned = geo.match(events.iloc[40:], events.iloc[:40], min_score=0)
    assert sorted(zip(first["id_a"], first["id_b"], first["score"], strict=True)) == sorted(
        zip(turned["id_b"], turned["id_a"], turned["score"], strict=True)
    )


def test_search_in_time_misses_no_pair() -> None:
    rng = np.random.default_rng(1)
    rows = [
        {
            "event_id": f"own:{n}",
            "date_start": f"2025-{rng.integers(1, 13):02d}-{rng.integers(1, 28):02d}",
            "date_precision": int(rng.integers(1, 5)),
        }
        for n in range(60)
    ]
    a, b = table(*rows[:30]), table(*rows[30:])
    found = geo.match(a, b, min_score=0, slack_days=1)
    wide = {1: 0, 2: 6, 3: 30, 4: 365}
    expected = set()
    for one, two in itertools.product(a.itertuples(), b.itertuples()):
        apart = abs((one.date_start - two.date_start).days)
        if apart <= wide[one.date_precision] + wide[two.date_precision] + 1:
            expected.add((one.event_id, two.event_id))
    assert set(zip(found["id_a"], found["id_b"], strict=True)) == expected


def test_a_table_against_itself_gives_each_pair_once_and_no_row_itself() -> None:
    found = geo.match(table({}, {"event_id": "own:2"}, {"event_id": "own:3", "lon": 70.0}), min_score=0)
    assert found[["id_a", "id_b"]].to_numpy().tolist() == [["own:1", "own:2"]]


def test_shipped_events_have_no_pair_in_ucdp_january_2026(shared: Path) -> None:
    own = geo.read_events().events
    ucdp = geo.read_events(shared / "events" / "GEDEvent_v26_0_1.csv").events
    assert len(geo.match(own, ucdp)) == 0


def test_empty_tables_give_an_empty_table_with_its_columns() -> None:
    some = geo.match(table({}), table({"event_id": "ucdp:1"}))
    for a, b in ((table({}).iloc[:0], table({})), (table({}), table({}).iloc[:0])):
        none = geo.match(a, b)
        assert none.empty
        assert (none.dtypes == some.dtypes).all()


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        (lambda t: t.drop(columns="date_start"), {}, "table b has no column date_start"),
        (lambda t: pd.concat([t, t]), {}, "event_id twice"),
        (lambda t: t.assign(date_start="2025"), {}, "no dates such as"),
        (lambda t: t, {"min_score": 2}, "min_score"),
        (lambda t: t, {"slack_km": -1}, "slack_km"),
        (lambda t: t, {"slack_days": -1}, "slack_days"),
    ],
)
def test_wrong_input_is_refused(change: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(geo.SchemaError, match=said):
        geo.match(table({}), change(table({"event_id": "ucdp:1"})), **options)


@pytest.mark.parametrize(
    "days",
    [str, dt.date.fromisoformat, pd.Timestamp, np.datetime64, lambda day: pd.Timestamp(day, tz="Asia/Kabul")],
)
def test_days_in_every_form_match_the_same(days: Any) -> None:
    a, b = table({}), table({"event_id": "ucdp:1"})
    given = [days(str(day.date())) for day in b["date_start"]]
    wanted = geo.match(a, b, min_score=0)
    pd.testing.assert_frame_equal(geo.match(a, b.assign(date_start=given), min_score=0), wanted)


@pytest.mark.parametrize("ids", [None, [None, None], ["", " "], [float("nan"), pd.NA]])
def test_rows_without_ids_are_called_by_their_number_at_every_door(ids: Any) -> None:
    a, b = (
        table({}),
        pd.concat([table({"event_id": "ucdp:1"}), table({"event_id": "ucdp:2"})], ignore_index=True),
    )
    bare = b.drop(columns="event_id") if ids is None else b.assign(event_id=ids)
    pairs = geo.match(a.assign(event_id="mine:1"), bare, min_score=0)
    assert set(pairs["id_b"]) == {"own:1", "own:2"}
    merged = geo.merge_events(a.assign(event_id="mine:1"), bare, pairs.assign(decision="accept"))
    assert merged.events["event_id"].tolist() == ["mine:1", "own:1", "own:2"]
    assert geo.diff_events(bare, bare).empty
    changed = geo.diff_events(bare, bare.assign(place=["Elsewhere", "Elsewhere"]))
    assert set(changed["event_id"]) == {"own:1", "own:2"}


def test_an_id_that_is_there_twice_is_refused_by_each() -> None:
    a, twice = table({"event_id": "mine:1"}), pd.concat([table({}), table({})])
    none = geo.match(a, a).iloc[:0]
    for ask in (
        lambda: geo.match(a, twice),
        lambda: geo.diff_events(a, twice),
        lambda: geo.merge_events(a, twice, none),
        lambda: geo.merge_events(twice, a, none),
    ):
        with pytest.raises(geo.SchemaError, match="has an event_id twice"):
            ask()


def test_whole_numbers_are_ids_that_match_and_merge() -> None:
    a, b = table({"event_id": 1}), table({"event_id": 2})
    pairs = geo.match(a, b, min_score=0).assign(decision="accept")
    assert pairs[["id_a", "id_b"]].to_numpy().tolist() == [["1", "2"]]
    assert geo.merge_events(a, b, pairs).links["id_a"].tolist() == ["1"]


@pytest.mark.parametrize("wrong", [float("inf"), float("nan"), 1.5, True])
def test_a_slack_of_no_whole_days_is_refused(wrong: Any) -> None:
    with pytest.raises(geo.SchemaError, match="slack_days is 0 or more whole days"):
        geo.match(table({}), table({"event_id": "ucdp:1"}), slack_days=wrong)


def test_arguments_are_not_changed() -> None:
    a, b = table({}), table({"event_id": "ucdp:1"})
    before = a.copy(), b.copy()
    merged = geo.merge_events(a, b, geo.match(a, b).assign(decision="accept"))
    geo.unmerge_events(merged)
    for now, then in zip((a, b), before, strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(now), pd.DataFrame(then))


# --- decisions ---------------------------------------------------------------------------------------------


def decisions(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["id_a", "id_b", "decision"])


def test_decisions_are_applied_and_no_pair_is_dropped() -> None:
    matches = geo.match(table({}), table({"event_id": "ucdp:1"}, {"event_id": "ucdp:2"}), min_score=0)
    judged = geo.apply_decisions(
        matches, decisions(("own:1", "ucdp:1", "Accept "), ("own:1", "ucdp:2", "reject"))
    )
    assert judged.set_index("id_b")["decision"].to_dict() == {"ucdp:1": "accept", "ucdp:2": "reject"}
    assert len(judged) == len(matches)
    assert (matches["decision"] == "").all()


def test_pair_that_a_person_found_is_added() -> None:
    matches = geo.match(table({}), table({"event_id": "ucdp:1"}))
    judged = geo.apply_decisions(
        matches, decisions(("own:1", "ucdp:77", "accept"), ("own:1", "ucdp:78", "reject"))
    )
    assert judged["id_b"].tolist() == ["ucdp:1", "ucdp:77"]
    assert judged["why"].tolist()[1] == "added by hand"
    assert judged["score"].isna().tolist() == [False, True]
    empty = geo.apply_decisions(matches.iloc[:0], decisions(("own:1", "ucdp:77", "accept")))
    assert empty["decision"].tolist() == ["accept"]


def test_later_decisions_replace_earlier_ones() -> None:
    matches = geo.match(table({}), table({"event_id": "ucdp:1"}))
    once = geo.apply_decisions(matches, decisions(("own:1", "ucdp:1", "reject")))
    twice = geo.apply_decisions(once, decisions(("own:1", "ucdp:1", "accept")))
    assert twice["decision"].tolist() == ["accept"]
    kept = geo.apply_decisions(once, decisions(("own:9", "ucdp:9", "")))
    assert kept["decision"].tolist() == ["reject"]


def test_wrong_decisions_are_refused(tmp_path: Path) -> None:
    matches = geo.match(table({}), table({"event_id": "ucdp:1"}))
    with pytest.raises(geo.SchemaError, match="'maybe'"):
        geo.apply_decisions(matches, decisions(("own:1", "ucdp:1", "maybe")))
    with pytest.raises(geo.SchemaError, match="accepted and rejected at once"):
        geo.apply_decisions(matches, decisions(("own:1", "ucdp:1", "accept"), ("own:1", "ucdp:1", "reject")))
    with pytest.raises(geo.SchemaError, match="no column decision"):
        geo.apply_decisions(matches, decisions().drop(columns="decision"))
    with pytest.raises(geo.DataNotFoundError):
        geo.apply_decisions(matches, tmp_path / "none.csv")
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(geo.SchemaError):
        geo.apply_decisions(matches, tmp_path / "bad.csv")


# --- merging -----------------------------------------------------------------------------------------------


def test_merging_keeps_every_row_and_counts_the_more_exact() -> None:
    a = table({"where_precision": "district"}, {"event_id": "own:2", "lon": 70.0, "lat": 33.0})
    b = table({"event_id": "ucdp:1"})
    links = geo.match(a, b).assign(decision="accept")
    merged = geo.merge_events(a, b, links)
    assert merged.events["event_id"].tolist() == ["own:1", "own:2", "ucdp:1"]
    assert merged.events["counted"].tolist() == [False, True, True]
    assert merged.events["cluster_id"].tolist()[::2] == ["own:1", "own:1"]
    assert merged.links["relation"].tolist() == ["same"]


def test_undecided_pairs_are_linked_only_if_asked_for() -> None:
    a, b = table({}), table({"event_id": "ucdp:1"})
    found = geo.match(a, b)
    assert geo.merge_events(a, b, found).links.empty
    assert len(geo.merge_events(a, b, found, min_score=0.9).links) == 1
    assert geo.merge_events(a, b, found.assign(decision="reject"), min_score=0.9).links.empty


def test_tangled_links_leave_all_rows_counted() -> None:
    a, b = table({}, {"event_id": "own:2"}), table({"event_id": "u:1"}, {"event_id": "u:2"})
    links = decisions(
        ("own:1", "u:1", "accept"),
        ("own:1", "u:2", "accept"),
        ("own:2", "u:1", "accept"),
        ("own:2", "u:2", "accept"),
    )
    merged = geo.merge_events(a, b, links)
    assert set(merged.links["relation"]) == {"tangled"}
    assert merged.events["counted"].all()
    assert set(merged.events["cluster_id"]) == {"own:1"}


def test_merging_is_undone_exactly() -> None:
    events = geo.read_events().events
    a = events.iloc[:50].reset_index(drop=True)
    b = table({"event_id": "ucdp:1"}).assign(
        only_here=pd.array([7], dtype="Int16"), kind=pd.Categorical(["x"])
    )
    links = decisions((a["event_id"].iloc[28], "ucdp:1", "accept"))
    first, second = geo.unmerge_events(geo.merge_events(a, b, links))
    pd.testing.assert_frame_equal(pd.DataFrame(first), pd.DataFrame(a))
    pd.testing.assert_frame_equal(pd.DataFrame(second), pd.DataFrame(b))


def test_wrong_merges_are_refused() -> None:
    a, b = table({}), table({"event_id": "ucdp:1"})
    with pytest.raises(geo.SchemaError, match="in both tables"):
        geo.merge_events(a, a, decisions())
    with pytest.raises(geo.SchemaError, match="not in their table"):
        geo.merge_events(a, b, decisions(("own:9", "ucdp:1", "accept")))
    with pytest.raises(geo.SchemaError, match="already"):
        geo.merge_events(a.assign(counted=True), b, decisions())


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(WHERE_PRECISIONS), st.floats(61, 74), st.floats(29, 37), st.integers(0, 40)
        ),
        min_size=1,
        max_size=6,
    ),
    st.data(),
)
def test_any_merge_keeps_rows_and_counts_each_cluster(rows: list[Any], data: Any) -> None:
    frame = table(
        *[
            {
                "event_id": f"x:{n}",
                "where_precision": where,
                "lon": lon,
                "lat": lat,
                "date_start": pd.Timestamp("2025-10-01") + pd.Timedelta(days=day),
            }
            for n, (where, lon, lat, day) in enumerate(rows)
        ]
    )
    other = frame.assign(event_id="y:" + frame["event_id"])
    pairs = [(one, two, "accept") for one in frame["event_id"] for two in other["event_id"]]
    links = decisions(*data.draw(st.lists(st.sampled_from(pairs), unique=True)))
    merged = geo.merge_events(frame, other, links)
    assert len(merged.events) == len(frame) + len(other)
    clustered = merged.events.dropna(subset="cluster_id")
    assert clustered.groupby("cluster_id")["counted"].any().all()
    assert merged.events.loc[merged.events["cluster_id"].isna(), "counted"].all()
    first, second = geo.unmerge_events(merged)
    pd.testing.assert_frame_equal(pd.DataFrame(first), pd.DataFrame(frame))
    pd.testing.assert_frame_equal(pd.DataFrame(second), pd.DataFrame(other))


# --- command -----------------------------------------------------------------------------------------------


def test_command_writes_a_table_that_comes_back_as_decisions(tmp_path: Path) -> None:
    a, b = tmp_path / "a.csv", tmp_path / "b.csv"
    geo.write_table(table({}), a)
    geo.write_table(table({"event_id": "ucdp:1"}), b)
    out = tmp_path / "matches.csv"
    run = CliRunner().invoke(match_command, [str(a), str(b), "-o", str(out)])
    assert run.exit_code == 0, run.exception
    assert "1 pair," in run.stderr
    filled = pd.read_csv(out, dtype="str").assign(decision="accept", decided_by="=cmd()")
    filled.to_csv(tmp_path / "filled.csv", index=False)
    again = CliRunner().invoke(
        match_command,
        [str(a), str(b), "-o", str(out), "--decisions", str(tmp_path / "filled.csv"), "--force"],
    )
    assert again.exit_code == 0, again.exception
    assert "1 accepted" in again.stderr
    written = pd.read_csv(out, dtype="str")
    assert written["decision"].tolist() == ["accept"]
    assert written["decided_by"].tolist() == ["'=cmd()"]
    refused = CliRunner().invoke(cli, ["match", str(a), str(b), "-o", str(out)])
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    wrong = CliRunner().invoke(match_command, [str(a), str(b), "-o", str(tmp_path / "m.txt")])
    assert wrong.exit_code == 2
    assert ".csv" in wrong.stderr
    missing = CliRunner().invoke(match_command, [str(a), str(tmp_path / "none.csv")])
    assert missing.exit_code == 2


def test_command_merges_what_was_decided_and_takes_it_apart_again(tmp_path: Path) -> None:
    a, b, both = tmp_path / "a.parquet", tmp_path / "b.parquet", tmp_path / "both.parquet"
    one = geo.read_events().events.head(3)
    two = one.assign(event_id=["ucdp:1", "ucdp:2", "ucdp:3"])
    geo.write_table(one, a)
    geo.write_table(two, b)
    decisions = tmp_path / "decisions.csv"
    pd.DataFrame(
        {"id_a": one["event_id"].head(2), "id_b": ["ucdp:1", "ucdp:2"], "decision": ["accept", "reject"]}
    ).to_csv(decisions, index=False)
    files = [str(a), str(b), "-o", str(tmp_path / "m.csv"), "--decisions", str(decisions)]
    run = CliRunner().invoke(cli, ["match", *files, "--merge", str(both)])
    assert run.exit_code == 0, run.output
    assert "3 + 3 rows, 1 links, 5 events to count" in run.stderr
    assert len(geo.read_events(both).events) == 6
    more = CliRunner().invoke(cli, ["match", *files, "--merge", str(both), "--link-from", "0.5", "--force"])
    assert "2 links, 4 events to count" in more.stderr
    apart = [str(tmp_path / "one.parquet"), str(tmp_path / "two.parquet")]
    back = CliRunner().invoke(cli, ["unmerge", str(both), *apart])
    assert back.exit_code == 0, back.output
    for path, table_before in zip(apart, (one, two), strict=True):
        geopandas.testing.assert_geodataframe_equal(gpd.read_parquet(path), table_before)
    assert CliRunner().invoke(cli, ["unmerge", str(both), *apart]).exit_code == 2
    assert CliRunner().invoke(cli, ["unmerge", str(both), apart[0], apart[0], "--force"]).exit_code == 2
    no_merge = CliRunner().invoke(cli, ["unmerge", str(a), *apart, "--force"])
    assert no_merge.exit_code == 1
    assert "lacks their links" in no_merge.stderr
    assert CliRunner().invoke(cli, ["match", *files, "--link-from", "0.5", "--force"]).exit_code == 2


def test_a_damaged_file_of_merged_events_is_an_error_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "both.parquet"
    with pytest.raises(geo.DataNotFoundError):
        geo.read_merged(path)
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(geo.SchemaError, match="cannot be read"):
        geo.read_merged(path)
    one, two = table({}), table({"event_id": "ucdp:1"})
    merged = geo.merge_events(one, two, geo.match(one, two).assign(decision="accept"))
    with pytest.raises(geo.SchemaError, match=r"\.parquet"):
        geo.write_merged(merged, tmp_path / "both.csv")
    geo.write_merged(merged, path, overwrite=True)
    found = geo.read_merged(path)
    pd.testing.assert_frame_equal(found.links, merged.links)
    pd.testing.assert_frame_equal(found.columns, merged.columns)
    with pytest.raises(geo.OverwriteError, match="there already"):
        geo.write_merged(merged, path)
