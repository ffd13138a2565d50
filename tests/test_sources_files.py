"""Files as programs and publishers make them: every kind is opened, one bad row is one bad row. Invented."""

from __future__ import annotations

import io
import json
import shutil
import socket
import sqlite3
import struct
import time
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from openpyxl import Workbook
from openpyxl.styles import PatternFill

import geo
from geo.errors import SourceError
from geo.files.kml import read_placemarks
from geo.sources.files.limits import Limits
from geo.sources.files.open import open_tables

HEAD = ["date", "type", "place", "lat", "lon", "killed"]
ONE = ["2025-10-11", "airstrike", "Torkham", 34.1231, 71.0931, 3]
TWO = ["2025-10-12", "shelling", "Chaman", 30.9212, 66.4512, 1]


def accepted(path: Path, **options) -> list[str]:
    return geo.read_events(path, **options).events["place"].tolist()


def workbook(path: Path, *rows: list, title: str = "events") -> Workbook:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(path)
    return book


# ---------------------------------------------------------------- geometries

SHAPES = ["Torkham", "Chaman", "Barmal"]


def features(middle: object) -> dict:
    """Three events, the one in the middle with another geometry."""
    points = [[71.0931, 34.1231], None, [69.2744, 32.6012]]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"date": "2025-10-11", "type": "attack", "place": place},
                "geometry": {"type": "Point", "coordinates": point} if point else middle,
            }
            for place, point in zip(SHAPES, points, strict=True)
        ],
    }


@pytest.mark.parametrize(
    "middle",
    [
        {"type": "Point", "coordinates": ["66.4", "31.0"]},
        {"type": "Point", "coordinates": [66.4]},
        {"type": "Point", "coordinates": [float("nan"), 31.0]},
        {"type": "Point", "coordinates": "66.4, 31.0"},
        {"type": "LineString", "coordinates": [[66.4, 31.0]]},
        {"type": "Polygon", "coordinates": [[[66, 31], [67, 31], [67, 32]]]},
        {"type": "Polygon", "coordinates": [[[66, 31], [67, 31]]]},
        {"type": "Nonsense", "coordinates": [1, 2]},
        "POINT (66.4 31.0)",
    ],
    ids=str,
)
def test_one_bad_geometry_of_geojson_is_one_rejected_row(tmp_path, middle):
    path = tmp_path / "bad.geojson"
    path.write_text(json.dumps(features(middle)))
    tables = geo.read_events(path)
    assert tables.counts == {"read": 3, "accepted": 2, "rejected": 1, "superseded": 0}
    assert tables.rejected[["row", "column"]].to_numpy().tolist() == [[2, "geometry"]]


def points_frame() -> gpd.GeoDataFrame:
    points = gpd.points_from_xy([71.0931, 66.4512, 69.2744], [34.1231, 30.9212, 32.6012], crs="EPSG:4326")
    return gpd.GeoDataFrame({"date": ["2025-10-11"] * 3, "place": SHAPES}, geometry=points)


def test_one_broken_geometry_of_a_geopackage_is_one_rejected_row(tmp_path):
    path = tmp_path / "bad.gpkg"
    points_frame().to_file(path, driver="GPKG", layer="bad")
    for blob in (
        b"GP\0\1broken",
        b"not at all",
        b"GP\0\1\xe6\x10\0\0" + struct.pack("<bIIdd", 1, 2, 1, 66.4, 31.0),
    ):
        base = sqlite3.connect(path)
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute("UPDATE bad SET geom = ? WHERE place = 'Chaman'", (blob,))
        base.commit()
        base.close()
        tables = geo.read_events(path)
        assert tables.counts == {"read": 3, "accepted": 2, "rejected": 1, "superseded": 0}
        assert set(tables.rejected["row"]) == {2}


def test_one_broken_geometry_of_a_geoparquet_file_is_one_rejected_row(tmp_path):
    path = tmp_path / "bad.parquet"
    points_frame().to_parquet(path)
    table = pq.read_table(path)
    wkb = table.column("geometry").to_pylist()
    wkb[1] = b"\x01\x02\x00\x00\x00\x01\x00\x00\x00" + b"\0" * 16
    number = table.column_names.index("geometry")
    pq.write_table(table.set_column(number, "geometry", pa.array(wkb, pa.binary())), path)
    tables = geo.read_events(path)
    assert tables.counts == {"read": 3, "accepted": 2, "rejected": 1, "superseded": 0}
    assert set(tables.rejected["row"]) == {2}


def test_one_coordinate_that_is_no_number_rejects_its_row_of_a_frame_and_an_empty_point_is_none():
    frame = points_frame()
    frame.loc[1, "geometry"] = shapely.Point(np.nan, 31.0)
    assert set(geo.read_events(frame).rejected["row"]) == {2}
    frame.loc[1, "geometry"] = shapely.Point()
    tables = geo.read_events(frame)
    # Without a point the place is looked up by its name.
    assert tables.counts["accepted"] == 3
    assert tables.events["coord_source"].notna().tolist() == [False, True, False]


# ---------------------------------------------------------------- what is in a file asks and opens nothing


@pytest.fixture
def listener():
    """A socket that nobody may come to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        yield server


def assert_nobody_came(server: socket.socket) -> None:
    with pytest.raises(TimeoutError):
        server.accept()


def test_no_address_in_a_file_is_asked(tmp_path, listener):
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    content = features({"type": "Point", "coordinates": [66.4, 31.0]})
    link = content | {"crs": {"type": "link", "properties": {"href": url, "type": "proj4"}}}
    path = tmp_path / "link.geojson"
    path.write_text(json.dumps(link))
    tables = geo.read_events(path)
    assert tables.counts["accepted"] == 3
    assert "a link, which is not followed" in tables.files["notes"][0]
    path.write_text(json.dumps(content | {"crs": {"type": "name", "properties": {"name": url}}}))
    with pytest.raises(SourceError, match="is not followed"):
        geo.read_events(path)
    for text in (
        f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/vsicurl/{url}</SrcDataSource></OGRVRTLayer>'
        "</OGRVRTDataSource>",
        f"<OGRWFSDataSource><URL>{url}</URL></OGRWFSDataSource>",
        f'<?xml version="1.0"?><!DOCTYPE kml SYSTEM "{url}"><kml/>',
        f'<?xml version="1.0"?><kml><NetworkLink><Link><href>{url}</href></Link></NetworkLink></kml>',
        f"/vsicurl/{url}",
        f"WFS:{url}",
    ):
        path = tmp_path / "other.gpkg"
        path.write_text(text)
        with pytest.raises(geo.errors.GeoError):
            geo.read_events(path)
    assert_nobody_came(listener)


def test_a_name_that_gdal_would_take_for_another_source_is_a_file(tmp_path, listener, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = Path(f"WFS:http:127.0.0.1:{listener.getsockname()[1]}")
    points_frame().to_file(tmp_path / "a.fgb", driver="FlatGeobuf", SPATIAL_INDEX="NO")
    shutil.copy(tmp_path / "a.fgb", name)
    assert accepted(name) == SHAPES
    assert_nobody_came(listener)


# ---------------------------------------------------------------- formats


@pytest.mark.parametrize("suffix", [".shp", ".fgb", ".gpkg", ".geojson", ".kml"])
def test_files_of_map_programs_are_read(tmp_path, suffix):
    frame = points_frame()
    options = {"SPATIAL_INDEX": "NO"} if suffix == ".fgb" else {}
    if suffix == ".kml":
        frame = frame.rename(columns={"place": "Name"})
    frame.to_file(tmp_path / f"events{suffix}", **({"driver": "KML"} if suffix == ".kml" else {}), **options)
    tables = geo.read_events(tmp_path / f"events{suffix}")
    assert tables.events["place"].tolist() == SHAPES
    assert [round(p.x, 4) for p in tables.events.geometry] == [71.0931, 66.4512, 69.2744]


def test_a_shapefile_lacks_its_columns_without_its_table(tmp_path):
    points_frame().to_file(tmp_path / "events.shp")
    (tmp_path / "events.dbf").unlink()
    with pytest.raises(SourceError, match=r"without events\.dbf"):
        geo.read_events(tmp_path / "events.shp")


def test_a_zip_with_folders_and_papers_beside_is_read(tmp_path):
    points_frame().to_file(tmp_path / "events.shp")
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pack/README.txt", "How these data were made,\nand by whom.\n")
        for member in tmp_path.glob("events.*"):
            archive.write(member, f"pack/shapes/{member.name}")
    tables = geo.read_events(path)
    assert tables.events["place"].tolist() == SHAPES
    assert Path(tables.files["file"][0]).name == "events.shp"


def test_a_page_of_an_answer_says_that_it_is_one(tmp_path):
    path = tmp_path / "page.json"
    rows = [dict(zip(HEAD, ONE, strict=True))]
    for beside in ({"TotalCount": 93}, {"next": "https://example.org/2"}, {"exceededTransferLimit": True}):
        path.write_text(json.dumps({"data": rows, **beside}))
        said = geo.read_events(path).warnings["reason"]
        assert said.str.contains("one page of an answer: 1").any()
    path.write_text(json.dumps({"count": 1, "data": rows}))
    assert not geo.read_events(path).warnings["reason"].str.contains("page").any()


# ---------------------------------------------------------------- workbooks


def test_the_sheet_whose_columns_are_known_is_read_and_hidden_ones_are_asked_last(tmp_path):
    book = Workbook()
    book.active.title = "About"
    book.active.append(["What this is", "a list"])
    draft, final = book.create_sheet("draft"), book.create_sheet("final")
    for row in (HEAD, ONE):
        draft.append(row)
    for row in (HEAD, TWO):
        final.append(row)
    draft.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    tables = geo.read_events(tmp_path / "a.xlsx")
    assert tables.events["place"].tolist() == ["Chaman"]
    assert "sheet 'final' was read; there are also 'About', 'draft'" in tables.files["notes"][0]
    assert accepted(tmp_path / "a.xlsx", sheet="draft") == ["Torkham"]


def test_hidden_rows_links_and_merged_cells_are_told_and_read(tmp_path):
    book = Workbook()
    sheet = book.active
    for row in ([*HEAD, "source"], [*ONE, "AFP"], [*TWO, "AFP"], [*TWO, "Tolo"]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet["A4"] = None
    sheet.merge_cells("A3:A4")
    sheet["G2"].hyperlink = "https://example.org/1"
    sheet["G3"] = '=HYPERLINK("https://example.org/2","Tolo")'
    sheet["C4"] = "Spin Boldak"
    book.save(tmp_path / "a.xlsx")
    tables = geo.read_events(tmp_path / "a.xlsx")
    notes = tables.files["notes"][0]
    assert tables.counts["accepted"] == 3
    assert "1 row is hidden in the sheet (row 3)" in notes
    assert "1 cells merged with those above" in notes
    assert tables.events["date_start"].dt.day.tolist() == [11, 12, 12]
    assert tables.events["source_url"].fillna("").tolist() == [
        "https://example.org/1",
        "https://example.org/2",
        "",
    ]
    assert tables.events["source"].tolist() == ["AFP", "Tolo", "Tolo"]


def renamed(path: Path) -> None:
    """The same workbook with its sheets stored under other names, as other programs name them."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            for number, other in ((1, "zeta"), (2, "alpha")):
                name = name.replace(f"sheet{number}.xml", f"{other}.xml")
                content = content.replace(f"sheet{number}.xml".encode(), f"{other}.xml".encode())
            archive.writestr(name, content)


@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("other_names", [False, True])
def test_a_formula_that_was_never_worked_out_is_found_wherever_its_sheet_lies(tmp_path, moved, other_names):
    book = Workbook()
    book.active.title = "notes"
    book.active["A1"] = "=1+1"
    sheet = book.create_sheet("data")
    for row in (HEAD, ONE, TWO):
        sheet.append(row)
    # Blank cells that are only formatted stand before and after the formula.
    for cell in ("E3", "G3", "H3"):
        sheet[cell].fill = PatternFill("solid", "FFFF00")
    sheet["F3"] = "=2+2"
    if moved:
        book.move_sheet("data", -1)
    path = tmp_path / "a.xlsx"
    book.save(path)
    if other_names:
        renamed(path)
    tables = geo.read_events(path)
    assert tables.counts == {"read": 2, "accepted": 1, "rejected": 1, "superseded": 0}
    assert "never worked out" in tables.rejected["reason"][0]


def test_a_sheet_of_blank_formatted_rows_takes_no_longer_than_its_size(tmp_path):
    book = Workbook()
    for row in (HEAD, ONE):
        book.active.append(row)
    for row in range(3, 6_000):
        for column in range(1, 8):
            book.active.cell(row, column).fill = PatternFill("solid", "FFFF00")
    book.active["F2"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    start = time.process_time()
    assert geo.read_events(tmp_path / "a.xlsx").counts["rejected"] == 1
    assert time.process_time() - start < 10


# ---------------------------------------------------------------- bounds


def test_text_that_is_small_in_a_file_and_large_in_memory_is_not_read(tmp_path):
    path = tmp_path / "bomb.parquet"
    text = pa.DictionaryArray.from_arrays(pa.array(np.zeros(20_000, "int32")), pa.array(["x" * 1_000_000]))
    days = pa.array(["2025-10-11"] * 20_000)
    pq.write_table(pa.table({"date": days, "summary": text}), path, compression="zstd")
    assert path.stat().st_size < 1_000_000
    with pytest.raises(SourceError, match="too much to read"):
        geo.read_events(path)


def test_archives_in_archives_and_two_files_of_one_name_are_not_opened(tmp_path):
    inner = tmp_path / "inner.csv"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", "date,place\n2025-10-11,Torkham\n")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(inner, "inner.csv")
    with pytest.raises(SourceError, match="archive in the archive"):
        geo.read_events(tmp_path / "outer.zip")
    first = io.BytesIO()
    with zipfile.ZipFile(first, "w") as archive:
        archive.writestr("a.csv", "date,place\n2025-10-11,Torkham\n")
        archive.writestr("b.csv", "date,place\n2025-10-11,Torkham\n")
    (tmp_path / "twice.zip").write_bytes(first.getvalue().replace(b"b.csv", b"a.csv"))
    with pytest.raises(SourceError, match="two files in it have the name"):
        geo.read_events(tmp_path / "twice.zip")


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_a_table_of_100_000_columns_is_refused(tmp_path, suffix):
    names = ["date", "place", *(f"c{number}" for number in range(100_000))]
    path = tmp_path / f"wide{suffix}"
    if suffix == ".csv":
        path.write_text(",".join(names) + "\n" + ",".join("1" for _ in names) + "\n")
    elif suffix == ".json":
        path.write_text(json.dumps([dict.fromkeys(names, 1)]))
    else:
        pq.write_table(pa.table({name: pa.array([1], pa.int8()) for name in names[:5_000]}), path)
    with pytest.raises(SourceError, match="columns; at most"):
        geo.read_events(path)


def test_an_open_file_of_text_and_one_that_is_too_long_are_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("date,place\n2025-10-11,Torkham\n")
    with path.open() as file, pytest.raises(SourceError, match="mode 'rb'"):
        geo.read_events(file)
    with path.open("rb") as file, pytest.raises(SourceError, match="more than 10 bytes"):
        list(open_tables(file, limits=Limits(file_bytes=10)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_kml_with_a_document_type_is_refused_in_any_encoding(tmp_path, encoding):
    entities = '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE kml [{entities}]>'
        "<kml><Placemark><name>&b;</name><Point><coordinates>71,34</coordinates></Point></Placemark></kml>"
    )
    path = tmp_path / "bomb.kml"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(geo.errors.GeoError):
        geo.read_events(path)


def test_a_placemark_says_the_same_as_an_event_and_as_an_area(tmp_path):
    shape = "<Point><coordinates>71.0912,34.1201,0</coordinates></Point>"
    data = '<ExtendedData><Data name="type"><value>attack</value></Data></ExtendedData>'
    when = "<TimeStamp><when>2025-10-11</when></TimeStamp>"
    path = tmp_path / "one.kml"
    path.write_text(
        "<kml xmlns='http://www.opengis.net/kml/2.2'><Document><Placemark><name>Torkham</name>"
        f"{when}{data}{shape}</Placemark></Document></kml>"
    )
    event = geo.read_events(path).events.iloc[0]
    assert (event["place"], event["event_type"]) == ("Torkham", "attack")
    assert (event.geometry.x, event.geometry.y) == (71.0912, 34.1201)
    placemark = read_placemarks(path.read_bytes(), "one.kml")[0]
    assert placemark.fields == {"name": "Torkham", "when": "2025-10-11", "type": "attack"}
    assert placemark.areas() is None


def test_half_a_character_is_replaced_and_said(tmp_path):
    path = tmp_path / "half.json"
    path.write_text('[{"date":"2025-10-11","place":"Torkham","summary":"a\\ud800b","n\\udfff":"x"}]')
    frame = pd.DataFrame(
        {"date": ["2025-10-11"], "place": ["Torkham"], "summary": ["a\ud800b"]}, dtype=object
    )
    for table in (path, frame):
        tables = geo.read_events(table)
        assert tables.events["summary"].tolist() == ["a\ufffdb"]
        assert tables.warnings["reason"].str.contains("half a character").any()
        tables.events.to_parquet(tmp_path / "out.parquet")


def test_a_parquet_file_of_rows_of_nothing_is_refused_at_once(tmp_path):
    row = pa.array(["2025-10-11"] * 2_000_000).dictionary_encode()
    pq.write_table(pa.table({"date": row, "place": row}), tmp_path / "bomb.parquet")
    assert (tmp_path / "bomb.parquet").stat().st_size < 1_000_000
    with pytest.raises(SourceError, match="no table shrinks so far"):
        geo.read_events(tmp_path / "bomb.parquet")
