"""Cells of a CSV file that a spreadsheet program would take for formulas, and back."""

from __future__ import annotations

from typing import Final

import pandas as pd

__all__ = ["neutralise_formulas", "restore_formulas"]

_STARTS: Final = r"^'*[=+\-@\t\r]"
"""What a program may run (OWASP, CSV injection), and what has been neutralised before."""


def neutralise_formulas(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Put an apostrophe before each text that a spreadsheet program would run as a formula.

    Parameters
    ----------
    frame
        A table; numbers and dates are left as they are, since a program does not run them.

    Returns
    -------
    frame : DataFrame
        The same rows and columns; the argument is not changed.
    changed : int
        How many cells were changed. `restore_formulas` and the readers here take the apostrophe away again.

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
            starts = text.astype("str").str.contains(_STARTS, regex=True, na=False) & text.notna()
            if starts.any():
                columns[name] = values.mask(starts, "'" + text.astype("str"))
                changed += int(starts.sum())
    return frame.assign(**columns), changed


def restore_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Take away the apostrophe that `neutralise_formulas` put before a text; all columns are text.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.files.csv_injection import restore_formulas
    >>> restore_formulas(pd.DataFrame({"place": ["'=cmd()", "'Asad"]}, dtype="str"))["place"].tolist()
    ['=cmd()', "'Asad"]
    """
    columns = {}
    for name in frame.columns:
        marked = frame[name].str.contains(r"^'+[=+\-@\t\r]", regex=True, na=False)
        if marked.any():
            columns[name] = frame[name].mask(marked, frame[name].str.slice(1))
    return frame.assign(**columns) if columns else frame
