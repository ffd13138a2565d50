"""GeoNames' alternate names of a place, without those that mean another one."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from geo.boundaries.layers import read_places
from geo.places.spelling import ARABIC, folds, likeness

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["alternates_of"]

CLEARLY: Final = 0.15
"""Of two places that share a name, it is not that of the one whose own name is less like it by so much."""

COLUMNS: Final = ("name", "label", "name_ps", "name_fa", "name_ur")


@functools.cache
def alternates_of() -> dict[str, tuple[str, ...]]:
    """Alternate names by id of the place, the places of :func:`geo.read_places`.

    Some names in Arabic script stand at several places: GeoNames has that of Jammu, in Urdu, among
    Srinagar's. Such a name is left to the place whose own name is most like it. In Latin letters the own
    names go first anyway.

    Returns
    -------
    dict
        Names in the table's order, for every place.

    Examples
    --------
    >>> "جموں" in alternates_of()["1255634"], "سری نگر" in alternates_of()["1255634"]
    (False, True)
    """
    rows = list(read_places().itertuples())
    given = {str(row.place_id): [name for name in _text(row.alternates).split("|") if name] for row in rows}
    labels = {str(row.place_id): row.label for row in rows}
    held: dict[str, set[str]] = {}
    for row in rows:
        own = [_text(getattr(row, column)) for column in COLUMNS]
        for fold in _folds([*own, *given[str(row.place_id)]]):
            held.setdefault(fold, set()).add(str(row.place_id))
    return {
        place: tuple(name for name in names if _its(name, place, labels, held))
        for place, names in given.items()
    }


def _its(name: str, place: str, labels: dict[str, str], held: dict[str, set[str]]) -> bool:
    """Whether no other place of a name in Arabic script is called more like it."""
    if not ARABIC.search(name):
        return True
    others = {one for fold in folds(name) for one in held[fold]} - {place}
    if not others:
        return True
    best = max(likeness(name, labels[one]) for one in others)
    return best - likeness(name, labels[place]) < CLEARLY


def _folds(names: Iterable[str]) -> set[str]:
    return {fold for name in names if ARABIC.search(name) for fold in folds(name)}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
