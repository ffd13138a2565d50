"""What every opened file gives: rows of text as they stand, and where each stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pandas as pd

from geo.types import Floats

__all__ = ["TEXT", "RawTable", "as_written", "cell_text"]

TEXT: Final = pd.StringDtype("pyarrow", na_value=np.nan)
"""Columns of text lie in Arrow's form: a tenth of the memory of Python's strings."""


_NOISE: Final = 1e-14
"""A workbook has 15 to 17 digits of a number, so that the last bit may be another."""


@dataclass
class RawTable:
    """Rows as they stand in a file or a frame.

    Attributes
    ----------
    frame : pandas.DataFrame
        Text; columns are numbered from 0; the index is the position among the rows that could be split into
        cells. Nothing is left out, the header included.
    path, part
        The file, and the sheet or the file in an archive.
    kind
        ``text``, ``sheet`` or ``records`` (named columns: JSON, geo formats, Parquet, frames).
    names
        Names of the columns for ``records``.
    faulty
        (position, cells as text, reason) of rows that could not be split as the others.
    notes
        What a reader should be told: encoding, sheet taken.
    warnings
        What is odd of the table as a whole: it says itself that it is one page of many.
    merged
        Merged ranges of a sheet: (first row, first column, last row, last column), from 0.
    filled
        Rows, from 0, of cells that say what the uppermost of the cells merged with them says.
    formulas
        (row, column), from 0, of formulas without a stored result.
    links
        (row, column), from 0, of cells with an address behind their words.
    geometry
        What the format itself carries: x and y in degrees, and the type of each geometry: the name that
        shapely gives it, empty where there is none, ``broken: why`` where it cannot be read.
    sheets
        Names of the sheets of a workbook.
    claims
        The sheet of claims of a workbook, from the same opening.
    """

    frame: pd.DataFrame
    path: Path
    part: str = ""
    kind: Literal["text", "sheet", "records"] = "text"
    names: list[str] = field(default_factory=list)
    faulty: list[tuple[int, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    filled: list[int] = field(default_factory=list)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    geometry: pd.DataFrame | None = None
    sheets: list[str] = field(default_factory=list)
    claims: RawTable | None = None

    @property
    def label(self) -> str:
        """How messages name the table."""
        return f"{self.path} ({self.part})" if self.part else str(self.path)

    def first_cells(self) -> list[str]:
        """Names of the columns of records; the cells of the first row of any other table."""
        if self.kind == "records":
            return [name.strip() for name in self.names]
        if self.frame.empty:
            return []
        return [cell.strip() if isinstance(cell, str) else "" for cell in self.frame.iloc[0]]


def cell_text(value: object) -> str:
    """What a cell says: whole numbers without a point, days without midnight, nothing where it is missing.

    A midnight in a zone is a moment like any other and keeps its zone: the day is not that of another zone.
    Bytes are the text that they are in UTF-8, and nothing where they are none.
    """
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        # Of half precision, only its own type knows the digits.
        number = float(str(value)) if isinstance(value, np.float16) else float(value)
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number))
        if abs(number) < 1e15 and abs(float(single := np.float32(number)) - number) <= _NOISE * abs(number):
            # See `as_written`; one number alone needs no array.
            return repr(float(str(single)))
        return repr(number)
    if isinstance(value, dt.datetime):
        day_alone = value.time() == dt.time() and value.tzinfo is None
        return value.date().isoformat() if day_alone else value.isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return _decoded(bytes(value))
    return str(value)


def as_written(numbers: Floats) -> Floats:
    """Numbers that were kept in single precision as the decimals that they stand for.

    Fewer than one double in a million is one of single precision by chance: 29 of its bits are zero in each.

    Examples
    --------
    >>> import numpy as np
    >>> as_written(np.array([34.099998474121094, 34.0999984, 34.125])).tolist()
    [34.1, 34.0999984, 34.125]
    """
    with np.errstate(over="ignore", invalid="ignore"):
        single = numbers.astype("float32")
    kept = (np.abs(single - numbers) <= _NOISE * np.abs(numbers)) & (np.round(numbers, 4) != numbers)
    if not kept.any():
        return numbers
    written = numbers.copy()
    written[kept] = single[kept].astype("str").astype("float64")
    return written


def _decoded(value: bytes) -> str:
    """Bytes as text; empty where they are no UTF-8 or hold what no text does."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "" if "\0" in text else text
