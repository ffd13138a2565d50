"""Cells of a CSV file that a spreadsheet program would take for formulas, and back."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

__all__ = ["neutralise_formulas", "neutralise_text", "restore_formulas", "restore_text"]

_SIGNS: Final = "=+\\-@＝＋－＠"
"""What a formula begins with (OWASP, CSV injection); programs take the full-width signs for the same."""
_PASSED_OVER: Final = "[ \u00a0\u200b-\u200f\u2060\ufeff]*"
_FORMULA: Final = f"'*{_PASSED_OVER}[{_SIGNS}]"
# A program whose separator is the semicolon, and to which a quote within a cell is a letter, begins a cell
# after each of these.
_BREAKS: Final = ";\t\r\n"
_ANY: Final = rf"^'*[\t\r\n]|(?:^|[{_BREAKS}]){_FORMULA}"
"""For the search of whole columns: an expression without looking back or ahead."""
_PUT: Final = re.compile(rf"\A(?='*[\t\r\n])|(?:\A|(?<=[{_BREAKS}]))(?={_FORMULA})")
_TAKE: Final = re.compile(rf"\A'(?='*[\t\r\n])|(?:\A|(?<=[{_BREAKS}]))'(?={_FORMULA})")


def neutralise_text(text: str) -> str:
    """A text with an apostrophe wherever a spreadsheet program would begin a formula.

    Examples
    --------
    >>> from geo.files.csv_injection import neutralise_text
    >>> neutralise_text("=cmd()"), neutralise_text("shelling;=cmd()"), neutralise_text("a-b")
    ("'=cmd()", "shelling;'=cmd()", 'a-b')
    """
    return _PUT.sub("'", text)


def restore_text(text: str) -> str:
    """The text that :func:`neutralise_text` was given.

    Examples
    --------
    >>> from geo.files.csv_injection import restore_text
    >>> restore_text("'=cmd()"), restore_text("'Asad")
    ('=cmd()', "'Asad")
    """
    return _TAKE.sub("", text)


def neutralise_formulas(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Put an apostrophe before each text that a spreadsheet program would run as a formula.

    Parameters
    ----------
    frame
        A table; numbers and dates are left as they are, since a program does not run them.

    Returns
    -------
    frame : DataFrame
        The same rows and columns, whose names are made safe too; the argument is not changed.
    changed : int
        How many cells and names were changed. `restore_formulas` and the readers here take the apostrophe
        away again.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.files.csv_injection import neutralise_formulas
    >>> table, changed = neutralise_formulas(pd.DataFrame({"place": ["=cmd()", "Torkham"], "n": [-1, 2]}))
    >>> table["place"].tolist(), changed
    (["'=cmd()", 'Torkham'], 1)
    """
    changed = 0
    columns = {}
    for name in frame.columns:
        values = frame[name]
        if isinstance(values.dtype, pd.CategoricalDtype):
            values = values.astype(values.cat.categories.dtype)
        if pd.api.types.is_string_dtype(values.dtype) or values.dtype == object:
            # The word list of an object column may hold other things than text: those stay.
            text = values.map(lambda cell: cell if isinstance(cell, str) else None)
            starts = text.astype("str").str.contains(_ANY, regex=True, na=False) & text.notna()
            if starts.any():
                safe = values.astype(object)
                safe[starts] = [neutralise_text(cell) for cell in values[starts]]
                columns[name] = safe.astype(values.dtype)
                changed += int(starts.sum())
    frame = frame.assign(**columns)
    names = [neutralise_text(name) if isinstance(name, str) else name for name in frame.columns]
    renamed = sum(new != old for new, old in zip(names, frame.columns, strict=True))
    return (frame.set_axis(names, axis=1) if renamed else frame), changed + renamed


def restore_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Take away the apostrophes that `neutralise_formulas` put into cells and names; all columns are text.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.files.csv_injection import restore_formulas
    >>> restore_formulas(pd.DataFrame({"place": ["'=cmd()", "'Asad"]}, dtype="str"))["place"].tolist()
    ['=cmd()', "'Asad"]
    """
    columns = {}
    for name in frame.columns:
        marked = frame[name].str.contains("'", regex=False, na=False)
        if marked.any():
            values = frame[name].copy()
            values[marked] = [restore_text(cell) for cell in values[marked]]
            columns[name] = values
    frame = frame.assign(**columns) if columns else frame
    names = [restore_text(name) if isinstance(name, str) else name for name in frame.columns]
    return frame.set_axis(names, axis=1) if names != list(frame.columns) else frame
