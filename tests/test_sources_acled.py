"""ACLED exports and the client of its API. Every row is invented: ACLED's own may not be passed on."""

from __future__ import annotations

import base64
import contextlib
import csv
import datetime as dt
import json
import socketserver
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pandas as pd
import pytest
from click.testing import CliRunner

import geo
from geo.errors import OverwriteError, SchemaError, SourceError
from geo.sources.acled_api import AcledClient
from geo.sources.readers.acled import SUB_EVENT_TYPES
from maps.cli.main import cli

NEW = (
    "event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 "
    "assoc_actor_1 inter1 actor2 "
    "assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location "
    "latitude longitude "
    "geo_precision source source_scale notes fatalities tags timestamp"
).split()
WIDE = [*NEW, "population_1km", "population_2km", "population_5km", "population_best"]
OLD = (
    "data_id iso event_id_cnty event_id_no_cnty event_date year time_precision event_type sub_event_type "
    "actor1 assoc_actor_1 "
    "inter1 actor2 assoc_actor_2 inter2 interaction region country admin1 admin2 admin3 location latitude "
    "longitude "
    "geo_precision source source_scale notes fatalities timestamp iso3"
).split()

ROW = {
    "event_id_cnty": "PAK900001",
    "event_date": "2025-10-12",
    "year": "2025",
    "time_precision": "1",
    "disorder_type": "Political violence",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "actor1": "An Invented Group",
    "inter1": "Rebel group",
    "actor2": "Another Invented Group",
    "inter2": "State forces",
    "country": "Pakistan",
    "admin1": "Khyber Pakhtunkhwa",
    "admin2": "Khyber",
    "location": "Landi Kotal",
    "latitude": "34.0995",
    "longitude": "71.1409",
    "geo_precision": "1",
    "source": "An Invented Paper",
    "notes": "An invented event.",
    "fatalities": "2",
    "timestamp": "1760400000",
    "population_best": "1000",
}


def write(path: Path, *rows: dict[str, str], columns=NEW) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows([ROW | row for row in rows])
    return path


def test_the_exports_have_the_columns_that_they_are_known_by():
    assert (len(NEW), len(WIDE)) == (31, 35)
    assert len(SUB_EVENT_TYPES) == 25


@pytest.mark.parametrize("columns", [NEW, WIDE, OLD])
def test_exports_of_every_age_are_read(tmp_path, columns):
    row = {"inter1": "2", "inter2": "0"} if columns is OLD else {}
    tables = geo.read_events(write(tmp_path / "acled.csv", row, columns=columns))
    event, detail = tables.events.iloc[0], tables.details.iloc[0]
    assert event["event_id"] == "acled:PAK900001"
    assert event["licence"] == "no-redistribution"
    assert (event["event_type"], event["native_type"]) == ("armed clash", "Battles: Armed clash")
    assert (event["where_precision"], event["date_precision"], event["deaths_best"]) == ("town", 1, 2)
    assert pd.isna(event["deaths_low"])
    assert detail["inter1"] == "Rebel group"
    assert detail["inter2"] == ("" if columns is OLD else "State forces")


def test_old_dates_in_words_are_read(tmp_path):
    tables = geo.read_events(write(tmp_path / "acled.csv", {"event_date": "12 October 2025"}))
    assert tables.events["date_start"].tolist() == [pd.Timestamp("2025-10-12")]


@pytest.mark.parametrize(("code", "word"), [("1", "town"), ("2", "near"), ("3", "province")])
def test_geo_precision_is_mapped(tmp_path, code, word):
    events = geo.read_events(write(tmp_path / "a.csv", {"geo_precision": code})).events
    assert events["where_precision"].astype("str").tolist() == [word]


@pytest.mark.parametrize(("code", "precision"), [("1", 1), ("2", 2), ("3", 3)])
def test_time_precision_is_mapped_and_a_week_has_no_stated_end(tmp_path, code, precision):
    event = geo.read_events(write(tmp_path / "a.csv", {"time_precision": code})).events.iloc[0]
    assert event["date_precision"] == precision
    assert pd.isna(event["date_end"]) == (precision > 1)


@pytest.mark.parametrize("sub", list(SUB_EVENT_TYPES))
def test_every_sub_event_type_has_one_of_ours(tmp_path, sub):
    kind, ours = SUB_EVENT_TYPES[sub]
    events = geo.read_events(write(tmp_path / "a.csv", {"event_type": kind, "sub_event_type": sub})).events
    assert events["event_type"].astype("str").tolist() == [ours]
    if kind in {"Protests", "Riots"}:
        assert ours == "other"


@pytest.mark.parametrize(
    ("notes", "ours"),
    [
        ("A drone strike hit a house.", "drone strike"),
        ("A quadcopter dropped a charge.", "drone strike"),
        ("A drone airstrike hit a house.", "drone strike"),
        ("Jets hit a house.", "airstrike"),
        ("Jets and drones hit houses.", "airstrike"),
        ("A house was hit.", "airstrike"),
    ],
)
def test_a_drone_is_called_so_only_where_the_notes_say_so(tmp_path, notes, ours):
    row = {"event_type": "Explosions/Remote violence", "sub_event_type": "Air/drone strike", "notes": notes}
    events = geo.read_events(write(tmp_path / "a.csv", row)).events
    assert events["event_type"].astype("str").tolist() == [ours]


def test_the_later_time_stamp_wins(tmp_path):
    rows = [{"timestamp": "1760400000", "fatalities": "2"}, {"timestamp": "1760500000", "fatalities": "5"}]
    for order in (rows, rows[::-1]):
        tables = geo.read_events(write(tmp_path / "a.csv", *order))
        assert tables.counts == {"read": 2, "accepted": 1, "rejected": 0, "superseded": 1}
        assert tables.events["deaths_best"].tolist() == [5]


def test_as_of_needs_the_time_stamp(tmp_path):
    path = write(
        tmp_path / "a.csv", {"event_id_cnty": "1"}, {"event_id_cnty": "2", "timestamp": "1790000000"}
    )
    tables = geo.read_events(path, as_of="2025-12-31")
    assert tables.events["event_id"].tolist() == ["acled:1"]
    assert tables.counts["withheld"] == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("event_type", "Weather"),
        ("geo_precision", "4"),
        ("fatalities", "some"),
        ("event_date", "soon"),
        ("latitude", ""),
    ],
)
def test_faults_are_told(tmp_path, column, value):
    row = {column: value, "sub_event_type": "Weather" if column == "event_type" else "Armed clash"}
    tables = geo.read_events(write(tmp_path / "a.csv", {"event_id_cnty": "1"}, row))
    assert tables.counts == {"read": 2, "accepted": 1, "rejected": 1, "superseded": 0}
    assert tables.rejected["column"].tolist() == [column]


# ---------------------------------------------------------------- the API


class Server(ThreadingHTTPServer):
    """Behaves like ACLED's API, with faults on request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.rows = [ROW | {"event_id_cnty": f"PAK{n:03d}"} for n in range(25)]
        self.faults: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.queries: list[dict[str, str]] = []
        self.tokens = 0
        self.valid = ""
        self.limit = 10
        self.expires = 86_400


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *args: object) -> None:
        pass

    def answer(self, code: int, content: object, **headers: str) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        form = {
            k: v[0]
            for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()
        }
        self.server.forms.append(form)
        ok = form.get("password") == "right" or form.get("refresh_token") == f"refresh{self.server.tokens}"
        if form.get("client_id") != "acled" or not ok:
            self.answer(
                400, {"error": "invalid_grant", "error_description": "The user credentials were incorrect."}
            )
            return
        self.server.tokens += 1
        self.server.valid = f"token{self.server.tokens}"
        refresh = f"refresh{self.server.tokens}"
        self.answer(
            200,
            {
                "access_token": self.server.valid,
                "refresh_token": refresh,
                "expires_in": self.server.expires,
                "token_type": "Bearer",
            },
        )

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(url.query).items()}
        self.server.queries.append({"path": url.path, **query})
        fault = self.server.faults.pop(0) if self.server.faults else ""
        if fault.isdigit():
            headers = {"Retry_After": "3"} if fault == "429" else {}
            self.answer(int(fault), {"message": "busy"}, **headers)
            return
        if fault == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b'{"data": [')
            self.close_connection = True
            return
        if fault == "html":
            self.answer(200, b"<html>maintenance</html>")
            return
        if fault == "redirect":
            self.answer(302, b"", Location="http://127.0.0.1:9/elsewhere")
            return
        if self.headers["Authorization"] != f"Bearer {self.server.valid}" or fault == "expired":
            self.server.valid = ""
            self.answer(401, {"message": "The access token has expired."})
            return
        limit = min(int(query["limit"]), self.server.limit)
        first = (int(query["page"]) - 1) * limit
        rows = self.server.rows[first : first + limit]
        count = len(rows) + 3 if fault == "lie" else len(rows)
        if fault == "again":
            rows, count = self.server.rows[:limit], limit
        self.answer(200, {"status": 200, "success": True, "count": count, "data": rows})


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("ACLED_EMAIL", "a@example.org")
    monkeypatch.setenv("ACLED_PASSWORD", "right")
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def waits():
    return []


@pytest.fixture
def client(server, waits):
    return AcledClient(f"http://127.0.0.1:{server.server_port}", timeout_s=5, page_rows=10, wait=waits.append)


def test_every_row_of_every_page_is_fetched(client, server):
    rows = list(
        client.fetch(countries=["Pakistan", "Afghanistan"], start="2025-10-01", end=dt.date(2025, 10, 31))
    )
    assert [row["event_id_cnty"] for row in rows] == [f"PAK{n:03d}" for n in range(25)]
    assert server.forms == [
        {"grant_type": "password", "username": "a@example.org", "password": "right", "client_id": "acled"}
    ]
    query = server.queries[0]
    assert query["country"] == "Pakistan|Afghanistan"
    assert (query["event_date"], query["event_date_where"]) == ("2025-10-01|2025-10-31", "BETWEEN")
    assert all("right" not in str(query) for query in server.queries)


def test_a_server_with_smaller_pages_than_asked_for_loses_no_row(client, server):
    server.limit = 4
    assert len(list(client.fetch())) == 25


def test_an_expired_token_is_renewed_from_the_refresh_token(client, server):
    server.faults = ["", "expired"]
    assert len(list(client.fetch())) == 25
    assert [form["grant_type"] for form in server.forms] == ["password", "refresh_token"]


def test_a_token_about_to_end_is_renewed_before_it_is_used(client, server):
    server.expires = 30
    assert len(list(client.fetch())) == 25
    assert {form["grant_type"] for form in server.forms[1:]} == {"refresh_token"}


def test_a_refused_refresh_token_falls_back_to_the_password(client, server):
    list(client.fetch())
    client._refresh = "stale"
    server.faults = ["expired"]
    assert len(list(client.fetch())) == 25
    assert [form["grant_type"] for form in server.forms] == ["password", "refresh_token", "password"]


def test_a_busy_server_is_waited_for_as_long_as_it_asks(client, server, waits):
    server.faults = ["429", "500", "503"]
    assert len(list(client.fetch())) == 25
    assert waits[0] == 3.0
    assert 2 <= waits[1] <= 4
    assert 4 <= waits[2] <= 8


def test_a_cut_connection_is_tried_again(client, server, waits):
    server.faults = ["", "cut", "cut"]
    assert len(list(client.fetch())) == 25
    assert len(waits) == 2


@pytest.mark.parametrize("fault", ["500", "cut"])
def test_a_server_that_stays_broken_is_an_error_and_no_file(client, server, tmp_path, fault):
    server.faults = ["", *[fault] * 5]
    with pytest.raises(SourceError, match=r"does not answer .* after 5 tries"):
        client.save(tmp_path / "acled.json")
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_lies_about_its_count_is_fetched_again_and_then_refused(client, server):
    server.faults = ["lie"]
    assert len(list(client.fetch())) == 25
    server.faults = ["lie"] * 5
    with pytest.raises(SourceError, match="says it has 13 rows and has 10"):
        list(client.fetch())


def test_a_page_that_comes_twice_ends_the_fetch_with_an_error(client, server):
    server.faults = ["", "again"]
    with pytest.raises(SourceError, match="repeats rows"):
        list(client.fetch())


@pytest.mark.parametrize(
    ("fault", "words"), [("403", "terms"), ("400", "credentials"), ("html", "not JSON"), ("redirect", "302")]
)
def test_a_refusal_is_not_tried_again(client, server, fault, words, waits):
    server.faults = [fault]
    with pytest.raises(SourceError, match=words):
        list(client.fetch())
    assert waits == []


def test_wrong_credentials_are_told_without_them(client, monkeypatch):
    monkeypatch.setenv("ACLED_PASSWORD", "s3cret")
    with pytest.raises(SourceError, match="credentials") as caught:
        list(client.fetch())
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(client)


def test_missing_credentials_name_the_variables(client, monkeypatch):
    monkeypatch.delenv("ACLED_PASSWORD")
    with pytest.raises(SourceError, match="ACLED_EMAIL and ACLED_PASSWORD"):
        list(client.fetch())


def test_a_password_goes_over_https_alone():
    with pytest.raises(SchemaError, match="https"):
        AcledClient("http://example.org")


def test_days_in_the_wrong_order_are_refused_before_anything_is_sent(client, server):
    with pytest.raises(SchemaError, match="before"):
        list(client.fetch(start="2025-10-02", end="2025-10-01"))
    with pytest.raises(SchemaError, match="is a day"):
        list(client.fetch(start="yesterday"))
    assert server.queries == []


def test_what_is_saved_is_read(client, tmp_path):
    path = tmp_path / "acled.json"
    assert client.save(path, countries=["Pakistan"]) == 25
    tables = geo.read_events(path)
    assert tables.counts == {"read": 25, "accepted": 25, "rejected": 0, "superseded": 0}
    assert set(tables.events["licence"]) == {"no-redistribution"}
    with pytest.raises(OverwriteError, match="there already"):
        client.save(path)


# -- a server that is odd or means harm

SECRET = 'hunter2-Ünïcode "q"'


class Raw(socketserver.ThreadingTCPServer):
    """A server that answers each request with bytes of the test's own."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, answers):
        self.answers = answers
        super().__init__(("127.0.0.1", 0), RawHandler)


class RawHandler(socketserver.StreamRequestHandler):
    def handle(self):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.request.recv(65536)
            if not piece:
                return
            head += piece
        path = head.split(b" ", 2)[1].decode()
        answer = self.server.answers(path, head)
        for piece in answer if isinstance(answer, list) else [answer]:
            if isinstance(piece, float):
                time.sleep(piece)
                continue
            try:
                self.request.sendall(piece)
            except OSError:
                return


def http_answer(body, *, status="200 OK", headers=""):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n".encode() + body


TOKEN = {"access_token": "access-secret", "refresh_token": "refresh-secret", "expires_in": 3600}


@contextlib.contextmanager
def answering(answers, monkeypatch, **kwargs):
    monkeypatch.setenv("ACLED_EMAIL", "a@example.org")
    monkeypatch.setenv("ACLED_PASSWORD", SECRET)
    with Raw(answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            port = server.server_address[1]
            yield AcledClient(
                f"http://127.0.0.1:{port}", **{"timeout_s": 5, "tries": 2, "wait": lambda _: None, **kwargs}
            )
        finally:
            server.shutdown()
            thread.join()


def echoes(secret):
    raw = secret.encode()
    return [
        secret,
        quote(secret),
        json.dumps(secret)[1:-1],
        base64.b64encode(raw).decode(),
        raw.hex(),
        secret[::-1],
    ]


@pytest.mark.parametrize("where", ["token", "read", "read 200", "html", "status line", "reason", "count"])
def test_no_message_has_a_secret_whatever_the_server_repeats(monkeypatch, where):
    for secret in (SECRET, "access-secret", "refresh-secret"):
        for echo in echoes(secret):
            words = {
                "message": f"no {echo} here",
                "error": echo,
                "success": False,
                "status": 500,
                "count": echo,
                "data": [],
            }

            def answers(path, head, words=words, echo=echo):
                line = echo.encode().replace(b"\r", b"").replace(b"\n", b"")
                if path.startswith("/oauth"):
                    if where == "token":
                        return http_answer(words, status="400 Bad")
                    return http_answer(TOKEN)
                if where == "html":
                    return http_answer(b"<html>" + echo.encode())
                if where == "status line":
                    return b"HTTPX " + line + b"\r\n\r\n"
                if where == "reason":
                    return http_answer(words, status=f"403 {line.decode()}")
                if where == "count":
                    return http_answer({"status": 200, "count": echo, "data": []})
                return http_answer(words, status="200 OK" if where == "read 200" else "403 No")

            with answering(answers, monkeypatch) as client, pytest.raises(SourceError) as raised:
                list(client.fetch())
            told, cause = str(raised.value), raised.value
            while cause is not None:
                told += str(cause)
                cause = cause.__cause__
            for form in (SECRET, "access-secret", "refresh-secret", echo):
                assert form not in told


def test_a_server_that_sends_a_header_now_and_then_is_cut_off(monkeypatch):
    slow = [b"HTTP/1.1 200 OK\r\n", *[part for n in range(60) for part in (0.1, f"X-{n}: y\r\n".encode())]]
    start = time.monotonic()
    with (
        answering(lambda path, head: slow, monkeypatch, timeout_s=0.5, tries=1) as client,
        pytest.raises(SourceError, match=r"no whole answer in 0\.5 s"),
    ):
        list(client.fetch())
    assert time.monotonic() - start < 3


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"<!DOCTYPE html><title>Log in</title>", b"null", b"[]", b"{}", b"[" * 5000]
)
def test_what_is_no_data_is_no_success(monkeypatch, tmp_path, body):
    def answers(path, head):
        return http_answer(TOKEN if path.startswith("/oauth") else body)

    with answering(answers, monkeypatch) as client, pytest.raises(SourceError) as raised:
        client.save(tmp_path / "acled.json")
    assert "\n" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Length: ²\r\n",
        "Content-Length: -5\r\n",
        f"Content-Length: {'9' * 5000}\r\n",
        "Content-Length: x\r\n",
    ],
)
def test_odd_lengths_are_one_line_or_borne(monkeypatch, headers):
    def answers(path, head):
        if path.startswith("/oauth"):
            return http_answer(TOKEN)
        return http_answer({"status": 200, "count": 0, "data": []}, headers=headers)

    # Either is borne, or said; anything else that is raised fails the test.
    with answering(answers, monkeypatch) as client, contextlib.suppress(SourceError):
        assert list(client.fetch()) == []


@pytest.mark.parametrize("pause", ["²", "-1", "9" * 5000, "Wed, 21 Oct 2026 07:28:00 GMT", "nan", "inf"])
def test_odd_pauses_are_not_waited_for(monkeypatch, pause):
    waits = []

    def answers(path, head):
        return http_answer({}, status="503 Busy", headers=f"Retry-After: {pause}\r\n")

    with (
        answering(answers, monkeypatch, wait=waits.append) as client,
        pytest.raises(SourceError, match="503"),
    ):
        list(client.fetch())
    assert all(0 <= seconds <= 120 for seconds in waits)


@pytest.mark.parametrize(
    "server",
    ["https://[::1", "https://", "acleddata.com", "https://a:99999999", "https://user:pw@example.org", "http://1.2.3.4",
     "https://exa mple.org", "https://a\x1b.org", "ftp://127.0.0.1", "https://a:x"],
)  # fmt: skip
def test_an_odd_address_is_one_line(server):
    with pytest.raises(SchemaError) as raised:
        AcledClient(server)
    assert "pw" not in str(raised.value)


def test_no_proxy_is_asked_for_this_machine(client, server, monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert len(list(client.fetch())) == 25


def test_the_command_fetches_a_file_that_is_read(server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    address = f"http://127.0.0.1:{server.server_port}"
    run = CliRunner().invoke
    done = run(
        cli,
        [
            "fetch",
            "acled",
            "-o",
            "a.json",
            "--country",
            "Pakistan",
            "--since",
            "2025-10-01",
            "--server",
            address,
        ],
    )
    assert done.exit_code == 0, done.output
    assert "25 rows" in done.output
    assert geo.read_events("a.json").counts["accepted"] == 25
    assert run(cli, ["fetch", "acled", "-o", "a.json", "--server", address]).exit_code == 2
    monkeypatch.delenv("ACLED_PASSWORD")
    told = run(cli, ["fetch", "acled", "-o", "b.json", "--server", address])
    assert (told.exit_code, "ACLED_EMAIL and ACLED_PASSWORD" in told.output) == (1, True)
