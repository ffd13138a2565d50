"""Roads that the user registers: drawn by class on page and print, credited, gone when removed."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from click.testing import CliRunner

import geo
import maps
from geo.boundaries.added import user_folder
from geo.errors import BoundaryError, OverwriteError, SourceError
from maps.cli.main import cli
from maps.content.roads import roads_in

NEAR = maps.MapSpec(ids=(), allow_empty=True, extent=(70.4, 33.8, 71.6, 34.7))
WIDE = maps.MapSpec(ids=(), allow_empty=True, extent=(61.0, 24.0, 77.0, 38.0))


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DURAND_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def roads(home):
    kinds = {"trunk": 34.1, "tertiary": 34.2, "track": 34.3}
    features = [
        {
            "type": "Feature",
            "properties": {"highway": kind},
            "geometry": {"type": "LineString", "coordinates": [[70.0, lat], [71.0, lat + 0.05], [72.0, lat]]},
        }
        for kind, lat in kinds.items()
    ]
    path = home / "roads.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(cli, [str(one) for one in arguments])


def add(path, *more):
    return run("layers", "add", path, "--as", "roads", "--licence", "ODbL-1.0", "--source", "Invented", *more)


def gids(drawing):
    return (
        [part.get_gid() for part in drawing.canvas.layers["roads"].parts]
        if "roads" in drawing.canvas.layers
        else []
    )


def test_roads_are_drawn_by_class_the_lesser_ones_in_closer_views_alone(roads):
    assert add(roads).exit_code == 0
    assert gids(maps.draw_map(NEAR, maps.Sheet(size="square"))) == [
        "roads-minor",
        "roads-secondary",
        "roads-main",
    ]
    assert gids(maps.draw_map(WIDE, maps.Sheet(size="square"))) == ["roads-main"]
    assert list(roads_in((70.0, 33.0, 72.0, 35.0), 5.0)) == ["main"]
    made = maps.render(NEAR)
    assert made.count('"class":"') == 3
    assert "roads: Invented (ODbL-1.0)" in made
    assert "roads: Invented (ODbL-1.0)" in maps.draw_map(NEAR).caption.credit


def test_roads_lie_where_the_file_has_them(roads):
    add(roads)
    (line,) = roads_in((70.4, 33.8, 71.6, 34.7), 99.0)["main"]
    assert shapely.get_coordinates(line)[[0, -1]] == pytest.approx(
        np.array([[70.4, 34.12], [71.6, 34.12]]), abs=1e-6
    )


def test_roads_can_be_hidden_and_removed(roads):
    add(roads)
    hidden = maps.MapSpec(ids=(), allow_empty=True, extent=NEAR.extent, hide=("roads",))
    assert "Invented" not in maps.render(hidden)
    assert not gids(maps.draw_map(hidden, maps.Sheet(size="square")))
    listed = run("layers", "list")
    assert listed.output.split("\t") == ["roads", "3", "ODbL-1.0", "Invented", "roads.geojson\n"]
    assert run("layers", "remove", "roads").exit_code == 0
    assert geo.list_lines() == ()
    assert '"class":"main"' not in maps.render(NEAR)
    assert run("layers", "remove", "roads").exit_code == 1


def test_nothing_is_replaced_unasked(roads):
    assert add(roads).exit_code == 0
    again = add(roads)
    assert again.exit_code == 1
    assert "registered already" in again.output
    assert add(roads, "--force").exit_code == 0
    with pytest.raises(OverwriteError):
        geo.add_lines(roads, kind="roads", licence="x", source="y")


def test_a_file_that_is_none_is_refused(home, roads):
    point = home / "point.geojson"
    shape = '{"type": "Feature", "properties": {}, "geometry": {"type": "%s", "coordinates": %s}}'
    point.write_text(shape % ("Point", "[70, 34]"), encoding="utf-8")
    far = home / "far.geojson"
    far.write_text(shape % ("LineString", "[[0, 0], [1, 1]]"), encoding="utf-8")
    for path, error, said in (
        (point, SourceError, "no lines within"),
        (far, SourceError, "no lines within"),
    ):
        with pytest.raises(error, match=said):
            geo.add_lines(path, kind="roads", licence="x", source="y")
    for wrong, said in (
        ({"kind": "rivers"}, "kind is one of roads"),
        ({"licence": " "}, "licence must be stated"),
        ({"class_column": "nope"}, "no column 'nope'; there are: highway"),
    ):
        with pytest.raises(BoundaryError, match=said):
            geo.add_lines(roads, **{"kind": "roads", "licence": "x", "source": "y"} | wrong)
    assert geo.list_lines() == ()


def test_without_classes_all_are_main(home):
    path = home / "plain.geojson"
    line = '{"type": "LineString", "coordinates": [[70, 34], [71, 34.5]]}'
    path.write_text(f'{{"type": "Feature", "properties": {{}}, "geometry": {line}}}', encoding="utf-8")
    made = geo.add_lines(path, kind="roads", licence="x", source="y")
    assert made.lines == {"main": 1, "secondary": 0, "minor": 0}
    assert made.class_column is None


def test_a_broken_record_is_passed_over_with_a_word(roads, caplog):
    add(roads)
    (user_folder() / "lines" / "roads.json").write_text("{", encoding="utf-8")
    assert geo.list_lines() == ()
    assert "roads are left out" in caplog.text


def test_many_roads_fit_into_a_page(home):
    rng = np.random.default_rng(1)
    features = [
        {
            "type": "Feature",
            "properties": {"class": ("primary", "secondary", "track")[n % 3]},
            "geometry": {
                "type": "LineString",
                "coordinates": (
                    rng.normal([69, 33], 2, 2) + np.cumsum(rng.normal(0, 0.01, (400, 2)), axis=0)
                ).tolist(),
            },
        }
        for n in range(300)
    ]
    path = home / "many.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    before = len(maps.render(WIDE).encode())
    geo.add_lines(path, kind="roads", licence="x", source="Invented")
    assert len(maps.render(WIDE).encode()) - before < 200_000
