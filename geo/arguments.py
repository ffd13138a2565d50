"""Arguments of public functions, held against their annotations: a wrong one is told what is allowed.

One mechanism for all of them. A function's own sentences go first, for they say most; where it has none and
fails over an argument that is not what its annotation says, that is what the user is told. Flags are looked
at before anything is done: any text is as good as True to the language, ``"no"`` too.
"""

from __future__ import annotations

import collections.abc
import datetime as dt
import functools
import inspect
import numbers
import os
import pathlib
import sys
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from geo.errors import GeoError, SchemaError

__all__ = ["TOLD_BY_THE_FUNCTION", "checked", "checked_first", "checked_methods", "needed"]

Function = TypeVar("Function", bound=Callable[..., Any])

Class = TypeVar("Class", bound=type)

LONGEST: Final = 80
"""Characters of a value in a message."""

TOLD_BY_THE_FUNCTION: Final = "told by the function"
"""Mark of an annotation (``typing.Annotated``) whose values the function itself refuses, in better words."""


def needed(there: Iterable[object], columns: Iterable[str], name: str) -> None:
    """Refuse a table whose columns are not those that a function needs of it.

    Parameters
    ----------
    there
        The columns of the table.
    columns
        Those it must have.
    name
        What a message calls it.

    Raises
    ------
    SchemaError
        With what is absent, and what is there.
    """
    found = list(there)
    absent = [column for column in columns if column not in found]
    if absent:
        raise SchemaError(
            f"{name} has no column {', '.join(absent)}; it has {', '.join(map(str, found)) or 'none'}"
        )


@dataclass(frozen=True)
class _Kind:
    """A kind of value: how it is called, and whether a value is one."""

    words: str
    holds: Callable[[Any], bool]


Rules = Mapping[str, tuple[_Kind, ...]]
"""The kinds that each parameter takes."""


def checked(function: Function) -> Function:
    """The function, which answers for an argument of a wrong kind with one sentence of what is allowed.

    What no annotation says, or says in a way not known here, is left to the function.

    Raises
    ------
    SchemaError
        By the function, if it fails and an argument is not of the kind that its annotation names.

    Examples
    --------
    >>> from geo.arguments import checked
    >>> @checked
    ... def half(km: float, name: str = "") -> float:
    ...     return km / 2
    >>> half(3)
    1.5
    >>> half("x")
    Traceback (most recent call last):
    geo.errors.SchemaError: km is a number, not 'x'
    """
    return _checked(function, _flags(function))


def checked_first(function: Function) -> Function:
    """The same for a function that would pass over a wrong argument: each is looked at before anything else.

    Examples
    --------
    >>> from geo.arguments import checked_first
    >>> @checked_first
    ... def half(km: float, name: str = "") -> float:
    ...     return km / 2
    >>> half(3, name=5)
    Traceback (most recent call last):
    geo.errors.SchemaError: name is a text, not 5
    """
    return _checked(function, lambda: _rules(function))


def _checked(function: Function, before: Callable[[], Rules]) -> Function:
    parameters = inspect.signature(function).parameters.values()
    names = [one.name for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]

    @functools.wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        given = {**dict(zip(names, args, strict=False)), **named}
        if said := _wrong(before(), given):
            raise SchemaError(said)
        try:
            return function(*args, **named)
        except GeoError:
            raise
        except Exception as err:
            if said := _wrong(_rules(function), given):
                raise SchemaError(said) from err
            raise

    return typing.cast("Function", call)


def _flags(function: Callable[..., Any]) -> Callable[[], Rules]:
    """The rules of flags alone, which need no type to be looked up."""
    parameters = inspect.signature(function).parameters
    flags = {name: kinds for name, one in parameters.items() if (kinds := _FLAGS.get(one.annotation))}
    return lambda: flags


def checked_methods(kind: Class) -> Class:
    """A class whose methods are each :func:`checked`, and those that make one :func:`checked_first`."""
    for name, value in list(vars(kind).items()):
        if name.startswith("_"):
            continue
        if inspect.isfunction(value):
            setattr(kind, name, checked(value))
        elif isinstance(value, classmethod):
            setattr(kind, name, classmethod(checked_first(value.__func__)))
    return kind


def _wrong(rules: Rules, given: Mapping[str, Any]) -> str:
    """What is said of the first argument that is of none of its kinds; empty if each is."""
    for name, value in given.items():
        kinds = rules.get(name, ())
        if kinds and not any(kind.holds(value) for kind in kinds):
            return f"{name} is {_either(kinds)}, not {_shown(value)}"
    return ""


@functools.cache
def _rules(function: Callable[..., Any]) -> dict[str, tuple[_Kind, ...]]:
    """The kinds that each parameter takes; those that take anything are left out."""
    scope = getattr(inspect.unwrap(function), "__globals__", {})
    rules: dict[str, tuple[_Kind, ...]] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        several = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if parameter.annotation is not parameter.empty and not several:
            kinds = _kinds(_resolved(parameter.annotation, scope))
            if kinds:
                rules[name] = tuple({kind.words: kind for kind in kinds}.values())
    return rules


class _Names(dict[str, Any]):
    """Names of the toolkit, for annotations whose types their module imports for type checkers alone."""

    def __missing__(self, name: str) -> Any:
        for package in ("geo", "maps"):
            if name in getattr(sys.modules.get(package), "__all__", ()):
                return getattr(sys.modules[package], name)
        for where, module in list(sys.modules.items()):
            if where.startswith(("geo.", "maps.")) and name in vars(module):
                return vars(module)[name]
        raise KeyError(name)


def _resolved(annotation: Any, scope: dict[str, Any]) -> Any:
    """The type that an annotation names; anything where nothing loaded is called so."""
    given = types.SimpleNamespace(__annotations__={"it": annotation})
    nowhere: dict[str, Any] = {}
    for names in (nowhere, _Names()):
        try:
            return typing.get_type_hints(given, scope, names, include_extras=True)["it"]
        except (NameError, TypeError, AttributeError):
            continue
    return Any


def _kinds(hint: Any) -> list[_Kind] | None:
    """The kinds of a type; None if it says nothing that can be checked."""
    if hint in _PLAIN:
        return [_PLAIN[hint]]
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        parts = [_kinds(one) for one in inner]
        if any(part is None for part in parts):
            return None
        return [kind for part in parts for kind in part or ()]
    if origin is typing.Literal:
        members = tuple({numbers.Integral if isinstance(one, int) else type(one) for one in inner})
        return [_Kind(f"one of {', '.join(map(str, inner))}", lambda value: isinstance(value, members))]
    if origin is collections.abc.Callable:
        return [_Kind("a function", callable)]
    if isinstance(origin, type):
        return _containers(origin, inner)
    if isinstance(hint, type) and hint.__module__ != "typing" and not getattr(hint, "_is_protocol", False):
        article = "an" if hint.__name__[0] in "AEIOU" else "a"
        return [_Kind(f"{article} {hint.__name__}", lambda value: isinstance(value, hint))]
    return None


def _containers(origin: type, inner: tuple[Any, ...]) -> list[_Kind] | None:
    if issubclass(origin, os.PathLike):
        return [_PLAIN[os.PathLike]]
    if issubclass(origin, Mapping):
        keys, values = [_kinds(one) for one in inner] or [None, None]
        return [
            _Kind(
                _mapping_words(keys, values),
                lambda value: (
                    isinstance(value, Mapping) and _are(value.keys(), keys) and _are(value.values(), values)
                ),
            )
        ]
    if issubclass(origin, typing.IO):
        return [_Kind("an open file", lambda value: callable(getattr(value, "read", None)))]
    if not issubclass(origin, Iterable):
        return None
    parts = [_kinds(one) for one in inner if one is not Ellipsis]
    members = [kind for part in parts for kind in part or ()]
    if any(part is None for part in parts) or not members:
        return [_Kind("a list", _is_list)]
    once = not issubclass(origin, collections.abc.Collection)
    words = _either({kind.words: kind for kind in members}.values())
    return [
        _Kind(
            f"a list of which each is {words}",
            # What can be gone through but once is left for the function to go through.
            lambda value: (
                (once and isinstance(value, collections.abc.Iterator))
                or (_is_list(value) and _are(value, members))
            ),
        )
    ]


def _mapping_words(keys: list[_Kind] | None, values: list[_Kind] | None) -> str:
    if not keys or not values:
        return "a mapping"
    return f"a mapping of {_either(keys)} to {_either(values)}"


def _are(values: Iterable[Any], kinds: list[_Kind] | None) -> bool:
    """Whether each is of one of the kinds; None are any."""
    return kinds is None or all(any(kind.holds(one) for kind in kinds) for one in values)


def _is_list(value: Any) -> bool:
    """Whether it is several things that can be gone through twice: no text, table or mapping."""
    if isinstance(value, (str, bytes, Mapping)) or getattr(value, "ndim", 1) != 1:
        return False
    return isinstance(value, (collections.abc.Collection, collections.abc.Sequence))


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool) or type(value).__name__ in ("bool_", "bool")


def _is_day(value: Any) -> bool:
    return isinstance(value, dt.date) or type(value).__name__ == "datetime64"


_PATH: Final = _Kind("a path", lambda value: isinstance(value, (str, os.PathLike)))
_PLAIN: Final[dict[Any, _Kind]] = {
    type(None): _Kind("None", lambda value: value is None),
    str: _Kind("a text", lambda value: isinstance(value, str)),
    bool: _Kind("True or False", _is_truth),
    int: _Kind("a whole number", lambda value: _is_number(value) and isinstance(value, numbers.Integral)),
    float: _Kind("a number", _is_number),
    dt.date: _Kind("a day such as 2025-10-17", _is_day),
    os.PathLike: _PATH,
    pathlib.Path: _PATH,
}
"""Types whose values are more, or fewer, than their instances."""

_FLAGS: Final = {
    "bool": (_PLAIN[bool],),
    "bool | None": (_PLAIN[bool], _PLAIN[type(None)]),
}
"""Annotations of flags."""


def _either(kinds: Iterable[_Kind]) -> str:
    words = [kind.words for kind in kinds]
    if {_PATH.words, _PLAIN[dt.date].words} & set(words):
        # They are texts too.
        words = [one for one in words if one != _PLAIN[str].words]
    return ", ".join(words[:-1]) + f" or {words[-1]}" if len(words) > 1 else words[0]


def _shown(value: object) -> str:
    """A value as a message shows it: short ones as they are, tables and others by their type."""
    if value is None or isinstance(value, (str, numbers.Number, dt.date, list, tuple, dict)):
        text = repr(value)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    article = "an" if type(value).__name__[0] in "AEIOUaeiou" else "a"
    return f"{article} {type(value).__name__}"
