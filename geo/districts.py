"""Districts that the user brings: read, repaired, matched to the line and the provinces, registered."""

from __future__ import annotations

import functools
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import pyproj
import shapely
from shapely import Polygon, STRtree

from geo.boundaries import GEOD, LCC, read_units
from geo.catalogue import find_layer
from geo.edge_matching import decide_overlaps, divide, polygons_of
from geo.errors import BoundaryError, CrsError, DataNotFoundError, SourceError
from geo.registry import AddedLayer, added_layers, find_added, layer_name, sha256_of, write_beside
from geo.units import flatten, province_code

__all__ = ["COUNTRIES", "LEVELS", "BoundaryReport", "add_boundaries", "remove_boundaries"]

Areas = npt.NDArray[np.object_]
Indices = npt.NDArray[np.intp]

COUNTRIES: Final = ("AF", "PK")
LEVELS: Final = (2, 3)
KINDS: Final = {2: "district", 3: "subdistrict"}

WIDEST_HOLE_KM: Final = 5.0
"""A gap inside the country with room for a circle of this radius is a unit that the file lacks."""

WIDEST_RIM_KM: Final = 15.0
"""The same on the rim of the country, where coasts differ by more: 13.3 km in the delta of the Indus between
Natural Earth's land and OpenStreetMap's districts."""

KM_PER_DEGREE: Final = 111.2
LEAST_INSIDE: Final = 0.25
"""A unit with less of its area in the country is a neighbour's; coastal units may reach far out to sea."""

FINE: Final = 1e-8
"""Degrees (1 mm): the grid on which changes are measured."""

STAND_IN: Final = "not covered by the file"

CLEAR_SHARE: Final = 0.95
"""A unit with less of its area in one parent straddles parents."""

ACCURACY_M: Final = 3_000.0
"""Lines of provinces carry this error, and lines of districts end on them."""


@dataclass(frozen=True)
class BoundaryReport:
    """What an import found and what it changed.

    Attributes
    ----------
    layer
        The record that was registered.
    units, stand_ins
        Units stored, and how many of them stand for ground that the file does not cover.
    repaired
        Invalid shapes that were made valid.
    left_out
        Rows that were not used: ``row`` (from 0, as in the file), ``name``, ``reason``.
    overlap_before_km2, overlap_after_km2
        Area that units of the file claim more than once, before and after.
    gap_before_km2, gap_after_km2
        Area of the country that no unit covers, before and after.
    outside_km2
        Area of units that lay outside the country and was cut off.
    moved_km2
        Area that went from one unit to another; filled gaps are not in it.
    max_shift_m
        How far the farthest vertex of what a unit gained or lost lies from the unit as it was, or is.
    straddling
        Units with less than 95 % of their area in one parent.
    duplicate_names
        Names that several units of one parent have; their identifiers are numbered.
    changed_parent
        Units whose parent is another than the file says: ``name``, ``stated``, ``parent_id``, ``share``.
    unknown_parents
        Parents that the file names and that are no province of the country.
    units_changed
        One row for each unit: ``boundary_id``, ``name``, ``gained_km2``, ``lost_km2``, ``max_shift_m``.
    """

    layer: AddedLayer
    units: int
    stand_ins: int
    repaired: int
    left_out: pd.DataFrame = field(repr=False)
    overlap_before_km2: float
    overlap_after_km2: float
    gap_before_km2: float
    gap_after_km2: float
    outside_km2: float
    moved_km2: float
    max_shift_m: float
    straddling: int
    duplicate_names: tuple[str, ...]
    changed_parent: pd.DataFrame = field(repr=False)
    unknown_parents: tuple[str, ...]
    units_changed: pd.DataFrame = field(repr=False)

    def to_text(self) -> str:
        """The report in lines, for a terminal."""
        worst = self.units_changed.nlargest(3, "max_shift_m")
        far = ", ".join(f"{r.name} {r.max_shift_m / 1000:.1f} km" for r in worst.itertuples(index=False))
        lines = [
            f"{self.layer.id}: {self.units} units from {self.layer.input_name}",
            f"repaired {self.repaired} invalid shapes; left out {len(self.left_out)} rows",
            f"overlaps {self.overlap_before_km2:.2f} -> {self.overlap_after_km2:.2f} km2, "
            f"gaps {self.gap_before_km2:.2f} -> {self.gap_after_km2:.2f} km2, "
            f"cut off outside the country {self.outside_km2:.2f} km2",
            f"moved from unit to unit {self.moved_km2:.1f} km2; farthest shift "
            f"{self.max_shift_m / 1000:.1f} km ({far})",
            f"{self.straddling} units lie in several parents; each is now whole in the one with most of it",
        ]
        if self.stand_ins:
            lines.append(f"{self.stand_ins} units stand for ground that the file does not cover")
        if len(self.changed_parent):
            names = ", ".join(f"{r.name} ({r.stated})" for r in self.changed_parent.head(8).itertuples())
            more = ", ..." if len(self.changed_parent) > 8 else ""
            lines.append(f"{len(self.changed_parent)} units lie in another parent than stated: {names}{more}")
        if self.unknown_parents:
            lines.append(f"parents not recognised: {', '.join(self.unknown_parents)}")
        if self.duplicate_names:
            lines.append(f"names that occur twice in one parent: {', '.join(self.duplicate_names)}")
        lines.extend(f"row {r.row} ({r.name}): {r.reason}" for r in self.left_out.itertuples(index=False))
        return "\n".join(lines)


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
    credit: str | None = None,
    source_url: str | None = None,
    accuracy_m: float = ACCURACY_M,
    replace: bool = False,
) -> BoundaryReport:
    """Import units of a country from any polygon file, match them to our outlines, and register them.

    Units come out as a clean coverage that nests: each lies in one parent, each parent is exactly its units,
    and no vertex of the parents' outlines moves, so the Durand Line stays as it is on both sides.

    1. Shapes are reprojected to EPSG:4326 and made valid.
    2. A patch that several units claim goes to the claimant with which it shares the longest edge, or to the
       one that would lose more than half of itself; an enclosed hole goes to the neighbour with the longest
       shared edge.
    3. The parent of a unit is the one that holds the largest share of it.
    4. Inside a parent, what its units do not cover (a strip along its line, ground drawn as a unit of another
       parent) goes to the nearest of its units, so that a strip beside three units is shared by the three.
       Lines between units end on vertices that the parent's outline has.
    5. Ground with room for a circle of 5 km (15 km on the rim of the country) that no unit covers becomes a
       unit of its own, whose status says so.

    Parameters
    ----------
    file
        Anything GDAL reads; .parquet and .zip too.
    country
        AF or PK.
    licence, source, vintage
        SPDX name of the licence, who published the file, and the date or year that it shows.
    level
        2 are units inside provinces; 3 are units inside districts that have been added before.
    name_column, parent_column
        Columns with the unit's name and with the name of the province; found by usual names if not given.
    layer
        Which layer of the file, where it has several.
    credit
        The credit that the licence asks for; the source if not given.
    source_url
        Where the file came from.
    accuracy_m
        How far its lines may be off, in metres.
    replace
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
    _check_arguments(country, level, {"licence": licence, "source": source, "vintage": vintage}, accuracy_m)
    name = layer_name(country, level)
    there = {known.id: known for known in added_layers()}
    if name in there and not replace:
        raise BoundaryError(
            f"{name} is there already (from {there[name].input_name}); remove it first, or replace it"
        )
    if layer_name(country, level + 1) in there:
        raise BoundaryError(f"units of level {level + 1} of {country} nest in {name}; remove them first")
    parents, parents_hash = _parents(country, level)
    drawn = read_drawn(Path(file), layer, level, name_column, parent_column)
    matched = _match(drawn, parents)
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
    figures, changed = _measure(matched, units, parents)
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
        figures=figures,
    )
    # The record goes last: without it, the file is not read.
    write_beside(record.path, content)
    record.save()
    return BoundaryReport(
        layer=record,
        left_out=matched.left_out,
        duplicate_names=_twice(units),
        changed_parent=_changed_parents(units, parents, level),
        unknown_parents=_unknown_parents(units, parents, level),
        units_changed=changed,
        **figures,
    )


def remove_boundaries(country: str, *, level: int = 2) -> None:
    """Remove units that were added.

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
    layer = layers.get(layer_name(country, level))
    if layer is None:
        there = ", ".join(layers) or "none"
        raise BoundaryError(f"no units of level {level} have been added for {country}; added: {there}")
    if layer_name(country, level + 1) in layers:
        raise BoundaryError(f"units of level {level + 1} of {country} nest in these; remove them first")
    layer.path.with_suffix(".json").unlink(missing_ok=True)
    layer.path.unlink(missing_ok=True)


@dataclass
class _Matched:
    """Units matched to their parents. ``shapes`` holds stand-ins too; their ``unit`` is -1."""

    drawn: Drawn
    left_out: pd.DataFrame
    shapes: Areas
    unit: Indices
    parent: Indices
    share: npt.NDArray[np.float64]


def _check_arguments(country: str, level: int, texts: dict[str, str], accuracy_m: float) -> None:
    faults = []
    if country not in COUNTRIES:
        faults.append(f"country is one of {', '.join(COUNTRIES)}, not {country!r}")
    if level not in LEVELS:
        faults.append(f"level is one of {', '.join(map(str, LEVELS))}, not {level!r} (0 and 1 are shipped)")
    faults.extend(f"{what} must be stated" for what, text in texts.items() if not str(text).strip())
    if not (np.isfinite(accuracy_m) and accuracy_m > 0):
        faults.append(f"accuracy_m is a length in metres above 0, not {accuracy_m!r}")
    if faults:
        raise BoundaryError("; ".join(faults))


def _parents(country: str, level: int) -> tuple[gpd.GeoDataFrame, str]:
    """Units one level up, and the hash of what they are."""
    if level == 2:
        units, digest = read_units(1), find_layer("provinces").content_sha256
    else:
        digest = find_added(country, level - 1).sha256
        units = read_units(2)
    return units[units["adm0"] == country].reset_index(drop=True), digest


# -- matching


def _match(drawn: Drawn, parents: gpd.GeoDataFrame) -> _Matched:
    outlines = parents.geometry.to_numpy()
    country = shapely.coverage_union_all(outlines)
    drawn, left_out = _inside(drawn, country)
    decided = decide_overlaps(drawn.areas, widest_hole=WIDEST_HOLE_KM / KM_PER_DEGREE)
    gone = np.flatnonzero(shapely.is_empty(decided.areas))
    if len(gone):
        rows = ", ".join(f"{drawn.rows[n]} ({drawn.names[n]})" for n in gone)
        raise BoundaryError(
            f"rows {rows} cover no ground that another row does not cover too; drop one of them"
        )
    parent, share = _largest_share(decided.areas, outlines)
    blanks = _blanks(country, decided.areas, outlines)
    shapes: list[shapely.Geometry] = []
    unit: list[int] = []
    holder: list[int] = []
    for number, outline in enumerate(outlines):
        members = np.flatnonzero(parent == number)
        blank = blanks.get(number)
        claims = [*decided.areas[members], *([] if blank is None else [blank])]
        numbers = [*members.tolist(), *([] if blank is None else [-1])]
        if not claims:
            # The file draws this ground as part of units of other parents, or not at all.
            claims, numbers = [outline], [-1]
        try:
            parts = divide(outline, claims)
        except BoundaryError as err:
            where = parents["name"][number]
            names = ", ".join(drawn.names[n] if n >= 0 else "ground without unit" for n in numbers)
            raise BoundaryError(f"{where}: {err} (claims: {names})") from err
        shapes.extend(parts)
        unit.extend(numbers)
        holder.extend([number] * len(parts))
    result = np.empty(len(shapes), dtype=object)
    result[:] = shapes
    numbers_of = np.array(unit, dtype=np.intp)
    shares = np.where(numbers_of >= 0, share[numbers_of], np.nan)
    return _Matched(drawn, left_out, result, numbers_of, np.array(holder, dtype=np.intp), shares)


def _inside(drawn: Drawn, country: shapely.Geometry) -> tuple[Drawn, pd.DataFrame]:
    """Units that lie in the country; those of a neighbour reach into it by slivers only."""
    whole = shapely.area(drawn.areas)
    part = shapely.area(shapely.intersection(drawn.areas, country))
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


def _largest_share(areas: Areas, outlines: Areas) -> tuple[Indices, npt.NDArray[np.float64]]:
    """For each area the outline with the largest part of it, and that part of all that lies in any."""
    number, area = STRtree(areas).query(outlines, predicate="intersects")
    size = shapely.area(_flat(shapely.intersection(areas[area], outlines[number])))
    total = np.bincount(area, weights=size, minlength=len(areas))
    parent = np.full(len(areas), -1, dtype=np.intp)
    most = np.zeros(len(areas))
    order = np.argsort(size, kind="stable")
    parent[area[order]] = number[order]
    most[area[order]] = size[order]
    return parent, np.divide(most, total, out=np.zeros_like(most), where=total > 0)


def _blanks(country: shapely.Geometry, areas: Areas, outlines: Areas) -> dict[int, shapely.Geometry]:
    """Ground that the file does not cover, too wide for an offset between two drawings, by outline."""
    gap = polygons_of(shapely.difference(country, shapely.union_all(areas)))
    smallest = np.pi * (WIDEST_HOLE_KM * 1000) ** 2
    parts = shapely.get_parts(gap)
    parts = parts[shapely.area(_flat(parts)) >= smallest]
    rim = shapely.boundary(country)
    wide = []
    for part in parts:
        radius = (WIDEST_RIM_KM if shapely.dwithin(part, rim, 1e-9) else WIDEST_HOLE_KM) * 1000
        flat = shapely.transform(part, _to_metres)
        core = shapely.buffer(flat, -radius)
        if not core.is_empty:
            # Twice as far back, so that corners are reached and strips along a line are not.
            grown = shapely.intersection(shapely.buffer(core, 2 * radius), flat)
            wide.append(shapely.transform(grown, _to_degrees))
    if not wide:
        return {}
    blank = shapely.union_all(wide)
    cut = [polygons_of(shape) for shape in shapely.intersection(outlines, blank)]
    return {n: shape for n, shape in enumerate(cut) if shapely.area(_flat(shape)) > smallest / 4}


@functools.cache
def _transformer() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", LCC, always_xy=True)


def _to_metres(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack(_transformer().transform(xy[:, 0], xy[:, 1]))


def _to_degrees(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack(_transformer().transform(xy[:, 0], xy[:, 1], direction="INVERSE"))


def _flat(shapes: Any) -> Any:  # noqa: ANN401 - one geometry or an array of them
    """In the equal-area projection, in metres."""
    return flatten(shapes)


# -- the table


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
    frame["area_km2"] = [
        round(abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0]) / 1e6, 3)
        for shape in matched.shapes
    ]
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


# -- what changed


def _measure(
    matched: _Matched, units: gpd.GeoDataFrame, parents: gpd.GeoDataFrame
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Figures of the report, and what each unit gained and lost."""
    country = shapely.coverage_union_all(parents.geometry.to_numpy())
    before = matched.drawn.areas
    after = units.geometry.to_numpy()
    together = shapely.union_all(before)
    own = matched.unit >= 0
    finals = np.empty(len(before), dtype=object)
    finals[matched.unit[own]] = matched.shapes[own]
    # On a grid: where outlines nearly coincide over thousands of vertices, exact overlay is far slower.
    gained = shapely.difference(finals, before, grid_size=FINE)
    lost = shapely.difference(shapely.intersection(before, country, grid_size=FINE), finals, grid_size=FINE)
    shift = np.maximum(_farthest(gained, before), _farthest(lost, finals))
    table = pd.DataFrame(
        {
            "row": matched.drawn.rows,
            "name": pd.Series(matched.drawn.names, dtype="str"),
            "gained_km2": _km2(gained),
            "lost_km2": _km2(lost),
            "max_shift_m": np.round(shift, 1),
        }
    )
    ids = units.dropna(subset="source_row").set_index("source_row")["boundary_id"]
    table.insert(0, "boundary_id", ids.reindex(table["row"]).to_numpy())
    sizes = _km2(before)
    share = matched.share[own]
    figures = {
        "units": len(units),
        "stand_ins": int((~own).sum()),
        "repaired": matched.drawn.repaired,
        "overlap_before_km2": _figure(sizes.sum() - _km2(together)),
        "overlap_after_km2": _figure(_km2(after).sum() - _km2(shapely.union_all(after))),
        "gap_before_km2": _figure(_km2(shapely.difference(country, together, grid_size=FINE))),
        "gap_after_km2": _figure(_km2(shapely.difference(country, shapely.union_all(after), grid_size=FINE))),
        "outside_km2": _figure(_km2(shapely.difference(together, country, grid_size=FINE))),
        "moved_km2": _figure(table["lost_km2"].sum()),
        "max_shift_m": float(table["max_shift_m"].max()),
        "straddling": int((share < CLEAR_SHARE).sum()),
    }
    return figures, table


def _km2(shapes: Any) -> Any:  # noqa: ANN401 - one geometry or an array of them
    return shapely.area(_flat(shapes)) / 1e6


def _figure(km2: float) -> float:
    """Rounded to a square metre, below which sums of such areas say nothing; never a negative zero."""
    return round(float(km2), 6) + 0.0


def _farthest(changed: Areas, unit: Areas) -> npt.NDArray[np.float64]:
    """Metres from each unit to the farthest vertex of what changed (Lambert conformal, within 2 %)."""
    found = np.zeros(len(unit))
    for number, (part, whole) in enumerate(zip(changed, unit, strict=True)):
        part = polygons_of(part)
        if part.is_empty:
            continue
        # Most vertices of what changed are the unit's own, and no distance away.
        vertices = _as_complex(part)
        away = vertices[~np.isin(vertices, _as_complex(whole))]
        if len(away):
            flat = shapely.transform(whole, _to_metres)
            shapely.prepare(flat)
            points = shapely.points(_to_metres(np.column_stack((away.real, away.imag))))
            found[number] = float(shapely.distance(flat, points).max())
    return found


def _as_complex(shape: shapely.Geometry) -> npt.NDArray[np.complex128]:
    """Vertices as single numbers, rounded to a centimetre, each once."""
    xy = np.round(shapely.get_coordinates(shape), 7)
    return np.unique(xy[:, 0] + 1j * xy[:, 1])
