"""Files of boundaries by download: resumed where they broke off, checked by hash, whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import http.client
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from geo.arguments import checked
from geo.boundaries.added import user_folder
from geo.boundaries.catalogue import data_path
from geo.errors import BoundaryError, FetchError, OverwriteError
from geo.files.http_client import is_page, opened, whole_number
from geo.files.whole import put_whole, sha256_of
from geo.files.work_folder import refused

__all__ = ["Download", "KnownSource", "fetch_boundaries", "list_sources"]

PIECE: Final = 1 << 16
LARGEST_BYTES: Final = 2_000_000_000
"""More than any file of boundaries has; a server that never ends must not fill the disk."""


@dataclass(frozen=True)
class KnownSource:
    """A file of boundaries whose address is known.

    Attributes
    ----------
    id, title, country, level
        Such as ``"geoboundaries-AFG-ADM2"``, ``"Districts of Afghanistan"``, ``"AF"``, ``2``.
    url, sha256, bytes
        Address of one fixed version, its hash and its size; hash and size may not be known.
    licence, vintage, source
        For `add_boundaries`; None where they must be read at ``info_url``.
    info_url
        Where the publisher describes the file.
    """

    id: str
    title: str
    country: str
    level: int
    url: str
    sha256: str | None
    bytes: int | None
    licence: str | None
    vintage: str | None
    source: str
    info_url: str


@dataclass(frozen=True)
class Download:
    """A file that was downloaded.

    Attributes
    ----------
    path, url
        Where it lies, where it came from.
    sha256, bytes
        What was found.
    checked
        Whether a hash was known and agrees. If not, ``sha256`` is what to state the next time.
    resumed_at
        Byte from which an earlier download was continued; 0 for a whole one.
    known
        The entry of the table of known sources, if it came from there.
    """

    path: Path
    url: str
    sha256: str
    bytes: int
    checked: bool
    resumed_at: int
    known: KnownSource | None


def list_sources() -> tuple[KnownSource, ...]:
    """Files of boundaries whose address is known, from the catalogue's table.

    Examples
    --------
    >>> import geo
    >>> [source.id for source in geo.list_sources()]
    ['geoboundaries-AFG-ADM2', 'geoboundaries-PAK-ADM2', 'geoboundaries-PAK-ADM3']
    """
    text = data_path("boundaries", "known_sources.csv").read_text(encoding="utf-8")
    return tuple(
        KnownSource(
            id=row["id"],
            title=row["title"],
            country=row["country"],
            level=int(row["level"]),
            url=row["url"],
            sha256=row["sha256"] or None,
            bytes=int(row["bytes"]) if row["bytes"] else None,
            licence=row["licence"] or None,
            vintage=row["vintage"] or None,
            source=row["source"],
            info_url=row["info_url"],
        )
        for row in csv.DictReader(text.splitlines())
    )


@checked
def fetch_boundaries(
    source: str,
    *,
    to: str | Path | None = None,
    sha256: str | None = None,
    timeout_s: float = 30.0,
    deadline_s: float = 900.0,
    attempts: int = 3,
    overwrite: bool = False,
    progress: Callable[[int, int | None], None] | None = None,
) -> Download:
    """Download a file of boundaries: a known one by its identifier, any other by its address.

    What has come stays beside the target as ``.part``. The next attempt, in this call or a later one, goes on
    from there, if the server still has the same version (``If-Range``, RFC 9110, 13.1.5) and answers in
    ranges; else it starts anew. The file takes its place only when it is whole and its hash agrees.

    Parameters
    ----------
    source
        Identifier from `list_sources`, or an http or https address.
    to
        File to write; by default one in the user's data folder, named as the address ends.
    sha256
        Hash that the file must have; by default the one of the table, for a known source.
    timeout_s, deadline_s
        Longest silence of the server, and longest time for the whole call.
    attempts
        How often to try when the connection breaks or the server fails (status 429 or 5xx).
    overwrite
        Download although the file is there.
    progress
        Called with bytes that have come and bytes in all, if the server says how many.

    Returns
    -------
    Download

    Raises
    ------
    BoundaryError
        If the source is not known and no address, or an argument makes no sense.
    OverwriteError
        If another file is there.
    WriteError
        If the disk is full or does not let it be written.
    FetchError
        If it cannot be downloaded, or the hash differs.

    Examples
    --------
    >>> import geo
    >>> geo.fetch_boundaries("geoboundaries-AFG-ADM9")
    Traceback (most recent call last):
    ...
    geo.errors.BoundaryError: no known source 'geoboundaries-AFG-ADM9'; known: geoboundaries-AFG-ADM2, ...
    """
    known = _find(source)
    url = known.url if known else source
    wanted = _checked_hash(sha256) or (known.sha256 if known else None)
    for what, value in (("timeout_s", timeout_s), ("deadline_s", deadline_s), ("attempts", attempts)):
        if not value > 0:
            raise BoundaryError(f"{what} is above 0, not {value!r}")
    target = Path(to) if to is not None else user_folder() / "downloads" / _file_name(url, known)
    if target.is_dir():
        raise BoundaryError(f"{target} is a folder; name a file")
    if target.exists() and not overwrite:
        found = sha256_of(target)
        if wanted and found == wanted:
            return Download(target, url, found, target.stat().st_size, True, 0, known)
        why = "has another hash" if wanted else "cannot be compared, as no hash is known"
        raise OverwriteError(
            f"{target} is there already and {why}; choose another name, or allow it to be replaced "
            "(overwrite=True)"
        )
    part = _Part(target, url)
    end = time.monotonic() + deadline_s
    resumed_at = _attempted(part, url, attempts, timeout_s, end, progress)
    found = sha256_of(part.path)
    if not wanted:
        _check_data(part, url)
    if wanted and found != wanted:
        size = part.path.stat().st_size
        part.drop()
        raise FetchError(
            f"{url}: the file has sha256 {found} ({size} bytes), not {wanted}; it was discarded. The "
            "publisher may have changed it: check there, then state the new hash"
        )
    size = part.path.stat().st_size
    put_whole(part.path, target, overwrite=overwrite)
    part.drop()
    return Download(target, url, found, size, wanted is not None, resumed_at, known)


def _attempted(
    part: _Part,
    url: str,
    attempts: int,
    timeout_s: float,
    end: float,
    progress: Callable[[int, int | None], None] | None,
) -> int:
    """Download as often as is allowed; the byte from which the last attempt went on."""
    for attempt in range(1, attempts + 1):
        try:
            part.path.parent.mkdir(parents=True, exist_ok=True)
            return _download(part, url, timeout_s, end, progress)
        except FetchError:
            raise
        except OSError as err:
            # A disk that is full or closed: what came is of no use there.
            part.drop()
            raise refused(err, part.path.with_suffix("")) from err
        except _BrokenError as err:
            if attempt == attempts or time.monotonic() >= end:
                raise FetchError(f"{url}: {err}{part.kept()}") from err.__cause__
            time.sleep(max(0.0, min(0.2 * 2**attempt, end - time.monotonic())))
    raise FetchError(f"{url}: not asked for")


TIME_OVER: Final = "the time allowed for the whole is over"


class _BrokenError(Exception):
    """Something went wrong that another attempt may mend."""


class _Part:
    """What has come so far, and which version of the file it is a part of."""

    def __init__(self, target: Path, url: str) -> None:
        self.path = target.with_name(f"{target.name}.part")
        self._note = target.with_name(f"{target.name}.part.json")
        self._url = url

    def version(self) -> str | None:
        """Validator of the version that the part is of; None if there is no part to go on from."""
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            same = note["url"] == self._url and self.path.stat().st_size > 0
            return str(note["version"]) if same and note["version"] else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def note(self, version: str | None) -> None:
        self._note.write_text(json.dumps({"url": self._url, "version": version}), encoding="utf-8")

    def drop(self) -> None:
        for path in (self.path, self._note):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def kept(self) -> str:
        """For a message: how much is there, and that the next call goes on from it."""
        if self.version() is None:
            return ""
        return f"; {self.path.stat().st_size} bytes are kept, the same call goes on from there"


def _check_data(part: _Part, url: str) -> None:
    """Refuse what is no file of data, where no hash says what it must be."""
    with part.path.open("rb") as file:
        head = file.read(1_000)
    if head and not is_page(head):
        return
    part.drop()
    what = "a page for a browser" if head else "nothing"
    raise FetchError(f"{url}: the server sent {what}, and no file; look at the address in a browser")


class _HttpOnly(urllib.request.HTTPRedirectHandler):
    """Follows redirections to http and https only, and never from https to http."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        there = urllib.parse.urlsplit(newurl).scheme
        if there not in ("http", "https") or (req.type == "https" and there == "http"):
            raise FetchError(f"{req.full_url}: redirected to {newurl}, which is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _find(source: str) -> KnownSource | None:
    for known in list_sources():
        if known.id.casefold() == source.casefold():
            return known
    try:
        address = urllib.parse.urlsplit(source)
        usable = bool(address.hostname) and (address.port is None or address.port > 0)
    except ValueError as err:
        raise BoundaryError(f"cannot download from {source!r}: this is no address ({err})") from err
    if re.search(r"[\x00-\x20\x7f-\x9f]", source.strip()) and "//" in source:
        raise BoundaryError(f"cannot download from {source!r}: an address has no spaces or controls in it")
    if address.scheme in ("http", "https") and usable:
        return None
    if address.scheme and "//" in source:
        raise BoundaryError(f"cannot download from {source!r}; an address starts with https:// or http://")
    names = ", ".join(known.id for known in list_sources())
    raise BoundaryError(f"no known source {source!r}; known: {names}; or give an address with https://")


def _checked_hash(sha256: str | None) -> str | None:
    if sha256 is None:
        return None
    plain = sha256.strip().lower().removeprefix("sha256:")
    if not re.fullmatch(r"[0-9a-f]{64}", plain):
        raise BoundaryError(f"a sha256 has 64 digits 0-9 and a-f, not {sha256!r}")
    return plain


def _file_name(url: str, known: KnownSource | None) -> str:
    """Last part of the address, with nothing that could lead out of the folder."""
    last = urllib.parse.unquote(urllib.parse.urlsplit(url).path).replace("\\", "/").rsplit("/", 1)[-1]
    safe = re.sub(r"[^\w.-]+", "_", last).lstrip(".")
    return safe or (known.id if known else "download")


def _download(
    part: _Part,
    url: str,
    timeout_s: float,
    end: float,
    progress: Callable[[int, int | None], None] | None,
) -> int:
    """One attempt; the byte from which it went on."""
    version = part.version()
    have = part.path.stat().st_size if version else 0
    # Asked for as it is: of a compressed answer, ranges and lengths would mean other bytes.
    headers = {"User-Agent": "durand", "Accept-Encoding": "identity"}
    if version:
        headers |= {"Range": f"bytes={have}-", "If-Range": version}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the scheme was checked
    try:
        with opened(
            request, timeout_s=timeout_s, deadline_s=end - time.monotonic(), handlers=(_HttpOnly(),)
        ) as answer:
            if answer.status == 206:
                start = _range_start(answer.headers.get("Content-Range"))
                if start != have:
                    part.drop()
                    raise _BrokenError("the server sent another part of the file than asked for")
            else:
                have = 0
                part.note(_version(answer.headers))
            length = whole_number(answer.headers.get("Content-Length"))
            total = None if length is None else have + length
            with part.path.open("ab" if have else "wb") as file:
                _copy(answer, file, have, total, end, progress)
    except urllib.error.HTTPError as err:
        err.close()
        if err.code == 416:
            part.drop()
            raise _BrokenError("the part that is there does not fit the file any more") from err
        if err.code == 429 or err.code >= 500:
            raise _BrokenError(f"the server answered {err.code} {err.reason}") from err
        hint = "; the address may have changed" if err.code in (404, 410) else ""
        raise FetchError(f"{url}: the server answered {err.code} {err.reason}{hint}") from err
    except TimeoutError as err:
        over = time.monotonic() >= end
        raise _BrokenError(TIME_OVER if over else f"the server was silent for {timeout_s:g} s") from err
    except urllib.error.URLError as err:
        if isinstance(err.reason, TimeoutError):
            raise _BrokenError(f"the server was silent for {timeout_s:g} s") from err
        raise _BrokenError(f"no connection ({err.reason})") from err
    except FetchError:
        part.drop()
        raise
    except (http.client.HTTPException, ConnectionError) as err:
        raise _BrokenError(f"the connection broke ({type(err).__name__})") from err
    return have


def _copy(
    answer: IO[bytes],
    file: IO[bytes],
    have: int,
    total: int | None,
    end: float,
    progress: Callable[[int, int | None], None] | None,
) -> None:
    read = getattr(answer, "read1", answer.read)
    while piece := read(PIECE):
        file.write(piece)
        have += len(piece)
        if progress:
            progress(have, total)
        if have > LARGEST_BYTES:
            raise FetchError(f"the file goes on beyond {LARGEST_BYTES} bytes; that is no file of boundaries")
        if time.monotonic() > end:
            raise _BrokenError(TIME_OVER)
    if time.monotonic() >= end:
        # Cut off by us, which looks like the end of the file.
        raise _BrokenError(TIME_OVER)
    if total is not None and have < total:
        raise _BrokenError(f"the connection broke after {have} of {total} bytes")


def _version(headers: http.client.HTTPMessage) -> str | None:
    """A validator that If-Range may carry: a strong entity tag, else the date of the last change."""
    tag = headers.get("ETag")
    if tag and not tag.startswith("W/"):
        return tag
    return headers.get("Last-Modified") if not tag else None


def _range_start(text: str | None) -> int:
    found = re.fullmatch(r"bytes ([0-9]{1,15})-[0-9]+/(?:[0-9]+|\*)", (text or "").strip())
    return int(found.group(1)) if found else -1
