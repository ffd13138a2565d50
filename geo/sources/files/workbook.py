"""Workbooks of every program (XLSX, XLS, ODS): the sheet that has the table, its cells as text."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from geo.errors import SourceError
from geo.sources.files.limits import Limits, check_archive
from geo.sources.files.raw_table import TEXT, RawTable, cell_text
from geo.sources.files.sheet_facts import SheetFacts, ods_facts, sheet_parts, xlsx_facts

__all__ = ["CLAIM_SHEET", "read_workbook"]

CLAIM_SHEET: Final = "claims"
"""The sheet of a workbook that is read as claims."""

_SHOWN: Final = 8


def read_workbook(
    path: Path, sheet: str | None, limits: Limits, suits: Callable[[RawTable], bool]
) -> RawTable:
    """Read the sheet that is asked for, else the first whose columns are known, else the first with cells.

    Parameters
    ----------
    path
        A file that is a workbook by its content.
    sheet
        Name of the sheet.
    limits
        How much is read.
    suits
        Whether a sheet is a table of events; sheets that the editor hid are asked last.

    Raises
    ------
    SourceError
        If it is damaged, too large, empty or has no such sheet.
    """
    import python_calamine as calamine

    with path.open("rb") as file:
        zipped = file.read(4) == b"PK\x03\x04"
    if zipped:
        check_archive(path, limits)
    try:
        # Opened by handle, so that the suffix does not decide what it is.
        with path.open("rb") as file:
            facts = _Facts(path, zipped, limits)
            book = calamine.CalamineWorkbook.from_filelike(file)
            return _choose(_Book(path, book, facts, limits), sheet, suits)
    except SourceError as err:
        raise err if str(err).startswith(str(path)) else SourceError(f"{path}: {err}") from err
    except BaseException as err:
        # A parser written in Rust panics with a BaseException of its own.
        if not isinstance(err, Exception) and type(err).__name__ != "PanicException":
            raise
        raise SourceError(f"{path}: damaged, or not a workbook ({str(err)[:160]})") from err


class _Facts:
    """What the XML of each sheet says, parsed when it is asked for."""

    def __init__(self, path: Path, zipped: bool, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self._parts: dict[str, str] = {}
        self._known: dict[str, SheetFacts] = {}
        if zipped:
            with zipfile.ZipFile(path) as archive:
                self._parts = sheet_parts(archive)
                if not self._parts:
                    self._known = ods_facts(archive, limits.cells)

    def of(self, name: str) -> SheetFacts:
        if name in self._parts and name not in self._known:
            with zipfile.ZipFile(self._path) as archive:
                self._known[name] = xlsx_facts(archive, self._parts[name])
        return self._known.get(name, SheetFacts())


class _Book:
    """A workbook whose sheets are read one at a time."""

    def __init__(self, path: Path, book: Any, facts: _Facts, limits: Limits) -> None:
        self.path, self._book, self._facts, self._limits = path, book, facts, limits
        sheets = [meta for meta in book.sheets_metadata if "WorkSheet" in str(meta.typ)]
        self.names = [meta.name for meta in sheets]
        self.hidden = [meta.name for meta in sheets if not str(meta.visible).endswith(".Visible")]

    def read(self, name: str) -> RawTable | None:
        """A sheet as a table; None where no cell has anything in it."""
        facts = self._facts.of(name)
        if facts.rows * facts.columns > self._limits.cells:
            raise SourceError(
                f"a sheet spans {facts.rows:,} rows x {facts.columns:,} columns; at most "
                f"{self._limits.cells:,} cells are read. Delete what stands far from the table"
            )
        found = self._book.get_sheet_by_name(name)
        if found.height * max(found.width, 1) > self._limits.cells:
            raise SourceError(f"sheet {name!r} spans {found.height:,} x {found.width:,} cells")
        rows = found.to_python(skip_empty_area=False)
        if facts.rows:
            # Cells that are only formatted make the sheet of a program longer, not the table.
            rows = [row[: facts.columns] for row in rows[: facts.rows]]
        if not any(cell not in ("", None) for row in rows for cell in row) and not facts.words:
            return None
        merged = facts.merged or [(a[0], a[1], b[0], b[1]) for a, b in found.merged_cell_ranges or []]
        return _to_table(self.path, name, rows, facts, merged)


def _to_table(
    path: Path,
    name: str,
    rows: list[list[object]],
    facts: SheetFacts,
    merged: Sequence[tuple[int, int, int, int]],
) -> RawTable:
    width = max(facts.columns, *(len(row) for row in rows)) if rows else facts.columns
    cells = [[cell_text(row[n]) if n < len(row) else "" for row in rows] for n in range(width)]
    height = len(rows)
    for (row, column), words in facts.words.items():
        if row < height and column < width:
            cells[column][row] = words
    filled = []
    for top, left, bottom, _ in merged:
        # What stands in a cell merged downwards is said of each row that it covers.
        for row in range(top + 1, min(bottom + 1, height)):
            if left < width and not cells[left][row]:
                cells[left][row] = cells[left][top]
                filled.append(row)
    frame = pd.DataFrame({n: pd.Series(column, dtype=TEXT) for n, column in enumerate(cells)})
    notes = []
    shown = [row for row in facts.hidden_rows if row < height and any(column[row] for column in cells)]
    if shown:
        listed = ", ".join(str(row + 1) for row in shown[:_SHOWN]) + (" ..." if len(shown) > _SHOWN else "")
        said = "1 row is hidden" if len(shown) == 1 else f"{len(shown)} rows are hidden"
        notes.append(f"{said} in the sheet (row {listed}) and read all the same")
    return RawTable(
        frame,
        path,
        name,
        "sheet",
        notes=notes,
        merged=list(merged),
        filled=filled,
        formulas=facts.formulas,
        links=facts.links,
    )


def _choose(book: _Book, sheet: str | None, suits: Callable[[RawTable], bool]) -> RawTable:
    if sheet is not None and sheet not in book.names:
        raise SourceError(f"no sheet {sheet!r}; there are: {', '.join(book.names) or 'none'}")
    order = [*(n for n in book.names if n not in book.hidden), *book.hidden]
    chosen: RawTable | None = None
    for name in [sheet] if sheet is not None else order:
        table = book.read(name)
        if table is None:
            continue
        if sheet is not None or suits(table):
            chosen = table
            break
        chosen = chosen or table
    if chosen is None:
        if sheet is not None:
            raise SourceError(f"sheet {sheet!r} has nothing in it")
        raise SourceError("no sheet has anything in it")
    chosen.sheets = book.names
    others = [name for name in book.names if name not in (chosen.part, CLAIM_SHEET)]
    if sheet is None and others:
        chosen.notes.insert(
            0, f"sheet {chosen.part!r} was read; there are also {', '.join(map(repr, others))} (--sheet)"
        )
    if chosen.part in book.hidden:
        chosen.notes.insert(0, f"sheet {chosen.part!r} is hidden in the workbook")
    if CLAIM_SHEET in book.names and chosen.part != CLAIM_SHEET:
        chosen.claims = book.read(CLAIM_SHEET)
    return chosen
