"""Which column of a table is which, by its name: ours, their usual synonyms, or as the user says."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence, Set
from typing import Final

from geo.errors import SchemaError
from geo.events.columns import EVENT_COLUMNS, SYNONYMS, SYNONYMS_ELSEWHERE, fold
from geo.sources.values.coordinates import parse_pair
from geo.sources.values.dates import parse_date

__all__ = ["TARGETS", "find_header", "recognise", "target_of"]

_FORM: Final = {
    "uuid",
    "submission time",
    "submissiondate",
    "instanceid",
    "meta instanceid",
    "deviceid",
    "formhub uuid",
}
_FORM_TIMES: Final = {"start", "end", "today", "starttime", "endtime"}
"""Columns of forms (Kobo, ODK) that say nothing of the event, and how a form is known."""

TARGETS: Final = tuple(dict.fromkeys((*(spec.name for spec in EVENT_COLUMNS), *SYNONYMS)))
"""What a column can be: ours, and what is turned into ours (coordinates, deaths, injured, year ...)."""


def _lookup() -> dict[str, str]:
    table: dict[str, str] = {}
    for target, names in (*SYNONYMS_ELSEWHERE.items(), *SYNONYMS.items()):
        table |= {fold(name): target for name in names.split(",")}
    # Our own names win: a file we wrote is read back as it was.
    table |= {fold(spec.name): spec.name for spec in EVENT_COLUMNS}
    return table


_LOOKUP: Final = _lookup()


def target_of(name: str) -> str | None:
    """What a column of that name is; None where the name is not known."""
    return _LOOKUP.get(fold(name))


def recognise(names: Sequence[str], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Which column holds what.

    Parameters
    ----------
    names : sequence of str
        Names of the columns.
    given : mapping, optional
        What the user says: one of TARGETS to the name of a column. It goes before what names say.

    Returns
    -------
    dict
        Target to name of the column, in the order of the columns.

    Raises
    ------
    SchemaError
        If `given` names a column that is not there or a target that does not exist, or if two columns can be
        the same.

    Examples
    --------
    >>> recognise(["When", "Lat", "Long", "Killed", "Colour"])
    {'date_start': 'When', 'lat': 'Lat', 'lon': 'Long', 'deaths': 'Killed'}
    >>> recognise(["A", "B"], {"date": "B"})
    {'date_start': 'B'}
    """
    faults: list[str] = []
    found: dict[str, str] = {}
    folded = {fold(name): name for name in reversed(names)}
    for wanted, name in (given or {}).items():
        target = wanted if wanted in TARGETS else _LOOKUP.get(fold(wanted))
        if target is None:
            near = difflib.get_close_matches(wanted, TARGETS, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            faults.append(f"nothing is called {wanted!r}; {hint}known: {', '.join(TARGETS)}")
        elif name not in names and fold(name) not in folded:
            faults.append(f"there is no column {name!r}; found: {', '.join(map(repr, names))}")
        else:
            found[target] = name if name in names else folded[fold(name)]
    found |= {target: name for target, name in _paired(names).items() if not _any_position(names, found)}
    taken = set(found.values())
    if _FORM & set(folded):
        # A form calls the opening and closing of its own sheet so, and the day it was filled in.
        taken |= {name for name in names if fold(name) in _FORM_TIMES}
    claims: dict[str, list[str]] = {}
    for name in names:
        target = _LOOKUP.get(fold(name))
        if target and target not in found and name not in taken:
            claims.setdefault(target, []).append(name)
    for target, columns in claims.items():
        if target == "adm1_source":
            # A "region" beside a province is a part of the world or of the country.
            columns = [name for name in columns if fold(name) not in ("region", "state")] or columns
        exact = [name for name in columns if fold(name) == fold(target)]
        if len(columns) == 1 or len(exact) == 1:
            found[target] = exact[0] if exact else columns[0]
        elif len({fold(name) for name in columns}) > 1 and target in {
            "place",
            "summary",
            "source",
            "event_type",
        }:
            # Words of different breadth ("location" beside "village"): the first, the others stay in the raw
            # rows.
            found[target] = columns[0]
        else:
            faults.append(
                f"the columns {' and '.join(map(repr, columns))} can both be {target}; say which, such as "
                f"--map {target}={columns[0]!r}"
            )
    if faults:
        raise SchemaError("; ".join(faults))
    order = {name: number for number, name in enumerate(names)}
    return dict(sorted(found.items(), key=lambda item: order[item[1]]))


def _any_position(names: Sequence[str], found: Mapping[str, str]) -> bool:
    """Whether a table has coordinates under a name that is known."""
    known = {_LOOKUP.get(fold(name)) for name in names} | set(found)
    return {"lat", "lon"} <= known or "coordinates" in known


def _paired(names: Sequence[str]) -> dict[str, str]:
    """Latitude and longitude with the name of their question before them: "gps-Latitude" (ODK, SurveyCTO)."""
    ends = {"lat": ("lat", "latitude", "y"), "lon": ("lon", "lng", "long", "longitude", "x")}
    parts = {name: fold(name).rpartition(" ") for name in names}
    for name, (stem, _, end) in parts.items():
        if stem and end in ends["lat"]:
            for other, (again, _, last) in parts.items():
                if again == stem and last in ends["lon"] and (end == "y") == (last == "x"):
                    return {"lat": name, "lon": other}
    return {}


def find_header(
    rows: Sequence[Sequence[str]], merged: Sequence[tuple[int, int, int, int]] = (), given: Sequence[str] = ()
) -> tuple[list[str], int] | None:
    """Find the row, or the two rows, that name the columns, below whatever titles stand above.

    A cell that is a number, a date or a coordinate is data, and a row that has one names nothing unless its
    other cells name a date and a place, or every column that the user says. The first
    row that names a date and a place is the header, else the first that names two columns at all; no later
    row is, however many words of it are known. A second line belongs to it only where the first has merged,
    empty or repeated cells and the second has no data and names two columns more.

    Parameters
    ----------
    rows : sequence of sequences of str
        The first rows of the table.
    merged : sequence of (first row, first column, last row, last column)
        Merged cells; a name over several columns belongs to each.
    given : sequence of str
        Names that the user says are columns.

    Returns
    -------
    (names, number of rows to skip) or None
        None where no row names at least two columns known here.

    Examples
    --------
    >>> find_header([["Incidents 2025", "", ""], ["Date", "Place", "Killed"], ["2025-10-11", "Torkham", "3"]])
    (['Date', 'Place', 'Killed'], 2)
    >>> find_header([["Date", "Place", "Level"], ["2025-10-09", "Torkham", "District"]])
    (['Date', 'Place', 'Level'], 1)
    >>> find_header([["Date", "Place", "2025"], ["2025-10-09", "Torkham", "3"]])
    (['Date', 'Place', '2025'], 1)
    """
    asked = {fold(name) for name in given}
    lacking: tuple[list[str], int] | None = None
    for number, row in enumerate(rows):
        single = [str(cell) for cell in row]
        names, skip = single, number + 1
        if any(map(_is_data, single)):
            # A column may be called by a number or a day; below a line that names columns, it is a value.
            known = _known(single, asked)
            if lacking is None and (_is_whole(known) or (asked and asked <= known)):
                return names, skip
            continue
        if number + 1 < len(rows) and _may_go_on(single, rows[number + 1], number, merged):
            both = _two_lines(single, rows[number + 1], number, merged)
            if len(_known(both, asked)) > len(_known(single, asked)):
                names, skip = both, number + 2
        known = _known(names, asked)
        if len(known) < 2:
            continue
        if _is_whole(known):
            return names, skip
        lacking = lacking or (names, skip)
    return lacking


_WHEN: Final = {"date_start", "year"}
_WHERE: Final = {"place", "lat", "lon", "coordinates", "adm1_source", "adm2_source"}


def _is_whole(known: Set[str]) -> bool:
    """Whether columns give a date and a place."""
    return bool(known & _WHEN and known & _WHERE)


def _known(names: Sequence[str], asked: Set[str]) -> set[str]:
    """What the names are, those that the user says are columns by their own name."""
    folded = {fold(name) for name in names} - {""}
    paired = set(_paired(names))
    return paired | {_LOOKUP[name] for name in folded if name in _LOOKUP} | (asked & folded)


def _is_data(cell: str) -> bool:
    """Whether a cell is a number, a date or a coordinate, and so names no column."""
    text = cell.strip()
    if not any(c.isdigit() for c in text) or len(text) > 60:
        return False
    if re.fullmatch(r"[+-]?[\d.,\s]+%?", text):
        return True
    if not isinstance(parse_date(text, day_first=True), str):
        return True
    return not isinstance(parse_pair(text), str)


def _may_go_on(
    upper: Sequence[str], lower: Sequence[str], number: int, merged: Sequence[tuple[int, int, int, int]]
) -> bool:
    """Whether the second of two rows can be a second line of the header."""
    filled = [cell.strip() for cell in upper if cell.strip()]
    wide = any(top <= number <= bottom and right > left for top, left, bottom, right in merged)
    over = any(not above.strip() and str(below).strip() for above, below in zip(upper, lower, strict=False))
    if not (wide or over or len(set(filled)) < len(filled)):
        return False
    cells = [str(cell) for cell in lower]
    return not any(map(_is_data, cells)) and len(_known(cells, frozenset())) >= 2


def _two_lines(
    upper: Sequence[str], lower: Sequence[str], number: int, merged: Sequence[tuple[int, int, int, int]]
) -> list[str]:
    wide = list(upper)
    for top, left, bottom, right in merged:
        if top <= number <= bottom and left < len(wide):
            for n in range(left, min(right + 1, len(wide))):
                wide[n] = upper[left]
    names = []
    for over, under in zip(wide, lower, strict=False):
        under = str(under)
        both = f"{over} {under}".strip()
        options = [both, under, over]
        names.append(next((name for name in options if name.strip() and fold(name) in _LOOKUP), both))
    return names
