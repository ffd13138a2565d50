"""Printed maps that tests of several modules look at, each drawn once in a run, whoever asks first."""

from __future__ import annotations

import dataclasses
import functools
import os
import pickle
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import maps
from maps.spec.sheet import Sheet

if TYPE_CHECKING:
    from maps.static.drawing import Drawing

OCTOBER = {"since": "2025-10-09", "until": "2025-10-19"}


def printed(size: str, *, dpi: int = 100, **fields: Any) -> Drawing:
    """The map that fields of a specification ask for; its resolution changes nothing but the pixels."""
    drawing = _printed(size, tuple(sorted(fields.items())))
    return dataclasses.replace(drawing, sheet=Sheet(size=size, dpi=dpi))


@functools.cache
def _printed(size: str, fields: tuple[tuple[str, Any], ...]) -> Drawing:
    """A drawing of this process, or as another one left it in the folder that all of a run share."""
    name = sha256(repr((size, fields)).encode()).hexdigest()
    path = Path(os.environ["DURAND_CACHE"]).parent / "printed" / f"{name}.pickle"
    if path.is_file():
        drawing: Drawing = pickle.loads(path.read_bytes())
        return drawing
    drawing = maps.draw_map(maps.MapSpec(**dict(fields)), Sheet(size=size))
    path.parent.mkdir(exist_ok=True)
    whole = path.with_suffix(f".{os.getpid()}")
    whole.write_bytes(pickle.dumps(drawing))
    whole.replace(path)
    return drawing
