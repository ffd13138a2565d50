"""Districts that the user brings: read, repaired, matched to the line and the provinces, registered."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.boundaries.added import (
    AddedLayer,
    added_layers,
    find_added,
    has_record,
    layer_name,
    remove_record,
)
from geo.boundaries.catalogue import find_layer
from geo.boundaries.layers import read_layer, read_units
from geo.boundaries.units import flatten
from geo.districts.division import divide
from geo.districts.linework import inner_radius, polygons_of
from geo.districts.overlay import Overlay, decide_overlaps
from geo.districts.own_provinces import PROVINCES, ProvincesFrom, forget_own_provinces, save_own_provinces
from geo.districts.read import Drawn, left_out_rows, read_drawn
from geo.districts.report import BoundaryReport, measure, to_degrees, to_metres
from geo.errors import BoundaryError, OverwriteError
from geo.files.whole import sha256_of
from geo.locus.shapes import clipped
from geo.places.unit_names import province_code
from geo.types import GEOD, Indices

__all__ = ["COUNTRIES", "LEVELS", "NEST", "BoundaryReport", "Nest", "add_boundaries", "remove_boundaries"]

Areas = npt.NDArray[np.object_]

COUNTRIES: Final = ("AF", "PK")
LEVELS: Final = (2, 3)
FIRST: Final = 2
"""The level of districts, below the shipped provinces."""

Nest = Literal["keep", "provinces"]
NEST: Final = get_args(Nest)
KINDS: Final = {2: "district", 3: "subdistrict"}

WIDEST_HOLE_KM: Final = 5.0
"""A gap inside the country with room for a circle of this radius is a unit that the file lacks."""

WIDEST_RIM_KM: Final = 15.0
"""The same on the rim of the country, where coasts differ by more: 13.3 km in the delta of the Indus between
Natural Earth's land and OpenStreetMap's districts."""

RIM_DETAIL: Final = 100
"""How many times finer than those widths a rim is drawn where they are measured."""

KM_PER_DEGREE: Final = 111.2
LEAST_INSIDE: Final = 0.25
"""A unit with less of its area in the country is a neighbour's; coastal units may reach far out to sea."""

STAND_IN: Final = "not covered by the file"

ACCURACY_M: Final = 3_000.0
"""What the lines of a file are taken to be good to, where nobody says."""


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
    accuracy_m: float = ACCURACY_M,
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
        AF or PK.
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
    texts = {"licence": licence, "source": source, "vintage": vintage}
    _check_arguments(country, level, nest, provinces, texts, accuracy_m)
    name = layer_name(country, level)
    there = {known.id: known for known in added_layers()}
    if name in there and not overwrite:
        raise OverwriteError(
            f"{name} is there already (from {there[name].input_name}); remove it first, or replace it"
        )
    if layer_name(country, level + 1) in there:
        raise BoundaryError(f"units of level {level + 1} of {country} nest in {name}; remove them first")
    parents, parents_hash = _parents(country, level)
    drawn = read_drawn(Path(file), layer, level, name_column, parent_column, crs=crs)
    matched = _match(drawn, parents, nest, as_stated=provinces != "ours")
    units = _as_units(
        matched,
        parents,
        level,
        {
            "source": source,
            "source_version": vintage,
            "licence": licence,
            "credit": credit or source,
            "accuracy_m": float(accuracy_m),
        },
    )
    country_outline = shapely.coverage_union_all(parents.geometry.to_numpy())
    figures, changed = measure(matched.drawn, matched.unit, matched.shapes, matched.share, country_outline)
    ids = units.dropna(subset="source_row").set_index("source_row")["boundary_id"]
    changed.insert(0, "boundary_id", ids.reindex(changed["row"]).to_numpy())
    figures["across_parents_km2"] = round(matched.across_km2, 3)
    stored = io.BytesIO()
    units.to_parquet(stored, index=False, compression="zstd")
    content = stored.getvalue()
    record = AddedLayer(
        id=name,
        country=country,
        level=level,
        rows=len(units),
        sha256=hashlib.sha256(content).hexdigest(),
        input_sha256=sha256_of(Path(file)),
        input_name=Path(file).name,
        parents_sha256=parents_hash,
        licence=licence,
        credit=credit or source,
        source=source,
        source_url=source_url,
        vintage=vintage,
        nest=nest,
        figures=figures,
    )
    if level == FIRST:
        forget_own_provinces(country)
    record.save(content)
    if provinces != "ours":
        try:
            save_own_provinces(record, units, float(accuracy_m))
        except BoundaryError:
            record.remove()
            raise
    return BoundaryReport(
        layer=record,
        left_out=matched.left_out,
        duplicate_names=_twice(units),
        changed_parent=_changed_parents(units, parents, level),
        unknown_parents=_unknown_parents(units, parents, level),
        units_changed=changed,
        own_provinces=provinces != "ours",
        **figures,
    )


def remove_boundaries(country: str, *, level: int = 2) -> None:
    """Remove units that were added; with districts go the provinces that were made of them.

    Parameters
    ----------
    country
        AF or PK.
    level
        2 or 3; or 1: provinces made from districts, so that the shipped ones hold again.

    Raises
    ------
    BoundaryError
        If there are none, or units of the next level nest in them.

    Examples
    --------
    >>> import geo
    >>> geo.remove_boundaries("AF", level=3)
    Traceback (most recent call last):
    ...
    geo.errors.BoundaryError: no units of level 3 have been added for AF; added: none
    """
    layers = {layer.id: layer for layer in added_layers()}
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


@dataclass
class _Matched:
    """Units matched to their parents. ``shapes`` holds stand-ins too; their ``unit`` is -1."""

    drawn: Drawn
    left_out: pd.DataFrame
    shapes: Areas
    unit: Indices
    parent: Indices
    share: npt.NDArray[np.float64]
    across_km2: float


def _check_arguments(
    country: str, level: int, nest: str, provinces: str, texts: dict[str, str], accuracy_m: float
) -> None:
    faults = []
    if provinces not in PROVINCES:
        faults.append(f"provinces is one of {', '.join(PROVINCES)}, not {provinces!r}")
    elif provinces != "ours" and (level != FIRST or nest != "keep"):
        faults.append("provinces are made from districts (level 2) that keep their own lines (nest='keep')")
    if country not in COUNTRIES:
        faults.append(f"country is one of {', '.join(COUNTRIES)}, not {country!r}")
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


# -- matching


def _match(drawn: Drawn, parents: gpd.GeoDataFrame, nest: str, *, as_stated: bool) -> _Matched:
    outlines = parents.geometry.to_numpy()
    country = shapely.coverage_union_all(outlines)
    drawn, left_out = _inside(drawn, country)
    decided = decide_overlaps(drawn.areas, widest_hole=WIDEST_HOLE_KM / KM_PER_DEGREE)
    overlay = Overlay(decided.areas, outlines)
    parent, share = overlay.largest_share()
    if as_stated:
        meant = [_parent_meant(text, parents, FIRST) if text else None for text in drawn.stated]
        codes = pd.Index(parents["boundary_id"])
        parent, share = overlay.share_in(codes.get_indexer(pd.Index(meant, dtype=object)), parent, share)
    gone = np.flatnonzero(share == 0)
    if len(gone):
        rows = ", ".join(f"{drawn.rows[n]} ({drawn.names[n]})" for n in gone)
        raise BoundaryError(
            f"rows {rows} cover no ground that another row does not cover too; drop one of them"
        )
    blanks = _blanks(country, overlay.gaps(), outlines)
    held = (overlay.area >= 0) & (overlay.outline >= 0)
    other = held & (parent[overlay.area] != overlay.outline)
    kept = held if nest == "keep" else held & ~other
    claims = overlay.pieces(kept)
    if nest == "keep":
        regions = [(country, "the country", np.arange(len(parent)), list(range(len(outlines))))]
    else:
        regions = [
            (outline, str(parents["name"][n]), np.flatnonzero(parent == n), [n])
            for n, outline in enumerate(outlines)
        ]
    shapes: list[shapely.Geometry] = []
    unit: list[int] = []
    holder: list[int] = []
    for whole, where, members, inside in regions:
        numbers = members.tolist()
        holds = parent[members].tolist()
        areas = list(claims[members])
        # Pieces of the overlay are noded already; what is drawn anew is not.
        free = overlay.besides(kept, np.array(inside)) if blanks.keys().isdisjoint(inside) else None
        for outline in inside:
            if outline in blanks:
                areas.append(blanks[outline])
                numbers.append(-1)
                holds.append(outline)
        if not areas:
            # The file draws this ground as part of units of other parents, or not at all.
            areas, numbers, holds = [whole], [-1], inside
        try:
            parts = divide(whole, areas, free)
        except BoundaryError as err:
            names = ", ".join(drawn.names[n] if n >= 0 else "ground without unit" for n in numbers)
            raise BoundaryError(f"{where}: {err} (claims: {names})") from err
        shapes.extend(parts)
        unit.extend(numbers)
        holder.extend(holds)
    result = np.empty(len(shapes), dtype=object)
    result[:] = shapes
    numbers_of = np.array(unit, dtype=np.intp)
    shares = np.where(numbers_of >= 0, share[numbers_of], np.nan)
    across = float(overlay.size_m2[other].sum() / 1e6)
    return _Matched(drawn, left_out, result, numbers_of, np.array(holder, dtype=np.intp), shares, across)


def _inside(drawn: Drawn, country: shapely.Geometry) -> tuple[Drawn, pd.DataFrame]:
    """Units that lie in the country; those of a neighbour reach into it by slivers only."""
    whole = shapely.area(drawn.areas)
    part = _area_inside(drawn.areas, country)
    inside = part >= LEAST_INSIDE * whole
    if not inside.any():
        west, south, east, north = shapely.total_bounds(drawn.areas)
        hint = ""
        if 20 < west < east < 42 and 55 < south < north < 85:
            hint = "; longitude and latitude seem to be swapped"
        raise BoundaryError(
            f"nothing in the file lies in the country: it covers {west:.2f} to {east:.2f} E, "
            f"{south:.2f} to {north:.2f} N{hint}"
        )
    outside = np.flatnonzero(~inside)
    table = left_out_rows(
        (int(drawn.rows[n]), drawn.names[n], f"{part[n] / whole[n]:.0%} of it lies in the country")
        for n in outside
    )
    kept = np.flatnonzero(inside)
    remaining = Drawn(
        rows=drawn.rows[kept],
        names=[drawn.names[n] for n in kept],
        stated=[drawn.stated[n] for n in kept],
        areas=drawn.areas[kept],
        repaired=drawn.repaired,
        left_out=drawn.left_out,
    )
    parts = [frame for frame in (drawn.left_out, table) if len(frame)]
    return remaining, pd.concat(parts, ignore_index=True) if parts else drawn.left_out


def _area_inside(areas: Areas, country: shapely.Geometry) -> npt.NDArray[np.float64]:
    """Square degrees of each area that lie in the country."""
    shapely.prepare(country)
    part = np.where(shapely.contains_properly(country, areas), shapely.area(areas), 0.0)
    for number in np.flatnonzero((part == 0) & shapely.intersects(country, areas)):
        near = clipped(country, areas[number])
        part[number] = shapely.area(shapely.intersection(areas[number], near))
    return part


def _blanks(country: shapely.Geometry, parts: Areas, outlines: Areas) -> dict[int, shapely.Geometry]:
    """Ground that the file does not cover, too wide for an offset between two drawings, by outline."""
    smallest = np.pi * (WIDEST_HOLE_KM * 1000) ** 2
    parts = parts[shapely.area(flatten(parts)) >= smallest]
    rim = shapely.boundary(country)
    wide = []
    for part in parts:
        radius = (WIDEST_RIM_KM if shapely.dwithin(part, rim, 1e-9) else WIDEST_HOLE_KM) * 1000
        flat = shapely.transform(part, to_metres)
        # Every vertex of a rim costs an arc, and ours has some twenty thousand; its width needs far fewer.
        rough = shapely.simplify(flat, radius / RIM_DETAIL)
        if inner_radius(rough, radius / RIM_DETAIL) + radius / RIM_DETAIL < radius:
            continue
        core = shapely.buffer(rough, -radius)
        if not core.is_empty:
            # Twice as far back, so that corners are reached and strips along a line are not.
            grown = shapely.intersection(shapely.buffer(core, 2 * radius), flat)
            wide.append(shapely.transform(grown, to_degrees))
    if not wide:
        return {}
    blank = shapely.union_all(wide)
    cut = [polygons_of(shape) for shape in shapely.intersection(outlines, blank)]
    return {n: shape for n, shape in enumerate(cut) if shapely.area(flatten(shape)) > smallest / 4}


# -- the table


def _geodesic_km2(shape: shapely.Geometry) -> float:
    """Area on the ellipsoid: rings as arrays, which costs a tenth of a walk along their vertices."""
    total = 0.0
    for part in shapely.get_parts(shape):
        rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(part)]
        sizes = [abs(GEOD.polygon_area_perimeter(ring[:, 0], ring[:, 1])[0]) for ring in rings]
        total += sizes[0] - sum(sizes[1:])
    return total / 1e6


def _as_units(
    matched: _Matched, parents: gpd.GeoDataFrame, level: int, stated: dict[str, Any]
) -> gpd.GeoDataFrame:
    above = parents.iloc[matched.parent].reset_index(drop=True)
    own = matched.unit >= 0
    drawn = matched.drawn
    names = [
        drawn.names[unit] if unit >= 0 else f"{parent} ({STAND_IN})"
        for unit, parent in zip(matched.unit.tolist(), above["name"], strict=True)
    ]
    frame = pd.DataFrame({"name": names}, dtype="str")
    for column in ("name_ps", "name_fa", "name_ur"):
        frame[column] = pd.Series([None] * len(frame), dtype="str")
    frame["kind"] = np.where(own, KINDS[level], "not covered")
    frame["level"] = level
    frame["adm0"] = above["adm0"]
    frame["adm1"] = above["boundary_id"] if level == 2 else above["adm1"]
    frame["parent_id"] = above["boundary_id"]
    frame["parent_name"] = above["name"]
    frame["parent_share"] = matched.share
    frame["parent_stated"] = pd.Series(
        [drawn.stated[unit] or None if unit >= 0 else None for unit in matched.unit.tolist()], dtype="str"
    )
    frame["iso3166_2"] = pd.Series([None] * len(frame), dtype="str")
    disputed = above["disputed_by"].notna()
    frame["status"] = np.where(own, np.where(disputed, above["status"], KINDS[level]), STAND_IN)
    for column in ("status_source", "recognised_by", "disputed_by"):
        frame[column] = above[column]
    for column in ("valid_from", "valid_to"):
        frame[column] = pd.Series([None] * len(frame), dtype="str")
    for column, value in stated.items():
        frame[column] = value
    # Outlines come from ours, so both licences and both credits bind what is made of the two.
    for column in ("licence", "credit", "source"):
        frame[column] = [
            _joined(ours, theirs) for ours, theirs in zip(above[column], frame[column], strict=True)
        ]
    frame["area_km2"] = [round(_geodesic_km2(shape), 3) for shape in matched.shapes]
    frame["source_row"] = pd.Series(
        [int(drawn.rows[unit]) if unit >= 0 else None for unit in matched.unit.tolist()], dtype="Int64"
    )
    order = np.lexsort((matched.unit, matched.unit < 0, matched.parent))
    frame["drawn"] = matched.unit
    frame["geometry"] = matched.shapes
    frame = frame.iloc[order].reset_index(drop=True)
    frame.insert(0, "boundary_id", _identifiers(frame))
    units = gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326")
    return units.drop(columns="drawn")


def _joined(ours: str, theirs: str) -> str:
    return "; ".join(dict.fromkeys([*theirs.split("; "), *ours.split("; ")]))


def _identifiers(frame: pd.DataFrame) -> list[str]:
    """Parent and name, such as AF-NAN-deh-bala; a number follows where a parent has the name twice."""
    seen: dict[str, int] = {}
    found = []
    for parent, name, kind in zip(frame["parent_id"], frame["name"], frame["kind"], strict=True):
        stem = f"{parent}-{'not-covered' if kind == 'not covered' else _slug(name)}"
        seen[stem] = seen.get(stem, 0) + 1
        found.append(stem if seen[stem] == 1 else f"{stem}-{seen[stem]}")
    return found


def _slug(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", plain.casefold()).strip("-") or "unit"


def _twice(units: gpd.GeoDataFrame) -> tuple[str, ...]:
    again = units[units.duplicated(["parent_id", "name"], keep=False)]
    pairs = sorted(set(zip(again["name"], again["parent_id"], strict=True)))
    return tuple(f"{name} ({parent})" for name, parent in pairs)


def _parent_meant(stated: str, parents: gpd.GeoDataFrame, level: int) -> str | None:
    if level == 2:
        return province_code(stated)
    same = parents.loc[parents["name"].map(_slug) == _slug(stated), "boundary_id"]
    return str(same.iloc[0]) if len(same) == 1 else None


def _changed_parents(units: gpd.GeoDataFrame, parents: gpd.GeoDataFrame, level: int) -> pd.DataFrame:
    said = units[units["parent_stated"].notna()]
    meant = [_parent_meant(text, parents, level) for text in said["parent_stated"]]
    other = [
        code is not None and code != parent for code, parent in zip(meant, said["parent_id"], strict=True)
    ]
    table = said.loc[other, ["name", "parent_stated", "parent_id", "parent_share"]]
    return (
        pd.DataFrame(table)
        .rename(columns={"parent_stated": "stated", "parent_share": "share"})
        .reset_index(drop=True)
    )


def _unknown_parents(units: gpd.GeoDataFrame, parents: gpd.GeoDataFrame, level: int) -> tuple[str, ...]:
    said = sorted(set(units["parent_stated"].dropna()))
    return tuple(text for text in said if _parent_meant(text, parents, level) is None)
