"""A client of ACLED's API: OAuth, pages, retries; what it fetches stays with the user and is never shipped.

Written to the API as ACLED documents it (password grant at ``/oauth/token`` with client id ``acled``, access
tokens of a day and refresh tokens of two weeks; ``/api/acled/read`` in pages of up to 5,000). It was
tested against a server on loopback that behaves like it, not against ACLED itself, for that takes an account.
"""

from __future__ import annotations

import base64
import datetime as dt
import http.client
import json
import os
import random
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from geo.errors import SchemaError, SourceError
from geo.files.http_client import is_loopback, is_page, opened, whole_number
from geo.files.whole import check_outputs, write_text

__all__ = ["ENVIRONMENT", "AcledClient"]

ENVIRONMENT: Final = ("ACLED_EMAIL", "ACLED_PASSWORD")
"""Variables that hold the credentials; they are read from nowhere else and written nowhere."""

_SERVER: Final = "https://acleddata.com"
_PAGE: Final = 5_000
_LARGEST_ANSWER: Final = 200_000_000
_RETRIED: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
# A token that ends within a minute may end on the way.
_MARGIN_S: Final = 60


class _KeepOnServer(urllib.request.HTTPRedirectHandler):
    """Follow no redirect: it would carry the password or the token to another server."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:  # noqa: ARG002 - a cell or an object of a library loaded where first needed
        return None


@dataclass
class AcledClient:
    """A client of ACLED's API.

    Parameters
    ----------
    server : str
        Scheme and host; plain http only for this machine.
    timeout_s : float
        How long an answer may take.
    tries : int
        How often a request is tried when the server is busy or the connection breaks.
    page_rows : int
        Rows of a page, up to 5,000.
    wait : callable
        Waits a number of seconds.

    Examples
    --------
    With ACLED_EMAIL and ACLED_PASSWORD set, ``client.save("acled.json", countries=["Pakistan"])`` fetches;
    what it is set to can be seen without a network:

    >>> client = AcledClient(page_rows=500)
    >>> client.server, client.page_rows, client.tries
    ('https://acleddata.com', 500, 5)
    """

    server: str = _SERVER
    timeout_s: float = 60.0
    tries: int = 5
    page_rows: int = _PAGE
    wait: Callable[[float], None] = time.sleep
    _access: str = field(default="", repr=False)
    _refresh: str = field(default="", repr=False)
    _ends: float = field(default=0.0, repr=False)

    def __post_init__(self) -> None:
        try:
            url = urllib.parse.urlsplit(self.server)
            usable = bool(url.hostname) and not url.username and (url.port is None or url.port > 0)
        except ValueError:
            usable = False
        if not usable or re.search(r"[\x00-\x20\x7f]", self.server):
            raise SchemaError("the server is an address as https://acleddata.com, without name or password")
        if url.scheme != "https" and not (url.scheme == "http" and is_loopback(self.server)):
            raise SchemaError(f"the server must be https, not {self.server!r}: a password goes to it")
        if not 1 <= self.page_rows <= _PAGE:
            raise SchemaError(f"page_rows is 1 to {_PAGE:,}, not {self.page_rows}")

    def fetch(
        self,
        *,
        countries: Sequence[str] = (),
        start: str | dt.date | None = None,
        end: str | dt.date | None = None,
        changed_since: int | dt.datetime | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Fetch events, page after page.

        Parameters
        ----------
        countries : sequence of str
            Names as ACLED writes them; all if empty.
        start, end : str or date, optional
            First and last day of the events.
        changed_since : int or datetime, optional
            Only rows that ACLED wrote at or after this time (seconds since 1970).

        Yields
        ------
        dict
            A row as the API gives it; each event once, though pages shift while they are read.

        Raises
        ------
        SchemaError
            If a day is none, or the last lies before the first.
        SourceError
            If credentials are missing or refused, the server does not answer, or pages do not hold what they
            say.
        """
        query: dict[str, str] = {}
        if countries:
            query["country"] = "|".join(countries)
        first, last = _day("start", start), _day("end", end)
        if first and last:
            if last < first:
                raise SchemaError(f"end ({last}) lies before start ({first})")
            query |= {"event_date": f"{first}|{last}", "event_date_where": "BETWEEN"}
        elif first or last:
            query |= {"event_date": str(first or last), "event_date_where": ">=" if first else "<="}
        if changed_since is not None:
            query |= {"timestamp": str(_seconds(changed_since)), "timestamp_where": ">="}
        yield from self._pages("/api/acled/read", query)

    def save(self, path: str | Path, *, overwrite: bool = False, **filters: Any) -> int:
        """Fetch events into a JSON file that `geo.read_events` reads; whole or not at all.

        Returns
        -------
        int
            Number of rows.

        Raises
        ------
        OverwriteError
            If the file is there and `overwrite` is not set.
        SourceError
            As for `fetch`; nothing is written then.
        """
        path = Path(path)
        check_outputs([path], overwrite=overwrite)
        rows = list(self.fetch(**filters))
        write_text(path, json.dumps({"data": rows}, ensure_ascii=False), overwrite=overwrite)
        return len(rows)

    def _pages(self, path: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        seen: set[str] = set()
        page = 1
        while rows := self._page(path, query, page):
            fresh = [row for row in rows if str(row.get("event_id_cnty", "")) not in seen]
            if not fresh:
                raise SourceError(
                    f"ACLED: page {page} repeats rows of earlier pages; what comes after can't "
                    "be fetched. Try later"
                )
            for row in fresh:
                if not row.get("event_id_cnty"):
                    raise SourceError(f"ACLED: a row of page {page} has no event_id_cnty")
                seen.add(str(row["event_id_cnty"]))
                yield row
            # A page with fewer rows than asked for need not be the last, for the server may have a limit of
            # its own.
            page += 1

    def _page(self, path: str, query: Mapping[str, str], page: int) -> list[dict[str, Any]]:
        """The rows of a page; one that does not hold as many as it says is fetched again."""
        asked = {**query, "_format": "json", "limit": str(self.page_rows), "page": str(page)}
        for attempt in range(1, self.tries + 1):
            answer = self._get(path, asked)
            rows: Any = answer.get("data")
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise SourceError(f"ACLED: page {page} of {path} has no list of rows")
            stated = answer.get("count", len(rows))
            count = stated if isinstance(stated, int) else "no number of"
            if count == len(rows):
                return list(rows)
            if attempt < self.tries:
                self.wait(0.5 * 2**attempt)
        raise SourceError(
            f"ACLED: page {page} says it has {count} rows and has {len(rows)}, {self.tries} times; try later"
        )

    def _get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        url = f"{self.server.rstrip('/')}{path}?{urllib.parse.urlencode(query)}"
        answer = self._send(lambda: self._request(url, token=self._token()))
        status = answer.get("status", 200)
        if str(status) not in {"200", "True", "true"} or answer.get("success") is False:
            raise SourceError(f"ACLED refused the request: {self._hidden(_messages(answer))}")
        return answer

    def _token(self) -> str:
        """The access token; a new one from the refresh token, or from the password where that has ended."""
        if self._access and time.monotonic() < self._ends - _MARGIN_S:
            return self._access
        if self._refresh:
            try:
                return self._grant({"grant_type": "refresh_token", "refresh_token": self._refresh})
            except SourceError:
                self._refresh = ""
        email, password = (os.environ.get(name, "") for name in ENVIRONMENT)
        if not email or not password:
            raise SourceError(
                f"ACLED needs credentials: set the variables {' and '.join(ENVIRONMENT)} to those of your "
                "account at acleddata.com"
            )
        return self._grant({"grant_type": "password", "username": email, "password": password})

    def _grant(self, form: Mapping[str, str]) -> str:
        body = urllib.parse.urlencode({**form, "client_id": "acled"}).encode()
        answer = self._send(
            lambda: self._request(f"{self.server.rstrip('/')}/oauth/token", body=body), renew=False
        )
        access = answer.get("access_token")
        if not isinstance(access, str) or not access:
            raise SourceError(
                "ACLED gave no access token; the account may have to accept new terms at acleddata.com"
            )
        self._access = access
        self._refresh = str(answer.get("refresh_token") or "")
        ends = answer.get("expires_in", 3600)
        self._ends = time.monotonic() + (float(ends) if isinstance(ends, int | float) else 3600.0)
        return access

    def _hidden(self, text: str) -> str:
        """What a server says, short, without what must not be seen, in whatever form it repeats it."""
        for secret in (os.environ.get(ENVIRONMENT[1], ""), self._access, self._refresh):
            if not secret:
                continue
            raw = secret.encode("utf-8", "surrogateescape")
            forms = {secret, json.dumps(secret)[1:-1], urllib.parse.quote(secret, safe=""), raw.hex()}
            forms |= {urllib.parse.quote_plus(secret), base64.b64encode(raw).decode(), secret[::-1]}
            if any(form.casefold() in text.casefold() for form in forms):
                return "(its words repeat what is secret)"
        return text[:200]

    def _request(self, url: str, *, token: str = "", body: bytes | None = None) -> dict[str, Any]:
        headers = {"Accept": "application/json", "User-Agent": "durand"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - https, or this machine
        with opened(
            request, timeout_s=self.timeout_s, deadline_s=self.timeout_s, handlers=(_KeepOnServer(),)
        ) as answer:
            content = answer.read(_LARGEST_ANSWER + 1)
            if len(content) > _LARGEST_ANSWER:
                raise SourceError(
                    f"ACLED: an answer of more than {_LARGEST_ANSWER:,} bytes; ask for smaller pages"
                )
            stated = whole_number(answer.headers.get("Content-Length"))
            if stated is not None and stated != len(content):
                raise http.client.IncompleteRead(content)
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            # Not what it says: it may repeat what was sent.
            what = "empty" if not content.strip() else "a page for a browser" if is_page(content) else "text"
            raise SourceError(
                f"ACLED: the answer is not JSON ({what}); the server may be under repair"
            ) from None
        if not isinstance(found, dict):
            raise SourceError("ACLED: the answer is not a JSON object")
        return found

    def _send(self, request: Callable[[], dict[str, Any]], *, renew: bool = True) -> dict[str, Any]:
        """Try a request until it succeeds, waiting longer each time; a token refused once is renewed once."""
        renew_allowed = renew
        for attempt in range(1, self.tries + 1):
            try:
                return request()
            except urllib.error.HTTPError as err:
                with err:
                    pause = _retry_after(err.headers.get("Retry-After"))
                    # To a request with a password in it, an answer is not repeated in any form.
                    said = self._hidden(_said(err)) if renew_allowed else ""
                if err.code == 401 and renew:
                    renew = False
                    self._access = ""
                    continue
                if err.code not in _RETRIED:
                    raise SourceError(_refusal(err.code, said)) from None
                fault = f"HTTP {err.code}"
            except http.client.HTTPException as err:
                # Its words are the server's.
                pause, fault = None, f"no answer in HTTP ({type(err).__name__})"
            except OSError as err:
                reason = getattr(err, "reason", None)
                words = reason if isinstance(reason, OSError | str) else err
                pause, fault = None, self._hidden(str(words)) or type(err).__name__
            if attempt < self.tries:
                # Full jitter, so that many clients that failed together do not come back together.
                self.wait(pause if pause is not None else random.uniform(0.5, 1.0) * 2**attempt)  # noqa: S311 - a pause is no secret
        raise SourceError(f"ACLED does not answer ({fault}) after {self.tries} tries; try later")


def _retry_after(text: str | None) -> float | None:
    seconds = whole_number(text)
    # A server that asks for hours is not waited for in silence.
    return None if seconds is None else min(float(seconds), 120.0)


def _said(err: urllib.error.HTTPError) -> str:
    try:
        answer = json.loads(err.read(10_000))
    except (OSError, ValueError, http.client.HTTPException):
        return ""
    return _messages(answer) if isinstance(answer, dict) else ""


def _messages(answer: Mapping[str, Any]) -> str:
    said = (
        answer.get("error_description")
        or answer.get("messages")
        or answer.get("message")
        or answer.get("error")
        or ""
    )
    return " ".join(str(said).split())


def _refusal(code: int, said: str) -> str:
    why = {
        400: f"the credentials are not right, or the request is not; check {' and '.join(ENVIRONMENT)}",
        401: f"the credentials are not right; check {' and '.join(ENVIRONMENT)}",
        403: "the account may not do this; accept the terms and complete the profile at acleddata.com",
    }.get(code, "the request was refused")
    return f"ACLED answers {code}: {why}" + (f" ({said})" if said else "")


def _day(name: str, value: str | dt.date | None) -> dt.date | None:
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError as err:
        raise SchemaError(f"{name} is a day such as 2025-10-11, not {value!r}") from err


def _seconds(value: int | dt.datetime) -> int:
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise SchemaError("a time needs its zone: datetime(..., tzinfo=timezone.utc)")
        return int(value.timestamp())
    return int(value)
