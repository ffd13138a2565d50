"""What a printed map says: marks on their side and in their province, their own names, every event told."""

from __future__ import annotations

import functools
import io
import itertools
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image
from printed import OCTOBER, printed

import geo
import maps
from maps.content.content import map_content
from maps.spec.sheet import SIZES, Sheet
from maps.static.base import base_names
from maps.static.course import drawn_line
from maps.static.mark_rooms import NAMES_APART
from maps.static.name_writer import KINDS
from maps.static.obstacles import overlaps
from maps.static.projection import View
from maps.static.symbol_row import SymbolRow

SPECS = {
    "shipped": {},
    "october": OCTOBER,
    "airstrikes": {"types": ("airstrike",)},
}

ONE = (
    "event_id,date_start,event_type,where_precision,lon,lat,place,country_source\n"
    "own:1,2025-10-11,airstrike,town,69.2,34.5,Kabul,Afghanistan\n"
)


@functools.cache
def content_of(name: str):
    return map_content(maps.MapSpec(**SPECS[name]))


def drawn(name: str, size: str):
    return printed(size, **SPECS[name])


@functools.cache
def outlines() -> dict[str, shapely.Geometry]:
    return dict(zip(geo.read_units(0)["adm0"], geo.read_units(0).geometry, strict=True))


@pytest.fixture(scope="module")
def case(request):
    """Name of a map, its size, its drawing: drawn once, and its time that of all tests that look at it."""
    return *request.param, drawn(*request.param)


def of(*names: str, sizes=SIZES):
    """Looks at each of some maps."""
    cases = [(name, size) for name in names for size in sizes]
    return pytest.mark.parametrize("case", cases, indirect=True, ids="-".join)


@of(*SPECS)
def test_no_mark_stands_on_the_other_side_of_the_line(case):
    name, size, drawing = case
    content = content_of(name)
    marks = drawing.marks
    ids = content.events["cols"]["id"]
    sides = {ids[n]: group.side for group in content.marks for n in group.events}
    for kind in ("symbol", "name"):
        for row in marks[marks["kind"] == kind].itertuples():
            held = {sides[one] for one in row.event_ids} - {None}
            assert len(held) <= 1, row.text
            for side in held:
                other = outlines()["PK" if side == "AF" else "AF"]
                assert not other.contains(row.geometry), (size, row.text, row.event_ids)


@of(*SPECS)
def test_a_mark_of_unknown_side_stands_on_the_line_or_is_led_there(case):
    name, size, drawing = case
    content = content_of(name)
    marks, ids = drawing.marks.to_crs(32642), content.events["cols"]["id"]
    line = geo.read_line().to_crs(32642).geometry.iloc[0]
    led = {one for row in marks[marks["kind"] == "leader"]["event_ids"] for one in row}
    symbols = marks[(marks["kind"] == "symbol") & (marks["panel"] >= 0)]
    per_pixel = metres_per_pixel(symbols)
    seen = 0
    for group in content.marks:
        if group.side is not None or group.level not in ("stretch", "near", "district", "town"):
            continue
        own = {ids[n] for n in group.events}
        for panel, rows in symbols[[bool(own & set(one)) for one in symbols["event_ids"]]].groupby("panel"):
            if own & led:
                continue
            radius = max((row.box[2] - row.box[0]) / 2 for row in rows.itertuples())
            row_of_symbols = shapely.MultiPoint(list(rows.geometry)).convex_hull
            # The line is drawn calmer than it is, by half a symbol at most.
            assert line.distance(row_of_symbols) <= 1.0 * radius * per_pixel[panel], (size, group.tag)
            seen += 1
    assert seen or name == "airstrikes"


def metres_per_pixel(symbols: gpd.GeoDataFrame) -> dict[int, float]:
    """Of each panel, from the two symbols that are furthest apart."""
    found = {}
    for panel, rows in symbols.groupby("panel"):
        ends = rows.iloc[[int(rows.geometry.y.argmin()), int(rows.geometry.y.argmax())]]
        (a, b), (one, other) = ends["box"], ends.geometry
        pixels = np.hypot((a[0] + a[2] - b[0] - b[2]) / 2, (a[1] + a[3] - b[1] - b[3]) / 2)
        found[panel] = one.distance(other) / pixels if pixels else np.inf
    return found


@of(*SPECS)
def test_a_name_has_one_number_and_the_key_a_count_of_the_map(case):
    *_, drawing = case
    texts = [one.text for one in drawing.report.lettered]
    assert len(texts) == len(set(texts))
    marks = drawing.marks
    counts = {len(ids) for ids in marks[marks["kind"] == "count"]["event_ids"]}
    if counts:
        assert drawing.record.usual_count() in counts


@of(*SPECS)
def test_a_province_is_named_so_only_for_what_is_known_to_it_alone(case):
    """What stands together for want of room says that its places are several."""
    name, _, drawing = case
    content = content_of(name)
    ids = content.events["cols"]["id"]
    level = {ids[n]: group.level for group in content.marks for n in group.events}
    marks = drawing.marks
    names = marks[(marks["kind"] == "name") & marks["event_ids"].map(bool)]
    for row in names.itertuples():
        held = {level[one] for one in row.event_ids}
        if row.text.endswith(" province"):
            assert held == {"province"}, row.text
        elif row.text.startswith("across "):
            assert len(row.event_ids) > 1
            assert held - {"province"}, row.text


@of(*SPECS)
def test_every_event_is_drawn_or_told(case):
    name, _, drawing = case
    content = content_of(name)
    ids = content.events["cols"]["id"]
    told = {one for row in drawing.marks["event_ids"] for one in row}
    missing = [ids[n] for n in content.picture.rows if ids[n] not in told]
    assert missing == []


@of(*SPECS)
def test_nothing_overlaps_on_the_map(case):
    *_, drawing = case
    assert drawing.report.label_overlaps() == []
    marks = drawing.marks
    symbols = [row.box for row in marks[(marks["kind"] == "symbol") & (marks["panel"] >= 0)].itertuples()]
    # A symbol's box has its white rim: boxes of one row touch.
    inner = [(a + 2, b + 2, c - 2, d - 2) for a, b, c, d in symbols]
    assert overlaps(inner) == []


@of(*SPECS)
def test_rows_of_two_places_that_stand_level_keep_apart(case):
    report = case[2].report
    symbols = set(report.symbols)
    rows = [(n, box) for n, (_, boxes) in enumerate(report.boxes) for box in boxes if box in symbols]
    assert len({n for n, _ in rows}) > 3
    for (n, one), (m, other) in itertools.combinations(rows, 2):
        high = one[3] - one[1]
        level = abs(one[1] + one[3] - other[1] - other[3]) / 2 < 0.55 * high
        gap = max(one[0], other[0]) - min(one[2], other[2])
        assert n == m or not level or gap > 0.5 * high, (report.boxes[n][0], report.boxes[m][0])


@of("shipped")
def test_the_name_of_a_town_keeps_off_the_ends_of_marks(case):
    _, size, drawing = case
    report = drawing.report
    symbols = set(report.symbols)
    towns = {place[0] for place in base_names("en")["places"]}
    marks = [boxes for _, boxes in report.boxes if symbols & set(boxes)]
    names = [(text, boxes) for text, boxes in report.boxes if text in towns and not symbols & set(boxes)]
    for text, boxes in names:
        for one, other in itertools.product(boxes, itertools.chain(*marks)):
            level = min(one[3], other[3]) - max(one[1], other[1]) > 0.5
            assert not level or max(one[0], other[0]) - min(one[2], other[2]) > NAMES_APART - 0.1, text
    # On the others there may be no room for a town without an event.
    assert names or size not in ("wide", "slide")


@of(*SPECS)
def test_words_round_the_map_do_not_lie_over_each_other(case):
    texts = case[2].canvas.texts
    met = overlaps([box for _, box in texts])
    assert [(texts[a][0], texts[b][0]) for a, b in met] == []


@of("shipped")
def test_counts_of_the_symbols_are_those_of_the_key(case):
    *_, drawing = case
    content = content_of("shipped")
    marks = drawing.marks
    on_map = {one for row in marks[marks["kind"] == "symbol"]["event_ids"] for one in row}
    notes = {one for row in marks[marks["kind"] == "note"]["event_ids"] for one in row}
    assert len(on_map | notes) == sum(row.n for row in content.key)
    # Filled and hollow are never one symbol.
    assert set(marks[marks["kind"] == "symbol"]["filled"]) <= {"filled", "hollow", "not said"}


@of("shipped")
def test_no_ground_is_tinted_without_outlines(case):
    marks = case[2].marks
    areas = marks[marks["kind"] == "area"]
    # Without districts there is the sleeve of one stretch at most, no province and no disc.
    assert all("along the line" in text for text in areas["text"])


@of("october", sizes=("column", "wide", "square"))
def test_the_line_is_named_once_beside_it(case):
    marks = case[2].marks
    names = marks[marks["kind"] == "line name"]
    assert len(names) == 1
    line = geo.read_line().to_crs(32642).geometry.iloc[0]
    place = names.to_crs(32642).geometry.iloc[0]
    assert line.distance(place) < 60_000


@pytest.mark.parametrize(
    ("event", "size"),
    [
        ("apb:001", "square"),
        ("apb:013", "social"),
        ("apb:037", "social"),
        ("apb:067", "square"),
        ("apb:088", "square"),
    ],
)
def test_the_line_is_named_where_no_stretch_of_it_is_straight(event, size):
    marks = maps.draw_map(maps.MapSpec(ids=(event,)), Sheet(size=size, dpi=100)).marks.to_crs(32642)
    (place,) = marks[marks["kind"] == "line name"].geometry
    assert geo.read_line().to_crs(32642).geometry.iloc[0].distance(place) < 60_000


def nearest_parts(pieces, gap):
    """How near two parts of the lines come that are further apart along them than a bend of the gap."""
    least, step = np.inf, 0.5
    for piece in pieces:
        run = shapely.get_coordinates(shapely.segmentize(shapely.LineString(piece), step))
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(run, axis=0).T))])
        tree = shapely.STRtree(shapely.points(run))
        first, second = tree.query(shapely.points(run), predicate="dwithin", distance=gap)
        far = along[second] - along[first] > 1.9 * gap + 2 * step
        if far.any():
            least = min(least, float(np.hypot(*(run[first[far]] - run[second[far]]).T).min()))
    return least


@pytest.mark.parametrize("wide", [240.0, 420.0, 860.0])
def test_no_two_parts_of_the_drawn_line_come_near(wide):
    line = geo.read_line().geometry.iloc[0]
    view = View.fit((63.6, 29.0, 73.6, 36.3), (0.0, 0.0, wide, wide))
    assert nearest_parts(drawn_line(view, line, 5.0), 5.0) >= 5.0


@of("october", sizes=("wide",))
def test_marks_are_found_again_in_the_picture(case):
    *_, drawing = case
    pixels = np.asarray(Image.open(io.BytesIO(drawing.to_png())).convert("RGB")).astype(int)
    marks = drawing.marks
    strikes = marks[
        (marks["kind"] == "symbol") & (marks["text"] == "airstrike") & (marks["filled"] == "filled")
    ]
    assert len(strikes)
    for row in strikes.itertuples():
        left, top, right, bottom = (round(v) for v in row.box)
        inside = pixels[top:bottom, left:right].reshape(-1, 3)
        assert (np.abs(inside - (0xD5, 0x5E, 0x00)).max(axis=1) < 12).mean() > 0.2


def test_one_event_is_named_at_its_place(tmp_path: Path):
    file = tmp_path / "one.csv"
    file.write_text(ONE, encoding="utf-8")
    marks = maps.draw_map(maps.MapSpec(events=file), Sheet(size="square")).marks
    assert list(marks[marks["kind"] == "name"]["text"]) == ["Kabul"]
    (symbol,) = marks[marks["kind"] == "symbol"].itertuples()
    assert symbol.filled == "not said"


@of("october", sizes=("column",))
def test_marks_are_a_table_in_degrees(case):
    marks = case[2].marks
    assert isinstance(marks, gpd.GeoDataFrame)
    assert marks.crs.to_epsg() == 4326
    assert {"event_ids", "kind", "text", "filled", "box", "panel"} <= set(marks.columns)


def rows_and_names(report):
    """Of each mark: its name, the boxes of its symbols with their numbers, the box of its words."""
    symbols, found = set(report.symbols), []
    for text, boxes in report.boxes:
        rows = list(dict.fromkeys(box for box in boxes if box in symbols))
        # Lines to places are small boxes.
        words = [box for box in dict.fromkeys(boxes) if box not in symbols and box[3] - box[1] > 4.01]
        if rows:
            found.append((text, rows, words[:1]))
    return found


def apart(one, other):
    """Sideways and upright, from box to box; less than 0 where they overlap that way."""
    return max(one[0], other[0]) - min(one[2], other[2]), max(one[1], other[1]) - min(one[3], other[3])


@of(*SPECS)
def test_rows_over_each_other_are_not_read_as_two_lines_of_one(case):
    _, size, drawing = case
    marks = rows_and_names(drawing.report)
    roomy = over = 0
    for (first, rows, _), (second, others, _) in itertools.combinations(marks, 2):
        for one, other in itertools.product(rows, others):
            wide, tall = apart(one, other)
            high = one[3] - one[1]
            assert wide > -0.1 or tall > 0.11 * high, (first, second)
            if wide < 0 and tall < 2 * high:
                over, roomy = over + 1, roomy + (tall > 0.5 * high)
    assert roomy >= over / 2 or size in ("social", "square", "story", "mobile"), (roomy, over)


@pytest.mark.slow  # of every size, which other tests draw
@pytest.mark.parametrize("name", SPECS)
def test_symbols_of_a_mark_stand_on_one_line(name):
    """Two lines are a last resort: of the marks that could have them, up to a fifth over all sizes."""
    rows = [rows for size in SIZES for _, rows, _ in rows_and_names(drawn(name, size).report)]
    long = [row for row in rows if len(row) > 2]
    stacked = [row for row in long if len({round(box[1]) for box in row}) > 1]
    # In October places have marks of their own, of two symbols at most.
    assert len(long) > 2 or name in ("airstrikes", "october")
    assert len(stacked) <= 0.2 * len(long)


@of(*SPECS)
def test_no_symbol_is_nearer_to_the_name_of_another_mark_than_its_own(case):
    marks = case[2].marks
    symbols = [row for row in marks[marks["kind"] == "symbol"].itertuples() if row.panel >= 0]
    names = [row for row in marks[marks["kind"] == "name"].itertuples() if len(row.event_ids)]
    for one, symbol in itertools.product(names, symbols):
        if one.panel == symbol.panel and not set(one.event_ids) & set(symbol.event_ids):
            wide, tall = apart(one.box, symbol.box)
            assert wide > -0.1 or tall > 0.15 * (symbol.box[3] - symbol.box[1]), (one.text, symbol.event_ids)


@pytest.mark.slow  # of every size, which other tests draw
@pytest.mark.parametrize("name", SPECS)
def test_names_of_the_base_are_not_read_as_lines_of_names_of_events(name):
    """Names of provinces, towns and rivers; those that the events need rather stand there than nowhere."""
    near = seen = 0
    ends = base_names("en")
    needed = {area["name"] for area in ends["areas"]}
    for size in SIZES:
        report = drawn(name, size).report
        events = [one for _, _, words in rows_and_names(report) for one in words]
        symbols = set(report.symbols)
        # Two symbols without their white rims, a little less.
        level = 1.33 * min(box[3] - box[1] for box in symbols)
        base = {area["name"] for area in ends["areas"]} | {place[0] for place in ends["places"]}
        for text, boxes in report.boxes:
            if text not in base or symbols & set(boxes):
                continue
            met = [apart(one, other) for one, other in itertools.product(boxes, events)]
            joined = any(wide < level and tall < 7.5 for wide, tall in met)
            assert not joined or text in needed, (size, text)
            near, seen = near + joined, seen + 1
    assert seen > 40
    assert near < seen / 8, (near, seen)


def test_numbers_are_no_smaller_than_names_where_symbols_are(monkeypatch):
    rows, made = [], SymbolRow.of
    monkeypatch.setattr(SymbolRow, "of", lambda *one, **more: rows.append(made(*one, **more)) or rows[-1])
    maps.draw_map(content_of("airstrikes").spec, Sheet(size="social"), content=content_of("airstrikes"))
    assert {round(row.size, 2) for row in rows} == {5.2}
    assert {row.number_size for row in rows} == {KINDS["tag"].size}


@of("october", sizes=("wide", "column", "slide", "square"))
def test_a_number_in_a_sleeve_stands_outside_of_it(case):
    marks = case[2].marks
    areas = marks[marks["kind"] == "area"].itertuples()
    (sleeve,) = [row for row in areas if "along the line" in row.text]
    ids = set(sleeve.event_ids)
    (number,) = [row for row in marks[marks["kind"] == "count"].itertuples() if set(row.event_ids) == ids]
    (symbol,) = [row for row in marks[marks["kind"] == "symbol"].itertuples() if set(row.event_ids) == ids]
    assert sleeve.geometry.contains(symbol.geometry)
    assert not sleeve.geometry.intersects(number.geometry)
    gap = max(number.box[0], symbol.box[0]) - min(number.box[2], symbol.box[2])
    assert gap > 0.2 * (symbol.box[2] - symbol.box[0])


HOMES = {"Torkham: closed": "PK", "near Angoor Adda": "AF", "Chaman crossing: closed": "AF"}


@pytest.mark.slow  # of four sizes, which other tests draw
def test_a_crossing_has_its_name_on_one_side_in_every_picture():
    """Where there is room: on the side on which its point lies."""
    sides = {}
    for size in ("wide", "column", "slide", "square"):
        marks = drawn("october", size).marks
        for text, home in HOMES.items():
            rows = marks[(marks["kind"] == "name") & (marks["text"] == text)]
            sides[size, text] = [outlines()[home].contains(row.geometry) for row in rows.itertuples()]
    held = [one for found in sides.values() for one in found]
    assert len(held) > 8
    assert sum(held) >= 0.7 * len(held), sides


@of("shipped", sizes=("wide", "column", "slide", "mobile", "story"))
def test_the_shipped_events_have_the_names_of_all_their_countries_and_provinces(case):
    """A square and a card are too small for all."""
    assert case[2].report.lands == []
    assert not [one for one in case[2].report.warnings if "no room" in one]


@of("shipped", "october", sizes=("wide", "column", "square", "story"))
def test_a_line_to_a_place_reaches_a_symbol_of_its_events(case):
    marks = case[2].marks
    symbols = [row for row in marks[marks["kind"] == "symbol"].itertuples() if row.panel >= 0]
    for line in marks[marks["kind"] == "leader"].itertuples():
        own = [one for one in symbols if set(one.event_ids) & set(line.event_ids) and one.panel == line.panel]
        near = min(max(apart(line.box, one.box)) for one in own)
        assert near < 0.2 * (own[0].box[3] - own[0].box[1]), line.text


@of("october", sizes=("square", "slide"))
def test_notes_in_a_corner_lie_on_nothing(case):
    report = case[2].report
    corners = [box for name, boxes in report.boxes if name in ("key", "notes") for box in boxes]
    assert len(corners) == 2
    rest = [box for name, boxes in report.boxes if name not in ("key", "notes") for box in boxes]
    assert len(rest) > 40
    for one, other in itertools.product(corners, [*rest, *report.symbols]):
        assert max(apart(one, other)) > -0.1, other


@of("shipped", sizes=("wide", "column"))
def test_tags_of_several_places_are_explained_where_there_are_some(case):
    marks = case[2].marks
    several = any(row.text.startswith("across ") for row in marks.itertuples())
    assert case[2].report.by_province is several
