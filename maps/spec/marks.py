"""What a user lays over a map of events: labels, symbols, notes, tints, overlays, rings, arrows, a logo."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal, get_args

from geo.errors import SchemaError
from maps.style import MARK_COLOURS, SHAPES

__all__ = ["MARK_FIELDS", "MOST_MARKS", "MOST_NOTES", "Mark", "MarkKind", "checked_marks"]

MarkKind = Literal["label", "symbol", "note", "highlight", "overlay", "ring", "arrow", "credit", "picture"]
"""``label``: a text at a place. ``symbol``: a shape at a place, with an entry in the key. ``note``: a box of
text with a line to its place. ``highlight``: a province, district, country or an area of a file, tinted.
``overlay``: lines and areas of a file. ``ring``: a distance round a town. ``arrow``: from place to place.
``credit``: "Graphic: NAME". ``picture``: a logo."""

MOST_MARKS: Final = 60
MOST_NOTES: Final = 12
LONGEST: Final = {
    **{"label": 60, "symbol": 60, "note": 320, "highlight": 60, "overlay": 80, "arrow": 60, "credit": 80},
    "picture": 80,
}
"""Characters of a text."""

STEP_DEG: Final = 0.01
"""Coordinates are rounded to this, unless a reason is given for more."""

REGION: Final = (40.0, 10.0, 100.0, 50.0)
"""Where a mark may lie: (west, south, east, north)."""

RING_KM: Final = (1.0, 1_000.0)
OFFSET: Final = 400.0
"""A note stands at most so many units from its place."""

NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "label": ("at",),
    "symbol": ("at", "text"),
    "note": (),
    "highlight": (),
    "overlay": ("text",),
    "ring": ("at", "km"),
    "arrow": ("at", "to"),
    "credit": ("text",),
    "picture": ("file",),
}
TAKES: Final[dict[str, tuple[str, ...]]] = {
    "label": ("text", "exact"),
    "symbol": ("shape", "colour", "exact"),
    "note": ("at", "event", "text", "offset", "exact"),
    "highlight": ("unit", "file", "text", "colour", "crs"),
    "overlay": ("file", "border", "colour", "crs"),
    "ring": ("colour",),
    "arrow": ("text", "colour", "exact"),
    "credit": (),
    "picture": ("text",),
}
"""What a mark of a kind must have, and what else it may."""

Position = str | tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One thing that is laid over the map.

    Attributes
    ----------
    kind
        One of :data:`MarkKind`.
    text
        What it says; the place's own name for a label without one. In a note a line break begins a new
        line, and the first of several lines is bold.
    at, to
        A place by its name, or (longitude, latitude) in degrees, rounded to 0.01.
    event
        Of a note: the id of an event on the map. The box stands at it and says, without a text of its own,
        what it was, when, who gave which figure and how exactly the place is known.
    unit
        Of a highlight: a country (AF, PK), a province (ISO 3166-2 code or name) or a district.
    file
        Of an overlay or a highlight: GeoJSON, TopoJSON, GeoPackage, FlatGeobuf, KML, a shapefile or
        GeoParquet. Of a picture: PNG or JPEG.
    border
        Of an overlay without a file: two countries whose border it is, as ``PK,IR``
        (:func:`geo.country_border`).
    crs
        Of a file that doesn't say which it is in, as ``EPSG:4326``.
    km
        Radius of a ring.
    offset
        Of a note: (right, down) in units (CSS pixels) from its place to the middle of its box; it finds
        room for itself if not given.
    colour
        A name of :data:`maps.style.MARK_COLOURS`. A highlight is never grey, as neighbouring countries are:
        it is orange if nothing else is said.
    shape
        Of a symbol: a name of :data:`maps.style.SHAPES`. Symbols of one text are one entry of the key.
    exact
        Why coordinates are given more exactly than to 0.01 degree; the reason stays in the file.

    Raises
    ------
    SchemaError
        If something is missing, or not what it may be; every fault is named at once.

    Examples
    --------
    >>> Mark(kind="label", at="Torkham").at
    'Torkham'
    >>> Mark(kind="label", at=(70.123456, 34.1))
    Traceback (most recent call last):
    geo.errors.SchemaError: label: coordinates (70.123456, 34.1) are more exact than 0.01 degree; round...
    """

    kind: MarkKind
    text: str = ""
    at: Position | None = None
    to: Position | None = None
    event: str | None = None
    unit: str | None = None
    file: Path | None = None
    border: str | None = None
    crs: str | None = None
    km: float | None = None
    offset: tuple[float, float] | None = None
    colour: str = "grey"
    shape: str = "square"
    exact: str = ""

    def __post_init__(self) -> None:
        if self.kind not in get_args(MarkKind):
            kinds = ", ".join(get_args(MarkKind))
            raise SchemaError(f"no kind of mark {self.kind!r}; there are: {kinds}")
        if isinstance(self.file, str):
            object.__setattr__(self, "file", Path(self.file))
        if self.kind == "highlight" and self.colour == "grey":
            object.__setattr__(self, "colour", "orange")
        faults = [*_form_faults(self), *_text_faults(self)]
        if not faults:
            faults = [*_position_faults(self), *_number_faults(self)]
        if faults:
            raise SchemaError("; ".join(f"{self.kind}: {fault}" for fault in faults))

    def names_line(self, line: str) -> bool:
        """Whether this overlay is the line of that name: two countries as ``PK,IR``, or a file."""
        if self.kind != "overlay":
            return False
        if self.border is not None:
            pairs = ([code.strip().upper() for code in one.split(",")] for one in (self.border, line))
            return next(pairs) == next(pairs)
        return self.file is not None and Path(line) == self.file


MARK_FIELDS: Final = tuple(one.name for one in fields(Mark))


def checked_marks(marks: tuple[Mark, ...]) -> list[str]:
    """What is wrong with several marks together.

    Examples
    --------
    >>> checked_marks((Mark(kind="label", at="Wana"), Mark(kind="label", at="Wana", text="Here")))
    ["two labels at 'Wana': put both texts into one"]
    """
    if not isinstance(marks, tuple) or not all(isinstance(one, Mark) for one in marks):
        return [f"marks is a tuple of maps.Mark, not {marks!r}"]
    faults = []
    notes = sum(one.kind == "note" for one in marks)
    if len(marks) > MOST_MARKS:
        faults.append(f"{len(marks)} marks are more than a reader can take in; at most {MOST_MARKS}")
    if notes > MOST_NOTES:
        faults.append(f"{notes} notes are more than a map has room for; at most {MOST_NOTES}")
    if sum(one.kind == "picture" for one in marks) > 1:
        faults.append("a map bears one picture; put both into one file")
    looks: dict[str, set[tuple[str, str]]] = {}
    for one in marks:
        if one.kind == "symbol":
            looks.setdefault(one.text, set()).add((one.shape, one.colour))
    faults += [f"symbols {text!r} have several looks; choose one" for text in looks if len(looks[text]) > 1]
    seen: set[Position] = set()
    for one in marks:
        if one.kind != "label" or one.at is None:
            continue
        at = one.at.casefold().strip() if isinstance(one.at, str) else one.at
        if at in seen:
            faults.append(f"two labels at {one.at!r}: put both texts into one")
        seen.add(at)
    return faults


def _form_faults(mark: Mark) -> list[str]:
    """What is missing, and what a mark of its kind doesn't take."""
    given = {
        one.name
        for one in fields(Mark)
        if one.name != "kind" and getattr(mark, one.name) not in (one.default, None)
    }
    needs, takes = NEEDS[mark.kind], TAKES[mark.kind]
    faults = [f"{name} is missing" for name in needs if name not in given]
    faults += [f"{name} says nothing here" for name in sorted(given - {*needs, *takes})]
    if mark.kind == "highlight" and (mark.unit is None) == (mark.file is None):
        faults.append("give a unit or a file, one of the two")
    if mark.kind == "overlay":
        if (mark.border is None) == (mark.file is None):
            faults.append("file is missing, or a border of two countries; give one of the two")
        elif isinstance(mark.border, str) and len(mark.border.split(",")) != 2:
            faults.append(f"border is two countries such as PK,IR, not {mark.border!r}")
    if mark.colour not in MARK_COLOURS:
        faults.append(f"no colour {mark.colour!r}; there are: {', '.join(MARK_COLOURS)}")
    if mark.shape not in SHAPES:
        faults.append(f"no shape {mark.shape!r}; there are: {', '.join(SHAPES)}")
    texts = ("text", "exact", "colour", "shape", "unit", "border", "crs", "event")
    faults += [
        f"{name} is a text, not {getattr(mark, name)!r}"
        for name in texts
        if not isinstance(getattr(mark, name), (str, type(None)))
    ]
    if not isinstance(mark.file, (Path, type(None))):
        faults.append(f"file is one path, not {mark.file!r}")
    return faults


def _text_faults(mark: Mark) -> list[str]:
    most = LONGEST.get(mark.kind, 0)
    if isinstance(mark.text, str) and len(mark.text) > most > 0:
        return [f"its text has {len(mark.text):,} characters; at most {most} can be read on a map"]
    if mark.kind == "note" and mark.event is not None:
        return ["give a place or an event, one of the two"] if mark.at is not None else []
    if (
        mark.kind in ("note", "credit", "overlay", "symbol")
        and isinstance(mark.text, str)
        and not mark.text.strip()
    ):
        return ["its text is empty"]
    return []


def _position_faults(mark: Mark) -> list[str]:
    faults = []
    for at in (mark.at, mark.to):
        if at is None or (isinstance(at, str) and at.strip()):
            continue
        if not _is_pair(at):
            faults.append(f"a position is a name or (longitude, latitude), not {at!r}")
            continue
        lon, lat = float(at[0]), float(at[1])
        if not (REGION[0] <= lon <= REGION[2] and REGION[1] <= lat <= REGION[3]):
            faults.append(f"({lon}, {lat}) lies outside {REGION}; are longitude and latitude swapped?")
        elif mark.kind == "ring":
            faults.append("a ring is drawn only round a place of town size or larger that is named")
        elif not mark.exact.strip() and any(
            abs(v / STEP_DEG - round(v / STEP_DEG)) > 1e-6 for v in (lon, lat)
        ):
            faults.append(
                f"coordinates ({lon}, {lat}) are more exact than 0.01 degree; round them, or say in exact "
                "why they must be"
            )
    return faults


def _is_pair(value: Any) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == 2
        and all(isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v) for v in value)
    )


def _number_faults(mark: Mark) -> list[str]:
    faults = []
    km = mark.km
    if km is not None and not (
        isinstance(km, (int, float)) and not isinstance(km, bool) and RING_KM[0] <= km <= RING_KM[1]
    ):
        faults.append(f"km is a number from {RING_KM[0]:g} to {RING_KM[1]:g}, not {km!r}")
    if mark.offset is not None and not (_is_pair(mark.offset) and all(abs(v) <= OFFSET for v in mark.offset)):
        faults.append(f"offset is (right, down) in units, each at most {OFFSET:g}, not {mark.offset!r}")
    if mark.offset is not None and mark.at is None and mark.event is None:
        faults.append("an offset is counted from a place; give at or event")
    return faults
