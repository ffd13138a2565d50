"""Cells of tables rid of the characters that files cannot hold."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.files.characters import UNWRITABLE, writable

__all__ = ["clean_frame", "may_be_unwritable", "replace_unwritable"]

_ALLOWED: Final = (9, 10, 13)
"""Tab, line feed and carriage return, the controls that every file can hold."""

_NONE_SUCH: Final = re.compile(b"\xef\xbf[\xbe\xbf]")
"""The two characters that are none, in UTF-8."""


def replace_unwritable(values: pd.Series) -> tuple[pd.Series, npt.NDArray[np.bool_]]:
    r"""Put a replacement character in place of each one that a file cannot hold.

    Parameters
    ----------
    values
        A column; what is not text in it stays.

    Returns
    -------
    values : Series
        The same rows; the very argument where nothing had to be changed.
    changed : array of bool
        The rows whose text is another now: a reader says so of each.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.files.cells import replace_unwritable
    >>> values, changed = replace_unwritable(pd.Series(["Spin\x07 Boldak", "Chaman", None]))
    >>> values[0] == "Spin\ufffd Boldak", changed.tolist()
    (True, [True, False, False])
    """
    changed = np.zeros(len(values), dtype=np.bool_)
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _replace_in_words(values)
    if not pd.api.types.is_string_dtype(dtype) and not pd.api.types.is_object_dtype(dtype):
        return values, changed
    cells = values.to_numpy(dtype=object, na_value=None)
    found = [isinstance(cell, str) and UNWRITABLE.search(cell) is not None for cell in cells]
    changed[:] = found
    if not changed.any():
        return values, changed
    cells = cells.copy()
    cells[changed] = [writable(cell) for cell in cells[changed]]
    return pd.Series(cells, index=values.index, name=values.name, dtype=dtype), changed


def _replace_in_words(values: pd.Series) -> tuple[pd.Series, npt.NDArray[np.bool_]]:
    """The same for categories, whose words stand once."""
    words, changed = replace_unwritable(pd.Series(values.cat.categories))
    if not changed.any():
        return values, np.zeros(len(values), dtype=np.bool_)
    codes = values.cat.codes.to_numpy()
    plain = values.astype(values.cat.categories.dtype)
    hit = (codes >= 0) & changed[codes]
    plain[hit] = words.to_numpy()[codes[hit]]
    return plain, hit


def may_be_unwritable(values: pd.Series) -> bool:
    r"""Whether a column of Arrow's text holds a character that files cannot, told from its bytes.

    A million cells take some milliseconds; other columns may, for all that is known.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.files.cells import may_be_unwritable
    >>> [may_be_unwritable(pd.Series([text], dtype="string[pyarrow]")) for text in ("a\tb", "a\x07b")]
    [False, True]
    """
    array = getattr(values.array, "_pa_array", None)
    if array is None:
        return True
    for chunk in array.chunks:
        data = chunk.buffers()[-1]
        if data is None:
            continue
        held = np.frombuffer(data, dtype=np.uint8)
        if not len(held):
            continue
        # Least and largest byte first: most columns have neither controls nor letters so far up.
        if held.min() < 32 and not np.isin(held[held < 32], _ALLOWED).all():
            return True
        if held.max() >= 0xEF and _NONE_SUCH.search(data):
            return True
    return False


def clean_frame(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """A table whose texts and names of columns every file can hold, and how many had to be changed."""
    count = 0
    columns = {}
    for name in frame.columns:
        values, changed = replace_unwritable(frame[name])
        if changed.any():
            columns[name] = values
            count += int(changed.sum())
    if columns:
        frame = frame.assign(**columns)
    names = [writable(name) if isinstance(name, str) else name for name in frame.columns]
    renamed = sum(new is not old and new != old for new, old in zip(names, frame.columns, strict=True))
    if renamed:
        frame = frame.set_axis(names, axis=1)
    return frame, count + renamed
