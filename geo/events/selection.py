"""Values of a column that a user asks for, in the type of the column; what cannot be there is refused."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.errors import SchemaError
from geo.events.columns import EVENT_COLUMNS
from geo.events.days import day_number
from geo.types import Bools
from geo.vocab import DATE_PRECISIONS

__all__ = ["rows_with", "truths"]

_ALLOWED: Final[dict[str, tuple[Any, ...]]] = {
    **{column.name: column.allowed for column in EVENT_COLUMNS if column.allowed},
    "date_precision": tuple(DATE_PRECISIONS),
}
"""What may stand in a column, where that is a list."""


def truths(mask: Any, index: pd.Index) -> Bools:
    """A mask as an array of truth values, False where it is missing.

    Raises
    ------
    SchemaError
        If it is not one of truth values, an entry for each row.
    """
    if isinstance(mask, pd.Series) and not mask.index.equals(index):
        raise SchemaError(
            "the mask has another index than the events; make it from tables.events, or give an array"
        )
    found = np.asarray(mask)
    if found.shape != (len(index),) or (len(found) and found.dtype.kind not in "bO"):
        raise SchemaError(
            f"a mask has True or False for each of the {len(index)} events; got {found.dtype} of "
            f"shape {found.shape}"
        )
    if found.dtype == object:
        found = np.where(pd.isna(found), False, found)
        if not all(isinstance(one, (bool, np.bool_)) for one in found):
            raise SchemaError("a mask has True or False for each event; got other values")
    return found.astype(bool)


def rows_with(column: pd.Series, wanted: object) -> Bools:
    """Which rows have the value, or one of the values.

    Parameters
    ----------
    column
        Of events, with its name.
    wanted
        A value, or several in anything that can be gone through. A day is a text such as 2025-10-11, a date
        or a timestamp; a number may be a text; a word is one of the column's.

    Raises
    ------
    SchemaError
        If a value cannot be in the column: no day, no number, none of its words, or missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.events.selection import rows_with
    >>> days = pd.Series(pd.to_datetime(["2025-10-11", "2025-10-12"]), name="date_start")
    >>> rows_with(days, "2025-10-11").tolist()
    [True, False]
    """
    name = str(column.name)
    several = _values(wanted, name)
    kind = column.dtype
    if pd.api.types.is_datetime64_any_dtype(kind):
        days = [np.datetime64(_day(value, name), "D") for value in several]
        times = column.dt.tz_localize(None) if column.dt.tz is not None else column
        return np.isin(times.to_numpy("datetime64[D]"), np.array(days, dtype="datetime64[D]"))
    if pd.api.types.is_bool_dtype(kind):
        if not all(isinstance(value, (bool, np.bool_)) for value in several):
            raise SchemaError(f"{name} holds True and False, and none is {several!r}")
    elif pd.api.types.is_numeric_dtype(kind):
        several = [_number(value, name) for value in several]
        if name in _ALLOWED:
            _check_words(several, list(_ALLOWED[name]), name)
    elif name in _ALLOWED or isinstance(kind, pd.CategoricalDtype):
        there = list(kind.categories) if isinstance(kind, pd.CategoricalDtype) else []
        _check_words(several, [*_ALLOWED.get(name, ()), *there], name)
    elif isinstance(kind, pd.StringDtype) and (wrong := [v for v in several if not isinstance(v, str)]):
        raise SchemaError(f"{name} holds texts, and {wrong[0]!r} is none; write {str(wrong[0])!r}")
    return np.asarray(column.isin(several).to_numpy(dtype=bool, na_value=False))


def _values(wanted: object, name: str) -> list[Any]:
    """What is asked for, one by one; what is missing among several is passed over."""
    if isinstance(wanted, (Mapping, pd.DataFrame)):
        raise SchemaError(f"{name} is asked for by a value or several, not a {type(wanted).__name__}")
    if isinstance(wanted, np.ndarray):
        wanted = wanted.ravel()
    several = isinstance(wanted, Iterable) and not isinstance(wanted, (str, bytes))
    values = list(wanted) if several else [wanted]  # type: ignore[call-overload]
    if nested := [value for value in values if not pd.api.types.is_scalar(value)]:
        raise SchemaError(f"{name} is asked for by a value or several, not a {type(nested[0]).__name__}")
    there = [value for value in values if pd.notna(value)]
    if not several and not there:
        raise SchemaError(
            f"{name}={values[0]!r} is no value; what is missing is chosen by a mask, "
            f"tables[tables.events[{name!r}].isna()]"
        )
    return there


def _day(value: Any, name: str) -> int:
    try:
        return day_number(value)
    except (ValueError, TypeError):
        raise SchemaError(f"{name} holds days, such as 2025-10-17, and {value!r} is none") from None


def _number(value: Any, name: str) -> float:
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        return float(value)
    except (ValueError, TypeError):
        raise SchemaError(f"{name} holds numbers, and {value!r} is none") from None


def _check_words(several: list[Any], allowed: list[Any], name: str) -> None:
    words = list(dict.fromkeys(allowed))
    for value in several:
        if value not in words:
            near = difflib.get_close_matches(str(value).casefold(), [str(word) for word in words], n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise SchemaError(f"no {name} is {value!r}; {hint}allowed: {', '.join(map(str, words))}")
