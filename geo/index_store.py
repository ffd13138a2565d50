"""Indexes on disk: built once, found again by a hash of what they were built from."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["CACHE_VARIABLE", "cache_folder", "has_stored", "stored"]

Arrays = dict[str, npt.NDArray[Any]]

CACHE_VARIABLE: Final = "DURAND_CACHE"
LOGGER: Final = logging.getLogger(__name__)


def cache_folder() -> Path | None:
    """Where indexes are kept: what DURAND_CACHE names (nowhere if empty), else the user's cache folder."""
    given = os.environ.get(CACHE_VARIABLE)
    if given is not None:
        return Path(given) if given else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base) / "durand" / "cache" if base else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "durand"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "durand"


def _path(kind: str, made_of: Iterable[bytes]) -> Path | None:
    folder = cache_folder()
    if folder is None:
        return None
    digest = hashlib.sha256()
    for part in made_of:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return folder / f"{kind}-{digest.hexdigest()[:24]}.npz"


def has_stored(kind: str, made_of: Iterable[bytes]) -> bool:
    """Whether that index lies on disk."""
    path = _path(kind, made_of)
    return path is not None and path.is_file()


def stored(kind: str, made_of: Iterable[bytes], build: Callable[[], Arrays]) -> Arrays:
    """The arrays of an index, from disk if they are there, else built and put there.

    A file appears whole or not at all (written aside, then renamed), so two processes that build at once
    both end with a good one. A file that cannot be read is built anew; a folder that cannot be written costs
    no more than the time to build again.

    Parameters
    ----------
    kind
        Start of the file's name; the version of the form belongs in it.
    made_of
        Everything that decides what the arrays hold.
    build
        Makes them.
    """
    path = _path(kind, made_of)
    if path is not None and path.is_file():
        try:
            with path.open("rb") as handle, np.load(handle, allow_pickle=False) as file:
                return {name: file[name] for name in file.files}
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as err:
            LOGGER.warning("index %s cannot be read (%s) and is built anew", path, err)
    arrays = build()
    if path is not None:
        try:
            _write(path, arrays)
        except OSError as err:
            LOGGER.info("index is not kept: %s", err)
    return arrays


def _write(path: Path, arrays: Arrays) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        Path(aside).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(aside).unlink()
        raise
