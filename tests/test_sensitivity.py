"""An answer under each decision."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import geo


def table(**columns):
    """Three events in Kunar, of which one is exact; four in Nangarhar, known to the province."""
    lon, lat = [71.1] * 3 + [70.5] * 4, [34.9] * 3 + [34.2] * 4
    made = {
        "event_id": list("abcdefg"),
        "where_precision": ["site", "town", "town"] + ["province"] * 4,
        "adm1_source": ["Kunar"] * 3 + ["Nangarhar"] * 4,
        **columns,
    }
    return gpd.GeoDataFrame(made, geometry=gpd.points_from_xy(lon, lat), crs=4326)


def by_province(events):
    return geo.count(events, by="adm1")


def value(found, variant, unit):
    rows = found.table[(found.table["variant"] == variant) & (found.table["unit"] == unit)]
    return rows["value"].item()


def test_each_cut_of_precision_is_the_question_asked_of_what_is_left():
    events = table()
    found = geo.sensitivity(events, by_province)
    assert value(found, "all events", "AF-NAN") == 4
    assert value(found, "site or better", "AF-KNR") == 1
    assert value(found, "site or better", "AF-NAN") == 0
    assert value(found, "town or better", "AF-KNR") == pytest.approx(3)
    assert "province or better" not in set(found.table["variant"])
    sizes = found.table.drop_duplicates("variant").set_index("variant")["events"]
    assert sizes[["all events", "site or better", "town or better"]].tolist() == [7, 1, 3]


def test_the_range_names_what_moves_an_answer_most():
    found = geo.sensitivity(table(), by_province).range.set_index("unit")
    assert found.loc["AF-NAN", ["value", "lowest", "highest"]].tolist() == [4, 0, 4]
    assert found.loc["AF-NAN", "moved_by"] == "site or better"
    assert found.loc["AF-NAN", "highest_in"] == "all events"
    assert found.loc["AF-KNR", "lowest"] == 1


def test_flips_of_the_order_are_told_with_an_example():
    found = geo.sensitivity(table(), by_province)
    flips = found.flips.set_index("variant")
    assert flips.loc["town or better", ["first", "pairs", "such_as"]].tolist() == [
        *("AF-KNR", 1, "AF-KNR over AF-NAN")
    ]
    assert "stored points as exact" not in flips.index
    assert "The order of units changes" in found.text
    calm = geo.sensitivity(table(), lambda events: pd.Series({"a": 2.0, "b": 1.0}))
    assert len(calm.flips) == 0
    assert "the same in every variant" in calm.text


def test_units_that_come_level_change_no_places():
    answers = iter([{"a": 2.0, "b": 1.0}] + [{"a": 1.0, "b": 1.0}] * 9)
    found = geo.sensitivity(table(), lambda events: pd.Series(next(answers)))
    assert len(found.flips) == 0
    level = iter([{"a": 1.0, "b": 1.0}] + [{"a": 1.0, "b": 2.0}] * 9)
    assert len(geo.sensitivity(table(), lambda events: pd.Series(next(level))).flips) == 0


def test_doubles_parts_dates_figures_and_sources_are_decisions_where_they_are_there():
    events = table(
        part_of=[None, "a", "a", None, None, None, None],
        date_precision=[1, 1, 3, 1, 1, 1, 1],
        deaths_low=[1, 1, None, 1, 1, 1, 1],
        deaths_best=[2] * 7,
        deaths_high=[9] * 7,
        dataset=["x"] * 5 + ["y"] * 2,
        source=["one", "one", "one", "two", "two", "three", None],
    )
    pairs = pd.DataFrame(
        {"id_a": ["d", "d", "e"], "id_b": ["e", "f", "a"], "score": [0.95, 0.6, 0.99],
         "relation": ["same", "same", "a holds b"]}
    )  # fmt: skip
    found = geo.sensitivity(
        events, lambda some: len(some) * 1000 + some["deaths_best"].sum(), pairs=pairs, sources=2
    )
    answers = found.table.set_index("variant")["value"]
    assert answers["all events"] == 7014
    assert answers["wholes in place of parts"] == 5010
    assert answers["day known"] == 6012
    assert answers["pairs from 0.9 on as one"] == 6012
    assert answers["pairs from 0.5 on as one"] == 5010
    assert answers["lowest deaths"] == 7008
    assert answers["highest deaths"] == 7063
    assert answers["without x"] == 2004
    assert answers["without y"] == 5010
    assert answers["without one"] == 4008
    assert answers["without two"] == 5010
    assert "without three" not in answers
    assert found.range["unit"].tolist() == ["answer"]
    plain = geo.sensitivity(table().drop(columns=["adm1_source"]), len).table
    assert set(plain["kind"]) == {"as it is", "precision", "points"}


def test_points_taken_as_exact_and_stated_places_not_believed():
    events = table()
    seen = {}

    def question(some):
        key = (some["where_precision"].eq("site").all(), "adm1_source" in some)
        seen[key] = len(some)
        return 1

    geo.sensitivity(events, question)
    assert seen[(True, True)] == 7
    assert seen[(False, False)] == 7
    assert "adm1_source" in events


def test_other_layers_answer_the_same_question():
    found = geo.sensitivity(table(), len, layers={"other": lambda events: 40})
    row = found.table[found.table["kind"] == "layer"]
    assert row[["variant", "value", "change"]].to_numpy().tolist() == [["other", 40, 33]]
    assert found.range["highest_in"].item() == "other"


def test_what_refuses_in_a_variant_is_a_note():
    def question(events):
        if len(events) < 3:
            raise geo.SchemaError("too few\nfor this")
        return len(events)

    found = geo.sensitivity(table(), question)
    row = found.table.set_index("variant").loc["site or better"]
    assert np.isnan(row["value"])
    assert row["note"] == "too few for this"
    assert found.range[["lowest", "lowest_in"]].to_numpy().tolist() == [[3, "town or better"]]
    assert "1 variants have no answer" in repr(found)


@pytest.mark.parametrize(
    ("question", "more", "said"),
    [
        ("count", {}, "question is a function"),
        (lambda events: "many", {}, "no numbers"),
        (lambda events: pd.DataFrame({"n": [1]}), {}, "columns unit and expected"),
        (lambda events: pd.Series([1, 2], index=["a", "a"]), {}, "more than one number"),
        (len, {"sources": -1}, "sources is a number"),
        (len, {"pairs": pd.DataFrame({"a": []})}, "as geo.match gives it"),
        (len, {"layers": {"x": 3}}, "questions by name"),
    ],
)
def test_what_is_no_question_is_refused(question, more, said):
    with pytest.raises(geo.SchemaError, match=said):
        geo.sensitivity(table(), question, **more)
