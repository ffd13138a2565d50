"""Symbols sized by figures: one claimant's, for one event, of one group; area in proportion."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import geo
import maps
from geo.errors import SchemaError
from maps.cli.main import cli
from maps.content.claimed_figures import Figure, figures_of
from maps.content.content import map_content
from maps.spec.sheet import Sheet
from maps.static.proportional_symbols import Gauge
from maps.words.words import word


@pytest.fixture(scope="module")
def on_map():
    """How many events of the project's table a map shows."""
    return len(map_content(maps.MapSpec()).picture.rows)


ISPR = "Pakistan's military (ISPR)"


@pytest.fixture(scope="module")
def tables():
    return geo.read_events()


@pytest.fixture(scope="module")
def content(tables):
    return map_content(maps.MapSpec(events=tables))


def found(tables, claimant, **fields):
    spec = maps.MapSpec(events=tables, size_by=fields.pop("size_by", "killed"), claimant=claimant, **fields)
    return figures_of(map_content(spec))


def test_a_figure_is_the_claimants_own_as_the_table_has_it(tables):
    figures = found(tables, "unama")
    assert figures.claimant == "UNAMA"
    rows = tables.claims[(tables.claims["claimant"] == "UNAMA") & (tables.claims["metric"] == "killed")]
    for event, figure in figures.by_event.items():
        stated = rows[(rows["event_id"] == event) & (rows["scope"] == "event")]
        assert len(stated) == 1
        low, high = stated["low"].iloc[0], stated["high"].iloc[0]
        assert figure.low == (None if pd.isna(low) else low)
        assert figure.high == (None if pd.isna(high) else high)


def test_a_figure_for_several_events_or_groups_sizes_none(tables):
    figures = found(tables, "UNAMA")
    assert figures.wider == {"apb:037", "apb:048", "apb:055"}
    mixed = found(tables, ISPR)
    assert mixed.mixed == {"apb:011", "apb:054"}
    assert mixed.wider == set()
    assert not set(mixed.by_event) & (mixed.wider | mixed.mixed)
    # Naming one group tells them apart.
    assert found(tables, ISPR, who="militants").by_event["apb:011"] == Figure(19, 19, "militants", "exactly")


def test_a_later_statement_replaces_an_earlier_one_and_neither_is_added(tables):
    rows = tables.claims[(tables.claims["event_id"] == "apb:069") & (tables.claims["claimant"] == "UNAMA")]
    rows = rows[rows["metric"] == "killed"]
    later = rows.assign(low=20, high=21, stated_on=rows["stated_on"] + pd.Timedelta(days=9))
    claims = pd.concat([later, tables.claims], ignore_index=True)
    figures = found(dataclasses.replace(tables, claims=claims), "UNAMA")
    assert figures.by_event["apb:069"].text == "20–21"


def test_figures_of_several_claimants_are_refused_with_the_names_of_those_there_are(tables):
    with pytest.raises(SchemaError, match=r"only according to one claimant.*'UNAMA' \(7\)"):
        found(tables, None)
    with pytest.raises(SchemaError, match="is a kind of claimant, and figures of different claimants"):
        found(tables, "pakistan")
    with pytest.raises(SchemaError, match="'Nobody' gave no figure"):
        found(tables, "Nobody")
    with pytest.raises(SchemaError, match=r"no figure of 'nurses'.*'civilians'"):
        found(tables, "UNAMA", who="nurses")
    with pytest.raises(SchemaError, match="without size_by"):
        maps.MapSpec(claimant="UNAMA")
    with pytest.raises(SchemaError, match="no size_by 'missing'"):
        maps.MapSpec(size_by="missing")


def test_a_data_set_that_codes_deaths_is_a_claimant_of_its_own(tables, on_map):
    events = tables.events.assign(
        dataset="Invented 1.0",
        deaths_low=pd.array([3] * len(tables.events), dtype="Int64"),
        deaths_best=pd.array([5] * len(tables.events), dtype="Int64"),
        deaths_high=pd.array([9] * len(tables.events), dtype="Int64"),
    )
    figures = found(dataclasses.replace(tables, events=events), "invented 1.0")
    assert {figure.text for figure in figures.by_event.values()} == {"3–9"}
    assert len(figures.by_event) == on_map


def test_area_is_in_proportion_and_the_key_nests_round_numbers():
    gauge = Gauge.of(408, 1000.0)
    numbers = np.array([1, 4, 17, 100, 408])
    areas = np.pi * np.array([gauge.reach(n) for n in numbers]) ** 2
    assert np.allclose(areas / numbers, areas[0])
    for most in (1, 3, 17, 408, 12_345):
        examples = Gauge.of(most, 800.0).examples()
        assert examples == sorted(examples, reverse=True)
        assert examples[0] <= most
        assert len(examples) <= 3
    # A small figure is not blown up for want of larger ones.
    assert Gauge.of(2, 1000.0).radius < Gauge.of(200, 1000.0).radius / 2


@pytest.mark.parametrize(
    ("claimant", "size"),
    [("UNAMA", "wide"), (ISPR, "column"), ("Taliban government (Zabihullah Mujahid)", "square")],
)
def test_every_event_is_a_disc_or_said_to_have_none(tables, content, claimant, size, on_map):
    spec = maps.MapSpec(events=tables, size_by="killed", claimant=claimant)
    drawing = maps.draw_map(spec, Sheet(size=size), content=content)
    figures = found(tables, claimant)
    report = drawing.report
    assert report.label_overlaps() == []
    # A disc without room is told in words; only names of land go without.
    words = {event for one in report.unplaced for part in one.parts for event in part.events}
    assert all(one in " ".join(report.warnings) for one in report.lands)
    named = {name.removeprefix("figure ") for name, _ in report.boxes if name.startswith("figure ")}
    shown = {event for event, figure in figures.by_event.items() if figure.most > 0}
    assert named | words >= shown - set(figures.mixed)
    assert not named & words
    for one in report.unplaced:
        assert any(one.group.tag.rpartition(": ")[2] in text for text, _ in drawing.canvas.texts)
    texts = [text for text, _ in drawing.canvas.texts]
    assert any(claimant.split()[0] in text for text in texts)
    several, none = (
        len(figures.wider | figures.mixed),
        on_map - len(figures.by_event) - len(figures.wider | figures.mixed),
    )
    counts = {
        entry.text.split()[0]: entry.count
        for entry in drawing_key(spec, content, size).entries
        if entry.count is not None
    }
    assert counts == {name: n for name, n in (("Only", several), ("Not", none)) if n}


def drawing_key(spec, content, size):
    """The key's section of figures."""
    from maps.spec.house_style import read_house
    from maps.static.layout import Layout

    content = dataclasses.replace(content, spec=spec)
    layout = Layout(spec, Sheet(size=size), read_house("neutral"), content)
    title = word("en", "killed according to", claimant=figures_of(content).claimant)
    (section,) = (one for one in layout.words.key_blocks() if getattr(one, "title", None) == title)
    return section


def test_a_range_an_open_figure_and_a_zero_look_different(tables, content):
    spec = maps.MapSpec(events=tables, size_by="killed", claimant=ISPR)
    pictures = [entry.picture for entry in drawing_key(spec, content, "wide").entries]
    assert "disc range" in pictures
    assert "disc zero" not in pictures
    spec = dataclasses.replace(spec, claimant="UNAMA")
    assert "disc open" in [entry.picture for entry in drawing_key(spec, content, "wide").entries]
    spec = dataclasses.replace(spec, claimant="Taliban government (Zabihullah Mujahid)")
    assert "disc zero" in [entry.picture for entry in drawing_key(spec, content, "wide").entries]
    assert Figure(9, 13).text == "9–13"
    assert Figure(17, None).text == "≥17"
    assert Figure(None, 4).text == "≤4"
    assert Figure(0, 0).text == "0"


def test_the_words_say_whose_figures_they_are(tables, on_map):
    words = maps.caption(maps.MapSpec(events=tables, size_by="killed", claimant="UNAMA"))
    assert "The area of a disc shows the figure of UNAMA, for 4 events" in words.method
    assert "For 3 events it gave only figures of several events" in words.method
    assert f"For {on_map - 4 - 3} events it gave none." in words.method
    assert "one event is at least 17 killed (civilians), according to UNAMA" in words.caption
    assert "408" not in words.caption


def test_what_has_no_symbols_has_no_sizes(tables, content):
    spec = maps.MapSpec(events=tables, size_by="killed", claimant="UNAMA")
    shaded = dataclasses.replace(spec, shade="adm1")
    for one, sheet in ((spec, Sheet(profile=True)), (shaded, Sheet())):
        with pytest.raises(SchemaError, match="no symbols to size"):
            maps.draw_map(one, sheet, content=content)
    with pytest.raises(SchemaError, match="not yet in HTML"):
        maps.render(spec)


def test_the_command_and_the_specification_file_know_sizes(tmp_path):
    run = CliRunner()
    plan, first, again = tmp_path / "s.toml", tmp_path / "a.svg", tmp_path / "b.svg"
    chosen = ["--size-by", "killed", "--claimant", ISPR, "--who", "militants", "--size", "column"]
    done = run.invoke(cli, ["map", "-o", str(first), *chosen, "--save-spec", str(plan)])
    assert done.exit_code == 0, done.output
    assert b'id="figures"' in first.read_bytes()
    done = run.invoke(cli, ["map", "-o", str(again), "--spec", str(plan)])
    assert done.exit_code == 0, done.output
    assert again.read_bytes() == first.read_bytes()
    refused = run.invoke(cli, ["map", "-o", str(tmp_path / "c.png"), "--size-by", "killed"])
    assert refused.exit_code == 1
    assert "name one of these" in refused.output
