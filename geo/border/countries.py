"""Borders of the countries whose outlines are shipped."""

from __future__ import annotations

import functools

from geo.arguments import checked
from geo.border.border import Border
from geo.boundaries.layers import read_units
from geo.errors import BoundaryError
from geo.places.radii import LINE_M
from geo.places.unit_names import country_code

__all__ = ["country_border"]


@checked
@functools.lru_cache(maxsize=32)
def country_border(one: str, two: str) -> Border:
    """The border of two countries of :func:`geo.read_units`, the first on its left.

    Parameters
    ----------
    one, two
        ISO 3166-1 codes of neighbours: AF, PK (or names of them), and their neighbours within 58-80 E,
        22.5-40 N, at whose edge a border ends where its countries go on.

    Raises
    ------
    BoundaryError
        If one is none of these, or they don't meet along one line.

    Notes
    -----
    A line between two outlines of OpenStreetMap, which says nothing of who agrees to it. Its accuracy is
    taken as 250 m. For the Durand Line take :class:`geo.DurandLine`, whose accuracy, crossings and provinces
    are known.

    Examples
    --------
    >>> import geo
    >>> geo.country_border("AF", "TJ")
    <Border AF | TJ, 1344.0 km>
    """
    one, two = (country_code(code) or code for code in (one, two))
    land = read_units(0).set_index("adm0")
    unknown = [code for code in (one, two) if code not in land.index]
    if unknown:
        raise BoundaryError(f"no outline of {unknown[0]!r}; there are: {', '.join(sorted(land.index))}")
    if one == two:
        raise BoundaryError(f"a border has two sides; got {one!r} twice")
    return Border.between_areas(land.loc[[one]], land.loc[[two]], names=(one, two), accuracy_m=LINE_M)
