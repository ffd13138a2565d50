"""House styles: colours, fonts, lines and sizes of a newsroom, from a TOML file over the map's own look."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from geo.errors import DataNotFoundError, SchemaError
from maps.style import ARABIC, BASE, INK, LATIN, MARK_COLOURS, TYPES

__all__ = ["SHIPPED", "House", "read_house"]

SHIPPED: Final = ("neutral", "newsprint")
"""Styles that come with the package."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class House:
    """A style, complete: what its file leaves out is the neutral one's.

    Attributes
    ----------
    colours
        Names of :data:`maps.style.BASE` to a colour.
    types
        Event types to a colour; the shapes are the same in every style.
    edges
        Event types to the colour of their outline, where it is another.
    marks
        Names of :data:`maps.style.MARK_COLOURS` to a colour.
    lines, areas, symbols, text
        Widths, sizes (units) and shares (0 to 1).
    credits
        Wording that replaces a credit's, by the credit's text.
    line_policy
        Wording policy that this house uses where the specification has the usual one.
    cmyk_profile
        An ICC file for PDFs in CMYK; a path is taken from the folder of the style's file.
    """

    name: str
    colours: dict[str, str]
    types: dict[str, str]
    edges: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    latin: tuple[str, ...] = LATIN
    arabic: tuple[str, ...] = ARABIC
    lines: dict[str, Any] = field(default_factory=dict)
    areas: dict[str, float] = field(default_factory=dict)
    symbols: dict[str, Any] = field(default_factory=dict)
    text: dict[str, float] = field(default_factory=dict)
    sizes: dict[str, str] = field(default_factory=dict)
    credits: dict[str, str] = field(default_factory=dict)
    line_policy: str | None = None
    cmyk_profile: str | None = None


def _from_ink() -> dict[str, dict[str, Any]]:
    """Widths and sizes that print shares with the page, as tables of a style; a unit of paper is a pixel."""
    return {
        "lines": {
            "river": INK.river_width_px,
            "province": INK.province_width_px,
            "district": INK.district_width_px,
            "border": INK.border_width_px,
            "durand": INK.durand_width_px,
            "durand_dash": list(INK.durand_dash_px),
            "durand_halo": INK.durand_width_px + 2 * INK.durand_halo_px,
            "control": INK.control_width_px,
            "control_dash": list(INK.control_dots_px),
            "leader": INK.leader_px,
            "sleeve": INK.sleeve_width_px,
            "ring": INK.ring_width_px,
        },
        "areas": {
            "tint_ground": INK.tint_ground,
            "tint_air": INK.tint_air,
            "outline": INK.tint_outline_px,
        },
        "symbols": {
            "size": INK.symbol_px / 2,
            "line": INK.symbol_line_px,
            "rim": INK.rim_px,
            "not_said_dash": list(INK.not_said_dash_px),
        },
    }


def _neutral() -> dict[str, Any]:
    """The tables that every style builds on."""
    text = files("maps.spec").joinpath("styles/neutral.toml").read_text(encoding="utf-8")
    return {**_from_ink(), **tomllib.loads(text)}


def read_house(style: str) -> House:
    """A shipped style by its name, or one from a TOML file.

    Raises
    ------
    DataNotFoundError
        If there is no such style or file.
    SchemaError
        If the file is not TOML, or names a table, key or value that a style hasn't; every fault is named.

    Examples
    --------
    >>> read_house("newsprint").types["airstrike"]
    '#000000'
    """
    neutral = _neutral()
    if style in SHIPPED:
        text = files("maps.spec").joinpath(f"styles/{style}.toml").read_text(encoding="utf-8")
    else:
        path = Path(style)
        if not path.is_file():
            raise DataNotFoundError(
                f"no style {style!r}; there are: {', '.join(SHIPPED)}, or the path of a TOML file"
            )
        text = path.read_text(encoding="utf-8")
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        raise SchemaError(f"style {style!r} is not TOML: {err}") from err
    faults = _faults(given, neutral)
    if faults:
        raise SchemaError(f"style {style!r}: " + "; ".join(faults))

    def merged(table: str) -> dict[str, Any]:
        return {**neutral.get(table, {}), **given.get(table, {})}

    fonts = merged("fonts")
    return House(
        name=str(given.get("name", Path(style).stem)),
        colours={name: pair[0] for name, pair in BASE.items()} | merged("colours"),
        types={name: look.colour for name, look in TYPES.items()} | given.get("types", {}),
        edges={
            name: look.edge
            for name, look in TYPES.items()
            if look.edge and name not in given.get("types", {})
        },
        marks={name: pair[0] for name, pair in MARK_COLOURS.items()} | given.get("marks", {}),
        latin=tuple(fonts["latin"]),
        arabic=tuple(fonts["arabic"]),
        lines=merged("lines"),
        areas=merged("areas"),
        symbols=merged("symbols"),
        text=merged("text"),
        sizes=given.get("sizes", {}),
        credits=given.get("credits", {}),
        line_policy=given.get("line_policy"),
        cmyk_profile=str(Path(style).parent / given["cmyk_profile"]) if "cmyk_profile" in given else None,
    )


def _faults(given: dict[str, Any], neutral: dict[str, Any]) -> list[str]:
    """What is wrong with a style file."""
    tables = {
        "colours": set(BASE),
        "types": set(TYPES),
        "marks": set(MARK_COLOURS),
        "fonts": {"latin", "arabic"},
        **{name: set(neutral[name]) for name in ("lines", "areas", "symbols", "text")},
    }
    faults = []
    for key, value in given.items():
        if key in ("name", "line_policy", "cmyk_profile"):
            if not isinstance(value, str):
                faults.append(f"{key} is a text, not {value!r}")
        elif key in ("sizes", "credits"):
            if not (isinstance(value, dict) and all(isinstance(one, str) for one in value.values())):
                faults.append(f"[{key}] holds texts, not {value!r}")
        elif key not in tables or not isinstance(value, dict):
            faults.append(
                f"no table {key!r}; there are: name, line_policy, cmyk_profile, sizes, credits, "
                + ", ".join(tables)
            )
        else:
            faults += _table_faults(key, value, tables[key], neutral.get(key, {}))
    return faults


def _table_faults(table: str, given: dict[str, Any], known: set[str], model: dict[str, Any]) -> list[str]:
    faults = []
    for key, value in given.items():
        where = f"[{table}] {key}"
        if key not in known:
            faults.append(f"no {where}; there are: {', '.join(sorted(known))}")
        elif table in ("colours", "types", "marks"):
            if not (isinstance(value, str) and _COLOUR.fullmatch(value)):
                faults.append(f"{where} is a colour such as #D55E00, not {value!r}")
        elif table == "fonts" or isinstance(model.get(key), list):
            kind: type | tuple[type, ...] = str if table == "fonts" else (int, float)
            if not (isinstance(value, list) and value and all(isinstance(one, kind) for one in value)):
                faults.append(f"{where} is a list of {'names' if kind is str else 'numbers'}, not {value!r}")
        elif isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 200:
            faults.append(f"{where} is a number from 0 to 200, not {value!r}")
    return faults
