"""Layers that the user has added: where they lie on this computer, and what each of them is."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from geo.errors import BoundaryError, DataNotFoundError
from geo.files.whole import write_beside

__all__ = ["AddedLayer", "added_layers", "find_added", "layer_name", "user_folder"]

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
        """Where its GeoParquet file lies."""
        return user_folder() / "boundaries" / f"{self.id}.parquet"

    def save(self) -> None:
        """Write the record beside the file."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"
        write_beside(self.path.with_suffix(".json"), text.encode())


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
    if given:
        return Path(given).expanduser().absolute()
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Application Support"
    else:
        root = Path(os.environ.get("XDG_DATA_HOME") or ".")
        if not root.is_absolute():
            root = Path.home() / ".local" / "share"
    return root / "durand"


def layer_name(country: str, level: int) -> str:
    """Identifier of the layer of one level of one country."""
    return f"{country}-{level}"


def added_layers(level: int | None = None) -> tuple[AddedLayer, ...]:
    """Layers that the user has added, of all levels or one, sorted by identifier.

    Raises
    ------
    BoundaryError
        If a record cannot be read.

    Examples
    --------
    >>> import geo
    >>> [layer.id for layer in geo.added_layers()]
    []
    """
    found = []
    for path in sorted((user_folder() / "boundaries").glob("*.json")):
        try:
            layer = AddedLayer(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as err:
            raise BoundaryError(
                f"{path} is not a record of an added layer ({err}); delete it and add the layer again"
            ) from err
        if level is None or layer.level == level:
            found.append(layer)
    return tuple(found)


def find_added(country: str, level: int) -> AddedLayer:
    """The record of one added layer.

    Raises
    ------
    BoundaryError
        If it has not been added; the message lists what has been.
    DataNotFoundError
        If its file is gone.
    """
    layers = {layer.id: layer for layer in added_layers()}
    name = layer_name(country, level)
    if name not in layers:
        there = ", ".join(layers) or "none"
        raise BoundaryError(f"no units of level {level} have been added for {country}; added: {there}")
    if not layers[name].path.is_file():
        raise DataNotFoundError(f"{layers[name].path} is gone; remove {name} and add it again")
    return layers[name]
