"""Which unit holds a point, and which unit a name means."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from geo.boundaries.added import added_layers
from geo.boundaries.catalogue import find_layer
from geo.boundaries.layers import read_crosswalk, read_units
from geo.engine.area_grid import table_digest
from geo.engine.areas import Areas
from geo.engine.index_cache import digest_of, stored

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = [
    "EQUAL_AREA",
    "UnitIndex",
    "country_code",
    "districts",
    "districts_added",
    "flatten",
    "name_key",
    "province_code",
    "provinces",
]

Floats = npt.NDArray[np.float64]

EQUAL_AREA: Final = "+proj=aea +lat_1=28 +lat_2=36 +lat_0=32 +lon_0=68 +datum=WGS84"
"""Albers' projection: areas in it are those of the ellipsoid."""
PROVINCES_KIND: Final = "provinces-1"
PROVINCE_TEXTS: Final = ("boundary_id", "iso3166_2", "adm0", "name")

COUNTRY_NAMES: Final = {
    "AF": ("AF", "AFG", "Afghanistan", "Islamic Emirate of Afghanistan", "افغانستان"),
    "PK": ("PK", "PAK", "Pakistan", "Islamic Republic of Pakistan", "پاکستان"),
}

SPELLINGS: Final = {
    "AF-BDG": ("Badghes",),
    "AF-DAY": ("Daikondi", "Daikundi", "Dai Kundi"),
    "AF-GHO": ("Ghowr",),
    "AF-HEL": ("Helmund",),
    "AF-JOW": ("Jowzjan", "Jozjan"),
    "AF-KAN": ("Qandahar",),
    "AF-KDZ": ("Kondoz",),
    "AF-KHO": ("Khowst",),
    "AF-KNR": ("Konar", "Kunarha"),
    "AF-NAN": ("Ningarhar", "Nangrahar"),
    "AF-NIM": ("Nimruz", "Nimrooz"),
    "AF-NUR": ("Nooristan", "Nuristan"),
    "AF-PAN": ("Panjsher", "Panjsheer"),
    "AF-PIA": ("Paktiya",),
    "AF-SAR": ("Sar-i-Pul", "Saripul", "Sar-e Pul"),
    "AF-URU": ("Oruzgan",),
    "AF-WAR": ("Vardak", "Maidan Wardag", "Maydan Wardak"),
    "PK-GB": ("Gilgit Baltistan",),
    "PK-IS": ("Islamabad Capital Territory", "ICT"),
    "PK-JK": ("Azad Jammu & Kashmir", "AJK"),
    "PK-KP": ("Khyber Pukhtunkhwa", "KPK", "FATA", "NWFP", "Pakhtunkhwa"),
}
"""Spellings that event sources use and neither the layer nor the crosswalk has."""


class UnitIndex(Areas):
    """Units of a clean coverage, prepared for points; their order is that of ``boundary_id``.

    Attributes
    ----------
    frame
        The units, EPSG:4326, sorted by ``boundary_id``.
    """

    def __init__(self, units: gpd.GeoDataFrame) -> None:
        self.frame = units.sort_values("boundary_id", ignore_index=True)
        geometry = self.frame.geometry.to_numpy()
        super().__init__(lambda: geometry, table_digest(shapely.to_wkb(geometry).tolist()))

    def texts(self, column: str) -> npt.NDArray[np.object_]:
        """A column of names or codes, in the order of the units."""
        return np.asarray(self.frame[column], dtype=object)

    @functools.cached_property
    def _row(self) -> dict[str, int]:
        return {str(unit): row for row, unit in enumerate(self.texts("boundary_id"))}

    def row(self, code: str) -> int:
        """Row of the unit with that ``boundary_id``, which for provinces is the ISO 3166-2 code."""
        return self._row[code]

    @functools.cached_property
    def flat(self) -> npt.NDArray[np.object_]:
        """The units in the equal-area projection, prepared for questions."""
        geometry = np.array([flatten(shape) for shape in self.geometry])
        shapely.prepare(geometry)
        return geometry


class Provinces(UnitIndex):
    """The shipped provinces, whose file is read only where more than their codes and names is asked for."""

    def __init__(self) -> None:
        digest = find_layer("provinces").content_sha256
        self._texts = stored(
            PROVINCES_KIND,
            digest_of([digest.encode()]),
            lambda: {name: np.array(self.frame[name].tolist(), dtype="U") for name in PROVINCE_TEXTS},
        )
        Areas.__init__(self, lambda: self.frame.geometry.to_numpy(), table_digest([digest.encode()]))

    @functools.cached_property
    def frame(self) -> gpd.GeoDataFrame:
        """The provinces, EPSG:4326, sorted by ``boundary_id``."""
        return read_units(1).sort_values("boundary_id", ignore_index=True)

    def texts(self, column: str) -> npt.NDArray[np.object_]:
        """A column of names or codes, in the order of the units."""
        return self._texts[column].astype(object) if column in self._texts else super().texts(column)


def flatten(geometry: shapely.Geometry) -> shapely.Geometry:
    """A geometry of EPSG:4326 in the equal-area projection, in metres."""
    return shapely.transform(geometry, lambda xy: np.column_stack(_to_flat().transform(xy[:, 0], xy[:, 1])))


@functools.cache
def _to_flat() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", EQUAL_AREA, always_xy=True)


@functools.cache
def provinces() -> UnitIndex:
    """The index of the shipped provinces."""
    return Provinces()


def districts_added() -> tuple[str, ...]:
    """What tells one set of added districts from another: the hashes of their files."""
    return tuple(layer.sha256 for layer in added_layers(2))


def districts() -> UnitIndex | None:
    """The index of the districts that the user has added, of one country or both; None if there are none."""
    added = districts_added()
    return _districts(added) if added else None


@functools.lru_cache(maxsize=2)
def _districts(_: tuple[str, ...]) -> UnitIndex:
    return UnitIndex(read_units(2))


def province_code(text: object) -> str | None:
    """ISO 3166-2 code of the province that a source's text names, or None.

    Understands the code itself, the present names in four languages, former names of the crosswalk that name
    one present unit, and common spellings; case, accents, and the word "province" do not matter.

    Examples
    --------
    >>> from geo.boundaries.units import province_code
    >>> [province_code(text) for text in ("AF-PKA", "Paktya province", "F.A.T.A.", "Bavaria")]
    ['AF-PKA', 'AF-PIA', 'PK-KP', None]
    """
    return _province_names().get(name_key(text)) if isinstance(text, str) else None


def country_code(text: object) -> str | None:
    """AF or PK where a text names one of the two, else None.

    Examples
    --------
    >>> from geo.boundaries.units import country_code
    >>> country_code("Pakistan"), country_code("Iran")
    ('PK', None)
    """
    return _country_names().get(name_key(text)) if isinstance(text, str) else None


@functools.cache
def _province_names() -> dict[str, str]:
    """Every name of a province, in the form that comparison uses, and the code that it means."""
    frame = provinces().frame
    names: dict[str, str] = {}
    crosswalk = read_crosswalk()
    # Districts that became provinces of their own ("split off") do not rename their former province.
    renamed = crosswalk[crosswalk["change"] != "split off"]
    for column in ("old_name", "old_name_source"):
        names |= {
            name_key(name): code for name, code in zip(renamed[column], renamed["new_code"], strict=True)
        }
    for code, spellings in SPELLINGS.items():
        names |= {name_key(spelling): code for spelling in spellings}
    for column in ("name_ur", "name_fa", "name_ps", "name", "iso3166_2"):
        present = frame[column].notna()
        names |= {
            name_key(name): code
            for name, code in zip(frame.loc[present, column], frame.loc[present, "iso3166_2"], strict=True)
        }
    return names


@functools.cache
def _country_names() -> dict[str, str]:
    return {name_key(name): code for code, names in COUNTRY_NAMES.items() for name in names}


def name_key(text: str) -> str:
    """A name for comparison: letters and digits in lower case, without accents and the words for province."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    plain = re.sub(r"\b(province|wilayat|velayat|ولایت)\b", " ", plain)
    return re.sub(r"[\W_]+", "", plain)
