"""The hidden folder in which files are made: locked while its process lives, and then anybody's to clean."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from geo.errors import WriteError

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows, where leftovers are told by their age
    fcntl = None  # type: ignore[assignment]

__all__ = ["WORK_PREFIX", "locked", "refused", "work_folder"]

WORK_PREFIX: Final = ".durand-writing-"
"""How the hidden folders begin in which files are made."""

_WORK_NAME: Final = re.compile(re.escape(WORK_PREFIX) + r"(?P<process>[0-9]+)-[a-z0-9_]{8}")
_NEW_S: Final = 60.0
"""A folder that is empty and younger may belong to a process that lives and has not locked it yet."""
_FORGOTTEN_S: Final = 86_400.0
"""Where folders cannot be locked, one of this age is taken for a leftover."""


@contextmanager
def work_folder(parent: Path) -> Iterator[Path]:
    """A folder of an unpredictable name, gone when the block ends; what dead processes left goes first."""
    _sweep(parent)
    try:
        work = Path(tempfile.mkdtemp(prefix=f"{WORK_PREFIX}{os.getpid()}-", dir=parent))
    except OSError as err:
        raise refused(err, parent) from err
    held = _lock(work)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if held is not None:
            os.close(held)


def _lock(folder: Path, *, wait: bool = False) -> int | None:
    """A handle whose lock ends with the process, however that ends; None where folders cannot be locked."""
    if fcntl is None:  # pragma: no cover - Windows
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(handle)
        return None
    return handle


def _sweep(parent: Path) -> None:
    """Take away what killed processes left in a folder."""
    with contextlib.suppress(OSError):
        for entry in os.scandir(parent):
            named = _WORK_NAME.fullmatch(entry.name)
            if named and entry.is_dir(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    _sweep_one(Path(entry.path), int(named["process"]))


def _sweep_one(work: Path, process: int) -> None:
    known = work.stat()
    if hasattr(os, "getuid") and known.st_uid != os.getuid():
        return
    age = time.time() - known.st_mtime
    if fcntl is None:  # pragma: no cover - Windows
        if age > _FORGOTTEN_S:
            shutil.rmtree(work, ignore_errors=True)
        return
    handle = os.open(work, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        except OSError:
            if age <= _FORGOTTEN_S:
                return
        if age > _NEW_S or any(work.iterdir()) or not _lives(process):
            shutil.rmtree(work, ignore_errors=True)
    finally:
        os.close(handle)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        # Another user's, which lives.
        return True
    return True


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The folder for this process alone, as far as others ask too; where it cannot be locked, nothing."""
    held = _lock(folder, wait=True)
    try:
        yield
    finally:
        if held is not None:
            os.close(held)


def refused(err: OSError, path: Path) -> WriteError:
    """What a disk said, in one line."""
    why = os.strerror(err.errno) if err.errno else str(err)
    return WriteError(f"{path} cannot be written: {why[:1].lower()}{why[1:]}; nothing was left behind")
