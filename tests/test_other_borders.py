"""Any border in place of the Durand Line: located, shared out, counted."""

from __future__ import annotations

import pickle

import geopandas as gpd
import numpy as np
import pytest
import shapely
from click.testing import CliRunner

import geo
import maps
from maps.cli.main import cli

LINE = shapely.LineString([(61.0, 26.0), (63.0, 27.0), (62.8, 27.3), (63.3, 27.2)])


@pytest.fixture(scope="module")
def iran():
    return geo.country_border("PK", "IR")


def frame(*points, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*zip(*points, strict=True)), crs=4326)


def test_events_are_located_by_another_border(iran):
    on_line = tuple(iran.point_at(700).get_coordinates().to_numpy()[0])
    places = ((62.0, 27.5), (63.5, 27.0), on_line, (70, 34), (69, 39))
    events = frame(*places, where_precision=["town"] * 3 + ["near", "town"])
    found = geo.locate(events, border=iran)
    at = iran.locate(events.geometry)
    assert found["side"].tolist()[:2] == ["IR", "PK"]
    assert found["side"].iloc[2] == "uncertain"
    assert 0.5 <= found["side_share"].iloc[0] <= 1
    assert np.isnan(found["side_share"].iloc[2])
    assert np.allclose(found["border_km"].iloc[:3], at["signed_m"].iloc[:3] / 1000)
    assert (found["border_km_min"] <= found["border_km"])[:3].all()
    assert (found["border_km_max"] >= found["border_km"])[:3].all()
    # In neither of the two countries there is no side.
    assert found[["side", "border_km", "border_km_min"]].iloc[4].isna().all()
    assert found["side"].iloc[3] == "PK"
    assert "adm1" not in found
    again = geo.locate(found, border=iran)
    assert list(again.columns) == list(found.columns)


def test_the_durand_line_given_as_a_border_is_the_durand_line():
    events = frame((71.08, 34.11), where_precision=["near"])
    assert geo.locate(events, border=geo.DurandLine()).equals(geo.locate(events))


def test_shares_and_counts_by_the_sides_of_another_border_agree(iran):
    events = frame((63.2, 27.2), (62.0, 27.5), (69, 33), where_precision=["near", "town", "town"])
    shares = geo.shares(events, border=iran)
    assert set(shares["level"]) == {"side"}
    assert shares.groupby("row")["share"].sum().tolist() == pytest.approx([1, 1, 1])
    sides = shares[shares["row"] == 0].set_index("unit")["share"]
    assert 0.05 < sides["PK"] < 0.95
    assert sides["IR"] == pytest.approx(1 - sides["PK"])
    counts = geo.count(events, by="side", border=iran, per="100 km").set_index("unit")
    assert counts["expected"].to_dict() == pytest.approx(shares.groupby("unit")["share"].sum().to_dict())
    assert counts.loc["PK", "line_km"] == pytest.approx(iran.length_km)
    by_area = geo.shares(events[:1], units=iran.bands([60])).set_index("unit")["share"]
    assert by_area["PK 0-60 km"] == pytest.approx(sides["PK"], abs=0.02)


def test_counts_by_stretches_are_of_the_border_given(iran):
    events = frame((63.2, 27.2), (71.08, 34.11), where_precision=["town", "town"])
    counts = geo.count(events, by=iran.sectors(km=100), border=iran).set_index("unit")
    assert counts.loc["outside", "expected"] == pytest.approx(1)
    with pytest.raises(geo.BoundaryError, match="has no provinces"):
        geo.count(events, by="sector", border=iran)


def test_a_border_without_areas_gives_every_point_a_side():
    border = geo.Border.from_line(LINE, left="north", right="south", accuracy_m=500)
    events = frame((61.5, 27.0), (62.0, 26.0), (62.0, 26.5), where_precision=["town", "town", "site"])
    found = geo.locate(events, border=border)
    assert found["side"].tolist() == ["north", "south", "uncertain"]
    assert geo.shares(events, border=border).groupby("row")["share"].sum().tolist() == pytest.approx([1] * 3)


def test_units_and_crossings_of_ones_own_come_along(iran):
    units = gpd.GeoDataFrame(
        {"unit": ["west", "east"]},
        geometry=[shapely.box(60, 25, 63, 30), shapely.box(63, 25, 66, 30)],
        crs=4326,
    )
    gates = gpd.GeoDataFrame(
        {"name": ["first", "second"]}, geometry=gpd.points_from_xy([61.7, 63.2], [28.9, 27.2]), crs=4326
    )
    border = geo.border_with_layers(iran, units=units, crossings=gates)
    events = frame((62.0, 27.5), (63.5, 27.0), where_precision=["town", "town"])
    found = geo.locate(events, border=border)
    assert found["unit"].tolist() == ["west", "east"]
    assert found["crossing"].tolist() == ["second", "second"]
    assert found["crossing_km"].iloc[1] == pytest.approx(37, abs=3)
    assert border.between("first", "second")["length_km"].item() > 100
    with pytest.raises(geo.BoundaryError, match="no crossing 'third'; there are: first, second"):
        border.between("first", "third")
    shares = geo.shares(events, border=border)
    assert set(shares["level"]) == {"side", "units"}
    copied = pickle.loads(pickle.dumps(border))
    assert geo.locate(events, border=copied).equals(found)
    # What was given was not changed.
    with pytest.raises(geo.BoundaryError, match="has no crossings"):
        iran.locate([62.0], [27.5], crossings=True)


def test_layers_that_are_none_are_refused(iran):
    units = gpd.GeoDataFrame({"unit": ["a", "a"]}, geometry=[shapely.box(0, 0, 1, 1)] * 2, crs=4326)
    with pytest.raises(geo.SchemaError, match="'a' stands twice"):
        geo.border_with_layers(iran, units=units)
    with pytest.raises(geo.SchemaError, match="units of a border are areas"):
        geo.border_with_layers(iran, units=units.set_geometry(units.representative_point()))
    with pytest.raises(geo.SchemaError, match="need a column name"):
        geo.border_with_layers(iran, crossings=units.set_geometry(units.representative_point()))
    with pytest.raises(geo.SchemaError, match="are points"):
        geo.border_with_layers(iran, crossings=units.assign(name=["a", "b"]))
    with pytest.raises(geo.CrsError):
        geo.border_with_layers(iran, units=gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)]))
    with pytest.raises(geo.SchemaError, match="are a GeoDataFrame"):
        geo.border_with_layers(iran, crossings=[1])


def test_borders_of_countries_that_are_not_shipped_or_do_not_meet_are_refused():
    with pytest.raises(geo.BoundaryError, match="no outline of 'FR'; there are: AF, CN"):
        geo.country_border("PK", "FR")
    with pytest.raises(geo.BoundaryError, match="share no edge"):
        geo.country_border("PK", "UZ")
    with pytest.raises(geo.BoundaryError, match="'PK' twice"):
        geo.country_border("PK", "PK")
    assert geo.country_border("AF", "TJ").left == "AF"


def test_an_area_on_the_wrong_side_of_a_line_is_refused():
    land = geo.read_units(0).set_index("adm0").geometry
    line = geo.country_border("PK", "IR").geometry
    with pytest.raises(geo.BoundaryError, match="left_area lies on the right of the line"):
        geo.Border.from_line(line, left="IR", right="PK", left_area=land["IR"], right_area=land["PK"])
    with pytest.raises(geo.BoundaryError, match="right_area lies on the left"):
        geo.Border.from_line(line, left="IR", right="PK", right_area=land["PK"])


def test_a_border_is_laid_over_a_map():
    mark = maps.Mark(kind="overlay", border="PK,IR", text="Border of Pakistan and Iran")
    content = maps.map_content(maps.MapSpec(marks=(mark,), allow_empty=True))
    laid = [one for one in content.laid if one.mark == mark]
    assert len(laid) == 1
    line = geo.country_border("PK", "IR").geometry
    assert shapely.hausdorff_distance(laid[0].shape, line) < 0.01
    for wrong, said in (
        ({}, "file is missing, or a border"),
        ({"border": "PK,IR", "file": "a.geojson"}, "one of the two"),
        ({"border": "PK"}, "two countries such as PK,IR"),
    ):
        with pytest.raises(geo.SchemaError, match=said):
            maps.Mark(kind="overlay", text="A line", **wrong)
    with pytest.raises(geo.SchemaError, match="border says nothing here"):
        maps.Mark(kind="highlight", unit="AF-PKA", border="PK,IR")


def test_the_command_shows_another_border_whole(tmp_path):
    words = ["map", "--border", "PK,IR=Border of Pakistan and Iran", "--allow-empty", "--save-spec"]
    spec = tmp_path / "map.toml"
    done = CliRunner().invoke(cli, [*words, str(spec), "-o", str(tmp_path / "map.svg")], prog_name="durand")
    assert done.exit_code == 0, done.output
    text = spec.read_text(encoding="utf-8")
    assert 'border = "PK,IR"' in text
    west, south, east, north = maps.read_spec(spec)[0].extent
    line = geo.country_border("PK", "IR").geometry
    assert shapely.covers(shapely.box(west, south, east, north), line)
    done = CliRunner().invoke(cli, ["map", "--border", "PK,FR=No such", "-o", str(tmp_path / "no.svg")])
    assert done.exit_code == 1


def test_commands_take_the_border_of_two_countries(tmp_path, iran):
    sheet = tmp_path / "events.csv"
    rows = "2025-10-11,attack,62.35,27.37,town\n2025-10-12,attack,63.6,26.9,town\n"
    sheet.write_text("date,type,lon,lat,where_precision\n" + rows)

    def run(*words):
        return CliRunner().invoke(cli, [str(word) for word in words], prog_name="durand")

    done = run("locate", sheet, "--border", "pk,ir", "-o", tmp_path / "located.csv")
    assert done.exit_code == 0, done.output
    text = (tmp_path / "located.csv").read_text()
    assert "side_share" in text
    assert ",IR," in text.splitlines()[1]
    done = run("count", sheet, "--border", "PK,IR", "--bands", "50", "--per", "1000 km2")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[1].startswith("PK 0-50 km")
    done = run("count", sheet, "--border", "PK,IR", "--by", "side")
    assert {line.split(",")[0] for line in done.stdout.splitlines()[1:]} == {"PK", "IR"}
    assert run("count", sheet, "--border", "PK").exit_code == 2
    assert run("count", sheet, "--border", "PK,UZ", "--bands", "50").exit_code == 1
