"""What every reader does with the rows of its source: name the columns, log the faults, give our columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow
import pyarrow.compute

from geo.errors import SourceError
from geo.events.columns import EVENT_COLUMNS
from geo.events.faults import FaultLog
from geo.sources.files.geometry import positions_text
from geo.sources.files.raw_table import TEXT, RawTable
from geo.types import Floats
from geo.vocab import VERIFICATIONS

__all__ = [
    "DataRows",
    "Mapped",
    "Options",
    "assemble",
    "by_text",
    "category",
    "column",
    "degrees",
    "find_names",
    "floats",
    "named_rows",
    "plain_name",
    "reported",
    "whole_numbers",
    "with_position",
    "words_of",
]


_HEADER_ROWS: Final = 30
_HXL: Final = re.compile(r"#[a-z]\w*(?:\s*\+\s*\w+)*", re.IGNORECASE)
"""A tag of the Humanitarian Exchange Language (HXL 1.1): they fill a row below the header."""
_COMMA: Final = r"[+-]?\d{1,3},\d+"
MISSING: Final = (
    "NA",
    "N/A",
    "n/a",
    "na",
    "n.a.",
    "NaN",
    "nan",
    "NULL",
    "null",
    "<NA>",
    "#N/A",
    "-",
    "--",
    "–",
    "—",
    ".",
    "..",
    "...",
    "…",
    "\\N",
    "missing",
    "Missing",
    "n/k",
    "N/K",
    "#NULL!",
    "#REF!",
    "#VALUE!",
)
"""How programs and people write that nothing is known."""
_MISSING: Final = pyarrow.array(MISSING, type=pyarrow.large_string())
_DTYPES: Final = {spec.name: spec.to_dtype() for spec in EVENT_COLUMNS}


@dataclass(frozen=True)
class Options:
    """What the user said about a file (see `geo.read_events`)."""

    columns: Mapping[str, str] = field(default_factory=dict)
    fix: bool = False
    day_first: bool | None = None
    sheet: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    strict: bool = False
    precision: str | None = None
    place_level: str | None = None
    year: int | None = None
    offset: int = 0


@dataclass
class Mapped:
    """Rows of a source in our columns.

    Attributes
    ----------
    table : pandas.DataFrame
        EVENT_COLUMNS in their dtypes, with `lon` and `lat`; index: number of the data row. All rows, those
        with faults included.
    raw : pandas.DataFrame
        The rows as they stand, text, same index.
    faults, warnings : FaultLog
        What is wrong, and what is odd.
    details : pandas.DataFrame
        What the source says beyond our columns, typed, same index.
    rank : pandas.Series
        Which of several rows with one id is the latest: the largest.
    known_on : pandas.Series or None
        Day on which the row was stated or retrieved, where the data carry it.
    claims : pandas.DataFrame or None
        Claims as text in our columns, with `row` for the number of the event's row.
    notes : list of str
        What the reader should be told about the file.
    above : int
        How many rows of the sheet stand above the first data row; 0 where the columns have names of their
        own.
    """

    table: pd.DataFrame
    raw: pd.DataFrame
    faults: FaultLog
    warnings: FaultLog
    details: pd.DataFrame
    rank: pd.Series
    known_on: pd.Series | None = None
    claims: pd.DataFrame | None = None
    notes: list[str] = field(default_factory=list)
    above: int = 0

    @property
    def last_row(self) -> int:
        """Number of the last row; rows of the next file are numbered on from it."""
        return int(self.raw.index.max()) if len(self.raw) else 0


@dataclass
class DataRows:
    """The data rows of a table under the names of its columns.

    Attributes
    ----------
    rows : pandas.DataFrame
        Text; index `row`: number of the data row, counted from 1 below the header, blank rows counted too, so
        that it can be found in a spreadsheet program.
    faults : FaultLog
        Rows of another length.
    above : int
        See `Mapped`.
    notes : list of str
        What was passed over.
    unnamed : set of str
        Names of columns that have none, so that they are called by their number.
    """

    rows: pd.DataFrame
    faults: FaultLog
    above: int
    notes: list[str] = field(default_factory=list)
    unnamed: Set[str] = frozenset()


def plain_name(cell: str) -> str:
    """A name of a column as data sets write it: "EVENT ID CNTY" is event_id_cnty."""
    return "_".join(cell.strip().lower().split())


def find_names(
    table: RawTable, needed: Set[str], position: Sequence[str] = ()
) -> tuple[list[str], int] | None:
    """Plain names of the columns of a table that has all of `needed`, and how many rows to skip.

    Parameters
    ----------
    table : RawTable
        A file as opened.
    needed : set of str
        Plain names.
    position : sequence of str
        Which of them are latitude and longitude: a table whose format carries points needs no column for it.
    """
    if table.kind == "records":
        names = [plain_name(name) for name in table.names]
        carried = set(position) if table.geometry is not None else set()
        return (names, 0) if needed <= carried | set(names) else None
    for number, row in enumerate(table.frame.iloc[:_HEADER_ROWS].itertuples(index=False, name=None)):
        names = [plain_name(cell) if isinstance(cell, str) else "" for cell in row]
        if needed <= set(names):
            return names, number + 1
    return None


def with_position(table: RawTable, lat: str, lon: str) -> RawTable:
    """The table with the points that its format carries in columns of those names, to be read as others are.

    A column that is there already keeps what it says; the points fill what is empty in it.
    """
    if table.geometry is None:
        return table
    frame, names = table.frame.copy(deep=False), list(table.names)
    places = {plain_name(name): number for number, name in reversed(list(enumerate(names)))}
    for name, text in zip((lat, lon), positions_text(table.geometry).values(), strict=True):
        text = text.set_axis(frame.index, axis=0)
        number = places.get(plain_name(name))
        if number is not None:
            stated = frame[number].fillna("")
            frame[number] = stated.where(stated.str.strip().ne(""), text)
        else:
            frame[len(names)] = text
            names.append(name)
    return replace(table, frame=frame, names=names)


def named_rows(table: RawTable, names: Sequence[str], skip: int) -> DataRows:
    """The data rows under their names, blank ones left out; rows that could not be split are faults.

    Parameters
    ----------
    table : RawTable
        A file as opened.
    names : sequence of str
        Name of each column; one without a name or with a name used before gets a number.
    skip : int
        How many rows at the top are no data.

    Returns
    -------
    DataRows
        A row of HXL tags right below the header belongs to it.
    """
    notes: list[str] = []
    if len(table.frame) > skip and _is_tags(table.frame.iloc[skip]):
        skip += 1
        notes.append("a row of HXL tags below the header was passed over")
    frame = table.frame.iloc[skip:] if skip else table.frame
    unique: dict[str, bool] = {}
    given = {" ".join(name.split()) for name in names}
    for number, name in enumerate(names, start=1):
        named = " ".join(name.split())
        base = named or f"column {number}"
        new, again = base, 2
        while new in unique or (not named and new in given):
            new, again = f"{base} ({again})", again + 1
        unique[new] = bool(named)
    rows = frame.set_axis(list(unique), axis=1).set_axis(
        pd.Index(frame.index.to_numpy() - skip + 1, name="row", dtype="int64"), axis=0
    )
    filled = np.zeros(len(rows), dtype=bool)
    if table.geometry is not None:
        filled |= table.geometry["type"].ne("").to_numpy(dtype=bool)[skip:]
    for name in unique:
        # Most tables have no blank row: stop as soon as every row has something in it.
        if filled.all():
            break
        filled |= rows[name].fillna("").str.strip().ne("").to_numpy(dtype=bool)
    rows = rows if filled.all() else rows[filled]
    faults = FaultLog()
    for position, text, reason in table.faulty:
        number = position - skip + 1
        if number in rows.index:
            faults.lines.append(
                (number, None, text.rstrip("\r\n")[:500], f"{reason}; quote a cell that holds the separator")
            )
    return DataRows(rows, faults, skip, notes, {name for name, named in unique.items() if not named})


def _is_tags(cells: pd.Series) -> bool:
    filled = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
    return bool(filled) and all(_HXL.fullmatch(cell) for cell in filled)


def column(rows: pd.DataFrame, name: str, *, words: bool = False) -> pd.Series:
    """A column as text without outer blanks; empty where the file has none of that name.

    Parameters
    ----------
    rows : pandas.DataFrame
        Text.
    name : str
        The column.
    words : bool
        Whether it is free text, where "NA" may be a word; elsewhere a mark for "missing" (MISSING) is empty.
    """
    if name not in rows:
        return pd.Series("", index=rows.index, dtype=TEXT)
    text = rows[name]
    text = text.fillna("") if text.hasnans else text
    text = text if _is_trimmed(text) else text.str.strip()
    if words:
        return text
    cells = pyarrow.array(text)
    cells = cells.combine_chunks() if isinstance(cells, pyarrow.ChunkedArray) else cells
    marks = pyarrow.compute.is_in(cells.cast(pyarrow.large_string()), _MISSING)
    return text.mask(marks.to_numpy(zero_copy_only=False), "") if pyarrow.compute.any(marks).as_py() else text


def _is_trimmed(text: pd.Series) -> bool:
    """Whether each cell begins and ends with a visible ASCII character or is empty, told by its two bytes."""
    cells = pyarrow.array(text)
    for chunk in cells.chunks if isinstance(cells, pyarrow.ChunkedArray) else [cells]:
        if chunk.type != pyarrow.large_string() or chunk.null_count:
            return False
        if not len(chunk) or (data := chunk.buffers()[2]) is None:
            continue
        ends = np.frombuffer(chunk.buffers()[1], dtype="int64")[chunk.offset :][: len(chunk) + 1]
        filled = ends[1:] > ends[:-1]
        content = np.frombuffer(data, dtype="uint8")
        for outer in (content[ends[:-1][filled]], content[ends[1:][filled] - 1]):
            if ((outer <= 32) | (outer >= 127)).any():
                return False
    return True


def floats(text: pd.Series) -> pd.Series:
    """A column of text as float64, missing where it is empty or no number."""
    filled = text.where(text.ne(""))
    try:
        # Six times as fast as pandas, but it takes a column whole or not at all.
        cast = pyarrow.compute.cast(pyarrow.array(filled), pyarrow.float64())
    except (pyarrow.ArrowException, TypeError):
        return pd.to_numeric(filled, errors="coerce").astype("float64")
    return pd.Series(cast.to_numpy(zero_copy_only=False), index=text.index, dtype="float64")


def _numbers(rows: pd.DataFrame, name: str) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """A column as numbers, NaN where a cell is none; and where something stands, number or not."""
    if name in rows:
        try:
            # A column where every cell is a number as it stands needs no look at blanks.
            cast = pyarrow.compute.cast(pyarrow.array(rows[name]), pyarrow.float64())
        except (pyarrow.ArrowException, TypeError):
            pass
        else:
            values = (
                cast.to_numpy(zero_copy_only=False) if isinstance(cast, pyarrow.Array) else cast.to_numpy()
            )
            if not cast.null_count:
                return np.asarray(values, dtype="float64"), np.ones(len(rows), dtype=bool)
    text = column(rows, name)
    return floats(text).to_numpy(), text.ne("").to_numpy(dtype=bool)


def whole_numbers(
    rows: pd.DataFrame, name: str, log: FaultLog, *, allowed: Sequence[int] | None = None
) -> pd.Series:
    """A column of counts or codes as Int64, missing where empty; what is neither is logged."""
    values, filled = _numbers(rows, name)
    with np.errstate(invalid="ignore"):
        good = (values >= 0) & (values < 2**53) & (values == np.floor(values))
    if allowed is not None:
        good &= np.isin(values, list(allowed))
    odd = filled & ~good
    if odd.any():
        said = "a whole number from 0 up" if allowed is None else f"one of {', '.join(map(str, allowed))}"
        where = pd.Series(odd, index=rows.index)
        log.add(where, name, column(rows, name), f"it is not {said}")
    whole = np.where(good, values, 0).astype("int64")
    return pd.Series(pd.arrays.IntegerArray(whole, ~good), index=rows.index)


def degrees(rows: pd.DataFrame, name: str, limit: int, log: FaultLog) -> pd.Series:
    """A column of decimal degrees; what is missing, no number or out of range is logged.

    A decimal comma is one: no degree has thousands.
    """
    values, filled = _numbers(rows, name)
    if np.isnan(values[filled]).any():
        text = column(rows, name)
        comma = text.str.fullmatch(_COMMA)
        values = np.where(comma, floats(text.where(comma, "").str.replace(",", ".")).to_numpy(), values)
    good = np.abs(values) <= limit
    if not good.all():
        text = column(rows, name)
        missing, odd = (pd.Series(where, index=rows.index) for where in (~filled, filled & ~good))
        log.add(missing, name, text, f"missing; decimal degrees from -{limit} to {limit} are needed")
        log.add(odd, name, text, f"it is not a number of degrees from -{limit} to {limit}")
    return pd.Series(np.where(good, values, np.nan), index=rows.index)


def words_of(codes: npt.NDArray[np.integer[Any]], words: Sequence[str], index: pd.Index) -> pd.Series:
    """Text by the number of a word, written once for each word; missing where the number is below 0."""
    # Arrow takes by numbers it can look up: what is missing is masked, not counted from the end.
    places = pyarrow.array(codes, mask=codes < 0)
    text = pyarrow.array(words, type=pyarrow.large_string()).take(places)
    return pd.Series(pd.array(text, dtype=TEXT), index=index)


def by_text(text: pd.Series, answer: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """What `answer` says of each cell, asked once for each text there is; for columns that repeat."""
    codes, texts = text.factorize()
    found = answer(pd.Series(texts))
    return found.take(codes).set_axis(text.index, axis=0)


def category(codes: pd.Series, names: Mapping[Any, str], allowed: Sequence[str]) -> pd.Series:
    """Codes of a source as a category of ours; missing where the code is not known."""
    order = {name: number for number, name in enumerate(allowed)}
    different, texts = codes.factorize()
    found = np.array([*(order[names[code]] if code in names else -1 for code in texts), -1], dtype="int8")
    filled = found[different]
    return pd.Series(
        pd.Categorical.from_codes(filled, dtype=pd.CategoricalDtype(list(allowed))), index=codes.index
    )


def reported(index: pd.Index) -> pd.Series:
    """How sure rows are of a data set that codes what is reported: all alike."""
    return category(pd.Series("reported", index=index), {"reported": "reported"}, VERIFICATIONS)


def assemble(columns: Mapping[str, Any], lon: pd.Series, lat: pd.Series) -> pd.DataFrame:
    """Our columns in their order and dtypes; an empty text is missing, a column not given as well."""
    index = lon.index
    unknown = set(columns) - set(_DTYPES)
    if unknown:
        raise SourceError(f"no column of ours: {', '.join(sorted(unknown))}")
    made: dict[str, pd.Series] = {}
    for name, dtype in _DTYPES.items():
        values = columns.get(name)
        if dtype == "str" and (values is None or isinstance(values, str)):
            cells = pyarrow.repeat(pyarrow.scalar(values, type=pyarrow.large_string()), len(index))
            made[name] = pd.Series(pd.array(cells, dtype=TEXT), index=index, dtype=dtype)
        elif values is None or isinstance(values, str):
            made[name] = pd.Series(values, index=index, dtype=dtype)
        elif dtype == "str":
            text = values.astype(dtype)
            shortest = pyarrow.compute.min(pyarrow.compute.binary_length(pyarrow.array(text))).as_py()
            made[name] = text.mask(text.eq("")) if shortest == 0 else text
        else:
            made[name] = values.astype(dtype)
    return pd.DataFrame({**made, "lon": lon, "lat": lat}, index=index)
