"""Districts that the user has added: their lines and their credit on printed maps. House sizes."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import geo
import maps
from geo.errors import SchemaError
from maps.spec.sheet import Sheet

KHOST = (69.0, 32.8, 70.6, 34.0)


@pytest.fixture(scope="module")
def halved(tmp_path_factory):
    """Khost cut in two along a meridian through its middle, and a folder in which it was added."""
    folder = tmp_path_factory.mktemp("halved")
    province = geo.read_units().set_index("boundary_id").geometry["AF-KHO"]
    middle = province.centroid.x
    halves = [
        shapely.intersection(province, shapely.box(*box))
        for box in ((60, 20, middle, 40), (middle, 20, 80, 40))
    ]
    path = folder / "two.geojson"
    gpd.GeoDataFrame({"name": ["Spera", "Gurbuz"]}, geometry=halves, crs=4326).to_file(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DURAND_HOME", str(folder / "home"))
        geo.add_boundaries(
            path, country="AF", licence="CC-BY-4.0", source="made by hand", vintage="2026", name_column="name"
        )
    return middle, folder / "home"


@pytest.fixture
def added(halved, monkeypatch):
    middle, home = halved
    monkeypatch.setenv("DURAND_HOME", str(home))
    return middle


def test_lines_and_credit_of_added_districts_are_on_the_map(added):
    from maps.content.credits import district_credits

    drawing = maps.draw_map(maps.MapSpec(extent=KHOST, types=("shelling",)), Sheet(size="column"))
    layer = drawing.canvas.layers["district-lines"]
    lines = [path.vertices for part in layer.parts for path in part.get_paths()]
    assert lines
    # The cut between the two is a line on the map, upright but for the projection.
    assert any(abs(xy[0][1] - xy[-1][1]) > 40 for xy in lines)
    (credit,) = district_credits()
    assert credit in " ".join(text for text, _ in drawing.canvas.texts)
    # Districts are also the areas of events that are known to a district: the page credits them too.
    assert credit in maps.render(maps.MapSpec(extent=KHOST, types=("shelling",)))


def test_far_off_and_without_districts_there_are_no_such_lines(added, monkeypatch, tmp_path):
    wide = maps.draw_map(maps.MapSpec(types=("drone strike",)), Sheet(size="column"))
    assert "district-lines" not in wide.canvas.layers
    monkeypatch.setenv("DURAND_HOME", str(tmp_path / "empty"))
    near = maps.draw_map(maps.MapSpec(extent=KHOST, types=("shelling",)), Sheet(size="column"))
    assert "district-lines" not in near.canvas.layers


def test_a_house_style_names_sizes_of_its_own(tmp_path):
    style = tmp_path / "house.toml"
    style.write_text('name = "house"\n\n[sizes]\nlead = "143x96mm"\nbad = "very wide"\n', encoding="utf-8")
    sheet = Sheet(size="lead", style=str(style))
    assert (sheet.paper.width, sheet.paper.height, sheet.paper.unit) == (143.0, 96.0, "mm")
    assert sheet.paper.name == "lead"
    with pytest.raises(SchemaError, match="no size 'lead'"):
        Sheet(size="lead")
    with pytest.raises(SchemaError, match="no size 'very wide'"):
        Sheet(size="bad", style=str(style))


def test_the_projection_is_stated_on_the_map_and_in_the_method():
    drawing = maps.draw_map(maps.MapSpec(types=("shelling",)), Sheet(size="column"))
    texts = " ".join(text for text, _ in drawing.canvas.texts)
    assert "Lambert conformal conic" in texts
    assert "Lambert conformal conic" in drawing.caption.method


def test_areas_outline_the_ground_of_what_is_known_to_one_and_say_so():
    """Of many events too, with ``areas`` alone; a place that is known has no outline."""
    rows = [("2026-01-05", "airstrike", "Khost", "town")] * 2
    rows += [("2026-01-05", "airstrike", place, "district") for place in ("Spera, Khost", "Barmal, Paktika")]
    rows += [("2026-01-05", "shelling", "Kunar", "province")]
    frame = pd.DataFrame(rows, columns=["date", "type", "place", "precision"])
    spec = maps.MapSpec(events=geo.read_events(frame))
    plain, outlined = (maps.draw_map(spec, maps.Sheet(areas=areas)) for areas in (False, True))
    kept = [made.marks[made.marks["kind"] == "area"] for made in (plain, outlined)]
    assert kept[0].empty
    assert set(kept[1]["text"]) == {"Spera district", "Barmal district", "Kunar province"}
    content = maps.map_content(spec)
    for row in kept[1].itertuples():
        (group,) = (one for one in content.marks if one.tag == row.text)
        if group.level == "district":
            assert row.geometry.contains(shapely.Point(group.lon, group.lat))
    said = "somewhere inside this outline"
    texts = [made.to_svg().decode() for made in (plain, outlined)]
    assert [said in text for text in texts] == [False, True]


@pytest.mark.parametrize("size", ["square", "social"])
def test_the_ground_of_one_event_is_outlined_off_the_line_and_said_to_be(size):
    drawing = maps.draw_map(maps.MapSpec(ids=("apb:038",)), maps.Sheet(size=size))
    (area,) = drawing.marks[drawing.marks["kind"] == "area"].itertuples()
    assert area.text == "Barmal district"
    # On a card it goes on in the next line.
    assert "somewhere inside" in drawing.to_svg().decode()
    # As far as its district reaches, and nowhere beyond the line.
    pakistan = geo.read_units(0).set_index("adm0").geometry["PK"]
    assert shapely.intersection(area.geometry, pakistan).area < 0.01 * area.geometry.area


def test_four_events_have_no_outlines_unless_asked_for():
    events = geo.read_events().events
    ids = tuple(events.loc[events["where_precision"] == "district", "event_id"].astype(str)[:4])
    for some, areas, drawn in ((ids, False, False), (ids, True, True), (ids[:3], False, True)):
        drawing = maps.draw_map(maps.MapSpec(ids=some), maps.Sheet(areas=areas))
        assert bool((drawing.marks["kind"] == "area").any()) is drawn


@pytest.mark.parametrize("size", ["social", "square", "column"])
@pytest.mark.parametrize("areas", [False, True])
def test_no_outline_goes_without_its_line_of_key(size, areas):
    rows = [
        ("2025-10-12", "airstrike", "Barmal, Paktika", "district"),
        ("2025-10-12", "bombing", "Peshawar", "town"),
    ]
    frame = pd.DataFrame(rows, columns=["date", "type", "place", "precision"])
    drawing = maps.draw_map(maps.MapSpec(events=geo.read_events(frame)), maps.Sheet(size=size, areas=areas))
    assert (drawing.marks["kind"] == "area").any()
    assert any("somewhere inside" in text for text, _ in drawing.canvas.texts)
