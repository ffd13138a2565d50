"""Which column of a table is which, by its name: ours, their usual synonyms, or as the user says."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from geo.errors import SchemaError
from geo.events.columns import CLAIM_COLUMNS, EVENT_COLUMNS

__all__ = ["TARGETS", "find_header", "fold", "recognise"]

_SYNONYMS: Final = {
    "event_id": "id, event id, no, number, nr, ref, reference, incident id, case id",
    "date_start": "date, when, day, event date, incident date, start, start date, date start, from date, "
    "date of event, "
    "date of incident, date from, date of attack, begin, begin date, sqldate",
    "date_end": "end, end date, date end, to date, until, date to, last day",
    "year": "year, iyear",
    "month": "month, imonth",
    "day_of_month": "iday, day of month",
    "date_precision": "date precision, date prec, time precision",
    "event_type": "type, event type, category, kind, incident type, incident, what, type of event, type of "
    "incident, "
    "attack type, attacktype1 txt, event",
    "native_type": "native type, sub event type, subtype, sub type",
    "actor1": "actor, actor 1, attacker, perpetrator, side a, party a, group, gname, by whom, who, "
    "attributed to, actor attributed",
    "actor2": "actor 2, target, side b, party b, against, actor other, opponent, victim group",
    "place": "place, location, where, site, village, town, city, place name, location name, locality, "
    "settlement, crossing, "
    "name of place, name",
    "adm1_source": "province, adm1, admin1, admin 1, adm 1, region, wilayat, velayat, state, provstate, "
    "province name",
    "adm2_source": "district, adm2, admin2, admin 2, adm 2, tehsil, agency, county, woluswali, district name",
    "country_source": "country, country name, country side, side, country txt, adm0, admin0, nation",
    "where_precision": "precision, where precision, coordinate precision, coord precision, geo precision, "
    "accuracy, "
    "location precision, where prec",
    "lat": "lat, latitude, y, lat wgs84, latitude wgs84, lat dd, y coord, ycoord, coord y, gps lat, lat "
    "deg, "
    "northing deg",
    "lon": "lon, long, lng, longitude, x, lon wgs84, longitude wgs84, lon dd, long dd, x coord, xcoord, "
    "coord x, gps long, "
    "gps lon, lon deg",
    "coordinates": "coordinates, coordinate, coords, coord, gps, position, lat long, lat lon, latlong, "
    "latlon, lat lng, "
    "latitude longitude, gps coordinates, mgrs, utm, grid, grid reference, geom, geom wkt, wkt, geometry, "
    "point",
    "deaths": "killed, dead, deaths, fatalities, toll, death toll, casualties killed, number killed, no "
    "killed, kia, nkill, "
    "people killed, deaths best, best, fatality, casualties dead, died, total killed, casualties",
    "deaths_low": "low, min, minimum, killed min, deaths low, low estimate, deaths min, killed low",
    "deaths_high": "high, max, maximum, killed max, deaths high, high estimate, deaths max, killed high",
    "injured": "injured, wounded, wia, nwound, number injured, number wounded, people injured, casualties "
    "injured, "
    "casualties wounded, hurt",
    "claimant": "claimant, claimed by, who says, who says so, says who, according to, said by, stated by, "
    "toll according to, toll source, claim by, figure by, casualty source",
    "verification": "verification, status, verified, attribution status",
    "source": "source, sources, publisher, outlet, media, reported by, source name, dbsource, scite1",
    "source_url": "link, url, source url, source link, href, web, website, weblink, hyperlink",
    "summary": "summary, description, details, notes, what happened, narrative, text, comment, comments, "
    "remarks, event description",
    "known_on": "retrieved, retrieval date, accessed, date accessed, retrieved on, stated on, updated, last "
    "updated, date added",
}
_TWICE: Final = {"deaths_best", "notes", "deaths"}

TARGETS: Final = tuple(dict.fromkeys((*(spec.name for spec in EVENT_COLUMNS), *_SYNONYMS)))
"""What a column can be: ours, and what is turned into ours (coordinates, deaths, injured, year ...)."""

_CLAIMS: Final = tuple(spec.name for spec in CLAIM_COLUMNS)


def fold(name: str) -> str:
    """A name without case, accents, signs and bracketed units, words apart by one blank.

    Examples
    --------
    >>> fold("Latitude (°N)"), fold("Date_of-Incident"), fold("Kîlled*")
    ('latitude', 'date of incident', 'killed')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = (
        re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", plain)
        if re.sub(r"\([^)]*\)|\[[^\]]*\]", "", plain).strip()
        else plain
    )
    return " ".join(re.sub(r"[^\w]|_", " ", plain.casefold()).split())


def _lookup() -> dict[str, str]:
    table: dict[str, str] = {}
    for target, names in _SYNONYMS.items():
        table |= {fold(name): target for name in names.split(",")}
    # Our own names win: a file we wrote is read back as it was.
    table |= {fold(spec.name): spec.name for spec in EVENT_COLUMNS}
    return table


_LOOKUP: Final = _lookup()


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
    taken = set(found.values())
    claims: dict[str, list[str]] = {}
    for name in names:
        target = _LOOKUP.get(fold(name))
        if target and target not in found and name not in taken:
            claims.setdefault(target, []).append(name)
    for target, columns in claims.items():
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


def find_header(
    rows: Sequence[Sequence[str]], merged: Sequence[tuple[int, int, int, int]] = (), given: Sequence[str] = ()
) -> tuple[list[str], int] | None:
    """Find the row, or the two rows, that name the columns, below whatever titles stand above.

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
    """
    asked = {fold(name) for name in given}
    best: tuple[int, int, list[str], int] | None = None
    for number, row in enumerate(rows):
        single = [str(cell) for cell in row]
        candidates = [(single, number + 1)]
        if number + 1 < len(rows):
            candidates.append((_two_lines(single, rows[number + 1], number, merged), number + 2))
        for names, skip in candidates:
            known = len({_LOOKUP[fold(name)] for name in names if fold(name) in _LOOKUP}) + len(
                asked & {fold(name) for name in names}
            )
            # One line is preferred to two, and the upper to the lower, of the same merit.
            score = (known, -(skip - number), names, skip)
            if known >= 2 and (best is None or score[:2] > best[:2]):
                best = score
    return (best[2], best[3]) if best else None


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
