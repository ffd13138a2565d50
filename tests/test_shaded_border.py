"""Sectors of a border that is not the Durand Line, on page and paper."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner

import geo
import maps
from maps.cli.main import cli
from maps.content.choropleth import read_shading, unit_shapes
from maps.web.choropleth_layer import shade_data

TITLE = "Border of Pakistan and Iran"
ROWS = [
    ("a post near the line", 63.20, 27.22, "near"),
    ("a town", 62.35, 27.37, "town"),
    ("a road", 63.60, 26.90, "site"),
    ("Peshawar", 71.58, 34.01, "town"),
]


def table():
    """Invented."""
    frame = pd.DataFrame(ROWS, columns=["place", "lon", "lat", "where_precision"])
    return frame.assign(date_start=pd.Timestamp("2025-10-11"), event_type="attack")


def spec(**more):
    given = {"shade_border": "PK,IR", "marks": (maps.Mark(kind="overlay", border="PK,IR", text=TITLE),)}
    given |= {"events": table(), "shade": "sector", "extent": (60.4, 24.8, 64.0, 30.2), "allow_empty": True}
    return maps.MapSpec(**(given | more))


def test_the_shaded_numbers_are_those_of_the_count_by_its_stretches():
    shading = read_shading(maps.map_content(spec()))
    border = geo.country_border("PK", "IR")
    counts = geo.count(table(), by=border.sectors(km=50), border=border).set_index("unit")
    assert shading.codes == tuple(unit for unit in counts.index if unit != "outside")
    for code, count in zip(shading.codes, shading.counts(), strict=True):
        assert count.expected == pytest.approx(counts.loc[code, "expected"], abs=2e-3)
        assert (count.low, count.high) == tuple(counts.loc[code, ["low", "high"]])
    assert sum(one.expected for one in shading.counts()) > 2
    assert shading.names[1] == "50–100 km"
    assert shading.heading.endswith(f"({TITLE})")
    lines = unit_shapes("sector", shading.border[0])
    assert list(lines) == list(shading.codes)
    assert max(line.distance(border.geometry) for line in lines.values()) < 0.01


def test_per_100_km_divides_by_the_length_of_its_stretches():
    shading = read_shading(maps.map_content(spec(shade_per="line")))
    assert shading.sizes[0] == pytest.approx(50)
    assert 0 < shading.sizes[-1] < 50


def test_paper_and_page_draw_the_stretches():
    drawing = maps.draw_map(spec(), maps.Sheet(size="column"))
    assert "unit-550-600" in drawing._repr_svg_()
    content = maps.map_content(spec())
    page = maps.web.page.map_page(content, spec())
    data = shade_data(read_shading(content))
    assert len(data["shapes"]) == len(data["codes"]) == 21
    assert all(len(parts[0]) >= 4 for parts in data["shapes"].values())
    assert "550-600 km" in page
    assert TITLE in page


def test_a_line_of_a_file_is_shaded_and_one_in_pieces_refused(tmp_path):
    lines = geo.read_layer("disputed_lines").set_index("name").loc[["Line of Control"]]
    path = tmp_path / "control.geojson"
    geo.write_table(lines.reset_index()[["name", "geometry"]], path)
    mark = maps.Mark(kind="overlay", file=path, text="Line of Control, agreed in 1972")
    whole = spec(shade_border=str(path), marks=(mark,), extent=(72.8, 32.2, 77.4, 35.6))
    shading = read_shading(maps.map_content(whole))
    assert len(shading.codes) == 18
    assert shading.heading.endswith("(Line of Control, agreed in 1972)")
    pieces = gpd.GeoDataFrame(
        geometry=[shapely.LineString([(74, 33), (74, 34)]), shapely.LineString([(75, 33), (75, 34)])],
        crs=4326,
    )
    pieces.to_file(tmp_path / "pieces.geojson")
    area = gpd.GeoDataFrame(geometry=[shapely.box(74, 33, 75, 34)], crs=4326)
    area.to_file(tmp_path / "area.geojson")
    for name in ("pieces.geojson", "area.geojson"):
        mark = maps.Mark(kind="overlay", file=tmp_path / name, text="no line")
        odd = spec(shade_border=str(tmp_path / name), marks=(mark,), extent=(72.8, 32.2, 77.4, 35.6))
        with pytest.raises(geo.BoundaryError, match="not one line from end to end"):
            read_shading(maps.map_content(odd))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"shade": "adm1"}, "give shade sector too"),
        ({"marks": ()}, "none of the overlays"),
        ({"shade_border": "PK,AF"}, "none of the overlays"),
        ({"shade_border": 7}, "two countries such as PK,IR"),
    ],
)
def test_a_border_that_is_not_on_the_map_is_refused(wrong, said):
    given = {
        "events": table(),
        "shade": "sector",
        "shade_border": "PK,IR",
        "marks": (maps.Mark(kind="overlay", border="pk, ir", text=TITLE),),
    }
    assert maps.MapSpec(**given).shade_border == "PK,IR"
    with pytest.raises(geo.SchemaError, match=said):
        maps.MapSpec(**given | wrong)


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words], prog_name="durand")


def test_the_command_shades_the_border_that_it_lays_over_the_map(tmp_path):
    events = tmp_path / "events.csv"
    table().to_csv(events, index=False)
    words = ("map", events, "--shade", "sector", "--allow-empty", "--border", f"PK,IR={TITLE}")
    out, plan = tmp_path / "map.svg", tmp_path / "map.toml"
    done = run(*words, "-o", out, "--save-spec", plan)
    assert done.exit_code == 0, done.output
    assert "unit-550-600" in out.read_text(encoding="utf-8")
    # The specification that was saved draws the same.
    again = run("map", events, "--spec", plan, "-o", tmp_path / "again.svg")
    assert again.exit_code == 0, again.output
    assert "unit-550-600" in (tmp_path / "again.svg").read_text(encoding="utf-8")
    two = (*words, "--border", "AF,TJ=Border of Afghanistan and Tajikistan")
    done = run(*two, "-o", tmp_path / "two.svg")
    assert done.exit_code == 2
    assert "say whose sectors" in done.output
    done = run(*two, "--shade-border", "AF,TJ", "-o", tmp_path / "two.svg")
    assert done.exit_code == 0, done.output
    assert "unit-1300-1344" in (tmp_path / "two.svg").read_text(encoding="utf-8")
    alone = run("map", events, "--shade", "sector", "--shade-border", "PK,IR", "-o", tmp_path / "x.svg")
    assert alone.exit_code == 1
    assert "none of the overlays" in alone.output


def test_a_map_without_an_event_in_any_stretch_is_drawn(tmp_path):
    """As it was not, of the Durand Line either: there are no classes then."""
    events, out = tmp_path / "events.csv", tmp_path / "a.svg"
    table().iloc[1:2].to_csv(events, index=False)
    words = ("map", events, "--shade", "sector", "--extent", "60.4,26,64,31", "-o", out)
    done = run(*words, "-o", tmp_path / "a.html")
    assert done.exit_code == 0, done.output
    assert "unit-AF-HEL-PK-BA-no-data" in out.read_text(encoding="utf-8")
