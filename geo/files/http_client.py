"""Requests over HTTP: one deadline for all of the answer, no proxy for this machine, odd headers borne."""

from __future__ import annotations

import contextlib
import http.client
import io
import re
import socket
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

__all__ = ["is_loopback", "is_page", "opened", "whole_number"]

_LOOPBACK: Final = re.compile(r"localhost|127(?:\.\d{1,3}){3}|::1")
_SAID: Final = 10_000
"""Bytes of an answer that refuses: enough for its words."""


def is_loopback(url: str) -> bool:
    """Whether an address is this machine's own.

    Examples
    --------
    >>> from geo.files.http_client import is_loopback
    >>> is_loopback("http://127.0.0.1:8000/x"), is_loopback("https://example.org")
    (True, False)
    """
    return bool(_LOOPBACK.fullmatch(urllib.parse.urlsplit(url).hostname or ""))


def whole_number(text: str | None) -> int | None:
    """The number in a header, or None where it is no number, or one that nothing could be.

    Examples
    --------
    >>> from geo.files.http_client import whole_number
    >>> whole_number("120"), whole_number("-1"), whole_number("²"), whole_number("9" * 5000)
    (120, None, None, None)
    """
    return int(text) if text is not None and re.fullmatch(r"\s*[0-9]{1,15}\s*", text) else None


def is_page(head: bytes, kind: str | None = None) -> bool:
    """Whether an answer is a page for a browser, such as a form to log in, and no data."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    return text.startswith((b"<!doctype html", b"<html")) or (kind or "").lower().startswith("text/html")


@contextmanager
def opened(
    request: urllib.request.Request,
    *,
    timeout_s: float,
    deadline_s: float,
    handlers: tuple[urllib.request.BaseHandler, ...] = (),
) -> Iterator[Any]:
    """Send a request, and read its answer in the block.

    Parameters
    ----------
    request
        What is asked.
    timeout_s
        Longest silence.
    deadline_s
        Longest time for the whole: the connection, the headers, and what the block reads. A server that sends
        a byte now and then is cut off by it.
    handlers
        Of urllib, such as one for redirections.

    Raises
    ------
    TimeoutError
        If it takes longer.
    urllib.error.HTTPError
        If the server refuses; the first bytes of its answer have been read.
    OSError, http.client.HTTPException
        If the connection fails or the answer is none.
    """
    sockets: list[socket.socket] = []
    late = threading.Event()

    def cut() -> None:
        late.set()
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    own = (
        _handler(urllib.request.HTTPHandler, http.client.HTTPConnection, sockets),
        _handler(urllib.request.HTTPSHandler, http.client.HTTPSConnection, sockets),
    )
    direct = (urllib.request.ProxyHandler({}),) if is_loopback(request.full_url) else ()
    opener = urllib.request.build_opener(*direct, *own, *handlers)
    timer = threading.Timer(max(0.0, deadline_s), cut)
    timer.daemon = True
    timer.start()
    try:
        try:
            with opener.open(request, timeout=max(0.001, min(timeout_s, deadline_s))) as answer:
                yield answer
        except urllib.error.HTTPError as err:
            with err:
                said = err.read(_SAID)
            raise urllib.error.HTTPError(err.url, err.code, err.msg, err.headers, io.BytesIO(said)) from None
    except (OSError, http.client.HTTPException) as err:
        if late.is_set():
            raise TimeoutError(f"no whole answer in {deadline_s:g} s") from err
        raise
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError(f"no whole answer in {deadline_s:g} s")


def _handler(
    base: type[urllib.request.AbstractHTTPHandler],
    connection: type[http.client.HTTPConnection],
    sockets: list[socket.socket],
) -> urllib.request.BaseHandler:
    """A handler of urllib whose connections can be cut."""

    class Watched(connection):  # type: ignore[misc, valid-type]
        def connect(self) -> None:
            super().connect()
            sockets.append(self.sock)

    class Handler(base):  # type: ignore[misc, valid-type]
        pass

    def open_(self: Any, asked: urllib.request.Request) -> Any:
        return self.do_open(Watched, asked)

    setattr(Handler, "http_open" if base is urllib.request.HTTPHandler else "https_open", open_)
    return Handler()
