"""Rows of several files made one: later releases win, nothing is counted twice, nothing is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd

from geo.errors import SchemaError
from geo.events.columns import FILE_COLUMNS, SUPERSEDED_COLUMNS
from geo.events.faults import Fault, FaultLog
from geo.sources.reader_tools import Mapped
from geo.sources.row_numbers import row_name

__all__ = ["Combined", "combine"]


@dataclass
class Combined:
    """What several files say together; rows are numbered on from file to file."""

    table: pd.DataFrame
    raw: pd.DataFrame
    faults: FaultLog
    warnings: FaultLog
    superseded: pd.DataFrame
    withheld: pd.DataFrame
    details: pd.DataFrame
    claims: pd.DataFrame | None
    files: pd.DataFrame


_NO_DAYS: Final = (
    "as_of needs rows that say when they were stated or retrieved: source_date of UCDP, timestamp of ACLED, "
    "DATEADDED of GDELT, or a column such as 'retrieved'; these files have none"
)


def combine(parts: Sequence[tuple[Path, Mapped]], *, as_of: dt.date | None = None) -> Combined:
    """Put the rows of files together.

    Parameters
    ----------
    parts : sequence of (path, Mapped)
        Each file, in the order given; rows of the second are numbered on from those of the first.
    as_of : date, optional
        What was known on that day: rows stated or retrieved later are withheld.

    Returns
    -------
    Combined
        `table` has the accepted rows. Of rows with one id, that of the highest rank (release, time stamp)
        stays, the others are superseded; rows of the same rank that say different things under one id are all
        rejected, for which of them
        is right can't be known.

    Raises
    ------
    SchemaError
        If `as_of` is given and no file carries a day on which it was known.
    """
    faults, warnings = FaultLog(), FaultLog()
    if as_of is not None and all(part.known_on is None for _, part in parts):
        raise SchemaError(_NO_DAYS)
    stacked: list[_Frames] = []
    claims: list[pd.DataFrame] = []
    files: list[dict[str, object]] = []
    offset = 0
    for path, part in parts:
        several = path.name if len(parts) > 1 else ""
        faults.lines += _shifted(part.faults, offset, several)
        warnings.lines += _shifted(part.warnings, offset, several)
        stacked.append(_numbered_on(part, offset))
        if part.claims is not None:
            row = part.claims["row"]
            claims.append(part.claims.assign(row=row.where(row.eq(0), row + offset)))
        files.append(
            {
                "file": str(path),
                "offset": offset,
                "above": part.above,
                "read": len(part.raw),
                "notes": "; ".join(part.notes),
            }
        )
        offset += part.last_row
    table, raw, detail, rank, known_on = _together(stacked)
    bad = faults.rows()
    table = table[~table.index.isin(bad)] if len(bad) else table
    withheld = raw.iloc[:0]
    if as_of is not None:
        # A row without a day may be older or newer: it is kept back, since it can't be shown to have been
        # known.
        late = ~(known_on.reindex(table.index) <= pd.Timestamp(as_of))
        withheld = raw.loc[table.index[late]]
        table = table[~late]
    accounts = pd.DataFrame(files, columns=list(FILE_COLUMNS))
    claimed = pd.concat(claims, ignore_index=True) if claims else None
    # Rows that another outranks are not compared.
    equals = pd.DataFrame({"event_id": table["event_id"], "rank": rank.reindex(table.index)})
    twice = table.index[equals.duplicated(keep=False)]
    said = pd.Series(0, index=table.index, dtype="uint64")
    if len(twice):
        said.loc[twice] = _said(table.loc[twice], detail.loc[twice], claimed)
    table, superseded = _supersede(table, raw, rank, said, faults, accounts)
    return Combined(table, raw, faults, warnings, superseded, withheld, detail, claimed, accounts)


def _said(table: pd.DataFrame, details: pd.DataFrame, claims: pd.DataFrame | None) -> pd.Series:
    """What is read of each row, as a number that is the same for rows that say the same.

    Not what stands in the file: two formats write one event in different columns, "True" or "true", and
    34.10 or 34.1.
    """
    cells = [
        _comparable(column) for _, column in [*table.drop(columns=["lon", "lat"]).items(), *details.items()]
    ]
    # A centimetre: what is finer comes from a projection (see `geo.sources.files.geometry`).
    cells += [table[axis].round(7).astype("object").fillna("").astype("str") for axis in ("lon", "lat")]
    if claims is not None:
        about = claims[claims["row"].isin(table.index)]
        texts = about.drop(columns="row").fillna("").astype("str").agg("\x1f".join, axis=1)
        cells.append(
            texts.groupby(about["row"]).agg("\x1e".join).reindex(table.index).fillna("").astype("str")
        )
    return pd.util.hash_pandas_object(pd.concat(cells, axis=1, ignore_index=True), index=False)


def _comparable(column: pd.Series) -> pd.Series:
    """Cells as text: numbers by their value, words of programs for yes and no in one way."""
    if not column.notna().any():
        return pd.Series("", index=column.index, dtype="str")
    text = column.astype("object").where(column.notna(), "").astype("str")
    numbers = pd.to_numeric(text, errors="coerce").astype("float64")
    text = text.replace({"True": "true", "False": "false"})
    # Long numbers are names, of which a double would lose the last digits.
    by_value = numbers.abs().lt(2**53)
    return text.mask(by_value, numbers.map(repr).astype("str"))


class _Frames(NamedTuple):
    """What a file gives, row by row."""

    table: pd.DataFrame
    raw: pd.DataFrame
    details: pd.DataFrame
    rank: pd.Series
    known_on: pd.Series


def _numbered_on(part: Mapped, offset: int) -> _Frames:
    """The rows of a file with the numbers that they have among those of all."""
    known_on = part.known_on
    if known_on is None:
        known_on = pd.Series(pd.NaT, index=part.table.index, dtype="datetime64[us]")
    frames = (part.table, part.raw, part.details, part.rank, known_on)
    return _Frames(*(one.set_axis(one.index + offset, axis=0) if offset else one for one in frames))


def _together(stacked: Sequence[_Frames]) -> _Frames:
    """The rows of all files, one below the other."""
    if len(stacked) == 1:
        return stacked[0]
    found = _Frames(*map(pd.concat, zip(*stacked, strict=True)))
    return found._replace(raw=found.raw.fillna(""))


def _shifted(log: FaultLog, offset: int, file: str) -> list[Fault]:
    """The lines of a file among those of all; what is said of it as a whole names it if there are several."""
    return [
        (row + offset, name, value, reason)
        if row
        else (0, name, value, f"{file}: {reason}" if file else reason)
        for row, name, value, reason in log.lines
    ]


def _supersede(
    table: pd.DataFrame,
    raw: pd.DataFrame,
    rank: pd.Series,
    said: pd.Series,
    faults: FaultLog,
    files: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that stay and those that others stand for; `said` has the rows that share an id."""
    ids = table["event_id"]
    if ids.is_unique:
        return table, pd.DataFrame(columns=list(SUPERSEDED_COLUMNS))
    twice = ids.duplicated(keep=False)
    some = pd.DataFrame({"event_id": ids[twice], "rank": rank.reindex(ids.index[twice]), "said": said})
    lines: list[dict[str, object]] = []
    gone: list[int] = []
    for event_id, rows in some.groupby("event_id", sort=False):
        top = rows[rows["rank"].eq(rows["rank"].max())]
        first = int(top.index.min())
        differ = bool(top["said"].ne(top["said"].iloc[0]).any())
        if differ:
            places = [row_name(files, row).removeprefix("row ") for row in top.index]
            numbers = ", ".join(places)
            for row in top.index:
                name = next(
                    (
                        c
                        for c in raw.columns
                        if str(raw.loc[row, c]) and str(event_id).endswith(str(raw.loc[row, c]))
                    ),
                    "event_id",
                )
                reason = (
                    f"the id {event_id} stands in rows {numbers}, which say different things; ids are unique"
                )
                faults.lines.append((int(row), str(name), str(event_id), reason))
        for row in rows.index.difference([first] if not differ else top.index):
            older = rows.loc[row, "rank"] < rows["rank"].max()
            why = "a later release or version of the row is there" if older else "the same row is there twice"
            lines.append({"row": int(row), "event_id": event_id, "by_row": first, "reason": why})
        gone += [int(row) for row in rows.index if row != first or differ]
    superseded = pd.DataFrame(lines, columns=list(SUPERSEDED_COLUMNS)).sort_values("row", ignore_index=True)
    return table.drop(index=gone), superseded
