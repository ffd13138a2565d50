"""Faults of rows: which row, which column, what stands there, why it cannot stay."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from geo.events.columns import (
    REJECTED_COLUMNS,
)

__all__ = ["Fault", "FaultLog", "to_rejected"]


Fault = tuple[int, str | None, str | None, str]
"""Row, column, value, reason: a line of the table of faults."""


def to_rejected(faults: Iterable[Fault]) -> pd.DataFrame:
    """Faults as a table, by row and then in the order in which they were found."""
    names = [column.name for column in REJECTED_COLUMNS]
    rows = sorted(faults, key=lambda fault: fault[0])
    return pd.DataFrame(rows, columns=names).astype({c.name: c.to_dtype() for c in REJECTED_COLUMNS})


class FaultLog:
    """Faults or warnings, a line for each cell."""

    def __init__(self) -> None:
        self.lines: list[Fault] = []

    def add(
        self, where: pd.Series, name: str | None, values: pd.Series | None, reason: str | pd.Series
    ) -> None:
        """Log each row where `where` is true: the column, what stands there, the reason."""
        rows = where.index[where.to_numpy(dtype=bool, na_value=False)]
        if rows.empty:
            return
        found = [None] * len(rows) if values is None else values.loc[rows].tolist()
        reasons = [reason] * len(rows) if isinstance(reason, str) else reason.loc[rows].tolist()
        self.lines += [
            (int(row), name, str(value) if isinstance(value, str) and value else None, why)
            if not isinstance(value, int | float) or pd.isna(value)
            else (int(row), name, f"{value:g}", why)
            for row, value, why in zip(rows, found, reasons, strict=True)
        ]

    def add_once(self, lines: Iterable[tuple[int, str | None, str]]) -> None:
        """Log (row, column, reason) once for each reason: at its first row, with how many rows it is of."""
        first: dict[tuple[str | None, str], tuple[int, int]] = {}
        for row, name, reason in lines:
            at, count = first.get((name, reason), (row, 0))
            first[name, reason] = (min(at, row), count + 1)
        for (name, reason), (row, count) in first.items():
            many = f" ({count} rows)" if count > 1 else ""
            self.lines.append((row, name, None, reason + many))

    def rows(self) -> pd.Index:
        """Numbers of the rows that have a line."""
        return pd.Index(sorted({line[0] for line in self.lines}), dtype="int64")
