"""Files written whole or not at all: the one place where a file of the user's is made or replaced.

What is written first lies in a hidden folder of an unpredictable name beside the target, is brought to the
disk, and is then renamed. The folder goes when the block ends, however it ends; one that a killed process
left is taken away by the next that writes there. Nothing is replaced unasked, and no input is ever an output.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from geo.errors import GeoError, OverwriteError, SchemaError, WriteError
from geo.files.work_folder import refused, work_folder

__all__ = [
    "check_outputs",
    "members_of",
    "put_whole",
    "sha256_of",
    "write_bytes",
    "write_text",
    "written_folder",
    "written_set",
    "written_whole",
]

_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})
"""What a disk refuses, as opposed to a fault of what is written."""
_SHAPEFILE: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")


# -- what will be written


def members_of(path: Path) -> tuple[Path, ...]:
    """The files that a name stands for: a shapefile is several, anything else is itself.

    Examples
    --------
    >>> from pathlib import Path
    >>> from geo.files.whole import members_of
    >>> [path.name for path in members_of(Path("line.shp"))]
    ['line.shp', 'line.shx', 'line.dbf', 'line.prj', 'line.cpg']
    """
    if path.suffix.lower() != ".shp":
        return (path,)
    return (path, *(path.with_suffix(suffix) for suffix in _SHAPEFILE[1:]))


def check_outputs(
    outputs: Iterable[str | Path], *, inputs: Iterable[str | Path | None] = (), overwrite: bool = False
) -> None:
    """Refuse what must not be written, before any work is done for it.

    Parameters
    ----------
    outputs
        Every file that will be written, those with names that the program chose too. A shapefile stands for
        its members.
    inputs
        Every file that is read; None for one that was not given.
    overwrite
        Whether files that are there may be replaced. An input is never, whatever this says.

    Raises
    ------
    OverwriteError
        If an output is an input, through links too, or is there and `overwrite` is not set.
    SchemaError
        If its folder is not there, it is a folder or a device, or two outputs are one file.
    WriteError
        If its folder cannot be looked into.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from geo.files.whole import check_outputs
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sheet = pathlib.Path(folder, "sheet.csv")
    ...     _ = sheet.write_text("date,place")
    ...     check_outputs([sheet], inputs=[sheet], overwrite=True)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    geo.errors.OverwriteError: ...sheet.csv is an input too and would be lost; choose another name
    """
    read = [Path(path) for path in inputs if path is not None]
    seen: dict[Path, Path] = {}
    for output in (member for path in outputs for member in members_of(Path(path))):
        try:
            _check_output(output, read, overwrite=overwrite)
            whole = _real(output)
        except GeoError:
            raise
        except OSError as err:
            raise refused(err, output) from err
        if whole in seen:
            raise SchemaError(f"{output} and {seen[whole]} are one file; name two")
        seen[whole] = output


def _check_output(output: Path, inputs: Sequence[Path], *, overwrite: bool) -> None:
    if "\0" in str(output):
        raise SchemaError(f"{str(output)!r} has a NUL in it, which no name of a file may have")
    target = _real(output)
    if not target.parent.is_dir():
        raise SchemaError(f"there is no folder {str(output.parent)!r} to write {output.name!r} to")
    for path in inputs:
        if target == _real(path) or (target.exists() and path.exists() and target.samefile(path)):
            raise OverwriteError(f"{output} is an input too and would be lost; choose another name")
    if not target.exists():
        return
    if target.is_dir():
        raise SchemaError(f"{str(output)!r} is a folder; name a file")
    if not target.is_file():
        raise SchemaError(f"{str(output)!r} is no ordinary file and cannot be written whole; name another")
    if not overwrite:
        raise OverwriteError(
            f"{output} is there already; choose another name, or allow it to be replaced (overwrite=True)"
        )


def _real(path: Path) -> Path:
    # A link stays a link: what it leads to is replaced.
    return Path(os.path.realpath(path))


# -- writing


@contextmanager
def written_whole(
    path: str | Path, *, overwrite: bool = False, inputs: Iterable[str | Path | None] = (), sync: bool = True
) -> Iterator[Path]:
    """A path to write to, of the same name, that becomes the file if the block ends well.

    Parameters
    ----------
    path
        The file.
    overwrite, inputs
        As in :func:`check_outputs`.
    sync
        Whether it is on the disk before it has its name; not needed for what lasts no longer than the work.

    Raises
    ------
    OverwriteError, SchemaError, WriteError
        As :func:`check_outputs`; WriteError too if the disk is full or refuses. Nothing is left then.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from geo.files.whole import written_whole
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     target = pathlib.Path(folder, "note.txt")
    ...     with written_whole(target) as part:
    ...         _ = part.write_text("whole")
    ...         before = target.exists()
    ...     before, target.read_text()
    (False, 'whole')
    """
    with written_set([path], overwrite=overwrite, inputs=inputs, sync=sync) as (part,):
        yield part
        if not part.exists():
            raise WriteError(f"{path} was not written: nothing came")


@contextmanager
def written_set(
    paths: Sequence[str | Path],
    *,
    overwrite: bool = False,
    inputs: Iterable[str | Path | None] = (),
    sync: bool = True,
) -> Iterator[tuple[Path, ...]]:
    """Paths to write to that become the files together, or none of them.

    One that the block does not write is not there afterwards either: a file of an earlier run would pass for
    one of this.

    Parameters
    ----------
    paths
        The files, in any folders; a shapefile stands for its members.
    overwrite, inputs, sync
        As in :func:`written_whole`.

    Raises
    ------
    OverwriteError, SchemaError, WriteError
        As :func:`written_whole`.
    """
    targets = [Path(path) for path in paths]
    if not targets:
        yield ()
        return
    check_outputs(targets, inputs=inputs, overwrite=overwrite)
    with ExitStack() as stack:
        works: dict[Path, Path] = {}
        parts = []
        for number, target in enumerate(targets):
            parent = _real(target).parent
            if parent not in works:
                works[parent] = stack.enter_context(work_folder(parent))
            # Drivers look at the name: the suffix, and the stem as the name of a layer.
            room = works[parent] / str(number)
            room.mkdir()
            parts.append(room / target.name)
        with _disk_told(targets[0]):
            yield tuple(parts)
        moves = [
            (part.with_name(member.name), _real(member))
            for target, part in zip(targets, parts, strict=True)
            for member in members_of(target)
        ]
        with _told(targets[0]):
            _put_in_place(moves, works, overwrite=overwrite, sync=sync)


@contextmanager
def written_folder(
    folder: str | Path,
    *,
    names: Iterable[str] | None,
    overwrite: bool = False,
    inputs: Iterable[str | Path | None] = (),
) -> Iterator[Path]:
    """A folder to write to whose files come into `folder` together, which is made if it is not there.

    Parameters
    ----------
    folder
        The folder.
    names
        The files that may be written; others that are there stay. None: the folder is replaced as a whole,
        after the caller has seen that it holds nothing else.
    overwrite
        Whether files, or the folder, may be replaced.
    inputs
        Every file that is read; none of them is replaced, alone or with the folder.

    Raises
    ------
    OverwriteError, SchemaError, WriteError
        As :func:`written_whole`.
    """
    folder = Path(folder)
    target = _real(folder)
    if target.exists() and not target.is_dir():
        raise SchemaError(f"{str(folder)!r} is a file; choose another name")
    if names is not None and target.is_dir():
        paths = [target / name for name in names]
        with (
            written_set(paths, overwrite=overwrite, inputs=inputs) as parts,
            tempfile.TemporaryDirectory(dir=parts[0].parent.parent) as room,
        ):
            yield Path(room)
            for part in parts:
                made = Path(room) / part.name
                if made.exists():
                    made.replace(part)
        return
    if not target.parent.is_dir():
        raise SchemaError(f"there is no folder {str(folder.parent)!r} to make {folder.name!r} in")
    if target.exists() and not overwrite:
        raise OverwriteError(
            f"{folder} is there already; choose another name, or allow it to be replaced (overwrite=True)"
        )
    for path in inputs:
        if path is not None and _real(Path(path)).is_relative_to(target):
            raise OverwriteError(f"{folder} holds {Path(path).name}, an input too; choose another name")
    with work_folder(target.parent) as work:
        new = work / "new"
        new.mkdir()
        with _disk_told(folder):
            yield new
        with _told(folder):
            for part in sorted(new.iterdir()):
                _sync(part)
            if target.exists():
                target.replace(work / "old")
            try:
                new.replace(target)
            except OSError:
                with contextlib.suppress(OSError):
                    (work / "old").replace(target)
                raise
            _sync_folder(target.parent)


def write_bytes(
    path: str | Path,
    content: bytes,
    *,
    overwrite: bool = False,
    inputs: Iterable[str | Path | None] = (),
) -> Path:
    """Write a file whole or not at all; raises as :func:`written_whole`."""
    with written_whole(path, overwrite=overwrite, inputs=inputs) as part:
        part.write_bytes(content)
    return Path(path)


def write_text(
    path: str | Path, text: str, *, overwrite: bool = False, inputs: Iterable[str | Path | None] = ()
) -> Path:
    """Write a text file in UTF-8, lines as they are, whole or not at all; raises as :func:`written_whole`."""
    # Half a surrogate pair, as a command line in another encoding may hold, has no form in UTF-8.
    return write_bytes(path, text.encode("utf-8", "replace"), overwrite=overwrite, inputs=inputs)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put_whole(part: Path, target: Path, *, overwrite: bool = False) -> None:
    """Give a whole file of the same folder its name, after it is on the disk.

    Raises
    ------
    OverwriteError
        If a file of that name is there and `overwrite` is not set.
    WriteError
        If the disk refuses.
    """
    with _told(target):
        _sync(part)
        _rename(part, target, overwrite=overwrite)
        part.unlink(missing_ok=True)
        _sync_folder(target.parent)


# -- into place


def _put_in_place(
    moves: Sequence[tuple[Path, Path]], works: dict[Path, Path], *, overwrite: bool, sync: bool
) -> None:
    """Give each file its name; if one cannot have it, those before it are as they were."""
    if sync:
        for part, _ in moves:
            if part.exists():
                _sync(part)
    done: list[tuple[Path, Path | None]] = []
    try:
        for number, (part, target) in enumerate(moves):
            aside = works[target.parent] / f"old-{number}"
            kept = aside if target.exists() and len(moves) > 1 else None
            if kept is not None:
                _keep(target, kept)
            if part.exists():
                _rename(part, target, overwrite=overwrite)
            else:
                target.unlink(missing_ok=True)
            done.append((target, kept))
    except BaseException:
        for target, kept in reversed(done):
            with contextlib.suppress(OSError):
                if kept is None:
                    target.unlink(missing_ok=True)
                else:
                    kept.replace(target)
        raise
    if sync:
        for parent in works:
            _sync_folder(parent)


def _keep(target: Path, aside: Path) -> None:
    """A second name for a file, so that it can come back."""
    try:
        os.link(target, aside)
    except OSError:
        # A disk without such links.
        shutil.copy2(target, aside)


def _rename(part: Path, target: Path, *, overwrite: bool) -> None:
    if overwrite:
        part.replace(target)
        return
    try:
        # Unlike a renaming, this fails where another process was faster.
        os.link(part, target)
    except FileExistsError as err:
        raise OverwriteError(f"{target} has come to be while it was written; choose another name") from err
    except OSError:
        if target.exists():
            raise OverwriteError(
                f"{target} has come to be while it was written; choose another name"
            ) from None
        part.replace(target)


def _sync(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    # Not every system can; the file itself is on the disk.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# -- what is said


@contextmanager
def _disk_told(path: Path) -> Iterator[None]:
    """What the disk refuses while a file is made, in one line."""
    try:
        yield
    except GeoError:
        raise
    except OSError as err:
        if err.errno not in _DISK:
            raise
        raise refused(err, path) from err


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except GeoError:
        raise
    except OSError as err:
        raise refused(err, path) from err
