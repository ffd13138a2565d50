"""Placement, projection, lettering and symbols: each part against known answers."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import maps
from geo.errors import DataNotFoundError
from geo.vocab import EVENT_TYPES
from maps.content.choropleth import class_breaks
from maps.content.content import map_content
from maps.static import placement
from maps.static.area_shapes import decode_area
from maps.static.areas import hatch_lines
from maps.static.base import read_ground
from maps.static.corners import in_corners, less_high, padded, within
from maps.static.fonts import Lettering
from maps.static.forms import beside, in_line
from maps.static.obstacles import contained, overlaps, share_in
from maps.static.packs import packs
from maps.static.placement import SWAP, Candidate, Item, place, place_on
from maps.static.projection import View, conic
from maps.static.rivals import APART, COMPARED, LEAST_TURN
from maps.static.search_price import price, with_names
from maps.static.seats import Seats
from maps.static.symbols import shape_path
from maps.static.timeline import strip_bins

FRAME = (0.0, 0.0, 200.0, 200.0)


def nothing() -> None:
    pass


boxes = st.tuples(st.integers(0, 180), st.integers(0, 180), st.integers(2, 40), st.integers(2, 20)).map(
    lambda b: (float(b[0]), float(b[1]), float(b[0] + b[2]), float(b[1] + b[3]))
)
items = st.lists(
    st.builds(
        lambda spots, weight: Item(
            "x", weight, [Candidate([box], float(n), nothing) for n, box in enumerate(spots)]
        ),
        st.lists(boxes, min_size=1, max_size=4),
        st.floats(1, 100),
    ),
    max_size=25,
)


@given(items, st.lists(boxes, max_size=6))
@settings(max_examples=60, deadline=None)
def test_nothing_placed_overlaps_anything(things, obstacles):
    placed = place(things, obstacles, FRAME)
    chosen = [box for one in placed.chosen.values() for box in one.boxes]
    assert overlaps(chosen) == []
    for box in chosen:
        assert not any(set(pair) == {0, 1} for other in obstacles for pair in overlaps([box, other]))
    assert len(placed.chosen) + len(placed.left_out) == len(things)


@given(items)
@settings(max_examples=30, deadline=None)
def test_what_is_left_out_has_no_free_spot(things):
    placed = place(things, [], FRAME)
    chosen = [box for one in placed.chosen.values() for box in one.boxes]
    for item in placed.left_out:
        for candidate in item.candidates:
            inside = all(b[2] <= FRAME[2] and b[3] <= FRAME[3] for b in candidate.boxes)
            assert not inside or any(overlaps([*candidate.boxes, box]) for box in chosen)


def test_a_heavy_item_moves_a_light_one_aside():
    light = Item(
        "light", 1.0, [Candidate([(0, 0, 10, 10)], 0, nothing), Candidate([(50, 0, 60, 10)], 1, nothing)]
    )
    heavy = Item("heavy", 9.0, [Candidate([(5, 5, 15, 15)], 0, nothing)])
    placed = place([light, heavy], [], FRAME)
    assert placed.left_out == []
    assert placed.chosen[0].boxes == [(50, 0, 60, 10)]


def test_what_must_be_placed_covers_an_obstacle_only_without_another_spot():
    covering, free = Candidate([(0, 0, 10, 10)], 0.0, nothing), Candidate([(90, 0, 100, 10)], 9.0, nothing)
    obstacle = [(2.0, 2.0, 5.0, 5.0)]
    assert place([Item("m", 1, [covering, free], must=True)], obstacle, FRAME).chosen[0] is free
    assert place([Item("m", 1, [covering], must=True)], obstacle, FRAME).chosen[0] is covering
    assert place([Item("m", 1, [covering])], obstacle, FRAME).chosen == {}


def test_boxes_that_touch_do_not_overlap():
    assert overlaps([(0, 0, 1, 1), (1, 0, 2, 1)]) == []
    assert overlaps([(0, 0, 1, 1)]) == []
    assert overlaps([(0, 0, 4, 4), (1, 1, 2, 2)]) == [(0, 1)]


def crowd(seed: int) -> list[Item]:
    """Names of places that lie near each other, each with spots round its place, the nearer the cheaper."""
    chance = np.random.default_rng(seed)
    found = []
    for n, (x, y) in enumerate(chance.uniform(60, 140, (16, 2)).tolist()):
        spots = []
        for far in (0.0, 12.0, 24.0, 40.0):
            for angle in np.arange(0, 2 * np.pi, np.pi / 4) if far else (0.0,):
                at = x + far * float(np.cos(angle)), y + far * float(np.sin(angle))
                box = (at[0] - 12, at[1] - 5, at[0] + 12, at[1] + 5)
                spots.append(Candidate([box], far, nothing, at=at))
        found.append(Item(str(n), 100.0, spots, must=True, kind="mark", at=(x, y)))
    return found


def price_of(things: list[Item], placed) -> float:
    """What the spots cost, pairs that stand the other way round, and what has none: by its definition."""
    pairs = itertools.combinations(placed.chosen, 2)
    turned = 0
    for one, other in pairs:
        true = np.subtract(things[one].at, things[other].at)
        shown = np.subtract(placed.chosen[one].at, placed.chosen[other].at)
        far, near = np.hypot(*true), np.hypot(*shown)
        turned += bool(true @ shown < -LEAST_TURN * far * near and far > APART and near < COMPARED)
    cost = sum(candidate.cost for candidate in placed.chosen.values())
    return cost + SWAP * turned + 1000 * len(placed.left_out)


def test_placing_neighbours_anew_makes_nothing_worse_and_much_better(monkeypatch):
    with_it = [price_of(crowd(seed), place(crowd(seed), [], FRAME, turns=3)) for seed in range(10)]
    monkeypatch.setattr(placement, "REWORKED", 0)
    without = [price_of(crowd(seed), place(crowd(seed), [], FRAME, turns=3)) for seed in range(10)]
    assert all(one <= other + 1e-6 for one, other in zip(with_it, without, strict=True))
    assert sum(one < other - 1 for one, other in zip(with_it, without, strict=True)) >= 5


@pytest.mark.parametrize(
    "extent", [(60.5, 29.0, 75.0, 37.2), (69.0, 32.0, 70.0, 33.0), (58.0, 23.0, 80.0, 40.0)]
)
def test_the_projection_keeps_scale_over_the_extent(extent):
    projection = pyproj.Proj(conic(extent))
    west, south, east, north = extent
    lon, lat = np.meshgrid(np.linspace(west, east, 9), np.linspace(south, north, 9))
    factors = projection.get_factors(lon.ravel(), lat.ravel())
    worst = np.abs(np.asarray(factors.meridional_scale) - 1).max()
    assert worst < 0.007
    assert np.allclose(factors.meridional_scale, factors.parallel_scale, rtol=1e-6)


@given(st.floats(20, 380), st.floats(20, 280), st.floats(10, 150))
@settings(max_examples=40, deadline=None)
def test_a_scale_bar_says_the_geodesic_length_where_it_stands(x, y, length):
    view = View.fit((60.5, 29.0, 75.0, 37.2), (0, 0, 400, 300))
    metres = view.ground_m(x, y, length)
    ends = view.degrees([[x, y], [x + length, y]])
    back = view.points(ends)
    assert np.allclose(back, [[x, y], [x + length, y]], atol=1e-6)
    assert metres == pytest.approx(pyproj.Geod(ellps="WGS84").inv(*ends[0], *ends[1])[2])
    # The map's nominal scale is right within the conic's distortion; a bar in degrees would be 15 % off.
    assert metres == pytest.approx(length * view.metres, rel=0.02)


def test_the_whole_extent_is_in_the_panel():
    extent = (60.5, 29.0, 75.0, 37.2)
    view = View.fit(extent, (10, 20, 410, 220))
    at = view.points([(extent[0], extent[1]), (extent[2], extent[3]), (extent[0], extent[3]), (67.0, 37.2)])
    assert (at[:, 0] >= 9.99).all()
    assert (at[:, 0] <= 410.01).all()
    assert (at[:, 1] >= 19.99).all()
    assert (at[:, 1] <= 220.01).all()


def test_a_disc_has_its_radius_on_the_ellipsoid():
    disc = decode_area({"kind": "disc", "at": [69.5, 32.5], "m": 25_000})
    rim = shapely.get_coordinates(disc.exterior)
    metres = pyproj.Geod(ellps="WGS84").inv(
        np.full(len(rim), 69.5), np.full(len(rim), 32.5), rim[:, 0], rim[:, 1]
    )[2]
    assert np.allclose(metres, 25_000, atol=0.01)


def test_hatch_stays_inside_its_area_and_runs_on_into_its_neighbour():
    left, right = shapely.box(0, 0, 50, 40), shapely.box(50, 0, 90, 40)
    for area in (left, right):
        for line in hatch_lines(area, 5.0):
            assert shapely.LineString(line).difference(area.buffer(1e-6)).length < 1e-6
    sums = {round(float(line[0].sum()), 4) for line in hatch_lines(left, 5.0)}
    others = {round(float(line[0].sum()), 4) for line in hatch_lines(right, 5.0)}
    assert sums & others
    assert hatch_lines(shapely.Polygon(), 5.0) == []


def test_every_type_has_a_shape_of_its_own_with_its_holes_open():
    seen = set()
    for name in EVENT_TYPES:
        path = shape_path(name)
        seen.add(path.vertices.tobytes())
        assert np.abs(path.vertices).max() < 1.5
    assert len(seen) == len(EVENT_TYPES)
    # The bar of the disc is open, whichever fill rule a program uses.
    ring = shape_path("crossing closed")
    polygons = ring.to_polygons()
    turns = {shapely.LinearRing(one).is_ccw for one in polygons}
    assert turns == {True, False}


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=60))
@settings(max_examples=40, deadline=None)
def test_packs_keep_every_event_once_and_symbols_apart(spots):
    at = np.array(spots, dtype=float).reshape(-1, 2)
    groups = packs(at, [0] * len(at), 5.0)
    assert sorted(n for group in groups for n in group.events) == list(range(len(at)))
    for group in groups:
        assert len(group.spots) == len(group.events)
        middles = np.array(group.spots).reshape(-1, 2)
        for i in range(len(middles)):
            for j in range(i):
                assert np.hypot(*(middles[i] - middles[j])) >= 10.0 - 1e-6


def test_two_that_bar_each_others_best_spots_are_both_placed():
    def spots(*lefts):
        return [Candidate([(x, 0.0, x + 10.0, 5.0)], float(n), nothing) for n, x in enumerate(lefts)]

    pair = [
        Item("a", 2, spots(0.0, 2.0, 4.0, 30.0), must=True),
        Item("b", 1, spots(1.0, 3.0, 5.0), must=True),
    ]
    assert place(pair, [], FRAME).left_out == []


def test_classes_cover_every_value():
    for values in ([0.1], [1.0, 1.0, 1.0], [0.2, 3.0, 90.0, 4000.0], list(np.linspace(0.1, 50, 41))):
        breaks = class_breaks(sorted(values))
        assert breaks == sorted(set(breaks))
        assert max(values) <= breaks[-1]


def test_bars_of_time_hold_every_day():
    for days in ([20000], [20000, 20003], list(range(16000, 20500, 7))):
        step, edges = strip_bins(days, 400.0)
        assert step in ("day", "week", "month", "quarter", "year")
        assert (edges[0] - edges[0].__class__(1970, 1, 1)).days <= min(days)
        assert (edges[-1] - edges[0].__class__(1970, 1, 1)).days > max(days)


def test_a_text_is_set_in_a_font_that_has_its_letters():
    lettering = Lettering()
    assert lettering.covers("Durand Line")
    if not lettering.covers("د ډیورنډ کرښه ڈیورنڈ لائن"):
        pytest.skip("no font with the letters of Pashto and Urdu is installed")
    assert lettering.warning() is None


def test_letters_that_no_font_has_are_named_and_english_stands_in():
    lettering = Lettering()
    unknown = "\U0010fffd"
    assert lettering.pick(f"Kabul{unknown}", "Kabul") == "Kabul"
    assert "U+10FFFD" in str(lettering.warning())
    assert "--font" in str(lettering.warning())


def test_a_font_file_that_is_none_is_refused(tmp_path):
    file = tmp_path / "font.ttf"
    with pytest.raises(DataNotFoundError, match="no font file"):
        Lettering(file=str(file))
    file.write_bytes(b"not a font")
    with pytest.raises(DataNotFoundError, match="can be read"):
        Lettering(file=str(file))


@given(
    st.lists(st.sampled_from(["Durand", "Line", "of", "Afghanistan", "a", "killed,", "کابل"]), max_size=30),
    st.integers(60, 400),
)
@settings(max_examples=30, deadline=None)
def test_wrapped_lines_keep_every_word_and_fit(words, width):
    lettering = Lettering()
    lines = lettering.wrap(" ".join(words), 12.0, width)
    assert " ".join(lines).split() == words
    for line in lines:
        assert " " not in line or lettering.ink(line, 12.0).width <= width * 1.02


def test_turns_find_room_where_one_turn_leaves_something_out():
    """Three items in a row: placed by weight the first takes the only seat of the last."""

    def at(x: float, cost: float = 0.0) -> Candidate:
        return Candidate([(x, 0, x + 10, 5)], cost, lambda: None)

    items = [
        Item("a", 3, [at(0), at(20, 4.0)], must=True, covers=False),
        Item("b", 2, [at(20), at(40, 9.0)], must=True, covers=False),
        Item("c", 1, [at(0)], must=True, covers=False),
    ]
    for turns in (1, 3):
        placed = place(items, [], (0, 0, 60, 10), turns=turns)
        assert sorted(placed.chosen) == [0, 1, 2]
        assert not overlaps([box for one in placed.chosen.values() for box in one.boxes])
    assert [placed.chosen[n].cost for n in (0, 1, 2)] == [4.0, 9.0, 0.0]


def test_more_turns_never_come_out_dearer():
    """Items thrown at random over each other: the best turn stays, and the same comes out each time."""
    rng = np.random.default_rng(7)
    bettered = 0
    for _ in range(20):
        items = []
        for n in range(14):
            x, y = rng.uniform(0, 90, 2)
            seats = [
                Candidate([(x + dx, y + dy, x + dx + 22, y + dy + 6)], float(k), lambda: None)
                for k, (dx, dy) in enumerate([(2, -3), (-24, -3), (-11, 4), (-11, -10), (2, 5), (-24, 5)])
            ]
            items.append(Item(str(n), float(rng.uniform(1, 9)), seats, must=True, covers=False))
        worth = []
        for turns in (1, 4, 4):
            placed = place(items, [], (-40, -40, 140, 140), turns=turns)
            boxes = [box for one in placed.chosen.values() for box in one.boxes]
            assert not overlaps(boxes)
            worth.append((len(placed.left_out), sum(one.cost for one in placed.chosen.values())))
        assert worth[1] <= worth[0]
        assert worth[1] == worth[2]
        bettered += worth[1] < worth[0]
    assert bettered >= 3


def test_of_two_that_must_stand_the_light_one_goes_without_if_weights_count():
    def at(cost: float) -> Candidate:
        return Candidate([(0, 0, 10, 5)], cost, lambda: None)

    items = [
        Item("mark", 120, [at(5.0)], must=True, covers=False),
        Item("name of land", 50, [at(0.0)], must=True, covers=False),
    ]
    placed = place(items, [], (0, 0, 60, 10), turns=3, by_weight=True)
    assert [item.name for item in placed.left_out] == ["name of land"]


@given(items, st.lists(boxes, max_size=6))
@settings(max_examples=15, deadline=None)
def test_searches_that_share_a_ground_find_what_each_finds_alone(things, obstacles):
    # The first has no spot but on obstacles, which it covers where it must stand.
    fixed = [*obstacles, *(box for one in things[:1] for spot in one.candidates for box in spot.boxes)]
    seats = Seats(fixed, FRAME)
    for must in (False, True):
        for n, one in enumerate(things):
            # As names of land, which marks make way for in one search and which wait in the next.
            one.must = must and n % 2 == 0
            one.at = one.candidates[0].boxes[0][:2]
        for some in (things, things[::2], things):
            shared = place_on(seats, some, turns=1 + must)
            alone = place(some, fixed, FRAME, turns=1 + must)
            assert shared.chosen == alone.chosen
            assert [id(one) for one in shared.left_out] == [id(one) for one in alone.left_out]


@pytest.mark.parametrize("weight", [0.0, 1e-9])
def test_what_weighs_nothing_is_covered_by_nothing(weight):
    items = [
        Item("light", weight, [Candidate([(0, 0, 10, 10)], 0.0, nothing)]),
        Item("lighter", 0.0, [Candidate([(5, 5, 15, 15)], 0.0, nothing)]),
    ]
    placed = place(items, [], FRAME)
    assert len(placed.chosen) == 1


def test_boxes_in_an_area_are_those_that_it_contains():
    rng = np.random.default_rng(5)
    shape = shapely.Point(50, 50).buffer(30).difference(shapely.box(45, 45, 90, 55))
    at = rng.uniform(0, 100, (400, 2))
    found = np.column_stack([at, at + rng.uniform(1, 30, (400, 2))])
    faces = shapely.box(*found.T)
    assert contained(shape, found).tolist() == shapely.contains(shape, faces).tolist()
    bounds = shapely.box(*shape.bounds)
    expected = shapely.area(shapely.intersection(faces, bounds)) / shapely.area(faces)
    assert np.allclose(share_in(shape.bounds, found), expected)


def test_the_key_stands_where_no_name_wants_to_be_and_the_extent_makes_way():
    marks = map_content(maps.MapSpec(since="2025-10-09", until="2025-10-19")).marks
    extent, box = (63.9, 29.1, 72.1, 36.2), (0.0, 0.0, 544.0, 353.0)
    found = in_corners(extent, box, [[(237.0, 185.0)]], marks, 12.0)
    assert found is not None
    (key,), shown = found
    view = View.fit(shown, box)
    at = view.points([(one.lon, one.lat) for one in marks if one.lon is not None])
    inside = shapely.contains_xy(shapely.box(*key).buffer(20.0), at)
    assert not inside.any()
    line = shapely.transform(read_ground().durand, view.points)
    assert not line.intersects(shapely.box(*key).buffer(9.0))
    # All that the map must show it shows, with the room that is left at one side.
    assert shown[0] <= extent[0]
    assert shown[2] >= extent[2]
    assert shown[2] - shown[0] > 1.1 * (extent[2] - extent[0])
    assert shown[2] - extent[2] != pytest.approx(extent[0] - shown[0])


def test_a_key_that_takes_too_much_of_the_map_stands_in_no_corner():
    marks = map_content(maps.MapSpec()).marks
    extent, box = (61.3, 29.1, 73.2, 36.2), (0.0, 0.0, 400.0, 330.0)
    assert in_corners(extent, box, [[(300.0, 180.0)]], marks, 12.0) is None


def test_key_and_notes_stand_in_two_corners_off_marks_line_and_each_other():
    """Tried with the events of many maps, moved and mirrored, and pieces of many sizes."""
    rng = np.random.default_rng(11)
    marks = map_content(maps.MapSpec(since="2025-10-09", until="2025-10-19")).marks
    placed = 0
    for _ in range(40):
        some = [marks[n] for n in rng.permutation(len(marks))[: rng.integers(2, len(marks))]]
        box = (10.0, 20.0, 10.0 + rng.uniform(300, 1000), 20.0 + rng.uniform(250, 700))
        sizes = [[tuple(rng.uniform(60, 260, 2)) for _ in range(rng.integers(1, 4))] for _ in range(2)]
        found = in_corners((63.9, 29.1, 72.1, 36.2), box, sizes, some, 12.0)
        if found is None:
            continue
        placed += 1
        (key, notes), shown = found
        view = View.fit(shown, box)
        at = view.points([(one.lon, one.lat) for one in some if one.lon is not None])
        line = shapely.transform(read_ground().durand, view.points)
        for piece, allowed in zip((key, notes), sizes, strict=True):
            size = (piece[2] - piece[0], piece[3] - piece[1])
            assert any(np.allclose(size, one) for one in allowed)
            face = shapely.box(*piece)
            assert shapely.box(*box).contains(face)
            assert not shapely.contains_xy(face.buffer(20.0), at).any()
            assert not line.intersects(face.buffer(9.0))
        assert shapely.box(*key).distance(shapely.box(*notes)) >= 8.0 - 1e-6
        # The map shows the extent, and a part more at most.
        seen = shapely.box(*view.visible()).buffer(0.01)
        assert seen.contains(shapely.box(63.9, 29.1, 72.1, 36.2))
        assert view.metres < 1.4 * View.fit((63.9, 29.1, 72.1, 36.2), box).metres
    assert placed > 15


def test_a_map_gives_way_to_names_at_its_edge_where_little_scale_buys_many():
    marks = map_content(maps.MapSpec(since="2026-02-01")).marks
    extent, box = (65.4, 29.8, 73.6, 35.3), (0.0, 0.0, 868.0, 671.0)
    found = in_corners(extent, box, [], marks, 12.0)
    assert found is not None
    metres = View.fit(found[1], box).metres / View.fit(extent, box).metres
    assert 1.03 < metres < 1.15
    few = [one for one in marks if one.name == "Kohat"]
    assert in_corners(extent, box, [], few, 12.0) == ([], pytest.approx(extent, abs=0.05))
    assert in_corners(extent, box, [], marks, 12.0, aside=False) == ([], extent)


def test_a_box_that_holds_less_keeps_to_its_corner():
    box = (0.0, 0.0, 500.0, 400.0)
    wide, tall = padded(120.0, 90.0)
    for top in (8.0, 400.0 - 8.0 - tall):
        piece = (8.0, top, 8.0 + wide, top + tall)
        less = less_high(piece, 50.0, box)
        assert within(less)[3] - within(less)[1] == pytest.approx(50.0)
        assert (less[1] == top) is (top < 100.0)
        assert (less[3] == top + tall) is (top > 100.0)


def test_a_mark_that_got_a_letter_is_tried_again_with_its_name():
    """A letter stands for the name of the first where it was; with its name alone it pushes the second on."""

    def at(x, *, named, cost=0.0):
        return Candidate([(x, 0, x + 10, 5)], cost, lambda: None, named=named, at=(x, 0))

    one = Item("one", 100, [at(0, named=False), at(0, named=True, cost=9)], must=True, kind="mark")
    two = Item("two", 90, [at(40, named=True)], must=True, kind="mark")
    group = SimpleNamespace(plotted=False)
    shown = [SimpleNamespace(events=(n,), places=(), group=group) for n in (1, 2)]

    def found(items):
        return items, place(items, [], (-50, -50, 200, 200)), shown, []

    first = found([one, two])
    assert not first[1].chosen[0].named
    again = with_names(first, found)
    assert again[1].chosen[0].named
    # What has no place with its name keeps its letter.
    alone = found([Item("one", 100, [at(0, named=False)], must=True, kind="mark"), two])
    assert with_names(alone, found)[1].chosen[0].at == (0, 0)


def test_more_starts_place_no_worse():
    rng = np.random.default_rng(4)
    gains = 0
    for _ in range(12):
        items = []
        for n in range(9):
            x, y = rng.uniform(20, 80, 2)
            spots = [(x + dx, y + dy) for dx, dy in rng.normal(0, 12, (8, 2))]
            candidates = [
                Candidate([(a, b, a + 16, b + 8)], float(np.hypot(a - x, b - y)), lambda: None, at=(a, b))
                for a, b in spots
            ]
            items.append(Item(str(n), 100, candidates, must=True, kind="mark", at=(x, y)))
        costs = []
        for starts in (1, 6):
            found = place_on(Seats([], (-99, -99, 199, 199)), items, turns=3, starts=starts)
            lost = len(items) - len(found.chosen)
            costs.append(sum(one.cost for one in found.chosen.values()) + 1000 * lost)
        # Orders that are turned cost besides.
        assert costs[1] <= costs[0] + 6 * SWAP
        gains += costs[1] < costs[0] - 0.1
    assert gains


def test_a_tag_costs_by_how_far_it_stands_from_its_places():
    def found(x):
        tag = SimpleNamespace(
            events=(1, 2), places=((0.0, 0.0), (40.0, 0.0)), group=SimpleNamespace(plotted=False)
        )
        spot = Candidate([(x, 0, x + 10, 5)], 0.0, lambda: None, at=(x, 0.0))
        items = [Item("across", 100, [spot], must=True, kind="mark")]
        return items, place(items, [], (-50, -50, 900, 200)), [tag], []

    assert price(found(20.0)) < price(found(200.0)) < price(found(600.0))


@pytest.mark.slow
def test_a_column_of_all_events_in_one_ink_needs_no_letter():
    drawing = maps.draw_map(maps.MapSpec(), maps.Sheet(size="column", style="newsprint"))
    assert drawing.report.lettered == drawing.report.unnamed == []


@pytest.mark.parametrize("forms", [beside, in_line])
def test_words_over_a_part_of_a_long_row_are_dearer_than_over_its_middle(forms):
    words = SimpleNamespace(width=40.0, height=10.0, lines=("Torkham",))
    cost = {
        wide: {form.dx + words.width / 2: form.cost for form in forms((wide, 12.0), words) if form.dy < -12}
        for wide in (44.0, 120.0)
    }
    # Where the words cover the row, or its middle, nothing is added; at its end what they leave bare is.
    ends = {wide: costs[max(costs)] - costs[0.0] for wide, costs in cost.items()}
    assert cost[44.0][0.0] == cost[120.0][0.0]
    assert ends[120.0] > ends[44.0] + 1.5
