"""Districts that the user brings: read, repaired, matched to the line and the provinces, registered."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arguments import checked
from geo.boundaries.added import (
    AddedLayer,
    find_added,
    has_record,
    layer_name,
    list_added,
    remove_record,
)
from geo.boundaries.catalogue import find_layer
from geo.boundaries.layers import read_layer, read_units
from geo.districts.nesting import NEST, Matched, Nest, match_units
from geo.districts.own_provinces import PROVINCES, ProvincesFrom, forget_own_provinces, save_own_provinces
from geo.districts.read import read_drawn
from geo.districts.report import BoundaryReport, measure
from geo.districts.unit_table import as_units, changed_parents, names_given_twice, unknown_parents
from geo.errors import BoundaryError, OverwriteError
from geo.files.whole import sha256_of
from geo.places.radii import DISTRICT_LINES_M
from geo.places.unit_names import checked_country, country_code

__all__ = ["COUNTRIES", "LEVELS", "NEST", "BoundaryReport", "Nest", "add_boundaries", "remove_boundaries"]

COUNTRIES: Final = ("AF", "PK")
LEVELS: Final = (2, 3)
FIRST: Final = 2
"""The level of districts, below the shipped provinces."""


@checked
def add_boundaries(
    file: str | Path,
    *,
    country: str,
    licence: str,
    source: str,
    vintage: str,
    level: Literal[2, 3] = 2,
    name_column: str | None = None,
    parent_column: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    nest: Nest = "keep",
    provinces: ProvincesFrom = "ours",
    credit: str | None = None,
    source_url: str | None = None,
    accuracy_m: float = DISTRICT_LINES_M,
    overwrite: bool = False,
) -> BoundaryReport:
    """Import units of a country from any polygon file, match them to our outlines, and register them.

    Units come out as a clean coverage of the country: no overlap, no gap, and no vertex of its outline moves,
    so that the Durand Line stays as it is on both sides. Lines inside the country follow ``nest``.

    1. Shapes are reprojected to EPSG:4326 and made valid.
    2. A patch that several units claim goes to the claimant with which it shares the longest edge, or to the
       one that would lose more than half of itself; an enclosed hole goes to the neighbour with the longest
       shared edge.
    3. The parent of a unit is the one that holds the largest share of it.
    4. What no unit covers (a strip along the outline) goes to the nearest unit, so that a strip beside three
       units is shared by the three. Lines between units end on vertices that the outline has. With ``nest``
       "keep" the outline is the country's. With "provinces" each parent's is, and ground that the file draws
       as part of a unit of another parent goes to the nearest unit of the parent that we have there.
    5. Ground with room for a circle of 5 km (15 km on the rim of the country) that no unit covers becomes a
       unit of its own, whose status says so.

    Parameters
    ----------
    file
        GeoJSON, TopoJSON, GeoPackage, FlatGeobuf, a shapefile, KML or GeoParquet, or a zip file with one of
        these; told by its content. Nothing else is opened or asked for it.
    country
        AF, PK or a name of one.
    licence, source, vintage
        SPDX name of the licence, who published the file, and the date or year that it shows.
    level
        2 are units inside provinces; 3 are units inside districts that have been added before.
    name_column, parent_column
        Columns with the unit's name and with the name of the province; found by usual names if not given.
    layer
        Which layer of the file, or which file of a zip, where there are several.
    crs
        The CRS of a file that does not say which it is in, as ``"EPSG:4326"``.
    nest
        ``"keep"``: lines inside the country stay as the file draws them. Where its provinces differ from ours
        (:func:`geo.read_province_lines` says by how much), a point can lie in a district whose ``parent_id``
        is not the province found for the point, and areas of a province and of its districts differ; the
        report says by how much.
        ``"provinces"``: units are cut to our provinces, so that each province is exactly its
        districts; lines near those of provinces move by as much as the two drawings differ, in the
        geoBoundaries and OpenStreetMap files up to 30 and 36 km.
    provinces
        ``"ours"``: the shipped provinces stay. ``"from-districts"``: the sums of these districts take their
        place, edge to edge with them, in whatever is asked of provinces (``adm1``, sectors, shares, maps);
        the outline of the country, with the Durand Line, stays. A district then belongs to the province that
        the file states, if that is ours by name and holds any of it, else to the one with the largest share
        of it. For level 2 with ``nest`` "keep". Removing the districts gives the shipped provinces back, as
        ``remove_boundaries(country, level=1)`` does alone.
    credit
        The credit that the licence asks for; the source if not given.
    source_url
        Where the file came from.
    accuracy_m
        How far its lines may be off, in metres.
    overwrite
        Take the place of units of that level and country that were added before.

    Returns
    -------
    BoundaryReport

    Raises
    ------
    DataNotFoundError
        If the file is not there.
    SourceError
        If it cannot be read, or holds no polygons.
    CrsError
        If it does not say in which CRS it is.
    BoundaryError
        If an argument makes no sense, nothing lies in the country, units are already there, or a unit would
        be left without ground.

    Examples
    --------
    The provinces themselves, as if they were districts:

    >>> import os, tempfile
    >>> import geo
    >>> home, usual = tempfile.TemporaryDirectory(), os.environ.get("DURAND_HOME", "")
    >>> os.environ["DURAND_HOME"] = home.name
    >>> drawn = os.path.join(home.name, "drawn.gpkg")
    >>> provinces = geo.read_units(1)
    >>> provinces[provinces["adm0"] == "PK"].to_file(drawn)
    >>> report = geo.add_boundaries(
    ...     drawn, country="PK", licence="ODbL-1.0", source="OpenStreetMap contributors", vintage="2026"
    ... )
    >>> report.units, report.overlap_after_km2, report.gap_after_km2
    (7, 0.0, 0.0)
    >>> geo.read_units(2)["boundary_id"].tolist()[:2]
    ['PK-BA-balochistan', 'PK-GB-gilgit-baltistan']
    >>> geo.remove_boundaries("PK")
    >>> os.environ["DURAND_HOME"] = usual
    >>> home.cleanup()
    """
    country = country_code(country) or country
    stated = {"source": source, "vintage": vintage, "licence": licence}
    _check_arguments(country, level, nest, provinces, stated, accuracy_m)
    stated["credit"] = credit or source
    name = _name_that_is_free(country, level, overwrite=overwrite)
    parents, parents_hash = _parents(country, level)
    drawn = read_drawn(Path(file), layer, level, name_column, parent_column, crs=crs)
    matched = match_units(drawn, parents, nest, as_stated=provinces != "ours")
    units = as_units(matched, parents, level, {**stated, "accuracy_m": float(accuracy_m)})
    figures, changed = _measured(matched, units, parents)
    content = _stored(units)
    record = AddedLayer(
        id=name,
        country=country,
        level=level,
        rows=len(units),
        sha256=hashlib.sha256(content).hexdigest(),
        input_sha256=sha256_of(Path(file)),
        input_name=Path(file).name,
        parents_sha256=parents_hash,
        source_url=source_url,
        nest=nest,
        figures=figures,
        **stated,
    )
    _register(record, content, units, provinces, float(accuracy_m))
    return BoundaryReport(
        layer=record,
        left_out=matched.left_out,
        duplicate_names=names_given_twice(units),
        changed_parent=changed_parents(units, parents, level),
        unknown_parents=unknown_parents(units, parents, level),
        units_changed=changed,
        own_provinces=provinces != "ours",
        **figures,
    )


@checked
def remove_boundaries(country: str, *, level: int = 2) -> None:
    """Remove units that were added; with districts go the provinces that were made of them.

    Parameters
    ----------
    country
        AF, PK or a name of one.
    level
        2 or 3; or 1: provinces made from districts, so that the shipped ones hold again.

    Raises
    ------
    BoundaryError
        If there are none, or units of the next level nest in them.
    SchemaError
        If the country is neither of the two.

    Examples
    --------
    >>> import geo
    >>> geo.remove_boundaries("AF", level=3)
    Traceback (most recent call last):
    ...
    geo.errors.BoundaryError: no units of level 3 have been added for AF; added: none
    """
    country = checked_country(country)
    layers = {layer.id: layer for layer in list_added()}
    name = layer_name(country, level)
    if not has_record(name):
        there = ", ".join(layers) or "none"
        raise BoundaryError(f"no units of level {level} have been added for {country}; added: {there}")
    if level >= FIRST and layer_name(country, level + 1) in layers:
        raise BoundaryError(f"units of level {level + 1} of {country} nest in these; remove them first")
    if level <= FIRST:
        forget_own_provinces(country)
    if level >= FIRST:
        remove_record(name)


def _check_arguments(
    country: str, level: int, nest: str, provinces: str, texts: dict[str, str], accuracy_m: float
) -> None:
    faults = []
    if provinces not in PROVINCES:
        faults.append(f"provinces is one of {', '.join(PROVINCES)}, not {provinces!r}")
    elif provinces != "ours" and (level != FIRST or nest != "keep"):
        faults.append("provinces are made from districts (level 2) that keep their own lines (nest='keep')")
    if country not in COUNTRIES:
        faults.append(f"country is one of {', '.join(COUNTRIES)}, or a name of one, not {country!r}")
    if level not in LEVELS:
        faults.append(f"level is one of {', '.join(map(str, LEVELS))}, not {level!r} (0 and 1 are shipped)")
    if nest not in NEST:
        faults.append(f"nest is one of {', '.join(NEST)}, not {nest!r}")
    faults.extend(f"{what} must be stated" for what, text in texts.items() if not str(text).strip())
    if not (np.isfinite(accuracy_m) and accuracy_m > 0):
        faults.append(f"accuracy_m is a length in metres above 0, not {accuracy_m!r}")
    if faults:
        raise BoundaryError("; ".join(faults))


def _parents(country: str, level: int) -> tuple[gpd.GeoDataFrame, str]:
    """Units one level up, and the hash of what they are."""
    if level == 2:
        units, digest = read_layer("provinces"), find_layer("provinces").content_sha256
    else:
        digest = find_added(country, level - 1).sha256
        units = read_units(2)
    return units[units["adm0"] == country].reset_index(drop=True), digest


def _name_that_is_free(country: str, level: int, *, overwrite: bool) -> str:
    """The name of the layer, if nothing is there that would be lost or left without what it nests in."""
    name = layer_name(country, level)
    there = {known.id: known for known in list_added()}
    if name in there and not overwrite:
        raise OverwriteError(
            f"{name} is there already (from {there[name].input_name}); remove it first, or replace it"
        )
    if layer_name(country, level + 1) in there:
        raise BoundaryError(f"units of level {level + 1} of {country} nest in {name}; remove them first")
    return name


def _measured(
    matched: Matched, units: gpd.GeoDataFrame, parents: gpd.GeoDataFrame
) -> tuple[dict[str, Any], pd.DataFrame]:
    """The figures of an import, and what it did to each unit."""
    country_outline = shapely.coverage_union_all(parents.geometry.to_numpy())
    figures, changed = measure(matched.drawn, matched.unit, matched.shapes, matched.share, country_outline)
    ids = units.dropna(subset="source_row").set_index("source_row")["boundary_id"]
    changed.insert(0, "boundary_id", ids.reindex(changed["row"]).to_numpy())
    figures["across_parents_km2"] = round(matched.across_km2, 3)
    return figures, changed


def _stored(units: gpd.GeoDataFrame) -> bytes:
    stored = io.BytesIO()
    units.to_parquet(stored, index=False, compression="zstd")
    return stored.getvalue()


def _register(
    record: AddedLayer, content: bytes, units: gpd.GeoDataFrame, provinces: ProvincesFrom, accuracy_m: float
) -> None:
    """Save the units, and the provinces made of them where they were asked for; both or none."""
    if record.level == FIRST:
        forget_own_provinces(record.country)
    record.save(content)
    if provinces != "ours":
        try:
            save_own_provinces(record, units, accuracy_m)
        except BoundaryError:
            record.remove()
            raise
