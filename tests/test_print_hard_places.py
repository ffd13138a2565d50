"""Print of events far apart or near a third country: each in its own, each dot with its own name."""

from __future__ import annotations

import functools
import itertools
import math
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from printed import OCTOBER, printed

import geo
import maps
from maps.spec.sheet import Sheet
from maps.static.forms import Spot
from maps.static.on_line import astride
from maps.static.placement import Candidate, Item, place

EARTH = pyproj.Geod(ellps="WGS84")
KINDS = ("armed clash", "airstrike", "drone strike", "shelling", "bombing", "attack")


def table(rows) -> gpd.GeoDataFrame:
    """Invented events from rows of place, country, longitude, latitude and how exactly it is known."""
    frame = pd.DataFrame(rows, columns=["place", "country_source", "lon", "lat", "where_precision"])
    frame["event_id"] = [f"own:{n}" for n in range(len(frame))]
    frame["event_type"] = [kind for kind, _ in zip(itertools.cycle(KINDS), range(len(frame)))]
    frame["verification"] = [("reported", "claimed")[n % 3 == 0] for n in range(len(frame))]
    frame["date_start"] = "2026-03-01"
    at = gpd.points_from_xy(frame.pop("lon"), frame.pop("lat"))
    return gpd.GeoDataFrame(frame, geometry=at, crs=4326)


def wakhan():
    """A crowd in the narrow north-east, with Tajikistan, China and India round it."""
    towns = [
        ("Zaybak", 71.35, 36.53), ("Khandud", 72.31, 36.95), ("Ishkashim", 71.57, 36.7),
        ("Nari", 71.53, 35.23),
        ("Asadabad", 71.15, 34.87), ("Sar Kani", 71.1, 34.75), ("Nurgal", 70.79, 34.6),
        ("Dangam", 71.43, 34.99),
        ("Kamdesh", 71.33, 35.41), ("Jalalabad", 70.45, 34.43), ("Khost", 69.92, 33.34),
        ("Urgun", 69.18, 32.94),
    ]  # fmt: skip
    there = [
        ("Chitral", 71.79, 35.85), ("Mastuj", 72.52, 36.28), ("Skardu", 75.63, 35.3),
        ("Peshawar", 71.57, 34.01),
        ("Quetta", 67.0, 30.19), ("Chaman", 66.46, 30.93), ("Taftan", 61.6, 29.0),
    ]  # fmt: skip
    return table(
        [(name, "Afghanistan", x, y, "town") for name, x, y in towns]
        + [(name, "Pakistan", x, y, "town") for name, x, y in there]
        + [("Kunar", "Afghanistan", 71.1, 34.9, "province")] * 4
        + [("Wakhan district", "Afghanistan", 73.5, 37.1, "district")] * 2
        + [("Kurram district", "Pakistan", 70.2, 33.7, "district")] * 3
    )


def corners():
    """The far ends of the line and of both countries."""
    return table(
        [
            ("Rabat", "Afghanistan", 61.0, 29.95, "town"),
            ("Taftan", "Pakistan", 61.6, 28.97, "town"),
            ("Zaranj", "Afghanistan", 61.86, 30.96, "town"),
            ("Gwadar", "Pakistan", 62.33, 25.12, "town"),
            ("Herat", "Afghanistan", 62.2, 34.35, "town"),
            ("Sialkot", "Pakistan", 74.53, 32.49, "town"),
            ("Khaplu", "Pakistan", 76.33, 35.15, "town"),
            ("Khandud", "Afghanistan", 72.31, 36.95, "town"),
        ]
    )


FAMILIES = {"wakhan": wakhan, "corners": corners}


@functools.cache
def drawn(name: str, size: str):
    return maps.draw_map(maps.MapSpec(events=FAMILIES[name]()), Sheet(size=size, dpi=100))


@functools.cache
def countries() -> dict[str, shapely.Geometry]:
    units = geo.read_units(0)
    return dict(zip(units["adm0"], units.geometry, strict=True))


every = pytest.mark.parametrize(
    ("name", "size"), list(itertools.product(FAMILIES, ("social", "square", "mobile", "story", "wide")))
)


def symbols_of(drawing) -> gpd.GeoDataFrame:
    marks = drawing.marks
    return marks[(marks["kind"] == "symbol") & (marks["panel"] >= 0)]


@every
def test_a_symbol_stands_in_its_own_country_not_in_a_third(name, size):
    own = FAMILIES[name]().set_index("event_id")["country_source"]
    seen = 0
    for row in symbols_of(drawn(name, size)).itertuples():
        home = {own[one] for one in row.event_ids}
        assert len(home) == 1
        country = countries()["AF" if home == {"Afghanistan"} else "PK"]
        # A cell of the grid in which countries are looked up is ten kilometres on the widest map.
        assert country.distance(row.geometry) < 0.1, (row.event_ids, row.geometry.wkt)
        seen += 1
    assert seen > 5


@every
def test_what_is_far_from_its_place_is_led_to_it(name, size):
    events = FAMILIES[name]().set_index("event_id")
    drawing = drawn(name, size)
    marks = drawing.marks
    led = {one for ids in marks[marks["kind"] == "leader"]["event_ids"] for one in ids}
    names = marks[(marks["kind"] == "name") & marks["event_ids"].map(bool)]
    written = {one: row.text for row in names.itertuples() for one in row.event_ids}
    symbols = symbols_of(drawing)
    wide = {panel: km_of_pixel(rows) for panel, rows in symbols.groupby("panel")}
    for row in symbols.itertuples():
        for one in set(row.event_ids) - led:
            at = events.geometry[one]
            if events["where_precision"][one] != "town" or written.get(one) != events["place"][one]:
                continue
            km = EARTH.inv(at.x, at.y, row.geometry.x, row.geometry.y)[2] / 1000
            # Beside its place, by an end or a corner of a short row.
            assert km < wide[row.panel] * 3.5 * (row.box[3] - row.box[1]) + 5, (one, written[one], km)


def km_of_pixel(symbols) -> float:
    """Kilometres of a pixel, from the two symbols that are furthest apart."""
    ends = symbols.iloc[[int(symbols.geometry.y.argmin()), int(symbols.geometry.y.argmax())]]
    (a, b), (one, other) = ends["box"], ends.geometry
    pixels = math.hypot((a[0] + a[2] - b[0] - b[2]) / 2, (a[1] + a[3] - b[1] - b[3]) / 2)
    return EARTH.inv(one.x, one.y, other.x, other.y)[2] / 1000 / pixels


def test_thirty_events_at_one_town_stand_together_at_it():
    kabul = table([("Kabul", "Afghanistan", 69.172, 34.528, "town")] * 30)
    drawing = maps.draw_map(maps.MapSpec(events=kabul), Sheet(size="square", dpi=100))
    symbols = symbols_of(drawing)
    assert sum(map(len, symbols["event_ids"])) == 30
    far = [EARTH.inv(69.172, 34.528, at.x, at.y)[2] / 1000 for at in symbols.geometry]
    left, right = min(box[0] for box in symbols["box"]), max(box[2] for box in symbols["box"])
    top, bottom = min(box[1] for box in symbols["box"]), max(box[3] for box in symbols["box"])
    # A block, not a row of 150 km: each within twice the radius of a town (2 x 10 km) or of its own block.
    assert max(far) < 25
    assert (right - left) < 3 * (bottom - top)


def test_no_name_stands_at_the_end_of_another_line_to_a_place():
    def at(name, x, *, cost=0.0):
        return Candidate([(x, 0, x + 10, 5)], cost, lambda: None, words=[(x, 0, x + 10, 5)], at=(x, 0))

    led = Candidate([], 0.0, lambda: None, fixed=[(40, 40, 44, 44)], feet=[(0, -3, 12, 8)], at=(42, 42))
    items = [
        Item("led", 100, [led], must=True),
        Item("near", 90, [at("a", 5), at("b", 60, cost=9)], must=True),
    ]
    chosen = place(items, [], (-50, -50, 200, 200)).chosen
    assert chosen[1].at == (60, 0)
    # Without the dot it would have stood there.
    alone = place(items[1:], [], (-50, -50, 200, 200)).chosen
    assert alone[0].at == (5, 0)


@pytest.mark.parametrize("size", ["square", "social", "mobile", "wide"])
@pytest.mark.parametrize("name", ["Torkham", "Chaman"])
def test_the_symbols_of_a_crossing_stand_at_it_or_are_led_to_it(size, name):
    drawing = printed(size)
    crossings = geo.read_crossings().set_index("name").geometry
    at = next(point for one, point in crossings.items() if name in one)
    led = {one for row in drawing.marks.query("kind == 'leader'")["event_ids"] for one in row}
    events = geo.read_events().events.set_index("event_id")
    symbols = symbols_of(drawing)
    wide = {panel: km_of_pixel(rows) for panel, rows in symbols.groupby("panel")}
    gates = [
        one
        for one in events.index
        if name in events["place"][one] and "crossing" in events["event_type"][one]
    ]
    rows = [row for row in symbols.itertuples() if set(row.event_ids) & set(gates)]
    assert rows
    if set(gates) & led:
        return
    # The nearest of the row; the others stand beside it.
    km = min(EARTH.inv(at.x, at.y, row.geometry.x, row.geometry.y)[2] / 1000 for row in rows)
    tall = rows[0].box[3] - rows[0].box[1]
    assert km < wide[rows[0].panel] * 1.3 * tall + 2


def test_both_countries_are_named_though_events_are_somewhere_in_them():
    rows = [
        ("Pakistan", "Pakistan", 69.0, 29.0, "country"),
        ("Afghanistan", "Afghanistan", 66.0, 34.0, "country"),
    ]
    rows += [("Khost", "Afghanistan", 69.92, 33.34, "town"), ("Quetta", "Pakistan", 67.0, 30.19, "town")]
    drawing = maps.draw_map(maps.MapSpec(events=table(rows)), Sheet(size="square", dpi=100))
    # In spaced capitals; the tags have them in small letters.
    svg = drawing.to_svg().decode("utf-8").replace("\N{HAIR SPACE}", "")
    assert "AFGHANISTAN" in svg
    assert "PAKISTAN" in svg
    assert "somewhere in Pakistan" in set(drawing.marks["text"])


def test_a_corner_of_the_line_of_control_has_no_name_beside_the_durand_line():
    rows = [("Nari", "Afghanistan", 71.52, 35.2, "town"), ("Rabat", "Afghanistan", 61.0, 29.95, "town")]
    drawing = maps.draw_map(
        maps.MapSpec(events=table(rows), extent=(60.2, 28.0, 74.2, 37.0)), Sheet(size="square", dpi=100)
    )
    assert "Line of Control" not in drawing.report.placed


@pytest.mark.parametrize("spec", [{}, OCTOBER], ids=["all", "october"])
def test_a_card_says_what_hollow_symbols_mean(spec):
    drawing = printed("social", **spec)
    assert "hollow" in set(symbols_of(drawing)["filled"])
    svg = drawing.to_svg().decode("utf-8")
    assert "said by one side" in svg
    # What the rows of types show already is not said again.
    assert "said by media" not in svg


def test_what_has_no_side_stands_on_the_line_at_its_place_or_is_led_there():
    """Elsewhere on the line is another place, and beside it the country across is another's."""
    line = shapely.LineString([(0, 0), (200, 0)])
    sides = SimpleNamespace(
        ground=SimpleNamespace(areas={"AF": shapely.box(0, 0, 200, 50), "PK": shapely.box(0, -50, 200, 0)}),
        in_country=lambda side, x, y: np.asarray(y) > 0 if side == "AF" else np.asarray(y) < 0,
    )
    stage = SimpleNamespace(size=4.0, view=SimpleNamespace(metres=1000.0), sides=sides)
    group = SimpleNamespace(
        side=None, level="town", plotted=True, radius_m=2000.0, lon=100.0, lat=1.0, crossing=""
    )
    framed = SimpleNamespace(group=group, at=(100.0, 0.5))
    at = [(100, 0, False), (140, 0, False), (100, 20, True), (100, -20, True), (100, 20, False)]
    spots = [Spot(x, y, 0.0, led) for x, y, led in at]
    boxes = np.array([(x - 5, y - 5, x + 5, y + 5) for x, y, _ in at], dtype=float)
    assert astride(framed, line, stage, spots, boxes).tolist() == [True, False, True, False, False]
    # A crossing is of both countries.
    group.crossing = "torkham"
    assert astride(framed, line, stage, spots, boxes).tolist() == [True, False, True, True, False]
