"""The paper a map is drawn on: its size, resolution, parts, and the numbers that follow from them.

Everything is laid out in *units*, the CSS pixel of the web map. A size says how many points a unit is, so
that a label of 12 units is 12 px on a page, about 7 pt in a newspaper column and large enough on a slide.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field, fields
from typing import Final, Literal, get_args

from geo.errors import GeoError, SchemaError

__all__ = ["SIZES", "Sheet", "Size", "TextMode", "parse_size"]

TextMode = Literal["editable", "outlines"]
"""How text is written to SVG: as text that an editor can change, or as shapes that look the same anywhere."""

Facet = Literal["year", "quarter", "month", "week"]
"""The period of one small multiple."""

PX_PT: Final = 0.75
"""A CSS pixel in points (96 pixels to the inch)."""

MM_PT: Final = 72 / 25.4
PRINT_UNIT_PT: Final = 0.58
"""A unit in print: labels of 12 units come to 7 pt, the source line of 11.2 units to 6.5 pt."""

MIN_UNITS: Final = 240.0
MAX_UNITS: Final = 4000.0
ROUND_UNITS: Final = 620.0


@dataclass(frozen=True)
class Size:
    """An exact size. Without a height, the height follows from the extent and the parts below the map.

    Attributes
    ----------
    name
        As the user gave it.
    unit
        ``mm`` or ``px``: what width and height are measured in.
    width, height
        Size of the page.
    unit_pt
        Points in a unit of the layout.
    """

    name: str
    unit: Literal["mm", "px"]
    width: float
    height: float | None
    unit_pt: float

    @property
    def point(self) -> float:
        """Points in a millimetre or a pixel of this size."""
        return MM_PT if self.unit == "mm" else PX_PT

    @property
    def width_u(self) -> float:
        """Width in units."""
        return self.width * self.point / self.unit_pt

    @property
    def height_u(self) -> float | None:
        """Height in units, where it is fixed."""
        return None if self.height is None else self.height * self.point / self.unit_pt

    def with_height_u(self, units: float) -> Size:
        """The same with a height, rounded up to a tenth of a millimetre or a whole pixel."""
        raw = units * self.unit_pt / self.point
        height = -(-raw * 10 // 1) / 10 if self.unit == "mm" else float(-(-raw // 1))
        return Size(self.name, self.unit, self.width, height, self.unit_pt)


SIZES: Final[dict[str, Size]] = {
    "column": Size("column", "mm", 88.0, None, PRINT_UNIT_PT),
    "wide": Size("wide", "mm", 180.0, None, PRINT_UNIT_PT),
    "mobile": Size("mobile", "px", 750.0, None, 2 * PX_PT),
    "social": Size("social", "px", 1200.0, 630.0, 28 / 11 * PX_PT),
    "square": Size("square", "px", 1080.0, 1080.0, 1.9 * PX_PT),
    "story": Size("story", "px", 1080.0, 1920.0, 2.4 * PX_PT),
    "slide": Size("slide", "px", 1920.0, 1080.0, 1.8 * PX_PT),
}
"""Sizes by name: two newspaper widths, four for phones and social media, one for slides."""

_FORM = re.compile(r"(\d+(?:\.\d+)?)(?:x(\d+(?:\.\d+)?))?(mm|cm|in|px)", re.IGNORECASE)


def parse_size(text: str) -> Size:
    """A size from its name or from ``88mm``, ``print:88mm``, ``120x90mm``, ``1200x630px``.

    Raises
    ------
    SchemaError
        If it is neither, or smaller or larger than a map can be.

    Examples
    --------
    >>> parse_size("print:88mm").width, parse_size("1200x630px").height
    (88.0, 630.0)
    """
    name = text.strip().casefold()
    if name in SIZES:
        return SIZES[name]
    match = _FORM.fullmatch(name.removeprefix("print:").replace("×", "x").replace(" ", ""))
    if not match:
        raise SchemaError(
            f"no size {text!r}; there are: {', '.join(SIZES)}, "
            "or a width such as 88mm, or 120x90mm, 1200x630px"
        )
    width, height, unit = float(match[1]), float(match[2]) if match[2] else None, match[3]
    times = {"mm": 1.0, "cm": 10.0, "in": 25.4, "px": 1.0}[unit]
    width, height = width * times, None if height is None else height * times
    if unit == "px":
        if width % 1 or (height or 0) % 1:
            raise SchemaError(f"a size in pixels is whole, not {text!r}")
        scale = max(1.0, (width * (height or width)) ** 0.5 / ROUND_UNITS) if width > 480 else 1.0
        size = Size(text, "px", width, height, scale * PX_PT)
    else:
        size = Size(text, "mm", round(width, 1), None if height is None else round(height, 1), PRINT_UNIT_PT)
    least = MIN_UNITS * size.unit_pt / size.point
    most = MAX_UNITS * size.unit_pt / size.point
    for value, what in ((size.width, "width"), (size.height, "height")):
        if value is not None and not least <= value <= most:
            raise SchemaError(
                f"a {what} of {value:g} {size.unit} "
                f"is too {'small' if value < least else 'large'} for a map with its "
                f"key and credits; it must lie between {least:.0f} and {most:.0f} {size.unit}"
            )
    return size


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """How a map is put on paper, apart from what it shows.

    Attributes
    ----------
    size
        A name of :data:`SIZES` or of the house style, or ``88mm``, ``120x90mm``, ``1200x630px``.
    dpi
        Dots to the inch of a PNG whose size is in millimetres. A size in pixels is exact at any value.
    style
        A house style: a shipped name, or the path of a TOML file.
    text
        Text in SVG: ``editable`` or ``outlines``.
    font
        A font file to use before any installed one.
    timeline
        A strip of bars by time under the map; by the room there is, if not said.
    inset
        A small map of where this one lies.
    scale
        Unit of the scale bar: ``km``, ``mi`` or ``both``.
    north
        A north arrow.
    graticule
        Meridians and parallels.
    areas
        The whole area in which each event may have been, as a thin outline, whatever the number of events.
    callouts
        (event id, text): events to number on the map and explain beside it.
    facet
        Small multiples: one map for each year, quarter, month or week.
    profile
        Instead of the map, events against the distance along the line.
    cmyk
        Whether a PDF is in CMYK.
    cmyk_profile
        An ICC file for CMYK, such as the printer's; the house's or Ghostscript's if not given.

    Raises
    ------
    SchemaError
        If a value is not one that it may be; every fault is named at once.

    Examples
    --------
    >>> Sheet(size="column").paper.width
    88.0
    """

    size: str = "wide"
    dpi: int = 300
    style: str = "neutral"
    text: TextMode = "editable"
    font: str | None = None
    timeline: bool | None = None
    inset: bool = True
    scale: Literal["km", "mi", "both"] = "km"
    north: bool = False
    graticule: bool = False
    areas: bool = False
    callouts: tuple[tuple[str, str], ...] = ()
    facet: Facet | None = None
    profile: bool = False
    cmyk: bool = False
    cmyk_profile: str | None = None
    paper: Size = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        faults = []
        try:
            object.__setattr__(self, "paper", parse_size(self.size))
        except SchemaError as err:
            own = self._house_size()
            if own is None:
                faults.append(str(err))
            else:
                object.__setattr__(self, "paper", own)
        if isinstance(self.dpi, bool) or not isinstance(self.dpi, int) or not 36 <= self.dpi <= 1200:
            faults.append(f"dpi is a whole number from 36 to 1200, not {self.dpi!r}")
        choices = {
            "text": get_args(TextMode),
            "scale": ("km", "mi", "both"),
            "facet": (None, *get_args(Facet)),
        }
        for name, allowed in choices.items():
            value = getattr(self, name)
            if value not in allowed:
                faults.append(
                    f"no {name} {value!r}; there are: {', '.join(str(one) for one in allowed if one)}"
                )
        if self.cmyk_profile is not None:
            object.__setattr__(self, "cmyk", True)
        if self.facet and self.profile:
            faults.append("facet and profile can't be had on one sheet; choose one")
        if not all(
            isinstance(one, tuple) and len(one) == 2 and all(isinstance(t, str) and t.strip() for t in one)
            for one in self.callouts
        ):
            faults.append(f"a call-out is an event id and a text, not {self.callouts!r}")
        if faults:
            raise SchemaError("; ".join(faults))

    def _house_size(self) -> Size | None:
        """The size that the house's style gives this name, if it does."""
        from maps.spec.house_style import SHIPPED, read_house

        if self.style in SHIPPED:
            return None
        try:
            named = read_house(self.style).sizes.get(self.size)
        except GeoError:
            return None  # a style that can't be read is named when the map is drawn
        return None if named is None else dataclasses.replace(parse_size(named), name=self.size)

    def settings(self) -> dict[str, object]:
        """What differs from the defaults, by name."""
        return {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if one.init and getattr(self, one.name) != one.default
        }
