"""Which unit holds a point, and which unit a name means."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyproj
import shapely

from geo.boundaries.added import AddedLayer
from geo.boundaries.catalogue import find_layer
from geo.boundaries.layers import read_former_areas, read_units, read_usable, usable_layers
from geo.engine.area_grid import table_digest
from geo.engine.areas import Areas
from geo.engine.index_cache import Arrays, Form, digest_of, stored
from geo.types import AnyArray

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = [
    "EQUAL_AREA",
    "STRETCH",
    "UnitIndex",
    "districts",
    "districts_added",
    "flatten",
    "forget_provinces",
    "former_areas",
    "kept_with_provinces",
    "provinces",
    "provinces_added",
    "texts_at",
    "to_flat",
]


TEXT: Final = pd.StringDtype(storage="pyarrow", na_value=np.nan)
"""What pandas means by "str"."""
EQUAL_AREA: Final = "+proj=aea +lat_1=28 +lat_2=36 +lat_0=32 +lon_0=68 +datum=WGS84"
"""Albers' projection: areas in it are those of the ellipsoid."""
STRETCH: Final = 1.02
"""It keeps areas, not lengths: in the two countries' box a distance is at most 1.2 % longer in it, and more
than that is taken where a disc is asked about without being drawn."""
PROVINCES_KIND: Final = "provinces-1"
FLAT_KIND: Final = "provinces-flat-1"
FLAT_FORM: Final[Form] = {"xy": ("f", 2), "rings": ("i", 1), "polygons": ("i", 1), "units": ("i", 1)}
PROVINCE_TEXTS: Final = ("boundary_id", "iso3166_2", "adm0", "name")


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


_KEPT: list[Callable[[], None]] = []

Cached = TypeVar("Cached", bound=Callable[..., Any])


def kept_with_provinces(cached: Cached) -> Cached:
    """Mark a cache of what rests on the provinces: it is emptied when they change."""
    _KEPT.append(cached.cache_clear)  # type: ignore[attr-defined]
    return cached


def forget_provinces() -> None:
    """Empty all that rests on the provinces; those made from districts were added or removed."""
    for clear in _KEPT:
        clear()


@kept_with_provinces
@functools.cache
def provinces_added() -> tuple[AddedLayer, ...]:
    """Provinces that were made of the user's districts, which take the place of shipped ones."""
    return usable_layers(1)


class Provinces(UnitIndex):
    """The provinces, whose file is read only where more than their codes and names is asked for."""

    def __init__(self) -> None:
        own = "".join(layer.sha256 for layer in provinces_added())
        digest = find_layer("provinces").content_sha256
        self._texts = stored(
            PROVINCES_KIND,
            digest_of([digest.encode()]),
            lambda: {name: np.array(self.frame[name].tolist(), dtype="U") for name in PROVINCE_TEXTS},
            form=dict.fromkeys(PROVINCE_TEXTS, ("U", 1)),
        )
        lines = table_digest([(digest + own).encode()])
        Areas.__init__(self, lambda: self.frame.geometry.to_numpy(), lines)

    @functools.cached_property
    def frame(self) -> gpd.GeoDataFrame:
        """The provinces, EPSG:4326, sorted by ``boundary_id``."""
        return read_units(1).sort_values("boundary_id", ignore_index=True)

    @functools.cached_property
    def flat(self) -> npt.NDArray[np.object_]:
        """The units in the equal-area projection, prepared for questions."""
        kept = stored(
            FLAT_KIND,
            digest_of([self.digest.encode(), EQUAL_AREA.encode(), pyproj.proj_version_str.encode()]),
            self._flattened,
            form=FLAT_FORM,
        )
        rings = tuple(kept[name] for name in ("rings", "polygons", "units"))
        geometry = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, kept["xy"], rings)
        shapely.prepare(geometry)
        return np.asarray(geometry)

    def _flattened(self) -> Arrays:
        whole = np.array([shapely.MultiPolygon(shapely.get_parts(shape)) for shape in self.geometry])
        _, xy, (rings, polygons, units) = shapely.to_ragged_array(flatten(whole))
        return {"xy": xy, "rings": rings, "polygons": polygons, "units": units}

    def texts(self, column: str) -> npt.NDArray[np.object_]:
        """A column of names or codes, in the order of the units."""
        return self._texts[column].astype(object) if column in self._texts else super().texts(column)


def flatten(geometry: Any) -> Any:
    """A geometry of EPSG:4326, or an array of them, in the equal-area projection, in metres."""
    return shapely.transform(geometry, lambda xy: np.column_stack(to_flat().transform(xy[:, 0], xy[:, 1])))


@functools.cache
def to_flat() -> pyproj.Transformer:
    """From degrees to the equal-area projection and back; to make one costs more than thousands of points."""
    return pyproj.Transformer.from_crs("EPSG:4326", EQUAL_AREA, always_xy=True)


@kept_with_provinces
@functools.cache
def provinces() -> UnitIndex:
    """The index of the provinces: the shipped ones, or those made from districts that the user has added."""
    return Provinces()


@functools.cache
def former_areas() -> UnitIndex:
    """The index of areas that were units of their own and are part of a province today."""
    return UnitIndex(read_former_areas())


def districts_added() -> tuple[str, ...]:
    """What tells one set of added districts from another: the hashes of their files."""
    return tuple(layer.sha256 for layer in usable_layers(2))


def districts() -> UnitIndex | None:
    """The index of the districts that the user has added, of one country or both; None if there are none."""
    added = districts_added()
    return _districts(added) if added else None


@functools.lru_cache(maxsize=2)
def _districts(_: tuple[str, ...]) -> UnitIndex:
    return UnitIndex(read_usable(2))


def texts_at(values: AnyArray, codes: AnyArray) -> pd.api.extensions.ExtensionArray:
    """Texts by their number, missing at -1; put together in Arrow, without an object for each row."""
    missing = codes < 0
    numbers = pa.array(codes, mask=missing) if missing.any() else pa.array(codes)
    return TEXT.__from_arrow__(pa.array(values.tolist(), type=pa.large_string()).take(numbers))
