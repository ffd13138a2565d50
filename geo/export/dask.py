"""Locating on many processes or machines, with Dask: the kernel and the answers of :func:`geo.locate`.

Needs the extra ``[scale]`` (dask, distributed, dask-geopandas).

:func:`locate` is lazy; :func:`write` computes and writes partitioned GeoParquet in the order of the Hilbert
curve, so that what lies together is stored together and a reader of a small area opens few files. Nothing is
exchanged between workers directly. In the first round each piece of the table is located, sorted and put
into one file; in the second each part of the target is gathered from the pieces. Both kinds of task give the
same bytes whenever and wherever they run, and put their file in place by one rename; a task that dies with
its worker is run again by Dask, and its half-written file has a name that nobody reads. In the end rows are
counted: those of the pieces, and those of the files.
"""

from __future__ import annotations

import json
import math
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from geo.analysis.locate import locate_frame
from geo.errors import CrsError, ExtraMissingError, GeoError, OverwriteError, SchemaError
from geo.events.given import warn_without_precision
from geo.export.parquet_stream import parquet_files
from geo.files.whole import written_folder

if TYPE_CHECKING:
    from dask_geopandas import GeoDataFrame as DaskGeoDataFrame

__all__ = ["locate", "write"]

Keys = npt.NDArray[np.int64]

ROWS_PER_PART: Final = 500_000

WORLD: Final = (-180.0, -90.0, 180.0, 90.0)
"""Bounds of the Hilbert curve: of no table in particular, so that tables written apart have one order."""
LEVEL: Final = 16
"""Of the curve: cells of 0.0055 by 0.0027 degrees."""
NOWHERE: Final = 1 << (2 * LEVEL)
"""Key of rows without a point; they come last."""
CELL_BITS: Final = 10
"""Rows are counted by cells of the curve 32 times as wide (0.18 by 0.09 degrees), to divide it evenly."""
KEY: Final = "__hilbert__"
PIECE_ROWS: Final = 32_768
"""Rows of a row group of a piece: what a part needs of it is read without the rest."""
MERGED_AT_ONCE: Final = 32


def locate(source: DaskGeoDataFrame | str | Path) -> DaskGeoDataFrame:
    """Add to each point where it lies: :func:`geo.locate` on every partition, lazily.

    Parameters
    ----------
    source
        A dask-geopandas GeoDataFrame of points in any CRS; or GeoParquet: a file, of which each row group is
        a partition, or a folder, of which each file is.

    Returns
    -------
    dask_geopandas.GeoDataFrame
        The same rows, index, partitions and CRS, with the columns of :func:`geo.locate`, whose answers these
        are. Nothing is computed yet: ``.compute()`` gives a GeoDataFrame, :func:`write` files.

    Raises
    ------
    ExtraMissingError
        Without the extra ``[scale]``.
    DataNotFoundError, SourceError
        If the path leads to no Parquet files.
    CrsError
        If the frame has no CRS.
    SchemaError
        If `source` is neither; later, when computed, as for :func:`geo.locate`.

    Examples
    --------
    >>> import geo, dask, dask_geopandas
    >>> events = dask_geopandas.from_geopandas(geo.read_events().events, npartitions=3)
    >>> with dask.config.set(scheduler="sync"):
    ...     located = geo.export.dask.locate(events).compute()
    >>> located["side"].value_counts().to_dict() == geo.locate(geo.read_events().events)[
    ...     "side"
    ... ].value_counts().to_dict()
    True
    """
    dask_geopandas = _import_extra("dask_geopandas")
    if isinstance(source, str | Path):
        parquet_files(Path(source))
        frame = dask_geopandas.read_parquet(str(source), split_row_groups=Path(source).is_file())
    elif isinstance(source, dask_geopandas.GeoDataFrame):
        frame = source
    else:
        raise SchemaError(
            f"scale.locate takes a dask-geopandas GeoDataFrame or a path, not a {type(source).__name__}; "
            "dask_geopandas.from_geopandas makes one of a GeoDataFrame"
        )
    if frame.crs is None:
        raise CrsError("the points have no CRS; set it, for degrees with points.set_crs('EPSG:4326')")
    empty = frame._meta  # noqa: SLF001 - Dask's name for the empty frame of a collection
    warn_without_precision(empty, rows=1)
    return frame.map_partitions(locate_frame, meta=locate_frame(empty))


def write(
    frame: DaskGeoDataFrame,
    target: str | Path,
    *,
    rows_per_part: int = ROWS_PER_PART,
    overwrite: bool = False,
) -> int:
    """Compute a frame and write it as partitioned GeoParquet, in the order of the Hilbert curve.

    Parameters
    ----------
    frame
        A dask-geopandas GeoDataFrame of points, such as that of :func:`locate`. Its index is not written.
        Partitions are computed one by one and never held together. They must give the same rows each time
        they are computed, as those of files do.
    target
        Folder to make, of files ``part-00000.parquet`` and so on. It lies on a disk that every worker sees
        under this path.
    rows_per_part
        Rows of a file: about as many, never more than twice as many where points are spread evenly over the
        partitions of `frame`.
    overwrite
        Whether a folder of that name, which must hold nothing but such files, may be replaced.

    Returns
    -------
    int
        Rows written, each row of `frame` once. The order is that of the curve (level 16 over the whole earth,
        EPSG:4326), then that of `frame`; rows without a point come last.

    Raises
    ------
    ExtraMissingError
        Without the extra ``[scale]``.
    SchemaError
        If an argument is not as described.
    CrsError
        If the frame has no CRS.
    GeoError
        If rows were lost or doubled. `target` is then not there.

    Notes
    -----
    `target` appears whole or not at all. It is computed by the client of Dask that is active, or without one
    by Dask's scheduler for one machine. A worker may die at any moment; one task that takes four workers down
    with it is given up by Dask (its setting ``distributed.scheduler.allowed-failures``).

    Examples
    --------
    >>> import geo, dask, dask_geopandas, tempfile
    >>> events = dask_geopandas.from_geopandas(geo.read_events().events, npartitions=3)
    >>> with tempfile.TemporaryDirectory() as folder, dask.config.set(scheduler="sync"):
    ...     geo.export.dask.write(geo.export.dask.locate(events), f"{folder}/located", rows_per_part=50)
    93
    """
    dask = _import_extra("dask")
    dask_geopandas = _import_extra("dask_geopandas")
    target = Path(target).absolute()
    if not isinstance(frame, dask_geopandas.GeoDataFrame):
        raise SchemaError(f"scale.write takes a dask-geopandas GeoDataFrame, not a {type(frame).__name__}")
    if frame.crs is None:
        raise CrsError("the points have no CRS; set it, for degrees with points.set_crs('EPSG:4326')")
    if not (isinstance(rows_per_part, int) and rows_per_part > 0):
        raise SchemaError(f"rows_per_part is a whole number from 1 up, not {rows_per_part!r}")
    if KEY in frame.columns:
        raise SchemaError(f"the column name {KEY!r} is used while writing; rename it")
    _check_folder(target, overwrite=overwrite)
    with written_folder(target, names=None, overwrite=overwrite) as parts:
        # Beside the parts, in the hidden folder.
        pieces = parts.with_name("pieces")
        pieces.mkdir()
        sort = dask.delayed(_sort_piece, pure=False)
        counts = [sort(piece, number, pieces) for number, piece in enumerate(frame.to_delayed())]
        number_of_pieces = len(counts)
        merge = dask.delayed(_merged, pure=False)
        while len(counts) > 1:
            counts = [
                merge(counts[first : first + MERGED_AT_ONCE])
                for first in range(0, len(counts), MERGED_AT_ONCE)
            ]
        ((cell, rows),) = dask.compute(counts[0])
        plan = _plan(cell, rows, number_of_pieces, rows_per_part)
        gather = dask.delayed(_gather_part, pure=False)
        tasks = [gather(part, number, pieces, parts) for number, part in enumerate(plan)]
        written: int = sum(dask.compute(*tasks))
        _check_count(int(rows.sum()), written, parts, len(plan))
        # What dead workers left half written.
        for leftover in parts.glob(".part-*"):
            leftover.unlink()
    return written


def _import_extra(name: str) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as err:
        raise ExtraMissingError.of("geo.export.dask", name, "scale") from err


def _sort_piece(piece: gpd.GeoDataFrame, number: int, folder: Path) -> tuple[Keys, Keys]:
    """Write one partition in the order of the curve; its cells, and the rows of each."""
    key = _keys(piece)
    order = np.argsort(key, kind="stable")
    piece = piece.iloc[order].reset_index(drop=True)
    key = key[order]
    _write(piece.assign(**{KEY: key}), folder / _piece_name(number), row_group_size=PIECE_ROWS)
    cell, rows = np.unique(key >> CELL_BITS, return_counts=True)
    return cell, rows.astype(np.int64)


def _keys(piece: gpd.GeoDataFrame) -> Keys:
    """Distance of each row along the Hilbert curve."""
    points = piece.geometry.to_crs("EPSG:4326").to_numpy()
    there = ~(shapely.is_missing(points) | shapely.is_empty(points))
    bounds = shapely.bounds(points)
    there &= np.isfinite(bounds).all(axis=1)
    there[there] &= (np.abs(bounds[there]) <= (180, 90, 180, 90)).all(axis=1)
    key = np.full(len(piece), NOWHERE, dtype=np.int64)
    if there.any():
        key[there] = gpd.GeoSeries(points[there]).hilbert_distance(total_bounds=WORLD, level=LEVEL)
    return key


def _merged(counts: list[tuple[Keys, Keys]]) -> tuple[Keys, Keys]:
    """Counts of several pieces as one."""
    cell, back = np.unique(np.concatenate([cells for cells, _ in counts]), return_inverse=True)
    rows = np.zeros(len(cell), dtype=np.int64)
    np.add.at(rows, back, np.concatenate([rows for _, rows in counts]))
    return cell, rows


Part = tuple[int, int, tuple[int, ...]]
"""Keys from the first on and below the second, and the pieces to look in."""


def _plan(cell: Keys, rows: Keys, pieces: int, rows_per_part: int) -> list[Part]:
    """Which stretch of the curve goes to which part.

    A cell with more rows than a part holds, such as a city or the one point on which a source puts all that
    it cannot place, is divided by pieces.
    """
    everything = tuple(range(pieces))
    plan: list[Part] = []
    start, held = 0, 0
    for here, count in zip(cell.tolist(), rows.tolist(), strict=True):
        first = here << CELL_BITS
        if held and held + count > rows_per_part:
            plan.append((start, first, everything))
            start, held = first, 0
        if count > rows_per_part:
            end = (here + 1) << CELL_BITS
            shares = min(math.ceil(count / rows_per_part), pieces)
            plan += [(start, end, everything[share::shares]) for share in range(shares)]
            start = end
        else:
            held += count
    if held or not plan:
        plan.append((start, (NOWHERE + 1) << CELL_BITS, everything))
    return plan


def _gather_part(part: Part, number: int, pieces: Path, parts: Path) -> int:
    """Write one part of the target from what the pieces hold of it; how many rows that were."""
    low, high, wanted = part
    within = (pc.field(KEY) >= low) & (pc.field(KEY) < high)
    # Without partitioning=None a folder above that is called "a=b" would become a column.
    tables = [
        pq.read_table(pieces / _piece_name(piece), filters=within, partitioning=None) for piece in wanted
    ]
    metadata = tables[0].schema.metadata
    table = pa.concat_tables(tables, promote_options="permissive").unify_dictionaries().combine_chunks()
    # Stable, and the pieces come in their order: the same table whenever it is made.
    table = table.take(np.argsort(table.column(KEY).to_numpy(), kind="stable")).drop_columns([KEY])
    _write_table(table, parts / _part_name(number), metadata)
    return len(table)


def _write_table(table: pa.Table, path: Path, metadata: dict[bytes, bytes]) -> None:
    """GeoParquet with the metadata of a piece, the bounds made those of this table."""
    stated: dict[str, Any] = json.loads(metadata[b"geo"])
    name = stated["primary_column"]
    points = shapely.from_wkb(table.column(name).to_numpy())
    stated["columns"][name].pop("bbox", None)
    there = points[~(shapely.is_missing(points) | shapely.is_empty(points))]
    if len(there):
        bounds = shapely.total_bounds(there)
        stated["columns"][name]["bbox"] = bounds.tolist()
    about: dict[str, Any] = json.loads(metadata[b"pandas"])
    about["columns"] = [entry for entry in about["columns"] if entry["name"] != KEY]
    about["index_columns"] = []
    metadata = metadata | {b"geo": json.dumps(stated).encode(), b"pandas": json.dumps(about).encode()}
    _put(path, lambda part: pq.write_table(table.replace_schema_metadata(metadata), part, compression="zstd"))


def _write(frame: gpd.GeoDataFrame, path: Path, *, row_group_size: int) -> None:
    _put(path, lambda part: frame.to_parquet(part, index=False, row_group_size=row_group_size))


def _put(path: Path, write_to: Any) -> None:
    """Write under a name of its own and rename: two runs of one task cannot meet in one file."""
    part = path.with_name(f".{path.name}-{uuid.uuid4().hex}")
    write_to(part)
    part.replace(path)


def _piece_name(number: int) -> str:
    return f"piece-{number:06}.parquet"


def _part_name(number: int) -> str:
    return f"part-{number:05}.parquet"


def _check_folder(target: Path, *, overwrite: bool) -> None:
    if not target.parent.is_dir():
        raise SchemaError(f"there is no folder {str(target.parent)!r} to make {target.name!r} in")
    if not target.exists():
        return
    if not overwrite:
        raise OverwriteError(
            f"{str(target)!r} is there already; choose another name, or allow it to be replaced "
            "(overwrite=True)"
        )
    if not target.is_dir():
        raise SchemaError(f"{str(target)!r} is a file; choose another name")
    strange = [path.name for path in target.iterdir() if not path.match("part-*.parquet")]
    if strange:
        raise SchemaError(
            f"{str(target)!r} holds {strange[0]!r}, which is no part of a table; it is not replaced"
        )


def _check_count(counted: int, written: int, parts: Path, files: int) -> None:
    """Compare what was counted, what was reported written, and what the files say themselves."""
    stored = [pq.read_metadata(parts / _part_name(number)).num_rows for number in range(files)]
    if not counted == written == sum(stored):
        raise GeoError(
            f"{counted} rows were read, {written} reported as written, {sum(stored)} are in the files; "
            "nothing was kept. Do the partitions give other rows when computed again?"
        )
