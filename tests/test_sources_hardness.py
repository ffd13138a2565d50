"""Files that are broken or meant to break: a clear error, nothing half done, memory bounded."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo.errors import GeoError, SourceError
from geo.files.csv_injection import neutralise_formulas, restore_formulas
from geo.sources.files.limits import Limits, check_archive, table_members
from maps.cli.read import read_command

TABLE = "date,type,place,lat,lon,killed\n2025-10-11,airstrike,Torkham,34.12,71.09,3\n"


def valid(kind: str, folder: Path) -> bytes:
    path = folder / f"valid{kind}"
    events = geo.read_events().events
    if kind == ".xlsx":
        geo.write_template(path, overwrite=True)
    elif kind == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("events.csv", TABLE * 50)
    else:
        geo.write_table(events, path, overwrite=True)
    return path.read_bytes()


@pytest.mark.parametrize("kind", [".xlsx", ".zip", ".parquet", ".gpkg"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_an_error(tmp_path, kind, part):
    content = valid(kind, tmp_path)
    path = tmp_path / f"cut{kind}"
    path.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(SourceError):
        geo.read_events(path)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=600),
    st.sampled_from(
        [
            b"",
            b"PK\x03\x04",
            b"PAR1",
            b"SQLite format 3\x00",
            b"fgb\x03",
            b"{",
            b"\xff\xfe",
            b"\xd0\xcf\x11\xe0",
        ]
    ),
)
def test_random_bytes_are_an_error_of_ours(tmp_path_factory, content, mark):
    path = tmp_path_factory.mktemp("random") / "file.csv"
    path.write_bytes(mark + content)
    try:
        tables = geo.read_events(path)
    except GeoError:
        return
    else:
        assert tables.counts["read"] == sum(list(tables.counts.values())[1:])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_is_an_error_or_read(tmp_path_factory, place, noise):
    folder = tmp_path_factory.mktemp("noise")
    content = bytearray(valid(".xlsx", folder))
    place %= len(content)
    content[place : place + len(noise)] = noise
    path = folder / "noise.xlsx"
    path.write_bytes(bytes(content))
    try:
        counts = geo.read_events(path).counts
    except GeoError:
        return
    assert counts["read"] == counts["accepted"] + counts["rejected"] + counts["superseded"]


def bomb(path: Path, name: str, size: int, *parts: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for part in parts:
            archive.writestr(part, "x")
        with archive.open(name, "w", force_zip64=True) as file:
            for _ in range(size // 1_000_000):
                file.write(b" " * 1_000_000)
    return path


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("events.csv", ()),
        ("xl/worksheets/sheet1.xml", ("[Content_Types].xml",)),
        ("content.xml", ("mimetype",)),
    ],
)
def test_a_zip_bomb_is_not_unpacked(tmp_path, name, parts):
    path = bomb(tmp_path / "bomb.zip", name, 300_000_000, *parts)
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match="would unpack"):
            geo.read_events(path)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_a_member_that_lies_about_its_size_is_found_out(tmp_path):
    path = bomb(tmp_path / "lie.zip", "xl/a.xml", 30_000_000, "[Content_Types].xml")
    content = bytearray(path.read_bytes())
    size = (30_000_000).to_bytes(4, "little")
    assert size in content
    path.write_bytes(bytes(content).replace(size, (1000).to_bytes(4, "little")))
    with pytest.raises(SourceError):
        check_archive(path)


def test_limits_are_told(tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20):
            archive.writestr(f"{number}.csv", TABLE)
    with pytest.raises(SourceError, match="20 files in it; at most 10"):
        table_members(path, Limits(members=10))
    with pytest.raises(SourceError, match="would unpack to"):
        table_members(path, Limits(expanded_bytes=100))


def test_names_in_an_archive_are_no_paths(tmp_path):
    path = tmp_path / "slip.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../escaped.csv", TABLE)
    assert geo.read_events(path).counts["accepted"] == 1
    assert not list(tmp_path.parent.glob("escaped.csv"))


def test_a_single_line_of_100_mb_is_an_error_in_bounded_memory(tmp_path):
    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match="longer than"):
            geo.read_events(path)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("place", [10, 300_000])
def test_a_nul_byte_is_an_error(tmp_path, place):
    content = bytearray((TABLE + "2025-10-11,attack,Torkham,34.12,71.09,3\n" * 10_000).encode())
    content[place] = 0
    path = tmp_path / "nul.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=f"NUL byte at position {place:,}"):
        geo.read_events(path)


def test_a_sheet_of_two_cells_far_apart_is_not_filled_up(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"], book.active["XFD1048576"] = "date", "x"
    book.save(tmp_path / "wide.xlsx")
    with pytest.raises(SourceError, match="1,048,576 rows x 16,384 columns"):
        geo.read_events(tmp_path / "wide.xlsx")


def test_deep_json_is_an_error(tmp_path):
    path = tmp_path / "deep.json"
    path.write_text("[" * 200_000)
    with pytest.raises(SourceError, match="JSON"):
        geo.read_events(path)


@pytest.mark.parametrize("name", ["\0", "/dev/zero", ""])
def test_what_is_no_file_is_an_error(name):
    if name.startswith("/dev") and not Path(name).exists():
        pytest.skip("this system has no such device")
    with pytest.raises((GeoError, OSError)):
        geo.read_events(name)


def test_a_formula_is_text_and_is_neutralised_where_we_write_csv(tmp_path):
    path = tmp_path / "formula.csv"
    path.write_text(
        "date,place,lat,lon,source\n2025-10-11,=cmd|'/c calc'!A0,34.1,71.1,@x\nsoon,+1,34.1,71.1,=1+1\n"
    )
    tables = geo.read_events(path)
    assert tables.events["place"].tolist() == ["=cmd|'/c calc'!A0"]
    assert geo.write_rejected(tables, tmp_path / "rejected.csv") == 2
    text = (tmp_path / "rejected.csv").read_text()
    assert "'=1+1" in text
    assert ",=1+1" not in text
    geo.write_table(tables.events, tmp_path / "out.csv")
    assert "'=cmd" in (tmp_path / "out.csv").read_text()
    again = geo.read_events(tmp_path / "out.csv")
    pd.testing.assert_frame_equal(again.events, tables.events)


@settings(deadline=None)
@given(st.lists(st.text(st.characters(blacklist_categories=("Cs",)), max_size=8), min_size=1))
def test_neutralised_text_is_restored(texts):
    frame = pd.DataFrame({"a": texts}, dtype="str")
    safe, _ = neutralise_formulas(frame)
    assert not safe["a"].str.match(r"[=+\-@\t\r]").any()
    pd.testing.assert_frame_equal(restore_formulas(safe), frame)


@pytest.mark.parametrize("content", [b"\x00\x01", b"PK\x03\x04xx", b"a,b\n1,2\n", b"", b'date,place\n"2025'])
def test_the_command_ends_in_one_line_and_leaves_nothing(tmp_path, content):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    result = CliRunner().invoke(read_command, [str(path), "-o", str(tmp_path / "out.parquet")])
    assert result.exit_code == 1
    assert isinstance(result.exception, GeoError)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.csv"]


CELLS = st.one_of(
    st.just(""),
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12),
    st.integers(0, 9999).map(str),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_every_row_of_any_table_is_accounted_for(tmp_path_factory, rows):
    out = io.StringIO()
    pd.DataFrame(rows, columns=["date", "place", "lat", "lon"]).to_csv(out, index=False)
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_text(out.getvalue(), encoding="utf-8")
    tables = geo.read_events(path)
    assert (
        tables.counts["read"]
        == tables.counts["accepted"] + tables.counts["rejected"] + tables.counts["superseded"]
    )
    assert tables.counts["read"] == sum(any(cell.strip() for cell in row) for row in rows)
