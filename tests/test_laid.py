"""What a user lays over a map: marks in the specification, their limits, what page and print make of them."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from click.testing import CliRunner

import geo
import maps
from geo.errors import CrsError, DataNotFoundError, PlaceError, SchemaError, SourceError
from maps.cli.main import cli
from maps.content import laid_files
from maps.content.laid import frame_round, lay_marks, named_spot
from maps.static import panel
from maps.static.base import read_ground
from maps.static.laid_shapes import own_lines

FRAME = (69.3, 33.0, 72.2, 35.2)
NASTY = "</script><svg onload=alert(1)>&amp;{{x}}"


def spec_with(*marks, **more):
    return maps.MapSpec(**({"title": "Marks", "extent": FRAME, "ids": (), "marks": marks} | more))


def draw(*marks, size="square", **more):
    return maps.draw_map(spec_with(*marks, **more), maps.Sheet(size=size, dpi=72))


def geojson(path, *shapes, crs=None):
    features = [
        {"type": "Feature", "properties": {"name": NASTY}, "geometry": shapely.geometry.mapping(one)}
        for one in shapes
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


ROAD = shapely.LineString([(70.45, 34.43), (71.08, 34.11), (71.55, 34.0)])
FIELD = shapely.box(70.2, 33.4, 70.6, 33.7)


BOW = {
    "type": "Polygon",
    "coordinates": [[[70.2, 33.4], [70.6, 33.8], [70.6, 33.4], [70.2, 33.8], [70.2, 33.4]]],
}
OPEN = {"type": "Polygon", "coordinates": [[[70.2, 33.4], [70.6, 33.8], [70.6, 33.4]]]}


# The specification
# ------------------------------------------------------------------------------------------------


def test_marks_come_back_from_a_file_as_they_were(tmp_path):
    geojson(tmp_path / "road.geojson", ROAD)
    marks = (
        maps.Mark(kind="label", at="Torkham", text="The gate"),
        maps.Mark(kind="label", at=(70.12, 34.5), text="Here"),
        maps.Mark(kind="note", at="Torkham", text="Two\nlines", offset=(-120.0, 80.0)),
        maps.Mark(kind="note", event="apb:038"),
        maps.Mark(kind="highlight", unit="AF-PKA", colour="green"),
        maps.Mark(kind="overlay", file=tmp_path / "road.geojson", text="Road", crs="EPSG:4326"),
        maps.Mark(kind="ring", at="Peshawar", km=30.0),
        maps.Mark(kind="arrow", at="Jalalabad", to="Asadabad", text="Aid"),
        maps.Mark(kind="label", at=(70.12345, 34.5), text="Gate", exact="the gate itself is meant"),
        maps.Mark(kind="credit", text="A. Mapper"),
    )
    spec = maps.MapSpec(marks=marks, ids=("apb:038",), towns=("Khost",), locator=True, hide=("rivers",))
    path = maps.write_spec(tmp_path / "map.toml", spec)
    assert 'file = "road.geojson"' in path.read_text(encoding="utf-8")
    assert "the gate itself is meant" in path.read_text(encoding="utf-8")
    assert maps.read_spec(path)[0] == spec


def test_every_field_of_a_map_comes_back_from_a_file(tmp_path):
    spec = maps.MapSpec(
        countries=("AF",), near_line_km=50.0, must_label=("Kabul",), hide=("key",), allow_empty=True, ids=()
    )
    assert maps.read_spec(maps.write_spec(tmp_path / "map.toml", spec))[0] == spec


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "flag", "at": "Wana"}, "no kind of mark 'flag'"),
        ({"kind": "label"}, "at is missing"),
        ({"kind": "note", "at": "Wana"}, "its text is empty"),
        ({"kind": "note", "text": "x" * 2_000}, "its text has 2,000 characters; at most 320"),
        ({"kind": "note", "event": "apb:038", "at": "Wana"}, "one of the two"),
        ({"kind": "note", "text": "x", "offset": (1.0, 2.0)}, "counted from a place"),
        ({"kind": "note", "text": "x", "at": "Wana", "offset": (1.0, 2_000.0)}, "each at most 400"),
        ({"kind": "highlight"}, "give a unit or a file"),
        ({"kind": "highlight", "unit": "AF", "colour": "blue"}, "no colour 'blue'"),
        ({"kind": "overlay", "text": "x"}, "file is missing"),
        ({"kind": "ring", "at": (70.1, 34.2), "km": 30}, "only round a place of town size or larger"),
        ({"kind": "ring", "at": "Wana", "km": 0}, "km is a number from 1 to 1000"),
        ({"kind": "ring", "at": "Wana", "km": 30, "exact": "x"}, "exact says nothing here"),
        ({"kind": "arrow", "at": "Wana"}, "to is missing"),
        ({"kind": "label", "at": (34.1, 71.0)}, "are longitude and latitude swapped"),
        ({"kind": "label", "at": (70.12345, 34.1)}, "more exact than 0.01 degree"),
        ({"kind": "label", "at": (70.12345, 34.1), "exact": "  "}, "more exact than 0.01 degree"),
        ({"kind": "label", "at": (float("nan"), 34.1)}, "a position is a name or"),
        ({"kind": "credit", "text": " "}, "its text is empty"),
    ],
)
def test_a_mark_that_cannot_be_is_refused_in_words(fields, said):
    with pytest.raises(SchemaError, match=re.escape(said)):
        maps.Mark(**fields)


def test_too_many_marks_and_two_labels_at_one_place_are_refused():
    notes = tuple(maps.Mark(kind="note", text=f"note {n}") for n in range(40))
    with pytest.raises(SchemaError, match="40 notes are more than a map has room for; at most 12"):
        maps.MapSpec(marks=notes)
    labels = tuple(maps.Mark(kind="label", at=(60 + n / 100, 34.0), text="x") for n in range(61))
    with pytest.raises(SchemaError, match="61 marks are more"):
        maps.MapSpec(marks=labels)
    with pytest.raises(SchemaError, match="two labels at 'WANA'"):
        maps.MapSpec(marks=(maps.Mark(kind="label", at="wana"), maps.Mark(kind="label", at="WANA")))
    with pytest.raises(SchemaError, match=r"a tuple of maps\.Mark"):
        maps.MapSpec(marks=("Wana",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[mark]]\nat = 'Wana'\n", "[[mark]] 1: kind is missing"),
        ("[[mark]]\nkind = 'label'\nplace = 'Wana'\n", "[[mark]] 1: no place; there are: kind, text, at"),
        ("mark = 3\n", "each [[mark]] is a table"),
        ("[mark]\nkind = 'label'\nat = 'Wana'\n", "write [[mark]] over each, in two brackets"),
        ("[[map]]\ntitle = 'x'\n", "[map] is a table, not"),
        ("[maps]\ntitle = 'x'\n", "no table 'maps'; there are: map, sheet"),
        ("[map]\ncolour = 'red'\n", "no [map] colour; there are"),
        ("[map]\nmust_label = 'Khost'\n", "must_label is a list of texts, not 'Khost'"),
        ("[map]\nextent = '69,33,72,35'\n", "extent is a list of numbers"),
        ("[map.extent]\nwest = 1\n", "extent is a list of numbers, not {'west': 1}"),
        ("[[mark]]\nkind = 3\n", "no kind of mark 3"),
        ("[[mark]]\nkind = 'label'\nat = 'Wana'\n[mark.text]\na = 1\n", "[[mark]] 1: label: text is a text"),
        ("[[mark]]\nkind = 'label'\nat = [1, 2, 3]\n", "a position is a name or"),
        ("[[mark]]\nkind = 'label'\nat = ['70', '34']\n", "a position is a name or"),
        ("[[mark]]\nkind = 'ring'\nat = 'Wana'\nkm = '30'\n", "km is a number"),
        (
            "[[mark]]\nkind = 'overlay'\ntext = 'x'\nfile = ['a.geojson']\n",
            "file is one path, not ('a.geojson',)",
        ),
        ("[[mark]]\nkind = 'overlay'\ntext = 'x'\nfile = 3\n", "file is one path, not 3"),
        ("[[mark]]\nkind = 'note'\ntext = 2025-10-12\n", "text is a text, not"),
        ("[[mark]]\nkind = 'note'\ntext = 'x'\n" * 40, "40 notes are more than a map has room for"),
        (
            f"[[mark]]\nkind = 'note'\ntext = '{'x' * 2000}'\n",
            "[[mark]] 1: note: its text has 2,000 characters",
        ),
        ("[[mark]]\nkind = 'label'\nat = 'Wana'\n" * 2, "two labels at 'Wana'"),
        ("[map]\nhide = ['foo']\n", "no part to hide 'foo'"),
        ("[map]\nlocator = 'yes'\n", "locator is true or false"),
        ("[map]\nnear_line_km = 'far'\n", "near_line_km is a number"),
        ("[[mark]]\nkind = 'label'\nat = [70.12345, 34.0]\n", "[[mark]] 1: label: coordinates"),
    ],
)
def test_a_file_with_a_fault_says_where(tmp_path, text, said):
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SchemaError, match=re.escape(said)):
        maps.read_spec(path)


# Places
# ------------------------------------------------------------------------------------------------


def overlay_file(folder, name, **fields):
    more = "".join(f"{key} = {value!r}\n" for key, value in fields.items())
    path = folder / "map.toml"
    path.write_text(
        f"[map]\ntitle = 'T'\nids = []\nallow_empty = true\nextent = {list(FRAME)}\n"
        f"[[mark]]\nkind = 'overlay'\ntext = 'Road'\nfile = '{name}'\n{more}",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no file '.*road.geojson' to lay over the map"),
        ("not json", "it is not GeoJSON"),
        ("[1, 2]", "cannot be read|is not GeoJSON"),
        ('{"type": "FeatureCollection", "features": []}', "has no lines or areas that could be drawn"),
        ('{"type": "Point", "coordinates": [70, 34]}', "has no lines or areas that could be drawn"),
        (json.dumps(OPEN), "could be drawn: it has a geometry that cannot be read"),
        ('{"type": "LineString", "coordinates": [[-70, 34], [-71, 34]]}', "wholly outside the map's region"),
    ],
)
def test_an_overlay_of_a_file_that_cannot_be_drawn_is_one_line_with_its_name(tmp_path, content, said):
    if content is not None:
        (tmp_path / "road.geojson").write_text(content, encoding="utf-8")
    path = overlay_file(tmp_path, "road.geojson")
    for out in ("map.png", "map.html"):
        done = CliRunner().invoke(cli, ["map", "--spec", str(path), "-o", str(tmp_path / out)])
        assert done.exit_code == 1
        assert re.search(said, done.output), done.output
        assert "road.geojson" in done.output
        assert "a fault of ours" not in done.output
        assert not (tmp_path / out).exists()


def test_a_geometry_by_itself_is_drawn_and_its_rings_mended(tmp_path):
    (tmp_path / "road.geojson").write_text(json.dumps(BOW), encoding="utf-8")
    spec, _ = maps.read_spec(overlay_file(tmp_path, "road.geojson"))
    (one,) = maps.map_content(spec).laid
    assert one.shape.area == pytest.approx(0.08, abs=0.01)
    assert one.warnings == ("road.geojson: 1 shapes with invalid rings were mended",)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize("name", ["road.gpkg", "road.shp"])
def test_a_file_without_a_crs_wants_one_and_takes_it(tmp_path, name):
    gpd.GeoDataFrame(geometry=[ROAD]).to_file(tmp_path / name)
    with pytest.raises(CrsError, match=r"does not say in which coordinate reference system.*\[\[mark\]\]"):
        maps.map_content(maps.read_spec(overlay_file(tmp_path, name))[0])
    with pytest.raises(CrsError, match="'banana' is not a coordinate reference system"):
        maps.map_content(maps.read_spec(overlay_file(tmp_path, name, crs="banana"))[0])
    spec, _ = maps.read_spec(overlay_file(tmp_path, name, crs="EPSG:4326"))
    assert maps.map_content(spec).laid[0].shape.length == pytest.approx(ROAD.length, rel=1e-6)


def test_a_path_is_taken_from_the_folder_of_the_file_that_names_it(tmp_path, monkeypatch):
    (tmp_path / "below").mkdir()
    geojson(tmp_path / "below" / "road.geojson", ROAD)
    path = overlay_file(tmp_path, "below/road.geojson")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())  # as editors of Windows begin a file
    monkeypatch.chdir(tmp_path.parent)
    spec, _ = maps.read_spec(path)
    assert maps.map_content(spec).laid[0].shape.length == pytest.approx(ROAD.length, rel=1e-6)


def test_a_name_is_the_town_and_an_ambiguous_one_is_refused_with_its_candidates():
    assert named_spot("Spin Boldak").kind == "town"
    with pytest.raises(PlaceError, match=r"'Fayzabad' is ambiguous: .*AF-BDS.*AF-JOW") as caught:
        lay_marks((maps.Mark(kind="highlight", unit="Fayzabad"),), "en")
    assert len(caught.value.candidates) > 1
    with pytest.raises(PlaceError, match="no place is called 'Qqqq'"):
        draw(maps.Mark(kind="label", at="Qqqq"))


def test_a_site_smaller_than_a_town_wants_a_reason():
    with pytest.raises(SchemaError, match="a site smaller than a town"):
        lay_marks((maps.Mark(kind="label", at="Bagram Air Base"),), "en")
    mark = maps.Mark(kind="label", at="Bagram Air Base", exact="the talks were held there")
    assert lay_marks((mark,), "en")[0].text == "Bagram Air Base"


def test_a_ring_is_as_far_on_the_ground_as_it_says_and_has_one_town():
    ring, named = lay_marks((maps.Mark(kind="ring", at="Peshawar", km=30),), "en")
    assert (ring.text, named.text, named.implied) == ("30 km from Peshawar", "Peshawar", True)
    at = shapely.get_coordinates(ring.shape)
    _, _, metres = pyproj.Geod(ellps="WGS84").inv(
        np.full(len(at), ring.lon), np.full(len(at), ring.lat), at[:, 0], at[:, 1]
    )
    assert np.allclose(metres, 30_000, atol=1)
    with pytest.raises(SchemaError, match="is no town"):
        lay_marks((maps.Mark(kind="ring", at="Bajaur", km=30),), "en")


def test_names_stand_in_the_language_of_the_map_and_texts_as_they_are():
    torkham, own = lay_marks(
        (maps.Mark(kind="label", at="Torkham"), maps.Mark(kind="label", at="Wana", text="Here")), "ps"
    )
    assert (torkham.text, own.text) == ("تورخم", "Here")


def test_a_district_without_an_outline_is_its_tag_alone():
    (tint,) = lay_marks((maps.Mark(kind="highlight", unit="Barmal"),), "en")
    assert tint.shape is None
    assert tint.text == "Barmal district"
    assert "no outline of Barmal is installed" in tint.warnings[0]


def test_a_frame_round_a_place_is_as_wide_as_asked():
    west, south, east, north = frame_round("Torkham", 60.0)
    geod = pyproj.Geod(ellps="WGS84")
    assert abs(geod.inv(west, 34.11, east, 34.11)[2] - 120_000) < 500
    assert abs(geod.inv(71.08, south, 71.08, north)[2] - 120_000) < 500


# Files
# ------------------------------------------------------------------------------------------------


def test_an_overlay_is_read_in_every_format(tmp_path):
    frame = gpd.GeoDataFrame({"name": ["road"]}, geometry=[ROAD], crs="EPSG:32642").set_geometry(
        gpd.GeoSeries([ROAD], crs="EPSG:4326").to_crs("EPSG:32642")
    )
    frame.to_file(tmp_path / "a.gpkg")
    frame.to_file(tmp_path / "a.shp")
    geojson(tmp_path / "a.geojson", ROAD)
    placemark = "".join(f"{x},{y} " for x, y in ROAD.coords)
    (tmp_path / "a.kml").write_text(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><LineString><coordinates>'
        f"{placemark}</coordinates></LineString></Placemark></kml>",
        encoding="utf-8",
    )
    for suffix in ("gpkg", "shp", "geojson", "kml"):
        mark = maps.Mark(kind="overlay", file=tmp_path / f"a.{suffix}", text="Road")
        (found,) = lay_marks((mark,), "en")
        assert found.shape.distance(ROAD) < 1e-6, suffix
        assert abs(found.shape.length - ROAD.length) < 1e-6, suffix


def test_an_overlay_that_cannot_be_drawn_is_an_error(tmp_path, monkeypatch):
    gpd.GeoDataFrame({"name": ["x"]}, geometry=[ROAD], crs="EPSG:4326").to_file(tmp_path / "bare.shp")
    (tmp_path / "bare.prj").unlink()
    mark = maps.Mark(kind="overlay", file=tmp_path / "bare.shp", text="x")
    with pytest.raises(CrsError, match="does not say in which coordinate reference system"):
        lay_marks((mark,), "en")
    told = maps.Mark(kind="overlay", file=tmp_path / "bare.shp", text="x", crs="EPSG:4326")
    assert lay_marks((told,), "en")[0].shape.length > 0
    far = geojson(tmp_path / "far.geojson", shapely.box(0, 0, 1, 1))
    with pytest.raises(SchemaError, match="wholly outside the map's region"):
        lay_marks((maps.Mark(kind="overlay", file=far, text="x"),), "en")
    points = geojson(tmp_path / "points.geojson", shapely.Point(70, 34))
    with pytest.raises(SourceError, match="no lines or areas"):
        lay_marks((maps.Mark(kind="overlay", file=points, text="x"),), "en")
    with pytest.raises(DataNotFoundError, match="to lay over the map"):
        lay_marks((maps.Mark(kind="overlay", file=tmp_path / "gone.kml", text="x"),), "en")
    monkeypatch.setattr(laid_files, "MOST_BYTES", 10)
    with pytest.raises(SourceError, match="at most 10 are laid over a map: simplify it first"):
        lay_marks((maps.Mark(kind="overlay", file=points, text="x"),), "en")


def test_ten_million_vertices_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "huge.geojson"
    with path.open("wb") as file:
        file.truncate(160_000_000)
    with pytest.raises(SourceError, match="160,000,000 bytes; at most 40,000,000"):
        lay_marks((maps.Mark(kind="overlay", file=path, text="x"),), "en")


def test_too_many_vertices_are_refused_and_many_simplified_with_a_word(tmp_path, monkeypatch):
    turns = np.linspace(0, 2 * np.pi, 60_000)
    wiggle = 0.3 + 0.001 * np.sin(turns * 900)
    ring = shapely.Polygon(np.column_stack([70.5 + wiggle * np.cos(turns), 34 + wiggle * np.sin(turns)]))
    path = geojson(tmp_path / "many.geojson", ring)
    (found,) = lay_marks((maps.Mark(kind="overlay", file=path, text="x"),), "en")
    assert shapely.get_num_coordinates(found.shape) <= 20_000
    assert "simplified to" in found.warnings[0]
    laid_files._read_cached.cache_clear()
    monkeypatch.setattr(laid_files, "MOST_VERTICES", 1_000)
    with pytest.raises(SourceError, match="60,000 vertices; at most 1,000"):
        lay_marks((maps.Mark(kind="overlay", file=path, text="x"),), "en")


def test_invalid_rings_are_mended_and_said(tmp_path):
    bow = shapely.Polygon([(70, 34), (71, 35), (71, 34), (70, 35)])
    path = geojson(tmp_path / "bow.geojson", bow, ROAD)
    (found,) = lay_marks((maps.Mark(kind="overlay", file=path, text="x"),), "en")
    assert found.shape.is_valid or all(part.is_valid for part in shapely.get_parts(found.shape))
    assert "1 shapes with invalid rings were mended" in found.warnings[0]


def test_a_page_with_an_overlay_of_20_000_vertices_grows_by_150_kb_at_most(tmp_path):
    turns = np.linspace(0, 2 * np.pi, 20_000)
    wiggle = 0.8 + 0.02 * np.sin(turns * 700)
    ring = shapely.Polygon(np.column_stack([70.5 + wiggle * np.cos(turns), 34 + wiggle * np.sin(turns)]))
    path = geojson(tmp_path / "many.geojson", ring)
    bare = len(maps.render(spec_with(maps.Mark(kind="label", at="Wana"))))
    more = len(maps.render(spec_with(maps.Mark(kind="overlay", file=path, text="x"))))
    assert 0 < more - bare < 150_000


# Print
# ------------------------------------------------------------------------------------------------


def test_everything_stands_on_the_print_and_nothing_over_another(tmp_path):
    road = geojson(tmp_path / "road.geojson", ROAD, FIELD)
    drawing = draw(
        maps.Mark(kind="label", at="Torkham"),
        maps.Mark(kind="label", at=(70.9, 33.4), text="Own place"),
        maps.Mark(kind="note", at="Torkham", text="Closed\nsince 12 October 2025"),
        maps.Mark(kind="highlight", unit="Nangarhar", colour="green"),
        maps.Mark(kind="overlay", file=road, text="The road", colour="purple"),
        maps.Mark(kind="ring", at="Peshawar", km=30),
        maps.Mark(kind="arrow", at="Jalalabad", to="Asadabad", text="Aid"),
        maps.Mark(kind="credit", text="A. Mapper"),
    )
    marks = drawing.marks
    kinds = {kind: set(marks.loc[marks["kind"] == kind, "text"]) for kind in marks["kind"].unique()}
    assert {"Torkham", "Own place", "Nangarhar", "Jalalabad", "Asadabad", "Aid"} <= kinds["label"]
    assert kinds["text box"] == {"Closed\nsince 12 October 2025"}
    assert kinds["highlight"] == {"Nangarhar"}
    assert kinds["overlay"] == {"The road"}
    assert kinds["ring"] == {"30 km from Peshawar"}
    assert kinds["arrow"] == {"Aid"}
    assert not drawing.report.label_overlaps()
    said = [text for text, _ in drawing.canvas.texts]
    assert "The road" in said
    assert any("Graphic: A. Mapper" in text for text in said)


@pytest.mark.parametrize(
    ("place", "side", "extent"),
    [
        ("Asadabad", "AF", (70.8, 34.5, 71.6, 35.2)),
        ("Spin Boldak", "AF", (65.9, 30.5, 66.9, 31.4)),
        ("Landi Kotal", "PK", (70.6, 33.7, 71.6, 34.6)),
        ("Chaman", "PK", (65.9, 30.5, 66.9, 31.4)),
    ],
)
def test_a_label_and_a_note_stay_on_their_side_of_the_line(place, side, extent):
    line = geo.read_line().geometry.iloc[0]
    drawing = draw(
        maps.Mark(kind="label", at=place, text="A long name for a place by the line, rather long"),
        maps.Mark(kind="note", at=place, text="A note that is long enough to want room of its own"),
        extent=extent,
    )
    marks = drawing.marks
    label = marks[marks["kind"] == "label"].geometry.iloc[0]
    assert read_ground().areas[side].contains(label)
    note = marks[marks["kind"] == "text box"].geometry.iloc[0]
    assert read_ground().areas[side].contains(note)
    assert not marks[marks["kind"] == "leader"].geometry.intersects(line).any()


def test_a_note_stands_where_its_offset_says():
    drawing = draw(maps.Mark(kind="note", at=(70.6, 33.5), text="Here", offset=(60.0, 40.0)))
    view = drawing.marks
    left, top, _, _ = view.loc[view["kind"] == "text box", "box"].iloc[0]
    other = draw(maps.Mark(kind="note", at=(70.6, 33.5), text="Here", offset=(60.0, 80.0))).marks
    below = other.loc[other["kind"] == "text box", "box"].iloc[0]
    per_unit = 1.9
    assert abs((below[1] - top) - 40 * per_unit) < 1
    assert abs(left - below[0]) < 1


def test_a_mark_in_the_sea_is_drawn_and_one_outside_the_frame_is_an_error_with_its_name():
    drawing = draw(
        maps.Mark(kind="label", at=(64.5, 24.5), text="Off the coast"), extent=(62.0, 23.5, 68.0, 27.0)
    )
    assert "Off the coast" in set(drawing.marks["text"])
    with pytest.raises(SchemaError, match=r"outside its frame: label 'Quetta'"):
        draw(maps.Mark(kind="label", at="Quetta"))


def test_the_first_view_holds_the_places_of_marks():
    spec = maps.MapSpec(ids=(), marks=(maps.Mark(kind="label", at="Quetta"),))
    west, south, east, north = maps.map_content(spec).extent
    assert west < 67.0 < east
    assert south < 30.18 < north
    whole = maps.map_content(maps.MapSpec(marks=(maps.Mark(kind="label", at="Karachi"),))).extent
    assert whole[1] < 24.9


def test_more_notes_than_there_is_room_for_are_named():
    text = "A long note that wants a good deal of room on so small a map as this one is. " * 4
    notes = tuple(maps.Mark(kind="note", text=f"{n} {text}"[:320]) for n in range(12))
    with pytest.raises(SchemaError, match=r"for want of room or outside its frame: note '"):
        draw(*notes, size="column")


def test_text_is_inert_in_every_output(tmp_path):
    road = geojson(tmp_path / "road.geojson", ROAD)
    marks = (
        maps.Mark(kind="label", at="Torkham", text=NASTY[:60]),
        maps.Mark(kind="note", at=(70.9, 33.4), text=f"{NASTY}\njavascript:alert(1)"),
        maps.Mark(kind="overlay", file=road, text=NASTY),
        maps.Mark(kind="credit", text=NASTY),
    )
    page = maps.render(spec_with(*marks))
    assert "<svg onload" not in page
    assert "</script><svg" not in page
    svg = draw(*marks).to_svg().decode()
    assert "<svg onload" not in svg
    assert "&lt;/script&gt;" in svg
    assert "javascript:" not in re.sub(r">[^<]*<", "><", svg)


# Must, hide, ids
# ------------------------------------------------------------------------------------------------


def test_what_a_map_must_name_is_named():
    spec = maps.MapSpec(
        since="2025-10-09", until="2025-10-19", must_label=("Asadabad", "Parachinar", "Paktika", "Kabul")
    )
    drawing = maps.draw_map(spec, maps.Sheet(size="wide", dpi=72))
    assert all(drawing.report.asked.values())
    said = " ".join(drawing.marks["text"])
    assert "Asadabad" in said
    assert "Parachinar" in said


def layer_parts(drawing, name):
    layer = drawing.canvas.layers.get(name)
    return 0 if layer is None else len(layer.parts)


def test_hidden_parts_are_not_on_the_print():
    days = {"since": "2025-10-09", "until": "2025-10-19"}
    sheet = maps.Sheet(size="wide", dpi=72, timeline=True)
    whole = maps.draw_map(maps.MapSpec(**days), sheet)
    parts = ("rivers", "timeline", "key", "inset", "scale", "provinces", "subtitle")
    bare = maps.draw_map(maps.MapSpec(**days, hide=parts), sheet)
    for name in ("rivers", "timeline", "key", "province-lines"):
        assert layer_parts(whole, name) > 0, name
        assert layer_parts(bare, name) == 0, name
    furniture = {name for name, _ in whole.report.boxes}
    assert "scale bar" in furniture
    assert "scale bar" not in {name for name, _ in bare.report.boxes}
    small = maps.draw_map(maps.MapSpec(**days, extent=FRAME), maps.Sheet(size="wide", dpi=72))
    assert "inset" in {name for name, _ in small.report.boxes}
    small = maps.draw_map(
        maps.MapSpec(**days, extent=FRAME, hide=("inset",)), maps.Sheet(size="wide", dpi=72)
    )
    assert "inset" not in {name for name, _ in small.report.boxes}
    first = whole.content.subtitle.split(".")[0]
    assert first in " ".join(text for text, _ in whole.canvas.texts)
    assert first not in " ".join(text for text, _ in bare.canvas.texts)


def test_hidden_parts_are_not_on_the_page():
    whole = maps.render(maps.MapSpec())
    parts = ("rivers", "timeline", "table", "inset", "scale", "filters", "provinces", "subtitle", "key")
    bare = maps.render(maps.MapSpec(hide=parts))
    for piece in ('id="time"', 'id="table"', 'id="filter-panel"', 'class="subtitle"', "province_lines"):
        assert piece in whole, piece
    for piece in ('id="time"', 'id="table"', 'id="filter-panel"', 'class="subtitle"'):
        assert piece not in bare, piece
    assert '<section class="key" hidden>' in bare
    base = json.loads(re.search(r'id="[^"]*_base">(.*?)</script>', bare)[1])
    for name in ("rivers", "province_lines"):
        assert base["topology"]["objects"][name]["geometries"] == []
    assert not [area for area in base["areas"] if area["kind"] == "province"]
    assert '"hide": ["scale", "inset"]' in bare or '"hide":["scale","inset"]' in bare


def test_events_are_chosen_by_their_ids():
    content = maps.map_content(maps.MapSpec(ids=("apb:038", "apb:012")))
    assert sorted(content.events["cols"]["id"]) == ["apb:012", "apb:038"]
    with pytest.raises(SchemaError, match="no event 'nope'; ids look like apb:001"):
        maps.map_content(maps.MapSpec(ids=("nope",)))


# Command line
# ------------------------------------------------------------------------------------------------


def run(*arguments):
    return CliRunner().invoke(cli, [str(one) for one in arguments], catch_exceptions=True)


def test_marks_and_extents_from_the_command_line(tmp_path):
    road = geojson(tmp_path / "road.geojson", ROAD)
    spec = tmp_path / "map.toml"
    found = run(
        *("map", "-o", tmp_path / "m.svg", "--around", "Torkham", "--km", "80", "--label", "Torkham=Gate"),
        *("--note", "Peshawar=One\\ntwo", "--highlight", "AF-NAN", "--overlay", f"{road}=Road"),
        *("--ring", "Peshawar=30km", "--arrow", "Jalalabad=Asadabad", "--graphic", "A. Mapper"),
        *("--hide", "rivers", "--must-label", "Landi Kotal", "--save-spec", spec),
    )
    assert found.exit_code == 0, found.output
    plan, _ = maps.read_spec(spec)
    assert [one.kind for one in plan.marks] == [
        *("label", "note", "highlight", "overlay", "ring", "arrow", "credit"),
    ]
    assert plan.marks[1].text == "One\ntwo"
    assert plan.extent == frame_round("Torkham", 80)
    assert plan.hide == ("rivers",)
    again = run("map", "--spec", spec, "-o", tmp_path / "n.svg")
    assert again.exit_code == 0, again.output
    assert (tmp_path / "m.svg").read_bytes() == (tmp_path / "n.svg").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--km", "30"), "give --around PLACE too"),
        (("--around", "Wana", "--extent", "69,33,72,35"), "give one"),
        (("--ring", "Peshawar=far"), "'far' is not a number of kilometres"),
        (("--overlay", "road.geojson"), "is not FILE=TEXT"),
        (("--hide", "foo"), "'foo' is not one of"),
        (("--must-label", "Qqqq"), "no place is called 'Qqqq'"),
        (("--extent", "69,33,72"), "is not W,S,E,N"),
    ],
)
def test_options_that_cannot_be_are_refused_and_nothing_is_written(tmp_path, arguments, said):
    found = run("map", "-o", tmp_path / "m.svg", *arguments)
    assert found.exit_code in (1, 2)
    assert said in found.output
    assert not (tmp_path / "m.svg").exists()


@pytest.mark.parametrize(
    "option",
    [
        ("--north",),
        ("--callout", "apb:038=x"),
        ("--graticule",),
        ("--areas",),
        ("--size", "wide"),
    ],
)
def test_options_of_paper_are_refused_for_a_page_alone(tmp_path, option):
    found = run("map", "-o", tmp_path / "m.html", *option)
    assert found.exit_code == 2
    assert f"{option[0]}: for SVG, PDF and PNG alone" in found.output
    assert not (tmp_path / "m.html").exists()


def test_no_timeline_and_no_inset_hold_on_the_page(tmp_path):
    assert run("map", "-o", tmp_path / "m.html", "--no-timeline", "--no-inset").exit_code == 0
    page = (tmp_path / "m.html").read_text(encoding="utf-8")
    assert 'id="time"' not in page
    assert re.search(r'"hide": ?\["inset"\]', page)
    both = run("map", "-o", tmp_path / "n.html", "-o", tmp_path / "n.svg", "--north")
    assert both.exit_code == 0
    assert "--north: for the pictures; HTML has no such thing" in both.output


def test_a_highlight_is_never_in_the_colour_of_neighbouring_countries():
    assert maps.Mark(kind="highlight", unit="AF-NAN").colour == "orange"
    assert maps.Mark(kind="highlight", unit="AF-NAN", colour="grey").colour == "orange"
    assert maps.Mark(kind="highlight", unit="AF-NAN", colour="green").colour == "green"
    assert maps.Mark(kind="ring", at="Peshawar", km=30).colour == "grey"


def test_a_tangle_of_lines_is_thinned_and_ends(tmp_path):
    """Twenty thousand corners that cross themselves, and more crossing roads than can be seen."""
    rng = np.random.default_rng(14)
    walk = np.array([69.5, 32.5]) + np.cumsum(rng.normal(0, 1e-3, (20_500, 2)), axis=0)
    starts = rng.uniform([68, 31], [71, 34], (12_000, 2))
    roads = np.stack([starts, starts + rng.normal(0, 0.01, (12_000, 2))], axis=1)
    for name, lines in (("walk", [walk]), ("roads", list(roads))):
        path = tmp_path / f"{name}.gpkg"
        gpd.GeoDataFrame(geometry=[shapely.LineString(xy) for xy in lines], crs=4326).to_file(path)
        shape, said = laid_files.read_overlay(path, None, areas=False)
        kept = shapely.get_num_coordinates(shape)
        assert laid_files.MOST_KEPT / 20 < kept <= laid_files.MOST_KEPT
        assert "simplified" in said[-1]
        drawn = shapely.MultiPoint(np.concatenate(lines)).bounds
        assert np.allclose(shape.bounds, drawn, atol=0.05)


def test_a_place_on_the_command_line_may_be_a_point(tmp_path):
    saved = tmp_path / "map.toml"
    done = run(
        "map", "--label", "69.57,32.3=Here", "--note", "69.6, 32.4=Words", "--symbol", "69.7,32.3=Camp",
        "--arrow", "69.57,32.3=Wana", "--around", "69.57,32.3", "--km", "80", "-o", tmp_path / "map.html",
        "--save-spec", saved,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    plan = maps.read_spec(saved)[0]
    assert plan.extent == frame_round((69.57, 32.3), 80)
    assert [mark.at for mark in plan.marks] == [(69.57, 32.3), (69.6, 32.4), (69.57, 32.3), (69.7, 32.3)]


def test_the_reason_for_an_exact_point_is_an_option_and_stays_in_the_file(tmp_path):
    saved, page = tmp_path / "map.toml", str(tmp_path / "map.html")
    done = run("map", "--label", "69.57123,32.3=Here", "-o", page)
    assert done.exit_code == 1
    assert "more exact than 0.01 degree" in done.output
    done = run(
        "map", "--label", "69.57123,32.3=Here", "--exact", "the mayor asked", "-o", page, "--save-spec", saved
    )
    assert done.exit_code == 0, done.output
    assert 'exact = "the mayor asked"' in saved.read_text(encoding="utf-8")


def test_a_file_without_a_crs_says_which_option_gives_it(tmp_path):
    file, page = tmp_path / "road.shp", str(tmp_path / "map.html")
    frame = gpd.GeoDataFrame({"name": ["road"]}, geometry=[ROAD])
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        frame.to_file(file)
    done = run("map", "--overlay", f"{file}=Road", "-o", page)
    assert done.exit_code == 1
    assert "--overlay-crs EPSG:4326" in done.output
    done = run("map", "--overlay", f"{file}=Road", "--overlay-crs", "EPSG:4326", "-o", page)
    assert done.exit_code == 0, done.output


def test_two_symbols_at_one_point_and_a_mark_twice_are_refused():
    wana = named_spot("Wana")
    point = (round(wana.lon, 2), round(wana.lat, 2))
    camp, clinic = (maps.Mark(kind="symbol", at=point, text=text) for text in ("Camp", "Clinic"))
    with pytest.raises(SchemaError, match="symbols 'Camp' and 'Clinic' stand at one point"):
        lay_marks((camp, clinic), "en")
    ring = maps.Mark(kind="ring", at="Wana", km=20)
    with pytest.raises(SchemaError, match="one ring is there twice"):
        lay_marks((ring, ring), "en")
    assert len(lay_marks((ring, maps.Mark(kind="ring", at="Wana", km=40)), "en")) == 3


def test_a_label_beside_a_symbol_at_its_point_has_no_dot_of_its_own():
    at = (69.57, 32.3)
    marks = (
        maps.Mark(kind="symbol", at=at, text="Camp"),
        maps.Mark(kind="label", at=at, text="Here"),
        maps.Mark(kind="note", at=at, text="Words"),
    )
    more = {"extent": (69, 31.8, 70.2, 32.8), "ids": (), "towns": ("Kabul",), "allow_empty": True}
    drawing, alone = draw(*marks, **more), draw(marks[0], **more)
    assert not [name for name, there in drawing.report.asked.items() if not there]
    (symbol,) = (mark.box for mark in drawing.record.marks if mark.kind == "own symbol")
    (label,) = (mark.box for mark in drawing.record.marks if mark.kind == "label" and mark.text == "Here")
    assert not shapely.box(*symbol).intersects(shapely.box(*label))
    assert layer_parts(drawing, "places") == layer_parts(alone, "places") > 0


def test_a_country_is_not_named_across_a_line_of_the_users(tmp_path, monkeypatch):
    lines = []

    def noted(stage, laid):
        lines.append(own_lines(stage, laid))
        return lines[-1]

    monkeypatch.setattr(panel, "own_lines", noted)
    road = geojson(tmp_path / "road.geojson", shapely.LineString([(66.4, 30.9), (67.1, 29.9), (68.4, 29.2)]))
    mark = maps.Mark(kind="overlay", file=road, text="Road")
    drawing = draw(mark, extent=(66.0, 28.6, 69.2, 31.2))
    box = next(group[0] for name, group in drawing.report.boxes if name == "Pakistan")
    assert lines[-1].length > 100
    assert not shapely.intersects(lines[-1], shapely.box(*box))
    monkeypatch.setattr(panel, "own_lines", lambda _stage, _laid: shapely.LineString())
    drawing = draw(mark, extent=(66.0, 28.6, 69.2, 31.2))
    box = next(group[0] for name, group in drawing.report.boxes if name == "Pakistan")
    assert shapely.intersects(lines[-1], shapely.box(*box))


def test_a_name_that_a_page_must_have_lies_in_its_first_view():
    spec = maps.MapSpec(extent=(69.3, 33.0, 72.2, 35.2), must_label=("Herat",))
    with pytest.raises(geo.errors.SchemaError, match="outside its frame: label 'Herat'"):
        maps.render(spec)
    assert "Peshawar" in maps.render(maps.MapSpec(extent=spec.extent, must_label=("Peshawar",)))
