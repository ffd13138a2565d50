"""What a user lays over the map, with its places found and its files read: the same for page and print.

Names go to the one resolver of places, files to the one reader of features. A place is where its name says: a
town before the district of its name, since a mark stands at a point.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from geo.border.crossings import crossing_called
from geo.errors import PlaceError, SchemaError
from geo.files.notices import tell_once
from geo.places.point import how_read, named_point
from geo.places.record import Place
from geo.places.unit_names import country_code, province_code
from geo.types import GEOD
from maps.content.basemap import read_basemap, unit_seats
from maps.content.cards import province_of
from maps.content.event_note import event_note
from maps.content.event_places import unit_names
from maps.content.laid_files import border_overlay, read_overlay
from maps.content.logo import Logo, read_logo
from maps.content.place_names import district_named, towns_around
from maps.spec.marks import Mark
from maps.words.words import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely

    from maps.content.event_rows import EventRows
    from maps.content.marks import MarkGroup

__all__ = [
    "Laid",
    "frame_at",
    "frame_round",
    "lay_marks",
    "must_labels",
    "named_spot",
    "unit_area",
    "with_events",
]

SPOT_M: Final = 1_000.0
"""A town or gate so near to the point of a name is what the name means."""
RING_STEPS: Final = 180


@dataclass(frozen=True, eq=False)
class Laid:
    """A mark that is ready to be drawn.

    Attributes
    ----------
    mark
        As it was asked for.
    text
        What it says, in the map's language where it is a name of ours.
    lon, lat
        Its place in degrees (EPSG:4326); nothing for a note without one, an overlay, a credit.
    to
        The other end of an arrow, in degrees.
    shape
        Its ground in EPSG:4326: of a tinted unit, a ring, an overlay.
    name, to_name
        English name of its place, by which a map knows whether it is named already; of an arrow's other end.
    code
        Of a tinted unit: its code, such as AF-PKA.
    gate
        Whether its place is a crossing of the line, and so on neither side of it.
    dot
        Whether its place is a point that gets a dot: not a district or a province.
    marked
        Whether a symbol of the user's stands at its very point, in place of a dot.
    implied
        Whether it is the name of a place that another mark stands at, for want of a label of its own.
    type, filled
        Of the note of an event: how its symbol looks.
    shorter
        Its words for less and less room.
    sign
        Of a crossing: what its square shows, as ``closed`` or ``closed:unended``.
    width
        Of an arrow that stands for a figure: its width in pixels; 0 for others.
    logo
        Of a picture: what its file holds.
    warnings
        What was left out or assumed.
    """

    mark: Mark
    text: str
    lon: float | None = None
    lat: float | None = None
    to: tuple[float, float] | None = None
    shape: shapely.Geometry | None = None
    name: str = ""
    to_name: str = ""
    code: str = ""
    gate: bool = False
    dot: bool = True
    marked: bool = False
    implied: bool = False
    type: str = ""
    filled: str = ""
    shorter: tuple[str, ...] = ()
    sign: str = ""
    width: float = 0.0
    logo: Logo | None = None
    warnings: tuple[str, ...] = field(default=())

    @property
    def kind(self) -> str:
        """One of :data:`maps.spec.marks.MarkKind`."""
        return self.mark.kind


def lay_marks(marks: Sequence[Mark], lang: str) -> tuple[Laid, ...]:
    """Find the places of marks and read their files.

    Parameters
    ----------
    marks
        As a specification has them.
    lang
        Language of names that the marks leave to us.

    Raises
    ------
    PlaceError
        If a name is no place, or means several: the error lists them.
    SchemaError
        If a place may not bear such a mark, or a file has nothing that could be drawn.
    SourceError
        If a file can't be read.

    Examples
    --------
    >>> from maps.spec.marks import Mark
    >>> (label,) = lay_marks((Mark(kind="label", at="Torkham"),), "en")
    >>> label.text, round(label.lon, 1)
    ('Torkham', 71.1)
    """
    laid = [_with_readings(_LAY[mark.kind](mark, lang)) for mark in marks]
    _check_apart(laid)
    held = {(one.lon, one.lat) for one in laid if one.kind == "symbol"}
    laid = [replace(one, marked=one.kind in ("label", "note") and (one.lon, one.lat) in held) for one in laid]
    named = {one.name for one in laid if one.kind == "label"}
    ends = dict.fromkeys(
        at
        for one in marks
        if one.kind in ("note", "arrow", "ring")
        for at in (one.at, one.to)
        if isinstance(at, str)
    )
    for at in ends:
        label = _label(Mark(kind="label", at=at), lang)
        if label.name not in named:
            named.add(label.name)
            laid.append(replace(label, implied=True))
    return tuple(laid)


def _check_apart(laid: Sequence[Laid]) -> None:
    """Refuse two symbols at one point, of which one would hide the other, and one mark twice."""
    symbols = [one for one in laid if one.kind == "symbol"]
    first = {(one.lon, one.lat): one for one in reversed(symbols)}
    faults = [
        f"symbols {other.text!r} and {one.text!r} stand at one point; put them 0.01 degree apart"
        for one in symbols
        if (other := first[one.lon, one.lat]) is not one
    ]
    marks = [one.mark for one in laid]
    again = dict.fromkeys(mark.kind for n, mark in enumerate(marks) if mark in marks[:n])
    faults += [f"one {kind} is there twice; leave one out" for kind in again]
    if faults:
        raise SchemaError("; ".join(faults))


def _with_readings(one: Laid) -> Laid:
    """The same, with what was assumed in reading its names."""
    mark = one.mark
    read = [how_read(at, named_spot(at)) for at in (mark.at, mark.to) if isinstance(at, str)]
    if mark.unit is not None and _unit_code(mark.unit) is None:
        read.append(how_read(mark.unit, _district(mark.unit)))
    return replace(one, warnings=(*one.warnings, *filter(None, read)))


def frame_round(place: str | tuple[float, float], km: float) -> tuple[float, float, float, float]:
    """(west, south, east, north) of what lies so many kilometres to each side of a place or a point.

    Examples
    --------
    >>> frame_round("Torkham", 60.0)
    (70.4344, 33.5738, 71.735, 34.6556)
    """
    if not isinstance(place, str):
        return frame_at(*place, km)
    spot = named_spot(place)
    if said := how_read(place, spot):
        tell_once(said)
    return frame_at(spot.lon, spot.lat, km)


def frame_at(lon: float, lat: float, km: float) -> tuple[float, float, float, float]:
    """The same round a point in degrees."""
    east, _, _ = GEOD.fwd(lon, lat, 90, km * 1000)
    _, north, _ = GEOD.fwd(lon, lat, 0, km * 1000)
    _, south, _ = GEOD.fwd(lon, lat, 180, km * 1000)
    return (round(2 * lon - east, 4), round(south, 4), round(east, 4), round(north, 4))


def must_labels(names: Sequence[str], lang: str) -> tuple[Laid, ...]:
    """Labels of the places that a map must name.

    Raises
    ------
    PlaceError
        If a name is no place, or means several.
    """
    return lay_marks([Mark(kind="label", at=name) for name in names], lang)


def with_events(
    laid: Sequence[Laid], rows: EventRows, marks: Sequence[MarkGroup], lang: str
) -> tuple[Laid, ...]:
    """The same, the notes of events with their words and places.

    Raises
    ------
    SchemaError
        If a note is of an event that is not on the map.
    """
    found = []
    for one in laid:
        if one.mark.event is None:
            found.append(one)
            continue
        note = event_note(one.mark.event, rows, marks, lang)
        text = one.text or "\n".join(note.lines)
        shorter = () if one.text else tuple("\n".join(lines) for lines in note.shorter)
        found.append(
            replace(
                one, text=text, lon=note.lon, lat=note.lat, gate=note.gate, dot=False, type=note.type,
                filled=note.filled, shorter=tuple(words for words in shorter if words != text),
            )
        )  # fmt: skip
    return tuple(found)


def named_spot(name: str) -> Place:
    """The place that a mark stands at: the town of the name before the unit round it.

    Raises
    ------
    PlaceError
        If there is none, or the name means several.
    SchemaError
        If only a site smaller than a town bears the name.
    """
    try:
        place = named_point(name)
    except PlaceError:
        crossing = crossing_called(name)
        if crossing is None:
            raise
        label, lon, lat = crossing
        return Place(name, label, label, "town", None, None, lon, lat, SPOT_M, None, "the crossings")
    if place.units or place.where_precision == "near":
        known = f"it is known to {place.precision_m / 1000:g} km only"
        raise SchemaError(f"{name!r} is no one place: {place.note or known}; name a town")
    return place


def unit_area(unit: str) -> tuple[str, shapely.Geometry | None, tuple[float, float], str]:
    """A country, province or district: its code, its outline where one is installed, a point in it, its kind.

    Raises
    ------
    PlaceError
        If there is no such unit, or there are several.

    Examples
    --------
    >>> code, area, at, kind = unit_area("Paktika")
    >>> code, kind, area.is_valid
    ('AF-PKA', 'province', True)
    """
    code = _unit_code(unit)
    if code is not None:
        seat = unit_seats(code)[0]
        kind = "province" if "-" in code else "country"
        return code, read_basemap().units[code], (seat[0], seat[1]), kind
    place = _district(unit)
    return place.place_id, _district_shape(place), (place.lon, place.lat), "district"


def _unit_code(unit: str) -> str | None:
    """The code of the country or province that a text means; None where it means neither."""
    plain = unit.strip().upper()
    code = plain if plain in read_basemap().units else country_code(unit) or province_code(unit)
    return str(code) if code in read_basemap().units else None


def _district(unit: str) -> Place:
    """The district that a text means: "Spera, Khost"."""
    import geo

    name, _, within = (part.strip() for part in unit.partition(","))
    return geo.resolve_place(name, kind="district", adm1=within or None)


def _district_shape(place: Place) -> shapely.Geometry | None:
    """The outline of a district that the user has added, found by its point and its name."""
    import shapely

    from geo.boundaries.units import districts

    index = districts()
    if index is None:
        return None
    at = shapely.Point(place.lon, place.lat)
    frame = index.frame
    for row in frame.iloc[frame.sindex.query(at, predicate="intersects")].itertuples():
        found = district_named(str(row.name), place.adm1)
        if found is not None and found.key == place.place_id:
            return row.geometry
    for row in frame[frame["adm1"] == place.adm1].itertuples() if "adm1" in frame else ():
        found = district_named(str(row.name), place.adm1)
        if found is not None and found.key == place.place_id:
            return row.geometry
    return None


# Kinds
# ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Spot:
    lon: float
    lat: float
    name: str = ""
    own: str = ""
    gate: bool = False
    dot: bool = True


def _spot(at: str | tuple[float, float], lang: str, *, exact: str = "") -> _Spot:
    """Where a mark stands, and what its place is called."""
    if not isinstance(at, str):
        return _Spot(float(at[0]), float(at[1]))
    place = named_spot(at)
    around = towns_around([place.lon], [place.lat], [SPOT_M])[0]
    same = [town.place for _, town in around if town.place.key == place.place_id]
    gates = [town.place for _, town in around if town.place.key.startswith("crossing:")]
    gate = bool(gates) and not same
    if place.kind == "site" and not gate and not exact.strip():
        raise SchemaError(
            f"{at!r} is a site smaller than a town; name the town, or say in exact why it must be this"
        )
    if place.kind in ("province", "country", "district"):
        code = place.place_id
        own = _unit_name(code, place.kind, lang)
        own = word(lang, "tag district", name=own) if place.kind == "district" else own
        return _Spot(place.lon, place.lat, place.label, own, dot=False)
    own = (same or gates)[0].named(lang) if same or gates else place.label
    return _Spot(place.lon, place.lat, place.label, own, gate)


def _label(mark: Mark, lang: str) -> Laid:
    assert mark.at is not None  # noqa: S101 - checked by the mark
    spot = _spot(mark.at, lang, exact=mark.exact)
    text = mark.text.strip() or spot.own
    if not text:
        raise SchemaError(f"label: a label at {mark.at} has no name of its own; give its text")
    return Laid(mark, text, spot.lon, spot.lat, name=spot.name, gate=spot.gate, dot=spot.dot)


def _symbol(mark: Mark, lang: str) -> Laid:
    assert mark.at is not None  # noqa: S101 - checked by the mark
    spot = _spot(mark.at, lang, exact=mark.exact)
    if not spot.dot:
        raise SchemaError(f"symbol: {mark.at!r} is no point; name a town, or give (longitude, latitude)")
    return Laid(mark, mark.text.strip(), spot.lon, spot.lat, name=spot.name, gate=spot.gate)


def _picture(mark: Mark, lang: str) -> Laid:  # noqa: ARG001 - kinds have one form
    assert mark.file is not None  # noqa: S101 - checked by the mark
    return Laid(mark, mark.text.strip() or mark.file.stem, logo=read_logo(mark.file))


def _note(mark: Mark, lang: str) -> Laid:
    if mark.at is None:
        return Laid(mark, mark.text.strip())
    spot = _spot(mark.at, lang, exact=mark.exact)
    return Laid(mark, mark.text.strip(), spot.lon, spot.lat, name=spot.name, gate=spot.gate, dot=spot.dot)


def _highlight(mark: Mark, lang: str) -> Laid:
    if mark.file is not None:
        shape, warnings = read_overlay(mark.file, mark.crs, areas=True)
        point = _inside(shape)
        return Laid(mark, mark.text.strip(), *point, shape=shape, warnings=warnings)
    assert mark.unit is not None  # noqa: S101 - checked by the mark
    code, shape, (lon, lat), kind = unit_area(mark.unit)
    own, plain = (_unit_name(code, kind, one) for one in (lang, "en"))
    if shape is None:
        # Without an outline its tag says what is known: the district and no more.
        tag = mark.text.strip() or word(lang, "tag district", name=own)
        said = f"no outline of {plain} is installed: its name stands alone (durand boundaries add)"
        return Laid(mark, tag, lon, lat, name=plain, dot=False, warnings=(said,))
    if kind == "district":
        lon, lat = _inside(shape)
    return Laid(mark, mark.text.strip() or own, lon, lat, shape=shape, name=plain, code=code)


def _unit_name(code: str, kind: str, lang: str) -> str:
    if kind == "country":
        return word(lang, code)
    if kind == "province":
        return province_of({"adm1": code, "adm1_name": unit_names().get(code)}, lang) or code
    _, adm1, name = code.split(":")
    found = district_named(name.replace("-", " "), adm1)
    return (found.named(lang) or found.name) if found is not None else name.replace("-", " ").title()


def _overlay(mark: Mark, lang: str) -> Laid:  # noqa: ARG001 - kinds have one form
    if mark.border is not None:
        return Laid(mark, mark.text.strip(), shape=border_overlay(mark.border))
    assert mark.file is not None  # noqa: S101 - checked by the mark
    shape, warnings = read_overlay(mark.file, mark.crs, areas=False)
    return Laid(mark, mark.text.strip(), shape=shape, warnings=warnings)


def _ring(mark: Mark, lang: str) -> Laid:
    import numpy as np
    import shapely

    assert isinstance(mark.at, str)  # noqa: S101 - checked by the mark
    assert mark.km is not None  # noqa: S101 - checked by the mark
    spot = _spot(mark.at, lang)
    if not spot.dot:
        raise SchemaError(f"ring: {mark.at!r} is no town, and distances have no one point to begin at")
    turns = np.linspace(0, 360, RING_STEPS, endpoint=False)
    lon, lat, _ = GEOD.fwd(
        np.full(RING_STEPS, spot.lon),
        np.full(RING_STEPS, spot.lat),
        turns,
        np.full(RING_STEPS, mark.km * 1000),
    )
    shape = shapely.Polygon(np.column_stack([lon, lat]))
    text = word(lang, "ring km", n=f"{mark.km:g}", place=spot.own)
    return Laid(mark, text, spot.lon, spot.lat, shape=shape, name=spot.name, gate=spot.gate)


def _arrow(mark: Mark, lang: str) -> Laid:
    assert mark.at is not None  # noqa: S101 - checked by the mark
    assert mark.to is not None  # noqa: S101 - checked by the mark
    begin, end = (_spot(at, lang, exact=mark.exact) for at in (mark.at, mark.to))
    if (begin.lon, begin.lat) == (end.lon, end.lat):
        raise SchemaError(f"arrow: it begins and ends at one place, {mark.at!r}")
    return Laid(
        mark, mark.text.strip(), begin.lon, begin.lat, to=(end.lon, end.lat), name=begin.name,
        to_name=end.name, gate=begin.gate,
    )  # fmt: skip


def _credit(mark: Mark, lang: str) -> Laid:
    return Laid(mark, word(lang, "graphic by", name=mark.text.strip()))


_LAY: Final = {
    "label": _label,
    "symbol": _symbol,
    "picture": _picture,
    "note": _note,
    "highlight": _highlight,
    "overlay": _overlay,
    "ring": _ring,
    "arrow": _arrow,
    "credit": _credit,
}


def _inside(shape: shapely.Geometry) -> tuple[float, float]:
    import shapely

    parts = shapely.get_parts(shape)
    largest = max(parts, key=lambda part: part.area)
    at = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest))[0]
    return float(at[0]), float(at[1])
