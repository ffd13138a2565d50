"""Sizes, sheets, house styles and specifications in TOML."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printed import OCTOBER, printed

import maps
from geo.errors import DataNotFoundError, SchemaError
from geo.vocab import EVENT_TYPES
from maps.spec.house_style import read_house
from maps.spec.sheet import SIZES, Sheet, parse_size
from maps.style import TYPES


@pytest.mark.parametrize(
    ("text", "unit", "width", "height"),
    [
        ("column", "mm", 88, None),
        ("print:88mm", "mm", 88, None),
        ("120x90mm", "mm", 120, 90),
        ("12x9cm", "mm", 120, 90),
        ("1200X630px", "px", 1200, 630),
        ("story", "px", 1080, 1920),
    ],
)
def test_a_size_is_what_its_words_say(text, unit, width, height):
    size = parse_size(text)
    assert (size.unit, size.width, size.height) == (unit, width, height)


@pytest.mark.parametrize("text", ["huge", "88", "10x10mm", "mm", "-5mm", "99999x3px", "100.5x90px", ""])
def test_a_size_that_is_none_is_refused_with_the_choices(text):
    with pytest.raises(SchemaError, match=r"there are|must lie|is whole"):
        parse_size(text)


def test_a_height_is_rounded_up_to_what_the_size_can_say():
    assert parse_size("88mm").with_height_u(500.0).height == pytest.approx(102.4)
    assert float(parse_size("750px").with_height_u(401.1).height).is_integer()


def test_every_fault_of_a_sheet_is_named_at_once():
    with pytest.raises(SchemaError) as caught:
        Sheet(size="huge", dpi=5, text="wavy", facet="hour")
    for word in ("huge", "dpi", "wavy", "hour"):
        assert word in str(caught.value)
    with pytest.raises(SchemaError, match="choose one"):
        Sheet(facet="month", profile=True)


def test_newsprint_has_one_ink_and_every_shape():
    house = read_house("newsprint")
    assert set(house.types) == set(TYPES)
    for colour in (*house.colours.values(), *house.types.values()):
        assert colour[1:3] == colour[3:5] == colour[5:7], colour


def test_a_house_style_names_every_fault(tmp_path):
    file = tmp_path / "house.toml"
    file.write_text('[colours]\nsea = "blue"\nsky = "#000000"\n[lines]\ndurand = "thick"\n[extra]\na = 1\n')
    with pytest.raises(SchemaError) as caught:
        read_house(str(file))
    for word in ("sea", "sky", "durand", "extra"):
        assert word in str(caught.value)
    file.write_text("colours = [")
    with pytest.raises(SchemaError, match="not TOML"):
        read_house(str(file))
    with pytest.raises(DataNotFoundError, match="newsprint"):
        read_house("nowhere")


def test_a_house_style_keeps_what_it_does_not_name(tmp_path):
    file = tmp_path / "house.toml"
    file.write_text('name = "ours"\n[types]\nairstrike = "#AA0000"\n[lines]\ndurand = 3\n', encoding="utf-8")
    house, neutral = read_house(str(file)), read_house("neutral")
    assert (house.types["airstrike"], house.lines["durand"]) == ("#AA0000", 3)
    assert house.colours == neutral.colours
    assert house.types["shelling"] == neutral.types["shelling"]


text = st.text(st.characters(blacklist_categories=["Cs"]), max_size=40)


@given(
    title=st.none() | text,
    since=st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)),
    types=st.lists(st.sampled_from(EVENT_TYPES), unique=True),
    credits_=st.lists(text, max_size=3),
    size=st.sampled_from(sorted(SIZES)),
    callout=st.none() | text.filter(str.strip),
)
def test_a_specification_that_was_written_reads_back_the_same(
    tmp_path_factory, title, since, types, credits_, size, callout
):
    spec = maps.MapSpec(title=title, since=since, types=tuple(types), credits=tuple(credits_))
    sheet = Sheet(size=size, callouts=(("apb:1", callout),) if callout else ())
    file = tmp_path_factory.mktemp("story") / "map.toml"
    maps.write_spec(file, spec, sheet)
    assert maps.read_spec(file) == (spec, sheet)


def test_a_specification_holds_the_path_of_its_events_relative_to_itself(tmp_path):
    events = tmp_path / "data" / "events.csv"
    events.parent.mkdir()
    events.touch()
    file = maps.write_spec(tmp_path / "map.toml", maps.MapSpec(events=events))
    assert tomllib.loads(file.read_text(encoding="utf-8"))["map"]["events"] == "data/events.csv"
    assert maps.read_spec(file)[0].events == events


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("[map]\ncolour = 1\n", "colour"),
        ("[sheet]\nsize = 'huge'\n", "huge"),
        ("[page]\n", "page"),
        ("[map\n", "not TOML"),
        ("[[callout]]\nevent = 'x'\n", "callout"),
        ("[map]\nsince = 'soon'\n", "soon"),
    ],
)
def test_a_specification_that_is_wrong_says_where(tmp_path, words, named):
    file = tmp_path / "map.toml"
    file.write_text(words, encoding="utf-8")
    with pytest.raises(SchemaError, match=named):
        maps.read_spec(file)


def test_a_specification_can_not_hold_a_table_in_memory(tmp_path):
    import geo

    with pytest.raises(SchemaError, match="save them as CSV"):
        maps.write_spec(tmp_path / "map.toml", maps.MapSpec(events=geo.read_events()))
    with pytest.raises(DataNotFoundError):
        maps.read_spec(Path("nowhere.toml"))


@pytest.mark.parametrize(("spec", "counted"), [({}, True), (OCTOBER, False)])
def test_no_count_of_reports_stands_where_states_of_crossings_are_told(spec, counted):
    """Two reports beside five closed crossings are called events, not read as crossings."""
    drawing = printed("square", **spec)
    texts = drawing.canvas.texts
    _, top, right, bottom = next(box for text, box in texts if text.startswith("Crossing closed"))
    assert counted != any("(2 events)" in text.replace("\u00a0", " ") for text, _ in texts)
    beside = [
        text
        for text, box in texts
        if right < box[0] < right + 12 and box[1] < (top + bottom) / 2 < box[3] and text.isdigit()
    ]
    assert bool(beside) == counted
    # Those that are told in words are not among these events.
    assert any("not among the events: " in text for text, _ in texts) != counted
    assert bool((drawing.marks["text"] == "Torkham: closed").any()) != counted
