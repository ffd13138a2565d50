"""Wrong arguments of every public function are told what is allowed, by one of our errors."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Iterable, Mapping, Sequence  # noqa: F401 - names of annotations
from pathlib import Path
from typing import Literal  # noqa: F401

import geopandas as gpd
import pandas as pd
import pytest

import geo
import maps
from geo.arguments import _rules, checked, checked_first
from geo.errors import GeoError, SchemaError

WRONG = {
    "number": 5,
    "none": None,
    "list": ["zzz"],
    "text": "zzz",
    "frame": pd.DataFrame({"a": [1]}),
    "nan": float("nan"),
    "endless": float("inf"),
    "mapping": {"zzz": object()},
    "bytes": b"zzz",
    "thing": object(),
}
"""Values that are wrong in most places; where one is right, it is no wrong argument."""


@functools.cache
def some():
    return geo.read_events()[:4]


@functools.cache
def frame():
    return some().events


@functools.cache
def spec():
    return maps.MapSpec(events=some())


@functools.cache
def pairs():
    return geo.match(some(), min_score=0)


@functools.cache
def merged():
    other = frame().assign(event_id=["z:1", "z:2", "z:3", "z:4"])
    return geo.merge_events(some(), other, pairs().iloc[:0])


@functools.cache
def country(code):
    units = geo.read_units(0)
    return units[units["adm0"] == code]


def results():
    return pd.DataFrame({"estimate": [1.0, 2.0], "variance": [0.1, 0.1]})


RIGHT = {
    "add_boundaries": {
        "file": "none.geojson",
        "country": "AF",
        "licence": "x",
        "source": "y",
        "vintage": "2014",
    },
    "add_lines": {"file": "none.geojson", "kind": "roads", "licence": "x", "source": "y"},
    "apply_decisions": {"matches": pairs, "decisions": lambda: pairs()[["id_a", "id_b", "decision"]]},
    "around": {"where": "Torkham", "km": 25},
    "border_with_layers": {"border": lambda: geo.DurandLine()},
    "claims_by": {"by": "event"},
    "compare": {"events": some, "before": "2014-01-01:2014-12-31", "after": "2025-01-01:2025-12-31", "n": 2},
    "along": {"events": some, "n": 1, "step_km": 500},
    "country_border": {"one": "PK", "two": "IR"},
    "crossing_intervals": {"since": "2025-10-01", "until": "2025-10-20"},
    "crossing_status": {"day": "2025-10-20"},
    "diff_events": {"old": some, "new": some},
    "export_layer": {"layer_id": "crossings", "path": "{folder}/layer.geojson"},
    "export_postgis": {"dsn": "no dsn"},
    "fetch_boundaries": {"source": "none"},
    "find_place": {"name": "Torkham"},
    "format_changes": {"changes": lambda: geo.diff_events(some(), some()[:3])},
    "hexes": {"resolution": 2},
    "impute": {"events": some, "n": 1},
    "locate_file": {"source": "none.parquet", "target": "{folder}/located.parquet"},
    "match": {"a": some, "b": some},
    "merge_events": {"a": some, "b": lambda: frame().assign(event_id=list("wxyz")), "matches": pairs},
    "near": {"events": some, "where": "Torkham", "km": 25},
    "pool": {"results": results},
    "read_events": {"path": frame},
    "read_layer": {"layer_id": "crossings"},
    "read_merged": {"path": "none.parquet"},
    "read_units": {"level": 1},
    "remove_boundaries": {"country": "AF", "level": 2},
    "remove_lines": {"kind": "roads"},
    "resolve_place": {"name": "Torkham"},
    "sensitivity": {"events": some, "question": lambda: lambda events: geo.count(events, by="side")},
    "unmerge_events": {"merged": merged},
    "write_merged": {"merged": merged, "path": "{folder}/merged.parquet"},
    "write_rejected": {"tables": some, "path": "{folder}/rejected.csv"},
    "write_table": {"frame": frame, "path": "{folder}/table.csv"},
    "write_template": {"path": "{folder}/template.csv"},
    "caption": {"spec": spec},
    "draw_map": {"spec": spec},
    "locator": {"*places": ("Torkham",)},
    "map_content": {"spec": spec},
    "read_spec": {"path": "none.toml"},
    "render": {"spec": spec},
    "save": {"spec": spec, "path": "{folder}/map.html"},
    "save_embed": {"spec": spec, "folder": "{folder}/embed"},
    "show": {"events": some},
    "write_spec": {"path": "{folder}/map.toml", "spec": spec},
    "Border.from_line": {"line": lambda: gpd.GeoSeries.from_wkt(["LINESTRING (60 30, 61 31)"], crs=4326)},
    "Border.between_areas": {
        "a": lambda: geo.read_units(0).iloc[[0]],
        "b": lambda: geo.read_units(0).iloc[[1]],
    },
    "DurandLine.length": {},
    "DurandLine.point_at": {"line_km": 100.0},
    "DurandLine.between": {"start": 0.0, "end": 100.0},
    "DurandLine.sectors": {"km": 500.0},
    "DurandLine.bands": {"limits_km": [0.0, 50.0]},
    "DurandLine.locate": {"lon": [71.0], "lat": [34.1]},
}
"""What is right for what a function must be given, and what makes it quick; events are :func:`some`."""


@functools.cache
def public():
    """Functions and methods of the two packages that take anything, by the names that users have for them."""
    found = {}
    for package in (geo, maps):
        for name in package.__all__:
            value = getattr(package, name)
            if inspect.isroutine(value) or hasattr(value, "cache_info"):
                found[name] = value
    for kind in ("Border", "DurandLine"):
        for name in vars(geo.Border):
            value = getattr(getattr(geo, kind), name)
            static = inspect.ismethod(value)
            if not name.startswith("_") and inspect.isroutine(value) and static == (kind == "Border"):
                found[f"{kind}.{name}"] = value
    return {name: one for name, one in found.items() if parameters(one)}


@functools.cache
def parameters(function):
    return [name for name in inspect.signature(function).parameters if name != "self"]


def right(name, folder):
    """Arguments with which the function works, or stops early at what is not there."""
    made = {}
    for key, value in RIGHT.get(name, {}).items():
        value = value() if callable(value) else value
        made[key] = value.format(folder=folder) if isinstance(value, str) else value
    if "events" in parameters(public()[name]):
        made.setdefault("events", some())
    return made


def ask(function_name, work, /, **wrong):
    """Call a function with one argument that is wrong."""
    given = right(function_name, work) | wrong
    several = given.pop("*places", ())
    function = public()[function_name]
    if function_name.startswith("DurandLine"):
        return function(geo.DurandLine(), **given)
    return function(*several, **given)


def is_wrong(function, parameter, value):
    """Whether the annotation says that the value is none; what it does not say is not known here."""
    kinds = _rules(function).get(parameter)
    return kinds is not None and not any(kind.holds(value) for kind in kinds)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(public()))
def test_a_wrong_argument_of_any_public_function_is_refused_by_one_of_our_errors(name, tmp_path):
    function = public()[name]
    asked = [one for one in parameters(function) if one not in ("places", "parts", "choices")]
    for parameter, (kind, value) in itertools.product(asked, WRONG.items()):
        if not is_wrong(function, parameter, value) and parameter in _rules(function):
            continue
        folder = tmp_path / f"{parameter}-{kind}"
        folder.mkdir()
        try:
            ask(name, folder, **{parameter: value})
        except GeoError:
            continue
        # What was answered was right.
        assert not is_wrong(function, parameter, value), (parameter, kind)


def test_every_public_function_is_held_against_its_annotations():
    assert not [name for name, one in public().items() if not hasattr(one, "__wrapped__")]


def test_a_function_s_own_sentence_goes_before_ours():
    @checked
    def narrow(km: float) -> float:
        if not isinstance(km, float):
            raise geo.BoundaryError("km is how wide the band is")
        return km / 0

    with pytest.raises(geo.BoundaryError, match="how wide"):
        narrow("x")
    # What fails for another reason than its arguments fails as it did.
    with pytest.raises(ZeroDivisionError):
        narrow(1.0)


def test_what_follows_any_number_of_values_is_told_by_name():
    @checked_first
    def joined(first: str, *rest: str, times: int = 1) -> str:
        return "".join((first, *rest)) * times

    assert joined("a", "b", "c", times=2) == "abcabc"
    with pytest.raises(SchemaError, match="times is a whole number, not 'c'"):
        joined("a", "b", times="c")


def test_a_flag_is_looked_at_before_anything_is_done(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("mine\n")
    for wrong in ("no", None, 2):
        with pytest.raises(SchemaError, match="overwrite is True or False, not"):
            geo.write_table(frame(), path, overwrite=wrong)
    assert path.read_text() == "mine\n"


@pytest.mark.parametrize(
    ("annotation", "good", "bad", "said"),
    [
        (float, [1, 2.5], ["x", True, [1]], "a number"),
        (int, [1], [1.5, "1", True], "a whole number"),
        ("str | Path", ["x", Path("x")], [5, b"x"], "value is a path, not"),
        ("Literal['a', 'b'] | None", ["a", None], [5, ["a"]], "one of a, b or None"),
        ("Mapping[str, float]", [{}, {"a": 1}], [{"a": "x"}, [1]], "a mapping of a text to a number"),
        ("Sequence[str]", [["a"], ("a",), pd.Series(["a"])], ["a", [5], 5], "a list of which each is a text"),
        ("Iterable[float]", [[1.0], iter([1.0])], ["a", ["a"]], "a list of which each is a number"),
        ("MapSpec | None", [None], [5], "a MapSpec or None"),
        ("NoSuchName", [5, "x"], [], ""),
    ],
)
def test_kinds_of_arguments(annotation, good, bad, said):
    def takes(value):
        return value

    takes.__annotations__["value"] = annotation
    function = checked_first(takes)
    for value in good:
        assert function(value) is value
    for value in bad:
        with pytest.raises(SchemaError, match=said):
            function(value)
