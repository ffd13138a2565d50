"""Indexes on disk: built once, found again by a hash of what they were built from, and mapped, not read.

A file is a line of JSON that says what arrays there are, then the arrays themselves, each with a checksum
(CRC-32, against damage). They are mapped into memory, so that a process pays for the parts that it touches,
and several processes share them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import mmap
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geo.errors import GeoError
from geo.files.notices import tell_once
from geo.files.whole import written_whole

__all__ = [
    "CACHE_VARIABLE",
    "Arrays",
    "Form",
    "asked_so_far",
    "cache_folder",
    "digest_of",
    "find_stored",
    "stored",
]

Arrays = dict[str, npt.NDArray[Any]]
Form = Mapping[str, tuple[str, int]]
"""Kind of dtype and number of dimensions of each array, by its name."""
NO_FORM: Final[Form] = {}

CACHE_VARIABLE: Final = "DURAND_CACHE"
LOGGER: Final = logging.getLogger(__name__)
FORM: Final = "durand index 2"
ALIGNED: Final = 64
ALWAYS_CHECKED: Final = 1 << 20
"""Bytes that are read through in a millisecond."""
WORTH_NOTING: Final = 1_000
"""Questions of fewer points cost less than the note of them."""
_ASKED: Final[dict[tuple[str, str], int]] = {}


def cache_folder() -> Path | None:
    """Where indexes are kept, which need not exist; None for nowhere.

    What the environment variable DURAND_CACHE names, nowhere if it is empty; else ``durand`` in the
    platform's folder for caches: %LOCALAPPDATA% on Windows, ~/Library/Caches on macOS, $XDG_CACHE_HOME or
    ~/.cache elsewhere.

    Examples
    --------
    >>> from geo.engine.index_cache import cache_folder
    >>> folder = cache_folder()
    >>> folder is None or folder.is_absolute()
    True
    """
    given = os.environ.get(CACHE_VARIABLE)
    if given is not None:
        return Path(given).expanduser().absolute() if given else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base) / "durand" / "cache" if base else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "durand"
    root = Path(os.environ.get("XDG_CACHE_HOME") or ".")
    return (root if root.is_absolute() else home / ".cache") / "durand"


def digest_of(made_of: Iterable[bytes]) -> str:
    """A key for what an index is made of."""
    digest = hashlib.sha256()
    for part in made_of:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()[:32]


def find_stored(kind: str, digest: str, *, form: Form = NO_FORM) -> Arrays | None:
    """The arrays of an index that was stored before, or None."""
    path = _path(kind, digest)
    if path is None:
        return None
    try:
        arrays = _mapped(path, f"{kind} {digest}")
        _check_form(arrays, form)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, OverflowError) as err:
        LOGGER.warning("the index %s cannot be read (%s) and is built anew", path, err)
        return None
    return arrays


def stored(
    kind: str,
    digest: str,
    build: Callable[[], Arrays],
    *,
    keep: Callable[[Arrays], bool] | None = None,
    form: Form = NO_FORM,
) -> Arrays:
    """The arrays of an index, from disk if they are there, else built and put there.

    A file appears whole or not at all (:mod:`geo.files.whole`), so two processes that build at once both end
    with a good one. A file that is not what was written, in its head or in its arrays, is built anew, and
    said so. A folder that cannot be written, or a disk that is full, costs no more than the time to build
    again: it is said once, and no error.

    Parameters
    ----------
    kind
        Start of the file's name; the version of the index's form belongs in it.
    digest
        Of everything that decides what the arrays hold (:func:`digest_of`).
    build
        Makes them.
    keep
        Says whether they are worth a file.
    form
        Kind of dtype (as in ``dtype.kind``) and number of dimensions of each array that must be there.
    """
    found = find_stored(kind, digest, form=form)
    if found is not None:
        return found
    arrays = {name: np.ascontiguousarray(array) for name, array in build().items()}
    for array in arrays.values():
        # As they are when they come from disk.
        array.flags.writeable = False
    path = _path(kind, digest)
    if path is not None and (keep is None or keep(arrays)):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with written_whole(path, overwrite=True) as part:
                _write(part, f"{kind} {digest}", arrays)
        except (OSError, GeoError) as err:
            why = (err.strerror if isinstance(err, OSError) else None) or err
            tell_once(f"indexes cannot be kept in {path.parent} ({why}); they are built each time")
    return arrays


def asked_so_far(kind: str, digest: str, count: int) -> int:
    """How many points an index that is not there yet would have served, with so many more.

    Kept beside the indexes, so that calls and processes add up to what makes it worth building; where nothing
    is kept, in the process. Two that note at once may lose one of the notes.
    """
    path = _path(kind, digest)
    if count < WORTH_NOTING:
        return count
    if path is None:
        _ASKED[kind, digest] = _ASKED.get((kind, digest), 0) + count
        return _ASKED[kind, digest]
    note = path.with_suffix(".asked")
    total = count
    with contextlib.suppress(OSError, ValueError):
        total += max(int(note.read_text(encoding="ascii")), 0)
    with contextlib.suppress(OSError):
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(str(total), encoding="ascii")
    return total


def _path(kind: str, digest: str) -> Path | None:
    folder = cache_folder()
    return None if folder is None else folder / f"{kind}-{digest}.index"


def _mapped(path: Path, name: str) -> Arrays:
    with path.open("rb") as file:
        check, _, about = file.readline(1 << 20).partition(b" ")
        if zlib.crc32(about) != int(check, 16):
            raise ValueError("its head is damaged or of another form")
        head = json.loads(about)
        state = os.fstat(file.fileno())
        if head["form"] != FORM or head["name"] != name or state.st_size != head["size"]:
            raise ValueError("it is cut off or of another form")
        whole = mmap.mmap(file.fileno(), state.st_size, access=mmap.ACCESS_READ)
    _check_body(path, whole, head, state)
    arrays: Arrays = {}
    for array, (dtype, shape, offset) in head["arrays"].items():
        count = int(np.prod(shape, dtype=np.int64))
        arrays[array] = np.frombuffer(whole, dtype=dtype, count=count, offset=offset).reshape(shape)
    return arrays


def _check_body(path: Path, whole: mmap.mmap, head: dict[str, Any], state: os.stat_result) -> None:
    """Compare the arrays with what was written: small files each time, large ones once as they are now.

    Any write to a file moves the time at which its state changed, which nobody can set back.
    """
    note = path.with_suffix(".seen")
    seen = f"{head['body']} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino}"
    if state.st_size > ALWAYS_CHECKED:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            if note.read_text(encoding="ascii") == seen:
                return
    with memoryview(whole) as body:
        if zlib.crc32(body[head["start"] :]) != head["body"]:
            raise ValueError("its arrays are damaged")
    if state.st_size > ALWAYS_CHECKED:
        # One that is written in part is another text.
        with contextlib.suppress(OSError):
            note.write_text(seen, encoding="ascii")


def _check_form(arrays: Arrays, form: Form) -> None:
    for name, (kind, dimensions) in form.items():
        array = arrays[name]
        if array.dtype.kind != kind or array.ndim != dimensions:
            raise ValueError(f"its array {name} is of another form")


def _write(path: Path, name: str, arrays: Arrays) -> None:
    places: dict[str, tuple[str, tuple[int, ...], int]] = {}
    # The head says where each array lies, and its own length moves them: room for it is set aside.
    offset = _aligned(512 + 128 * len(arrays))
    start = offset
    for array_name, array in arrays.items():
        places[array_name] = (array.dtype.str, array.shape, offset)
        offset = _aligned(offset + array.nbytes)
    body, at = 0, start
    with path.open("xb") as file:
        file.seek(start)
        for array_name, array in arrays.items():
            gap = bytes(places[array_name][2] - at)
            content = array.ravel().view(np.uint8).data if array.size else b""
            for piece in (gap, content):
                file.write(piece)
                body = zlib.crc32(piece, body)
            at = places[array_name][2] + array.nbytes
        gap = bytes(offset - at)
        file.write(gap)
        body = zlib.crc32(gap, body)
        about = {"form": FORM, "name": name, "size": offset, "start": start, "body": body, "arrays": places}
        text = json.dumps(about).encode().ljust(start - 10) + b"\n"
        if len(text) != start - 9:
            raise ValueError("the head of an index does not fit")
        file.seek(0)
        file.write(f"{zlib.crc32(text):08x} ".encode() + text)


def _aligned(offset: int) -> int:
    return -(-offset // ALIGNED) * ALIGNED
