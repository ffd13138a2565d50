"""House styles: colours, fonts, lines, sizes and words of a newsroom, from a TOML file over our own look.

A style speaks for page and print alike.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo.errors import DataNotFoundError, SchemaError
from maps.spec.marks import Mark
from maps.spec.wording import wording_faults
from maps.style import ARABIC, BASE, INK, LATIN, MARK_COLOURS, TYPES

if TYPE_CHECKING:
    from maps.spec.spec import MapSpec

__all__ = ["SHIPPED", "House", "house_credit", "in_house", "read_house"]

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
        Wording that replaces a credit's, by the credit's text; it still names whom the licence wants named.
    wording
        Words of the key, by what they stand for (:mod:`maps.spec.wording`).
    line_policy
        Wording policy that this house uses where the specification has the usual one.
    font
        A font file that goes before every installed font; in a page it is embedded.
    bold
        The file of its bold; without one, bold is made from the font itself.
    logo
        A PNG or JPEG that stands on every map.
    cmyk_profile
        An ICC file for PDFs in CMYK. Paths are taken from the folder of the style's file.
    named
        The tables that the style's file has: a page keeps its own look for the others.
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
    wording: dict[str, str] = field(default_factory=dict)
    line_policy: str | None = None
    font: str | None = None
    bold: str | None = None
    logo: str | None = None
    cmyk_profile: str | None = None
    named: frozenset[str] = frozenset()


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
            "corner": INK.corner_px,
            "relief": INK.relief,
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

    def beside(name: str | None) -> str | None:
        return None if name is None else str(Path(style).parent / name)

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
        wording=given.get("wording", {}),
        line_policy=given.get("line_policy"),
        font=beside(fonts.get("file")),
        bold=beside(fonts.get("bold")),
        logo=beside(given.get("logo")),
        cmyk_profile=beside(given.get("cmyk_profile")),
        named=frozenset(given) if style != "neutral" else frozenset(),
    )


def in_house(spec: MapSpec, house: House) -> MapSpec:
    """A specification with what the house says where it says nothing itself: line policy, words, logo.

    Examples
    --------
    >>> import maps
    >>> house = replace(read_house("neutral"), line_policy="de facto")
    >>> in_house(maps.MapSpec(), house).line_policy
    'de facto'
    """
    changes: dict[str, Any] = {}
    if house.line_policy and spec.line_policy == "disputed":
        changes["line_policy"] = house.line_policy
    if spec.relief and not house.areas["relief"]:
        changes["relief"] = False
    if house.wording:
        changes["wording"] = tuple((house.wording | dict(spec.wording)).items())
    if house.logo and not any(mark.kind == "picture" for mark in spec.marks):
        changes["marks"] = (*spec.marks, Mark(kind="picture", file=Path(house.logo), text=house.name))
    return replace(spec, **changes) if changes else spec


HOLDERS: Final = (
    *(
        "Afghanistan-Pakistan border events",
        "OpenStreetMap",
        "GeoNames",
        "UCDP",
        "geoBoundaries",
        "Overture",
        "ACLED",
        "GDELT",
    ),
    *("Global Terrorism Database", "ODbL", "CC BY"),
)
"""Whom, and by which licence, a credit must go on to name when a house words it anew."""


def house_credit(text: str, house: House) -> str:
    """A credit in the words of the house, as it is where the house has none.

    Examples
    --------
    >>> house_credit("Made with Natural Earth", replace(read_house("neutral"), credits={}))
    'Made with Natural Earth'
    """
    return house.credits.get(text, text)


def _credit_faults(worded: dict[str, str]) -> list[str]:
    """Credits that would no longer name whom a licence wants named."""
    faults = []
    for old, new in worded.items():
        lost = [
            name
            for name in HOLDERS
            if name.casefold() in old.casefold() and name.casefold() not in new.casefold()
        ]
        if not new.strip():
            faults.append(f"[credits] {old!r} may be worded anew, not left out")
        elif lost:
            faults.append(f"[credits] {old!r} must go on to name {' and '.join(lost)}, as its licence asks")
    return faults


_TEXTS: Final = ("name", "line_policy", "logo", "cmyk_profile")
_TEXT_TABLES: Final = ("sizes", "credits", "wording")


def _none(_: dict[str, str]) -> list[str]:
    return []


def _faults(given: dict[str, Any], neutral: dict[str, Any]) -> list[str]:
    """What is wrong with a style file."""
    tables = {
        "colours": set(BASE),
        "types": set(TYPES),
        "marks": set(MARK_COLOURS),
        "fonts": {"latin", "arabic", "file", "bold"},
        **{name: set(neutral[name]) for name in ("lines", "areas", "symbols", "text")},
    }
    faults = []
    for key, value in given.items():
        if key in _TEXTS:
            if not isinstance(value, str):
                faults.append(f"{key} is a text, not {value!r}")
            elif key == "line_policy" and value not in ("disputed", "de facto"):
                faults.append(f"line_policy is disputed or de facto, not {value!r}")
        elif key in _TEXT_TABLES:
            if not (isinstance(value, dict) and all(isinstance(one, str) for one in value.values())):
                faults.append(f"[{key}] holds texts, not {value!r}")
            else:
                faults += {"credits": _credit_faults, "wording": wording_faults}.get(key, _none)(value)
        elif key not in tables or not isinstance(value, dict):
            faults.append(f"no table {key!r}; there are: {', '.join((*_TEXTS, *_TEXT_TABLES, *tables))}")
        else:
            faults += _table_faults(key, value, tables[key], neutral.get(key, {}))
    fonts = given.get("fonts")
    if isinstance(fonts, dict) and "bold" in fonts and "file" not in fonts:
        faults.append("[fonts] bold is the bold of a font; give its file too")
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
        elif table == "fonts" and key in ("file", "bold"):
            if not isinstance(value, str):
                faults.append(f"{where} is the path of a font file, not {value!r}")
        elif table == "fonts" or isinstance(model.get(key), list):
            kind: type | tuple[type, ...] = str if table == "fonts" else (int, float)
            if not (isinstance(value, list) and value and all(isinstance(one, kind) for one in value)):
                faults.append(f"{where} is a list of {'names' if kind is str else 'numbers'}, not {value!r}")
        elif isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 200:
            faults.append(f"{where} is a number from 0 to 200, not {value!r}")
    return faults
