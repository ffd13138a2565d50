from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import geopandas as gpd
import pytest
from click.testing import CliRunner

import geo
from geo.boundaries.download import KnownSource
from geo.districts.fetch import fetch_districts
from maps.cli.boundaries import fetch
from maps.cli.main import cli

CONTENT = bytes(itertools.islice(itertools.cycle(range(251)), 300_000))
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """A server on the loopback address whose manners a test sets."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = CONTENT
        self.files: dict[str, bytes] = {}  # contents by the last part of the path; else content
        self.etag = '"one"'
        self.ranges = True
        self.cut_after: list[int] = []  # bytes sent by the first answers, before the connection is cut
        self.status: list[int] = []  # statuses of the first answers
        self.silence_s = 0.0
        self.trickle_s = 0.0
        self.location = ""
        self.shift = 0
        self.seen: list[str | None] = []

    def url(self, name: str = "districts.geojson") -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/files/{name}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        server = self.server
        asked = self.headers.get("Range")
        server.seen.append(asked)
        if server.location:
            self.send_response(302)
            self.send_header("Location", server.location)
            self.end_headers()
            return
        if server.status:
            self.send_error(server.status.pop(0))
            return
        time.sleep(server.silence_s)
        content = server.files.get(self.path.rpartition("/")[2], server.content)
        start = 0
        fits = self.headers.get("If-Range") in (None, server.etag)
        if asked and server.ranges and fits:
            start = int(re.fullmatch(r"bytes=(\d+)-", asked).group(1))
            if start >= len(content):
                self.send_error(416)
                return
            self.send_response(206)
            first = start + server.shift
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        body = content[start:]
        if server.etag:
            self.send_header("ETag", server.etag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if server.cut_after:
            self.wfile.write(body[: server.cut_after.pop(0)])
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(2)
            return
        if server.trickle_s:
            for byte in range(0, len(body), 1000):
                try:
                    self.wfile.write(body[byte : byte + 1000])
                except OSError:
                    return
                time.sleep(server.trickle_s)
            return
        with contextlib.suppress(OSError):
            self.wfile.write(body)


@pytest.fixture
def server():
    made = Server()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DURAND_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_comes_whole_and_says_its_hash(server, home):
    found = geo.fetch_boundaries(server.url())
    assert found.path == home / "downloads" / "districts.geojson"
    assert found.path.read_bytes() == CONTENT
    assert (found.sha256, found.bytes, found.checked, found.resumed_at) == (SHA256, 300_000, False, 0)
    assert left(found.path.parent) == ["districts.geojson"]


def test_the_right_hash_is_checked_and_a_second_call_asks_for_nothing(server):
    assert geo.fetch_boundaries(server.url(), sha256=SHA256.upper()).checked
    assert geo.fetch_boundaries(server.url(), sha256=f"sha256:{SHA256}").checked
    assert len(server.seen) == 1


def test_a_wrong_hash_leaves_no_file_and_says_both(server, home):
    with pytest.raises(geo.FetchError, match=f"{SHA256}.*not {'0' * 64}"):
        geo.fetch_boundaries(server.url(), sha256="0" * 64)
    assert left(home / "downloads") == []


def test_a_file_that_is_there_is_kept_unless_forced(server, tmp_path):
    target = tmp_path / "mine.geojson"
    target.write_bytes(b"mine")
    for sha256 in (None, SHA256):
        with pytest.raises(geo.OverwriteError, match="is there already"):
            geo.fetch_boundaries(server.url(), to=target, sha256=sha256)
    assert target.read_bytes() == b"mine"
    geo.fetch_boundaries(server.url(), to=target, overwrite=True)
    assert target.read_bytes() == CONTENT


def test_a_failed_forced_download_keeps_the_file_that_was_there(server, tmp_path):
    target = tmp_path / "mine.geojson"
    target.write_bytes(b"mine")
    with pytest.raises(geo.FetchError):
        geo.fetch_boundaries(server.url(), to=target, sha256="0" * 64, overwrite=True)
    assert target.read_bytes() == b"mine"


def test_a_cut_connection_is_continued_in_the_same_call(server):
    server.cut_after = [100_000]
    found = geo.fetch_boundaries(server.url(), sha256=SHA256)
    assert server.seen == [None, "bytes=100000-"]
    assert found.resumed_at == 100_000
    assert found.path.read_bytes() == CONTENT


def test_a_cut_connection_is_continued_by_the_next_call(server, home):
    server.cut_after = [100_000]
    with pytest.raises(geo.FetchError, match="broke after 100000 of 300000 bytes; 100000 bytes are kept"):
        geo.fetch_boundaries(server.url(), attempts=1)
    assert left(home / "downloads") == ["districts.geojson.part", "districts.geojson.part.json"]
    found = geo.fetch_boundaries(server.url(), sha256=SHA256)
    assert found.resumed_at == 100_000
    assert left(home / "downloads") == ["districts.geojson"]


def test_a_server_that_ignores_ranges_is_asked_for_the_whole(server):
    server.cut_after = [100_000]
    server.ranges = False
    found = geo.fetch_boundaries(server.url(), sha256=SHA256)
    assert server.seen[-1] == "bytes=100000-"
    assert found.resumed_at == 0
    assert found.path.read_bytes() == CONTENT


def test_two_versions_are_never_joined(server):
    server.cut_after = [100_000]
    with pytest.raises(geo.FetchError):
        geo.fetch_boundaries(server.url(), attempts=1)
    server.content, server.etag = CONTENT[::-1], '"two"'
    assert geo.fetch_boundaries(server.url()).path.read_bytes() == CONTENT[::-1]


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_without_a_strong_validator_nothing_is_continued(server, etag):
    server.etag = etag
    server.cut_after = [100_000]
    assert geo.fetch_boundaries(server.url()).path.read_bytes() == CONTENT
    assert server.seen == [None, None]


def test_a_wrong_range_is_not_appended(server):
    server.cut_after = [100_000]
    server.shift = 7
    assert geo.fetch_boundaries(server.url()).path.read_bytes() == CONTENT
    assert server.seen == [None, "bytes=100000-", None]


def test_a_part_longer_than_the_file_starts_anew(server, home):
    part = home / "downloads" / "districts.geojson.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT + b"more")
    part.with_name(f"{part.name}.json").write_text(json.dumps({"url": server.url(), "version": server.etag}))
    assert geo.fetch_boundaries(server.url()).path.read_bytes() == CONTENT


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"url": "http://elsewhere/", "version": "x"}'])
def test_a_part_of_unknown_origin_is_not_used(server, home, note):
    part = home / "downloads" / "districts.geojson.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"something else")
    part.with_name(f"{part.name}.json").write_text(note)
    assert geo.fetch_boundaries(server.url()).path.read_bytes() == CONTENT
    assert server.seen == [None]


def test_404_is_said_at_once(server):
    server.status = [404]
    with pytest.raises(geo.FetchError, match="404 Not Found; the address may have changed"):
        geo.fetch_boundaries(server.url())
    assert len(server.seen) == 1


def test_a_failing_server_is_asked_again(server):
    server.status = [503, 429]
    assert geo.fetch_boundaries(server.url()).bytes == 300_000
    assert len(server.seen) == 3


def test_a_server_that_fails_for_good_is_named(server):
    server.status = [500] * 9
    with pytest.raises(geo.FetchError, match="500"):
        geo.fetch_boundaries(server.url(), attempts=2)
    assert len(server.seen) == 2


def test_a_silent_server_times_out(server):
    server.silence_s = 1.5
    start = time.monotonic()
    with pytest.raises(geo.FetchError, match=r"silent for 0\.2 s"):
        geo.fetch_boundaries(server.url(), timeout_s=0.2, attempts=1)
    assert time.monotonic() - start < 1.4


def test_a_server_that_trickles_ends_with_the_time_allowed(server):
    server.trickle_s = 0.05
    start = time.monotonic()
    with pytest.raises(geo.FetchError, match=r"time allowed.*bytes are kept"):
        geo.fetch_boundaries(server.url(), deadline_s=0.4)
    assert time.monotonic() - start < 5


def test_no_server_at_all_is_an_error_of_ours():
    free = Server()
    url = free.url()
    free.server_close()
    with pytest.raises(geo.FetchError, match="no connection"):
        geo.fetch_boundaries(url, attempts=1)


@pytest.mark.parametrize("location", ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:,x"])
def test_redirections_lead_to_the_web_only(server, location):
    server.location = location
    with pytest.raises(geo.FetchError, match=r"(?i)redirect"):
        geo.fetch_boundaries(server.url(), attempts=1)


@pytest.mark.parametrize(
    "source", ["file:///etc/hostname", "ftp://127.0.0.1/x", "no-such-source", "", "https://"]
)
def test_what_is_neither_known_nor_an_address_is_refused(source):
    with pytest.raises(geo.BoundaryError, match=r"no known source|cannot download"):
        geo.fetch_boundaries(source)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("..%2F..%2Fout.geojson", "out.geojson"),
        (".hidden", "hidden"),
        ("a%20b.zip?x=1", "a_b.zip"),
        ("", "download"),
    ],
)
def test_the_name_of_the_file_leads_nowhere_else(server, home, name, stored):
    assert geo.fetch_boundaries(server.url(name)).path == home / "downloads" / stored


@pytest.mark.parametrize("bad", [{"sha256": "abc"}, {"timeout_s": 0}, {"deadline_s": -1}, {"attempts": 0}])
def test_arguments_that_make_no_sense_are_refused(server, bad):
    with pytest.raises(geo.BoundaryError):
        geo.fetch_boundaries(server.url(), **bad)
    assert server.seen == []


def test_progress_is_told(server):
    told = []
    geo.fetch_boundaries(server.url(), progress=lambda have, total: told.append((have, total)))
    assert told[-1] == (300_000, 300_000)


def test_known_sources_name_a_fixed_version_with_its_hash():
    for known in geo.list_sources():
        assert known.url.startswith("https://")
        assert known.country in ("AF", "PK")
        assert known.level in (2, 3)
        assert known.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", known.sha256)
        assert known.info_url.startswith("https://")


def test_a_known_source_is_found_by_its_name_and_its_hash_is_checked(server, monkeypatch):
    first = geo.list_sources()[0]
    local = KnownSource(**{**vars(first), "url": server.url()})
    monkeypatch.setattr("geo.boundaries.download.list_sources", lambda: (local,))
    with pytest.raises(geo.FetchError, match=f"not {first.sha256}"):
        geo.fetch_boundaries("GEOBOUNDARIES-afg-adm2")


@pytest.fixture
def districts(server, monkeypatch):
    """Two invented files of districts on the loopback address, and what their publisher says of one."""
    units = geo.read_units().set_index("boundary_id").geometry
    local = []
    for country, code in (("AF", "AF-KHO"), ("PK", "PK-KP")):
        frame = gpd.GeoDataFrame({"name": ["Invented"]}, geometry=[units[code]], crs=4326)
        server.files[f"{country}.geojson"] = frame.to_json().encode()
        local.append(
            KnownSource(
                id=f"invented-{country}",
                title="Invented",
                country=country,
                level=2,
                url=server.url(f"{country}.geojson"),
                sha256=hashlib.sha256(server.files[f"{country}.geojson"]).hexdigest(),
                bytes=None,
                licence="CC0-1.0" if country == "AF" else None,
                vintage="2014" if country == "AF" else None,
                source="made by hand",
                info_url=server.url(f"{country}.json"),
            )
        )
    said = {"boundaryLicense": "CC BY 3.0", "boundaryYearRepresented": "2019"}
    server.files["PK.json"] = json.dumps(said).encode()
    for module in ("geo.boundaries.download", "geo.districts.fetch"):
        monkeypatch.setattr(f"{module}.list_sources", lambda: tuple(local))
    return local


def test_the_districts_of_both_countries_come_in_one_step(districts, server):
    result = CliRunner().invoke(fetch, ["districts"])
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == ["AF-2", "PK-2"]
    assert "made by hand, CC BY 3.0, 2019" in result.stderr
    layers = {layer.id: layer for layer in geo.list_added()}
    assert (layers["AF-2"].licence, layers["AF-2"].vintage) == ("CC0-1.0", "2014")
    assert (layers["PK-2"].licence, layers["PK-2"].source_url) == ("CC BY 3.0", districts[1].info_url)
    # What is there is left; nothing is asked for again.
    asked = len(server.seen)
    again = CliRunner().invoke(fetch, ["districts"])
    assert (again.exit_code, again.stdout, len(server.seen)) == (0, "", asked)
    assert CliRunner().invoke(fetch, ["districts", "-o", "x.geojson"]).exit_code == 2


def test_districts_without_a_licence_or_with_another_hash_are_not_added(districts, server):
    right = server.files["PK.geojson"]
    server.files["PK.geojson"] = right + b" "
    with pytest.raises(geo.FetchError, match=f"not {districts[1].sha256}"):
        list(fetch_districts())
    server.files |= {"PK.geojson": right, "PK.json": b'{"boundaryYearRepresented": "2019"}'}
    with pytest.raises(geo.BoundaryError, match="names no licence of invented-PK"):
        list(fetch_districts())
    assert [layer.id for layer in geo.list_added()] == ["AF-2"]


def test_districts_without_a_network_are_one_line(districts, monkeypatch):
    gone = [KnownSource(**{**vars(one), "url": "http://127.0.0.1:9/x.geojson"}) for one in districts]
    for module in ("geo.boundaries.download", "geo.districts.fetch"):
        monkeypatch.setattr(f"{module}.list_sources", lambda: tuple(gone))
    result = CliRunner().invoke(cli, ["boundaries", "fetch", "districts"])
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert geo.list_added() == ()


def test_the_command_prints_the_path_and_the_hash_found(server, tmp_path):
    out = tmp_path / "x.geojson"
    result = CliRunner().invoke(fetch, [server.url(), "-o", str(out)])
    assert (result.exit_code, result.stdout.strip()) == (0, str(out))
    assert SHA256 in result.stderr


def test_the_command_without_source_lists_the_known_ones():
    result = CliRunner().invoke(fetch, [])
    assert result.exit_code == 0
    assert result.stdout.count("\n") == len(geo.list_sources())
    assert "geoboundaries-AFG-ADM2\tDistricts of Afghanistan\tCC-BY-4.0" in result.stdout


@pytest.mark.parametrize("content", [b"", b"<!DOCTYPE html><title>Log in</title>", b"\n <html>"])
def test_a_page_or_nothing_is_no_file_of_boundaries(server, tmp_path, content):
    server.content = content
    with pytest.raises(geo.FetchError, match="and no file"):
        geo.fetch_boundaries(server.url(), to=tmp_path / "d.geojson")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    ["http://[::1", "https://a:99999999/x", "http://a:x/", "https://a b/x", "https://a\x1b[2J/x", "http://"],
)
def test_an_odd_address_is_one_line(tmp_path, address):
    with pytest.raises(geo.BoundaryError):
        geo.fetch_boundaries(address, to=tmp_path / "d.geojson")


def test_no_proxy_is_asked_for_this_machine(server, tmp_path, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert geo.fetch_boundaries(server.url(), to=tmp_path / "d.geojson").bytes > 0


def test_a_folder_that_cannot_be_is_one_line(server, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(geo.WriteError, match="cannot be written"):
        geo.fetch_boundaries(server.url(), to=tmp_path / "file" / "d.geojson")
