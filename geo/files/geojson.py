"""What GeoJSON says of itself: its features, and the coordinate reference system that some programs write."""

from __future__ import annotations

from typing import Any

from geo.errors import SourceError

__all__ = ["features_of", "stated_crs"]


def features_of(content: dict[str, Any], label: str) -> list[dict[str, Any]]:
    """The features of a collection, or the one that the content is, or that a geometry by itself stands for.

    Raises
    ------
    SourceError
        If they are no list of objects.

    Examples
    --------
    >>> len(features_of({"type": "Feature", "geometry": None}, "a.geojson"))
    1
    >>> features_of({"type": "Point", "coordinates": [70, 34]}, "a.geojson")[0]["geometry"]["type"]
    'Point'
    """
    bare = "coordinates" in content or "geometries" in content
    features = [{"geometry": content}] if bare else content.get("features", [content])
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise SourceError(f"{label} cannot be read as GeoJSON: its features are no list of objects")
    return features


def stated_crs(crs: object, label: str) -> tuple[str, list[str]]:
    """The name of the CRS, by default that of GeoJSON, and what there is to say of it.

    Parameters
    ----------
    crs
        What stands under that name in the file, which the standard has no more
        (https://www.rfc-editor.org/rfc/rfc7946#section-4).
    label
        The file, for messages.

    Raises
    ------
    SourceError
        If it is neither a name nor a link.

    Examples
    --------
    >>> stated_crs({"type": "name", "properties": {"name": "EPSG:32642"}}, "a.geojson")[0]
    'EPSG:32642'
    """
    if crs is None:
        return "OGC:CRS84", []
    kind, about = (crs.get("type"), crs.get("properties")) if isinstance(crs, dict) else (None, None)
    if kind == "name" and isinstance(about, dict) and isinstance(about.get("name"), str):
        return str(about["name"]), []
    if kind == "link":
        return "OGC:CRS84", [
            "its CRS is given as a link, which is not followed: read as longitude and latitude (EPSG:4326)"
        ]
    raise SourceError(f"{label}: its CRS cannot be read; GeoJSON is longitude and latitude without one")
