"""The official crossings, prepared for points, and the names that mean them."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np

from geo.boundaries.catalogue import find_layer
from geo.boundaries.layers import read_crossings
from geo.engine.index_cache import Arrays, Form, digest_of, stored
from geo.engine.nearest_point import NamedPoints
from geo.errors import BoundaryError

__all__ = ["crossing_called", "crossing_id", "crossing_km", "known_crossings"]

CROSSINGS_KIND: Final = "crossings-1"
CROSSINGS_FORM: Final[Form] = {"lon": ("f", 1), "lat": ("f", 1), "name": ("U", 1)}

NAMES: Final = ("crossing_id", "name", "name_ps", "name_fa", "name_ur")
"""Columns by which a crossing can be meant."""


@functools.cache
def known_crossings() -> NamedPoints:
    """The official crossings, prepared."""
    digest = digest_of([find_layer("crossings").content_sha256.encode()])
    arrays = stored(CROSSINGS_KIND, digest, _crossings, form=CROSSINGS_FORM)
    return NamedPoints(arrays["lon"], arrays["lat"], arrays["name"].astype(object))


def _crossings() -> Arrays:
    frame = read_crossings()
    return {
        "lon": frame.geometry.x.to_numpy(np.float64),
        "lat": frame.geometry.y.to_numpy(np.float64),
        "name": np.array(frame["name"].tolist(), dtype="U"),
    }


def crossing_km(name: str) -> float:
    """Chainage of the crossing that a name in any of its languages means.

    Raises
    ------
    BoundaryError
        If no crossing, or more than one, has the name.
    """
    return float(read_crossings()["line_km"].iloc[_row_of(name)])


def crossing_id(name: str) -> str:
    """Id of the crossing that a name in any of its languages means.

    Raises
    ------
    BoundaryError
        If no crossing, or more than one, has the name.

    Examples
    --------
    >>> from geo.border.crossings import crossing_id
    >>> crossing_id("Spin Boldak"), crossing_id("Torkham crossing")
    ('chaman-spin-boldak', 'torkham')
    """
    return _ids()[_row_of(name)]


def _row_of(name: str) -> int:
    wanted = _plain(name)
    row = _row_called(wanted)
    if row is not None:
        return row
    crossings = read_crossings()
    # "Chaman" is enough where one crossing alone has the word.
    part = np.flatnonzero(
        [
            any(f" {wanted} " in f" {_plain(row[column])} " for column in NAMES)
            for _, row in crossings.iterrows()
        ]
    )
    if wanted and len(part) == 1:
        return int(part[0])
    raise BoundaryError(f"no crossing {name!r}; there are: {', '.join(crossings['name'])}")


def crossing_called(name: str) -> tuple[str, float, float] | None:
    """Name and position (degrees) of the crossing of this very name in any language; None without one."""
    row = _row_called(_plain(name))
    if row is None:
        return None
    found = read_crossings().iloc[row]
    return str(found["name"]), float(found.geometry.x), float(found.geometry.y)


def _row_called(wanted: str) -> int | None:
    return _rows_by_name().get(wanted) if wanted else None


@functools.cache
def _rows_by_name() -> dict[str, int]:
    """Rows of the crossings by each of their names, the first language before the others."""
    crossings = read_crossings()
    rows: dict[str, int] = {}
    for column in NAMES:
        for row, value in enumerate(crossings[column]):
            rows.setdefault(_plain(value), row)
    return rows


@functools.cache
def _ids() -> tuple[str, ...]:
    return tuple(map(str, read_crossings()["crossing_id"]))


def _plain(name: object) -> str:
    """Words in small letters, without hyphens and without the word for what it is."""
    words = str(name).casefold().replace("-", " ").split() if isinstance(name, str) else []
    return " ".join(word for word in words if word not in ("crossing", "gate", "border"))
