"""What a map shows, apart from how it is drawn: one frozen record that every renderer reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from geo.errors import SchemaError
from geo.vocab import EVENT_TYPES
from maps.spec.marks import REGION, Mark, checked_marks
from maps.spec.periods import Period, parse_period
from maps.spec.wording import wording_faults
from maps.words.words import LANGUAGES, LATIN_DIGITS

if TYPE_CHECKING:
    from typing import Any

__all__ = ["HIDEABLE", "Digits", "LinePolicy", "MapSpec", "Shade", "ShadePer", "SizeBy"]

Shade = Literal["adm1", "adm2", "sector", "density"]
"""What is coloured by the number of events in place of the events themselves: provinces, districts, stretches
of the line by the provinces that meet, or the ground as a surface of density."""

LinePolicy = Literal["disputed", "de facto"]
"""What the key says of the Durand Line. Both name the two governments' positions."""

SizeBy = Literal["killed", "injured"]
"""What a claimant's figure counts."""

ShadePer = Literal["line", "area"]
"""What shaded numbers are divided by: 100 km of the Durand Line, or 1,000 km2 of ground."""

Digits = Literal["native", "latin"]
"""Digits of the map's language, or 0 to 9 in every language."""

HIDEABLE: Final = (
    *("rivers", "roads", "timeline", "key", "table", "inset", "scale", "filters", "provinces", "subtitle"),
    "crossings",
)
"""Parts of a map that may be left out; credits and what is said of the line's status may not."""

PUBLISHED: Final = "published"
"""What stands for the shipped table of people who crossed."""


@dataclass(frozen=True, kw_only=True)
class MapSpec:
    """A map: its words, its view, what of the events it shows.

    Attributes
    ----------
    events
        What :func:`geo.read_events` reads or gave: a file, several, tables; or a frame of events in our
        columns; nothing for the shipped events.
    title, subtitle
        Made from the period of the data if not given.
    extent
        (west, south, east, north) in degrees; the mapped events near the line if not given.
    since, until
        Keep events that had not ended before the one and had begun by the other; both days count. A date,
        or a text as ``2025-10-09``.
    on
        The day of which the crossings' states are told (:func:`geo.crossing_status`); the last of the period
        if not given, and none where no period is chosen.
    crossings
        A table of statements about crossings (:func:`geo.read_crossing_status`); the shipped one if not
        given.
    flows
        A table of people who crossed (:func:`geo.read_crossing_flows`), drawn as lines in place of events;
        ``published`` is the shipped one.
    flow_source
        Whose figures, where the table has several sources: never two in one picture.
    types
        Event types to keep; all if empty.
    provinces
        Provinces to keep, by ISO 3166-2 code or name in any of the languages; all if empty. An event stays
        if it may lie there: by its share, by the source's own words, or at a crossing that leads there.
    countries
        ``AF``, ``PK`` or both, or names of them: events that may lie there; all if empty.
    near_line_km
        Events that may lie within so many kilometres of the Durand Line; all if not given.
    lang
        Language of the map's own words and, where the tables have them, of names.
    tiles
        Name of an xyzservices provider to lay under the lines. The file then asks that provider's server.
    line_policy
        What the key says of the Durand Line.
    credits
        Further credits to print, for the user's own data.
    size_by
        ``killed`` or ``injured``: symbols as large as that figure of one claimant; all of one size if not
        given. Figures of different claimants are never mixed.
    claimant
        Whose figures: the claimant's name as the table of claims has it, or the name of a data set that codes
        its own.
    who
        The beginning of the group counted, where the claimant counted several, such as ``civilians``.
    shade
        In place of events, units coloured by the expected number of events: ``adm1`` (provinces), ``adm2``
        (districts, once added), ``sector`` (stretches of the line by the provinces that meet); or
        ``density``, a surface for many events.
    shade_per
        Shaded numbers for each 100 km of the line (``line``) or each 1,000 km2 (``area``); whole numbers of
        events if not given.
    shade_border
        With ``sector``: the border whose stretches of 50 km are shaded in place of the Durand Line's; one of
        `marks` lays it over the map. Two countries, as ``PK,IR``, or the file of an overlay that is one line.
    must_label
        Names of places that the map must show; without room for one it is not drawn.
    hide
        Parts to leave out: some of :data:`HIDEABLE`.
    digits
        ``native`` or ``latin``.
    allow_empty
        Whether a map on which no event is drawn is made all the same.
    marks
        What is laid over the map (:class:`maps.Mark`): labels, notes, tints, overlays, rings, arrows.
    relief
        Whether slopes are shaded, softly; never in a style whose ``relief`` is 0, such as newsprint.
    wording
        (what, word) of the key, in place of our own: ``key`` for its title, or a type of event
        (:data:`maps.spec.wording.WORDED`).
    ids
        Events to keep, by id; all if not given, none if empty.
    towns
        Names of the towns without an event that are named, and of no others; by rank and room if not given.
    locator
        Whether the map locates a few events: larger symbols, nothing counted.
    compare
        Two periods as ``2025-10-01:2025-10-19``, each open at one end if a day is left out: two maps beside
        each other. Both days count. An event of a doubtful date is in each period in which it may have been.

    Raises
    ------
    SchemaError
        If a value is not one that it may be; every fault is named at once.

    Examples
    --------
    >>> MapSpec(types=("airstrike",), lang="en").types
    ('airstrike',)
    """

    events: Any = None
    title: str | None = None
    subtitle: str | None = None
    extent: tuple[float, float, float, float] | None = None
    since: dt.date | str | None = None
    until: dt.date | str | None = None
    on: dt.date | str | None = None
    crossings: Path | str | None = None
    flows: Path | str | None = None
    flow_source: str | None = None
    types: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    near_line_km: float | None = None
    lang: str = "en"
    tiles: str | None = None
    line_policy: LinePolicy = "disputed"
    credits: tuple[str, ...] = ()
    size_by: SizeBy | None = None
    claimant: str | None = None
    who: str | None = None
    shade: Shade | None = None
    shade_per: ShadePer | None = None
    shade_border: str | None = None
    must_label: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    digits: Digits = "native"
    allow_empty: bool = False
    marks: tuple[Mark, ...] = ()
    relief: bool = False
    wording: tuple[tuple[str, str], ...] = ()
    ids: tuple[str, ...] | None = None
    towns: tuple[str, ...] | None = None
    locator: bool = False
    compare: tuple[str, str] | None = None

    @property
    def periods(self) -> list[Period]:
        """The periods compared; none where none are."""
        return [parse_period(text) for text in self.compare or ()]

    def __post_init__(self) -> None:
        faults = [*_text_faults(self), *_choice_faults(self), *_shade_faults(self), *self._dated()]
        faults += [*checked_marks(self.marks), *_wording_faults(self.wording)]
        for name in ("crossings", "flows"):
            if isinstance(getattr(self, name), str) and getattr(self, name) != PUBLISHED:
                object.__setattr__(self, name, Path(getattr(self, name)))
        if self.flows is not None:
            object.__setattr__(self, "ids", ())
        if isinstance(self.events, str):
            object.__setattr__(self, "events", Path(self.events))
        elif self.events is not None and not isinstance(self.events, Path):
            from geo.sources.given import as_tables

            try:
                object.__setattr__(self, "events", as_tables(self.events))
            except SchemaError as err:
                faults.append(str(err))
        if not faults:
            # The code of the language tells its digits, so that every word comes with them.
            lang = self.lang.removesuffix(LATIN_DIGITS)
            native = self.digits == "native" or lang == "en"
            object.__setattr__(self, "lang", lang if native else lang + LATIN_DIGITS)
        if faults:
            raise SchemaError("; ".join(faults))

    def _dated(self) -> list[str]:
        """Days given as text become days; what is wrong with them."""
        faults, days = [], {}
        for name in ("since", "until", "on"):
            try:
                days[name] = _day(getattr(self, name))
                object.__setattr__(self, name, days[name])
            except ValueError:
                faults.append(f"{name} is a day as 2025-10-09, not {getattr(self, name)!r}")
        first, last = days.get("since"), days.get("until")
        if first and last and first > last:
            faults.append(f"since {self.since} is after until {self.until}; swap them")
        return faults


LISTS: Final = ("types", "provinces", "countries", "credits", "must_label", "hide", "ids", "towns")
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "lang": tuple(LANGUAGES),
    "line_policy": get_args(LinePolicy),
    "digits": get_args(Digits),
    "size_by": get_args(SizeBy),
    "shade": get_args(Shade),
    "shade_per": get_args(ShadePer),
}
"""Fields that hold one of a few texts; those whose default is nothing may be left out."""

NAMED: Final = {"lang": "language", "line_policy": "line policy"}


def _text_faults(spec: MapSpec) -> list[str]:
    """Lists that are none, and what in them is not known."""
    faults = [
        f"{name} is a tuple of texts, not {getattr(spec, name)!r}"
        for name in LISTS
        if not (getattr(spec, name) is None and getattr(MapSpec, name) is None)
        and not (
            isinstance(getattr(spec, name), tuple)
            and all(isinstance(item, str) for item in getattr(spec, name))
        )
    ]
    if faults:
        return faults
    known = {"types": EVENT_TYPES, "hide": HIDEABLE}
    what = {"types": "event type", "hide": "part to hide"}
    return _area_faults(spec) + [
        f"no {what[name]} {item!r}; there are: {', '.join(allowed)}"
        for name, allowed in known.items()
        for item in getattr(spec, name)
        if item not in allowed
    ]


def _area_faults(spec: MapSpec) -> list[str]:
    """Countries become their codes; names of countries and provinces that mean none."""
    if not (spec.countries or spec.provinces):
        return []
    from geo.places.unit_names import checked_areas, checked_country

    faults, codes = [], []
    for name in spec.countries:
        try:
            codes.append(checked_country(name))
        except SchemaError as err:
            faults.append(str(err))
    try:
        checked_areas(spec.provinces)
    except SchemaError as err:
        faults.append(str(err))
    object.__setattr__(spec, "countries", tuple(dict.fromkeys(codes)))
    return faults


def _choice_faults(spec: MapSpec) -> list[str]:
    """Fields that hold none of the texts that they may."""
    faults = [
        f"no {NAMED.get(name, name)} {getattr(spec, name)!r}; there are: {', '.join(allowed)}"
        for name, allowed in CHOICES.items()
        if str(getattr(spec, name)).removesuffix(LATIN_DIGITS) not in allowed
        and not (getattr(spec, name) is None and getattr(MapSpec, name) is None)
    ]
    faults += [
        f"{name} is true or false, not {getattr(spec, name)!r}"
        for name in ("allow_empty", "locator", "relief")
        if not isinstance(getattr(spec, name), bool)
    ]
    km = spec.near_line_km
    if km is not None and not (isinstance(km, (int, float)) and not isinstance(km, bool) and km > 0):
        faults.append(f"near_line_km is a number of kilometres over 0, not {km!r}")
    if spec.extent is not None:
        faults += _extent_faults(spec.extent)
    return faults


def _shade_faults(spec: MapSpec) -> list[str]:
    """Choices that need another one, or exclude it."""
    faults = []
    if spec.size_by is None and (spec.claimant or spec.who):
        given = "claimant" if spec.claimant else "who"
        faults.append(f"{given} is given without size_by; say which figure: {', '.join(get_args(SizeBy))}")
    if spec.shade_per is not None and spec.shade not in ("adm1", "adm2", "sector"):
        faults.append("shade_per divides shaded numbers; give shade adm1, adm2 or sector too")
    elif spec.shade_per == "line" and spec.shade != "sector":
        faults.append("only a sector has a length of line to divide by; give shade_per area, or shade sector")
    elif spec.shade_per == "area" and spec.shade == "sector":
        faults.append("a sector of the line has no ground to divide by; give shade_per line")
    if spec.shade_border is not None:
        faults += _border_faults(spec)
    if spec.compare is not None:
        faults += _compare_faults(spec.compare)
        if spec.shade == "density":
            faults.append("two surfaces of density can't be compared; shade adm1, adm2 or sector")
    return faults


def _border_faults(spec: MapSpec) -> list[str]:
    """What is wrong with the border whose stretches are to be shaded."""
    line = spec.shade_border
    if not isinstance(line, str):
        return [f"shade_border is two countries such as PK,IR, or the file of an overlay, not {line!r}"]
    if spec.shade != "sector":
        return ["shade_border says whose sectors are shaded; give shade sector too"]
    marks = spec.marks if isinstance(spec.marks, tuple) else ()
    if not any(isinstance(one, Mark) and one.names_line(line) for one in marks):
        return [
            f"shade_border {line!r} is none of the overlays; lay that border over the map too, so that it is "
            "named: maps.Mark(kind='overlay', border='PK,IR', text='...')"
        ]
    return []


def _day(value: dt.date | str | None) -> dt.date | None:
    """A day of a text or a date; a time of day is dropped."""
    if isinstance(value, str):
        return dt.date.fromisoformat(value)
    if isinstance(value, dt.datetime):
        return value.date()
    if value is None or isinstance(value, dt.date):
        return value
    raise ValueError(f"not a day: {value!r}")


def _compare_faults(compare: object) -> list[str]:
    if not (
        isinstance(compare, tuple) and len(compare) == 2 and all(isinstance(one, str) for one in compare)
    ):
        return [f"compare is two periods such as 2025-10-01:2025-10-19, not {compare!r}"]
    faults = []
    for text in compare:
        try:
            parse_period(text)
        except ValueError as err:
            faults.append(str(err))
    if compare[0] == compare[1]:
        faults.append(f"the two periods to compare are the same, {compare[0]!r}")
    return faults


def _wording_faults(wording: object) -> list[str]:
    pairs = isinstance(wording, tuple) and all(
        isinstance(one, tuple) and len(one) == 2 and all(isinstance(text, str) for text in one)
        for one in wording
    )
    if not pairs:
        return [f"wording is pairs such as (('airstrike', 'Air raid'),), not {wording!r}"]
    return wording_faults(dict(wording))  # type: ignore[call-overload]


def _extent_faults(extent: tuple[float, float, float, float]) -> list[str]:
    if len(extent) != 4:
        return [f"an extent is (west, south, east, north), not {extent!r}"]
    west, south, east, north = extent
    inside = REGION[0] <= west < east <= REGION[2] and REGION[1] <= south < north <= REGION[3]
    if inside:
        return []
    return [
        f"extent {extent!r} is not (west, south, east, north) in degrees within {REGION}; "
        "are longitude and latitude swapped?"
    ]
