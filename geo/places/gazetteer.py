"""Places by name: every candidate with how it was matched, or one place, or a refusal that lists them.

What is searched: places of GeoNames with their alternate names, provinces, countries, the districts of both
countries by name, and a table of our own for spellings and places that those lack. A name is compared in
four ways, from the surest to the least:

========== =============================================================================================
exact      the same letters, whatever the case
folded     the same but for accents, hyphens, apostrophes, spaces, zero-width characters and the letters
           of Arabic script that Arabic, Dari, Pashto and Urdu write for one another
romanised  the same but for how sounds are put in Latin letters: oo and u, q and k, e and i
fuzzy      alike (Indel similarity of the folded names, rapidfuzz); asked only if nothing else matches
========== =============================================================================================
"""

from __future__ import annotations

import functools
from typing import Final, get_args

import geopandas as gpd

from geo.arguments import checked
from geo.errors import SchemaError
from geo.places.candidates import SameName, candidates, place_frame, single_place
from geo.places.record import KINDS, Kind, Place
from geo.places.spelling import folds
from geo.places.unit_names import checked_country, checked_province
from geo.places.widened import widened_place

__all__ = ["find_place", "known_places", "resolve_place"]

LONGEST_NAME: Final = 200
"""Longer texts are no names; every part of one would be looked up."""


@checked
def find_place(
    name: str,
    *,
    country: str | None = None,
    adm1: str | None = None,
    kind: Kind | None = None,
    limit: int = 10,
) -> gpd.GeoDataFrame:
    """Places that a name can mean, the likeliest first.

    A word for the kind of place counts ("Barmal district", "Kabul city"), and so does what follows a comma or
    stands in brackets ("Gardi Kas, Bihsud"): it narrows the search, and is looked up itself if the first part
    is not known. Parts joined by a dash, a slash or "and" are looked up each.

    Parameters
    ----------
    name
        In Latin or Arabic script.
    country
        AF, PK or a name of one; only places there.
    adm1
        ISO 3166-2 code or a name of a province; only places there. A border crossing is in the provinces and
        countries of both sides.
    kind
        Only ``country``, ``province``, ``district``, ``town`` or ``site``.
    limit
        At most so many rows.

    Returns
    -------
    GeoDataFrame
        ``place_id``, ``name``, ``label``, ``kind``, ``adm0``, ``adm1``, ``population`` (Int64),
        ``precision_m`` (float64, metres), ``where_precision``, ``score`` (float64, 0 to 100), ``matched``
        (exact, folded, romanised, fuzzy), ``matched_name``, ``read`` (the part of the text that was used),
        ``source``, point in EPSG:4326. Empty if nothing is alike.

    Raises
    ------
    SchemaError
        If the name is empty or over 200 characters, the limit is below 1, or the country, province or kind is
        not known.

    Examples
    --------
    >>> import geo
    >>> geo.find_place("Angor Adda")[["name", "adm1", "matched"]].iloc[0].tolist()
    ['Angoor Adda', 'AF-PKA', 'exact']
    >>> geo.find_place("Fayzabad", kind="district")["adm1"].tolist()
    ['AF-BDS', 'AF-JOW']
    """
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise SchemaError(f"limit is a whole number of 1 or more, not {limit!r}")
    return place_frame(candidates(*_checked(name, country, adm1, kind))[:limit])


@checked
def resolve_place(
    name: str,
    *,
    country: str | None = None,
    adm1: str | None = None,
    kind: Kind | None = None,
    same_name: SameName = "widest",
) -> Place:
    """The one place that a name means, or the wider one that a text says no more than.

    The surest way of matching that finds anything decides, and alternate names of GeoNames count only where
    no other name matches. Where the name is that of a town and also of the district or province around it,
    the widest is returned, since it holds the others: to narrow it, name the kind. Any other choice between
    places would be a guess, and is refused.

    A text that says less than a name is never one dot: "near Wana" and "Wana area" are 25 km around it,
    "between Wana and Angoor Adda" the same about the middle (or the provinces of both), "Khost and Paktika"
    any of the two, "Paktika border" the line along Paktika, a post or camp is near the place it is called
    after. A pass, river or road may lie anywhere along its name, and is refused. ``note`` says what was done.

    Parameters
    ----------
    name, country, adm1, kind
        As for :func:`geo.find_place`. With a kind the text is a plain name.
    same_name
        What is meant by a name that a city and the district or province around it bear: ``widest`` or
        ``city`` (more than 50,000 people, or the seat of its province).

    Returns
    -------
    Place

    Raises
    ------
    PlaceError
        If no place, or more than one, fits; its ``candidates`` are what :func:`geo.find_place` gives.
    SchemaError
        As for :func:`geo.find_place`.

    Examples
    --------
    >>> import geo
    >>> geo.resolve_place("Bermal").place_id, geo.resolve_place("Kabul city").kind
    ('district:AF-PKA:barmal', 'town')
    >>> geo.resolve_place("Kabul", same_name="city").note
    'read as the city, not the province'
    >>> geo.resolve_place("near Wana").where_precision, geo.resolve_place("Khost and Paktika").units
    ('near', ('AF-KHO', 'AF-PKA'))
    >>> geo.resolve_place("Fayzabad", kind="district")
    Traceback (most recent call last):
    geo.errors.PlaceError: 'Fayzabad' is ambiguous: Fayzabad (district, AF-BDS), Fayzabad...
    """
    asked = _checked(name, country, adm1, kind)
    if same_name not in get_args(SameName):
        raise SchemaError(f"same_name is 'widest' or 'city', not {same_name!r}")
    if kind is None:
        wider = widened_place(asked[0], asked[1], asked[2], same_name)
        if wider is not None:
            return wider
    return single_place(*asked, same_name)


def _checked(
    name: str, country: str | None, adm1: str | None, kind: str | None
) -> tuple[str, str | None, str | None, str | None]:
    """Arguments with codes in place of names, or every fault at once."""
    faults = []
    if isinstance(name, str) and len(name) > LONGEST_NAME:
        faults.append(f"a name to look up has at most {LONGEST_NAME} characters; this one has {len(name):,}")
    elif not isinstance(name, str) or not folds(name):
        faults.append(f"a name to look up has letters or digits; got {name!r}")
    code = unit = None
    try:
        code = None if country is None else checked_country(country)
    except SchemaError as err:
        faults.append(str(err))
    try:
        unit = None if adm1 is None else checked_province(adm1)
    except SchemaError as err:
        faults.append(str(err))
    if code and unit and not unit.startswith(code):
        faults.append(f"province {adm1!r} ({unit}) is not in {country!r}")
    if kind is not None and kind not in KINDS:
        faults.append(f"kind {kind!r} is not known; allowed: {', '.join(KINDS)}")
    if faults:
        raise SchemaError("; ".join(faults))
    return name, code, unit, kind


@functools.lru_cache(maxsize=16_384)
def known_places(
    name: str, *, country: str | None = None, adm1: str | None = None, kind: Kind | None = None
) -> frozenset[str]:
    """Ids of the places that a name means for sure, none if it is only like one; arguments as codes.

    Examples
    --------
    >>> from geo.places.gazetteer import known_places
    >>> known_places("Ghani Khel", kind="district") == known_places("Shinwar", country="AF", kind="district")
    True
    """
    found = [place for place in candidates(name, country or None, adm1 or None, kind) if place.rank[1] < 3]
    best = min((place.rank for place in found), default=None)
    return frozenset(place.place_id for place in found if place.rank == best)
