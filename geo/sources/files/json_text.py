"""JSON: a list of objects, one object a line, the answer of an API, GeoJSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from geo.errors import SourceError
from geo.sources.files.features import read_geojson
from geo.sources.files.limits import Limits
from geo.sources.files.raw_table import RawTable
from geo.sources.files.records import from_records, page_of

__all__ = ["read_json"]


def flat(record: dict[str, Any]) -> dict[str, Any]:
    """An object whose objects are fields of their own, ``place.name``."""
    fields: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            fields |= {f"{name}.{inner}": cell for inner, cell in value.items()}
        else:
            fields[str(name)] = value
    return fields


def read_json(path: Path, limits: Limits) -> RawTable:
    """A list of objects, one object a line, the answer of an API, or GeoJSON.

    Raises
    ------
    SourceError
        If it is too large, damaged, or none of these.
    """
    size = path.stat().st_size
    if size > limits.sheet_bytes:
        raise SourceError(
            f"{path}: {size:,} bytes of JSON; at most {limits.sheet_bytes:,} are read. Save it as CSV"
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
        try:
            content = json.loads(text)
        except json.JSONDecodeError:
            # One object a line is the other common form. Only a line feed ends one: the other ends of lines
            # that Python knows may stand within a text of JSON.
            lines = re.split(r"[\r\n]", text)
            content = [json.loads(line) for line in lines if line.strip(" \t\x1e")]
    except (ValueError, RecursionError) as err:
        raise SourceError(f"{path}: not readable as JSON ({str(err)[:160]})") from err
    bare = isinstance(content, list) and content and all(_is_feature(one) for one in content)
    if bare or (isinstance(content, dict) and content.get("type") in {"FeatureCollection", "Feature"}):
        return read_geojson(path, {"features": content} if bare else content)
    if isinstance(content, dict) and content.get("type") == "Topology":
        raise SourceError(f"{path}: TopoJSON, which is read for areas only; save the events as GeoJSON")
    warnings: list[str] = []
    if isinstance(content, dict):
        lists = {name: value for name, value in content.items() if isinstance(value, list)}
        rows = lists.get("data", next(iter(lists.values()), [content])) if lists else [content]
        warnings = page_of(content, len(rows)) if lists else []
        content = rows
    if not isinstance(content, list) or not content or not all(isinstance(r, dict) for r in content):
        raise SourceError(f"{path}: JSON, and no list of objects; a table is [{{...}}, {{...}}] or GeoJSON")
    table = from_records(path, [flat(record) for record in content])
    table.warnings += warnings
    return table


def _is_feature(one: object) -> bool:
    return isinstance(one, dict) and one.get("type") == "Feature"
