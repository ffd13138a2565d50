"""Tables as CSV: the one writer, for files and for stdout."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final, TextIO

import pandas as pd

from geo.files.cells import clean_frame
from geo.files.csv_injection import neutralise_formulas

__all__ = ["BOM", "csv_text", "write_csv"]

BOM: Final = "\ufeff"
"""At the beginning of a file it tells Excel that the text is UTF-8."""

_QUOTED_FOR: Final = "\r\n"


class _Lines:
    """A file that is given a row at a time, and ends each in LF.

    The writer of Python puts quotes around a cell that holds a character of the end of a line: with LF as
    the end, none around a lone CR, at which readers begin a new row. So the end is said to be CR LF.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, line: str) -> int:
        return self._file.write(line.removesuffix(_QUOTED_FOR) + "\n")


def csv_text(frame: pd.DataFrame, *, excel: bool = False) -> str:
    r"""A table as CSV: in UTF-8, comma, rows ending in LF, quotes where they are needed, no formula.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.files.csv_text import csv_text
    >>> csv_text(pd.DataFrame({"place": ["=cmd()", "a\rb"], "n": [1, None]}))
    'place,n\n\'=cmd(),1.0\n"a\rb",\n'
    """
    out = io.StringIO(newline="")
    if excel:
        out.write(BOM)
    _write(frame, out)
    return out.getvalue()


def write_csv(frame: pd.DataFrame, path: Path, *, excel: bool = False) -> None:
    """Write a table as CSV to a path that :mod:`geo.files.whole` gave.

    Parameters
    ----------
    frame
        The table, without its index.
    path
        The file.
    excel
        Whether to begin with a byte order mark, without which Excel reads UTF-8 as another encoding.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        if excel:
            file.write(BOM)
        _write(frame, file)


def _write(frame: pd.DataFrame, file: TextIO) -> None:
    # Half a surrogate pair has no form in UTF-8; NUL ends a text for many readers.
    clean, _ = clean_frame(frame)
    safe, _ = neutralise_formulas(clean)
    safe.to_csv(_Lines(file), index=False, lineterminator=_QUOTED_FOR)
