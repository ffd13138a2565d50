"""The Durand Line: the border whose provinces, districts and crossings are known."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.arguments import checked_methods
from geo.border.border import Border
from geo.border.crossings import crossing_km, known_crossings
from geo.border.parts import sector_frame
from geo.border.sides import CountrySides
from geo.boundaries.catalogue import find_layer
from geo.boundaries.layers import read_line, read_line_accuracy
from geo.boundaries.units import UnitIndex, districts, former_areas, kept_with_provinces, provinces
from geo.engine.chords import Chords
from geo.engine.index_cache import Arrays, Form, digest_of, stored
from geo.engine.nearest_point import NamedPoints
from geo.errors import SchemaError

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["DurandLine", "Stretches", "area_chainages", "border_or_durand", "durand_line", "unit_chainages"]

Stretches = tuple[tuple[float, float], ...]
"""Chainages (from, to) in km of parts of the line."""

ACCURACY_KIND: Final = "accuracy-1"
ACCURACY_FORM: Final[Form] = {"from_m": ("f", 1), "accuracy_m": ("f", 1)}


@checked_methods
class DurandLine(Border):
    """The Durand Line at full detail, from the China tripoint: left is PK, right is AF.

    The line's accuracy varies along it (:func:`geo.read_line_accuracy`), and which side a point is on is
    taken from the outlines of the two countries where the point lies in one of them.

    Examples
    --------
    >>> import geo
    >>> border = geo.DurandLine()
    >>> round(border.length_km, 1)
    2790.2
    >>> border.between("Torkham", "Ghulam Khan")["length_km"].round(1).item()
    334.6
    """

    def __init__(self) -> None:
        chords, accuracy, sides = _prepared()
        super().__init__(
            chords,
            left="PK",
            right="AF",
            accuracy_from_m=accuracy["from_m"],
            accuracy_m=accuracy["accuracy_m"],
            sides=sides,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        # What it is made of is shipped with the package.
        return DurandLine, ()

    def _km_of(self, place: str | float) -> float:
        return crossing_km(place) if isinstance(place, str) else super()._km_of(place)

    def _units(self) -> UnitIndex:
        return provinces()

    def _districts(self) -> UnitIndex | None:
        return districts()

    def _crossings(self) -> NamedPoints:
        return known_crossings()

    def _sectors_by_province(self) -> gpd.GeoDataFrame:
        """Stretches along which one pair of provinces meets."""
        along = unit_chainages()
        edges = np.unique(
            np.array(
                [0.0, self.length_km, *(km for parts in along.values() for part in parts for km in part)]
            )
        )
        # Where both provinces change at one vertex rounding must not leave a stretch of no length.
        edges = edges[np.append(True, np.diff(edges) > 1e-6)]
        middle = (edges[:-1] + edges[1:]) / 2
        pairs = [
            tuple(
                next(
                    (
                        unit
                        for unit, parts in along.items()
                        if unit.startswith(side) and any(a <= km <= b for a, b in parts)
                    ),
                    None,
                )
                for side in (self.left, self.right)
            )
            for km in middle
        ]
        first = np.flatnonzero([row == 0 or pair != pairs[row - 1] for row, pair in enumerate(pairs)])
        starts, ends = edges[first], np.append(edges[first[1:]], self.length_km)
        title = provinces().frame.set_index("iso3166_2")["name"].to_dict()
        left, right = ([pairs[row][side] for row in first] for side in (0, 1))
        names = [f"{title.get(b, '-')} / {title.get(a, '-')}" for a, b in zip(left, right, strict=True)]
        return sector_frame(self.prepared, starts, ends, names, left, right)


@functools.cache
def durand_line() -> DurandLine:
    """The one that all of the toolkit shares."""
    return DurandLine()


def border_or_durand(border: Border | None) -> Border:
    """The border that was asked for, the Durand Line where none was.

    Raises
    ------
    SchemaError
        If it is no border.
    """
    if border is None:
        return durand_line()
    if not isinstance(border, Border):
        raise SchemaError(
            "border is what geo.country_border('PK', 'IR'), geo.Border.between_areas or geo.Border.from_line "
            f"gives, or None for the Durand Line; got a {type(border).__name__}"
        )
    return border


@functools.cache
def _prepared() -> tuple[Chords, Arrays, CountrySides]:
    key = digest_of([find_layer("durand_line_accuracy").content_sha256.encode()])
    chords = Chords(
        lambda: shapely.get_coordinates(read_line().geometry.iloc[0]),
        digest_of([find_layer("durand_line").content_sha256.encode()]),
    )
    return chords, stored(ACCURACY_KIND, key, _accuracy, form=ACCURACY_FORM), CountrySides()


def _accuracy() -> Arrays:
    accuracy = read_line_accuracy().sort_values("from_km")
    return {
        "from_m": accuracy["from_km"].to_numpy(np.float64) * 1000,
        "accuracy_m": accuracy["accuracy_m"].to_numpy(np.float64),
    }


@kept_with_provinces
@functools.cache
def unit_chainages() -> dict[str, Stretches]:
    """For each province on the line, the chainages (km) along which it meets it."""
    return _chainages(provinces())


@kept_with_provinces
@functools.cache
def area_chainages() -> dict[str, Stretches]:
    """The same for the provinces and for the former areas."""
    return unit_chainages() | _chainages(former_areas())


def _chainages(units: UnitIndex) -> dict[str, Stretches]:
    border = durand_line()
    line = shapely.get_coordinates(border.geometry)
    along = border.chainage_km()
    # The units share the line vertex for vertex: two corners in a row that are neighbours on the line
    # are a segment of it.
    place = pd.Index(line[:, 0] + 1j * line[:, 1])
    found = {}
    for code, geometry in zip(units.frame["iso3166_2"], units.frame.geometry, strict=True):
        on_line = np.zeros(len(line) - 1, dtype=bool)
        for ring in shapely.get_rings(shapely.get_parts(geometry)):
            xy = shapely.get_coordinates(ring)
            at = place.get_indexer(pd.Index(xy[:, 0] + 1j * xy[:, 1]))
            steps = (at[:-1] >= 0) & (at[1:] >= 0) & (np.abs(np.diff(at)) == 1)
            on_line[np.minimum(at[:-1], at[1:])[steps]] = True
        if on_line.any():
            edges = np.flatnonzero(np.diff(np.concatenate(([False], on_line, [False])).astype(np.int8)))
            found[str(code)] = tuple(
                (float(along[first]), float(along[last]))
                for first, last in zip(edges[::2], edges[1::2], strict=True)
            )
    return found
