"""A map as a file: specification and sheet in TOML, so that a map can be drawn again and changed."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from geo.errors import DataNotFoundError, SchemaError
from maps.spec.sheet import Sheet
from maps.spec.spec import MapSpec

__all__ = ["read_story", "write_story"]


def read_story(path: str | Path) -> tuple[MapSpec, Sheet]:
    """Read a specification and a sheet from a TOML file.

    The table ``[map]`` holds fields of :class:`maps.MapSpec`, ``[sheet]`` those of :class:`maps.Sheet`, and
    each ``[[callout]]`` an ``event`` and a ``text``. A path of events is taken from the folder of the file.

    Raises
    ------
    DataNotFoundError
        If the file is not there.
    SchemaError
        If it is not TOML, or names a table, key or value that a map hasn't; every fault is named.

    Examples
    --------
    >>> import tempfile, pathlib, maps
    >>> file = pathlib.Path(tempfile.mkdtemp(), "story.toml")
    >>> _ = maps.write_story(file, maps.MapSpec(types=("airstrike",)), maps.Sheet(size="column"))
    >>> spec, sheet = maps.read_story(file)
    >>> spec.types, sheet.size
    (('airstrike',), 'column')
    """
    path = Path(path)
    if not path.is_file():
        raise DataNotFoundError(f"no specification {str(path)!r}; give the path of a TOML file")
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise SchemaError(f"{path.name} is not TOML: {err}") from err
    tables = {"map": MapSpec, "sheet": Sheet}
    faults = [
        f"no table {name!r}; there are: map, sheet, callout"
        for name in given
        if name not in (*tables, "callout")
    ]
    values: dict[str, dict[str, Any]] = {"map": {}, "sheet": {}}
    for name, kind in tables.items():
        table = given.get(name, {})
        if not isinstance(table, dict):
            faults.append(f"[{name}] is a table, not {table!r}")
            continue
        known = [one.name for one in fields(kind) if one.init and one.name != "callouts"]
        faults += [f"no [{name}] {key}; there are: {', '.join(known)}" for key in table if key not in known]
        values[name] = {key: _value(key, value) for key, value in table.items() if key in known}
    callouts = given.get("callout", [])
    if isinstance(callouts, list) and all(
        isinstance(one, dict) and set(one) == {"event", "text"} for one in callouts
    ):
        values["sheet"]["callouts"] = tuple((str(one["event"]), str(one["text"])) for one in callouts)
    else:
        faults.append(f"each [[callout]] has an event and a text, not {callouts!r}")
    if faults:
        raise SchemaError(f"{path.name}: " + "; ".join(faults))
    if isinstance(values["map"].get("events"), str):
        values["map"]["events"] = path.parent / values["map"]["events"]
    try:
        return MapSpec(**values["map"]), Sheet(**values["sheet"])
    except SchemaError as err:
        raise SchemaError(f"{path.name}: {err}") from err


def write_story(path: str | Path, spec: MapSpec, sheet: Sheet | None = None) -> Path:
    """Write a specification and a sheet to a TOML file that :func:`read_story` reads back.

    Raises
    ------
    SchemaError
        If the events of the specification are a table in memory, which a file can't name.
    """
    path = Path(path)
    if spec.events is not None and not isinstance(spec.events, Path):
        raise SchemaError(
            f"events given as {type(spec.events).__name__} can't be written to a specification; "
            "save them as CSV and "
            "give its path, or leave them out for the shipped events"
        )
    lines = ["[map]"]
    for one in fields(spec):
        value = getattr(spec, one.name)
        if value != one.default:
            lines.append(f"{one.name} = {_toml(value, path.parent)}")
    settings = (sheet or Sheet()).settings()
    callouts: Any = settings.pop("callouts", ())
    lines += ["", "[sheet]"]
    lines += [f"{name} = {_toml(value, path.parent)}" for name, value in settings.items()]
    for event, text in callouts:
        lines += [
            "",
            "[[callout]]",
            f"event = {_toml(event, path.parent)}",
            f"text = {_toml(text, path.parent)}",
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _value(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if key in ("since", "until") and isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise SchemaError(f"{key} is a day such as 2025-10-09, not {value!r}") from None
    return value


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
