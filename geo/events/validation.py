"""The columns of events and claims, and the validation that turns text into them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pandas as pd

from geo.errors import SchemaError
from geo.events.casting import parse_cells
from geo.events.columns import (
    CLAIM_COLUMNS,
    SYNONYMS,
    UNITS_ON_LINE,
    Column,
    fold,
)
from geo.events.faults import Fault, to_rejected

__all__ = [
    "check_header",
    "fill_ids",
    "unknown_units",
    "validate_claims",
    "validate_table",
]


def check_header(found: Sequence[str], columns: Sequence[Column], what: str) -> None:
    """Raise if a header lacks a required column or names one twice.

    Parameters
    ----------
    found
        The names in the header.
    columns
        The columns of the table.
    what
        How the message names the file.

    Raises
    ------
    SchemaError
        With every fault: what is missing, what was found, what is allowed, what to rename.
    """
    faults = [f"the column {name!r} occurs more than once" for name in _repeated(found)]
    missing = [column.name for column in columns if column.required and column.name not in found]
    if missing:
        faults.append(f"missing: {', '.join(missing)}")
        faults += [
            f"rename {old!r} to {new!r}" for new in missing if (old := _close_name(new, found, columns))
        ]
    if not faults:
        return
    allowed = ", ".join(f"{column.name} (required)" if column.required else column.name for column in columns)
    raise SchemaError(
        f"{what}: {'; '.join(faults)}.\n  found: {', '.join(found) or 'nothing'}\n  allowed: {allowed}"
    )


def validate_claims(
    rows: pd.DataFrame, events: Iterable[str], *, rejected_events: Iterable[str] = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Claims from text: the good rows, and a line for each fault of the others.

    Parameters
    ----------
    rows
        Text in our columns; the index is the number of the data row.
    events
        The ids of the events that claims may be about.
    rejected_events
        Ids of events whose rows were rejected, to say so.

    Returns
    -------
    claims : DataFrame
        The rows without a fault, in the columns of CLAIM_COLUMNS.
    rejected : DataFrame
        A line for each fault, in the columns of REJECTED_COLUMNS.

    Raises
    ------
    SchemaError
        If a required column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.events.validation import validate_claims
    >>> row = {"event_id": "own:1", "claimant": "UNAMA", "metric": "killed", "low": "17"}
    >>> claims, rejected = validate_claims(pd.DataFrame([row], index=[1]), ["own:1"])
    >>> claims[["claim_id", "low"]].values.tolist(), len(rejected)
    ([['claim:1', 17]], 0)
    """
    claims, faults = validate_table(rows, CLAIM_COLUMNS, "claims")
    claims["claim_id"] = fill_ids(claims["claim_id"], "claim")
    faults += _repeated_ids(claims["claim_id"], rows, "claim_id")
    known, refused = set(events), set(rejected_events)
    for row, event in claims.loc[~claims["event_id"].isin(known), "event_id"].dropna().items():
        why = "the row of this event was rejected" if event in refused else "there is no event of this id"
        faults.append((int(row), "event_id", event, why))
    low, high = claims["low"], claims["high"]
    faults += _faults(
        rows, "high", {row: f"below low ({low[row]})" for row in low.index[(low > high).eq(True)]}
    )
    faults += _bad_bounds(claims, rows)
    rejected = to_rejected(faults)
    return claims[~claims.index.isin(rejected["row"])], rejected


_ENDS: Final = {
    "exactly": ("low and high", True, True),
    "about": ("low and high", True, True),
    "at least": ("low alone", True, False),
    "more than": ("low alone", True, False),
    "up to": ("high alone", False, True),
    "dozens": ("neither low nor high", False, False),
}
"""Which of the two numbers a claim has, by how it was said."""


def _bad_bounds(claims: pd.DataFrame, rows: pd.DataFrame) -> list[Fault]:
    """Claims whose numbers are not those of how they were said: "at least" has no upper end."""
    bound, has_low, has_high = claims["bound"], claims["low"].notna(), claims["high"].notna()
    reasons: dict[int, str] = {}
    for word, (ends, low, high) in _ENDS.items():
        odd = bound.eq(word) & ((has_low != low) | (has_high != high))
        reasons |= dict.fromkeys(claims.index[odd], f"a number said as {word!r} has {ends}")
    return _faults(rows, "bound", reasons)


def validate_table(
    rows: pd.DataFrame, columns: Sequence[Column], what: str
) -> tuple[pd.DataFrame, list[Fault]]:
    """Text to the dtypes of the columns; a cell that cannot be read is missing and is a fault.

    Parameters
    ----------
    rows
        Text; the index is the number of the data row.
    columns
        The columns of the table; those that `rows` lacks come out missing.
    what
        How a message names the table.

    Returns
    -------
    table : DataFrame
        All rows, in the given columns and dtypes.
    faults : list
        (row, column, value, reason) for each cell at fault.

    Raises
    ------
    SchemaError
        If a required column is missing.
    """
    check_header(list(rows.columns), columns, what)
    table: dict[str, pd.Series] = {}
    faults: list[Fault] = []
    for column in columns:
        if column.name not in rows:
            table[column.name] = pd.Series(None, index=rows.index, dtype=column.to_dtype())
            continue
        text = rows[column.name].astype("str")
        text = text.mask(text.str.strip() == "")
        if column.name.endswith("_id"):
            text = text.str.strip()
        values, explain = parse_cells(text, column.to_dtype())
        bad = text.notna() & values.isna()
        faults += [(int(row), column.name, str(value), explain(value)) for row, value in text[bad].items()]
        if column.required:
            faults += [(int(row), column.name, None, "missing; required") for row in text.index[text.isna()]]
        table[column.name] = values
    return pd.DataFrame(table, index=rows.index), faults


def fill_ids(ids: pd.Series, prefix: str) -> pd.Series:
    """Ids of ours for the rows without one: prefix and row number, clear of every id that is given."""
    taken = set(ids.dropna())
    new: dict[int, str] = {}
    for row in ids.index[ids.isna()]:
        name = f"{prefix}:{row}"
        number = 1
        while name in taken:
            number += 1
            name = f"{prefix}:{row}-{number}"
        taken.add(name)
        new[row] = name
    return ids.fillna(pd.Series(new, dtype="object")) if new else ids.copy()


def _repeated_ids(ids: pd.Series, rows: pd.DataFrame, column: str) -> list[Fault]:
    """Every row after the first of an id is at fault; the reason says where the first is."""
    later = ids.index[ids.duplicated()]
    if later.empty:
        return []
    first = {value: row for row, value in ids.drop_duplicates().items()}
    return _faults(
        rows, column, {row: f"row {first[ids[row]]} already has this id; ids are unique" for row in later}
    )


def _faults(rows: pd.DataFrame, column: str, reasons: Mapping[int, str]) -> list[Fault]:
    """A fault for each row number, with what stands in that row."""
    return [(int(row), column, str(rows[column][row]), reason) for row, reason in reasons.items()]


def unknown_units(text: str) -> str:
    """Why a list of ISO 3166-2 codes names no stretch of the line; empty where it does.

    Examples
    --------
    >>> unknown_units("AF-PKA; AF-KHO"), unknown_units("AF-KAB")[:32]
    ('', "no unit on the line: 'AF-KAB'; a")
    """
    unknown = [code for code in text.split(";") if code.strip() not in UNITS_ON_LINE]
    if not unknown:
        return ""
    allowed = ", ".join(UNITS_ON_LINE)
    return f"no unit on the line: {', '.join(map(repr, unknown))}; allowed: {allowed}"


def _repeated(names: Sequence[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name and list(names).count(name) > 1]


def _close_name(wanted: str, found: Sequence[str], columns: Sequence[Column]) -> str | None:
    """The name in a header that most likely means the wanted column."""
    ours = {column.name for column in columns}
    free = {fold(name): name for name in found if name not in ours}
    synonyms = {fold(name) for name in SYNONYMS.get(wanted, "").split(",")}
    for folded, name in free.items():
        if folded == fold(wanted) or folded in synonyms:
            return name
    near = difflib.get_close_matches(wanted, [name.casefold() for name in free.values()], n=1, cutoff=0.8)
    return next((name for name in free.values() if name.casefold() in near), None)
