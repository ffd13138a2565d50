"""write_table: what is written comes back, and nothing is half written."""

import datetime as dt

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import geo


@pytest.fixture
def events():
    return gpd.GeoDataFrame(
        {
            "event_id": ["own:1", "own:2", "own:3"],
            "date_start": pd.to_datetime(["2026-02-27", "2026-03-01", None]),
            "deaths_best": pd.array([3, None, 0], dtype="Int64"),
            "date_precision": pd.array([1, None, 2], dtype="Int8"),
            "side": pd.Categorical(["AF", None, "uncertain"], categories=["AF", "PK", "uncertain"]),
            "summary": ['say "no", twice', "=1+1", None],
            "verified": pd.array([True, None, False], dtype="boolean"),
            "share": [0.5, None, 1.0],
        },
        geometry=[shapely.Point(69.17, 34.53), None, shapely.Point(71.58, 34.01)],
        crs=4326,
    )


def test_parquet_gives_everything_back(events, tmp_path):
    path = geo.write_table(events, tmp_path / "events.parquet")
    pd.testing.assert_frame_equal(gpd.read_parquet(path), events)


@pytest.mark.parametrize("suffix", [".geojson", ".json", ".gpkg"])
def test_features_come_back(events, tmp_path, suffix):
    back = gpd.read_file(geo.write_table(events, tmp_path / f"events{suffix}"))
    assert back.crs.to_epsg() == 4326
    assert back["event_id"].tolist() == events["event_id"].tolist()
    assert back["deaths_best"].tolist()[::2] == [3, 0]
    assert back["side"].tolist()[::2] == ["AF", "uncertain"]
    assert back["date_start"].astype("str").str[:10].tolist()[:2] == ["2026-02-27", "2026-03-01"]
    assert back["verified"].tolist()[::2] == [True, False]
    for column in ("deaths_best", "side", "date_precision", "verified", "share"):
        assert pd.isna(back[column][1]), column
    assert pd.isna(back["date_start"][2])
    assert pd.isna(back["summary"][2])
    assert back.geometry[0].equals(events.geometry[0])
    assert back.geometry[1] is None


def test_csv_has_lon_and_lat_and_empty_cells(events, tmp_path):
    text = geo.write_table(events, tmp_path / "events.csv").read_text(encoding="utf-8").splitlines()
    assert text[0].endswith(",share,lon,lat")
    assert text[1] == 'own:1,2026-02-27,3,1,AF,"say ""no"", twice",True,0.5,69.17,34.53'
    assert text[2] == "own:2,2026-03-01,,,,'=1+1,,,,"
    assert text[3] == "own:3,,0,2,uncertain,,False,1.0,71.58,34.01"


def test_other_crs_is_turned_to_degrees_where_the_format_asks_for_it(events, tmp_path):
    flat = events.to_crs(32642)
    table = pd.read_csv(geo.write_table(flat, tmp_path / "a.csv"))
    assert table["lon"][0] == pytest.approx(69.17, abs=1e-9)
    assert gpd.read_file(geo.write_table(flat, tmp_path / "a.geojson")).geometry[0].x == pytest.approx(69.17)
    assert gpd.read_file(geo.write_table(flat, tmp_path / "a.gpkg")).crs.to_epsg() == 32642


def test_tables_without_geometry(tmp_path):
    table = pd.DataFrame({"unit": ["AF-PKA"], "share": [0.5]})
    assert pd.read_csv(geo.write_table(table, tmp_path / "shares.csv")).equals(table)
    pd.testing.assert_frame_equal(pd.read_parquet(geo.write_table(table, tmp_path / "shares.parquet")), table)
    with pytest.raises(geo.SchemaError, match="needs geometry"):
        geo.write_table(table, tmp_path / "shares.geojson")


def test_empty_tables_are_written(events, tmp_path):
    for suffix in (".csv", ".geojson", ".gpkg", ".parquet"):
        assert geo.write_table(events.iloc[:0], tmp_path / f"none{suffix}").exists()


def test_a_file_is_replaced_only_when_allowed(events, tmp_path):
    path = geo.write_table(events, tmp_path / "events.gpkg")
    before = path.read_bytes()
    with pytest.raises(geo.OverwriteError, match="is there already"):
        geo.write_table(events, path)
    assert path.read_bytes() == before
    geo.write_table(events.iloc[:1], path, overwrite=True)
    assert len(gpd.read_file(path)) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["events.gpkg"]


def test_a_failure_leaves_the_old_file_and_no_other(events, tmp_path):
    path = geo.write_table(events, tmp_path / "events.csv")
    before = path.read_bytes()
    areas = events.assign(geometry=shapely.box(0, 0, 1, 1))
    with pytest.raises(geo.SchemaError, match="points only"):
        geo.write_table(areas, path, overwrite=True)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["events.csv"]


def test_unusable_targets_are_refused(events, tmp_path):
    with pytest.raises(geo.SchemaError, match=r"suffix must be one of \.csv, \.geojson"):
        geo.write_table(events, tmp_path / "events.docx")
    with pytest.raises(geo.SchemaError, match="no folder"):
        geo.write_table(events, tmp_path / "none" / "events.csv")
    with pytest.raises(geo.CrsError):
        geo.write_table(events.set_crs(None, allow_override=True), tmp_path / "events.csv")


def test_a_workbook_keeps_texts_days_and_gaps_and_runs_nothing(tmp_path):
    import openpyxl

    frame = pd.DataFrame(
        {
            "text": ["=1+1", None, "a\x01b"],
            "number": pd.array([1, None, 3], dtype="Int64"),
            "day": pd.to_datetime(["2030-01-02", None, "2030-01-03"]),
            "kind": pd.Categorical(["u", None, "v"]),
        }
    )
    sheet = openpyxl.load_workbook(geo.write_table(frame, tmp_path / "t.xlsx")).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert cells[0] == ["=1+1", 1, dt.datetime(2030, 1, 2), "u"]
    assert cells[1] == [None] * 4
    assert cells[2][0] == "a\N{REPLACEMENT CHARACTER}b"
    assert sheet["A2"].data_type == "s"
    first = (tmp_path / "t.xlsx").read_bytes()
    assert geo.write_table(frame, tmp_path / "t.xlsx", overwrite=True).read_bytes() == first
    with pytest.raises(geo.SchemaError, match="32,767 letters"):
        geo.write_table(pd.DataFrame({"a": ["x" * 40_000]}), tmp_path / "long.xlsx")
    assert not (tmp_path / "long.xlsx").exists()
