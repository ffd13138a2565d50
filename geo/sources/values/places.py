"""The place that a row states in words: its place, district, province and country, and what is assumed."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final, Literal

from geo.errors import PlaceError, SchemaError
from geo.places.gazetteer import resolve_place
from geo.places.phrases import read_phrase
from geo.places.record import Place
from geo.places.unit_names import area_codes, country_code, unit_name
from geo.vocab import WHERE_PRECISIONS

__all__ = ["PLACE_LEVELS", "PlaceLevel", "RowPlace", "place_of_row"]

PlaceLevel = Literal["town", "district", "province"]
PLACE_LEVELS: Final = ("town", "district", "province")
"""What names of a table's places can be said to be, where a name is that of several."""

_RANK: Final = {name: number for number, name in enumerate(WHERE_PRECISIONS)}


@dataclass(frozen=True)
class RowPlace:
    """Where the words of a row say that it was.

    Attributes
    ----------
    place
        The place.
    column
        Which of ``place``, ``adm2_source``, ``adm1_source`` gave it.
    where
        Precision of the row: the coarser of what it states and what the place is known to.
    adm1
        Provinces to put into an empty ``adm1_source``, where the text names several; else empty.
    notes
        What was assumed or widened, for the warnings.
    """

    place: Place
    column: str
    where: str
    adm1: str
    notes: tuple[str, ...]


@functools.lru_cache(maxsize=16_384)
def place_of_row(
    place: str = "",
    adm2: str = "",
    adm1: str = "",
    country: str = "",
    *,
    stated: str | None = None,
    level: str | None = None,
) -> RowPlace:
    """The place of a row that gives no coordinates.

    A name that a city bears is the city, unless the row states a province or district as its precision or
    ``level`` says so. What is not known by its place is known by its district; a pass, river or road, which
    may lie anywhere along its name, by its province too.

    Parameters
    ----------
    place, adm2, adm1, country
        Cells of the row; empty where there is none. The country is a code or a name.
    stated
        Precision that the row states.
    level
        One of :data:`PLACE_LEVELS`: what the names in ``place`` are.

    Raises
    ------
    PlaceError
        If no place, or more than one, fits.
    SchemaError
        If nothing is given, or the province or country is none that is known.

    Examples
    --------
    >>> from geo.sources.values.places import place_of_row
    >>> row = place_of_row("Khost", country="Afghanistan")
    >>> row.where, row.notes
    ('town', ("'Khost' is read as the city, not the province",))
    >>> place_of_row("Khost", stated="province").place.place_id
    'AF-KHO'
    >>> row = place_of_row("Nawa Pass", adm1="Kunar")
    >>> row.column, row.where
    ('adm1_source', 'province')
    """
    nation = country_code(country) if country else None
    if country and nation is None:
        raise SchemaError(f"places of {country!r} are not known here: only those of Afghanistan and Pakistan")
    cells = [(name, text) for name, text in zip(_COLUMNS, (place, adm2, adm1), strict=True) if text]
    if not cells:
        raise SchemaError("no place is given")
    notes: list[str] = []
    first: PlaceError | SchemaError | None = None
    for column, text in cells:
        if first is not None and column == "adm1_source" and read_phrase(place).form != "elsewhere":
            break
        try:
            found = _find(column, text, nation, adm1, stated, level)
        except (PlaceError, SchemaError) as err:
            if first is None:
                first = err
                notes.append(f"{text!r} is not known as a place ({_short(err)})")
            continue
        if first is not None:
            notes.append(f"placed by {_WORDS[column]} {text!r}")
        if found.rank[1] == 3 and not found.rank[0]:
            notes.append(f"{text!r} is read as {found.label!r}")
        if found.note:
            notes.append(f"{text!r} is {found.note}" if found.note.startswith("read") else found.note)
        return _row_place(found, column, adm1, stated, notes)
    raise first or SchemaError("no place is given")


_COLUMNS: Final = ("place", "adm2_source", "adm1_source")
_WORDS: Final = {"place": "its place", "adm2_source": "its district", "adm1_source": "its province"}


def _find(
    column: str, text: str, nation: str | None, adm1: str, stated: str | None, level: str | None
) -> Place:
    within = adm1 if adm1 and column != "adm1_source" and len(area_codes(adm1)) < 2 else None
    kinds: tuple[str, ...] = {"adm2_source": ("district",), "adm1_source": ("province",)}.get(column, ())
    if column == "place":
        kinds = (level,) if level else (stated,) if stated in ("district", "province") else ()
    for kind in kinds:
        try:
            return resolve_place(text, country=nation, adm1=within, kind=kind)  # type: ignore[arg-type]
        except PlaceError:
            continue
    # A list of provinces or a word beside the name is read as such in any column.
    city = "city" if column == "place" and not kinds else "widest"
    return resolve_place(text, country=nation, adm1=within, same_name=city)  # type: ignore[arg-type]


def _row_place(place: Place, column: str, adm1: str, stated: str | None, notes: list[str]) -> RowPlace:
    where = place.where_precision
    if stated is not None and _RANK[stated] >= _RANK[where]:
        where = stated
    elif stated is not None:
        notes.append(f"the row says {stated!r}; {place.label} is known as a {where} only, so it is {where!r}")
    several = "; ".join(unit_name(code) for code in place.units) if place.units and not adm1 else ""
    return RowPlace(place, column, where, several, tuple(notes))


def _short(err: Exception) -> str:
    return str(err).split(": ", 1)[0][:120]
