"""What the page's scripts write out themselves, to be short, is what Python says: a rule stands once."""

from __future__ import annotations

import re

import pytest

import maps
from conftest import ROOT
from maps.content import titles
from maps.content.cards import AREA, NOWHERE, PLACE, STRETCH
from maps.content.gate_states import GATE_STATES
from maps.content.page_rules import LOCATOR_BOX
from maps.content.steps import RADIUS_STEP_M, STEPS_A_DEGREE

SCRIPTS = ROOT / "maps" / "web" / "js"
JS = {path.name: path.read_text(encoding="utf-8") for path in sorted(SCRIPTS.glob("*.js"))}


def numbers(text):
    return [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", text)]


def test_grains_have_the_numbers_of_the_columns():
    found = re.search(r"\[PLACE, AREA, STRETCH, NOWHERE\] = \[([^\]]+)\]", JS["events.js"])
    assert numbers(found[1]) == [PLACE, AREA, STRETCH, NOWHERE]


def test_states_of_a_crossing_are_in_the_order_of_their_numbers():
    found = re.search(r"const STATES = \[([^\]]+)\]", JS["gates.js"])
    names = re.findall(r"\w+", found[1])
    assert len(names) == len(GATE_STATES)
    assert all(name in state for name, state in zip(names, GATE_STATES, strict=True))


def test_the_small_map_shows_what_that_of_the_print_shows():
    found = re.search(r"\[west, south, east, north\] = \[([^\]]+)\]", JS["base.js"])
    assert numbers(found[1]) == list(LOCATOR_BOX)


@pytest.mark.parametrize("axis", ["lon", "lat", "x", "y"])
def test_positions_are_steps_of_one_part_of_a_degree(axis):
    found = [one for text in JS.values() for one in re.findall(rf"\b{axis}(?:\[\w+\])? / (\d+e\d+)", text)]
    assert found
    assert {float(one) for one in found} == {STEPS_A_DEGREE}


def test_radii_are_steps_of_so_many_metres():
    found = [one for text in JS.values() for one in re.findall(r"\bradius\[\w+\] \* ([\de]+)", text)]
    assert len(found) > 2
    assert {float(one) for one in found} == {RADIUS_STEP_M}


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("MOST_OF", titles.MOST_OF),
        ("ALONG", titles.ALONG),
        ("LONG_DAYS", titles.LONG_DAYS),
        ("FEW", titles.FEW),
        ("EXACT", titles.EXACT_DATE),
    ],
)
def test_a_title_after_a_choice_has_the_bounds_of_one_before_it(name, rule):
    """How they are used is compared, over every choice, by tests/test_page_choices.py."""
    found = re.search(rf"const {name} = ([\d./ ]+);", JS["title.js"])
    first, *rest = numbers(found[1])
    assert (first / rest[0] if rest else first) == rule


def test_a_few_early_events_are_those_that_take_so_much_of_the_period():
    found = re.search(r"before > ([\d.]+) \* \(last - first\)", JS["title.js"])
    assert float(found[1]) == titles.EARLY


def test_no_sheet_has_a_dash_of_its_own_for_what_the_rules_of_ink_dash():
    """By page and print alike: the line, and symbols of which the table doesn't say how sure."""
    from maps.style import INK

    sheet = ROOT.joinpath("maps", "web", "css", "map.css").read_text(encoding="utf-8")
    for dash in (INK.durand_dash_px, INK.not_said_dash_px):
        assert f"dasharray: {' '.join(f'{one:g}' for one in dash)}" not in sheet
    for where in (".d-durand", ".d-shape.unsaid", ".durand-glyph.unsaid path"):
        assert re.search(re.escape(where) + r" \{[^}]*stroke-dasharray: var\(--d-\w+-dash\)", sheet)
    for style in ("neutral", "newsprint"):
        page = maps.render(maps.MapSpec(types=("bombing",)), sheet=maps.Sheet(style=style))
        assert f"--d-unsaid-dash:{' '.join(f'{one:g}' for one in INK.not_said_dash_px)}" in page
