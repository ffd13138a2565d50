"""Files of polygons: told by content, bounded, one bad ring is one row, and nobody is asked anything."""

import itertools
import json
import shutil
import socket
import threading
import zipfile

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from shapely.geometry import box, mapping

import geo
from geo.files import features
from geo.files.features import read_features

UNITS = gpd.GeoDataFrame(
    {"name": ["North", "South"], "n": [1, 2]}, geometry=[box(66, 33, 67, 34), box(66, 32, 67, 33)], crs=4326
)
DEGREES = list(UNITS.geometry)


def as_topojson(shapes=UNITS):
    """A topology of boxes, one arc each, quantised to thousandths."""
    arcs, geometries = [], []
    for number, (name, shape) in enumerate(zip(shapes["name"], shapes.geometry, strict=True)):
        ring = [(round(x * 1000), round(y * 1000)) for x, y in shape.exterior.coords]
        steps = [ring[0], *((b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(ring))]
        arcs.append(steps)
        geometries.append(
            {"type": "Polygon", "arcs": [[number]], "properties": {"name": name, "n": number + 1}}
        )
    return {
        "type": "Topology",
        "transform": {"scale": [0.001, 0.001], "translate": [0, 0]},
        "objects": {"units": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": arcs,
    }


def as_kml(shapes=UNITS):
    def ring(shape):
        return " ".join(f"{x},{y},0" for x, y in shape.exterior.coords)

    placemarks = "".join(
        f"<Placemark><name>{name}</name><ExtendedData><Data name='n'><value>{n}</value></Data></ExtendedData>"
        f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring(shape)}</coordinates></LinearRing>"
        "</outerBoundaryIs></Polygon></Placemark>"
        for name, n, shape in zip(shapes["name"], shapes["n"], shapes.geometry, strict=True)
    )
    return f"<?xml version='1.0'?><kml xmlns='http://www.opengis.net/kml/2.2'><Document>{placemarks}</Document></kml>"


def written(folder, kind):
    path = folder / f"units.{kind}"
    if kind == "topojson":
        path.write_text(json.dumps(as_topojson()))
    elif kind == "kml":
        path.write_text(as_kml())
    elif kind == "parquet":
        UNITS.to_parquet(path)
    else:
        UNITS.to_file(path)
    return path


KINDS = ("geojson", "topojson", "gpkg", "fgb", "shp", "kml", "parquet")


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_gives_the_same_units(tmp_path, kind):
    found = read_features(written(tmp_path, kind))
    assert found.frame["name"].tolist() == ["North", "South"]
    assert [int(n) for n in found.frame["n"]] == [1, 2]
    assert found.frame.crs.equals("EPSG:4326", ignore_axis_order=True) or found.frame.crs.is_geographic
    assert all(one.equals(two) for one, two in zip(found.frame.geometry, DEGREES, strict=True))
    assert found.faults == {}


@pytest.mark.parametrize("kind", ["geojson", "topojson", "gpkg", "fgb", "kml", "parquet"])
def test_the_name_of_a_file_says_nothing(tmp_path, kind):
    path = written(tmp_path, kind).rename(tmp_path / "units.dat")
    assert len(read_features(path).frame) == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("folder", ["", "deep/er/"])
def test_a_zip_is_opened_as_publishers_pack_it(tmp_path, kind, folder):
    written(tmp_path, kind)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("readme.txt", "terms")
        archive.writestr("__MACOSX/._units.shp", "x")
        for part in sorted(tmp_path.glob("units.*")):
            archive.write(part, folder + part.name)
    assert read_features(tmp_path / "all.zip").frame["name"].tolist() == ["North", "South"]


def test_a_zip_without_polygons_or_with_several_says_what_is_in_it(tmp_path):
    one = written(tmp_path, "geojson")
    with zipfile.ZipFile(tmp_path / "none.zip", "w") as archive:
        archive.writestr("a/report.pdf", "x")
    with pytest.raises(geo.SourceError, match=r"a/report\.pdf"):
        read_features(tmp_path / "none.zip")
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.write(one, "x/a.geojson")
        archive.write(one, "x/b.geojson")
    with pytest.raises(geo.BoundaryError, match=r"x/a\.geojson, x/b\.geojson; say which with layer"):
        read_features(tmp_path / "two.zip")
    assert len(read_features(tmp_path / "two.zip", layer="b").frame) == 2


# -- one bad geometry is one row


BAD = {
    "two points": [[[66, 33], [67, 34]]],
    "open ring of three": [[[66, 33], [67, 34], [67, 33]]],
    "text": [[["66", "33"], [67, 34], [67, 33], [66, 33]]],
    "no list": 5,
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_ring_is_one_row_of_geojson(tmp_path, bad):
    rings = {"type": "Polygon", "coordinates": BAD[bad]}
    rows = [{"type": "Feature", "properties": {"name": "bad"}, "geometry": rings}]
    rows += [
        {"type": "Feature", "properties": {"name": name}, "geometry": mapping(shape)}
        for name, shape in zip(UNITS["name"], UNITS.geometry, strict=True)
    ]
    path = tmp_path / "units.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    found = read_features(path)
    assert len(found.frame) == 3
    assert found.frame.geometry.iloc[1].equals(DEGREES[0])
    if bad != "open ring of three":
        # GEOS closes that one itself, or says that it cannot; either is one row.
        assert "cannot be read" in found.faults[0]


def test_a_bad_ring_is_one_unit_left_out_with_its_name(tmp_path, monkeypatch):
    monkeypatch.setenv("DURAND_HOME", str(tmp_path / "home"))
    content = as_topojson()
    content["objects"]["units"]["geometries"].append(
        {"type": "Polygon", "arcs": [[77]], "properties": {"name": "Thin"}}
    )
    path = tmp_path / "units.topojson"
    path.write_text(json.dumps(content))
    stated = {"licence": "CC0-1.0", "source": "invented", "vintage": "2026"}
    report = geo.add_boundaries(path, country="AF", **stated)
    assert report.left_out[["row", "name"]].values.tolist() == [[2, "Thin"]]
    assert "cannot be read" in report.left_out["reason"].iloc[0]


def test_a_broken_blob_is_one_row_of_a_geopackage(tmp_path):
    import sqlite3

    path = written(tmp_path, "gpkg")
    with sqlite3.connect(path) as base:
        base.create_function("ST_IsEmpty", 1, lambda _: 0)
        for name in [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute("UPDATE units SET geom = x'4750000112' WHERE name = 'North'")
    found = read_features(path)
    assert list(found.faults) == [0]
    assert found.frame.geometry.iloc[1].equals(DEGREES[1])


# -- CRS


def test_a_crs_that_is_not_stated_can_be_said_and_one_that_is_cannot_be_said_otherwise(tmp_path):
    written(tmp_path, "shp")
    (tmp_path / "units.prj").unlink()
    with pytest.raises(geo.CrsError, match="--crs EPSG:4326"):
        read_features(tmp_path / "units.shp")
    assert read_features(tmp_path / "units.shp", crs="EPSG:4326").frame.crs == "EPSG:4326"
    with pytest.raises(geo.CrsError, match="not in EPSG:32642"):
        read_features(written(tmp_path, "gpkg"), crs="EPSG:32642")
    for name in ("http://example.org/crs", "/etc/passwd", "+proj=longlat", "EPSG:99999999"):
        with pytest.raises(geo.CrsError):
            read_features(tmp_path / "units.shp", crs=name)


@pytest.mark.parametrize("kind", ["gpkg", "fgb", "shp", "parquet"])
def test_other_crs_are_kept(tmp_path, kind):
    path = tmp_path / f"metric.{kind}"
    metric = UNITS.to_crs("EPSG:32642")
    metric.to_parquet(path) if kind == "parquet" else metric.to_file(path)
    found = read_features(path).frame.to_crs("EPSG:4326")
    assert shapely.hausdorff_distance(found.geometry.iloc[0], DEGREES[0]) < 1e-6


# -- nobody is asked


@pytest.fixture
def listener():
    """A server on loopback that notes who comes."""
    came = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        over = threading.Event()

        def serve():
            while not over.is_set():
                try:
                    connection, address = server.accept()
                except TimeoutError:
                    continue
                came.append(address)
                connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], came
        over.set()
        thread.join()


def hostile(port, secret):
    """Files whose content names an address or another file."""
    address = f"http://127.0.0.1:{port}"
    link = {"type": "link", "properties": {"href": f"{address}/crs", "type": "proj4"}}
    collection = json.loads(UNITS.to_json())
    inner = "<OGRVRTLayer name='x'><SrcDataSource>{}</SrcDataSource></OGRVRTLayer>"
    vrt = f"<OGRVRTDataSource>{inner}</OGRVRTDataSource>"
    return {
        "link.geojson": json.dumps({**collection, "crs": link}),
        "named.geojson": json.dumps({**collection, "crs": {"type": "name", "properties": {"name": address}}}),
        "net.vrt": vrt.format(f"/vsicurl/{address}/x.geojson"),
        "net.geojson": vrt.format(f"/vsicurl/{address}/x.geojson"),
        "file.vrt": vrt.format(secret),
        "wfs.xml": f"<OGRWFSDataSource><URL>{address}</URL></OGRWFSDataSource>",
        "poly.kml": f"<kml><!-- {vrt.format('/vsicurl/' + address)} --><Document/></kml>",
        "link.kml": f"<kml><NetworkLink><Link><href>{address}/x.kml</href></Link></NetworkLink></kml>",
        "entity.kml": f"<!DOCTYPE kml [<!ENTITY x SYSTEM '{address}/x'>]><kml><name>&x;</name></kml>",
        "esri.json": json.dumps({"url": f"{address}/FeatureServer", "geometryType": "esriGeometryPolygon"}),
        "address.txt": f"{address}/units.geojson",
    }


def test_no_file_makes_us_ask_the_network_or_open_another_file(tmp_path, listener):
    port, came = listener
    secret = written(tmp_path, "gpkg")
    for name, text in hostile(port, secret).items():
        path = tmp_path / name
        path.write_text(text)
        if name == "link.geojson":
            found = read_features(path)
            assert "not followed" in found.notes[0]
            assert len(found.frame) == 2
        elif name == "link.kml" or name == "poly.kml":
            assert len(read_features(path).frame) == 0
        elif name == "esri.json":
            assert read_features(path).frame.geometry.isna().all()
        else:
            with pytest.raises((geo.SourceError, geo.CrsError)):
                read_features(path)
    assert came == []


def test_a_virtual_table_of_a_geopackage_is_not_read(tmp_path):
    import sqlite3

    path = written(tmp_path, "gpkg")
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA writable_schema = ON")
        virtual = "CREATE VIRTUAL TABLE units USING VirtualOGR('x')"
        base.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'units'", (virtual,))
    with pytest.raises(geo.SourceError):
        read_features(path)


# -- bounds


def test_what_would_unpack_to_too_much_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b" " * 30_000_000)
    with pytest.raises(geo.SourceError, match="would unpack to 30,000,000 bytes"):
        read_features(path)
    shutil.copyfile(path, tmp_path / "inner.zip")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(tmp_path / "inner.zip", "inner.zip")
    with pytest.raises(geo.SourceError, match=r"no file of polygons in it .*inner\.zip"):
        read_features(tmp_path / "outer.zip")
    monkeypatch.setattr(features, "MOST_FEATURES", 1)
    for kind in KINDS:
        with pytest.raises(geo.SourceError, match="at most 1"):
            read_features(written(tmp_path, kind))


def test_a_parquet_file_that_unpacks_to_gigabytes_is_refused_in_time(tmp_path, monkeypatch):
    monkeypatch.setattr(features, "MOST_BYTES", 50_000_000)
    geometry = pa.array([shapely.to_wkb(box(66, 33, 67, 34))] * 5_000, pa.binary())
    filler = pa.array(["x" * 20_000] * 5_000)
    about = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
    table = pa.table({"geometry": geometry, "filler": filler}).replace_schema_metadata(
        {"geo": json.dumps(about)}
    )
    pq.write_table(table, tmp_path / "bomb.parquet", compression="zstd")
    assert (tmp_path / "bomb.parquet").stat().st_size < 1_000_000
    with pytest.raises(geo.SourceError, match="unpacks to more than"):
        read_features(tmp_path / "bomb.parquet")


def fault_of(path):
    """What is said of a file, if it is refused; anything else that is raised fails the test."""
    try:
        read_features(path)
    except geo.GeoError as err:
        return str(err)
    return None


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_has_a_name_for_its_fault(tmp_path, kind):
    import numpy as np

    path = written(tmp_path, kind)
    whole = path.read_bytes()
    rng = np.random.default_rng(1)
    for number in range(60):
        content = bytearray(whole)
        if number % 3 == 0:
            content = content[: rng.integers(0, len(whole))]
        else:
            for at in rng.integers(0, len(whole), 8 if number % 3 == 1 else 200):
                content[at] = rng.integers(0, 256)
        path.write_bytes(bytes(content))
        said = fault_of(path)
        assert said is None or "\n" not in said
