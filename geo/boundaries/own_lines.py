"""Lines that the user registers once and every map then draws by class: roads."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal, get_args

import geopandas as gpd
import numpy as np
import shapely

from geo.arguments import checked
from geo.boundaries.added import user_folder
from geo.errors import BoundaryError, OverwriteError, SourceError, WriteError
from geo.files.notices import tell_once
from geo.files.whole import sha256_of, write_bytes, write_text
from geo.types import REGION

__all__ = [
    "CLASSES",
    "LineKind",
    "OwnLines",
    "add_lines",
    "list_lines",
    "read_own_lines",
    "remove_lines",
]

LineKind = Literal["roads"]

CLASSES: Final = ("main", "secondary", "minor")
"""From the one that is drawn at every scale to the one that only a close view shows."""

COLUMNS: Final = ("class", "fclass", "highway", "road_class", "type", "category")
"""Columns in which files say what a road is, in the order in which they are looked for."""

MAIN: Final = re.compile(r"motorway|trunk|primary|main|major|highway|national|^n\b|expressway", re.IGNORECASE)
SECONDARY: Final = re.compile(r"secondary|tertiary|provincial|regional|district", re.IGNORECASE)
MOST_VERTICES: Final = 2_000_000
DETAIL_DEG: Final = 0.0002


@dataclass(frozen=True)
class OwnLines:
    """A registered layer of lines: what it is, where from, under which licence.

    Attributes
    ----------
    kind
        ``roads``.
    lines
        How many lines of each class of :data:`CLASSES`.
    sha256, input_sha256, input_name
        Hash of the stored file; hash and name of the file that it was made from.
    licence, credit, source
        As the user stated them.
    class_column
        The column that told the class; none where all count as main.
    """

    kind: str
    lines: dict[str, int]
    sha256: str
    input_sha256: str
    input_name: str
    licence: str
    credit: str
    source: str
    class_column: str | None

    @property
    def path(self) -> Path:
        """Where its GeoParquet file lies."""
        return _folder() / f"{self.kind}-{self.sha256[:16]}.parquet"


def _folder() -> Path:
    return user_folder() / "lines"


@checked
def add_lines(
    file: str | Path,
    *,
    kind: LineKind,
    licence: str,
    source: str,
    credit: str | None = None,
    class_column: str | None = None,
    crs: str | None = None,
    overwrite: bool = False,
) -> OwnLines:
    """Register lines of a file, which every map draws by their class from then on.

    Parameters
    ----------
    file
        GeoJSON, TopoJSON, GeoPackage, FlatGeobuf, a shapefile, KML or GeoParquet.
    kind
        What the lines are: ``roads``.
    licence, source, credit
        SPDX name of the licence, who published the file, and the credit that maps print; the source if not
        given.
    class_column
        The column that says what a line is, in OpenStreetMap's words or the like; found by usual names if not
        given. Without one all lines are main.
    crs
        Of a file that does not say which it is in.
    overwrite
        Take the place of lines registered before.

    Raises
    ------
    DataNotFoundError, SourceError, CrsError
        If the file is not there, can't be read, has too many vertices or no lines in the region, or doesn't
        say in which CRS it is.
    BoundaryError
        If an argument makes no sense.
    OverwriteError
        If such lines are registered already.
    """
    path = Path(file)
    faults = [
        f"{what} must be stated"
        for what, text in (("licence", licence), ("source", source))
        if not text.strip()
    ]
    if kind not in get_args(LineKind):
        faults.append(f"kind is one of {', '.join(get_args(LineKind))}, not {kind!r}")
    if faults:
        raise BoundaryError("; ".join(faults))
    if _record(kind).is_file() and not overwrite:
        raise OverwriteError(f"{kind} are registered already; remove them first, or replace them")
    frame, column = _read(path, class_column, crs)
    stored = io.BytesIO()
    frame.to_parquet(stored, index=False, compression="zstd")
    content = stored.getvalue()
    made = OwnLines(
        kind=kind,
        lines={name: int((frame["class"] == name).sum()) for name in CLASSES},
        sha256=hashlib.sha256(content).hexdigest(),
        input_sha256=sha256_of(path),
        input_name=path.name,
        licence=licence,
        credit=credit or source,
        source=source,
        class_column=column,
    )
    try:
        made.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise WriteError(
            f"{made.path.parent} cannot be made: {err.strerror}; name a folder in DURAND_HOME"
        ) from err
    write_bytes(made.path, content, overwrite=True)
    text = json.dumps(asdict(made), indent=1, ensure_ascii=False) + "\n"
    write_text(_record(kind), text, overwrite=True)
    for other in _folder().glob(f"{kind}-*.parquet"):
        if other != made.path:
            other.unlink(missing_ok=True)
    return made


def _record(kind: str) -> Path:
    return _folder() / f"{kind}.json"


def _read(path: Path, class_column: str | None, crs: str | None) -> tuple[gpd.GeoDataFrame, str | None]:
    """Lines of the region with their class, simple enough for any map."""
    from geo.files.features import read_features

    found = read_features(path, crs=crs).frame.to_crs("EPSG:4326")
    column = class_column or next((name for name in COLUMNS if name in found.columns), None)
    if column is not None and column not in found.columns:
        raise BoundaryError(
            f"{path.name} has no column {column!r}; there are: {', '.join(map(str, found.columns[:-1]))}"
        )
    words = found[column].fillna("").astype("str") if column is not None else ["main"] * len(found)
    shapes = shapely.force_2d(found.geometry.to_numpy())
    count = int(shapely.get_num_coordinates(shapes).sum())
    if count > MOST_VERTICES:
        raise SourceError(
            f"{path.name} has {count:,} vertices; at most {MOST_VERTICES:,} are registered: simplify it"
        )
    west, south, east, north = REGION
    cut = shapely.clip_by_rect(shapes, west, south, east, north)
    parts, of = shapely.get_parts(shapely.simplify(cut, DETAIL_DEG), return_index=True)
    lines = np.isin(shapely.get_type_id(parts), (1, 2)) & ~shapely.is_empty(parts)
    if not lines.any():
        raise SourceError(f"{path.name} has no lines within {REGION} (west, south, east, north)")
    names = np.array([class_of(word) for word in words], dtype=object)
    return gpd.GeoDataFrame({"class": names[of[lines]]}, geometry=parts[lines], crs="EPSG:4326"), column


def class_of(word: str) -> str:
    """The class of a road by a word for it.

    Examples
    --------
    >>> class_of("trunk_link"), class_of("tertiary"), class_of("track")
    ('main', 'secondary', 'minor')
    """
    if MAIN.search(word):
        return "main"
    return "secondary" if SECONDARY.search(word) else "minor"


def list_lines() -> tuple[OwnLines, ...]:
    """The layers of lines that the user has registered; one that can't be read is passed over, with a word.

    Examples
    --------
    >>> import geo
    >>> geo.list_lines()
    ()
    """
    found = []
    for kind in get_args(LineKind):
        try:
            path = _record(kind)
            if not path.is_file():
                continue
            made = OwnLines(**json.loads(path.read_text(encoding="utf-8")))
            if not made.path.is_file():
                raise ValueError(f"{made.path} is gone")
            found.append(made)
        except BoundaryError:
            return ()
        except (OSError, ValueError, TypeError) as err:
            tell_once(
                f"registered {kind} are left out: {err}; durand layers remove {kind}, and add them again"
            )
    return tuple(found)


def read_own_lines(kind: LineKind) -> gpd.GeoDataFrame | None:
    """Registered lines with their ``class``, in EPSG:4326; None where there are none."""
    for made in list_lines():
        if made.kind == kind:
            return _stored(made.path)
    return None


@functools.lru_cache(maxsize=2)
def _stored(path: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(path)


@checked
def remove_lines(kind: LineKind) -> None:
    """Take registered lines away.

    Raises
    ------
    BoundaryError
        If there are none.
    """
    record = _record(kind)
    if not record.is_file():
        raise BoundaryError(f"no {kind} are registered")
    record.unlink()
    for path in _folder().glob(f"{kind}-*.parquet"):
        path.unlink(missing_ok=True)
