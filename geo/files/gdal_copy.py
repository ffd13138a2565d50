"""GDAL, from a copy whose name and content leave it one driver; what it says when a disk is full."""

from __future__ import annotations

import glob
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from geo.errors import SourceError, WriteError

__all__ = ["SHAPE_MEMBERS", "gdal_writes", "read_copy", "shape_members"]

SHAPE_MEMBERS: Final = (".shp", ".dbf", ".shx", ".cpg", ".prj")
"""What makes a shapefile; without the second it has no columns."""


def shape_members(path: Path) -> dict[str, Path]:
    """The members of a shapefile by their suffix.

    Raises
    ------
    SourceError
        If the one with the columns is missing.
    """
    beside = {one.suffix.lower(): one for one in path.parent.glob(f"{glob.escape(path.stem)}.*")}
    if ".dbf" not in beside:
        raise SourceError(
            f"{path}: a shapefile without {path.stem}.dbf, which holds its columns; put the files together, "
            "or save it as GeoPackage"
        )
    found = {suffix: beside[suffix] for suffix in SHAPE_MEMBERS if suffix in beside}
    # The name may be anything that is one in content.
    return {".shp": path} | found


@contextmanager
def gdal_writes(path: Path) -> Iterator[None]:
    """Around what GDAL writes to the disk: what it cannot is a WriteError that names the file.

    It does not always say that a disk is full: whoever writes compares the rows afterwards, in that block.
    """
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    try:
        yield
    except (DataLayerError, DataSourceError, FeatureError) as err:
        said = " ".join(str(err).split())[:160]
        raise WriteError(f"{path.name} cannot be written: {said}; nothing was left behind") from err


def read_copy(
    members: dict[str, Path], name: str, **options: Any
) -> tuple[dict[str, Any], Sequence[Any] | None, list[Any]]:
    """What GDAL reads of a file: its description, the WKB of each geometry, and its columns.

    Parameters
    ----------
    members
        The file, or the members of a shapefile, by the suffix under which each is copied.
    name
        What the file is called in messages.
    options
        Passed on to ``pyogrio.raw.read``.

    Raises
    ------
    SourceError
        If it is damaged.
    """
    from pyogrio import raw
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

    with tempfile.TemporaryDirectory(prefix="durand-") as folder:
        for suffix, member in members.items():
            shutil.copyfile(member, Path(folder, f"layer{suffix}"))
        target = Path(folder, f"layer{next(iter(members))}")
        try:
            # What GDAL says of a ring that is not closed is said of the row that cannot be read.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)
                meta, _, shapes, columns = raw.read(target, force_2d=True, **options)
        except (
            DataSourceError,
            DataLayerError,
            FeatureError,
            FieldError,
            GeometryError,
            IndexError,
            RuntimeError,
            ValueError,
        ) as err:
            said = " ".join(str(err).split()).replace(str(target), name)[:160]
            raise SourceError(f"{name}: damaged, cannot be read as a file of features ({said})") from err
    return meta, shapes, columns
