"""A map as a file: specification and sheet in TOML, so that a map can be drawn again and changed."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from geo.arguments import checked
from geo.errors import DataNotFoundError, SchemaError
from geo.files.whole import write_text
from maps.spec.inputs import input_files
from maps.spec.marks import MARK_FIELDS, Mark
from maps.spec.sheet import Sheet
from maps.spec.spec import PUBLISHED, MapSpec

__all__ = ["read_spec", "write_spec"]

_LISTS: Final = (
    *("types", "provinces", "countries", "credits", "must_label", "hide", "ids", "towns", "compare"),
)
_SWITCHES: Final = (
    *("timeline", "inset", "north", "graticule", "areas", "profile", "cmyk"),
    *("allow_empty", "locator", "relief"),
)
_NUMBERS: Final = ("dpi", "near_line_km")
_FILES: Final = ("events", "crossings", "flows")
_TABLES: Final = ("wording", "callout", "mark")
_APART: Final = ("callouts", "marks", "wording")
"""Fields that stand in tables of their own."""


@checked
def read_spec(path: str | Path) -> tuple[MapSpec, Sheet]:
    """Read a specification and a sheet from a TOML file.

    The table ``[map]`` holds fields of :class:`maps.MapSpec`, ``[sheet]`` those of :class:`maps.Sheet`, and
    each ``[[callout]]`` an ``event`` and a ``text``, each ``[[mark]]`` fields of :class:`maps.Mark`,
    ``[wording]`` words of the key. Paths are taken from the folder of the file.

    Raises
    ------
    DataNotFoundError
        If the file is not there.
    SchemaError
        If it is not TOML, or names a table, key or value that a map hasn't; every fault is named.

    Examples
    --------
    >>> import tempfile, pathlib, maps
    >>> file = pathlib.Path(tempfile.mkdtemp(), "map.toml")
    >>> _ = maps.write_spec(file, maps.MapSpec(types=("airstrike",)), maps.Sheet(size="column"))
    >>> spec, sheet = maps.read_spec(file)
    >>> spec.types, sheet.size
    (('airstrike',), 'column')
    """
    path = Path(path)
    if not path.is_file():
        raise DataNotFoundError(f"no specification {str(path)!r}; give the path of a TOML file")
    try:
        # Editors of Windows begin a file with a mark of its encoding.
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise SchemaError(f"{path.name} is not TOML: {err}") from err
    tables = {"map": MapSpec, "sheet": Sheet}
    faults = [
        f"no table {name!r}; there are: {', '.join((*tables, *_TABLES))}"
        for name in given
        if name not in (*tables, *_TABLES)
    ]
    values: dict[str, dict[str, Any]] = {"map": {}, "sheet": {}}
    for name, kind in tables.items():
        table = given.get(name, {})
        if not isinstance(table, dict):
            faults.append(f"[{name}] is a table, not {table!r}")
            continue
        known = [one.name for one in fields(kind) if one.init and one.name not in _APART]
        faults += [f"no [{name}] {key}; there are: {', '.join(known)}" for key in table if key not in known]
        for key, value in table.items():
            wrong = _wrong(key, value) if key in known else None
            if wrong:
                faults.append(f"[{name}] {wrong}")
            elif key in known:
                values[name][key] = tuple(value) if isinstance(value, list) else value
    values["sheet"]["callouts"] = _callouts(given.get("callout", []), faults)
    values["map"]["wording"] = _wording(given.get("wording", {}), faults)
    values["map"]["marks"] = _marks(given.get("mark", []), path.parent, faults)
    named = [name for name in _FILES if values["map"].get(name, PUBLISHED) != PUBLISHED]
    values["map"] |= {name: path.parent / values["map"][name] for name in named}
    made: dict[str, Any] = {}
    for name, kind in tables.items():
        try:
            made[name] = kind(**values[name])
        except SchemaError as err:
            faults.append(str(err))
    if faults:
        raise SchemaError(f"{path.name}: " + "; ".join(faults))
    return made["map"], made["sheet"]


@checked
def write_spec(
    path: str | Path, spec: MapSpec, sheet: Sheet | None = None, *, overwrite: bool = False
) -> Path:
    """Write a specification and a sheet to a TOML file that :func:`read_spec` reads back.

    Parameters
    ----------
    path
        The file.
    spec, sheet
        The map. Paths are written relative to the file where they lie beside or below it.
    overwrite
        Whether a file of that name may be replaced.

    Raises
    ------
    SchemaError
        If the events of the specification are a table in memory, which a file can't name.
    OverwriteError
        If the file is there already and ``overwrite`` is not set, or is one that the map is made of.
    """
    text = spec_text(spec, sheet, Path(path).parent)
    return write_text(path, text, overwrite=overwrite, inputs=input_files(spec, sheet))


def spec_text(spec: MapSpec, sheet: Sheet | None, folder: Path) -> str:
    """A specification and a sheet as TOML, for a file that lies in a folder."""
    if spec.events is not None and not isinstance(spec.events, Path):
        raise SchemaError(
            f"events given as {type(spec.events).__name__} can't be written to a specification; "
            "save them as CSV and "
            "give its path, or leave them out for the shipped events"
        )
    lines = ["[map]"]
    for one in fields(spec):
        value = getattr(spec, one.name)
        if value != one.default and one.name not in _APART:
            lines.append(f"{one.name} = {_toml(value, folder)}")
    settings = (sheet or Sheet()).settings()
    callouts: Any = settings.pop("callouts", ())
    lines += ["", "[sheet]"]
    lines += [f"{name} = {_toml(value, folder)}" for name, value in settings.items()]
    if spec.wording:
        lines += [
            "",
            "[wording]",
            *(f"{_toml(name, folder)} = {_toml(text, folder)}" for name, text in spec.wording),
        ]
    for event, text in callouts:
        lines += [
            "",
            "[[callout]]",
            f"event = {_toml(event, folder)}",
            f"text = {_toml(text, folder)}",
        ]
    for mark in spec.marks:
        lines += ["", "[[mark]]"]
        held = {one.name: (getattr(mark, one.name), one.default) for one in fields(mark)}
        lines += [
            f"{name} = {_toml(value, folder)}" for name, (value, usual) in held.items() if value != usual
        ]
    return "\n".join(lines) + "\n"


def _marks(given: Any, folder: Path, faults: list[str]) -> tuple[Mark, ...]:
    """What is laid over the map; a fault is added to those that are there."""
    if isinstance(given, dict):
        faults.append("there may be several marks: write [[mark]] over each, in two brackets, not [mark]")
        return ()
    if not (isinstance(given, list) and all(isinstance(one, dict) for one in given)):
        faults.append(f"each [[mark]] is a table, not {given!r}")
        return ()
    found = []
    for number, table in enumerate(given, start=1):
        unknown = [key for key in table if key not in MARK_FIELDS]
        if unknown or "kind" not in table:
            missing = "kind is missing" if "kind" not in table else f"no {', '.join(unknown)}"
            faults.append(f"[[mark]] {number}: {missing}; there are: {', '.join(MARK_FIELDS)}")
            continue
        held: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
        }
        if isinstance(held.get("file"), str):
            held["file"] = folder / held["file"]
        try:
            found.append(Mark(**held))
        except SchemaError as err:
            faults.append(f"[[mark]] {number}: {err}")
    return tuple(found)


def _wording(given: Any, faults: list[str]) -> tuple[tuple[str, str], ...]:
    """Words of the key; a fault is added to those that are there."""
    if isinstance(given, dict) and all(isinstance(text, str) for text in given.values()):
        return tuple(given.items())
    faults.append(f"[wording] holds texts, such as airstrike = 'Air raid', not {given!r}")
    return ()


def _callouts(given: Any, faults: list[str]) -> tuple[tuple[str, str], ...]:
    """Events to number and what to say of each; a fault is added to those that are there."""
    if isinstance(given, list) and all(
        isinstance(one, dict)
        and set(one) == {"event", "text"}
        and all(isinstance(text, str) for text in one.values())
        for one in given
    ):
        return tuple((one["event"], one["text"]) for one in given)
    faults.append(f"each [[callout]] has an event and a text, not {given!r}")
    return ()


def _wrong(key: str, value: Any) -> str | None:
    """What is wrong with the type of a value, if anything; what it may say is the record's to judge."""
    if key in ("since", "until", "on"):
        day = isinstance(value, (str, dt.date)) and not isinstance(value, dt.datetime)
        return None if day else f"{key} is a day such as 2025-10-09, not {value!r}"
    if key in _LISTS:
        ok = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return None if ok else f"{key} is a list of texts, not {value!r}"
    if key in _SWITCHES:
        return None if isinstance(value, bool) else f"{key} is true or false, not {value!r}"
    if key in ("extent", *_NUMBERS):
        numbers = value if isinstance(value, list) and key == "extent" else [value]
        ok = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in numbers)
        ok = ok and (key in _NUMBERS or isinstance(value, list))
        return (
            None
            if ok
            else f"{key} is {'a number' if key in _NUMBERS else 'a list of numbers'}, not {value!r}"
        )
    return None if isinstance(value, str) else f"{key} is a text in quotes, not {value!r}"


def _toml(value: Any, folder: Path) -> str:
    """A value as TOML; paths relative to the file where they lie beside or below it."""
    if isinstance(value, Path):
        inside = value.resolve().is_relative_to(folder.resolve())
        value = (value.resolve().relative_to(folder.resolve()) if inside else value.resolve()).as_posix()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(one, folder) for one in value) + "]"
    if isinstance(value, (int, float)):
        return repr(float(value)) if isinstance(value, float) else str(value)
    # A basic string of TOML escapes as JSON does, DEL apart.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
