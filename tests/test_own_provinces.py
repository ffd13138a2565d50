"""Provinces made of added districts: the two agree everywhere, and what rests on provinces follows."""

import functools
import shutil
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from click.testing import CliRunner

import geo
from geo.boundaries.units import forget_provinces
from maps.cli.main import cli
from maps.content.basemap import read_basemap
from maps.static.base import read_ground

STATED = {"licence": "CC0-1.0", "source": "invented for this test", "vintage": "2026", "country": "PK"}
MADE = {"provinces": "from-districts", "accuracy_m": 400.0, **STATED}
AREA = shapely.box(69.3, 31.0, 70.7, 32.0)
"""Ground of Khyber Pakhtunkhwa, Balochistan and Punjab that one invented district takes."""


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    monkeypatch.setenv("DURAND_HOME", str(folder))
    forget_provinces()
    yield folder
    monkeypatch.undo()
    forget_provinces()


@pytest.fixture(scope="module")
def districts_file(tmp_path_factory):
    """Pakistan's provinces as one district each, but for the invented one; who is its parent is stated."""
    provinces = geo.read_units(1)
    provinces = provinces[provinces["adm0"] == "PK"]
    shapes = [*provinces.geometry.difference(AREA), provinces.union_all().intersection(AREA)]
    names = [*provinces["name"], "Invented"]
    frame = gpd.GeoDataFrame({"name": names, "province": names}, geometry=shapes, crs=4326)

    def written(parent):
        path = tmp_path_factory.mktemp("file") / "districts.gpkg"
        frame.assign(province=[*names[:-1], parent]).to_file(path)
        return path

    return written


@pytest.fixture(scope="module")
def imported(districts_file, tmp_path_factory):
    """Folder and report of an import by the parent that is stated, each made once."""

    @functools.cache
    def made(parent):
        folder = tmp_path_factory.mktemp("made")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DURAND_HOME", str(folder))
            forget_provinces()
            report = geo.add_boundaries(districts_file(parent), **MADE)
        forget_provinces()
        return SimpleNamespace(folder=folder, report=report)

    return made


@pytest.fixture
def added(home, imported):
    """Puts what an import made into the user's folder of this test; its report."""

    def put(parent):
        made = imported(parent)
        shutil.copytree(made.folder, home, dirs_exist_ok=True)
        forget_provinces()
        return made.report

    return put


def agree(count=4000):
    """Whether random points of Pakistan lie in the province of their district."""
    rng = np.random.default_rng(14)
    lon, lat = rng.uniform(61, 76, count), rng.uniform(24, 37, count)
    near = rng.uniform(69, 70.6, count), rng.uniform(31, 32.2, count)
    at = geo.DurandLine().locate(np.append(lon, near[0]), np.append(lat, near[1]), units=True)
    at = at[at["adm2"].notna()]
    parent = geo.read_units(2).set_index("boundary_id")["parent_id"]
    return len(at) > count / 4 and bool((at["adm1"] == at["adm2"].map(parent)).all())


@pytest.mark.parametrize(("parent", "taken"), [("Balochistan", "PK-BA"), ("Punjab", "PK-PB")])
def test_provinces_are_the_sums_of_their_districts(added, parent, taken):
    shipped = geo.read_units(1)
    report = added(parent)
    units, districts = geo.read_units(1), geo.read_units(2)
    assert report.own_provinces
    assert "sums of these districts" in report.to_text()
    assert districts.set_index("name")["parent_id"]["Invented"] == taken
    assert units["boundary_id"].tolist() == shipped["boundary_id"].tolist()
    assert units.columns.tolist() == shipped.columns.tolist()
    assert (units.dtypes == shipped.dtypes).all()
    shapes = units.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    # No vertex of the country's outline moves, the Durand Line's neither.
    for country in ("AF", "PK"):
        before, after = (
            shapely.normalize(shapely.coverage_union_all(frame.geometry[frame["adm0"] == country].to_numpy()))
            for frame in (shipped, units)
        )
        assert shapely.equals_exact(before, after, 0)
    for unit in units[units["adm0"] == "PK"].itertuples():
        own = districts.geometry[districts["parent_id"] == unit.boundary_id]
        assert shapely.equals(unit.geometry, shapely.coverage_union_all(own.to_numpy()))
        assert unit.licence == districts["licence"].iloc[0]
        assert unit.accuracy_m == 400
    afghan = units["adm0"] == "AF"
    assert shapely.equals(units.geometry[afghan], shipped.geometry[afghan]).all()
    assert agree()


def test_a_stated_province_that_holds_none_of_a_district_is_not_taken(home, districts_file):
    report = geo.add_boundaries(districts_file("Sindh"), **MADE)
    parent = geo.read_units(2).set_index("name")["parent_id"]
    assert parent["Invented"] != "PK-SD"
    assert report.changed_parent["stated"].tolist() == ["Sindh"]
    assert agree()


def test_what_was_asked_before_is_asked_anew(home, districts_file):
    point = gpd.GeoDataFrame(
        {"where_precision": ["site", "near", "province"], "adm1_source": [None, None, "Balochistan"]},
        geometry=gpd.points_from_xy([69.9] * 3, [31.9] * 3),
        crs=4326,
    )
    before = geo.locate(point)["adm1"].tolist(), geo.shares(point), geo.loci(point)
    assert before[0][0] == "PK-KP"
    geo.add_boundaries(districts_file("Balochistan"), **MADE)
    after = geo.locate(point)["adm1"].tolist(), geo.shares(point), geo.loci(point)
    assert after[0][0] == "PK-BA"
    held = [
        part.query("level == 'adm1' and row == 1").set_index("unit")["share"]
        for _, part, _ in (before, after)
    ]
    assert held[1]["PK-BA"] > held[0].get("PK-BA", 0) + 0.1
    assert held[1].sum() == pytest.approx(1)
    assert after[2][2].area > before[2][2].area
    counts = geo.count(point.iloc[:1], by="adm1").set_index("unit")["expected"]
    assert counts["PK-BA"] > 0.9
    geo.remove_boundaries("PK", level=1)
    again = geo.locate(point)["adm1"].tolist(), geo.shares(point), geo.loci(point)
    assert again[0] == before[0]
    assert again[1].query("level != 'adm2'").reset_index(drop=True).equals(before[1])
    assert shapely.equals(again[2].to_numpy(), before[2].to_numpy()).all()
    assert [layer.id for layer in geo.list_added()] == ["PK-2"]


def test_lines_have_the_accuracy_that_was_stated_and_sectors_follow(added):
    shipped = geo.read_province_lines()
    sectors = geo.DurandLine().sectors()
    added("Balochistan")
    lines = geo.read_province_lines()
    assert lines.columns.tolist() == shipped.columns.tolist()
    own = lines["unit_a"].str.startswith("PK")
    assert (lines.loc[own, "accuracy_m"] == 400).all()
    assert {("PK-BA", "PK-KP"), ("PK-BA", "PK-PB")} <= set(zip(lines["unit_a"], lines["unit_b"], strict=True))
    assert (
        lines[~own]["accuracy_m"].tolist()
        == shipped[~shipped["unit_a"].str.startswith("PK")]["accuracy_m"].tolist()
    )
    # The invented district ends before the line, so that sectors stay; they are found from the new outlines.
    assert geo.DurandLine().sectors()["sector"].tolist() == sectors["sector"].tolist()


def test_districts_that_go_take_the_provinces_with_them(added, districts_file):
    shipped = geo.read_units(1).geometry
    path = districts_file("Balochistan")
    added("Balochistan")
    assert not shapely.equals(geo.read_units(1).geometry, shipped).all()
    geo.add_boundaries(path, **STATED, overwrite=True)
    assert shapely.equals(geo.read_units(1).geometry, shipped).all()
    geo.add_boundaries(path, **MADE, overwrite=True)
    geo.remove_boundaries("PK")
    assert geo.list_added() == ()
    assert shapely.equals(geo.read_units(1).geometry, shipped).all()


def test_a_broken_file_of_provinces_is_left_out_and_said_so(added, capsys):
    shipped = geo.read_units(1).geometry
    added("Balochistan")
    layer = next(layer for layer in geo.list_added() if layer.level == 1)
    layer.path.write_bytes(b"something else")
    forget_provinces()
    assert shapely.equals(geo.read_units(1).geometry, shipped).all()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"level": 3}, "level 2"),
        ({"nest": "provinces"}, "keep their own lines"),
        ({"provinces": "theirs"}, "provinces is one of ours, from-districts"),
    ],
)
def test_what_makes_no_provinces_is_refused(home, districts_file, asked, said):
    with pytest.raises(geo.errors.BoundaryError, match=said):
        geo.add_boundaries(districts_file("Punjab"), **{**MADE, **asked})
    assert geo.list_added() == ()


def test_a_province_without_a_district_is_refused_and_nothing_is_left(home, tmp_path):
    path = tmp_path / "squares.gpkg"
    corners = [(lon, lat) for lon in range(60, 80, 3) for lat in range(23, 38, 3)]
    frame = gpd.GeoDataFrame(
        {"name": [f"{lon}-{lat}" for lon, lat in corners]},
        geometry=[shapely.box(lon, lat, lon + 3, lat + 3) for lon, lat in corners],
        crs=4326,
    )
    frame.to_file(path)
    with pytest.raises(geo.errors.BoundaryError, match=r"no district lies in .*Islamabad"):
        geo.add_boundaries(path, **MADE)
    assert geo.list_added() == ()


def test_the_commands_make_provinces_and_take_them_away(home, districts_file):
    run = CliRunner()
    options = ["--licence", "CC0-1.0", "--source", "invented", "--vintage", "2026", "--country", "PK"]
    path = str(districts_file("Balochistan"))
    added = run.invoke(cli, ["boundaries", "add", path, *options, "--provinces", "from-districts"])
    assert added.exit_code == 0, added.output
    assert "sums of these districts" in added.stderr
    listed = run.invoke(cli, ["boundaries", "list"]).stdout
    assert "PK-1" in listed
    assert "PK-2" in listed
    removed = run.invoke(cli, ["boundaries", "remove", "--country", "PK", "--level", "1"])
    assert removed.exit_code == 0
    assert "PK-1" not in run.invoke(cli, ["boundaries", "list"]).stdout
    again = run.invoke(cli, ["boundaries", "remove", "--country", "PK", "--level", "1"])
    assert again.exit_code == 1
    assert "no units of level 1" in again.stderr


def test_maps_draw_the_provinces_that_were_made(added):
    shipped = read_basemap()
    added("Balochistan")
    base = read_basemap()
    assert list(base.units) == list(shipped.units)
    assert base.units["PK-BA"].contains(AREA.centroid)
    assert not shipped.units["PK-BA"].contains(AREA.centroid)
    units = geo.read_units(1).set_index("boundary_id").geometry
    for code, drawn in base.units.items():
        assert drawn.is_valid
        if "-" in code and units[code].area > 0.5:
            away = shapely.area(shapely.symmetric_difference(drawn, units[code])) / units[code].area
            assert away < 0.05, code
    # The country keeps its outline in the base, and lines between provinces end on it.
    assert shapely.equals_exact(shapely.normalize(base.line), shapely.normalize(shipped.line), 0)
    assert shapely.area(shapely.symmetric_difference(base.units["PK"], shipped.units["PK"])) < 1e-3
    lines = read_ground().province_lines
    assert shapely.distance(lines, AREA.boundary.intersection(base.units["PK-KP"].buffer(0.02))) < 0.05
    geo.remove_boundaries("PK")
    assert read_basemap().topology == shipped.topology
