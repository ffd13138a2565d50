from __future__ import annotations

import datetime as dt
import re

import pytest

import maps
from geo.errors import SchemaError
from geo.vocab import EVENT_TYPES, VERIFICATIONS, WHERE_PRECISIONS
from maps import MapSpec
from maps.style import SHAPES, TYPES, css_variables
from maps.words.words import LANGUAGES, WORDS, date_range, missing, plural, word


def test_days_may_be_given_as_text():
    spec = MapSpec(since="2025-10-09", until=dt.datetime(2025, 11, 30, 12))
    assert (spec.since, spec.until) == (dt.date(2025, 10, 9), dt.date(2025, 11, 30))


def test_every_fault_is_named_at_once():
    with pytest.raises(SchemaError) as caught:
        MapSpec(types=("explosion",), lang="de", since="soon", extent=(34, 69, 35, 70))
    for part in ("'explosion'", "'de'", "'soon'", "swapped", "airstrike"):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    "choices",
    [
        {"since": "2025-11-01", "until": "2025-10-01"},
        {"types": "airstrike"},
        {"extent": (70, 30, 60, 35)},
        {"extent": (60, 30, 70)},
        {"line_policy": "ours"},
        {"until": 2025},
    ],
)
def test_a_specification_that_makes_no_sense_is_refused(choices):
    with pytest.raises(SchemaError):
        MapSpec(**choices)


def test_a_specification_is_frozen_and_keyword_only():
    with pytest.raises(TypeError):
        MapSpec(None)
    with pytest.raises(AttributeError):
        MapSpec().title = "x"


def test_every_type_has_its_own_look_and_words():
    assert tuple(TYPES) == EVENT_TYPES
    assert len({look.shape for look in TYPES.values()}) == len(TYPES)
    assert {look.shape for look in TYPES.values()} <= set(SHAPES)
    for name in (*EVENT_TYPES, *WHERE_PRECISIONS, *VERIFICATIONS):
        assert WORDS["en"][name]


def test_english_is_complete_and_stands_in_for_gaps():
    assert missing("en") == []
    assert set(WORDS) == set(LANGUAGES)
    for lang in LANGUAGES:
        assert set(WORDS[lang]) <= set(WORDS["en"])
        assert word(lang, "close")


def test_dates_say_what_they_share_once():
    assert date_range("en", dt.date(2025, 10, 9)) == "9 October 2025"
    assert date_range("en", dt.date(2025, 10, 9), dt.date(2025, 10, 9)) == "9 October 2025"
    assert (
        date_range("en", dt.date(2025, 12, 30), dt.date(2026, 1, 2)) == "30 December 2025 to 2 January 2026"
    )
    assert plural("en", "airstrike", 2) == "airstrikes"


def test_light_and_dark_define_the_same_colours():
    light, dark = css_variables().split("@media")

    def names(css):
        return set(re.findall(r"(--d-[\w-]+):", css))

    assert names(light) == names(dark)


def test_periods_are_two_days_each_open_at_one_end_at_most():
    spec = maps.MapSpec(compare=("2025-10-01:2025-10-19", "2025-10-19:"))
    assert spec.periods == [(dt.date(2025, 10, 1), dt.date(2025, 10, 19)), (dt.date(2025, 10, 19), None)]
    with pytest.raises(SchemaError) as caught:
        maps.MapSpec(compare=("2025-10-19:2025-10-01", "soon:later"), shade="valley")
    for part in ("ends before it begins", "soon:later", "valley"):
        assert part in str(caught.value)
    for wrong in ((":", "2025-10-19:"), ("2025-10-19:", "2025-10-19:"), ("2025-10-19:",), "2025-10-19:"):
        with pytest.raises(SchemaError, match=r"period|compare"):
            maps.MapSpec(compare=wrong)
    with pytest.raises(SchemaError, match="density can't be compared"):
        maps.MapSpec(compare=(":2025-10-18", "2025-10-19:"), shade="density")


def test_a_specification_keeps_shade_and_periods(tmp_path):
    spec = maps.MapSpec(shade="sector", compare=(":2025-10-18", "2025-10-19:"))
    file = maps.write_spec(tmp_path / "map.toml", spec)
    assert maps.read_spec(file)[0] == spec
