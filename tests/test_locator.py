"""Locators: what frames them, which towns they name, how a city looks at its own scale."""

from __future__ import annotations

import re

import pyproj
import pytest
import shapely
from click.testing import CliRunner

import maps
from geo.errors import PlaceError, SchemaError
from maps.cli.main import cli
from maps.content.content import map_content
from maps.content.event_note import event_note
from maps.static import in_sight, panel
from maps.static.choices import thinned
from maps.static.fonts import Lettering
from maps.static.furniture_items import _in_corner
from maps.static.in_sight import RIM_COST, TOWN_COST, InSight
from maps.static.laid_shapes import tint_rims
from maps.static.notes_together import OTHERWISE, prefer_together
from maps.static.placement import Candidate, Item
from maps.words.words import word

GEOD = pyproj.Geod(ellps="WGS84")


def across_km(spec):
    west, south, east, north = spec.extent
    middle = (south + north) / 2
    return GEOD.inv(west, middle, east, middle)[2] / 1000


def draw(spec, size="square"):
    return maps.draw_map(spec, maps.Sheet(size=size, dpi=72))


@pytest.mark.parametrize(
    ("asked", "km"),
    [
        ({"event_ids": ("apb:043",)}, 120),
        ({"event_ids": ("apb:038",)}, 250),
        ({"event_ids": ("apb:012", "apb:032")}, 47),
    ],
)
def test_how_exactly_a_place_is_known_decides_how_much_is_shown(asked, km):
    assert across_km(maps.locator(**asked)) == pytest.approx(km, rel=0.03)


def test_a_place_without_an_event_is_framed_as_a_town_and_two_hold_both():
    assert across_km(maps.locator("Torkham")) == pytest.approx(120, rel=0.03)
    west, south, east, north = maps.locator("Torkham", "Spin Boldak").extent
    assert west < 66.2
    assert east > 71.3
    assert south < 30.8
    assert north > 34.3


def test_towns_are_those_that_help():
    towns = maps.locator(event_ids=("apb:038",)).towns
    assert 5 <= len(towns) <= 7
    assert {"Sharan", "Angoor Adda"} <= set(towns)
    assert "Peshawar" in maps.locator(event_ids=("apb:025",)).towns
    named = maps.locator("Torkham", notes=("Trucks wait at Jamrud",)).towns
    assert "Jamrud" in named
    for name in towns:
        assert not re.search(r"[\u0323-\u0331\u1e00-\u1eff]", name)


def test_only_the_chosen_towns_are_named():
    spec = maps.locator(event_ids=("apb:038",))
    drawing = draw(spec)
    others = {place[0] for place in maps.static.base.base_names("en")["places"]} - set(spec.towns)
    assert not others & {name for name, _ in drawing.report.boxes if not name.startswith(("Khost", "Ghazni"))}


def test_one_to_three_events_and_something_to_show():
    with pytest.raises(SchemaError, match="needs a place, an event or something to highlight"):
        maps.locator()
    with pytest.raises(SchemaError, match="one to 3 events, not 4"):
        maps.locator(event_ids=("apb:012", "apb:032", "apb:038", "apb:043"))
    with pytest.raises(SchemaError, match="no place is known for apb:039"):
        maps.locator(event_ids=("apb:039",))
    with pytest.raises(PlaceError, match=r"'Fayzabad' is ambiguous: .*AF-BDS"):
        maps.locator("Fayzabad")


def test_title_and_box_come_from_the_event():
    content = maps.map_content(maps.locator(event_ids=("apb:043",)))
    assert content.title == "Armed clash in Spin Boldak, Kandahar, 6 November 2025"
    note = event_note("apb:043", content.rows, content.marks, "en")
    assert note.lines == (
        "Armed clash, 6 November 2025",
        "Spin Boldak hospital official (civilians): 5 killed, 6 injured",
        "TOLOnews (civilians): 6 killed, 5 injured",
        "A town or city, within 2 km of its centre; the part hit is not known.",
    )
    assert (note.type, note.filled) == ("armed clash", "hollow")
    with pytest.raises(SchemaError, match="no event 'apb:001' is drawn on this map"):
        event_note("apb:001", content.rows, content.marks, "en")


def test_a_figure_for_a_whole_operation_is_not_put_to_one_event():
    tables = maps.map_content(maps.MapSpec()).tables
    wider = tables.claims[tables.claims["scope"].notna() & (tables.claims["scope"] != "event")]
    drawn = maps.map_content(maps.MapSpec(types=tuple(set(tables.events["event_type"]) - {"talks"})))
    ids = set(drawn.events["cols"]["id"])
    checked = 0
    for event, rows in wider.groupby("event_id"):
        others = tables.claims[(tables.claims["event_id"] == event) & ~tables.claims.index.isin(rows.index)]
        if event not in ids or len(others):
            continue
        try:
            note = event_note(str(event), drawn.rows, drawn.marks, "en")
        except SchemaError:
            continue
        assert not any("killed" in line or "injured" in line for line in note.lines), event
        checked += 1
    assert checked > 0


def test_a_city_has_a_circle_with_its_symbols_under_its_name():
    drawing = draw(maps.locator(event_ids=("apb:012", "apb:032")))
    marks = drawing.marks
    ring = marks[marks["kind"] == "ring"].iloc[0]
    centre = shapely.centroid(ring.geometry)
    at = shapely.get_coordinates(ring.geometry)
    far = [GEOD.inv(centre.x, centre.y, x, y)[2] for x, y in at]
    assert min(far) == pytest.approx(10_000, rel=0.02)
    assert max(far) == pytest.approx(10_000, rel=0.02)
    assert "somewhere within 10 km of the centre" in set(marks["text"])
    symbols = marks[marks["kind"] == "symbol"]
    assert sorted(symbols["filled"]) == ["filled", "hollow"]
    assert all(one.y < centre.y - 0.005 for one in symbols.geometry)
    left, _, right, _ = symbols["box"].iloc[0]
    assert 26 <= right - left <= 40


def test_a_circle_stays_on_the_side_of_its_event():
    drawing = draw(maps.locator(event_ids=("apb:030",), extent=(66.2, 30.7, 66.7, 31.1)))
    ring = drawing.marks[drawing.marks["kind"] == "ring"].geometry.iloc[0]
    afghan = maps.static.base.read_ground().areas["AF"]
    assert shapely.intersection(ring, afghan).area < 0.02 * ring.area


def test_a_symbol_is_26_to_32_pixels_wide_on_1080():
    drawing = draw(maps.locator(event_ids=("apb:038",)))
    assert drawing.canvas.size.width == 1080
    symbol = drawing.marks[drawing.marks["kind"] == "symbol"]["box"].iloc[0]
    # The box holds a white rim beside the symbol: a sixth of its radius to each side.
    assert 26 <= (symbol[2] - symbol[0]) / 1.16 <= 32


def test_a_note_of_the_users_takes_the_place_of_the_events_own():
    drawing = draw(maps.locator(event_ids=("apb:038",), notes=("Own words",)))
    assert set(drawing.marks.loc[drawing.marks["kind"] == "text box", "text"]) == {"Own words"}


def test_without_room_the_box_of_an_event_is_shortened_with_a_word():
    drawing = draw(maps.locator(event_ids=("apb:012", "apb:032")), "social")
    assert any("is shortened for want of room" in one for one in drawing.report.warnings)


def test_no_filters_no_timeline_no_counts_on_the_page():
    page = maps.render(maps.locator(event_ids=("apb:038",)))
    for piece in ('id="time"', 'id="table"', 'id="filter-panel"'):
        assert piece not in page
    assert 'class="page locator"' in page
    assert ".locator .key-types" in page


def test_the_line_and_both_countries_are_named():
    drawing = draw(maps.locator(event_ids=("apb:038",)))
    marks = drawing.marks
    assert len(marks[marks["kind"] == "line name"]) == 1
    assert {"Afghanistan", "Pakistan", "inset", "scale bar"} <= {name for name, _ in drawing.report.boxes}


def test_the_command_writes_all_that_it_is_asked_for(tmp_path):
    spec = tmp_path / "map.toml"
    found = CliRunner().invoke(
        cli,
        [
            *(
                "locator",
                "Torkham",
                "Spin Boldak",
                "--highlight",
                "AF-PKA",
                "--note",
                "Closed\\nsince October",
            ),
            *("--label", "Ghazni", "-o", str(tmp_path / "m.png"), "-o", str(tmp_path / "m.html")),
            *("--size", "social", "--lang", "ps", "--save-spec", str(spec)),
        ],
    )
    assert found.exit_code == 0, found.output
    assert (tmp_path / "m.png.txt").exists()
    plan, sheet = maps.read_spec(spec)
    assert plan.locator
    assert plan.lang == "ps"
    assert sheet.size == "social"
    assert [one.kind for one in plan.marks] == ["label", "label", "highlight", "note", "label"]
    assert plan.marks[3].text == "Closed\nsince October"
    again = maps.draw_map(plan, sheet).to_png()
    assert again == (tmp_path / "m.png").read_bytes()


def test_the_command_refuses_in_words(tmp_path):
    for arguments, said in (
        (("Fayzabad",), "'Fayzabad' is ambiguous"),
        (("--event", "nope"), "no event 'nope'"),
        (("-o", str(tmp_path / "m.png")), "needs a place, an event or something to highlight"),
    ):
        found = CliRunner().invoke(cli, ["locator", "-o", str(tmp_path / "n.svg"), *arguments])
        assert found.exit_code in (1, 2)
        assert said in found.output, found.output


@pytest.mark.parametrize("lang", ["en", "ps", "fa", "ur", "ar"])
def test_words_of_a_locator_of_places_name_them_and_its_notes(lang):
    spec = maps.locator(
        "Torkham", "Spin Boldak", highlight=["AF-PKA"], notes=["Closed since\n12 October 2025"], lang=lang
    )
    words = maps.caption(spec)
    for said in (words.caption, words.alt, words.long_description):
        assert word(lang, "no events") not in said
        assert said.endswith("Closed since 12 October 2025.")
        for one in map_content(spec).laid:
            assert " ".join(one.text.split()) in said


def test_at_the_scale_of_a_city_no_province_line_is_drawn():
    far = maps.draw_map(maps.locator(event_ids=("apb:038",)), maps.Sheet(size="square", dpi=72))
    near = maps.draw_map(maps.locator(event_ids=("apb:012",)), maps.Sheet(size="square", dpi=72))
    lines = [len(drawing.canvas.layers["province-lines"].parts) for drawing in (far, near)]
    assert lines[0] > 0
    assert lines[1] == 0


def test_the_band_of_the_line_has_a_key_where_it_is_drawn():
    wide = maps.draw_map(maps.locator("Torkham", "Quetta"), maps.Sheet(size="square", dpi=72))
    close = maps.draw_map(maps.locator("Wana"), maps.Sheet(size="square", dpi=72))
    assert (wide.report.band, close.report.band) == (False, True)
    said = "How far sources for the line differ"
    assert said in close.to_bytes(".svg").decode()
    assert said not in wide.to_bytes(".svg").decode()


def test_a_band_far_from_all_events_is_not_drawn():
    """Nothing hangs on it there; the event at Angoor Adda lies beside one."""
    far, near = (
        maps.draw_map(maps.MapSpec(ids=(event,)), maps.Sheet(size="square", dpi=72))
        for event in ("apb:038", "apb:015")
    )
    assert (far.report.band, near.report.band) == (False, True)


def test_the_village_of_a_crossing_is_named_to_either_side():
    drawing = maps.draw_map(
        maps.locator("Wana", notes=("Market shut\nsince Monday",)), maps.Sheet(size="square", dpi=72)
    )
    assert "Angoor Adda" in drawing.report.placed


def test_a_mark_at_sea_is_shown_with_the_coast():
    west, south, east, north = maps.locator(
        marks=(maps.Mark(kind="label", at=(66.0, 23.5), text="Ship"),)
    ).extent
    assert west < 66.0 < east
    assert south < 23.5 < north
    assert east > 67.5
    assert maps.locator("Wana").extent == maps.locator("Wana", extent=None).extent


def test_labels_of_points_are_the_title_where_no_place_is_named():
    spec = maps.locator(marks=(maps.Mark(kind="label", at=(69.57, 32.3), text="Old fort"),))
    assert spec.title == "Old fort"


# Boxes, names and towns together
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "size"), [(("apb:012", "apb:032"), "story"), (("apb:029", "apb:030"), "square")]
)
def test_boxes_find_room_together_and_none_is_cut_beside_an_empty_half(events, size):
    drawing = draw(maps.locator(event_ids=events), size)
    assert not [one for one in drawing.report.warnings if "is shortened" in one]
    assert (drawing.marks["kind"] == "text box").sum() == 2


def test_what_goes_together_costs_least_and_the_rest_more():
    def spot(left, cost, line=()):
        return Candidate([(left, 0, left + 10, 5)], cost, lambda: None, list(line))

    def note(*spots):
        return Item("note", 1.0, list(spots), must=True)

    first, second = note(spot(0, 0.0), spot(50, 3.0)), note(spot(5, 1.0), spot(30, 9.0))
    prefer_together([first, second], shapely.Polygon())
    # Each takes the other's cheapest room: one of them steps aside, at the lower price.
    assert [one.cost for one in first.candidates] == [OTHERWISE, 3.0]
    assert [one.cost for one in second.candidates] == [1.0, 9.0 + OTHERWISE]
    third = note(spot(0, 0.0), spot(80, 2.0))
    trio = [note(spot(0, 0.0), spot(50, 3.0)), note(spot(5, 1.0), spot(30, 9.0)), third]
    prefer_together(trio, shapely.box(79, 0, 95, 5))
    assert [one.cost for one in third.candidates] == [0.0, 2.0 + OTHERWISE]
    # A line to a place runs through no other box.
    led = note(spot(0, 0.0, [(12, 2, 12, 2), (28, 2, 28, 2)]), spot(40, 2.0))
    beside = note(spot(15, 0.0))
    prefer_together([led, beside], shapely.Polygon())
    assert [one.cost for one in led.candidates] == [OTHERWISE, 2.0]


def test_spots_are_thinned_from_the_cheapest_on():
    assert thinned(3, 10).tolist() == [0, 1, 2]
    kept = thinned(1000, 20).tolist()
    assert kept[:10] == list(range(10))
    assert len(kept) == 20
    assert kept[-1] == 999


def test_a_box_cut_short_says_how_many_figures_it_leaves_out():
    laid = map_content(maps.locator(event_ids=("apb:029",))).laid[0]
    lines = laid.text.split("\n")
    assert sum("killed" in line for line in lines) > 2
    for words in laid.shorter:
        told = [line for line in words.split("\n") if "killed" in line]
        assert not told or "in the table of claims" in words, words
    assert laid.shorter[-1] == lines[0]
    assert all(len(a) > len(b) for a, b in zip((laid.text, *laid.shorter), laid.shorter, strict=False))


def test_a_place_is_shown_with_the_capitals_of_both_provinces_in_a_frame_as_wide_as_ever():
    spec = maps.locator("Torkham")
    assert {"Jalalabad", "Peshawar"} <= set(spec.towns)
    assert across_km(spec) == pytest.approx(120, rel=0.03)
    west, _, east, _ = spec.extent
    assert (west + east) / 2 < 71.1
    drawing = draw(spec)
    assert {"Jalalabad", "Peshawar", "Landi Kotal"} <= {name for name, _ in drawing.report.boxes}


@pytest.mark.parametrize("place", ["Torkham", "Spin Boldak"])
def test_no_name_stands_so_near_a_country_that_both_are_read_as_one(place):
    drawing = draw(maps.locator(place))
    boxes = {name: group[0] for name, group in drawing.report.boxes}
    for country in ("Afghanistan", "Pakistan"):
        _, top, _, bottom = boxes[country]
        assert bottom - top > 13.0 + 2 * 7.0
    assert not drawing.report.label_overlaps()


def test_what_hides_a_town_or_crosses_a_rim_costs():
    sight = InSight([(10.0, 10.0)], shapely.LineString([(100, 0), (100, 50)]))
    prices = sight.price([(5, 5, 15, 15), (200, 5, 220, 15), (95, 60, 105, 70), (95, 5, 105, 15)])
    assert prices.tolist() == [TOWN_COST, 0.0, 0.0, RIM_COST]


def test_the_small_map_wants_a_corner():
    panel = (100.0, 0.0, 500.0, 300.0)
    assert _in_corner((402, 2, 498, 90), panel)
    assert _in_corner((102, 210, 190, 298), panel)
    assert not _in_corner((402, 100, 498, 190), panel)
    drawing = draw(maps.locator(event_ids=("apb:038",)), "social")
    ((_, top, right, bottom),) = (group[0] for name, group in drawing.report.boxes if name == "inset")
    edge = max(box[2] for _, group in drawing.report.boxes for box in group)
    foot = max(box[3] for _, group in drawing.report.boxes for box in group)
    assert right == edge
    assert top < 6.0 or bottom == foot


def test_a_country_is_named_off_the_rim_of_a_tinted_unit(monkeypatch):
    rims = []

    def noted(stage, laid):
        rims.append(tint_rims(stage, laid))
        return rims[-1]

    def crossed():
        drawing = draw(maps.locator(highlight=("AF-PKA",)), "social")
        box = next(group[0] for name, group in drawing.report.boxes if name == "Afghanistan")
        return bool(shapely.intersects(rims[-1], shapely.box(*box)))

    monkeypatch.setattr(panel, "tint_rims", noted)
    assert not crossed()
    assert rims[-1].length > 100
    monkeypatch.setattr(in_sight, "RIM_COST", 0.0)
    assert crossed()


def test_a_number_is_not_parted_from_what_it_counts():
    lines = Lettering().wrap("Airstrike in Barmal, Paktika, 17 October 2025: 25 events, 9 بمباری", 20, 150)
    assert not [line for line in lines if re.search(r"(?<!\d)\d{1,2}$", line)]
    assert " ".join(lines) == "Airstrike in Barmal, Paktika, 17 October 2025: 25 events, 9 بمباری"


@pytest.mark.parametrize("lang", ["ps", "fa", "ur", "ar"])
def test_a_figure_of_a_claimant_in_latin_letters_runs_on_from_right_to_left(lang):
    laid = map_content(maps.locator(event_ids=("apb:030",), lang=lang)).laid[0]
    assert "Pakistan (civilians)\u200f: " in laid.text
