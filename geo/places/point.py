"""The point that a name stands at: one rule for marks, rings, arrows, frames and distances."""

from __future__ import annotations

from geo.places.candidates import candidates, lies_in, only_place
from geo.places.gazetteer import resolve_place
from geo.places.record import Place

__all__ = ["how_read", "named_point", "town_within"]

POINTS = ("town", "site")


def named_point(name: str, *, sites: bool = False) -> Place:
    """The place of :func:`geo.resolve_place`, a city or town before the district or province of its name.

    Whether a name means one place or several is that function's to say. Where a unit bears it and a town
    inside does too, the town is meant: something stands at a point, or is measured from one.

    Parameters
    ----------
    name
        In Latin or Arabic script.
    sites
        Whether a site inside will do where no town has the name: "Bagram" is the air base then, not the
        district.

    Returns
    -------
    Place
        A town or a site; a unit where nothing inside has its name; with ``units``, none of them.

    Raises
    ------
    PlaceError
        If no place, or more than one, fits.
    SchemaError
        As for :func:`geo.find_place`.

    Examples
    --------
    >>> from geo.places.point import named_point
    >>> named_point("Spin Boldak").kind, named_point("Bajaur").kind, named_point("Bagram").kind
    ('town', 'district', 'district')
    """
    wide = resolve_place(name, same_name="city")
    if wide.kind in POINTS or wide.units or not wide.also:
        return wide
    inner = [place for place in candidates(name, None, None, None) if place.place_id in wide.also]
    for kind in POINTS if sites else POINTS[:1]:
        if of_kind := [place for place in inner if place.kind == kind]:
            return only_place(name, of_kind, of_kind)
    return wide


def town_within(name: str, unit: Place) -> Place | None:
    """The one town or site in a unit that a name means less surely than the unit, as by an alternate name.

    Examples
    --------
    >>> from geo.places.point import named_point, town_within
    >>> town_within("Achin", named_point("Achin")).label, town_within("Kunar", named_point("Kunar"))
    ('Markaz-e Woluswali-ye Achin', None)
    """
    inner = [
        place
        for place in candidates(name, None, None, None)
        if place.kind in POINTS and place.matched != "fuzzy" and lies_in(place, unit)
    ]
    return inner[0] if len(inner) == 1 else None


def how_read(name: str, place: Place) -> str:
    """What was assumed in reading a name; empty where the table has it, or another spelling of it.

    Examples
    --------
    >>> from geo.places.point import how_read, named_point
    >>> how_read("Asadabd", named_point("Asadabd")), how_read("Asadabad", named_point("Asadabad"))
    ("'Asadabd' is read as Asadabad (town, AF-KNR)", '')
    """
    if place.matched != "fuzzy":
        return ""
    return f"{name!r} is read as {place.label} ({place.kind}, {place.adm1 or place.adm0})"
