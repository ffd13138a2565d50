"""All names of places, by each form in which they are compared, and the tables that they come from."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.boundaries.catalogue import data_path
from geo.boundaries.layers import read_former_areas, read_places, read_units
from geo.places.alternates import alternates_of
from geo.places.record import Kind, Place
from geo.places.spelling import exact_key, folds, skeleton
from geo.places.unit_names import FORMER_AREAS, unit_spellings
from geo.types import GEOD

__all__ = [
    "FUZZY_LETTERS",
    "Name",
    "NameIndex",
    "all_places",
    "name_index",
    "read_aliases",
    "read_districts",
    "read_tehsils",
]

FUZZY_LETTERS: Final = 5
"""Shorter names are alike by chance."""
NAMES: Final = ("name_ps", "name_fa", "name_ur")


@dataclass(frozen=True)
class Name:
    """A name of a place; ``own`` unless it is one of GeoNames' many alternates."""

    place: int
    text: str
    own: bool


class NameIndex:
    """All places or only countries and provinces, and their names by each form of comparison."""

    def __init__(self, *, units_only: bool = False) -> None:
        self.places: list[Place] = []
        self.exact: dict[str, list[Name]] = {}
        self.folded: dict[str, list[Name]] = {}
        self.romanised: dict[str, list[Name]] = {}
        self._fill_units()
        if not units_only:
            self._fill_places()
        self._fill_aliases()
        self.fuzzy = [fold for fold in self.folded if len(fold) >= FUZZY_LETTERS]

    def _add(self, place: Place, own: list[str], alternates: list[str]) -> None:
        self.places.append(place)
        self._name(len(self.places) - 1, own, alternates)

    def _name(self, row: int, own: list[str], alternates: list[str]) -> None:
        # The place's own names come first, so that an alternate that repeats one adds nothing.
        texts = {text: True for text in own if text} | {
            text: False for text in alternates if text and text not in own
        }
        for text, is_own in texts.items():
            name = Name(row, text, is_own)
            self.exact.setdefault(exact_key(text), []).append(name)
            for fold in folds(text):
                self.folded.setdefault(fold, []).append(name)
                # A romanised form of two or three letters stands for too many names.
                if len(fold) >= 4 and fold.isascii():
                    self.romanised.setdefault(skeleton(fold), []).append(name)

    def _fill_units(self) -> None:
        countries = read_units(0)
        units: tuple[tuple[Kind, gpd.GeoDataFrame], ...] = (
            ("country", countries[countries["adm0"].isin(("AF", "PK"))]),
            ("province", read_units(1)),
            ("province", read_former_areas()),
        )
        for level, frame in units:
            for row in frame.itertuples():
                centre = row.geometry.representative_point()
                code = row.adm0 if level == "country" else row.iso3166_2
                self._add(
                    Place(
                        code,
                        row.name,
                        row.name,
                        level,
                        row.adm0,
                        None if level == "country" else FORMER_AREAS.get(code, code),
                        round(centre.x, 4),
                        round(centre.y, 4),
                        _reach_m(centre.x, centre.y, row.geometry),
                        None,
                        row.source,
                    ),
                    [row.name, *(_text(row, column) for column in NAMES), *unit_spellings(code)],
                    [code] if level == "province" else [],
                )

    def _fill_places(self) -> None:
        for row in read_districts().itertuples():
            self._add(
                Place(
                    row.district_id,
                    row.name,
                    row.name,
                    "district",
                    row.adm0,
                    row.adm1,
                    row.geometry.x,
                    row.geometry.y,
                    row.precision_m,
                    None,
                    row.source,
                ),
                [row.name, *row.alternates.split("|"), row.name_own],
                [],
            )
        alternates = alternates_of()
        for row in read_places().itertuples():
            self._add(
                Place(
                    f"geonames:{row.place_id}",
                    row.name,
                    row.label,
                    "town",
                    row.adm0,
                    _text(row, "adm1") or None,
                    row.geometry.x,
                    row.geometry.y,
                    float(row.precision_m),
                    None if pd.isna(row.population) else int(row.population),
                    row.source,
                ),
                [row.name, row.label, *(_text(row, column) for column in NAMES)],
                [*alternates[str(row.place_id)]],
            )

    def _fill_aliases(self) -> None:
        by_id = {place.place_id: number for number, place in enumerate(self.places)}
        kinds = {place.kind for place in self.places}
        for row in read_aliases().itertuples():
            names = [row.name, *row.alternates.split("|")]
            if row.of:
                if row.of in by_id or "town" in kinds:
                    self._name(by_id[row.of], names, [])
                continue
            if row.kind not in kinds and "town" not in kinds:
                continue
            place_id = "own:" + re.sub(r"[^a-z0-9]+", "-", row.name.casefold()).strip("-")
            self._add(
                Place(
                    place_id,
                    row.name,
                    row.name,
                    row.kind,
                    row.adm0,
                    row.adm1,
                    float(row.lon),
                    float(row.lat),
                    float(row.precision_m),
                    None,
                    row.source,
                ),
                names,
                [],
            )


def read_districts() -> gpd.GeoDataFrame:
    """Districts by name: a point inside each, and how far its border reaches from there.

    Returns
    -------
    GeoDataFrame
        ``district_id``, ``name``, ``alternates`` (separated by ``|``), ``pcode`` (OCHA's), ``name_own`` (its
        own script), both empty where there is none, ``adm0``, ``adm1``, ``precision_m`` (float64,
        metres), ``source``, ``licence``, ``credit``, point in EPSG:4326.

    Examples
    --------
    >>> import geo
    >>> districts = geo.read_districts()
    >>> districts.groupby("adm0").size().to_dict()
    {'AF': 398, 'PK': 156}
    """
    table = pd.read_csv(data_path("boundaries", "districts.csv"), dtype="str", keep_default_na=False)
    points = gpd.points_from_xy(table.pop("lon").astype("float64"), table.pop("lat").astype("float64"))
    table["precision_m"] = table["precision_m"].astype("float64")
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


def read_tehsils() -> pd.DataFrame:
    """Tehsils and talukas of Pakistan by name; none has a point or an outline.

    Returns
    -------
    DataFrame
        ``name`` (in Latin letters, empty where the source has none), ``name_own`` (in Urdu), ``adm0``,
        ``adm1``, ``source``, ``licence``, ``credit``; all text.

    Examples
    --------
    >>> import geo
    >>> tehsils = geo.read_tehsils()
    >>> tehsils.loc[tehsils["name"] == "Chaman City", "name_own"].to_list()
    ['چمن شہر']
    """
    return pd.read_csv(data_path("boundaries", "tehsils.csv"), dtype="str", keep_default_na=False)


def read_aliases() -> pd.DataFrame:
    """Our own table of names: further spellings (``of`` names the place) and places that no other table has.

    Returns
    -------
    DataFrame
        ``name``, ``alternates`` (separated by ``|``), ``kind``, ``of``, ``adm0``, ``adm1``, ``lon``, ``lat``,
        ``precision_m``, ``source``, ``licence``, ``credit``; all text, empty where it does not apply.

    Examples
    --------
    >>> from geo.places.name_index import read_aliases
    >>> aliases = read_aliases()
    >>> aliases.loc[aliases["name"] == "Bermal", "of"].item()
    'district:AF-PKA:barmal'
    """
    return pd.read_csv(data_path("boundaries", "aliases.csv"), dtype="str", keep_default_na=False)


def all_places() -> tuple[Place, ...]:
    """Every place that a name can stand for."""
    return tuple(name_index().places)


@functools.cache
def name_index(*, units_only: bool = False) -> NameIndex:
    """All places by name, or only countries and provinces, which are there at once."""
    return NameIndex(units_only=units_only)


def _text(row: object, column: str) -> str:
    value = getattr(row, column)
    return value if isinstance(value, str) else ""


def _reach_m(lon: float, lat: float, area: shapely.Geometry) -> float:
    """Distance from a point to the farthest of an area's border, in whole kilometres."""
    rim: npt.NDArray[np.float64] = shapely.get_coordinates(shapely.convex_hull(area))
    _, _, away = GEOD.inv(np.full(len(rim), lon), np.full(len(rim), lat), rim[:, 0], rim[:, 1])
    return float(np.ceil(np.max(away) / 1000) * 1000)
