"""Tables written as a workbook: texts as texts, days as days, and no hour of the writing in the file."""

from __future__ import annotations

import datetime as dt
import errno
import io
import os
import re
import traceback
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import pandas as pd

from geo.errors import SchemaError

__all__ = ["save_workbook", "write_workbook"]

MOST_ROWS: Final = 1_048_575
"""Rows of a sheet below its head (ECMA-376, and the limits that Excel documents)."""
MOST_LETTERS: Final = 32_767
"""Letters of a cell."""


def write_workbook(frame: pd.DataFrame, path: Path) -> None:
    """Write a plain table as one sheet named after the file.

    A text is written as a text, whatever it begins with, so that no program runs it as a formula. Days
    without an hour are dates.

    Raises
    ------
    SchemaError
        If the table has more rows, or a cell more letters, than a sheet holds.
    """
    from openpyxl import Workbook

    if len(frame) > MOST_ROWS:
        raise SchemaError(f"a sheet holds {MOST_ROWS:,} rows, the table has {len(frame):,}; write .parquet")
    _check_letters(frame)
    with _disk_told():
        _fill(Workbook(write_only=True), frame, path)


def _fill(book: Any, frame: pd.DataFrame, path: Path) -> None:
    from openpyxl.styles import Font

    book.properties.creator = "durand"
    book.properties.created = book.properties.modified = dt.datetime(2025, 1, 1)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\']", "_", path.stem)[:31] or "table")
    sheet.freeze_panes = "A2"
    head = [_cell(sheet, str(name)) for name in frame.columns]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in frame.astype("object").itertuples(index=False, name=None):
        sheet.append([_cell(sheet, value) for value in row])
    save_workbook(book, path)


@contextmanager
def _disk_told() -> Iterator[None]:
    """A full disk as Python says it, and nothing left of the sheets that openpyxl makes beside the target.

    It writes by lxml where that is installed, whose error bears the number's name: IO_ENOSPC.
    """
    from openpyxl.worksheet import _writer

    before = set(_writer.ALL_TEMP_FILES)
    try:
        yield
    except Exception as err:
        # Sheets that broke off half written complain when they are forgotten.
        for frame, _ in traceback.walk_tb(err.__traceback__):
            writer = frame.f_locals.get("self")
            if isinstance(writer, _writer.WorksheetWriter):
                with suppress(Exception):
                    writer.xf.close()
        for name in set(_writer.ALL_TEMP_FILES) - before:
            Path(name).unlink(missing_ok=True)
        if type(err).__name__ != "SerialisationError":
            raise
        number = getattr(errno, str(err).removeprefix("IO_"), errno.EIO)
        raise OSError(number, os.strerror(number)) from err


def _check_letters(frame: pd.DataFrame) -> None:
    """Before a sheet is begun: one that breaks off half written complains when it is forgotten."""
    plain = (bool, int, float, dt.date)
    cells = (*frame.columns, *frame.astype("object").to_numpy().ravel())
    most = max((len(str(one)) for one in cells if not isinstance(one, plain)), default=0)
    if most > MOST_LETTERS:
        raise SchemaError(f"a cell holds {MOST_LETTERS:,} letters, one of the table {most:,}; write .csv")


def _cell(sheet: Any, value: object) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return WriteOnlyCell(sheet, None)
    if isinstance(value, dt.datetime):
        bare = value.tzinfo is None and value.time() == dt.time()
        value = (
            value.date() if bare else value.replace(tzinfo=None) if not value.tzinfo else value.isoformat()
        )
    elif hasattr(value, "item"):
        value = value.item()
    if isinstance(value, (bool, int, float, dt.date)):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", str(value)))
    cell.data_type = "s"
    return cell


def save_workbook(book: Any, part: Path) -> None:
    """Save a workbook without the hour, which openpyxl puts into its properties and into each member."""
    from openpyxl.writer.excel import ExcelWriter

    made = io.BytesIO()
    with _disk_told(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2025-01-01T00:00:00Z", content)
            new.writestr(
                zipfile.ZipInfo(member.filename, (2025, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED
            )
