"""What a CSV holds, said beside it: ``datapackage.json`` (Frictionless Data, Data Package 1.0)."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Final

import pandas as pd

from geo.errors import OverwriteError
from geo.files.csv_text import write_csv
from geo.files.whole import check_outputs, written_set
from geo.types import CERTAIN, CERTAIN_SHARE, POSSIBLE_SHARE

__all__ = ["NAME", "write_described"]

NAME: Final = "datapackage.json"

SAID: Final = {
    "unit": "Code or name of the unit counted by; outside is what lies in none",
    "period": "Span of days",
    "expected": "Expected number of events, or sum of their figures: the sum of the shares",
    "low": "Lower end of the interval, places and dates taken as independent",
    "high": "Upper end of the interval, places and dates taken as independent",
    "low_shared": "Lower end where events of one doubtful locus are in a unit together or not at all",
    "high_shared": "Upper end where events of one doubtful locus are in a unit together or not at all",
    "certain": f"Events that lie there with at least {CERTAIN_SHARE}",
    "possible": f"Events that lie there with at least {POSSIBLE_SHARE}",
    "adm0": "Country, ISO 3166-1",
    "adm1": "Province, ISO 3166-2",
    "adm1_share": "Part of the event's locus in that province, 0 to 1",
    "adm2_share": "Part of the event's locus in that district, 0 to 1",
    "side": f"Side of the border; uncertain where none has a probability of {CERTAIN}",
    "border_km": "Distance to the border in km, geodesic (WGS 84), negative on the right of the line",
    "border_km_min": "Least signed distance to the border over the locus, km",
    "border_km_max": "Greatest signed distance to the border over the locus, km",
    "line_km": "Chainage of the nearest point of the line, km",
    "crossing_km": "Distance to the nearest official crossing, km, geodesic",
    "crossing_km_min": "Least distance to a crossing over the locus, km",
    "crossing_km_max": "Greatest distance to the nearest crossing over the locus, km",
    "locus_m": "Radius of the locus, or of a disc of its area, metres",
    "lon": "Longitude, degrees (EPSG:4326)",
    "lat": "Latitude, degrees (EPSG:4326)",
}
"""Of columns of answers."""


def write_described(frame: pd.DataFrame, path: Path, *, overwrite: bool = False, excel: bool = False) -> Path:
    """Write a table as CSV and say beside it what it holds, both or neither.

    Parameters
    ----------
    frame
        The table, without geometry.
    path
        The CSV. Other tables that a ``datapackage.json`` in its folder tells of stay in it.
    overwrite, excel
        As for :func:`geo.write_table`.

    Raises
    ------
    OverwriteError
        If the CSV is there and `overwrite` is not set, or a ``datapackage.json`` that is none.
    """
    told = path.with_name(NAME)
    check_outputs([path], overwrite=overwrite)
    package = _package(told)
    # Whether the CSV may be replaced is settled; the description of the folder grows.
    with written_set([path, told], overwrite=True) as (part, told_part):
        write_csv(frame, part, excel=excel)
        resource = _resource(frame, path.name, part.read_bytes())
        others = [one for one in package["resources"] if one.get("path") != path.name]
        names = {one.get("name") for one in others}
        while resource["name"] in names:
            resource["name"] += "-2"
        package["resources"] = [*others, resource]
        text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
        told_part.write_text(text, encoding="utf-8")
    return path


def _package(told: Path) -> dict[str, Any]:
    if not told.exists():
        name = _slug(told.resolve().parent.name)
        return {"profile": "tabular-data-package", "name": name, "resources": []}
    try:
        package = json.loads(told.read_text(encoding="utf-8"))
        if not isinstance(package["resources"], list):
            raise TypeError
    except (ValueError, KeyError, TypeError) as err:
        raise OverwriteError(f"{told} is there and is no data package; move it away first") from err
    return dict(package)


def _resource(frame: pd.DataFrame, name: str, data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {
        "profile": "tabular-data-resource",
        "name": _slug(Path(name).stem),
        "path": name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True},
        "schema": {
            "fields": [_field(str(title), frame[title]) for title in frame.columns],
            "missingValues": [""],
        },
    }
    if "licence" in frame.columns:
        licences = sorted(set(frame["licence"].dropna().astype("str")) - {""})
        if licences:
            found["licenses"] = [{"name": re.sub(r"[^-A-Za-z0-9._]", "-", one)} for one in licences]
    return found


def _field(name: str, values: pd.Series) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, **_type(values)}
    if name in SAID:
        field["description"] = SAID[name]
    return field


def _type(values: pd.Series) -> dict[str, Any]:
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        words = [str(word) for word in dtype.categories]
        return {"type": "string", "constraints": {"enum": words}} if words else {"type": "string"}
    if pd.api.types.is_bool_dtype(dtype):
        return {"type": "boolean"}
    if pd.api.types.is_integer_dtype(dtype):
        return {"type": "integer"}
    if pd.api.types.is_float_dtype(dtype):
        return {"type": "number"}
    if pd.api.types.is_datetime64_any_dtype(dtype):
        known = values.dropna()
        if (known == known.dt.normalize()).all():
            return {"type": "date"}
        return {"type": "datetime", "format": "any"}
    return {"type": "string"}


def _slug(text: str) -> str:
    """Small letters, numbers and the signs that a name in the format may have."""
    return re.sub(r"[^-a-z0-9._]+", "-", text.lower()).strip("-") or "table"
