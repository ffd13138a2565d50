"""Indexes on disk: built once, found again by a hash of what they were built from, and mapped, not read.

A file is a line of JSON that says what arrays there are, then the arrays themselves. They are mapped into
memory, so that a process pays for the parts that it touches, and several processes share them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import mmap
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["CACHE_VARIABLE", "Arrays", "cache_folder", "digest_of", "find_stored", "stored"]

Arrays = dict[str, npt.NDArray[Any]]

CACHE_VARIABLE: Final = "DURAND_CACHE"
LOGGER: Final = logging.getLogger(__name__)
FORM: Final = "durand index 1"
ALIGNED: Final = 64


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


def find_stored(kind: str, digest: str) -> Arrays | None:
    """The arrays of an index that was stored before, or None."""
    path = _path(kind, digest)
    if path is None:
        return None
    try:
        return _mapped(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as err:
        LOGGER.warning("the index %s cannot be read (%s) and is built anew", path, err)
        return None


def stored(
    kind: str, digest: str, build: Callable[[], Arrays], *, keep: Callable[[Arrays], bool] | None = None
) -> Arrays:
    """The arrays of an index, from disk if they are there, else built and put there.

    A file appears whole or not at all (written aside, then renamed), so two processes that build at once
    both end with a good one. A file that is broken is built anew. A folder that cannot be written, or a disk
    that is full, costs no more than the time to build again: it is logged once, and no error.

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
    """
    found = find_stored(kind, digest)
    if found is not None:
        return found
    arrays = {name: np.ascontiguousarray(array) for name, array in build().items()}
    for array in arrays.values():
        # As they are when they come from disk.
        array.flags.writeable = False
    path = _path(kind, digest)
    if path is not None and (keep is None or keep(arrays)):
        try:
            _write(path, arrays)
        except OSError as err:
            _tell(
                f"indexes cannot be kept in {path.parent} ({err.strerror or err}); they are built each time"
            )
    return arrays


_TOLD: Final[set[str]] = set()


def _tell(message: str) -> None:
    if message not in _TOLD:
        _TOLD.add(message)
        LOGGER.warning("%s", message)


def _path(kind: str, digest: str) -> Path | None:
    folder = cache_folder()
    return None if folder is None else folder / f"{kind}-{digest}.index"


def _mapped(path: Path) -> Arrays:
    with path.open("rb") as file:
        first = file.readline(1 << 20)
        head = json.loads(first)
        size = os.fstat(file.fileno()).st_size
        if head["form"] != FORM or size != head["size"]:
            raise ValueError("it is cut off or of another form")
        whole = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
    arrays: Arrays = {}
    for name, (dtype, shape, offset) in head["arrays"].items():
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(whole, dtype=dtype, count=count, offset=offset).reshape(shape)
    return arrays


def _write(path: Path, arrays: Arrays) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    places: dict[str, tuple[str, tuple[int, ...], int]] = {}
    # The head says where each array lies, and its own length moves them: room for it is set aside.
    offset = _aligned(256 + 128 * len(arrays))
    start = offset
    for name, array in arrays.items():
        places[name] = (array.dtype.str, array.shape, offset)
        offset = _aligned(offset + array.nbytes)
    head = json.dumps({"form": FORM, "size": offset, "arrays": places}).encode()
    if len(head) >= start:
        raise ValueError("the head of an index does not fit")
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(head.ljust(start - 1) + b"\n")
            for name, array in arrays.items():
                file.seek(places[name][2])
                file.write(array.ravel().view(np.uint8).data if array.size else b"")
            file.truncate(offset)
        Path(aside).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(aside).unlink()
        raise


def _aligned(offset: int) -> int:
    return -(-offset // ALIGNED) * ALIGNED
