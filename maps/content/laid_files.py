"""Files that are laid over a map: their lines and areas, valid and simple enough to be drawn."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from geo.errors import CrsError, DataNotFoundError, SchemaError, SourceError
from maps.spec.marks import REGION

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import shapely

    from geo.types import AnyArray

__all__ = ["border_overlay", "frame_of_borders", "read_overlay"]

MOST_BYTES: Final = 40_000_000
MOST_VERTICES: Final = 500_000
"""Of an overlay: more is not drawn, nobody could see it."""

POLYGON: Final = 3
"""Shapely's number of the type."""

MOST_KEPT: Final = 20_000
"""Vertices of an overlay that are drawn: what has more is simplified."""


def read_overlay(path: Path, crs: str | None, *, areas: bool) -> tuple[shapely.Geometry, tuple[str, ...]]:
    """Read a file that is laid over a map.

    Parameters
    ----------
    path, crs
        The file, and its coordinate reference system where it doesn't say which.
    areas
        Whether its lines are left out.

    Returns
    -------
    tuple
        Its lines and areas in EPSG:4326, and what was left out or mended.

    Raises
    ------
    DataNotFoundError
        If there is no such file.
    SourceError
        If it can't be read, is too large, or has nothing that could be drawn.
    CrsError
        If it doesn't say in which coordinate reference system it is.
    SchemaError
        If it lies wholly outside the region of our maps.
    """
    if not path.is_file():
        raise DataNotFoundError(f"no file {str(path)!r} to lay over the map")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SourceError(
            f"{path.name} has {size:,} bytes; at most {MOST_BYTES:,} are laid over a map: simplify it first"
        )
    return _read_cached(path, crs, areas, path.stat().st_mtime_ns)


def border_overlay(codes: str) -> shapely.Geometry:
    """The border of two countries, as ``PK,IR``, simple enough to be drawn.

    Raises
    ------
    BoundaryError
        If they are not two neighbours whose outlines are shipped.
    """
    from geo.border.countries import country_border

    one, two = (code.strip().upper() for code in codes.split(","))
    return _simple(country_border(one, two).geometry)[0]


def frame_of_borders(borders: Sequence[str]) -> tuple[float, float, float, float]:
    """A frame in degrees (west, south, east, north) that holds some borders, with room about them."""
    import shapely

    west, south, east, north = shapely.bounds(shapely.union_all([border_overlay(one) for one in borders]))
    room = 0.08 * max(east - west, north - south)
    return west - room, south - room, east + room, north + room


@functools.lru_cache(maxsize=16)
def _read_cached(
    path: Path,
    crs: str | None,
    areas: bool,
    _: int,
) -> tuple[shapely.Geometry, tuple[str, ...]]:
    """Lines and areas of a file in EPSG:4326, valid and simple enough to be drawn; what was said of them."""
    import numpy as np
    import shapely

    from geo.files.features import read_features

    try:
        found = read_features(path, crs=crs)
    except CrsError as err:
        if crs is not None:
            raise
        fault = str(err).partition("; ")[0]
        raise CrsError(
            f'{fault}; say it: --overlay-crs EPSG:4326, or crs = "EPSG:4326" in its [[mark]]'
        ) from err
    said = list(found.notes)
    geometry = found.frame.geometry.to_crs("EPSG:4326").to_numpy()
    kept = [one for one in geometry if one is not None and not one.is_empty]
    if found.faults:
        said.append(f"{path.name}: {len(found.faults)} features cannot be read and are not drawn")
    count = int(sum(shapely.get_num_coordinates(one) for one in kept))
    if count > MOST_VERTICES:
        raise SourceError(
            f"{path.name} has {count:,} vertices; at most {MOST_VERTICES:,} are laid over a map: simplify it"
        )
    broken = sum(not one.is_valid for one in kept)
    if broken:
        said.append(f"{path.name}: {broken} shapes with invalid rings were mended")
    parts = [part for one in kept for part in _drawable(one, areas=areas)]
    if not parts:
        first = next(iter(found.faults.values()), "")
        why = f": it {first}" if first and not kept else ""
        what = "areas" if areas else "lines or areas"
        raise SourceError(f"{path.name} has no {what} that could be drawn{why}")
    # Lines stay as they are: to join them would cut each where others cross it.
    of_area = [part.geom_type == "Polygon" for part in parts]
    lines = [part for part, is_area in zip(parts, of_area, strict=True) if not is_area]
    whole = shapely.union_all([part for part, is_area in zip(parts, of_area, strict=True) if is_area])
    inside = shapely.intersection(np.array([whole, *lines], dtype=object), shapely.box(*REGION))
    kept_parts = shapely.get_parts(shapely.get_parts(inside))
    kept_parts = kept_parts[~shapely.is_empty(kept_parts)]
    if not len(kept_parts):
        raise SchemaError(f"{path.name} lies wholly outside the map's region {REGION}")
    found_parts, detail = _simple(kept_parts)
    shape = shapely.union_all(found_parts) if areas else shapely.GeometryCollection(list(found_parts))
    if detail:
        said.append(
            f"{path.name}: {count:,} vertices are more than can be seen; simplified to {detail:g} degrees"
        )
    return shape, tuple(said)


def _drawable(shape: shapely.Geometry, *, areas: bool) -> list[Any]:
    """The areas of a geometry, and its lines where those are asked for; points have marks of their own."""
    import shapely

    mended = shape if shape.is_valid else shapely.make_valid(shape)
    kinds = ("Polygon",) if areas else ("Polygon", "LineString", "LinearRing")
    found = []
    for part in shapely.get_parts(shapely.force_2d(mended)):
        inner = shapely.get_parts(part) if part.geom_type.startswith(("Multi", "Geometry")) else [part]
        found += [one for one in inner if one.geom_type in kinds]
    return found


def _simple(parts: AnyArray) -> tuple[AnyArray, float]:
    """Parts with few enough vertices, and how far they were moved for that, in degrees; smaller ones go."""
    import numpy as np
    import shapely

    detail = 0.0
    found = parts
    is_area = shapely.get_type_id(parts) == POLYGON
    west, south, east, north = shapely.bounds(parts).T
    size = np.hypot(east - west, north - south)
    while shapely.get_num_coordinates(found).sum() > MOST_KEPT:
        detail = max(0.0005, detail * 2)
        large = size > detail
        # Lines may cross themselves, areas may not.
        found = np.concatenate(
            [
                shapely.simplify(parts[is_area & large], detail),
                shapely.simplify(parts[~is_area & large], detail, preserve_topology=False),
            ]
        )
        found = found[~shapely.is_empty(found)]
    return found, detail
