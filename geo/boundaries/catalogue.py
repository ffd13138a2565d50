"""Where the shipped data lie, and what each file is: `catalog.json` as records."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.arguments import checked
from geo.errors import BoundaryError, DataNotFoundError

__all__ = ["Layer", "data_path", "find_layer", "list_layers", "verify"]

DATA_VARIABLE = "DURAND_DATA"


@dataclass(frozen=True)
class Layer:
    """A file of ``data/boundaries``: what it is, where from, under which licence.

    Attributes
    ----------
    id, file, title
        Short name, file name, one line of description.
    rows, bytes
        Number of features, size of the file.
    sha256, content_sha256
        Hash of the file, and of what it says whatever version of Parquet wrote it.
    licence, credit
        SPDX licence and the credit that it asks for.
    geometry, bounds
        Geometry types; (west, south, east, north) in degrees, EPSG:4326. Missing for a table.
    """

    id: str
    file: str
    title: str
    rows: int
    bytes: int
    sha256: str
    content_sha256: str
    licence: str
    credit: str
    geometry: str | None = None
    bounds: tuple[float, float, float, float] | None = None


@checked
def data_path(*parts: str) -> Path:
    """Path of a shipped file or folder, such as ``data_path("boundaries", "catalog.json")``.

    Looked for in the folder that the environment variable DURAND_DATA names, then beside the installed
    package, then in the checkout.

    Raises
    ------
    DataNotFoundError
        If it is in none of them; the message lists the places tried.
    """
    package = Path(__file__).resolve().parents[1]
    given = os.environ.get(DATA_VARIABLE)
    roots = [Path(given)] if given else [package / "_data", package.parent / "data"]
    tried = [root.joinpath(*parts) for root in roots]
    for path in tried:
        if path.exists():
            return path
    places = "\n  ".join(str(path) for path in tried)
    raise DataNotFoundError(
        f"shipped data not found; tried\n  {places}\nInstall durand again, or let {DATA_VARIABLE} name "
        "the folder that holds boundaries/ and events/."
    )


def list_layers() -> tuple[Layer, ...]:
    """Every layer of ``data/boundaries``.

    Examples
    --------
    >>> import geo
    >>> [layer.id for layer in geo.list_layers()][:3]
    ['durand_line', 'durand_line_simplified', 'durand_line_accuracy']
    """
    return _layers(data_path("boundaries", "catalog.json"))


@checked
def find_layer(layer_id: str) -> Layer:
    """The catalogue's record of one layer.

    Raises
    ------
    BoundaryError
        If there is no such layer; the message lists those there are.
    """
    layers = {layer.id: layer for layer in list_layers()}
    if layer_id not in layers:
        raise BoundaryError(f"no layer {layer_id!r}; there are: {', '.join(layers)}")
    return layers[layer_id]


def verify() -> dict[str, str]:
    """Compare every shipped boundary file with its hash.

    Returns
    -------
    dict
        Layer id to ``"ok"``, ``"missing"`` or ``"differs"``.
    """
    found = {}
    for layer in list_layers():
        try:
            content = data_path("boundaries", layer.file).read_bytes()
        except DataNotFoundError:
            found[layer.id] = "missing"
            continue
        found[layer.id] = "ok" if hashlib.sha256(content).hexdigest() == layer.sha256 else "differs"
    return found


@functools.cache
def _layers(path: Path) -> tuple[Layer, ...]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Layer(**{**entry, "bounds": tuple(entry["bounds"]) if "bounds" in entry else None})
        for entry in document["layers"]
    )
