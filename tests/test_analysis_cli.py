"""durand compare, along and impute: what is written is what the functions give, and what is said."""

from __future__ import annotations

import io

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner

import geo
from maps.cli.main import cli

SPANS = {"before": "2025-10-01:2025-10-18", "after": "2025-10-19:2025-11-30"}


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words], prog_name="durand")


def of_spans():
    return [word for name, span in SPANS.items() for word in (f"--{name}", span)]


def test_compare_prints_the_table_and_says_what_it_does_not_prove():
    result = run("compare", *of_spans(), "-n", 20)
    assert result.exit_code == 0, result.output
    assert "does not prove" in result.stderr
    assert "does not prove" not in result.stdout
    header, line, *rest = result.stdout.splitlines()
    assert not rest
    wanted = geo.compare(geo.read_events(), **SPANS, n=20).table
    assert header.split(",") == list(wanted.columns)
    assert float(line.split(",")[header.split(",").index("high")]) == pytest.approx(
        wanted["high"].item(), rel=1e-4
    )


def test_compare_writes_units_with_their_shapes_and_the_placebo(tmp_path):
    out, placebo = tmp_path / "c.gpkg", tmp_path / "p.csv"
    words = ("compare", *of_spans(), "--by", "adm1", "--least", 5, "-n", 20, "--placebo", placebo)
    result = run(*words, "-o", out)
    assert result.exit_code == 0, result.output
    found = gpd.read_file(out, layer="c")
    wanted = geo.compare(geo.read_events(), **SPANS, by="adm1", least=5, n=20)
    assert np.allclose(found["ratio"], wanted.table["ratio"], equal_nan=True)
    assert found.set_index("unit").geometry.notna()["AF-KNR"]
    assert len(pd.read_csv(placebo)) == len(wanted.placebos)
    # The other size of units is a layer of its own; where that may not be written, neither is the first.
    geo.write_table(gpd.read_file(out, layer="c"), out, layer="d by sector")
    words = ("compare", *of_spans(), "--by", "adm1", "-n", 5, "-o", out, "--layer", "d")
    refused = run(*words)
    assert refused.exit_code == 2
    assert "d by sector" in refused.output
    assert "d" not in gpd.list_layers(out)["name"].tolist()
    assert run(*words, "--force").exit_code == 0
    assert {"c", "c by sector", "d", "d by sector"} <= set(gpd.list_layers(out)["name"])
    sectors = gpd.read_file(out, layer="c by sector")
    assert np.allclose(sectors["ratio"], wanted.other.table["ratio"], equal_nan=True)
    assert sectors.geometry.dropna().geom_type.eq("LineString").all()
    assert run("compare", *of_spans(), "--by", "adm1", "-o", out).exit_code == 2
    flat = run("compare", *of_spans(), "-n", 20, "-o", tmp_path / "c.parquet")
    assert flat.exit_code == 0, flat.output
    assert "geometry" not in pd.read_parquet(tmp_path / "c.parquet").columns


def test_compare_tells_units_of_two_sizes():
    words = ("compare", *of_spans(), "--least", 5, "-n", 20)
    both = pd.read_csv(io.StringIO(run(*words, "--by", "adm1").stdout))
    assert both["by"].unique().tolist() == ["adm1", "sector"]
    own = run(*words, "--by", "adm1,side")
    assert pd.read_csv(io.StringIO(own.stdout))["by"].unique().tolist() == ["adm1", "side"]
    assert own.stdout == run(*words, "--by", "adm1", "--second", "side").stdout
    assert "two sizes of units" in own.stderr
    assert "by" not in pd.read_csv(io.StringIO(run(*words, "--by", "adm1", "--second", "none").stdout))
    assert run(*words, "--by", "adm0,adm1,side").exit_code == 2
    assert run(*words, "--by", "adm0,adm1", "--second", "side").exit_code == 2
    assert run(*words, "--by", "adm1", "--second", "valley").exit_code == 2


def test_compare_takes_areas_and_refuses_what_makes_no_sense(tmp_path):
    around = run("compare", *of_spans(), "--around", "Torkham", "--km", 200, "-n", 20)
    assert around.exit_code == 0, around.output
    assert '"Torkham, 200 km"' in around.stdout
    few = run("compare", "--before", "2013-01-01:2013-01-18", "--after", "2013-02-01:2013-02-18")
    assert few.exit_code == 1
    assert "fewer than 10" in few.stderr
    assert len(few.stderr.strip().splitlines()) == 1
    assert run("compare", *of_spans(), "--by", "adm1", "--sectors", 50).exit_code == 2
    assert run("compare", *of_spans(), "--around", "Torkham").exit_code == 2
    assert run("compare", *of_spans(), "--placebo", tmp_path / "p.gpkg").exit_code == 2


def test_along_writes_stretches_and_the_k_function(tmp_path):
    out, k = tmp_path / "a.geojson", tmp_path / "k.csv"
    result = run("along", "--bandwidth", 30, "--step", 50, "-n", 5, "--reach", 150, "--k", k, "-o", out)
    assert result.exit_code == 0, result.output
    found = gpd.read_file(out)
    wanted = geo.along(geo.read_events(), 30, step_km=50, reach_km=150, n=5)
    assert np.allclose(found["intensity"], wanted.intensity["intensity"])
    assert found.geom_type.eq("LineString").all()
    assert np.allclose(pd.read_csv(k), wanted.k)
    plain = run("along", "--step", 100, "-n", 3)
    assert plain.exit_code == 0, plain.output
    assert plain.stdout.startswith("from_km,to_km,intensity,low,high")
    assert "km along the line" in plain.stderr
    assert run("along", "--k", tmp_path / "k.gpkg").exit_code == 2
    assert run("along", "--reach", 5000).exit_code == 1


@pytest.mark.parametrize("suffix", ["csv", "parquet", "gpkg", "json"])
def test_impute_writes_draws_in_every_format(tmp_path, suffix):
    source, out = tmp_path / "events.parquet", tmp_path / f"d.{suffix}"
    events = geo.read_events().events.iloc[:6]
    geo.write_table(events, source)
    result = run("impute", source, "-n", 3, "--seed", 7, "-o", out)
    assert result.exit_code == 0, result.output
    assert "18 rows: 3 draws of 6 events" in result.stderr
    wanted = geo.impute(events, 3, 7)
    if suffix == "csv":
        found = pd.read_csv(out)
        assert np.allclose(found["lon"], wanted.geometry.x, atol=1e-6)
    else:
        found = gpd.read_parquet(out) if suffix == "parquet" else gpd.read_file(out)
        assert found.geometry.geom_equals_exact(wanted.geometry, 1e-6).all()
    assert found["draw"].tolist() == wanted["draw"].tolist()
    assert found["drawn_from"].tolist() == wanted["drawn_from"].tolist()


def test_impute_says_which_events_are_in_no_draw(tmp_path):
    path = tmp_path / "few.csv"
    path.write_text(
        "event_id,date_start,event_type,where_precision,lon,lat\n"
        "a,2025-10-11,airstrike,town,71.08,34.11\n"
        "b,2025-10-12,airstrike,unknown,71.08,34.11\n"
    )
    result = run("impute", path, "-n", 2, "-o", tmp_path / "d.csv")
    assert result.exit_code == 0, result.output
    assert "1 of 2 events have no place that is known" in result.stderr
    assert pd.read_csv(tmp_path / "d.csv")["event_id"].tolist() == ["a", "a"]
    assert run("impute", path, "-n", 0, "-o", tmp_path / "e.csv").exit_code == 2
    assert not (tmp_path / "e.csv").exists()


@pytest.mark.parametrize(
    "by", [(), ("--by", "all"), ("--by", "side"), ("--by", "adm0"), ("--bands", "10,25")]
)
def test_count_writes_shapes_where_the_units_have_some(tmp_path, by):
    out = tmp_path / "n.parquet"
    result = run("count", *by, "-o", out)
    assert result.exit_code == 0, result.output
    assert ("geometry" in pd.read_parquet(out).columns) == (by[-1:] not in (("all",), ("side",)))


def test_areas_of_a_file_are_called_by_the_column_that_names_them(tmp_path):
    east, west = shapely.box(71, 33, 73, 35), shapely.box(69, 33, 71, 35)
    path = tmp_path / "d.geojson"
    for columns, units, told in (
        ({"shapeName": ["East", "West"]}, ["East", "West"], "the column shapeName"),
        ({"kind": ["d", "d"], "code": ["E1", "W1"]}, ["E1", "W1"], "the column code"),
        ({"unit": ["e", "w"], "name": ["East", "West"]}, ["e", "w"], ""),
        ({"name": ["d", "d"]}, ["0", "1"], "units are called by their row"),
    ):
        gpd.GeoDataFrame(columns, geometry=[east, west], crs=4326).to_file(path)
        done = run("count", "--by", path)
        assert done.exit_code == 0, done.output
        assert told in done.stderr
        assert pd.read_csv(io.StringIO(done.stdout))["unit"].tolist() == [*units, "outside"]


def test_count_says_how_many_events_have_no_figure():
    done = run("count", "--by", "side", "--value", "deaths_best")
    assert "0.0 events have a figure, 92.0 have none" in done.stderr
    drawn = run("count", "--by", "side", "--value", "deaths_best", "-o", "never.png")
    assert drawn.exit_code == 1
    assert "no event has a figure in deaths_best" in drawn.stderr


def test_a_place_that_may_be_turned_round_is_told_as_it_is_taken():
    assert "the other way round it is 71.1,34.1" in run("count", "--around", "34.1,71.1", "--km", 25).stderr
    assert "other way round" not in run("count", "--around", "71.1,34.1", "--km", 25).stderr


def test_loci_are_written_as_areas_with_the_columns_of_their_events(tmp_path):
    out = tmp_path / "loci.gpkg"
    result = run("loci", "-o", out)
    assert result.exit_code == 0, result.output
    found, events = gpd.read_file(out), geo.read_events().events
    assert found["event_id"].tolist() == events["event_id"].tolist()
    assert found.geometry.geom_equals_exact(geo.loci(events).reset_index(drop=True), 1e-9).all()
    assert "93 of 93 events" in result.stderr
    assert run("loci", "-o", tmp_path / "loci.csv").exit_code == 2


def test_stock_points_are_listed(tmp_path):
    result = run("stock", "--min-events", 2)
    assert result.exit_code == 0, result.output
    wanted = geo.stock_points(geo.read_events(), min_events=2)
    assert len(result.stdout.splitlines()) == len(wanted) + 1
    assert run("stock", "-o", tmp_path / "s.geojson").exit_code == 0
    assert len(gpd.read_file(tmp_path / "s.geojson")) == len(geo.stock_points(geo.read_events()))
    assert run("stock", "--min-events", 1).exit_code == 2


def test_a_file_without_an_area_is_nothing_to_count_by(tmp_path):
    empty = tmp_path / "empty.geojson"
    empty.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    done = run("count", "--by", empty)
    assert done.exit_code != 0
    assert "has no area to count by" in done.output + str(done.exception)
