"""Layers that the user has added: where they lie on this computer, and what each of them is."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from geo.arguments import checked, checked_first
from geo.errors import BoundaryError, DataNotFoundError, WriteError
from geo.files.notices import tell_once
from geo.files.whole import write_bytes, write_text
from geo.files.work_folder import locked

__all__ = [
    "AddedLayer",
    "find_added",
    "has_record",
    "layer_name",
    "list_added",
    "remove_record",
    "user_folder",
]

HOME_VARIABLE: Final = "DURAND_HOME"


@dataclass(frozen=True)
class AddedLayer:
    """A layer that the user has added: what it is, where from, under which licence.

    Attributes
    ----------
    id, country, level
        Such as ``"AF-2"``, ``"AF"``, ``2``.
    rows
        Number of units.
    sha256, input_sha256, input_name
        Hash of the stored file; hash and name of the file that it was made from.
    parents_sha256
        Hash of the outlines that it was matched to.
    licence, credit, source, source_url, vintage
        As the user stated them.
    nest
        How units lie in those above, as in `add_boundaries`.
    figures
        What the import changed, as in the report.
    """

    id: str
    country: str
    level: int
    rows: int
    sha256: str
    input_sha256: str
    input_name: str
    parents_sha256: str
    licence: str
    credit: str
    source: str
    source_url: str | None
    vintage: str
    nest: str = "provinces"
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where its GeoParquet file lies; the name says what is in it: no other is written over it."""
        return self.folder / f"{self.id}-{self.sha256[:16]}.parquet"

    @property
    def record(self) -> Path:
        """Where this record lies. A layer is there when its record is, which names its file."""
        return _record_path(self.id)

    @property
    def folder(self) -> Path:
        """Where both lie."""
        return _layers_folder()

    def save(self, content: bytes) -> None:
        """Write the file, then the record that makes it the layer, then take the files before it away.

        Killed at any moment, or done by two processes at once, it leaves one whole layer: the one before, or
        this.

        Raises
        ------
        WriteError
            If the disk is full or does not let them be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as err:
            raise WriteError(
                f"{self.folder} cannot be made: {err.strerror}; name a folder in {HOME_VARIABLE}"
            ) from err
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"
        with locked(self.folder):
            write_bytes(self.path, content, overwrite=True)
            write_text(self.record, text, overwrite=True)
            for path in _files_of(self.id):
                if path != self.path:
                    path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Take the layer away: the record first, without which the file is nothing."""
        remove_record(self.id)


def user_folder() -> Path:
    """Folder for the user's own layers; it need not exist.

    The environment variable DURAND_HOME names it; else it is ``durand`` under what the platform has for data
    of applications: %LOCALAPPDATA% on Windows, ~/Library/Application Support on macOS, $XDG_DATA_HOME or
    ~/.local/share elsewhere (XDG Base Directory Specification 0.8, which says that relative paths are
    ignored).

    Examples
    --------
    >>> from geo.boundaries.added import user_folder
    >>> user_folder().is_absolute()
    True
    """
    given = os.environ.get(HOME_VARIABLE)
    try:
        return Path(given).expanduser().absolute() if given else _platform_folder() / "durand"
    except RuntimeError as err:
        # A container may run as a user without entry and without HOME.
        raise BoundaryError(
            f"this user has no home folder; name one for own layers in {HOME_VARIABLE}"
        ) from err


def _platform_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    root = Path(os.environ.get("XDG_DATA_HOME") or ".")
    return root if root.is_absolute() else Path.home() / ".local" / "share"


def _layers_folder() -> Path:
    return user_folder() / "boundaries"


def _record_path(name: str) -> Path:
    return _layers_folder() / f"{name}.json"


def _files_of(name: str) -> list[Path]:
    return sorted(_layers_folder().glob(f"{name}-*.parquet"))


def has_record(name: str) -> bool:
    """Whether there is a record of that name, whatever its state."""
    return _record_path(name).is_file()


def remove_record(name: str) -> None:
    """Take a layer away, a broken one too."""
    with locked(_layers_folder()):
        _record_path(name).unlink(missing_ok=True)
        for path in _files_of(name):
            path.unlink(missing_ok=True)


def layer_name(country: str, level: int) -> str:
    """Identifier of the layer of one level of one country."""
    return f"{country}-{level}"


@checked_first
def list_added(level: int | None = None) -> tuple[AddedLayer, ...]:
    """Layers that the user has added, of all levels or one, sorted by identifier.

    A record that cannot be read is passed over, and said so on stderr: what does not need the layer goes on.
    On a machine without a home folder there are none.

    Examples
    --------
    >>> import geo
    >>> [layer.id for layer in geo.list_added()]
    []
    """
    try:
        paths = sorted(_layers_folder().glob("*.json"))
    except BoundaryError:
        return ()
    found = []
    for path in paths:
        try:
            layer = _read_record(path)
        except BoundaryError as err:
            tell_once(f"an added layer is left out: {err}")
            continue
        if level is None or layer.level == level:
            found.append(layer)
    return tuple(found)


def _read_record(path: Path) -> AddedLayer:
    try:
        layer = AddedLayer(**json.loads(path.read_text(encoding="utf-8")))
        fits = layer.id == path.stem == layer_name(layer.country, layer.level) and isinstance(
            layer.sha256, str
        )
    except (OSError, ValueError, TypeError) as err:
        raise _no_record(path, str(err)) from err
    if not fits:
        raise _no_record(path, "it names another layer")
    return layer


def _no_record(path: Path, why: str) -> BoundaryError:
    again = f"remove {path.stem} (durand boundaries remove) and add it again"
    return BoundaryError(f"{path} is not a record of an added layer ({why}); {again}")


@checked
def find_added(country: str, level: int) -> AddedLayer:
    """The record of one added layer.

    Raises
    ------
    BoundaryError
        If it has not been added, or its record cannot be read; the message lists what has been added.
    DataNotFoundError
        If its file is gone.
    """
    name = layer_name(country, level)
    layers = {layer.id: layer for layer in list_added()}
    if name not in layers and has_record(name):
        _read_record(_record_path(name))
    if name not in layers:
        there = ", ".join(layers) or "none"
        raise BoundaryError(f"no units of level {level} have been added for {country}; added: {there}")
    if not layers[name].path.is_file():
        raise DataNotFoundError(f"{layers[name].path} is gone; remove {name} and add it again")
    return layers[name]
